/* SPDX-License-Identifier: MIT */

/* BOOTP requests, RFC 1534, where Bootp=yes: such a client knows no leases, so that its binding has
 * no end. */

#include <errno.h>

#include "core/allocation.h"
#include "core/binding.h"
#include "core/budget.h"
#include "core/client-leases.h"
#include "core/conflict.h"
#include "core/handlers.h"
#include "core/offer.h"
#include "core/pool.h"
#include "core/reply.h"
#include "core/request-state.h"
#include "core/select.h"
#include "core/server-state.h"
#include "core/verdict.h"

static bool pool_speaks_bootp(const Request *request, const Pool *pool) {
        (void) request;
        return pool->settings->bootp;
}

/* RFC 951 3: yiaddr is "filled by server in a bootreply if client doesn't know its own address".
 * Who knows it wants a boot file, as an INFORM would; it has no binding to be made. */
static int request_answer_bootp(Request *request, ipv4_t ciaddr) {
        Pool *pool = request_find_pool_by_subnet(request, ciaddr);

        if (!pool) {
                request->actions->verdict = VERDICT_NO_POOL;
                return 0;
        }
        request->actions->verdict = VERDICT_INFORMED;
        return request_reply(request, DHCP_BOOTP, pool, 0, 0, 0);
}

int request_handle_bootp(Request *request) {
        ipv4_t address;
        Pool *pool;
        int r;

        request_keep_pools(request, pool_speaks_bootp);
        if (request->n_pools == 0) {
                request->actions->verdict = VERDICT_BOOTP_DISABLED;
                return 0;
        }

        if (!request_spend(request, BUDGET_CLIENT))
                return 0;
        if (request->message->ciaddr != 0)
                return request_answer_bootp(request, request->message->ciaddr);

        r = request_choose_address(request, &address, &pool);
        if (r == -ENOENT) {
                request_exhausted(request);
                return 0;
        }
        if (r < 0)
                return r;
        r = request_hold_for_now(request, address, pool);
        if (r < 0)
                return r;
        if (request_must_wait(request, address, pool)) {
                request->actions->verdict = VERDICT_PROBING;
                return 0;
        }
        r = request_bind(request, address, pool, USEC_INFINITY);
        if (r < 0)
                return r;
        request->actions->verdict = VERDICT_ACKED;
        return request_reply(
                request, DHCP_BOOTP, pool, address, 0, request->server->commits.last_id);
}

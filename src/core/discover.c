/* SPDX-License-Identifier: MIT */

/* DISCOVER: RFC 2131 4.3.1, and RFC 4039 where the pool allows it. */

#include <errno.h>

#include "core/allocation.h"
#include "core/binding.h"
#include "core/budget.h"
#include "core/conflict.h"
#include "core/handlers.h"
#include "core/offer.h"
#include "core/pool.h"
#include "core/reply.h"
#include "core/request-state.h"
#include "core/server-state.h"
#include "core/times.h"
#include "core/verdict.h"

static bool request_wants_rapid_commit(const Request *request, const Pool *pool) {
        return pool->settings->rapid_commit &&
               message_has(request->message, DHCP_OPTION_RAPID_COMMIT);
}

/* Not what another machine is seen to use, be it the client's own. */
static int request_choose_undisputed(Request *request, ipv4_t *ret_address, Pool **ret_pool) {
        int r;

        r = request_choose_address(request, ret_address, ret_pool);
        if (r < 0 || !request_is_disputed(request, *ret_address, *ret_pool))
                return r;
        r = request_give_up(request, *ret_address, *ret_pool);
        return r < 0 ? r : request_choose_address(request, ret_address, ret_pool);
}

/* Whether it is to be found out first who has the address that the client had, as it says. */
static bool request_waits_for_wish(Request *request) {
        ipv4_t address;

        return message_get_ipv4(request->message, DHCP_OPTION_REQUESTED_ADDRESS, &address) >= 0 &&
               request->role == SENDER_RELAYED && request_is_put_off(request, address);
}

int request_handle_discover(Request *request) {
        Server *server = request->server;
        usec_t lifetime;
        ipv4_t address;
        Pool *pool;
        bool rapid;
        int r;

        if (!request_spend(request, BUDGET_CLIENT) || request_waits_for_wish(request))
                return 0;
        r = request_choose_undisputed(request, &address, &pool);
        if (r == -ENOENT) {
                request_exhausted(request);
                return 0;
        }
        if (r < 0)
                return r;

        rapid = request_wants_rapid_commit(request, pool);
        r = rapid ? request_hold_for_now(request, address, pool)
                  : request_hold(request, address, pool);
        if (r < 0)
                return r;
        if (request_must_wait(request, address, pool)) {
                (void) request_withdraw_offers(request, address);
                request->actions->verdict = VERDICT_PROBING;
                return 0;
        }

        lifetime = request_lifetime(request, pool);
        if (!rapid) {
                (void) request_withdraw_offers(request, address);
                request->actions->verdict = VERDICT_OFFERED;
                return request_reply(request, DHCP_OFFER, pool, address, lifetime, 0);
        }
        r = request_bind(request, address, pool, lifetime);
        if (r < 0)
                return r;
        request->actions->verdict = VERDICT_ACKED;
        return request_reply(request, DHCP_ACK, pool, address, lifetime, server->commits.last_id);
}

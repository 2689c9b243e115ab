/* SPDX-License-Identifier: MIT */

/* INFORM: RFC 2131 4.3.5. The client has an address of its own and wants the rest; no lease is
 * looked at. */

#include "core/budget.h"
#include "core/client-leases.h"
#include "core/handlers.h"
#include "core/pool.h"
#include "core/reply.h"
#include "core/request-state.h"
#include "core/verdict.h"

int request_handle_inform(Request *request) {
        const ipv4_t ciaddr = request->message->ciaddr;
        Pool *pool = request->pools[0];

        if (!request_spend(request, BUDGET_CLIENT))
                return 0;
        /* "The servers SHOULD check the network address in a DHCPINFORM message for consistency":
         * a mask and a router of another network do more harm than none. */
        if (ciaddr != 0) {
                pool = request_find_pool_by_subnet(request, ciaddr);
                if (!pool || !ipv4_prefix_usable(pool->settings->subnet, ciaddr)) {
                        request->actions->verdict = VERDICT_NO_POOL;
                        return 0;
                }
        }
        request->actions->verdict = VERDICT_INFORMED;
        return request_reply(request, DHCP_ACK, pool, 0, 0, 0);
}

/* SPDX-License-Identifier: MIT */

/* INFORM: RFC 2131 4.3.5. The client has an address of its own and wants the rest; no lease is
 * looked at. */

#include "core/server-internal.h"

int request_handle_inform(Request *request) {
        Pool *pool = NULL;

        if (request->message->ciaddr != 0)
                pool = request_find_pool_by_subnet(request, request->message->ciaddr);
        if (!pool)
                pool = request->pools[0];
        request->actions->verdict = VERDICT_INFORMED;
        return request_reply(request, DHCP_ACK, pool, 0, 0, 0);
}

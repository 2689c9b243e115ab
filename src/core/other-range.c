/* SPDX-License-Identifier: MIT */

/* Addresses of a network that another server gives out, by agreement (OtherRange=). A client that
 * asks for one of them is the other's: whether it may have it only the other knows, and a NAK would
 * take it away from the client. */

#include "core/other-range.h"

#include "core/pool.h"
#include "core/request-state.h"
#include "core/server-state.h"

bool request_is_others(const Request *request, ipv4_t address) {
        if (!request->server->plan->has_other_ranges)
                return false;
        for (size_t i = 0; i < request->n_scope; i++)
                if (pool_is_others(request->pools[i], address))
                        return true;
        return false;
}

/* SPDX-License-Identifier: MIT */

/* DECLINE: RFC 2131 4.3.3. Only the owner of an address can put it in quarantine, or anybody could
 * empty the pool. */

#include <errno.h>

#include "core/budget.h"
#include "core/client-leases.h"
#include "core/handlers.h"
#include "core/lease.h"
#include "core/probing.h"
#include "core/quarantine.h"
#include "core/request-state.h"
#include "core/server-address.h"
#include "core/server-state.h"
#include "core/verdict.h"
#include "wire/protocol.h"

int request_handle_decline(Request *request) {
        const Lease *lease;
        LeaseRecord record;
        ipv4_t address;
        int r;

        /* RFC 2131 table 5: both MUST be there. lwIP leaves the server out, and so do the many
         * devices that are built on it; the owner of the address can only mean the server that it
         * has the address from. DEVIATIONS 11. */
        r = request_names_us(request);
        if (r == -EBADMSG ||
                message_get_ipv4(request->message, DHCP_OPTION_REQUESTED_ADDRESS, &address) < 0) {
                request->actions->verdict = VERDICT_BAD_OPTION;
                return 0;
        }
        if (r == 0) {
                request->actions->verdict = VERDICT_OTHER_SERVER;
                return 0;
        }

        lease = request_find_own(request, address);
        if (!lease) {
                request->actions->verdict = VERDICT_NOT_OWNER;
                return 0;
        }
        if (!request_spend(request, BUDGET_CLIENT))
                return 0;

        lease_get_record(lease, &record);
        record.started = record.last_seen = request->now;
        record.ifindex = request->metadata->ifindex;
        r = server_quarantine(request->server, &record, request->now, request->actions);
        if (r < 0)
                return r;
        /* that nobody answered before is refuted */
        prober_forget(&request->server->prober, address);
        request->actions->verdict = VERDICT_DECLINED;
        return 0;
}

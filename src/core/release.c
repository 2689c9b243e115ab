/* SPDX-License-Identifier: MIT */

/* RELEASE: RFC 2131 4.3.4. The address stays the client's favourite. What is given back is the
 * sender's own, in the networks where it can be; a datagram comes from the address it is about. */

#include <errno.h>

#include "core/budget.h"
#include "core/client-leases.h"
#include "core/handlers.h"
#include "core/lease.h"
#include "core/request-state.h"
#include "core/sender.h"
#include "core/server-address.h"
#include "core/transaction.h"
#include "core/verdict.h"

int request_handle_release(Request *request) {
        const ipv4_t ciaddr = request->message->ciaddr;
        const Lease *lease;
        LeaseRecord record;
        int r;

        r = request_names_us(request);
        if (r == -EBADMSG) {
                request->actions->verdict = VERDICT_BAD_OPTION;
                return 0;
        }
        /* RFC 2131 table 5 has it MUST, but who owns the address may give it back without. */
        if (r == 0) {
                request->actions->verdict = VERDICT_OTHER_SERVER;
                return 0;
        }

        if (request_is_by_unicast(request) && request->metadata->source != ciaddr) {
                request->actions->verdict = VERDICT_WRONG_SOURCE;
                return 0;
        }

        lease = request_find_own(request, ciaddr);
        if (!lease) {
                request->actions->verdict = VERDICT_NOT_OWNER;
                return 0;
        }
        if (!request_spend(request, request_budget_of(request, ciaddr)))
                return 0;

        lease_get_record(lease, &record);
        record.state = LEASE_RELEASED;
        record.expires = record.last_seen = request->now;
        record.n_declined = 0;
        r = server_commit(request->server, &record, LEASE_EVENT_RELEASED, request->actions);
        if (r < 0)
                return r;
        request->actions->verdict = VERDICT_RELEASED;
        return 0;
}

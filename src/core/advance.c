/* SPDX-License-Identifier: MIT */

/* What ends by itself: offers, leases, quarantines. Each call ends a bounded number of them. */

#include <assert.h>

#include "core/actions.h"
#include "core/lease-table.h"
#include "core/lease.h"
#include "core/offer.h"
#include "core/probing.h"
#include "core/proxy-claims.h"
#include "core/quarantine.h"
#include "core/resume.h"
#include "core/server-state.h"
#include "core/server.h"
#include "core/transaction.h"

static int lease_expire(Server *server, const Lease *lease, Actions *actions) {
        LeaseRecord record;

        lease_get_record(lease, &record);
        record.state = LEASE_EXPIRED;
        record.n_declined = 0;
        return server_commit(server, &record, LEASE_EVENT_EXPIRED, actions);
}

static int lease_advance(Server *server, Lease *lease, usec_t now, Actions *actions) {
        switch ((LeaseState) lease->state) {
        case LEASE_OFFERED:
                offer_end(server, lease, now);
                return 0;
        case LEASE_BOUND:
                return lease_expire(server, lease, actions);
        case LEASE_DECLINED:
                return server_clear_quarantine(server, lease, now, actions);
        case LEASE_RELEASED:
        case LEASE_EXPIRED:
        case LEASE_STATE_MAX:
        case LEASE_STATE_INVALID:
                break;
        }
        assert(false); /* free leases have no timer */
        return 0;
}

/* What an index needed in a flood goes back in steps that no client notices. */
#define SHRINK_STEP 4096

int server_advance(Server *server, usec_t now, Actions *actions) {
        int r;

        if (lease_table_is_shrinking(&server->table))
                lease_table_move(&server->table, SHRINK_STEP);
        for (size_t i = 0; i < SERVER_ADVANCE_MAX; i++) {
                Lease *lease = lease_table_first_due(&server->table);

                if (!lease || lease_table_deadline(&server->table) > now)
                        break;
                r = lease_advance(server, lease, now, actions);
                if (r < 0)
                        return r;
        }
        r = server_free_unfinished(server, now, actions);
        return r < 0 ? r : server_resume_due(server, now, actions);
}

usec_t server_next_deadline(const Server *server) {
        if (server->proxies.unfinished || lease_table_is_shrinking(&server->table))
                return 0;
        return MIN(lease_table_deadline(&server->table), prober_deadline(&server->prober));
}

/* SPDX-License-Identifier: MIT */

/* A lease as somebody has written it into the lease file. What a client may have is judged as for
 * server_add_lease(); what an author may take from a client depends on what he has seen of it.
 *
 * Invariant: a binding ends only by an edit of that very binding, and as after a packet the client
 * has one lease in its network. */

#include <errno.h>
#include <string.h>

#include "core/actions.h"
#include "core/binding.h"
#include "core/grant.h"
#include "core/lease-table.h"
#include "core/lease.h"
#include "core/plan.h"
#include "core/quarantine.h"
#include "core/server-state.h"
#include "core/standing.h"
#include "core/transaction.h"

static bool same_identity(const LeaseRecord *a, const LeaseRecord *b) {
        return a->client_id_size == b->client_id_size && a->hardware_size == b->hardware_size &&
               a->hostname_size == b->hostname_size &&
               (a->client_id_size == 0 ||
                       memcmp(a->client_id, b->client_id, a->client_id_size) == 0) &&
               (a->hardware_size == 0 || memcmp(a->hardware, b->hardware, a->hardware_size) == 0) &&
               (a->hostname_size == 0 || memcmp(a->hostname, b->hostname, a->hostname_size) == 0);
}

static int edit_bound(Server *server, const LeaseRecord *wanted, usec_t now, Actions *actions) {
        const Lease *lease = lease_table_find(&server->table, wanted->address);
        OtherBindings others;
        bool renewal;
        int r;

        renewal = lease && lease->state == LEASE_BOUND &&
                  lease_belongs_to(lease, wanted->client_id, wanted->client_id_size);
        if (!renewal) {
                r = server_judge_record(server, SPEAKER_AUTHOR, wanted);
                if (r < 0)
                        return r;
        }

        others = server_find_other_bindings(server, wanted);
        /* an address moves from where it was to one place */
        if (others.n > 1 || (others.n == 1 && !record_has_seen(wanted, others.leases[0])))
                return -EEXIST;
        return server_grant(server, wanted, &others, now, actions);
}

/* What is remembered of an address that nobody has: whose favourite it is. */
static int edit_favourite(Server *server, const LeaseRecord *wanted, const Lease *lease, usec_t now,
        Actions *actions) {
        LeaseRecord record = *wanted, old = {0};

        if (lease)
                lease_get_record(lease, &old);
        if (lease && wanted->client_id_size == 0)
                return server_delete_lease(server, wanted->address, now, actions);
        if (wanted->client_id_size == 0 || (lease && same_identity(&old, wanted)))
                return 0;
        if (!plan_find_pool_of(server->plan, wanted->address))
                return -EADDRNOTAVAIL;

        record.started = record.last_seen = now;
        record.expires = lease ? old.expires : now;
        record.version = old.version;
        record.n_declined = old.n_declined;
        record.ifindex = 0;
        record.flags = 0;
        record.offered_over = LEASE_OFFERED;
        return server_commit(server, &record, LEASE_EVENT_CHANGED, actions);
}

static int edit_free(
        Server *server, const LeaseRecord *wanted, LeaseState state, usec_t now, Actions *actions) {
        const Lease *lease = lease_table_find(&server->table, wanted->address);

        if (!lease)
                return edit_favourite(server, wanted, NULL, now, actions);

        switch ((LeaseState) lease->state) {
        case LEASE_BOUND:
                if (wanted->client_id_size == 0)
                        return server_delete_lease(server, wanted->address, now, actions);
                return server_end_binding(server, lease, state, now, actions);
        case LEASE_DECLINED:
                return server_clear_quarantine(server, lease, now, actions);
        case LEASE_RELEASED:
        case LEASE_EXPIRED:
                return edit_favourite(server, wanted, lease, now, actions);
        case LEASE_OFFERED: /* the file knows nothing of it */
        case LEASE_STATE_MAX:
        case LEASE_STATE_INVALID:
                break;
        }
        return 0;
}

static int edit_declined(Server *server, const LeaseRecord *wanted, usec_t now, Actions *actions) {
        const Lease *lease = lease_table_find(&server->table, wanted->address);
        LeaseRecord record = *wanted;

        if (usec_has_passed(wanted->expires, now)) {
                if (!lease || lease->state != LEASE_DECLINED)
                        return 0;
                return server_clear_quarantine(server, lease, now, actions);
        }
        if (lease && lease->state == LEASE_BOUND && !record_has_seen(wanted, lease))
                return -EADDRINUSE;
        if (!lease && !plan_find_pool_of(server->plan, wanted->address))
                return -EADDRNOTAVAIL;

        if (lease)
                lease_get_record(lease, &record);
        else {
                record.started = record.last_seen = now;
                record.ifindex = 0;
                record.n_declined = 0;
                record.flags = server_flags_of_quarantine(server, &record);
        }
        return server_quarantine_until(server, &record, wanted->expires, actions);
}

static int edit(Server *server, const LeaseRecord *wanted, usec_t now, Actions *actions) {
        switch (wanted->state) {
        case LEASE_BOUND:
                if (wanted->client_id_size == 0)
                        return -EINVAL;
                if (usec_has_passed(wanted->expires, now))
                        return edit_free(server, wanted, LEASE_EXPIRED, now, actions);
                return edit_bound(server, wanted, now, actions);
        case LEASE_RELEASED:
        case LEASE_EXPIRED:
                return edit_free(server, wanted, wanted->state, now, actions);
        case LEASE_DECLINED:
                return edit_declined(server, wanted, now, actions);
        case LEASE_OFFERED:
        case LEASE_STATE_MAX:
        case LEASE_STATE_INVALID:
                break;
        }
        return -EINVAL;
}

int server_edit_lease(Server *server, const LeaseRecord *record, usec_t now, Actions *actions) {
        const Transaction transaction = transaction_begin(server, actions);

        return transaction_end(&transaction, edit(server, record, now, actions));
}

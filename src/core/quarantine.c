/* SPDX-License-Identifier: MIT */

/* Invariant: a commit that makes a lease LEASE_DECLINED, or of one that is free again, is made
 * here; how often it was declined is the lease's while the quarantine lasts, and the memory's
 * after. */

#include "core/quarantine.h"

#include "core/decline-history.h"
#include "core/lease-table.h"
#include "core/plan.h"
#include "core/server-state.h"
#include "core/server.h"
#include "core/transaction.h"

#define QUARANTINE_FIRST_USEC (10 * USEC_PER_MINUTE)
#define QUARANTINE_MAX_USEC USEC_PER_DAY

/* @n_declined: this time included */
static usec_t quarantine_usec(uint8_t n_declined) {
        usec_t span = QUARANTINE_FIRST_USEC;

        for (; n_declined > 1 && span < QUARANTINE_MAX_USEC; n_declined--)
                span *= 2;
        return MIN(span, QUARANTINE_MAX_USEC);
}

static int begin_quarantine(Server *server, LeaseRecord *record, usec_t until, Actions *actions) {
        record->state = LEASE_DECLINED;
        record->offered_over = LEASE_OFFERED;
        record->expires = until;
        return server_commit(server, record, LEASE_EVENT_DECLINED, actions);
}

int server_quarantine(Server *server, LeaseRecord *record, usec_t now, Actions *actions) {
        if (record->n_declined < UINT8_MAX)
                record->n_declined++;
        return begin_quarantine(
                server, record, usec_add(now, quarantine_usec(record->n_declined)), actions);
}

int server_quarantine_until(Server *server, LeaseRecord *record, usec_t until, Actions *actions) {
        if (record->n_declined == 0)
                record->n_declined = 1;
        return begin_quarantine(server, record, until, actions);
}

/* @n_declined: what is remembered */
static int end_quarantine(
        Server *server, const Lease *lease, uint8_t n_declined, usec_t now, Actions *actions) {
        const LeaseRecord record = {
                .address = lease->address,
                .state = LEASE_RELEASED,
                .started = lease->started,
                .expires = now,
                .last_seen = now,
                .version = lease->version,
        };
        int r;

        r = server_commit(server, &record, LEASE_EVENT_CLEARED, actions);
        if (r < 0)
                return r;
        decline_history_put(&server->declines, record.address, n_declined);
        return 0;
}

int server_clear_quarantine(Server *server, const Lease *lease, usec_t now, Actions *actions) {
        /* nobody counts in a file that was written by hand */
        return end_quarantine(
                server, lease, lease->n_declined > 0 ? lease->n_declined : 1, now, actions);
}

int server_lift_quarantine(Server *server, const Lease *lease, usec_t now, Actions *actions) {
        return end_quarantine(
                server, lease, lease->n_declined > 0 ? lease->n_declined - 1 : 0, now, actions);
}

int server_clear_next(
        Server *server, const Pool *pool, size_t *cursor, usec_t now, Actions *actions) {
        const LeaseTable *table = &server->table;
        int n = 0, r;

        for (; *cursor < lease_table_n_slots(table); (*cursor)++) {
                const Lease *lease = lease_table_at(table, *cursor);

                if (table->n_by_state[LEASE_DECLINED] == 0)
                        break;
                if (!lease || lease->state != LEASE_DECLINED || (pool && lease->pool != pool))
                        continue;
                if (n == SERVER_ADVANCE_MAX)
                        return n;
                r = server_clear_quarantine(server, lease, now, actions);
                if (r < 0)
                        return n > 0 ? n : r;
                n++;
        }
        *cursor = 0;
        return n;
}

uint8_t server_flags_of_quarantine(const Server *server, const LeaseRecord *record) {
        const Pool *pool = plan_find_pool_of(server->plan, record->address);
        const bool is_nobodys = record->client_id_size == 0 && record->hardware_size == 0;

        return pool && pool->n_links == 0 && is_nobodys ? LEASE_RELAYED : 0;
}

/* SPDX-License-Identifier: MIT */

/* What is on disk, put together from the leases and the commits that are under way. Changes
 * nothing. */

#include "core/durable.h"

#include "core/server-state.h"

static void show_lease(const Lease *lease, DurableLease *ret) {
        lease_get_record(lease, &ret->record);
        ret->pool = lease->pool;
}

/* Return: whether there was a lease. */
static bool show_before(const Server *server, const CommitBefore *before, DurableLease *ret) {
        if (!before->existed)
                return false;
        ret->record = before->record;
        ret->pool = plan_find_pool_of(server->plan, before->record.address);
        return true;
}

bool server_find_durable(const Server *server, ipv4_t address, DurableLease *ret) {
        const Lease *lease;
        CommitBefore before;

        if (commit_log_find(&server->commits, address, &before))
                return show_before(server, &before, ret);
        lease = lease_table_find(&server->table, address);
        if (!lease)
                return false;
        show_lease(lease, ret);
        return true;
}

bool server_durable_at(const Server *server, size_t slot, DurableLease *ret) {
        const Lease *lease = slab_at(&server->table.leases, slot);
        CommitBefore before;

        if (!lease)
                return false;
        if (!commit_log_find(&server->commits, lease->address, &before)) {
                if (lease->flags & LEASE_DETACHED)
                        return false;
                show_lease(lease, ret);
                return true;
        }
        /* a lease that is being forgotten stays in its slot until it has been, and its successor
         * is not there before */
        if (before.forgotten ? lease != before.forgotten : lease->flags & LEASE_DETACHED)
                return false;
        return show_before(server, &before, ret);
}

size_t server_count_undurable(const Server *server) {
        return server->commits.n_records;
}

ipv4_t server_undurable_at(const Server *server, size_t i) {
        return commit_log_address_at(&server->commits, i);
}

uint64_t server_get_generation(const Server *server) {
        return server->changes.last;
}

void server_begin_changes(Server *server) {
        change_log_begin(&server->changes);
}

bool server_seek_changes(Server *server, uint64_t since, size_t *ret_position) {
        return change_log_seek(&server->changes, since, ret_position);
}

bool server_next_change(
        const Server *server, size_t *position, ipv4_t *ret_address, uint64_t *ret_number) {
        return change_log_next(&server->changes, position, ret_address, ret_number);
}

void server_forget_changes(Server *server) {
        change_log_forget(&server->changes);
}

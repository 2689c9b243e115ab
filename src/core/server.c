/* SPDX-License-Identifier: MIT */

/* The server's life: what it serves, what is known of it, which of its commits are durable. Packets
 * are dispatch.c's. */

#include "core/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/commit.h"
#include "core/link-state.h"
#include "core/load.h"
#include "core/plan.h"
#include "core/proxy-arp.h"
#include "core/reply-cache.h"
#include "core/server-state.h"
#include "wire/protocol.h"

int server_new(Server **ret, const uint8_t seed[static 16]) {
        Server *server = calloc(1, sizeof(*server));
        if (!server)
                return -ENOMEM;

        memcpy(server->seed, seed, sizeof(server->seed));
        lease_table_init(&server->table, seed);
        change_log_init(&server->changes, seed);
        *ret = server;
        return 0;
}

Server *server_free(Server *server) {
        if (!server)
                return NULL;

        commit_log_done(&server->commits);
        change_log_done(&server->changes);
        lease_table_done(&server->table);
        links_free(server->links, server->n_links);
        plan_free(server->plan);
        free(server->scope);
        free(server);
        return NULL;
}

/* The flags of a lease where this plan is in force. */
static uint8_t plan_flag_lease(const Plan *plan, const LeaseRecord *record) {
        uint8_t flags = record->flags;

        if (plan_reserves_for(plan, record))
                return (flags | LEASE_RESERVED) & (uint8_t) ~LEASE_FORMERLY_RESERVED;
        if (flags & LEASE_RESERVED)
                flags |= LEASE_FORMERLY_RESERVED;
        return flags & (uint8_t) ~LEASE_RESERVED;
}

/* Whether a lease looks different on the bus where it comes into a pool and has these flags. */
static bool lease_is_changed(const Lease *lease, const Pool *pool, uint8_t flags) {
        const char *before = lease->pool ? lease->pool->settings->name : "",
                   *after = pool ? pool->settings->name : "";

        return lease_is_taken((LeaseState) lease->state) &&
               (lease->flags != flags || strcmp(before, after) != 0);
}

/* Moves every lease into the new pools. Cannot fail. Return: bound leases that got none. */
static size_t server_move_leases(Server *server, const Plan *plan) {
        size_t n_slots = lease_table_n_slots(&server->table), n_orphans = 0;

        for (size_t i = 0; i < n_slots; i++) {
                Lease *lease = lease_table_at(&server->table, i);
                LeaseRecord record;
                uint8_t flags;
                Pool *pool;

                if (!lease)
                        continue;
                lease_get_record(lease, &record);
                pool = plan_find_pool_of(plan, lease->address);
                flags = plan_flag_lease(plan, &record);
                if (lease_is_changed(lease, pool, flags))
                        change_log_note(&server->changes, lease->address);
                lease_table_set_pool(&server->table, lease, pool);
                lease_table_set_flags(&server->table, lease, flags);
                if (!lease->pool && lease->state == LEASE_BOUND)
                        n_orphans++;
        }
        return n_orphans;
}

static Pool *plan_find_most_offered(const Plan *plan) {
        Pool *most = NULL;

        for (size_t i = 0; i < plan->n_pools; i++)
                if (!most || plan->pools[i]->n_offered > most->n_offered)
                        most = plan->pools[i];
        return most;
}

int server_configure_take(Server *server, Settings *settings, size_t *ret_n_orphans) {
        size_t n_orphans;
        int r;

        _cleanup_free_ Pool **scope = calloc(2 * settings->n_pools + 1, sizeof(*scope));
        if (!scope)
                return -ENOMEM;
        _cleanup_free_ Lease **room = calloc(server_sort_room(server), sizeof(*room));
        if (!room)
                return -ENOMEM;
        Plan *plan = NULL;
        r = plan_new(&plan, settings);
        if (r < 0)
                return r;
        r = links_attach(server->links, server->n_links, plan);
        if (r < 0) {
                plan->settings = NULL; /* the caller's still */
                plan_free(plan);
                return r;
        }

        n_orphans = server_move_leases(server, plan);
        plan_sort_leases(plan, room);
        plan_free(server->plan);
        server->plan = plan;
        server->n_plans++;
        server->most_offered = plan_find_most_offered(plan);
        reply_cache_clear(&server->reply_cache);
        free(server->scope);
        server->scope = TAKE_PTR(scope);
        server_block_own_addresses(server, true);
        /* What was said of the old configuration may be wrong of the new one. */
        for (size_t i = 0; i < server->n_links; i++)
                server->links[i].warned = (LinkWarnings){0};
        if (ret_n_orphans)
                *ret_n_orphans = n_orphans;
        return 0;
}

const Settings *server_get_settings(const Server *server) {
        return server->plan ? server->plan->settings : NULL;
}

uint64_t server_count_settings(const Server *server) {
        return server->n_plans;
}

void server_set_lease_version(Server *server, Lease *lease, uint64_t version) {
        (void) server;
        lease->version = version;
}

void server_commit_done(Server *server, uint64_t id) {
        commit_log_settle(&server->commits, &server->table, &server->changes, id);
}

void server_commit_undo(Server *server, uint64_t id) {
        commit_log_undo(&server->commits, &server->table, server->plan, id);
        /* quarantines that had ended are back, and may be by the word of proxies */
        proxy_table_reopen(&server->proxies);
}

uint64_t server_last_commit(const Server *server) {
        return server->commits.last_id;
}

const LeaseTable *server_get_table(const Server *server) {
        return &server->table;
}

Pool *const *server_get_pools(const Server *server, size_t *ret_n) {
        *ret_n = server->plan ? server->plan->n_pools : 0;
        return server->plan ? server->plan->pools : NULL;
}

Pool *server_find_pool(const Server *server, const char *name) {
        return server->plan ? plan_find_pool(server->plan, name) : NULL;
}

const Pool *server_find_host_pool(const Server *server, const HostSettings *host) {
        return server->plan ? plan_find_host_pool(server->plan, host) : NULL;
}

uint64_t server_counter(const Server *server, Verdict verdict) {
        return server->counters[verdict];
}

uint64_t server_message_counter(const Server *server, DhcpMessageType type) {
        return server->message_counters[type];
}

void server_count(Server *server, Verdict verdict) {
        server->counters[verdict]++;
}

void server_reset_counters(Server *server) {
        memset(server->counters, 0, sizeof(server->counters));
        memset(server->message_counters, 0, sizeof(server->message_counters));
}

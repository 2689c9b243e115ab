/* SPDX-License-Identifier: MIT */

/* Looks at leases and hosts as select.c does for a message, without one. Changes nothing. */

#include "core/outlook.h"

#include <errno.h>
#include <stdlib.h>

#include "core/lease-table.h"
#include "core/link-state.h"
#include "core/plan.h"
#include "core/pool.h"
#include "core/server-state.h"
#include "core/succession.h"
#include "wire/protocol.h"

static const char *const outlook_names[OUTLOOK_MAX] = {
        [OUTLOOK_NONE] = "none",
        [OUTLOOK_HAS] = "has",
        [OUTLOOK_FREE] = "free",
        [OUTLOOK_MOVES] = "moves",
        [OUTLOOK_ASKS] = "asks",
        [OUTLOOK_AT_ONCE] = "at-once",
        [OUTLOOK_WAITS] = "waits",
};

const char *outlook_to_string(Outlook outlook) {
        if (outlook < 0 || outlook >= OUTLOOK_MAX)
                return "none";
        return outlook_names[outlook];
}

/* Whether a client that has this lease would be served from a pool as well: it is in the same
 * network, or on a link of both. */
static bool server_serves_at(const Server *server, const Lease *lease, const Pool *pool) {
        const LinkState *link;

        if (pool == lease->pool || pool_contains(pool, lease->address))
                return true;
        if (lease->flags & LEASE_RELAYED || lease->ifindex == 0)
                return false;
        link = links_find(server->links, server->n_links, lease->ifindex);
        for (size_t i = 0; link && i < link->n_direct; i++)
                if (link->pools[i] == pool)
                        return true;
        return false;
}

static const Host *find_host_by(const Server *server, const Lease *lease, const LeaseRecord *record,
        HostKeyType type, const uint8_t *data, size_t size) {
        for (const HostKey *key = plan_first_host_key(server->plan, type, data, size); key;
                key = plan_next_host_key(server->plan, key)) {
                const Host *host = key->host;

                if (host_is_on_circuit(
                            host->settings, record->relay_agent, record->relay_agent_size) &&
                        (!host->pool || server_serves_at(server, lease, host->pool)))
                        return host;
        }
        return NULL;
}

/* The host that the client of a lease is where it is. */
static const Host *server_find_host_at(const Server *server, const Lease *lease) {
        const uint8_t *circuit;
        LeaseRecord record;
        const Host *host;
        size_t size;

        lease_get_record(lease, &record);
        host = find_host_by(server, lease, &record, HOST_KEY_CLIENT_ID, record.client_id,
                record.client_id_size);
        if (!host && record.hardware_size > 0)
                host = find_host_by(server, lease, &record, HOST_KEY_HARDWARE, record.hardware,
                        record.hardware_size);
        if (!host && relay_agent_get(record.relay_agent, record.relay_agent_size, RELAY_CIRCUIT_ID,
                             &circuit, &size) >= 0)
                host = find_host_by(server, lease, &record, HOST_KEY_CIRCUIT_ID, circuit, size);
        return host;
}

/* The host that the client of a lease is, if it is to have another address; else NULL. */
static const Host *server_find_mover(const Server *server, const Lease *lease) {
        const Host *host;

        if (lease->state != LEASE_BOUND || !lease->identity)
                return NULL;
        host = server_find_host_at(server, lease);
        return host && host->pool && !host->settings->deny && host->settings->address != 0 &&
                               host->settings->address != lease->address
                       ? host
                       : NULL;
}

/* The bindings of a host's client at other addresses: how many, and the one that was heard last.
 * Times of before the boot wrap: they are compared by difference. */
typedef struct Elsewhere {
        const Lease *newest;
        size_t n;
} Elsewhere;

static void add_elsewhere(
        const Server *server, const Host *host, const Lease *lease, Elsewhere *elsewhere) {
        /* most hosts are where they should be */
        if (lease->address == host->settings->address || server_find_mover(server, lease) != host)
                return;
        elsewhere->n++;
        if (!elsewhere->newest || (int64_t) (lease->last_seen - elsewhere->newest->last_seen) > 0)
                elsewhere->newest = lease;
}

static int compare_port_clients(const void *a, const void *b) {
        const PortClient *x = a, *y = b;

        return x->host < y->host ? -1 : x->host > y->host;
}

/* The same of a host that is known by its circuit alone, as far as it was found lately. */
static const Lease *server_find_port_elsewhere(
        const Server *server, const Host *host, const PortClients *ports) {
        const PortClient wanted = {.host = host->settings};
        const PortClient *found, *end;
        Elsewhere elsewhere = {0};

        if (ports->n_items == 0)
                return NULL;
        end = ports->items + ports->n_items;
        found = bsearch(
                &wanted, ports->items, ports->n_items, sizeof(*found), compare_port_clients);
        while (found && found > ports->items && found[-1].host == wanted.host)
                found--;
        for (; found && found < end && found->host == wanted.host; found++) {
                const Lease *lease = lease_table_find(&server->table, found->address);

                if (lease)
                        add_elsewhere(server, host, lease, &elsewhere);
        }
        return elsewhere.newest;
}

static Elsewhere server_find_elsewhere(const Server *server, const Host *host) {
        const HostSettings *settings = host->settings;
        const ClientId *id = &settings->client_id;
        Elsewhere elsewhere = {0};

        if (id->size > 0)
                for (const Lease *lease =
                                lease_table_first_of_client(&server->table, id->data, id->size);
                        lease; lease = lease_table_next_of_client(&server->table, lease))
                        add_elsewhere(server, host, lease, &elsewhere);
        if (settings->hardware_size > 0)
                for (const Lease *lease = lease_table_first_of_hardware(
                             &server->table, settings->hardware, settings->hardware_size);
                        lease; lease = lease_table_next_of_hardware(&server->table, lease))
                        if (!lease_belongs_to(lease, id->data, id->size))
                                add_elsewhere(server, host, lease, &elsewhere);
        return elsewhere;
}

static const Host *server_find_reservation(const Server *server, const HostSettings *settings) {
        const Plan *plan = server->plan;
        const Host *const *end = plan ? plan->reservations + plan->n_reservations : NULL;
        const Host *const *host = plan ? plan_find_reservations(plan, settings->address) : NULL;

        for (; host != end && (*host)->settings->address == settings->address; host++)
                if ((*host)->settings == settings)
                        return *host;
        return NULL;
}

/* What becomes of the address of a client that the host is not. As request_may_succeed() has it;
 * whether the host's client is on the link will show when it asks. */
static Outlook judge_other(const Lease *holder) {
        const Pool *pool = holder->pool;

        if (pool && pool->n_links > 0 &&
                pool->settings->conflict_detection != CONFLICT_DETECTION_OFF)
                return OUTLOOK_ASKS;
        return lease_is_left_over(holder) ? OUTLOOK_AT_ONCE : OUTLOOK_WAITS;
}

/* The lease of the reserved address is another's, or nobody's. */
static void foresee_taken(const Server *server, HostOutlook *ret) {
        const Lease *holder = ret->holder;
        LeaseRecord record;

        lease_get_record(holder, &record);
        ret->outlook = OUTLOOK_WAITS;
        if (holder->state == LEASE_BOUND && !plan_reserves_for(server->plan, &record))
                ret->outlook = judge_other(holder);
        if (ret->outlook != OUTLOOK_AT_ONCE)
                ret->moves_at = holder->expires;
}

void server_foresee(const Server *server, const HostSettings *settings, const PortClients *ports,
        HostOutlook *ret) {
        const Host *host = server_find_reservation(server, settings);
        const Lease *lease;
        LeaseRecord record;

        *ret = (HostOutlook){.outlook = OUTLOOK_NONE};
        if (!host)
                return;
        ret->current = host_is_port(settings) ? server_find_port_elsewhere(server, host, ports)
                                              : server_find_elsewhere(server, host).newest;
        lease = lease_table_find(&server->table, settings->address);
        if (lease && (lease->state == LEASE_BOUND || lease->state == LEASE_DECLINED))
                ret->holder = lease;

        if (!ret->holder) {
                ret->outlook = ret->current ? OUTLOOK_MOVES : OUTLOOK_FREE;
                ret->moves_at = ret->current ? ret->current->expires : 0;
                return;
        }
        lease_get_record(lease, &record);
        if (lease->state == LEASE_BOUND && host_is_client(settings, &record))
                ret->outlook = OUTLOOK_HAS;
        else
                foresee_taken(server, ret);
}

/* Whether some host is known by its circuit alone: such keys come last. */
static bool plan_has_ports(const Plan *plan) {
        return plan->n_host_keys > 0 &&
               plan->host_keys[plan->n_host_keys - 1].type == HOST_KEY_CIRCUIT_ID;
}

/* The host that the client of a lease is by its circuit, if it is to move. Most have none. */
static const Host *server_find_port_mover(const Server *server, const Lease *lease) {
        const uint8_t *circuit;
        const Host *host;
        LeaseRecord record;
        size_t size;

        if (!lease->identity || lease->identity->relay_agent_size == 0)
                return NULL;
        lease_get_record(lease, &record);
        if (relay_agent_get(record.relay_agent, record.relay_agent_size, RELAY_CIRCUIT_ID, &circuit,
                    &size) < 0 ||
                !plan_first_host_key(server->plan, HOST_KEY_CIRCUIT_ID, circuit, size))
                return NULL;
        host = server_find_mover(server, lease);
        return host && host_is_port(host->settings) ? host : NULL;
}

void port_clients_done(PortClients *clients) {
        free(clients->items);
        *clients = (PortClients){0};
}

static int add_port_client(
        PortClients *clients, size_t *capacity, const Host *host, ipv4_t address) {
        PortClient *items;

        if (clients->n_items >= *capacity) {
                *capacity = MAX(2 * *capacity, (size_t) 16);
                items = reallocarray(clients->items, *capacity, sizeof(*items));
                if (!items)
                        return -ENOMEM;
                clients->items = items;
        }
        clients->items[clients->n_items++] =
                (PortClient){.host = host->settings, .address = address};
        return 0;
}

int server_find_port_clients(const Server *server, PortClients *ret) {
        const size_t n_slots = lease_table_n_slots(&server->table);
        const Plan *plan = server->plan;
        size_t capacity = 0;
        int r;

        for (size_t i = 0; plan && plan_has_ports(plan) && i < n_slots; i++) {
                const Lease *lease = lease_table_at(&server->table, i);
                const Host *host = lease ? server_find_port_mover(server, lease) : NULL;

                if (!host)
                        continue;
                r = add_port_client(ret, &capacity, host, lease->address);
                if (r < 0) {
                        port_clients_done(ret);
                        return r;
                }
        }
        if (ret->n_items > 0)
                qsort(ret->items, ret->n_items, sizeof(*ret->items), compare_port_clients);
        return 0;
}

size_t server_count_to_move(const Server *server) {
        const size_t n_slots = lease_table_n_slots(&server->table);
        const Plan *plan = server->plan;
        size_t n = 0;

        if (!plan || plan->n_reservations == 0 || server->table.n_by_state[LEASE_BOUND] == 0)
                return 0;
        for (size_t i = 0; i < plan->n_reservations; i++)
                n += server_find_elsewhere(server, plan->reservations[i]).n;
        /* nothing but the leases tells which clients are on a circuit */
        for (size_t i = 0; i < n_slots && plan_has_ports(plan); i++) {
                const Lease *lease = lease_table_at(&server->table, i);

                n += lease && server_find_port_mover(server, lease);
        }
        return n;
}

const HostSettings *server_find_host_of(const Server *server, const Lease *lease) {
        const Plan *plan = server->plan;
        LeaseRecord record;

        if (!plan)
                return NULL;
        lease_get_record(lease, &record);
        for (const Host *const *host = plan_find_reservations(plan, lease->address);
                host != plan->reservations + plan->n_reservations &&
                (*host)->settings->address == lease->address;
                host++)
                if (!host_is_port((*host)->settings) && host_is_client((*host)->settings, &record))
                        return (*host)->settings;
        return NULL;
}

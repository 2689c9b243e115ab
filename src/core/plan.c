/* SPDX-License-Identifier: MIT */

/* Builds the plan and looks things up in it. Knows no client and no packet. */

#include "core/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/message.h"
#include "wire/protocol.h"

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

/* Spans are walked backwards: of those that begin at one address, the last pool comes first. */
static int span_compare(const void *a, const void *b) {
        const PlanSpan *x = a, *y = b;

        if (x->range.first != y->range.first)
                return COMPARE(x->range.first, y->range.first);
        return COMPARE(y->pool->position, x->pool->position);
}

static int host_key_compare(const HostKey *x, const HostKey *y) {
        if (x->type != y->type)
                return COMPARE(x->type, y->type);
        if (x->size != y->size)
                return COMPARE(x->size, y->size);
        return memcmp(x->data, y->data, x->size);
}

static int host_key_compare_for_sort(const void *a, const void *b) {
        const HostKey *x = a, *y = b;
        int c = host_key_compare(x, y);

        return c != 0 ? c : COMPARE(x->host, y->host);
}

static int reservation_compare(const void *a, const void *b) {
        const Host *x = *(const Host *const *) a, *y = *(const Host *const *) b;

        if (x->settings->address != y->settings->address)
                return COMPARE(x->settings->address, y->settings->address);
        return COMPARE(x, y);
}

static int plan_build_pools(Plan *plan, const Settings *settings) {
        int r;

        plan->pools = calloc(settings->n_pools + 1, sizeof(*plan->pools));
        if (!plan->pools)
                return -ENOMEM;
        for (size_t i = 0; i < settings->n_pools; i++) {
                r = pool_new(&plan->pools[i], settings->pools[i]);
                if (r < 0)
                        return r;
                plan->pools[i]->position = i;
                plan->ignores_client_id |= settings->pools[i]->ignore_client_id;
                plan->has_other_ranges |= settings->pools[i]->n_other_ranges > 0;
                plan->n_pools++;
        }
        return 0;
}

static void spans_sort(PlanSpan *spans, size_t n) {
        ipv4_t reach = 0;

        qsort(spans, n, sizeof(*spans), span_compare);
        for (size_t i = 0; i < n; i++) {
                reach = MAX(reach, spans[i].range.last);
                spans[i].reach = reach;
        }
}

/* The spans that begin at an address or before it; those of them that hold it are the last ones,
 * for as long as one of them may reach so far. */
static size_t spans_count_until(const PlanSpan *spans, size_t n, ipv4_t address) {
        size_t low = 0, high = n;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (spans[middle].range.first <= address)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

static int plan_build_subnets(Plan *plan) {
        plan->subnets = calloc(plan->n_pools + 1, sizeof(*plan->subnets));
        if (!plan->subnets)
                return -ENOMEM;

        for (size_t i = 0; i < plan->n_pools; i++) {
                const Ipv4Prefix subnet = plan->pools[i]->settings->subnet;

                plan->subnets[i] = (PlanSpan){
                        .range = {ipv4_prefix_network(subnet), ipv4_prefix_broadcast(subnet)},
                        .pool = plan->pools[i],
                };
        }
        spans_sort(plan->subnets, plan->n_pools);
        return 0;
}

static int plan_build_spans(Plan *plan) {
        size_t n = 0;

        for (size_t i = 0; i < plan->n_pools; i++)
                n += plan->pools[i]->settings->n_ranges;
        plan->spans = calloc(n + 1, sizeof(*plan->spans));
        if (!plan->spans)
                return -ENOMEM;

        for (size_t i = 0; i < plan->n_pools; i++) {
                const PoolSettings *settings = plan->pools[i]->settings;

                for (size_t j = 0; j < settings->n_ranges; j++)
                        plan->spans[plan->n_spans++] = (PlanSpan){
                                .range = settings->ranges[j],
                                .pool = plan->pools[i],
                        };
        }
        spans_sort(plan->spans, plan->n_spans);
        return 0;
}

static void plan_add_host_key(
        Plan *plan, HostKeyType type, const uint8_t *data, size_t size, const Host *host) {
        if (size == 0)
                return;
        plan->host_keys[plan->n_host_keys++] = (HostKey){
                .type = type,
                .size = size,
                .data = data,
                .host = host,
        };
}

Pool *plan_find_host_pool(const Plan *plan, const HostSettings *settings) {
        if (settings->pool) {
                Pool *pool = plan_find_pool(plan, settings->pool);

                return pool && settings->address != 0 && !pool_contains(pool, settings->address)
                               ? NULL
                               : pool;
        }
        if (settings->address == 0)
                return NULL;
        for (size_t i = 0; i < plan->n_pools; i++)
                if (pool_contains(plan->pools[i], settings->address))
                        return plan->pools[i];
        return NULL;
}

static int plan_build_hosts(Plan *plan, const Settings *settings) {
        plan->hosts = calloc(settings->n_hosts + 1, sizeof(*plan->hosts));
        plan->host_keys =
                calloc(settings->n_hosts * HOST_KEY_TYPE_MAX + 1, sizeof(*plan->host_keys));
        plan->reservations = calloc(settings->n_hosts + 1, sizeof(*plan->reservations));
        if (!plan->hosts || !plan->host_keys || !plan->reservations)
                return -ENOMEM;

        for (size_t i = 0; i < settings->n_hosts; i++) {
                const HostSettings *host = settings->hosts[i];

                plan->hosts[i] = (Host){
                        .settings = host,
                        .pool = plan_find_host_pool(plan, host),
                };
                plan_add_host_key(plan, HOST_KEY_CLIENT_ID, host->client_id.data,
                        host->client_id.size, &plan->hosts[i]);
                plan_add_host_key(plan, HOST_KEY_HARDWARE, host->hardware, host->hardware_size,
                        &plan->hosts[i]);
                if (host->client_id.size == 0 && host->hardware_size == 0)
                        plan_add_host_key(plan, HOST_KEY_CIRCUIT_ID, host->circuit_id,
                                host->circuit_id_size, &plan->hosts[i]);
                if (host->address != 0 && !host->deny && plan->hosts[i].pool)
                        plan->reservations[plan->n_reservations++] = &plan->hosts[i];
        }
        qsort(plan->host_keys, plan->n_host_keys, sizeof(*plan->host_keys),
                host_key_compare_for_sort);
        qsort(plan->reservations, plan->n_reservations, sizeof(const Host *), reservation_compare);
        return 0;
}

static size_t plan_locate_reservation(const Plan *plan, ipv4_t address) {
        size_t low = 0, high = plan->n_reservations;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (plan->reservations[middle]->settings->address < address)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

/* A range of another pool may hold a host's address as well: it is nobody else's there either. */
static bool pool_reserves(const Pool *pool, const Host *host) {
        return host->pool == pool || pool_gives_out(pool, host->settings->address);
}

/* Tells a pool which of its addresses belong to hosts. They lie in its subnet, and no room is taken
 * for others: there may be thousands of pools, each with a few of the hosts. */
static int plan_reserve(const Plan *plan, Pool *pool) {
        const ipv4_t last = ipv4_prefix_broadcast(pool->settings->subnet);
        const size_t first =
                plan_locate_reservation(plan, ipv4_prefix_network(pool->settings->subnet));
        size_t end, n_most = 0, n = 0;
        ipv4_t *addresses;

        for (end = first;
                end < plan->n_reservations && plan->reservations[end]->settings->address <= last;
                end++)
                n_most += pool_reserves(pool, plan->reservations[end]);
        if (n_most == 0)
                return 0;
        addresses = calloc(n_most, sizeof(*addresses));
        if (!addresses)
                return -ENOMEM;
        for (size_t i = first; i < end; i++) {
                ipv4_t address = plan->reservations[i]->settings->address;

                if (pool_reserves(pool, plan->reservations[i]) &&
                        (n == 0 || addresses[n - 1] != address))
                        addresses[n++] = address;
        }
        pool_set_reserved_take(pool, addresses, n);
        return 0;
}

int plan_new(Plan **ret, Settings *settings) {
        int r;

        _cleanup_(plan_freep) Plan *plan = calloc(1, sizeof(*plan));
        if (!plan)
                return -ENOMEM;

        r = plan_build_pools(plan, settings);
        if (r < 0)
                return r;
        r = plan_build_subnets(plan);
        if (r < 0)
                return r;
        r = plan_build_spans(plan);
        if (r < 0)
                return r;
        r = plan_build_hosts(plan, settings);
        if (r < 0)
                return r;
        for (size_t i = 0; i < plan->n_pools; i++) {
                r = plan_reserve(plan, plan->pools[i]);
                if (r < 0)
                        return r;
        }

        plan->settings = settings;
        *ret = TAKE_PTR(plan);
        return 0;
}

Plan *plan_free(Plan *plan) {
        if (!plan)
                return NULL;

        for (size_t i = 0; i < plan->n_pools; i++)
                pool_free(plan->pools[i]);
        free(plan->pools);
        free(plan->subnets);
        free(plan->spans);
        free(plan->hosts);
        free(plan->host_keys);
        free(plan->reservations);
        settings_free(plan->settings);
        free(plan);
        return NULL;
}

Pool *plan_find_pool(const Plan *plan, const char *name) {
        for (size_t i = 0; i < plan->n_pools; i++)
                if (strcmp(plan->pools[i]->settings->name, name) == 0)
                        return plan->pools[i];
        return NULL;
}

Pool *plan_find_pool_of(const Plan *plan, ipv4_t address) {
        const Host *host;

        if (!plan)
                return NULL;
        host = plan_first_reservation(plan, address);
        if (host)
                return host->pool;

        for (size_t i = spans_count_until(plan->spans, plan->n_spans, address);
                i > 0 && plan->spans[i - 1].reach >= address; i--)
                if (pool_gives_out(plan->spans[i - 1].pool, address))
                        return plan->spans[i - 1].pool;
        return NULL;
}

size_t plan_find_pools_at(const Plan *plan, ipv4_t address, Pool **ret) {
        size_t n = 0;

        for (size_t i = spans_count_until(plan->subnets, plan->n_pools, address);
                i > 0 && plan->subnets[i - 1].reach >= address; i--) {
                const PlanSpan *subnet = &plan->subnets[i - 1];
                size_t place = n;

                if (!ipv4_range_contains(subnet->range, address))
                        continue;
                for (; place > 0 && ret[place - 1]->position > subnet->pool->position; place--)
                        ret[place] = ret[place - 1];
                ret[place] = subnet->pool;
                n++;
        }
        return n;
}

bool plan_has_range(const Plan *plan, ipv4_t address) {
        for (size_t i = spans_count_until(plan->spans, plan->n_spans, address);
                i > 0 && plan->spans[i - 1].reach >= address; i--)
                if (ipv4_range_contains(plan->spans[i - 1].range, address))
                        return true;
        return false;
}

const Host *const *plan_find_reservations(const Plan *plan, ipv4_t address) {
        return (const Host *const *) plan->reservations + plan_locate_reservation(plan, address);
}

const Host *plan_first_reservation(const Plan *plan, ipv4_t address) {
        size_t i = plan_locate_reservation(plan, address);

        if (i == plan->n_reservations || plan->reservations[i]->settings->address != address)
                return NULL;
        return plan->reservations[i];
}

bool plan_is_reserved_for_other(const Plan *plan, ipv4_t address, const Host *host) {
        if (!plan_first_reservation(plan, address))
                return false;
        /* Two hosts may share an address: the two interfaces of a laptop. */
        return !host || host->settings->deny || host->settings->address != address;
}

bool host_is_on_circuit(const HostSettings *host, const uint8_t *relay_agent, size_t size) {
        const uint8_t *circuit;
        size_t circuit_size;

        if (host->circuit_id_size == 0)
                return true;
        return relay_agent_get(relay_agent, size, RELAY_CIRCUIT_ID, &circuit, &circuit_size) >= 0 &&
               circuit_size == host->circuit_id_size &&
               memcmp(circuit, host->circuit_id, circuit_size) == 0;
}

bool host_is_client(const HostSettings *host, const LeaseRecord *record) {
        if (!host_is_on_circuit(host, record->relay_agent, record->relay_agent_size))
                return false;
        if (host_is_port(host))
                return true;
        if (host->client_id.size > 0 && host->client_id.size == record->client_id_size &&
                memcmp(host->client_id.data, record->client_id, record->client_id_size) == 0)
                return true;
        return host->hardware_size > 0 && host->hardware_size == record->hardware_size &&
               memcmp(host->hardware, record->hardware, record->hardware_size) == 0;
}

bool plan_reserves_for(const Plan *plan, const LeaseRecord *record) {
        if (!plan)
                return false;
        for (size_t i = plan_locate_reservation(plan, record->address); i < plan->n_reservations;
                i++) {
                const HostSettings *host = plan->reservations[i]->settings;

                if (host->address != record->address)
                        break;
                if (host_is_client(host, record))
                        return true;
        }
        return false;
}

const HostKey *plan_first_host_key(
        const Plan *plan, HostKeyType type, const uint8_t *data, size_t size) {
        const HostKey wanted = {.type = type, .size = size, .data = data};
        size_t low = 0, high = plan->n_host_keys;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (host_key_compare(&plan->host_keys[middle], &wanted) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        if (low == plan->n_host_keys || host_key_compare(&plan->host_keys[low], &wanted) != 0)
                return NULL;
        return &plan->host_keys[low];
}

const HostKey *plan_next_host_key(const Plan *plan, const HostKey *key) {
        const HostKey *next = key + 1;

        if (next == plan->host_keys + plan->n_host_keys || host_key_compare(next, key) != 0)
                return NULL;
        return next;
}

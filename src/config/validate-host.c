/* SPDX-License-Identifier: MIT */
/* Hosts: whether they can be told apart, and whether what they are given is their pool's to give.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/suggest.h"
#include "config/override.h"
#include "config/validate-internal.h"
#include "config/validate.h"
#include "wire/protocol.h"

typedef enum IdentityType {
        IDENTITY_HARDWARE,
        IDENTITY_CLIENT_ID,
        IDENTITY_CIRCUIT_ID,
        IDENTITY_ADDRESS,
        IDENTITY_TYPE_MAX,
} IdentityType;

static const char *const identity_keys[IDENTITY_TYPE_MAX] = {
        [IDENTITY_HARDWARE] = "MACAddress",
        [IDENTITY_CLIENT_ID] = "ClientId",
        [IDENTITY_CIRCUIT_ID] = "CircuitId",
        [IDENTITY_ADDRESS] = "Address",
};

/* Something that only one host may have. */
typedef struct Identity {
        IdentityType type;
        const uint8_t *data;
        size_t size;
        size_t host; /* index in the settings */
} Identity;

static const PoolSettings *find_pool(const Settings *settings, const char *name) {
        for (size_t i = 0; i < settings->n_pools; i++)
                if (strcmp(settings->pools[i]->name, name) == 0)
                        return settings->pools[i];
        return NULL;
}

static const PoolSettings *find_pool_of(const Settings *settings, ipv4_t address) {
        for (size_t i = 0; i < settings->n_pools; i++)
                if (settings->pools[i]->subnet.length > 0 &&
                        ipv4_prefix_contains(settings->pools[i]->subnet, address))
                        return settings->pools[i];
        return NULL;
}

/* The pool that a host is meant for, NULL for any. */
static const PoolSettings *host_pool(const Settings *settings, const HostSettings *host) {
        if (host->pool)
                return find_pool(settings, host->pool);
        return host->address != 0 ? find_pool_of(settings, host->address) : NULL;
}

static void validate_identification(const Validation *validation, const HostSettings *host) {
        const Subject subject = host_subject(host);

        if (host->hardware_size > 0 || host->client_id.size > 0 || host->circuit_id_size > 0)
                return;
        for (IdentityType type = 0; type < IDENTITY_ADDRESS; type++)
                if (validation_has_failed(validation, subject, identity_keys[type]))
                        return;
        validation_report(validation, false, subject, NULL, 0,
                "[Host %s] has none of MACAddress=, ClientId= and CircuitId=; it needs one to be "
                "known by",
                host->name);
}

static void validate_hostname(const Validation *validation, const HostSettings *host) {
        if (host->hostname || domain_name_is_valid(host->name) ||
                validation_has_failed(validation, host_subject(host), "Hostname"))
                return;
        validation_report(validation, false, host_subject(host), NULL, 0,
                "[Host %s]: the name is no host name; add a Hostname=", host->name);
}

static void describe_missing_pool(
        const Settings *settings, const char *name, char ret[static HOMELESS_STRING_MAX]) {
        _cleanup_free_ const char **names = calloc(settings->n_pools + 1, sizeof(*names));
        const char *nearest = NULL;

        for (size_t i = 0; names && i < settings->n_pools; i++)
                names[i] = settings->pools[i]->name;
        if (names)
                nearest = suggest_nearest(name, names);
        (void) snprintf(ret, HOMELESS_STRING_MAX, "Pool=%s: there is no [Pool %s]%s%s%s", name,
                name, nearest ? " (did you mean Pool=" : "", nearest ? nearest : "",
                nearest ? "?)" : "");
}

bool host_is_homeless(
        const Settings *settings, const HostSettings *host, char ret[static HOMELESS_STRING_MAX]) {
        char address[IPV4_STRING_MAX], subnet[IPV4_PREFIX_STRING_MAX];
        const PoolSettings *pool = host_pool(settings, host);

        (void) ipv4_format(host->address, address);
        if (!pool && host->pool)
                describe_missing_pool(settings, host->pool, ret);
        else if (!pool && host->address != 0)
                (void) snprintf(ret, HOMELESS_STRING_MAX,
                        "Address=%s: not in the Subnet= of any pool", address);
        else if (pool && host->address != 0 && pool->subnet.length > 0 &&
                 !ipv4_prefix_contains(pool->subnet, host->address))
                (void) snprintf(ret, HOMELESS_STRING_MAX,
                        "Address=%s: not in Subnet=%s of [Pool %s]", address,
                        ipv4_prefix_format(pool->subnet, subnet), pool->name);
        else
                return false;
        return true;
}

/* Pools come and go, and what was said of a host over the bus is kept: without a pool it waits for
 * one. A file is read as one, so there it is a mistake. */
static void validate_home(const Validation *validation, const HostSettings *host) {
        const Subject subject = host_subject(host), anybody = {.scope = SETTING_POOL};
        const bool unknown_pool = host->pool && !find_pool(validation->settings, host->pool);
        char why[HOMELESS_STRING_MAX];

        /* A refused subnet may be the one. */
        if (!host->pool && validation_has_failed(validation, anybody, "Subnet"))
                return;
        if (!host_is_homeless(validation->settings, host, why))
                return;
        if (override_is_origin(host->origin))
                validation_report(validation, true, subject, unknown_pool ? "Pool" : "Address", 0,
                        "%s; host %s waits until it has a pool", why, host->name);
        else
                validation_report(validation, false, subject, unknown_pool ? "Pool" : "Address", 0,
                        "%s", why);
}

/* The address must be one that a host can have. */
static void validate_address(const Validation *validation, const HostSettings *host) {
        const PoolSettings *pool = host_pool(validation->settings, host);
        char address[IPV4_STRING_MAX], subnet[IPV4_PREFIX_STRING_MAX],
                hosts[2 * IPV4_STRING_MAX + 4];

        if (host->address == 0 || !pool || pool->subnet.length == 0 ||
                !ipv4_prefix_contains(pool->subnet, host->address) ||
                ipv4_prefix_usable(pool->subnet, host->address))
                return;
        validation_report(validation, false, host_subject(host), "Address", 0,
                "Address=%s: no host can have it; in %s hosts have %s",
                ipv4_format(host->address, address), ipv4_prefix_format(pool->subnet, subnet),
                subnet_describe(pool->subnet, hosts));
}

/* An address that clients are told to find a server at. Legitimate when the host is that server. */
static void validate_servers(const Validation *validation, const HostSettings *host) {
        const PoolSettings *pool = host_pool(validation->settings, host);
        char address[IPV4_STRING_MAX];

        if (host->address == 0 || !pool ||
                !option_has_address(&pool->reply.options, DHCP_OPTION_ROUTER, host->address))
                return;
        validation_report(validation, true, host_subject(host), "Address", 0,
                "Address=%s: also the Router= of [Pool %s]", ipv4_format(host->address, address),
                pool->name);
}

static void validate_host(const Validation *validation, const HostSettings *host) {
        const PoolSettings *pool = host_pool(validation->settings, host);

        validate_identification(validation, host);
        validate_hostname(validation, host);
        validate_home(validation, host);
        validate_address(validation, host);
        validate_servers(validation, host);
        validate_reply(validation, host_subject(host), &host->reply, pool ? &pool->reply : NULL);
}

static size_t collect_identities(const HostSettings *host, size_t index, Identity *ret) {
        const Identity all[IDENTITY_TYPE_MAX] = {
                {IDENTITY_HARDWARE, host->hardware, host->hardware_size, index},
                {IDENTITY_CLIENT_ID, host->client_id.data, host->client_id.size, index},
                {IDENTITY_CIRCUIT_ID, host->circuit_id, host->circuit_id_size, index},
                {IDENTITY_ADDRESS, (const uint8_t *) &host->address,
                        host->address != 0 ? sizeof(host->address) : 0, index},
        };
        size_t n = 0;

        for (size_t i = 0; i < ELEMENTSOF(all); i++)
                if (all[i].size > 0)
                        ret[n++] = all[i];
        return n;
}

static int identity_compare_value(const Identity *x, const Identity *y) {
        if (x->type != y->type)
                return x->type < y->type ? -1 : 1;
        if (x->size != y->size)
                return x->size < y->size ? -1 : 1;
        return memcmp(x->data, y->data, x->size);
}

static int identity_compare(const void *a, const void *b) {
        const Identity *x = a, *y = b;
        int c = identity_compare_value(x, y);

        if (c != 0)
                return c;
        return x->host < y->host ? -1 : x->host > y->host;
}

/* One machine may be a host in each of several pools, and be given something else in each. */
static bool identities_are_apart(const Settings *settings, const Identity *a, const Identity *b) {
        const PoolSettings *x = host_pool(settings, settings->hosts[a->host]);
        const PoolSettings *y = host_pool(settings, settings->hosts[b->host]);

        return a->type != IDENTITY_ADDRESS && x && y && x != y;
}

static void report_duplicate(
        const Validation *validation, const Identity *early, const Identity *late) {
        HostSettings *const *hosts = validation->settings->hosts;
        char text[BYTES_STRING_MAX(CLIENT_ID_SIZE_MAX)];
        const char *key = identity_keys[late->type];

        if (late->type == IDENTITY_ADDRESS)
                (void) ipv4_format(hosts[late->host]->address, text);
        else
                (void) bytes_format(late->data, late->size, text);
        validation_report(validation, false, host_subject(hosts[late->host]), key, 0,
                "%s=%s: [Host %s] has it already", key, text, hosts[early->host]->name);
}

static int validate_identities(const Validation *validation) {
        const Settings *settings = validation->settings;
        _cleanup_free_ Identity *identities = NULL;
        size_t n = 0;

        identities = calloc(settings->n_hosts * IDENTITY_TYPE_MAX + 1, sizeof(*identities));
        if (!identities)
                return -ENOMEM;
        for (size_t i = 0; i < settings->n_hosts; i++)
                n += collect_identities(settings->hosts[i], i, identities + n);
        qsort(identities, n, sizeof(*identities), identity_compare);

        /* Equal ones stand together, the earlier host first. */
        for (size_t i = 0, first = 0; i < n; i++) {
                if (identity_compare_value(&identities[first], &identities[i]) != 0)
                        first = i;
                for (size_t j = first; j < i; j++)
                        if (!identities_are_apart(settings, &identities[j], &identities[i])) {
                                report_duplicate(validation, &identities[j], &identities[i]);
                                break;
                        }
        }
        return 0;
}

int validate_hosts(const Validation *validation) {
        for (size_t i = 0; i < validation->settings->n_hosts; i++)
                validate_host(validation, validation->settings->hosts[i]);
        return validate_identities(validation);
}

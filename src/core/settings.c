/* SPDX-License-Identifier: MIT */

/* Settings as plain data: made with defaults, owned as a tree, freed as a whole. Validates nothing
 * but that names are unique; what is legal is the configuration layer's business. */

#include "core/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/protocol.h"

#define DEFAULT_RATE_LIMIT 10
#define DEFAULT_LEASE_USEC USEC_PER_HOUR

static const char *const conflict_detection_names[CONFLICT_DETECTION_MAX] = {
        [CONFLICT_DETECTION_AHEAD] = "ahead",
        [CONFLICT_DETECTION_STRICT] = "strict",
        [CONFLICT_DETECTION_OFF] = "off",
};

static void reply_settings_done(ReplySettings *reply) {
        option_set_done(&reply->options);
        free(reply->server_name);
        for (size_t i = 0; i < reply->n_boot_files; i++) {
                free(reply->boot_files[i].vendor_class);
                free(reply->boot_files[i].user_class);
                free(reply->boot_files[i].name);
        }
        free(reply->boot_files);
}

int settings_new(Settings **ret) {
        Settings *settings = calloc(1, sizeof(*settings));
        if (!settings)
                return -ENOMEM;

        settings->lenient = true;
        settings->rate_limit = DEFAULT_RATE_LIMIT;
        *ret = settings;
        return 0;
}

Settings *settings_free(Settings *settings) {
        if (!settings)
                return NULL;

        for (size_t i = 0; i < settings->n_pools; i++)
                pool_settings_free(settings->pools[i]);
        for (size_t i = 0; i < settings->n_hosts; i++)
                host_settings_free(settings->hosts[i]);
        free(settings->pools);
        free(settings->hosts);
        free(settings->lease_file);
        free(settings);
        return NULL;
}

int settings_new_builtin(Settings **ret) {
        static const ipv4_t router = 0xc0a80145; /* 192.168.1.69 */
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(pool_settings_freep) PoolSettings *pool = NULL;
        int r;

        r = settings_new(&settings);
        if (r < 0)
                return r;
        r = pool_settings_new(&pool, "default");
        if (r < 0)
                return r;

        pool->origin = strdup("built-in");
        pool->ranges = malloc(sizeof(*pool->ranges));
        if (!pool->origin || !pool->ranges)
                return -ENOMEM;
        pool->subnet = (Ipv4Prefix){.address = 0xc0a80100, .length = 24};
        pool->ranges[0] = (Ipv4Range){.first = 0xc0a80164, .last = 0xc0a801c8}; /* .100-.200 */
        pool->n_ranges = 1;
        pool->authoritative = false;
        pool->conflict_detection = CONFLICT_DETECTION_STRICT;
        r = option_set_put_ipv4s(&pool->reply.options, DHCP_OPTION_ROUTER, &router, 1);
        if (r < 0)
                return r;

        r = settings_add_pool_take(settings, pool);
        if (r < 0)
                return r;
        pool = NULL;
        *ret = TAKE_PTR(settings);
        return 0;
}

int pool_settings_new(PoolSettings **ret, const char *name) {
        _cleanup_(pool_settings_freep) PoolSettings *pool = calloc(1, sizeof(*pool));
        if (!pool)
                return -ENOMEM;

        pool->name = strdup(name);
        if (!pool->name)
                return -ENOMEM;
        pool->enabled = true;
        pool->authoritative = true;
        pool->conflict_detection = CONFLICT_DETECTION_AHEAD;
        pool->reply.default_lease = DEFAULT_LEASE_USEC;
        *ret = TAKE_PTR(pool);
        return 0;
}

PoolSettings *pool_settings_free(PoolSettings *pool) {
        if (!pool)
                return NULL;

        free(pool->name);
        free(pool->origin);
        strv_free(pool->interfaces);
        free(pool->other_ranges);
        free(pool->relays);
        free(pool->ranges);
        free(pool->exclusions);
        reply_settings_done(&pool->reply);
        free(pool);
        return NULL;
}

int host_settings_new(HostSettings **ret, const char *name) {
        _cleanup_(host_settings_freep) HostSettings *host = calloc(1, sizeof(*host));
        if (!host)
                return -ENOMEM;

        host->name = strdup(name);
        if (!host->name)
                return -ENOMEM;
        *ret = TAKE_PTR(host);
        return 0;
}

HostSettings *host_settings_free(HostSettings *host) {
        if (!host)
                return NULL;

        free(host->name);
        free(host->origin);
        free(host->circuit_id);
        free(host->hostname);
        strv_free(host->aliases);
        free(host->pool);
        reply_settings_done(&host->reply);
        free(host);
        return NULL;
}

int settings_add_pool_take(Settings *settings, PoolSettings *pool) {
        for (size_t i = 0; i < settings->n_pools; i++)
                if (strcmp(settings->pools[i]->name, pool->name) == 0)
                        return -EEXIST;

        PoolSettings **pools = reallocarray(settings->pools, settings->n_pools + 1, sizeof(*pools));
        if (!pools)
                return -ENOMEM;
        settings->pools = pools;
        settings->pools[settings->n_pools++] = pool;
        return 0;
}

int settings_add_host_take(Settings *settings, HostSettings *host) {
        for (size_t i = 0; i < settings->n_hosts; i++)
                if (strcmp(settings->hosts[i]->name, host->name) == 0)
                        return -EEXIST;

        HostSettings **hosts = reallocarray(settings->hosts, settings->n_hosts + 1, sizeof(*hosts));
        if (!hosts)
                return -ENOMEM;
        settings->hosts = hosts;
        settings->hosts[settings->n_hosts++] = host;
        return 0;
}

const char *conflict_detection_to_string(ConflictDetection value) {
        if (value < 0 || value >= CONFLICT_DETECTION_MAX)
                return "unknown";
        return conflict_detection_names[value];
}

ConflictDetection conflict_detection_from_string(const char *text) {
        for (ConflictDetection value = 0; value < CONFLICT_DETECTION_MAX; value++)
                if (strcmp(text, conflict_detection_names[value]) == 0)
                        return value;
        return CONFLICT_DETECTION_INVALID;
}

/* SPDX-License-Identifier: MIT */
/* Sections become pools and hosts, new ones or those that earlier files have made.
 *
 * Invariant: a section that has no place in the settings (a bad name, a second one in the same
 * file) is read into one that is thrown away, so that mistakes in it are found, too. */

#include <errno.h>
#include <string.h>

#include "basic/suggest.h"
#include "basic/text.h"
#include "config/section.h"
#include "setting/assignment.h"

enum {
        POOLS_MAX = 4096, /* checking subnets takes time that grows with their square */
        HOSTS_MAX = 65536,
};

void config_loader_done(ConfigLoader *loader) {
        host_index_done(&loader->hosts);
        settings_free(loader->settings);
        places_done(&loader->places);
        pool_settings_free(loader->nameless_pool);
        host_settings_free(loader->nameless_host);
}

static int new_pool(PoolSettings **ret, const char *name) {
        int r;

        r = pool_settings_new(ret, name);
        if (r < 0)
                return r;
        (*ret)->reply.default_lease = 0; /* settings_finish() knows better than a constant */
        return 0;
}

static PoolSettings *find_pool(const Settings *settings, const char *name) {
        for (size_t i = 0; i < settings->n_pools; i++)
                if (string_equal(settings->pools[i]->name, name))
                        return settings->pools[i];
        return NULL;
}

/* Where the file in hand has already begun the section of this pool or host, or NULL. */
static const Place *find_in_file(const ConfigLoader *loader, const void *owner) {
        for (size_t i = loader->first_entry; i < loader->places.n_entries; i++) {
                const PlaceEntry *entry = &loader->places.entries[i];

                if (entry->owner == owner && entry->event == PLACE_SECTION)
                        return &entry->place;
        }
        return NULL;
}

/* Where a section comes from, for people. It is written into memory of just its size: what
 * asprintf() gives back of a larger block stays as a hole behind each host, and the next
 * configuration, settling in these holes, keeps every page of this one. */
static int new_origin(const ConfigLoader *loader, const Place *place, char **ret) {
        static const char *const names[CONFIG_LAYER_MAX] = {
                [CONFIG_BUS] = "bus",
                [CONFIG_RUNTIME] = "bus, runtime",
        };
        const char *name = loader->layer == CONFIG_FILE ? place->file : names[loader->layer];
        char line[sizeof(":4294967295")] = "";
        char *origin;

        if (loader->layer == CONFIG_FILE)
                (void) snprintf(line, sizeof(line), ":%u", place->line);
        origin = malloc(strlen(name) + strlen(line) + 1);
        if (!origin)
                return -ENOMEM;
        (void) stpcpy(stpcpy(origin, name), line);
        *ret = origin;
        return 0;
}

static bool ends_with(const char *text, const char *end) {
        size_t size = strlen(text), n = strlen(end);

        return size >= n && strcmp(text + size - n, end) == 0;
}

/* What the bus changes of a file's section, or for the time being of its own, is shown, too. A
 * file's own place ends in a number. */
static int extend_origin(const ConfigLoader *loader, char **origin) {
        const char *addition = loader->layer == CONFIG_RUNTIME ? ", bus, runtime" : ", bus";
        char *longer;

        if (loader->layer == CONFIG_FILE)
                return 0;
        if (ends_with(*origin, "bus")) {
                if (loader->layer == CONFIG_BUS)
                        return 0;
                addition = ", runtime";
        } else if (ends_with(*origin, "runtime"))
                return 0;
        if (asprintf(&longer, "%s%s", *origin, addition) < 0)
                return -ENOMEM;
        free(*origin);
        *origin = longer;
        return 0;
}

static int add_pool(ConfigLoader *loader, const char *name, const Place *place, void **ret) {
        _cleanup_(pool_settings_freep) PoolSettings *pool = NULL;
        int r;

        r = new_pool(&pool, name);
        if (r < 0)
                return r;
        r = new_origin(loader, place, &pool->origin);
        if (r < 0)
                return r;
        r = settings_add_pool_take(loader->settings, pool);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(pool);
        return 0;
}

static int add_host(ConfigLoader *loader, const char *name, const Place *place, void **ret) {
        _cleanup_(host_settings_freep) HostSettings *host = NULL;
        Settings *settings = loader->settings;
        HostSettings **hosts;
        int r;

        r = host_settings_new(&host, name);
        if (r < 0)
                return r;
        r = new_origin(loader, place, &host->origin);
        if (r < 0)
                return r;

        /* Not by settings_add_host_take(), which looks at every host for the name. */
        hosts = reallocarray(settings->hosts, settings->n_hosts + 1, sizeof(*hosts));
        if (!hosts)
                return -ENOMEM;
        settings->hosts = hosts;
        r = host_index_add(&loader->hosts, host);
        if (r < 0)
                return r;
        hosts[settings->n_hosts++] = host;
        *ret = TAKE_PTR(host);
        return 0;
}

/* Makes the target that is thrown away. */
static int open_nameless(ConfigLoader *loader, const Place *place) {
        int r;

        loader->has_name = false;
        if (loader->scope == SETTING_HOST) {
                loader->nameless_host = host_settings_free(loader->nameless_host);
                r = host_settings_new(&loader->nameless_host, "");
                loader->target = loader->nameless_host;
                return r;
        }

        loader->nameless_pool = pool_settings_free(loader->nameless_pool);
        r = new_pool(&loader->nameless_pool, "");
        if (r < 0)
                return r;
        loader->target = loader->nameless_pool;
        /* Hosts may mean this pool; that its subnet is missing is no fault of theirs. */
        return places_add(&loader->places, loader, setting_key_find(SETTING_POOL, "Subnet"),
                PLACE_FAILED, 0, place);
}

static void refuse_section(ConfigLoader *loader, const Place *place, const IniItem *item) {
        static const char *const names[] = {"Server", "Pool", "Host", NULL};
        const char *nearest = suggest_nearest(item->name, names);
        char shown[QUOTE_MAX];

        (void) quote(item->name, shown);
        if (nearest)
                (void) problems_add(loader->problems, false, place->file, place->line,
                        "unknown section [%s]; did you mean [%s%s]?", shown, nearest,
                        string_equal(nearest, "Server") ? "" : " NAME");
        else
                (void) problems_add(loader->problems, false, place->file, place->line,
                        "unknown section [%s]; there are [Server], [Pool NAME] and [Host NAME]",
                        shown);
}

static int open_named(ConfigLoader *loader, const char *name, const Place *place) {
        const char *section = setting_scope_to_string(loader->scope);
        const bool is_pool = loader->scope == SETTING_POOL;
        const char *kind = is_pool ? "pool" : "host";
        const Place *earlier;
        void *owner;
        char shown[QUOTE_MAX];
        int r;

        if (!setting_name_is_valid(name)) {
                (void) problems_add(loader->problems, false, place->file, place->line,
                        "[%s%s%s]: a %s needs a name of letters, digits, '-', '_' and '.', a "
                        "letter "
                        "or digit first, at most %d bytes",
                        section, *name ? " " : "", quote(name, shown), kind, POOL_NAME_MAX);
                return open_nameless(loader, place);
        }

        owner = is_pool ? (void *) find_pool(loader->settings, name)
                        : (void *) host_index_find(&loader->hosts, name);
        earlier = owner ? find_in_file(loader, owner) : NULL;
        if (earlier) {
                (void) problems_add(loader->problems, false, place->file, place->line,
                        "[%s %s]: line %u has begun it already; each %s has one section in a file",
                        section, name, earlier->line, kind);
                return open_nameless(loader, place);
        }
        if (owner) {
                r = extend_origin(loader, is_pool ? &((PoolSettings *) owner)->origin
                                                  : &((HostSettings *) owner)->origin);
                if (r < 0)
                        return r;
        } else {
                if (is_pool ? loader->settings->n_pools >= POOLS_MAX
                            : loader->settings->n_hosts >= HOSTS_MAX) {
                        (void) problems_add(loader->problems, false, place->file, place->line,
                                "[%s %s]: there are %d %ss already, the most allowed", section,
                                name, is_pool ? POOLS_MAX : HOSTS_MAX, kind);
                        return open_nameless(loader, place);
                }
                r = is_pool ? add_pool(loader, name, place, &owner)
                            : add_host(loader, name, place, &owner);
                if (r < 0)
                        return r;
        }
        loader->has_name = true;
        loader->target = owner;
        return places_add(&loader->places, owner, NULL, PLACE_SECTION, 0, place);
}

int config_loader_open_section(ConfigLoader *loader, const IniItem *item, const Place *place) {
        char shown[QUOTE_MAX];

        loader->in_section = true;
        loader->scope = setting_scope_from_string(item->name);
        switch (loader->scope) {
        case SETTING_SERVER:
                if (*item->value)
                        (void) problems_add(loader->problems, false, place->file, place->line,
                                "[Server %s]: there is one server, it takes no name",
                                quote(item->value, shown));
                loader->has_name = true;
                loader->target = loader->settings;
                return 0;
        case SETTING_POOL:
        case SETTING_HOST:
                return open_named(loader, item->value, place);
        case SETTING_SCOPE_MAX:
        case SETTING_SCOPE_INVALID:
                refuse_section(loader, place, item);
                break;
        }
        return 0;
}

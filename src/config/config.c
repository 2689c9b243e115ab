/* SPDX-License-Identifier: MIT */
/* Puts settings together from files: sections become pools and hosts, later files extend and
 * override what earlier ones say.
 *
 * Invariant: each mistake is reported once, at its line. A section that has no place in the
 * settings (a bad name, a second one in the same file) is read into one that is thrown away, so
 * that mistakes in it are found, too. */

#include <errno.h>
#include <string.h>

#include "basic/suggest.h"
#include "basic/text.h"
#include "config/config.h"
#include "config/files.h"
#include "config/host-index.h"
#include "config/ini.h"
#include "config/validate.h"
#include "setting/assignment.h"
#include "setting/key.h"

enum {
        MISTAKES_MAX = 200, /* in one file; then it is not what its author thinks it is */
        POOLS_MAX = 4096,   /* checking subnets takes time that grows with their square */
        HOSTS_MAX = 65536,
};

typedef struct Loader {
        Settings *settings;
        Problems *problems;
        Places places;
        HostIndex hosts;    /* of settings */
        const char *file;   /* the one in hand */
        ConfigLayer layer;  /* that it belongs to */
        size_t first_entry; /* of places, that is of this file */
        size_t first_error; /* of problems, likewise */
        SettingScope scope; /* the section in hand, INVALID before the first and in unknown ones */
        bool in_section;    /* even an unknown one */
        bool has_name;      /* the section has its place in the settings */
        void *target;       /* of the section in hand */
        PoolSettings *nameless_pool;
        HostSettings *nameless_host;
        bool gave_up;
        int failure; /* the first file that cannot be read */
} Loader;

static void loader_done(Loader *loader) {
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
static const Place *find_in_file(const Loader *loader, const void *owner) {
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
static int new_origin(const Loader *loader, const Place *place, char **ret) {
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
static int extend_origin(const Loader *loader, char **origin) {
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

static int add_pool(Loader *loader, const char *name, const Place *place, void **ret) {
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

static int add_host(Loader *loader, const char *name, const Place *place, void **ret) {
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
static int open_nameless(Loader *loader, const Place *place) {
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

static void refuse_section(Loader *loader, const Place *place, const IniItem *item) {
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

static int open_named(Loader *loader, const char *name, const Place *place) {
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

static int open_section(Loader *loader, const IniItem *item, const Place *place) {
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

/* How many values of a list a text holds. */
static size_t count_values(const SettingKey *key, const char *value) {
        size_t n = 0;

        if (!key->is_words)
                return 1;
        for (value += strspn(value, " "); *value; n++) {
                value += strcspn(value, " ");
                value += strspn(value, " ");
        }
        return n;
}

/* Two of them in one section are meant as a list, which it is not: only one would count. In a later
 * file it replaces what an earlier one says. */
static void refuse_repetition(
        const Loader *loader, const SettingKey *key, const IniItem *item, const Place *place) {
        const PlaceEntry *earlier = NULL;

        if (!key->is_single || !*item->value || !loader->has_name)
                return;
        /* the section's own entries are the last ones */
        for (size_t i = loader->places.n_entries; i-- > loader->first_entry && !earlier;) {
                const PlaceEntry *entry = &loader->places.entries[i];

                if (entry->event == PLACE_SECTION)
                        return;
                if (entry->key == key)
                        earlier = entry;
        }
        if (earlier && earlier->event != PLACE_RESET)
                (void) problems_add(loader->problems, false, place->file, place->line,
                        "%s= is in line %u already; a %s has one, so this is a mistake%s",
                        key->name, earlier->place.line,
                        loader->scope == SETTING_HOST ? "host" : "pool",
                        loader->scope == SETTING_HOST ? ": give the other one a [Host] of its own"
                                                      : "");
}

static int assign(Loader *loader, const IniItem *item, const Place *place) {
        const SettingKey *key;
        PlaceEvent event;
        char shown[QUOTE_MAX];
        int r;

        if (!loader->in_section) {
                (void) problems_add(loader->problems, false, place->file, place->line,
                        "'%s=' stands before any section; [Server], [Pool NAME] or [Host NAME] "
                        "comes first",
                        quote(item->name, shown));
                return 0;
        }
        if (loader->scope == SETTING_SCOPE_INVALID)
                return 0;

        key = setting_key_find(loader->scope, item->name);
        if (!key) {
                (void) setting_key_refuse_unknown(
                        loader->scope, item->name, item->value, place, loader->problems);
                return 0;
        }
        refuse_repetition(loader, key, item, place);
        r = setting_key_assign(
                key, loader->scope, loader->target, item->value, place, loader->problems);
        if (r < 0 && r != -EINVAL)
                return r;
        if (!loader->has_name)
                return 0;
        event = *item->value ? PLACE_SET : PLACE_RESET;
        return places_add(&loader->places, loader->target, key, r < 0 ? PLACE_FAILED : event,
                count_values(key, item->value), place);
}

static int take_item(Loader *loader, const IniItem *item) {
        const Place place = {loader->file, item->line};
        char shown[QUOTE_MAX];

        switch (item->type) {
        case INI_SECTION:
                return open_section(loader, item, &place);
        case INI_ASSIGNMENT:
                return assign(loader, item, &place);
        case INI_BAD_SECTION:
                loader->in_section = true;
                loader->scope = SETTING_SCOPE_INVALID;
                break;
        case INI_BAD_LINE:
                break;
        case INI_ITEM_TYPE_MAX:
        case INI_ITEM_TYPE_INVALID:
                return 0;
        }
        if (*item->name)
                (void) problems_add(loader->problems, false, place.file, place.line, "'%s': %s",
                        quote(item->name, shown), item->mistake);
        else
                (void) problems_add(
                        loader->problems, false, place.file, place.line, "%s", item->mistake);
        return 0;
}

static int load_text(Loader *loader, const char *name, const char *text, size_t size) {
        IniReader reader = INI_READER_INIT(text, size);
        IniItem item;
        int r;

        loader->file = name;
        loader->first_entry = loader->places.n_entries;
        loader->first_error = loader->problems->n_errors;
        loader->scope = SETTING_SCOPE_INVALID;
        loader->in_section = false;
        loader->has_name = false;
        for (;;) {
                r = ini_reader_next(&reader, &item);
                if (r <= 0)
                        break;
                if (loader->problems->n_errors - loader->first_error >= MISTAKES_MAX) {
                        (void) problems_add(loader->problems, false, name, item.line,
                                "%d mistakes so far; the file is not read on", MISTAKES_MAX);
                        loader->gave_up = true;
                        r = 0;
                        break;
                }
                r = take_item(loader, &item);
                if (r < 0)
                        break;
        }
        ini_reader_done(&reader);
        return r;
}

static int load_one(Loader *loader, const ConfigText *text) {
        if (text->failure < 0) {
                (void) problems_add(loader->problems, false, text->name, 0, "cannot be read: %s",
                        config_failure_to_string(text->failure));
                loader->failure = loader->failure < 0 ? loader->failure : text->failure;
                return 0;
        }
        loader->layer = text->layer;
        return load_text(loader, text->name, text->text, text->size);
}

/* Where nobody has written a pool, the built-in one serves, under whatever [Server] says. */
static int add_builtin_pool(Settings *settings) {
        _cleanup_(settings_freep) Settings *builtin = NULL;
        int r;

        r = settings_new_builtin(&builtin);
        if (r < 0)
                return r;
        for (size_t i = 0; i < builtin->n_pools; i++) {
                r = settings_add_pool_take(settings, builtin->pools[i]);
                if (r < 0) {
                        builtin->n_pools -= i;
                        memmove(builtin->pools, builtin->pools + i,
                                builtin->n_pools * sizeof(PoolSettings *));
                        return r;
                }
        }
        builtin->n_pools = 0;
        return 0;
}

static int loader_finish(Loader *loader, size_t n_errors, Settings **ret) {
        int r;

        if (loader->failure < 0)
                return loader->failure;
        if (loader->gave_up)
                return -EINVAL;
        if (loader->settings->n_pools == 0 && !loader->nameless_pool) {
                r = add_builtin_pool(loader->settings);
                if (r < 0)
                        return r;
        }
        r = settings_finish(loader->settings, &loader->places, loader->problems);
        if (r < 0)
                return r;
        if (loader->problems->n_errors > n_errors)
                return -EINVAL;
        *ret = TAKE_PTR(loader->settings);
        return 0;
}

int config_make(const ConfigTexts *files, const ConfigTexts *others, int failure, Settings **ret,
        Problems *problems) {
        _cleanup_(loader_done) Loader loader = {.problems = problems, .failure = failure};
        const ConfigTexts *lists[] = {files, others};
        const size_t n_errors = problems->n_errors;
        int r;

        r = settings_new(&loader.settings);
        if (r < 0)
                return r;
        for (size_t i = 0; i < ELEMENTSOF(lists); i++)
                for (size_t k = 0; lists[i] && k < lists[i]->n_items; k++) {
                        r = load_one(&loader, &lists[i]->items[k]);
                        if (r < 0)
                                return r;
                }
        return loader_finish(&loader, n_errors, ret);
}

int config_load(const char *root, const char *file, Settings **ret, Problems *problems) {
        _cleanup_(config_texts_done) ConfigTexts texts = CONFIG_TEXTS_INIT;
        int r;

        r = config_texts_read(&texts, root, file, problems);
        if (r == -ENOMEM)
                return r;
        return config_make(&texts, NULL, r, ret, problems);
}

int config_parse(
        const char *name, const char *text, size_t size, Settings **ret, Problems *problems) {
        _cleanup_(loader_done) Loader loader = {.problems = problems};
        const size_t n_errors = problems->n_errors;
        int r;

        r = settings_new(&loader.settings);
        if (r < 0)
                return r;
        if (size > CONFIG_FILE_MAX) {
                (void) problems_add(
                        problems, false, name, 0, "larger than 1 MiB, the most allowed");
                return -EINVAL;
        }
        r = load_text(&loader, name, size > 0 ? text : "", size);
        if (r < 0)
                return r;
        return loader_finish(&loader, n_errors, ret);
}

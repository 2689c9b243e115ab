/* SPDX-License-Identifier: MIT */
/* Puts settings together from texts: sections become pools and hosts, later texts extend and
 * override what earlier ones say.
 *
 * Invariant: each mistake is reported once, at its line. */

#include <errno.h>
#include <string.h>

#include "basic/text.h"
#include "config/files.h"
#include "config/load.h"
#include "config/section.h"
#include "config/validate.h"
#include "setting/assignment.h"

enum {
        MISTAKES_MAX = 200, /* in one file; then it is not what its author thinks it is */
};

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
static void refuse_repetition(const ConfigLoader *loader, const SettingKey *key,
        const IniItem *item, const Place *place) {
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

static int assign(ConfigLoader *loader, const IniItem *item, const Place *place) {
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

static int take_item(ConfigLoader *loader, const IniItem *item) {
        const Place place = {loader->file, item->line};
        char shown[QUOTE_MAX];

        switch (item->type) {
        case INI_SECTION:
                return config_loader_open_section(loader, item, &place);
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

static int load_text(ConfigLoader *loader, const char *name, const char *text, size_t size) {
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

static int load_one(ConfigLoader *loader, const ConfigText *text) {
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

static int loader_finish(ConfigLoader *loader, size_t n_errors, Settings **ret) {
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
        _cleanup_(config_loader_done)
                ConfigLoader loader = {.problems = problems, .failure = failure};
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
        _cleanup_(config_loader_done) ConfigLoader loader = {.problems = problems};
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

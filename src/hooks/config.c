/* SPDX-License-Identifier: MIT */

#include "hooks/config.h"

#include <errno.h>
#include <string.h>

#include "basic/suggest.h"
#include "basic/text.h"
#include "config/files.h"
#include "config/ini.h"

#define SECTION "Hooks"

typedef struct Loader {
        const char *file;
        HookConfig config;
        bool in_section; /* the only one that there is */
        bool in_other;   /* which has been reported */
        Problems *problems;
} Loader;

typedef struct Key {
        const char *name;
        /* Return: NULL, or what is allowed. */
        const char *(*parse)(const char *value, HookConfig *config);
} Key;

static const char *parse_old_at_start(const char *value, HookConfig *config) {
        int truth = parse_boolean(value);

        if (truth < 0)
                return "yes or no";
        config->old_at_start = truth > 0;
        return NULL;
}

static const char *parse_timeout(const char *value, HookConfig *config) {
        usec_t timeout;

        if (timespan_parse(value, &timeout) < 0 || timeout == 0)
                return "a time span such as 30s or 5min, or infinity";
        config->timeout = timeout;
        return NULL;
}

static const Key keys[] = {
        {"OldAtStart", parse_old_at_start},
        {"TimeoutSec", parse_timeout},
};

static void refuse_unknown(Loader *loader, const IniItem *item) {
        static const char *const names[] = {"OldAtStart", "TimeoutSec", NULL};
        const char *nearest = suggest_nearest(item->name, names);

        (void) problems_add(loader->problems, false, loader->file, item->line,
                "there is no %s=; there are OldAtStart= and TimeoutSec=%s%s%s", item->name,
                nearest ? ": did you mean " : "", nearest ? nearest : "", nearest ? "=?" : "");
}

static void assign(Loader *loader, const IniItem *item) {
        const char *allowed;

        if (loader->in_other)
                return;
        if (!loader->in_section) {
                (void) problems_add(loader->problems, false, loader->file, item->line,
                        "'%s=' stands before any section; [" SECTION "] comes first", item->name);
                return;
        }
        for (size_t i = 0; i < ELEMENTSOF(keys); i++) {
                if (strcmp(keys[i].name, item->name) != 0)
                        continue;
                allowed = keys[i].parse(item->value, &loader->config);
                if (allowed)
                        (void) problems_add(loader->problems, false, loader->file, item->line,
                                "%s=%s: must be %s", item->name, item->value, allowed);
                return;
        }
        refuse_unknown(loader, item);
}

static void open_section(Loader *loader, const IniItem *item) {
        loader->in_section = strcmp(item->name, SECTION) == 0 && !*item->value;
        loader->in_other = !loader->in_section;
        if (loader->in_other)
                (void) problems_add(loader->problems, false, loader->file, item->line,
                        "there is no section [%s%s%s]; there is [" SECTION "] alone", item->name,
                        *item->value ? " " : "", item->value);
}

static void take_item(Loader *loader, const IniItem *item) {
        switch (item->type) {
        case INI_SECTION:
                open_section(loader, item);
                return;
        case INI_ASSIGNMENT:
                assign(loader, item);
                return;
        case INI_BAD_SECTION:
                loader->in_other = true;
                break;
        case INI_BAD_LINE:
                break;
        case INI_ITEM_TYPE_MAX:
        case INI_ITEM_TYPE_INVALID:
                return;
        }
        (void) problems_add(loader->problems, false, loader->file, item->line, "%s%s%s%s",
                *item->name ? "'" : "", item->name, *item->name ? "': " : "", item->mistake);
}

void hook_config_init(HookConfig *config) {
        *config = (HookConfig){.old_at_start = true, .timeout = USEC_PER_MINUTE};
}

int hook_config_parse(
        const char *name, const char *text, size_t size, HookConfig *ret, Problems *problems) {
        Loader loader = {.file = name, .problems = problems};
        IniReader reader = INI_READER_INIT(text, size);
        const size_t n_errors = problems->n_errors;
        IniItem item;
        int r;

        hook_config_init(&loader.config);
        while ((r = ini_reader_next(&reader, &item)) > 0)
                take_item(&loader, &item);
        ini_reader_done(&reader);
        if (r < 0)
                return r;
        if (problems->n_errors > n_errors)
                return -EINVAL;
        *ret = loader.config;
        return 0;
}

int hook_config_load(const char *path, bool required, HookConfig *ret, Problems *problems) {
        _cleanup_free_ char *text = NULL;
        size_t size;
        int r;

        r = config_file_read(path, &text, &size);
        if (r == -ENOENT && !required) {
                hook_config_init(ret);
                return 0;
        }
        if (r < 0) {
                (void) problems_add(problems, false, path, 0, "cannot be read: %s",
                        config_failure_to_string(r));
                return r;
        }
        return hook_config_parse(path, text, size, ret, problems);
}

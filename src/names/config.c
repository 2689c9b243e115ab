/* SPDX-License-Identifier: MIT */

#include "names/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/suggest.h"
#include "basic/text.h"
#include "config/files.h"
#include "config/ini.h"

#define SECTION "Names"
#define DNS_SECTION "DNSUpdate"

typedef struct Loader {
        const char *file;
        NamesConfig config;
        enum {
                IN_NONE,
                IN_NAMES,
                IN_DNS,
                IN_OTHER, /* which has been reported */
        } section;
        Problems *problems;
} Loader;

typedef struct Key {
        const char *name;
        /* Return: 1; 0 when the value is not what it must be; -ENOMEM. */
        int (*parse)(const char *value, NamesConfig *config);
        const char *allowed;
} Key;

static int parse_flag(const char *value, bool *ret) {
        int truth = parse_boolean(value);

        if (truth < 0)
                return 0;
        *ret = truth > 0;
        return 1;
}

static int parse_generated_names(const char *value, NamesConfig *config) {
        return parse_flag(value, &config->rules.generated_names);
}

static int parse_local_domain(const char *value, NamesConfig *config) {
        char name[NAME_SIZE], *copy = NULL;

        if (*value) {
                if (!name_make(value, strlen(value), name))
                        return 0;
                copy = strdup(name);
                if (!copy)
                        return -ENOMEM;
        }
        free(config->rules.local_domain);
        config->rules.local_domain = copy;
        return 1;
}

static int parse_reserved(const char *value, NamesConfig *config) {
        _cleanup_(strv_freep) char **words = NULL;
        int r;

        if (!*value) {
                config->rules.reserved = strv_free(config->rules.reserved);
                return 1;
        }
        r = strv_split(value, &words);
        for (char **word = words; r >= 0 && word && *word; word++) {
                char label[LABEL_SIZE];

                if (label_make(*word, strlen(*word), label) != LABEL_GOOD || strchr(*word, '.'))
                        return 0;
                r = strv_extend(&config->rules.reserved, label);
        }
        return r < 0 ? r : 1;
}

static const Key keys[] = {
        {"GeneratedNames", parse_generated_names, "yes or no"},
        {"LocalLeaseDomain", parse_local_domain,
                "a domain name: labels of 1 to 63 letters, digits and hyphens, joined by dots"},
        {"ReservedNames", parse_reserved, "names without dots, separated by blanks"},
};

static void refuse_unknown(Loader *loader, const IniItem *item) {
        const char *names[ELEMENTSOF(keys) + 1] = {NULL}, *nearest;

        for (size_t i = 0; i < ELEMENTSOF(keys); i++)
                names[i] = keys[i].name;
        nearest = suggest_nearest(item->name, names);
        (void) problems_add(loader->problems, false, loader->file, item->line,
                "there is no %s= in [" SECTION "]%s%s%s", item->name,
                nearest ? ": did you mean " : "", nearest ? nearest : "", nearest ? "=?" : "");
}

static int assign(Loader *loader, const IniItem *item) {
        if (loader->section == IN_OTHER)
                return 0;
        if (loader->section == IN_DNS)
                return names_dns_assign(loader->config.dns, item, loader->file, loader->problems);
        if (loader->section == IN_NONE) {
                (void) problems_add(loader->problems, false, loader->file, item->line,
                        "'%s=' stands before any section; [" SECTION "] comes first", item->name);
                return 0;
        }
        for (size_t i = 0; i < ELEMENTSOF(keys); i++) {
                int r;

                if (strcmp(keys[i].name, item->name) != 0)
                        continue;
                r = keys[i].parse(item->value, &loader->config);
                if (r == 0)
                        (void) problems_add(loader->problems, false, loader->file, item->line,
                                "%s=%s: must be %s", item->name, item->value, keys[i].allowed);
                return r < 0 ? r : 0;
        }
        refuse_unknown(loader, item);
        return 0;
}

static int open_section(Loader *loader, const IniItem *item) {
        int r = 0;

        loader->section = IN_OTHER;
        if (strcmp(item->name, SECTION) == 0 && !*item->value)
                loader->section = IN_NAMES;
        else if (strcmp(item->name, DNS_SECTION) == 0 && !*item->value)
                r = names_dns_open(&loader->config.dns, item->line);
        else
                (void) problems_add(loader->problems, false, loader->file, item->line,
                        "there is no section [%s%s%s]; there are [" SECTION "] and [" DNS_SECTION
                        "]",
                        item->name, *item->value ? " " : "", item->value);
        if (r == -EOPNOTSUPP) {
                (void) problems_add(loader->problems, false, loader->file, item->line,
                        "[" DNS_SECTION "]: this minidhcp-names was built without libldns");
                return 0;
        }
        if (r >= 0 && strcmp(item->name, DNS_SECTION) == 0 && !*item->value)
                loader->section = IN_DNS;
        return r;
}

static int take_item(Loader *loader, const IniItem *item) {
        switch (item->type) {
        case INI_SECTION:
                return open_section(loader, item);
        case INI_ASSIGNMENT:
                return assign(loader, item);
        case INI_BAD_SECTION:
                loader->section = IN_OTHER;
                break;
        case INI_BAD_LINE:
                break;
        case INI_ITEM_TYPE_MAX:
        case INI_ITEM_TYPE_INVALID:
                return 0;
        }
        (void) problems_add(loader->problems, false, loader->file, item->line, "%s%s%s%s",
                *item->name ? "'" : "", item->name, *item->name ? "': " : "", item->mistake);
        return 0;
}

void names_config_init(NamesConfig *config) {
        *config = (NamesConfig){0};
}

void names_config_done(NamesConfig *config) {
        naming_rules_done(&config->rules);
        config->dns = names_dns_free(config->dns);
}

int names_config_parse(const char *name, const char *text, size_t size, bool is_service,
        NamesConfig *ret, Problems *problems) {
        Loader loader = {.file = name, .problems = problems};
        IniReader reader = INI_READER_INIT(text, size);
        const size_t n_errors = problems->n_errors;
        IniItem item;
        int r;

        names_config_init(&loader.config);
        while ((r = ini_reader_next(&reader, &item)) > 0) {
                r = take_item(&loader, &item);
                if (r < 0)
                        break;
        }
        ini_reader_done(&reader);
        if (r >= 0)
                r = names_dns_finish(loader.config.dns, name, is_service, problems);
        if (r >= 0 && problems->n_errors > n_errors)
                r = -EINVAL;
        if (r < 0) {
                names_config_done(&loader.config);
                return r;
        }
        *ret = loader.config;
        return 0;
}

int names_config_load(
        const char *path, bool required, bool is_service, NamesConfig *ret, Problems *problems) {
        _cleanup_free_ char *text = NULL;
        size_t size;
        int r;

        r = config_file_read(path, &text, &size);
        if (r == -ENOENT && !required) {
                names_config_init(ret);
                return 0;
        }
        if (r < 0) {
                (void) problems_add(problems, false, path, 0, "cannot be read: %s",
                        config_failure_to_string(r));
                return r;
        }
        return names_config_parse(path, text, size, is_service, ret, problems);
}

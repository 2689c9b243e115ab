/* SPDX-License-Identifier: MIT */
/* Finding keys and assigning to them: the one way in which a value gets into settings. The keys
 * themselves are rows.c. */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "basic/suggest.h"
#include "basic/text.h"
#include "setting/assignment.h"
#include "setting/key.h"

enum {
        KEYS_MAX = 64, /* in a section */
};

static const char *const scope_names[SETTING_SCOPE_MAX] = {
        [SETTING_SERVER] = "Server",
        [SETTING_POOL] = "Pool",
        [SETTING_HOST] = "Host",
};

const char *setting_scope_to_string(SettingScope scope) {
        if (scope < 0 || scope >= SETTING_SCOPE_MAX)
                return NULL;
        return scope_names[scope];
}

SettingScope setting_scope_from_string(const char *name) {
        for (SettingScope scope = 0; scope < SETTING_SCOPE_MAX; scope++)
                if (string_equal(name, scope_names[scope]))
                        return scope;
        return SETTING_SCOPE_INVALID;
}

const SettingKey *setting_key_find(SettingScope scope, const char *name) {
        const SettingKey *key;

        for (size_t i = 0; (key = setting_key_at(scope, i)); i++)
                if (string_equal(key->name, name))
                        return key;
        return NULL;
}

const char *setting_key_property(const SettingKey *key) {
        if (!key->signature)
                return NULL;
        return key->property ? key->property : key->name;
}

const SettingKey *setting_key_find_property(SettingScope scope, const char *property) {
        const SettingKey *key;

        for (size_t i = 0; (key = setting_key_at(scope, i)); i++)
                if (key->signature && string_equal(setting_key_property(key), property))
                        return key;
        return NULL;
}

/* Sections that do have a key of this name, as "[Pool] and [Host]". */
static void list_sections_of(const char *name, char *ret, size_t capacity) {
        size_t n = 0;

        *ret = '\0';
        for (SettingScope scope = 0; scope < SETTING_SCOPE_MAX; scope++)
                if (setting_key_find(scope, name))
                        n += (size_t) snprintf(ret + n, capacity - n, "%s[%s]",
                                n > 0 ? " and " : "", scope_names[scope]);
}

static bool has_word(const char *words, const char *word) {
        const size_t size = strlen(word);

        for (; words && *words; words += strspn(words, " ")) {
                const size_t n = strcspn(words, " ");

                if (n == size && strncasecmp(words, word, n) == 0)
                        return true;
                words += n;
        }
        return false;
}

/* The key that others call so. */
static const char *find_foreign(SettingScope scope, const char *name) {
        const SettingKey *key;

        for (size_t i = 0; (key = setting_key_at(scope, i)); i++)
                if (has_word(key->others, name))
                        return key->name;
        return NULL;
}

/* Clients get the netmask that goes with the subnet. */
static bool refuse_netmask(SettingScope scope, const char *name, const char *value,
        const Place *place, Problems *problems) {
        static const char *const masks[] = {"Netmask", "SubnetMask", "Mask", "PrefixLength"};
        uint8_t length;
        bool is_mask = false;

        for (size_t i = 0; i < ELEMENTSOF(masks); i++)
                is_mask = is_mask || strcasecmp(masks[i], name) == 0;
        if (!is_mask || scope == SETTING_SERVER)
                return false;
        if (value && netmask_parse(value, &length) >= 0)
                (void) problems_add(problems, false, place->file, place->line,
                        "unknown key '%s' in [%s]; the netmask is part of a pool's Subnet=: "
                        "%s is the length /%u, as in Subnet=192.168.1.0/%u",
                        name, scope_names[scope], value, length, length);
        else
                (void) problems_add(problems, false, place->file, place->line,
                        "unknown key '%s' in [%s]; the netmask is part of a pool's Subnet=, as its "
                        "length: Subnet=192.168.1.0/24",
                        name, scope_names[scope]);
        return true;
}

int setting_key_refuse_unknown(SettingScope scope, const char *name, const char *value,
        const Place *place, Problems *problems) {
        const char *names[KEYS_MAX + 1] = {NULL};
        char sections[64], shown[QUOTE_MAX];
        const char *nearest, *section = scope_names[scope];
        const SettingKey *key;

        (void) quote(name, shown);
        list_sections_of(name, sections, sizeof(sections));
        for (size_t i = 0; i < KEYS_MAX && (key = setting_key_at(scope, i)); i++)
                names[i] = key->name;
        nearest = find_foreign(scope, name);
        if (!nearest)
                nearest = suggest_nearest(name, names);

        if (refuse_netmask(scope, name, value, place, problems))
                return -ENOENT;
        if (*sections)
                (void) problems_add(problems, false, place->file, place->line,
                        "%s= does not belong into [%s] but into %s", shown, section, sections);
        else if (nearest)
                (void) problems_add(problems, false, place->file, place->line,
                        "unknown key '%s' in [%s]; did you mean %s=?", shown, section, nearest);
        else
                (void) problems_add(problems, false, place->file, place->line,
                        "unknown key '%s' in [%s]; mini-dhcp.conf(5) lists all keys", shown,
                        section);
        return -ENOENT;
}

/* What a key's functions work on. */
static const void *key_target(const SettingKey *key, SettingScope scope, const void *target) {
        if (!setting_key_is_of_reply(key))
                return target;
        if (scope == SETTING_HOST)
                return &((const HostSettings *) target)->reply;
        return &((const PoolSettings *) target)->reply;
}

int setting_key_assign(const SettingKey *key, SettingScope scope, void *target, const char *value,
        const Place *place, Problems *problems) {
        const Assignment assignment = {
                .key = key,
                .value = value,
                .place = place,
                .problems = problems,
        };

        target = (void *) key_target(key, scope, target);
        if (*value || !key->reset)
                return key->parse(&assignment, target);
        key->reset(key, target);
        return 0;
}

int setting_key_format(const SettingKey *key, SettingScope scope, const void *target, char ***ret) {
        _cleanup_(strv_freep) char **values = NULL;
        int r;

        r = key->format(key, key_target(key, scope, target), &values);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(values);
        return 0;
}

int settings_say_same(SettingScope scope, const void *a, const void *b) {
        const SettingKey *key;
        int r;

        for (size_t i = 0; (key = setting_key_at(scope, i)); i++) {
                _cleanup_(strv_freep) char **x = NULL, **y = NULL;

                r = setting_key_format(key, scope, a, &x);
                if (r >= 0)
                        r = setting_key_format(key, scope, b, &y);
                if (r < 0)
                        return r;
                if (!strv_equal(x, y))
                        return 0;
        }
        return 1;
}

static int settings_set(SettingScope scope, void *target, const char *name, const char *value,
        const Place *place, Problems *problems) {
        const SettingKey *key = setting_key_find(scope, name);

        if (!key)
                return setting_key_refuse_unknown(scope, name, value, place, problems);
        return setting_key_assign(key, scope, target, value, place, problems);
}

int pool_settings_set(PoolSettings *pool, const char *key, const char *value, const Place *place,
        Problems *problems) {
        return settings_set(SETTING_POOL, pool, key, value, place, problems);
}

int host_settings_set(HostSettings *host, const char *key, const char *value, const Place *place,
        Problems *problems) {
        return settings_set(SETTING_HOST, host, key, value, place, problems);
}

bool setting_name_is_valid(const char *name) {
        static const char letters[] =
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

        return *name && strlen(name) <= POOL_NAME_MAX && !strchr("-_.", *name) &&
               strspn(name, letters) == strlen(name);
}

/* SPDX-License-Identifier: MIT */
#pragma once

/* The keys of the configuration: what they are called in files and on the bus, what a value looks
 * like, how one is put into settings, and how it is read back. Files and bus set pools and hosts
 * through here alone, so that both take the same values and refuse the same ones with the same
 * words; the bus shows, and others compare, what the formatters give. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/problem.h"
#include "core/settings.h"

/* The sections, and what each of them sets. */
typedef enum SettingScope {
        SETTING_SERVER, /* Settings */
        SETTING_POOL,   /* PoolSettings */
        SETTING_HOST,   /* HostSettings */
        SETTING_SCOPE_MAX,
        SETTING_SCOPE_INVALID = -1,
} SettingScope;

/* Where a value comes from, for people. */
typedef struct Place {
        const char *file; /* borrowed: a path, or "bus" … */
        unsigned line;    /* from 1, 0 = none */
} Place;

typedef struct SettingKey SettingKey;

/* One value on its way into settings. */
typedef struct Assignment {
        const SettingKey *key;
        const char *value; /* empty only when the key has no reset */
        const Place *place;
        Problems *problems;
} Assignment;

/**
 * SettingParser - checks a value and puts it in.
 *
 * @target: what the key's table is for: Settings, PoolSettings, HostSettings or ReplySettings; left
 *          as it was when the value is refused
 * Return: 0, -EINVAL with a problem added, -ENOMEM.
 */
typedef int (*SettingParser)(const Assignment *assignment, void *target);

/**
 * SettingReset - puts a setting back to "not set".
 */
typedef void (*SettingReset)(const SettingKey *key, void *target);

/**
 * SettingFormatter - the inverse of the parser: the values that make a setting what it is.
 *
 * @target: as the parser's
 * @ret: NULL, which stays for a setting that is not set; receives values for strv_free(), one for
 *       each element of a list. The one value of a list that was set to nothing, where that is not
 *       the same as not set, is "".
 * Return: 0, -ENOMEM, *ret being NULL or for strv_free().
 */
typedef int (*SettingFormatter)(const SettingKey *key, const void *target, char ***ret);

struct SettingKey {
        const char *name;        /* in files, and for who sets it over the bus */
        const char *property;    /* on the bus, where that is not the name */
        const char *signature;   /* of the property: s, b, u, t, as, ay, a(ss) or a(yay); NULL =
                                    there is none */
        const char *others;      /* what other servers and tools call it, words in any case */
        const char *type;        /* what a value looks like, for people: "ADDRESS…" */
        const char *description; /* half a sentence for people */
        SettingParser parse;
        SettingFormatter format;
        SettingReset reset;   /* for an empty value; NULL = that is the parser's business, too */
        size_t offset;        /* of the member, for functions that serve several keys */
        size_t count_offset;  /* of the number of elements, where the member is an array */
        const char *words[2]; /* for false and true, where these are no yes and no */
        uint8_t option;       /* DHCP option that the key sets, 0 = none; the first of two */
        bool is_list;         /* assignments add up */
        bool is_words;        /* a list whose values are separated by blanks */
        bool is_single; /* saying it twice in a section of a file is taken for a list, a mistake */
        bool is_identity; /* a section that has it is whole without any other */
};

/**
 * setting_scope_to_string() - the section's name: "Server", "Pool", "Host".
 */
const char *setting_scope_to_string(SettingScope scope);

/**
 * setting_scope_from_string() - the inverse, SETTING_SCOPE_INVALID when unknown.
 */
SettingScope setting_scope_from_string(const char *name);

/**
 * setting_key_at() - the keys of a section one by one, in the order of the manual.
 * Return: the key, NULL when @index is beyond the last.
 */
const SettingKey *setting_key_at(SettingScope scope, size_t index);

/**
 * setting_key_is_of_reply() - whether the key is one of those that pools and hosts have both, and
 * the target of its functions their ReplySettings.
 */
bool setting_key_is_of_reply(const SettingKey *key) _const_;

/**
 * setting_key_find() - a key by its exact name, NULL when there is none. O(keys).
 */
const SettingKey *setting_key_find(SettingScope scope, const char *name);

/**
 * setting_key_property() - what the key's property on the bus is called, NULL when it has none.
 */
const char *setting_key_property(const SettingKey *key);

/**
 * setting_key_find_property() - the key whose property on the bus is called so, or NULL. O(keys).
 */
const SettingKey *setting_key_find_property(SettingScope scope, const char *property);

/**
 * setting_key_refuse_unknown() - adds the problem "unknown key", naming the nearest known one, what
 * other programs call so, or the section that the key belongs to.
 *
 * @value: what was to be put in, or NULL
 * Return: -ENOENT.
 */
int setting_key_refuse_unknown(SettingScope scope, const char *name, const char *value,
        const Place *place, Problems *problems);

/**
 * setting_key_assign() - puts one value in. Lists grow by it; an empty value empties a list,
 * puts other keys back to "not set", and is refused where a setting cannot be unset.
 *
 * @target: the Settings, PoolSettings or HostSettings that @scope says; unchanged on failure
 * @value: without blanks at either end
 * Return: 0, -EINVAL with a problem added, -ENOMEM.
 */
int setting_key_assign(const SettingKey *key, SettingScope scope, void *target, const char *value,
        const Place *place, Problems *problems);

/**
 * setting_key_format() - the values that setting_key_assign() would make the setting of, each with
 * one call.
 *
 * @target: the Settings, PoolSettings or HostSettings that @scope says
 * @ret: receives values for strv_free(), NULL when it is not set
 * Return: 0, -ENOMEM.
 */
int setting_key_format(const SettingKey *key, SettingScope scope, const void *target, char ***ret);

/**
 * settings_say_same() - whether two targets of a scope have the same values of every key. Names and
 * origins do not count, the order of a list does.
 * Return: 1, 0, -ENOMEM.
 */
int settings_say_same(SettingScope scope, const void *a, const void *b);

/**
 * pool_settings_set() - setting_key_assign() to a pool, by name.
 * Return: 0, -ENOENT for an unknown key, -EINVAL for a wrong value, each with a problem added,
 * -ENOMEM.
 */
int pool_settings_set(PoolSettings *pool, const char *key, const char *value, const Place *place,
        Problems *problems);

/**
 * host_settings_set() - as pool_settings_set().
 */
int host_settings_set(HostSettings *host, const char *key, const char *value, const Place *place,
        Problems *problems);

/**
 * setting_name_is_valid() - whether a pool or host may be called so: letters, digits, '-', '_' and
 * '.', a letter or digit first, at most POOL_NAME_MAX bytes.
 */
bool setting_name_is_valid(const char *name) _pure_;

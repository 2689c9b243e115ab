/* SPDX-License-Identifier: MIT */

/* What a change would make of the configuration: tried on a copy, and refused with a reason that
 * names the remedy. Knows no queue, writes nothing.
 *
 * Invariant: a change that is found wrong has changed nothing, neither in memory nor on disk. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text.h"
#include "config/validate.h"
#include "daemon/change.h"
#include "daemon/manager-internal.h"
#include "daemon/redundant.h"

Change *change_free(Change *change) {
        if (!change)
                return NULL;

        list_remove(&change->waiting);
        (void) bus_change_free(change->wanted);
        overrides_done(&change->overrides);
        (void) settings_free(change->settings);
        problems_done(&change->problems);
        for (size_t i = 0; i < change->n_files; i++) {
                free(change->files[i].path);
                free(change->files[i].text);
        }
        free(change->reason);
        free(change);
        return NULL;
}

static SettingScope scope_of(const BusChange *wanted) {
        return wanted->is_host ? SETTING_HOST : SETTING_POOL;
}

int change_refuse(Change *change, int r, const char *format, ...) {
        va_list arguments;

        free(change->reason);
        va_start(arguments, format);
        if (vasprintf(&change->reason, format, arguments) < 0)
                change->reason = NULL;
        va_end(arguments);
        return r;
}

/* Where the pool or host in force comes from, or NULL when there is none. */
static const char *find_origin(const Settings *settings, const BusChange *wanted) {
        for (size_t i = 0; settings && !wanted->is_host && i < settings->n_pools; i++)
                if (string_equal(settings->pools[i]->name, wanted->name))
                        return settings->pools[i]->origin;
        for (size_t i = 0; settings && wanted->is_host && i < settings->n_hosts; i++)
                if (string_equal(settings->hosts[i]->name, wanted->name))
                        return settings->hosts[i]->origin;
        return NULL;
}

/* @text: copied, NULL removes the file */
static int add_file_take(Change *change, char *path, const char *text) {
        char *copy = NULL;

        if (text) {
                copy = strdup(text);
                if (!copy) {
                        free(path);
                        return -ENOMEM;
                }
        }
        change->files[change->n_files++] = (ChangedFile){path, copy};
        return 0;
}

static int set_all(Change *change, Override *override) {
        _cleanup_(problems_done) Problems problems = {0};
        const BusChange *wanted = change->wanted;
        int r;

        for (size_t i = 0; i < wanted->n_settings; i++) {
                const BusSetting *setting = &wanted->settings[i];

                r = override_set(override, setting->key, setting->values, &problems);
                if (r < 0 && problems.n_items > 0)
                        return change_refuse(change, -EINVAL, "%s", problems.items[0].text);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* What stands for the text of a change in problems: its file, or words where there is none. */
static int place_of(const Manager *manager, const BusChange *wanted, char **ret) {
        if (!wanted->runtime)
                return configuration_path(
                        manager->options->state_directory, scope_of(wanted), wanted->name, ret);
        if (asprintf(ret, "bus, %s %s", wanted->is_host ? "host" : "pool", wanted->name) < 0) {
                *ret = NULL;
                return -ENOMEM;
        }
        return 0;
}

/* What is said for good goes before what was to hold until the next start, or it would have no
 * effect before that. */
static int take_back_runtime(Change *change, const char *origin) {
        const BusChange *wanted = change->wanted;
        Override *override =
                overrides_find(&change->overrides, scope_of(wanted), CONFIG_RUNTIME, wanted->name);
        _cleanup_(problems_done) Problems problems = {0};

        if (!override || wanted->runtime || string_equal(origin, "bus, runtime"))
                return 0;
        for (size_t i = 0; i < wanted->n_settings; i++)
                if (override_set(override, wanted->settings[i].key, NULL, &problems) == -ENOMEM)
                        return -ENOMEM;
        if (override_says_nothing(override))
                overrides_remove(&change->overrides, override);
        return 0;
}

static const PoolSettings *find_builtin_pool(const Settings *settings) {
        for (size_t i = 0; settings && i < settings->n_pools; i++)
                if (string_equal(settings->pools[i]->origin, "built-in"))
                        return settings->pools[i];
        return NULL;
}

/* What an override of a pool or host begins with: of the built-in pool, all that it is, since it is
 * written nowhere else. Return: 0 with *ret NULL for an empty section, -ENOMEM. */
static int first_text(const Manager *manager, const char *origin, char **ret) {
        const PoolSettings *builtin = find_builtin_pool(server_get_settings(manager->server));

        *ret = NULL;
        return builtin && string_equal(origin, "built-in") ? override_text_of_pool(builtin, ret)
                                                           : 0;
}

/* Says the settings in the layer that is asked for. */
static int edit_settings(Manager *manager, Change *change, const char *origin) {
        const BusChange *wanted = change->wanted;
        const ConfigLayer layer = wanted->runtime ? CONFIG_RUNTIME : CONFIG_BUS;
        const SettingScope scope = scope_of(wanted);
        _cleanup_free_ char *place = NULL;
        Override *override;
        int r;

        r = place_of(manager, wanted, &place);
        if (r >= 0)
                r = take_back_runtime(change, origin);
        if (r < 0)
                return r;
        override = overrides_find(&change->overrides, scope, layer, wanted->name);
        if (!override) {
                _cleanup_free_ char *text = NULL;

                r = first_text(manager, origin, &text);
                if (r < 0)
                        return r;
                r = overrides_add(
                        &change->overrides, scope, layer, wanted->name, place, text, &override);
                if (r < 0)
                        return r;
        }

        r = set_all(change, override);
        if (r < 0 || wanted->runtime)
                return r;
        return add_file_take(change, TAKE_PTR(place), override->text);
}

static int drop(Manager *manager, Change *change, ConfigLayer layer) {
        const SettingScope scope = scope_of(change->wanted);
        Override *override = overrides_find(&change->overrides, scope, layer, change->wanted->name);
        char *path;
        int r;

        if (!override)
                return 0;
        overrides_remove(&change->overrides, override);
        if (layer == CONFIG_RUNTIME)
                return 0;
        r = configuration_path(
                manager->options->state_directory, scope, change->wanted->name, &path);
        return r < 0 ? r : add_file_take(change, path, NULL);
}

static int edit_revert(Manager *manager, Change *change, const char *origin) {
        const BusChange *wanted = change->wanted;
        bool kept = overrides_find(&change->overrides, scope_of(wanted), CONFIG_BUS, wanted->name);
        bool for_now =
                overrides_find(&change->overrides, scope_of(wanted), CONFIG_RUNTIME, wanted->name);
        int r;

        if (override_is_origin(origin) && !(kept && for_now))
                return change_refuse(change, -EOPNOTSUPP,
                        "%s was added over the bus; there is nothing to go back to. Remove%s "
                        "removes it.",
                        wanted->name, wanted->is_host ? "Host" : "Pool");
        r = drop(manager, change, CONFIG_RUNTIME);
        if (r < 0 || override_is_origin(origin))
                return r;
        return drop(manager, change, CONFIG_BUS);
}

static int edit_remove(Manager *manager, Change *change, const char *origin) {
        const BusChange *wanted = change->wanted;
        int r;

        if (origin && !override_is_origin(origin))
                return change_refuse(change, -EOPNOTSUPP,
                        "%s does not come from the bus but from %s, where it can be removed%s.",
                        wanted->name, origin, wanted->is_host ? "" : "; Enabled=no stops it");
        if (wanted->runtime &&
                overrides_find(&change->overrides, scope_of(wanted), CONFIG_BUS, wanted->name))
                return change_refuse(change, -EOPNOTSUPP,
                        "%s is kept for good; it cannot be removed for the time being%s.",
                        wanted->name, wanted->is_host ? "" : ", Enabled=no stops it");
        r = drop(manager, change, CONFIG_RUNTIME);
        if (r < 0)
                return r;
        return drop(manager, change, CONFIG_BUS);
}

static const Override *find_override(const Overrides *overrides, const BusChange *wanted) {
        const SettingScope scope = scope_of(wanted);
        const Override *kept = overrides_find(overrides, scope, CONFIG_BUS, wanted->name);

        return kept ? kept : overrides_find(overrides, scope, CONFIG_RUNTIME, wanted->name);
}

/* What is not in force may be there all the same. */
static int refuse_left_out(Change *change, const Override *override) {
        return change_refuse(change, -EINVAL,
                "%s is there already, but left out: %s. `minidhcpctl remove-%s %s` forgets it.",
                override->place, override->mistake ? override->mistake : "not in force",
                override->scope == SETTING_HOST ? "host" : "pool", override->name);
}

/* Whether what is known says the very settings that are wanted. */
static bool is_just_so(const Change *change, const Override *known) {
        const BusChange *wanted = change->wanted;
        _cleanup_(overrides_done) Overrides overrides = OVERRIDES_INIT;
        _cleanup_(problems_done) Problems problems = {0};
        Override *override;

        if (!known || known->failure < 0 || (known->layer == CONFIG_RUNTIME) != wanted->runtime ||
                overrides_add(&overrides, known->scope, known->layer, known->name, known->place,
                        NULL, &override) < 0)
                return false;
        for (size_t i = 0; i < wanted->n_settings; i++)
                if (override_set(override, wanted->settings[i].key, wanted->settings[i].values,
                            &problems) < 0)
                        return false;
        return override_says_same(known, override);
}

static int edit(Manager *manager, Change *change) {
        const BusChange *wanted = change->wanted;
        const char *origin = find_origin(server_get_settings(manager->server), wanted);
        /* not the copy that is to be changed, of which nobody knows what is wrong with it */
        const Override *known = find_override(&manager->configuration.overrides, wanted);

        switch (wanted->type) {
        case BUS_CHANGE_ADD:
                if (!setting_name_is_valid(wanted->name))
                        return change_refuse(change, -EINVAL,
                                "The name must be letters, digits, '-', '_' and '.', a letter or "
                                "digit first, at most %d bytes.",
                                POOL_NAME_MAX);
                if (origin)
                        return is_just_so(change, known) ? -EALREADY : -EEXIST;
                if (known)
                        return refuse_left_out(change, known);
                return edit_settings(manager, change, NULL);
        case BUS_CHANGE_CONFIGURE:
                return origin ? edit_settings(manager, change, origin) : -ENOENT;
        case BUS_CHANGE_REVERT:
                if (!origin && !known)
                        return -ENOENT;
                return edit_revert(manager, change, origin);
        case BUS_CHANGE_REMOVE:
                if (!origin && !known)
                        return -ENOENT;
                return edit_remove(manager, change, origin);
        case BUS_CHANGE_TYPE_MAX:
                break;
        }
        return -EINVAL;
}

/* The first mistake, without its place when that is the text which the caller has just made. */
static int refuse_mistake(Change *change, const Problems *problems) {
        const BusChange *wanted = change->wanted;
        const Override *own = overrides_find(&change->overrides, scope_of(wanted),
                wanted->runtime ? CONFIG_RUNTIME : CONFIG_BUS, wanted->name);

        for (size_t i = 0; i < problems->n_items; i++) {
                const Problem *problem = &problems->items[i];
                _cleanup_free_ char *text = NULL;

                if (problem->warning)
                        continue;
                if (own && string_equal(problem->file, own->place))
                        return change_refuse(change, -EINVAL, "%s", problem->text);
                if (problem_format(problem, &text) >= 0)
                        return change_refuse(change, -EINVAL, "%s", text);
        }
        return -EINVAL;
}

/* Whether this is what the caller has something said in, who is told that it is in force. */
static bool is_said(const BusChange *wanted, const Override *override) {
        return (wanted->type == BUS_CHANGE_ADD || wanted->type == BUS_CHANGE_CONFIGURE) &&
               override->layer == (wanted->runtime ? CONFIG_RUNTIME : CONFIG_BUS) &&
               override->scope == scope_of(wanted) && string_equal(override->name, wanted->name);
}

/* What is wrong with a change may show in others, which it would put out of force. */
static int refuse_harm(const Manager *manager, Change *change) {
        const Overrides *before = &manager->configuration.overrides;

        for (size_t i = 0; i < change->overrides.n_items; i++) {
                const Override *override = &change->overrides.items[i];
                const Override *old =
                        overrides_find(before, override->scope, override->layer, override->name);

                if (!override->mistake)
                        continue;
                if (is_said(change->wanted, override))
                        return change_refuse(change, -EINVAL, "%s", override->mistake);
                if (!old || !old->mistake)
                        return change_refuse(
                                change, -EINVAL, "%s: %s", override->place, override->mistake);
        }
        return 0;
}

static const HostSettings *find_host(const Settings *settings, const char *name) {
        for (size_t i = 0; settings && i < settings->n_hosts; i++)
                if (string_equal(settings->hosts[i]->name, name))
                        return settings->hosts[i];
        return NULL;
}

/* Pools may leave a host, but who says where a host belongs is told if that is nowhere. */
static int refuse_homeless(const Manager *manager, Change *change) {
        const Settings *settings = server_get_settings(manager->server);
        const HostSettings *before = find_host(settings, change->wanted->name);
        const HostSettings *after = find_host(change->settings, change->wanted->name);
        char why[HOMELESS_STRING_MAX];

        if (!change->wanted->is_host || !after ||
                (before && host_is_homeless(settings, before, why)) ||
                !host_is_homeless(change->settings, after, why))
                return 0;
        return change_refuse(change, -EINVAL, "%s", why);
}

/* Whether a pool has clients or hosts that would be without one. */
static bool leaves_somebody(
        const Manager *manager, const PoolSettings *pool, const Settings *after) {
        const Settings *before = server_get_settings(manager->server);
        const Pool *in_force = server_find_pool(manager->server, pool->name);

        for (size_t i = 0; i < after->n_pools; i++)
                if (ipv4_prefix_contains(after->pools[i]->subnet, pool->subnet.address) ||
                        ipv4_prefix_contains(pool->subnet, after->pools[i]->subnet.address))
                        return false;
        if (in_force && in_force->n_used > 0)
                return true;
        for (size_t i = 0; i < before->n_hosts; i++)
                if (ipv4_prefix_contains(pool->subnet, before->hosts[i]->address))
                        return true;
        return false;
}

static int make(Manager *manager, Change *change) {
        problems_done(&change->problems);
        change->settings = settings_free(change->settings);
        return configuration_make(&manager->configuration.files, &change->overrides, 0,
                KEPT_LEAVE_OUT, &change->settings, &change->problems);
}

/* The built-in pool serves while there is no other. Somebody who adds one for another network does
 * not mean to take the addresses of those who live in it: it becomes a pool like others then. */
static int keep_builtin_pool(Manager *manager, Change *change) {
        const PoolSettings *pool = find_builtin_pool(server_get_settings(manager->server));
        const ConfigLayer layer = change->wanted->runtime ? CONFIG_RUNTIME : CONFIG_BUS;
        _cleanup_free_ char *path = NULL, *text = NULL;
        const Override *known;
        int r;

        if (!pool || change->wanted->type != BUS_CHANGE_ADD || change->wanted->is_host ||
                !leaves_somebody(manager, pool, change->settings))
                return 0;
        known = overrides_find(
                &manager->configuration.overrides, SETTING_POOL, CONFIG_BUS, pool->name);
        if (known)
                return refuse_left_out(change, known);
        r = configuration_path(manager->options->state_directory, SETTING_POOL, pool->name, &path);
        if (r < 0)
                return r;
        r = override_text_of_pool(pool, &text);
        if (r < 0)
                return r;
        r = overrides_add(&change->overrides, SETTING_POOL, layer, pool->name,
                layer == CONFIG_BUS ? path : "bus, built-in pool", text, NULL);
        if (r < 0)
                return r;
        /* First: alone it is what was in force before. */
        if (layer == CONFIG_BUS) {
                change->files[1] = change->files[0];
                change->n_files = 0;
                r = add_file_take(change, TAKE_PTR(path), text);
                change->n_files = 2;
                if (r < 0)
                        return r;
        }
        change->keeps_builtin = true;
        return make(manager, change);
}

int change_prepare(Change *change, Manager *manager) {
        int r;

        r = overrides_copy(
                &manager->configuration.overrides, CONFIG_LAYER_INVALID, &change->overrides);
        if (r < 0)
                return r;
        r = edit(manager, change);
        if (r < 0)
                return r;
        r = make(manager, change);
        if (r >= 0)
                r = keep_builtin_pool(manager, change);
        if (r == -EINVAL)
                return refuse_mistake(change, &change->problems);
        if (r < 0)
                return r;
        r = refuse_harm(manager, change);
        if (r >= 0)
                r = refuse_homeless(manager, change);
        if (r >= 0)
                r = change_drop_redundant(change, manager);
        return r > 0 ? make(manager, change) : r;
}

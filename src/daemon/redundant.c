/* SPDX-License-Identifier: MIT */

/* Each setting of a change is tried without what was said of it: where that comes to the same, it
 * is not said. What the settings would be is asked of the reader of the configuration, so that
 * "1h" and 3600, or a default that nobody wrote, are no differences.
 *
 * Layers above are left out of the comparison: what is said for good counts by what the files say,
 * whatever holds until the next start. */

#include <errno.h>
#include <string.h>

#include "basic/text.h"
#include "daemon/manager-internal.h"
#include "daemon/redundant.h"

static SettingScope scope_of(const BusChange *wanted) {
        return wanted->is_host ? SETTING_HOST : SETTING_POOL;
}

static ConfigLayer layer_of(const BusChange *wanted) {
        return wanted->runtime ? CONFIG_RUNTIME : CONFIG_BUS;
}

static const PoolSettings *find_pool(const Settings *settings, const char *name) {
        for (size_t i = 0; i < settings->n_pools; i++)
                if (string_equal(settings->pools[i]->name, name))
                        return settings->pools[i];
        return NULL;
}

static const HostSettings *find_host(const Settings *settings, const char *name) {
        for (size_t i = 0; i < settings->n_hosts; i++)
                if (string_equal(settings->hosts[i]->name, name))
                        return settings->hosts[i];
        return NULL;
}

/* Whether the pool or host is in both, and the same. Return: 1, 0, -ENOMEM. */
static int is_same(const Settings *a, const Settings *b, const BusChange *wanted) {
        const SettingScope scope = scope_of(wanted);
        const void *x, *y;

        if (wanted->is_host) {
                x = find_host(a, wanted->name);
                y = find_host(b, wanted->name);
        } else {
                x = find_pool(a, wanted->name);
                y = find_pool(b, wanted->name);
        }
        return x && y ? settings_say_same(scope, x, y) : 0;
}

/* Return: 0 with *ret NULL where the configuration would be wrong, -ENOMEM. */
static int make(const Manager *manager, Overrides *overrides, Settings **ret) {
        _cleanup_(problems_done) Problems problems = {0};
        int r;

        *ret = NULL;
        r = configuration_make(
                &manager->configuration.files, overrides, 0, KEPT_LEAVE_OUT, ret, &problems);
        if (r == -ENOMEM)
                return r;
        if (r < 0)
                *ret = NULL;
        return 0;
}

/* What the change says, without what is said above it. */
static int copy_below(const Change *change, Overrides *ret) {
        const BusChange *wanted = change->wanted;
        Override *above;
        int r;

        r = overrides_copy(&change->overrides, CONFIG_LAYER_INVALID, ret);
        if (r < 0 || wanted->runtime)
                return r;
        above = overrides_find(ret, scope_of(wanted), CONFIG_RUNTIME, wanted->name);
        if (above)
                overrides_remove(ret, above);
        return 0;
}

/* Whether the change comes to the same when one key of it, or all, is not said.
 *
 * Return: 1, 0, -ENOMEM. */
static int is_redundant(
        const Change *change, const Manager *manager, const Settings *with, const char *key) {
        _cleanup_(overrides_done) Overrides overrides = OVERRIDES_INIT;
        _cleanup_(settings_freep) Settings *without = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        Override *override;
        int r;

        r = copy_below(change, &overrides);
        if (r < 0)
                return r;
        override = overrides_find(&overrides, scope_of(change->wanted), layer_of(change->wanted),
                change->wanted->name);
        if (!key)
                overrides_remove(&overrides, override);
        else if (override_set(override, key, NULL, &problems) < 0)
                return 0;
        r = make(manager, &overrides, &without);
        if (r < 0)
                return r;
        return without ? is_same(with, without, change->wanted) : 0;
}

/* Removes what was to be written, or writes what is left. */
static int set_file(Change *change, const char *text) {
        ChangedFile *file;
        char *copy = NULL;

        if (change->n_files == 0)
                return 0;
        if (text) {
                copy = strdup(text);
                if (!copy)
                        return -ENOMEM;
        }
        file = &change->files[change->n_files - 1];
        free(file->text);
        file->text = copy;
        return 0;
}

static int drop_whole(Change *change, Override *override) {
        overrides_remove(&change->overrides, override);
        return set_file(change, NULL);
}

/* Return: 1 when a key went, 0, -ENOMEM. */
static int drop_keys(
        Change *change, const Manager *manager, const Settings *with, Override *override) {
        const BusChange *wanted = change->wanted;
        int r, dropped = 0;

        for (size_t i = 0; i < wanted->n_settings; i++) {
                _cleanup_(problems_done) Problems problems = {0};

                if (!wanted->settings[i].values)
                        continue;
                r = is_redundant(change, manager, with, wanted->settings[i].key);
                if (r < 0)
                        return r;
                if (r == 0)
                        continue;
                r = override_set(override, wanted->settings[i].key, NULL, &problems);
                if (r < 0)
                        return r == -ENOMEM ? r : 0;
                dropped = 1;
        }
        return dropped;
}

int change_drop_redundant(Change *change, const Manager *manager) {
        _cleanup_(overrides_done) Overrides overrides = OVERRIDES_INIT;
        _cleanup_(settings_freep) Settings *with = NULL;
        const BusChange *wanted = change->wanted;
        Override *override;
        int r;

        override = overrides_find(
                &change->overrides, scope_of(wanted), layer_of(wanted), wanted->name);
        if (wanted->type != BUS_CHANGE_CONFIGURE || !override)
                return 0;
        r = copy_below(change, &overrides);
        if (r >= 0)
                r = make(manager, &overrides, &with);
        if (r < 0 || !with)
                return r;

        r = is_redundant(change, manager, with, NULL);
        if (r < 0)
                return r;
        if (r > 0) {
                r = drop_whole(change, override);
                return r < 0 ? r : 1;
        }
        r = drop_keys(change, manager, with, override);
        if (r <= 0)
                return r;
        r = set_file(change, override->text);
        return r < 0 ? r : 1;
}

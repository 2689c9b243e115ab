/* SPDX-License-Identifier: MIT */
/* Pools and hosts changed: KEY=VALUE as in a configuration file, put on the bus under the names of
 * the configuration. Values are looked at here by the configuration's own rules, so that a mistake
 * is told before the bus is touched; whether they fit together is for the server to say. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text.h"
#include "ctl/bus-api.h"
#include "ctl/changes.h"
#include "ctl/connection.h"
#include "ctl/outlook.h"
#include "ctl/verbs.h"
#include "setting/key.h"

typedef struct SettingKind {
        SettingScope scope;
        const char *noun; /* as the key in JSON */
        const char *word; /* the same in a sentence */
        const char *interface;
        const char *path_prefix;
        const char *add;
        const char *remove;
} SettingKind;

static const SettingKind pool_settings_kind = {
        SETTING_POOL, "Pool", "pool", BUS_API_POOL, BUS_API_POOL_PREFIX, "AddPool", "RemovePool"};
static const SettingKind host_settings_kind = {
        SETTING_HOST, "Host", "host", BUS_API_HOST, BUS_API_HOST_PREFIX, "AddHost", "RemoveHost"};

/* All values of one key, in the order of the command line. */
typedef struct Setting {
        char *key;
        char **values;
} Setting;

typedef struct SettingList {
        Setting *items;
        size_t n_items;
} SettingList;

static void setting_list_done(SettingList *list) {
        for (size_t i = 0; i < list->n_items; i++) {
                free(list->items[i].key);
                (void) strv_free(list->items[i].values);
        }
        free(list->items);
        *list = (SettingList){0};
}

static int setting_list_add(SettingList *list, const char *key, const char *value) {
        Setting *items;

        for (size_t i = 0; i < list->n_items; i++)
                if (strcmp(list->items[i].key, key) == 0)
                        return strv_extend(&list->items[i].values, value);

        items = reallocarray(list->items, list->n_items + 1, sizeof(*items));
        if (!items)
                return -ENOMEM;
        list->items = items;
        items[list->n_items] = (Setting){.key = strdup(key)};
        if (!items[list->n_items].key)
                return -ENOMEM;
        list->n_items++;
        return strv_extend(&items[list->n_items - 1].values, value);
}

/* A pool or host of no consequence, for values to be tried on. */
typedef struct Trial {
        PoolSettings *pool;
        HostSettings *host;
        Problems problems;
} Trial;

static void trial_done(Trial *trial) {
        (void) pool_settings_free(trial->pool);
        (void) host_settings_free(trial->host);
        problems_done(&trial->problems);
}

static int try_setting(Trial *trial, const SettingKind *kind, const char *key, const char *value) {
        const Place place = {.file = "command line"};

        return kind->scope == SETTING_POOL
                       ? pool_settings_set(trial->pool, key, value, &place, &trial->problems)
                       : host_settings_set(trial->host, key, value, &place, &trial->problems);
}

static ExitStatus take_argument(
        Trial *trial, const SettingKind *kind, const char *argument, SettingList *list) {
        const char *equals = strchr(argument, '=');
        _cleanup_free_ char *key = NULL;
        int r;

        if (!equals || equals == argument)
                return report(STATUS_USAGE,
                        "'%s' is no setting; write KEY=VALUE with keys of mini-dhcp.conf(5)",
                        argument);
        key = strndup(argument, (size_t) (equals - argument));
        if (!key)
                return report_no_memory();
        r = try_setting(trial, kind, key, equals + 1);
        if ((r == -EINVAL || r == -ENOENT) && trial->problems.n_items > 0)
                return report(STATUS_USAGE, "%s",
                        trial->problems.items[trial->problems.n_items - 1].text);
        if (r >= 0)
                r = setting_list_add(list, key, equals + 1);
        return r < 0 ? report_errno(r, "Cannot read '%s'", argument) : STATUS_OK;
}

static ExitStatus parse_settings(
        const SettingKind *kind, char *const *arguments, size_t n, SettingList *ret) {
        _cleanup_(trial_done) Trial trial = {0};
        ExitStatus status;

        if (pool_settings_new(&trial.pool, "pool") < 0 ||
                host_settings_new(&trial.host, "host") < 0)
                return report_no_memory();
        for (size_t i = 0; i < n; i++) {
                status = take_argument(&trial, kind, arguments[i], ret);
                if (status != STATUS_OK)
                        return status;
        }
        return STATUS_OK;
}

static ExitStatus check_name(const SettingKind *kind, const char *name) {
        if (setting_name_is_valid(name))
                return STATUS_OK;
        return report(STATUS_USAGE,
                "'%s' cannot be the name of a %s, which is letters, digits, '-', '_' and '.', a "
                "letter or digit first",
                name, kind->word);
}

/* a{sv}: a string, or an array of them where a key was said more than once. */
static int append_settings(sd_bus_message *call, const SettingList *list) {
        int r;

        r = sd_bus_message_open_container(call, 'a', "{sv}");
        for (size_t i = 0; i < list->n_items && r >= 0; i++) {
                const Setting *setting = &list->items[i];

                if (!setting->values[1]) {
                        r = sd_bus_message_append(
                                call, "{sv}", setting->key, "s", setting->values[0]);
                        continue;
                }
                if ((r = sd_bus_message_open_container(call, 'e', "sv")) < 0 ||
                        (r = sd_bus_message_append(call, "s", setting->key)) < 0 ||
                        (r = sd_bus_message_open_container(call, 'v', "as")) < 0 ||
                        (r = sd_bus_message_append_strv(call, setting->values)) < 0 ||
                        (r = sd_bus_message_close_container(call)) < 0 ||
                        (r = sd_bus_message_close_container(call)) < 0)
                        return r;
        }
        return r < 0 ? r : sd_bus_message_close_container(call);
}

static uint64_t change_flags(const Context *context) {
        return context->options.runtime ? BUS_FLAG_RUNTIME : 0;
}

static bool is_missing(const Connection *connection) {
        return connection_error_is(connection, SD_BUS_ERROR_UNKNOWN_OBJECT) ||
               connection_error_is(connection, BUS_API_ERROR("NoSuchPool")) ||
               connection_error_is(connection, BUS_API_ERROR("NoSuchHost"));
}

static ExitStatus report_missing(const SettingKind *kind, const char *name) {
        return report(STATUS_NOT_FOUND, "There is no %s '%s'; see: minidhcpctl list-%ss",
                kind->word, name, kind->word);
}

static int call_add(Connection *connection, const SettingKind *kind, const char *name,
        const SettingList *list, uint64_t flags) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        int r;

        if ((r = connection_new_change(
                     connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, kind->add, &call)) < 0 ||
                (r = sd_bus_message_append(call, "s", name)) < 0 ||
                (r = append_settings(call, list)) < 0 ||
                (r = sd_bus_message_append(call, "t", flags)) < 0)
                return r;
        return connection_send(connection, call, NULL);
}

static int call_configure(Connection *connection, const SettingKind *kind, const char *name,
        const SettingList *list, uint64_t flags) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        _cleanup_free_ char *path = NULL;
        int r;

        if ((r = sd_bus_path_encode(kind->path_prefix, name, &path)) < 0 ||
                (r = connection_new_change(connection, path, kind->interface, "Configure", &call)) <
                        0 ||
                (r = append_settings(call, list)) < 0 ||
                (r = sd_bus_message_append(call, "t", flags)) < 0)
                return r;
        return connection_send(connection, call, NULL);
}

/* "Host nas added." */
static void print_said(const Context *context, Connection *connection, const SettingKind *kind,
        const char *name, const char *past) {
        if (kind->scope == SETTING_HOST)
                print_host_change(context, connection, name, "%s %s %s.", kind->noun, name, past);
        else
                print_change(context, kind->noun, name, "%s %s %s.", kind->noun, name, past);
}

static ExitStatus add(
        Context *context, const SettingKind *kind, char *const *arguments, size_t n_arguments) {
        _cleanup_(setting_list_done) SettingList list = {0};
        _cleanup_(connection_done) Connection connection = {0};
        const char *name = arguments[0];
        ExitStatus status;
        int r;

        if ((status = check_name(kind, name)) != STATUS_OK ||
                (status = parse_settings(kind, arguments + 1, n_arguments - 1, &list)) !=
                        STATUS_OK ||
                (status = connection_open(&context->options, &connection)) != STATUS_OK)
                return status;
        r = call_add(&connection, kind, name, &list, change_flags(context));
        if (r < 0 && connection_error_is(&connection, BUS_API_ERROR("Unchanged")))
                return print_unchanged(context, &connection, kind->noun, name);
        if (r < 0)
                return connection_report(&connection, r, "%s '%s' is not added", kind->noun, name);
        print_said(context, &connection, kind, name, "added");
        return STATUS_OK;
}

static ExitStatus configure(Context *context, Connection *connection, const SettingKind *kind,
        const char *name, const SettingList *list, const char *past) {
        int r;

        r = call_configure(connection, kind, name, list, change_flags(context));
        if (r < 0 && is_missing(connection))
                return report_missing(kind, name);
        if (r < 0)
                return connection_report(
                        connection, r, "%s '%s' is not %s", kind->noun, name, past);
        print_said(context, connection, kind, name, past);
        return STATUS_OK;
}

static ExitStatus set(
        Context *context, const SettingKind *kind, char *const *arguments, size_t n_arguments) {
        _cleanup_(setting_list_done) SettingList list = {0};
        _cleanup_(connection_done) Connection connection = {0};
        ExitStatus status;

        if ((status = parse_settings(kind, arguments + 1, n_arguments - 1, &list)) != STATUS_OK ||
                (status = connection_open(&context->options, &connection)) != STATUS_OK)
                return status;
        return configure(context, &connection, kind, arguments[0], &list, "changed");
}

static ExitStatus remove_one(
        Context *context, Connection *connection, const SettingKind *kind, const char *name) {
        int r;

        r = connection_change(connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, kind->remove, NULL,
                "st", name, change_flags(context));
        if (r < 0 && is_missing(connection))
                return report_missing(kind, name);
        if (r < 0)
                return connection_report(connection, r, "%s '%s' is not removed", kind->noun, name);
        print_change(context, kind->noun, name, "%s %s removed.", kind->noun, name);
        return STATUS_OK;
}

static ExitStatus revert_one(
        Context *context, Connection *connection, const SettingKind *kind, const char *name) {
        _cleanup_free_ char *path = NULL;
        int r;

        r = sd_bus_path_encode(kind->path_prefix, name, &path);
        if (r >= 0)
                r = connection_change(connection, path, kind->interface, "Revert", NULL, NULL);
        if (r < 0 && is_missing(connection))
                return report_missing(kind, name);
        if (r < 0)
                return connection_report(
                        connection, r, "%s '%s' is not reverted", kind->noun, name);
        print_said(context, connection, kind, name, "reverted");
        return STATUS_OK;
}

static ExitStatus enable_one(
        Context *context, Connection *connection, const SettingKind *kind, const char *name) {
        char *values[] = {(char *) "yes", NULL};
        Setting setting = {.key = (char *) "Enabled", .values = values};

        return configure(context, connection, kind, name,
                &(SettingList){.items = &setting, .n_items = 1}, "enabled");
}

static ExitStatus disable_one(
        Context *context, Connection *connection, const SettingKind *kind, const char *name) {
        char *values[] = {(char *) "no", NULL};
        Setting setting = {.key = (char *) "Enabled", .values = values};

        return configure(context, connection, kind, name,
                &(SettingList){.items = &setting, .n_items = 1}, "disabled");
}

/* One after the other, to the first that fails for another reason than not being there. */
static ExitStatus for_each(Context *context, const SettingKind *kind, char *const *names, size_t n,
        ExitStatus (*function)(Context *context, Connection *connection, const SettingKind *kind,
                const char *name)) {
        _cleanup_(connection_done) Connection connection = {0};
        ExitStatus status, worst = STATUS_OK;

        status = connection_open(&context->options, &connection);
        if (status != STATUS_OK)
                return status;
        for (size_t i = 0; i < n; i++) {
                status = function(context, &connection, kind, names[i]);
                if (status != STATUS_OK)
                        worst = status;
                if (status != STATUS_OK && status != STATUS_NOT_FOUND)
                        break;
        }
        return worst;
}

ExitStatus verb_add_pool(Context *context, char *const *arguments, size_t n_arguments) {
        return add(context, &pool_settings_kind, arguments, n_arguments);
}

ExitStatus verb_set_pool(Context *context, char *const *arguments, size_t n_arguments) {
        return set(context, &pool_settings_kind, arguments, n_arguments);
}

ExitStatus verb_remove_pool(Context *context, char *const *arguments, size_t n_arguments) {
        return for_each(context, &pool_settings_kind, arguments, n_arguments, remove_one);
}

ExitStatus verb_revert_pool(Context *context, char *const *arguments, size_t n_arguments) {
        return for_each(context, &pool_settings_kind, arguments, n_arguments, revert_one);
}

ExitStatus verb_enable_pool(Context *context, char *const *arguments, size_t n_arguments) {
        return for_each(context, &pool_settings_kind, arguments, n_arguments, enable_one);
}

ExitStatus verb_disable_pool(Context *context, char *const *arguments, size_t n_arguments) {
        return for_each(context, &pool_settings_kind, arguments, n_arguments, disable_one);
}

ExitStatus verb_add_host(Context *context, char *const *arguments, size_t n_arguments) {
        return add(context, &host_settings_kind, arguments, n_arguments);
}

ExitStatus verb_set_host(Context *context, char *const *arguments, size_t n_arguments) {
        return set(context, &host_settings_kind, arguments, n_arguments);
}

ExitStatus verb_remove_host(Context *context, char *const *arguments, size_t n_arguments) {
        return for_each(context, &host_settings_kind, arguments, n_arguments, remove_one);
}

ExitStatus verb_revert_host(Context *context, char *const *arguments, size_t n_arguments) {
        return for_each(context, &host_settings_kind, arguments, n_arguments, revert_one);
}

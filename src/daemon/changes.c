/* SPDX-License-Identifier: MIT */

/* The queue of changes. While one is being written nothing else changes the configuration: other
 * changes wait behind it, and so does a reload.
 *
 * Invariant: what is in force after a change is what a restart would read, runtime changes apart. A
 * change that is found wrong has changed nothing, neither in memory nor on disk. */

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <syslog.h>

#include "basic/list.h"
#include "basic/text.h"
#include "daemon/changes.h"
#include "daemon/file-writer.h"
#include "daemon/manager-internal.h"

enum {
        WAITING_MAX = 64,
};

typedef struct Change {
        ListNode waiting;
        BusChange *wanted;
        BusChangeFunction function;
        void *userdata;

        /* what will be in force */
        Overrides overrides;
        Settings *settings;
        char *path;       /* of the file that has to be written or removed, or NULL */
        const char *text; /* that it gets, of overrides; NULL removes it */
        char *reason;     /* why it is refused, or NULL */
} Change;

struct Changes {
        Manager *manager;
        FileWriter *writer;
        List waiting;
        size_t n_waiting;
        Change *current; /* is being written */
        bool reload_wanted;
};

static Change *change_free(Change *change) {
        if (!change)
                return NULL;

        list_remove(&change->waiting);
        (void) bus_change_free(change->wanted);
        overrides_done(&change->overrides);
        (void) settings_free(change->settings);
        free(change->path);
        free(change->reason);
        free(change);
        return NULL;
}

DEFINE_POINTER_CLEANUP(Change, change_free);

static SettingScope scope_of(const BusChange *wanted) {
        return wanted->is_host ? SETTING_HOST : SETTING_POOL;
}

static int refuse(Change *change, int r, const char *format, ...) _printf_(3, 4);

static int refuse(Change *change, int r, const char *format, ...) {
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

static bool is_made_on_bus(const char *origin) {
        return string_equal(origin, "bus") || string_equal(origin, "bus, runtime");
}

static int set_all(Change *change, Override *override) {
        _cleanup_(problems_done) Problems problems = {0};
        const BusChange *wanted = change->wanted;
        int r;

        for (size_t i = 0; i < wanted->n_settings; i++) {
                const BusSetting *setting = &wanted->settings[i];

                r = override_set(override, setting->key, setting->values, &problems);
                if (r < 0 && problems.n_items > 0)
                        return refuse(change, -EINVAL, "%s", problems.items[0].text);
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

/* Says the settings in the layer that is asked for. */
static int edit_settings(Manager *manager, Change *change, const char *origin) {
        const BusChange *wanted = change->wanted;
        const ConfigLayer layer = wanted->runtime ? CONFIG_RUNTIME : CONFIG_BUS;
        const SettingScope scope = scope_of(wanted);
        _cleanup_free_ char *place = NULL;
        Override *override;
        int r;

        r = place_of(manager, wanted, &place);
        if (r < 0)
                return r;
        override = overrides_find(&change->overrides, scope, layer, wanted->name);
        if (!override) {
                const char *text = string_equal(origin, "built-in")
                                           ? override_builtin_pool(wanted->name)
                                           : NULL;

                r = overrides_add(
                        &change->overrides, scope, layer, wanted->name, place, text, &override);
                if (r < 0)
                        return r;
        }

        r = set_all(change, override);
        if (r < 0)
                return r;
        if (!wanted->runtime) {
                change->path = TAKE_PTR(place);
                change->text = override->text;
        }
        return 0;
}

static int drop(Manager *manager, Change *change, ConfigLayer layer) {
        const SettingScope scope = scope_of(change->wanted);
        Override *override = overrides_find(&change->overrides, scope, layer, change->wanted->name);

        if (!override)
                return 0;
        overrides_remove(&change->overrides, override);
        if (layer == CONFIG_RUNTIME)
                return 0;
        change->text = NULL;
        return configuration_path(
                manager->options->state_directory, scope, change->wanted->name, &change->path);
}

static int edit_revert(Manager *manager, Change *change, const char *origin) {
        const BusChange *wanted = change->wanted;
        bool kept = overrides_find(&change->overrides, scope_of(wanted), CONFIG_BUS, wanted->name);
        bool for_now =
                overrides_find(&change->overrides, scope_of(wanted), CONFIG_RUNTIME, wanted->name);
        int r;

        if (is_made_on_bus(origin) && !(kept && for_now))
                return refuse(change, -EOPNOTSUPP,
                        "%s was added over the bus; there is nothing to go back to. Remove%s "
                        "removes it.",
                        wanted->name, wanted->is_host ? "Host" : "Pool");
        r = drop(manager, change, CONFIG_RUNTIME);
        if (r < 0 || is_made_on_bus(origin))
                return r;
        return drop(manager, change, CONFIG_BUS);
}

static int edit_remove(Manager *manager, Change *change, const char *origin) {
        const BusChange *wanted = change->wanted;
        int r;

        if (origin && !is_made_on_bus(origin))
                return refuse(change, -EOPNOTSUPP,
                        "%s does not come from the bus but from %s, where it can be removed%s.",
                        wanted->name, origin, wanted->is_host ? "" : "; Enabled=no stops it");
        if (wanted->runtime &&
                overrides_find(&change->overrides, scope_of(wanted), CONFIG_BUS, wanted->name))
                return refuse(change, -EOPNOTSUPP,
                        "%s is kept for good; it cannot be removed for the time being%s.",
                        wanted->name, wanted->is_host ? "" : ", Enabled=no stops it");
        r = drop(manager, change, CONFIG_RUNTIME);
        if (r < 0)
                return r;
        return drop(manager, change, CONFIG_BUS);
}

static bool has_override(const Change *change) {
        const BusChange *wanted = change->wanted;

        return overrides_find(&change->overrides, scope_of(wanted), CONFIG_BUS, wanted->name) ||
               overrides_find(&change->overrides, scope_of(wanted), CONFIG_RUNTIME, wanted->name);
}

static int edit(Manager *manager, Change *change) {
        const BusChange *wanted = change->wanted;
        const char *origin = find_origin(server_get_settings(manager->server), wanted);

        switch (wanted->type) {
        case BUS_CHANGE_ADD:
                if (!setting_name_is_valid(wanted->name))
                        return refuse(change, -EINVAL,
                                "The name must be letters, digits, '-', '_' and '.', a letter or "
                                "digit first, at most %d bytes.",
                                POOL_NAME_MAX);
                if (origin || has_override(change))
                        return -EEXIST;
                return edit_settings(manager, change, NULL);
        case BUS_CHANGE_CONFIGURE:
                return origin ? edit_settings(manager, change, origin) : -ENOENT;
        case BUS_CHANGE_REVERT:
                if (!origin && !has_override(change))
                        return -ENOENT;
                return edit_revert(manager, change, origin);
        case BUS_CHANGE_REMOVE:
                if (!origin && !has_override(change))
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
                        return refuse(change, -EINVAL, "%s", problem->text);
                if (problem_format(problem, &text) >= 0)
                        return refuse(change, -EINVAL, "%s", text);
        }
        return -EINVAL;
}

/* Finds out what would be in force. */
static int prepare(Manager *manager, Change *change) {
        _cleanup_(problems_done) Problems problems = {0};
        int r;

        r = overrides_copy(
                &manager->configuration.overrides, CONFIG_LAYER_INVALID, &change->overrides);
        if (r < 0)
                return r;
        r = edit(manager, change);
        if (r < 0)
                return r;
        r = configuration_make(
                &manager->configuration.files, &change->overrides, 0, &change->settings, &problems);
        return r == -EINVAL ? refuse_mistake(change, &problems) : r;
}

static void report_change(Manager *manager, const BusChange *wanted) {
        static const char *const verbs[BUS_CHANGE_TYPE_MAX] = {
                [BUS_CHANGE_ADD] = "added",
                [BUS_CHANGE_CONFIGURE] = "changed",
                [BUS_CHANGE_REVERT] = "reverted",
                [BUS_CHANGE_REMOVE] = "removed",
        };
        const JournalField fields[] = {{"DHCP_POOL", wanted->is_host ? NULL : wanted->name}};

        journal_write(manager->journal, LOG_NOTICE, NULL, fields, ELEMENTSOF(fields),
                "%s %s %s over the bus%s.", wanted->is_host ? "Host" : "Pool", wanted->name,
                verbs[wanted->type], wanted->runtime ? ", until the service is restarted" : "");
}

static int put_in_force(Manager *manager, Change *change) {
        int r;

        r = manager_take_settings(manager, change->settings);
        if (r < 0)
                return r;
        change->settings = NULL;
        overrides_done(&manager->configuration.overrides);
        manager->configuration.overrides = change->overrides;
        change->overrides = OVERRIDES_INIT;
        report_change(manager, change->wanted);
        manager_settings_changed(manager);
        return 0;
}

static void change_finish(Change *change, int r) {
        change->function(r, change->reason, change->userdata);
        (void) change_free(change);
}

static void on_written(int r, void *userdata);

/* Return: whether it is over. */
static bool carry_out(Changes *changes, Change *change) {
        int r;

        r = prepare(changes->manager, change);
        if (r >= 0 && change->path) {
                r = file_writer_start(
                        changes->writer, change->path, change->text, on_written, changes);
                if (r >= 0) {
                        changes->current = change;
                        return false;
                }
        } else if (r >= 0)
                r = put_in_force(changes->manager, change);
        change_finish(change, r);
        return true;
}

static void carry_out_next(Changes *changes) {
        ListNode *node;

        while (!changes->current && (node = list_first(&changes->waiting))) {
                Change *change = CONTAINER_OF(node, Change, waiting);

                list_remove(node);
                changes->n_waiting--;
                if (!carry_out(changes, change))
                        return;
        }
}

static void on_written(int r, void *userdata) {
        Changes *changes = userdata;
        Change *change = TAKE_PTR(changes->current);

        if (r >= 0)
                r = put_in_force(changes->manager, change);
        else {
                journal_say(changes->manager->journal, LOG_ERR, NULL, "%s cannot be kept: %s",
                        change->path, strerror(-r));
                r = refuse(change, r, "%s cannot be written: %s", change->path, strerror(-r));
        }
        change_finish(change, r);

        if (changes->reload_wanted) {
                changes->reload_wanted = false;
                manager_reload(changes->manager);
        }
        carry_out_next(changes);
}

int changes_new(Changes **ret, Manager *manager, sd_event *event) {
        _cleanup_(changes_freep) Changes *changes = NULL;
        int r;

        changes = calloc(1, sizeof(*changes));
        if (!changes)
                return -ENOMEM;
        changes->manager = manager;
        list_init(&changes->waiting);
        r = file_writer_new(&changes->writer, event);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(changes);
        return 0;
}

Changes *changes_free(Changes *changes) {
        ListNode *node;

        if (!changes)
                return NULL;

        (void) file_writer_free(changes->writer);
        (void) change_free(changes->current);
        while ((node = list_first(&changes->waiting)))
                (void) change_free(CONTAINER_OF(node, Change, waiting));
        free(changes);
        return NULL;
}

void changes_add(Changes *changes, BusChange *wanted, BusChangeFunction function, void *userdata) {
        Change *change;

        change = changes->n_waiting < WAITING_MAX ? calloc(1, sizeof(*change)) : NULL;
        if (!change) {
                (void) bus_change_free(wanted);
                function(-EBUSY, NULL, userdata);
                return;
        }
        change->wanted = wanted;
        change->function = function;
        change->userdata = userdata;
        list_append(&changes->waiting, &change->waiting);
        changes->n_waiting++;
        carry_out_next(changes);
}

bool changes_defer_reload(Changes *changes) {
        if (!changes || !changes->current)
                return false;
        changes->reload_wanted = true;
        return true;
}

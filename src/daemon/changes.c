/* SPDX-License-Identifier: MIT */

/* The queue of changes. While one is being written nothing else changes the configuration: other
 * changes wait behind it, and so does a reload.
 *
 * Invariant: what is in force after a change is what a restart would read, runtime changes apart.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "basic/list.h"
#include "daemon/change.h"
#include "daemon/changes.h"
#include "daemon/file-writer.h"
#include "daemon/manager-internal.h"
#include "daemon/messages.h"

enum {
        WAITING_MAX = 64,
        SUMMARY_MAX = 256, /* of the settings of a change, in a line of the journal */
};

struct Changes {
        Manager *manager;
        FileWriter *writer;
        List waiting;
        size_t n_waiting;
        Change *current; /* is being written */
        bool reload_wanted;
        Actor reload_actor;
};

static void report_settings(Journal *journal, const BusChange *wanted) {
        for (size_t i = 0; i < wanted->n_settings; i++) {
                _cleanup_free_ char *text = bus_setting_to_text(&wanted->settings[i]);

                journal_add(journal, "DHCP_SETTING", text);
        }
}

/* ": Range=192.168.1.5 Enabled=no", as far as it fits into a line; all of it is in the fields. */
static void settings_summary(const BusChange *wanted, char *ret, size_t size) {
        size_t n = 0;

        ret[0] = '\0';
        for (size_t i = 0; i < wanted->n_settings; i++) {
                _cleanup_free_ char *text = bus_setting_to_text(&wanted->settings[i]);

                if (!text)
                        return;
                if (n + strlen(text) + strlen(":  taken back …") >= size) {
                        (void) snprintf(ret + n, size - n, " …");
                        return;
                }
                n += (size_t) snprintf(ret + n, size - n, "%s%s%s", n > 0 ? ", " : ": ", text,
                        wanted->settings[i].values ? "" : " taken back");
        }
}

static void report_change(Manager *manager, const Change *change) {
        const BusChange *wanted = change->wanted;
        JournalField fields[ACTOR_FIELDS_MAX];
        char summary[SUMMARY_MAX];
        ActorText actor;

        if (!journal_begin(manager->journal, LOG_NOTICE,
                    wanted->is_host ? MESSAGE_HOST_CHANGED : MESSAGE_POOL_CHANGED))
                return;
        actor_describe(&(Actor){.type = ACTOR_USER, .uid = wanted->uid}, &actor);
        actor_fields(&actor, fields);
        settings_summary(wanted, summary, sizeof(summary));
        journal_add(manager->journal, wanted->is_host ? "DHCP_HOST" : "DHCP_POOL", wanted->name);
        journal_add(manager->journal, "DHCP_CHANGE", bus_change_type_to_string(wanted->type));
        for (size_t i = 0; i < ELEMENTSOF(fields); i++)
                journal_add(manager->journal, fields[i].name, fields[i].value);
        report_settings(manager->journal, wanted);
        journal_end(manager->journal, "%s %s %s over the bus%s%s%s.",
                wanted->is_host ? "Host" : "Pool", wanted->name,
                bus_change_type_to_string(wanted->type), actor.people,
                wanted->runtime ? ", until the service is restarted" : "", summary);
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
        report_change(manager, change);
        if (change->keeps_builtin)
                journal_say(manager->journal, LOG_NOTICE, NULL,
                        "The built-in pool has leases or hosts; it stays, as if added over the "
                        "bus, too.");
        manager_remember_warnings(manager, &change->problems, true);
        bus_change_made(manager->bus, change->wanted);
        /* A host is in no row: with 15,000 of them, or a million leases, each would cost one. */
        manager_settings_changed(manager, !change->wanted->is_host);
        return 0;
}

static void change_finish(Change *change, int r) {
        change->function(r, change->reason, change->userdata);
        (void) change_free(change);
}

static void on_written(int r, void *userdata);

static int write_next(Changes *changes, const Change *change) {
        const ChangedFile *file = &change->files[change->n_written];

        return file_writer_start(changes->writer, file->path, file->text, on_written, changes);
}

/* Return: whether it is over. */
static bool carry_out(Changes *changes, Change *change) {
        int r;

        r = change_prepare(change, changes->manager);
        if (r >= 0 && change->n_files > 0) {
                r = write_next(changes, change);
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
        Change *change = changes->current;

        if (r >= 0 && ++change->n_written < change->n_files) {
                r = write_next(changes, change);
                if (r >= 0)
                        return;
        }
        changes->current = NULL;
        if (r >= 0)
                r = put_in_force(changes->manager, change);
        else {
                const char *path = change->files[change->n_written].path;

                journal_say(changes->manager->journal, LOG_ERR, NULL, "%s cannot be kept: %s", path,
                        strerror(-r));
                r = change_refuse(change, r, "%s cannot be written: %s", path, strerror(-r));
        }
        change_finish(change, r);

        if (changes->reload_wanted) {
                changes->reload_wanted = false;
                manager_reload(changes->manager, &changes->reload_actor);
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

bool changes_defer_reload(Changes *changes, const Actor *actor) {
        if (!changes || !changes->current)
                return false;
        changes->reload_wanted = true;
        changes->reload_actor = *actor;
        return true;
}

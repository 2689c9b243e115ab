/* SPDX-License-Identifier: MIT */

/* A polkit that answers as it is told.
 *
 *     mock-polkit [ACTION=yes|no|ask|hold|stuck]…
 *
 * "ask" wants a person and gets one where that is allowed; "hold" answers yes at SIGUSR1, or when
 * the caller has left, which is as good as no. "stuck" never answers. What is not named is no.
 * Prints a line for each question, "check ACTION CALLER FLAGS", for each caller that has left with
 * one, "gone CALLER", and for each call that should not be, "cancel TICKET". */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <systemd/sd-bus.h>

enum {
        HELD_MAX = 1024,
};

static char **rules;
static volatile sig_atomic_t release;

static struct {
        sd_bus_message *question;
        char *caller;
} held[HELD_MAX];
static size_t n_held;

static void on_signal(int number) {
        (void) number;
        release = true;
}

static const char *rule_of(const char *action) {
        size_t size = strlen(action);

        for (char **rule = rules; *rule; rule++)
                if (strncmp(*rule, action, size) == 0 && (*rule)[size] == '=')
                        return *rule + size + 1;
        return "no";
}

static int answer(sd_bus_message *question, bool yes, bool challenge) {
        return sd_bus_reply_method_return(question, "(bba{ss})", yes, challenge, 0);
}

static int check(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        const char *kind, *key, *caller, *action, *ticket, *rule;
        uint32_t flags;
        int r;

        (void) userdata;
        (void) error;
        r = sd_bus_message_read(m, "(sa{sv})s", &kind, 1, &key, "s", &caller, &action);
        if (r >= 0)
                r = sd_bus_message_skip(m, "a{ss}");
        if (r >= 0)
                r = sd_bus_message_read(m, "us", &flags, &ticket);
        if (r < 0 || strcmp(kind, "system-bus-name") != 0 || strcmp(key, "name") != 0)
                return -EINVAL;

        (void) printf("check %s %s %u\n", action, caller, flags);
        rule = rule_of(action);
        if (strcmp(rule, "stuck") == 0)
                return 1;
        if (strcmp(rule, "hold") == 0 && n_held < HELD_MAX) {
                held[n_held].question = sd_bus_message_ref(m);
                held[n_held++].caller = strdup(caller);
                return 1;
        }
        if (strcmp(rule, "ask") == 0)
                return answer(m, flags & 1, !(flags & 1));
        return answer(m, strcmp(rule, "yes") == 0, false);
}

static int cancel(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        const char *ticket;
        int r;

        (void) userdata;
        (void) error;
        r = sd_bus_message_read(m, "s", &ticket);
        if (r < 0)
                return r;
        (void) printf("cancel %s\n", ticket);
        return sd_bus_reply_method_return(m, NULL);
}

/* Says yes to the question. */
static void release_one(size_t i) {
        (void) answer(held[i].question, true, false);
        sd_bus_message_unref(held[i].question);
        free(held[i].caller);
        held[i] = held[--n_held];
}

static void release_all(void) {
        while (n_held > 0)
                release_one(n_held - 1);
        release = false;
}

static int on_owner(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        const char *name, *new_owner;
        int r;

        (void) userdata;
        (void) error;
        r = sd_bus_message_read(m, "sss", &name, NULL, &new_owner);
        if (r < 0)
                return r;
        for (size_t i = n_held; i > 0; i--) {
                if (*new_owner || strcmp(held[i - 1].caller, name) != 0)
                        continue;
                release_one(i - 1);
                (void) printf("gone %s\n", name);
        }
        return 0;
}

static const sd_bus_vtable vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("CheckAuthorization", "(sa{sv})sa{ss}us", "(bba{ss})", check,
                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("CancelCheckAuthorization", "s", "", cancel, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

int main(int argc, char *argv[]) {
        sd_bus *bus = NULL;

        (void) argc;
        rules = argv + 1;
        (void) setvbuf(stdout, NULL, _IOLBF, 0);
        (void) signal(SIGUSR1, on_signal);
        if (sd_bus_open_system(&bus) < 0 ||
                sd_bus_add_object_vtable(bus, NULL, "/org/freedesktop/PolicyKit1/Authority",
                        "org.freedesktop.PolicyKit1.Authority", vtable, NULL) < 0 ||
                sd_bus_match_signal(bus, NULL, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                        "org.freedesktop.DBus", "NameOwnerChanged", on_owner, NULL) < 0 ||
                sd_bus_request_name(bus, "org.freedesktop.PolicyKit1", 0) < 0)
                return 1;

        for (;;) {
                int r;

                while ((r = sd_bus_process(bus, NULL)) > 0)
                        ;
                if (r < 0 && r != -EINTR)
                        return 1;
                if (release)
                        release_all();
                (void) sd_bus_wait(bus, 50000);
        }
}

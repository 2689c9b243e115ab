/* SPDX-License-Identifier: MIT */

/* Calls a method and tells an error by its name, which busctl does not.
 *
 *     bus-call [-i] [-n COUNT] [-u FILE] PATH INTERFACE METHOD [SIGNATURE ARGUMENT…]
 *
 * The signature is of s, t and b, and of d for an a{sv}: its arguments are KEY=VALUE for strings,
 * KEY:=BYTES for ay (the characters of BYTES), and a dot ends it. -i allows that a person is asked.
 * -n sends so many calls at once; -u waits until FILE is there, and leaves the bus then, whatever
 * has been answered. Prints, for each answer, "ok" or "NAME: TEXT". */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

static int append_bytes(sd_bus_message *m, const char *key, const char *bytes) {
        int r;

        r = sd_bus_message_open_container(m, 'e', "sv");
        if (r >= 0)
                r = sd_bus_message_append(m, "s", key);
        if (r >= 0)
                r = sd_bus_message_open_container(m, 'v', "ay");
        if (r >= 0)
                r = sd_bus_message_append_array(m, 'y', bytes, strlen(bytes));
        if (r >= 0)
                r = sd_bus_message_close_container(m);
        return r < 0 ? r : sd_bus_message_close_container(m);
}

static int append_dictionary(sd_bus_message *m, char ***arguments) {
        int r = sd_bus_message_open_container(m, 'a', "{sv}");

        for (; r >= 0 && **arguments && strcmp(**arguments, ".") != 0; (*arguments)++) {
                const char *entry = **arguments, *value = strchr(entry, '=');
                char key[64];

                if (!value || value == entry)
                        return -1;
                (void) snprintf(key, sizeof(key), "%.*s",
                        (int) (value - entry) - (value[-1] == ':'), entry);
                if (value[-1] == ':')
                        r = append_bytes(m, key, value + 1);
                else
                        r = sd_bus_message_append(m, "{sv}", key, "s", value + 1);
        }
        if (r < 0 || !**arguments)
                return -1;
        (*arguments)++;
        return sd_bus_message_close_container(m);
}

static int append(sd_bus_message *m, const char *signature, char **arguments) {
        int r = 0;

        for (; *signature && r >= 0; signature++) {
                if (*signature == 'd') {
                        r = append_dictionary(m, &arguments);
                        continue;
                }
                if (!*arguments)
                        return -1;
                if (*signature == 's')
                        r = sd_bus_message_append(m, "s", *arguments++);
                else if (*signature == 't')
                        r = sd_bus_message_append(
                                m, "t", (uint64_t) strtoull(*arguments++, NULL, 0));
                else if (*signature == 'b')
                        r = sd_bus_message_append(m, "b", strcmp(*arguments++, "yes") == 0);
                else
                        return -1;
        }
        return r;
}

static int on_answer(sd_bus_message *answer, void *userdata, sd_bus_error *error) {
        const sd_bus_error *failure = sd_bus_message_get_error(answer);
        unsigned *n_waiting = userdata;

        (void) error;
        if (failure)
                (void) printf("%s: %s\n", failure->name, failure->message);
        else
                (void) puts("ok");
        (*n_waiting)--;
        return 0;
}

static int post(sd_bus *bus, char **arguments, int interactive, unsigned *n_waiting) {
        sd_bus_message *m = NULL;
        int r;

        r = sd_bus_message_new_method_call(
                bus, &m, "org.minidhcp1", arguments[0], arguments[1], arguments[2]);
        if (r >= 0)
                r = sd_bus_message_set_allow_interactive_authorization(m, interactive);
        if (r >= 0 && arguments[3])
                r = append(m, arguments[3], arguments + 4);
        if (r >= 0)
                r = sd_bus_call_async(bus, NULL, m, on_answer, n_waiting, UINT64_MAX);
        sd_bus_message_unref(m);
        return r;
}

int main(int argc, char *argv[]) {
        unsigned n_calls = 1, n_waiting = 0;
        const char *until = NULL;
        int option, interactive = 0, r;
        sd_bus *bus = NULL;

        while ((option = getopt(argc, argv, "+in:u:")) >= 0)
                switch (option) {
                case 'i':
                        interactive = 1;
                        break;
                case 'n':
                        n_calls = (unsigned) atoi(optarg);
                        break;
                case 'u':
                        until = optarg;
                        break;
                default:
                        return 2;
                }
        if (argc - optind < 3 || sd_bus_open_system(&bus) < 0)
                return 2;

        for (; n_waiting < n_calls; n_waiting++)
                if (post(bus, argv + optind, interactive, &n_waiting) < 0)
                        return 2;
        while (until ? access(until, F_OK) < 0 : n_waiting > 0) {
                while ((r = sd_bus_process(bus, NULL)) > 0)
                        ;
                if (r < 0)
                        return 1;
                (void) fflush(stdout);
                if ((until || n_waiting > 0) && sd_bus_wait(bus, 10000) < 0)
                        return 1;
        }
        (void) sd_bus_flush_close_unref(bus);
        return 0;
}

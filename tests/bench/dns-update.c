/* SPDX-License-Identifier: MIT */
/* Drives an updater by lines on stdin, for tests/integration/dns-update*:
 *
 *   set NAME ADDRESS CLIENT-ID SECONDS | alias (likewise, without PTR) | remove NAME ADDRESS
 *   many FIRST COUNT SUFFIX NETWORK    names hostN.SUFFIX at NETWORK + N
 *   many-remove (likewise)
 *   end-sync | status | settle SECONDS | quit
 *
 * and prints what it is told. "settle" takes no more lines until the DNS is as it should be, or the
 * time is over.
 *
 *   dns-update CONFIGURATION STATE-FILE */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/text.h"
#include "config/files.h"
#include "dns-update/updater.h"

enum {
        LINE_SIZE = 1024,
        WORDS_MAX = 5,
};

typedef struct Driver {
        sd_event *event;
        DnsConfig config;
        DnsUpdater *updater;
        sd_event_source *input;
        sd_event_source *patience;
        bool is_settling;
} Driver;

static void say(const char *text) {
        puts(text);
        (void) fflush(stdout);
}

static void end_settling(Driver *driver, const char *text) {
        if (!driver->is_settling)
                return;
        driver->is_settling = false;
        (void) sd_event_source_set_enabled(driver->input, SD_EVENT_ON);
        (void) sd_event_source_set_enabled(driver->patience, SD_EVENT_OFF);
        say(text);
}

static void on_event(const DnsEvent *event, void *userdata) {
        _cleanup_free_ char *text = NULL;

        if (event->type == DNS_EVENT_SETTLED)
                end_settling(userdata, "settled");
        else if (dns_event_format(event, &text) >= 0)
                say(text);
}

static int on_patience(_unused_ sd_event_source *source, _unused_ uint64_t time, void *userdata) {
        end_settling(userdata, "not settled");
        return 0;
}

static void set(Driver *driver, char **words, bool reverse) {
        uint8_t client_id[256];
        uint64_t seconds;
        DnsBinding binding = {
                .name = words[1],
                .identity = {.client_id = client_id},
                .reverse = reverse,
        };
        int r = -EINVAL;

        if (ipv4_parse(words[2], &binding.address) >= 0 &&
                bytes_parse(words[3], client_id, sizeof(client_id),
                        &binding.identity.client_id_size) >= 0 &&
                parse_u64(words[4], UINT32_MAX, &seconds) >= 0) {
                binding.lifetime = seconds * USEC_PER_SEC;
                r = dns_updater_set(driver->updater, &binding);
        }
        if (r < 0)
                say(strerror(-r));
}

static void set_many(Driver *driver, char **words, bool remove) {
        const unsigned long first = strtoul(words[1], NULL, 10);
        const unsigned long n = strtoul(words[2], NULL, 10);
        char name[LINE_SIZE];
        uint8_t client_id[] = {0, 0, 0, 0, 0};
        ipv4_t network = 0;

        (void) ipv4_parse(words[4], &network);
        for (unsigned long i = first; i < first + n; i++) {
                DnsBinding binding = {
                        .name = name,
                        .address = network + (ipv4_t) i,
                        .identity = {.client_id = client_id, .client_id_size = sizeof(client_id)},
                        .lifetime = USEC_PER_HOUR,
                        .reverse = true,
                };

                (void) snprintf(name, sizeof(name), "host%lu.%s", i, words[3]);
                memcpy(client_id + 1, &(uint32_t){(uint32_t) i}, sizeof(uint32_t));
                if (remove)
                        dns_updater_remove(driver->updater, name, binding.address);
                else if (dns_updater_set(driver->updater, &binding) < 0)
                        say("not set");
        }
}

static void show_status(const Driver *driver) {
        const DnsStatus status = dns_updater_status(driver->updater);

        (void) printf("wanted %zu placed %zu conflicts %zu pending %zu\n", status.n_wanted,
                status.n_placed, status.n_conflicts, status.n_pending);
        (void) fflush(stdout);
}

static void settle(Driver *driver, const char *seconds) {
        driver->is_settling = true;
        (void) sd_event_source_set_enabled(driver->input, SD_EVENT_OFF);
        (void) sd_event_source_set_time_relative(
                driver->patience, strtoul(seconds, NULL, 10) * USEC_PER_SEC);
        (void) sd_event_source_set_enabled(driver->patience, SD_EVENT_ONESHOT);
        if (dns_updater_status(driver->updater).n_pending == 0)
                end_settling(driver, "settled");
}

static void perform(Driver *driver, char *line) {
        char *words[WORDS_MAX] = {NULL};
        size_t n = 0;

        for (char *word = strtok(line, " \n"); word && n < WORDS_MAX; word = strtok(NULL, " \n"))
                words[n++] = word;
        if (n == 5 && string_equal(words[0], "set"))
                set(driver, words, true);
        else if (n == 5 && string_equal(words[0], "alias"))
                set(driver, words, false);
        else if (n == 5 && string_equal(words[0], "many"))
                set_many(driver, words, false);
        else if (n == 5 && string_equal(words[0], "many-remove"))
                set_many(driver, words, true);
        else if (n == 3 && string_equal(words[0], "remove")) {
                ipv4_t address = 0;

                (void) ipv4_parse(words[2], &address);
                dns_updater_remove(driver->updater, words[1], address);
        } else if (n == 1 && string_equal(words[0], "end-sync"))
                dns_updater_end_sync(driver->updater);
        else if (n == 1 && string_equal(words[0], "status"))
                show_status(driver);
        else if (n == 2 && string_equal(words[0], "settle"))
                settle(driver, words[1]);
        else if (n == 1 && string_equal(words[0], "quit"))
                (void) sd_event_exit(driver->event, 0);
        else
                say("what?");
}

static int on_input(_unused_ sd_event_source *source, _unused_ int fd, _unused_ uint32_t events,
        void *userdata) {
        Driver *driver = userdata;
        char line[LINE_SIZE];

        if (fgets(line, sizeof(line), stdin))
                perform(driver, line);
        else
                (void) sd_event_exit(driver->event, 0);
        return 0;
}

static int read_config(DnsConfig *config, const char *path, Problems *problems) {
        _cleanup_free_ char *text = NULL;
        IniReader reader;
        IniItem item;
        size_t size;
        int r;

        dns_config_init(config);
        r = config_file_read(path, &text, &size);
        if (r < 0)
                return r;
        reader = INI_READER_INIT(text, size);
        while ((r = ini_reader_next(&reader, &item)) > 0)
                if (item.type == INI_ASSIGNMENT)
                        (void) dns_config_assign(config, &item, path, problems);
        ini_reader_done(&reader);
        if (r < 0)
                return r;
        return dns_config_finish(config, path, 0, getenv("CREDENTIALS_DIRECTORY"), true, problems);
}

static int prepare(Driver *driver, const char *state_path) {
        int r;

        r = sd_event_default(&driver->event);
        if (r >= 0)
                r = dns_updater_new(&driver->updater, driver->event, &driver->config, state_path,
                        on_event, driver);
        if (r >= 0)
                r = sd_event_add_io(
                        driver->event, &driver->input, STDIN_FILENO, 1, on_input, driver);
        if (r >= 0)
                r = sd_event_add_time_relative(driver->event, &driver->patience, CLOCK_MONOTONIC, 0,
                        0, on_patience, driver);
        if (r >= 0)
                r = sd_event_source_set_enabled(driver->patience, SD_EVENT_OFF);
        return r;
}

int main(int argc, char **argv) {
        Driver driver = {0};
        Problems problems = {0};
        int r;

        if (argc != 3)
                return EXIT_FAILURE;
        (void) setvbuf(stdin, NULL, _IONBF, 0);
        r = read_config(&driver.config, argv[1], &problems);
        for (size_t i = 0; i < problems.n_items; i++) {
                _cleanup_free_ char *text = NULL;

                if (problem_format(&problems.items[i], &text) >= 0)
                        say(text);
        }
        if (r >= 0 && problems.n_errors == 0)
                r = prepare(&driver, argv[2]);
        if (r >= 0 && problems.n_errors == 0)
                r = sd_event_loop(driver.event);
        (void) sd_event_source_disable_unref(driver.input);
        (void) sd_event_source_disable_unref(driver.patience);
        (void) dns_updater_free(driver.updater);
        (void) sd_event_unref(driver.event);
        dns_config_done(&driver.config);
        problems_done(&problems);
        return r < 0 || problems.n_errors > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

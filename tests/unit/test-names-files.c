/* SPDX-License-Identifier: MIT */
/* names.conf, the files that are published, and what is kept for the next start. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <sys/stat.h>

#include "names/config.h"
#include "names/hosts-files.h"
#include "names/state-file.h"
#include "test.h"

/* ---- names.conf ------------------------------------------------------------------------------ */

typedef struct ConfigCase {
        const char *text;
        const char *problem; /* NULL = it is taken */
} ConfigCase;

static const ConfigCase config_cases[] = {
        {"", NULL},
        {"# nothing\n[Names]\n", NULL},
        {"[Names]\nGeneratedNames=yes\nLocalLeaseDomain=Home.Arpa.\nReservedNames=Router nas\n",
                NULL},
        {"[Names]\nLocalLeaseDomain=\nReservedNames=\n", NULL},
        {"GeneratedNames=yes\n",
                "f:1: 'GeneratedNames=' stands before any section; [Names] comes first"},
        {"[Names]\nGeneratedNames=2\n", "f:2: GeneratedNames=2: must be yes or no"},
        {"[Names]\nLocalLeaseDomain=a..b\n",
                "f:2: LocalLeaseDomain=a..b: must be a domain name: labels of 1 to 63 letters, "
                "digits and hyphens, joined by dots"},
        {"[Names]\nReservedNames=a b.c\n",
                "f:2: ReservedNames=a b.c: must be names without dots, separated by blanks"},
        {"[Names]\nGenerateNames=yes\n",
                "f:2: there is no GenerateNames= in [Names]: did you mean GeneratedNames=?"},
        {"[Name]\nx=y\n", "f:1: there is no section [Name]; there are [Names] and [DNSUpdate]"},
#if HAVE_DNS_UPDATE
        {"[DNSUpdate]\nServer=192.0.2.1\nZone=a.example\n[Names]\nGeneratedNames=yes\n", NULL},
        {"[DNSUpdate]\nServer=192.0.2.1\nZone=a.example\n[DNSUpdate]\nServer=192.0.2.2\nZone=a."
         "example\n",
                NULL},
        {"[DNSUpdate]\nServer=192.0.2.1\nZone=a.example\n\n[DNSUpdate]\nServer=192.0.2.1\nZone=b."
         "example\n",
                "f:5: Server=192.0.2.1#53 has a section [DNSUpdate] in line 1: list its zones "
                "there"},
        {"[DNSUpdate]\nServer=192.0.2.1\n",
                "f:1: [DNSUpdate] has no Zone=, the zones that names are put into"},
        {"[DNSUpdate]\nServer=192.0.2.1\nZone=a.example\nGeneratedNames=yes\n",
                "f:4: unknown key 'GeneratedNames' in [DNSUpdate]"},
#else
        {"[DNSUpdate]\nServer=192.0.2.1\n",
                "f:1: [DNSUpdate]: this minidhcp-names was built without libldns"},
#endif
        {"[DNSUpdate x]\n",
                "f:1: there is no section [DNSUpdate x]; there are [Names] and [DNSUpdate]"},
        {"[Names]\n\nx\n", "f:3: 'x': neither [SECTION] nor KEY=VALUE"},
};

START_TEST(test_config)
{
        for (size_t i = 0; i < ELEMENTSOF(config_cases); i++) {
                const ConfigCase *c = &config_cases[i];
                Problems problems = {0};
                NamesConfig config;
                char *text = NULL;
                int r;

                r = names_config_parse("f", c->text, strlen(c->text), true, &config, &problems);
                ck_assert_int_eq(r, c->problem ? -EINVAL : 0);
                ck_assert_uint_eq(problems.n_items, c->problem ? 1 : 0);
                if (c->problem) {
                        ck_assert_int_eq(problem_format(&problems.items[0], &text), 0);
                        ck_assert_str_eq(text, c->problem);
                        free(text);
                } else
                        names_config_done(&config);
                problems_done(&problems);
        }
}
END_TEST

START_TEST(test_config_values)
{
        static const char text[] = "[Names]\nReservedNames=x\nReservedNames=\nReservedNames=NAS y\n"
                                   "ReservedNames=z\nLocalLeaseDomain=Lan\nGeneratedNames=on\n";
        Problems problems = {0};
        NamesConfig config;

        ck_assert_int_eq(names_config_parse("f", text, strlen(text), true, &config, &problems), 0);
        ck_assert_str_eq(config.rules.local_domain, "lan");
        ck_assert(config.rules.generated_names);
        ck_assert_str_eq(config.rules.reserved[0], "nas");
        ck_assert_str_eq(config.rules.reserved[1], "y");
        ck_assert_str_eq(config.rules.reserved[2], "z");
        ck_assert_ptr_null(config.rules.reserved[3]);
        names_config_done(&config);
        ck_assert_int_eq(
                names_config_load("/nonexistent/names.conf", false, true, &config, &problems), 0);
        ck_assert(!config.rules.generated_names);
        names_config_done(&config);
        ck_assert_int_eq(
                names_config_load("/nonexistent/names.conf", true, true, &config, &problems),
                -ENOENT);
        ck_assert_uint_eq(problems.n_errors, 1);
        problems_done(&problems);
}
END_TEST

/* ---- files ----------------------------------------------------------------------------------- */

typedef struct Desk {
        char directory[32];
        Zone *zone;
        HostsFiles *files;
} Desk;

static void desk_init(Desk *desk) {
        static const ZoneHandlers handlers = {0};
        static const uint8_t secret[16] = "not much of one";

        strcpy(desk->directory, "/tmp/test-names-XXXXXX");
        ck_assert_ptr_nonnull(mkdtemp(desk->directory));
        ck_assert_int_eq(zone_new(&desk->zone, secret, &handlers, NULL), 0);
        ck_assert_int_eq(hosts_files_new(&desk->files, desk->directory), 0);
}

static void desk_done(Desk *desk) {
        char command[64];

        desk->files = hosts_files_free(desk->files);
        desk->zone = zone_free(desk->zone);
        (void) snprintf(command, sizeof(command), "rm -r %s", desk->directory);
        ck_assert_int_eq(system(command), 0);
}

static void set(Desk *desk, ipv4_t address, const char *name, const char *alias) {
        const uint8_t hardware[6] = {2, 0, 0, 0, (uint8_t) (address >> 8), (uint8_t) address};
        Naming naming = {.is_configured = alias != NULL};
        FollowBuilder builder;

        follow_builder_init(&builder, &address, sizeof(address));
        follow_builder_add(&builder, FOLLOW_HARDWARE, hardware, sizeof(hardware));
        strcpy(naming.name, name);
        if (alias)
                strcpy(naming.aliases[naming.n_aliases++], alias);
        ck_assert_int_eq(zone_set(desk->zone, follow_builder_get(&builder), &naming), 0);
}

static const char *path_of(const Desk *desk, const char *name) {
        static char path[64];

        (void) snprintf(path, sizeof(path), "%s/%s", desk->directory, name);
        return path;
}

/* What a file holds, "absent" when it is not there. */
static const char *content(const Desk *desk, const char *name) {
        static char text[4096];
        int fd = open(path_of(desk, name), O_RDONLY | O_CLOEXEC);
        ssize_t n;

        if (fd < 0)
                return "absent";
        n = read(fd, text, sizeof(text) - 1);
        ck_assert_int_ge(n, 0);
        text[n] = '\0';
        (void) close(fd);
        return text;
}

static const char *bucket(const Desk *desk, ipv4_t address) {
        char name[16];

        (void) snprintf(name, sizeof(name), "hosts.d/%02x", zone_bucket_of(address));
        return content(desk, name);
}

#define HEADER "# Names of the leases of mini-dhcp, written by minidhcp-names(8).\n"

START_TEST(test_files)
{
        const ipv4_t laptop = 0xc0a80165, printer = 0xc0a80132;
        struct stat before, after;
        char path[64];
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(zone_end_loading(desk.zone), 0);
        ck_assert(hosts_files_are_due(desk.files, desk.zone));
        ck_assert_int_eq(hosts_files_write(desk.files, desk.zone), 0);
        ck_assert(!hosts_files_are_due(desk.files, desk.zone));
        ck_assert_str_eq(content(&desk, "hosts"), HEADER);
        ck_assert_str_eq(content(&desk, "names"), "");
        ck_assert_str_eq(bucket(&desk, laptop), "absent");

        set(&desk, laptop, "laptop.lan", NULL);
        set(&desk, printer, "printer.lan", "press.lan");
        ck_assert(hosts_files_are_due(desk.files, desk.zone));
        ck_assert_int_eq(hosts_files_write(desk.files, desk.zone), 0);
        ck_assert_str_eq(content(&desk, "hosts"),
                HEADER "192.168.1.50 printer.lan printer press.lan press\n"
                       "192.168.1.101 laptop.lan laptop\n");
        ck_assert_str_eq(content(&desk, "names"), "laptop 192.168.1.101 laptop.lan\n"
                                                  "laptop.lan 192.168.1.101 laptop.lan\n"
                                                  "press 192.168.1.50 printer.lan\n"
                                                  "press.lan 192.168.1.50 printer.lan\n"
                                                  "printer 192.168.1.50 printer.lan\n"
                                                  "printer.lan 192.168.1.50 printer.lan\n");
        ck_assert_uint_ne(zone_bucket_of(laptop), zone_bucket_of(printer));
        ck_assert_str_eq(bucket(&desk, laptop), "192.168.1.101 laptop.lan laptop\n");
        ck_assert_str_eq(
                bucket(&desk, printer), "192.168.1.50 printer.lan printer press.lan press\n");

        /* a file that says the same is not touched, neither by a change of another one nor by a
         * program that begins */
        (void) snprintf(
                path, sizeof(path), "%s/hosts.d/%02x", desk.directory, zone_bucket_of(printer));
        ck_assert_int_eq(stat(path, &before), 0);
        ck_assert_uint_eq(before.st_mode & 07777, 0644);
        zone_remove(desk.zone, laptop);
        ck_assert_int_eq(hosts_files_write(desk.files, desk.zone), 0);
        desk.files = hosts_files_free(desk.files);
        ck_assert_int_eq(hosts_files_new(&desk.files, desk.directory), 0);
        ck_assert_int_eq(hosts_files_write(desk.files, desk.zone), 0);
        ck_assert_int_eq(stat(path, &after), 0);
        ck_assert_uint_eq(before.st_ino, after.st_ino);
        ck_assert_int_eq(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
        /* one of which nothing is left stays, empty */
        ck_assert_str_eq(bucket(&desk, laptop), "");
        desk_done(&desk);
}
END_TEST

/* What another run has left is put right. */
START_TEST(test_files_left)
{
        const ipv4_t laptop = 0xc0a80165;
        Desk desk;
        FILE *file;

        desk_init(&desk);
        set(&desk, laptop, "laptop.lan", NULL);
        for (unsigned i = 0; i < ZONE_BUCKETS; i++) {
                char name[16];

                (void) snprintf(name, sizeof(name), "hosts.d/%02x", i);
                file = fopen(path_of(&desk, name), "we");
                ck_assert_ptr_nonnull(file);
                (void) fputs("192.168.1.9 stale.lan\n", file);
                ck_assert_int_eq(fclose(file), 0);
        }
        ck_assert_int_eq(zone_end_loading(desk.zone), 0);
        ck_assert_int_eq(hosts_files_write(desk.files, desk.zone), 0);
        for (unsigned i = 0; i < ZONE_BUCKETS; i++) {
                char name[16];

                (void) snprintf(name, sizeof(name), "hosts.d/%02x", i);
                ck_assert_str_eq(content(&desk, name),
                        i == zone_bucket_of(laptop) ? "192.168.1.101 laptop.lan laptop\n" : "");
        }
        desk_done(&desk);
}
END_TEST

/* A file that cannot be written is due until it is. */
START_TEST(test_files_failing)
{
        Desk desk;

        desk_init(&desk);
        ck_assert_int_eq(zone_end_loading(desk.zone), 0);
        ck_assert_int_eq(mkdir(path_of(&desk, "hosts"), 0700), 0);
        ck_assert_int_lt(hosts_files_write(desk.files, desk.zone), 0);
        ck_assert(hosts_files_are_due(desk.files, desk.zone));
        ck_assert_str_eq(content(&desk, ".#hosts"), "absent");
        ck_assert_int_eq(rmdir(path_of(&desk, "hosts")), 0);
        ck_assert_int_eq(hosts_files_write(desk.files, desk.zone), 0);
        ck_assert_str_eq(content(&desk, "hosts"), HEADER);
        desk_done(&desk);
}
END_TEST

/* ---- state ----------------------------------------------------------------------------------- */

START_TEST(test_state)
{
        Domains domains = {0}, read = {0};
        Desk desk, next;
        char path[64];

        desk_init(&desk);
        desk_init(&next);
        strcpy(path, path_of(&desk, "state"));
        ck_assert_int_eq(state_file_read(path, desk.zone, &domains), 0);
        ck_assert_int_eq(domains_add(&domains, "lan", "home.arpa"), 0);
        domains_sort(&domains);
        ck_assert_int_eq(zone_end_loading(desk.zone), 0);
        set(&desk, 9, "a.lan", NULL);
        set(&desk, 1, "a.lan", NULL);
        set(&desk, 2, "b.lan", NULL);
        ck_assert_int_eq(state_file_write(path, desk.zone, &domains), 0);
        ck_assert_str_eq(content(&desk, "state"),
                "mini-dhcp-names 1\ndomain lan home.arpa\nholder a.lan 0.0.0.9\n");

        ck_assert_int_eq(state_file_read(path, next.zone, &read), 1);
        ck_assert(domains_equal(&domains, &read));
        set(&next, 1, "a.lan", NULL);
        set(&next, 9, "a.lan", NULL);
        ck_assert_int_eq(zone_end_loading(next.zone), 0);
        ck_assert_int_eq(hosts_files_write(next.files, next.zone), 0);
        ck_assert_str_eq(content(&next, "hosts"), HEADER "0.0.0.9 a.lan a\n");
        domains_done(&domains);
        domains_done(&read);
        desk_done(&next);
        desk_done(&desk);
}
END_TEST

START_TEST(test_odd_state)
{
        static const char *const texts[] = {"", "x", "mini-dhcp-names 1\n",
                "mini-dhcp-names 1\nholder\nholder a\nholder a b\ndomain\n\ndomain a\nfoo a b\n",
                "mini-dhcp-names 1\nholder a.lan 1.2.3.4"};
        Desk desk;

        desk_init(&desk);
        for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
                Domains domains = {0};
                FILE *file = fopen(path_of(&desk, "state"), "we");

                ck_assert_ptr_nonnull(file);
                (void) fputs(texts[i], file);
                ck_assert_int_eq(fclose(file), 0);
                ck_assert_int_eq(state_file_read(path_of(&desk, "state"), desk.zone, &domains),
                        i < 2 ? 0 : 1);
                ck_assert_uint_eq(domains.n_items, 0);
                domains_done(&domains);
        }
        ck_assert_int_eq(zone_end_loading(desk.zone), 0);
        ck_assert_uint_eq(zone_count(desk.zone), 0);
        desk_done(&desk);
}
END_TEST

TEST_MAIN("names-files", test_config, test_config_values, test_files, test_files_left,
        test_files_failing, test_state, test_odd_state);

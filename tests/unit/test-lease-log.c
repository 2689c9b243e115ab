/* SPDX-License-Identifier: MIT */

/* Journal entries about leases: one each in quiet times, collected in a storm, and none is missing.
 */

#include <syslog.h>

#include "daemon/lease-log.h"
#include "redirect.h"
#include "test.h"

typedef struct Fixture {
        sd_event *event;
        Server *server;
        Journal *journal;
        LeaseLog *log;
        int saved;
        FILE *reader;
} Fixture;

static void setup(Fixture *f, int level) {
        static const uint8_t seed[16];

        f->reader = fdopen(redirect_stderr(&f->saved), "r");
        ck_assert_ptr_nonnull(f->reader);
        ck_assert_int_ge(sd_event_new(&f->event), 0);
        ck_assert_int_eq(server_new(&f->server, seed), 0);
        ck_assert_int_eq(journal_new(&f->journal, level), 0);
        ck_assert_int_eq(lease_log_new(&f->log, f->event, f->journal, f->server), 0);
}

/* Writes what is left; from now on the lines can be read. */
static void finish(Fixture *f) {
        ck_assert_ptr_null(lease_log_free(f->log));
        ck_assert_ptr_null(journal_free(f->journal));
        restore_stderr(f->saved);
        ck_assert_ptr_null(server_free(f->server));
        (void) sd_event_unref(f->event);
}

static void add_by(
        Fixture *f, LeaseEvent event, unsigned number, usec_t started, usec_t now, Actor actor) {
        uint8_t client_id[7] = {1, 2}, hardware[6] = {2};
        LeaseNews news = {
                .event = event,
                .pool = "lan",
                .actor = actor,
                .record =
                        {
                                .address = 0x0a000000 + number,
                                .client_id = client_id,
                                .client_id_size = sizeof(client_id),
                                .hardware = hardware,
                                .hardware_size = sizeof(hardware),
                                .hostname = "laptop",
                                .hostname_size = 6,
                                .started = started,
                                .last_seen = now,
                                .expires = now + USEC_PER_HOUR,
                        },
        };

        hardware[4] = client_id[5] = (uint8_t) (number >> 8);
        hardware[5] = client_id[6] = (uint8_t) number;
        lease_log_add(f->log, &news, now);
}

static void add_since(Fixture *f, LeaseEvent event, unsigned number, usec_t started, usec_t now) {
        add_by(f, event, number, started, now, (Actor){.type = ACTOR_CLIENT});
}

static void add(Fixture *f, LeaseEvent event, unsigned number, usec_t now) {
        add_since(f, event, number, 0, now);
}

static void expect(Fixture *f, const char *expected) {
        char line[2048];

        ck_assert_ptr_nonnull(fgets(line, sizeof(line), f->reader));
        line[strcspn(line, "\n")] = 0;
        ck_assert_str_eq(line, expected);
}

START_TEST(one_entry_each)
{
        static const struct {
                LeaseEvent event;
                const char *text;
        } cases[] = {
                {LEASE_EVENT_GRANTED,
                        "Lease granted: 10.0.0.7 to laptop (02:00:00:00:00:07), pool lan, for 1h."},
                {LEASE_EVENT_RENEWED, "Lease renewed: 10.0.0.7 for laptop (02:00:00:00:00:07), "
                                      "pool lan, for 1h."},
                {LEASE_EVENT_RELEASED,
                        "Lease released: 10.0.0.7 by laptop (02:00:00:00:00:07), pool lan."},
                {LEASE_EVENT_EXPIRED,
                        "Lease expired: 10.0.0.7 of laptop (02:00:00:00:00:07), pool lan."},
                {LEASE_EVENT_DECLINED, "Address set aside: 10.0.0.7 of laptop (02:00:00:00:00:07), "
                                       "pool lan, for 1h: "
                                       "another host uses it."},
                {LEASE_EVENT_DELETED,
                        "Lease deleted: 10.0.0.7 of laptop (02:00:00:00:00:07), pool lan."},
        };
        Fixture f;

        setup(&f, LOG_DEBUG);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                add(&f, cases[i].event, 7, 1000);
        finish(&f);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                expect(&f, cases[i].text);
        ck_assert_int_eq(fgetc(f.reader), EOF);
        (void) fclose(f.reader);
}
END_TEST

/* What an administrator does is not told as if the client had done it. */
START_TEST(administrators_are_named)
{
        static const Actor root = {ACTOR_USER, 0}, stranger = {ACTOR_USER, 4000000000U},
                           file = {ACTOR_LEASE_FILE, 0};
        Fixture f;

        setup(&f, LOG_INFO);
        add_by(&f, LEASE_EVENT_RELEASED, 7, 0, 1000, root);
        add_by(&f, LEASE_EVENT_DELETED, 7, 0, 1000, stranger);
        add_by(&f, LEASE_EVENT_RELEASED, 7, 0, 1000, file);
        finish(&f);
        expect(&f, "Lease released: 10.0.0.7 of laptop (02:00:00:00:00:07), pool lan, by user "
                   "root.");
        expect(&f, "Lease deleted: 10.0.0.7 of laptop (02:00:00:00:00:07), pool lan, by user "
                   "4000000000.");
        expect(&f, "Lease released: 10.0.0.7 of laptop (02:00:00:00:00:07), pool lan, by an edit "
                   "of the lease file.");
        ck_assert_int_eq(fgetc(f.reader), EOF);
        (void) fclose(f.reader);
}
END_TEST

/* A collective entry has one actor. */
START_TEST(collections_have_one_actor)
{
        static const Actor root = {ACTOR_USER, 0}, stranger = {ACTOR_USER, 4000000000U};
        Fixture f;

        setup(&f, LOG_INFO);
        for (unsigned i = 0; i < LEASE_LOG_SINGLE_MAX; i++)
                add(&f, LEASE_EVENT_GRANTED, i, 1000);
        add_by(&f, LEASE_EVENT_GRANTED, 201, 0, 1000, root);
        add(&f, LEASE_EVENT_GRANTED, 202, 1000);
        add_by(&f, LEASE_EVENT_GRANTED, 203, 0, 1000, root);
        add_by(&f, LEASE_EVENT_GRANTED, 204, 0, 1000, stranger);
        finish(&f);
        for (unsigned i = 0; i < LEASE_LOG_SINGLE_MAX; i++) {
                char line[256];

                ck_assert_ptr_nonnull(fgets(line, sizeof(line), f.reader));
        }
        expect(&f, "2 leases granted, by user root; each is a DHCP_LEASE field of this entry.");
        expect(&f, "10.0.0.201 02:00:00:00:00:c9 laptop");
        expect(&f, "10.0.0.203 02:00:00:00:00:cb laptop");
        expect(&f, "1 leases granted; each is a DHCP_LEASE field of this entry.");
        expect(&f, "10.0.0.202 02:00:00:00:00:ca laptop");
        expect(&f, "1 leases granted, by user 4000000000; each is a DHCP_LEASE field of this "
                   "entry.");
        expect(&f, "10.0.0.204 02:00:00:00:00:cc laptop");
        ck_assert_int_eq(fgetc(f.reader), EOF);
        (void) fclose(f.reader);
}
END_TEST

START_TEST(renewals_are_debug)
{
        Fixture f;

        setup(&f, LOG_INFO);
        add(&f, LEASE_EVENT_RENEWED, 7, 1000);
        finish(&f);
        ck_assert_int_eq(fgetc(f.reader), EOF);
        (void) fclose(f.reader);
}
END_TEST

/* 410 grants in a second: 100 entries, one that is full, and one with the rest. */
START_TEST(handovers_are_grants)
{
        Fixture f;

        setup(&f, LOG_INFO);
        add_since(&f, LEASE_EVENT_RENEWED, 7, 1000, 2000);
        add_since(&f, LEASE_EVENT_RENEWED, 7, 3000, 3000); /* since then, by other hardware */
        finish(&f);
        expect(&f, "Lease granted: 10.0.0.7 to laptop (02:00:00:00:00:07), pool lan, for 1h.");
        ck_assert_int_eq(fgetc(f.reader), EOF);
        (void) fclose(f.reader);
}
END_TEST

START_TEST(a_storm_is_collected)
{
        unsigned n_storm = LEASE_LOG_SINGLE_MAX + LEASE_LOG_COLLECT_MAX + 150, number = 0;
        char text[256];
        Fixture f;

        setup(&f, LOG_INFO);
        for (unsigned i = 0; i < n_storm; i++)
                add(&f, LEASE_EVENT_GRANTED, i, 1000 + i);
        /* a second later there is room for single ones again */
        add(&f, LEASE_EVENT_RELEASED, 7, 1000 + 2 * USEC_PER_SEC);
        finish(&f);

        for (; number < LEASE_LOG_SINGLE_MAX; number++) {
                (void) snprintf(text, sizeof(text),
                        "Lease granted: 10.0.0.%u to laptop (02:00:00:00:00:%02x), pool lan, for "
                        "1h.",
                        number, number);
                expect(&f, text);
        }
        expect(&f, "160 leases granted; each is a DHCP_LEASE field of this entry.");
        for (unsigned i = 0; i < LEASE_LOG_COLLECT_MAX; i++, number++) {
                (void) snprintf(text, sizeof(text), "10.0.%u.%u 02:00:00:00:%02x:%02x laptop",
                        number >> 8, number & 0xff, number >> 8, number & 0xff);
                expect(&f, text);
        }
        expect(&f, "Lease released: 10.0.0.7 by laptop (02:00:00:00:00:07), pool lan.");
        expect(&f, "150 leases granted; each is a DHCP_LEASE field of this entry.");
        for (; number < n_storm; number++) {
                (void) snprintf(text, sizeof(text), "10.0.%u.%u 02:00:00:00:%02x:%02x laptop",
                        number >> 8, number & 0xff, number >> 8, number & 0xff);
                expect(&f, text);
        }
        ck_assert_int_eq(fgetc(f.reader), EOF);
        (void) fclose(f.reader);
}
END_TEST

/* A lease that an administrator gave to a client identifier has neither. */
START_TEST(what_nobody_knows_is_left_out)
{
        static const LeaseNews news = {
                .event = LEASE_EVENT_DELETED,
                .pool = "lan",
                .record = {.address = 0x0a000001},
        };
        Fixture f;

        setup(&f, LOG_INFO);
        for (unsigned i = 0; i <= LEASE_LOG_SINGLE_MAX; i++)
                lease_log_add(f.log, &news, 1000);
        finish(&f);
        for (unsigned i = 0; i < LEASE_LOG_SINGLE_MAX; i++)
                expect(&f, "Lease deleted: 10.0.0.1, pool lan.");
        expect(&f, "1 leases deleted; each is a DHCP_LEASE field of this entry.");
        expect(&f, "10.0.0.1 -");
        ck_assert_int_eq(fgetc(f.reader), EOF);
        (void) fclose(f.reader);
}
END_TEST

TEST_MAIN("lease-log", one_entry_each, administrators_are_named, collections_have_one_actor,
        renewals_are_debug, handovers_are_grants, a_storm_is_collected,
        what_nobody_knows_is_left_out);

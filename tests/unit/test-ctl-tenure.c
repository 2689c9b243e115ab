/* SPDX-License-Identifier: MIT */
/* Who had an address when: events told as a transcript, tenures read back. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/journal-api.h"
#include "ctl/moment.h"
#include "ctl/tenure.h"
#include "daemon/messages.h"
#include "test.h"

#define ADDRESS ((ipv4_t) 0xc0a80165) /* 192.168.1.101 */
#define LAPTOP "02:00:00:00:00:07"
#define PHONE "02:00:00:00:00:08"

/* What happens at a second, or, with a state, what the server says: since when, and until when. */
typedef struct Step {
        TenureEventType type;
        unsigned second;
        const char *hardware; /* NULL = the end */
        const char *state;
        unsigned ended;
        const char *client_id;
        const char *by; /* NULL = not known */
} Step;

#define EVENT(type, second, hardware)                                                              \
        { TENURE_##type, second, hardware, NULL, 0, "", NULL }
#define DONE_BY(type, second, hardware, by)                                                        \
        { TENURE_##type, second, hardware, NULL, 0, "", by }
#define CLONE(type, second, hardware)                                                              \
        { TENURE_##type, second, hardware, NULL, 0, "ff:01", NULL }
#define TELL(since, hardware, state, ended)                                                        \
        { 0, since, hardware, state, ended, "", NULL }

static int play(TenureBook *book, const Step *step) {
        const TenureEvent event = {
                .type = step->type,
                .time = step->second * USEC_PER_SEC,
                .address = ADDRESS,
                .hardware = step->hardware,
                .client_id = step->client_id,
                .hostname = strcmp(step->hardware, LAPTOP) == 0 ? "laptop" : "phone",
                .pool = "lan",
                .interface = "br0",
                .by = step->by ? step->by : "",
        };

        if (!step->state)
                return tenure_book_add(book, &event);
        return tenure_book_settle(book, &event, step->state, step->ended * USEC_PER_SEC);
}

/* "laptop 10-20 expired", one behind the other. */
static void write_book(const TenureBook *book, char *text, size_t size) {
        size_t n = 0;

        text[0] = '\0';
        for (size_t i = 0; i < book->n_items; i++) {
                const Tenure *tenure = book->items[i];
                char until[16] = "now";

                if (tenure->until != USEC_INFINITY)
                        (void) snprintf(until, sizeof(until), "%u",
                                (unsigned) (tenure->until / USEC_PER_SEC));
                n += (size_t) snprintf(text + n, size - n, "%s%s %u-%s %s", i > 0 ? ", " : "",
                        tenure->hostname, (unsigned) (tenure->from / USEC_PER_SEC), until,
                        tenure_end_to_string(tenure->end));
        }
}

START_TEST(test_tenures)
{
        static const struct {
                Step steps[6];
                const char *tenures;
        } cases[] = {
                {{{0}}, ""},
                {{EVENT(GRANTED, 10, LAPTOP), EVENT(EXPIRED, 20, LAPTOP)}, "laptop 10-20 expired"},
                {{EVENT(GRANTED, 10, LAPTOP), EVENT(RENEWED, 15, LAPTOP),
                         EVENT(GRANTED, 17, LAPTOP), EVENT(RELEASED, 20, LAPTOP)},
                        "laptop 10-20 released"},
                {{EVENT(GRANTED, 10, LAPTOP), EVENT(RELEASED, 20, LAPTOP),
                         EVENT(GRANTED, 30, PHONE), EVENT(DELETED, 40, PHONE)},
                        "laptop 10-20 released, phone 30-40 deleted"},
                /* the end got lost, the next client tells of it */
                {{EVENT(GRANTED, 10, LAPTOP), EVENT(GRANTED, 30, PHONE)},
                        "laptop 10-30 replaced, phone 30-0 unknown"},
                /* the beginning got lost */
                {{EVENT(EXPIRED, 20, LAPTOP)}, "laptop 0-20 expired"},
                {{EVENT(RENEWED, 15, LAPTOP), EVENT(EXPIRED, 20, LAPTOP)}, "laptop 0-20 expired"},
                /* a deletion that does not tell whose lease it was */
                {{EVENT(GRANTED, 10, LAPTOP), EVENT(DELETED, 20, "")}, "laptop 10-20 deleted"},
                {{EVENT(DELETED, 20, "")}, ""},
                {{EVENT(EXPIRED, 20, "")}, ""},
                /* an end that is another client's says nothing about this one's */
                {{EVENT(GRANTED, 10, LAPTOP), EVENT(EXPIRED, 20, PHONE)},
                        "laptop 10-0 unknown, phone 0-20 expired"},
                {{EVENT(GRANTED, 10, LAPTOP), EVENT(DECLINED, 11, LAPTOP)},
                        "laptop 10-11 declined"},
                {{EVENT(DECLINED, 11, LAPTOP)}, "laptop 11-11 declined"},
                {{EVENT(GRANTED, 10, LAPTOP), EVENT(CONFLICT, 11, PHONE),
                         EVENT(EXPIRED, 20, LAPTOP)},
                        "laptop 10-20 expired, phone 11-11 conflict"},
                /* what the server says now */
                {{EVENT(GRANTED, 10, LAPTOP), TELL(10, LAPTOP, "bound", 0)}, "laptop 10-now bound"},
                {{TELL(12, LAPTOP, "bound", 0)}, "laptop 12-now bound"},
                {{EVENT(GRANTED, 10, PHONE), TELL(12, LAPTOP, "bound", 0)},
                        "phone 10-12 replaced, laptop 12-now bound"},
                {{EVENT(GRANTED, 10, LAPTOP), TELL(10, LAPTOP, "expired", 25)},
                        "laptop 10-25 expired"},
                {{EVENT(GRANTED, 10, LAPTOP), TELL(10, LAPTOP, "released", 25)},
                        "laptop 10-25 released"},
                {{EVENT(GRANTED, 10, LAPTOP), TELL(10, PHONE, "expired", 25)},
                        "laptop 10-0 unknown"},
                /* two machines with one client identifier */
                {{CLONE(GRANTED, 10, LAPTOP), CLONE(RENEWED, 12, PHONE), CLONE(RENEWED, 14, PHONE),
                         CLONE(EXPIRED, 20, PHONE)},
                        "laptop 10-12 replaced, phone 12-20 expired"},
                {{CLONE(GRANTED, 10, LAPTOP), CLONE(RENEWED, 12, PHONE),
                         CLONE(RENEWED, 14, LAPTOP)},
                        "laptop 10-12 replaced, phone 12-14 replaced, laptop 14-0 unknown"},
                {{CLONE(RENEWED, 12, LAPTOP), CLONE(RENEWED, 14, PHONE)},
                        "laptop 0-14 replaced, phone 14-0 unknown"},
                {{TELL(10, LAPTOP, "expired", 25)}, ""},
                {{TELL(10, LAPTOP, "declined", 25)}, ""},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(tenure_book_done) TenureBook book;
                char text[512];

                tenure_book_init(&book);
                for (const Step *step = cases[i].steps; step->hardware; step++)
                        ck_assert_int_eq(play(&book, step), 0);
                write_book(&book, text, sizeof(text));
                ck_assert_str_eq(text, cases[i].tenures);
        }
}
END_TEST

START_TEST(test_who_did_it)
{
        static const struct {
                Step steps[4];
                const char *by, *begun_by, *ended_by;
        } cases[] = {
                {{DONE_BY(GRANTED, 10, LAPTOP, "client"), DONE_BY(RELEASED, 20, LAPTOP, "root")},
                        "root", "client", "root"},
                {{DONE_BY(GRANTED, 10, LAPTOP, "alice"), DONE_BY(EXPIRED, 20, LAPTOP, "server")},
                        "server", "alice", "server"},
                {{DONE_BY(GRANTED, 10, LAPTOP, "alice"), TELL(10, LAPTOP, "bound", 0)}, "alice",
                        "alice", ""},
                {{DONE_BY(RENEWED, 10, LAPTOP, "client"), TELL(10, LAPTOP, "bound", 0)}, "", "",
                        ""},
                {{DONE_BY(GRANTED, 10, LAPTOP, "client"), DONE_BY(DELETED, 20, "", "alice")},
                        "alice", "client", "alice"},
                {{DONE_BY(RELEASED, 20, LAPTOP, "lease-file")}, "lease-file", "", "lease-file"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(tenure_book_done) TenureBook book;

                tenure_book_init(&book);
                for (const Step *step = cases[i].steps; step->hardware; step++)
                        ck_assert_int_eq(play(&book, step), 0);
                ck_assert_uint_eq(book.n_items, 1);
                ck_assert_str_eq(tenure_by(book.items[0]), cases[i].by);
                ck_assert_str_eq(book.items[0]->begun_by, cases[i].begun_by);
                ck_assert_str_eq(book.items[0]->ended_by, cases[i].ended_by);
        }
}
END_TEST

START_TEST(test_many_addresses)
{
        _cleanup_(tenure_book_done) TenureBook book;

        tenure_book_init(&book);
        for (unsigned round = 1; round <= 2; round++)
                for (ipv4_t i = 0; i < 5000; i++) {
                        const TenureEvent event = {
                                .type = round == 1 ? TENURE_GRANTED : TENURE_EXPIRED,
                                .time = round * USEC_PER_SEC,
                                .address = i,
                                .hardware = LAPTOP,
                                .client_id = "01:02",
                                .hostname = "",
                                .by = "",
                                .pool = "",
                                .interface = "",
                        };

                        ck_assert_int_eq(tenure_book_add(&book, &event), 0);
                }
        ck_assert_uint_eq(book.n_items, 5000);
        for (size_t i = 0; i < book.n_items; i++)
                ck_assert_int_eq(book.items[i]->end, TENURE_END_EXPIRED);
        ck_assert_uint_eq(book.open.n_nodes, 0);
}
END_TEST

START_TEST(test_matches)
{
        static const struct {
                const char *pattern;
                unsigned since, until; /* seconds; the tenure is from 10 to 20 */
                bool matches;
        } cases[] = {
                {NULL, 0, 0, true},
                {NULL, 15, 15, true},
                {NULL, 20, 0, true},
                {NULL, 21, 0, false},
                {NULL, 0, 10, true},
                {NULL, 0, 9, false},
                {"192.168.1.101", 15, 15, true},
                {"192.168.1.0/24", 0, 0, true},
                {"192.168.1.102", 0, 0, false},
                {LAPTOP, 0, 0, true},
                {PHONE, 0, 0, false},
                {"01:02", 0, 0, true},
                {"01:02:03", 0, 0, false},
                {"laptop", 0, 0, true},
                {"LAP*", 0, 0, true},
                {"l?ptop", 0, 0, true},
                {"*p*p", 0, 0, true},
                {"*", 0, 0, true},
                {"lap", 0, 0, false},
                {"ptop", 0, 0, false},
                {"laptop?", 0, 0, false},
        };
        const Tenure tenure = {
                .address = ADDRESS,
                .from = 10 * USEC_PER_SEC,
                .until = 20 * USEC_PER_SEC,
                .end = TENURE_END_EXPIRED,
                .hardware = (char *) LAPTOP,
                .client_id = (char *) "01:02",
                .hostname = (char *) "laptop",
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                Pattern pattern;

                if (cases[i].pattern)
                        ck_assert_int_eq(pattern_parse(cases[i].pattern, &pattern), 0);
                ck_assert_msg(tenure_matches(&tenure, cases[i].pattern ? &pattern : NULL,
                                      cases[i].since * USEC_PER_SEC,
                                      cases[i].until * USEC_PER_SEC) == cases[i].matches,
                        "case %zu", i);
        }
}
END_TEST

/* What the server writes is what we look for. */
START_TEST(test_messages)
{
        ck_assert_str_eq(JOURNAL_LEASE_GRANTED, MESSAGE_LEASE_GRANTED);
        ck_assert_str_eq(JOURNAL_LEASE_RENEWED, MESSAGE_LEASE_RENEWED);
        ck_assert_str_eq(JOURNAL_LEASE_RELEASED, MESSAGE_LEASE_RELEASED);
        ck_assert_str_eq(JOURNAL_LEASE_EXPIRED, MESSAGE_LEASE_EXPIRED);
        ck_assert_str_eq(JOURNAL_LEASE_DECLINED, MESSAGE_LEASE_DECLINED);
        ck_assert_str_eq(JOURNAL_LEASE_DELETED, MESSAGE_LEASE_DELETED);
        ck_assert_str_eq(JOURNAL_ADDRESS_CONFLICT, MESSAGE_ADDRESS_CONFLICT);
        ck_assert_str_eq(JOURNAL_ECHO_CONFLICT, MESSAGE_ECHO_CONFLICT);
}
END_TEST

/* 2026-11-21 22:55:00 UTC, a Saturday; the clock of the cases shows 23:30:00. */
START_TEST(test_moments)
{
        const usec_t evening = UINT64_C(1795301700) * USEC_PER_SEC;
        const usec_t now = evening + 35 * USEC_PER_MINUTE;
        const usec_t today = evening - (22 * 60 + 55) * USEC_PER_MINUTE;
        const struct {
                const char *text;
                usec_t moment; /* 0 = none */
        } cases[] = {
                {"2026-11-21 22:55:00", evening},
                {"2026-11-21 22:55", evening},
                {"2026-11-21 22:55:00.25", evening + 250000},
                {"2026-11-21 22:55:00 UTC", evening},
                {"Sat 2026-11-21 22:55:00 UTC", evening},
                {"2026-11-21T22:55:00Z", evening},
                {"2026-11-21", today},
                {"22:55:00", evening},
                {"22:55", evening},
                {"now", now},
                {"today", today},
                {"yesterday", today - USEC_PER_DAY},
                {"tomorrow", today + USEC_PER_DAY},
                {"-1h", now - USEC_PER_HOUR},
                {"+1h", now + USEC_PER_HOUR},
                {"1h 30min ago", now - 90 * USEC_PER_MINUTE},
                {"@1795301700", evening},
                {"yesterday 22:55", evening - USEC_PER_DAY},
                {"yesterday 22:55:00.5 UTC", evening - USEC_PER_DAY + 500000},
                {"today 22:55", evening},
                {"tomorrow 22:55", evening + USEC_PER_DAY},
                {"yesterday UTC", today - USEC_PER_DAY},
                {" 2026-11-21  22:55 ", evening},
                {"26-11-21 22:55:00", evening},
                {"26-11-21", today},
                {"saturday 2026-11-21 22:55", evening},
                {"Sat 22:55", evening},
                {"Sun 2026-11-21 22:55", 0}, /* it was a Saturday */
                {"Satur 2026-11-21 22:55", 0},
                {"2h left", now + 2 * USEC_PER_HOUR},
                {"1.5h ago", now - 90 * USEC_PER_MINUTE},
                {"2weeks ago", now - 14 * USEC_PER_DAY},
                {"@1795301700.25", evening + 250000},
                {"2026-11-21 23:55 Europe/Berlin", evening},
                {"yesterday 23:55 Europe/Berlin", evening}, /* there it is the 22nd by now */
                {"yesterday 2026-11-21", 0},
                {"yesterday noon", 0},
                {"now 14:00", 0},
                {"2026-11-21 22:55 ../etc/passwd", 0},
                {"@0", 1},
                {"-100000d", 1},
                {"", 0},
                {"soon", 0},
                {"2026-02-30", 0},
                {"2026-11-21 25:00", 0},
                {"2026-11-21 22:55:00 XYZ", 0},
                {"1h", 0},
                {"ago", 0},
                {"x ago", 0},
                {"-infinity", 0},
                {"@", 0},
                {"@-1", 0},
        };

        ck_assert_int_eq(setenv("TZ", "UTC", true), 0);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                usec_t moment = 0;
                int r = moment_parse(cases[i].text, now, &moment);

                ck_assert_msg(r == (cases[i].moment > 0 ? 0 : -EINVAL) && moment == cases[i].moment,
                        "\"%s\" gives %d and %llu", cases[i].text, r, (unsigned long long) moment);
        }
}
END_TEST

TEST_MAIN("ctl-tenure", test_tenures, test_who_did_it, test_many_addresses, test_matches,
        test_messages, test_moments);

/* SPDX-License-Identifier: MIT */
/* Names and a DNS server as transcripts: what is wanted, what the server has, what is told. The
 * addresses are those of 10.1.0.0/16. */

#include <errno.h>

#include "dns-desk.h"
#include "dns-update/message.h"
#include "test.h"

#define LAPTOP                                                                                     \
        "1.0.1.10.in-addr.arpa 1200 PTR laptop.lan.example.\n"                                     \
        "laptop.lan.example 1200 A 10.1.0.1\n"                                                     \
        "laptop.lan.example 1200 DHCID\n"

static DnsDesk desk;

static void open_desk(void) {
        desk_open(&desk, 1);
}

static void close_desk(void) {
        desk_close(&desk);
}

START_TEST(test_add_change_remove)
{
        open_desk();
        desk_set(&desk, "laptop", 1, 7);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, LAPTOP);

        /* a renewal */
        desk_set(&desk, "LAPTOP.lan.example.", 1, 7);
        desk_run(&desk, USEC_PER_SEC);
        ck_assert_uint_eq(desk.server.n_requests, 2);

        desk_set(&desk, "laptop", 2, 7);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, "2.0.1.10.in-addr.arpa 1200 PTR laptop.lan.example.\n"
                           "laptop.lan.example 1200 A 10.1.0.2\n"
                           "laptop.lan.example 1200 DHCID\n");

        /* the end of the lease before, told late */
        desk_remove(&desk, "laptop", 1);
        desk_run(&desk, USEC_PER_SEC);
        ck_assert_uint_eq(dns_engine_status(desk.engine).n_placed, 1);

        desk_remove(&desk, "laptop", 2);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, "");
        desk_expect_events(&desk, "");
        ck_assert_uint_eq(dns_engine_status(desk.engine).n_wanted, 0);
        close_desk();
}
END_TEST

START_TEST(test_client_changes)
{
        open_desk();
        desk_set(&desk, "laptop", 1, 7);
        desk_run(&desk, USEC_PER_SEC);
        desk_set(&desk, "laptop", 1, 8);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, LAPTOP);
        desk_expect_events(&desk, "");
        /* it is the new client's: the old one's record would not let it go */
        desk_remove(&desk, "laptop", 1);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, "");
        close_desk();
}
END_TEST

START_TEST(test_ttl)
{
        static const struct {
                usec_t lifetime;
                uint32_t ttl;
        } cases[] = {
                {0, 60},
                {60 * USEC_PER_SEC, 60},
                {10 * USEC_PER_MINUTE, 200},
                {3 * USEC_PER_HOUR, 3600},
                {USEC_PER_DAY, 3600},
                {USEC_INFINITY, 3600},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                char expected[128];

                open_desk();
                desk_set_for(&desk, "tv", 1, 7, cases[i].lifetime, false);
                desk_run(&desk, USEC_PER_SEC);
                (void) snprintf(expected, sizeof(expected),
                        "tv.lan.example %u A 10.1.0.1\ntv.lan.example %u DHCID\n", cases[i].ttl,
                        cases[i].ttl);
                desk_expect(&desk, expected);
                close_desk();
        }

        /* it changes with the lease, but not with what remains of it, be it after a restart */
        open_desk();
        desk_set_for(&desk, "tv", 1, 7, USEC_PER_HOUR, true);
        desk_run(&desk, USEC_PER_SEC);
        desk_set_for(&desk, "tv", 1, 7, USEC_PER_HOUR / 2, true);
        desk_run(&desk, USEC_PER_SEC);
        desk_restart(&desk);
        desk_set_for(&desk, "tv", 1, 7, USEC_PER_HOUR * 2 / 3, true);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, "1.0.1.10.in-addr.arpa 1200 PTR tv.lan.example.\n"
                           "tv.lan.example 1200 A 10.1.0.1\n"
                           "tv.lan.example 1200 DHCID\n");
        ck_assert_uint_eq(desk.server.n_requests, 2);
        desk_set_for(&desk, "tv", 1, 7, USEC_PER_HOUR / 3, true);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, "1.0.1.10.in-addr.arpa 400 PTR tv.lan.example.\n"
                           "tv.lan.example 1200 DHCID\n"
                           "tv.lan.example 400 A 10.1.0.1\n");
        close_desk();
}
END_TEST

START_TEST(test_conflict)
{
        static const struct {
                const char *type, *data, *text;
        } cases[] = {
                {"A", "10.1.0.9", "printer.lan.example 300 A 10.1.0.9\n"},
                {"AAAA", "2001:db8::1", "printer.lan.example 300 AAAA 2001:db8::1\n"},
                {"TXT", "\"mine\"", "printer.lan.example 300 TXT \"mine\"\n"},
                {"DHCID", "AAEBOSD+XR3Os/0LozeXVqcNc7FwCfQdWL3b/NaiUDlW2No=",
                        "printer.lan.example 300 DHCID\n"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                open_desk();
                dns_model_add(&desk.server, "printer.lan.example", cases[i].type, cases[i].data);
                desk_set(&desk, "printer", 1, 7);
                desk_run(&desk, USEC_PER_HOUR);
                desk_expect(&desk, cases[i].text);
                desk_expect_events(&desk, "conflict printer .1\n");
                ck_assert_uint_eq(dns_engine_status(desk.engine).n_conflicts, 1);

                /* a renewal does not ask again, another address does */
                desk_set(&desk, "printer", 1, 7);
                desk_run(&desk, USEC_PER_HOUR);
                desk_expect_events(&desk, "");
                desk_set(&desk, "printer", 2, 7);
                desk_run(&desk, USEC_PER_HOUR);
                desk_expect_events(&desk, "conflict printer .2\n");
                desk_remove(&desk, "printer", 2);
                desk_run(&desk, USEC_PER_HOUR);
                desk_expect(&desk, cases[i].text);
                close_desk();
        }
}
END_TEST

/* An administrator takes a name that was ours. */
START_TEST(test_taken_away)
{
        open_desk();
        desk_set(&desk, "laptop", 1, 7);
        desk_run(&desk, USEC_PER_SEC);
        dns_model_done(&desk.server);
        dns_model_init(&desk.server, &desk.server_key);
        dns_model_add(&desk.server, "laptop.lan.example", "A", "10.1.0.9");
        desk_set(&desk, "laptop", 2, 7);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, "laptop.lan.example 300 A 10.1.0.9\n");
        desk_expect_events(&desk, "conflict laptop .2\n");

        /* and one of a name that is to be removed */
        desk_set(&desk, "phone", 3, 7);
        desk_run(&desk, USEC_PER_SEC);
        dns_model_done(&desk.server);
        dns_model_init(&desk.server, &desk.server_key);
        dns_model_add(&desk.server, "phone.lan.example", "A", "10.1.0.3");
        desk_remove(&desk, "phone", 3);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, "phone.lan.example 300 A 10.1.0.3\n");
        close_desk();
}
END_TEST

/* A DHCPv6 server has the same client's name: RFC 4703 5.5. */
START_TEST(test_dual_stack)
{
        open_desk();
        desk_set(&desk, "laptop", 1, 7);
        desk_run(&desk, USEC_PER_SEC);
        dns_model_add(&desk.server, "laptop.lan.example", "AAAA", "2001:db8::1");
        desk_remove(&desk, "laptop", 1);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, "laptop.lan.example 1200 DHCID\n"
                           "laptop.lan.example 300 AAAA 2001:db8::1\n");
        /* it comes back */
        desk_set(&desk, "laptop", 2, 7);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, "2.0.1.10.in-addr.arpa 1200 PTR laptop.lan.example.\n"
                           "laptop.lan.example 1200 A 10.1.0.2\n"
                           "laptop.lan.example 1200 DHCID\n"
                           "laptop.lan.example 300 AAAA 2001:db8::1\n");
        close_desk();
}
END_TEST

/* The PTR of an address is its newest name's, whatever the order in which the two are done. */
START_TEST(test_address_changes_hands)
{
        open_desk();
        desk_set(&desk, "old", 1, 7);
        desk_run(&desk, USEC_PER_SEC);
        desk_set(&desk, "laptop", 1, 8);
        desk_remove(&desk, "old", 1);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, LAPTOP);
        close_desk();
}
END_TEST

START_TEST(test_zones)
{
        const DnsBinding nowhere = {.name = "a.example.org", .address = 0x0a010001};
        const DnsBinding reverse = {
                .name = "a.example.org", .address = 0x0a010001, .reverse = true};
        const DnsBinding wrong = {.name = "a b.lan.example", .address = 0x0a010001};

        open_desk();
        ck_assert_int_eq(dns_engine_set(desk.engine, &nowhere, &desk.now), -EADDRNOTAVAIL);
        ck_assert_int_eq(dns_engine_set(desk.engine, &wrong, &desk.now), -EINVAL);
        ck_assert_int_eq(dns_engine_set(desk.engine, &reverse, &desk.now), 0);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, "1.0.1.10.in-addr.arpa 60 PTR a.example.org.\n");
        close_desk();

        /* the longest of them */
        open_desk();
        desk.zones[2] = (char[]){"sub.lan.example"};
        desk.server.zones[2] = "sub.lan.example";
        (void) dns_engine_free(desk.engine);
        desk.engine = NULL;
        desk_restart(&desk);
        desk_set_for(&desk, "a.sub.lan.example", 1, 7, USEC_PER_HOUR, false);
        desk_set_for(&desk, "asub", 2, 7, USEC_PER_HOUR, false);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect_events(&desk, "");
        ck_assert_uint_eq(dns_engine_status(desk.engine).n_placed, 2);
        close_desk();
}
END_TEST

/* ---- the way -----------------------------------------------------------------------------------
 */

START_TEST(test_lost)
{
        open_desk();
        desk.lose = 40;
        desk.repeat = 50;
        desk.delay = 30;
        for (unsigned i = 0; i < 100; i++) {
                char host[16];

                (void) snprintf(host, sizeof(host), "h%u", i);
                desk_set(&desk, host, i, i);
        }
        desk_set(&desk, "laptop", 1, 300);
        for (unsigned i = 0; i < 100; i++) {
                char host[16];

                (void) snprintf(host, sizeof(host), "h%u", i);
                desk_run(&desk, USEC_PER_SEC);
                desk_remove(&desk, host, i);
        }
        desk_run(&desk, USEC_PER_DAY);
        ck_assert_uint_gt(desk.n_verdicts[DNS_ANSWER_LATE], 0);
        desk_remove(&desk, "laptop", 1);
        desk_run(&desk, USEC_PER_DAY);
        desk_expect(&desk, "");
        ck_assert_uint_eq(dns_engine_status(desk.engine).n_pending, 0);
        close_desk();
}
END_TEST

START_TEST(test_away)
{
        DnsStatus status;

        open_desk();
        desk.is_away = true;
        for (unsigned i = 0; i < 200; i++) {
                char host[16];

                (void) snprintf(host, sizeof(host), "h%u", i);
                desk_set(&desk, host, i, i);
        }
        desk_run(&desk, USEC_PER_HOUR);
        desk_expect_events(&desk, "trouble lan.example silence\n");
        status = dns_engine_status(desk.engine);
        /* 32 that were sent thrice, then single ones: a dozen and more an hour */
        ck_assert_uint_lt(status.n_sent, 96 + 3 * 40);
        ck_assert_uint_gt(status.n_sent, 96 + 3 * 10);

        /* they change meanwhile: what counts is what is wanted at the end */
        for (unsigned i = 0; i < 200; i++) {
                char host[16];

                (void) snprintf(host, sizeof(host), "h%u", i);
                desk_set(&desk, host, 300 + i, i);
                desk_remove(&desk, host, 300 + i);
        }
        desk_set(&desk, "laptop", 1, 7);
        desk.is_away = false;
        desk_run(&desk, 10 * USEC_PER_MINUTE);
        desk_expect(&desk, LAPTOP);
        desk_expect_events(&desk, "recovered lan.example\n");
        close_desk();
}
END_TEST

START_TEST(test_truncated)
{
        open_desk();
        desk.server.truncates = true;
        desk_set(&desk, "laptop", 1, 7);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, LAPTOP);
        ck_assert_uint_eq(desk.n_verdicts[DNS_ANSWER_TRUNCATED], 2);
        desk_expect_events(&desk, "");
        close_desk();
}
END_TEST

START_TEST(test_tcp)
{
        open_desk();
        desk.config.tcp = true;
        desk.tcp_fails = true;
        desk_set(&desk, "laptop", 1, 7);
        desk_run(&desk, USEC_PER_MINUTE);
        desk_expect_events(&desk, "trouble lan.example unreachable\n");
        desk.tcp_fails = false;
        desk.server.truncates = true; /* by UDP it would not work */
        desk_run(&desk, USEC_PER_HOUR);
        desk_expect(&desk, LAPTOP);
        desk_expect_events(&desk, "recovered lan.example\n");
        close_desk();
}
END_TEST

/* What does not fit in 512 bytes goes by TCP at once. */
START_TEST(test_long_name)
{
        char host[] = "a123456789012345678901234567890123456789012345678901234567890."
                      "b123456789012345678901234567890123456789012345678901234567890."
                      "c123456789012345678901234567890123456789012345678901234567890.lan.example";

        open_desk();
        memset(desk.key.name, 'k', 60);
        memcpy(desk.key.name + 60, ".k", 3);
        memset(desk.key.name + 62, 'y', 60);
        memcpy(desk.key.name + 122, ".k", 3);
        memset(desk.key.name + 124, 'e', 60);
        desk.server_key = desk.key;
        desk.server.truncates = true;
        desk_set(&desk, host, 1, 7);
        desk_run(&desk, USEC_PER_SEC);
        ck_assert_uint_eq(dns_engine_status(desk.engine).n_placed, 1);
        ck_assert_uint_lt(desk.n_verdicts[DNS_ANSWER_TRUNCATED], 2);
        close_desk();
}
END_TEST

/* ---- trouble -----------------------------------------------------------------------------------
 */

typedef struct Trouble {
        void (*begin)(void);
        const char *told;
} Trouble;

static void wrong_secret(void) {
        desk.server_key.secret[0] ^= 1;
}
static void other_key(void) {
        strcpy(desk.server_key.name, "other");
}
static void other_algorithm(void) {
        desk.server_key.algorithm = DNS_HMAC_SHA512;
}
static void fast_clock(void) {
        desk.server.clock_ahead = 301;
}
static void slow_clock(void) {
        desk.server.clock_ahead = -3600;
}
static void old_answers(void) {
        desk.server.answers_ahead = -27 * 3600;
}
static void answers_of_other_requests(void) {
        desk.server.forgets_request = true;
}
static void unsigned_answers(void) {
        desk.server.is_unsigned = true;
}
static void servfail(void) {
        desk.server.rcode = DNS_SERVFAIL;
}
static void refused(void) {
        desk.server.rcode = DNS_REFUSED;
}
static void formerr(void) {
        desk.server.rcode = DNS_FORMERR;
}
static void absent(void) {
        desk.server.zones[0] = "other.example";
}

static const Trouble troubles[] = {
        {wrong_secret, "badsig"},
        {other_key, "badkey"},
        {other_algorithm, "badkey"},
        {fast_clock, "badtime"},
        {slow_clock, "badtime"},
        {old_answers, "old-answer"},
        {answers_of_other_requests, "forged"},
        {unsigned_answers, "unsigned"},
        {servfail, "servfail"},
        {refused, "refused"},
        {formerr, "rcode"},
        {absent, "notauth"},
};

static void try_trouble(const Trouble *trouble) {
        char expected[64];

        open_desk();
        trouble->begin();
        desk_set(&desk, "laptop", 1, 7);
        desk_run(&desk, USEC_PER_HOUR);
        (void) snprintf(expected, sizeof(expected), "trouble lan.example %s\n", trouble->told);
        desk_expect_events(&desk, expected);

        /* once it is over, all is as it should be */
        desk.server_key = desk.key;
        desk.server.clock_ahead = desk.server.answers_ahead = 0;
        desk.server.rcode = 0;
        desk.server.is_unsigned = desk.server.forgets_request = false;
        desk.server.zones[0] = "lan.example";
        desk_run(&desk, 20 * USEC_PER_MINUTE);
        desk_expect(&desk, LAPTOP);
        desk_expect_events(&desk, "recovered lan.example\n");
        close_desk();
}

START_TEST(test_troubles)
{
        for (size_t i = 0; i < ELEMENTSOF(troubles); i++)
                try_trouble(&troubles[i]);
}
END_TEST

/* Nothing that is signed wrongly is believed, not even a refusal. */
START_TEST(test_forgery)
{
        open_desk();
        desk.server.is_unsigned = true;
        desk.server.rcode = DNS_NXRRSET;
        desk_set(&desk, "laptop", 1, 7);
        (void) desk_turn(&desk);
        ck_assert_uint_eq(desk.n_verdicts[DNS_ANSWER_UNSIGNED], 1);
        /* the right one comes after the wrong one */
        desk.server.is_unsigned = false;
        desk.server.rcode = 0;
        desk_run(&desk, USEC_PER_MINUTE);
        desk_expect(&desk, LAPTOP);
        close_desk();
}
END_TEST

/* One name that is refused holds nobody else up for long, and is told once. */
START_TEST(test_one_refused)
{
        open_desk();
        desk.server.refused = "h3.lan.example";
        for (unsigned i = 0; i < 50; i++) {
                char host[16];

                (void) snprintf(host, sizeof(host), "h%u", i);
                desk_set_for(&desk, host, i, i, USEC_PER_HOUR, false);
        }
        desk_run(&desk, USEC_PER_MINUTE);
        ck_assert_uint_eq(dns_engine_status(desk.engine).n_placed, 49);
        desk_run(&desk, USEC_PER_DAY);
        ck_assert_uint_eq(dns_engine_status(desk.engine).n_pending, 1);
        desk_expect_events(&desk, "trouble lan.example refused\nrecovered lan.example\n");
        close_desk();
}
END_TEST

/* ---- restarts ----------------------------------------------------------------------------------
 */

START_TEST(test_restart)
{
        open_desk();
        desk_set(&desk, "laptop", 1, 7);
        desk_set(&desk, "gone", 2, 8);
        desk_run(&desk, USEC_PER_SEC);
        desk_restart(&desk);
        desk_set(&desk, "laptop", 1, 7);
        desk_run(&desk, USEC_PER_SEC);
        ck_assert_uint_eq(desk.server.n_requests, 4); /* what is there need not be sent */
        desk_end_sync(&desk);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, LAPTOP);

        /* of a name that is removed before all are told, too */
        desk_restart(&desk);
        desk_remove(&desk, "laptop", 1);
        desk_end_sync(&desk);
        desk_run(&desk, USEC_PER_SEC);
        desk_expect(&desk, "");
        close_desk();
}
END_TEST

/* Killed before the answer, and before the request came anywhere. */
START_TEST(test_killed)
{
        for (unsigned lose = 0; lose < 2; lose++) {
                open_desk();
                desk_set(&desk, "laptop", 1, 7);
                desk.is_away = lose;
                (void) desk_turn(&desk);
                desk.is_away = false;
                desk_restart(&desk);
                desk_end_sync(&desk);
                desk_run(&desk, 5 * USEC_PER_SEC);
                desk_expect(&desk, "");
                desk_set(&desk, "laptop", 1, 7);
                desk_run(&desk, USEC_PER_SEC);
                desk_expect(&desk, LAPTOP);
                close_desk();
        }
}
END_TEST

START_TEST(test_zone_not_configured)
{
        open_desk();
        desk_set(&desk, "laptop", 1, 7);
        desk_run(&desk, USEC_PER_SEC);
        desk.zones[0] = (char[]){"other.example"};
        desk_restart(&desk);
        desk_end_sync(&desk);
        desk_run(&desk, USEC_PER_HOUR);
        desk_expect(&desk, "laptop.lan.example 1200 A 10.1.0.1\nlaptop.lan.example 1200 DHCID\n");
        /* it is ours again */
        desk.zones[0] = (char[]){"lan.example"};
        desk_restart(&desk);
        desk_end_sync(&desk);
        desk_run(&desk, USEC_PER_HOUR);
        desk_expect(&desk, "");
        close_desk();
}
END_TEST

/* Nothing is sent that is not written down. */
START_TEST(test_full_disk)
{
        open_desk();
        desk.log_fails = true;
        desk_set(&desk, "laptop", 1, 7);
        desk_run(&desk, USEC_PER_HOUR);
        ck_assert_uint_eq(desk.server.n_requests, 0);
        desk_expect_events(&desk, "log\n");
        desk.log_fails = false;
        desk_run(&desk, USEC_PER_HOUR);
        desk_expect(&desk, LAPTOP);
        close_desk();
}
END_TEST

START_TEST(test_log)
{
        static const char text[] =
                "mini-dhcp-dns-update 1\n"
                "no name at all\n"
                "a.lan.example 3 x 10.1.0.1 0.0.0.0 00\n"
                "laptop.lan.example 63 1200 10.1.0.1 0.0.0.0 "
                "00:01:01:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:"
                "00:00:00:00:00:00:00:00\n"
                "torn.lan.example 63 12";
        Buffer log = BUFFER_INIT;

        open_desk();
        ck_assert_int_eq(dns_engine_restore(desk.engine, (const uint8_t *) "other\n", 6, &desk.now),
                -EBADMSG);
        ck_assert_int_eq(dns_engine_restore(
                                 desk.engine, (const uint8_t *) text, sizeof(text) - 1, &desk.now),
                (int64_t) (sizeof(text) - sizeof("torn.lan.example 63 12")));
        ck_assert_int_eq(dns_engine_write_log(desk.engine, &log), 0);
        ck_assert_uint_eq(log.size, (size_t) (strstr(text, "torn") - strstr(text, "laptop")) + 23);
        buffer_done(&log);
        close_desk();
}
END_TEST

TEST_MAIN("dns-engine", test_add_change_remove, test_client_changes, test_ttl, test_conflict,
        test_taken_away, test_dual_stack, test_address_changes_hands, test_zones, test_lost,
        test_away, test_truncated, test_tcp, test_long_name, test_troubles, test_forgery,
        test_one_refused, test_restart, test_killed, test_zone_not_configured, test_full_disk,
        test_log);

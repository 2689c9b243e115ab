/* SPDX-License-Identifier: MIT */
/* DNS updates without memory: whichever allocation fails, nothing is lost, and it is made up for.
 */

#include <errno.h>

#include "dns-desk.h"
#include "failing-memory.h"
#include "test.h"

static DnsDesk desk;

START_TEST(test_new)
{
        const uint8_t seed[16] = {1};
        DnsEngine *engine = NULL;

        desk_open(&desk, 1);
        ck_assert_int_eq(
                MEMORY_EXHAUST(dns_engine_new(&engine, &desk.config, seed, NULL, NULL), !engine),
                0);
        (void) dns_engine_free(engine);
        desk_close(&desk);
}
END_TEST

START_TEST(test_set)
{
        const uint8_t client_id[] = {0, 1};
        const DnsBinding binding = {
                .name = "laptop.lan.example",
                .address = 0x0a010001,
                .identity = {.client_id = client_id, .client_id_size = sizeof(client_id)},
                .lifetime = USEC_PER_HOUR,
        };

        desk_open(&desk, 1);
        ck_assert_int_eq(MEMORY_EXHAUST(dns_engine_set(desk.engine, &binding, &desk.now),
                                 dns_engine_status(desk.engine).n_wanted == 0),
                0);
        ck_assert_uint_eq(dns_engine_status(desk.engine).n_wanted, 1);
        desk_close(&desk);
}
END_TEST

static bool next(void) {
        DnsRequest request;

        return dns_engine_next(desk.engine, &desk.now, &request);
}

START_TEST(test_send)
{
        bool failed = true;

        for (size_t n = 0; failed; n++) {
                ck_assert_uint_lt(n, 1000);
                desk_open(&desk, 1);
                desk_set(&desk, "laptop", 1, 7);
                (void) MEMORY_TRY(n, failed, next());
                desk_run(&desk, USEC_PER_HOUR);
                desk_expect(&desk, "1.0.1.10.in-addr.arpa 1200 PTR laptop.lan.example.\n"
                                   "laptop.lan.example 1200 A 10.1.0.1\n"
                                   "laptop.lan.example 1200 DHCID\n");
                /* and the log has it */
                desk_restart(&desk);
                desk_end_sync(&desk);
                desk_run(&desk, USEC_PER_HOUR);
                desk_expect(&desk, "");
                desk_close(&desk);
        }
}
END_TEST

START_TEST(test_key)
{
        static const char text[] = "key a { algorithm hmac-sha256; secret aGVsbG8=; };";
        Problems problems = {0};
        DnsKey *key = NULL;

        ck_assert_int_eq(
                MEMORY_EXHAUST(
                        dns_key_parse("a", text, sizeof(text) - 1, NULL, &problems, &key), !key),
                0);
        (void) dns_key_free(key);
        problems_done(&problems);
}
END_TEST

TEST_MAIN("dns-memory", test_new, test_set, test_send, test_key);

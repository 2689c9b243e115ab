/* SPDX-License-Identifier: MIT */

/* Journal entries about other servers: one an hour for each and link, a few for all of them. */

#include <syslog.h>

#include "daemon/other-servers.h"
#include "redirect.h"
#include "test.h"

#define SERVER_ADDRESS 0x0a000009 /* 10.0.0.9 */

typedef struct Fixture {
        Server *server;
        Journal *journal;
        OtherServers others;
        FormerAddresses former;
        PoolSettings settings;
        Pool pool;
        int saved;
        FILE *reader;
} Fixture;

static void setup(Fixture *f, int level, bool authoritative) {
        static const uint8_t seed[16];
        static char name[] = "lan";
        static const Link links[] = {
                {.ifindex = 2, .name = "br0"},
                {.ifindex = 3, .name = "br1"},
        };

        *f = (Fixture){
                .settings = {.name = name, .authoritative = authoritative},
        };
        f->pool.settings = &f->settings;
        f->reader = fdopen(redirect_stderr(&f->saved), "r");
        ck_assert_ptr_nonnull(f->reader);
        ck_assert_int_eq(server_new(&f->server, seed), 0);
        ck_assert_int_eq(server_set_links(f->server, links, ELEMENTSOF(links)), 0);
        ck_assert_int_eq(journal_new(&f->journal, level), 0);
}

/* Writes what is left; from now on the lines can be read. */
static void finish(Fixture *f) {
        ck_assert_ptr_null(journal_free(f->journal));
        restore_stderr(f->saved);
        ck_assert_ptr_null(server_free(f->server));
}

static void see_op(
        Fixture *f, uint8_t op, ipv4_t address, uint32_t ifindex, ipv4_t giaddr, usec_t now) {
        const PacketMetadata metadata = {.ifindex = ifindex};
        static Actions actions;
        uint8_t packet[DHCP_OPTIONS_OFFSET] = {0};

        packet[0] = op;
        packet[DHCP_CHADDR_OFFSET] = 2;
        wire_put_u32(packet + DHCP_GIADDR_OFFSET, giaddr);
        actions_reset(&actions);
        actions.other_server = address;
        actions.other_server_pool = address != 0 ? &f->pool : NULL;
        other_servers_report(&f->others, &f->former, f->journal, f->server, packet, sizeof(packet),
                &metadata, &actions, now);
}

static void see(Fixture *f, ipv4_t address, uint32_t ifindex, ipv4_t giaddr, usec_t now) {
        see_op(f, BOOTREQUEST, address, ifindex, giaddr, now);
}

static void expect(Fixture *f, const char *begin) {
        char line[2048];

        ck_assert_ptr_nonnull(fgets(line, sizeof(line), f->reader));
        ck_assert_msg(strncmp(line, begin, strlen(begin)) == 0, "%s", line);
}

static void expect_end(Fixture *f) {
        char line[2048];

        ck_assert_ptr_null(fgets(line, sizeof(line), f->reader));
        (void) fclose(f->reader);
}

START_TEST(once_an_hour_and_link)
{
        const usec_t t0 = USEC_PER_MINUTE;
        Fixture f;

        setup(&f, LOG_INFO, true);
        see(&f, 0, 2, 0, t0); /* an everyday packet */
        for (unsigned i = 0; i < 60; i++)
                see(&f, SERVER_ADDRESS, 2, 0, t0 + i * USEC_PER_MINUTE);
        see(&f, SERVER_ADDRESS, 3, 0x0a000102, t0 + USEC_PER_MINUTE);
        see(&f, SERVER_ADDRESS, 2, 0, t0 + USEC_PER_HOUR);
        see(&f, SERVER_ADDRESS, 4, 0, t0 + USEC_PER_HOUR); /* a link that has gone since */
        finish(&f);

        expect(&f, "Another DHCP server, 10.0.0.9, serves 02:00:00:00:00:00 on br0, where pool "
                   "lan is authoritative.");
        expect(&f, "Another DHCP server, 10.0.0.9, serves 02:00:00:00:00:00 on br1 behind the "
                   "relay 10.0.1.2, where pool lan is authoritative.");
        expect(&f, "Another DHCP server, 10.0.0.9, serves 02:00:00:00:00:00 on br0, ");
        expect(&f, "Another DHCP server, 10.0.0.9, serves 02:00:00:00:00:00 on ?, ");
        expect_end(&f);
}
END_TEST

/* Whoever forges them fills no journal, and does not hide for long who comes next. */
START_TEST(few_of_many)
{
        Fixture f;

        setup(&f, LOG_INFO, true);
        for (unsigned i = 0; i < 100000; i++)
                see(&f, SERVER_ADDRESS + i, 2, 0, USEC_PER_HOUR + i * USEC_PER_MSEC);
        see(&f, SERVER_ADDRESS, 2, 0, 2 * USEC_PER_HOUR - 1);
        see(&f, SERVER_ADDRESS, 2, 0, 2 * USEC_PER_HOUR + USEC_PER_SEC);
        finish(&f);

        for (unsigned i = 0; i < OTHER_SERVERS_MAX; i++) {
                char begin[64];

                (void) snprintf(begin, sizeof(begin), "Another DHCP server, 10.0.0.%u, ", 9 + i);
                expect(&f, begin);
        }
        expect(&f,
                "More than 8 other DHCP servers were seen within an hour, now 10.0.0.17 on br0;");
        expect(&f, "Another DHCP server, 10.0.0.9, ");
        expect_end(&f);
}
END_TEST

START_TEST(level)
{
        Fixture f;

        setup(&f, LOG_WARNING, false);
        see(&f, SERVER_ADDRESS, 2, 0, USEC_PER_SEC); /* one that may be meant: a notice */
        f.settings.authoritative = true;
        see(&f, SERVER_ADDRESS, 2, 0, USEC_PER_SEC); /* what was not written was not said */
        finish(&f);
        expect(&f, "Another DHCP server, 10.0.0.9, ");
        expect_end(&f);

        setup(&f, LOG_NOTICE, false);
        see(&f, SERVER_ADDRESS, 2, 0, USEC_PER_SEC);
        finish(&f);
        expect(&f, "Another DHCP server, 10.0.0.9, serves 02:00:00:00:00:00 on br0, where pool "
                   "lan is served as well.\n");
        expect_end(&f);
}
END_TEST

START_TEST(former_addresses)
{
        const Link before = {
                .ifindex = 2,
                .n_addresses = 2,
                .addresses = {{.address = SERVER_ADDRESS, .length = 32}, {.address = 0x0a000001}},
        };
        const Link after = {.ifindex = 2, .n_addresses = 1, .addresses = {{.address = 0x0a000001}}};
        const usec_t t0 = USEC_PER_MINUTE;
        Fixture f;

        setup(&f, LOG_INFO, true);
        former_addresses_note(&f.former, &before, &after, 1, t0);
        ck_assert(!former_addresses_has(&f.former, 0x0a000001, t0)); /* is ours still */
        see(&f, SERVER_ADDRESS, 2, 0, t0 + USEC_PER_HOUR - 1); /* a client that knows us by it */
        finish(&f);
        expect_end(&f);

        setup(&f, LOG_INFO, true);
        former_addresses_note(&f.former, &before, &after, 1, t0);
        see_op(&f, BOOTREPLY, SERVER_ADDRESS, 2, 0, t0); /* who answers from there is not us */
        finish(&f);
        expect(&f, "Another DHCP server, 10.0.0.9, ");
        expect_end(&f);

        setup(&f, LOG_INFO, true);
        former_addresses_note(&f.former, &before, &after, 1, t0);
        see(&f, SERVER_ADDRESS, 2, 0, t0 + USEC_PER_HOUR); /* long ago */
        finish(&f);
        expect(&f, "Another DHCP server, 10.0.0.9, ");
        expect_end(&f);
}
END_TEST

START_TEST(many_former_addresses)
{
        FormerAddresses former = {0};

        for (ipv4_t i = 1; i <= 2 * FORMER_ADDRESSES_MAX; i++) {
                const Link link = {.n_addresses = 1, .addresses = {{.address = i, .length = 32}}};

                former_addresses_note(&former, &link, NULL, 0, i);
        }
        for (ipv4_t i = 1; i <= 2 * FORMER_ADDRESSES_MAX; i++)
                ck_assert_int_eq(former_addresses_has(&former, i, USEC_PER_MINUTE),
                        i > FORMER_ADDRESSES_MAX);
}
END_TEST

TEST_MAIN("other-servers", once_an_hour_and_link, few_of_many, level, former_addresses,
        many_former_addresses);

/* SPDX-License-Identifier: MIT */
/* Random stories of leases, losses, restarts and static names: at the end the zones are what is
 * wanted, to the last record. And ten thousand names. */

#include <stdio.h>

#include "dns-desk.h"
#include "test.h"

enum {
        HOSTS = 24,
        STATICS = 4, /* of them, names that an administrator has */
        ADDRESSES = 30,
        MOVES = 400,
        STORIES = 25,
        STORIES_LONG = 500,
        MANY = 10000,
};

/* What is wanted: of each host its address (0 none) and its client. An address has one host. */
typedef struct Wanted {
        unsigned address[HOSTS];
        unsigned client[HOSTS];
} Wanted;

static void host_name(unsigned i, char ret[static 16]) {
        (void) snprintf(ret, 16, "%s%u", i < STATICS ? "static" : "host", i);
}

static void give(DnsDesk *desk, Wanted *wanted, unsigned i) {
        const unsigned address = 1 + desk_roll(desk, ADDRESSES);
        char name[16];

        for (unsigned other = 0; other < HOSTS; other++)
                if (other != i && wanted->address[other] == address)
                        return;
        wanted->address[i] = address;
        wanted->client[i] = desk_roll(desk, 2) ? i : 100 + i;
        host_name(i, name);
        desk_set(desk, name, address, wanted->client[i]);
}

static void take(DnsDesk *desk, Wanted *wanted, unsigned i) {
        char name[16];

        if (wanted->address[i] == 0)
                return;
        host_name(i, name);
        desk_remove(desk, name, wanted->address[i]);
        wanted->address[i] = 0;
}

static void restart(DnsDesk *desk, Wanted *wanted) {
        desk_restart(desk);
        for (unsigned i = 0; i < HOSTS; i++) {
                char name[16];

                /* some ended while the program was down */
                if (desk_roll(desk, 10) == 0)
                        wanted->address[i] = 0;
                host_name(i, name);
                if (wanted->address[i] != 0)
                        desk_set(desk, name, wanted->address[i], wanted->client[i]);
        }
        desk_end_sync(desk);
}

static void move(DnsDesk *desk, Wanted *wanted) {
        const unsigned i = desk_roll(desk, HOSTS);

        switch (desk_roll(desk, 20)) {
        case 0:
                restart(desk, wanted);
                break;
        case 1:
                desk->is_away = !desk->is_away;
                break;
        case 2:
                desk_run(desk, USEC_PER_HOUR);
                break;
        case 3:
        case 4:
                (void) desk_turn(desk);
                break;
        case 5:
        case 6:
                desk_run(desk, desk_roll(desk, 5000) * USEC_PER_MSEC);
                break;
        case 7:
        case 8:
        case 9:
        case 10:
        case 11:
                take(desk, wanted, i);
                break;
        default:
                give(desk, wanted, i);
                break;
        }
}

static int compare_lines(const void *a, const void *b) {
        return strcmp(a, b);
}

/* The records that are wanted, sorted; of static names what was there. */
static void expect(const DnsDesk *desk, const Wanted *wanted) {
        static char lines[3 * HOSTS][80], text[sizeof(lines)];
        size_t n = 0;

        memset(lines, 0, sizeof(lines));
        for (unsigned i = 0; i < HOSTS; i++) {
                const unsigned address = wanted->address[i];
                char name[16];

                host_name(i, name);
                if (i < STATICS)
                        (void) snprintf(
                                lines[n++], 80, "%s.lan.example 300 A 10.9.9.%u\n", name, i);
                if (i < STATICS || address == 0)
                        continue;
                (void) snprintf(lines[n++], 80, "%s.lan.example 1200 A 10.1.0.%u\n", name, address);
                (void) snprintf(lines[n++], 80, "%s.lan.example 1200 DHCID\n", name);
                (void) snprintf(lines[n++], 80, "%u.0.1.10.in-addr.arpa 1200 PTR %s.lan.example.\n",
                        address, name);
        }
        qsort(lines, n, sizeof(lines[0]), compare_lines);
        *text = '\0';
        for (size_t i = 0; i < n; i++)
                strcat(text, lines[i]);
        desk_expect(desk, text);
}

static void tell_story(uint32_t seed) {
        Wanted wanted = {0};
        DnsDesk desk;

        desk_open(&desk, seed);
        for (unsigned i = 0; i < STATICS; i++) {
                char name[64], address[16];

                (void) snprintf(name, sizeof(name), "static%u.lan.example", i);
                (void) snprintf(address, sizeof(address), "10.9.9.%u", i);
                dns_model_add(&desk.server, name, "A", address);
        }
        desk.lose = seed % 3 * 15;
        desk.repeat = seed % 2 * 20;
        desk.delay = seed % 5 * 5;
        desk.dawdle = seed % 4 * 10;
        for (unsigned i = 0; i < MOVES; i++)
                move(&desk, &wanted);
        desk.is_away = false;
        desk.lose = desk.delay = desk.dawdle = 0;
        desk_run(&desk, 2 * USEC_PER_HOUR);
        ck_assert_uint_eq(dns_engine_status(desk.engine).n_pending, 0);
        expect(&desk, &wanted);
        desk_close(&desk);
}

START_TEST(test_stories)
{
        const uint32_t n = getenv("TESTS_LONG") ? STORIES_LONG : STORIES;

        for (uint32_t seed = 1; seed <= n; seed++)
                tell_story(seed);
}
END_TEST

static void set_many(DnsDesk *desk, bool present) {
        for (unsigned i = 0; i < MANY; i++) {
                char host[16];

                (void) snprintf(host, sizeof(host), "h%u", i);
                if (present)
                        desk_set(desk, host, i, i);
                else
                        desk_remove(desk, host, i);
        }
}

static size_t count_records(const DnsDesk *desk) {
        size_t n = 0;

        LIST_FOREACH (node, &desk->server.all)
                n++;
        return n;
}

START_TEST(test_many)
{
        DnsDesk desk;

        desk_open(&desk, 1);
        set_many(&desk, true);
        desk_run(&desk, USEC_PER_HOUR);
        ck_assert_uint_eq(dns_engine_status(desk.engine).n_placed, MANY);
        ck_assert_uint_eq(count_records(&desk), 3 * MANY);
        ck_assert_uint_eq(desk.server.n_requests, 2 * MANY);

        /* nothing is sent for what is there */
        desk_restart(&desk);
        set_many(&desk, true);
        desk_end_sync(&desk);
        desk_run(&desk, USEC_PER_HOUR);
        ck_assert_uint_eq(desk.server.n_requests, 2 * MANY);

        set_many(&desk, false);
        desk_run(&desk, USEC_PER_HOUR);
        ck_assert_uint_eq(count_records(&desk), 0);
        desk_close(&desk);
}
END_TEST

TEST_MAIN("dns-walk", test_stories, test_many);

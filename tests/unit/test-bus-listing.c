/* SPDX-License-Identifier: MIT */
/* Listings of leases: what a lease looks like, pages, filters, and the bound on a call's work. */

#include "basic/text.h"
#include "bus-fixture.h"
#include "bus/errors.h"
#include "bus/filter.h"
#include "bus/sorted-listing.h"
#include "core/grant.h"

#define MANAGER BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE
#define LEASE_1 "/org/minidhcp1/lease/_310_2e1_2e0_2e1"

START_TEST(test_lease_struct)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        fixture_add_lease(&f, 7, LEASE_BOUND);

        ck_assert_ptr_nonnull(
                fixture_call(&f, MANAGER, "ListLeases", "a{sv}tu", 0, UINT64_C(0), 0));
        ck_assert_str_eq(sd_bus_message_get_signature(f.reply, true), "a(sayaysssstttua{sv})tt");
        fixture_assert_json(&f,
                "[[\"10.1.0.7\",\"02:00:00:00:00:07\",\"01:02:00:00:00:00:07\",\"host-7\",\"lan\","
                "\"lan0\",\"bound\",1699999900000000,1700003500000000,1699999950000000,0,{}]] "
                "0 " FIXTURE_GENERATION);
        fixture_done(&f);
}

/* What does not fit the common case: a lease before the boot, without end, of nobody's interface
 * and pool, relayed, declined before, of an Infiniband client whose name is no UTF-8. */
START_TEST(test_odd_lease)
{
        static const uint8_t id[] = {32, 1, 2, 3};
        const LeaseRecord record = {
                .address = 0xc0a80101,
                .state = LEASE_BOUND,
                .client_id = id,
                .client_id_size = sizeof(id),
                .hardware = id,
                .hardware_type = 32,
                .hardware_size = 3,
                .hostname = "a\xff\033[2J",
                .hostname_size = 6,
                .flags = LEASE_RELAYED,
                .n_declined = 3,
                .ifindex = 99,
                .started = -(100 * USEC_PER_SEC),
                .expires = USEC_INFINITY,
                .last_seen = 0,
        };
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        ck_assert_int_eq(server_load_lease(f.server, &record, f.clock.boottime), 0);

        ck_assert_ptr_nonnull(
                fixture_call(&f, MANAGER, "ListLeases", "a{sv}tu", 0, UINT64_C(0), 0));
        fixture_assert_json(&f,
                "[[\"192.168.1.1\",\"20:01:02\",\"20:01:02:03\",\"a\\\\xff\\\\x1b[2J\",\"\",\"\","
                "\"bound\",1699998900000000,18446744073709551615,1699999000000000,2,"
                "{\"HardwareType\":32,\"Declines\":3}]] 0 " FIXTURE_GENERATION);
        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "GetLease", "s", "192.168.1.1"));
        fixture_assert_json(&f, "\"/org/minidhcp1/lease/_3192_2e168_2e1_2e1\"");
        fixture_done(&f);
}

/* What relay and client have said, as it is and as it is mistyped. */
START_TEST(test_said)
{
        static const struct {
                const char *relay_agent, *said; /* hexadecimal */
                const char *extras;
        } cases[] = {
                {"", "", "{}"},
                {"01 02 7031 02 03 020304", "",
                        "{\"RelayAgent\":\"01:02:70:31:02:03:02:03:04\",\"CircuitId\":\"70:31\","
                        "\"RemoteId\":\"02:03:04\"}"},
                {"05 04 0a000000", "", "{\"RelayAgent\":\"05:04:0a:00:00:00\"}"},
                {"01 09 70", "", "{\"RelayAgent\":\"01:09:70\"}"},
                {"", "3c 08 4d53465420352e30", "{\"VendorClass\":\"MSFT 5.0\"}"},
                {"", "3c 03 61ff00", "{\"VendorClass\":\"a\\\\xff\"}"},
                {"", "4d 04 69505845", "{\"UserClasses\":[\"iPXE\"]}"},
                {"", "4d 05 01 61 02 6263", "{\"UserClasses\":[\"a\",\"bc\"]}"},
                {"", "4d 05 01 61 03 6263", "{\"UserClasses\":[\"\\\\x01a\\\\x03bc\"]}"},
                {"", "4d 02 01 61", "{\"UserClasses\":[\"a\"]}"},
                {"", "4d 01 00", "{\"UserClasses\":[\"\"]}"},
                {"", "0c 03 476f74 3c 01 78", "{\"VendorClass\":\"x\",\"ClientHostname\":\"Got\"}"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint8_t relay_agent[UINT8_MAX], said[UINT8_MAX];
                const LeaseRecord record = {
                        .address = 0x0a010001,
                        .state = LEASE_BOUND,
                        .client_id = (const uint8_t *) "\0a",
                        .client_id_size = 2,
                        .relay_agent = relay_agent,
                        .relay_agent_size = (uint8_t) test_bytes(
                                cases[i].relay_agent, relay_agent, sizeof(relay_agent)),
                        .said = said,
                        .said_size = (uint8_t) test_bytes(cases[i].said, said, sizeof(said)),
                        .expires = USEC_INFINITY,
                };
                Fixture f;

                fixture_init(&f);
                fixture_configure(&f);
                ck_assert_int_eq(server_load_lease(f.server, &record, f.clock.boottime), 0);
                ck_assert_ptr_nonnull(fixture_call(&f, LEASE_1, "org.freedesktop.DBus.Properties",
                        "Get", "ss", BUS_LEASE_INTERFACE, "Extras"));
                fixture_assert_json(&f, cases[i].extras);
                fixture_done(&f);
        }
}

/* Reads the page in f->reply, counting each lease by the last number of its address. */
static uint64_t read_page(Fixture *f, uint8_t *seen, size_t n_seen, size_t *ret_n) {
        uint64_t next, generation;
        const char *address;
        ipv4_t number;

        *ret_n = 0;
        ck_assert_int_gt(sd_bus_message_enter_container(f->reply, 'a', LEASE_VIEW_SIGNATURE), 0);
        while (sd_bus_message_enter_container(f->reply, 'r', "sayaysssstttua{sv}") > 0) {
                ck_assert_int_gt(sd_bus_message_read_basic(f->reply, 's', &address), 0);
                ck_assert_int_eq(ipv4_parse(address, &number), 0);
                ck_assert_uint_lt(number - 0x0a010000, n_seen);
                seen[number - 0x0a010000]++;
                ck_assert_int_ge(sd_bus_message_skip(f->reply, "ayaysssstttua{sv}"), 0);
                ck_assert_int_ge(sd_bus_message_exit_container(f->reply), 0);
                (*ret_n)++;
        }
        ck_assert_int_ge(sd_bus_message_exit_container(f->reply), 0);
        ck_assert_int_gt(sd_bus_message_read(f->reply, "tt", &next, &generation), 0);
        ck_assert_uint_eq(generation, server_get_generation(f->server));
        return next;
}

START_TEST(test_pages)
{
        static const struct {
                uint32_t limit;
                size_t page;
        } cases[] = {{0, 200}, {1, 1}, {499, 499}, {500, 500}, {501, 500}, {UINT32_MAX, 500}};
        enum { N = 1234 };
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i < N; i++)
                fixture_add_lease(&f, i, LEASE_BOUND);

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint8_t seen[N] = {0};
                uint64_t cursor = 0;
                size_t n, left = N;

                do {
                        ck_assert_ptr_nonnull(fixture_call(
                                &f, MANAGER, "ListLeases", "a{sv}tu", 0, cursor, cases[i].limit));
                        cursor = read_page(&f, seen, N, &n);
                        ck_assert_uint_eq(n, MIN(left, cases[i].page));
                        left -= n;
                } while (cursor != 0);
                ck_assert_uint_eq(left, 0);
                for (size_t j = 0; j < N; j++)
                        ck_assert_uint_eq(seen[j], 1);
        }
        fixture_done(&f);
}

/* Leases come and go between the pages; those that stay are listed once. */
START_TEST(test_pages_while_changing)
{
        enum { N = 1000, MORE = 2000 };
        uint8_t seen[MORE] = {0};
        Actions *actions = calloc(1, sizeof(*actions));
        uint64_t cursor = 0, generation;
        uint32_t round = 0;
        size_t n;
        Fixture f;

        ck_assert_ptr_nonnull(actions);
        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i < N; i++)
                fixture_add_lease(&f, i, LEASE_BOUND);
        generation = server_get_generation(f.server);

        do {
                ck_assert_ptr_nonnull(
                        fixture_call(&f, MANAGER, "ListLeases", "a{sv}tu", 0, cursor, 100));
                cursor = read_page(&f, seen, MORE, &n);
                for (uint32_t i = 0; i < 50; i++, round++) {
                        actions_reset(actions);
                        ck_assert_int_eq(server_delete_lease(f.server, 0x0a010000 + 2 * round,
                                                 f.clock.boottime, actions),
                                0);
                        server_commit_done(f.server, server_last_commit(f.server));
                        fixture_add_lease(&f, N + round, LEASE_BOUND);
                }
        } while (cursor != 0 && round < N / 2);

        for (size_t i = 1; i < N; i += 2)
                ck_assert_uint_eq(seen[i], 1);
        for (size_t i = 0; i < MORE; i++)
                ck_assert_uint_le(seen[i], 1);
        ck_assert_uint_ne(server_get_generation(f.server), generation);
        fixture_done(&f);
        free(actions);
}

/* Ten thousand slots without a match are not looked at in one call. */
START_TEST(test_work_is_bounded)
{
        enum { N = 10000 };
        uint8_t seen[N + 1] = {0};
        uint64_t cursor = 0;
        unsigned n_pages = 0;
        size_t n, n_all = 0;
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i < N; i++)
                fixture_add_lease(&f, i, LEASE_RELEASED);
        fixture_add_lease(&f, N, LEASE_BOUND);

        do {
                ck_assert_ptr_nonnull(
                        fixture_call(&f, MANAGER, "ListLeases", "a{sv}tu", 0, cursor, 0));
                cursor = read_page(&f, seen, ELEMENTSOF(seen), &n);
                n_all += n;
                n_pages++;
        } while (cursor != 0);
        ck_assert_uint_eq(n_all, 1);
        ck_assert_uint_eq(seen[N], 1);
        ck_assert_uint_eq(n_pages, 3);

        /* beyond the end is the end */
        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "ListLeases", "a{sv}tu", 0, UINT64_MAX, 0));
        ck_assert_uint_eq(read_page(&f, seen, ELEMENTSOF(seen), &n), 0);
        ck_assert_uint_eq(n, 0);
        fixture_done(&f);
}

/* An index answers at once, however many leases there are. */
START_TEST(test_keyed_filters)
{
        static const char expected[] = "[\"/org/minidhcp1/lease/_310_2e1_2e78_2e31\"]";
        static const uint8_t id[] = {HARDWARE_ETHERNET, 2, 0, 0, 0, 0x4e, 0x1f};
        uint8_t seen[20001] = {0};
        sd_bus_message *m;
        Fixture f;
        size_t n;

        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i < 20000; i++)
                fixture_add_lease(&f, i, LEASE_BOUND);

        for (unsigned i = 0; i < 3; i++) {
                static const char *const members[] = {"FindLeases", "ListLeases"};

                for (unsigned j = 0; j < ELEMENTSOF(members); j++) {
                        m = fixture_new_call(&f, MANAGER, members[j]);
                        ck_assert_int_ge(sd_bus_message_open_container(m, 'a', "{sv}"), 0);
                        ck_assert_int_ge(sd_bus_message_open_container(m, 'e', "sv"), 0);
                        ck_assert_int_ge(sd_bus_message_append(m, "s",
                                                 i == 0   ? "ClientId"
                                                 : i == 1 ? "HardwareAddress"
                                                          : "Subnet"),
                                0);
                        ck_assert_int_ge(
                                sd_bus_message_open_container(m, 'v', i == 2 ? "s" : "ay"), 0);
                        if (i == 2)
                                ck_assert_int_ge(sd_bus_message_append(m, "s", "10.1.78.31"), 0);
                        else
                                ck_assert_int_ge(
                                        sd_bus_message_append_array(m, 'y', id + i, sizeof(id) - i),
                                        0);
                        ck_assert_int_ge(sd_bus_message_close_container(m), 0);
                        ck_assert_int_ge(sd_bus_message_close_container(m), 0);
                        ck_assert_int_ge(sd_bus_message_close_container(m), 0);
                        if (j == 1)
                                ck_assert_int_ge(sd_bus_message_append(m, "tu", UINT64_C(0), 0), 0);
                        ck_assert_ptr_nonnull(fixture_call_take(&f, m));
                        if (j == 0)
                                fixture_assert_json(&f, expected);
                        else {
                                ck_assert_uint_eq(read_page(&f, seen, ELEMENTSOF(seen), &n), 0);
                                ck_assert_uint_eq(n, 1);
                        }
                }
        }
        ck_assert_uint_eq(seen[0x4e1f], 3);

        ck_assert_ptr_null(fixture_call(&f, MANAGER, "FindLeases", "a{sv}", 0));
        fixture_assert_error(&f, SD_BUS_ERROR_LIMITS_EXCEEDED);
        fixture_done(&f);
}

/* More leases of one hardware address than fit into a page: from the index to slots and back. */
START_TEST(test_crowded_key)
{
        static const uint8_t hardware[] = {2, 0, 0, 0, 0, 9};
        enum { N = 700 };
        uint8_t seen[N] = {0};
        uint64_t cursor = 0;
        sd_bus_message *m;
        unsigned n_pages = 0;
        size_t n;
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i < N; i++) {
                uint8_t id[4] = {0, 0, (uint8_t) (i >> 8), (uint8_t) i};
                LeaseRecord record = {
                        .address = 0x0a010000 + i,
                        .state = LEASE_BOUND,
                        .client_id = id,
                        .client_id_size = sizeof(id),
                        .hardware = hardware,
                        .hardware_type = HARDWARE_ETHERNET,
                        .hardware_size = sizeof(hardware),
                        .expires = USEC_INFINITY,
                };

                ck_assert_int_eq(server_load_lease(f.server, &record, f.clock.boottime), 0);
        }

        do {
                m = fixture_new_call(&f, MANAGER, "ListLeases");
                ck_assert_int_ge(sd_bus_message_append(m, "a{sv}tu", 1, "HardwareAddress", "ay", 6,
                                         2, 0, 0, 0, 0, 9, cursor, 500),
                        0);
                ck_assert_ptr_nonnull(fixture_call_take(&f, m));
                cursor = read_page(&f, seen, N, &n);
                n_pages++;
        } while (cursor != 0);
        ck_assert_uint_eq(n_pages, 2);
        for (size_t i = 0; i < N; i++)
                ck_assert_uint_eq(seen[i], 1);
        fixture_done(&f);
}

/* Addresses 10.1.0.N of the leases that a filter gives, N = 1 bound, 2 released, 3 expired,
 * 4 declined, 5 bound without end and outside of the pool's subnet. */
START_TEST(test_filters)
{
        static const LeaseState states[] = {
                LEASE_BOUND, LEASE_RELEASED, LEASE_EXPIRED, LEASE_DECLINED};
        static const struct {
                const char *key, *type, *value;
                uint64_t number;
                const char *expected;
        } cases[] = {
                {NULL, NULL, NULL, 0, "1 4 5"},
                {"Pool", "s", "lan", 0, "1 4"},
                {"Interface", "s", "lan0", 0, "1 4"},
                {"Interface", "s", "lan", 0, ""},
                {"Subnet", "s", "10.0.0.0/8", 0, "1 4"},
                {"Subnet", "s", "10.1.0.4/30", 0, "4"},
                {"Subnet", "s", "10.1.0.4/32", 0, "4"},
                {"Subnet", "s", "0.0.0.0/0", 0, "1 4 5"},
                {"Hostname", "s", "HOST-?", 0, "1 4"},
                {"Hostname", "s", "*-1", 0, "1"},
                {"Hostname", "s", "", 0, "5"},
                {"ExpiresBeforeUSec", "t", NULL, UINT64_C(1700003500000000), ""},
                {"ExpiresBeforeUSec", "t", NULL, UINT64_C(1700003500000001), "1 4"},
                {"ExpiresBeforeUSec", "t", NULL, UINT64_MAX, "1 4 5"},
                {"IncludeExpired", "b", NULL, 1, "1 2 3 4 5"},
                {"IncludeExpired", "b", NULL, 0, "1 4 5"},
                {"State", "as", "bound", 0, "1 5"},
                {"State", "as", "released", 0, "2"},
                {"State", "as", "expired", 0, "3"},
                {"State", "as", "declined", 0, "4"},
                {"State", "as", "offered", 0, ""},
        };
        const LeaseRecord odd = {
                .address = 0xc0a80005,
                .state = LEASE_BOUND,
                .client_id = (const uint8_t *) "odd",
                .client_id_size = 3,
                .expires = USEC_INFINITY,
        };
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i < ELEMENTSOF(states); i++)
                fixture_add_lease(&f, i + 1, states[i]);
        ck_assert_int_eq(server_load_lease(f.server, &odd, f.clock.boottime), 0);

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                sd_bus_message *m = fixture_new_call(&f, MANAGER, "FindLeases");
                char found[64] = "";
                const char *path;

                if (!cases[i].key)
                        ck_assert_int_ge(sd_bus_message_append(m, "a{sv}", 0), 0);
                else if (strcmp(cases[i].type, "as") == 0)
                        ck_assert_int_ge(sd_bus_message_append(m, "a{sv}", 1, cases[i].key, "as", 1,
                                                 cases[i].value),
                                0);
                else if (*cases[i].type == 's')
                        ck_assert_int_ge(sd_bus_message_append(
                                                 m, "a{sv}", 1, cases[i].key, "s", cases[i].value),
                                0);
                else if (*cases[i].type == 'b')
                        ck_assert_int_ge(sd_bus_message_append(m, "a{sv}", 1, cases[i].key, "b",
                                                 (int) cases[i].number),
                                0);
                else
                        ck_assert_int_ge(sd_bus_message_append(
                                                 m, "a{sv}", 1, cases[i].key, "t", cases[i].number),
                                0);
                ck_assert_ptr_nonnull(fixture_call_take(&f, m));

                ck_assert_int_gt(sd_bus_message_enter_container(f.reply, 'a', "o"), 0);
                while (sd_bus_message_read_basic(f.reply, 'o', &path) > 0) {
                        strcat(found, *found ? " " : "");
                        strcat(found, path + strlen(path) - 1);
                }
                ck_assert_msg(strcmp(found, cases[i].expected) == 0, "case %zu, %s: %s", i,
                        cases[i].key, found);
        }
        fixture_done(&f);
}

/* Two states, IncludeExpired= in front of them: State= alone decides. */
START_TEST(test_filter_of_several_keys)
{
        uint8_t seen[4] = {0};
        sd_bus_message *m;
        Fixture f;
        size_t n;

        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i < 3; i++)
                fixture_add_lease(&f, i, LEASE_BOUND);
        fixture_add_lease(&f, 3, LEASE_RELEASED);

        m = fixture_new_call(&f, MANAGER, "ListLeases");
        ck_assert_int_ge(
                sd_bus_message_append(m, "a{sv}tu", 3, "IncludeExpired", "b", 1, "State", "as", 2,
                        "bound", "declined", "Hostname", "s", "host-[12]", UINT64_C(0), 0),
                0);
        ck_assert_ptr_nonnull(fixture_call_take(&f, m));
        (void) read_page(&f, seen, 4, &n);
        ck_assert_uint_eq(n, 0); /* brackets are themselves */

        m = fixture_new_call(&f, MANAGER, "ListLeases");
        ck_assert_int_ge(sd_bus_message_append(m, "a{sv}tu", 2, "IncludeExpired", "b", 1, "State",
                                 "as", 2, "bound", "declined", UINT64_C(0), 0),
                0);
        ck_assert_ptr_nonnull(fixture_call_take(&f, m));
        (void) read_page(&f, seen, 4, &n);
        ck_assert_uint_eq(n, 3);
        ck_assert_uint_eq(seen[3], 0);
        fixture_done(&f);
}

START_TEST(test_bad_filters)
{
        static const struct {
                const char *key, *type, *value, *error;
        } cases[] = {
                {"pool", "s", "lan", BUS_ERROR_INVALID_FILTER},
                {"", "s", "", BUS_ERROR_INVALID_FILTER},
                {"Pool", "s", "wan", BUS_ERROR_NO_SUCH_POOL},
                {"Pool", "as", "lan", BUS_ERROR_INVALID_FILTER},
                {"State", "s", "bound", BUS_ERROR_INVALID_FILTER},
                {"State", "as", "Bound", BUS_ERROR_INVALID_FILTER},
                {"Subnet", "s", "10.0.0.0/33", BUS_ERROR_INVALID_FILTER},
                {"Subnet", "s", "lan", BUS_ERROR_INVALID_FILTER},
                {"HardwareAddress", "s", "02:00", BUS_ERROR_INVALID_FILTER},
                {"ClientId", "ay", NULL, BUS_ERROR_INVALID_FILTER},
                {"IncludeExpired", "s", "yes", BUS_ERROR_INVALID_FILTER},
                {"ExpiresBeforeUSec", "s", "0", BUS_ERROR_INVALID_FILTER},
        };
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                sd_bus_message *m = fixture_new_call(&f, MANAGER, "FindLeases");
                int r;

                if (strcmp(cases[i].type, "ay") == 0)
                        r = sd_bus_message_append(m, "a{sv}", 1, cases[i].key, "ay", 0);
                else if (strcmp(cases[i].type, "as") == 0)
                        r = sd_bus_message_append(
                                m, "a{sv}", 1, cases[i].key, "as", 1, cases[i].value);
                else
                        r = sd_bus_message_append(m, "a{sv}", 1, cases[i].key, "s", cases[i].value);
                ck_assert_int_ge(r, 0);
                ck_assert_ptr_null(fixture_call_take(&f, m));
                fixture_assert_error(&f, cases[i].error);
        }
        fixture_done(&f);
}

START_TEST(test_get_lease)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        fixture_add_lease(&f, 1, LEASE_RELEASED);

        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "GetLease", "s", "10.1.0.1"));
        fixture_assert_json(&f, "\"/org/minidhcp1/lease/_310_2e1_2e0_2e1\"");
        ck_assert_ptr_null(fixture_call(&f, MANAGER, "GetLease", "s", "10.1.0.2"));
        fixture_assert_error(&f, BUS_ERROR_NO_SUCH_LEASE);
        ck_assert_ptr_null(fixture_call(&f, MANAGER, "GetLease", "s", "10.1.0.02"));
        fixture_assert_error(&f, SD_BUS_ERROR_INVALID_ARGS);
        fixture_done(&f);
}

/* One of the leases of test_sorted, as the order sees it. */
typedef struct Sorted {
        ipv4_t address;
        char hostname[16];
        uint64_t expires;
} Sorted;

static int compare_addresses(const void *a, const void *b) {
        const Sorted *x = a, *y = b;

        return (x->address > y->address) - (x->address < y->address);
}

static int compare_hostnames(const void *a, const void *b) {
        const Sorted *x = a, *y = b;
        int r;

        if (!*x->hostname != !*y->hostname)
                return *x->hostname ? -1 : 1;
        r = strcasecmp(x->hostname, y->hostname);
        return r != 0 ? r : compare_addresses(a, b);
}

static int compare_expiries(const void *a, const void *b) {
        const Sorted *x = a, *y = b;

        if (x->expires != y->expires)
                return x->expires < y->expires ? -1 : 1;
        return compare_addresses(a, b);
}

/* Calls ListLeases and lets the loop run until there is an answer. Return: how many turns. */
static unsigned list_sorted(
        Fixture *f, const char *order, const char *after, uint64_t cursor, uint32_t limit) {
        sd_bus_message *m = fixture_new_call(f, MANAGER, "ListLeases");
        unsigned n_turns = 0;

        ck_assert_int_ge(sd_bus_message_append(m, "a{sv}tu", 3, "Sort", "s", order, "After", "s",
                                 after, "Subnet", "s", "10.1.0.0/16", cursor, limit),
                0);
        f->reply = sd_bus_message_unref(f->reply);
        fixture_post_take(f, m);
        for (fixture_pump(f); !f->reply; fixture_pump(f)) {
                ck_assert_int_gt(sd_event_run(f->event, 0), 0);
                n_turns++;
        }
        ck_assert_int_eq(sd_bus_message_is_method_error(f->reply, NULL), 0);
        return n_turns;
}

/* Reads the page in f->reply. Return: how many leases; next and the last hostname of it. */
static size_t read_sorted(Fixture *f, Sorted *ret, uint64_t *ret_next, char ret_after[static 16]) {
        size_t n = 0;
        uint64_t generation;

        ck_assert_int_gt(sd_bus_message_enter_container(f->reply, 'a', LEASE_VIEW_SIGNATURE), 0);
        for (; sd_bus_message_enter_container(f->reply, 'r', "sayaysssstttua{sv}") > 0; n++) {
                const char *address, *hostname;

                ck_assert_int_gt(sd_bus_message_read_basic(f->reply, 's', &address), 0);
                ck_assert_int_ge(sd_bus_message_skip(f->reply, "ayay"), 0);
                ck_assert_int_gt(sd_bus_message_read_basic(f->reply, 's', &hostname), 0);
                ck_assert_int_ge(sd_bus_message_skip(f->reply, "ssst"), 0);
                ck_assert_int_gt(sd_bus_message_read_basic(f->reply, 't', &ret[n].expires), 0);
                ck_assert_int_ge(sd_bus_message_skip(f->reply, "tua{sv}"), 0);
                ck_assert_int_ge(sd_bus_message_exit_container(f->reply), 0);
                ck_assert_int_eq(ipv4_parse(address, &ret[n].address), 0);
                strcpy(ret[n].hostname, hostname);
                strcpy(ret_after, hostname);
        }
        ck_assert_int_ge(sd_bus_message_exit_container(f->reply), 0);
        ck_assert_int_gt(sd_bus_message_read(f->reply, "tt", ret_next, &generation), 0);
        return n;
}

/* Page by page in each order, with many that are equal in it, and never more than a few thousand
 * leases looked at in one go. */
START_TEST(test_sorted)
{
        enum { N = 5000, PAGE = 300 };
        static const struct {
                const char *order;
                int (*compare)(const void *a, const void *b);
        } orders[] = {
                {"Address", compare_addresses},
                {"Hostname", compare_hostnames},
                {"ExpiresUSec", compare_expiries},
        };
        Sorted *wanted = calloc(N, sizeof(*wanted)), *page = calloc(PAGE + 1, sizeof(*page));
        Fixture f;

        ck_assert(wanted && page);
        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i < N; i++) {
                Sorted *s = &wanted[i];
                uint8_t id[5] = {0, (uint8_t) (i >> 8), (uint8_t) i, 1, 1};
                LeaseRecord record = {
                        .address = s->address = 0x0a010000 + i * 7919 % N,
                        .state = LEASE_BOUND,
                        .client_id = id,
                        .client_id_size = sizeof(id),
                        .hostname = s->hostname,
                        .hostname_size =
                                (uint8_t) (i % 5 == 0 ? 0
                                                      : sprintf(s->hostname, "%c%u",
                                                                i % 2 ? 'h' : 'H', i % 777)),
                        .expires =
                                i % 9 == 0 ? USEC_INFINITY : (2000 + i * 31 % 400) * USEC_PER_SEC,
                };

                s->expires = record.expires == USEC_INFINITY
                                     ? UINT64_MAX
                                     : f.clock.realtime + record.expires - f.clock.boottime;
                ck_assert_int_eq(server_load_lease(f.server, &record, f.clock.boottime), 0);
        }

        for (size_t i = 0; i < ELEMENTSOF(orders); i++) {
                uint64_t cursor = 0;
                char after[16] = "";
                size_t at = 0;

                qsort(wanted, N, sizeof(*wanted), orders[i].compare);
                do {
                        size_t n;

                        ck_assert_uint_ge(list_sorted(&f, orders[i].order, after, cursor, PAGE), 2);
                        n = read_sorted(&f, page, &cursor, after);
                        ck_assert_uint_eq(n, MIN((size_t) PAGE, N - at));
                        for (size_t j = 0; j < n; j++, at++)
                                ck_assert_msg(page[j].address == wanted[at].address,
                                        "%s: lease %zu is %#x instead of %#x", orders[i].order, at,
                                        page[j].address, wanted[at].address);
                } while (cursor != 0);
                ck_assert_uint_eq(at, N);
        }
        fixture_done(&f);
        free(wanted);
        free(page);
}

/* Each has room to be kept while it is under way; those of a connection go with it. */
START_TEST(test_sorted_bounds)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i < 5000; i++)
                fixture_add_lease(&f, i, LEASE_BOUND);
        for (unsigned i = 0; i <= SORTED_LISTINGS_MAX; i++) {
                sd_bus_message *m = fixture_new_call(&f, MANAGER, "ListLeases");

                ck_assert_int_ge(sd_bus_message_append(
                                         m, "a{sv}tu", 1, "Sort", "s", "Hostname", UINT64_C(0), 0),
                        0);
                f.reply = sd_bus_message_unref(f.reply);
                fixture_post_take(&f, m);
                fixture_pump(&f);
        }
        fixture_assert_error(&f, SD_BUS_ERROR_LIMITS_EXCEEDED);
        ck_assert_uint_eq(f.bus->n_listings, SORTED_LISTINGS_MAX);
        ck_assert_int_eq(sd_event_run(f.event, 0) > 0, 1);
        bus_drop_connection(f.bus);
        ck_assert_uint_eq(f.bus->n_listings, 0);
        fixture_done(&f);
}

START_TEST(test_sorted_refused)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        ck_assert_ptr_null(fixture_call(
                &f, MANAGER, "ListLeases", "a{sv}tu", 1, "Sort", "s", "Colour", UINT64_C(0), 0));
        fixture_assert_error(&f, BUS_ERROR_INVALID_FILTER);
        ck_assert_ptr_null(
                fixture_call(&f, MANAGER, "FindLeases", "a{sv}", 1, "Sort", "s", "Address"));
        fixture_assert_error(&f, BUS_ERROR_INVALID_FILTER);
        fixture_done(&f);
}

START_TEST(test_patterns)
{
        static const struct {
                const char *pattern, *text;
                bool matches;
        } cases[] = {
                {"", "", true},
                {"", "a", false},
                {"*", "", true},
                {"**", "abc", true},
                {"a", "A", true},
                {"PRINTER", "printer", true},
                {"?", "", false},
                {"?", "a", true},
                {"?", "ab", false},
                {"?", "\xc3\xa9", true},
                {"a?c",
                        "a\xe2\x82\xac"
                        "c",
                        true},
                {"*.lan", "a.b.lan", true},
                {"*.lan", "a.b.lan.", false},
                {"a*b*c", "axxbxxbxc", true},
                {"a*b*c", "axxbxxbx", false},
                {"*ab", "aab", true},
                {"a*", "b", false},
        };
        char pattern[256], text[256];

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                ck_assert_msg(text_matches(cases[i].pattern, cases[i].text,
                                      strlen(cases[i].text)) == cases[i].matches,
                        "%s against %s", cases[i].pattern, cases[i].text);

        /* takes fnmatch() longer than the universe has */
        for (size_t i = 0; i < 100; i++)
                memcpy(pattern + 2 * i, "*a", 2);
        strcpy(pattern + 200, "*b");
        memset(text, 'a', 255);
        ck_assert(!text_matches(pattern, text, 255));
}

TEST_MAIN("bus-listing", test_lease_struct, test_odd_lease, test_said, test_sorted,
        test_sorted_bounds, test_sorted_refused, test_pages, test_pages_while_changing,
        test_work_is_bounded, test_keyed_filters, test_crowded_key, test_filters,
        test_filter_of_several_keys, test_bad_filters, test_get_lease, test_patterns);

/* SPDX-License-Identifier: MIT */
/* Patterns, and the list of leases: one entry for each address, in any order, as cells and as JSON.
 */

#include <errno.h>

#include "ctl/bus-api.h"
#include "ctl/lease-columns.h"
#include "ctl/lease-list.h"
#include "ctl/lease-rows.h"
#include "ctl/named-host.h"
#include "ctl/pattern.h"
#include "test.h"

#define NOW ((usec_t) 1795301700000000)

START_TEST(test_patterns)
{
        static const struct {
                const char *text;
                int r;
                PatternType type;
                size_t n; /* bytes, or the length of the prefix */
        } cases[] = {
                {"192.168.1.101", 0, PATTERN_SUBNET, 32},
                {"192.168.1.0/24", 0, PATTERN_SUBNET, 24},
                {"0.0.0.0/0", 0, PATTERN_SUBNET, 0},
                {"02:00:00:00:00:07", 0, PATTERN_HARDWARE, 6},
                {"02-00-00-00-00-07", 0, PATTERN_HARDWARE, 6},
                {"01:02:00:00:00:00:07", 0, PATTERN_CLIENT_ID, 7},
                {"ff:01", 0, PATTERN_CLIENT_ID, 2},
                {"2:0:0:0:0:7", 0, PATTERN_CLIENT_ID, 6},
                {"laptop", 0, PATTERN_HOSTNAME, 0},
                {"lap*", 0, PATTERN_HOSTNAME, 0},
                {"*", 0, PATTERN_HOSTNAME, 0},
                {"de-ad", 0, PATTERN_HOSTNAME, 0},
                {"cafe", 0, PATTERN_HOSTNAME, 0},
                {"1234", 0, PATTERN_HOSTNAME, 0},
                {"host.example", 0, PATTERN_HOSTNAME, 0},
                {"-", 0, PATTERN_HOSTNAME, 0},

                {"", -EINVAL, PATTERN_TYPE_MAX, 0},
                {"192.168.1", -EINVAL, PATTERN_TYPE_MAX, 0},
                {"192.168.1.300", -EINVAL, PATTERN_TYPE_MAX, 0},
                {"192.168.1.*", -EINVAL, PATTERN_TYPE_MAX, 0},
                {"192.168.1.0/33", -EINVAL, PATTERN_TYPE_MAX, 0},
                {"192.168.1.1-192.168.1.9", -EINVAL, PATTERN_TYPE_MAX, 0},
                {"/24", -EINVAL, PATTERN_TYPE_MAX, 0},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                Pattern pattern;

                ck_assert_msg(
                        pattern_parse(cases[i].text, &pattern) == cases[i].r, "%s", cases[i].text);
                if (cases[i].r < 0)
                        continue;
                ck_assert_msg(pattern.type == cases[i].type, "%s", cases[i].text);
                if (pattern.type == PATTERN_SUBNET)
                        ck_assert_uint_eq(pattern.subnet.length, cases[i].n);
                else if (pattern.type == PATTERN_HOSTNAME)
                        ck_assert_str_eq(pattern.hostname, cases[i].text);
                else
                        ck_assert_uint_eq(pattern.n_bytes, cases[i].n);
                ck_assert(pattern_is_address(&pattern) == (cases[i].n == 32));
                ck_assert(pattern_is_name(&pattern) ==
                          (cases[i].type == PATTERN_HOSTNAME && !strchr(cases[i].text, '*')));
        }
}
END_TEST

static const uint8_t hardware[6] = {2, 0, 0, 0, 0, 7};

/* A list in the order of arrival; the hostname tells entries apart. */
static void fill(LeaseList *list, const LeaseEntry *entries, size_t n) {
        list->entries = calloc(n, sizeof(*entries));
        ck_assert_ptr_nonnull(list->entries);
        list->n_entries = list->capacity = n;
        for (size_t i = 0; i < n; i++) {
                list->entries[i] = entries[i];
                list->entries[i].order = i;
                if (!list->entries[i].pool)
                        list->entries[i].pool = "";
        }
}

static void assert_order(const LeaseList *list, const char *expected) {
        char order[64] = "";

        for (size_t i = 0; i < list->n_entries; i++)
                (void) strcat(order, list->entries[i].hostname);
        ck_assert_str_eq(order, expected);
}

START_TEST(test_finish)
{
        static const LeaseEntry entries[] = {
                {.address = 30, .hostname = "c"},
                {.address = 4, .hostname = "a"},
                {.address = 30, .hostname = "d"},
                {.address = 200, .hostname = "e"},
                {.address = 4, .hostname = "b"},
                {.address = 30, .hostname = "f"},
        };
        _cleanup_(lease_list_done) LeaseList list = {0}, empty = {0};

        fill(&list, entries, ELEMENTSOF(entries));
        lease_list_finish(&list);
        assert_order(&list, "bfe");

        lease_list_finish(&empty);
        ck_assert_uint_eq(empty.n_entries, 0);
}
END_TEST

static bool is_odd(const LeaseEntry *lease, const void *userdata) {
        ck_assert_ptr_nonnull(userdata);
        return lease->address % 2 == 1;
}

START_TEST(test_keep)
{
        static const LeaseEntry entries[] = {
                {.address = 1, .hostname = "a"},
                {.address = 2, .hostname = "b"},
                {.address = 4, .hostname = "c"},
                {.address = 5, .hostname = "d"},
        };
        _cleanup_(lease_list_done) LeaseList list = {0};

        fill(&list, entries, ELEMENTSOF(entries));
        for (size_t i = 0; i < list.n_entries; i++)
                list.entries[i].storage = malloc(1); /* goes with its entry */
        lease_list_keep(&list, is_odd, &list);
        assert_order(&list, "ad");
}
END_TEST

/* What a lease is to the hosts of its name: a hardware address or a client identifier makes it
 * theirs, an address only with the server's word that it is kept for this client; no name does. */
START_TEST(test_hosts_own)
{
        static const uint8_t id[] = {0xff, 1, 2};
        NamedHost hosts[] = {
                {.identities = {{.type = PATTERN_HARDWARE, .n_bytes = 6}},
                        .n_identities = 1,
                        .address = 50},
                {.identities = {{.type = PATTERN_CLIENT_ID, .n_bytes = sizeof(id)}},
                        .n_identities = 1},
                {.address = 60}, /* known by its circuit */
        };
        const NamedHosts all = {hosts, ELEMENTSOF(hosts)}, none = {0};
        const struct {
                LeaseEntry lease;
                bool own;
        } cases[] = {
                {{.address = 7, .hardware = hardware, .hardware_size = 6}, true},
                {{.address = 7, .hardware = hardware, .hardware_size = 5}, false},
                {{.address = 7, .client_id = id, .client_id_size = sizeof(id)}, true},
                {{.address = 7, .client_id = hardware, .client_id_size = 6}, false},
                {{.address = 50}, false},
                {{.address = 50, .flags = BUS_LEASE_RESERVED}, true},
                {{.address = 50, .flags = BUS_LEASE_RELAYED}, false},
                {{.address = 60}, true},
                {{.address = 61, .flags = BUS_LEASE_RESERVED}, false},
        };

        memcpy(hosts[0].identities[0].bytes, hardware, 6);
        memcpy(hosts[1].identities[0].bytes, id, sizeof(id));
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                ck_assert_msg(
                        named_hosts_own(&all, &cases[i].lease) == cases[i].own, "case %zu", i);
                ck_assert(!named_hosts_own(&none, &cases[i].lease));
        }
        ck_assert(named_hosts_are_known(&all));
        ck_assert(!named_hosts_are_known(&none));
        hosts[2].address = 0;
        ck_assert(!named_hosts_are_known(&all));
}
END_TEST

/* What would stand on standard output. */
static void print_rows(const Context *context, LeaseFormat format, const ColumnChoice *choice,
        LeaseField sort, const LeaseEntry *entries, size_t n_entries, char *ret, size_t size) {
        _cleanup_(lease_rows_freep) LeaseRows *rows = NULL;
        FILE *saved = stdout;
        size_t n;
        int r;

        memset(ret, 0, size);
        ck_assert_int_eq(
                lease_rows_new(&rows, context, format, choice, sort, context->options.json), 0);
        for (size_t i = 0; i < n_entries; i++)
                ck_assert_int_eq(lease_rows_add(&entries[i], rows), 0);
        stdout = fmemopen(ret, size, "w");
        ck_assert_ptr_nonnull(stdout);
        r = lease_rows_print(rows, &n);
        (void) fclose(stdout);
        stdout = saved;
        ck_assert_int_eq(r, 0);
}

/* A lease that moves between two pages comes twice. */
START_TEST(test_rows_come_once)
{
        static const LeaseEntry entries[] = {
                {.address = 2, .hostname = "old", .pool = "a", .state = "", .interface = ""},
                {.address = 1, .hostname = "x", .pool = "b", .state = "", .interface = ""},
                {.address = 2, .hostname = "new", .pool = "c", .state = "", .interface = ""},
        };
        static const unsigned columns[] = {LEASE_FIELD_HOSTNAME, LEASE_FIELD_POOL};
        const ColumnChoice choice = {.items = (unsigned *) columns, .n_items = 2};
        const Context context = {.options = {.no_legend = true}};
        char text[64];

        print_rows(&context, LEASE_FORMAT_TABLE, &choice, LEASE_FIELD_ADDRESS, entries,
                ELEMENTSOF(entries), text, sizeof(text));
        ck_assert_str_eq(text, "x   b\nnew c\n");
        print_rows(&context, LEASE_FORMAT_TABLE, &choice, LEASE_FIELD_HOSTNAME, entries,
                ELEMENTSOF(entries), text, sizeof(text));
        ck_assert_str_eq(text, "new c\nx   b\n");
}
END_TEST

/* The short way to JSON writes what the long one does. */
START_TEST(test_rows_as_json)
{
        static const LeaseEntry entries[] = {
                {
                        .address = 0xc0a80165,
                        .address_text = "192.168.1.101",
                        .hardware = hardware,
                        .hardware_size = sizeof(hardware),
                        .client_id = hardware,
                        .client_id_size = 2,
                        .hostname = "a\"b\\c/d",
                        .pool = "lan",
                        .interface = "br0",
                        .state = "bound",
                        .started = 7,
                        .expires = USEC_INFINITY,
                        .flags = BUS_LEASE_RESERVED,
                },
                {
                        .address = 0xc0a80166,
                        .address_text = "192.168.1.102",
                        .hostname = "gr\xc3\xb6\xc3\x9f"
                                    "e\033",
                        .pool = "",
                        .interface = "",
                        .state = "expired",
                        .last_seen = 1,
                        .flags = BUS_LEASE_RELAYED,
                },
        };
        const Context context = {.options = {.json = JSON_SHORT}};
        char text[2048], expected[2048] = "[";

        for (size_t i = 0; i < ELEMENTSOF(entries); i++) {
                _cleanup_json_ json_object *object = NULL;
                size_t n = strlen(expected);

                ck_assert_int_eq(lease_entry_to_json(&entries[i], &object), 0);
                (void) snprintf(expected + n, sizeof(expected) - n, "%s%s", i > 0 ? "," : "",
                        json_object_to_json_string_ext(
                                object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
        }
        strcat(expected, "]\n");
        print_rows(&context, LEASE_FORMAT_JSON, NULL, LEASE_FIELD_ADDRESS, entries,
                ELEMENTSOF(entries), text, sizeof(text));
        ck_assert_str_eq(text, expected);
}
END_TEST

START_TEST(test_sort)
{
        static const LeaseEntry entries[] = {
                {.address = 1,
                        .hostname = "b",
                        .pool = "p10",
                        .expires = USEC_INFINITY,
                        .state = ""},
                {.address = 2,
                        .hostname = "a",
                        .pool = "p9",
                        .expires = 5,
                        .flags = 1,
                        .state = ""},
                {.address = 3,
                        .hostname = "c",
                        .pool = "p9",
                        .expires = 5,
                        .hardware = hardware,
                        .hardware_size = 6},
        };
        static const struct {
                LeaseField field;
                const char *order;
        } cases[] = {
                {LEASE_FIELD_ADDRESS, "bac"},
                {LEASE_FIELD_HOSTNAME, "abc"},
                {LEASE_FIELD_POOL, "acb"},
                {LEASE_FIELD_EXPIRES, "acb"},
                {LEASE_FIELD_FLAGS, "bca"},
                {LEASE_FIELD_HARDWARE, "bac"},
                {LEASE_FIELD_CLIENT_ID, "bac"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                static const unsigned hostname = LEASE_FIELD_HOSTNAME;
                const ColumnChoice choice = {.items = (unsigned *) &hostname, .n_items = 1};
                const Context context = {.options = {.no_legend = true}};
                char expected[8], order[8];

                (void) snprintf(expected, sizeof(expected), "%c\n%c\n%c\n", cases[i].order[0],
                        cases[i].order[1], cases[i].order[2]);
                print_rows(&context, LEASE_FORMAT_TABLE, &choice, cases[i].field, entries,
                        ELEMENTSOF(entries), order, sizeof(order));
                ck_assert_str_eq(order, expected);
        }
}
END_TEST

static const LeaseEntry entry = {
        .address = 0xc0a80165,
        .address_text = "192.168.1.101",
        .hardware = hardware,
        .hardware_size = sizeof(hardware),
        .client_id = hardware,
        .client_id_size = 2,
        .hostname = "evil\033[2J",
        .pool = "lan",
        .interface = "br0",
        .state = "bound",
        .started = NOW - 90 * USEC_PER_SEC,
        .expires = NOW + 3150 * USEC_PER_SEC,
        .flags = BUS_LEASE_RESERVED,
};

START_TEST(test_cells)
{
        static const char *const texts[LEASE_FIELD_MAX] = {
                [LEASE_FIELD_ADDRESS] = "192.168.1.101",
                [LEASE_FIELD_HARDWARE] = "02:00:00:00:00:07",
                [LEASE_FIELD_HOSTNAME] = "evil\\x1b[2J",
                [LEASE_FIELD_POOL] = "lan",
                [LEASE_FIELD_STATE] = "bound",
                [LEASE_FIELD_EXPIRES] = "in 52min 30s",
                [LEASE_FIELD_CLIENT_ID] = "02:00",
                [LEASE_FIELD_INTERFACE] = "br0",
                [LEASE_FIELD_STARTED] = "1min ago",
                [LEASE_FIELD_LAST_SEEN] = "-",
                [LEASE_FIELD_FLAGS] = "reserved",
        };
        char buffer[LEASE_FIELD_TEXT_MAX];

        for (LeaseField field = 0; field < LEASE_FIELD_MAX; field++) {
                ck_assert_int_eq(
                        column_find(lease_columns, LEASE_FIELD_MAX, lease_columns[field].name),
                        (int) field);
                if (texts[field])
                        ck_assert_str_eq(lease_field_text(&entry, field, TIMESTAMP_STYLE_RELATIVE,
                                                 NOW, buffer),
                                texts[field]);
        }
        ck_assert_str_eq(
                lease_field_text(&entry, LEASE_FIELD_EXPIRES_AT, TIMESTAMP_STYLE_UTC, NOW, buffer),
                "Sat 2026-11-21 23:47:30 UTC");
        ck_assert_int_eq(lease_field_color(&entry, LEASE_FIELD_STATE), COLOR_GOOD);
        ck_assert_int_eq(lease_field_color(&entry, LEASE_FIELD_ADDRESS), COLOR_NONE);
}
END_TEST

START_TEST(test_json)
{
        _cleanup_json_ json_object *object = NULL, *endless_object = NULL;
        LeaseEntry endless = entry;
        json_object *value;

        ck_assert_int_eq(lease_entry_to_json(&entry, &object), 0);
        ck_assert_str_eq(json_get_text(object, "Address"), "192.168.1.101");
        ck_assert_str_eq(json_get_text(object, "HardwareAddress"), "02:00:00:00:00:07");
        ck_assert_str_eq(json_get_text(object, "ClientId"), "02:00");
        ck_assert_str_eq(json_get_text(object, "Hostname"), "evil\\x1b[2J");
        ck_assert_uint_eq(json_get_usec(object, "ExpiresUSec"), NOW + 3150 * USEC_PER_SEC);
        ck_assert_uint_eq(json_get_number(object, "Flags"), 1);
        ck_assert(json_object_object_get_ex(object, "Reserved", &value));
        ck_assert(json_object_get_boolean(value));

        endless.expires = USEC_INFINITY;
        ck_assert_int_eq(lease_entry_to_json(&endless, &endless_object), 0);
        ck_assert(json_object_object_get_ex(endless_object, "ExpiresUSec", &value));
        ck_assert_ptr_null(value);
        ck_assert_uint_eq(json_get_usec(endless_object, "ExpiresUSec"), USEC_INFINITY);
        ck_assert_uint_eq(json_get_usec(endless_object, "NoSuchUSec"), 0);
}
END_TEST

TEST_MAIN("ctl-leases", test_patterns, test_finish, test_keep, test_hosts_own, test_rows_come_once,
        test_rows_as_json, test_sort, test_cells, test_json);

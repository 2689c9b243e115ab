/* SPDX-License-Identifier: MIT */
/* Who has which name: leases as short lines, and what is told after each. Then thousands of changes
 * by chance: what was told adds up to what is there. */

#include <stdio.h>

#include "names/host-book.h"
#include "names/zone.h"
#include "test.h"

static const uint8_t secret[16] = "not much of one";

typedef struct Desk {
        Zone *zone;
        char told[4096]; /* since it was looked at last */
} Desk;

static void on_changed(ZoneEventType type, const ZoneName *name, void *userdata) {
        static const char signs[] = {
                [ZONE_ADDED] = '+', [ZONE_REMOVED] = '-', [ZONE_EXPIRY_MOVED] = '~'};
        Desk *desk = userdata;
        const size_t n = strlen(desk->told);

        (void) snprintf(desk->told + n, sizeof(desk->told) - n, "%s%c%s=%u", n > 0 ? " " : "",
                signs[type], name->name, name->address);
        ck_assert_int_eq(name->name[name->label_size], strchr(name->name, '.') ? '.' : '\0');
}

static void on_clashed(const char *name, ipv4_t loser, ipv4_t holder, void *userdata) {
        Desk *desk = userdata;
        const size_t n = strlen(desk->told);

        (void) snprintf(desk->told + n, sizeof(desk->told) - n, "%s!%s=%u/%u", n > 0 ? " " : "",
                name, loser, holder);
}

static const ZoneHandlers handlers = {.changed = on_changed, .clashed = on_clashed};

static void desk_init(Desk *desk, bool loading) {
        *desk = (Desk){0};
        ck_assert_int_eq(zone_new(&desk->zone, secret, &handlers, desk), 0);
        if (!loading)
                ck_assert_int_eq(zone_end_loading(desk->zone), 0);
}

static void desk_done(Desk *desk) {
        ck_assert_str_eq(desk->told, "");
        desk->zone = zone_free(desk->zone);
}

/* What the names are since the last look. */
#define expect(desk, ...)                                                                          \
        do {                                                                                       \
                ck_assert_str_eq((desk)->told, __VA_ARGS__);                                       \
                (desk)->told[0] = '\0';                                                            \
        } while (0)

typedef struct LeaseLine {
        ipv4_t address;
        uint8_t client;
        uint32_t started;
        const char *name;
        const char *host; /* the configured name, or NULL */
        const char *generated;
        const char *alias;
        uint32_t expires;
} LeaseLine;

static FollowRecord make_record(const LeaseLine *line, FollowBuilder *builder) {
        const uint8_t hardware[6] = {2, 0, 0, 0, 0, line->client};

        follow_builder_init(builder, &line->address, sizeof(line->address));
        follow_builder_add(builder, FOLLOW_HARDWARE, hardware, sizeof(hardware));
        follow_builder_add_u8(builder, FOLLOW_STATE, FOLLOW_STATE_BOUND);
        follow_builder_add_u32(builder, FOLLOW_STARTED, line->started);
        follow_builder_add_u32(builder, FOLLOW_EXPIRES, line->expires > 0 ? line->expires : 9);
        return follow_builder_get(builder);
}

static void set(Desk *desk, LeaseLine line) {
        Naming naming = {.is_configured = line.host != NULL};
        const char *name = line.host ? line.host : line.name;
        FollowBuilder builder;

        if (name)
                strcpy(naming.name, name);
        if (line.generated)
                strcpy(naming.generated, line.generated);
        if (line.alias)
                strcpy(naming.aliases[naming.n_aliases++], line.alias);
        ck_assert_int_eq(zone_set(desk->zone, make_record(&line, &builder), &naming), 0);
}

#define lease(desk, ...) set(desk, (LeaseLine){__VA_ARGS__})

/* The names of an address. */
static const char *names_of(const Desk *desk, ipv4_t address) {
        static char text[1024];
        const unsigned bucket = zone_bucket_of(address);

        *text = '\0';
        for (const ZoneLease *l = NULL; (l = zone_next(desk->zone, bucket, l));) {
                const char *names[ZONE_NAMES_MAX];
                size_t n;

                if (zone_lease_address(l) != address)
                        continue;
                n = zone_lease_names(l, names);
                for (size_t i = 0; i < n; i++) {
                        strcat(text, i > 0 ? " " : "");
                        strcat(text, names[i]);
                }
        }
        return text;
}

START_TEST(test_one)
{
        Desk desk;

        desk_init(&desk, false);
        lease(&desk, 1, .client = 1, .name = "a.lan");
        expect(&desk, "+a.lan=1");
        ck_assert_str_eq(names_of(&desk, 1), "a.lan a");
        ck_assert_uint_eq(zone_count(desk.zone), 1);
        lease(&desk, 1, .client = 1, .name = "a.lan", .expires = 20);
        expect(&desk, "~a.lan=1");
        lease(&desk, 1, .client = 1, .name = "b.lan", .expires = 20);
        expect(&desk, "+b.lan=1 -a.lan=1");
        ck_assert_str_eq(names_of(&desk, 1), "b.lan b");
        lease(&desk, 1, .client = 2, .name = "b.lan");
        expect(&desk, "-b.lan=1 +b.lan=1");
        lease(&desk, 1, .client = 2);
        expect(&desk, "-b.lan=1");
        ck_assert_str_eq(names_of(&desk, 1), "");
        zone_remove(desk.zone, 1);
        zone_remove(desk.zone, 1);
        ck_assert_uint_eq(zone_count(desk.zone), 0);
        desk_done(&desk);
}
END_TEST

START_TEST(test_first_come)
{
        Desk desk;

        desk_init(&desk, false);
        lease(&desk, 1, .client = 1, .started = 10, .name = "a.lan");
        expect(&desk, "+a.lan=1");
        /* it is the first here, whatever its lease says */
        lease(&desk, 2, .client = 2, .started = 5, .name = "a.lan");
        expect(&desk, "!a.lan=2/1");
        ck_assert_uint_eq(zone_count_losers(desk.zone), 1);
        lease(&desk, 3, .client = 3, .started = 4, .name = "a.lan");
        expect(&desk, "!a.lan=3/1");
        /* it is said once, not at each renewal */
        lease(&desk, 2, .client = 2, .started = 5, .name = "a.lan", .expires = 30);
        expect(&desk, "");
        zone_remove(desk.zone, 1);
        expect(&desk, "-a.lan=1 +a.lan=3");
        ck_assert_str_eq(names_of(&desk, 3), "a.lan a");
        ck_assert_str_eq(names_of(&desk, 2), "");
        zone_remove(desk.zone, 3);
        expect(&desk, "-a.lan=3 +a.lan=2");
        desk_done(&desk);
}
END_TEST

START_TEST(test_host_wins)
{
        Desk desk;

        desk_init(&desk, false);
        lease(&desk, 1, .client = 1, .name = "a.lan");
        expect(&desk, "+a.lan=1");
        lease(&desk, 2, .client = 2, .host = "a.lan", .alias = "b.lan");
        expect(&desk, "-a.lan=1 +a.lan=2 !a.lan=1/2 +b.lan=2");
        ck_assert_str_eq(names_of(&desk, 2), "a.lan a b.lan b");
        /* it is configured no more, and keeps the name that it has */
        lease(&desk, 2, .client = 2, .name = "a.lan");
        expect(&desk, "-b.lan=2");
        lease(&desk, 1, .client = 1, .host = "a.lan");
        expect(&desk, "-a.lan=2 +a.lan=1 !a.lan=2/1");
        desk_done(&desk);
}
END_TEST

START_TEST(test_generated)
{
        Desk desk;

        desk_init(&desk, false);
        lease(&desk, 1, .client = 1, .generated = "dhcp-1.lan");
        expect(&desk, "+dhcp-1.lan=1");
        lease(&desk, 1, .client = 1, .name = "a.lan", .generated = "dhcp-1.lan");
        expect(&desk, "+a.lan=1 -dhcp-1.lan=1");
        lease(&desk, 2, .client = 2, .name = "a.lan", .generated = "dhcp-2.lan");
        expect(&desk, "!a.lan=2/1 +dhcp-2.lan=2");
        zone_remove(desk.zone, 1);
        expect(&desk, "-a.lan=1 +a.lan=2 -dhcp-2.lan=2");
        ck_assert_str_eq(names_of(&desk, 2), "a.lan a");
        lease(&desk, 3, .client = 3, .host = "a.lan", .generated = "dhcp-3.lan");
        expect(&desk, "-a.lan=2 +a.lan=3 !a.lan=2/3 +dhcp-2.lan=2");
        lease(&desk, 2, .client = 2, .name = "a.lan");
        expect(&desk, "-dhcp-2.lan=2");
        desk_done(&desk);
}
END_TEST

START_TEST(test_one_client)
{
        Desk desk;

        desk_init(&desk, false);
        lease(&desk, 1, .client = 1, .started = 10, .name = "a.lan");
        lease(&desk, 2, .client = 2, .started = 15, .name = "a.lan");
        expect(&desk, "+a.lan=1 !a.lan=2/1");
        /* it has moved: the name goes along, and nothing clashes */
        lease(&desk, 3, .client = 1, .started = 20, .name = "a.lan");
        expect(&desk, "-a.lan=1 +a.lan=3");
        lease(&desk, 4, .client = 1, .started = 12, .name = "a.lan");
        expect(&desk, "");
        zone_remove(desk.zone, 3);
        expect(&desk, "-a.lan=3 +a.lan=4");
        desk_done(&desk);
}
END_TEST

/* What is before the first dot may be claimed from several domains. */
START_TEST(test_labels)
{
        Desk desk;

        desk_init(&desk, false);
        lease(&desk, 1, .client = 1, .name = "a.one");
        lease(&desk, 2, .client = 2, .name = "a.two");
        expect(&desk, "+a.one=1 +a.two=2");
        ck_assert_str_eq(names_of(&desk, 1), "a.one a");
        ck_assert_str_eq(names_of(&desk, 2), "a.two");
        lease(&desk, 3, .client = 3, .name = "a");
        expect(&desk, "+a=3");
        ck_assert_str_eq(names_of(&desk, 1), "a.one");
        zone_remove(desk.zone, 3);
        expect(&desk, "-a=3");
        zone_remove(desk.zone, 1);
        expect(&desk, "-a.one=1");
        ck_assert_str_eq(names_of(&desk, 2), "a.two a");
        desk_done(&desk);
}
END_TEST

START_TEST(test_loading)
{
        Desk desk;

        desk_init(&desk, true);
        ck_assert_int_eq(zone_restore_holder(desk.zone, "b.lan", 4), 0);
        ck_assert_int_eq(zone_restore_holder(desk.zone, "gone.lan", 4), 0);
        lease(&desk, 1, .client = 1, .started = 10, .name = "a.lan");
        lease(&desk, 2, .client = 2, .started = 5, .name = "a.lan");
        lease(&desk, 3, .client = 3, .started = 5, .name = "b.lan");
        lease(&desk, 4, .client = 4, .started = 10, .name = "b.lan", .generated = "dhcp-4.lan");
        lease(&desk, 5, .client = 5, .started = 10, .generated = "dhcp-5.lan");
        lease(&desk, 6, .client = 6, .started = 1, .name = "b.lan");
        zone_remove(desk.zone, 6);
        expect(&desk, "");
        ck_assert_int_eq(zone_end_loading(desk.zone), 0);
        ck_assert(!zone_is_loading(desk.zone));
        ck_assert_str_eq(names_of(&desk, 1), "");
        ck_assert_str_eq(names_of(&desk, 2), "a.lan a");
        ck_assert_str_eq(names_of(&desk, 3), "");
        ck_assert_str_eq(names_of(&desk, 4), "b.lan b");
        ck_assert_str_eq(names_of(&desk, 5), "dhcp-5.lan dhcp-5");
        ck_assert_uint_eq(zone_count(desk.zone), 3);
        /* that of the last run was said then */
        ck_assert_ptr_nonnull(strstr(desk.told, "!a.lan=1/2"));
        ck_assert_ptr_null(strstr(desk.told, "!b.lan"));
        desk.told[0] = '\0';
        desk_done(&desk);
}
END_TEST

static int append_contested(const char *name, ipv4_t holder, void *userdata) {
        Desk *desk = userdata;
        const size_t n = strlen(desk->told);

        (void) snprintf(desk->told + n, sizeof(desk->told) - n, "%s %u;", name, holder);
        return 0;
}

START_TEST(test_contested)
{
        uint64_t generation;
        Desk desk;

        desk_init(&desk, false);
        lease(&desk, 1, .client = 1, .name = "a.lan");
        lease(&desk, 2, .client = 2, .name = "b.lan");
        generation = zone_contest_generation(desk.zone);
        lease(&desk, 3, .client = 3, .name = "b.lan");
        expect(&desk, "+a.lan=1 +b.lan=2 !b.lan=3/2");
        ck_assert_uint_ne(zone_contest_generation(desk.zone), generation);
        ck_assert_int_eq(zone_each_contested(desk.zone, append_contested, &desk), 0);
        expect(&desk, "b.lan 2;");
        generation = zone_contest_generation(desk.zone);
        lease(&desk, 3, .client = 3, .name = "b.lan", .expires = 50);
        ck_assert_uint_eq(zone_contest_generation(desk.zone), generation);
        zone_remove(desk.zone, 3);
        ck_assert_uint_ne(zone_contest_generation(desk.zone), generation);
        ck_assert_int_eq(zone_each_contested(desk.zone, append_contested, &desk), 0);
        desk_done(&desk);
}
END_TEST

/* ---- by chance ------------------------------------------------------------------------------- */

enum {
        ADDRESSES = 40,
        NAMES = 12,
        CLIENTS = 25,
        STEPS = 20000,
};

typedef struct Sum {
        Zone *zone;
        ipv4_t holders[2 * NAMES + ADDRESSES + 1]; /* 0 = nobody has it */
        uint32_t dice;
} Sum;

static uint32_t roll(Sum *sum, uint32_t n) {
        sum->dice = sum->dice * 1664525 + 1013904223;
        return (uint32_t) ((uint64_t) (sum->dice >> 8) * n >> 24);
}

/* "n3.x", "n3.y", "dhcp-7.x" */
static size_t index_of(const char *name) {
        const char *dot = strchr(name, '.');

        ck_assert_ptr_nonnull(dot);
        if (name[0] == 'd')
                return 2 * NAMES + (size_t) atoi(name + 5);
        return (size_t) atoi(name + 1) + (dot[1] == 'y' ? NAMES : 0);
}

static void add_up(ZoneEventType type, const ZoneName *name, void *userdata) {
        Sum *sum = userdata;
        ipv4_t *holder = &sum->holders[index_of(name->name)];

        ck_assert_uint_eq(*holder, type == ZONE_ADDED ? 0 : name->address);
        *holder = type == ZONE_REMOVED ? 0 : name->address;
}

static const ZoneHandlers sum_handlers = {.changed = add_up};

static void step(Sum *sum) {
        const LeaseLine line = {
                .address = 1 + roll(sum, ADDRESSES),
                .client = (uint8_t) roll(sum, CLIENTS),
                .started = roll(sum, 1000),
                .expires = 1 + roll(sum, 1000),
        };
        Naming naming = {.is_configured = roll(sum, 4) == 0};
        FollowBuilder builder;

        if (roll(sum, 3) == 0) {
                zone_remove(sum->zone, line.address);
                return;
        }
        if (roll(sum, 5) > 0)
                (void) snprintf(naming.name, sizeof(naming.name), "n%u.%c", roll(sum, NAMES),
                        roll(sum, 2) > 0 ? 'x' : 'y');
        if (roll(sum, 2) > 0)
                (void) snprintf(
                        naming.generated, sizeof(naming.generated), "dhcp-%u.x", line.address);
        for (; naming.is_configured && roll(sum, 2) > 0 && naming.n_aliases < 4; naming.n_aliases++)
                (void) snprintf(
                        naming.aliases[naming.n_aliases], NAME_SIZE, "n%u.y", roll(sum, NAMES));
        ck_assert_int_eq(zone_set(sum->zone, make_record(&line, &builder), &naming), 0);
}

/* What the leases have is what was told; each name once. */
static void compare(const Sum *sum) {
        ipv4_t labels[2 * NAMES + ADDRESSES + 1] = {0};
        size_t n = 0;

        for (unsigned bucket = 0; bucket < ZONE_BUCKETS; bucket++)
                for (const ZoneLease *l = NULL; (l = zone_next(sum->zone, bucket, l));) {
                        const char *names[ZONE_NAMES_MAX];
                        const size_t n_names = zone_lease_names(l, names);

                        for (size_t i = 0; i < n_names; i++)
                                if (strchr(names[i], '.')) {
                                        ck_assert_uint_eq(sum->holders[index_of(names[i])],
                                                zone_lease_address(l));
                                        n++;
                                } else if (names[i][0] == 'n') {
                                        ipv4_t *label = &labels[atoi(names[i] + 1)];

                                        ck_assert_uint_eq(*label, 0);
                                        *label = zone_lease_address(l);
                                }
                }
        ck_assert_uint_eq(n, zone_count(sum->zone));
        for (size_t i = 0; i < ELEMENTSOF(sum->holders); i++)
                n -= sum->holders[i] != 0;
        ck_assert_uint_eq(n, 0);
        /* what somebody has is known by its first part as well */
        for (size_t i = 0; i < NAMES; i++)
                ck_assert(
                        (labels[i] != 0) == (sum->holders[i] != 0 || sum->holders[NAMES + i] != 0));
}

START_TEST(test_by_chance)
{
        Sum sum = {.dice = 17};

        ck_assert_int_eq(zone_new(&sum.zone, secret, &sum_handlers, &sum), 0);
        for (unsigned i = 0; i < 200; i++)
                step(&sum);
        ck_assert_int_eq(zone_end_loading(sum.zone), 0);
        for (unsigned i = 0; i < STEPS; i++) {
                step(&sum);
                if (i % 16 == 0)
                        compare(&sum);
        }
        for (ipv4_t address = 1; address <= ADDRESSES; address++)
                zone_remove(sum.zone, address);
        compare(&sum);
        ck_assert_uint_eq(zone_count(sum.zone), 0);
        ck_assert_uint_eq(zone_count_losers(sum.zone), 0);
        sum.zone = zone_free(sum.zone);
}
END_TEST

/* ---- hosts ----------------------------------------------------------------------------------- */

typedef struct HostLine {
        const char *name;
        const char *hardware;
        const char *client_id;
        const char *circuit;
        const char *pool;
} HostLine;

static void put_host(HostBook *index, HostLine line) {
        FollowBuilder builder;

        follow_builder_init(&builder, line.name, strlen(line.name));
        if (line.hardware)
                follow_builder_add_text(&builder, FOLLOW_HARDWARE, line.hardware);
        if (line.client_id)
                follow_builder_add_text(&builder, FOLLOW_CLIENT_ID, line.client_id);
        follow_builder_add_text(&builder, FOLLOW_HOSTNAME, line.name);
        if (line.circuit)
                follow_builder_add_text(&builder, FOLLOW_CIRCUIT_ID, line.circuit);
        if (line.pool)
                follow_builder_add_text(&builder, FOLLOW_SERVED_POOL, line.pool);
        ck_assert_int_eq(host_book_put(index, follow_builder_get(&builder)), 0);
}

#define host(index, ...) put_host(index, (HostLine){__VA_ARGS__})

/* The name of the host that a client is, "" when it is none. */
static const char *find(const HostBook *index, HostLine line) {
        static char text[64];
        FollowBuilder builder;
        const uint8_t *value;
        const ipv4_t address = 1;
        size_t size;

        follow_builder_init(&builder, &address, sizeof(address));
        if (line.hardware)
                follow_builder_add_text(&builder, FOLLOW_HARDWARE, line.hardware);
        if (line.client_id)
                follow_builder_add_text(&builder, FOLLOW_CLIENT_ID, line.client_id);
        follow_builder_add_text(&builder, FOLLOW_HOSTNAME, line.name);
        follow_builder_add_text(&builder, FOLLOW_POOL, line.pool ? line.pool : "lan");
        if (line.circuit)
                follow_builder_add_text(&builder, FOLLOW_CIRCUIT_ID, line.circuit);
        size = follow_record_get(
                host_book_find(index, follow_builder_get(&builder)), FOLLOW_KEY, &value);
        (void) snprintf(
                text, sizeof(text), "%.*s", (int) size, size > 0 ? (const char *) value : "");
        return text;
}

#define client(index, ...) find(index, (HostLine){.name = "", __VA_ARGS__})

START_TEST(test_hosts)
{
        HostBook index;

        host_book_init(&index, secret);
        host(&index, "by-mac", .hardware = "M1");
        host(&index, "by-id", .client_id = "I1");
        host(&index, "by-port", .circuit = "P1");
        host(&index, "of-lan", .hardware = "M2", .pool = "lan");
        host(&index, "of-guests", .hardware = "M2", .pool = "guests");
        host(&index, "on-port", .hardware = "M3", .circuit = "P3");
        ck_assert_str_eq(client(&index, .hardware = "M1"), "by-mac");
        ck_assert_str_eq(client(&index, .hardware = "M1", .client_id = "I1"), "by-id");
        ck_assert_str_eq(client(&index, .hardware = "M1", .client_id = "I2"), "by-mac");
        ck_assert_str_eq(client(&index, .hardware = "M9", .circuit = "P1"), "by-port");
        ck_assert_str_eq(client(&index, .hardware = "M2"), "of-lan");
        ck_assert_str_eq(client(&index, .hardware = "M2", .pool = "guests"), "of-guests");
        ck_assert_str_eq(client(&index, .hardware = "M2", .pool = "other"), "");
        ck_assert_str_eq(client(&index, .hardware = "M3", .circuit = "P3"), "on-port");
        ck_assert_str_eq(client(&index, .hardware = "M3"), "");
        ck_assert_str_eq(client(&index, .hardware = "M9"), "");

        host(&index, "by-mac", .hardware = "M4");
        ck_assert_str_eq(client(&index, .hardware = "M1"), "");
        ck_assert_str_eq(client(&index, .hardware = "M4"), "by-mac");
        host_book_remove(&index, (const uint8_t *) "by-mac", 6);
        host_book_remove(&index, (const uint8_t *) "nobody", 6);
        ck_assert_str_eq(client(&index, .hardware = "M4"), "");
        host_book_done(&index);
}
END_TEST

TEST_MAIN("names-zone", test_one, test_first_come, test_host_wins, test_generated, test_one_client,
        test_labels, test_loading, test_contested, test_by_chance, test_hosts);

/* SPDX-License-Identifier: MIT */
/* Following the leases over the bus: whatever happens to them, in commits that become durable or
 * are taken back, what is listed is what is on disk, and whoever asks for changes knows the same.
 */

#include "bus-fixture.h"
#include "core/grant.h"

#define MANAGER BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE

enum {
        ADDRESSES = 24,
        CLIENTS = 30,
        OPERATIONS_MAX = 64, /* under way */
        COMMITS_MAX = 16,    /* of one operation */
};

#define FIRST 0x0a010000

/* A lease as a follower has it; an empty state is none. */
typedef struct Entry {
        char state[16];
        char hostname[32];
} Entry;

typedef struct Commit {
        ipv4_t address;
        Entry after;
} Commit;

/* What one call into the core has led to. */
typedef struct Operation {
        uint64_t first_id; /* of its commits */
        uint64_t last_id;
        Commit commits[COMMITS_MAX];
        size_t n_commits;
} Operation;

/* The leases as they are on disk, kept by what was committed, and a follower. */
typedef struct World {
        Fixture f;
        Actions actions;
        Operation under_way[OPERATIONS_MAX];
        size_t n_under_way;
        Entry disk[ADDRESSES];
        Entry mirror[ADDRESSES];
        uint64_t since;
        uint32_t dice;
        unsigned n_lists; /* that the follower has had to begin with */
} World;

static uint32_t roll(World *w, uint32_t n) {
        w->dice = w->dice * 1664525 + 1013904223;
        return (uint32_t) ((uint64_t) (w->dice >> 8) * n >> 24);
}

static void world_init(World *w, uint32_t seed) {
        *w = (World){.dice = seed};
        fixture_init(&w->f);
        fixture_configure(&w->f);
}

static void world_done(World *w) {
        fixture_done(&w->f);
}

static Entry entry_of(const Lease *lease) {
        LeaseRecord record;
        Entry entry = {0};

        lease_get_record(lease, &record);
        if (record.flags & LEASE_DETACHED || !lease_is_taken(record.state))
                return entry;
        (void) snprintf(
                entry.state, sizeof(entry.state), "%s", lease_state_to_string(record.state));
        (void) snprintf(entry.hostname, sizeof(entry.hostname), "%.*s", record.hostname_size,
                record.hostname);
        return entry;
}

/* Remembers what the actions of a call commit. */
static void note_commits(World *w) {
        Operation *operation = &w->under_way[w->n_under_way];

        *operation = (Operation){0};
        for (size_t i = 0; i < w->actions.n_actions; i++) {
                const Action *action = &w->actions.actions[i];

                if (action->type != ACTION_COMMIT)
                        continue;
                ck_assert_uint_lt(operation->n_commits, COMMITS_MAX);
                if (operation->n_commits == 0)
                        operation->first_id = action->commit.id;
                operation->last_id = action->commit.id;
                operation->commits[operation->n_commits++] =
                        (Commit){action->commit.lease->address, entry_of(action->commit.lease)};
        }
        if (operation->n_commits > 0)
                w->n_under_way++;
}

static void fill_record(LeaseRecord *record, ipv4_t address, uint8_t id[static 7], char *hostname,
        uint32_t client, uint32_t name) {
        const uint8_t bytes[7] = {HARDWARE_ETHERNET, 2, 0, 0, 0, 0, (uint8_t) client};

        memcpy(id, bytes, sizeof(bytes));
        *record = (LeaseRecord){
                .address = address,
                .state = LEASE_BOUND,
                .client_id = id,
                .client_id_size = 7,
                .hardware = id + 1,
                .hardware_type = HARDWARE_ETHERNET,
                .hardware_size = 6,
                .hostname = hostname,
                .hostname_size = (uint8_t) sprintf(hostname, "host-%u-%u", client, name),
                .ifindex = 3,
                .expires = 9000 * USEC_PER_SEC,
        };
}

static void discover(World *w, uint32_t client) {
        const PacketMetadata metadata = {
                .ifindex = 3, .destination = UINT32_MAX, .broadcast = true};
        uint8_t packet[300] = {1, HARDWARE_ETHERNET,
                6, [28] = 2, [33] = (uint8_t) client, [236] = 99, 130, 83, 99,
                DHCP_OPTION_MESSAGE_TYPE, 1, DHCP_DISCOVER, 255};

        ck_assert_int_eq(server_handle_packet(w->f.server, packet, sizeof(packet), &metadata,
                                 w->f.clock.boottime, &w->actions),
                0);
}

/* Something happens to a lease, or does not, since it is not possible. */
static void happen(World *w) {
        const ipv4_t address = FIRST + roll(w, ADDRESSES);
        const usec_t now = w->f.clock.boottime += USEC_PER_SEC;
        char hostname[32];
        LeaseRecord record;
        uint8_t id[7];

        w->f.clock.realtime += USEC_PER_SEC;
        actions_reset(&w->actions);
        fill_record(&record, address, id, hostname, roll(w, CLIENTS), roll(w, 100));
        switch (roll(w, 7)) {
        case 0:
        case 1:
                (void) server_add_lease(w->f.server, &record, now, &w->actions);
                break;
        case 2:
                (void) server_release_lease(w->f.server, address, now, &w->actions);
                break;
        case 3:
                (void) server_delete_lease(w->f.server, address, now, &w->actions);
                break;
        case 4:
                record.state = LEASE_DECLINED;
                (void) server_edit_lease(w->f.server, &record, now, &w->actions);
                break;
        case 5:
                (void) server_extend_lease(w->f.server, address,
                        now + (1 + roll(w, 5)) * USEC_PER_MINUTE, now, &w->actions);
                break;
        case 6:
                discover(w, roll(w, CLIENTS));
                break;
        }
        note_commits(w);
}

static void become_durable(World *w, size_t n) {
        if (n == 0)
                return;
        server_commit_done(w->f.server, w->under_way[n - 1].last_id);
        for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < w->under_way[i].n_commits; j++) {
                        const Commit *commit = &w->under_way[i].commits[j];

                        ck_assert_uint_lt(commit->address - FIRST, ADDRESSES);
                        w->disk[commit->address - FIRST] = commit->after;
                }
        w->n_under_way -= n;
        memmove(w->under_way, w->under_way + n, w->n_under_way * sizeof(*w->under_way));
}

static void take_back(World *w, size_t n_kept) {
        if (n_kept >= w->n_under_way)
                return;
        server_commit_undo(w->f.server, w->under_way[n_kept].first_id);
        w->n_under_way = n_kept;
}

static ipv4_t read_lease(sd_bus_message *m, Entry *ret) {
        const char *address, *hostname, *state;
        ipv4_t number;

        ck_assert_int_gt(sd_bus_message_read_basic(m, 's', &address), 0);
        ck_assert_int_ge(sd_bus_message_skip(m, "ayay"), 0);
        ck_assert_int_gt(sd_bus_message_read_basic(m, 's', &hostname), 0);
        ck_assert_int_ge(sd_bus_message_skip(m, "ss"), 0);
        ck_assert_int_gt(sd_bus_message_read_basic(m, 's', &state), 0);
        ck_assert_int_ge(sd_bus_message_skip(m, "tttua{sv}"), 0);
        ck_assert_int_eq(ipv4_parse(address, &number), 0);
        *ret = (Entry){0};
        (void) snprintf(ret->state, sizeof(ret->state), "%s", state);
        (void) snprintf(ret->hostname, sizeof(ret->hostname), "%s", hostname);
        return number;
}

/* Return: how many leases the array has had. */
static size_t read_leases(sd_bus_message *m, Entry into[static ADDRESSES]) {
        size_t n = 0;

        ck_assert_int_gt(sd_bus_message_enter_container(m, 'a', LEASE_VIEW_SIGNATURE), 0);
        for (; sd_bus_message_enter_container(m, 'r', "sayaysssstttua{sv}") > 0; n++) {
                Entry entry;
                ipv4_t address = read_lease(m, &entry);

                ck_assert_uint_lt(address - FIRST, ADDRESSES);
                into[address - FIRST] = entry;
                ck_assert_int_ge(sd_bus_message_exit_container(m), 0);
        }
        ck_assert_int_ge(sd_bus_message_exit_container(m), 0);
        return n;
}

static void list_all(World *w, uint32_t limit, Entry into[static ADDRESSES]) {
        uint64_t cursor = 0, generation;
        size_t n = 0, n_there = 0;

        memset(into, 0, ADDRESSES * sizeof(*into));
        do {
                ck_assert_ptr_nonnull(
                        fixture_call(&w->f, MANAGER, "ListLeases", "a{sv}tu", 0, cursor, limit));
                n += read_leases(w->f.reply, into);
                ck_assert_int_gt(sd_bus_message_read(w->f.reply, "tt", &cursor, &generation), 0);
        } while (cursor != 0);
        for (size_t i = 0; i < ADDRESSES; i++)
                n_there += into[i].state[0] != '\0';
        ck_assert_uint_eq(n, n_there);
}

/* Return: whether the changes were complete. */
static bool ask_changes(World *w, const char *instance, uint32_t limit, size_t *ret_n) {
        const char *address;
        int complete;

        ck_assert_ptr_nonnull(
                fixture_call(&w->f, MANAGER, "ListChanges", "stu", instance, w->since, limit));
        *ret_n = read_leases(w->f.reply, w->mirror);
        ck_assert_int_gt(sd_bus_message_enter_container(w->f.reply, 'a', "s"), 0);
        for (; sd_bus_message_read_basic(w->f.reply, 's', &address) > 0; ++*ret_n) {
                ipv4_t number;

                ck_assert_int_eq(ipv4_parse(address, &number), 0);
                w->mirror[number - FIRST] = (Entry){0};
        }
        ck_assert_int_ge(sd_bus_message_exit_container(w->f.reply), 0);
        ck_assert_int_gt(sd_bus_message_read(w->f.reply, "tb", &w->since, &complete), 0);
        return complete;
}

/* What the manual says of how to follow. */
static void follow(World *w) {
        const uint32_t limit = 1 + roll(w, 5);
        size_t n;

        if (!ask_changes(w, FIXTURE_INSTANCE, limit, &n)) {
                ck_assert_uint_eq(n, 0);
                w->n_lists++;
                list_all(w, limit, w->mirror);
                n = limit;
        }
        while (n == limit)
                ck_assert(ask_changes(w, FIXTURE_INSTANCE, limit, &n));
        ck_assert_uint_eq(w->since, server_get_generation(w->f.server));
}

static void assert_same(const World *w, const Entry leases[static ADDRESSES], const char *whose) {
        for (size_t i = 0; i < ADDRESSES; i++)
                ck_assert_msg(strcmp(leases[i].state, w->disk[i].state) == 0 &&
                                      strcmp(leases[i].hostname, w->disk[i].hostname) == 0,
                        "%s lease %zu is '%s' '%s' instead of '%s' '%s'", whose, i, leases[i].state,
                        leases[i].hostname, w->disk[i].state, w->disk[i].hostname);
}

/* Whatever happens, in whatever order things reach the disk or do not. */
START_TEST(test_stories)
{
        enum { STEPS = 600 };
        Entry listed[ADDRESSES];
        World *w = calloc(1, sizeof(*w));

        ck_assert_ptr_nonnull(w);
        world_init(w, (uint32_t) _i + 1);
        for (size_t step = 0; step < STEPS; step++) {
                happen(w);
                if (w->n_under_way == OPERATIONS_MAX || roll(w, 4) == 0)
                        become_durable(w, roll(w, (uint32_t) w->n_under_way + 1));
                if (w->n_under_way == OPERATIONS_MAX || roll(w, 10) == 0)
                        take_back(w, roll(w, (uint32_t) w->n_under_way + 1));
                if (w->n_under_way == OPERATIONS_MAX)
                        become_durable(w, OPERATIONS_MAX);
                if (roll(w, 8) == 0) {
                        list_all(w, 1 + roll(w, 10), listed);
                        assert_same(w, listed, "the listed");
                }
                if (roll(w, 6) == 0) {
                        follow(w);
                        assert_same(w, w->mirror, "the mirrored");
                }
        }
        ck_assert_uint_eq(w->n_lists, 1);
        world_done(w);
        free(w);
}
END_TEST

static void add(World *w, ipv4_t address, uint32_t client, uint32_t name) {
        char hostname[32];
        LeaseRecord record;
        uint8_t id[7];

        actions_reset(&w->actions);
        fill_record(&record, address, id, hostname, client, name);
        ck_assert_int_eq(
                server_add_lease(w->f.server, &record, w->f.clock.boottime, &w->actions), 0);
        note_commits(w);
}

/* While the disk takes its time, and after it has refused, nothing of it is shown anywhere. */
START_TEST(test_slow_disk)
{
        static const char *const nowhere = "/org/minidhcp1/lease/_310_2e1_2e0_2e5";
        World *w = calloc(1, sizeof(*w));
        uint64_t generation;

        ck_assert_ptr_nonnull(w);
        world_init(w, 1);
        generation = server_get_generation(w->f.server);
        add(w, FIRST + 5, 1, 1);
        for (unsigned round = 0; round < 2; round++) {
                ck_assert_ptr_nonnull(
                        fixture_call(&w->f, MANAGER, "ListLeases", "a{sv}tu", 0, UINT64_C(0), 0));
                fixture_assert_json(&w->f, "[] 0 " FIXTURE_GENERATION);
                ck_assert_ptr_null(fixture_call(&w->f, MANAGER, "GetLease", "s", "10.1.0.5"));
                ck_assert_ptr_nonnull(fixture_call(&w->f, MANAGER, "FindLeases", "a{sv}", 1,
                        "HardwareAddress", "ay", 6, 2, 0, 0, 0, 0, 1));
                fixture_assert_json(&w->f, "[]");
                ck_assert_ptr_null(fixture_call(&w->f, nowhere, "org.freedesktop.DBus.Properties",
                        "GetAll", "s", BUS_LEASE_INTERFACE));
                take_back(w, 0);
        }
        ck_assert_uint_eq(server_get_generation(w->f.server), generation);

        /* a lease that is there is found by what it was, not by what it may become */
        add(w, FIRST + 5, 1, 1);
        become_durable(w, 1);
        ck_assert_uint_eq(server_get_generation(w->f.server), generation + 1);
        actions_reset(&w->actions);
        ck_assert_int_eq(
                server_delete_lease(w->f.server, FIRST + 5, w->f.clock.boottime, &w->actions), 0);
        note_commits(w);
        add(w, FIRST + 5, 2, 1);
        ck_assert_ptr_nonnull(fixture_call(&w->f, MANAGER, "FindLeases", "a{sv}", 1,
                "HardwareAddress", "ay", 6, 2, 0, 0, 0, 0, 1));
        fixture_assert_json(&w->f, "[\"/org/minidhcp1/lease/_310_2e1_2e0_2e5\"]");
        ck_assert_ptr_nonnull(fixture_call(&w->f, MANAGER, "FindLeases", "a{sv}", 1,
                "HardwareAddress", "ay", 6, 2, 0, 0, 0, 0, 2));
        fixture_assert_json(&w->f, "[]");
        world_done(w);
        free(w);
}
END_TEST

/* Offers come and go without a change. */
START_TEST(test_offers)
{
        World *w = calloc(1, sizeof(*w));
        uint64_t generation;

        ck_assert_ptr_nonnull(w);
        world_init(w, 1);
        follow(w);
        generation = w->since;
        for (uint32_t client = 0; client < CLIENTS; client++) {
                actions_reset(&w->actions);
                discover(w, client);
        }
        ck_assert_uint_eq(server_get_table(w->f.server)->n_by_state[LEASE_OFFERED], CLIENTS);
        follow(w);
        ck_assert_uint_eq(w->since, generation);
        /* whoever asks for offers gets them */
        ck_assert_ptr_nonnull(fixture_call(
                &w->f, MANAGER, "FindLeases", "a{sv}", 1, "State", "as", 1, "offered"));
        ck_assert_int_gt(sd_bus_message_enter_container(w->f.reply, 'a', "o"), 0);
        for (uint32_t client = 0; client < CLIENTS; client++)
                ck_assert_int_gt(sd_bus_message_skip(w->f.reply, "o"), 0);
        world_done(w);
        free(w);
}
END_TEST

/* Numbers of another start, of nobody, and of before the log's horizon. */
START_TEST(test_list_again)
{
        World *w = calloc(1, sizeof(*w));
        uint64_t first;
        size_t n;

        ck_assert_ptr_nonnull(w);
        world_init(w, 1);
        follow(w);
        first = w->since;
        add(w, FIRST, 1, 1);
        become_durable(w, 1);
        ck_assert(!ask_changes(w, "", 10, &n));
        ck_assert_uint_eq(w->since, first + 1);
        w->since = first;
        ck_assert(!ask_changes(w, "0f0e0d0c0b0a09080706050403020100", 10, &n));
        w->since = first + 2;
        ck_assert(!ask_changes(w, FIXTURE_INSTANCE, 10, &n));
        w->since = first;
        ck_assert(ask_changes(w, FIXTURE_INSTANCE, 10, &n));
        ck_assert_uint_eq(n, 1);

        server_forget_changes(w->f.server);
        w->since = first;
        ck_assert(!ask_changes(w, FIXTURE_INSTANCE, 10, &n));
        ck_assert_uint_eq(w->since, first + 2);
        world_done(w);
        free(w);
}
END_TEST

/* A page has at most 500 leases, and what changes while pages are read comes with a later one. */
START_TEST(test_pages)
{
        enum { LEASES = 1200 };
        Fixture f;
        Actions *actions = calloc(1, sizeof(*actions));
        uint64_t since, first;
        unsigned seen[LEASES] = {0};

        ck_assert_ptr_nonnull(actions);
        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i < LEASES; i++)
                fixture_add_lease(&f, i, LEASE_BOUND);
        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "ListChanges", "stu", "", UINT64_C(0), 0));
        first = since = server_get_generation(f.server);
        for (uint32_t i = 0; i < LEASES; i++) {
                actions_reset(actions);
                ck_assert_int_eq(server_extend_lease(f.server, FIRST + i, 8000 * USEC_PER_SEC,
                                         f.clock.boottime, actions),
                        0);
        }
        server_commit_done(f.server, server_last_commit(f.server));
        for (size_t n = 500; n == 500;) {
                const char *address;
                int complete;

                ck_assert_ptr_nonnull(fixture_call(
                        &f, MANAGER, "ListChanges", "stu", FIXTURE_INSTANCE, since, UINT32_MAX));
                n = 0;
                ck_assert_int_gt(
                        sd_bus_message_enter_container(f.reply, 'a', LEASE_VIEW_SIGNATURE), 0);
                while (sd_bus_message_enter_container(f.reply, 'r', "sayaysssstttua{sv}") > 0) {
                        ipv4_t number;

                        ck_assert_int_gt(sd_bus_message_read_basic(f.reply, 's', &address), 0);
                        ck_assert_int_eq(ipv4_parse(address, &number), 0);
                        seen[number - FIRST]++;
                        ck_assert_int_ge(sd_bus_message_skip(f.reply, "ayaysssstttua{sv}"), 0);
                        ck_assert_int_ge(sd_bus_message_exit_container(f.reply), 0);
                        n++;
                }
                ck_assert_int_ge(sd_bus_message_exit_container(f.reply), 0);
                ck_assert_int_ge(sd_bus_message_skip(f.reply, "as"), 0);
                ck_assert_int_gt(sd_bus_message_read(f.reply, "tb", &since, &complete), 0);
                ck_assert_int_ne(complete, 0);
                if (since == first + 500) {
                        actions_reset(actions);
                        ck_assert_int_eq(server_extend_lease(f.server, FIRST, 8001 * USEC_PER_SEC,
                                                 f.clock.boottime, actions),
                                0);
                        server_commit_done(f.server, server_last_commit(f.server));
                }
        }
        ck_assert_uint_eq(since, first + LEASES + 1);
        ck_assert_uint_eq(seen[0], 2);
        for (size_t i = 1; i < LEASES; i++)
                ck_assert_uint_eq(seen[i], 1);
        fixture_done(&f);
        free(actions);
}
END_TEST

static void configure(Fixture *f, const char *name, ipv4_t reserved) {
        PoolSettings *pool;
        Settings *settings;
        HostSettings *host;

        ck_assert_int_eq(settings_new(&settings), 0);
        ck_assert_int_eq(pool_settings_new(&pool, name), 0);
        pool->subnet = (Ipv4Prefix){.address = 0x0a000000, .length = 8};
        pool->ranges = calloc(1, sizeof(*pool->ranges));
        ck_assert_ptr_nonnull(pool->ranges);
        pool->ranges[0] = (Ipv4Range){.first = FIRST, .last = 0x0a03ffff};
        pool->n_ranges = 1;
        ck_assert_int_eq(settings_add_pool_take(settings, pool), 0);
        if (reserved != 0) {
                const uint8_t hardware[6] = {2, 0, 0, 0, 0, 1};

                ck_assert_int_eq(host_settings_new(&host, "printer"), 0);
                memcpy(host->hardware, hardware, sizeof(hardware));
                host->hardware_size = sizeof(hardware);
                host->address = reserved;
                ck_assert_int_eq(settings_add_host_take(settings, host), 0);
        }
        ck_assert_int_eq(server_configure_take(f->server, settings, NULL), 0);
}

/* Settings change leases: the pool that one is of, and whether it is reserved. */
START_TEST(test_settings)
{
        World *w = calloc(1, sizeof(*w));
        size_t n;

        ck_assert_ptr_nonnull(w);
        world_init(w, 1);
        add(w, FIRST + 1, 1, 1);
        add(w, FIRST + 2, 2, 1);
        become_durable(w, 2);
        follow(w);
        configure(&w->f, "lan", 0);
        ck_assert(ask_changes(w, FIXTURE_INSTANCE, 10, &n));
        ck_assert_uint_eq(n, 0);
        configure(&w->f, "lan", FIRST + 1);
        ck_assert(ask_changes(w, FIXTURE_INSTANCE, 10, &n));
        ck_assert_uint_eq(n, 1);
        configure(&w->f, "wan", FIRST + 1);
        ck_assert(ask_changes(w, FIXTURE_INSTANCE, 10, &n));
        ck_assert_uint_eq(n, 2);
        world_done(w);
        free(w);
}
END_TEST

TEST_SUITE("bus-changes", suite, NULL) {
        TCase *stories = test_cases_new(suite, "stories"), *rest = test_cases_new(suite, "rest");

        tcase_add_loop_test(stories, test_stories, 0, 12);
        tcase_add_test(rest, test_slow_disk);
        tcase_add_test(rest, test_offers);
        tcase_add_test(rest, test_list_again);
        tcase_add_test(rest, test_pages);
        tcase_add_test(rest, test_settings);
}

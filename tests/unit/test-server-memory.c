/* SPDX-License-Identifier: MIT */

/* Memory that runs out: each allocation of a story fails in turn. The call says -ENOMEM, nothing
 * has changed, and the same call works once there is memory again. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "test.h"

#include "core/server.h"
#include "invariants.h"
#include "wire/builder.h"

#if defined(__SANITIZE_ADDRESS__)
#define REPLACES_MALLOC 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define REPLACES_MALLOC 0
#endif
#endif
#ifndef REPLACES_MALLOC
#define REPLACES_MALLOC 1
#endif

#define NET UINT32_C(0xc0a80100)

#if REPLACES_MALLOC
void *__libc_calloc(size_t n, size_t size);
void *__libc_malloc(size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static bool armed;
static size_t countdown; /* allocations until the one that fails */
static bool has_failed;

static bool must_fail(void) {
        if (!armed || countdown-- > 0)
                return false;
        armed = false;
        has_failed = true;
        return true;
}

void *calloc(size_t n, size_t size) {
        return must_fail() ? NULL : __libc_calloc(n, size);
}

void *malloc(size_t size) {
        return must_fail() ? NULL : __libc_malloc(size);
}

void *realloc(void *p, size_t size) {
        return must_fail() ? NULL : __libc_realloc(p, size);
}

void *reallocarray(void *p, size_t n, size_t size) {
        return must_fail() ? NULL : __libc_realloc(p, n * size);
}

int posix_memalign(void **ret, size_t alignment, size_t size) {
        if (must_fail())
                return ENOMEM;
        *ret = __libc_memalign(alignment, size);
        return *ret ? 0 : ENOMEM;
}

/* The result of a call during which the chosen allocation fails, once a story. */
#define TRY(call)                                                                                  \
        __extension__({                                                                            \
                armed = !has_failed;                                                               \
                int r_ = (call);                                                                   \
                armed = false;                                                                     \
                r_;                                                                                \
        })

static Actions actions;

static Settings *make_settings(ipv4_t last) {
        Settings *settings;
        HostSettings *host;

        ck_assert_int_eq(settings_new_builtin(&settings), 0);
        settings->rate_limit = 0;
        settings->pools[0]->conflict_detection = CONFLICT_DETECTION_OFF;
        settings->pools[0]->ranges[0].last = last;
        ck_assert_int_eq(host_settings_new(&host, "printer"), 0);
        host->address = NET + 50;
        host->hardware_size = 6;
        ck_assert_int_eq(settings_add_host_take(settings, host), 0);
        return settings;
}

/* A story of many small steps, some of which need memory. Each returns what the call returns. */

static int step_configure(Server *server, unsigned n) {
        Settings *settings = make_settings(NET + 200 + n % 3);
        int r = TRY(server_configure_take(server, settings, NULL));

        if (r < 0)
                settings_free(settings);
        return r;
}

static int step_links(Server *server) {
        static const Link links[] = {
                {.ifindex = 1, .name = "lo", .loopback = true},
                {
                        .ifindex = 2,
                        .hardware_type = HARDWARE_ETHERNET,
                        .n_addresses = 1,
                        .addresses = {{NET + 1, 24}},
                },
        };

        return TRY(server_set_links(server, links, ELEMENTSOF(links)));
}

static int step_request(Server *server, unsigned client, ipv4_t address, usec_t now) {
        const PacketMetadata metadata = {.ifindex = 2, .broadcast = true};
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {2, 0, 0, 0, (uint8_t) (client >> 8), (uint8_t) client};
        uint8_t name[64], packet[576];
        const MessageHeader header = {.op = BOOTREQUEST, .htype = 1, .hlen = 6, .chaddr = chaddr};
        MessageBuilder builder;

        memset(name, 'n', sizeof(name));
        ck_assert_int_eq(
                message_builder_init(&builder, packet, sizeof(packet), sizeof(packet), &header), 0);
        (void) message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_REQUEST);
        (void) message_builder_add_u32(&builder, DHCP_OPTION_SERVER_ID, NET + 1);
        (void) message_builder_add_u32(&builder, DHCP_OPTION_REQUESTED_ADDRESS, address);
        (void) message_builder_add(&builder, DHCP_OPTION_HOST_NAME, name, client % 60 + 1);
        return server_handle_packet(
                server, packet, message_builder_finish(&builder), &metadata, now, &actions);
}

static int step_do(Server *server, unsigned n) {
        usec_t now = 1000 * USEC_PER_SEC + n;
        ipv4_t address = NET + 100 + n % 97;

        actions_reset(&actions);
        if (n % 50 == 0)
                return step_configure(server, n);
        if (n % 50 == 1)
                return step_links(server);
        if (n % 50 == 2)
                return TRY(server_load_done(server));
        if (n % 7 == 3 && lease_table_find(server_get_table(server), address))
                return TRY(server_delete_lease(server, address, now, &actions));
        return step_request(server, n % 120, address, now);
}

/* What can be seen of a server in one number. */
static uint64_t digest(const Server *server) {
        const LeaseTable *table = server_get_table(server);
        static const uint8_t key[16] = {0};
        uint64_t sum = server_last_commit(server);

        for (size_t i = 0; i < lease_table_n_slots(table); i++) {
                const Lease *lease = lease_table_at(table, i);
                LeaseRecord record;

                if (!lease)
                        continue;
                lease_get_record(lease, &record);
                sum += hash_bytes(record.client_id, record.client_id_size, key) *
                       (record.address + (uint64_t) record.state * 7 + record.expires);
        }
        return sum;
}

/* Runs the story; allocation number @fails fails. Return: whether there were so many. */
static bool tell(size_t fails) {
        Server *server;

        has_failed = false;
        ck_assert_int_eq(server_new(&server, (const uint8_t *) "0123456789abcdef"), 0);
        countdown = fails;
        for (unsigned n = 0; n < 420; n++) {
                uint64_t before = digest(server);
                const char *sentence;
                int r;

                r = step_do(server, n);
                sentence = invariants_broken(server);
                ck_assert_msg(!sentence, "allocation %zu, step %u: %s", fails, n, sentence);
                if (r >= 0)
                        continue;
                ck_assert_int_eq(r, -ENOMEM);
                ck_assert_uint_eq(digest(server), before);
                ck_assert_int_eq(step_do(server, n), 0);
        }
        /* Everything is taken back without memory. */
        server_commit_undo(server, 1);
        ck_assert_ptr_null(invariants_broken(server));
        ck_assert_uint_eq(server_get_table(server)->n_by_state[LEASE_BOUND], 0);
        server_free(server);
        return has_failed;
}

START_TEST(test_each_allocation_fails)
{
        size_t n = 0;

        while (tell(n))
                n++;
        ck_assert_uint_gt(n, 100);
}
END_TEST

TEST_MAIN("server-memory", test_each_allocation_fails);
#else
int main(void) {
        puts("1..0 # SKIP the sanitizer has malloc()");
        return 0;
}
#endif

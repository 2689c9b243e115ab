/* SPDX-License-Identifier: MIT */

/* Looking ahead has no effect that could be seen but that it reads what it must not: each packet
 * has a block of its own here, of exactly its size, for the sanitizer's sake. */

#include <stdlib.h>
#include <string.h>

#include "core/look-ahead.h"
#include "core/server-state.h"
#include "invariants.h"
#include "test.h"
#include "wire/builder.h"

static const uint8_t seed[16] = {1, 2, 3};

static Server *server_with_leases(unsigned n) {
        Server *server;

        ck_assert_int_eq(server_new(&server, seed), 0);
        for (unsigned i = 0; i < n; i++) {
                const uint8_t id[] = {1, 2, 0, 0, 0, (uint8_t) (i >> 8), (uint8_t) i};
                const LeaseRecord record = {
                        .address = 0x0a000000 + i,
                        .state = LEASE_BOUND,
                        .client_id = id,
                        .client_id_size = sizeof(id),
                        .expires = 1000 + i,
                };

                ck_assert_int_eq(lease_table_apply(&server->table, NULL, &record, NULL), 0);
        }
        return server;
}

static size_t write_discover(unsigned client, bool with_id, uint8_t packet[static 576]) {
        const uint8_t hardware[16] = {2, 0, 0, 0, (uint8_t) (client >> 8), (uint8_t) client};
        const uint8_t id[] = {1, 2, 0, 0, 0, (uint8_t) (client >> 8), (uint8_t) client};
        const MessageHeader header = {.op = BOOTREQUEST, .htype = 1, .hlen = 6, .chaddr = hardware};
        MessageBuilder builder;

        ck_assert_int_eq(message_builder_init(&builder, packet, 576, 576, &header), 0);
        ck_assert_int_eq(
                message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_DISCOVER), 0);
        if (with_id)
                ck_assert_int_eq(
                        message_builder_add(&builder, DHCP_OPTION_CLIENT_ID, id, sizeof(id)), 0);
        return message_builder_finish(&builder);
}

static void look_at(Server *server, const uint8_t *bytes, size_t size) {
        uint8_t *copy = malloc(MAX(size, (size_t) 1));

        ck_assert_ptr_nonnull(copy);
        memcpy(copy, bytes, size);
        server_look_ahead(server, &(LookAheadPacket){copy, size}, 1);
        free(copy);
}

/* A growing table, with buckets old and new, as well as one without any. */
START_TEST(test_every_length)
{
        static const unsigned n_leases[] = {0, 1, 16, 17, 18, 1000, 1025};

        for (size_t k = 0; k < ELEMENTSOF(n_leases); k++) {
                Server *server = server_with_leases(n_leases[k]);
                uint64_t generation = server->table.generation;

                for (unsigned client = 0; client < 40; client++) {
                        uint8_t packet[576];
                        size_t size = write_discover(client, client % 2, packet);

                        for (size_t i = 0; i <= size; i += client < 2 ? 1 : size)
                                look_at(server, packet, i);
                }
                ck_assert_uint_eq(server->table.generation, generation);
                ck_assert_ptr_null(invariants_broken(server));
                server_free(server);
        }
}
END_TEST

START_TEST(test_nonsense)
{
        Server *server = server_with_leases(100);
        uint64_t state = 1;

        for (unsigned i = 0; i < 20000; i++) {
                uint8_t packet[400];

                for (size_t k = 0; k < sizeof(packet); k++) {
                        state = state * UINT64_C(6364136223846793005) +
                                UINT64_C(1442695040888963407);
                        packet[k] = (uint8_t) (state >> 56);
                }
                look_at(server, packet, (state >> 32) % (sizeof(packet) + 1));
        }
        server_free(server);
}
END_TEST

TEST_MAIN("look-ahead", test_every_length, test_nonsense);

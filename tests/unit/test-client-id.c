/* SPDX-License-Identifier: MIT */
/* Who a client is. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "wire/client-id.h"

#define ETHERNET                                                                                   \
        "01 01 06 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"      \
        "02 00 00 00 00 07"
#define INFINIBAND "01 20 00"
#define LONG_ADDRESS                                                                               \
        "01 1b 10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"      \
        "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f"

START_TEST(test_identities)
{
        static const struct {
                const char *what;
                const char *header;
                const char *options;
                int r;
                const char *id;
        } cases[] = {
                {"hardware address", ETHERNET, "35 01 01 ff", 0, "01 02 00 00 00 00 07"},
                {"client identifier", ETHERNET, "3d 05 ff 01 02 03 04 ff", 0, "ff 01 02 03 04"},
                {"client identifier, no hardware address", INFINIBAND, "3d 02 00 61 ff", 0,
                        "00 61"},
                {"empty identifier", ETHERNET, "3d 00 ff", 0, "01 02 00 00 00 00 07"},
                {"identifier of one byte", ETHERNET, "3d 01 01 ff", 0, "01 02 00 00 00 00 07"},
                {"identifier of one byte alone", INFINIBAND, "3d 01 01 ff", -ENODATA, NULL},
                {"nothing", INFINIBAND, "35 01 01 ff", -ENODATA, NULL},
                {"identifier in two pieces", ETHERNET, "3d 01 00 3d 01 61", 0, "00 61"},
                {"sixteen bytes of hardware address", LONG_ADDRESS, "ff", 0,
                        "1b 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint8_t packet[512] = {0};
                MessageView view;
                ClientId id = {.size = 77};
                size_t n;

                (void) test_bytes(cases[i].header, packet, sizeof(packet));
                wire_put_u32(packet + DHCP_HEADER_SIZE, DHCP_MAGIC_COOKIE);
                n = test_bytes(cases[i].options, packet + DHCP_OPTIONS_OFFSET, 128);
                ck_assert_int_eq(
                        message_view_init(&view, packet, DHCP_OPTIONS_OFFSET + n), MESSAGE_OK);

                ck_assert_msg(
                        client_id_from_message(&view, &id) == cases[i].r, "%s", cases[i].what);
                if (cases[i].r >= 0)
                        test_assert_bytes(id.data, id.size, cases[i].id);
                else
                        ck_assert_uint_eq(id.size, 77);
        }
}
END_TEST

START_TEST(test_longest_identifier)
{
        static const struct {
                uint8_t second_size;
                int r;
        } cases[] = {{55, 0}, {56, -EBADMSG}};

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint8_t packet[1024] = {0}, *p = packet + DHCP_OPTIONS_OFFSET;
                MessageView view;
                ClientId id;

                wire_put_u32(packet + DHCP_HEADER_SIZE, DHCP_MAGIC_COOKIE);
                p[0] = DHCP_OPTION_CLIENT_ID;
                p[1] = 200;
                p[202] = DHCP_OPTION_CLIENT_ID;
                p[203] = cases[i].second_size;
                memset(p + 204, 'x', cases[i].second_size);
                ck_assert_int_eq(message_view_init(&view, packet, sizeof(packet)), MESSAGE_OK);
                ck_assert_int_eq(client_id_from_message(&view, &id), cases[i].r);
                if (cases[i].r >= 0) {
                        ck_assert_uint_eq(id.size, 255);
                        ck_assert_uint_eq(id.data[254], 'x');
                }
        }
}
END_TEST

/* A client that starts to send its Ethernet address as option 61 stays the same client. */
START_TEST(test_same_client)
{
        const uint8_t address[6] = {2, 0, 0, 0, 0, 7};
        ClientId id;

        client_id_from_hardware(HARDWARE_ETHERNET, address, sizeof(address), &id);
        test_assert_bytes(id.data, id.size, "01 02 00 00 00 00 07");
        client_id_from_hardware(7, NULL, 0, &id);
        test_assert_bytes(id.data, id.size, "07");
}
END_TEST

/* Each packet has a block of its own, of exactly its size, for the sanitizer's sake. */
static int peek_at(const uint8_t *packet, size_t size, ClientId *ret) {
        uint8_t *copy = malloc(MAX(size, (size_t) 1));
        int r;

        ck_assert_ptr_nonnull(copy);
        memcpy(copy, packet, size);
        r = client_id_peek(copy, size, ret);
        free(copy);
        return r;
}

static uint8_t next_random(uint64_t *state) {
        *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        return (uint8_t) (*state >> 56);
}

/* Options one after the other, many of them 61, pads between; returns how many of them are 61. */
static unsigned fill_randomly(uint8_t *p, size_t size, uint64_t *state) {
        static const uint8_t codes[] = {0, 0, 12, 61, 61, 55, 82, 255};
        unsigned n_identifiers = 0;
        size_t at = 0;

        while (at + 2 < size) {
                const uint8_t code = codes[next_random(state) % ELEMENTSOF(codes)];

                p[at++] = code;
                if (code == DHCP_OPTION_PAD)
                        continue;
                if (code == DHCP_OPTION_END && next_random(state) % 4 > 0)
                        break;
                n_identifiers += code == DHCP_OPTION_CLIENT_ID;
                p[at] = next_random(state) % 12; /* may reach past the end */
                at += 1 + (size_t) p[at];
        }
        return n_identifiers;
}

/* What is guessed is what is found when the message is taken apart. */
START_TEST(test_peek)
{
        unsigned n_compared = 0, n_identifiers = 0;
        uint64_t state = 1;

        for (unsigned i = 0; i < 50000; i++) {
                const size_t size = DHCP_OPTIONS_OFFSET + next_random(&state) % 60;
                uint8_t packet[DHCP_OPTIONS_OFFSET + 80] = {0};
                ClientId guess = {0}, id = {0};
                MessageView view;
                unsigned n;
                int r;

                packet[1] = 1;
                packet[2] = next_random(&state) % 8 == 0 ? 0 : 6;
                packet[DHCP_CHADDR_OFFSET] = next_random(&state);
                wire_put_u32(packet + DHCP_HEADER_SIZE, DHCP_MAGIC_COOKIE);
                for (size_t k = DHCP_OPTIONS_OFFSET; k < sizeof(packet); k++)
                        packet[k] = next_random(&state);
                n = fill_randomly(packet + DHCP_OPTIONS_OFFSET, size - DHCP_OPTIONS_OFFSET, &state);

                r = peek_at(packet, size, &guess);
                if (message_view_init(&view, packet, size) != MESSAGE_OK || n > 1)
                        continue;
                ck_assert_int_eq(client_id_from_message(&view, &id), r);
                if (r < 0)
                        continue;
                ck_assert_uint_eq(guess.size, id.size);
                ck_assert_mem_eq(guess.data, id.data, id.size);
                n_compared++;
                n_identifiers += message_has(&view, DHCP_OPTION_CLIENT_ID);
        }
        ck_assert_uint_gt(n_compared, 1000);
        ck_assert_uint_gt(n_identifiers, 1000);
}
END_TEST

START_TEST(test_peek_cut_off)
{
        static const char options[] = "35 01 01 0c 03 61 62 63 3d 05 ff 01 02 03 04 ff";
        uint8_t packet[DHCP_OPTIONS_OFFSET + 64] = {0};
        const size_t n = test_bytes(options, packet + DHCP_OPTIONS_OFFSET, 64);
        const size_t whole = DHCP_OPTIONS_OFFSET + n - 1; /* without 255 */
        ClientId id;

        (void) test_bytes(ETHERNET, packet, sizeof(packet));
        for (size_t size = 0; size <= DHCP_OPTIONS_OFFSET + n; size++) {
                int r = peek_at(packet, size, &id);

                /* between two options a field may end */
                if (size == DHCP_OPTIONS_OFFSET || size == DHCP_OPTIONS_OFFSET + 3 ||
                        size == DHCP_OPTIONS_OFFSET + 8) {
                        ck_assert_int_eq(r, 0);
                        test_assert_bytes(id.data, id.size, "01 02 00 00 00 00 07");
                } else if (size >= whole) {
                        ck_assert_int_eq(r, 0);
                        test_assert_bytes(id.data, id.size, "ff 01 02 03 04");
                } else
                        ck_assert_int_eq(r, -EBADMSG);
        }
}
END_TEST

TEST_MAIN("client-id", test_peek, test_peek_cut_off, test_identities, test_longest_identifier,
        test_same_client);

/* SPDX-License-Identifier: MIT */
/* Who a client is. */

#include <errno.h>

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

TEST_MAIN("client-id", test_identities, test_longest_identifier, test_same_client);

/* SPDX-License-Identifier: MIT */
/* Checksums, IPv4/UDP frames and ARP packets. */

#include <errno.h>

#include "test.h"
#include "wire/frame.h"
#include "wire/message.h"

static const UdpEndpoints endpoints = {
        .source = 0xc0a80145,
        .destination = 0xc0a80165,
        .source_port = 67,
        .destination_port = 68,
};

static size_t build(const void *payload, size_t size, uint8_t *ret) {
        udp_frame_headers(ret, &endpoints, payload, size);
        if (size > 0)
                memcpy(ret + IPV4_HEADER_SIZE + UDP_HEADER_SIZE, payload, size);
        return IPV4_HEADER_SIZE + UDP_HEADER_SIZE + size;
}

/* Makes the IP header's checksum right again after a change. */
static void mend(uint8_t *packet) {
        wire_put_u16(packet + 10, 0);
        wire_put_u16(packet + 10, checksum_finish(checksum_add(0, packet, IPV4_HEADER_SIZE)));
}

START_TEST(test_checksum)
{
        /* RFC 1071 3: these bytes add up to ddf2. */
        static const uint8_t rfc[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
        static uint8_t ones[65535];
        uint8_t header[IPV4_HEADER_SIZE];

        ck_assert_uint_eq(checksum_finish(checksum_add(0, rfc, sizeof(rfc))), 0x220d);
        ck_assert_uint_eq(checksum_finish(0), 0xffff);
        for (size_t cut = 0; cut <= sizeof(rfc); cut += 2)
                ck_assert_uint_eq(checksum_finish(checksum_add(
                                          checksum_add(0, rfc, cut), rfc + cut, sizeof(rfc) - cut)),
                        0x220d);
        /* An odd byte counts as the high one of its word. */
        ck_assert_uint_eq(checksum_finish(checksum_add(0, rfc, 3)), (uint16_t) ~0xf201);
        ck_assert_uint_eq(checksum_finish(checksum_add(0, rfc, 5)), (uint16_t) ~0xe605);

        memset(ones, 0xff, sizeof(ones));
        ck_assert_uint_eq(checksum_finish(checksum_add(0, ones, sizeof(ones) - 1)), 0);
        ck_assert_uint_eq(checksum_finish(checksum_add(0xffff, ones, sizeof(ones))), 0x00ff);

        /* A header seen on a wire, checksum b861. */
        (void) test_bytes("45 00 00 73 00 00 40 00 40 11 b8 61 c0 a8 00 01 c0 a8 00 c7", header,
                sizeof(header));
        ck_assert_uint_eq(checksum_finish(checksum_add(0, header, sizeof(header))), 0);
}
END_TEST

START_TEST(test_udp_frame_bytes)
{
        uint8_t packet[64];
        size_t size = build("abc", 3, packet);

        test_assert_bytes(packet, size,
                "45 c0 00 1f 00 00 40 00 40 11 b6 13 c0 a8 01 45 c0 a8 01 65"
                "00 43 00 44 00 0b b6 f3 61 62 63");
}
END_TEST

START_TEST(test_udp_round_trip)
{
        static const size_t sizes[] = {0, 1, 2, 3, 300, 1471, 65507};
        uint8_t *packet = malloc(UINT16_MAX), *payload = malloc(UINT16_MAX);
        UdpDatagram datagram;

        for (size_t i = 0; i < ELEMENTSOF(sizes); i++) {
                size_t size;

                for (size_t j = 0; j < sizes[i]; j++)
                        payload[j] = (uint8_t) (j * 7 + i);
                size = build(payload, sizes[i], packet);
                ck_assert_int_eq(udp_frame_parse(packet, size, false, &datagram), 0);
                ck_assert_mem_eq(&datagram.endpoints, &endpoints, sizeof(endpoints));
                ck_assert_uint_eq(datagram.payload_size, sizes[i]);
                ck_assert_ptr_eq(datagram.payload, packet + 28);
        }
        free(packet);
        free(payload);
}
END_TEST

START_TEST(test_udp_every_damage)
{
        uint8_t packet[64 + 18];
        size_t size = build("a payload of odd length", 23, packet);
        UdpDatagram datagram;

        /* The Internet checksum finds every single wrong bit. */
        for (size_t bit = 0; bit < size * 8; bit++) {
                packet[bit / 8] ^= (uint8_t) (1 << bit % 8);
                ck_assert_int_lt(udp_frame_parse(packet, size, false, &datagram), 0);
                packet[bit / 8] ^= (uint8_t) (1 << bit % 8);
        }
        for (size_t n = 0; n < size; n++) {
                uint8_t *cut = malloc(n);

                if (n > 0)
                        memcpy(cut, packet, n);
                ck_assert_int_eq(udp_frame_parse(cut, n, false, &datagram), -EBADMSG);
                ck_assert_int_eq(udp_frame_parse(cut, n, true, &datagram), -EBADMSG);
                free(cut);
        }

        /* Ethernet pads short frames: what follows the packet is not part of it. */
        memset(packet + size, 0xee, 18);
        ck_assert_int_eq(udp_frame_parse(packet, size + 18, false, &datagram), 0);
        ck_assert_uint_eq(datagram.payload_size, 23);
}
END_TEST

START_TEST(test_udp_checksum_cases)
{
        uint8_t packet[64], payload[2] = {0, 0};
        size_t size = build(payload, 2, packet);
        uint16_t checksum = wire_get_u16(packet + 26);
        UdpDatagram datagram;

        /* With its own checksum as payload the sum comes out as zero, which is sent as ffff. */
        wire_put_u16(payload, checksum);
        size = build(payload, 2, packet);
        ck_assert_uint_eq(wire_get_u16(packet + 26), 0xffff);
        ck_assert_int_eq(udp_frame_parse(packet, size, false, &datagram), 0);

        /* Zero: the sender made none. Anything else is checked unless the kernel says not to. */
        wire_put_u16(packet + 26, 0);
        ck_assert_int_eq(udp_frame_parse(packet, size, false, &datagram), 0);
        wire_put_u16(packet + 26, 0x1234);
        ck_assert_int_eq(udp_frame_parse(packet, size, false, &datagram), -EBADMSG);
        ck_assert_int_eq(udp_frame_parse(packet, size, true, &datagram), 0);
        ck_assert_uint_eq(datagram.payload_size, 2);
}
END_TEST

START_TEST(test_udp_refusals)
{
        static const struct {
                const char *what;
                size_t offset;
                uint8_t value;
                int r;
        } cases[] = {
                {"identification", 4, 7, 0},
                {"fragments allowed", 6, 0x00, 0},
                {"IPv6", 0, 0x65, -EPROTONOSUPPORT},
                {"TCP", 9, 6, -EPROTONOSUPPORT},
                {"first fragment", 6, 0x20, -EPROTONOSUPPORT},
                {"later fragment, high byte", 6, 0x01, -EPROTONOSUPPORT},
                {"later fragment, low byte", 7, 0x01, -EPROTONOSUPPORT},
                {"header too short", 0, 0x44, -EBADMSG},
                {"header longer than the packet", 0, 0x4f, -EBADMSG},
                {"total length below the header", 3, 19, -EBADMSG},
                {"total length without UDP header", 3, 27, -EBADMSG},
                {"total length past the end", 3, 33, -EBADMSG},
                {"UDP length below its header", 25, 7, -EBADMSG},
                {"UDP length past the packet", 25, 13, -EBADMSG},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint8_t packet[64];
                size_t size = build("abcd", 4, packet);
                UdpDatagram datagram;

                packet[cases[i].offset] = cases[i].value;
                mend(packet);
                ck_assert_msg(udp_frame_parse(packet, size, true, &datagram) == cases[i].r, "%s",
                        cases[i].what);
        }
}
END_TEST

START_TEST(test_udp_with_ip_options)
{
        uint8_t packet[64], plain[64];
        size_t size = build("abcd", 4, plain);
        UdpDatagram datagram;

        /* A router alert (RFC 2113) between header and datagram. */
        memcpy(packet, plain, IPV4_HEADER_SIZE);
        (void) test_bytes("94 04 00 00", packet + IPV4_HEADER_SIZE, 4);
        memcpy(packet + 24, plain + IPV4_HEADER_SIZE, size - IPV4_HEADER_SIZE);
        packet[0] = 0x46;
        wire_put_u16(packet + 2, (uint16_t) (size + 4));
        wire_put_u16(packet + 10, 0);
        wire_put_u16(packet + 10, checksum_finish(checksum_add(0, packet, 24)));

        ck_assert_int_eq(udp_frame_parse(packet, size + 4, false, &datagram), 0);
        ck_assert_uint_eq(datagram.payload_size, 4);
        ck_assert_int_eq(memcmp(datagram.payload, "abcd", 4), 0);
}
END_TEST

START_TEST(test_arp)
{
        const ArpPacket packet = {
                .operation = ARP_OP_REQUEST,
                .sender_hardware = {2, 0, 0, 0, 0, 7},
                .sender = 0xc0a80145,
                .target_hardware = {2, 0, 0, 0, 0, 8},
                .target = 0xc0a80165,
        };
        uint8_t bytes[ARP_PACKET_SIZE + 1];
        ArpPacket parsed;

        arp_build(bytes, &packet);
        test_assert_bytes(bytes, ARP_PACKET_SIZE,
                "00 01 08 00 06 04 00 01 02 00 00 00 00 07 c0 a8 01 45"
                "02 00 00 00 00 08 c0 a8 01 65");
        ck_assert_int_eq(arp_parse(bytes, ARP_PACKET_SIZE, &parsed), 0);
        ck_assert_uint_eq(parsed.operation, ARP_OP_REQUEST);
        ck_assert_mem_eq(parsed.sender_hardware, packet.sender_hardware, ETHERNET_ADDRESS_SIZE);
        ck_assert_uint_eq(parsed.sender, packet.sender);
        ck_assert_mem_eq(parsed.target_hardware, packet.target_hardware, ETHERNET_ADDRESS_SIZE);
        ck_assert_uint_eq(parsed.target, packet.target);
        ck_assert_int_eq(arp_parse(bytes, ARP_PACKET_SIZE + 1, &parsed), 0);

        for (size_t n = 0; n < ARP_PACKET_SIZE; n++) {
                uint8_t *cut = malloc(n);

                if (n > 0)
                        memcpy(cut, bytes, n);
                ck_assert_int_eq(arp_parse(cut, n, &parsed), -EBADMSG);
                free(cut);
        }
        for (size_t i = 0; i < 6; i++) {
                bytes[i] ^= 0x10;
                ck_assert_int_eq(arp_parse(bytes, ARP_PACKET_SIZE, &parsed), -EPROTONOSUPPORT);
                bytes[i] ^= 0x10;
        }
}
END_TEST

TEST_MAIN("frame", test_checksum, test_udp_frame_bytes, test_udp_round_trip, test_udp_every_damage,
        test_udp_checksum_cases, test_udp_refusals, test_udp_with_ip_options, test_arp);

/* SPDX-License-Identifier: MIT */
/* ICMP echo as bytes: what is sent, and what counts as an answer. */

#include <errno.h>

#include "test.h"
#include "wire/echo.h"
#include "wire/frame.h"
#include "wire/message.h"

#define SOURCE UINT32_C(0xac100564) /* 172.16.5.100 */

static const EchoMessage question = {
        .identifier = 0x1234,
        .sequence = 0x5678,
        .nonce = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
};

static void mend(uint8_t *icmp, size_t size) {
        wire_put_u16(icmp + 2, 0);
        wire_put_u16(icmp + 2, checksum_finish(checksum_add(0, icmp, size)));
}

/* The answer to the question, with an IP header of some length. Return: its size. */
static size_t answer(uint8_t ret[static 60 + ECHO_PACKET_SIZE], size_t header_size) {
        memset(ret, 0, header_size);
        ret[0] = (uint8_t) (0x40 | header_size / 4);
        wire_put_u16(ret + 2, (uint16_t) (header_size + ECHO_PACKET_SIZE));
        ret[8] = 64;
        ret[9] = 1;
        wire_put_u32(ret + 12, SOURCE);
        echo_build_request(ret + header_size, &question);
        ret[header_size] = ECHO_REPLY_TYPE;
        mend(ret + header_size, ECHO_PACKET_SIZE);
        return header_size + ECHO_PACKET_SIZE;
}

START_TEST(test_request)
{
        static const uint8_t expected[ECHO_PACKET_SIZE] = {8, 0, 0x4f, 0x0b, 0x12, 0x34, 0x56, 0x78,
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        uint8_t packet[ECHO_PACKET_SIZE];

        echo_build_request(packet, &question);
        ck_assert_uint_eq(checksum_finish(checksum_add(0, packet, sizeof(packet))), 0);
        ck_assert_mem_eq(packet, expected, sizeof(packet));
}
END_TEST

START_TEST(test_reply)
{
        uint8_t packet[60 + ECHO_PACKET_SIZE + 8] = {0};
        EchoMessage message;
        ipv4_t source;

        for (size_t header = IPV4_HEADER_SIZE; header <= 60; header += 4) {
                size_t size = answer(packet, header);

                /* what a link has padded is not part of it */
                for (size_t more = 0; more <= 8; more += 8) {
                        ck_assert_int_eq(
                                echo_parse_reply(packet, size + more, &source, &message), 0);
                        ck_assert_uint_eq(source, SOURCE);
                        ck_assert_uint_eq(message.identifier, question.identifier);
                        ck_assert_uint_eq(message.sequence, question.sequence);
                        ck_assert_mem_eq(message.nonce, question.nonce, ECHO_NONCE_SIZE);
                }
                for (size_t less = 0; less < size; less++)
                        ck_assert_int_eq(
                                echo_parse_reply(packet, less, &source, &message), -EBADMSG);
        }
}
END_TEST

START_TEST(test_what_is_no_reply)
{
        static const struct {
                size_t offset;
                uint8_t value;
                int error;
        } cases[] = {
                {0, 0x65, -EPROTONOSUPPORT}, /* version 6 */
                {0, 0x44, -EBADMSG},         /* a header too short */
                {0, 0x4f, -EBADMSG},         /* longer than the packet */
                {2, 1, -EBADMSG},            /* a length beyond its end */
                {3, 19, -EBADMSG},           /* one within the header */
                {3, 43, -EPROTONOSUPPORT},   /* a byte less than was sent */
                {6, 0x20, -EPROTONOSUPPORT}, /* more fragments follow */
                {7, 1, -EPROTONOSUPPORT},    /* the second one */
                {9, 17, -EPROTONOSUPPORT},   /* UDP */
                {20, 8, -EPROTONOSUPPORT},   /* a request */
                {20, 3, -EPROTONOSUPPORT},   /* unreachable */
                {20, 11, -EPROTONOSUPPORT},  /* time exceeded */
                {21, 1, -EPROTONOSUPPORT},   /* a code that replies do not have */
                {22, 0xff, -EBADMSG},        /* a wrong checksum */
                {IPV4_HEADER_SIZE + ECHO_HEADER_SIZE, 0xff, -EBADMSG},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint8_t packet[60 + ECHO_PACKET_SIZE];
                size_t size = answer(packet, IPV4_HEADER_SIZE);
                EchoMessage message;
                ipv4_t source;

                packet[cases[i].offset] = cases[i].value;
                ck_assert_int_eq(echo_parse_reply(packet, size, &source, &message), cases[i].error);
        }
}
END_TEST

TEST_MAIN("echo", test_request, test_reply, test_what_is_no_reply);

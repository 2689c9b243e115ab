/* SPDX-License-Identifier: MIT */
/* Messages built, read back through a view: what was accepted is there, nothing else is, and not a
 * byte is written past the limit. */

#include <errno.h>

#include "test.h"
#include "wire/builder.h"
#include "wire/message.h"

static const MessageHeader header = {
        .op = BOOTREPLY,
        .htype = HARDWARE_ETHERNET,
        .hlen = 6,
        .hops = 1,
        .xid = 0x3d1d2c8f,
        .secs = 7,
        .flags = DHCP_FLAG_BROADCAST,
        .ciaddr = 0x0a000001,
        .yiaddr = 0x0a000002,
        .siaddr = 0x0a000003,
        .giaddr = 0x0a000004,
        .chaddr = (const uint8_t[DHCP_CHADDR_SIZE]){2, 0, 0, 0, 0, 7},
};

/* Data that tells where it was cut: no two neighbouring bytes are equal, nothing is zero. */
static const uint8_t *pattern(void) {
        static uint8_t bytes[8192];

        for (size_t i = 0; i < sizeof(bytes); i++)
                bytes[i] = (uint8_t) (i % 251 + 1);
        return bytes;
}

static uint64_t random_next(uint64_t *state) {
        *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        return *state >> 33;
}

/* Memory of exactly the limit, so that a sanitizer sees a write past it; full of noise, so that
 * what the builder does not write is found. */
static uint8_t *begin(MessageBuilder *builder, size_t limit) {
        uint8_t *packet = malloc(limit);

        memset(packet, 0xa5, limit);
        ck_assert_int_eq(message_builder_init(builder, packet, limit, limit, &header), 0);
        return packet;
}

START_TEST(test_bytes_of_a_message)
{
        MessageBuilder builder;
        uint8_t *packet = begin(&builder, 548);
        size_t size;

        ck_assert_int_eq(message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_OFFER), 0);
        ck_assert_int_eq(message_builder_add_u32(&builder, DHCP_OPTION_LEASE_TIME, 3600), 0);
        ck_assert_int_eq(message_builder_add(&builder, DHCP_OPTION_HOST_NAME, "laptop", 6), 0);
        ck_assert_int_eq(message_builder_add(&builder, DHCP_OPTION_RAPID_COMMIT, NULL, 0), 0);
        ck_assert_int_eq(message_builder_set_file(&builder, "pxe"), 0);
        ck_assert_int_eq(message_builder_set_sname(&builder, "srv"), 0);
        size = message_builder_finish(&builder);

        ck_assert_uint_eq(size, DHCP_MIN_MESSAGE_SIZE);
        test_assert_bytes(packet, DHCP_SNAME_OFFSET,
                "02 01 06 01 3d 1d 2c 8f 00 07 80 00 0a 00 00 01 0a 00 00 02 0a 00 00 03"
                "0a 00 00 04 02 00 00 00 00 07 00 00 00 00 00 00 00 00 00 00");
        ck_assert_str_eq((char *) packet + DHCP_SNAME_OFFSET, "srv");
        ck_assert_str_eq((char *) packet + DHCP_FILE_OFFSET, "pxe");
        test_assert_bytes(packet + DHCP_HEADER_SIZE, 26,
                "63 82 53 63  35 01 02  33 04 00 00 0e 10  0c 06 6c 61 70 74 6f 70  50 00  ff"
                "00 00");
        for (size_t i = DHCP_HEADER_SIZE + 24; i < size; i++)
                ck_assert_uint_eq(packet[i], 0);
        for (size_t i = DHCP_FILE_OFFSET + 3; i < DHCP_HEADER_SIZE; i++)
                ck_assert_uint_eq(packet[i], 0);
        free(packet);
}
END_TEST

START_TEST(test_limits)
{
        MessageHeader bare = header;
        MessageBuilder builder;
        uint8_t packet[400];

        ck_assert_int_eq(message_builder_init(&builder, packet, 243, 400, &header), -ENOBUFS);
        ck_assert_int_eq(message_builder_init(&builder, packet, 400, 243, &header), -ENOBUFS);

        /* The smallest message: one byte of option, the end, no padding over the limit. */
        memset(packet, 0xa5, sizeof(packet));
        ck_assert_int_eq(message_builder_init(&builder, packet, 400, 244, &header), 0);
        ck_assert_int_eq(message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_NAK), 0);
        ck_assert_uint_eq(message_builder_finish(&builder), 244);
        test_assert_bytes(packet + 240, 5, "35 01 06 ff a5");

        bare.chaddr = NULL;
        ck_assert_int_eq(message_builder_init(&builder, packet, 270, 400, &bare), 0);
        ck_assert_uint_eq(message_builder_finish(&builder), 270);
        test_assert_bytes(packet + 28, 16, "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
}
END_TEST

START_TEST(test_splitting)
{
        static const struct {
                size_t size;
                size_t with_headers;
        } cases[] = {{0, 2}, {1, 3}, {255, 257}, {256, 260}, {510, 514}, {511, 517}, {3000, 3024}};

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                MessageBuilder builder;
                MessageView view;
                uint8_t *packet = begin(&builder, DHCP_MAX_MESSAGE_SIZE);
                const uint8_t *data;
                size_t size;

                ck_assert_uint_eq(message_option_size(cases[i].size), cases[i].with_headers);
                ck_assert_int_eq(message_builder_add(&builder, 224, pattern(), cases[i].size), 0);
                ck_assert_uint_eq(builder.used, DHCP_OPTIONS_OFFSET + cases[i].with_headers);
                size = message_builder_finish(&builder);
                ck_assert_int_eq(message_view_init(&view, packet, size), MESSAGE_OK);
                ck_assert_int_eq(message_get(&view, 224, &data, &size), 0);
                ck_assert_uint_eq(size, cases[i].size);
                ck_assert_int_eq(memcmp(data, pattern(), size), 0);
                free(packet);
        }
}
END_TEST

START_TEST(test_codes_of_the_builder)
{
        static const uint8_t codes[] = {DHCP_OPTION_PAD, DHCP_OPTION_OVERLOAD, DHCP_OPTION_END};
        MessageBuilder builder;
        uint8_t *packet = begin(&builder, 548);

        for (size_t i = 0; i < ELEMENTSOF(codes); i++) {
                ck_assert_int_eq(message_builder_add_u8(&builder, codes[i], 1), -EINVAL);
                ck_assert_int_eq(message_builder_add_last(&builder, codes[i], "", 1), -EINVAL);
        }
        ck_assert_uint_eq(builder.used, DHCP_OPTIONS_OFFSET);
        free(packet);
}
END_TEST

START_TEST(test_to_the_last_byte)
{
        MessageView view;

        /* An option that fills the field: the three bytes kept for option 52 are given up for it.
         */
        for (size_t size = 250; size <= 255; size++) {
                MessageBuilder builder;
                uint8_t *packet = begin(&builder, DHCP_OPTIONS_OFFSET + 2 + size + 1);

                ck_assert_int_eq(message_builder_add(&builder, 224, pattern(), size), 0);
                ck_assert_uint_eq(builder.overload_at, 0);
                ck_assert_int_eq(message_builder_add(&builder, 225, NULL, 0), -ENOBUFS);
                ck_assert_uint_eq(
                        message_builder_finish(&builder), DHCP_OPTIONS_OFFSET + 2 + size + 1);
                ck_assert_int_eq(
                        message_view_init(&view, packet, DHCP_OPTIONS_OFFSET + 2 + size + 1),
                        MESSAGE_OK);
                ck_assert_uint_eq(view.options[224].size, size);
                free(packet);
        }

        /* A byte less of room and it fits nowhere. */
        MessageBuilder builder;
        uint8_t *packet = begin(&builder, DHCP_OPTIONS_OFFSET + 2 + 200);

        ck_assert_int_eq(message_builder_add(&builder, 224, pattern(), 200), -ENOBUFS);
        ck_assert_uint_eq(builder.used, DHCP_OPTIONS_OFFSET);
        ck_assert_int_eq(message_builder_add(&builder, 224, pattern(), 199), 0);
        free(packet);
}
END_TEST

START_TEST(test_overloading)
{
        /* Room for option 53, 52 and the end: everything else goes to file, then to sname. */
        MessageBuilder builder;
        uint8_t *packet = begin(&builder, DHCP_OPTIONS_OFFSET + 3 + 3 + 1);
        MessageView view;
        size_t size;

        ck_assert_int_eq(message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_ACK), 0);
        ck_assert_int_eq(message_builder_add(&builder, 224, pattern(), 100), 0);
        ck_assert_int_eq(message_builder_set_file(&builder, "pxe"), -EBUSY);
        ck_assert_int_eq(message_builder_add(&builder, 225, pattern(), 23), 0);
        ck_assert_uint_eq(builder.file_used, DHCP_FILE_SIZE - 1);
        ck_assert_uint_eq(builder.sname_used, 0);
        ck_assert_int_eq(message_builder_add(&builder, 226, pattern(), 62), -ENOBUFS);
        ck_assert_int_eq(message_builder_add(&builder, 226, pattern(), 61), 0);
        ck_assert_int_eq(message_builder_set_sname(&builder, "srv"), -EBUSY);
        ck_assert_int_eq(message_builder_add(&builder, 227, NULL, 0), -ENOBUFS);
        size = message_builder_finish(&builder);

        ck_assert_uint_eq(size, DHCP_OPTIONS_OFFSET + 7);
        test_assert_bytes(packet + DHCP_OPTIONS_OFFSET, 7, "35 01 05 34 01 03 ff");
        ck_assert_uint_eq(packet[DHCP_FILE_OFFSET + DHCP_FILE_SIZE - 1], DHCP_OPTION_END);
        ck_assert_uint_eq(packet[DHCP_SNAME_OFFSET + DHCP_SNAME_SIZE - 1], DHCP_OPTION_END);
        ck_assert_int_eq(message_view_init(&view, packet, size), MESSAGE_OK);
        ck_assert_uint_eq(view.options[224].size, 100);
        ck_assert_uint_eq(view.options[225].size, 23);
        ck_assert_uint_eq(view.options[226].size, 61);
        ck_assert_ptr_eq(view.options[226].data, packet + DHCP_SNAME_OFFSET + 2);
        free(packet);
}
END_TEST

START_TEST(test_taken_fields)
{
        char name[129];
        MessageBuilder builder;
        uint8_t *packet = begin(&builder, DHCP_OPTIONS_OFFSET + 7);
        MessageView view;
        size_t size;

        memset(name, 'n', 128);
        name[128] = '\0';
        ck_assert_int_eq(message_builder_set_file(&builder, name), -ENOBUFS);
        ck_assert_int_eq(message_builder_set_file(&builder, name + 1), 0);
        ck_assert_int_eq(message_builder_set_sname(&builder, name + 64), -ENOBUFS);
        ck_assert_int_eq(message_builder_set_sname(&builder, name + 65), 0);
        ck_assert_int_eq(message_builder_add(&builder, 224, pattern(), 10), -ENOBUFS);
        /* Nothing can be overloaded any more, so nothing is kept back for it. */
        ck_assert_int_eq(message_builder_add(&builder, 224, pattern(), 4), 0);
        size = message_builder_finish(&builder);
        ck_assert_str_eq((char *) packet + DHCP_FILE_OFFSET, name + 1);
        ck_assert_str_eq((char *) packet + DHCP_SNAME_OFFSET, name + 65);
        ck_assert_int_eq(message_view_init(&view, packet, size), MESSAGE_OK);
        ck_assert_uint_eq(view.overload, 0);
        free(packet);

        /* A shorter name replaces a longer one; an empty one gives the field free again. */
        packet = begin(&builder, DHCP_OPTIONS_OFFSET + 7);
        ck_assert_int_eq(message_builder_set_file(&builder, "longer"), 0);
        ck_assert_int_eq(message_builder_set_file(&builder, "pxe"), 0);
        test_assert_bytes(packet + DHCP_FILE_OFFSET, 7, "70 78 65 00 00 00 00");
        ck_assert_int_eq(message_builder_add(&builder, 224, pattern(), 62), -ENOBUFS);
        ck_assert_int_eq(message_builder_add(&builder, 224, pattern(), 61), 0);
        ck_assert_uint_eq(builder.sname_used, 63);
        (void) message_builder_finish(&builder);
        test_assert_bytes(packet + DHCP_OPTIONS_OFFSET, 7, "34 01 02 ff 00 00 00");
        free(packet);

        packet = begin(&builder, DHCP_OPTIONS_OFFSET + 7);
        ck_assert_int_eq(message_builder_set_file(&builder, "pxe"), 0);
        ck_assert_int_eq(message_builder_set_file(&builder, ""), 0);
        ck_assert_int_eq(message_builder_add(&builder, 224, pattern(), 100), 0);
        ck_assert_uint_eq(builder.file_used, 102);
        free(packet);
}
END_TEST

START_TEST(test_relay_option_stays_last)
{
        /* 20 bytes of options field: 53, 52, 82 of eight bytes and the end leave three. */
        MessageBuilder builder;
        uint8_t *packet = begin(&builder, DHCP_OPTIONS_OFFSET + 20);
        size_t size;

        ck_assert_int_eq(message_builder_reserve(&builder, 20), -ENOBUFS);
        ck_assert_int_eq(message_builder_reserve(&builder, message_option_size(8)), 0);
        ck_assert_int_eq(message_builder_reserve(&builder, 10), -ENOBUFS);
        ck_assert_int_eq(message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_ACK), 0);
        ck_assert_int_eq(message_builder_add(&builder, 224, pattern(), 40), 0);
        ck_assert_int_eq(message_builder_add(&builder, 225, pattern(), 1), 0);
        ck_assert_int_eq(message_builder_add(&builder, 226, NULL, 0), 0);
        ck_assert_int_eq(message_builder_add_last(&builder, DHCP_OPTION_RELAY_AGENT, pattern(), 9),
                -ENOBUFS);
        ck_assert_int_eq(
                message_builder_add_last(&builder, DHCP_OPTION_RELAY_AGENT, pattern(), 8), 0);
        size = message_builder_finish(&builder);
        test_assert_bytes(packet + DHCP_OPTIONS_OFFSET, size - DHCP_OPTIONS_OFFSET,
                "35 01 05  34 01 01  e1 01 01  52 08 01 02 03 04 05 06 07 08  ff");
        ck_assert_uint_eq(builder.file_used, 44);
        free(packet);
}
END_TEST

START_TEST(test_spreading)
{
        /* 308 bytes of options as in the smallest message that every client takes. */
        static const struct {
                size_t size;
                int r;
                uint8_t overload;
        } cases[] = {
                {297, 0, 0},                   /* whole, and option 52 still fits */
                {300, 0, 0},                   /* whole, without it */
                {301, 0, OVERLOAD_FILE},       /* 296 bytes and the rest */
                {297 + 125, 0, OVERLOAD_FILE}, /* file filled */
                {297 + 126, 0, OVERLOAD_FILE | OVERLOAD_SNAME},
                {297 + 125 + 61, 0, OVERLOAD_FILE | OVERLOAD_SNAME},
                {297 + 125 + 61 + 1, -ENOBUFS, 0},
                {5000, -ENOBUFS, 0},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                MessageBuilder builder;
                uint8_t *packet = begin(&builder, 548);
                MessageView view;
                size_t size;

                ck_assert_int_eq(
                        message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_ACK), 0);
                ck_assert_int_eq(message_builder_add(&builder, DHCP_OPTION_CLASSLESS_ROUTE,
                                         pattern(), cases[i].size),
                        cases[i].r);
                size = message_builder_finish(&builder);
                ck_assert_int_eq(message_view_init(&view, packet, size), MESSAGE_OK);
                ck_assert_uint_eq(view.overload, cases[i].overload);
                if (cases[i].r >= 0) {
                        ck_assert_uint_eq(
                                view.options[DHCP_OPTION_CLASSLESS_ROUTE].size, cases[i].size);
                        ck_assert_int_eq(memcmp(view.options[DHCP_OPTION_CLASSLESS_ROUTE].data,
                                                 pattern(), cases[i].size),
                                0);
                } else
                        ck_assert(!message_has(&view, DHCP_OPTION_CLASSLESS_ROUTE));
                free(packet);
        }
}
END_TEST

/* Many clients know nothing of RFC 3396: what fits into one piece is never cut. */
START_TEST(test_no_needless_spreading)
{
        MessageBuilder builder;
        uint8_t *packet = begin(&builder, DHCP_OPTIONS_OFFSET + 200);

        ck_assert_int_eq(message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_ACK), 0);
        ck_assert_int_eq(message_builder_add(&builder, 224, pattern(), 255), -ENOBUFS);
        ck_assert_uint_eq(builder.used, DHCP_OPTIONS_OFFSET + 3);
        ck_assert_int_eq(message_builder_add(&builder, 224, pattern(), 256), 0);
        free(packet);
}
END_TEST

/* One message of random options under a random limit, read back. */
static void try_random_message(uint64_t *seed) {
        const size_t limit = 244 + random_next(seed) % 500, reserve = random_next(seed) % 30 + 2;
        const bool file_taken = random_next(seed) % 4 == 0, reserved = random_next(seed) % 2 == 0;
        int results[224] = {0};
        size_t sizes[224], size;
        MessageBuilder builder;
        MessageView view;
        uint8_t *packet = begin(&builder, limit);

        if (file_taken)
                ck_assert_int_eq(message_builder_set_file(&builder, "pxelinux.0"), 0);
        if (reserved)
                results[0] = message_builder_reserve(&builder, reserve);
        for (size_t code = 100; code < 150; code++) {
                sizes[code] = random_next(seed) % (code % 10 == 0 ? 400 : 30);
                results[code] = message_builder_add(
                        &builder, (uint8_t) code, pattern() + code, sizes[code]);
        }
        if (reserved && results[0] >= 0)
                ck_assert_int_eq(message_builder_add_last(
                                         &builder, DHCP_OPTION_RELAY_AGENT, pattern(), reserve - 2),
                        0);

        size = message_builder_finish(&builder);
        ck_assert_uint_le(size, limit);
        ck_assert_uint_ge(size, MIN(limit, (size_t) DHCP_MIN_MESSAGE_SIZE));
        ck_assert_int_eq(message_view_init(&view, packet, size), MESSAGE_OK);
        for (size_t code = 100; code < 150; code++) {
                const MessageOption *option = &view.options[code];

                if ((results[code] >= 0) != message_has(&view, (uint8_t) code) ||
                        (message_has(&view, (uint8_t) code) &&
                                (option->size != sizes[code] ||
                                        memcmp(option->data, pattern() + code, sizes[code]) != 0)))
                        ck_abort_msg("limit %zu, option %zu of %zu bytes: %d, read %u", limit, code,
                                sizes[code], results[code], option->size);
        }
        ck_assert_int_eq(message_has(&view, DHCP_OPTION_RELAY_AGENT), reserved && results[0] >= 0);
        if (file_taken)
                ck_assert_str_eq((char *) packet + DHCP_FILE_OFFSET, "pxelinux.0");
        free(packet);
}

START_TEST(test_random_messages)
{
        uint64_t seed = 3;

        for (unsigned i = 0; i < 2000; i++)
                try_random_message(&seed);
}
END_TEST

TEST_MAIN("builder", test_bytes_of_a_message, test_limits, test_splitting,
        test_codes_of_the_builder, test_to_the_last_byte, test_overloading, test_taken_fields,
        test_relay_option_stays_last, test_spreading, test_no_needless_spreading,
        test_random_messages);

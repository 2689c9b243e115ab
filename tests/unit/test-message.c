/* SPDX-License-Identifier: MIT */
/* Received messages: what is taken, what is refused and why, and that nothing is read past the end.
 */

#include <errno.h>

#include "basic/text.h"
#include "test.h"
#include "wire/client-id.h"
#include "wire/message.h"
#include "wire/options.h"

/* A DISCOVER as a laptop sends it, down to the padding. */
#define DISCOVER_HEADER                                                                            \
        "01 01 06 00 3d 1d 2c 8f 00 07 80 00 0a 00 00 01 0a 00 00 02 0a 00 00 03 0a 00 00 04"      \
        "02 00 00 00 00 07 00 00 00 00 00 00 00 00 00 00"
#define DISCOVER_OPTIONS                                                                           \
        "35 01 01  3d 07 01 02 00 00 00 00 07  32 04 c0 a8 01 65  39 02 05 dc"                     \
        "3c 08 4d 53 46 54 20 35 2e 30  0c 06 6c 61 70 74 6f 70"                                   \
        "37 0d 01 79 03 06 0f 1a 1c 33 36 3a 3b 77 fc  ff 00 00 00 00"

/* A message of one field each: the parts are hexadecimal, the rest of each field is zero. */
typedef struct Parts {
        const char *header;
        const char *sname;
        const char *file;
        const char *options;
} Parts;

static size_t parts_to_message(const Parts *parts, uint8_t *ret, size_t capacity) {
        memset(ret, 0, capacity);
        if (parts->header)
                (void) test_bytes(parts->header, ret, DHCP_SNAME_OFFSET);
        if (parts->sname)
                (void) test_bytes(parts->sname, ret + DHCP_SNAME_OFFSET, DHCP_SNAME_SIZE);
        if (parts->file)
                (void) test_bytes(parts->file, ret + DHCP_FILE_OFFSET, DHCP_FILE_SIZE);
        wire_put_u32(ret + DHCP_HEADER_SIZE, DHCP_MAGIC_COOKIE);
        return DHCP_OPTIONS_OFFSET + test_bytes(parts->options, ret + DHCP_OPTIONS_OFFSET,
                                             capacity - DHCP_OPTIONS_OFFSET);
}

/* The packet lives as long as the test's process; messages of one test may overwrite each other. */
static MessageError parse(MessageView *view, const Parts *parts) {
        static uint8_t packet[1024];

        return message_view_init(view, packet, parts_to_message(parts, packet, sizeof(packet)));
}

static void assert_option(const MessageView *view, uint8_t code, const char *hex) {
        const uint8_t *data;
        size_t size;

        ck_assert_int_eq(message_get(view, code, &data, &size), 0);
        test_assert_bytes(data, size, hex);
}

START_TEST(test_discover)
{
        const Parts parts = {.header = DISCOVER_HEADER, .options = DISCOVER_OPTIONS};
        MessageView view;
        const char *text;
        size_t size;
        uint16_t u16;
        ipv4_t address;

        ck_assert_int_eq(parse(&view, &parts), MESSAGE_OK);
        ck_assert_uint_eq(view.op, BOOTREQUEST);
        ck_assert_uint_eq(view.htype, HARDWARE_ETHERNET);
        ck_assert_uint_eq(view.hlen, 6);
        ck_assert_uint_eq(view.hops, 0);
        ck_assert_uint_eq(view.xid, 0x3d1d2c8f);
        ck_assert_uint_eq(view.secs, 7);
        ck_assert_uint_eq(view.flags, DHCP_FLAG_BROADCAST);
        ck_assert_uint_eq(view.ciaddr, 0x0a000001);
        ck_assert_uint_eq(view.yiaddr, 0x0a000002);
        ck_assert_uint_eq(view.siaddr, 0x0a000003);
        ck_assert_uint_eq(view.giaddr, 0x0a000004);
        test_assert_bytes(view.chaddr, view.hlen, "02 00 00 00 00 07");

        ck_assert_int_eq(view.type, DHCP_DISCOVER);
        ck_assert_uint_eq(view.overload, 0);
        ck_assert_int_eq(message_get_ipv4(&view, DHCP_OPTION_REQUESTED_ADDRESS, &address), 0);
        ck_assert_uint_eq(address, 0xc0a80165);
        ck_assert_int_eq(message_get_u16(&view, DHCP_OPTION_MAX_MESSAGE_SIZE, &u16), 0);
        ck_assert_uint_eq(u16, 1500);
        ck_assert_int_eq(message_get_text(&view, DHCP_OPTION_VENDOR_CLASS, &text, &size, NULL), 0);
        ck_assert_uint_eq(size, 8);
        ck_assert_int_eq(memcmp(text, "MSFT 5.0", 8), 0);
        assert_option(&view, DHCP_OPTION_PARAMETER_LIST, "01 79 03 06 0f 1a 1c 33 36 3a 3b 77 fc");
        ck_assert(!message_has(&view, DHCP_OPTION_SERVER_ID));
}
END_TEST

START_TEST(test_reading_and_refusing)
{
        static const struct {
                const char *what;
                Parts parts;
                MessageError error;
                DhcpMessageType type;
        } cases[] = {
                {"no options at all", {.options = ""}, MESSAGE_OK, DHCP_BOOTP},
                {"end alone", {.options = "ff"}, MESSAGE_OK, DHCP_BOOTP},
                {"no end", {.options = "35 01 03"}, MESSAGE_OK, DHCP_REQUEST},
                {"pads", {.options = "00 00 35 01 08 00 0c 00 00"}, MESSAGE_OK, DHCP_INFORM},
                {"noise after the end", {.options = "35 01 01 ff 35 01 02 0c ff"}, MESSAGE_OK,
                        DHCP_DISCOVER},
                {"hlen 16", {.header = "01 01 10", .options = "ff"}, MESSAGE_OK, DHCP_BOOTP},
                {"hlen 17", {.header = "01 01 11", .options = "ff"}, MESSAGE_BAD_HLEN, 0},
                {"code without length", {.options = "35 01 01 0c"}, MESSAGE_TRUNCATED_OPTION, 0},
                {"length past the end", {.options = "35 01 01 0c 02 61"}, MESSAGE_TRUNCATED_OPTION,
                        0},
                {"length 255 past the end", {.options = "0c ff"}, MESSAGE_TRUNCATED_OPTION, 0},
                {"type 0", {.options = "35 01 00"}, MESSAGE_BAD_TYPE, 0},
                {"type 9", {.options = "35 01 09"}, MESSAGE_BAD_TYPE, 0},
                {"type empty", {.options = "35 00"}, MESSAGE_BAD_TYPE, 0},
                {"type of two bytes", {.options = "35 02 01 01"}, MESSAGE_BAD_TYPE, 0},
                {"type twice", {.options = "35 01 01 35 01 01"}, MESSAGE_BAD_TYPE, 0},
                {"overload 0", {.options = "34 01 00"}, MESSAGE_BAD_OVERLOAD, 0},
                {"overload 4", {.options = "34 01 04"}, MESSAGE_BAD_OVERLOAD, 0},
                {"overload empty", {.options = "34 00"}, MESSAGE_BAD_OVERLOAD, 0},
                {"overload of two bytes", {.options = "34 02 01 02"}, MESSAGE_BAD_OVERLOAD, 0},
                {"overload twice", {.options = "34 01 01 34 01 02"}, MESSAGE_BAD_OVERLOAD, 0},
                {"overload in file", {.file = "34 01 02 ff", .options = "34 01 01"},
                        MESSAGE_BAD_OVERLOAD, 0},
                {"empty overload in sname", {.sname = "34 00 ff", .options = "34 01 02"},
                        MESSAGE_BAD_OVERLOAD, 0},
                {"overload in a file that is not overloaded",
                        {.file = "34 01 02 ff", .options = "35 01 01"}, MESSAGE_OK, DHCP_DISCOVER},
                {"type in file", {.file = "35 01 04", .options = "34 01 01"}, MESSAGE_OK,
                        DHCP_DECLINE},
                {"type in options and file", {.file = "35 01 04", .options = "34 01 01 35 01 04"},
                        MESSAGE_BAD_TYPE, 0},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                MessageView view;
                MessageError error = parse(&view, &cases[i].parts);

                ck_assert_msg(error == cases[i].error, "%s: %s", cases[i].what,
                        message_error_to_string(error));
                if (error == MESSAGE_OK)
                        ck_assert_msg(view.type == cases[i].type, "%s", cases[i].what);
        }
}
END_TEST

START_TEST(test_sizes)
{
        static uint8_t packet[DHCP_MAX_MESSAGE_SIZE + 1];
        MessageView view;

        wire_put_u32(packet + DHCP_HEADER_SIZE, DHCP_MAGIC_COOKIE);
        ck_assert_int_eq(message_view_init(&view, packet, 0), MESSAGE_TOO_SHORT);
        ck_assert_int_eq(message_view_init(&view, packet, DHCP_HEADER_SIZE), MESSAGE_TOO_SHORT);
        ck_assert_int_eq(message_view_init(&view, packet, 239), MESSAGE_TOO_SHORT);
        ck_assert_int_eq(message_view_init(&view, packet, 240), MESSAGE_OK);
        ck_assert_int_eq(message_view_init(&view, packet, DHCP_MAX_MESSAGE_SIZE), MESSAGE_OK);
        ck_assert_int_eq(
                message_view_init(&view, packet, DHCP_MAX_MESSAGE_SIZE + 1), MESSAGE_TOO_LONG);
        packet[DHCP_HEADER_SIZE]++;
        ck_assert_int_eq(message_view_init(&view, packet, 300), MESSAGE_BAD_COOKIE);
}
END_TEST

START_TEST(test_overload_fields)
{
        /* An option that fills its field to the last byte, and one that is a byte too long for it.
         */
        static char full[3 * 128 + 1] = "0c 7e ", long_by_one[3 * 128 + 1] = "0c 7f ";
        static const struct {
                const char *options;
                bool file;
                bool sname;
        } cases[] = {
                {"ff", false, false},
                {"34 01 01 ff", true, false},
                {"34 01 02 ff", false, true},
                {"34 01 03 ff", true, true},
        };
        MessageView view;

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const Parts parts = {
                        .file = "43 01 66 ff 43 01 67",
                        .sname = "42 01 73",
                        .options = cases[i].options,
                };

                ck_assert_int_eq(parse(&view, &parts), MESSAGE_OK);
                ck_assert_int_eq(message_has(&view, DHCP_OPTION_BOOTFILE_NAME), cases[i].file);
                ck_assert_int_eq(message_has(&view, DHCP_OPTION_TFTP_SERVER_NAME), cases[i].sname);
                if (cases[i].file)
                        assert_option(&view, DHCP_OPTION_BOOTFILE_NAME, "66");
        }

        for (unsigned i = 0; i < 126; i++) {
                strcat(full, "61 ");
                strcat(long_by_one, "61 ");
        }
        ck_assert_int_eq(parse(&view, &(Parts){.file = full, .options = "34 01 01"}), MESSAGE_OK);
        ck_assert_uint_eq(view.options[DHCP_OPTION_HOST_NAME].size, 126);
        ck_assert_int_eq(parse(&view, &(Parts){.file = long_by_one, .options = "34 01 01"}),
                MESSAGE_TRUNCATED_OPTION);
}
END_TEST

START_TEST(test_joining)
{
        /* RFC 3396: one option in two pieces, others between them. */
        const Parts split = {
                .options =
                        "43 07 2f 64 69 73 6b 6c 65  0c 01 61  43 06 73 73 2f 66 6f 6f  35 01 01",
        };
        /* RFC 3397 2: the search list of eng.apple.com and marketing.apple.com in three pieces. */
        const Parts search = {
                .options = "77 09 03 65 6e 67 05 61 70 70 6c  77 09 65 03 63 6f 6d 00 09 6d 61"
                           "77 09 72 6b 65 74 69 6e 67 c0 04 ff",
        };
        /* RFC 3396 5: options first, then file, then sname; empty pieces add nothing. */
        const Parts overloaded = {
                .sname = "0c 02 65 66  0f 01 7a ff",
                .file = "00 0c 00  0c 02 63 64 ff",
                .options = "0c 02 61 62 0f 00 34 01 03 ff",
        };
        _cleanup_(strv_freep) char **names = NULL;
        MessageView view;
        const uint8_t *data;
        const char *text;
        size_t size;

        ck_assert_int_eq(parse(&view, &split), MESSAGE_OK);
        ck_assert_int_eq(message_get_text(&view, DHCP_OPTION_BOOTFILE_NAME, &text, &size, NULL), 0);
        ck_assert_uint_eq(size, 13);
        ck_assert_int_eq(memcmp(text, "/diskless/foo", 13), 0);
        assert_option(&view, DHCP_OPTION_HOST_NAME, "61");

        ck_assert_int_eq(parse(&view, &search), MESSAGE_OK);
        ck_assert_int_eq(message_get(&view, DHCP_OPTION_DOMAIN_SEARCH, &data, &size), 0);
        ck_assert_int_eq(option_decode_search(data, size, &names), 0);
        ck_assert_uint_eq(strv_length(names), 2);
        ck_assert_str_eq(names[0], "eng.apple.com");
        ck_assert_str_eq(names[1], "marketing.apple.com");

        ck_assert_int_eq(parse(&view, &overloaded), MESSAGE_OK);
        assert_option(&view, DHCP_OPTION_HOST_NAME, "61 62 63 64 65 66");
        assert_option(&view, DHCP_OPTION_DOMAIN_NAME, "7a");
        ck_assert_uint_eq(view.n_scratch, 7);
}
END_TEST

/* The largest message, made of nothing but repeated options. */
START_TEST(test_joining_at_its_worst)
{
        static const struct {
                unsigned n_codes;
                uint8_t length;
        } cases[] = {{1, 0}, {1, 1}, {1, 255}, {50, 1}, {200, 3}, {200, 0}};

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint8_t *packet = calloc(1, DHCP_MAX_MESSAGE_SIZE);
                size_t at = DHCP_OPTIONS_OFFSET, n = 0, total = 0;
                const unsigned step = 2U + cases[i].length;
                MessageView view;

                wire_put_u32(packet + DHCP_HEADER_SIZE, DHCP_MAGIC_COOKIE);
                for (; at + step <= DHCP_MAX_MESSAGE_SIZE; at += step, n++) {
                        packet[at] = (uint8_t) (54 + n % cases[i].n_codes);
                        packet[at + 1] = cases[i].length;
                        memset(packet + at + 2, (int) (n / cases[i].n_codes), cases[i].length);
                }
                ck_assert_int_eq(
                        message_view_init(&view, packet, DHCP_MAX_MESSAGE_SIZE), MESSAGE_OK);
                for (unsigned c = 0; c < cases[i].n_codes; c++) {
                        const MessageOption *option = &view.options[54 + c];

                        total += option->size;
                        for (size_t j = 0; j < option->size; j++)
                                if (option->data[j] != (uint8_t) (j / cases[i].length))
                                        ck_abort_msg("code %u, byte %zu", 54 + c, j);
                }
                ck_assert_uint_eq(total, n * cases[i].length);
                free(packet);
        }
}
END_TEST

START_TEST(test_getters_judge_lengths)
{
        static const struct {
                const char *options;
                int u8, u16, u32;
        } cases[] = {
                {"ff", -ENODATA, -ENODATA, -ENODATA},
                {"42 00", -EBADMSG, -EBADMSG, -EBADMSG},
                {"42 01 01", 0, -EBADMSG, -EBADMSG},
                {"42 02 01 02", -EBADMSG, 0, -EBADMSG},
                {"42 03 01 02 03", -EBADMSG, -EBADMSG, -EBADMSG},
                {"42 04 01 02 03 04", -EBADMSG, -EBADMSG, 0},
                {"42 05 01 02 03 04 05", -EBADMSG, -EBADMSG, -EBADMSG},
                {"42 08 01 02 03 04 05 06 07 08", -EBADMSG, -EBADMSG, -EBADMSG},
                {"42 02 01 02 42 02 03 04", -EBADMSG, -EBADMSG, 0},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                MessageView view;
                uint8_t u8 = 77;
                uint16_t u16 = 77;
                uint32_t u32 = 77;
                ipv4_t address = 77;

                ck_assert_int_eq(parse(&view, &(Parts){.options = cases[i].options}), MESSAGE_OK);
                ck_assert_int_eq(message_has(&view, 0x42), cases[i].u8 != -ENODATA);
                ck_assert_int_eq(message_get(&view, 0x42, NULL, NULL),
                        cases[i].u8 == -ENODATA ? -ENODATA : 0);
                ck_assert_int_eq(message_get_u8(&view, 0x42, &u8), cases[i].u8);
                ck_assert_uint_eq(u8, cases[i].u8 < 0 ? 77 : 1);
                ck_assert_int_eq(message_get_u16(&view, 0x42, &u16), cases[i].u16);
                ck_assert_uint_eq(u16, cases[i].u16 < 0 ? 77 : 0x0102);
                ck_assert_int_eq(message_get_u32(&view, 0x42, &u32), cases[i].u32);
                ck_assert_uint_eq(u32, cases[i].u32 < 0 ? 77 : 0x01020304);
                ck_assert_int_eq(message_get_ipv4(&view, 0x42, &address), cases[i].u32);
                ck_assert_uint_eq(address, cases[i].u32 < 0 ? 77 : 0x01020304);
        }
}
END_TEST

START_TEST(test_text)
{
        static const struct {
                const char *options;
                int r;
                const char *text;
                bool terminated;
        } cases[] = {
                {"0c 03 61 62 63", 0, "abc", false},
                {"0c 04 61 62 63 00", 0, "abc", true},
                {"0c 05 61 62 63 00 00", 0, "abc", true},
                {"0c 02 ff fe", 0, "\xff\xfe", false},
                {"0c 00", -EBADMSG, NULL, false},
                {"0c 02 00 00", -EBADMSG, NULL, false},
                {"0c 03 61 00 62", -EBADMSG, NULL, false},
                {"0c 02 00 61", -EBADMSG, NULL, false},
                {"ff", -ENODATA, NULL, false},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                MessageView view;
                const char *text = NULL;
                size_t size = 77;
                bool terminated = true;

                ck_assert_int_eq(parse(&view, &(Parts){.options = cases[i].options}), MESSAGE_OK);
                ck_assert_int_eq(
                        message_get_text(&view, DHCP_OPTION_HOST_NAME, &text, &size, &terminated),
                        cases[i].r);
                if (cases[i].r < 0) {
                        ck_assert_ptr_null(text);
                        continue;
                }
                ck_assert_uint_eq(size, strlen(cases[i].text));
                ck_assert_int_eq(memcmp(text, cases[i].text, size), 0);
                ck_assert_int_eq(terminated, cases[i].terminated);
        }
}
END_TEST

START_TEST(test_relay)
{
        static const struct {
                const char *options;
                int r;
                const char *data;
                int ipv4;
        } cases[] = {
                {"52 06 05 04 0a 00 00 01", 0, "0a 00 00 01", 0},
                {"52 09 01 01 61 05 04 0a 00 00 01", 0, "0a 00 00 01", 0},
                {"52 05 05 03 0a 00 00", 0, "0a 00 00", -EBADMSG},
                {"52 02 05 00", 0, "", -EBADMSG},
                {"52 08 05 02 61 62 05 02 63 64", 0, "61 62", -EBADMSG},
                {"52 04 05 04 0a 00 52 02 00 01", 0, "0a 00 00 01", 0},
                /* Neither 0 nor 255 is special in here. */
                {"52 09 00 01 00 ff 00 05 02 61 62", 0, "61 62", -EBADMSG},
                {"52 03 01 01 61", -ENODATA, NULL, -ENODATA},
                {"52 00", -ENODATA, NULL, -ENODATA},
                {"ff", -ENODATA, NULL, -ENODATA},
                {"52 01 05", -EBADMSG, NULL, -EBADMSG},
                {"52 04 05 04 0a 00", -EBADMSG, NULL, -EBADMSG},
                {"52 07 05 04 0a 00 00 01 02", -EBADMSG, NULL, -EBADMSG},
                {"52 08 05 04 0a 00 00 01 02 01", -EBADMSG, NULL, -EBADMSG},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                MessageView view;
                const uint8_t *data;
                size_t size;
                ipv4_t address = 77;

                ck_assert_int_eq(parse(&view, &(Parts){.options = cases[i].options}), MESSAGE_OK);
                ck_assert_msg(
                        message_get_relay(&view, RELAY_LINK_SELECTION, &data, &size) == cases[i].r,
                        "%s", cases[i].options);
                ck_assert_int_eq(
                        message_get_relay(&view, RELAY_LINK_SELECTION, NULL, NULL), cases[i].r);
                if (cases[i].r >= 0)
                        test_assert_bytes(data, size, cases[i].data);
                ck_assert_int_eq(message_get_relay_ipv4(&view, RELAY_LINK_SELECTION, &address),
                        cases[i].ipv4);
                ck_assert_uint_eq(address, cases[i].ipv4 < 0 ? 77 : 0x0a000001);
        }
}
END_TEST

/* Cut at every byte, each piece in memory of exactly its size, so that a sanitizer sees a read past
 * it. What is whole before the cut must still be read. */
START_TEST(test_every_truncation)
{
        static const Parts messages[] = {
                {.header = DISCOVER_HEADER, .options = DISCOVER_OPTIONS},
                {.sname = "0c 02 65 66 00 ff",
                        .file = "0c 02 63 64 43 03 61 62 63 ff",
                        .options =
                                "34 01 03 35 01 05 0c 02 61 62 52 08 01 02 61 62 05 02 01 02 ff"},
        };

        for (size_t i = 0; i < ELEMENTSOF(messages); i++) {
                uint8_t whole[512];
                size_t size = parts_to_message(&messages[i], whole, sizeof(whole));

                for (size_t n = 0; n <= size; n++) {
                        uint8_t *packet = malloc(n), u8;
                        MessageView view;
                        MessageError error;
                        ClientId id;

                        if (n > 0)
                                memcpy(packet, whole, n);
                        error = message_view_init(&view, packet, n);
                        ck_assert(n >= DHCP_OPTIONS_OFFSET || error == MESSAGE_TOO_SHORT);
                        ck_assert(n < DHCP_OPTIONS_OFFSET || error == MESSAGE_OK ||
                                  error == MESSAGE_TRUNCATED_OPTION);
                        if (error == MESSAGE_OK && n >= 246) {
                                ck_assert_int_ne(view.type, DHCP_BOOTP);
                                ck_assert_int_eq(
                                        client_id_from_message(&view, &id), i == 0 ? 0 : -ENODATA);
                                (void) message_get_u8(&view, DHCP_OPTION_HOST_NAME, &u8);
                        }
                        free(packet);
                }
        }
}
END_TEST

START_TEST(test_names)
{
        ck_assert_str_eq(message_error_to_string(MESSAGE_BAD_COOKIE), "bad-cookie");
        ck_assert_str_eq(message_error_to_string(MESSAGE_TRUNCATED_OPTION), "truncated-option");
        ck_assert_str_eq(message_error_to_string(MESSAGE_ERROR_MAX), "?");
        ck_assert_str_eq(message_type_to_string(DHCP_DISCOVER), "DISCOVER");
        ck_assert_str_eq(message_type_to_string(DHCP_INFORM), "INFORM");
        ck_assert_str_eq(message_type_to_string(DHCP_BOOTP), "BOOTP");
        ck_assert_str_eq(message_type_to_string(DHCP_MESSAGE_TYPE_MAX), "?");

        /* Every name is its own. */
        for (unsigned i = 0; i < MESSAGE_ERROR_MAX; i++)
                for (unsigned j = 0; j < i; j++)
                        ck_assert_str_ne(message_error_to_string(i), message_error_to_string(j));
        for (unsigned i = 0; i < DHCP_MESSAGE_TYPE_MAX; i++)
                for (unsigned j = 0; j < i; j++)
                        ck_assert_str_ne(message_type_to_string(i), message_type_to_string(j));
}
END_TEST

START_TEST(test_byte_order)
{
        uint8_t bytes[7] = {0};

        wire_put_u16(bytes + 1, 0x0102);
        wire_put_u32(bytes + 3, 0x03040506);
        test_assert_bytes(bytes, sizeof(bytes), "00 01 02 03 04 05 06");
        ck_assert_uint_eq(wire_get_u16(bytes + 1), 0x0102);
        ck_assert_uint_eq(wire_get_u32(bytes + 3), 0x03040506);
}
END_TEST

TEST_MAIN("message", test_discover, test_reading_and_refusing, test_sizes, test_overload_fields,
        test_joining, test_joining_at_its_worst, test_getters_judge_lengths, test_text, test_relay,
        test_every_truncation, test_names, test_byte_order);

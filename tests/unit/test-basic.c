/* SPDX-License-Identifier: MIT */
/* Addresses, bytes, text, the byte buffer and the list of problems. */

#include <errno.h>
#include <stdio.h>

#include "basic/buffer.h"
#include "basic/bytes.h"
#include "basic/ipv4.h"
#include "basic/log-level.h"
#include "basic/problem.h"
#include "basic/stream.h"
#include "basic/text.h"
#include "test.h"

START_TEST(test_ipv4)
{
        static const struct {
                const char *text;
                int r;
                ipv4_t address;
        } cases[] = {
                {"0.0.0.0", 0, 0},
                {"192.168.1.69", 0, 0xc0a80145},
                {"255.255.255.255", 0, IPV4_BROADCAST},
                {"10.0.0.9", 0, 0x0a000009},
                {"", -EINVAL, 0},
                {"1.2.3", -EINVAL, 0},
                {"1.2.3.", -EINVAL, 0},
                {"1.2.3.4.", -EINVAL, 0},
                {"1.2.3.4.5", -EINVAL, 0},
                {"1.2.3.256", -EINVAL, 0},
                {"1.2.3.04", -EINVAL, 0},
                {"1.2.3.00", -EINVAL, 0},
                {"1.2..4", -EINVAL, 0},
                {" 1.2.3.4", -EINVAL, 0},
                {"1.2.3.4 ", -EINVAL, 0},
                {"+1.2.3.4", -EINVAL, 0},
                {"0x1.2.3.4", -EINVAL, 0},
                {"1.2.3.4294967297", -EINVAL, 0},
                {"16909060", -EINVAL, 0},
        };
        char buffer[IPV4_STRING_MAX];

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                ipv4_t address = 77;

                ck_assert_msg(
                        ipv4_parse(cases[i].text, &address) == cases[i].r, "\"%s\"", cases[i].text);
                ck_assert_uint_eq(address, cases[i].r < 0 ? 77 : cases[i].address);
                if (cases[i].r >= 0)
                        ck_assert_str_eq(ipv4_format(address, buffer), cases[i].text);
        }
}
END_TEST

START_TEST(test_log_level)
{
        static const char *const bad[] = {"", "8", "-1", "10", "debu", "debugs", "warn", " info"};
        char digit[2] = "0";

        for (int level = 0; level < 8; level++, digit[0]++) {
                ck_assert_int_eq(log_level_from_string(log_level_to_string(level)), level);
                ck_assert_int_eq(log_level_from_string(digit), level);
        }
        ck_assert_int_eq(log_level_from_string("Warning"), 4);
        ck_assert_str_eq(log_level_to_string(-1), "emerg");
        ck_assert_str_eq(log_level_to_string(8), "debug");
        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ck_assert_int_eq(log_level_from_string(bad[i]), -EINVAL);
}
END_TEST

START_TEST(test_prefix)
{
        static const char *const bad[] = {"", "1.2.3.4", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/-1",
                "1.2.3.4/024", "1.2.3.4/24 ", "/24", "1.2.3/24"};
        char buffer[IPV4_PREFIX_STRING_MAX];
        Ipv4Prefix prefix = {7, 7};

        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ck_assert_int_eq(ipv4_prefix_parse(bad[i], &prefix), -EINVAL);
        ck_assert_uint_eq(prefix.address, 7);

        ck_assert_int_eq(ipv4_prefix_parse("192.168.1.69/24", &prefix), 0);
        ck_assert_str_eq(ipv4_prefix_format(prefix, buffer), "192.168.1.69/24");
        ck_assert_uint_eq(ipv4_prefix_network(prefix), 0xc0a80100);
        ck_assert_uint_eq(ipv4_prefix_broadcast(prefix), 0xc0a801ff);
        ck_assert_uint_eq(ipv4_netmask(0), 0);
        ck_assert_uint_eq(ipv4_netmask(1), 0x80000000);
        ck_assert_uint_eq(ipv4_netmask(32), UINT32_MAX);

        ck_assert_int_eq(ipv4_prefix_parse("255.255.255.255/32", &prefix), 0);
        ck_assert_str_eq(ipv4_prefix_format(prefix, buffer), "255.255.255.255/32");
}
END_TEST

START_TEST(test_prefix_members)
{
        static const struct {
                const char *prefix;
                const char *address;
                bool contains;
                bool usable;
        } cases[] = {
                {"192.168.1.0/24", "192.168.1.0", true, false},
                {"192.168.1.0/24", "192.168.1.1", true, true},
                {"192.168.1.7/24", "192.168.1.254", true, true},
                {"192.168.1.0/24", "192.168.1.255", true, false},
                {"192.168.1.0/24", "192.168.2.1", false, false},
                {"10.0.0.0/30", "10.0.0.0", true, false},
                {"10.0.0.0/30", "10.0.0.1", true, true},
                {"10.0.0.0/31", "10.0.0.0", true, true},
                {"10.0.0.0/31", "10.0.0.1", true, true},
                {"10.0.0.0/31", "10.0.0.2", false, false},
                {"10.0.0.5/32", "10.0.0.5", true, true},
                {"10.0.0.5/32", "10.0.0.4", false, false},
                {"0.0.0.0/0", "9.9.9.9", true, true},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                Ipv4Prefix prefix;
                ipv4_t address;

                ck_assert_int_eq(ipv4_prefix_parse(cases[i].prefix, &prefix), 0);
                ck_assert_int_eq(ipv4_parse(cases[i].address, &address), 0);
                ck_assert_msg(ipv4_prefix_contains(prefix, address) == cases[i].contains &&
                                      ipv4_prefix_usable(prefix, address) == cases[i].usable,
                        "%s in %s", cases[i].address, cases[i].prefix);
        }
}
END_TEST

START_TEST(test_unicast) /* RFC 6890 */
{
        static const struct {
                const char *address;
                bool unicast;
        } cases[] = {
                {"0.0.0.0", false},
                {"0.255.255.255", false},
                {"1.0.0.0", true},
                {"126.255.255.255", true},
                {"127.0.0.1", false},
                {"128.0.0.1", true},
                {"223.255.255.255", true},
                {"224.0.0.1", false},
                {"240.0.0.1", false},
                {"255.255.255.255", false},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                ipv4_t address;

                ck_assert_int_eq(ipv4_parse(cases[i].address, &address), 0);
                ck_assert_msg(ipv4_is_unicast(address) == cases[i].unicast, "%s", cases[i].address);
        }
}
END_TEST

START_TEST(test_range)
{
        static const struct {
                const char *text;
                int r;
                const char *formatted;
        } cases[] = {
                {"192.168.1.100-192.168.1.200", 0, "192.168.1.100-192.168.1.200"},
                {"192.168.1.100 - \t192.168.1.200", 0, "192.168.1.100-192.168.1.200"},
                {"10.0.0.1", 0, "10.0.0.1-10.0.0.1"},
                {"10.0.0.1-10.0.0.1", 0, "10.0.0.1-10.0.0.1"},
                {"255.255.255.254-255.255.255.255", 0, "255.255.255.254-255.255.255.255"},
                {"10.0.0.2-10.0.0.1", -ERANGE, NULL},
                {"", -EINVAL, NULL},
                {"-", -EINVAL, NULL},
                {"10.0.0.1-", -EINVAL, NULL},
                {"-10.0.0.1", -EINVAL, NULL},
                {"10.0.0.1 10.0.0.2", -EINVAL, NULL},
                {"10.0.0.1-10.0.0.2-10.0.0.3", -EINVAL, NULL},
                {"10.0.0.1-10.0.0.2 ", -EINVAL, NULL},
                {"10.0.0.1-50", -EINVAL, NULL},
        };
        char buffer[IPV4_RANGE_STRING_MAX];

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                Ipv4Range range = {3, 4};

                ck_assert_msg(ipv4_range_parse(cases[i].text, &range) == cases[i].r, "\"%s\"",
                        cases[i].text);
                if (cases[i].r >= 0) {
                        ck_assert_str_eq(ipv4_range_format(range, buffer), cases[i].formatted);
                        ck_assert(ipv4_range_contains(range, range.first));
                        ck_assert(ipv4_range_contains(range, range.last));
                        ck_assert(!ipv4_range_contains(range, range.first - 1));
                } else
                        ck_assert_uint_eq(range.first, 3);
        }
}
END_TEST

START_TEST(test_bytes_text)
{
        static const struct {
                const char *text;
                int r;
                const char *formatted;
        } cases[] = {
                {"", 0, ""},
                {"02:00:00:00:00:07", 0, "02:00:00:00:00:07"},
                {"02-00-AA-ff", 0, "02:00:aa:ff"},
                {"0200aaFF", 0, "02:00:aa:ff"},
                {"2:0:a", 0, "02:00:0a"},
                {"2-10", 0, "02:10"},
                {"ab", 0, "ab"},
                {"ab:c", 0, "ab:0c"},
                {"01:02:03:04:05:06:07:08", 0, "01:02:03:04:05:06:07:08"},
                {"01:02:03:04:05:06:07:08:09", -ENOBUFS, NULL},
                {"010203040506070809", -ENOBUFS, NULL},
                {"a", -EINVAL, NULL},
                {"abc", -EINVAL, NULL},
                {"ab:", -EINVAL, NULL},
                {":ab", -EINVAL, NULL},
                {"ab::cd", -EINVAL, NULL},
                {"ab:cd-ef", -EINVAL, NULL},
                {"ab:cdef", -EINVAL, NULL},
                {"abcd:ef", -EINVAL, NULL},
                {"ab:123", -EINVAL, NULL},
                {"0x12", -EINVAL, NULL},
                {"ab cd", -EINVAL, NULL},
                {"gg", -EINVAL, NULL},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                char buffer[BYTES_STRING_MAX(8)];
                uint8_t bytes[8];
                size_t size = 77;

                ck_assert_msg(bytes_parse(cases[i].text, bytes, sizeof(bytes), &size) == cases[i].r,
                        "\"%s\"", cases[i].text);
                if (cases[i].r >= 0)
                        ck_assert_str_eq(bytes_format(bytes, size, buffer), cases[i].formatted);
                else
                        ck_assert_uint_eq(size, 77);
        }
}
END_TEST

START_TEST(test_sanitize)
{
        static const struct {
                const char *hex;
                const char *clean;
        } cases[] = {
                {"", ""},
                {"6c 61 70 74 6f 70", "laptop"},
                {"6c 61 70 00 00", "lap"},
                {"61 00 62", "a\\x00b"},
                {"1b 5b 32 4a", "\\x1b[2J"},
                {"09 0a 0d 7f", "\\x09\\x0a\\x0d\\x7f"},
                {"5c 22 2c 27", "\\\",'"},
                {"c3 bc", "\u00fc"},
                {"e4 b8 ad e6 96 87", "\u4e2d\u6587"},
                {"c2 a1 df bf", "\u00a1\u07ff"},
                {"e0 a0 80 ee 80 80", "\u0800\ue000"},
                {"f0 90 80 80 f0 9f 92 bb", "\U00010000\U0001f4bb"},
                {"f4 8f bf bd", "\U0010fffd"},
                /* Invalid: a lone byte, a lone continuation, cut short, wrong continuation. */
                {"ff", "\\xff"},
                {"80", "\\x80"},
                {"c3", "\\xc3"},
                {"e4 b8", "\\xe4\\xb8"},
                {"c3 41", "\\xc3A"},
                {"e4 b8 41", "\\xe4\\xb8A"},
                /* Overlong, surrogates, past Unicode. */
                {"c0 80", "\\xc0\\x80"},
                {"c1 bf", "\\xc1\\xbf"},
                {"e0 9f bf", "\\xe0\\x9f\\xbf"},
                {"f0 8f bf bf", "\\xf0\\x8f\\xbf\\xbf"},
                {"ed a0 80", "\\xed\\xa0\\x80"},
                {"ed bf bf", "\\xed\\xbf\\xbf"},
                {"f4 90 80 80", "\\xf4\\x90\\x80\\x80"},
                {"f8 90 80 80", "\\xf8\\x90\\x80\\x80"},
                {"f8 88 80 80 80", "\\xf8\\x88\\x80\\x80\\x80"},
                /* Valid, but not to be shown: C1, marks, separators, BOM, noncharacters, tags. */
                {"c2 9b", "\\xc2\\x9b"},
                {"c2 a0", "\u00a0"},
                {"c2 ad", "\\xc2\\xad"},
                {"d8 9c", "\\xd8\\x9c"},
                {"e2 80 8b", "\\xe2\\x80\\x8b"},
                {"e2 80 8f", "\\xe2\\x80\\x8f"},
                {"e2 80 a8", "\\xe2\\x80\\xa8"},
                {"e2 80 ae", "\\xe2\\x80\\xae"},
                {"e2 81 a6", "\\xe2\\x81\\xa6"},
                {"e2 81 b0", "\u2070"},
                {"ef bb bf", "\\xef\\xbb\\xbf"},
                {"ef b7 90", "\\xef\\xb7\\x90"},
                {"ef bf be", "\\xef\\xbf\\xbe"},
                {"ef bf bd", "\ufffd"},
                {"f0 9f bf bf", "\\xf0\\x9f\\xbf\\xbf"},
                {"f3 a0 80 a0", "\\xf3\\xa0\\x80\\xa0"},
                /* What reads as an escape stays: clean text must come out as it went in. */
                {"5c 78 66 66", "\\xff"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint8_t bytes[64];
                char once[256], twice[256];
                size_t size = test_bytes(cases[i].hex, bytes, sizeof(bytes)), n;

                n = text_sanitize(bytes, size, once, sizeof(once));
                ck_assert_str_eq(once, cases[i].clean);
                ck_assert_uint_eq(n, strlen(once));
                ck_assert_int_eq(
                        text_is_clean(bytes, size), n == size && memcmp(once, bytes, n) == 0);
                ck_assert(text_is_clean((uint8_t *) once, n));
                ck_assert_uint_eq(text_sanitize((uint8_t *) once, n, twice, sizeof(twice)), n);
                ck_assert_str_eq(twice, once);
        }
}
END_TEST

/* Every text of three bytes from an alphabet of the byte values that decide something. */
START_TEST(test_sanitize_is_idempotent)
{
        static const uint8_t alphabet[] = {0x00, 0x1f, 0x20, 0x41, 0x5c, 0x66, 0x78, 0x7e, 0x7f,
                0x80, 0x8b, 0x9f, 0xa0, 0xa8, 0xbb, 0xbf, 0xc0, 0xc1, 0xc2, 0xd8, 0xe0, 0xe2, 0xed,
                0xef, 0xf0, 0xf4, 0xf5, 0xff};
        const size_t n_letters = ELEMENTSOF(alphabet);

        for (size_t i = 0; i < n_letters * n_letters * n_letters; i++) {
                uint8_t text[3] = {alphabet[i % n_letters], alphabet[i / n_letters % n_letters],
                        alphabet[i / n_letters / n_letters]};
                char once[64], twice[64];
                size_t n = text_sanitize(text, sizeof(text), once, sizeof(once));

                ck_assert(text_is_clean((uint8_t *) once, n));
                ck_assert_uint_eq(text_sanitize((uint8_t *) once, n, twice, sizeof(twice)), n);
                ck_assert_mem_eq(once, twice, n + 1);
        }
}
END_TEST

START_TEST(test_sanitize_cuts_at_borders)
{
        static const uint8_t text[] = {'a', 0xc3, 0xbc, 0xff, 'b', 0xe2, 0x80, 0x8b, 'c'};
        static const char *const expected[] = {"", "a", "a", "a\u00fc", "a\u00fc", "a\u00fc",
                "a\u00fc", "a\u00fc\\xff", "a\u00fc\\xffb", "a\u00fc\\xffb"};
        char buffer[64];

        for (size_t capacity = 1; capacity <= ELEMENTSOF(expected); capacity++) {
                memset(buffer, '#', sizeof(buffer));
                ck_assert_uint_eq(text_sanitize(text, sizeof(text), buffer, capacity),
                        strlen(expected[capacity - 1]));
                ck_assert_str_eq(buffer, expected[capacity - 1]);
                ck_assert_int_eq(buffer[capacity], '#');
        }
        ck_assert_uint_eq(text_sanitize(text, sizeof(text), buffer, 22), 21);
        ck_assert_str_eq(buffer, "a\u00fc\\xffb\\xe2\\x80\\x8bc");
}
END_TEST

START_TEST(test_words)
{
        static const char *const yes[] = {"1", "yes", "Y", "TRUE", "t", "On"};
        static const char *const no[] = {"0", "no", "N", "False", "f", "oFF"};
        static const char *const neither[] = {"", "2", "yess", "ye", " yes", "maybe"};

        for (size_t i = 0; i < ELEMENTSOF(yes); i++)
                ck_assert_int_eq(parse_boolean(yes[i]), 1);
        for (size_t i = 0; i < ELEMENTSOF(no); i++)
                ck_assert_int_eq(parse_boolean(no[i]), 0);
        for (size_t i = 0; i < ELEMENTSOF(neither); i++)
                ck_assert_int_eq(parse_boolean(neither[i]), -EINVAL);

        ck_assert(string_equal("a", "a"));
        ck_assert(!string_equal("a", "b"));
        ck_assert(!string_equal("a", NULL));
        ck_assert(!string_equal(NULL, ""));
        ck_assert(string_equal(NULL, NULL));
}
END_TEST

START_TEST(test_numbers)
{
        static const struct {
                const char *text;
                uint64_t max;
                int r;
                uint64_t value;
        } cases[] = {
                {"0", 0, 0, 0},
                {"007", 7, 0, 7},
                {"255", 255, 0, 255},
                {"256", 255, -ERANGE, 0},
                {"18446744073709551615", UINT64_MAX, 0, UINT64_MAX},
                {"18446744073709551616", UINT64_MAX, -ERANGE, 0},
                {"36893488147419103233", UINT64_MAX, -ERANGE, 0},
                {"", 9, -EINVAL, 0},
                {"-0", 9, -EINVAL, 0},
                {"+1", 9, -EINVAL, 0},
                {" 1", 9, -EINVAL, 0},
                {"1 ", 9, -EINVAL, 0},
                {"0x1", 9, -EINVAL, 0},
                {"99999999999999999999x", 9, -EINVAL, 0},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint64_t value = 77;

                ck_assert_msg(parse_u64(cases[i].text, cases[i].max, &value) == cases[i].r,
                        "\"%s\"", cases[i].text);
                ck_assert_uint_eq(value, cases[i].r < 0 ? 77 : cases[i].value);
        }
}
END_TEST

START_TEST(test_strv)
{
        _cleanup_(strv_freep) char **strings = NULL, **words = NULL, **none = NULL;

        ck_assert_uint_eq(strv_length(NULL), 0);
        ck_assert_int_eq(strv_extend(&strings, "one"), 0);
        ck_assert_int_eq(strv_extend(&strings, ""), 0);
        ck_assert_uint_eq(strv_length(strings), 2);
        ck_assert_str_eq(strings[0], "one");
        ck_assert_str_eq(strings[1], "");

        ck_assert_int_eq(strv_split("  192.168.1.53\t9.9.9.9 ", &words), 0);
        ck_assert_uint_eq(strv_length(words), 2);
        ck_assert_str_eq(words[0], "192.168.1.53");
        ck_assert_str_eq(words[1], "9.9.9.9");

        ck_assert_int_eq(strv_split(" \t", &none), 0);
        ck_assert_ptr_nonnull(none);
        ck_assert_uint_eq(strv_length(none), 0);
        ck_assert_ptr_null(strv_free(NULL));
}
END_TEST

START_TEST(test_buffer)
{
        _cleanup_free_ char *text = NULL, *empty = NULL;
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;

        for (unsigned i = 0; i < 1000; i++)
                ck_assert_int_eq(buffer_printf(&buffer, "%u,", i), 0);
        ck_assert_int_eq(buffer_append_string(&buffer, "end"), 0);
        ck_assert_int_eq(buffer_append(&buffer, NULL, 0), 0);
        ck_assert_uint_eq(buffer.size, 10 * 2 + 90 * 3 + 900 * 4 + 3);
        ck_assert_int_eq(buffer_take_string(&buffer, &text), 0);
        ck_assert_uint_eq(strlen(text), 10 * 2 + 90 * 3 + 900 * 4 + 3);
        ck_assert_int_eq(strncmp(text, "0,1,2,", 6), 0);
        ck_assert_str_eq(text + strlen(text) - 7, "999,end");
        ck_assert_ptr_null(buffer.data);

        ck_assert_int_eq(buffer_take_string(&buffer, &empty), 0);
        ck_assert_str_eq(empty, "");

        /* A text longer than what was there before is written whole. */
        ck_assert_int_eq(buffer_printf(&buffer, "%01000d", 7), 0);
        ck_assert_uint_eq(buffer.size, 1000);
        ck_assert_int_eq(buffer.data[999], '7');
}
END_TEST

START_TEST(test_buffer_prints_every_length)
{
        for (int length = 1; length < 300; length++) {
                _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;

                ck_assert_int_eq(buffer_append_string(&buffer, "ab"), 0);
                ck_assert_int_eq(buffer_printf(&buffer, "%0*d", length, 7), 0);
                ck_assert_uint_eq(buffer.size, (size_t) length + 2);
                ck_assert_int_eq(buffer.data[1], 'b');
                ck_assert_int_eq(buffer.data[length + 1], '7');
        }
}
END_TEST

START_TEST(test_problems)
{
        _cleanup_(problems_done) Problems problems = {0};
        static const char *const expected[] = {
                "/etc/a.conf:7: unknown key \"Rnage\"",
                "b.conf: empty",
                "/etc/a.conf:9: line 9 of 10",
        };

        ck_assert_int_eq(
                problems_add(&problems, false, "/etc/a.conf", 7, "unknown key \"%s\"", "Rnage"), 0);
        ck_assert_int_eq(problems_add(&problems, true, "b.conf", 0, "empty"), 0);
        ck_assert_int_eq(
                problems_add(&problems, false, "/etc/a.conf", 9, "line %d of %d", 9, 10), 0);
        ck_assert_uint_eq(problems.n_items, ELEMENTSOF(expected));
        ck_assert_uint_eq(problems.n_errors, 2);
        for (size_t i = 0; i < ELEMENTSOF(expected); i++) {
                _cleanup_free_ char *text = NULL;

                ck_assert_int_eq(problem_format(&problems.items[i], &text), 0);
                ck_assert_str_eq(text, expected[i]);
        }
}
END_TEST

START_TEST(test_buffer_keeps_its_error)
{
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        char *text = NULL;

        ck_assert_int_eq(buffer_append_string(&buffer, "before"), 0);
        ck_assert_int_eq(buffer_reserve(&buffer, SIZE_MAX - 2), -ENOMEM);
        ck_assert_int_eq(buffer_append_string(&buffer, "after"), -ENOMEM);
        ck_assert_int_eq(buffer_printf(&buffer, "after"), -ENOMEM);
        ck_assert_int_eq(buffer_take_string(&buffer, &text), -ENOMEM);
        ck_assert_ptr_null(text);
        ck_assert_uint_eq(buffer.size, 6);

        buffer_clear(&buffer);
        ck_assert_int_eq(buffer_append_string(&buffer, "new"), 0);
        ck_assert_uint_eq(buffer.size, 3);

        buffer_clear_to(&buffer, buffer.capacity);
        ck_assert_uint_eq(buffer.size, 0);
        ck_assert_uint_gt(buffer.capacity, 0);
        buffer_clear_to(&buffer, buffer.capacity - 1);
        ck_assert_uint_eq(buffer.capacity, 0);
        ck_assert_ptr_null(buffer.data);
}
END_TEST

/* Writes so many bytes at once, buffered as a file is. */
static int write_and_finish(const char *path, size_t size) {
        FILE *file = fopen(path, "we");
        char *text = malloc(size + 1);
        int r;

        ck_assert_ptr_nonnull(file);
        ck_assert_ptr_nonnull(text);
        memset(text, 'x', size);
        text[size] = '\0';
        (void) fputs(text, file);
        r = stream_finish(file);
        (void) fclose(file);
        free(text);
        return r;
}

START_TEST(test_stream)
{
        static const size_t sizes[] = {1, 4095, 4096, 4097, 100000};

        for (size_t i = 0; i < ELEMENTSOF(sizes); i++) {
                ck_assert_int_eq(write_and_finish("/dev/null", sizes[i]), 0);
                ck_assert_int_eq(write_and_finish("/dev/full", sizes[i]), -ENOSPC);
        }
        ck_assert_int_eq(write_and_finish("/dev/full", 0), 0);
}
END_TEST

TEST_MAIN("basic", test_ipv4, test_log_level, test_prefix, test_prefix_members, test_unicast,
        test_range, test_bytes_text, test_sanitize, test_sanitize_is_idempotent,
        test_sanitize_cuts_at_borders, test_words, test_numbers, test_strv, test_buffer,
        test_buffer_prints_every_length, test_buffer_keeps_its_error, test_problems, test_stream);

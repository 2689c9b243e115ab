/* SPDX-License-Identifier: MIT */
/* Points in time, labels and safe text as minidhcpctl writes them. */

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ctl/format.h"
#include "ctl/properties.h"
#include "ctl/terminal.h"
#include "ctl/wrap.h"
#include "test.h"

/* 2026-11-21T22:55:00.123456Z, a Saturday. */
#define MOMENT ((usec_t) 1795301700123456)

static void set_up_place(void) {
        (void) setenv("TZ", "CET-1", 1);
        tzset();
        ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
}

START_TEST(test_styles)
{
        static const struct {
                const char *name;
                const char *moment; /* NULL = there is no such style */
        } cases[] = {
                {"relative", "Sat 2026-11-21 23:55:00 CET"},
                {"pretty", "Sat 2026-11-21 23:55:00 CET"},
                {"us", "Sat 2026-11-21 23:55:00.123456 CET"},
                {"µs", "Sat 2026-11-21 23:55:00.123456 CET"},
                {"utc", "Sat 2026-11-21 22:55:00 UTC"},
                {"us+utc", "Sat 2026-11-21 22:55:00.123456 UTC"},
                {"µs+utc", "Sat 2026-11-21 22:55:00.123456 UTC"},
                {"unix", "@1795301700"},
                {"UTC", NULL},
                {"", NULL},
        };
        char buffer[FORMAT_TIME_MAX];

        set_up_place();
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                TimestampStyle style = timestamp_style_from_string(cases[i].name);

                if (!cases[i].moment) {
                        ck_assert_int_eq(style, TIMESTAMP_STYLE_INVALID);
                        continue;
                }
                ck_assert_int_ne(style, TIMESTAMP_STYLE_INVALID);
                ck_assert_str_eq(format_timestamp(MOMENT, style, buffer), cases[i].moment);
                ck_assert_str_eq(format_timestamp(USEC_INFINITY, style, buffer), "never");
                ck_assert_str_eq(format_timestamp(0, style, buffer), "-");
        }
}
END_TEST

START_TEST(test_relative)
{
        static const struct {
                int64_t seconds; /* from now */
                const char *text;
        } cases[] = {
                {3150, "in 52min 30s"},
                {3600, "in 1h"},
                {86400 + 3600 + 60, "in 1d 1h"},
                {1, "in 1s"},
                {0, "now"},
                {-1, "1s ago"},
                {-59, "59s ago"},
                {-61, "1min ago"},
                {-7300, "2h ago"},
                {-200000, "2d ago"},
        };
        char buffer[FORMAT_TIME_MAX];

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                usec_t then = MOMENT + (usec_t) cases[i].seconds * USEC_PER_SEC;

                ck_assert_str_eq(format_relative(then, MOMENT, buffer), cases[i].text);
        }
        ck_assert_str_eq(format_relative(USEC_INFINITY, MOMENT, buffer), "never");
        ck_assert_str_eq(format_relative(MOMENT + 999999, MOMENT, buffer), "now");
        ck_assert_str_eq(format_relative(MOMENT, MOMENT + 999999, buffer), "now");
}
END_TEST

START_TEST(test_expiry)
{
        static const struct {
                int64_t seconds;
                const char *state;
                const char *text;
        } cases[] = {
                {3150, "bound", "in 52min 30s"},
                {600, "declined", "in 10min"},
                {-7300, "expired", "expired 2h ago"},
                {-7300, "released", "released 2h ago"},
                {-2, "bound", "expired 2s ago"},
        };
        char buffer[FORMAT_TIME_MAX];

        set_up_place();
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                usec_t expires = MOMENT + (usec_t) cases[i].seconds * USEC_PER_SEC;

                ck_assert_str_eq(format_expiry(expires, cases[i].state, TIMESTAMP_STYLE_RELATIVE,
                                         MOMENT, buffer),
                        cases[i].text);
        }
        ck_assert_str_eq(
                format_expiry(USEC_INFINITY, "bound", TIMESTAMP_STYLE_RELATIVE, MOMENT, buffer),
                "never");
        ck_assert_str_eq(format_expiry(MOMENT, "bound", TIMESTAMP_STYLE_UTC, MOMENT + 1, buffer),
                "Sat 2026-11-21 22:55:00 UTC");
}
END_TEST

START_TEST(test_labels)
{
        static const char *const cases[][2] = {
                {"Address", "Address"},
                {"HardwareAddress", "Hardware Address"},
                {"ClientId", "Client Id"},
                {"ExpiresUSec", "Expires"},
                {"DefaultLeaseTimeUSec", "Default Lease Time"},
                {"DNS", "DNS"},
                {"MTUBytes", "MTU Bytes"},
                {"IPv6OnlyPreferredUSec", "IPv6 Only Preferred"},
                {"USec", "U Sec"},
        };
        char buffer[64], small[8];

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                ck_assert_str_eq(format_label(cases[i][0], buffer, sizeof(buffer)), cases[i][1]);
        ck_assert_uint_lt(strlen(format_label("HardwareAddress", small, sizeof(small))), 8);
}
END_TEST

START_TEST(test_widths)
{
        size_t columns;

        set_up_place();
        ck_assert_uint_eq(format_width(""), 0);
        ck_assert_uint_eq(format_width("café"), 4);
        ck_assert_uint_eq(format_width("日本"), 4);
        ck_assert_uint_eq(format_width("a\xff"), 5); /* a byte that is none is shown as \xff */
        ck_assert_int_eq(format_padding("café", 6), 2);
        ck_assert_int_eq(format_padding("café", 3), 0);
        ck_assert_uint_eq(format_character("é", &columns), 2);
        ck_assert_uint_eq(columns, 1);
        /* A character that is cut off is not looked at beyond its end. */
        ck_assert_uint_eq(format_character("\xe6\x97", &columns), 1);
}
END_TEST

START_TEST(test_safe)
{
        static const char *const cases[][2] = {
                {"laptop", "laptop"},
                {"", ""},
                {"café", "café"},
                {"one\ntwo", "one\ntwo"},
                {"\n", "\n"},
                {"a\033[31m", "a\\x1b[31m"},
                {"a\xc2\x9b", "a\\xc2\\x9b"},
                {"a\tb", "a\\x09b"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_free_ char *safe = format_safe(cases[i][0]);

                ck_assert_str_eq(safe, cases[i][1]);
        }
}
END_TEST

START_TEST(test_terminal_text)
{
        static const Terminal plain = {.is_terminal = true},
                              utf8 = {.is_terminal = true, .utf8 = true},
                              file = {.is_terminal = false};
        _cleanup_free_ char *escaped = terminal_text(&plain, "café!");
        _cleanup_free_ char *shown = terminal_text(&utf8, "café!");
        _cleanup_free_ char *written = terminal_text(&file, "café!");

        ck_assert_str_eq(escaped, "caf\\xc3\\xa9!");
        ck_assert_str_eq(shown, "café!");
        ck_assert_str_eq(written, "café!");
}
END_TEST

START_TEST(test_properties)
{
        static const struct {
                const char *name;
                const char *json;
                const char *text;
        } cases[] = {
                {"Hostname", "\"laptop\"", "laptop"},
                {"Hostname", "\"evil\\u001b[2J\"", "evil\\x1b[2J"},
                {"Enabled", "true", "yes"},
                {"Enabled", "false", "no"},
                {"Size", "101", "101"},
                {"Size", "null", "infinite"},
                {"DefaultLeaseTimeUSec", "5400000000", "1h 30min"},
                {"MaxLeaseTimeUSec", "null", "infinite"},
                {"MinLeaseTimeUSec", "0", "-"},
                {"ExpiresUSec", "null", "never"},
                {"LastSeenUSec", "0", "-"},
                {"ExpiresUSec", "1795305300000000", "Sat 2026-11-21 23:55:00 UTC; in 59min 59s"},
                {"Flags", "3", "reserved,relayed"},
                {"Flags", "0", ""},
                {"DNS", "[\"192.168.1.53\", \"9.9.9.9\"]", "192.168.1.53 9.9.9.9"},
                {"DNS", "[]", ""},
                {"Routes",
                        "[[\"10.0.0.0/8\", \"192.168.1.1\"], [\"10.1.0.0/16\", \"192.168.1.2\"]]",
                        "10.0.0.0/8 192.168.1.1\n10.1.0.0/16 192.168.1.2"},
                {"Extras", "{\"Declines\": 2, \"Relay\": \"10.0.0.1\"}",
                        "Declines=2 Relay=10.0.0.1"},
                {"Ratio", "1.5", "1.5"},
        };

        set_up_place();
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_json_ json_object *value = json_tokener_parse(cases[i].json);
                _cleanup_free_ char *text =
                        property_text(cases[i].name, value, TIMESTAMP_STYLE_UTC, MOMENT);

                ck_assert_str_eq(text, cases[i].text);
        }
}
END_TEST

START_TEST(test_wrap)
{
        static const struct {
                const char *text;
                size_t used;
                size_t width;
                const char *expected;
        } cases[] = {
                {"", 0, 20, ""},
                {"one two three four", 0, SIZE_MAX, "one two three four"},
                {"one two three four", 0, 10, "one two\n  three\n  four"},
                {"one two three four", 4, 10, "one\n  two\n  three\n  four"},
                {"exactly ten", 0, 11, "exactly ten"},
                {"exactly ten", 0, 10, "exactly\n  ten"},
                {"averylongwordindeed", 0, 10, "averylongwordindeed"},
                {"a averylongwordindeed b", 0, 10, "a\n  averylongwordindeed\n  b"},
                {"a  b  c", 0, 5, "a  b\n  c"},
                {"\xc3\xa4\xc3\xb6\xc3\xbc \xc3\xa4\xc3\xb6\xc3\xbc", 0, 7,
                        "\xc3\xa4\xc3\xb6\xc3\xbc \xc3\xa4\xc3\xb6\xc3\xbc"},
                /* commands stay whole, if they can */
                {"Not up; see: ssh x ls", 0, 18, "Not up; see:\n  ssh x ls"},
                {"Not up; see: the manual", 0, 18, "Not up; see: the\n  manual"},
                {"See: ssh x with long names", 0, 14, "See: ssh x\n  with long\n  names"},
                {"Then `ls -l x`.", 0, 14, "Then\n  `ls -l x`."},
                {"Then `ls -l xxxxxxxxx`.", 0, 14, "Then `ls -l\n  xxxxxxxxx`."},
        };

        set_up_place();
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                char *text = NULL;
                size_t size;
                FILE *file = open_memstream(&text, &size);

                ck_assert_ptr_nonnull(file);
                wrap_print(file, cases[i].text, cases[i].used, 2, cases[i].width);
                ck_assert_int_eq(fclose(file), 0);
                ck_assert_str_eq(text, cases[i].expected);
                free(text);
        }
}
END_TEST

TEST_MAIN("ctl-format", test_styles, test_relative, test_expiry, test_labels, test_widths,
        test_safe, test_terminal_text, test_properties, test_wrap);

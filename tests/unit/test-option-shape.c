/* SPDX-License-Identifier: MIT */
/* SendOption= with values that the RFCs have, and values that no client expects. */

#include "config-test.h"
#include "setting/key.h"

static const char *const right[] = {
        "2:uint32:3600", "3:ipv4address:192.168.1.1", "6:ipv4address:192.168.1.1 192.168.1.2",
        "6:hex:c0a80101", "12:string:pc", "15:string:home.arpa", "15:string:home.arpa.",
        "15:string:home.arpa\\x00", "16:ipv4address:10.0.0.1", "17:string:10.0.0.1:/srv/root,v3",
        "19:uint8:0", "20:hex:01", "21:ipv4address:10.0.0.0 255.0.0.0 192.168.0.0 255.255.0.0",
        "21:ipv4address:10.0.0.1 255.255.255.255 0.0.0.0 0.0.0.0", "22:uint16:576", "23:uint8:1",
        "25:uint16:68 1500", "26:uint16:68", "26:hex:05dc",
        "33:ipv4address:10.1.2.3 192.168.1.1 10.2.0.0 192.168.1.2", "37:uint8:255",
        "44:ipv4address:10.0.0.1", "46:uint8:8", "66:string:192.168.1.2",
        "69:ipv4address:10.0.0.1 10.0.0.2", "108:uint32:300", "119:hex:03:6c:61:6e:00",
        "121:hex:08:0a:c0:a8:01:02:00:c0:a8:01:01", "150:ipv4address:10.0.0.1",
        "43:hex:00",        /* the vendor's */
        "60:string:a\\x00", /* any bytes */
        "224:uint8:1 2 3",  /* the site's */
};

static const struct {
        const char *value;
        const char *form;
} wrong[] = {
        {"2:uint16:3600", "one number from 0 to 4294967295, such as 2:uint32:1500"},
        {"3:string:192.168.1.1", "a list of addresses, such as 3:ipv4address:192.168.1.1 "
                                 "192.168.1.2"},
        {"6:string:10.0.0.1", /* eight bytes */
                "a list of addresses, such as 6:ipv4address:192.168.1.1 192.168.1.2"},
        {"6:hex:c0a801", "a list of addresses, such as 6:ipv4address:192.168.1.1 192.168.1.2"},
        {"12:ipv4address:10.0.0.1", "a text in ASCII, such as 12:string:TEXT"},
        {"12:string:\\x00", "a text in ASCII, such as 12:string:TEXT"},
        {"13:uint8:1", "one number from 0 to 65535, such as 13:uint16:1500"},
        {"15:string:a.example b.example",
                "one domain name, such as 15:string:home.arpa; SearchDomains= takes more"},
        {"15:hex:04:68:6f:6d:65:00",
                "one domain name, such as 15:string:home.arpa; SearchDomains= takes more"},
        {"16:ipv4address:10.0.0.1 10.0.0.2", "one address, such as 16:ipv4address:192.168.1.1"},
        {"17:hex:2f:01", "a text in ASCII, such as 17:string:TEXT"},
        {"19:uint8:2", "0 or 1, such as 19:uint8:1"},
        {"19:string:1", "0 or 1, such as 19:uint8:1"},
        {"20:uint16:1", "0 or 1, such as 20:uint8:1"},
        {"21:ipv4address:10.0.0.0",
                "pairs of an address and a mask, such as 21:ipv4address:10.0.0.0 255.0.0.0"},
        {"21:ipv4address:10.0.0.0 0.0.0.255",
                "pairs of an address and a mask, such as 21:ipv4address:10.0.0.0 255.0.0.0"},
        {"22:uint16:575", "one number from 576 to 65535, such as 22:uint16:1500"},
        {"23:uint8:0", "one number from 1 to 255, such as 23:uint8:64"},
        {"23:string:6", "one number from 1 to 255, such as 23:uint8:64"},
        {"25:uint16:67 1500", "a list of numbers from 68 to 65535, such as 25:uint16:68 1500"},
        {"26:uint16:67", "one number from 68 to 65535, such as 26:uint16:1500"},
        {"26:uint32:1500", "one number from 68 to 65535, such as 26:uint16:1500"},
        {"28:string:10.0.0.255", "one address, such as 28:ipv4address:192.168.1.1"},
        {"33:ipv4address:10.1.2.3 192.168.1.1 10.2.0.0",
                "pairs of a destination, not 0.0.0.0, and its router, such as 33:ipv4address:"
                "10.1.2.3 192.168.1.1; Route= takes prefixes"},
        {"33:ipv4address:0.0.0.0 192.168.1.1",
                "pairs of a destination, not 0.0.0.0, and its router, such as 33:ipv4address:"
                "10.1.2.3 192.168.1.1; Route= takes prefixes"},
        {"37:uint8:0", "one number from 1 to 255, such as 37:uint8:64"},
        {"46:uint8:3", "1, 2, 4 or 8, such as 46:uint8:8"},
        {"66:ipv4address:192.168.1.2", "a text in ASCII, such as 66:string:TEXT"},
        {"108:uint32:299", "one number from 300 to 4294967295, such as 108:uint32:1500"},
        {"119:string:home.arpa", "names encoded as RFC 1035 has it, such as "
                                 "119:hex:03:6c:61:6e:00; SearchDomains= takes them as text"},
        {"121:ipv4address:10.0.0.0 192.168.1.1",
                "routes encoded as RFC 3442 has it, such as 121:hex:08:0a:c0:a8:01:02; Route= "
                "takes PREFIX GATEWAY"},
};

static char *send_option(const char *value) {
        _cleanup_(pool_settings_freep) PoolSettings *pool = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        const Place place = {"f", 3};

        ck_assert_int_eq(pool_settings_new(&pool, "p"), 0);
        ck_assert_msg(
                pool_settings_set(pool, "SendOption", value, &place, &problems) == 0, "%s", value);
        ck_assert_uint_eq(pool->reply.options.n_values, 1); /* sent in any case */
        return dump_problems(&problems);
}

START_TEST(right_shapes)
{
        _cleanup_free_ char *got = send_option(right[_i]);

        ck_assert_str_eq(got, "");
}
END_TEST

START_TEST(wrong_shapes)
{
        _cleanup_free_ char *got = send_option(wrong[_i].value), *expected = NULL;

        ck_assert_int_ge(asprintf(&expected,
                                 "warning: f:3: SendOption=%s: clients may not take this: option "
                                 "%d is %s; it is sent as it stands\n",
                                 wrong[_i].value, atoi(wrong[_i].value), wrong[_i].form),
                0);
        ck_assert_str_eq(got, expected);
}
END_TEST

/* What a warning says to write is taken without one. */
START_TEST(examples_are_right)
{
        const char *example = strstr(wrong[_i].form, "such as ") + strlen("such as ");
        _cleanup_free_ char *value = strndup(example, strcspn(example, ";")), *got = NULL;

        got = send_option(value);
        ck_assert_str_eq(got, "");
}
END_TEST

TEST_SUITE("option-shape", suite, NULL) {
        TCase *group = test_cases_new(suite, "option-shape");

        tcase_add_loop_test(group, right_shapes, 0, ELEMENTSOF(right));
        tcase_add_loop_test(group, wrong_shapes, 0, ELEMENTSOF(wrong));
        tcase_add_loop_test(group, examples_are_right, 0, ELEMENTSOF(wrong));
}

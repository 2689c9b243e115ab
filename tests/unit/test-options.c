/* SPDX-License-Identifier: MIT */
/* Sets of options, classless routes, domain search lists. */

#include <errno.h>

#include "basic/text.h"
#include "test.h"
#include "wire/option-text.h"
#include "wire/options.h"
#include "wire/protocol.h"

static void assert_value(const OptionSet *set, uint8_t code, const char *hex) {
        const OptionValue *value = option_set_get(set, code);

        ck_assert_ptr_nonnull(value);
        ck_assert_uint_eq(value->code, code);
        test_assert_bytes(value->data, value->size, hex);
}

START_TEST(test_set)
{
        _cleanup_(option_set_done) OptionSet set = {0}, copy = {0};
        static const uint8_t order[] = {15, 3, 254, 1, 6, 42};
        const ipv4_t addresses[] = {0xc0a80101, 0x09090909};

        ck_assert_ptr_null(option_set_get(&set, 3));
        for (size_t i = 0; i < ELEMENTSOF(order); i++)
                ck_assert_int_eq(option_set_put(&set, order[i], &order[i], 1), 0);
        ck_assert_uint_eq(set.n_values, ELEMENTSOF(order));
        for (size_t i = 1; i < set.n_values; i++)
                ck_assert_uint_lt(set.values[i - 1].code, set.values[i].code);
        assert_value(&set, 254, "fe");
        ck_assert_ptr_null(option_set_get(&set, 2));
        ck_assert_ptr_null(option_set_get(&set, 253));
        ck_assert_ptr_null(option_set_get(&set, 255));

        ck_assert_int_eq(option_set_put(&set, 15, "ab", 2), 0);
        ck_assert_int_eq(option_set_append(&set, 15, "cd", 2), 0);
        ck_assert_int_eq(option_set_append(&set, 119, "x", 1), 0);
        ck_assert_int_eq(option_set_put(&set, 80, NULL, 0), 0);
        ck_assert_int_eq(option_set_put_ipv4s(&set, 6, addresses, 2), 0);
        ck_assert_int_eq(option_set_put_ipv4s(&set, 42, NULL, 0), 0);
        assert_value(&set, 15, "61 62 63 64");
        assert_value(&set, 119, "78");
        assert_value(&set, 80, "");
        assert_value(&set, 6, "c0 a8 01 01 09 09 09 09");
        assert_value(&set, 42, "");
        ck_assert_uint_eq(set.n_values, ELEMENTSOF(order) + 2);

        ck_assert_int_eq(option_set_copy(&copy, &set), 0);
        option_set_remove(&set, 15);
        option_set_remove(&set, 15);
        option_set_remove(&set, 1);
        option_set_remove(&set, 254);
        ck_assert_ptr_null(option_set_get(&set, 15));
        ck_assert_uint_eq(set.n_values, ELEMENTSOF(order) - 1);
        assert_value(&set, 3, "03");
        assert_value(&copy, 15, "61 62 63 64");
        assert_value(&copy, 80, "");
        ck_assert_uint_eq(copy.n_values, ELEMENTSOF(order) + 2);
}
END_TEST

START_TEST(test_set_refusals)
{
        _cleanup_(option_set_done) OptionSet set = {0};
        _cleanup_free_ uint8_t *large = calloc(1, 65536);
        _cleanup_free_ ipv4_t *addresses = calloc(16384, sizeof(*addresses));

        ck_assert_int_eq(option_set_put(&set, DHCP_OPTION_PAD, "x", 1), -EINVAL);
        ck_assert_int_eq(option_set_put(&set, DHCP_OPTION_END, "x", 1), -EINVAL);
        ck_assert_int_eq(option_set_append(&set, DHCP_OPTION_END, "x", 1), -EINVAL);
        ck_assert_int_eq(option_set_put(&set, 43, large, 65536), -E2BIG);
        ck_assert_int_eq(option_set_put_ipv4s(&set, 6, addresses, 16384), -E2BIG);
        ck_assert_uint_eq(set.n_values, 0);

        ck_assert_int_eq(option_set_put(&set, 43, large, 65535), 0);
        ck_assert_int_eq(option_set_append(&set, 43, "x", 1), -E2BIG);
        ck_assert_int_eq(option_set_append(&set, 43, large, SIZE_MAX), -E2BIG);
        ck_assert_uint_eq(option_set_get(&set, 43)->size, 65535);
        ck_assert_int_eq(option_set_put_ipv4s(&set, 6, addresses, 16383), 0);
}
END_TEST

START_TEST(test_routes)
{
        /* The table of RFC 3442, each with the gateway 10.0.0.1. */
        static const struct {
                const char *destination;
                const char *encoded;
        } cases[] = {
                {"0.0.0.0/0", "00 0a 00 00 01"},
                {"10.0.0.0/8", "08 0a 0a 00 00 01"},
                {"10.0.0.0/24", "18 0a 00 00 0a 00 00 01"},
                {"10.17.0.0/16", "10 0a 11 0a 00 00 01"},
                {"10.27.129.0/24", "18 0a 1b 81 0a 00 00 01"},
                {"10.229.0.128/25", "19 0a e5 00 80 0a 00 00 01"},
                {"10.198.122.47/32", "20 0a c6 7a 2f 0a 00 00 01"},
        };
        _cleanup_(buffer_done) Buffer all = BUFFER_INIT;
        Ipv4Route routes[ELEMENTSOF(cases)];
        char text[IPV4_PREFIX_STRING_MAX];
        size_t n;

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
                Ipv4Route route = {.gateway = 0x0a000001};

                ck_assert_int_eq(ipv4_prefix_parse(cases[i].destination, &route.destination), 0);
                ck_assert_int_eq(option_encode_route(&buffer, &route), 0);
                test_assert_bytes(buffer.data, buffer.size, cases[i].encoded);
                ck_assert_int_eq(option_encode_route(&all, &route), 0);
        }

        ck_assert_int_eq(
                option_decode_routes(all.data, all.size, routes, ELEMENTSOF(routes), &n), 0);
        ck_assert_uint_eq(n, ELEMENTSOF(cases));
        for (size_t i = 0; i < n; i++) {
                ck_assert_str_eq(
                        ipv4_prefix_format(routes[i].destination, text), cases[i].destination);
                ck_assert_uint_eq(routes[i].gateway, 0x0a000001);
        }

        /* Counted without being stored; cut anywhere but between routes it is malformed. */
        ck_assert_int_eq(option_decode_routes(all.data, all.size, NULL, 0, &n), 0);
        ck_assert_uint_eq(n, ELEMENTSOF(cases));
        for (size_t size = 0; size < all.size; size++) {
                uint8_t *cut = malloc(size);
                int r;

                if (size > 0)
                        memcpy(cut, all.data, size);
                r = option_decode_routes(cut, size, routes, ELEMENTSOF(routes), &n);
                ck_assert_int_eq(r, size == 5 || size == 11 || size == 19 || size == 26 ||
                                                    size == 34 || size == 43
                                            ? 0
                                            : -EBADMSG);
                free(cut);
        }
}
END_TEST

START_TEST(test_route_oddities)
{
        uint8_t bytes[16];
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        const Ipv4Route untidy = {.destination = {0x0a0000ff, 25}, .gateway = 1};
        Ipv4Route route;
        size_t n, size;

        size = test_bytes("21 0a 00 00 00 00 0a 00 00 01", bytes, sizeof(bytes));
        ck_assert_int_eq(option_decode_routes(bytes, size, &route, 1, &n), -EBADMSG);
        /* Host bits are dropped on reading and on writing. */
        size = test_bytes("19 0a 00 00 ff 0a 00 00 01", bytes, sizeof(bytes));
        ck_assert_int_eq(option_decode_routes(bytes, size, &route, 1, &n), 0);
        ck_assert_uint_eq(route.destination.address, 0x0a000080);
        ck_assert_int_eq(option_encode_route(&buffer, &untidy), 0);
        test_assert_bytes(buffer.data, buffer.size, "19 0a 00 00 80 00 00 00 01");
}
END_TEST

START_TEST(test_search_encoding)
{
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        _cleanup_(strv_freep) char **names = NULL;

        /* RFC 3397 2. */
        ck_assert_int_eq(option_encode_search(&buffer, "eng.apple.com."), 0);
        ck_assert_int_eq(option_encode_search(&buffer, "marketing.apple.com"), 0);
        test_assert_bytes(buffer.data, buffer.size,
                "03 65 6e 67 05 61 70 70 6c 65 03 63 6f 6d 00"
                "09 6d 61 72 6b 65 74 69 6e 67 c0 04");

        /* A whole name again, a parent, a name that only starts alike. */
        ck_assert_int_eq(option_encode_search(&buffer, "eng.apple.com"), 0);
        ck_assert_int_eq(option_encode_search(&buffer, "com"), 0);
        ck_assert_int_eq(option_encode_search(&buffer, "eng.apple"), 0);
        ck_assert_int_eq(option_encode_search(&buffer, "a.marketing.apple.com"), 0);
        test_assert_bytes(buffer.data + 27, buffer.size - 27,
                "c0 00 c0 0a 03 65 6e 67 05 61 70 70 6c 65 00 01 61 c0 0f");
        ck_assert_int_eq(option_encode_search(&buffer, "not a name"), -EINVAL);
        ck_assert_int_eq(option_encode_search(&buffer, ""), -EINVAL);

        ck_assert_int_eq(option_decode_search(buffer.data, buffer.size, &names), 0);
        ck_assert_uint_eq(strv_length(names), 6);
        ck_assert_str_eq(names[0], "eng.apple.com");
        ck_assert_str_eq(names[1], "marketing.apple.com");
        ck_assert_str_eq(names[2], "eng.apple.com");
        ck_assert_str_eq(names[3], "com");
        ck_assert_str_eq(names[4], "eng.apple");
        ck_assert_str_eq(names[5], "a.marketing.apple.com");
}
END_TEST

/* What stands in the buffer already may be anything: it is not pointed to, and not read past. */
START_TEST(test_search_after_noise)
{
        static const char *const noise[] = {"c0", "01", "03 63 6f", "01 61 c0", "01 61 c0 00",
                "01 61 c0 ff", "01 61", "ff 61 61"};

        for (size_t i = 0; i < ELEMENTSOF(noise); i++) {
                Buffer buffer = BUFFER_INIT;
                uint8_t bytes[8];
                size_t size = test_bytes(noise[i], bytes, sizeof(bytes));

                buffer.data = malloc(size);
                buffer.size = buffer.capacity = size;
                memcpy(buffer.data, bytes, size);
                ck_assert_int_eq(option_encode_search(&buffer, "a.com"), 0);
                test_assert_bytes(buffer.data + size, buffer.size - size, "01 61 03 63 6f 6d 00");
                buffer_done(&buffer);
        }
}
END_TEST

START_TEST(test_search_decoding)
{
        static const struct {
                const char *what;
                const char *hex;
                int r;
                const char *first;
        } cases[] = {
                {"one name", "03 63 6f 6d 00", 0, "com"},
                {"a chain of pointers", "01 61 00 01 62 c0 00 01 63 c0 03", 0, "a"},
                {"bytes that are no text", "03 61 ff 1b 00", 0, "a\\xff\\x1b"},
                {"nothing", "", -EBADMSG, NULL},
                {"the root", "00", -EBADMSG, NULL},
                {"a pointer to the root", "01 61 00 c0 02", -EBADMSG, NULL},
                {"no end", "03 63 6f 6d", -EBADMSG, NULL},
                {"label cut short", "03 63 6f", -EBADMSG, NULL},
                {"pointer cut short", "03 63 6f 6d c0", -EBADMSG, NULL},
                {"pointer to itself", "c0 00", -EBADMSG, NULL},
                {"pointer into its own name", "01 61 c0 00", -EBADMSG, NULL},
                {"pointer forwards", "c0 02 01 61 00", -EBADMSG, NULL},
                {"two pointers at each other", "01 61 c0 04 c0 00", -EBADMSG, NULL},
                {"pointer past the end", "01 61 00 c0 ff", -EBADMSG, NULL},
                {"reserved label type", "41 61 00", -EBADMSG, NULL},
                {"a dot in a label", "03 61 2e 62 00", -EBADMSG, NULL},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(strv_freep) char **names = NULL;
                uint8_t bytes[64], *exact;
                size_t size = test_bytes(cases[i].hex, bytes, sizeof(bytes));

                exact = malloc(size);
                if (size > 0)
                        memcpy(exact, bytes, size);
                ck_assert_msg(option_decode_search(exact, size, &names) == cases[i].r, "%s",
                        cases[i].what);
                if (cases[i].r >= 0)
                        ck_assert_str_eq(names[0], cases[i].first);
                else
                        ck_assert_ptr_null(names);
                free(exact);
        }
}
END_TEST

/* Names of 253 bytes pass, by labels as well as by a pointer that leads to more of them. */
START_TEST(test_search_longest_name)
{
        uint8_t bytes[300] = {0};
        _cleanup_(strv_freep) char **names = NULL, **none = NULL;
        size_t at = 0;

        for (unsigned i = 0; i < 4; i++) {
                bytes[at] = i < 3 ? 63 : 61;
                memset(bytes + at + 1, 'a', bytes[at]);
                at += 1U + bytes[at];
        }
        ck_assert_int_eq(option_decode_search(bytes, at + 1, &names), 0);
        ck_assert_uint_eq(strlen(names[0]), 253);

        (void) test_bytes("01 62 c0 00", bytes + at + 1, 4);
        ck_assert_int_eq(option_decode_search(bytes, at + 5, &none), -EBADMSG);
}
END_TEST

START_TEST(test_domain_names)
{
        static const struct {
                const char *name;
                bool valid;
        } cases[] = {
                {"com", true},
                {"home.arpa", true},
                {"home.arpa.", true},
                {"_dns-sd.Example.COM", true},
                {"xn--bcher-kva.example", true},
                {"1.2.3.4", true},
                {"az-AZ-09", true},
                {"", false},
                {".", false},
                {".com", false},
                {"a..b", false},
                {"a..", false},
                {"a b", false},
                {"a/b", false},
                {"a:b", false},
                {"a@b", false},
                {"a[b", false},
                {"a`b", false},
                {"a{b", false},
                {"b\u00fccher", false},
        };
        char label[80] = {0}, name[260] = {0};

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                ck_assert_msg(!domain_name_is_valid(cases[i].name) == !cases[i].valid, "\"%s\"",
                        cases[i].name);

        memset(label, 'a', 63);
        ck_assert(domain_name_is_valid(label));
        label[63] = 'a';
        ck_assert(!domain_name_is_valid(label));

        /* 126 labels of one byte and one more make 253 bytes; with a final dot 254 are taken. */
        for (size_t i = 0; i < 253; i++)
                name[i] = i % 2 == 0 ? 'a' : '.';
        ck_assert(domain_name_is_valid(name));
        name[253] = '.';
        ck_assert(domain_name_is_valid(name));
        name[254] = 'a';
        ck_assert(!domain_name_is_valid(name));
}
END_TEST

/* Each form; what is not of its option's form, and what nothing is known of, is bytes. */
START_TEST(test_text)
{
        static const struct {
                uint8_t code;
                const char *hex, *text;
        } cases[] = {
                {DHCP_OPTION_ROUTER, "c0a80101", "192.168.1.1"},
                {DHCP_OPTION_DNS, "c0a80101 09090909", "192.168.1.1 9.9.9.9"},
                {DHCP_OPTION_DNS, "c0a801", "c0:a8:01"},
                {DHCP_OPTION_DNS, "", ""},
                {DHCP_OPTION_LEASE_TIME, "00000e10", "3600"},
                {DHCP_OPTION_INTERFACE_MTU, "05dc", "1500"},
                {DHCP_OPTION_INTERFACE_MTU, "05", "5"},
                {DHCP_OPTION_INTERFACE_MTU, "0005dc", "00:05:dc"},
                {DHCP_OPTION_DOMAIN_NAME, "612e62 00", "a.b"},
                {DHCP_OPTION_DOMAIN_NAME, "61ff", "a\\xff"},
                {DHCP_OPTION_DOMAIN_NAME, "00", "00"},
                {DHCP_OPTION_DOMAIN_SEARCH, "016100 016200", "a b"},
                {DHCP_OPTION_DOMAIN_SEARCH, "0561", "05:61"},
                {DHCP_OPTION_CLASSLESS_ROUTE, "08 0a c0a80101 00 c0a80102",
                        "10.0.0.0/8 192.168.1.1, 0.0.0.0/0 192.168.1.2"},
                {DHCP_OPTION_CLASSLESS_ROUTE, "08 0a", "08:0a"},
                {224, "0102", "01:02"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_free_ char *text = NULL;
                uint8_t data[64];
                size_t size = *cases[i].hex ? test_bytes(cases[i].hex, data, sizeof(data)) : 0;

                ck_assert_int_eq(option_format(cases[i].code, data, size, &text), 0);
                ck_assert_str_eq(text, cases[i].text);
        }
        ck_assert_str_eq(option_name(DHCP_OPTION_ROUTER), "Router");
        ck_assert_ptr_null(option_name(224));
}
END_TEST

TEST_MAIN("options", test_set, test_set_refusals, test_routes, test_route_oddities,
        test_search_encoding, test_search_after_noise, test_search_decoding,
        test_search_longest_name, test_domain_names, test_text);

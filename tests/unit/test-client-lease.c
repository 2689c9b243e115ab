/* SPDX-License-Identifier: MIT */
/* What a lease says of the message that it was made from. */

#include <json-c/json.h>

#include "client-desk.h"

START_TEST(test_times)
{
        static const struct {
                const char *options;
                uint64_t t1, t2;
        } cases[] = {
                {"", 1800, 3150}, {"3a 04 00 00 03 84  3b 04 00 00 07 08", 900, 1800},
                {"3a 04 00 00 07 08  3b 04 00 00 03 84", 1800, 3150}, /* T1 after T2 */
                {"3a 04 00 00 03 84  3b 04 00 00 0e 10", 900, 3150},  /* T2 at the end */
                {"3a 04 00 00 0e 10", 1800, 3150},                    /* T1 at the end */
                {"3a 02 03 84", 1800, 3150},                          /* malformed */
                {"3a 04 ff ff ff ff  3b 04 ff ff ff ff", 1800,
                        3150}, /* infinite, of a finite lease */
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(mdc_lease_unrefp) mdc_lease *lease = lease_with(cases[i].options);
                uint64_t span;

                ck_assert_int_eq(mdc_lease_get_lifetime(lease, &span), 0);
                ck_assert_uint_eq(span, 3600 * SECOND);
                ck_assert_int_eq(mdc_lease_get_t1(lease, &span), 0);
                ck_assert_uint_eq(span, cases[i].t1 * SECOND);
                ck_assert_int_eq(mdc_lease_get_t2(lease, &span), 0);
                ck_assert_uint_eq(span, cases[i].t2 * SECOND);
        }
}
END_TEST

START_TEST(test_netmask)
{
        static const struct {
                const char *options;
                uint8_t length;
        } cases[] = {
                {"01 04 ff ff fc 00", 22},
                {"01 04 ff ff ff ff", 32},
                {"", 24},                  /* by class */
                {"01 04 ff 00 ff 00", 24}, /* no mask */
                {"01 02 ff ff", 24},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(mdc_lease_unrefp) mdc_lease *lease = lease_with(cases[i].options);
                uint8_t length;

                ck_assert_int_eq(mdc_lease_get_prefix_length(lease, &length), 0);
                ck_assert_uint_eq(length, cases[i].length);
        }
}
END_TEST

START_TEST(test_broadcast)
{
        static const struct {
                const char *options, *address;
        } cases[] = {
                {"01 04 ff ff fc 00", "192.168.3.255"},
                {"01 04 ff ff fc 00  1c 04 c0 a8 01 ff", "192.168.1.255"},
                {"01 04 ff ff fc 00  1c 04 00 00 00 00", "192.168.3.255"}, /* none of any network */
                {"01 04 ff ff fc 00  1c 03 c0 a8 01", "192.168.3.255"},
                {"01 04 ff ff ff fe", NULL},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(mdc_lease_unrefp) mdc_lease *lease = lease_with(cases[i].options);
                struct in_addr address = {0};

                ck_assert_int_eq(
                        mdc_lease_get_broadcast(lease, &address), cases[i].address ? 0 : -ENODATA);
                ck_assert_uint_eq(address.s_addr,
                        cases[i].address ? desk_address(cases[i].address).s_addr : 0);
        }
}
END_TEST

/* RFC 3442: 121 over 33 and 3 */
START_TEST(test_routes)
{
        static const struct {
                const char *options, *routes;
        } cases[] = {
                {"", ""},
                {"03 08 c0 a8 01 01 c0 a8 01 02", "0.0.0.0/0 192.168.1.1,"},
                {"03 04 c0 a8 01 01  21 08 0a 00 00 00 c0 a8 01 03",
                        "10.0.0.0/8 192.168.1.3,0.0.0.0/0 192.168.1.1,"},
                {"21 08 0a 01 02 03 c0 a8 01 03", "10.1.2.3/32 192.168.1.3,"},
                {"21 07 0a 01 02 03 c0 a8 01", ""},
                {"03 04 c0 a8 01 01  79 08 18 0a 01 02 c0 a8 01 05  21 08 0a 00 00 00 c0 a8 01 03",
                        "10.1.2.0/24 192.168.1.5,"},
                {"03 04 c0 a8 01 01  79 00", "0.0.0.0/0 192.168.1.1,"},
                {"03 04 c0 a8 01 01  79 05 00 c0 a8 01 05", "0.0.0.0/0 192.168.1.5,"},
                {"79 06 10 a9 fe 00 00 00  ff", ""},
                {"79 07 10 a9 fe 00 00 00 00", "169.254.0.0/16 0.0.0.0,"},
                {"03 04 c0 a8 01 01  79 02 21 00",
                        "0.0.0.0/0 192.168.1.1,"}, /* broken: as absent */
                /* 249 as 121, which goes first when it is whole */
                {"03 04 c0 a8 01 01  f9 05 00 c0 a8 01 05", "0.0.0.0/0 192.168.1.5,"},
                {"f9 05 00 c0 a8 01 05  79 05 00 c0 a8 01 06", "0.0.0.0/0 192.168.1.6,"},
                {"f9 05 00 c0 a8 01 05  79 02 21 00", "0.0.0.0/0 192.168.1.5,"},
                {"03 04 c0 a8 01 01  f9 02 21 00", "0.0.0.0/0 192.168.1.1,"},
                /* of several routers the first that a host can be */
                {"03 08 00 00 00 00 c0 a8 01 01", "0.0.0.0/0 192.168.1.1,"},
                {"03 0c e0 00 00 01 7f 00 00 01 c0 a8 01 01", "0.0.0.0/0 192.168.1.1,"},
                {"03 04 00 00 00 00", ""},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(mdc_lease_unrefp) mdc_lease *lease = lease_with(cases[i].options);
                const mdc_route *routes;
                char text[200] = "";
                size_t n = 0;

                if (mdc_lease_get_routes(lease, &routes, &n) < 0)
                        n = 0;
                for (size_t k = 0; k < n; k++) {
                        char a[IPV4_STRING_MAX], b[IPV4_STRING_MAX];

                        (void) snprintf(text + strlen(text), sizeof(text) - strlen(text),
                                "%s/%u %s,", ipv4_format(ntohl(routes[k].destination.s_addr), a),
                                routes[k].prefix_length,
                                ipv4_format(ntohl(routes[k].gateway.s_addr), b));
                }
                ck_assert_str_eq(text, cases[i].routes);
        }
}
END_TEST

START_TEST(test_lists_and_text)
{
        _cleanup_(mdc_lease_unrefp) mdc_lease *lease = lease_with("06 08 08 08 08 08 09 09 09 09"
                                                                  "2a 03 01 02 03"
                                                                  "0f 09 68 6f 6d 65 1b 5b 41 2e 00"
                                                                  "77 07 04 68 6f 6d 65 00 00"
                                                                  "1a 02 05 dc"
                                                                  "0c 02 70 63"
                                                                  "43 04 62 6f 6f 74");
        const struct in_addr *addresses;
        struct in_addr address;
        const uint8_t *data;
        const char *text;
        uint16_t mtu;
        size_t n;

        ck_assert_int_eq(mdc_lease_get_dns(lease, &addresses, &n), 0);
        ck_assert_uint_eq(n, 2);
        ck_assert_uint_eq(addresses[1].s_addr, desk_address("9.9.9.9").s_addr);
        ck_assert_int_eq(mdc_lease_get_ntp(lease, &addresses, &n), -ENODATA);
        ck_assert_int_eq(mdc_lease_get_routers(lease, &addresses, &n), -ENODATA);
        ck_assert_int_eq(mdc_lease_get_domain(lease, &text), 0);
        ck_assert_str_eq(text, "home\\x1b[A.");
        ck_assert_int_eq(mdc_lease_get_hostname(lease, &text), 0);
        ck_assert_str_eq(text, "pc");
        ck_assert_int_eq(mdc_lease_get_boot_file(lease, &text), 0);
        ck_assert_str_eq(text, "boot");
        ck_assert_int_eq(mdc_lease_get_mtu(lease, &mtu), 0);
        ck_assert_uint_eq(mtu, 1500);
        ck_assert_int_eq(mdc_lease_get_broadcast(lease, &address), 0);
        ck_assert_uint_eq(address.s_addr, desk_address("192.168.1.255").s_addr);
        ck_assert_int_eq(mdc_lease_get_next_server(lease, &address), -ENODATA);
        ck_assert_int_eq(mdc_lease_get_option(lease, 42, &data, &n), 0);
        test_assert_bytes(data, n, "01 02 03");
        ck_assert_int_eq(mdc_lease_get_option(lease, 43, &data, &n), -ENODATA);
}
END_TEST

START_TEST(test_mtu)
{
        _cleanup_(mdc_lease_unrefp) mdc_lease *lease = lease_with("1a 02 00 43");
        uint16_t mtu;

        ck_assert_int_eq(mdc_lease_get_mtu(lease, &mtu), -EBADMSG);
}
END_TEST

START_TEST(test_json)
{
        _cleanup_(mdc_lease_unrefp) mdc_lease *lease =
                lease_with("01 04 ff ff ff 00  03 04 c0 a8 01 01  0c 02 61 22");
        _cleanup_free_ char *text = NULL;
        json_object *object, *value;

        ck_assert_int_eq(mdc_lease_to_json(lease, &text), 0);
        object = json_tokener_parse(text);
        ck_assert_ptr_nonnull(object);
        ck_assert(json_object_object_get_ex(object, "Address", &value));
        ck_assert_str_eq(json_object_get_string(value), DESK_ADDRESS);
        ck_assert(json_object_object_get_ex(object, "ServerIdentifier", &value));
        ck_assert_str_eq(json_object_get_string(value), DESK_SERVER);
        ck_assert(json_object_object_get_ex(object, "LifetimeUSec", &value));
        ck_assert_int_eq(json_object_get_int64(value), 3600000000);
        ck_assert(json_object_object_get_ex(object, "Hostname", &value));
        ck_assert_str_eq(json_object_get_string(value), "a\"");
        ck_assert(json_object_object_get_ex(object, "Routes", &value));
        ck_assert_uint_eq(json_object_array_length(value), 1);
        ck_assert(!json_object_object_get_ex(object, "DNS", &value));
        (void) json_object_put(object);
}
END_TEST

/* A lease from its own message is the same; what is no lease is refused. */
START_TEST(test_message)
{
        _cleanup_(mdc_lease_unrefp) mdc_lease *lease = lease_with("06 04 08 08 08 08");
        _cleanup_(mdc_lease_unrefp) mdc_lease *again = NULL;
        _cleanup_free_ char *a = NULL, *b = NULL;
        uint8_t broken[1500];
        const uint8_t *message;
        size_t size;

        ck_assert_int_eq(mdc_lease_get_message(lease, &message, &size), 0);
        ck_assert_int_eq(mdc_lease_new(&again, 5 * SECOND, message, size), 0);
        ck_assert_int_eq(mdc_lease_to_json(lease, &a), 0);
        ck_assert_int_eq(mdc_lease_to_json(again, &b), 0);
        ck_assert_str_eq(a, b);

        again = mdc_lease_unref(again);
        ck_assert_int_eq(mdc_lease_new(&again, 0, message, 100), -EBADMSG);
        memcpy(broken, message, size);
        wire_put_u32(broken + 16, 0);
        ck_assert_int_eq(mdc_lease_new(&again, 0, broken, size), -EBADMSG);
        memcpy(broken, message, size);
        broken[DHCP_OPTIONS_OFFSET + 2] = DHCP_NAK;
        ck_assert_int_eq(mdc_lease_new(&again, 0, broken, size), -EBADMSG);
}
END_TEST

/* Servers whose administrators have set by hand what is sent anyway send it twice: RFC 3396 joins
 * the two, and the first counts. A list is joined indeed. */
START_TEST(test_twice)
{
        static const char *const options[] = {
                "01 04 ff ff ff 00  01 04 ff ff 00 00  33 04 00 00 00 64  36 04 01 02 03 04",
                "1c 04 c0 a8 01 ff  1c 04 c0 a8 01 ff  3a 04 00 00 00 64  3a 04 00 00 00 c8  01 04 "
                "ff "
                "ff ff 00",
                "1a 02 05 78  1a 02 05 dc  01 04 ff ff ff 00",
        };
        struct in_addr server, broadcast;
        uint64_t lifetime = 0, t1 = 0;
        const struct in_addr *list;
        uint8_t length = 0;
        uint16_t mtu = 0;
        size_t n = 0;

        for (size_t i = 0; i < ELEMENTSOF(options); i++) {
                _cleanup_(mdc_lease_unrefp) mdc_lease *lease = lease_with(options[i]);

                ck_assert_int_eq(mdc_lease_get_prefix_length(lease, &length), 0);
                ck_assert_uint_eq(length, 24);
                ck_assert_int_eq(mdc_lease_get_lifetime(lease, &lifetime), 0);
                ck_assert_uint_eq(lifetime, 3600 * SECOND);
                ck_assert_int_eq(mdc_lease_get_server_id(lease, &server), 0);
                ck_assert_uint_eq(server.s_addr, desk_address(DESK_SERVER).s_addr);
                if (i == 1) {
                        ck_assert_int_eq(mdc_lease_get_t1(lease, &t1), 0);
                        ck_assert_uint_eq(t1, 100 * SECOND);
                        ck_assert_int_eq(mdc_lease_get_broadcast(lease, &broadcast), 0);
                        ck_assert_uint_eq(broadcast.s_addr, desk_address("192.168.1.255").s_addr);
                }
                if (i == 2) {
                        ck_assert_int_eq(mdc_lease_get_mtu(lease, &mtu), 0);
                        ck_assert_uint_eq(mtu, 1400);
                }
        }

        _cleanup_(mdc_lease_unrefp) mdc_lease *lists =
                lease_with("03 04 c0 a8 01 01  03 04 c0 a8 01 02");
        ck_assert_int_eq(mdc_lease_get_routers(lists, &list, &n), 0);
        ck_assert_uint_eq(n, 2);
}
END_TEST

TEST_MAIN("client-lease", test_twice, test_times, test_netmask, test_broadcast, test_routes,
        test_lists_and_text, test_mtu, test_json, test_message);

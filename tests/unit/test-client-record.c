/* SPDX-License-Identifier: MIT */
/* The record of what is ours goes through JSON unchanged; a damaged one is none. */

#include "client-cli/record.h"
#include "client-desk.h"

static json_object *parse(const char *text) {
        return json_tokener_parse(text);
}

#define WHOLE                                                                                      \
        "{\"InterfaceIndex\":3,\"Address\":\"192.168.1.100/24\",\"AddressIsOurs\":true,"           \
        "\"Metric\":1024,\"Table\":254,\"Routes\":[{\"Destination\":\"10.0.0.1/32\"},"             \
        "{\"Destination\":\"0.0.0.0/0\",\"Gateway\":\"10.0.0.1\",\"GatewayOnLink\":true}],"        \
        "\"MTUBytes\":1400,\"MTUBytesBefore\":1500,\"Resolver\":\"resolvconf\"}"

START_TEST(test_round)
{
        _cleanup_(record_done) Record record = {0};
        json_object *object = parse(WHOLE), *again = NULL;

        ck_assert_int_eq(record_from_json(object, &record), 0);
        ck_assert_int_eq(record.ifindex, 3);
        ck_assert(record.has_address);
        ck_assert_uint_eq(record.n_routes, 2);
        ck_assert_uint_eq(record.routes[1].gateway, desk_ipv4("10.0.0.1"));
        ck_assert(record.routes[1].gateway_on_link);
        ck_assert_uint_eq(record.mtu_before, 1500);
        ck_assert_int_eq(record.resolver, RESOLVER_RESOLVCONF);
        ck_assert(!record_is_empty(&record));
        ck_assert(record_has_route(&record, &record.routes[0]));
        ck_assert_int_eq(record_to_json(&record, &again), 0);
        ck_assert(json_object_equal(object, again));
        (void) json_object_put(object);
        (void) json_object_put(again);
}
END_TEST

START_TEST(test_damaged)
{
        static const char *const texts[] = {
                "null",
                "[]",
                "{}",
                "\"\"",
                "3",
                "{\"InterfaceIndex\":3,\"Address\":\"192.168.1.100/24\",\"Metric\":1,\"Table\":254,"
                "\"Resolver\":\"none\"}", /* no routes */
                "{\"InterfaceIndex\":3,\"Address\":\"192.168.1.100/24\",\"Metric\":1,\"Table\":254,"
                "\"Resolver\":\"none\",\"Routes\":[null]}",
                "{\"InterfaceIndex\":3,\"Address\":\"192.168.1.100/24\",\"Metric\":1,\"Table\":254,"
                "\"Resolver\":\"none\",\"Routes\":[{\"Destination\":\"10.0.0.0/33\"}]}",
                "{\"InterfaceIndex\":3,\"Address\":\"192.168.1.100/24\",\"Metric\":1,\"Table\":254,"
                "\"Resolver\":\"none\",\"Routes\":[{\"Destination\":\"10.0.0.0/"
                "8\",\"Gateway\":7}]}",
                "{\"InterfaceIndex\":3,\"Address\":\"192.168.1.100/24\",\"Metric\":1,\"Table\":254,"
                "\"Resolver\":\"/bin/sh\",\"Routes\":[]}",
                "{\"InterfaceIndex\":-3,\"Address\":\"192.168.1.100/24\",\"Metric\":1,"
                "\"Table\":254,\"Resolver\":\"none\",\"Routes\":[]}",
                "{\"InterfaceIndex\":3,\"Address\":null,\"Metric\":1,\"Table\":254,"
                "\"Resolver\":\"none\",\"Routes\":[]}",
                "{\"InterfaceIndex\":3,\"Address\":\"192.168.1.100/24\",\"Metric\":4294967296,"
                "\"Table\":254,\"Resolver\":\"none\",\"Routes\":[]}",
                "{\"InterfaceIndex\":3,\"Address\":\"192.168.1.100/24\",\"AddressIsOurs\":1,"
                "\"Metric\":1,\"Table\":254,\"Resolver\":\"none\",\"Routes\":[]}",
                "{\"InterfaceIndex\":3,\"Address\":\"192.168.1.100/24\",\"Metric\":1,\"Table\":254,"
                "\"Resolver\":\"none\",\"Routes\":[],\"MTUBytes\":1400}",
        };

        for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
                json_object *object = parse(texts[i]);
                Record record = {.ifindex = 77};

                ck_assert_msg(record_from_json(object, &record) == -EBADMSG, "%s", texts[i]);
                ck_assert_int_eq(record.ifindex, 77);
                (void) json_object_put(object);
        }
}
END_TEST

TEST_MAIN("client-record", test_round, test_damaged);

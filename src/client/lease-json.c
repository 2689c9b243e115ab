/* SPDX-License-Identifier: MIT */
/* A lease as JSON: keys in CamelCase, times in microseconds with null for infinity, addresses as
 * dotted quads. What is absent is left out. Every option is there as bytes too, so that nothing
 * needs a new release to be read. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "basic/bytes.h"
#include "basic/ipv4.h"
#include "basic/macro.h"
#include "basic/time.h"
#include "client/minidhcp-client.h"
#include "wire/frame.h"
#include "wire/protocol.h"

static void json_object_putp(json_object **object) {
        (void) json_object_put(*object);
}

/* Keys outlive the object: json-c leaks its copy of one when the value cannot be added. */
static int add_value(json_object *object, const char *key, json_object *value) {
        return json_object_object_add_ex(object, key, value, JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

/* Adds a value that was just made; NULL is the failed allocation. */
static int add_take(json_object *object, const char *key, json_object *value) {
        if (value && add_value(object, key, value) >= 0)
                return 0;
        (void) json_object_put(value);
        return -ENOMEM;
}

static int append_take(json_object *array, json_object *value) {
        if (value && json_object_array_add(array, value) >= 0)
                return 0;
        (void) json_object_put(value);
        return -ENOMEM;
}

static int add_text(json_object *object, const char *key, const char *text) {
        return add_take(object, key, json_object_new_string(text));
}

static json_object *new_address(struct in_addr address) {
        char text[IPV4_STRING_MAX];

        return json_object_new_string(ipv4_format(ntohl(address.s_addr), text));
}

typedef int (*AddressGetter)(const mdc_lease *lease, struct in_addr *ret);

static int add_address(
        json_object *object, const char *key, const mdc_lease *lease, AddressGetter getter) {
        struct in_addr address;

        return getter(lease, &address) < 0 ? 0 : add_take(object, key, new_address(address));
}

typedef int (*ListGetter)(const mdc_lease *lease, const struct in_addr **ret, size_t *ret_n);

static int add_list(
        json_object *object, const char *key, const mdc_lease *lease, ListGetter getter) {
        const struct in_addr *addresses;
        json_object *array;
        size_t n;
        int r;

        if (getter(lease, &addresses, &n) < 0)
                return 0;
        array = json_object_new_array();
        r = add_take(object, key, array);
        for (size_t i = 0; r >= 0 && i < n; i++)
                r = append_take(array, new_address(addresses[i]));
        return r;
}

typedef int (*TextGetter)(const mdc_lease *lease, const char **ret);

static int add_text_of(
        json_object *object, const char *key, const mdc_lease *lease, TextGetter getter) {
        const char *text;

        return getter(lease, &text) < 0 ? 0 : add_text(object, key, text);
}

typedef int (*SpanGetter)(const mdc_lease *lease, uint64_t *ret);

static int add_span(
        json_object *object, const char *key, const mdc_lease *lease, SpanGetter getter) {
        usec_t span;

        if (getter(lease, &span) < 0)
                return 0;
        if (span == USEC_INFINITY)
                return add_value(object, key, NULL) < 0 ? -ENOMEM : 0;
        return add_take(object, key, json_object_new_uint64(span));
}

static int add_times(json_object *object, const mdc_lease *lease) {
        int r;

        r = add_span(object, "LifetimeUSec", lease, mdc_lease_get_lifetime);
        if (r < 0)
                return r;
        r = add_span(object, "T1USec", lease, mdc_lease_get_t1);
        if (r < 0)
                return r;
        return add_span(object, "T2USec", lease, mdc_lease_get_t2);
}

static int add_routes(json_object *object, const mdc_lease *lease) {
        const mdc_route *routes;
        json_object *array;
        size_t n;
        int r;

        if (mdc_lease_get_routes(lease, &routes, &n) < 0)
                return 0;
        array = json_object_new_array();
        r = add_take(object, "Routes", array);
        for (size_t i = 0; r >= 0 && i < n; i++) {
                const mdc_route *route = &routes[i];
                const Ipv4Prefix prefix = {ntohl(route->destination.s_addr), route->prefix_length};
                char text[IPV4_PREFIX_STRING_MAX];
                json_object *item = json_object_new_object();

                r = append_take(array, item);
                if (r >= 0)
                        r = add_text(item, "Destination", ipv4_prefix_format(prefix, text));
                if (r >= 0 && route->gateway.s_addr != 0)
                        r = add_take(item, "Gateway", new_address(route->gateway));
        }
        return r;
}

static int add_search(json_object *object, const mdc_lease *lease) {
        json_object *array;
        char *const *names;
        int r;

        if (mdc_lease_get_search(lease, &names) < 0)
                return 0;
        array = json_object_new_array();
        r = add_take(object, "SearchDomains", array);
        for (; r >= 0 && *names; names++)
                r = append_take(array, json_object_new_string(*names));
        return r;
}

typedef char OptionKey[4];

static int add_options(
        json_object *object, const mdc_lease *lease, OptionKey keys[static DHCP_OPTION_END]) {
        json_object *options = json_object_new_object();
        int r;

        r = add_take(object, "Options", options);
        for (unsigned code = 1; r >= 0 && code < DHCP_OPTION_END; code++) {
                _cleanup_free_ char *text = NULL;
                const uint8_t *data;
                size_t size;

                if (mdc_lease_get_option(lease, (uint8_t) code, &data, &size) < 0)
                        continue;
                text = malloc(BYTES_STRING_MAX(size));
                if (!text)
                        return -ENOMEM;
                (void) snprintf(keys[code], sizeof(keys[code]), "%u", code);
                r = add_text(options, keys[code], bytes_format(data, size, text));
        }
        return r;
}

static int add_sender(json_object *object, const mdc_lease *lease) {
        static const uint8_t unknown[ETHERNET_ADDRESS_SIZE] = {0};
        char text[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)];
        uint8_t hardware[ETHERNET_ADDRESS_SIZE];
        struct in_addr sender;
        int r;

        if (mdc_lease_get_sender(lease, &sender, hardware) < 0)
                return 0;
        r = add_take(object, "Sender", new_address(sender));
        if (r < 0 || memcmp(hardware, unknown, sizeof(unknown)) == 0)
                return r;
        return add_text(
                object, "SenderHardwareAddress", bytes_format(hardware, sizeof(hardware), text));
}

static int add_addresses(json_object *object, const mdc_lease *lease) {
        static const struct {
                const char *key;
                AddressGetter getter;
        } addresses[] = {
                {"Address", mdc_lease_get_address},
                {"Netmask", mdc_lease_get_netmask},
                {"BroadcastAddress", mdc_lease_get_broadcast},
                {"ServerIdentifier", mdc_lease_get_server_id},
                {"NextServer", mdc_lease_get_next_server},
        };
        uint8_t length;
        int r = 0;

        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(addresses); i++)
                r = add_address(object, addresses[i].key, lease, addresses[i].getter);
        if (r >= 0)
                r = add_sender(object, lease);
        if (r < 0 || mdc_lease_get_prefix_length(lease, &length) < 0)
                return r;
        return add_take(object, "PrefixLength", json_object_new_int(length));
}

static int add_configuration(json_object *object, const mdc_lease *lease) {
        uint16_t mtu;
        int r;

        r = add_list(object, "Routers", lease, mdc_lease_get_routers);
        if (r < 0)
                return r;
        r = add_routes(object, lease);
        if (r < 0)
                return r;
        r = add_list(object, "DNS", lease, mdc_lease_get_dns);
        if (r < 0)
                return r;
        r = add_list(object, "NTP", lease, mdc_lease_get_ntp);
        if (r < 0)
                return r;
        r = add_text_of(object, "Domain", lease, mdc_lease_get_domain);
        if (r < 0)
                return r;
        r = add_search(object, lease);
        if (r < 0)
                return r;
        r = add_text_of(object, "Hostname", lease, mdc_lease_get_hostname);
        if (r < 0)
                return r;
        r = add_text_of(object, "BootFilename", lease, mdc_lease_get_boot_file);
        if (r < 0)
                return r;
        if (mdc_lease_get_mtu(lease, &mtu) < 0)
                return 0;
        return add_take(object, "MTUBytes", json_object_new_int(mtu));
}

/* json-c leaves out what it has no memory to write, and does not say so. */
static bool is_written(const char *text, json_object *object) {
        _cleanup_(json_object_putp) json_object *read = json_tokener_parse(text);

        return json_object_equal(read, object) != 0;
}

int mdc_lease_to_json(const mdc_lease *lease, char **ret) {
        OptionKey keys[DHCP_OPTION_END];
        _cleanup_(json_object_putp) json_object *object = NULL;
        const char *text;
        char *copy;
        int r;

        if (!lease || !ret)
                return -EINVAL;
        object = json_object_new_object();
        if (!object)
                return -ENOMEM;
        r = add_addresses(object, lease);
        if (r < 0)
                return r;
        r = add_times(object, lease);
        if (r < 0)
                return r;
        r = add_configuration(object, lease);
        if (r < 0)
                return r;
        r = add_options(object, lease, keys);
        if (r < 0)
                return r;

        text = json_object_to_json_string_ext(
                object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
        copy = text && is_written(text, object) ? strdup(text) : NULL;
        if (!copy)
                return -ENOMEM;
        *ret = copy;
        return 0;
}

/* SPDX-License-Identifier: MIT */
/* The record and its JSON. What is read comes from a file that anybody with the right to write it
 * may have edited: it is judged here, and names nothing but addresses, numbers and the resolver. */

#include <errno.h>
#include <string.h>

#include "basic/macro.h"
#include "client-cli/record.h"

enum {
        ROUTES_MAX = 4096,
};

static const char *const resolver_names[] = {
        [RESOLVER_NONE] = "none",
        [RESOLVER_RESOLVED] = "systemd-resolved",
        [RESOLVER_RESOLVCONF] = "resolvconf",
};

static void json_object_putp(json_object **object) {
        (void) json_object_put(*object);
}

void record_done(Record *record) {
        free(record->routes);
        *record = (Record){0};
}

bool record_is_empty(const Record *record) {
        return !record->has_address && record->n_routes == 0 && record->mtu == 0 &&
               record->resolver == RESOLVER_NONE;
}

bool record_has_route(const Record *record, const Route *route) {
        for (size_t i = 0; i < record->n_routes; i++)
                if (route_equal(&record->routes[i], route))
                        return true;
        return false;
}

void record_take_routes(Record *record, Route *routes, size_t n) {
        free(record->routes);
        record->routes = routes;
        record->n_routes = n;
}

/* ---- writing ----------------------------------------------------------------------------------
 */

/* Takes the value, also on failure. */
static int add(json_object *object, const char *key, json_object *value) {
        if (value && json_object_object_add(object, key, value) >= 0)
                return 0;
        (void) json_object_put(value);
        return -ENOMEM;
}

static int add_number(json_object *object, const char *key, uint32_t number) {
        return add(object, key, json_object_new_int64(number));
}

static int add_prefix(json_object *object, const char *key, Ipv4Prefix prefix) {
        char text[IPV4_PREFIX_STRING_MAX];

        return add(object, key, json_object_new_string(ipv4_prefix_format(prefix, text)));
}

static int append_route(json_object *array, const Route *route) {
        json_object *object = json_object_new_object();
        char text[IPV4_STRING_MAX];
        int r;

        if (!object || json_object_array_add(array, object) < 0) {
                (void) json_object_put(object);
                return -ENOMEM;
        }
        r = add_prefix(object, "Destination", route->destination);
        if (r >= 0 && route->gateway != 0)
                r = add(object, "Gateway",
                        json_object_new_string(ipv4_format(route->gateway, text)));
        if (r >= 0 && route->gateway_on_link)
                r = add(object, "GatewayOnLink", json_object_new_boolean(true));
        return r;
}

static int add_routes(json_object *object, const Record *record) {
        json_object *array = json_object_new_array();
        int r;

        r = add(object, "Routes", array);
        for (size_t i = 0; r >= 0 && i < record->n_routes; i++)
                r = append_route(array, &record->routes[i]);
        return r;
}

int record_to_json(const Record *record, json_object **ret) {
        _cleanup_(json_object_putp) json_object *object = json_object_new_object();
        int r;

        if (!object)
                return -ENOMEM;
        r = add_number(object, "InterfaceIndex", (uint32_t) record->ifindex);
        if (r >= 0)
                r = add_prefix(object, "Address", record->address);
        if (r >= 0)
                r = add(object, "AddressIsOurs", json_object_new_boolean(record->has_address));
        if (r >= 0)
                r = add_number(object, "Metric", record->metric);
        if (r >= 0)
                r = add_number(object, "Table", record->table);
        if (r >= 0)
                r = add_routes(object, record);
        if (r >= 0 && record->mtu > 0)
                r = add_number(object, "MTUBytes", record->mtu);
        if (r >= 0 && record->mtu > 0)
                r = add_number(object, "MTUBytesBefore", record->mtu_before);
        if (r >= 0)
                r = add(object, "Resolver",
                        json_object_new_string(resolver_names[record->resolver]));
        if (r < 0)
                return r;
        *ret = TAKE_PTR(object);
        return 0;
}

/* ---- reading ----------------------------------------------------------------------------------
 */

static const char *get_text(const json_object *object, const char *key) {
        json_object *value;

        if (!json_object_object_get_ex(object, key, &value) ||
                !json_object_is_type(value, json_type_string))
                return NULL;
        return json_object_get_string(value);
}

static int get_number(const json_object *object, const char *key, uint32_t *ret) {
        json_object *value;
        int64_t number;

        if (!json_object_object_get_ex(object, key, &value) ||
                !json_object_is_type(value, json_type_int))
                return -EBADMSG;
        number = json_object_get_int64(value);
        if (number < 0 || number > UINT32_MAX)
                return -EBADMSG;
        *ret = (uint32_t) number;
        return 0;
}

static int get_boolean(const json_object *object, const char *key, bool *ret) {
        json_object *value;

        if (!json_object_object_get_ex(object, key, &value))
                return 0; /* as it was */
        if (!json_object_is_type(value, json_type_boolean))
                return -EBADMSG;
        *ret = json_object_get_boolean(value);
        return 0;
}

static int get_prefix(const json_object *object, const char *key, Ipv4Prefix *ret) {
        const char *text = get_text(object, key);

        return text && ipv4_prefix_parse(text, ret) >= 0 ? 0 : -EBADMSG;
}

static int read_route(const json_object *object, Route *ret) {
        const char *gateway;

        if (get_prefix(object, "Destination", &ret->destination) < 0 ||
                get_boolean(object, "GatewayOnLink", &ret->gateway_on_link) < 0)
                return -EBADMSG;
        if (!json_object_object_get_ex(object, "Gateway", NULL))
                return 0;
        gateway = get_text(object, "Gateway");
        return gateway && ipv4_parse(gateway, &ret->gateway) >= 0 ? 0 : -EBADMSG;
}

static int read_routes(const json_object *object, Record *record) {
        json_object *array;
        size_t n;
        int r;

        if (!json_object_object_get_ex(object, "Routes", &array) ||
                !json_object_is_type(array, json_type_array))
                return -EBADMSG;
        n = json_object_array_length(array);
        if (n > ROUTES_MAX)
                return -EBADMSG;
        record->routes = calloc(MAX(n, (size_t) 1), sizeof(*record->routes));
        if (!record->routes)
                return -ENOMEM;
        for (; record->n_routes < n; record->n_routes++) {
                r = read_route(json_object_array_get_idx(array, record->n_routes),
                        &record->routes[record->n_routes]);
                if (r < 0)
                        return r;
        }
        return 0;
}

static int read_mtu(const json_object *object, Record *record) {
        if (!json_object_object_get_ex(object, "MTUBytes", NULL))
                return 0;
        if (get_number(object, "MTUBytes", &record->mtu) < 0)
                return -EBADMSG;
        return get_number(object, "MTUBytesBefore", &record->mtu_before);
}

static int read_resolver(const json_object *object, ResolverKind *ret) {
        const char *name = get_text(object, "Resolver");

        for (size_t i = 0; name && i < ELEMENTSOF(resolver_names); i++)
                if (strcmp(name, resolver_names[i]) == 0) {
                        *ret = (ResolverKind) i;
                        return 0;
                }
        return -EBADMSG;
}

int record_from_json(const json_object *object, Record *ret) {
        _cleanup_(record_done) Record record = {0};
        uint32_t ifindex;
        int r;

        if (!json_object_is_type(object, json_type_object) ||
                get_number(object, "InterfaceIndex", &ifindex) < 0 || ifindex > INT32_MAX ||
                get_prefix(object, "Address", &record.address) < 0 ||
                get_boolean(object, "AddressIsOurs", &record.has_address) < 0 ||
                get_number(object, "Metric", &record.metric) < 0 ||
                get_number(object, "Table", &record.table) < 0 || read_mtu(object, &record) < 0 ||
                read_resolver(object, &record.resolver) < 0)
                return -EBADMSG;
        record.ifindex = (int) ifindex;
        r = read_routes(object, &record);
        if (r < 0)
                return r;
        *ret = record;
        record = (Record){0};
        return 0;
}

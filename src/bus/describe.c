/* SPDX-License-Identifier: MIT */

/* JSON of everything. Values are not written a second time here: the properties are put into a
 * message by the getters that answer everybody else, and the message is turned into JSON. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/macro.h"
#include "bus/bus-internal.h"
#include "bus/describe.h"
#include "bus/host-bus.h"
#include "bus/interface-bus.h"
#include "bus/lease-bus.h"
#include "bus/manager-bus.h"
#include "bus/object.h"
#include "bus/pool-bus.h"

static void json_object_putp(json_object **json) {
        (void) json_object_put(*json);
}

static json_object *json_from_number(char type, const void *value) {
        switch (type) {
        case 'y':
                return json_object_new_int(*(const uint8_t *) value);
        case 'n':
                return json_object_new_int(*(const int16_t *) value);
        case 'q':
                return json_object_new_int(*(const uint16_t *) value);
        case 'i':
                return json_object_new_int(*(const int32_t *) value);
        case 'u':
                return json_object_new_int64(*(const uint32_t *) value);
        case 'x':
                return json_object_new_int64(*(const int64_t *) value);
        case 't':
                return json_object_new_uint64(*(const uint64_t *) value);
        case 'b':
                return json_object_new_boolean(*(const int *) value);
        case 'd':
                return json_object_new_double(*(const double *) value);
        default:
                return NULL;
        }
}

static int json_from_basic(sd_bus_message *message, char type, json_object **ret) {
        union {
                uint64_t number; /* the largest that is read into it, and aligned for all */
                double real;
        } value;
        const char *text;
        json_object *json;
        int r;

        if (strchr("sog", type)) {
                r = sd_bus_message_read_basic(message, type, &text);
                if (r < 0)
                        return r;
                json = json_object_new_string(text);
        } else {
                r = sd_bus_message_read_basic(message, type, &value);
                if (r < 0)
                        return r;
                json = json_from_number(type, &value);
        }
        if (!json)
                return -ENOMEM;

        *ret = json;
        return 0;
}

static int json_from_bytes(sd_bus_message *message, json_object **ret) {
        _cleanup_free_ char *text = NULL;
        const void *data;
        size_t size;
        json_object *json;
        int r;

        r = sd_bus_message_read_array(message, 'y', &data, &size);
        if (r < 0)
                return r;
        text = malloc(BYTES_STRING_MAX(size));
        if (!text)
                return -ENOMEM;
        json = json_object_new_string(bytes_format(data, size, text));
        if (!json)
                return -ENOMEM;

        *ret = json;
        return 0;
}

static int json_from_entry(sd_bus_message *message, const char *contents, json_object *object) {
        _cleanup_(json_object_putp) json_object *value = NULL;
        const char *key;
        int r;

        r = sd_bus_message_enter_container(message, 'e', contents);
        if (r < 0)
                return r;
        r = sd_bus_message_read_basic(message, 's', &key);
        if (r < 0)
                return r;
        r = json_from_message(message, &value);
        if (r < 0)
                return r;
        if (json_object_object_add(object, key, value) < 0)
                return -ENOMEM;
        value = NULL;

        return sd_bus_message_exit_container(message);
}

static int json_from_element(sd_bus_message *message, json_object *array) {
        _cleanup_(json_object_putp) json_object *value = NULL;
        int r;

        r = json_from_message(message, &value);
        if (r < 0)
                return r;
        if (json_object_array_add(array, value) < 0)
                return -ENOMEM;
        value = NULL;

        return 0;
}

static int json_from_container(
        sd_bus_message *message, char type, const char *contents, json_object **ret) {
        _cleanup_(json_object_putp) json_object *json = NULL;
        bool dictionary = type == 'a' && contents[0] == '{';
        _cleanup_free_ char *entry = NULL;
        int r;

        json = dictionary ? json_object_new_object() : json_object_new_array();
        if (!json)
                return -ENOMEM;
        if (dictionary) {
                entry = strndup(contents + 1, strlen(contents) - 2);
                if (!entry)
                        return -ENOMEM;
        }

        r = sd_bus_message_enter_container(message, type, contents);
        if (r < 0)
                return r;
        while ((r = sd_bus_message_at_end(message, false)) == 0) {
                r = dictionary ? json_from_entry(message, entry, json)
                               : json_from_element(message, json);
                if (r < 0)
                        return r;
        }
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(message);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(json);
        return 0;
}

static int json_from_variant(sd_bus_message *message, const char *contents, json_object **ret) {
        _cleanup_(json_object_putp) json_object *json = NULL;
        int r;

        r = sd_bus_message_enter_container(message, 'v', contents);
        if (r < 0)
                return r;
        r = json_from_message(message, &json);
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(message);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(json);
        return 0;
}

int json_from_message(sd_bus_message *message, json_object **ret) {
        const char *contents;
        char type;
        int r;

        r = sd_bus_message_peek_type(message, &type, &contents);
        if (r < 0)
                return r;
        if (r == 0)
                return -ENODATA;

        switch (type) {
        case 'v':
                return json_from_variant(message, contents, ret);
        case 'a':
                return strcmp(contents, "y") == 0
                               ? json_from_bytes(message, ret)
                               : json_from_container(message, type, contents, ret);
        case 'r':
                return json_from_container(message, type, contents, ret);
        default:
                return json_from_basic(message, type, ret);
        }
}

/* A message that nobody sends, to be written and then read. */
static int new_scratch(sd_bus *connection, sd_bus_message **ret) {
        return sd_bus_message_new_signal(
                connection, ret, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "Scratch");
}

static int read_scratch(sd_bus_message *scratch, json_object **ret) {
        int r;

        r = sd_bus_message_seal(scratch, 1, 0);
        if (r < 0)
                return r;

        return json_from_message(scratch, ret);
}

static int describe_object(sd_bus *connection, const sd_bus_vtable *vtable, const char *interface,
        void *userdata, json_object **ret) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *scratch = NULL;
        int r;

        r = new_scratch(connection, &scratch);
        if (r < 0)
                return r;
        r = object_append_properties(scratch, vtable, BUS_MANAGER_PATH, interface, userdata);
        if (r < 0)
                return r;

        return read_scratch(scratch, ret);
}

static int describe_statistics(Bus *bus, sd_bus *connection, json_object *all) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *scratch = NULL;
        _cleanup_(json_object_putp) json_object *json = NULL;
        int r;

        r = new_scratch(connection, &scratch);
        if (r < 0)
                return r;
        r = manager_bus_append_statistics(bus, scratch);
        if (r < 0)
                return r;
        r = read_scratch(scratch, &json);
        if (r < 0)
                return r;

        return json_object_object_add(all, "Statistics", TAKE_PTR(json)) < 0 ? -ENOMEM : 0;
}

/* An empty array under a key; it belongs to @all. */
static json_object *add_array(json_object *all, const char *key) {
        json_object *array = json_object_new_array();

        if (!array || json_object_object_add(all, key, array) < 0) {
                (void) json_object_put(array);
                return NULL;
        }
        return array;
}

static int add_object(json_object *array, sd_bus *connection, const sd_bus_vtable *vtable,
        const char *interface, void *userdata) {
        _cleanup_(json_object_putp) json_object *json = NULL;
        int r;

        r = describe_object(connection, vtable, interface, userdata, &json);
        if (r < 0)
                return r;

        return json_object_array_add(array, TAKE_PTR(json)) < 0 ? -ENOMEM : 0;
}

static int describe_pools(Bus *bus, sd_bus *connection, json_object *all) {
        json_object *array = add_array(all, "Pools");
        Pool *const *pools;
        size_t n;
        int r;

        if (!array)
                return -ENOMEM;

        pools = server_get_pools(bus->server, &n);
        for (size_t i = 0; i < n; i++) {
                pool_bus_show(bus, pools[i]);
                r = add_object(array, connection, pool_vtable, BUS_POOL_INTERFACE, &bus->pool);
                if (r < 0)
                        return r;
        }

        return 0;
}

static int describe_hosts(Bus *bus, sd_bus *connection, json_object *all) {
        const Settings *settings = server_get_settings(bus->server);
        json_object *array;
        int r;

        if (settings && settings->n_hosts > BUS_OBJECTS_MAX)
                return 0;
        array = add_array(all, "Hosts");
        if (!array)
                return -ENOMEM;

        for (size_t i = 0; settings && i < settings->n_hosts; i++) {
                host_bus_show(bus, settings->hosts[i]);
                r = add_object(array, connection, host_vtable, BUS_HOST_INTERFACE, &bus->host);
                if (r < 0)
                        return r;
        }

        return 0;
}

static int describe_interfaces(Bus *bus, sd_bus *connection, json_object *all) {
        json_object *array = add_array(all, "Interfaces");
        const Link *link;
        int r;

        if (!array)
                return -ENOMEM;

        for (size_t i = 0; (link = server_link_at(bus->server, i)); i++) {
                interface_bus_show(bus, link);
                r = add_object(array, connection, interface_vtable, BUS_INTERFACE_INTERFACE,
                        &bus->interface);
                if (r < 0)
                        return r;
        }

        return 0;
}

static int describe_leases(Bus *bus, sd_bus *connection, json_object *all) {
        const Lease *leases[BUS_OBJECTS_MAX];
        json_object *array;
        size_t n;
        int r;

        if (!lease_bus_is_listable(bus))
                return 0;
        array = add_array(all, "Leases");
        if (!array)
                return -ENOMEM;

        n = lease_bus_list(bus, leases);
        for (size_t i = 0; i < n; i++) {
                lease_bus_show(bus, leases[i]);
                r = add_object(array, connection, lease_vtable, BUS_LEASE_INTERFACE, &bus->lease);
                if (r < 0)
                        return r;
        }

        return 0;
}

int describe_all(Bus *bus, sd_bus *connection, char **ret) {
        static int (*const parts[])(Bus *, sd_bus *, json_object *) = {
                describe_statistics,
                describe_pools,
                describe_hosts,
                describe_interfaces,
                describe_leases,
        };
        _cleanup_(json_object_putp) json_object *all = NULL;
        const char *text;
        int r;

        r = describe_object(connection, manager_vtable, BUS_MANAGER_INTERFACE, bus, &all);
        if (r < 0)
                return r;
        for (size_t i = 0; i < ELEMENTSOF(parts); i++) {
                r = parts[i](bus, connection, all);
                if (r < 0)
                        return r;
        }

        text = json_object_to_json_string_ext(
                all, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
        if (!text)
                return -ENOMEM;
        *ret = strdup(text);
        return *ret ? 0 : -ENOMEM;
}

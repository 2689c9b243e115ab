/* SPDX-License-Identifier: MIT */

/* JSON of everything. Values are not written a second time here: the properties are put into a
 * message by the getters that answer everybody else, and the message is written as JSON. */

#include "bus/describe.h"
#include "basic/buffer.h"
#include "basic/macro.h"
#include "bus/bus-internal.h"
#include "bus/host-bus.h"
#include "bus/interface-bus.h"
#include "bus/json-text.h"
#include "bus/lease-bus.h"
#include "bus/manager-bus.h"
#include "bus/object.h"
#include "bus/pool-bus.h"

/* A message that nobody sends, to be written and then read. */
static int new_scratch(sd_bus *connection, sd_bus_message **ret) {
        return sd_bus_message_new_signal(
                connection, ret, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "Scratch");
}

/* Everything that is in the message, which is one value. */
static int write_scratch(Buffer *text, sd_bus_message *scratch) {
        int r;

        r = sd_bus_message_seal(scratch, 1, 0);
        if (r < 0)
                return r;

        return json_write_value(text, scratch);
}

static int describe_object(Buffer *text, sd_bus *connection, const sd_bus_vtable *vtable,
        const char *interface, void *userdata) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *scratch = NULL;
        int r;

        r = new_scratch(connection, &scratch);
        if (r < 0)
                return r;
        r = object_append_properties(scratch, vtable, BUS_MANAGER_PATH, interface, userdata);
        if (r < 0)
                return r;

        return write_scratch(text, scratch);
}

static int describe_statistics(Bus *bus, sd_bus *connection, Buffer *text) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *scratch = NULL;
        int r;

        r = new_scratch(connection, &scratch);
        if (r < 0)
                return r;
        r = manager_bus_append_statistics(bus, scratch);
        if (r < 0)
                return r;
        (void) buffer_append_string(text, ",\"Statistics\":");

        return write_scratch(text, scratch);
}

static int add_object(Buffer *text, size_t i, sd_bus *connection, const sd_bus_vtable *vtable,
        const char *interface, void *userdata) {
        if (i > 0)
                (void) buffer_append_string(text, ",");
        return describe_object(text, connection, vtable, interface, userdata);
}

static int describe_pools(Bus *bus, sd_bus *connection, Buffer *text) {
        Pool *const *pools;
        size_t n;
        int r;

        (void) buffer_append_string(text, ",\"Pools\":[");
        pools = server_get_pools(bus->server, &n);
        for (size_t i = 0; i < n; i++) {
                pool_bus_show(bus, pools[i]);
                r = add_object(
                        text, i, connection, bus->pool_vtable, BUS_POOL_INTERFACE, &bus->pool);
                if (r < 0)
                        return r;
        }

        return buffer_append_string(text, "]");
}

static int describe_hosts(Bus *bus, sd_bus *connection, Buffer *text) {
        const Settings *settings = server_get_settings(bus->server);
        int r;

        if (settings && settings->n_hosts > BUS_OBJECTS_MAX)
                return 0;

        (void) buffer_append_string(text, ",\"Hosts\":[");
        for (size_t i = 0; settings && i < settings->n_hosts; i++) {
                host_bus_show(bus, settings->hosts[i]);
                r = add_object(
                        text, i, connection, bus->host_vtable, BUS_HOST_INTERFACE, &bus->host);
                if (r < 0)
                        return r;
        }

        return buffer_append_string(text, "]");
}

static int describe_interfaces(Bus *bus, sd_bus *connection, Buffer *text) {
        const Link *link;
        int r;

        (void) buffer_append_string(text, ",\"Interfaces\":[");
        for (size_t i = 0; (link = server_link_at(bus->server, i)); i++) {
                interface_bus_show(bus, link);
                r = add_object(text, i, connection, interface_vtable, BUS_INTERFACE_INTERFACE,
                        &bus->interface);
                if (r < 0)
                        return r;
        }

        return buffer_append_string(text, "]");
}

static int describe_leases(Bus *bus, sd_bus *connection, Buffer *text) {
        ipv4_t leases[BUS_OBJECTS_MAX];
        size_t n;
        int r;

        if (!lease_bus_is_listable(bus))
                return 0;

        (void) buffer_append_string(text, ",\"Leases\":[");
        n = lease_bus_list(bus, leases);
        for (size_t i = 0; i < n; i++) {
                (void) lease_bus_show(bus, leases[i]);
                r = add_object(text, i, connection, lease_vtable, BUS_LEASE_INTERFACE, &bus->lease);
                if (r < 0)
                        return r;
        }

        return buffer_append_string(text, "]");
}

int describe_all(Bus *bus, sd_bus *connection, char **ret) {
        static int (*const parts[])(Bus *, sd_bus *, Buffer *) = {
                describe_statistics,
                describe_pools,
                describe_hosts,
                describe_interfaces,
                describe_leases,
        };
        _cleanup_(buffer_done) Buffer text = BUFFER_INIT;
        int r;

        r = describe_object(&text, connection, manager_vtable, BUS_MANAGER_INTERFACE, bus);
        if (r < 0)
                return r;
        text.size--; /* the manager's brace is closed at the end */
        for (size_t i = 0; i < ELEMENTSOF(parts); i++) {
                r = parts[i](bus, connection, &text);
                if (r < 0)
                        return r;
        }

        (void) buffer_append_string(&text, "}");
        return buffer_take_string(&text, ret);
}

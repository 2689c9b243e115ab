/* SPDX-License-Identifier: MIT */

/* Interface objects: what the server knows of the network interfaces, and whether it serves them.
 * All of them are shown, since the question is mostly why one is not served. */

#include <errno.h>
#include <string.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "bus/bus-internal.h"
#include "bus/interface-bus.h"
#include "bus/object.h"
#include "wire/protocol.h"

/* The kernel ends a name with a NUL, the struct does not promise one. */
static const char *link_name(const Link *link, char buffer[static LINK_NAME_MAX + 1]) {
        size_t size = strnlen(link->name, sizeof(link->name));

        memcpy(buffer, link->name, size);
        buffer[size] = '\0';
        return buffer;
}

void interface_bus_show(Bus *bus, const Link *link) {
        InterfaceView *view = &bus->interface;
        bool ethernet = link->hardware_type == HARDWARE_ETHERNET;

        *view = (InterfaceView){
                .link = link,
                .index = (int32_t) link->ifindex,
                .hardware = {link->hardware, ethernet ? sizeof(link->hardware) : 0},
                .up = link->up,
                .served = server_link_is_served(bus->server, link->ifindex),
        };
        view->name = link_name(link, view->name_text);
}

int interface_bus_append_name(const Bus *bus, sd_bus_message *message, uint32_t ifindex) {
        const Link *link = server_find_link(bus->server, ifindex);
        char name[LINK_NAME_MAX + 1];

        return object_append_string(message, link ? link_name(link, name) : "");
}

static const Link *find_link(const Bus *bus, const char *name) {
        char buffer[LINK_NAME_MAX + 1];
        const Link *link;

        for (size_t i = 0; (link = server_link_at(bus->server, i)); i++)
                if (string_equal(link_name(link, buffer), name))
                        return link;
        return NULL;
}

static int interface_find(_unused_ sd_bus *connection, const char *path,
        _unused_ const char *interface, void *userdata, void **ret_found,
        _unused_ sd_bus_error *error) {
        Bus *bus = userdata;
        _cleanup_free_ char *name = NULL;
        const Link *link;
        int r;

        r = sd_bus_path_decode(path, BUS_INTERFACE_PATH, &name);
        if (r <= 0)
                return r;
        link = find_link(bus, name);
        if (!link)
                return 0;

        interface_bus_show(bus, link);
        *ret_found = &bus->interface;
        return 1;
}

int interface_bus_enumerate(_unused_ sd_bus *connection, const char *prefix, void *userdata,
        char ***ret_paths, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;
        _cleanup_(strv_freep) char **paths = NULL;
        char name[LINK_NAME_MAX + 1];
        const Link *link;
        int r;

        if (!string_equal(prefix, BUS_INTERFACE_PATH))
                return 0;

        for (size_t i = 0; i < BUS_OBJECTS_MAX && (link = server_link_at(bus->server, i)); i++) {
                _cleanup_free_ char *path = NULL;

                r = sd_bus_path_encode(BUS_INTERFACE_PATH, link_name(link, name), &path);
                if (r < 0)
                        return r;
                r = strv_extend(&paths, path);
                if (r < 0)
                        return r;
        }

        *ret_paths = TAKE_PTR(paths);
        return 1;
}

static int property_get_addresses(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, _unused_ const char *property, sd_bus_message *reply,
        void *userdata, _unused_ sd_bus_error *error) {
        const Link *link = *(const Link *const *) userdata;
        char text[IPV4_PREFIX_STRING_MAX];
        int r;

        r = sd_bus_message_open_container(reply, 'a', "s");
        if (r < 0)
                return r;
        for (size_t i = 0; i < link->n_addresses; i++) {
                r = sd_bus_message_append_basic(
                        reply, 's', ipv4_prefix_format(link->addresses[i], text));
                if (r < 0)
                        return r;
        }

        return sd_bus_message_close_container(reply);
}

#define FIELD(name, signature, getter, member)                                                     \
        SD_BUS_PROPERTY(name, signature, getter, offsetof(InterfaceView, member), 0)

const sd_bus_vtable interface_vtable[] = {
        SD_BUS_VTABLE_START(0),
        FIELD("Index", "i", NULL, index),
        FIELD("Name", "s", property_get_string, name),
        FIELD("HardwareAddress", "ay", property_get_bytes, hardware),
        FIELD("Addresses", "as", property_get_addresses, link),
        FIELD("Up", "b", property_get_bool, up),
        FIELD("Served", "b", property_get_bool, served),
        SD_BUS_VTABLE_END,
};

int interface_bus_export(Bus *bus, sd_bus *connection) {
        int r;

        r = sd_bus_add_fallback_vtable(connection, NULL, BUS_INTERFACE_PATH,
                BUS_INTERFACE_INTERFACE, interface_vtable, interface_find, bus);
        if (r < 0)
                return r;
        r = sd_bus_add_node_enumerator(
                connection, NULL, BUS_INTERFACE_PATH, interface_bus_enumerate, bus);
        if (r < 0)
                return r;
        r = sd_bus_add_object_manager(connection, NULL, BUS_INTERFACE_PATH);
        return r < 0 ? r : 0;
}

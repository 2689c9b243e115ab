/* SPDX-License-Identifier: MIT */

/* Listings: pools, hosts and interfaces at once, leases in pages. However many leases there are, a
 * call looks at so few of them that a DHCP client behind it waits no longer than about a
 * millisecond. */

#include <errno.h>
#include <string.h>

#include "basic/macro.h"
#include "bus/bus-internal.h"
#include "bus/errors.h"
#include "bus/filter.h"
#include "bus/interface-bus.h"
#include "bus/listing.h"
#include "bus/object.h"
#include "bus/sorted-listing.h"

enum {
        PAGE_SLOTS_MAX = 4096, /* slots of the lease table that one page looks at */
        FIND_MAX = BUS_OBJECTS_MAX,
        FIND_SLOTS_MAX = 16384,
};

static int append_named(sd_bus_message *reply, const char *prefix, const char *name) {
        int r;

        r = sd_bus_message_open_container(reply, 'r', "so");
        if (r < 0)
                return r;
        r = object_append_string(reply, name);
        if (r < 0)
                return r;
        r = object_append_path(reply, prefix, name);
        if (r < 0)
                return r;

        return sd_bus_message_close_container(reply);
}

static int new_array_reply(sd_bus_message *message, const char *signature, sd_bus_message **ret) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        int r;

        r = sd_bus_message_new_method_return(message, &reply);
        if (r < 0)
                return r;
        r = sd_bus_message_open_container(reply, 'a', signature);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(reply);
        return 0;
}

static int send_array_reply(sd_bus_message *reply) {
        int r;

        r = sd_bus_message_close_container(reply);
        if (r < 0)
                return r;

        return sd_bus_message_send(reply);
}

int method_list_pools(sd_bus_message *message, void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        Pool *const *pools;
        size_t n;
        int r;

        r = new_array_reply(message, "(so)", &reply);
        if (r < 0)
                return r;

        pools = server_get_pools(bus->server, &n);
        for (size_t i = 0; i < n; i++) {
                r = append_named(reply, BUS_POOL_PATH, pools[i]->settings->name);
                if (r < 0)
                        return r;
        }

        return send_array_reply(reply);
}

int method_list_hosts(sd_bus_message *message, void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;
        const Settings *settings = server_get_settings(bus->server);
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        int r;

        r = new_array_reply(message, "(so)", &reply);
        if (r < 0)
                return r;

        for (size_t i = 0; settings && i < settings->n_hosts; i++) {
                r = append_named(reply, BUS_HOST_PATH, settings->hosts[i]->name);
                if (r < 0)
                        return r;
        }

        return send_array_reply(reply);
}

static bool host_is_called(const HostSettings *host, const char *name) {
        return strcasecmp(host->name, name) == 0 ||
               (host->hostname && strcasecmp(host->hostname, name) == 0);
}

int method_find_hosts(sd_bus_message *message, void *userdata, _unused_ sd_bus_error *error) {
        const Bus *bus = userdata;
        const Settings *settings = server_get_settings(bus->server);
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        const char *name;
        int r;

        r = sd_bus_message_read_basic(message, 's', &name);
        if (r < 0)
                return r;
        r = new_array_reply(message, "(so)", &reply);
        if (r < 0)
                return r;

        for (size_t i = 0; settings && i < settings->n_hosts; i++) {
                if (!host_is_called(settings->hosts[i], name))
                        continue;
                r = append_named(reply, BUS_HOST_PATH, settings->hosts[i]->name);
                if (r < 0)
                        return r;
        }

        return send_array_reply(reply);
}

static int append_interface(sd_bus_message *reply, const InterfaceView *view) {
        int r;

        r = sd_bus_message_open_container(reply, 'r', "iso");
        if (r < 0)
                return r;
        r = sd_bus_message_append_basic(reply, 'i', &view->index);
        if (r < 0)
                return r;
        r = object_append_string(reply, view->name);
        if (r < 0)
                return r;
        r = object_append_path(reply, BUS_INTERFACE_PATH, view->name);
        if (r < 0)
                return r;

        return sd_bus_message_close_container(reply);
}

int method_list_interfaces(sd_bus_message *message, void *userdata, _unused_ sd_bus_error *error) {
        Bus *bus = userdata;
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        const Link *link;
        int r;

        r = new_array_reply(message, "(iso)", &reply);
        if (r < 0)
                return r;

        for (size_t i = 0; (link = server_link_at(bus->server, i)); i++) {
                interface_bus_show(bus, link);
                r = append_interface(reply, &bus->interface);
                if (r < 0)
                        return r;
        }

        return send_array_reply(reply);
}

int listing_reply_leases(
        const Bus *bus, sd_bus_message *message, const ipv4_t *addresses, size_t n, uint64_t next) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        const ClockPair clock = bus_get_clock(bus);
        int r;

        r = new_array_reply(message, LEASE_VIEW_SIGNATURE, &reply);
        if (r < 0)
                return r;

        for (size_t i = 0; i < n; i++) {
                DurableLease lease;
                LeaseView view;

                if (!server_find_durable(bus->server, addresses[i], &lease))
                        continue;
                lease_view_init(&view, bus->server, &lease, &clock);
                r = lease_view_append(&view, reply);
                if (r < 0)
                        return r;
        }

        r = sd_bus_message_close_container(reply);
        if (r < 0)
                return r;
        r = sd_bus_message_append(reply, "tt", next, server_get_generation(bus->server));
        if (r < 0)
                return r;

        return sd_bus_message_send(reply);
}

static int list_leases(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        Bus *bus = userdata;
        ipv4_t leases[BUS_PAGE_MAX];
        ClockPair clock = bus_get_clock(bus);
        LeaseFilter filter;
        uint64_t cursor;
        uint32_t limit;
        size_t n;
        int r;

        r = lease_filter_read(&filter, bus->server, &clock, message, error);
        if (r < 0)
                return r;
        if (filter.order != LEASE_ORDER_NONE)
                return sorted_listing_begin(bus, message, error);
        r = sd_bus_message_read(message, "tu", &cursor, &limit);
        if (r < 0)
                return r;
        if (limit == 0)
                limit = BUS_PAGE_DEFAULT;

        n = lease_filter_find(
                &filter, &cursor, PAGE_SLOTS_MAX, leases, MIN(limit, (uint32_t) BUS_PAGE_MAX));

        return listing_reply_leases(bus, message, leases, n, cursor);
}

static int get_lease(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        const Bus *bus = userdata;
        _cleanup_free_ char *path = NULL;
        DurableLease lease;
        const char *text;
        ipv4_t address;
        int r;

        r = sd_bus_message_read_basic(message, 's', &text);
        if (r < 0)
                return r;
        if (ipv4_parse(text, &address) < 0)
                return sd_bus_error_setf(
                        error, SD_BUS_ERROR_INVALID_ARGS, "'%s' is no IPv4 address.", text);
        if (!server_find_durable(bus->server, address, &lease))
                return sd_bus_error_setf(
                        error, BUS_ERROR_NO_SUCH_LEASE, "There is no lease of %s.", text);

        r = lease_address_path(address, &path);
        if (r < 0)
                return r;

        return sd_bus_reply_method_return(message, "o", path);
}

static int find_leases(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        const Bus *bus = userdata;
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        ipv4_t leases[FIND_MAX];
        ClockPair clock = bus_get_clock(bus);
        char address[IPV4_STRING_MAX];
        uint64_t cursor = 0;
        LeaseFilter filter;
        size_t n;
        int r;

        r = lease_filter_read(&filter, bus->server, &clock, message, error);
        if (r < 0)
                return r;
        n = lease_filter_find(&filter, &cursor, FIND_SLOTS_MAX, leases, FIND_MAX);
        if (filter.order != LEASE_ORDER_NONE)
                return sd_bus_error_set(error, BUS_ERROR_INVALID_FILTER,
                        "Sort: FindLeases has no order. Use ListLeases.");
        if (cursor != 0)
                return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                        "There are too many leases to find them all at once. Use ListLeases.");

        r = new_array_reply(message, "o", &reply);
        if (r < 0)
                return r;
        for (size_t i = 0; i < n; i++) {
                r = object_append_path(reply, BUS_LEASE_PATH, ipv4_format(leases[i], address));
                if (r < 0)
                        return r;
        }

        return send_array_reply(reply);
}

int method_list_leases(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        return object_reply_error(message, list_leases(message, userdata, error), error);
}

int method_get_lease(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        return object_reply_error(message, get_lease(message, userdata, error), error);
}

int method_find_leases(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        return object_reply_error(message, find_leases(message, userdata, error), error);
}

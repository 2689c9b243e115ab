/* SPDX-License-Identifier: MIT */

/* Methods about leases: the core's administrative operations, whose commits are carried out as
 * those of packets are. A reply says that the change is on disk. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/macro.h"
#include "basic/text.h"
#include "bus/authorize.h"
#include "bus/bus-internal.h"
#include "bus/change.h"
#include "bus/errors.h"
#include "bus/lease-methods.h"
#include "bus/new-lease.h"
#include "bus/pending-call.h"
#include "core/grant.h"
#include "core/outlook.h"
#include "core/quarantine.h"
#include "wire/protocol.h"

/* The address that a call is about: of the lease object that is called, or the first argument. */
static int read_address(sd_bus_message *m, ipv4_t *ret, sd_bus_error *error) {
        _cleanup_free_ char *name = NULL;
        const char *text;
        int r;

        r = sd_bus_path_decode(sd_bus_message_get_path(m), BUS_LEASE_PATH, &name);
        if (r < 0)
                return r;
        if (r > 0)
                text = name;
        else {
                r = sd_bus_message_read_basic(m, 's', &text);
                if (r < 0)
                        return r;
        }
        if (ipv4_parse(text, ret) < 0)
                return sd_bus_error_setf(
                        error, SD_BUS_ERROR_INVALID_ARGS, "'%s' is no IPv4 address.", text);
        return 0;
}

/* A lease is written whenever it changes: there are no runtime ones. */
static int read_no_flags(sd_bus_message *m, sd_bus_error *error) {
        uint64_t flags;
        int r;

        r = sd_bus_message_read_basic(m, 't', &flags);
        if (r < 0)
                return r;
        if (flags != 0)
                return sd_bus_error_set(
                        error, SD_BUS_ERROR_INVALID_ARGS, "There are no flags for leases.");
        return 0;
}

static int refuse_lease(ipv4_t address, int r, sd_bus_error *error) {
        char text[IPV4_STRING_MAX];

        (void) ipv4_format(address, text);
        switch (r) {
        case -ENOENT:
                return sd_bus_error_setf(
                        error, BUS_ERROR_NO_SUCH_LEASE, "There is no lease of %s.", text);
        case -EALREADY:
                return sd_bus_error_setf(
                        error, BUS_ERROR_NO_SUCH_LEASE, "The lease of %s is not bound.", text);
        case -EADDRNOTAVAIL:
                return sd_bus_error_setf(
                        error, BUS_ERROR_ADDRESS_NOT_IN_POOL, "No pool gives out %s.", text);
        case -EADDRINUSE:
                return sd_bus_error_setf(error, BUS_ERROR_ADDRESS_IN_USE,
                        "%s is leased to or reserved for another client, in quarantine, or the "
                        "server's own.",
                        text);
        case -EINVAL:
                return sd_bus_error_set(
                        error, SD_BUS_ERROR_INVALID_ARGS, "The lease would have ended already.");
        default:
                return r;
        }
}

/* What every change of a lease begins with. */
static int begin(Bus *bus, sd_bus_message *m, PendingCall **ret_call, Actions **ret_actions,
        sd_bus_error *error) {
        Actions *actions;
        int r;

        actions = bus->operations->begin(bus->userdata);
        if (!actions)
                return sd_bus_error_set(error, BUS_ERROR_LEASE_FILE,
                        "The lease file cannot be written; nothing has changed.");
        r = pending_call_new(ret_call, bus, m, error);
        if (r < 0)
                return r;
        *ret_actions = actions;
        return 0;
}

static int release_lease(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        _cleanup_(pending_call_freep) PendingCall *call = NULL;
        Actions *actions = NULL;
        ipv4_t address;
        int r;

        r = read_address(m, &address, error);
        if (r >= 0 && !sd_bus_message_is_empty(m))
                r = read_no_flags(m, error);
        if (r < 0 || !authorized)
                return r;
        r = begin(bus, m, &call, &actions, error);
        if (r < 0)
                return r;
        r = server_release_lease(bus->server, address, bus_get_clock(bus).boottime, actions);
        if (r < 0)
                return refuse_lease(address, r, error);
        return pending_call_execute(TAKE_PTR(call));
}

static int delete_lease(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        _cleanup_(pending_call_freep) PendingCall *call = NULL;
        Actions *actions = NULL;
        ipv4_t address;
        int r;

        r = read_address(m, &address, error);
        if (r >= 0 && !sd_bus_message_is_empty(m))
                r = read_no_flags(m, error);
        if (r < 0 || !authorized)
                return r;
        r = begin(bus, m, &call, &actions, error);
        if (r < 0)
                return r;
        r = server_delete_lease(bus->server, address, bus_get_clock(bus).boottime, actions);
        if (r < 0)
                return refuse_lease(address, r, error);
        return pending_call_execute(TAKE_PTR(call));
}

static int extend_lease(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        _cleanup_(pending_call_freep) PendingCall *call = NULL;
        usec_t more, expires, now;
        const Lease *lease;
        Actions *actions = NULL;
        ipv4_t address;
        int r;

        r = read_address(m, &address, error);
        if (r < 0)
                return r;
        r = sd_bus_message_read_basic(m, 't', &more);
        if (r < 0 || !authorized)
                return r;
        r = begin(bus, m, &call, &actions, error);
        if (r < 0)
                return r;
        lease = lease_table_find(server_get_table(bus->server), address);
        expires = lease ? usec_add(lease->expires, more) : USEC_INFINITY;
        now = bus_get_clock(bus).boottime;
        r = server_extend_lease(bus->server, address, expires, now, actions);
        if (r < 0)
                return refuse_lease(address, r, error);
        return pending_call_execute(TAKE_PTR(call));
}

static int add_lease(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        _cleanup_(pending_call_freep) PendingCall *call = NULL;
        char text[IPV4_STRING_MAX];
        LeaseRecord record;
        Actions *actions = NULL;
        NewLease lease;
        int r;

        r = new_lease_read(&lease, m, error);
        if (r < 0 || !authorized)
                return r;
        r = begin(bus, m, &call, &actions, error);
        if (r < 0)
                return r;
        r = new_lease_complete(&lease, bus, &record, error);
        if (r < 0)
                return r;
        r = pending_call_set_path(call, BUS_LEASE_PATH, ipv4_format(record.address, text));
        if (r < 0)
                return r;
        r = server_add_lease(bus->server, &record, bus_get_clock(bus).boottime, actions);
        if (r < 0)
                return refuse_lease(record.address, r, error);
        return pending_call_execute(TAKE_PTR(call));
}

/* A name for the host: the one given, else the client's own, else its address. */
static void host_name_of(const LeaseRecord *record, const char *name, char *ret, size_t size) {
        size_t n = 0;

        if (*name) {
                (void) snprintf(ret, size, "%s", name);
                return;
        }
        for (size_t i = 0; i < record->hostname_size && n + 1 < size; i++) {
                char c = record->hostname[i];

                if (c == '.' && n > 0)
                        break;
                if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
                        (c == '-' && n > 0))
                        ret[n++] = c;
        }
        ret[n] = '\0';
        if (n == 0) {
                char address[IPV4_STRING_MAX];

                (void) snprintf(ret, size, "%s", ipv4_format(record->address, address));
        }
}

/* Hardware address first: what the client boots next may call itself otherwise. */
static int add_identity(BusChange *change, const LeaseRecord *record) {
        char text[BYTES_STRING_MAX(UINT8_MAX)];

        if (record->hardware_type == HARDWARE_ETHERNET &&
                record->hardware_size == ETHERNET_ADDRESS_SIZE)
                return bus_change_add(change, "MACAddress",
                        bytes_format(record->hardware, record->hardware_size, text));
        return bus_change_add(
                change, "ClientId", bytes_format(record->client_id, record->client_id_size, text));
}

static int add_address(BusChange *change, ipv4_t address) {
        char text[IPV4_STRING_MAX];

        return bus_change_add(change, "Address", ipv4_format(address, text));
}

static int make_reservation(const Lease *lease, const char *name, BusChange **ret) {
        _cleanup_(bus_change_freep) BusChange *change = NULL;
        char host[POOL_NAME_MAX + 1];
        LeaseRecord record;
        int r;

        lease_get_record(lease, &record);
        host_name_of(&record, name, host, sizeof(host));
        r = bus_change_new(&change, BUS_CHANGE_ADD, true, *name ? name : host);
        if (r < 0)
                return r;
        r = add_identity(change, &record);
        if (r < 0)
                return r;
        r = add_address(change, record.address);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(change);
        return 0;
}

/* The reservation that there is already, said once more: it may be there for the time being. */
static int repeat_reservation(const HostSettings *host, BusChange **ret) {
        _cleanup_(bus_change_freep) BusChange *change = NULL;
        char text[BYTES_STRING_MAX(UINT8_MAX)];
        int r;

        r = bus_change_new(&change, BUS_CHANGE_CONFIGURE, true, host->name);
        if (r >= 0 && host->hardware_size > 0)
                r = bus_change_add(change, "MACAddress",
                        bytes_format(host->hardware, host->hardware_size, text));
        if (r >= 0 && host->client_id.size > 0)
                r = bus_change_add(change, "ClientId",
                        bytes_format(host->client_id.data, host->client_id.size, text));
        if (r >= 0)
                r = add_address(change, host->address);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(change);
        return 0;
}

static int reply_host(sd_bus_message *m, const char *name) {
        _cleanup_free_ char *path = NULL;
        int r;

        r = sd_bus_path_encode(BUS_HOST_PATH, name, &path);
        return r < 0 ? r : sd_bus_reply_method_return(m, "o", path);
}

/* Whoever writes an address where the name belongs means to reserve that address. */
static int refuse_address_as_name(const char *name, sd_bus_error *error) {
        ipv4_t address;

        if (ipv4_parse(name, &address) < 0)
                return 0;
        return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                "%s is an address, not the name of a host. A lease is reserved with the address "
                "that "
                "it has; for another one there is `minidhcpctl add-host`.",
                name);
}

static int reserve_lease(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        _cleanup_(bus_change_freep) BusChange *change = NULL;
        _cleanup_(pending_call_freep) PendingCall *call = NULL;
        const HostSettings *host;
        const Lease *lease;
        const char *name;
        ipv4_t address;
        int r;

        r = read_address(m, &address, error);
        if (r < 0)
                return r;
        r = sd_bus_message_read_basic(m, 's', &name);
        if (r < 0)
                return r;
        r = refuse_address_as_name(name, error);
        if (r < 0)
                return r;
        lease = lease_table_find(server_get_table(bus->server), address);
        if (!lease || !lease->identity)
                return refuse_lease(address, -ENOENT, error);
        host = server_find_host_of(bus->server, lease);
        if (host && *name && !string_equal(host->name, name))
                host = NULL; /* refused for what it is: the client is a host already */
        r = host ? repeat_reservation(host, &change) : make_reservation(lease, name, &change);
        if (r < 0)
                return r;
        if (!sd_bus_message_at_end(m, true)) {
                r = bus_change_read_flags(change, m, error);
                if (r < 0)
                        return r;
        }
        if (!authorized)
                return 0;
        if (host && (change->runtime || !string_equal(host->origin, "bus, runtime")))
                return reply_host(m, host->name);

        r = pending_call_new(&call, bus, m, error);
        if (r < 0)
                return r;
        r = pending_call_set_path(call, BUS_HOST_PATH, change->name);
        if (r < 0)
                return r;
        return pending_call_change(TAKE_PTR(call), TAKE_PTR(change));
}

/* All steps but the last are carried out on the way. Return: how many quarantines have ended, with
 * the last step's actions still to be carried out; negative errno. */
static int clear_all(Bus *bus, const Pool *pool, Actions *actions) {
        size_t cursor = 0;
        int r, n = 0;

        for (;;) {
                r = server_clear_next(
                        bus->server, pool, &cursor, bus_get_clock(bus).boottime, actions);
                if (r < 0)
                        return r;
                n += r;
                if (cursor == 0)
                        return n;
                bus->operations->execute(bus->userdata, bus->caller_uid);
                actions = bus->operations->begin(bus->userdata);
                if (!actions)
                        return -EIO;
        }
}

static int clear_declined(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        _cleanup_(pending_call_freep) PendingCall *call = NULL;
        const Pool *pool = NULL;
        const char *name;
        Actions *actions = NULL;
        int r, n;

        r = sd_bus_message_read_basic(m, 's', &name);
        if (r < 0)
                return r;
        if (*name) {
                pool = server_find_pool(bus->server, name);
                if (!pool)
                        return sd_bus_error_setf(
                                error, BUS_ERROR_NO_SUCH_POOL, "There is no pool %s.", name);
        }
        if (!authorized)
                return 0;
        r = begin(bus, m, &call, &actions, error);
        if (r < 0)
                return r;
        n = clear_all(bus, pool, actions);
        if (n == -EIO)
                return sd_bus_error_set(
                        error, BUS_ERROR_LEASE_FILE, "The lease file cannot be written.");
        if (n < 0)
                return n;
        if (n == 0)
                return sd_bus_reply_method_return(m, "u", 0);
        pending_call_set_count(call, (uint32_t) n);
        return pending_call_execute(TAKE_PTR(call));
}

int method_add_lease(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(userdata, m, BUS_ACTION_MANAGE_LEASES, "add leases", add_lease, error);
}

int method_release_lease(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(
                userdata, m, BUS_ACTION_MANAGE_LEASES, "release leases", release_lease, error);
}

int method_delete_lease(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(
                userdata, m, BUS_ACTION_MANAGE_LEASES, "delete leases", delete_lease, error);
}

int method_reserve_lease(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(
                userdata, m, BUS_ACTION_MANAGE_HOSTS, "reserve addresses", reserve_lease, error);
}

int method_clear_declined(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(
                userdata, m, BUS_ACTION_MANAGE_LEASES, "end quarantines", clear_declined, error);
}

static Bus *bus_of(void *view) {
        return CONTAINER_OF(view, Bus, lease);
}

int method_lease_release(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return method_release_lease(m, bus_of(userdata), error);
}

int method_lease_delete(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return method_delete_lease(m, bus_of(userdata), error);
}

int method_lease_reserve(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return method_reserve_lease(m, bus_of(userdata), error);
}

int method_lease_extend(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(bus_of(userdata), m, BUS_ACTION_MANAGE_LEASES, "extend leases",
                extend_lease, error);
}

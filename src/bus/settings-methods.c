/* SPDX-License-Identifier: MIT */

/* Methods about settings: arguments to a BusChange, which the daemon carries out. What may be
 * changed and what values are legal, it says. */

#include <errno.h>
#include <stdlib.h>

#include "basic/macro.h"
#include "bus/authorize.h"
#include "bus/bus-internal.h"
#include "bus/change.h"
#include "bus/pending-call.h"
#include "bus/settings-methods.h"

static int run_change(
        Bus *bus, sd_bus_message *m, BusChange *change, bool replies_path, sd_bus_error *error) {
        _cleanup_(bus_change_freep) BusChange *owned = change;
        _cleanup_(pending_call_freep) PendingCall *call = NULL;
        int r;

        r = pending_call_new(&call, bus, m, error);
        if (r < 0)
                return r;
        if (replies_path) {
                r = pending_call_set_path(
                        call, change->is_host ? BUS_HOST_PATH : BUS_POOL_PATH, change->name);
                if (r < 0)
                        return r;
        }
        return pending_call_change(TAKE_PTR(call), TAKE_PTR(owned));
}

/* "s name, a{sv} settings, t flags" */
static int add(Bus *bus, sd_bus_message *m, bool is_host, bool authorized, sd_bus_error *error) {
        _cleanup_(bus_change_freep) BusChange *change = NULL;
        const char *name;
        int r;

        r = sd_bus_message_read_basic(m, 's', &name);
        if (r < 0)
                return r;
        r = bus_change_new(&change, BUS_CHANGE_ADD, is_host, name);
        if (r < 0)
                return r;
        r = bus_change_read_settings(change, m, error);
        if (r < 0)
                return r;
        r = bus_change_read_flags(change, m, error);
        if (r < 0 || !authorized)
                return r;
        return run_change(bus, m, TAKE_PTR(change), true, error);
}

/* "s name, t flags" */
static int drop(Bus *bus, sd_bus_message *m, bool is_host, bool authorized, sd_bus_error *error) {
        _cleanup_(bus_change_freep) BusChange *change = NULL;
        const char *name;
        int r;

        r = sd_bus_message_read_basic(m, 's', &name);
        if (r < 0)
                return r;
        r = bus_change_new(&change, BUS_CHANGE_REMOVE, is_host, name);
        if (r < 0)
                return r;
        r = bus_change_read_flags(change, m, error);
        if (r < 0 || !authorized)
                return r;
        return run_change(bus, m, TAKE_PTR(change), false, error);
}

/* A change of the very object that is called. */
static int change_of_object(sd_bus_message *m, BusChangeType type, bool is_host, BusChange **ret) {
        _cleanup_free_ char *name = NULL;
        int r;

        r = sd_bus_path_decode(
                sd_bus_message_get_path(m), is_host ? BUS_HOST_PATH : BUS_POOL_PATH, &name);
        if (r <= 0)
                return r < 0 ? r : -EINVAL;
        return bus_change_new(ret, type, is_host, name);
}

/* "a{sv} settings, t flags" */
static int configure(
        Bus *bus, sd_bus_message *m, bool is_host, bool authorized, sd_bus_error *error) {
        _cleanup_(bus_change_freep) BusChange *change = NULL;
        int r;

        r = change_of_object(m, BUS_CHANGE_CONFIGURE, is_host, &change);
        if (r < 0)
                return r;
        r = bus_change_read_settings(change, m, error);
        if (r < 0)
                return r;
        r = bus_change_read_flags(change, m, error);
        if (r < 0 || !authorized)
                return r;
        return run_change(bus, m, TAKE_PTR(change), false, error);
}

static int revert(Bus *bus, sd_bus_message *m, bool is_host, bool authorized, sd_bus_error *error) {
        BusChange *change;
        int r;

        if (!authorized)
                return 0;
        r = change_of_object(m, BUS_CHANGE_REVERT, is_host, &change);
        if (r < 0)
                return r;
        return run_change(bus, m, change, false, error);
}

static int add_pool(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        return add(bus, m, false, authorized, error);
}

static int remove_pool(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        return drop(bus, m, false, authorized, error);
}

static int configure_pool(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        return configure(bus, m, false, authorized, error);
}

static int revert_pool(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        return revert(bus, m, false, authorized, error);
}

static int set_pool_enabled(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        _cleanup_(bus_change_freep) BusChange *change = NULL;
        int r, enabled;

        r = sd_bus_message_read_basic(m, 'b', &enabled);
        if (r < 0 || !authorized)
                return r;
        r = change_of_object(m, BUS_CHANGE_CONFIGURE, false, &change);
        if (r < 0)
                return r;
        r = bus_change_add(change, "Enabled", enabled ? "yes" : "no");
        if (r < 0)
                return r;
        return run_change(bus, m, TAKE_PTR(change), false, error);
}

static int add_host(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        return add(bus, m, true, authorized, error);
}

static int remove_host(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        return drop(bus, m, true, authorized, error);
}

static int configure_host(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        return configure(bus, m, true, authorized, error);
}

static int revert_host(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        return revert(bus, m, true, authorized, error);
}

static int reload(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        PendingCall *call;
        int r;

        if (!authorized)
                return 0;
        r = pending_call_new(&call, bus, m, error);
        return r < 0 ? r : pending_call_reload(call);
}

static int flush(Bus *bus, sd_bus_message *m, bool authorized, sd_bus_error *error) {
        PendingCall *call;
        int r;

        if (!authorized)
                return 0;
        r = pending_call_new(&call, bus, m, error);
        return r < 0 ? r : pending_call_flush(call, error);
}

int method_add_pool(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(userdata, m, BUS_ACTION_MANAGE_POOLS, "add pools", add_pool, error);
}

int method_remove_pool(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(
                userdata, m, BUS_ACTION_MANAGE_POOLS, "remove pools", remove_pool, error);
}

int method_add_host(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(userdata, m, BUS_ACTION_MANAGE_HOSTS, "add hosts", add_host, error);
}

int method_remove_host(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(
                userdata, m, BUS_ACTION_MANAGE_HOSTS, "remove hosts", remove_host, error);
}

int method_reload(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(
                userdata, m, BUS_ACTION_RELOAD, "reload the configuration", reload, error);
}

int method_flush(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(
                userdata, m, BUS_ACTION_MANAGE_LEASES, "flush the lease file", flush, error);
}

int method_pool_configure(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(CONTAINER_OF(userdata, Bus, pool), m, BUS_ACTION_MANAGE_POOLS,
                "configure pools", configure_pool, error);
}

int method_pool_revert(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(CONTAINER_OF(userdata, Bus, pool), m, BUS_ACTION_MANAGE_POOLS,
                "revert pools", revert_pool, error);
}

int method_pool_set_enabled(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(CONTAINER_OF(userdata, Bus, pool), m, BUS_ACTION_MANAGE_POOLS,
                "enable and disable pools", set_pool_enabled, error);
}

int method_host_configure(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(CONTAINER_OF(userdata, Bus, host), m, BUS_ACTION_MANAGE_HOSTS,
                "configure hosts", configure_host, error);
}

int method_host_revert(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        return bus_authorize(CONTAINER_OF(userdata, Bus, host), m, BUS_ACTION_MANAGE_HOSTS,
                "revert hosts", revert_host, error);
}

/* SPDX-License-Identifier: MIT */

/* ListChanges: which leases have changed on disk since a caller looked last. What a lease is by now
 * is read from the server, so that a lease that has changed a hundred times costs one entry; and
 * however far behind the caller is, one call looks at a page of leases. */

#include "bus/lease-changes.h"
#include "basic/macro.h"
#include "basic/text.h"
#include "bus/bus-internal.h"
#include "core/durable.h"

/* A page of what has changed: leases that are bound or in quarantine, and addresses that are
 * neither any more. */
typedef struct Changes {
        ipv4_t leases[BUS_PAGE_MAX];
        ipv4_t removed[BUS_PAGE_MAX];
        size_t n_leases;
        size_t n_removed;
        uint64_t next;
        bool complete;
} Changes;

static void find_changes(const Bus *bus, uint64_t since, size_t limit, Changes *ret) {
        uint64_t number = since;
        DurableLease lease;
        size_t position;
        ipv4_t address;

        ret->n_leases = ret->n_removed = 0;
        ret->complete = server_seek_changes(bus->server, since, &position);
        if (!ret->complete) {
                server_begin_changes(bus->server);
                ret->next = server_get_generation(bus->server);
                return;
        }
        while (ret->n_leases + ret->n_removed < limit &&
                server_next_change(bus->server, &position, &address, &number)) {
                if (server_find_durable(bus->server, address, &lease) &&
                        lease_is_taken(lease.record.state))
                        ret->leases[ret->n_leases++] = address;
                else
                        ret->removed[ret->n_removed++] = address;
        }
        /* the newest change is always there */
        ret->next = number;
}

static int append_leases(const Bus *bus, sd_bus_message *reply, const Changes *changes) {
        const ClockPair clock = bus_get_clock(bus);
        DurableLease lease;
        LeaseView view;
        int r;

        r = sd_bus_message_open_container(reply, 'a', LEASE_VIEW_SIGNATURE);
        if (r < 0)
                return r;
        for (size_t i = 0; i < changes->n_leases; i++) {
                if (!server_find_durable(bus->server, changes->leases[i], &lease))
                        continue;
                lease_view_init(&view, bus->server, &lease, &clock);
                r = lease_view_append(&view, reply);
                if (r < 0)
                        return r;
        }
        return sd_bus_message_close_container(reply);
}

static int append_removed(sd_bus_message *reply, const Changes *changes) {
        char text[IPV4_STRING_MAX];
        int r;

        r = sd_bus_message_open_container(reply, 'a', "s");
        if (r < 0)
                return r;
        for (size_t i = 0; i < changes->n_removed; i++) {
                r = sd_bus_message_append_basic(reply, 's', ipv4_format(changes->removed[i], text));
                if (r < 0)
                        return r;
        }
        return sd_bus_message_close_container(reply);
}

static int list_changes(sd_bus_message *message, void *userdata) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        const Bus *bus = userdata;
        const char *instance;
        Changes changes;
        uint64_t since;
        uint32_t limit;
        int r;

        r = sd_bus_message_read(message, "stu", &instance, &since, &limit);
        if (r < 0)
                return r;
        if (limit == 0)
                limit = BUS_PAGE_DEFAULT;

        /* numbers of another start mean nothing, and 0 is before all of them */
        find_changes(bus, string_equal(instance, bus->instance) ? since : 0,
                MIN(limit, (uint32_t) BUS_PAGE_MAX), &changes);

        r = sd_bus_message_new_method_return(message, &reply);
        if (r < 0)
                return r;
        r = append_leases(bus, reply, &changes);
        if (r < 0)
                return r;
        r = append_removed(reply, &changes);
        if (r < 0)
                return r;
        r = sd_bus_message_append(reply, "tb", changes.next, (int) changes.complete);
        if (r < 0)
                return r;
        return sd_bus_message_send(reply);
}

int method_list_changes(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        return object_reply_error(message, list_changes(message, userdata), error);
}

/* SPDX-License-Identifier: MIT */

/* Addresses that somebody uses who did not get them from us. */

#include <string.h>

#include "core/server-internal.h"

int server_handle_arp(Server *server, uint32_t ifindex, ipv4_t sender,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], usec_t now, Actions *actions) {
        Pool *pool = plan_find_pool_of(server->plan, sender);
        const Lease *lease = lease_table_find(&server->table, sender);
        LeaseRecord record = {
                .address = sender,
                .hardware = hardware,
                .hardware_type = HARDWARE_ETHERNET,
                .hardware_size = ETHERNET_ADDRESS_SIZE,
                .ifindex = ifindex,
                .started = now,
                .last_seen = now,
        };
        Action *action;
        int r;

        if (!pool || server_has_address(server, sender))
                return 0;
        /* A client that answers for an address it has, had, or is about to get is no conflict. */
        if (lease && lease_has_hardware(lease, hardware, ETHERNET_ADDRESS_SIZE))
                return 0;
        if (plan_reserves_for(server->plan, &record))
                return 0;
        /* A bound address is its client's to defend (RFC 5227 2.4); a quarantine goes on. */
        if (lease && lease->state != LEASE_OFFERED && !lease_is_free(lease))
                return 0;

        record.n_declined =
                lease ? lease->n_declined : decline_history_take(&server->declines, sender);
        record.version = lease ? lease->version : 0;
        r = server_quarantine(server, &record, now, actions);
        if (r < 0)
                return r;
        action = actions_add(actions, ACTION_NOTICE);
        if (!action)
                return 0;
        action->notice.notice = NOTICE_CONFLICT;
        action->notice.pool = pool;
        action->notice.ifindex = ifindex;
        action->notice.address = sender;
        memcpy(action->notice.hardware, hardware, ETHERNET_ADDRESS_SIZE);
        return 0;
}

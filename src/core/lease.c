/* SPDX-License-Identifier: MIT */

/* What can be asked of one lease, and the names of its states and events. Changes nothing. */

#include "core/lease.h"

#include <errno.h>
#include <string.h>

static const char *const lease_state_names[LEASE_STATE_MAX] = {
        [LEASE_OFFERED] = "offered",
        [LEASE_BOUND] = "bound",
        [LEASE_RELEASED] = "released",
        [LEASE_EXPIRED] = "expired",
        [LEASE_DECLINED] = "declined",
};

static const char *const lease_event_names[LEASE_EVENT_MAX] = {
        [LEASE_EVENT_GRANTED] = "granted",
        [LEASE_EVENT_RENEWED] = "renewed",
        [LEASE_EVENT_RELEASED] = "released",
        [LEASE_EVENT_EXPIRED] = "expired",
        [LEASE_EVENT_DECLINED] = "declined",
        [LEASE_EVENT_CLEARED] = "cleared",
        [LEASE_EVENT_DELETED] = "deleted",
        [LEASE_EVENT_CHANGED] = "changed",
};

const char *lease_state_to_string(LeaseState state) {
        if (state < 0 || state >= LEASE_STATE_MAX)
                return "unknown";
        return lease_state_names[state];
}

LeaseState lease_state_from_string(const char *text) {
        for (LeaseState state = 0; state < LEASE_STATE_MAX; state++)
                if (strcmp(text, lease_state_names[state]) == 0)
                        return state;
        return LEASE_STATE_INVALID;
}

const char *lease_event_to_string(LeaseEvent event) {
        if ((int) event < 0 || event >= LEASE_EVENT_MAX)
                return "unknown";
        return lease_event_names[event];
}

void lease_get_record(const Lease *lease, LeaseRecord *ret) {
        *ret = (LeaseRecord){
                .address = lease->address,
                .state = (LeaseState) lease->state,
                .flags = lease->flags,
                .n_declined = lease->n_declined,
                .offered_over = lease->offered_over,
                .ifindex = lease->ifindex,
                .started = lease->started,
                .expires = lease->expires,
                .last_seen = lease->last_seen,
                .version = lease->version,
        };
        lease_record_set_identity(ret, lease->identity);
}

void lease_record_set_identity(LeaseRecord *ret, const LeaseIdentity *identity) {
        const uint8_t *p;

        if (!identity)
                return;

        ret->client_id = identity->data;
        ret->client_id_size = identity->client_id_size;
        ret->hardware = ret->client_id + identity->client_id_size;
        ret->hardware_type = identity->hardware_type;
        ret->hardware_size = identity->hardware_size;
        ret->hostname = (const char *) ret->hardware + identity->hardware_size;
        ret->hostname_size = identity->hostname_size;
        ret->relay_agent = (const uint8_t *) ret->hostname + identity->hostname_size;
        ret->relay_agent_size = identity->relay_agent_size;
        p = ret->relay_agent + ret->relay_agent_size;
        if (identity->has_relay) {
                memcpy(&ret->relay, p, sizeof(ret->relay));
                p += sizeof(ret->relay);
        }
        if (identity->has_said) {
                ret->said_size = p[0];
                ret->said = p + 1;
        }
}

void lease_said_add(uint8_t said[static UINT8_MAX], uint8_t *size, uint8_t code,
        const uint8_t *data, size_t data_size) {
        if (data_size == 0 || data_size + 2 > (size_t) UINT8_MAX - *size)
                return;
        said[*size] = code;
        said[*size + 1] = (uint8_t) data_size;
        memcpy(said + *size + 2, data, data_size);
        *size = (uint8_t) (*size + data_size + 2);
}

int lease_said_get(
        const LeaseRecord *record, uint8_t code, const uint8_t **ret_data, size_t *ret_size) {
        const uint8_t *p = record->said, *end = p + record->said_size;

        for (; p < end; p += 2 + p[1])
                if (p[0] == code) {
                        *ret_data = p + 2;
                        *ret_size = p[1];
                        return 0;
                }
        return -ENODATA;
}

ipv4_t lease_get_relay(const Lease *lease) {
        LeaseRecord record;

        lease_get_record(lease, &record);
        return record.relay;
}

bool lease_is_claimed_unnamed(const Lease *lease) {
        const LeaseIdentity *identity = lease->identity;

        return lease->state == LEASE_DECLINED && lease->flags & LEASE_RELAYED &&
               (!identity || (identity->client_id_size == 0 && identity->hardware_size == 0));
}

bool lease_is_claimed(const Lease *lease) {
        const LeaseIdentity *identity = lease->identity;

        if (lease_is_claimed_unnamed(lease))
                return true;
        return lease->state == LEASE_DECLINED && identity && identity->client_id_size == 0 &&
               identity->hardware_size > 0;
}

bool lease_belongs_to(const Lease *lease, const uint8_t *client_id, size_t size) {
        const LeaseIdentity *identity = lease->identity;

        return identity && size > 0 && identity->client_id_size == size &&
               memcmp(identity->data, client_id, size) == 0;
}

bool lease_has_hardware(const Lease *lease, const uint8_t *hardware, size_t size) {
        const LeaseIdentity *identity = lease->identity;

        return identity && size > 0 && identity->hardware_size == size &&
               memcmp(identity->data + identity->client_id_size, hardware, size) == 0;
}

bool lease_is_claimed_by(const Lease *lease, const uint8_t *hardware, size_t size) {
        return lease_is_claimed(lease) && lease_has_hardware(lease, hardware, size);
}

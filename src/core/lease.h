/* SPDX-License-Identifier: MIT */
#pragma once

/* A lease: one address, whose it is or was, and until when. Plain data and names; the table that
 * owns leases, and says who writes their fields, is lease-table.h. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/hash.h"
#include "basic/heap.h"
#include "basic/ipv4.h"
#include "basic/list.h"
#include "basic/macro.h"
#include "basic/time.h"

typedef struct Pool Pool;

typedef enum LeaseState {
        LEASE_OFFERED, /* held for a client for a short time, in memory alone */
        LEASE_BOUND,
        LEASE_RELEASED, /* free, remembered as its last client's favourite */
        LEASE_EXPIRED,  /* as released, but by time */
        LEASE_DECLINED, /* in quarantine: somebody else uses the address */
        LEASE_STATE_MAX,
        LEASE_STATE_INVALID = -1,
} LeaseState;

/* What has just happened to a lease, for journal and bus. */
typedef enum LeaseEvent {
        LEASE_EVENT_GRANTED,
        LEASE_EVENT_RENEWED,
        LEASE_EVENT_RELEASED,
        LEASE_EVENT_EXPIRED,
        LEASE_EVENT_DECLINED,
        LEASE_EVENT_CLEARED, /* quarantine over */
        LEASE_EVENT_DELETED, /* no record is left */
        LEASE_EVENT_CHANGED, /* by an administrator */
        LEASE_EVENT_MAX,
} LeaseEvent;

enum {
        LEASE_RESERVED = 1, /* flags on the bus: the address is reserved for this client */
        LEASE_RELAYED = 2,  /* its client is behind a relay; of a declined one that is nobody's: who
                               answers for it is */
        LEASE_FORMERLY_RESERVED = 4, /* it was, in a configuration of before */
        LEASE_DETACHED =
                128, /* in no index any more; only the commit that forgot it still shows it */
};

/* The byte strings of a lease in one allocation: client identifier, hardware address, hostname,
 * what a relay has said of the client (option 82, whole), and what it has said of itself. */
typedef struct LeaseIdentity {
        uint8_t client_id_size;
        uint8_t hardware_type;
        uint8_t hardware_size : 6;
        bool has_relay : 1;
        bool has_said : 1;
        uint8_t hostname_size;
        uint8_t relay_agent_size;
        uint8_t data[]; /* the four, in this order, no NUL; an ipv4_t of the relay; a byte with the
                           size of what it has said, and that */
} LeaseIdentity;

/* A lease's values without its place in any index: what is loaded, written, listed and undone. */
typedef struct LeaseRecord {
        ipv4_t address;
        LeaseState state;
        const uint8_t *client_id; /* borrowed, like those that follow */
        const uint8_t *hardware;
        const char *hostname;       /* printable UTF-8, not terminated */
        const uint8_t *relay_agent; /* sub-options of RFC 3046, as a relay that we believe sent
                                       them last */
        const uint8_t *said; /* options of the client's own, as lease_said_get() reads them; of
                                bound leases alone, and in memory alone */
        ipv4_t relay;        /* that the client asked by last, 0 = none, or not since the
                                server was started */
        uint8_t client_id_size;
        uint8_t hardware_type;
        uint8_t hardware_size;
        uint8_t hostname_size;
        uint8_t relay_agent_size;
        uint8_t said_size;
        uint8_t flags;
        uint8_t n_declined;   /* consecutive declines, doubles the quarantine */
        uint8_t offered_over; /* of an offer: LEASE_RELEASED or LEASE_EXPIRED when its client had
                                 the address before and keeps it as favourite; else 0 */
        uint32_t ifindex;     /* where the client was last heard, 0 = unknown */
        usec_t started;       /* CLOCK_BOOTTIME; may lie before the boot (wraps) */
        usec_t expires;   /* CLOCK_BOOTTIME; end of lease, offer or quarantine; of a freed lease the
                             moment it became free (wraps); USEC_INFINITY = never */
        usec_t last_seen; /* CLOCK_BOOTTIME; may lie before the boot (wraps) */
        uint64_t version; /* tag of the row in the lease file, compared for equality only */
} LeaseRecord;

/* A million of them have to fit. What a lookup reads comes first, to be in one or two cache lines.
 */
typedef struct Lease {
        HashNode by_address;
        HashNode by_client;   /* not linked while the lease has no client identifier */
        HashNode by_hardware; /* not linked while the lease has no hardware address */
        ipv4_t address;
        uint32_t client_hash; /* of the identity's parts, their low bits: who differs in them need
                                 not be looked at, and to leave an index costs no hashing */
        uint32_t hardware_hash;
        uint8_t state : 4;        /* LeaseState */
        uint8_t offered_over : 4; /* see LeaseRecord */
        uint8_t flags;
        uint8_t n_declined;
        bool in_claimed : 1;     /* the pool's: in its list of these */
        bool outside : 1;        /* the pool's: its address is none that is given out */
        LeaseIdentity *identity; /* NULL = nobody's */
        Pool *pool;              /* NULL = outside of every configured pool */
        usec_t expires;
        HeapNode timer;
        uint32_t ifindex;
        ListNode in_pool; /* pool->free: oldest freed first; offered, declined: oldest first */
        usec_t started;
        usec_t last_seen;
        uint64_t version;
} Lease;

/**
 * lease_state_to_string() - "offered", "bound", "released", "expired", "declined".
 */
const char *lease_state_to_string(LeaseState state);

/**
 * lease_state_from_string() - the inverse, LEASE_STATE_INVALID when unknown.
 */
LeaseState lease_state_from_string(const char *text);

/**
 * lease_event_to_string() - "granted", "renewed", …
 */
const char *lease_event_to_string(LeaseEvent event);

/**
 * lease_get_record() - the lease's values; pointers are borrowed until the lease changes.
 */
void lease_get_record(const Lease *lease, LeaseRecord *ret);

/**
 * lease_get_relay() - giaddr of the client's last message, 0 = none, or it is not known.
 */
ipv4_t lease_get_relay(const Lease *lease);

/**
 * lease_record_set_identity() - points the byte strings of a record at an identity's, which it
 * borrows. Those of a record of nobody's: @identity may be NULL and changes nothing.
 */
void lease_record_set_identity(LeaseRecord *record, const LeaseIdentity *identity);

/**
 * lease_said_add() - appends an option to what a client has said of itself, unless it is too long
 * for what is left, or empty.
 *
 * @said: room for UINT8_MAX bytes
 * @size: of them, grows
 */
void lease_said_add(uint8_t said[static UINT8_MAX], uint8_t *size, uint8_t code,
        const uint8_t *data, size_t data_size);

/**
 * lease_said_get() - what a client has said of itself when it asked last: DHCP_OPTION_VENDOR_CLASS,
 * DHCP_OPTION_USER_CLASS, and DHCP_OPTION_HOST_NAME where the lease has the name of a host instead.
 *
 * @ret_data: borrowed from the record; not sanitised
 * Return: 0, -ENODATA.
 */
int lease_said_get(
        const LeaseRecord *record, uint8_t code, const uint8_t **ret_data, size_t *ret_size);

/**
 * lease_is_free() - whether the address may be given to anybody: released or expired.
 */
static inline bool lease_is_free(const Lease *lease) {
        return lease->state == LEASE_RELEASED || lease->state == LEASE_EXPIRED;
}

/**
 * lease_is_taken() - whether the address is somebody's or in quarantine, which only a commit ends.
 */
static inline bool lease_is_taken(LeaseState state) {
        return state == LEASE_BOUND || state == LEASE_DECLINED;
}

/**
 * lease_is_claimed() - whether the address is in quarantine since somebody answers for it: there is
 * a hardware address then, but no client; behind a relay neither.
 */
bool lease_is_claimed(const Lease *lease) _pure_;

/**
 * lease_is_claimed_unnamed() - whether it is somebody behind a relay who answers for it.
 */
bool lease_is_claimed_unnamed(const Lease *lease) _pure_;

/**
 * lease_is_claimed_by() - whether it is this hardware address that answers for it.
 */
bool lease_is_claimed_by(const Lease *lease, const uint8_t *hardware, size_t size) _pure_;

/**
 * lease_belongs_to() - whether the lease's client identifier is this one.
 */
bool lease_belongs_to(const Lease *lease, const uint8_t *client_id, size_t size) _pure_;

/**
 * lease_has_hardware() - whether the lease's hardware address is this one.
 */
bool lease_has_hardware(const Lease *lease, const uint8_t *hardware, size_t size) _pure_;

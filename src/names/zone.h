/* SPDX-License-Identifier: MIT */
#pragma once

/* Which names there are: the claims of all leases, who has each name that is claimed, and each
 * change of that told once. Without I/O and clock.
 *
 * Of those that claim a name a configured host has it, else the client that had it first; of
 * several leases of one client the newest. Whoever loses a name gets the generated one, if there
 * is one. When the first one goes, the next gets the name. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "follow/record.h"
#include "names/naming.h"

typedef struct Zone Zone;
typedef struct ZoneLease ZoneLease;

enum {
        ZONE_BUCKETS = 256,
        /* a name, a generated one, and aliases; each with what is before its first dot */
        ZONE_NAMES_MAX = 2 * (2 + NAMING_ALIASES_MAX),
};

typedef enum ZoneEventType {
        ZONE_ADDED,
        ZONE_REMOVED,
        ZONE_EXPIRY_MOVED,
} ZoneEventType;

/* A name that an address has. Borrowed for the call. */
typedef struct ZoneName {
        const char *name;  /* whole: canonical, with its domain if it has one */
        const char *label; /* what is before the first dot, of @label_size bytes */
        size_t label_size;
        bool is_alias; /* not what the address is called in the other direction */
        ipv4_t address;
        uint32_t expires; /* seconds since the epoch, UINT32_MAX = never */
        /* the client: by option 61, or without one by hardware type and address */
        const uint8_t *client_id;
        size_t client_id_size;
        uint8_t hardware_type;
        const uint8_t *hardware;
        size_t hardware_size;
} ZoneName;

/* Told of each change after it was made. A name that goes from one address to another is removed
 * first, then added. */
typedef void (*ZoneFunction)(ZoneEventType type, const ZoneName *name, void *userdata);

/* Told once of each lease that claims a name which another one has. */
typedef void (*ZoneClashFunction)(const char *name, ipv4_t loser, ipv4_t holder, void *userdata);

typedef struct ZoneHandlers {
        ZoneFunction changed; /* may be NULL, as the next */
        ZoneClashFunction clashed;
} ZoneHandlers;

/**
 * zone_new() - a zone without names, which is loading: nobody has a name before
 * zone_end_loading().
 *
 * @secret: of hash functions
 * @handlers: borrowed
 * Return: 0, -ENOMEM.
 */
int zone_new(
        Zone **ret, const uint8_t secret[static 16], const ZoneHandlers *handlers, void *userdata);

/**
 * zone_free() - tells nothing. Return: NULL.
 */
Zone *zone_free(Zone *zone);

/**
 * zone_restore_holder() - who had a name that is claimed more than once, when this program ran
 * last. To be called while loading.
 * Return: 0, -ENOMEM.
 */
int zone_restore_holder(Zone *zone, const char *name, ipv4_t address);

/**
 * zone_end_loading() - decides who has which name, and tells all of them.
 * Return: 0, -ENOMEM: to be called again.
 */
int zone_end_loading(Zone *zone);

/**
 * zone_is_loading() - whether that is to come.
 */
bool zone_is_loading(const Zone *zone);

/**
 * zone_set() - a lease, and what its client is to be called. A lease of another client of the same
 * address is removed. O(names), not counting those that claim the same names.
 *
 * Return: 0, -ENOMEM: the lease is removed.
 */
int zone_set(Zone *zone, FollowRecord lease, const Naming *naming);

/**
 * zone_remove() - the lease of an address has gone; nothing happens when there is none.
 */
void zone_remove(Zone *zone, ipv4_t address);

/**
 * zone_count() - how many whole names there are.
 */
size_t zone_count(const Zone *zone);

/**
 * zone_count_losers() - how many claims to whole names are in vain.
 */
size_t zone_count_losers(const Zone *zone);

/**
 * zone_generation() - changes with the names that addresses have.
 */
uint64_t zone_generation(const Zone *zone);

/**
 * zone_contest_generation() - changes with what zone_each_contested() says.
 */
uint64_t zone_contest_generation(const Zone *zone);

/**
 * zone_each_contested() - calls a function with each name that is claimed more than once, and who
 * has it. O(names).
 * Return: 0, or what the function returns when that is negative.
 */
int zone_each_contested(const Zone *zone,
        int (*function)(const char *name, ipv4_t holder, void *userdata), void *userdata);

/**
 * zone_bucket_of() - to which of the buckets an address belongs, in every run of the program.
 */
unsigned zone_bucket_of(ipv4_t address) _const_;

/**
 * zone_bucket_generation() - changes with the names of the addresses of one bucket.
 */
uint64_t zone_bucket_generation(const Zone *zone, unsigned bucket);

/**
 * zone_next() - the leases of a bucket one after the other, in no order.
 *
 * @lease: NULL for the first
 * Return: NULL after the last.
 */
const ZoneLease *zone_next(const Zone *zone, unsigned bucket, const ZoneLease *lease);

/**
 * zone_lease_address() - the address of a lease.
 */
ipv4_t zone_lease_address(const ZoneLease *lease);

/**
 * zone_lease_names() - the names of a lease, the main one first, borrowed.
 *
 * @ret: receives at most ZONE_NAMES_MAX
 * Return: how many there are.
 */
size_t zone_lease_names(const ZoneLease *lease, const char *ret[static ZONE_NAMES_MAX]);

/**
 * zone_each_name() - calls a function with each whole name, as if it had just been added; for
 * those that come late.
 */
void zone_each_name(const Zone *zone, ZoneFunction function, void *userdata);

DEFINE_POINTER_CLEANUP(Zone, zone_free);

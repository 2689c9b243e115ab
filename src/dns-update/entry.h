/* SPDX-License-Identifier: MIT */
#pragma once

/* A name: what is to be in the DNS, what of ours may be there already, and the step that brings
 * the second nearer to the first. Steps are such that doing one twice, or not knowing whether it
 * was done, does no harm: what may have been done is noted before it is asked for. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/buffer.h"
#include "basic/hash.h"
#include "basic/heap.h"
#include "basic/list.h"
#include "dns-update/message.h"
#include "dns-update/name.h"

/* What of a name may be there. */
enum {
        PLACED_A = 1U << 0,
        PLACED_DHCID = 1U << 1,
        PLACED_FORWARD = 1U << 2, /* both are, and no other A than addresses[0] */
        PLACED_PTR_0 = 1U << 3,   /* of addresses[0] */
        PLACED_PTR_1 = 1U << 4,
        PLACED_REVERSE = 1U << 5, /* the PTR of addresses[0] is */
        PLACED_ALL = (1U << 6) - 1,
        /* without which nothing is left to be removed */
        PLACED_REMAINS = PLACED_A | PLACED_DHCID | PLACED_PTR_0 | PLACED_PTR_1,
};

typedef struct DnsPlaced {
        Dhcid dhcid;         /* not set: nothing is there */
        ipv4_t addresses[2]; /* the second: where the name has moved from, 0 = nowhere */
        uint32_t ttl;
        uint32_t flags;
} DnsPlaced;

typedef struct DnsWanted {
        bool present;
        bool reverse; /* the PTR of the address is to be this name */
        ipv4_t address;
        uint32_t ttl;
        Dhcid dhcid;
} DnsWanted;

typedef enum DnsEntryState {
        DNS_ENTRY_IDLE,    /* nothing can be done for it */
        DNS_ENTRY_QUEUED,  /* in the queue of its step's zone */
        DNS_ENTRY_WAITING, /* until a time */
        DNS_ENTRY_FLYING,  /* an answer is waited for */
} DnsEntryState;

typedef struct DnsEntry {
        HashNode by_name;
        ListNode all;
        ListNode queued;
        HeapNode timer;
        DnsWanted wanted;
        DnsPlaced placed;
        DnsEntryState state;
        DnsStep step;       /* in every state but IDLE */
        usec_t retry_at;    /* not before, boot time */
        usec_t quiet_until; /* nor before: a copy of a request may still be on its way */
        uint8_t n_failures;
        uint8_t n_turns;   /* how often ADD and REPLACE have sent it to each other */
        bool add_first;    /* as REPLACE has found nothing */
        bool replace_only; /* as ADD has found something */
        bool is_silent;    /* restored, and not named since */
        bool conflict;     /* the name is somebody else's */
        bool told;         /* that it fails */
        bool changed;      /* placed has, and is not in the log */
        char name[];
} DnsEntry;

typedef enum DnsOutcome {
        DNS_OUTCOME_DONE,     /* go on with the next step */
        DNS_OUTCOME_CONFLICT, /* the same, and somebody should hear of it */
        DNS_OUTCOME_FAILED,   /* to be tried again later */
} DnsOutcome;

/**
 * dns_entry_plan() - makes the next step, into entry->step; DNS_STEP_NONE when there is none.
 *
 * @zones: canonical names of the zones that can be updated, NULL-terminated
 */
void dns_entry_plan(DnsEntry *entry, char *const *zones);

/**
 * dns_entry_begin() - notes what the step may do, before it is sent.
 */
void dns_entry_begin(DnsEntry *entry);

/**
 * dns_entry_end() - takes the code of the answer to the step.
 */
DnsOutcome dns_entry_end(DnsEntry *entry, uint8_t rcode);

/**
 * dns_entry_is_over() - whether nothing is wanted of the name and nothing is left of it.
 */
bool dns_entry_is_over(const DnsEntry *entry) _pure_;

/**
 * dns_entry_is_in_doubt() - whether the last that was asked for was not answered.
 */
bool dns_entry_is_in_doubt(const DnsEntry *entry) _pure_;

/**
 * dns_zone_of() - the zone with the longest name that a name is in, NULL when there is none.
 * O(zones).
 */
const char *dns_zone_of(char *const *zones, const char *name) _pure_;

/**
 * dns_entry_write() - appends what is placed to a log, as a line. Return: 0, -ENOMEM.
 */
int dns_entry_write(const DnsEntry *entry, Buffer *log);

/**
 * dns_entry_read() - the inverse.
 *
 * @line: of @size bytes, without newline
 * @ret_name: canonical
 * @ret: flags 0 when the name is not placed any more
 * Return: 0, -EBADMSG.
 */
int dns_entry_read(
        const char *line, size_t size, char ret_name[static DNS_NAME_MAX], DnsPlaced *ret);

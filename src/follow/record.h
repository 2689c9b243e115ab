/* SPDX-License-Identifier: MIT */
#pragma once

/* What is known of a lease or a host, as a string of bytes: fields by tag, in the order of their
 * tags, each with a length and its value. A field that is not there is empty. Two records of one
 * thing can be compared field by field; nothing here knows where they come from. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"

enum {
        FOLLOW_RECORD_MAX = 4096, /* bytes; what does not fit is left out */
};

typedef enum FollowKind {
        FOLLOW_LEASE,
        FOLLOW_HOST,
        FOLLOW_KIND_MAX,
} FollowKind;

/* Numbers have 1 or 4 bytes, in the machine's order. The first field is the key. */
typedef enum FollowTag {
        FOLLOW_KEY, /* of a lease its address, ipv4_t; of a host its name */
        /* of both */
        FOLLOW_HARDWARE,
        FOLLOW_CLIENT_ID,
        FOLLOW_HOSTNAME,
        FOLLOW_POOL, /* name */
        FOLLOW_CIRCUIT_ID,
        /* of leases */
        FOLLOW_STATE,         /* FollowState */
        FOLLOW_FLAGS,         /* as on the bus: 1 reserved, 2 relayed, which is no change itself */
        FOLLOW_HARDWARE_TYPE, /* unless it is Ethernet */
        FOLLOW_STARTED,     /* seconds since the epoch, 4 bytes; goes with other changes and is none
                               itself, since a restart of the server forgets it */
        FOLLOW_EXPIRES,     /* likewise seconds, UINT32_MAX = never; is a change */
        FOLLOW_INTERFACE,   /* name; as FOLLOW_STARTED */
        FOLLOW_RELAY,       /* address as text; likewise */
        FOLLOW_RELAY_AGENT, /* option 82 */
        FOLLOW_REMOTE_ID,
        FOLLOW_VENDOR_CLASS,    /* likewise, and what follows */
        FOLLOW_USER_CLASSES,    /* each ends with NUL */
        FOLLOW_CLIENT_HOSTNAME, /* where a host has another name */
        FOLLOW_DECLINES,
        /* of hosts */
        FOLLOW_ADDRESS, /* as text */
        FOLLOW_DENY,    /* there when it is true */
        FOLLOW_ORIGIN,
        FOLLOW_SERVED_POOL, /* the pool that it belongs to, nothing = any */
        FOLLOW_DOMAIN,
        FOLLOW_ALIASES, /* each ends with NUL */
        FOLLOW_TAG_MAX,
} FollowTag;

typedef enum FollowState {
        FOLLOW_STATE_BOUND = 1,
        FOLLOW_STATE_DECLINED,
} FollowState;

/* Borrowed. No data stands for nothing. */
typedef struct FollowRecord {
        const uint8_t *data;
        size_t size;
} FollowRecord;

/* A record that is being made. */
typedef struct FollowBuilder {
        uint8_t data[FOLLOW_RECORD_MAX];
        size_t size;
        FollowTag last; /* the next tag is another one, and greater */
} FollowBuilder;

/**
 * follow_builder_init() - begins with the key.
 *
 * @key: @size bytes
 */
void follow_builder_init(FollowBuilder *builder, const void *key, size_t size);

/**
 * follow_builder_add() - appends a field, unless it is empty or there is no room for it. Tags come
 * in rising order.
 */
void follow_builder_add(FollowBuilder *builder, FollowTag tag, const void *value, size_t size);

/**
 * follow_builder_add_text(), follow_builder_add_u8(), follow_builder_add_u32() - the same; a number
 * that is 0 is left out.
 */
void follow_builder_add_text(FollowBuilder *builder, FollowTag tag, const char *text);
void follow_builder_add_u8(FollowBuilder *builder, FollowTag tag, uint8_t number);
void follow_builder_add_u32(FollowBuilder *builder, FollowTag tag, uint32_t number);

/**
 * follow_builder_get() - the record, borrowed from the builder.
 */
static inline FollowRecord follow_builder_get(const FollowBuilder *builder) {
        return (FollowRecord){builder->data, builder->size};
}

/**
 * follow_record_is_valid() - whether bytes are a record: whole fields in the order of their tags,
 * with a key first.
 */
bool follow_record_is_valid(FollowRecord record);

/**
 * follow_record_get() - the value of a field, borrowed.
 * Return: its size, 0 when it is not there.
 */
size_t follow_record_get(FollowRecord record, FollowTag tag, const uint8_t **ret);

/**
 * follow_record_get_number() - the value of a field that is a number, 0 when it is not there.
 */
uint32_t follow_record_get_number(FollowRecord record, FollowTag tag);

/**
 * follow_record_differ() - in which fields two records of one key differ, as bits: 1 << tag. Of
 * those that are no change themselves it says nothing.
 *
 * @tolerance_sec: by how much a time may differ, which comes of reading two clocks
 */
uint32_t follow_record_differ(FollowRecord a, FollowRecord b, uint32_t tolerance_sec);

/* SPDX-License-Identifier: MIT */
#pragma once

/* Who has made a change: a client, a user over the bus, whoever edited the lease file, or the
 * server itself because time has passed. For the journal. */

#include <stddef.h>
#include <stdint.h>

#include "daemon/journal.h"

typedef enum ActorType {
        ACTOR_SERVER,
        ACTOR_CLIENT,
        ACTOR_USER,
        ACTOR_LEASE_FILE,
        ACTOR_TYPE_MAX,
} ActorType;

typedef struct Actor {
        ActorType type;
        uint32_t uid; /* of a user */
} Actor;

enum {
        ACTOR_NAME_MAX = 64,
        ACTOR_FIELDS_MAX = 3,
};

/* An actor as strings. */
typedef struct ActorText {
        const char *type;          /* "server", "client", "user", "lease-file" */
        char uid[16];              /* "" unless it is a user */
        char name[ACTOR_NAME_MAX]; /* "" when it is not a user, or one that /etc/passwd lacks */
        char people[ACTOR_NAME_MAX + 32]; /* ", by user root"; "" for server and client */
} ActorText;

/**
 * actor_describe() - the strings of an actor. Reads /etc/passwd for a user, and asks no name
 * service, which may be a network away.
 */
void actor_describe(const Actor *actor, ActorText *ret);

/**
 * actor_fields() - the journal fields DHCP_ACTOR, DHCP_ACTOR_UID and DHCP_ACTOR_NAME.
 *
 * @text: borrowed by @ret
 */
void actor_fields(const ActorText *text, JournalField ret[static ACTOR_FIELDS_MAX]);

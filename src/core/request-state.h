/* SPDX-License-Identifier: MIT */
#pragma once

/* One message on its way through the server, of whatever type, and what has been found out of it on
 * the way. What a DHCPREQUEST gets is in request.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "core/actions.h"
#include "core/plan.h"
#include "core/pool.h"
#include "core/trace.h"
#include "wire/client-id.h"
#include "wire/datagram.h"
#include "wire/message.h"

#define HOSTNAME_SIZE_MAX 255

typedef struct LinkState LinkState;
typedef struct Server Server;

/* How the sender is connected to the networks that request_judge_sender() has found. */
typedef enum SenderRole {
        SENDER_ON_LINK,    /* a client on the arrival link; may do everything */
        SENDER_RELAYED,    /* a client whose relay is believed; may do everything */
        SENDER_PAST_RELAY, /* a client that no link of ours reaches, and that wrote to us by unicast
                              from the address that it has; may do to that very address what its
                              owner may do: renew it, give it back, ask for options */
        SENDER_ELSEWHERE,  /* a client with an address of another link; can only be refused */
} SenderRole;

typedef struct Request {
        Server *server;
        const MessageView *message;
        const PacketMetadata *metadata;
        usec_t now;
        Actions *actions;
        Trace *trace; /* NULL, or this is a dry run: nothing may be changed */

        LinkState *link;      /* where it came in */
        ClientId client;      /* see request_identify() */
        bool by_hardware;     /* that is: the pool ignores client identifiers */
        uint64_t client_hash; /* of the lease table, for everybody who needs one */
        uint64_t bucket;      /* that has paid for the message, 0 = none yet */
        size_t hostname_size;
        char hostname[HOSTNAME_SIZE_MAX + 1]; /* sanitised; of the host if it has one */

        SenderRole role;
        const uint8_t *relay_agent; /* option 82 as far as it counts: of this message, or what was
                                       remembered with the sender's lease; NULL = none */
        size_t relay_agent_size;
        Pool **pools;   /* which may serve the client, in order */
        size_t n_pools; /* of them; behind these, up to n_scope, pools of the same network that are
                           closed to the client: it has one lease in all of them together */
        size_t n_scope;
        bool again;       /* has waited for its address */
        ipv4_t disputed;  /* was the client's, but another machine has answered for it; 0 = none */
        const Host *host; /* that the client is, as far as these pools go */
        bool known;       /* some host is identified by what the client sent */
} Request;

/* SPDX-License-Identifier: MIT */
#pragma once

/* What a server consists of. Nobody outside of this folder includes it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/clones.h"
#include "core/commit.h"
#include "core/decline-history.h"
#include "core/lease-table.h"
#include "core/plan.h"
#include "core/pool.h"
#include "core/probing.h"
#include "core/proxy-arp.h"
#include "core/rate-limit.h"
#include "core/reply-cache.h"
#include "core/silence.h"
#include "core/succession-table.h"
#include "core/verdict.h"
#include "wire/client-id.h"
#include "wire/link.h"
#include "wire/message.h"

/* What an administrator has been told of a link; once, until the configuration changes. */
typedef struct LinkWarnings {
        bool no_pool;
        bool other_link;
        bool untrusted_relay;
        bool no_address;
} LinkWarnings;

/* An interface, and what serves it. */
typedef struct LinkState {
        Link link;
        Pool **pools; /* whose messages may come in here, in the order of the configuration, but
                         those first in whose subnets we have an address on this link */
        size_t n_pools;
        size_t n_direct; /* of them, for clients that are on the link themselves */
        size_t n_own;    /* of them, with an address of ours */
        LinkWarnings warned;
        bool heard; /* a message that is for servers has come in here */
} LinkState;

typedef struct Server {
        uint8_t seed[16];
        LeaseTable table;
        CommitLog commits;
        ChangeLog changes;
        Plan *plan;       /* NULL before the first configuration */
        uint64_t n_plans; /* that there have been */
        LinkState *links;
        size_t n_links;
        uint32_t bound_link; /* the only one that is heard, 0 = all are */
        Pool **scope; /* room for twice as many pools as there are, for the request under way */
        RateLimiter rate_limiter;
        CloneWatch clones;
        ReplyCache reply_cache;
        SilenceMemory silences;
        DeclineHistory declines;
        SuccessionTable successions;
        Prober prober;
        ProxyTable proxies;
        Pool *most_offered; /* the pool that has most offers, as far as has been noticed, or NULL */
        WaitingMessage resumed;  /* the one under way */
        MessageView message;     /* the one under way; too large for the stack of a small daemon */
        ClientId sent_id;        /* with request->by_hardware: what its client sent, */
        ClientId hardware_id;    /* and what it is known by */
        uint8_t said[UINT8_MAX]; /* what the client of the message under way says of itself */
        uint64_t counters[VERDICT_MAX];
        uint64_t message_counters[DHCP_MESSAGE_TYPE_MAX];
} Server;

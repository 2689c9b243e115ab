/* SPDX-License-Identifier: MIT */
#pragma once

/* What the core wants done: a bounded queue that the caller lends, fills the world with, and
 * resets. Sends carry their packet inside the queue's own memory; nothing is allocated. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "core/lease.h"
#include "core/verdict.h"
#include "wire/code-set.h"
#include "wire/datagram.h"
#include "wire/frame.h"
#include "wire/message.h"

enum {
        ACTIONS_MAX = 64,
        ACTIONS_PACKET_SPACE = 2 * DHCP_MAX_MESSAGE_SIZE,
};

typedef enum ActionType {
        ACTION_COMMIT, /* write the lease's row; signals and sends that name it wait for it */
        ACTION_SEND,
        ACTION_PROBE,  /* ask whether somebody has the address */
        ACTION_NOTICE, /* something an administrator wants to know */
        ACTION_TYPE_MAX,
} ActionType;

/* How it is found out whether somebody has an address. */
typedef enum ProbeWay {
        PROBE_BY_ARP,  /* on a link of ours; answers go to server_handle_arp() */
        PROBE_BY_ECHO, /* by ICMP echo, as routing says; answers go to server_handle_echo() */
        PROBE_NO_WAY,
} ProbeWay;

typedef enum Notice {
        NOTICE_POOL_EXHAUSTED,
        NOTICE_POOL_NEARLY_FULL,  /* 90 % in use */
        NOTICE_NO_POOL,           /* nothing serves this link */
        NOTICE_OTHER_LINK,        /* a relay's message for `pool`, which does not serve this link */
        NOTICE_UNTRUSTED_RELAY,   /* `address` is no relay that `pool` believes */
        NOTICE_NO_SERVER_ADDRESS, /* said once a link, as those before */
        NOTICE_CONFLICT,  /* `address` is used by `hardware`, which is not its client's: that
                             is `other_hardware` where it has a lease of it; by echo it is
                             not known which hardware it is */
        NOTICE_PROXY_ARP, /* `hardware`, or by echo something in the subnet of `pool`,
                             answers for addresses that nobody has */
        NOTICE_POOL_HALF_CLAIMED, /* half of the pool is set aside since others answer for it, and
                                     `hardware` answers for one more address */
        NOTICE_OTHER_HARDWARE,    /* the lease of `address` goes to `hardware` from `other_hardware`
                                     under one client identifier */
        NOTICE_CLONE,             /* the same, and it has been there before: two machines */
        NOTICE_RIVALS,            /* `hardware` was put out of `address` by `other_hardware`, and is
                                     alive as well */
        NOTICE_RESERVED_TAKEN,    /* `address` is reserved for `hardware` and leased to another, and
                                     `other_hardware` has it or answers for it */
        NOTICE_SUCCEEDED,         /* `hardware` gets `address`, which is reserved for it, from
                                     `other_hardware` */
        NOTICE_SERVER_ADDRESS, /* `address` is ServerAddress= of `pool` and not ours; said once */
        NOTICE_MAX,
} Notice;

typedef struct Action {
        ActionType type;
        union {
                struct {
                        uint64_t id;  /* rises by one with every commit of a server */
                        Lease *lease; /* valid until the next call into the server */
                        LeaseEvent event;
                        bool superseded;             /* another client was bound to it until now */
                        const LeaseIdentity *former; /* whose a lease was that is forgotten by this;
                                                        NULL = nobody's; until the commit is
                                                        durable or undone */
                } commit;
                struct {
                        uint64_t after_commit; /* 0 = at once */
                        Destination destination;
                        const uint8_t *packet; /* in Actions.packets */
                        size_t size;
                        DhcpMessageType message_type;
                } send;
                struct {
                        ProbeWay way;
                        uint32_t ifindex; /* 0 by echo */
                        ipv4_t address;
                        ipv4_t source; /* 0 by echo: as routing says */
                } probe;
                struct {
                        Notice notice;
                        Pool *pool; /* or NULL */
                        uint32_t ifindex;
                        ipv4_t address;
                        ProbeWay way; /* of the answer, where it is about one */
                        uint8_t hardware[ETHERNET_ADDRESS_SIZE]; /* by ARP */
                        uint8_t other_hardware[ETHERNET_ADDRESS_SIZE];
                } notice;
        };
} Action;

typedef struct Actions {
        Verdict verdict;              /* of the packet handled last */
        MessageError message_error;   /* with VERDICT_MALFORMED */
        DhcpMessageType message_type; /* of that packet, unless it was malformed */
        ipv4_t other_server; /* that packet's server identifier, when it shows that a server which
                                is not ours is at work where we serve; else 0 */
        const Pool *other_server_pool; /* with it: the pool of that network */
        CodeSet omitted;               /* options that had no room in that packet's reply */
        size_t n_actions;
        Action actions[ACTIONS_MAX];
        size_t packets_used;
        uint8_t packets[ACTIONS_PACKET_SPACE];
} Actions;

/**
 * actions_reset() - empties the queue. O(1).
 */
void actions_reset(Actions *actions);

/**
 * actions_add() - appends an action of a type, its other fields zero.
 * Return: the action, or NULL when the queue is full.
 */
Action *actions_add(Actions *actions, ActionType type);

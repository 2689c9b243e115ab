/* SPDX-License-Identifier: MIT */
#pragma once

/* What would happen to a client, and why: a message made up for the occasion goes the very way that
 * a real one goes, with a trace, and nothing is changed on that way. */

#include <stddef.h>
#include <stdint.h>

#include "core/server.h"
#include "wire/client-id.h"

/* Whose message, and which. */
typedef struct ExplainQuery {
        DhcpMessageType
                type; /* DHCP_DISCOVER, DHCP_REQUEST (INIT-REBOOT, for `requested`), DHCP_INFORM */
        ClientId client_id; /* size 0 = none sent */
        uint8_t hardware_size;
        uint8_t hardware[HARDWARE_ADDRESS_MAX];
        uint32_t ifindex; /* 0 = where the client was last heard, or else may be expected */
        ipv4_t relay;     /* giaddr, 0 = directly, or with ifindex 0 where it was last heard */
        ipv4_t requested; /* option 50, 0 = none */
        bool no_promise;  /* the lease file is failing: no message is answered */
} ExplainQuery;

typedef struct Explanation {
        Verdict verdict;
        char **steps;   /* sentences, in the order in which things were decided */
        char *pool;     /* NULL = none */
        ipv4_t address; /* that the client would be given, 0 = none */
        usec_t lifetime;
        DhcpMessageType reply; /* 0 = silence */
        uint32_t ifindex;      /* the link that was assumed */
} Explanation;

/**
 * server_explain() - the dry run. Changes nothing but @actions, which it resets.
 *
 * @actions: scratch space
 * Return: 0, -EINVAL when the query names nobody or a message of another type, -ENODEV when there
 * is no such link or none is served, -ENOMEM.
 */
int server_explain(
        Server *server, const ExplainQuery *query, usec_t now, Actions *actions, Explanation *ret);

/**
 * explanation_done() - frees what server_explain() has filled in.
 */
void explanation_done(Explanation *explanation);

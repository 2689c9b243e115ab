/* SPDX-License-Identifier: MIT */
#pragma once

/* What would happen to a client, and why: a message made up for the occasion goes the very way that
 * a real one goes, with a trace, and nothing is changed on that way. */

#include <stddef.h>
#include <stdint.h>

#include "core/actions.h"
#include "core/server.h"
#include "core/settings.h"
#include "core/verdict.h"
#include "wire/client-id.h"

/* Whose message, and which. */
typedef struct ExplainQuery {
        DhcpMessageType
                type; /* DHCP_DISCOVER, DHCP_REQUEST (INIT-REBOOT, for `requested`), DHCP_INFORM */
        ClientId client_id; /* size 0 = none sent */
        uint8_t hardware_size;
        uint8_t hardware[HARDWARE_ADDRESS_MAX];
        uint32_t ifindex;      /* 0 = where the client was last heard, or else may be expected */
        ipv4_t relay;          /* giaddr, 0 = directly, or with ifindex 0 where it was last heard */
        ipv4_t requested;      /* option 50, 0 = none */
        bool no_promise;       /* the lease file is failing: no message is answered */
        bool boots;            /* option 93, */
        uint16_t architecture; /* with this */
        const char *vendor_class; /* option 60, at most 255 bytes, or NULL */
        const char *user_class;   /* option 77, at most 255 bytes, or NULL */
        uint8_t circuit_id_size;  /* sub-option 1 of option 82, 0 = none, or what is remembered */
        uint8_t circuit_id[UINT8_MAX];
} ExplainQuery;

/* An option of the reply. */
typedef struct ExplainOption {
        uint8_t code;
        size_t size;
        uint8_t *data;
} ExplainOption;

typedef struct Explanation {
        Verdict verdict;
        char **steps;   /* sentences, in the order in which things were decided */
        char *pool;     /* NULL = none */
        ipv4_t address; /* that the client would be given, 0 = none */
        usec_t lifetime;
        DhcpMessageType reply; /* 0 = silence */
        uint32_t ifindex;      /* the link that was assumed */
        ipv4_t relay;          /* the relay, 0 = none */

        /* what the reply tells the client */
        ipv4_t next_server;     /* siaddr */
        char *server_name;      /* sname, NULL = none */
        char *boot_file;        /* file, or option 67; NULL = none */
        ExplainOption *options; /* by code; those of the protocol are left out */
        size_t n_options;

        ipv4_t held; /* an address that the client would get if another one had no lease of it, whom
                        the lease table tells; 0 = none */
} Explanation;

/**
 * server_explain() - the dry run. Changes nothing but @actions, which it resets.
 *
 * The client is assumed to ask for every option that is configured.
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

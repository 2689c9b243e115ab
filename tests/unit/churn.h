/* SPDX-License-Identifier: MIT */
#pragma once

/* Two clients, their servers, a VPN and an administrator, as test-client-churn has them come and
 * go; and the sum of what each owns, which the kernel's routing table has to be. */

#include "../simulation/dice.h"
#include "client-cli/holding.h"
#include "client-cli/pace.h"
#include "client-cli/routes.h"
#include "client-desk.h"
#include "kernel-model.h"

enum {
        CLIENTS = 2,
        SEEDS = 8,
        FOREIGN_LINK = 90,
        METRIC = 1024,
        VARIANTS = 4,
        TEXT_SIZE = 8192,
};

#define HOUR (3600 * SECOND)
#define PATIENCE (1100 * USEC_PER_MSEC) /* "within a second" */

/* What a server has granted last, and not taken back. */
typedef struct Grant {
        bool valid;
        unsigned net;
        unsigned variant;
        usec_t end;
} Grant;

typedef struct Station {
        unsigned number;
        int ifindex; /* 0: the interface is gone */
        bool up, carrier;
        bool runs;
        bool replaced; /* an administrator has put a default route in the place of the first */

        bool server_on;
        bool server_forgets; /* does not answer what is not a DISCOVER or its own offer */
        unsigned net;        /* 192.168.NET.0/24 */
        unsigned variant;
        uint32_t seconds; /* of its leases */
        Grant grant;

        mdc_config *config;
        mdc_client *client;
        Options options;
        Holding holding;
        Pace pace;
        usec_t refresh_at;
        bool refresh_for_link;
        MessageView sent;
} Station;

typedef struct Churn {
        Dice dice;
        Station stations[CLIENTS];
        int last_ifindex;
        bool vpn, fixed, other;
        char history[TEXT_SIZE];
        unsigned n_fights;
} Churn;

/* The routes that others have: those of the VPN, and two of the administrator's. */
extern const Route churn_vpn_routes[2];
extern const Route churn_fixed_route;
extern const Route churn_other_route;

/**
 * churn_address() - 192.168.NET.HOST, host byte order.
 */
ipv4_t churn_address(unsigned net, unsigned host);

/**
 * churn_replacing_route() - what an administrator puts in the place of the first client's default
 * route.
 */
Route churn_replacing_route(const Station *station);

/**
 * churn_routes_of() - the routes of one of four leases. Return: how many.
 */
size_t churn_routes_of(const Grant *grant, Route ret[static 3]);

/**
 * churn_append() - a line to the end of a text, as far as there is room.
 */
void churn_append(char text[static TEXT_SIZE], const char *line);

/**
 * churn_holds() - whether a client has a lease by its server's last word.
 */
bool churn_holds(const Station *station);

/**
 * churn_check_no_harm() - at every moment nothing of others is lost, and nothing is there that
 * nobody owns; or the test fails and tells the steps before.
 */
void churn_check_no_harm(const Churn *churn);

/**
 * churn_check_sum() - the same, and all that somebody owns is there. What a client is about to put
 * back is not missing yet; that is counted in n_fights.
 */
void churn_check_sum(Churn *churn);

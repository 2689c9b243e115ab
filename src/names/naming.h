/* SPDX-License-Identifier: MIT */
#pragma once

/* What the client of a lease is to be called, by what is known of it and the rules. Whether it
 * gets the name is decided where all claims are known, see zone.h. */

#include <stdbool.h>

#include "follow/record.h"
#include "names/domains.h"
#include "names/label.h"

enum {
        NAMING_ALIASES_MAX = 16,
};

typedef struct NamingRules {
        char *local_domain; /* of what has no other; canonical, NULL = none */
        bool generated_names;
        char **reserved; /* more names that only configured hosts may have; NULL = none */
} NamingRules;

typedef struct Naming {
        bool is_configured;        /* what follows is a host's */
        char name[NAME_SIZE];      /* whole; "" = none */
        char generated[NAME_SIZE]; /* for when there is none, or another has it; "" = none */
        char domain[NAME_SIZE];    /* "" = none */
        char aliases[NAMING_ALIASES_MAX][NAME_SIZE]; /* whole */
        size_t n_aliases;
        LabelVerdict verdict; /* why a name that the client has is not taken */
} Naming;

/**
 * naming_rules_done() - frees all of it.
 */
void naming_rules_done(NamingRules *rules);

/**
 * naming_make() - names the client of a lease.
 *
 * A name of a host that has dots is whole; other names are in the domain of the host, else of the
 * pool, else in local_domain. A client chooses no domain.
 *
 * @lease: no data, or not bound: nothing has a name
 * @host: the client's, see host_book_find(); no data = it is none
 */
void naming_make(const NamingRules *rules, const Domains *domains, FollowRecord lease,
        FollowRecord host, Naming *ret);

/* SPDX-License-Identifier: MIT */
#pragma once

/* Which leases somebody means who writes a pattern. What a client calls itself is a claim: a name
 * that the configuration gives to a host means the leases of that host, and those of other clients
 * that call themselves so stand beside. */

#include "ctl/context.h"
#include "ctl/lease-source.h"
#include "ctl/named-host.h"

typedef struct LeasePick {
        NamedHosts hosts; /* that have the name */
        LeaseList leases; /* that are meant */
        LeaseList claims; /* of a name that a host has: those of other clients */
} LeasePick;

/**
 * lease_pick() - finds the leases, sorted by address; none is no error.
 *
 * @text: that the pattern was read from
 * @ret: to be given to lease_pick_done(), whatever is returned
 * Return: STATUS_OK, another one having reported.
 */
ExitStatus lease_pick(LeaseSource *source, const Pattern *pattern, const char *text,
        bool include_expired, LeasePick *ret);

/**
 * lease_pick_done() - frees what was picked.
 */
void lease_pick_done(LeasePick *pick);

/**
 * lease_pick_report_none() - says that nothing is picked, and what there is instead.
 * Return: STATUS_NOT_FOUND.
 */
ExitStatus lease_pick_report_none(const LeasePick *pick, const char *text);

/**
 * lease_pick_report_several() - says that several leases have a name, and lists them, on standard
 * error.
 *
 * @outcome: what does not happen for that, and what to write instead: "nothing is released; …"
 * Return: STATUS_FAILURE.
 */
ExitStatus lease_pick_report_several(
        const Context *context, const LeaseList *leases, const char *text, const char *outcome);

/**
 * lease_pick_note_claims() - says that leases of clients which only call themselves so are left
 * out, unless there are none or --quiet is given.
 *
 * @verb: that shows them with --all
 */
void lease_pick_note_claims(
        const Options *options, size_t n_claims, const char *text, const char *verb);

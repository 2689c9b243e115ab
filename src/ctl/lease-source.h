/* SPDX-License-Identifier: MIT */
#pragma once

/* Where leases come from: the server, or with --offline the lease file. */

#include "ctl/connection.h"
#include "ctl/lease-list.h"

typedef struct LeaseSource {
        bool offline;
        Connection connection; /* unless offline */
        char *path;            /* of the lease file, if offline */
        size_t n_problems;     /* of the lease file, told already */
} LeaseSource;

/**
 * patterns_parse() - reads words of a command line, reporting.
 *
 * @ret: receives @n patterns for free(), never NULL
 * Return: STATUS_OK, STATUS_USAGE, STATUS_FAILURE.
 */
ExitStatus patterns_parse(char *const *texts, size_t n, Pattern **ret);

/**
 * lease_source_open() - connects to the server, or finds the lease file.
 *
 * @ret: to be given to lease_source_done(), whatever is returned
 * Return: STATUS_OK; having reported: as connection_open(); STATUS_USAGE when --offline is with an
 * option that only a server can answer.
 */
ExitStatus lease_source_open(const Options *options, LeaseSource *ret);

/**
 * lease_source_done() - disconnects.
 */
void lease_source_done(LeaseSource *source);

/**
 * lease_source_fetch() - appends what passes the filter.
 * Return: STATUS_OK, another one having reported.
 */
ExitStatus lease_source_fetch(LeaseSource *source, const LeaseFilter *filter, LeaseList *list);

/**
 * lease_source_each() - tells of what passes the filter and any of the patterns, everything that
 * passes when there is none; in no order, and a lease perhaps more than once: the last time counts.
 *
 * Return: STATUS_OK, another one having reported.
 */
ExitStatus lease_source_each(LeaseSource *source, LeaseFilter filter, const Pattern *patterns,
        size_t n_patterns, bool with_extras, LeaseFunction function, void *userdata);

/**
 * lease_source_fetch_any() - what passes the filter and any of the patterns, everything that passes
 * when there is none; sorted by address, each lease once.
 * Return: STATUS_OK, another one having reported.
 */
ExitStatus lease_source_fetch_any(LeaseSource *source, LeaseFilter filter, const Pattern *patterns,
        size_t n_patterns, LeaseList *list);

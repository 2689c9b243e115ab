/* SPDX-License-Identifier: MIT */
#pragma once

/* Addresses that are kept from clients since somebody has declined them or answers for them: where
 * their quarantine begins, how long it is, and where it ends. Who says so, and who is believed, is
 * decided before. */

#include <stddef.h>
#include <stdint.h>

#include "basic/time.h"
#include "core/actions.h"
#include "core/lease.h"
#include "core/pool.h"

typedef struct Server Server;

/**
 * server_quarantine() - keeps an address back: 10 minutes the first time, twice as long as the last
 * time from then on, at most 24 hours.
 *
 * @record: the values of the lease, or of a new one; state and times are set here
 * Return: 0, -ENOMEM, -ENOBUFS.
 */
int server_quarantine(Server *server, LeaseRecord *record, usec_t now, Actions *actions);

/**
 * server_quarantine_until() - keeps an address back until a time that somebody has written.
 *
 * @record: as for server_quarantine()
 * @until: CLOCK_BOOTTIME
 * Return: 0, -ENOMEM, -ENOBUFS.
 */
int server_quarantine_until(Server *server, LeaseRecord *record, usec_t until, Actions *actions);

/**
 * server_clear_quarantine() - ends a quarantine and forgets the lease.
 * Return: 0, -ENOMEM, -ENOBUFS.
 */
int server_clear_quarantine(Server *server, const Lease *lease, usec_t now, Actions *actions);

/**
 * server_lift_quarantine() - the same for one that had no reason: the next is not longer for it.
 */
int server_lift_quarantine(Server *server, const Lease *lease, usec_t now, Actions *actions);

/**
 * server_clear_next() - ends the quarantines of a pool in steps that together look at each lease
 * once.
 *
 * @pool: the pool, or NULL for all
 * @cursor: 0 to start; 0 again when all leases have been looked at
 * Return: how many quarantines this step ended, at most SERVER_ADVANCE_MAX; -ENOMEM, -ENOBUFS with
 * none ended by this step.
 */
int server_clear_next(
        Server *server, const Pool *pool, size_t *cursor, usec_t now, Actions *actions);

/**
 * server_flags_of_quarantine() - LEASE_RELAYED where a quarantine that somebody has written is of
 * an address behind a relay and names nobody: then it is for who answers there.
 */
uint8_t server_flags_of_quarantine(const Server *server, const LeaseRecord *record);

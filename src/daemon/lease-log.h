/* SPDX-License-Identifier: MIT */
#pragma once

/* What the journal is told of leases. In quiet times each change is an entry of its own. When there
 * are more than LEASE_LOG_SINGLE_MAX in a second, the rest of them go into collective entries, so
 * that the journal neither caps the rate nor misses a lease: such an entry repeats DHCP_ADDRESS and
 * DHCP_HWADDR for each lease, which journald matches, and has DHCP_LEASE, "ADDRESS HWADDR
 * HOSTNAME" as far as they are known, to tell what belongs together (journald sorts an entry's
 * fields). */

#include <systemd/sd-event.h>

#include "core/server.h"
#include "daemon/journal.h"
#include "daemon/pending.h"

enum {
        LEASE_LOG_SINGLE_MAX = 100,
        LEASE_LOG_COLLECT_MAX =
                160,                /* leases in one entry, three fields each: JOURNAL_FIELDS_MAX */
        LEASE_LOG_DELAY_MSEC = 250, /* that a collected lease may wait */
};

typedef struct LeaseLog LeaseLog;

/**
 * lease_log_new() - an empty log.
 *
 * @event, @journal, @server: borrowed for the log's life
 * Return: 0, -ENOMEM, negative errno of sd-event.
 */
int lease_log_new(LeaseLog **ret, sd_event *event, Journal *journal, const Server *server);

/**
 * lease_log_free() - writes what is collected and frees the log. Return: NULL.
 */
LeaseLog *lease_log_free(LeaseLog *log);

/**
 * lease_log_add() - a durable change of a lease. Renewals are of debug level.
 *
 * @now: CLOCK_BOOTTIME
 */
void lease_log_add(LeaseLog *log, const LeaseNews *news, usec_t now);

/**
 * lease_log_flush() - writes what is collected.
 */
void lease_log_flush(LeaseLog *log);

DEFINE_POINTER_CLEANUP(LeaseLog, lease_log_free);

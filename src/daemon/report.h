/* SPDX-License-Identifier: MIT */
#pragma once

/* What the journal is told of pools, links and packets; of leases it is lease-log.h. */

#include "core/actions.h"
#include "core/server.h"
#include "daemon/journal.h"

enum {
        /* no kind of drop is mentioned more often than this */
        REPORT_INTERVAL_SEC = 60,
};

/* Remembers what was said lately. */
typedef struct ReportLimit {
        usec_t next;         /* CLOCK_BOOTTIME; nothing of this kind before */
        uint64_t suppressed; /* since the last line */
} ReportLimit;

/**
 * report_notice() - something the core wants an administrator to know.
 */
void report_notice(Journal *journal, const Server *server, const Action *action);

/**
 * report_no_echo() - that ICMP echo cannot be sent.
 *
 * @error: negative errno
 */
void report_no_echo(Journal *journal, int error);

/**
 * report_packet() - what became of a packet: a debug line each, and a warning a minute and kind for
 * those that are broken.
 *
 * @limits: VERDICT_MAX of them
 */
void report_packet(Journal *journal, const Server *server, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata, const Actions *actions, ReportLimit *limits, usec_t now);

/**
 * report_allow() - whether a line may be written now; counts it as suppressed otherwise.
 *
 * @ret_suppressed: lines that were suppressed since the last one
 */
bool report_allow(ReportLimit *limit, usec_t now, uint64_t *ret_suppressed);

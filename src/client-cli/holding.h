/* SPDX-License-Identifier: MIT */
#pragma once

/* What is held for an interface between two events: the lease, what of it is configured, and the
 * state file that tells of both. Every change of one is made here, so that the three agree, and the
 * administrator's script is told. */

#include <stdbool.h>

#include "client-cli/apply.h"
#include "client-cli/options.h"
#include "client-cli/script-queue.h"
#include "client/minidhcp-client.h"

typedef struct Holding {
        const Options *options;
        int ifindex;
        Applied *applied;
        ApplySettings settings; /* by which it is configured */
        bool configures;        /* asked for by --apply, or by whoever has got the lease */
        mdc_lease *lease;       /* NULL = none */
        ScriptSettings script;
        ScriptQueue *scripts; /* NULL: each script is waited for */
} Holding;

/**
 * holding_init() - reads the state file. What is wrong with it is said, and counts as no lease.
 *
 * @options: borrowed
 * Return: 0, -ENOMEM.
 */
int holding_init(Holding *holding, const Options *options, int ifindex);

/**
 * holding_run_on() - from now on scripts run beside the loop, and only holding_leave() waits for
 * them.
 *
 * Return: 0, -ENOMEM.
 */
int holding_run_on(Holding *holding, struct sd_event *event);

/**
 * holding_done() - frees what it owns; what is configured stays.
 */
void holding_done(Holding *holding);

/**
 * holding_take() - a lease has been acquired or renewed.
 *
 * @event: what the script is told
 * Return: STATUS_OK, or what went wrong, which was said.
 */
ExitStatus holding_take(Holding *holding, ScriptEvent event, mdc_lease *lease);

/**
 * holding_drop() - the lease is no more, or never was.
 *
 * @lease: what the script is told about; may be NULL
 * Return: as holding_take(), of the script.
 */
ExitStatus holding_drop(Holding *holding, ScriptEvent event, mdc_lease *lease);

/**
 * holding_leave() - the lease goes on without us: it is no longer configured, but the state file
 * keeps it for the next start.
 * Return: as holding_take(), of the script, for which it waits some seconds.
 */
ExitStatus holding_leave(Holding *holding, ScriptEvent event);

/**
 * holding_refresh() - puts back what of the lease is configured and was taken away by others.
 * Return: whether there was something.
 */
bool holding_refresh(Holding *holding);

/**
 * holding_take_event() - what a client of its own loop tells: leases are taken and dropped by it,
 * and the script is told. Other events change nothing.
 * Return: whether there is another lease now, or none.
 */
bool holding_take_event(Holding *holding, const mdc_event *event);

/**
 * holding_follow() - the interface is another now: what was configured has gone with the one
 * before.
 *
 * @ifindex: 0 while there is none
 */
void holding_follow(Holding *holding, int ifindex);

/**
 * holding_tell() - runs the script, or sees to it that it is run.
 * Return: as holding_take().
 */
ExitStatus holding_tell(Holding *holding, ScriptEvent event, mdc_lease *lease);

/**
 * holding_has_ended() - whether there is a lease that is over.
 */
bool holding_has_ended(const Holding *holding);

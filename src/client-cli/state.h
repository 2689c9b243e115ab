/* SPDX-License-Identifier: MIT */
#pragma once

/* What is known of a lease between two runs, and its text: one JSON object, what
 * mdc_lease_to_json() says, the message itself, when it was obtained, and what of it is configured.
 * Knows no file and no clock. */

#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>
#include <systemd/sd-id128.h>

#include "basic/time.h"
#include "client-cli/apply.h"
#include "client/minidhcp-client.h"

typedef struct State {
        mdc_lease *lease;       /* NULL = none */
        json_object *applied;   /* for applied_from_json(); NULL = nothing is configured */
        ApplySettings settings; /* by which it was */
} State;

/* The present, as far as a state depends on it. */
typedef struct StateClock {
        ClockPair now;
        sd_id128_t boot; /* null where it is not known */
} StateClock;

/**
 * state_done() - frees what it owns; the state is empty.
 */
void state_done(State *state);

/**
 * state_format() - writes a state that has a lease.
 *
 * @ret: receives a string for free()
 * Return: 0, -ENOMEM.
 */
int state_format(const State *state, const StateClock *clock, char **ret);

/**
 * state_parse() - reads what state_format() has written, or anything else.
 *
 * Within one boot the lease has the age that CLOCK_BOOTTIME gives it, whatever was done to the wall
 * clock. After another boot the wall clock has to do, and nothing is configured any more; where it
 * is behind the time at which the lease was obtained, as that of a machine without a battery is,
 * the lease counts as new.
 *
 * @text: @size bytes
 * @ret: receives what state_done() frees
 * @ret_problem: receives what is wrong with the text, for -EBADMSG
 * Return: 0, -EBADMSG, -ENOMEM.
 */
int state_parse(const char *text, size_t size, const StateClock *clock, State *ret,
        const char **ret_problem);

/**
 * lease_is_over() - whether a lease has ended.
 *
 * @boottime: now
 */
bool lease_is_over(const mdc_lease *lease, usec_t boottime);

/* SPDX-License-Identifier: MIT */
#pragma once

/* --script: a program of the administrator's that is told what has happened. */

#include "client/minidhcp-client.h"

/**
 * script_run() - runs a program and waits for it: MINIDHCP_* in its environment, the lease as JSON
 * on its standard input.
 *
 * @event: "acquired", "renewed", "refused", "conflict", "expired", "released", "informed" or
 *         "stopped"
 * @lease: may be NULL: then no variables about it, and an empty object
 * Return: its exit status, negative errno when it could not be run, -EINTR when a signal ended it.
 */
int script_run(const char *path, const char *event, const char *interface, const mdc_lease *lease);

/* SPDX-License-Identifier: MIT */
#pragma once

/* The lease between two runs: one JSON object, what mdc_lease_to_json() says, the message itself,
 * and when it was obtained on the wall clock, which outlives a boot. */

#include "client/minidhcp-client.h"

/**
 * state_file_save() - writes it anew, whole or not at all.
 * Return: 0, negative errno.
 */
int state_file_save(const char *path, const mdc_lease *lease);

/**
 * state_file_load() - reads it.
 * Return: 0, -ENOENT when there is none, -EBADMSG when it is none of ours, other negative errno.
 */
int state_file_load(const char *path, mdc_lease **ret);

/**
 * state_file_remove() - forgets the lease.
 */
void state_file_remove(const char *path);

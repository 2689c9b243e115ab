/* SPDX-License-Identifier: MIT */
#pragma once

/* What can be seen of a server as one number, to tell whether anything has changed. */

#include "core/server.h"

/**
 * server_digest() - all leases with their values, the pools with the order of their lists, links'
 * service, the newest commit and the next deadline. Two servers between which a client or an
 * administrator could tell a difference have different digests, but for counters of verdicts.
 */
uint64_t server_digest(const Server *server);

/**
 * server_digest_values() - the same, but for which object the settings are: the same for two
 * servers with the same story.
 */
uint64_t server_digest_values(const Server *server);

/* SPDX-License-Identifier: MIT */
#pragma once

/* The verb wait-online, for network-online.target. */

#include "client-cli/options.h"

/**
 * wait_online() - waits until a lease of the state file is configured on the interface, which need
 * not exist yet. Sends nothing, and needs no privilege.
 *
 * Return: STATUS_OK, STATUS_TIMEOUT, STATUS_FAILURE; what went wrong was said.
 */
ExitStatus wait_online(const Options *options);

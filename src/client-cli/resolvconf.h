/* SPDX-License-Identifier: MIT */
#pragma once

/* The verb of the root's: resolvconf is told what a client without privilege has got. */

#include "client-cli/options.h"

/**
 * resolvconf_follow() - resolvconf is told the name servers of the lease of the state file, or that
 * there are none any more. A file that changes meanwhile is read again.
 *
 * Return: an exit status after saying what went wrong.
 */
ExitStatus resolvconf_follow(const Options *options);

/* SPDX-License-Identifier: MIT */
#pragma once

/* How often a client may speak: RFC 2131 4.1 and 4.4.5. */

#include "host.h"

/**
 * manners_begin() - a machine was switched on.
 */
void manners_begin(const struct World *world, Host *host);

/**
 * manners_check() - a machine sends a message: not too early after the last.
 */
void manners_check(
        struct World *world, Host *host, const MessageView *message, const mdc_output *output);

/**
 * manners_forget() - its question was answered, or it was told to ask: what it sends next is no
 * repetition.
 */
void manners_forget(Host *host);

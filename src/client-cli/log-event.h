/* SPDX-License-Identifier: MIT */
#pragma once

/* What a client's events are called, and how much each matters. */

#include "client-cli/options.h"
#include "client-cli/unusable.h"

/**
 * log_event() - says what happens, as far as @options ask for it.
 *
 * @unusable: of the events before, and then of this one
 */
void log_event(const mdc_event *event, const Options *options, Unusable *unusable);

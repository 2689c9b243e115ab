/* SPDX-License-Identifier: MIT */
#pragma once

/* Whether two descriptions of a pool or host come to the same, whatever words and places they have
 * been read from. */

#include <stdbool.h>

#include "core/settings.h"

/**
 * pool_settings_are_same() - whether two pools serve in the same way. Names and origins do not
 * count.
 */
bool pool_settings_are_same(const PoolSettings *a, const PoolSettings *b);

/**
 * host_settings_are_same() - the same of hosts.
 */
bool host_settings_are_same(const HostSettings *a, const HostSettings *b);

/* SPDX-License-Identifier: MIT */
#pragma once

/* What values cannot show one by one: whether they fit together. To be called whenever settings
 * have been put together, from files or from the bus, before a server gets them. */

#include <stdbool.h>

#include "basic/problem.h"
#include "config/place.h"
#include "core/settings.h"

#define HOMELESS_STRING_MAX 256

/**
 * host_is_homeless() - whether a host is meant for a pool, or has an address, that is not there.
 *
 * @ret: receives why, without a full stop; untouched when it is not homeless
 */
bool host_is_homeless(
        const Settings *settings, const HostSettings *host, char ret[static HOMELESS_STRING_MAX]);

/**
 * settings_finish() - checks settings as a whole, and completes what follows from other values.
 *
 * A pool whose reply.default_lease is 0 gets one hour, or what of it MinLeaseTimeSec= and
 * MaxLeaseTimeSec= allow. Whoever makes pools from keys therefore sets it to 0 first.
 *
 * O(n log n) in hosts and ranges, O(n²) in pools.
 *
 * @places: where values were set, or NULL: then problems name the origin of pool or host
 * @problems: receives errors and warnings
 * Return: 0, -EINVAL when there are errors, -ENOMEM.
 */
int settings_finish(Settings *settings, const Places *places, Problems *problems);

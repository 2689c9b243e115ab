/* SPDX-License-Identifier: MIT */
#pragma once

/* Counters and pools as OpenMetrics text, for Prometheus and its kin. */

#include "ctl/context.h"
#include "ctl/objects.h"

/**
 * metrics_format() - the whole exposition, "# EOF" included.
 *
 * @manager: properties of the manager
 * @counters: of GetStatistics
 * @ret: receives a string for free()
 * Return: 0, -ENOMEM.
 */
int metrics_format(const json_object *manager, const json_object *counters, const ObjectList *pools,
        char **ret);

/* SPDX-License-Identifier: MIT */
#pragma once

/* Counters and pools as text for Prometheus and its kin. */

#include "ctl/context.h"
#include "ctl/objects.h"

typedef enum MetricsFormat {
        METRICS_PROMETHEUS,  /* text format 0.0.4, which node_exporter's textfile collector reads */
        METRICS_OPENMETRICS, /* OpenMetrics 1.0 */
} MetricsFormat;

/**
 * metrics_content_type() - what an HTTP server calls the format.
 */
const char *metrics_content_type(MetricsFormat format);

/**
 * metrics_format() - the whole exposition.
 *
 * @manager: properties of the manager
 * @counters: of GetStatistics
 * @delays: of GetDelays
 * @ret: receives a string for free()
 * Return: 0, -ENOMEM.
 */
int metrics_format(MetricsFormat format, const json_object *manager, const json_object *counters,
        const json_object *delays, const ObjectList *pools, char **ret);

/**
 * metrics_fetch() - asks the server, and writes the exposition.
 *
 * @ret: receives a string for free()
 * Return: 0, -ENOMEM, negative errno of the calls.
 */
int metrics_fetch(Connection *connection, MetricsFormat format, char **ret);

/* SPDX-License-Identifier: MIT */
#pragma once

/* JSON, as all tools of the bench print it: one object on one line of stdout. */

#include <stdint.h>

#include <json-c/json.h>

#include "histogram.h"

/**
 * report_add_take() - adds a member to an object; it is taken also when this fails.
 *
 * @member: NULL for one that could not be allocated
 * Return: 0 or -ENOMEM.
 */
int report_add_take(struct json_object *object, const char *name, struct json_object *member);

/**
 * report_add_number() - adds a number to an object. Return: 0 or -ENOMEM.
 */
int report_add_number(struct json_object *object, const char *name, uint64_t number);

/**
 * report_delays() - a histogram's percentiles: n, p50, p90, p99, p99.9, max.
 * Return: an object, or NULL for lack of memory.
 */
struct json_object *report_delays(const Histogram *histogram);

/**
 * report_print() - prints an object, and releases it.
 * Return: 0, -ENOMEM when it is NULL, -EIO when stdout does not take it.
 */
int report_print(struct json_object *object);

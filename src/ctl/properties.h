/* SPDX-License-Identifier: MIT */
#pragma once

/* The properties of an object of the bus as text. Properties that this program has never heard of
 * are shown too, by their type, after those that it knows. */

#include "ctl/details.h"
#include "ctl/format.h"
#include "ctl/json.h"
#include "ctl/options.h"

/**
 * property_text() - a property's value as text, safe for a terminal; several lines where a list's
 * elements have blanks of their own.
 *
 * @name: the D-Bus property, which tells a point in time from a time span
 * @value: NULL is null
 * @now: the wall clock
 * Return: a string for free(), NULL without memory.
 */
char *property_text(const char *name, json_object *value, TimestampStyle style, usec_t now);

/**
 * properties_describe() - appends an object's properties.
 *
 * @object: by property name, as connection_get_all() gives it
 * @order: the names that come first, NULL-terminated; those that the object does not have are left
 * out
 * @options: the timestamps' style, and whether properties that are not set are shown, too (--all)
 * @now: the wall clock
 * Return: 0, -ENOMEM.
 */
int properties_describe(Details *details, const json_object *object, const char *const *order,
        const Options *options, usec_t now);

/**
 * state_color() - the colour of the state of a lease, of the server, or of a unit.
 */
Color state_color(const char *state);

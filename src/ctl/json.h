/* SPDX-License-Identifier: MIT */
#pragma once

/* D-Bus values as JSON, the one form in which verbs hold what the bus has told them.
 *
 * Strings stay strings, made safe for a terminal; byte strings become "02:00:00:00:00:07"; a 64-bit
 * number that means infinity (UINT64_MAX) becomes null; variants are unwrapped; dictionaries become
 * objects. */

#include <stddef.h>

#include <json-c/json.h>
#include <systemd/sd-bus.h>

#include "basic/macro.h"
#include "basic/time.h"
#include "ctl/options.h"

/* Several values in a row: an array when there is more than one to come, written as it goes. */
typedef struct JsonArray {
        JsonMode mode;
        size_t n_items;
} JsonArray;

/**
 * json_from_message() - reads the next complete value of a message.
 *
 * @ret: receives the value for json_object_put(); NULL is JSON's null
 * Return: 0, -ENXIO at the message's end, -EBADMSG, -ENOMEM.
 */
int json_from_message(sd_bus_message *message, json_object **ret);

/**
 * json_from_dictionary() - reads an a{sv}, which is what comes next.
 *
 * @ret: receives an object for json_object_put(); NULL when the dictionary is empty, which costs no
 *       memory
 * Return: 0, -ENXIO when something else comes, -EBADMSG, -ENOMEM.
 */
int json_from_dictionary(sd_bus_message *message, json_object **ret);

/**
 * json_new_string() - a string made safe for a terminal, NULL without memory.
 */
json_object *json_new_string(const char *text);

/**
 * json_new_bytes() - bytes as colon-separated hexadecimal, NULL without memory.
 */
json_object *json_new_bytes(const uint8_t *bytes, size_t size);

/**
 * json_add_take() - puts a value into an object.
 *
 * @key: copied
 * @value: belongs to the object, or is freed; NULL counts as a failed allocation
 * Return: 0, -ENOMEM.
 */
int json_add_take(json_object *object, const char *key, json_object *value);

/**
 * json_add_usec() - puts a time into an object, null for USEC_INFINITY.
 * Return: 0, -ENOMEM.
 */
int json_add_usec(json_object *object, const char *key, usec_t usec);

/**
 * json_get_text() - a string of an object, borrowed; "" when there is none.
 */
const char *json_get_text(const json_object *object, const char *key);

/**
 * json_get_number() - a number of an object; 0 when there is none.
 */
uint64_t json_get_number(const json_object *object, const char *key);

/**
 * json_get_usec() - a time of an object; null is USEC_INFINITY, and 0 stands for a missing one.
 */
usec_t json_get_usec(const json_object *object, const char *key);

/**
 * json_print() - writes a value and a newline to standard output.
 */
void json_print(const json_object *value, JsonMode mode);

/**
 * json_array_begin() - starts an array on standard output.
 */
void json_array_begin(JsonArray *array, JsonMode mode);

/**
 * json_array_add() - writes the next element.
 */
void json_array_add(JsonArray *array, const json_object *value);

/**
 * json_array_separate() - for an element that the caller writes itself: the comma before it.
 */
void json_array_separate(JsonArray *array);

/**
 * json_array_end() - ends the array and the line.
 */
void json_array_end(JsonArray *array);

static inline void json_object_putp(json_object **object) {
        (void) json_object_put(*object);
}

#define _cleanup_json_ _cleanup_(json_object_putp)

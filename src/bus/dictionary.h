/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads an a{sv} of a message: entry by entry, or by a table of the keys that there are, when every
 * other key, and a value of another type than its key's, is refused by name: a caller who mistypes
 * hears of it. Knows nothing of what the values are for. */

#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

/* Told to read one value, which is of its key's type. Return: 0 or positive, negative errno with
 * @error set or not. */
typedef int (*DictionaryReader)(void *target, sd_bus_message *message, sd_bus_error *error);

typedef struct DictionaryKey {
        const char *name;
        const char *type; /* D-Bus signature of the value */
        DictionaryReader read;
} DictionaryKey;

/**
 * dictionary_read() - reads the dictionary that comes next in a message. A key that is given twice
 * is read twice.
 *
 * @n_keys: one or more
 * @target: handed to the readers
 * @error_name: of the D-Bus error for unknown keys and wrong types
 * Return: 0; negative errno, of a reader, of sd-bus or by @error.
 */
int dictionary_read(sd_bus_message *message, const DictionaryKey *keys, size_t n_keys, void *target,
        const char *error_name, sd_bus_error *error);

/* Told to read one value, of whatever type. Return: as DictionaryReader. */
typedef int (*DictionaryEntryReader)(void *target, const char *name, const char *type,
        sd_bus_message *message, sd_bus_error *error);

/**
 * dictionary_walk() - has every entry read of the dictionary that comes next in a message.
 *
 * @target: handed to @read
 * Return: 0; negative errno, of @read or of sd-bus.
 */
int dictionary_walk(
        sd_bus_message *message, DictionaryEntryReader read, void *target, sd_bus_error *error);

/**
 * dictionary_read_bytes() - reads a value of type ay into an array.
 *
 * @size_min, @size_max: bytes, UINT8_MAX at most
 * @ret: room for @size_max
 * Return: 0; -EMSGSIZE when they are fewer or more, and nothing is received; negative errno.
 */
int dictionary_read_bytes(
        sd_bus_message *message, size_t size_min, size_t size_max, void *ret, uint8_t *ret_size);

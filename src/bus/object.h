/* SPDX-License-Identifier: MIT */
#pragma once

/* What all objects on the bus have in common: paths, getters of properties, and property
 * dictionaries made from the same tables that sd-bus answers Get and GetAll from. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

/* Bytes of somebody else. */
typedef struct ByteView {
        const uint8_t *data;
        size_t size;
} ByteView;

/**
 * object_append_text() - appends a string; what is not clean UTF-8 is sanitised, for a single bad
 * byte would make the whole message fail.
 *
 * @text: @size bytes, not necessarily terminated; long text is cut after sanitising
 * Return: 0, negative errno of the message.
 */
int object_append_text(sd_bus_message *message, const void *text, size_t size);

/**
 * object_append_string() - object_append_text() for a C string; NULL is empty.
 */
int object_append_string(sd_bus_message *message, const char *text);

/**
 * object_append_strings() - appends an array of strings; NULL is empty.
 */
int object_append_strings(sd_bus_message *message, char *const *strings);

/**
 * object_append_bytes_entry() - appends {sv}, a key and bytes (ay), in a dictionary that is open.
 */
int object_append_bytes_entry(sd_bus_message *message, const char *key, ByteView bytes);

/**
 * object_append_path() - appends the object path of a thing by its name.
 * Return: 0, -ENOMEM, negative errno of the message.
 */
int object_append_path(sd_bus_message *message, const char *prefix, const char *name);

/**
 * object_append_properties() - appends a{sv} with every property of a vtable.
 *
 * @userdata: the object, as the vtable's find function gives it
 * Return: 0, negative errno.
 */
int object_append_properties(sd_bus_message *message, const sd_bus_vtable *vtable, const char *path,
        const char *interface, void *userdata);

/* Whether a property is wanted of an object. */
typedef bool (*ObjectPropertyFilter)(const char *property, const void *userdata);

/**
 * object_append_some_properties() - the same with those alone that a filter lets through.
 *
 * @filter: NULL = all
 */
int object_append_some_properties(sd_bus_message *message, const sd_bus_vtable *vtable,
        ObjectPropertyFilter filter, const char *path, const char *interface, void *userdata);

/**
 * object_reply_error() - what a method has failed with becomes the reply. sd-bus would do so, too,
 * but lets the caller wait in vain when there is no memory for it at that moment.
 *
 * @r: of the method; what is not negative is passed on
 * @error: freed
 * Return: @r, or 1 after a reply.
 */
int object_reply_error(sd_bus_message *message, int r, sd_bus_error *error);

/* Getters of properties, by what they find at the property's offset: a bool, a ByteView (ay), a
 * char * that may be NULL (s), a char ** that may be NULL (as). Numbers need none: sd-bus reads
 * them itself. */
int property_get_bool(sd_bus *connection, const char *path, const char *interface,
        const char *property, sd_bus_message *reply, void *userdata, sd_bus_error *error);
int property_get_bytes(sd_bus *connection, const char *path, const char *interface,
        const char *property, sd_bus_message *reply, void *userdata, sd_bus_error *error);
int property_get_string(sd_bus *connection, const char *path, const char *interface,
        const char *property, sd_bus_message *reply, void *userdata, sd_bus_error *error);
int property_get_strings(sd_bus *connection, const char *path, const char *interface,
        const char *property, sd_bus_message *reply, void *userdata, sd_bus_error *error);

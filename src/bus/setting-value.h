/* SPDX-License-Identifier: MIT */
#pragma once

/* Values of settings between the bus, where they have types, and the texts that they are in the
 * configuration. What is a legal value is not judged here. */

#include <systemd/sd-bus.h>

#include "setting/key.h"

/**
 * setting_value_append() - appends the value of a property.
 *
 * @signature: a key's
 * @values: as setting_key_format() gives them; what is not set is the empty string or list, or 0
 * Return: 0, -EINVAL for values that no formatter makes, -ENOMEM, negative errno of the message.
 */
int setting_value_append(sd_bus_message *m, const char *signature, char *const *values);

/**
 * setting_value_read() - reads a value of any of these types, and of b, y, q, u and t.
 *
 * @type: of the value that comes next in the message
 * @key: that it is for, or NULL when there is no such key
 * @by_property: whether it was named as the property is, so that a time is in microseconds
 * @ret: NULL; receives texts for strv_free()
 * Return: 0, -EINVAL for a type that no setting has, -ENOMEM, negative errno of the message; *ret
 * is for strv_free() then, too.
 */
int setting_value_read(
        sd_bus_message *m, const char *type, const SettingKey *key, bool by_property, char ***ret);

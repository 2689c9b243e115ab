/* SPDX-License-Identifier: MIT */
#pragma once

/* JSON of what messages hold, written straight into a buffer, which keeps count of what could not
 * be written. */

#include <systemd/sd-bus.h>

#include "basic/buffer.h"

/**
 * json_write_string() - appends a string in quotes, escaped.
 *
 * @string: UTF-8
 * Return: 0, or the error of the buffer.
 */
int json_write_string(Buffer *text, const char *string);

/**
 * json_write_value() - reads one complete value from a message and appends it: numbers and strings
 * as they are, bytes (ay) as colon-separated hexadecimal, dictionaries as objects, structs as
 * arrays, variants as what they hold. There is nothing for the D-Bus types d and h.
 *
 * Return: 0, -ENODATA at the end of the message or container, -ENOMEM, -EBADMSG; @text may hold a
 * part of the value then.
 */
int json_write_value(Buffer *text, sd_bus_message *message);

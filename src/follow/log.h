/* SPDX-License-Identifier: MIT */
#pragma once

/* Where a program that follows the server writes what happens: entries with fields where standard
 * error is the journal's, else a line on standard error for a person. */

#include <stddef.h>

#include "basic/macro.h"

/* One more field of an entry. Borrowed for the call. */
typedef struct FollowLogField {
        const char *name;  /* as in the journal: "DHCP_ADDRESS" */
        const char *value; /* printable; NULL or "" leaves the field out */
} FollowLogField;

/**
 * follow_log() - writes one entry, or one line that begins with the program's name. Waits for a
 * journal that does not take it.
 *
 * @level: as syslog(3) has it
 * @message_id: 32 hexadecimal digits, or NULL
 * @fields: @n_fields more fields, at most 16 of them
 * @format: without a final newline
 */
void follow_log(int level, const char *message_id, const FollowLogField *fields, size_t n_fields,
        const char *format, ...) _printf_(5, 6);

/* An entry without fields. */
#define follow_say(level, message_id, ...) follow_log(level, message_id, NULL, 0, __VA_ARGS__)

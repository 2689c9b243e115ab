/* SPDX-License-Identifier: MIT */
#pragma once

/* Where minidhcp-client writes what happens: lines on standard error for a person, entries with
 * fields where standard error is the journal's. */

#include <netinet/in.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "basic/macro.h"

/* Fields of an entry; zero and NULL are left out. */
typedef struct LogFields {
        const char *id;          /* MESSAGE_ID, of messages.h */
        struct in_addr address;  /* DHCP_ADDRESS */
        struct in_addr server;   /* DHCP_SERVER: where a message has come from */
        const uint8_t *hardware; /* DHCP_HWADDR, of another host; six bytes */
        const char *drop;        /* DHCP_DROP: by mdc_drop_to_string() */
} LogFields;

/**
 * log_set_interface() - what the field INTERFACE says from now on.
 *
 * @interface: borrowed until the program ends; NULL = the field is left out
 */
void log_set_interface(const char *interface);

/**
 * log_write() - writes one line, or one entry.
 *
 * @priority: as syslog(3) has it
 * @fields: may be NULL
 * @format: without a final newline; text of servers has been made printable
 */
void log_write(int priority, const LogFields *fields, const char *format, ...) _printf_(3, 4);

/**
 * log_write_named() - the same, with the program's name before the line; the journal has it as a
 * field.
 *
 * @end: what comes after the text; "" for nothing
 */
void log_write_named(int priority, const char *end, const char *format, va_list arguments)
        _printf_(3, 0);

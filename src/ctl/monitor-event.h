/* SPDX-License-Identifier: MIT */
#pragma once

/* A signal of the server as something to be shown: first an object, then, if text is wanted, a line
 * made from that object. */

#include <systemd/sd-bus.h>

#include "ctl/format.h"
#include "ctl/json.h"
#include "ctl/terminal.h"

/**
 * monitor_event_from_signal() - reads a signal.
 *
 * The object has Signal and TimestampUSec, and by signal: Lease (an object with at least Address),
 * Reason, Generation, Pool, Host, Change, Settings, UID, Address, HardwareAddress, Active. Of a
 * signal that this program does not know it has Arguments.
 *
 * @now: the wall clock
 * Return: 0, -EBADMSG and others of sd_bus_message_read(), -ENOMEM.
 */
int monitor_event_from_signal(sd_bus_message *signal, usec_t now, json_object **ret);

/**
 * monitor_event_ends_reload() - whether it is the end of a reload, to which the caller may add its
 * Result, the server's LastReloadResult.
 */
bool monitor_event_ends_reload(const json_object *event);

/**
 * monitor_event_from_presence() - an event for a server that has come or gone: Signal is
 * NameOwnerChanged, Present tells which.
 * Return: 0, -ENOMEM.
 */
int monitor_event_from_presence(bool present, usec_t now, json_object **ret);

/**
 * monitor_event_print() - writes an event as a line of text to standard output, as several on a
 * terminal where it is too long.
 *
 * @style: the relative one gives the time of day, and the end of a lease relative to it
 */
void monitor_event_print(const json_object *event, TimestampStyle style, const Terminal *terminal);

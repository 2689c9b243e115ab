/* SPDX-License-Identifier: MIT */
#pragma once

/* The bus, and the server at its other end. Calls never make the bus start the server: it is woken
 * by the wake socket, which exists where the administrator has started mini-dhcp.socket. */

#include <systemd/sd-bus.h>

#include "basic/macro.h"
#include "ctl/json.h"
#include "ctl/options.h"
#include "ctl/polkit-agent.h"
#include "ctl/report.h"

typedef struct Connection {
        sd_bus *bus;
        sd_bus_error error; /* of the last call that failed */
        bool local;         /* on this machine's own system bus */
        bool asks_password; /* changes may make an agent ask for one */
        bool is_patient;    /* nobody has said how long to wait */
        PolkitAgent agent;  /* ours, from the first change on */
} Connection;

/**
 * connection_open() - connects to the bus of the options and sees to it that the server is on it:
 * wakes the server if need be, where that can be done.
 *
 * @ret: to be given to connection_done(), whatever is returned
 * Return: STATUS_OK; having reported: STATUS_NO_SERVER, STATUS_DENIED, STATUS_TIMEOUT,
 * STATUS_FAILURE.
 */
ExitStatus connection_open(const Options *options, Connection *ret);

/**
 * connection_open_if_there() - connects to the bus of the options where the server is on it; starts
 * nothing, and says nothing.
 *
 * @ret: to be given to connection_done(), whatever is returned
 * Return: 0, -ENOENT when there is no server, or no bus; negative errno.
 */
int connection_open_if_there(const Options *options, Connection *ret);

/**
 * connection_open_quietly() - as connection_open(), but says nothing.
 *
 * @ret: to be given to connection_done(), whatever is returned
 * Return: 0, -ENOENT when there is no server and none can be woken, negative errno.
 */
int connection_open_quietly(const Options *options, Connection *ret);

/**
 * connection_done() - disconnects.
 */
void connection_done(Connection *connection);

/**
 * connection_new_call() - a method call for connection_send().
 * Return: 0, negative errno.
 */
int connection_new_call(Connection *connection, const char *destination, const char *path,
        const char *interface, const char *member, sd_bus_message **ret);

/**
 * connection_new_change() - connection_new_call() for a method of the server that needs permission:
 * its user may be asked for a password, unless --no-ask-password. On this machine a text agent is
 * started for that.
 * Return: 0, negative errno.
 */
int connection_new_change(Connection *connection, const char *path, const char *interface,
        const char *member, sd_bus_message **ret);

/**
 * connection_change() - connection_call() for a method that needs permission.
 */
int connection_change(Connection *connection, const char *path, const char *interface,
        const char *member, sd_bus_message **ret, const char *types, ...);

/**
 * connection_patience() - how long to wait for the answer to a change, in which somebody may have
 * to type a password; 0 = as long as the bus library does.
 */
usec_t connection_patience(const Connection *connection);

/**
 * connection_send() - sends a call and waits for its answer.
 *
 * @ret: may be NULL
 * Return: 0, negative errno with the details kept for connection_report().
 */
int connection_send(Connection *connection, sd_bus_message *call, sd_bus_message **ret);

/**
 * connection_take_error() - what connection_send() does with an answer, for one that came
 * otherwise. Return: as connection_send().
 */
int connection_take_error(Connection *connection, sd_bus_message *answer);

/**
 * connection_call() - a method of the server with the arguments of sd_bus_message_append().
 *
 * @ret: may be NULL
 * @types: NULL for no arguments
 * Return: as connection_send().
 */
int connection_call(Connection *connection, const char *path, const char *interface,
        const char *member, sd_bus_message **ret, const char *types, ...);

/**
 * connection_get_all() - all properties of one of the server's objects, by name.
 * Return: as connection_send().
 */
int connection_get_all(
        Connection *connection, const char *path, const char *interface, json_object **ret);

/**
 * connection_error_is() - whether the last call failed with this D-Bus error.
 */
bool connection_error_is(const Connection *connection, const char *name);

/**
 * connection_report() - tells what failed, why, and what to do about it.
 *
 * @error: what connection_send() and the like, or the reading of an answer returned
 * @format: what failed: "Cannot list leases"
 * Return: the exit status by the kind of error.
 */
ExitStatus connection_report(Connection *connection, int error, const char *format, ...)
        _printf_(3, 4);

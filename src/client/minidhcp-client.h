/* SPDX-License-Identifier: MIT */
#ifndef MINIDHCP_CLIENT_H
#define MINIDHCP_CLIENT_H

/* libminidhcp-client: a DHCPv4 client (RFC 2131) in three layers, of which each can be used alone.
 *
 * mdc_client is the state machine, in minidhcp-client-core.h and a library of its own.
 *
 * mdc_io is the same on a real interface, driven by an sd-event loop.
 *
 * mdc_get_dhcp_config() is one call that blocks until there is a configuration.
 *
 * Units, byte order and errors are as in minidhcp-client-core.h. */

#include "minidhcp-client-core.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mdc_io mdc_io;
struct sd_event;

/* ---- what the system knows --------------------------------------------------------------------
 */

/**
 * mdc_config_set_interface() - the interface by its name, looked up now.
 * Return: 0, -ENODEV when there is none of this name, other negative errno.
 */
int mdc_config_set_interface(mdc_config *config, const char *name);

/**
 * mdc_config_set_client_id_machine() - option 61 is an IAID from the interface's name and a
 * DUID-EN from the machine ID (which itself is not disclosed). To be called after the interface is
 * set.
 *
 * Return: 0, -EINVAL without interface, -ENOENT or other negative errno without machine ID.
 */
int mdc_config_set_client_id_machine(mdc_config *config);

/**
 * mdc_lease_to_json() - everything as one JSON object.
 *
 * @ret: receives a string for free()
 * Return: 0, -ENOMEM.
 */
int mdc_lease_to_json(const mdc_lease *lease, char **ret);

/* ---- on a real interface ----------------------------------------------------------------------
 */

/* Called for each event, in order. It may call every function, mdc_io_unref() included.
 *
 * @event: lives for the call; its lease too, unless mdc_lease_ref() is called */
typedef void (*mdc_io_callback)(mdc_io *io, const mdc_event *event, void *userdata);

/**
 * mdc_io_new() - a client on an interface, driven by an event loop. Needs CAP_NET_RAW, and
 * CAP_NET_BIND_SERVICE for renewals by UDP.
 *
 * Packets leave through a packet socket as long as the link has no such address, and through a UDP
 * socket after; they are heard by packets. While the address is held and the link does not have it,
 * ARP requests for it are answered, so that a lease can be kept without being configured anywhere.
 *
 * The link is watched (rtnetlink) for what mdc_client_link_down(), _up(), _gone(), _set_hardware()
 * and _address_removed() are about; a new name does not matter. One that is removed and made again
 * under its name is another link: after MDC_EVENT_LINK_GONE it takes another mdc_io.
 *
 * @event: an sd-event loop, of which a reference is taken
 * @config: copied; the interface must be set
 * @ret: receives a reference for mdc_io_unref()
 * Return: 0, -EINVAL without interface, -EPERM without privilege, -ENETDOWN when nobody has set the
 * link up (without a carrier it is waited for one), -EAFNOSUPPORT when it is not like Ethernet,
 * -ENODEV when it is gone, -ENOMEM, other negative errno of the sockets.
 */
int mdc_io_new(mdc_io **ret, struct sd_event *event, const mdc_config *config);

/**
 * mdc_io_ref() - takes a reference. Return: @io, which may be NULL.
 */
mdc_io *mdc_io_ref(mdc_io *io);

/**
 * mdc_io_unref() - drops a reference; with the last one sockets and event sources are closed.
 * Return: NULL.
 */
mdc_io *mdc_io_unref(mdc_io *io);

/**
 * mdc_io_set_callback() - who is told what happens; NULL for nobody.
 */
void mdc_io_set_callback(mdc_io *io, mdc_io_callback callback, void *userdata);

/**
 * mdc_io_get_client() - the state machine inside, borrowed; for its getters. Functions that get a
 * time are to be called through mdc_io_call() or the functions below.
 */
mdc_client *mdc_io_get_client(mdc_io *io);

/* An operation on the client inside: call one function of it and return what it returns. */
typedef int (*mdc_io_operation)(mdc_client *client, uint64_t now, void *userdata);

/**
 * mdc_io_call() - calls a function of the client with the time, and sends and tells what comes of
 * it.
 * Return: what @operation returns, -ECHILD in a child of the process that has made @io.
 */
int mdc_io_call(mdc_io *io, mdc_io_operation operation, void *userdata);

/**
 * mdc_io_start() - mdc_client_start() now.
 */
int mdc_io_start(mdc_io *io);

/**
 * mdc_io_stop() - mdc_client_stop() now.
 */
int mdc_io_stop(mdc_io *io);

/**
 * mdc_io_renew() - mdc_client_renew() now.
 */
int mdc_io_renew(mdc_io *io);

/**
 * mdc_io_release() - mdc_client_release() now; the message has been sent when this returns.
 */
int mdc_io_release(mdc_io *io);

/**
 * mdc_io_confirm() - mdc_client_confirm() now.
 */
int mdc_io_confirm(mdc_io *io);

/**
 * mdc_get_dhcp_config() - acquires a lease, and blocks until then. Nothing is configured anywhere,
 * and nothing renews the lease.
 *
 * @config: with the interface set
 * @timeout_usec: how long at most; MDC_INFINITY for ever
 * @cancel_fd: ends the call when it becomes readable; -1 for none
 * @ret: receives a reference for mdc_lease_unref()
 * Return: 0, -ETIMEDOUT when nobody answered in time, -ECONNREFUSED when the last answer was a NAK,
 * -EADDRINUSE when the last address was in use by another host, -ECANCELED by @cancel_fd, -EINVAL
 * with manual select or accept, since nobody could, and as mdc_io_new().
 */
int mdc_get_dhcp_config(
        const mdc_config *config, uint64_t timeout_usec, int cancel_fd, mdc_lease **ret);

#ifdef __cplusplus
}
#endif

#endif

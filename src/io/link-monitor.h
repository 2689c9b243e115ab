/* SPDX-License-Identifier: MIT */
#pragma once

/* The interfaces of this network namespace and their IPv4 addresses, kept current by rtnetlink
 * (libmnl). */

#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"
#include "wire/link.h"

typedef struct LinkMonitor LinkMonitor;

/**
 * link_monitor_new() - subscribes to changes and reads what is there now.
 * Return: 0, -ENOMEM, -EAGAIN when links change faster than they can be read, other negative errno
 * of the netlink socket.
 */
int link_monitor_new(LinkMonitor **ret);

/**
 * link_monitor_free() - closes. Return: NULL.
 */
LinkMonitor *link_monitor_free(LinkMonitor *monitor);

/**
 * link_monitor_fd() - readable when something may have changed. Borrowed.
 */
int link_monitor_fd(const LinkMonitor *monitor);

/**
 * link_monitor_process() - takes in what the kernel has said. After an overrun (ENOBUFS) everything
 * is read anew. Never blocks. O(links + addresses) when something may have changed.
 *
 * Return: 1 when a link or address has changed, 0 when not, negative errno as link_monitor_new():
 * then the links are as they were, and the next call tries again.
 */
int link_monitor_process(LinkMonitor *monitor);

/**
 * link_monitor_get_links() - all links, sorted by index; borrowed until the next process call.
 */
const Link *link_monitor_get_links(const LinkMonitor *monitor, size_t *ret_n);

DEFINE_POINTER_CLEANUP(LinkMonitor, link_monitor_free);

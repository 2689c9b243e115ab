/* SPDX-License-Identifier: MIT */
#pragma once

/* The sockets that systemd hands over (sd_listen_fds(3)), told apart by their type. */

#include "basic/macro.h"

typedef struct ListenFds {
        int dhcp; /* IPv4 UDP, bound; -1 = none, bind an own one */
        int wake; /* listening AF_UNIX stream: a connection only starts us; -1 = none */
} ListenFds;

/**
 * listen_fds_take() - takes the inherited descriptors; to be called once.
 *
 * @ret_reason: receives a static text on -EINVAL
 * Return: 0, -EINVAL when something else was handed over or one kind twice, negative errno.
 */
int listen_fds_take(ListenFds *ret, const char **ret_reason);

/**
 * wake_accept() - accepts and closes what has connected to the wake socket; being connected to was
 * its whole purpose.
 */
void wake_accept(int fd);

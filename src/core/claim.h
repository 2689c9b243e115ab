/* SPDX-License-Identifier: MIT */
#pragma once

/* What comes of answers for addresses. The answers come in by server_handle_arp() and
 * server_handle_echo(), see server.h. */

#include "basic/time.h"
#include "core/actions.h"

typedef struct Server Server;

/**
 * server_free_unfinished() - goes on to end quarantines by the word of proxies, as many as there is
 * room for. Return: 0, -ENOMEM, -ENOBUFS.
 */
int server_free_unfinished(Server *server, usec_t now, Actions *actions);

/* SPDX-License-Identifier: MIT */
#pragma once

/* Messages that have waited for an address go on. */

#include "basic/time.h"
#include "core/actions.h"

typedef struct Server Server;

/**
 * server_resume() - handles server->resumed, whose waiting is over.
 * Return: as server_handle_packet().
 */
int server_resume(Server *server, usec_t now, Actions *actions);

/**
 * server_resume_due() - handles messages that have waited enough, as many as there is room for.
 * Return: as server_handle_packet().
 */
int server_resume_due(Server *server, usec_t now, Actions *actions);

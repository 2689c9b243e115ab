/* SPDX-License-Identifier: MIT */
#pragma once

/* A packet on its way to the function of its type. server_handle_packet() is in server.h. */

#include <stddef.h>
#include <stdint.h>

#include "basic/time.h"
#include "core/actions.h"
#include "wire/datagram.h"

typedef struct Request Request;
typedef struct Server Server;

/**
 * request_handle() - one message, once it has been read. Sets actions->verdict.
 *
 * Return: 0, -ENOMEM, -ENOBUFS; something may have been changed then.
 */
int request_handle(Request *request);

/**
 * server_handle_again() - handles a message that has waited; neither counted nor limited anew but
 * for its verdict. Return: as server_handle_packet().
 */
int server_handle_again(Server *server, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata, usec_t now, Actions *actions);

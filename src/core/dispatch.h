/* SPDX-License-Identifier: MIT */
#pragma once

/* A packet on its way to the function of its type. server_handle_packet() is in server.h. */

#include <stddef.h>
#include <stdint.h>

#include "basic/time.h"
#include "core/actions.h"
#include "core/fqdn.h"
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
 * request_get_sent_name() - the name that the client sends: option 12, or that of option 81 where
 * there is none.
 *
 * @room: FQDN_NAME_MAX bytes, for a name of option 81
 * @ret_data: borrowed from the message, or @room; not sanitised
 * Return: 0, -ENODATA, and others of message_get().
 */
int request_get_sent_name(const Request *request, uint8_t room[static FQDN_NAME_MAX],
        const uint8_t **ret_data, size_t *ret_size);

/**
 * server_handle_again() - handles a message that has waited; neither counted nor limited anew but
 * for its verdict. Return: as server_handle_packet().
 */
int server_handle_again(Server *server, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata, usec_t now, Actions *actions);

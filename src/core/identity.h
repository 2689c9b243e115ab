/* SPDX-License-Identifier: MIT */
#pragma once

/* Who the client of a message is. */

#include "core/request-state.h"
#include "core/server-state.h"
#include "wire/client-id.h"

/**
 * request_identify() - where the pools that the sender may use ignore client identifiers, makes the
 * client the one whose hardware address the message has. To be called when the request's pools are
 * known, before anything is looked up by its client.
 */
void request_identify(Request *request);

/**
 * request_sent_identity() - who the client says it is: option 61, else its hardware address.
 */
static inline const ClientId *request_sent_identity(const Request *request) {
        return request->by_hardware ? &request->server->sent_id : &request->client;
}

/**
 * request_kept_identity() - by what the client is known in leases that are given to it.
 */
static inline const ClientId *request_kept_identity(const Request *request) {
        return request->by_hardware ? &request->server->hardware_id : &request->client;
}

/* SPDX-License-Identifier: MIT */
#pragma once

/* Other servers where we serve, as far as a message gives them away. */

#include "basic/ipv4.h"

typedef struct Request Request;

/**
 * request_note_other_server() - the message is for a server that is not ours: says so in the
 * actions.
 *
 * @address: that the client gets there
 */
void request_note_other_server(Request *request, ipv4_t address);

/**
 * request_note_answer() - the same for an answer that came to us as if we were a relay; nothing
 * happens when it is none, is our own, or is for a network that we do not serve.
 */
void request_note_answer(Request *request);

/* SPDX-License-Identifier: MIT */
#pragma once

/* Who pays for a message: [Server] RateLimit= bounds how many of a client are answered, and what
 * one sends in another's name must not be charged to the other. A handler asks once it has found
 * that the sender may have what it wants, and before anything is changed. */

#include <stdbool.h>

#include "basic/ipv4.h"

typedef struct Request Request;

/* Each is a token bucket of its own for each client, arrival link and relay. */
typedef enum Budget {
        BUDGET_CLIENT,  /* whatever carries the client's identity, which anybody can write */
        BUDGET_BINDING, /* what comes by unicast from the address that is bound to the client */
        BUDGET_REFUSAL, /* DHCPNAK: the client may be somebody else's victim */
} Budget;

/**
 * request_spend() - takes a token for the message; a message that has been charged before its
 * address was probed is not charged twice, a dry run only looks.
 *
 * Return: true, or false with actions->verdict = VERDICT_RATE_LIMITED: the message is dropped.
 */
bool request_spend(Request *request, Budget budget);

/**
 * request_give_back() - puts back what request_spend() has taken for a message that could not be
 * handled after all.
 */
void request_give_back(Request *request);

/**
 * request_budget_of() - which budget pays for what the client does to its own binding.
 *
 * @address: that is bound to the client, host byte order
 */
Budget request_budget_of(const Request *request, ipv4_t address);

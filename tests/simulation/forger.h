/* SPDX-License-Identifier: MIT */
#pragma once

/* Somebody who is not where a client is, and speaks in its name: from another link, from one
 * without a pool, on the server's own machine, past the relay, or as a relay that is none. Whatever
 * it sends may neither change a lease nor silence the client. */

struct World;
struct Host;

/**
 * forger_strike() - one message in a machine's name, which arrives at once.
 */
void forger_strike(struct World *world, const struct Host *victim);

/**
 * forger_storm() - as many of them as use up what one client may send. For the moment before the
 * machine's own message.
 */
void forger_storm(struct World *world, const struct Host *victim);

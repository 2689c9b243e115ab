/* SPDX-License-Identifier: MIT */
#pragma once

/* Who asks for a password where no desktop does: polkit's text agent, as systemctl has it. Whether
 * anything has to be asked is between the server and polkit. */

#include <sys/types.h>

typedef struct PolkitAgent {
        pid_t pid; /* 0 = none */
} PolkitAgent;

/**
 * polkit_agent_open() - starts pkttyagent for this process and waits until it is ready to ask. Does
 * nothing when there is one already, for root, and when standard input is no terminal; an agent
 * that is not installed is done without. Where the user's session has an agent, that one asks.
 */
void polkit_agent_open(PolkitAgent *agent);

/**
 * polkit_agent_close() - ends the agent, which leaves the terminal as it was, and waits for that.
 */
void polkit_agent_close(PolkitAgent *agent);

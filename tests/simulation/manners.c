/* SPDX-License-Identifier: MIT */

/* Two bounds: between a message and its repetition, and over all messages of a while. */

#include "manners.h"

#include "world.h"

/* RFC 2131 4.1: the first repetition after 4 s, doubled up to 64, each plus or minus a second. */
#define BACKOFF_FIRST (4 * USEC_PER_SEC)
#define BACKOFF_LAST (64 * USEC_PER_SEC)
#define BACKOFF_FUZZ USEC_PER_SEC

/* RFC 2131 4.4.5: "down to a minimum of 60 seconds". */
#define RENEWAL_MIN (60 * USEC_PER_SEC)

/* Over all exchanges: a client that is refused, or finds its address taken, begins anew, but slower
 * each time; one with a lease of ten seconds renews every five. */
#define TOKENS_MAX 40
#define TOKENS_PER_SEC 0.5

enum {
        PHASE_NONE,
        PHASE_DISCOVER,
        PHASE_REQUEST,
        PHASE_RENEW,
        PHASE_REBIND,
};

static unsigned phase_of(const MessageView *message, const mdc_output *output) {
        if (message->type == DHCP_DISCOVER)
                return PHASE_DISCOVER;
        if (message->type != DHCP_REQUEST)
                return PHASE_NONE;
        if (message->ciaddr == 0)
                return PHASE_REQUEST;
        return output->kind == MDC_OUTPUT_UNICAST ? PHASE_RENEW : PHASE_REBIND;
}

static usec_t least_wait(unsigned phase, unsigned n_repeated) {
        if (phase == PHASE_RENEW || phase == PHASE_REBIND)
                return RENEWAL_MIN;
        return MIN(BACKOFF_FIRST << MIN(n_repeated, 8U), BACKOFF_LAST) - BACKOFF_FUZZ;
}

void manners_check(World *world, Host *host, const MessageView *message, const mdc_output *output) {
        const unsigned phase = phase_of(message, output);
        const usec_t passed = world->now - host->sent;

        host->n_tokens += (double) passed / (double) USEC_PER_SEC * TOKENS_PER_SEC;
        host->n_tokens = MIN(host->n_tokens, (double) TOKENS_MAX) - 1;
        if (host->n_tokens < 0)
                world_fail(world, "%s storms the server", host->name);

        if (phase != PHASE_NONE && phase == host->phase) {
                if (passed < least_wait(phase, host->n_repeated))
                        world_fail(world, "%s repeats itself after %llu ms", host->name,
                                (unsigned long long) (passed / USEC_PER_MSEC));
                host->n_repeated++;
        } else
                host->n_repeated = 0;
        host->phase = phase;
        host->xid = message->xid;
        host->sent = world->now;
}

void manners_begin(const World *world, Host *host) {
        host->n_tokens = TOKENS_MAX;
        host->sent = world->now;
        host->phase = PHASE_NONE;
}

void manners_forget(Host *host) {
        host->phase = PHASE_NONE;
}

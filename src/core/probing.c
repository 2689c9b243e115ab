/* SPDX-License-Identifier: MIT */

/* Tables of probes and of waiting messages. Sends nothing, knows no leases. */

#include "core/probing.h"

#include <errno.h>
#include <string.h>

ProbeState prober_judge(const Prober *prober, ipv4_t address, usec_t now) {
        for (size_t i = 0; i < PROBE_WAYS; i++) {
                usec_t asked = prober->probes[address % PROBE_SETS][i].asked;

                if (prober->probes[address % PROBE_SETS][i].address != address)
                        continue;
                if (now >= usec_add(asked, PROBE_VALID_USEC))
                        return PROBE_UNKNOWN;
                return now < usec_add(asked, PROBE_WAIT_USEC) ? PROBE_PENDING : PROBE_CLEAR;
        }
        return PROBE_UNKNOWN;
}

void prober_note(Prober *prober, ipv4_t address, usec_t now) {
        size_t set = address % PROBE_SETS, oldest = 0;

        for (size_t i = 0; i < PROBE_WAYS; i++) {
                if (prober->probes[set][i].address == address) {
                        oldest = i;
                        break;
                }
                if (prober->probes[set][i].asked < prober->probes[set][oldest].asked)
                        oldest = i;
        }
        prober->probes[set][oldest].address = address;
        prober->probes[set][oldest].asked = now;
}

void prober_forget(Prober *prober, ipv4_t address) {
        for (size_t i = 0; i < PROBE_WAYS; i++)
                if (prober->probes[address % PROBE_SETS][i].address == address) {
                        prober->probes[address % PROBE_SETS][i].address = 0;
                        prober->probes[address % PROBE_SETS][i].asked = 0;
                }
}

static WaitingMessage *prober_find(Prober *prober, ipv4_t address) {
        for (size_t i = 0; i < prober->n_waiting; i++)
                if (prober->waiting[i].address == address)
                        return &prober->waiting[i];
        return NULL;
}

int prober_wait(Prober *prober, ipv4_t address, usec_t now, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata) {
        WaitingMessage *message = prober_find(prober, address);
        usec_t until = usec_add(now, PROBE_WAIT_USEC);

        if (size > WAITING_PACKET_SIZE)
                return -ENOBUFS;
        if (message)
                until = message->until;
        else if (prober->n_waiting == WAITING_MAX)
                return -ENOBUFS;
        else
                message = &prober->waiting[prober->n_waiting++];

        message->address = address;
        message->until = until;
        message->metadata = *metadata;
        message->size = size;
        memcpy(message->packet, packet, size);
        return 0;
}

static void prober_take(Prober *prober, WaitingMessage *message, WaitingMessage *ret) {
        *ret = *message;
        *message = prober->waiting[--prober->n_waiting];
}

bool prober_take_due(Prober *prober, usec_t now, WaitingMessage *ret) {
        for (size_t i = 0; i < prober->n_waiting; i++)
                if (prober->waiting[i].until <= now) {
                        prober_take(prober, &prober->waiting[i], ret);
                        return true;
                }
        return false;
}

bool prober_take_of(Prober *prober, ipv4_t address, WaitingMessage *ret) {
        WaitingMessage *message = prober_find(prober, address);

        if (!message)
                return false;
        prober_take(prober, message, ret);
        return true;
}

usec_t prober_deadline(const Prober *prober) {
        usec_t deadline = USEC_INFINITY;

        for (size_t i = 0; i < prober->n_waiting; i++)
                deadline = MIN(deadline, prober->waiting[i].until);
        return deadline;
}

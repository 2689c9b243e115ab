/* SPDX-License-Identifier: MIT */

/* Tables of probes and of waiting messages. Sends nothing, knows no leases. */

#include "core/probing.h"

#include <errno.h>
#include <string.h>

#include "basic/macro.h"
#include "core/actions.h"
#include "wire/protocol.h"

static const Probe *find_probe(const Prober *prober, ipv4_t address, usec_t now) {
        for (size_t i = 0; i < PROBE_WAYS; i++) {
                const Probe *probe = &prober->probes[address % PROBE_SETS][i];

                if (probe->address == address)
                        return now < usec_add(probe->asked, PROBE_VALID_USEC) ? probe : NULL;
        }
        return NULL;
}

ProbeState prober_judge(const Prober *prober, ipv4_t address, usec_t now) {
        const Probe *probe = find_probe(prober, address, now);

        if (!probe)
                return PROBE_UNKNOWN;
        if (probe->answered)
                return PROBE_ANSWERED;
        return now < usec_add(probe->asked, PROBE_WAIT_USEC) ? PROBE_PENDING : PROBE_CLEAR;
}

/* The probe of an address, where there is none in place of the oldest of its set. */
static Probe *prober_replace(Prober *prober, const Probe *probe) {
        Probe *set = prober->probes[probe->address % PROBE_SETS], *place = set;

        for (size_t i = 0; i < PROBE_WAYS; i++) {
                if (set[i].address == probe->address) {
                        place = &set[i];
                        break;
                }
                if (set[i].asked < place->asked)
                        place = &set[i];
        }
        *place = *probe;
        return place;
}

void prober_note(Prober *prober, ipv4_t address, usec_t now) {
        (void) prober_replace(prober, &(Probe){.address = address, .asked = now});
}

static bool echoes_are_over(const Prober *prober, usec_t now) {
        return now >= usec_add(prober->echoes_since, USEC_PER_SEC);
}

bool prober_may_echo(const Prober *prober, usec_t now) {
        return prober->n_echoes < ECHOES_PER_SEC || echoes_are_over(prober, now);
}

bool prober_take_echo(Prober *prober, usec_t now) {
        if (!prober_may_echo(prober, now))
                return false;
        if (echoes_are_over(prober, now)) {
                prober->echoes_since = now;
                prober->n_echoes = 0;
        }
        prober->n_echoes++;
        return true;
}

void prober_give_echo_back(Prober *prober) {
        if (prober->n_echoes > 0)
                prober->n_echoes--;
}

void prober_note_answer(Prober *prober, ipv4_t address,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], usec_t now) {
        Probe *probe = prober_replace(
                prober, &(Probe){.address = address, .answered = true, .asked = now});

        memcpy(probe->hardware, hardware, ETHERNET_ADDRESS_SIZE);
        prober->answers_until = usec_add(now, PROBE_VALID_USEC);
}

const uint8_t *prober_find_answer(const Prober *prober, ipv4_t address, usec_t now) {
        const Probe *probe;

        if (now >= prober->answers_until)
                return NULL;
        probe = find_probe(prober, address, now);
        return probe && probe->answered ? probe->hardware : NULL;
}

bool prober_has_answer(const Prober *prober, ipv4_t address,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], usec_t now) {
        const uint8_t *answer = prober_find_answer(prober, address, now);

        return answer && memcmp(answer, hardware, ETHERNET_ADDRESS_SIZE) == 0;
}

static bool probe_is_answered_by(const Probe *probe, const uint8_t *hardware) {
        return probe->answered && memcmp(probe->hardware, hardware, ETHERNET_ADDRESS_SIZE) == 0;
}

size_t prober_n_answers(
        const Prober *prober, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], usec_t now) {
        size_t n = 0;

        if (now >= prober->answers_until)
                return 0;
        for (size_t i = 0; i < PROBE_SETS; i++)
                for (size_t k = 0; k < PROBE_WAYS; k++) {
                        const Probe *probe = &prober->probes[i][k];

                        n += probe_is_answered_by(probe, hardware) &&
                             now < usec_add(probe->asked, PROBE_VALID_USEC);
                }
        return n;
}

bool prober_next_answer(const Prober *prober, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE],
        size_t *cursor, ipv4_t *ret) {
        while (*cursor < PROBE_SETS * PROBE_WAYS) {
                const size_t i = (*cursor)++;
                const Probe *probe = &prober->probes[i / PROBE_WAYS][i % PROBE_WAYS];

                if (!probe_is_answered_by(probe, hardware))
                        continue;
                *ret = probe->address;
                return true;
        }
        return false;
}

void prober_forget_answers(Prober *prober, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]) {
        for (size_t i = 0; i < PROBE_SETS; i++)
                for (size_t k = 0; k < PROBE_WAYS; k++)
                        if (probe_is_answered_by(&prober->probes[i][k], hardware))
                                prober->probes[i][k] = (Probe){0};
}

void prober_forget(Prober *prober, ipv4_t address) {
        for (size_t i = 0; i < PROBE_WAYS; i++)
                if (prober->probes[address % PROBE_SETS][i].address == address)
                        prober->probes[address % PROBE_SETS][i] = (Probe){0};
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

bool prober_is_awaited_by(
        Prober *prober, ipv4_t address, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]) {
        const WaitingMessage *message = prober_find(prober, address);

        return message && message->size >= DHCP_CHADDR_OFFSET + ETHERNET_ADDRESS_SIZE &&
               memcmp(message->packet + DHCP_CHADDR_OFFSET, hardware, ETHERNET_ADDRESS_SIZE) == 0;
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

void prober_put_back(Prober *prober, const WaitingMessage *message) {
        if (prober->n_waiting == WAITING_MAX)
                return;
        prober->waiting[prober->n_waiting++] = prober->waiting[0];
        prober->waiting[0] = *message;
}

usec_t prober_deadline(const Prober *prober) {
        usec_t deadline = USEC_INFINITY;

        for (size_t i = 0; i < prober->n_waiting; i++)
                deadline = MIN(deadline, prober->waiting[i].until);
        return deadline;
}

/* SPDX-License-Identifier: MIT */
/* RFC 5227, section by section. Knows no socket; a packet that is not sent is a packet lost.
 *
 * Invariant: `deadline` is finite exactly while a probe, the end of probing, or an announcement is
 * to come. */

#include <string.h>

#include "client/acd.h"

enum {
        PROBE_NUM = 3,
        ANNOUNCE_NUM = 2,
};

#define ANNOUNCE_INTERVAL (2 * USEC_PER_SEC)
#define DEFEND_INTERVAL (10 * USEC_PER_SEC)

/* RFC 5227 1.1, and the same for a wire of which the delay is known to be short. */
typedef struct AcdTiming {
        usec_t probe_wait;
        usec_t probe_min;
        usec_t probe_max;
        usec_t announce_wait;
} AcdTiming;

static const AcdTiming timing_full = {
        .probe_wait = USEC_PER_SEC,
        .probe_min = USEC_PER_SEC,
        .probe_max = 2 * USEC_PER_SEC,
        .announce_wait = 2 * USEC_PER_SEC,
};

static const AcdTiming timing_fast = {
        .probe_wait = 10 * USEC_PER_MSEC,
        .probe_min = 40 * USEC_PER_MSEC,
        .probe_max = 50 * USEC_PER_MSEC,
        .announce_wait = 90 * USEC_PER_MSEC,
};

static const AcdTiming *acd_timing(const Acd *acd) {
        return acd->fast ? &timing_fast : &timing_full;
}

/* 2.1.1: a probe has an all-zero sender address, so that it leaves no trace in caches; 2.3: an
 * announcement is the same with the address as sender. The target's hardware is left zero. */
static ArpPacket acd_packet(const Acd *acd, ipv4_t sender) {
        ArpPacket packet = {
                .operation = ARP_OP_REQUEST,
                .sender = sender,
                .target = acd->address,
        };

        memcpy(packet.sender_hardware, acd->hardware, ETHERNET_ADDRESS_SIZE);
        return packet;
}

void acd_stop(Acd *acd) {
        acd->state = ACD_IDLE;
        acd->deadline = USEC_INFINITY;
}

/* 2.1.1: "a host should wait for a random time interval selected uniformly in the range zero to
 * PROBE_WAIT seconds". */
void acd_probe(Acd *acd, ipv4_t address, bool fast, Random *random, usec_t now) {
        acd->state = ACD_PROBING;
        acd->fast = fast;
        acd->address = address;
        acd->n_sent = 0;
        acd->deadline = usec_add(now, random_between(random, 0, acd_timing(acd)->probe_wait));
}

void acd_announce(Acd *acd, ipv4_t address, usec_t now) {
        acd->state = ACD_ANNOUNCING;
        acd->address = address;
        acd->n_sent = 0;
        acd->deadline = now;
        acd->defended_until = 0;
}

/* 2.1.1: "each of these probe packets spaced randomly and uniformly, PROBE_MIN to PROBE_MAX seconds
 * apart"; the address is free when ANNOUNCE_WAIT has passed after the last. */
static AcdStep advance_probing(Acd *acd, Random *random, usec_t now, ArpPacket *ret) {
        const AcdTiming *timing = acd_timing(acd);

        if (acd->n_sent == PROBE_NUM) {
                acd_stop(acd);
                return ACD_STEP_FREE;
        }
        acd->n_sent++;
        acd->deadline =
                usec_add(now, acd->n_sent < PROBE_NUM
                                      ? random_between(random, timing->probe_min, timing->probe_max)
                                      : timing->announce_wait);
        *ret = acd_packet(acd, 0);
        return ACD_STEP_SEND;
}

static AcdStep advance_announcing(Acd *acd, usec_t now, ArpPacket *ret) {
        acd->n_sent++;
        if (acd->n_sent < ANNOUNCE_NUM) {
                acd->deadline = usec_add(now, ANNOUNCE_INTERVAL);
        } else {
                acd->state = ACD_DEFENDING;
                acd->deadline = USEC_INFINITY;
        }
        *ret = acd_packet(acd, acd->address);
        return ACD_STEP_SEND;
}

AcdStep acd_advance(Acd *acd, Random *random, usec_t now, ArpPacket *ret) {
        if (now < acd->deadline)
                return ACD_STEP_NONE;
        switch (acd->state) {
        case ACD_IDLE:
        case ACD_DEFENDING:
                return ACD_STEP_NONE;
        case ACD_PROBING:
                return advance_probing(acd, random, now, ret);
        case ACD_ANNOUNCING:
                return advance_announcing(acd, now, ret);
        }
        return ACD_STEP_NONE;
}

AcdJudgement acd_judge(Acd *acd, usec_t now, const ArpPacket *packet, ArpPacket *ret) {
        bool own = memcmp(packet->sender_hardware, acd->hardware, ETHERNET_ADDRESS_SIZE) == 0;
        bool claims = packet->sender == acd->address;

        if (own)
                return ACD_HARMLESS;

        switch (acd->state) {
        case ACD_IDLE:
                return ACD_HARMLESS;
        case ACD_PROBING:
                /* 2.1.1: any packet whose sender address is the one probed for, and a probe of
                 * another host for the same address. */
                if (claims || (packet->operation == ARP_OP_REQUEST && packet->sender == 0 &&
                                      packet->target == acd->address))
                        return ACD_CONFLICT;
                return ACD_HARMLESS;
        case ACD_ANNOUNCING:
        case ACD_DEFENDING:
                if (!claims)
                        return ACD_HARMLESS;
                /* 2.4 (b): defend once with a single announcement; "if this is not the first
                 * conflicting ARP packet the host has seen, and the time recorded for the previous
                 * one is recent, within DEFEND_INTERVAL seconds, then the host MUST immediately
                 * cease using this address". */
                if (now < acd->defended_until)
                        return ACD_CONFLICT;
                acd->defended_until = usec_add(now, DEFEND_INTERVAL);
                *ret = acd_packet(acd, acd->address);
                return ACD_DEFEND;
        }
        return ACD_HARMLESS;
}

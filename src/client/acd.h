/* SPDX-License-Identifier: MIT */
#pragma once

/* Address conflict detection (RFC 5227): probe, announce, defend. Tells what to send and what an
 * ARP packet means; the lease and what becomes of it are the machine's business. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "client/minidhcp-client-core.h"
#include "client/random.h"
#include "wire/frame.h"

typedef enum AcdState {
        ACD_IDLE,       /* watches over nothing */
        ACD_PROBING,    /* asks whether somebody has the address */
        ACD_ANNOUNCING, /* tells that we have it, and defends it */
        ACD_DEFENDING,
} AcdState;

typedef enum AcdStep {
        ACD_STEP_NONE,
        ACD_STEP_SEND, /* an ARP packet is to be sent */
        ACD_STEP_FREE, /* nobody has the address; acd_announce() when it is taken */
} AcdStep;

typedef enum AcdJudgement {
        ACD_HARMLESS,
        ACD_DEFEND,   /* somebody else uses the address for the first time: announce it */
        ACD_CONFLICT, /* the address cannot be kept */
} AcdJudgement;

typedef struct Acd {
        AcdState state;
        bool fast;
        ipv4_t address;
        uint8_t hardware[ETHERNET_ADDRESS_SIZE];
        unsigned n_sent;
        usec_t deadline;       /* USEC_INFINITY when nothing is due */
        usec_t defended_until; /* a second conflict before this cannot be defended against */
} Acd;

/**
 * acd_stop() - watches over nothing; also how an Acd begins.
 */
void acd_stop(Acd *acd);

/**
 * acd_probe() - begins to ask whether the address is free.
 */
void acd_probe(Acd *acd, ipv4_t address, bool fast, Random *random, usec_t now);

/**
 * acd_announce() - begins to announce the address, the first time at once.
 */
void acd_announce(Acd *acd, ipv4_t address, usec_t now);

/**
 * acd_advance() - takes the next step that is due.
 *
 * @ret: the packet of ACD_STEP_SEND
 */
AcdStep acd_advance(Acd *acd, Random *random, usec_t now, ArpPacket *ret);

/**
 * acd_judge() - what a packet from the link means.
 *
 * @ret: the packet to send when it is ACD_DEFEND
 */
AcdJudgement acd_judge(Acd *acd, usec_t now, const ArpPacket *packet, ArpPacket *ret);

/* SPDX-License-Identifier: MIT */
#pragma once

/* What is known of addresses that were asked for by ARP or ICMP echo, and the messages that wait
 * for an answer. Both are small tables of fixed size: what is forgotten is asked again, and a
 * message that finds no room is as good as lost: its client repeats it.
 *
 * An address is clear when nobody has answered for PROBE_WAIT_USEC; that is a matter of time alone,
 * nothing has to happen for it. What somebody answers for ends up in quarantine, or is remembered
 * here, see claim.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "wire/datagram.h"
#include "wire/frame.h"

#define PROBE_SETS 64
#define PROBE_WAYS 4
#define WAITING_MAX 32
#define WAITING_PACKET_SIZE 1024

/* Who is there answers within milliseconds, who sleeps (802.11 power save) within a few tenths. */
#define PROBE_WAIT_USEC (500 * USEC_PER_MSEC)
#define PROBE_VALID_USEC USEC_PER_MINUTE

/* Whoever can have a relay forward DISCOVERs can have us ask, through the networks of others. */
#define ECHOES_PER_SEC 64

typedef enum ProbeState {
        PROBE_UNKNOWN,
        PROBE_PENDING,
        PROBE_CLEAR,
        PROBE_ANSWERED,
} ProbeState;

typedef struct Probe {
        ipv4_t address; /* 0 = empty */
        bool answered;
        uint8_t hardware[ETHERNET_ADDRESS_SIZE]; /* that has answered */
        usec_t asked;                            /* or answered */
} Probe;

typedef struct WaitingMessage {
        ipv4_t address;
        usec_t until;
        PacketMetadata metadata;
        size_t size;
        uint8_t packet[WAITING_PACKET_SIZE];
} WaitingMessage;

typedef struct Prober {
        Probe probes[PROBE_SETS][PROBE_WAYS];
        usec_t answers_until; /* by then all answers are forgotten */
        usec_t echoes_since;  /* when the second began, */
        uint32_t n_echoes;    /* in which so many were sent */
        size_t n_waiting;
        WaitingMessage waiting[WAITING_MAX]; /* in no order */
} Prober;

/**
 * prober_judge() - what is known of an address. O(1).
 */
ProbeState prober_judge(const Prober *prober, ipv4_t address, usec_t now);

/**
 * prober_note() - an address is being asked for now. O(1).
 */
void prober_note(Prober *prober, ipv4_t address, usec_t now);

/**
 * prober_may_echo() - whether one more ICMP echo may be sent now. O(1).
 */
bool prober_may_echo(const Prober *prober, usec_t now);

/**
 * prober_take_echo() - the same, and counts it. O(1).
 */
bool prober_take_echo(Prober *prober, usec_t now);

/**
 * prober_give_echo_back() - one that was counted has not been sent. O(1).
 */
void prober_give_echo_back(Prober *prober);

/**
 * prober_forget() - nothing is known of an address any more. O(1).
 */
void prober_forget(Prober *prober, ipv4_t address);

/**
 * prober_note_answer() - a hardware address, or what stands for one (proxy-arp.h), has answered for
 * an address. O(1).
 */
void prober_note_answer(Prober *prober, ipv4_t address,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], usec_t now);

/**
 * prober_find_answer() - the hardware address that has answered for an address, or NULL; borrowed
 * until the next change. O(1), at next to no cost while there is no answer at all.
 */
const uint8_t *prober_find_answer(const Prober *prober, ipv4_t address, usec_t now);

/**
 * prober_has_answer() - whether it was this hardware address that has answered. O(1).
 */
bool prober_has_answer(const Prober *prober, ipv4_t address,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], usec_t now);

/**
 * prober_n_answers() - for how many addresses a hardware address has answered, of those noted.
 * O(probes).
 */
size_t prober_n_answers(
        const Prober *prober, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], usec_t now);

/**
 * prober_next_answer() - one after the other of the addresses that a hardware address has answered
 * for, of those noted.
 *
 * @cursor: 0 to start
 * Return: whether there is another one.
 */
bool prober_next_answer(const Prober *prober, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE],
        size_t *cursor, ipv4_t *ret);

/**
 * prober_forget_answers() - nothing is known of what a hardware address has answered for.
 * O(probes).
 */
void prober_forget_answers(Prober *prober, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]);

/**
 * prober_wait() - keeps a message until its address is clear; one that waits for the same address
 * is replaced: the client has asked again.
 *
 * @packet: @size bytes, copied
 * Return: 0, -ENOBUFS when there is no room or the message is too large.
 */
int prober_wait(Prober *prober, ipv4_t address, usec_t now, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata);

/**
 * prober_is_awaited_by() - whether it is a message of this very hardware address that waits for an
 * address.
 */
bool prober_is_awaited_by(
        Prober *prober, ipv4_t address, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]);

/**
 * prober_take_due() - takes out a message whose waiting is over.
 *
 * Return: whether there was one.
 */
bool prober_take_due(Prober *prober, usec_t now, WaitingMessage *ret);

/**
 * prober_take_of() - takes out the message that waits for an address.
 *
 * Return: whether there was one.
 */
bool prober_take_of(Prober *prober, ipv4_t address, WaitingMessage *ret);

/**
 * prober_put_back() - keeps a message again that has just been taken out; it is the first.
 */
void prober_put_back(Prober *prober, const WaitingMessage *message);

/**
 * prober_deadline() - when the first message has waited enough, USEC_INFINITY when none waits.
 */
usec_t prober_deadline(const Prober *prober);

/* SPDX-License-Identifier: MIT */
#pragma once

/* ARP probes and ICMP echoes on their way out, and the answers on their way into the core. Listens
 * only while an answer is due, so that an idle server is not woken by the ARP of others; the socket
 * for echoes is open only so long. */

#include <systemd/sd-event.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "basic/time.h"
#include "wire/link.h"

typedef struct Probes Probes;

/* Somebody on the link claims `sender`. */
typedef void (*ProbesFunction)(
        uint32_t ifindex, ipv4_t sender, const uint8_t *hardware, void *userdata);

/* Somebody has answered an ICMP echo to `address`. */
typedef void (*ProbesEchoFunction)(ipv4_t address, void *userdata);

/**
 * probes_new() - opens the socket for ARP; nothing is heard before the first probe.
 *
 * @event: borrowed for the life of the result
 * Return: 0, -EPERM without CAP_NET_RAW, -ENOMEM, negative errno of sd-event.
 */
int probes_new(Probes **ret, sd_event *event, ProbesFunction claimed, ProbesEchoFunction answered,
        void *userdata);

/**
 * probes_free() - stops listening. Return: NULL.
 */
Probes *probes_free(Probes *probes);

/**
 * probes_ask() - asks once who has an address, and listens for a second.
 *
 * @link: an Ethernet link
 * @source: our address there
 * @now: CLOCK_BOOTTIME
 */
void probes_ask(Probes *probes, const Link *link, ipv4_t source, ipv4_t address, usec_t now);

/**
 * probes_ask_by_echo() - sends an ICMP echo request to an address, and listens for a second.
 *
 * @now: CLOCK_BOOTTIME
 * Return: 0, -EAFNOSUPPORT and -EPERM where the service may open no such socket, -ENETUNREACH and
 * -EHOSTUNREACH when no way leads there, other negative errno. Nobody will answer then.
 */
int probes_ask_by_echo(Probes *probes, ipv4_t address, usec_t now);

/**
 * probes_hear() - has @claimed and @answered told of what has come and was not read yet, sixteen
 * each at most. For who
 * may conclude from the time that nobody has answered: in a loop that was held up the answer lies
 * there, unread.
 */
void probes_hear(Probes *probes);

DEFINE_POINTER_CLEANUP(Probes, probes_free);

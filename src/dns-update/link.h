/* SPDX-License-Identifier: MIT */
#pragma once

/* The way to a DNS server: a UDP socket, and a TCP connection while it is needed. Messages in,
 * messages out; what is in them is somebody else's. */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "basic/buffer.h"
#include "basic/macro.h"
#include "dns-update/config.h"

typedef void (*DnsMessageFunction)(const uint8_t *data, size_t size, void *userdata);

/* Told that the server cannot be reached: requests that were sent so are lost. @error: negative
 * errno */
typedef void (*DnsBrokenFunction)(bool tcp, int error, void *userdata);

typedef struct DnsLink {
        sd_event *event;
        DnsServerAddress server;
        DnsMessageFunction received;
        DnsBrokenFunction broken;
        void *userdata;
        sd_event_source *udp; /* each owns its socket */
        sd_event_source *tcp;
        bool is_connected; /* the TCP connection is */
        Buffer in;         /* of TCP, each message after its size (RFC 1035 4.2.2) */
        Buffer out;
} DnsLink;

/**
 * dns_link_init() - a way on which nothing was sent.
 *
 * @event: borrowed
 */
void dns_link_init(DnsLink *link, sd_event *event, const DnsServerAddress *server,
        DnsMessageFunction received, DnsBrokenFunction broken, void *userdata);

/**
 * dns_link_done() - closes all sockets.
 */
void dns_link_done(DnsLink *link);

/**
 * dns_link_send() - sends a message.
 *
 * @tcp: by TCP, connecting first where needed; else by UDP
 * Return: 0, -ENOMEM, negative errno of the socket: it is lost then, and so are those before it
 * that were sent so. Functions are not called.
 */
int dns_link_send(DnsLink *link, const uint8_t *data, size_t size, bool tcp);

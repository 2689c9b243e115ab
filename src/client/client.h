/* SPDX-License-Identifier: MIT */
#pragma once

/* The client from inside: what its files share. The flow is
 *
 *   client.c   the object, and the functions that callers use
 *   input.c    is this reply for us?
 *   machine.c  RFC 2131 figure 5: one function per event, each a switch over all states
 *   enter.c    what happens when a state is entered
 *   output.c   the messages that are sent
 *   queue.c    what waits to be taken by the caller
 *
 * Invariants:
 *
 * `lease` is what the caller was told to use. It is set in BOUND, RENEWING and REBINDING, and in
 * the states INIT to GRANTED when the link has gone away under it or has changed: then it is in
 * force until a server confirms it, refuses it or grants another, or until it ends.
 *
 * `granted` is set exactly in PROBING and GRANTED, `offer` only in SELECTING and REQUESTING.
 *
 * Without carrier a client is in STOPPED, INIT or INFORMING, sends nothing, and has no deadline but
 * the end of its lease.
 *
 * A failed allocation never leaves a state half entered: entering allocates nothing. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "client/acd.h"
#include "client/config.h"
#include "client/lease.h"
#include "client/random.h"
#include "wire/message.h"

enum {
        CLIENT_EVENTS_MAX = 64,
        CLIENT_OUTPUTS_MAX = 16,
        CLIENT_MESSAGE_MAX = 1472, /* fits an Ethernet frame */
        CLIENT_DROPS_MAX = MDC_DROP_FORCE_RENEW + 1,

        /* REQUESTs for an address that was offered, or had before. RFC 2131 3.1.5 has five, "for a
         * total delay of 60 seconds, before restarting the initialization procedure". But a server
         * that has just offered an address, or that knows it, answers at once, and those that do
         * not know it are silent (4.3.2 wants that): nine seconds say enough. */
        CLIENT_REQUESTS_MAX = 2,
};

typedef struct QueuedOutput {
        mdc_output output;
        uint8_t data[CLIENT_MESSAGE_MAX];
} QueuedOutput;

struct mdc_client {
        unsigned n_references;
        mdc_config config; /* a copy, see config_copy() */
        Random random;
        mdc_state state;
        mdc_drop drop;
        uint64_t n_dropped[CLIENT_DROPS_MAX]; /* by reason */
        uint32_t last_serial;                 /* of a DHCP message that was queued */

        /* the exchange of messages that goes on */
        uint32_t xid;
        usec_t started;  /* when this acquisition or renewal began: `secs` counts from here */
        uint16_t secs;   /* of the last DISCOVER */
        usec_t asked;    /* when a lease that comes now was asked for: it counts from here */
        unsigned n_sent; /* messages in this state */
        uint16_t link_message_size; /* what the link takes in one packet, for option 57 */
        ipv4_t address;             /* what REBOOTING asks for, what INFORMING is about; else 0 */
        ipv4_t former; /* for which REBOOTING got no answer: what a DISCOVER wishes for; else 0 */
        bool no_carrier;

        mdc_lease *offer;
        mdc_lease *granted;
        mdc_lease *lease;

        /* USEC_INFINITY while not running */
        usec_t begin_at;
        usec_t resend_at;
        usec_t choose_at;
        usec_t t1_at;
        usec_t t2_at;
        usec_t expires_at;       /* of `lease` */
        usec_t grant_expires_at; /* of `granted` */

        Acd acd;
        unsigned n_failures; /* REQUESTs in a row that were refused, or not answered */
        unsigned n_conflicts;

        mdc_event current; /* what mdc_client_next_event() has returned */
        mdc_event events[CLIENT_EVENTS_MAX];
        size_t first_event;
        size_t n_events;
        QueuedOutput outputs[CLIENT_OUTPUTS_MAX];
        size_t first_output;
        size_t n_outputs;
};

/* ---- queue.c ----------------------------------------------------------------------------------
 */

/**
 * client_push_event() - queues an event; a reference of its lease is taken.
 */
void client_push_event(mdc_client *client, const mdc_event *event);

/**
 * client_push_news() - queues an event that may be lost: it never pushes another one out.
 */
void client_push_news(mdc_client *client, const mdc_event *event);

/**
 * client_cancel_event() - takes back the event that client_push_event() has just queued.
 */
void client_cancel_event(mdc_client *client);

/**
 * client_push_output() - queues a packet.
 *
 * Return: room for CLIENT_MESSAGE_MAX bytes; the caller sets `output`, but for `data`.
 */
QueuedOutput *client_push_output(mdc_client *client);

/**
 * client_cancel_output() - takes back what client_push_output() has just queued.
 */
void client_cancel_output(mdc_client *client);

/**
 * client_clear_queues() - forgets all that waits.
 */
void client_clear_queues(mdc_client *client);

/* ---- output.c ---------------------------------------------------------------------------------
 */

/**
 * client_send() - builds and queues the message of a type, as the state and RFC 2131 table 5 have
 * it.
 *
 * @text: option 56 of DECLINE and RELEASE, or NULL
 */
void client_send(mdc_client *client, usec_t now, DhcpMessageType type, const char *text);

/**
 * client_send_arp() - queues an ARP packet.
 */
void client_send_arp(mdc_client *client, const ArpPacket *packet);

/* ---- enter.c ----------------------------------------------------------------------------------
 */

/**
 * client_enter_stopped() - forgets lease and exchange.
 */
void client_enter_stopped(mdc_client *client);

/**
 * client_enter_init() - forgets the exchange, and begins after a while; at the next tick at the
 * earliest, so that a caller who is told of a loss can stop before anything is sent. Without
 * carrier it begins when that returns. The lease stays.
 */
void client_enter_init(mdc_client *client, usec_t now, usec_t delay);

/**
 * client_enter_selecting() - sends the first DISCOVER.
 */
void client_enter_selecting(mdc_client *client, usec_t now);

/**
 * client_enter_requesting() - requests an offer.
 */
void client_enter_requesting(mdc_client *client, usec_t now, mdc_lease *offer);

/**
 * client_enter_rebooting() - asks for `address`.
 */
void client_enter_rebooting(mdc_client *client, usec_t now);

/**
 * client_enter_granted() - an ACK has come: checks the address, has it checked, or uses it. The
 * address that is in use already needs no check.
 */
void client_enter_granted(mdc_client *client, usec_t now, mdc_lease *lease);

/**
 * client_enter_bound() - uses a lease.
 *
 * @type: what to tell: ACQUIRED or RENEWED
 */
void client_enter_bound(mdc_client *client, usec_t now, mdc_lease *lease, mdc_event_type type);

/**
 * client_enter_renewing() - asks the lease's server.
 */
void client_enter_renewing(mdc_client *client, usec_t now);

/**
 * client_enter_rebinding() - asks every server.
 */
void client_enter_rebinding(mdc_client *client, usec_t now);

/**
 * client_enter_informing() - asks for options for `address`.
 */
void client_enter_informing(mdc_client *client, usec_t now);

/**
 * client_resend() - sends the message of the current state once more.
 */
void client_resend(mdc_client *client, usec_t now);

/**
 * client_lose() - the lease of client_subject() is no more: tells why, and begins again.
 *
 * @event: `lease` is filled in; NULL when there was none
 */
void client_lose(mdc_client *client, usec_t now, mdc_event event, usec_t delay);

/**
 * client_lose_kept() - the lease is no more: tells why. The exchange that looks for another goes
 * on.
 *
 * @event: `lease` is filled in
 */
void client_lose_kept(mdc_client *client, mdc_event event);

/**
 * client_give_back() - sends a RELEASE for each lease that is held, and forgets it.
 *
 * @text: option 56, or NULL
 */
void client_give_back(mdc_client *client, usec_t now, const char *text);

/* ---- machine.c --------------------------------------------------------------------------------
 */

/**
 * client_on_offer() - an OFFER for us has come.
 * Return: MDC_DROP_NONE when it was taken.
 */
mdc_drop client_on_offer(mdc_client *client, usec_t now, mdc_lease *offer);

/**
 * client_on_ack() - an ACK for us has come.
 * Return: MDC_DROP_NONE when it was taken.
 */
mdc_drop client_on_ack(mdc_client *client, usec_t now, mdc_lease *lease);

/**
 * client_on_nak() - a NAK for us has come.
 *
 * @server: its server identifier
 * Return: MDC_DROP_NONE when it was taken.
 */
mdc_drop client_on_nak(mdc_client *client, usec_t now, ipv4_t server);

/**
 * client_on_timer() - time has passed.
 */
void client_on_timer(mdc_client *client, usec_t now);

/**
 * client_on_conflict() - another host has the address of our lease.
 */
void client_on_conflict(mdc_client *client, usec_t now, const uint8_t *hardware, const char *text);

/**
 * client_on_link_down() - the carrier is lost: nothing is asked any more, the lease stays.
 *
 * @event: LINK_DOWN, or LINK_GONE where there is no link any more
 */
void client_on_link_down(mdc_client *client, usec_t now, mdc_event_type event);

/**
 * client_on_link_up() - the carrier has returned: the lease's address is asked for at once.
 */
void client_on_link_up(mdc_client *client, usec_t now);

/**
 * client_on_change() - what servers know us by has changed, or the network may have: whatever is
 * going on begins again, and the lease's address is asked for at once.
 */
void client_on_change(mdc_client *client, usec_t now);

/**
 * client_subject() - the lease that DECLINE and RELEASE are about: the one granted last.
 * Return: NULL when there is none.
 */
static inline mdc_lease *client_subject(const mdc_client *client) {
        return client->granted ? client->granted : client->lease;
}

/**
 * client_has_address() - whether the state is BOUND, RENEWING or REBINDING: an address is in use,
 * and no doubt about it.
 */
static inline bool client_has_address(const mdc_client *client) {
        return client->state == MDC_STATE_BOUND || client->state == MDC_STATE_RENEWING ||
               client->state == MDC_STATE_REBINDING;
}

DEFINE_POINTER_CLEANUP(mdc_client, mdc_client_unref);

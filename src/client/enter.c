/* SPDX-License-Identifier: MIT */
/* What entering a state does: its first message, its timers, and what is told. client_set_state()
 * is the only writer of the state.
 *
 * Invariant: timers of an exchange end with the state, the end of a lease with the lease. */

#include "client/client.h"

/* RFC 2131 4.1: 4 seconds, doubled up to 64, "randomized by the value of a uniform random number
 * chosen from the range -1 to +1". */
enum {
        BACKOFF_FIRST_LOG2 = 2,
        BACKOFF_LAST_LOG2 = 6,
};

/* RFC 2131 4.4.5: renewals are repeated no more often than this. */
#define RENEWAL_RESEND_MIN (60 * USEC_PER_SEC)

/* How long an answer to the last REQUEST for an address is waited for. */
#define REQUEST_PATIENCE (4 * USEC_PER_SEC)

static void client_set_state(mdc_client *client, mdc_state state) {
        mdc_event event = {
                .type = MDC_EVENT_STATE,
                .state = state,
                .previous_state = client->state,
        };

        client->begin_at = client->resend_at = client->choose_at = USEC_INFINITY;
        client->n_sent = 0;
        if (state == client->state)
                return;
        client->state = state;
        client_push_event(client, &event);
}

static void forget_offer(mdc_client *client) {
        client->offer = mdc_lease_unref(client->offer);
}

static void forget_granted(mdc_client *client) {
        client->granted = mdc_lease_unref(client->granted);
        client->grant_expires_at = USEC_INFINITY;
}

static void forget_lease(mdc_client *client) {
        client->lease = mdc_lease_unref(client->lease);
        client->expires_at = USEC_INFINITY;
}

static void forget_subject(mdc_client *client) {
        if (client->granted)
                forget_granted(client);
        else
                forget_lease(client);
}

static usec_t backoff(mdc_client *client) {
        unsigned log2 = MIN(BACKOFF_FIRST_LOG2 + client->n_sent - 1, (unsigned) BACKOFF_LAST_LOG2);
        usec_t wait = USEC_PER_SEC << log2;

        return random_between(&client->random, wait - USEC_PER_SEC, wait + USEC_PER_SEC);
}

/* RFC 2131 4.4.5: "the client SHOULD wait one-half of the remaining time until T2 (in RENEWING
 * state) and one-half of the remaining lease time (in REBINDING state), down to a minimum of 60
 * seconds, before retransmitting". */
static usec_t renewal_wait(usec_t end, usec_t now) {
        if (end == USEC_INFINITY)
                return RENEWAL_RESEND_MIN; /* an infinite lease that was renewed by wish */
        return MAX(usec_sub(end, now) / 2, RENEWAL_RESEND_MIN);
}

/* 4.4.1: a lease counts from "the time at which the client sent the DHCPREQUEST message": from the
 * first message of this xid, which never lets us outlive the server's lease, whichever of them it
 * answers. */
static void new_xid(mdc_client *client, usec_t now) {
        client->xid = (uint32_t) random_next(&client->random);
        client->asked = now;
}

static void new_exchange(mdc_client *client, usec_t now) {
        new_xid(client, now);
        client->started = now;
}

/* 4.1 leaves it to the client whether a repetition has a new xid. Where it can come long after the
 * message before, it has: a lease that began then would be half over. */
static bool repeats_with_new_xid(const mdc_client *client) {
        if (client->n_sent <= 1)
                return false;
        if (client->state == MDC_STATE_SELECTING)
                return config_takes_rapid_commit(&client->config);
        return client->state == MDC_STATE_RENEWING || client->state == MDC_STATE_REBINDING;
}

void client_resend(mdc_client *client, usec_t now) {
        usec_t wait = 0;

        if (client->no_carrier) {
                client->resend_at = USEC_INFINITY;
                return;
        }
        client->n_sent++;
        if (repeats_with_new_xid(client))
                new_xid(client, now);
        switch (client->state) {
        case MDC_STATE_SELECTING:
                client_send(client, now, DHCP_DISCOVER, NULL);
                wait = backoff(client);
                break;
        case MDC_STATE_REQUESTING:
        case MDC_STATE_REBOOTING:
                client_send(client, now, DHCP_REQUEST, NULL);
                wait = client->n_sent < CLIENT_REQUESTS_MAX ? backoff(client) : REQUEST_PATIENCE;
                break;
        case MDC_STATE_RENEWING:
                client_send(client, now, DHCP_REQUEST, NULL);
                wait = renewal_wait(client->t2_at, now);
                break;
        case MDC_STATE_REBINDING:
                client_send(client, now, DHCP_REQUEST, NULL);
                wait = renewal_wait(client->expires_at, now);
                break;
        case MDC_STATE_INFORMING:
                client_send(client, now, DHCP_INFORM, NULL);
                wait = backoff(client);
                break;
        case MDC_STATE_STOPPED:
        case MDC_STATE_INIT:
        case MDC_STATE_PROBING:
        case MDC_STATE_GRANTED:
        case MDC_STATE_BOUND:
                return; /* nothing is under way */
        }
        client->resend_at = usec_add(now, wait);
}

static void forget_exchange(mdc_client *client) {
        forget_offer(client);
        forget_granted(client);
        client->t1_at = client->t2_at = USEC_INFINITY;
        acd_stop(&client->acd);
}

void client_enter_stopped(mdc_client *client) {
        forget_exchange(client);
        forget_lease(client);
        client->address = client->former = 0;
        client_set_state(client, MDC_STATE_STOPPED);
}

void client_enter_init(mdc_client *client, usec_t now, usec_t delay) {
        forget_exchange(client);
        client_set_state(client, MDC_STATE_INIT);
        if (!client->no_carrier)
                client->begin_at = usec_add(now, delay);
}

void client_enter_selecting(mdc_client *client, usec_t now) {
        client_set_state(client, MDC_STATE_SELECTING);
        new_exchange(client, now);
        client_resend(client, now);
}

/* RFC 2131 table 5: the REQUEST has the xid of the OFFER, which is that of our DISCOVER. The offer
 * may be the caller's, from a DISCOVER of before. */
void client_enter_requesting(mdc_client *client, usec_t now, mdc_lease *offer) {
        mdc_lease *previous = client->offer;

        client->offer = mdc_lease_ref(offer);
        (void) mdc_lease_unref(previous);
        client_set_state(client, MDC_STATE_REQUESTING);
        client->asked = now;
        client_resend(client, now);
}

void client_enter_rebooting(mdc_client *client, usec_t now) {
        client_set_state(client, MDC_STATE_REBOOTING);
        new_exchange(client, now);
        client_resend(client, now);
}

static void forget_request(mdc_client *client) {
        forget_offer(client);
        client->address = client->former = 0;
        client->n_failures = 0;
}

static void take_granted(mdc_client *client, mdc_lease *lease) {
        client->granted = mdc_lease_ref(lease);
        client->grant_expires_at = lease_at(lease, lease->lifetime);
        forget_request(client);
}

/* The lease may be the one that was granted. */
static void take_lease(mdc_client *client, mdc_lease *lease) {
        mdc_lease *previous = client->lease;

        client->lease = mdc_lease_ref(lease);
        client->expires_at = lease_at(lease, lease->lifetime);
        (void) mdc_lease_unref(previous);
        forget_granted(client);
        forget_request(client);
}

/* RFC 2131 4.4.1: "The client SHOULD perform a check on the suggested address to ensure that the
 * address is not already in use." */
void client_enter_granted(mdc_client *client, usec_t now, mdc_lease *lease) {
        bool arp = client->config.acd != MDC_ACD_OFF &&
                   client->config.hardware_type == HARDWARE_ETHERNET;

        if (client->lease && client->lease->address == lease->address) {
                client_enter_bound(client, now, lease, MDC_EVENT_RENEWED);
                return;
        }
        if (client->config.manual_accept) {
                take_granted(client, lease);
                client_set_state(client, MDC_STATE_GRANTED);
                client_push_event(client, &(mdc_event){.type = MDC_EVENT_GRANTED, .lease = lease});
        } else if (arp) {
                take_granted(client, lease);
                client_set_state(client, MDC_STATE_PROBING);
                acd_probe(&client->acd, lease->address, client->config.acd == MDC_ACD_FAST,
                        &client->random, now);
        } else {
                client_enter_bound(client, now, lease, MDC_EVENT_ACQUIRED);
        }
}

/* RFC 2131 4.4.5: T1 and T2 "SHOULD be chosen with some random fuzz around a fixed value, to avoid
 * synchronization": up to a hundredth earlier, a minute at most. */
static usec_t fuzz(mdc_client *client, usec_t span) {
        if (span == USEC_INFINITY)
                return span;
        return span - random_between(&client->random, 0, MIN(span / 100, USEC_PER_MINUTE));
}

void client_enter_bound(mdc_client *client, usec_t now, mdc_lease *lease, mdc_event_type type) {
        bool arp = client->config.acd != MDC_ACD_OFF &&
                   client->config.hardware_type == HARDWARE_ETHERNET;
        bool held_on = client_has_address(client);

        take_lease(client, lease);
        client->t1_at = lease_at(lease, fuzz(client, lease->t1));
        client->t2_at = lease_at(lease, lease->t2);
        if (type == MDC_EVENT_ACQUIRED)
                client->n_conflicts = 0;
        /* also after the link was away: switches and neighbours may have forgotten us */
        if (arp && !held_on)
                acd_announce(&client->acd, lease->address, now);
        client_set_state(client, MDC_STATE_BOUND);
        client_push_event(client, &(mdc_event){.type = type, .lease = lease});
}

/* By wish also after T2; then the lease's own server has until the next repetition. */
void client_enter_renewing(mdc_client *client, usec_t now) {
        bool goes_back = client->state == MDC_STATE_REBINDING;

        client_set_state(client, MDC_STATE_RENEWING);
        client->t1_at = USEC_INFINITY;
        if (goes_back && client->lease->t2 != USEC_INFINITY)
                client->t2_at = usec_add(now, RENEWAL_RESEND_MIN);
        new_exchange(client, now);
        client_resend(client, now);
}

/* The xid stays when a renewal goes on as rebinding: a late answer of the lease's own server is as
 * good as any, and the lease counts from when that one was asked. `secs` goes on too, which tells
 * servers how urgent it is. */
void client_enter_rebinding(mdc_client *client, usec_t now) {
        bool goes_on = client->state == MDC_STATE_RENEWING;

        client_set_state(client, MDC_STATE_REBINDING);
        client->t1_at = client->t2_at = USEC_INFINITY;
        if (!goes_on)
                new_exchange(client, now);
        client_resend(client, now);
}

void client_enter_informing(mdc_client *client, usec_t now) {
        client_set_state(client, MDC_STATE_INFORMING);
        new_exchange(client, now);
        client_resend(client, now);
}

void client_lose(mdc_client *client, usec_t now, mdc_event event, usec_t delay) {
        event.lease = client_subject(client);
        client_push_event(client, &event);
        forget_subject(client);
        client_enter_init(client, now, delay);
}

void client_lose_kept(mdc_client *client, mdc_event event) {
        event.lease = client->lease;
        client_push_event(client, &event);
        forget_lease(client);
}

/* There are two when one was granted while the other was still in force. */
void client_give_back(mdc_client *client, usec_t now, const char *text) {
        mdc_lease *lease;

        while ((lease = client_subject(client))) {
                client->xid = (uint32_t) random_next(&client->random);
                client_send(client, now, DHCP_RELEASE, text);
                client_push_event(client, &(mdc_event){.type = MDC_EVENT_RELEASED, .lease = lease});
                forget_subject(client);
        }
}

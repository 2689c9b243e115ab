/* SPDX-License-Identifier: MIT */
/* RFC 2131 figure 5 as a table: one function per event, each a switch over all states, so that
 * every cell can be seen. Only replies that input.c has found to be for us get here. */

#include <string.h>

#include "client/client.h"

/* RFC 2131 3.1.5: "The client SHOULD wait a minimum of ten seconds before restarting the
 * configuration process to avoid excessive network traffic in case of looping", after a DECLINE. */
#define DECLINE_DELAY (10 * USEC_PER_SEC)

/* RFC 5227 1.1: MAX_CONFLICTS, RATE_LIMIT_INTERVAL. */
#define CONFLICTS_MAX 10
#define CONFLICTS_DELAY (60 * USEC_PER_SEC)

enum {
        FAILURE_DELAY_LAST_LOG2 = 6,
};

/* ---- IPv6 only --------------------------------------------------------------------------------
 */

/* RFC 8925 3.4: V6ONLY_WAIT is what the server says, and MIN_V6ONLY_WAIT at least. */
#define IPV6_ONLY_WAIT_MIN (300 * USEC_PER_SEC)

/* RFC 8925 3.2: where the option is in an OFFER, the client "SHOULD NOT request the IPv4 address",
 * and disables IPv4 for V6ONLY_WAIT seconds; "if the length field value is not 4" it is ignored. A
 * lease that is in use already is renewed to its end. Who chooses among offers sees the option. */
static bool prefers_ipv6(mdc_client *client, usec_t now, mdc_lease *lease) {
        mdc_event event = {.type = MDC_EVENT_IPV6_ONLY, .lease = lease};
        uint32_t seconds;

        if (!client->config.ipv6_only || client->config.manual_select ||
                reply_get_u32(&lease->view, DHCP_OPTION_IPV6_ONLY, &seconds) < 0)
                return false;
        client_push_event(client, &event);
        client->address = 0;
        client_enter_init(client, now, MAX(seconds * USEC_PER_SEC, IPV6_ONLY_WAIT_MIN));
        return true;
}

/* ---- OFFER ------------------------------------------------------------------------------------
 */

/* Better: the address that was asked for, else the longer time; of equals the first. */
static bool offer_is_better(const mdc_client *client, const mdc_lease *a, const mdc_lease *b) {
        ipv4_t wanted = client->config.requested_address;
        bool a_wanted = wanted != 0 && a->address == wanted,
             b_wanted = wanted != 0 && b->address == wanted;

        if (a_wanted != b_wanted)
                return a_wanted;
        return a->lifetime > b->lifetime;
}

/* 4.4.1: "The client collects DHCPOFFER messages over a period of time, selects one DHCPOFFER
 * message from the (possibly many) incoming messages". */
static void collect_offer(mdc_client *client, usec_t now, mdc_lease *offer) {
        client_push_event(client, &(mdc_event){.type = MDC_EVENT_OFFER, .lease = offer});
        if (client->config.manual_select)
                return;
        if (client->config.offer_wait == 0) {
                client_enter_requesting(client, now, offer);
                return;
        }
        if (!client->offer)
                client->choose_at = usec_add(now, client->config.offer_wait);
        if (!client->offer || offer_is_better(client, offer, client->offer)) {
                (void) mdc_lease_unref(client->offer);
                client->offer = mdc_lease_ref(offer);
        }
}

mdc_drop client_on_offer(mdc_client *client, usec_t now, mdc_lease *offer) {
        switch (client->state) {
        case MDC_STATE_SELECTING:
                if (client->config.server != 0 && offer->server_id != client->config.server)
                        return MDC_DROP_WRONG_SERVER;
                if (!prefers_ipv6(client, now, offer))
                        collect_offer(client, now, offer);
                return MDC_DROP_NONE;
        case MDC_STATE_STOPPED:
        case MDC_STATE_INIT:
        case MDC_STATE_REQUESTING: /* figure 5: "DHCPOFFER/Discard", as in BOUND and after */
        case MDC_STATE_REBOOTING:
        case MDC_STATE_PROBING:
        case MDC_STATE_GRANTED:
        case MDC_STATE_BOUND:
        case MDC_STATE_RENEWING:
        case MDC_STATE_REBINDING:
        case MDC_STATE_INFORMING:
                return MDC_DROP_WRONG_STATE;
        }
        return MDC_DROP_WRONG_STATE;
}

/* ---- ACK --------------------------------------------------------------------------------------
 */

/* RFC 4039 3.1: "If the client receives a DHCPACK message without a Rapid Commit option", in answer
 * to its DISCOVER, "it discards it". */
static mdc_drop ack_of_discover(mdc_client *client, usec_t now, mdc_lease *lease) {
        if (!config_takes_rapid_commit(&client->config) ||
                !message_has(&lease->view, DHCP_OPTION_RAPID_COMMIT))
                return MDC_DROP_NO_RAPID_COMMIT;
        if (client->config.server != 0 && lease->server_id != client->config.server)
                return MDC_DROP_WRONG_SERVER;
        if (!prefers_ipv6(client, now, lease))
                client_enter_granted(client, now, lease);
        return MDC_DROP_NONE;
}

static mdc_drop ack_of_request(mdc_client *client, usec_t now, mdc_lease *lease) {
        if (lease->server_id != client->offer->server_id)
                return MDC_DROP_WRONG_SERVER;
        if (lease->address != client->offer->address)
                return MDC_DROP_WRONG_ADDRESS;
        client_enter_granted(client, now, lease);
        return MDC_DROP_NONE;
}

static mdc_drop ack_of_reboot(mdc_client *client, usec_t now, mdc_lease *lease) {
        if (lease->address != client->address)
                return MDC_DROP_WRONG_ADDRESS;
        if (!prefers_ipv6(client, now, lease))
                client_enter_granted(client, now, lease);
        return MDC_DROP_NONE;
}

/* 4.4.5: a renewal may be answered by any server that may answer it, so that the server identifier
 * may change; the address may not. */
static mdc_drop ack_of_renewal(mdc_client *client, usec_t now, mdc_lease *lease) {
        if (lease->address != client->lease->address)
                return MDC_DROP_WRONG_ADDRESS;
        client_enter_bound(client, now, lease, MDC_EVENT_RENEWED);
        return MDC_DROP_NONE;
}

static mdc_drop ack_of_inform(mdc_client *client, mdc_lease *lease) {
        client_push_event(client, &(mdc_event){.type = MDC_EVENT_INFORMED, .lease = lease});
        client_enter_stopped(client);
        return MDC_DROP_NONE;
}

/* A server whose disk is slow may answer when the lease, which counts from the question, is over.
 */
static bool is_over(const mdc_client *client, usec_t now, const mdc_lease *lease) {
        return client->state != MDC_STATE_INFORMING && now >= lease_at(lease, lease->lifetime);
}

mdc_drop client_on_ack(mdc_client *client, usec_t now, mdc_lease *lease) {
        if (is_over(client, now, lease))
                return MDC_DROP_LEASE_ENDED;
        switch (client->state) {
        case MDC_STATE_SELECTING:
                return ack_of_discover(client, now, lease);
        case MDC_STATE_REQUESTING:
                return ack_of_request(client, now, lease);
        case MDC_STATE_REBOOTING:
                return ack_of_reboot(client, now, lease);
        case MDC_STATE_RENEWING:
        case MDC_STATE_REBINDING:
                return ack_of_renewal(client, now, lease);
        case MDC_STATE_INFORMING:
                return ack_of_inform(client, lease);
        case MDC_STATE_STOPPED:
        case MDC_STATE_INIT:
        case MDC_STATE_PROBING: /* a second copy; figure 5: "DHCPACK/Discard" in BOUND */
        case MDC_STATE_GRANTED:
        case MDC_STATE_BOUND:
                return MDC_DROP_WRONG_STATE;
        }
        return MDC_DROP_WRONG_STATE;
}

/* ---- NAK --------------------------------------------------------------------------------------
 */

/* At once the first time, then more and more slowly, so that a server which refuses what it offers,
 * or is silent about it, is not stormed. */
static usec_t failure_delay(mdc_client *client) {
        unsigned n = client->n_failures++;

        return n == 0 ? 0 : USEC_PER_SEC << MIN(n - 1, (unsigned) FAILURE_DELAY_LAST_LOG2);
}

/* 3.1.5: "If the client receives a DHCPNAK message, the client restarts the configuration process."
 */
static mdc_drop restart_refused(mdc_client *client, usec_t now, ipv4_t server) {
        mdc_event event = {
                .type = MDC_EVENT_REFUSED,
                .address = in_addr_from_ipv4(server),
        };

        client->address = client->former = 0;
        client_lose(client, now, event, failure_delay(client));
        return MDC_DROP_NONE;
}

mdc_drop client_on_nak(mdc_client *client, usec_t now, ipv4_t server) {
        switch (client->state) {
        case MDC_STATE_REQUESTING:
                if (server != client->offer->server_id)
                        return MDC_DROP_WRONG_SERVER;
                return restart_refused(client, now, server);
        case MDC_STATE_RENEWING:
                /* The REQUEST went to one server by unicast: only that one can refuse it. */
                if (server != client->lease->server_id)
                        return MDC_DROP_WRONG_SERVER;
                return restart_refused(client, now, server);
        case MDC_STATE_REBOOTING:
        case MDC_STATE_REBINDING:
                return restart_refused(client, now, server);
        case MDC_STATE_STOPPED:
        case MDC_STATE_INIT:
        case MDC_STATE_SELECTING:
        case MDC_STATE_PROBING:
        case MDC_STATE_GRANTED:
        case MDC_STATE_BOUND: /* figure 5: "DHCPNAK/Discard" */
        case MDC_STATE_INFORMING:
                return MDC_DROP_WRONG_STATE;
        }
        return MDC_DROP_WRONG_STATE;
}

/* ---- time -------------------------------------------------------------------------------------
 */

/* No time is late enough for what never comes. */
static bool is_due(usec_t at, usec_t now) {
        return at != USEC_INFINITY && now >= at;
}

/* 3.2: "If the client receives neither a DHCPACK or a DHCPNAK message after employing the
 * retransmission algorithm, the client MAY choose to use the previously allocated network address
 * and configuration parameters for the remainder of the unexpired lease." A lease that the caller
 * uses stays in force meanwhile; one that was only remembered is not used unconfirmed. */
static void retry_request(mdc_client *client, usec_t now) {
        bool rebooting = client->state == MDC_STATE_REBOOTING;

        if (client->n_sent < CLIENT_REQUESTS_MAX) {
                client_resend(client, now);
                return;
        }
        if (rebooting)
                client->former = client->address;
        client->address = 0;
        client_enter_init(client, now, rebooting ? 0 : failure_delay(client));
}

static void timer_of_selecting(mdc_client *client, usec_t now) {
        if (is_due(client->choose_at, now))
                client_enter_requesting(client, now, client->offer);
        else if (is_due(client->resend_at, now))
                client_resend(client, now);
}

/* RFC 5227: probes and announcements, whatever the lease's own timers say. */
static void advance_acd(mdc_client *client, usec_t now) {
        ArpPacket packet;

        switch (acd_advance(&client->acd, &client->random, now, &packet)) {
        case ACD_STEP_NONE:
                return;
        case ACD_STEP_SEND:
                client_send_arp(client, &packet);
                return;
        case ACD_STEP_FREE:
                client_enter_bound(client, now, client->granted, MDC_EVENT_ACQUIRED);
                /* the first announcement leaves at once */
                advance_acd(client, now);
                return;
        }
}

/* 4.4.5: "If the lease expires before the client receives a DHCPACK, the client moves to INIT
 * state, MUST immediately stop any other network processing and requests network initialization
 * parameters as if the client were uninitialized." */
static bool expire(mdc_client *client, usec_t now) {
        if (!is_due(client->expires_at, now))
                return false;
        client->address = 0;
        client_lose(client, now, (mdc_event){.type = MDC_EVENT_EXPIRED}, 0);
        return true;
}

/* What was granted ends before anybody has used it. */
static bool expire_granted(mdc_client *client, usec_t now) {
        if (!is_due(client->grant_expires_at, now))
                return false;
        client_lose(client, now, (mdc_event){.type = MDC_EVENT_EXPIRED}, 0);
        return true;
}

/* The end of a lease while another is looked for, as it is after the link has changed. */
static void expire_kept(mdc_client *client, usec_t now) {
        if (is_due(client->expires_at, now))
                client_lose_kept(client, (mdc_event){.type = MDC_EVENT_EXPIRED});
}

static void timer_of_init(mdc_client *client, usec_t now) {
        if (is_due(client->expires_at, now)) {
                expire_kept(client, now);
                client->address = 0;
        }
        if (!is_due(client->begin_at, now))
                return;
        if (client->address != 0)
                client_enter_rebooting(client, now);
        else
                client_enter_selecting(client, now);
}

void client_on_timer(mdc_client *client, usec_t now) {
        switch (client->state) {
        case MDC_STATE_STOPPED:
                return;
        case MDC_STATE_INIT:
                timer_of_init(client, now);
                return;
        case MDC_STATE_SELECTING:
                expire_kept(client, now);
                timer_of_selecting(client, now);
                return;
        case MDC_STATE_REQUESTING:
                expire_kept(client, now);
                if (is_due(client->resend_at, now))
                        retry_request(client, now);
                return;
        case MDC_STATE_REBOOTING:
                /* 4.4.5: an address whose lease has ended is not asked for any more. */
                if (!expire(client, now) && is_due(client->resend_at, now))
                        retry_request(client, now);
                return;
        case MDC_STATE_PROBING:
                expire_kept(client, now);
                if (!expire_granted(client, now))
                        advance_acd(client, now);
                return;
        case MDC_STATE_GRANTED:
                expire_kept(client, now);
                (void) expire_granted(client, now);
                return;
        case MDC_STATE_BOUND:
                if (expire(client, now))
                        return;
                advance_acd(client, now);
                if (is_due(client->t2_at, now))
                        client_enter_rebinding(client, now); /* slept through T1 */
                else if (is_due(client->t1_at, now))
                        client_enter_renewing(client, now);
                return;
        case MDC_STATE_RENEWING:
                if (expire(client, now))
                        return;
                advance_acd(client, now);
                if (is_due(client->t2_at, now))
                        client_enter_rebinding(client, now);
                else if (is_due(client->resend_at, now))
                        client_resend(client, now);
                return;
        case MDC_STATE_REBINDING:
                if (expire(client, now))
                        return;
                advance_acd(client, now);
                if (is_due(client->resend_at, now))
                        client_resend(client, now);
                return;
        case MDC_STATE_INFORMING:
                if (is_due(client->resend_at, now))
                        client_resend(client, now);
                return;
        }
}

/* ---- conflicts --------------------------------------------------------------------------------
 */

/* 3.1.5: "If the client detects that the address is already in use, the client MUST send a
 * DHCPDECLINE message to the server and restarts the configuration process." */
void client_on_conflict(mdc_client *client, usec_t now, const uint8_t *hardware, const char *text) {
        ipv4_t address = client_subject(client)->address;
        mdc_event event = {
                .type = MDC_EVENT_CONFLICT,
                .address = in_addr_from_ipv4(address),
        };

        if (hardware)
                memcpy(event.hardware, hardware, sizeof(event.hardware));
        client->n_conflicts++;
        client->xid = (uint32_t) random_next(&client->random);
        client_send(client, now, DHCP_DECLINE, text);
        /* asking for it again would end the same way */
        if (client->config.requested_address == address)
                client->config.requested_address = 0;
        client->address = client->former = 0;
        client_lose(client, now, event,
                client->n_conflicts > CONFLICTS_MAX ? CONFLICTS_DELAY : DECLINE_DELAY);
}

/* ---- the link ---------------------------------------------------------------------------------
 */

/* Nothing is asked any more until resume(). What was in force or as good as granted is what will be
 * asked for then. */
static void suspend(mdc_client *client, usec_t now) {
        switch (client->state) {
        case MDC_STATE_STOPPED:
                return;
        case MDC_STATE_INIT:
                client->begin_at = USEC_INFINITY;
                return;
        case MDC_STATE_SELECTING:
        case MDC_STATE_REQUESTING:
        case MDC_STATE_REBOOTING:
        case MDC_STATE_PROBING:
        case MDC_STATE_GRANTED:
        case MDC_STATE_BOUND:
        case MDC_STATE_RENEWING:
        case MDC_STATE_REBINDING:
                if (client_subject(client))
                        client->address = client_subject(client)->address;
                client_enter_init(client, now, USEC_INFINITY);
                return;
        case MDC_STATE_INFORMING:
                client->resend_at = USEC_INFINITY;
                return;
        }
}

/* RFC 2131 3.7: "A client SHOULD use DHCP to reacquire or verify its IP address and network
 * parameters whenever the local network parameters may have changed; e.g., at system boot time or
 * after a disconnection from the local network". An address is asked for at once; where there is
 * none, a switch that got its power back with us is not stormed. */
static void resume(mdc_client *client, usec_t now) {
        usec_t longest = client->address == 0 ? client->config.start_delay : 0;

        client->n_failures = 0;
        switch (client->state) {
        case MDC_STATE_INIT:
                client->begin_at =
                        usec_add(now, random_between(&client->random, longest / 10, longest));
                client_on_timer(client, now);
                return;
        case MDC_STATE_INFORMING:
                client_enter_informing(client, now);
                return;
        case MDC_STATE_STOPPED:
        case MDC_STATE_SELECTING: /* suspend() has left them all */
        case MDC_STATE_REQUESTING:
        case MDC_STATE_REBOOTING:
        case MDC_STATE_PROBING:
        case MDC_STATE_GRANTED:
        case MDC_STATE_BOUND:
        case MDC_STATE_RENEWING:
        case MDC_STATE_REBINDING:
                return;
        }
}

void client_on_link_down(mdc_client *client, usec_t now, mdc_event_type event) {
        if (client->no_carrier && event == MDC_EVENT_LINK_DOWN)
                return;
        client->no_carrier = true;
        client_push_event(client, &(mdc_event){.type = event, .lease = client->lease});
        suspend(client, now);
}

void client_on_link_up(mdc_client *client, usec_t now) {
        if (!client->no_carrier)
                return;
        client->no_carrier = false;
        client_push_event(client, &(mdc_event){.type = MDC_EVENT_LINK_UP, .lease = client->lease});
        resume(client, now);
}

void client_on_change(mdc_client *client, usec_t now) {
        suspend(client, now);
        if (!client->no_carrier)
                resume(client, now);
}

/* SPDX-License-Identifier: MIT */
/* An event, a line. Messages are information, what ends or hinders a lease is a warning, and what
 * begins one is a notice. */

#include <string.h>
#include <syslog.h>

#include "basic/bytes.h"
#include "client-cli/log-event.h"
#include "client-cli/log.h"
#include "client-cli/messages.h"
#include "wire/frame.h"

static const char *address_text(struct in_addr address, char text[static IPV4_STRING_MAX]) {
        return ipv4_format(ntohl(address.s_addr), text);
}

static void log_sent(const mdc_event *event) {
        char address[IPV4_STRING_MAX];

        if (event->message == MDC_MESSAGE_DISCOVER)
                log_write(LOG_INFO, NULL, "Sent DHCP DISCOVER");
        else
                log_write(LOG_INFO, &(LogFields){.address = event->subject}, "Sent DHCP %s for %s",
                        mdc_message_to_string(event->message),
                        address_text(event->subject, address));
}

static void log_not_sent(const mdc_event *event) {
        const LogFields fields = {.id = CLIENT_MESSAGE_NOT_SENT, .address = event->subject};

        log_write(LOG_WARNING, &fields, "Cannot send DHCP %s: %s",
                mdc_message_to_string(event->message), send_error_text(event->error));
}

static void log_received(const mdc_event *event) {
        char address[IPV4_STRING_MAX];

        log_write(LOG_INFO, &(LogFields){.server = event->address}, "Received DHCP %s from %s:%u",
                mdc_message_to_string(event->message), address_text(event->address, address),
                event->port);
}

/* Without --verbose only what keeps us from a lease. */
static void log_dropped(const mdc_event *event, bool unusable) {
        const LogFields fields = {
                .id = unusable ? CLIENT_MESSAGE_UNUSABLE : NULL,
                .server = event->address,
                .drop = mdc_drop_to_string(event->drop),
        };
        char address[IPV4_STRING_MAX];

        log_write(unusable ? LOG_WARNING : LOG_DEBUG, &fields,
                "Dropped a DHCP %s from %s:%u: it came %s",
                event->message != 0 ? mdc_message_to_string(event->message) : "message",
                address_text(event->address, address), event->port, drop_describe(event->drop));
}

/* What a lease is told by where nothing else prints it. */
static void log_lease(int priority, const char *id, const char *what, const mdc_lease *lease) {
        char address[IPV4_STRING_MAX], server[IPV4_STRING_MAX], span[TIMESPAN_STRING_MAX];
        LogFields fields = {.id = id};
        uint64_t lifetime = 0;

        (void) mdc_lease_get_address(lease, &fields.address);
        (void) mdc_lease_get_server_id(lease, &fields.server);
        (void) mdc_lease_get_lifetime(lease, &lifetime);
        log_write(priority, &fields, "%s: %s from %s, for %s", what,
                address_text(fields.address, address), address_text(fields.server, server),
                lifetime == MDC_INFINITY ? "ever" : timespan_format(lifetime, span));
}

static void log_end(int priority, const char *id, const char *what, const mdc_lease *lease) {
        LogFields fields = {.id = id};

        if (lease)
                (void) mdc_lease_get_address(lease, &fields.address);
        log_write(priority, &fields, "%s", what);
}

static void log_conflict(const mdc_event *event) {
        static const uint8_t nobody[ETHERNET_ADDRESS_SIZE] = {0};
        char address[IPV4_STRING_MAX], hardware[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)];
        const LogFields fields = {
                .id = CLIENT_MESSAGE_CONFLICT,
                .address = event->address,
                .hardware = event->hardware,
        };

        if (memcmp(event->hardware, nobody, sizeof(nobody)) == 0)
                return; /* declined by wish */
        log_write(LOG_WARNING, &fields, "Address %s is in use by %s",
                address_text(event->address, address),
                bytes_format(event->hardware, sizeof(event->hardware), hardware));
}

static void log_refused(const mdc_event *event) {
        char server[IPV4_STRING_MAX];
        LogFields fields = {.id = CLIENT_MESSAGE_REFUSED, .server = event->address};

        if (event->lease)
                (void) mdc_lease_get_address(event->lease, &fields.address);
        log_write(LOG_WARNING, &fields, "%s refuses the address (NAK)",
                address_text(event->address, server));
}

void log_event(const mdc_event *event, const Options *options, Unusable *unusable) {
        const bool is_news = unusable_note(unusable, event), runs = options->verb == VERB_RUN;
        char address[IPV4_STRING_MAX];

        if (options->quiet)
                return;
        switch (event->type) {
        case MDC_EVENT_SENT:
                log_sent(event);
                return;
        case MDC_EVENT_NOT_SENT:
                log_not_sent(event);
                return;
        case MDC_EVENT_RECEIVED:
                log_received(event);
                return;
        case MDC_EVENT_DROPPED:
                if (is_news || options->verbose)
                        log_dropped(event, is_news);
                return;
        case MDC_EVENT_ACQUIRED:
                if (runs)
                        log_lease(LOG_NOTICE, CLIENT_MESSAGE_ACQUIRED, "Lease acquired",
                                event->lease);
                return;
        case MDC_EVENT_RENEWED:
                if (runs)
                        log_lease(LOG_INFO, CLIENT_MESSAGE_RENEWED, "Lease renewed", event->lease);
                return;
        case MDC_EVENT_REFUSED:
                log_refused(event);
                return;
        case MDC_EVENT_CONFLICT:
                log_conflict(event);
                return;
        case MDC_EVENT_EXPIRED:
                log_end(LOG_WARNING, CLIENT_MESSAGE_EXPIRED, "The lease has expired", event->lease);
                return;
        case MDC_EVENT_RELEASED:
                if (runs)
                        log_end(LOG_NOTICE, CLIENT_MESSAGE_RELEASED, "The lease was given back",
                                event->lease);
                return;
        case MDC_EVENT_LINK_DOWN:
                log_write(LOG_NOTICE, NULL, "The link has no carrier");
                return;
        case MDC_EVENT_LINK_UP:
                log_write(LOG_NOTICE, NULL, "The link has a carrier");
                return;
        case MDC_EVENT_LINK_GONE:
                log_write(LOG_NOTICE, NULL, "The link is gone");
                return;
        case MDC_EVENT_STATE:
                if (options->verbose)
                        log_write(LOG_DEBUG, NULL, "State %s -> %s",
                                mdc_state_to_string(event->previous_state),
                                mdc_state_to_string(event->state));
                return;
        case MDC_EVENT_IPV6_ONLY:
                log_end(LOG_NOTICE, CLIENT_MESSAGE_IPV6_ONLY,
                        "The network is for IPv6 (option 108): no lease is taken", event->lease);
                return;
        case MDC_EVENT_FORCE_RENEW:
                log_write(LOG_NOTICE, &(LogFields){.server = event->address},
                        "Ignored a FORCERENEW from %s, which is not authenticated",
                        address_text(event->address, address));
                return;
        case MDC_EVENT_OFFER:
        case MDC_EVENT_GRANTED:
        case MDC_EVENT_INFORMED:
        case MDC_EVENT_ADDRESS_REMOVED:
                return;
        }
}

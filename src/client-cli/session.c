/* SPDX-License-Identifier: MIT */
/* The verbs that end, as events that are waited for: each has one that is its goal. Knows nothing
 * of packets. */

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include <systemd/sd-event.h>

#include "client-cli/attach.h"
#include "client-cli/delegate.h"
#include "client-cli/holding.h"
#include "client-cli/log-event.h"
#include "client-cli/print.h"
#include "client-cli/session.h"
#include "client-cli/state-file.h"
#include "io/link-monitor.h"
#include "wire/frame.h"

enum {
        OFFERS_MAX = 64,
};

/* One packet may be lost: the second DISCOVER leaves after 3 to 5 s (RFC 2131 4.1), and a server
 * that looks for a conflict first takes its time. */
#define DISCOVER_TIMEOUT (7 * USEC_PER_SEC)

typedef struct Session {
        const Options *options;
        sd_event *event;
        mdc_io *io;
        Holding holding;
        bool no_carrier;
        Unusable unusable;
        int error;      /* what a timeout is to be called */
        int send_error; /* of the last message; 0 = it has been sent */
        mdc_lease *offers[OFFERS_MAX];
        size_t n_offers;
} Session;

static void session_done(Session *session) {
        (void) mdc_io_unref(session->io);
        holding_done(&session->holding);
        for (size_t i = 0; i < session->n_offers; i++)
                (void) mdc_lease_unref(session->offers[i]);
        (void) sd_event_unref(session->event);
}

/* The client is stopped, or it would begin anew before the loop ends. */
static void session_end(Session *session, ExitStatus status) {
        (void) mdc_io_stop(session->io);
        (void) sd_event_exit(session->event, (int) status);
}

/* ---- events -----------------------------------------------------------------------------------
 */

/* A server that should not be there may call itself by another's identifier: what tells the two
 * apart is who has sent the packet and the frame. */
static bool same_server(const mdc_lease *a, const mdc_lease *b) {
        uint8_t hardware[2][ETHERNET_ADDRESS_SIZE] = {0};
        struct in_addr server[2] = {0}, sender[2] = {0};
        const mdc_lease *leases[] = {a, b};

        for (size_t i = 0; i < ELEMENTSOF(leases); i++) {
                (void) mdc_lease_get_server_id(leases[i], &server[i]);
                (void) mdc_lease_get_sender(leases[i], &sender[i], hardware[i]);
        }
        return server[0].s_addr == server[1].s_addr && sender[0].s_addr == sender[1].s_addr &&
               memcmp(hardware[0], hardware[1], sizeof(hardware[0])) == 0;
}

static void add_offer(Session *session, mdc_lease *offer) {
        for (size_t i = 0; i < session->n_offers; i++)
                if (same_server(session->offers[i], offer))
                        return;
        if (session->n_offers < OFFERS_MAX)
                session->offers[session->n_offers++] = mdc_lease_ref(offer);
}

static void finish_with(Session *session, const char *event, mdc_lease *lease, const char *title) {
        ExitStatus status = holding_take(&session->holding, event, lease);

        print_lease(lease, title, session->options->json);
        session_end(session, status);
}

static void on_refused(Session *session, const mdc_event *event) {
        Verb verb = session->options->verb;

        session->error = -ECONNREFUSED;
        if (verb != VERB_RENEW && verb != VERB_INIT_REBOOT)
                return; /* begins anew */
        (void) holding_drop(
                &session->holding, "refused", event->lease ? event->lease : session->holding.lease);
        session_end(session, report(STATUS_REFUSED, "The server has refused the address (NAK)"));
}

/* The server would go on keeping an address that nobody can give back any more. */
static void on_released(Session *session, const mdc_event *event) {
        if (session->send_error < 0)
                session_end(session, report(STATUS_FAILURE,
                                             "The lease is kept, since RELEASE cannot be sent: %s",
                                             send_error_text(session->send_error)));
        else
                session_end(session, holding_drop(&session->holding, "released", event->lease));
}

/* Which event is the goal of a verb; what begins anew by itself is waited for. */
static void on_event(mdc_io *io, const mdc_event *event, void *userdata) {
        Session *session = userdata;
        Verb verb = session->options->verb;

        (void) io;
        log_event(event, session->options, &session->unusable);
        switch (event->type) {
        case MDC_EVENT_OFFER:
                if (verb == VERB_DISCOVER)
                        add_offer(session, event->lease);
                return;
        case MDC_EVENT_ACQUIRED:
                if (verb == VERB_ACQUIRE || verb == VERB_INIT_REBOOT)
                        finish_with(
                                session, "acquired", event->lease, "DHCP Configuration obtained");
                return;
        case MDC_EVENT_RENEWED:
                if (verb == VERB_RENEW)
                        finish_with(session, "renewed", event->lease, "DHCP Configuration renewed");
                return;
        case MDC_EVENT_INFORMED:
                (void) holding_tell(&session->holding, "informed", event->lease);
                print_lease(event->lease, "DHCP Configuration", session->options->json);
                session_end(session, STATUS_OK);
                return;
        case MDC_EVENT_RELEASED:
                on_released(session, event);
                return;
        case MDC_EVENT_CONFLICT:
                session->error = -EADDRINUSE;
                if (verb == VERB_DECLINE)
                        session_end(
                                session, holding_drop(&session->holding, "conflict", event->lease));
                return;
        case MDC_EVENT_REFUSED:
                on_refused(session, event);
                return;
        case MDC_EVENT_EXPIRED:
                if (verb != VERB_RENEW)
                        return;
                (void) holding_drop(&session->holding, "expired", event->lease);
                session_end(session, report(STATUS_TIMEOUT, "No server has renewed the lease"));
                return;
        case MDC_EVENT_LINK_DOWN:
        case MDC_EVENT_LINK_UP:
                session->no_carrier = event->type == MDC_EVENT_LINK_DOWN;
                return;
        case MDC_EVENT_LINK_GONE:
                session_end(
                        session, report(STATUS_FAILURE, "%s is gone", session->options->interface));
                return;
        case MDC_EVENT_SENT:
        case MDC_EVENT_NOT_SENT:
                session->send_error = event->error;
                return;
        case MDC_EVENT_STATE:
        case MDC_EVENT_RECEIVED:
        case MDC_EVENT_GRANTED:
        case MDC_EVENT_FORCE_RENEW:
        case MDC_EVENT_ADDRESS_REMOVED:
        case MDC_EVENT_DROPPED:
                return;
        case MDC_EVENT_IPV6_ONLY:
                session_end(session, report(STATUS_FAILURE, "The network is for IPv6 alone"));
                return;
        }
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *userdata) {
        Session *session = userdata;
        const Options *options = session->options;
        char answer[UNUSABLE_TEXT_MAX];
        ExitStatus status;

        (void) source;
        (void) usec;
        if (session->n_offers > 0) {
                print_offers(session->offers, session->n_offers, options->json);
                status = STATUS_OK;
        } else if (session->error == -ECONNREFUSED) {
                status = report(STATUS_REFUSED, "Servers refuse what they are asked for (NAK)");
        } else if (session->error == -EADDRINUSE) {
                status = report(STATUS_CONFLICT, "The address is in use by another host");
        } else if (session->no_carrier) {
                status = report(STATUS_TIMEOUT, "%s has no carrier; is the cable plugged in?",
                        options->interface);
        } else if (unusable_describe(&session->unusable, answer)) {
                status = report(
                        STATUS_TIMEOUT, "No usable answer on %s: %s", options->interface, answer);
        } else if (session->send_error < 0) {
                status = report(STATUS_FAILURE, "Cannot ask on %s: %s", options->interface,
                        send_error_text(session->send_error));
        } else {
                status = report(
                        STATUS_TIMEOUT, "No DHCP server has answered on %s", options->interface);
        }
        session_end(session, status);
        return 0;
}

/* ---- beginnings -------------------------------------------------------------------------------
 */

/* What mdc_io_call() is given: the lease or address that the verb is about. */
typedef struct Subject {
        mdc_lease *lease;
        struct in_addr address;
} Subject;

static int do_renew(mdc_client *client, uint64_t now, void *userdata) {
        const Subject *subject = userdata;
        int r = mdc_client_adopt(client, now, subject->lease);

        return r < 0 ? r : mdc_client_renew(client, now);
}

static int do_release(mdc_client *client, uint64_t now, void *userdata) {
        const Subject *subject = userdata;
        int r = mdc_client_adopt(client, now, subject->lease);

        return r < 0 ? r : mdc_client_release(client, now, NULL);
}

static int do_decline(mdc_client *client, uint64_t now, void *userdata) {
        const Subject *subject = userdata;
        int r = mdc_client_adopt(client, now, subject->lease);

        return r < 0 ? r : mdc_client_decline(client, now, "declined by the administrator");
}

static int do_inform(mdc_client *client, uint64_t now, void *userdata) {
        const Subject *subject = userdata;

        return mdc_client_inform(client, now, subject->address);
}

/* The first address that the interface has. */
static int find_own_address(int ifindex, struct in_addr *ret) {
        _cleanup_(link_monitor_freep) LinkMonitor *monitor = NULL;
        const Link *links;
        size_t n;
        int r;

        r = link_monitor_new(&monitor);
        if (r < 0)
                return r;
        links = link_monitor_get_links(monitor, &n);
        for (size_t i = 0; i < n; i++)
                if (links[i].ifindex == (uint32_t) ifindex && links[i].n_addresses > 0) {
                        ret->s_addr = htonl(links[i].addresses[0].address);
                        return 0;
                }
        return -ENODATA;
}

/* A lease that is over is nobody's: what is left of it goes. */
static ExitStatus end_expired(Session *session) {
        const Options *options = session->options;

        if (options->verb == VERB_RELEASE)
                (void) holding_drop(&session->holding, "expired", session->holding.lease);
        return report(STATUS_TIMEOUT, "The lease of %s has expired", options->state_file);
}

/* A lease of which only --request-ip= and --server= tell, where the state file has none. */
static int make_lease(Session *session) {
        const Options *options = session->options;

        if (session->holding.lease || options->requested.s_addr == 0 || options->server.s_addr == 0)
                return 0;
        return mdc_lease_new_bare(&session->holding.lease, options->requested, options->server);
}

static ExitStatus begin_with_lease(Session *session, mdc_io_operation operation) {
        Subject subject = {0};
        const Options *options = session->options;
        int r;

        r = make_lease(session);
        if (r < 0)
                return report_errno(r, "Cannot use --request-ip= and --server=");
        subject.lease = session->holding.lease;
        if (!subject.lease)
                return report(STATUS_FAILURE,
                        "There is no lease in %s; get one by minidhcp-client acquire",
                        options->state_file ? options->state_file : "a state file");
        if (holding_has_ended(&session->holding))
                return end_expired(session);
        r = mdc_io_call(session->io, operation, &subject);
        if (r == -ETIMEDOUT)
                return end_expired(session);
        if (r == -ENETDOWN)
                return report(STATUS_TIMEOUT, "%s has no carrier; is the cable plugged in?",
                        options->interface);
        return r < 0 ? report_errno(r, "Cannot use the lease") : STATUS_OK;
}

static ExitStatus begin_inform(Session *session) {
        Subject subject = {.address = session->options->requested};
        int r;

        if (subject.address.s_addr == 0) {
                r = find_own_address(session->holding.ifindex, &subject.address);
                if (r < 0 && r != -ENODATA)
                        return report_errno(r, "Cannot read the interface's addresses");
        }
        if (subject.address.s_addr == 0)
                return report(STATUS_USAGE, "For which address? Name it by --request-ip");
        r = mdc_io_call(session->io, do_inform, &subject);
        return r < 0 ? report_errno(r, "Cannot begin") : STATUS_OK;
}

/* RFC 2131 4.4.5: with a lease that has ended a client is in INIT. */
static ExitStatus begin_reboot(Session *session) {
        struct in_addr address = session->options->requested;

        if (address.s_addr != 0)
                return attach_reboot(session->io, address);
        if (!session->holding.lease)
                return report(STATUS_USAGE, "For which address? Name it by --request-ip");
        if (holding_has_ended(&session->holding)) {
                (void) report(STATUS_OK, "The lease of %s has expired; asking for a new one",
                        session->options->state_file);
                return attach_start(session->io);
        }
        (void) mdc_lease_get_address(session->holding.lease, &address);
        return attach_reboot(session->io, address);
}

static ExitStatus begin(Session *session) {
        switch (session->options->verb) {
        case VERB_ACQUIRE:
        case VERB_DISCOVER:
                return attach_start(session->io);
        case VERB_RENEW:
                return begin_with_lease(session, do_renew);
        case VERB_RELEASE:
                return begin_with_lease(session, do_release);
        case VERB_DECLINE:
                return begin_with_lease(session, do_decline);
        case VERB_INFORM:
                return begin_inform(session);
        case VERB_INIT_REBOOT:
                return begin_reboot(session);
        case VERB_RUN:
        case VERB_SHOW:
        case VERB_WAIT_ONLINE:
        case VERB_RESOLVCONF:
        case VERB_INVALID:
                break;
        }
        return STATUS_USAGE;
}

/* How a verb differs from what the options say. */
static void adjust_config(const Options *options) {
        switch (options->verb) {
        case VERB_DISCOVER:
                (void) mdc_config_set_manual_select(options->config, true);
                return;
        case VERB_RENEW:
        case VERB_RELEASE:
        case VERB_DECLINE:
                /* the address was checked when it was acquired */
                (void) mdc_config_set_acd(options->config, MDC_ACD_OFF);
                return;
        case VERB_ACQUIRE:
        case VERB_INFORM:
        case VERB_INIT_REBOOT:
        case VERB_RUN:
        case VERB_SHOW:
        case VERB_WAIT_ONLINE:
        case VERB_RESOLVCONF:
        case VERB_INVALID:
                return;
        }
}

static int add_end(Session *session) {
        const Options *options = session->options;
        usec_t timeout = options->timeout;

        if (timeout == 0)
                timeout = options->verb == VERB_DISCOVER ? DISCOVER_TIMEOUT : ANSWER_TIMEOUT;
        if (timeout == USEC_INFINITY)
                return 0;
        return sd_event_add_time_relative(
                session->event, NULL, CLOCK_BOOTTIME, timeout, 0, on_timeout, session);
}

static ExitStatus open_session(Session *session) {
        const Options *options = session->options;
        ExitStatus status;
        int r;

        adjust_config(options);
        r = holding_init(&session->holding, options, (int) if_nametoindex(options->interface));
        if (r >= 0)
                r = sd_event_new(&session->event);
        if (r < 0)
                return report_errno(r, "Cannot begin");
        status = attach_client(options, &session->holding, session->event, &session->io);
        if (status != STATUS_OK)
                return status;
        mdc_io_set_callback(session->io, on_event, session);
        r = add_end(session);
        return r < 0 ? report_errno(r, "Cannot begin") : STATUS_OK;
}

/* Whether the verb changes what the state file tells. */
static bool changes_lease(Verb verb) {
        return verb != VERB_DISCOVER && verb != VERB_INFORM;
}

ExitStatus session_run(const Options *options) {
        _cleanup_(session_done) Session session = {.options = options, .error = -ETIMEDOUT};
        ExitStatus status;
        pid_t owner;
        int r;

        if (options->state_file && changes_lease(options->verb) &&
                state_file_find_owner(options->state_file, &owner) >= 0)
                return delegate_verb(options, owner);
        status = open_session(&session);
        if (status != STATUS_OK)
                return status;
        status = begin(&session);
        if (status != STATUS_OK)
                return status;
        r = sd_event_loop(session.event);
        return r < 0 ? report_errno(r, "The event loop has failed") : (ExitStatus) r;
}

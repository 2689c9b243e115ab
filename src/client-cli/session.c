/* SPDX-License-Identifier: MIT */
/* The verbs as events that are waited for: each has one that is its goal, and "run" has none. Knows
 * nothing of packets.
 *
 * Invariant: `lease` is what is configured on the link and kept in the state file. */

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <string.h>

#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "client-cli/apply.h"
#include "client-cli/print.h"
#include "client-cli/script.h"
#include "client-cli/session.h"
#include "client-cli/state-file.h"
#include "io/link-monitor.h"

enum {
        OFFERS_MAX = 64,
};

#define ANSWER_TIMEOUT (30 * USEC_PER_SEC)
#define DISCOVER_TIMEOUT (3 * USEC_PER_SEC)
#define SERVICE_START_DELAY USEC_PER_SEC

typedef struct Session {
        const Options *options;
        int ifindex;
        sd_event *event;
        mdc_io *io;
        Applied *applied; /* NULL without --apply */
        mdc_lease *lease;
        int error; /* what a timeout is to be called */
        mdc_lease *offers[OFFERS_MAX];
        size_t n_offers;
} Session;

DEFINE_POINTER_CLEANUP(mdc_lease, mdc_lease_unref);

static void session_done(Session *session) {
        (void) mdc_io_unref(session->io);
        (void) mdc_lease_unref(session->lease);
        (void) applied_free(session->applied);
        for (size_t i = 0; i < session->n_offers; i++)
                (void) mdc_lease_unref(session->offers[i]);
        (void) sd_event_unref(session->event);
}

/* The client is stopped, or it would begin anew before the loop ends. */
static void session_end(Session *session, ExitStatus status) {
        (void) mdc_io_stop(session->io);
        (void) sd_event_exit(session->event, (int) status);
}

/* ---- what a lease does to the system ----------------------------------------------------------
 */

static ExitStatus run_script(const Session *session, const char *event, const mdc_lease *lease) {
        const Options *options = session->options;
        int r;

        if (!options->script)
                return STATUS_OK;
        r = script_run(options->script, event, options->interface, lease);
        if (r < 0)
                return report_errno(r, "Cannot run %s", options->script);
        if (r > 0)
                return report(STATUS_FAILURE, "%s has failed with status %d", options->script, r);
        return STATUS_OK;
}

static ExitStatus take_lease(Session *session, const char *event, mdc_lease *lease) {
        const Options *options = session->options;
        ExitStatus status = STATUS_OK, script_status;
        int r;

        if (options->state_file) {
                r = state_file_save(options->state_file, lease);
                if (r < 0)
                        status = report_errno(r, "Cannot write %s", options->state_file);
        }
        if (session->applied) {
                r = applied_lease(session->applied, lease);
                if (r < 0)
                        status = report_errno(
                                r, "Cannot configure the lease on %s", options->interface);
        }
        (void) mdc_lease_unref(session->lease);
        session->lease = mdc_lease_ref(lease);
        script_status = run_script(session, event, lease);
        return script_status != STATUS_OK ? script_status : status;
}

static ExitStatus drop_lease(Session *session, const char *event, mdc_lease *lease) {
        const Options *options = session->options;
        ExitStatus status;
        int r;

        if (lease && options->state_file)
                state_file_remove(options->state_file);
        if (session->applied) {
                r = applied_remove(session->applied);
                if (r < 0)
                        (void) report_errno(r, "Cannot take the lease from %s", options->interface);
        }
        status = run_script(session, event, lease);
        session->lease = mdc_lease_unref(session->lease);
        return status;
}

/* ---- events -----------------------------------------------------------------------------------
 */

/* Ready at once: a service that waited for its lease would hold everything that is ordered after
 * the network's set-up, on a machine without a cable for ever. What needs a lease waits for
 * network-online.target, see wait-online.c. */
static void notify(Session *session, const mdc_lease *lease) {
        char text[IPV4_STRING_MAX];
        struct in_addr address = {0};

        (void) session;
        if (lease && mdc_lease_get_address(lease, &address) >= 0)
                (void) sd_notifyf(
                        0, "READY=1\nSTATUS=Holding %s", ipv4_format(ntohl(address.s_addr), text));
        else
                (void) sd_notify(0, "READY=1\nSTATUS=Looking for a server");
}

static void add_offer(Session *session, mdc_lease *offer) {
        struct in_addr server = {0}, other = {0};

        (void) mdc_lease_get_server_id(offer, &server);
        for (size_t i = 0; i < session->n_offers; i++) {
                (void) mdc_lease_get_server_id(session->offers[i], &other);
                if (other.s_addr == server.s_addr)
                        return;
        }
        if (session->n_offers < OFFERS_MAX)
                session->offers[session->n_offers++] = mdc_lease_ref(offer);
}

static void on_service_event(Session *session, const mdc_event *event) {
        switch (event->type) {
        case MDC_EVENT_ACQUIRED:
                (void) take_lease(session, "acquired", event->lease);
                notify(session, event->lease);
                return;
        case MDC_EVENT_RENEWED:
                (void) take_lease(session, "renewed", event->lease);
                return;
        case MDC_EVENT_REFUSED:
                (void) drop_lease(session, "refused", event->lease);
                notify(session, NULL);
                return;
        case MDC_EVENT_CONFLICT:
                (void) drop_lease(session, "conflict", event->lease);
                notify(session, NULL);
                return;
        case MDC_EVENT_EXPIRED:
                (void) drop_lease(session, "expired", event->lease);
                notify(session, NULL);
                return;
        case MDC_EVENT_STATE:
        case MDC_EVENT_SENT:
        case MDC_EVENT_RECEIVED:
        case MDC_EVENT_OFFER:
        case MDC_EVENT_GRANTED:
        case MDC_EVENT_RELEASED:
        case MDC_EVENT_INFORMED:
        case MDC_EVENT_IPV6_ONLY:
        case MDC_EVENT_FORCE_RENEW:
        case MDC_EVENT_LINK_DOWN:
        case MDC_EVENT_LINK_UP:
        case MDC_EVENT_LINK_GONE:
        case MDC_EVENT_ADDRESS_REMOVED:
                return;
        }
}

static void finish_with(Session *session, const char *event, mdc_lease *lease, const char *title) {
        ExitStatus status = take_lease(session, event, lease);

        print_lease(lease, title, session->options->json);
        session_end(session, status);
}

static void on_refused(Session *session, const mdc_event *event) {
        Verb verb = session->options->verb;

        session->error = -ECONNREFUSED;
        if (verb != VERB_RENEW && verb != VERB_INIT_REBOOT)
                return; /* begins anew */
        (void) drop_lease(session, "refused", session->lease ? session->lease : event->lease);
        session_end(session, report(STATUS_REFUSED, "The server has refused the address (NAK)"));
}

/* Which event is the goal of a verb; what begins anew by itself is waited for. */
static void on_single_event(Session *session, const mdc_event *event) {
        Verb verb = session->options->verb;

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
                (void) run_script(session, "informed", event->lease);
                print_lease(event->lease, "DHCP Configuration", session->options->json);
                session_end(session, STATUS_OK);
                return;
        case MDC_EVENT_RELEASED:
                session_end(session, drop_lease(session, "released", event->lease));
                return;
        case MDC_EVENT_CONFLICT:
                session->error = -EADDRINUSE;
                if (verb == VERB_DECLINE)
                        session_end(session, drop_lease(session, "conflict", event->lease));
                return;
        case MDC_EVENT_REFUSED:
                on_refused(session, event);
                return;
        case MDC_EVENT_EXPIRED:
                if (verb != VERB_RENEW)
                        return;
                (void) drop_lease(session, "expired", event->lease);
                session_end(session, report(STATUS_TIMEOUT, "No server has renewed the lease"));
                return;
        case MDC_EVENT_STATE:
        case MDC_EVENT_SENT:
        case MDC_EVENT_RECEIVED:
        case MDC_EVENT_GRANTED:
        case MDC_EVENT_FORCE_RENEW:
                return;
        case MDC_EVENT_IPV6_ONLY:
                session_end(session, report(STATUS_FAILURE, "The network is for IPv6 alone"));
                return;
        case MDC_EVENT_LINK_DOWN:
        case MDC_EVENT_LINK_UP:
        case MDC_EVENT_LINK_GONE:
        case MDC_EVENT_ADDRESS_REMOVED:
                return;
        }
}

static void on_event(mdc_io *io, const mdc_event *event, void *userdata) {
        Session *session = userdata;

        (void) io;
        log_event(event, session->options);
        if (session->options->verb == VERB_RUN)
                on_service_event(session, event);
        else
                on_single_event(session, event);
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *userdata) {
        Session *session = userdata;
        const Options *options = session->options;
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
        } else {
                status = report(
                        STATUS_TIMEOUT, "No DHCP server has answered on %s", options->interface);
        }
        session_end(session, status);
        return 0;
}

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata) {
        Session *session = userdata;

        (void) source;
        (void) info;
        (void) sd_notify(0, "STOPPING=1");
        if (session->applied)
                (void) applied_remove(session->applied);
        session_end(session, run_script(session, "stopped", session->lease));
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

static int do_init_reboot(mdc_client *client, uint64_t now, void *userdata) {
        const Subject *subject = userdata;

        return mdc_client_init_reboot(client, now, subject->address);
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

static ExitStatus begin_with_lease(
        Session *session, mdc_io_operation operation, const mdc_lease *lease) {
        Subject subject = {.lease = (mdc_lease *) lease};
        int r;

        if (!lease)
                return report(STATUS_FAILURE,
                        "There is no lease in %s; get one by minidhcp-client acquire",
                        session->options->state_file ? session->options->state_file
                                                     : "a state file");
        session->lease = mdc_lease_ref(subject.lease);
        if (session->applied)
                (void) applied_assume(session->applied, subject.lease);
        r = mdc_io_call(session->io, operation, &subject);
        if (r == -ETIMEDOUT)
                return report(STATUS_TIMEOUT, "The lease has expired");
        return r < 0 ? report_errno(r, "Cannot use the lease") : STATUS_OK;
}

static ExitStatus begin_with_address(
        Session *session, mdc_io_operation operation, const mdc_lease *lease) {
        Subject subject = {.address = session->options->requested};
        int r;

        if (subject.address.s_addr == 0 && operation == do_init_reboot && lease)
                (void) mdc_lease_get_address(lease, &subject.address);
        if (subject.address.s_addr == 0 && operation == do_inform) {
                r = find_own_address(session->ifindex, &subject.address);
                if (r < 0 && r != -ENODATA)
                        return report_errno(r, "Cannot read the interface's addresses");
        }
        if (subject.address.s_addr == 0)
                return report(STATUS_USAGE, "For which address? Name it by --request-ip");
        r = mdc_io_call(session->io, operation, &subject);
        return r < 0 ? report_errno(r, "Cannot begin") : STATUS_OK;
}

static ExitStatus begin_plain(Session *session) {
        int r = mdc_io_start(session->io);

        return r < 0 ? report_errno(r, "Cannot begin") : STATUS_OK;
}

static ExitStatus begin(Session *session) {
        _cleanup_(mdc_lease_unrefp) mdc_lease *lease = NULL;
        const Options *options = session->options;
        int r;

        if (options->state_file) {
                r = state_file_load(options->state_file, &lease);
                if (r < 0 && r != -ENOENT)
                        (void) report_errno(r, "Cannot use %s", options->state_file);
        }
        switch (options->verb) {
        case VERB_ACQUIRE:
        case VERB_DISCOVER:
                return begin_plain(session);
        case VERB_RENEW:
                return begin_with_lease(session, do_renew, lease);
        case VERB_RELEASE:
                return begin_with_lease(session, do_release, lease);
        case VERB_DECLINE:
                return begin_with_lease(session, do_decline, lease);
        case VERB_INFORM:
                return begin_with_address(session, do_inform, lease);
        case VERB_INIT_REBOOT:
                return begin_with_address(session, do_init_reboot, lease);
        case VERB_RUN:
                /* what a process before us could not take away any more */
                if (session->applied && lease)
                        (void) applied_assume(session->applied, lease);
                notify(session, NULL);
                return lease ? begin_with_address(session, do_init_reboot, lease)
                             : begin_plain(session);
        case VERB_SHOW:
        case VERB_WAIT_ONLINE:
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
        case VERB_RUN:
                /* A tenth of what RFC 2131 4.4.1 recommends: switches are faster now, and somebody
                 * waits. Verbs that end do not wait at all. */
                (void) mdc_config_set_start_delay(options->config, SERVICE_START_DELAY);
                return;
        case VERB_ACQUIRE:
        case VERB_INFORM:
        case VERB_INIT_REBOOT:
        case VERB_SHOW:
        case VERB_WAIT_ONLINE:
        case VERB_INVALID:
                return;
        }
}

static int add_ends(Session *session) {
        const Options *options = session->options;
        usec_t timeout = options->timeout;
        sigset_t signals;
        int r;

        if (options->verb == VERB_RUN) {
                (void) sigemptyset(&signals);
                (void) sigaddset(&signals, SIGTERM);
                (void) sigaddset(&signals, SIGINT);
                (void) sigprocmask(SIG_BLOCK, &signals, NULL);
                r = sd_event_add_signal(session->event, NULL, SIGTERM, on_signal, session);
                if (r < 0)
                        return r;
                return sd_event_add_signal(session->event, NULL, SIGINT, on_signal, session);
        }
        if (timeout == 0)
                timeout = options->verb == VERB_DISCOVER ? DISCOVER_TIMEOUT : ANSWER_TIMEOUT;
        if (timeout == USEC_INFINITY)
                return 0;
        return sd_event_add_time_relative(
                session->event, NULL, CLOCK_BOOTTIME, timeout, 0, on_timeout, session);
}

static ExitStatus open_session(Session *session) {
        const Options *options = session->options;
        int r;

        session->ifindex = (int) if_nametoindex(options->interface);
        adjust_config(options);
        if (options->apply) {
                r = applied_new(&session->applied, session->ifindex, options->interface,
                        &options->apply_settings);
                if (r < 0)
                        return report_errno(r, "Cannot begin");
                r = applied_link_up(session->applied);
                if (r < 0)
                        return report_errno(r, "Cannot set %s up", options->interface);
        }
        r = sd_event_new(&session->event);
        if (r < 0)
                return report_errno(r, "Cannot make an event loop");
        r = mdc_io_new(&session->io, session->event, options->config);
        if (r == -ENETDOWN)
                return report(STATUS_FAILURE, "%s is down; set it up by ip link set %s up",
                        options->interface, options->interface);
        if (r < 0)
                return report_errno(r, "Cannot use %s", options->interface);
        mdc_io_set_callback(session->io, on_event, session);
        r = add_ends(session);
        return r < 0 ? report_errno(r, "Cannot make an event loop") : STATUS_OK;
}

ExitStatus session_run(const Options *options) {
        _cleanup_(session_done) Session session = {.options = options, .error = -ETIMEDOUT};
        ExitStatus status;
        int r;

        status = open_session(&session);
        if (status != STATUS_OK)
                return status;
        status = begin(&session);
        if (status != STATUS_OK)
                return status;
        r = sd_event_loop(session.event);
        return r < 0 ? report_errno(r, "The event loop has failed") : (ExitStatus) r;
}

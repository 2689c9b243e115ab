/* SPDX-License-Identifier: MIT */
/* The verb that does not end by itself: what is held follows the client's events, what others take
 * away is put back, an interface that is made again is served again, and signals say what to do.
 *
 * Invariant: either there is a client (`io`), or the interface is waited for (`links`), or both are
 * NULL while the loop ends. */

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <string.h>

#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "client-cli/attach.h"
#include "client-cli/delegate.h"
#include "client-cli/holding.h"
#include "client-cli/log-event.h"
#include "client-cli/pace.h"
#include "client-cli/print.h"
#include "client-cli/service.h"
#include "client-cli/state-file.h"
#include "io/link-monitor.h"

/* Who takes one thing away takes more. */
#define GATHER_TIME (50 * USEC_PER_MSEC)

enum {
        NEWS_PER_WAKEUP = 256,
};

typedef struct Service {
        const Options *options;
        sd_event *event;
        mdc_io *io;
        Holding holding;
        Unusable unusable;
        int send_error; /* of the last message; 0 = it has been sent */
        int lock;       /* -1 = no state file, or none that can be kept */

        LinkMonitor *links;
        sd_event_source *links_source;

        int routes; /* tells what others take away; -1 = closed */
        sd_event_source *refresh;
        bool refresh_for_link; /* it is the link that has taken something away */
        Pace pace;
} Service;

static void stop_waiting(Service *service) {
        service->links_source = sd_event_source_disable_unref(service->links_source);
        service->links = link_monitor_free(service->links);
}

static void service_done(Service *service) {
        stop_waiting(service);
        (void) sd_event_source_disable_unref(service->refresh);
        (void) mdc_io_unref(service->io);
        holding_done(&service->holding);
        (void) sd_event_unref(service->event);
        if (service->routes >= 0)
                (void) close(service->routes);
        if (service->lock >= 0)
                (void) close(service->lock);
}

static void service_end(Service *service, ExitStatus status) {
        if (service->io)
                (void) mdc_io_stop(service->io);
        (void) sd_event_exit(service->event, (int) status);
}

/* Ready at once: a service that waited for its lease would hold everything that is ordered after
 * the network's set-up, on a machine without a cable for ever. What needs a lease waits for
 * network-online.target, see wait-online.c. */
static void notify(const mdc_lease *lease) {
        char text[IPV4_STRING_MAX];
        struct in_addr address = {0};

        if (lease && mdc_lease_get_address(lease, &address) >= 0)
                (void) sd_notifyf(
                        0, "READY=1\nSTATUS=Holding %s", ipv4_format(ntohl(address.s_addr), text));
        else
                (void) sd_notify(0, "READY=1\nSTATUS=Looking for a server");
}

/* ---- what others take away --------------------------------------------------------------------
 */

static void refresh(Service *service) {
        usec_t now = state_clock_now().now.boottime;
        bool by_link = service->refresh_for_link;

        service->refresh_for_link = false;
        if (holding_refresh(&service->holding) && !by_link && pace_spend(&service->pace, now))
                (void) report(STATUS_OK,
                        "Another program takes away again and again what is configured on %s; it "
                        "is put back once in ten seconds now",
                        service->options->interface);
}

static int on_refresh(sd_event_source *source, uint64_t usec, void *userdata) {
        (void) source;
        (void) usec;
        refresh(userdata);
        return 0;
}

/* The kernel takes routes away with the link: that is nobody who insists. */
static void schedule_refresh(Service *service, bool for_link) {
        usec_t now = state_clock_now().now.boottime,
               at = for_link ? now : pace_next(&service->pace, usec_add(now, GATHER_TIME));

        if (!for_link && sd_event_source_get_enabled(service->refresh, NULL) > 0)
                return;
        service->refresh_for_link |= for_link;
        if (sd_event_source_set_time(service->refresh, at) >= 0)
                (void) sd_event_source_set_enabled(service->refresh, SD_EVENT_ONESHOT);
}

static int on_route(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        Service *service = userdata;
        RouteLoss loss;
        int r;

        (void) source;
        (void) revents;
        for (unsigned i = 0; i < NEWS_PER_WAKEUP; i++) {
                r = route_watch_receive(fd, &loss);
                if (r < 0)
                        break;
                if (r > 0 && applied_notice(service->holding.applied, &loss))
                        schedule_refresh(service, false);
        }
        return 0;
}

/* Without it routes come back with the next event of the link. */
static int watch_routes(Service *service) {
        if (!service->options->apply)
                return 0;
        service->routes = route_watch_open(service->options->apply_settings.metric);
        if (service->routes < 0)
                return service->routes;
        return sd_event_add_io(service->event, NULL, service->routes, EPOLLIN, on_route, service);
}

/* ---- the interface ----------------------------------------------------------------------------
 */

static void on_event(mdc_io *io, const mdc_event *event, void *userdata);

/* A lease of the state file is asked for while it lasts (RFC 2131 4.4.5: one that has ended is
 * not), unless another address is wished for. */
static ExitStatus begin(Service *service) {
        const Options *options = service->options;
        const mdc_lease *lease = service->holding.lease;
        struct in_addr address;

        notify(NULL);
        if (!lease || holding_has_ended(&service->holding) ||
                mdc_lease_get_address(lease, &address) < 0 ||
                (options->requested.s_addr != 0 && options->requested.s_addr != address.s_addr))
                return attach_start(service->io);
        return attach_reboot(service->io, address);
}

static ExitStatus attach(Service *service) {
        ExitStatus status;

        status = attach_client(service->options, &service->holding, service->event, &service->io);
        if (status != STATUS_OK)
                return status;
        mdc_io_set_callback(service->io, on_event, service);
        return begin(service);
}

static const Link *find_link(const Service *service) {
        const Link *links;
        size_t n;

        links = link_monitor_get_links(service->links, &n);
        for (size_t i = 0; i < n; i++)
                if (strcmp(links[i].name, service->options->interface) == 0 &&
                        (links[i].up || service->options->apply))
                        return &links[i];
        return NULL;
}

/* Is the interface there? It may be gone again before it is opened: then it is waited for again. */
static void look_for_link(Service *service) {
        const Link *link = find_link(service);
        ExitStatus status;

        if (!link)
                return;
        holding_follow(&service->holding, (int) link->ifindex);
        status = attach(service);
        if (status == STATUS_OK)
                stop_waiting(service);
        else if (if_nametoindex(service->options->interface) != 0)
                service_end(service, status);
}

static int on_links(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        Service *service = userdata;

        (void) source;
        (void) fd;
        (void) revents;
        if (link_monitor_process(service->links) >= 0)
                look_for_link(service);
        return 0;
}

/* What was configured has gone with the interface. Another one of its name is another interface. */
static void wait_for_link(Service *service) {
        int r;

        (void) sd_notify(0, "STATUS=Waiting for the interface");
        service->io = mdc_io_unref(service->io);
        holding_follow(&service->holding, 0);
        r = link_monitor_new(&service->links);
        if (r >= 0)
                r = sd_event_add_io(service->event, &service->links_source,
                        link_monitor_fd(service->links), EPOLLIN, on_links, service);
        if (r < 0)
                service_end(service,
                        report_errno(r, "Cannot wait for %s", service->options->interface));
        else
                look_for_link(service);
}

/* ---- events -----------------------------------------------------------------------------------
 */

static int do_adopt(mdc_client *client, uint64_t now, void *userdata) {
        return mdc_client_adopt(client, now, userdata);
}

/* A RELEASE that could not be sent has given nothing back: the client goes on with the lease. */
static bool was_released_in_vain(Service *service, const mdc_event *event) {
        if (event->type == MDC_EVENT_SENT || event->type == MDC_EVENT_NOT_SENT)
                service->send_error = event->error;
        if (event->type != MDC_EVENT_RELEASED || service->send_error == 0)
                return false;
        if (mdc_io_call(service->io, do_adopt, event->lease) < 0)
                return false;
        (void) report(STATUS_OK, "The lease is kept, since RELEASE cannot be sent");
        return true;
}

static void on_event(mdc_io *io, const mdc_event *event, void *userdata) {
        Service *service = userdata;

        (void) io;
        log_event(event, service->options, &service->unusable);
        if (was_released_in_vain(service, event))
                return;
        if (holding_take_event(&service->holding, event))
                notify(service->holding.lease);
        switch (event->type) {
        case MDC_EVENT_RELEASED:
                (void) sd_notify(0, "STATUS=The lease was given back");
                return;
        case MDC_EVENT_LINK_DOWN:
                (void) sd_notify(0, "STATUS=Waiting for a carrier");
                return;
        case MDC_EVENT_LINK_UP:
                notify(event->lease);
                schedule_refresh(service, true);
                return;
        case MDC_EVENT_ADDRESS_REMOVED:
                schedule_refresh(service, false);
                return;
        case MDC_EVENT_LINK_GONE:
                wait_for_link(service);
                return;
        case MDC_EVENT_ACQUIRED:
        case MDC_EVENT_RENEWED:
        case MDC_EVENT_REFUSED:
        case MDC_EVENT_CONFLICT:
        case MDC_EVENT_EXPIRED:
        case MDC_EVENT_STATE:
        case MDC_EVENT_SENT:
        case MDC_EVENT_RECEIVED:
        case MDC_EVENT_OFFER:
        case MDC_EVENT_GRANTED:
        case MDC_EVENT_INFORMED:
        case MDC_EVENT_IPV6_ONLY:
        case MDC_EVENT_FORCE_RENEW:
        case MDC_EVENT_DROPPED:
        case MDC_EVENT_NOT_SENT:
                return;
        }
}

/* ---- signals ----------------------------------------------------------------------------------
 */

static int on_end(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata) {
        Service *service = userdata;

        (void) source;
        (void) info;
        (void) sd_notify(0, "STOPPING=1");
        service_end(service, holding_leave(&service->holding, "stopped"));
        return 0;
}

/* Without a lease it is looked for from the beginning, without back-off. */
static void start_again(Service *service) {
        (void) mdc_io_stop(service->io);
        (void) begin(service);
}

/* As udhcpc has it: more time for the lease, or a new one after it was given back. */
static int on_renew(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata) {
        Service *service = userdata;
        int r = service->io ? mdc_io_renew(service->io) : -ENODEV;

        (void) source;
        (void) info;
        if (r == -EBUSY)
                r = mdc_io_confirm(service->io);
        if (r == -ENODATA)
                start_again(service);
        else if (r == -ENETDOWN || r == -ENODEV)
                (void) report(STATUS_OK, "%s %s; the lease is asked for when that is over",
                        service->options->interface, r == -ENODEV ? "is gone" : "has no carrier");
        return 0;
}

/* As udhcpc has it: the lease is given back, and nothing happens until SIGUSR1. */
static int on_release(
        sd_event_source *source, const struct signalfd_siginfo *info, void *userdata) {
        Service *service = userdata;
        int r;

        (void) source;
        (void) info;
        if (!service->io)
                return 0;
        r = mdc_io_release(service->io);
        if (r == -ENETDOWN)
                (void) report(STATUS_OK, "%s has no carrier; the lease is kept",
                        service->options->interface);
        else if (r < 0) {
                (void) mdc_io_stop(service->io);
                (void) holding_drop(&service->holding, "released", NULL);
        }
        return 0;
}

/* Everything outside is looked at again: what is configured, and what the servers think of it. */
static int on_reload(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata) {
        Service *service = userdata;

        (void) source;
        (void) info;
        (void) holding_refresh(&service->holding);
        if (service->io && mdc_io_confirm(service->io) == -ENODATA)
                start_again(service);
        return 0;
}

static int watch_signals(Service *service) {
        static const struct {
                int signal;
                sd_event_signal_handler_t handler;
        } signals[] = {
                {SIGTERM, on_end},
                {SIGINT, on_end},
                {SIGUSR1, on_renew},
                {SIGUSR2, on_release},
                {SIGHUP, on_reload},
        };
        sigset_t set;
        int r = 0;

        (void) sigemptyset(&set);
        for (size_t i = 0; i < ELEMENTSOF(signals); i++)
                (void) sigaddset(&set, signals[i].signal);
        (void) sigprocmask(SIG_BLOCK, &set, NULL);
        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(signals); i++)
                r = sd_event_add_signal(
                        service->event, NULL, signals[i].signal, signals[i].handler, service);
        return r;
}

/* ---- the beginning ----------------------------------------------------------------------------
 */

static ExitStatus own_state_file(Service *service) {
        const char *path = service->options->state_file;
        pid_t owner;
        int r;

        if (!path)
                return STATUS_OK;
        r = state_file_own(path, &service->lock, &owner);
        if (r == -EBUSY)
                return delegate_verb(service->options, owner);
        if (r < 0)
                (void) report_errno(r, "Cannot keep %s to this process", path);
        return STATUS_OK;
}

static int open_service(Service *service) {
        int r;

        r = holding_init(&service->holding, service->options,
                (int) if_nametoindex(service->options->interface));
        if (r < 0)
                return r;
        r = sd_event_new(&service->event);
        if (r < 0)
                return r;
        r = holding_run_on(&service->holding, service->event);
        if (r < 0)
                return r;
        r = watch_signals(service);
        if (r < 0)
                return r;
        r = sd_event_add_time(service->event, &service->refresh, CLOCK_BOOTTIME, 0, USEC_PER_MSEC,
                on_refresh, service);
        if (r < 0)
                return r;
        r = sd_event_source_set_enabled(service->refresh, SD_EVENT_OFF);
        return r < 0 ? r : watch_routes(service);
}

ExitStatus service_run(const Options *options) {
        _cleanup_(service_done) Service service = {.options = options, .lock = -1, .routes = -1};
        ExitStatus status;
        int r;

        status = own_state_file(&service);
        if (status != STATUS_OK)
                return status;
        r = open_service(&service);
        if (r < 0)
                return report_errno(r, "Cannot begin");
        status = attach(&service);
        if (status != STATUS_OK)
                return status;
        r = sd_event_loop(service.event);
        return r < 0 ? report_errno(r, "The event loop has failed") : (ExitStatus) r;
}

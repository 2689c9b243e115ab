/* SPDX-License-Identifier: MIT */
/* The binding. Whatever happens has the loop make a turn, in which the log is written, and only
 * then what it speaks of is sent. */

#include "dns-update/updater.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

#include "dns-update/link.h"
#include "follow/log-file.h"

struct DnsUpdater {
        DnsEngine *engine;
        DnsLink link;
        LogFile log;
        sd_event_source *turn;  /* at the end of an iteration of the loop in which something was */
        sd_event_source *timer; /* at the engine's deadline */
};

static usec_t read_clock(clockid_t id) {
        struct timespec t = {0};

        (void) clock_gettime(id, &t);
        return (usec_t) t.tv_sec * USEC_PER_SEC + (usec_t) t.tv_nsec / 1000;
}

static ClockPair read_clocks(void) {
        return (ClockPair){read_clock(CLOCK_REALTIME), read_clock(CLOCK_BOOTTIME)};
}

static void schedule(DnsUpdater *self) {
        (void) sd_event_source_set_enabled(self->turn, SD_EVENT_ONESHOT);
}

static void on_message(const uint8_t *data, size_t size, void *userdata) {
        DnsUpdater *self = userdata;
        const ClockPair now = read_clocks();

        (void) dns_engine_answer(self->engine, &now, data, size);
        schedule(self);
}

static void on_broken(bool tcp, int error, void *userdata) {
        DnsUpdater *self = userdata;
        const ClockPair now = read_clocks();

        dns_engine_unreachable(self->engine, &now, tcp, error);
        schedule(self);
}

/* Sends some requests, the log first. Return: whether to go on. */
static bool send_requests(
        DnsUpdater *self, const DnsRequest *requests, size_t n, const ClockPair *now) {
        int r, failures[2] = {0};

        r = log_file_flush(&self->log);
        dns_engine_logged(self->engine, now, r);
        if (r < 0)
                return false;
        for (size_t i = 0; i < n; i++) {
                r = dns_link_send(&self->link, requests[i].data, requests[i].size, requests[i].tcp);
                if (r < 0)
                        failures[requests[i].tcp] = r;
        }
        for (size_t tcp = 0; tcp < ELEMENTSOF(failures); tcp++)
                if (failures[tcp] < 0)
                        dns_engine_unreachable(self->engine, now, tcp, failures[tcp]);
        return n > 0;
}

static int on_turn(_unused_ sd_event_source *source, void *userdata) {
        DnsUpdater *self = userdata;
        DnsRequest requests[DNS_FLIGHTS_MAX];
        usec_t deadline;
        ClockPair now;
        size_t n;

        do {
                now = read_clocks();
                for (n = 0; n < ELEMENTSOF(requests); n++)
                        if (!dns_engine_next(self->engine, &now, &requests[n]))
                                break;
        } while (send_requests(self, requests, n, &now));

        deadline = dns_engine_deadline(self->engine);
        (void) sd_event_source_set_time(self->timer, deadline);
        return sd_event_source_set_enabled(
                self->timer, deadline == USEC_INFINITY ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
}

static int on_timer(_unused_ sd_event_source *source, _unused_ uint64_t time, void *userdata) {
        schedule(userdata);
        return 0;
}

static int64_t restore_log(void *userdata, const uint8_t *data, size_t size) {
        const ClockPair now = read_clocks();

        return dns_engine_restore(userdata, data, size, &now);
}

static Buffer *get_log(void *userdata) {
        return dns_engine_get_log(userdata);
}

static int write_log(void *userdata, Buffer *ret) {
        return dns_engine_write_log(userdata, ret);
}

static const LogOwner log_owner = {restore_log, get_log, write_log};

int dns_updater_new(DnsUpdater **ret, sd_event *event, const DnsConfig *config,
        const char *state_path, DnsEventFunction function, void *userdata) {
        _cleanup_(dns_updater_freep) DnsUpdater *self = calloc(1, sizeof(*self));
        uint8_t seed[16];
        int r;

        if (!self)
                return -ENOMEM;
        self->log.fd = -1;
        dns_link_init(&self->link, event, &config->server, on_message, on_broken, self);
        if (getrandom(seed, sizeof(seed), 0) != sizeof(seed))
                return -EIO;
        r = dns_engine_new(&self->engine, config, seed, function, userdata);
        if (r >= 0)
                r = log_file_open(&self->log, state_path, &log_owner, self->engine);
        if (r >= 0)
                r = sd_event_add_defer(event, &self->turn, on_turn, self);
        if (r >= 0)
                r = sd_event_add_time(event, &self->timer, CLOCK_BOOTTIME, USEC_INFINITY,
                        10 * USEC_PER_MSEC, on_timer, self);
        if (r < 0)
                return r;
        (void) sd_event_source_set_enabled(self->timer, SD_EVENT_OFF);
        *ret = TAKE_PTR(self);
        return 0;
}

DnsUpdater *dns_updater_free(DnsUpdater *self) {
        if (!self)
                return NULL;
        (void) sd_event_source_disable_unref(self->turn);
        (void) sd_event_source_disable_unref(self->timer);
        dns_link_done(&self->link);
        if (self->log.path)
                (void) log_file_flush(&self->log);
        log_file_close(&self->log);
        (void) dns_engine_free(self->engine);
        free(self);
        return NULL;
}

int dns_updater_set(DnsUpdater *self, const DnsBinding *binding) {
        const ClockPair now = read_clocks();
        int r = dns_engine_set(self->engine, binding, &now);

        schedule(self);
        return r;
}

void dns_updater_remove(DnsUpdater *self, const char *name, ipv4_t address) {
        const ClockPair now = read_clocks();

        dns_engine_remove(self->engine, name, address, &now);
        schedule(self);
}

void dns_updater_end_sync(DnsUpdater *self) {
        const ClockPair now = read_clocks();

        dns_engine_end_sync(self->engine, &now);
        schedule(self);
}

DnsStatus dns_updater_status(const DnsUpdater *self) {
        return dns_engine_status(self->engine);
}

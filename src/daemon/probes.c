/* SPDX-License-Identifier: MIT */

/* The sockets for probes on the event loop. What an answer means is for the core to say; a probe
 * that cannot be sent is one that nobody answers. Invariant: the timer is armed while an address is
 * listened for, and while the socket for echoes is open. */

#include <errno.h>
#include <time.h>

#include "daemon/probes.h"
#include "io/echo-socket.h"
#include "io/probe-socket.h"

/* Longer than the core waits for an answer; a host that announces itself late is heard, too. */
#define LISTEN_USEC USEC_PER_SEC

struct Probes {
        ProbeSocket *socket;
        EchoSocket *echo; /* NULL while nothing is asked by it */
        ProbesFunction claimed;
        ProbesEchoFunction answered;
        void *userdata;
        sd_event *event;
        sd_event_source *socket_source;
        sd_event_source *echo_source;
        sd_event_source *expiry_source;
};

static void hear(Probes *probes) {
        ReceivedArp *packets;
        int n = probe_socket_receive(probes->socket, &packets);

        for (int i = 0; i < n; i++)
                probes->claimed(packets[i].ifindex, packets[i].packet.sender,
                        packets[i].packet.sender_hardware, probes->userdata);
}

static int on_arp(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        (void) source;
        (void) fd;
        (void) revents;
        hear(userdata);
        return 0;
}

static void hear_echo(Probes *probes) {
        const ipv4_t *addresses;
        int n = probes->echo ? echo_socket_receive(probes->echo, &addresses) : 0;

        for (int i = 0; i < n; i++)
                probes->answered(addresses[i], probes->userdata);
}

static int on_echo(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        (void) source;
        (void) fd;
        (void) revents;
        hear_echo(userdata);
        return 0;
}

static void close_echo(Probes *probes) {
        probes->echo_source = sd_event_source_disable_unref(probes->echo_source);
        probes->echo = echo_socket_free(probes->echo);
}

static int open_echo(Probes *probes) {
        int r;

        if (probes->echo)
                return 0;
        r = echo_socket_new(&probes->echo);
        if (r < 0)
                return r;
        r = sd_event_add_io(probes->event, &probes->echo_source, echo_socket_fd(probes->echo),
                EPOLLIN, on_echo, probes);
        if (r < 0)
                close_echo(probes);
        return r;
}

static void expire_echo(Probes *probes, usec_t now) {
        if (!probes->echo)
                return;
        hear_echo(probes);
        echo_socket_expire(probes->echo, now);
        if (echo_socket_n_watched(probes->echo) == 0)
                close_echo(probes);
}

static void arm_expiry(Probes *probes) {
        int armed = SD_EVENT_OFF;

        (void) sd_event_source_get_enabled(probes->expiry_source, &armed);
        if (armed != SD_EVENT_OFF)
                return;
        (void) sd_event_source_set_time_relative(probes->expiry_source, LISTEN_USEC);
        (void) sd_event_source_set_enabled(probes->expiry_source, SD_EVENT_ONESHOT);
}

static int on_expiry(sd_event_source *source, uint64_t usec, void *userdata) {
        Probes *probes = userdata;
        uint64_t now;

        (void) usec;
        if (sd_event_now(sd_event_source_get_event(source), CLOCK_BOOTTIME, &now) < 0)
                return 0;
        hear(probes);
        (void) probe_socket_expire(probes->socket, now);
        expire_echo(probes, now);
        if (probe_socket_n_watched(probes->socket) > 0 || probes->echo)
                arm_expiry(probes);
        return 0;
}

void probes_hear(Probes *probes) {
        if (probe_socket_n_watched(probes->socket) > 0)
                hear(probes);
        hear_echo(probes);
}

int probes_new(Probes **ret, sd_event *event, ProbesFunction claimed, ProbesEchoFunction answered,
        void *userdata) {
        _cleanup_(probes_freep) Probes *probes = NULL;
        int r;

        probes = calloc(1, sizeof(*probes));
        if (!probes)
                return -ENOMEM;
        probes->event = event;
        probes->claimed = claimed;
        probes->answered = answered;
        probes->userdata = userdata;

        r = probe_socket_new(&probes->socket);
        if (r < 0)
                return r;
        r = sd_event_add_io(event, &probes->socket_source, probe_socket_fd(probes->socket), EPOLLIN,
                on_arp, probes);
        if (r < 0)
                return r;
        r = sd_event_add_time_relative(
                event, &probes->expiry_source, CLOCK_BOOTTIME, 0, 0, on_expiry, probes);
        if (r < 0)
                return r;
        r = sd_event_source_set_enabled(probes->expiry_source, SD_EVENT_OFF);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(probes);
        return 0;
}

Probes *probes_free(Probes *probes) {
        if (!probes)
                return NULL;
        (void) sd_event_source_disable_unref(probes->socket_source);
        (void) sd_event_source_disable_unref(probes->expiry_source);
        (void) probe_socket_free(probes->socket);
        close_echo(probes);
        free(probes);
        return NULL;
}

void probes_ask(Probes *probes, const Link *link, ipv4_t source, ipv4_t address, usec_t now) {
        if (probe_socket_send(probes->socket, link->ifindex, link->hardware, source, address,
                    usec_add(now, LISTEN_USEC)) >= 0)
                arm_expiry(probes);
}

int probes_ask_by_echo(Probes *probes, ipv4_t address, usec_t now) {
        int r;

        r = open_echo(probes);
        if (r < 0)
                return r;
        arm_expiry(probes);
        return echo_socket_ask(probes->echo, address, usec_add(now, LISTEN_USEC));
}

/* SPDX-License-Identifier: MIT */

/* The probe socket on the event loop. What a claim means is for the core to say; a probe that
 * cannot be sent is one that nobody answers. Invariant: the timer is armed while an address is
 * listened for. */

#include <errno.h>
#include <time.h>

#include "daemon/probes.h"
#include "io/probe-socket.h"

/* Longer than the core waits for an answer; a host that announces itself late is heard, too. */
#define LISTEN_USEC USEC_PER_SEC

struct Probes {
        ProbeSocket *socket;
        ProbesFunction claimed;
        void *userdata;
        sd_event_source *socket_source;
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

static void arm_expiry(Probes *probes) {
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
        if (probe_socket_n_watched(probes->socket) > 0)
                arm_expiry(probes);
        return 0;
}

void probes_hear(Probes *probes) {
        if (probe_socket_n_watched(probes->socket) > 0)
                hear(probes);
}

int probes_new(Probes **ret, sd_event *event, ProbesFunction claimed, void *userdata) {
        _cleanup_(probes_freep) Probes *probes = NULL;
        int r;

        probes = calloc(1, sizeof(*probes));
        if (!probes)
                return -ENOMEM;
        probes->claimed = claimed;
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
        free(probes);
        return NULL;
}

void probes_ask(Probes *probes, const Link *link, ipv4_t source, ipv4_t address, usec_t now) {
        int armed = SD_EVENT_OFF;

        if (probe_socket_send(probes->socket, link->ifindex, link->hardware, source, address,
                    usec_add(now, LISTEN_USEC)) < 0)
                return;
        (void) sd_event_source_get_enabled(probes->expiry_source, &armed);
        if (armed == SD_EVENT_OFF)
                arm_expiry(probes);
}

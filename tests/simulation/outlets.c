/* SPDX-License-Identifier: MIT */

/* What the daemon's executor talks to besides core and lease file, in the place of io, bus and
 * journal. Packets and probes go onto the wires, the rest nowhere. */

#include "bus/bus.h"
#include "daemon/journal.h"
#include "daemon/lease-log.h"
#include "daemon/probes.h"
#include "daemon/report.h"
#include "io/transmitter.h"
#include "world.h"

static World *world_of(void *outlet) {
        return outlet;
}

void transmitter_add(Transmitter *transmitter, const Destination *destination, uint16_t server_port,
        const uint8_t *packet, size_t size) {
        (void) server_port;
        net_from_server(world_of(transmitter), destination, packet, size);
}

void transmitter_flush(Transmitter *transmitter) {
        (void) transmitter;
}

void probes_ask(Probes *probes, const Link *link, ipv4_t source, ipv4_t address, usec_t now) {
        (void) now;
        net_probe(world_of(probes), link->ifindex, source, address);
}

int probes_ask_by_echo(Probes *probes, ipv4_t address, usec_t now) {
        (void) now;
        net_echo(world_of(probes), address);
        return 0;
}

void lease_log_add(LeaseLog *log, const LeaseNews *news, usec_t now) {
        (void) log;
        (void) news;
        (void) now;
}

void journal_cork(Journal *journal, bool corked) {
        (void) journal;
        (void) corked;
}

void report_no_echo(Journal *journal, int error) {
        (void) journal;
        (void) error;
}

void report_notice(Journal *journal, const Server *server, const Action *action) {
        World *world = world_of(journal);

        (void) server;
        if (action->notice.notice == NOTICE_POOL_EXHAUSTED)
                world_see(world, SIGHT_POOL_DRY);
        if (action->notice.notice == NOTICE_CONFLICT)
                world_see(world, SIGHT_QUARANTINE);
}

void bus_lease_event(Bus *bus, ipv4_t address, LeaseEvent event) {
        (void) bus;
        (void) address;
        (void) event;
}

void bus_lease_superseded(Bus *bus, ipv4_t address) {
        (void) bus;
        (void) address;
}

void bus_pool_exhausted(Bus *bus, const Pool *pool) {
        (void) bus;
        (void) pool;
}

void bus_address_conflict(Bus *bus, ipv4_t address, const uint8_t *hardware) {
        (void) bus;
        (void) address;
        (void) hardware;
}

void bus_proxy_arp_found(
        Bus *bus, uint32_t ifindex, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]) {
        (void) bus;
        (void) ifindex;
        (void) hardware;
}

void bus_echo_proxy_found(Bus *bus, Ipv4Prefix subnet) {
        (void) bus;
        (void) subnet;
}

void bus_clock_was_set(Bus *bus) {
        (void) bus;
}

void bus_commit_durable(Bus *bus, uint64_t id) {
        (void) bus;
        (void) id;
}

void bus_commit_failed(Bus *bus, uint64_t id) {
        (void) bus;
        (void) id;
}

/* SPDX-License-Identifier: MIT */
#pragma once

/* The server's machine: the daemon's real executor around the real core and the real lease file,
 * under a loop of virtual time, which can be killed, lose its power, and start again from what is
 * on the disk. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/time.h"
#include "core/server.h"
#include "daemon/executor.h"
#include "net.h"
#include "store/lease-file.h"

struct World;

enum {
        BOX_BUFFER_MAX = 64,
};

/* A message that waits in the socket, which outlives the daemon (systemd holds it). */
typedef struct Waiting {
        usec_t since;
        bool forged;
        PacketMetadata metadata;
        size_t size;
        uint8_t packet[PACKET_MAX];
} Waiting;

typedef struct Box {
        bool up;
        bool powered;
        usec_t booted;        /* when its CLOCK_BOOTTIME was 0 */
        uint64_t wall_offset; /* its wall clock less the world's time; wraps */
        Server *server;
        LeaseFile *file;
        Executor executor;
        usec_t job_done_at;
        usec_t store_at;      /* the lease file's next turn */
        bool has_battery;     /* its wall clock goes on without power */
        bool clock_was_lost;  /* it did not, once */
        bool had_wrong_lines; /* the file, as a crash had left it */
        usec_t slice_gap;     /* what the loop does between two slices takes so long at most */
        usec_t failed_at;     /* when the disk failed first since the start, 0 = never */
        usec_t healthy_since; /* USEC_INFINITY while no promise can be kept */
        Waiting waiting[BOX_BUFFER_MAX];
        size_t n_waiting;
} Box;

/**
 * box_init() - a machine that has just been switched on, with an empty disk; box_start() is to
 * follow.
 */
void box_init(struct World *world);

/**
 * box_done() - switches it off for good.
 */
void box_done(struct World *world);

/**
 * box_start() - starts the daemon.
 */
void box_start(struct World *world);

/**
 * box_crash() - kills the daemon, or cuts the power; it comes back by itself.
 */
void box_crash(struct World *world, bool power);

/**
 * box_configure() - has the daemon take the site's configuration.
 */
void box_configure(struct World *world);

/**
 * box_step_clock() - sets the wall clock.
 */
void box_step_clock(struct World *world, int64_t by);

/**
 * box_flush() - somebody has the lease file written anew.
 */
void box_flush(struct World *world);

/**
 * box_notice_save() - its directory tells of a save of the lease file.
 *
 * @closed: whoever has written it has finished
 */
void box_notice_save(struct World *world, bool closed);

/**
 * box_receive() - a datagram arrives.
 */
void box_receive(
        struct World *world, const PacketMetadata *metadata, const uint8_t *packet, size_t size);

/**
 * box_receive_forged() - one arrives in the name of a client that did not send it.
 */
void box_receive_forged(
        struct World *world, const PacketMetadata *metadata, const uint8_t *packet, size_t size);

/**
 * box_receive_arp() - somebody claims an address that was probed for.
 */
void box_receive_arp(struct World *world, uint32_t ifindex, ipv4_t sender, const uint8_t *hardware);

/**
 * box_receive_echo() - somebody answers an ICMP echo to an address.
 */
void box_receive_echo(struct World *world, ipv4_t address);

/**
 * box_deadline() - when box_run() is due.
 */
usec_t box_deadline(const struct World *world);

/**
 * box_run() - lets it do what is due.
 */
void box_run(struct World *world);

/**
 * box_clock() - its clocks.
 */
ClockPair box_clock(const struct World *world);

/**
 * box_is_listening() - whether a message that arrives now is handled.
 */
bool box_is_listening(const struct World *world);

/**
 * box_has_loaded() - whether it is up and has read its lease file.
 */
bool box_has_loaded(const struct World *world);

/**
 * box_is_stepped() - whether its wall clock was set, and its lease file tells the time of before.
 */
bool box_is_stepped(const struct World *world);

/**
 * box_is_quiet() - whether it is up and nothing is on its way to the disk.
 */
bool box_is_quiet(const struct World *world);

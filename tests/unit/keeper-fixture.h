/* SPDX-License-Identifier: MIT */
#pragma once

/* A lease keeper under a loop, with a server and an executor as the daemon has them, over a disk
 * and behind a wire whose part is played where they meet the C library, in virtual time. */

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "core/grant.h"
#include "daemon/lease-keeper.h"
#include "test.h"

#define FIXTURE_NET ((ipv4_t) 0xc0a80100)
#define FIXTURE_HEADER                                                                             \
        "address,client_id,hardware_address,hostname,state,expires_at,pool,updated_at\n"
#define FIXTURE_ROW_OF_7                                                                           \
        "192.168.1.107,01:02:00:00:00:00:07,02:00:00:00:00:07,,bound,infinite,default,\n"

/* The disk's misfortunes. */
typedef struct FixtureDisk {
        unsigned n_syncs_to_pass; /* before those that fail */
        unsigned n_syncs_to_fail;
        unsigned sync_usec;         /* what a sync takes */
        unsigned n_renames_to_pass; /* though renames fail */
        bool renames_fail;
        bool read_only;
        bool blocked; /* a sync hangs */
        unsigned n_renames;
} FixtureDisk;

extern FixtureDisk disk;

/* What the disk and the wire have seen since the last call, in order: "sync", "sync fails",
 * "rename", "rename fails", and the replies that have left. */
void expect_story(const char *expected);

typedef struct Fixture {
        char directory[64];
        char path[128];
        sd_event *event;
        Server *server;
        Journal *journal;
        LeaseLog *lease_log;
        Transmitter *transmitter;
        Executor executor;
        LeaseKeeper *keeper;
        int udp;
        int saved_stderr;
        FILE *reader; /* of the journal */
        unsigned n_changed;
        unsigned n_rewritten;
        int rewritten; /* what the last rewrite has come to */
} Fixture;

/* A keeper without a file. */
void setup(Fixture *f);

/* A keeper with a healthy file. */
void setup_open(Fixture *f);

void teardown(Fixture *f);

/* What the journal was told, line by line, by a part of each; the last thing that is looked at. */
void expect_journal(Fixture *f, const char *const *lines, size_t n);

#define expect_lines(f, ...)                                                                       \
        do {                                                                                       \
                const char *const lines_[] = {__VA_ARGS__};                                        \
                expect_journal(f, lines_, ELEMENTSOF(lines_));                                     \
        } while (0)

usec_t now_usec(Fixture *f);

/* Runs the loop until a condition holds. */
#define run_until(f, condition)                                                                    \
        do {                                                                                       \
                const usec_t deadline_ = now_usec(f) + 10 * USEC_PER_SEC;                          \
                while (!(condition)) {                                                             \
                        ck_assert_msg(now_usec(f) < deadline_, "never: %s", #condition);           \
                        ck_assert_int_ge(sd_event_run((f)->event, 100000), 0);                     \
                }                                                                                  \
        } while (0)

void run_for(Fixture *f, usec_t span);

/* Sets the wall clock, which the kernel tells who waits for that. */
void step_wall_clock(int64_t sec);

/* Whether nothing waits for the disk, and none is to be written anew. */
bool is_idle(const Fixture *f);

/* Whether a rewrite is under way, or will be. */
bool is_rewriting(const Fixture *f);

/* A lease without end for the client of this number, as over the bus: one turn of the loop, nothing
 * waited for. Its address is FIXTURE_NET + 100 + @number. */
void grant(Fixture *f, uint8_t number);

/* A packet that asks for the same, to be answered with "ACK .NUMBER"; the turn does not end. */
void request(Fixture *f, uint8_t number);

/* A packet that is answered at once, with "NAK .NUMBER"; the turn does not end. */
void refuse(Fixture *f, uint8_t number);

bool is_bound(const Fixture *f, uint8_t number);

/* The lease file's contents for free(). */
char *read_file(const Fixture *f);

void write_file(const Fixture *f, const char *text);

/* How often a client's row stands in the file. */
size_t n_rows_of(const Fixture *f, uint8_t number);

LeaseFileStatistics statistics_of(const Fixture *f);

/* SPDX-License-Identifier: MIT */
#pragma once

/* A server with its lease file, clients that come and go, and people who edit the file meanwhile,
 * in virtual time. Saves are noticed when the office says so. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/grant.h"
#include "core/server.h"
#include "inline-worker.h"
#include "store/lease-file-internal.h"
#include "test.h"

enum {
        OFFICE_LEASE_SEC = 3600,
};

#define OFFICE_NET ((ipv4_t) 0xc0a80100)
#define OFFICE_HEADER "address,client_id,hardware_address,hostname,state,expires_at,pool,updated_at"

/* 2026-11-21T21:55:00.123456Z */
#define OFFICE_WALL (1795298100 * USEC_PER_SEC + 123456)

/* A call that may fail for want of memory, see test-lease-file-memory.c. */
#ifndef OFFICE_TRY
#define OFFICE_TRY(call) (call)
#endif

typedef struct Office {
        char *directory;
        char *path;
        FileOperations operations;
        Server *server;
        LeaseFile *file;
        ClockPair clock;
        uint64_t durable;
        bool read; /* a save was, since the last office_merge() began */
        size_t n_failures;
        size_t n_load_problems;
        char kept_as[128];  /* as said last */
        MergeCounts counts; /* of the last merge */
        char *problems;     /* its problems as text */
} Office;

static inline char *office_name(const Office *office, const char *name) {
        static char path[256];

        (void) snprintf(path, sizeof(path), "%s/%s", office->directory, name);
        return path;
}

/* A file's contents for free(), NULL when there is none. */
static inline char *office_read(const Office *office, const char *name) {
        FILE *f = fopen(office_name(office, name), "re");
        char *text = NULL;
        size_t size = 0;

        if (!f)
                return NULL;
        if (getdelim(&text, &size, '\0', f) < 0 && text)
                text[0] = '\0';
        (void) fclose(f);
        return text;
}

typedef enum SaveKind {
        SAVE_RENAMED,
        SAVE_IN_PLACE,
        SAVE_APPENDED, /* the text alone, behind what is there */
        SAVE_KIND_MAX,
} SaveKind;

static inline void office_save(const Office *office, const char *text, SaveKind kind) {
        static time_t moment = 1000000;
        const struct timespec times[2] = {{.tv_sec = ++moment}, {.tv_sec = moment}};
        const bool renamed = kind == SAVE_RENAMED;
        const char *path = office_name(office, renamed ? "leases.csv.swp" : "leases.csv");
        const int how = kind == SAVE_APPENDED ? O_APPEND : O_TRUNC;
        int fd = open(path, O_WRONLY | O_CREAT | how | O_CLOEXEC, 0640);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t) strlen(text));
        /* a test is faster than the clock that files get their times from */
        ck_assert_int_eq(futimens(fd, times), 0);
        (void) close(fd);
        if (renamed)
                ck_assert_int_eq(rename(path, office->path), 0);
}

/* A save that comes between the worker's look at the file and its write. The worker's, from when it
 * is asked for until it is done or nothing is left for the worker to do. */
static struct {
        const Office *office; /* NULL = not now */
        const char *text;
} office_intruder;

static inline ssize_t office_write(int fd, const void *data, size_t size) {
        const Office *office = office_intruder.office;

        office_intruder.office = NULL;
        if (office)
                office_save(office, office_intruder.text, SAVE_IN_PLACE);
        return file_operations_default.write(fd, data, size);
}

static inline void office_save_at_next_write(const Office *office, const char *text) {
        office_intruder.text = text;
        office_intruder.office = office;
}

static inline bool office_saves_at_next_write(void) {
        return office_intruder.office;
}

static inline LeaseStore *office_store(const Office *office) {
        return lease_file_store(office->file);
}

static inline void office_turn(Office *office);

static inline void office_open(Office *office) {
        static const uint8_t seed[16] = {7};
        LeaseFileOptions options = {
                .path = office->path,
                .files = &office->operations,
                .worker = &inline_worker,
        };
        Settings *settings;

        ck_assert_int_eq(server_new(&office->server, seed), 0);
        ck_assert_int_eq(settings_new_builtin(&settings), 0);
        settings->pools[0]->conflict_detection = CONFLICT_DETECTION_OFF;
        ck_assert_int_eq(server_configure_take(office->server, settings, NULL), 0);

        options.server = office->server;
        ck_assert_int_eq(lease_file_new(&office->file, &options), 0);
        ck_assert_int_eq(lease_store_open(office_store(office), &office->clock), 0);
        office_turn(office);
        ck_assert_int_eq(lease_store_promise(office_store(office)), LEASE_PROMISE_ALL);
}

static inline void office_close(Office *office) {
        office->file = lease_file_free(office->file);
        office->server = server_free(office->server);
        office->durable = 0;
}

static inline void office_init(Office *office) {
        *office = (Office){
                .operations = file_operations_default,
                .clock = {.realtime = OFFICE_WALL, .boottime = 5000 * USEC_PER_SEC},
        };
        office->operations.write = office_write;
        ck_assert_int_ge(asprintf(&office->directory, "%s/merge-XXXXXX",
                                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"),
                0);
        ck_assert_ptr_nonnull(mkdtemp(office->directory));
        ck_assert_int_ge(asprintf(&office->path, "%s/leases.csv", office->directory), 0);
        office_open(office);
}

static inline void office_done(Office *office) {
        _cleanup_free_ char *command = NULL;

        office_close(office);
        ck_assert_int_ge(asprintf(&command, "rm -r %s", office->directory), 0);
        ck_assert_int_eq(system(command), 0);
        free(office->problems);
        free(office->directory);
        free(office->path);
}

/* Rows for the commits, as the executor makes them. */
static inline void office_run(Office *office, Actions *actions) {
        for (size_t i = 0; i < actions->n_actions; i++) {
                const Action *action = &actions->actions[i];
                LeaseRecord row;
                const LeaseChange change = {
                        .record = &row,
                        .pool = "default",
                        .commit = action->commit.id,
                };
                uint64_t version;

                if (action->type != ACTION_COMMIT)
                        continue;
                lease_get_record(action->commit.lease, &row);
                if (action->commit.event == LEASE_EVENT_DELETED ||
                        action->commit.event == LEASE_EVENT_CLEARED) {
                        row.state = LEASE_RELEASED;
                        row.client_id_size = row.hardware_size = row.hostname_size = 0;
                }
                ck_assert_int_eq(OFFICE_TRY(lease_store_append(
                                         office_store(office), &change, &office->clock, &version)),
                        0);
                server_set_lease_version(office->server, action->commit.lease, version);
        }
        (void) lease_store_flush(office_store(office));
}

/* Lets time pass, and end what ends. */
static inline void office_pass(Office *office, usec_t span) {
        static Actions actions;

        office->clock.realtime += span;
        office->clock.boottime += span;
        while (server_next_deadline(office->server) <= office->clock.boottime) {
                actions_reset(&actions);
                ck_assert_int_eq(
                        server_advance(office->server, office->clock.boottime, &actions), 0);
                office_run(office, &actions);
        }
}

static inline void office_keep_problems(Office *office, const LeaseStoreEvent *event) {
        FILE *f;
        size_t size;

        free(office->problems);
        office->problems = NULL;
        f = open_memstream(&office->problems, &size);
        ck_assert_ptr_nonnull(f);
        for (size_t i = 0; i < event->problems->n_items; i++)
                (void) fprintf(f, "%u: %s\n", event->problems->items[i].line,
                        event->problems->items[i].text);
        (void) fclose(f);
        office->counts = *event->counts;
}

static inline void office_handle(Office *office, const LeaseStoreEvent *event) {
        switch (event->type) {
        case LEASE_STORE_LOADED:
                office->n_load_problems = event->problems->n_items;
                break;
        case LEASE_STORE_DURABLE:
                office->durable = event->commit;
                server_commit_done(office->server, event->commit);
                break;
        case LEASE_STORE_FAILED:
                if (event->commit != UINT64_MAX)
                        server_commit_undo(office->server, event->commit);
                office->n_failures++;
                break;
        case LEASE_STORE_COMPACTED:
                office->n_failures += event->error < 0;
                break;
        case LEASE_STORE_MERGED:
                (void) snprintf(office->kept_as, sizeof(office->kept_as), "%s",
                        event->kept_as ? event->kept_as : "");
                office_keep_problems(office, event);
                break;
        case LEASE_STORE_NOTICE:
                if (event->kept_as)
                        (void) snprintf(
                                office->kept_as, sizeof(office->kept_as), "%s", event->kept_as);
                office->read = office->read || event->notice == LEASE_NOTICE_DELETED ||
                               event->notice == LEASE_NOTICE_UNREADABLE;
                break;
        case LEASE_STORE_STATE:
        case LEASE_STORE_REFUSED:
        case LEASE_STORE_EVENT_MAX:
                break;
        }
}

/* What the file has to say, after a turn or without one. */
static inline void office_hear(Office *office) {
        LeaseStoreEvent event;

        while (lease_store_next_event(office_store(office), &event) > 0)
                office_handle(office, &event);
        (void) lease_store_flush(office_store(office));
}

static inline void office_turn(Office *office) {
        static Actions actions;

        actions_reset(&actions);
        lease_store_turn(office_store(office), &office->clock, &actions);
        office->read = office->read || office->file->merge;
        office_run(office, &actions);
        office_hear(office);
}

/* Something between two turns. */
typedef void (*OfficeMeanwhile)(Office *office, void *userdata);

/* Turns as long as there is something to do, without time passing: what waits for a writer to
 * finish, or for a disk, goes on waiting. */
static inline void office_drive(Office *office, OfficeMeanwhile meanwhile, void *userdata) {
        do {
                while (inline_worker_has_done() ||
                        lease_store_deadline(office_store(office)) <= office->clock.boottime) {
                        office_turn(office);
                        if (meanwhile && office->file->state == LIFE_MERGING)
                                meanwhile(office, userdata);
                }
        } while (inline_worker_do());
}

static inline void office_wait(Office *office) {
        office_drive(office, NULL, NULL);
}

/* Somebody's save has the name, and nobody has said that it is finished: commits wait. */
static inline bool office_is_stale(const Office *office) {
        return office->file->state == LIFE_SETTLING;
}

static inline void office_rewrite(Office *office) {
        ck_assert_int_eq(lease_file_compact(office->file, &office->clock), 0);
}

/* Has what is in the file merged, as the daemon does when its directory tells it. Return: whether
 * there was something to merge. */
static inline bool office_merge(
        Office *office, bool closed, OfficeMeanwhile meanwhile, void *userdata) {
        office->read = false;
        office->counts = (MergeCounts){0};
        lease_file_noticed(office->file, &office->clock, closed, true);
        office_drive(office, meanwhile, userdata);
        /* who has not said that he has finished is given time */
        while (!closed && office_is_stale(office)) {
                const usec_t wait =
                        lease_store_deadline(office_store(office)) - office->clock.boottime;

                office->clock.realtime += wait;
                office->clock.boottime += wait;
                office_drive(office, meanwhile, userdata);
        }
        return office->read;
}

/* A client by a small number: its client identifier and hardware address. */
static inline void office_client(
        unsigned client, uint8_t hardware[static 6], uint8_t client_id[static 7]) {
        const uint8_t bytes[6] = {2, 0, 0, 0, (uint8_t) (client >> 8), (uint8_t) client};

        memcpy(hardware, bytes, 6);
        client_id[0] = 1;
        memcpy(client_id + 1, bytes, 6);
}

static inline bool office_has(const Office *office, ipv4_t address, unsigned client) {
        uint8_t hardware[6], client_id[7];
        const Lease *lease = lease_table_find(server_get_table(office->server), address);

        office_client(client, hardware, client_id);
        return lease && lease->state == LEASE_BOUND && lease_belongs_to(lease, client_id, 7);
}

/* Return: as server_add_lease(). */
static inline int office_grant(
        Office *office, ipv4_t address, unsigned client, const char *hostname) {
        static Actions actions;
        uint8_t hardware[6], client_id[7];
        LeaseRecord record = {
                .address = address,
                .client_id = client_id,
                .client_id_size = 7,
                .hardware = hardware,
                .hardware_size = 6,
                .hardware_type = 1,
                .hostname = hostname,
                .hostname_size = (uint8_t) strlen(hostname),
                .expires = office->clock.boottime + OFFICE_LEASE_SEC * USEC_PER_SEC,
        };
        int r;

        office_client(client, hardware, client_id);
        actions_reset(&actions);
        r = server_add_lease(office->server, &record, office->clock.boottime, &actions);
        office_run(office, &actions);
        return r;
}

static inline int office_renew(Office *office, ipv4_t address) {
        static Actions actions;
        int r;

        actions_reset(&actions);
        r = server_extend_lease(office->server, address,
                office->clock.boottime + OFFICE_LEASE_SEC * USEC_PER_SEC, office->clock.boottime,
                &actions);
        office_run(office, &actions);
        return r;
}

static inline int office_release(Office *office, ipv4_t address) {
        static Actions actions;
        int r;

        actions_reset(&actions);
        r = server_release_lease(office->server, address, office->clock.boottime, &actions);
        office_run(office, &actions);
        return r;
}

static inline int office_delete(Office *office, ipv4_t address) {
        static Actions actions;
        int r;

        actions_reset(&actions);
        r = server_delete_lease(office->server, address, office->clock.boottime, &actions);
        office_run(office, &actions);
        return r;
}

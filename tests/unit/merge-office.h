/* SPDX-License-Identifier: MIT */
#pragma once

/* A server with its lease file, clients that come and go, and people who edit the file meanwhile:
 * the daemon's part in a merge, played with virtual time. Waiting is for the worker alone. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/grant.h"
#include "core/server.h"
#include "store/file-operations.h"
#include "store/merge.h"
#include "test.h"

enum {
        OFFICE_LEASE_SEC = 3600,
        OFFICE_TIMEOUT_MSEC = 60000,
};

#define OFFICE_NET ((ipv4_t) 0xc0a80100)
#define OFFICE_HEADER "address,client_id,hardware_address,hostname,state,expires_at,pool,updated_at"

/* 2026-11-21T21:55:00.123456Z */
#define OFFICE_WALL (1795298100 * USEC_PER_SEC + 123456)

typedef struct Office {
        char *directory;
        char *path;
        FileOperations operations;
        Server *server;
        LeaseFile *file;
        ClockPair clock;
        uint64_t durable;
        bool rewriting;

        bool looked;
        bool backed_up;
        size_t n_failures;
        size_t n_stale;
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

static inline void office_load_row(const LeaseRecord *record, Office *office) {
        ck_assert_int_ge(server_load_lease(office->server, record, office->clock.boottime), 0);
}

static int office_on_row(const LeaseRecord *record, const char *pool, void *userdata) {
        (void) pool;
        office_load_row(record, userdata);
        return 0;
}

static inline void office_open(Office *office) {
        static const uint8_t seed[16] = {7};
        Problems problems = {0};
        Settings *settings;

        ck_assert_int_eq(server_new(&office->server, seed), 0);
        ck_assert_int_eq(settings_new_builtin(&settings), 0);
        settings->pools[0]->conflict_detection = CONFLICT_DETECTION_OFF;
        ck_assert_int_eq(server_configure_take(office->server, settings, NULL), 0);

        ck_assert_int_eq(lease_file_open_with(&office->file, office->path, &office->operations), 0);
        lease_file_set_merging(office->file);
        ck_assert_int_eq(
                lease_file_load(office->file, &office->clock, office_on_row, office, &problems), 0);
        ck_assert_int_eq(server_load_done(office->server), 0);
        problems_done(&problems);
        office->rewriting = false;
}

static inline void office_close(Office *office) {
        office->file = lease_file_free(office->file);
        office->server = server_free(office->server);
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
        static const char *const names[] = {"leases.csv", "leases.csv~", "leases.csv.rejected",
                "leases.csv.swp", ".leases.csv.tmp", LOCK_FILE_NAME};

        office_close(office);
        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                (void) unlink(office_name(office, names[i]));
        ck_assert_int_eq(rmdir(office->directory), 0);
        free(office->problems);
        free(office->directory);
        free(office->path);
}

/* Rows for the commits, as the executor makes them. */
static inline void office_run(Office *office, Actions *actions) {
        for (size_t i = 0; i < actions->n_actions; i++) {
                const Action *action = &actions->actions[i];
                LeaseRecord row;
                uint64_t version;

                if (action->type != ACTION_COMMIT)
                        continue;
                lease_get_record(action->commit.lease, &row);
                if (action->commit.event == LEASE_EVENT_DELETED ||
                        action->commit.event == LEASE_EVENT_CLEARED) {
                        row.state = LEASE_RELEASED;
                        row.client_id_size = row.hardware_size = row.hostname_size = 0;
                }
                ck_assert_int_eq(lease_file_append(office->file, &row, "default", &office->clock,
                                         action->commit.id, &version),
                        0);
                server_set_lease_version(office->server, action->commit.lease, version);
        }
        (void) lease_file_flush(office->file);
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

static inline void office_hand_over(Office *office, bool backup) {
        const LeaseTable *table = server_get_table(office->server);

        for (size_t i = 0; i < lease_table_n_slots(table); i++) {
                Lease *lease = lease_table_at(table, i);
                LeaseRecord record;
                uint64_t version;

                if (!lease || lease->state == LEASE_OFFERED)
                        continue;
                lease_get_record(lease, &record);
                ck_assert_int_eq(lease_file_rewrite_row(office->file, &record, "default",
                                         &office->clock, &version),
                        0);
                if (!backup)
                        server_set_lease_version(office->server, lease, version);
        }
        lease_file_rewrite_end(office->file);
        office->rewriting = !backup;
}

static inline void office_rewrite(Office *office) {
        ck_assert_int_eq(lease_file_rewrite_begin(office->file), 0);
        office_hand_over(office, false);
}

static inline void office_handle(Office *office, const LeaseFileEvent *event) {
        switch (event->type) {
        case LEASE_FILE_DURABLE:
                office->durable = event->commit;
                server_commit_done(office->server, event->commit);
                break;
        case LEASE_FILE_RECOVERED:
        case LEASE_FILE_REWRITTEN:
                office->rewriting = false;
                break;
        case LEASE_FILE_STALE:
                office->rewriting = false;
                office->n_stale++;
                break;
        case LEASE_FILE_LOOKED:
                if (lease_file_is_stale(office->file))
                        office->rewriting = false;
                office->looked = true;
                break;
        case LEASE_FILE_BACKED_UP:
                ck_assert_int_eq(event->error, 0);
                office->backed_up = true;
                break;
        case LEASE_FILE_FAILED:
                if (event->commit != UINT64_MAX)
                        server_commit_undo(office->server, event->commit);
                office->n_failures++;
                break;
        case LEASE_FILE_REWRITE_FAILED:
                office->rewriting = false;
                office->n_failures++;
                break;
        case LEASE_FILE_PUT_ASIDE:
                break;
        }
}

/* Until a flag is set; without one until no rewrite is under way and all commits are answered. */
static inline void office_wait(Office *office, const bool *flag) {
        const LeaseTable *table = server_get_table(office->server);

        for (;;) {
                struct pollfd pollfd = {.fd = lease_file_fd(office->file), .events = POLLIN};
                LeaseFileEvent event;

                while (lease_file_process(office->file, &event) > 0)
                        office_handle(office, &event);
                (void) lease_file_flush(office->file);
                if (flag && *flag)
                        return;
                if (!flag && !office->rewriting &&
                        lease_file_wants_rewrite(office->file, lease_table_n_slots(table)))
                        office_rewrite(office);
                if (!flag && !office->rewriting && !lease_file_is_stale(office->file) &&
                        office->durable == server_last_commit(office->server))
                        return;
                /* commits wait for somebody to merge */
                if (!flag && lease_file_is_stale(office->file))
                        return;
                ck_assert_int_gt(poll(&pollfd, 1, OFFICE_TIMEOUT_MSEC), 0);
        }
}

static inline void office_keep_problems(Office *office, const Merge *merge) {
        FILE *f;
        size_t size;

        free(office->problems);
        office->problems = NULL;
        f = open_memstream(&office->problems, &size);
        ck_assert_ptr_nonnull(f);
        for (size_t i = 0; i < merge->problems.n_items; i++)
                (void) fprintf(f, "%u: %s\n", merge->problems.items[i].line,
                        merge->problems.items[i].text);
        (void) fclose(f);
        office->counts = merge->counts;
}

/* Something between two steps of a merge. */
typedef void (*OfficeMeanwhile)(Office *office, void *userdata);

static inline void office_merge_steps(
        Office *office, Merge *merge, OfficeMeanwhile meanwhile, void *userdata) {
        static Actions actions;
        MergeProgress progress;

        do {
                actions_reset(&actions);
                ck_assert_int_eq(
                        merge_step(merge, office->server, &office->clock, &actions, &progress), 0);
                office_run(office, &actions);
                if (progress == MERGE_WANTS_BACKUP) {
                        office->backed_up = false;
                        ck_assert_int_eq(lease_file_backup_begin(office->file), 0);
                        office_hand_over(office, true);
                        office_wait(office, &office->backed_up);
                        merge_set_backed_up(merge);
                }
                if (meanwhile)
                        meanwhile(office, userdata);
        } while (progress != MERGE_DONE);
}

/* Looks at the file and merges what is there, as the daemon does when its directory tells it.
 * Return: whether there was something to merge. */
static inline bool office_merge(
        Office *office, bool closed, OfficeMeanwhile meanwhile, void *userdata) {
        LeaseFileTags tags;
        LeaseSave *save;
        Merge *merge;
        bool write;

        office->looked = false;
        ck_assert_int_eq(lease_file_look(office->file, closed, true), 0);
        office_wait(office, &office->looked);
        save = lease_file_take_save(office->file);
        office->counts = (MergeCounts){0};
        if (!save) {
                office_wait(office, NULL);
                return false;
        }
        if (save->error < 0) {
                ck_assert_int_eq(
                        lease_file_set_merged(office->file, save, save->error != -ENOENT), 0);
                (void) save_free(save);
                office_rewrite(office);
                office_wait(office, NULL);
                return true;
        }

        lease_file_get_tags(office->file, &office->clock, &tags);
        ck_assert_int_eq(merge_new(&merge, save, &tags), 0);
        office_merge_steps(office, merge, meanwhile, userdata);
        office_keep_problems(office, merge);
        ck_assert_int_eq(lease_file_reject(office->file, &merge->rejected), 0);
        ck_assert_int_eq(lease_file_set_merged(office->file, save, !closed), 0);
        write = save->foreign || merge_found_difference(merge);
        (void) merge_free(merge);
        if (write)
                office_rewrite(office);
        office_wait(office, NULL);
        return true;
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

/* SPDX-License-Identifier: MIT */
#pragma once

/* A desk that plays the daemon for the lease file: leases in memory, commits with their undo
 * records, rewrites in slices. Each value of a lease is marked by the commit that made it (in its
 * hostname), so that a file can be compared with what was promised. Time is virtual; waiting is for
 * the worker's descriptor alone. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/lease-file-internal.h"
#include "store/life.h"
#include "test.h"

enum {
        DESK_LEASES = 64,
        DESK_COMMITS = 4096,
        DESK_SLICE = 3,
        DESK_TIMEOUT_MSEC = 60000,
};

#define DESK_HEADER "address,client_id,hardware_address,hostname,state,expires_at,pool,updated_at\n"
#define DESK_ADDRESS(i) ((ipv4_t) (0x0a000001 + (i)))

/* 2026-11-21T21:55:00Z */
#define DESK_WALL (1795298100 * USEC_PER_SEC)

/* What an event of the file is to the desk. */
typedef enum DeskEvent {
        DESK_DURABLE,
        DESK_FAILED,
        DESK_RECOVERED,
        DESK_REWRITTEN,
        DESK_REWRITE_FAILED,
        DESK_PUT_ASIDE,
        DESK_OTHER,
        DESK_EVENT_MAX,
} DeskEvent;

typedef struct DeskLease {
        bool present;
        uint64_t commit; /* that made it so, 0 = from the start */
        usec_t expires;
        uint64_t version;
} DeskLease;

typedef struct Desk {
        char *directory;
        char *path;
        const FileOperations *operations; /* NULL = the system's */
        LeaseFile *file;
        ClockPair clock;
        DeskLease leases[DESK_LEASES];

        uint64_t last_commit; /* ids are never used again */
        uint64_t durable;     /* all up to here */
        struct {
                size_t index;
                DeskLease before; /* the undo record */
                DeskLease after;
                bool failed;
        } commits[DESK_COMMITS];

        bool relayed;       /* every second lease has come by a relay, which has said something */
        bool cannot_unlink; /* the new file's name may be left until the next start */
        bool drives_rewrites;
        bool recovered; /* as the last STATE says */
        bool rewriting;
        size_t rewrite_index;
        bool rewrite_handed_over;
        void (*on_durable)(struct Desk *desk);

        size_t n_events[DESK_EVENT_MAX];
        LeaseStoreEvent last_failure;
} Desk;

/* A directory of one's own, for free(): in memory where there is such a file system and it is asked
 * for, since real syncs take their time. */
static inline char *desk_make_directory(bool in_memory) {
        const bool has_memory = in_memory && access("/dev/shm", W_OK) == 0;
        char *path;

        ck_assert_int_ge(
                asprintf(&path, "%s/lease-file-XXXXXX", has_memory ? "/dev/shm" : "/tmp"), 0);
        ck_assert_ptr_nonnull(mkdtemp(path));
        return path;
}

static inline void desk_init(Desk *desk, bool in_memory) {
        *desk = (Desk){
                .clock = {.realtime = DESK_WALL, .boottime = 5000 * USEC_PER_SEC},
                .drives_rewrites = true,
        };
        desk->directory = desk_make_directory(in_memory);
        ck_assert_int_ge(asprintf(&desk->path, "%s/leases.csv", desk->directory), 0);
}

static inline char *desk_name(const Desk *desk, const char *name) {
        static char path[256];

        (void) snprintf(path, sizeof(path), "%s/%s", desk->directory, name);
        return path;
}

static inline bool desk_exists(const Desk *desk, const char *name) {
        return access(desk_name(desk, name), F_OK) == 0;
}

static inline void desk_write_bytes(
        const Desk *desk, const char *name, const void *data, size_t size) {
        int fd = open(desk_name(desk, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, data, size), (ssize_t) size);
        (void) close(fd);
}

static inline void desk_write(const Desk *desk, const char *name, const char *text) {
        desk_write_bytes(desk, name, text, strlen(text));
}

/* The file's contents as a string for free(). */
static inline char *desk_read(const Desk *desk, const char *name) {
        int fd = open(desk_name(desk, name), O_RDONLY | O_CLOEXEC);
        struct stat st;
        ssize_t n;
        char *text;

        ck_assert_msg(fd >= 0, "%s is not there", name);
        ck_assert_int_eq(fstat(fd, &st), 0);
        text = calloc(1, (size_t) st.st_size + 1);
        ck_assert_ptr_nonnull(text);
        /* the worker may have cut it meanwhile */
        n = read(fd, text, (size_t) st.st_size);
        ck_assert_int_ge(n, 0);
        text[n] = '\0';
        (void) close(fd);
        return text;
}

#define desk_assert_file(desk, name, expected)                                                     \
        do {                                                                                       \
                char *contents_ = desk_read(desk, name);                                           \
                ck_assert_str_eq(contents_, expected);                                             \
                free(contents_);                                                                   \
        } while (0)

static inline void desk_done(Desk *desk) {
        static const char *const names[] = {"leases.csv", "leases.csv~", "leases.csv.rejected",
                ".leases.csv.tmp", "other", LOCK_FILE_NAME};

        desk->file = lease_file_free(desk->file);
        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                (void) unlink(desk_name(desk, names[i]));
        ck_assert_msg(rmdir(desk->directory) == 0, "something was left in %s", desk->directory);
        free(desk->directory);
        free(desk->path);
}

static inline void desk_fill_record(const Desk *desk, size_t i, char name[static 32],
        uint8_t client_id[static 2], LeaseRecord *ret) {
        const DeskLease *lease = &desk->leases[i];

        *ret = (LeaseRecord){.address = DESK_ADDRESS(i), .state = LEASE_RELEASED};
        ret->version = lease->version;
        if (!lease->present)
                return;
        client_id[0] = 0xff;
        client_id[1] = (uint8_t) i;
        ret->state = LEASE_BOUND;
        ret->client_id = client_id;
        ret->client_id_size = 2;
        ret->hostname_size =
                (uint8_t) snprintf(name, 32, "c%llu", (unsigned long long) lease->commit);
        ret->hostname = name;
        ret->expires = lease->expires;
        if (desk->relayed && i % 2 == 1) {
                ret->relay_agent = client_id;
                ret->relay_agent_size = 2;
        }
}

/* Makes a change in memory and appends its row. Return: 0, or the error with the change undone. */
static inline int desk_commit(Desk *desk, size_t i, bool present) {
        const uint64_t commit = ++desk->last_commit;
        const DeskLease before = desk->leases[i];
        uint8_t client_id[2];
        LeaseRecord record;
        char name[32];
        int r;

        ck_assert_uint_lt(commit, DESK_COMMITS);
        desk->leases[i] = (DeskLease){
                .present = present,
                .commit = commit,
                .expires = desk->clock.boottime + USEC_PER_HOUR,
        };
        desk_fill_record(desk, i, name, client_id, &record);
        r = lease_file_append(
                desk->file, &record, "lan", &desk->clock, commit, &desk->leases[i].version);
        desk->commits[commit].index = i;
        desk->commits[commit].before = before;
        desk->commits[commit].after = desk->leases[i];
        desk->commits[commit].failed = r < 0;
        if (r < 0)
                desk->leases[i] = before;
        return r;
}

static inline void desk_undo(Desk *desk, uint64_t from) {
        for (uint64_t commit = desk->last_commit; commit >= from && commit > 0; commit--) {
                if (desk->commits[commit].failed)
                        continue;
                desk->leases[desk->commits[commit].index] = desk->commits[commit].before;
                desk->commits[commit].failed = true;
        }
}

static inline bool desk_is_suspect(const Desk *desk) {
        return lease_store_promise(lease_file_store(desk->file)) == LEASE_PROMISE_NOTHING;
}

static inline void desk_rewrite_begin(Desk *desk) {
        desk->file->clock = desk->clock;
        ck_assert_int_eq(life_begin(desk->file), 0);
        desk->rewriting = true;
        desk->rewrite_handed_over = false;
        desk->rewrite_index = 0;
}

/* One slice; the last one ends the handing over. */
static inline void desk_rewrite_slice(Desk *desk) {
        for (size_t n = 0; n < DESK_SLICE && desk->rewrite_index < DESK_LEASES; n++) {
                const size_t i = desk->rewrite_index++;
                uint8_t client_id[2];
                LeaseRecord record;
                char name[32];

                if (!desk->leases[i].present)
                        continue;
                desk_fill_record(desk, i, name, client_id, &record);
                ck_assert_int_eq(lease_file_rewrite_row(desk->file, &record, "lan", &desk->clock,
                                         &desk->leases[i].version),
                        0);
        }
        ck_assert_int_ge(lease_file_rewrite_flush(desk->file), 0);
        if (desk->rewrite_index < DESK_LEASES)
                return;
        lease_file_rewrite_end(desk->file);
        desk->rewrite_handed_over = true;
}

static inline DeskEvent desk_event_of(Desk *desk, const LeaseStoreEvent *event) {
        switch (event->type) {
        case LEASE_STORE_DURABLE:
                return DESK_DURABLE;
        case LEASE_STORE_FAILED:
                return DESK_FAILED;
        case LEASE_STORE_STATE:
                desk->recovered = event->promise == LEASE_PROMISE_ALL;
                return DESK_OTHER;
        case LEASE_STORE_COMPACTED: {
                const bool recovered = desk->recovered;

                ck_assert(desk->rewriting);
                desk->rewriting = desk->recovered = false;
                if (event->error < 0)
                        return DESK_REWRITE_FAILED;
                return recovered ? DESK_RECOVERED : DESK_REWRITTEN;
        }
        case LEASE_STORE_NOTICE:
                return event->notice == LEASE_NOTICE_PUT_ASIDE ? DESK_PUT_ASIDE : DESK_OTHER;
        case LEASE_STORE_LOADED:
        case LEASE_STORE_REFUSED:
        case LEASE_STORE_MERGED:
        case LEASE_STORE_EVENT_MAX:
                break;
        }
        return DESK_OTHER;
}

static inline DeskEvent desk_handle(Desk *desk, const LeaseStoreEvent *event) {
        const DeskEvent what = desk_event_of(desk, event);

        desk->n_events[what]++;
        switch (what) {
        case DESK_DURABLE:
                ck_assert_uint_gt(event->commit, desk->durable);
                ck_assert_uint_le(event->commit, desk->last_commit);
                desk->durable = event->commit;
                if (desk->on_durable)
                        desk->on_durable(desk);
                break;
        case DESK_FAILED:
                ck_assert_int_lt(event->error, 0);
                ck_assert_ptr_nonnull(event->operation);
                ck_assert_uint_gt(event->commit, desk->durable);
                desk->last_failure = *event;
                if (event->commit != UINT64_MAX)
                        desk_undo(desk, event->commit);
                break;
        case DESK_RECOVERED:
        case DESK_REWRITTEN:
                ck_assert(!desk_is_suspect(desk));
                break;
        case DESK_REWRITE_FAILED:
                ck_assert_ptr_nonnull(event->operation);
                desk->last_failure = *event;
                break;
        case DESK_PUT_ASIDE:
        case DESK_OTHER:
        case DESK_EVENT_MAX:
                break;
        }
        return what;
}

static inline size_t desk_process(Desk *desk) {
        LeaseStoreEvent event;
        size_t n = 0;

        while (lease_file_hear(desk->file, &event) > 0)
                n += desk_handle(desk, &event) != DESK_OTHER;
        if (desk->drives_rewrites && !desk->rewriting &&
                lease_file_wants_rewrite(desk->file, DESK_LEASES))
                desk_rewrite_begin(desk);
        (void) lease_file_flush(desk->file);
        return n;
}

/* Commits without an answer: neither durable nor failed. */
static inline bool desk_has_open_commits(const Desk *desk) {
        for (uint64_t commit = desk->last_commit; commit > desk->durable; commit--)
                if (!desk->commits[commit].failed)
                        return true;
        return false;
}

static inline void desk_wait(const Desk *desk) {
        struct pollfd pollfd = {
                .fd = lease_store_fd(lease_file_store(desk->file)), .events = POLLIN};

        ck_assert_msg(poll(&pollfd, 1, DESK_TIMEOUT_MSEC) == 1, "the worker does not answer");
}

/* One turn of the loop: flush, what has been answered, a slice. */
static inline void desk_turn(Desk *desk) {
        (void) lease_file_flush(desk->file);
        (void) desk_process(desk);
        if (desk->rewriting && !desk->rewrite_handed_over)
                desk_rewrite_slice(desk);
}

/* Turns until everything is answered. */
static inline void desk_settle(Desk *desk) {
        for (;;) {
                desk_turn(desk);
                if (desk->rewriting && !desk->rewrite_handed_over)
                        continue;
                if (!desk->rewriting && !desk_has_open_commits(desk))
                        return;
                desk_wait(desk);
        }
}

/* A file for whoever reads it and hands its leases over himself. Return: as lease_file_open_disk().
 */
static inline int desk_open_file(
        LeaseFile **ret, const char *path, const FileOperations *operations) {
        const LeaseFileOptions options = {.path = path, .files = operations};
        _cleanup_(lease_file_freep) LeaseFile *file = NULL;
        int r;

        ck_assert_int_eq(lease_file_new(&file, &options), 0);
        r = lease_file_open_disk(file);
        life_opened(file, r);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(file);
        return 0;
}

/* Return: as lease_file_load(). */
static inline int desk_load_rows(LeaseFile *file, const ClockPair *clock, LeaseFileRowFunction row,
        void *userdata, Problems *problems) {
        const int r = lease_file_load(file, clock, row, userdata, problems);

        life_loaded(file, r);
        return r;
}

/* A new file need not be loaded. */
static inline void desk_open(Desk *desk) {
        const bool exists = desk_exists(desk, "leases.csv");

        ck_assert_int_eq(desk_open_file(&desk->file, desk->path, desk->operations), 0);
        if (!exists)
                life_loaded(desk->file, 0);
}

/* What loading finds, one line a lease: ADDRESS CLIENT HOSTNAME STATE REMAINING POOL. */
typedef struct DeskListing {
        char text[65536];
        size_t size;
        const ClockPair *clock;
} DeskListing;

static inline void desk_listing_printf(DeskListing *listing, const char *format, ...)
        _printf_(2, 3);

static inline void desk_listing_printf(DeskListing *listing, const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        listing->size += (size_t) vsnprintf(listing->text + listing->size,
                sizeof(listing->text) - listing->size, format, arguments);
        va_end(arguments);
        ck_assert_uint_lt(listing->size, sizeof(listing->text));
}

static inline int desk_list_row(const LeaseRecord *record, const char *pool, void *userdata) {
        DeskListing *listing = userdata;
        char address[IPV4_STRING_MAX], id[BUFSIZ] = "-", span[TIMESPAN_STRING_MAX];
        const int64_t left = (int64_t) (record->expires - listing->clock->boottime);
        size_t n = 0;

        for (size_t i = 0; i < record->client_id_size; i++)
                n += (size_t) snprintf(id + n, sizeof(id) - n, "%02x", record->client_id[i]);
        if (record->expires == USEC_INFINITY)
                (void) snprintf(span, sizeof(span), "infinite");
        else
                (void) snprintf(
                        span, sizeof(span), "%llds", (long long) (left / (int64_t) USEC_PER_SEC));
        desk_listing_printf(listing, "%s %s %.*s %s %s %s\n", ipv4_format(record->address, address),
                id, record->hostname_size > 0 ? (int) record->hostname_size : 1,
                record->hostname_size > 0 ? record->hostname : "-",
                lease_state_to_string(record->state), span, *pool ? pool : "-");
        return 0;
}

/* Loads into a listing, fails on any problem unless @problems is given. */
static inline void desk_load(
        Desk *desk, const ClockPair *clock, DeskListing *listing, Problems *problems) {
        Problems mine = {0};

        listing->size = 0;
        listing->text[0] = '\0';
        listing->clock = clock;
        ck_assert_int_eq(desk_load_rows(desk->file, clock, desk_list_row, listing,
                                 problems ? problems : &mine),
                0);
        ck_assert_msg(mine.n_items == 0, "%s", mine.n_items > 0 ? mine.items[0].text : "");
        problems_done(&mine);
}

static inline int desk_compare_row(const LeaseRecord *record, const char *pool, void *userdata) {
        Desk *desk = userdata;
        const size_t i = record->address - DESK_ADDRESS(0);
        char name[32] = "";
        unsigned long long commit;

        ck_assert_uint_lt(i, DESK_LEASES);
        ck_assert_str_eq(pool, "lan");
        ck_assert_uint_eq(record->client_id_size, 2);
        ck_assert_uint_eq(record->client_id[1], i);
        if (record->relay_agent_size > 0) {
                ck_assert(desk->relayed && i % 2 == 1);
                ck_assert_uint_eq(record->relay_agent_size, 2);
                ck_assert_uint_eq(record->relay_agent[1], i);
        }
        memcpy(name, record->hostname, MIN(record->hostname_size, sizeof(name) - 1));
        ck_assert_int_eq(sscanf(name, "c%llu", &commit), 1);
        ck_assert_msg(desk->leases[i].present, "lease %zu was erased, but is there as %s", i, name);
        ck_assert_msg(commit == desk->leases[i].commit, "lease %zu is %llu, but should be %llu", i,
                commit, (unsigned long long) desk->leases[i].commit);
        desk->leases[i].present = false; /* seen */
        return 0;
}

/* Closes the file and opens it again: it must hold exactly what memory holds. */
static inline void desk_assert_reloads(Desk *desk) {
        DeskLease leases[DESK_LEASES];
        Problems problems = {0};

        desk->file = lease_file_free(desk->file);
        ck_assert(desk->cannot_unlink || !desk_exists(desk, ".leases.csv.tmp"));
        memcpy(leases, desk->leases, sizeof(leases));
        ck_assert_int_eq(desk_open_file(&desk->file, desk->path, NULL), 0);
        ck_assert(!desk_exists(desk, ".leases.csv.tmp"));
        ck_assert_int_eq(
                desk_load_rows(desk->file, &desk->clock, desk_compare_row, desk, &problems), 0);
        ck_assert_msg(
                problems.n_items == 0, "%s", problems.n_items > 0 ? problems.items[0].text : "");
        for (size_t i = 0; i < DESK_LEASES; i++)
                ck_assert_msg(!desk->leases[i].present, "lease %zu (c%llu) is lost", i,
                        (unsigned long long) desk->leases[i].commit);
        memcpy(desk->leases, leases, sizeof(leases));
        problems_done(&problems);
}

/* Whether somebody finds @needle in a file. */
static inline bool desk_contains(const Desk *desk, const char *name, const char *needle) {
        char *text = desk_read(desk, name);
        const bool found = strstr(text, needle) != NULL;

        free(text);
        return found;
}

/* SPDX-License-Identifier: MIT */

/* The follower's state: where it is with leases and with hosts, and when it may ask again.
 *
 * Invariants: one call is under way at a time. The number from which changes are asked for moves
 * when all that comes before it has been told, and is logged when the mirror has no lease any more
 * that is gone. */

#include "follow/follower.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "follow/mirror.h"

/* What comes alone is asked for at once, more of it so often. Where that has been more than a page,
 * waiting longer has leases change twice that are listed once. */
#define LEASES_INTERVAL_USEC (100 * USEC_PER_MSEC)
#define STORM_INTERVAL_USEC (500 * USEC_PER_MSEC)
#define HOSTS_INTERVAL_USEC (500 * USEC_PER_MSEC)
#define RETRY_MIN_USEC USEC_PER_SEC
#define RETRY_MAX_USEC (30 * USEC_PER_SEC)

#define INSTANCE_SIZE 64

/* The server reads two clocks to tell a time, and its file has whole seconds: what it lists may be
 * as it was before although it has been restarted. What it says has changed, has. */
#define CHANGED_TOLERANCE_SEC 1
#define LISTED_TOLERANCE_SEC 2

static const char log_magic[8] = "mdfollow";

/* What an entry of the log says: its size in two bytes and so many bytes follow. */
typedef enum LogEntry {
        LOG_LEASE = 'L',
        LOG_LEASE_GONE = 'l', /* its key */
        LOG_HOST = 'H',
        LOG_HOST_GONE = 'h',
        LOG_NUMBER = '@', /* number, 8 bytes, and instance */
} LogEntry;

typedef enum LeasePhase {
        LEASES_ASK,      /* for changes since what is known, if anything is */
        LEASES_LIST,     /* page by page */
        LEASES_CATCH_UP, /* for changes since the listing began */
        LEASES_FOLLOW,
} LeasePhase;

struct Follower {
        FollowFunction function;
        void *userdata;
        Mirror mirrors[FOLLOW_KIND_MAX];
        bool present;
        bool paused;
        bool is_asking; /* a call is under way */
        FollowCall call;
        char instance[INSTANCE_SIZE]; /* of the server that is there, "" = not known yet */
        unsigned n_failures;          /* in a row */
        usec_t retry_at;

        LeasePhase phase;
        char known[INSTANCE_SIZE]; /* of the server that the number is of */
        uint64_t since;
        char settled[INSTANCE_SIZE]; /* the two when the mirror was right last, for the log */
        uint64_t settled_since;
        uint64_t lease_cursor;
        size_t n_page; /* leases and addresses in the page that is being taken */
        bool is_storm; /* a full page of changes has come since changes were asked for first */
        bool leases_due;
        bool leases_signalled; /* since the newest call for changes was made */
        usec_t leases_not_before;

        bool hosts_listing;
        bool hosts_due;
        uint64_t host_cursor;
        uint64_t hosts_generation;
        usec_t hosts_not_before;

        Buffer log;
};

int follower_new(
        Follower **ret, const uint8_t secret[static 16], FollowFunction function, void *userdata) {
        Follower *follower = calloc(1, sizeof(*follower));

        if (!follower)
                return -ENOMEM;
        follower->function = function;
        follower->userdata = userdata;
        for (FollowKind kind = 0; kind < FOLLOW_KIND_MAX; kind++)
                mirror_init(&follower->mirrors[kind], secret);
        *ret = follower;
        return 0;
}

Follower *follower_free(Follower *follower) {
        if (!follower)
                return NULL;
        for (FollowKind kind = 0; kind < FOLLOW_KIND_MAX; kind++)
                mirror_done(&follower->mirrors[kind]);
        buffer_done(&follower->log);
        free(follower);
        return NULL;
}

/* ---- the log --------------------------------------------------------------------------------- */

static void log_entry(Buffer *log, LogEntry type, const void *data, size_t size) {
        const uint8_t head[3] = {(uint8_t) type, (uint8_t) (size >> 8), (uint8_t) size};

        (void) buffer_append(log, head, sizeof(head));
        (void) buffer_append(log, data, size);
}

static void log_record(Buffer *log, FollowKind kind, FollowRecord record) {
        log_entry(log, kind == FOLLOW_LEASE ? LOG_LEASE : LOG_HOST, record.data, record.size);
}

static void log_gone(Buffer *log, FollowKind kind, FollowRecord record) {
        const uint8_t *key;
        const size_t size = follow_record_get(record, FOLLOW_KEY, &key);

        log_entry(log, kind == FOLLOW_LEASE ? LOG_LEASE_GONE : LOG_HOST_GONE, key, size);
}

/* All changes up to the number have been told, and what is gone by then, too. */
static void remember_number(Follower *follower) {
        follower->settled_since = follower->since;
        memcpy(follower->settled, follower->known, sizeof(follower->settled));
}

static void log_number(const Follower *follower, Buffer *log) {
        uint8_t data[sizeof(follower->settled_since) + INSTANCE_SIZE];
        const size_t size = strlen(follower->settled);

        memcpy(data, &follower->settled_since, sizeof(follower->settled_since));
        memcpy(data + sizeof(follower->settled_since), follower->settled, size);
        log_entry(log, LOG_NUMBER, data, sizeof(follower->settled_since) + size);
}

static int restore_record(Follower *follower, FollowKind kind, FollowRecord record) {
        Mirror *mirror = &follower->mirrors[kind];
        MirrorEntry *old;
        const uint8_t *key;
        size_t size;

        if (record.size > FOLLOW_RECORD_MAX || !follow_record_is_valid(record))
                return -EBADMSG;
        size = follow_record_get(record, FOLLOW_KEY, &key);
        old = mirror_find(mirror, key, size);
        if (!mirror_add(mirror, record))
                return -ENOMEM;
        if (old)
                mirror_remove(mirror, old);
        return 0;
}

static int restore_gone(Mirror *mirror, const uint8_t *key, size_t size) {
        MirrorEntry *entry = mirror_find(mirror, key, size);

        if (entry)
                mirror_remove(mirror, entry);
        return 0;
}

static int restore_number(Follower *follower, const uint8_t *data, size_t size) {
        uint64_t number;

        if (size < sizeof(number) || size - sizeof(number) >= INSTANCE_SIZE)
                return -EBADMSG;
        memcpy(&number, data, sizeof(number));
        size -= sizeof(number);
        memcpy(follower->known, data + sizeof(number), size);
        follower->known[size] = '\0';
        follower->since = number;
        remember_number(follower);
        return 0;
}

static int restore_entry(Follower *follower, LogEntry type, const uint8_t *data, size_t size) {
        switch (type) {
        case LOG_LEASE:
                return restore_record(follower, FOLLOW_LEASE, (FollowRecord){data, size});
        case LOG_HOST:
                return restore_record(follower, FOLLOW_HOST, (FollowRecord){data, size});
        case LOG_LEASE_GONE:
                return restore_gone(&follower->mirrors[FOLLOW_LEASE], data, size);
        case LOG_HOST_GONE:
                return restore_gone(&follower->mirrors[FOLLOW_HOST], data, size);
        case LOG_NUMBER:
                return restore_number(follower, data, size);
        }
        return -EBADMSG;
}

int64_t follower_restore(Follower *follower, const uint8_t *data, size_t size) {
        size_t at = sizeof(log_magic);

        if (size == 0)
                return 0;
        if (size < at || memcmp(data, log_magic, at) != 0)
                return -EBADMSG;
        while (size - at >= 3) {
                const uint8_t *head = data + at;
                const size_t n = (size_t) head[1] << 8 | head[2];
                int r;

                if (size - at - 3 < n)
                        break;
                r = restore_entry(follower, (LogEntry) head[0], head + 3, n);
                if (r < 0)
                        return r;
                at += 3 + n;
        }
        return (int64_t) at;
}

Buffer *follower_get_log(Follower *follower) {
        return &follower->log;
}

int follower_write_log(const Follower *follower, Buffer *ret) {
        (void) buffer_append(ret, log_magic, sizeof(log_magic));
        for (FollowKind kind = 0; kind < FOLLOW_KIND_MAX; kind++) {
                const Mirror *mirror = &follower->mirrors[kind];

                for (size_t i = 0; i < mirror_n_slots(mirror); i++) {
                        const MirrorEntry *entry = mirror_at(mirror, i);

                        if (entry)
                                log_record(ret, kind, mirror_record(entry));
                }
        }
        if (*follower->settled)
                log_number(follower, ret);
        return ret->error;
}

/* ---- changes --------------------------------------------------------------------------------- */

static int tell(const Follower *follower, FollowKind kind, FollowRecord old, FollowRecord new,
        uint32_t differs) {
        const FollowChange change = {
                .kind = kind,
                .type = !old.data   ? FOLLOW_ADDED
                        : !new.data ? FOLLOW_REMOVED
                                    : FOLLOW_CHANGED,
                .old = old,
                .new = new,
                .differs = old.data &&new.data ? differs : 0,
        };

        return follower->function(&change, follower->userdata);
}

static int take_record(Follower *follower, FollowKind kind, FollowRecord record) {
        Mirror *mirror = &follower->mirrors[kind];
        const uint8_t *key;
        const size_t size = follow_record_get(record, FOLLOW_KEY, &key);
        MirrorEntry *entry = mirror_find(mirror, key, size), *added;
        const FollowRecord old = mirror_record(entry);
        const uint32_t differs = follow_record_differ(old, record,
                follower->phase == LEASES_LIST ? LISTED_TOLERANCE_SEC : CHANGED_TOLERANCE_SEC);
        int r;

        if (entry)
                entry->mark = mirror->mark;
        if (entry && differs == 0)
                return 0;

        /* what was told must be remembered */
        added = mirror_add(mirror, record);
        if (!added)
                return -ENOMEM;
        r = tell(follower, kind, old, record, differs);
        if (r < 0) {
                mirror_remove(mirror, added);
                return r;
        }
        if (entry)
                mirror_remove(mirror, entry);
        log_record(&follower->log, kind, record);
        return 0;
}

static int take_gone(Follower *follower, FollowKind kind, MirrorEntry *entry) {
        int r;

        r = tell(follower, kind, mirror_record(entry), (FollowRecord){0}, 0);
        if (r < 0)
                return r;
        log_gone(&follower->log, kind, mirror_record(entry));
        mirror_remove(&follower->mirrors[kind], entry);
        return 0;
}

/* Nothing has been seen so far. */
static void begin_marking(Follower *follower, FollowKind kind) {
        follower->mirrors[kind].mark++;
}

/* What has not been seen since is gone. */
static int sweep(Follower *follower, FollowKind kind) {
        Mirror *mirror = &follower->mirrors[kind];

        for (size_t i = 0; i < mirror_n_slots(mirror); i++) {
                MirrorEntry *entry = mirror_at(mirror, i);
                int r;

                if (!entry || entry->mark == mirror->mark)
                        continue;
                r = take_gone(follower, kind, entry);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* ---- calls ----------------------------------------------------------------------------------- */

void follower_set_present(Follower *follower, bool present, usec_t now) {
        follower->present = present;
        follower->is_asking = false;
        follower->instance[0] = '\0';
        follower->phase = LEASES_ASK;
        follower->leases_due = follower->hosts_due = present;
        follower->leases_signalled = follower->hosts_listing = false;
        follower->leases_not_before = follower->hosts_not_before = follower->retry_at = now;
        follower->n_failures = 0;
}

void follower_pause(Follower *follower, bool paused) {
        follower->paused = paused;
}

void follower_leases_signalled(Follower *follower) {
        follower->leases_due = follower->leases_signalled = true;
}

void follower_hosts_signalled(Follower *follower) {
        follower->hosts_due = true;
}

static usec_t leases_due_at(const Follower *follower) {
        if (follower->phase == LEASES_LIST)
                return 0;
        return follower->leases_due ? follower->leases_not_before : USEC_INFINITY;
}

static usec_t hosts_due_at(const Follower *follower) {
        if (follower->hosts_listing)
                return 0;
        return follower->hosts_due ? follower->hosts_not_before : USEC_INFINITY;
}

usec_t follower_deadline(const Follower *follower) {
        usec_t due = 0;

        if (!follower->present || follower->paused || follower->is_asking)
                return USEC_INFINITY;
        if (*follower->instance)
                due = MIN(leases_due_at(follower), hosts_due_at(follower));
        return due == USEC_INFINITY ? due : MAX(due, follower->retry_at);
}

static void ask(Follower *follower, FollowCall call, uint64_t number, FollowRequest *ret) {
        follower->is_asking = true;
        follower->call = call;
        follower->n_page = 0;
        *ret = (FollowRequest){.call = call, .instance = follower->known, .number = number};
}

static void ask_hosts(Follower *follower, FollowRequest *ret) {
        if (!follower->hosts_listing) {
                follower->hosts_listing = true;
                follower->hosts_due = false;
                follower->host_cursor = 0;
                begin_marking(follower, FOLLOW_HOST);
        }
        ask(follower, FOLLOW_CALL_HOSTS, follower->host_cursor, ret);
}

static void ask_leases(Follower *follower, FollowRequest *ret) {
        if (follower->phase == LEASES_LIST) {
                ask(follower, FOLLOW_CALL_LEASES, follower->lease_cursor, ret);
                return;
        }
        follower->leases_signalled = false;
        ask(follower, FOLLOW_CALL_CHANGES, follower->since, ret);
}

bool follower_next(Follower *follower, usec_t now, FollowRequest *ret) {
        if (follower_deadline(follower) > now)
                return false;

        /* hosts first: they are few, and leases may never come to rest */
        if (!*follower->instance)
                ask(follower, FOLLOW_CALL_INSTANCE, 0, ret);
        else if (hosts_due_at(follower) <= now)
                ask_hosts(follower, ret);
        else
                ask_leases(follower, ret);
        return true;
}

/* What was asked has been answered, as far as it can be. */
static void answered(Follower *follower, FollowCall call) {
        assert(follower->is_asking && follower->call == call);
        (void) call;
        follower->is_asking = false;
        follower->n_failures = 0;
}

void follower_failed(Follower *follower, usec_t now) {
        const unsigned doublings = MIN(follower->n_failures, 5U);

        follower->is_asking = false;
        follower->n_failures++;
        follower->retry_at = usec_add(now, MIN(RETRY_MIN_USEC << doublings, RETRY_MAX_USEC));
        /* a listing of hosts is one moment's */
        if (follower->hosts_listing) {
                follower->hosts_listing = false;
                follower->hosts_due = true;
        }
        if (follower->phase != LEASES_LIST)
                follower->leases_due = true;
}

void follower_take_instance(Follower *follower, const char *instance) {
        answered(follower, FOLLOW_CALL_INSTANCE);
        strncpy(follower->instance, instance, sizeof(follower->instance) - 1);
        /* numbers of another start mean nothing, and 0 is before all of them */
        if (strcmp(follower->known, follower->instance) != 0) {
                memcpy(follower->known, follower->instance, sizeof(follower->known));
                follower->since = 0;
        }
}

int follower_take_lease(Follower *follower, FollowRecord lease) {
        follower->n_page++;
        return take_record(follower, FOLLOW_LEASE, lease);
}

int follower_take_removed(Follower *follower, ipv4_t address) {
        const Mirror *mirror = &follower->mirrors[FOLLOW_LEASE];
        MirrorEntry *entry = mirror_find(mirror, (const uint8_t *) &address, sizeof(address));

        follower->n_page++;
        return entry ? take_gone(follower, FOLLOW_LEASE, entry) : 0;
}

static void begin_leases(Follower *follower, uint64_t since) {
        follower->phase = LEASES_LIST;
        follower->lease_cursor = 0;
        follower->since = since;
        begin_marking(follower, FOLLOW_LEASE);
}

int follower_end_changes(Follower *follower, uint64_t next, bool complete, usec_t now) {
        int r;

        if (!complete) {
                answered(follower, FOLLOW_CALL_CHANGES);
                begin_leases(follower, next);
                return 0;
        }
        if (follower->n_page >= FOLLOW_PAGE) {
                answered(follower, FOLLOW_CALL_CHANGES);
                follower->since = next;
                follower->is_storm = true;
                return 0;
        }

        if (follower->phase == LEASES_CATCH_UP) {
                r = sweep(follower, FOLLOW_LEASE);
                if (r < 0)
                        return r;
        }
        answered(follower, FOLLOW_CALL_CHANGES);
        follower->since = next;
        follower->phase = LEASES_FOLLOW;
        follower->leases_due = follower->leases_signalled;
        follower->leases_not_before =
                usec_add(now, follower->is_storm ? STORM_INTERVAL_USEC : LEASES_INTERVAL_USEC);
        follower->is_storm = false;
        remember_number(follower);
        log_number(follower, &follower->log);
        return 0;
}

void follower_end_leases(Follower *follower, uint64_t next) {
        answered(follower, FOLLOW_CALL_LEASES);
        follower->lease_cursor = next;
        if (next != 0)
                return;
        follower->phase = LEASES_CATCH_UP;
        follower->leases_due = true;
        follower->leases_not_before = 0;
}

int follower_take_host(Follower *follower, FollowRecord host) {
        return take_record(follower, FOLLOW_HOST, host);
}

int follower_end_hosts(Follower *follower, uint64_t next, uint64_t generation, usec_t now) {
        int r;

        /* the settings have changed between two pages: once more, from the beginning */
        if (follower->host_cursor != 0 && generation != follower->hosts_generation)
                follower->hosts_due = true;
        else if (next == 0) {
                r = sweep(follower, FOLLOW_HOST);
                if (r < 0)
                        return r;
        } else {
                answered(follower, FOLLOW_CALL_HOSTS);
                follower->host_cursor = next;
                follower->hosts_generation = generation;
                return 0;
        }
        answered(follower, FOLLOW_CALL_HOSTS);
        follower->hosts_listing = false;
        follower->hosts_not_before = usec_add(now, HOSTS_INTERVAL_USEC);
        return 0;
}

bool follower_is_settled(const Follower *follower) {
        return follower->present && follower->phase == LEASES_FOLLOW && !follower->leases_due &&
               !follower->hosts_due && !follower->hosts_listing && !follower->is_asking;
}

bool follower_is_present(const Follower *follower) {
        return follower->present;
}

size_t follower_count(const Follower *follower, FollowKind kind) {
        return follower->mirrors[kind].by_key.n_nodes;
}

FollowRecord follower_find(
        const Follower *follower, FollowKind kind, const void *key, size_t size) {
        return mirror_record(mirror_find(&follower->mirrors[kind], key, size));
}

int follower_each(const Follower *follower, FollowKind kind,
        int (*function)(FollowRecord record, void *userdata), void *userdata) {
        const Mirror *mirror = &follower->mirrors[kind];

        for (size_t i = 0; i < mirror_n_slots(mirror); i++) {
                const MirrorEntry *entry = mirror_at(mirror, i);
                int r = entry ? function(mirror_record(entry), userdata) : 0;

                if (r < 0)
                        return r;
        }
        return 0;
}

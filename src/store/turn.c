/* SPDX-License-Identifier: MIT */

/* What the lease file does from call to call, a piece at a time: it is opened, read, written anew
 * and merged here. What follows from that, life.c decides. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/lease-file-internal.h"
#include "store/life.h"
#include "store/loader.h"
#include "store/tell.h"

enum {
        SLICE_SLOTS = 1024, /* of the table of leases, a turn */
        /* bytes; tells roughly how many leases a file holds */
        ROW_SIZE_USUAL = 120,
        LOADING_ROWS = 100000, /* between two calls of options.loading() */
};

static LeaseFile *file_of(const LeaseStore *store) {
        return (LeaseFile *) store;
}

/* ---- open and load --------------------------------------------------------------------------- */

int lease_file_open_disk(LeaseFile *file) {
        _cleanup_(buffer_done) Buffer header = BUFFER_INIT;
        int r;

        r = lease_row_format_header(&header, &file->header);
        if (r < 0)
                return r;
        r = disk_open(&file->disk, file->path, file->options.files, &header);
        if (r < 0) {
                disk_done(&file->disk);
                return r;
        }
        file->disk.merges = file->options.server;
        file->statistics.file_size = file->disk.size;
        return 0;
}

/* The columns as they will be written: ours, then the unknown ones, whose names change hands. */
static void take_header(LeaseFile *file, LeaseHeader *loaded) {
        lease_header_done(&file->header);
        memcpy(file->header.unknown, loaded->unknown, sizeof(loaded->unknown));
        file->header.n_unknown = loaded->n_unknown;
        file->header.has_relay_agent = loaded->has_relay_agent;
        loaded->n_unknown = 0;
}

static int keep_rejected(LeaseFile *file, const Loader *loader, Problems *problems) {
        int r;

        if (loader->cut)
                file->disk.keep = true;
        if (loader->n_rejected == 0)
                return 0;
        r = disk_append_rejected(&file->disk, &loader->rejected);
        if (r >= 0)
                return 0;
        return problems_add(problems, true, file->path, 0,
                "the wrong lines cannot be copied to %s.rejected (%s); the file as it is will be "
                "kept as %s~",
                file->path, strerror(-r), file->path);
}

static void adopt_loaded(LeaseFile *file, Loader *loader, const ClockPair *clock) {
        const bool ours = loader_has_our_form(loader);

        file->disk.size = loader->size;
        file->disk.n_rows = loader->n_lines;
        file->statistics.file_size = loader->size;
        file->statistics.n_file_rows = loader->n_lines;
        tags_loaded(file, loader->rows.newest, clock);
        file->untidy = loader->untidy;

        take_header(file, &loader->header);
        file->foreign_form = !ours;
        if (!ours && file->disk.failure.error == 0)
                (void) failure_set(&file->disk.failure, -ESTALE, "append");
}

int lease_file_load(LeaseFile *file, const ClockPair *clock, LeaseFileRowFunction row,
        void *userdata, Problems *problems) {
        _cleanup_(loader_done) Loader loader;
        int r;

        loader_init(&loader, file->path, problems, &file->unknown);
        if (file->disk.fd < 0)
                return 0;

        r = loader_read(&loader, file->disk.fd);
        if (r < 0)
                return r;
        r = keep_rejected(file, &loader, problems);
        if (r < 0)
                return r;
        r = loader_emit(&loader, clock, row, userdata);
        if (r < 0)
                return r;
        adopt_loaded(file, &loader, clock);
        return 0;
}

typedef struct Loading {
        const LeaseFile *file;
        size_t n_rows;
} Loading;

/* Where an address belongs is for the configuration to say, not for the row. */
static int load_row(const LeaseRecord *record, _unused_ const char *pool, void *userdata) {
        Loading *loading = userdata;
        const LeaseFileOptions *options = &loading->file->options;

        if (loading->n_rows++ % LOADING_ROWS == 0 && options->loading)
                options->loading(options->userdata);
        return server_load_lease(options->server, record, loading->file->clock.boottime);
}

static void load(LeaseFile *file) {
        Loading loading = {.file = file};
        LeaseStoreEvent *event;
        int r;

        problems_done(&file->problems);
        r = server_load_begin(file->options.server, file->disk.size / ROW_SIZE_USUAL);
        if (r >= 0)
                r = lease_file_load(file, &file->clock, load_row, &loading, &file->problems);
        if (r >= 0)
                r = server_load_done(file->options.server);
        if (r < 0) {
                disk_done(&file->disk);
                unknown_cells_done(&file->unknown);
                unknown_cells_init(&file->unknown, 0);
        }
        /* one that is tried again has had its turn */
        if (file->told == LEASE_PROMISE_NOTHING)
                problems_done(&file->problems);
        event = tell_event(file, r < 0 ? LEASE_STORE_NOTICE : LEASE_STORE_LOADED);
        event->notice = LEASE_NOTICE_UNREADABLE_AT_START;
        event->problems = &file->problems;
        life_loaded(file, r);
}

static int open_again(LeaseFile *file) {
        int r;

        r = lease_file_open_disk(file);
        life_opened(file, r);
        return r;
}

static int file_open(LeaseStore *store, const ClockPair *clock) {
        LeaseFile *file = file_of(store);
        int r;

        file->clock = *clock;
        r = open_again(file);
        return r == -EWOULDBLOCK || r == -ENOMEM ? r : 0;
}

/* ---- pieces of work -------------------------------------------------------------------------- */

static bool slice_is_due(const LeaseFile *file) {
        return file->end && file->n_chunks <= CHUNKS_MAX;
}

/* Hands over the leases of the next slots. Return: 0, negative errno with some left. */
static int hand_over(LeaseFile *file) {
        const LeaseTable *table = server_get_table(file->options.server);
        const size_t end = MIN(file->slot + file->options.slice_slots, lease_table_n_slots(table));
        int r;

        for (; file->slot < end; file->slot++) {
                Lease *lease = lease_table_at(table, file->slot);
                LeaseRecord record;
                uint64_t version;

                if (!lease || lease->state == LEASE_OFFERED)
                        continue;
                lease_get_record(lease, &record);
                r = lease_file_rewrite_row(file, &record,
                        lease->pool ? lease->pool->settings->name : "", &file->clock, &version);
                if (r < 0)
                        return r;
                if (file->state == LIFE_WRITING)
                        server_set_lease_version(file->options.server, lease, version);
        }
        return 0;
}

static void write_slice(LeaseFile *file) {
        const LeaseTable *table = server_get_table(file->options.server);

        if (hand_over(file) < 0)
                return; /* out of memory: the rest of the slice next turn */
        (void) lease_file_rewrite_flush(file);
        if (file->slot >= lease_table_n_slots(table))
                lease_file_rewrite_end(file);
}

static void step_merge(LeaseFile *file, Actions *actions) {
        MergeProgress progress = MERGE_MORE;
        int r;

        r = merge_step(file->merge, file->options.server, &file->clock, actions, &progress);
        life_merged(file, r, progress);
}

/* When the next rewrite is due. */
static usec_t rewrite_at(const LeaseFile *file) {
        const size_t n_live = lease_table_n_slots(server_get_table(file->options.server));

        if (file->wanted || lease_file_wants_rewrite(file, n_live))
                return file->retry_at;
        return file->stepped && file->times_at > file->clock.boottime
                       ? MAX(file->times_at, file->retry_at)
                       : USEC_INFINITY;
}

static usec_t file_deadline(const LeaseStore *store) {
        const LeaseFile *file = file_of(store);

        if (file->next_event < file->n_events)
                return 0;
        switch (file->state) {
        case LIFE_CLOSED:
                return file->retry_at;
        case LIFE_LOADING:
        case LIFE_MERGING:
                return 0;
        case LIFE_IDLE:
                return rewrite_at(file);
        case LIFE_SETTLING:
                return file->draining ? 0 : file->settle_at;
        case LIFE_LOOKING:
                return USEC_INFINITY;
        case LIFE_BACKING_UP:
        case LIFE_WRITING:
                return slice_is_due(file) ? 0 : USEC_INFINITY;
        }
        return USEC_INFINITY;
}

/* Does what is due. */
static void work(LeaseFile *file, Actions *actions) {
        switch (file->state) {
        case LIFE_CLOSED:
                (void) open_again(file);
                break;
        case LIFE_LOADING:
                load(file);
                break;
        case LIFE_IDLE:
                (void) life_begin(file);
                break;
        case LIFE_SETTLING:
                life_settled(file);
                break;
        case LIFE_MERGING:
                step_merge(file, actions);
                break;
        case LIFE_BACKING_UP:
        case LIFE_WRITING:
                write_slice(file);
                break;
        case LIFE_LOOKING:
                break; /* the worker's turn */
        }
}

/* ---- the store's functions ------------------------------------------------------------------- */

static bool has_event(LeaseFile *file) {
        while (file->next_event == file->n_events) {
                Job *job = worker_pop(file->worker);

                if (!job)
                        return false;
                life_answered(file, job);
        }
        return true;
}

int lease_file_hear(LeaseFile *file, LeaseStoreEvent *ret) {
        if (!has_event(file))
                return 0;
        *ret = file->events[file->next_event++];
        return 1;
}

static int file_next_event(LeaseStore *store, LeaseStoreEvent *ret) {
        return lease_file_hear(file_of(store), ret);
}

/* What has failed is taken back by whoever hears of it, before memory is read or changed again. */
static void file_turn(LeaseStore *store, const ClockPair *clock, Actions *actions) {
        LeaseFile *file = file_of(store);

        file->clock = *clock;
        if (!has_event(file) && file_deadline(store) <= clock->boottime)
                work(file, actions);
}

static LeasePromise file_promise(const LeaseStore *store) {
        const LeaseFile *file = file_of(store);

        return file->state >= LIFE_IDLE && file->health != HEALTH_SUSPECT ? LEASE_PROMISE_ALL
                                                                          : LEASE_PROMISE_NOTHING;
}

static int file_append(LeaseStore *store, const LeaseChange *change, const ClockPair *clock,
        uint64_t *ret_version) {
        return lease_file_append(
                file_of(store), change->record, change->pool, clock, change->commit, ret_version);
}

static size_t file_flush(LeaseStore *store) {
        return lease_file_flush(file_of(store));
}

static size_t file_n_collected(const LeaseStore *store) {
        return file_of(store)->collecting->n_rows;
}

static int file_fd(const LeaseStore *store) {
        const Worker *worker = file_of(store)->worker;

        return worker->operations->fd(worker);
}

/* The names of pools stand in the rows. */
static void file_reconfigured(LeaseStore *store, const ClockPair *clock) {
        (void) lease_file_compact(file_of(store), clock);
}

static void file_drain(LeaseStore *store, _unused_ usec_t timeout) {
        file_of(store)->draining = true;
}

static LeaseStore *file_free(LeaseStore *store) {
        LeaseFile *file = file_of(store);
        Job *job;

        if (file->worker) {
                if (file->health == HEALTH_GOOD && file->collecting->n_rows > 0)
                        worker_push(file->worker, file->collecting);
                file->worker->operations->stop(file->worker);
                while ((job = worker_pop(file->worker)))
                        if (job->type != JOB_APPEND)
                                (void) job_free(job);
                file->worker->operations->free(file->worker);
        }
        disk_done(&file->disk);
        (void) merge_free(file->merge);
        lease_file_rewrite_stop(file);
        for (size_t i = 0; i < ELEMENTSOF(file->batches); i++)
                buffer_done(&file->batches[i].data);
        problems_done(&file->problems);
        unknown_cells_done(&file->unknown);
        lease_header_done(&file->header);
        free(file->path);
        free(file->kept_as);
        free(file);
        return NULL;
}

static const LeaseStoreOperations file_operations = {
        .open = file_open,
        .free = file_free,
        .append = file_append,
        .flush = file_flush,
        .n_collected = file_n_collected,
        .fd = file_fd,
        .turn = file_turn,
        .deadline = file_deadline,
        .reconfigured = file_reconfigured,
        .drain = file_drain,
        .next_event = file_next_event,
        .promise = file_promise,
};

int lease_file_new(LeaseFile **ret, const LeaseFileOptions *options) {
        _cleanup_(lease_file_freep) LeaseFile *file = NULL;
        const WorkerOperations *worker = options->worker ? options->worker : &worker_thread;
        int r;

        file = calloc(1, sizeof(*file));
        if (!file)
                return -ENOMEM;
        file->store.operations = &file_operations;
        file->options = *options;
        if (!file->options.files)
                file->options.files = &file_operations_default;
        if (file->options.slice_slots == 0)
                file->options.slice_slots = SLICE_SLOTS;
        file->disk = DISK_INIT;
        file->collecting = &file->batches[0];
        file->told = LEASE_PROMISE_ALL;
        unknown_cells_init(&file->unknown, 0);
        file->path = strdup(options->path);
        file->kept_as = calloc(1, strlen(options->path) + sizeof("~9"));
        if (!file->path || !file->kept_as)
                return -ENOMEM;
        r = worker->create(&file->worker, disk_run, &file->disk);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(file);
        return 0;
}

LeaseFile *lease_file_free(LeaseFile *file) {
        return file ? file_of(file_free(&file->store)) : NULL;
}

LeaseStore *lease_file_store(LeaseFile *file) {
        return &file->store;
}

void lease_file_noticed(LeaseFile *file, const ClockPair *clock, bool closed, bool written) {
        file->clock = *clock;
        life_noticed(file, closed, written);
}

void lease_file_clock_set(LeaseFile *file, const ClockPair *clock) {
        file->clock = *clock;
        life_clock_set(file);
}

int lease_file_compact(LeaseFile *file, const ClockPair *clock) {
        file->clock = *clock;
        if (file->state < LIFE_IDLE)
                return -EIO;
        file->wanted = true;
        (void) life_begin(file);
        return 0;
}

const char *lease_file_directory(const LeaseFile *file, const char **ret_name) {
        *ret_name = file->disk.name;
        return file->disk.directory;
}

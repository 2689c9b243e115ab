/* SPDX-License-Identifier: MIT */

/* The lease file as the loop's thread sees it: rows into batches and slices, tags, and what state
 * the file is in. Makes no system call after loading. Invariant: tags rise strictly; rows reach the
 * worker in the order in which the leases changed. */

#include <errno.h>
#include <string.h>

#include "store/lease-file-internal.h"
#include "store/loader.h"

enum {
        CHUNKS_MAX = 4, /* with the worker, before it counts as lagging */
        DEAD_ROWS_ALLOWED = 1000,
};

/* Clocks that drift apart further than this were set by somebody. */
#define WALL_STEP (2 * USEC_PER_SEC)

int lease_file_open_with(LeaseFile **ret, const char *path, const FileOperations *operations) {
        _cleanup_(lease_file_freep) LeaseFile *file = NULL;
        _cleanup_(buffer_done) Buffer header = BUFFER_INIT;
        int r;

        file = calloc(1, sizeof(*file));
        if (!file)
                return -ENOMEM;
        file->disk = DISK_INIT;
        file->collecting = &file->batches[0];
        unknown_cells_init(&file->unknown, 0);
        file->path = strdup(path);
        if (!file->path)
                return -ENOMEM;
        r = lease_row_format_header(&header, &file->header);
        if (r < 0)
                return r;

        r = disk_open(&file->disk, path, operations, &header);
        if (r < 0)
                return r;
        r = worker_new(&file->worker, disk_run, &file->disk);
        if (r < 0)
                return r;

        file->statistics.file_size = file->disk.size;
        if (file->disk.failure.error < 0) {
                lease_file_fail(file, file->disk.failure.error, file->disk.failure.operation);
                worker_signal(file->worker);
        }
        *ret = TAKE_PTR(file);
        return 0;
}

int lease_file_open(LeaseFile **ret, const char *path) {
        return lease_file_open_with(ret, path, &file_operations_default);
}

const DirectoryLock *lease_file_get_lock(const LeaseFile *file) {
        return &file->disk.lock;
}

int lease_file_find_holder(const char *path, LockHolder *ret) {
        return disk_find_holder(path, ret);
}

static void free_done_jobs(Worker *worker) {
        Job *job;

        while ((job = worker_pop(worker)))
                if (job->type != JOB_APPEND) {
                        (void) save_free(job->save);
                        (void) job_free(job);
                }
}

LeaseFile *lease_file_free(LeaseFile *file) {
        if (!file)
                return NULL;

        if (file->worker) {
                if (file->state == FILE_HEALTHY && file->collecting->n_rows > 0)
                        worker_push(file->worker, file->collecting);
                worker_stop(file->worker);
                free_done_jobs(file->worker);
                (void) worker_free(file->worker);
        }
        disk_done(&file->disk);
        (void) save_free(file->save);
        (void) job_free(file->slice);
        (void) job_free(file->end);
        for (size_t i = 0; i < ELEMENTSOF(file->batches); i++)
                buffer_done(&file->batches[i].data);
        unknown_cells_done(&file->unknown);
        lease_header_done(&file->header);
        free(file->path);
        free(file);
        return NULL;
}

const char *lease_file_path(const LeaseFile *file) {
        return file->path;
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
        bool ours = loader->has_header && lease_header_is_ours(&loader->header);

        file->disk.size = loader->size;
        file->disk.n_rows = loader->n_lines;
        file->statistics.file_size = loader->size;
        file->statistics.n_file_rows = loader->n_lines;
        file->last_version = file->ordered_version = file->durable_version = loader->rows.newest;
        file->wall_offset = clock->realtime - clock->boottime;
        file->knows_offset = true;
        file->untidy = loader->untidy;

        take_header(file, &loader->header);
        if (!ours && file->state == FILE_HEALTHY) {
                file->state = FILE_HELD;
                (void) failure_set(&file->disk.failure, -ESTALE, "append");
        }
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

/* The wall clock was set. Whoever sets it while we run knows better than the file: tags that lie
 * ahead of it, of a clock that was wrong, are given up, and every row gets a new one with the
 * rewrite that follows. */
static void set_wall_clock(LeaseFile *file, const ClockPair *clock) {
        if (file->knows_offset && file->last_version > clock->realtime) {
                file->ahead_version = file->last_version;
                file->last_version = clock->realtime - 1;
                file->durable_version = MIN(file->durable_version, file->last_version);
        }
        /* those that the worker has been given come before any rewrite that begins now */
        if (file->collecting->n_rows > 0)
                file->stepped_commit = file->collecting->last_commit;
        file->ends_stepped = false;
        file->stepped_version = file->last_version;
        file->wall_offset = clock->realtime - clock->boottime;
        file->knows_offset = true;
}

void lease_file_notice_step(LeaseFile *file, const ClockPair *clock) {
        const usec_t offset = clock->realtime - clock->boottime;
        const usec_t step = offset - file->wall_offset;

        if (!file->knows_offset || (step > WALL_STEP && -step > WALL_STEP))
                set_wall_clock(file, clock);
}

/* The clock that a row is written by. While the wall clock lies before the newest tag, and has
 * since we started (there is no real-time clock), time goes on from that tag, so that tags rise and
 * a row's expires_at and updated_at are always as far apart as its lease lasts. */
static ClockPair row_clock(LeaseFile *file, const ClockPair *clock) {
        lease_file_notice_step(file, clock);
        /* one moment's rows are told apart by microseconds, which is no lie worth mentioning */
        if (file->last_version >= usec_add(clock->realtime, USEC_PER_SEC))
                file->ahead_version = file->last_version + 1;
        return (ClockPair){
                .realtime = MAX(clock->realtime, file->last_version + 1),
                .boottime = clock->boottime,
        };
}

static int format_row(LeaseFile *file, Job *job, const LeaseRecord *record, const char *pool,
        const ClockPair *clock, uint64_t version) {
        char *const *cells = unknown_cells_get(&file->unknown, record->address);
        int r;

        r = lease_row_format(&job->data, record, pool, clock, version, file->header.has_relay_agent,
                cells, file->header.n_unknown);
        if (r < 0)
                return r;
        job->n_rows++;
        return 0;
}

int lease_file_append(LeaseFile *file, const LeaseRecord *record, const char *pool,
        const ClockPair *clock, uint64_t commit, uint64_t *ret_version) {
        Job *batch = file->collecting;
        ClockPair now;
        int r;

        if (file->state == FILE_SUSPECT)
                return -EIO;
        /* until the file is written anew, which is due, the row goes without */
        if (record->relay_agent_size > 0 && !file->header.has_relay_agent)
                file->wants_relay_agent = true;
        now = row_clock(file, clock);
        r = format_row(file, batch, record, pool, &now, now.realtime);
        if (r < 0)
                return r;

        if (batch->n_rows == 1)
                batch->first_commit = commit;
        batch->last_commit = commit;
        batch->last_version = file->last_version = *ret_version = now.realtime;
        return 0;
}

/* Held commits without a rewrite: it will write what memory says, so the rows are not needed. */
static void hold_collected(LeaseFile *file) {
        Job *batch = file->collecting;

        if (file->first_held == 0)
                file->first_held = batch->first_commit;
        file->last_held = batch->last_commit;
        buffer_clear_to(&batch->data, BATCH_KEPT);
        batch->n_rows = 0;
}

size_t lease_file_flush(LeaseFile *file) {
        Job *batch = file->collecting;
        size_t n_rows;

        if (batch->n_rows == 0 || file->in_flight)
                return 0;
        if (file->state == FILE_HELD && file->rewrite == REWRITE_NONE) {
                hold_collected(file);
                return 0;
        }
        batch->type = JOB_APPEND;
        file->in_flight = true;
        file->collecting = &file->batches[batch == &file->batches[0]];
        n_rows = batch->n_rows; /* the worker's once it is pushed */
        worker_push(file->worker, batch);
        return n_rows;
}

size_t lease_file_n_collected(const LeaseFile *file) {
        return file->collecting->n_rows;
}

int lease_file_fd(const LeaseFile *file) {
        return worker_fd(file->worker);
}

bool lease_file_is_suspect(const LeaseFile *file) {
        return file->state == FILE_SUSPECT;
}

const Job *lease_file_batch_in_flight(const LeaseFile *file) {
        return file->in_flight ? &file->batches[file->collecting == &file->batches[0]] : NULL;
}

bool lease_file_is_stepped(const LeaseFile *file, bool *ret_under_way) {
        const Job *sent = lease_file_batch_in_flight(file), *batch = file->collecting;

        *ret_under_way = (sent && sent->first_commit <= file->stepped_commit) ||
                         (batch->n_rows > 0 && batch->first_commit <= file->stepped_commit);
        return file->stepped_commit > 0;
}

bool lease_file_wants_rewrite(const LeaseFile *file, size_t n_live) {
        const size_t n_rows = file->statistics.n_file_rows;
        bool under_way;

        if (file->rewrite != REWRITE_NONE || file->stale || file->looking)
                return false;
        if (file->state != FILE_HEALTHY)
                return true;
        if (n_rows < file->retry_rows)
                return false;
        /* Times that a restart would take for those of the clock as it is now: leases that end by
           hours too early, or too late. */
        if (lease_file_is_stepped(file, &under_way))
                return !under_way;
        return file->untidy || file->wants_relay_agent ||
               (n_rows > n_live && n_rows - n_live > n_live + DEAD_ROWS_ALLOWED);
}

Job *lease_file_new_job(const LeaseFile *file, JobType type) {
        Job *job = calloc(1, sizeof(*job));

        if (!job)
                return NULL;
        job->type = type;
        job->rewrite = file->rewrite_number;
        return job;
}

/* The new file gets a column that the one in place has not: rows that come from here on fit into
 * the new one alone, and wait for it. */
static void add_relay_agent(LeaseFile *file) {
        if (file->collecting->n_rows > 0)
                hold_collected(file);
        file->header.has_relay_agent = true;
        if (file->state == FILE_HEALTHY)
                file->state = FILE_HELD;
}

static int begin_rewrite(LeaseFile *file, bool backup) {
        bool under_way;
        Job *begin;
        int r = -ENOMEM;

        if (file->rewrite != REWRITE_NONE)
                return -EALREADY;
        if (file->wants_relay_agent && !backup)
                add_relay_agent(file);

        file->rewrite_number++;
        begin = lease_file_new_job(file, JOB_REWRITE_BEGIN);
        file->end = lease_file_new_job(file, JOB_REWRITE_END);
        if (begin && file->end) {
                begin->recovery = file->state == FILE_SUSPECT;
                begin->displaced = file->displaced;
                begin->keep_displaced = file->keep_displaced;
                begin->supersedes = file->wants_relay_agent && !backup;
                file->end->backup = backup;
                r = lease_row_format_header(&begin->data, &file->header);
        }
        if (r < 0) {
                (void) job_free(begin);
                file->end = job_free(file->end);
                return r;
        }

        /* What is held up to here is in the memory that the slices are made of; what comes later
           goes to the new file as batches. */
        if (file->state == FILE_HELD)
                (void) lease_file_flush(file);
        file->ends_stepped = !backup && lease_file_is_stepped(file, &under_way) && !under_way;
        file->wants_relay_agent = file->wants_relay_agent && backup;
        file->rewrite = REWRITE_OPEN;
        file->backup = backup;
        worker_push(file->worker, begin);
        return 0;
}

int lease_file_rewrite_begin(LeaseFile *file) {
        return begin_rewrite(file, false);
}

int lease_file_backup_begin(LeaseFile *file) {
        return begin_rewrite(file, true);
}

/* A row keeps its tag as long as the tag's wall clock still counts: whoever has the file open in an
 * editor shall not find all rows changed because we have tidied up. */
static bool keeps_version(
        const LeaseFile *file, const LeaseRecord *record, const ClockPair *clock) {
        return record->version > file->stepped_version && record->version <= file->last_version &&
               usec_add(clock->realtime, USEC_PER_SEC) >= file->last_version;
}

int lease_file_rewrite_row(LeaseFile *file, const LeaseRecord *record, const char *pool,
        const ClockPair *clock, uint64_t *ret_version) {
        ClockPair now;
        uint64_t version;
        int r;

        if (file->rewrite != REWRITE_OPEN)
                return -ECANCELED;
        if (!file->slice)
                file->slice = lease_file_new_job(file, JOB_REWRITE_CHUNK);
        if (!file->slice)
                return -ENOMEM;

        now = row_clock(file, clock);
        version = keeps_version(file, record, clock) ? record->version : now.realtime;
        r = format_row(file, file->slice, record, pool, &now, version);
        if (r < 0)
                return r;
        file->last_version = MAX(file->last_version, version);
        *ret_version = version;
        return 0;
}

int lease_file_rewrite_flush(LeaseFile *file) {
        if (file->rewrite != REWRITE_OPEN)
                return -ECANCELED;
        if (file->slice) {
                file->n_chunks++;
                worker_push(file->worker, TAKE_PTR(file->slice));
        }
        return file->n_chunks > CHUNKS_MAX;
}

void lease_file_rewrite_end(LeaseFile *file) {
        if (file->rewrite != REWRITE_OPEN)
                return;
        (void) lease_file_rewrite_flush(file);
        file->rewrite = REWRITE_ENDED;
        file->ending_version = file->last_version;
        worker_push(file->worker, TAKE_PTR(file->end));
}

void lease_file_get_statistics(const LeaseFile *file, LeaseFileStatistics *ret) {
        *ret = file->statistics;
}

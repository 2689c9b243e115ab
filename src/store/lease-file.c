/* SPDX-License-Identifier: MIT */

/* Rows into batches and slices, for the worker. Makes no system call. Invariant: rows reach the
 * worker in the order in which the leases changed. */

#include <errno.h>
#include <string.h>

#include "store/lease-file-internal.h"
#include "store/life.h"

enum {
        DEAD_ROWS_ALLOWED = 1000,
};

const DirectoryLock *lease_file_get_lock(const LeaseFile *file) {
        return &file->disk.lock;
}

int lease_file_find_holder(const char *path, LockHolder *ret) {
        return disk_find_holder(path, ret);
}

const char *lease_file_path(const LeaseFile *file) {
        return file->path;
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

        if (file->state < LIFE_IDLE || file->health == HEALTH_SUSPECT)
                return -EIO;
        /* until the file is written anew, which is due, the row goes without */
        if (record->relay_agent_size > 0 && !file->header.has_relay_agent)
                file->wants_relay_agent = true;
        now = tags_row_clock(file, clock);
        r = format_row(file, batch, record, pool, &now, now.realtime);
        if (r < 0)
                return r;

        if (batch->n_rows == 1)
                batch->first_commit = commit;
        batch->last_commit = commit;
        batch->last_version = file->last_version = *ret_version = now.realtime;
        return 0;
}

/* An older batch may come back from the worker when a younger one is held already. */
void lease_file_hold_commits(LeaseFile *file, const Job *batch) {
        file->first_held = file->first_held == 0 ? batch->first_commit
                                                 : MIN(file->first_held, batch->first_commit);
        file->last_held = MAX(file->last_held, batch->last_commit);
}

/* Held commits without a rewrite: it will write what memory says, so the rows are not needed. */
void lease_file_hold_collected(LeaseFile *file) {
        Job *batch = file->collecting;

        lease_file_hold_commits(file, batch);
        buffer_clear_to(&batch->data, BATCH_KEPT);
        batch->n_rows = 0;
}

void lease_file_clear_batch(Job *batch) {
        buffer_clear_to(&batch->data, BATCH_KEPT);
        batch->n_rows = 0;
        batch->first_commit = batch->last_commit = 0;
}

static bool is_rewriting(const LeaseFile *file) {
        return file->state == LIFE_WRITING || file->state == LIFE_BACKING_UP;
}

size_t lease_file_flush(LeaseFile *file) {
        Job *batch = file->collecting;
        size_t n_rows;

        if (batch->n_rows == 0 || file->in_flight)
                return 0;
        if (file->health == HEALTH_HELD && !is_rewriting(file)) {
                lease_file_hold_collected(file);
                return 0;
        }
        batch->type = JOB_APPEND;
        file->in_flight = true;
        file->collecting = &file->batches[batch == &file->batches[0]];
        n_rows = batch->n_rows; /* the worker's once it is pushed */
        worker_push(file->worker, batch);
        return n_rows;
}

const Job *lease_file_batch_in_flight(const LeaseFile *file) {
        return file->in_flight ? &file->batches[file->collecting == &file->batches[0]] : NULL;
}

bool lease_file_wants_rewrite(const LeaseFile *file, size_t n_live) {
        const size_t n_rows = file->statistics.n_file_rows;
        bool under_way;

        if (file->health != HEALTH_GOOD)
                return true;
        /* Times that a restart would take for those of the clock as it is now: leases that end by
           hours too early, or too late. */
        if (tags_is_stepped(file, &under_way) && file->clock.boottime >= file->times_at)
                return !under_way;
        if (n_rows < file->retry_rows)
                return false;
        return file->untidy || file->wants_relay_agent ||
               (n_rows > n_live && n_rows - n_live > n_live + DEAD_ROWS_ALLOWED);
}

uint64_t lease_file_oldest_commit(const LeaseFile *file) {
        const Job *sent = lease_file_batch_in_flight(file), *batch = file->collecting;
        uint64_t oldest = UINT64_MAX;

        if (file->first_held != 0)
                oldest = file->first_held;
        if (sent)
                oldest = MIN(oldest, sent->first_commit);
        if (batch->n_rows > 0)
                oldest = MIN(oldest, batch->first_commit);
        return oldest;
}

Job *job_free(Job *job) {
        if (!job)
                return NULL;
        (void) save_free(job->save);
        buffer_done(&job->data);
        free(job);
        return NULL;
}

Job *lease_file_new_job(const LeaseFile *file, JobType type) {
        Job *job = calloc(1, sizeof(*job));

        if (!job)
                return NULL;
        job->type = type;
        job->rewrite = file->rewrite_number;
        return job;
}

int lease_file_rewrite_begin(LeaseFile *file, bool backup) {
        bool under_way;
        Job *begin;
        int r = -ENOMEM;

        tags_notice_step(file, &file->clock);
        if (file->wants_relay_agent && !backup)
                life_needs_column(file);

        file->rewrite_number++;
        begin = lease_file_new_job(file, JOB_REWRITE_BEGIN);
        file->end = lease_file_new_job(file, JOB_REWRITE_END);
        if (begin && file->end) {
                begin->recovery = file->health == HEALTH_SUSPECT;
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
        if (file->health == HEALTH_HELD)
                (void) lease_file_flush(file);
        file->ends_stepped = !backup && tags_is_stepped(file, &under_way) && !under_way;
        file->wants_relay_agent = file->wants_relay_agent && backup;
        file->slot = 0;
        worker_push(file->worker, begin);
        return 0;
}

int lease_file_rewrite_row(LeaseFile *file, const LeaseRecord *record, const char *pool,
        const ClockPair *clock, uint64_t *ret_version) {
        ClockPair now;
        uint64_t version;
        int r;

        if (!file->end)
                return -ECANCELED;
        if (!file->slice)
                file->slice = lease_file_new_job(file, JOB_REWRITE_CHUNK);
        if (!file->slice)
                return -ENOMEM;

        now = tags_row_clock(file, clock);
        version = tags_keeps_version(file, record, clock) ? record->version : now.realtime;
        r = format_row(file, file->slice, record, pool, &now, version);
        if (r < 0)
                return r;
        file->last_version = MAX(file->last_version, version);
        *ret_version = version;
        return 0;
}

int lease_file_rewrite_flush(LeaseFile *file) {
        if (file->slice) {
                file->n_chunks++;
                worker_push(file->worker, TAKE_PTR(file->slice));
        }
        return file->n_chunks > CHUNKS_MAX;
}

void lease_file_rewrite_end(LeaseFile *file) {
        if (!file->end)
                return;
        (void) lease_file_rewrite_flush(file);
        file->ending_version = file->last_version;
        worker_push(file->worker, TAKE_PTR(file->end));
}

void lease_file_rewrite_stop(LeaseFile *file) {
        file->slice = job_free(file->slice);
        file->end = job_free(file->end);
}

void lease_file_get_statistics(const LeaseFile *file, LeaseFileStatistics *ret) {
        *ret = file->statistics;
}

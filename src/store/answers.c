/* SPDX-License-Identifier: MIT */

/* What the worker has said, as events. Invariant: DURABLE is said only of commits whose rows were
 * synced in the file that has the name, and every commit that was taken gets exactly one of DURABLE
 * and FAILED. */

#include <errno.h>

#include "store/lease-file-internal.h"

Job *job_free(Job *job) {
        if (!job)
                return NULL;
        buffer_done(&job->data);
        free(job);
        return NULL;
}

static void push_event(
        LeaseFile *file, LeaseFileEventType type, uint64_t commit, const Failure *failure) {
        if (file->next_event == file->n_events)
                file->next_event = file->n_events = 0;
        file->events[file->n_events++] = (LeaseFileEvent){
                .type = type,
                .commit = commit,
                .error = failure ? failure->error : 0,
                .operation = failure ? failure->operation : NULL,
        };
}

static void clear_batch(Job *batch) {
        buffer_clear_to(&batch->data, BATCH_KEPT);
        batch->n_rows = 0;
        batch->first_commit = batch->last_commit = 0;
}

void lease_file_end_rewrite(LeaseFile *file) {
        file->rewrite = REWRITE_NONE;
        file->slice = job_free(file->slice);
        file->end = job_free(file->end);
        file->backup = false;
}

/* The oldest commit that has no answer yet, UINT64_MAX when there is none. */
static uint64_t oldest_open_commit(const LeaseFile *file) {
        const Job *sent = lease_file_batch_in_flight(file);

        if (file->first_held != 0)
                return file->first_held;
        if (sent)
                return sent->first_commit;
        return file->collecting->n_rows > 0 ? file->collecting->first_commit : UINT64_MAX;
}

void lease_file_fail(LeaseFile *file, int error, const char *operation) {
        const Failure failure = {.error = error, .operation = operation};

        push_event(file, LEASE_FILE_FAILED, oldest_open_commit(file), &failure);
        if (file->rewrite != REWRITE_NONE)
                push_event(file, LEASE_FILE_REWRITE_FAILED, 0, &failure);
        lease_file_end_rewrite(file);
        clear_batch(file->collecting);
        file->first_held = file->last_held = 0;
        file->state = FILE_SUSPECT;
        file->statistics.n_failures++;
}

/* Somebody else's version has been found where ours ought to be. A rewrite that is under way would
 * not be let to displace it. */
static void set_stale(LeaseFile *file) {
        if (file->rewrite != REWRITE_NONE)
                lease_file_end_rewrite(file);
        if (file->stale)
                return;
        file->stale = true;
        push_event(file, LEASE_FILE_STALE, 0, NULL);
}

static void hold(LeaseFile *file, const Job *batch) {
        if (file->disk.merges && file->state == FILE_HEALTHY)
                set_stale(file);
        if (file->first_held == 0)
                file->first_held = batch->first_commit;
        file->last_held = batch->last_commit;
        file->state = FILE_HELD;
}

static void handle_batch(LeaseFile *file, Job *job) {
        /* Refused already; it was on its way when the file became suspect. */
        if (file->state == FILE_SUSPECT)
                goto done;

        if (job->result == 0) {
                push_event(file, LEASE_FILE_DURABLE, job->last_commit, NULL);
                /* unless the wall clock has been set back meanwhile */
                if (job->last_version <= file->last_version)
                        file->durable_version = job->last_version;
                file->statistics.n_batches++;
                file->statistics.n_rows += job->n_rows;
        } else if (job->result == -ESTALE)
                hold(file, job);
        else
                lease_file_fail(file, job->result, job->operation);

done:
        file->in_flight = false;
        clear_batch(job);
}

static void rewrite_succeeded(LeaseFile *file, const Job *job) {
        const bool recovered = file->state == FILE_SUSPECT;

        if (job->put_aside)
                push_event(file, LEASE_FILE_PUT_ASIDE, 0, NULL);
        if (file->first_held != 0)
                push_event(file, LEASE_FILE_DURABLE, file->last_held, NULL);
        push_event(file, recovered ? LEASE_FILE_RECOVERED : LEASE_FILE_REWRITTEN, 0, NULL);

        file->first_held = file->last_held = 0;
        file->state = FILE_HEALTHY;
        file->ordered_version = file->ending_version;
        file->displaced = (FileIdentity){0};
        file->untidy = false;
        if (file->ends_stepped)
                file->stepped_commit = 0;
        file->retry_rows = 0;
        file->statistics.n_rewrites++;
        lease_file_end_rewrite(file);
}

static void rewrite_failed(LeaseFile *file, const Job *job) {
        const Failure failure = {.error = job->result, .operation = job->operation};

        if (job->result == -ESTALE && file->disk.merges) {
                if (file->state == FILE_HEALTHY)
                        file->state = FILE_HELD;
                set_stale(file);
                return;
        }
        if (job->suspect && job->put_aside)
                push_event(file, LEASE_FILE_PUT_ASIDE, 0, NULL);

        /* Without the rewrite what is held cannot become durable. */
        if (file->state != FILE_SUSPECT && (file->state == FILE_HELD || job->suspect)) {
                lease_file_fail(file, job->result, job->operation);
                return;
        }
        file->retry_rows = job->n_file_rows + job->n_file_rows / 2 + 1000;
        file->statistics.n_failures++;
        lease_file_end_rewrite(file);
        push_event(file, LEASE_FILE_REWRITE_FAILED, 0, &failure);
}

static void handle_rewrite_end(LeaseFile *file, Job *job) {
        /* of a rewrite that was given up when the file became suspect */
        if (job->rewrite != file->rewrite_number || file->rewrite != REWRITE_ENDED)
                return;
        if (job->backup) {
                const Failure failure = {.error = job->result, .operation = job->operation};

                lease_file_end_rewrite(file);
                push_event(file, LEASE_FILE_BACKED_UP, 0, &failure);
        } else if (job->result == 0)
                rewrite_succeeded(file, job);
        else
                rewrite_failed(file, job);
}

static void handle_answer(LeaseFile *file, Job *job) {
        file->statistics.n_file_rows = job->n_file_rows;
        file->statistics.file_size = job->file_size;

        switch (job->type) {
        case JOB_APPEND:
                handle_batch(file, job);
                break;
        case JOB_REWRITE_CHUNK:
                file->n_chunks--;
                (void) job_free(job);
                break;
        case JOB_REWRITE_BEGIN:
                (void) job_free(job);
                break;
        case JOB_REWRITE_END:
                handle_rewrite_end(file, job);
                (void) job_free(job);
                break;
        case JOB_LOOK:
                if (lease_file_handle_look(file, job))
                        push_event(file, LEASE_FILE_LOOKED, 0, NULL);
                (void) job_free(job);
                break;
        case JOB_REJECT:
                (void) job_free(job);
                break;
        }
}

int lease_file_process(LeaseFile *file, LeaseFileEvent *ret) {
        while (file->next_event == file->n_events) {
                Job *job = worker_pop(file->worker);

                if (!job)
                        return 0;
                handle_answer(file, job);
        }
        *ret = file->events[file->next_event++];
        return 1;
}

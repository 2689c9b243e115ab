/* SPDX-License-Identifier: MIT */

/* The life of a lease file as a table: one function per event, each a switch over all states, so
 * that every cell can be seen. Nobody else writes `state` and `health`.
 *
 * Invariants: DURABLE is said only of commits whose rows were synced in the file that has the name,
 * and every commit that was taken gets exactly one of DURABLE and FAILED. A save is let go of only
 * when the file has been written with what it says, or says nothing new; when the disk fails in
 * between, it is merged again. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/lease-file-internal.h"

#define RETRY_USEC (2 * USEC_PER_SEC)
/* a healthy file is in no such hurry, and a full disk has no room for copies of it */
#define TIMES_RETRY_MAX_USEC (10 * USEC_PER_MINUTE)

/* Between two looks at a file of which nobody knows whether its writer has finished. */
#define SETTLE_USEC (150 * USEC_PER_MSEC)

enum {
        SETTLE_TRIES = 12,
};

/* ---- what is said ------------------------------------------------------------------------------
 */

LeaseStoreEvent *life_push_event(LeaseFile *file, LeaseStoreEventType type) {
        LeaseStoreEvent *event;

        if (file->next_event == file->n_events)
                file->next_event = file->n_events = 0;
        event = &file->events[file->n_events++];
        *event = (LeaseStoreEvent){.type = type};
        return event;
}

static LeaseStoreEvent *push_failure(
        LeaseFile *file, LeaseStoreEventType type, int error, const char *operation) {
        LeaseStoreEvent *event = life_push_event(file, type);

        event->error = error;
        event->operation = operation;
        return event;
}

static void push_notice(
        LeaseFile *file, LeaseStoreNotice notice, int error, const char *operation) {
        push_failure(file, LEASE_STORE_NOTICE, error, operation)->notice = notice;
}

static void note_aside(LeaseFile *file, const Job *job) {
        char *end = stpcpy(file->kept_as, file->path);

        *end++ = '~';
        if (job->aside > 0)
                *end++ = (char) ('0' + job->aside);
        *end = '\0';
}

static void push_put_aside(LeaseFile *file, const Job *job) {
        LeaseStoreEvent *event = life_push_event(file, LEASE_STORE_NOTICE);

        note_aside(file, job);
        event->notice = LEASE_NOTICE_PUT_ASIDE;
        event->kept_as = file->kept_as;
}

/* Problems change hands: an event shows them. */
static const Problems *take_problems(LeaseFile *file, Problems *problems) {
        problems_done(&file->problems);
        file->problems = *problems;
        *problems = (Problems){0};
        return &file->problems;
}

/* Tells of a change of what may be promised, if there is one. */
static void tell_promise(LeaseFile *file, int error, const char *operation) {
        const LeasePromise promise = file->store.operations->promise(&file->store);

        if (promise == file->told)
                return;
        file->told = promise;
        push_failure(file, LEASE_STORE_STATE, error, operation)->promise = promise;
}

/* A rewrite is over. Who waits for one is told, unless another is to follow. */
static void tell_compacted(LeaseFile *file, int error, const char *operation) {
        if (!file->wanted)
                (void) push_failure(file, LEASE_STORE_COMPACTED, error, operation);
}

/* ---- moves ---------------------------------------------------------------------------------- */

static void enter_idle(LeaseFile *file) {
        file->state = LIFE_IDLE;
        file->n_tries = 0;
        file->seen = (FileIdentity){0};
}

static void settle(LeaseFile *file) {
        file->state = LIFE_SETTLING;
        file->settle_at = file->draining ? 0 : usec_add(file->clock.boottime, SETTLE_USEC);
}

/* Has the worker read what is at the path. */
static void look(LeaseFile *file) {
        Job *job = lease_file_new_job(file, JOB_LOOK);

        if (job)
                job->save = save_new(file->path);
        if (!job || !job->save) {
                (void) job_free(job);
                settle(file);
                return;
        }
        job->save->closed = file->closed;
        job->save->written = file->written;
        file->closed = file->written = file->look_again = false;
        file->state = LIFE_LOOKING;
        /* what has been collected is older than the answer */
        (void) lease_file_flush(file);
        worker_push(file->worker, job);
}

/* Nothing is under way any more; what has come meanwhile may be another save. */
static void rest(LeaseFile *file) {
        enter_idle(file);
        if (file->look_again)
                look(file);
}

int life_begin(LeaseFile *file) {
        int r;

        switch (file->state) {
        case LIFE_IDLE:
                break;
        case LIFE_CLOSED:
        case LIFE_LOADING:
        case LIFE_SETTLING:
        case LIFE_LOOKING:
        case LIFE_MERGING:
        case LIFE_BACKING_UP:
        case LIFE_WRITING:
                return -EALREADY;
        }
        r = lease_file_rewrite_begin(file, false);
        if (r < 0) {
                file->retry_at = usec_add(file->clock.boottime, RETRY_USEC);
                return r;
        }
        file->wanted = false;
        file->state = LIFE_WRITING;
        return 0;
}

/* Memory holds what is to be taken of a save: a rewrite may displace that version, and writes the
 * columns of it that are not ours. Return: 0, -ENOMEM. */
static int displace(LeaseFile *file, LeaseSave *save, bool put_aside) {
        int r = 0;

        if (save->loader.has_header && !save->columns_taken)
                r = lease_file_take_columns(file, save);
        if (r < 0)
                return r;
        file->displaced = save->identity;
        file->keep_displaced = put_aside;
        return 0;
}

/* A save has been dealt with. What is left is to write the file, or nothing. */
static void finish(LeaseFile *file, bool write) {
        enter_idle(file);
        if (write) {
                file->wanted = true;
                (void) life_begin(file);
                return;
        }
        file->merge = merge_free(file->merge);
        if (file->look_again)
                look(file);
}

static void start_merging(LeaseFile *file) {
        LeaseFileTags tags;

        tags_get(file, &file->clock, &tags);
        merge_restart(file->merge, &tags);
        file->state = LIFE_MERGING;
}

/* No lease can be written just now. The save is in memory; once the file is ours again it is
 * merged. */
static void postpone(LeaseFile *file) {
        (void) displace(file, file->merge->save, true);
        enter_idle(file);
}

/* ---- open and loaded -------------------------------------------------------------------------
 */

static void try_again(LeaseFile *file, int error, const char *operation) {
        file->state = LIFE_CLOSED;
        file->retry_at = usec_add(file->clock.boottime, RETRY_USEC);
        tell_promise(file, error, operation);
}

void life_opened(LeaseFile *file, int r) {
        switch (file->state) {
        case LIFE_CLOSED:
                if (r < 0) {
                        try_again(file, r, "open");
                        return;
                }
                file->state = LIFE_LOADING;
                file->health = file->disk.failure.error < 0 ? HEALTH_SUSPECT : HEALTH_GOOD;
                break;
        case LIFE_LOADING:
        case LIFE_IDLE:
        case LIFE_SETTLING:
        case LIFE_LOOKING:
        case LIFE_MERGING:
        case LIFE_BACKING_UP:
        case LIFE_WRITING:
                break; /* it is open */
        }
}

void life_loaded(LeaseFile *file, int r) {
        switch (file->state) {
        case LIFE_LOADING:
                if (r < 0) {
                        try_again(file, r, "read");
                        return;
                }
                if (file->foreign_form && file->health == HEALTH_GOOD)
                        file->health = HEALTH_HELD;
                enter_idle(file);
                file->retry_at = 0;
                if (file->health == HEALTH_SUSPECT)
                        life_failed(file, file->disk.failure.error, file->disk.failure.operation);
                else
                        tell_promise(file, 0, NULL);
                break;
        case LIFE_CLOSED:
        case LIFE_IDLE:
        case LIFE_SETTLING:
        case LIFE_LOOKING:
        case LIFE_MERGING:
        case LIFE_BACKING_UP:
        case LIFE_WRITING:
                break; /* it has been */
        }
}

/* ---- the disk fails --------------------------------------------------------------------------
 */

void life_failed(LeaseFile *file, int error, const char *operation) {
        LeaseStoreEvent *event;

        event = push_failure(file, LEASE_STORE_FAILED, error, operation);
        event->commit = lease_file_oldest_commit(file);
        /* a row may be on the disk all the same, until the file has been written anew */
        event->in_doubt = event->commit != UINT64_MAX;
        lease_file_clear_batch(file->collecting);
        file->first_held = file->last_held = 0;
        file->health = HEALTH_SUSPECT;
        file->statistics.n_failures++;
        /* A disk that takes a new file, but then no row: once in a while is enough. */
        if (file->recovered_at > 0 &&
                file->clock.boottime < usec_add(file->recovered_at, RETRY_USEC))
                file->retry_at = usec_add(file->clock.boottime, RETRY_USEC);
        tell_promise(file, error, operation);

        switch (file->state) {
        case LIFE_CLOSED:
        case LIFE_LOADING:
        case LIFE_IDLE:
        case LIFE_SETTLING:
        case LIFE_LOOKING:
                break;
        case LIFE_MERGING:
        case LIFE_BACKING_UP:
                /* what was applied and not yet durable has been taken back */
                lease_file_rewrite_stop(file);
                postpone(file);
                break;
        case LIFE_WRITING:
                /* and so has what the rewrite is made of */
                lease_file_rewrite_stop(file);
                file->retry_at = usec_add(file->clock.boottime, RETRY_USEC);
                enter_idle(file);
                tell_compacted(file, error, operation);
                break;
        }
}

/* ---- rows have been written ------------------------------------------------------------------
 */

/* Somebody else's version has been found where ours ought to be. */
static void found_foreign(LeaseFile *file) {
        switch (file->state) {
        case LIFE_CLOSED:
        case LIFE_LOADING:
        case LIFE_SETTLING:
        case LIFE_LOOKING: /* which came after that, and sees it */
                break;
        case LIFE_IDLE:
                settle(file);
                break;
        case LIFE_MERGING:
        case LIFE_BACKING_UP:
                /* carried through first, as nothing is displaced that has not been looked at */
                file->look_again = true;
                break;
        case LIFE_WRITING:
                /* not what was merged; the rewrite would not be let to displace it */
                lease_file_rewrite_stop(file);
                file->wanted = true;
                file->merge = merge_free(file->merge);
                enter_idle(file);
                if (file->look_again && file->closed)
                        look(file);
                else
                        settle(file);
                break;
        }
}

static void hold(LeaseFile *file, const Job *batch) {
        const bool was_good = file->health == HEALTH_GOOD;

        if (file->first_held == 0)
                file->first_held = batch->first_commit;
        file->last_held = batch->last_commit;
        file->health = HEALTH_HELD;
        if (was_good && file->disk.merges)
                found_foreign(file);
}

static void batch_done(LeaseFile *file, Job *job) {
        switch (file->health) {
        case HEALTH_SUSPECT:
                break; /* refused already; it was on its way when the file became suspect */
        case HEALTH_GOOD:
        case HEALTH_HELD:
                if (job->result == -ESTALE)
                        hold(file, job);
                else if (job->result < 0)
                        life_failed(file, job->result, job->operation);
                else {
                        life_push_event(file, LEASE_STORE_DURABLE)->commit = job->last_commit;
                        /* unless the wall clock has been set back meanwhile */
                        if (job->last_version <= file->last_version)
                                file->durable_version = job->last_version;
                        file->statistics.n_batches++;
                        file->statistics.n_rows += job->n_rows;
                }
                break;
        }
        file->in_flight = false;
        lease_file_clear_batch(job);
}

/* ---- the file has been written anew ----------------------------------------------------------
 */

static void times_written(LeaseFile *file) {
        if (!file->ends_stepped)
                return;
        file->stepped = false;
        file->stepped_commit = 0;
        if (file->times_wait > 0)
                push_notice(file, LEASE_NOTICE_TIMES_WRITTEN, 0, NULL);
        file->times_at = file->times_wait = 0;
}

static void times_failed(LeaseFile *file, const Job *job) {
        if (!file->stepped || file->health == HEALTH_SUSPECT)
                return; /* a suspect file is tried again anyway */
        if (file->times_wait == 0)
                push_notice(file, LEASE_NOTICE_TIMES_LATE, job->result, job->operation);
        file->times_wait =
                MIN(MAX(2 * file->times_wait, RETRY_USEC), (usec_t) TIMES_RETRY_MAX_USEC);
        file->times_at = usec_add(file->clock.boottime, file->times_wait);
}

static void rewrite_succeeded(LeaseFile *file, const Job *job) {
        const bool recovered = file->health == HEALTH_SUSPECT;

        if (job->put_aside)
                push_put_aside(file, job);
        if (file->first_held != 0)
                life_push_event(file, LEASE_STORE_DURABLE)->commit = file->last_held;
        file->first_held = file->last_held = 0;
        file->health = HEALTH_GOOD;
        if (recovered)
                file->recovered_at = file->clock.boottime;
        tell_promise(file, 0, NULL);
        times_written(file);
        tell_compacted(file, 0, NULL);

        file->ordered_version = file->ending_version;
        file->displaced = (FileIdentity){0};
        file->untidy = file->foreign_form = false;
        file->retry_rows = 0;
        file->statistics.n_rewrites++;
        if (recovered && file->merge) {
                start_merging(file);
                return;
        }
        file->merge = merge_free(file->merge);
        rest(file);
}

static void rewrite_failed(LeaseFile *file, const Job *job) {
        if (job->suspect && job->put_aside)
                push_put_aside(file, job);

        /* Without the rewrite what is held cannot become durable. */
        if (file->health != HEALTH_SUSPECT && (file->health == HEALTH_HELD || job->suspect)) {
                life_failed(file, job->result, job->operation);
                return;
        }
        file->retry_rows = job->n_file_rows + job->n_file_rows / 2 + 1000;
        file->retry_at = usec_add(file->clock.boottime, RETRY_USEC);
        file->statistics.n_failures++;
        times_failed(file, job);
        tell_compacted(file, job->result, job->operation);
        if (file->health == HEALTH_SUSPECT) {
                enter_idle(file);
                return;
        }
        /* of a healthy file: what was applied has rows there all the same */
        file->merge = merge_free(file->merge);
        rest(file);
}

static void rewrite_done(LeaseFile *file, const Job *job) {
        lease_file_rewrite_stop(file);
        if (job->result == 0)
                rewrite_succeeded(file, job);
        else if (job->result == -ESTALE && file->disk.merges) {
                if (file->health == HEALTH_GOOD)
                        file->health = HEALTH_HELD;
                found_foreign(file);
        } else
                rewrite_failed(file, job);
}

static void backup_done(LeaseFile *file, const Job *job) {
        lease_file_rewrite_stop(file);
        if (job->result < 0)
                push_notice(file, LEASE_NOTICE_NO_BACKUP, job->result, job->operation);
        file->backed_up = job->result == 0;
        note_aside(file, job);
        merge_set_backed_up(file->merge);
        file->state = LIFE_MERGING;
}

static void new_file_done(LeaseFile *file, const Job *job) {
        if (job->rewrite != file->rewrite_number)
                return; /* of one that was given up */
        switch (file->state) {
        case LIFE_WRITING:
                rewrite_done(file, job);
                break;
        case LIFE_BACKING_UP:
                backup_done(file, job);
                break;
        case LIFE_CLOSED:
        case LIFE_LOADING:
        case LIFE_IDLE:
        case LIFE_SETTLING:
        case LIFE_LOOKING:
        case LIFE_MERGING:
                break; /* it was given up when the file became suspect, or somebody's */
        }
}

/* ---- a save has been read --------------------------------------------------------------------
 */

/* Whether the save had better be looked at once more before it is believed. */
static bool is_unfinished(LeaseFile *file, const LeaseSave *save) {
        const bool settled = file_identity_equal(&save->identity, &file->seen) ||
                             (save->error == -ENOENT && file->n_tries > 0);

        file->seen = save->identity;
        if (save->error == -ENOMEM)
                return true;
        if (file->n_tries++ >= SETTLE_TRIES)
                return false;
        return save->changing || file->look_again || (!save->closed && !settled);
}

static void begin_merge(LeaseFile *file, LeaseSave *save) {
        LeaseFileTags tags;

        tags_get(file, &file->clock, &tags);
        file->merge = merge_free(file->merge);
        if (merge_new(&file->merge, save, &tags) < 0) {
                (void) save_free(save);
                settle(file);
                return;
        }
        file->n_tries = 0;
        file->backed_up = false;
        if (file->health == HEALTH_SUSPECT)
                postpone(file);
        else
                start_merging(file);
}

/* There is nothing in it that could be merged. */
static void give_up_save(LeaseFile *file, LeaseSave *save) {
        const bool deleted = save->error == -ENOENT;
        LeaseStoreEvent *event;

        if (displace(file, save, !deleted) < 0)
                settle(file); /* without memory: all over again, a little later */
        else {
                event = push_failure(file, LEASE_STORE_NOTICE, save->error, "read");
                event->notice = deleted ? LEASE_NOTICE_DELETED : LEASE_NOTICE_UNREADABLE;
                event->problems = take_problems(file, &save->problems);
                finish(file, true);
        }
        (void) save_free(save);
}

static void take_save(LeaseFile *file, LeaseSave *save) {
        if (save->untouched) {
                (void) save_free(save);
                rest(file);
        } else if (is_unfinished(file, save)) {
                (void) save_free(save);
                file->written = true; /* the look has taken note of it, which is no merge */
                if (file->closed)
                        look(file);
                else
                        settle(file);
        } else if (save->error < 0) {
                give_up_save(file, save);
        } else
                begin_merge(file, save);
}

static void look_done(LeaseFile *file, Job *job) {
        LeaseSave *save = TAKE_PTR(job->save);

        switch (file->state) {
        case LIFE_LOOKING:
                if (save->foreign && file->health == HEALTH_GOOD)
                        file->health = HEALTH_HELD;
                take_save(file, save);
                break;
        case LIFE_CLOSED:
        case LIFE_LOADING:
        case LIFE_IDLE:
        case LIFE_SETTLING:
        case LIFE_MERGING:
        case LIFE_BACKING_UP:
        case LIFE_WRITING:
                (void) save_free(save);
                break;
        }
}

void life_answered(LeaseFile *file, Job *job) {
        file->statistics.n_file_rows = job->n_file_rows;
        file->statistics.file_size = job->file_size;

        switch (job->type) {
        case JOB_APPEND:
                batch_done(file, job);
                return; /* no job to be freed */
        case JOB_REWRITE_CHUNK:
                file->n_chunks--;
                break;
        case JOB_REWRITE_END:
                new_file_done(file, job);
                break;
        case JOB_LOOK:
                look_done(file, job);
                break;
        case JOB_REWRITE_BEGIN:
        case JOB_REJECT:
                break;
        }
        (void) job_free(job);
}

/* ---- the merge goes on -----------------------------------------------------------------------
 */

static void tell_merged(LeaseFile *file) {
        LeaseStoreEvent *event = life_push_event(file, LEASE_STORE_MERGED);

        file->counts = file->merge->counts;
        event->counts = &file->counts;
        event->problems = take_problems(file, &file->merge->problems);
        event->kept_as = file->backed_up ? file->kept_as : NULL;
}

/* Return: 0, -ENOMEM. */
static int reject(LeaseFile *file, Buffer *text) {
        Job *job;

        if (text->size == 0)
                return 0;
        job = lease_file_new_job(file, JOB_REJECT);
        if (!job)
                return -ENOMEM;
        job->data = *text;
        *text = BUFFER_INIT;
        worker_push(file->worker, job);
        return 0;
}

static void merge_ended(LeaseFile *file) {
        LeaseSave *save = file->merge->save;
        const bool different = merge_found_difference(file->merge);

        if (reject(file, &file->merge->rejected) < 0 ||
                displace(file, save, !save->closed && save->foreign) < 0)
                return; /* out of memory: next turn */
        if (different)
                tell_merged(file);
        /* what says nothing new may say what waits for the disk, and is taken back if that fails */
        finish(file, different || save->foreign || file->health != HEALTH_GOOD);
}

void life_merged(LeaseFile *file, int r, MergeProgress progress) {
        switch (file->state) {
        case LIFE_MERGING:
                break;
        case LIFE_CLOSED:
        case LIFE_LOADING:
        case LIFE_IDLE:
        case LIFE_SETTLING:
        case LIFE_LOOKING:
        case LIFE_BACKING_UP:
        case LIFE_WRITING:
                return; /* no merge goes on there */
        }
        if (r < 0)
                return; /* out of memory: the same step again, next turn */
        switch (progress) {
        case MERGE_MORE:
                break;
        case MERGE_DONE:
                merge_ended(file);
                break;
        case MERGE_WANTS_BACKUP:
                if (lease_file_rewrite_begin(file, true) >= 0)
                        file->state = LIFE_BACKING_UP;
                break;
        }
}

/* ---- what comes from outside ----------------------------------------------------------------- */

void life_noticed(LeaseFile *file, bool closed, bool written) {
        file->closed = file->closed || closed;
        file->written = file->written || written;
        switch (file->state) {
        case LIFE_CLOSED:
        case LIFE_LOADING:
                break; /* it is going to be read */
        case LIFE_IDLE:
                if (closed)
                        look(file);
                else
                        settle(file);
                break;
        case LIFE_SETTLING:
                if (closed)
                        look(file);
                break;
        case LIFE_LOOKING:
        case LIFE_MERGING:
        case LIFE_BACKING_UP:
        case LIFE_WRITING:
                /* What is under way is carried through first, as nothing is displaced that has not
                   been looked at. */
                file->look_again = true;
                break;
        }
}

void life_settled(LeaseFile *file) {
        switch (file->state) {
        case LIFE_SETTLING:
                look(file);
                break;
        case LIFE_CLOSED:
        case LIFE_LOADING:
        case LIFE_IDLE:
        case LIFE_LOOKING:
        case LIFE_MERGING:
        case LIFE_BACKING_UP:
        case LIFE_WRITING:
                break; /* nobody is waited for */
        }
}

void life_clock_set(LeaseFile *file) {
        LeaseFileTags tags;

        tags_clock_set(file, &file->clock);
        file->times_at = 0;
        switch (file->state) {
        case LIFE_CLOSED:
        case LIFE_LOADING:
                return; /* it is loaded by the clock as it is then */
        case LIFE_MERGING:
        case LIFE_BACKING_UP:
                /* what tags mean has changed */
                tags_get(file, &file->clock, &tags);
                merge_restart(file->merge, &tags);
                break;
        case LIFE_IDLE:
        case LIFE_SETTLING:
        case LIFE_LOOKING:
        case LIFE_WRITING:
                break;
        }
        file->wanted = true;
        (void) life_begin(file);
}

void life_needs_column(LeaseFile *file) {
        switch (file->health) {
        case HEALTH_GOOD:
        case HEALTH_HELD:
                if (file->collecting->n_rows > 0)
                        lease_file_hold_collected(file);
                file->health = HEALTH_HELD;
                break;
        case HEALTH_SUSPECT:
                break; /* nothing has been taken */
        }
        file->header.has_relay_agent = true;
}

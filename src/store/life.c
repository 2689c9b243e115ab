/* SPDX-License-Identifier: MIT */

/* The life of a lease file as a table: one function per event, each a switch over all states, so
 * that every cell can be seen. The events that come from outside are here; those that end something
 * of ours are in life-written.c, those of a save and its merge in life-saved.c. They move through
 * the functions of the first section, so that nobody but this file writes `state` and `health`.
 *
 * Invariant: DURABLE is said only of commits whose rows were synced in the file that has the name,
 * and every commit that was taken gets exactly one of DURABLE and FAILED. */

#include <errno.h>

#include "store/life.h"
#include "store/tell.h"

#define RETRY_USEC (2 * USEC_PER_SEC)

/* Between two looks at a file of which nobody knows whether its writer has finished. */
#define SETTLE_USEC (150 * USEC_PER_MSEC)

/* ---- moves ----------------------------------------------------------------------------------- */

void life_enter_idle(LeaseFile *file) {
        file->state = LIFE_IDLE;
        file->n_tries = 0;
        file->seen = (FileIdentity){0};
}

void life_retry_later(LeaseFile *file) {
        file->retry_at = usec_add(file->clock.boottime, RETRY_USEC);
}

void life_settle(LeaseFile *file) {
        file->state = LIFE_SETTLING;
        file->settle_at = file->draining ? 0 : usec_add(file->clock.boottime, SETTLE_USEC);
}

void life_look(LeaseFile *file) {
        Job *job = lease_file_new_job(file, JOB_LOOK);

        if (job)
                job->save = save_new(file->path);
        if (!job || !job->save) {
                (void) job_free(job);
                life_settle(file);
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

void life_rest(LeaseFile *file) {
        life_enter_idle(file);
        if (file->look_again)
                life_look(file);
}

static void restart_merge(LeaseFile *file) {
        LeaseFileTags tags;

        tags_get(file, &file->clock, &tags);
        merge_restart(file->merge, &tags);
}

void life_start_merging(LeaseFile *file) {
        restart_merge(file);
        file->state = LIFE_MERGING;
}

void life_back_up(LeaseFile *file) {
        if (lease_file_rewrite_begin(file, true) >= 0)
                file->state = LIFE_BACKING_UP;
}

void life_go_on_merging(LeaseFile *file) {
        file->state = LIFE_MERGING;
}

void life_postpone(LeaseFile *file) {
        (void) life_displace(file, file->merge->save, true);
        life_enter_idle(file);
}

void life_hold(LeaseFile *file) {
        switch (file->health) {
        case HEALTH_GOOD:
                file->health = HEALTH_HELD;
                break;
        case HEALTH_HELD:
        case HEALTH_SUSPECT:
                break; /* commits wait, or are refused */
        }
}

void life_heal(LeaseFile *file) {
        switch (file->health) {
        case HEALTH_SUSPECT:
                file->recovered_at = file->clock.boottime;
                break;
        case HEALTH_GOOD:
        case HEALTH_HELD:
                break;
        }
        file->health = HEALTH_GOOD;
}

/* ---- open and loaded ------------------------------------------------------------------------- */

static void try_again(LeaseFile *file, int error, const char *operation) {
        file->state = LIFE_CLOSED;
        life_retry_later(file);
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
                if (file->foreign_form)
                        life_hold(file);
                life_enter_idle(file);
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

/* ---- the disk fails, or somebody has been there ---------------------------------------------- */

void life_failed(LeaseFile *file, int error, const char *operation) {
        LeaseStoreEvent *event;

        event = tell_failure(file, LEASE_STORE_FAILED, error, operation);
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
                life_retry_later(file);
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
                life_postpone(file);
                break;
        case LIFE_WRITING:
                /* and so has what the rewrite is made of */
                lease_file_rewrite_stop(file);
                life_retry_later(file);
                life_enter_idle(file);
                tell_compacted(file, error, operation);
                break;
        }
}

void life_found_foreign(LeaseFile *file) {
        switch (file->state) {
        case LIFE_CLOSED:
        case LIFE_LOADING:
        case LIFE_SETTLING:
        case LIFE_LOOKING: /* which came after that, and sees it */
                break;
        case LIFE_IDLE:
                life_settle(file);
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
                life_enter_idle(file);
                if (file->look_again && file->closed)
                        life_look(file);
                else
                        life_settle(file);
                break;
        }
}

/* ---- a rewrite begins ------------------------------------------------------------------------ */

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
                life_retry_later(file);
                return r;
        }
        file->wanted = false;
        file->state = LIFE_WRITING;
        return 0;
}

void life_needs_column(LeaseFile *file) {
        switch (file->health) {
        case HEALTH_GOOD:
        case HEALTH_HELD:
                if (file->collecting->n_rows > 0)
                        lease_file_hold_collected(file);
                life_hold(file);
                break;
        case HEALTH_SUSPECT:
                break; /* nothing has been taken */
        }
        file->header.has_relay_agent = true;
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
                        life_look(file);
                else
                        life_settle(file);
                break;
        case LIFE_SETTLING:
                if (closed)
                        life_look(file);
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
                life_look(file);
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
        tags_clock_set(file, &file->clock);
        file->times_at = 0;
        switch (file->state) {
        case LIFE_CLOSED:
        case LIFE_LOADING:
                return; /* it is loaded by the clock as it is then */
        case LIFE_MERGING:
        case LIFE_BACKING_UP:
                /* what tags mean has changed */
                restart_merge(file);
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

void life_answered(LeaseFile *file, Job *job) {
        file->statistics.n_file_rows = job->n_file_rows;
        file->statistics.file_size = job->file_size;

        switch (job->type) {
        case JOB_APPEND:
                life_appended(file, job);
                return; /* no job to be freed */
        case JOB_REWRITE_CHUNK:
                file->n_chunks--;
                break;
        case JOB_REWRITE_END:
                life_rewritten(file, job);
                break;
        case JOB_LOOK:
                life_looked(file, job);
                break;
        case JOB_REWRITE_BEGIN:
        case JOB_REJECT:
                break;
        }
        (void) job_free(job);
}

/* SPDX-License-Identifier: MIT */

/* The life of a lease file: what follows when rows of ours have been written, or a whole file, or
 * could not be. The states are life.c's to set. */

#include <errno.h>
#include <string.h>

#include "store/life.h"
#include "store/tell.h"

#define TIMES_RETRY_MIN_USEC (2 * USEC_PER_SEC)
/* a healthy file is in no such hurry, and a full disk has no room for copies of it */
#define TIMES_RETRY_MAX_USEC (10 * USEC_PER_MINUTE)

/* ---- rows have been written ------------------------------------------------------------------ */

static void hold(LeaseFile *file, const Job *batch) {
        const bool was_good = file->health == HEALTH_GOOD;

        lease_file_hold_commits(file, batch);
        life_hold(file);
        if (was_good && file->disk.merges)
                life_found_foreign(file);
}

void life_appended(LeaseFile *file, Job *job) {
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
                        tell_event(file, LEASE_STORE_DURABLE)->commit = job->last_commit;
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

/* ---- the file has been written anew ---------------------------------------------------------- */

static void times_written(LeaseFile *file) {
        if (!file->ends_stepped)
                return;
        tags_written(file);
        if (file->times_wait > 0)
                tell_notice(file, LEASE_NOTICE_TIMES_WRITTEN, 0, NULL);
        file->times_at = file->times_wait = 0;
}

static void times_failed(LeaseFile *file, const Job *job) {
        if (!file->stepped || file->health == HEALTH_SUSPECT)
                return; /* a suspect file is tried again anyway */
        if (file->times_wait == 0)
                tell_notice(file, LEASE_NOTICE_TIMES_LATE, job->result, job->operation);
        file->times_wait =
                MIN(MAX(2 * file->times_wait, TIMES_RETRY_MIN_USEC), (usec_t) TIMES_RETRY_MAX_USEC);
        file->times_at = usec_add(file->clock.boottime, file->times_wait);
}

static void note_aside(LeaseFile *file, const Job *job) {
        char *end = stpcpy(file->kept_as, file->path);

        *end++ = '~';
        if (job->aside > 0)
                *end++ = (char) ('0' + job->aside);
        *end = '\0';
}

static void put_aside(LeaseFile *file, const Job *job) {
        note_aside(file, job);
        tell_put_aside(file);
}

static void rewrite_succeeded(LeaseFile *file, const Job *job) {
        const bool recovered = file->health == HEALTH_SUSPECT;

        if (job->put_aside)
                put_aside(file, job);
        if (file->first_held != 0)
                tell_event(file, LEASE_STORE_DURABLE)->commit = file->last_held;
        file->first_held = file->last_held = 0;
        life_heal(file);
        tell_promise(file, 0, NULL);
        times_written(file);
        tell_compacted(file, 0, NULL);

        file->ordered_version = file->ending_version;
        file->displaced = (FileIdentity){0};
        file->untidy = file->foreign_form = false;
        file->retry_rows = 0;
        file->statistics.n_rewrites++;
        if (recovered && file->merge) {
                life_start_merging(file);
                return;
        }
        file->merge = merge_free(file->merge);
        life_rest(file);
}

static void rewrite_failed(LeaseFile *file, const Job *job) {
        if (job->suspect && job->put_aside)
                put_aside(file, job);

        /* Without the rewrite what is held cannot become durable. */
        if (file->health != HEALTH_SUSPECT && (file->health == HEALTH_HELD || job->suspect)) {
                life_failed(file, job->result, job->operation);
                return;
        }
        file->retry_rows = job->n_file_rows + job->n_file_rows / 2 + 1000;
        life_retry_later(file);
        file->statistics.n_failures++;
        times_failed(file, job);
        tell_compacted(file, job->result, job->operation);
        if (file->health == HEALTH_SUSPECT) {
                life_enter_idle(file);
                return;
        }
        /* of a healthy file: what was applied has rows there all the same */
        file->merge = merge_free(file->merge);
        life_rest(file);
}

static void rewrite_done(LeaseFile *file, const Job *job) {
        lease_file_rewrite_stop(file);
        if (job->result == 0)
                rewrite_succeeded(file, job);
        else if (job->result == -ESTALE && file->disk.merges) {
                life_hold(file);
                life_found_foreign(file);
        } else
                rewrite_failed(file, job);
}

static void backup_done(LeaseFile *file, const Job *job) {
        lease_file_rewrite_stop(file);
        if (job->result < 0)
                tell_notice(file, LEASE_NOTICE_NO_BACKUP, job->result, job->operation);
        file->backed_up = job->result == 0;
        note_aside(file, job);
        merge_set_backed_up(file->merge);
        life_go_on_merging(file);
}

void life_rewritten(LeaseFile *file, const Job *job) {
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

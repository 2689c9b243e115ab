/* SPDX-License-Identifier: MIT */

/* The life of a lease file: what follows when somebody's save has been read, and when a step of its
 * merge has been done. The states are life.c's to set.
 *
 * Invariant: a save is let go of only when the file has been written with what it says, or says
 * nothing new; when the disk fails in between, it is merged again. */

#include <errno.h>

#include "store/life.h"
#include "store/tell.h"

enum {
        SETTLE_TRIES = 12,
};

int life_displace(LeaseFile *file, LeaseSave *save, bool put_aside) {
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
        if (write) {
                life_enter_idle(file);
                file->wanted = true;
                (void) life_begin(file);
                return;
        }
        file->merge = merge_free(file->merge);
        life_rest(file);
}

/* ---- a save has been read -------------------------------------------------------------------- */

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
                life_settle(file);
                return;
        }
        file->n_tries = 0;
        file->backed_up = false;
        if (file->health == HEALTH_SUSPECT)
                life_postpone(file);
        else
                life_start_merging(file);
}

/* There is nothing in it that could be merged. */
static void give_up_save(LeaseFile *file, LeaseSave *save) {
        if (life_displace(file, save, save->error != -ENOENT) < 0)
                life_settle(file); /* without memory: all over again, a little later */
        else {
                tell_save_lost(file, save);
                finish(file, true);
        }
        (void) save_free(save);
}

/* Whether it is our own file. One that somebody has touched may still be another's in the very
 * moment of our last write; but a save that waits for the disk to work again is not given up for
 * that. */
static bool is_ours(const LeaseFile *file, const LeaseSave *save) {
        return save->untouched || (save->looks_untouched && file->merge);
}

static void take_save(LeaseFile *file, LeaseSave *save) {
        if (is_ours(file, save)) {
                (void) save_free(save);
                life_rest(file);
        } else if (is_unfinished(file, save)) {
                (void) save_free(save);
                file->written = true; /* the look has taken note of it, which is no merge */
                if (file->closed)
                        life_look(file);
                else
                        life_settle(file);
        } else if (save->error < 0) {
                give_up_save(file, save);
        } else
                begin_merge(file, save);
}

void life_looked(LeaseFile *file, Job *job) {
        LeaseSave *save = TAKE_PTR(job->save);

        switch (file->state) {
        case LIFE_LOOKING:
                if (save->foreign)
                        life_hold(file);
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

/* ---- the merge goes on ----------------------------------------------------------------------- */

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
                life_displace(file, save, !save->closed && save->foreign) < 0)
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
                life_back_up(file);
                break;
        }
}

/* SPDX-License-Identifier: MIT */

/* What others save in the lease file's place, on the loop's side: asked for, handed out, and taken
 * back as merged. Invariant: while a save has the name that memory does not know, the file counts
 * as stale, and no rewrite displaces it. */

#include <errno.h>
#include <string.h>

#include "store/lease-file-internal.h"

void lease_file_set_merging(LeaseFile *file) {
        file->disk.merges = true;
}

int lease_file_look(LeaseFile *file, bool closed, bool written) {
        Job *job;

        if (file->looking)
                return -EALREADY;
        job = lease_file_new_job(file, JOB_LOOK);
        if (!job)
                return -ENOMEM;
        job->save = save_new(file->path);
        if (!job->save) {
                (void) job_free(job);
                return -ENOMEM;
        }
        job->save->closed = closed;
        job->save->written = written;
        file->looking = true;
        /* what has been collected is older than the answer */
        (void) lease_file_flush(file);
        worker_push(file->worker, job);
        return 0;
}

bool lease_file_handle_look(LeaseFile *file, Job *job) {
        LeaseSave *save = TAKE_PTR(job->save);

        file->looking = false;
        (void) save_free(file->save);
        file->save = NULL;

        if (save->foreign && file->state == FILE_HEALTHY)
                file->state = FILE_HELD;
        file->stale = !save->untouched;
        if (save->untouched) {
                (void) save_free(save);
                return true;
        }
        if (file->rewrite != REWRITE_NONE && !file->backup)
                lease_file_end_rewrite(file);
        file->save = save;
        return true;
}

LeaseSave *lease_file_take_save(LeaseFile *file) {
        return TAKE_PTR(file->save);
}

bool lease_file_is_stale(const LeaseFile *file) {
        return file->stale;
}

/* The columns of the save take the place of ours; leases that it does not name keep what their
 * cells said in columns of the same name. */
static int take_columns(LeaseFile *file, LeaseSave *save) {
        LeaseHeader *from = &file->header, *to = &save->loader.header;
        size_t columns[LEASE_COLUMNS_MAX];
        UnknownCells cells;
        int r;

        for (size_t i = 0; i < to->n_unknown; i++) {
                columns[i] = SIZE_MAX;
                for (size_t j = 0; j < from->n_unknown; j++)
                        if (strcmp(to->unknown[i], from->unknown[j]) == 0)
                                columns[i] = j;
        }
        r = unknown_cells_fill(&save->unknown, &file->unknown, columns);
        if (r < 0)
                return r;

        unknown_cells_init(&cells, to->n_unknown);
        for (size_t i = 0; i < to->n_unknown; i++)
                columns[i] = i;
        r = unknown_cells_fill(&cells, &save->unknown, columns);
        if (r < 0) {
                unknown_cells_done(&cells);
                return r;
        }

        unknown_cells_move(&file->unknown, &cells);
        lease_header_done(from);
        memcpy(from->unknown, to->unknown, sizeof(to->unknown));
        from->n_unknown = to->n_unknown;
        from->has_relay_agent = from->has_relay_agent || to->has_relay_agent;
        to->n_unknown = 0;
        save->columns_taken = true;
        return 0;
}

int lease_file_set_merged(LeaseFile *file, LeaseSave *save, bool put_aside) {
        int r = 0;

        if (save->loader.has_header && !save->columns_taken)
                r = take_columns(file, save);
        if (r < 0)
                return r;
        file->displaced = save->identity;
        file->keep_displaced = put_aside;
        file->stale = false;
        return 0;
}

void lease_file_get_tags(LeaseFile *file, const ClockPair *clock, LeaseFileTags *ret) {
        lease_file_notice_step(file, clock);
        *ret = (LeaseFileTags){
                .newest = file->last_version,
                .ordered = file->ordered_version,
                .durable = file->durable_version,
                .comparable = MAX(file->stepped_version, file->ahead_version),
                .behind = file->last_version >= usec_add(clock->realtime, USEC_PER_SEC),
        };
}

int lease_file_reject(LeaseFile *file, Buffer *text) {
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

const char *lease_file_directory(const LeaseFile *file, const char **ret_name) {
        *ret_name = file->disk.name;
        return file->disk.directory;
}

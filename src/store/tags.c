/* SPDX-License-Identifier: MIT */

/* What the tags of rows and the clocks behind them mean. Invariant: tags rise strictly, but where
 * the wall clock was set back while we run. */

#include "store/lease-file-internal.h"

/* Clocks that drift apart further than this were set by somebody. */
#define WALL_STEP (2 * USEC_PER_SEC)

static usec_t offset_of(const ClockPair *clock) {
        return clock->realtime - clock->boottime;
}

/* Rows by the clock of before stand in the file. Those that the worker has been given come before
 * any rewrite that begins now. */
static void note_step(LeaseFile *file) {
        if (file->collecting->n_rows > 0)
                file->stepped_commit = file->collecting->last_commit;
        file->stepped = true;
        file->ends_stepped = false;
}

/* The wall clock was set. Whoever sets it while we run knows better than the file: tags that lie
 * ahead of it, of a clock that was wrong, are given up, and every row gets a new one with the
 * rewrite that follows. */
static void set_wall_clock(LeaseFile *file, const ClockPair *clock) {
        if (file->knows_offset && file->last_version > clock->realtime) {
                file->ahead_version = MAX(file->ahead_version, file->last_version);
                file->last_version = clock->realtime - 1;
                file->durable_version = MIN(file->durable_version, file->last_version);
        }
        if (file->knows_offset)
                note_step(file);
        file->stepped_version = file->last_version;
        file->wall_offset = offset_of(clock);
        file->knows_offset = true;
}

void tags_notice_step(LeaseFile *file, const ClockPair *clock) {
        const usec_t step = offset_of(clock) - file->wall_offset;

        if (!file->knows_offset || (step > WALL_STEP && -step > WALL_STEP))
                set_wall_clock(file, clock);
}

void tags_clock_set(LeaseFile *file, const ClockPair *clock) {
        if (!file->knows_offset)
                return;
        tags_notice_step(file, clock);
        note_step(file);
}

void tags_loaded(LeaseFile *file, uint64_t newest, const ClockPair *clock) {
        file->last_version = file->ordered_version = file->durable_version = newest;
        file->wall_offset = offset_of(clock);
        file->knows_offset = true;
}

/* While the wall clock lies before the newest tag, and has since we started (there is no real-time
 * clock), time goes on from that tag, so that tags rise and a row's expires_at and updated_at are
 * always as far apart as its lease lasts. */
ClockPair tags_row_clock(LeaseFile *file, const ClockPair *clock) {
        tags_notice_step(file, clock);
        /* one moment's rows are told apart by microseconds, which is no lie worth mentioning */
        if (file->last_version >= usec_add(clock->realtime, USEC_PER_SEC))
                file->ahead_version = file->last_version + 1;
        return (ClockPair){
                .realtime = MAX(clock->realtime, file->last_version + 1),
                .boottime = clock->boottime,
        };
}

/* A row keeps its tag as long as the tag's wall clock still counts: whoever has the file open in an
 * editor shall not find all rows changed because we have tidied up. */
bool tags_keeps_version(const LeaseFile *file, const LeaseRecord *record, const ClockPair *clock) {
        return record->version > file->stepped_version && record->version <= file->last_version &&
               usec_add(clock->realtime, USEC_PER_SEC) >= file->last_version;
}

void tags_written(LeaseFile *file) {
        file->stepped = false;
        file->stepped_commit = 0;
}

bool tags_is_stepped(const LeaseFile *file, bool *ret_under_way) {
        const Job *sent = lease_file_batch_in_flight(file), *batch = file->collecting;

        *ret_under_way = (sent && sent->first_commit <= file->stepped_commit) ||
                         (batch->n_rows > 0 && batch->first_commit <= file->stepped_commit);
        return file->stepped;
}

void tags_get(LeaseFile *file, const ClockPair *clock, LeaseFileTags *ret) {
        bool behind;

        tags_notice_step(file, clock);
        behind = file->last_version >= usec_add(clock->realtime, USEC_PER_SEC);
        *ret = (LeaseFileTags){
                .newest = file->last_version,
                .ordered = file->ordered_version,
                .durable = file->durable_version,
                /* a clock that lies before the newest tag has made none of them */
                .comparable = behind ? file->last_version
                                     : MAX(file->stepped_version, file->ahead_version),
                .behind = behind,
        };
}

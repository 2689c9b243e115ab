/* SPDX-License-Identifier: MIT */

/* From lines to leases. A line that is wrong costs that line alone and is never lost: it goes to
 * the rejected ones, whole. Invariant: a line is a row in the store, or blank, or rejected. */

#include <errno.h>
#include <string.h>

#include "store/loader.h"

enum {
        REASON_MAX = 512,
        PROBLEMS_MAX = 100, /* lines that are named one by one */
};

/* An address in quarantine whose row does not say until when (the predecessor's): the server's own
 * first quarantine. */
#define DEFAULT_QUARANTINE (10 * USEC_PER_MINUTE)

void loader_init(Loader *loader, const char *path, Problems *problems, UnknownCells *unknown) {
        const char *slash = strrchr(path, '/');

        *loader = (Loader){
                .path = path,
                .name = slash ? slash + 1 : path,
                .problems = problems,
                .unknown = unknown,
                .size_max = UINT64_MAX,
        };
}

void loader_done(Loader *loader) {
        lease_header_done(&loader->header);
        row_store_done(&loader->rows);
        buffer_done(&loader->rejected);
}

static bool is_blank(const ReaderLine *line) {
        for (size_t i = 0; i < line->size; i++)
                if (line->text[i] != ' ' && line->text[i] != '\t' && line->text[i] != '\r')
                        return false;
        return true;
}

/* The line without NULs at its end: there can be very many of them. */
static size_t size_without_nuls(const ReaderLine *line) {
        size_t size = line->size;

        while (size > 0 && line->text[size - 1] == '\0')
                size--;
        return size;
}

static int reject(Loader *loader, const ReaderLine *line, const char *reason) {
        const char *torn =
                line->terminated ? "" : "an unfinished last line, as a crash leaves it: ";
        int r = 0;

        loader->untidy = true;
        loader->cut = loader->cut || line->cut;
        if (loader->n_rejected++ < PROBLEMS_MAX)
                r = problems_add(
                        loader->problems, true, loader->path, line->number, "%s%s", torn, reason);
        if (r < 0)
                return r;

        (void) buffer_printf(
                &loader->rejected, "# %s:%u: %s%s\n", loader->name, line->number, torn, reason);
        (void) buffer_append(&loader->rejected, line->text, size_without_nuls(line));
        return buffer_append(&loader->rejected, "\n", 1);
}

/* Finds what no parser needs to look at. Return: a static text, or NULL. */
static const char *check_line(const ReaderLine *line) {
        if (line->cut)
                return "longer than 65536 bytes";
        if (size_without_nuls(line) == 0)
                return "nothing but NUL bytes";
        if (memchr(line->text, '\0', line->size))
                return "contains NUL bytes";
        return NULL;
}

static int refuse_header(Loader *loader, const ReaderLine *line, const char *reason) {
        int r;

        r = problems_add(loader->problems, false, loader->path, line->number,
                "%s; the first line must name the columns: "
                "address,client_id,hardware_address,hostname,state,expires_at,pool,updated_at",
                reason);
        return r < 0 ? r : -EBADMSG;
}

static int read_header(Loader *loader, Reader *reader, const ReaderLine *line) {
        const char *reason = check_line(line);
        char *const *cells;
        size_t n;
        int r;

        if (reason)
                return refuse_header(loader, line, reason);
        reader_detect_separator(reader, line);
        r = reader_split(reader, line, &cells, &n, &reason);
        if (r >= 0) {
                r = lease_header_parse(cells, n, &loader->header, &reason);
                if (r == -E2BIG)
                        reason = "too many columns that are not ours, or too long names";
        }
        if (r == -EINVAL || r == -E2BIG)
                return refuse_header(loader, line, reason);
        if (r < 0)
                return r;
        loader->has_header = true;
        unknown_cells_init(loader->unknown, loader->header.n_unknown);
        if (!reader->has_semicolons)
                return 0;
        loader->has_semicolons = true;
        return problems_add(loader->problems, true, loader->path, line->number,
                "cells are separated by semicolons, as a spreadsheet has saved them; they are read "
                "so, and written with commas again; save it with commas next time");
}

static bool is_erased(LeaseState state, uint8_t client_id_size) {
        return state == LEASE_RELEASED && client_id_size == 0;
}

static int take_row(Loader *loader, const LeaseRow *row) {
        const LeaseRecord *record = &row->record;
        bool erased = is_erased(record->state, record->client_id_size);
        int r;

        /* without a tag nobody can be told to have seen the row, and left it out */
        loader->untidy = loader->untidy || (row->updated_at == 0 && !erased);
        r = row_store_add(&loader->rows, row);
        if (r < 0 || loader->header.n_unknown == 0)
                return r;
        return unknown_cells_set(loader->unknown, record->address, erased ? NULL : row->unknown);
}

static int read_row(Loader *loader, Reader *reader, const ReaderLine *line, LeaseRow *row) {
        const char *reason = check_line(line);
        char text[REASON_MAX];
        char *const *cells;
        size_t n;
        int r;

        loader->n_lines++;
        if (reason)
                return reject(loader, line, reason);
        r = reader_split(reader, line, &cells, &n, &reason);
        if (r == -EINVAL)
                return reject(loader, line, reason);
        if (r < 0)
                return r;
        if (lease_row_parse(&loader->header, cells, n, row, text, sizeof(text)) < 0)
                return reject(loader, line, text);
        row->line = line->number;
        return take_row(loader, row);
}

static int read_lines(Loader *loader, Reader *reader) {
        ReaderLine line;
        LeaseRow row;
        int r;

        while ((r = reader_next(reader, &line)) > 0) {
                if (is_blank(&line))
                        continue;
                loader->ends_whole = line.terminated;
                if (loader->has_header)
                        r = read_row(loader, reader, &line, &row);
                else
                        r = read_header(loader, reader, &line);
                if (r < 0)
                        return r;
        }
        return r;
}

int loader_read(Loader *loader, int fd) {
        Reader reader;
        int r;

        r = reader_init(&reader, fd);
        if (r < 0)
                return r;
        reader.size_max = loader->size_max;
        r = read_lines(loader, &reader);
        loader->size = reader.offset;
        loader->untidy = loader->untidy || reader.has_bom || reader.has_cr;
        reader_done(&reader);
        if (r < 0)
                return r;

        if (loader->n_rejected > PROBLEMS_MAX)
                return problems_add(loader->problems, true, loader->path, 0,
                        "%zu more lines are wrong", loader->n_rejected - PROBLEMS_MAX);
        return 0;
}

bool loader_has_our_form(const Loader *loader) {
        return loader->has_header && !loader->has_semicolons &&
               lease_header_is_ours(&loader->header);
}

/* What the file's times are translated with. */
typedef struct LoadClock {
        usec_t boottime;
        usec_t present; /* wall clock; the newest tag when the clock lies before it */
        bool behind;
} LoadClock;

/* A wall-clock moment up to the present, on CLOCK_BOOTTIME; before the boot it wraps. */
static usec_t past_to_boot(const LoadClock *clock, usec_t moment) {
        return clock->boottime - (clock->present - MIN(moment, clock->present));
}

static usec_t remaining(const LoadClock *clock, const StoredRow *row) {
        const usec_t left = usec_sub(row->expires_at, clock->present);
        const usec_t duration =
                row->updated_at > 0 ? usec_sub(row->expires_at, row->updated_at) : left;

        return clock->behind ? duration : MIN(left, duration);
}

static void set_times(const LoadClock *clock, const StoredRow *row, LeaseRecord *record) {
        record->started = record->last_seen = clock->boottime;
        if (row->updated_at > 0)
                record->started = record->last_seen = past_to_boot(clock, row->updated_at);

        switch (record->state) {
        case LEASE_BOUND:
                record->expires = usec_add(clock->boottime, remaining(clock, row));
                if (record->expires == clock->boottime) {
                        record->state = LEASE_EXPIRED;
                        record->expires = past_to_boot(clock, row->expires_at);
                }
                break;
        case LEASE_DECLINED:
                record->expires = usec_add(clock->boottime, remaining(clock, row));
                if (record->expires == clock->boottime && row->updated_at == 0)
                        record->expires = usec_add(clock->boottime, DEFAULT_QUARANTINE);
                break;
        case LEASE_RELEASED:
        case LEASE_EXPIRED:
                record->expires = past_to_boot(clock, row->expires_at);
                break;
        case LEASE_OFFERED:
        case LEASE_STATE_MAX:
        case LEASE_STATE_INVALID:
                break;
        }
}

int loader_emit(
        const Loader *loader, const ClockPair *clock, LeaseFileRowFunction row, void *userdata) {
        const LoadClock load_clock = {
                .boottime = clock->boottime,
                .present = MAX(clock->realtime, loader->rows.newest),
                .behind = clock->realtime < loader->rows.newest,
        };
        const StoredRow *stored;
        size_t position = 0;
        int r;

        while ((stored = row_store_next(&loader->rows, &position))) {
                LeaseRecord record;

                if (is_erased((LeaseState) stored->state, stored->client_id_size))
                        continue;
                stored_row_get_record(stored, &record);
                set_times(&load_clock, stored, &record);
                r = row(&record, stored_row_pool(stored), userdata);
                if (r < 0)
                        return r;
        }
        return 0;
}

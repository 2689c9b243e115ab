/* SPDX-License-Identifier: MIT */
/* Throws files at the lease file's reader. Beyond "no crash" it checks what the headers promise:
 * every line that is not blank is taken or rejected; what is said about them may be shown on a
 * terminal; and the leases that were taken, written in our own form, are read again as the same,
 * without a complaint, and written again as the same bytes.
 *
 * Build: clang -fsanitize=fuzzer,address,undefined */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "basic/text.h"
#include "store/loader.h"

/* 2026-11-21T21:55:00Z */
#define WALL (1795298100 * USEC_PER_SEC)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not assert(): these checks must stay in every build. */
static void expect(bool condition) {
        if (!condition)
                abort();
}

/* One reading, and the leases in our own form. */
typedef struct Reading {
        Problems problems;
        UnknownCells unknown;
        Loader loader;
        ClockPair clock;
        Buffer written;
        int error;
} Reading;

static int write_row(const LeaseRecord *record, const char *pool, void *userdata) {
        Reading *reading = userdata;

        expect(record->address != 0);
        expect(record->state != LEASE_OFFERED);
        expect(record->state != LEASE_BOUND || record->client_id_size > 0);
        expect(record->state != LEASE_BOUND || record->expires > reading->clock.boottime);
        expect(text_is_clean((const uint8_t *) record->hostname, record->hostname_size));
        return lease_row_format(&reading->written, record, pool, &reading->clock, record->version,
                reading->loader.header.has_relay_agent,
                unknown_cells_get(&reading->unknown, record->address),
                reading->loader.header.n_unknown);
}

static void read_bytes(Reading *reading, const uint8_t *data, size_t size) {
        const int fd = memfd_create("leases.csv", MFD_CLOEXEC);

        *reading = (Reading){0};
        expect(fd >= 0 && write(fd, data, size) == (ssize_t) size);
        unknown_cells_init(&reading->unknown, 0);
        loader_init(&reading->loader, "leases.csv", &reading->problems, &reading->unknown);
        reading->error = loader_read(&reading->loader, fd);
        (void) close(fd);
        expect(reading->error == 0 || reading->error == -EBADMSG);
        if (reading->error < 0)
                return;

        expect(reading->loader.size == size);
        reading->clock.realtime = MAX(WALL, reading->loader.rows.newest);
        reading->clock.boottime = reading->clock.realtime;
        expect(lease_row_format_header(&reading->written, &reading->loader.header) == 0);
        expect(loader_emit(&reading->loader, &reading->clock, write_row, reading) == 0);
}

static void reading_done(Reading *reading) {
        problems_done(&reading->problems);
        loader_done(&reading->loader);
        unknown_cells_done(&reading->unknown);
        buffer_done(&reading->written);
}

static void check_problems(const Reading *reading, const uint8_t *data, size_t size) {
        const Problems *problems = &reading->problems;
        unsigned n_lines = 1;

        for (size_t i = 0; i < size; i++)
                n_lines += data[i] == '\n';
        for (size_t i = 0; i < problems->n_items; i++) {
                const Problem *problem = &problems->items[i];

                expect(problem->line <= n_lines);
                expect(text_is_clean((const uint8_t *) problem->text, strlen(problem->text)));
        }
        expect((problems->n_errors > 0) == (reading->error == -EBADMSG));
        expect(reading->error < 0 || (problems->n_items > 0) == (reading->loader.n_rejected > 0));
        expect((reading->loader.rejected.size > 0) == (reading->loader.n_rejected > 0));
        expect(reading->loader.n_rejected <= reading->loader.n_lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        Reading first, second;

        read_bytes(&first, data, size);
        check_problems(&first, data, size);
        if (first.error == 0) {
                read_bytes(&second, first.written.data, first.written.size);
                expect(second.error == 0);
                expect(second.problems.n_items == 0);
                expect(lease_header_is_ours(&second.loader.header));
                /* the newest tag may have been on a row that was erased */
                expect(second.clock.realtime <= first.clock.realtime);
                if (second.clock.realtime == first.clock.realtime) {
                        expect(second.written.size == first.written.size);
                        expect(memcmp(second.written.data, first.written.data,
                                       first.written.size) == 0);
                }
                reading_done(&second);
        }
        reading_done(&first);
        return 0;
}

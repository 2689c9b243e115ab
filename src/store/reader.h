/* SPDX-License-Identifier: MIT */
#pragma once

/* A CSV file as physical lines, and a line as cells. libcsv is fed one line at a time: a quote that
 * is open at a line's end is that line's mistake, where it would otherwise swallow every row after
 * it without an error. Cells therefore never contain a newline. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <csv.h>

#include "store/lease-row.h"

enum {
        READER_LINE_MAX = 65536,
        READER_CELLS_MAX = LEASE_COLUMNS_MAX + 1,
};

typedef struct ReaderLine {
        const char
                *text; /* without its newline or CR LF, not terminated; borrowed until the next */
        size_t size;
        unsigned number; /* from 1 */
        bool terminated; /* a newline followed */
        bool cut;        /* was longer than READER_LINE_MAX, the rest is not in text */
} ReaderLine;

typedef struct Reader {
        int fd; /* borrowed, read with pread() */
        char *buffer;
        size_t start; /* what has not been handed out is buffer[start..end) */
        size_t end;
        uint64_t offset;   /* bytes read from the file */
        uint64_t size_max; /* where the file is taken to end, at the latest */
        unsigned n_lines;
        bool eof;
        bool skipping; /* the rest of a line that was cut */
        bool has_bom;
        bool has_cr;
        bool has_semicolons; /* between cells, see reader_detect_separator() */

        struct csv_parser parser;
        size_t n_cells; /* of the line, may be more than are kept */
        size_t n_rows;
        char *cells[READER_CELLS_MAX];
        char *text; /* the cells' text */
        size_t text_size;
} Reader;

/**
 * reader_init() - a reader at the start of a file.
 * Return: 0, -ENOMEM.
 */
int reader_init(Reader *reader, int fd);

/**
 * reader_done() - frees the buffers.
 */
void reader_done(Reader *reader);

/**
 * reader_next() - the next line, without a byte order mark.
 * Return: 1 with a line, 0 at the end, negative errno of pread().
 */
int reader_next(Reader *reader, ReaderLine *ret);

/**
 * reader_detect_separator() - cells of lines with semicolons and without a comma, as spreadsheets
 * save them in countries where the comma is in numbers, are split there. To be asked of the first
 * line.
 */
void reader_detect_separator(Reader *reader, const ReaderLine *line);

/**
 * reader_split() - the cells of a line, NUL-terminated, borrowed until the next call. Blanks around
 * cells without quotes are dropped.
 *
 * @line: contains no NUL
 * @ret_reason: receives a static text for people on -EINVAL
 * Return: 0, -EINVAL when the line is not RFC 4180, -ENOMEM.
 */
int reader_split(Reader *reader, const ReaderLine *line, char *const **ret_cells, size_t *ret_n,
        const char **ret_reason);

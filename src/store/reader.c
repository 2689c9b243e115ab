/* SPDX-License-Identifier: MIT */

/* Lines and cells. Knows nothing of what they mean. Reads with read calls, not by mapping: somebody
 * may truncate the file meanwhile. Invariant: the parser is at the start of a row whenever
 * reader_split() is entered, whatever the line before it was. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "store/reader.h"

enum {
        BUFFER_SIZE = 4 * READER_LINE_MAX,
        TEXT_SIZE = READER_LINE_MAX + READER_CELLS_MAX, /* a NUL for each cell */
        STRICT = CSV_STRICT | CSV_STRICT_FINI,
};

int reader_init(Reader *reader, int fd) {
        *reader = (Reader){.fd = fd, .size_max = UINT64_MAX};

        reader->buffer = malloc(BUFFER_SIZE);
        reader->text = malloc(TEXT_SIZE);
        if (!reader->buffer || !reader->text) {
                free(reader->buffer);
                free(reader->text);
                return -ENOMEM;
        }
        (void) csv_init(&reader->parser, STRICT);
        return 0;
}

void reader_done(Reader *reader) {
        csv_free(&reader->parser);
        free(reader->buffer);
        free(reader->text);
        *reader = (Reader){.fd = -1};
}

/* Return: 1 when there is more to look at, 0 at the end, negative errno. */
static int fill(Reader *reader) {
        static const char bom[] = {'\xef', '\xbb', '\xbf'};
        const bool first = reader->offset == 0;
        size_t size;
        ssize_t n;

        memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
        reader->end -= reader->start;
        reader->start = 0;

        size = MIN(BUFFER_SIZE - reader->end, reader->size_max - reader->offset);
        do
                n = pread(reader->fd, reader->buffer + reader->end, size, (off_t) reader->offset);
        while (n < 0 && errno == EINTR);
        if (n < 0)
                return -errno;
        if (n == 0) {
                reader->eof = true;
                return 0;
        }

        reader->end += (size_t) n;
        reader->offset += (uint64_t) n;
        if (first && reader->end >= sizeof(bom) && memcmp(reader->buffer, bom, sizeof(bom)) == 0) {
                reader->has_bom = true;
                reader->start = sizeof(bom);
        }
        return 1;
}

/* Takes @size bytes as a line, and @skip bytes that follow it. */
static void take_line(Reader *reader, size_t size, size_t skip, ReaderLine *ret) {
        *ret = (ReaderLine){
                .text = reader->buffer + reader->start,
                .size = MIN(size, (size_t) READER_LINE_MAX),
                .number = ++reader->n_lines,
                .terminated = skip > 0,
                .cut = size > READER_LINE_MAX,
        };
        reader->start += size + skip;

        if (ret->terminated && !ret->cut && ret->size > 0 && ret->text[ret->size - 1] == '\r') {
                reader->has_cr = true;
                ret->size--;
        }
}

int reader_next(Reader *reader, ReaderLine *ret) {
        int r;

        for (;;) {
                const char *start = reader->buffer + reader->start;
                const size_t size = reader->end - reader->start;
                const char *newline = memchr(start, '\n', size);

                if (reader->skipping) {
                        reader->start =
                                newline ? (size_t) (newline + 1 - reader->buffer) : reader->end;
                        reader->skipping = !newline;
                        if (newline)
                                continue;
                } else if (newline) {
                        take_line(reader, (size_t) (newline - start), 1, ret);
                        return 1;
                } else if (size > READER_LINE_MAX) {
                        take_line(reader, size, 0, ret);
                        ret->terminated = true; /* no matter: it is not a torn end */
                        reader->skipping = true;
                        return 1;
                }

                if (reader->eof) {
                        if (reader->start == reader->end)
                                return 0;
                        take_line(reader, size, 0, ret);
                        return 1;
                }
                r = fill(reader);
                if (r < 0)
                        return r;
        }
}

void reader_detect_separator(Reader *reader, const ReaderLine *line) {
        if (memchr(line->text, ',', line->size) || !memchr(line->text, ';', line->size))
                return;
        reader->has_semicolons = true;
        csv_set_delim(&reader->parser, ';');
}

static void on_cell(void *cell, size_t size, void *userdata) {
        Reader *reader = userdata;

        if (reader->n_cells < READER_CELLS_MAX) {
                char *text = reader->text + reader->text_size;

                if (size > 0)
                        memcpy(text, cell, size);
                text[size] = '\0';
                reader->cells[reader->n_cells] = text;
                reader->text_size += size + 1;
        }
        reader->n_cells++;
}

static void on_row(int terminator, void *userdata) {
        Reader *reader = userdata;

        (void) terminator;
        reader->n_rows++;
}

/* csv_fini() resets the parser only where it finds nothing to complain about. */
static void reset_parser(struct csv_parser *parser) {
        (void) csv_set_opts(parser, 0);
        (void) csv_fini(parser, NULL, NULL, NULL);
        (void) csv_set_opts(parser, STRICT);
}

int reader_split(Reader *reader, const ReaderLine *line, char *const **ret_cells, size_t *ret_n,
        const char **ret_reason) {
        struct csv_parser *parser = &reader->parser;

        reader->n_cells = reader->n_rows = reader->text_size = 0;
        if (csv_parse(parser, line->text, line->size, on_cell, on_row, reader) != line->size) {
                const int error = csv_error(parser);

                reset_parser(parser);
                if (error != CSV_EPARSE)
                        return -ENOMEM;
                *ret_reason = "a quote stands inside of a cell; quote the whole cell and double "
                              "the quotes in it";
                return -EINVAL;
        }
        if (csv_fini(parser, on_cell, on_row, reader) != 0) {
                reset_parser(parser);
                *ret_reason = "a quote is not closed by the end of the line";
                return -EINVAL;
        }
        if (reader->n_rows != 1) {
                *ret_reason = "a carriage return stands in the middle of the line";
                return -EINVAL;
        }
        if (reader->n_cells > READER_CELLS_MAX) {
                *ret_reason = "more than 65 cells";
                return -EINVAL;
        }
        *ret_cells = reader->cells;
        *ret_n = reader->n_cells;
        return 0;
}

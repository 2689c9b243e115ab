/* SPDX-License-Identifier: MIT */
#pragma once

/* The INI files of systemd as a stream of sections, assignments and mistakes, each with the line on
 * which it starts. Knows no section and no key. */

#include <stddef.h>

#include "basic/buffer.h"
#include "basic/macro.h"

enum {
        INI_LINE_MAX = 8192, /* bytes of an assignment, continuation lines included */
};

typedef enum IniItemType {
        INI_SECTION,     /* [name] or [name value] */
        INI_ASSIGNMENT,  /* name=value */
        INI_BAD_SECTION, /* a header that cannot be read; what follows belongs to no section */
        INI_BAD_LINE,    /* a line that is none of these */
        INI_ITEM_TYPE_MAX,
        INI_ITEM_TYPE_INVALID = -1,
} IniItemType;

/* All strings are borrowed until the next item is read, and valid, printable UTF-8. */
typedef struct IniItem {
        IniItemType type;
        unsigned line;       /* from 1; the first one of an assignment that is continued */
        const char *name;    /* section or key; of a bad line its text, or "" when not printable */
        const char *value;   /* "" when there is none; NULL of bad lines */
        const char *mistake; /* of bad lines: what is wrong and what is allowed */
} IniItem;

typedef struct IniReader {
        const char *position; /* the text not read yet, borrowed */
        const char *end;
        unsigned line;       /* the line at position */
        unsigned start_line; /* of the assignment in hand */
        Buffer buffer;       /* the assignment in hand, continuation lines joined */
        const char *mistake; /* the first one in the assignment in hand */
        unsigned mistake_line;
} IniReader;

#define INI_READER_INIT(text, size)                                                                \
        (IniReader) {                                                                              \
                .position = (text), .end = (text) + (size), .line = 1                              \
        }

/**
 * ini_reader_next() - reads one item. A byte order mark, blank lines, comments (`#` or `;` at the
 * start of a line) and the carriage returns of CRLF are passed over; a backslash at the end of a
 * line continues it on the next line that is no comment.
 *
 * Return: 1 with an item, 0 at the end, -ENOMEM.
 */
int ini_reader_next(IniReader *reader, IniItem *ret);

/**
 * ini_reader_done() - frees what the reader allocated.
 */
void ini_reader_done(IniReader *reader);

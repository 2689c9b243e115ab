/* SPDX-License-Identifier: MIT */
#pragma once

/* Walks the options of one field of a message, in the order in which they stand there: the only
 * place that knows how an option is told from the next one. Knows nothing of what an option means,
 * of overload, and of options that come in several pieces.
 *
 * Invariant: nothing is read, and no pointer formed, past the end of the field. */

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/protocol.h"

typedef struct OptionReader {
        const uint8_t *next;
        const uint8_t *end; /* of the field */
} OptionReader;

typedef struct OptionPiece {
        uint8_t code; /* neither pad nor end */
        uint8_t size;
        const uint8_t *data;
} OptionPiece;

/**
 * option_reader_init() - a reader at the beginning of a field of @size bytes, which it borrows.
 */
static inline OptionReader option_reader_init(const uint8_t *field, size_t size) {
        return (OptionReader){.next = field, .end = field + size};
}

/**
 * option_reader_next() - the next option of a field. Pads are skipped; the field ends with option
 * 255 or its last byte.
 *
 * Return: 1 with an option, 0 at the end, -EBADMSG when an option reaches past its field.
 */
static inline int option_reader_next(OptionReader *reader, OptionPiece *ret) {
        const uint8_t *p = reader->next, *const end = reader->end;

        while (p < end) {
                const uint8_t code = *p++;

                if (code == DHCP_OPTION_PAD)
                        continue;
                if (code == DHCP_OPTION_END)
                        return 0;
                if (p == end || p[0] > end - p - 1)
                        return -EBADMSG;

                *ret = (OptionPiece){.code = code, .size = p[0], .data = p + 1};
                reader->next = p + 1 + p[0];
                return 1;
        }
        return 0;
}

/* SPDX-License-Identifier: MIT */
/* Hexadecimal, read and written. */

#include <errno.h>

#include "basic/bytes.h"

static int hex_digit(char c) {
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return -1;
}

/* The separator that the text uses, NUL for none. Only the first three places can hold the first.
 */
static char find_separator(const char *text) {
        for (size_t i = 0; i < 3 && text[i]; i++)
                if (text[i] == ':' || text[i] == '-')
                        return text[i];
        return '\0';
}

int bytes_parse(const char *text, uint8_t *ret, size_t capacity, size_t *ret_size) {
        const char separator = find_separator(text);
        size_t n = 0;

        for (const char *p = text; *p;) {
                int high = hex_digit(p[0]), low;

                if (high < 0)
                        return -EINVAL;
                low = hex_digit(p[1]);
                if (low < 0 && !separator)
                        return -EINVAL;
                if (n >= capacity)
                        return -ENOBUFS;
                ret[n++] = (uint8_t) (low < 0 ? high : high << 4 | low);
                p += low < 0 ? 1 : 2;

                if (!separator || !*p)
                        continue;
                if (*p != separator || !p[1])
                        return -EINVAL;
                p++;
        }
        *ret_size = n;
        return 0;
}

char *bytes_put(char *p, const uint8_t *bytes, size_t size) {
        static const char digits[] = "0123456789abcdef";

        for (size_t i = 0; i < size; i++) {
                if (i > 0)
                        *p++ = ':';
                *p++ = digits[bytes[i] >> 4];
                *p++ = digits[bytes[i] & 15];
        }
        return p;
}

char *bytes_format(const uint8_t *bytes, size_t size, char *buffer) {
        *bytes_put(buffer, bytes, size) = '\0';
        return buffer;
}

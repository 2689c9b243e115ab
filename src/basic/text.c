/* SPDX-License-Identifier: MIT */
/* Strangers' bytes to printable UTF-8, and small string helpers.
 *
 * Invariant: what text_sanitize() writes is valid UTF-8 without any character that hides or acts,
 * and comes out unchanged when it is sanitised again. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "basic/text.h"

#define ESCAPE_SIZE 4 /* \xNN */
#define UTF8_MAX 4

/* Valid characters that must not reach a terminal or a file, ascending. */
static const struct {
        uint32_t first;
        uint32_t last;
} forbidden[] = {
        {0x0000, 0x001f},   /* C0 controls */
        {0x007f, 0x009f},   /* DEL, C1 controls */
        {0x00ad, 0x00ad},   /* soft hyphen */
        {0x061c, 0x061c},   /* Arabic letter mark */
        {0x180e, 0x180e},   /* Mongolian vowel separator */
        {0x200b, 0x200f},   /* zero width, direction marks */
        {0x2028, 0x202e},   /* line and paragraph separator, bidirectional embedding */
        {0x2060, 0x206f},   /* invisible operators, bidirectional isolates */
        {0xfdd0, 0xfdef},   /* noncharacters */
        {0xfeff, 0xfeff},   /* byte order mark */
        {0xfff9, 0xfffb},   /* interlinear annotation */
        {0xe0000, 0xe0fff}, /* tags, variation selectors */
};

static bool character_is_forbidden(uint32_t character) {
        /* The last two code points of every plane are noncharacters. */
        if ((character & 0xfffe) == 0xfffe)
                return true;

        for (size_t i = 0; i < ELEMENTSOF(forbidden); i++)
                if (character <= forbidden[i].last)
                        return character >= forbidden[i].first;
        return false;
}

/* Decodes one character. Return: its length in bytes, 0 when it is not valid UTF-8. */
static size_t utf8_decode(const uint8_t *p, size_t size, uint32_t *ret) {
        static const uint32_t smallest[UTF8_MAX + 1] = {0, 0, 0x80, 0x800, 0x10000};
        uint32_t character;
        size_t n;

        if (p[0] < 0x80) {
                *ret = p[0];
                return 1;
        }
        if (p[0] >= 0xc0 && p[0] < 0xe0) {
                n = 2;
                character = p[0] & 0x1fU;
        } else if (p[0] >= 0xe0 && p[0] < 0xf0) {
                n = 3;
                character = p[0] & 0x0fU;
        } else if (p[0] >= 0xf0 && p[0] < 0xf8) {
                n = 4;
                character = p[0] & 0x07U;
        } else
                return 0;

        if (n > size)
                return 0;
        for (size_t i = 1; i < n; i++) {
                if ((p[i] & 0xc0) != 0x80)
                        return 0;
                character = character << 6 | (p[i] & 0x3fU);
        }

        /* Overlong forms, surrogates and what lies past Unicode (RFC 3629 3). */
        if (character < smallest[n] || character > 0x10ffff ||
                (character >= 0xd800 && character <= 0xdfff))
                return 0;
        *ret = character;
        return n;
}

/* What stands at the start of the text: the bytes that belong together, and whether they may stay.
 */
static size_t next_piece(const uint8_t *text, size_t size, bool *ret_clean) {
        uint32_t character;
        size_t n;

        if (text[0] >= 0x20 && text[0] < 0x7f) {
                *ret_clean = true;
                return 1;
        }
        n = utf8_decode(text, size, &character);
        *ret_clean = n > 0 && !character_is_forbidden(character);
        return n > 0 ? n : 1;
}

static char *put_escape(char *p, uint8_t byte) {
        static const char digits[] = "0123456789abcdef";

        *p++ = '\\';
        *p++ = 'x';
        *p++ = digits[byte >> 4];
        *p++ = digits[byte & 15];
        return p;
}

size_t text_sanitize(const uint8_t *text, size_t size, char *ret, size_t capacity) {
        char *p = ret, *end = ret + capacity - 1;
        bool clean;
        size_t n;

        while (size > 0 && text[size - 1] == 0)
                size--;

        for (; size > 0; text += n, size -= n) {
                n = next_piece(text, size, &clean);
                if ((size_t) (end - p) < (clean ? n : n * ESCAPE_SIZE))
                        break;
                if (clean)
                        p = mempcpy(p, text, n);
                else
                        for (size_t i = 0; i < n; i++)
                                p = put_escape(p, text[i]);
        }
        *p = '\0';
        return (size_t) (p - ret);
}

bool text_is_clean(const uint8_t *text, size_t size) {
        bool clean;

        for (size_t n; size > 0; text += n, size -= n) {
                n = next_piece(text, size, &clean);
                if (!clean)
                        return false;
        }
        return true;
}

int parse_boolean(const char *text) {
        static const char *const words[2][6] = {
                {"0", "no", "n", "false", "f", "off"},
                {"1", "yes", "y", "true", "t", "on"},
        };

        for (int value = 0; value < 2; value++)
                for (size_t i = 0; i < ELEMENTSOF(words[value]); i++)
                        if (strcasecmp(text, words[value][i]) == 0)
                                return value;
        return -EINVAL;
}

int parse_u64(const char *text, uint64_t max, uint64_t *ret) {
        bool overflow = false;
        uint64_t value = 0;

        if (!*text)
                return -EINVAL;
        for (; *text; text++) {
                if (*text < '0' || *text > '9')
                        return -EINVAL;
                if (__builtin_mul_overflow(value, 10, &value) ||
                        __builtin_add_overflow(value, (uint64_t) (*text - '0'), &value))
                        overflow = true;
        }
        if (overflow || value > max)
                return -ERANGE;
        *ret = value;
        return 0;
}

bool string_equal(const char *a, const char *b) {
        if (!a || !b)
                return a == b;
        return strcmp(a, b) == 0;
}

char **strv_free(char **strings) {
        for (char **s = strings; s && *s; s++)
                free(*s);
        free(strings);
        return NULL;
}

/* Appends a string that is taken over, NULL counting as a failed allocation. */
static int strv_push(char ***strings, char *string) {
        size_t n = strv_length(*strings);
        char **grown;

        if (!string)
                return -ENOMEM;
        grown = reallocarray(*strings, n + 2, sizeof(*grown));
        if (!grown) {
                free(string);
                return -ENOMEM;
        }
        grown[n] = string;
        grown[n + 1] = NULL;
        *strings = grown;
        return 0;
}

int strv_extend(char ***strings, const char *string) {
        return strv_push(strings, strdup(string));
}

int strv_move(char ***strings, char ***from) {
        const size_t n = strv_length(*strings), n_more = strv_length(*from);
        char **grown;

        if (n_more > 0) {
                grown = reallocarray(*strings, n + n_more + 1, sizeof(*grown));
                if (!grown)
                        return -ENOMEM;
                memcpy(grown + n, *from, (n_more + 1) * sizeof(*grown));
                *strings = grown;
        }
        free(*from);
        *from = NULL;
        return 0;
}

int strv_append(char ***strings, char *const *others) {
        int r = 0;

        for (; others && *others && r >= 0; others++)
                r = strv_extend(strings, *others);
        return r;
}

size_t strv_length(char *const *strings) {
        size_t n = 0;

        while (strings && strings[n])
                n++;
        return n;
}

bool strv_equal(char *const *a, char *const *b) {
        for (; a && *a && b && *b; a++, b++)
                if (strcmp(*a, *b) != 0)
                        return false;
        return (!a || !*a) && (!b || !*b);
}

int strv_split(const char *text, char ***ret) {
        _cleanup_(strv_freep) char **strings = NULL;
        int r;

        strings = calloc(1, sizeof(*strings));
        if (!strings)
                return -ENOMEM;

        for (size_t n; *(text += strspn(text, " \t")); text += n) {
                n = strcspn(text, " \t");
                r = strv_push(&strings, strndup(text, n));
                if (r < 0)
                        return r;
        }
        *ret = TAKE_PTR(strings);
        return 0;
}

const char *plural(size_t n) {
        return n == 1 ? "" : "s";
}

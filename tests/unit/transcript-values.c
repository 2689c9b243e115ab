/* SPDX-License-Identifier: MIT */

/* The words of a transcript. */

#include <ctype.h>
#include <stdio.h>

#include "transcript-internal.h"

/* "$1" to "$9", what an expectation has named. */
static ipv4_t *find_named(Transcript *t, const char *word) {
        line_assert(t, word[1] >= '1' && word[1] <= '9' && !word[2], "not a name: %s", word);
        return &t->named[word[1] - '1'];
}

void name_address(Transcript *t, const char *word, ipv4_t address) {
        *find_named(t, word) = address;
}

ipv4_t parse_address(Transcript *t, const char *word) {
        char full[32];
        ipv4_t address;

        if (*word == '$') {
                address = *find_named(t, word);
                line_assert(t, address != 0, "nothing is named %s", word);
                return address;
        }
        (void) snprintf(full, sizeof(full), "%s%s", *word == '.' ? "192.168.1" : "", word);
        line_assert(t, ipv4_parse(full, &address) >= 0, "not an address: %s", word);
        return address;
}

uint64_t parse_number(Transcript *t, const char *word) {
        char *end;
        unsigned long long number = strtoull(word, &end, 0);

        line_assert(t, *word && !*end, "not a number: %s", word);
        return number;
}

/* "a" is 02:00:00:00:00:0a; letters beyond f go on from there. */
void parse_client(Transcript *t, const char *word, uint8_t ret[static 6]) {
        line_assert(t, islower((unsigned char) word[0]) && !word[1], "not a client: %s", word);
        memcpy(ret, (const uint8_t[]){2, 0, 0, 0, 0, (uint8_t) (word[0] - 'a' + 10)}, 6);
}

/* Digits in pairs, colons anywhere between them; "*N" is N times the letter x. */
size_t parse_hex(Transcript *t, const char *word, uint8_t *ret, size_t capacity) {
        size_t n = 0;

        for (const char *p = word; *p;) {
                char digits[3] = {p[0], p[1], '\0'}, *end;

                if (*p == ':') {
                        p++;
                        continue;
                }
                if (*p == '*') {
                        size_t count = strtoul(p + 1, &end, 10);

                        ck_assert_uint_le(count, capacity - n);
                        memset(ret + n, 'x', count);
                        n += count;
                        p = end;
                        continue;
                }
                ck_assert_uint_lt(n, capacity);
                ret[n++] = (uint8_t) strtoul(digits, &end, 16);
                line_assert(t, end == digits + 2, "not bytes: %s", word);
                p += 2;
        }
        return n;
}

const char *word_value(const char *word, const char *key) {
        size_t n = strlen(key);

        return strncmp(word, key, n) == 0 && word[n] == '=' ? word + n + 1 : NULL;
}

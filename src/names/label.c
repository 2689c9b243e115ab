/* SPDX-License-Identifier: MIT */

#include "names/label.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "basic/text.h"

#define GENERATED_PREFIX "dhcp-"

/* What resolvers answer themselves, what systems look for beside a proxy, a tunnel or a mail
 * server, and top-level domains that mean something in private networks (RFC 6761, RFC 6762). */
static const char *const reserved_names[] = {
        "arpa",
        "autoconfig",
        "autodiscover",
        "broadcasthost",
        "invalid",
        "ip6-allhosts",
        "ip6-allnodes",
        "ip6-allrouters",
        "ip6-localhost",
        "ip6-localnet",
        "ip6-loopback",
        "ip6-mcastprefix",
        "isatap",
        "local",
        "localdomain",
        "localhost",
        "localhost4",
        "localhost6",
        "loopback",
        "onion",
        "wpad",
};

static const char *const verdict_names[] = {
        [LABEL_GOOD] = "it is taken",
        [LABEL_EMPTY] = "it has no letter and no digit before the first dot",
        [LABEL_LONG] = "it is longer than 63 bytes",
        [LABEL_NUMBER] = "programs would take it for an address",
        [LABEL_RESERVED] = "it is reserved for configured hosts",
        [LABEL_GENERATED] = "it is the generated name of an address",
};

const char *label_verdict_to_string(LabelVerdict verdict) {
        return verdict_names[verdict];
}

static char to_lower(char c) {
        return (char) (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool is_letter_or_digit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* How many bytes the character at @p takes, as text_sanitize() leaves it: "\xNN" stands for a
 * byte. */
static size_t character_size(const char *p, const char *end) {
        size_t n = 1;

        if (end - p >= 4 && p[0] == '\\' && p[1] == 'x' && isxdigit((unsigned char) p[2]) &&
                isxdigit((unsigned char) p[3]))
                return 4;
        if ((unsigned char) *p < 0x80)
                return 1;
        while (p + n < end && ((unsigned char) p[n] & 0xc0) == 0x80)
                n++;
        return n;
}

/* What inet_aton() takes for an address, in any of its bases. */
static bool is_number(const char *label) {
        const char *p = label;

        if (p[0] == '0' && p[1] == 'x')
                return p[2 + strspn(p + 2, "0123456789abcdef")] == '\0';
        return p[strspn(p, "0123456789")] == '\0';
}

/* The character of a label that stands for one of a text, 0 for none. */
static char map_character(char c) {
        c = to_lower(c);
        if (is_letter_or_digit(c))
                return c;
        return (char) (c == '-' || c == ' ' || c == '_' || (unsigned char) c >= 0x80 ? '-' : 0);
}

LabelVerdict label_make(const char *text, size_t size, char ret[static LABEL_SIZE]) {
        const char *end = text + size;
        char label[256];
        size_t n = 0, step;

        for (const char *p = text; p < end && *p != '.'; p += step) {
                char c;

                step = character_size(p, end);
                c = step > 1 ? '-' : map_character(*p);
                /* a client may write several of its own accord */
                if (c == 0 || (c == '-' && n == 0) ||
                        (c == '-' && label[n - 1] == '-' && (*p != '-' || p[-1] != '-')))
                        continue;
                if (n >= sizeof(label) - 1)
                        return LABEL_LONG;
                label[n++] = c;
        }
        while (n > 0 && label[n - 1] == '-')
                n--;
        label[n] = '\0';
        if (n == 0)
                return LABEL_EMPTY;
        if (n >= LABEL_SIZE)
                return LABEL_LONG;
        if (is_number(label))
                return LABEL_NUMBER;
        memcpy(ret, label, n + 1);
        return LABEL_GOOD;
}

bool label_is_reserved(const char *label, char *const *others) {
        for (size_t i = 0; i < ELEMENTSOF(reserved_names); i++)
                if (strcmp(label, reserved_names[i]) == 0)
                        return true;
        for (; others && *others; others++)
                if (strcmp(label, *others) == 0)
                        return true;
        return false;
}

void label_generate(ipv4_t address, char ret[static LABEL_SIZE]) {
        (void) snprintf(ret, LABEL_SIZE, GENERATED_PREFIX "%u-%u-%u-%u", address >> 24,
                address >> 16 & 255, address >> 8 & 255, address & 255);
}

bool label_is_generated(const char *label) {
        char text[IPV4_STRING_MAX];
        const char *numbers = label + strlen(GENERATED_PREFIX);
        ipv4_t address;

        if (strncmp(label, GENERATED_PREFIX, strlen(GENERATED_PREFIX)) != 0 ||
                strlen(numbers) >= sizeof(text))
                return false;
        for (size_t i = 0; i <= strlen(numbers); i++)
                text[i] = (char) (numbers[i] == '-' ? '.' : numbers[i]);
        return ipv4_parse(text, &address) >= 0;
}

bool name_make(const char *text, size_t size, char ret[static NAME_SIZE]) {
        size_t label = 0;

        if (size > 0 && text[size - 1] == '.')
                size--;
        if (size == 0 || size >= NAME_SIZE)
                return false;
        for (size_t i = 0; i < size; i++) {
                const char c = to_lower(text[i]);

                if (c == '.' ? label == 0
                             : (!is_letter_or_digit(c) && c != '-' && c != '_') ||
                                        label >= LABEL_SIZE - 1)
                        return false;
                label = c == '.' ? 0 : label + 1;
        }
        if (label == 0)
                return false;
        for (size_t i = 0; i < size; i++)
                ret[i] = to_lower(text[i]);
        ret[size] = '\0';
        return true;
}

bool name_join(const char *label, const char *domain, char ret[static NAME_SIZE]) {
        const size_t size = strlen(label);
        const size_t rest = domain && *domain ? 1 + strlen(domain) : 0;

        if (size + rest >= NAME_SIZE)
                return false;
        memcpy(ret, label, size + 1);
        if (rest > 0) {
                ret[size] = '.';
                memcpy(ret + size + 1, domain, rest);
        }
        return true;
}

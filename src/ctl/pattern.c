/* SPDX-License-Identifier: MIT */
/* What a person writes to pick leases. Knows nothing of the bus. */

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "basic/bytes.h"
#include "ctl/pattern.h"

enum {
        HARDWARE_SIZE = 6,
};

/* Whether the text is made of what addresses are made of, and cannot name a host. */
static bool looks_like_address(const char *text) {
        return strpbrk(text, "./") && text[strspn(text, "0123456789./*?-")] == '\0';
}

static bool parse_bytes(const char *text, Pattern *pattern) {
        if (!strpbrk(text, ":-") ||
                bytes_parse(text, pattern->bytes, sizeof(pattern->bytes), &pattern->n_bytes) < 0)
                return false;
        if (pattern->n_bytes == HARDWARE_SIZE && strlen(text) == HARDWARE_SIZE * 3 - 1)
                pattern->type = PATTERN_HARDWARE;
        else if (strchr(text, ':'))
                pattern->type = PATTERN_CLIENT_ID;
        else /* "de-ad" names a host */
                return false;
        return true;
}

int pattern_parse(const char *text, Pattern *ret) {
        Pattern pattern = {.subnet.length = 32};

        if (!*text)
                return -EINVAL;

        if (ipv4_parse(text, &pattern.subnet.address) >= 0 ||
                ipv4_prefix_parse(text, &pattern.subnet) >= 0)
                pattern.type = PATTERN_SUBNET;
        else if (looks_like_address(text))
                return -EINVAL;
        else if (!parse_bytes(text, &pattern)) {
                pattern.type = PATTERN_HOSTNAME;
                pattern.hostname = text;
        }
        *ret = pattern;
        return 0;
}

bool pattern_is_name(const Pattern *pattern) {
        return pattern->type == PATTERN_HOSTNAME && !strpbrk(pattern->hostname, "*?");
}

static bool same_letter(char a, char b) {
        return tolower((unsigned char) a) == tolower((unsigned char) b);
}

/* Goes back to the last star alone, so that it takes O(n * m) at the worst. */
static bool glob_matches(const char *pattern, const char *text) {
        const char *star = NULL, *resume = NULL;

        while (*text) {
                if (*pattern == '*') {
                        star = pattern++;
                        resume = text;
                } else if (*pattern == '?' || same_letter(*pattern, *text)) {
                        pattern++;
                        text++;
                } else if (star) {
                        pattern = star + 1;
                        text = ++resume;
                } else
                        return false;
        }
        return pattern[strspn(pattern, "*")] == '\0';
}

static bool same_bytes(const Pattern *pattern, const uint8_t *bytes, size_t size) {
        return pattern->n_bytes == size && memcmp(pattern->bytes, bytes, size) == 0;
}

bool pattern_matches(const Pattern *pattern, const PatternSubject *subject) {
        switch (pattern->type) {
        case PATTERN_SUBNET:
                return ipv4_prefix_contains(pattern->subnet, subject->address);
        case PATTERN_HARDWARE:
                return same_bytes(pattern, subject->hardware, subject->hardware_size);
        case PATTERN_CLIENT_ID:
                return same_bytes(pattern, subject->client_id, subject->client_id_size);
        case PATTERN_HOSTNAME:
                return glob_matches(pattern->hostname, subject->hostname);
        case PATTERN_TYPE_MAX:
                break;
        }
        return false;
}

/* SPDX-License-Identifier: MIT */
/* What a person writes to pick leases. Knows nothing of the bus. */

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

/* SPDX-License-Identifier: MIT */
/* IPv4 addresses as text and as sets. Reads no other notation than the one it writes. */

#include <errno.h>
#include <string.h>

#include "basic/ipv4.h"

/* Reads one decimal number without leading zeros; advances past it. */
static int take_number(const char **text, uint32_t max, uint32_t *ret) {
        const char *p = *text;
        uint32_t value = 0;

        if (*p < '0' || *p > '9')
                return -EINVAL;
        if (*p == '0' && p[1] >= '0' && p[1] <= '9')
                return -EINVAL;
        for (; *p >= '0' && *p <= '9'; p++) {
                value = value * 10 + (uint32_t) (*p - '0');
                if (value > max)
                        return -EINVAL;
        }
        *text = p;
        *ret = value;
        return 0;
}

static int take_address(const char **text, ipv4_t *ret) {
        ipv4_t address = 0;
        uint32_t octet;
        int r;

        for (unsigned i = 0; i < 4; i++) {
                if (i > 0 && *(*text)++ != '.')
                        return -EINVAL;
                r = take_number(text, UINT8_MAX, &octet);
                if (r < 0)
                        return r;
                address = address << 8 | octet;
        }
        *ret = address;
        return 0;
}

static char *put_number(char *p, unsigned value) {
        if (value >= 100)
                *p++ = (char) ('0' + value / 100);
        if (value >= 10)
                *p++ = (char) ('0' + value / 10 % 10);
        *p++ = (char) ('0' + value % 10);
        return p;
}

char *ipv4_put(char *p, ipv4_t address) {
        for (unsigned shift = 32; shift > 0; shift -= 8) {
                if (shift < 32)
                        *p++ = '.';
                p = put_number(p, address >> (shift - 8) & UINT8_MAX);
        }
        return p;
}

int ipv4_parse(const char *text, ipv4_t *ret) {
        ipv4_t address;
        int r;

        r = take_address(&text, &address);
        if (r < 0)
                return r;
        if (*text)
                return -EINVAL;
        *ret = address;
        return 0;
}

const char *ipv4_format(ipv4_t address, char buffer[static IPV4_STRING_MAX]) {
        *ipv4_put(buffer, address) = '\0';
        return buffer;
}

int ipv4_prefix_parse(const char *text, Ipv4Prefix *ret) {
        ipv4_t address;
        uint32_t length;
        int r;

        r = take_address(&text, &address);
        if (r < 0)
                return r;
        if (*text++ != '/')
                return -EINVAL;
        r = take_number(&text, 32, &length);
        if (r < 0)
                return r;
        if (*text)
                return -EINVAL;
        *ret = (Ipv4Prefix){address, (uint8_t) length};
        return 0;
}

const char *ipv4_prefix_format(Ipv4Prefix prefix, char buffer[static IPV4_PREFIX_STRING_MAX]) {
        char *p = ipv4_put(buffer, prefix.address);

        *p++ = '/';
        *put_number(p, prefix.length) = '\0';
        return buffer;
}

int ipv4_range_parse(const char *text, Ipv4Range *ret) {
        Ipv4Range range;
        int r;

        r = take_address(&text, &range.first);
        if (r < 0)
                return r;
        if (!*text) {
                *ret = (Ipv4Range){range.first, range.first};
                return 0;
        }

        text += strspn(text, " \t");
        if (*text++ != '-')
                return -EINVAL;
        text += strspn(text, " \t");
        r = ipv4_parse(text, &range.last);
        if (r < 0)
                return r;
        if (range.last < range.first)
                return -ERANGE;
        *ret = range;
        return 0;
}

const char *ipv4_range_format(Ipv4Range range, char buffer[static IPV4_RANGE_STRING_MAX]) {
        char *p = ipv4_put(buffer, range.first);

        *p++ = '-';
        *ipv4_put(p, range.last) = '\0';
        return buffer;
}

bool ipv4_is_unicast(ipv4_t address) {
        const uint32_t first = address >> 24;

        /* RFC 6890: "this network", loopback; multicast, reserved and broadcast. */
        return first != 0 && first != 127 && first < 224;
}

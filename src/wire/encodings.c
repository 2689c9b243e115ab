/* SPDX-License-Identifier: MIT */
/* Classless routes (RFC 3442) and domain search lists (RFC 3397), to and from bytes.
 *
 * The decoders read what strangers sent: every length is checked against the end, and a compression
 * pointer must lead to before the piece of name that holds it, so that following them ends. */

#include <errno.h>
#include <string.h>

#include "basic/text.h"
#include "wire/message.h"
#include "wire/options.h"

#define LABEL_MAX 63
#define NAME_MAX_TEXT 253 /* without the final dot */
#define POINTER_BITS 0xc0 /* RFC 1035 4.1.4: both set in the first byte of a pointer */
#define POINTER_TARGETS 0x4000

static size_t significant_octets(uint8_t prefix_length) {
        return (prefix_length + 7U) / 8;
}

int option_encode_route(Buffer *buffer, const Ipv4Route *route) {
        const size_t n = significant_octets(route->destination.length);
        uint8_t data[1 + 2 * sizeof(ipv4_t)];

        data[0] = route->destination.length;
        wire_put_u32(data + 1, ipv4_prefix_network(route->destination));
        wire_put_u32(data + 1 + n, route->gateway);
        return buffer_append(buffer, data, 1 + n + sizeof(ipv4_t));
}

int option_decode_routes(
        const uint8_t *data, size_t size, Ipv4Route *ret, size_t capacity, size_t *ret_n) {
        const uint8_t *end = data + size;
        size_t n = 0;

        if (size == 0)
                return -EBADMSG;

        for (const uint8_t *p = data; p < end; n++) {
                uint8_t length = *p++, destination[sizeof(ipv4_t)] = {0};
                size_t n_octets = significant_octets(length);

                if (length > 32 || (size_t) (end - p) < n_octets + sizeof(ipv4_t))
                        return -EBADMSG;
                memcpy(destination, p, n_octets);
                p += n_octets;
                if (n < capacity) {
                        Ipv4Prefix prefix = {wire_get_u32(destination), length};

                        /* RFC 3442: bits past the prefix are to be ignored. */
                        prefix.address = ipv4_prefix_network(prefix);
                        ret[n] = (Ipv4Route){prefix, wire_get_u32(p)};
                }
                p += sizeof(ipv4_t);
        }
        *ret_n = n;
        return 0;
}

static bool is_name_character(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
}

int domain_name_is_valid(const char *name) {
        size_t label = 0, size = 0;

        for (; *name; name++, size++) {
                if (*name == '.') {
                        if (label == 0)
                                return false;
                        if (!name[1])
                                break;
                        label = 0;
                } else if (!is_name_character(*name) || ++label > LABEL_MAX)
                        return false;
        }
        return label > 0 && size <= NAME_MAX_TEXT;
}

/* Whether the encoded name at an offset is this one. Pointers lead backwards in what we wrote. */
static bool name_is_at(const Buffer *buffer, size_t at, const char *name) {
        while (at < buffer->size) {
                const uint8_t *p = buffer->data + at;
                size_t length = strcspn(name, "."), target;

                if ((p[0] & POINTER_BITS) == POINTER_BITS) {
                        if (at + 1 >= buffer->size)
                                return false;
                        target = wire_get_u16(p) & (POINTER_TARGETS - 1);
                        if (target >= at)
                                return false;
                        at = target;
                        continue;
                }
                if (length == 0 || p[0] == 0)
                        return length == 0 && p[0] == 0;
                if (p[0] != length || buffer->size - at <= length ||
                        memcmp(p + 1, name, length) != 0)
                        return false;
                at += 1 + length;
                name += length;
                name += *name == '.';
        }
        return false;
}

/* The lowest offset at which a name can be pointed to, SIZE_MAX when there is none. */
static size_t find_name(const Buffer *buffer, const char *name) {
        size_t at = 0;

        while (at < MIN(buffer->size, (size_t) POINTER_TARGETS)) {
                uint8_t length = buffer->data[at];

                if ((length & POINTER_BITS) == POINTER_BITS) {
                        at += sizeof(uint16_t);
                        continue;
                }
                if (length > 0 && name_is_at(buffer, at, name))
                        return at;
                at += 1U + length;
        }
        return SIZE_MAX;
}

int option_encode_search(Buffer *buffer, const char *domain) {
        uint8_t name[NAME_MAX_TEXT + 2];
        size_t size = 0, length;

        if (!domain_name_is_valid(domain))
                return -EINVAL;

        /* Into memory of our own first: a name must not be found while it is being written. */
        for (; *domain; domain += length, domain += *domain == '.') {
                size_t at = find_name(buffer, domain);

                if (at != SIZE_MAX) {
                        wire_put_u16(name + size, (uint16_t) (POINTER_BITS << 8 | at));
                        return buffer_append(buffer, name, size + sizeof(uint16_t));
                }
                length = strcspn(domain, ".");
                name[size++] = (uint8_t) length;
                memcpy(name + size, domain, length);
                size += length;
        }
        name[size++] = 0;
        return buffer_append(buffer, name, size);
}

/* Reads one name into @ret, its bytes as they are. Return: the offset after it, or -EBADMSG. */
static ssize_t decode_name(const uint8_t *data, size_t size, size_t at,
        uint8_t ret[static NAME_MAX_TEXT], size_t *ret_n) {
        size_t n = 0, piece = at, after = 0;

        for (;;) {
                size_t length;

                if (at >= size)
                        return -EBADMSG;
                length = data[at];
                if ((length & POINTER_BITS) == POINTER_BITS) {
                        if (at + 1 >= size)
                                return -EBADMSG;
                        if (after == 0)
                                after = at + sizeof(uint16_t);
                        at = wire_get_u16(data + at) & (POINTER_TARGETS - 1);
                        if (at >= piece)
                                return -EBADMSG;
                        piece = at;
                        continue;
                }
                if (length == 0)
                        break;

                /* A dot inside a label would read as two labels. */
                if (length > LABEL_MAX || length > size - at - 1 ||
                        n + length + (n > 0) > NAME_MAX_TEXT || memchr(data + at + 1, '.', length))
                        return -EBADMSG;
                if (n > 0)
                        ret[n++] = '.';
                memcpy(ret + n, data + at + 1, length);
                n += length;
                at += 1 + length;
        }
        if (n == 0)
                return -EBADMSG;
        *ret_n = n;
        return (ssize_t) (after > 0 ? after : at + 1);
}

int option_decode_search(const uint8_t *data, size_t size, char ***ret) {
        _cleanup_(strv_freep) char **names = NULL;
        size_t at = 0;
        int r;

        if (size == 0)
                return -EBADMSG;

        while (at < size) {
                char text[4 * NAME_MAX_TEXT + 1];
                uint8_t name[NAME_MAX_TEXT];
                ssize_t after;
                size_t n;

                after = decode_name(data, size, at, name, &n);
                if (after < 0)
                        return (int) after;
                (void) text_sanitize(name, n, text, sizeof(text));
                r = strv_extend(&names, text);
                if (r < 0)
                        return r;
                at = (size_t) after;
        }
        *ret = TAKE_PTR(names);
        return 0;
}

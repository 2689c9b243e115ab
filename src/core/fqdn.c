/* SPDX-License-Identifier: MIT */

/* Option 81. Knows names as bytes, no DNS. */

#include "core/fqdn.h"

#include <string.h>

#include "basic/macro.h"

#define FQDN_HEADER_SIZE 3 /* flags, RCODE1, RCODE2 */
#define FQDN_RCODE 255     /* RFC 4702 3.2: what servers put there nowadays */
#define LABEL_MAX 63

static size_t labels_to_text(const uint8_t *data, size_t size, uint8_t *ret) {
        size_t n = 0, i = 0;

        /* RFC 4702 3.3.1: a partial name lacks the final zero. */
        while (i < size && data[i] > 0) {
                size_t label = data[i++];

                if (label > LABEL_MAX || label > size - i || n + label + 1 > FQDN_NAME_MAX)
                        return 0;
                if (n > 0)
                        ret[n++] = '.';
                memcpy(ret + n, data + i, label);
                n += label;
                i += label;
        }
        return n;
}

static size_t text_to_labels(const uint8_t *text, size_t size, uint8_t *ret) {
        size_t n = 0;

        while (size > 0) {
                const uint8_t *dot = memchr(text, '.', size);
                size_t label = dot ? (size_t) (dot - text) : size;

                if (label == 0 || label > LABEL_MAX || n + label + 2 > FQDN_NAME_MAX)
                        return 0;
                ret[n++] = (uint8_t) label;
                memcpy(ret + n, text, label);
                n += label;
                text += label;
                size -= label;
                if (dot) {
                        text++;
                        size--;
                }
        }
        ret[n++] = 0;
        return n;
}

size_t fqdn_get_name(const uint8_t *data, size_t size, uint8_t *ret) {
        size_t n;

        if (size < FQDN_HEADER_SIZE)
                return 0;
        if (data[0] & FQDN_FLAG_ENCODED)
                return labels_to_text(data + FQDN_HEADER_SIZE, size - FQDN_HEADER_SIZE, ret);

        n = size - FQDN_HEADER_SIZE;
        data += FQDN_HEADER_SIZE;
        while (n > 0 && (data[n - 1] == '\0' || data[n - 1] == '.'))
                n--;
        if (n > FQDN_NAME_MAX)
                return 0;
        if (n > 0)
                memcpy(ret, data, n);
        return n;
}

size_t fqdn_answer(const uint8_t *data, size_t size, const char *name, size_t name_size,
        const uint8_t *domain, size_t domain_size, uint8_t *ret) {
        uint8_t text[FQDN_NAME_MAX], flags;
        size_t n = MIN(name_size, sizeof(text));

        if (size < FQDN_HEADER_SIZE)
                return 0;

        /* RFC 4702 4: S tells whether the server updates the A record, O that this is not what the
         * client wished, N that the server updates nothing at all, E is the client's. */
        flags = FQDN_FLAG_NO_UPDATES | (data[0] & FQDN_FLAG_ENCODED);
        if (data[0] & FQDN_FLAG_SERVER_UPDATES)
                flags |= FQDN_FLAG_OVERRIDDEN;
        ret[0] = flags;
        ret[1] = ret[2] = FQDN_RCODE;

        if (n > 0)
                memcpy(text, name, n);
        if (n > 0 && !memchr(text, '.', n) && domain_size > 0 &&
                n + 1 + domain_size <= sizeof(text)) {
                text[n++] = '.';
                memcpy(text + n, domain, domain_size);
                n += domain_size;
        }
        if (flags & FQDN_FLAG_ENCODED) {
                n = n > 0 ? text_to_labels(text, n, ret + FQDN_HEADER_SIZE) : 0;
                return FQDN_HEADER_SIZE + n;
        }
        if (n > 0)
                memcpy(ret + FQDN_HEADER_SIZE, text, n);
        return FQDN_HEADER_SIZE + n;
}

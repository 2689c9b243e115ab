/* SPDX-License-Identifier: MIT */
#pragma once

/* Option 81, the client's fully qualified domain name (RFC 4702): read, and answered by a server
 * that leaves the DNS alone. */

#include <stddef.h>
#include <stdint.h>

enum {
        FQDN_FLAG_SERVER_UPDATES = 1, /* S */
        FQDN_FLAG_OVERRIDDEN = 2,     /* O */
        FQDN_FLAG_ENCODED = 4,        /* E: DNS labels instead of text */
        FQDN_FLAG_NO_UPDATES = 8,     /* N */

        FQDN_NAME_MAX = 255,
};

/**
 * fqdn_get_name() - the name in an option 81, as text without a final dot.
 *
 * The bytes are the client's; text_sanitize() them before anybody sees them.
 * @ret: at least FQDN_NAME_MAX bytes, not terminated
 * Return: the name's length, 0 when there is none or it is malformed.
 */
size_t fqdn_get_name(const uint8_t *data, size_t size, uint8_t *ret);

/**
 * fqdn_answer() - the option 81 for the reply, in the encoding of the client's.
 *
 * @data: @size bytes of the client's option
 * @name: @name_size bytes of the name as the server would have it
 * @domain: appended to a name without dots; NULL = none
 * @ret: at least FQDN_NAME_MAX + 3 bytes
 * Return: the option's size, 0 when the client's option is malformed.
 */
size_t fqdn_answer(const uint8_t *data, size_t size, const char *name, size_t name_size,
        const uint8_t *domain, size_t domain_size, uint8_t *ret);

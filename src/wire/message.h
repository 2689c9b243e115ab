/* SPDX-License-Identifier: MIT */
#pragma once

/* A received DHCP message, taken apart once: header fields in host byte order, options indexed by
 * code with overload (RFC 2132 9.3) resolved and repeated codes concatenated (RFC 3396).
 *
 * The view borrows the packet: option data points into it, or into the view's own scratch space
 * where pieces had to be joined. Nothing is allocated. "Absent" (-ENODATA) is told from "empty" and
 * from "wrong length" (-EBADMSG) by every getter. */

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "wire/code-set.h"
#include "wire/protocol.h"

/* Why a datagram is not a message; names by message_error_to_string(). */
typedef enum MessageError {
        MESSAGE_OK,
        MESSAGE_TOO_SHORT, /* no complete header and cookie */
        MESSAGE_TOO_LONG,  /* more than DHCP_MAX_MESSAGE_SIZE */
        MESSAGE_BAD_COOKIE,
        MESSAGE_BAD_HLEN,         /* hlen > 16 */
        MESSAGE_TRUNCATED_OPTION, /* an option reaches past its field */
        MESSAGE_BAD_OVERLOAD,     /* option 52 malformed, or inside an overloaded field */
        MESSAGE_BAD_TYPE,         /* option 53 not one byte from 1 to 8; all else can be read */
        MESSAGE_ERROR_MAX,
} MessageError;

typedef struct MessageOption {
        const uint8_t *data;
        uint16_t size;
} MessageOption;

typedef struct MessageView {
        const uint8_t *packet;
        size_t packet_size;

        uint8_t op;
        uint8_t htype;
        uint8_t hlen; /* 0 to 16 */
        uint8_t hops;
        uint32_t xid;
        uint16_t secs;
        uint16_t flags;
        ipv4_t ciaddr;
        ipv4_t yiaddr;
        ipv4_t siaddr;
        ipv4_t giaddr;
        const uint8_t *chaddr; /* DHCP_CHADDR_SIZE bytes */

        uint8_t overload; /* OVERLOAD_* bits */
        DhcpMessageType type;
        CodeSet present;
        MessageOption options[256]; /* defined for those that are present */

        size_t n_scratch;
        uint8_t scratch[DHCP_MAX_MESSAGE_SIZE];
} MessageView;

/**
 * message_view_init() - takes a datagram's payload apart. O(@size).
 *
 * Bytes after option 255 and a missing 255 are taken; pad options are skipped anywhere. A message
 * whose option 53 is absent has type DHCP_BOOTP. op, hops and htype are not judged here.
 *
 * @packet: @size bytes, borrowed for as long as the view is used
 * Return: MESSAGE_OK, or why this is not a message; the view's fields are then undefined.
 */
MessageError message_view_init(MessageView *view, const void *packet, size_t size);

/**
 * message_error_to_string() - a stable lower-case name: "bad-cookie", "truncated-option".
 */
const char *message_error_to_string(MessageError error);

/**
 * message_type_to_string() - "DISCOVER" … "INFORM", "BOOTP"; "?" when out of range.
 */
const char *message_type_to_string(DhcpMessageType type);

/**
 * message_has() - whether the option is there, empty or not.
 */
static inline bool message_has(const MessageView *view, uint8_t code) {
        return code_set_has(&view->present, code);
}

/**
 * message_get() - an option's bytes, joined.
 *
 * @ret_data, @ret_size: may be NULL; point into packet or view
 * Return: 0 or -ENODATA.
 */
static inline int message_get(
        const MessageView *view, uint8_t code, const uint8_t **ret_data, size_t *ret_size) {
        if (!message_has(view, code))
                return -ENODATA;
        if (ret_data)
                *ret_data = view->options[code].data;
        if (ret_size)
                *ret_size = view->options[code].size;
        return 0;
}

/**
 * message_get_u8() - an option of exactly one byte.
 * Return: 0, -ENODATA when absent, -EBADMSG when it has another length.
 */
int message_get_u8(const MessageView *view, uint8_t code, uint8_t *ret);

/**
 * message_get_u16() - an option of exactly two bytes, in host byte order.
 * Return: 0, -ENODATA when absent, -EBADMSG when it has another length.
 */
int message_get_u16(const MessageView *view, uint8_t code, uint16_t *ret);

/**
 * message_get_u32() - an option of exactly four bytes, in host byte order.
 * Return: 0, -ENODATA when absent, -EBADMSG when it has another length.
 */
int message_get_u32(const MessageView *view, uint8_t code, uint32_t *ret);

/**
 * message_get_ipv4() - an option of exactly one address, in host byte order.
 * Return: 0, -ENODATA when absent, -EBADMSG when it has another length.
 */
int message_get_ipv4(const MessageView *view, uint8_t code, ipv4_t *ret);

/**
 * message_get_text() - an option's text without trailing NULs (RFC 2132 2 has receivers trim them).
 *
 * The bytes are the sender's; text_sanitize() them before anybody sees them.
 * @ret_terminated: may be NULL; whether the sender did send a trailing NUL
 * Return: 0, -ENODATA when absent, -EBADMSG when nothing is left or a NUL is inside.
 */
int message_get_text(const MessageView *view, uint8_t code, const char **ret_text, size_t *ret_size,
        bool *ret_terminated);

/**
 * relay_agent_get() - a sub-option of a relay agent information option (82, RFC 3046).
 *
 * @p: @size bytes of the option
 * @ret_data: may be NULL; points into @p
 * Return: 0, -ENODATA, -EBADMSG when the option cannot be read, with ret_ untouched.
 */
int relay_agent_get(
        const uint8_t *p, size_t size, uint8_t code, const uint8_t **ret_data, size_t *ret_size);

/**
 * message_get_relay() - a sub-option of option 82.
 * Return: 0, -ENODATA when option or sub-option is absent, -EBADMSG when option 82 is malformed.
 */
int message_get_relay(
        const MessageView *view, uint8_t code, const uint8_t **ret_data, size_t *ret_size);

/**
 * message_get_relay_ipv4() - a sub-option of option 82 that is one address, in host byte order.
 * Return: as message_get_relay(), -EBADMSG also for another length.
 */
int message_get_relay_ipv4(const MessageView *view, uint8_t code, ipv4_t *ret);

/* Reading and writing network byte order at any alignment. */
static inline uint16_t wire_get_u16(const uint8_t *p) {
        uint16_t value;

        memcpy(&value, p, sizeof(value));
        return be16toh(value);
}

static inline uint32_t wire_get_u32(const uint8_t *p) {
        uint32_t value;

        memcpy(&value, p, sizeof(value));
        return be32toh(value);
}

static inline void wire_put_u16(uint8_t *p, uint16_t value) {
        value = htobe16(value);
        memcpy(p, &value, sizeof(value));
}

static inline void wire_put_u32(uint8_t *p, uint32_t value) {
        value = htobe32(value);
        memcpy(p, &value, sizeof(value));
}

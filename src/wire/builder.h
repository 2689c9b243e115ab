/* SPDX-License-Identifier: MIT */
#pragma once

/* Writes a DHCP message into the caller's memory: header, options, and where they do not fit, the
 * overloaded file and sname fields (RFC 2131 4.1). Nothing is allocated.
 *
 * Invariant: what has been added fits; an option that does not fit is refused whole and the message
 * stays as it was. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "wire/protocol.h"

typedef struct MessageHeader {
        uint8_t op;
        uint8_t htype;
        uint8_t hlen;
        uint8_t hops;
        uint32_t xid;
        uint16_t secs;
        uint16_t flags;
        ipv4_t ciaddr;
        ipv4_t yiaddr;
        ipv4_t siaddr;
        ipv4_t giaddr;
        const uint8_t *chaddr; /* DHCP_CHADDR_SIZE bytes, or NULL for zeros */
} MessageHeader;

typedef struct MessageBuilder {
        uint8_t *packet;
        size_t limit;       /* end of the options field at the most */
        size_t used;        /* end of what has been written into it */
        size_t reserved;    /* bytes kept free for message_builder_add_last() */
        size_t file_used;   /* bytes of options in file; 0 = not overloaded */
        size_t sname_used;  /* bytes of options in sname; 0 = not overloaded */
        size_t overload_at; /* where the value of option 52 is; 0 = not written */
        bool file_taken;    /* file holds a boot file name */
        bool sname_taken;   /* sname holds a server name */
} MessageBuilder;

/**
 * message_builder_init() - starts a message: header, zero sname and file, cookie.
 *
 * @packet: @capacity bytes, borrowed until message_builder_finish()
 * @limit: the largest DHCP message (UDP payload) that may come out, at least
 *         DHCP_OPTIONS_OFFSET + 4; the smaller of @limit and @capacity counts
 * Return: 0, -ENOBUFS when @capacity or @limit cannot hold even an empty message.
 */
int message_builder_init(MessageBuilder *builder, uint8_t *packet, size_t capacity, size_t limit,
        const MessageHeader *header);

/**
 * message_builder_set_file() - writes the boot file name field; to be called before it is needed
 * for overload. Return: 0, -ENOBUFS when the name has more than 127 bytes, -EBUSY when overloaded.
 */
int message_builder_set_file(MessageBuilder *builder, const char *name);

/**
 * message_builder_set_sname() - writes the server name field, as message_builder_set_file(); at
 * most 63 bytes.
 */
int message_builder_set_sname(MessageBuilder *builder, const char *name);

/**
 * message_builder_reserve() - keeps @size bytes of the options field (with option headers) for
 * options that are to come last. Return: 0, -ENOBUFS.
 */
int message_builder_reserve(MessageBuilder *builder, size_t size);

/**
 * message_builder_add() - appends an option; more than 255 bytes are split (RFC 3396). Options go
 * to the options field, then to file, then to sname where these are free; only an option that must
 * be split is spread over several fields.
 *
 * @data: @size bytes; may be NULL when @size is 0
 * Return: 0, -ENOBUFS when it fits nowhere, -EINVAL for options 0, 52 and 255, which are the
 * builder's own.
 */
int message_builder_add(MessageBuilder *builder, uint8_t code, const void *data, size_t size);

/**
 * message_builder_add_u8() - message_builder_add() of one byte.
 */
int message_builder_add_u8(MessageBuilder *builder, uint8_t code, uint8_t value);

/**
 * message_builder_add_u32() - message_builder_add() of four bytes, from host byte order; also an
 * address.
 */
int message_builder_add_u32(MessageBuilder *builder, uint8_t code, uint32_t value);

/**
 * message_builder_add_encoded() - adds options as they stood in another message, all or none, and
 * without overloading.
 *
 * @options: @size bytes of whole options, copied
 * Return: where they stand in the packet, NULL when they do not fit.
 */
uint8_t *message_builder_add_encoded(MessageBuilder *builder, const uint8_t *options, size_t size);

/**
 * message_builder_add_last() - appends to the options field from the room that was reserved; for
 * option 82, which RFC 3046 2.2 wants last. Nothing else may be added afterwards.
 * Return: 0, -ENOBUFS, -EINVAL as message_builder_add().
 */
int message_builder_add_last(MessageBuilder *builder, uint8_t code, const void *data, size_t size);

/**
 * message_builder_finish() - writes the ends, and pads to DHCP_MIN_MESSAGE_SIZE, but not over the
 * limit.
 *
 * Return: the size of the message.
 */
size_t message_builder_finish(MessageBuilder *builder);

/**
 * message_option_size() - the bytes that @size bytes of option data take with their headers.
 */
size_t message_option_size(size_t size) _const_;

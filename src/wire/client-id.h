/* SPDX-License-Identifier: MIT */
#pragma once

/* Who a client is: option 61 when present, else htype and chaddr (RFC 2131 4.2). Both are written
 * alike, type byte first, so that a client which starts to send 61 with its Ethernet address stays
 * the same client. */

#include <stddef.h>
#include <stdint.h>

#include "wire/message.h"

#define CLIENT_ID_SIZE_MAX 255

typedef struct ClientId {
        uint8_t size; /* 0 = nobody */
        uint8_t data[CLIENT_ID_SIZE_MAX];
} ClientId;

/**
 * client_id_from_message() - the identity of the sender of a message.
 *
 * An option 61 of fewer than two bytes (RFC 2132 9.14) counts as absent; one that is longer than
 * 255 bytes (joined by RFC 3396) is refused.
 *
 * Return: 0, -ENODATA when there is neither a usable option 61 nor a hardware address, -EBADMSG
 * when option 61 is too long.
 */
int client_id_from_message(const MessageView *view, ClientId *ret);

/**
 * client_id_peek() - the identity of the sender without taking the message apart, for a caller that
 * needs no more than a good guess. A few instructions for each option up to 61.
 *
 * Where client_id_from_message() finds one, this is the same, unless option 61 comes in several
 * pieces or only in an overloaded field. What makes a message invalid is not looked for.
 *
 * @packet: @size bytes, a datagram's payload
 * Return: 0, -ENODATA as client_id_from_message(), -EBADMSG when the header or an option before
 * that one is cut off.
 */
int client_id_peek(const uint8_t *packet, size_t size, ClientId *ret);

/**
 * client_id_from_hardware() - the identity of a client that sends no option 61.
 *
 * @address: @size bytes, at most DHCP_CHADDR_SIZE
 */
void client_id_from_hardware(uint8_t htype, const uint8_t *address, size_t size, ClientId *ret);

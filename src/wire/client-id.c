/* SPDX-License-Identifier: MIT */
/* Client identity. Knows nothing of leases; two clients are the same exactly when the bytes are. */

#include <errno.h>
#include <string.h>

#include "wire/client-id.h"
#include "wire/option-reader.h"

/* RFC 2132 9.14: the minimum length of option 61. */
#define CLIENT_ID_SIZE_MIN 2

int client_id_from_message(const MessageView *view, ClientId *ret) {
        const uint8_t *data;
        size_t size;

        /* RFC 2131 4.2: the identifier if there is one, chaddr otherwise. */
        if (message_get(view, DHCP_OPTION_CLIENT_ID, &data, &size) >= 0 &&
                size >= CLIENT_ID_SIZE_MIN) {
                if (size > CLIENT_ID_SIZE_MAX)
                        return -EBADMSG;
                ret->size = (uint8_t) size;
                memcpy(ret->data, data, size);
                return 0;
        }

        if (view->hlen == 0)
                return -ENODATA;
        client_id_from_hardware(view->htype, view->chaddr, view->hlen, ret);
        return 0;
}

int client_id_peek(const uint8_t *packet, size_t size, ClientId *ret) {
        OptionReader reader;
        OptionPiece piece;
        int r;

        if (size < DHCP_OPTIONS_OFFSET)
                return -EBADMSG;
        reader = option_reader_init(packet + DHCP_OPTIONS_OFFSET, size - DHCP_OPTIONS_OFFSET);
        while ((r = option_reader_next(&reader, &piece)) > 0)
                if (piece.code == DHCP_OPTION_CLIENT_ID && piece.size >= CLIENT_ID_SIZE_MIN) {
                        ret->size = piece.size;
                        memcpy(ret->data, piece.data, piece.size);
                        return 0;
                }
        if (r < 0)
                return r;

        if (packet[2] == 0)
                return -ENODATA;
        client_id_from_hardware(packet[1], packet + DHCP_CHADDR_OFFSET, packet[2], ret);
        return 0;
}

void client_id_from_hardware(uint8_t htype, const uint8_t *address, size_t size, ClientId *ret) {
        size = MIN(size, (size_t) DHCP_CHADDR_SIZE);

        ret->size = (uint8_t) (size + 1);
        ret->data[0] = htype;
        if (size > 0)
                memcpy(ret->data + 1, address, size);
}

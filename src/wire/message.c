/* SPDX-License-Identifier: MIT */
/* Takes received messages apart.
 *
 * Every field that holds options is walked once; that is all there is to do for an ordinary
 * message. Only when a code was met twice a second walk joins the pieces in the scratch space,
 * which cannot overflow: the pieces are disjoint parts of a packet of at most its size. Nothing
 * here knows what an option means but for 52 and 53, which decide how the message is read. */

#include <errno.h>
#include <string.h>

#include "wire/message.h"
#include "wire/option-reader.h"

/* Counts while a message is being read: which codes came more than once. */
typedef struct OptionRepeats {
        bool any;
        CodeSet codes;
} OptionRepeats;

/* Enters the options of one field into the table: the first piece's place, the pieces' sizes
 * summed. */
static MessageError view_scan(MessageView *view, OptionReader field, OptionRepeats *repeats) {
        OptionPiece piece;
        int r;

        while ((r = option_reader_next(&field, &piece)) > 0) {
                MessageOption *option = &view->options[piece.code];

                if (message_has(view, piece.code)) {
                        repeats->any = true;
                        code_set_add(&repeats->codes, piece.code);
                        option->size = (uint16_t) (option->size + piece.size);
                } else {
                        code_set_add(&view->present, piece.code);
                        *option = (MessageOption){piece.data, piece.size};
                }
        }
        return r < 0 ? MESSAGE_TRUNCATED_OPTION : MESSAGE_OK;
}

/* Copies the pieces of repeated options out of a field that view_scan() found well-formed. */
static void view_join(MessageView *view, OptionReader field, const OptionRepeats *repeats,
        uint16_t filled[static 256]) {
        OptionPiece piece;

        while (option_reader_next(&field, &piece) > 0) {
                MessageOption *option = &view->options[piece.code];

                if (!code_set_has(&repeats->codes, piece.code))
                        continue;
                if (option->data == piece.data) {
                        option->data = view->scratch + view->n_scratch;
                        view->n_scratch += option->size;
                }
                memcpy(view->scratch + (option->data - view->scratch) + filled[piece.code],
                        piece.data, piece.size);
                filled[piece.code] = (uint16_t) (filled[piece.code] + piece.size);
        }
}

/* The fields that hold options, in the order in which RFC 3396 5 joins them. */
static size_t view_fields(const MessageView *view, OptionReader ret[static 3]) {
        size_t n = 0;

        ret[n++] = option_reader_init(
                view->packet + DHCP_OPTIONS_OFFSET, view->packet_size - DHCP_OPTIONS_OFFSET);
        if (view->overload & OVERLOAD_FILE)
                ret[n++] = option_reader_init(view->packet + DHCP_FILE_OFFSET, DHCP_FILE_SIZE);
        if (view->overload & OVERLOAD_SNAME)
                ret[n++] = option_reader_init(view->packet + DHCP_SNAME_OFFSET, DHCP_SNAME_SIZE);
        return n;
}

static MessageError view_read_options(MessageView *view) {
        const MessageOption *overload = &view->options[DHCP_OPTION_OVERLOAD];
        OptionRepeats repeats = {0};
        OptionReader fields[3];
        MessageError error;
        size_t n_fields;

        n_fields = view_fields(view, fields);
        error = view_scan(view, fields[0], &repeats);
        if (error != MESSAGE_OK)
                return error;

        if (message_has(view, DHCP_OPTION_OVERLOAD)) {
                const uint8_t *value = overload->data;

                if (overload->size != 1 || *value < OVERLOAD_FILE ||
                        *value > (OVERLOAD_FILE | OVERLOAD_SNAME))
                        return MESSAGE_BAD_OVERLOAD;
                view->overload = *value;

                n_fields = view_fields(view, fields);
                for (size_t i = 1; i < n_fields; i++) {
                        error = view_scan(view, fields[i], &repeats);
                        if (error != MESSAGE_OK)
                                return error;
                }
        }
        /* Once overloaded, option 52 may not come again: not even in the fields it opened. */
        if (code_set_has(&repeats.codes, DHCP_OPTION_OVERLOAD))
                return MESSAGE_BAD_OVERLOAD;

        if (repeats.any) {
                uint16_t filled[256] = {0};

                for (size_t i = 0; i < n_fields; i++)
                        view_join(view, fields[i], &repeats, filled);
        }
        return MESSAGE_OK;
}

static MessageError view_read_type(MessageView *view) {
        const MessageOption *type = &view->options[DHCP_OPTION_MESSAGE_TYPE];

        view->type = DHCP_BOOTP;
        if (!message_has(view, DHCP_OPTION_MESSAGE_TYPE))
                return MESSAGE_OK;

        /* Two of them make an option of two bytes by RFC 3396: nobody can tell which was meant. */
        if (type->size != 1 || type->data[0] == DHCP_BOOTP ||
                type->data[0] >= DHCP_MESSAGE_TYPE_MAX)
                return MESSAGE_BAD_TYPE;
        view->type = (DhcpMessageType) type->data[0];
        return MESSAGE_OK;
}

MessageError message_view_init(MessageView *view, const void *packet, size_t size) {
        const uint8_t *p = packet;
        MessageError error;

        if (size < DHCP_OPTIONS_OFFSET)
                return MESSAGE_TOO_SHORT;
        if (size > DHCP_MAX_MESSAGE_SIZE)
                return MESSAGE_TOO_LONG;
        if (wire_get_u32(p + DHCP_HEADER_SIZE) != DHCP_MAGIC_COOKIE)
                return MESSAGE_BAD_COOKIE;
        if (p[2] > DHCP_CHADDR_SIZE)
                return MESSAGE_BAD_HLEN;

        /* Field by field, since neither the scratch space nor the table of options, of which only
         * what is marked as present counts, need be cleared. */
        view->packet = p;
        view->packet_size = size;
        view->op = p[0];
        view->htype = p[1];
        view->hlen = p[2];
        view->hops = p[3];
        view->xid = wire_get_u32(p + 4);
        view->secs = wire_get_u16(p + 8);
        view->flags = wire_get_u16(p + 10);
        view->ciaddr = wire_get_u32(p + 12);
        view->yiaddr = wire_get_u32(p + 16);
        view->siaddr = wire_get_u32(p + 20);
        view->giaddr = wire_get_u32(p + 24);
        view->chaddr = p + 28;
        view->overload = 0;
        view->n_scratch = 0;
        view->present = (CodeSet){0};

        error = view_read_options(view);
        if (error != MESSAGE_OK)
                return error;
        return view_read_type(view);
}

const char *message_error_to_string(MessageError error) {
        switch (error) {
        case MESSAGE_OK:
                return "ok";
        case MESSAGE_TOO_SHORT:
                return "too-short";
        case MESSAGE_TOO_LONG:
                return "too-long";
        case MESSAGE_BAD_COOKIE:
                return "bad-cookie";
        case MESSAGE_BAD_HLEN:
                return "bad-hlen";
        case MESSAGE_TRUNCATED_OPTION:
                return "truncated-option";
        case MESSAGE_BAD_OVERLOAD:
                return "bad-overload";
        case MESSAGE_BAD_TYPE:
                return "bad-type";
        case MESSAGE_ERROR_MAX:
                break;
        }
        return "?";
}

const char *message_type_to_string(DhcpMessageType type) {
        switch (type) {
        case DHCP_BOOTP:
                return "BOOTP";
        case DHCP_DISCOVER:
                return "DISCOVER";
        case DHCP_OFFER:
                return "OFFER";
        case DHCP_REQUEST:
                return "REQUEST";
        case DHCP_DECLINE:
                return "DECLINE";
        case DHCP_ACK:
                return "ACK";
        case DHCP_NAK:
                return "NAK";
        case DHCP_RELEASE:
                return "RELEASE";
        case DHCP_INFORM:
                return "INFORM";
        case DHCP_MESSAGE_TYPE_MAX:
                break;
        }
        return "?";
}

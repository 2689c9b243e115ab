/* SPDX-License-Identifier: MIT */
/* Throws bytes at everything in wire/ that reads bytes. Beyond "no crash" it checks what the
 * headers promise: data lies where it may lie, and a message that was understood can be built anew
 * and is then understood as the same.
 *
 * Build: clang -fsanitize=fuzzer,address,undefined */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text.h"
#include "wire/builder.h"
#include "wire/client-id.h"
#include "wire/frame.h"
#include "wire/message.h"
#include "wire/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not assert(): these checks must stay in every build. */
static void expect(bool condition) {
        if (!condition)
                abort();
}

static bool lies_within(const uint8_t *p, size_t n, const uint8_t *start, size_t size) {
        return p >= start && n <= size && (size_t) (p - start) <= size - n;
}

static void check_option(const MessageView *view, uint8_t code) {
        const uint8_t *data;
        const char *text;
        size_t size, n;
        ipv4_t address;
        uint32_t u32;
        uint16_t u16;
        uint8_t u8;
        char clean[64];

        (void) message_get_u8(view, code, &u8);
        (void) message_get_u16(view, code, &u16);
        (void) message_get_u32(view, code, &u32);
        (void) message_get_ipv4(view, code, &address);
        (void) message_get_relay(view, code, &data, &size);
        (void) message_get_relay_ipv4(view, code, &address);
        if (message_get_text(view, code, &text, &size, NULL) >= 0) {
                expect(size > 0 && !memchr(text, 0, size));
                n = text_sanitize((const uint8_t *) text, size, clean, sizeof(clean));
                expect(n < sizeof(clean) && text_is_clean((const uint8_t *) clean, n));
        }
        if (message_get(view, code, &data, &size) >= 0)
                expect(lies_within(data, size, view->packet, view->packet_size) ||
                        lies_within(data, size, view->scratch, view->n_scratch));
        else
                expect(!message_has(view, code));
}

static void check_decoders(const uint8_t *data, size_t size) {
        _cleanup_(strv_freep) char **names = NULL;
        Ipv4Route routes[4];
        size_t n;

        if (option_decode_routes(data, size, routes, ELEMENTSOF(routes), &n) >= 0)
                for (size_t i = 0; i < MIN(n, ELEMENTSOF(routes)); i++)
                        expect(routes[i].destination.length <= 32);
        if (option_decode_search(data, size, &names) >= 0)
                for (size_t i = 0; i < strv_length(names); i++)
                        expect(text_is_clean((const uint8_t *) names[i], strlen(names[i])));
}

static void check_rebuilt(const MessageView *view) {
        static uint8_t packet[DHCP_MAX_MESSAGE_SIZE];
        const MessageHeader header = {.hlen = view->hlen, .chaddr = view->chaddr};
        MessageBuilder builder;
        MessageView again;

        /* What was in overloaded fields must find room in the options field. */
        if (view->packet_size + DHCP_FILE_SIZE + DHCP_SNAME_SIZE > sizeof(packet) - 16)
                return;

        expect(message_builder_init(&builder, packet, sizeof(packet), sizeof(packet), &header) >=
                0);
        for (unsigned code = 1; code < 255; code++) {
                const MessageOption *option = &view->options[code];

                if (message_has(view, (uint8_t) code) && code != DHCP_OPTION_OVERLOAD)
                        expect(message_builder_add(
                                       &builder, (uint8_t) code, option->data, option->size) >= 0);
        }
        expect(message_view_init(&again, packet, message_builder_finish(&builder)) == MESSAGE_OK);
        expect(again.type == view->type);
        for (unsigned code = 1; code < 255; code++) {
                const MessageOption *a = &view->options[code], *b = &again.options[code];

                if (code == DHCP_OPTION_OVERLOAD)
                        continue;
                expect(message_has(view, (uint8_t) code) == message_has(&again, (uint8_t) code));
                if (!message_has(view, (uint8_t) code))
                        continue;
                expect(a->size == b->size);
                expect(a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
        }
}

static void check_message(const uint8_t *data, size_t size) {
        MessageView view;
        ClientId id;

        if (message_view_init(&view, data, size) != MESSAGE_OK)
                return;

        for (unsigned code = 0; code < 256; code++) {
                const MessageOption *option = &view.options[code];

                check_option(&view, (uint8_t) code);
                if (message_has(&view, (uint8_t) code))
                        check_decoders(option->data, option->size);
        }
        if (client_id_from_message(&view, &id) >= 0)
                expect(id.size >= 2);
        check_rebuilt(&view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        UdpDatagram datagram;
        ArpPacket arp;

        check_message(data, size);
        check_decoders(data, size);
        (void) arp_parse(data, size, &arp);
        for (unsigned partial = 0; partial < 2; partial++)
                if (udp_frame_parse(data, size, partial != 0, &datagram) >= 0) {
                        expect(lies_within(datagram.payload, datagram.payload_size, data, size));
                        check_message(datagram.payload, datagram.payload_size);
                }
        return 0;
}

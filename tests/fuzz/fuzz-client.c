/* SPDX-License-Identifier: MIT */
/* A client among strangers: the input is a script of packets, ARP packets, verbs and time. The xid,
 * hardware address and cookie of a packet are made right on request, or nothing would ever be
 * taken. Beyond "no crash" it checks what the header promises: what is sent can be read, deadlines
 * lie ahead, a lease is there in the states that have one, and without carrier nothing is asked.
 *
 * Build: clang -fsanitize=fuzzer,address,undefined */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "basic/macro.h"
#include "basic/time.h"
#include "client/minidhcp-client.h"
#include "wire/frame.h"
#include "wire/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
        COMMANDS_MAX = 200,
        PACKET_MAX = 1500,
};

static const uint8_t hardware[ETHERNET_ADDRESS_SIZE] = {2, 0, 0, 0, 0, 7};

typedef struct Walk {
        const uint8_t *data;
        size_t size;
        mdc_client *client;
        mdc_lease *lease; /* of the last event that had one */
        usec_t now;
        uint32_t xid; /* of the last message sent */
        bool dark;    /* without carrier */
} Walk;

/* Not assert(): these checks must stay in every build. */
static void expect(bool condition) {
        if (!condition)
                abort();
}

static uint8_t take_byte(Walk *walk) {
        if (walk->size == 0)
                return 0;
        walk->size--;
        return *walk->data++;
}

static void take_all(Walk *walk) {
        const mdc_output *output;
        const mdc_event *event;
        MessageView view;
        ArpPacket arp;

        while (mdc_client_next_output(walk->client, &output) > 0) {
                if (output->kind == MDC_OUTPUT_ARP) {
                        expect(arp_parse(output->data, output->size, &arp) == 0);
                        continue;
                }
                expect(message_view_init(&view, output->data, output->size) == MESSAGE_OK);
                expect(view.op == BOOTREQUEST && view.type != DHCP_BOOTP);
                expect(output->kind == MDC_OUTPUT_BROADCAST || output->destination.s_addr != 0);
                expect(!walk->dark || view.type == DHCP_RELEASE || view.type == DHCP_DECLINE);
                walk->xid = view.xid;
        }
        while (mdc_client_next_event(walk->client, &event) > 0) {
                expect(event->type != MDC_EVENT_ACQUIRED || event->lease);
                if (event->lease) {
                        (void) mdc_lease_unref(walk->lease);
                        walk->lease = mdc_lease_ref(event->lease);
                }
        }
}

static void check_state(const Walk *walk) {
        mdc_state state = mdc_client_get_state(walk->client);
        bool has_address = state == MDC_STATE_BOUND || state == MDC_STATE_RENEWING ||
                           state == MDC_STATE_REBINDING;
        uint64_t lifetime = 0, t1 = 0, t2 = 0;
        mdc_lease *lease;
        bool has_lease = mdc_client_get_lease(walk->client, &lease) >= 0;

        expect(has_lease || !has_address);
        expect(!walk->dark || !has_address);
        expect(strcmp(mdc_state_to_string(state), "?") != 0);
        if (state == MDC_STATE_STOPPED)
                expect(mdc_client_deadline(walk->client) == MDC_INFINITY);
        if (!has_lease)
                return;
        expect(mdc_lease_get_lifetime(lease, &lifetime) >= 0);
        expect(mdc_lease_get_t1(lease, &t1) >= 0 && mdc_lease_get_t2(lease, &t2) >= 0);
        expect(t1 <= t2 && t2 <= lifetime && t1 > 0);
}

static void input_packet(Walk *walk) {
        uint8_t packet[PACKET_MAX], help = take_byte(walk);
        size_t n = MIN((size_t) take_byte(walk) << 2, walk->size);

        memset(packet, 0, sizeof(packet));
        if (n > 0)
                memcpy(packet, walk->data, n);
        walk->data += n;
        walk->size -= n;

        if (help & 1) {
                /* a header that gets far, and the bytes as options */
                size_t options = MIN(n, sizeof(packet) - DHCP_OPTIONS_OFFSET);

                memmove(packet + DHCP_OPTIONS_OFFSET, packet, options);
                memset(packet, 0, DHCP_OPTIONS_OFFSET);
                packet[0] = BOOTREPLY;
                packet[1] = HARDWARE_ETHERNET;
                packet[2] = ETHERNET_ADDRESS_SIZE;
                wire_put_u32(packet + 4, walk->xid);
                wire_put_u32(packet + 16, UINT32_C(0xc0a80100) + (help >> 1));
                memcpy(packet + DHCP_CHADDR_OFFSET, hardware, sizeof(hardware));
                wire_put_u32(packet + DHCP_HEADER_SIZE, DHCP_MAGIC_COOKIE);
                n = DHCP_OPTIONS_OFFSET + options;
        }
        if (mdc_client_input(walk->client, walk->now, NULL, packet, n) == 0)
                expect(mdc_client_drop_reason(walk->client) != MDC_DROP_NONE);
}

static void input_arp(Walk *walk) {
        uint8_t bytes[ARP_PACKET_SIZE];
        ArpPacket packet = {
                .operation = (uint16_t) (take_byte(walk) % 3),
                .sender = UINT32_C(0xc0a80100) + take_byte(walk),
                .target = UINT32_C(0xc0a80100) + take_byte(walk),
        };

        packet.sender_hardware[5] = take_byte(walk);
        arp_build(bytes, &packet);
        (void) mdc_client_input_arp(walk->client, walk->now, bytes, sizeof(bytes));
}

static void change_hardware(Walk *walk) {
        uint8_t address[ETHERNET_ADDRESS_SIZE];

        memcpy(address, hardware, sizeof(address));
        address[5] ^= take_byte(walk) & 1;
        expect(mdc_client_set_hardware(
                       walk->client, walk->now, HARDWARE_ETHERNET, address, sizeof(address)) == 0);
}

static void perform_verb(Walk *walk) {
        struct in_addr address = {.s_addr = htonl(UINT32_C(0xc0a80100) + take_byte(walk))};
        mdc_client *client = walk->client;

        switch (take_byte(walk) % 17) {
        case 0:
                (void) mdc_client_start(client, walk->now);
                break;
        case 1:
                (void) mdc_client_init_reboot(client, walk->now, address);
                break;
        case 2:
                (void) mdc_client_inform(client, walk->now, address);
                break;
        case 3:
                (void) mdc_client_renew(client, walk->now);
                break;
        case 4:
                (void) mdc_client_rebind(client, walk->now);
                break;
        case 5:
                (void) mdc_client_release(client, walk->now, "bye");
                break;
        case 6:
                (void) mdc_client_decline(client, walk->now, NULL);
                break;
        case 7:
                (void) mdc_client_accept(client, walk->now);
                break;
        case 8:
                if (walk->lease)
                        (void) mdc_client_select(client, walk->now, walk->lease);
                break;
        case 9:
                if (walk->lease)
                        (void) mdc_client_adopt(client, walk->now, walk->lease);
                break;
        case 10:
                (void) mdc_client_stop(client, walk->now);
                break;
        case 11:
                (void) mdc_client_link_down(client, walk->now);
                walk->dark = true;
                break;
        case 12:
                (void) mdc_client_link_up(client, walk->now);
                walk->dark = false;
                break;
        case 13:
                (void) mdc_client_link_gone(client, walk->now);
                walk->dark = true;
                break;
        case 14:
                change_hardware(walk);
                break;
        case 15:
                (void) mdc_client_confirm(client, walk->now);
                break;
        case 16:
                (void) mdc_client_address_removed(client, walk->now, address);
                break;
        }
}

static void pass_time(Walk *walk) {
        uint64_t deadline = mdc_client_deadline(walk->client);
        uint8_t how = take_byte(walk);

        if (how & 1 && deadline != MDC_INFINITY)
                walk->now = MAX(walk->now, deadline);
        else
                walk->now = usec_add(walk->now, USEC_PER_MSEC << (how >> 3));
        expect(mdc_client_tick(walk->client, walk->now) == 0);
}

static mdc_client *new_client(uint8_t choices) {
        static const uint8_t seed[16] = "fuzz";
        mdc_client *client = NULL;
        mdc_config *config = NULL;

        expect(mdc_config_new(&config) == 0);
        expect(mdc_config_set_hardware(config, HARDWARE_ETHERNET, hardware, sizeof(hardware)) == 0);
        (void) mdc_config_set_random_seed(config, seed);
        (void) mdc_config_set_manual_select(config, choices & 1);
        (void) mdc_config_set_manual_accept(config, choices & 2);
        (void) mdc_config_set_rapid_commit(config, choices & 4);
        (void) mdc_config_set_acd(config, (mdc_acd) ((choices >> 3) % 3));
        (void) mdc_config_set_offer_wait(config, choices & 64 ? USEC_PER_SEC : 0);
        expect(mdc_client_new(&client, config) == 0);
        (void) mdc_config_unref(config);
        return client;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        Walk walk = {.data = data, .size = size, .now = USEC_PER_DAY};
        _cleanup_free_ char *json = NULL;

        walk.client = new_client(take_byte(&walk));
        (void) mdc_client_start(walk.client, walk.now);
        take_all(&walk);
        for (unsigned i = 0; i < COMMANDS_MAX && walk.size > 0; i++) {
                switch (take_byte(&walk) % 4) {
                case 0:
                        input_packet(&walk);
                        break;
                case 1:
                        input_arp(&walk);
                        break;
                case 2:
                        perform_verb(&walk);
                        break;
                case 3:
                        pass_time(&walk);
                        break;
                }
                take_all(&walk);
                check_state(&walk);
        }
        if (walk.lease)
                expect(mdc_lease_to_json(walk.lease, &json) == 0);
        (void) mdc_lease_unref(walk.lease);
        (void) mdc_client_unref(walk.client);
        return 0;
}

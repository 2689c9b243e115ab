/* SPDX-License-Identifier: MIT */
#pragma once

/* A client on a desk: the test is the clock, the server and the link. Replies are built from a few
 * fields; what the client sends is taken apart again. */

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>

#include "basic/time.h"
#include "client/minidhcp-client.h"
#include "test.h"
#include "wire/builder.h"
#include "wire/frame.h"
#include "wire/message.h"

#define SECOND USEC_PER_SEC
#define DESK_ADDRESS "192.168.1.100"
#define DESK_SERVER "192.168.1.69"

DEFINE_POINTER_CLEANUP(mdc_lease, mdc_lease_unref);

static const uint8_t desk_hardware[ETHERNET_ADDRESS_SIZE] = {2, 0, 0, 0, 0, 7};

typedef struct Desk {
        mdc_config *config;
        mdc_client *client;
        usec_t now;
        mdc_output output; /* the last that was taken */
        MessageView sent;
        ArpPacket arp;
        mdc_lease *lease; /* of the last event that had one */
} Desk;

/* What a reply says; zero and NULL leave the default. */
typedef struct Reply {
        DhcpMessageType type;
        const char *address; /* yiaddr; NULL: DESK_ADDRESS, but in a NAK */
        const char *server;  /* option 54; "" for none */
        uint32_t seconds;    /* option 51; 0: 3600 */
        uint32_t t1, t2;     /* 0: absent */
        uint32_t xid;        /* 0: that of the last message sent */
        bool no_lease_time;
        bool rapid_commit;
        uint8_t last_hardware_byte; /* 0: ours */
        const char *client_id;      /* option 61 as text */
        uint8_t op;                 /* 0: BOOTREPLY */
} Reply;

static inline struct in_addr desk_address(const char *text) {
        struct in_addr address = {0};

        ck_assert_int_eq(inet_pton(AF_INET, text, &address), 1);
        return address;
}

static inline ipv4_t desk_ipv4(const char *text) {
        return ntohl(desk_address(text).s_addr);
}

static inline void desk_init(Desk *desk) {
        static const uint8_t seed[16] = "an honest seed";

        *desk = (Desk){.now = 1000 * SECOND};
        ck_assert_int_eq(mdc_config_new(&desk->config), 0);
        ck_assert_int_eq(mdc_config_set_hardware(desk->config, HARDWARE_ETHERNET, desk_hardware,
                                 sizeof(desk_hardware)),
                0);
        ck_assert_int_eq(mdc_config_set_random_seed(desk->config, seed), 0);
        ck_assert_int_eq(mdc_config_set_acd(desk->config, MDC_ACD_OFF), 0);
}

static inline void desk_open(Desk *desk) {
        ck_assert_int_eq(mdc_client_new(&desk->client, desk->config), 0);
}

static inline void desk_done(Desk *desk) {
        (void) mdc_client_unref(desk->client);
        (void) mdc_config_unref(desk->config);
        (void) mdc_lease_unref(desk->lease);
}

/* The next output is a DHCP message of this type; it is taken apart into desk->sent. */
static inline void expect_sent(Desk *desk, DhcpMessageType type) {
        const mdc_output *output;

        ck_assert_msg(mdc_client_next_output(desk->client, &output) == 1,
                "nothing was sent, not %s", message_type_to_string(type));
        ck_assert_int_ne(output->kind, MDC_OUTPUT_ARP);
        desk->output = *output;
        ck_assert_int_eq(message_view_init(&desk->sent, output->data, output->size), MESSAGE_OK);
        ck_assert_str_eq(message_type_to_string(desk->sent.type), message_type_to_string(type));
        ck_assert_int_eq(desk->sent.op, BOOTREQUEST);
        ck_assert_mem_eq(desk->sent.chaddr, desk_hardware, sizeof(desk_hardware));
}

static inline void expect_arp(Desk *desk, const char *sender, const char *target) {
        const mdc_output *output;

        ck_assert_int_eq(mdc_client_next_output(desk->client, &output), 1);
        ck_assert_int_eq(output->kind, MDC_OUTPUT_ARP);
        ck_assert_int_eq(arp_parse(output->data, output->size, &desk->arp), 0);
        ck_assert_uint_eq(desk->arp.sender, desk_ipv4(sender));
        ck_assert_uint_eq(desk->arp.target, desk_ipv4(target));
        ck_assert_mem_eq(desk->arp.sender_hardware, desk_hardware, sizeof(desk_hardware));
}

static inline void expect_nothing_sent(Desk *desk) {
        const mdc_output *output;

        ck_assert_int_eq(mdc_client_next_output(desk->client, &output), 0);
}

#define expect_state(desk, name)                                                                   \
        ck_assert_str_eq(mdc_state_to_string(mdc_client_get_state((desk)->client)), name)

/* Takes events until one of this type comes; the test fails when none does. */
static inline mdc_event expect_event(Desk *desk, mdc_event_type type) {
        const mdc_event *event;

        while (mdc_client_next_event(desk->client, &event) > 0)
                if (event->type == type) {
                        if (event->lease) {
                                (void) mdc_lease_unref(desk->lease);
                                desk->lease = mdc_lease_ref(event->lease);
                        }
                        return *event;
                }
        ck_abort_msg("event %d has not happened", (int) type);
        return (mdc_event){0};
}

/* Events of this type that wait; all events are taken. */
static inline size_t count_events(Desk *desk, mdc_event_type type) {
        const mdc_event *event;
        size_t n = 0;

        while (mdc_client_next_event(desk->client, &event) > 0)
                n += event->type == type;
        return n;
}

static inline size_t desk_build(Desk *desk, const Reply *reply, uint8_t packet[static 600]) {
        const char *server = reply->server ? reply->server : DESK_SERVER;
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {0};
        MessageHeader header = {
                .op = reply->op ? reply->op : BOOTREPLY,
                .htype = HARDWARE_ETHERNET,
                .hlen = ETHERNET_ADDRESS_SIZE,
                .xid = reply->xid ? reply->xid : desk->sent.xid,
                .chaddr = chaddr,
        };
        MessageBuilder builder;

        memcpy(chaddr, desk_hardware, sizeof(desk_hardware));
        if (reply->last_hardware_byte)
                chaddr[5] = reply->last_hardware_byte;
        if (reply->type != DHCP_NAK)
                header.yiaddr = desk_ipv4(reply->address ? reply->address : DESK_ADDRESS);

        ck_assert_int_eq(message_builder_init(&builder, packet, 600, 600, &header), 0);
        if (reply->type != DHCP_BOOTP)
                (void) message_builder_add_u8(
                        &builder, DHCP_OPTION_MESSAGE_TYPE, (uint8_t) reply->type);
        if (*server)
                (void) message_builder_add_u32(&builder, DHCP_OPTION_SERVER_ID, desk_ipv4(server));
        if (reply->type != DHCP_NAK && !reply->no_lease_time)
                (void) message_builder_add_u32(
                        &builder, DHCP_OPTION_LEASE_TIME, reply->seconds ? reply->seconds : 3600);
        if (reply->t1)
                (void) message_builder_add_u32(&builder, DHCP_OPTION_RENEWAL_TIME, reply->t1);
        if (reply->t2)
                (void) message_builder_add_u32(&builder, DHCP_OPTION_REBINDING_TIME, reply->t2);
        if (reply->rapid_commit)
                (void) message_builder_add(&builder, DHCP_OPTION_RAPID_COMMIT, NULL, 0);
        if (reply->client_id)
                (void) message_builder_add(&builder, DHCP_OPTION_CLIENT_ID, reply->client_id,
                        strlen(reply->client_id));
        return message_builder_finish(&builder);
}

/* Hands a reply to the client; what mdc_client_input() returns. */
static inline int desk_reply(Desk *desk, Reply reply) {
        mdc_metadata metadata = {
                .source = desk_address(DESK_SERVER),
                .source_port = DHCP_SERVER_PORT,
        };
        uint8_t packet[600];
        size_t size = desk_build(desk, &reply, packet);

        return mdc_client_input(desk->client, desk->now, &metadata, packet, size);
}

#define reply_taken(desk, ...) ck_assert_int_eq(desk_reply(desk, (Reply){__VA_ARGS__}), 1)

#define reply_dropped(desk, reason, ...)                                                           \
        do {                                                                                       \
                ck_assert_int_eq(desk_reply(desk, (Reply){__VA_ARGS__}), 0);                       \
                ck_assert_str_eq(mdc_drop_to_string(mdc_client_drop_reason((desk)->client)),       \
                        mdc_drop_to_string(reason));                                               \
        } while (0)

/* Lets time pass up to the client's next deadline, and tells how much has passed. */
static inline usec_t desk_wait(Desk *desk) {
        usec_t deadline = mdc_client_deadline(desk->client), passed;

        ck_assert_uint_ne(deadline, MDC_INFINITY);
        passed = usec_sub(deadline, desk->now);
        desk->now = MAX(desk->now, deadline);
        ck_assert_int_eq(mdc_client_tick(desk->client, desk->now), 0);
        return passed;
}

static inline void desk_pass(Desk *desk, usec_t span) {
        desk->now += span;
        ck_assert_int_eq(mdc_client_tick(desk->client, desk->now), 0);
}

#define expect_between(value, low, high)                                                           \
        do {                                                                                       \
                usec_t value_ = (value);                                                           \
                ck_assert_uint_ge(value_, (low));                                                  \
                ck_assert_uint_le(value_, (high));                                                 \
        } while (0)

/* DISCOVER, OFFER, REQUEST, ACK; the reply's fields are those of OFFER and ACK. */
static inline void desk_acquire(Desk *desk, Reply reply) {
        ck_assert_int_eq(mdc_client_start(desk->client, desk->now), 0);
        expect_sent(desk, DHCP_DISCOVER);
        reply.type = DHCP_OFFER;
        ck_assert_int_eq(desk_reply(desk, reply), 1);
        expect_sent(desk, DHCP_REQUEST);
        reply.type = DHCP_ACK;
        ck_assert_int_eq(desk_reply(desk, reply), 1);
}

/* An ACK for this address from 192.168.1.69, with these options more. */
static inline mdc_lease *lease_for(const char *address, const char *options) {
        uint8_t packet[1500] = {0}, *end = packet + DHCP_OPTIONS_OFFSET;
        mdc_lease *lease = NULL;

        packet[0] = BOOTREPLY;
        packet[1] = HARDWARE_ETHERNET;
        packet[2] = ETHERNET_ADDRESS_SIZE;
        wire_put_u32(packet + 16, desk_ipv4(address));
        wire_put_u32(packet + DHCP_HEADER_SIZE, DHCP_MAGIC_COOKIE);
        end += test_bytes("35 01 05  36 04 c0 a8 01 45  33 04 00 00 0e 10", end, 100);
        end += test_bytes(options, end, 1000);
        *end++ = DHCP_OPTION_END;
        ck_assert_int_eq(mdc_lease_new(&lease, 5 * SECOND, packet, (size_t) (end - packet)), 0);
        return lease;
}

static inline mdc_lease *lease_with(const char *options) {
        return lease_for(DESK_ADDRESS, options);
}

/* SPDX-License-Identifier: MIT */
#pragma once

/* What a client is told before it begins. A client holds a copy of its own, so that later changes
 * to the caller's object reach no running client. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "client/minidhcp-client-core.h"
#include "wire/client-id.h"
#include "wire/options.h"
#include "wire/protocol.h"

enum {
        CONFIG_OPTIONS_MAX = 254, /* codes that can be asked for */
        CONFIG_SEED_SIZE = 16,
};

typedef enum ClientIdKind {
        CLIENT_ID_MAC,   /* made from the hardware address when a client is made */
        CLIENT_ID_NONE,  /* no option 61 */
        CLIENT_ID_BYTES, /* `client_id` holds it */
} ClientIdKind;

struct mdc_config {
        unsigned n_references;
        int ifindex; /* 0 = not set */

        uint8_t hardware_type;
        uint8_t hardware_size; /* 0 = not set */
        uint8_t hardware[DHCP_CHADDR_SIZE];

        ClientIdKind client_id_kind;
        ClientId client_id;
        bool client_id_is_mac; /* of a copy: `client_id` was made from the hardware address */

        ipv4_t requested_address;
        ipv4_t server;
        ipv4_t destination;     /* of what would be broadcast; 0 = 255.255.255.255 */
        uint32_t lease_seconds; /* 0 = not said */

        usec_t fallback_lifetime; /* 0 = none */
        uint16_t message_size;    /* of option 57; 0 = what the link takes */

        bool broadcast;
        bool ipv6_only;
        bool rapid_commit;
        bool manual_select;
        bool manual_accept;
        mdc_acd acd;
        usec_t start_delay;
        usec_t offer_wait;

        uint8_t requested[CONFIG_OPTIONS_MAX];
        size_t n_requested;
        OptionSet options; /* what is sent, 12, 60 and 81 among them */

        bool seeded;
        uint8_t seed[CONFIG_SEED_SIZE];
};

/**
 * config_copy() - copies into zeroed memory; config_done() frees what the copy owns.
 *
 * The kind CLIENT_ID_MAC is resolved: the copy has the bytes.
 * Return: 0, -EINVAL when hardware address or seed are missing, -ENOMEM.
 */
int config_copy(mdc_config *copy, const mdc_config *config);

/**
 * config_done() - frees what a copy owns.
 */
void config_done(mdc_config *copy);

/**
 * config_change_hardware() - the link of a copy has another hardware address; a client identifier
 * that was made from the old one is made again.
 * Return: 1, 0 when it is the same address, -EINVAL as mdc_config_set_hardware().
 */
int config_change_hardware(mdc_config *copy, uint8_t type, const uint8_t *address, size_t size);

/**
 * config_message_size_is_valid() - whether option 57 may say this (RFC 2132 9.10), and we take it.
 */
bool config_message_size_is_valid(uint16_t size);

/**
 * config_takes_rapid_commit() - whether an ACK may answer a DISCOVER: never where the choice is the
 * caller's.
 */
static inline bool config_takes_rapid_commit(const mdc_config *config) {
        return config->rapid_commit && !config->manual_select;
}

DEFINE_POINTER_CLEANUP(mdc_config, mdc_config_unref);

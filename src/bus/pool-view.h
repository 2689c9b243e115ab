/* SPDX-License-Identifier: MIT */
#pragma once

/* A pool as the bus shows it, made for one call: the core's pool and its settings side by side,
 * flat, so that a table of properties can point into it. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "core/pool.h"
#include "core/server.h"
#include "core/settings.h"

typedef struct PoolView {
        const PoolSettings *settings;
        const ReplySettings *reply;
        const char *name; /* strings are not sanitised: property_get_string does it */
        const char *origin;
        const char *conflict_detection;
        const char *client_identifier;
        const char *unknown_clients;
        char **interfaces;
        const Pool *pool;
        const Server *server; /* tells which links the pool serves */
        bool enabled;
        bool trust_option_82;
        bool authoritative;
        bool rapid_commit;
        bool bootp;
        uint64_t size;
        uint64_t used;
        uint64_t free;
        uint64_t offered;
        uint64_t declined;
        uint64_t reserved;
        uint64_t reserved_outside;
        uint64_t used_outside;
        char subnet[IPV4_PREFIX_STRING_MAX];
        char server_address[IPV4_STRING_MAX]; /* or "" */
} PoolView;

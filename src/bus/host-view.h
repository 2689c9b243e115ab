/* SPDX-License-Identifier: MIT */
#pragma once

/* A configured host as the bus shows it, made for one call. */

#include <stdbool.h>

#include "basic/ipv4.h"
#include "bus/lease-view.h"
#include "bus/object.h"
#include "core/settings.h"

/* The lease of the address that is reserved, if somebody has it. */
typedef struct HolderView {
        bool is_there;
        LeaseView lease;
} HolderView;

typedef struct HostView {
        const ReplySettings *reply;
        const char *name; /* strings are not sanitised: property_get_string does it */
        const char *origin;
        const char *address; /* "" = any address of the pool */
        const char *hostname;
        const char *pool;
        const char *served_pool; /* "" = any, or none */
        ByteView hardware;
        ByteView client_id;
        ByteView circuit_id;
        bool deny;
        const char *outlook;
        const char *current_address; /* of its client where that is elsewhere, "" = nowhere */
        uint64_t moves_at;
        char address_text[IPV4_STRING_MAX];
        char current_text[IPV4_STRING_MAX];
        HolderView holder;
} HostView;

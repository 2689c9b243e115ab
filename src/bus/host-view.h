/* SPDX-License-Identifier: MIT */
#pragma once

/* A configured host as the bus shows it, made for one call. */

#include <stdbool.h>

#include "basic/ipv4.h"
#include "bus/object.h"
#include "core/settings.h"

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
        char address_text[IPV4_STRING_MAX];
} HostView;

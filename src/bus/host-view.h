/* SPDX-License-Identifier: MIT */
#pragma once

/* A configured host as the bus shows it, made for one call. */

#include <stdbool.h>

#include "basic/ipv4.h"
#include "bus/lease-view.h"
#include "core/settings.h"

/* The lease of the address that is reserved, if somebody has it. */
typedef struct HolderView {
        bool is_there;
        LeaseView lease;
} HolderView;

typedef struct HostView {
        const HostSettings *settings;
        const char *name; /* strings are not sanitised: property_get_string does it */
        const char *origin;
        const char *hostname;    /* or the name */
        const char *served_pool; /* "" = any, or none */
        const char *outlook;
        const char *current_address; /* of its client where that is elsewhere, "" = nowhere */
        uint64_t moves_at;
        char current_text[IPV4_STRING_MAX];
        HolderView holder;
} HostView;

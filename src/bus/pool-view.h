/* SPDX-License-Identifier: MIT */
#pragma once

/* A pool as the bus shows it, made for one call: its settings, and what a table of properties can
 * point at of the rest. */

#include <stdbool.h>
#include <stdint.h>

#include "core/pool.h"
#include "core/server.h"
#include "core/settings.h"

typedef struct PoolView {
        const PoolSettings *settings;
        const char *name; /* strings are not sanitised: property_get_string does it */
        const char *origin;
        const Pool *pool;
        const Server *server; /* tells which links the pool serves */
        bool enabled;
        uint64_t size;
        uint64_t used;
        uint64_t free;
        uint64_t offered;
        uint64_t declined;
        uint64_t reserved;
        uint64_t reserved_outside;
        uint64_t used_outside;
} PoolView;

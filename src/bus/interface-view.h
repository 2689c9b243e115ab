/* SPDX-License-Identifier: MIT */
#pragma once

/* A network interface as the bus shows it, made for one call. */

#include <stdbool.h>
#include <stdint.h>

#include "bus/object.h"
#include "wire/link.h"

typedef struct InterfaceView {
        const Link *link;
        int32_t index;
        const char *name;
        ByteView hardware; /* of Ethernet links */
        bool up;
        bool served;
        char name_text[LINK_NAME_MAX + 1];
} InterfaceView;

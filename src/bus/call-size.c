/* SPDX-License-Identifier: MIT */

/* sd-bus does not tell the size of a message, so its arguments are walked through. */

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "basic/macro.h"
#include "bus/call-size.h"

static int take_value(sd_bus_message *m, size_t *left);

static int take(size_t size, size_t *left) {
        if (size > *left)
                return -E2BIG;
        *left -= size;
        return 0;
}

static int take_basic(sd_bus_message *m, char type, size_t *left) {
        union {
                uint64_t number;
                const char *string;
                int descriptor;
        } value;
        int r;

        r = sd_bus_message_read_basic(m, type, &value);
        if (r < 0)
                return r;
        return take(
                strchr("sog", type) ? strlen(value.string) + sizeof(uint32_t) : sizeof(uint64_t),
                left);
}

static int take_bytes(sd_bus_message *m, size_t *left) {
        const void *data;
        size_t size;
        int r;

        r = sd_bus_message_read_array(m, 'y', &data, &size);
        return r < 0 ? r : take(size + sizeof(uint32_t), left);
}

static int take_container(sd_bus_message *m, char type, const char *contents, size_t *left) {
        int r;

        /* an empty one, too, takes some room */
        r = take(sizeof(uint64_t), left);
        if (r < 0)
                return r;
        r = sd_bus_message_enter_container(m, type, contents);
        if (r < 0)
                return r;
        while ((r = take_value(m, left)) > 0)
                ;
        return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* Return: 1, 0 at the end of the container, -E2BIG, another negative errno of the message. */
static int take_value(sd_bus_message *m, size_t *left) {
        const char *contents;
        char type;
        int r;

        r = sd_bus_message_peek_type(m, &type, &contents);
        if (r <= 0)
                return r;
        if (type == 'a' && strcmp(contents, "y") == 0)
                r = take_bytes(m, left);
        else if (strchr("arev", type))
                r = take_container(m, type, contents, left);
        else
                r = take_basic(m, type, left);
        return r < 0 ? r : 1;
}

int call_exceeds(sd_bus_message *message, size_t size) {
        int r, rewound;

        while ((r = take_value(message, &size)) > 0)
                ;
        rewound = sd_bus_message_rewind(message, true);
        if (r == -E2BIG)
                return rewound < 0 ? rewound : 1;
        return r < 0 ? r : MIN(rewound, 0);
}

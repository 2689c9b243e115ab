/* SPDX-License-Identifier: MIT */
/* The typed getters of a MessageView. Each one judges the length of an option and nothing else;
 * absent, empty and wrong are told apart, and what is returned is left alone on failure. */

#include <errno.h>
#include <string.h>

#include "wire/message.h"

static int message_get_sized(
        const MessageView *view, uint8_t code, size_t size, const uint8_t **ret_data) {
        const MessageOption *option = &view->options[code];

        if (!message_has(view, code))
                return -ENODATA;
        if (option->size != size)
                return -EBADMSG;
        *ret_data = option->data;
        return 0;
}

int message_get_u8(const MessageView *view, uint8_t code, uint8_t *ret) {
        const uint8_t *data;
        int r;

        r = message_get_sized(view, code, sizeof(uint8_t), &data);
        if (r < 0)
                return r;
        *ret = data[0];
        return 0;
}

int message_get_u16(const MessageView *view, uint8_t code, uint16_t *ret) {
        const uint8_t *data;
        int r;

        r = message_get_sized(view, code, sizeof(uint16_t), &data);
        if (r < 0)
                return r;
        *ret = wire_get_u16(data);
        return 0;
}

int message_get_u32(const MessageView *view, uint8_t code, uint32_t *ret) {
        const uint8_t *data;
        int r;

        r = message_get_sized(view, code, sizeof(uint32_t), &data);
        if (r < 0)
                return r;
        *ret = wire_get_u32(data);
        return 0;
}

int message_get_ipv4(const MessageView *view, uint8_t code, ipv4_t *ret) {
        return message_get_u32(view, code, ret);
}

int message_get_text(const MessageView *view, uint8_t code, const char **ret_text, size_t *ret_size,
        bool *ret_terminated) {
        const uint8_t *data;
        bool terminated;
        size_t size;
        int r;

        r = message_get(view, code, &data, &size);
        if (r < 0)
                return r;

        terminated = size > 0 && data[size - 1] == 0;
        while (size > 0 && data[size - 1] == 0)
                size--;
        if (size == 0 || memchr(data, 0, size))
                return -EBADMSG;

        *ret_text = (const char *) data;
        *ret_size = size;
        if (ret_terminated)
                *ret_terminated = terminated;
        return 0;
}

int relay_agent_get(
        const uint8_t *p, size_t size, uint8_t code, const uint8_t **ret_data, size_t *ret_size) {
        const uint8_t *found = NULL;
        size_t found_size = 0;

        /* RFC 3046 2.0: neither pad nor end here, every sub-option has a length. To the end in any
         * case, so that a malformed option is malformed for every question. */
        for (const uint8_t *end = p + size; p < end; p += 2 + p[1]) {
                if (end - p < 2 || p[1] > end - p - 2)
                        return -EBADMSG;
                if (p[0] == code && !found) {
                        found = p + 2;
                        found_size = p[1];
                }
        }
        if (!found)
                return -ENODATA;
        if (ret_data)
                *ret_data = found;
        if (ret_size)
                *ret_size = found_size;
        return 0;
}

int message_get_relay(
        const MessageView *view, uint8_t code, const uint8_t **ret_data, size_t *ret_size) {
        const uint8_t *p;
        size_t size;
        int r;

        r = message_get(view, DHCP_OPTION_RELAY_AGENT, &p, &size);
        if (r < 0)
                return r;
        return relay_agent_get(p, size, code, ret_data, ret_size);
}

int message_get_relay_ipv4(const MessageView *view, uint8_t code, ipv4_t *ret) {
        const uint8_t *data;
        size_t size;
        int r;

        r = message_get_relay(view, code, &data, &size);
        if (r < 0)
                return r;
        if (size != sizeof(ipv4_t))
                return -EBADMSG;
        *ret = wire_get_u32(data);
        return 0;
}

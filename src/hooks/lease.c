/* SPDX-License-Identifier: MIT */

#include "hooks/lease.h"

#include <string.h>
#include <strings.h>

#include "wire/options.h"

void hook_name_get(FollowRecord lease, FollowTag tag, HookName *ret) {
        const uint8_t *value;
        const size_t size = follow_record_get(lease, tag, &value);
        char text[HOOK_DOMAIN_MAX + 1] = "";
        char *dot;

        *ret = (HookName){0};
        if (size == 0 || size >= sizeof(text) || memchr(value, '\0', size))
                return;
        memcpy(text, value, size);
        text[size] = '\0';
        if (!domain_name_is_valid(text) || *text == '-')
                return;
        if (text[size - 1] == '.')
                text[size - 1] = '\0';
        dot = strchr(text, '.');
        if (dot) {
                *dot++ = '\0';
                memcpy(ret->domain, dot, strlen(dot) + 1);
        }
        memcpy(ret->host, text, strlen(text) + 1);
}

bool hook_name_equal(const HookName *a, const HookName *b) {
        return strcasecmp(a->host, b->host) == 0 && strcasecmp(a->domain, b->domain) == 0;
}

bool hook_lease_is_bound(FollowRecord lease) {
        return lease.data && follow_record_get_number(lease, FOLLOW_STATE) == FOLLOW_STATE_BOUND;
}

ipv4_t hook_lease_address(FollowRecord lease) {
        const uint8_t *key;
        ipv4_t address = 0;

        if (follow_record_get(lease, FOLLOW_KEY, &key) == sizeof(address))
                memcpy(&address, key, sizeof(address));
        return address;
}

static bool same_field(FollowRecord a, FollowRecord b, FollowTag tag) {
        const uint8_t *value_a, *value_b;
        const size_t size_a = follow_record_get(a, tag, &value_a);
        const size_t size_b = follow_record_get(b, tag, &value_b);

        return size_a == size_b && (size_a == 0 || memcmp(value_a, value_b, size_a) == 0);
}

bool hook_lease_same_hardware(FollowRecord a, FollowRecord b) {
        return same_field(a, b, FOLLOW_HARDWARE) && same_field(a, b, FOLLOW_HARDWARE_TYPE);
}

bool hook_lease_same_owner(FollowRecord a, FollowRecord b) {
        const uint8_t *value;

        if (follow_record_get(a, FOLLOW_CLIENT_ID, &value) > 0 &&
                follow_record_get(b, FOLLOW_CLIENT_ID, &value) > 0)
                return same_field(a, b, FOLLOW_CLIENT_ID);
        return hook_lease_same_hardware(a, b);
}

/* SPDX-License-Identifier: MIT */

/* Messages to records. What newer servers add is skipped. */

#include "follow/bus-record.h"

#include <errno.h>
#include <string.h>

#include "basic/time.h"

#define ETHERNET 1

typedef struct Bytes {
        const void *data;
        size_t size;
} Bytes;

/* The values of a dictionary by their tags, borrowed from the message. */
typedef struct Values {
        Bytes bytes[FOLLOW_TAG_MAX];
        uint32_t numbers[FOLLOW_TAG_MAX];
        char texts[1024]; /* of an array, each ends with NUL; what does not fit is left out */
} Values;

typedef struct Key {
        const char *name;
        const char *type; /* "s", "ay", "u", "b" or "as" */
        FollowTag tag;
} Key;

static const Key lease_keys[] = {
        {"HardwareType", "u", FOLLOW_HARDWARE_TYPE},
        {"Relay", "s", FOLLOW_RELAY},
        {"RelayAgent", "ay", FOLLOW_RELAY_AGENT},
        {"CircuitId", "ay", FOLLOW_CIRCUIT_ID},
        {"RemoteId", "ay", FOLLOW_REMOTE_ID},
        {"VendorClass", "s", FOLLOW_VENDOR_CLASS},
        {"UserClasses", "as", FOLLOW_USER_CLASSES},
        {"ClientHostname", "s", FOLLOW_CLIENT_HOSTNAME},
        {"Declines", "u", FOLLOW_DECLINES},
};

static const Key host_keys[] = {
        {"Name", "s", FOLLOW_KEY},
        {"Origin", "s", FOLLOW_ORIGIN},
        {"MACAddress", "ay", FOLLOW_HARDWARE},
        {"ClientId", "ay", FOLLOW_CLIENT_ID},
        {"CircuitId", "ay", FOLLOW_CIRCUIT_ID},
        {"Address", "s", FOLLOW_ADDRESS},
        {"Hostname", "s", FOLLOW_HOSTNAME},
        {"Pool", "s", FOLLOW_POOL},
        {"Deny", "b", FOLLOW_DENY},
        {"ServedPool", "s", FOLLOW_SERVED_POOL},
        {"Domain", "s", FOLLOW_DOMAIN},
        {"Aliases", "as", FOLLOW_ALIASES},
};

static int read_text(sd_bus_message *m, Bytes *ret) {
        const char *text;
        int r = sd_bus_message_read_basic(m, 's', &text);

        if (r > 0)
                *ret = (Bytes){text, strlen(text)};
        return r;
}

static int read_bytes(sd_bus_message *m, Bytes *ret) {
        return sd_bus_message_read_array(m, 'y', &ret->data, &ret->size);
}

static int read_texts(sd_bus_message *m, Values *values, Bytes *ret) {
        size_t size = 0;
        Bytes text;
        int r;

        r = sd_bus_message_enter_container(m, 'a', "s");
        if (r < 0)
                return r;
        while ((r = read_text(m, &text)) > 0) {
                if (text.size >= sizeof(values->texts) - size)
                        continue;
                memcpy(values->texts + size, text.data, text.size + 1);
                size += text.size + 1;
        }
        if (r < 0)
                return r;
        *ret = (Bytes){values->texts, size};
        return sd_bus_message_exit_container(m);
}

static int read_value(sd_bus_message *m, const Key *key, Values *values) {
        int r, truth;

        r = sd_bus_message_enter_container(m, 'v', key->type);
        if (r < 0)
                return r;
        switch (key->type[0]) {
        case 's':
                r = read_text(m, &values->bytes[key->tag]);
                break;
        case 'a':
                r = key->type[1] == 'y' ? read_bytes(m, &values->bytes[key->tag])
                                        : read_texts(m, values, &values->bytes[key->tag]);
                break;
        case 'b':
                r = sd_bus_message_read_basic(m, 'b', &truth);
                if (r > 0)
                        values->numbers[key->tag] = truth != 0;
                break;
        default:
                r = sd_bus_message_read_basic(m, 'u', &values->numbers[key->tag]);
        }
        return r < 0 ? r : sd_bus_message_exit_container(m);
}

static const Key *find_key(const Key *keys, size_t n, const char *name, const char *type) {
        for (size_t i = 0; i < n; i++)
                if (strcmp(keys[i].name, name) == 0 && strcmp(keys[i].type, type) == 0)
                        return &keys[i];
        return NULL;
}

static int read_dictionary(sd_bus_message *m, const Key *keys, size_t n_keys, Values *values) {
        int r;

        r = sd_bus_message_enter_container(m, 'a', "{sv}");
        if (r < 0)
                return r;
        while ((r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
                const char *name, *type;
                const Key *key;

                r = sd_bus_message_read_basic(m, 's', &name);
                if (r < 0)
                        return r;
                r = sd_bus_message_peek_type(m, NULL, &type);
                if (r < 0)
                        return r;
                key = find_key(keys, n_keys, name, type);
                r = key ? read_value(m, key, values) : sd_bus_message_skip(m, "v");
                if (r < 0)
                        return r;
                r = sd_bus_message_exit_container(m);
                if (r < 0)
                        return r;
        }
        return r < 0 ? r : sd_bus_message_exit_container(m);
}

static void add_values(FollowBuilder *builder, const Values *values) {
        for (FollowTag tag = FOLLOW_KEY + 1; tag < FOLLOW_TAG_MAX; tag++) {
                const Bytes *bytes = &values->bytes[tag];
                const uint32_t number = values->numbers[tag];

                if (bytes->size > 0)
                        follow_builder_add(builder, tag, bytes->data, bytes->size);
                else if (tag == FOLLOW_STARTED || tag == FOLLOW_EXPIRES)
                        follow_builder_add_u32(builder, tag, number);
                else
                        follow_builder_add_u8(
                                builder, tag, (uint8_t) MIN(number, (uint32_t) UINT8_MAX));
        }
}

static uint32_t to_seconds(uint64_t usec) {
        if (usec == UINT64_MAX)
                return UINT32_MAX;
        return (uint32_t) MIN(usec / USEC_PER_SEC, (uint64_t) UINT32_MAX - 1);
}

static int read_lease_fields(sd_bus_message *m, const char **ret_address, Values *values) {
        const char *state;
        uint64_t started, expires, seen;
        int r;

        if ((r = sd_bus_message_read_basic(m, 's', ret_address)) < 0 ||
                (r = read_bytes(m, &values->bytes[FOLLOW_HARDWARE])) < 0 ||
                (r = read_bytes(m, &values->bytes[FOLLOW_CLIENT_ID])) < 0 ||
                (r = read_text(m, &values->bytes[FOLLOW_HOSTNAME])) < 0 ||
                (r = read_text(m, &values->bytes[FOLLOW_POOL])) < 0 ||
                (r = read_text(m, &values->bytes[FOLLOW_INTERFACE])) < 0 ||
                (r = sd_bus_message_read(m, "stttu", &state, &started, &expires, &seen,
                         &values->numbers[FOLLOW_FLAGS])) < 0 ||
                (r = read_dictionary(m, lease_keys, ELEMENTSOF(lease_keys), values)) < 0)
                return r;
        values->numbers[FOLLOW_STATE] =
                strcmp(state, "declined") == 0 ? FOLLOW_STATE_DECLINED : FOLLOW_STATE_BOUND;
        values->numbers[FOLLOW_STARTED] = to_seconds(started);
        values->numbers[FOLLOW_EXPIRES] = to_seconds(expires);
        if (values->numbers[FOLLOW_HARDWARE_TYPE] == ETHERNET)
                values->numbers[FOLLOW_HARDWARE_TYPE] = 0;
        return 0;
}

int bus_record_read_lease(sd_bus_message *m, FollowBuilder *ret) {
        Values values = {0};
        const char *text;
        ipv4_t address;
        int r;

        r = sd_bus_message_enter_container(m, 'r', "sayaysssstttua{sv}");
        if (r <= 0)
                return r;
        r = read_lease_fields(m, &text, &values);
        if (r < 0)
                return r;
        if (ipv4_parse(text, &address) < 0)
                return -EBADMSG;
        follow_builder_init(ret, &address, sizeof(address));
        add_values(ret, &values);
        r = sd_bus_message_exit_container(m);
        return r < 0 ? r : 1;
}

int bus_record_read_host(sd_bus_message *m, FollowBuilder *ret) {
        Values values = {0};
        int r;

        r = sd_bus_message_enter_container(m, 'r', "oa{sv}");
        if (r <= 0)
                return r;
        if ((r = sd_bus_message_skip(m, "o")) < 0 ||
                (r = read_dictionary(m, host_keys, ELEMENTSOF(host_keys), &values)) < 0)
                return r;
        if (values.bytes[FOLLOW_KEY].size == 0)
                return -EBADMSG;
        follow_builder_init(ret, values.bytes[FOLLOW_KEY].data, values.bytes[FOLLOW_KEY].size);
        add_values(ret, &values);
        r = sd_bus_message_exit_container(m);
        return r < 0 ? r : 1;
}

/* SPDX-License-Identifier: MIT */
/* SendOption=CODE:TYPE:VALUE, any option that has no key of its own, or another value for one that
 * has. Refuses the options that the server has to write itself: a client told two stories about its
 * lease believes one of them. */

#include <errno.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/text.h"
#include "setting/assignment.h"
#include "setting/option-shape.h"
#include "setting/parsers.h"
#include "wire/message.h"
#include "wire/protocol.h"

/* Appends the value's bytes; `data` has room for OPTION_VALUE_MAX. */
typedef int (*ValueEncoder)(const Assignment *assignment, const char *value, Buffer *data);

static const struct {
        uint8_t first;
        uint8_t last;
        const char *instead;
} refused[] = {
        {DHCP_OPTION_PAD, DHCP_OPTION_PAD, "it is padding"},
        {DHCP_OPTION_SUBNET_MASK, DHCP_OPTION_SUBNET_MASK, "it follows from Subnet="},
        {DHCP_OPTION_REQUESTED_ADDRESS, DHCP_OPTION_REBINDING_TIME,
                "the server writes it; DefaultLeaseTimeSec= sets the times"},
        {DHCP_OPTION_CLIENT_ID, DHCP_OPTION_CLIENT_ID, "the server echoes the client's"},
        {DHCP_OPTION_BOOTFILE_NAME, DHCP_OPTION_BOOTFILE_NAME, "BootFilename= sets it"},
        {DHCP_OPTION_RAPID_COMMIT, DHCP_OPTION_RAPID_COMMIT, "RapidCommit= allows it"},
        {DHCP_OPTION_FQDN, DHCP_OPTION_FQDN, "the server answers the client's"},
        {DHCP_OPTION_RELAY_AGENT, DHCP_OPTION_RELAY_AGENT, "the server echoes the relay's"},
        {DHCP_OPTION_SUBNET_SELECTION, DHCP_OPTION_SUBNET_SELECTION, "clients send it"},
        {DHCP_OPTION_END, DHCP_OPTION_END, "it is the end of all options"},
};

/* Appends numbers of `size` bytes each, big-endian. */
static int encode_numbers(
        const Assignment *assignment, const char *value, uint64_t max, size_t size, Buffer *data) {
        _cleanup_(strv_freep) char **words = NULL;
        uint8_t bytes[sizeof(uint32_t)];
        uint64_t number;
        int r;

        r = strv_split(value, &words);
        if (r < 0)
                return r;
        for (char **word = words; *word; word++) {
                r = assignment_parse_number(assignment, *word, 0, max, &number);
                if (r < 0)
                        return r;
                wire_put_u32(bytes, (uint32_t) number);
                r = buffer_append(data, bytes + sizeof(bytes) - size, size);
                if (r < 0)
                        return r;
        }
        return 0;
}

static int encode_uint8(const Assignment *assignment, const char *value, Buffer *data) {
        return encode_numbers(assignment, value, UINT8_MAX, sizeof(uint8_t), data);
}

static int encode_uint16(const Assignment *assignment, const char *value, Buffer *data) {
        return encode_numbers(assignment, value, UINT16_MAX, sizeof(uint16_t), data);
}

static int encode_uint32(const Assignment *assignment, const char *value, Buffer *data) {
        return encode_numbers(assignment, value, UINT32_MAX, sizeof(uint32_t), data);
}

static int encode_ipv4_addresses(const Assignment *assignment, const char *value, Buffer *data) {
        _cleanup_(strv_freep) char **words = NULL;
        uint8_t bytes[sizeof(ipv4_t)];
        char shown[QUOTE_MAX];
        ipv4_t address;
        int r;

        r = strv_split(value, &words);
        if (r < 0)
                return r;
        for (char **word = words; *word; word++) {
                /* Any address: nobody knows what the option means. */
                if (ipv4_parse(*word, &address) < 0)
                        return assignment_refuse(assignment,
                                "'%s' is no IPv4 address, which looks like 192.168.1.1",
                                quote(*word, shown));
                wire_put_u32(bytes, address);
                r = buffer_append(data, bytes, sizeof(bytes));
                if (r < 0)
                        return r;
        }
        return 0;
}

static int finish_bytes(
        const Assignment *assignment, int r, size_t size, Buffer *data, const char *expected) {
        if (r == -ENOBUFS)
                return assignment_refuse(
                        assignment, "the value has more than %d bytes", OPTION_VALUE_MAX);
        if (r < 0)
                return assignment_refuse(assignment, "%s", expected);
        data->size = size;
        return 0;
}

static int encode_string(const Assignment *assignment, const char *value, Buffer *data) {
        size_t size = 0;
        int r;

        r = unescape(value, data->data, OPTION_VALUE_MAX, &size);
        return finish_bytes(assignment, r, size, data,
                "no such escape; there are \\\\ \\\" \\' \\a \\b \\f \\n \\r \\s \\t \\v, \\xHH "
                "and \\OOO");
}

static int encode_hex(const Assignment *assignment, const char *value, Buffer *data) {
        size_t size = 0;
        int r;

        r = bytes_parse(value, data->data, OPTION_VALUE_MAX, &size);
        return finish_bytes(assignment, r, size, data,
                "the value is not hexadecimal such as 01:0a:ff or 010aff");
}

static const struct {
        const char *name;
        ValueEncoder encode;
} types[] = {
        {"uint8", encode_uint8},
        {"uint16", encode_uint16},
        {"uint32", encode_uint32},
        {"ipv4address", encode_ipv4_addresses},
        {"string", encode_string},
        {"hex", encode_hex},
};

static ValueEncoder find_encoder(const char *name, size_t size) {
        for (size_t i = 0; i < ELEMENTSOF(types); i++)
                if (strlen(types[i].name) == size && memcmp(types[i].name, name, size) == 0)
                        return types[i].encode;
        return NULL;
}

/* Reads CODE and refuses those that are not the administrator's. */
static int parse_code(const Assignment *assignment, const char *text, size_t size, uint8_t *ret) {
        char word[sizeof("0xff")] = {0};
        uint64_t code;

        if (size >= sizeof(word))
                return assignment_refuse(assignment, "the option's code is not 1 to 254");
        memcpy(word, text, size);
        if (parse_u64(word, DHCP_OPTION_END, &code) < 0)
                return assignment_refuse(assignment, "the option's code is not 1 to 254");

        for (size_t i = 0; i < ELEMENTSOF(refused); i++)
                if (code >= refused[i].first && code <= refused[i].last)
                        return assignment_refuse(assignment, "option %u cannot be sent so: %s",
                                (unsigned) code, refused[i].instead);
        *ret = (uint8_t) code;
        return 0;
}

int setting_parse_send_option(const Assignment *assignment, void *target) {
        _cleanup_(buffer_done) Buffer data = BUFFER_INIT;
        char shape[OPTION_SHAPE_MAX];
        const char *type, *value;
        ReplySettings *reply = target;
        ValueEncoder encode;
        uint8_t code = 0;
        int r;

        type = strchr(assignment->value, ':');
        value = type ? strchr(type + 1, ':') : NULL;
        if (!value)
                return assignment_refuse(
                        assignment, "not CODE:TYPE:VALUE such as 150:ipv4address:192.168.1.2");

        r = parse_code(assignment, assignment->value, (size_t) (type - assignment->value), &code);
        if (r < 0)
                return r;
        type++;
        encode = find_encoder(type, (size_t) (value - type));
        if (!encode)
                return assignment_refuse(assignment,
                        "the type is not one of uint8, uint16, uint32, ipv4address, string and "
                        "hex");

        r = buffer_reserve(&data, OPTION_VALUE_MAX);
        if (r < 0)
                return r;
        r = encode(assignment, value + 1, &data);
        if (r < 0)
                return r;
        if (data.size == 0)
                return assignment_refuse(assignment, "there is no value after CODE:TYPE:");

        r = reply_settings_put(assignment, reply, code, data.data, data.size);
        if (r < 0)
                return r;
        reply->sent_options[code / 8] |= (uint8_t) (1U << code % 8);
        if (!option_shape_check(code, data.data, data.size, encode == encode_string, shape))
                assignment_warn(assignment,
                        "clients may not take this: option %u is %s; it is sent as it stands", code,
                        shape);
        return 0;
}

void setting_reset_send_option(const SettingKey *key _unused_, void *target) {
        ReplySettings *reply = target;

        for (unsigned code = 0; code <= UINT8_MAX; code++) {
                if (!reply_settings_is_sent(reply, (uint8_t) code))
                        continue;
                option_set_remove(&reply->options, (uint8_t) code);
        }
        memset(reply->sent_options, 0, sizeof(reply->sent_options));
}

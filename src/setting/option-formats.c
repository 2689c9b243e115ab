/* SPDX-License-Identifier: MIT */
/* Options, which are kept as they go onto the wire, turned back into values of keys.
 *
 * Invariant: each option of a ReplySettings is among the values of one key. It is its own key's as
 * long as that key's parser would make the same bytes of what is shown. SendOption= may give any
 * code any bytes: what does not read as its key promises is a value of SendOption=. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/text.h"
#include "setting/parsers.h"
#include "wire/message.h"
#include "wire/protocol.h"

/* Appends the values that an option's bytes read as, none where they do not.
 * Return: 0, -ENOMEM. */
typedef int (*OptionReader)(const OptionValue *option, char ***ret);

/* Puts values into a host that is thrown away. What is refused is not there.
 * Return: 0, -ENOMEM. */
static int try_values(const SettingKey *key, char *const *values, HostSettings *scratch) {
        _cleanup_(problems_done) Problems problems = {0};
        const Place place = {.file = key->name};
        int r;

        for (; values && *values; values++) {
                r = setting_key_assign(key, SETTING_HOST, scratch, *values, &place, &problems);
                if (r == -ENOMEM)
                        return r;
        }
        return 0;
}

static bool option_is_in(const OptionValue *option, const ReplySettings *reply) {
        const OptionValue *other = option_set_get(&reply->options, option->code);

        return other && other->size == option->size &&
               (option->size == 0 || memcmp(other->data, option->data, option->size) == 0);
}

/* Return: 1 when the key's parser makes the option of these values, 0 when not, -ENOMEM. */
static int values_make(const SettingKey *key, char *const *values, const OptionValue *option) {
        _cleanup_(host_settings_freep) HostSettings *scratch = NULL;
        int r;

        r = host_settings_new(&scratch, "");
        if (r >= 0)
                r = try_values(key, values, scratch);
        if (r < 0)
                return r;
        return option_is_in(option, &scratch->reply);
}

static int format_option(const SettingKey *key, const ReplySettings *reply, uint8_t code,
        OptionReader read, char ***ret) {
        const OptionValue *option = option_set_get(&reply->options, code);
        int r;

        if (!option)
                return 0;
        r = read(option, ret);
        if (r < 0 || !reply_settings_is_sent(reply, code))
                return r;
        r = values_make(key, *ret, option);
        if (r == 0)
                *ret = strv_free(*ret);
        return r < 0 ? r : 0;
}

static int read_addresses(const OptionValue *option, char ***ret) {
        char text[IPV4_STRING_MAX];
        int r = 0;

        if (option->size % sizeof(ipv4_t) != 0)
                return 0;
        for (size_t i = 0; i < option->size && r >= 0; i += sizeof(ipv4_t))
                r = strv_extend(ret, ipv4_format(wire_get_u32(option->data + i), text));
        return r;
}

static int read_text(const OptionValue *option, char ***ret) {
        _cleanup_free_ char *text = NULL;

        if (option->size == 0 || memchr(option->data, '\0', option->size))
                return 0;
        text = strndup((const char *) option->data, option->size);
        return text ? strv_extend(ret, text) : -ENOMEM;
}

static int read_domains(const OptionValue *option, char ***ret) {
        int r = option_decode_search(option->data, option->size, ret);

        return r == -EBADMSG ? 0 : r;
}

static int read_u16(const OptionValue *option, char ***ret) {
        char text[8];

        if (option->size != sizeof(uint16_t))
                return 0;
        (void) snprintf(text, sizeof(text), "%u", wire_get_u16(option->data));
        return strv_extend(ret, text);
}

static int read_seconds(const OptionValue *option, char ***ret) {
        uint32_t seconds;

        if (option->size != sizeof(uint32_t))
                return 0;
        seconds = wire_get_u32(option->data);
        return setting_append_seconds(
                seconds == UINT32_MAX ? USEC_INFINITY : seconds * USEC_PER_SEC, ret);
}

static int read_routes(const OptionValue *option, char ***ret) {
        _cleanup_free_ Ipv4Route *routes = NULL;
        size_t n;
        int r;

        /* the least that a route takes is five bytes */
        routes = calloc(option->size / 5 + 1, sizeof(*routes));
        if (!routes)
                return -ENOMEM;
        r = option_decode_routes(option->data, option->size, routes, option->size / 5 + 1, &n);
        if (r < 0)
                return 0;
        for (size_t i = 0; i < n && r >= 0; i++) {
                char destination[IPV4_PREFIX_STRING_MAX], gateway[IPV4_STRING_MAX];
                char text[sizeof(destination) + sizeof(gateway)];

                (void) snprintf(text, sizeof(text), "%s %s",
                        ipv4_prefix_format(routes[i].destination, destination),
                        ipv4_format(routes[i].gateway, gateway));
                r = strv_extend(ret, text);
        }
        return r;
}

int setting_format_option_addresses(const SettingKey *key, const void *target, char ***ret) {
        return format_option(key, target, key->option, read_addresses, ret);
}

int setting_format_router(const SettingKey *key, const void *target, char ***ret) {
        const ReplySettings *reply = target;

        if (reply->no_router)
                return strv_extend(ret, "");
        return setting_format_option_addresses(key, target, ret);
}

int setting_format_option_text(const SettingKey *key, const void *target, char ***ret) {
        return format_option(key, target, key->option, read_text, ret);
}

int setting_format_option_search(const SettingKey *key, const void *target, char ***ret) {
        return format_option(key, target, key->option, read_domains, ret);
}

int setting_format_option_u16(const SettingKey *key, const void *target, char ***ret) {
        return format_option(key, target, key->option, read_u16, ret);
}

int setting_format_option_seconds(const SettingKey *key, const void *target, char ***ret) {
        return format_option(key, target, key->option, read_seconds, ret);
}

int setting_format_option_routes(const SettingKey *key, const void *target, char ***ret) {
        return format_option(key, target, key->option, read_routes, ret);
}

int setting_format_timezone(const SettingKey *key, const void *target, char ***ret) {
        int r;

        r = format_option(key, target, DHCP_OPTION_TZDB_TIMEZONE, read_text, ret);
        if (r < 0 || *ret)
                return r;
        return format_option(key, target, DHCP_OPTION_POSIX_TIMEZONE, read_text, ret);
}

/* Whether a key of its own has set an option, and shows it. */
static bool is_plain(const ReplySettings *reply, uint8_t code) {
        const SettingKey *key;

        if (reply_settings_is_sent(reply, code))
                return false;
        for (size_t i = 0; (key = setting_key_at(SETTING_HOST, i)); i++)
                if (key->option == code)
                        return true;
        return false;
}

/* What all the other keys show, put into a host that is thrown away. Return: 0, -ENOMEM. */
static int try_others(const SettingKey *self, const ReplySettings *reply, HostSettings *scratch) {
        const SettingKey *key;
        int r;

        for (size_t i = 0; (key = setting_key_at(SETTING_HOST, i)); i++) {
                _cleanup_(strv_freep) char **values = NULL;

                if (!setting_key_is_of_reply(key) || key == self)
                        continue;
                r = key->format(key, reply, &values);
                if (r >= 0)
                        r = try_values(key, values, scratch);
                if (r < 0)
                        return r;
        }
        return 0;
}

static int append_bytes(const OptionValue *option, char ***ret) {
        _cleanup_free_ char *text = NULL;
        int n;

        text = malloc(sizeof("254:hex:") + BYTES_STRING_MAX((size_t) option->size));
        if (!text)
                return -ENOMEM;
        n = sprintf(text, "%u:hex:", option->code);
        (void) bytes_format(option->data, option->size, text + n);
        return strv_extend(ret, text);
}

int setting_format_send_option(const SettingKey *key, const void *target, char ***ret) {
        _cleanup_(host_settings_freep) HostSettings *scratch = NULL;
        const ReplySettings *reply = target;
        int r;

        for (size_t i = 0; i < reply->options.n_values; i++) {
                const OptionValue *option = &reply->options.values[i];

                if (is_plain(reply, option->code))
                        continue;
                if (!scratch) {
                        r = host_settings_new(&scratch, "");
                        if (r >= 0)
                                r = try_others(key, reply, scratch);
                        if (r < 0)
                                return r;
                }
                if (option_is_in(option, &scratch->reply))
                        continue;
                r = append_bytes(option, ret);
                if (r < 0)
                        return r;
        }
        return 0;
}

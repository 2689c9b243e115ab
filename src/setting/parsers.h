/* SPDX-License-Identifier: MIT */
#pragma once

/* The functions behind the table of keys, each as SettingParser, SettingReset and SettingFormatter
 * in setting/key.h say. They know one value at a time; what must fit together is
 * config/validate.h. */

#include "setting/key.h"

enum {
        OPTION_VALUE_MAX = 1024, /* bytes of one option; more fits no reply beside others */
};

/**
 * setting_parse_boolean() - into the bool at key->offset of the target.
 */
int setting_parse_boolean(const Assignment *assignment, void *target);
int setting_format_boolean(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_choice() - one of key->words, into the bool at key->offset: false for the first.
 */
int setting_parse_choice(const Assignment *assignment, void *target);
int setting_format_choice(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_put_text() - a copy of the value into the char * at key->offset, for parsers that have
 * found it right.
 * Return: 0, -ENOMEM.
 */
int setting_put_text(const Assignment *assignment, void *target);
void setting_reset_text(const SettingKey *key, void *target);
int setting_format_text(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_member() - what a key's row points at with its offset.
 */
void *setting_member(const SettingKey *key, void *target) _pure_;
const void *setting_const_member(const SettingKey *key, const void *target) _pure_;

/**
 * setting_count() - the size_t that a row points at with its count_offset.
 */
void *setting_count(const SettingKey *key, void *target) _pure_;
const void *setting_const_count(const SettingKey *key, const void *target) _pure_;

/**
 * setting_parse_lease_file() - an absolute path, as text.
 */
int setting_parse_lease_file(const Assignment *assignment, void *target);

/**
 * setting_parse_rate_limit() - messages a second, into Settings.
 */
int setting_parse_rate_limit(const Assignment *assignment, void *target);
int setting_format_rate_limit(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_interfaces() - names and globs separated by blanks, into PoolSettings.
 */
int setting_parse_interfaces(const Assignment *assignment, void *target);
void setting_reset_interfaces(const SettingKey *key, void *target);
int setting_format_interfaces(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_relays() - addresses and prefixes of relays, into PoolSettings; they add up.
 */
int setting_parse_relays(const Assignment *assignment, void *target);
void setting_reset_relays(const SettingKey *key, void *target);
int setting_format_relays(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_subnet() - a prefix without host bits, into PoolSettings.
 */
int setting_parse_subnet(const Assignment *assignment, void *target);
void setting_reset_subnet(const SettingKey *key, void *target);
int setting_format_subnet(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_range() - FIRST-LAST or one address, into the array at key->offset, of so many as
 * there are at key->count_offset.
 */
int setting_parse_range(const Assignment *assignment, void *target);
void setting_reset_range(const SettingKey *key, void *target);
int setting_format_range(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_conflict_detection() - ahead, strict or off, into PoolSettings.
 */
int setting_parse_conflict_detection(const Assignment *assignment, void *target);
int setting_format_conflict_detection(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_mac_address() - six or eight bytes, into HostSettings.
 */
int setting_parse_mac_address(const Assignment *assignment, void *target);
void setting_reset_mac_address(const SettingKey *key, void *target);
int setting_format_mac_address(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_client_id() - option 61 as the client sends it, into HostSettings.
 */
int setting_parse_client_id(const Assignment *assignment, void *target);
void setting_reset_client_id(const SettingKey *key, void *target);
int setting_format_client_id(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_circuit_id() - option 82.1 as the relay sends it, into HostSettings.
 */
int setting_parse_circuit_id(const Assignment *assignment, void *target);
void setting_reset_circuit_id(const SettingKey *key, void *target);
int setting_format_circuit_id(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_address() - into the ipv4_t at key->offset of the target.
 */
int setting_parse_address(const Assignment *assignment, void *target);
void setting_reset_address(const SettingKey *key, void *target);
int setting_format_address(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_hostname() - a host name, as text.
 */
int setting_parse_hostname(const Assignment *assignment, void *target);

/**
 * setting_parse_aliases() - host names separated by blanks, into HostSettings; they add up.
 */
int setting_parse_aliases(const Assignment *assignment, void *target);
void setting_reset_aliases(const SettingKey *key, void *target);
int setting_format_aliases(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_pool_name() - as text; whether there is such a pool is seen later.
 */
int setting_parse_pool_name(const Assignment *assignment, void *target);

/**
 * setting_parse_lease_time() - a time span of one second at least, into the usec_t at key->offset.
 */
int setting_parse_lease_time(const Assignment *assignment, void *target);
void setting_reset_lease_time(const SettingKey *key, void *target);
int setting_format_lease_time(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_option_addresses() - addresses separated by blanks, appended to key->option.
 */
int setting_parse_option_addresses(const Assignment *assignment, void *target);
int setting_format_option_addresses(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_option_domain() - a domain name, as text.
 */
int setting_parse_option_domain(const Assignment *assignment, void *target);

/**
 * setting_parse_option_search() - domain names separated by blanks, appended (RFC 3397).
 */
int setting_parse_option_search(const Assignment *assignment, void *target);
int setting_format_option_search(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_option_broadcast() - one address, 255.255.255.255 among them.
 */
int setting_parse_option_broadcast(const Assignment *assignment, void *target);

/**
 * setting_parse_option_mtu() - 68 to 65535, RFC 2132 5.1.
 */
int setting_parse_option_mtu(const Assignment *assignment, void *target);

/**
 * setting_parse_option_route() - PREFIX GATEWAY, appended (RFC 3442).
 */
int setting_parse_option_route(const Assignment *assignment, void *target);
int setting_format_option_routes(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_option_ipv6_only() - a time span of 300 s at least (RFC 8925).
 */
int setting_parse_option_ipv6_only(const Assignment *assignment, void *target);

/**
 * setting_parse_captive_portal() - a URI (RFC 8910).
 */
int setting_parse_captive_portal(const Assignment *assignment, void *target);

/**
 * setting_format_option_text() - the value of key->option as text.
 */
int setting_format_option_text(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_format_option_u16() - the value of key->option as a number of 16 bits.
 */
int setting_format_option_u16(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_format_option_seconds() - the value of key->option, seconds in 32 bits, as a time span.
 */
int setting_format_option_seconds(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_append_seconds() - appends a span as assignment_parse_seconds() reads it.
 *
 * @span: of whole seconds, or USEC_INFINITY
 * Return: 0, -ENOMEM.
 */
int setting_append_seconds(usec_t span, char ***ret);

/**
 * setting_reset_option() - forgets key->option.
 */
void setting_reset_option(const SettingKey *key, void *target);

/**
 * setting_parse_router() - addresses, or nothing at all for no router, so that it has no reset.
 */
int setting_parse_router(const Assignment *assignment, void *target);
int setting_format_router(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_timezone() - a name of the time zone database (option 101) or a POSIX TZ string
 * (option 100), RFC 4833.
 */
int setting_parse_timezone(const Assignment *assignment, void *target);
void setting_reset_timezone(const SettingKey *key, void *target);
int setting_format_timezone(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_send_option() - CODE:TYPE:VALUE.
 */
int setting_parse_send_option(const Assignment *assignment, void *target);
void setting_reset_send_option(const SettingKey *key, void *target);
int setting_format_send_option(const SettingKey *key, const void *target, char ***ret);

/**
 * setting_parse_boot_server_name() - sname and option 66.
 */
int setting_parse_boot_server_name(const Assignment *assignment, void *target);
void setting_reset_boot_server_name(const SettingKey *key, void *target);

/**
 * setting_parse_boot_filename() - [CONDITION=VALUE…] NAME.
 */
int setting_parse_boot_filename(const Assignment *assignment, void *target);
void setting_reset_boot_filename(const SettingKey *key, void *target);
int setting_format_boot_filename(const SettingKey *key, const void *target, char ***ret);

/**
 * boot_architecture_from_string() - Architecture= of BootFilename=: a name or a number.
 * Return: 0, -EINVAL.
 */
int boot_architecture_from_string(const char *text, uint16_t *ret);

/**
 * reply_settings_put() - sets an option by a key of its own, which ends what SendOption= said of
 * it.
 *
 * @data: @size bytes, copied
 * Return: 0, -EINVAL with a problem added when it is too long, -ENOMEM.
 */
int reply_settings_put(const Assignment *assignment, ReplySettings *reply, uint8_t code,
        const void *data, size_t size);

/**
 * reply_settings_append() - as reply_settings_put(), but adds to what the key has set so far.
 */
int reply_settings_append(const Assignment *assignment, ReplySettings *reply, uint8_t code,
        const void *data, size_t size);

/**
 * reply_settings_is_sent() - whether an option's value was set by SendOption=.
 */
bool reply_settings_is_sent(const ReplySettings *reply, uint8_t code) _pure_;

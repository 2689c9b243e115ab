/* SPDX-License-Identifier: MIT */

/* Compares settings member by member. The order of a list counts: ranges are given out, and boot
 * files are tried, in theirs. */

#include <string.h>

#include "basic/text.h"
#include "config/compare.h"

static bool bytes_are_same(const void *a, size_t n, const void *b, size_t m) {
        return n == m && (n == 0 || memcmp(a, b, n) == 0);
}

static bool texts_are_same(char *const *a, char *const *b) {
        for (; a && *a && b && *b; a++, b++)
                if (!string_equal(*a, *b))
                        return false;
        return (!a || !*a) && (!b || !*b);
}

static bool ranges_are_same(const Ipv4Range *a, size_t n, const Ipv4Range *b, size_t m) {
        if (n != m)
                return false;
        for (size_t i = 0; i < n; i++)
                if (a[i].first != b[i].first || a[i].last != b[i].last)
                        return false;
        return true;
}

static bool prefix_is_same(Ipv4Prefix a, Ipv4Prefix b) {
        return a.address == b.address && a.length == b.length;
}

static bool relays_are_same(const PoolSettings *a, const PoolSettings *b) {
        if (a->n_relays != b->n_relays)
                return false;
        for (size_t i = 0; i < a->n_relays; i++)
                if (!prefix_is_same(a->relays[i], b->relays[i]))
                        return false;
        return true;
}

static bool options_are_same(const OptionSet *a, const OptionSet *b) {
        if (a->n_values != b->n_values)
                return false;
        for (size_t i = 0; i < a->n_values; i++)
                if (a->values[i].code != b->values[i].code ||
                        !bytes_are_same(a->values[i].data, a->values[i].size, b->values[i].data,
                                b->values[i].size))
                        return false;
        return true;
}

static bool boot_file_is_same(const BootFile *a, const BootFile *b) {
        return bytes_are_same(a->architectures, a->n_architectures * sizeof(*a->architectures),
                       b->architectures, b->n_architectures * sizeof(*b->architectures)) &&
               string_equal(a->vendor_class, b->vendor_class) &&
               string_equal(a->user_class, b->user_class) && string_equal(a->name, b->name);
}

static bool boot_is_same(const ReplySettings *a, const ReplySettings *b) {
        if (a->next_server != b->next_server || !string_equal(a->server_name, b->server_name) ||
                a->n_boot_files != b->n_boot_files)
                return false;
        for (size_t i = 0; i < a->n_boot_files; i++)
                if (!boot_file_is_same(&a->boot_files[i], &b->boot_files[i]))
                        return false;
        return true;
}

static bool reply_is_same(const ReplySettings *a, const ReplySettings *b) {
        return a->no_router == b->no_router && a->default_lease == b->default_lease &&
               a->min_lease == b->min_lease && a->max_lease == b->max_lease &&
               memcmp(a->sent_options, b->sent_options, sizeof(a->sent_options)) == 0 &&
               options_are_same(&a->options, &b->options) && boot_is_same(a, b);
}

bool pool_settings_are_same(const PoolSettings *a, const PoolSettings *b) {
        return a->enabled == b->enabled && texts_are_same(a->interfaces, b->interfaces) &&
               relays_are_same(a, b) && a->trust_option_82 == b->trust_option_82 &&
               prefix_is_same(a->subnet, b->subnet) &&
               ranges_are_same(a->ranges, a->n_ranges, b->ranges, b->n_ranges) &&
               ranges_are_same(a->exclusions, a->n_exclusions, b->exclusions, b->n_exclusions) &&
               ranges_are_same(
                       a->other_ranges, a->n_other_ranges, b->other_ranges, b->n_other_ranges) &&
               a->server_address == b->server_address &&
               a->ignore_client_id == b->ignore_client_id && a->authoritative == b->authoritative &&
               a->conflict_detection == b->conflict_detection &&
               a->deny_unknown == b->deny_unknown && a->rapid_commit == b->rapid_commit &&
               a->bootp == b->bootp && reply_is_same(&a->reply, &b->reply);
}

bool host_settings_are_same(const HostSettings *a, const HostSettings *b) {
        return bytes_are_same(a->hardware, a->hardware_size, b->hardware, b->hardware_size) &&
               bytes_are_same(a->client_id.data, a->client_id.size, b->client_id.data,
                       b->client_id.size) &&
               bytes_are_same(
                       a->circuit_id, a->circuit_id_size, b->circuit_id, b->circuit_id_size) &&
               a->address == b->address && string_equal(a->hostname, b->hostname) &&
               string_equal(a->pool, b->pool) && a->deny == b->deny &&
               reply_is_same(&a->reply, &b->reply);
}

/* SPDX-License-Identifier: MIT */
/* Pools: whether ranges lie in their subnet, and whether pools keep out of each other's way. A pool
 * whose Subnet= was refused is not asked anything that needs one. */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "config/validate-internal.h"
#include "wire/message.h"
#include "wire/protocol.h"

/* Two megabytes of bits; a subnet of length 8 has no more. */
#define ADDRESSES_MAX (UINT64_C(1) << 24)

/* One Range= of one pool. */
typedef struct RangeUse {
        Ipv4Range range;
        const PoolSettings *pool;
        size_t index; /* in the pool */
        size_t order; /* in the configuration */
} RangeUse;

static bool ranges_meet(Ipv4Range a, Ipv4Range b) {
        return a.first <= b.last && b.first <= a.last;
}

static Ipv4Range prefix_range(Ipv4Prefix prefix) {
        return (Ipv4Range){ipv4_prefix_network(prefix), ipv4_prefix_broadcast(prefix)};
}

static void validate_range(const Validation *validation, const PoolSettings *pool, size_t i) {
        char range[IPV4_RANGE_STRING_MAX], subnet[IPV4_PREFIX_STRING_MAX], address[IPV4_STRING_MAX],
                hosts[2 * IPV4_STRING_MAX + 4];
        const Ipv4Range *r = &pool->ranges[i];
        ipv4_t wrong;

        (void) ipv4_range_format(*r, range);
        (void) subnet_describe(pool->subnet, hosts);
        if (!ipv4_prefix_contains(pool->subnet, r->first) ||
                !ipv4_prefix_contains(pool->subnet, r->last)) {
                validation_report(validation, false, pool_subject(pool), "Range", i,
                        "Range=%s: not inside Subnet=%s, whose hosts have %s", range,
                        ipv4_prefix_format(pool->subnet, subnet), hosts);
                return;
        }
        wrong = ipv4_prefix_usable(pool->subnet, r->first) ? r->last : r->first;
        if (!ipv4_prefix_usable(pool->subnet, wrong))
                validation_report(validation, false, pool_subject(pool), "Range", i,
                        "Range=%s: %s is the %s address of the subnet, whose hosts have %s", range,
                        ipv4_format(wrong, address),
                        wrong == pool->subnet.address ? "network" : "broadcast", hosts);
}

static void validate_exclusions(const Validation *validation, const PoolSettings *pool) {
        char text[IPV4_RANGE_STRING_MAX];

        if (validation_has_failed(validation, pool_subject(pool), "Range"))
                return;
        for (size_t i = 0; i < pool->n_exclusions; i++) {
                bool used = false;

                for (size_t j = 0; j < pool->n_ranges && !used; j++)
                        used = ranges_meet(pool->exclusions[i], pool->ranges[j]);
                if (!used)
                        validation_report(validation, true, pool_subject(pool), "Exclude", i,
                                "Exclude=%s: outside of every Range= of this pool, so it has no "
                                "effect",
                                ipv4_range_format(pool->exclusions[i], text));
        }
}

static bool pool_says_others(const PoolSettings *pool, ipv4_t address) {
        for (size_t i = 0; i < pool->n_other_ranges; i++)
                if (ipv4_range_contains(pool->other_ranges[i], address))
                        return true;
        return false;
}

/* Whether all of a range is kept from clients by one Exclude= or OtherRange=. */
static bool pool_keeps_back(const PoolSettings *pool, Ipv4Range range) {
        for (size_t i = 0; i < pool->n_exclusions; i++)
                if (ipv4_range_contains(pool->exclusions[i], range.first) &&
                        ipv4_range_contains(pool->exclusions[i], range.last))
                        return true;
        for (size_t i = 0; i < pool->n_other_ranges; i++)
                if (ipv4_range_contains(pool->other_ranges[i], range.first) &&
                        ipv4_range_contains(pool->other_ranges[i], range.last))
                        return true;
        return false;
}

/* What another server gives out, no pool and no host may have. */
static void validate_other_range(const Validation *validation, const PoolSettings *pool, size_t i) {
        const Settings *settings = validation->settings;
        const Ipv4Range other = pool->other_ranges[i];
        char text[IPV4_RANGE_STRING_MAX], theirs[IPV4_RANGE_STRING_MAX],
                subnet[IPV4_PREFIX_STRING_MAX], address[IPV4_STRING_MAX];

        (void) ipv4_range_format(other, text);
        if (!ipv4_prefix_contains(pool->subnet, other.first) ||
                !ipv4_prefix_contains(pool->subnet, other.last))
                validation_report(validation, false, pool_subject(pool), "OtherRange", i,
                        "OtherRange=%s: not inside Subnet=%s", text,
                        ipv4_prefix_format(pool->subnet, subnet));
        for (size_t j = 0; j < settings->n_pools; j++) {
                const PoolSettings *their = settings->pools[j];

                for (size_t k = 0; k < their->n_ranges && their != pool; k++) {
                        const Ipv4Range meeting = {MAX(other.first, their->ranges[k].first),
                                MIN(other.last, their->ranges[k].last)};

                        if (meeting.first > meeting.last || pool_keeps_back(their, meeting))
                                continue;
                        validation_report(validation, false, pool_subject(pool), "OtherRange", i,
                                "OtherRange=%s: overlaps with Range=%s of [Pool %s]; add "
                                "OtherRange= there, too, or make one of them smaller",
                                text, ipv4_range_format(their->ranges[k], theirs), their->name);
                }
        }
        for (size_t j = 0; j < settings->n_hosts; j++)
                if (ipv4_range_contains(other, settings->hosts[j]->address))
                        validation_report(validation, false, host_subject(settings->hosts[j]),
                                "Address", 0,
                                "Address=%s: in OtherRange=%s of [Pool %s], which another server "
                                "gives out",
                                ipv4_format(settings->hosts[j]->address, address), text,
                                pool->name);
}

static bool pool_gives_out_address(const PoolSettings *pool, ipv4_t address) {
        if (pool_says_others(pool, address))
                return false;
        for (size_t i = 0; i < pool->n_exclusions; i++)
                if (ipv4_range_contains(pool->exclusions[i], address))
                        return false;
        for (size_t i = 0; i < pool->n_ranges; i++)
                if (ipv4_range_contains(pool->ranges[i], address))
                        return true;
        return false;
}

/* Servers named to clients: they must not be given out, and a router must be on the link. */
static void validate_servers(
        const Validation *validation, const PoolSettings *pool, uint8_t code, const char *key) {
        const OptionValue *value = option_set_get(&pool->reply.options, code);
        char address[IPV4_STRING_MAX], subnet[IPV4_PREFIX_STRING_MAX];

        for (size_t i = 0; value && i < value->size / sizeof(ipv4_t); i++) {
                ipv4_t server = wire_get_u32(value->data + i * sizeof(ipv4_t));

                if (pool_gives_out_address(pool, server))
                        validation_report(validation, true, pool_subject(pool), key, i,
                                "%s=%s: lies in a Range=; add Exclude=%s unless it is this "
                                "machine's own",
                                key, ipv4_format(server, address), address);
                if (code == DHCP_OPTION_ROUTER && !ipv4_prefix_contains(pool->subnet, server))
                        validation_report(validation, true, pool_subject(pool), key, i,
                                "%s=%s: outside of Subnet=%s, where clients cannot reach it", key,
                                ipv4_format(server, address),
                                ipv4_prefix_format(pool->subnet, subnet));
        }
}

static void validate_broadcast(const Validation *validation, const PoolSettings *pool) {
        const OptionValue *value =
                option_set_get(&pool->reply.options, DHCP_OPTION_BROADCAST_ADDRESS);
        char address[IPV4_STRING_MAX], subnet[IPV4_PREFIX_STRING_MAX];
        ipv4_t broadcast;

        if (!value || value->size != sizeof(ipv4_t))
                return;
        broadcast = wire_get_u32(value->data);
        if (broadcast != IPV4_BROADCAST && !ipv4_prefix_contains(pool->subnet, broadcast))
                validation_report(validation, true, pool_subject(pool), "BroadcastAddress", 0,
                        "BroadcastAddress=%s: outside of Subnet=%s",
                        ipv4_format(broadcast, address), ipv4_prefix_format(pool->subnet, subnet));
}

static bool pool_has_reservations(const Validation *validation, const PoolSettings *pool) {
        for (size_t i = 0; i < validation->settings->n_hosts; i++)
                if (ipv4_prefix_contains(pool->subnet, validation->settings->hosts[i]->address))
                        return true;
        return false;
}

static void validate_pool(const Validation *validation, const PoolSettings *pool) {
        const Subject subject = pool_subject(pool);

        validate_reply(validation, subject, &pool->reply, NULL);
        if (pool->subnet.length == 0) {
                if (!validation_has_failed(validation, subject, "Subnet"))
                        validation_report(validation, false, subject, NULL, 0,
                                "[Pool %s] has no Subnet=; it needs one such as "
                                "Subnet=192.168.1.0/24",
                                pool->name);
                return;
        }
        for (size_t i = 0; i < pool->n_ranges; i++)
                validate_range(validation, pool, i);
        validate_exclusions(validation, pool);
        for (size_t i = 0; i < pool->n_other_ranges; i++)
                validate_other_range(validation, pool, i);
        validate_servers(validation, pool, DHCP_OPTION_ROUTER, "Router");
        validate_servers(validation, pool, DHCP_OPTION_DNS, "DNS");
        validate_broadcast(validation, pool);

        if (pool->n_ranges == 0 && !validation_has_failed(validation, subject, "Range") &&
                !pool_has_reservations(validation, pool))
                validation_report(validation, true, subject, NULL, 0,
                        "[Pool %s] has neither a Range= nor a [Host] with an Address= in it; it "
                        "gives out nothing",
                        pool->name);
}

/* Several pools may share a subnet; subnets that overlap in part leave open which one an address
 * belongs to. */
static void validate_subnets(const Validation *validation, size_t i) {
        const PoolSettings *pool = validation->settings->pools[i];
        char own[IPV4_PREFIX_STRING_MAX], theirs[IPV4_PREFIX_STRING_MAX];

        for (size_t j = 0; j < i && pool->subnet.length > 0; j++) {
                const PoolSettings *other = validation->settings->pools[j];

                if (other->subnet.length == 0 || other->subnet.length == pool->subnet.length ||
                        !ranges_meet(prefix_range(pool->subnet), prefix_range(other->subnet)))
                        continue;
                validation_report(validation, false, pool_subject(pool), "Subnet", 0,
                        "Subnet=%s: overlaps with %s of [Pool %s]; subnets are the same or apart",
                        ipv4_prefix_format(pool->subnet, own),
                        ipv4_prefix_format(other->subnet, theirs), other->name);
                return;
        }
}

static int range_use_compare(const void *a, const void *b) {
        const RangeUse *x = a, *y = b;

        if (x->range.first != y->range.first)
                return x->range.first < y->range.first ? -1 : 1;
        return x->order < y->order ? -1 : 1;
}

/* Said of the one that was written later. */
static void report_overlap(const Validation *validation, const RangeUse *a, const RangeUse *b) {
        const RangeUse *late = a->order > b->order ? a : b, *early = late == a ? b : a;
        char own[IPV4_RANGE_STRING_MAX], theirs[IPV4_RANGE_STRING_MAX];

        validation_report(validation, false, pool_subject(late->pool), "Range", late->index,
                "Range=%s: overlaps with Range=%s of [Pool %s]; ranges must not share addresses",
                ipv4_range_format(late->range, own), ipv4_range_format(early->range, theirs),
                early->pool->name);
}

static int validate_range_overlaps(const Validation *validation) {
        const Settings *settings = validation->settings;
        _cleanup_free_ RangeUse *uses = NULL;
        size_t n = 0, widest = 0;

        for (size_t i = 0; i < settings->n_pools; i++)
                n += settings->pools[i]->n_ranges;
        uses = calloc(n + 1, sizeof(*uses));
        if (!uses)
                return -ENOMEM;

        n = 0;
        for (size_t i = 0; i < settings->n_pools; i++)
                for (size_t j = 0; j < settings->pools[i]->n_ranges; j++, n++)
                        uses[n] = (RangeUse){
                                .range = settings->pools[i]->ranges[j],
                                .pool = settings->pools[i],
                                .index = j,
                                .order = n,
                        };
        qsort(uses, n, sizeof(*uses), range_use_compare);
        for (size_t i = 1; i < n; i++) {
                if (ranges_meet(uses[widest].range, uses[i].range))
                        report_overlap(validation, &uses[widest], &uses[i]);
                if (uses[i].range.last > uses[widest].range.last)
                        widest = i;
        }
        return 0;
}

/* The size of all ranges together bounds the server's memory and the time of a reload. */
static void validate_total_size(const Validation *validation) {
        uint64_t total = 0;

        for (size_t i = 0; i < validation->settings->n_pools; i++) {
                const PoolSettings *pool = validation->settings->pools[i];

                for (size_t j = 0; j < pool->n_ranges; j++) {
                        uint64_t size = (uint64_t) pool->ranges[j].last - pool->ranges[j].first + 1;
                        char text[IPV4_RANGE_STRING_MAX];

                        if (total <= ADDRESSES_MAX && total + size > ADDRESSES_MAX)
                                validation_report(validation, false, pool_subject(pool), "Range", j,
                                        "Range=%s: makes more than %" PRIu64
                                        " addresses in all pools together, the most allowed",
                                        ipv4_range_format(pool->ranges[j], text), ADDRESSES_MAX);
                        total += size;
                }
        }
}

int validate_pools(const Validation *validation) {
        for (size_t i = 0; i < validation->settings->n_pools; i++) {
                validate_pool(validation, validation->settings->pools[i]);
                validate_subnets(validation, i);
        }
        validate_total_size(validation);
        return validate_range_overlaps(validation);
}

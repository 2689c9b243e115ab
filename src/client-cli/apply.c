/* SPDX-License-Identifier: MIT */
/* What a lease says, made true on an interface, by comparing it with the record of what is ours.
 *
 * Invariant: the record names what was configured and is not taken away yet, at every moment in
 * which somebody else looks at it. */

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/text.h"
#include "basic/time.h"
#include "client-cli/apply.h"
#include "client-cli/netlink.h"
#include "client-cli/record.h"
#include "client-cli/report.h"
#include "client-cli/resolver.h"

enum {
        MTU_IPV4_MIN = 576,  /* RFC 791 3.1: what every host has to take */
        MTU_IPV6_MIN = 1280, /* RFC 8200 5: below it the kernel takes IPv6 off the link */
};

struct Applied {
        int ifindex;
        char interface[IF_NAMESIZE];
        ApplySettings settings;
        mdc_lease *lease; /* NULL = none */
        Record record;
        char *said;        /* what the last lease's routes were refused for */
        bool network_gone; /* somebody has removed the kernel's route to the address's network */
};

int applied_new(Applied **ret, int ifindex, const char *interface, const ApplySettings *settings) {
        Applied *applied;

        applied = calloc(1, sizeof(*applied));
        if (!applied)
                return -ENOMEM;
        applied->ifindex = ifindex;
        (void) snprintf(applied->interface, sizeof(applied->interface), "%s", interface);
        applied->settings = *settings;
        *ret = applied;
        return 0;
}

Applied *applied_free(Applied *applied) {
        if (!applied)
                return NULL;
        (void) mdc_lease_unref(applied->lease);
        record_done(&applied->record);
        free(applied->said);
        free(applied);
        return NULL;
}

int applied_link_up(const Applied *applied) {
        return netlink_set_up(applied->ifindex);
}

/* ---- the address ------------------------------------------------------------------------------
 */

static Ipv4Prefix lease_prefix(const mdc_lease *lease) {
        struct in_addr address = {0};
        Ipv4Prefix prefix = {0};

        (void) mdc_lease_get_address(lease, &address);
        (void) mdc_lease_get_prefix_length(lease, &prefix.length);
        prefix.address = ntohl(address.s_addr);
        return prefix;
}

/* Seconds that are left of the lease; UINT32_MAX is the kernel's infinity as well as DHCP's. */
static uint32_t remaining_seconds(const mdc_lease *lease, usec_t now) {
        uint64_t begin = 0, lifetime = MDC_INFINITY, used;

        (void) mdc_lease_get_begin(lease, &begin);
        (void) mdc_lease_get_lifetime(lease, &lifetime);
        if (lifetime == MDC_INFINITY)
                return UINT32_MAX;
        used = now - begin; /* right modulo 2^64 */
        if ((int64_t) used < 0)
                used = 0;
        return used >= lifetime ? 1 : (uint32_t) MAX((lifetime - used) / USEC_PER_SEC, 1U);
}

static bool is_infinite(const mdc_lease *lease) {
        uint64_t lifetime = 0;

        return mdc_lease_get_lifetime(lease, &lifetime) >= 0 && lifetime == MDC_INFINITY;
}

static const NetlinkAddress *find_address(const NetlinkLink *link, Ipv4Prefix prefix) {
        for (size_t i = 0; i < link->n_addresses; i++)
                if (link->addresses[i].prefix.address == prefix.address &&
                        link->addresses[i].prefix.length == prefix.length)
                        return &link->addresses[i];
        return NULL;
}

static bool prefixes_equal(Ipv4Prefix a, Ipv4Prefix b) {
        return a.address == b.address && a.length == b.length;
}

/* An address that lasts for ever and is not in the record is the administrator's: it stays, also
 * after the lease. The route to its network is behind those of other addresses, as the lease's
 * other routes are. */
static int put_address(
        Applied *applied, const NetlinkLink *link, const mdc_lease *lease, usec_t now) {
        Record *record = &applied->record;
        const NetlinkAddress *known = find_address(link, record->address);
        NetlinkAddress address = {
                .prefix = record->address,
                .seconds = remaining_seconds(lease, now),
                .metric = applied->settings.metric,
        };
        struct in_addr broadcast;
        int r;

        if (known && known->seconds == UINT32_MAX && !record->has_address)
                return 0;
        if (mdc_lease_get_broadcast(lease, &broadcast) >= 0)
                address.broadcast = ntohl(broadcast.s_addr);
        /* Else an address of somebody else in the same network would go when this one goes. */
        (void) netlink_promote_secondaries(applied->ifindex);
        r = netlink_put_address(applied->ifindex, &address);
        if (r >= 0)
                record->has_address = true;
        return r;
}

/* ---- routes -----------------------------------------------------------------------------------
 */

static NetlinkPlace record_place(const Record *record) {
        return (NetlinkPlace){
                .ifindex = record->ifindex,
                .metric = record->metric,
                .table = record->table,
                .source = record->address.address,
        };
}

static void append_route_text(Buffer *buffer, const Route *route) {
        char destination[IPV4_PREFIX_STRING_MAX], gateway[IPV4_STRING_MAX];

        (void) buffer_printf(buffer, "the route to %s via %s",
                ipv4_prefix_format(route->destination, destination),
                ipv4_format(route->gateway, gateway));
}

/* Once for each lease that says something else than the one before: a renewal is no news. */
static void tell_refused(Applied *applied, const RoutePlan *plan) {
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        _cleanup_free_ char *text = NULL;

        for (size_t i = 0; i < plan->n_refused; i++) {
                (void) buffer_append_string(&buffer, i > 0 ? "; " : "");
                append_route_text(&buffer, &plan->refused[i].route);
                (void) buffer_printf(
                        &buffer, " %s", route_verdict_to_string(plan->refused[i].verdict));
        }
        if (buffer_take_string(&buffer, &text) < 0)
                return;
        if (*text && !applied->settings.quiet && !string_equal(text, applied->said))
                (void) report(
                        STATUS_OK, "Left out of the lease on %s: %s", applied->interface, text);
        free(applied->said);
        applied->said = TAKE_PTR(text);
}

static void tell_failed(const Applied *applied, const Route *route, int error) {
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        _cleanup_free_ char *text = NULL;

        append_route_text(&buffer, route);
        if (buffer_take_string(&buffer, &text) >= 0)
                (void) report_errno(error, "Cannot add %s on %s", text, applied->interface);
}

/* Return: how many the kernel has taken: they are at the front of the array then. */
static size_t add_routes(const Applied *applied, Route *routes, size_t n, bool *ret_new) {
        const NetlinkPlace place = record_place(&applied->record);
        size_t n_added = 0;
        int r;

        for (size_t i = 0; i < n; i++) {
                r = netlink_add_route(&place, &routes[i]);
                *ret_new |= r > 0;
                if (r >= 0)
                        routes[n_added++] = routes[i];
                else
                        tell_failed(applied, &routes[i], r);
        }
        return n_added;
}

/* The prefixes of other addresses of the link. */
static size_t other_networks(const Record *record, const NetlinkLink *link,
        Ipv4Prefix networks[static NETLINK_ADDRESSES_MAX]) {
        size_t n = 0;

        for (size_t i = 0; i < link->n_addresses; i++)
                if (!prefixes_equal(link->addresses[i].prefix, record->address))
                        networks[n++] = link->addresses[i].prefix;
        return n;
}

/* The kernel keeps the route to our own network in the main table alone. Another table needs it
 * too, or its gateways would not be neighbours there. */
static int add_network(const Applied *applied, RoutePlan *plan) {
        const Ipv4Prefix own = applied->record.address;
        Route *routes;

        if (applied->settings.table == RT_TABLE_MAIN || applied->settings.routes.none ||
                own.length == 32)
                return 0;
        routes = calloc(plan->n_routes + 1, sizeof(*routes));
        if (!routes)
                return -ENOMEM;
        routes[0].destination = (Ipv4Prefix){ipv4_prefix_network(own), own.length};
        if (plan->n_routes > 0)
                memcpy(routes + 1, plan->routes, plan->n_routes * sizeof(*routes));
        free(plan->routes);
        plan->routes = routes;
        plan->n_routes++;
        return 0;
}

static int make_plan(
        const Applied *applied, const NetlinkLink *link, const mdc_lease *lease, RoutePlan *ret) {
        Ipv4Prefix networks[NETLINK_ADDRESSES_MAX];
        size_t n = other_networks(&applied->record, link, networks);
        int r;

        r = route_plan_make(ret, lease, &applied->settings.routes, networks, n);
        return r < 0 ? r : add_network(applied, ret);
}

static int remove_routes(const Record *record, const Route *keep, size_t n_keep) {
        const Record kept = {.routes = (Route *) keep, .n_routes = n_keep};
        const NetlinkPlace place = record_place(record);
        int r, result = 0;

        for (size_t i = 0; i < record->n_routes; i++) {
                if (record_has_route(&kept, &record->routes[i]))
                        continue;
                r = netlink_remove_route(&place, &record->routes[i]);
                if (r < 0 && result == 0)
                        result = r;
        }
        return result;
}

/* New ones first: where a router has changed there is a way out at every moment. Return: 1 when
 * one was not there, 0, -ENOMEM. */
static int put_routes(Applied *applied, const NetlinkLink *link, const mdc_lease *lease) {
        _cleanup_(route_plan_done) RoutePlan plan = {0};
        Record *record = &applied->record;
        bool new = false;
        size_t n;
        int r;

        r = make_plan(applied, link, lease, &plan);
        if (r < 0)
                return r;
        tell_refused(applied, &plan);
        n = add_routes(applied, plan.routes, plan.n_routes, &new);
        (void) remove_routes(record, plan.routes, n);
        record_take_routes(record, TAKE_PTR(plan.routes), n);
        return new;
}

/* The kernel adds this route together with the address, and not again. It is made as the kernel
 * makes it, which takes it away with the address. Return: whether it was missing. */
static bool put_network(Applied *applied, const NetlinkLink *link) {
        const Record *record = &applied->record;
        const Ipv4Prefix own = {ipv4_prefix_network(record->address), record->address.length};
        const Route route = {.destination = own};
        const NetlinkPlace place = {
                .ifindex = record->ifindex,
                .metric = record->metric,
                .table = RT_TABLE_MAIN,
                .source = record->address.address,
                .as_kernel = true,
        };
        int r;

        if (!applied->network_gone || !link->up || !record->has_address)
                return false;
        applied->network_gone = false;
        /* of two addresses in one network the kernel has the route of the first alone */
        for (size_t i = 0; i < link->n_addresses; i++) {
                const Ipv4Prefix other = link->addresses[i].prefix;

                if (other.address != record->address.address && other.length == own.length &&
                        ipv4_prefix_contains(own, other.address))
                        return false;
        }
        r = netlink_add_route(&place, &route);
        if (r < 0)
                tell_failed(applied, &route, r);
        return r > 0;
}

/* ---- MTU --------------------------------------------------------------------------------------
 */

/* Only what is still as we have set it: who has changed it since wants it so. */
static int restore_mtu(Record *record, const NetlinkLink *link) {
        int r = 0;

        if (record->mtu != 0 && link->mtu == record->mtu)
                r = netlink_set_mtu(record->ifindex, record->mtu_before);
        record->mtu = record->mtu_before = 0;
        return r;
}

static void put_mtu(Applied *applied, const NetlinkLink *link, const mdc_lease *lease) {
        const uint32_t least = link->has_ipv6 ? MTU_IPV6_MIN : MTU_IPV4_MIN;
        Record *record = &applied->record;
        uint32_t before =
                record->mtu != 0 && link->mtu == record->mtu ? record->mtu_before : link->mtu;
        uint16_t mtu;
        int r;

        if (!applied->settings.mtu || mdc_lease_get_mtu(lease, &mtu) < 0) {
                (void) restore_mtu(record, link);
                return;
        }
        if (mtu < least) {
                (void) report(STATUS_OK,
                        "The lease's MTU of %u is not used on %s: it is below %u%s", mtu,
                        applied->interface, least, link->has_ipv6 ? ", which IPv6 needs" : "");
                (void) restore_mtu(record, link);
                return;
        }
        if (mtu == link->mtu)
                return;
        r = netlink_set_mtu(applied->ifindex, mtu);
        if (r < 0) {
                (void) report_errno(r, "Cannot set the MTU of %s to %u", applied->interface, mtu);
                return;
        }
        record->mtu = mtu;
        record->mtu_before = before;
}

/* ---- name servers -----------------------------------------------------------------------------
 */

static void put_dns(Applied *applied, const mdc_lease *lease) {
        Record *record = &applied->record;

        if (!applied->settings.dns || !resolver_knows_something(lease)) {
                (void) resolver_take_back(record->resolver, record->ifindex, applied->interface);
                record->resolver = RESOLVER_NONE;
                return;
        }
        if (resolver_same(applied->lease, lease))
                return;
        (void) resolver_tell(record->ifindex, applied->interface, lease, &record->resolver);
}

/* ---- all of it --------------------------------------------------------------------------------
 */

/* Of an address that changes: without it its routes make no sense. */
static int remove_address(Record *record) {
        int r, result;

        result = remove_routes(record, NULL, 0);
        record_take_routes(record, NULL, 0);
        if (!record->has_address)
                return result;
        r = netlink_remove_address(record->ifindex, record->address);
        if (r >= 0)
                record->has_address = false;
        return result < 0 ? result : r;
}

/* Where routes were made by other settings than ours, by a process before us, they go as well. */
static void begin_record(Applied *applied, Ipv4Prefix address) {
        Record *record = &applied->record;

        if (!prefixes_equal(record->address, address) ||
                record->metric != applied->settings.metric ||
                record->table != applied->settings.table)
                (void) remove_address(record);
        record->ifindex = applied->ifindex;
        record->address = address;
        record->metric = applied->settings.metric;
        record->table = applied->settings.table;
}

static void keep_lease(Applied *applied, mdc_lease *lease) {
        mdc_lease *before = applied->lease;

        applied->lease = mdc_lease_ref(lease);
        (void) mdc_lease_unref(before);
}

int applied_lease(Applied *applied, mdc_lease *lease, usec_t now) {
        NetlinkLink link;
        int r;

        begin_record(applied, lease_prefix(lease));
        r = netlink_read_link(applied->ifindex, &link);
        if (r < 0)
                return r;
        r = put_address(applied, &link, lease, now);
        if (r < 0)
                return r; /* routes without it make no sense */
        (void) put_network(applied, &link);
        r = put_routes(applied, &link, lease);
        if (r < 0)
                return r;
        put_mtu(applied, &link, lease);
        put_dns(applied, lease);
        keep_lease(applied, lease);
        return 0;
}

int applied_refresh(Applied *applied, usec_t now) {
        Record *record = &applied->record;
        NetlinkLink link;
        bool missing;
        int r;

        if (!applied->lease)
                return 0;
        r = netlink_read_link(applied->ifindex, &link);
        if (r < 0)
                return r;
        missing = !find_address(&link, record->address);
        if (missing) {
                r = put_address(applied, &link, applied->lease, now);
                if (r < 0)
                        return r;
                applied->network_gone = false;
        }
        missing |= put_network(applied, &link);
        /* They cannot be there while the link is down; the next call puts them back. */
        r = link.up ? put_routes(applied, &link, applied->lease) : 0;
        return r < 0 ? r : r > 0 || missing;
}

static bool is_network(const Record *record, const RouteLoss *loss) {
        const Ipv4Prefix network = {ipv4_prefix_network(record->address), record->address.length};

        return !loss->replaced && loss->gateway == 0 && record->has_address &&
               loss->table == RT_TABLE_MAIN && prefixes_equal(network, loss->destination);
}

bool applied_notice(Applied *applied, const RouteLoss *loss) {
        const Record *record = &applied->record;

        if (loss->all)
                return true;
        if (applied->lease && loss->ifindex == record->ifindex && is_network(record, loss)) {
                applied->network_gone = true;
                return true;
        }
        if (!applied->lease || loss->metric != record->metric || loss->table != record->table ||
                (!loss->replaced && loss->ifindex != record->ifindex))
                return false;
        for (size_t i = 0; i < record->n_routes; i++) {
                const Route *route = &record->routes[i];

                if (prefixes_equal(route->destination, loss->destination) &&
                        (loss->replaced || route->gateway == loss->gateway))
                        return true;
        }
        return false;
}

int applied_remove(Applied *applied) {
        Record *record = &applied->record;
        NetlinkLink link;
        int r, result;

        result = remove_address(record);
        if (record->mtu != 0) {
                r = netlink_read_link(record->ifindex, &link);
                if (r >= 0)
                        r = restore_mtu(record, &link);
                if (r < 0 && r != -ENODEV && result == 0)
                        result = r;
        }
        r = resolver_take_back(record->resolver, record->ifindex, applied->interface);
        if (r < 0 && result == 0)
                result = r;
        record_done(record);
        applied->lease = mdc_lease_unref(applied->lease);
        return result;
}

void applied_follow(Applied *applied, int ifindex) {
        if (ifindex == applied->ifindex)
                return;
        record_done(&applied->record);
        applied->lease = mdc_lease_unref(applied->lease);
        applied->ifindex = ifindex;
}

int applied_assume(Applied *applied, mdc_lease *lease) {
        _cleanup_(route_plan_done) RoutePlan plan = {0};
        Record *record = &applied->record;
        const NetlinkAddress *known;
        NetlinkLink link;
        size_t n;
        int r;

        if (!record_is_empty(record))
                return 0;
        r = netlink_read_link(applied->ifindex, &link);
        if (r < 0)
                return r;
        record_done(record);
        *record = (Record){
                .ifindex = applied->ifindex,
                .address = lease_prefix(lease),
                .metric = applied->settings.metric,
                .table = applied->settings.table,
        };
        known = find_address(&link, record->address);
        record->has_address = known && (known->seconds != UINT32_MAX || is_infinite(lease));
        r = make_plan(applied, &link, lease, &plan);
        if (r < 0)
                return r;
        n = plan.n_routes;
        record_take_routes(record, TAKE_PTR(plan.routes), n);
        return 0;
}

int applied_to_json(const Applied *applied, json_object **ret) {
        if (record_is_empty(&applied->record)) {
                *ret = NULL;
                return 0;
        }
        return record_to_json(&applied->record, ret);
}

int applied_from_json(Applied *applied, const json_object *object) {
        _cleanup_(record_done) Record record = {0};
        int r;

        r = record_from_json(object, &record);
        if (r == -EBADMSG || (r >= 0 && record.ifindex != applied->ifindex))
                return 0;
        if (r < 0)
                return r;
        record_done(&applied->record);
        applied->record = record;
        record = (Record){0};
        return !record_is_empty(&applied->record);
}

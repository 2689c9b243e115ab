/* SPDX-License-Identifier: MIT */
/* status and statistics: the server as a whole. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text.h"
#include "ctl/bus-api.h"
#include "ctl/connection.h"
#include "ctl/details.h"
#include "ctl/followers.h"
#include "ctl/objects.h"
#include "ctl/properties.h"
#include "ctl/table.h"
#include "ctl/unit.h"
#include "ctl/verbs.h"

#define SERVICE_UNIT "mini-dhcp.service"
#define SOCKET_UNIT "mini-dhcp.socket"

/* Everything that status tells, read before anything is written. */
typedef struct Overview {
        json_object *manager;
        ObjectList pools;
        UnitState service; /* active is NULL where systemd does not tell */
        UnitState socket;
        Followers *followers;
} Overview;

static void overview_done(Overview *overview) {
        (void) json_object_put(overview->manager);
        object_list_done(&overview->pools);
        unit_state_done(&overview->service);
        unit_state_done(&overview->socket);
        (void) followers_free(overview->followers);
}

static int overview_fetch(Overview *overview, Connection *connection) {
        int r;

        r = connection_get_all(
                connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, &overview->manager);
        if (r < 0)
                return r;
        r = object_list_fetch(&overview->pools, connection, &pool_kind);
        if (r < 0)
                return r;
        r = unit_state_get(connection, SERVICE_UNIT, &overview->service);
        if (r < 0)
                return r;
        r = unit_state_get(connection, SOCKET_UNIT, &overview->socket);
        if (r < 0)
                return r;
        return followers_fetch(connection, &overview->followers);
}

/* "mini-dhcp.service, active (running) for 5min 3s" */
static int describe_unit(Details *details, const char *label, const char *name,
        const UnitState *state, TimestampStyle style) {
        bool absolute = style != TIMESTAMP_STYLE_RELATIVE;
        const char *word = absolute ? " since " : " for ";
        _cleanup_free_ char *text = NULL;
        char when[FORMAT_TIME_MAX] = "";

        if (!state->active)
                return 0;
        if (state->since > 0 && absolute)
                (void) format_timestamp(state->since, style, when);
        else if (state->since > 0)
                (void) timespan_format(usec_sub(context_now(), state->since), when);
        if (asprintf(&text, "%s, %s (%s)%s%s", name, state->active, state->sub, *when ? word : "",
                    when) < 0)
                return -ENOMEM;
        return details_add(details, label, text, state_color(state->active));
}

static bool is_serving_somebody(const ObjectList *pools) {
        for (size_t i = 0; i < pools->n_items; i++) {
                const json_object *served;

                if (json_object_object_get_ex(
                            pools->items[i], "ServedInterfaces", (json_object **) &served) &&
                        json_object_array_length(served) > 0)
                        return true;
        }
        return false;
}

static int describe_full_pool(const json_object *pool, const char *name, char **ret) {
        const uint64_t size = json_get_number(pool, "Size"), used = json_get_number(pool, "Used"),
                       declined = json_get_number(pool, "Declined"),
                       offered = json_get_number(pool, "Offered"),
                       kept = size - MIN(size, used + declined + offered);
        int r;

        if (size == 1)
                r = asprintf(ret,
                        "pool %s is full, new clients get nothing there: its only address is %s; "
                        "widen its Range=",
                        name,
                        used       ? "leased"
                        : declined ? "set aside"
                        : offered  ? "offered"
                                   : "kept for a host");
        else
                r = asprintf(ret,
                        "pool %s is full, new clients get nothing there: of its %" PRIu64
                        " addresses %" PRIu64 " are leased, %" PRIu64 " set aside, %" PRIu64
                        " offered and %" PRIu64 " kept for hosts; widen its Range=%s",
                        name, size, used, declined, offered, kept,
                        used > kept ? " or shorten its DefaultLeaseTimeSec=" : "");
        if (r < 0)
                *ret = NULL;
        return r < 0 ? -ENOMEM : 0;
}

/* BindToDevice= of the socket unit keeps a pool from its clients. */
static int describe_unheard_pool(
        Details *details, const json_object *pool, const char *name, const char *bound) {
        json_object *unheard;
        _cleanup_free_ char *link = NULL, *text = NULL;

        if (!json_object_object_get_ex(pool, "UnheardInterfaces", &unheard) ||
                json_object_array_length(unheard) == 0)
                return 0;
        link = format_safe(json_object_get_string(json_object_array_get_idx(unheard, 0)));
        if (!link || asprintf(&text,
                             "pool %s is not served on %s: the socket hears %s alone; see "
                             "BindToDevice= in: systemctl cat " SOCKET_UNIT,
                             name, link, bound) < 0)
                return -ENOMEM;
        return details_add(details, "Hint", text, COLOR_WARNING);
}

/* The socket stays bound to an interface that is gone, also when there is one of that name again.
 */
static int describe_bound(Details *details, const json_object *manager) {
        const char *bound = json_get_text(manager, "BoundInterface");
        _cleanup_free_ char *safe = format_safe(bound), *text = NULL;
        int r;

        if (!*bound)
                return 0;
        if (!safe || asprintf(&text, "%s alone (BindToDevice=)", safe) < 0)
                return -ENOMEM;
        r = details_add(details, "Bound To", text, COLOR_NONE);
        if (r < 0 || bound[strspn(bound, "0123456789")])
                return r;
        return details_add(details, "Hint",
                "nothing is heard: the interface that the socket was bound to is gone; when it is "
                "there again: systemctl stop " SERVICE_UNIT " && systemctl restart " SOCKET_UNIT,
                COLOR_BAD);
}

static int describe_pool_hints(
        Details *details, const ObjectList *pools, const json_object *manager) {
        _cleanup_free_ char *bound = format_safe(json_get_text(manager, "BoundInterface"));
        int r;

        if (!bound)
                return -ENOMEM;
        if (pools->n_items > 0 && !*bound && !is_serving_somebody(pools)) {
                r = details_add(details, "Hint",
                        "no interface is served: none has an address in the Subnet= of a pool that "
                        "is enabled; see: minidhcpctl list-interfaces",
                        COLOR_WARNING);
                if (r < 0)
                        return r;
        }
        for (size_t i = 0; i < pools->n_items; i++) {
                const json_object *pool = pools->items[i];
                _cleanup_free_ char *name = format_safe(json_get_text(pool, "Name")), *text = NULL;

                if (!name)
                        return -ENOMEM;
                r = describe_unheard_pool(details, pool, name, bound);
                if (r < 0)
                        return r;
                if (json_get_number(pool, "Size") == 0 || json_get_number(pool, "Free") > 0)
                        continue;
                if (describe_full_pool(pool, name, &text) < 0)
                        return -ENOMEM;
                r = details_add(details, "Hint", text, COLOR_WARNING);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* What is odd about the configuration in force. */
static int describe_warnings(Details *details, const json_object *manager) {
        json_object *warnings;
        int r;

        if (!json_object_object_get_ex(manager, "Warnings", &warnings))
                return 0;
        for (size_t i = 0; i < json_object_array_length(warnings); i++) {
                const char *text = json_object_get_string(json_object_array_get_idx(warnings, i));
                _cleanup_free_ char *safe = format_safe(text);

                if (!safe)
                        return -ENOMEM;
                r = details_add(details, "Warning", safe, COLOR_WARNING);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* Devices whose ARP answers do not count: a list of structs of interface, hardware address, time.
 */
static int describe_proxies(Details *details, const json_object *manager, TimestampStyle style) {
        json_object *proxies;
        int r;

        if (!json_object_object_get_ex(manager, "ProxyArp", &proxies))
                return 0;
        for (size_t i = 0; i < json_object_array_length(proxies); i++) {
                json_object *proxy = json_object_array_get_idx(proxies, i);
                _cleanup_free_ char *interface =
                        format_safe(json_object_get_string(json_object_array_get_idx(proxy, 0)));
                _cleanup_free_ char *text = NULL;
                char until[FORMAT_TIME_MAX];

                (void) format_timestamp(
                        json_object_get_uint64(json_object_array_get_idx(proxy, 2)), style, until);
                if (!interface ||
                        asprintf(&text,
                                "%s answers ARP on %s for addresses that nobody has (proxy ARP); "
                                "its answers do not count before %s; turn proxy ARP off there, or "
                                "set ConflictDetection=off",
                                json_object_get_string(json_object_array_get_idx(proxy, 1)),
                                interface, until) < 0)
                        return -ENOMEM;
                r = details_add(details, "Warning", text, COLOR_WARNING);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* Subnets behind relays whose answers do not count: a list of structs of subnet and time. */
static int describe_echo_proxies(
        Details *details, const json_object *manager, TimestampStyle style) {
        json_object *proxies;
        int r;

        if (!json_object_object_get_ex(manager, "EchoProxies", &proxies))
                return 0;
        for (size_t i = 0; i < json_object_array_length(proxies); i++) {
                json_object *proxy = json_object_array_get_idx(proxies, i);
                _cleanup_free_ char *subnet =
                        format_safe(json_object_get_string(json_object_array_get_idx(proxy, 0)));
                _cleanup_free_ char *text = NULL;
                char until[FORMAT_TIME_MAX];

                (void) format_timestamp(
                        json_object_get_uint64(json_object_array_get_idx(proxy, 1)), style, until);
                if (!subnet ||
                        asprintf(&text,
                                "something answers ICMP echo for addresses in %s that nobody has; "
                                "answers from there do not count before %s; turn that off, or set "
                                "ConflictDetection=off",
                                subnet, until) < 0)
                        return -ENOMEM;
                r = details_add(details, "Warning", text, COLOR_WARNING);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* What is not as it should be, and what to do about it. */
static int describe_hints(Details *details, const Overview *overview, const char *state) {
        int r;

        if (string_equal(state, "misconfigured")) {
                r = details_add(details, "Hint", "nothing is served; see: minidhcpctl check-config",
                        COLOR_WARNING);
                if (r < 0)
                        return r;
        }
        if (string_equal(state, "lease-file-failing")) {
                r = details_add(details, "Hint",
                        "no lease is granted; see: journalctl -u mini-dhcp", COLOR_WARNING);
                if (r < 0)
                        return r;
        }
        r = describe_pool_hints(details, &overview->pools, overview->manager);
        if (r < 0)
                return r;
        if (string_equal(overview->service.active, "active") && overview->socket.active &&
                !string_equal(overview->socket.active, "active"))
                return details_add(details, "Hint",
                        "packets are lost during a restart; start the socket: systemctl enable "
                        "--now " SOCKET_UNIT,
                        COLOR_WARNING);
        return 0;
}

static int describe_server(Details *details, const Overview *overview, const Context *context) {
        const json_object *manager = overview->manager;
        const char *state = json_get_text(manager, "State");
        const char *reload = json_get_text(manager, "LastReloadResult");
        _cleanup_free_ char *safe_reload = NULL;
        const uint64_t n_local = json_get_number(manager, "LocalHardwareLeases");
        const uint64_t n_to_move = json_get_number(manager, "LeasesToMove");
        char number[192];
        int r, n;

        n = snprintf(number, sizeof(number), "%llu active",
                (unsigned long long) json_get_number(manager, "ActiveLeases"));
        if (n_local > 0)
                n += snprintf(number + n, sizeof(number) - (size_t) n,
                        ", %llu with local hardware addresses (phones, virtual machines)",
                        (unsigned long long) n_local);
        if (n_to_move > 0)
                (void) snprintf(number + n, sizeof(number) - (size_t) n,
                        ", %llu to move (another address is reserved)",
                        (unsigned long long) n_to_move);
        safe_reload = format_safe(reload);
        if (!safe_reload)
                return -ENOMEM;

        if ((r = details_add(details, "State", state, state_color(state))) < 0 ||
                (r = details_add(
                         details, "Version", json_get_text(manager, "Version"), COLOR_NONE)) < 0 ||
                (r = describe_unit(details, "Service", SERVICE_UNIT, &overview->service,
                         context->options.timestamp)) < 0 ||
                (r = describe_unit(details, "Socket", SOCKET_UNIT, &overview->socket,
                         context->options.timestamp)) < 0 ||
                (r = followers_describe(overview->followers, details)) < 0 ||
                (r = describe_bound(details, manager)) < 0 ||
                (r = details_add(details, "Lease File", json_get_text(manager, "LeaseFile"),
                         COLOR_NONE)) < 0 ||
                (r = details_add(details, "Last Reload", safe_reload,
                         string_equal(reload, "success") ? COLOR_NONE : COLOR_BAD)) < 0 ||
                (r = details_add(details, "Leases", number, COLOR_NONE)) < 0)
                return r;
        if ((r = describe_warnings(details, manager)) < 0 ||
                (r = describe_proxies(details, manager, context->options.timestamp)) < 0 ||
                (r = describe_echo_proxies(details, manager, context->options.timestamp)) < 0)
                return r;
        return describe_hints(details, overview, state);
}

static int print_overview_json(const Overview *overview, JsonMode mode) {
        json_object *pools;

        pools = json_object_new_array();
        if (!pools)
                return -ENOMEM;
        for (size_t i = 0; i < overview->pools.n_items; i++)
                if (json_object_array_add(pools, json_object_get(overview->pools.items[i])) < 0) {
                        (void) json_object_put(pools);
                        return -ENOMEM;
                }
        if (json_add_take(overview->manager, "Pools", pools) < 0)
                return -ENOMEM;
        if (json_add_take(overview->manager, "Followers", followers_to_json(overview->followers)) <
                0)
                return -ENOMEM;
        json_print(overview->manager, mode);
        return 0;
}

static int print_overview(const Context *context, Overview *overview) {
        const Terminal *terminal = &context->terminal;
        const char *state = json_get_text(overview->manager, "State");
        _cleanup_(details_done) Details details = {0};
        int r;

        r = describe_server(&details, overview, context);
        if (r < 0)
                return r;
        printf("%s%s%s mini-dhcp - Mini DHCP Server\n",
                terminal_color(terminal, state_color(state)), terminal_dot(terminal),
                terminal_color(terminal, COLOR_NONE));
        details_print(&details, terminal);
        if (overview->pools.n_items == 0)
                return 0;
        printf("\n");
        return object_list_print(&overview->pools, &pool_kind, context, NULL, -1);
}

ExitStatus verb_status(
        Context *context, _unused_ char *const *arguments, _unused_ size_t n_arguments) {
        _cleanup_(connection_done) Connection connection = {0};
        _cleanup_(overview_done) Overview overview = {0};
        ExitStatus status;
        int r;

        status = connection_open(&context->options, &connection);
        if (status != STATUS_OK)
                return status;
        r = overview_fetch(&overview, &connection);
        if (r < 0)
                return connection_report(&connection, r, "Cannot show the server's status");

        context_open_pager(context);
        r = context_wants_json(context) ? print_overview_json(&overview, context->options.json)
                                        : print_overview(context, &overview);
        return r < 0 ? report_no_memory() : STATUS_OK;
}

static int print_counters(const Context *context, const json_object *counters) {
        static const Column columns[] = {
                {"counter", "COUNTER", COLUMN_ELASTIC},
                {"value", "VALUE", COLUMN_RIGHT},
        };
        static unsigned shown[] = {0, 1};
        const ColumnChoice choice = {.items = shown, .n_items = ELEMENTSOF(shown)};
        _cleanup_(table_freep) Table *table = NULL;
        int r;

        r = table_new(&table, columns, &choice, context);
        if (r < 0)
                return r;
        json_object_object_foreach(counters, name, value) {
                _cleanup_free_ char *safe = format_safe(name);

                if (!safe)
                        return -ENOMEM;
                if ((r = table_add_row(table)) < 0 ||
                        (r = table_set(table, 0, safe, COLOR_NONE)) < 0 ||
                        (r = table_set(table, 1, json_object_get_string(value), COLOR_NONE)) < 0)
                        return r;
        }
        return table_print(table);
}

ExitStatus verb_statistics(
        Context *context, _unused_ char *const *arguments, _unused_ size_t n_arguments) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        _cleanup_(connection_done) Connection connection = {0};
        _cleanup_json_ json_object *counters = NULL;
        ExitStatus status;
        int r;

        status = connection_open(&context->options, &connection);
        if (status != STATUS_OK)
                return status;
        r = connection_call(
                &connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, "GetStatistics", &reply, NULL);
        if (r >= 0)
                r = json_from_message(reply, &counters);
        if (r < 0)
                return connection_report(&connection, r, "Cannot read the statistics");

        context_open_pager(context);
        if (context_wants_json(context)) {
                json_print(counters, context->options.json);
                return STATUS_OK;
        }
        r = print_counters(context, counters);
        return r < 0 ? report_no_memory() : STATUS_OK;
}

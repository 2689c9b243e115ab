/* SPDX-License-Identifier: MIT */
/* list-hosts and show-host. */

#include <stdio.h>
#include <stdlib.h>

#include "ctl/bus-api.h"
#include "ctl/objects.h"
#include "ctl/verbs.h"
#include "ctl/wrap.h"

static const Column columns[] = {
        {"name", "HOST", COLUMN_ELASTIC},
        {"client", "CLIENT", COLUMN_STIFF},
        {"address", "ADDRESS", 0},
        {"hostname", "HOSTNAME", COLUMN_ELASTIC},
        {"pool", "POOL", COLUMN_ELASTIC},
        {"deny", "DENY", 0},
        {"origin", "ORIGIN", COLUMN_ELASTIC | COLUMN_TAIL},
        {"hardware", "HARDWARE", 0},
        {"client-id", "CLIENT-ID", COLUMN_STIFF},
        {"circuit-id", "CIRCUIT-ID", COLUMN_STIFF},
        {"lease-time", "LEASE-TIME", 0},
        {"outlook", "OUTLOOK", 0},
        {"current", "CURRENT", 0},
        {"moves", "MOVES", 0},
};

static const char *const properties[ELEMENTSOF(columns)] = {
        "Name",
        "MACAddress ClientId CircuitId",
        "Address",
        "Hostname",
        "ServedPool Pool",
        "Deny",
        "Origin",
        "MACAddress",
        "ClientId",
        "CircuitId",
        "DefaultLeaseTimeUSec",
        "Outlook",
        "CurrentAddress",
        "MovesAtUSec",
};

static const unsigned default_columns[] = {0, 1, 2, 4, 5, 6};

/* What a host sends its client follows in the order of the rows, setting/rows.c. */
static const char *const order[] = {
        "Name",
        "Origin",
        "MACAddress",
        "ClientId",
        "CircuitId",
        "Address",
        "Outlook",
        "Holder",
        "CurrentAddress",
        "MovesAtUSec",
        "Hostname",
        "Aliases",
        "Pool",
        "ServedPool",
        "Deny",
        NULL,
};

/* Pools may have gone since it was kept over the bus. */
static void print_note(const json_object *host, const Terminal *terminal) {
        const char *pool = json_get_text(host, "Pool"), *address = json_get_text(host, "Address");
        _cleanup_free_ char *name = format_safe(json_get_text(host, "Name")), *text = NULL;

        if (!name || *json_get_text(host, "ServedPool") || (!*pool && !*address))
                return;
        if (asprintf(&text, "Host %s waits for %s%s%s%s; until then it is served as others are.",
                    name, *pool ? "pool " : "a pool", pool, *address ? " whose Subnet= has " : "",
                    address) < 0)
                return;
        printf("%s", terminal_color(terminal, COLOR_WARNING));
        wrap_print(stdout, text, 0, 0, terminal->is_terminal ? terminal->columns : SIZE_MAX);
        printf("%s\n", terminal_color(terminal, COLOR_NONE));
}

static const ObjectKind host_kind = {
        .noun = "host",
        .nouns = "hosts",
        .list_method = "ListHosts",
        .list_entry = "(so)",
        .page_method = "ListHostSettings",
        .interface = BUS_API_HOST,
        .path_prefix = BUS_API_HOST_PREFIX,
        .not_found = BUS_API_ERROR("NoSuchHost"),
        .columns = columns,
        .properties = properties,
        .n_columns = ELEMENTSOF(columns),
        .default_columns = default_columns,
        .n_default_columns = ELEMENTSOF(default_columns),
        .order = order,
        .print_note = print_note,
};

ExitStatus verb_list_hosts(
        Context *context, _unused_ char *const *arguments, _unused_ size_t n_arguments) {
        return object_verb_list(context, &host_kind);
}

ExitStatus verb_show_host(Context *context, char *const *arguments, size_t n_arguments) {
        return object_verb_show(context, &host_kind, arguments, n_arguments);
}

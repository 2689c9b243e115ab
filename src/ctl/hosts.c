/* SPDX-License-Identifier: MIT */
/* list-hosts and show-host. */

#include "ctl/hosts.h"
#include "ctl/bus-api.h"

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
};

static const char *const properties[ELEMENTSOF(columns)] = {
        "Name",
        "MACAddress ClientId CircuitId",
        "Address",
        "Hostname",
        "Pool",
        "Deny",
        "Origin",
        "MACAddress",
        "ClientId",
        "CircuitId",
        "DefaultLeaseTimeUSec",
};

static const unsigned default_columns[] = {0, 1, 2, 4, 5, 6};

static const char *const order[] = {
        "Name",
        "Origin",
        "MACAddress",
        "ClientId",
        "CircuitId",
        "Address",
        "Hostname",
        "Pool",
        "Deny",
        "DefaultLeaseTimeUSec",
        "MinLeaseTimeUSec",
        "MaxLeaseTimeUSec",
        "EmitRouter",
        "Router",
        "DNS",
        "NTP",
        "Domain",
        "SearchDomains",
        NULL,
};

const ObjectKind host_kind = {
        .noun = "host",
        .nouns = "hosts",
        .list_method = "ListHosts",
        .list_entry = "(so)",
        .interface = BUS_API_HOST,
        .path_prefix = BUS_API_HOST_PREFIX,
        .not_found = BUS_API_ERROR("NoSuchHost"),
        .columns = columns,
        .properties = properties,
        .n_columns = ELEMENTSOF(columns),
        .default_columns = default_columns,
        .n_default_columns = ELEMENTSOF(default_columns),
        .order = order,
};

ExitStatus verb_list_hosts(
        Context *context, _unused_ char *const *arguments, _unused_ size_t n_arguments) {
        return object_verb_list(context, &host_kind);
}

ExitStatus verb_show_host(Context *context, char *const *arguments, size_t n_arguments) {
        return object_verb_show(context, &host_kind, arguments, n_arguments);
}

/* SPDX-License-Identifier: MIT */
/* list-pools and show-pool. */

#include <string.h>

#include "ctl/bus-api.h"
#include "ctl/objects.h"
#include "ctl/verbs.h"

static const Column columns[] = {
        {"name", "POOL", COLUMN_ELASTIC},
        {"subnet", "SUBNET", 0},
        {"interfaces", "INTERFACES", COLUMN_ELASTIC | COLUMN_SPARE},
        {"used", "USED", COLUMN_RIGHT},
        {"free", "FREE", COLUMN_RIGHT},
        {"size", "SIZE", COLUMN_RIGHT},
        {"enabled", "ENABLED", 0},
        {"ranges", "RANGES", COLUMN_ELASTIC},
        {"router", "ROUTER", COLUMN_ELASTIC},
        {"dns", "DNS", COLUMN_ELASTIC},
        {"lease-time", "LEASE-TIME", 0},
        {"offered", "OFFERED", COLUMN_RIGHT},
        {"declined", "DECLINED", COLUMN_RIGHT},
        {"reserved", "RESERVED", COLUMN_RIGHT},
        {"outside", "OUTSIDE", COLUMN_RIGHT},
        {"authoritative", "AUTHORITATIVE", 0},
        {"origin", "ORIGIN", COLUMN_ELASTIC | COLUMN_TAIL},
};

static const char *const properties[ELEMENTSOF(columns)] = {
        "Name",
        "Subnet",
        "ServedInterfaces",
        "Used",
        "Free",
        "Size",
        "Enabled",
        "Ranges",
        "Router",
        "DNS",
        "DefaultLeaseTimeUSec",
        "Offered",
        "Declined",
        "Reserved",
        "UsedOutside",
        "Authoritative",
        "Origin",
};

static const unsigned default_columns[] = {0, 1, 2, 3, 4, 5, 6};

/* The settings that are not here follow in the order of their rows, setting/rows.c. */
static const char *const order[] = {
        "Name",
        "Origin",
        "Enabled",
        "Interfaces",
        "ServedInterfaces",
        "UnheardInterfaces",
        "Subnet",
        "Ranges",
        "Exclusions",
        "OtherRanges",
        "Size",
        "Used",
        "Free",
        "Offered",
        "Declined",
        "Reserved",
        "ReservedOutside",
        "UsedOutside",
        "DefaultLeaseTimeUSec",
        "MinLeaseTimeUSec",
        "MaxLeaseTimeUSec",
        NULL,
};

static Color pool_color(const json_object *pool, const char *property) {
        uint64_t size = json_get_number(pool, "Size"), n_free = json_get_number(pool, "Free");

        if (strcmp(property, "Free") != 0 || size == 0)
                return COLOR_NONE;
        if (n_free == 0)
                return COLOR_BAD;
        return n_free < size / 10 ? COLOR_WARNING : COLOR_NONE;
}

const ObjectKind pool_kind = {
        .noun = "pool",
        .nouns = "pools",
        .list_method = "ListPools",
        .list_entry = "(so)",
        .interface = BUS_API_POOL,
        .path_prefix = BUS_API_POOL_PREFIX,
        .not_found = BUS_API_ERROR("NoSuchPool"),
        .columns = columns,
        .properties = properties,
        .n_columns = ELEMENTSOF(columns),
        .default_columns = default_columns,
        .n_default_columns = ELEMENTSOF(default_columns),
        .order = order,
        .color = pool_color,
};

ExitStatus verb_list_pools(
        Context *context, _unused_ char *const *arguments, _unused_ size_t n_arguments) {
        return object_verb_list(context, &pool_kind);
}

ExitStatus verb_show_pool(Context *context, char *const *arguments, size_t n_arguments) {
        return object_verb_show(context, &pool_kind, arguments, n_arguments);
}

/* SPDX-License-Identifier: MIT */
/* list-interfaces: the links of the machine, and which of them are served. */

#include <string.h>

#include "ctl/bus-api.h"
#include "ctl/objects.h"
#include "ctl/verbs.h"

static const Column columns[] = {
        {"index", "INDEX", COLUMN_RIGHT},
        {"name", "INTERFACE", COLUMN_ELASTIC},
        {"hardware", "HARDWARE", 0},
        {"addresses", "ADDRESSES", COLUMN_ELASTIC},
        {"up", "UP", 0},
        {"served", "SERVED", 0},
};

static const char *const properties[ELEMENTSOF(columns)] = {
        "Index",
        "Name",
        "HardwareAddress",
        "Addresses",
        "Up",
        "Served",
};

static const unsigned default_columns[] = {1, 2, 3, 4, 5};

static const char *const order[] = {NULL};

static Color interface_color(const json_object *interface, const char *property) {
        json_object *value = NULL;

        if (strcmp(property, "Served") != 0 ||
                !json_object_object_get_ex(interface, property, &value))
                return COLOR_NONE;
        return json_object_get_boolean(value) ? COLOR_GOOD : COLOR_FAINT;
}

static const ObjectKind interface_kind = {
        .noun = "interface",
        .nouns = "interfaces",
        .list_method = "ListInterfaces",
        .list_entry = "(iso)",
        .interface = BUS_API_INTERFACE,
        .path_prefix = BUS_API_INTERFACE_PREFIX,
        .not_found = SD_BUS_ERROR_UNKNOWN_OBJECT,
        .columns = columns,
        .properties = properties,
        .n_columns = ELEMENTSOF(columns),
        .default_columns = default_columns,
        .n_default_columns = ELEMENTSOF(default_columns),
        .order = order,
        .color = interface_color,
};

ExitStatus verb_list_interfaces(
        Context *context, _unused_ char *const *arguments, _unused_ size_t n_arguments) {
        return object_verb_list(context, &interface_kind);
}

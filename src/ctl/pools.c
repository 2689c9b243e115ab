/* SPDX-License-Identifier: MIT */
/* list-pools and show-pool. A pool is the object of its properties; which of them there are is the
 * server's business. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/bus-api.h"
#include "ctl/details.h"
#include "ctl/pools.h"
#include "ctl/properties.h"
#include "ctl/table.h"

#define N_POOL_COLUMNS ELEMENTSOF(columns)

static const Column columns[] = {
        {"name", "POOL", COLUMN_ELASTIC},
        {"subnet", "SUBNET", 0},
        {"interfaces", "INTERFACES", COLUMN_ELASTIC},
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
        {"authoritative", "AUTHORITATIVE", 0},
        {"origin", "ORIGIN", COLUMN_ELASTIC | COLUMN_TAIL},
};

/* By the same index. */
static const char *const properties[N_POOL_COLUMNS] = {
        "Name",
        "Subnet",
        "Interfaces",
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
        "Authoritative",
        "Origin",
};

static const unsigned default_columns[] = {0, 1, 2, 3, 4, 5, 6};

void pool_list_done(PoolList *list) {
        for (size_t i = 0; i < list->n_items; i++)
                (void) json_object_put(list->items[i]);
        free(list->items);
        *list = (PoolList){0};
}

static int pool_list_add(PoolList *list, Connection *connection, const char *path) {
        json_object **items, *object;
        int r;

        items = reallocarray(list->items, list->n_items + 1, sizeof(*items));
        if (!items)
                return -ENOMEM;
        list->items = items;
        r = connection_get_all(connection, path, BUS_API_POOL, &object);
        if (r < 0)
                return r;
        list->items[list->n_items++] = object;
        return 0;
}

int pool_list_fetch(PoolList *list, Connection *connection) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        const char *name, *path;
        int r;

        r = connection_call(
                connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, "ListPools", &reply, NULL);
        if (r < 0)
                return r;
        r = sd_bus_message_enter_container(reply, 'a', "(so)");
        if (r < 0)
                return r;
        while ((r = sd_bus_message_read(reply, "(so)", &name, &path)) > 0) {
                r = pool_list_add(list, connection, path);
                /* Removed since it was listed. */
                if (r < 0 && !connection_error_is(connection, SD_BUS_ERROR_UNKNOWN_OBJECT))
                        return r;
        }
        return r;
}

static int compare_pools(const void *a, const void *b, void *userdata) {
        json_object *const *left = a, *const *right = b;
        const char *property = userdata;
        json_object *x = NULL, *y = NULL;
        uint64_t m, n;

        (void) json_object_object_get_ex(*left, property, &x);
        (void) json_object_object_get_ex(*right, property, &y);
        if (!json_object_is_type(x, json_type_int) && !json_object_is_type(y, json_type_int))
                return strverscmp(
                        x ? json_object_get_string(x) : "", y ? json_object_get_string(y) : "");
        m = json_get_usec(*left, property);
        n = json_get_usec(*right, property);
        return m < n ? -1 : m > n;
}

static Color usage_color(const json_object *pool) {
        uint64_t size = json_get_number(pool, "Size"), n_free = json_get_number(pool, "Free");

        if (size == 0)
                return COLOR_NONE;
        if (n_free == 0)
                return COLOR_BAD;
        return n_free < size / 10 ? COLOR_WARNING : COLOR_NONE;
}

static int print_row(Table *table, json_object *pool, const ColumnChoice *choice, usec_t now) {
        int r;

        r = table_add_row(table);
        for (size_t i = 0; i < choice->n_items && r >= 0; i++) {
                const char *property = properties[choice->items[i]];
                _cleanup_free_ char *text = NULL;
                json_object *value;

                if (!json_object_object_get_ex(pool, property, &value))
                        text = strdup("");
                else
                        text = property_text(property, value, TIMESTAMP_STYLE_PRETTY, now);
                if (!text)
                        return -ENOMEM;
                for (char *p = text; (p = strchr(p, '\n'));)
                        *p = ';';
                r = table_set(table, i, text,
                        strcmp(property, "Free") == 0 ? usage_color(pool) : COLOR_NONE);
        }
        return r;
}

int pool_list_print(
        PoolList *list, const Context *context, const ColumnChoice *choice, int sort_column) {
        _cleanup_(column_choice_done) ColumnChoice defaults = {0};
        _cleanup_(table_freep) Table *table = NULL;
        usec_t now = context_now();
        int r;

        if (!choice) {
                r = column_choice_parse(columns, N_POOL_COLUMNS, default_columns,
                        ELEMENTSOF(default_columns), NULL, &defaults, NULL);
                if (r < 0)
                        return r;
                choice = &defaults;
        }
        if (sort_column >= 0 && list->n_items > 0)
                qsort_r(list->items, list->n_items, sizeof(json_object *), compare_pools,
                        (void *) properties[sort_column]);

        r = table_new(&table, columns, choice, context);
        for (size_t i = 0; i < list->n_items && r >= 0; i++)
                r = print_row(table, list->items[i], choice, now);
        return r < 0 ? r : table_print(table);
}

static void print_list_json(const PoolList *list, JsonMode mode) {
        JsonArray array;

        json_array_begin(&array, mode);
        for (size_t i = 0; i < list->n_items; i++)
                json_array_add(&array, list->items[i]);
        json_array_end(&array);
}

ExitStatus verb_list_pools(
        Context *context, _unused_ char *const *arguments, _unused_ size_t n_arguments) {
        _cleanup_(column_choice_done) ColumnChoice choice = {0};
        _cleanup_(connection_done) Connection connection = {0};
        _cleanup_(pool_list_done) PoolList list = {0};
        const Options *options = &context->options;
        unsigned sort_column;
        ExitStatus status;
        int r;

        if ((status = table_choose(columns, N_POOL_COLUMNS, default_columns,
                     ELEMENTSOF(default_columns), options->columns, &choice)) != STATUS_OK ||
                (status = table_choose_sort(
                         columns, N_POOL_COLUMNS, 0, options->sort, &sort_column)) != STATUS_OK ||
                (status = connection_open(options, &connection)) != STATUS_OK)
                return status;
        r = pool_list_fetch(&list, &connection);
        if (r < 0)
                return connection_report(&connection, r, "Cannot list pools");

        context_open_pager(context);
        if (context_wants_json(context)) {
                print_list_json(&list, options->json);
                return STATUS_OK;
        }
        if (list.n_items > 0) {
                r = pool_list_print(
                        &list, context, &choice, options->sort ? (int) sort_column : -1);
                if (r < 0)
                        return report_errno(r, "Cannot write the listing");
        }
        if (context_wants_legend(context)) {
                if (list.n_items == 0)
                        printf("No pools.\n");
                else
                        printf("\n%zu %s listed.\n", list.n_items,
                                list.n_items == 1 ? "pool" : "pools");
        }
        return STATUS_OK;
}

static int print_pool(Context *context, const json_object *pool, size_t n_before) {
        static const char *const order[] = {
                "Name",
                "Origin",
                "Enabled",
                "Interfaces",
                "Subnet",
                "Ranges",
                "Exclusions",
                "Size",
                "Used",
                "Free",
                "Offered",
                "Declined",
                "Reserved",
                "DefaultLeaseTimeUSec",
                "MinLeaseTimeUSec",
                "MaxLeaseTimeUSec",
                "Authoritative",
                "ConflictDetection",
                "UnknownClients",
                "RapidCommit",
                "Bootp",
                "EmitRouter",
                "Router",
                "DNS",
                "NTP",
                "Domain",
                "SearchDomains",
                NULL,
        };
        _cleanup_(details_done) Details details = {0};
        int r;

        context_open_pager(context);
        if (context_wants_json(context)) {
                json_print(pool, context->options.json);
                return 0;
        }
        r = properties_describe(&details, pool, order, &context->options, context_now());
        if (r < 0)
                return r;
        if (n_before > 0)
                printf("\n");
        details_print(&details, &context->terminal);
        return 0;
}

static ExitStatus show_named_pool(
        Context *context, Connection *connection, const char *name, size_t *n_shown) {
        _cleanup_json_ json_object *pool = NULL;
        _cleanup_free_ char *path = NULL;
        int r;

        r = sd_bus_path_encode(BUS_API_POOL_PREFIX, name, &path);
        if (r >= 0)
                r = connection_get_all(connection, path, BUS_API_POOL, &pool);
        if (r < 0 && (connection_error_is(connection, SD_BUS_ERROR_UNKNOWN_OBJECT) ||
                             connection_error_is(connection, BUS_API_ERROR("NoSuchPool"))))
                return report(STATUS_NOT_FOUND,
                        "There is no pool '%s'; see: minidhcpctl list-pools", name);
        if (r < 0)
                return connection_report(connection, r, "Cannot show pool '%s'", name);

        r = print_pool(context, pool, (*n_shown)++);
        return r < 0 ? report_no_memory() : STATUS_OK;
}

static ExitStatus show_all_pools(Context *context, Connection *connection) {
        _cleanup_(pool_list_done) PoolList list = {0};
        int r;

        r = pool_list_fetch(&list, connection);
        if (r < 0)
                return connection_report(connection, r, "Cannot list pools");
        for (size_t i = 0; i < list.n_items; i++) {
                r = print_pool(context, list.items[i], i);
                if (r < 0)
                        return report_no_memory();
        }
        return STATUS_OK;
}

ExitStatus verb_show_pool(Context *context, char *const *arguments, size_t n_arguments) {
        _cleanup_(connection_done) Connection connection = {0};
        ExitStatus status, worst = STATUS_OK;
        size_t n_shown = 0;

        status = connection_open(&context->options, &connection);
        if (status != STATUS_OK)
                return status;
        if (n_arguments == 0)
                return show_all_pools(context, &connection);

        for (size_t i = 0; i < n_arguments; i++) {
                status = show_named_pool(context, &connection, arguments[i], &n_shown);
                if (status != STATUS_OK)
                        worst = status;
                if (status != STATUS_OK && status != STATUS_NOT_FOUND)
                        break;
        }
        return worst;
}

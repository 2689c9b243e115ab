/* SPDX-License-Identifier: MIT */
/* Listing and showing objects of the bus. Knows no kind of them by name. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/bus-api.h"
#include "ctl/details.h"
#include "ctl/objects.h"
#include "ctl/properties.h"
#include "ctl/table.h"

enum {
        OBJECT_PAGE = 500,
        TRIES_MAX = 3,
};

void object_list_done(ObjectList *list) {
        for (size_t i = 0; i < list->n_items; i++)
                (void) json_object_put(list->items[i]);
        free(list->items);
        *list = (ObjectList){0};
}

int object_list_add_take(ObjectList *list, json_object *object) {
        json_object **items;

        items = reallocarray(list->items, list->n_items + 1, sizeof(*items));
        if (!items) {
                (void) json_object_put(object);
                return -ENOMEM;
        }
        list->items = items;
        list->items[list->n_items++] = object;
        return 0;
}

static int object_list_add(
        ObjectList *list, Connection *connection, const ObjectKind *kind, const char *path) {
        json_object *object;
        int r;

        r = connection_get_all(connection, path, kind->interface, &object);
        return r < 0 ? r : object_list_add_take(list, object);
}

static int read_page(ObjectList *list, sd_bus_message *reply, uint64_t *cursor, uint64_t *ret) {
        const char *path;
        int r;

        r = sd_bus_message_enter_container(reply, 'a', "(oa{sv})");
        while (r >= 0 && (r = sd_bus_message_enter_container(reply, 'r', "oa{sv}")) > 0) {
                json_object *object = NULL;

                if ((r = sd_bus_message_read_basic(reply, 'o', &path)) < 0 ||
                        (r = json_from_message(reply, &object)) < 0 ||
                        (r = object_list_add_take(list, object)) < 0)
                        return r;
                r = sd_bus_message_exit_container(reply);
        }
        if (r < 0 || (r = sd_bus_message_exit_container(reply)) < 0)
                return r;
        return sd_bus_message_read(reply, "tt", cursor, ret);
}

/* Page by page, and once more from the beginning when they have changed meanwhile; what keeps
 * changing is listed as it comes. */
static int object_list_fetch_pages(
        ObjectList *list, Connection *connection, const ObjectKind *kind) {
        uint64_t cursor = 0, generation = 0, first = 0;
        size_t n_pages = 0, n_tries = 0;
        int r;

        do {
                _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;

                r = connection_call(connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER,
                        kind->page_method, &reply, "a{sv}tu", 0, cursor, (uint32_t) OBJECT_PAGE);
                if (r >= 0)
                        r = read_page(list, reply, &cursor, &generation);
                if (r < 0)
                        return r;
                if (n_pages++ == 0)
                        first = generation;
                if (generation != first && n_tries++ < TRIES_MAX) {
                        object_list_done(list);
                        cursor = n_pages = 0;
                        continue;
                }
        } while (cursor > 0 || n_pages == 0);
        return 0;
}

/* The path of the next entry of a listing whose container has been entered. */
static int read_path(sd_bus_message *reply, const ObjectKind *kind, const char **ret) {
        const char *name;
        int32_t index;

        if (strcmp(kind->list_entry, "(iso)") == 0)
                return sd_bus_message_read(reply, "(iso)", &index, &name, ret);
        return sd_bus_message_read(reply, "(so)", &name, ret);
}

int object_list_fetch(ObjectList *list, Connection *connection, const ObjectKind *kind) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        const char *path;
        int r;

        if (kind->page_method) {
                r = object_list_fetch_pages(list, connection, kind);
                /* a server of before that method */
                if (r >= 0 || !connection_error_is(connection, SD_BUS_ERROR_UNKNOWN_METHOD))
                        return r;
        }
        r = connection_call(
                connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, kind->list_method, &reply, NULL);
        if (r < 0)
                return r;
        r = sd_bus_message_enter_container(reply, 'a', kind->list_entry);
        if (r < 0)
                return r;
        while ((r = read_path(reply, kind, &path)) > 0) {
                r = object_list_add(list, connection, kind, path);
                /* Removed since it was listed. */
                if (r < 0 && !connection_error_is(connection, SD_BUS_ERROR_UNKNOWN_OBJECT))
                        return r;
        }
        return r;
}

/* The next of several names; NULL at the end. */
static const char *next_name(const char **names, char *buffer, size_t size) {
        size_t n = strcspn(*names, " ");

        if (n == 0)
                return NULL;
        (void) snprintf(buffer, size, "%.*s", (int) n, *names);
        *names += n + strspn(*names + n, " ");
        return buffer;
}

/* The first of the properties that is set. @ret_name: its name, or that of the last one. */
static json_object *find_property(
        const json_object *object, const char *names, char *ret_name, size_t size) {
        json_object *value = NULL;

        while (next_name(&names, ret_name, size)) {
                (void) json_object_object_get_ex(object, ret_name, &value);
                if (!*names || (value && json_object_get_string_len(value) > 0))
                        break;
        }
        return value;
}

static int compare_objects(const void *a, const void *b, void *userdata) {
        json_object *const *left = a, *const *right = b;
        const char *properties = userdata;
        char left_name[64], right_name[64];
        json_object *x = find_property(*left, properties, left_name, sizeof(left_name));
        json_object *y = find_property(*right, properties, right_name, sizeof(right_name));
        uint64_t m, n;

        if (!json_object_is_type(x, json_type_int) && !json_object_is_type(y, json_type_int))
                return strverscmp(
                        x ? json_object_get_string(x) : "", y ? json_object_get_string(y) : "");
        m = json_get_usec(*left, left_name);
        n = json_get_usec(*right, right_name);
        return m < n ? -1 : m > n;
}

static int print_cell(Table *table, size_t position, json_object *object, const ObjectKind *kind,
        const char *properties, usec_t now) {
        _cleanup_free_ char *text = NULL;
        json_object *value;
        char name[64];

        value = find_property(object, properties, name, sizeof(name));
        if (!json_object_object_get_ex(object, name, NULL))
                text = strdup("");
        else
                text = property_text(name, value, TIMESTAMP_STYLE_PRETTY, now);
        if (!text)
                return -ENOMEM;
        for (char *p = text; (p = strchr(p, '\n'));)
                *p = ';';
        return table_set(
                table, position, text, kind->color ? kind->color(object, name) : COLOR_NONE);
}

int object_list_print(ObjectList *list, const ObjectKind *kind, const Context *context,
        const ColumnChoice *choice, int sort_column) {
        _cleanup_(column_choice_done) ColumnChoice defaults = {0};
        _cleanup_(table_freep) Table *table = NULL;
        usec_t now = context_now();
        int r;

        if (!choice) {
                r = column_choice_parse(kind->columns, kind->n_columns, kind->default_columns,
                        kind->n_default_columns, NULL, &defaults, NULL);
                if (r < 0)
                        return r;
                choice = &defaults;
        }
        if (sort_column >= 0 && list->n_items > 0)
                qsort_r(list->items, list->n_items, sizeof(json_object *), compare_objects,
                        (void *) kind->properties[sort_column]);

        r = table_new(&table, kind->columns, choice, context);
        for (size_t i = 0; i < list->n_items && r >= 0; i++) {
                r = table_add_row(table);
                for (size_t k = 0; k < choice->n_items && r >= 0; k++)
                        r = print_cell(table, k, list->items[i], kind,
                                kind->properties[choice->items[k]], now);
        }
        return r < 0 ? r : table_print(table);
}

static void print_list_json(const ObjectList *list, JsonMode mode) {
        JsonArray array;

        json_array_begin(&array, mode);
        for (size_t i = 0; i < list->n_items; i++)
                json_array_add(&array, list->items[i]);
        json_array_end(&array);
}

/* What --columns= and --sort= say. */
typedef struct ListChoice {
        ColumnChoice columns;
        unsigned sort_column;
} ListChoice;

static void list_choice_done(ListChoice *choice) {
        column_choice_done(&choice->columns);
}

static ExitStatus choose(const Options *options, const ObjectKind *kind, ListChoice *ret) {
        ExitStatus status;

        status = table_choose(kind->columns, kind->n_columns, kind->default_columns,
                kind->n_default_columns, options->columns, &ret->columns);
        if (status != STATUS_OK)
                return status;
        return table_choose_sort(
                kind->columns, kind->n_columns, 0, options->sort, &ret->sort_column);
}

static ExitStatus print_list(
        Context *context, const ObjectKind *kind, ObjectList *list, const ListChoice *choice) {
        const Options *options = &context->options;
        int r;

        context_open_pager(context);
        if (context_wants_json(context)) {
                print_list_json(list, options->json);
                return STATUS_OK;
        }
        if (list->n_items > 0) {
                r = object_list_print(list, kind, context, &choice->columns,
                        options->sort ? (int) choice->sort_column : -1);
                if (r < 0)
                        return report_errno(r, "Cannot write the listing");
        }
        if (context_wants_legend(context)) {
                for (size_t i = 0; kind->print_note && i < list->n_items; i++)
                        kind->print_note(list->items[i], &context->terminal);
                if (list->n_items == 0)
                        printf("No %s.\n", kind->nouns);
                else
                        printf("\n%zu %s listed.\n", list->n_items,
                                list->n_items == 1 ? kind->noun : kind->nouns);
        }
        return STATUS_OK;
}

ExitStatus object_verb_list(Context *context, const ObjectKind *kind) {
        _cleanup_(list_choice_done) ListChoice choice = {0};
        _cleanup_(connection_done) Connection connection = {0};
        _cleanup_(object_list_done) ObjectList list = {0};
        ExitStatus status;
        int r;

        if ((status = choose(&context->options, kind, &choice)) != STATUS_OK ||
                (status = connection_open(&context->options, &connection)) != STATUS_OK)
                return status;
        r = object_list_fetch(&list, &connection, kind);
        if (r < 0)
                return connection_report(&connection, r, "Cannot list %s", kind->nouns);
        return print_list(context, kind, &list, &choice);
}

ExitStatus object_verb_list_of(Context *context, const ObjectKind *kind, ObjectList *list) {
        _cleanup_(list_choice_done) ListChoice choice = {0};
        ExitStatus status;

        status = choose(&context->options, kind, &choice);
        return status != STATUS_OK ? status : print_list(context, kind, list, &choice);
}

static int print_object(
        Context *context, const ObjectKind *kind, const json_object *object, size_t n_before) {
        _cleanup_(details_done) Details details = {0};
        int r;

        context_open_pager(context);
        if (context_wants_json(context)) {
                json_print(object, context->options.json);
                return 0;
        }
        r = properties_describe(&details, object, kind->order, &context->options, context_now());
        if (r < 0)
                return r;
        if (n_before > 0)
                printf("\n");
        details_print(&details, &context->terminal);
        return 0;
}

static ExitStatus show_named(Context *context, Connection *connection, const ObjectKind *kind,
        const char *name, size_t *n_shown) {
        _cleanup_json_ json_object *object = NULL;
        _cleanup_free_ char *path = NULL;
        int r;

        r = sd_bus_path_encode(kind->path_prefix, name, &path);
        if (r >= 0)
                r = connection_get_all(connection, path, kind->interface, &object);
        if (r < 0 && (connection_error_is(connection, SD_BUS_ERROR_UNKNOWN_OBJECT) ||
                             connection_error_is(connection, kind->not_found)))
                return report(STATUS_NOT_FOUND, "There is no %s '%s'; see: minidhcpctl list-%s",
                        kind->noun, name, kind->nouns);
        if (r < 0)
                return connection_report(connection, r, "Cannot show %s '%s'", kind->noun, name);

        r = print_object(context, kind, object, (*n_shown)++);
        return r < 0 ? report_no_memory() : STATUS_OK;
}

static ExitStatus show_all(Context *context, Connection *connection, const ObjectKind *kind) {
        _cleanup_(object_list_done) ObjectList list = {0};
        int r;

        r = object_list_fetch(&list, connection, kind);
        if (r < 0)
                return connection_report(connection, r, "Cannot list %s", kind->nouns);
        for (size_t i = 0; i < list.n_items; i++) {
                r = print_object(context, kind, list.items[i], i);
                if (r < 0)
                        return report_no_memory();
        }
        return STATUS_OK;
}

ExitStatus object_verb_show(
        Context *context, const ObjectKind *kind, char *const *names, size_t n_names) {
        _cleanup_(connection_done) Connection connection = {0};
        ExitStatus status, worst = STATUS_OK;
        size_t n_shown = 0;

        status = connection_open(&context->options, &connection);
        if (status != STATUS_OK)
                return status;
        if (n_names == 0)
                return show_all(context, &connection, kind);

        for (size_t i = 0; i < n_names; i++) {
                status = show_named(context, &connection, kind, names[i], &n_shown);
                if (status != STATUS_OK)
                        worst = status;
                if (status != STATUS_OK && status != STATUS_NOT_FOUND)
                        break;
        }
        return worst;
}

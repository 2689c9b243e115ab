/* SPDX-License-Identifier: MIT */
#pragma once

/* The bus' objects of one kind - pools, hosts, interfaces - as tables, details and JSON. An object
 * is what its properties are; which of them there are is the server's business. */

#include "ctl/connection.h"
#include "ctl/context.h"
#include "ctl/json.h"
#include "ctl/layout.h"

typedef struct ObjectKind {
        const char *noun; /* for people, one of them */
        const char *nouns;
        const char *list_method; /* of the manager */
        const char *list_entry;  /* "(so)" or "(iso)" */
        const char *page_method; /* lists them with what they are, in pages; NULL = there is none */
        const char *interface;
        const char *path_prefix;
        const char *not_found; /* the error's name */
        const Column *columns;
        const char *const *properties; /* of each column: one, or several of which the first that is
                                          set is shown, "MACAddress ClientId" */
        size_t n_columns;
        const unsigned *default_columns;
        size_t n_default_columns;
        const char *const *order; /* properties that come first in details, NULL-terminated */
        Color (*color)(const json_object *object, const char *property); /* or NULL */
        /* a line below the table about an object that needs one; or NULL */
        void (*print_note)(const json_object *object, const Terminal *terminal);
} ObjectKind;

extern const ObjectKind pool_kind; /* pools.c */

typedef struct ObjectList {
        json_object **items;
        size_t n_items;
} ObjectList;

/**
 * object_list_fetch() - reads all objects of a kind.
 * Return: 0, negative errno for connection_report().
 */
int object_list_fetch(ObjectList *list, Connection *connection, const ObjectKind *kind);

/**
 * object_list_add_take() - appends an object, which belongs to the list in any case.
 * Return: 0, -ENOMEM.
 */
int object_list_add_take(ObjectList *list, json_object *object);

/**
 * object_list_done() - frees the list.
 */
void object_list_done(ObjectList *list);

/**
 * object_list_print() - writes objects as a table.
 *
 * @choice: NULL for the default columns
 * @sort_column: a column's index, or -1 to leave the order of the server
 * Return: 0, -ENOMEM.
 */
int object_list_print(ObjectList *list, const ObjectKind *kind, const Context *context,
        const ColumnChoice *choice, int sort_column);

/**
 * object_verb_list() - the verb that lists a kind: a table, or an array of objects.
 */
ExitStatus object_verb_list(Context *context, const ObjectKind *kind);

/**
 * object_verb_list_of() - the same of objects that need not be asked for.
 */
ExitStatus object_verb_list_of(Context *context, const ObjectKind *kind, ObjectList *list);

/**
 * object_verb_show() - the verb that shows every property of the objects named, or of all.
 */
ExitStatus object_verb_show(
        Context *context, const ObjectKind *kind, char *const *names, size_t n_names);

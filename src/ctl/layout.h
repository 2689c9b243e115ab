/* SPDX-License-Identifier: MIT */
#pragma once

/* The arithmetic of tables: which columns, how wide, and texts cut to a width. Pure. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/macro.h"

enum {
        LAYOUT_COLUMNS_MAX = 64, /* more are left as they are */
};

typedef enum ColumnFlags {
        COLUMN_RIGHT = 1 << 0,   /* numbers */
        COLUMN_ELASTIC = 1 << 1, /* may be cut on a terminal that is too narrow */
        COLUMN_STIFF = 1 << 2,   /* may be cut when the elastic ones have given what they can */
        COLUMN_TAIL = 1 << 3,    /* if cut, then its beginning: paths */
        COLUMN_SPARE = 1 << 4,   /* left out before others where cutting is not enough */
} ColumnFlags;

typedef struct Column {
        const char *name;  /* for --columns= */
        const char *title; /* the heading */
        unsigned flags;
} Column;

/* A choice of columns in the order in which they are shown. */
typedef struct ColumnChoice {
        unsigned *items; /* indices into the columns that there are */
        size_t n_items;
} ColumnChoice;

/**
 * column_find() - a column by name, in any case.
 * Return: the index, -ENOENT.
 */
int column_find(const Column *columns, size_t n_columns, const char *name);

/**
 * column_names() - all names, "a, b and c".
 * Return: a string for free(), NULL without memory.
 */
char *column_names(const Column *columns, size_t n_columns);

/**
 * column_choice_parse() - reads "address,state"; with a leading + the names are added to the
 * default.
 *
 * @text: NULL for the default
 * @defaults: @n_defaults indices
 * @ret_unknown: receives, on -ENOENT, the name that is unknown, for free()
 * Return: 0, -EINVAL when no column is named, -ENOENT, -ENOMEM.
 */
int column_choice_parse(const Column *columns, size_t n_columns, const unsigned *defaults,
        size_t n_defaults, const char *text, ColumnChoice *ret, char **ret_unknown);

/**
 * column_choice_done() - frees a choice.
 */
void column_choice_done(ColumnChoice *choice);

/**
 * layout_fit() - narrows the widest of the yielding columns until everything fits, no one of them
 * below
 * @minimum nor below its own least width.
 *
 * @widths: @n widths with one blank between them; changed
 * @least: @n widths that a column keeps in any case, such as its title's
 * @yielding: @n flags
 * @available: columns of the terminal
 */
void layout_fit(
        size_t *widths, const size_t *least, const bool *yielding, size_t n, size_t available);

/**
 * layout_fit_columns() - makes a table fit: elastic columns are narrowed first, then stiff ones,
 * and when that is not enough columns are left out, spare ones before the last ones.
 *
 * @columns: @n of the table
 * @widths, @least: of each, as for layout_fit(); @widths is changed, to 0 for what is left out. One
 * column stays, which may be cut to @available
 */
void layout_fit_columns(const Column *const *columns, size_t *widths, const size_t *least, size_t n,
        size_t available);

/**
 * layout_cut() - a text that takes at most @width columns, with an ellipsis where something went.
 *
 * @tail: keep its end rather than its beginning
 * Return: a string for free(), NULL without memory.
 */
char *layout_cut(const char *text, size_t width, bool tail, const char *ellipsis);

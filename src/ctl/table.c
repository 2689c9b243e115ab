/* SPDX-License-Identifier: MIT */
/* Tables. Knows nothing of what stands in the cells.
 *
 * libsmartcols aligns, pads and escapes; what must go on a narrow terminal is decided here, since
 * the library cuts without a mark. */

#include <errno.h>
#include <string.h>

#include <libsmartcols.h>

#include "ctl/table.h"

struct Table {
        struct libscols_table *table;
        struct libscols_line *row; /* the last one, borrowed */
        const Column *columns;
        const ColumnChoice *choice;
        const Context *context;
        size_t *widths; /* the widest cell of each column, its title included */
        size_t *titles; /* the width of each title */
};

static bool table_is_measured(const Table *table) {
        return table->context->terminal.is_terminal && !table->context->options.full;
}

static int table_add_columns(Table *table) {
        for (size_t i = 0; i < table->choice->n_items; i++) {
                const Column *column = &table->columns[table->choice->items[i]];
                struct libscols_column *added;

                added = scols_table_new_column(table->table, column->title, 0,
                        column->flags & COLUMN_RIGHT ? SCOLS_FL_RIGHT : 0);
                if (!added)
                        return -ENOMEM;
                if (table->context->terminal.colors &&
                        scols_cell_set_color(scols_column_get_header(added),
                                terminal_color(&table->context->terminal, COLOR_TITLE)) < 0)
                        return -ENOMEM;
                if (!table->context->options.no_legend)
                        table->titles[i] = format_width(column->title);
                table->widths[i] = table->titles[i];
        }
        return 0;
}

int table_new(
        Table **ret, const Column *columns, const ColumnChoice *choice, const Context *context) {
        _cleanup_(table_freep) Table *table = NULL;
        int r;

        table = calloc(1, sizeof(*table));
        if (!table)
                return -ENOMEM;
        table->columns = columns;
        table->choice = choice;
        table->context = context;
        table->table = scols_new_table();
        table->widths = calloc(choice->n_items, sizeof(*table->widths));
        table->titles = calloc(choice->n_items, sizeof(*table->titles));
        if (!table->table || !table->widths || !table->titles)
                return -ENOMEM;

        if (scols_table_set_termforce(table->table, SCOLS_TERMFORCE_NEVER) < 0 ||
                scols_table_enable_colors(table->table, context->terminal.colors) < 0 ||
                scols_table_enable_noencoding(table->table, true) < 0 ||
                scols_table_enable_noheadings(table->table, context->options.no_legend) < 0)
                return -ENOMEM;
        r = table_add_columns(table);
        if (r < 0)
                return r;

        *ret = TAKE_PTR(table);
        return 0;
}

Table *table_free(Table *table) {
        if (!table)
                return NULL;
        scols_unref_table(table->table);
        free(table->titles);
        free(table->widths);
        free(table);
        return NULL;
}

int table_add_row(Table *table) {
        table->row = scols_table_new_line(table->table, NULL);
        return table->row ? 0 : -ENOMEM;
}

int table_set(Table *table, size_t position, const char *text, Color color) {
        const Terminal *terminal = &table->context->terminal;
        _cleanup_free_ char *shown = NULL;
        int r;

        shown = terminal_text(terminal, *text ? text : "-");
        if (!shown)
                return -ENOMEM;
        r = scols_line_set_data(table->row, position, shown);
        if (r < 0)
                return r;
        if (table_is_measured(table))
                table->widths[position] = MAX(table->widths[position], format_width(shown));
        if (color == COLOR_NONE || !terminal->colors)
                return 0;
        return scols_cell_set_color(
                scols_line_get_cell(table->row, position), terminal_color(terminal, color));
}

static int table_cut_column(Table *table, size_t position) {
        bool tail = table->columns[table->choice->items[position]].flags & COLUMN_TAIL;
        size_t n = scols_table_get_nlines(table->table);

        for (size_t i = 0; i < n; i++) {
                struct libscols_line *line = scols_table_get_line(table->table, i);
                struct libscols_cell *cell = scols_line_get_cell(line, position);
                _cleanup_free_ char *cut = NULL;
                int r;

                cut = layout_cut(scols_cell_get_data(cell), table->widths[position], tail,
                        terminal_ellipsis(&table->context->terminal));
                if (!cut)
                        return -ENOMEM;
                r = scols_cell_set_data(cell, cut);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* Narrows columns to what the terminal has room for, the stiff ones last. */
static int table_fit(Table *table) {
        size_t n = table->choice->n_items;
        _cleanup_free_ size_t *natural = NULL;
        _cleanup_free_ bool *yielding = NULL;
        int r;

        natural = calloc(n, sizeof(*natural));
        yielding = calloc(n, sizeof(*yielding));
        if (!natural || !yielding)
                return -ENOMEM;
        memcpy(natural, table->widths, n * sizeof(*natural));

        for (unsigned flag = COLUMN_ELASTIC; flag <= COLUMN_STIFF; flag <<= 1) {
                for (size_t i = 0; i < n; i++)
                        yielding[i] = table->columns[table->choice->items[i]].flags & flag;
                layout_fit(table->widths, table->titles, yielding, n,
                        table->context->terminal.columns);
        }
        for (size_t i = 0; i < n; i++) {
                if (table->widths[i] == natural[i])
                        continue;
                r = table_cut_column(table, i);
                if (r < 0)
                        return r;
        }
        return 0;
}

int table_print(Table *table) {
        int r;

        if (table_is_measured(table)) {
                r = table_fit(table);
                if (r < 0)
                        return r;
        }
        return scols_print_table(table->table);
}

ExitStatus table_choose(const Column *columns, size_t n_columns, const unsigned *defaults,
        size_t n_defaults, const char *text, ColumnChoice *ret) {
        _cleanup_free_ char *names = NULL, *unknown = NULL;
        int r;

        r = column_choice_parse(columns, n_columns, defaults, n_defaults, text, ret, &unknown);
        if (r >= 0)
                return STATUS_OK;
        names = column_names(columns, n_columns);
        if (r == -ENOMEM || !names)
                return report_no_memory();
        if (r == -ENOENT)
                return report(STATUS_USAGE, "There is no column '%s'; the columns are %s", unknown,
                        names);
        return report(STATUS_USAGE, "--columns= names no column; the columns are %s", names);
}

ExitStatus table_choose_sort(const Column *columns, size_t n_columns, unsigned fallback,
        const char *text, unsigned *ret) {
        _cleanup_free_ char *names = NULL;
        int column;

        if (!text) {
                *ret = fallback;
                return STATUS_OK;
        }
        column = column_find(columns, n_columns, text);
        if (column >= 0) {
                *ret = (unsigned) column;
                return STATUS_OK;
        }
        names = column_names(columns, n_columns);
        if (!names)
                return report_no_memory();
        return report(STATUS_USAGE, "Cannot sort by '%s'; the columns are %s", text, names);
}

/* SPDX-License-Identifier: MIT */
/* Tables. Knows nothing of what stands in the cells.
 *
 * All texts lie in one buffer, since a listing may have a million cells. Invariant: rows are whole,
 * n_cells is a multiple of the number of columns after table_add_row(). */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/text.h"
#include "ctl/format.h"
#include "ctl/table.h"

typedef struct Cell {
        size_t text; /* where it starts in the table's texts */
        uint32_t width;
        uint8_t color;
} Cell;

struct Table {
        const Column *columns;
        const ColumnChoice *choice;
        const Context *context;
        Cell *cells; /* row by row */
        size_t n_cells;
        size_t capacity;
        Buffer texts;
        size_t *widths; /* the widest cell of each column, its title included */
        size_t *titles; /* the width of each title, 0 without titles */
};

static const Column *table_column(const Table *table, size_t position) {
        return &table->columns[table->choice->items[position]];
}

int table_new(
        Table **ret, const Column *columns, const ColumnChoice *choice, const Context *context) {
        _cleanup_(table_freep) Table *table = NULL;

        table = calloc(1, sizeof(*table));
        if (!table)
                return -ENOMEM;
        table->columns = columns;
        table->choice = choice;
        table->context = context;
        table->widths = calloc(choice->n_items, sizeof(*table->widths));
        table->titles = calloc(choice->n_items, sizeof(*table->titles));
        /* The empty cell's text stands at 0. */
        if (!table->widths || !table->titles || buffer_append(&table->texts, "-", 2) < 0)
                return -ENOMEM;

        for (size_t i = 0; i < choice->n_items && !context->options.no_legend; i++)
                table->widths[i] = table->titles[i] = format_width(table_column(table, i)->title);
        *ret = TAKE_PTR(table);
        return 0;
}

Table *table_free(Table *table) {
        if (!table)
                return NULL;
        buffer_done(&table->texts);
        free(table->cells);
        free(table->titles);
        free(table->widths);
        free(table);
        return NULL;
}

int table_add_row(Table *table) {
        size_t n = table->choice->n_items;

        if (table->n_cells + n > table->capacity) {
                size_t capacity = MAX(2 * table->capacity, 64 * n);
                Cell *cells;

                cells = reallocarray(table->cells, capacity, sizeof(*cells));
                if (!cells)
                        return -ENOMEM;
                table->cells = cells;
                table->capacity = capacity;
        }
        for (size_t i = 0; i < n; i++) {
                table->cells[table->n_cells++] = (Cell){.width = 1};
                table->widths[i] = MAX(table->widths[i], (size_t) 1);
        }
        return 0;
}

/* Control characters would break lines and terminals; most texts come without. */
static bool has_control(const char *text) {
        for (; *text; text++)
                if ((unsigned char) *text < ' ' || *text == 0x7f)
                        return true;
        return false;
}

static int table_keep_text(Table *table, const char *text, size_t *ret_offset) {
        const Terminal *terminal = &table->context->terminal;
        _cleanup_free_ char *safe = NULL, *shown = NULL;

        if (has_control(text)) {
                size_t size = strlen(text) * 4 + 1;

                safe = malloc(size);
                if (!safe)
                        return -ENOMEM;
                (void) text_sanitize((const uint8_t *) text, strlen(text), safe, size);
                text = safe;
        }
        if (terminal->is_terminal && !terminal->utf8) {
                shown = terminal_text(terminal, text);
                if (!shown)
                        return -ENOMEM;
                text = shown;
        }
        *ret_offset = table->texts.size;
        return buffer_append(&table->texts, text, strlen(text) + 1);
}

int table_set(Table *table, size_t position, const char *text, Color color) {
        Cell *cell = &table->cells[table->n_cells - table->choice->n_items + position];
        int r;

        cell->color = (uint8_t) color;
        if (!*text)
                return 0;
        r = table_keep_text(table, text, &cell->text);
        if (r < 0)
                return r;
        cell->width = (uint32_t) format_width((const char *) table->texts.data + cell->text);
        table->widths[position] = MAX(table->widths[position], (size_t) cell->width);
        return 0;
}

/* Narrows columns to what the terminal has room for, the stiff ones last. */
static int table_fit(Table *table) {
        size_t n = table->choice->n_items;
        _cleanup_free_ bool *yielding = NULL;

        yielding = calloc(n, sizeof(*yielding));
        if (!yielding)
                return -ENOMEM;
        for (unsigned flag = COLUMN_ELASTIC; flag <= COLUMN_STIFF; flag <<= 1) {
                for (size_t i = 0; i < n; i++)
                        yielding[i] = table_column(table, i)->flags & flag;
                layout_fit(table->widths, table->titles, yielding, n,
                        table->context->terminal.columns);
        }
        return 0;
}

static void print_blanks(size_t n, FILE *stream) {
        for (; n > 0; n--)
                (void) putc_unlocked(' ', stream);
}

/* One cell that takes @width columns of @room; the last one of a line is not padded. */
static void print_cell(const Table *table, size_t position, const char *text, size_t width,
        Color color, FILE *stream) {
        const Terminal *terminal = &table->context->terminal;
        bool right = table_column(table, position)->flags & COLUMN_RIGHT;
        bool last = position + 1 == table->choice->n_items;
        size_t padding = usec_sub(table->widths[position], width);
        bool colored = color != COLOR_NONE && terminal->colors;

        if (right)
                print_blanks(padding, stream);
        if (colored)
                (void) fputs_unlocked(terminal_color(terminal, color), stream);
        (void) fputs_unlocked(text, stream);
        if (colored)
                (void) fputs_unlocked(terminal_color(terminal, COLOR_NONE), stream);
        if (!right && !last)
                print_blanks(padding, stream);
        (void) putc_unlocked(last ? '\n' : ' ', stream);
}

static int print_row(const Table *table, const Cell *cells, FILE *stream) {
        for (size_t i = 0; i < table->choice->n_items; i++) {
                const char *text = (const char *) table->texts.data + cells[i].text;
                bool tail = table_column(table, i)->flags & COLUMN_TAIL;
                _cleanup_free_ char *cut = NULL;

                if (cells[i].width <= table->widths[i]) {
                        print_cell(table, i, text, cells[i].width, cells[i].color, stream);
                        continue;
                }
                cut = layout_cut(
                        text, table->widths[i], tail, terminal_ellipsis(&table->context->terminal));
                if (!cut)
                        return -ENOMEM;
                print_cell(table, i, cut, format_width(cut), cells[i].color, stream);
        }
        return 0;
}

int table_print(Table *table) {
        return table_print_to(table, stdout);
}

int table_print_to(Table *table, FILE *stream) {
        size_t n = table->choice->n_items;
        int r;

        if (table->context->terminal.is_terminal && !table->context->options.full) {
                r = table_fit(table);
                if (r < 0)
                        return r;
        }
        for (size_t i = 0; i < n && !table->context->options.no_legend; i++)
                print_cell(table, i, table_column(table, i)->title, table->titles[i], COLOR_TITLE,
                        stream);
        for (size_t i = 0; i < table->n_cells; i += n) {
                r = print_row(table, table->cells + i, stream);
                if (r < 0)
                        return r;
        }
        return 0;
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

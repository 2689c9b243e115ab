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
        size_t last;    /* column that the terminal has room for; those left out have no width */
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
        table->last = choice->n_items - 1;
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

/* The text as it is shown: @text itself, or one that @ret_owned holds. NULL without memory. */
static const char *shown_text(const Table *table, const char *text, char **ret_owned) {
        const Terminal *terminal = &table->context->terminal;
        _cleanup_free_ char *safe = NULL;

        if (has_control(text)) {
                size_t size = strlen(text) * 4 + 1;

                safe = malloc(size);
                if (!safe)
                        return NULL;
                (void) text_sanitize((const uint8_t *) text, strlen(text), safe, size);
                text = safe;
        }
        if (terminal->is_terminal && !terminal->utf8)
                return *ret_owned = terminal_text(terminal, text);
        if (safe)
                return *ret_owned = TAKE_PTR(safe);
        return text;
}

static int table_keep_text(Table *table, const char *text, size_t *ret_offset) {
        _cleanup_free_ char *owned = NULL;
        const char *shown = shown_text(table, text, &owned);

        if (!shown)
                return -ENOMEM;
        *ret_offset = table->texts.size;
        return buffer_append(&table->texts, shown, strlen(shown) + 1);
}

/* Most texts are plain, and there may be millions. */
static size_t text_width(const char *text) {
        size_t n = 0;

        for (; text[n]; n++)
                if ((unsigned char) text[n] >= 0x80)
                        return format_width(text);
        return n;
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
        cell->width = (uint32_t) text_width((const char *) table->texts.data + cell->text);
        table->widths[position] = MAX(table->widths[position], (size_t) cell->width);
        return 0;
}

/* Narrows columns to what the terminal has room for, and leaves out the last ones. */
static int table_fit(Table *table) {
        size_t n = table->choice->n_items;
        _cleanup_free_ const Column **columns = calloc(n, sizeof(*columns));

        if (!columns)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++)
                columns[i] = table_column(table, i);
        layout_fit_columns(
                columns, table->widths, table->titles, n, table->context->terminal.columns);
        while (table->last > 0 && table->widths[table->last] == 0)
                table->last--;
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
        bool last = position == table->last;
        const size_t full = table->widths[position], padding = full > width ? full - width : 0;
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

/* A text in its column, cut where that has not the room. */
static int print_text(const Table *table, size_t position, const char *text, size_t width,
        Color color, FILE *stream) {
        const bool tail = table_column(table, position)->flags & COLUMN_TAIL;
        _cleanup_free_ char *cut = NULL;

        if (table->widths[position] == 0)
                return 0;
        if (width <= table->widths[position]) {
                print_cell(table, position, text, width, color, stream);
                return 0;
        }
        cut = layout_cut(
                text, table->widths[position], tail, terminal_ellipsis(&table->context->terminal));
        if (!cut)
                return -ENOMEM;
        print_cell(table, position, cut, format_width(cut), color, stream);
        return 0;
}

static int print_row(const Table *table, const Cell *cells, FILE *stream) {
        int r = 0;

        for (size_t i = 0; i <= table->last && r >= 0; i++)
                r = print_text(table, i, (const char *) table->texts.data + cells[i].text,
                        cells[i].width, cells[i].color, stream);
        return r;
}

/* An encoded cell: two bytes of width, one of colour, the text with its NUL. */
int table_encode_cell(Table *table, size_t position, const char *text, Color color, Buffer *ret) {
        _cleanup_free_ char *owned = NULL;
        const char *shown = *text ? shown_text(table, text, &owned) : "-";
        uint8_t head[3];
        size_t width;
        int r;

        if (!shown)
                return -ENOMEM;
        width = MIN(text_width(shown), (size_t) UINT16_MAX);
        table->widths[position] = MAX(table->widths[position], width);
        head[0] = (uint8_t) width;
        head[1] = (uint8_t) (width >> 8);
        head[2] = (uint8_t) color;
        r = buffer_append(ret, head, sizeof(head));
        return r < 0 ? r : buffer_append(ret, shown, strlen(shown) + 1);
}

int table_print_titles(Table *table, FILE *stream) {
        int r;

        if (table->context->terminal.is_terminal && !table->context->options.full) {
                r = table_fit(table);
                if (r < 0)
                        return r;
        }
        for (size_t i = 0; i <= table->last && !table->context->options.no_legend; i++) {
                r = print_text(table, i, table_column(table, i)->title, table->titles[i],
                        COLOR_TITLE, stream);
                if (r < 0)
                        return r;
        }
        return 0;
}

int table_print_encoded(const Table *table, const uint8_t *row, FILE *stream) {
        int r = 0;

        for (size_t i = 0; i <= table->last && r >= 0; i++) {
                const char *text = (const char *) row + 3;

                r = print_text(
                        table, i, text, row[0] | (size_t) row[1] << 8, (Color) row[2], stream);
                row = (const uint8_t *) text + strlen(text) + 1;
        }
        return r;
}

int table_print(Table *table) {
        return table_print_to(table, stdout);
}

int table_print_to(Table *table, FILE *stream) {
        size_t n = table->choice->n_items;
        int r;

        r = table_print_titles(table, stream);
        for (size_t i = 0; i < table->n_cells && r >= 0; i += n)
                r = print_row(table, table->cells + i, stream);
        return r;
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

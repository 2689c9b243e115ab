/* SPDX-License-Identifier: MIT */
/* Columns and widths. Knows no terminal, no table and no bus: numbers and texts in, numbers
 * and texts out. */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "basic/buffer.h"
#include "ctl/format.h"
#include "ctl/layout.h"

enum {
        WIDTH_MIN = 6, /* narrower than this a cut text tells nothing */
};

int column_find(const Column *columns, size_t n_columns, const char *name) {
        for (size_t i = 0; i < n_columns; i++)
                if (strcasecmp(columns[i].name, name) == 0)
                        return (int) i;
        return -ENOENT;
}

char *column_names(const Column *columns, size_t n_columns) {
        Buffer buffer = BUFFER_INIT;
        char *names = NULL;

        for (size_t i = 0; i < n_columns; i++) {
                if (i > 0)
                        (void) buffer_append_string(&buffer, i + 1 < n_columns ? ", " : " and ");
                (void) buffer_append_string(&buffer, columns[i].name);
        }
        if (buffer.error >= 0)
                (void) buffer_take_string(&buffer, &names);
        buffer_done(&buffer);
        return names;
}

void column_choice_done(ColumnChoice *choice) {
        free(choice->items);
        *choice = (ColumnChoice){0};
}

static int choice_add(ColumnChoice *choice, unsigned column) {
        unsigned *items;

        items = reallocarray(choice->items, choice->n_items + 1, sizeof(*items));
        if (!items)
                return -ENOMEM;
        choice->items = items;
        choice->items[choice->n_items++] = column;
        return 0;
}

static int choice_add_names(ColumnChoice *choice, const Column *columns, size_t n_columns,
        const char *text, char **ret_unknown) {
        int column, r;

        for (size_t n; *text; text += n + (text[n] == ',')) {
                _cleanup_free_ char *name = NULL;

                n = strcspn(text, ",");
                if (n == 0)
                        continue;
                name = strndup(text, n);
                if (!name)
                        return -ENOMEM;
                column = column_find(columns, n_columns, name);
                if (column < 0) {
                        *ret_unknown = TAKE_PTR(name);
                        return column;
                }
                r = choice_add(choice, (unsigned) column);
                if (r < 0)
                        return r;
        }
        return 0;
}

int column_choice_parse(const Column *columns, size_t n_columns, const unsigned *defaults,
        size_t n_defaults, const char *text, ColumnChoice *ret, char **ret_unknown) {
        _cleanup_(column_choice_done) ColumnChoice choice = {0};
        int r;

        for (size_t i = 0; i < n_defaults && (!text || *text == '+'); i++) {
                r = choice_add(&choice, defaults[i]);
                if (r < 0)
                        return r;
        }
        if (text) {
                r = choice_add_names(
                        &choice, columns, n_columns, text + (*text == '+'), ret_unknown);
                if (r < 0)
                        return r;
        }
        if (choice.n_items == 0)
                return -EINVAL;

        *ret = choice;
        choice = (ColumnChoice){0};
        return 0;
}

static size_t total_width(const size_t *widths, size_t n) {
        size_t total = n > 0 ? n - 1 : 0;

        for (size_t i = 0; i < n; i++)
                total += widths[i];
        return total;
}

void layout_fit(
        size_t *widths, const size_t *least, const bool *yielding, size_t n, size_t available) {
        for (size_t total = total_width(widths, n); total > available; total--) {
                size_t widest = n;

                for (size_t i = 0; i < n; i++)
                        if (yielding[i] && widths[i] > MAX(least[i], (size_t) WIDTH_MIN) &&
                                (widest == n || widths[i] > widths[widest]))
                                widest = i;
                if (widest == n)
                        return;
                widths[widest]--;
        }
}

/* The columns of a table that are not left out. */
typedef struct Shown {
        size_t items[LAYOUT_COLUMNS_MAX]; /* indices */
        size_t n;
} Shown;

/* The one to be left out next: the last spare one, else the last one. */
static void leave_one_out(Shown *shown, const Column *const *columns) {
        size_t i = shown->n - 1;

        for (size_t k = shown->n; k-- > 0;)
                if (columns[shown->items[k]]->flags & COLUMN_SPARE) {
                        i = k;
                        break;
                }
        shown->n--;
        for (; i < shown->n; i++)
                shown->items[i] = shown->items[i + 1];
}

/* Narrows those that are shown. Return: whether they fit. */
static bool fit_shown(const Shown *shown, const Column *const *columns, const size_t *natural,
        const size_t *least, size_t available, size_t *ret) {
        bool yielding[LAYOUT_COLUMNS_MAX];
        size_t shown_least[LAYOUT_COLUMNS_MAX];

        for (size_t i = 0; i < shown->n; i++) {
                ret[i] = natural[shown->items[i]];
                shown_least[i] = least[shown->items[i]];
        }
        for (unsigned flag = COLUMN_ELASTIC; flag <= COLUMN_STIFF; flag <<= 1) {
                for (size_t i = 0; i < shown->n; i++)
                        yielding[i] = columns[shown->items[i]]->flags & flag;
                layout_fit(ret, shown_least, yielding, shown->n, available);
        }
        return total_width(ret, shown->n) <= available;
}

void layout_fit_columns(const Column *const *columns, size_t *widths, const size_t *least, size_t n,
        size_t available) {
        size_t fitted[LAYOUT_COLUMNS_MAX];
        Shown shown = {.n = n};

        if (n == 0 || n > LAYOUT_COLUMNS_MAX)
                return;
        for (size_t i = 0; i < n; i++)
                shown.items[i] = i;
        while (!fit_shown(&shown, columns, widths, least, available, fitted) && shown.n > 1)
                leave_one_out(&shown, columns);
        if (shown.n == 1)
                fitted[0] = MIN(fitted[0], available);
        memset(widths, 0, n * sizeof(*widths));
        for (size_t i = 0; i < shown.n; i++)
                widths[shown.items[i]] = fitted[i];
}

/* The bytes of the first characters that together are no wider than @width. */
static size_t fitting_head(const char *text, size_t width) {
        size_t bytes = 0, total = 0, columns;

        while (text[bytes]) {
                size_t n = format_character(text + bytes, &columns);

                total += columns;
                if (total > width)
                        break;
                bytes += n;
        }
        return bytes;
}

/* Where the last characters begin that together are no wider than @width. */
static size_t fitting_tail(const char *text, size_t width) {
        size_t start = 0, total = format_width(text), columns;

        while (total > width) {
                start += format_character(text + start, &columns);
                total -= columns;
        }
        return start;
}

char *layout_cut(const char *text, size_t width, bool tail, const char *ellipsis) {
        size_t mark = format_width(ellipsis);
        char *cut;
        int r;

        if (format_width(text) <= width)
                return strdup(text);

        width = width > mark ? width - mark : 0;
        if (tail)
                r = asprintf(&cut, "%s%s", ellipsis, text + fitting_tail(text, width));
        else
                r = asprintf(&cut, "%.*s%s", (int) fitting_head(text, width), text, ellipsis);
        return r >= 0 ? cut : NULL;
}

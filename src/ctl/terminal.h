/* SPDX-License-Identifier: MIT */
#pragma once

/* What standard output can show. Looked at once, before a pager takes its place. */

#include <stdbool.h>
#include <stddef.h>

typedef enum Color {
        COLOR_NONE,
        COLOR_GOOD,    /* green */
        COLOR_WARNING, /* yellow */
        COLOR_BAD,     /* red */
        COLOR_FAINT,   /* grey */
        COLOR_TITLE,   /* underlined */
        COLOR_MAX,
} Color;

typedef struct Terminal {
        bool is_terminal;
        bool colors;
        bool utf8;
        bool dumb;
        size_t columns;
} Terminal;

/**
 * terminal_init() - looks at standard output and at COLUMNS, TERM, NO_COLOR and SYSTEMD_COLORS; the
 * locale must have been set.
 */
void terminal_init(Terminal *ret);

/**
 * terminal_width() - how many columns a line has for sentences that are to be broken: those of a
 * terminal; SIZE_MAX elsewhere.
 */
size_t terminal_width(int fd);

/**
 * terminal_color() - the escape sequence that switches a colour on; COLOR_NONE switches all off. ""
 * where colours are not wanted.
 */
const char *terminal_color(const Terminal *terminal, Color color);

/**
 * terminal_text() - a text in a form that the terminal can show: where the locale is not UTF-8,
 * what is not ASCII becomes \xNN. Elsewhere than on a terminal nothing is changed.
 *
 * Return: a string for free(), NULL without memory.
 */
char *terminal_text(const Terminal *terminal, const char *text);

/**
 * terminal_dot() - a full circle, or an asterisk where the locale has none.
 */
const char *terminal_dot(const Terminal *terminal);

/**
 * terminal_ellipsis() - the mark of what was cut: "…" or "...".
 */
const char *terminal_ellipsis(const Terminal *terminal);

/* SPDX-License-Identifier: MIT */
/* The properties of standard output. Writes nothing. */

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "ctl/terminal.h"

enum {
        COLUMNS_DEFAULT = 80,
        COLUMNS_MAX = 65535,
};

static size_t find_columns(int fd) {
        const char *text = getenv("COLUMNS");
        struct winsize size;
        uint64_t columns;

        if (text && parse_u64(text, COLUMNS_MAX, &columns) >= 0 && columns > 0)
                return (size_t) columns;
        if (ioctl(fd, TIOCGWINSZ, &size) >= 0 && size.ws_col > 0)
                return size.ws_col;
        return COLUMNS_DEFAULT;
}

/* SYSTEMD_COLORS goes before everything: a boolean, or a depth, "auto-" before it leaving the
 * choice to the terminal. */
static bool find_colors(const Terminal *terminal) {
        const char *text = getenv("SYSTEMD_COLORS");
        int r;

        if (text && strncmp(text, "auto-", 5) != 0) {
                r = parse_boolean(text);
                if (r >= 0)
                        return r;
                if (strcmp(text, "16") == 0 || strcmp(text, "256") == 0 ||
                        strcmp(text, "24bit") == 0)
                        return true;
        }

        text = getenv("NO_COLOR");
        if (text && *text)
                return false;
        return terminal->is_terminal && !terminal->dumb;
}

void terminal_init(Terminal *ret) {
        const char *type = getenv("TERM");

        *ret = (Terminal){
                .is_terminal = isatty(STDOUT_FILENO) > 0,
                .utf8 = string_equal(nl_langinfo(CODESET), "UTF-8"),
                .dumb = !type || !*type || string_equal(type, "dumb"),
                .columns = find_columns(STDOUT_FILENO),
        };
        ret->colors = find_colors(ret);
}

size_t terminal_width(int fd) {
        return isatty(fd) > 0 ? find_columns(fd) : SIZE_MAX;
}

const char *terminal_color(const Terminal *terminal, Color color) {
        static const char *const sequences[COLOR_MAX] = {
                [COLOR_NONE] = "\033[0m",
                [COLOR_GOOD] = "\033[0;1;32m",
                [COLOR_WARNING] = "\033[0;1;33m",
                [COLOR_BAD] = "\033[0;1;31m",
                [COLOR_FAINT] = "\033[0;90m",
                [COLOR_TITLE] = "\033[0;4m",
        };

        return terminal->colors ? sequences[color] : "";
}

char *terminal_text(const Terminal *terminal, const char *text) {
        static const char digits[] = "0123456789abcdef";
        char *escaped, *p;

        if (!terminal->is_terminal || terminal->utf8)
                return strdup(text);

        escaped = p = malloc(strlen(text) * 4 + 1);
        if (!escaped)
                return NULL;
        for (; *text; text++) {
                unsigned char byte = (unsigned char) *text;

                if (byte < 0x80) {
                        *p++ = *text;
                        continue;
                }
                *p++ = '\\';
                *p++ = 'x';
                *p++ = digits[byte >> 4];
                *p++ = digits[byte & 15];
        }
        *p = '\0';
        return escaped;
}

const char *terminal_dot(const Terminal *terminal) {
        return terminal->utf8 ? "●" : "*";
}

const char *terminal_ellipsis(const Terminal *terminal) {
        return terminal->utf8 ? "…" : "...";
}

/* SPDX-License-Identifier: MIT */
/* The reader of INI files. It refuses to know what sections and keys mean.
 *
 * Invariant: every byte of the text is looked at once, each line that is wrong yields one item, and
 * the strings of an item are text that may be shown on a terminal. */

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "basic/text.h"
#include "config/ini.h"

#define BLANKS " \t"
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

typedef struct Line {
        const char *text; /* not terminated, without blanks at either end */
        size_t size;
        unsigned number;
} Line;

static bool is_blank(char c) {
        return c == ' ' || c == '\t' || c == '\r';
}

/* Takes the next physical line. Return: whether there was one. */
static bool take_line(IniReader *reader, Line *ret) {
        const char *text = reader->position, *end;

        if (text == reader->end)
                return false;

        end = memchr(text, '\n', (size_t) (reader->end - text));
        reader->position = end ? end + 1 : reader->end;
        if (!end)
                end = reader->end;

        while (text < end && is_blank(*text))
                text++;
        while (end > text && is_blank(end[-1]))
                end--;
        *ret = (Line){text, (size_t) (end - text), reader->line++};
        return true;
}

static bool line_is_comment(const Line *line) {
        return line->size > 0 && (line->text[0] == '#' || line->text[0] == ';');
}

static void note_mistake(IniReader *reader, unsigned line, const char *mistake) {
        if (reader->mistake)
                return;
        reader->mistake = mistake;
        reader->mistake_line = line;
}

/* Appends a line to the assignment in hand. Tabs become blanks: of all control characters they
 * alone are legal, and nobody after us needs to know. */
static void append_line(IniReader *reader, const Line *line) {
        Buffer *buffer = &reader->buffer;
        size_t start = buffer->size;

        if (reader->mistake || line->size == 0)
                return;
        if (start + line->size > INI_LINE_MAX) {
                note_mistake(reader, reader->start_line,
                        "longer than 8192 bytes; repeat the key where it is a list");
                return;
        }
        if (buffer_append(buffer, line->text, line->size) < 0)
                return;
        for (size_t i = start; i < buffer->size; i++)
                if (buffer->data[i] == '\t')
                        buffer->data[i] = ' ';

        if (memchr(line->text, '\0', line->size))
                note_mistake(reader, line->number,
                        "the line holds a NUL byte; the file must be plain UTF-8 text");
        else if (!text_is_clean(buffer->data + start, buffer->size - start))
                note_mistake(
                        reader, line->number, "the line holds bytes that are not printable UTF-8");
}

/* Joins the physical lines of the next thing that is neither blank nor a comment. Return: whether
 * there was one. */
static bool take_logical_line(IniReader *reader) {
        bool continued = false;
        Line line;

        buffer_clear(&reader->buffer);
        reader->mistake = NULL;
        while (take_line(reader, &line)) {
                if (line_is_comment(&line)) {
                        if (!memchr(line.text, '\0', line.size))
                                continue;
                        /* A file that a crash or an editor filled with zeros must not look empty.
                         */
                        note_mistake(reader, line.number,
                                "the comment holds a NUL byte; the file must be plain UTF-8 text");
                        if (continued)
                                continue;
                        reader->start_line = line.number;
                        return true;
                }
                if (line.size == 0 && !continued)
                        continue;
                if (!continued)
                        reader->start_line = line.number;

                continued = line.size > 0 && line.text[line.size - 1] == '\\';
                if (continued)
                        line.size--;
                append_line(reader, &line);
                if (!continued)
                        return true;
                if (!reader->mistake)
                        (void) buffer_append(&reader->buffer, " ", 1);
        }
        return continued;
}

/* Cuts blanks off both ends, in place. */
static char *strip(char *text) {
        size_t size;

        text += strspn(text, BLANKS);
        size = strlen(text);
        while (size > 0 && is_blank(text[size - 1]))
                size--;
        text[size] = '\0';
        return text;
}

static void parse_section(char *text, IniItem *item) {
        char *end = strchr(text, ']'), *value;

        if (!end) {
                item->mistake = "a section header ends with ']'";
                return;
        }
        if (end[1]) {
                item->mistake = "nothing may follow a section header on its line; comments stand "
                                "on lines of their own";
                return;
        }
        *end = '\0';

        text = strip(text + 1);
        value = text + strcspn(text, BLANKS);
        if (*value)
                *value++ = '\0';
        item->type = INI_SECTION;
        item->name = text;
        item->value = strip(value);
}

static void parse_assignment(char *text, IniItem *item) {
        char *equals = strchr(text, '=');

        if (!equals) {
                item->mistake = "neither [SECTION] nor KEY=VALUE";
                return;
        }
        if (equals == text) {
                item->mistake = "no key before '='";
                return;
        }
        *equals = '\0';
        item->type = INI_ASSIGNMENT;
        item->name = strip(text);
        item->value = strip(equals + 1);
}

int ini_reader_next(IniReader *reader, IniItem *ret) {
        const size_t mark = sizeof(BYTE_ORDER_MARK) - 1;
        IniItem item = {.type = INI_BAD_LINE};
        char *text;
        bool found;

        if (reader->line == 1 && (size_t) (reader->end - reader->position) >= mark &&
                memcmp(reader->position, BYTE_ORDER_MARK, mark) == 0)
                reader->position += mark;

        found = take_logical_line(reader);
        if (buffer_append(&reader->buffer, "", 1) < 0)
                return reader->buffer.error;
        if (!found)
                return 0;

        text = strip((char *) reader->buffer.data);
        item.line = reader->start_line;
        if (*text == '[')
                item.type = INI_BAD_SECTION;

        if (reader->mistake) {
                item.line = reader->mistake_line;
                item.name = "";
                item.mistake = reader->mistake;
        } else {
                item.name = text;
                if (item.type == INI_BAD_SECTION)
                        parse_section(text, &item);
                else
                        parse_assignment(text, &item);
        }
        *ret = item;
        return 1;
}

void ini_reader_done(IniReader *reader) {
        buffer_done(&reader->buffer);
}

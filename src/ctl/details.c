/* SPDX-License-Identifier: MIT */
/* Lines of "Label: value". Knows not what they are about. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/details.h"
#include "ctl/format.h"
#include "ctl/wrap.h"

int details_add(Details *details, const char *label, const char *value, Color color) {
        struct Detail *items, item = {
                                      .label = strdup(label),
                                      .value = strdup(*value ? value : "-"),
                                      .color = color,
                              };

        items = reallocarray(details->items, details->n_items + 1, sizeof(*items));
        if (items)
                details->items = items;
        if (!items || !item.label || !item.value) {
                free(item.label);
                free(item.value);
                return -ENOMEM;
        }
        details->items[details->n_items++] = item;
        return 0;
}

static void print_value(char *value, size_t indentation, size_t width) {
        for (;;) {
                char *end = strchr(value, '\n');

                if (end)
                        *end = '\0';
                wrap_print(stdout, value, indentation, indentation, width);
                if (!end)
                        return;
                printf("\n%*s", (int) indentation, "");
                value = end + 1;
        }
}

void details_print(const Details *details, const Terminal *terminal) {
        size_t width = 0;

        for (size_t i = 0; i < details->n_items; i++)
                width = MAX(width, format_width(details->items[i].label));

        for (size_t i = 0; i < details->n_items; i++) {
                const struct Detail *item = &details->items[i];
                bool colored = item->color != COLOR_NONE;
                _cleanup_free_ char *value = NULL;

                printf("%*s%s: ", format_padding(item->label, width), "", item->label);
                if (colored)
                        printf("%s", terminal_color(terminal, item->color));
                value = terminal_text(terminal, item->value);
                if (value)
                        print_value(value, width + 2,
                                terminal->is_terminal ? terminal->columns : SIZE_MAX);
                printf("%s\n", colored ? terminal_color(terminal, COLOR_NONE) : "");
        }
}

void details_done(Details *details) {
        for (size_t i = 0; i < details->n_items; i++) {
                free(details->items[i].label);
                free(details->items[i].value);
        }
        free(details->items);
        *details = (Details){0};
}

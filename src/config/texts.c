/* SPDX-License-Identifier: MIT */

/* Texts on their way from files. Knows nothing of what is in them. */

#include <errno.h>
#include <string.h>

#include "basic/text.h"
#include "config/files.h"
#include "config/texts.h"

void config_texts_done(ConfigTexts *texts) {
        for (size_t i = 0; i < texts->n_items; i++) {
                free(texts->items[i].name);
                free(texts->items[i].text);
        }
        free(texts->items);
        *texts = CONFIG_TEXTS_INIT;
}

static int texts_add_take(
        ConfigTexts *texts, ConfigLayer layer, const char *name, char *text, size_t size) {
        ConfigText *items;
        char *copy;

        items = reallocarray(texts->items, texts->n_items + 1, sizeof(*items));
        if (items)
                texts->items = items;
        copy = items ? strdup(name) : NULL;
        if (!copy) {
                free(text);
                return -ENOMEM;
        }
        items[texts->n_items++] = (ConfigText){
                .name = copy,
                .layer = layer,
                .text = text,
                .size = size,
        };
        return 0;
}

int config_texts_add(
        ConfigTexts *texts, ConfigLayer layer, const char *name, const char *text, size_t size) {
        char *copy = malloc(size + 1);

        if (!copy)
                return -ENOMEM;
        if (size > 0)
                memcpy(copy, text, size);
        copy[size] = '\0';
        return texts_add_take(texts, layer, name, copy, size);
}

int config_texts_read_file(ConfigTexts *texts, ConfigLayer layer, const char *path) {
        char *text = NULL;
        size_t size = 0;
        int r, failure;

        failure = config_file_read(path, &text, &size);
        if (failure == -ENOMEM)
                return failure;
        r = texts_add_take(texts, layer, path, text, size);
        if (r >= 0)
                texts->items[texts->n_items - 1].failure = failure;
        return r;
}

int config_texts_read(ConfigTexts *texts, const char *root, const char *file, Problems *problems) {
        _cleanup_(strv_freep) char **paths = NULL;
        int r, failure;

        if (file)
                r = strv_extend(&paths, file);
        else
                r = config_files_find(root ? root : "", &paths, problems);
        if (r == -ENOMEM)
                return r;

        failure = r;
        for (char **path = paths; path && *path; path++) {
                r = config_texts_read_file(texts, CONFIG_FILE, *path);
                if (r < 0)
                        return r;
        }
        return failure;
}

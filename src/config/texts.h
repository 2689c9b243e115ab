/* SPDX-License-Identifier: MIT */
#pragma once

/* What settings are made from, in memory: the texts of files, and of what was said over the bus.
 * Kept apart from making settings of them, so that one of them can change without reading the
 * others anew. */

#include <stddef.h>

#include "basic/macro.h"
#include "basic/problem.h"

typedef enum ConfigLayer {
        CONFIG_FILE,    /* what administrators write */
        CONFIG_BUS,     /* said over the bus, kept in the state directory */
        CONFIG_RUNTIME, /* said over the bus, until the daemon ends */
        CONFIG_LAYER_MAX,
        CONFIG_LAYER_INVALID = -1,
} ConfigLayer;

typedef struct ConfigText {
        char *name; /* the file's path, or what stands for it in problems */
        ConfigLayer layer;
        char *text; /* NULL when it could not be read */
        size_t size;
        int failure; /* negative errno of reading it, or 0 */
} ConfigText;

typedef struct ConfigTexts {
        ConfigText *items;
        size_t n_items;
} ConfigTexts;

#define CONFIG_TEXTS_INIT                                                                          \
        (ConfigTexts) {                                                                            \
                0                                                                                  \
        }

/**
 * config_texts_done() - frees all texts; the list is empty.
 */
void config_texts_done(ConfigTexts *texts);

/**
 * config_texts_add() - appends a copy of a text.
 * Return: 0, -ENOMEM.
 */
int config_texts_add(
        ConfigTexts *texts, ConfigLayer layer, const char *name, const char *text, size_t size);

/**
 * config_texts_read_file() - appends the text of a file. When it cannot be read, its failure is
 * remembered for config_make() to report in its turn.
 *
 * Return: 0, -ENOMEM.
 */
int config_texts_read_file(ConfigTexts *texts, ConfigLayer layer, const char *path);

/**
 * config_texts_read() - appends the texts of the files that config_load() would read.
 *
 * @problems: receives directories that cannot be read
 * Return: 0, -ENOMEM, or the negative errno of the first such directory.
 */
int config_texts_read(ConfigTexts *texts, const char *root, const char *file, Problems *problems);

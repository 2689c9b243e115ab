/* SPDX-License-Identifier: MIT */
#pragma once

/* What is said over the bus about one pool or host: a text of one section, in the syntax of the
 * configuration, which is read after the files. Knows how such a text is changed; whether its
 * values fit is for config_make() to say.
 *
 * A list that is set replaces what the files have: its key comes with an empty value first. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/problem.h"
#include "config/texts.h"
#include "setting/key.h"

typedef struct Override {
        SettingScope scope; /* SETTING_POOL or SETTING_HOST */
        ConfigLayer layer;  /* CONFIG_BUS or CONFIG_RUNTIME */
        char *name;
        char *place; /* what stands for the text in problems: a path */
        char *text;
        int failure; /* negative errno: what is kept could not be read, and @text is not it; or 0 */
        char *mistake; /* why nothing of it is in force, or NULL; nobody knows yet of a copy */
} Override;

typedef struct Overrides {
        Override *items;
        size_t n_items;
} Overrides;

#define OVERRIDES_INIT                                                                             \
        (Overrides) {                                                                              \
                0                                                                                  \
        }

/**
 * overrides_done() - frees all of them; the list is empty.
 */
void overrides_done(Overrides *overrides);

/**
 * overrides_copy() - a list that can be changed without the original.
 *
 * @layer: of the items to copy, CONFIG_LAYER_INVALID for all
 * @ret: receives the copies behind what it holds
 * Return: 0, -ENOMEM.
 */
int overrides_copy(const Overrides *overrides, ConfigLayer layer, Overrides *ret);

/**
 * overrides_find() - what a layer says of a pool or host, or NULL; borrowed until the list changes.
 */
Override *overrides_find(
        const Overrides *overrides, SettingScope scope, ConfigLayer layer, const char *name);

/**
 * overrides_add() - appends an override.
 *
 * @text: copied; NULL for the header of an empty section
 * @ret: may be NULL; borrowed until the list changes
 * Return: 0, -ENOMEM.
 */
int overrides_add(Overrides *overrides, SettingScope scope, ConfigLayer layer, const char *name,
        const char *place, const char *text, Override **ret);

/**
 * overrides_remove() - forgets an override of the list.
 */
void overrides_remove(Overrides *overrides, Override *override);

/**
 * overrides_to_texts() - what config_make() takes: first what is kept for good, then the rest.
 * Overrides with a mistake are left out.
 * Return: 0, -ENOMEM.
 */
int overrides_to_texts(const Overrides *overrides, ConfigTexts *ret);

/**
 * override_set() - says a setting anew. Values are not judged but for what a line can hold. What
 * could not be read is not written over.
 *
 * @key: as in the configuration
 * @values: for a list any number, else one; an empty one puts the setting back to "not set". NULL
 *          takes back what the override says of it
 * Return: 0, -ENOENT for an unknown key, -EINVAL, each with a problem added, -ENOMEM; unchanged
 * then.
 */
int override_set(Override *override, const char *key, char *const *values, Problems *problems);

/**
 * override_says_nothing() - whether there is no setting in it.
 */
bool override_says_nothing(const Override *override);

/**
 * override_stands_alone() - whether it could be a pool or host of its own: it says the subnet, or
 * by what the host is known. Others are about what the files have.
 */
bool override_stands_alone(const Override *override);

/**
 * override_says_same() - whether two texts of one section say the same settings, in whatever order.
 * Values are compared as they are written, those of MACAddress= in either case. O(n log n).
 */
bool override_says_same(const Override *a, const Override *b);

/**
 * override_is_origin() - whether a pool or host is of overrides alone, by where it comes from.
 *
 * @origin: of its settings, or NULL
 */
bool override_is_origin(const char *origin);

/**
 * override_text_of_pool() - what an override says that makes a pool by itself: the values in which
 * it is another than a pool of which nothing is said.
 *
 * @ret: receives a string for free()
 * Return: 0, -ENOMEM.
 */
int override_text_of_pool(const PoolSettings *pool, char **ret);

/* SPDX-License-Identifier: MIT */
#pragma once

/* What the reader of the configuration has in hand: settings that grow, the file, and the section
 * of it that assignments go to. Only load.c and section.c include this. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/problem.h"
#include "config/host-index.h"
#include "config/ini.h"
#include "config/place.h"
#include "config/texts.h"
#include "core/settings.h"

typedef struct ConfigLoader {
        Settings *settings;
        Problems *problems;
        Places places;
        HostIndex hosts;    /* of settings */
        const char *file;   /* the one in hand */
        ConfigLayer layer;  /* that it belongs to */
        size_t first_entry; /* of places, that is of this file */
        size_t first_error; /* of problems, likewise */
        SettingScope scope; /* the section in hand, INVALID before the first and in unknown ones */
        bool in_section;    /* even an unknown one */
        bool has_name;      /* the section has its place in the settings */
        void *target;       /* of the section in hand */
        PoolSettings *nameless_pool;
        HostSettings *nameless_host;
        bool gave_up;
        int failure; /* the first file that cannot be read */
} ConfigLoader;

/**
 * config_loader_done() - frees what has not been taken.
 */
void config_loader_done(ConfigLoader *loader);

/**
 * config_loader_open_section() - begins a section: finds or makes its pool or host. One that has no
 * place in the settings gets a pool or host that is thrown away. Return: 0, with a problem added
 * when it is wrong, -ENOMEM.
 */
int config_loader_open_section(ConfigLoader *loader, const IniItem *item, const Place *place);

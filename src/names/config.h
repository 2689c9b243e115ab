/* SPDX-License-Identifier: MIT */
#pragma once

/* names.conf: the section [Names], and a section [DNSUpdate] for each DNS server. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/macro.h"
#include "basic/problem.h"
#include "names/dns.h"
#include "names/naming.h"

typedef struct NamesConfig {
        NamingRules rules;
        NamesDns *dns; /* not started; NULL = no DNS server is updated */
} NamesConfig;

/**
 * names_config_init() - what holds without a file.
 */
void names_config_init(NamesConfig *config);

/**
 * names_config_done() - frees all of it.
 */
void names_config_done(NamesConfig *config);

/**
 * names_config_parse() - reads a text.
 *
 * @name: of the file, for problems
 * @text: @size bytes
 * @is_service: whether the service reads it, which has credentials that nobody else sees
 * @ret: for names_config_done() on success
 * @problems: receives what is wrong, each at its line
 * Return: 0, -EINVAL with a problem added, -ENOMEM.
 */
int names_config_parse(const char *name, const char *text, size_t size, bool is_service,
        NamesConfig *ret, Problems *problems);

/**
 * names_config_load() - the same for a file.
 *
 * @required: whether a missing file is a mistake
 * Return: also what config_file_read() returns, with a problem added.
 */
int names_config_load(
        const char *path, bool required, bool is_service, NamesConfig *ret, Problems *problems);

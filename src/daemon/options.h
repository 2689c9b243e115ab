/* SPDX-License-Identifier: MIT */
#pragma once

/* The daemon's command line. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/macro.h"
#include "basic/text.h"

typedef struct Options {
        const char *config;          /* NULL = the usual places */
        const char *state_directory; /* never NULL */
        char **interfaces;           /* NULL = all */
        uint16_t port;               /* host byte order */
        bool no_bus;
        bool check;
        int log_level; /* syslog level */
} Options;

/**
 * options_parse() - reads the command line, and STATE_DIRECTORY and SYSTEMD_LOG_LEVEL from the
 * environment. Writes help, version and usage errors itself.
 *
 * @ret: strings borrowed from @argv and the environment; options_done() when finished
 * Return: 1 to go on, 0 when all has been said (--help), -EINVAL after a usage error, -ENOMEM.
 */
int options_parse(int argc, char *argv[], Options *ret);

/**
 * options_done() - frees what options_parse() allocated.
 */
void options_done(Options *options);

/* SPDX-License-Identifier: MIT */
#pragma once

/* The command line that all programs share that follow the server. */

#include <stdbool.h>

/* What a program says of itself. All of it is static. */
typedef struct FollowProgram {
        const char *name;            /* "minidhcp-hooks" */
        const char *summary;         /* what it does, lines that end with a newline */
        const char *manual;          /* "minidhcp-hooks(8)" */
        const char *config;          /* path of its configuration */
        const char *state_directory; /* without $STATE_DIRECTORY */
} FollowProgram;

/* Borrowed from the command line, the environment and the program's description. */
typedef struct FollowOptions {
        const char *config;
        bool config_is_given; /* a missing file is a mistake then */
        const char *state_directory;
        bool check;
} FollowOptions;

/**
 * follow_options_parse() - reads --help, --version, --check, --config= and --state-directory=.
 * Writes help, version and usage errors itself.
 *
 * Return: 1 to go on, 0 when all has been said, -EINVAL after a usage error, another negative
 * errno when the answer could not be written, which has been said.
 */
int follow_options_parse(const FollowProgram *program, int argc, char *argv[], FollowOptions *ret);

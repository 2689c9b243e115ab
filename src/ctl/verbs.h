/* SPDX-License-Identifier: MIT */
#pragma once

/* The table of verbs. Help, checks and dispatch are made from it. */

#include <stddef.h>

#include "ctl/context.h"

#define VERB_ARGUMENTS_ANY SIZE_MAX

typedef enum VerbGroup {
        VERB_GROUP_SERVER,
        VERB_GROUP_LEASES,
        VERB_GROUP_POOLS,
        VERB_GROUP_BUS,
        VERB_GROUP_MAX,
} VerbGroup;

typedef struct Verb {
        const char *name;
        const char *arguments; /* for people: "[PATTERN…]"; "" = none */
        size_t min_arguments;
        size_t max_arguments;
        unsigned uses; /* OptionUse bits that it takes */
        VerbGroup group;
        ExitStatus (*run)(Context *context, char *const *arguments, size_t n_arguments);
        const char *help;
} Verb;

/**
 * verb_find() - a verb by name; the default one for NULL.
 * Return: NULL when unknown.
 */
const Verb *verb_find(const char *name);

/**
 * verb_suggest() - the verb that was probably meant.
 * Return: its name, NULL when none is near.
 */
const char *verb_suggest(const char *name);

/**
 * verb_check() - finds the verb of a command line, and whether its arguments and options fit.
 *
 * Return: STATUS_OK, or STATUS_USAGE having reported.
 */
ExitStatus verb_check(const Options *options, const Verb **ret);

/**
 * verbs_print_help() - the verbs' part of the help text on standard output.
 */
void verbs_print_help(void);

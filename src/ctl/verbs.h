/* SPDX-License-Identifier: MIT */
#pragma once

/* The verbs, and the table of them, from which help, checks and dispatch are made. */

#include <stddef.h>

#include "ctl/context.h"

#define VERB_ARGUMENTS_ANY SIZE_MAX

/**
 * VerbFunction - carries out a verb, whose arguments are as many as its row in verbs.c says.
 * Reports what goes wrong.
 */
typedef ExitStatus VerbFunction(Context *context, char *const *arguments, size_t n_arguments);

/* The verbs, by the file that each is in; what they do is in minidhcpctl(1). */

/* busctl.c */
VerbFunction verb_tree;
VerbFunction verb_introspect;
VerbFunction verb_get_property;
VerbFunction verb_call;

/* changes.c */
VerbFunction verb_release_lease;
VerbFunction verb_delete_lease;
VerbFunction verb_reserve_lease;
VerbFunction verb_clear_declined;
VerbFunction verb_reload;
VerbFunction verb_flush;
VerbFunction verb_log_level;

/* check-config.c */
VerbFunction verb_check_config;

/* edit.c */
VerbFunction verb_edit_leases;

/* explain.c */
VerbFunction verb_explain;

/* export.c */
VerbFunction verb_export;

/* history.c */
VerbFunction verb_history;

/* hosts.c */
VerbFunction verb_list_hosts;
VerbFunction verb_show_host;

/* import.c */
VerbFunction verb_import;

/* interfaces.c */
VerbFunction verb_list_interfaces;

/* keys.c */
VerbFunction verb_list_keys;

/* leases.c */
VerbFunction verb_list_leases;
VerbFunction verb_show_lease;

/* metrics.c */
VerbFunction verb_metrics;

/* monitor.c */
VerbFunction verb_monitor;

/* offline.c */
VerbFunction verb_check_leases;

/* pools.c */
VerbFunction verb_list_pools;
VerbFunction verb_show_pool;

/* settings.c */
VerbFunction verb_add_pool;
VerbFunction verb_set_pool;
VerbFunction verb_remove_pool;
VerbFunction verb_revert_pool;
VerbFunction verb_enable_pool;
VerbFunction verb_disable_pool;
VerbFunction verb_add_host;
VerbFunction verb_set_host;
VerbFunction verb_remove_host;
VerbFunction verb_revert_host;

/* status.c */
VerbFunction verb_status;
VerbFunction verb_statistics;

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
        VerbFunction *run;
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

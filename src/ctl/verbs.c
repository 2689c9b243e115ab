/* SPDX-License-Identifier: MIT */
/* The table of verbs, and what follows from it alone. Everything here happens before the bus is
 * touched. */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "basic/suggest.h"
#include "ctl/verbs.h"

enum {
        HELP_SYNOPSIS_WIDTH = 33, /* of the longest one */
};

#define VERB_DEFAULT "status"

static const char *const group_titles[VERB_GROUP_MAX] = {
        [VERB_GROUP_SERVER] = "Server",
        [VERB_GROUP_LEASES] = "Lease",
        [VERB_GROUP_POOLS] = "Pool and Host",
        [VERB_GROUP_BUS] = "Bus",
};

static const Verb verbs[] = {
        {"status", "", 0, 0, USE_BUS | USE_TIMESTAMP, VERB_GROUP_SERVER, verb_status,
                "Show the server, its units and its pools"},
        {"monitor", "", 0, 0, USE_BUS | USE_TIMESTAMP, VERB_GROUP_SERVER, verb_monitor,
                "Show what happens as it happens"},
        {"statistics", "", 0, 0, USE_BUS, VERB_GROUP_SERVER, verb_statistics, "Show all counters"},
        {"list-interfaces", "", 0, 0, USE_BUS | USE_COLUMNS | USE_SORT, VERB_GROUP_SERVER,
                verb_list_interfaces, "List network links and which are served"},
        {"reload", "", 0, 0, USE_BUS | USE_CHANGE, VERB_GROUP_SERVER, verb_reload,
                "Read the configuration anew"},
        {"flush", "", 0, 0, USE_BUS | USE_CHANGE, VERB_GROUP_SERVER, verb_flush,
                "Write the lease file anew"},
        {"log-level", "[LEVEL]", 0, 1, USE_BUS | USE_CHANGE, VERB_GROUP_SERVER, verb_log_level,
                "Show or set how much is logged"},
        {"metrics", "", 0, 0, USE_BUS | USE_FORMAT, VERB_GROUP_SERVER, verb_metrics,
                "Show counters for Prometheus"},
        {"check-config", "[FILE]", 0, 1, 0, VERB_GROUP_SERVER, verb_check_config,
                "Find what is wrong with the configuration"},

        {"list-leases", "[PATTERN…]", 0, VERB_ARGUMENTS_ANY,
                USE_BUS | USE_COLUMNS | USE_SORT | USE_FILTER | USE_ALL | USE_TIMESTAMP |
                        USE_OFFLINE,
                VERB_GROUP_LEASES, verb_list_leases, "List leases"},
        {"show-lease", "PATTERN…", 1, VERB_ARGUMENTS_ANY,
                USE_BUS | USE_ALL | USE_TIMESTAMP | USE_OFFLINE, VERB_GROUP_LEASES, verb_show_lease,
                "Show everything about leases"},
        {"history", "[PATTERN]", 0, 1,
                USE_COLUMNS | USE_TIMESTAMP | USE_PERIOD | USE_LINES | USE_ALL, VERB_GROUP_LEASES,
                verb_history, "Show who had an address when"},
        {"explain", "CLIENT [KEY=VALUE…]", 1, VERB_ARGUMENTS_ANY, USE_BUS, VERB_GROUP_LEASES,
                verb_explain, "Show what would happen to a client, and why"},
        {"release-lease", "PATTERN…", 1, VERB_ARGUMENTS_ANY, USE_BUS | USE_CHANGE | USE_ALL,
                VERB_GROUP_LEASES, verb_release_lease, "End leases, as if clients had"},
        {"delete-lease", "PATTERN…", 1, VERB_ARGUMENTS_ANY, USE_BUS | USE_CHANGE | USE_ALL,
                VERB_GROUP_LEASES, verb_delete_lease, "Forget all about leases"},
        {"reserve-lease", "PATTERN [NAME]", 1, 2, USE_BUS | USE_CHANGE | USE_RUNTIME,
                VERB_GROUP_LEASES, verb_reserve_lease, "Keep an address for its client"},
        {"clear-declined", "[POOL]", 0, 1, USE_BUS | USE_CHANGE, VERB_GROUP_LEASES,
                verb_clear_declined, "End quarantines of addresses"},
        {"import", "FORMAT FILE", 2, 2, USE_BUS | USE_CHANGE | USE_OFFLINE, VERB_GROUP_LEASES,
                verb_import, "Take over leases of another server"},
        {"export", "csv|json", 1, 1, USE_BUS | USE_FILTER | USE_OFFLINE, VERB_GROUP_LEASES,
                verb_export, "Write all leases for other programs"},
        {"edit-leases", "", 0, 0, USE_BUS | USE_CHANGE, VERB_GROUP_LEASES, verb_edit_leases,
                "Edit the lease file, checked and merged"},
        {"check-leases", "[FILE]", 0, 1, 0, VERB_GROUP_LEASES, verb_check_leases,
                "Find what is wrong with a lease file"},

        {"list-pools", "", 0, 0, USE_BUS | USE_COLUMNS | USE_SORT, VERB_GROUP_POOLS,
                verb_list_pools, "List pools and how full they are"},
        {"show-pool", "[NAME…]", 0, VERB_ARGUMENTS_ANY, USE_BUS | USE_ALL | USE_TIMESTAMP,
                VERB_GROUP_POOLS, verb_show_pool, "Show the settings of pools"},
        {"add-pool", "NAME KEY=VALUE…", 2, VERB_ARGUMENTS_ANY, USE_BUS | USE_CHANGE | USE_RUNTIME,
                VERB_GROUP_POOLS, verb_add_pool, "Add a pool"},
        {"set-pool", "NAME KEY=VALUE…", 2, VERB_ARGUMENTS_ANY, USE_BUS | USE_CHANGE | USE_RUNTIME,
                VERB_GROUP_POOLS, verb_set_pool, "Change settings of a pool"},
        {"remove-pool", "NAME…", 1, VERB_ARGUMENTS_ANY, USE_BUS | USE_CHANGE | USE_RUNTIME,
                VERB_GROUP_POOLS, verb_remove_pool, "Remove pools that were added"},
        {"revert-pool", "NAME…", 1, VERB_ARGUMENTS_ANY, USE_BUS | USE_CHANGE, VERB_GROUP_POOLS,
                verb_revert_pool, "Take changes of pools back"},
        {"enable-pool", "NAME…", 1, VERB_ARGUMENTS_ANY, USE_BUS | USE_CHANGE | USE_RUNTIME,
                VERB_GROUP_POOLS, verb_enable_pool, "Serve pools"},
        {"disable-pool", "NAME…", 1, VERB_ARGUMENTS_ANY, USE_BUS | USE_CHANGE | USE_RUNTIME,
                VERB_GROUP_POOLS, verb_disable_pool, "Do not serve pools"},

        {"list-hosts", "", 0, 0, USE_BUS | USE_COLUMNS | USE_SORT, VERB_GROUP_POOLS,
                verb_list_hosts, "List hosts that the configuration names"},
        {"show-host", "[NAME…]", 0, VERB_ARGUMENTS_ANY, USE_BUS | USE_ALL | USE_TIMESTAMP,
                VERB_GROUP_POOLS, verb_show_host, "Show the settings of hosts"},
        {"add-host", "NAME KEY=VALUE…", 2, VERB_ARGUMENTS_ANY, USE_BUS | USE_CHANGE | USE_RUNTIME,
                VERB_GROUP_POOLS, verb_add_host, "Add a host"},
        {"set-host", "NAME KEY=VALUE…", 2, VERB_ARGUMENTS_ANY, USE_BUS | USE_CHANGE | USE_RUNTIME,
                VERB_GROUP_POOLS, verb_set_host, "Change settings of a host"},
        {"remove-host", "NAME…", 1, VERB_ARGUMENTS_ANY, USE_BUS | USE_CHANGE | USE_RUNTIME,
                VERB_GROUP_POOLS, verb_remove_host, "Remove hosts that were added"},
        {"revert-host", "NAME…", 1, VERB_ARGUMENTS_ANY, USE_BUS | USE_CHANGE, VERB_GROUP_POOLS,
                verb_revert_host, "Take changes of hosts back"},

        {"list-keys", "server|pool|host", 1, 1, USE_COLUMNS | USE_SORT, VERB_GROUP_POOLS,
                verb_list_keys, "List what can be set"},

        {"tree", "", 0, 0, USE_BUS, VERB_GROUP_BUS, verb_tree, "Show the server's bus objects"},
        {"introspect", "[PATH [INTERFACE]]", 0, 2, USE_BUS, VERB_GROUP_BUS, verb_introspect,
                "Show what an object can do"},
        {"get-property", "PATH INTERFACE NAME…", 3, VERB_ARGUMENTS_ANY, USE_BUS, VERB_GROUP_BUS,
                verb_get_property, "Read properties of an object"},
        {"call", "PATH INTERFACE METHOD…", 3, VERB_ARGUMENTS_ANY, USE_BUS, VERB_GROUP_BUS,
                verb_call, "Call a method of an object"},
};

const Verb *verb_find(const char *name) {
        if (!name)
                name = VERB_DEFAULT;
        for (size_t i = 0; i < ELEMENTSOF(verbs); i++)
                if (strcmp(verbs[i].name, name) == 0)
                        return &verbs[i];
        return NULL;
}

const char *verb_suggest(const char *name) {
        const char *names[ELEMENTSOF(verbs) + 1] = {NULL};

        for (size_t i = 0; i < ELEMENTSOF(verbs); i++)
                names[i] = verbs[i].name;
        return *name ? suggest_nearest(name, names) : NULL;
}

static ExitStatus report_unknown(const char *name) {
        const char *suggestion = verb_suggest(name);

        if (suggestion)
                return report(
                        STATUS_USAGE, "Unknown verb '%s'; did you mean '%s'?", name, suggestion);
        return report(STATUS_USAGE, "Unknown verb '%s'; see: minidhcpctl --help", name);
}

ExitStatus verb_check(const Options *options, const Verb **ret) {
        const char *name = options->n_arguments > 0 ? options->arguments[0] : NULL;
        size_t n = options->n_arguments > 0 ? options->n_arguments - 1 : 0;
        const Verb *verb = verb_find(name);
        const char *refused;

        if (!verb)
                return report_unknown(name);
        if (n < verb->min_arguments || n > verb->max_arguments)
                return report(STATUS_USAGE, "Too %s arguments for '%s'; usage: minidhcpctl %s%s%s",
                        n < verb->min_arguments ? "few" : "many", verb->name, verb->name,
                        *verb->arguments ? " " : "", verb->arguments);
        refused = options_refused(options, verb->uses);
        if (refused)
                return report(STATUS_USAGE, "'%s' does not take --%s; see: minidhcpctl --help",
                        verb->name, refused);
        *ret = verb;
        return STATUS_OK;
}

void verbs_print_help(void) {
        for (VerbGroup group = 0; group < VERB_GROUP_MAX; group++) {
                printf("%s Commands:\n", group_titles[group]);
                for (size_t i = 0; i < ELEMENTSOF(verbs); i++) {
                        char synopsis[128];

                        if (verbs[i].group != group)
                                continue;
                        (void) snprintf(synopsis, sizeof(synopsis), "%s %s", verbs[i].name,
                                verbs[i].arguments);
                        printf("  %s%*s %s\n", synopsis,
                                format_padding(synopsis, HELP_SYNOPSIS_WIDTH), "", verbs[i].help);
                }
                printf("\n");
        }
}

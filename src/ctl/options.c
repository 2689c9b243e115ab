/* SPDX-License-Identifier: MIT */
/* The command line. One table feeds getopt_long() and the help text.
 *
 * Invariant: what options_parse() accepts needs no further check, except against the verb. */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "basic/text.h"
#include "ctl/moment.h"
#include "ctl/options.h"

enum {
        HELP_NAME_WIDTH = 21,
};

typedef enum OptionId {
        OPTION_HELP = 256, /* above every character, so that both live in getopt's value */
        OPTION_VERSION,
        OPTION_HOST,
        OPTION_MACHINE,
        OPTION_ADDRESS,
        OPTION_TIMEOUT,
        OPTION_ALL,
        OPTION_POOL,
        OPTION_INTERFACE,
        OPTION_STATE,
        OPTION_OFFLINE,
        OPTION_SINCE,
        OPTION_UNTIL,
        OPTION_AT,
        OPTION_LINES,
        OPTION_FORMAT,
        OPTION_RUNTIME,
        OPTION_NO_ASK_PASSWORD,
        OPTION_COLUMNS,
        OPTION_SORT,
        OPTION_TIMESTAMP,
        OPTION_FULL,
        OPTION_JSON,
        OPTION_JSON_AUTOMATIC,
        OPTION_QUIET,
        OPTION_NO_LEGEND,
        OPTION_NO_PAGER,
} OptionId;

typedef struct OptionDefinition {
        OptionId id;
        char letter;          /* 0 = none */
        const char *name;     /* NULL = none */
        const char *argument; /* NULL = takes none */
        unsigned use;         /* OptionUse that a verb must have; 0 = every verb takes it */
        const char *help;
} OptionDefinition;

static const OptionDefinition definitions[] = {
        {OPTION_HELP, 'h', "help", NULL, 0, "Show this help"},
        {OPTION_VERSION, 0, "version", NULL, 0, "Show the version"},
        {OPTION_HOST, 'H', "host", "[USER@]HOST", USE_BUS, "Talk to the server of another host"},
        {OPTION_MACHINE, 'M', "machine", "CONTAINER", USE_BUS,
                "Talk to the server in a local container"},
        {OPTION_ADDRESS, 0, "address", "ADDRESS", USE_BUS, "Talk to the bus at this address"},
        {OPTION_TIMEOUT, 0, "timeout", "TIME", USE_BUS, "How long to wait for an answer"},
        {OPTION_ALL, 'a', "all", NULL, USE_ALL, "Also what has ended; all leases of a name"},
        {OPTION_POOL, 0, "pool", "NAME", USE_FILTER, "Only leases of this pool"},
        {OPTION_INTERFACE, 0, "interface", "NAME", USE_FILTER, "Only leases of this interface"},
        {OPTION_STATE, 0, "state", "STATE,…", USE_FILTER, "Only leases in these states"},
        {OPTION_OFFLINE, 0, "offline", NULL, USE_OFFLINE, "Use the lease file, not the server"},
        {OPTION_SINCE, 'S', "since", "TIME", USE_PERIOD, "Only what did not end before"},
        {OPTION_UNTIL, 'U', "until", "TIME", USE_PERIOD, "Only what had begun by then"},
        {OPTION_AT, 0, "at", "TIME", USE_PERIOD, "Only what was so at that time"},
        {OPTION_FORMAT, 0, "format", "FORMAT", USE_FORMAT, "prometheus or openmetrics"},
        {OPTION_LINES, 'n', "lines", "NUMBER", USE_LINES, "How many of the last ones to show"},
        {OPTION_RUNTIME, 0, "runtime", NULL, USE_RUNTIME, "Change only until the server stops"},
        {OPTION_NO_ASK_PASSWORD, 0, "no-ask-password", NULL, USE_CHANGE,
                "Do not ask for a password"},
        {OPTION_COLUMNS, 0, "columns", "NAME,…", USE_COLUMNS, "Columns to show, +NAME,… to add"},
        {OPTION_SORT, 0, "sort", "NAME", USE_SORT, "Column to sort by"},
        {OPTION_TIMESTAMP, 0, "timestamp", "STYLE", USE_TIMESTAMP,
                "relative, pretty, unix, us, utc or us+utc"},
        {OPTION_FULL, 'l', "full", NULL, 0, "Do not shorten anything"},
        {OPTION_JSON, 0, "json", "MODE", 0, "Write JSON: short, pretty or off"},
        {OPTION_JSON_AUTOMATIC, 'j', NULL, NULL, 0,
                "--json=pretty on a terminal, else --json=short"},
        {OPTION_QUIET, 'q', "quiet", NULL, 0, "Say nothing beyond the answer"},
        {OPTION_NO_LEGEND, 0, "no-legend", NULL, 0, "No column titles and no last line"},
        {OPTION_NO_PAGER, 0, "no-pager", NULL, 0, "Do not pipe the output into a pager"},
};

static const OptionDefinition *definition_find(int value) {
        for (size_t i = 0; i < ELEMENTSOF(definitions); i++)
                if ((int) definitions[i].id == value ||
                        (definitions[i].letter && definitions[i].letter == value))
                        return &definitions[i];
        return NULL;
}

static ExitStatus set_json(Options *options, const char *text) {
        if (strcmp(text, "short") == 0)
                options->json = JSON_SHORT;
        else if (strcmp(text, "pretty") == 0)
                options->json = JSON_PRETTY;
        else if (strcmp(text, "off") == 0)
                options->json = JSON_OFF;
        else
                return report(STATUS_USAGE,
                        "--json=%s is unknown; it is one of short, pretty and off", text);
        return STATUS_OK;
}

static ExitStatus set_timeout(Options *options, const char *text) {
        usec_t timeout;

        if (timespan_parse(text, &timeout) < 0 || timeout == 0)
                return report(STATUS_USAGE,
                        "--timeout=%s is not a time span; write for example 5s or 1min", text);
        options->timeout = timeout;
        return STATUS_OK;
}

static ExitStatus set_timestamp(Options *options, const char *text) {
        options->timestamp = timestamp_style_from_string(text);
        if (options->timestamp == TIMESTAMP_STYLE_INVALID)
                return report(STATUS_USAGE,
                        "--timestamp=%s is unknown; it is one of relative, pretty, unix, us, utc "
                        "and us+utc",
                        text);
        return STATUS_OK;
}

static bool state_is_known(const char *state) {
        static const char *const states[] = {
                "offered",
                "bound",
                "released",
                "expired",
                "declined",
        };

        for (size_t i = 0; i < ELEMENTSOF(states); i++)
                if (strcmp(states[i], state) == 0)
                        return true;
        return false;
}

static ExitStatus add_states(Options *options, const char *text) {
        size_t n;

        do {
                _cleanup_free_ char *state = NULL;

                n = strcspn(text, ",");
                state = strndup(text, n);
                if (!state)
                        return report_no_memory();
                if (!state_is_known(state))
                        return report(STATUS_USAGE,
                                "--state=%s is unknown; it is one of offered, bound, released, "
                                "expired and declined",
                                state);
                if (strv_extend(&options->states, state) < 0)
                        return report_no_memory();
                text += n;
        } while (*text++ == ',');
        return STATUS_OK;
}

static ExitStatus set_transport(Options *options, Transport transport, const char *destination) {
        if (options->transport != TRANSPORT_SYSTEM && options->transport != transport)
                return report(
                        STATUS_USAGE, "Only one of --host=, --machine= and --address= can be used");
        options->transport = transport;
        options->destination = destination;
        return STATUS_OK;
}

static ExitStatus set_moment(const char *name, const char *text, usec_t now, usec_t *ret) {
        if (moment_parse(text, now, ret) < 0)
                return report(STATUS_USAGE,
                        "--%s=%s is not a point in time; write for example \"2026-11-21 22:00\", "
                        "22:00, \"yesterday 14:00\", -1h or \"1h ago\"",
                        name, text);
        return STATUS_OK;
}

static ExitStatus set_lines(Options *options, const char *text) {
        if (parse_u64(text, UINT32_MAX, &options->n_lines) < 0 || options->n_lines == 0)
                return report(
                        STATUS_USAGE, "--lines=%s is not a number from 1 to 4294967295", text);
        return STATUS_OK;
}

static ExitStatus set_option(
        Options *options, OptionId id, const char *argument, bool is_terminal, usec_t now) {
        switch (id) {
        case OPTION_HELP:
                options->request = REQUEST_HELP;
                return STATUS_OK;
        case OPTION_VERSION:
                options->request = REQUEST_VERSION;
                return STATUS_OK;
        case OPTION_HOST:
                return set_transport(options, TRANSPORT_REMOTE, argument);
        case OPTION_MACHINE:
                return set_transport(options, TRANSPORT_MACHINE, argument);
        case OPTION_ADDRESS:
                return set_transport(options, TRANSPORT_ADDRESS, argument);
        case OPTION_TIMEOUT:
                return set_timeout(options, argument);
        case OPTION_ALL:
                options->all = true;
                return STATUS_OK;
        case OPTION_POOL:
                options->pool = argument;
                return STATUS_OK;
        case OPTION_INTERFACE:
                options->interface = argument;
                return STATUS_OK;
        case OPTION_STATE:
                return add_states(options, argument);
        case OPTION_OFFLINE:
                options->offline = true;
                return STATUS_OK;
        case OPTION_SINCE:
                return set_moment("since", argument, now, &options->since);
        case OPTION_UNTIL:
                return set_moment("until", argument, now, &options->until);
        case OPTION_AT:
                return set_moment("at", argument, now, &options->at);
        case OPTION_LINES:
                return set_lines(options, argument);
        case OPTION_RUNTIME:
                options->runtime = true;
                return STATUS_OK;
        case OPTION_NO_ASK_PASSWORD:
                options->no_ask_password = true;
                return STATUS_OK;
        case OPTION_COLUMNS:
                options->columns = argument;
                return STATUS_OK;
        case OPTION_FORMAT:
                options->format = argument;
                return STATUS_OK;
        case OPTION_SORT:
                options->sort = argument;
                return STATUS_OK;
        case OPTION_TIMESTAMP:
                return set_timestamp(options, argument);
        case OPTION_FULL:
                options->full = true;
                return STATUS_OK;
        case OPTION_JSON:
                return set_json(options, argument);
        case OPTION_JSON_AUTOMATIC:
                options->json = is_terminal ? JSON_PRETTY : JSON_SHORT;
                return STATUS_OK;
        case OPTION_QUIET:
                options->quiet = true;
                return STATUS_OK;
        case OPTION_NO_LEGEND:
                options->no_legend = true;
                return STATUS_OK;
        case OPTION_NO_PAGER:
                options->no_pager = true;
                return STATUS_OK;
        }
        return STATUS_USAGE;
}

/* getopt_long()'s two forms of the table. */
static void build_getopt(
        char letters[static ELEMENTSOF(definitions) * 2 + 1], struct option *names) {
        for (size_t i = 0; i < ELEMENTSOF(definitions); i++) {
                const OptionDefinition *d = &definitions[i];

                if (d->letter)
                        *letters++ = d->letter;
                if (d->letter && d->argument)
                        *letters++ = ':';
                if (d->name)
                        *names++ = (struct option){
                                .name = d->name,
                                .has_arg = d->argument ? required_argument : no_argument,
                                .val = (int) d->id,
                        };
        }
        *letters = '\0';
        *names = (struct option){0};
}

static void remember_use(Options *options, const OptionDefinition *definition) {
        for (size_t bit = 0; bit < ELEMENTSOF(options->used); bit++)
                if (definition->use == 1U << bit && !options->used[bit])
                        options->used[bit] = definition->name;
}

/* A moment is a period, too. */
static ExitStatus settle_period(Options *options) {
        if (options->at > 0 && (options->since > 0 || options->until > 0))
                return report(STATUS_USAGE,
                        "--at= is one moment; it does not go with --since= and --until=");
        if (options->at > 0)
                options->since = options->until = options->at;
        if (options->since > 0 && options->until > 0 && options->since > options->until)
                return report(STATUS_USAGE, "--since= is later than --until=");
        return STATUS_OK;
}

ExitStatus options_parse(
        int n_arguments, char **arguments, bool is_terminal, usec_t now, Options *ret) {
        char letters[ELEMENTSOF(definitions) * 2 + 1];
        struct option names[ELEMENTSOF(definitions) + 1];
        ExitStatus status;
        int value;

        *ret = (Options){0};
        build_getopt(letters, names);

        optind = 0;
        while ((value = getopt_long(n_arguments, arguments, letters, names, NULL)) >= 0) {
                const OptionDefinition *definition = definition_find(value);

                /* getopt_long() has said what is wrong. */
                if (!definition)
                        return STATUS_USAGE;
                remember_use(ret, definition);
                status = set_option(ret, definition->id, optarg, is_terminal, now);
                if (status != STATUS_OK)
                        return status;
        }
        ret->arguments = arguments + optind;
        ret->n_arguments = (size_t) (n_arguments - optind);
        return settle_period(ret);
}

void options_done(Options *options) {
        options->states = strv_free(options->states);
}

bool options_has(const Options *options, OptionUse use) {
        for (size_t bit = 0; bit < ELEMENTSOF(options->used); bit++)
                if (use == 1U << bit)
                        return options->used[bit] != NULL;
        return false;
}

const char *options_refused(const Options *options, unsigned uses) {
        for (size_t bit = 0; bit < ELEMENTSOF(options->used); bit++)
                if (options->used[bit] && !(uses & 1U << bit))
                        return options->used[bit];
        return NULL;
}

void options_print_help(void) {
        printf("Options:\n");
        for (size_t i = 0; i < ELEMENTSOF(definitions); i++) {
                const OptionDefinition *d = &definitions[i];
                char letter[4] = "  ", name[64] = "";

                if (d->letter)
                        (void) snprintf(letter, sizeof(letter), "-%c", d->letter);
                if (d->name)
                        (void) snprintf(name, sizeof(name), "--%s%s%s", d->name,
                                d->argument ? "=" : "", d->argument ? d->argument : "");
                printf("  %s %s%*s %s\n", letter, name, format_padding(name, HELP_NAME_WIDTH), "",
                        d->help);
        }
}

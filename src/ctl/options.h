/* SPDX-License-Identifier: MIT */
#pragma once

/* The command line, read and checked. Knows options, not verbs: which of the options a verb takes
 * is the verb's business. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/macro.h"
#include "basic/time.h"
#include "ctl/format.h"
#include "ctl/report.h"

typedef enum JsonMode {
        JSON_OFF,
        JSON_SHORT,
        JSON_PRETTY,
} JsonMode;

typedef enum Transport {
        TRANSPORT_SYSTEM,  /* the local system bus */
        TRANSPORT_REMOTE,  /* -H */
        TRANSPORT_MACHINE, /* -M */
        TRANSPORT_ADDRESS, /* --address= */
} Transport;

/* Options that only some verbs take. */
typedef enum OptionUse {
        USE_COLUMNS = 1 << 0,
        USE_SORT = 1 << 1,
        USE_FILTER = 1 << 2, /* --pool=, --interface=, --state= */
        USE_ALL = 1 << 3,
        USE_TIMESTAMP = 1 << 4,
        USE_BUS = 1 << 5, /* which bus, and how: not for verbs that need none */
        USE_OFFLINE = 1 << 6,
        USE_PERIOD = 1 << 7, /* --since=, --until= */
        USE_LINES = 1 << 8,
        USE_RUNTIME = 1 << 9,
        USE_CHANGE = 1 << 10, /* asks for permission: --no-ask-password */
        USE_FORMAT = 1 << 11,
} OptionUse;

typedef enum Request {
        REQUEST_VERB,
        REQUEST_HELP,
        REQUEST_VERSION,
} Request;

/* Strings are borrowed from the command line. */
typedef struct Options {
        Request request;
        JsonMode json;
        bool no_pager;
        bool no_legend;
        bool full;
        bool quiet;
        bool all;
        Transport transport;
        const char *destination; /* host, machine or address of the transport */
        usec_t timeout;          /* for one call; 0 = sd-bus' default */
        const char *columns;
        const char *sort;
        const char *pool;
        const char *interface;
        char **states; /* owned; NULL = any */
        bool offline;
        bool runtime;
        bool no_ask_password;
        uint64_t n_lines; /* 0 = all */
        usec_t since;     /* microseconds since the epoch; 0 = always */
        usec_t until;     /* the same; 0 = for ever */
        usec_t at;        /* the same for both, if given */
        TimestampStyle timestamp;
        const char *format;
        char *const *arguments; /* the verb and what follows it */
        size_t n_arguments;
        const char *used[12]; /* for each bit of OptionUse the option that set it, or NULL */
} Options;

/**
 * options_parse() - reads a command line; may reorder @arguments.
 *
 * @is_terminal: whether standard output is one, -j depends on it
 * @now: the wall clock, for what is said relative to it
 * @ret: to be given to options_done(), whatever is returned
 * Return: STATUS_OK, or STATUS_USAGE and STATUS_FAILURE having reported.
 */
ExitStatus options_parse(
        int n_arguments, char **arguments, bool is_terminal, usec_t now, Options *ret);

/**
 * options_done() - frees what the options own.
 */
void options_done(Options *options);

/**
 * options_has() - whether an option with this one bit of OptionUse was on the command line.
 */
bool options_has(const Options *options, OptionUse use) _pure_;

/**
 * options_refused() - the first option on the command line that needs a use outside of @uses.
 *
 * @uses: OptionUse bits of the verb
 * Return: "--columns=", NULL when all is well.
 */
const char *options_refused(const Options *options, unsigned uses) _pure_;

/**
 * options_print_help() - the options' part of the help text on standard output.
 */
void options_print_help(void);

/* SPDX-License-Identifier: MIT */
#pragma once

/* The command line: a verb, how to show things, and a configuration for the library. */

#include <stdbool.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "basic/time.h"
#include "client-cli/apply.h"
#include "client-cli/report.h"
#include "client/minidhcp-client.h"

/* How long verbs wait by default. */
#define ANSWER_TIMEOUT (30 * USEC_PER_SEC)

typedef enum Verb {
        VERB_ACQUIRE,
        VERB_DISCOVER,
        VERB_RENEW,
        VERB_RELEASE,
        VERB_DECLINE,
        VERB_INFORM,
        VERB_INIT_REBOOT,
        VERB_RUN,
        VERB_SHOW,
        VERB_WAIT_ONLINE,
        VERB_RESOLVCONF,
        VERB_MAX,
        VERB_INVALID = VERB_MAX,
} Verb;

typedef enum JsonMode {
        JSON_OFF,
        JSON_SHORT,
        JSON_PRETTY,
} JsonMode;

typedef struct Options {
        Verb verb;
        const char *interface;
        usec_t timeout; /* 0 = not said */
        struct in_addr requested;
        struct in_addr server;
        bool acd_given;
        bool machine_id; /* --client-id=machine */
        bool apply;
        ApplySettings apply_settings;
        bool no_hostname;
        bool name_given;                  /* --hostname= or --fqdn= */
        uint8_t not_requested[UINT8_MAX]; /* --no-request= */
        size_t n_not_requested;
        const char *script;
        usec_t script_limit;
        char *state_file; /* owned; NULL = none */
        bool no_state_file;
        JsonMode json;
        bool quiet;
        bool verbose;
        mdc_config *config;
} Options;

/**
 * options_parse() - reads the command line. --help and --version are answered here.
 *
 * @ret_done: whether nothing is left to do
 * Return: STATUS_OK, or a status after saying what is wrong.
 */
ExitStatus options_parse(Options *options, int argc, char **argv, bool *ret_done);

/**
 * options_done() - frees what it owns.
 */
void options_done(Options *options);

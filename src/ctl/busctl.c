/* SPDX-License-Identifier: MIT */
/* tree, introspect, get-property and call: busctl does the work, we wake the server before and fill
 * in its name. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "basic/text.h"
#include "ctl/bus-api.h"
#include "ctl/connection.h"
#include "ctl/verbs.h"

/* Appends "NAME" and, if there is one, the value to it: "--address=unix:…". */
static int add_option(char ***command, const char *name, const char *value) {
        _cleanup_free_ char *option = NULL;

        if (asprintf(&option, "%s%s", name, value) < 0)
                return -ENOMEM;
        return strv_extend(command, option);
}

static int add_transport(char ***command, const Options *options) {
        switch (options->transport) {
        case TRANSPORT_SYSTEM:
                return strv_extend(command, "--system");
        case TRANSPORT_REMOTE:
                return add_option(command, "--host=", options->destination);
        case TRANSPORT_MACHINE:
                return add_option(command, "--machine=", options->destination);
        case TRANSPORT_ADDRESS:
                return add_option(command, "--address=", options->destination);
        }
        return -EINVAL;
}

static int add_options(char ***command, const Options *options) {
        char timeout[32];
        int r;

        r = add_transport(command, options);
        if (r >= 0 && options->json != JSON_OFF)
                r = add_option(
                        command, "--json=", options->json == JSON_PRETTY ? "pretty" : "short");
        if (r >= 0 && options->no_pager)
                r = strv_extend(command, "--no-pager");
        if (r >= 0 && options->no_legend)
                r = strv_extend(command, "--no-legend");
        if (r >= 0 && options->full)
                r = strv_extend(command, "--full");
        if (r >= 0 && options->quiet)
                r = strv_extend(command, "--quiet");
        if (r >= 0 && options->timeout > 0 && options->timeout != USEC_INFINITY) {
                (void) snprintf(timeout, sizeof(timeout), "%" PRIu64 "us", options->timeout);
                r = add_option(command, "--timeout=", timeout);
        }
        return r;
}

static int build_command(char ***ret, const Options *options, const char *verb,
        char *const *arguments, size_t n_arguments) {
        _cleanup_(strv_freep) char **command = NULL;
        int r;

        if ((r = strv_extend(&command, "busctl")) < 0 || (r = add_options(&command, options)) < 0 ||
                (r = strv_extend(&command, "--")) < 0 || (r = strv_extend(&command, verb)) < 0 ||
                (r = strv_extend(&command, BUS_API_NAME)) < 0)
                return r;
        for (size_t i = 0; i < n_arguments; i++) {
                r = strv_extend(&command, arguments[i]);
                if (r < 0)
                        return r;
        }
        *ret = TAKE_PTR(command);
        return 0;
}

static ExitStatus run_busctl(
        const Context *context, const char *verb, char *const *arguments, size_t n_arguments) {
        _cleanup_(strv_freep) char **command = NULL;
        Connection connection;
        ExitStatus status;

        if (build_command(&command, &context->options, verb, arguments, n_arguments) < 0)
                return report_no_memory();

        status = connection_open(&context->options, &connection);
        connection_done(&connection);
        if (status != STATUS_OK)
                return status;

        (void) execvp(command[0], command);
        return report_errno(-errno, "Cannot run busctl, which comes with systemd");
}

ExitStatus verb_tree(Context *context, char *const *arguments, size_t n_arguments) {
        /* busctl would draw its tree all the same */
        if (context_wants_json(context))
                return report(STATUS_USAGE, "tree is for people and has no JSON; for programs, all "
                                            "paths are listed by: "
                                            "busctl tree --list " BUS_API_NAME);
        return run_busctl(context, "tree", arguments, n_arguments);
}

ExitStatus verb_introspect(Context *context, char *const *arguments, size_t n_arguments) {
        static char *const manager[] = {(char *) BUS_API_MANAGER_PATH, NULL};

        if (n_arguments == 0)
                return run_busctl(context, "introspect", manager, 1);
        return run_busctl(context, "introspect", arguments, n_arguments);
}

ExitStatus verb_get_property(Context *context, char *const *arguments, size_t n_arguments) {
        return run_busctl(context, "get-property", arguments, n_arguments);
}

ExitStatus verb_call(Context *context, char *const *arguments, size_t n_arguments) {
        return run_busctl(context, "call", arguments, n_arguments);
}

/* SPDX-License-Identifier: MIT */
/* minidhcpctl: shows and controls the Mini DHCP server over its bus API. */

#include <locale.h>
#include <stdio.h>

#include "ctl/context.h"
#include "ctl/verbs.h"

static void print_help(const Terminal *terminal) {
        printf("minidhcpctl [OPTIONS…] VERB …\n\n");
        printf("%sShow and control the Mini DHCP server.%s\n\n", terminal->colors ? "\033[1m" : "",
                terminal_color(terminal, COLOR_NONE));
        verbs_print_help();
        options_print_help();
        printf("\nSee the minidhcpctl(1) man page for details.\n");
}

static ExitStatus run(Context *context) {
        const Options *options = &context->options;
        const Verb *verb;
        ExitStatus status;

        switch (options->request) {
        case REQUEST_HELP:
                context_open_pager(context);
                print_help(&context->terminal);
                return STATUS_OK;
        case REQUEST_VERSION:
                printf("minidhcpctl %s\n", PROJECT_VERSION);
                return STATUS_OK;
        case REQUEST_VERB:
                break;
        }

        status = verb_check(options, &verb);
        if (status != STATUS_OK)
                return status;
        return verb->run(context, options->n_arguments > 0 ? options->arguments + 1 : NULL,
                options->n_arguments > 0 ? options->n_arguments - 1 : 0);
}

int main(int argc, char **argv) {
        Context context = {.pager = PAGER_INIT};
        ExitStatus status;

        (void) setlocale(LC_ALL, "");
        terminal_init(&context.terminal);

        status = options_parse(
                argc, argv, context.terminal.is_terminal, context_now(), &context.options);
        if (status == STATUS_OK)
                status = run(&context);
        status = context_finish(&context, status);
        options_done(&context.options);
        return status;
}

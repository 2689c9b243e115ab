/* SPDX-License-Identifier: MIT */
/* minidhcp-client: reads the command line and does what it says. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/stream.h"
#include "client-cli/options.h"
#include "client-cli/print.h"
#include "client-cli/session.h"
#include "client-cli/state-file.h"
#include "client-cli/wait-online.h"

static ExitStatus show(const Options *options) {
        mdc_lease *lease;
        int r;

        r = state_file_load(options->state_file, &lease);
        if (r == -ENOENT)
                return report(STATUS_FAILURE, "There is no lease in %s", options->state_file);
        if (r < 0)
                return report_errno(r, "Cannot read %s", options->state_file);
        print_lease(lease, "DHCP Configuration", options->json);
        (void) mdc_lease_unref(lease);
        return STATUS_OK;
}

static ExitStatus perform(const Options *options) {
        if (options->verb == VERB_SHOW)
                return show(options);
        if (options->verb == VERB_WAIT_ONLINE)
                return wait_online(options);
        return session_run(options);
}

int main(int argc, char **argv) {
        ExitStatus status;
        Options options;
        bool done;
        int r;

        status = options_parse(&options, argc, argv, &done);
        if (status == STATUS_OK && !done)
                status = perform(&options);
        options_done(&options);

        r = stream_finish(stdout);
        if (r < 0)
                (void) report(STATUS_FAILURE, "Cannot write the answer: %s", strerror(-r));
        return (int) (r < 0 && status == STATUS_OK ? STATUS_FAILURE : status);
}

/* SPDX-License-Identifier: MIT */
/* minidhcp-client: reads the command line and does what it says. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/stream.h"
#include "client-cli/log.h"
#include "client-cli/options.h"
#include "client-cli/print.h"
#include "client-cli/resolvconf.h"
#include "client-cli/service.h"
#include "client-cli/session.h"
#include "client-cli/state-file.h"
#include "client-cli/wait-online.h"

static ExitStatus show(const Options *options) {
        _cleanup_(state_done) State state = {0};
        const char *problem;
        bool over;
        int r;

        r = state_file_load(options->state_file, &state, &problem);
        if (r == -ENOENT)
                return report(STATUS_FAILURE, "There is no lease in %s", options->state_file);
        if (r < 0)
                return report(r == -EACCES ? STATUS_DENIED : STATUS_FAILURE,
                        "%s counts as no lease: %s", options->state_file, problem);
        over = lease_is_over(state.lease, state_clock_now().now.boottime);
        print_lease(state.lease, over ? "DHCP Configuration, expired" : "DHCP Configuration",
                options->json);
        return over ? report(STATUS_TIMEOUT, "The lease of %s has expired", options->state_file)
                    : STATUS_OK;
}

static ExitStatus perform(const Options *options) {
        switch (options->verb) {
        case VERB_SHOW:
                return show(options);
        case VERB_RUN:
                return service_run(options);
        case VERB_WAIT_ONLINE:
                return wait_online(options);
        case VERB_RESOLVCONF:
                return resolvconf_follow(options);
        case VERB_ACQUIRE:
        case VERB_DISCOVER:
        case VERB_RENEW:
        case VERB_RELEASE:
        case VERB_DECLINE:
        case VERB_INFORM:
        case VERB_INIT_REBOOT:
                return session_run(options);
        case VERB_INVALID:
                break;
        }
        return STATUS_USAGE;
}

int main(int argc, char **argv) {
        ExitStatus status;
        Options options;
        bool done;
        int r;

        status = options_parse(&options, argc, argv, &done);
        log_set_interface(options.interface);
        if (status == STATUS_OK && !done)
                status = perform(&options);
        options_done(&options);

        r = stream_finish(stdout);
        if (r < 0)
                (void) report(STATUS_FAILURE, "Cannot write the answer: %s", strerror(-r));
        return (int) (r < 0 && status == STATUS_OK ? STATUS_FAILURE : status);
}

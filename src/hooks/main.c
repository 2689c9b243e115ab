/* SPDX-License-Identifier: MIT */

/* minidhcp-hooks: command line and configuration; then the manager. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <syslog.h>

#include "basic/stream.h"
#include "follow/log.h"
#include "hooks/manager.h"
#include "hooks/messages.h"

static const FollowProgram program = {
        .name = "minidhcp-hooks",
        .summary = "Runs the scripts of " HOOK_DIRECTORY " for each lease of mini-dhcpd that is\n"
                   "new, has changed or has ended, as dnsmasq runs its dhcp-script.\n",
        .manual = "minidhcp-hooks(8)",
        .config = "/etc/mini-dhcp/hooks.conf",
        .state_directory = "/var/lib/mini-dhcp-hooks",
};

/* Return: the number of mistakes. */
static size_t load(const FollowOptions *options, HookConfig *ret) {
        _cleanup_(problems_done) Problems problems = {0};
        int r;

        r = hook_config_load(options->config, options->config_is_given, ret, &problems);
        for (size_t i = 0; i < problems.n_items; i++) {
                _cleanup_free_ char *text = NULL;

                if (problem_format(&problems.items[i], &text) < 0)
                        continue;
                if (options->check)
                        (void) fprintf(stderr, "%s\n", text);
                else
                        follow_say(LOG_ERR, HOOK_MESSAGE_CONFIGURATION_INVALID, "%s", text);
        }
        return r < 0 ? MAX(problems.n_errors, (size_t) 1) : 0;
}

int main(int argc, char *argv[]) {
        _cleanup_(hook_manager_freep) HookManager *manager = NULL;
        FollowOptions options;
        HookConfig config;
        size_t n_mistakes;
        int r;

        r = follow_options_parse(&program, argc, argv, &options);
        if (r <= 0)
                return r == 0 ? EXIT_SUCCESS : r == -EINVAL ? 2 : EXIT_FAILURE;
        n_mistakes = load(&options, &config);
        if (options.check)
                return n_mistakes > 0 || stream_finish(stderr) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        if (n_mistakes > 0)
                return EX_CONFIG;
        if (hook_manager_new(&manager, &options, &config) < 0 || hook_manager_run(manager) < 0)
                return EXIT_FAILURE;
        return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: MIT */

/* minidhcp-names: command line and configuration; then the manager. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "basic/stream.h"
#include "names/manager.h"

#define RUNTIME_DIRECTORY "/run/mini-dhcp-names"

static const FollowProgram program = {
        .name = "minidhcp-names",
        .summary = "Gives the leases of mini-dhcpd names, and publishes them in\n" RUNTIME_DIRECTORY
                   " for DNS servers and the name service switch.\n",
        .manual = "minidhcp-names(8)",
        .config = "/etc/mini-dhcp/names.conf",
        .state_directory = "/var/lib/mini-dhcp-names",
};

static const char *get_runtime_directory(void) {
        const char *directory = getenv("RUNTIME_DIRECTORY");

        return directory && directory[0] == '/' ? directory : RUNTIME_DIRECTORY;
}

int main(int argc, char *argv[]) {
        _cleanup_(names_manager_freep) NamesManager *manager = NULL;
        _cleanup_(names_config_done) NamesConfig config = {0};
        FollowOptions options;
        int r;

        r = follow_options_parse(&program, argc, argv, &options);
        if (r <= 0)
                return r == 0 ? EXIT_SUCCESS : r == -EINVAL ? 2 : EXIT_FAILURE;
        r = names_manager_load_config(&options, &config);
        if (options.check)
                return r < 0 || stream_finish(stderr) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        if (r < 0)
                return EX_CONFIG;
        if (names_manager_new(&manager, &options, &config, get_runtime_directory()) < 0 ||
                names_manager_run(manager) < 0)
                return EXIT_FAILURE;
        return EXIT_SUCCESS;
}

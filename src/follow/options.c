/* SPDX-License-Identifier: MIT */

#include "follow/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/stream.h"

enum {
        OPTION_CONFIG = 256,
        OPTION_STATE_DIRECTORY,
        OPTION_CHECK,
        OPTION_VERSION,
};

static const struct option long_options[] = {
        {"config", required_argument, NULL, OPTION_CONFIG},
        {"state-directory", required_argument, NULL, OPTION_STATE_DIRECTORY},
        {"check", no_argument, NULL, OPTION_CHECK},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, OPTION_VERSION},
        {NULL, 0, NULL, 0},
};

static void print_help(const FollowProgram *program) {
        (void) printf("%s [OPTION]…\n"
                      "\n"
                      "%s"
                      "\n"
                      "  -h --help                  Show this help\n"
                      "     --version               Show the version\n"
                      "     --check                 Check the configuration, print what is wrong, "
                      "and exit\n"
                      "     --config=FILE           Read this file instead of %s\n"
                      "     --state-directory=DIR   Keep state here (default: $STATE_DIRECTORY or\n"
                      "                             %s)\n"
                      "\n"
                      "See %s.\n",
                program->name, program->summary, program->config, program->state_directory,
                program->manual);
}

/* Return: 0, or why the answer was not taken. */
static int finish(const FollowProgram *program) {
        int r = stream_finish(stdout);

        if (r < 0)
                (void) fprintf(
                        stderr, "%s: cannot write the answer: %s\n", program->name, strerror(-r));
        return r;
}

static int parse_option(const FollowProgram *program, int option, FollowOptions *options) {
        switch (option) {
        case OPTION_CONFIG:
                options->config = optarg;
                options->config_is_given = true;
                return 1;
        case OPTION_STATE_DIRECTORY:
                if (optarg[0] != '/') {
                        (void) fprintf(stderr,
                                "%s: --state-directory=%s: must be an absolute path\n",
                                program->name, optarg);
                        return -EINVAL;
                }
                options->state_directory = optarg;
                return 1;
        case OPTION_CHECK:
                options->check = true;
                return 1;
        case 'h':
                print_help(program);
                return finish(program);
        case OPTION_VERSION:
                (void) puts("mini-dhcp " PROJECT_VERSION);
                return finish(program);
        default:
                (void) fprintf(stderr, "Try `%s --help`.\n", program->name);
                return -EINVAL;
        }
}

int follow_options_parse(const FollowProgram *program, int argc, char *argv[], FollowOptions *ret) {
        const char *directory = getenv("STATE_DIRECTORY");
        int option, r;

        *ret = (FollowOptions){
                .config = program->config,
                .state_directory =
                        directory && directory[0] == '/' ? directory : program->state_directory,
        };
        while ((option = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
                r = parse_option(program, option, ret);
                if (r <= 0)
                        return r;
        }
        if (optind < argc) {
                (void) fprintf(
                        stderr, "%s: %s: no arguments are expected\n", program->name, argv[optind]);
                return -EINVAL;
        }
        return 1;
}

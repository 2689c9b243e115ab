/* SPDX-License-Identifier: MIT */

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <syslog.h>

#include "basic/log-level.h"
#include "config/configuration.h"
#include "daemon/options.h"

enum {
        OPTION_CONFIG = 256,
        OPTION_STATE_DIRECTORY,
        OPTION_INTERFACE,
        OPTION_PORT,
        OPTION_NO_BUS,
        OPTION_LOG_LEVEL,
        OPTION_CHECK,
        OPTION_VERSION,
};

static const struct option long_options[] = {
        {"config", required_argument, NULL, OPTION_CONFIG},
        {"state-directory", required_argument, NULL, OPTION_STATE_DIRECTORY},
        {"interface", required_argument, NULL, OPTION_INTERFACE},
        {"port", required_argument, NULL, OPTION_PORT},
        {"no-bus", no_argument, NULL, OPTION_NO_BUS},
        {"log-level", required_argument, NULL, OPTION_LOG_LEVEL},
        {"check", no_argument, NULL, OPTION_CHECK},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, OPTION_VERSION},
        {NULL, 0, NULL, 0},
};

static void print_help(void) {
        (void) puts(
                "mini-dhcpd [OPTION]…\n"
                "\n"
                "DHCPv4 server. Usually started by mini-dhcp.socket; with no socket handed over it "
                "binds\n"
                "its own.\n"
                "\n"
                "  -h --help                  Show this help\n"
                "     --version               Show the version\n"
                "     --check                 Check the configuration, print what is wrong, and "
                "exit\n"
                "     --config=FILE           Read this file instead of "
                "/etc/mini-dhcp/mini-dhcp.conf\n"
                "                             and the drop-ins\n"
                "     --state-directory=DIR   Keep leases.csv here (default: $STATE_DIRECTORY or\n"
                "                             /var/lib/mini-dhcp)\n"
                "     --interface=NAME        Serve this interface only; may repeat\n"
                "     --port=PORT             Port of an own socket (default: 67)\n"
                "     --no-bus                Do without D-Bus\n"
                "     --log-level=LEVEL       debug, info, notice, warning, err (default: info)\n"
                "\n"
                "See mini-dhcpd(8) and mini-dhcp.conf(5).");
}

static int usage_error(const char *option, const char *value, const char *allowed) {
        (void) fprintf(stderr, "mini-dhcpd: --%s=%s: %s\n", option, value, allowed);
        return -EINVAL;
}

static int parse_option(int option, const char *value, Options *options) {
        uint64_t number;
        int r;

        switch (option) {
        case OPTION_CONFIG:
                options->config = value;
                return 1;
        case OPTION_STATE_DIRECTORY:
                if (value[0] != '/')
                        return usage_error("state-directory", value, "must be an absolute path");
                options->state_directory = value;
                return 1;
        case OPTION_INTERFACE:
                r = strv_extend(&options->interfaces, value);
                return r < 0 ? r : 1;
        case OPTION_PORT:
                if (parse_u64(value, UINT16_MAX, &number) < 0 || number == 0)
                        return usage_error("port", value, "must be a number from 1 to 65535");
                options->port = (uint16_t) number;
                return 1;
        case OPTION_NO_BUS:
                options->no_bus = true;
                return 1;
        case OPTION_LOG_LEVEL:
                r = log_level_from_string(value);
                if (r < 0)
                        return usage_error("log-level", value,
                                "must be debug, info, notice, warning, err, crit, alert or emerg");
                options->log_level = r;
                return 1;
        case OPTION_CHECK:
                options->check = true;
                return 1;
        case 'h':
                print_help();
                return 0;
        case OPTION_VERSION:
                (void) puts("mini-dhcp " PROJECT_VERSION);
                return 0;
        default:
                (void) fputs("Try `mini-dhcpd --help`.\n", stderr);
                return -EINVAL;
        }
}

int options_parse(int argc, char *argv[], Options *ret) {
        const char *directory = getenv("STATE_DIRECTORY"), *level = getenv("SYSTEMD_LOG_LEVEL");
        int option, r;

        *ret = (Options){
                .state_directory =
                        directory && directory[0] == '/' ? directory : STATE_DIRECTORY_DEFAULT,
                .port = 67,
                .log_level = level ? log_level_from_string(level) : LOG_INFO,
        };
        if (ret->log_level < 0)
                ret->log_level = LOG_INFO;

        while ((option = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
                r = parse_option(option, optarg, ret);
                if (r <= 0)
                        return r;
        }
        if (optind < argc) {
                (void) fprintf(stderr, "mini-dhcpd: %s: no arguments are expected\n", argv[optind]);
                return -EINVAL;
        }
        return 1;
}

void options_done(Options *options) {
        options->interfaces = strv_free(options->interfaces);
}

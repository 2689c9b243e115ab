/* SPDX-License-Identifier: MIT */

/* The load generator's command line, by a table: every option takes one value or none. */

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <string.h>

#include "basic/text.h"
#include "clock.h"
#include "messages.h"
#include "options.h"

enum {
        OPTION_MODE = 256,
        OPTION_SERVER,
        OPTION_RELAY,
        OPTION_PORT,
        OPTION_NETWORK,
        OPTION_CLIENTS,
        OPTION_FIRST_CLIENT,
        OPTION_IN_FLIGHT,
        OPTION_SECONDS,
        OPTION_EXCHANGES,
        OPTION_PAUSE,
        OPTION_TIMEOUT,
        OPTION_TRIES,
        OPTION_ASSUME_FROM,
        OPTION_CLIENT_IDS,
        OPTION_EXPECT_RESTARTS,
        OPTION_SINCE,
        OPTION_ACKED_LOG,
        OPTION_HELP,

        SECONDS_MAX = 86400,
        TIMEOUT_MSEC_MAX = 600000,
        PAUSE_USEC_MAX = 1000000,
        TRIES_MAX = 1000,
        CLIENTS_MAX = 1 << 24,
};

static const struct option long_options[] = {
        {"mode", required_argument, NULL, OPTION_MODE},
        {"server", required_argument, NULL, OPTION_SERVER},
        {"relay", required_argument, NULL, OPTION_RELAY},
        {"port", required_argument, NULL, OPTION_PORT},
        {"network", required_argument, NULL, OPTION_NETWORK},
        {"clients", required_argument, NULL, OPTION_CLIENTS},
        {"first-client", required_argument, NULL, OPTION_FIRST_CLIENT},
        {"in-flight", required_argument, NULL, OPTION_IN_FLIGHT},
        {"seconds", required_argument, NULL, OPTION_SECONDS},
        {"exchanges", required_argument, NULL, OPTION_EXCHANGES},
        {"pause", required_argument, NULL, OPTION_PAUSE},
        {"timeout", required_argument, NULL, OPTION_TIMEOUT},
        {"tries", required_argument, NULL, OPTION_TRIES},
        {"assume-from", required_argument, NULL, OPTION_ASSUME_FROM},
        {"client-ids", no_argument, NULL, OPTION_CLIENT_IDS},
        {"expect-restarts", no_argument, NULL, OPTION_EXPECT_RESTARTS},
        {"since", required_argument, NULL, OPTION_SINCE},
        {"acked-log", required_argument, NULL, OPTION_ACKED_LOG},
        {"help", no_argument, NULL, OPTION_HELP},
        {NULL, 0, NULL, 0},
};

static void print_help(void) {
        (void) puts(
                "load --server=ADDRESS --relay=ADDRESS [OPTION]…\n"
                "\n"
                "Puts a DHCP server under load: a closed loop of simulated clients behind a relay\n"
                "agent. Prints one JSON object on stdout and a line for people on stderr. Exits 0\n"
                "when the server made no fault, 1 when it did, 2 after a usage error.\n"
                "\n"
                "  --mode=MODE         four-way (default): DISCOVER OFFER REQUEST ACK\n"
                "                      discover: DISCOVER OFFER\n"
                "                      renew: every client gets a lease, then REQUEST ACK is\n"
                "                      measured\n"
                "                      fill: every client gets a lease, once\n"
                "                      ready: waits for the first OFFER and says when it came\n"
                "  --server=ADDRESS    the server, and the server identifier that it must use\n"
                "  --relay=ADDRESS     an address of ours: what we bind, and giaddr\n"
                "  --port=67           of both\n"
                "  --network=10.0.0.0/8  where the addresses must lie; at most a /8\n"
                "  --clients=100000    how many there are; they take turns\n"
                "  --first-client=0    the number of the first one\n"
                "  --client-ids        they send option 61\n"
                "  --assume-from=ADDRESS  they have leases already: the first client has this\n"
                "                      address, and so on\n"
                "  --in-flight=64      exchanges at the same time, at most 4096\n"
                "  --seconds=5         ends after this time; 600 with --exchanges and fill\n"
                "  --exchanges=N       ends after so many\n"
                "  --pause=0           microseconds before each exchange; one in flight only\n"
                "  --timeout=1000      milliseconds before a request is repeated; doubles\n"
                "  --tries=5           before a client gives up, which is a fault\n"
                "  --expect-restarts   of the server: clients that give up or get a NAK for an\n"
                "                      address of which they have no lease are not a fault\n"
                "  --acked-log=FILE    appends ADDRESS,HARDWARE-ADDRESS for every ACK, before\n"
                "                      anything else is sent\n"
                "  --since=USEC        wall clock from which ready counts; default now");
}

const char *load_mode_to_string(LoadMode mode) {
        static const char *const names[LOAD_MODE_MAX] = {
                [LOAD_FOUR_WAY] = "four-way",
                [LOAD_DISCOVER] = "discover",
                [LOAD_RENEW] = "renew",
                [LOAD_FILL] = "fill",
                [LOAD_READY] = "ready",
        };

        return mode < LOAD_MODE_MAX ? names[mode] : "?";
}

static int parse_mode(const char *text, LoadMode *ret) {
        for (LoadMode mode = 0; mode < LOAD_MODE_MAX; mode++)
                if (string_equal(text, load_mode_to_string(mode))) {
                        *ret = mode;
                        return 0;
                }
        return -EINVAL;
}

static int parse_seconds(const char *text, uint64_t *ret_nsec) {
        char *end;
        double seconds;

        errno = 0;
        seconds = strtod(text, &end);
        if (errno != 0 || end == text || *end != 0 || !isfinite(seconds) || seconds <= 0 ||
                seconds > SECONDS_MAX)
                return -EINVAL;
        *ret_nsec = (uint64_t) (seconds * (double) NSEC_PER_SEC);
        return 0;
}

static int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret) {
        uint64_t number;

        if (parse_u64(text, max, &number) < 0 || number < min)
                return -EINVAL;
        *ret = number;
        return 0;
}

static int parse_option(int option, const char *value, LoadOptions *options) {
        uint64_t number = 0;
        int r;

        switch (option) {
        case OPTION_MODE:
                return parse_mode(value, &options->mode);
        case OPTION_SERVER:
                return ipv4_parse(value, &options->server);
        case OPTION_RELAY:
                return ipv4_parse(value, &options->relay);
        case OPTION_PORT:
                r = parse_number(value, 1, UINT16_MAX, &number);
                options->port = (uint16_t) number;
                return r;
        case OPTION_NETWORK:
                return ipv4_prefix_parse(value, &options->network);
        case OPTION_CLIENTS:
                r = parse_number(value, 1, CLIENTS_MAX, &number);
                options->n_clients = (uint32_t) number;
                return r;
        case OPTION_FIRST_CLIENT:
                r = parse_number(value, 0, CLIENTS_MAX, &number);
                options->first_client = (uint32_t) number;
                return r;
        case OPTION_IN_FLIGHT:
                r = parse_number(value, 1, IN_FLIGHT_MAX, &number);
                options->n_in_flight = (uint32_t) number;
                return r;
        case OPTION_SECONDS:
                return parse_seconds(value, &options->duration_nsec);
        case OPTION_EXCHANGES:
                return parse_number(value, 1, UINT64_MAX - 1, &options->n_exchanges);
        case OPTION_PAUSE:
                r = parse_number(value, 0, PAUSE_USEC_MAX, &number);
                options->pause_nsec = number * NSEC_PER_USEC;
                return r;
        case OPTION_TIMEOUT:
                r = parse_number(value, 1, TIMEOUT_MSEC_MAX, &number);
                options->timeout_nsec = number * NSEC_PER_MSEC;
                return r;
        case OPTION_TRIES:
                r = parse_number(value, 1, TRIES_MAX, &number);
                options->tries_max = (unsigned) number;
                return r;
        case OPTION_ASSUME_FROM:
                return ipv4_parse(value, &options->assume_from);
        case OPTION_CLIENT_IDS:
                options->client_ids = true;
                return 0;
        case OPTION_EXPECT_RESTARTS:
                options->expect_restarts = true;
                return 0;
        case OPTION_SINCE:
                return parse_number(value, 1, UINT64_MAX - 1, &options->since_usec);
        case OPTION_ACKED_LOG:
                options->acked_log = value;
                return 0;
        default:
                return -EINVAL;
        }
}

/* As load_options_parse(). */
static int check_options(const LoadOptions *options) {
        if (options->server == 0 || options->relay == 0) {
                (void) fputs("load: --server= and --relay= are needed, see --help\n", stderr);
                return -EINVAL;
        }
        if (options->n_clients < options->n_in_flight) {
                (void) fputs("load: --clients= must be at least --in-flight=\n", stderr);
                return -EINVAL;
        }
        if (options->pause_nsec > 0 && options->n_in_flight > 1) {
                (void) fputs("load: --pause= needs --in-flight=1\n", stderr);
                return -EINVAL;
        }
        return 1;
}

int load_options_parse(int argc, char *argv[], LoadOptions *ret) {
        int option, index;

        *ret = (LoadOptions){
                .port = DHCP_SERVER_PORT,
                .network = {.address = UINT32_C(10) << 24, .length = 8},
                .n_clients = 100000,
                .n_in_flight = 64,
                .n_exchanges = UINT64_MAX,
                .timeout_nsec = 1000 * NSEC_PER_MSEC,
                .tries_max = 5,
        };

        while ((option = getopt_long(argc, argv, "", long_options, &index)) >= 0) {
                if (option == OPTION_HELP) {
                        print_help();
                        return 0;
                }
                if (option == '?')
                        return -EINVAL;
                if (parse_option(option, optarg, ret) < 0) {
                        (void) fprintf(stderr, "load: --%s=%s: not a value that is allowed\n",
                                long_options[index].name, optarg);
                        return -EINVAL;
                }
        }
        if (optind < argc) {
                (void) fprintf(stderr, "load: %s: no arguments are expected\n", argv[optind]);
                return -EINVAL;
        }

        if (ret->duration_nsec == 0)
                ret->duration_nsec =
                        (ret->mode == LOAD_FILL || ret->n_exchanges != UINT64_MAX ? 600 : 5) *
                        NSEC_PER_SEC;
        return check_options(ret);
}

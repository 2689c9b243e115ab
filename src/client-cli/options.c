/* SPDX-License-Identifier: MIT */
/* The command line. One table feeds getopt_long() and the help text.
 *
 * Invariant: what options_parse() accepts needs no further check. */

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/text.h"
#include "client-cli/options.h"
#include "wire/frame.h"
#include "wire/message.h"
#include "wire/protocol.h"

enum {
        OPTION_VALUE_MAX = 255,
};

#define FALLBACK_LEASE_TIME USEC_PER_HOUR

/* as systemd-networkd has it: what an administrator sets without a metric goes first */
#define ROUTE_METRIC 1024

#define SCRIPT_LIMIT USEC_PER_MINUTE

#define STATE_DIRECTORY "/var/lib/minidhcp-client"

typedef ExitStatus (*OptionSetter)(Options *options, const char *text);

typedef struct OptionDefinition {
        char letter;          /* 0 = none */
        const char *name;     /* NULL = none */
        const char *argument; /* NULL = takes none */
        OptionSetter set;     /* NULL: help and version */
        const char *help;
} OptionDefinition;

static const struct {
        const char *name;
        const char *help;
} verbs[] = {
        [VERB_ACQUIRE] = {"acquire", "Get a lease and print it (default)"},
        [VERB_DISCOVER] = {"discover", "Print what all servers offer, and take nothing"},
        [VERB_RENEW] = {"renew", "Ask for more time for the lease of the state file"},
        [VERB_RELEASE] = {"release", "Give the lease of the state file back"},
        [VERB_DECLINE] = {"decline", "Tell the server that the lease's address is in use"},
        [VERB_INFORM] = {"inform", "Ask for options for an address that is there already"},
        [VERB_INIT_REBOOT] = {"init-reboot", "Ask for the address of former times"},
        [VERB_RUN] = {"run", "Get a lease and keep it, as a service"},
        [VERB_SHOW] = {"show", "Print the lease of the state file"},
        [VERB_WAIT_ONLINE] = {"wait-online", "Wait until a lease is configured by another process"},
        [VERB_RESOLVCONF] = {"resolvconf", "Tell resolvconf the name servers of the state file"},
};

static ExitStatus invalid(const char *name, const char *text, const char *allowed) {
        return report(STATUS_USAGE, "%s=%s is wrong; write %s", name, text, allowed);
}

static ExitStatus set_interface(Options *options, const char *text) {
        options->interface = text;
        return STATUS_OK;
}

static ExitStatus set_mac(Options *options, const char *text) {
        uint8_t bytes[ETHERNET_ADDRESS_SIZE];
        size_t size;

        if (bytes_parse(text, bytes, sizeof(bytes), &size) < 0 || size != sizeof(bytes))
                return invalid("--mac", text, "six bytes, for example 02:00:00:00:00:07");
        (void) mdc_config_set_hardware(options->config, HARDWARE_ETHERNET, bytes, size);
        return STATUS_OK;
}

/* "machine" needs the interface, which may come later: kept for finish(). */
static ExitStatus set_client_id(Options *options, const char *text) {
        static const char allowed[] = "mac, none, machine, duid:IAID:BYTES or hexadecimal bytes";
        uint8_t bytes[OPTION_VALUE_MAX];
        uint64_t iaid;
        size_t size;
        char *end;

        if (strcmp(text, "mac") == 0) {
                (void) mdc_config_set_client_id_mac(options->config);
        } else if (strcmp(text, "none") == 0) {
                (void) mdc_config_set_client_id_raw(options->config, NULL, 0);
        } else if (strcmp(text, "machine") == 0) {
                options->machine_id = true;
        } else if (strncmp(text, "duid:", 5) == 0) {
                iaid = strtoul(text + 5, &end, 0);
                if (*end != ':' || iaid > UINT32_MAX ||
                        bytes_parse(end + 1, bytes, sizeof(bytes), &size) < 0 ||
                        mdc_config_set_client_id_duid(
                                options->config, (uint32_t) iaid, bytes, size) < 0)
                        return invalid("--client-id", text, allowed);
        } else if (bytes_parse(text, bytes, sizeof(bytes), &size) < 0 || size == 0 ||
                   mdc_config_set_client_id_raw(options->config, bytes, size) < 0) {
                return invalid("--client-id", text, allowed);
        }
        return STATUS_OK;
}

static ExitStatus set_hostname(Options *options, const char *text) {
        options->name_given = true;
        return mdc_config_set_hostname(options->config, text) < 0
                       ? invalid("--hostname", text, "a domain name")
                       : STATUS_OK;
}

static ExitStatus set_fqdn(Options *options, const char *text) {
        options->name_given = true;
        return mdc_config_set_fqdn(options->config, text) < 0
                       ? invalid("--fqdn", text, "a full domain name")
                       : STATUS_OK;
}

static ExitStatus set_no_hostname(Options *options, const char *text) {
        (void) text;
        options->no_hostname = true;
        return STATUS_OK;
}

static ExitStatus set_vendor_class(Options *options, const char *text) {
        return mdc_config_set_vendor_class(options->config, text) < 0
                       ? invalid("--vendor-class", text, "1 to 255 characters")
                       : STATUS_OK;
}

static ExitStatus parse_address(const char *name, const char *text, struct in_addr *ret) {
        ipv4_t address;

        if (ipv4_parse(text, &address) < 0 || address == 0)
                return invalid(name, text, "an address, for example 192.168.1.100");
        ret->s_addr = htonl(address);
        return STATUS_OK;
}

static ExitStatus set_request_ip(Options *options, const char *text) {
        ExitStatus status = parse_address("--request-ip", text, &options->requested);

        if (status == STATUS_OK)
                (void) mdc_config_set_requested_address(options->config, options->requested);
        return status;
}

static ExitStatus set_server(Options *options, const char *text) {
        ExitStatus status = parse_address("--server", text, &options->server);

        if (status == STATUS_OK)
                (void) mdc_config_set_server(options->config, options->server);
        return status;
}

static ExitStatus set_send_to(Options *options, const char *text) {
        struct in_addr address;
        ExitStatus status = parse_address("--send-to", text, &address);

        if (status == STATUS_OK && mdc_config_set_destination(options->config, address) < 0)
                return invalid("--send-to", text, "the address of a server");
        return status;
}

static ExitStatus set_lease_time(Options *options, const char *text) {
        usec_t span;

        if (timespan_parse(text, &span) < 0 || mdc_config_set_lease_time(options->config, span) < 0)
                return invalid("--lease-time", text, "a time span, for example 2h, or infinity");
        return STATUS_OK;
}

static ExitStatus set_broadcast(Options *options, const char *text) {
        (void) text;
        (void) mdc_config_set_broadcast(options->config, true);
        return STATUS_OK;
}

static ExitStatus set_rapid_commit(Options *options, const char *text) {
        (void) text;
        (void) mdc_config_set_rapid_commit(options->config, true);
        return STATUS_OK;
}

static ExitStatus set_request_option(Options *options, const char *text) {
        uint64_t code;

        if (parse_u64(text, UINT8_MAX, &code) < 0 ||
                mdc_config_request_option(options->config, (uint8_t) code) < 0)
                return invalid("-O", text, "the number of an option, 1 to 254");
        return STATUS_OK;
}

/* Kept for finish(): what is asked for may come later. */
static ExitStatus set_no_request(Options *options, const char *text) {
        _cleanup_(strv_freep) char **codes = NULL;
        _cleanup_free_ char *words = strdup(text);
        uint64_t code;

        for (char *comma = words; comma && (comma = strchr(comma, ','));)
                *comma = ' ';
        if (!words || strv_split(words, &codes) < 0)
                return report_errno(-ENOMEM, "Cannot read --no-request");
        if (strv_length(codes) == 0)
                return invalid("--no-request", text, "numbers of options, for example 12,119");
        for (char **word = codes; *word; word++) {
                if (parse_u64(*word, UINT8_MAX - 1, &code) < 0 || code == 0)
                        return invalid("--no-request", text,
                                "numbers of options, 1 to 254, for example 12,119");
                if (options->n_not_requested < ELEMENTSOF(options->not_requested))
                        options->not_requested[options->n_not_requested++] = (uint8_t) code;
        }
        return STATUS_OK;
}

/* CODE:TYPE:VALUE, as the server's SendOption= has it. */
static int parse_option_value(
        const char *type, size_t n, const char *value, uint8_t *ret, size_t *ret_size) {
        uint64_t number;
        ipv4_t address;

        if (strncmp(type, "hex", n) == 0 && n == 3)
                return bytes_parse(value, ret, OPTION_VALUE_MAX, ret_size);
        if (strncmp(type, "string", n) == 0 && n == 6) {
                *ret_size = strlen(value);
                if (*ret_size > OPTION_VALUE_MAX)
                        return -E2BIG;
                memcpy(ret, value, *ret_size);
                return 0;
        }
        if (strncmp(type, "ipv4address", n) == 0 && n == 11) {
                *ret_size = sizeof(address);
                if (ipv4_parse(value, &address) < 0)
                        return -EINVAL;
                wire_put_u32(ret, address);
                return 0;
        }
        for (unsigned bytes = 1; bytes <= 4; bytes *= 2) {
                static const char *const names[] = {[1] = "uint8", [2] = "uint16", [4] = "uint32"};

                if (strlen(names[bytes]) != n || strncmp(type, names[bytes], n) != 0)
                        continue;
                if (parse_u64(value, UINT32_MAX >> (32 - 8 * bytes), &number) < 0)
                        return -EINVAL;
                *ret_size = bytes;
                for (unsigned i = 0; i < bytes; i++)
                        ret[i] = (uint8_t) (number >> 8 * (bytes - 1 - i));
                return 0;
        }
        return -EINVAL;
}

static ExitStatus set_send_option(Options *options, const char *text) {
        const char *type = strchr(text, ':'), *value = type ? strchr(type + 1, ':') : NULL;
        uint8_t bytes[OPTION_VALUE_MAX];
        char *end;
        unsigned long code = strtoul(text, &end, 10);
        size_t size = 0;

        if (!value || end != type || code == 0 || code > UINT8_MAX ||
                parse_option_value(type + 1, (size_t) (value - type - 1), value + 1, bytes, &size) <
                        0)
                return invalid("-x", text,
                        "CODE:TYPE:VALUE with a type of uint8, uint16, uint32, ipv4address, string "
                        "and hex");
        if (mdc_config_send_option(options->config, (uint8_t) code, bytes, size) < 0)
                return report(STATUS_USAGE, "-x %s: option %lu has an option of its own here", text,
                        code);
        return STATUS_OK;
}

static ExitStatus set_fallback_lease_time(Options *options, const char *text) {
        usec_t span;

        if (strcmp(text, "none") == 0)
                span = 0;
        else if (timespan_parse(text, &span) < 0 || span == 0)
                span = 1; /* as wrong as what cannot be read */
        if (mdc_config_set_fallback_lease_time(options->config, span) < 0)
                return invalid("--fallback-lease-time", text,
                        "a time span, for example 1h, infinity, or none");
        return STATUS_OK;
}

static ExitStatus set_max_message_size(Options *options, const char *text) {
        uint64_t size;

        if (parse_u64(text, UINT16_MAX, &size) < 0 || size == 0 ||
                mdc_config_set_max_message_size(options->config, (uint16_t) size) < 0)
                return invalid("--max-message-size", text, "a number of bytes, 576 to 4096");
        return STATUS_OK;
}

static ExitStatus set_ipv6_only(Options *options, const char *text) {
        (void) text;
        (void) mdc_config_set_ipv6_only(options->config, true);
        return STATUS_OK;
}

static ExitStatus set_start_delay(Options *options, const char *text) {
        usec_t span;

        if (timespan_parse(text, &span) < 0 ||
                mdc_config_set_start_delay(options->config, span) < 0)
                return invalid("--start-delay", text, "a time span of at most 1h, for example 1s");
        return STATUS_OK;
}

static ExitStatus set_timeout(Options *options, const char *text) {
        if (timespan_parse(text, &options->timeout) < 0 || options->timeout == 0)
                return invalid("--timeout", text, "a time span, for example 10s, or infinity");
        return STATUS_OK;
}

static ExitStatus set_acd(Options *options, const char *text) {
        mdc_acd acd;

        if (strcmp(text, "off") == 0)
                acd = MDC_ACD_OFF;
        else if (strcmp(text, "fast") == 0)
                acd = MDC_ACD_FAST;
        else if (strcmp(text, "full") == 0)
                acd = MDC_ACD_FULL;
        else
                return invalid("--acd", text, "off, fast or full");
        options->acd_given = true;
        (void) mdc_config_set_acd(options->config, acd);
        return STATUS_OK;
}

static ExitStatus set_apply(Options *options, const char *text) {
        (void) text;
        options->apply = true;
        return STATUS_OK;
}

static ExitStatus set_metric(Options *options, const char *text) {
        uint64_t metric;

        if (parse_u64(text, UINT32_MAX, &metric) < 0)
                return invalid("--metric", text, "a number, 0 to 4294967295");
        options->apply_settings.metric = (uint32_t) metric;
        return STATUS_OK;
}

static ExitStatus set_table(Options *options, const char *text) {
        uint64_t table = RT_TABLE_MAIN;

        if (strcmp(text, "main") != 0 &&
                (parse_u64(text, UINT32_MAX, &table) < 0 || table == 0 || table == RT_TABLE_LOCAL))
                return invalid("--table", text,
                        "main, or a number from 1 to 4294967295, but for 255, which is the "
                        "kernel's own");
        options->apply_settings.table = (uint32_t) table;
        return STATUS_OK;
}

static ExitStatus set_no_routes(Options *options, const char *text) {
        (void) text;
        options->apply_settings.routes.none = true;
        return STATUS_OK;
}

static ExitStatus set_no_default_route(Options *options, const char *text) {
        (void) text;
        options->apply_settings.routes.no_default = true;
        return STATUS_OK;
}

static ExitStatus set_no_classless_routes(Options *options, const char *text) {
        (void) text;
        options->apply_settings.routes.no_classless = true;
        return STATUS_OK;
}

static ExitStatus set_mtu(Options *options, const char *text) {
        (void) text;
        options->apply_settings.mtu = true;
        return STATUS_OK;
}

static ExitStatus set_no_dns(Options *options, const char *text) {
        (void) text;
        options->apply_settings.dns = false;
        return STATUS_OK;
}

static ExitStatus set_script(Options *options, const char *text) {
        options->script = text;
        return STATUS_OK;
}

static ExitStatus set_script_timeout(Options *options, const char *text) {
        if (timespan_parse(text, &options->script_limit) < 0 || options->script_limit == 0)
                return invalid(
                        "--script-timeout", text, "a time span, for example 10s, or infinity");
        return STATUS_OK;
}

static ExitStatus set_state_file(Options *options, const char *text) {
        free(options->state_file);
        options->state_file = NULL;
        options->no_state_file = !*text;
        if (*text)
                options->state_file = strdup(text);
        return STATUS_OK;
}

static ExitStatus set_json(Options *options, const char *text) {
        if (strcmp(text, "short") == 0)
                options->json = JSON_SHORT;
        else if (strcmp(text, "pretty") == 0)
                options->json = JSON_PRETTY;
        else if (strcmp(text, "off") == 0)
                options->json = JSON_OFF;
        else
                return invalid("--json", text, "short, pretty or off");
        return STATUS_OK;
}

static ExitStatus set_quiet(Options *options, const char *text) {
        (void) text;
        options->quiet = true;
        return STATUS_OK;
}

static ExitStatus set_verbose(Options *options, const char *text) {
        (void) text;
        options->verbose = true;
        return STATUS_OK;
}

static const OptionDefinition definitions[] = {
        {'h', "help", NULL, NULL, "Show this help"},
        {0, "version", NULL, NULL, "Show the version"},
        {'i', "interface", "NAME", set_interface, "The interface"},
        {0, "mac", "ADDRESS", set_mac, "Hardware address, the interface's own by default"},
        {0, "client-id", "ID", set_client_id, "mac, none, machine, duid:IAID:BYTES, or bytes"},
        {0, "hostname", "NAME", set_hostname, "Our name, without domain"},
        {0, "fqdn", "NAME", set_fqdn, "Our name, with domain"},
        {0, "no-hostname", NULL, set_no_hostname, "Do not send the machine's name"},
        {0, "vendor-class", "TEXT", set_vendor_class, "Vendor class identifier"},
        {0, "request-ip", "ADDRESS", set_request_ip, "The address that we would like"},
        {0, "lease-time", "TIME", set_lease_time, "How long we would like it for"},
        {0, "fallback-lease-time", "TIME", set_fallback_lease_time,
                "For servers that give no time, 1h by default"},
        {0, "server", "ADDRESS", set_server, "Take offers of this server alone"},
        {0, "send-to", "ADDRESS", set_send_to, "Send to this address, not to everybody"},
        {0, "broadcast", NULL, set_broadcast, "Ask for replies by broadcast"},
        {0, "rapid-commit", NULL, set_rapid_commit, "Two messages instead of four"},
        {0, "ipv6-only", NULL, set_ipv6_only, "Take no lease where the network is for IPv6"},
        {0, "max-message-size", "BYTES", set_max_message_size, "The longest message we want"},
        {'O', NULL, "CODE", set_request_option, "Ask for this option too"},
        {0, "no-request", "CODES", set_no_request, "Do not ask for these options"},
        {'x', NULL, "CODE:TYPE:VALUE", set_send_option, "Send this option"},
        {0, "start-delay", "TIME", set_start_delay, "Wait a random time up to this at first"},
        {0, "timeout", "TIME", set_timeout, "How long to wait"},
        {0, "acd", "MODE", set_acd, "Look for conflicts by ARP: off, fast or full"},
        {0, "apply", NULL, set_apply, "Configure address, routes and name servers"},
        {0, "metric", "NUMBER", set_metric, "Metric of the routes, 1024 by default"},
        {0, "table", "NUMBER", set_table, "Routing table of the routes, main by default"},
        {0, "no-routes", NULL, set_no_routes, "Configure no routes"},
        {0, "no-default-route", NULL, set_no_default_route, "Configure no default route"},
        {0, "no-classless-routes", NULL, set_no_classless_routes, "Use the router alone"},
        {0, "mtu", NULL, set_mtu, "Configure the lease's MTU too"},
        {0, "no-dns", NULL, set_no_dns, "Do not tell name servers to the resolver"},
        {0, "script", "PATH", set_script, "Run this when something happens"},
        {0, "script-timeout", "TIME", set_script_timeout, "How long it may take, 1min by default"},
        {0, "state-file", "PATH", set_state_file, "Where the lease is kept"},
        {0, "json", "MODE", set_json, "Write JSON: short, pretty or off"},
        {'q', "quiet", NULL, set_quiet, "Say nothing beyond the answer"},
        {'v', "verbose", NULL, set_verbose, "Say more"},
};

/* "-i --interface=NAME" */
static void option_synopsis(const OptionDefinition *option, char *ret, size_t size) {
        const char *argument = option->argument ? option->argument : "";
        const char *equals = *argument ? "=" : "";

        if (!option->name)
                (void) snprintf(ret, size, "-%c %s", option->letter, argument);
        else if (option->letter)
                (void) snprintf(
                        ret, size, "-%c --%s%s%s", option->letter, option->name, equals, argument);
        else
                (void) snprintf(ret, size, "   --%s%s%s", option->name, equals, argument);
}

static void print_help(void) {
        char name[80];
        int width = 0;

        for (size_t i = 0; i < ELEMENTSOF(definitions); i++) {
                option_synopsis(&definitions[i], name, sizeof(name));
                width = MAX(width, (int) strlen(name));
        }
        (void) printf("minidhcp-client [OPTION…] [VERB]\n\nA DHCP client.\n\nVerbs:\n");
        for (size_t i = 0; i < VERB_MAX; i++)
                (void) printf("  %-*s %s\n", width, verbs[i].name, verbs[i].help);
        (void) printf("\nOptions:\n");
        for (size_t i = 0; i < ELEMENTSOF(definitions); i++) {
                option_synopsis(&definitions[i], name, sizeof(name));
                (void) printf("  %-*s %s\n", width, name, definitions[i].help);
        }
}

static Verb verb_from_string(const char *text) {
        for (size_t i = 0; i < VERB_MAX; i++)
                if (strcmp(verbs[i].name, text) == 0)
                        return (Verb) i;
        return VERB_INVALID;
}

/* The machine's name: as option 81 where it has a domain, as option 12 where it has none, as
 * systemd-networkd does it. A name that says nothing is not sent. */
static void add_hostname(Options *options) {
        char name[HOST_NAME_MAX + 1] = "";

        if (options->no_hostname || options->name_given ||
                gethostname(name, sizeof(name) - 1) < 0 || strcmp(name, "localhost") == 0 ||
                strncmp(name, "localhost.", 10) == 0)
                return;
        if (strchr(name, '.'))
                (void) mdc_config_set_fqdn(options->config, name);
        else
                (void) mdc_config_set_hostname(options->config, name);
}

/* What is not used is not asked for. */
static void omit_options(Options *options) {
        static const uint8_t classless[] = {
                DHCP_OPTION_CLASSLESS_ROUTE, DHCP_OPTION_MICROSOFT_ROUTE, DHCP_OPTION_STATIC_ROUTE};

        if (options->apply_settings.routes.no_classless)
                for (size_t i = 0; i < ELEMENTSOF(classless); i++)
                        mdc_config_omit_option(options->config, classless[i]);
        for (size_t i = 0; i < options->n_not_requested; i++)
                mdc_config_omit_option(options->config, options->not_requested[i]);
}

/* Found now, and not when something has happened. */
static ExitStatus check_script(const Options *options) {
        if (!options->script || access(options->script, X_OK) >= 0)
                return STATUS_OK;
        return report(
                STATUS_FAILURE, "Cannot run --script=%s: %s", options->script, strerror(errno));
}

/* What depends on several options. */
static ExitStatus finish(Options *options) {
        int r;

        if (!options->state_file && !options->no_state_file && options->interface &&
                asprintf(&options->state_file, STATE_DIRECTORY "/%s.json", options->interface) < 0)
                return report_errno(-ENOMEM, "Cannot begin");
        if (options->verb == VERB_SHOW || options->verb == VERB_WAIT_ONLINE)
                return options->state_file
                               ? STATUS_OK
                               : report(STATUS_USAGE, "Which lease? Name the interface by -i");
        if (!options->interface)
                return report(STATUS_USAGE, "Which interface? Name it by -i");
        if (options->verb == VERB_RESOLVCONF) /* which may be gone by now */
                return options->state_file
                               ? STATUS_OK
                               : report(STATUS_USAGE, "Which lease? Name it by --state-file");
        r = mdc_config_set_interface(options->config, options->interface);
        if (r < 0)
                return report_errno(r, "Cannot use interface %s", options->interface);
        if (options->machine_id) {
                r = mdc_config_set_client_id_machine(options->config);
                if (r < 0)
                        return report_errno(r, "Cannot make a client identifier of the machine ID");
        }
        if (check_script(options) != STATUS_OK)
                return STATUS_FAILURE;
        add_hostname(options);
        if (options->verb == VERB_DISCOVER) {
                (void) mdc_config_request_option(options->config, DHCP_OPTION_TFTP_SERVER_NAME);
                (void) mdc_config_request_option(options->config, DHCP_OPTION_BOOTFILE_NAME);
        }
        omit_options(options);
        options->apply_settings.quiet = options->quiet;
        if (!options->acd_given && options->verb != VERB_RUN)
                (void) mdc_config_set_acd(options->config, MDC_ACD_FAST);
        return STATUS_OK;
}

static size_t fill_getopt(struct option *ret_long, char *ret_short) {
        size_t n_long = 0;

        for (size_t i = 0; i < ELEMENTSOF(definitions); i++) {
                const OptionDefinition *option = &definitions[i];

                if (option->letter) {
                        *ret_short++ = option->letter;
                        if (option->argument)
                                *ret_short++ = ':';
                }
                if (option->name)
                        ret_long[n_long++] = (struct option){
                                .name = option->name,
                                .has_arg = option->argument ? required_argument : no_argument,
                                .val = 256 + (int) i,
                        };
        }
        *ret_short = 0;
        return n_long;
}

static const OptionDefinition *find_definition(int value) {
        if (value >= 256)
                return &definitions[value - 256];
        for (size_t i = 0; i < ELEMENTSOF(definitions); i++)
                if (definitions[i].letter && definitions[i].letter == value)
                        return &definitions[i];
        return NULL;
}

ExitStatus options_parse(Options *options, int argc, char **argv, bool *ret_done) {
        struct option names[ELEMENTSOF(definitions) + 1] = {0};
        char letters[2 * ELEMENTSOF(definitions) + 1];
        const OptionDefinition *option;
        ExitStatus status;
        int value, r;

        *options = (Options){
                .verb = VERB_ACQUIRE,
                .script_limit = SCRIPT_LIMIT,
                .apply_settings =
                        {
                                .metric = ROUTE_METRIC,
                                .table = RT_TABLE_MAIN,
                                .dns = true,
                        },
        };
        *ret_done = false;
        r = mdc_config_new(&options->config);
        if (r < 0)
                return report_errno(r, "Cannot begin");
        (void) mdc_config_set_fallback_lease_time(options->config, FALLBACK_LEASE_TIME);
        (void) fill_getopt(names, letters);

        while ((value = getopt_long(argc, argv, letters, names, NULL)) >= 0) {
                option = find_definition(value);
                if (!option)
                        return STATUS_USAGE; /* getopt_long() has said what is wrong */
                if (!option->set) {
                        *ret_done = true;
                        if (option->letter == 'h')
                                print_help();
                        else
                                (void) printf("minidhcp-client %s\n", PROJECT_VERSION);
                        return STATUS_OK;
                }
                status = option->set(options, optarg);
                if (status != STATUS_OK)
                        return status;
        }

        if (argc - optind > 1)
                return report(STATUS_USAGE, "Only one verb at a time, and %s is too much",
                        argv[optind + 1]);
        if (optind < argc)
                options->verb = verb_from_string(argv[optind]);
        if (options->verb == VERB_INVALID)
                return report(
                        STATUS_USAGE, "%s is no verb; see minidhcp-client --help", argv[optind]);
        return finish(options);
}

void options_done(Options *options) {
        free(options->state_file);
        options->config = mdc_config_unref(options->config);
}

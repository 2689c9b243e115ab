/* SPDX-License-Identifier: MIT */
/* The environment and standard input of a script. Nothing of a server's text is ever part of a
 * command line, all of it was made printable by the library, and names are names. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/child.h"
#include "basic/ipv4.h"
#include "basic/text.h"
#include "basic/time.h"
#include "client-cli/report.h"
#include "client-cli/script.h"
#include "wire/options.h"

extern char **environ;

typedef int (*AddressGetter)(const mdc_lease *lease, struct in_addr *ret);
typedef int (*ListGetter)(const mdc_lease *lease, const struct in_addr **ret, size_t *ret_n);

static int set(char ***variables, const char *name, const char *value) {
        _cleanup_free_ char *variable = NULL;

        if (asprintf(&variable, "MINIDHCP_%s=%s", name, value) < 0)
                return -ENOMEM;
        return strv_extend(variables, variable);
}

static int set_buffer(char ***variables, const char *name, Buffer *buffer) {
        _cleanup_free_ char *value = NULL;
        int r;

        r = buffer_take_string(buffer, &value);
        if (r < 0)
                return r;
        return *value ? set(variables, name, value) : 0;
}

static void put_address(Buffer *buffer, struct in_addr address) {
        char text[IPV4_STRING_MAX];

        (void) buffer_append_string(buffer, ipv4_format(ntohl(address.s_addr), text));
}

static int set_addresses(char ***variables, const mdc_lease *lease) {
        static const struct {
                const char *name;
                AddressGetter getter;
        } addresses[] = {
                {"ADDRESS", mdc_lease_get_address},
                {"NETMASK", mdc_lease_get_netmask},
                {"BROADCAST", mdc_lease_get_broadcast},
                {"SERVER", mdc_lease_get_server_id},
                {"NEXT_SERVER", mdc_lease_get_next_server},
        };
        static const struct {
                const char *name;
                ListGetter getter;
        } lists[] = {
                {"ROUTERS", mdc_lease_get_routers},
                {"DNS", mdc_lease_get_dns},
                {"NTP", mdc_lease_get_ntp},
        };
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        const struct in_addr *list;
        struct in_addr address;
        size_t n;
        int r = 0;

        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(addresses); i++)
                if (addresses[i].getter(lease, &address) >= 0) {
                        put_address(&buffer, address);
                        r = set_buffer(variables, addresses[i].name, &buffer);
                }
        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(lists); i++)
                if (lists[i].getter(lease, &list, &n) >= 0) {
                        for (size_t k = 0; k < n; k++) {
                                (void) buffer_append_string(&buffer, k > 0 ? " " : "");
                                put_address(&buffer, list[k]);
                        }
                        r = set_buffer(variables, lists[i].name, &buffer);
                }
        return r;
}

/* Scripts put names into files and command lines, where one with a hyphen at its beginning is an
 * option, and split lists at blanks: what is no domain name is no name. */
static bool name_is_safe(const char *name) {
        return domain_name_is_valid(name) && *name != '-';
}

static int set_name(char ***variables, const char *name, const char *value) {
        return name_is_safe(value) ? set(variables, name, value) : 0;
}

static int set_texts(char ***variables, const mdc_lease *lease) {
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        char *const *search;
        const char *text;
        int r = 0;

        if (mdc_lease_get_domain(lease, &text) >= 0)
                r = set_name(variables, "DOMAIN", text);
        if (r >= 0 && mdc_lease_get_hostname(lease, &text) >= 0)
                r = set_name(variables, "HOSTNAME", text);
        if (r >= 0 && mdc_lease_get_boot_file(lease, &text) >= 0)
                r = set(variables, "BOOT_FILE", text);
        if (r < 0 || mdc_lease_get_search(lease, &search) < 0)
                return r;
        for (; *search; search++)
                if (name_is_safe(*search))
                        (void) buffer_printf(&buffer, "%s%s", buffer.size > 0 ? " " : "", *search);
        return set_buffer(variables, "SEARCH", &buffer);
}

/* Words of DESTINATION/LENGTH=GATEWAY; gateway 0.0.0.0 is the link itself. */
static int set_routes(char ***variables, const mdc_lease *lease) {
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        const mdc_route *routes;
        size_t n;

        if (mdc_lease_get_routes(lease, &routes, &n) < 0)
                return 0;
        for (size_t i = 0; i < n; i++) {
                (void) buffer_append_string(&buffer, i > 0 ? " " : "");
                put_address(&buffer, routes[i].destination);
                (void) buffer_printf(&buffer, "/%u=", routes[i].prefix_length);
                put_address(&buffer, routes[i].gateway);
        }
        return set_buffer(variables, "ROUTES", &buffer);
}

static int set_numbers(char ***variables, const mdc_lease *lease) {
        char text[32];
        uint64_t lifetime;
        uint8_t length;
        uint16_t mtu;
        int r = 0;

        if (mdc_lease_get_prefix_length(lease, &length) >= 0) {
                (void) snprintf(text, sizeof(text), "%u", length);
                r = set(variables, "PREFIX_LENGTH", text);
        }
        if (r >= 0 && mdc_lease_get_mtu(lease, &mtu) >= 0) {
                (void) snprintf(text, sizeof(text), "%u", mtu);
                r = set(variables, "MTU", text);
        }
        if (r < 0 || mdc_lease_get_lifetime(lease, &lifetime) < 0)
                return r;
        if (lifetime == MDC_INFINITY)
                return set(variables, "LEASE_SECONDS", "infinite");
        (void) snprintf(text, sizeof(text), "%llu", (unsigned long long) (lifetime / USEC_PER_SEC));
        return set(variables, "LEASE_SECONDS", text);
}

static int make_environment(
        char ***variables, const char *event, const char *interface, const mdc_lease *lease) {
        int r = 0;

        for (char **variable = environ; r >= 0 && *variable; variable++)
                if (strncmp(*variable, "MINIDHCP_", 9) != 0)
                        r = strv_extend(variables, *variable);
        if (r >= 0)
                r = set(variables, "EVENT", event);
        if (r >= 0)
                r = set(variables, "INTERFACE", interface);
        if (r < 0 || !lease)
                return r;
        r = set_addresses(variables, lease);
        if (r >= 0)
                r = set_texts(variables, lease);
        if (r >= 0)
                r = set_routes(variables, lease);
        return r < 0 ? r : set_numbers(variables, lease);
}

/* ---- what was left out ------------------------------------------------------------------------
 */

static void append_wrong(Buffer *buffer, const char *what, const char *name) {
        if (!name_is_safe(name))
                (void) buffer_printf(
                        buffer, "%s%s \"%s\"", buffer->size > 0 ? ", " : "", what, name);
}

/* A renewal is no news. */
static void tell_wrong_names(const char *interface, ScriptEvent event, const mdc_lease *lease) {
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        _cleanup_free_ char *text = NULL;
        char *const *search;
        const char *name;

        if (!lease || strcmp(event, "acquired") != 0)
                return;
        if (mdc_lease_get_domain(lease, &name) >= 0)
                append_wrong(&buffer, "domain", name);
        if (mdc_lease_get_hostname(lease, &name) >= 0)
                append_wrong(&buffer, "host name", name);
        if (mdc_lease_get_search(lease, &search) >= 0)
                for (; *search; search++)
                        append_wrong(&buffer, "search domain", *search);
        if (buffer_take_string(&buffer, &text) >= 0 && *text)
                (void) report(STATUS_OK,
                        "The script is not told of what is no domain name in the lease on %s: %s",
                        interface, text);
}

/* ---- running it -------------------------------------------------------------------------------
 */

int script_start(
        const ScriptSettings *settings, ScriptEvent event, const mdc_lease *lease, Child *ret) {
        _cleanup_(strv_freep) char **variables = NULL;
        _cleanup_free_ char *text = NULL;
        char *const arguments[] = {(char *) settings->path, NULL};
        int r;

        tell_wrong_names(settings->interface, event, lease);
        r = make_environment(&variables, event, settings->interface, lease);
        if (r >= 0 && lease)
                r = mdc_lease_to_json(lease, &text);
        if (r < 0)
                return r;
        return child_start(&(ChildCommand){.arguments = arguments,
                                   .variables = variables,
                                   .input = text ? text : "{}"},
                ret);
}

int script_judge(const ScriptSettings *settings, ScriptEvent event, int status) {
        if (status == 0)
                return 0;
        if (status > 0) {
                (void) report(STATUS_FAILURE, "%s has failed with status %d at \"%s\"",
                        settings->path, status, event);
                return -EIO;
        }
        if (status == -ETIMEDOUT)
                (void) report(STATUS_FAILURE,
                        "%s was killed, since it had not ended in time at \"%s\"; see "
                        "--script-timeout=",
                        settings->path, event);
        else if (status == -EINTR)
                (void) report(STATUS_FAILURE, "%s was ended by a signal at \"%s\"", settings->path,
                        event);
        else
                (void) report_errno(status, "Cannot run %s", settings->path);
        return status;
}

/* Waits for a script that runs. Return: as child_run(). */
static int await(Child *child, usec_t limit) {
        bool late = !child_await(child, limit);
        int r = child_end(child);

        return late ? -ETIMEDOUT : r;
}

int script_run(const ScriptSettings *settings, ScriptEvent event, const mdc_lease *lease) {
        Child child = CHILD_NONE;
        int r;

        r = script_start(settings, event, lease, &child);
        return script_judge(settings, event, r < 0 ? r : await(&child, settings->limit));
}

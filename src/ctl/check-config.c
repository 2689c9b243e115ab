/* SPDX-License-Identifier: MIT */
/* check-config: reads the configuration as the server would, and says what is wrong with it. What
 * belongs to the server, the changes that were made over the bus, need not be ours to read. */

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text.h"
#include "config/configuration.h"
#include "ctl/problems.h"
#include "ctl/service-user.h"
#include "ctl/verbs.h"

static int print_json(const Settings *settings, const Problems *problems, JsonMode mode) {
        _cleanup_json_ json_object *object = NULL;
        int r;

        r = problems_to_json(problems, settings != NULL, &object);
        if (r >= 0 && settings)
                r = json_add_take(object, "Pools", json_object_new_uint64(settings->n_pools));
        if (r >= 0 && settings)
                r = json_add_take(object, "Hosts", json_object_new_uint64(settings->n_hosts));
        if (r < 0)
                return r;
        json_print(object, mode);
        return 0;
}

static bool link_is_in_subnet(const struct ifaddrs *address, Ipv4Prefix subnet) {
        const struct sockaddr_in *ipv4 =
                (const struct sockaddr_in *) (const void *) address->ifa_addr;

        return ipv4 && ipv4->sin_family == AF_INET &&
               ipv4_prefix_contains(subnet, ntohl(ipv4->sin_addr.s_addr));
}

static void hint_at_relay(const PoolSettings *pool, Problems *problems) {
        _cleanup_free_ char *file = strdup(pool->origin);
        char *colon = file ? strrchr(file, ':') : NULL;
        uint64_t line = 0;

        /* "FILE:LINE", or "bus" */
        if (colon && parse_u64(colon + 1, UINT_MAX, &line) >= 0)
                *colon = '\0';
        (void) problems_add(problems, true, file ? file : "settings", (unsigned) line,
                "[Pool %s] is for relays, since no interface here has an address in its Subnet=; "
                "Relay= or Interface= would keep everybody else out",
                pool->name);
}

/* A pool whose subnet is on no link of this machine is for relays: on whatever link, and whoever
 * says that it is one, unless the pool says more. */
static void hint_at_relays(const Settings *settings, Problems *problems) {
        struct ifaddrs *addresses;

        if (getifaddrs(&addresses) < 0)
                return;
        for (size_t i = 0; i < settings->n_pools; i++) {
                const PoolSettings *pool = settings->pools[i];
                const struct ifaddrs *address = addresses;

                if (pool->interfaces || pool->n_relays > 0 || !pool->enabled)
                        continue;
                while (address && !link_is_in_subnet(address, pool->subnet))
                        address = address->ifa_next;
                if (!address)
                        hint_at_relay(pool, problems);
        }
        freeifaddrs(addresses);
}

static void print_valid(const Settings *settings) {
        bool builtin =
                settings->n_pools == 1 && string_equal(settings->pools[0]->origin, "built-in");

        printf("configuration is valid: %zu %s, %zu %s%s\n", settings->n_pools,
                settings->n_pools == 1 ? "pool" : "pools", settings->n_hosts,
                settings->n_hosts == 1 ? "host" : "hosts",
                builtin ? " (there is no file, so this is the built-in pool)" : "");
}

/* A file that the server reads is read with its rights; one that is only tried, with ours. */
static bool is_installed(const char *file) {
        static const char *const directories[] = {"/etc/mini-dhcp/", "/run/mini-dhcp/",
                "/usr/local/lib/mini-dhcp/", "/usr/lib/mini-dhcp/"};
        _cleanup_free_ char *path = file ? realpath(file, NULL) : NULL;

        if (!file)
                return true;
        for (size_t i = 0; path && i < ELEMENTSOF(directories); i++)
                if (strncmp(path, directories[i], strlen(directories[i])) == 0)
                        return true;
        return false;
}

/* @ret_as_service: whether it was read as the service's user */
static int load(const char *file, Settings **ret, Problems *problems, bool *ret_as_service) {
        _cleanup_(configuration_done) Configuration configuration = {0};
        _cleanup_(service_user_leave) ServiceUser user = {0};

        if (is_installed(file))
                service_user_enter(&user);
        *ret_as_service = user.entered;
        if (file)
                return config_load(NULL, file, ret, problems);
        return configuration_read(NULL, STATE_DIRECTORY_DEFAULT, NULL,
                user.entered ? KEPT_REFUSE : KEPT_LOOK_ON, &configuration, ret, problems);
}

static ExitStatus report_denied(bool as_service) {
        if (!as_service)
                return STATUS_DENIED;
        return report(STATUS_FAILURE,
                "The server reads its configuration as user " SERVICE_USER ", who may not read all "
                "of it; see: ls -l /etc/mini-dhcp");
}

ExitStatus verb_check_config(Context *context, char *const *arguments, size_t n_arguments) {
        const char *file = n_arguments > 0 ? arguments[0] : NULL;
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        bool as_service;
        int r, error;

        error = load(file, &settings, &problems, &as_service);
        if (error == -ENOMEM)
                return report_no_memory();

        if (settings)
                hint_at_relays(settings, &problems);
        if (context_wants_json(context)) {
                r = print_json(settings, &problems, context->options.json);
                if (r < 0)
                        return report_no_memory();
        } else {
                problems_print(&problems, &context->terminal);
                if (error >= 0 && !context->options.quiet)
                        print_valid(settings);
        }
        /* A file that cannot be read is a problem, too; to be sure that something is said: */
        if (error < 0 && problems.n_items == 0)
                return report_errno(error, "Cannot read the configuration");
        if (error == -EACCES)
                return report_denied(as_service);
        return error < 0 ? STATUS_FAILURE : STATUS_OK;
}

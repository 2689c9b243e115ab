/* SPDX-License-Identifier: MIT */
/* The environment and standard input of a script. Nothing of a server's text is ever part of a
 * command line, and all of it was made printable by the library.
 *
 * Invariant: JSON lies in a memory file, so that a script which does not read cannot stop us. */

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "basic/buffer.h"
#include "basic/ipv4.h"
#include "basic/text.h"
#include "basic/time.h"
#include "client-cli/script.h"

extern char **environ;

typedef int (*AddressGetter)(const mdc_lease *lease, struct in_addr *ret);
typedef int (*ListGetter)(const mdc_lease *lease, const struct in_addr **ret, size_t *ret_n);
typedef int (*TextGetter)(const mdc_lease *lease, const char **ret);

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

static int set_texts(char ***variables, const mdc_lease *lease) {
        static const struct {
                const char *name;
                TextGetter getter;
        } texts[] = {
                {"DOMAIN", mdc_lease_get_domain},
                {"HOSTNAME", mdc_lease_get_hostname},
                {"BOOT_FILE", mdc_lease_get_boot_file},
        };
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        char *const *search;
        const char *text;
        int r = 0;

        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(texts); i++)
                if (texts[i].getter(lease, &text) >= 0)
                        r = set(variables, texts[i].name, text);
        if (r < 0 || mdc_lease_get_search(lease, &search) < 0)
                return r;
        for (size_t i = 0; search[i]; i++)
                (void) buffer_printf(&buffer, "%s%s", i > 0 ? " " : "", search[i]);
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

static int open_json(const mdc_lease *lease) {
        _cleanup_free_ char *text = NULL;
        _cleanup_close_ int fd = -1;
        int r;

        if (lease) {
                r = mdc_lease_to_json(lease, &text);
                if (r < 0)
                        return r;
        }
        fd = memfd_create("lease.json", MFD_CLOEXEC);
        if (fd < 0)
                return -errno;
        if (dprintf(fd, "%s\n", text ? text : "{}") < 0 || lseek(fd, 0, SEEK_SET) < 0)
                return -errno;
        return TAKE_FD(fd);
}

static int spawn(const char *path, char **variables, int input, pid_t *ret) {
        char *const arguments[] = {(char *) path, NULL};
        posix_spawn_file_actions_t actions;
        posix_spawnattr_t attributes;
        sigset_t none;
        int r;

        (void) sigemptyset(&none);
        (void) posix_spawn_file_actions_init(&actions);
        (void) posix_spawnattr_init(&attributes);
        (void) posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
        (void) posix_spawnattr_setsigmask(&attributes, &none);
        (void) posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
        r = posix_spawn(ret, path, &actions, &attributes, arguments, variables);
        (void) posix_spawnattr_destroy(&attributes);
        (void) posix_spawn_file_actions_destroy(&actions);
        return -r;
}

int script_run(const char *path, const char *event, const char *interface, const mdc_lease *lease) {
        _cleanup_(strv_freep) char **variables = NULL;
        _cleanup_close_ int input = -1;
        int r, status;
        pid_t pid;

        r = make_environment(&variables, event, interface, lease);
        if (r < 0)
                return r;
        input = open_json(lease);
        if (input < 0)
                return input;
        r = spawn(path, variables, input, &pid);
        if (r < 0)
                return r;
        while (waitpid(pid, &status, 0) < 0)
                if (errno != EINTR)
                        return -errno;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

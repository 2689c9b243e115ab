/* SPDX-License-Identifier: MIT */
/* Name servers and domains of a lease, told to the system's resolver.
 *
 * Invariant: nobody is waited for without a limit, and no text of a server gets anywhere unless it
 * is a domain name. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <systemd/sd-bus.h>

#include "basic/buffer.h"
#include "basic/child.h"
#include "basic/ipv4.h"
#include "basic/text.h"
#include "basic/time.h"
#include "client-cli/report.h"
#include "client-cli/resolver.h"
#include "wire/options.h"

enum {
        SERVERS_MAX = 64,
        DOMAINS_MAX = 64,
};

#define RESOLVED_TIMEOUT (5 * USEC_PER_SEC)
#define RESOLVCONF_TIMEOUT (5 * USEC_PER_SEC)

/* What is told: borrowed from a lease. */
typedef struct Knowledge {
        struct in_addr servers[SERVERS_MAX];
        size_t n_servers;
        const char *domains[DOMAINS_MAX];
        size_t n_domains;
} Knowledge;

static void add_domain(Knowledge *knowledge, const char *name) {
        if (knowledge->n_domains >= DOMAINS_MAX || !domain_name_is_valid(name))
                return;
        for (size_t i = 0; i < knowledge->n_domains; i++)
                if (strcasecmp(knowledge->domains[i], name) == 0)
                        return;
        knowledge->domains[knowledge->n_domains++] = name;
}

/* RFC 3397 2: the search list goes before the domain name. */
static void gather(Knowledge *ret, const mdc_lease *lease) {
        const struct in_addr *servers;
        char *const *search;
        const char *domain;
        size_t n;

        *ret = (Knowledge){0};
        if (mdc_lease_get_dns(lease, &servers, &n) >= 0)
                for (size_t i = 0; i < n && ret->n_servers < SERVERS_MAX; i++)
                        if (ipv4_is_unicast(ntohl(servers[i].s_addr)))
                                ret->servers[ret->n_servers++] = servers[i];
        if (mdc_lease_get_search(lease, &search) >= 0)
                for (; *search; search++)
                        add_domain(ret, *search);
        if (mdc_lease_get_domain(lease, &domain) >= 0)
                add_domain(ret, domain);
}

bool resolver_knows_something(const mdc_lease *lease) {
        Knowledge knowledge;

        gather(&knowledge, lease);
        return knowledge.n_servers > 0 || knowledge.n_domains > 0;
}

bool resolver_same(const mdc_lease *a, const mdc_lease *b) {
        Knowledge first, second;

        if (!a || !b)
                return a == b;
        gather(&first, a);
        gather(&second, b);
        if (first.n_servers != second.n_servers || first.n_domains != second.n_domains ||
                memcmp(first.servers, second.servers, first.n_servers * sizeof(*first.servers)) !=
                        0)
                return false;
        for (size_t i = 0; i < first.n_domains; i++)
                if (strcmp(first.domains[i], second.domains[i]) != 0)
                        return false;
        return true;
}

/* ---- systemd-resolved -------------------------------------------------------------------------
 */

static int new_call(sd_bus *bus, const char *method, int ifindex, sd_bus_message **ret) {
        int r;

        r = sd_bus_message_new_method_call(bus, ret, "org.freedesktop.resolve1",
                "/org/freedesktop/resolve1", "org.freedesktop.resolve1.Manager", method);
        if (r < 0)
                return r;
        /* One that is not running is not what looks after this machine's names. */
        r = sd_bus_message_set_auto_start(*ret, false);
        return r < 0 ? r : sd_bus_message_append(*ret, "i", ifindex);
}

/* Return: 0, -ENOENT when it does not run. */
static int perform_call(sd_bus *bus, sd_bus_message *call) {
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        int r;

        r = sd_bus_call(bus, call, RESOLVED_TIMEOUT, &error, NULL);
        if (r >= 0)
                return 0;
        if (sd_bus_error_has_names(
                    &error, SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER, NULL))
                return -ENOENT;
        (void) report(STATUS_FAILURE, "systemd-resolved does not take the name servers: %s",
                error.message ? error.message : strerror(-r));
        return r == -ENOENT ? -EIO : r;
}

static int call_servers(sd_bus *bus, int ifindex, const Knowledge *knowledge) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        int r;

        r = new_call(bus, "SetLinkDNS", ifindex, &call);
        if (r >= 0)
                r = sd_bus_message_open_container(call, 'a', "(iay)");
        for (size_t i = 0; r >= 0 && i < knowledge->n_servers; i++) {
                const uint8_t *bytes = (const uint8_t *) &knowledge->servers[i].s_addr;

                r = sd_bus_message_append(
                        call, "(iay)", AF_INET, 4, bytes[0], bytes[1], bytes[2], bytes[3]);
        }
        if (r >= 0)
                r = sd_bus_message_close_container(call);
        return r < 0 ? r : perform_call(bus, call);
}

static int call_domains(sd_bus *bus, int ifindex, const Knowledge *knowledge) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        int r;

        r = new_call(bus, "SetLinkDomains", ifindex, &call);
        if (r >= 0)
                r = sd_bus_message_open_container(call, 'a', "(sb)");
        for (size_t i = 0; r >= 0 && i < knowledge->n_domains; i++)
                r = sd_bus_message_append(call, "(sb)", knowledge->domains[i], 0);
        if (r >= 0)
                r = sd_bus_message_close_container(call);
        return r < 0 ? r : perform_call(bus, call);
}

/* Return: 0, -ENOENT when it does not run, other negative errno. */
static int tell_resolved(int ifindex, const Knowledge *knowledge) {
        _cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
        int r;

        r = sd_bus_open_system(&bus);
        if (r < 0)
                return -ENOENT; /* no bus, no resolved */
        r = call_servers(bus, ifindex, knowledge);
        return r < 0 ? r : call_domains(bus, ifindex, knowledge);
}

/* ---- resolvconf -------------------------------------------------------------------------------
 */

/* Return: 0, -ENOENT when it is not installed, other negative errno. */
static int run_resolvconf(const char *interface, const char *action, const char *text) {
        _cleanup_free_ char *name = NULL;
        int r;

        /* a name of our own: other programs have theirs for the same interface */
        if (asprintf(&name, "%s.minidhcp", interface) < 0)
                return -ENOMEM;
        r = child_run(&(ChildCommand){.arguments = (char *const[]){(char *) "resolvconf",
                                              (char *) action, name, NULL},
                              .input = text,
                              .quiet_output = true},
                RESOLVCONF_TIMEOUT);
        if (r == -ENOENT)
                return r;
        if (r == 0)
                return 0;
        if (r > 0)
                (void) report(STATUS_FAILURE, "resolvconf has failed with status %d", r);
        else
                (void) report_errno(r, "resolvconf has failed");
        return r > 0 ? -EIO : r;
}

static int tell_resolvconf(const char *interface, const Knowledge *knowledge) {
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        _cleanup_free_ char *text = NULL;
        char address[IPV4_STRING_MAX];
        int r;

        for (size_t i = 0; i < knowledge->n_servers; i++)
                (void) buffer_printf(&buffer, "nameserver %s\n",
                        ipv4_format(ntohl(knowledge->servers[i].s_addr), address));
        for (size_t i = 0; i < knowledge->n_domains; i++)
                (void) buffer_printf(
                        &buffer, "%s%s", i == 0 ? "search " : " ", knowledge->domains[i]);
        if (knowledge->n_domains > 0)
                (void) buffer_append_string(&buffer, "\n");
        r = buffer_take_string(&buffer, &text);
        return r < 0 ? r : run_resolvconf(interface, "-a", text);
}

int resolver_run_resolvconf(const char *interface, const mdc_lease *lease) {
        Knowledge knowledge = {0};

        if (lease)
                gather(&knowledge, lease);
        return knowledge.n_servers > 0 || knowledge.n_domains > 0
                       ? tell_resolvconf(interface, &knowledge)
                       : run_resolvconf(interface, "-d", "");
}

static bool is_installed(const char *program) {
        const char *directories = getenv("PATH");
        _cleanup_(strv_freep) char **words = NULL;
        _cleanup_free_ char *text = strdup(directories ? directories : "");

        for (char *colon = text; colon && (colon = strchr(colon, ':'));)
                *colon = ' ';
        if (!text || strv_split(text, &words) < 0)
                return false;
        for (char **word = words; *word; word++) {
                _cleanup_free_ char *path = NULL;

                if (asprintf(&path, "%s/%s", *word, program) >= 0 && access(path, X_OK) >= 0)
                        return true;
        }
        return false;
}

/* Without privilege it can only fail, in its own words. Return: 0, -ENOENT when it is not
 * installed, -EACCES after saying what to do, other negative errno. */
static int have_resolvconf_told(const char *interface, const Knowledge *knowledge) {
        if (!is_installed("resolvconf"))
                return -ENOENT;
        if (getenv(RESOLVER_HELPER))
                return 0; /* it sees the state file that is written now */
        if (geteuid() == 0)
                return tell_resolvconf(interface, knowledge);
        (void) report(STATUS_FAILURE,
                "The name servers of the lease are not used: resolvconf is for root. Let "
                "minidhcp-client-resolvconf@.path tell it, as minidhcp-client@.service does");
        return -EACCES;
}

/* ---- whichever --------------------------------------------------------------------------------
 */

int resolver_tell(int ifindex, const char *interface, const mdc_lease *lease, ResolverKind *ret) {
        Knowledge knowledge;
        int r;

        *ret = RESOLVER_NONE;
        gather(&knowledge, lease);
        r = tell_resolved(ifindex, &knowledge);
        if (r >= 0)
                *ret = RESOLVER_RESOLVED;
        if (r != -ENOENT)
                return r;
        r = have_resolvconf_told(interface, &knowledge);
        if (r >= 0)
                *ret = RESOLVER_RESOLVCONF;
        if (r != -ENOENT)
                return r;
        (void) report(STATUS_OK,
                "The name servers of the lease are not used: neither systemd-resolved runs, nor is "
                "resolvconf installed; see --script and --no-dns");
        return 0;
}

/* Not by RevertLink, which would take back what others have told about the link. */
int resolver_take_back(ResolverKind kind, int ifindex, const char *interface) {
        const Knowledge nothing = {0};
        int r = 0;

        switch (kind) {
        case RESOLVER_NONE:
                return 0;
        case RESOLVER_RESOLVED:
                r = tell_resolved(ifindex, &nothing);
                break;
        case RESOLVER_RESOLVCONF:
                if (!getenv(RESOLVER_HELPER))
                        r = run_resolvconf(interface, "-d", "");
                break;
        }
        return r == -ENOENT ? 0 : r; /* gone, and what it was told with it */
}

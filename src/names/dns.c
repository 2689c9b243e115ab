/* SPDX-License-Identifier: MIT */

#include "names/dns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "basic/list.h"
#include "basic/text.h"
#include "basic/time.h"
#include "dns-update/updater.h"
#include "follow/log.h"
#include "names/messages.h"

/* A section, which is a server. */
typedef struct Server {
        ListNode node;
        unsigned line;
        DnsConfig config;
        DnsUpdater *updater; /* NULL before names_dns_start() */
        bool ails;           /* zones of it fail */
} Server;

struct NamesDns {
        List servers;
};

/* ---- configuration --------------------------------------------------------------------------- */

int names_dns_open(NamesDns **dns, unsigned line) {
        Server *server;

        if (!*dns) {
                *dns = calloc(1, sizeof(**dns));
                if (!*dns)
                        return -ENOMEM;
                list_init(&(*dns)->servers);
        }
        server = calloc(1, sizeof(*server));
        if (!server)
                return -ENOMEM;
        server->line = line;
        dns_config_init(&server->config);
        list_append(&(*dns)->servers, &server->node);
        return 0;
}

int names_dns_assign(NamesDns *dns, const IniItem *item, const char *file, Problems *problems) {
        Server *newest = CONTAINER_OF(dns->servers.previous, Server, node);
        int r;

        r = dns_config_assign(&newest->config, item, file, problems);
        return r == -ENOMEM ? r : 0;
}

/* What is known of a server is kept under its address, so that a server has one section. */
static void refuse_twins(
        const NamesDns *dns, const Server *server, const char *file, Problems *problems) {
        char address[DNS_SERVER_STRING_MAX], other[DNS_SERVER_STRING_MAX];

        (void) dns_config_server(&server->config, address);
        LIST_FOREACH (node, &dns->servers) {
                const Server *before = CONTAINER_OF(node, Server, node);

                if (before == server)
                        return;
                if (string_equal(dns_config_server(&before->config, other), address))
                        (void) problems_add(problems, false, file, server->line,
                                "Server=%s has a section [DNSUpdate] in line %u: list its zones "
                                "there",
                                address, before->line);
        }
}

int names_dns_finish(NamesDns *dns, const char *file, bool is_service, Problems *problems) {
        if (!dns)
                return 0;
        LIST_FOREACH (node, &dns->servers) {
                Server *server = CONTAINER_OF(node, Server, node);
                int r;

                r = dns_config_finish(&server->config, file, server->line,
                        getenv("CREDENTIALS_DIRECTORY"), is_service, problems);
                if (r == -ENOMEM)
                        return r;
                if (r >= 0)
                        refuse_twins(dns, server, file, problems);
        }
        return 0;
}

NamesDns *names_dns_free(NamesDns *dns) {
        if (!dns)
                return NULL;
        LIST_FOREACH_SAFE (node, following, &dns->servers) {
                Server *server = CONTAINER_OF(node, Server, node);

                (void) dns_updater_free(server->updater);
                dns_config_done(&server->config);
                free(server);
        }
        free(dns);
        return NULL;
}

/* ---- what is told ---------------------------------------------------------------------------- */

static void log_event(int level, const char *message_id, const DnsEvent *event) {
        char address[IPV4_STRING_MAX];
        _cleanup_free_ char *text = NULL;
        const FollowLogField fields[] = {
                {"DHCP_ADDRESS", event->address != 0 ? ipv4_format(event->address, address) : NULL},
                {"DHCP_HOSTNAME", event->name},
                {"DNS_SERVER", event->server},
                {"DNS_ZONE", event->zone},
        };

        if (dns_event_format(event, &text) >= 0)
                follow_log(level, message_id, fields, ELEMENTSOF(fields), "%s.", text);
}

static void on_event(const DnsEvent *event, void *userdata) {
        Server *server = userdata;

        switch (event->type) {
        case DNS_EVENT_CONFLICT:
                log_event(LOG_NOTICE, NAMES_MESSAGE_DNS_CONFLICT, event);
                break;
        case DNS_EVENT_TROUBLE:
        case DNS_EVENT_LOG:
                server->ails = true;
                log_event(LOG_WARNING, NAMES_MESSAGE_DNS_TROUBLE, event);
                break;
        case DNS_EVENT_RECOVERED:
                server->ails = false;
                log_event(LOG_NOTICE, NAMES_MESSAGE_DNS_RECOVERED, event);
                break;
        case DNS_EVENT_SETTLED:
                server->ails = false;
                break;
        }
}

int names_dns_start(NamesDns *dns, sd_event *event, const char *state_directory) {
        if (!dns)
                return 0;
        LIST_FOREACH (node, &dns->servers) {
                Server *server = CONTAINER_OF(node, Server, node);
                char address[DNS_SERVER_STRING_MAX];
                _cleanup_free_ char *path = NULL;
                int r;

                if (asprintf(&path, "%s/dns-%s", state_directory,
                            dns_config_server(&server->config, address)) < 0) {
                        path = NULL;
                        return -ENOMEM;
                }
                r = dns_updater_new(
                        &server->updater, event, &server->config, path, on_event, server);
                if (r < 0) {
                        follow_say(LOG_ERR, NULL, "%s: %s", path, strerror(-r));
                        return r;
                }
        }
        return 0;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* What remains of a lease. */
static usec_t lifetime_of(const ZoneName *name) {
        const time_t now = time(NULL);

        if (name->expires == UINT32_MAX)
                return USEC_INFINITY;
        return name->expires > now ? (usec_t) (name->expires - now) * USEC_PER_SEC : 0;
}

static void set_name(Server *server, const ZoneName *name) {
        const DnsBinding binding = {
                .name = name->name,
                .address = name->address,
                .identity =
                        {
                                .client_id = name->client_id,
                                .client_id_size = name->client_id_size,
                                .hardware_type = name->hardware_type,
                                .hardware = name->hardware,
                                .hardware_size = name->hardware_size,
                        },
                .lifetime = lifetime_of(name),
                .reverse = !name->is_alias,
        };
        int r;

        r = dns_updater_set(server->updater, &binding);
        if (r == -ENOMEM)
                follow_say(
                        LOG_ERR, NULL, "%s is not updated in the DNS: out of memory.", name->name);
}

void names_dns_tell(NamesDns *dns, ZoneEventType type, const ZoneName *name) {
        /* the DNS has no names without domain */
        if (!dns || !strchr(name->name, '.'))
                return;
        LIST_FOREACH (node, &dns->servers) {
                Server *server = CONTAINER_OF(node, Server, node);

                switch (type) {
                case ZONE_ADDED:
                case ZONE_EXPIRY_MOVED:
                        set_name(server, name);
                        break;
                case ZONE_REMOVED:
                        dns_updater_remove(server->updater, name->name, name->address);
                        break;
                }
        }
}

void names_dns_end_sync(NamesDns *dns) {
        if (!dns)
                return;
        LIST_FOREACH (node, &dns->servers)
                dns_updater_end_sync(CONTAINER_OF(node, Server, node)->updater);
}

void names_dns_describe(const NamesDns *dns, Buffer *text) {
        if (!dns)
                return;
        LIST_FOREACH (node, &dns->servers) {
                const Server *server = CONTAINER_OF(node, Server, node);
                const DnsStatus status = dns_updater_status(server->updater);
                char address[DNS_SERVER_STRING_MAX];

                (void) buffer_printf(text, " DNS server %s has %zu of %zu",
                        dns_config_server(&server->config, address), status.n_placed,
                        status.n_wanted);
                if (status.n_conflicts > 0)
                        (void) buffer_printf(text, ", %zu are somebody else's", status.n_conflicts);
                (void) buffer_append_string(
                        text, server->ails ? ", and fails: see the journal." : ".");
        }
}

/* SPDX-License-Identifier: MIT */
/* Finds the hosts of a name, on the bus or in the files. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/configuration.h"
#include "ctl/bus-api.h"
#include "ctl/named-host.h"

void named_hosts_done(NamedHosts *hosts) {
        for (size_t i = 0; i < hosts->n_items; i++)
                free(hosts->items[i].name);
        free(hosts->items);
        *hosts = (NamedHosts){0};
}

/* Return: a new host without identities, NULL without memory. */
static NamedHost *add_host(NamedHosts *hosts, const char *name) {
        NamedHost *items, *host;

        items = reallocarray(hosts->items, hosts->n_items + 1, sizeof(*items));
        if (!items)
                return NULL;
        hosts->items = items;
        host = &items[hosts->n_items];
        *host = (NamedHost){.name = strdup(name)};
        if (!host->name)
                return NULL;
        hosts->n_items++;
        return host;
}

static void add_identity(NamedHost *host, PatternType type, const uint8_t *bytes, size_t n_bytes) {
        Pattern *identity = &host->identities[host->n_identities];

        if (n_bytes == 0 || n_bytes > PATTERN_BYTES_MAX)
                return;
        identity->type = type;
        identity->n_bytes = n_bytes;
        memcpy(identity->bytes, bytes, n_bytes);
        host->n_identities++;
}

static void add_identity_text(NamedHost *host, PatternType type, const char *text) {
        Pattern pattern;

        /* six bytes look like a hardware address, whatever they are */
        if (pattern_parse(text, &pattern) >= 0 &&
                (pattern.type == PATTERN_HARDWARE || pattern.type == PATTERN_CLIENT_ID))
                add_identity(host, type, pattern.bytes, pattern.n_bytes);
}

/* Where a host has the very name, those that only call their clients so are not meant. */
static void keep_namesakes(NamedHosts *hosts, const char *name) {
        size_t n = 0;

        for (size_t i = 0; i < hosts->n_items; i++)
                n += strcasecmp(hosts->items[i].name, name) == 0;
        if (n == 0)
                return;
        n = 0;
        for (size_t i = 0; i < hosts->n_items; i++)
                if (strcasecmp(hosts->items[i].name, name) == 0)
                        hosts->items[n++] = hosts->items[i];
                else
                        free(hosts->items[i].name);
        hosts->n_items = n;
}

static int fetch_host(NamedHosts *hosts, Connection *connection, const char *path) {
        _cleanup_json_ json_object *object = NULL;
        const char *address;
        NamedHost *host;
        int r;

        r = connection_get_all(connection, path, BUS_API_HOST, &object);
        /* removed since it was listed, or there is none */
        if (r < 0)
                return connection_error_is(connection, SD_BUS_ERROR_UNKNOWN_OBJECT) ? 0 : r;
        host = add_host(hosts, json_get_text(object, "Name"));
        if (!host)
                return -ENOMEM;
        add_identity_text(host, PATTERN_HARDWARE, json_get_text(object, "MACAddress"));
        add_identity_text(host, PATTERN_CLIENT_ID, json_get_text(object, "ClientId"));
        address = json_get_text(object, "Address");
        if (*address && ipv4_parse(address, &host->address) < 0)
                return -EBADMSG;
        return 0;
}

static int fetch_listed(NamedHosts *hosts, Connection *connection, sd_bus_message *reply) {
        const char *name, *path;
        int r;

        r = sd_bus_message_enter_container(reply, 'a', "(so)");
        while (r >= 0 && (r = sd_bus_message_read(reply, "(so)", &name, &path)) > 0)
                r = fetch_host(hosts, connection, path);
        return r;
}

/* A server of before FindHosts finds a host by its own name. */
static int fetch_by_path(NamedHosts *hosts, Connection *connection, const char *name) {
        _cleanup_free_ char *path = NULL;
        int r;

        r = sd_bus_path_encode(BUS_API_HOST_PREFIX, name, &path);
        return r < 0 ? r : fetch_host(hosts, connection, path);
}

int named_hosts_fetch(NamedHosts *ret, Connection *connection, const char *name) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        int r;

        *ret = (NamedHosts){0};
        r = connection_call(
                connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER, "FindHosts", &reply, "s", name);
        if (r >= 0)
                r = fetch_listed(ret, connection, reply);
        else if (connection_error_is(connection, SD_BUS_ERROR_UNKNOWN_METHOD))
                r = fetch_by_path(ret, connection, name);
        keep_namesakes(ret, name);
        return r < 0 ? r : 0;
}

static int load_host(NamedHosts *hosts, const HostSettings *settings) {
        NamedHost *host;

        host = add_host(hosts, settings->name);
        if (!host)
                return -ENOMEM;
        add_identity(host, PATTERN_HARDWARE, settings->hardware, settings->hardware_size);
        add_identity(host, PATTERN_CLIENT_ID, settings->client_id.data, settings->client_id.size);
        host->address = settings->address;
        return 0;
}

int named_hosts_load(NamedHosts *ret, const char *name) {
        _cleanup_(configuration_done) Configuration configuration = {0};
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        int r;

        *ret = (NamedHosts){0};
        r = configuration_read(NULL, STATE_DIRECTORY_DEFAULT, NULL, KEPT_LOOK_ON, &configuration,
                &settings, &problems);
        for (size_t i = 0; r >= 0 && i < settings->n_hosts; i++)
                if (strcasecmp(settings->hosts[i]->name, name) == 0 ||
                        (settings->hosts[i]->hostname &&
                                strcasecmp(settings->hosts[i]->hostname, name) == 0))
                        r = load_host(ret, settings->hosts[i]);
        keep_namesakes(ret, name);
        return r < 0 ? r : 0;
}

static bool host_owns(const NamedHost *host, const LeaseEntry *lease) {
        const PatternSubject subject = {
                .hardware = lease->hardware,
                .hardware_size = lease->hardware_size,
                .client_id = lease->client_id,
                .client_id_size = lease->client_id_size,
                .hostname = "",
        };

        for (size_t i = 0; i < host->n_identities; i++)
                if (pattern_matches(&host->identities[i], &subject))
                        return true;
        return lease->address == host->address &&
               (lease->flags & BUS_LEASE_RESERVED || host->n_identities == 0);
}

bool named_hosts_own(const NamedHosts *hosts, const LeaseEntry *lease) {
        for (size_t i = 0; i < hosts->n_items; i++)
                if (host_owns(&hosts->items[i], lease))
                        return true;
        return false;
}

bool named_hosts_are_known(const NamedHosts *hosts) {
        for (size_t i = 0; i < hosts->n_items; i++)
                if (hosts->items[i].n_identities == 0 && hosts->items[i].address == 0)
                        return false;
        return hosts->n_items > 0;
}

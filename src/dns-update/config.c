/* SPDX-License-Identifier: MIT */
/* The keys of [DNSUpdate]. The secret is in none of them: it comes from a file of its own. */

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "basic/suggest.h"
#include "basic/text.h"
#include "config/files.h"
#include "dns-update/config.h"
#include "setting/assignment.h"

enum {
        PORT_DEFAULT = 53,
        ZONES_MAX = 1024,
};

#define TTL_MIN_DEFAULT USEC_PER_MINUTE
#define TTL_MAX_DEFAULT USEC_PER_HOUR
#define CREDENTIAL "dns.key"

static int parse_server(const Assignment *assignment, void *target) {
        DnsConfig *config = target;
        char host[INET6_ADDRSTRLEN];
        const size_t size = strcspn(assignment->value, "#");
        const char *port_text = assignment->value + size;
        DnsServerAddress server = {0};
        uint64_t port = PORT_DEFAULT;
        int r;

        if (*port_text == '#') {
                r = assignment_parse_number(assignment, port_text + 1, 1, UINT16_MAX, &port);
                if (r < 0)
                        return r;
        }
        if (size < sizeof(host)) {
                memcpy(host, assignment->value, size);
                host[size] = '\0';
                if (inet_pton(AF_INET, host, &server.ipv4.sin_addr) == 1) {
                        server.ipv4.sin_family = AF_INET;
                        server.ipv4.sin_port = htons((uint16_t) port);
                } else if (inet_pton(AF_INET6, host, &server.ipv6.sin6_addr) == 1) {
                        server.ipv6.sin6_family = AF_INET6;
                        server.ipv6.sin6_port = htons((uint16_t) port);
                }
        }
        if (server.any.sa_family == 0)
                return assignment_refuse(assignment,
                        "not an IP address with or without #PORT; a name would have to be asked of "
                        "the server itself");
        config->server = server;
        return 0;
}

static void reset_server(_unused_ const SettingKey *key, void *target) {
        ((DnsConfig *) target)->server = (DnsServerAddress){0};
}

static int parse_zones(const Assignment *assignment, void *target) {
        DnsConfig *config = target;
        _cleanup_(strv_freep) char **words = NULL;
        char name[DNS_NAME_MAX], shown[QUOTE_MAX];
        int r;

        r = strv_split(assignment->value, &words);
        if (r < 0)
                return r;
        for (char **word = words; word && *word; word++)
                if (dns_name_parse(*word, name) < 0)
                        return assignment_refuse(assignment,
                                "'%s' is not the name of a zone, such as lan.example.org or "
                                "1.168.192.in-addr.arpa",
                                quote(*word, shown));
        if (strv_length(config->zones) + strv_length(words) > ZONES_MAX)
                return assignment_refuse(assignment, "more than %d zones", ZONES_MAX);
        for (char **word = words; word && *word; word++) {
                (void) dns_name_parse(*word, name);
                r = strv_extend(&config->zones, name);
                if (r < 0)
                        return r;
        }
        return 0;
}

static void reset_zones(_unused_ const SettingKey *key, void *target) {
        DnsConfig *config = target;

        config->zones = strv_free(config->zones);
}

static int put_text(char **member, const char *value) {
        char *copy = strdup(value);

        if (!copy)
                return -ENOMEM;
        free(*member);
        *member = copy;
        return 0;
}

static int parse_key(const Assignment *assignment, void *target) {
        char name[DNS_NAME_MAX];

        if (dns_name_parse(assignment->value, name) < 0)
                return assignment_refuse(assignment,
                        "not the name of a key; its secret is in a file of its own, see KeyFile=");
        return put_text(&((DnsConfig *) target)->key_name, name);
}

static int parse_key_file(const Assignment *assignment, void *target) {
        if (*assignment->value != '/')
                return assignment_refuse(assignment, "not an absolute path");
        return put_text(&((DnsConfig *) target)->key_file, assignment->value);
}

static void reset_text(const SettingKey *key, void *target) {
        char **member = (char **) ((char *) target + key->offset);

        free(TAKE_PTR(*member));
}

static int parse_transport(const Assignment *assignment, void *target) {
        DnsConfig *config = target;

        if (!string_equal(assignment->value, "tcp") && !string_equal(assignment->value, "udp"))
                return assignment_refuse(assignment, "allowed are udp and tcp");
        config->tcp = string_equal(assignment->value, "tcp");
        return 0;
}

static void reset_transport(_unused_ const SettingKey *key, void *target) {
        ((DnsConfig *) target)->tcp = false;
}

static int parse_ttl(const Assignment *assignment, void *target) {
        usec_t span;
        int r;

        r = assignment_parse_seconds(assignment, 1, &span);
        if (r < 0)
                return r;
        /* RFC 2181 8 */
        if (span > INT32_MAX * USEC_PER_SEC)
                return assignment_refuse(assignment, "a TTL is 68 years at most");
        *(usec_t *) ((char *) target + assignment->key->offset) = span;
        return 0;
}

static void reset_ttl(const SettingKey *key, void *target) {
        *(usec_t *) ((char *) target + key->offset) =
                key->offset == offsetof(DnsConfig, ttl_min) ? TTL_MIN_DEFAULT : TTL_MAX_DEFAULT;
}

/* in the order of the manual */
static const SettingKey keys[] = {
        {.name = "Server", .parse = parse_server, .reset = reset_server},
        {.name = "Zone",
                .parse = parse_zones,
                .reset = reset_zones,
                .is_list = true,
                .is_words = true},
        {.name = "KeyFile",
                .parse = parse_key_file,
                .reset = reset_text,
                .offset = offsetof(DnsConfig, key_file)},
        {.name = "Key",
                .parse = parse_key,
                .reset = reset_text,
                .offset = offsetof(DnsConfig, key_name)},
        {.name = "Transport", .parse = parse_transport, .reset = reset_transport},
        {.name = "TTLMinSec",
                .parse = parse_ttl,
                .reset = reset_ttl,
                .offset = offsetof(DnsConfig, ttl_min)},
        {.name = "TTLMaxSec",
                .parse = parse_ttl,
                .reset = reset_ttl,
                .offset = offsetof(DnsConfig, ttl_max)},
};

static int refuse_unknown(const IniItem *item, const char *file, Problems *problems) {
        const char *names[ELEMENTSOF(keys) + 1] = {NULL}, *near;
        char shown[QUOTE_MAX];

        for (size_t i = 0; i < ELEMENTSOF(keys); i++)
                names[i] = keys[i].name;
        near = suggest_nearest(item->name, names);
        (void) problems_add(problems, false, file, item->line,
                "unknown key '%s' in [DNSUpdate]%s%s%s", quote(item->name, shown),
                near ? "; did you mean " : "", near ? near : "", near ? "=?" : "");
        return -EINVAL;
}

void dns_config_init(DnsConfig *config) {
        *config = (DnsConfig){.ttl_min = TTL_MIN_DEFAULT, .ttl_max = TTL_MAX_DEFAULT};
}

void dns_config_done(DnsConfig *config) {
        config->zones = strv_free(config->zones);
        free(TAKE_PTR(config->key_name));
        free(TAKE_PTR(config->key_file));
        config->key = dns_key_free(config->key);
}

int dns_config_assign(
        DnsConfig *config, const IniItem *item, const char *file, Problems *problems) {
        const Place place = {file, item->line};

        for (size_t i = 0; i < ELEMENTSOF(keys); i++) {
                const Assignment assignment = {&keys[i], item->value, &place, problems};

                if (!string_equal(keys[i].name, item->name))
                        continue;
                if (!*item->value) {
                        keys[i].reset(&keys[i], config);
                        return 0;
                }
                return keys[i].parse(&assignment, config);
        }
        return refuse_unknown(item, file, problems);
}

/* Reads the key, if there is one. */
static int read_key(DnsConfig *config, const char *file, unsigned line, const char *credentials,
        bool is_service, Problems *problems) {
        _cleanup_free_ char *found = NULL;
        const char *path = config->key_file;
        char *text = NULL;
        size_t size = 0;
        int r;

        if (!path && credentials && is_service) {
                if (asprintf(&found, "%s/" CREDENTIAL, credentials) < 0)
                        return -ENOMEM;
                path = found;
        }
        r = path ? config_file_read(path, &text, &size) : -ENOENT;
        if (r == -ENOENT && !config->key_file) {
                if (!config->key_name)
                        return 0;
                (void) problems_add(problems, !is_service, file, line,
                        is_service ? "Key=%s has no secret: give KeyFile=, or the service the "
                                     "credential dns.key (LoadCredential=dns.key:PATH)"
                                   : "Key=%s must be in the credential dns.key of the service "
                                     "(LoadCredential=dns.key:PATH), which only the service reads",
                        config->key_name);
                return is_service ? -EINVAL : 0;
        }
        if (r == -ENOMEM)
                return r;
        if (r < 0) {
                (void) problems_add(problems, false, path, 0, "the key cannot be read: %s",
                        config_failure_to_string(r));
                return -EINVAL;
        }
        config->key = dns_key_free(config->key);
        r = dns_key_parse(path, text, size, config->key_name, problems, &config->key);
        explicit_bzero(text, size);
        free(text);
        return r;
}

int dns_config_finish(DnsConfig *config, const char *file, unsigned line, const char *credentials,
        bool is_service, Problems *problems) {
        const size_t n = problems->n_errors;
        int r;

        if (config->server.any.sa_family == 0)
                (void) problems_add(problems, false, file, line,
                        "[DNSUpdate] has no Server=, the address of the server that has the zones");
        if (strv_length(config->zones) == 0)
                (void) problems_add(problems, false, file, line,
                        "[DNSUpdate] has no Zone=, the zones that names are put into");
        if (config->ttl_min > config->ttl_max)
                (void) problems_add(
                        problems, false, file, line, "TTLMinSec= is more than TTLMaxSec=");
        r = read_key(config, file, line, credentials, is_service, problems);
        if (r < 0)
                return r;
        return problems->n_errors > n ? -EINVAL : 0;
}

const char *dns_config_server(const DnsConfig *config, char buffer[static DNS_SERVER_STRING_MAX]) {
        const bool ipv6 = config->server.any.sa_family == AF_INET6;
        char host[INET6_ADDRSTRLEN] = "?";

        (void) inet_ntop(config->server.any.sa_family,
                ipv6 ? (const void *) &config->server.ipv6.sin6_addr
                     : (const void *) &config->server.ipv4.sin_addr,
                host, sizeof(host));
        (void) snprintf(buffer, DNS_SERVER_STRING_MAX, "%s#%u", host,
                ntohs(ipv6 ? config->server.ipv6.sin6_port : config->server.ipv4.sin_port));
        return buffer;
}

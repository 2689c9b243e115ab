/* SPDX-License-Identifier: MIT */
#pragma once

/* The section [DNSUpdate]: a DNS server, its zones that are kept up to date, and the key. */

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "basic/macro.h"
#include "basic/problem.h"
#include "basic/time.h"
#include "config/ini.h"
#include "dns-update/key.h"

typedef union DnsServerAddress {
        struct sockaddr any;
        struct sockaddr_in ipv4;
        struct sockaddr_in6 ipv6;
} DnsServerAddress;

typedef struct DnsConfig {
        DnsServerAddress server; /* family 0 = not set */
        bool tcp;                /* TCP alone; else UDP, and TCP for what UDP does not do */
        char **zones;            /* canonical, forward and reverse */
        char *key_name;          /* canonical; NULL = the only one of the file */
        char *key_file;          /* NULL = the credential "dns.key", if there is one */
        usec_t ttl_min;
        usec_t ttl_max;
        DnsKey *key; /* found by dns_config_finish(); NULL = nothing is signed */
} DnsConfig;

/* Room for dns_config_server(): "[address]#port" */
#define DNS_SERVER_STRING_MAX (INET6_ADDRSTRLEN + 8)

/**
 * dns_config_init() - nothing set but the defaults.
 */
void dns_config_init(DnsConfig *config);

/**
 * dns_config_done() - frees all of it, and overwrites the secret.
 */
void dns_config_done(DnsConfig *config);

/**
 * dns_config_assign() - takes a line KEY=VALUE of the section. An empty value resets.
 *
 * @item: an assignment, as ini_reader_next() gives it
 * @file: its file, for problems
 * Return: 0, -EINVAL with a problem added, -ENOMEM.
 */
int dns_config_assign(DnsConfig *config, const IniItem *item, const char *file, Problems *problems);

/**
 * dns_config_finish() - looks whether the section is whole, and reads the key.
 *
 * @file, @line: of the section, for problems
 * @credentials: directory of credentials ($CREDENTIALS_DIRECTORY), NULL when there is none
 * @is_service: whether the reader is the service; nobody else sees its credential, whose absence
 * is a warning then
 * Return: 0, -EINVAL with a problem added, -ENOMEM.
 */
int dns_config_finish(DnsConfig *config, const char *file, unsigned line, const char *credentials,
        bool is_service, Problems *problems);

/**
 * dns_config_server() - the server as Server= writes it. Return: @buffer
 */
const char *dns_config_server(const DnsConfig *config, char buffer[static DNS_SERVER_STRING_MAX]);

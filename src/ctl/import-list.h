/* SPDX-License-Identifier: MIT */
#pragma once

/* Leases of other servers, read from their files. Each reader takes the form that its server
 * writes; what makes no sense is reported by line, and the rest is taken. */

#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/problem.h"
#include "basic/time.h"

enum {
        IMPORT_HARDWARE_MAX = 16,
        IMPORT_CLIENT_ID_MAX = 255,
        IMPORT_HOSTNAME_MAX = 255,
};

typedef struct ImportedLease {
        ipv4_t address;
        usec_t expires; /* microseconds since the epoch; USEC_INFINITY = never; 0 = not in force */
        unsigned line;
        uint8_t hardware[IMPORT_HARDWARE_MAX]; /* Ethernet; none if hardware_size is 0 */
        uint8_t client_id[IMPORT_CLIENT_ID_MAX];
        size_t hardware_size;
        size_t client_id_size;
        char hostname[IMPORT_HOSTNAME_MAX + 1];
} ImportedLease;

typedef struct ImportList {
        ImportedLease *items;
        size_t n_items;
        size_t capacity;
} ImportList;

/**
 * import_list_done() - frees the list.
 */
void import_list_done(ImportList *list);

/**
 * import_list_add() - appends a copy of a lease.
 * Return: 0, -ENOMEM.
 */
int import_list_add(ImportList *list, const ImportedLease *lease);

/**
 * import_list_settle() - leaves the last entry of each address, if that is in force at @now; sorted
 * by line. O(n log n).
 *
 * Return: how many of the last ones have ended.
 */
size_t import_list_settle(ImportList *list, usec_t now);

/**
 * import_read_dnsmasq() - dnsmasq's leases: EXPIRY HARDWARE ADDRESS HOSTNAME CLIENT-ID.
 *
 * @path: for problems
 * Return: 0, -ENOMEM, negative errno of reading.
 */
int import_read_dnsmasq(ImportList *list, int fd, const char *path, Problems *problems);

/**
 * import_read_dhcpd() - ISC dhcpd's dhcpd.leases(5): lease ADDRESS { … }.
 * Return: as import_read_dnsmasq().
 */
int import_read_dhcpd(ImportList *list, int fd, const char *path, Problems *problems);

/**
 * import_read_kea() - Kea's memfile for DHCPv4, a CSV.
 * Return: as import_read_dnsmasq().
 */
int import_read_kea(ImportList *list, int fd, const char *path, Problems *problems);

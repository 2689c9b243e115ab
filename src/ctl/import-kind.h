/* SPDX-License-Identifier: MIT */
#pragma once

/* What somebody takes for a file of leases may be a server's configuration. */

#include <stddef.h>

/**
 * import_find_configuration() - which server's configuration a text is.
 *
 * @text: @size bytes, the beginning of a file at least
 * Return: "dnsmasq", "dhcpd", "kea", "mini-dhcp"; NULL for anything else, leases among it.
 */
const char *import_find_configuration(const char *text, size_t size);

/**
 * import_usual_file() - where the server of a format keeps its leases.
 */
const char *import_usual_file(const char *format);

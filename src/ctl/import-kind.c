/* SPDX-License-Identifier: MIT */
/* Tells configurations from leases by the words that their lines begin with. Leases never begin so,
 * and a doubtful text counts as leases, of which the reader says what is wrong. */

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "basic/macro.h"
#include "ctl/import-kind.h"

typedef struct LineKind {
        const char *beginning;
        const char *server;
} LineKind;

/* One line with one of these is enough. */
static const LineKind kinds[] = {
        {"[Server]", "mini-dhcp"},
        {"[Pool ", "mini-dhcp"},
        {"[Host ", "mini-dhcp"},
        {"dhcp-range", "dnsmasq"},
        {"dhcp-host", "dnsmasq"},
        {"dhcp-option", "dnsmasq"},
        {"dhcp-leasefile", "dnsmasq"},
        {"dhcp-authoritative", "dnsmasq"},
        {"conf-dir", "dnsmasq"},
        {"conf-file", "dnsmasq"},
        {"domain-needed", "dnsmasq"},
        {"bogus-priv", "dnsmasq"},
        {"no-resolv", "dnsmasq"},
        {"bind-interfaces", "dnsmasq"},
        {"interface=", "dnsmasq"},
        {"listen-address=", "dnsmasq"},
        {"server=", "dnsmasq"},
        {"domain=", "dnsmasq"},
        {"port=", "dnsmasq"},
        {"subnet ", "dhcpd"},
        {"subnet6 ", "dhcpd"},
        {"shared-network ", "dhcpd"},
        {"option ", "dhcpd"},
        {"default-lease-time ", "dhcpd"},
        {"max-lease-time ", "dhcpd"},
        {"ddns-update-style ", "dhcpd"},
        {"log-facility ", "dhcpd"},
        {"authoritative;", "dhcpd"},
        {"\"Dhcp4\"", "kea"},
        {"{ \"Dhcp4\"", "kea"},
        {"{\"Dhcp4\"", "kea"},
};

static bool line_begins(const char *line, size_t size, const char *beginning) {
        size_t n = strlen(beginning);

        return size >= n && memcmp(line, beginning, n) == 0;
}

static const char *kind_of_line(const char *line, size_t size) {
        for (size_t i = 0; i < ELEMENTSOF(kinds); i++)
                if (line_begins(line, size, kinds[i].beginning))
                        return kinds[i].server;
        return NULL;
}

const char *import_find_configuration(const char *text, size_t size) {
        const char *end = text + size, *found = NULL;
        size_t depth = 0; /* of dhcpd's braces: what stands in a lease is the lease's */

        while (text < end) {
                const char *newline = memchr(text, '\n', (size_t) (end - text));
                size_t n = (size_t) ((newline ? newline : end) - text);

                while (n > 0 && isspace((unsigned char) *text)) {
                        text++;
                        n--;
                }
                /* dhcpd.leases may repeat declarations of hosts, but no configuration has leases */
                if (line_begins(text, n, "lease ") && memchr(text, '{', n))
                        return NULL;
                if (!found && depth == 0)
                        found = kind_of_line(text, n);
                if (n > 0 && text[n - 1] == '{' && n > 1)
                        depth++;
                else if (n > 0 && *text == '}' && depth > 0)
                        depth--;
                if (!newline)
                        break;
                text = newline + 1;
        }
        return found;
}

const char *import_usual_file(const char *format) {
        static const LineKind files[] = {
                {"/var/lib/misc/dnsmasq.leases", "dnsmasq"},
                {"/var/lib/dhcp/dhcpd.leases", "dhcpd"},
                {"/var/lib/kea/kea-leases4.csv", "kea"},
                {"/var/lib/mini-dhcp/leases.csv", "mini-dhcp"},
        };

        for (size_t i = 0; i < ELEMENTSOF(files); i++)
                if (strcmp(files[i].server, format) == 0)
                        return files[i].beginning;
        return "";
}

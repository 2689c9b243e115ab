/* SPDX-License-Identifier: MIT */
/* The log's lines: NAME FLAGS TTL ADDRESS ADDRESS DHCID, or NAME alone when nothing is there any
 * more. The last line of a name holds. */

#include <errno.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/text.h"
#include "dns-update/entry.h"

enum {
        LINE_MAX_SIZE = 512,
        FIELDS = 6,
};

int dns_entry_write(const DnsEntry *entry, Buffer *log) {
        const DnsPlaced *placed = &entry->placed;
        char dhcid[BYTES_STRING_MAX(DHCID_SIZE)], addresses[2][IPV4_STRING_MAX];

        if (!(placed->flags & PLACED_REMAINS))
                return buffer_printf(log, "%s\n", entry->name);
        return buffer_printf(log, "%s %u %u %s %s %s\n", entry->name, placed->flags, placed->ttl,
                ipv4_format(placed->addresses[0], addresses[0]),
                ipv4_format(placed->addresses[1], addresses[1]),
                bytes_format(placed->dhcid.data, sizeof(placed->dhcid.data), dhcid));
}

static int read_fields(char *const *fields, DnsPlaced *ret) {
        DnsPlaced placed = {0};
        uint64_t flags, ttl;
        size_t size;

        if (parse_u64(fields[1], PLACED_ALL, &flags) < 0 ||
                parse_u64(fields[2], INT32_MAX, &ttl) < 0 ||
                ipv4_parse(fields[3], &placed.addresses[0]) < 0 ||
                ipv4_parse(fields[4], &placed.addresses[1]) < 0 ||
                bytes_parse(fields[5], placed.dhcid.data, sizeof(placed.dhcid.data), &size) < 0 ||
                size != sizeof(placed.dhcid.data) || !dhcid_is_set(&placed.dhcid))
                return -EBADMSG;
        placed.flags = (uint32_t) flags;
        placed.ttl = (uint32_t) ttl;
        *ret = placed;
        return 0;
}

int dns_entry_read(
        const char *line, size_t size, char ret_name[static DNS_NAME_MAX], DnsPlaced *ret) {
        char copy[LINE_MAX_SIZE], *fields[FIELDS] = {copy}, *rest = copy;
        size_t n = 0;

        if (size >= sizeof(copy) || memchr(line, '\0', size))
                return -EBADMSG;
        memcpy(copy, line, size);
        copy[size] = '\0';
        while (n < FIELDS && rest)
                fields[n++] = strsep(&rest, " ");
        if (rest || dns_name_parse(fields[0], ret_name) < 0)
                return -EBADMSG;
        if (n == 1) {
                *ret = (DnsPlaced){0};
                return 0;
        }
        return n == FIELDS ? read_fields(fields, ret) : -EBADMSG;
}

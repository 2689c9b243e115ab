/* SPDX-License-Identifier: MIT */
/* dnsmasq's leases, a line each, fields between blanks, an asterisk for what is not known:
 *
 *   1795298100 02:00:00:00:00:07 192.168.1.101 laptop 01:02:00:00:00:00:07
 *
 * A hardware type other than Ethernet's stands before the address: 06-02:…. DHCPv6's leases follow
 * a line that starts with "duid". */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/text.h"
#include "ctl/import-list.h"
#include "store/reader.h"

enum {
        FIELD_EXPIRY,
        FIELD_HARDWARE,
        FIELD_ADDRESS,
        FIELD_HOSTNAME,
        FIELD_CLIENT_ID,
        FIELD_MAX,
};

static bool is_known(const char *field) {
        return strcmp(field, "*") != 0;
}

static bool is_ethernet(const char *field) {
        return is_known(field) && !strchr(field, '-');
}

static const char *take_expiry(const char *field, ImportedLease *lease) {
        uint64_t seconds;

        if (parse_u64(field, UINT64_MAX / USEC_PER_SEC - 1, &seconds) < 0)
                return "the time is not a number of seconds";
        lease->expires = seconds == 0 ? USEC_INFINITY : seconds * USEC_PER_SEC;
        return NULL;
}

/* Return: what is wrong, NULL when all is well. */
static const char *take_fields(char *const *fields, ImportedLease *lease) {
        const char *reason = take_expiry(fields[FIELD_EXPIRY], lease);

        if (reason)
                return reason;
        if (ipv4_parse(fields[FIELD_ADDRESS], &lease->address) < 0)
                return "the third field is not an IPv4 address";
        if (is_ethernet(fields[FIELD_HARDWARE]) &&
                bytes_parse(fields[FIELD_HARDWARE], lease->hardware, sizeof(lease->hardware),
                        &lease->hardware_size) < 0)
                return "the second field is not a hardware address";
        if (is_known(fields[FIELD_CLIENT_ID]) &&
                bytes_parse(fields[FIELD_CLIENT_ID], lease->client_id, sizeof(lease->client_id),
                        &lease->client_id_size) < 0)
                return "the fifth field is not a client identifier";
        if (is_known(fields[FIELD_HOSTNAME]))
                (void) text_sanitize((const uint8_t *) fields[FIELD_HOSTNAME],
                        strlen(fields[FIELD_HOSTNAME]), lease->hostname, sizeof(lease->hostname));
        return NULL;
}

/* Return: 1 at the end of DHCPv4's leases, 0, -ENOMEM. */
static int take_line(
        ImportList *list, const ReaderLine *line, const char *path, Problems *problems) {
        _cleanup_(strv_freep) char **fields = NULL;
        ImportedLease lease = {.line = line->number};
        _cleanup_free_ char *text = NULL;
        const char *reason;
        size_t n;

        text = strndup(line->text, line->size);
        if (!text || strv_split(text, &fields) < 0)
                return -ENOMEM;
        n = strv_length(fields);
        if (n == 0)
                return 0;
        if (strcmp(fields[0], "duid") == 0)
                return 1;
        if (n != FIELD_MAX)
                return problems_add(problems, false, path, line->number,
                        "%zu field%s instead of 5: time, hardware address, address, hostname, "
                        "client identifier",
                        n, n == 1 ? "" : "s");
        reason = take_fields(fields, &lease);
        if (reason)
                return problems_add(problems, false, path, line->number, "%s", reason);
        return import_list_add(list, &lease);
}

int import_read_dnsmasq(ImportList *list, int fd, const char *path, Problems *problems) {
        ReaderLine line;
        Reader reader;
        int r;

        r = reader_init(&reader, fd);
        if (r < 0)
                return r;
        while ((r = reader_next(&reader, &line)) > 0) {
                r = take_line(list, &line, path, problems);
                if (r != 0)
                        break;
        }
        reader_done(&reader);
        return MIN(r, 0);
}

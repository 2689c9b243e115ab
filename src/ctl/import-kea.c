/* SPDX-License-Identifier: MIT */
/* Kea's memfile: CSV with columns by name, appended to, the last row of an address counts. A
 * lifetime of 0 takes a lease back; a comma in a text is written &#x2c. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/text.h"
#include "ctl/import-list.h"
#include "store/reader.h"

typedef enum KeaColumn {
        KEA_ADDRESS,
        KEA_HARDWARE,
        KEA_CLIENT_ID,
        KEA_LIFETIME,
        KEA_EXPIRE,
        KEA_HOSTNAME,
        KEA_STATE,
        KEA_COLUMN_MAX,
} KeaColumn;

enum {
        KEA_STATE_DEFAULT = 0,
};

static const char *const column_names[KEA_COLUMN_MAX] = {
        [KEA_ADDRESS] = "address",
        [KEA_HARDWARE] = "hwaddr",
        [KEA_CLIENT_ID] = "client_id",
        [KEA_LIFETIME] = "valid_lifetime",
        [KEA_EXPIRE] = "expire",
        [KEA_HOSTNAME] = "hostname",
        [KEA_STATE] = "state",
};

/* Where each column stands. */
typedef struct KeaHeader {
        bool is_read;
        size_t places[KEA_COLUMN_MAX];
} KeaHeader;

static const char *take_header(KeaHeader *header, char *const *cells, size_t n) {
        for (KeaColumn column = 0; column < KEA_COLUMN_MAX; column++) {
                size_t i = 0;

                while (i < n && strcmp(cells[i], column_names[column]) != 0)
                        i++;
                if (i == n)
                        return "the first line does not name the columns address, hwaddr, "
                               "client_id, valid_lifetime, expire, hostname and state";
                header->places[column] = i;
        }
        header->is_read = true;
        return NULL;
}

static void take_hostname(const char *cell, ImportedLease *lease) {
        static const char comma[] = "&#x2c";
        char text[IMPORT_HOSTNAME_MAX + 1];
        size_t n = 0;

        for (; *cell && n + 1 < sizeof(text); n++) {
                bool is_comma = strncmp(cell, comma, strlen(comma)) == 0;

                text[n] = *cell;
                if (is_comma)
                        text[n] = ',';
                cell += is_comma ? strlen(comma) : 1;
        }
        /* Kea writes names with the root's dot. */
        if (n > 0 && text[n - 1] == '.')
                n--;
        (void) text_sanitize((const uint8_t *) text, n, lease->hostname, sizeof(lease->hostname));
}

static const char *take_time(
        const char *lifetime_cell, const char *expire_cell, ImportedLease *lease) {
        uint64_t lifetime, expire;

        if (parse_u64(lifetime_cell, UINT32_MAX, &lifetime) < 0)
                return "valid_lifetime is not a number of seconds";
        if (parse_u64(expire_cell, UINT64_MAX / USEC_PER_SEC - 1, &expire) < 0)
                return "expire is not a number of seconds";
        if (lifetime == 0)
                lease->expires = 0;
        else if (lifetime == UINT32_MAX)
                lease->expires = USEC_INFINITY;
        else
                lease->expires = expire * USEC_PER_SEC;
        return NULL;
}

/* Return: what is wrong, NULL when all is well. */
static const char *take_row(const KeaHeader *header, char *const *cells, ImportedLease *lease) {
        const char *texts[KEA_COLUMN_MAX], *reason;
        uint64_t state;

        for (KeaColumn column = 0; column < KEA_COLUMN_MAX; column++)
                texts[column] = cells[header->places[column]];

        if (ipv4_parse(texts[KEA_ADDRESS], &lease->address) < 0)
                return "address is not an IPv4 address";
        if (bytes_parse(texts[KEA_HARDWARE], lease->hardware, sizeof(lease->hardware),
                    &lease->hardware_size) < 0)
                return "hwaddr is not a hardware address";
        if (bytes_parse(texts[KEA_CLIENT_ID], lease->client_id, sizeof(lease->client_id),
                    &lease->client_id_size) < 0)
                return "client_id is not a client identifier";
        reason = take_time(texts[KEA_LIFETIME], texts[KEA_EXPIRE], lease);
        if (reason)
                return reason;
        if (parse_u64(texts[KEA_STATE], UINT32_MAX, &state) < 0)
                return "state is not a number";
        if (state != KEA_STATE_DEFAULT)
                lease->expires = 0;
        take_hostname(texts[KEA_HOSTNAME], lease);
        return NULL;
}

static size_t columns_needed(const KeaHeader *header) {
        size_t n = 0;

        for (KeaColumn column = 0; column < KEA_COLUMN_MAX; column++)
                n = MAX(n, header->places[column] + 1);
        return n;
}

/* Return: 0, -EBADMSG when the columns are not known, -ENOMEM. */
static int take_cells(ImportList *list, KeaHeader *header, char *const *cells, size_t n,
        unsigned line, const char *path, Problems *problems) {
        ImportedLease lease = {.line = line};
        const char *reason;
        int r;

        if (!header->is_read) {
                reason = take_header(header, cells, n);
                if (!reason)
                        return 0;
                r = problems_add(problems, false, path, line, "%s", reason);
                return r < 0 ? r : -EBADMSG;
        }
        reason = n < columns_needed(header) ? "too few cells" : take_row(header, cells, &lease);
        if (reason)
                return problems_add(problems, false, path, line, "%s", reason);
        return import_list_add(list, &lease);
}

static int take_line(ImportList *list, KeaHeader *header, Reader *reader, const ReaderLine *line,
        const char *path, Problems *problems) {
        const char *reason;
        char *const *cells;
        size_t n;
        int r;

        if (line->size == 0)
                return 0;
        if (memchr(line->text, '\0', line->size))
                return problems_add(problems, false, path, line->number, "contains NUL bytes");
        r = reader_split(reader, line, &cells, &n, &reason);
        if (r == -EINVAL)
                return problems_add(problems, false, path, line->number, "%s", reason);
        if (r < 0)
                return r;
        return take_cells(list, header, cells, MIN(n, (size_t) READER_CELLS_MAX), line->number,
                path, problems);
}

int import_read_kea(ImportList *list, int fd, const char *path, Problems *problems) {
        KeaHeader header = {0};
        ReaderLine line;
        Reader reader;
        int r;

        r = reader_init(&reader, fd);
        if (r < 0)
                return r;
        while ((r = reader_next(&reader, &line)) > 0) {
                r = take_line(list, &header, &reader, &line, path, problems);
                if (r < 0)
                        break;
        }
        reader_done(&reader);
        return r == -EBADMSG ? 0 : r;
}

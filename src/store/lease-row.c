/* SPDX-License-Identifier: MIT */

/* Cells to values: the header and the rows of the lease file, in our form and the predecessor's.
 * Knows no file and no clock. Invariant: a row that is taken is one that the server may hold: a
 * legal address, a state, an owner where the state needs one, sizes within bounds; all that is
 * wrong with a cell is said with its value and what is allowed. */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "basic/bytes.h"
#include "basic/text.h"
#include "store/lease-row.h"
#include "wire/frame.h"
#include "wire/protocol.h"

enum {
        SHOWN_CELL_MAX = 64, /* of a cell in a message */
};

/* 9000-01-01T00:00:00Z. Tags only rise: one from the end of the calendar would leave no room. */
#define UPDATED_AT_MAX (UINT64_C(221845392000) * USEC_PER_SEC)

/* 9999-12-31T23:59:59Z, the last moment that has an RFC 3339 form. */
#define EXPIRES_AT_MAX (UINT64_C(253402300799) * USEC_PER_SEC)

static const char *const column_names[LEASE_COLUMN_UNKNOWN] = {
        [LEASE_COLUMN_ADDRESS] = "address",
        [LEASE_COLUMN_CLIENT_ID] = "client_id",
        [LEASE_COLUMN_HARDWARE_ADDRESS] = "hardware_address",
        [LEASE_COLUMN_HOSTNAME] = "hostname",
        [LEASE_COLUMN_STATE] = "state",
        [LEASE_COLUMN_EXPIRES_AT] = "expires_at",
        [LEASE_COLUMN_POOL] = "pool",
        [LEASE_COLUMN_UPDATED_AT] = "updated_at",
        [LEASE_COLUMN_RELAY_AGENT] = "relay_agent",
        [LEASE_COLUMN_LEASED] = "leased",
        [LEASE_COLUMN_PROBATION] = "probation",
};

/* What the predecessor's file calls differently. */
static const char *const predecessor_names[LEASE_COLUMN_UNKNOWN] = {
        [LEASE_COLUMN_ADDRESS] = "ip",
        [LEASE_COLUMN_POOL] = "network",
};

static const char *column_name(const LeaseHeader *header, LeaseColumn column) {
        if (header->predecessor && predecessor_names[column])
                return predecessor_names[column];
        return column_names[column];
}

/* In the predecessor's file our names count as well: a column there that kept a name of ours as
 * somebody's own would be ours when it is written back. */
static LeaseColumn column_from_name(const LeaseHeader *header, const char *name) {
        const LeaseColumn end =
                header->predecessor ? LEASE_COLUMN_UNKNOWN : LEASE_COLUMN_RELAY_AGENT + 1;

        for (LeaseColumn column = 0; column < end; column++)
                if (strcasecmp(name, column_names[column]) == 0 ||
                        strcasecmp(name, column_name(header, column)) == 0)
                        return column;
        return LEASE_COLUMN_UNKNOWN;
}

static bool has_column(const LeaseHeader *header, LeaseColumn column) {
        for (size_t i = 0; i < header->n_columns; i++)
                if (header->columns[i] == column)
                        return true;
        return false;
}

static const char *find_missing(const LeaseHeader *header) {
        if (!has_column(header, LEASE_COLUMN_ADDRESS))
                return "there is no column address";
        if (!has_column(header, LEASE_COLUMN_CLIENT_ID) &&
                !has_column(header, LEASE_COLUMN_HARDWARE_ADDRESS))
                return "there is neither a column client_id nor a column hardware_address";
        if (!has_column(header, LEASE_COLUMN_EXPIRES_AT))
                return "there is no column expires_at";
        return NULL;
}

int lease_header_parse(char *const *cells, size_t n, LeaseHeader *ret, const char **ret_reason) {
        _cleanup_(lease_header_done) LeaseHeader header = {0};
        size_t size = 0;

        if (n > LEASE_COLUMNS_MAX)
                return -E2BIG;
        for (size_t i = 0; i < n && !header.predecessor; i++)
                header.predecessor = strcasecmp(cells[i], "ip") == 0;

        for (size_t i = 0; i < n; i++) {
                const LeaseColumn column = column_from_name(&header, cells[i]);

                if (column == LEASE_COLUMN_UNKNOWN) {
                        size += strlen(cells[i]);
                        if (header.n_unknown >= LEASE_UNKNOWN_MAX || size > LEASE_UNKNOWN_SIZE_MAX)
                                return -E2BIG;
                        header.unknown[header.n_unknown] = strdup(cells[i]);
                        if (!header.unknown[header.n_unknown])
                                return -ENOMEM;
                        header.n_unknown++;
                } else if (has_column(&header, column)) {
                        *ret_reason = "a column is there twice";
                        return -EINVAL;
                }
                header.columns[header.n_columns++] = column;
        }

        header.has_relay_agent = has_column(&header, LEASE_COLUMN_RELAY_AGENT);
        *ret_reason = find_missing(&header);
        if (*ret_reason)
                return -EINVAL;
        *ret = header;
        header = (LeaseHeader){0};
        return 0;
}

void lease_header_done(LeaseHeader *header) {
        for (size_t i = 0; i < header->n_unknown; i++)
                free(header->unknown[i]);
        *header = (LeaseHeader){0};
}

bool lease_header_is_ours(const LeaseHeader *header) {
        const size_t n_ours = LEASE_COLUMN_UPDATED_AT + 1U + header->has_relay_agent;

        if (header->predecessor || header->n_columns != n_ours + header->n_unknown)
                return false;
        for (size_t i = 0; i < n_ours; i++)
                if (header->columns[i] != (LeaseColumn) i)
                        return false;
        return true;
}

/* What the cells of a row say before they are put together. */
typedef struct RowCells {
        LeaseRow *row;
        bool predecessor;
        LeaseState state; /* LEASE_STATE_INVALID = not given */
        int leased;       /* 1, 0, or -1 when not given */
        int probation;
} RowCells;

/* Takes one cell; @ret_allowed receives what it ought to be on -EINVAL. */
typedef int (*CellFunction)(const char *cell, RowCells *cells, const char **ret_allowed);

static int take_address(const char *cell, RowCells *cells, const char **ret_allowed) {
        ipv4_t address;

        *ret_allowed = "the IPv4 address of a host, such as 192.168.1.101";
        if (ipv4_parse(cell, &address) < 0)
                return -EINVAL;
        /* 0.0.0.0/8, multicast, class E and 255.255.255.255 are nobody's (RFC 1122 3.2.1.3) */
        if (address >> 24 == 0 || address >> 24 >= 224)
                return -EINVAL;
        cells->row->record.address = address;
        return 0;
}

static int take_client_id(const char *cell, RowCells *cells, const char **ret_allowed) {
        size_t size;

        *ret_allowed = "up to 255 hexadecimal bytes, such as 01:02:00:00:00:00:07";
        if (bytes_parse(cell, cells->row->client_id, CLIENT_ID_SIZE_MAX, &size) < 0)
                return -EINVAL;
        cells->row->record.client_id_size = (uint8_t) size;
        return 0;
}

static int take_hardware(const char *cell, RowCells *cells, const char **ret_allowed) {
        size_t size;

        *ret_allowed = "up to 16 hexadecimal bytes, such as 02:00:00:00:00:07";
        if (bytes_parse(cell, cells->row->hardware, HARDWARE_ADDRESS_MAX, &size) < 0)
                return -EINVAL;
        cells->row->record.hardware_size = (uint8_t) size;
        return 0;
}

static int take_hostname(const char *cell, RowCells *cells, const char **ret_allowed) {
        LeaseRow *row = cells->row;
        size_t size = strlen(cell);

        *ret_allowed = "a name of at most 255 bytes";
        if (size >= sizeof(row->hostname))
                return -EINVAL;
        row->record.hostname_size = (uint8_t) text_sanitize(
                (const uint8_t *) cell, size, row->hostname, sizeof(row->hostname));
        return 0;
}

static int take_relay_agent(const char *cell, RowCells *cells, const char **ret_allowed) {
        LeaseRow *row = cells->row;
        size_t size;

        *ret_allowed = "up to 255 hexadecimal bytes of option 82, such as 01:02:00:07, or empty";
        if (bytes_parse(cell, row->relay_agent, sizeof(row->relay_agent), &size) < 0)
                return -EINVAL;
        row->record.relay_agent_size = (uint8_t) size;
        return 0;
}

static int take_state(const char *cell, RowCells *cells, const char **ret_allowed) {
        *ret_allowed = "one of bound, released, expired, declined";
        if (!*cell)
                return 0;
        cells->state = lease_state_from_string(cell);
        /* offers live in memory alone */
        if (cells->state == LEASE_STATE_INVALID || cells->state == LEASE_OFFERED)
                return -EINVAL;
        return 0;
}

static int take_expires_at(const char *cell, RowCells *cells, const char **ret_allowed) {
        *ret_allowed = "a time such as 2026-11-21T22:55:00Z, seconds since 1970, or infinite";
        if (!*cell)
                return 0;
        if (timestamp_parse(cell, &cells->row->expires_at) < 0)
                return -EINVAL;
        if (cells->row->expires_at > EXPIRES_AT_MAX && cells->row->expires_at != USEC_INFINITY)
                return -EINVAL;
        return 0;
}

static int take_updated_at(const char *cell, RowCells *cells, const char **ret_allowed) {
        *ret_allowed = "a time such as 2026-11-21T21:55:00.123456Z before the year 9000, or empty";
        if (!*cell)
                return 0;
        if (timestamp_parse(cell, &cells->row->updated_at) < 0 ||
                cells->row->updated_at >= UPDATED_AT_MAX)
                return -EINVAL;
        return 0;
}

static int take_pool(const char *cell, RowCells *cells, const char **ret_allowed) {
        size_t size = strlen(cell);

        *ret_allowed = "the name of a pool, at most 63 printable bytes";
        if (size > POOL_NAME_MAX || !text_is_clean((const uint8_t *) cell, size))
                return -EINVAL;
        /* the predecessor had one network and wrote 0 for it */
        if (cells->predecessor && strcmp(cell, "0") == 0)
                return 0;
        memcpy(cells->row->pool, cell, size + 1);
        return 0;
}

static int take_boolean(const char *cell, int *value, const char **ret_allowed) {
        *ret_allowed = "true or false";
        if (!*cell)
                return 0;
        *value = parse_boolean(cell);
        return *value < 0 ? -EINVAL : 0;
}

static int take_leased(const char *cell, RowCells *cells, const char **ret_allowed) {
        return take_boolean(cell, &cells->leased, ret_allowed);
}

static int take_probation(const char *cell, RowCells *cells, const char **ret_allowed) {
        return take_boolean(cell, &cells->probation, ret_allowed);
}

static const CellFunction cell_functions[LEASE_COLUMN_UNKNOWN] = {
        [LEASE_COLUMN_ADDRESS] = take_address,
        [LEASE_COLUMN_CLIENT_ID] = take_client_id,
        [LEASE_COLUMN_HARDWARE_ADDRESS] = take_hardware,
        [LEASE_COLUMN_HOSTNAME] = take_hostname,
        [LEASE_COLUMN_STATE] = take_state,
        [LEASE_COLUMN_EXPIRES_AT] = take_expires_at,
        [LEASE_COLUMN_POOL] = take_pool,
        [LEASE_COLUMN_UPDATED_AT] = take_updated_at,
        [LEASE_COLUMN_RELAY_AGENT] = take_relay_agent,
        [LEASE_COLUMN_LEASED] = take_leased,
        [LEASE_COLUMN_PROBATION] = take_probation,
};

static void say_cell(
        char *reason, size_t size, const char *column, const char *cell, const char *allowed) {
        char shown[SHOWN_CELL_MAX + 1];
        size_t n = strlen(cell);

        (void) text_sanitize((const uint8_t *) cell, n, shown, sizeof(shown));
        (void) snprintf(reason, size, "%s: \"%s%s\" is not %s", column, shown,
                n > SHOWN_CELL_MAX ? "…" : "", allowed);
}

static LeaseState decide_state(const RowCells *cells) {
        if (cells->probation > 0)
                return LEASE_DECLINED;
        if (cells->leased >= 0)
                return cells->leased ? LEASE_BOUND : LEASE_RELEASED;
        if (cells->state != LEASE_STATE_INVALID)
                return cells->state;
        return cells->predecessor ? LEASE_RELEASED : LEASE_BOUND;
}

static void set_client_from_hardware(LeaseRow *row) {
        row->client_id[0] = HARDWARE_ETHERNET;
        memcpy(row->client_id + 1, row->hardware, row->record.hardware_size);
        row->record.client_id_size = (uint8_t) (1 + row->record.hardware_size);
}

/* The predecessor has one column for both: a bare hardware address, or an option 61. */
static void split_predecessor_client(LeaseRow *row) {
        LeaseRecord *record = &row->record;
        bool typed = record->client_id_size == 1 + ETHERNET_ADDRESS_SIZE &&
                     row->client_id[0] == HARDWARE_ETHERNET;

        if (!typed && record->client_id_size != ETHERNET_ADDRESS_SIZE)
                return;
        memcpy(row->hardware, row->client_id + (typed ? 1 : 0), ETHERNET_ADDRESS_SIZE);
        record->hardware_size = ETHERNET_ADDRESS_SIZE;
        set_client_from_hardware(row);
}

/* There is no column for the hardware's type, but most client identifiers begin with it. */
static uint8_t guess_hardware_type(const LeaseRow *row) {
        const LeaseRecord *record = &row->record;

        if (record->hardware_size == 0)
                return 0;
        if (record->client_id_size == 1 + record->hardware_size &&
                memcmp(row->client_id + 1, row->hardware, record->hardware_size) == 0 &&
                row->client_id[0] != 0)
                return row->client_id[0];
        return HARDWARE_ETHERNET;
}

/* Puts the cells together. Return: 0, -EINVAL. */
static int finish_row(const RowCells *cells, const LeaseHeader *header, char *reason, size_t size) {
        LeaseRow *row = cells->row;
        LeaseRecord *record = &row->record;
        bool is_free;

        record->state = decide_state(cells);
        is_free = record->state == LEASE_RELEASED || record->state == LEASE_EXPIRED;

        if (header->predecessor)
                split_predecessor_client(row);
        if (record->state == LEASE_BOUND && record->client_id_size == 0) {
                if (record->hardware_size == 0) {
                        (void) snprintf(reason, size,
                                "a bound lease needs a client_id or a hardware_address");
                        return -EINVAL;
                }
                set_client_from_hardware(row);
        }
        if (!is_free && row->expires_at == 0 && !header->predecessor) {
                (void) snprintf(reason, size,
                        "expires_at: a lease that is %s needs a time, or infinite",
                        lease_state_to_string(record->state));
                return -EINVAL;
        }

        if (is_free && record->client_id_size == 0)
                record->state = LEASE_RELEASED;
        record->hardware_type = guess_hardware_type(row);
        record->n_declined = record->state == LEASE_DECLINED;
        record->version = row->updated_at;
        record->client_id = row->client_id;
        record->hardware = row->hardware;
        record->hostname = row->hostname;
        record->relay_agent = row->relay_agent;
        return 0;
}

/* A cell too few is a row that lost its end; one too many, unless empty, a comma that nobody
 * quoted. */
static int check_count(const LeaseHeader *header, char *const *cells, size_t n) {
        if (n < header->n_columns)
                return -EINVAL;
        for (size_t i = header->n_columns; i < n; i++)
                if (*cells[i])
                        return -EINVAL;
        return 0;
}

int lease_row_parse(const LeaseHeader *header, char *const *cells, size_t n, LeaseRow *ret,
        char *ret_reason, size_t reason_size) {
        RowCells row_cells = {
                .row = ret,
                .predecessor = header->predecessor,
                .state = LEASE_STATE_INVALID,
                .leased = -1,
                .probation = -1,
        };
        const char *allowed;
        size_t n_unknown = 0, size_unknown = 0;

        if (check_count(header, cells, n) < 0) {
                (void) snprintf(ret_reason, reason_size, "%zu cells, but the header names %zu", n,
                        header->n_columns);
                return -EINVAL;
        }

        /* not all of the row, its arrays are large */
        ret->record = (LeaseRecord){0};
        ret->expires_at = ret->updated_at = 0;
        ret->pool[0] = ret->hostname[0] = '\0';

        for (size_t i = 0; i < header->n_columns; i++) {
                const LeaseColumn column = header->columns[i];

                if (column == LEASE_COLUMN_UNKNOWN) {
                        size_unknown += strlen(cells[i]);
                        ret->unknown[n_unknown++] = cells[i];
                        continue;
                }
                if (cell_functions[column](cells[i], &row_cells, &allowed) < 0) {
                        say_cell(ret_reason, reason_size, column_name(header, column), cells[i],
                                allowed);
                        return -EINVAL;
                }
        }
        if (size_unknown > LEASE_UNKNOWN_SIZE_MAX) {
                (void) snprintf(ret_reason, reason_size,
                        "%zu bytes in columns that are not ours; at most %d are kept", size_unknown,
                        LEASE_UNKNOWN_SIZE_MAX);
                return -EINVAL;
        }
        return finish_row(&row_cells, header, ret_reason, reason_size);
}

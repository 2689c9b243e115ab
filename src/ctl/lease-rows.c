/* SPDX-License-Identifier: MIT */
/* Rows by address first, so that of a lease that came twice the last one is left, then by the
 * column that is asked for.
 *
 * A row is the key of the column, with its size before it, and what the line is made of: the cells
 * of a table, or the values of the lease. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/bytes.h"
#include "ctl/bus-api.h"
#include "ctl/export.h"
#include "ctl/lease-rows.h"
#include "ctl/row-sorter.h"
#include "ctl/table.h"

struct LeaseRows {
        const Context *context;
        LeaseFormat format;
        const ColumnChoice *choice;
        LeaseField sort;
        JsonMode mode;
        usec_t now;
        Table *table;
        JsonArray array;
        RowSorter *by_address;
        RowSorter *by_field; /* NULL when that is the same */
        Buffer row;          /* being made */
        Buffer held;         /* that a later one of the same address may replace */
        bool is_empty;
        size_t n_printed;
};

static int compare_bytes(const SortedRow *a, const SortedRow *b) {
        const size_t n = MIN(a->key_size, b->key_size);
        int c = n > 0 ? memcmp(a->key, b->key, n) : 0;

        if (c != 0)
                return c;
        return a->key_size < b->key_size ? -1 : a->key_size > b->key_size;
}

/* Keys with their NUL. */
static int compare_versions(const SortedRow *a, const SortedRow *b) {
        return strverscmp((const char *) a->key, (const char *) b->key);
}

static RowCompare field_compare(LeaseField field) {
        switch (field) {
        case LEASE_FIELD_HOSTNAME:
        case LEASE_FIELD_POOL:
        case LEASE_FIELD_INTERFACE:
                return compare_versions;
        case LEASE_FIELD_ADDRESS:
        case LEASE_FIELD_HARDWARE:
        case LEASE_FIELD_STATE:
        case LEASE_FIELD_EXPIRES:
        case LEASE_FIELD_CLIENT_ID:
        case LEASE_FIELD_STARTED:
        case LEASE_FIELD_LAST_SEEN:
        case LEASE_FIELD_EXPIRES_AT:
        case LEASE_FIELD_FLAGS:
        case LEASE_FIELD_MAX:
                break;
        }
        return compare_bytes;
}

int lease_rows_new(LeaseRows **ret, const Context *context, LeaseFormat format,
        const ColumnChoice *choice, LeaseField sort, JsonMode mode) {
        _cleanup_(lease_rows_freep) LeaseRows *rows = NULL;
        int r;

        rows = calloc(1, sizeof(*rows));
        if (!rows)
                return -ENOMEM;
        *rows = (LeaseRows){
                .context = context,
                .format = format,
                .choice = choice,
                .sort = sort,
                .mode = mode,
                .now = context_now(),
                .row = BUFFER_INIT,
                .held = BUFFER_INIT,
                .is_empty = true,
        };
        r = row_sorter_new(&rows->by_address, compare_bytes, 0);
        if (r >= 0 && sort != LEASE_FIELD_ADDRESS)
                r = row_sorter_new(&rows->by_field, field_compare(sort), 0);
        if (r >= 0 && format == LEASE_FORMAT_TABLE)
                r = table_new(&rows->table, lease_columns, choice, context);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(rows);
        return 0;
}

LeaseRows *lease_rows_free(LeaseRows *rows) {
        if (!rows)
                return NULL;
        (void) table_free(rows->table);
        (void) row_sorter_free(rows->by_address);
        (void) row_sorter_free(rows->by_field);
        buffer_done(&rows->row);
        buffer_done(&rows->held);
        free(rows);
        return NULL;
}

bool lease_rows_are_empty(const LeaseRows *rows) {
        return rows->is_empty;
}

/* ---- keys ---------------------------------------------------------------------------------------
 */

static void put_number(uint8_t *p, uint64_t number, size_t size) {
        for (size_t i = size; i-- > 0; number >>= 8)
                p[i] = (uint8_t) number;
}

static int append_number_key(Buffer *row, uint64_t number) {
        uint8_t bytes[sizeof(number)];

        put_number(bytes, number, sizeof(bytes));
        return buffer_append(row, bytes, sizeof(bytes));
}

static int append_field_key(Buffer *row, const LeaseEntry *entry, LeaseField field) {
        switch (field) {
        case LEASE_FIELD_HARDWARE:
                return buffer_append(row, entry->hardware, entry->hardware_size);
        case LEASE_FIELD_CLIENT_ID:
                return buffer_append(row, entry->client_id, entry->client_id_size);
        case LEASE_FIELD_HOSTNAME:
                return buffer_append(row, entry->hostname, strlen(entry->hostname) + 1);
        case LEASE_FIELD_POOL:
                return buffer_append(row, entry->pool, strlen(entry->pool) + 1);
        case LEASE_FIELD_INTERFACE:
                return buffer_append(row, entry->interface, strlen(entry->interface) + 1);
        case LEASE_FIELD_STATE:
                return buffer_append(row, entry->state, strlen(entry->state) + 1);
        case LEASE_FIELD_EXPIRES:
        case LEASE_FIELD_EXPIRES_AT:
                return append_number_key(row, entry->expires);
        case LEASE_FIELD_STARTED:
                return append_number_key(row, entry->started);
        case LEASE_FIELD_LAST_SEEN:
                return append_number_key(row, entry->last_seen);
        case LEASE_FIELD_FLAGS:
                return append_number_key(row, entry->flags);
        case LEASE_FIELD_ADDRESS:
        case LEASE_FIELD_MAX:
                break;
        }
        return 0;
}

/* ---- cells --------------------------------------------------------------------------------------
 */

static int encode_cells(LeaseRows *rows, const LeaseEntry *entry) {
        char buffer[LEASE_FIELD_TEXT_MAX];
        int r = 0;

        for (size_t i = 0; i < rows->choice->n_items && r >= 0; i++) {
                LeaseField field = rows->choice->items[i];

                r = table_encode_cell(rows->table, i,
                        lease_field_text(
                                entry, field, rows->context->options.timestamp, rows->now, buffer),
                        lease_field_color(entry, field), &rows->row);
        }
        return r;
}

/* ---- values -------------------------------------------------------------------------------------
 */

static void append_bytes(Buffer *row, const uint8_t *bytes, size_t size) {
        const uint8_t n = (uint8_t) MIN(size, (size_t) UINT8_MAX);

        (void) buffer_append(row, &n, sizeof(n));
        (void) buffer_append(row, bytes, n);
}

static void append_text(Buffer *row, const char *text) {
        (void) buffer_append(row, text, strlen(text) + 1);
}

static int encode_values(LeaseRows *rows, const LeaseEntry *entry) {
        const uint64_t numbers[] = {entry->started, entry->expires, entry->last_seen};
        Buffer *row = &rows->row;

        (void) buffer_append(row, &entry->address, sizeof(entry->address));
        (void) buffer_append(row, &entry->flags, sizeof(entry->flags));
        (void) buffer_append(row, numbers, sizeof(numbers));
        append_bytes(row, entry->hardware, entry->hardware_size);
        append_bytes(row, entry->client_id, entry->client_id_size);
        append_text(row, entry->hostname);
        append_text(row, entry->pool);
        append_text(row, entry->interface);
        append_text(row, entry->state);
        append_text(row, entry->extras ? json_object_to_json_string_ext(
                                                 entry->extras, JSON_C_TO_STRING_NOSLASHESCAPE)
                                       : "");
        return row->error;
}

static const uint8_t *take(const uint8_t *p, void *ret, size_t size) {
        memcpy(ret, p, size);
        return p + size;
}

static const uint8_t *take_bytes(const uint8_t *p, const uint8_t **ret, size_t *ret_size) {
        *ret_size = *p++;
        *ret = p;
        return p + *ret_size;
}

static const uint8_t *take_text(const uint8_t *p, const char **ret) {
        *ret = (const char *) p;
        return p + strlen(*ret) + 1;
}

/* @ret: borrows from the row and from @address
 * Return: what else the server knows, as JSON; "" for nothing. */
static const char *decode_values(
        const uint8_t *p, LeaseEntry *ret, char address[static IPV4_STRING_MAX]) {
        LeaseEntry entry = {0};
        const char *extras;

        p = take(p, &entry.address, sizeof(entry.address));
        p = take(p, &entry.flags, sizeof(entry.flags));
        p = take(p, &entry.started, sizeof(entry.started));
        p = take(p, &entry.expires, sizeof(entry.expires));
        p = take(p, &entry.last_seen, sizeof(entry.last_seen));
        p = take_bytes(p, &entry.hardware, &entry.hardware_size);
        p = take_bytes(p, &entry.client_id, &entry.client_id_size);
        p = take_text(p, &entry.hostname);
        p = take_text(p, &entry.pool);
        p = take_text(p, &entry.interface);
        p = take_text(p, &entry.state);
        (void) take_text(p, &extras);
        entry.address_text = ipv4_format(entry.address, address);
        *ret = entry;
        return extras;
}

int lease_rows_add(const LeaseEntry *entry, void *userdata) {
        LeaseRows *rows = userdata;
        uint8_t key[sizeof(ipv4_t)];
        uint32_t size;
        int r;

        buffer_clear(&rows->row);
        (void) buffer_append(&rows->row, &(uint32_t){0}, sizeof(uint32_t));
        r = append_field_key(&rows->row, entry, rows->sort);
        if (r < 0)
                return r;
        size = (uint32_t) (rows->row.size - sizeof(size));
        memcpy(rows->row.data, &size, sizeof(size));
        r = rows->format == LEASE_FORMAT_TABLE ? encode_cells(rows, entry)
                                               : encode_values(rows, entry);
        if (r < 0)
                return r;
        rows->is_empty = false;
        put_number(key, entry->address, sizeof(key));
        return row_sorter_add(rows->by_address, key, sizeof(key), rows->row.data, rows->row.size);
}

/* ---- output -------------------------------------------------------------------------------------
 */

/* What needs more than quotation marks in JSON; other bytes have been made printable. */
static void print_json_text(const char *key, const char *text, FILE *stream) {
        (void) fputs_unlocked(key, stream);
        for (; *text; text++) {
                if (*text == '"' || *text == '\\')
                        (void) putc_unlocked('\\', stream);
                (void) putc_unlocked(*text, stream);
        }
        (void) putc_unlocked('"', stream);
}

static void print_json_bytes(const char *key, const uint8_t *bytes, size_t size, FILE *stream) {
        char text[BYTES_STRING_MAX(UINT8_MAX)];

        print_json_text(key, bytes_format(bytes, size, text), stream);
}

static void print_json_usec(const char *key, usec_t usec, FILE *stream) {
        if (usec == USEC_INFINITY)
                (void) fprintf(stream, "%snull", key);
        else
                (void) fprintf(stream, "%s%" PRIu64, key, usec);
}

static bool is_plain(const char *text) {
        for (; *text; text++)
                if ((unsigned char) *text < ' ' || (unsigned char) *text >= 0x7f)
                        return false;
        return true;
}

/* As lease_entry_to_json() has it, without an object for each value. */
static void print_json_entry(const LeaseEntry *entry, const char *extras, FILE *stream) {
        print_json_text("{\"Address\":\"", entry->address_text, stream);
        print_json_bytes(",\"HardwareAddress\":\"", entry->hardware, entry->hardware_size, stream);
        print_json_bytes(",\"ClientId\":\"", entry->client_id, entry->client_id_size, stream);
        print_json_text(",\"Hostname\":\"", entry->hostname, stream);
        print_json_text(",\"Pool\":\"", entry->pool, stream);
        print_json_text(",\"Interface\":\"", entry->interface, stream);
        print_json_text(",\"State\":\"", entry->state, stream);
        print_json_usec(",\"StartedUSec\":", entry->started, stream);
        print_json_usec(",\"ExpiresUSec\":", entry->expires, stream);
        print_json_usec(",\"LastSeenUSec\":", entry->last_seen, stream);
        (void) fprintf(stream,
                ",\"Flags\":%" PRIu32 ",\"Reserved\":%s,\"Relayed\":%s,\"Extras\":%s}",
                entry->flags, entry->flags & BUS_LEASE_RESERVED ? "true" : "false",
                entry->flags & BUS_LEASE_RELAYED ? "true" : "false", *extras ? extras : "{}");
}

/* The long way, which knows every string and every layout. */
static int print_json_object(LeaseRows *rows, const LeaseEntry *entry, const char *extras) {
        _cleanup_json_ json_object *object = NULL, *more = NULL;
        LeaseEntry whole = *entry;
        int r;

        if (*extras)
                whole.extras = more = json_tokener_parse(extras);
        r = lease_entry_to_json(&whole, &object);
        if (r >= 0)
                json_array_add(&rows->array, object);
        return r;
}

static int print_json(LeaseRows *rows, const LeaseEntry *entry, const char *extras) {
        if (rows->mode == JSON_PRETTY || !is_plain(entry->hostname) || !is_plain(entry->pool) ||
                !is_plain(entry->interface))
                return print_json_object(rows, entry, extras);
        json_array_separate(&rows->array);
        print_json_entry(entry, extras, stdout);
        return 0;
}

static int print_payload(LeaseRows *rows, const uint8_t *payload) {
        char address[IPV4_STRING_MAX];
        const char *extras;
        LeaseEntry entry;

        rows->n_printed++;
        if (rows->format == LEASE_FORMAT_TABLE)
                return table_print_encoded(rows->table, payload, stdout);
        extras = decode_values(payload, &entry, address);
        if (rows->format == LEASE_FORMAT_JSON)
                return print_json(rows, &entry, extras);
        export_print_entry(&entry);
        return 0;
}

/* Of a row that is the last one of its address. */
static int take_held(LeaseRows *rows) {
        const uint8_t *p = rows->held.data;
        uint32_t size;

        memcpy(&size, p, sizeof(size));
        p += sizeof(size);
        if (!rows->by_field)
                return print_payload(rows, p + size);
        return row_sorter_add(rows->by_field, p, size, p + size,
                (size_t) (rows->held.data + rows->held.size - p - size));
}

static int take_distinct(LeaseRows *rows) {
        uint8_t address[sizeof(ipv4_t)];
        bool holding = false;
        SortedRow row;
        int r;

        while ((r = row_sorter_next(rows->by_address, &row)) > 0) {
                if (holding && memcmp(address, row.key, sizeof(address)) != 0) {
                        r = take_held(rows);
                        if (r < 0)
                                return r;
                }
                memcpy(address, row.key, sizeof(address));
                holding = true;
                buffer_clear(&rows->held);
                r = buffer_append(&rows->held, row.data, row.size);
                if (r < 0)
                        return r;
        }
        return r >= 0 && holding ? take_held(rows) : r;
}

static int print_rows(LeaseRows *rows) {
        SortedRow row;
        int r;

        r = take_distinct(rows);
        while (rows->by_field && r >= 0) {
                r = row_sorter_next(rows->by_field, &row);
                if (r <= 0)
                        return r;
                r = print_payload(rows, row.data);
        }
        return r;
}

int lease_rows_print(LeaseRows *rows, size_t *ret_n) {
        const bool titles = !rows->context->options.no_legend;
        int r = 0;

        switch (rows->format) {
        case LEASE_FORMAT_TABLE:
                r = rows->is_empty ? 0 : table_print_titles(rows->table, stdout);
                break;
        case LEASE_FORMAT_JSON:
                json_array_begin(&rows->array, rows->mode);
                break;
        case LEASE_FORMAT_CSV:
                if (titles)
                        (void) puts(EXPORT_CSV_HEADER);
                break;
        }
        if (r >= 0)
                r = print_rows(rows);
        if (r >= 0 && rows->format == LEASE_FORMAT_JSON)
                json_array_end(&rows->array);
        *ret_n = rows->n_printed;
        return r;
}

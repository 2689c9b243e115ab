/* SPDX-License-Identifier: MIT */
/* Leases as cells of a table. Knows no bus and prints nothing. */

#include <stdlib.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/text.h"
#include "ctl/format.h"
#include "ctl/lease-columns.h"
#include "ctl/properties.h"

const Column lease_columns[LEASE_FIELD_MAX] = {
        [LEASE_FIELD_ADDRESS] = {"address", "ADDRESS", 0},
        [LEASE_FIELD_HARDWARE] = {"hardware", "HARDWARE", 0},
        [LEASE_FIELD_HOSTNAME] = {"hostname", "HOSTNAME", COLUMN_ELASTIC},
        [LEASE_FIELD_POOL] = {"pool", "POOL", COLUMN_ELASTIC},
        [LEASE_FIELD_STATE] = {"state", "STATE", 0},
        [LEASE_FIELD_EXPIRES] = {"expires", "EXPIRES", COLUMN_STIFF},
        [LEASE_FIELD_CLIENT_ID] = {"client-id", "CLIENT-ID", COLUMN_STIFF},
        [LEASE_FIELD_INTERFACE] = {"interface", "INTERFACE", COLUMN_ELASTIC},
        [LEASE_FIELD_STARTED] = {"started", "STARTED", COLUMN_STIFF},
        [LEASE_FIELD_LAST_SEEN] = {"last-seen", "LAST-SEEN", COLUMN_STIFF},
        [LEASE_FIELD_EXPIRES_AT] = {"expires-at", "EXPIRES-AT", COLUMN_STIFF},
        [LEASE_FIELD_FLAGS] = {"flags", "FLAGS", COLUMN_ELASTIC},
};

static const char *bytes_text(
        const uint8_t *bytes, size_t size, char buffer[static LEASE_FIELD_TEXT_MAX]) {
        size_t most = (LEASE_FIELD_TEXT_MAX - 1) / 3;

        return bytes_format(bytes, MIN(size, most), buffer);
}

static const char *clean_text(const char *text, char buffer[static LEASE_FIELD_TEXT_MAX]) {
        (void) text_sanitize((const uint8_t *) text, strlen(text), buffer, LEASE_FIELD_TEXT_MAX);
        return buffer;
}

static const char *time_text(usec_t realtime, TimestampStyle style, usec_t now,
        char buffer[static LEASE_FIELD_TEXT_MAX]) {
        if (realtime > 0 && style == TIMESTAMP_STYLE_RELATIVE)
                return format_relative(realtime, now, buffer);
        return format_timestamp(realtime, style, buffer);
}

const char *lease_field_text(const LeaseEntry *entry, LeaseField field, TimestampStyle style,
        usec_t now, char buffer[static LEASE_FIELD_TEXT_MAX]) {
        switch (field) {
        case LEASE_FIELD_ADDRESS:
                return entry->address_text;
        case LEASE_FIELD_HARDWARE:
                return bytes_text(entry->hardware, entry->hardware_size, buffer);
        case LEASE_FIELD_HOSTNAME:
                return clean_text(entry->hostname, buffer);
        case LEASE_FIELD_POOL:
                return clean_text(entry->pool, buffer);
        case LEASE_FIELD_STATE:
                return clean_text(entry->state, buffer);
        case LEASE_FIELD_EXPIRES:
                return format_expiry(entry->expires, entry->state, style, now, buffer);
        case LEASE_FIELD_CLIENT_ID:
                return bytes_text(entry->client_id, entry->client_id_size, buffer);
        case LEASE_FIELD_INTERFACE:
                return clean_text(entry->interface, buffer);
        case LEASE_FIELD_STARTED:
                return time_text(entry->started, style, now, buffer);
        case LEASE_FIELD_LAST_SEEN:
                return time_text(entry->last_seen, style, now, buffer);
        case LEASE_FIELD_EXPIRES_AT:
                return format_timestamp(entry->expires, style, buffer);
        case LEASE_FIELD_FLAGS:
                return format_lease_flags(entry->flags);
        case LEASE_FIELD_MAX:
                break;
        }
        return "";
}

Color lease_field_color(const LeaseEntry *entry, LeaseField field) {
        return field == LEASE_FIELD_STATE ? state_color(entry->state) : COLOR_NONE;
}

static int compare_numbers(uint64_t a, uint64_t b) {
        return a < b ? -1 : a > b;
}

static int compare_bytes(const uint8_t *a, size_t n_a, const uint8_t *b, size_t n_b) {
        int r;

        r = n_a > 0 && n_b > 0 ? memcmp(a, b, MIN(n_a, n_b)) : 0;
        return r != 0 ? r : compare_numbers(n_a, n_b);
}

static int compare_field(const LeaseEntry *a, const LeaseEntry *b, LeaseField field) {
        switch (field) {
        case LEASE_FIELD_ADDRESS:
                return compare_numbers(a->address, b->address);
        case LEASE_FIELD_HARDWARE:
                return compare_bytes(a->hardware, a->hardware_size, b->hardware, b->hardware_size);
        case LEASE_FIELD_HOSTNAME:
                return strverscmp(a->hostname, b->hostname);
        case LEASE_FIELD_POOL:
                return strverscmp(a->pool, b->pool);
        case LEASE_FIELD_STATE:
                return strcmp(a->state, b->state);
        case LEASE_FIELD_EXPIRES:
        case LEASE_FIELD_EXPIRES_AT:
                return compare_numbers(a->expires, b->expires);
        case LEASE_FIELD_CLIENT_ID:
                return compare_bytes(
                        a->client_id, a->client_id_size, b->client_id, b->client_id_size);
        case LEASE_FIELD_INTERFACE:
                return strverscmp(a->interface, b->interface);
        case LEASE_FIELD_STARTED:
                return compare_numbers(a->started, b->started);
        case LEASE_FIELD_LAST_SEEN:
                return compare_numbers(a->last_seen, b->last_seen);
        case LEASE_FIELD_FLAGS:
                return compare_numbers(a->flags, b->flags);
        case LEASE_FIELD_MAX:
                break;
        }
        return 0;
}

static int compare_entries(const void *a, const void *b, void *userdata) {
        const LeaseField *field = userdata;
        const LeaseEntry *left = a, *right = b;
        int r;

        r = compare_field(left, right, *field);
        return r != 0 ? r : compare_numbers(left->address, right->address);
}

void lease_list_sort(LeaseList *list, LeaseField field) {
        if (list->n_entries > 0)
                qsort_r(list->entries, list->n_entries, sizeof(*list->entries), compare_entries,
                        &field);
}

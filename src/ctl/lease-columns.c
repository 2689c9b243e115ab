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

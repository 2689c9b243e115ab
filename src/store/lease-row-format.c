/* SPDX-License-Identifier: MIT */

/* Values to cells, RFC 4180. On the path of every ACK, and a million times in a row when the file
 * is rewritten: no formatted printing, one reservation a row, and the calendar is asked once for
 * each day. Invariant: what is written here, lease_row_parse() takes. */

#include <errno.h>
#include <string.h>

#include "basic/bytes.h"
#include "store/lease-row.h"

enum {
        DATE_SIZE = 11, /* "2026-11-21T" */
        TIMES_MAX = 2 * TIMESTAMP_STRING_MAX,
        COMMAS_AND_NEWLINE = LEASE_COLUMN_RELAY_AGENT + 1,
        STATE_NAME_MAX = 16,
};

/* 9999-12-31T23:59:59Z: what a reader takes as a moment and not as a mistake ends here. */
#define LAST_MOMENT (UINT64_C(253402300799) * USEC_PER_SEC)

/* The rows of one file name few days: tag and end of a lease, mostly one each. */
typedef struct DateCache {
        uint64_t day; /* since the epoch */
        char text[DATE_SIZE];
        bool valid;
} DateCache;

static _Thread_local DateCache date_caches[2];

static char *put_date(char *p, uint64_t day) {
        DateCache *cache = &date_caches[day % ELEMENTSOF(date_caches)];

        if (!cache->valid || cache->day != day) {
                char text[TIMESTAMP_STRING_MAX];

                (void) timestamp_format(day * USEC_PER_DAY, false, text);
                memcpy(cache->text, text, DATE_SIZE);
                cache->day = day;
                cache->valid = true;
        }
        return mempcpy(p, cache->text, DATE_SIZE);
}

static char *put_two_digits(char *p, unsigned value, char after) {
        p[0] = (char) ('0' + value / 10);
        p[1] = (char) ('0' + value % 10);
        p[2] = after;
        return p + 3;
}

/* As timestamp_format(), finite times up to the year 9999. */
static char *put_time(char *p, usec_t time, bool with_fraction) {
        uint64_t seconds = time / USEC_PER_SEC;
        unsigned fraction = (unsigned) (time % USEC_PER_SEC), rest;

        if (!with_fraction && fraction > 0)
                seconds++;
        rest = (unsigned) (seconds % 86400);
        p = put_date(p, seconds / 86400);
        p = put_two_digits(p, rest / 3600, ':');
        p = put_two_digits(p, rest / 60 % 60, ':');
        p = put_two_digits(p, rest % 60, with_fraction ? '.' : 'Z');
        if (!with_fraction)
                return p;
        for (unsigned i = 6; i > 0; i--, fraction /= 10)
                p[i - 1] = (char) ('0' + fraction % 10);
        p[6] = 'Z';
        return p + 7;
}

static char *put_expiry(char *p, usec_t time) {
        if (time == USEC_INFINITY)
                return mempcpy(p, "infinite", strlen("infinite"));
        return put_time(p, MIN(time, LAST_MOMENT), false);
}

/* Readers drop blanks around a cell that is not quoted, so these need quotes as well. */
static bool needs_quotes(const char *text, size_t size) {
        if (size == 0)
                return false;
        if (text[0] == ' ' || text[0] == '\t' || text[size - 1] == ' ' || text[size - 1] == '\t')
                return true;
        for (size_t i = 0; i < size; i++)
                if (text[i] == ',' || text[i] == '"' || text[i] == '\r' || text[i] == '\n')
                        return true;
        return false;
}

/* At most 2 * size + 2 bytes. */
static char *put_text(char *p, const char *text, size_t size) {
        if (size == 0)
                return p;
        if (!needs_quotes(text, size))
                return mempcpy(p, text, size);

        *p++ = '"';
        for (size_t i = 0; i < size; i++) {
                if (text[i] == '"')
                        *p++ = '"';
                *p++ = text[i];
        }
        *p++ = '"';
        return p;
}

/* Appends ",CELL". */
static int append_cell(Buffer *buffer, const char *text) {
        size_t size = strlen(text);
        char *start, *p;
        int r;

        r = buffer_reserve(buffer, 2 * size + 3);
        if (r < 0)
                return r;
        start = p = (char *) buffer->data + buffer->size;
        *p++ = ',';
        p = put_text(p, text, size);
        buffer->size += (size_t) (p - start);
        return 0;
}

int lease_row_format_header(Buffer *buffer, const LeaseHeader *header) {
        const size_t size = buffer->size;
        int r;

        r = buffer_append_string(buffer,
                "address,client_id,hardware_address,hostname,state,expires_at,pool,updated_at");
        if (r >= 0 && header->has_relay_agent)
                r = buffer_append_string(buffer, ",relay_agent");
        for (size_t i = 0; r >= 0 && i < header->n_unknown; i++)
                r = append_cell(buffer, header->unknown[i]);
        if (r >= 0)
                r = buffer_append(buffer, "\n", 1);
        if (r < 0) {
                buffer->size = size;
                buffer->error = 0;
        }
        return r;
}

/* Our own columns. There must be room. */
static char *put_row(char *p, const LeaseRecord *record, const char *pool, const ClockPair *clock,
        uint64_t version, bool has_relay_agent) {
        const char *state = lease_state_to_string(record->state);

        p = ipv4_put(p, record->address);
        *p++ = ',';
        p = bytes_put(p, record->client_id, record->client_id_size);
        *p++ = ',';
        p = bytes_put(p, record->hardware, record->hardware_size);
        *p++ = ',';
        p = put_text(p, record->hostname, record->hostname_size);
        *p++ = ',';
        p = mempcpy(p, state, strlen(state));
        *p++ = ',';
        p = put_expiry(p, clock_to_wall(clock, record->expires));
        *p++ = ',';
        p = put_text(p, pool, strlen(pool));
        *p++ = ',';
        p = put_time(p, MIN(version, LAST_MOMENT), true);
        if (!has_relay_agent)
                return p;
        *p++ = ',';
        return bytes_put(p, record->relay_agent, record->relay_agent_size);
}

static size_t row_size_max(const LeaseRecord *record, const char *pool) {
        return IPV4_STRING_MAX + 3 * (size_t) record->client_id_size +
               3 * (size_t) record->hardware_size + 2 * (size_t) record->hostname_size +
               3 * (size_t) record->relay_agent_size + 2 * strlen(pool) + 2 * strlen("\"\"") +
               STATE_NAME_MAX + TIMES_MAX + COMMAS_AND_NEWLINE;
}

int lease_row_format(Buffer *buffer, const LeaseRecord *record, const char *pool,
        const ClockPair *clock, uint64_t version, bool has_relay_agent, char *const *unknown,
        size_t n_unknown) {
        const size_t size = buffer->size;
        char *end;
        int r;

        r = buffer_reserve(buffer, row_size_max(record, pool));
        if (r >= 0) {
                end = put_row((char *) buffer->data + size, record, pool, clock, version,
                        has_relay_agent);
                if (n_unknown == 0)
                        *end++ = '\n';
                buffer->size = (size_t) (end - (char *) buffer->data);
        }
        for (size_t i = 0; r >= 0 && i < n_unknown; i++)
                r = append_cell(buffer, unknown ? unknown[i] : "");
        if (r >= 0 && n_unknown > 0)
                r = buffer_append(buffer, "\n", 1);

        /* half a row would spoil the next one */
        if (r < 0) {
                buffer->size = size;
                buffer->error = 0;
        }
        return r;
}

/* SPDX-License-Identifier: MIT */
/* Values to text. Reads no clock, knows neither bus nor terminal; the one thing it takes from the
 * process is the time zone. */

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include "basic/text.h"
#include "ctl/bus-api.h"
#include "ctl/format.h"

static const struct {
        const char *name;
        TimestampStyle style;
} timestamp_styles[] = {
        {"relative", TIMESTAMP_STYLE_RELATIVE},
        {"pretty", TIMESTAMP_STYLE_PRETTY},
        {"us", TIMESTAMP_STYLE_US},
        {"µs", TIMESTAMP_STYLE_US},
        {"utc", TIMESTAMP_STYLE_UTC},
        {"us+utc", TIMESTAMP_STYLE_US_UTC},
        {"µs+utc", TIMESTAMP_STYLE_US_UTC},
        {"unix", TIMESTAMP_STYLE_UNIX},
};

TimestampStyle timestamp_style_from_string(const char *text) {
        for (size_t i = 0; i < ELEMENTSOF(timestamp_styles); i++)
                if (strcmp(timestamp_styles[i].name, text) == 0)
                        return timestamp_styles[i].style;
        return TIMESTAMP_STYLE_INVALID;
}

const char *format_timestamp(
        usec_t realtime, TimestampStyle style, char buffer[static FORMAT_TIME_MAX]) {
        /* English whatever the locale, as all systemd tools write it. */
        static const char *const weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        bool utc = style == TIMESTAMP_STYLE_UTC || style == TIMESTAMP_STYLE_US_UTC;
        bool fraction = style == TIMESTAMP_STYLE_US || style == TIMESTAMP_STYLE_US_UTC;
        time_t seconds = (time_t) (realtime / USEC_PER_SEC);
        char date[32] = "", zone[16] = "UTC", microseconds[8] = "";
        struct tm tm;

        if (realtime == USEC_INFINITY)
                return strcpy(buffer, "never");
        if (realtime == 0)
                return strcpy(buffer, "-");
        if (style == TIMESTAMP_STYLE_UNIX ||
                !(utc ? gmtime_r(&seconds, &tm) : localtime_r(&seconds, &tm))) {
                (void) snprintf(
                        buffer, FORMAT_TIME_MAX, "@%" PRIu64, (uint64_t) (realtime / USEC_PER_SEC));
                return buffer;
        }

        (void) strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
        if (!utc)
                (void) strftime(zone, sizeof(zone), "%Z", &tm);
        if (fraction)
                (void) snprintf(microseconds, sizeof(microseconds), ".%06u",
                        (unsigned) (realtime % USEC_PER_SEC));
        (void) snprintf(buffer, FORMAT_TIME_MAX, "%s %s%s %s", weekdays[tm.tm_wday % 7], date,
                microseconds, zone);
        return buffer;
}

/* Keeps the largest unit of a span alone: "2h 5min" becomes "2h". */
static usec_t timespan_coarse(usec_t span) {
        static const usec_t units[] = {USEC_PER_DAY, USEC_PER_HOUR, USEC_PER_MINUTE};

        for (size_t i = 0; i < ELEMENTSOF(units); i++)
                if (span >= units[i])
                        return span - span % units[i];
        return span;
}

const char *format_relative(usec_t realtime, usec_t now, char buffer[static FORMAT_TIME_MAX]) {
        char span[TIMESPAN_STRING_MAX];

        if (realtime == USEC_INFINITY)
                return strcpy(buffer, "never");
        if (realtime >= usec_add(now, USEC_PER_SEC))
                (void) snprintf(
                        buffer, FORMAT_TIME_MAX, "in %s", timespan_format(realtime - now, span));
        else if (now >= usec_add(realtime, USEC_PER_SEC))
                (void) snprintf(buffer, FORMAT_TIME_MAX, "%s ago",
                        timespan_format(timespan_coarse(now - realtime), span));
        else
                return strcpy(buffer, "now");
        return buffer;
}

const char *format_expiry(usec_t expires, const char *state, TimestampStyle style, usec_t now,
        char buffer[static FORMAT_TIME_MAX]) {
        char relative[FORMAT_TIME_MAX];

        if (style != TIMESTAMP_STYLE_RELATIVE)
                return format_timestamp(expires, style, buffer);
        if (usec_add(expires, USEC_PER_SEC) > now)
                return format_relative(expires, now, buffer);

        (void) snprintf(buffer, FORMAT_TIME_MAX, "%s %s",
                strcmp(state, "released") == 0 ? "released" : "expired",
                format_relative(expires, now, relative));
        return buffer;
}

const char *format_lease_flags(uint64_t flags) {
        static const char *const names[] = {
                [0] = "",
                [BUS_LEASE_RESERVED] = "reserved",
                [BUS_LEASE_RELAYED] = "relayed",
                [BUS_LEASE_RESERVED | BUS_LEASE_RELAYED] = "reserved,relayed",
        };

        return names[flags & (BUS_LEASE_RESERVED | BUS_LEASE_RELAYED)];
}

/* Whether a new word starts at @p, which is not the first character: "Hardware|Address",
 * "MTU|Bytes". */
static bool word_starts(const char *p) {
        if (!isupper((unsigned char) *p))
                return false;
        if (strncmp(p, "Pv6", 3) == 0 || strncmp(p, "Pv4", 3) == 0)
                return false;
        return !isupper((unsigned char) p[-1]) || islower((unsigned char) p[1]);
}

const char *format_label(const char *property, char *buffer, size_t size) {
        size_t length = strlen(property), n = 0;

        if (length > 4 && strcmp(property + length - 4, "USec") == 0)
                length -= 4;
        for (size_t i = 0; i < length && n + 2 < size; i++) {
                if (i > 0 && word_starts(property + i))
                        buffer[n++] = ' ';
                buffer[n++] = property[i];
        }
        buffer[n] = '\0';
        return buffer;
}

size_t format_character(const char *text, size_t *ret_columns) {
        mbstate_t state = {0};
        wchar_t character;
        size_t n = mbrtowc(&character, text, strnlen(text, MB_CUR_MAX), &state);
        int columns = n <= MB_CUR_MAX ? wcwidth(character) : -1;

        if (n > MB_CUR_MAX) /* (size_t) -1 and -2: not a character of this locale */
                n = 1;
        *ret_columns = columns >= 0 ? (size_t) columns : n * 4;
        return n;
}

static bool is_printable_ascii(char c) {
        return c >= ' ' && c <= '~';
}

size_t format_width(const char *text) {
        size_t width = 0, columns;

        for (; *text; width += columns) {
                /* Nearly every character, and none that the locale need be asked about. */
                for (; is_printable_ascii(*text); text++)
                        width++;
                if (!*text)
                        break;
                text += format_character(text, &columns);
        }
        return width;
}

int format_padding(const char *text, size_t width) {
        const size_t used = format_width(text);

        return used < width ? (int) (width - used) : 0;
}

char *format_safe(const char *text) {
        size_t capacity = strlen(text) * 4 + 1; /* a byte becomes \xNN at the worst */
        char *safe, *p;

        safe = p = malloc(capacity);
        if (!safe)
                return NULL;

        for (;;) {
                size_t n = strcspn(text, "\n");

                p += text_sanitize((const uint8_t *) text, n, p, capacity - (size_t) (p - safe));
                if (text[n] == '\0')
                        return safe;
                *p++ = '\n';
                text += n + 1;
        }
}

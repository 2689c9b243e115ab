/* SPDX-License-Identifier: MIT */
/* Points in time. Reads no clock; the one thing it takes from the process is the time zone. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "basic/text.h"
#include "ctl/moment.h"

static int from_calendar(struct tm *tm, bool utc, usec_t microseconds, usec_t *ret) {
        struct tm wanted = *tm;
        time_t seconds;

        tm->tm_isdst = -1;
        seconds = utc ? timegm(tm) : mktime(tm);
        /* The 31st of April becomes the 1st of May: not what was meant. */
        if (seconds < 0 || tm->tm_mday != wanted.tm_mday || tm->tm_mon != wanted.tm_mon)
                return -EINVAL;
        *ret = (usec_t) seconds * USEC_PER_SEC + microseconds;
        return 0;
}

static int midnight(usec_t now, int days, usec_t *ret) {
        time_t seconds = (time_t) (now / USEC_PER_SEC);
        struct tm tm;

        if (!localtime_r(&seconds, &tm))
                return -EINVAL;
        tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
        tm.tm_mday += days;
        tm.tm_isdst = -1;
        seconds = mktime(&tm);
        if (seconds < 0)
                return -EINVAL;
        *ret = (usec_t) seconds * USEC_PER_SEC;
        return 0;
}

static int parse_word(const char *text, usec_t now, usec_t *ret) {
        if (strcmp(text, "now") == 0) {
                *ret = now;
                return 0;
        }
        if (strcmp(text, "today") == 0)
                return midnight(now, 0, ret);
        if (strcmp(text, "yesterday") == 0)
                return midnight(now, -1, ret);
        if (strcmp(text, "tomorrow") == 0)
                return midnight(now, 1, ret);
        return -EINVAL;
}

/* "-1h", "+1h", "1h ago" */
static int parse_relative(const char *text, usec_t now, usec_t *ret) {
        size_t n = strlen(text), n_ago = strlen(" ago");
        bool ago = n > n_ago && strcmp(text + n - n_ago, " ago") == 0;
        _cleanup_free_ char *span_text = NULL;
        usec_t span;

        if (!ago && *text != '-' && *text != '+')
                return -EINVAL;
        span_text = ago ? strndup(text, n - n_ago) : strdup(text + 1);
        if (!span_text)
                return -ENOMEM;
        if (timespan_parse(span_text, &span) < 0 || span == USEC_INFINITY)
                return -EINVAL;
        *ret = !ago && *text == '+' ? usec_add(now, span) : usec_sub(now, span);
        return 0;
}

static int parse_seconds(const char *text, usec_t *ret) {
        uint64_t seconds;

        if (*text != '@' || parse_u64(text + 1, UINT64_MAX / USEC_PER_SEC, &seconds) < 0)
                return -EINVAL;
        *ret = seconds * USEC_PER_SEC;
        return 0;
}

static const char *skip_weekday(const char *text) {
        static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

        for (size_t i = 0; i < ELEMENTSOF(days); i++)
                if (strncasecmp(text, days[i], 3) == 0 && text[3] == ' ')
                        return text + 4;
        return text;
}

/* ".5" is half a second; at most six digits. Return: the first character behind it. */
static const char *parse_fraction(const char *text, usec_t *ret) {
        usec_t unit = USEC_PER_SEC / 10;

        *ret = 0;
        if (*text != '.')
                return text;
        for (text++; *text >= '0' && *text <= '9' && unit > 0; text++, unit /= 10)
                *ret += (usec_t) (*text - '0') * unit;
        return text;
}

/* A date, a time of day, or both. */
static int parse_calendar(const char *text, usec_t now, usec_t *ret) {
        static const char *const formats[] = {
                "%Y-%m-%d %H:%M:%S",
                "%Y-%m-%d %H:%M",
                "%Y-%m-%d",
                "%H:%M:%S",
                "%H:%M",
        };
        time_t seconds = (time_t) (now / USEC_PER_SEC);
        struct tm today, tm;
        usec_t microseconds;
        const char *rest;
        bool utc;

        text = skip_weekday(text);
        utc = strlen(text) > 4 && strcmp(text + strlen(text) - 4, " UTC") == 0;
        if (!(utc ? gmtime_r(&seconds, &today) : localtime_r(&seconds, &today)))
                return -EINVAL;
        today.tm_hour = today.tm_min = today.tm_sec = 0;

        for (size_t i = 0; i < ELEMENTSOF(formats); i++) {
                tm = today;
                rest = strptime(text, formats[i], &tm);
                if (!rest)
                        continue;
                rest = parse_fraction(rest, &microseconds);
                if (*rest == '\0' || strcmp(rest, " UTC") == 0)
                        return from_calendar(&tm, utc, microseconds, ret);
        }
        return -EINVAL;
}

int moment_parse(const char *text, usec_t now, usec_t *ret) {
        usec_t moment;
        int r;

        if ((r = parse_word(text, now, &moment)) == -EINVAL &&
                (r = parse_relative(text, now, &moment)) == -EINVAL &&
                (r = parse_seconds(text, &moment)) == -EINVAL &&
                (r = parse_calendar(text, now, &moment)) == -EINVAL && strchr(text, 'T'))
                r = timestamp_parse(text, &moment);
        if (r < 0)
                return r;
        /* 0 is what a time that is not given is. */
        *ret = MAX(moment, (usec_t) 1);
        return 0;
}

/* SPDX-License-Identifier: MIT */
/* Points in time. Reads no clock; what it takes from the process is the time zone, and that of
 * another one for as long as it computes in it. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

#include "basic/text.h"
#include "ctl/moment.h"

#define ZONEINFO "/usr/share/zoneinfo/"

/* The zone that a text names at its end. */
typedef struct Zone {
        bool utc;
        char *name; /* of the zone database; NULL = the local one, or UTC */
} Zone;

/* The calendar of another zone than the process', and back. */
typedef struct ZoneSwitch {
        bool switched;
        char *before;
} ZoneSwitch;

static void zone_done(Zone *zone) {
        free(zone->name);
}

static int zone_enter(const Zone *zone, ZoneSwitch *ret) {
        const char *before = getenv("TZ");

        *ret = (ZoneSwitch){0};
        if (!zone->name)
                return 0;
        if (before && !(ret->before = strdup(before)))
                return -ENOMEM;
        ret->switched = true;
        return setenv("TZ", zone->name, true) < 0 ? -errno : (tzset(), 0);
}

static void zone_leave(ZoneSwitch *zone) {
        if (!zone->switched)
                return;
        if (zone->before)
                (void) setenv("TZ", zone->before, true);
        else
                (void) unsetenv("TZ");
        tzset();
        free(zone->before);
}

static bool zone_exists(const char *name) {
        _cleanup_free_ char *path = NULL;
        struct stat st;

        return *name != '/' && !strstr(name, "..") && asprintf(&path, ZONEINFO "%s", name) >= 0 &&
               stat(path, &st) >= 0 && S_ISREG(st.st_mode);
}

/* Takes " UTC" or " Europe/Berlin" off the end. */
static int take_zone(char *text, Zone *ret) {
        char *blank = strrchr(text, ' ');

        *ret = (Zone){0};
        if (!blank || !((blank[1] | 0x20) >= 'a' && (blank[1] | 0x20) <= 'z'))
                return 0;
        if (strcasecmp(blank + 1, "UTC") == 0)
                ret->utc = true;
        else if (zone_exists(blank + 1)) {
                ret->name = strdup(blank + 1);
                if (!ret->name)
                        return -ENOMEM;
        } else
                return 0;
        while (blank > text && blank[-1] == ' ')
                blank--;
        *blank = '\0';
        return 0;
}

static int broken_down(usec_t now, const Zone *zone, struct tm *ret) {
        time_t seconds = (time_t) (now / USEC_PER_SEC);

        return (zone->utc ? gmtime_r(&seconds, ret) : localtime_r(&seconds, ret)) ? 0 : -EINVAL;
}

/* @weekday: what it has to be, -1 = any */
static int from_calendar(
        struct tm *tm, const Zone *zone, int weekday, usec_t microseconds, usec_t *ret) {
        struct tm wanted = *tm;
        time_t seconds;

        tm->tm_isdst = -1;
        seconds = zone->utc ? timegm(tm) : mktime(tm);
        /* The 31st of April becomes the 1st of May: not what was meant. */
        if (seconds < 0 || tm->tm_mday != wanted.tm_mday || tm->tm_mon != wanted.tm_mon ||
                (weekday >= 0 && tm->tm_wday != weekday))
                return -EINVAL;
        *ret = (usec_t) seconds * USEC_PER_SEC + microseconds;
        return 0;
}

/* "-1h", "+1h", "1h ago", "1h left" */
static int parse_relative(const char *text, usec_t now, usec_t *ret) {
        static const char ago[] = " ago", left[] = " left";
        const size_t n = strlen(text);
        bool past = *text == '-', future = *text == '+';
        _cleanup_free_ char *span_text = NULL;
        usec_t span;

        if (past || future)
                span_text = strdup(text + 1);
        else if (n > strlen(ago) && strcmp(text + n - strlen(ago), ago) == 0) {
                past = true;
                span_text = strndup(text, n - strlen(ago));
        } else if (n > strlen(left) && strcmp(text + n - strlen(left), left) == 0) {
                future = true;
                span_text = strndup(text, n - strlen(left));
        } else
                return -EINVAL;
        if (!span_text)
                return -ENOMEM;
        if (timespan_parse(span_text, &span) < 0 || span == USEC_INFINITY)
                return -EINVAL;
        *ret = future ? usec_add(now, span) : usec_sub(now, span);
        return 0;
}

/* ".5" is half a second; at most six digits count. Return: the first character after it. */
static const char *parse_fraction(const char *text, usec_t *ret) {
        usec_t unit = USEC_PER_SEC / 10;

        *ret = 0;
        if (*text != '.')
                return text;
        for (text++; *text >= '0' && *text <= '9'; text++, unit /= 10)
                *ret += (usec_t) (*text - '0') * unit;
        return text;
}

static int parse_seconds(const char *text, usec_t *ret) {
        _cleanup_free_ char *whole = NULL;
        usec_t microseconds;
        uint64_t seconds;
        size_t n;

        if (*text != '@')
                return -EINVAL;
        n = strspn(++text, "0123456789");
        whole = strndup(text, n);
        if (!whole)
                return -ENOMEM;
        if (parse_u64(whole, UINT64_MAX / USEC_PER_SEC - 1, &seconds) < 0 ||
                *parse_fraction(text + n, &microseconds) != '\0')
                return -EINVAL;
        *ret = seconds * USEC_PER_SEC + microseconds;
        return 0;
}

/* Takes "Fri " or "Friday " off. Return: the rest; @ret: 0 is Sunday, -1 none. */
static const char *take_weekday(const char *text, int *ret) {
        static const char *const days[] = {
                "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
        size_t n = strcspn(text, " ");

        *ret = -1;
        for (size_t i = 0; i < ELEMENTSOF(days) && text[n] == ' '; i++)
                if (strncasecmp(text, days[i], n) == 0 && (n == 3 || n == strlen(days[i]))) {
                        *ret = (int) i;
                        return text + n + strspn(text + n, " ");
                }
        return text;
}

/* Takes "yesterday" off, and the day from @tm. Return: the rest, NULL when it is no such word. */
static const char *take_day(const char *text, struct tm *tm) {
        static const struct {
                const char *word;
                int days;
        } words[] = {{"today", 0}, {"yesterday", -1}, {"tomorrow", 1}};
        size_t n = strcspn(text, " ");
        struct tm noon = *tm;

        for (size_t i = 0; i < ELEMENTSOF(words); i++) {
                if (strncmp(text, words[i].word, n) != 0 || words[i].word[n] != '\0')
                        continue;
                noon.tm_hour = 12;
                noon.tm_mday += words[i].days;
                (void) timegm(&noon);
                tm->tm_year = noon.tm_year;
                tm->tm_mon = noon.tm_mon;
                tm->tm_mday = noon.tm_mday;
                return text + n + strspn(text + n, " ");
        }
        return NULL;
}

/* A date, a time of day, or both; "yesterday" and the like count as a date.
 * @today: its midnight */
static int parse_calendar(const char *text, const struct tm *today, const Zone *zone, usec_t *ret) {
        static const char *const formats[] = {"%y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S",
                "%y-%m-%d %H:%M", "%Y-%m-%d %H:%M", "%y-%m-%d", "%Y-%m-%d", "%H:%M:%S", "%H:%M"};
        struct tm day = *today;
        usec_t microseconds;
        const char *rest;
        int weekday;

        rest = take_day(text, &day);
        if (rest && *rest == '\0')
                return from_calendar(&day, zone, -1, 0, ret);
        if (rest && *rest != '\0' && (strchr(rest, '-') || !strchr(rest, ':')))
                return -EINVAL;
        text = take_weekday(rest ? rest : text, &weekday);

        for (size_t i = 0; i < ELEMENTSOF(formats); i++) {
                struct tm tm = day;

                rest = strptime(text, formats[i], &tm);
                if (rest && strchr(formats[i], 'S'))
                        rest = parse_fraction(rest, &microseconds);
                else
                        microseconds = 0;
                if (rest && *rest == '\0')
                        return from_calendar(&tm, zone, weekday, microseconds, ret);
        }
        return -EINVAL;
}

static int parse_in_zone(char *text, usec_t now, usec_t *ret) {
        _cleanup_(zone_leave) ZoneSwitch entered = {0};
        _cleanup_(zone_done) Zone zone = {0};
        struct tm today;
        int r;

        r = take_zone(text, &zone);
        if (r >= 0)
                r = zone_enter(&zone, &entered);
        if (r >= 0)
                r = broken_down(now, &zone, &today);
        if (r < 0)
                return r;
        today.tm_hour = today.tm_min = today.tm_sec = 0;
        return parse_calendar(text, &today, &zone, ret);
}

/* Without the blanks around it. */
static char *trimmed(const char *text) {
        size_t n;

        text += strspn(text, " ");
        n = strlen(text);
        while (n > 0 && text[n - 1] == ' ')
                n--;
        return strndup(text, n);
}

int moment_parse(const char *text, usec_t now, usec_t *ret) {
        _cleanup_free_ char *copy = trimmed(text);
        usec_t moment;
        int r;

        if (!copy)
                return -ENOMEM;
        if (strcmp(copy, "now") == 0) {
                moment = now;
                r = 0;
        } else if ((r = parse_relative(copy, now, &moment)) == -EINVAL &&
                   (r = parse_seconds(copy, &moment)) == -EINVAL) {
                if (strchr(copy, 'T') && timestamp_parse(copy, &moment) >= 0)
                        r = 0;
                else
                        r = parse_in_zone(copy, now, &moment);
        }
        if (r < 0)
                return r;
        /* 0 is what a time that is not given is. */
        *ret = MAX(moment, (usec_t) 1);
        return 0;
}

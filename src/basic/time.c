/* SPDX-License-Identifier: MIT */
/* Time arithmetic and its text forms. Reads no clock and no time zone: the calendar is computed
 * here, since libc's functions open files and lease files hold two million timestamps. */

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "basic/text.h"
#include "basic/time.h"

#define EPOCH_YEAR 1970
#define DAYS_PER_YEAR 365

/* The last second that RFC 3339 can write, 9999-12-31T23:59:59Z. */
#define LAST_SECOND UINT64_C(253402300799)

usec_t usec_add(usec_t a, usec_t b) {
        usec_t sum;

        if (__builtin_add_overflow(a, b, &sum))
                return USEC_INFINITY;
        return sum;
}

usec_t usec_sub(usec_t a, usec_t b) {
        if (a == USEC_INFINITY)
                return USEC_INFINITY;
        return a > b ? a - b : 0;
}

usec_t clock_to_wall(const ClockPair *clock, usec_t boottime) {
        if (boottime == USEC_INFINITY)
                return USEC_INFINITY;
        return boottime + (clock->realtime - clock->boottime);
}

usec_t clock_to_boot(const ClockPair *clock, usec_t realtime) {
        if (realtime == USEC_INFINITY)
                return USEC_INFINITY;
        return realtime - (clock->realtime - clock->boottime);
}

static bool is_digit(char c) {
        return c >= '0' && c <= '9';
}

static bool is_infinite(const char *text) {
        return strcasecmp(text, "infinity") == 0 || strcasecmp(text, "infinite") == 0;
}

static const char *skip_blanks(const char *text) {
        return text + strspn(text, " \t");
}

/* Takes the unit at the start of the text, seconds where there is none. Return: 0 for another word.
 */
static usec_t take_unit(const char **text) {
        static const struct {
                const char *name;
                usec_t usec;
        } units[] = {
                {"us", 1},
                {"usec", 1},
                {"ms", USEC_PER_MSEC},
                {"msec", USEC_PER_MSEC},
                {"s", USEC_PER_SEC},
                {"sec", USEC_PER_SEC},
                {"second", USEC_PER_SEC},
                {"seconds", USEC_PER_SEC},
                {"m", USEC_PER_MINUTE},
                {"min", USEC_PER_MINUTE},
                {"minute", USEC_PER_MINUTE},
                {"minutes", USEC_PER_MINUTE},
                {"h", USEC_PER_HOUR},
                {"hr", USEC_PER_HOUR},
                {"hour", USEC_PER_HOUR},
                {"hours", USEC_PER_HOUR},
                {"d", USEC_PER_DAY},
                {"day", USEC_PER_DAY},
                {"days", USEC_PER_DAY},
                {"w", 7 * USEC_PER_DAY},
                {"week", 7 * USEC_PER_DAY},
                {"weeks", 7 * USEC_PER_DAY},
        };
        size_t n = strcspn(*text, " \t0123456789.");

        if (n == 0)
                return USEC_PER_SEC;
        for (size_t i = 0; i < ELEMENTSOF(units); i++)
                if (strlen(units[i].name) == n && memcmp(units[i].name, *text, n) == 0) {
                        *text += n;
                        return units[i].usec;
                }
        return 0;
}

/* Takes one "1.5h" and adds it. Digits that are less than a microsecond are taken and forgotten. */
static int take_span(const char **text, usec_t *span) {
        const char *p = *text, *fraction = NULL;
        usec_t value = 0, unit;
        bool overflow = false;

        if (!is_digit(*p))
                return -EINVAL;
        for (; is_digit(*p); p++)
                overflow |= __builtin_mul_overflow(value, 10, &value) ||
                            __builtin_add_overflow(value, (usec_t) (*p - '0'), &value);
        if (*p == '.') {
                fraction = ++p;
                if (!is_digit(*p))
                        return -EINVAL;
                p += strspn(p, "0123456789");
        }

        p = skip_blanks(p);
        unit = take_unit(&p);
        if (unit == 0)
                return -EINVAL;
        overflow |= __builtin_mul_overflow(value, unit, &value) ||
                    __builtin_add_overflow(*span, value, span);
        for (; fraction && is_digit(*fraction) && unit > 0; fraction++) {
                unit /= 10;
                overflow |= __builtin_add_overflow(*span, (usec_t) (*fraction - '0') * unit, span);
        }
        *text = skip_blanks(p);
        return overflow ? -ERANGE : 0;
}

int timespan_parse(const char *text, usec_t *ret) {
        usec_t span = 0;
        bool out_of_range = false;
        int r;

        text = skip_blanks(text);
        if (is_infinite(text)) {
                *ret = USEC_INFINITY;
                return 0;
        }
        do {
                r = take_span(&text, &span);
                if (r == -ERANGE)
                        out_of_range = true;
                else if (r < 0)
                        return r;
        } while (*text);

        if (out_of_range || span == USEC_INFINITY)
                return -ERANGE;
        *ret = span;
        return 0;
}

const char *timespan_format(usec_t span, char buffer[static TIMESPAN_STRING_MAX]) {
        static const struct {
                const char *name;
                usec_t usec;
        } units[] = {
                {"d", USEC_PER_DAY},
                {"h", USEC_PER_HOUR},
                {"min", USEC_PER_MINUTE},
                {"s", USEC_PER_SEC},
        };
        size_t size = 0;
        unsigned n = 0;

        if (span == USEC_INFINITY)
                return strcpy(buffer, "infinite");

        for (size_t i = 0; i < ELEMENTSOF(units) && n < 2; i++) {
                usec_t count = span / units[i].usec;

                if (count == 0)
                        continue;
                span %= units[i].usec;
                size += (size_t) snprintf(buffer + size, TIMESPAN_STRING_MAX - size,
                        "%s%" PRIu64 "%s", n++ > 0 ? " " : "", count, units[i].name);
        }
        return n > 0 ? buffer : strcpy(buffer, "0s");
}

typedef struct Calendar {
        unsigned year;
        unsigned month; /* 1 to 12 */
        unsigned day;   /* 1 to 31 */
        unsigned hour;
        unsigned minute;
        unsigned second;
} Calendar;

static bool is_leap_year(uint64_t year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned days_in_month(uint64_t year, unsigned month) {
        static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

        return days[month - 1] + (month == 2 && is_leap_year(year) ? 1U : 0U);
}

/* Days from the epoch to the first of January of a year, which must not be before it. */
static uint64_t days_before_year(uint64_t year) {
        const uint64_t leap_days_before_epoch = 1969 / 4 - 1969 / 100 + 1969 / 400;
        uint64_t last = year - 1;

        return (year - EPOCH_YEAR) * DAYS_PER_YEAR + last / 4 - last / 100 + last / 400 -
               leap_days_before_epoch;
}

static uint64_t calendar_to_seconds(const Calendar *c) {
        uint64_t days = days_before_year(c->year) + c->day - 1;

        for (unsigned month = 1; month < c->month; month++)
                days += days_in_month(c->year, month);
        return ((days * 24 + c->hour) * 60 + c->minute) * 60 + c->second;
}

static void calendar_from_seconds(uint64_t seconds, Calendar *ret) {
        uint64_t days = seconds / 86400;
        unsigned year = EPOCH_YEAR + (unsigned) (days / DAYS_PER_YEAR), month = 1;
        unsigned rest = (unsigned) (seconds % 86400);

        /* Leap days let the estimate come out late: six years at the most before the year 10000. */
        while (days_before_year(year) > days)
                year--;
        days -= days_before_year(year);
        while (days >= days_in_month(year, month))
                days -= days_in_month(year, month++);

        *ret = (Calendar){
                .year = year,
                .month = month,
                .day = (unsigned) days + 1,
                .hour = rest / 3600,
                .minute = rest / 60 % 60,
                .second = rest % 60,
        };
}

/* Takes exactly @n digits. */
static int take_digits(const char **text, unsigned n, unsigned *ret) {
        unsigned value = 0;

        for (; n > 0; n--, (*text)++) {
                if (!is_digit(**text))
                        return -EINVAL;
                value = value * 10 + (unsigned) (**text - '0');
        }
        *ret = value;
        return 0;
}

static int take_one_of(const char **text, const char *choices) {
        if (!**text || !strchr(choices, **text))
                return -EINVAL;
        (*text)++;
        return 0;
}

static int take_calendar(const char **text, Calendar *ret) {
        Calendar c;

        if (take_digits(text, 4, &c.year) < 0 || take_one_of(text, "-") < 0 ||
                take_digits(text, 2, &c.month) < 0 || take_one_of(text, "-") < 0 ||
                take_digits(text, 2, &c.day) < 0 || take_one_of(text, "Tt ") < 0 ||
                take_digits(text, 2, &c.hour) < 0 || take_one_of(text, ":") < 0 ||
                take_digits(text, 2, &c.minute) < 0 || take_one_of(text, ":") < 0 ||
                take_digits(text, 2, &c.second) < 0)
                return -EINVAL;

        /* A second of 60 is a leap second (RFC 3339 5.7) and means the next minute's first. */
        if (c.month < 1 || c.month > 12 || c.day < 1 || c.day > days_in_month(c.year, c.month) ||
                c.hour > 23 || c.minute > 59 || c.second > 60)
                return -EINVAL;
        *ret = c;
        return 0;
}

static int take_fraction(const char **text, usec_t *ret) {
        usec_t unit = USEC_PER_SEC, fraction = 0;

        if (**text == '.') {
                (*text)++;
                if (!is_digit(**text))
                        return -EINVAL;
                for (; is_digit(**text); (*text)++) {
                        unit /= 10;
                        fraction += (usec_t) (**text - '0') * unit;
                }
        }
        *ret = fraction;
        return 0;
}

static int take_offset(const char **text, int64_t *ret_seconds) {
        bool negative = **text == '-';
        unsigned hours, minutes;

        if (take_one_of(text, "Zz") >= 0) {
                *ret_seconds = 0;
                return 0;
        }
        if (take_one_of(text, "+-") < 0 || take_digits(text, 2, &hours) < 0 ||
                take_one_of(text, ":") < 0 || take_digits(text, 2, &minutes) < 0 || hours > 23 ||
                minutes > 59)
                return -EINVAL;
        *ret_seconds = (int64_t) (hours * 3600 + minutes * 60) * (negative ? -1 : 1);
        return 0;
}

static int rfc3339_parse(const char *text, usec_t *ret) {
        int64_t offset, seconds;
        usec_t fraction;
        Calendar c;

        if (take_calendar(&text, &c) < 0 || take_fraction(&text, &fraction) < 0 ||
                take_offset(&text, &offset) < 0 || *text)
                return -EINVAL;

        /* An offset moves by less than a day: only 1969's last day can still come out positive. */
        if (c.year < EPOCH_YEAR - 1)
                return -ERANGE;
        if (c.year == EPOCH_YEAR - 1) {
                c.year = EPOCH_YEAR;
                seconds = (int64_t) calendar_to_seconds(&c) - (int64_t) DAYS_PER_YEAR * 86400;
        } else
                seconds = (int64_t) calendar_to_seconds(&c);
        seconds -= offset;
        if (seconds < 0)
                return -ERANGE;
        *ret = (usec_t) seconds * USEC_PER_SEC + fraction;
        return 0;
}

int timestamp_parse(const char *text, usec_t *ret) {
        uint64_t seconds;
        int r;

        if (is_infinite(text)) {
                *ret = USEC_INFINITY;
                return 0;
        }

        r = parse_u64(text, (USEC_INFINITY - 1) / USEC_PER_SEC, &seconds);
        if (r == -EINVAL)
                return rfc3339_parse(text, ret);
        if (r < 0)
                return r;
        *ret = seconds * USEC_PER_SEC;
        return 0;
}

static char *put_digits(char *p, unsigned value, unsigned n, char after) {
        for (unsigned i = n; i > 0; i--, value /= 10)
                p[i - 1] = (char) ('0' + value % 10);
        p[n] = after;
        return p + n + 1;
}

const char *timestamp_format(
        usec_t realtime, bool with_fraction, char buffer[static TIMESTAMP_STRING_MAX]) {
        uint64_t seconds = realtime / USEC_PER_SEC;
        unsigned fraction = (unsigned) (realtime % USEC_PER_SEC);
        char *p = buffer;
        Calendar c;

        if (realtime == USEC_INFINITY)
                return strcpy(buffer, "infinite");
        if (!with_fraction && fraction > 0)
                seconds++;
        if (seconds > LAST_SECOND) {
                (void) snprintf(buffer, TIMESTAMP_STRING_MAX, "%" PRIu64, seconds);
                return buffer;
        }

        calendar_from_seconds(seconds, &c);
        p = put_digits(p, c.year, 4, '-');
        p = put_digits(p, c.month, 2, '-');
        p = put_digits(p, c.day, 2, 'T');
        p = put_digits(p, c.hour, 2, ':');
        p = put_digits(p, c.minute, 2, ':');
        p = put_digits(p, c.second, 2, with_fraction ? '.' : 'Z');
        if (with_fraction)
                p = put_digits(p, fraction, 6, 'Z');
        *p = '\0';
        return buffer;
}

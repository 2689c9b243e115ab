/* SPDX-License-Identifier: MIT */
/* What the parsers of values share: refusing, and the notations that several keys take. Knows no
 * key by name. Every refusal shows the value and says what is allowed. */

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/text.h"
#include "setting/assignment.h"

#define HEX_DIGITS "0123456789abcdefABCDEF"
#define SECONDS_INFINITE UINT32_MAX /* RFC 2131 3.3 */

const char *quote(const char *value, char buffer[static QUOTE_MAX]) {
        const char ellipsis[] = "…";
        const size_t capacity = QUOTE_MAX - sizeof(ellipsis) + 1;
        size_t size = strlen(value), n;

        if (size < capacity) {
                (void) text_sanitize((const uint8_t *) value, size, buffer, capacity);
                return buffer;
        }

        /* Not in the middle of a character: its first half would be shown as escapes. */
        size = capacity - 1;
        while (size > 0 && ((uint8_t) value[size] & 0xc0) == 0x80)
                size--;
        n = text_sanitize((const uint8_t *) value, size, buffer, capacity);
        memcpy(buffer + n, ellipsis, sizeof(ellipsis));
        return buffer;
}

static void assignment_report(
        const Assignment *assignment, bool warning, const char *format, va_list arguments) {
        const char *value = assignment->value, *hint = "";
        char shown[QUOTE_MAX];
        _cleanup_free_ char *text = NULL;

        if (vasprintf(&text, format, arguments) < 0)
                text = NULL;

        if (strstr(value, " #") || strstr(value, " ;"))
                hint = "; comments stand on lines of their own";
        else if (assignment->key->is_words && strchr(value, ','))
                hint = "; separate by blanks, not by commas";
        (void) problems_add(assignment->problems, warning, assignment->place->file,
                assignment->place->line, "%s=%s: %s%s", assignment->key->name, quote(value, shown),
                text ? text : "not allowed", hint);
}

int assignment_refuse(const Assignment *assignment, const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        assignment_report(assignment, false, format, arguments);
        va_end(arguments);
        return -EINVAL;
}

void assignment_warn(const Assignment *assignment, const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        assignment_report(assignment, true, format, arguments);
        va_end(arguments);
}

int netmask_parse(const char *text, uint8_t *ret_length) {
        uint8_t length = 0;
        ipv4_t mask;

        if (ipv4_parse(text, &mask) < 0)
                return -EINVAL;
        while (length < 32 && (mask & UINT32_C(1) << (31 - length)))
                length++;
        if (length == 0 || (length < 32 && mask << length != 0))
                return -EINVAL;
        *ret_length = length;
        return 0;
}

const char *suggest_prefix(const char *value, char buffer[static PREFIX_HINT_MAX]) {
        char text[IPV4_PREFIX_STRING_MAX], copy[2 * IPV4_STRING_MAX + 2], *mask;
        Ipv4Prefix prefix;
        size_t n = strcspn(value, "/ ");

        buffer[0] = '\0';
        if (value[n] == '\0' || strlen(value) >= sizeof(copy))
                return buffer;
        (void) snprintf(copy, sizeof(copy), "%s", value);
        copy[n] = '\0';
        mask = copy + n + 1;
        mask += strspn(mask, "/ ");
        if (ipv4_parse(copy, &prefix.address) < 0 || netmask_parse(mask, &prefix.length) < 0)
                return buffer;
        prefix.address = ipv4_prefix_network(prefix);
        (void) snprintf(buffer, PREFIX_HINT_MAX, "; write %s", ipv4_prefix_format(prefix, text));
        return buffer;
}

int assignment_parse_address(const Assignment *assignment, const char *word, ipv4_t *ret) {
        char shown[QUOTE_MAX];
        ipv4_t address;

        if (ipv4_parse(word, &address) < 0)
                return assignment_refuse(assignment,
                        "'%s' is no IPv4 address, which looks like 192.168.1.1",
                        quote(word, shown));
        if (!ipv4_is_unicast(address))
                return assignment_refuse(assignment,
                        "'%s' cannot be a host's address; 1.0.0.0 to 223.255.255.255 without "
                        "127.0.0.0/8 can",
                        quote(word, shown));
        *ret = address;
        return 0;
}

static int parse_hexadecimal(const char *text, uint64_t max, uint64_t *ret) {
        const size_t size = strlen(text);
        uint64_t value;

        if (size == 0 || strspn(text, HEX_DIGITS) != size)
                return -EINVAL;
        if (size > 2 * sizeof(value))
                return -ERANGE;
        value = strtoull(text, NULL, 16);
        if (value > max)
                return -ERANGE;
        *ret = value;
        return 0;
}

int assignment_parse_number(
        const Assignment *assignment, const char *word, uint64_t min, uint64_t max, uint64_t *ret) {
        char shown[QUOTE_MAX];
        uint64_t value;
        int r;

        if (word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
                r = parse_hexadecimal(word + 2, max, &value);
        else
                r = parse_u64(word, max, &value);
        if (r < 0 || value < min)
                return assignment_refuse(assignment,
                        "'%s' is no number from %" PRIu64 " to %" PRIu64, quote(word, shown), min,
                        max);
        *ret = value;
        return 0;
}

int assignment_parse_seconds(const Assignment *assignment, uint64_t min, usec_t *ret) {
        usec_t span;
        int r;

        r = timespan_parse(assignment->value, &span);
        if (r == -EINVAL)
                return assignment_refuse(
                        assignment, "not a time span such as 1h, 1h 30min, or 3600 for seconds");
        if (r == 0 && (span == USEC_INFINITY || span == SECONDS_INFINITE * USEC_PER_SEC)) {
                *ret = USEC_INFINITY;
                return 0;
        }
        if (r < 0 || span > SECONDS_INFINITE * USEC_PER_SEC)
                return assignment_refuse(assignment,
                        "longer than 4294967294 seconds (136 years); write infinity for ever");
        if (span < min * USEC_PER_SEC)
                return assignment_refuse(
                        assignment, "shorter than %" PRIu64 " seconds, the least allowed", min);
        if (span % USEC_PER_SEC != 0)
                return assignment_refuse(assignment, "DHCP knows whole seconds alone");
        *ret = span;
        return 0;
}

/* Takes the escape after a backslash. Return: the byte, or -EINVAL. */
static int take_escape(const char **text) {
        static const char letters[] = "\\\"'abfnrstv", bytes[] = "\\\"'\a\b\f\n\r \t\v";
        const char *p = *text, *letter;
        int value;

        if (!*p)
                return -EINVAL;
        letter = strchr(letters, *p);
        if (letter) {
                *text = p + 1;
                return bytes[letter - letters];
        }
        if (*p == 'x') {
                const char digits[] = {p[1], p[1] ? p[2] : '\0', '\0'};

                if (strspn(digits, HEX_DIGITS) != 2)
                        return -EINVAL;
                *text = p + 3;
                return (int) strtoul(digits, NULL, 16);
        }
        value = 0;
        for (unsigned i = 0; i < 3; i++) {
                if (p[i] < '0' || p[i] > '7')
                        return -EINVAL;
                value = value << 3 | (p[i] - '0');
        }
        *text = p + 3;
        return value <= UINT8_MAX ? value : -EINVAL;
}

int unescape(const char *text, uint8_t *ret, size_t capacity, size_t *ret_size) {
        size_t n = 0;
        int byte;

        while (*text) {
                byte = (uint8_t) *text++;
                if (byte == '\\') {
                        byte = take_escape(&text);
                        if (byte < 0)
                                return byte;
                }
                if (n >= capacity)
                        return -ENOBUFS;
                ret[n++] = (uint8_t) byte;
        }
        *ret_size = n;
        return 0;
}

int assignment_parse_bytes(
        const Assignment *assignment, uint8_t *ret, size_t min, size_t capacity, size_t *ret_size) {
        const char *value = assignment->value;
        size_t size = 0;
        int r;

        if (strncmp(value, "string:", 7) == 0)
                r = unescape(value + 7, ret, capacity, &size);
        else
                r = bytes_parse(
                        value + (strncmp(value, "hex:", 4) == 0 ? 4 : 0), ret, capacity, &size);
        if (r == -ENOBUFS || (r == 0 && size < min))
                return assignment_refuse(assignment, "must have %zu to %zu bytes", min, capacity);
        if (r < 0)
                return assignment_refuse(assignment, "neither bytes in hexadecimal such as "
                                                     "01:02:00:00:00:aa:01 nor string:TEXT");
        *ret_size = size;
        return 0;
}

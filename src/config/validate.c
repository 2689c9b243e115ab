/* SPDX-License-Identifier: MIT */
/* Validation of settings as a whole: its frame, and what pools and hosts have in common. Changes
 * nothing but default lease times that nobody set. */

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "config/validate-internal.h"
#include "config/validate.h"
#include "wire/message.h"
#include "wire/protocol.h"

#define DEFAULT_LEASE_USEC USEC_PER_HOUR

enum {
        ROUTES_MAX = 256, /* OPTION_VALUE_MAX bytes hold fewer, at five bytes or more each */
};

void validation_report(const Validation *validation, bool warning, Subject subject, const char *key,
        size_t index, const char *format, ...) {
        _cleanup_free_ char *text = NULL;
        const Place *place = NULL;
        va_list arguments;
        int r;

        if (validation->problems->n_errors - validation->first_error >= VALIDATION_ERRORS_MAX)
                return;

        va_start(arguments, format);
        r = vasprintf(&text, format, arguments);
        va_end(arguments);
        if (r < 0)
                text = NULL;

        if (key)
                place = places_find(validation->places, subject.owner,
                        setting_key_find(subject.scope, key), index);
        if (!place)
                place = places_find(validation->places, subject.owner, NULL, 0);
        (void) problems_add(validation->problems, warning,
                place            ? place->file
                : subject.origin ? subject.origin
                                 : "settings",
                place ? place->line : 0, "%s", text ? text : "not allowed");
}

bool validation_has_failed(const Validation *validation, Subject subject, const char *key) {
        return places_has_failed(
                validation->places, subject.owner, setting_key_find(subject.scope, key));
}

const char *subnet_describe(Ipv4Prefix subnet, char buffer[static 2 * IPV4_STRING_MAX + 4]) {
        char first[IPV4_STRING_MAX], last[IPV4_STRING_MAX];
        const unsigned border = subnet.length <= 30; /* RFC 3021 */

        (void) snprintf(buffer, 2 * IPV4_STRING_MAX + 4, "%s to %s",
                ipv4_format(ipv4_prefix_network(subnet) + border, first),
                ipv4_format(ipv4_prefix_broadcast(subnet) - border, last));
        return buffer;
}

bool option_has_address(const OptionSet *options, uint8_t code, ipv4_t address) {
        const OptionValue *value = option_set_get(options, code);

        if (!value)
                return false;
        for (size_t i = 0; i + sizeof(ipv4_t) <= value->size; i += sizeof(ipv4_t))
                if (wire_get_u32(value->data + i) == address)
                        return true;
        return false;
}

/* Each pair of values must be in order as far as both are set; what is inherited was checked where
 * it was set. */
static void validate_lease_times(const Validation *validation, Subject subject,
        const ReplySettings *own, const ReplySettings *inherited) {
        const usec_t normal = own->default_lease;
        const usec_t min = own->min_lease ? own->min_lease : inherited->min_lease;
        const usec_t max = own->max_lease ? own->max_lease : inherited->max_lease;
        char a[TIMESPAN_STRING_MAX], b[TIMESPAN_STRING_MAX];

        if (normal != 0 && min != 0 && normal < min)
                validation_report(validation, false, subject, "DefaultLeaseTimeSec", 0,
                        "DefaultLeaseTimeSec=%s: shorter than MinLeaseTimeSec=%s",
                        timespan_format(normal, a), timespan_format(min, b));
        if (normal != 0 && max != 0 && normal > max)
                validation_report(validation, false, subject, "DefaultLeaseTimeSec", 0,
                        "DefaultLeaseTimeSec=%s: longer than MaxLeaseTimeSec=%s",
                        timespan_format(normal, a), timespan_format(max, b));
        if (min == 0 || max == 0 || min <= max)
                return;
        if (own->min_lease != 0)
                validation_report(validation, false, subject, "MinLeaseTimeSec", 0,
                        "MinLeaseTimeSec=%s: longer than MaxLeaseTimeSec=%s",
                        timespan_format(min, a), timespan_format(max, b));
        else if (own->max_lease != 0)
                validation_report(validation, false, subject, "MaxLeaseTimeSec", 0,
                        "MaxLeaseTimeSec=%s: shorter than MinLeaseTimeSec=%s",
                        timespan_format(max, a), timespan_format(min, b));
}

/* RFC 3442: a client that takes classless routes must ignore the router option. */
static void validate_routes(
        const Validation *validation, Subject subject, const ReplySettings *own, bool no_router) {
        const OptionValue *value = option_set_get(&own->options, DHCP_OPTION_CLASSLESS_ROUTE);
        Ipv4Route routes[ROUTES_MAX];
        size_t n = 0;

        if (!value || no_router ||
                option_decode_routes(value->data, value->size, routes, ROUTES_MAX, &n) < 0)
                return;
        for (size_t i = 0; i < MIN(n, (size_t) ROUTES_MAX); i++)
                if (routes[i].destination.length == 0)
                        return;
        validation_report(validation, true, subject, "Route", 0,
                "no Route= to 0.0.0.0/0: clients that take routes ignore Router= and have no "
                "default "
                "route; add one, or an empty Router= if that is meant");
}

void validate_reply(const Validation *validation, Subject subject, const ReplySettings *reply,
        const ReplySettings *inherited) {
        static const ReplySettings nothing;

        if (!inherited)
                inherited = &nothing;
        validate_lease_times(validation, subject, reply, inherited);
        validate_routes(validation, subject, reply, reply->no_router || inherited->no_router);
}

static void complete_lease_time(ReplySettings *reply) {
        usec_t normal = DEFAULT_LEASE_USEC;

        if (reply->default_lease != 0)
                return;
        normal = MAX(normal, reply->min_lease);
        if (reply->max_lease != 0)
                normal = MIN(normal, reply->max_lease);
        reply->default_lease = normal;
}

int settings_finish(Settings *settings, const Places *places, Problems *problems) {
        const size_t n_errors = problems->n_errors;
        const Validation validation = {
                .settings = settings,
                .places = places,
                .problems = problems,
                .first_error = n_errors,
        };
        int r;

        r = validate_pools(&validation);
        if (r < 0)
                return r;
        r = validate_hosts(&validation);
        if (r < 0)
                return r;
        if (problems->n_errors > n_errors)
                return -EINVAL;

        for (size_t i = 0; i < settings->n_pools; i++)
                complete_lease_time(&settings->pools[i]->reply);
        return 0;
}

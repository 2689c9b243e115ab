/* SPDX-License-Identifier: MIT */

/* Lease times: what the client asks for, what the administrator allows, and when it should renew.
 * Whole seconds throughout, so that client, memory and file mean the same moment. */

#include "core/times.h"

#include "core/request-state.h"
#include "core/settings.h"
#include "wire/protocol.h"

#define WIRE_INFINITY UINT32_MAX

#define DEFAULT_LEASE_USEC USEC_PER_HOUR
/* systemd-networkd's MaxLeaseTimeSec=. */
#define DEFAULT_MAX_USEC (12 * USEC_PER_HOUR)
/* A client that asks for less would renew every few seconds. */
#define DEFAULT_MIN_USEC USEC_PER_MINUTE

typedef struct LeaseLimits {
        usec_t normal;
        usec_t min;
        usec_t max;
} LeaseLimits;

static usec_t first_set(usec_t host, usec_t pool, usec_t otherwise) {
        if (host != 0)
                return host;
        return pool != 0 ? pool : otherwise;
}

static LeaseLimits request_limits(const Request *request, const Pool *pool) {
        static const ReplySettings nothing;
        const ReplySettings *host = request->host ? &request->host->settings->reply : &nothing;
        const ReplySettings *reply = &pool->settings->reply;
        LeaseLimits limits;

        limits.normal = first_set(host->default_lease, reply->default_lease, DEFAULT_LEASE_USEC);
        limits.min = first_set(host->min_lease, reply->min_lease, DEFAULT_MIN_USEC);
        limits.max = first_set(host->max_lease, reply->max_lease, DEFAULT_MAX_USEC);
        /* A default that was set for a host alone may lie outside of its pool's limits. */
        limits.min = MIN(limits.min, limits.normal);
        limits.max = MAX(limits.max, limits.normal);
        return limits;
}

/* RFC 2131 4.3.1: the time that the client asks for if it is acceptable, else the default. */
usec_t request_lifetime(const Request *request, const Pool *pool) {
        LeaseLimits limits = request_limits(request, pool);
        usec_t lifetime = limits.normal;
        uint32_t seconds;

        if (message_get_u32(request->message, DHCP_OPTION_LEASE_TIME, &seconds) >= 0)
                lifetime = seconds == WIRE_INFINITY ? USEC_INFINITY : seconds * USEC_PER_SEC;
        lifetime = MAX(lifetime, limits.min);
        lifetime = MIN(lifetime, limits.max);
        if (lifetime == USEC_INFINITY)
                return USEC_INFINITY;
        lifetime = MIN(lifetime, (usec_t) (WIRE_INFINITY - 1) * USEC_PER_SEC);
        return MAX(lifetime - lifetime % USEC_PER_SEC, USEC_PER_SEC);
}

uint32_t lifetime_to_wire(usec_t lifetime) {
        if (lifetime == USEC_INFINITY)
                return WIRE_INFINITY;
        return (uint32_t) (lifetime / USEC_PER_SEC);
}

/* RFC 2131 4.4.5: T1 is half the lease, T2 seven eighths, "with some random fuzz around a fixed
 * value, to avoid synchronization of client reacquisition". The fuzz is the client's own, up to two
 * percent of the lease either way, so that a client sees no jumps. */
bool request_renewal_times(
        const Request *request, usec_t lifetime, uint32_t *ret_t1, uint32_t *ret_t2) {
        const usec_t steps = 1U << 16;
        uint64_t hash = request->client_hash;
        usec_t unit = lifetime / 25; /* four percent */
        usec_t t1 = lifetime / 2 - unit / 2 + unit * (hash % steps) / steps;
        usec_t t2 = lifetime / 8 * 7 - unit / 2 + unit * (hash / steps % steps) / steps;

        *ret_t1 = lifetime_to_wire(t1);
        *ret_t2 = lifetime_to_wire(t2);
        return 0 < *ret_t1 && *ret_t1 < *ret_t2 && *ret_t2 < lifetime_to_wire(lifetime);
}

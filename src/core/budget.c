/* SPDX-License-Identifier: MIT */

/* The buckets of a message. A client has one set of them for each way by which it can come to us,
 * so that the same identity used elsewhere costs it nothing. */

#include "core/budget.h"

#include "core/pool.h"
#include "core/rate-limit.h"
#include "core/request-state.h"
#include "core/sender.h"
#include "core/server-state.h"
#include "core/verdict.h"

/* The relay, where an administrator has named it. Any other giaddr is the sender's invention, as
 * far as we know: all those of a network share one bucket. */
static ipv4_t request_relay_for_budget(const Request *request) {
        if (request->role != SENDER_RELAYED)
                return 0;
        if (request_relay_is_named(request))
                return request->message->giaddr;
        return request->pools[0]->settings->subnet.address;
}

/* The client's hash is a secret, so that nobody can aim at another's bucket: to spread what a
 * client has of them, mixing is enough. */
static uint64_t mix(uint64_t hash, uint64_t value) {
        hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
        return hash ^ hash >> 32;
}

static uint64_t request_bucket(const Request *request, Budget budget) {
        const uint64_t way =
                (uint64_t) request->metadata->ifindex << 32 | request_relay_for_budget(request);

        return mix(mix(request->client_hash, way), budget);
}

bool request_spend(Request *request, Budget budget) {
        Server *server = request->server;
        const unsigned rate = server->plan->settings->rate_limit;
        uint64_t bucket;
        bool has_token;

        if (rate == 0 || (request->again && !request->trace))
                return true;
        bucket = request_bucket(request, budget);
        if (request->trace)
                has_token = rate_limiter_has(
                        &server->rate_limiter, request->client_hash, bucket, rate, request->now);
        else
                has_token = rate_limiter_take(
                        &server->rate_limiter, request->client_hash, bucket, rate, request->now);
        if (has_token && !request->trace)
                request->bucket = bucket;
        if (!has_token)
                request->actions->verdict = VERDICT_RATE_LIMITED;
        return has_token;
}

void request_give_back(Request *request) {
        Server *server = request->server;

        if (request->bucket != 0)
                rate_limiter_give_back(&server->rate_limiter, request->client_hash, request->bucket,
                        server->plan->settings->rate_limit);
        request->bucket = 0;
}

Budget request_budget_of(const Request *request, ipv4_t address) {
        return request_is_by_unicast(request) && request->metadata->source == address
                       ? BUDGET_BINDING
                       : BUDGET_CLIENT;
}

/* SPDX-License-Identifier: MIT */

/* The buckets of a message. A client has one set of them for each way by which it can come to us,
 * so that the same identity used elsewhere costs it nothing. */

#include "core/budget.h"

#include "core/server-internal.h"

/* The relay, where an administrator has named it. Any other giaddr is the sender's invention, as
 * far as we know: all those of a network share one bucket. */
static ipv4_t request_relay_for_budget(const Request *request) {
        if (request->role != SENDER_RELAYED)
                return 0;
        if (request_relay_is_named(request))
                return request->message->giaddr;
        return request->pools[0]->settings->subnet.address;
}

static uint64_t request_bucket(const Request *request, Budget budget) {
        const struct {
                uint64_t client;
                uint32_t ifindex;
                ipv4_t relay;
                uint64_t budget;
        } key = {
                .client = request->client_hash,
                .ifindex = request->metadata->ifindex,
                .relay = request_relay_for_budget(request),
                .budget = budget,
        };

        return hash_bytes(&key, sizeof(key), request->server->seed);
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

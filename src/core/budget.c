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

bool request_spend(const Request *request, Budget budget) {
        Server *server = request->server;
        const unsigned rate = server->plan->settings->rate_limit;
        bool has_token;

        if (rate == 0)
                return true;
        if (request->trace)
                has_token = rate_limiter_has(&server->rate_limiter, request->client_hash,
                        request_bucket(request, budget), rate, request->now);
        else
                has_token = request->again ||
                            rate_limiter_take(&server->rate_limiter, request->client_hash,
                                    request_bucket(request, budget), rate, request->now);
        if (!has_token)
                request->actions->verdict = VERDICT_RATE_LIMITED;
        return has_token;
}

Budget request_budget_of(const Request *request, ipv4_t address) {
        return request_is_by_unicast(request) && request->metadata->source == address
                       ? BUDGET_BINDING
                       : BUDGET_CLIENT;
}

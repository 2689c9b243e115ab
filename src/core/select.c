/* SPDX-License-Identifier: MIT */

/* Which of the sender's pools are open to it, and which host it is. What the client has or gets is
 * decided later, among these pools. */

#include "core/select.h"

#include <errno.h>
#include <string.h>

#include "core/actions.h"
#include "core/client-leases.h"
#include "core/identity.h"
#include "core/lease.h"
#include "core/notice.h"
#include "core/plan.h"
#include "core/request-state.h"
#include "core/sender.h"
#include "core/server-address.h"
#include "core/server-state.h"
#include "core/trace.h"
#include "core/verdict.h"
#include "wire/protocol.h"

static const Host *request_find_host_by(
        Request *request, HostKeyType type, const uint8_t *data, size_t size) {
        const Plan *plan = request->server->plan;

        for (const HostKey *key = plan_first_host_key(plan, type, data, size); key;
                key = plan_next_host_key(plan, key)) {
                const Host *host = key->host;

                if (!host_is_on_circuit(
                            host->settings, request->relay_agent, request->relay_agent_size))
                        continue;
                bool is_here = !host->pool || request_has_pool(request, host->pool);

                /* Pool= names the one that the host is served from: elsewhere it is a stranger.
                 * Where Address= lies is where it is at home, and known everywhere. */
                if (!host->settings->pool || (host->pool && is_here))
                        request->known = true;
                if (is_here)
                        return host;
        }
        return NULL;
}

/* RFC 3046 5: what stands in option 82 is the word of a relay, or of a switch that puts it in
 * (and takes it out of what clients send) where TrustOption82=yes says that there is one. */
static bool request_trusts_option_82(const Request *request) {
        if (request->role == SENDER_RELAYED)
                return true;
        for (size_t i = 0; i < request->n_pools; i++)
                if (request->pools[i]->settings->trust_option_82)
                        return true;
        return false;
}

/* RFC 3046 2.1: a relay adds the option, and does not see what its client sends by unicast. What it
 * has said of the client last stands in for it in messages that come from the very address that is
 * bound to the client, and in no others. It is not echoed: nobody asked. */
static void request_find_relay_agent(Request *request) {
        const MessageView *message = request->message;
        const Lease *lease;
        LeaseRecord record;

        if (request_trusts_option_82(request) &&
                message_get(message, DHCP_OPTION_RELAY_AGENT, &request->relay_agent,
                        &request->relay_agent_size) >= 0)
                return;
        request->relay_agent = NULL;
        request->relay_agent_size = 0;
        if (!request_is_by_unicast(request) || message->ciaddr == 0 ||
                message->ciaddr != request->metadata->source)
                return;
        lease = request_find_own(request, message->ciaddr);
        if (!lease)
                return;
        lease_get_record(lease, &record);
        if (record.relay_agent_size > 0) {
                request->relay_agent = record.relay_agent;
                request->relay_agent_size = record.relay_agent_size;
        }
}

static const Host *request_find_host(Request *request) {
        const MessageView *message = request->message;
        const uint8_t *circuit;
        const Host *host;
        const ClientId *sent;
        size_t size;

        if (request->server->plan->n_host_keys == 0)
                return NULL;

        sent = request_sent_identity(request);
        host = request_find_host_by(request, HOST_KEY_CLIENT_ID, sent->data, sent->size);
        if (!host && message->hlen > 0)
                host = request_find_host_by(
                        request, HOST_KEY_HARDWARE, message->chaddr, message->hlen);
        if (!host && request->relay_agent &&
                relay_agent_get(request->relay_agent, request->relay_agent_size, RELAY_CIRCUIT_ID,
                        &circuit, &size) >= 0)
                host = request_find_host_by(request, HOST_KEY_CIRCUIT_ID, circuit, size);
        return host;
}

void request_keep_pools(
        Request *request, bool (*is_open)(const Request *request, const Pool *pool)) {
        Pool **closed = request->pools + request->server->plan->n_pools;
        size_t n_open = 0, n_closed = 0;

        for (size_t i = 0; i < request->n_pools; i++) {
                Pool *pool = request->pools[i];

                if (is_open(request, pool))
                        request->pools[n_open++] = pool;
                else
                        closed[n_closed++] = pool;
        }
        memcpy(request->pools + n_open, closed, n_closed * sizeof(*closed));
        request->n_pools = n_open;
}

static bool pool_is_open(const Request *request, const Pool *pool) {
        const Host *host = request->host;

        if (pool->settings->deny_unknown && !request->known)
                return false;
        return !host || !host->settings->pool || !host->pool || host->pool == pool;
}

bool request_select(Request *request) {
        LinkState *link = request->link;
        ipv4_t key, override;

        if (!request_judge_sender(request, &key))
                return false;
        if (request_get_override(request, &override) == -EBADMSG) {
                request->actions->verdict = VERDICT_BAD_SELECTION;
                return false;
        }
        if (link->link.n_addresses == 0) {
                request->actions->verdict = VERDICT_NO_SERVER_ADDRESS;
                if (!link->warned.no_address)
                        link->warned.no_address =
                                request_notice(request, NOTICE_NO_SERVER_ADDRESS, NULL, key);
                return false;
        }

        request->n_scope = request->n_pools;
        request_identify(request);
        request_find_relay_agent(request);
        request->host = request_find_host(request);
        if (request->host)
                request_say(request, "It is the host %s.", request->host->settings->name);
        /* Who already has an address may always give it back. */
        if (request->message->type == DHCP_RELEASE || request->message->type == DHCP_DECLINE)
                return true;
        if (request->host && request->host->settings->deny) {
                request->actions->verdict = VERDICT_DENIED;
                return false;
        }
        request_keep_pools(request, pool_is_open);
        if (request->n_pools == 0) {
                request->actions->verdict = VERDICT_UNKNOWN_CLIENT;
                return false;
        }
        return true;
}

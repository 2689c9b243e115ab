/* SPDX-License-Identifier: MIT */

/* The server's life: configuration, leases from the file, packets to their handlers, commits. What
 * a message means is in the file of its name. */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text.h"
#include "core/fqdn.h"
#include "core/server-internal.h"

int server_new(Server **ret, const uint8_t seed[static 16]) {
        Server *server = calloc(1, sizeof(*server));
        if (!server)
                return -ENOMEM;

        memcpy(server->seed, seed, sizeof(server->seed));
        lease_table_init(&server->table, seed);
        *ret = server;
        return 0;
}

Server *server_free(Server *server) {
        if (!server)
                return NULL;

        commit_log_done(&server->commits);
        lease_table_done(&server->table);
        links_free(server->links, server->n_links);
        plan_free(server->plan);
        free(server->scope);
        free(server);
        return NULL;
}

/* The flags of a lease where this plan is in force. */
static uint8_t plan_flag_lease(const Plan *plan, const LeaseRecord *record) {
        uint8_t flags = record->flags;

        if (plan_reserves_for(plan, record))
                return (flags | LEASE_RESERVED) & (uint8_t) ~LEASE_FORMERLY_RESERVED;
        if (flags & LEASE_RESERVED)
                flags |= LEASE_FORMERLY_RESERVED;
        return flags & (uint8_t) ~LEASE_RESERVED;
}

/* Moves every lease into the new pools. Cannot fail. Return: bound leases that got none. */
static size_t server_move_leases(Server *server, const Plan *plan) {
        size_t n_slots = lease_table_n_slots(&server->table), n_orphans = 0;

        for (size_t i = 0; i < n_slots; i++) {
                Lease *lease = lease_table_at(&server->table, i);
                LeaseRecord record;

                if (!lease)
                        continue;
                lease_get_record(lease, &record);
                lease_table_set_pool(
                        &server->table, lease, plan_find_pool_of(plan, lease->address));
                lease_table_set_flags(&server->table, lease, plan_flag_lease(plan, &record));
                if (!lease->pool && lease->state == LEASE_BOUND)
                        n_orphans++;
        }
        return n_orphans;
}

static Pool *plan_find_most_offered(const Plan *plan) {
        Pool *most = NULL;

        for (size_t i = 0; i < plan->n_pools; i++)
                if (!most || plan->pools[i]->n_offered > most->n_offered)
                        most = plan->pools[i];
        return most;
}

int server_configure_take(Server *server, Settings *settings, size_t *ret_n_orphans) {
        size_t n_orphans;
        int r;

        _cleanup_free_ Pool **scope = calloc(2 * settings->n_pools + 1, sizeof(*scope));
        if (!scope)
                return -ENOMEM;
        _cleanup_free_ Lease **room = calloc(server_sort_room(server), sizeof(*room));
        if (!room)
                return -ENOMEM;
        Plan *plan = NULL;
        r = plan_new(&plan, settings);
        if (r < 0)
                return r;
        r = links_attach(server->links, server->n_links, plan);
        if (r < 0) {
                plan->settings = NULL; /* the caller's still */
                plan_free(plan);
                return r;
        }

        n_orphans = server_move_leases(server, plan);
        plan_sort_leases(plan, room);
        plan_free(server->plan);
        server->plan = plan;
        server->n_plans++;
        server->most_offered = plan_find_most_offered(plan);
        reply_cache_clear(&server->reply_cache);
        free(server->scope);
        server->scope = TAKE_PTR(scope);
        server_block_own_addresses(server, true);
        /* What was said of the old configuration may be wrong of the new one. */
        for (size_t i = 0; i < server->n_links; i++)
                server->links[i].warned = (LinkWarnings){0};
        if (ret_n_orphans)
                *ret_n_orphans = n_orphans;
        return 0;
}

const Settings *server_get_settings(const Server *server) {
        return server->plan ? server->plan->settings : NULL;
}

uint64_t server_count_settings(const Server *server) {
        return server->n_plans;
}

/* Option 12, or the name of option 81 where there is none; a host's own name wins. */
static void request_read_hostname(Request *request) {
        const MessageView *message = request->message;
        uint8_t name[FQDN_NAME_MAX];
        const uint8_t *data;
        const char *text;
        size_t size;

        if (request->host) {
                const HostSettings *host = request->host->settings;

                text = host->hostname ? host->hostname : host->name;
                data = (const uint8_t *) text;
                size = strlen(text);
        } else if (message_get(message, DHCP_OPTION_HOST_NAME, &data, &size) < 0) {
                if (message_get(message, DHCP_OPTION_FQDN, &data, &size) < 0)
                        return;
                size = fqdn_get_name(data, size, name);
                data = name;
        }
        request->hostname_size =
                text_sanitize(data, size, request->hostname, sizeof(request->hostname));
}

static int request_dispatch(Request *request) {
        request_read_hostname(request);

        switch (request->message->type) {
        case DHCP_DISCOVER:
                return request_handle_discover(request);
        case DHCP_REQUEST:
                return request_handle_request(request);
        case DHCP_DECLINE:
                return request_handle_decline(request);
        case DHCP_RELEASE:
                return request_handle_release(request);
        case DHCP_INFORM:
                return request_handle_inform(request);
        case DHCP_BOOTP:
                return request_handle_bootp(request);
        case DHCP_OFFER:
        case DHCP_ACK:
        case DHCP_NAK:
        case DHCP_MESSAGE_TYPE_MAX:
                break;
        }
        request->actions->verdict = VERDICT_SERVER_MESSAGE;
        return 0;
}

/* What can be said of a message without knowing what we serve. Return: VERDICT_INVALID to go on. */
static Verdict request_check(Request *request) {
        const MessageView *message = request->message;
        int r;

        if (message->op != BOOTREQUEST)
                return VERDICT_NOT_REQUEST;
        if (message->type == DHCP_OFFER || message->type == DHCP_ACK || message->type == DHCP_NAK)
                return VERDICT_SERVER_MESSAGE;
        if (message->hops > DHCP_MAX_HOPS)
                return VERDICT_TOO_MANY_HOPS;
        r = client_id_from_message(message, &request->client);
        if (r == -ENODATA)
                return VERDICT_NO_IDENTITY;
        if (r < 0)
                return VERDICT_BAD_OPTION;
        request->client_hash = lease_table_hash(
                &request->server->table, request->client.data, request->client.size);
        return VERDICT_INVALID;
}

int request_handle(Request *request) {
        Server *server = request->server;
        Verdict verdict;
        int r;

        verdict = request_check(request);
        if (verdict == VERDICT_INVALID) {
                request->link =
                        links_find(server->links, server->n_links, request->metadata->ifindex);
                if (!request->link || !server->plan)
                        verdict = VERDICT_NO_POOL;
        }
        if (verdict != VERDICT_INVALID) {
                if (verdict == VERDICT_NOT_REQUEST || verdict == VERDICT_SERVER_MESSAGE)
                        request_note_answer(request);
                request->actions->verdict = verdict;
                return 0;
        }

        if (!request->trace)
                request->link->heard = true;
        if (!request_select(request)) {
                /* who has been put out may be nobody here any more */
                if (request->actions->verdict == VERDICT_UNKNOWN_CLIENT)
                        request_tell_holder(request);
                return 0;
        }
        r = request_dispatch(request);
        /* of a message that has failed nothing is told */
        if (r >= 0)
                request_tell_holder(request);
        return r;
}

/* A message of which only a part could be done has not been handled at all. */
static int request_handle_whole(Request *request) {
        const Transaction transaction = transaction_begin(request->server, request->actions);
        int r;

        r = transaction_end(&transaction, request_handle(request));
        if (r >= 0)
                return 0;
        request_give_back(request);
        request->actions->verdict = VERDICT_NO_MEMORY;
        return r;
}

static void remember_silence(const Request *request) {
        const MessageView *message = request->message;
        Silence silence = {
                .hardware_size = message->hlen,
                .type = message->type,
                .verdict = request->actions->verdict,
                .ifindex = request->metadata->ifindex,
                .relay = message->giaddr,
                .at = request->now,
        };

        if (silence.hardware_size == 0)
                return;
        memcpy(silence.hardware, message->chaddr, silence.hardware_size);
        silence_remember(&request->server->silences, &silence, request->server->seed);
}

static int server_handle(Server *server, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata, bool again, usec_t now, Actions *actions) {
        Request request = {
                .server = server,
                .message = &server->message,
                .metadata = metadata,
                .now = now,
                .actions = actions,
                .again = again,
        };
        int r = 0;

        actions->message_error = message_view_init(&server->message, packet, size);
        if (actions->message_error != MESSAGE_OK)
                actions->verdict = VERDICT_MALFORMED;
        else {
                actions->message_type = server->message.type;
                if (!again)
                        server->message_counters[server->message.type]++;
                r = request_handle_whole(&request);
                if (verdict_is_silence(actions->verdict))
                        remember_silence(&request);
        }
        assert(actions->verdict != VERDICT_INVALID);
        server->counters[actions->verdict]++;
        return r;
}

int server_handle_packet(Server *server, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata, usec_t now, Actions *actions) {
        return server_handle(server, packet, size, metadata, false, now, actions);
}

int server_handle_again(Server *server, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata, usec_t now, Actions *actions) {
        return server_handle(server, packet, size, metadata, true, now, actions);
}

void server_set_lease_version(Server *server, Lease *lease, uint64_t version) {
        (void) server;
        lease->version = version;
}

void server_commit_done(Server *server, uint64_t id) {
        commit_log_settle(&server->commits, &server->table, id);
}

void server_commit_undo(Server *server, uint64_t id) {
        commit_log_undo(&server->commits, &server->table, server->plan, id);
        /* quarantines that had ended are back, and may be by the word of proxies */
        proxy_table_reopen(&server->proxies);
}

uint64_t server_last_commit(const Server *server) {
        return server->commits.last_id;
}

const LeaseTable *server_get_table(const Server *server) {
        return &server->table;
}

Pool *const *server_get_pools(const Server *server, size_t *ret_n) {
        *ret_n = server->plan ? server->plan->n_pools : 0;
        return server->plan ? server->plan->pools : NULL;
}

Pool *server_find_pool(const Server *server, const char *name) {
        return server->plan ? plan_find_pool(server->plan, name) : NULL;
}

const Pool *server_find_host_pool(const Server *server, const HostSettings *host) {
        return server->plan ? plan_find_host_pool(server->plan, host) : NULL;
}

uint64_t server_counter(const Server *server, Verdict verdict) {
        return server->counters[verdict];
}

uint64_t server_message_counter(const Server *server, DhcpMessageType type) {
        return server->message_counters[type];
}

void server_count(Server *server, Verdict verdict) {
        server->counters[verdict]++;
}

void server_reset_counters(Server *server) {
        memset(server->counters, 0, sizeof(server->counters));
        memset(server->message_counters, 0, sizeof(server->message_counters));
}

/* SPDX-License-Identifier: MIT */

/* REQUEST: RFC 2131 4.3.2.
 *
 *   state      | ours (54) | ciaddr | address asked for | how it came
 *   -----------+-----------+--------+-------------------+---------------------------
 *   SELECTING  | MUST      | zero   | option 50 MUST    | broadcast
 *   INIT-REBOOT| MUST NOT  | zero   | option 50 MUST    | broadcast
 *   RENEWING   | MUST NOT  | MUST   | ciaddr            | unicast, giaddr zero
 *   REBINDING  | MUST NOT  | MUST   | ciaddr            | broadcast, or by a relay
 *
 *   what the address is   | SELECTING | INIT-REBOOT, RENEWING    | REBINDING
 *   ----------------------+-----------+--------------------------+-------------------------
 *   the client's binding  | ACK       | ACK                      | ACK
 *   either, but another   | NAK       | INIT-REBOOT: NAK; RENEWING: ACK for the rest of the
 *     is reserved for it  |           | lease, else silence; REBINDING: silence
 *   free and legal for it | ACK       | client bound elsewhere: NAK (REBINDING: if authoritative)
 *                         |           | client remembered: ACK
 *                         |           | Lenient=yes: ACK, no: silence
 *   another's, reserved,  | NAK       | NAK                      | authoritative: NAK,
 *     in quarantine       |           |                          | else silence
 *   somebody behind the   | NAK       | INIT-REBOOT: as that one | ACK
 *     relay answers for it|           | answers, or not any more |
 *                         |           | RENEWING: silence        |
 *   outside of the pools  | NAK       | authoritative: NAK, else silence
 *   in an OtherRange=     | silence   | silence
 */

#include "core/binding.h"
#include "core/budget.h"
#include "core/client-leases.h"
#include "core/conflict.h"
#include "core/handlers.h"
#include "core/holder.h"
#include "core/lease-table.h"
#include "core/lease.h"
#include "core/offer.h"
#include "core/other-range.h"
#include "core/other-server.h"
#include "core/pool.h"
#include "core/reply.h"
#include "core/request-state.h"
#include "core/server-address.h"
#include "core/server-state.h"
#include "core/standing.h"
#include "core/times.h"
#include "core/trace.h"
#include "core/verdict.h"

typedef enum RequestState {
        REQUEST_SELECTING,
        REQUEST_INIT_REBOOT,
        REQUEST_RENEWING,
        REQUEST_REBINDING,
        REQUEST_STATE_MISPLACED, /* the sender cannot be in it where it is */
        REQUEST_STATE_INVALID = -1,
} RequestState;

/* Reasons for a DHCPNAK, in option 56. */
static const char elsewhere[] = "client has another address";
static const char reserved[] = "another address is reserved for the client";
static const char taken[] = "address is not available";
static const char outside[] = "address is not in a pool of this network";

/* A client that renews for less does nothing else any more. */
#define REST_MIN_USEC USEC_PER_MINUTE

/* Which state the client is in and which address it means. */
static RequestState request_read_state(const Request *request, ipv4_t *ret_address) {
        const MessageView *message = request->message;
        bool has_address =
                message_get_ipv4(message, DHCP_OPTION_REQUESTED_ADDRESS, ret_address) >= 0 &&
                *ret_address != 0;

        if (message_has(message, DHCP_OPTION_SERVER_ID)) {
                if (request_names_us(request) < 0)
                        return REQUEST_STATE_INVALID;
                /* Some clients name the server while they renew: ciaddr tells the address then. */
                if (!has_address)
                        *ret_address = message->ciaddr;
                return *ret_address != 0 ? REQUEST_SELECTING : REQUEST_STATE_INVALID;
        }
        if (message->ciaddr == 0)
                return has_address ? REQUEST_INIT_REBOOT : REQUEST_STATE_INVALID;

        *ret_address = message->ciaddr;
        if (message->giaddr == 0 && !request->metadata->broadcast)
                return REQUEST_RENEWING;
        return REQUEST_REBINDING;
}

static bool request_is_authoritative(const Request *request, ipv4_t address) {
        const Pool *pool = request_find_pool_by_subnet(request, address);

        if (pool)
                return pool->settings->authoritative;
        for (size_t i = 0; i < request->n_pools; i++)
                if (request->pools[i]->settings->authoritative)
                        return true;
        return false;
}

static int request_grant_for(
        Request *request, ipv4_t address, Pool *pool, Budget budget, usec_t lifetime) {
        int r;

        if (!request_spend(request, budget))
                return 0;
        r = request_bind(request, address, pool, lifetime);
        if (r < 0)
                return r;
        request->actions->verdict = VERDICT_ACKED;
        /* the client is told whole seconds; that it may not hear it takes nothing from it */
        if (lifetime != USEC_INFINITY)
                lifetime -= lifetime % USEC_PER_SEC;
        return request_reply(
                request, DHCP_ACK, pool, address, lifetime, request->server->commits.last_id);
}

static int request_grant(Request *request, ipv4_t address, Pool *pool, Budget budget) {
        return request_grant_for(request, address, pool, budget, request_lifetime(request, pool));
}

/* What the address is to the client, and said so. */
static Standing request_judge(const Request *request, ipv4_t address, Pool **ret_pool) {
        Standing standing = request_judge_address(request, address, ret_pool);

        request_say_standing(request, address, standing);
        return standing;
}

static int request_nak(Request *request, ipv4_t address, const char *reason) {
        request_say(request, "It is refused (NAK): %s.", reason);
        if (!request_spend(request, BUDGET_REFUSAL))
                return 0;
        request->actions->verdict = VERDICT_NAKED;
        return request_refuse(request, address, reason);
}

static int request_ignore(Request *request, Verdict verdict) {
        request->actions->verdict = verdict;
        return 0;
}

static int request_nak_if_authoritative(Request *request, ipv4_t address, const char *reason) {
        if (!request_is_authoritative(request, address))
                return request_ignore(request, VERDICT_NOT_AUTHORITATIVE);
        return request_nak(request, address, reason);
}

/* The client chose another server. RFC 2131 4.3.2: "DHCPREQUEST messages with other server
 * identifiers serve as notification that the client has declined our offer." */
static int request_decline_offer(Request *request, ipv4_t address) {
        request_note_other_server(request, address);
        if (!request_spend(request, BUDGET_CLIENT))
                return 0;
        if (request_withdraw_offers(request, 0) > 0)
                return request_ignore(request, VERDICT_OFFER_WITHDRAWN);
        return request_ignore(request, VERDICT_OTHER_SERVER);
}

static bool request_has_offer(const Request *request) {
        const LeaseTable *table = &request->server->table;

        for (const Lease *lease = request_first_lease(request); lease;
                lease = lease_table_next_of_client(table, lease))
                if (lease->state == LEASE_OFFERED && request_is_in_scope(request, lease))
                        return true;
        return false;
}

static bool request_names_nobody(const Request *request) {
        ipv4_t server_id;

        return message_get_ipv4(request->message, DHCP_OPTION_SERVER_ID, &server_id) >= 0 &&
               server_id == 0;
}

/* The client names 0.0.0.0 for its server, as some do that have heard of none: whoever can give it
 * the address is meant. Whoever cannot has been chosen only if it has offered something. */
static int request_refuse_selection(Request *request, ipv4_t address, const char *reason) {
        if (request_names_nobody(request) && !request_has_offer(request))
                return request_ignore(request, VERDICT_OTHER_SERVER);
        return request_nak(request, address, reason);
}

static int request_select_us(Request *request, ipv4_t address) {
        Standing standing;
        Pool *pool;

        if (request_names_us(request) == 0 && !request_names_nobody(request))
                return request_decline_offer(request, address);

        standing = request_judge(request, address, &pool);
        if (request_must_move(request, address))
                return request_refuse_selection(request, address, reserved);
        switch (standing) {
        case STANDING_BOUND:
                return request_grant(request, address, pool, request_budget_of(request, address));
        case STANDING_FREE:
                return request_grant(request, address, pool, BUDGET_CLIENT);
        case STANDING_TAKEN:
                return request_refuse_selection(request, address, taken);
        case STANDING_OUTSIDE:
                break;
        }
        return request_refuse_selection(request, address, outside);
}

/* The address is free. Whether it was the client's, or is reserved for it, or has been set aside
 * since the client answers for it, is what RFC 2131 means by a record. */
static int request_claim(Request *request, ipv4_t address, Pool *pool) {
        const Server *server = request->server;
        const Lease *lease = lease_table_find(&server->table, address);
        bool remembered =
                (request->host && request->host->settings->address == address) ||
                (lease && (lease_belongs_to(lease, request->client.data, request->client.size) ||
                                  request_is_holder(request, lease)));

        /* Past its relay a client has what is bound to it and gets nothing new; at T2 it comes by
         * the relay. DEVIATIONS 1. */
        if (request->role == SENDER_PAST_RELAY || (!remembered && !server->plan->settings->lenient))
                return request_ignore(request, VERDICT_NO_RECORD);
        return request_grant(request, address, pool, BUDGET_CLIENT);
}

/* A lease that the client is to leave for the address that is reserved for it. A DHCPNAK is not
 * heard in these states by systemd-networkd and dhcpcd, and older NetworkManagers never recover
 * from one; so the lease is let run out: no renewal makes it longer. DEVIATIONS 4. */
static int request_let_run_out(Request *request, RequestState state, ipv4_t address, Pool *pool) {
        const Lease *lease = lease_table_find(&request->server->table, address);
        usec_t rest = lease ? usec_sub(lease->expires, request->now) : 0;

        request_say(
                request, "Another address is reserved for it, which it gets when its lease ends.");
        if (state != REQUEST_RENEWING || rest < REST_MIN_USEC)
                return request_ignore(request, VERDICT_TO_MOVE);
        return request_grant_for(request, address, pool, request_budget_of(request, address), rest);
}

static int request_verify_before_move(
        Request *request, RequestState state, ipv4_t address, Standing standing, Pool *pool) {
        if (state == REQUEST_INIT_REBOOT)
                return request_nak(request, address, reserved);
        if (standing == STANDING_BOUND)
                return request_let_run_out(request, state, address, pool);
        return request_ignore(request, VERDICT_TO_MOVE);
}

static int request_verify(Request *request, RequestState state, ipv4_t address) {
        Standing standing;
        Pool *pool;

        /* it may be refused what it had for what is reserved for it */
        if (state == REQUEST_INIT_REBOOT && request_must_wait_for_holder(request))
                return 0;
        standing = request_judge(request, address, &pool);
        /* RFC 2131 4.3.2: "If the DHCP server has no record of this client, then it MUST remain
         * silent", once the network is the right one. */
        if (!request->server->plan->settings->lenient && !request_has_record(request, address) &&
                (standing != STANDING_OUTSIDE || request_find_pool_by_subnet(request, address)))
                return request_ignore(request, VERDICT_NO_RECORD);
        if ((standing == STANDING_BOUND || standing == STANDING_FREE) &&
                request_must_move(request, address))
                return request_verify_before_move(request, state, address, standing, pool);

        switch (standing) {
        case STANDING_BOUND:
                return request_grant(request, address, pool, request_budget_of(request, address));
        case STANDING_FREE:
                if (!request_find_binding(request))
                        return request_claim(request, address, pool);
                return state == REQUEST_REBINDING
                               ? request_nak_if_authoritative(request, address, elsewhere)
                               : request_nak(request, address, elsewhere);
        case STANDING_TAKEN:
                if (request_is_put_off(request, address))
                        return 0;
                return state == REQUEST_REBINDING
                               ? request_nak_if_authoritative(request, address, taken)
                               : request_nak(request, address, taken);
        case STANDING_OUTSIDE:
                break;
        }
        return request_nak_if_authoritative(request, address, outside);
}

/* What a client may ask that is on no network from which we heard it: to go on with the address
 * that it writes from, or it can be refused that. Some name the server while they renew. */
static RequestState request_restrict_state(
        const Request *request, RequestState state, ipv4_t address) {
        const bool names_us = request_names_us(request) > 0;

        switch (request->role) {
        case SENDER_ON_LINK:
        case SENDER_RELAYED:
                return state;
        case SENDER_PAST_RELAY:
                if (state == REQUEST_SELECTING && names_us && address == request->message->ciaddr)
                        return REQUEST_RENEWING;
                break;
        case SENDER_ELSEWHERE:
                break;
        }
        return state == REQUEST_RENEWING ? state : REQUEST_STATE_MISPLACED;
}

/* The choice of another server is heard all the same: it withdraws our offer. */
static bool request_is_for_other_range(const Request *request, RequestState state, ipv4_t address) {
        return state != REQUEST_STATE_INVALID && state != REQUEST_STATE_MISPLACED &&
               request_is_others(request, address) && request_names_us(request) != 0;
}

int request_handle_request(Request *request) {
        RequestState state;
        ipv4_t address;

        state = request_read_state(request, &address);
        if (state != REQUEST_STATE_INVALID)
                state = request_restrict_state(request, state, address);
        if (request_is_for_other_range(request, state, address))
                return request_ignore(request, VERDICT_OTHER_RANGE);
        switch (state) {
        case REQUEST_SELECTING:
                return request_select_us(request, address);
        case REQUEST_INIT_REBOOT:
        case REQUEST_RENEWING:
        case REQUEST_REBINDING:
                return request_verify(request, state, address);
        case REQUEST_STATE_MISPLACED:
                return request_ignore(request, VERDICT_WRONG_SOURCE);
        case REQUEST_STATE_INVALID:
                break;
        }
        return request_ignore(request, VERDICT_BAD_OPTION);
}

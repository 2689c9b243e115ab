/* SPDX-License-Identifier: MIT */

/* Looks at leases, reservations and answers, and changes nothing. In what the three who can say
 * that a client is to have an address differ stands in four short functions, one below the other;
 * the rest is the same for all. */

#include "core/standing.h"

#include <errno.h>

#include "basic/bytes.h"
#include "core/client-leases.h"
#include "core/holder.h"
#include "core/lease-table.h"
#include "core/link-state.h"
#include "core/plan.h"
#include "core/request-state.h"
#include "core/server-state.h"
#include "core/succession.h"
#include "core/trace.h"

/* Somebody who is to have an address. */
typedef struct Applicant {
        const Server *server;
        Speaker speaker;
        const Request *request;    /* of a client that asks, else NULL */
        const LeaseRecord *record; /* what others have said of it, else NULL */
        const uint8_t *client_id;
        size_t client_id_size;
} Applicant;

/* A reservation by hardware address wins over a lease of the same hardware under another client
 * identifier: firmware and operating system, or two systems on one disk. DEVIATIONS 5. */
static bool request_may_take_over(const Request *request, const Lease *lease) {
        const MessageView *message = request->message;
        const Host *host = request->host;

        if (host && host->settings->address == lease->address &&
                host->settings->hardware_size > 0 &&
                lease_has_hardware(
                        lease, host->settings->hardware, host->settings->hardware_size) &&
                lease_has_hardware(lease, message->chaddr, message->hlen))
                return true;
        return request_may_succeed(request, lease);
}

/* Whether the address is somebody else's by the configuration, or by what has just been seen. */
static bool applicant_is_kept_out(const Applicant *applicant, ipv4_t address) {
        const Plan *plan = applicant->server->plan;

        switch (applicant->speaker) {
        case SPEAKER_CLIENT:
                return address == applicant->request->disputed ||
                       plan_is_reserved_for_other(plan, address, applicant->request->host);
        case SPEAKER_ADMINISTRATOR:
        case SPEAKER_AUTHOR:
                break;
        }
        return plan_first_reservation(plan, address) && !plan_reserves_for(plan, applicant->record);
}

/* What an address is to the client that nobody has as far as leases go. */
static Standing applicant_judge_free(const Applicant *applicant, ipv4_t address) {
        switch (applicant->speaker) {
        case SPEAKER_CLIENT:
                return request_is_forestalled(applicant->request, address) ? STANDING_TAKEN
                                                                           : STANDING_FREE;
        case SPEAKER_ADMINISTRATOR:
        case SPEAKER_AUTHOR:
                break;
        }
        return STANDING_FREE;
}

/* Whether the client gets what is bound to another. */
static bool applicant_may_take(const Applicant *applicant, const Lease *lease) {
        switch (applicant->speaker) {
        case SPEAKER_CLIENT:
                return request_may_take_over(applicant->request, lease);
        case SPEAKER_ADMINISTRATOR:
                break;
        case SPEAKER_AUTHOR:
                return record_has_seen(applicant->record, lease);
        }
        return false;
}

/* Whether the client gets what is set aside: it is the very one that was seen to use the address.
 * It answers for what it has from another server, or from ours before its leases were lost; nobody
 * else gets that, see claim.c. Who it is behind a relay, an administrator can tell. */
static bool applicant_is_holder(const Applicant *applicant, const Lease *lease) {
        const LeaseRecord *record = applicant->record;

        switch (applicant->speaker) {
        case SPEAKER_CLIENT:
                return request_is_holder(applicant->request, lease);
        case SPEAKER_ADMINISTRATOR:
                break;
        case SPEAKER_AUTHOR:
                if (record_has_seen(record, lease))
                        return true;
                break;
        }
        return lease_is_claimed_unnamed(lease) ||
               lease_is_claimed_by(lease, record->hardware, record->hardware_size);
}

/* Whose the address is, wherever it lies. */
static Standing applicant_judge(const Applicant *applicant, ipv4_t address) {
        const Server *server = applicant->server;
        const Lease *lease;

        if (server_has_address(server, address) || applicant_is_kept_out(applicant, address))
                return STANDING_TAKEN;

        lease = lease_table_find(&server->table, address);
        if (!lease)
                return applicant_judge_free(applicant, address);
        switch ((LeaseState) lease->state) {
        case LEASE_BOUND:
                if (lease_belongs_to(lease, applicant->client_id, applicant->client_id_size))
                        return STANDING_BOUND;
                return applicant_may_take(applicant, lease) ? STANDING_FREE : STANDING_TAKEN;
        case LEASE_OFFERED: /* offers are soft: the first REQUEST wins */
        case LEASE_RELEASED:
        case LEASE_EXPIRED:
                return applicant_judge_free(applicant, address);
        case LEASE_DECLINED:
                return applicant_is_holder(applicant, lease) ? STANDING_FREE : STANDING_TAKEN;
        case LEASE_STATE_MAX:
        case LEASE_STATE_INVALID:
                break;
        }
        return STANDING_TAKEN;
}

static Standing request_judge_holder(const Request *request, ipv4_t address) {
        const Applicant applicant = {
                .server = request->server,
                .speaker = SPEAKER_CLIENT,
                .request = request,
                .client_id = request->client.data,
                .client_id_size = request->client.size,
        };

        return applicant_judge(&applicant, address);
}

int server_judge_record(const Server *server, Speaker speaker, const LeaseRecord *record) {
        const Applicant applicant = {
                .server = server,
                .speaker = speaker,
                .record = record,
                .client_id = record->client_id,
                .client_id_size = record->client_id_size,
        };

        if (!plan_find_pool_of(server->plan, record->address))
                return -EADDRNOTAVAIL;
        switch (applicant_judge(&applicant, record->address)) {
        case STANDING_BOUND:
        case STANDING_FREE:
                return 0;
        case STANDING_TAKEN:
        case STANDING_OUTSIDE:
                break;
        }
        return -EADDRINUSE;
}

static Pool *request_find_pool_for(const Request *request, ipv4_t address) {
        const Host *host = request->host;
        bool reserved = host && host->settings->address == address;

        for (size_t i = 0; i < request->n_pools; i++) {
                Pool *pool = request->pools[i];

                if (pool_gives_out(pool, address) || (reserved && pool == host->pool))
                        return pool;
        }
        return NULL;
}

Standing request_judge_address(const Request *request, ipv4_t address, Pool **ret_pool) {
        Pool *pool = request_find_pool_for(request, address);

        if (ret_pool)
                *ret_pool = pool;
        if (pool)
                return request_judge_holder(request, address);
        /* In no range, but known to be another's all the same: reserved, or leased when the ranges
         * were wider. */
        if (request_find_pool_by_subnet(request, address) &&
                request_judge_holder(request, address) == STANDING_TAKEN)
                return STANDING_TAKEN;
        return STANDING_OUTSIDE;
}

bool request_must_move(const Request *request, ipv4_t address) {
        const Host *host = request->host;
        Standing standing;

        if (!host || host->settings->address == 0 || host->settings->address == address)
                return false;
        standing = request_judge_address(request, host->settings->address, NULL);
        return standing == STANDING_BOUND || standing == STANDING_FREE;
}

/* Who has the address, and for how much longer. */
static void request_say_holder(const Request *request, const Lease *lease) {
        char address[IPV4_STRING_MAX], client[BYTES_STRING_MAX(UINT8_MAX)] = "another client",
                                       span[TIMESPAN_STRING_MAX];
        const bool for_ever = lease->expires == USEC_INFINITY;
        LeaseRecord record;

        lease_get_record(lease, &record);
        if (record.hardware_size > 0)
                (void) bytes_format(record.hardware, record.hardware_size, client);
        else if (record.client_id_size > 0)
                (void) bytes_format(record.client_id, record.client_id_size, client);
        request_say(request, "%s is leased to another client, %.*s%s%s%s, for %s%s.",
                ipv4_format(lease->address, address), record.hostname_size, record.hostname,
                record.hostname_size > 0 ? " (" : "", client, record.hostname_size > 0 ? ")" : "",
                for_ever ? "ever" : "another ",
                for_ever ? "" : timespan_format(usec_sub(lease->expires, request->now), span));
        request->trace->held = lease->address;
}

static void request_say_set_aside(const Request *request, const Lease *lease) {
        char address[IPV4_STRING_MAX], span[TIMESPAN_STRING_MAX];

        request_say(request,
                "%s is set aside, since somebody else was seen to use it, for another %s; "
                "`minidhcpctl clear-declined%s%s` ends that.",
                ipv4_format(lease->address, address),
                timespan_format(usec_sub(lease->expires, request->now), span),
                lease->pool ? " " : "", lease->pool ? lease->pool->settings->name : "");
        request->trace->held = lease->address;
}

static void request_say_taken(const Request *request, ipv4_t address) {
        const Server *server = request->server;
        const Lease *lease = lease_table_find(&server->table, address);
        const Host *owner = plan_first_reservation(server->plan, address);
        const char *what = "in use", *name = "";
        char text[IPV4_STRING_MAX];

        if (server_has_address(server, address))
                what = "an address of this server";
        else if (address == request->disputed)
                what = "its own, but another machine has answered for it by ARP";
        else if (plan_is_reserved_for_other(server->plan, address, request->host)) {
                what = "reserved for host ";
                name = owner ? owner->settings->name : "another one";
        } else if (lease && lease->state == LEASE_BOUND) {
                request_say_holder(request, lease);
                return;
        } else if (lease && lease->state == LEASE_DECLINED) {
                request_say_set_aside(request, lease);
                return;
        } else if (request_is_forestalled(request, address))
                what = "in use by somebody who has just answered for it";
        request_say(request, "%s is %s%s.", ipv4_format(address, text), what, name);
}

void request_say_standing(const Request *request, ipv4_t address, Standing standing) {
        char text[IPV4_STRING_MAX];
        const char *what = "";

        if (!request->trace)
                return;
        switch (standing) {
        case STANDING_BOUND:
                what = "its own";
                break;
        case STANDING_FREE:
                what = "free";
                break;
        case STANDING_OUTSIDE:
                what = "in no pool that serves the client";
                break;
        case STANDING_TAKEN:
                request_say_taken(request, address);
                return;
        }
        request_say(request, "%s is %s.", ipv4_format(address, text), what);
}

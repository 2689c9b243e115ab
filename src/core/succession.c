/* SPDX-License-Identifier: MIT */

/* Who follows whom on a reserved address. Changes no lease. */

#include "core/succession.h"

#include <string.h>

#include "basic/bytes.h"
#include "core/actions.h"
#include "core/holder.h"
#include "core/lease-table.h"
#include "core/notice.h"
#include "core/plan.h"
#include "core/probe-way.h"
#include "core/probing.h"
#include "core/request-state.h"
#include "core/server-state.h"
#include "core/trace.h"
#include "wire/protocol.h"

/* T1 has passed by a tenth of the lease, and the holder has not renewed. */
static bool lease_is_overdue(const Lease *lease, usec_t now) {
        const usec_t lifetime = usec_sub(lease->expires, lease->last_seen);

        return lease->expires != USEC_INFINITY &&
               now > usec_add(lease->last_seen, lifetime / 2 + lifetime / 10);
}

/* Whether ARP can tell if the machine that has the address is there. One that answers with the
 * client's own hardware address cannot be told from the client. */
static bool request_may_ask_holder(const Request *request, const Lease *lease) {
        const MessageView *message = request->message;

        return lease->pool && request_probe_way(request, lease->pool) == PROBE_BY_ARP &&
               !lease_has_hardware(lease, message->chaddr, message->hlen);
}

/* A DISCOVER may wait until it is known whether the other one answers; a REQUEST has to be answered
 * now. */
static bool request_finds_it_gone(const Request *request, const Lease *lease) {
        if (request_is_forestalled(request, lease->address))
                return false;
        if (request->message->type == DHCP_DISCOVER || request->message->type == DHCP_BOOTP)
                return true;
        switch (prober_judge(&request->server->prober, lease->address, request->now)) {
        case PROBE_CLEAR:
        case PROBE_ANSWERED: /* by the client itself */
                return true;
        case PROBE_UNKNOWN:
        case PROBE_PENDING:
                break;
        }
        return false;
}

/* After a restart only the address tells: one that lies in no range was got by a reservation. */
bool lease_is_left_over(const Lease *lease) {
        return lease->flags & LEASE_FORMERLY_RESERVED ||
               (lease->pool && !pool_gives_out(lease->pool, lease->address));
}

bool request_may_succeed(const Request *request, const Lease *lease) {
        const Host *host = request->host;
        LeaseRecord record;

        if (!host || host->settings->address != lease->address)
                return false;
        lease_get_record(lease, &record);
        /* A client that the reservation does not fit cannot take the address back. */
        if (!plan_reserves_for(request->server->plan, &record))
                return request_may_ask_holder(request, lease)
                               ? request_finds_it_gone(request, lease)
                               : lease_is_left_over(lease);
        /* Whatever is on the circuit is the host: this one now, and that one before. */
        if (!host_is_port(host->settings) ||
                !host_is_on_circuit(host->settings, record.relay_agent, record.relay_agent_size))
                return false;
        if (succession_table_has(&request->server->successions, lease->address,
                    request->client_hash, request->now) &&
                !lease_is_overdue(lease, request->now))
                return false;
        return !request_may_ask_holder(request, lease) || request_finds_it_gone(request, lease);
}

uint64_t request_find_predecessor(const Request *request, const Lease *lease) {
        const MessageView *message = request->message;
        LeaseRecord record;

        if (!lease || lease->state != LEASE_BOUND ||
                lease_belongs_to(lease, request->client.data, request->client.size) ||
                lease_has_hardware(lease, message->chaddr, message->hlen))
                return 0;
        lease_get_record(lease, &record);
        return lease_table_hash(&request->server->table, record.client_id, record.client_id_size);
}

const Lease *request_find_left_over(const Request *request) {
        const ipv4_t address = request->host ? request->host->settings->address : 0;
        const Lease *lease;
        LeaseRecord record;

        lease = address != 0 ? lease_table_find(&request->server->table, address) : NULL;
        if (request_find_predecessor(request, lease) == 0 || !lease_is_left_over(lease) ||
                !request_may_ask_holder(request, lease))
                return NULL;
        lease_get_record(lease, &record);
        return plan_reserves_for(request->server->plan, &record) ? NULL : lease;
}

bool request_prepare_succession(const Request *request, const Lease *lease, Succession *ret) {
        LeaseRecord record;

        *ret = (Succession){.put_out = request_find_predecessor(request, lease)};
        if (ret->put_out == 0)
                return false;
        lease_get_record(lease, &record);
        ret->address = record.address;
        ret->until = record.expires;
        ret->is_known = record.hardware_size == ETHERNET_ADDRESS_SIZE;
        if (ret->is_known)
                memcpy(ret->hardware, record.hardware, ETHERNET_ADDRESS_SIZE);
        return true;
}

void request_note_succession(Request *request, Pool *pool, const Succession *succession) {
        const MessageView *message = request->message;

        succession_table_add(&request->server->successions, succession);
        if (succession->is_known && message->hlen == ETHERNET_ADDRESS_SIZE)
                (void) request_notice_hardware(request, NOTICE_SUCCEEDED, pool, succession->address,
                        message->chaddr, succession->hardware);
}

/* The client was put out of an address, and asks again. */
static void request_tell_rival(Request *request, Succession *item) {
        const Lease *lease = lease_table_find(&request->server->table, item->address);
        const Host *host = request->host;
        char address[IPV4_STRING_MAX], hardware[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)];
        LeaseRecord record;

        /* one that is to be elsewhere by now is no rival */
        if (request_find_predecessor(request, lease) == 0 || !lease->pool ||
                (host && host->settings->address != 0 && host->settings->address != item->address))
                return;
        lease_get_record(lease, &record);
        if (request->message->hlen != ETHERNET_ADDRESS_SIZE ||
                record.hardware_size != ETHERNET_ADDRESS_SIZE)
                return;
        request_say(request,
                "It had %s until %s got it, for which it is reserved: both are alive. That one "
                "keeps the address while it renews, this one gets what a stranger gets.",
                ipv4_format(item->address, address),
                bytes_format(record.hardware, record.hardware_size, hardware));
        if (!item->told)
                item->told = request_notice_hardware(request, NOTICE_RIVALS, lease->pool,
                        item->address, request->message->chaddr, record.hardware);
}

/* The client has put another one out, which has asked again since. */
static void request_say_rival(const Request *request, const Succession *item) {
        const Lease *lease = lease_table_find(&request->server->table, item->address);
        char address[IPV4_STRING_MAX], hardware[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)];

        if (!item->told || !item->is_known || !lease || lease->state != LEASE_BOUND ||
                !lease_belongs_to(lease, request->client.data, request->client.size))
                return;
        request_say(request, "It has got %s after %s, which has asked again since: both are alive.",
                ipv4_format(item->address, address),
                bytes_format(item->hardware, ETHERNET_ADDRESS_SIZE, hardware));
}

static void request_tell_rivals(Request *request) {
        SuccessionTable *table = &request->server->successions;

        if (request->now >= table->until)
                return;
        for (size_t i = 0; i < SUCCESSIONS_MAX; i++) {
                Succession *item = &table->items[i];

                if (item->address == 0 || request->now >= item->until)
                        continue;
                if (item->put_out == request->client_hash)
                        request_tell_rival(request, item);
                else if (request->trace)
                        request_say_rival(request, item);
        }
}

/* Who has the address that is reserved for the client, in a dry run. */
static void request_say_holder(const Request *request, const Lease *lease, bool succeeds) {
        const bool asked = request_may_ask_holder(request, lease);
        char address[IPV4_STRING_MAX], hardware[BYTES_STRING_MAX(UINT8_MAX)];
        LeaseRecord record;

        lease_get_record(lease, &record);
        (void) ipv4_format(lease->address, address);
        if (record.hardware_size > 0)
                (void) bytes_format(record.hardware, record.hardware_size, hardware);
        else
                (void) bytes_format(record.client_id, record.client_id_size, hardware);
        if (succeeds)
                request_say(request, "%s is leased to %s now: that lease ends%s.", address,
                        hardware, asked ? ", unless somebody answers" : "");
        else
                request_say(request, "%s is reserved for it, but %s has it%s.", address, hardware,
                        asked ? " and keeps it while it answers by ARP" : " until its lease ends");
}

/* Another client has the address that is reserved for this one. */
static void request_tell_taken(Request *request, ipv4_t address) {
        const MessageView *message = request->message;
        SuccessionTable *table = &request->server->successions;
        const Lease *lease = lease_table_find(&request->server->table, address);
        const uint8_t *answer;
        LeaseRecord record;
        bool succeeds;

        if (request_find_predecessor(request, lease) == 0 || !lease->pool)
                return;
        succeeds = request_may_succeed(request, lease);
        if (request->trace)
                request_say_holder(request, lease, succeeds);
        lease_get_record(lease, &record);
        if (succeeds || message->hlen != ETHERNET_ADDRESS_SIZE ||
                record.hardware_size != ETHERNET_ADDRESS_SIZE ||
                plan_reserves_for(request->server->plan, &record) ||
                prober_judge(&request->server->prober, address, request->now) == PROBE_PENDING ||
                !succession_table_may_tell(table, address, request->now))
                return;
        answer = prober_find_answer(&request->server->prober, address, request->now);
        if (request_notice_hardware(request, NOTICE_RESERVED_TAKEN, lease->pool, address,
                    message->chaddr, answer ? answer : record.hardware))
                succession_table_note_told(table, address, request->now);
}

void request_tell_holder(Request *request) {
        const Host *host = request->host;

        request_tell_rivals(request);
        if (host && host->settings->address != 0)
                request_tell_taken(request, host->settings->address);
}

/* SPDX-License-Identifier: MIT */

/* Who follows whom on a reserved address. Changes no lease. */

#include "core/succession.h"

#include <string.h>

#include "core/server-internal.h"

static size_t request_find_put_out(const Request *request, ipv4_t address) {
        const SuccessionTable *table = &request->server->successions;

        for (size_t i = 0; i < SUCCESSIONS_MAX; i++)
                if (table->items[i].address == address &&
                        table->items[i].put_out == request->client_hash &&
                        request->now < table->items[i].until)
                        return i;
        return SUCCESSIONS_MAX;
}

/* T1 has passed by a tenth of the lease, and the holder has not renewed. */
static bool lease_is_overdue(const Lease *lease, usec_t now) {
        const usec_t lifetime = usec_sub(lease->expires, lease->last_seen);

        return lease->expires != USEC_INFINITY &&
               now > usec_add(lease->last_seen, lifetime / 2 + lifetime / 10);
}

/* A DISCOVER may wait until it is known whether the other one answers; a REQUEST has to be answered
 * now. */
static bool request_finds_it_gone(const Request *request, const Lease *lease) {
        const Prober *prober = &request->server->prober;

        if (!lease->pool || !request_may_probe(request, lease->pool))
                return true;
        if (prober_find_answer(prober, lease->address, request->now))
                return false;
        return request->message->type == DHCP_DISCOVER ||
               prober_judge(prober, lease->address, request->now) == PROBE_CLEAR;
}

bool request_may_succeed(const Request *request, const Lease *lease) {
        const Host *host = request->host;
        LeaseRecord record;

        if (!host || host->settings->address != lease->address)
                return false;
        /* whatever is on the circuit is the host: this one now, and that one before */
        lease_get_record(lease, &record);
        if (host->settings->hardware_size > 0 || host->settings->client_id.size > 0 ||
                !plan_reserves_for(request->server->plan, &record))
                return false;
        if (request_find_put_out(request, lease->address) < SUCCESSIONS_MAX &&
                !lease_is_overdue(lease, request->now))
                return false;
        return request_finds_it_gone(request, lease);
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

void succession_note(SuccessionTable *table, ipv4_t address, uint64_t put_out, usec_t until) {
        const size_t i = table->next;

        table->items[i].address = address;
        table->items[i].put_out = put_out;
        table->items[i].until = until;
        table->items[i].told = false;
        table->next = (i + 1) % SUCCESSIONS_MAX;
}

/* Once an hour for each address. */
static bool succession_may_tell(SuccessionTable *table, ipv4_t address, usec_t now) {
        for (size_t i = 0; i < TAKEN_MAX; i++)
                if (table->taken[i].address == address && now < table->taken[i].until)
                        return false;
        return true;
}

static void succession_note_told(SuccessionTable *table, ipv4_t address, usec_t now) {
        table->taken[table->next_taken].address = address;
        table->taken[table->next_taken].until = usec_add(now, USEC_PER_HOUR);
        table->next_taken = (table->next_taken + 1) % TAKEN_MAX;
}

void request_tell_holder(Request *request) {
        const MessageView *message = request->message;
        SuccessionTable *table = &request->server->successions;
        ipv4_t address = request->host ? request->host->settings->address : 0;
        const Lease *lease;
        LeaseRecord record;
        size_t i;

        lease = address != 0 ? lease_table_find(&request->server->table, address) : NULL;
        if (request_find_predecessor(request, lease) == 0)
                return;
        lease_get_record(lease, &record);
        if (message->hlen != ETHERNET_ADDRESS_SIZE || record.hardware_size != ETHERNET_ADDRESS_SIZE)
                return;
        i = request_find_put_out(request, address);
        if (i < SUCCESSIONS_MAX) {
                request_say(request,
                        "Another machine has the address that is reserved for it, and got it after "
                        "this one: both are alive, and the other one keeps it until it misses a "
                        "renewal.");
                if (!table->items[i].told)
                        table->items[i].told = request_notice_hardware(request, NOTICE_RIVALS,
                                lease->pool, address, message->chaddr, record.hardware);
        } else if (!request_may_succeed(request, lease) &&
                   !plan_reserves_for(request->server->plan, &record) &&
                   succession_may_tell(table, address, request->now) &&
                   request_notice_hardware(request, NOTICE_RESERVED_TAKEN, lease->pool, address,
                           message->chaddr, record.hardware))
                succession_note_told(table, address, request->now);
}

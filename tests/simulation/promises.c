/* SPDX-License-Identifier: MIT */

/* The ledger. Whether a change may be made is judged against the newest fact, whether a promise is
 * kept against the durable one. */

#include "promises.h"

#include <stdlib.h>
#include <string.h>

#include "basic/hash.h"
#include "world.h"

/* The file has whole seconds, rounded up. */
#define ROUNDING USEC_PER_SEC

/* What a disk in order, and a server that has many to end, may take. */
#define PATIENCE (10 * USEC_PER_SEC)

uint64_t promises_digest(const uint8_t *bytes, size_t size) {
        static const uint8_t key[16] = {0};

        return size > 0 ? hash_bytes(bytes, size, key) : 0;
}

void promises_init(Promises *promises) {
        promises->n_open = promises->n_granted = 0;
        for (WireName wire = 0; wire < WIRES_MAX; wire++)
                for (size_t i = 0; i < 256; i++)
                        promises->durable[wire][i] = (Fact){
                                .address = wires[wire].network + (ipv4_t) i,
                                .state = LEASE_RELEASED,
                        };
}

static Fact *durable_of(Promises *promises, ipv4_t address) {
        return &promises->durable[site_find_wire(address)][address & 0xff];
}

static const Fact *newest_of(const Promises *promises, ipv4_t address) {
        for (size_t i = promises->n_open; i-- > 0;)
                if (promises->open[i].address == address && !promises->open[i].failed)
                        return &promises->open[i];
        return &promises->durable[site_find_wire(address)][address & 0xff];
}

static Fact fact_of(const World *world, const Lease *lease) {
        LeaseRecord record;

        lease_get_record(lease, &record);
        return (Fact){
                .address = lease->address,
                .state = (LeaseState) lease->state,
                .client = promises_digest(record.client_id, record.client_id_size),
                .hardware = promises_digest(record.hardware, record.hardware_size),
                .expires = usec_add(lease->expires, world->box.booted),
        };
}

static bool is_reserved_for(const World *world, const Fact *fact) {
        const Reservation *reservation = site_find_reservation(&world->site, fact->address);

        return reservation &&
               promises_digest(reservation->hardware, ETHERNET_ADDRESS_SIZE) == fact->hardware;
}

/* RFC 2131 2.2: "the allocation mechanism ... guarantees not to reallocate that address within the
 * requested time". Nobody but the client can end that, by RELEASE (4.3.4) or DECLINE (4.3.3), or by
 * taking another address; the other system of the same machine, by DEVIATIONS 5, too; and so can
 * the machine that the address is reserved for since, and, where ConflictDetection=strict has asked
 * for it after a DISCOVER, the one that really has the address besides (3.1 step 2). */
static void judge(const World *world, const Fact *before, const Fact *now, LeaseEvent event,
        uint64_t client, uint64_t hardware) {
        const bool promised = before->state == LEASE_BOUND && before->expires > world->now;
        const bool owner = client == before->client || hardware == before->hardware;
        char address[IPV4_STRING_MAX];

        (void) ipv4_format(now->address, address);
        if (world->editing) {
                /* a row of an old text whose lease is gone is a new one, as of a restored backup;
                   what was only remembered has no row while it is offered to somebody */
                if (!editor_has_touched(world, now->address) &&
                        !(world->editor.is_stale && before->state == LEASE_RELEASED) &&
                        !(event == LEASE_EVENT_DELETED && before->state != LEASE_BOUND &&
                                before->state != LEASE_DECLINED))
                        world_fail(world, "%s was %s by an edit that nobody has made", address,
                                lease_event_to_string(event));
                return;
        }
        /* a quarantine is nobody's: who asks in a pool that is dry ends one, DEVIATIONS 19 */
        if (world->forged && event != LEASE_EVENT_CLEARED)
                world_fail(world, "%s was %s by a message of somebody who is not its client",
                        address, lease_event_to_string(event));
        switch (event) {
        case LEASE_EVENT_GRANTED:
        case LEASE_EVENT_RENEWED:
                if (now->state != LEASE_BOUND)
                        world_fail(world, "%s is granted, but not bound", address);
                if (promised && before->client != now->client &&
                        before->hardware != now->hardware && !is_reserved_for(world, now))
                        world_fail(world, "%s is granted to two clients", address);
                /* 4.3.3: a declined address is "not available" */
                if (before->state == LEASE_DECLINED && before->expires > world->now)
                        world_fail(world, "%s is granted in its quarantine", address);
                break;
        case LEASE_EVENT_EXPIRED:
                if (promised)
                        world_fail(world, "%s expires before its time", address);
                break;
        case LEASE_EVENT_RELEASED:
        case LEASE_EVENT_DECLINED:
                if (promised && !owner &&
                        !(event == LEASE_EVENT_DECLINED && now->client == before->client &&
                                net_is_squatted(&world->net, now->address)))
                        world_fail(world, "%s is taken from its client, who has not said a word",
                                address);
                break;
        case LEASE_EVENT_CLEARED:
                if (before->state != LEASE_DECLINED)
                        world_fail(world, "%s leaves a quarantine that it was not in", address);
                break;
        case LEASE_EVENT_DELETED:
        case LEASE_EVENT_CHANGED:
        case LEASE_EVENT_MAX:
                world_fail(world, "%s was changed by an administrator, of whom there is none",
                        address);
        }
}

/* RFC 2131 4.3.1: an address of the client's own network, in the range that is given out, or
 * reserved for it. */
static void judge_place(const World *world, const Fact *fact) {
        const WireName wire = site_find_wire(fact->address);
        const Reservation *reservation = site_find_reservation(&world->site, fact->address);
        char address[IPV4_STRING_MAX];

        (void) ipv4_format(fact->address, address);
        if (fact->address == wires[wire].server)
                world_fail(world, "%s is granted, and the server's own", address);
        if (!reservation && !ipv4_range_contains(world->site.pools[wire].range, fact->address))
                world_fail(world, "%s is granted and not in the range", address);
        if (reservation && !is_reserved_for(world, fact))
                world_fail(world, "%s is granted and reserved for another", address);
}

void promises_commit(World *world, const Action *action, uint64_t client, uint64_t hardware) {
        Promises *promises = &world->promises;
        const LeaseEvent event = action->commit.event;
        Fact fact = fact_of(world, action->commit.lease);

        if (event == LEASE_EVENT_CLEARED || event == LEASE_EVENT_DELETED)
                fact.state = LEASE_RELEASED;
        if (!world->editing)
                editor_committed(world, fact.address);
        fact.commit = action->commit.id;
        judge(world, newest_of(promises, fact.address), &fact, event, client, hardware);
        if (event == LEASE_EVENT_GRANTED || event == LEASE_EVENT_RENEWED)
                judge_place(world, &fact);
        if (promises->n_open == PROMISES_OPEN_MAX)
                world_fail(world, "too many commits wait for the disk");
        promises->open[promises->n_open++] = fact;
}

void promises_durable(World *world, uint64_t commit) {
        Promises *promises = &world->promises;
        size_t n = 0;

        promises->n_granted = 0;
        for (size_t i = 0; i < promises->n_open; i++) {
                const Fact *fact = &promises->open[i];

                if (fact->commit > commit && !fact->failed)
                        promises->open[n++] = *fact;
                /* what is behind such rows in the file was written anew since */
                if (fact->commit > commit || fact->failed)
                        continue;
                *durable_of(promises, fact->address) = *fact;
                if (fact->state == LEASE_BOUND)
                        promises->granted[promises->n_granted++] = *fact;
        }
        promises->n_open = n;
}

void promises_failed(World *world, uint64_t commit) {
        Promises *promises = &world->promises;

        for (size_t i = 0; i < promises->n_open; i++)
                if (promises->open[i].commit >= commit)
                        promises->open[i].failed = true;
}

void promises_rewritten(World *world) {
        promises_durable(world, 0);
}

/* DESIGN 1: "An ACK is a promise on disk." RFC 2131 2.1 has the server keep it "in permanent
 * storage". A client that has released the address meanwhile does not wait for the ACK any more. */
void promises_acknowledged(World *world, ipv4_t address, uint64_t client) {
        const Promises *promises = &world->promises;
        char text[IPV4_STRING_MAX];

        for (size_t i = 0; i < promises->n_granted; i++)
                if (promises->granted[i].address == address &&
                        promises->granted[i].client == client)
                        return;
        world_fail(world, "the ACK for %s leaves before its row is on the disk",
                ipv4_format(address, text));
}

usec_t promises_expiry(const World *world, ipv4_t address, uint64_t client) {
        const WireName wire = site_find_wire(address);
        const Fact *fact;

        if (wire == WIRES_MAX)
                return 0;
        fact = &world->promises.durable[wire][address & 0xff];
        return fact->state == LEASE_BOUND && fact->client == client ? fact->expires : 0;
}

bool promises_is_sure(const World *world, ipv4_t address, uint64_t client) {
        const Fact *fact = newest_of(&world->promises, address);

        return fact->state == LEASE_BOUND && fact->client == client;
}

static Fact loaded_fact(const World *world, ipv4_t address) {
        const Lease *lease = lease_table_find(server_get_table(world->box.server), address);

        if (!lease || lease->state == LEASE_OFFERED || lease_is_free(lease))
                return (Fact){.address = address, .state = LEASE_RELEASED};
        return fact_of(world, lease);
}

/* Whether the server's knowledge of an address is what a fact says. What ends in this very second
 * may have ended. */
static bool agrees(const World *world, const Fact *fact, const Fact *loaded, usec_t rounding) {
        const bool over = fact->expires <= world->now;

        if (fact->state != LEASE_BOUND && fact->state != LEASE_DECLINED)
                return loaded->state == LEASE_RELEASED;
        if (over && loaded->state == LEASE_RELEASED)
                return true;
        if (loaded->state != fact->state)
                return false;
        if (fact->state == LEASE_BOUND && loaded->client != fact->client)
                return false;
        return loaded->expires >= fact->expires &&
               loaded->expires <= usec_add(fact->expires, rounding);
}

static void fail_address(
        const World *world, const Fact *wanted, const Fact *found, const char *sentence) {
        char address[IPV4_STRING_MAX];

        world_fail(world, "%s: %s: %s until %llu.%06llu by its promise, %s until %llu.%06llu%s",
                ipv4_format(wanted->address, address), sentence,
                lease_state_to_string(wanted->state),
                (unsigned long long) (wanted->expires / USEC_PER_SEC),
                (unsigned long long) (wanted->expires % USEC_PER_SEC),
                lease_state_to_string(found->state),
                (unsigned long long) (found->expires / USEC_PER_SEC),
                (unsigned long long) (found->expires % USEC_PER_SEC),
                wanted->client == found->client ? "" : " for another");
}

/* RFC 2131 2.1: "after a reboot". What was on its way to the disk may be there or not; of rows in
 * one file those of the past are there when a later one is, but a failed one may be missing. */
static bool is_kept(const World *world, const Fact *durable, const Fact *loaded, size_t n_open) {
        const Promises *promises = &world->promises;
        /* without a working clock of its own the machine gives all leases their full time again */
        const usec_t rounding = world->box.clock_was_lost ? USEC_INFINITY : ROUNDING;

        if (agrees(world, durable, loaded, rounding))
                return true;
        /* what had ended when the file was loaded last, too */
        if (world->box.clock_was_lost && durable->commit == 0)
                return true;
        for (size_t i = 0; i < n_open; i++)
                if (promises->open[i].address == durable->address &&
                        agrees(world, &promises->open[i], loaded, rounding))
                        return true;
        return false;
}

/* What was read may be in the page cache alone: the disk has it with the next commit. Until then a
 * power cut brings back what was durable before, or anything between. */
static void doubt(World *world, const Fact *loaded) {
        Promises *promises = &world->promises;

        if (promises->n_open == PROMISES_OPEN_MAX)
                world_fail(world, "too many commits wait for the disk");
        promises->open[promises->n_open++] = *loaded;
}

void promises_loaded(World *world) {
        Promises *promises = &world->promises;
        const size_t n_open = promises->n_open;

        for (WireName wire = 0; wire < WIRES_MAX; wire++)
                for (size_t i = 0; i < 256; i++) {
                        Fact *durable = &promises->durable[wire][i];
                        const Fact loaded = loaded_fact(world, durable->address);

                        if (!is_kept(world, durable, &loaded, n_open) &&
                                !editor_has_touched(world, durable->address))
                                fail_address(world, durable, &loaded,
                                        "the server has forgotten it with its restart");
                        if (durable->state == LEASE_BOUND && durable->expires > world->now)
                                world_see(world, SIGHT_KEPT_BY_CRASH);
                        if (agrees(world, durable, &loaded, ROUNDING))
                                *durable = loaded;
                        else
                                doubt(world, &loaded);
                }
        for (size_t i = 0; i < n_open; i++) {
                promises->open[i].failed = true;
                promises->open[i].commit = 0;
        }
}

void promises_compare(World *world) {
        for (WireName wire = 0; wire < WIRES_MAX; wire++)
                for (size_t i = 0; i < 256; i++) {
                        const Fact *newest =
                                newest_of(&world->promises, wires[wire].network + (ipv4_t) i);
                        const Fact found = loaded_fact(world, newest->address);

                        if (!agrees(world, newest, &found, 0))
                                fail_address(world, newest, &found, "memory and disk do not agree");
                }
}

void promises_check_ends(World *world) {
        char address[IPV4_STRING_MAX];

        for (WireName wire = 0; wire < WIRES_MAX; wire++)
                for (size_t i = 0; i < 256; i++) {
                        const Fact *fact =
                                newest_of(&world->promises, wires[wire].network + (ipv4_t) i);

                        if ((fact->state == LEASE_BOUND || fact->state == LEASE_DECLINED) &&
                                usec_add(fact->expires, PATIENCE) < world->now)
                                world_fail(world, "%s is over and not free",
                                        ipv4_format(fact->address, address));
                }
}

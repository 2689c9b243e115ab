/* SPDX-License-Identifier: MIT */

/* The lease table. Knows how leases are found and stored, not why they change. Each function either
 * changes every index, list and counter that a lease stands in, or nothing.
 *
 * A lease that is more than an offer is never put into memory for what is transient; an offer that
 * is there moves when it becomes one. */

#include "core/lease-table.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "core/pool.h"
#include "core/settings.h"
#include "wire/frame.h"
#include "wire/protocol.h"

/* Most identities are 6 bytes of hardware address, 7 of client identifier, and a short name; the
 * last class holds the largest there can be. */
static const size_t identity_classes[LEASE_IDENTITY_CLASSES] = {32, 48, 96, 256, 1056};

/* Offers that have their place among the leases that stay, where most of them are to be: more than
 * these at a time are a flood's. */
#define LASTING_OFFERS_MAX 4096

static_assert(sizeof(Lease) <= 112, "a million leases have to fit");
static_assert(sizeof(LeaseIdentity) + 4 * 255 + HARDWARE_ADDRESS_MAX + sizeof(ipv4_t) + 1 <= 1056,
        "the last class holds the largest identity");

static size_t identity_size(const LeaseIdentity *identity, size_t said_size) {
        return sizeof(LeaseIdentity) + identity->client_id_size + identity->hardware_size +
               identity->hostname_size + identity->relay_agent_size +
               (identity->has_relay ? sizeof(ipv4_t) : 0) +
               (identity->has_said ? 1 + said_size : 0);
}

static Slab *identity_slab(LeaseTable *table, size_t size) {
        size_t class = 0;

        while (identity_classes[class] < size)
                class ++;
        return &table->identities[class];
}

/* Return: 0 with *ret NULL when the record names nobody. */
static int identity_new(
        LeaseTable *table, const LeaseRecord *record, bool transient, LeaseIdentity **ret) {
        LeaseIdentity head = {
                .client_id_size = record->client_id_size,
                .hardware_type = record->hardware_type,
                .hardware_size = record->hardware_size & 0x3fU,
                .has_relay = record->relay != 0,
                .has_said = record->said_size > 0,
                .hostname_size = record->hostname_size,
                .relay_agent_size = record->relay_agent_size,
        };
        uint8_t *end;

        *ret = NULL;
        if (head.client_id_size == 0 && head.hardware_size == 0 && head.hostname_size == 0 &&
                head.relay_agent_size == 0 && !head.has_relay && !head.has_said)
                return 0;
        assert(head.hardware_size <= HARDWARE_ADDRESS_MAX);

        Slab *slab = identity_slab(table, identity_size(&head, record->said_size));
        LeaseIdentity *identity = transient ? slab_allocate_transient(slab) : slab_allocate(slab);
        if (!identity)
                return -ENOMEM;

        *identity = head;
        end = identity->data;
        if (head.client_id_size > 0)
                end = mempcpy(end, record->client_id, head.client_id_size);
        if (head.hardware_size > 0)
                end = mempcpy(end, record->hardware, head.hardware_size);
        if (head.hostname_size > 0)
                end = mempcpy(end, record->hostname, head.hostname_size);
        if (head.relay_agent_size > 0)
                end = mempcpy(end, record->relay_agent, head.relay_agent_size);
        if (head.has_relay)
                end = mempcpy(end, &record->relay, sizeof(record->relay));
        if (head.has_said) {
                *end++ = record->said_size;
                memcpy(end, record->said, record->said_size);
        }
        *ret = identity;
        return 0;
}

static void identity_release(LeaseTable *table, LeaseIdentity *identity) {
        size_t size;

        if (!identity)
                return;
        size = identity_size(identity, 0);
        if (identity->has_said)
                size += identity->data[size - sizeof(LeaseIdentity) - 1];
        slab_release(identity_slab(table, size), identity);
}

static bool identity_is(const LeaseIdentity *identity, const LeaseRecord *record) {
        static const LeaseIdentity nobody;
        const uint8_t *p;

        if (!identity)
                identity = &nobody;
        if (identity->client_id_size != record->client_id_size ||
                identity->hardware_size != record->hardware_size ||
                identity->hardware_type != record->hardware_type ||
                identity->hostname_size != record->hostname_size ||
                identity->relay_agent_size != record->relay_agent_size ||
                identity->has_relay != (record->relay != 0) ||
                identity->has_said != (record->said_size > 0))
                return false;

        p = identity->data;
        if (record->client_id_size > 0 && memcmp(p, record->client_id, record->client_id_size) != 0)
                return false;
        p += record->client_id_size;
        if (record->hardware_size > 0 && memcmp(p, record->hardware, record->hardware_size) != 0)
                return false;
        p += record->hardware_size;
        if (record->hostname_size > 0 && memcmp(p, record->hostname, record->hostname_size) != 0)
                return false;
        p += record->hostname_size;
        if (record->relay_agent_size > 0 &&
                memcmp(p, record->relay_agent, record->relay_agent_size) != 0)
                return false;
        p += record->relay_agent_size;
        if (record->relay != 0) {
                if (memcmp(p, &record->relay, sizeof(record->relay)) != 0)
                        return false;
                p += sizeof(record->relay);
        }
        return record->said_size == 0 ||
               (p[0] == record->said_size && memcmp(p + 1, record->said, record->said_size) == 0);
}

/* Neighbours stay neighbours, in blocks of 64, whose place is secret: addresses are given out one
 * after the other, and each line of memory that is fetched for one serves the next ones too. */
static uint64_t hash_address(const LeaseTable *table, ipv4_t address) {
        return hash_u32(address / 64, table->hash_key) * 64 + address % 64;
}

static uint64_t hash_client(const LeaseTable *table, const LeaseIdentity *identity) {
        return hash_bytes(identity->data, identity->client_id_size, table->hash_key);
}

static uint64_t hash_hardware(const LeaseTable *table, const LeaseIdentity *identity) {
        return hash_bytes(identity->data + identity->client_id_size, identity->hardware_size,
                table->hash_key);
}

static uint64_t hash_address_node(const HashNode *node, const void *userdata) {
        return hash_address(userdata, CONTAINER_OF(node, Lease, by_address)->address);
}

/* The low half is all that a table looks at: it has fewer than 2^32 buckets. */
static uint64_t hash_client_node(const HashNode *node, _unused_ const void *userdata) {
        return CONTAINER_OF(node, Lease, by_client)->client_hash;
}

static uint64_t hash_hardware_node(const HashNode *node, _unused_ const void *userdata) {
        return CONTAINER_OF(node, Lease, by_hardware)->hardware_hash;
}

void lease_table_init(LeaseTable *table, const uint8_t hash_key[static 16]) {
        *table = (LeaseTable){0};
        memcpy(table->hash_key, hash_key, sizeof(table->hash_key));
        hash_table_init(&table->by_address, hash_address_node, table);
        hash_table_init(&table->by_client, hash_client_node, table);
        hash_table_init(&table->by_hardware, hash_hardware_node, table);
        slab_init(&table->leases, sizeof(Lease));
        for (size_t i = 0; i < LEASE_IDENTITY_CLASSES; i++)
                slab_init(&table->identities[i], identity_classes[i]);
}

void lease_table_done(LeaseTable *table) {
        hash_table_done(&table->by_address);
        hash_table_done(&table->by_client);
        hash_table_done(&table->by_hardware);
        heap_done(&table->offers);
        heap_done(&table->timers);
        slab_done(&table->leases);
        for (size_t i = 0; i < LEASE_IDENTITY_CLASSES; i++)
                slab_done(&table->identities[i]);
}

int lease_table_reserve(LeaseTable *table, size_t n) {
        int r;

        r = hash_table_reserve(&table->by_address, n);
        if (r < 0)
                return r;
        r = hash_table_reserve(&table->by_client, n);
        if (r < 0)
                return r;
        r = hash_table_reserve(&table->by_hardware, n);
        if (r < 0)
                return r;
        return 0;
}

/* Links a lease under an identity. On failure it is linked under none. */
static int lease_link_identity(LeaseTable *table, Lease *lease, LeaseIdentity *identity) {
        int r;

        lease->identity = NULL;
        if (!identity)
                return 0;

        lease->identity = identity;
        if (identity->hardware_size > 0) {
                lease->hardware_hash = (uint32_t) hash_hardware(table, identity);
                /* arrives while the other index is written */
                if (table->by_hardware.n_buckets > 0)
                        __builtin_prefetch(
                                hash_table_bucket(&table->by_hardware, lease->hardware_hash));
        }
        if (identity->client_id_size > 0) {
                lease->client_hash = (uint32_t) hash_client(table, identity);
                r = hash_table_insert(&table->by_client, &lease->by_client, lease->client_hash);
                if (r < 0)
                        goto fail;
        }
        if (identity->hardware_size > 0) {
                r = hash_table_insert(
                        &table->by_hardware, &lease->by_hardware, lease->hardware_hash);
                if (r < 0)
                        goto fail_client;
        }
        return 0;

fail_client:
        if (identity->client_id_size > 0)
                hash_table_remove(&table->by_client, &lease->by_client, lease->client_hash);
fail:
        lease->identity = NULL;
        return r;
}

/* Return: the identity, which is the caller's now. */
static LeaseIdentity *lease_unlink_identity(LeaseTable *table, Lease *lease) {
        LeaseIdentity *identity = lease->identity;

        if (!identity)
                return NULL;
        if (identity->client_id_size > 0)
                hash_table_remove(&table->by_client, &lease->by_client, lease->client_hash);
        if (identity->hardware_size > 0)
                hash_table_remove(&table->by_hardware, &lease->by_hardware, lease->hardware_hash);
        lease->identity = NULL;
        return identity;
}

/* @moved: a copy even of the same identity, in memory for what stays */
static int lease_set_identity(
        LeaseTable *table, Lease *lease, const LeaseRecord *record, bool moved) {
        LeaseIdentity *identity, *old;
        int r;

        if (!moved && identity_is(lease->identity, record))
                return 0;

        r = identity_new(
                table, record, !moved && slab_is_transient(&table->leases, lease), &identity);
        if (r < 0)
                return r;
        old = lease_unlink_identity(table, lease);
        r = lease_link_identity(table, lease, identity);
        if (r < 0) {
                /* Cannot fail: an index that held the lease has buckets. */
                (void) lease_link_identity(table, lease, old);
                identity_release(table, identity);
                return r;
        }
        identity_release(table, old);
        return 0;
}

/* Bit 1 of the first byte: not a number that a maker of cards has given out, but one that somebody
 * has chosen, or a phone by chance; bit 0 would be a group. */
static bool lease_is_local(const Lease *lease) {
        const LeaseIdentity *identity = lease->identity;

        return lease->state == LEASE_BOUND && identity &&
               identity->hardware_type == HARDWARE_ETHERNET &&
               identity->hardware_size == ETHERNET_ADDRESS_SIZE &&
               (identity->data[identity->client_id_size] & 3) == 2;
}

/* Takes a lease out of lists and counters; its address stays taken in the pool. */
static void lease_leave(LeaseTable *table, Lease *lease) {
        if (lease->pool)
                pool_leave(lease->pool, lease);
        table->n_by_state[lease->state]--;
}

/* An offer lives in the heap of offers, every other lease in that of timers. */
static void lease_set_timer(LeaseTable *table, Lease *lease) {
        bool offered = lease->state == LEASE_OFFERED;

        heap_remove(offered ? &table->timers : &table->offers, &lease->timer);
        (void) heap_set(offered ? &table->offers : &table->timers, &lease->timer,
                lease_is_free(lease) ? USEC_INFINITY : lease->expires);
}

/* What an address is to its pool is found out once, not at each change of the lease. */
static void lease_take_address(Pool *pool, Lease *lease) {
        pool_set_taken(pool, lease->address, true);
        lease->outside = !pool_gives_out(pool, lease->address);
}

/* Writes values into a lease that is in no list and puts it where it belongs now. Cannot fail: room
 * in the heap has been reserved. */
static void lease_enter(LeaseTable *table, Lease *lease, Pool *pool, const LeaseRecord *record) {
        lease->state = (unsigned) record->state & 15U;
        lease->flags = record->flags;
        lease->n_declined = record->n_declined;
        lease->offered_over = record->offered_over & 15U;
        lease->ifindex = record->ifindex;
        lease->started = record->started;
        lease->expires = record->expires;
        lease->last_seen = record->last_seen;
        lease->version = record->version;
        lease_set_timer(table, lease);

        if (lease->pool != pool) {
                if (lease->pool)
                        pool_set_taken(lease->pool, lease->address, false);
                if (pool)
                        lease_take_address(pool, lease);
                lease->pool = pool;
        }
        if (pool)
                pool_enter(pool, lease);
        table->n_by_state[lease->state]++;
        table->generation++;
}

static int lease_table_add(LeaseTable *table, ipv4_t address, LeaseState state, Lease **ret) {
        const bool transient =
                state == LEASE_OFFERED && table->n_by_state[LEASE_OFFERED] >= LASTING_OFFERS_MAX;
        int r;

        Lease *lease =
                transient ? slab_allocate_transient(&table->leases) : slab_allocate(&table->leases);
        if (!lease)
                return -ENOMEM;

        lease->address = address;
        lease->timer.index = HEAP_INDEX_NONE;
        r = hash_table_insert(&table->by_address, &lease->by_address, hash_address(table, address));
        if (r < 0) {
                slab_release(&table->leases, lease);
                return r;
        }
        *ret = lease;
        return 0;
}

/* Room for every lease and one more in both heaps, since an undone commit may put any back into
 * either. What is never written to is address space alone. */
static int reserve_timers(LeaseTable *table) {
        size_t n = table->leases.n_live + 1;
        int r;

        r = heap_reserve(&table->offers, n);
        return r < 0 ? r : heap_reserve(&table->timers, n);
}

/* Moves a lease to another place, in every index and list that it is in. */
static Lease *lease_move(LeaseTable *table, Lease *lease, Lease *place) {
        const LeaseIdentity *identity = lease->identity;

        *place = *lease;
        hash_table_replace(&table->by_address, &lease->by_address, &place->by_address,
                hash_address(table, lease->address));
        if (identity && identity->client_id_size > 0)
                hash_table_replace(&table->by_client, &lease->by_client, &place->by_client,
                        lease->client_hash);
        if (identity && identity->hardware_size > 0)
                hash_table_replace(&table->by_hardware, &lease->by_hardware, &place->by_hardware,
                        lease->hardware_hash);
        heap_replace(&table->offers, &lease->timer, &place->timer);
        heap_replace(&table->timers, &lease->timer, &place->timer);
        list_replace(&lease->in_pool, &place->in_pool);
        slab_release(&table->leases, lease);
        return place;
}

int lease_table_apply(LeaseTable *table, Pool *pool, const LeaseRecord *record, Lease **ret) {
        const LeaseRecord values = *record; /* may borrow from the lease */
        Lease *lease = lease_table_find(table, values.address), *added = NULL, *place = NULL;
        const bool was_local = lease && lease_is_local(lease);
        int r;

        assert(values.state >= 0 && values.state < LEASE_STATE_MAX);
        r = reserve_timers(table);
        if (r < 0)
                return r;
        if (!lease) {
                r = lease_table_add(table, values.address, values.state, &added);
                if (r < 0)
                        return r;
                lease = added;
        } else if (values.state != LEASE_OFFERED && slab_is_transient(&table->leases, lease)) {
                place = slab_allocate(&table->leases);
                if (!place)
                        return -ENOMEM;
        }
        r = lease_set_identity(table, lease, &values, place);
        if (r < 0) {
                if (place)
                        slab_release(&table->leases, place);
                if (added) {
                        hash_table_remove(&table->by_address, &added->by_address,
                                hash_address(table, values.address));
                        slab_release(&table->leases, added);
                }
                return r;
        }

        if (place)
                lease = lease_move(table, lease, place);
        if (!added)
                lease_leave(table, lease);
        lease_enter(table, lease, pool, &values);
        table->n_local += lease_is_local(lease);
        table->n_local -= was_local;
        if (ret)
                *ret = lease;
        return 0;
}

void lease_table_restore(LeaseTable *table, Lease *lease, Pool *pool, const LeaseRecord *record,
        LeaseIdentity *identity) {
        table->n_local -= lease_is_local(lease);
        identity_release(table, lease_unlink_identity(table, lease));
        /* Cannot fail: the identity was in these indices before, they have buckets. */
        (void) lease_link_identity(table, lease, identity);
        lease_leave(table, lease);
        lease_enter(table, lease, pool, record);
        table->n_local += lease_is_local(lease);
        if (pool)
                pool_put_back(pool, lease);
}

void lease_table_detach(LeaseTable *table, Lease *lease) {
        table->n_local -= lease_is_local(lease);
        lease_leave(table, lease);
        if (lease->pool)
                pool_set_taken(lease->pool, lease->address, false);
        heap_remove(lease->state == LEASE_OFFERED ? &table->offers : &table->timers, &lease->timer);
        identity_release(table, lease_unlink_identity(table, lease));
        hash_table_remove(
                &table->by_address, &lease->by_address, hash_address(table, lease->address));
        lease->flags |= LEASE_DETACHED;
        table->generation++;
}

void lease_table_attach(LeaseTable *table, Lease *lease) {
        assert(lease->flags & LEASE_DETACHED);
        lease->flags &= (uint8_t) ~LEASE_DETACHED;
        lease->pool = NULL;
        /* Cannot fail: the index held the lease before, it has buckets. */
        (void) hash_table_insert(
                &table->by_address, &lease->by_address, hash_address(table, lease->address));
        table->n_by_state[lease->state]++;
        table->generation++;
}

void lease_table_discard(LeaseTable *table, Lease *lease) {
        assert(lease->flags & LEASE_DETACHED);
        slab_release(&table->leases, lease);
        /* room stays for all of them, see reserve_timers() */
        heap_shrink(&table->offers, table->leases.n_live + 1);
        heap_shrink(&table->timers, table->leases.n_live + 1);
}

void lease_table_remove(LeaseTable *table, Lease *lease) {
        lease_table_detach(table, lease);
        lease_table_discard(table, lease);
}

int lease_table_copy_identity(
        LeaseTable *table, const Lease *lease, bool transient, LeaseIdentity **ret) {
        LeaseRecord record;

        lease_get_record(lease, &record);
        return identity_new(table, &record, transient, ret);
}

void lease_table_release_identity(LeaseTable *table, LeaseIdentity *identity) {
        identity_release(table, identity);
}

void lease_table_set_pool(LeaseTable *table, Lease *lease, Pool *pool) {
        if (lease->pool == pool)
                return;
        if (lease->pool) {
                pool_leave(lease->pool, lease);
                pool_set_taken(lease->pool, lease->address, false);
        }
        lease->pool = pool;
        if (pool) {
                lease_take_address(pool, lease);
                pool_enter(pool, lease);
        }
        table->generation++;
}

void lease_table_set_flags(LeaseTable *table, Lease *lease, uint8_t flags) {
        if (lease->flags == flags)
                return;
        lease->flags = flags;
        table->generation++;
}

Lease *lease_table_find(const LeaseTable *table, ipv4_t address) {
        uint64_t hash = hash_address(table, address);

        for (HashNode *node = hash_table_first(&table->by_address, hash); node;
                node = hash_table_next(&table->by_address, node, hash)) {
                Lease *lease = CONTAINER_OF(node, Lease, by_address);

                if (lease->address == address)
                        return lease;
        }
        return NULL;
}

static Lease *find_client(const LeaseTable *table, HashNode *node, const uint8_t *client_id,
        size_t size, uint64_t hash) {
        for (; node; node = hash_table_next(&table->by_client, node, hash)) {
                Lease *lease = CONTAINER_OF(node, Lease, by_client);

                if (lease->client_hash == (uint32_t) hash &&
                        lease_belongs_to(lease, client_id, size))
                        return lease;
        }
        return NULL;
}

uint64_t lease_table_hash(const LeaseTable *table, const uint8_t *client_id, size_t size) {
        return hash_bytes(client_id, size, table->hash_key);
}

Lease *lease_table_first_of_hashed_client(
        const LeaseTable *table, const uint8_t *client_id, size_t size, uint64_t hash) {
        return find_client(table, hash_table_first(&table->by_client, hash), client_id, size, hash);
}

Lease *lease_table_first_of_client(const LeaseTable *table, const uint8_t *client_id, size_t size) {
        return lease_table_first_of_hashed_client(
                table, client_id, size, lease_table_hash(table, client_id, size));
}

Lease *lease_table_next_of_client(const LeaseTable *table, const Lease *lease) {
        const LeaseIdentity *identity = lease->identity;
        uint64_t hash = lease->client_hash;

        return find_client(table, hash_table_next(&table->by_client, &lease->by_client, hash),
                identity->data, identity->client_id_size, hash);
}

static Lease *find_hardware(const LeaseTable *table, HashNode *node, const uint8_t *hardware,
        size_t size, uint64_t hash) {
        for (; node; node = hash_table_next(&table->by_hardware, node, hash)) {
                Lease *lease = CONTAINER_OF(node, Lease, by_hardware);

                if (lease->hardware_hash == (uint32_t) hash &&
                        lease_has_hardware(lease, hardware, size))
                        return lease;
        }
        return NULL;
}

Lease *lease_table_first_of_hardware(
        const LeaseTable *table, const uint8_t *hardware, size_t size) {
        uint64_t hash = hash_bytes(hardware, size, table->hash_key);

        return find_hardware(
                table, hash_table_first(&table->by_hardware, hash), hardware, size, hash);
}

Lease *lease_table_next_of_hardware(const LeaseTable *table, const Lease *lease) {
        const LeaseIdentity *identity = lease->identity;
        uint64_t hash = lease->hardware_hash;

        return find_hardware(table, hash_table_next(&table->by_hardware, &lease->by_hardware, hash),
                identity->data + identity->client_id_size, identity->hardware_size, hash);
}

bool lease_table_is_shrinking(const LeaseTable *table) {
        return hash_table_is_shrinking(&table->by_address) ||
               hash_table_is_shrinking(&table->by_client) ||
               hash_table_is_shrinking(&table->by_hardware);
}

void lease_table_move(LeaseTable *table, size_t n) {
        hash_table_move(&table->by_address, n);
        hash_table_move(&table->by_client, n);
        hash_table_move(&table->by_hardware, n);
}

void lease_table_fetch_bucket(const LeaseTable *table, uint64_t hash) {
        if (table->by_client.n_buckets > 0)
                __builtin_prefetch(hash_table_bucket(&table->by_client, hash));
}

static void fetch_client_node(const HashNode *node) {
        const Lease *lease = node ? CONTAINER_OF(node, Lease, by_client) : NULL;

        if (!lease)
                return;
        /* may lie across a border of lines */
        __builtin_prefetch(lease);
        __builtin_prefetch(&lease->timer);
}

void lease_table_fetch_lease(const LeaseTable *table, uint64_t hash) {
        fetch_client_node(hash_table_first(&table->by_client, hash));
}

/* Another's lease in the same bucket: in front of the wanted one it is in the way, and behind it,
 * where a client's further leases would be, it is looked at as well. */
void lease_table_fetch_neighbour(const LeaseTable *table, uint64_t hash) {
        const HashNode *node = hash_table_first(&table->by_client, hash);

        if (node)
                fetch_client_node(node->next);
}

void lease_table_fetch_rest(const LeaseTable *table, uint64_t hash) {
        const HashNode *node = hash_table_first(&table->by_client, hash);
        const Lease *lease;

        if (!node)
                return;
        if (node->next && node->next->next)
                __builtin_prefetch(node->next->next);
        lease = CONTAINER_OF(node, Lease, by_client);
        if (lease->client_hash != (uint32_t) hash)
                lease = node->next ? CONTAINER_OF(node->next, Lease, by_client) : NULL;
        if (!lease || lease->client_hash != (uint32_t) hash)
                return;
        __builtin_prefetch(lease->identity);
        __builtin_prefetch(
                hash_table_bucket(&table->by_address, hash_address(table, lease->address)));
        heap_fetch(lease->state == LEASE_OFFERED ? &table->offers : &table->timers, &lease->timer);
}

Lease *lease_table_first_offer(const LeaseTable *table) {
        HeapNode *node = heap_first(&table->offers);

        return node ? CONTAINER_OF(node, Lease, timer) : NULL;
}

Lease *lease_table_first_due(const LeaseTable *table) {
        bool offer = heap_deadline(&table->offers) <= heap_deadline(&table->timers);
        HeapNode *node = heap_first(offer ? &table->offers : &table->timers);

        return node ? CONTAINER_OF(node, Lease, timer) : NULL;
}

usec_t lease_table_deadline(const LeaseTable *table) {
        return MIN(heap_deadline(&table->offers), heap_deadline(&table->timers));
}

size_t lease_table_n_slots(const LeaseTable *table) {
        return table->leases.n_slots;
}

Lease *lease_table_at(const LeaseTable *table, size_t slot) {
        Lease *lease = slab_at(&table->leases, slot);

        return lease && !(lease->flags & LEASE_DETACHED) ? lease : NULL;
}

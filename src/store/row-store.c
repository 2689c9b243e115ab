/* SPDX-License-Identifier: MIT */

/* Packed rows and an index of addresses, eight bytes or less an address. Knows no file and no
 * clock. Invariant: a slot names the last row of its address, and only that row is not superseded.
 */

#include <errno.h>
#include <string.h>

#include "store/row-store.h"

enum {
        UNIT = sizeof(uint64_t), /* rows start at multiples, so that slots need 32 bits */
        FIRST_SLOTS = 256,
};

void row_store_done(RowStore *store) {
        buffer_done(&store->rows);
        free(store->slots);
        *store = (RowStore){0};
}

static StoredRow *row_at(const RowStore *store, size_t offset) {
        return (StoredRow *) (void *) (store->rows.data + offset);
}

/* Of what stands before the pool in the data. */
static size_t identity_size(const StoredRow *row) {
        return (size_t) row->client_id_size + row->hardware_size + row->hostname_size +
               row->relay_agent_size;
}

static size_t row_size(const StoredRow *row) {
        size_t size = sizeof(*row) + identity_size(row) + row->pool_size + 1;

        return (size + UNIT - 1) / UNIT * UNIT;
}

/* The slot of an address: its own, or the empty one where it belongs. */
static uint32_t *find_slot(const RowStore *store, ipv4_t address) {
        size_t i = (size_t) (address * UINT64_C(0x9e3779b97f4a7c15) >> 32);

        for (;; i++) {
                uint32_t *slot = &store->slots[i & (store->n_slots - 1)];

                if (*slot == 0 || row_at(store, (size_t) (*slot - 1) * UNIT)->address == address)
                        return slot;
        }
}

static int grow_slots(RowStore *store) {
        const size_t n = store->n_slots > 0 ? store->n_slots * 2 : FIRST_SLOTS;
        uint32_t *old = store->slots, *slots;
        const size_t n_old = store->n_slots;

        slots = calloc(n, sizeof(*slots));
        if (!slots)
                return -ENOMEM;
        store->slots = slots;
        store->n_slots = n;
        for (size_t i = 0; i < n_old; i++)
                if (old[i] != 0)
                        *find_slot(store, row_at(store, (size_t) (old[i] - 1) * UNIT)->address) =
                                old[i];
        free(old);
        return 0;
}

static void put_row(StoredRow *stored, const LeaseRow *row, uint8_t pool_size) {
        const LeaseRecord *record = &row->record;
        uint8_t *p = stored->data;

        *stored = (StoredRow){
                .expires_at = row->expires_at,
                .updated_at = row->updated_at,
                .address = record->address,
                .state = (uint8_t) record->state,
                .client_id_size = record->client_id_size,
                .hardware_type = record->hardware_type,
                .hardware_size = record->hardware_size,
                .hostname_size = record->hostname_size,
                .relay_agent_size = record->relay_agent_size,
                .pool_size = pool_size,
                .n_declined = record->n_declined,
                .line = row->line,
        };
        p = mempcpy(p, record->client_id, record->client_id_size);
        p = mempcpy(p, record->hardware, record->hardware_size);
        p = mempcpy(p, record->hostname, record->hostname_size);
        p = mempcpy(p, record->relay_agent, record->relay_agent_size);
        memcpy(p, row->pool, (size_t) pool_size + 1);
}

/* Whether a row takes another's place that does not look older: a lease has one row with a tag, but
 * for what a rewrite has met twice, whose times may differ by a rounding. */
static bool repeats(const StoredRow *row, const StoredRow *earlier) {
        const size_t size = identity_size(row) + row->pool_size;

        if (earlier->updated_at != row->updated_at && earlier->updated_at != 0)
                return false;
        return row->state != earlier->state || row->client_id_size != earlier->client_id_size ||
               row->hardware_size != earlier->hardware_size ||
               row->hostname_size != earlier->hostname_size ||
               row->relay_agent_size != earlier->relay_agent_size ||
               row->pool_size != earlier->pool_size || memcmp(row->data, earlier->data, size) != 0;
}

int row_store_add(RowStore *store, const LeaseRow *row) {
        const size_t offset = store->rows.size;
        const size_t most = sizeof(StoredRow) + sizeof(row->client_id) + sizeof(row->hardware) +
                            sizeof(row->hostname) + sizeof(row->relay_agent) + sizeof(row->pool) +
                            UNIT;
        StoredRow *stored;
        uint32_t *slot;
        int r;

        if (offset / UNIT >= UINT32_MAX)
                return -EFBIG;
        if (store->n_addresses >= store->n_slots / 2) {
                r = grow_slots(store);
                if (r < 0)
                        return r;
        }
        r = buffer_reserve(&store->rows, most);
        if (r < 0)
                return r;

        stored = row_at(store, offset);
        put_row(stored, row, (uint8_t) strlen(row->pool));
        store->rows.size += row_size(row_at(store, offset));

        slot = find_slot(store, row->record.address);
        if (*slot == 0)
                store->n_addresses++;
        else {
                StoredRow *earlier = row_at(store, (size_t) (*slot - 1) * UNIT);

                stored->repeated = repeats(stored, earlier);
                earlier->superseded = true;
        }
        *slot = (uint32_t) (offset / UNIT + 1);
        store->newest = MAX(store->newest, row->updated_at);
        return 0;
}

const StoredRow *row_store_next(const RowStore *store, size_t *position) {
        while (*position < store->rows.size) {
                const StoredRow *row = row_at(store, *position);

                *position += row_size(row);
                if (!row->superseded)
                        return row;
        }
        return NULL;
}

const StoredRow *row_store_find(const RowStore *store, ipv4_t address) {
        const uint32_t *slot = store->n_slots > 0 ? find_slot(store, address) : NULL;

        return slot && *slot != 0 ? row_at(store, (size_t) (*slot - 1) * UNIT) : NULL;
}

const char *stored_row_pool(const StoredRow *row) {
        return (const char *) row->data + identity_size(row);
}

void stored_row_get_record(const StoredRow *row, LeaseRecord *ret) {
        *ret = (LeaseRecord){
                .address = row->address,
                .state = (LeaseState) row->state,
                .client_id = row->data,
                .client_id_size = row->client_id_size,
                .hardware = row->data + row->client_id_size,
                .hardware_type = row->hardware_type,
                .hardware_size = row->hardware_size,
                .hostname = (const char *) row->data + row->client_id_size + row->hardware_size,
                .hostname_size = row->hostname_size,
                .relay_agent =
                        row->data + row->client_id_size + row->hardware_size + row->hostname_size,
                .relay_agent_size = row->relay_agent_size,
                .n_declined = row->n_declined,
                .version = row->updated_at,
        };
}

/* SPDX-License-Identifier: MIT */

/* Claims are in two lists: those of a lease and those of a name. Invariants: a name that is claimed
 * has a holder, unless the zone is loading; a claim to what is before the first dot of a whole name
 * exists while its lease has that whole name; a claim to a generated name while its lease does not
 * have the name that it should. */

#include "names/zone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/hash.h"
#include "basic/list.h"
#include "basic/text.h"

typedef struct Entry Entry;

/* In the order in which a lease's names are listed. */
typedef enum ClaimKind {
        CLAIM_MAIN,
        CLAIM_GENERATED,
        CLAIM_ALIAS,
} ClaimKind;

typedef struct Claim {
        ListNode of_entry;
        ListNode of_lease;
        Entry *entry;
        ZoneLease *lease;
        struct Claim *label; /* to what is before the first dot, while this one holds */
        ClaimKind kind;
        bool is_label;      /* it is one of those */
        bool is_configured; /* a host's */
        bool is_wanted;     /* scratch of zone_set() */
        bool said;          /* that another one has the name */
} Claim;

struct Entry {
        HashNode node;
        List claims;
        size_t n_claims;
        Claim *holder;
        ListNode of_restored;
        ipv4_t restored; /* who had it in the last run; 0 = nobody, or it does not matter any more
                          */
        char name[];
};

struct ZoneLease {
        HashNode node;
        ListNode of_bucket;
        ListNode unsettled; /* it may lack a generated name, or have one too many */
        List claims;        /* whole names, by kind */
        ipv4_t address;
        uint32_t started;
        uint32_t expires;
        uint8_t hardware_type;
        uint16_t client_id_size;
        uint16_t hardware_size;
        char *generated; /* NULL = none */
        uint8_t identity[];
};

struct Zone {
        HashTable entries;
        HashTable leases;
        List buckets[ZONE_BUCKETS];
        uint64_t generations[ZONE_BUCKETS];
        uint64_t generation;
        uint64_t contest_generation;
        List unsettled;
        List restored;
        size_t n_names;
        size_t n_claims; /* to whole names */
        bool loading;
        uint8_t secret[16];
        const ZoneHandlers *handlers;
        void *userdata;
};

/* ---- what is told ---------------------------------------------------------------------------- */

static ZoneName name_of(const Claim *claim) {
        const ZoneLease *lease = claim->lease;

        return (ZoneName){
                .name = claim->entry->name,
                .label = claim->entry->name,
                .label_size = strcspn(claim->entry->name, "."),
                .is_alias = claim->kind == CLAIM_ALIAS,
                .address = lease->address,
                .expires = lease->expires,
                .client_id = lease->client_id_size > 0 ? lease->identity : NULL,
                .client_id_size = lease->client_id_size,
                .hardware_type = lease->hardware_type,
                .hardware = lease->identity + lease->client_id_size,
                .hardware_size = lease->hardware_size,
        };
}

static void tell(const Zone *zone, ZoneEventType type, const Claim *claim) {
        const ZoneName name = name_of(claim);

        if (!claim->is_label && zone->handlers->changed)
                zone->handlers->changed(type, &name, zone->userdata);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static uint64_t hash_entry(const HashNode *node, const void *userdata) {
        const Entry *entry = CONTAINER_OF(node, Entry, node);
        const Zone *zone = userdata;

        return hash_bytes(entry->name, strlen(entry->name), zone->secret);
}

static uint64_t hash_lease(const HashNode *node, const void *userdata) {
        const Zone *zone = userdata;

        return hash_u32(CONTAINER_OF(node, ZoneLease, node)->address, zone->secret);
}

static Entry *find_entry(const Zone *zone, const char *name) {
        const uint64_t hash = hash_bytes(name, strlen(name), zone->secret);

        for (HashNode *node = hash_table_first(&zone->entries, hash); node;
                node = hash_table_next(&zone->entries, node, hash)) {
                Entry *entry = CONTAINER_OF(node, Entry, node);

                if (strcmp(entry->name, name) == 0)
                        return entry;
        }
        return NULL;
}

static ZoneLease *find_lease(const Zone *zone, ipv4_t address) {
        const uint64_t hash = hash_u32(address, zone->secret);

        for (HashNode *node = hash_table_first(&zone->leases, hash); node;
                node = hash_table_next(&zone->leases, node, hash)) {
                ZoneLease *lease = CONTAINER_OF(node, ZoneLease, node);

                if (lease->address == address)
                        return lease;
        }
        return NULL;
}

static int get_entry(Zone *zone, const char *name, size_t size, Entry **ret) {
        char text[NAME_SIZE];
        Entry *entry;
        int r;

        memcpy(text, name, size);
        text[size] = '\0';
        entry = find_entry(zone, text);
        if (!entry) {
                entry = calloc(1, sizeof(*entry) + size + 1);
                if (!entry)
                        return -ENOMEM;
                memcpy(entry->name, text, size + 1);
                list_init(&entry->claims);
                r = hash_table_insert(&zone->entries, &entry->node, hash_entry(&entry->node, zone));
                if (r < 0) {
                        free(entry);
                        return r;
                }
        }
        *ret = entry;
        return 0;
}

static void drop_entry(Zone *zone, Entry *entry) {
        if (entry->n_claims > 0 || entry->restored != 0)
                return;
        hash_table_remove(&zone->entries, &entry->node, hash_entry(&entry->node, zone));
        free(entry);
}

/* ---- who has a name -------------------------------------------------------------------------- */

static unsigned rank(const Claim *claim) {
        return (claim->is_configured ? 2U : 0U) + (claim->is_label ? 0U : 1U);
}

static bool is_same_client(const ZoneLease *a, const ZoneLease *b) {
        if (a->client_id_size != b->client_id_size ||
                (a->client_id_size == 0 && (a->hardware_size != b->hardware_size ||
                                                   a->hardware_type != b->hardware_type)))
                return false;
        return memcmp(a->identity, b->identity,
                       a->client_id_size > 0 ? a->client_id_size : a->hardware_size) == 0;
}

/* Ties are broken by the address, so that the order in which leases are told does not matter. */
static bool is_older(const ZoneLease *a, const ZoneLease *b) {
        return a->started != b->started ? a->started < b->started : a->address < b->address;
}

static void tell_clash(const Zone *zone, Claim *loser) {
        const Claim *holder = loser->entry->holder;

        if (loser->said || loser->is_label || loser == holder ||
                is_same_client(loser->lease, holder->lease))
                return;
        loser->said = true;
        /* it was told in the last run */
        if (loser->entry->restored == 0 && zone->handlers->clashed)
                zone->handlers->clashed(loser->entry->name, loser->lease->address,
                        holder->lease->address, zone->userdata);
}

/* Whether a claim wins against another one of a name that nobody has. */
static bool comes_before(const Claim *a, const Claim *b) {
        const ipv4_t restored = a->entry->restored;

        if (rank(a) != rank(b))
                return rank(a) > rank(b);
        if (restored != 0 && (a->lease->address == restored || b->lease->address == restored))
                return a->lease->address == restored;
        return is_older(a->lease, b->lease);
}

/* Whether a claim takes a name away from the one that has it. */
static bool displaces(const Claim *claim, const Claim *holder) {
        if (rank(claim) != rank(holder))
                return rank(claim) > rank(holder);
        return is_same_client(claim->lease, holder->lease) && is_older(holder->lease, claim->lease);
}

/* First the client, then its newest lease: else the outcome depended on the order of the list. */
static Claim *elect(const Entry *entry) {
        Claim *first = NULL, *best;

        LIST_FOREACH (node, &entry->claims) {
                Claim *claim = CONTAINER_OF(node, Claim, of_entry);

                if (!first || comes_before(claim, first))
                        first = claim;
        }
        best = first;
        LIST_FOREACH (node, &entry->claims) {
                Claim *claim = CONTAINER_OF(node, Claim, of_entry);

                if (rank(claim) == rank(first) && is_same_client(claim->lease, first->lease) &&
                        is_older(best->lease, claim->lease))
                        best = claim;
        }
        return best;
}

static int add_claim(Zone *zone, ZoneLease *lease, const char *name, size_t size, ClaimKind kind,
        bool is_configured, Claim *whole);
static void remove_claim(Zone *zone, Claim *claim);

static void unsettle(Zone *zone, ZoneLease *lease) {
        if (!list_is_linked(&lease->unsettled))
                list_append(&zone->unsettled, &lease->unsettled);
}

static void note_change(Zone *zone, ZoneLease *lease) {
        zone->generations[zone_bucket_of(lease->address)]++;
        zone->generation++;
        unsettle(zone, lease);
}

static void lose(Zone *zone, Claim *claim) {
        if (claim->label)
                remove_claim(zone, TAKE_PTR(claim->label));
        if (!claim->is_label)
                zone->n_names--;
        note_change(zone, claim->lease);
        tell(zone, ZONE_REMOVED, claim);
}

/* Without memory the name is there and what is before its first dot is not, until the next change
 * of the lease. */
static void win(Zone *zone, Claim *claim) {
        const size_t size = strcspn(claim->entry->name, ".");

        claim->said = false;
        if (!claim->is_label) {
                zone->n_names++;
                if (claim->entry->name[size] == '.')
                        (void) add_claim(zone, claim->lease, claim->entry->name, size, claim->kind,
                                claim->is_configured, claim);
        }
        note_change(zone, claim->lease);
        tell(zone, ZONE_ADDED, claim);
}

static void set_holder(Zone *zone, Entry *entry, Claim *claim) {
        Claim *old = entry->holder;

        if (claim == old)
                return;
        entry->holder = claim;
        if (old)
                lose(zone, old);
        if (claim)
                win(zone, claim);
        zone->contest_generation++;
}

/* A claim is new, or stronger or weaker than before. */
static void judge(Zone *zone, Claim *claim) {
        Entry *entry = claim->entry;

        if (zone->loading)
                return;
        if (!entry->holder)
                set_holder(zone, entry, elect(entry));
        else if (entry->holder == claim)
                claim = elect(entry);
        if (displaces(claim, entry->holder)) {
                Claim *old = entry->holder;

                set_holder(zone, entry, claim);
                tell_clash(zone, old);
        } else
                tell_clash(zone, claim);
}

/* ---- claims ---------------------------------------------------------------------------------- */

static void insert_by_kind(ZoneLease *lease, Claim *claim) {
        ListNode *place = lease->claims.previous;

        while (place != &lease->claims && CONTAINER_OF(place, Claim, of_lease)->kind > claim->kind)
                place = place->previous;
        list_insert_after(place, &claim->of_lease);
}

/* @whole: the claim whose label it is, or NULL */
static int add_claim(Zone *zone, ZoneLease *lease, const char *name, size_t size, ClaimKind kind,
        bool is_configured, Claim *whole) {
        Claim *claim;
        Entry *entry;
        int r;

        claim = calloc(1, sizeof(*claim));
        if (!claim)
                return -ENOMEM;
        r = get_entry(zone, name, size, &entry);
        if (r < 0) {
                free(claim);
                return r;
        }
        claim->entry = entry;
        claim->lease = lease;
        claim->kind = kind;
        claim->is_label = whole != NULL;
        claim->is_configured = is_configured;
        claim->is_wanted = true;
        list_append(&entry->claims, &claim->of_entry);
        entry->n_claims++;
        if (whole)
                whole->label = claim;
        else {
                insert_by_kind(lease, claim);
                zone->n_claims++;
        }
        if (entry->n_claims == 2)
                zone->contest_generation++;
        judge(zone, claim);
        return 0;
}

static void remove_claim(Zone *zone, Claim *claim) {
        Entry *entry = claim->entry;

        list_remove(&claim->of_entry);
        list_remove(&claim->of_lease);
        entry->n_claims--;
        if (entry->n_claims == 1)
                zone->contest_generation++;
        if (entry->holder == claim)
                set_holder(zone, entry, entry->n_claims > 0 ? elect(entry) : NULL);
        if (!claim->is_label)
                zone->n_claims--;
        drop_entry(zone, entry);
        free(claim);
}

static Claim *find_claim(const ZoneLease *lease, ClaimKind kind, const char *name) {
        LIST_FOREACH (node, &lease->claims) {
                Claim *claim = CONTAINER_OF(node, Claim, of_lease);

                if (claim->kind == kind && (!name || strcmp(claim->entry->name, name) == 0))
                        return claim;
        }
        return NULL;
}

static void set_configured(Zone *zone, Claim *claim, bool is_configured) {
        claim->is_configured = is_configured;
        judge(zone, claim);
        if (claim->label) {
                claim->label->is_configured = is_configured;
                judge(zone, claim->label);
        }
}

static int want(
        Zone *zone, ZoneLease *lease, ClaimKind kind, const char *name, bool is_configured) {
        Claim *claim = find_claim(lease, kind, name);

        if (!claim)
                return add_claim(zone, lease, name, strlen(name), kind, is_configured, NULL);
        claim->is_wanted = true;
        if (claim->is_configured != is_configured)
                set_configured(zone, claim, is_configured);
        return 0;
}

/* ---- generated names ------------------------------------------------------------------------- */

static int settle_lease(Zone *zone, ZoneLease *lease) {
        const Claim *name = find_claim(lease, CLAIM_MAIN, NULL);
        Claim *generated = find_claim(lease, CLAIM_GENERATED, NULL);
        const bool is_due = lease->generated && !(name && name->entry->holder == name);

        if (generated && (!is_due || strcmp(generated->entry->name, lease->generated) != 0)) {
                remove_claim(zone, generated);
                generated = NULL;
        }
        if (!is_due || generated)
                return 0;
        return add_claim(zone, lease, lease->generated, strlen(lease->generated), CLAIM_GENERATED,
                false, NULL);
}

/* Ends: nobody but configured hosts claims the generated name of another. */
static int settle(Zone *zone) {
        int failure = 0;

        while (!zone->loading && !list_is_empty(&zone->unsettled)) {
                ZoneLease *lease = CONTAINER_OF(list_first(&zone->unsettled), ZoneLease, unsettled);
                int r;

                list_remove(&lease->unsettled);
                r = settle_lease(zone, lease);
                if (r < 0)
                        failure = r;
        }
        return failure;
}

/* ---- leases ---------------------------------------------------------------------------------- */

static size_t get_identity(FollowRecord record, const uint8_t *parts[2], size_t sizes[2]) {
        sizes[0] = follow_record_get(record, FOLLOW_CLIENT_ID, &parts[0]);
        sizes[1] = follow_record_get(record, FOLLOW_HARDWARE, &parts[1]);
        return sizes[0] + sizes[1];
}

static uint8_t get_hardware_type(FollowRecord record) {
        const uint8_t type = (uint8_t) follow_record_get_number(record, FOLLOW_HARDWARE_TYPE);

        return type == 0 ? 1 : type;
}

static bool lease_is_of(const ZoneLease *lease, FollowRecord record) {
        const uint8_t *parts[2];
        size_t sizes[2];

        (void) get_identity(record, parts, sizes);
        return lease->client_id_size == sizes[0] && lease->hardware_size == sizes[1] &&
               lease->hardware_type == get_hardware_type(record) &&
               (sizes[0] == 0 || memcmp(lease->identity, parts[0], sizes[0]) == 0) &&
               (sizes[1] == 0 || memcmp(lease->identity + sizes[0], parts[1], sizes[1]) == 0);
}

static int new_lease(Zone *zone, ipv4_t address, FollowRecord record, ZoneLease **ret) {
        const uint8_t *parts[2];
        size_t sizes[2], size = get_identity(record, parts, sizes);
        ZoneLease *lease = calloc(1, sizeof(*lease) + size);
        int r;

        if (!lease)
                return -ENOMEM;
        lease->address = address;
        lease->hardware_type = get_hardware_type(record);
        lease->client_id_size = (uint16_t) sizes[0];
        lease->hardware_size = (uint16_t) sizes[1];
        for (size_t i = 0, at = 0; i < 2; at += sizes[i++])
                if (sizes[i] > 0)
                        memcpy(lease->identity + at, parts[i], sizes[i]);
        list_init(&lease->claims);
        r = hash_table_insert(&zone->leases, &lease->node, hash_lease(&lease->node, zone));
        if (r < 0) {
                free(lease);
                return r;
        }
        list_append(&zone->buckets[zone_bucket_of(address)], &lease->of_bucket);
        *ret = lease;
        return 0;
}

static void free_lease(Zone *zone, ZoneLease *lease) {
        LIST_FOREACH_SAFE (node, following, &lease->claims)
                remove_claim(zone, CONTAINER_OF(node, Claim, of_lease));
        list_remove(&lease->of_bucket);
        list_remove(&lease->unsettled);
        hash_table_remove(&zone->leases, &lease->node, hash_lease(&lease->node, zone));
        free(lease->generated);
        free(lease);
}

static void set_times(Zone *zone, ZoneLease *lease, FollowRecord record) {
        const uint32_t expires = follow_record_get_number(record, FOLLOW_EXPIRES);
        const bool has_moved = lease->expires != expires;

        lease->started = follow_record_get_number(record, FOLLOW_STARTED);
        lease->expires = expires;
        LIST_FOREACH (node, &lease->claims) {
                Claim *claim = CONTAINER_OF(node, Claim, of_lease);

                if (claim->entry->holder == claim && has_moved)
                        tell(zone, ZONE_EXPIRY_MOVED, claim);
        }
}

static int set_generated(ZoneLease *lease, const char *name) {
        char *copy = NULL;

        if (string_equal(lease->generated, *name ? name : NULL))
                return 0;
        if (*name) {
                copy = strdup(name);
                if (!copy)
                        return -ENOMEM;
        }
        free(lease->generated);
        lease->generated = copy;
        return 0;
}

static int set_claims(Zone *zone, ZoneLease *lease, const Naming *naming) {
        int r = 0;

        LIST_FOREACH (node, &lease->claims)
                CONTAINER_OF(node, Claim, of_lease)->is_wanted =
                        CONTAINER_OF(node, Claim, of_lease)->kind == CLAIM_GENERATED;
        if (*naming->name)
                r = want(zone, lease, CLAIM_MAIN, naming->name, naming->is_configured);
        for (size_t i = 0; i < naming->n_aliases && r >= 0; i++)
                if (strcmp(naming->aliases[i], naming->name) != 0)
                        r = want(zone, lease, CLAIM_ALIAS, naming->aliases[i], true);
        if (r < 0)
                return r;
        LIST_FOREACH_SAFE (node, following, &lease->claims)
                if (!CONTAINER_OF(node, Claim, of_lease)->is_wanted)
                        remove_claim(zone, CONTAINER_OF(node, Claim, of_lease));
        r = set_generated(lease, naming->generated);
        if (r < 0)
                return r;
        unsettle(zone, lease);
        return settle(zone);
}

int zone_set(Zone *zone, FollowRecord record, const Naming *naming) {
        ZoneLease *lease;
        const uint8_t *key;
        ipv4_t address;
        int r;

        if (follow_record_get(record, FOLLOW_KEY, &key) != sizeof(address))
                return 0;
        memcpy(&address, key, sizeof(address));
        lease = find_lease(zone, address);
        if (lease && !lease_is_of(lease, record)) {
                free_lease(zone, lease);
                lease = NULL;
        }
        if (!lease) {
                r = new_lease(zone, address, record, &lease);
                if (r < 0)
                        return r;
        }
        set_times(zone, lease, record);
        r = set_claims(zone, lease, naming);
        if (r < 0)
                zone_remove(zone, address);
        return r;
}

void zone_remove(Zone *zone, ipv4_t address) {
        ZoneLease *lease = find_lease(zone, address);

        if (!lease)
                return;
        free_lease(zone, lease);
        (void) settle(zone);
}

/* ---- beginning and end ----------------------------------------------------------------------- */

int zone_new(
        Zone **ret, const uint8_t secret[static 16], const ZoneHandlers *handlers, void *userdata) {
        Zone *zone = calloc(1, sizeof(*zone));

        if (!zone)
                return -ENOMEM;
        memcpy(zone->secret, secret, sizeof(zone->secret));
        zone->handlers = handlers;
        zone->userdata = userdata;
        zone->loading = true;
        hash_table_init(&zone->entries, hash_entry, zone);
        hash_table_init(&zone->leases, hash_lease, zone);
        list_init(&zone->unsettled);
        list_init(&zone->restored);
        for (unsigned i = 0; i < ZONE_BUCKETS; i++)
                list_init(&zone->buckets[i]);
        *ret = zone;
        return 0;
}

int zone_restore_holder(Zone *zone, const char *name, ipv4_t address) {
        const size_t size = strlen(name);
        Entry *entry;
        int r;

        if (size == 0 || size >= NAME_SIZE)
                return 0;
        r = get_entry(zone, name, size, &entry);
        if (r < 0)
                return r;
        if (!list_is_linked(&entry->of_restored))
                list_append(&zone->restored, &entry->of_restored);
        entry->restored = address;
        return 0;
}

#define EACH_LEASE(zone, node, bucket)                                                             \
        for (unsigned bucket = 0; bucket < ZONE_BUCKETS; bucket++)                                 \
                LIST_FOREACH (node, &(zone)->buckets[bucket])

/* Whoever had a name has it by now. */
static void forget_restored(Zone *zone) {
        LIST_FOREACH_SAFE (node, following, &zone->restored) {
                Entry *entry = CONTAINER_OF(node, Entry, of_restored);

                list_remove(node);
                entry->restored = 0;
                drop_entry(zone, entry);
        }
}

int zone_end_loading(Zone *zone) {
        zone->loading = false;
        EACH_LEASE(zone, node, bucket) {
                ZoneLease *lease = CONTAINER_OF(node, ZoneLease, of_bucket);

                LIST_FOREACH (other, &lease->claims)
                        judge(zone, CONTAINER_OF(other, Claim, of_lease));
                unsettle(zone, lease);
        }
        forget_restored(zone);
        return settle(zone);
}

bool zone_is_loading(const Zone *zone) {
        return zone->loading;
}

Zone *zone_free(Zone *zone) {
        static const ZoneHandlers none = {0};

        if (!zone)
                return NULL;
        zone->handlers = &none;
        for (unsigned i = 0; i < ZONE_BUCKETS; i++)
                while (!list_is_empty(&zone->buckets[i]))
                        free_lease(zone,
                                CONTAINER_OF(list_first(&zone->buckets[i]), ZoneLease, of_bucket));
        forget_restored(zone);
        hash_table_done(&zone->entries);
        hash_table_done(&zone->leases);
        free(zone);
        return NULL;
}

/* ---- what there is --------------------------------------------------------------------------- */

size_t zone_count(const Zone *zone) {
        return zone->n_names;
}

size_t zone_count_losers(const Zone *zone) {
        return zone->n_claims - zone->n_names;
}

uint64_t zone_generation(const Zone *zone) {
        return zone->generation;
}

uint64_t zone_contest_generation(const Zone *zone) {
        return zone->contest_generation;
}

unsigned zone_bucket_of(ipv4_t address) {
        return address * 2654435761U >> 24;
}

uint64_t zone_bucket_generation(const Zone *zone, unsigned bucket) {
        return zone->generations[bucket];
}

const ZoneLease *zone_next(const Zone *zone, unsigned bucket, const ZoneLease *lease) {
        const List *list = &zone->buckets[bucket];
        const ListNode *next = lease ? lease->of_bucket.next : list->next;

        return next == list ? NULL : CONTAINER_OF(next, ZoneLease, of_bucket);
}

ipv4_t zone_lease_address(const ZoneLease *lease) {
        return lease->address;
}

size_t zone_lease_names(const ZoneLease *lease, const char *ret[static ZONE_NAMES_MAX]) {
        size_t n = 0;

        LIST_FOREACH (node, &lease->claims) {
                const Claim *claim = CONTAINER_OF(node, Claim, of_lease);
                const Claim *label = claim->label;

                if (claim->entry->holder != claim || n + 2 > ZONE_NAMES_MAX)
                        continue;
                ret[n++] = claim->entry->name;
                if (label && label->entry->holder == label)
                        ret[n++] = label->entry->name;
        }
        return n;
}

int zone_each_contested(const Zone *zone,
        int (*function)(const char *name, ipv4_t holder, void *userdata), void *userdata) {
        EACH_LEASE(zone, node, bucket) {
                const ZoneLease *lease = CONTAINER_OF(node, ZoneLease, of_bucket);

                LIST_FOREACH (other, &lease->claims) {
                        const Claim *claim = CONTAINER_OF(other, Claim, of_lease);
                        int r = 0;

                        if (claim->entry->holder == claim && claim->entry->n_claims > 1)
                                r = function(claim->entry->name, lease->address, userdata);
                        if (r < 0)
                                return r;
                }
        }
        return 0;
}

void zone_each_name(const Zone *zone, ZoneFunction function, void *userdata) {
        EACH_LEASE(zone, node, bucket) {
                const ZoneLease *lease = CONTAINER_OF(node, ZoneLease, of_bucket);

                LIST_FOREACH (other, &lease->claims) {
                        const Claim *claim = CONTAINER_OF(other, Claim, of_lease);
                        const ZoneName name = name_of(claim);

                        if (claim->entry->holder == claim)
                                function(ZONE_ADDED, &name, userdata);
                }
        }
}

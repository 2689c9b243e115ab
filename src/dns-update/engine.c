/* SPDX-License-Identifier: MIT */
/* The names: what is wanted, and in which queue each of them is. What is sent and what answers mean
 * is flight.c.
 *
 * Invariant: an entry that is not idle has a step, and is either in its zone's queue, in the heap
 * of those that wait, or in flight. */

#include "dns-update/engine-internal.h"

#include <errno.h>
#include <string.h>

#include "basic/text.h"

#define LOG_HEADER "mini-dhcp-dns-update 1\n"

static uint64_t hash_name(const DnsEngine *engine, const char *name) {
        return hash_bytes(name, strlen(name), engine->hash_key);
}

static uint64_t hash_entry(const HashNode *node, const void *userdata) {
        return hash_name(userdata, CONTAINER_OF(node, DnsEntry, by_name)->name);
}

static DnsEntry *find(const DnsEngine *engine, const char *name) {
        const uint64_t hash = hash_name(engine, name);

        for (HashNode *node = hash_table_first(&engine->by_name, hash); node;
                node = hash_table_next(&engine->by_name, node, hash)) {
                DnsEntry *entry = CONTAINER_OF(node, DnsEntry, by_name);

                if (string_equal(entry->name, name))
                        return entry;
        }
        return NULL;
}

/* Return: the entry, NULL without memory. */
static DnsEntry *find_or_add(DnsEngine *engine, const char *name) {
        DnsEntry *entry = find(engine, name);
        const size_t size = strlen(name) + 1;

        if (entry)
                return entry;
        entry = calloc(1, sizeof(*entry) + size);
        if (!entry)
                return NULL;
        memcpy(entry->name, name, size);
        entry->timer.index = HEAP_INDEX_NONE;
        if (heap_reserve(&engine->waiting, engine->by_name.n_nodes + 1) < 0 ||
                hash_table_insert(&engine->by_name, &entry->by_name, hash_name(engine, name)) < 0) {
                free(entry);
                return NULL;
        }
        list_append(&engine->all, &entry->all);
        return entry;
}

static void forget(DnsEngine *engine, DnsEntry *entry) {
        list_remove(&entry->all);
        hash_table_remove(&engine->by_name, &entry->by_name, hash_name(engine, entry->name));
        free(entry);
}

int dns_engine_new(DnsEngine **ret, const DnsConfig *config, const uint8_t seed[static 16],
        DnsEventFunction function, void *userdata) {
        _cleanup_(dns_engine_freep) DnsEngine *engine = calloc(1, sizeof(*engine));

        if (!engine)
                return -ENOMEM;
        list_init(&engine->all);
        hash_table_init(&engine->by_name, hash_entry, engine);
        engine->config = config;
        engine->function = function;
        engine->userdata = userdata;
        engine->window = DNS_FLIGHTS_MAX;
        (void) dns_config_server(config, engine->server);
        memcpy(engine->hash_key, seed, sizeof(engine->hash_key));
        engine->zones = calloc(MAX(strv_length(config->zones), 1U), sizeof(*engine->zones));
        if (!engine->zones)
                return -ENOMEM;
        for (char **zone = config->zones; zone && *zone; zone++) {
                engine->zones[engine->n_zones].name = *zone;
                list_init(&engine->zones[engine->n_zones++].queue);
        }
        *ret = TAKE_PTR(engine);
        return 0;
}

DnsEngine *dns_engine_free(DnsEngine *engine) {
        if (!engine)
                return NULL;
        LIST_FOREACH_SAFE (node, following, &engine->all)
                free(CONTAINER_OF(node, DnsEntry, all));
        hash_table_done(&engine->by_name);
        heap_done(&engine->waiting);
        buffer_done(&engine->log);
        free(engine->zones);
        free(engine);
        return NULL;
}

void dns_engine_tell(const DnsEngine *engine, DnsEvent event) {
        event.server = engine->server;
        event.key = engine->config->key ? engine->config->key->name : NULL;
        if (engine->function)
                engine->function(&event, engine->userdata);
}

uint64_t dns_engine_random(DnsEngine *engine) {
        const uint64_t counter = engine->counter++;

        return hash_bytes(&counter, sizeof(counter), engine->hash_key);
}

void dns_engine_note(DnsEngine *engine, DnsEntry *entry) {
        if (!entry->changed)
                return;
        entry->changed = false;
        (void) dns_entry_write(entry, &engine->log);
}

static DnsZone *find_zone(DnsEngine *engine, const char *name) {
        for (size_t i = 0; i < engine->n_zones; i++)
                if (engine->zones[i].name == name)
                        return &engine->zones[i];
        return NULL;
}

static void set_state(DnsEngine *engine, DnsEntry *entry, DnsEntryState state) {
        if (entry->state != DNS_ENTRY_IDLE && state == DNS_ENTRY_IDLE)
                engine->n_busy--;
        if (entry->state == DNS_ENTRY_IDLE && state != DNS_ENTRY_IDLE) {
                engine->n_busy++;
                engine->was_busy = true;
        }
        entry->state = state;
}

void dns_engine_settle(DnsEngine *engine, DnsEntry *entry, const ClockPair *now) {
        const usec_t start = MAX(entry->retry_at, entry->quiet_until);

        if (entry->state == DNS_ENTRY_FLYING)
                return;
        list_remove(&entry->queued);
        heap_remove(&engine->waiting, &entry->timer);
        dns_entry_plan(entry, engine->config->zones);
        dns_engine_note(engine, entry);
        if (entry->step.type == DNS_STEP_NONE) {
                set_state(engine, entry, DNS_ENTRY_IDLE);
                if (!entry->is_silent && dns_entry_is_over(entry))
                        forget(engine, entry);
        } else if (!usec_has_passed(start, now->boottime)) {
                set_state(engine, entry, DNS_ENTRY_WAITING);
                /* there is room for all of them */
                (void) heap_set(&engine->waiting, &entry->timer, start);
        } else {
                set_state(engine, entry, DNS_ENTRY_QUEUED);
                list_append(&find_zone(engine, entry->step.zone)->queue, &entry->queued);
        }
}

/* What is wanted of a name has changed: old failures say nothing about it. */
static void want(
        DnsEngine *engine, DnsEntry *entry, const DnsWanted *wanted, const ClockPair *now) {
        entry->wanted = *wanted;
        entry->is_silent = entry->conflict = entry->told = false;
        entry->n_failures = entry->n_turns = 0;
        entry->retry_at = 0;
        dns_engine_settle(engine, entry, now);
}

/* A third of the lease (RFC 4702 5), within bounds. */
static uint32_t make_ttl(const DnsConfig *config, usec_t lifetime) {
        const usec_t ttl = lifetime == USEC_INFINITY ? USEC_INFINITY : lifetime / 3;

        return (uint32_t) (MIN(MAX(ttl, config->ttl_min), config->ttl_max) / USEC_PER_SEC);
}

/* What is there stays unless it is less than half or more than twice as long: whoever is told of a
 * lease at its renewal, or after a restart, is told of different remainders of one time. */
static uint32_t keep_ttl(const DnsConfig *config, uint32_t there, uint32_t ttl) {
        const bool is_allowed =
                there >= config->ttl_min / USEC_PER_SEC && there <= config->ttl_max / USEC_PER_SEC;

        return is_allowed && there / 2 <= ttl && ttl / 2 <= there ? there : ttl;
}

static bool is_same(const DnsWanted *a, const DnsWanted *b) {
        return a->present == b->present && a->reverse == b->reverse && a->address == b->address &&
               a->ttl == b->ttl && dhcid_equal(&a->dhcid, &b->dhcid);
}

int dns_engine_set(DnsEngine *engine, const DnsBinding *binding, const ClockPair *now) {
        char *const *zones = engine->config->zones;
        char name[DNS_NAME_MAX], reverse[DNS_REVERSE_MAX];
        DnsWanted wanted = {
                .present = true,
                .reverse = binding->reverse,
                .address = binding->address,
                .ttl = make_ttl(engine->config, binding->lifetime),
        };
        DnsEntry *entry;

        if (dns_name_parse(binding->name, name) < 0)
                return -EINVAL;
        if (!dns_zone_of(zones, name) &&
                !(binding->reverse &&
                        dns_zone_of(zones, dns_name_reverse(binding->address, reverse))))
                return -EADDRNOTAVAIL;
        entry = find_or_add(engine, name);
        if (!entry)
                return -ENOMEM;
        dhcid_make(&binding->identity, name, &wanted.dhcid);
        wanted.ttl = keep_ttl(engine->config,
                entry->wanted.present ? entry->wanted.ttl : entry->placed.ttl, wanted.ttl);
        if (entry->is_silent || !is_same(&entry->wanted, &wanted))
                want(engine, entry, &wanted, now);
        return 0;
}

void dns_engine_remove(DnsEngine *engine, const char *text, ipv4_t address, const ClockPair *now) {
        char name[DNS_NAME_MAX];
        DnsEntry *entry;

        if (dns_name_parse(text, name) < 0)
                return;
        entry = find(engine, name);
        if (entry && (entry->is_silent || entry->wanted.address == address))
                want(engine, entry, &(const DnsWanted){.present = false}, now);
}

void dns_engine_end_sync(DnsEngine *engine, const ClockPair *now) {
        LIST_FOREACH_SAFE (node, following, &engine->all) {
                DnsEntry *entry = CONTAINER_OF(node, DnsEntry, all);

                if (entry->is_silent)
                        want(engine, entry, &(const DnsWanted){.present = false}, now);
        }
}

DnsStatus dns_engine_status(const DnsEngine *engine) {
        DnsStatus status = {
                .n_pending = engine->n_busy,
                .n_flights = engine->n_flights,
                .n_sent = engine->n_sent,
                .n_answers = engine->n_answers,
                .n_failures = engine->n_failures,
        };

        LIST_FOREACH (node, &engine->all) {
                const DnsEntry *entry = CONTAINER_OF(node, DnsEntry, all);

                if (!entry->wanted.present)
                        continue;
                status.n_wanted++;
                if (entry->conflict)
                        status.n_conflicts++;
                else if (entry->state == DNS_ENTRY_IDLE)
                        status.n_placed++;
        }
        return status;
}

static int restore_line(DnsEngine *engine, const char *line, size_t size) {
        char name[DNS_NAME_MAX];
        DnsPlaced placed;
        DnsEntry *entry;

        if (dns_entry_read(line, size, name, &placed) < 0)
                return 0;
        entry = find_or_add(engine, name);
        if (!entry)
                return -ENOMEM;
        entry->placed = placed;
        entry->is_silent = true;
        if (placed.flags == 0)
                forget(engine, entry);
        return 0;
}

int64_t dns_engine_restore(
        DnsEngine *engine, const uint8_t *data, size_t size, const ClockPair *now) {
        const char *position = (const char *) data, *const end = position + size, *line_end;
        const size_t header = sizeof(LOG_HEADER) - 1;
        int r;

        if (size < header || memcmp(data, LOG_HEADER, header) != 0)
                return -EBADMSG;
        position += header;
        while (position < end) {
                line_end = memchr(position, '\n', (size_t) (end - position));
                if (!line_end)
                        break;
                r = restore_line(engine, position, (size_t) (line_end - position));
                if (r < 0)
                        return r;
                position = line_end + 1;
        }
        /* what was sent last may still be on its way */
        LIST_FOREACH (node, &engine->all)
                if (dns_entry_is_in_doubt(CONTAINER_OF(node, DnsEntry, all)))
                        dns_engine_keep_quiet(engine, CONTAINER_OF(node, DnsEntry, all), now);
        return position - (const char *) data;
}

Buffer *dns_engine_get_log(DnsEngine *engine) {
        return &engine->log;
}

int dns_engine_write_log(const DnsEngine *engine, Buffer *ret) {
        (void) buffer_append_string(ret, LOG_HEADER);
        LIST_FOREACH (node, &engine->all) {
                const DnsEntry *entry = CONTAINER_OF(node, DnsEntry, all);

                if (entry->placed.flags & PLACED_REMAINS)
                        (void) dns_entry_write(entry, ret);
        }
        return ret->error;
}

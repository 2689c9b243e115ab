/* SPDX-License-Identifier: MIT */

/* The queue's memory: one growing block, entries of any size one behind the other, aligned to eight
 * bytes. It is used from the front again once it has run empty, which under any load the disk can
 * follow is often; what a disk that hung has made of it is given back then. */

#include <errno.h>
#include <string.h>

#include "daemon/pending.h"

typedef struct EntryHeader {
        size_t size; /* of the whole entry, aligned */
        uint64_t commit;
        PendingType type;
} EntryHeader;

typedef struct NewsBody {
        LeaseNews news;
        size_t pool_size;  /* with NUL */
        uint8_t strings[]; /* client identifier, hardware address, hostname, pool */
} NewsBody;

typedef struct SendBody {
        Destination destination;
        usec_t asked;
        size_t packet_size;
        uint8_t packet[];
} SendBody;

/* What a disk needs that takes its time, but works. */
#define CAPACITY_KEPT ((size_t) 1024 * 1024)

static size_t align(size_t size) {
        return (size + 7) & ~(size_t) 7;
}

void pending_done(Pending *pending) {
        free(pending->data);
        *pending = (Pending){0};
}

static void start_again(Pending *pending) {
        pending->head = pending->tail = 0;
        if (pending->capacity <= CAPACITY_KEPT)
                return;
        free(TAKE_PTR(pending->data));
        pending->capacity = 0;
}

size_t pending_size(const Pending *pending) {
        return pending->tail - pending->head;
}

static int make_room(Pending *pending, size_t size) {
        size_t capacity = MAX(pending->capacity, (size_t) 64 * 1024);
        uint8_t *data;

        if (pending->head > 0 && pending->head >= pending->tail / 2) {
                memmove(pending->data, pending->data + pending->head,
                        pending->tail - pending->head);
                pending->tail -= pending->head;
                pending->head = 0;
        }
        if (pending->capacity - pending->tail >= size)
                return 0;
        while (capacity - pending->tail < size)
                capacity *= 2;
        data = realloc(pending->data, capacity);
        if (!data)
                return -ENOMEM;
        pending->data = data;
        pending->capacity = capacity;
        return 0;
}

/* The body of a new entry of @size bytes, or NULL. */
static void *entry_new(Pending *pending, PendingType type, uint64_t commit, size_t size) {
        size_t whole = align(sizeof(EntryHeader)) + align(size);
        EntryHeader *header;

        if (pending->capacity - pending->tail < whole && make_room(pending, whole) < 0)
                return NULL;

        header = (EntryHeader *) (void *) (pending->data + pending->tail);
        *header = (EntryHeader){
                .size = whole,
                .commit = commit,
                .type = type,
        };
        pending->tail += whole;
        pending->n_entries++;
        return (uint8_t *) header + align(sizeof(EntryHeader));
}

int pending_add_news(Pending *pending, uint64_t commit, const LeaseNews *news) {
        const LeaseRecord *record = &news->record;
        size_t pool_size = strlen(news->pool) + 1;
        NewsBody *body;
        uint8_t *p;

        body = entry_new(pending, PENDING_NEWS, commit,
                sizeof(NewsBody) + record->client_id_size + record->hardware_size +
                        record->hostname_size + pool_size);
        if (!body)
                return -ENOMEM;

        body->news = *news;
        body->news.record.relay_agent_size = body->news.record.said_size = 0; /* no news */
        body->pool_size = pool_size;
        p = body->strings;
        if (record->client_id_size > 0)
                p = mempcpy(p, record->client_id, record->client_id_size);
        if (record->hardware_size > 0)
                p = mempcpy(p, record->hardware, record->hardware_size);
        if (record->hostname_size > 0)
                p = mempcpy(p, record->hostname, record->hostname_size);
        memcpy(p, news->pool, pool_size);
        return 0;
}

int pending_add_send(Pending *pending, uint64_t commit, const Destination *destination,
        const uint8_t *packet, size_t size, usec_t asked) {
        SendBody *body;

        body = entry_new(pending, PENDING_SEND, commit, sizeof(SendBody) + size);
        if (!body)
                return -ENOMEM;
        body->destination = *destination;
        body->asked = asked;
        body->packet_size = size;
        memcpy(body->packet, packet, size);
        return 0;
}

static const EntryHeader *header_at(const Pending *pending, size_t offset) {
        return (const EntryHeader *) (const void *) (pending->data + offset);
}

static void show_news(const NewsBody *body, LeaseNews *ret) {
        const uint8_t *p = body->strings;

        *ret = body->news;
        ret->record.client_id = p;
        p += ret->record.client_id_size;
        ret->record.hardware = p;
        p += ret->record.hardware_size;
        ret->record.hostname = (const char *) p;
        p += ret->record.hostname_size;
        ret->pool = (const char *) p;
}

int pending_first(const Pending *pending, PendingEntry *ret) {
        const EntryHeader *header;
        const void *body;

        if (pending->n_entries == 0)
                return 0;

        header = header_at(pending, pending->head);
        body = (const uint8_t *) header + align(sizeof(EntryHeader));
        ret->type = header->type;
        ret->commit = header->commit;
        switch (header->type) {
        case PENDING_NEWS:
                show_news(body, &ret->news);
                break;
        case PENDING_SEND: {
                const SendBody *send = body;

                ret->destination = send->destination;
                ret->asked = send->asked;
                ret->packet = send->packet;
                ret->packet_size = send->packet_size;
                break;
        }
        }
        return 1;
}

void pending_drop_first(Pending *pending) {
        if (pending->n_entries == 0)
                return;
        pending->head += header_at(pending, pending->head)->size;
        pending->n_entries--;
        if (pending->n_entries == 0)
                start_again(pending);
}

void pending_drop_from(Pending *pending, uint64_t commit) {
        size_t offset = pending->head, n = 0;

        while (n < pending->n_entries && header_at(pending, offset)->commit < commit) {
                offset += header_at(pending, offset)->size;
                n++;
        }
        pending->tail = offset;
        pending->n_entries = n;
        if (n == 0)
                start_again(pending);
}

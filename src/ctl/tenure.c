/* SPDX-License-Identifier: MIT */
/* Events to tenures. Knows no journal, no bus and no clock.
 *
 * Invariant: of each address at most one tenure is open, and the table has those alone. Entries may
 * be missing anywhere, since journals are rotated: an end without a beginning makes a tenure that
 * began before anything known. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/bytes.h"
#include "ctl/tenure.h"

static uint64_t hash_address(ipv4_t address) {
        return address * UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t hash_tenure(const HashNode *node, _unused_ const void *userdata) {
        return hash_address(CONTAINER_OF(node, const Tenure, node)->address);
}

static void tenure_free(Tenure *tenure) {
        free(tenure->hardware);
        free(tenure->client_id);
        free(tenure->hostname);
        free(tenure->pool);
        free(tenure->interface);
        free(tenure->begun_by);
        free(tenure->ended_by);
        free(tenure);
}

void tenure_book_init(TenureBook *book) {
        *book = (TenureBook){0};
        hash_table_init(&book->open, hash_tenure, NULL);
}

void tenure_book_done(TenureBook *book) {
        hash_table_done(&book->open);
        for (size_t i = 0; i < book->n_items; i++)
                tenure_free(book->items[i]);
        free(book->items);
        *book = (TenureBook){0};
}

static Tenure *find_open(const TenureBook *book, ipv4_t address) {
        uint64_t hash = hash_address(address);

        for (HashNode *node = hash_table_first(&book->open, hash); node;
                node = hash_table_next(&book->open, node, hash)) {
                Tenure *tenure = CONTAINER_OF(node, Tenure, node);

                if (tenure->address == address)
                        return tenure;
        }
        return NULL;
}

/* @by: NULL = nobody */
static int close_tenure(
        TenureBook *book, Tenure *tenure, usec_t until, TenureEnd end, const char *by) {
        char *copy = NULL;

        if (by && *by) {
                copy = strdup(by);
                if (!copy)
                        return -ENOMEM;
                free(tenure->ended_by);
                tenure->ended_by = copy;
        }
        hash_table_remove(&book->open, &tenure->node, hash_address(tenure->address));
        tenure->until = until;
        tenure->end = end;
        return 0;
}

static int book_reserve(TenureBook *book) {
        size_t capacity = MAX(2 * book->capacity, (size_t) 64);
        Tenure **items;

        if (book->n_items < book->capacity)
                return 0;
        items = reallocarray(book->items, capacity, sizeof(Tenure *));
        if (!items)
                return -ENOMEM;
        book->items = items;
        book->capacity = capacity;
        return 0;
}

/* A tenure that is not open. */
static int begin_closed(
        TenureBook *book, const TenureEvent *event, usec_t from, TenureEnd end, Tenure **ret) {
        Tenure *tenure;

        if (book_reserve(book) < 0)
                return -ENOMEM;
        tenure = calloc(1, sizeof(*tenure));
        if (!tenure)
                return -ENOMEM;
        tenure->address = event->address;
        tenure->from = from;
        tenure->until = event->time;
        tenure->end = end;
        tenure->hardware = strdup(event->hardware);
        tenure->client_id = strdup(event->client_id);
        tenure->hostname = strdup(event->hostname);
        tenure->pool = strdup(event->pool);
        tenure->interface = strdup(event->interface);
        tenure->begun_by = strdup("");
        tenure->ended_by = strdup(event->by);
        if (!tenure->hardware || !tenure->client_id || !tenure->hostname || !tenure->pool ||
                !tenure->interface || !tenure->begun_by || !tenure->ended_by) {
                tenure_free(tenure);
                return -ENOMEM;
        }
        book->items[book->n_items++] = tenure;
        if (ret)
                *ret = tenure;
        return 0;
}

static int begin_open(TenureBook *book, const TenureEvent *event, usec_t from) {
        Tenure *tenure;
        int r;

        r = begin_closed(book, event, from, TENURE_END_OPEN, &tenure);
        if (r < 0)
                return r;
        /* who goes on with a lease has not begun it */
        if (event->type == TENURE_GRANTED) {
                char *by = tenure->begun_by;

                tenure->begun_by = tenure->ended_by;
                tenure->ended_by = by;
        } else
                tenure->ended_by[0] = '\0';
        tenure->until = 0;
        return hash_table_insert(&book->open, &tenure->node, hash_address(tenure->address));
}

/* One client identifier may go from one machine to another while the lease lives. */
static bool is_same_hardware(const Tenure *tenure, const TenureEvent *event) {
        return !*tenure->hardware || !*event->hardware ||
               strcmp(tenure->hardware, event->hardware) == 0;
}

static bool is_same_client(const Tenure *tenure, const TenureEvent *event) {
        if (*tenure->client_id && *event->client_id)
                return strcmp(tenure->client_id, event->client_id) == 0;
        return strcmp(tenure->hardware, event->hardware) == 0;
}

/* The name that a client has given last is the one to be known by. */
static int update_hostname(Tenure *tenure, const char *hostname) {
        char *copy;

        if (!*hostname || strcmp(tenure->hostname, hostname) == 0)
                return 0;
        copy = strdup(hostname);
        if (!copy)
                return -ENOMEM;
        free(tenure->hostname);
        tenure->hostname = copy;
        return 0;
}

/* @from: since when, if the tenure is not open yet. */
static int add_hold(TenureBook *book, const TenureEvent *event, usec_t from) {
        Tenure *tenure = find_open(book, event->address);
        int r;

        if (tenure && is_same_client(tenure, event)) {
                if (is_same_hardware(tenure, event))
                        return update_hostname(tenure, event->hostname);
                from = event->time;
        }
        if (tenure && (r = close_tenure(book, tenure, event->time, TENURE_END_REPLACED, NULL)) < 0)
                return r;
        return begin_open(book, event, from);
}

/* The entry may not tell whose lease has ended: then it is the one that was there, if any. */
static int add_end(TenureBook *book, const TenureEvent *event, TenureEnd end) {
        Tenure *tenure = find_open(book, event->address);
        const bool anonymous = !*event->hardware && !*event->client_id;

        if (anonymous)
                return tenure ? close_tenure(book, tenure, event->time, end, event->by) : 0;
        if (!tenure || !is_same_client(tenure, event))
                return begin_closed(book, event, 0, end, NULL);
        return close_tenure(book, tenure, event->time, end, event->by);
}

/* Who declines an offer never had the address. */
static int add_decline(TenureBook *book, const TenureEvent *event) {
        Tenure *tenure = find_open(book, event->address);

        if (!tenure || !is_same_client(tenure, event))
                return begin_closed(book, event, event->time, TENURE_END_DECLINED, NULL);
        return close_tenure(book, tenure, event->time, TENURE_END_DECLINED, event->by);
}

int tenure_book_add(TenureBook *book, const TenureEvent *event) {
        switch (event->type) {
        case TENURE_GRANTED:
                return add_hold(book, event, event->time);
        case TENURE_RENEWED:
                return add_hold(book, event, 0);
        case TENURE_RELEASED:
                return add_end(book, event, TENURE_END_RELEASED);
        case TENURE_EXPIRED:
                return add_end(book, event, TENURE_END_EXPIRED);
        case TENURE_DELETED:
                return add_end(book, event, TENURE_END_DELETED);
        case TENURE_DECLINED:
                return add_decline(book, event);
        case TENURE_CONFLICT:
                return begin_closed(book, event, event->time, TENURE_END_CONFLICT, NULL);
        }
        return -EINVAL;
}

static int settle_bound(TenureBook *book, const TenureEvent *present) {
        Tenure *tenure;
        int r;

        r = add_hold(book, present, present->time);
        if (r < 0)
                return r;
        tenure = find_open(book, present->address);
        return close_tenure(book, tenure, USEC_INFINITY, TENURE_END_BOUND, NULL);
}

int tenure_book_settle(
        TenureBook *book, const TenureEvent *present, const char *state, usec_t ended) {
        Tenure *tenure;

        if (strcmp(state, "bound") == 0)
                return settle_bound(book, present);

        tenure = find_open(book, present->address);
        if (!tenure || !is_same_client(tenure, present))
                return 0;
        if (strcmp(state, "released") == 0)
                return close_tenure(book, tenure, ended, TENURE_END_RELEASED, NULL);
        if (strcmp(state, "expired") == 0)
                return close_tenure(book, tenure, ended, TENURE_END_EXPIRED, NULL);
        return 0;
}

const char *tenure_end_to_string(TenureEnd end) {
        static const char *const names[TENURE_END_MAX] = {
                [TENURE_END_OPEN] = "unknown",
                [TENURE_END_BOUND] = "bound",
                [TENURE_END_RELEASED] = "released",
                [TENURE_END_EXPIRED] = "expired",
                [TENURE_END_DELETED] = "deleted",
                [TENURE_END_DECLINED] = "declined",
                [TENURE_END_REPLACED] = "replaced",
                [TENURE_END_CONFLICT] = "conflict",
        };

        return names[end];
}

const char *tenure_by(const Tenure *tenure) {
        return tenure->end == TENURE_END_BOUND || tenure->end == TENURE_END_OPEN ? tenure->begun_by
                                                                                 : tenure->ended_by;
}

bool tenure_matches(const Tenure *tenure, const Pattern *pattern, usec_t since, usec_t until) {
        uint8_t hardware[PATTERN_BYTES_MAX], client_id[PATTERN_BYTES_MAX];
        PatternSubject subject = {
                .address = tenure->address,
                .hardware = hardware,
                .client_id = client_id,
                .hostname = tenure->hostname,
        };

        /* Nobody knows when a tenure without an end ended: it is shown rather than left out. */
        if (tenure->until > 0 && tenure->until < since)
                return false;
        if (until > 0 && tenure->from > until)
                return false;
        if (!pattern)
                return true;
        (void) bytes_parse(tenure->hardware, hardware, sizeof(hardware), &subject.hardware_size);
        (void) bytes_parse(
                tenure->client_id, client_id, sizeof(client_id), &subject.client_id_size);
        return pattern_matches(pattern, &subject);
}

int tenure_to_json(const Tenure *tenure, json_object **ret) {
        _cleanup_json_ json_object *object = NULL;
        char address[IPV4_STRING_MAX];
        int r;

        object = json_object_new_object();
        if (!object)
                return -ENOMEM;
        (void) ipv4_format(tenure->address, address);
        if ((r = json_add_take(object, "Address", json_new_string(address))) < 0 ||
                (r = json_add_take(object, "HardwareAddress", json_new_string(tenure->hardware))) <
                        0 ||
                (r = json_add_take(object, "ClientId", json_new_string(tenure->client_id))) < 0 ||
                (r = json_add_take(object, "Hostname", json_new_string(tenure->hostname))) < 0 ||
                (r = json_add_take(object, "Pool", json_new_string(tenure->pool))) < 0 ||
                (r = json_add_take(object, "Interface", json_new_string(tenure->interface))) < 0 ||
                (r = json_add_usec(object, "FromUSec", tenure->from)) < 0 ||
                (r = json_add_usec(object, "UntilUSec", tenure->until)) < 0 ||
                (r = json_add_take(
                         object, "End", json_new_string(tenure_end_to_string(tenure->end)))) < 0 ||
                (r = json_add_take(object, "BegunBy", json_new_string(tenure->begun_by))) < 0 ||
                (r = json_add_take(object, "EndedBy", json_new_string(tenure->ended_by))) < 0)
                return r;
        *ret = TAKE_PTR(object);
        return 0;
}

/* SPDX-License-Identifier: MIT */

/* Each listing that is under way keeps its call, which is read again before each step: pools may be
 * others by then. A lease that changes meanwhile may be where it was or where it is by then, as
 * with any listing of several pages. */

#include "bus/sorted-listing.h"

#include <errno.h>
#include <stdlib.h>

#include "basic/list.h"
#include "basic/macro.h"
#include "bus/bus-internal.h"
#include "bus/filter.h"
#include "bus/lease-order.h"
#include "bus/listing.h"
#include "bus/object.h"

enum {
        STEP_SLOTS = 2048, /* slots of the lease table that one step looks at */
};

typedef struct SortedListing {
        ListNode node; /* of bus->listings */
        Bus *bus;
        sd_bus_message *call;
        sd_event_source *step;
        FirstLeases first;
        size_t slot;
} SortedListing;

static SortedListing *sorted_listing_free(SortedListing *listing) {
        if (!listing)
                return NULL;
        list_remove(&listing->node);
        listing->bus->n_listings--;
        (void) sd_event_source_disable_unref(listing->step);
        (void) sd_bus_message_unref(listing->call);
        first_leases_done(&listing->first);
        free(listing);
        return NULL;
}

DEFINE_POINTER_CLEANUP(SortedListing, sorted_listing_free);

void sorted_listings_drop(Bus *bus) {
        LIST_FOREACH_SAFE (node, next, &bus->listings)
                (void) sorted_listing_free(CONTAINER_OF(node, SortedListing, node));
}

/* Return: 1 when all slots have been looked at, 0, negative errno. */
static int look_on(SortedListing *listing, sd_bus_error *error) {
        Server *server = listing->bus->server;
        const ClockPair clock = bus_get_clock(listing->bus);
        size_t n_slots = lease_table_n_slots(server_get_table(server)), last;
        LeaseFilter filter;
        int r;

        r = sd_bus_message_rewind(listing->call, true);
        if (r < 0)
                return r;
        r = lease_filter_read(&filter, server, &clock, listing->call, error);
        if (r < 0)
                return r;

        last = MIN(n_slots, listing->slot + STEP_SLOTS);
        for (; listing->slot < last; listing->slot++) {
                DurableLease lease;

                if (server_durable_at(server, listing->slot, &lease) &&
                        lease_filter_matches(&filter, &lease))
                        first_leases_add(&listing->first, &lease.record);
        }
        return listing->slot >= n_slots;
}

static int answer(SortedListing *listing) {
        const FirstLeases *first = &listing->first;
        ipv4_t addresses[BUS_PAGE_MAX];

        first_leases_finish(&listing->first);
        for (size_t i = 0; i < first->n; i++)
                addresses[i] = first->places[i].address;
        return listing_reply_leases(
                listing->bus, listing->call, addresses, first->n, first_leases_cursor(first));
}

/* Return: 1 when the call has been answered, 0, negative errno. */
static int step(SortedListing *listing, sd_bus_error *error) {
        int r;

        r = look_on(listing, error);
        if (r <= 0)
                return r;
        r = answer(listing);
        return r < 0 ? r : 1;
}

static int on_step(_unused_ sd_event_source *source, void *userdata) {
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        SortedListing *listing = userdata;
        int r;

        r = step(listing, &error);
        if (r == 0)
                return 0;
        (void) object_reply_error(listing->call, r, &error);
        (void) sorted_listing_free(listing);
        return 0;
}

/* What is of the filter here: order and place. */
static int read_call(SortedListing *listing, const ClockPair *clock, sd_bus_error *error) {
        LeaseFilter filter;
        uint64_t cursor;
        uint32_t limit;
        int r;

        r = sd_bus_message_rewind(listing->call, true);
        if (r < 0)
                return r;
        r = lease_filter_read(&filter, listing->bus->server, clock, listing->call, error);
        if (r < 0)
                return r;
        r = sd_bus_message_read(listing->call, "tu", &cursor, &limit);
        if (r < 0)
                return r;
        if (limit == 0)
                limit = BUS_PAGE_DEFAULT;
        return first_leases_init(&listing->first, filter.order, MIN(limit, (uint32_t) BUS_PAGE_MAX),
                cursor, filter.after);
}

int sorted_listing_begin(Bus *bus, sd_bus_message *call, sd_bus_error *error) {
        _cleanup_(sorted_listing_freep) SortedListing *listing = NULL;
        const ClockPair clock = bus_get_clock(bus);
        int r;

        if (bus->n_listings >= SORTED_LISTINGS_MAX)
                return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                        "Too many sorted listings are under way.");
        listing = calloc(1, sizeof(*listing));
        if (!listing)
                return -ENOMEM;
        listing->bus = bus;
        list_append(&bus->listings, &listing->node);
        bus->n_listings++;
        listing->call = sd_bus_message_ref(call);

        r = read_call(listing, &clock, error);
        if (r < 0)
                return r;
        r = step(listing, error);
        if (r != 0)
                return r;

        r = sd_event_add_defer(bus->event, &listing->step, on_step, listing);
        if (r < 0)
                return r;
        r = sd_event_source_set_enabled(listing->step, SD_EVENT_ON);
        if (r < 0)
                return r;
        (void) TAKE_PTR(listing);
        return 1;
}

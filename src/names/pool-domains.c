/* SPDX-License-Identifier: MIT */

/* ListPools, then the property Domain of each pool, a few of them at a time. Whatever comes in
 * between (another server, a change of pools) has all of it begin again a moment later.
 *
 * Invariant: a reading is under way, or waits for the timer, or what was told is right. */

#include "names/pool-domains.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text.h"
#include "basic/time.h"

#define SERVER "org.minidhcp1"
#define MANAGER_PATH "/org/minidhcp1"
#define MANAGER "org.minidhcp1.Manager"
#define POOL "org.minidhcp1.Pool"
#define DRIVER "org.freedesktop.DBus"

#define CALL_TIMEOUT_USEC (30 * USEC_PER_SEC)
#define INTERVAL_USEC (500 * USEC_PER_MSEC)
#define RETRY_USEC (5 * USEC_PER_SEC)

enum {
        IN_FLIGHT_MAX = 8, /* the server has others to answer */
};

typedef struct PoolCall {
        PoolDomains *pools;
        sd_bus_slot *slot; /* NULL = free */
        size_t index;
} PoolCall;

struct PoolDomains {
        sd_bus *bus; /* NULL = there is none */
        sd_event_source *timer;
        sd_bus_slot *owner_slot;
        sd_bus_slot *signal_slot;
        sd_bus_slot *list_slot;
        PoolCall calls[IN_FLIGHT_MAX];
        char **names; /* of the pools that are read now, and their paths */
        char **paths;
        size_t n_pools;
        size_t n_asked;
        size_t n_answered;
        Domains domains; /* read so far */
        PoolDomainsFunction changed;
        PoolDomainsTroubleFunction trouble;
        void *userdata;
};

static int ask_more(PoolDomains *pools);

/* ---- a reading ------------------------------------------------------------------------------- */

static void end_reading(PoolDomains *pools) {
        pools->list_slot = sd_bus_slot_unref(pools->list_slot);
        for (size_t i = 0; i < IN_FLIGHT_MAX; i++)
                pools->calls[i].slot = sd_bus_slot_unref(pools->calls[i].slot);
        pools->names = strv_free(pools->names);
        pools->paths = strv_free(pools->paths);
        pools->n_pools = pools->n_asked = pools->n_answered = 0;
        domains_done(&pools->domains);
}

static void begin_later(PoolDomains *pools, usec_t delay) {
        end_reading(pools);
        (void) sd_event_source_set_time_relative(pools->timer, delay);
        (void) sd_event_source_set_enabled(pools->timer, SD_EVENT_ONESHOT);
}

static void fail(PoolDomains *pools, int r, const char *what) {
        pools->trouble(r, what, pools->userdata);
        begin_later(pools, RETRY_USEC);
}

static void finish_if_done(PoolDomains *pools) {
        if (pools->n_answered < pools->n_pools)
                return;
        domains_sort(&pools->domains);
        pools->changed(&pools->domains, pools->userdata);
        end_reading(pools);
}

/* A pool that has gone meanwhile has no domain; a signal tells that. */
static int take_domain(PoolDomains *pools, size_t index, sd_bus_message *reply) {
        const char *domain;
        int r;

        if (sd_bus_message_is_method_error(reply, SD_BUS_ERROR_UNKNOWN_OBJECT))
                return 0;
        if (sd_bus_message_get_error(reply))
                return -sd_bus_message_get_errno(reply);
        r = sd_bus_message_read(reply, "v", "s", &domain);
        if (r < 0)
                return r;
        return *domain ? domains_add(&pools->domains, pools->names[index], domain) : 0;
}

static int on_domain(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *error) {
        PoolCall *call = userdata;
        PoolDomains *pools = call->pools;
        int r;

        call->slot = sd_bus_slot_unref(call->slot);
        pools->n_answered++;
        r = take_domain(pools, call->index, reply);
        if (r >= 0)
                r = ask_more(pools);
        if (r < 0)
                fail(pools, r, "the domain of a pool");
        else
                finish_if_done(pools);
        return 0;
}

static int post(PoolDomains *pools, sd_bus_slot **slot, const char *path, const char *interface,
        const char *member, sd_bus_message_handler_t handler, void *userdata,
        const char *property) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        int r;

        r = sd_bus_message_new_method_call(pools->bus, &call, SERVER, path, interface, member);
        if (r < 0)
                return r;
        r = sd_bus_message_set_auto_start(call, false);
        if (r >= 0 && property)
                r = sd_bus_message_append(call, "ss", POOL, property);
        if (r < 0)
                return r;
        r = sd_bus_call_async(pools->bus, slot, call, handler, userdata, CALL_TIMEOUT_USEC);
        return r < 0 ? r : 0;
}

static int ask_more(PoolDomains *pools) {
        for (size_t i = 0; i < IN_FLIGHT_MAX && pools->n_asked < pools->n_pools; i++) {
                PoolCall *call = &pools->calls[i];
                int r;

                if (call->slot)
                        continue;
                call->pools = pools;
                call->index = pools->n_asked;
                r = post(pools, &call->slot, pools->paths[call->index],
                        "org.freedesktop.DBus.Properties", "Get", on_domain, call, "Domain");
                if (r < 0)
                        return r;
                pools->n_asked++;
        }
        return 0;
}

static int take_pools(PoolDomains *pools, sd_bus_message *reply) {
        const char *name, *path;
        int r;

        r = sd_bus_message_enter_container(reply, 'a', "(so)");
        if (r < 0)
                return r;
        while ((r = sd_bus_message_read(reply, "(so)", &name, &path)) > 0) {
                r = strv_extend(&pools->names, name);
                if (r >= 0)
                        r = strv_extend(&pools->paths, path);
                if (r < 0)
                        return r;
        }
        pools->n_pools = strv_length(pools->names);
        return r;
}

static int on_pools(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *error) {
        PoolDomains *pools = userdata;
        int r;

        pools->list_slot = sd_bus_slot_unref(pools->list_slot);
        /* a server that comes is told by a signal */
        if (sd_bus_message_is_method_error(reply, SD_BUS_ERROR_SERVICE_UNKNOWN) ||
                sd_bus_message_is_method_error(reply, SD_BUS_ERROR_NAME_HAS_NO_OWNER)) {
                end_reading(pools);
                return 0;
        }
        r = sd_bus_message_get_error(reply) ? -sd_bus_message_get_errno(reply)
                                            : take_pools(pools, reply);
        if (r >= 0)
                r = ask_more(pools);
        if (r < 0)
                fail(pools, r, "the list of pools");
        else
                finish_if_done(pools);
        return 0;
}

static void begin_reading(PoolDomains *pools) {
        int r;

        end_reading(pools);
        if (!pools->bus)
                return;
        r = post(pools, &pools->list_slot, MANAGER_PATH, MANAGER, "ListPools", on_pools, pools,
                NULL);
        if (r < 0)
                fail(pools, r, "the list of pools");
}

static int on_timer(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *userdata) {
        begin_reading(userdata);
        return 0;
}

/* ---- the bus --------------------------------------------------------------------------------- */

static int on_owner_changed(
        _unused_ sd_bus_message *signal, void *userdata, _unused_ sd_bus_error *error) {
        PoolDomains *pools = userdata;

        (void) sd_event_source_set_enabled(pools->timer, SD_EVENT_OFF);
        begin_reading(pools);
        return 0;
}

/* Several come one after the other, and one of them while it is read. */
static int on_pools_changed(
        _unused_ sd_bus_message *signal, void *userdata, _unused_ sd_bus_error *error) {
        PoolDomains *pools = userdata;

        if (sd_event_source_get_enabled(pools->timer, NULL) == 0)
                begin_later(pools, INTERVAL_USEC);
        return 0;
}

int pool_domains_set_bus(PoolDomains *pools, sd_bus *bus) {
        int r;

        end_reading(pools);
        (void) sd_event_source_set_enabled(pools->timer, SD_EVENT_OFF);
        pools->owner_slot = sd_bus_slot_unref(pools->owner_slot);
        pools->signal_slot = sd_bus_slot_unref(pools->signal_slot);
        pools->bus = sd_bus_unref(pools->bus);
        if (!bus)
                return 0;
        pools->bus = sd_bus_ref(bus);
        r = sd_bus_add_match_async(bus, &pools->owner_slot,
                "type='signal',sender='" DRIVER "',path='/org/freedesktop/DBus',interface='" DRIVER
                "',member='NameOwnerChanged',arg0='" SERVER "'",
                on_owner_changed, NULL, pools);
        if (r < 0)
                return r;
        r = sd_bus_match_signal_async(bus, &pools->signal_slot, SERVER, MANAGER_PATH, MANAGER,
                "PoolsChanged", on_pools_changed, NULL, pools);
        if (r < 0)
                return r;
        begin_reading(pools);
        return 0;
}

int pool_domains_new(PoolDomains **ret, sd_event *event, PoolDomainsFunction changed,
        PoolDomainsTroubleFunction trouble, void *userdata) {
        _cleanup_(pool_domains_freep) PoolDomains *pools = calloc(1, sizeof(*pools));
        int r;

        if (!pools)
                return -ENOMEM;
        pools->changed = changed;
        pools->trouble = trouble;
        pools->userdata = userdata;
        r = sd_event_add_time(event, &pools->timer, CLOCK_MONOTONIC, 0, 0, on_timer, pools);
        if (r < 0)
                return r;
        r = sd_event_source_set_enabled(pools->timer, SD_EVENT_OFF);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(pools);
        return 0;
}

PoolDomains *pool_domains_free(PoolDomains *pools) {
        if (!pools)
                return NULL;
        (void) pool_domains_set_bus(pools, NULL);
        (void) sd_event_source_disable_unref(pools->timer);
        free(pools);
        return NULL;
}

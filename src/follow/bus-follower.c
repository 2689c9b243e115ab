/* SPDX-License-Identifier: MIT */

/* The binding of the follower. Each event ends in bus_follower_settle(): what was told is written
 * to the state file, what is to be asked is asked, and the timer is set. */

#include "follow/bus-follower.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <systemd/sd-id128.h>

#include "follow/bus-record.h"
#include "follow/follower-log.h"

#define NAME "org.minidhcp1"
#define PATH "/org/minidhcp1"
#define INTERFACE "org.minidhcp1.Manager"
#define DRIVER "org.freedesktop.DBus"

#define CALL_TIMEOUT_USEC (30 * USEC_PER_SEC)

struct BusFollower {
        Follower *follower;
        sd_bus *bus; /* NULL = there is none */
        sd_event_source *timer;
        sd_bus_slot *owner_slot;   /* NameOwnerChanged */
        sd_bus_slot *question;     /* who owns the name, at the beginning */
        sd_bus_slot *signals_slot; /* of the server that is there */
        sd_bus_slot *call;         /* under way */
        char *owner;               /* its unique name, NULL = there is none */
        LogFile file;
        bool has_file;
        BusFollowerTroubleFunction trouble;
        void *userdata;
};

static usec_t read_clock(void) {
        struct timespec ts;

        (void) clock_gettime(CLOCK_MONOTONIC, &ts);
        return (usec_t) ts.tv_sec * USEC_PER_SEC + (usec_t) ts.tv_nsec / 1000;
}

static void tell_trouble(const BusFollower *self, int r, const char *what) {
        if (self->trouble)
                self->trouble(r, what, self->userdata);
}

static int take_leases(BusFollower *self, sd_bus_message *reply) {
        FollowBuilder builder;
        int r;

        r = sd_bus_message_enter_container(reply, 'a', "(sayaysssstttua{sv})");
        if (r < 0)
                return r;
        while ((r = bus_record_read_lease(reply, &builder)) > 0) {
                r = follower_take_lease(self->follower, follow_builder_get(&builder));
                if (r < 0)
                        return r;
        }
        return r < 0 ? r : sd_bus_message_exit_container(reply);
}

static int take_removed(BusFollower *self, sd_bus_message *reply) {
        const char *text;
        ipv4_t address;
        int r;

        r = sd_bus_message_enter_container(reply, 'a', "s");
        if (r < 0)
                return r;
        while ((r = sd_bus_message_read_basic(reply, 's', &text)) > 0) {
                if (ipv4_parse(text, &address) < 0)
                        return -EBADMSG;
                r = follower_take_removed(self->follower, address);
                if (r < 0)
                        return r;
        }
        return r < 0 ? r : sd_bus_message_exit_container(reply);
}

static int take_changes(BusFollower *self, sd_bus_message *reply) {
        uint64_t next;
        int complete, r;

        r = take_leases(self, reply);
        if (r < 0)
                return r;
        r = take_removed(self, reply);
        if (r < 0)
                return r;
        r = sd_bus_message_read(reply, "tb", &next, &complete);
        if (r < 0)
                return r;
        return follower_end_changes(self->follower, next, complete, read_clock());
}

static int take_listing(BusFollower *self, sd_bus_message *reply) {
        uint64_t next, generation;
        int r;

        r = take_leases(self, reply);
        if (r < 0)
                return r;
        r = sd_bus_message_read(reply, "tt", &next, &generation);
        if (r < 0)
                return r;
        follower_end_leases(self->follower, next);
        return 0;
}

static int take_hosts(BusFollower *self, sd_bus_message *reply) {
        FollowBuilder builder;
        uint64_t next, generation;
        int r;

        r = sd_bus_message_enter_container(reply, 'a', "(oa{sv})");
        if (r < 0)
                return r;
        while ((r = bus_record_read_host(reply, &builder)) > 0) {
                r = follower_take_host(self->follower, follow_builder_get(&builder));
                if (r < 0)
                        return r;
        }
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(reply);
        if (r < 0)
                return r;
        r = sd_bus_message_read(reply, "tt", &next, &generation);
        if (r < 0)
                return r;
        return follower_end_hosts(self->follower, next, generation, read_clock());
}

static int take_instance(BusFollower *self, sd_bus_message *reply) {
        const char *instance;
        int r;

        r = sd_bus_message_read(reply, "v", "s", &instance);
        if (r < 0)
                return r;
        if (!*instance)
                return -EBADMSG;
        follower_take_instance(self->follower, instance);
        return 0;
}

static int on_reply(BusFollower *self, sd_bus_message *reply,
        int (*take)(BusFollower *self, sd_bus_message *reply)) {
        const sd_bus_error *error = sd_bus_message_get_error(reply);
        int r;

        self->call = sd_bus_slot_unref(self->call);
        r = error ? -sd_bus_message_get_errno(reply) : take(self, reply);
        if (r < 0) {
                follower_failed(self->follower, read_clock());
                tell_trouble(self, r, error && error->message ? error->message : "a reply");
        }
        bus_follower_settle(self);
        return 0;
}

static int on_instance(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *error) {
        return on_reply(userdata, reply, take_instance);
}

static int on_changes(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *error) {
        return on_reply(userdata, reply, take_changes);
}

static int on_listing(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *error) {
        return on_reply(userdata, reply, take_listing);
}

static int on_hosts(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *error) {
        return on_reply(userdata, reply, take_hosts);
}

typedef struct CallDefinition {
        const char *interface;
        const char *member;
        sd_bus_message_handler_t handler;
} CallDefinition;

static const CallDefinition calls[] = {
        [FOLLOW_CALL_INSTANCE] = {"org.freedesktop.DBus.Properties", "Get", on_instance},
        [FOLLOW_CALL_CHANGES] = {INTERFACE, "ListChanges", on_changes},
        [FOLLOW_CALL_LEASES] = {INTERFACE, "ListLeases", on_listing},
        [FOLLOW_CALL_HOSTS] = {INTERFACE, "ListHostSettings", on_hosts},
};

static int append_arguments(sd_bus_message *call, const FollowRequest *request) {
        switch (request->call) {
        case FOLLOW_CALL_INSTANCE:
                return sd_bus_message_append(call, "ss", INTERFACE, "Instance");
        case FOLLOW_CALL_CHANGES:
                return sd_bus_message_append(
                        call, "stu", request->instance, request->number, (uint32_t) FOLLOW_PAGE);
        case FOLLOW_CALL_LEASES:
        case FOLLOW_CALL_HOSTS:
                return sd_bus_message_append(
                        call, "a{sv}tu", 0, request->number, (uint32_t) FOLLOW_PAGE);
        }
        return -EINVAL;
}

static int post(BusFollower *self, const FollowRequest *request) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        const CallDefinition *definition = &calls[request->call];
        int r;

        r = sd_bus_message_new_method_call(
                self->bus, &call, self->owner, PATH, definition->interface, definition->member);
        if (r < 0)
                return r;
        r = sd_bus_message_set_auto_start(call, false);
        if (r < 0)
                return r;
        r = append_arguments(call, request);
        if (r < 0)
                return r;
        r = sd_bus_call_async(
                self->bus, &self->call, call, definition->handler, self, CALL_TIMEOUT_USEC);
        return r < 0 ? r : 0;
}

void bus_follower_settle(BusFollower *self) {
        const usec_t now = read_clock();
        FollowRequest request;
        usec_t deadline;
        int r;

        if (self->has_file) {
                r = log_file_flush(&self->file);
                if (r < 0)
                        tell_trouble(self, r, self->file.path);
        } else
                buffer_clear_to(follower_get_log(self->follower), 64 * 1024);

        if (follower_next(self->follower, now, &request)) {
                r = post(self, &request);
                if (r < 0) {
                        follower_failed(self->follower, now);
                        tell_trouble(self, r, "a call");
                }
        }
        deadline = follower_deadline(self->follower);
        if (deadline == USEC_INFINITY) {
                (void) sd_event_source_set_enabled(self->timer, SD_EVENT_OFF);
                return;
        }
        (void) sd_event_source_set_time(self->timer, deadline);
        (void) sd_event_source_set_enabled(self->timer, SD_EVENT_ONESHOT);
}

static int on_timer(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *userdata) {
        bus_follower_settle(userdata);
        return 0;
}

static int on_signal(sd_bus_message *signal, void *userdata, _unused_ sd_bus_error *error) {
        BusFollower *self = userdata;
        const char *member = sd_bus_message_get_member(signal);

        if (strncmp(member, "Lease", strlen("Lease")) == 0)
                follower_leases_signalled(self->follower);
        else if (strcmp(member, "HostsChanged") == 0 || strcmp(member, "PoolsChanged") == 0)
                /* a host may belong to another pool now */
                follower_hosts_signalled(self->follower);
        else
                return 0;
        bus_follower_settle(self);
        return 0;
}

static int set_owner(BusFollower *self, const char *owner) {
        int r = 0;

        self->call = sd_bus_slot_unref(self->call);
        self->signals_slot = sd_bus_slot_unref(self->signals_slot);
        free(TAKE_PTR(self->owner));
        if (*owner) {
                self->owner = strdup(owner);
                if (!self->owner)
                        r = -ENOMEM;
                else
                        r = sd_bus_match_signal_async(self->bus, &self->signals_slot, owner, PATH,
                                INTERFACE, NULL, on_signal, NULL, self);
        }
        follower_set_present(self->follower, self->owner && r >= 0, read_clock());
        bus_follower_settle(self);
        return r < 0 ? r : 0;
}

static int on_owner_changed(sd_bus_message *signal, void *userdata, _unused_ sd_bus_error *error) {
        BusFollower *self = userdata;
        const char *name, *old, *new;
        int r;

        r = sd_bus_message_read(signal, "sss", &name, &old, &new);
        if (r < 0)
                return 0;
        /* news is newer than what was asked before */
        self->question = sd_bus_slot_unref(self->question);
        r = set_owner(self, new);
        if (r < 0)
                tell_trouble(self, r, NAME);
        return 0;
}

static int on_owner(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *error) {
        BusFollower *self = userdata;
        const char *owner = "";
        int r;

        self->question = sd_bus_slot_unref(self->question);
        if (!sd_bus_message_get_error(reply) && sd_bus_message_read(reply, "s", &owner) < 0)
                return 0;
        r = set_owner(self, owner);
        if (r < 0)
                tell_trouble(self, r, NAME);
        return 0;
}

/* Asks for the owner after it is sure that changes are told. */
static int watch(BusFollower *self) {
        int r;

        r = sd_bus_add_match_async(self->bus, &self->owner_slot,
                "type='signal',sender='" DRIVER "',path='/org/freedesktop/DBus',interface='" DRIVER
                "',member='NameOwnerChanged',arg0='" NAME "'",
                on_owner_changed, NULL, self);
        if (r < 0)
                return r;
        r = sd_bus_call_method_async(self->bus, &self->question, DRIVER, "/org/freedesktop/DBus",
                DRIVER, "GetNameOwner", on_owner, self, "s", NAME);
        return r < 0 ? r : 0;
}

int bus_follower_set_bus(BusFollower *self, sd_bus *bus) {
        self->question = sd_bus_slot_unref(self->question);
        self->owner_slot = sd_bus_slot_unref(self->owner_slot);
        (void) set_owner(self, "");
        (void) sd_bus_unref(self->bus);
        self->bus = sd_bus_ref(bus);
        return bus ? watch(self) : 0;
}

int bus_follower_new(BusFollower **ret, sd_bus *bus, sd_event *event, const char *state_path,
        FollowFunction changed, BusFollowerTroubleFunction trouble, void *userdata) {
        _cleanup_(bus_follower_freep) BusFollower *self = calloc(1, sizeof(*self));
        sd_id128_t secret;
        int r;

        if (!self)
                return -ENOMEM;
        self->trouble = trouble;
        self->userdata = userdata;
        r = sd_id128_randomize(&secret);
        if (r < 0)
                return r;
        r = follower_new(&self->follower, secret.bytes, changed, userdata);
        if (r < 0)
                return r;
        if (state_path) {
                r = log_file_open(&self->file, state_path, &follower_log_owner, self->follower);
                if (r < 0)
                        return r;
                self->has_file = true;
        }
        r = sd_event_add_time(event, &self->timer, CLOCK_MONOTONIC, 0, 0, on_timer, self);
        if (r < 0)
                return r;
        r = sd_event_source_set_enabled(self->timer, SD_EVENT_OFF);
        if (r < 0)
                return r;
        r = bus_follower_set_bus(self, bus);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(self);
        return 0;
}

BusFollower *bus_follower_free(BusFollower *self) {
        if (!self)
                return NULL;
        (void) sd_bus_slot_unref(self->call);
        (void) sd_bus_slot_unref(self->question);
        (void) sd_bus_slot_unref(self->signals_slot);
        (void) sd_bus_slot_unref(self->owner_slot);
        (void) sd_event_source_disable_unref(self->timer);
        if (self->has_file)
                (void) log_file_flush(&self->file);
        log_file_close(&self->file);
        (void) sd_bus_unref(self->bus);
        (void) follower_free(self->follower);
        free(self->owner);
        free(self);
        return NULL;
}

Follower *bus_follower_get(const BusFollower *self) {
        return self->follower;
}

/* SPDX-License-Identifier: MIT */
/* Listing leases. Knows the message of ListLeases, nothing of how leases are shown.
 *
 * Invariant: an entry's strings live as long as the list, which holds the pages. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/bus-api.h"
#include "ctl/lease-list.h"

LeaseFilter lease_filter_from_options(const Options *options) {
        return (LeaseFilter){
                .pool = options->pool,
                .interface = options->interface,
                .states = options->states,
                .include_expired = options->all,
        };
}

static void lease_entry_done(LeaseEntry *entry) {
        (void) json_object_put(entry->extras);
        free(entry->storage);
}

void lease_list_done(LeaseList *list) {
        for (size_t i = 0; i < list->n_entries; i++)
                lease_entry_done(&list->entries[i]);
        for (size_t i = 0; i < list->n_pages; i++)
                (void) sd_bus_message_unref(list->pages[i]);
        free(list->entries);
        free(list->pages);
        *list = (LeaseList){0};
}

/* Appends {sv} with a byte string. */
static int append_bytes(sd_bus_message *message, const char *key, const uint8_t *bytes, size_t n) {
        int r;

        if ((r = sd_bus_message_open_container(message, 'e', "sv")) < 0 ||
                (r = sd_bus_message_append(message, "s", key)) < 0 ||
                (r = sd_bus_message_open_container(message, 'v', "ay")) < 0 ||
                (r = sd_bus_message_append_array(message, 'y', bytes, n)) < 0 ||
                (r = sd_bus_message_close_container(message)) < 0)
                return r;
        return sd_bus_message_close_container(message);
}

/* Appends {sv} with an array of strings. */
static int append_strings(sd_bus_message *message, const char *key, char *const *strings) {
        int r;

        if ((r = sd_bus_message_open_container(message, 'e', "sv")) < 0 ||
                (r = sd_bus_message_append(message, "s", key)) < 0 ||
                (r = sd_bus_message_open_container(message, 'v', "as")) < 0 ||
                (r = sd_bus_message_append_strv(message, (char **) strings)) < 0 ||
                (r = sd_bus_message_close_container(message)) < 0)
                return r;
        return sd_bus_message_close_container(message);
}

static int append_pattern(sd_bus_message *message, const Pattern *pattern) {
        char prefix[IPV4_PREFIX_STRING_MAX];

        switch (pattern->type) {
        case PATTERN_SUBNET:
                return sd_bus_message_append(message, "{sv}", "Subnet", "s",
                        ipv4_prefix_format(pattern->subnet, prefix));
        case PATTERN_HARDWARE:
                return append_bytes(message, "HardwareAddress", pattern->bytes, pattern->n_bytes);
        case PATTERN_CLIENT_ID:
                return append_bytes(message, "ClientId", pattern->bytes, pattern->n_bytes);
        case PATTERN_HOSTNAME:
                return sd_bus_message_append(message, "{sv}", "Hostname", "s", pattern->hostname);
        case PATTERN_TYPE_MAX:
                break;
        }
        return -EINVAL;
}

static int append_filter(sd_bus_message *message, const LeaseFilter *filter) {
        int r;

        r = sd_bus_message_open_container(message, 'a', "{sv}");
        if (r >= 0 && filter->pool)
                r = sd_bus_message_append(message, "{sv}", "Pool", "s", filter->pool);
        if (r >= 0 && filter->interface)
                r = sd_bus_message_append(message, "{sv}", "Interface", "s", filter->interface);
        if (r >= 0 && filter->states)
                r = append_strings(message, "State", filter->states);
        if (r >= 0 && filter->include_expired)
                r = sd_bus_message_append(message, "{sv}", "IncludeExpired", "b", 1);
        if (r >= 0 && filter->pattern)
                r = append_pattern(message, filter->pattern);
        if (r < 0)
                return r;
        return sd_bus_message_close_container(message);
}

/* What stands in the struct that has been entered. */
static int read_entry(sd_bus_message *page, bool with_extras, LeaseEntry *ret) {
        LeaseEntry entry = {0};
        int r;

        if ((r = sd_bus_message_read(page, "s", &entry.address_text)) < 0 ||
                (r = sd_bus_message_read_array(
                         page, 'y', (const void **) &entry.hardware, &entry.hardware_size)) < 0 ||
                (r = sd_bus_message_read_array(
                         page, 'y', (const void **) &entry.client_id, &entry.client_id_size)) < 0 ||
                (r = sd_bus_message_read(page, "sssstttu", &entry.hostname, &entry.pool,
                         &entry.interface, &entry.state, &entry.started, &entry.expires,
                         &entry.last_seen, &entry.flags)) < 0)
                return r;
        if (ipv4_parse(entry.address_text, &entry.address) < 0)
                return -EBADMSG;
        /* Most leases have none, and objects are large. */
        r = with_extras ? json_from_dictionary(page, &entry.extras)
                        : sd_bus_message_skip(page, "a{sv}");
        if (r < 0)
                return r;
        *ret = entry;
        return 0;
}

int lease_list_add(LeaseList *list, const LeaseEntry *entry) {
        size_t capacity = list->capacity > 0 ? 2 * list->capacity : BUS_LEASE_PAGE;
        LeaseEntry *entries;

        if (list->n_entries == list->capacity) {
                entries = reallocarray(list->entries, capacity, sizeof(*entries));
                if (!entries)
                        return -ENOMEM;
                list->entries = entries;
                list->capacity = capacity;
        }
        list->entries[list->n_entries] = *entry;
        list->entries[list->n_entries].order = list->n_entries;
        list->n_entries++;
        return 0;
}

static int list_add_page(LeaseList *list, sd_bus_message *page) {
        sd_bus_message **pages;

        pages = reallocarray(list->pages, list->n_pages + 1, sizeof(sd_bus_message *));
        if (!pages)
                return -ENOMEM;
        list->pages = pages;
        list->pages[list->n_pages++] = sd_bus_message_ref(page);
        return 0;
}

static int read_page(LeaseList *list, sd_bus_message *page, uint64_t *ret_next) {
        uint64_t generation;
        int r;

        r = list_add_page(list, page);
        if (r < 0)
                return r;
        r = sd_bus_message_enter_container(page, 'a', "(" BUS_LEASE_SIGNATURE ")");
        if (r < 0)
                return r;
        while ((r = sd_bus_message_enter_container(page, 'r', BUS_LEASE_SIGNATURE)) > 0) {
                LeaseEntry entry;

                r = read_entry(page, list->with_extras, &entry);
                if (r < 0)
                        return r;
                r = lease_list_add(list, &entry);
                if (r < 0) {
                        lease_entry_done(&entry);
                        return r;
                }
                r = sd_bus_message_exit_container(page);
                if (r < 0)
                        return r;
        }
        if (r < 0)
                return r;
        r = sd_bus_message_exit_container(page);
        if (r < 0)
                return r;
        r = sd_bus_message_read(page, "tt", ret_next, &generation);
        return r < 0 ? r : 0;
}

static int new_page_call(
        Connection *connection, const LeaseFilter *filter, uint64_t cursor, sd_bus_message **ret) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        int r;

        r = connection_new_call(connection, BUS_API_NAME, BUS_API_MANAGER_PATH, BUS_API_MANAGER,
                "ListLeases", &call);
        if (r >= 0)
                r = append_filter(call, filter);
        if (r >= 0)
                r = sd_bus_message_append(call, "tu", cursor, (uint32_t) BUS_LEASE_PAGE);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(call);
        return 0;
}

int lease_list_fetch(LeaseList *list, Connection *connection, const LeaseFilter *filter) {
        uint64_t cursor = 0;
        int r;

        do {
                _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL, *page = NULL;

                r = new_page_call(connection, filter, cursor, &call);
                if (r < 0)
                        return r;
                r = connection_send(connection, call, &page);
                if (r < 0)
                        return r;
                r = read_page(list, page, &cursor);
                if (r < 0)
                        return r;
        } while (cursor > 0);
        return 0;
}

/* The answer to a call under way. */
static int on_page(sd_bus_message *answer, void *userdata, _unused_ sd_bus_error *error) {
        sd_bus_message **page = userdata;

        *page = sd_bus_message_ref(answer);
        return 0;
}

static int wait_for_page(Connection *connection, sd_bus_message *const *page) {
        int r;

        while (!*page) {
                r = sd_bus_process(connection->bus, NULL);
                /* a time that is over is told by the callback alone */
                if (r == 0 && !*page)
                        r = sd_bus_wait(connection->bus, UINT64_MAX);
                if (r < 0 && r != -EINTR)
                        return r;
        }
        return connection_take_error(connection, *page);
}

static int tell_of(const LeaseList *list, LeaseFunction function, void *userdata) {
        int r = 0;

        for (size_t i = 0; i < list->n_entries && r >= 0; i++)
                r = function(&list->entries[i], userdata);
        return r;
}

/* The room for entries stays. */
static void forget_page(LeaseList *list) {
        for (size_t i = 0; i < list->n_entries; i++)
                lease_entry_done(&list->entries[i]);
        for (size_t i = 0; i < list->n_pages; i++)
                (void) sd_bus_message_unref(list->pages[i]);
        list->n_entries = list->n_pages = 0;
}

int lease_list_each(Connection *connection, const LeaseFilter *filter, bool with_extras,
        LeaseFunction function, void *userdata) {
        _cleanup_(lease_list_done) LeaseList list = {.with_extras = with_extras};
        uint64_t cursor = 0;
        int r = 0;

        do {
                _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL, *page = NULL;
                _cleanup_(sd_bus_slot_unrefp) sd_bus_slot *slot = NULL;

                r = new_page_call(connection, filter, cursor, &call);
                if (r >= 0)
                        r = sd_bus_call_async(connection->bus, &slot, call, on_page, &page, 0);
                /* what the page before has, while the server makes this one */
                if (r >= 0)
                        r = sd_bus_flush(connection->bus);
                if (r >= 0)
                        r = tell_of(&list, function, userdata);
                forget_page(&list);
                if (r >= 0)
                        r = wait_for_page(connection, &page);
                if (r >= 0)
                        r = read_page(&list, page, &cursor);
        } while (r >= 0 && cursor > 0);
        return r < 0 ? r : tell_of(&list, function, userdata);
}

void lease_list_keep(
        LeaseList *list, bool (*is_kept)(const LeaseEntry *, const void *), const void *userdata) {
        size_t n = 0;

        for (size_t i = 0; i < list->n_entries; i++)
                if (is_kept(&list->entries[i], userdata))
                        list->entries[n++] = list->entries[i];
                else
                        lease_entry_done(&list->entries[i]);
        list->n_entries = n;
}

static int compare_address(const void *a, const void *b) {
        const LeaseEntry *left = a, *right = b;

        if (left->address != right->address)
                return left->address < right->address ? -1 : 1;
        return left->order < right->order ? -1 : left->order > right->order;
}

void lease_list_finish(LeaseList *list) {
        size_t n = 0;

        if (list->n_entries == 0)
                return;
        qsort(list->entries, list->n_entries, sizeof(*list->entries), compare_address);
        for (size_t i = 1; i < list->n_entries; i++) {
                if (list->entries[i].address == list->entries[n].address)
                        lease_entry_done(&list->entries[n]);
                else
                        n++;
                list->entries[n] = list->entries[i];
        }
        list->n_entries = n + 1;
}

/* The keys of a lease are literals, and each comes once: there is nothing to copy and nothing to
 * look up, which counts with a hundred thousand leases. */
static int add_new(json_object *object, const char *key, json_object *value) {
        const unsigned options = JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY;

        if (json_object_object_add_ex(object, key, value, options) < 0) {
                (void) json_object_put(value);
                return -ENOMEM;
        }
        return 0;
}

static int add_take(json_object *object, const char *key, json_object *value) {
        return value ? add_new(object, key, value) : -ENOMEM;
}

static int add_text(json_object *object, const char *key, const char *text) {
        return add_take(object, key, json_new_string(text));
}

static int add_bytes(json_object *object, const char *key, const uint8_t *bytes, size_t size) {
        return add_take(object, key, json_new_bytes(bytes, size));
}

static int add_flag(json_object *object, const char *key, bool flag) {
        return add_take(object, key, json_object_new_boolean(flag));
}

static int add_usec(json_object *object, const char *key, usec_t usec) {
        if (usec == USEC_INFINITY)
                return add_new(object, key, NULL);
        return add_take(object, key, json_object_new_uint64(usec));
}

int lease_entry_to_json(const LeaseEntry *entry, json_object **ret) {
        _cleanup_json_ json_object *object = NULL;
        int r;

        object = json_object_new_object();
        if (!object)
                return -ENOMEM;
        if ((r = add_text(object, "Address", entry->address_text)) < 0 ||
                (r = add_bytes(object, "HardwareAddress", entry->hardware, entry->hardware_size)) <
                        0 ||
                (r = add_bytes(object, "ClientId", entry->client_id, entry->client_id_size)) < 0 ||
                (r = add_text(object, "Hostname", entry->hostname)) < 0 ||
                (r = add_text(object, "Pool", entry->pool)) < 0 ||
                (r = add_text(object, "Interface", entry->interface)) < 0 ||
                (r = add_text(object, "State", entry->state)) < 0 ||
                (r = add_usec(object, "StartedUSec", entry->started)) < 0 ||
                (r = add_usec(object, "ExpiresUSec", entry->expires)) < 0 ||
                (r = add_usec(object, "LastSeenUSec", entry->last_seen)) < 0 ||
                (r = add_take(object, "Flags", json_object_new_int64(entry->flags))) < 0 ||
                (r = add_flag(object, "Reserved", entry->flags & BUS_LEASE_RESERVED)) < 0 ||
                (r = add_flag(object, "Relayed", entry->flags & BUS_LEASE_RELAYED)) < 0)
                return r;
        r = add_take(object, "Extras",
                entry->extras ? json_object_get(entry->extras) : json_object_new_object());
        if (r < 0)
                return r;
        *ret = TAKE_PTR(object);
        return 0;
}

/* SPDX-License-Identifier: MIT */

/* Filters of lease listings. Leaves alone what a listing looks like. No filter makes a call look at
 * more leases than its budget, nor at one lease for longer than its strings are long. */

#include <errno.h>
#include <string.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "bus/dictionary.h"
#include "bus/errors.h"
#include "bus/filter.h"

/* A filter while it is read: which leases it asks for by State= and IncludeExpired=, in whatever
 * order they come. */
typedef struct FilterReading {
        LeaseFilter *filter;
        bool states_given;
        bool include_expired;
} FilterReading;

static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

static const char *next_character(const char *p, const char *end) {
        do
                p++;
        while (p < end && ((unsigned char) *p & 0xC0) == 0x80);
        return p;
}

/* Only the last '*' is ever gone back to: what an earlier one could match, the last one can, too.
 * fnmatch() tries them all, which takes a stranger's pattern to exponential time. */
bool text_matches(const char *pattern, const char *text, size_t size) {
        const char *end = text + size, *star = NULL, *star_text = NULL;

        while (text < end) {
                if (*pattern == '*') {
                        star = ++pattern;
                        star_text = text;
                } else if (*pattern == '?') {
                        pattern++;
                        text = next_character(text, end);
                } else if (*pattern != '\0' && lower(*pattern) == lower(*text)) {
                        pattern++;
                        text++;
                } else if (star) {
                        pattern = star;
                        text = star_text = next_character(star_text, end);
                } else
                        return false;
        }

        while (*pattern == '*')
                pattern++;

        return *pattern == '\0';
}

static int read_pool(void *target, sd_bus_message *message, sd_bus_error *error) {
        FilterReading *reading = target;
        LeaseFilter *filter = reading->filter;
        const char *name;
        int r;

        r = sd_bus_message_read_basic(message, 's', &name);
        if (r < 0)
                return r;

        filter->pool = server_find_pool(filter->server, name);
        if (!filter->pool)
                return sd_bus_error_setf(
                        error, BUS_ERROR_NO_SUCH_POOL, "There is no pool '%s'.", name);
        return 0;
}

static int read_interface(void *target, sd_bus_message *message, _unused_ sd_bus_error *error) {
        FilterReading *reading = target;
        LeaseFilter *filter = reading->filter;

        return sd_bus_message_read_basic(message, 's', &filter->interface);
}

static int read_hostname(void *target, sd_bus_message *message, _unused_ sd_bus_error *error) {
        FilterReading *reading = target;
        LeaseFilter *filter = reading->filter;

        return sd_bus_message_read_basic(message, 's', &filter->hostname);
}

static int read_subnet(void *target, sd_bus_message *message, sd_bus_error *error) {
        FilterReading *reading = target;
        LeaseFilter *filter = reading->filter;
        const char *text;
        int r;

        r = sd_bus_message_read_basic(message, 's', &text);
        if (r < 0)
                return r;

        if (ipv4_parse(text, &filter->subnet.address) >= 0)
                filter->subnet.length = 32;
        else if (ipv4_prefix_parse(text, &filter->subnet) < 0)
                return sd_bus_error_setf(error, BUS_ERROR_INVALID_FILTER,
                        "Subnet: '%s' is neither ADDRESS/LENGTH nor an address.", text);
        return 0;
}

static int read_states(void *target, sd_bus_message *message, sd_bus_error *error) {
        FilterReading *reading = target;
        LeaseFilter *filter = reading->filter;
        const char *name;
        LeaseState state;
        int r;

        r = sd_bus_message_enter_container(message, 'a', "s");
        if (r < 0)
                return r;

        memset(filter->states, 0, sizeof(filter->states));
        reading->states_given = true;
        while ((r = sd_bus_message_read_basic(message, 's', &name)) > 0) {
                state = lease_state_from_string(name);
                if (state == LEASE_STATE_INVALID)
                        return sd_bus_error_setf(error, BUS_ERROR_INVALID_FILTER,
                                "State: '%s' is none of offered, bound, released, expired, "
                                "declined.",
                                name);
                filter->states[state] = true;
        }
        if (r < 0)
                return r;

        return sd_bus_message_exit_container(message);
}

static int read_bytes(
        ByteView *bytes, const char *key, sd_bus_message *message, sd_bus_error *error) {
        const void *data;
        size_t size;
        int r;

        r = sd_bus_message_read_array(message, 'y', &data, &size);
        if (r < 0)
                return r;
        if (size == 0)
                return sd_bus_error_setf(error, BUS_ERROR_INVALID_FILTER, "%s is empty.", key);

        *bytes = (ByteView){data, size};
        return 0;
}

static int read_hardware(void *target, sd_bus_message *message, sd_bus_error *error) {
        FilterReading *reading = target;
        LeaseFilter *filter = reading->filter;

        return read_bytes(&filter->hardware, "HardwareAddress", message, error);
}

static int read_client_id(void *target, sd_bus_message *message, sd_bus_error *error) {
        FilterReading *reading = target;
        LeaseFilter *filter = reading->filter;

        return read_bytes(&filter->client_id, "ClientId", message, error);
}

static int read_expires_before(
        void *target, sd_bus_message *message, _unused_ sd_bus_error *error) {
        FilterReading *reading = target;
        LeaseFilter *filter = reading->filter;

        return sd_bus_message_read_basic(message, 't', &filter->expires_before);
}

static int read_include_expired(
        void *target, sd_bus_message *message, _unused_ sd_bus_error *error) {
        FilterReading *reading = target;
        int value, r;

        r = sd_bus_message_read_basic(message, 'b', &value);
        if (r < 0)
                return r;

        reading->include_expired = value;
        return 0;
}

static int read_order(void *target, sd_bus_message *message, sd_bus_error *error) {
        FilterReading *reading = target;
        LeaseFilter *filter = reading->filter;
        const char *name;
        int r;

        r = sd_bus_message_read_basic(message, 's', &name);
        if (r < 0)
                return r;

        filter->order = lease_order_from_string(name);
        if (filter->order == LEASE_ORDER_INVALID)
                return sd_bus_error_setf(error, BUS_ERROR_INVALID_FILTER,
                        "Sort: '%s' is none of Address, Hostname, ExpiresUSec.", name);
        return 0;
}

static int read_after(void *target, sd_bus_message *message, _unused_ sd_bus_error *error) {
        FilterReading *reading = target;
        LeaseFilter *filter = reading->filter;

        return sd_bus_message_read_basic(message, 's', &filter->after);
}

static const DictionaryKey filter_keys[] = {
        {"Pool", "s", read_pool},
        {"Interface", "s", read_interface},
        {"Subnet", "s", read_subnet},
        {"State", "as", read_states},
        {"HardwareAddress", "ay", read_hardware},
        {"ClientId", "ay", read_client_id},
        {"Hostname", "s", read_hostname},
        {"ExpiresBeforeUSec", "t", read_expires_before},
        {"IncludeExpired", "b", read_include_expired},
        {"Sort", "s", read_order},
        {"After", "s", read_after},
};

void lease_filter_init(LeaseFilter *filter, const Server *server, const ClockPair *clock) {
        *filter = (LeaseFilter){
                .server = server,
                .states = {[LEASE_BOUND] = true, [LEASE_DECLINED] = true},
                .expires_before = USEC_INFINITY,
                .after = "",
                .clock = *clock,
        };
}

int lease_filter_read(LeaseFilter *filter, const Server *server, const ClockPair *clock,
        sd_bus_message *message, sd_bus_error *error) {
        FilterReading reading = {.filter = filter};
        int r;

        lease_filter_init(filter, server, clock);
        r = dictionary_read(message, filter_keys, ELEMENTSOF(filter_keys), &reading,
                BUS_ERROR_INVALID_FILTER, error);
        if (r < 0)
                return r;

        if (reading.include_expired && !reading.states_given)
                filter->states[LEASE_RELEASED] = filter->states[LEASE_EXPIRED] = true;
        return 0;
}

static bool bytes_match(const ByteView *wanted, const uint8_t *data, size_t size) {
        if (wanted->size == 0)
                return true;

        return wanted->size == size && memcmp(wanted->data, data, size) == 0;
}

static bool interface_matches(const LeaseFilter *filter, uint32_t ifindex) {
        const Link *link;

        if (!filter->interface)
                return true;

        link = server_find_link(filter->server, ifindex);
        return link && strncmp(link->name, filter->interface, sizeof(link->name)) == 0;
}

bool lease_filter_matches(const LeaseFilter *filter, const DurableLease *lease) {
        const LeaseRecord *record = &lease->record;

        if (!filter->states[record->state])
                return false;
        if (filter->pool && lease->pool != filter->pool)
                return false;
        if (filter->subnet.length > 0 && !ipv4_prefix_contains(filter->subnet, record->address))
                return false;
        if (filter->expires_before != USEC_INFINITY &&
                clock_to_wall(&filter->clock, record->expires) >= filter->expires_before)
                return false;
        if (!interface_matches(filter, record->ifindex))
                return false;

        return bytes_match(&filter->hardware, record->hardware, record->hardware_size) &&
               bytes_match(&filter->client_id, record->client_id, record->client_id_size) &&
               (!filter->hostname ||
                       text_matches(filter->hostname, record->hostname, record->hostname_size));
}

static const Lease *keyed_first(const LeaseFilter *filter, const LeaseTable *table) {
        if (filter->client_id.size > 0)
                return lease_table_first_of_client(
                        table, filter->client_id.data, filter->client_id.size);
        return lease_table_first_of_hardware(table, filter->hardware.data, filter->hardware.size);
}

static const Lease *keyed_next(
        const LeaseFilter *filter, const LeaseTable *table, const Lease *lease) {
        if (filter->client_id.size > 0)
                return lease_table_next_of_client(table, lease);
        return lease_table_next_of_hardware(table, lease);
}

static bool is_keyed(const LeaseFilter *filter) {
        return filter->subnet.length == 32 || filter->client_id.size > 0 ||
               filter->hardware.size > 0;
}

/* What has been found so far. */
typedef struct Finding {
        size_t budget;
        ipv4_t *addresses;
        size_t capacity;
        size_t n;
} Finding;

/* Return: false when the budget or the room does not do. */
static bool find_at(const LeaseFilter *filter, Finding *finding, ipv4_t address) {
        DurableLease lease;

        if (finding->budget == 0)
                return false;
        finding->budget--;
        if (!server_find_durable(filter->server, address, &lease) ||
                !lease_filter_matches(filter, &lease))
                return true;
        for (size_t i = 0; i < finding->n; i++)
                if (finding->addresses[i] == address)
                        return true;
        if (finding->n == finding->capacity)
                return false;
        finding->addresses[finding->n++] = address;
        return true;
}

/* The indexes know whose an address is now; whose it was until the commits under way, is found
 * among these. Return: whether all were found. */
static bool find_keyed(const LeaseFilter *filter, Finding *finding) {
        const LeaseTable *table = server_get_table(filter->server);

        if (filter->subnet.length == 32)
                return find_at(filter, finding, filter->subnet.address);
        for (const Lease *lease = keyed_first(filter, table); lease;
                lease = keyed_next(filter, table, lease))
                if (!find_at(filter, finding, lease->address))
                        return false;
        for (size_t i = 0; i < server_count_undurable(filter->server); i++)
                if (!find_at(filter, finding, server_undurable_at(filter->server, i)))
                        return false;
        return true;
}

size_t lease_filter_find(
        const LeaseFilter *filter, uint64_t *cursor, size_t budget, ipv4_t *ret, size_t capacity) {
        size_t n_slots = lease_table_n_slots(server_get_table(filter->server)), slot, n = 0;

        /* An index has no order to go on in, so its answer is all or nothing. */
        if (*cursor == 0 && is_keyed(filter)) {
                Finding finding = {.budget = budget, .addresses = ret, .capacity = capacity};

                if (find_keyed(filter, &finding))
                        return finding.n;
        }

        for (slot = (size_t) MIN(*cursor, n_slots); slot < n_slots; slot++) {
                DurableLease lease;

                if (budget-- == 0 || n == capacity)
                        break;
                if (server_durable_at(filter->server, slot, &lease) &&
                        lease_filter_matches(filter, &lease))
                        ret[n++] = lease.record.address;
        }

        *cursor = slot < n_slots ? slot : 0;
        return n;
}

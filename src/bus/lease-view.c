/* SPDX-License-Identifier: MIT */

/* A lease put into the words of the bus. Reads the core's lease and never keeps it. */

#include <string.h>

#include "basic/text.h"
#include "bus/bus-internal.h"
#include "wire/message.h"
#include "wire/protocol.h"

static const char *show_text(const char *text, size_t size, char *buffer, size_t capacity) {
        (void) text_sanitize((const uint8_t *) text, size, buffer, capacity);
        return buffer;
}

static const char *show_interface(LeaseView *view, const Server *server, uint32_t ifindex) {
        const Link *link = server_find_link(server, ifindex);

        if (!link)
                return "";

        return show_text(link->name, strnlen(link->name, sizeof(link->name)), view->interface_text,
                sizeof(view->interface_text));
}

static const char *show_pool(LeaseView *view, const Pool *pool) {
        if (!pool)
                return "";

        return show_text(pool->settings->name, strlen(pool->settings->name), view->pool_text,
                sizeof(view->pool_text));
}

void lease_view_init(
        LeaseView *view, const Server *server, const DurableLease *lease, const ClockPair *clock) {
        const LeaseRecord record = lease->record;

        view->record = record;
        view->address = ipv4_format(record.address, view->address_text);
        view->hardware = (ByteView){record.hardware, record.hardware_size};
        view->client_id = (ByteView){record.client_id, record.client_id_size};
        view->relay_agent = (ByteView){record.relay_agent, record.relay_agent_size};
        if (record.relay != 0)
                (void) ipv4_format(record.relay, view->relay);
        else
                view->relay[0] = '\0';
        view->hostname = show_text(record.hostname, record.hostname_size, view->hostname_text,
                sizeof(view->hostname_text));
        view->pool = show_pool(view, lease->pool);
        view->interface = show_interface(view, server, record.ifindex);
        view->state = lease_state_to_string(record.state);
        view->started = clock_to_wall(clock, record.started);
        view->expires = clock_to_wall(clock, record.expires);
        view->last_seen = clock_to_wall(clock, record.last_seen);
        view->flags = record.flags & (LEASE_RESERVED | LEASE_RELAYED);
        view->reserved = record.flags & LEASE_RESERVED;
        view->relayed = record.flags & LEASE_RELAYED;
        view->hardware_type = record.hardware_type;
        view->n_declined = record.n_declined;
}

/* Nothing for a sub-option that is not there. */
static int append_relay_agent_entry(
        const LeaseView *view, sd_bus_message *message, const char *key, uint8_t code) {
        ByteView value;

        if (relay_agent_get(view->relay_agent.data, view->relay_agent.size, code, &value.data,
                    &value.size) < 0)
                return 0;
        return object_append_bytes_entry(message, key, value);
}

static int append_clean(sd_bus_message *message, const uint8_t *data, size_t size) {
        char text[LEASE_VIEW_HOSTNAME_SIZE];

        (void) text_sanitize(data, size, text, sizeof(text));
        return sd_bus_message_append_basic(message, 's', text);
}

/* RFC 3004 4: each class behind its length. Many clients send one class as it is. */
static bool user_classes_are_many(ByteView classes) {
        size_t at = 0;

        while (at < classes.size && classes.data[at] > 0 && classes.data[at] < classes.size - at)
                at += 1 + (size_t) classes.data[at];
        return at == classes.size;
}

static int append_user_classes(sd_bus_message *message, ByteView classes) {
        const uint8_t *p = classes.data, *end = p + classes.size;
        int r;

        r = sd_bus_message_open_container(message, 'a', "s");
        if (r < 0)
                return r;
        if (!user_classes_are_many(classes)) {
                r = append_clean(message, p, classes.size);
                p = end;
        }
        for (; r >= 0 && p < end; p += 1 + *p)
                r = append_clean(message, p + 1, *p);
        return r < 0 ? r : sd_bus_message_close_container(message);
}

/* Nothing for what the client has not said. */
static int append_said_entry(
        const LeaseView *view, sd_bus_message *message, const char *key, uint8_t code) {
        const bool is_list = code == DHCP_OPTION_USER_CLASS;
        ByteView value;
        int r;

        if (lease_said_get(&view->record, code, &value.data, &value.size) < 0)
                return 0;
        r = sd_bus_message_open_container(message, 'e', "sv");
        if (r < 0)
                return r;
        r = sd_bus_message_append_basic(message, 's', key);
        if (r < 0)
                return r;
        r = sd_bus_message_open_container(message, 'v', is_list ? "as" : "s");
        if (r < 0)
                return r;
        r = is_list ? append_user_classes(message, value)
                    : append_clean(message, value.data, value.size);
        if (r < 0)
                return r;
        r = sd_bus_message_close_container(message);
        return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_said(const LeaseView *view, sd_bus_message *message) {
        int r;

        r = append_said_entry(view, message, "VendorClass", DHCP_OPTION_VENDOR_CLASS);
        if (r < 0)
                return r;
        r = append_said_entry(view, message, "UserClasses", DHCP_OPTION_USER_CLASS);
        if (r < 0)
                return r;
        return append_said_entry(view, message, "ClientHostname", DHCP_OPTION_HOST_NAME);
}

int lease_view_append_extras(const LeaseView *view, sd_bus_message *message) {
        int r;

        r = sd_bus_message_open_container(message, 'a', "{sv}");
        if (r < 0)
                return r;

        if (view->hardware.size > 0 && view->hardware_type != HARDWARE_ETHERNET) {
                r = sd_bus_message_append(
                        message, "{sv}", "HardwareType", "u", view->hardware_type);
                if (r < 0)
                        return r;
        }
        if (*view->relay) {
                r = sd_bus_message_append(message, "{sv}", "Relay", "s", view->relay);
                if (r < 0)
                        return r;
        }
        if (view->relay_agent.size > 0) {
                r = object_append_bytes_entry(message, "RelayAgent", view->relay_agent);
                if (r < 0)
                        return r;
                r = append_relay_agent_entry(view, message, "CircuitId", RELAY_CIRCUIT_ID);
                if (r < 0)
                        return r;
                r = append_relay_agent_entry(view, message, "RemoteId", RELAY_REMOTE_ID);
                if (r < 0)
                        return r;
        }
        r = append_said(view, message);
        if (r < 0)
                return r;
        if (view->n_declined > 0) {
                r = sd_bus_message_append(message, "{sv}", "Declines", "u", view->n_declined);
                if (r < 0)
                        return r;
        }

        return sd_bus_message_close_container(message);
}

int lease_view_append(const LeaseView *view, sd_bus_message *message) {
        int r;

        r = sd_bus_message_open_container(message, 'r', "sayaysssstttua{sv}");
        if (r < 0)
                return r;
        r = sd_bus_message_append_basic(message, 's', view->address);
        if (r < 0)
                return r;
        r = sd_bus_message_append_array(message, 'y', view->hardware.data, view->hardware.size);
        if (r < 0)
                return r;
        r = sd_bus_message_append_array(message, 'y', view->client_id.data, view->client_id.size);
        if (r < 0)
                return r;
        r = sd_bus_message_append(message, "sssstttu", view->hostname, view->pool, view->interface,
                view->state, view->started, view->expires, view->last_seen, view->flags);
        if (r < 0)
                return r;
        r = lease_view_append_extras(view, message);
        if (r < 0)
                return r;

        return sd_bus_message_close_container(message);
}

int lease_address_path(ipv4_t address, char **ret) {
        char text[IPV4_STRING_MAX];
        int r;

        r = sd_bus_path_encode(BUS_LEASE_PATH, ipv4_format(address, text), ret);
        return r < 0 ? r : 0;
}

/* SPDX-License-Identifier: MIT */

/* What would happen to a client, and why: the question from a{sv}, the core's dry run, its answer
 * as JSON. Open to everybody, since it changes nothing. */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/macro.h"
#include "basic/text.h"
#include "basic/time.h"
#include "bus/bus-internal.h"
#include "bus/dictionary.h"
#include "bus/errors.h"
#include "bus/explain-bus.h"
#include "bus/json-text.h"
#include "bus/object.h"
#include "core/explain.h"

/* A query while it is read; interfaces are the server's to know. */
typedef struct QueryReading {
        const Bus *bus;
        ExplainQuery query;
} QueryReading;

static int refuse(const char *key, const char *reason, sd_bus_error *error) {
        return sd_bus_error_setf(error, BUS_ERROR_INVALID_FILTER, "%s: %s.", key, reason);
}

static int read_hardware(void *target, sd_bus_message *m, sd_bus_error *error) {
        ExplainQuery *query = &((QueryReading *) target)->query;
        int r;

        r = dictionary_read_bytes(
                m, 0, sizeof(query->hardware), query->hardware, &query->hardware_size);
        return r == -EMSGSIZE ? refuse("HardwareAddress", "has 16 bytes at most", error) : r;
}

static int read_client_id(void *target, sd_bus_message *m, sd_bus_error *error) {
        ClientId *id = &((QueryReading *) target)->query.client_id;
        int r;

        r = dictionary_read_bytes(m, 0, sizeof(id->data), id->data, &id->size);
        return r == -EMSGSIZE ? refuse("ClientId", "has 255 bytes at most", error) : r;
}

static int read_interface(void *target, sd_bus_message *m, sd_bus_error *error) {
        QueryReading *reading = target;
        const char *name;
        const Link *link;
        int r;

        r = sd_bus_message_read_basic(m, 's', &name);
        if (r < 0)
                return r;
        for (size_t i = 0; (link = server_link_at(reading->bus->server, i)); i++)
                if (string_equal(link->name, name)) {
                        reading->query.ifindex = link->ifindex;
                        return 0;
                }
        return refuse("Interface", "there is none of this name", error);
}

static int read_address(sd_bus_message *m, const char *key, ipv4_t *ret, sd_bus_error *error) {
        const char *text;
        int r;

        r = sd_bus_message_read_basic(m, 's', &text);
        if (r < 0)
                return r;
        return ipv4_parse(text, ret) < 0 ? refuse(key, "is no IPv4 address", error) : 0;
}

static int read_relay(void *target, sd_bus_message *m, sd_bus_error *error) {
        QueryReading *reading = target;

        return read_address(m, "Relay", &reading->query.relay, error);
}

static int read_requested(void *target, sd_bus_message *m, sd_bus_error *error) {
        QueryReading *reading = target;

        return read_address(m, "RequestedAddress", &reading->query.requested, error);
}

static int read_message(void *target, sd_bus_message *m, sd_bus_error *error) {
        QueryReading *reading = target;
        static const DhcpMessageType types[] = {DHCP_DISCOVER, DHCP_REQUEST, DHCP_INFORM};
        const char *text;
        int r;

        r = sd_bus_message_read_basic(m, 's', &text);
        if (r < 0)
                return r;
        for (size_t i = 0; i < ELEMENTSOF(types); i++)
                if (string_equal(text, message_type_to_string(types[i]))) {
                        reading->query.type = types[i];
                        return 0;
                }
        return refuse("Message", "there are DISCOVER, REQUEST and INFORM", error);
}

static const DictionaryKey keys[] = {
        {"HardwareAddress", "ay", read_hardware},
        {"ClientId", "ay", read_client_id},
        {"Interface", "s", read_interface},
        {"Relay", "s", read_relay},
        {"RequestedAddress", "s", read_requested},
        {"Message", "s", read_message},
};

static int read_query(const Bus *bus, ExplainQuery *ret, sd_bus_message *m, sd_bus_error *error) {
        QueryReading reading = {.bus = bus, .query = {.type = DHCP_DISCOVER}};
        int r;

        r = dictionary_read(m, keys, ELEMENTSOF(keys), &reading, BUS_ERROR_INVALID_FILTER, error);
        if (r < 0)
                return r;
        *ret = reading.query;
        if (ret->hardware_size == 0 && ret->client_id.size == 0)
                return refuse("HardwareAddress", "needed, or ClientId", error);
        return 0;
}

/* Names may be any bytes, JSON is UTF-8. */
static void write_clean(Buffer *text, const char *string) {
        char clean[1024];

        (void) text_sanitize((const uint8_t *) string, strlen(string), clean, sizeof(clean));
        (void) json_write_string(text, clean);
}

static void add(Buffer *text, const char *key, const char *name) {
        (void) buffer_printf(text, "\"%s\":", key);
        write_clean(text, name);
        (void) buffer_append_string(text, ",");
}

static void add_steps(Buffer *text, const Explanation *explanation) {
        (void) buffer_append_string(text, "\"Steps\":[");
        for (char **step = explanation->steps; step && *step; step++) {
                if (step != explanation->steps)
                        (void) buffer_append_string(text, ",");
                write_clean(text, *step);
        }
        (void) buffer_append_string(text, "]");
}

static void write_explanation(Buffer *text, const Bus *bus, const Explanation *explanation) {
        const Link *link = server_find_link(bus->server, explanation->ifindex);
        char address[IPV4_STRING_MAX] = "";

        if (explanation->address != 0)
                (void) ipv4_format(explanation->address, address);
        (void) buffer_append_string(text, "{");
        add(text, "Verdict", verdict_to_string(explanation->verdict));
        add(text, "Reply",
                explanation->reply != 0 ? message_type_to_string(explanation->reply) : "");
        add(text, "Address", address);
        add(text, "Pool", explanation->pool ? explanation->pool : "");
        add(text, "Interface", link ? link->name : "");
        (void) buffer_printf(text, "\"LifetimeUSec\":%" PRIu64 ",", explanation->lifetime);
        add_steps(text, explanation);
        (void) buffer_append_string(text, "}");
}

static int reply(const Bus *bus, sd_bus_message *m, const Explanation *explanation) {
        _cleanup_(buffer_done) Buffer text = BUFFER_INIT;
        _cleanup_free_ char *json = NULL;
        int r;

        write_explanation(&text, bus, explanation);
        r = buffer_take_string(&text, &json);
        if (r < 0)
                return r;

        return sd_bus_reply_method_return(m, "s", json);
}

static int explain(sd_bus_message *m, void *userdata, sd_bus_error *error) {
        _cleanup_(explanation_done) Explanation explanation = {0};
        _cleanup_free_ Actions *actions = NULL;
        Bus *bus = userdata;
        const char *state = bus->operations->get_state(bus->userdata);
        ExplainQuery query;
        int r;

        r = read_query(bus, &query, m, error);
        if (r < 0)
                return r;
        /* The daemon's own are for what is carried out. */
        actions = malloc(sizeof(*actions));
        if (!actions)
                return -ENOMEM;

        query.no_promise = string_equal(state, "lease-file-failing");
        r = server_explain(bus->server, &query, bus_get_clock(bus).boottime, actions, &explanation);
        if (r == -ENODEV && string_equal(state, "misconfigured"))
                return sd_bus_error_set(error, BUS_ERROR_INVALID_FILTER,
                        "Nothing is served until the configuration is mended; see: minidhcpctl "
                        "check-config");
        if (r == -ENODEV)
                return refuse("Interface",
                        "no pool serves any; see minidhcpctl list-interfaces, or name one", error);
        if (r < 0)
                return r;
        return reply(bus, m, &explanation);
}

int method_explain(sd_bus_message *message, void *userdata, sd_bus_error *error) {
        return object_reply_error(message, explain(message, userdata, error), error);
}

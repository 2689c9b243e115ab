/* SPDX-License-Identifier: MIT */

/* What would happen to a client, and why: the question from a{sv}, the core's dry run, its answer
 * as JSON. Open to everybody, since it changes nothing. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "basic/time.h"
#include "bus/bus-internal.h"
#include "bus/dictionary.h"
#include "bus/errors.h"
#include "bus/explain-bus.h"
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

static int add(json_object *json, const char *key, json_object *value) {
        if (!value)
                return -ENOMEM;
        return json_object_object_add(json, key, value) < 0 ? -ENOMEM : 0;
}

/* Names may be any bytes, JSON is UTF-8. */
static json_object *new_string(const char *text) {
        char clean[1024];

        (void) text_sanitize((const uint8_t *) text, strlen(text), clean, sizeof(clean));
        return json_object_new_string(clean);
}

static int add_steps(json_object *json, const Explanation *explanation) {
        json_object *steps = json_object_new_array();
        int r;

        r = add(json, "Steps", steps);
        if (r < 0)
                return r;
        for (char **step = explanation->steps; step && *step; step++) {
                json_object *text = new_string(*step);

                if (!text)
                        return -ENOMEM;
                if (json_object_array_add(steps, text) < 0) {
                        (void) json_object_put(text);
                        return -ENOMEM;
                }
        }
        return 0;
}

static int fill(const Bus *bus, const Explanation *explanation, json_object *json) {
        const Link *link = server_find_link(bus->server, explanation->ifindex);
        char address[IPV4_STRING_MAX] = "";
        int r;

        if (explanation->address != 0)
                (void) ipv4_format(explanation->address, address);
        r = add(json, "Verdict", json_object_new_string(verdict_to_string(explanation->verdict)));
        if (r >= 0)
                r = add(json, "Reply",
                        json_object_new_string(explanation->reply != 0
                                                       ? message_type_to_string(explanation->reply)
                                                       : ""));
        if (r >= 0)
                r = add(json, "Address", json_object_new_string(address));
        if (r >= 0)
                r = add(json, "Pool", new_string(explanation->pool ? explanation->pool : ""));
        if (r >= 0)
                r = add(json, "Interface", new_string(link ? link->name : ""));
        if (r >= 0)
                r = add(json, "LifetimeUSec", json_object_new_uint64(explanation->lifetime));
        return r < 0 ? r : add_steps(json, explanation);
}

static int reply(const Bus *bus, sd_bus_message *m, const Explanation *explanation) {
        json_object *json = json_object_new_object();
        const char *text;
        int r;

        if (!json)
                return -ENOMEM;
        r = fill(bus, explanation, json);
        if (r >= 0) {
                text = json_object_to_json_string_ext(
                        json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
                r = text ? sd_bus_reply_method_return(m, "s", text) : -ENOMEM;
        }
        (void) json_object_put(json);
        return r;
}

int method_explain(sd_bus_message *m, void *userdata, sd_bus_error *error) {
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

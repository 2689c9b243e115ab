/* SPDX-License-Identifier: MIT */

/* What would happen to a client, and why: the question from a{sv}, the core's dry run, its answer
 * as JSON. Open to everybody, since it changes nothing. */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/bytes.h"
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
#include "wire/option-text.h"

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

static int read_architecture(void *target, sd_bus_message *m, _unused_ sd_bus_error *error) {
        ExplainQuery *query = &((QueryReading *) target)->query;

        query->boots = true;
        return sd_bus_message_read_basic(m, 'q', &query->architecture);
}

/* A class is what one option holds; the message lives as long as the query. */
static int read_class(sd_bus_message *m, const char *key, const char **ret, sd_bus_error *error) {
        int r;

        r = sd_bus_message_read_basic(m, 's', ret);
        if (r < 0)
                return r;
        return strlen(*ret) > UINT8_MAX ? refuse(key, "has 255 bytes at most", error) : 0;
}

static int read_vendor_class(void *target, sd_bus_message *m, sd_bus_error *error) {
        return read_class(m, "VendorClass", &((QueryReading *) target)->query.vendor_class, error);
}

static int read_user_class(void *target, sd_bus_message *m, sd_bus_error *error) {
        return read_class(m, "UserClass", &((QueryReading *) target)->query.user_class, error);
}

static int read_circuit_id(void *target, sd_bus_message *m, sd_bus_error *error) {
        ExplainQuery *query = &((QueryReading *) target)->query;
        int r;

        r = dictionary_read_bytes(
                m, 1, sizeof(query->circuit_id), query->circuit_id, &query->circuit_id_size);
        return r == -EMSGSIZE ? refuse("CircuitId", "has 1 to 255 bytes", error) : r;
}

static const DictionaryKey keys[] = {
        {"HardwareAddress", "ay", read_hardware},
        {"ClientId", "ay", read_client_id},
        {"Interface", "s", read_interface},
        {"Relay", "s", read_relay},
        {"RequestedAddress", "s", read_requested},
        {"Message", "s", read_message},
        {"Architecture", "q", read_architecture},
        {"VendorClass", "s", read_vendor_class},
        {"UserClass", "s", read_user_class},
        {"CircuitId", "ay", read_circuit_id},
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

static void add_address(Buffer *text, const char *key, ipv4_t address) {
        char buffer[IPV4_STRING_MAX];

        add(text, key, address != 0 ? ipv4_format(address, buffer) : "");
}

/* By name and value as the configuration has them, in the order of their codes. */
static int add_options(Buffer *text, const Explanation *explanation) {
        int r;

        (void) buffer_append_string(text, "\"Options\":{");
        for (size_t i = 0; i < explanation->n_options; i++) {
                const ExplainOption *option = &explanation->options[i];
                const char *name = option_name(option->code);
                _cleanup_free_ char *value = NULL;

                r = option_format(option->code, option->data, option->size, &value);
                if (r < 0)
                        return r;
                if (i > 0)
                        (void) buffer_append_string(text, ",");
                if (name)
                        (void) buffer_printf(text, "\"%s\":", name);
                else
                        (void) buffer_printf(text, "\"Option%u\":", option->code);
                write_clean(text, value);
        }
        (void) buffer_append_string(text, "},");
        return 0;
}

/* Who has what the client would get otherwise. */
static void add_holder(Buffer *text, const Bus *bus, ipv4_t held) {
        const Lease *lease =
                held != 0 ? lease_table_find(server_get_table(bus->server), held) : NULL;
        const ClockPair clock = bus_get_clock(bus);
        char hardware[BYTES_STRING_MAX(UINT8_MAX)] = "", name[4 * UINT8_MAX + 1] = "";
        LeaseRecord record;

        add_address(text, "HeldAddress", lease ? held : 0);
        if (!lease)
                return;
        lease_get_record(lease, &record);
        (void) bytes_format(record.hardware, record.hardware_size, hardware);
        (void) text_sanitize(
                (const uint8_t *) record.hostname, record.hostname_size, name, sizeof(name));
        add(text, "HolderHardwareAddress", hardware);
        add(text, "HolderHostname", name);
        (void) buffer_printf(
                text, "\"HeldUntilUSec\":%" PRIu64 ",", clock_to_wall(&clock, record.expires));
}

static int write_explanation(Buffer *text, const Bus *bus, const Explanation *explanation) {
        const Link *link = server_find_link(bus->server, explanation->ifindex);
        int r;

        (void) buffer_append_string(text, "{");
        add(text, "Verdict", verdict_to_string(explanation->verdict));
        add(text, "Reply",
                explanation->reply != 0 ? message_type_to_string(explanation->reply) : "");
        add_address(text, "Address", explanation->address);
        add(text, "Pool", explanation->pool ? explanation->pool : "");
        add(text, "Interface", link ? link->name : "");
        add_address(text, "Relay", explanation->relay);
        (void) buffer_printf(text, "\"LifetimeUSec\":%" PRIu64 ",", explanation->lifetime);
        add_address(text, "NextServer", explanation->next_server);
        add(text, "ServerName", explanation->server_name ? explanation->server_name : "");
        add(text, "BootFilename", explanation->boot_file ? explanation->boot_file : "");
        r = add_options(text, explanation);
        if (r < 0)
                return r;
        add_holder(text, bus, explanation->held);
        add_steps(text, explanation);
        (void) buffer_append_string(text, "}");
        return 0;
}

static int reply(const Bus *bus, sd_bus_message *m, const Explanation *explanation) {
        _cleanup_(buffer_done) Buffer text = BUFFER_INIT;
        _cleanup_free_ char *json = NULL;
        int r;

        r = write_explanation(&text, bus, explanation);
        if (r >= 0)
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

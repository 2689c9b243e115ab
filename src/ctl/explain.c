/* SPDX-License-Identifier: MIT */
/* explain: what the server would do with a client's message, and its reasons one by one. The server
 * decides it in earnest and then changes nothing. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/bytes.h"
#include "ctl/bus-api.h"
#include "ctl/connection.h"
#include "ctl/details.h"
#include "ctl/explain-client.h"
#include "ctl/pattern.h"
#include "ctl/properties.h"
#include "ctl/verbs.h"
#include "ctl/wrap.h"
#include "setting/parsers.h"

enum {
        STEP_INDENTATION = 4, /* "12. " */
};

typedef struct Query {
        Pattern pattern; /* of the client */
        ExplainClient client;
        const char *interface;
        const char *relay;
        const char *requested;
        const char *message;
        bool boots;
        uint16_t architecture;
        const char *vendor_class;
        const char *user_class;
        uint8_t circuit_id[UINT8_MAX];
        size_t circuit_id_size;
} Query;

static bool is_address(const char *text) {
        ipv4_t address;

        return ipv4_parse(text, &address) >= 0;
}

static ExitStatus take_message(const char *value, Query *query) {
        static const char *const messages[] = {"DISCOVER", "REQUEST", "INFORM"};

        for (size_t i = 0; i < ELEMENTSOF(messages); i++)
                if (strcasecmp(value, messages[i]) == 0) {
                        query->message = messages[i];
                        return STATUS_OK;
                }
        return report(STATUS_USAGE,
                "Message=%s is unknown; it is one of DISCOVER, REQUEST and INFORM", value);
}

/* Return: the value behind "KEY=", or NULL for another key. */
static const char *value_of(const char *argument, const char *key) {
        size_t n = strlen(key);

        return strncmp(argument, key, n) == 0 && argument[n] == '=' ? argument + n + 1 : NULL;
}

/* As CircuitId= of the configuration. */
static ExitStatus take_circuit_id(const char *value, Query *query) {
        static const char prefix[] = "string:";
        size_t size;

        if (strncmp(value, prefix, strlen(prefix)) == 0) {
                value += strlen(prefix);
                size = strlen(value);
                if (size > 0 && size <= sizeof(query->circuit_id)) {
                        memcpy(query->circuit_id, value, size);
                        query->circuit_id_size = size;
                        return STATUS_OK;
                }
        } else if (bytes_parse(value, query->circuit_id, sizeof(query->circuit_id),
                           &query->circuit_id_size) >= 0 &&
                   query->circuit_id_size > 0)
                return STATUS_OK;
        return report(STATUS_USAGE,
                "CircuitId=%s is no circuit; write 1 to 255 bytes such as 67:65:2d:31, or "
                "string:TEXT",
                value);
}

static ExitStatus take_architecture(const char *value, Query *query) {
        if (boot_architecture_from_string(value, &query->architecture) < 0)
                return report(STATUS_USAGE,
                        "Architecture=%s is unknown; write a number of RFC 4578, or a name as "
                        "BootFilename= takes it, such as bios, uefi-x64 or uefi-arm64",
                        value);
        query->boots = true;
        return STATUS_OK;
}

static ExitStatus take_class(const char *key, const char *value, const char **ret) {
        if (!*value || strlen(value) > UINT8_MAX)
                return report(STATUS_USAGE, "%s=%s: a class has 1 to 255 bytes", key, value);
        *ret = value;
        return STATUS_OK;
}

static ExitStatus take_argument(const char *argument, Query *query) {
        const char *value;

        if ((value = value_of(argument, "Message")))
                return take_message(value, query);
        if ((value = value_of(argument, "CircuitId")))
                return take_circuit_id(value, query);
        if ((value = value_of(argument, "Architecture")))
                return take_architecture(value, query);
        if ((value = value_of(argument, "VendorClass")))
                return take_class("VendorClass", value, &query->vendor_class);
        if ((value = value_of(argument, "UserClass")))
                return take_class("UserClass", value, &query->user_class);
        if ((value = value_of(argument, "Interface")) && *value)
                query->interface = value;
        else if ((value = value_of(argument, "Relay")) && is_address(value))
                query->relay = value;
        else if ((value = value_of(argument, "RequestedAddress")) && is_address(value))
                query->requested = value;
        else
                return report(STATUS_USAGE,
                        "'%s' says nothing about a client's message; write Interface=NAME, "
                        "Relay=ADDRESS, CircuitId=BYTES, Architecture=NAME, VendorClass=TEXT, "
                        "UserClass=TEXT, RequestedAddress=ADDRESS or Message=TYPE",
                        argument);
        return STATUS_OK;
}

static ExitStatus parse_query(char *const *arguments, size_t n, Query *ret) {
        ExitStatus status;

        *ret = (Query){0};
        if (pattern_parse(arguments[0], &ret->pattern) < 0 ||
                (ret->pattern.type == PATTERN_SUBNET && !pattern_is_address(&ret->pattern)))
                return report(STATUS_USAGE,
                        "'%s' names no client; write its hardware address, such as "
                        "02:00:00:00:00:07, its client identifier, address or name",
                        arguments[0]);
        for (size_t i = 1; i < n; i++) {
                status = take_argument(arguments[i], ret);
                if (status != STATUS_OK)
                        return status;
        }
        if (ret->message && strcmp(ret->message, "REQUEST") == 0 && !ret->requested)
                return report(STATUS_USAGE, "Message=REQUEST needs RequestedAddress=ADDRESS");
        return STATUS_OK;
}

static int append_bytes(
        sd_bus_message *call, const char *key, const uint8_t *bytes, size_t n_bytes) {
        int r;

        if (n_bytes == 0)
                return 0;
        if ((r = sd_bus_message_open_container(call, 'e', "sv")) < 0 ||
                (r = sd_bus_message_append(call, "s", key)) < 0 ||
                (r = sd_bus_message_open_container(call, 'v', "ay")) < 0 ||
                (r = sd_bus_message_append_array(call, 'y', bytes, n_bytes)) < 0 ||
                (r = sd_bus_message_close_container(call)) < 0)
                return r;
        return sd_bus_message_close_container(call);
}

static int append_text(sd_bus_message *call, const char *key, const char *value) {
        return value ? sd_bus_message_append(call, "{sv}", key, "s", value) : 0;
}

static int fetch(Connection *connection, const Query *query, json_object **ret) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL, *reply = NULL;
        const ExplainClient *client = &query->client;
        const char *text;
        int r;

        if ((r = connection_new_call(connection, BUS_API_NAME, BUS_API_MANAGER_PATH,
                     BUS_API_MANAGER, "Explain", &call)) < 0 ||
                (r = sd_bus_message_open_container(call, 'a', "{sv}")) < 0 ||
                (r = append_bytes(
                         call, "HardwareAddress", client->hardware, client->hardware_size)) < 0 ||
                (r = append_bytes(call, "ClientId", client->client_id, client->client_id_size)) <
                        0 ||
                (r = append_text(call, "Interface", query->interface)) < 0 ||
                (r = append_text(call, "Relay", query->relay)) < 0 ||
                (r = append_text(call, "RequestedAddress", query->requested)) < 0 ||
                (r = append_text(call, "Message", query->message)) < 0 ||
                (r = append_text(call, "VendorClass", query->vendor_class)) < 0 ||
                (r = append_text(call, "UserClass", query->user_class)) < 0 ||
                (r = append_bytes(call, "CircuitId", query->circuit_id, query->circuit_id_size)) <
                        0 ||
                (query->boots && (r = sd_bus_message_append(call, "{sv}", "Architecture", "q",
                                          query->architecture)) < 0) ||
                (r = sd_bus_message_close_container(call)) < 0 ||
                (r = connection_send(connection, call, &reply)) < 0)
                return r;
        r = sd_bus_message_read(reply, "s", &text);
        if (r < 0)
                return r;
        *ret = json_tokener_parse(text);
        return json_object_is_type(*ret, json_type_object) ? 0 : -EBADMSG;
}

static void print_steps(const Context *context, json_object *steps) {
        size_t width = context->terminal.is_terminal ? context->terminal.columns : SIZE_MAX;

        for (size_t i = 0; i < json_object_array_length(steps); i++) {
                const char *step = json_object_get_string(json_object_array_get_idx(steps, i));
                _cleanup_free_ char *safe = NULL, *shown = NULL;

                safe = format_safe(step ? step : "");
                shown = safe ? terminal_text(&context->terminal, safe) : NULL;
                if (!shown)
                        continue;
                printf("%2zu. ", i + 1);
                wrap_print(stdout, shown, STEP_INDENTATION, STEP_INDENTATION, width);
                printf("\n");
        }
}

static int print_explanation(Context *context, json_object *explanation) {
        static const char *const order[] = {"Verdict", "Reply", "Address", "Pool", "Interface",
                "Relay", "LifetimeUSec", "NextServer", "ServerName", "BootFilename", "Options",
                "HeldAddress", "HolderHostname", "HolderHardwareAddress", "HeldUntilUSec", NULL};
        _cleanup_(details_done) Details details = {0};
        _cleanup_json_ json_object *steps = NULL;
        int r;

        context_open_pager(context);
        if (context_wants_json(context)) {
                json_print(explanation, context->options.json);
                return 0;
        }
        if (json_object_object_get_ex(explanation, "Steps", &steps)) {
                steps = json_object_get(steps);
                json_object_object_del(explanation, "Steps");
        }
        /* What is empty would not be shown, and silence is an answer. */
        if (!*json_get_text(explanation, "Reply"))
                (void) json_add_take(explanation, "Reply", json_new_string("none"));
        r = properties_describe(&details, explanation, order, &context->options, context_now());
        if (r < 0)
                return r;
        details_print(&details, &context->terminal);
        if (json_object_is_type(steps, json_type_array) && json_object_array_length(steps) > 0) {
                printf("\n");
                print_steps(context, steps);
        }
        return 0;
}

ExitStatus verb_explain(Context *context, char *const *arguments, size_t n_arguments) {
        _cleanup_(lease_source_done) LeaseSource source = {0};
        _cleanup_json_ json_object *explanation = NULL;
        ExitStatus status;
        Query query;
        int r;

        if ((status = parse_query(arguments, n_arguments, &query)) != STATUS_OK ||
                (status = lease_source_open(&context->options, &source)) != STATUS_OK ||
                (status = explain_client_find(context, &source, &query.pattern, arguments[0],
                         &query.client)) != STATUS_OK)
                return status;
        r = fetch(&source.connection, &query, &explanation);
        if (r < 0)
                return connection_report(&source.connection, r,
                        "Cannot explain what would happen to %s", arguments[0]);
        return print_explanation(context, explanation) < 0 ? report_no_memory() : STATUS_OK;
}

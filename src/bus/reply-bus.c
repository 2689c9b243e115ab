/* SPDX-License-Identifier: MIT */

/* The properties of ReplySettings. Options are kept as they go onto the wire; here they are turned
 * back into what was configured. An option that does not read as its name promises (SendOption=
 * may give any code any bytes) shows among SendOptions instead, so that each is shown once. */

#include <errno.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/macro.h"
#include "basic/text.h"
#include "bus/object.h"
#include "bus/reply-bus.h"
#include "wire/message.h"
#include "wire/options.h"
#include "wire/protocol.h"

enum {
        ROUTES_MAX = 1024,
};

/* How an option's bytes read. Each type has a check, and a function that appends the value or, for
 * NULL, its absence. */
typedef enum OptionType {
        OPTION_ADDRESS,
        OPTION_ADDRESSES,
        OPTION_TEXT,
        OPTION_DOMAINS,
        OPTION_NUMBER,
        OPTION_SECONDS,
        OPTION_ROUTES,
} OptionType;

typedef struct OptionProperty {
        const char *name;
        uint8_t code;
        OptionType type;
} OptionProperty;

static const OptionProperty option_properties[] = {
        {"Router", DHCP_OPTION_ROUTER, OPTION_ADDRESSES},
        {"DNS", DHCP_OPTION_DNS, OPTION_ADDRESSES},
        {"NTP", DHCP_OPTION_NTP, OPTION_ADDRESSES},
        {"Domain", DHCP_OPTION_DOMAIN_NAME, OPTION_TEXT},
        {"SearchDomains", DHCP_OPTION_DOMAIN_SEARCH, OPTION_DOMAINS},
        {"BroadcastAddress", DHCP_OPTION_BROADCAST_ADDRESS, OPTION_ADDRESS},
        {"MTUBytes", DHCP_OPTION_INTERFACE_MTU, OPTION_NUMBER},
        {"Routes", DHCP_OPTION_CLASSLESS_ROUTE, OPTION_ROUTES},
        {"Timezone", DHCP_OPTION_TZDB_TIMEZONE, OPTION_TEXT},
        {"Timezone", DHCP_OPTION_POSIX_TIMEZONE, OPTION_TEXT}, /* when there is no other */
        {"CaptivePortal", DHCP_OPTION_CAPTIVE_PORTAL, OPTION_TEXT},
        {"IPv6OnlyPreferredUSec", DHCP_OPTION_IPV6_ONLY, OPTION_SECONDS},
};

static bool option_reads_as(const OptionValue *option, OptionType type) {
        char **domains = NULL;
        Ipv4Route routes[1];
        size_t n;
        int r;

        switch (type) {
        case OPTION_ADDRESS:
        case OPTION_SECONDS:
                return option->size == 4;
        case OPTION_ADDRESSES:
                return option->size > 0 && option->size % 4 == 0;
        case OPTION_TEXT:
                return true;
        case OPTION_NUMBER:
                return option->size == 2;
        case OPTION_ROUTES:
                return option_decode_routes(option->data, option->size, routes, 0, &n) >= 0 &&
                       n <= ROUTES_MAX;
        case OPTION_DOMAINS:
                /* want of memory says nothing about the option */
                r = option_decode_search(option->data, option->size, &domains);
                (void) strv_free(domains);
                return r != -EBADMSG;
        }

        return false;
}

static const OptionProperty *find_property_of(uint8_t code) {
        for (size_t i = 0; i < ELEMENTSOF(option_properties); i++)
                if (option_properties[i].code == code)
                        return &option_properties[i];
        return NULL;
}

/* The option that a property shows, or NULL. */
static const OptionValue *find_option_of(const OptionSet *set, const char *property) {
        const OptionValue *option;

        for (size_t i = 0; i < ELEMENTSOF(option_properties); i++) {
                if (strcmp(option_properties[i].name, property) != 0)
                        continue;
                option = option_set_get(set, option_properties[i].code);
                if (option && option_reads_as(option, option_properties[i].type))
                        return option;
        }

        return NULL;
}

static bool option_has_property(const ReplySettings *settings, const OptionValue *option) {
        const OptionProperty *property = find_property_of(option->code);
        const char *name = settings->server_name;

        /* BootServerName= fills a field of the message, and an option for who has no use for it. */
        if (option->code == DHCP_OPTION_TFTP_SERVER_NAME && name)
                return option->size == strlen(name) &&
                       memcmp(option->data, name, option->size) == 0;

        return property && find_option_of(&settings->options, property->name) == option;
}

static int append_address(sd_bus_message *m, ipv4_t address) {
        char text[IPV4_STRING_MAX];

        return sd_bus_message_append_basic(m, 's', ipv4_format(address, text));
}

static int append_addresses(sd_bus_message *m, const OptionValue *option) {
        int r;

        r = sd_bus_message_open_container(m, 'a', "s");
        if (r < 0)
                return r;
        for (size_t i = 0; option && i < option->size; i += 4) {
                r = append_address(m, wire_get_u32(option->data + i));
                if (r < 0)
                        return r;
        }

        return sd_bus_message_close_container(m);
}

static int append_domains(sd_bus_message *m, const OptionValue *option) {
        _cleanup_(strv_freep) char **domains = NULL;
        int r;

        if (option) {
                r = option_decode_search(option->data, option->size, &domains);
                if (r < 0)
                        return r;
        }

        return sd_bus_message_append_strv(m, domains);
}

static int append_routes(sd_bus_message *m, const OptionValue *option) {
        char destination[IPV4_PREFIX_STRING_MAX], gateway[IPV4_STRING_MAX];
        _cleanup_free_ Ipv4Route *routes = NULL;
        size_t n = 0;
        int r;

        if (option) {
                routes = calloc(ROUTES_MAX, sizeof(*routes));
                if (!routes)
                        return -ENOMEM;
                r = option_decode_routes(option->data, option->size, routes, ROUTES_MAX, &n);
                if (r < 0)
                        return r;
        }

        r = sd_bus_message_open_container(m, 'a', "(ss)");
        if (r < 0)
                return r;
        for (size_t i = 0; i < n; i++) {
                r = sd_bus_message_append(m, "(ss)",
                        ipv4_prefix_format(routes[i].destination, destination),
                        ipv4_format(routes[i].gateway, gateway));
                if (r < 0)
                        return r;
        }

        return sd_bus_message_close_container(m);
}

static int append_option(sd_bus_message *m, const OptionValue *option, OptionType type) {
        uint64_t seconds;
        uint32_t number;

        switch (type) {
        case OPTION_ADDRESS:
                return option ? append_address(m, wire_get_u32(option->data))
                              : sd_bus_message_append_basic(m, 's', "");
        case OPTION_ADDRESSES:
                return append_addresses(m, option);
        case OPTION_TEXT:
                return option ? object_append_text(m, option->data, option->size)
                              : sd_bus_message_append_basic(m, 's', "");
        case OPTION_DOMAINS:
                return append_domains(m, option);
        case OPTION_NUMBER:
                number = option ? wire_get_u16(option->data) : 0;
                return sd_bus_message_append_basic(m, 'u', &number);
        case OPTION_SECONDS:
                seconds = option ? wire_get_u32(option->data) * USEC_PER_SEC : 0;
                return sd_bus_message_append_basic(m, 't', &seconds);
        case OPTION_ROUTES:
                return append_routes(m, option);
        }

        return -EINVAL;
}

static int append_send_option(sd_bus_message *m, const OptionValue *option) {
        int r;

        r = sd_bus_message_open_container(m, 'r', "yay");
        if (r < 0)
                return r;
        r = sd_bus_message_append_basic(m, 'y', &option->code);
        if (r < 0)
                return r;
        r = sd_bus_message_append_array(m, 'y', option->data, option->size);
        if (r < 0)
                return r;

        return sd_bus_message_close_container(m);
}

static int append_send_options(sd_bus_message *m, const ReplySettings *settings) {
        const OptionSet *set = &settings->options;
        int r;

        r = sd_bus_message_open_container(m, 'a', "(yay)");
        if (r < 0)
                return r;

        for (size_t i = 0; i < set->n_values; i++) {
                if (option_has_property(settings, &set->values[i]))
                        continue;
                r = append_send_option(m, &set->values[i]);
                if (r < 0)
                        return r;
        }

        return sd_bus_message_close_container(m);
}

static void write_condition(Buffer *text, const char *name, const char *value) {
        const char *quote = strchr(value, ' ') ? "\"" : "";

        (void) buffer_printf(text, "%s=%s%s%s ", name, quote, value, quote);
}

/* As BootFilename= has it: conditions first. */
static int write_boot_file(Buffer *text, const BootFile *file) {
        if (file->architecture_name)
                (void) buffer_printf(text, "Architecture=%s ", file->architecture_name);
        else if (file->n_architectures > 0)
                (void) buffer_printf(text, "Architecture=%u ", file->architectures[0]);
        if (file->vendor_class)
                write_condition(text, "VendorClass", file->vendor_class);
        if (file->user_class)
                write_condition(text, "UserClass", file->user_class);
        (void) buffer_append_string(text, file->name);

        return text->error;
}

static int append_boot_files(sd_bus_message *m, const ReplySettings *settings) {
        _cleanup_(buffer_done) Buffer text = BUFFER_INIT;
        int r;

        r = sd_bus_message_open_container(m, 'a', "s");
        if (r < 0)
                return r;

        for (size_t i = 0; i < settings->n_boot_files; i++) {
                buffer_clear(&text);
                r = write_boot_file(&text, &settings->boot_files[i]);
                if (r < 0)
                        return r;
                r = object_append_text(m, text.data, text.size);
                if (r < 0)
                        return r;
        }

        return sd_bus_message_close_container(m);
}

/* What is no option of its own. Return: 1 when it was this property, 0 when not. */
static int append_other(sd_bus_message *m, const char *property, const ReplySettings *settings) {
        int r, emit_router = !settings->no_router;

        if (strcmp(property, "DefaultLeaseTimeUSec") == 0)
                r = sd_bus_message_append_basic(m, 't', &settings->default_lease);
        else if (strcmp(property, "MinLeaseTimeUSec") == 0)
                r = sd_bus_message_append_basic(m, 't', &settings->min_lease);
        else if (strcmp(property, "MaxLeaseTimeUSec") == 0)
                r = sd_bus_message_append_basic(m, 't', &settings->max_lease);
        else if (strcmp(property, "EmitRouter") == 0)
                r = sd_bus_message_append_basic(m, 'b', &emit_router);
        else if (strcmp(property, "BootServerAddress") == 0)
                r = settings->next_server != 0 ? append_address(m, settings->next_server)
                                               : sd_bus_message_append_basic(m, 's', "");
        else if (strcmp(property, "BootServerName") == 0)
                r = object_append_string(m, settings->server_name);
        else if (strcmp(property, "BootFilename") == 0)
                r = append_boot_files(m, settings);
        else if (strcmp(property, "SendOptions") == 0)
                r = append_send_options(m, settings);
        else
                return 0;

        return r < 0 ? r : 1;
}

int reply_property_get(_unused_ sd_bus *connection, _unused_ const char *path,
        _unused_ const char *interface, const char *property, sd_bus_message *reply, void *userdata,
        _unused_ sd_bus_error *error) {
        const ReplySettings *settings = *(const ReplySettings *const *) userdata;
        int r;

        r = append_other(reply, property, settings);
        if (r != 0)
                return r;

        for (size_t i = 0; i < ELEMENTSOF(option_properties); i++)
                if (strcmp(property, option_properties[i].name) == 0)
                        return append_option(reply, find_option_of(&settings->options, property),
                                option_properties[i].type);

        return -ENOENT;
}

/* SPDX-License-Identifier: MIT */
/* Text and JSON. Strings of servers were made printable by the library. */

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "basic/buffer.h"
#include "basic/bytes.h"
#include "basic/text.h"
#include "client-cli/print.h"
#include "wire/frame.h"
#include "wire/protocol.h"

typedef int (*ListGetter)(const mdc_lease *lease, const struct in_addr **ret, size_t *ret_n);

static const char *address_text(struct in_addr address, char text[static IPV4_STRING_MAX]) {
        return ipv4_format(ntohl(address.s_addr), text);
}

/* The addresses of a list with something between them; "" when there is none. */
static char *list_text(const mdc_lease *lease, ListGetter getter, const char *separator) {
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        const struct in_addr *addresses;
        char text[IPV4_STRING_MAX], *string = NULL;
        size_t n = 0;

        if (getter(lease, &addresses, &n) < 0)
                n = 0;
        for (size_t i = 0; i < n; i++)
                (void) buffer_printf(
                        &buffer, "%s%s", i > 0 ? separator : "", address_text(addresses[i], text));
        return buffer_take_string(&buffer, &string) < 0 ? NULL : string;
}

static void print_list(const char *name, const mdc_lease *lease, ListGetter getter) {
        _cleanup_free_ char *list = list_text(lease, getter, ", ");

        if (list && *list)
                (void) printf("  %s: [%s]\n", name, list);
}

static void print_times(const mdc_lease *lease) {
        char lifetime_text[TIMESPAN_STRING_MAX], t1_text[TIMESPAN_STRING_MAX],
                t2_text[TIMESPAN_STRING_MAX];
        uint64_t lifetime, t1 = 0, t2 = 0;

        if (mdc_lease_get_lifetime(lease, &lifetime) < 0)
                return;
        if (lifetime == MDC_INFINITY) {
                (void) printf("  Lease Time: infinite\n");
                return;
        }
        (void) mdc_lease_get_t1(lease, &t1);
        (void) mdc_lease_get_t2(lease, &t2);
        (void) printf("  Lease Time: %s (renew in %s, rebind in %s)\n",
                timespan_format(lifetime, lifetime_text), timespan_format(t1, t1_text),
                timespan_format(t2, t2_text));
}

static void print_more(const mdc_lease *lease) {
        char *const *search;
        const char *text;
        uint16_t mtu;

        if (mdc_lease_get_domain(lease, &text) >= 0)
                (void) printf("  Domain: %s\n", text);
        if (mdc_lease_get_search(lease, &search) >= 0) {
                (void) printf("  Search Domains: [");
                for (size_t i = 0; search[i]; i++)
                        (void) printf("%s%s", i > 0 ? ", " : "", search[i]);
                (void) printf("]\n");
        }
        if (mdc_lease_get_hostname(lease, &text) >= 0)
                (void) printf("  Hostname: %s\n", text);
        if (mdc_lease_get_mtu(lease, &mtu) >= 0)
                (void) printf("  MTU: %u\n", mtu);
}

/* Routes that say more than the routers do: option 121, or 33. */
static void print_routes(const mdc_lease *lease) {
        char destination[IPV4_STRING_MAX], gateway[IPV4_STRING_MAX];
        const mdc_route *routes;
        size_t n;

        if (mdc_lease_get_routes(lease, &routes, &n) < 0 ||
                (n == 1 && routes[0].prefix_length == 0))
                return;
        for (size_t i = 0; i < n; i++)
                (void) printf("  Route: %s/%u via %s\n",
                        address_text(routes[i].destination, destination), routes[i].prefix_length,
                        address_text(routes[i].gateway, gateway));
}

/* Where a network boot goes on: siaddr, else option 66, and the file. */
static void print_boot(const mdc_lease *lease) {
        char text[4 * UINT8_MAX + 1], address[IPV4_STRING_MAX];
        struct in_addr server;
        const uint8_t *name;
        const char *file;
        size_t size;

        if (mdc_lease_get_next_server(lease, &server) >= 0)
                (void) printf("  Boot Server: %s\n", address_text(server, address));
        else if (mdc_lease_get_option(lease, DHCP_OPTION_TFTP_SERVER_NAME, &name, &size) >= 0) {
                while (size > 0 && name[size - 1] == '\0')
                        size--;
                (void) text_sanitize(name, MIN(size, (size_t) UINT8_MAX), text, sizeof(text));
                (void) printf("  Boot Server: %s\n", text);
        }
        if (mdc_lease_get_boot_file(lease, &file) >= 0)
                (void) printf("  Boot File: %s\n", file);
}

static void print_json(const json_object *object, JsonMode mode) {
        int flags = JSON_C_TO_STRING_NOSLASHESCAPE |
                    (mode == JSON_PRETTY ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
                                         : JSON_C_TO_STRING_PLAIN);

        (void) puts(json_object_to_json_string_ext((json_object *) object, flags));
}

static json_object *lease_to_object(const mdc_lease *lease) {
        _cleanup_free_ char *text = NULL;

        return mdc_lease_to_json(lease, &text) < 0 ? NULL : json_tokener_parse(text);
}

void print_lease(const mdc_lease *lease, const char *title, JsonMode mode) {
        struct in_addr address;
        char text[IPV4_STRING_MAX];

        if (mode != JSON_OFF) {
                json_object *object = lease_to_object(lease);

                print_json(object, mode);
                (void) json_object_put(object);
                return;
        }
        (void) printf("%s:\n", title);
        if (mdc_lease_get_address(lease, &address) >= 0)
                (void) printf("  Your IP: %s\n", address_text(address, text));
        if (mdc_lease_get_server_id(lease, &address) >= 0)
                (void) printf("  Server IP: %s\n", address_text(address, text));
        if (mdc_lease_get_netmask(lease, &address) >= 0)
                (void) printf("  Subnet Mask: %s\n", address_text(address, text));
        print_list("Routers", lease, mdc_lease_get_routers);
        print_list("DNS Servers", lease, mdc_lease_get_dns);
        print_list("NTP Servers", lease, mdc_lease_get_ntp);
        print_routes(lease);
        print_more(lease);
        print_boot(lease);
        print_times(lease);
}

static void print_offer(const mdc_lease *offer) {
        _cleanup_free_ char *routers = list_text(offer, mdc_lease_get_routers, ","),
                            *dns = list_text(offer, mdc_lease_get_dns, ",");
        char server_text[IPV4_STRING_MAX], address_buffer[IPV4_STRING_MAX + 4],
                span[TIMESPAN_STRING_MAX];
        char sender_text[IPV4_STRING_MAX], hardware_text[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)];
        struct in_addr server = {0}, address = {0}, sender = {0};
        uint8_t length = 0, hardware[ETHERNET_ADDRESS_SIZE] = {0};
        uint64_t lifetime = 0;

        (void) mdc_lease_get_server_id(offer, &server);
        (void) mdc_lease_get_address(offer, &address);
        (void) mdc_lease_get_prefix_length(offer, &length);
        (void) mdc_lease_get_lifetime(offer, &lifetime);
        (void) ipv4_prefix_format((Ipv4Prefix){ntohl(address.s_addr), length}, address_buffer);
        (void) mdc_lease_get_sender(offer, &sender, hardware);
        (void) printf("%-15s %-18s %-15s %-23s %-10s %s %s\n", address_text(server, server_text),
                address_buffer, routers && *routers ? routers : "-", dns && *dns ? dns : "-",
                timespan_format(lifetime, span), address_text(sender, sender_text),
                bytes_format(hardware, sizeof(hardware), hardware_text));
        print_boot(offer);
}

void print_offers(mdc_lease *const *offers, size_t n_offers, JsonMode mode) {
        if (mode != JSON_OFF) {
                json_object *object = json_object_new_object(), *array = json_object_new_array();

                for (size_t i = 0; i < n_offers; i++)
                        (void) json_object_array_add(array, lease_to_object(offers[i]));
                (void) json_object_object_add(object, "Offers", array);
                print_json(object, mode);
                (void) json_object_put(object);
                return;
        }
        (void) printf("%-15s %-18s %-15s %-23s %-10s %s\n", "SERVER", "ADDRESS", "ROUTER", "DNS",
                "LEASE TIME", "SENT BY");
        for (size_t i = 0; i < n_offers; i++)
                print_offer(offers[i]);
}

/* SPDX-License-Identifier: MIT */

/* Option values to text, by a table of forms. */

#include "wire/option-text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/bytes.h"
#include "basic/text.h"
#include "wire/message.h"
#include "wire/options.h"

enum {
        ROUTES_MAX = 256,
};

typedef enum OptionForm {
        FORM_BYTES,
        FORM_ADDRESSES,
        FORM_NUMBER, /* of 1, 2 or 4 bytes */
        FORM_TEXT,
        FORM_SEARCH,
        FORM_ROUTES,
} OptionForm;

static const struct {
        uint8_t code;
        OptionForm form;
        const char *name;
} options[] = {
        {DHCP_OPTION_SUBNET_MASK, FORM_ADDRESSES, "SubnetMask"},
        {DHCP_OPTION_TIME_OFFSET, FORM_NUMBER, "TimeOffset"},
        {DHCP_OPTION_ROUTER, FORM_ADDRESSES, "Router"},
        {DHCP_OPTION_DNS, FORM_ADDRESSES, "DNS"},
        {DHCP_OPTION_HOST_NAME, FORM_TEXT, "Hostname"},
        {DHCP_OPTION_DOMAIN_NAME, FORM_TEXT, "Domain"},
        {17, FORM_TEXT, "RootPath"},
        {DHCP_OPTION_INTERFACE_MTU, FORM_NUMBER, "MTUBytes"},
        {DHCP_OPTION_BROADCAST_ADDRESS, FORM_ADDRESSES, "BroadcastAddress"},
        {DHCP_OPTION_STATIC_ROUTE, FORM_ADDRESSES, "StaticRoute"},
        {DHCP_OPTION_NTP, FORM_ADDRESSES, "NTP"},
        {44, FORM_ADDRESSES, "NetBIOSNameServer"},
        {DHCP_OPTION_LEASE_TIME, FORM_NUMBER, "LeaseTimeSec"},
        {DHCP_OPTION_SERVER_ID, FORM_ADDRESSES, "ServerIdentifier"},
        {DHCP_OPTION_RENEWAL_TIME, FORM_NUMBER, "RenewalTimeSec"},
        {DHCP_OPTION_REBINDING_TIME, FORM_NUMBER, "RebindingTimeSec"},
        {DHCP_OPTION_VENDOR_CLASS, FORM_TEXT, "VendorClass"},
        {DHCP_OPTION_TFTP_SERVER_NAME, FORM_TEXT, "BootServerName"},
        {DHCP_OPTION_BOOTFILE_NAME, FORM_TEXT, "BootFilename"},
        {DHCP_OPTION_POSIX_TIMEZONE, FORM_TEXT, "PosixTimezone"},
        {DHCP_OPTION_TZDB_TIMEZONE, FORM_TEXT, "Timezone"},
        {DHCP_OPTION_IPV6_ONLY, FORM_NUMBER, "IPv6OnlyPreferredSec"},
        {DHCP_OPTION_CAPTIVE_PORTAL, FORM_TEXT, "CaptivePortal"},
        {DHCP_OPTION_DOMAIN_SEARCH, FORM_SEARCH, "SearchDomains"},
        {DHCP_OPTION_CLASSLESS_ROUTE, FORM_ROUTES, "Route"},
        {DHCP_OPTION_TFTP_SERVER_ADDRESS, FORM_ADDRESSES, "BootServerAddress"},
        {DHCP_OPTION_MICROSOFT_ROUTE, FORM_ROUTES, "MicrosoftRoute"},
};

const char *option_name(uint8_t code) {
        for (size_t i = 0; i < ELEMENTSOF(options); i++)
                if (options[i].code == code)
                        return options[i].name;
        return NULL;
}

static OptionForm form_of(uint8_t code) {
        for (size_t i = 0; i < ELEMENTSOF(options); i++)
                if (options[i].code == code)
                        return options[i].form;
        return FORM_BYTES;
}

/* Return: whether the value has the form; what has been written is then all of it. */
static bool put_addresses(Buffer *buffer, const uint8_t *data, size_t size) {
        char text[IPV4_STRING_MAX];

        if (size == 0 || size % sizeof(ipv4_t) != 0)
                return false;
        for (size_t i = 0; i < size; i += sizeof(ipv4_t))
                (void) buffer_printf(buffer, "%s%s", i > 0 ? " " : "",
                        ipv4_format(wire_get_u32(data + i), text));
        return true;
}

static bool put_number(Buffer *buffer, const uint8_t *data, size_t size) {
        if (size != 1 && size != 2 && size != 4)
                return false;
        (void) buffer_printf(buffer, "%" PRIu32,
                size == 1   ? data[0]
                : size == 2 ? wire_get_u16(data)
                            : wire_get_u32(data));
        return true;
}

static bool put_text(Buffer *buffer, const uint8_t *data, size_t size) {
        char clean[4 * UINT8_MAX + 1];

        while (size > 0 && data[size - 1] == '\0')
                size--;
        if (size == 0 || size > UINT8_MAX)
                return false;
        (void) text_sanitize(data, size, clean, sizeof(clean));
        (void) buffer_append_string(buffer, clean);
        return true;
}

static bool put_search(Buffer *buffer, const uint8_t *data, size_t size) {
        _cleanup_(strv_freep) char **domains = NULL;

        if (option_decode_search(data, size, &domains) < 0)
                return false;
        for (char **domain = domains; *domain; domain++)
                (void) buffer_printf(buffer, "%s%s", domain > domains ? " " : "", *domain);
        return *domains;
}

static bool put_routes(Buffer *buffer, const uint8_t *data, size_t size) {
        char destination[IPV4_PREFIX_STRING_MAX], gateway[IPV4_STRING_MAX];
        Ipv4Route routes[ROUTES_MAX];
        size_t n;

        if (option_decode_routes(data, size, routes, ELEMENTSOF(routes), &n) < 0)
                return false;
        for (size_t i = 0; i < n && i < ELEMENTSOF(routes); i++)
                (void) buffer_printf(buffer, "%s%s %s", i > 0 ? ", " : "",
                        ipv4_prefix_format(routes[i].destination, destination),
                        ipv4_format(routes[i].gateway, gateway));
        return n > 0;
}

static int put_bytes(Buffer *buffer, const uint8_t *data, size_t size) {
        _cleanup_free_ char *text = malloc(BYTES_STRING_MAX(size));

        if (!text)
                return -ENOMEM;
        return buffer_append_string(buffer, bytes_format(data, size, text));
}

int option_format(uint8_t code, const uint8_t *data, size_t size, char **ret) {
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
        bool done = false;

        switch (form_of(code)) {
        case FORM_ADDRESSES:
                done = put_addresses(&buffer, data, size);
                break;
        case FORM_NUMBER:
                done = put_number(&buffer, data, size);
                break;
        case FORM_TEXT:
                done = put_text(&buffer, data, size);
                break;
        case FORM_SEARCH:
                done = put_search(&buffer, data, size);
                break;
        case FORM_ROUTES:
                done = put_routes(&buffer, data, size);
                break;
        case FORM_BYTES:
                break;
        }
        if (!done && put_bytes(&buffer, data, size) < 0)
                return -ENOMEM;
        return buffer_take_string(&buffer, ret);
}

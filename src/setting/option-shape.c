/* SPDX-License-Identifier: MIT */
/* The table of shapes. A value of another shape is sent all the same: some clients want strange
 * things; most such values are mistakes. */

#include "setting/option-shape.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/ipv4.h"
#include "basic/text.h"
#include "wire/message.h"
#include "wire/options.h"
#include "wire/protocol.h"

typedef enum Shape {
        SHAPE_ANY,
        SHAPE_ADDRESS,
        SHAPE_ADDRESSES,
        SHAPE_FILTERS, /* pairs of address and mask */
        SHAPE_ROUTES,  /* pairs of destination and router */
        SHAPE_BOOLEAN,
        SHAPE_UINT8,
        SHAPE_UINT16,
        SHAPE_UINT32,
        SHAPE_UINT16S,
        SHAPE_NODE_TYPE,
        SHAPE_TEXT,
        SHAPE_DOMAIN,
        SHAPE_SEARCH,
        SHAPE_CLASSLESS_ROUTES,
} Shape;

/* RFC 2132 3 to 8, and what is said of others. */
static const struct {
        Shape shape;
        uint16_t min; /* of numbers */
} shapes[UINT8_MAX + 1] = {
        [DHCP_OPTION_TIME_OFFSET] = {SHAPE_UINT32, 0},
        [DHCP_OPTION_ROUTER] = {SHAPE_ADDRESSES, 0},
        [4] = {SHAPE_ADDRESSES, 0}, /* time servers */
        [5] = {SHAPE_ADDRESSES, 0}, /* name servers of IEN 116 */
        [DHCP_OPTION_DNS] = {SHAPE_ADDRESSES, 0},
        [7] = {SHAPE_ADDRESSES, 0},  /* log servers */
        [8] = {SHAPE_ADDRESSES, 0},  /* cookie servers */
        [9] = {SHAPE_ADDRESSES, 0},  /* LPR servers */
        [10] = {SHAPE_ADDRESSES, 0}, /* Impress servers */
        [11] = {SHAPE_ADDRESSES, 0}, /* resource location servers */
        [DHCP_OPTION_HOST_NAME] = {SHAPE_TEXT, 0},
        [13] = {SHAPE_UINT16, 0}, /* size of the boot file */
        [14] = {SHAPE_TEXT, 0},   /* merit dump file */
        [DHCP_OPTION_DOMAIN_NAME] = {SHAPE_DOMAIN, 0},
        [16] = {SHAPE_ADDRESS, 0},  /* swap server */
        [17] = {SHAPE_TEXT, 0},     /* root path */
        [18] = {SHAPE_TEXT, 0},     /* extensions path */
        [19] = {SHAPE_BOOLEAN, 0},  /* IP forwarding */
        [20] = {SHAPE_BOOLEAN, 0},  /* non-local source routing */
        [21] = {SHAPE_FILTERS, 0},  /* policy filter */
        [22] = {SHAPE_UINT16, 576}, /* datagrams to reassemble */
        [23] = {SHAPE_UINT8, 1},    /* time to live */
        [24] = {SHAPE_UINT32, 0},   /* ageing of path MTUs */
        [25] = {SHAPE_UINT16S, 68}, /* path MTUs */
        [DHCP_OPTION_INTERFACE_MTU] = {SHAPE_UINT16, 68},
        [27] = {SHAPE_BOOLEAN, 0}, /* all subnets are local */
        [DHCP_OPTION_BROADCAST_ADDRESS] = {SHAPE_ADDRESS, 0},
        [29] = {SHAPE_BOOLEAN, 0}, /* mask discovery */
        [30] = {SHAPE_BOOLEAN, 0}, /* mask supplier */
        [31] = {SHAPE_BOOLEAN, 0}, /* router discovery */
        [32] = {SHAPE_ADDRESS, 0}, /* router solicitation */
        [DHCP_OPTION_STATIC_ROUTE] = {SHAPE_ROUTES, 0},
        [34] = {SHAPE_BOOLEAN, 0},   /* trailers */
        [35] = {SHAPE_UINT32, 0},    /* ARP cache timeout */
        [36] = {SHAPE_BOOLEAN, 0},   /* Ethernet encapsulation */
        [37] = {SHAPE_UINT8, 1},     /* time to live of TCP */
        [38] = {SHAPE_UINT32, 0},    /* TCP keepalive interval */
        [39] = {SHAPE_BOOLEAN, 0},   /* TCP keepalive garbage */
        [40] = {SHAPE_TEXT, 0},      /* NIS domain, which need not be one of DNS */
        [41] = {SHAPE_ADDRESSES, 0}, /* NIS servers */
        [DHCP_OPTION_NTP] = {SHAPE_ADDRESSES, 0},
        [44] = {SHAPE_ADDRESSES, 0}, /* NetBIOS name servers */
        [45] = {SHAPE_ADDRESSES, 0}, /* NetBIOS distribution servers */
        [46] = {SHAPE_NODE_TYPE, 0}, /* NetBIOS node type */
        [48] = {SHAPE_ADDRESSES, 0}, /* X font servers */
        [49] = {SHAPE_ADDRESSES, 0}, /* X display managers */
        [64] = {SHAPE_TEXT, 0},      /* NIS+ domain */
        [65] = {SHAPE_ADDRESSES, 0}, /* NIS+ servers */
        [DHCP_OPTION_TFTP_SERVER_NAME] = {SHAPE_TEXT, 0},
        [68] = {SHAPE_ADDRESSES, 0}, /* mobile IP home agents */
        [69] = {SHAPE_ADDRESSES, 0}, /* SMTP servers */
        [70] = {SHAPE_ADDRESSES, 0}, /* POP3 servers */
        [71] = {SHAPE_ADDRESSES, 0}, /* NNTP servers */
        [72] = {SHAPE_ADDRESSES, 0}, /* web servers */
        [73] = {SHAPE_ADDRESSES, 0}, /* finger servers */
        [74] = {SHAPE_ADDRESSES, 0}, /* IRC servers */
        [75] = {SHAPE_ADDRESSES, 0}, /* StreetTalk servers */
        [76] = {SHAPE_ADDRESSES, 0}, /* StreetTalk directory assistance */
        [85] = {SHAPE_ADDRESSES, 0}, /* NDS servers, RFC 2241 */
        [DHCP_OPTION_POSIX_TIMEZONE] = {SHAPE_TEXT, 0},
        [DHCP_OPTION_TZDB_TIMEZONE] = {SHAPE_TEXT, 0},
        [DHCP_OPTION_IPV6_ONLY] = {SHAPE_UINT32, 300},
        [DHCP_OPTION_CAPTIVE_PORTAL] = {SHAPE_TEXT, 0},
        [116] = {SHAPE_BOOLEAN, 0}, /* auto-configuration, RFC 2563 */
        [DHCP_OPTION_DOMAIN_SEARCH] = {SHAPE_SEARCH, 0},
        [DHCP_OPTION_CLASSLESS_ROUTE] = {SHAPE_CLASSLESS_ROUTES, 0},
        [138] = {SHAPE_ADDRESSES, 0}, /* CAPWAP controllers, RFC 5417 */
        [DHCP_OPTION_TFTP_SERVER_ADDRESS] = {SHAPE_ADDRESSES, 0},
};

/* NVT ASCII, RFC 2132 2, which has receivers cope with a NUL at the end. */
static size_t text_size(const uint8_t *data, size_t size) {
        if (size > 0 && data[size - 1] == '\0')
                size--;
        for (size_t i = 0; i < size; i++)
                if (data[i] < ' ' || data[i] > '~')
                        return 0;
        return size;
}

static bool is_domain(const uint8_t *data, size_t size) {
        char name[254] = "";

        size = text_size(data, size);
        if (size == 0 || size >= sizeof(name))
                return false;
        memcpy(name, data, size);
        return domain_name_is_valid(name);
}

static bool is_search(const uint8_t *data, size_t size) {
        _cleanup_(strv_freep) char **names = NULL;

        /* what memory is too short for cannot be judged */
        return option_decode_search(data, size, &names) != -EBADMSG;
}

static bool is_classless_routes(const uint8_t *data, size_t size) {
        size_t n;

        return option_decode_routes(data, size, NULL, 0, &n) >= 0 && n > 0;
}

static bool are_filters(const uint8_t *data, size_t size) {
        for (size_t i = 0; i < size; i += 8) {
                const uint32_t gaps = ~wire_get_u32(data + i + 4);

                if (gaps & (gaps + 1)) /* a mask has its ones in front */
                        return false;
        }
        return true;
}

/* RFC 2132 5.8: "The default route (0.0.0.0) is an illegal destination for a static route". */
static bool are_routes(const uint8_t *data, size_t size) {
        for (size_t i = 0; i < size; i += 8)
                if (wire_get_u32(data + i) == 0 || !ipv4_is_unicast(wire_get_u32(data + i + 4)))
                        return false;
        return true;
}

static bool are_numbers(const uint8_t *data, size_t size, uint16_t min) {
        for (size_t i = 0; i < size; i += 2)
                if (wire_get_u16(data + i) < min)
                        return false;
        return true;
}

static bool shape_fits(Shape shape, uint16_t min, const uint8_t *data, size_t size, bool is_text) {
        switch (shape) {
        case SHAPE_ANY:
                return true;
        case SHAPE_ADDRESS:
                return !is_text && size == 4;
        case SHAPE_ADDRESSES:
                return !is_text && size > 0 && size % 4 == 0;
        case SHAPE_FILTERS:
                return !is_text && size > 0 && size % 8 == 0 && are_filters(data, size);
        case SHAPE_ROUTES:
                return !is_text && size > 0 && size % 8 == 0 && are_routes(data, size);
        case SHAPE_BOOLEAN:
                return size == 1 && data[0] <= 1;
        case SHAPE_UINT8:
                return !is_text && size == 1 && data[0] >= min;
        case SHAPE_UINT16:
                return !is_text && size == 2 && are_numbers(data, size, min);
        case SHAPE_UINT32:
                return !is_text && size == 4 && wire_get_u32(data) >= min;
        case SHAPE_UINT16S:
                return !is_text && size > 0 && size % 2 == 0 && are_numbers(data, size, min);
        case SHAPE_NODE_TYPE: /* RFC 2132 8.7 */
                return size == 1 && (data[0] == 1 || data[0] == 2 || data[0] == 4 || data[0] == 8);
        case SHAPE_TEXT:
                return text_size(data, size) > 0;
        case SHAPE_DOMAIN:
                return is_domain(data, size);
        case SHAPE_SEARCH:
                return is_search(data, size);
        case SHAPE_CLASSLESS_ROUTES:
                return is_classless_routes(data, size);
        }
        return true;
}

/* How to write a value: what it is, TYPE:VALUE, and what is easier. Numbers depend on their least.
 */
static const struct {
        const char *what;
        const char *example;
        const char *instead;
} forms[] = {
        [SHAPE_ADDRESS] = {"one address", "ipv4address:192.168.1.1", ""},
        [SHAPE_ADDRESSES] = {"a list of addresses", "ipv4address:192.168.1.1 192.168.1.2", ""},
        [SHAPE_FILTERS] = {"pairs of an address and a mask", "ipv4address:10.0.0.0 255.0.0.0", ""},
        [SHAPE_ROUTES] = {"pairs of a destination, not 0.0.0.0, and its router",
                "ipv4address:10.1.2.3 192.168.1.1", "; Route= takes prefixes"},
        [SHAPE_BOOLEAN] = {"0 or 1", "uint8:1", ""},
        [SHAPE_NODE_TYPE] = {"1, 2, 4 or 8", "uint8:8", ""},
        [SHAPE_TEXT] = {"a text in ASCII", "string:TEXT", ""},
        [SHAPE_DOMAIN] = {"one domain name", "string:home.arpa", "; SearchDomains= takes more"},
        [SHAPE_SEARCH] = {"names encoded as RFC 1035 has it", "hex:03:6c:61:6e:00",
                "; SearchDomains= takes them as text"},
        [SHAPE_CLASSLESS_ROUTES] = {"routes encoded as RFC 3442 has it", "hex:08:0a:c0:a8:01:02",
                "; Route= takes PREFIX GATEWAY"},
};

static void describe_number(uint8_t code, unsigned bits, unsigned min, char *ret) {
        (void) snprintf(ret, OPTION_SHAPE_MAX,
                "one number from %u to %" PRIu64 ", such as %u:uint%u:%u", min,
                (UINT64_C(1) << bits) - 1, code, bits, bits == 8 ? 64 : MAX(min, 1500U));
}

static void describe(uint8_t code, Shape shape, unsigned min, char *ret) {
        if (shape == SHAPE_UINT8)
                describe_number(code, 8, min, ret);
        else if (shape == SHAPE_UINT16)
                describe_number(code, 16, min, ret);
        else if (shape == SHAPE_UINT32)
                describe_number(code, 32, min, ret);
        else if (shape == SHAPE_UINT16S)
                (void) snprintf(ret, OPTION_SHAPE_MAX,
                        "a list of numbers from %u to 65535, such as %u:uint16:%u 1500", min, code,
                        min);
        else
                (void) snprintf(ret, OPTION_SHAPE_MAX, "%s, such as %u:%s%s", forms[shape].what,
                        code, forms[shape].example, forms[shape].instead);
}

bool option_shape_check(uint8_t code, const uint8_t *data, size_t size, bool is_text,
        char ret[static OPTION_SHAPE_MAX]) {
        const Shape shape = shapes[code].shape;
        const uint16_t min = shapes[code].min;

        if (shape_fits(shape, min, data, size, is_text))
                return true;
        describe(code, shape, min, ret);
        return false;
}

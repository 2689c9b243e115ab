/* SPDX-License-Identifier: MIT */
#pragma once

/* The numbers of RFC 2131, RFC 2132 and the RFCs that extend them, nothing else. */

#include <stdint.h>

enum {
        DHCP_SERVER_PORT = 67,
        DHCP_CLIENT_PORT = 68,

        DHCP_HEADER_SIZE = 236,       /* op to file, RFC 2131 2 */
        DHCP_COOKIE_SIZE = 4,         /* 99.130.83.99, RFC 2131 3 */
        DHCP_OPTIONS_OFFSET = 240,    /* first option of the options field */
        DHCP_MIN_MESSAGE_SIZE = 300,  /* BOOTP's size; shorter ones are dropped by some relays */
        DHCP_MIN_MAX_MESSAGE = 576,   /* every client takes this IP datagram, RFC 2132 9.10 */
        DHCP_IP_UDP_OVERHEAD = 28,    /* option 57 counts IP and UDP headers */
        DHCP_MAX_MESSAGE_SIZE = 4096, /* what we receive at most */
        DHCP_XID_OFFSET = 4,
        DHCP_GIADDR_OFFSET = 24,
        DHCP_CHADDR_OFFSET = 28,
        DHCP_SNAME_OFFSET = 44,
        DHCP_SNAME_SIZE = 64,
        DHCP_FILE_OFFSET = 108,
        DHCP_FILE_SIZE = 128,
        DHCP_CHADDR_SIZE = 16,

        DHCP_MAX_HOPS = 16, /* RFC 1542 4.1.1 */

        DHCP_FLAG_BROADCAST = 0x8000, /* RFC 2131 figure 2 */

        BOOTREQUEST = 1,
        BOOTREPLY = 2,
};

#define DHCP_MAGIC_COOKIE UINT32_C(0x63825363)

/* Option 53, RFC 2132 9.6. */
typedef enum DhcpMessageType {
        DHCP_BOOTP = 0, /* no option 53: a BOOTP request */
        DHCP_DISCOVER = 1,
        DHCP_OFFER = 2,
        DHCP_REQUEST = 3,
        DHCP_DECLINE = 4,
        DHCP_ACK = 5,
        DHCP_NAK = 6,
        DHCP_RELEASE = 7,
        DHCP_INFORM = 8,
        DHCP_MESSAGE_TYPE_MAX,
} DhcpMessageType;

enum {
        DHCP_OPTION_PAD = 0,
        DHCP_OPTION_SUBNET_MASK = 1,
        DHCP_OPTION_TIME_OFFSET = 2,
        DHCP_OPTION_ROUTER = 3,
        DHCP_OPTION_DNS = 6,
        DHCP_OPTION_HOST_NAME = 12,
        DHCP_OPTION_DOMAIN_NAME = 15,
        DHCP_OPTION_INTERFACE_MTU = 26,
        DHCP_OPTION_BROADCAST_ADDRESS = 28,
        DHCP_OPTION_STATIC_ROUTE = 33,
        DHCP_OPTION_NTP = 42,
        DHCP_OPTION_VENDOR_SPECIFIC = 43,
        DHCP_OPTION_REQUESTED_ADDRESS = 50,
        DHCP_OPTION_LEASE_TIME = 51,
        DHCP_OPTION_OVERLOAD = 52,
        DHCP_OPTION_MESSAGE_TYPE = 53,
        DHCP_OPTION_SERVER_ID = 54,
        DHCP_OPTION_PARAMETER_LIST = 55,
        DHCP_OPTION_MESSAGE = 56,
        DHCP_OPTION_MAX_MESSAGE_SIZE = 57,
        DHCP_OPTION_RENEWAL_TIME = 58,
        DHCP_OPTION_REBINDING_TIME = 59,
        DHCP_OPTION_VENDOR_CLASS = 60,
        DHCP_OPTION_CLIENT_ID = 61,
        DHCP_OPTION_TFTP_SERVER_NAME = 66,
        DHCP_OPTION_BOOTFILE_NAME = 67,
        DHCP_OPTION_USER_CLASS = 77,
        DHCP_OPTION_RAPID_COMMIT = 80, /* RFC 4039 */
        DHCP_OPTION_FQDN = 81,         /* RFC 4702 */
        DHCP_OPTION_RELAY_AGENT = 82,  /* RFC 3046 */
        DHCP_OPTION_ARCHITECTURE = 93, /* RFC 4578 */
        DHCP_OPTION_UUID = 97,         /* RFC 4578 */
        DHCP_OPTION_POSIX_TIMEZONE = 100,
        DHCP_OPTION_TZDB_TIMEZONE = 101,
        DHCP_OPTION_IPV6_ONLY = 108,           /* RFC 8925 */
        DHCP_OPTION_CAPTIVE_PORTAL = 114,      /* RFC 8910 */
        DHCP_OPTION_SUBNET_SELECTION = 118,    /* RFC 3011 */
        DHCP_OPTION_DOMAIN_SEARCH = 119,       /* RFC 3397 */
        DHCP_OPTION_CLASSLESS_ROUTE = 121,     /* RFC 3442 */
        DHCP_OPTION_TFTP_SERVER_ADDRESS = 150, /* RFC 5859 */
        DHCP_OPTION_MICROSOFT_ROUTE = 249,     /* option 121 before it had a number */
        DHCP_OPTION_END = 255,
};

/* Sub-options of option 82. */
enum {
        RELAY_CIRCUIT_ID = 1,          /* RFC 3046 */
        RELAY_REMOTE_ID = 2,           /* RFC 3046 */
        RELAY_LINK_SELECTION = 5,      /* RFC 3527 */
        RELAY_SERVER_ID_OVERRIDE = 11, /* RFC 5107 */
};

/* Option 52, RFC 2132 9.3: which fields hold options. */
enum {
        OVERLOAD_FILE = 1,
        OVERLOAD_SNAME = 2,
};

/* htype, as in ARP. */
enum {
        HARDWARE_ETHERNET = 1,
};

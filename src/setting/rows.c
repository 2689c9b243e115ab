/* SPDX-License-Identifier: MIT */
/* The table of keys. Names are those of systemd-networkd's [DHCPServer] and
 * [DHCPServerStaticLease] wherever it has one; the order is the manual's. */

#include "setting/key.h"
#include "setting/parsers.h"
#include "wire/protocol.h"

/* What rows of one type have in common. */
#define BOOLEAN(container, member)                                                                 \
        .signature = "b", .type = "BOOLEAN", .parse = setting_parse_boolean,                       \
        .format = setting_format_boolean, .offset = offsetof(container, member)
#define ADDRESS(container, member)                                                                 \
        .signature = "s", .type = "ADDRESS", .parse = setting_parse_address,                       \
        .format = setting_format_address, .reset = setting_reset_address,                          \
        .offset = offsetof(container, member)
#define LEASE_TIME(container, member)                                                              \
        .signature = "t", .type = "TIMESPAN", .parse = setting_parse_lease_time,                   \
        .format = setting_format_lease_time, .reset = setting_reset_lease_time,                    \
        .offset = offsetof(container, member)
#define RANGES(container, member, count)                                                           \
        .signature = "as", .type = "FIRST-LAST", .parse = setting_parse_range,                     \
        .format = setting_format_range, .reset = setting_reset_range,                              \
        .offset = offsetof(container, member), .count_offset = offsetof(container, count),         \
        .is_list = true
#define OPTION_ADDRESSES(code)                                                                     \
        .signature = "as", .type = "ADDRESS…", .parse = setting_parse_option_addresses,            \
        .format = setting_format_option_addresses, .reset = setting_reset_option, .option = code,  \
        .is_list = true, .is_words = true

static const SettingKey server_keys[] = {
        {
                .name = "Lenient",
                .type = "BOOLEAN",
                .description = "Confirm leases that nobody remembers",
                .parse = setting_parse_boolean,
                .format = setting_format_boolean,
                .offset = offsetof(Settings, lenient),
        },
        {
                .name = "LeaseFile",
                .type = "PATH",
                .description = "Where leases are kept",
                .parse = setting_parse_lease_file,
                .format = setting_format_text,
                .reset = setting_reset_text,
                .offset = offsetof(Settings, lease_file),
        },
        {
                .name = "RateLimit",
                .type = "NUMBER",
                .description = "Messages a second from one client, 0 for any number",
                .parse = setting_parse_rate_limit,
                .format = setting_format_rate_limit,
        },
};

static const SettingKey pool_keys[] = {
        {
                .name = "Interface",
                .property = "Interfaces",
                .signature = "as",
                .type = "NAME…",
                .description = "Interfaces to serve, names or globs",
                .parse = setting_parse_interfaces,
                .format = setting_format_interfaces,
                .reset = setting_reset_interfaces,
                .is_list = true,
                .is_words = true,
        },
        {
                .name = "Relay",
                .property = "Relays",
                .signature = "as",
                .type = "ADDRESS|PREFIX…",
                .description = "Relays to believe, by the address that they name",
                .parse = setting_parse_relays,
                .format = setting_format_relays,
                .reset = setting_reset_relays,
                .is_list = true,
                .is_words = true,
        },
        {
                .name = "TrustOption82",
                .description = "Believe option 82 also where no relay sends it",
                BOOLEAN(PoolSettings, trust_option_82),
        },
        {
                .name = "Subnet",
                .others = "Network Prefix CIDR",
                .signature = "s",
                .type = "PREFIX",
                .description = "The subnet to serve",
                .parse = setting_parse_subnet,
                .format = setting_format_subnet,
                .reset = setting_reset_subnet,
                .is_single = true,
                .is_identity = true,
        },
        {
                .name = "Range",
                .others = "PoolOffset PoolSize",
                .property = "Ranges",
                .description = "Addresses to give out",
                RANGES(PoolSettings, ranges, n_ranges),
        },
        {
                .name = "Exclude",
                .property = "Exclusions",
                .description = "Addresses of the ranges never to give out",
                RANGES(PoolSettings, exclusions, n_exclusions),
        },
        {
                .name = "OtherRange",
                .property = "OtherRanges",
                .description = "Addresses of the subnet that another server gives out",
                RANGES(PoolSettings, other_ranges, n_other_ranges),
        },
        {
                .name = "ServerAddress",
                .description = "The address of this machine that clients are told",
                ADDRESS(PoolSettings, server_address),
        },
        {
                .name = "Enabled",
                .description = "Serve this pool at all",
                BOOLEAN(PoolSettings, enabled),
        },
        {
                .name = "Authoritative",
                .description = "Refuse addresses that do not belong here",
                BOOLEAN(PoolSettings, authoritative),
        },
        {
                .name = "ConflictDetection",
                .signature = "s",
                .type = "ahead|strict|off",
                .description = "When to ask whether an address is in use already",
                .parse = setting_parse_conflict_detection,
                .format = setting_format_conflict_detection,
        },
        {
                .name = "ClientIdentifier",
                .signature = "s",
                .type = "use|ignore",
                .description = "Know clients by their identifier, or by hardware address alone",
                .parse = setting_parse_choice,
                .format = setting_format_choice,
                .offset = offsetof(PoolSettings, ignore_client_id),
                .words = {"use", "ignore"},
        },
        {
                .name = "UnknownClients",
                .signature = "s",
                .type = "allow|deny",
                .description = "Whether to serve clients that are not a host",
                .parse = setting_parse_choice,
                .format = setting_format_choice,
                .offset = offsetof(PoolSettings, deny_unknown),
                .words = {"allow", "deny"},
        },
        {
                .name = "RapidCommit",
                .description = "Answer a client that asks for it with a lease at once",
                BOOLEAN(PoolSettings, rapid_commit),
        },
        {
                .name = "Bootp",
                .description = "Serve BOOTP clients",
                BOOLEAN(PoolSettings, bootp),
        },
};

static const SettingKey host_keys[] = {
        {
                .name = "MACAddress",
                .others = "MAC HardwareAddress HardwareEthernet Ethernet HWAddr",
                .signature = "ay",
                .type = "BYTES",
                .description = "The host's hardware address",
                .parse = setting_parse_mac_address,
                .format = setting_format_mac_address,
                .reset = setting_reset_mac_address,
                .is_single = true,
                .is_identity = true,
        },
        {
                .name = "ClientId",
                .others = "DUID",
                .signature = "ay",
                .type = "BYTES|string:TEXT",
                .description = "The client identifier that the host sends",
                .parse = setting_parse_client_id,
                .format = setting_format_client_id,
                .reset = setting_reset_client_id,
                .is_single = true,
                .is_identity = true,
        },
        {
                .name = "CircuitId",
                .signature = "ay",
                .type = "BYTES|string:TEXT",
                .description = "The circuit that its relay names",
                .parse = setting_parse_circuit_id,
                .format = setting_format_circuit_id,
                .reset = setting_reset_circuit_id,
                .is_single = true,
                .is_identity = true,
        },
        {
                .name = "Address",
                .others = "IP IPAddress FixedAddress",
                .description = "The address kept for the host",
                ADDRESS(HostSettings, address),
                .is_single = true,
        },
        {
                .name = "Hostname",
                .signature = "s",
                .type = "NAME",
                .description = "What the host is to call itself",
                .parse = setting_parse_hostname,
                .format = setting_format_text,
                .reset = setting_reset_text,
                .offset = offsetof(HostSettings, hostname),
        },
        {
                .name = "Alias",
                .property = "Aliases",
                .others = "CNAME",
                .signature = "as",
                .type = "NAME…",
                .description = "More names of the host, for minidhcp-names",
                .parse = setting_parse_aliases,
                .format = setting_format_aliases,
                .reset = setting_reset_aliases,
                .is_list = true,
                .is_words = true,
        },
        {
                .name = "Pool",
                .signature = "s",
                .type = "NAME",
                .description = "The pool that the host is meant for",
                .parse = setting_parse_pool_name,
                .format = setting_format_text,
                .reset = setting_reset_text,
                .offset = offsetof(HostSettings, pool),
        },
        {
                .name = "Deny",
                .description = "Never answer the host",
                BOOLEAN(HostSettings, deny),
        },
};

/* Of pools and hosts alike: what clients are sent. Their target, which offsets are into, is the
 * pool's or host's ReplySettings. */
static const SettingKey reply_keys[] = {
        {
                .name = "DefaultLeaseTimeSec",
                .others = "LeaseTime LeaseTimeSec Lease DefaultLease",
                .property = "DefaultLeaseTimeUSec",
                .description = "How long a lease lasts when the client does not ask",
                LEASE_TIME(ReplySettings, default_lease),
        },
        {
                .name = "MinLeaseTimeSec",
                .others = "MinLease",
                .property = "MinLeaseTimeUSec",
                .description = "The shortest lease that a client may ask for",
                LEASE_TIME(ReplySettings, min_lease),
        },
        {
                .name = "MaxLeaseTimeSec",
                .others = "MaxLease",
                .property = "MaxLeaseTimeUSec",
                .description = "The longest lease that a client may ask for",
                LEASE_TIME(ReplySettings, max_lease),
        },
        {
                .name = "Router",
                .others = "Gateway Gateways DefaultGateway DefaultRouter",
                .signature = "as",
                .type = "ADDRESS…",
                .description = "Default gateways; none where it is set to nothing",
                .parse = setting_parse_router,
                .format = setting_format_router,
                .option = DHCP_OPTION_ROUTER,
                .is_list = true,
                .is_words = true,
        },
        {
                .name = "DNS",
                .others = "NameServer NameServers DNSServer DNSServers DomainNameServers",
                .description = "DNS servers",
                OPTION_ADDRESSES(DHCP_OPTION_DNS),
        },
        {
                .name = "NTP",
                .others = "NTPServer NTPServers TimeServer",
                .description = "Time servers",
                OPTION_ADDRESSES(DHCP_OPTION_NTP),
        },
        {
                .name = "Domain",
                .others = "DomainName",
                .signature = "s",
                .type = "DOMAIN",
                .description = "The domain of the clients",
                .parse = setting_parse_option_domain,
                .format = setting_format_option_text,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_DOMAIN_NAME,
        },
        {
                .name = "SearchDomains",
                .others = "DomainSearch",
                .signature = "as",
                .type = "DOMAIN…",
                .description = "Domains to complete names with",
                .parse = setting_parse_option_search,
                .format = setting_format_option_search,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_DOMAIN_SEARCH,
                .is_list = true,
                .is_words = true,
        },
        {
                .name = "BroadcastAddress",
                .signature = "s",
                .type = "ADDRESS",
                .description = "The broadcast address of the subnet",
                .parse = setting_parse_option_broadcast,
                .format = setting_format_option_addresses,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_BROADCAST_ADDRESS,
        },
        {
                .name = "MTUBytes",
                .signature = "u",
                .type = "NUMBER",
                .description = "The MTU of the link, 68 to 65535",
                .parse = setting_parse_option_mtu,
                .format = setting_format_option_u16,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_INTERFACE_MTU,
        },
        {
                .name = "Route",
                .property = "Routes",
                .signature = "a(ss)",
                .type = "PREFIX GATEWAY",
                .description = "A route for clients to set up",
                .parse = setting_parse_option_route,
                .format = setting_format_option_routes,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_CLASSLESS_ROUTE,
                .is_list = true,
        },
        {
                .name = "Timezone",
                .signature = "s",
                .type = "ZONE",
                .description = "The time zone, a name or a POSIX TZ string",
                .parse = setting_parse_timezone,
                .format = setting_format_timezone,
                .reset = setting_reset_timezone,
                .option = DHCP_OPTION_TZDB_TIMEZONE,
        },
        {
                .name = "CaptivePortal",
                .signature = "s",
                .type = "URI",
                .description = "The API of the captive portal",
                .parse = setting_parse_captive_portal,
                .format = setting_format_option_text,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_CAPTIVE_PORTAL,
        },
        {
                .name = "IPv6OnlyPreferredSec",
                .property = "IPv6OnlyPreferredUSec",
                .signature = "t",
                .type = "TIMESPAN",
                .description = "How long clients that can do without IPv4 do without",
                .parse = setting_parse_option_ipv6_only,
                .format = setting_format_option_seconds,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_IPV6_ONLY,
        },
        {
                .name = "BootServerAddress",
                .others = "NextServer TFTPServer",
                .description = "The server to boot from",
                ADDRESS(ReplySettings, next_server),
        },
        {
                .name = "BootServerName",
                .signature = "s",
                .type = "NAME",
                .description = "The name of the server to boot from",
                .parse = setting_parse_boot_server_name,
                .format = setting_format_text,
                .reset = setting_reset_boot_server_name,
                .offset = offsetof(ReplySettings, server_name),
                .option = DHCP_OPTION_TFTP_SERVER_NAME,
        },
        {
                .name = "BootFilename",
                .others = "Filename Bootfile",
                .signature = "as",
                .type = "[CONDITION=VALUE…] NAME",
                .description = "The file to boot from",
                .parse = setting_parse_boot_filename,
                .format = setting_format_boot_filename,
                .reset = setting_reset_boot_filename,
                .is_list = true,
        },
        {
                .name = "SendOption",
                .others = "Option",
                .property = "SendOptions",
                .signature = "a(yay)",
                .type = "CODE:TYPE:VALUE",
                .description = "Any other DHCP option",
                .parse = setting_parse_send_option,
                .format = setting_format_send_option,
                .reset = setting_reset_send_option,
                .is_list = true,
        },
};

bool setting_key_is_of_reply(const SettingKey *key) {
        return key >= reply_keys && key < reply_keys + ELEMENTSOF(reply_keys);
}

const SettingKey *setting_key_at(SettingScope scope, size_t index) {
        const SettingKey *keys = NULL;
        size_t n_keys = 0;

        switch (scope) {
        case SETTING_SERVER:
                keys = server_keys;
                n_keys = ELEMENTSOF(server_keys);
                break;
        case SETTING_POOL:
                keys = pool_keys;
                n_keys = ELEMENTSOF(pool_keys);
                break;
        case SETTING_HOST:
                keys = host_keys;
                n_keys = ELEMENTSOF(host_keys);
                break;
        case SETTING_SCOPE_MAX:
        case SETTING_SCOPE_INVALID:
                return NULL;
        }
        if (index < n_keys)
                return &keys[index];
        index -= n_keys;
        if (scope == SETTING_SERVER || index >= ELEMENTSOF(reply_keys))
                return NULL;
        return &reply_keys[index];
}

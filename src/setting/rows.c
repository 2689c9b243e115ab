/* SPDX-License-Identifier: MIT */
/* The table of keys. Names are those of systemd-networkd's [DHCPServer] and
 * [DHCPServerStaticLease] wherever it has one; the order is the manual's. */

#include "setting/key.h"
#include "setting/parsers.h"
#include "wire/protocol.h"

static const SettingKey server_keys[] = {
        {
                .name = "Lenient",
                .type = "BOOLEAN",
                .description = "Confirm leases that nobody remembers",
                .parse = setting_parse_boolean,
                .offset = offsetof(Settings, lenient),
        },
        {
                .name = "LeaseFile",
                .type = "PATH",
                .description = "Where leases are kept",
                .parse = setting_parse_lease_file,
                .reset = setting_reset_lease_file,
        },
        {
                .name = "RateLimit",
                .type = "NUMBER",
                .description = "Messages a second from one client, 0 for any number",
                .parse = setting_parse_rate_limit,
        },
};

static const SettingKey pool_keys[] = {
        {
                .name = "Interface",
                .type = "NAME…",
                .description = "Interfaces to serve, names or globs",
                .parse = setting_parse_interfaces,
                .reset = setting_reset_interfaces,
                .is_list = true,
                .is_words = true,
        },
        {
                .name = "Relay",
                .type = "ADDRESS|PREFIX…",
                .description = "Relays to believe, by the address that they name",
                .parse = setting_parse_relays,
                .reset = setting_reset_relays,
                .is_list = true,
                .is_words = true,
        },
        {
                .name = "TrustOption82",
                .type = "BOOLEAN",
                .description = "Believe option 82 also where no relay sends it",
                .parse = setting_parse_boolean,
                .offset = offsetof(PoolSettings, trust_option_82),
        },
        {
                .name = "Subnet",
                .type = "PREFIX",
                .description = "The subnet to serve",
                .parse = setting_parse_subnet,
                .reset = setting_reset_subnet,
                .is_single = true,
        },
        {
                .name = "Range",
                .type = "FIRST-LAST",
                .description = "Addresses to give out",
                .parse = setting_parse_range,
                .reset = setting_reset_range,
                .is_list = true,
        },
        {
                .name = "Exclude",
                .type = "FIRST-LAST",
                .description = "Addresses of the ranges never to give out",
                .parse = setting_parse_exclude,
                .reset = setting_reset_exclude,
                .is_list = true,
        },
        {
                .name = "OtherRange",
                .type = "FIRST-LAST",
                .description = "Addresses of the subnet that another server gives out",
                .parse = setting_parse_other_range,
                .reset = setting_reset_other_range,
                .is_list = true,
        },
        {
                .name = "ServerAddress",
                .type = "ADDRESS",
                .description = "The address of this machine that clients are told",
                .parse = setting_parse_address,
                .reset = setting_reset_address,
                .offset = offsetof(PoolSettings, server_address),
        },
        {
                .name = "Enabled",
                .type = "BOOLEAN",
                .description = "Serve this pool at all",
                .parse = setting_parse_boolean,
                .offset = offsetof(PoolSettings, enabled),
        },
        {
                .name = "Authoritative",
                .type = "BOOLEAN",
                .description = "Refuse addresses that do not belong here",
                .parse = setting_parse_boolean,
                .offset = offsetof(PoolSettings, authoritative),
        },
        {
                .name = "ConflictDetection",
                .type = "ahead|strict|off",
                .description = "When to ask whether an address is in use already",
                .parse = setting_parse_conflict_detection,
        },
        {
                .name = "ClientIdentifier",
                .type = "use|ignore",
                .description = "Know clients by their identifier, or by hardware address alone",
                .parse = setting_parse_client_identifier,
        },
        {
                .name = "UnknownClients",
                .type = "allow|deny",
                .description = "Serve clients that are no host",
                .parse = setting_parse_unknown_clients,
        },
        {
                .name = "RapidCommit",
                .type = "BOOLEAN",
                .description = "Answer with a lease at once who asks for it",
                .parse = setting_parse_boolean,
                .offset = offsetof(PoolSettings, rapid_commit),
        },
        {
                .name = "Bootp",
                .type = "BOOLEAN",
                .description = "Serve BOOTP clients",
                .parse = setting_parse_boolean,
                .offset = offsetof(PoolSettings, bootp),
        },
};

static const SettingKey host_keys[] = {
        {
                .name = "MACAddress",
                .type = "BYTES",
                .description = "The host's hardware address",
                .parse = setting_parse_mac_address,
                .reset = setting_reset_mac_address,
                .is_single = true,
        },
        {
                .name = "ClientId",
                .type = "BYTES|string:TEXT",
                .description = "The client identifier that the host sends",
                .parse = setting_parse_client_id,
                .reset = setting_reset_client_id,
                .is_single = true,
        },
        {
                .name = "CircuitId",
                .type = "BYTES|string:TEXT",
                .description = "The circuit that its relay names",
                .parse = setting_parse_circuit_id,
                .reset = setting_reset_circuit_id,
                .is_single = true,
        },
        {
                .name = "Address",
                .type = "ADDRESS",
                .description = "The address kept for the host",
                .parse = setting_parse_address,
                .reset = setting_reset_address,
                .offset = offsetof(HostSettings, address),
                .is_single = true,
        },
        {
                .name = "Hostname",
                .type = "NAME",
                .description = "What the host is to call itself",
                .parse = setting_parse_hostname,
                .reset = setting_reset_hostname,
        },
        {
                .name = "Pool",
                .type = "NAME",
                .description = "The pool that the host is meant for",
                .parse = setting_parse_pool_name,
                .reset = setting_reset_pool_name,
        },
        {
                .name = "Deny",
                .type = "BOOLEAN",
                .description = "Never answer the host",
                .parse = setting_parse_boolean,
                .offset = offsetof(HostSettings, deny),
        },
};

/* Of pools and hosts alike; offsets are into ReplySettings. */
static const SettingKey reply_keys[] = {
        {
                .name = "DefaultLeaseTimeSec",
                .type = "TIMESPAN",
                .description = "How long a lease lasts when the client does not ask",
                .parse = setting_parse_lease_time,
                .reset = setting_reset_lease_time,
                .offset = offsetof(ReplySettings, default_lease),
                .of_reply = true,
        },
        {
                .name = "MinLeaseTimeSec",
                .type = "TIMESPAN",
                .description = "The shortest lease that a client may ask for",
                .parse = setting_parse_lease_time,
                .reset = setting_reset_lease_time,
                .offset = offsetof(ReplySettings, min_lease),
                .of_reply = true,
        },
        {
                .name = "MaxLeaseTimeSec",
                .type = "TIMESPAN",
                .description = "The longest lease that a client may ask for",
                .parse = setting_parse_lease_time,
                .reset = setting_reset_lease_time,
                .offset = offsetof(ReplySettings, max_lease),
                .of_reply = true,
        },
        {
                .name = "Router",
                .type = "ADDRESS…",
                .description = "Default gateways, nothing for none",
                .parse = setting_parse_router,
                .option = DHCP_OPTION_ROUTER,
                .is_list = true,
                .is_words = true,
                .of_reply = true,
        },
        {
                .name = "DNS",
                .type = "ADDRESS…",
                .description = "DNS servers",
                .parse = setting_parse_option_addresses,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_DNS,
                .is_list = true,
                .is_words = true,
                .of_reply = true,
        },
        {
                .name = "NTP",
                .type = "ADDRESS…",
                .description = "Time servers",
                .parse = setting_parse_option_addresses,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_NTP,
                .is_list = true,
                .is_words = true,
                .of_reply = true,
        },
        {
                .name = "Domain",
                .type = "DOMAIN",
                .description = "The domain of the clients",
                .parse = setting_parse_option_domain,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_DOMAIN_NAME,
                .of_reply = true,
        },
        {
                .name = "SearchDomains",
                .type = "DOMAIN…",
                .description = "Domains to complete names with",
                .parse = setting_parse_option_search,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_DOMAIN_SEARCH,
                .is_list = true,
                .is_words = true,
                .of_reply = true,
        },
        {
                .name = "BroadcastAddress",
                .type = "ADDRESS",
                .description = "The broadcast address of the subnet",
                .parse = setting_parse_option_broadcast,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_BROADCAST_ADDRESS,
                .of_reply = true,
        },
        {
                .name = "MTUBytes",
                .type = "NUMBER",
                .description = "The MTU of the link, 68 to 65535",
                .parse = setting_parse_option_mtu,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_INTERFACE_MTU,
                .of_reply = true,
        },
        {
                .name = "Route",
                .type = "PREFIX GATEWAY",
                .description = "A route for clients to set up",
                .parse = setting_parse_option_route,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_CLASSLESS_ROUTE,
                .is_list = true,
                .of_reply = true,
        },
        {
                .name = "Timezone",
                .type = "ZONE",
                .description = "The time zone, a name or a POSIX TZ string",
                .parse = setting_parse_timezone,
                .reset = setting_reset_timezone,
                .of_reply = true,
        },
        {
                .name = "CaptivePortal",
                .type = "URI",
                .description = "The API of the captive portal",
                .parse = setting_parse_captive_portal,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_CAPTIVE_PORTAL,
                .of_reply = true,
        },
        {
                .name = "IPv6OnlyPreferredSec",
                .type = "TIMESPAN",
                .description = "How long clients that can do without IPv4 do without",
                .parse = setting_parse_option_ipv6_only,
                .reset = setting_reset_option,
                .option = DHCP_OPTION_IPV6_ONLY,
                .of_reply = true,
        },
        {
                .name = "BootServerAddress",
                .type = "ADDRESS",
                .description = "The server to boot from",
                .parse = setting_parse_address,
                .reset = setting_reset_address,
                .offset = offsetof(ReplySettings, next_server),
                .of_reply = true,
        },
        {
                .name = "BootServerName",
                .type = "NAME",
                .description = "The name of the server to boot from",
                .parse = setting_parse_boot_server_name,
                .reset = setting_reset_boot_server_name,
                .option = DHCP_OPTION_TFTP_SERVER_NAME,
                .of_reply = true,
        },
        {
                .name = "BootFilename",
                .type = "[CONDITION=VALUE…] NAME",
                .description = "The file to boot from",
                .parse = setting_parse_boot_filename,
                .reset = setting_reset_boot_filename,
                .is_list = true,
                .of_reply = true,
        },
        {
                .name = "SendOption",
                .type = "CODE:TYPE:VALUE",
                .description = "Any other DHCP option",
                .parse = setting_parse_send_option,
                .reset = setting_reset_send_option,
                .is_list = true,
                .of_reply = true,
        },
};

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

/* SPDX-License-Identifier: MIT */

/* Texts and fields of journal entries about pools, links and packets. Nothing here changes
 * anything. */

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "basic/bytes.h"
#include "daemon/messages.h"
#include "daemon/report.h"

static const char *or_else(const char *text, const char *otherwise) {
        return text ? text : otherwise;
}

static const char *link_name(const Server *server, uint32_t ifindex) {
        const Link *link = ifindex > 0 ? server_find_link(server, ifindex) : NULL;

        return link ? link->name : NULL;
}

/* A relay, or the client itself, may have named a subnet that is not the link's. */
static void report_no_pool(Journal *journal, const JournalField *fields, size_t n_fields,
        const char *interface, const char *subnet) {
        if (subnet)
                journal_write(journal, LOG_NOTICE, MESSAGE_NO_POOL, fields, n_fields,
                        "A client of the subnet of %s asks by way of %s, but no pool serves that "
                        "subnet there; it is ignored. To serve it, give a [Pool] section a Subnet= "
                        "that holds %s, and if it has Interface=, name %s there.",
                        subnet, or_else(interface, "an unknown link"), subnet,
                        or_else(interface, "the link"));
        else
                journal_write(journal, LOG_NOTICE, MESSAGE_NO_POOL, fields, n_fields,
                        "A client asks on %s, but no pool serves that link; it is ignored. To "
                        "serve it, give a [Pool] section Interface=%s or a Subnet= that holds an "
                        "address of %s.",
                        or_else(interface, "an unknown link"), or_else(interface, "NAME"),
                        or_else(interface, "the link"));
}

static bool notice_is_of_hardware(const Action *action) {
        const Notice notice = action->notice.notice;

        return action->notice.way == PROBE_BY_ARP &&
               (notice == NOTICE_CONFLICT || notice == NOTICE_PROXY_ARP ||
                       notice == NOTICE_POOL_HALF_CLAIMED);
}

/* What helps when nothing is left to give. */
static const char *remedy_of(const PoolUse *use) {
        if (use->declined > use->used)
                return "See who uses what is set aside with `minidhcpctl list-leases "
                       "--state=declined`, or widen its Range=.";
        if (use->kept > use->used)
                return "Widen its Range=.";
        return "Widen its Range= or shorten its DefaultLeaseTimeSec=.";
}

static void report_exhausted(
        Journal *journal, const JournalField *fields, size_t n_fields, const Pool *pool) {
        const PoolUse use = pool_get_use(pool);
        char kept[64] = "", answered[96] = "";

        if (use.kept > 0)
                (void) snprintf(kept, sizeof(kept), ", %zu kept for hosts", use.kept);
        /* free, but nobody could be given them */
        if (use.free > 0)
                (void) snprintf(answered, sizeof(answered),
                        ", and somebody has just answered for the other %zu", use.free);
        if (use.size == 1)
                journal_write(journal, LOG_WARNING, MESSAGE_POOL_EXHAUSTED, fields, n_fields,
                        "Pool %s is exhausted: its only address is %s; new clients get none. Widen "
                        "its Range=.",
                        pool->settings->name,
                        use.used       ? "leased"
                        : use.declined ? "set aside"
                        : use.offered  ? "offered"
                        : use.kept     ? "kept for a host"
                                       : "somebody's who has just answered for it");
        else
                journal_write(journal, LOG_WARNING, MESSAGE_POOL_EXHAUSTED, fields, n_fields,
                        "Pool %s is exhausted: of its %zu addresses %zu are leased, %zu set aside "
                        "and %zu offered%s%s; new clients get none. %s",
                        pool->settings->name, use.size, use.used, use.declined, use.offered, kept,
                        answered, remedy_of(&use));
}

static void report_nearly_full(
        Journal *journal, const JournalField *fields, size_t n_fields, const Pool *pool) {
        const PoolUse use = pool_get_use(pool);
        char declined[64] = "";

        if (use.declined > 0)
                (void) snprintf(declined, sizeof(declined), ", %zu set aside", use.declined);
        if (use.size == 1)
                journal_write(journal, LOG_NOTICE, MESSAGE_POOL_NEARLY_FULL, fields, n_fields,
                        "Pool %s is full: its only address is in use.", pool->settings->name);
        else
                journal_write(journal, LOG_NOTICE, MESSAGE_POOL_NEARLY_FULL, fields, n_fields,
                        "Pool %s is %s: %zu of %zu addresses are in use%s.", pool->settings->name,
                        use.free > 0 ? "nearly full" : "full", use.used, use.size, declined);
}

void report_no_echo(Journal *journal, int error) {
        journal_say(journal, LOG_WARNING, MESSAGE_NO_ECHO,
                "No ICMP echo can be sent (%s): addresses behind relays are given out without "
                "asking whether they are in use.",
                strerror(-error));
}

static void report_half_claimed(Journal *journal, const JournalField *fields, size_t n_fields,
        const Pool *pool, const char *address, const char *hardware) {
        journal_write(journal, LOG_WARNING, MESSAGE_POOL_HALF_CLAIMED, fields, n_fields,
                "%zu of the %zu addresses of pool %s are set aside, since other hosts answer for "
                "them; now %s answers for %s. No more are set aside: each is asked for before it "
                "is offered, as with ConflictDetection=strict.",
                pool->n_claimed, pool->size, pool->settings->name,
                or_else(hardware, "one more behind a relay"), address);
}

static void report_proxy(Journal *journal, const JournalField *fields, size_t n_fields,
        const Pool *pool, const char *interface, const char *hardware) {
        char subnet[IPV4_PREFIX_STRING_MAX];

        if (!hardware) {
                journal_write(journal, LOG_WARNING, MESSAGE_ECHO_FOR_ALL, fields, n_fields,
                        "Something answers ICMP echo for addresses in %s that nobody has. What "
                        "answers there does not count for an hour, and what was set aside for it "
                        "is free again. Turn that off, or set ConflictDetection=off in [Pool %s].",
                        ipv4_prefix_format(pool->settings->subnet, subnet), pool->settings->name);
                return;
        }
        journal_write(journal, LOG_WARNING, MESSAGE_PROXY_ARP, fields, n_fields,
                "%s answers ARP on %s for addresses that nobody has (proxy ARP). What it answers "
                "does not count for an hour, and what was set aside for it alone is free again. "
                "Turn proxy ARP off there, or set ConflictDetection=off.",
                hardware, or_else(interface, "an unknown link"));
}

/* A lease that went from one hardware address to another under one client identifier. */
static void report_hardware(
        Journal *journal, const Server *server, const Action *action, const char *interface) {
        const Lease *lease = lease_table_find(server_get_table(server), action->notice.address);
        char address[IPV4_STRING_MAX], now[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)],
                before[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)],
                client_id[BYTES_STRING_MAX(UINT8_MAX)] = "";
        LeaseRecord record;

        if (lease) {
                lease_get_record(lease, &record);
                (void) bytes_format(record.client_id, record.client_id_size, client_id);
        }
        const JournalField fields[] = {
                {"DHCP_ADDRESS", ipv4_format(action->notice.address, address)},
                {"DHCP_HWADDR", bytes_format(action->notice.hardware, ETHERNET_ADDRESS_SIZE, now)},
                {"DHCP_OTHER_HWADDR",
                        bytes_format(action->notice.other_hardware, ETHERNET_ADDRESS_SIZE, before)},
                {"DHCP_CLIENT_ID", client_id},
                {"DHCP_POOL", action->notice.pool->settings->name},
                {"INTERFACE", interface},
        };

        if (action->notice.notice == NOTICE_CLONE)
                journal_write(journal, LOG_WARNING, MESSAGE_CLONE, fields, ELEMENTSOF(fields),
                        "Two machines are one client: %s and %s send the same client identifier, "
                        "%s, and are given the same address, %s, by turns. Give one of them an "
                        "identifier of its own, or set ClientIdentifier=ignore in [Pool %s].",
                        before, now, client_id, address, action->notice.pool->settings->name);
        else
                journal_write(journal, LOG_INFO, MESSAGE_OTHER_HARDWARE, fields, ELEMENTSOF(fields),
                        "The lease of %s goes from %s to %s, which sends the same client "
                        "identifier, %s.",
                        address, before, now, client_id);
}

/* An address that is reserved for one machine, and another that has it or had it. */
static void report_rival(
        Journal *journal, const Server *server, const Action *action, const char *interface) {
        const Lease *lease = lease_table_find(server_get_table(server), action->notice.address);
        char address[IPV4_STRING_MAX], hardware[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)],
                other[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)];
        const JournalField fields[] = {
                {"DHCP_ADDRESS", ipv4_format(action->notice.address, address)},
                {"DHCP_HWADDR",
                        bytes_format(action->notice.hardware, ETHERNET_ADDRESS_SIZE, hardware)},
                {"DHCP_OTHER_HWADDR",
                        bytes_format(action->notice.other_hardware, ETHERNET_ADDRESS_SIZE, other)},
                {"DHCP_POOL", action->notice.pool->settings->name},
                {"INTERFACE", interface},
        };

        if (action->notice.notice == NOTICE_RIVALS)
                journal_write(journal, LOG_WARNING, MESSAGE_RIVALS, fields, ELEMENTSOF(fields),
                        "Two machines want %s, which is reserved for one: %s had it and asks "
                        "again, %s has it now and keeps it while it renews. Switch one of them "
                        "off, or give it a [Host] section of its own.",
                        address, hardware, other);
        else if (action->notice.notice == NOTICE_SUCCEEDED)
                journal_write(journal, LOG_NOTICE, MESSAGE_SUCCEEDED, fields, ELEMENTSOF(fields),
                        "%s goes from %s to %s, for which it is reserved; the lease of the first "
                        "one ends.",
                        address, other, hardware);
        else if (lease &&
                 !lease_has_hardware(lease, action->notice.other_hardware, ETHERNET_ADDRESS_SIZE))
                journal_write(journal, LOG_WARNING, MESSAGE_RESERVED_TAKEN, fields,
                        ELEMENTSOF(fields),
                        "%s is reserved for %s, but leased to another machine, and %s answers for "
                        "it. Nobody else gets it before that lease ends; find out what uses it.",
                        address, hardware, other);
        else
                journal_write(journal, LOG_NOTICE, MESSAGE_RESERVED_TAKEN, fields,
                        ELEMENTSOF(fields),
                        "%s is reserved for %s, but leased to %s, which keeps it until its lease "
                        "ends, or until it is gone when the other one starts again. `minidhcpctl "
                        "delete-lease %s` ends that lease at once.",
                        address, hardware, other, address);
}

/* The host that an address is reserved for, or NULL. */
static const char *find_reservation(const Server *server, ipv4_t address) {
        const Settings *settings = server_get_settings(server);

        for (size_t i = 0; settings && i < settings->n_hosts; i++)
                if (settings->hosts[i]->address == address)
                        return settings->hosts[i]->name;
        return NULL;
}

/* Behind a relay nobody can tell who it is. */
static void report_conflict(Journal *journal, const Server *server, const Action *action,
        const JournalField *fields, size_t n_fields, const char *address, const char *hardware) {
        static const uint8_t nobody[ETHERNET_ADDRESS_SIZE];
        const char *host = find_reservation(server, action->notice.address);
        char other[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)];

        (void) bytes_format(action->notice.other_hardware, ETHERNET_ADDRESS_SIZE, other);
        if (!hardware)
                journal_write(journal, LOG_WARNING, MESSAGE_ECHO_CONFLICT, fields, n_fields,
                        "Address conflict: somebody behind a relay answers an ICMP echo to %s, "
                        "%s%s. It is set aside.",
                        address,
                        host ? "which is reserved for host " : "for which there is no lease",
                        or_else(host, ""));
        else if (memcmp(action->notice.other_hardware, nobody, sizeof(nobody)) != 0)
                journal_write(journal, LOG_WARNING, MESSAGE_ADDRESS_CONFLICT, fields, n_fields,
                        "Address conflict: %s is used by %s, but leased to %s, which gets another "
                        "address. It is set aside.",
                        address, hardware, other);
        else if (host)
                journal_write(journal, LOG_WARNING, MESSAGE_ADDRESS_CONFLICT, fields, n_fields,
                        "Address conflict: %s is used by %s, but reserved for host %s, which gets "
                        "another address. It is set aside.",
                        address, hardware, host);
        else
                journal_write(journal, LOG_WARNING, MESSAGE_ADDRESS_CONFLICT, fields, n_fields,
                        "Address conflict: %s is used by %s, which has no lease for it. It is set "
                        "aside.",
                        address, hardware);
}

void report_notice(Journal *journal, const Server *server, const Action *action) {
        const Pool *pool = action->notice.pool;
        const char *interface = link_name(server, action->notice.ifindex);
        char address[IPV4_STRING_MAX], hardware[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)];
        const char *who = notice_is_of_hardware(action) ? bytes_format(action->notice.hardware,
                                                                  ETHERNET_ADDRESS_SIZE, hardware)
                                                        : NULL;
        const JournalField fields[] = {
                {"DHCP_POOL", pool ? pool->settings->name : NULL},
                {"INTERFACE", interface},
                {"DHCP_ADDRESS", action->notice.address != 0
                                         ? ipv4_format(action->notice.address, address)
                                         : NULL},
                {"DHCP_HWADDR", who},
        };

        switch (action->notice.notice) {
        case NOTICE_POOL_EXHAUSTED:
                report_exhausted(journal, fields, ELEMENTSOF(fields), pool);
                break;
        case NOTICE_POOL_NEARLY_FULL:
                report_nearly_full(journal, fields, ELEMENTSOF(fields), pool);
                break;
        case NOTICE_NO_POOL:
                report_no_pool(journal, fields, ELEMENTSOF(fields), interface,
                        action->notice.address != 0 ? address : NULL);
                break;
        case NOTICE_OTHER_LINK:
                journal_write(journal, LOG_NOTICE, MESSAGE_OTHER_LINK, fields, ELEMENTSOF(fields),
                        "A relay sends a message for the subnet of %s in by way of %s, which pool "
                        "%s does not serve; it is ignored. If relays are to use %s, name it in "
                        "Interface= of [Pool %s], besides the pool's other links.",
                        address, or_else(interface, "an unknown link"), pool->settings->name,
                        or_else(interface, "that link"), pool->settings->name);
                break;
        case NOTICE_UNTRUSTED_RELAY:
                journal_write(journal, LOG_NOTICE, MESSAGE_UNTRUSTED_RELAY, fields,
                        ELEMENTSOF(fields),
                        "A message on %s says that %s has relayed it, which pool %s has no reason "
                        "to believe; it is ignored, for the answer would go to %s. If that is a "
                        "relay of yours, set Relay=%s in [Pool %s].",
                        or_else(interface, "an unknown link"), address, pool->settings->name,
                        address, address, pool->settings->name);
                break;
        case NOTICE_NO_SERVER_ADDRESS:
                journal_write(journal, LOG_WARNING, MESSAGE_NO_SERVER_ADDRESS, fields,
                        ELEMENTSOF(fields),
                        "A client asks on %s, but that link has no IPv4 address that could be the "
                        "server's; it is ignored. Give the link an address in the pool's subnet.",
                        or_else(interface, "an unknown link"));
                break;
        case NOTICE_CONFLICT:
                report_conflict(journal, server, action, fields, ELEMENTSOF(fields), address, who);
                break;
        case NOTICE_PROXY_ARP:
                report_proxy(journal, fields, ELEMENTSOF(fields), pool, interface, who);
                break;
        case NOTICE_POOL_HALF_CLAIMED:
                report_half_claimed(journal, fields, ELEMENTSOF(fields), pool, address, who);
                break;
        case NOTICE_OTHER_HARDWARE:
        case NOTICE_CLONE:
                report_hardware(journal, server, action, interface);
                break;
        case NOTICE_RIVALS:
        case NOTICE_RESERVED_TAKEN:
        case NOTICE_SUCCEEDED:
                report_rival(journal, server, action, interface);
                break;
        case NOTICE_SERVER_ADDRESS:
                journal_write(journal, LOG_WARNING, MESSAGE_SERVER_ADDRESS, fields,
                        ELEMENTSOF(fields),
                        "ServerAddress=%s of [Pool %s] is no address of this machine; clients are "
                        "told the address of the link. Give the machine that address, or name "
                        "one that it has.",
                        address, pool->settings->name);
                break;
        case NOTICE_MAX:
                break;
        }
}

bool report_allow(ReportLimit *limit, usec_t now, uint64_t *ret_suppressed) {
        if (now < limit->next) {
                limit->suppressed++;
                return false;
        }
        *ret_suppressed = limit->suppressed;
        *limit = (ReportLimit){.next = usec_add(now, REPORT_INTERVAL_SEC * USEC_PER_SEC)};
        return true;
}

/* Drops that somebody should look into; all others are everyday traffic. */
static bool verdict_is_alarming(Verdict verdict) {
        return verdict == VERDICT_MALFORMED || verdict == VERDICT_OWN_ADDRESS ||
               verdict == VERDICT_BAD_SELECTION || verdict == VERDICT_TOO_MANY_HOPS ||
               verdict == VERDICT_RATE_LIMITED || verdict == VERDICT_NO_LEASE_FILE ||
               verdict == VERDICT_TOO_OLD || verdict == VERDICT_NO_MEMORY;
}

/* Whether the core has read the packet and could make sense of it. */
static bool is_message(const Actions *actions) {
        return actions->verdict != VERDICT_MALFORMED && actions->verdict != VERDICT_TOO_OLD &&
               actions->verdict != VERDICT_NO_LEASE_FILE;
}

void report_packet(Journal *journal, const Server *server, const uint8_t *packet, size_t size,
        const PacketMetadata *metadata, const Actions *actions, ReportLimit *limits, usec_t now) {
        char source[IPV4_STRING_MAX], hardware[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)] = "",
                                      xid[16] = "";
        const char *reason, *interface = link_name(server, metadata->ifindex);
        char suppressed[96] = "", omitted[CODE_SET_STRING_MAX];
        bool alarming = verdict_is_alarming(actions->verdict);
        int level = LOG_DEBUG;
        uint64_t n_suppressed = 0;

        if (alarming && report_allow(&limits[actions->verdict], now, &n_suppressed))
                level = LOG_NOTICE;
        else if (!journal_wants(journal, LOG_DEBUG))
                return;

        if (n_suppressed > 0)
                (void) snprintf(suppressed, sizeof(suppressed),
                        " (%llu more of this kind since the last such line; at most one a minute)",
                        (unsigned long long) n_suppressed);
        if (size >= DHCP_OPTIONS_OFFSET) {
                (void) bytes_format(packet + DHCP_CHADDR_OFFSET, ETHERNET_ADDRESS_SIZE, hardware);
                (void) snprintf(xid, sizeof(xid), "0x%08x", wire_get_u32(packet + DHCP_XID_OFFSET));
        }
        (void) code_set_format(&actions->omitted, omitted);
        reason = actions->verdict == VERDICT_MALFORMED
                         ? message_error_to_string(actions->message_error)
                         : verdict_to_string(actions->verdict);

        const JournalField fields[] = {
                {"DHCP_VERDICT", verdict_to_string(actions->verdict)},
                {"DHCP_HWADDR", hardware},
                {"DHCP_XID", xid},
                {"INTERFACE", interface},
        };
        if (level == LOG_DEBUG)
                journal_write(journal, level, NULL, fields, ELEMENTSOF(fields),
                        "%s from %s (%s) on %s: %s%s%s.",
                        is_message(actions) ? message_type_to_string(actions->message_type)
                                            : "Packet",
                        ipv4_format(metadata->source, source), hardware, or_else(interface, "?"),
                        reason, *omitted ? "; no room for options " : "", omitted);
        else
                journal_write(journal, level, NULL, fields, ELEMENTSOF(fields),
                        "Packet of %zu bytes from %s on %s dropped: %s%s.", size,
                        ipv4_format(metadata->source, source), or_else(interface, "?"), reason,
                        suppressed);
}

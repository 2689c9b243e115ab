/* SPDX-License-Identifier: MIT */

/* A small table of what was said, and the texts. What counts as one server is a pair of link and
 * address: these are what somebody who looks for it has to know. */

#include <stdio.h>
#include <syslog.h>

#include "basic/bytes.h"
#include "daemon/messages.h"
#include "daemon/other-servers.h"
#include "wire/message.h"

#define SAY_AGAIN_USEC USEC_PER_HOUR

typedef enum Novelty {
        NOVELTY_NONE, /* has been said */
        NOVELTY_SERVER,
        NOVELTY_MORE, /* a server for which there is no room, the first of these */
} Novelty;

static Novelty judge(OtherServers *others, ipv4_t address, uint32_t ifindex, usec_t now) {
        const usec_t until = usec_add(now, SAY_AGAIN_USEC);
        size_t oldest = 0;

        for (size_t i = 0; i < OTHER_SERVERS_MAX; i++) {
                if (others->said[i].until > now && others->said[i].address == address &&
                        others->said[i].ifindex == ifindex)
                        return NOVELTY_NONE;
                if (others->said[i].until < others->said[oldest].until)
                        oldest = i;
        }
        if (others->said[oldest].until <= now) {
                others->said[oldest].address = address;
                others->said[oldest].ifindex = ifindex;
                others->said[oldest].until = until;
                return NOVELTY_SERVER;
        }
        if (others->more_until > now)
                return NOVELTY_NONE;
        others->more_until = until;
        return NOVELTY_MORE;
}

void other_servers_report(OtherServers *others, const FormerAddresses *former, Journal *journal,
        const Server *server, const uint8_t *packet, size_t size, const PacketMetadata *metadata,
        const Actions *actions, usec_t now) {
        char address[IPV4_STRING_MAX], relay_address[IPV4_STRING_MAX],
                hardware[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)], behind[64] = "";
        const PoolSettings *pool;
        const Link *link;
        Novelty novelty;
        ipv4_t giaddr;
        int level;

        if (actions->other_server == 0 || size < DHCP_OPTIONS_OFFSET)
                return;
        if (packet[0] == BOOTREQUEST && former_addresses_has(former, actions->other_server, now))
                return;
        pool = actions->other_server_pool->settings;
        level = pool->authoritative ? LOG_WARNING : LOG_NOTICE;
        if (!journal_wants(journal, level))
                return;
        novelty = judge(others, actions->other_server, metadata->ifindex, now);
        if (novelty == NOVELTY_NONE)
                return;

        link = server_find_link(server, metadata->ifindex);
        giaddr = wire_get_u32(packet + DHCP_GIADDR_OFFSET);
        if (giaddr != 0)
                (void) snprintf(behind, sizeof(behind), " behind the relay %s",
                        ipv4_format(giaddr, relay_address));
        const JournalField fields[] = {
                {"DHCP_SERVER_ID", ipv4_format(actions->other_server, address)},
                {"DHCP_HWADDR",
                        bytes_format(packet + DHCP_CHADDR_OFFSET, ETHERNET_ADDRESS_SIZE, hardware)},
                {"DHCP_POOL", pool->name},
                {"INTERFACE", link ? link->name : NULL},
        };
        if (novelty == NOVELTY_SERVER)
                journal_write(journal, level, MESSAGE_OTHER_SERVER, fields, ELEMENTSOF(fields),
                        "Another DHCP server, %s, serves %s on %s%s, where pool %s is %s", address,
                        hardware, link ? link->name : "?", behind, pool->name,
                        pool->authoritative
                                ? "authoritative. Find out where it is plugged in; or, if it is "
                                  "meant to be there, set Authoritative=no."
                                : "served as well.");
        else
                journal_write(journal, level, MESSAGE_OTHER_SERVER, fields, ELEMENTSOF(fields),
                        "More than %d other DHCP servers were seen within an hour, now %s on %s%s; "
                        "no more of them are told for an hour. Somebody may be forging them.",
                        OTHER_SERVERS_MAX, address, link ? link->name : "?", behind);
}

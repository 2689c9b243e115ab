/* SPDX-License-Identifier: MIT */

/* Which pools a message is for: links, relays, subnet and link selection, server identifiers. */

#include "test.h"

#include "transcript.h"

#define LINKS                                                                                      \
        "link br0 192.168.1.1/24\n"                                                                \
        "link eth1 10.0.0.1/8\n"
#define POOLS                                                                                      \
        "pool lan 192.168.1.0/24 .100-.109\n"                                                      \
        "pool lab 10.0.0.0/8 10.0.0.100-10.0.0.109\n"                                              \
        "pool far 172.16.5.0/24 172.16.5.10-172.16.5.19\n"

TRANSCRIPT(test_links, /* RFC 2131 4.3.1: the subnet of the arrival interface */
        LINKS POOLS "0  a DISCOVER on=br0\n"
                    "   -> OFFER .100 server=.1\n"
                    "0  a DISCOVER on=eth1\n" /* another subnet, another lease */
                    "   -> OFFER 10.0.0.100 server=10.0.0.1 option=1:ff000000\n"
                    "   ? .100 offered a\n"
                    "0  a REQUEST server=10.0.0.1 ask=10.0.0.100 on=eth1\n"
                    "   -> COMMIT granted 10.0.0.100 a\n"
                    "   -> ACK 10.0.0.100\n"
                    "   ? .100 offered a\n");

TRANSCRIPT(test_moved_to_another_link, /* RFC 2131 4.3.2: on the wrong net */
        LINKS POOLS "0  a REQUEST server=.1 ask=.100 on=br0\n"
                    "   -> COMMIT granted .100 a\n"
                    "   -> ACK .100\n"
                    "9  a REQUEST ask=.100 on=eth1\n"
                    "   -> NAK server=10.0.0.1\n"
                    "9  a REQUEST ciaddr=.100 from=.100 on=eth1\n"
                    "   -> NAK to=broadcast\n"
                    "   ? .100 bound a\n");

TRANSCRIPT(test_interface_names,
        "link br0 192.168.1.1/24\n"
        "link vm1 10.9.0.1/24\n"
        "link vm2 10.9.1.1/24\n"
        "link eth0 10.8.0.1/24\n"
        "pool vms 10.20.0.0/24 10.20.0.100-10.20.0.109 interface=vm*\n"
        "0  a DISCOVER on=vm1\n"
        "   -> OFFER 10.20.0.100 server=10.9.0.1 source=10.9.0.1\n"
        "0  b DISCOVER on=vm2\n"
        "   -> OFFER 10.20.0.101 server=10.9.1.1\n"
        "0  c DISCOVER on=eth0\n"
        "   -> NOTICE no-pool\n"
        "   = no-pool\n"
        "0  d DISCOVER giaddr=10.20.0.2 on=eth0\n" /* nor through a relay from elsewhere */
        "   -> NOTICE other-link vms\n"
        "   = no-pool\n"
        "0  d DISCOVER giaddr=10.20.0.2 on=vm2\n"
        "   -> OFFER 10.20.0.102\n"
        "1  a REQUEST ask=10.20.0.100 on=vm1\n"
        "   -> COMMIT granted 10.20.0.100 a\n"
        "   -> ACK 10.20.0.100\n"
        /* a renewal by unicast may be routed here any way */
        "2  a REQUEST ciaddr=10.20.0.100 from=10.20.0.100 unicast on=eth0\n"
        "   -> COMMIT renewed 10.20.0.100 a\n"
        "   -> ACK 10.20.0.100 to=udp:10.20.0.100:68 source=10.8.0.1\n");

TRANSCRIPT(test_relays_on_a_link_with_a_pool, /* Interface= of a far pool names the relays' link */
        "link eth0 10.9.0.1/24\n"
        "pool far 10.20.0.0/24 10.20.0.10-10.20.0.19 interface=eth0\n"
        "pool near 10.9.0.0/24 10.9.0.100-10.9.0.100 interface=eth0\n"
        "0  a DISCOVER ask=10.20.0.11\n"
        "   -> OFFER 10.9.0.100\n"
        "0  b REQUEST ask=10.20.0.11\n"
        "   -> NAK to=broadcast\n"
        "1  c REQUEST giaddr=10.20.0.1 server=10.9.0.1 ask=10.20.0.10\n"
        "   -> COMMIT granted 10.20.0.10 c relayed\n"
        "   -> ACK 10.20.0.10 to=udp:10.20.0.1:67\n"
        "2  c REQUEST ciaddr=10.20.0.10 from=10.20.0.10 unicast\n" /* past the relay */
        "   -> COMMIT renewed 10.20.0.10 c relayed\n"
        "   -> ACK 10.20.0.10 to=udp:10.20.0.10:68 by=0\n"
        "3  c REQUEST ask=10.20.0.10\n" /* moved here */
        "   -> NAK to=broadcast\n"
        "4  c DISCOVER\n"
        "   -> OFFER 10.9.0.100\n"
        "5  a REQUEST server=10.9.0.1 ask=10.9.0.100\n"
        "   -> COMMIT granted 10.9.0.100 a\n"
        "   -> NOTICE nearly-full near\n"
        "   -> ACK 10.9.0.100\n"
        "6  b DISCOVER\n" /* an address that is no good here is no way out */
        "   -> NOTICE exhausted near\n"
        "   = pool-exhausted\n");

TRANSCRIPT(test_relays_on_a_link_without_a_pool,
        "link eth0 10.9.0.1/24\n"
        "pool far 10.20.0.0/24 10.20.0.10-10.20.0.19 interface=eth0\n"
        "1  a REQUEST giaddr=10.20.0.1 server=10.9.0.1 ask=10.20.0.10\n"
        "   -> COMMIT granted 10.20.0.10 a relayed\n"
        "   -> ACK 10.20.0.10 to=udp:10.20.0.1:67\n"
        "2  a REQUEST ciaddr=10.20.0.10 from=10.20.0.10 unicast\n"
        "   -> COMMIT renewed 10.20.0.10 a relayed\n"
        "   -> ACK 10.20.0.10 to=udp:10.20.0.10:68 by=0\n"
        "3  b REQUEST ciaddr=10.20.0.10 from=10.20.0.10 unicast\n" /* DEVIATIONS 20 */
        "   -> NAK to=udp:10.20.0.10:68 by=0\n");

TRANSCRIPT(test_no_pool, /* said once a link */
        "link br0 192.168.1.1/24\n"
        "link br1 192.168.2.1/24\n"
        "pool lan 192.168.3.0/24 192.168.3.100-192.168.3.109\n"
        "0  a DISCOVER\n"
        "   -> NOTICE no-pool\n"
        "   = no-pool\n"
        "1  a DISCOVER\n"
        "   = no-pool\n"
        "2  a DISCOVER on=br1\n"
        "   -> NOTICE no-pool\n"
        "2  a DISCOVER on=99\n" /* an interface that nobody told us of */
        "   = no-pool\n"
        "link br2 192.168.4.1/24\n" /* told anew: still said */
        "3  a DISCOVER\n"
        "   = no-pool\n"
        "pool lan 192.168.5.0/24 192.168.5.100-192.168.5.109\n" /* configured anew */
        "4  a DISCOVER\n"
        "   -> NOTICE no-pool\n"
        "   = no-pool\n");

TRANSCRIPT(test_no_address, /* said once a link */
        "link br0\n"
        "pool lan 192.168.1.0/24 .100-.109 interface=br0\n"
        "0  a DISCOVER\n"
        "   -> NOTICE no-address\n"
        "   = no-server-address\n"
        "1  a DISCOVER\n"
        "   = no-server-address\n");

TRANSCRIPT(test_several_subnets_on_a_link,
        "link br0 192.168.1.1/24 10.0.0.1/24\n"
        "pool one 192.168.1.0/24 .100-.100\n"
        "pool two 10.0.0.0/24 10.0.0.100-10.0.0.100\n"
        "0  a REQUEST server=.1 ask=.100\n"
        "   -> COMMIT granted .100 a\n"
        "   -> NOTICE nearly-full one\n"
        "   -> ACK .100 server=.1 option=3:c0a80101\n"
        "0  b DISCOVER\n" /* the first is full, the second is not */
        "   -> OFFER 10.0.0.100 server=10.0.0.1 source=10.0.0.1 option=3:0a000001\n"
        "1  a REQUEST server=10.0.0.1 ask=10.0.0.100\n" /* one address a client on a link */
        "   -> COMMIT granted 10.0.0.100 a\n"
        "   -> COMMIT released .100 a\n"
        "   -> NOTICE nearly-full two\n"
        "   -> ACK 10.0.0.100\n"
        "2  a REQUEST ask=.100\n"
        "   -> NAK server=.1\n");

TRANSCRIPT(test_several_pools_of_a_subnet, /* ranges of one, exclusions of the other */
        "link br0 192.168.1.1/24\n"
        "pool low 192.168.1.0/24 .1-.3 .5 exclude=.2-.2 lease=10min\n"
        "pool high 192.168.1.0/24 .200-.201 lease=20min\n"
        "0  a REQUEST ask=.3\n" /* .1 is our own address */
        "   -> COMMIT granted .3 a until=600\n"
        "   -> ACK .3 lease=600\n"
        "0  b DISCOVER\n"
        "   -> OFFER .5\n"
        "0  c REQUEST ask=.201\n"
        "   -> COMMIT granted .201 c\n"
        "   -> ACK .201 lease=1200\n"
        "0  d DISCOVER\n"
        "   -> OFFER .200\n"
        "0  e REQUEST ask=.2\n"
        "   -> NAK\n"
        "0  e REQUEST ask=.1\n"
        "   -> NAK\n"
        "   ? low used=1 offered=1 free=0\n"
        "   ? high used=1 offered=1 free=0\n");

TRANSCRIPT(test_overlapping_ranges, /* the first that begins before the address and holds it */
        "link br0 192.168.1.1/24\n"
        "pool big 192.168.1.0/24 .100-.199\n"
        "pool small 192.168.1.0/24 .150-.159\n"
        "0  load .120 bound a 9999\n"
        "0  load .155 bound b 9999\n"
        "0  load .170 bound c 9999\n"
        "0  load .200 bound d 9999\n"
        "   ? big used=2\n"
        "   ? small used=1\n");

TRANSCRIPT(test_relay, /* RFC 2131 4.3.1: giaddr */
        LINKS POOLS
        "0  a DISCOVER giaddr=172.16.5.1 hops=1 on=eth1 unicast to=10.0.0.1\n"
        "   -> OFFER 172.16.5.10 to=udp:172.16.5.1:67 source=10.0.0.1 server=10.0.0.1 by=0\n"
        "1  a REQUEST giaddr=172.16.5.1 server=10.0.0.1 ask=172.16.5.10 on=eth1\n"
        "   -> COMMIT granted 172.16.5.10 a relayed\n"
        "   -> ACK 172.16.5.10 to=udp:172.16.5.1:67\n"
        /* RENEWING goes past the relay; the answer goes where the message came from */
        "9  a REQUEST ciaddr=172.16.5.10 from=172.16.5.10 on=eth1 unicast to=10.0.0.1\n"
        "   -> COMMIT renewed 172.16.5.10 a relayed\n"
        "   -> ACK 172.16.5.10 to=udp:172.16.5.10:68 source=10.0.0.1 server=10.0.0.1 by=0\n"
        "9  a REQUEST ciaddr=172.16.5.10 from=10.0.0.77 on=eth1 unicast to=10.0.0.1\n"
        "   = wrong-source\n" /* something rewrote it: it waits for T2 */
        "19 a RELEASE ciaddr=172.16.5.10 server=10.0.0.1 from=172.16.5.10 on=eth1 unicast\n"
        "   -> COMMIT released 172.16.5.10 a\n"
        "20 b DISCOVER giaddr=172.16.6.1 on=eth1\n"
        "   -> NOTICE no-pool 172.16.6.1\n"
        "   = no-pool\n"
        "20 b DISCOVER giaddr=172.16.5.1 hops=17 on=eth1\n"
        "   = too-many-hops\n");

TRANSCRIPT(
        test_nak_past_the_relay, /* DEVIATIONS 20: where the client is, not on the arrival link */
        LINKS POOLS
        "0  a REQUEST giaddr=172.16.5.1 server=10.0.0.1 ask=172.16.5.10 on=eth1\n"
        "   -> COMMIT granted 172.16.5.10 a\n"
        "   -> ACK 172.16.5.10\n"
        "9  b REQUEST ciaddr=172.16.5.10 from=172.16.5.10 on=eth1 unicast to=10.0.0.1\n"
        "   -> NAK to=udp:172.16.5.10:68 by=0 source=10.0.0.1 server=10.0.0.1 flags=0\n"
        "9  b REQUEST ciaddr=172.16.9.7 from=172.16.9.7 on=eth1 unicast to=10.0.0.1\n"
        "   -> NAK to=udp:172.16.9.7:68 by=0\n" /* of a subnet that nothing serves any more */
        "9  b REQUEST ciaddr=172.16.5.10 option=118:ac100500 from=172.16.5.10 on=eth1 unicast\n"
        "   -> NAK to=udp:172.16.5.10:68 by=0\n"
        /* all others as the RFC has it */
        "9  b REQUEST ciaddr=172.16.5.10 giaddr=172.16.5.1 on=eth1 unicast to=10.0.0.1\n"
        "   -> NAK to=udp:172.16.5.1:67 flags=0x8000\n"
        "9  b REQUEST ciaddr=172.16.5.10 from=172.16.5.10 on=eth1\n"
        "   -> NAK to=broadcast by=3\n"
        "9  b REQUEST ciaddr=10.0.0.200 from=10.0.0.200 on=eth1 unicast to=10.0.0.1\n"
        "   -> NAK to=broadcast by=3\n"
        "9  b REQUEST ask=172.16.5.10 on=eth1\n"
        "   -> NAK to=broadcast by=3\n");

TRANSCRIPT(test_inform_of_a_remote_client,
        LINKS POOLS "0  a INFORM ciaddr=172.16.5.77 from=172.16.5.77 on=eth1 unicast\n"
                    "   -> ACK 0.0.0.0 to=udp:172.16.5.77:68 by=0 option=1:ffffff00\n");

TRANSCRIPT(test_relay_address_of_several, /* the address that the relay speaks to */
        "link eth0 10.0.0.1/24 10.0.1.1/24\n"
        "pool far 172.16.5.0/24 172.16.5.10-172.16.5.19\n"
        "0  a DISCOVER giaddr=172.16.5.1 unicast to=10.0.1.1\n"
        "   -> OFFER 172.16.5.10 source=10.0.1.1 server=10.0.1.1\n"
        "0  a DISCOVER giaddr=172.16.5.1 unicast to=10.9.9.9\n"
        "   -> OFFER 172.16.5.10 source=10.0.0.1 server=10.0.0.1\n");

TRANSCRIPT(test_link_selection, /* RFC 3527: 82.5 before giaddr */
        LINKS POOLS "0  a DISCOVER giaddr=10.0.0.7 relay=05:04:ac100500 on=eth1\n"
                    "   -> OFFER 172.16.5.10 to=udp:10.0.0.7:67 option=82:05:04:ac100500\n"
                    "0  a DISCOVER giaddr=10.0.0.7 relay=05:04:c0a8ff00 on=eth1\n"
                    "   -> NOTICE no-pool 192.168.255.0\n"
                    "0  b DISCOVER relay=05:04:ac100500 on=eth1\n" /* without a relay nobody may */
                    "   -> OFFER 10.0.0.100\n");

TRANSCRIPT(test_selection_that_cannot_be_read, /* no address of another network instead */
        LINKS POOLS
        "0  a DISCOVER giaddr=10.0.0.7 relay=05:02:ac10 on=eth1\n" /* 82.5 */
        "   = bad-selection\n"
        "0  a DISCOVER giaddr=10.0.0.7 relay=05:00 on=eth1\n"
        "   = bad-selection\n"
        "0  a DISCOVER giaddr=10.0.0.7 relay=05:05:ac10050000 on=eth1\n"
        "   = bad-selection\n"
        "0  a DISCOVER giaddr=10.0.0.7 relay=01:02:aabb:05:04:ac10 on=eth1\n" /* 82 itself */
        "   = bad-selection\n"
        "0  a DISCOVER giaddr=10.0.0.7 relay=0b:03:ac1005 on=eth1\n" /* 82.11 */
        "   = bad-selection\n"
        "0  a DISCOVER giaddr=10.0.0.7 relay=05:02:ac10 option=118:0a000000 on=eth1\n"
        "   = bad-selection\n"
        "0  a DISCOVER giaddr=10.0.0.7 option=118:ac1005 on=eth1\n" /* 118 */
        "   = bad-selection\n"
        "0  a DISCOVER giaddr=10.0.0.7 option=118: on=eth1\n"
        "   = bad-selection\n"
        "0  a RELEASE ciaddr=10.0.0.100 giaddr=10.0.0.7 relay=05:02:ac10 on=eth1\n"
        "   = bad-selection\n"
        "0  a ACK op=2 server=10.0.0.9 giaddr=10.0.0.7 relay=05:02:ac10 on=eth1\n"
        "   = not-request\n"
        "0  a DISCOVER relay=05:02:ac10 on=eth1\n" /* without a relay it is none */
        "   -> OFFER 10.0.0.100\n"
        "0  b DISCOVER relay=0b:03:ac1005 on=eth1\n"
        "   -> OFFER 10.0.0.101\n"
        "0  c DISCOVER giaddr=10.0.0.7 relay=05:04:ac100500 option=118:0a on=eth1\n"
        "   -> OFFER 172.16.5.10\n"); /* 118 is not asked */

TRANSCRIPT(
        test_subnet_selection, /* RFC 3011: 118 before giaddr, after 82.5; through relays alone */
        LINKS POOLS
        "0  b DISCOVER giaddr=10.0.0.7 option=118:ac100500 on=eth1\n"
        "   -> OFFER 172.16.5.10 option=118:ac100500\n"
        "0  a DISCOVER option=118:ac100500 on=eth1\n"
        "   -> OFFER 10.0.0.100 no=118\n"
        "0  e DISCOVER option=118:ac10 on=br0\n"
        "   -> OFFER .100 no=118\n"
        "0  c DISCOVER giaddr=10.0.0.7 option=118:ac100500 relay=05:04:0a000000 on=eth1\n"
        "   -> OFFER 10.0.0.101\n"
        "0  d DISCOVER giaddr=10.0.0.7 option=118:01020300 on=eth1\n"
        "   -> NOTICE no-pool 1.2.3.0\n"
        "   = no-pool\n");

TRANSCRIPT(test_server_id_override, /* RFC 5107: 82.11 */
        LINKS POOLS
        "0  a DISCOVER giaddr=172.16.5.1 relay=0b:04:ac100501 on=eth1\n"
        "   -> OFFER 172.16.5.10 server=172.16.5.1 source=10.0.0.1 to=udp:172.16.5.1:67\n"
        "0  a REQUEST giaddr=172.16.5.1 server=172.16.5.1 ask=172.16.5.10 "
        "relay=0b:04:ac100501 on=eth1\n"
        "   -> COMMIT granted 172.16.5.10 a\n"
        "   -> ACK 172.16.5.10 server=172.16.5.1 source=10.0.0.1\n"
        "9  a REQUEST giaddr=172.16.5.1 ciaddr=172.16.5.10 relay=0b:04:ac100501 on=eth1\n"
        "   -> COMMIT renewed 172.16.5.10 a\n"
        "   -> ACK 172.16.5.10 server=172.16.5.1\n"
        "10 a RELEASE giaddr=172.16.5.1 ciaddr=172.16.5.10 server=172.16.5.1 "
        "relay=0b:04:ac100501 on=eth1\n"
        "   -> COMMIT released 172.16.5.10 a\n"
        "11 a REQUEST giaddr=172.16.5.1 server=172.16.5.1 ask=172.16.5.10 on=eth1\n"
        "   = other-server 172.16.5.1 far\n"           /* not ours without the override */
        "12 b DISCOVER relay=0b:04:ac100501 on=eth1\n" /* nor is one that no relay sent */
        "   -> OFFER 10.0.0.100 server=10.0.0.1\n");

TRANSCRIPT(test_any_of_our_addresses_is_ours,
        LINKS POOLS "0  a REQUEST server=10.0.0.1 ask=.100 on=br0\n"
                    "   -> COMMIT granted .100 a\n"
                    "   -> ACK .100 server=10.0.0.1 source=.1\n"
                    "0  a REQUEST server=10.0.0.2 ask=.100 on=br0\n"
                    "   = other-server 10.0.0.2 lan\n");

TRANSCRIPT(test_other_server_in_a_request, /* RFC 2131 3.1 step 3 */
        "link br0 192.168.1.1/24 192.168.2.1/24\n"
        "link eth1 10.0.0.1/8\n"
        "pool spare 192.168.2.0/24 192.168.2.100-192.168.2.109 interface=br0 "
        "authoritative=no\n" POOLS "0  a REQUEST server=.9 ask=.150 on=br0\n"
        "   = other-server .9 lan\n"
        "0  a REQUEST server=.9 ask=192.168.2.7 on=br0\n"
        "   = other-server .9 spare\n"
        "0  a REQUEST server=.9 ask=172.29.0.1 on=br0\n" /* the first that minds */
        "   = other-server .9 lan\n"
        "0  a REQUEST server=10.0.0.9 ask=172.16.5.70 giaddr=172.16.5.1 on=br0\n"
        "   = other-server 10.0.0.9 far\n"
        "0  a REQUEST server=.9 ask=172.16.9.7 giaddr=172.16.9.1 on=eth1\n" /* not ours */
        "   -> NOTICE no-pool\n"
        "   = no-pool\n"
        "0  a REQUEST server=.1 ask=.150 on=br0\n" /* this server */
        "   -> NAK\n"
        "   = naked\n"
        "0  a REQUEST server=0.0.0.0 ask=.150 on=br0\n" /* nobody */
        "   = other-server\n"
        "0  a REQUEST server=255.255.255.255 ask=.150 on=br0\n"
        "   = other-server\n"
        "0  a DISCOVER server=.9 on=br0\n" /* no choice yet */
        "   -> OFFER 192.168.2.100\n"
        "   = offered\n");

TRANSCRIPT(test_other_server_in_an_answer, /* that a relay brought to us */
        LINKS POOLS
        "0  a OFFER op=2 server=.9 giaddr=172.16.5.1 on=eth1 unicast\n"
        "   = not-request .9 far\n"
        "0  a ACK op=2 server=.9 giaddr=.2 on=br0\n"
        "   = not-request .9 lan\n"
        "0  a NAK op=2 server=10.0.0.9 on=eth1\n"
        "   = not-request 10.0.0.9 lab\n"
        "0  a NAK server=10.0.0.9 on=eth1\n" /* op is wrong as well */
        "   = server-message 10.0.0.9 lab\n"
        "0  a ACK op=2 server=.1 giaddr=.2 on=br0\n" /* ours */
        "   = not-request\n"
        "0  a ACK op=2 server=.9 giaddr=172.16.9.1 on=eth1\n" /* where we do not serve */
        "   = not-request\n"
        "0  a ACK op=2 server=.9 on=99\n"
        "   = not-request\n"
        "0  a OFFER op=2 on=br0\n" /* of whom? */
        "   = not-request\n"
        "0  a REQUEST op=2 server=.9 ask=.150 on=br0\n"
        "   = not-request\n");

TRANSCRIPT(test_disabled_pool, /* serves nobody */
        LINKS POOLS "0  a REQUEST server=.1 ask=.100\n"
                    "   -> COMMIT granted .100 a\n"
                    "   -> ACK .100\n"
                    "1  disable lan\n"
                    "2  a REQUEST ciaddr=.100 unicast from=.100\n"
                    "   -> NOTICE no-pool\n"
                    "   = no-pool\n"
                    "   ? .100 bound a\n"
                    "3  enable lan\n"
                    "4  a REQUEST ciaddr=.100 unicast from=.100\n"
                    "   -> COMMIT renewed .100 a\n"
                    "   -> ACK .100\n");

TRANSCRIPT(test_point_to_point_subnets, /* RFC 3021 */
        "link ptp 10.1.1.0/31\n"
        "pool ptp 10.1.1.0/31 10.1.1.0-10.1.1.1\n"
        "0  a DISCOVER\n"
        "   -> OFFER 10.1.1.1 no=28 option=1:fffffffe\n"
        "   ? ptp size=2 free=0\n"); /* the other one is ours */

TRANSCRIPT(test_network_and_broadcast_addresses, /* RFC 1122 3.2.1.3 */
        "link br0 10.1.1.1/29\n"
        "pool tiny 10.1.1.0/29 10.1.1.0-10.1.1.7\n"
        "0  a DISCOVER\n"
        "   -> OFFER 10.1.1.2\n"
        "   ? tiny size=6 free=4\n"
        "0  b REQUEST ask=10.1.1.7\n"
        "   -> NAK\n"
        "0  b REQUEST ask=10.1.1.0\n"
        "   -> NAK\n");

TEST_MAIN("server-subnet", test_links, test_moved_to_another_link, test_interface_names,
        test_relays_on_a_link_with_a_pool, test_relays_on_a_link_without_a_pool, test_no_pool,
        test_no_address, test_several_subnets_on_a_link, test_several_pools_of_a_subnet,
        test_overlapping_ranges, test_relay, test_nak_past_the_relay,
        test_inform_of_a_remote_client, test_relay_address_of_several, test_link_selection,
        test_selection_that_cannot_be_read, test_subnet_selection, test_server_id_override,
        test_any_of_our_addresses_is_ours, test_other_server_in_a_request,
        test_other_server_in_an_answer, test_disabled_pool, test_point_to_point_subnets,
        test_network_and_broadcast_addresses);

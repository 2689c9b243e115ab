/* SPDX-License-Identifier: MIT */

/* Where a message comes from decides what it may do: core/sender.c. Each attack stands beside its
 * legitimate twin. */

#include "test.h"

#include "transcript.h"

/* The office and the guests are on links of ours, the plant is behind a relay, and the WAN has no
 * pool. */
#define LINKS                                                                                      \
        "link office 192.168.1.1/24\n"                                                             \
        "link guests 10.66.0.1/16\n"                                                               \
        "link wan 203.0.113.2/24\n"
#define POOLS                                                                                      \
        "pool office 192.168.1.0/24 .100-.109\n"                                                   \
        "pool guests 10.66.0.0/16 10.66.0.100-10.66.0.109\n"                                       \
        "pool plant 172.16.5.0/24 172.16.5.10-172.16.5.19\n"
#define OFFICE_LEASE                                                                               \
        "0  a REQUEST server=.1 ask=.100 on=office\n"                                              \
        "   -> COMMIT granted .100 a\n"                                                            \
        "   -> ACK .100\n"
#define PLANT_LEASE                                                                                \
        "0  p REQUEST giaddr=172.16.5.1 server=.1 ask=172.16.5.10 on=office from=172.16.5.1 "      \
        "unicast\n"                                                                                \
        "   -> COMMIT granted 172.16.5.10 p relayed\n"                                             \
        "   -> ACK 172.16.5.10 to=udp:172.16.5.1:67\n"

/* ---- no lease from elsewhere -------------------------------------------------------------------
 */

TRANSCRIPT(test_no_lease_of_another_link, LINKS POOLS OFFICE_LEASE
        "1  x REQUEST ciaddr=.101 on=wan from=203.0.113.1 unicast to=203.0.113.2\n"
        "   -> NOTICE no-pool\n"
        "   = no-pool\n"
        "1  x REQUEST ciaddr=.101 on=wan from=.101 unicast to=203.0.113.2\n"
        "   = wrong-source\n"
        "1  x REQUEST ciaddr=.101 on=wan\n"
        "   = no-pool\n"
        "1  x REQUEST server=.1 ask=.101 ciaddr=.101 on=wan from=.101 unicast\n"
        "   = wrong-source\n"
        "1  x DISCOVER on=wan from=203.0.113.1 unicast\n"
        "   = no-pool\n"
        /* a guest, with an address of the guests or one of the office */
        "2  x REQUEST ciaddr=.101 on=guests from=10.66.0.200 unicast\n"
        "   -> NAK to=broadcast by=3\n"
        "2  x REQUEST ciaddr=.101 on=guests from=.101 unicast\n"
        "   -> NAK to=broadcast by=3\n"
        "2  x REQUEST server=.1 ask=10.66.0.100 ciaddr=.101 on=guests from=.101 "
        "unicast\n"
        "   = wrong-source\n"
        "2  x REQUEST server=.1 ask=.101 on=guests\n"
        "   -> NAK to=broadcast by=3\n"
        "2  x DISCOVER ask=.101 on=guests\n"
        "   -> OFFER 10.66.0.100\n"
        "   ? office used=1 offered=0\n"
        /* a client of the office, on its link */
        "3  b REQUEST ciaddr=.101 on=office from=.101 unicast to=.1\n"
        "   -> COMMIT granted .101 b\n"
        "   -> ACK .101\n"
        "3  a REQUEST ciaddr=.100 on=office from=.100 unicast to=.1\n"
        "   -> COMMIT renewed .100 a\n"
        "   -> ACK .100 to=udp:192.168.1.100:68\n");

TRANSCRIPT(test_no_lease_by_way_of_a_router, /* on the link that has the pool */
        LINKS POOLS "0  x REQUEST ciaddr=.100 on=office from=198.51.100.7 unicast to=.1\n"
                    "   = wrong-source\n"
                    "0  x DISCOVER on=office from=198.51.100.7 unicast to=.1\n"
                    "   = wrong-source\n"
                    "0  x REQUEST server=.1 ask=.100 on=office from=198.51.100.7 unicast to=.1\n"
                    "   = wrong-source\n"
                    "0  x REQUEST server=.1 ask=.100 ciaddr=198.51.100.7 on=office "
                    "from=198.51.100.7 unicast to=.1\n"
                    "   = wrong-source\n"
                    "0  x BOOTP on=office from=198.51.100.7 unicast to=.1\n"
                    "   = wrong-source\n"
                    "   ? office used=0 offered=0\n"
                    /* it has an address of no pool: refused, as RFC 2131 4.3.2 has it */
                    "0  x REQUEST ciaddr=198.51.100.7 on=office from=198.51.100.7 unicast to=.1\n"
                    "   -> NAK to=udp:198.51.100.7:68 by=0\n"
                    "0  y DISCOVER on=office from=.50 unicast to=.1\n"
                    "   -> OFFER .100\n");

TRANSCRIPT(test_past_the_relay, /* its own binding, and nothing else */
        LINKS POOLS PLANT_LEASE
        "9  p REQUEST ciaddr=172.16.5.10 from=172.16.5.10 on=wan unicast\n"
        "   -> COMMIT renewed 172.16.5.10 p relayed\n"
        "   -> ACK 172.16.5.10 to=udp:172.16.5.10:68 by=0\n"
        "9  p REQUEST server=.1 ciaddr=172.16.5.10 from=172.16.5.10 on=office unicast\n"
        "   -> COMMIT renewed 172.16.5.10 p\n" /* DEVIATIONS 12 */
        "   -> ACK 172.16.5.10 to=udp:172.16.5.10:68 by=0\n"
        "9  x REQUEST ciaddr=172.16.5.11 from=172.16.5.11 on=office unicast\n"
        "   = no-record\n" /* Lenient= does not hold there */
        "9  x REQUEST server=.1 ask=172.16.5.11 ciaddr=172.16.5.12 from=172.16.5.12 "
        "on=office unicast\n"
        "   = wrong-source\n"
        "9  p REQUEST server=.1 ask=172.16.5.11 ciaddr=172.16.5.10 from=172.16.5.10 "
        "on=office unicast\n"
        "   = wrong-source\n"
        "9  x DISCOVER ciaddr=172.16.5.11 from=172.16.5.11 on=wan unicast\n"
        "   = wrong-source\n"
        "9  x REQUEST ciaddr=172.16.5.10 from=172.16.5.10 on=office unicast\n"
        "   -> NAK to=udp:172.16.5.10:68 by=0\n"
        "9  p REQUEST ciaddr=172.16.5.10 from=192.168.1.77 on=office unicast\n"
        "   = wrong-source\n" /* something rewrote it */
        "9  p REQUEST ciaddr=172.16.5.10 from=203.0.113.9 on=wan unicast\n"
        "   = wrong-source\n"
        /* T2 comes by the relay, where Lenient= holds as well */
        "10 p REQUEST ciaddr=172.16.5.10 giaddr=172.16.5.1 from=192.168.1.77 "
        "on=office unicast\n"
        "   -> COMMIT renewed 172.16.5.10 p relayed\n"
        "   -> ACK 172.16.5.10 to=udp:172.16.5.1:67\n"
        "10 x REQUEST ciaddr=172.16.5.11 giaddr=172.16.5.1 on=office unicast\n"
        "   -> COMMIT granted 172.16.5.11 x relayed\n"
        "   -> ACK 172.16.5.11\n"
        "   ? plant used=2\n");

TRANSCRIPT(test_past_the_relay_after_the_end, /* a binding that is over is none */
        LINKS POOLS "0  load 172.16.5.10 expired p -50\n"
                    "0  loaded\n"
                    "9  p REQUEST ciaddr=172.16.5.10 from=172.16.5.10 on=office unicast\n"
                    "   = no-record\n"
                    "9  p REQUEST ciaddr=172.16.5.10 giaddr=172.16.5.1 on=office unicast\n"
                    "   -> COMMIT granted 172.16.5.10 p relayed\n"
                    "   -> ACK 172.16.5.10\n");

/* ---- no end of a lease from elsewhere ----------------------------------------------------------
 */

TRANSCRIPT(test_release_from_elsewhere, LINKS POOLS OFFICE_LEASE PLANT_LEASE
        "1  a RELEASE ciaddr=.100 server=.1 on=wan from=203.0.113.1 unicast\n"
        "   -> NOTICE no-pool\n"
        "   = no-pool\n"
        "1  a RELEASE ciaddr=.100 server=.1 on=wan from=.100 unicast\n"
        "   = wrong-source\n"
        "1  a RELEASE ciaddr=.100 server=.1 on=guests from=10.66.0.200 unicast\n"
        "   = wrong-source\n"
        "1  a RELEASE ciaddr=.100 server=.1 on=guests from=.100 unicast\n"
        "   = wrong-source\n"
        "1  a RELEASE ciaddr=.100 server=.1 on=guests\n"
        "   = not-owner\n"
        "1  a RELEASE ciaddr=.100 server=.1 on=office from=198.51.100.7 unicast\n"
        "   = wrong-source\n"
        "1  a RELEASE ciaddr=.100 server=.1 on=office from=.101 unicast\n" /* a neighbour */
        "   = wrong-source\n"
        "1  a RELEASE ciaddr=.100 server=.1 giaddr=172.16.5.1 on=office unicast\n"
        "   = not-owner\n" /* of another network */
        "1  p RELEASE ciaddr=172.16.5.10 server=.1 on=office from=192.168.1.9 unicast\n"
        "   = wrong-source\n"
        "1  p RELEASE ciaddr=172.16.5.10 server=.1 on=office\n"
        "   = not-owner\n"
        "   ? .100 bound a\n"
        "   ? 172.16.5.10 bound p\n"
        "2  a RELEASE ciaddr=.100 server=.1 on=office from=.100 unicast\n"
        "   -> COMMIT released .100 a\n"
        "2  p RELEASE ciaddr=172.16.5.10 server=.1 on=wan from=172.16.5.10 unicast\n"
        "   -> COMMIT released 172.16.5.10 p\n");

TRANSCRIPT(test_decline_from_elsewhere, LINKS POOLS OFFICE_LEASE PLANT_LEASE
        "1  a DECLINE ask=.100 server=.1 on=wan\n"
        "   -> NOTICE no-pool\n"
        "   = no-pool\n"
        "1  a DECLINE ask=.100 server=.1 on=guests\n"
        "   = not-owner\n"
        "1  a DECLINE ask=.100 server=.1 on=office from=198.51.100.7 unicast\n"
        "   = wrong-source\n"
        "1  a DECLINE ask=.100 server=.1 giaddr=172.16.5.1 on=office unicast\n"
        "   = not-owner\n"
        "1  p DECLINE ask=172.16.5.10 server=.1 on=office from=172.16.5.10 unicast\n"
        "   = wrong-source\n" /* nobody declines past its relay */
        "1  p DECLINE ask=172.16.5.10 ciaddr=172.16.5.10 server=.1 on=office from=172.16.5.10 "
        "unicast\n"
        "   = wrong-source\n"
        "1  p DECLINE ask=172.16.5.10 server=.1 on=office\n"
        "   = not-owner\n"
        "2  a DECLINE ask=.100 server=.1 on=office\n"
        "   -> COMMIT declined .100 a\n"
        "2  p DECLINE ask=172.16.5.10 server=.1 giaddr=172.16.5.1 on=office unicast\n"
        "   -> COMMIT declined 172.16.5.10 p\n");

/* ---- this machine ------------------------------------------------------------------------------
 */

TRANSCRIPT(test_own_addresses, /* what the kernel loops back has the link of its address */
        "link lo 127.0.0.1/8 loopback\n" LINKS POOLS "0  a REQUEST server=.1 ask=.100 on=office\n"
        "   -> COMMIT granted .100 a\n"
        "   -> ACK .100\n"
        "1  x REQUEST ciaddr=.101 on=office from=.1 unicast to=.1\n"
        "   = own-address\n"
        "1  x REQUEST ciaddr=.101 on=lo from=127.0.0.1 unicast to=127.0.0.1\n"
        "   = own-address\n"
        "1  x REQUEST ciaddr=.101 on=office from=127.0.0.9 unicast to=.1\n"
        "   = own-address\n"
        "1  x DISCOVER on=office from=10.66.0.1\n" /* of another link, by broadcast */
        "   = own-address\n"
        "1  x DISCOVER on=office from=.1 giaddr=172.16.5.1 unicast\n"
        "   = own-address\n"
        "1  a RELEASE ciaddr=.100 server=.1 on=office from=.1 unicast\n"
        "   = own-address\n"
        "1  a DECLINE ask=.100 server=.1 on=office from=.1 unicast\n"
        "   = own-address\n"
        "1  x BOOTP on=office from=.1 unicast\n"
        "   = own-address\n"
        "   ? .100 bound a\n"
        "   ? office used=1 offered=0\n"
        /* what watches over the server asks with an INFORM; the answer goes to who asked */
        "2  x INFORM ciaddr=.1 on=office from=.1 unicast to=.1\n"
        "   -> ACK 0.0.0.0 to=udp:192.168.1.1:68 by=0 option=1:ffffff00\n"
        "2  x INFORM ciaddr=10.66.0.9 on=office from=.1 unicast to=.1\n"
        "   -> ACK 0.0.0.0 to=udp:192.168.1.1:68 by=0 option=1:ffff0000\n"
        "2  x INFORM on=lo from=127.0.0.1 unicast to=127.0.0.1\n"
        "   = no-pool\n"
        "2  x INFORM ciaddr=.1 on=lo from=127.0.0.1 unicast to=127.0.0.1\n"
        "   -> ACK 0.0.0.0 to=udp:127.0.0.1:68 by=0\n"
        "2  x INFORM ciaddr=.1 giaddr=8.8.8.8 on=office from=.1 unicast to=.1\n"
        "   -> ACK 0.0.0.0 to=udp:192.168.1.1:68 by=0\n");

/* ---- INFORM, RFC 2131 4.3.5 --------------------------------------------------------------------
 */

TRANSCRIPT(test_inform, /* whatever leases there are */
        LINKS POOLS "0  x INFORM ciaddr=.77 on=office from=.77 unicast\n"
                    "   -> ACK 0.0.0.0 to=udp:192.168.1.77:68\n"
                    "0  x INFORM ciaddr=172.16.5.77 on=wan from=172.16.5.77 unicast\n"
                    "   -> ACK 0.0.0.0 to=udp:172.16.5.77:68 by=0\n"
                    "0  x INFORM ciaddr=172.16.5.77 giaddr=172.16.5.1 on=office unicast\n"
                    "   -> ACK 0.0.0.0 to=udp:172.16.5.1:67\n"
                    "0  x INFORM ciaddr=172.16.5.77 on=wan from=203.0.113.9 unicast\n"
                    "   = wrong-source\n"
                    "0  x INFORM ciaddr=.77 on=wan from=.77 unicast\n"
                    "   = wrong-source\n"
                    "0  x INFORM ciaddr=.77 on=guests from=10.66.0.9 unicast\n"
                    "   = no-pool\n"
                    "0  x INFORM on=office from=198.51.100.7 unicast\n"
                    "   = wrong-source\n");

/* ---- relays ------------------------------------------------------------------------------------
 */

TRANSCRIPT(test_interface_by_default, /* holds for relays as for direct clients */
        LINKS POOLS "0  x DISCOVER giaddr=.50 on=wan from=203.0.113.1 unicast\n"
                    "   -> NOTICE other-link office\n"
                    "   = no-pool\n"
                    "0  x DISCOVER giaddr=203.0.113.1 relay=05:04:c0a80100 on=wan "
                    "from=203.0.113.1 unicast\n"
                    "   = no-pool\n" /* said once */
                    "0  x DISCOVER giaddr=203.0.113.1 option=118:c0a80100 on=wan "
                    "from=203.0.113.1 unicast\n"
                    "   = no-pool\n"
                    "0  x DISCOVER giaddr=10.66.0.9 relay=05:04:c0a80100 on=guests unicast\n"
                    "   -> NOTICE other-link office\n"
                    "   = no-pool\n"
                    "0  x DISCOVER option=118:c0a80100 on=guests\n"
                    "   -> OFFER 10.66.0.100 no=118\n"
                    "0  b DISCOVER giaddr=.50 on=office unicast\n"
                    "   -> OFFER .100 to=udp:192.168.1.50:67\n"
                    "0  c DISCOVER giaddr=172.16.5.1 on=wan from=203.0.113.1 unicast\n"
                    "   -> OFFER 172.16.5.10 to=udp:172.16.5.1:67 by=0\n");

TRANSCRIPT(test_relay_of_the_other_leg, /* Interface= with both */
        LINKS "pool office 192.168.1.0/24 .100-.109 interface=office interface=wan\n"
              "0  x DISCOVER giaddr=.50 on=wan from=203.0.113.1 unicast\n"
              "   -> OFFER .100 to=udp:192.168.1.50:67\n"
              "0  y DISCOVER giaddr=.50 on=guests unicast\n"
              "   -> NOTICE other-link office\n"
              "   = no-pool\n");

TRANSCRIPT(test_believed_relays, LINKS POOLS
        /* in the pool's own subnet, whatever the source: ISC's relay sends from its uplink */
        "0  a DISCOVER giaddr=172.16.5.1 on=office from=.50 unicast\n"
        "   -> OFFER 172.16.5.10 to=udp:172.16.5.1:67\n"
        /* in the subnet of another pool that would take it: RFC 3527 */
        "0  b DISCOVER giaddr=.50 relay=05:04:ac100500 on=office from=.50 unicast\n"
        "   -> OFFER 172.16.5.11 to=udp:192.168.1.50:67\n"
        "0  c DISCOVER giaddr=.50 relay=05:04:ac100500 on=office from=.51 unicast\n"
        "   -> OFFER 172.16.5.12 to=udp:192.168.1.50:67\n"
        /* where the datagram came from */
        "0  d DISCOVER giaddr=203.0.113.1 relay=05:04:ac100500 on=wan from=203.0.113.1 unicast\n"
        "   -> OFFER 172.16.5.13 to=udp:203.0.113.1:67\n"
        /* anything else has the answer sent to somebody else */
        "0  x DISCOVER giaddr=8.8.8.8 relay=05:04:ac100500 on=wan from=203.0.113.1 unicast\n"
        "   -> NOTICE untrusted-relay 8.8.8.8\n"
        "   = untrusted-relay\n"
        "0  x DISCOVER giaddr=8.8.4.4 option=118:ac100500 on=wan from=203.0.113.1 unicast\n"
        "   = untrusted-relay\n" /* said once a link */
        "0  x INFORM giaddr=8.8.8.8 relay=05:04:ac100500 ciaddr=172.16.5.77 on=wan "
        "from=203.0.113.1 unicast\n"
        "   = untrusted-relay\n"
        "0  x RELEASE giaddr=8.8.8.8 relay=05:04:ac100500 ciaddr=172.16.5.10 on=office unicast\n"
        "   -> NOTICE untrusted-relay 8.8.8.8\n"
        "   = untrusted-relay\n"
        /* an address of the office counts for what comes in from the office alone */
        "0  x DISCOVER giaddr=.50 relay=05:04:ac100500 on=wan from=203.0.113.1 unicast\n"
        "   = untrusted-relay\n"
        "   ? plant offered=4\n");

TRANSCRIPT(test_impossible_relays,
        LINKS POOLS "0  x DISCOVER giaddr=172.16.5.0 on=office from=172.16.5.0 unicast\n"
                    "   = untrusted-relay\n"
                    "0  x DISCOVER giaddr=172.16.5.255 on=office unicast\n"
                    "   = untrusted-relay\n"
                    "0  x DISCOVER giaddr=203.0.113.255 relay=05:04:ac100500 on=office unicast\n"
                    "   = untrusted-relay\n"
                    "0  x DISCOVER giaddr=.255 on=office unicast\n"
                    "   = untrusted-relay\n"
                    "0  x DISCOVER giaddr=.1 on=office unicast\n" /* ours */
                    "   = untrusted-relay\n"
                    "0  x DISCOVER giaddr=10.66.0.1 relay=05:04:ac100500 on=office unicast\n"
                    "   = untrusted-relay\n"
                    "0  x DISCOVER giaddr=0.0.0.9 relay=05:04:ac100500 from=0.0.0.9 on=office\n"
                    "   = untrusted-relay\n"
                    "0  x DISCOVER giaddr=240.0.0.1 relay=05:04:ac100500 on=office\n"
                    "   = untrusted-relay\n"
                    "0  x DISCOVER giaddr=239.0.0.1 relay=05:04:ac100500 on=office\n"
                    "   = untrusted-relay\n");

TRANSCRIPT(test_named_relays, /* Relay= says who is believed, and nobody else is */
        LINKS "pool office 192.168.1.0/24 .100-.109\n"
              "pool plant 172.16.5.0/24 172.16.5.10-172.16.5.19 relay=.50 relay=172.16.6.0/24\n"
              "pool yard 172.16.7.0/24 172.16.7.10-172.16.7.19\n"
              "0  a DISCOVER giaddr=.50 relay=05:04:ac100500 on=office from=.50 unicast\n"
              "   -> OFFER 172.16.5.10 to=udp:192.168.1.50:67\n"
              "0  b DISCOVER giaddr=172.16.6.9 relay=05:04:ac100500 on=wan from=203.0.113.1 "
              "unicast\n"
              "   -> OFFER 172.16.5.11 to=udp:172.16.6.9:67\n"
              "0  x DISCOVER giaddr=172.16.5.1 on=office from=172.16.5.1 unicast\n"
              "   -> NOTICE untrusted-relay 172.16.5.1\n"
              "   = untrusted-relay\n"
              "0  x DISCOVER giaddr=.51 relay=05:04:ac100500 on=office from=.51 unicast\n"
              "   = untrusted-relay\n"
              /* nor does a relay that the plant does not believe count for others there */
              "0  x DISCOVER giaddr=172.16.5.1 relay=05:04:ac100700 on=office from=.9 unicast\n"
              "   = untrusted-relay\n"
              "0  c DISCOVER giaddr=172.16.7.1 on=office from=.9 unicast\n"
              "   -> OFFER 172.16.7.10\n"
              /* the relay's answer of what it holds goes on */
              "1  a REQUEST giaddr=.50 relay=05:04:ac100500 server=.1 ask=172.16.5.10 on=office\n"
              "   -> COMMIT granted 172.16.5.10 a relayed\n"
              "   -> ACK 172.16.5.10\n"
              "9  a REQUEST ciaddr=172.16.5.10 from=172.16.5.10 on=office unicast\n"
              "   -> COMMIT renewed 172.16.5.10 a relayed\n"
              "   -> ACK 172.16.5.10 to=udp:172.16.5.10:68\n");

TRANSCRIPT(test_disabled_pool_believes_nobody,
        LINKS "pool plant 172.16.5.0/24 172.16.5.10-172.16.5.19\n"
              "pool yard 172.16.7.0/24 172.16.7.10-172.16.7.19 disabled\n"
              "0  a DISCOVER giaddr=172.16.7.1 relay=05:04:ac100500 on=office from=.9 unicast\n"
              "   -> NOTICE untrusted-relay 172.16.7.1\n"
              "   = untrusted-relay\n"
              "0  enable yard\n"
              "0  a DISCOVER giaddr=172.16.7.1 relay=05:04:ac100500 on=office from=.9 unicast\n"
              "   -> OFFER 172.16.5.10\n");

/* ---- option 82 ---------------------------------------------------------------------------------
 */

TRANSCRIPT(test_option_82_of_a_client, /* RFC 3046 5: it is the relay's word */
        LINKS "pool office 192.168.1.0/24 .100-.109\n"
              "pool plant 172.16.5.0/24 172.16.5.10-172.16.5.19\n"
              "host desk circuit=aa:bb address=.50\n"
              "host gate circuit=cc address=172.16.5.50\n"
              "0  x DISCOVER relay=01:02:aa:bb on=office\n"
              "   -> OFFER .100 option=82:01:02:aa:bb\n" /* echoed, RFC 3046 2.2 */
              "0  a DISCOVER giaddr=.7 relay=01:02:aa:bb on=office unicast\n"
              "   -> OFFER .50\n"
              "0  p DISCOVER giaddr=172.16.5.1 relay=01:01:cc on=office unicast\n"
              "   -> OFFER 172.16.5.50\n"
              "pool office 192.168.1.0/24 .100-.109 trusting\n" /* a switch writes it */
              "host desk circuit=aa:bb address=.50\n"
              "1  x DISCOVER relay=01:02:aa:bb on=office\n"
              "   -> OFFER .50\n");

/* ---- budgets -----------------------------------------------------------------------------------
 */

/* As much as RateLimit=2 allows at once. */
#define FOUR(line) line line line line

#define DISCOVER_AT_GUESTS                                                                         \
        "1  a DISCOVER on=guests\n"                                                                \
        "   -> OFFER 10.66.0.100\n"
#define DISCOVER_AT_PLANT                                                                          \
        "1  a DISCOVER giaddr=172.16.5.1 on=office from=.50 unicast\n"                             \
        "   -> OFFER 172.16.5.10\n"
#define DISCOVER_AT_OFFICE                                                                         \
        "1  a DISCOVER on=office\n"                                                                \
        "   -> OFFER .100\n"
#define REFUSED_RELEASES                                                                           \
        "1  a RELEASE ciaddr=.100 server=.1 on=office from=.77 unicast\n"                          \
        "   = wrong-source\n"                                                                      \
        "1  a RELEASE ciaddr=.101 server=.1 on=office\n"                                           \
        "   = not-owner\n"                                                                         \
        "1  a DECLINE ask=.101 server=.1 on=office\n"                                              \
        "   = not-owner\n"
#define REFUSED_REBOOT                                                                             \
        "1  a REQUEST ask=.109 on=office\n"                                                        \
        "   -> NAK\n"

TRANSCRIPT(test_others_do_not_spend, /* what is sent in the client's name from elsewhere */
        LINKS POOLS "rate 2\n" OFFICE_LEASE FOUR(REFUSED_RELEASES)
                FOUR(DISCOVER_AT_GUESTS) "1  a DISCOVER on=guests\n"
                                         "   = rate-limited\n" FOUR(
                                                 DISCOVER_AT_PLANT) "1  a DISCOVER "
                                                                    "giaddr=172.16.5.9 "
                                                                    "on=office from=.50 "
                                                                    "unicast\n" /* the
                                                                                   same,
                                                                                   for
                                                                                   all
                                                                                   we
                                                                                   know
                                                                                 */
                                                                    "   = "
                                                                    "rate-"
                                                                    "limited"
                                                                    "\n" DISCOVER_AT_OFFICE);

TRANSCRIPT(test_the_holder_goes_on, /* a neighbour on the link has the identity, not the address */
        LINKS POOLS "rate 2\n" OFFICE_LEASE FOUR(
                DISCOVER_AT_OFFICE) "1  a DISCOVER on=office\n"
                                    "   = rate-limited\n" FOUR(
                                            REFUSED_REBOOT) "1  a REQUEST ask=.109 on=office\n"
                                                            "   = rate-limited\n"
                                                            "1  a REQUEST ciaddr=.100 on=office "
                                                            "from=.100 unicast to=.1\n"
                                                            "   -> COMMIT renewed .100 a\n"
                                                            "   -> ACK .100\n");

TRANSCRIPT(test_named_relays_have_their_own, /* a client that moves from relay to relay */
        LINKS "rate 2\n"
              "pool plant 172.16.5.0/24 172.16.5.10-172.16.5.19 relay=172.16.5.0/28\n" FOUR(
                      DISCOVER_AT_PLANT) "1  a DISCOVER giaddr=172.16.5.1 on=office unicast\n"
                                         "   = rate-limited\n"
                                         "1  a DISCOVER giaddr=172.16.5.2 on=office unicast\n"
                                         "   -> OFFER 172.16.5.10\n");

TEST_MAIN("server-sender", test_no_lease_of_another_link, test_no_lease_by_way_of_a_router,
        test_past_the_relay, test_past_the_relay_after_the_end, test_release_from_elsewhere,
        test_decline_from_elsewhere, test_own_addresses, test_inform, test_interface_by_default,
        test_relay_of_the_other_leg, test_believed_relays, test_impossible_relays,
        test_named_relays, test_disabled_pool_believes_nobody, test_option_82_of_a_client,
        test_others_do_not_spend, test_the_holder_goes_on, test_named_relays_have_their_own);

/* SPDX-License-Identifier: MIT */

/* The exchanges of RFC 2131 3.1 to 3.4: how a client gets, keeps and gives back an address. */

#include "test.h"

#include "transcript.h"

#define LAN                                                                                        \
        "link br0 192.168.1.1/24\n"                                                                \
        "pool lan 192.168.1.0/24 .100-.102\n"

#define A_HAS_100                                                                                  \
        "0  a REQUEST server=.1 ask=.100\n"                                                        \
        "   -> COMMIT granted .100 a\n"                                                            \
        "   -> ACK .100\n"

TRANSCRIPT(test_four_way, /* RFC 2131 3.1 */
        LAN "0  a DISCOVER name=laptop\n"
            "   -> OFFER .100 to=link source=.1 server=.1 lease=3600 siaddr=0.0.0.0\n"
            "   = offered\n"
            "   ? .100 offered a until=30\n"
            "   ? lan used=0 offered=1 free=2\n"
            "1  a REQUEST server=.1 ask=.100 name=laptop\n"
            "   -> COMMIT granted .100 a until=3601 name=laptop id=01:02:00:00:00:00:0a\n"
            "   -> ACK .100 to=link source=.1 server=.1 lease=3600 ciaddr=0.0.0.0\n"
            "   = acked\n"
            "   ? .100 bound a until=3601 started=1\n"
            "   ? lan used=1 offered=0 free=2\n"
            "   ? next 3601\n");

TRANSCRIPT(test_two_clients, /* interleaved */
        LAN "0  a DISCOVER\n"
            "   -> OFFER .100\n"
            "0  b DISCOVER\n"
            "   -> OFFER .101\n"
            "1  b REQUEST server=.1 ask=.101\n"
            "   -> COMMIT granted .101 b\n"
            "   -> ACK .101\n"
            "1  a REQUEST server=.1 ask=.100\n"
            "   -> COMMIT granted .100 a\n"
            "   -> ACK .100\n"
            "   ? lan used=2 free=1\n");

TRANSCRIPT(test_retransmissions, /* RFC 2131 4.1: the same question has the same answer */
        LAN "0  a DISCOVER\n"
            "   -> OFFER .100\n"
            "4  a DISCOVER secs=4\n"
            "   -> OFFER .100\n"
            "   ? .100 offered a until=34\n"
            "   ? lan offered=1\n"
            "5  a REQUEST server=.1 ask=.100\n"
            "   -> COMMIT granted .100 a started=5\n"
            "   -> ACK .100\n"
            "9  a REQUEST server=.1 ask=.100\n"
            "   -> COMMIT renewed .100 a started=5 until=3609\n"
            "   -> ACK .100 lease=3600\n");

TRANSCRIPT(test_discover_while_bound, /* an OFFER of the current binding changes nothing */
        LAN A_HAS_100 "10 a DISCOVER ask=.102\n"
                      "   -> OFFER .100 lease=3600\n"
                      "   ? .100 bound a until=3600\n"
                      "   ? lan used=1 offered=0\n");

TRANSCRIPT(test_renewing, /* RFC 2131 4.4.5, T1 */
        LAN A_HAS_100 "1800 a REQUEST ciaddr=.100 unicast from=.100\n"
                      "   -> COMMIT renewed .100 a started=0 until=5400\n"
                      "   -> ACK .100 ciaddr=.100 to=udp:192.168.1.100:68 source=.1\n");

TRANSCRIPT(test_rebinding, /* RFC 2131 4.4.5, T2 */
        LAN A_HAS_100 "3150 a REQUEST ciaddr=.100 from=.100\n"
                      "   -> COMMIT renewed .100 a until=6750\n"
                      "   -> ACK .100 ciaddr=.100 to=udp:192.168.1.100:68\n");

TRANSCRIPT(test_init_reboot, /* RFC 2131 3.2 */
        LAN A_HAS_100 "100 a REQUEST ask=.100\n"
                      "   -> COMMIT renewed .100 a\n"
                      "   -> ACK .100 ciaddr=0.0.0.0 to=link\n");

TRANSCRIPT(test_release, /* RFC 2131 4.3.4 */
        LAN A_HAS_100 "10 a RELEASE ciaddr=.100 server=.1 unicast from=.100\n"
                      "   -> COMMIT released .100 a until=10 state=released\n"
                      "   = released\n"
                      "   ? lan used=0 free=3\n"
                      "   ? next never\n"
                      "20 b DISCOVER\n"
                      "   -> OFFER .101\n" /* the favourite stays a's */
                      "20 a DISCOVER\n"
                      "   -> OFFER .100\n");

TRANSCRIPT(test_release_without_server_id, /* DEVIATIONS 11: from the owner it is taken */
        LAN A_HAS_100 "10 b RELEASE ciaddr=.100 unicast from=.100\n"
                      "   = not-owner\n"
                      "10 a RELEASE ciaddr=.100 unicast from=.100\n"
                      "   -> COMMIT released .100 a until=10 state=released\n"
                      "   = released\n");

TRANSCRIPT(test_two_names, /* DEVIATIONS 17: option 12 goes before 81, which does without it */
        LAN "0  a REQUEST server=.1 ask=.100 name=desk option=81:00:00:00:6d:61:69:6c\n"
            "   -> COMMIT granted .100 a name=desk\n"
            "   -> ACK .100\n"
            "1  b REQUEST server=.1 ask=.101 option=81:00:00:00:6d:61:69:6c\n"
            "   -> COMMIT granted .101 b name=mail\n"
            "   -> ACK .101\n");

TRANSCRIPT(test_release_needs_the_owner,
        LAN A_HAS_100 "10 b RELEASE ciaddr=.100 server=.1 unicast from=.100\n"
                      "   = not-owner\n"
                      "10 a RELEASE ciaddr=.101 server=.1 unicast\n"
                      "   = not-owner\n"
                      "10 a RELEASE ciaddr=.100 server=.9 unicast\n"
                      "   = other-server\n"
                      "10 a RELEASE ciaddr=.100 option=54:0102 unicast\n"
                      "   = bad-option\n"
                      "   ? .100 bound a\n"
                      "11 a RELEASE ciaddr=.100 unicast\n" /* without server identifier */
                      "   -> COMMIT released .100 a\n"
                      "12 a RELEASE ciaddr=.100 server=.1 unicast\n"
                      "   = not-owner\n");

TRANSCRIPT(test_decline, /* RFC 2131 4.3.3 */
        LAN A_HAS_100 "1  a DECLINE server=.1 ask=.100\n"
                      "   -> COMMIT declined .100 a state=declined until=601\n"
                      "   = declined\n"
                      "   ? lan used=0 declined=1 free=2\n"
                      "2  a DISCOVER ask=.100\n"
                      "   -> OFFER .101\n"
                      "601 tick\n"
                      "   -> COMMIT cleared .100 - state=released\n"
                      "   ? .100 none\n"
                      "   ? lan declined=0 free=3\n");

TRANSCRIPT(test_decline_needs_the_owner,
        LAN A_HAS_100 "1  b DECLINE server=.1 ask=.100\n"
                      "   = not-owner\n"
                      "1  a DECLINE server=.1 ask=.101\n"
                      "   = not-owner\n"
                      "1  a DECLINE server=.9 ask=.100\n"
                      "   = other-server\n"
                      "1  b DECLINE ask=.100\n"
                      "   = not-owner\n"
                      "1  a DECLINE option=54:01 ask=.100\n"
                      "   = bad-option\n"
                      "1  a DECLINE server=.1\n"
                      "   = bad-option\n"
                      "2  b DISCOVER\n"
                      "   -> OFFER .101\n"
                      "3  b DECLINE server=.1 ask=.101\n" /* offered is not owned */
                      "   = not-owner\n"
                      "   ? lan declined=0\n");

TRANSCRIPT(test_decline_without_server_id, /* lwIP; DEVIATIONS 11 */
        LAN A_HAS_100 "1  a DECLINE ask=.100 ciaddr=.7\n"
                      "   -> COMMIT declined .100 a\n"
                      "2  a DISCOVER\n"
                      "   -> OFFER .101\n");

TRANSCRIPT(test_inform, /* RFC 2131 4.3.5 */
        LAN "0  a INFORM ciaddr=.50 want=1,3,6,51,58 unicast from=.50\n"
            "   -> ACK 0.0.0.0 ciaddr=.50 to=udp:192.168.1.50:68 server=.1 no=51,58,59\n"
            "   = informed\n"
            "   ? .50 none\n"
            "0  a INFORM ciaddr=.50 from=.50\n"
            "   -> ACK 0.0.0.0 to=udp:192.168.1.50:68 has=1 no=51,58,59\n"
            "0  a INFORM from=.50\n" /* the address is in the datagram alone */
            "   -> ACK 0.0.0.0 to=udp:192.168.1.50:68\n"
            "0  a INFORM\n"
            "   -> ACK 0.0.0.0 to=broadcast\n"
            "0  a INFORM ciaddr=10.7.0.3 from=.50\n" /* an address of another network */
            "   = no-pool\n"
            "0  a INFORM ciaddr=10.7.0.3 giaddr=.2\n"
            "   = no-pool\n"
            "0  a INFORM ciaddr=.255 from=.50\n" /* of no host at all */
            "   = no-pool\n");

TRANSCRIPT(test_expiry, /* the record outlives the lease */
        LAN A_HAS_100 "3599 tick\n"
                      "   ? .100 bound a\n"
                      "3600 tick\n"
                      "   -> COMMIT expired .100 a state=expired until=3600\n"
                      "   ? lan used=0 free=3\n"
                      "   ? next never\n"
                      "4000 b DISCOVER\n"
                      "   -> OFFER .101\n"
                      "4000 a DISCOVER\n"
                      "   -> OFFER .100\n"
                      "4001 a REQUEST server=.1 ask=.100\n"
                      "   -> COMMIT granted .100 a started=4001\n"
                      "   -> ACK .100\n");

TRANSCRIPT(test_offers_end, /* after 30 s, without a trace */
        LAN "0  a DISCOVER\n"
            "   -> OFFER .100\n"
            "29 tick\n"
            "   ? .100 offered a\n"
            "30 tick\n"
            "   ? .100 none\n"
            "   ? lan offered=0 free=3\n"
            "31 b DISCOVER\n"
            "   -> OFFER .100\n");

TRANSCRIPT(test_offer_of_a_favourite_ends, /* the record outlives an offer that came to nothing */
        LAN A_HAS_100 "10 a RELEASE ciaddr=.100 server=.1 unicast\n"
                      "   -> COMMIT released .100 a\n"
                      "20 a DISCOVER\n"
                      "   -> OFFER .100\n"
                      "25 a DISCOVER\n"
                      "   -> OFFER .100\n"
                      "60 tick\n"
                      "   ? .100 released a until=55\n"
                      "   ? lan free=3\n");

TRANSCRIPT(test_other_server_chosen, /* RFC 2131 3.1 step 4 */
        LAN "0  a DISCOVER\n"
            "   -> OFFER .100\n"
            "1  a REQUEST server=.9 ask=.150\n"
            "   = offer-withdrawn .9\n"
            "   ? .100 none\n"
            "2  a REQUEST server=.9 ask=.150\n"
            "   = other-server .9\n");

TRANSCRIPT(test_other_server_chosen_keeps_bindings, /* only offers are freed */
        LAN A_HAS_100 "1  a REQUEST server=.9 ask=.100\n"
                      "   = other-server .9 lan\n"
                      "   ? .100 bound a\n");

TRANSCRIPT(test_another_address_ends_the_old_binding,
        LAN A_HAS_100 "1  a REQUEST server=.1 ask=.101\n"
                      "   -> COMMIT granted .101 a\n"
                      "   -> COMMIT released .100 a state=released\n"
                      "   -> ACK .101\n"
                      "   ? lan used=1 free=2\n");

TRANSCRIPT(test_a_refused_grant_ends_nothing, /* only from a grant that is there the end follows */
        LAN "0  load .100 bound a 600\n"
            "1  a REQUEST server=.1 ask=.101\n"
            "   -> COMMIT granted .101 a\n" /* commit 1 */
            "   -> COMMIT released .100 a\n"
            "   -> ACK .101\n"
            "2  undo 1\n"
            "   ? .100 bound a until=600\n"
            "   ? .101 none\n"
            "   ? lan used=1 free=2\n");

TRANSCRIPT(test_what_two_bindings_come_to, /* the grant was written, the end was not */
        "link br0 192.168.1.1/24\n"
        "pool low 192.168.1.0/24 .100-.102\n"
        "pool high 192.168.1.0/24 .200-.202\n"
        "0  load .100 bound a 600\n"
        "1  a REQUEST server=.1 ask=.201\n"
        "   -> COMMIT granted .201 a\n"
        "   -> COMMIT released .100 a\n"
        "   -> ACK .201\n"
        "2  done 1\n"
        "2  undo 2\n" /* the client has heard nothing, and asks again */
        "   ? .100 bound a until=600\n"
        "   ? .201 bound a until=3601\n"
        "5  a REQUEST server=.1 ask=.201\n"
        "   -> COMMIT renewed .201 a\n"
        "   -> COMMIT released .100 a\n"
        "   -> ACK .201\n"
        "   ? low used=0\n"
        "   ? high used=1\n");

TRANSCRIPT(test_another_address_ends_the_old_offer, /* one address a client */
        LAN "0  a DISCOVER\n"
            "   -> OFFER .100\n"
            "1  a REQUEST ask=.101\n"
            "   -> COMMIT granted .101 a\n"
            "   -> ACK .101\n"
            "   ? .100 none\n"
            "   ? lan used=1 offered=0 free=2\n");

TRANSCRIPT(test_rapid_commit, /* RFC 4039 */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.102 rapid\n"
        "0  a DISCOVER option=80:\n"
        "   -> COMMIT granted .100 a until=3600\n"
        "   -> ACK .100 option=80: lease=3600\n"
        "   = acked\n"
        "1  b DISCOVER\n"
        "   -> OFFER .101 no=80\n"
        "2  a REQUEST ciaddr=.100 unicast\n"
        "   -> COMMIT renewed .100 a\n"
        "   -> ACK .100 no=80\n");

TRANSCRIPT(test_rapid_commit_is_off_by_default, /* RFC 4039 4: only if configured */
        LAN "0  a DISCOVER option=80:\n"
            "   -> OFFER .100 no=80\n");

TRANSCRIPT(test_bootp, /* RFC 1534 2 */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.102 bootp next-server=.7 file=kernel\n"
        "0  a BOOTP\n"
        "   -> COMMIT granted .100 a until=infinity\n"
        "   -> BOOTP .100 size=300 siaddr=.7 file=kernel has=1 to=link\n"
        "   = acked\n"
        "9  a BOOTP\n"
        "   -> COMMIT renewed .100 a until=infinity\n"
        "   -> BOOTP .100\n"
        "   ? next never\n"
        "9  b BOOTP ciaddr=.9 from=.9\n" /* RFC 951 3: it knows its address and wants a file */
        "   -> BOOTP 0.0.0.0 ciaddr=.9 to=udp:192.168.1.9:68 file=kernel\n"
        "9  b BOOTP ciaddr=.9\n"
        "   -> BOOTP 0.0.0.0 ciaddr=.9 to=link file=kernel\n"
        "   = informed\n"
        "9  b BOOTP ciaddr=10.7.0.9\n"
        "   = no-pool\n");

TRANSCRIPT(test_bootp_after_dhcp, /* one address a client, in pools closed to it as well */
        "link br0 192.168.1.1/24\n"
        "pool dhcp 192.168.1.0/24 .200-.209\n"
        "pool bootp 192.168.1.0/24 .100-.109 bootp\n"
        "0  a REQUEST ask=.200\n"
        "   -> COMMIT granted .200 a\n"
        "   -> ACK .200\n"
        "1  a BOOTP\n"
        "   -> COMMIT granted .100 a\n"
        "   -> COMMIT released .200 a\n"
        "   -> BOOTP .100\n");

TRANSCRIPT(test_bootp_exhausted, /* counts as with DHCP */
        "link br0 192.168.1.1/24\n"
        "pool dhcp 192.168.1.0/24 .200-.209\n"
        "pool bootp 192.168.1.0/24 .100-.100 bootp\n"
        "0  load .100 bound x infinity\n"
        "0  a BOOTP\n" /* the other pool is not for it */
        "   -> NOTICE exhausted bootp\n"
        "   = pool-exhausted\n");

TRANSCRIPT(test_bootp_is_off_by_default, /* Bootp=no */
        LAN "0  a BOOTP\n"
            "   = bootp-disabled\n");

TRANSCRIPT(test_hostname_stays,
        LAN "0  a REQUEST server=.1 ask=.100 name=laptop\n"
            "   -> COMMIT granted .100 a name=laptop\n"
            "   -> ACK .100\n"
            "9  a REQUEST ciaddr=.100 unicast\n"
            "   -> COMMIT renewed .100 a name=laptop\n"
            "   -> ACK .100\n"
            "10 a REQUEST ciaddr=.100 unicast name=desktop.home.arpa\n"
            "   -> COMMIT renewed .100 a name=desktop.home.arpa\n"
            "   -> ACK .100\n"
            "11 b REQUEST server=.1 ask=.101 option=12:ff41\n" /* nothing unprintable gets in */
            "   -> COMMIT granted .101 b name=\\xffA\n"
            "   -> ACK .101\n"
            "12 c REQUEST server=.1 ask=.102 option=81:000000626f78\n" /* RFC 4702: "box" */
            "   -> COMMIT granted .102 c name=box\n"
            "   -> NOTICE nearly-full lan\n"
            "   -> ACK .102\n");

TRANSCRIPT(test_identities, /* RFC 2131 4.2: option 61 before chaddr */
        LAN "0  a DISCOVER id=ff:01:02:03\n"
            "   -> OFFER .100\n"
            "0  a DISCOVER\n"
            "   -> OFFER .101\n"
            "0  b DISCOVER id=ff:01:02:03\n"
            "   -> OFFER .100\n"
            "   ? .100 offered b id=ff:01:02:03\n"
            "0  a DISCOVER id=01:02:00:00:00:00:0a\n" /* type and chaddr, said explicitly */
            "   -> OFFER .101\n"
            "0  c DISCOVER id=07\n" /* RFC 2132 9.14: two bytes at least */
            "   -> OFFER .102\n"
            "   ? .102 offered c id=01:02:00:00:00:00:0c\n");

TEST_MAIN("server-exchange", test_four_way, test_two_clients, test_retransmissions,
        test_discover_while_bound, test_renewing, test_rebinding, test_init_reboot, test_release,
        test_release_without_server_id, test_two_names, test_release_needs_the_owner, test_decline,
        test_decline_needs_the_owner, test_decline_without_server_id, test_inform, test_expiry,
        test_offers_end, test_offer_of_a_favourite_ends, test_other_server_chosen,
        test_other_server_chosen_keeps_bindings, test_another_address_ends_the_old_binding,
        test_a_refused_grant_ends_nothing, test_what_two_bindings_come_to,
        test_another_address_ends_the_old_offer, test_rapid_commit,
        test_rapid_commit_is_off_by_default, test_bootp, test_bootp_after_dhcp,
        test_bootp_exhausted, test_bootp_is_off_by_default, test_hostname_stays, test_identities);

/* SPDX-License-Identifier: MIT */

/* What is told of reservations: who has the address, where the client is meanwhile, what will
 * happen, and how many are to move. What is told must come true. */

#include "test.h"

#include "transcript.h"

#define LINK "link br0 192.168.1.1/24\n"
#define POOL "pool lan 192.168.1.0/24 .100-.119\n"
#define STRICT "pool lan 192.168.1.0/24 .100-.119 conflict=strict\n"

TRANSCRIPT(test_nothing_is_reserved, /* without address, pool, or leave */
        LINK POOL "host plain mac=a\n"
                  "host bad mac=b address=.50 deny\n"
                  "host lost mac=c address=10.0.0.5\n"
                  "0 load .100 bound a 9999\n"
                  "0 load .101 bound b 9999\n"
                  "0 load .102 bound c 9999\n"
                  "? host plain none\n"
                  "? host bad none\n"
                  "? host lost none\n"
                  "? to-move 0\n");

TRANSCRIPT(test_free_and_had, LINK POOL "host nas mac=n address=.20\n"
                                        "0 tick\n"
                                        "? host nas free\n"
                                        "1 n REQUEST ask=.20\n"
                                        "  -> COMMIT granted .20 n\n"
                                        "  -> ACK .20\n"
                                        "? host nas has holder=n\n"
                                        "2 n RELEASE ciaddr=.20 unicast\n"
                                        "  -> COMMIT released .20 n\n"
                                        "? host nas free\n"
                                        "? to-move 0\n");

TRANSCRIPT(test_moves, /* when it asks, or when its lease ends */
        LINK POOL "host nas mac=n address=.20\n"
                  "host tv id=ff:01 address=.21\n"
                  "0    load .100 bound n 3600\n"
                  "0    load .101 bound v 5000 id=ff:01\n"
                  "0    load .102 bound w 5000\n"
                  "? host nas moves current=.100 until=3600\n"
                  "? host tv moves current=.101 until=5000\n"
                  "? to-move 2\n"
                  "1800 n REQUEST ciaddr=.100 unicast\n"
                  "     -> COMMIT renewed .100 n until=3600\n"
                  "     -> ACK .100\n"
                  "? to-move 2\n"
                  "1900 v DISCOVER id=ff:01\n"
                  "     -> OFFER .21\n"
                  "1901 v REQUEST id=ff:01 server=.1 ask=.21\n"
                  "     -> COMMIT granted .21 v\n"
                  "     -> COMMIT released .101 v\n"
                  "     -> ACK .21\n"
                  "? host tv has holder=v\n"
                  "? to-move 1\n"
                  "3600 tick\n"
                  "     -> COMMIT expired .100 n\n"
                  "? host nas free\n"
                  "? to-move 0\n");

TRANSCRIPT(test_for_ever, /* a lease without end */
        LINK POOL "host nas mac=n address=.20\n"
                  "0 load .100 bound n never\n"
                  "? host nas moves current=.100 until=never\n");

TRANSCRIPT(test_another_has_it, /* who can be asked, who lives there, who had it as host before */
        LINK STRICT "host nas mac=n address=.110\n"
                    "0 load .110 bound o 3600\n"
                    "0 load .105 bound n 5000\n"
                    "? host nas asks holder=o current=.105 until=3600\n"
                    "? to-move 1\n"
                    "pool lan 192.168.1.0/24 .100-.119\n"
                    "host nas mac=n address=.110\n"
                    "1 tick\n"
                    "? host nas waits holder=o current=.105 until=3600\n"
                    "pool lan 192.168.1.0/24 .100-.119\n"
                    "host nas mac=o address=.110\n"
                    "1 tick\n"
                    "? host nas has holder=o\n"
                    "? to-move 0\n"
                    "pool lan 192.168.1.0/24 .100-.119\n"
                    "host nas mac=n address=.110\n"
                    "1 tick\n"
                    "? host nas at-once holder=o current=.105\n"
                    "? to-move 1\n"
                    "2 n REQUEST ask=.105\n"
                    "  -> NAK\n"
                    "3 n REQUEST server=.1 ask=.110\n"
                    "  -> COMMIT granted .110 n\n"
                    "  -> COMMIT released .105 n\n"
                    "  -> NOTICE succeeded .110 n o\n"
                    "  -> ACK .110\n"
                    "? host nas has holder=n\n");

TRANSCRIPT(test_set_aside, /* at its client's word, or since another answers */
        LINK POOL "host nas mac=n address=.20\n"
                  "host tv mac=v address=.21\n"
                  "0 v REQUEST ask=.21\n"
                  "  -> COMMIT granted .21 v\n"
                  "  -> ACK .21\n"
                  "1 arp .20 x\n"
                  "  -> COMMIT declined .20 x until=601\n"
                  "  -> NOTICE conflict .20 x\n"
                  "1 v DECLINE ask=.21 server=.1\n"
                  "  -> COMMIT declined .21 v until=601\n"
                  "? host nas waits holder=x until=601\n"
                  "? host tv waits holder=v until=601\n");

TRANSCRIPT(test_hosts_of_several_networks, /* each counts where it is at home */
        LINK "link br1 10.0.0.1/24\n" POOL "pool lab 10.0.0.0/24 10.0.0.100-10.0.0.109\n"
             "host here mac=p address=.50\n"
             "host there mac=p address=10.0.0.50\n"
             "host both mac=q id=ff:02 address=.51\n"
             "0 p DISCOVER\n"
             "  -> OFFER .50\n"
             "0 load .50 bound p 3600\n"
             "0 load 10.0.0.101 bound p 3600\n"
             "0 load .110 bound q 3600 id=ff:02\n"
             "0 load .111 bound q 3600 id=ff:03\n"
             "0 load 10.0.0.102 bound q 3600 id=ff:04\n"
             "? host here has holder=p\n"
             "? host there moves current=10.0.0.101 until=3600\n"
             "? to-move 3\n");

TRANSCRIPT(test_ports, /* a client that is known by its circuit counts as well */
        "link lan 192.168.7.1/24\n"
        "pool racks 10.1.0.0/24 10.1.0.100-10.1.0.120 interface=lan\n"
        "0 a REQUEST giaddr=10.1.0.1 relay=01:01:aa ask=10.1.0.100 unicast\n"
        "  -> COMMIT granted 10.1.0.100 a\n"
        "  -> ACK 10.1.0.100\n"
        "0 b REQUEST giaddr=10.1.0.1 relay=01:01:bb ask=10.1.0.101 unicast\n"
        "  -> COMMIT granted 10.1.0.101 b\n"
        "  -> ACK 10.1.0.101\n"
        "pool racks 10.1.0.0/24 10.1.0.100-10.1.0.120 interface=lan\n"
        "host rack1 circuit=aa address=10.1.0.11\n"
        "1 tick\n"
        "? to-move 1\n"
        "? host rack1 moves current=10.1.0.100 until=3600\n"
        "2 a REQUEST giaddr=10.1.0.1 relay=01:01:aa ask=10.1.0.100 unicast\n"
        "  -> NAK\n"
        "3 a REQUEST giaddr=10.1.0.1 relay=01:01:aa server=192.168.7.1 ask=10.1.0.11 unicast\n"
        "  -> COMMIT granted 10.1.0.11 a\n"
        "  -> COMMIT released 10.1.0.100 a\n"
        "  -> ACK 10.1.0.11\n"
        "? to-move 0\n"
        "? host rack1 has holder=a\n");

TRANSCRIPT(test_whose_it_is, /* by the client's own identity */
        LINK "pool lan 192.168.1.0/24 .100-.119 trusting\n"
             "host wire mac=p address=.100\n"
             "host air id=ff:07 address=.100\n"
             "host port circuit=aa address=.101\n"
             "0 load .100 bound p 9999\n"
             "0 load .102 bound z 9999\n"
             "? .100 bound p host=wire\n"
             "? .102 bound z host=none\n"
             "0 load .100 bound q 9999 id=ff:07\n"
             "? .100 bound q host=air\n"
             "0 load .100 bound q 9999\n"
             "? .100 bound q host=none\n"
             "1 a REQUEST relay=01:01:aa ask=.101\n"
             "  -> COMMIT granted .101 a reserved host=none\n"
             "  -> ACK .101\n");

TEST_MAIN("server-outlook", test_nothing_is_reserved, test_free_and_had, test_moves, test_for_ever,
        test_another_has_it, test_set_aside, test_hosts_of_several_networks, test_ports,
        test_whose_it_is);

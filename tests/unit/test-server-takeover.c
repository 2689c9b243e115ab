/* SPDX-License-Identifier: MIT */

/* A network that is in use already: the lease file was lost, or another server was there before.
 * What answers ARP for a free address is kept from everybody but the one that answers. And what a
 * relay has said of a client stands in where the client renews past it. */

#include "test.h"

#include "transcript.h"

#define LINK "link br0 192.168.1.1/24\n"
#define LAN LINK "pool lan 192.168.1.0/24 .100-.119 conflict=ahead\n"

/* h answers for .100, which was free. */
#define HELD                                                                                       \
        "0    arp .100 h\n"                                                                        \
        "     -> COMMIT declined .100 h until=600\n"                                               \
        "     -> NOTICE conflict .100 h\n"

TRANSCRIPT(test_holder_renews,
        LAN HELD "1  n REQUEST ask=.100\n" /* nobody else gets it, by no message */
                 "   -> NAK\n"
                 "1  n REQUEST server=.1 ask=.100\n"
                 "   -> NAK\n"
                 "1  n REQUEST ciaddr=.100 unicast\n"
                 "   -> NAK\n"
                 "1  n DISCOVER ask=.100\n"
                 "   -> PROBE .101\n"
                 "   -> PROBE .102\n"
                 "   -> PROBE .103\n"
                 "   -> PROBE .104\n"
                 "   -> OFFER .101\n"
                 "2  h REQUEST ciaddr=.100 unicast to=.1\n"
                 "   -> COMMIT granted .100 h until=3602\n"
                 "   -> ACK .100 to=udp:192.168.1.100:68\n"
                 "   ? lan used=1 declined=0 claimed=0\n"
                 "9  h REQUEST ciaddr=.100 unicast to=.1\n"
                 "   -> COMMIT renewed .100 h\n"
                 "   -> ACK .100\n");

TRANSCRIPT(test_holder_reboots, LAN HELD "2  h REQUEST ask=.100\n"
                                         "   -> COMMIT granted .100 h\n"
                                         "   -> ACK .100\n");

TRANSCRIPT(test_holder_rebinds, LAN HELD "2  h REQUEST ciaddr=.100 from=.100\n"
                                         "   -> COMMIT granted .100 h\n"
                                         "   -> ACK .100\n");

TRANSCRIPT(test_holder_asks, /* by option 50 or ciaddr, or by itself; the row stays until then */
        LAN HELD "2  h DISCOVER ask=.100\n"
                 "   -> OFFER .100\n"
                 "2  h DISCOVER ciaddr=.100\n"
                 "   -> OFFER .100 to=link\n"
                 "2  h DISCOVER\n"
                 "   -> OFFER .100\n"
                 "   ? .100 declined\n"
                 "3  n DISCOVER ask=.100\n"
                 "   -> PROBE .101\n"
                 "   -> PROBE .102\n"
                 "   -> PROBE .103\n"
                 "   -> PROBE .104\n"
                 "   -> OFFER .101\n"
                 "4  h REQUEST server=.1 ask=.100\n"
                 "   -> COMMIT granted .100 h\n"
                 "   -> ACK .100\n");

TRANSCRIPT(test_holder_of_two, /* which one it means is for it to say */
        LAN HELD "0  arp .101 h\n"
                 "   -> COMMIT declined .101 h\n"
                 "   -> NOTICE conflict .101 h\n"
                 "2  h DISCOVER\n"
                 "   -> PROBE .102\n"
                 "   -> PROBE .103\n"
                 "   -> PROBE .104\n"
                 "   -> PROBE .105\n"
                 "   -> OFFER .102\n"
                 "3  h REQUEST ask=.101\n"
                 "   -> COMMIT granted .101 h\n"
                 "   -> ACK .101\n");

TRANSCRIPT(test_holder_after_a_restart, /* a row without a client, with its hardware address */
        LAN "0  load .100 declined ~h 9999\n"
            "0  loaded\n"
            "1  n REQUEST ask=.100\n"
            "   -> NAK\n"
            "2  h REQUEST ciaddr=.100 unicast\n"
            "   -> COMMIT granted .100 h\n"
            "   -> ACK .100\n");

TRANSCRIPT(test_holder_elsewhere, /* its word counts on its link */
        "link br0 192.168.1.1/24\n"
        "link br1 192.168.1.2/24\n"
        "pool lan 192.168.1.0/24 .100-.119 conflict=ahead\n" HELD "1  h REQUEST ask=.100 on=br1\n"
        "   -> NAK\n"
        "1  h REQUEST ask=.100 giaddr=.7 on=br0 unicast\n"
        "   -> NAK\n");

TRANSCRIPT(test_what_is_reserved_is_not_given, /* to who answers for it */
        LAN "host printer mac=p address=.100\n" HELD "1  h REQUEST ciaddr=.100 unicast\n"
            "   -> NAK\n"
            "1  h REQUEST ask=.100\n"
            "   -> NAK\n"
            "1  p DISCOVER\n" /* its own client gets another one */
            "   -> PROBE .101\n"
            "   -> PROBE .102\n"
            "   -> PROBE .103\n"
            "   -> PROBE .104\n"
            "   -> OFFER .101\n");

TRANSCRIPT(test_what_was_declined_is_not_given, /* at a client's word */
        LAN "0  load .100 declined c 9999\n"
            "0  loaded\n"
            "1  c REQUEST ask=.100\n"
            "   -> NAK\n"
            "1  h REQUEST ask=.100\n"
            "   -> NAK\n");

TRANSCRIPT(test_import_of_what_is_held, /* by the very client of the lease */
        LAN HELD "1  grant .100 n 3600 fails=EADDRINUSE\n"
                 "1  grant .100 h 3600\n"
                 "   -> COMMIT granted .100 h until=3600\n"
                 "   ? lan used=1 claimed=0\n");

/* ---- what a relay has said ------------------------------------------------------------------- */

#define RACKS_POOL "pool racks 10.1.0.0/24 10.1.0.100-10.1.0.120 interface=lan\n"

#define RACKS                                                                                      \
        "link lan 192.168.7.1/24\n" RACKS_POOL                                                     \
        "host rack1 circuit=aa:bb address=10.1.0.11 option=6:08080808\n"                           \
        "host rack2 circuit=cc address=10.1.0.12\n"
#define RACK1                                                                                      \
        "0  a REQUEST giaddr=10.1.0.1 relay=01:02:aa:bb server=192.168.7.1 ask=10.1.0.11 "         \
        "unicast\n"                                                                                \
        "   -> COMMIT granted 10.1.0.11 a relayed reserved\n"                                      \
        "   -> ACK 10.1.0.11 option=6:08080808\n"

TRANSCRIPT(test_renewal_of_a_port, RACKS RACK1
        "9  a REQUEST ciaddr=10.1.0.11 unicast want=6\n" /* as before, and nothing is echoed */
        "   -> COMMIT renewed 10.1.0.11 a reserved\n"
        "   -> ACK 10.1.0.11 option=6:08080808 no=82 to=udp:10.1.0.11:68\n"
        "9  a INFORM ciaddr=10.1.0.11 unicast want=6\n"
        "   -> ACK 0.0.0.0 option=6:08080808 no=82\n"
        "9  a REQUEST ciaddr=10.1.0.11 unicast want=6\n"
        "   -> COMMIT renewed 10.1.0.11 a reserved\n"
        "   -> ACK 10.1.0.11 option=6:08080808\n"
        /* a stranger at that address, and the client elsewhere */
        "9  b REQUEST ciaddr=10.1.0.11 unicast\n"
        "   -> NAK\n"
        "9  a REQUEST ciaddr=10.1.0.11 from=192.168.7.50 unicast\n"
        "   = wrong-source\n"
        /* the next message that has it counts: the client is on another port now */
        "10 a REQUEST ciaddr=10.1.0.11 giaddr=10.1.0.1 relay=01:01:cc unicast\n"
        "   -> NAK\n"
        "11 a DISCOVER giaddr=10.1.0.1 relay=01:01:cc unicast\n"
        "   -> OFFER 10.1.0.12\n"
        "12 a REQUEST giaddr=10.1.0.1 relay=01:01:cc server=192.168.7.1 ask=10.1.0.12 unicast\n"
        "   -> COMMIT granted 10.1.0.12 a reserved\n"
        "   -> COMMIT released 10.1.0.11 a\n"
        "   -> ACK 10.1.0.12\n"
        "19 a REQUEST ciaddr=10.1.0.12 unicast\n"
        "   -> COMMIT renewed 10.1.0.12 a reserved\n"
        "   -> ACK 10.1.0.12\n"
        "20 a RELEASE ciaddr=10.1.0.12 server=192.168.7.1 unicast\n"
        "   -> COMMIT released 10.1.0.12 a\n");

TRANSCRIPT(test_renewal_of_a_port_among_hosts, /* UnknownClients=deny, the manual's example */
        "link lan 192.168.7.1/24\n"
        "pool racks 10.1.0.0/24 interface=lan unknown=deny\n"
        "host rack1 circuit=aa:bb address=10.1.0.11 option=6:08080808\n" RACK1
        "9  a REQUEST ciaddr=10.1.0.11 unicast\n"
        "   -> COMMIT renewed 10.1.0.11 a reserved\n"
        "   -> ACK 10.1.0.11\n"
        "9  b REQUEST ciaddr=10.1.0.11 unicast\n"
        "   = unknown-client\n");

TRANSCRIPT(test_option_82_past_the_relay, /* a client cannot write it itself */
        RACKS RACK1 "9  a REQUEST ciaddr=10.1.0.11 relay=01:01:cc unicast want=6\n"
                    "   -> COMMIT renewed 10.1.0.11 a reserved\n"
                    "   -> ACK 10.1.0.11 option=6:08080808 option=82:01:01:cc\n"
                    "9  a REQUEST ciaddr=10.1.0.11 unicast want=6\n"
                    "   -> COMMIT renewed 10.1.0.11 a reserved\n"
                    "   -> ACK 10.1.0.11 option=6:08080808\n");

TRANSCRIPT(test_what_a_relay_says_stays, /* with its client, until a relay says something else */
        RACKS "0  d REQUEST giaddr=10.1.0.1 relay=01:01:ee ask=10.1.0.100 unicast\n"
              "   -> COMMIT granted 10.1.0.100 d relay=01:01:ee\n"
              "   -> ACK 10.1.0.100\n"
              "1  d REQUEST giaddr=10.1.0.1 ciaddr=10.1.0.100 unicast\n" /* without it */
              "   -> COMMIT renewed 10.1.0.100 d relay=01:01:ee\n"
              "   -> ACK 10.1.0.100\n"
              "2  d REQUEST ciaddr=10.1.0.100 unicast\n"
              "   -> COMMIT renewed 10.1.0.100 d relay=01:01:ee\n"
              "   -> ACK 10.1.0.100\n"
              "3  d REQUEST giaddr=10.1.0.1 ciaddr=10.1.0.100 relay=01:01:ff unicast\n"
              "   -> COMMIT renewed 10.1.0.100 d relay=01:01:ff\n"
              "   -> ACK 10.1.0.100\n"
              "4  d RELEASE ciaddr=10.1.0.100 unicast\n"
              "   -> COMMIT released 10.1.0.100 d relay=01:01:ff\n"
              "5  e REQUEST giaddr=10.1.0.1 ask=10.1.0.100 unicast\n" /* another's is gone */
              "   -> COMMIT granted 10.1.0.100 e relay=\n"
              "   -> ACK 10.1.0.100\n");

TRANSCRIPT(test_port_and_card, /* in one host: both must hold */
        RACKS "host both circuit=dd mac=m address=10.1.0.13\n"
              "0  m DISCOVER giaddr=10.1.0.1 relay=01:01:dd unicast\n"
              "   -> OFFER 10.1.0.13\n"
              "0  m REQUEST giaddr=10.1.0.1 relay=01:01:dd server=192.168.7.1 ask=10.1.0.13 "
              "unicast\n"
              "   -> COMMIT granted 10.1.0.13 m reserved\n"
              "   -> ACK 10.1.0.13\n"
              "0  n DISCOVER giaddr=10.1.0.1 relay=01:01:dd unicast\n"
              "   -> OFFER 10.1.0.100\n"
              "1  m DISCOVER giaddr=10.1.0.1 relay=01:01:ee unicast\n"
              "   -> OFFER 10.1.0.101\n"
              "9  m REQUEST ciaddr=10.1.0.13 unicast\n"
              "   -> COMMIT renewed 10.1.0.13 m reserved\n"
              "   -> ACK 10.1.0.13\n");

/* ---- another machine in the same place ------------------------------------------------------- */

/* o gets what is reserved for it; then the host is n. */
#define NAS_POOL "pool lan 192.168.1.0/24 .100-.119 conflict=strict\n"
#define NAS_OF(address, conflict)                                                                  \
        LINK "pool lan 192.168.1.0/24 .100-.119 conflict=" conflict "\n"                           \
             "host nas mac=o address=" address "\n"                                                \
             "0    load " address " bound o 3600\n"                                                \
             "     ? " address " bound o reserved\n"                                               \
             "pool lan 192.168.1.0/24 .100-.119 conflict=" conflict "\n"                           \
             "host nas mac=n address=" address "\n"

#define NAS_MOVES                                                                                  \
        "1    n DISCOVER\n"                                                                        \
        "     -> PROBE .20\n"                                                                      \
        "     = probing\n"                                                                         \
        "1.5  tick\n"                                                                              \
        "     -> OFFER .20\n"                                                                      \
        "     ? .20 bound o\n" /* not before it asks for it */                                     \
        "2    n REQUEST server=.1 ask=.20\n"                                                       \
        "     -> COMMIT granted .20 n reserved started=2\n"                                        \
        "     -> NOTICE succeeded .20 n o\n"                                                       \
        "     -> ACK .20 lease=3600\n"

TRANSCRIPT(test_card_is_replaced, /* and the old one shows again: it is named once */
        NAS_OF(".20", "strict") NAS_MOVES
        "9    o REQUEST ciaddr=.20 unicast from=.20\n"
        "     -> NAK\n"
        "     -> NOTICE rivals .20 o n\n"
        "10   o DISCOVER\n"
        "     -> PROBE .100\n"
        "     = probing\n"
        "10.5 tick\n"
        "     -> OFFER .100\n"
        "11   o REQUEST server=.1 ask=.100\n"
        "     -> COMMIT granted .100 o\n"
        "     -> ACK .100\n"
        "12   n REQUEST ciaddr=.20 unicast from=.20\n"
        "     -> COMMIT renewed .20 n\n"
        "     -> ACK .20\n"
        /* also when n has missed its T1: nothing is reserved for o */
        "3000 o DISCOVER\n"
        "     -> PROBE .100\n"
        "     = probing\n"
        "3000.5 tick\n"
        "     -> OFFER .100\n");

TRANSCRIPT(test_card_is_replaced_and_asks_for_it, /* INIT-REBOOT of the address itself */
        NAS_OF(".20", "strict") "1    n REQUEST ask=.20\n"
                                "     -> PROBE .20\n"
                                "     = probing\n"
                                "1.5  tick\n"
                                "     -> COMMIT granted .20 n reserved\n"
                                "     -> NOTICE succeeded .20 n o\n"
                                "     -> ACK .20\n");

TRANSCRIPT(test_card_is_replaced_and_boots, /* with another address: it leaves that */
        NAS_OF(".20", "strict") "0    load .105 bound n 3600\n"
                                "1    n REQUEST ask=.105\n"
                                "     -> PROBE .20\n"
                                "     = probing\n"
                                "1.5  tick\n"
                                "     -> NAK\n"
                                "2    n DISCOVER\n"
                                "     -> OFFER .20\n"
                                "3    n REQUEST server=.1 ask=.20\n"
                                "     -> COMMIT granted .20 n reserved\n"
                                "     -> COMMIT released .105 n\n"
                                "     -> NOTICE succeeded .20 n o\n"
                                "     -> ACK .20\n");

TRANSCRIPT(test_old_card_is_there_and_new_one_boots, /* which keeps what it has */
        NAS_OF(".20", "strict") "0    load .105 bound n 3600\n"
                                "1    n REQUEST ask=.105\n"
                                "     -> PROBE .20\n"
                                "     = probing\n"
                                "1.1  arp .20 o\n"
                                "     -> COMMIT renewed .105 n\n"
                                "     -> ACK .105\n"
                                "     -> NOTICE reserved-taken .20 n o\n"
                                "9    n REQUEST ask=.105\n"
                                "     -> COMMIT renewed .105 n\n"
                                "     -> ACK .105\n");

TRANSCRIPT(
        test_reserved_for_another_and_boots, /* not asked for: one that lives there is no relic */
        LINK NAS_POOL "host nas mac=n address=.110\n"
                      "0    load .110 bound o 3600\n"
                      "0    load .105 bound n 3600\n"
                      "1    n REQUEST ask=.105\n"
                      "     -> COMMIT renewed .105 n\n"
                      "     -> ACK .105\n"
                      "     -> NOTICE reserved-taken .110 n o\n"
                      "2    n REQUEST ciaddr=.105 unicast from=.105\n"
                      "     -> COMMIT renewed .105 n\n"
                      "     -> ACK .105\n");

TRANSCRIPT(test_old_card_is_there, /* it answers: both are alive, and it is said who has it */
        NAS_OF(".20", "strict") "1    n DISCOVER\n"
                                "     -> PROBE .20\n"
                                "     = probing\n"
                                "1.1  arp .20 o\n"
                                "     -> PROBE .100\n"
                                "     -> NOTICE reserved-taken .20 n o\n"
                                "     = probing\n"
                                "1.6  tick\n"
                                "     -> OFFER .100\n"
                                "2    n REQUEST server=.1 ask=.100\n"
                                "     -> COMMIT granted .100 n\n"
                                "     -> ACK .100\n"
                                "     ? .20 bound o\n"
                                "9    n DISCOVER\n" /* known for a minute */
                                "     -> PROBE .100\n"
                                "     = probing\n"
                                "9.5  tick\n"
                                "     -> OFFER .100\n"
                                "80   n DISCOVER\n" /* by now it is gone */
                                "     -> PROBE .20\n"
                                "     = probing\n"
                                "80.5 tick\n"
                                "     -> OFFER .20\n"
                                "81   n REQUEST server=.1 ask=.20\n"
                                "     -> COMMIT granted .20 n\n"
                                "     -> COMMIT released .100 n\n"
                                "     -> NOTICE succeeded .20 n o\n"
                                "     -> ACK .20\n");

TRANSCRIPT(test_asked_before_it_was_there, /* which says nothing of the old card */
        LINK NAS_POOL "host nas mac=o address=.20\n"
                      "0    o DISCOVER\n"
                      "     -> PROBE .20\n"
                      "     = probing\n"
                      "0.5  tick\n"
                      "     -> OFFER .20\n"
                      "1    o REQUEST server=.1 ask=.20\n"
                      "     -> COMMIT granted .20 o\n"
                      "     -> ACK .20\n" NAS_POOL "host nas mac=n address=.20\n"
                      "9    n DISCOVER\n"
                      "     -> PROBE .20\n"
                      "     = probing\n"
                      "9.1  arp .20 o\n"
                      "     -> PROBE .100\n"
                      "     -> NOTICE reserved-taken .20 n o\n"
                      "     = probing\n"
                      "9.6  tick\n"
                      "     -> OFFER .100\n");

TRANSCRIPT(test_new_card_answers, /* for what it is about to get: no conflict */
        NAS_OF(".20", "strict") "1    n DISCOVER\n"
                                "     -> PROBE .20\n"
                                "     = probing\n"
                                "1.1  arp .20 n\n"
                                "     -> OFFER .20\n"
                                "2    n REQUEST server=.1 ask=.20\n"
                                "     -> COMMIT granted .20 n reserved\n"
                                "     -> NOTICE succeeded .20 n o\n"
                                "     -> ACK .20\n");

TRANSCRIPT(test_card_is_replaced_in_the_range, /* also after a restart: ARP tells */
        LINK NAS_POOL "host nas mac=n address=.110\n"
                      "0    load .110 bound o 3600\n"
                      "     ? .110 bound o\n"
                      "1    n DISCOVER\n"
                      "     -> PROBE .110\n"
                      "     = probing\n"
                      "1.5  tick\n"
                      "     -> OFFER .110\n"
                      "2    n REQUEST server=.1 ask=.110\n"
                      "     -> COMMIT granted .110 n reserved\n"
                      "     -> NOTICE succeeded .110 n o\n"
                      "     -> ACK .110\n");

TRANSCRIPT(test_card_is_replaced_unasked, /* where ARP does not ask, at once */
        NAS_OF(".110", "off") "1    n DISCOVER\n"
                              "     -> OFFER .110\n"
                              "2    n REQUEST server=.1 ask=.110\n"
                              "     -> COMMIT granted .110 n reserved\n"
                              "     -> NOTICE succeeded .110 n o\n"
                              "     -> ACK .110\n");

TRANSCRIPT(test_card_is_replaced_step_by_step, /* the host removed, and then added again */
        LINK "pool lan 192.168.1.0/24 .100-.119\n"
             "host nas mac=o address=.110\n"
             "0    load .110 bound o 3600\n"
             "pool lan 192.168.1.0/24 .100-.119\n"
             "0    tick\n"
             "pool lan 192.168.1.0/24 .100-.119\n"
             "host nas mac=n address=.110\n"
             "1    n REQUEST ask=.110\n"
             "     -> COMMIT granted .110 n reserved\n"
             "     -> NOTICE succeeded .110 n o\n"
             "     -> ACK .110\n");

TRANSCRIPT(test_card_is_replaced_behind_a_relay, /* as the device on a port is */
        "link lan 192.168.7.1/24\n" RACKS_POOL "host nas mac=o address=10.1.0.20\n"
        "0    load 10.1.0.20 bound o 3600\n" RACKS_POOL "host nas mac=n address=10.1.0.20\n"
        "1    n DISCOVER giaddr=10.1.0.1 unicast\n"
        "     -> OFFER 10.1.0.20\n"
        "2    n REQUEST giaddr=10.1.0.1 server=192.168.7.1 ask=10.1.0.20 unicast\n"
        "     -> COMMIT granted 10.1.0.20 n reserved\n"
        "     -> NOTICE succeeded 10.1.0.20 n o\n"
        "     -> ACK 10.1.0.20\n"
        "9    o DISCOVER giaddr=10.1.0.1 unicast\n"
        "     -> OFFER 10.1.0.100\n"
        "     -> NOTICE rivals 10.1.0.20 o n\n");

TRANSCRIPT(test_reserved_for_another_since, /* of a client that lives there nothing is known */
        "link lan 192.168.7.1/24\n" RACKS_POOL "0    load 10.1.0.110 bound o 9999\n" RACKS_POOL
        "host nas mac=n address=10.1.0.110\n"
        "1    n DISCOVER giaddr=10.1.0.1 unicast\n"
        "     -> OFFER 10.1.0.100\n"
        "     -> NOTICE reserved-taken 10.1.0.110 n o\n"
        "2    n REQUEST giaddr=10.1.0.1 server=192.168.7.1 ask=10.1.0.100 unicast\n"
        "     -> COMMIT granted 10.1.0.100 n\n"
        "     -> ACK 10.1.0.100\n"
        "3700 n DISCOVER giaddr=10.1.0.1 unicast\n"
        "     -> OFFER 10.1.0.100\n"
        "     -> NOTICE reserved-taken 10.1.0.110 n o\n"
        "3701 delete 10.1.0.110\n"
        "     -> COMMIT deleted 10.1.0.110 -\n"
        "3702 n DISCOVER giaddr=10.1.0.1 unicast\n"
        "     -> OFFER 10.1.0.110\n");

TRANSCRIPT(test_taken_and_of_no_pool, /* it waits for a pool: nothing is reserved for it yet */
        LINK "pool lan 192.168.1.0/24 .100-.119\n"
             "host nas mac=n address=10.0.0.5\n"
             "0    load 10.0.0.5 bound o 3600\n"
             "1    n DISCOVER\n"
             "     -> OFFER .100\n");

TRANSCRIPT(test_moved_elsewhere_is_no_rival, /* both have addresses of their own */
        LINK "pool lan 192.168.1.0/24 .100-.119\n"
             "host nas mac=o address=.20\n"
             "0    load .20 bound o 3600\n"
             "pool lan 192.168.1.0/24 .100-.119\n"
             "host nas mac=n address=.20\n"
             "host old mac=o address=.30\n"
             "1    n REQUEST ask=.20\n"
             "     -> COMMIT granted .20 n reserved\n"
             "     -> NOTICE succeeded .20 n o\n"
             "     -> ACK .20\n"
             "2    o REQUEST ask=.20\n"
             "     -> NAK\n"
             "3    o DISCOVER\n"
             "     -> OFFER .30\n");

TRANSCRIPT(test_put_out_among_hosts, /* UnknownClients=deny: it is not served, but named */
        LINK "pool lan 192.168.1.0/24 .100-.119 unknown=deny\n"
             "host nas mac=o address=.20\n"
             "0    load .20 bound o 3600\n"
             "pool lan 192.168.1.0/24 .100-.119 unknown=deny\n"
             "host nas mac=n address=.20\n"
             "1    n REQUEST ask=.20\n"
             "     -> COMMIT granted .20 n reserved\n"
             "     -> NOTICE succeeded .20 n o\n"
             "     -> ACK .20\n"
             "2    o DISCOVER\n"
             "     -> NOTICE rivals .20 o n\n"
             "     = unknown-client\n"
             "3    o DISCOVER\n"
             "     = unknown-client\n");

TRANSCRIPT(test_succession_declined, /* not again before the quarantine ends */
        NAS_OF(".20", "strict") NAS_MOVES "3    n DECLINE ask=.20 server=.1\n"
                                          "     -> COMMIT declined .20 n until=603\n"
                                          "4    n DISCOVER\n"
                                          "     -> PROBE .100\n"
                                          "     = probing\n"
                                          "4.5  tick\n"
                                          "     -> OFFER .100\n"
                                          "5    n REQUEST server=.1 ask=.100\n"
                                          "     -> COMMIT granted .100 n\n"
                                          "     -> ACK .100\n"
                                          "6    n REQUEST ask=.100\n"
                                          "     -> COMMIT renewed .100 n\n"
                                          "     -> ACK .100\n"
                                          "500  n REQUEST ciaddr=.100 unicast from=.100\n"
                                          "     -> COMMIT renewed .100 n\n"
                                          "     -> ACK .100 lease=3600\n"
                                          "603  tick\n"
                                          "     -> COMMIT cleared .20 -\n"
                                          "700  n REQUEST ask=.100\n"
                                          "     -> NAK\n");

TRANSCRIPT(test_device_is_replaced, /* on its port */
        RACKS RACK1
        "9    b DISCOVER giaddr=10.1.0.1 relay=01:02:aa:bb unicast\n"
        "     -> OFFER 10.1.0.11\n"
        "9    b REQUEST giaddr=10.1.0.1 relay=01:02:aa:bb server=192.168.7.1 "
        "ask=10.1.0.11 unicast\n"
        "     -> COMMIT granted 10.1.0.11 b reserved\n"
        "     -> NOTICE succeeded 10.1.0.11 b a\n"
        "     -> ACK 10.1.0.11 lease=3600\n"
        /* the first one shows again: it is served as a stranger, and that is said once */
        "20   a REQUEST ciaddr=10.1.0.11 unicast\n"
        "     -> NAK\n"
        "     -> NOTICE rivals 10.1.0.11 a b\n"
        "20   a DISCOVER giaddr=10.1.0.1 relay=01:02:aa:bb unicast\n"
        "     -> OFFER 10.1.0.100\n"
        "21   a REQUEST giaddr=10.1.0.1 relay=01:02:aa:bb server=192.168.7.1 "
        "ask=10.1.0.100 unicast\n"
        "     -> COMMIT granted 10.1.0.100 a\n"
        "     -> ACK 10.1.0.100\n"
        "1800 b REQUEST ciaddr=10.1.0.11 unicast\n"
        "     -> COMMIT renewed 10.1.0.11 b\n"
        "     -> ACK 10.1.0.11\n"
        "2000 a DISCOVER giaddr=10.1.0.1 relay=01:02:aa:bb unicast\n"
        "     -> OFFER 10.1.0.100\n");

TRANSCRIPT(test_device_comes_back, /* once the other one has missed its T1 */
        RACKS RACK1 "9    b REQUEST giaddr=10.1.0.1 relay=01:02:aa:bb server=192.168.7.1 "
                    "ask=10.1.0.11 unicast\n"
                    "     -> COMMIT granted 10.1.0.11 b reserved\n"
                    "     -> NOTICE succeeded 10.1.0.11 b a\n"
                    "     -> ACK 10.1.0.11\n"
                    "2000 a DISCOVER giaddr=10.1.0.1 relay=01:02:aa:bb unicast\n"
                    "     -> OFFER 10.1.0.100\n"
                    "     -> NOTICE rivals 10.1.0.11 a b\n"
                    "2200 a DISCOVER giaddr=10.1.0.1 relay=01:02:aa:bb unicast\n"
                    "     -> OFFER 10.1.0.11\n");

TEST_MAIN("server-takeover", test_holder_renews, test_holder_reboots, test_holder_rebinds,
        test_holder_asks, test_holder_of_two, test_holder_after_a_restart, test_holder_elsewhere,
        test_what_is_reserved_is_not_given, test_what_was_declined_is_not_given,
        test_import_of_what_is_held, test_renewal_of_a_port, test_renewal_of_a_port_among_hosts,
        test_option_82_past_the_relay, test_what_a_relay_says_stays, test_port_and_card,
        test_card_is_replaced, test_card_is_replaced_and_asks_for_it,
        test_card_is_replaced_and_boots, test_old_card_is_there_and_new_one_boots,
        test_reserved_for_another_and_boots, test_old_card_is_there, test_asked_before_it_was_there,
        test_new_card_answers, test_card_is_replaced_in_the_range, test_card_is_replaced_unasked,
        test_card_is_replaced_step_by_step, test_card_is_replaced_behind_a_relay,
        test_reserved_for_another_since, test_taken_and_of_no_pool,
        test_moved_elsewhere_is_no_rival, test_put_out_among_hosts, test_succession_declined,
        test_device_is_replaced, test_device_comes_back);

/* SPDX-License-Identifier: MIT */

/* Which address a client gets, and what happens when there is none; quarantines. */

#include "test.h"

#include "transcript.h"

#define LAN                                                                                        \
        "link br0 192.168.1.1/24\n"                                                                \
        "pool lan 192.168.1.0/24 .100-.102\n"

TRANSCRIPT(test_order, /* RFC 2131 4.3.1 */
        LAN "0  load .102 released a -100\n"
            "0  loaded\n"
            "0  a DISCOVER ask=.101\n" /* the previous one before the requested one */
            "   -> OFFER .102\n"
            "0  b DISCOVER ask=.101\n" /* the requested one before any */
            "   -> OFFER .101\n"
            "0  c DISCOVER ask=.101\n" /* not while another is offered it */
            "   -> OFFER .100\n"
            "1  a DISCOVER ask=.100\n" /* an offer stays */
            "   -> OFFER .102\n");

TRANSCRIPT(test_requested_address_must_be_legal, /* else any other */
        LAN "0  a DISCOVER ask=.50\n"
            "   -> OFFER .100\n"
            "0  a DISCOVER ask=10.0.0.1\n"
            "   -> OFFER .100\n"
            "0  a DISCOVER ask=.1\n"
            "   -> OFFER .100\n"
            "0  a DISCOVER option=50:0102\n"
            "   -> OFFER .100\n"
            "0  a DISCOVER ask=0.0.0.0\n"
            "   -> OFFER .100\n");

TRANSCRIPT(test_never_used_before_longest_free, /* so that owners of old are remembered */
        LAN "0  load .100 released a -10\n"
            "0  load .101 expired b -20\n"
            "0  loaded\n"
            "1  m DISCOVER\n"
            "   -> OFFER .102\n"
            "1  n DISCOVER\n"
            "   -> OFFER .101\n"
            "1  o DISCOVER\n"
            "   -> OFFER .100\n");

TRANSCRIPT(test_longest_free_first, /* by end of lease, not by address */
        LAN "0  load .100 bound a 100\n"
            "0  load .101 bound b 200\n"
            "0  load .102 bound c 300\n"
            "0  loaded\n"
            "50 b RELEASE ciaddr=.101 unicast\n"
            "   -> COMMIT released .101 b\n"
            "300 tick\n"
            "   -> COMMIT expired .100 a\n"
            "   -> COMMIT expired .102 c\n"
            "301 m DISCOVER\n"
            "   -> OFFER .101\n"
            "301 n DISCOVER\n"
            "   -> OFFER .100\n"
            "301 b DISCOVER\n" /* the favourite is gone */
            "   -> OFFER .102\n");

TRANSCRIPT(test_offer_that_ended_unseen, /* nothing ends while the disk fails */
        LAN "0  load .100 released a -10\n"
            "0  loaded\n"
            "1  a DISCOVER\n"
            "   -> OFFER .100\n"
            "90 tick\n"
            "   ? .100 released a until=31\n");

TRANSCRIPT(test_newest_of_several_favourites, /* the last one it had */
        LAN "0  a REQUEST ask=.100\n"
            "   -> COMMIT granted .100 a\n"
            "   -> ACK .100\n"
            "5  a REQUEST server=.1 ask=.101\n"
            "   -> COMMIT granted .101 a\n"
            "   -> COMMIT released .100 a\n"
            "   -> ACK .101\n"
            "9  a RELEASE ciaddr=.101 unicast\n"
            "   -> COMMIT released .101 a\n"
            "10 a DISCOVER\n"
            "   -> OFFER .101\n"
            "11 b REQUEST ask=.101\n"
            "   -> COMMIT granted .101 b\n"
            "   -> ACK .101\n"
            "12 a DISCOVER ask=.102\n"
            "   -> OFFER .100\n");

TRANSCRIPT(test_back_to_an_older_favourite, /* the last one counts, not the order of their making */
        LAN "0  a REQUEST ask=.100\n"
            "   -> COMMIT granted .100 a\n"
            "   -> ACK .100\n"
            "5  a REQUEST server=.1 ask=.101\n"
            "   -> COMMIT granted .101 a\n"
            "   -> COMMIT released .100 a\n"
            "   -> ACK .101\n"
            "6  a REQUEST server=.1 ask=.100\n"
            "   -> COMMIT granted .100 a\n"
            "   -> COMMIT released .101 a\n"
            "   -> ACK .100\n"
            "9  a RELEASE ciaddr=.100 unicast\n"
            "   -> COMMIT released .100 a\n"
            "10 a DISCOVER\n"
            "   -> OFFER .100\n");

TRANSCRIPT(test_exhausted, /* silence, one notice, until there is an address again */
        LAN "0  load .100 bound a 100\n"
            "0  load .101 bound b 200\n"
            "0  load .102 bound c 300\n"
            "1  m DISCOVER\n"
            "   -> NOTICE exhausted lan\n"
            "   = pool-exhausted\n"
            "2  n DISCOVER\n"
            "   = pool-exhausted\n"
            "   ? lan exhausted=2 free=0\n"
            "3  a REQUEST ciaddr=.100 unicast\n" /* who has one keeps it */
            "   -> COMMIT renewed .100 a until=3603\n"
            "   -> NOTICE nearly-full lan\n"
            "   -> ACK .100\n"
            "200 tick\n"
            "   -> COMMIT expired .101 b\n"
            "201 m DISCOVER\n"
            "   -> OFFER .101\n"
            "202 m REQUEST server=.1 ask=.101\n"
            "   -> COMMIT granted .101 m\n"
            "   -> ACK .101\n"
            "203 n DISCOVER\n"
            "   -> NOTICE exhausted lan\n"
            "   = pool-exhausted\n");

TRANSCRIPT(test_oldest_offer_is_taken_over, /* a flood of clients that never ask */
        LAN "0  load .100 bound a 9999\n"
            "1  m DISCOVER\n"
            "   -> OFFER .101\n"
            "2  n DISCOVER\n"
            "   -> OFFER .102\n"
            "3  o DISCOVER\n"
            "   -> OFFER .101\n"
            "   ? .101 offered o until=33\n"
            "4  p DISCOVER\n"
            "   -> OFFER .102\n"
            "5  a REQUEST ciaddr=.100 unicast\n"
            "   -> COMMIT renewed .100 a\n"
            "   -> ACK .100\n"
            "6  m REQUEST server=.1 ask=.101\n" /* first come */
            "   -> COMMIT granted .101 m\n"
            "   -> ACK .101\n"
            "7  o REQUEST server=.1 ask=.101\n"
            "   -> NAK\n"
            "8  q DISCOVER\n"
            "   -> OFFER .102\n");

TRANSCRIPT(test_nearly_full, /* nine tenths, once, again after it fell below eight */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.109\n"
        "0  load .101 bound l 9001\n"
        "0  load .102 bound m 9002\n"
        "0  load .103 bound n 9003\n"
        "0  load .104 bound o 9004\n"
        "0  load .105 bound p 9005\n"
        "0  load .106 bound q 9006\n"
        "0  load .107 bound r 9007\n"
        "0  a REQUEST ask=.108\n"
        "   -> COMMIT granted .108 a\n"
        "   -> ACK .108\n"
        "0  b REQUEST ask=.109\n"
        "   -> COMMIT granted .109 b\n"
        "   -> NOTICE nearly-full lan\n"
        "   -> ACK .109\n"
        "1  a RELEASE ciaddr=.108 unicast\n"
        "   -> COMMIT released .108 a\n"
        "2  a REQUEST ask=.108\n"
        "   -> COMMIT granted .108 a\n"
        "   -> ACK .108\n"
        "3  release .101\n"
        "   -> COMMIT released .101 l\n"
        "3  release .102\n"
        "   -> COMMIT released .102 m\n"
        "4  b REQUEST ask=.109\n"
        "   -> COMMIT renewed .109 b\n"
        "   -> ACK .109\n"
        "5  l REQUEST ask=.101\n"
        "   -> COMMIT granted .101 l\n"
        "   -> ACK .101\n"
        "5  m REQUEST ask=.102\n"
        "   -> COMMIT granted .102 m\n"
        "   -> NOTICE nearly-full lan\n"
        "   -> ACK .102\n");

/* Addresses of hosts outside of the ranges fill no pool, and have numbers of their own. */
TRANSCRIPT(test_reserved_outside,
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.101\n"
        "host h mac=h address=.11\n"
        "host i mac=i address=.12\n"
        "host j mac=j address=.13\n"
        "   ? lan used=0 free=2 size=2 kept=0 used-outside=0 reserved-outside=3\n"
        "0  h DISCOVER\n"
        "   -> OFFER .11\n"
        "   ? lan used=0 offered=0 free=2\n"
        "0  h REQUEST server=.1 ask=.11\n"
        "   -> COMMIT granted .11 h\n"
        "   -> ACK .11\n"
        "0  i REQUEST ask=.12\n"
        "   -> COMMIT granted .12 i\n"
        "   -> ACK .12\n"
        "0  j REQUEST ask=.13\n"
        "   -> COMMIT granted .13 j\n"
        "   -> ACK .13\n"
        "   ? lan used=0 free=2 size=2 used-outside=3\n"
        "1  a REQUEST ask=.100\n"
        "   -> COMMIT granted .100 a\n"
        "   -> ACK .100\n"
        "1  b REQUEST ask=.101\n"
        "   -> COMMIT granted .101 b\n"
        "   -> NOTICE nearly-full lan\n"
        "   -> ACK .101\n"
        "   ? lan used=2 free=0 size=2 used-outside=3\n"
        "2  h DECLINE server=.1 ask=.11\n"
        "   -> COMMIT declined .11 h until=602\n"
        "   ? lan used=2 declined=0 used-outside=2\n"
        "3  c DISCOVER\n"
        "   -> NOTICE exhausted lan\n"
        "   = pool-exhausted\n");

/* Those inside count as others do; while their hosts are away they are neither used nor free. */
TRANSCRIPT(test_reserved_inside, "link br0 192.168.1.1/24\n"
                                 "pool lan 192.168.1.0/24 .100-.102\n"
                                 "host h mac=h address=.100\n"
                                 "host i mac=i address=.102\n"
                                 "   ? lan used=0 free=1 size=3 kept=2 reserved-outside=0\n"
                                 "0  h REQUEST ask=.100\n"
                                 "   -> COMMIT granted .100 h\n"
                                 "   -> ACK .100\n"
                                 "   ? lan used=1 free=1 kept=1 used-outside=0\n"
                                 "1  a REQUEST ask=.101\n"
                                 "   -> COMMIT granted .101 a\n"
                                 "   -> ACK .101\n"
                                 "   ? lan used=2 free=0 kept=1\n"
                                 "2  i REQUEST ask=.102\n"
                                 "   -> COMMIT granted .102 i\n"
                                 "   -> NOTICE nearly-full lan\n"
                                 "   -> ACK .102\n"
                                 "   ? lan used=3 free=0 kept=0\n");

TRANSCRIPT(test_quarantine_doubles, /* 10 min, 20 min … while nobody keeps the address */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100\n"
        "0  a REQUEST ask=.100\n"
        "   -> COMMIT granted .100 a\n"
        "   -> NOTICE nearly-full lan\n"
        "   -> ACK .100\n"
        "0  a DECLINE server=.1 ask=.100\n"
        "   -> COMMIT declined .100 a until=600\n"
        "600 tick\n"
        "   -> COMMIT cleared .100 -\n"
        "600 a DISCOVER\n"
        "   -> OFFER .100\n"
        "640 tick\n" /* the offer ends, the memory stays */
        "   ? .100 none\n"
        "700 a REQUEST ask=.100\n"
        "   -> COMMIT granted .100 a\n"
        "   -> ACK .100\n"
        "700 a DECLINE server=.1 ask=.100\n"
        "   -> COMMIT declined .100 a until=1900\n"
        "1900 tick\n"
        "   -> COMMIT cleared .100 -\n"
        "1900 a REQUEST ask=.100\n"
        "   -> COMMIT granted .100 a\n"
        "   -> ACK .100\n"
        "1900 a DECLINE server=.1 ask=.100\n"
        "   -> COMMIT declined .100 a until=4300\n"
        "4300 tick\n"
        "   -> COMMIT cleared .100 -\n"
        "4300 a REQUEST ask=.100\n"
        "   -> COMMIT granted .100 a\n"
        "   -> ACK .100\n"
        "5000 a REQUEST ask=.100\n" /* in use after all: the count starts again */
        "   -> COMMIT renewed .100 a\n"
        "   -> ACK .100\n"
        "5000 a DECLINE server=.1 ask=.100\n"
        "   -> COMMIT declined .100 a until=5600\n");

TRANSCRIPT(test_quarantine_doubles_through_offers, /* which hold the address meanwhile */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.109\n"
        "0  a REQUEST ask=.100\n"
        "   -> COMMIT granted .100 a\n"
        "   -> ACK .100\n"
        "0  a DECLINE server=.1 ask=.100\n"
        "   -> COMMIT declined .100 a until=600\n"
        "600 tick\n"
        "   -> COMMIT cleared .100 -\n"
        "600 a DISCOVER ask=.100\n"
        "   -> OFFER .100\n"
        "601 a DISCOVER\n"
        "   -> OFFER .100\n"
        "602 a REQUEST server=.1 ask=.100\n"
        "   -> COMMIT granted .100 a\n"
        "   -> ACK .100\n"
        "602 a DECLINE server=.1 ask=.100\n"
        "   -> COMMIT declined .100 a until=1802\n");

TRANSCRIPT(test_quarantine_after_peaceful_use, /* starts again at 10 min */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.109\n"
        "0  a REQUEST ask=.100\n"
        "   -> COMMIT granted .100 a\n"
        "   -> ACK .100\n"
        "0  a DECLINE server=.1 ask=.100\n"
        "   -> COMMIT declined .100 a until=600\n"
        "600 tick\n"
        "   -> COMMIT cleared .100 -\n"
        "600 a REQUEST ask=.100\n"
        "   -> COMMIT granted .100 a\n"
        "   -> ACK .100\n"
        "4200 tick\n"
        "   -> COMMIT expired .100 a\n"
        "4300 a REQUEST ask=.100\n"
        "   -> COMMIT granted .100 a\n"
        "   -> ACK .100\n"
        "4300 a DECLINE server=.1 ask=.100\n"
        "   -> COMMIT declined .100 a until=4900\n");

TRANSCRIPT(test_clear_declined, /* by the administrator */
        LAN "0  load .100 declined a 500\n"
            "0  load .101 declined b 600\n"
            "1  clear lan\n"
            "   -> COMMIT cleared .100 -\n"
            "   -> COMMIT cleared .101 -\n"
            "   ? lan declined=0 free=3\n");

TRANSCRIPT(test_our_own_addresses, /* never given out, whichever they are */
        "link br0 192.168.1.100/24\n"
        "pool lan 192.168.1.0/24 .100-.102\n"
        "0  a DISCOVER ask=.100\n"
        "   -> OFFER .101 server=.100\n"
        "   ? lan free=1\n"
        "no-links\n"
        "link br0 192.168.1.102/24\n" /* moved */
        "1  b DISCOVER\n"
        "   -> OFFER .100 server=.102\n"
        "2  c DISCOVER\n"
        "   -> OFFER .101\n"); /* taken over, rather than ours */

TRANSCRIPT(test_own_address_that_was_leased,
        LAN "0  load .100 released a -5\n"
            "0  load .101 bound b 50\n"
            "0  loaded\n"
            "no-links\n"
            "link br0 192.168.1.1/24 192.168.1.100/24 192.168.1.101/24\n"
            "1  a DISCOVER\n"
            "   -> OFFER .102\n"
            "2  b REQUEST ask=.101\n"
            "   -> NAK\n"
            "50 tick\n"
            "   -> COMMIT expired .101 b\n"
            "60 delete .101\n"
            "   -> COMMIT deleted .101 -\n"
            "61 b DISCOVER\n"
            "   -> OFFER .102\n");

TEST_MAIN("server-allocation", test_order, test_requested_address_must_be_legal,
        test_never_used_before_longest_free, test_longest_free_first, test_offer_that_ended_unseen,
        test_newest_of_several_favourites, test_back_to_an_older_favourite, test_exhausted,
        test_oldest_offer_is_taken_over, test_nearly_full, test_reserved_outside,
        test_reserved_inside, test_quarantine_doubles, test_quarantine_doubles_through_offers,
        test_quarantine_after_peaceful_use, test_clear_declined, test_our_own_addresses,
        test_own_address_that_was_leased);

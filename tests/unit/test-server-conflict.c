/* SPDX-License-Identifier: MIT */

/* Addresses that somebody uses already: asked for by ARP, ahead or while the client waits, and put
 * in quarantine. */

#include <stdio.h>

#include "test.h"

#include "transcript.h"

#define LAN                                                                                        \
        "link br0 192.168.1.1/24\n"                                                                \
        "pool lan 192.168.1.0/24 .100-.103\n"

#define LINK "link br0 192.168.1.1/24\n"

TRANSCRIPT(test_conflict_seen, /* somebody answers for an address that is not theirs */
        LAN "0  arp .101 x\n"
            "   -> COMMIT declined .101 x until=600\n"
            "   -> NOTICE conflict .101 x\n"
            "   ? lan declined=1\n"
            "1  arp .101 x\n" /* known already */
            "1  a DISCOVER\n"
            "   -> OFFER .100\n"
            "2  arp .100 a\n" /* the client itself */
            "   ? .100 offered a\n"
            "3  arp .100 y\n"
            "   -> COMMIT declined .100 y\n"
            "   -> NOTICE conflict .100 y\n"
            "4  a DISCOVER\n"
            "   -> OFFER .102\n"
            "5  a REQUEST server=.1 ask=.102\n"
            "   -> COMMIT granted .102 a\n"
            "   -> ACK .102\n"
            "6  arp .102 y\n" /* the client's to defend, RFC 5227 2.4 */
            "   ? .102 bound a\n"
            "7  arp .50 y\n" /* none of our business */
            "   ? .50 none\n"
            "8  arp .1 y\n"
            "600 tick\n"
            "   -> COMMIT cleared .101 -\n");

TRANSCRIPT(test_conflict_with_a_reservation, /* its host may answer, nobody else */
        LAN "host printer mac=p address=.100\n"
            "0  arp .100 p\n" /* it has configured itself */
            "   ? .100 none\n"
            "1  arp .100 x\n"
            "   -> COMMIT declined .100 x\n"
            "   -> NOTICE conflict .100 x\n"
            "2  p DISCOVER\n"
            "   -> OFFER .101\n");

TRANSCRIPT(test_strict, /* the OFFER waits until the address is clear */
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n"
             "0  a DISCOVER\n"
             "   -> PROBE .100 source=.1\n"
             "   = probing\n"
             "   ? .100 offered a\n"
             "0.4 tick\n"
             "0.5 tick\n"
             "   -> OFFER .100 to=link\n"
             "1  a REQUEST server=.1 ask=.100\n"
             "   -> COMMIT granted .100 a\n"
             "   -> ACK .100\n"
             "2  a DISCOVER\n" /* its own address, of which ARP has told before it had it */
             "   -> PROBE .100\n"
             "   = probing\n"
             "3  tick\n"
             "   -> OFFER .100\n"
             "91 a RELEASE ciaddr=.100 unicast\n"
             "   -> COMMIT released .100 a\n"
             "92 a DISCOVER\n" /* free now */
             "   -> PROBE .100\n"
             "   = probing\n"
             "93 tick\n"
             "   -> OFFER .100\n"
             "123 tick\n"
             "150 a DISCOVER\n" /* asked less than a minute ago */
             "   -> OFFER .100\n"
             "152 a DISCOVER\n"
             "   -> PROBE .100\n"
             "   = probing\n"
             "153 tick\n"
             "   -> OFFER .100\n");

TRANSCRIPT(test_strict_conflict, /* who waited gets the next address */
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n"
             "0   a DISCOVER\n"
             "    -> PROBE .100\n"
             "0.1 arp .100 x\n"
             "    -> COMMIT declined .100 x\n"
             "    -> NOTICE conflict .100 x\n"
             "    -> PROBE .101\n"
             "    = probing\n"
             "0.5 tick\n"
             "0.6 tick\n"
             "    -> OFFER .101\n"
             "1   a REQUEST server=.1 ask=.100\n"
             "    -> NAK\n");

TRANSCRIPT(test_strict_and_the_client_itself, /* no conflict */
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n"
             "0   a DISCOVER\n"
             "    -> PROBE .100\n"
             "0.1 arp .100 a\n"
             "0.5 tick\n"
             "    -> OFFER .100\n");

TRANSCRIPT(test_strict_retransmission, /* the newest message is answered, once */
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n"
             "0   a DISCOVER\n"
             "    -> PROBE .100\n"
             "0.2 a DISCOVER flags=0x8000\n"
             "    = probing\n"
             "0.5 tick\n"
             "    -> OFFER .100 to=broadcast flags=0x8000\n"
             "0.7 tick\n");

TRANSCRIPT(test_waiting_costs_no_tokens, /* what was let in is answered */
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n"
             "memory\n"
             "rate 1\n"
             "0   a DISCOVER\n"
             "    -> PROBE .100\n"
             "0.1 a DISCOVER\n"
             "    = probing\n"
             "0.2 a DISCOVER\n"
             "    = rate-limited\n"
             "0.5 tick\n"
             "    -> OFFER .100\n");

#define STRICT_BOUND                                                                               \
        "0   a REQUEST ask=.100\n"                                                                 \
        "    -> COMMIT granted .100 a\n"                                                           \
        "    -> ACK .100\n"                                                                        \
        "9   a DISCOVER\n"                                                                         \
        "    -> PROBE .100 source=.1\n"                                                            \
        "    = probing\n"                                                                          \
        "    ? .100 bound a\n"

TRANSCRIPT(test_strict_and_a_lease, /* a client's own address is asked for as well */
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n" STRICT_BOUND
             "9.1 arp .100 a\n" /* which it may have as yet; another might answer besides */
             "9.5 tick\n"
             "    -> OFFER .100\n"
             "10  a REQUEST server=.1 ask=.100\n"
             "    -> COMMIT renewed .100 a\n"
             "    -> ACK .100\n"
             "99  arp .100 x\n" /* nobody has asked */
             "    ? .100 bound a\n"
             "99  a REQUEST ciaddr=.100 unicast\n" /* nor waits who renews */
             "    -> COMMIT renewed .100 a\n"
             "    -> ACK .100\n");

TRANSCRIPT(test_strict_and_a_lease_in_conflict, /* another machine has the address */
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n" STRICT_BOUND "9.1 arp .100 a\n"
             "9.2 arp .100 x\n"
             "    -> COMMIT declined .100 a\n"
             "    -> NOTICE conflict .100 x\n"
             "    -> PROBE .101\n"
             "    = probing\n"
             "9.3 arp .100 x\n"
             "9.8 tick\n"
             "    -> OFFER .101\n"
             "10  a REQUEST server=.1 ask=.101\n"
             "    -> COMMIT granted .101 a\n"
             "    -> ACK .101\n"
             "11  a REQUEST ask=.100\n"
             "    -> NAK\n"
             "12  x REQUEST ciaddr=.100 unicast\n" /* nor does it get what was a's */
             "    -> NAK\n"
             "13  x DISCOVER ask=.100\n"
             "    -> PROBE .102\n"
             "13.6 tick\n"
             "    -> OFFER .102\n");

TRANSCRIPT(test_strict_and_a_reserved_lease, /* its host is not moved back into the conflict */
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n"
             "host nas mac=a address=.50\n"
             "0    a REQUEST ask=.50\n"
             "     -> COMMIT granted .50 a reserved\n"
             "     -> ACK .50\n"
             "9    a DISCOVER\n"
             "     -> PROBE .50\n"
             "     = probing\n"
             "9.1  arp .50 x\n"
             "     -> COMMIT declined .50 a\n"
             "     -> NOTICE conflict .50 x\n"
             "     -> PROBE .100\n"
             "     = probing\n"
             "9.6  tick\n"
             "     -> OFFER .100\n"
             "10   a REQUEST server=.1 ask=.100\n"
             "     -> COMMIT granted .100 a\n"
             "     -> ACK .100\n"
             "20   a REQUEST ciaddr=.100 unicast\n"
             "     -> COMMIT renewed .100 a\n"
             "     -> ACK .100\n"
             "30   x DISCOVER ask=.50\n"
             "     -> PROBE .101\n"
             "     = probing\n");

TRANSCRIPT(test_strict_and_leases_of_one_pool, /* half of it is set aside at most */
        LINK "pool lan 192.168.1.0/24 .100-.102 conflict=strict\n"
             "0    a REQUEST ask=.100\n"
             "     -> COMMIT granted .100 a\n"
             "     -> ACK .100\n"
             "0    b REQUEST ask=.101\n"
             "     -> COMMIT granted .101 b\n"
             "     -> ACK .101\n"
             "1    a DISCOVER\n"
             "     -> PROBE .100\n"
             "1    arp .100 x\n"
             "     -> PROBE $1 outside\n" /* see test-server-claim.c */
             "     -> PROBE $2 outside\n"
             "     -> COMMIT declined .100 a\n"
             "     -> NOTICE conflict .100 x\n"
             "     -> PROBE .102\n"
             "     = probing\n"
             "1.6  tick\n"
             "     -> OFFER .102\n"
             "35   tick\n"
             "35   b DISCOVER\n"
             "     -> PROBE .101\n"
             "35   arp .101 y\n" /* b gets another one all the same */
             "     -> OFFER .102\n"
             "     ? .101 bound b\n");

TRANSCRIPT(test_strict_and_a_lease_elsewhere, /* no probe where an echo tells nobody apart, nor
                                                 unasked */
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n"
             "pool far 172.16.5.0/24 172.16.5.10-172.16.5.19 conflict=strict\n"
             "0   a DISCOVER giaddr=172.16.5.1\n"
             "    -> PROBE 172.16.5.10 echo\n"
             "    = probing\n"
             "0.6 tick\n"
             "    -> OFFER 172.16.5.10\n"
             "1   a REQUEST giaddr=172.16.5.1 server=.1 ask=172.16.5.10\n"
             "    -> COMMIT granted 172.16.5.10 a\n"
             "    -> ACK 172.16.5.10\n"
             "2   a DISCOVER giaddr=172.16.5.1\n"
             "    -> OFFER 172.16.5.10\n"
             "pool lan 192.168.1.0/24 .100-.109 conflict=ahead\n"
             "3   b REQUEST ask=.109\n"
             "    -> COMMIT granted .109 b\n"
             "    -> ACK .109\n"
             "4   b DISCOVER\n"
             "    -> OFFER .109\n"
             "5   arp .109 x\n"
             "    ? .109 bound b\n");

TRANSCRIPT(test_strict_and_rapid_commit_of_a_lease,
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict rapid\n"
             "0   a REQUEST ask=.100\n"
             "    -> COMMIT granted .100 a\n"
             "    -> ACK .100\n"
             "1   a DISCOVER option=80:\n"
             "    -> PROBE .100\n"
             "    = probing\n"
             "1.2 arp .100 x\n"
             "    -> COMMIT declined .100 a\n"
             "    -> NOTICE conflict .100 x\n"
             "    -> PROBE .101\n"
             "    = probing\n"
             "1.7 tick\n"
             "    -> COMMIT granted .101 a\n"
             "    -> ACK .101 option=80:\n");

TRANSCRIPT(test_strict_several_clients, /* each waits for its own address */
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n"
             "0   a DISCOVER\n"
             "    -> PROBE .100\n"
             "0   b DISCOVER\n"
             "    -> PROBE .101\n"
             "0.2 c DISCOVER\n"
             "    -> PROBE .102\n"
             "0.5 tick\n"
             "    -> OFFER .100\n"
             "    -> OFFER .101\n"
             "0.7 tick\n"
             "    -> OFFER .102\n");

TRANSCRIPT(test_strict_rapid_commit_and_bootp,
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict rapid bootp\n"
             "0   a DISCOVER option=80:\n"
             "    -> PROBE .100\n"
             "0   b BOOTP\n"
             "    -> PROBE .101\n"
             "0.5 tick\n"
             "    -> COMMIT granted .100 a\n"
             "    -> ACK .100 option=80:\n"
             "0.5 tick\n" /* one commit a call: each must be seen as it was */
             "    -> COMMIT granted .101 b\n"
             "    -> BOOTP .101\n");

TRANSCRIPT(test_requests_never_wait, /* the client asks for itself, RFC 2131 3.1 step 5 */
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n"
             "0   a REQUEST ask=.105\n"
             "    -> COMMIT granted .105 a\n"
             "    -> ACK .105\n");

TRANSCRIPT(test_strict_beyond_the_link, /* ARP does not get there */
        LINK "link tun0 10.0.0.1/24 type=65534\n"
             "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n"
             "pool far 172.16.5.0/24 172.16.5.10-172.16.5.19 conflict=strict\n"
             "pool tun 10.0.0.0/24 10.0.0.10-10.0.0.19 conflict=strict\n"
             "0   a DISCOVER giaddr=172.16.5.1\n"
             "    -> PROBE 172.16.5.10 echo\n" /* see test-server-echo.c */
             "    = probing\n"
             "0   b DISCOVER giaddr=.7\n"
             "    -> OFFER .100\n"
             "0   c DISCOVER on=tun0\n"
             "    -> OFFER 10.0.0.10\n");

TRANSCRIPT(test_ahead, /* nobody waits: the next addresses are clear when they are needed */
        LINK "pool lan 192.168.1.0/24 .100-.106 conflict=ahead\n"
             "0  a DISCOVER\n"
             "   -> PROBE .100\n" /* the first of all leaves with its probe */
             "   -> PROBE .101\n"
             "   -> PROBE .102\n"
             "   -> PROBE .103\n"
             "   -> OFFER .100\n"
             "1  arp .102 x\n"
             "   -> COMMIT declined .102 x\n"
             "   -> NOTICE conflict .102 x\n"
             "2  b DISCOVER\n"
             "   -> PROBE .104\n"
             "   -> PROBE .105\n"
             "   -> OFFER .101\n"
             "3  c DISCOVER\n"
             "   -> PROBE .106\n"
             "   -> OFFER .103\n"
             "4  d DISCOVER\n"
             "   -> OFFER .104\n"
             "4  arp .104 x\n" /* too late for the OFFER, not for the REQUEST */
             "   -> COMMIT declined .104 x\n"
             "   -> NOTICE conflict .104 x\n"
             "5  d REQUEST server=.1 ask=.104\n"
             "   -> NAK\n");

TRANSCRIPT(test_ahead_of_freed_addresses,
        LINK "pool lan 192.168.1.0/24 .100-.102 conflict=ahead\n"
             "0  load .101 released m -20\n"
             "0  load .102 released n -10\n"
             "0  loaded\n"
             "1  a DISCOVER\n"
             "   -> PROBE .100\n"
             "   -> PROBE .101\n"
             "   -> PROBE .102\n"
             "   -> OFFER .100\n"
             "1  arp .101 m\n" /* its former client still there: asked again for another */
             "   ? .101 released m\n"
             "2  b DISCOVER\n"
             "   -> PROBE .101\n"
             "   -> OFFER .101\n"
             "2  arp .101 m\n"
             "   -> COMMIT declined .101 m\n"
             "   -> NOTICE conflict .101 m\n");

/* DEVIATIONS 19: one client has a whole pool in quarantine */
#define ALL_DECLINED(mode)                                                                         \
        LINK "link eth1 10.0.0.1/8\n"                                                              \
             "pool lan 192.168.1.0/24 .100-.101 conflict=" mode "\n"                               \
             "0  a REQUEST ask=.101\n"                                                             \
             "   -> COMMIT granted .101 a\n"                                                       \
             "   -> ACK .101\n"                                                                    \
             "1  a DECLINE server=.1 ask=.101\n"                                                   \
             "   -> COMMIT declined .101 a until=601\n"                                            \
             "2  a REQUEST ask=.100\n"                                                             \
             "   -> COMMIT granted .100 a\n"                                                       \
             "   -> NOTICE nearly-full lan\n"                                                      \
             "   -> ACK .100\n"                                                                    \
             "2  a DECLINE server=.1 ask=.100\n"                                                   \
             "   -> COMMIT declined .100 a until=602\n"                                            \
             "   ? lan declined=2 free=0\n"

TRANSCRIPT(test_declined_is_the_last_resort, /* oldest first, and only when nobody answers */
        ALL_DECLINED("ahead") "3   b DISCOVER\n"
                              "    -> COMMIT cleared .101 -\n"
                              "    -> PROBE .101\n"
                              "    = probing\n"
                              "    ? .101 offered b\n"
                              "3   c REQUEST ask=.100\n" /* to ask for it is not enough */
                              "    -> NAK\n"
                              "3   arp .101 x\n"
                              "    -> COMMIT declined .101 x until=1203\n" /* seen: 20 min */
                              "    -> NOTICE conflict .101 x\n"
                              "    -> COMMIT cleared .100 -\n"
                              "    -> PROBE .100\n"
                              "    = probing\n"
                              "3.5 tick\n"
                              "    -> OFFER .100\n"
                              "4   b REQUEST server=.1 ask=.100\n"
                              "    -> COMMIT granted .100 b\n"
                              "    -> ACK .100\n"
                              "5   c DISCOVER\n" /* what we have seen ourselves stays */
                              "    -> NOTICE exhausted lan\n"
                              "    = pool-exhausted\n");

TRANSCRIPT(test_declined_and_its_own_client, /* who would decline again */
        ALL_DECLINED("strict") "3   a DISCOVER\n"
                               "    -> NOTICE exhausted lan\n"
                               "    = pool-exhausted\n"
                               "4   b DISCOVER\n"
                               "    -> COMMIT cleared .101 -\n"
                               "    -> PROBE .101\n"
                               "    = probing\n"
                               "4.5 tick\n"
                               "    -> OFFER .101\n"
                               "35  tick\n" /* which came to nothing */
                               "    ? .101 none\n"
                               "    ? lan declined=1 free=1\n"
                               "36  a DISCOVER\n"
                               "    -> OFFER .101\n");

TRANSCRIPT(test_declined_where_nobody_can_be_asked, /* the client's word stands */
        ALL_DECLINED("off") "3   b DISCOVER\n"
                            "    -> NOTICE exhausted lan\n"
                            "    = pool-exhausted\n"
                            "pool lan 192.168.1.0/24 .100-.101 conflict=ahead interface=*\n"
                            "4   b DISCOVER giaddr=.7 on=eth1\n"
                            "    -> NOTICE exhausted lan\n"
                            "    = pool-exhausted\n"
                            "5   b DISCOVER\n"
                            "    -> COMMIT cleared .101 -\n"
                            "    -> PROBE .101\n"
                            "    = probing\n");

TRANSCRIPT(test_declined_goes_back, /* when the disk refuses that the quarantine is over */
        ALL_DECLINED("ahead") "3   b DISCOVER\n"
                              "    -> COMMIT cleared .101 -\n"
                              "    -> PROBE .101\n"
                              "    ? .101 offered b\n"
                              "3   undo 5\n"
                              "    ? .101 declined a until=601\n"
                              "    ? lan declined=2 offered=0\n");

TRANSCRIPT(test_after_a_quarantine, /* it has to be clear, in whatever mode */
        LINK "pool lan 192.168.1.0/24 .100-.100 conflict=ahead\n"
             "0     a DISCOVER\n"
             "      -> PROBE .100\n"
             "      -> OFFER .100\n"
             "1     a REQUEST server=.1 ask=.100\n"
             "      -> COMMIT granted .100 a\n"
             "      -> NOTICE nearly-full lan\n"
             "      -> ACK .100\n"
             "1     a DECLINE server=.1 ask=.100\n"
             "      -> COMMIT declined .100 a\n"
             "2     b DISCOVER\n" /* that nobody answered at 0 is no proof any more */
             "      -> COMMIT cleared .100 -\n"
             "      -> PROBE .100\n"
             "      = probing\n"
             "2     arp .100 x\n"
             "      -> COMMIT declined .100 x until=1202\n"
             "      -> NOTICE conflict .100 x\n"
             "      -> PROBE $1 outside\n" /* see test-server-claim.c */
             "      -> PROBE $2 outside\n"
             "      -> NOTICE exhausted lan\n"
             "1202  tick\n"
             "      -> COMMIT cleared .100 -\n"
             "1203  b DISCOVER\n"
             "      -> PROBE .100\n"
             "      = probing\n"
             "1203.5 tick\n"
             "      -> OFFER .100\n");

/* Of what a client has declined itself only so much is looked at. */
START_TEST(test_declined_by_one_client)
{
        char text[16384];
        size_t n;

        n = (size_t) snprintf(
                text, sizeof(text), LINK "pool lan 192.168.1.0/24 .100-.139 conflict=ahead\n");
        for (unsigned i = 0; i < 40; i++)
                n += (size_t) snprintf(text + n, sizeof(text) - n, "0 load .%u declined %c 600\n",
                        100 + i, i < 39 ? 'a' : 'b');
        (void) snprintf(text + n, sizeof(text) - n,
                "1 a DISCOVER\n-> NOTICE exhausted lan\n= pool-exhausted\n"
                "1 b DISCOVER\n-> COMMIT cleared .100 -\n-> PROBE .100\n= probing\n");
        transcript_run(text);
}
END_TEST

TRANSCRIPT(test_reload_while_waiting, /* handled by what is in force then */
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n"
             "0   a DISCOVER\n"
             "    -> PROBE .100\n"
             "pool lan 192.168.1.0/24 .200-.209\n"
             "0.5 tick\n"
             "    -> OFFER .200\n"
             "    = offered\n");

START_TEST(test_more_than_can_wait)
{
        /* The table of waiting messages is bounded; who finds no room is answered when he asks
         * again, and that is the address which has been asked for meanwhile. */
        char text[8192];
        size_t n;

        n = (size_t) snprintf(
                text, sizeof(text), LINK "pool lan 192.168.1.0/24 .100-.180 conflict=strict\n");
        for (unsigned i = 0; i < 40; i++)
                n += (size_t) snprintf(text + n, sizeof(text) - n,
                        "0 a DISCOVER id=ff:00:%02x\n-> PROBE .%u\n", i, 100 + i);
        for (unsigned i = 0; i < 32; i++)
                n += (size_t) snprintf(
                        text + n, sizeof(text) - n, "%s-> OFFER\n", i % 14 == 0 ? "1 tick\n" : "");
        for (unsigned i = 32; i < 40; i++)
                n += (size_t) snprintf(text + n, sizeof(text) - n,
                        "4 a DISCOVER id=ff:00:%02x\n-> OFFER .%u\n", i, 100 + i);
        ck_assert_uint_lt(n, sizeof(text));
        transcript_run(text);
}
END_TEST

/* More messages become due than one call answers: the deadline says that there is more. */
START_TEST(test_resumed_in_portions)
{
        char text[8192];
        size_t n;

        n = (size_t) snprintf(text, sizeof(text),
                LINK "pool lan 192.168.1.0/24 .100-.180 conflict=strict option=200:*200\n");
        for (unsigned i = 0; i < 20; i++)
                n += (size_t) snprintf(text + n, sizeof(text) - n,
                        "0 a DISCOVER id=ff:00:%02x\n-> PROBE .%u\n", i, 100 + i);
        for (unsigned i = 0; i < 20; i++)
                n += (size_t) snprintf(
                        text + n, sizeof(text) - n, "%s-> OFFER\n", i % 9 == 0 ? "1 tick\n" : "");
        ck_assert_uint_lt(n, sizeof(text));
        transcript_run(text);
}
END_TEST

TEST_MAIN("server-conflict", test_conflict_seen, test_conflict_with_a_reservation, test_strict,
        test_strict_conflict, test_strict_and_the_client_itself, test_strict_retransmission,
        test_waiting_costs_no_tokens, test_strict_and_a_lease, test_strict_and_a_lease_in_conflict,
        test_strict_and_a_reserved_lease, test_strict_and_leases_of_one_pool,
        test_strict_and_a_lease_elsewhere, test_strict_and_rapid_commit_of_a_lease,
        test_strict_several_clients, test_strict_rapid_commit_and_bootp, test_requests_never_wait,
        test_strict_beyond_the_link, test_ahead, test_ahead_of_freed_addresses,
        test_declined_is_the_last_resort, test_declined_and_its_own_client,
        test_declined_where_nobody_can_be_asked, test_declined_goes_back, test_after_a_quarantine,
        test_declined_by_one_client, test_reload_while_waiting, test_more_than_can_wait,
        test_resumed_in_portions);

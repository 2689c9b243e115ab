/* SPDX-License-Identifier: MIT */

/* What comes of ARP answers: hardware addresses that answer for several addresses are put to the
 * test. */

#include <stdio.h>

#include "test.h"

#include "core/proxy-arp.h"
#include "transcript.h"

#define LINK "link br0 192.168.1.1/24\n"

/* x answers for what is asked ahead of the first client, and is put to the test. */
#define THREE_CLAIMS(mode)                                                                         \
        LINK "pool lan 192.168.1.0/24 .100-.110 conflict=" mode "\n"                               \
             "0    arp .100 x\n"                                                                   \
             "     -> COMMIT declined .100 x until=600\n"                                          \
             "     -> NOTICE conflict .100 x\n"                                                    \
             "0    arp .101 x\n"                                                                   \
             "     -> COMMIT declined .101 x\n"                                                    \
             "     -> NOTICE conflict .101 x\n"                                                    \
             "0    arp .102 x\n"                                                                   \
             "     -> COMMIT declined .102 x\n"                                                    \
             "     -> NOTICE conflict .102 x\n"                                                    \
             "     -> PROBE $1 source=.1 on=2 outside\n"                                           \
             "     -> PROBE $2 source=.1 on=2 outside\n"                                           \
             "     ? lan claimed=3\n"

#define PROVEN(mode)                                                                               \
        THREE_CLAIMS(mode)                                                                         \
        "0.1  arp $1 x\n"                                                                          \
        "0.2  arp $2 x\n"                                                                          \
        "     -> NOTICE proxy lan x\n"                                                             \
        "     -> COMMIT cleared .102 -\n"                                                          \
        "     -> COMMIT cleared .101 -\n"                                                          \
        "     -> COMMIT cleared .100 -\n"                                                          \
        "     ? lan declined=0 claimed=0 free=11\n"

TRANSCRIPT(test_proxy,                   /* all that is set aside by its word is free again */
        PROVEN("ahead") "0.2 arp $2 x\n" /* once more */
                        "0.3 arp .103 x\n"
                        "    ? .103 none\n"
                        "1   a DISCOVER\n" /* and as if nothing had been */
                        "    -> PROBE .100\n"
                        "    -> PROBE .101\n"
                        "    -> PROBE .102\n"
                        "    -> PROBE .103\n"
                        "    -> OFFER .100\n"
                        "1   arp .100 x\n"
                        "1   arp .101 x\n"
                        "1   arp .102 x\n"
                        "1   arp .103 x\n"
                        "    ? lan claimed=0\n"
                        "1   a REQUEST server=.1 ask=.100\n"
                        "    -> COMMIT granted .100 a\n"
                        "    -> ACK .100\n"
                        "2   arp .101 y\n" /* another is believed */
                        "    -> COMMIT declined .101 y until=602\n"
                        "    -> NOTICE conflict .101 y\n");

TRANSCRIPT(test_proxy_and_who_waits, /* the client waits for its own half second alone */
        LINK "pool lan 192.168.1.0/24 .100-.110 conflict=strict\n"
             "0    a DISCOVER\n"
             "     -> PROBE .100\n"
             "0    arp .100 x\n"
             "     -> COMMIT declined .100 x\n"
             "     -> NOTICE conflict .100 x\n"
             "     -> PROBE .101\n"
             "0    arp .101 x\n"
             "     -> COMMIT declined .101 x\n"
             "     -> NOTICE conflict .101 x\n"
             "     -> PROBE .102\n"
             "0    arp .102 x\n"
             "     -> COMMIT declined .102 x\n"
             "     -> NOTICE conflict .102 x\n"
             "     -> PROBE $1 outside\n"
             "     -> PROBE $2 outside\n"
             "     -> PROBE .103\n"
             "     = probing\n"
             "0    arp $1 x\n"
             "0    arp $2 x\n"
             "     -> NOTICE proxy lan x\n"
             "     -> COMMIT cleared .102 -\n"
             "     -> COMMIT cleared .101 -\n"
             "     -> COMMIT cleared .100 -\n"
             "0    arp .103 x\n"
             "0.5  tick\n"
             "     -> OFFER .103\n"
             "1    b DISCOVER\n"
             "     -> PROBE .100\n"
             "     = probing\n"
             "1    arp .100 x\n"
             "1.5  tick\n"
             "     -> OFFER .100\n");

TRANSCRIPT(test_proxy_and_leases, /* what clients were moved from by its word is free again */
        LINK "pool lan 192.168.1.0/24 .100-.109 conflict=strict\n"
             "0    a REQUEST ask=.100\n"
             "     -> COMMIT granted .100 a\n"
             "     -> ACK .100\n"
             "0    b REQUEST ask=.101\n"
             "     -> COMMIT granted .101 b\n"
             "     -> ACK .101\n"
             "0    c REQUEST ask=.102\n"
             "     -> COMMIT granted .102 c\n"
             "     -> ACK .102\n"
             "1    a DISCOVER\n"
             "     -> PROBE .100\n"
             "1    b DISCOVER\n"
             "     -> PROBE .101\n"
             "1    c DISCOVER\n"
             "     -> PROBE .102\n"
             "1    arp .100 x\n"
             "     -> COMMIT declined .100 a\n"
             "     -> NOTICE conflict .100 x\n"
             "     -> PROBE .103\n"
             "1    arp .101 x\n"
             "     -> COMMIT declined .101 b\n"
             "     -> NOTICE conflict .101 x\n"
             "     -> PROBE .104\n"
             "1    arp .102 x\n"
             "     -> PROBE $1 outside\n"
             "     -> PROBE $2 outside\n"
             "     -> COMMIT declined .102 c\n"
             "     -> NOTICE conflict .102 x\n"
             "     -> PROBE .105\n"
             "     = probing\n"
             "1.1  arp $1 x\n"
             "1.1  arp $2 x\n"
             "     -> NOTICE proxy lan x\n"
             "     -> COMMIT cleared .100 -\n"
             "     -> COMMIT cleared .101 -\n"
             "     -> COMMIT cleared .102 -\n"
             "     ? lan declined=0\n"
             "1.2  arp .103 x\n" /* and its word counts no more, against nobody */
             "1.6  tick\n"
             "     -> OFFER\n"
             "     -> OFFER\n"
             "     -> OFFER\n"
             "     ? .103 offered a\n"
             "2    d REQUEST ask=.109\n"
             "     -> COMMIT granted .109 d\n"
             "     -> ACK .109\n"
             "3    d DISCOVER\n"
             "     -> PROBE .109\n"
             "     = probing\n"
             "3    arp .109 x\n"
             "3.5  tick\n"
             "     -> OFFER .109\n");

TRANSCRIPT(test_many_addresses, /* who does not answer for what nobody has is believed */
        THREE_CLAIMS("ahead") "0.1  arp .103 x\n"
                              "     -> COMMIT declined .103 x\n"
                              "     -> NOTICE conflict .103 x\n"
                              "0.2  arp $1 x\n" /* one may be its own */
                              "2    arp .104 x\n"
                              "     -> COMMIT declined .104 x\n"
                              "     -> NOTICE conflict .104 x\n"
                              "2    arp $2 x\n" /* too late */
                              "     ? lan claimed=5\n"
                              "600  tick\n"
                              "     -> COMMIT cleared .100 -\n"
                              "     -> COMMIT cleared .101 -\n"
                              "     -> COMMIT cleared .102 -\n");

TRANSCRIPT(test_answers_of_others_prove_nothing,
        THREE_CLAIMS("ahead") "0.1  arp $1 y\n"
                              "0.1  arp $2 y\n"
                              "0.1  arp $1 x\n"
                              "     ? lan claimed=3\n"
                              "0.1  arp $2 x\n"
                              "     -> NOTICE proxy lan x\n"
                              "     -> COMMIT cleared .102 -\n"
                              "     -> COMMIT cleared .101 -\n"
                              "     -> COMMIT cleared .100 -\n");

TRANSCRIPT(test_proxy_that_begins_later, /* it is asked again, after ten seconds, after twenty … */
        THREE_CLAIMS("ahead") "9    arp .103 x\n"
                              "     -> COMMIT declined .103 x\n"
                              "     -> NOTICE conflict .103 x\n"
                              "10   arp .104 x\n"
                              "     -> COMMIT declined .104 x\n"
                              "     -> NOTICE conflict .104 x\n"
                              "     -> PROBE $3 outside\n"
                              "     -> PROBE $4 outside\n"
                              "29   arp .105 x\n" /* half of the pool: no more set aside */
                              "     -> NOTICE half-claimed .105 x\n"
                              "30   arp .106 x\n"
                              "     -> PROBE $5 outside\n"
                              "     -> PROBE $6 outside\n"
                              "30   arp $5 x\n"
                              "30   arp $6 x\n"
                              "     -> NOTICE proxy lan x\n"
                              "     -> COMMIT cleared .104 -\n"
                              "     -> COMMIT cleared .103 -\n"
                              "     -> COMMIT cleared .102 -\n"
                              "     -> COMMIT cleared .101 -\n"
                              "     -> COMMIT cleared .100 -\n"
                              "31   a REQUEST ask=.105\n" /* that word does not count either */
                              "     -> COMMIT granted .105 a\n"
                              "     -> ACK .105\n");

TRANSCRIPT(test_word_of_a_proxy_after_an_hour, /* counts again once it has passed a test */
        PROVEN("ahead") "3600   arp .105 x\n"
                        "       ? .105 none\n"
                        "3601   arp .105 x\n"
                        "       -> PROBE $3 outside\n"
                        "       -> PROBE $4 outside\n"
                        "       ? .105 none\n"
                        "3601.1 arp $3 x\n"
                        "3601.1 arp .106 x\n"
                        "       ? .106 none\n"
                        "3603   arp .107 x\n"
                        "       -> COMMIT declined .107 x until=4203\n"
                        "       -> NOTICE conflict .107 x\n");

TRANSCRIPT(test_still_a_proxy_after_an_hour, /* is not said again */
        PROVEN("ahead") "3700   arp .105 x\n"
                        "       -> PROBE $3 outside\n"
                        "       -> PROBE $4 outside\n"
                        "3700   arp $3 x\n"
                        "3700   arp $4 x\n"
                        "3701   arp .105 x\n"
                        "7299   arp .105 x\n"
                        "       ? .105 none\n");

TRANSCRIPT(test_address_of_who_was_a_proxy, /* is not clear while it is put to the test again */
        PROVEN("strict") "3700   a DISCOVER\n"
                         "       -> PROBE .100\n"
                         "3700   arp .100 x\n"
                         "       -> PROBE $3 outside\n"
                         "       -> PROBE $4 outside\n"
                         "3700.5 tick\n"
                         "       -> PROBE .100\n"
                         "       = probing\n"
                         "3700.5 arp .100 x\n"
                         "3701   tick\n"
                         "       -> PROBE .100\n"
                         "3701   arp .100 x\n"
                         "       -> COMMIT declined .100 x\n"
                         "       -> NOTICE conflict .100 x\n"
                         "       -> PROBE .101\n");

TRANSCRIPT(test_two_proxies, /* each is found out by itself */
        PROVEN("ahead") "1    arp .100 y\n"
                        "     -> COMMIT declined .100 y\n"
                        "     -> NOTICE conflict .100 y\n"
                        "1    arp .100 x\n"
                        "1    arp .101 y\n"
                        "     -> COMMIT declined .101 y\n"
                        "     -> NOTICE conflict .101 y\n"
                        "1    arp .102 y\n"
                        "     -> COMMIT declined .102 y\n"
                        "     -> NOTICE conflict .102 y\n"
                        "     -> PROBE $3 outside\n"
                        "     -> PROBE $4 outside\n"
                        "1    arp $3 x\n"
                        "1    arp $3 y\n"
                        "1    arp $4 x\n"
                        "     ? lan claimed=3\n"
                        "1    arp $4 y\n"
                        "     -> NOTICE proxy lan y\n"
                        "     -> COMMIT cleared .102 -\n"
                        "     -> COMMIT cleared .101 -\n"
                        "     -> COMMIT cleared .100 -\n");

TRANSCRIPT(test_proxy_of_one_link, /* its hardware address is believed on another */
        "link br0 192.168.1.1/24\n"
        "link br1 10.0.0.1/24\n"
        "pool lan 192.168.1.0/24 .100-.110\n"
        "pool far 10.0.0.0/24 10.0.0.10-10.0.0.20\n"
        "0    arp .100 x\n"
        "     -> COMMIT declined .100 x\n"
        "     -> NOTICE conflict .100 x\n"
        "0    arp .101 x\n"
        "     -> COMMIT declined .101 x\n"
        "     -> NOTICE conflict .101 x\n"
        "0    arp 10.0.0.11 x on=br1\n"
        "     -> COMMIT declined 10.0.0.11 x on=3\n"
        "     -> NOTICE conflict 10.0.0.11 x\n"
        "0    arp .102 x\n"
        "     -> COMMIT declined .102 x\n"
        "     -> NOTICE conflict .102 x\n"
        "     -> PROBE $1 on=2 outside\n"
        "     -> PROBE $2 on=2 outside\n"
        "0    arp $1 x\n"
        "0    arp $2 x on=br1\n"
        "     ? lan claimed=3\n"
        "0    arp $2 x\n"
        "     -> NOTICE proxy lan x\n"
        "     -> COMMIT cleared .102 -\n"
        "     -> COMMIT cleared .101 -\n"
        "     -> COMMIT cleared .100 -\n"
        "     ? far claimed=1\n"
        "1    arp 10.0.0.12 x on=br1\n"
        "     -> COMMIT declined 10.0.0.12 x\n"
        "     -> NOTICE conflict 10.0.0.12 x\n");

TRANSCRIPT(test_proxy_and_declines_of_clients, /* a client's word stands */
        LINK "pool lan 192.168.1.0/24 .100-.110\n"
             "0    a REQUEST ask=.105\n"
             "     -> COMMIT granted .105 a\n"
             "     -> ACK .105\n"
             "0    a DECLINE server=.1 ask=.105\n"
             "     -> COMMIT declined .105 a\n"
             "0    arp .105 x\n"
             "0    arp .100 x\n"
             "     -> COMMIT declined .100 x\n"
             "     -> NOTICE conflict .100 x\n"
             "0    arp .101 x\n"
             "     -> COMMIT declined .101 x\n"
             "     -> NOTICE conflict .101 x\n"
             "0    arp .102 y\n" /* nor does x speak for y */
             "     -> COMMIT declined .102 y\n"
             "     -> NOTICE conflict .102 y\n"
             "0    arp .103 x\n"
             "     -> COMMIT declined .103 x\n"
             "     -> NOTICE conflict .103 x\n"
             "     -> PROBE $1 outside\n"
             "     -> PROBE $2 outside\n"
             "0    arp $1 x\n"
             "0    arp $2 x\n"
             "     -> NOTICE proxy lan x\n"
             "     -> COMMIT cleared .103 -\n"
             "     -> COMMIT cleared .101 -\n"
             "     -> COMMIT cleared .100 -\n"
             "     ? .105 declined a\n"
             "     ? .102 declined y\n");

TRANSCRIPT(test_proxy_and_a_reservation, /* is given to its host */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.110\n"
        "host printer mac=p address=.50\n"
        "0    arp .50 x\n"
        "     -> COMMIT declined .50 x\n"
        "     -> NOTICE conflict .50 x\n"
        "0    arp .100 x\n"
        "     -> COMMIT declined .100 x\n"
        "     -> NOTICE conflict .100 x\n"
        "0    arp .101 x\n"
        "     -> COMMIT declined .101 x\n"
        "     -> NOTICE conflict .101 x\n"
        "     -> PROBE $1 outside\n"
        "     -> PROBE $2 outside\n"
        "0    arp $1 x\n"
        "0    arp $2 x\n"
        "     -> NOTICE proxy lan x\n"
        "     -> COMMIT cleared .101 -\n"
        "     -> COMMIT cleared .100 -\n"
        "     -> COMMIT cleared .50 -\n"
        "1    p DISCOVER\n"
        "     -> OFFER .50\n");

TRANSCRIPT(test_proxy_found_after_a_restart, /* by the first answer, for what the file says of it */
        LINK "pool lan 192.168.1.0/24 .100-.110 conflict=ahead\n"
             "0    load .100 declined ~x 600\n"
             "0    load .101 declined ~x 600\n"
             "0    load .102 declined ~x 600\n"
             "0    load .103 declined ~y 600\n"
             "0    load .104 declined - 600\n"
             "0    loaded\n"
             "     ? lan declined=5 claimed=4\n"
             "1    arp .105 x\n"
             "     -> COMMIT declined .105 x\n"
             "     -> NOTICE conflict .105 x\n"
             "     -> PROBE $1 outside\n"
             "     -> PROBE $2 outside\n"
             "1    arp $1 x\n"
             "1    arp $2 x\n"
             "     -> NOTICE proxy lan x\n"
             "     -> COMMIT cleared .105 -\n"
             "     -> COMMIT cleared .102 -\n"
             "     -> COMMIT cleared .101 -\n"
             "     -> COMMIT cleared .100 -\n"
             "     ? lan declined=2 claimed=1\n");

TRANSCRIPT(test_freeing_is_undone, /* when the disk refuses: it is tried again */
        PROVEN("off") "1    undo 4\n"
                      "     ? lan claimed=3\n"
                      "2    tick\n"
                      "     -> COMMIT cleared *\n"
                      "     -> COMMIT cleared *\n"
                      "     -> COMMIT cleared *\n"
                      "     ? next never\n");

/* ---- where there is little to ask for -------------------------------------------------------- */

TRANSCRIPT(test_small_pool, /* all that there is to answer for is enough */
        LINK "pool lan 192.168.1.0/24 .100-.101 conflict=ahead\n"
             "0    arp .100 x\n"
             "     -> COMMIT declined .100 x\n"
             "     -> NOTICE conflict .100 x\n"
             "0    arp .101 x\n"
             "     -> NOTICE half-claimed .101 x\n"
             "     -> PROBE $1 outside\n"
             "     -> PROBE $2 outside\n"
             "0    arp $1 x\n"
             "0    arp $2 x\n"
             "     -> NOTICE proxy lan x\n"
             "     -> COMMIT cleared .100 -\n"
             "     ? lan free=2\n");

TRANSCRIPT(test_ranges_that_fill_the_subnet, /* what was never used, or is free for longest */
        "link br0 192.168.1.1/28\n"
        "pool lan 192.168.1.0/28 .2-.14 conflict=ahead\n"
        "0    load .2 declined ~x 600\n"
        "0    load .3 declined ~x 600\n"
        "0    load .4 bound a 600\n"
        "0    load .5 bound b 600\n"
        "0    load .6 bound c 600\n"
        "0    load .7 bound d 600\n"
        "0    load .8 bound e 600\n"
        "0    load .9 bound f 600\n"
        "0    load .10 bound g 600\n"
        "0    load .11 released x -30\n"
        "0    load .12 released h -20\n"
        "0    load .13 released i -10\n"
        "0    loaded\n"
        "1    arp .14 x\n"
        "     -> COMMIT declined .14 x\n"
        "     -> NOTICE conflict .14 x\n"
        "     -> PROBE .12\n"
        "     -> PROBE .13\n"
        "1    arp .12 x\n" /* may be its own: set aside like any other */
        "     -> COMMIT declined .12 x\n"
        "     -> NOTICE conflict .12 x\n"
        "1    arp .13 x\n"
        "     -> NOTICE proxy lan x\n"
        "     -> COMMIT cleared .12 -\n"
        "     -> COMMIT cleared .14 -\n"
        "     -> COMMIT cleared .3 -\n"
        "     -> COMMIT cleared .2 -\n");

TRANSCRIPT(test_nothing_to_ask_for, /* then it is believed */
        "link br0 192.168.1.1/29\n"
        "pool lan 192.168.1.0/29 .2-.6 conflict=ahead\n"
        "0    load .2 bound a 600\n"
        "0    load .3 bound b 600\n"
        "0    load .4 bound c 600\n"
        "0    loaded\n"
        "1    arp .5 x\n"
        "     -> COMMIT declined .5 x\n"
        "     -> NOTICE conflict .5 x\n"
        "1    arp .6 x\n"
        "     -> COMMIT declined .6 x\n"
        "     -> NOTICE conflict .6 x\n");

TRANSCRIPT(test_beyond_the_link, /* nobody there was asked */
        LINK "pool far 172.16.5.0/24 172.16.5.10-172.16.5.19\n"
             "0    arp 172.16.5.10 x\n"
             "     -> COMMIT declined 172.16.5.10 x\n"
             "     -> NOTICE conflict 172.16.5.10 x\n"
             "0    arp 172.16.5.11 x\n"
             "     -> COMMIT declined 172.16.5.11 x\n"
             "     -> NOTICE conflict 172.16.5.11 x\n"
             "0    arp 172.16.5.12 x\n"
             "     -> COMMIT declined 172.16.5.12 x\n"
             "     -> NOTICE conflict 172.16.5.12 x\n");

/* Nobody has the addresses that are drawn, as far as can be told: all others of the subnet are
 * somebody's. */
TRANSCRIPT(test_what_nobody_has, "link br0 192.168.1.1/27\n"
                                 "pool lan 192.168.1.0/27 .2-.16 exclude=.14-.16 option=3:c0a80111 "
                                 "option=6:c0a80112c0a80113 "
                                 "next-server=.20 conflict=ahead\n"
                                 "pool old 192.168.1.0/27 .21-.24 disabled\n"
                                 "host printer mac=p address=.25\n"
                                 "0    a REQUEST ask=.2\n"
                                 "     -> COMMIT granted .2 a\n"
                                 "     -> ACK .2\n"
                                 "0    arp .3 x\n"
                                 "     -> COMMIT declined .3 x\n"
                                 "     -> NOTICE conflict .3 x\n"
                                 "0    arp .4 x\n"
                                 "     -> COMMIT declined .4 x\n"
                                 "     -> NOTICE conflict .4 x\n"
                                 "pool lan 192.168.1.0/27 .2-.16 exclude=.14-.16 option=3:c0a80111 "
                                 "option=6:c0a80112c0a80113 "
                                 "next-server=.20 conflict=ahead\n"
                                 "pool old 192.168.1.0/27 .21-.24 disabled\n"
                                 "pool far 192.168.1.0/27 .26-.28\n"
                                 "host printer mac=p address=.25\n"
                                 "0    arp .5 x\n"
                                 "     -> COMMIT declined .5 x\n"
                                 "     -> NOTICE conflict .5 x\n"
                                 "     -> PROBE $1 outside\n"
                                 "     -> PROBE $2 outside\n"
                                 "0    arp .29 x\n" /* these two it must have been */
                                 "0    arp .30 x\n"
                                 "     -> NOTICE proxy lan x\n"
                                 "     -> COMMIT cleared .5 -\n"
                                 "     -> COMMIT cleared .4 -\n"
                                 "     -> COMMIT cleared .3 -\n");

/* More is freed than one call has room for: the deadline says that there is more. */
START_TEST(test_freed_in_portions)
{
        char text[16384];
        size_t n;

        n = (size_t) snprintf(text, sizeof(text),
                "memory\n" LINK "pool lan 192.168.1.0/24 .50-.249 conflict=ahead\n");
        for (unsigned i = 0; i < 80; i++)
                n += (size_t) snprintf(
                        text + n, sizeof(text) - n, "0 load .%u declined ~x 600\n", 50 + i);
        n += (size_t) snprintf(text + n, sizeof(text) - n,
                "0 loaded\n1 arp .200 x\n-> COMMIT declined .200 x\n-> NOTICE conflict .200 x\n"
                "-> PROBE $1 outside\n-> PROBE $2 outside\n1 arp $1 x\n1 arp $2 x\n"
                "-> NOTICE proxy lan x\n");
        for (unsigned i = 0; i < 81; i++) {
                if (i == 32 || i == 65)
                        n += (size_t) snprintf(
                                text + n, sizeof(text) - n, "? next -1000\n2 tick\n");
                n += (size_t) snprintf(text + n, sizeof(text) - n, "-> COMMIT cleared * -\n");
        }
        n += (size_t) snprintf(
                text + n, sizeof(text) - n, "? lan declined=0\n? next never\n3 tick\n");
        ck_assert_uint_lt(n, sizeof(text));
        transcript_run(text);
}
END_TEST

/* A table of suspects that is full: who was tested longest ago is forgotten, proxies last. */
START_TEST(test_more_suspects_than_places)
{
        static ProxyTable table;
        uint8_t hardware[ETHERNET_ADDRESS_SIZE] = {2};
        const ipv4_t tests[PROXY_TEST_ADDRESSES] = {1, 2};
        usec_t now = USEC_PER_HOUR;

        proxy_table_begin(&table, 2, hardware, tests, ELEMENTSOF(tests), now);
        ck_assert_int_eq(proxy_suspect_answer(proxy_table_find(&table, 2, hardware), 1, now),
                PROXY_ANSWER_COUNTED);
        ck_assert_int_eq(proxy_suspect_answer(proxy_table_find(&table, 2, hardware), 2, now),
                PROXY_ANSWER_PROOF);
        for (uint8_t i = 1; i <= 100; i++) {
                hardware[5] = i;
                proxy_table_begin(&table, 2, hardware, tests, ELEMENTSOF(tests), ++now);
                ck_assert_ptr_nonnull(proxy_table_find(&table, 2, hardware));
        }
        hardware[5] = 100 - PROXY_SUSPECTS_MAX + 2;
        ck_assert_ptr_nonnull(proxy_table_find(&table, 2, hardware));
        ck_assert_ptr_null(proxy_table_find(&table, 3, hardware));
        hardware[5] = 100 - PROXY_SUSPECTS_MAX + 1;
        ck_assert_ptr_null(proxy_table_find(&table, 2, hardware));
        hardware[5] = 0;
        ck_assert_int_eq(
                proxy_suspect_judge(proxy_table_find(&table, 2, hardware), now), PROXY_DISTRUSTED);
}
END_TEST

TEST_MAIN("server-claim", test_proxy, test_proxy_and_who_waits, test_proxy_and_leases,
        test_many_addresses, test_answers_of_others_prove_nothing, test_proxy_that_begins_later,
        test_word_of_a_proxy_after_an_hour, test_still_a_proxy_after_an_hour,
        test_address_of_who_was_a_proxy, test_two_proxies, test_proxy_of_one_link,
        test_proxy_and_declines_of_clients, test_proxy_and_a_reservation,
        test_proxy_found_after_a_restart, test_freeing_is_undone, test_small_pool,
        test_ranges_that_fill_the_subnet, test_nothing_to_ask_for, test_beyond_the_link,
        test_what_nobody_has, test_freed_in_portions, test_more_suspects_than_places);

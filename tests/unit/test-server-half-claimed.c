/* SPDX-License-Identifier: MIT */

/* What ARP answers set aside together: half of a pool at most, whoever gives them; beyond that an
 * address is asked about before it is offered. */

#include <stdio.h>

#include "test.h"

#include "transcript.h"

#define LINK "link br0 192.168.1.1/24\n"

#define HALF_CLAIMED(mode)                                                                         \
        LINK "pool lan 192.168.1.0/24 .100-.103 conflict=" mode "\n"                               \
             "0    arp .100 x\n"                                                                   \
             "     -> COMMIT declined .100 x\n"                                                    \
             "     -> NOTICE conflict .100 x\n"                                                    \
             "0    arp .101 y\n"                                                                   \
             "     -> COMMIT declined .101 y\n"                                                    \
             "     -> NOTICE conflict .101 y\n"                                                    \
             "     ? lan claimed=2\n"

TRANSCRIPT(test_half_of_a_pool, /* from there on each offer waits */
        HALF_CLAIMED("ahead") "1    a DISCOVER\n"
                              "     -> PROBE .102\n"
                              "     = probing\n"
                              "1.1  arp .102 z\n"
                              "     -> NOTICE half-claimed .102 z\n"
                              "     -> PROBE .103\n"
                              "     = probing\n"
                              "     ? .102 none\n"
                              "     ? lan claimed=2 declined=2\n"
                              "1.2  arp .102 z\n"
                              "1.6  tick\n"
                              "     -> OFFER .103\n"
                              "2    a REQUEST server=.1 ask=.103\n"
                              "     -> COMMIT granted .103 a\n"
                              "     -> ACK .103\n"
                              "3    b REQUEST ask=.102\n" /* who is no owner of it */
                              "     -> NAK\n"
                              "3    b DISCOVER\n"
                              "     -> NOTICE exhausted lan\n"
                              "     = pool-exhausted\n"
                              "4    z REQUEST ask=.102\n" /* who is */
                              "     -> COMMIT granted .102 z\n"
                              "     -> NOTICE nearly-full lan\n"
                              "     -> ACK .102\n");

TRANSCRIPT(test_beyond_half_for_a_minute, /* then it is asked for again */
        HALF_CLAIMED("ahead") "1    a DISCOVER\n"
                              "     -> PROBE .102\n"
                              "1    arp .102 z\n"
                              "     -> NOTICE half-claimed .102 z\n"
                              "     -> PROBE .103\n"
                              "1    arp .103 z\n"
                              "     -> NOTICE exhausted lan\n"
                              "     = pool-exhausted\n"
                              "     ? lan offered=0 free=2\n"
                              "60   a DISCOVER\n"
                              "     = pool-exhausted\n"
                              "61   a DISCOVER\n"
                              "     -> PROBE .102\n"
                              "     = probing\n"
                              "61.5 tick\n"
                              "     -> PROBE .103\n"
                              "     -> OFFER .102\n");

TRANSCRIPT(test_beyond_half_of_freed_ones, /* go last, and stay whose favourites they are */
        LINK "pool lan 192.168.1.0/24 .100-.105 conflict=ahead\n"
             "0    load .100 declined ~x 600\n"
             "0    load .101 declined ~y 600\n"
             "0    load .102 declined ~w 600\n"
             "0    load .103 released m -30\n"
             "0    load .104 released n -20\n"
             "0    load .105 released o -10\n"
             "0    loaded\n"
             "1    a DISCOVER ask=.105\n"
             "     -> PROBE .105\n"
             "     = probing\n"
             "1.5  tick\n"
             "     -> PROBE .103\n" /* ahead */
             "     -> PROBE .104\n"
             "     -> OFFER .105\n"
             "1.5  arp .103 z\n"
             "     -> NOTICE half-claimed .103 z\n"
             "     ? .103 released m\n"
             "3    b DISCOVER\n"
             "     -> OFFER .104\n"
             "4    m DISCOVER\n" /* not while another answers for it */
             "     -> OFFER .105\n"
             "70   tick\n"
             "70   m DISCOVER\n"
             "     -> PROBE .103\n"
             "     = probing\n");

TRANSCRIPT(test_offer_beyond_half, /* is refused when somebody answers after all */
        LINK "pool lan 192.168.1.0/24 .100-.103 conflict=ahead\n"
             "0    load .100 declined ~x 600\n"
             "0    loaded\n"
             "1    a DISCOVER\n"
             "     -> PROBE .101\n"
             "     -> PROBE .102\n"
             "     -> PROBE .103\n"
             "     -> OFFER .101\n"
             "1    arp .102 y\n"
             "     -> COMMIT declined .102 y\n"
             "     -> NOTICE conflict .102 y\n"
             "1    arp .101 z\n"
             "     -> NOTICE half-claimed .101 z\n"
             "     ? .101 none\n"
             "2    a REQUEST server=.1 ask=.101\n"
             "     -> NAK\n");

TRANSCRIPT(test_reserved_beyond_half, /* is always set aside, RFC 5227 or not */
        LINK "pool lan 192.168.1.0/24 .100-.103 conflict=ahead\n"
             "host printer mac=p address=.103\n"
             "0    load .100 declined ~x 600\n"
             "0    load .101 declined ~x 600\n"
             "0    loaded\n"
             "1    p DISCOVER\n"
             "     -> PROBE .103\n"
             "     = probing\n"
             "1    arp .103 o\n"
             "     -> COMMIT declined .103 o\n"
             "     -> NOTICE conflict .103 o\n"
             "     -> PROBE .102\n"
             "     = probing\n");

TRANSCRIPT(test_more_than_half_in_the_file, /* what is beyond it is put to the test, oldest first */
        LINK "pool lan 192.168.1.0/24 .100-.103 conflict=ahead\n"
             "0    load .100 declined ~x 600\n"
             "0    load .101 declined ~x 600\n"
             "0    load .102 declined ~x 600\n"
             "0    load .103 declined ~y 600\n"
             "0    loaded\n"
             "1    a DISCOVER\n"
             "     -> COMMIT cleared .100 -\n"
             "     -> PROBE .100\n"
             "     = probing\n"
             "1    arp .100 x\n"
             "     -> NOTICE half-claimed .100 x\n"
             "     -> PROBE $1 outside\n"
             "     -> PROBE $2 outside\n"
             "     -> COMMIT cleared .101 -\n"
             "     -> PROBE .101\n"
             "     = probing\n"
             "1    arp .101 x\n"
             "     -> NOTICE exhausted lan\n"
             "     = pool-exhausted\n"
             "     ? lan claimed=2\n"
             "1    arp $1 x\n"
             "1    arp $2 x\n"
             "     -> NOTICE proxy lan x\n"
             "     -> COMMIT cleared .102 -\n"
             "     ? lan claimed=1 free=3\n"
             "2    a DISCOVER\n" /* and nobody waits any more */
             "     -> PROBE .102\n"
             "     -> PROBE .100\n"
             "     -> PROBE .101\n"
             "     -> OFFER .102\n");

TRANSCRIPT(test_half_is_said_again, /* when it has been better meanwhile */
        HALF_CLAIMED("ahead") "1    arp .102 z\n"
                              "     -> NOTICE half-claimed .102 z\n"
                              "2    arp .103 w\n"
                              "600  tick\n"
                              "     -> COMMIT cleared .100 -\n"
                              "     -> COMMIT cleared .101 -\n"
                              "700  arp .100 x\n"
                              "     -> COMMIT declined .100 x until=1900\n"
                              "     -> NOTICE conflict .100 x\n"
                              "700  arp .101 y\n"
                              "     -> COMMIT declined .101 y\n"
                              "     -> NOTICE conflict .101 y\n"
                              "700  arp .102 z\n"
                              "     -> NOTICE half-claimed .102 z\n");

TRANSCRIPT(test_pool_of_one, /* has one that may be set aside */
        LINK "pool lan 192.168.1.0/24 .100-.100 conflict=ahead\n"
             "0    arp .100 x\n"
             "     -> COMMIT declined .100 x\n"
             "     -> NOTICE conflict .100 x\n"
             "     -> PROBE $1 outside\n"
             "     -> PROBE $2 outside\n");

/* Who invents hardware addresses gets half of the pool set aside, a line for each, and no more. */
START_TEST(test_invented_hardware_addresses)
{
        char text[32768];
        size_t n;

        n = (size_t) snprintf(
                text, sizeof(text), LINK "pool lan 192.168.1.0/24 .100-.199 conflict=ahead\n");
        for (unsigned i = 0; i < 100; i++) {
                const char client = (char) ('b' + i % 24);

                n += (size_t) snprintf(
                        text + n, sizeof(text) - n, "%u arp .%u %c\n", i, 100 + i, client);
                if (i < 50)
                        n += (size_t) snprintf(text + n, sizeof(text) - n,
                                "-> COMMIT declined .%u %c\n-> NOTICE conflict .%u %c\n", 100 + i,
                                client, 100 + i, client);
                if (i == 50)
                        n += (size_t) snprintf(text + n, sizeof(text) - n,
                                "-> NOTICE half-claimed .150 %c\n", client);
                if (i >= 48) /* the third of each */
                        n += (size_t) snprintf(text + n, sizeof(text) - n,
                                "-> PROBE $1 outside\n-> PROBE $2 outside\n");
        }
        n += (size_t) snprintf(text + n, sizeof(text) - n,
                "? lan claimed=50 free=50\n161 a DISCOVER\n-> PROBE .150\n= probing\n");
        ck_assert_uint_lt(n, sizeof(text));
        transcript_run(text);
}
END_TEST

TEST_MAIN("server-half-claimed", test_half_of_a_pool, test_beyond_half_for_a_minute,
        test_beyond_half_of_freed_ones, test_offer_beyond_half, test_reserved_beyond_half,
        test_more_than_half_in_the_file, test_half_is_said_again, test_pool_of_one,
        test_invented_hardware_addresses);

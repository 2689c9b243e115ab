/* SPDX-License-Identifier: MIT */

/* Behind a relay addresses are asked for by ICMP echo. Nobody can tell who has answered: what comes
 * of that for newcomers, for who answered, and for what answers to everything. */

#include <stdio.h>

#include "test.h"

#include "core/probing.h"
#include "transcript.h"

#define FAR(keys)                                                                                  \
        "link up0 10.0.0.1/24\n"                                                                   \
        "pool far 192.168.1.0/24 .100-.119 " keys "\n"
#define RELAY "giaddr=.1 unicast"

/* Somebody answers for .100, which was free. */
#define HELD                                                                                       \
        FAR("conflict=ahead")                                                                      \
        "0    n DISCOVER " RELAY "\n"                                                              \
        "     -> PROBE .100 echo source=0.0.0.0\n"                                                 \
        "     -> PROBE .101 echo\n"                                                                \
        "     -> PROBE .102 echo\n"                                                                \
        "     -> PROBE .103 echo\n"                                                                \
        "     -> OFFER .100\n"                                                                     \
        "0    echo .100\n"                                                                         \
        "     -> COMMIT declined .100 - until=600 relayed\n"                                       \
        "     -> NOTICE conflict .100 echo\n"                                                      \
        "     ? far declined=1 claimed=1 offered=0\n"

TRANSCRIPT(test_newcomer, /* does not get the address, by no message */
        HELD "1    n REQUEST server=10.0.0.1 ask=.100 " RELAY "\n"
             "     -> NAK\n"
             "1    n DISCOVER " RELAY "\n"
             "     -> PROBE .104 echo\n"
             "     -> OFFER .101\n"
             "1    n REQUEST server=10.0.0.1 ask=.101 " RELAY "\n"
             "     -> COMMIT granted .101 n\n"
             "     -> ACK .101\n"
             "2    n REQUEST ask=.100 " RELAY "\n" /* it has another one */
             "     -> NAK\n");

TRANSCRIPT(test_holder_rebinds, /* says by its relay that it has the address */
        HELD "2    h REQUEST ciaddr=.100 " RELAY "\n"
             "     -> COMMIT granted .100 h until=3602 relayed\n"
             "     -> ACK .100 to=udp:192.168.1.1:67\n"
             "     ? far used=1 declined=0 claimed=0\n"
             "9    h REQUEST ciaddr=.100 unicast\n"
             "     -> COMMIT renewed .100 h\n"
             "     -> ACK .100\n"
             "9    n REQUEST ciaddr=.100 " RELAY "\n"
             "     -> NAK\n");

TRANSCRIPT(test_holder_renews, /* past the relay nobody gets a lease; at T2 it does */
        HELD "2    h REQUEST ciaddr=.100 unicast\n"
             "     = no-record\n"
             "3    h REQUEST ciaddr=.100 " RELAY "\n"
             "     -> COMMIT granted .100 h\n"
             "     -> ACK .100\n");

TRANSCRIPT(test_holder_reboots, /* nobody answers while it does */
        HELD "2    h REQUEST ask=.100 " RELAY "\n"
             "     -> PROBE .100 echo\n"
             "     = probing\n"
             "2.5  tick\n"
             "     -> COMMIT granted .100 h\n"
             "     -> ACK .100\n");

TRANSCRIPT(test_holder_that_remembers, /* the address, and not that it had a lease */
        HELD "2    h DISCOVER ask=.100 " RELAY "\n"
             "     -> PROBE .100 echo\n"
             "     = probing\n"
             "2.5  tick\n"
             "     -> OFFER .100\n"
             "     ? .100 declined\n"
             "3    h REQUEST server=10.0.0.1 ask=.100 " RELAY "\n"
             "     -> COMMIT granted .100 h\n"
             "     -> ACK .100\n");

TRANSCRIPT(test_stranger_that_remembers, /* the holder answers once more */
        HELD "2    o REQUEST ask=.100 " RELAY "\n"
             "     -> PROBE .100 echo\n"
             "     = probing\n"
             "2.1  echo .100\n"
             "     -> NAK\n"
             "3    o DISCOVER ask=.100 " RELAY "\n"
             "     -> PROBE .104 echo\n"
             "     -> OFFER .101\n"
             "70   o DISCOVER ask=.100 " RELAY "\n"
             "     -> PROBE .100 echo\n"
             "     = probing\n"
             "70.1 echo .100\n"
             "     -> PROBE .101 echo\n"
             "     -> PROBE .102 echo\n"
             "     -> PROBE .103 echo\n"
             "     -> PROBE .104 echo\n"
             "     -> OFFER .101\n"
             "     ? .100 declined\n");

TRANSCRIPT(test_ciaddr_in_other_messages, /* is a wish */
        HELD "2    o DISCOVER ciaddr=.100 " RELAY "\n"
             "     -> PROBE .104 echo\n"
             "     -> OFFER .101\n"
             "2    o REQUEST server=10.0.0.1 ciaddr=.100 " RELAY "\n"
             "     -> NAK\n"
             "2    p REQUEST ciaddr=.100 giaddr=.1 from=10.0.0.9 on=up0 unicast\n"
             "     -> COMMIT granted .100 p\n"
             "     -> ACK .100\n");

TRANSCRIPT(test_relay_that_is_not_believed, /* speaks for nobody */
        "link up0 10.0.0.1/24\n"
        "pool far 192.168.1.0/24 .100-.119 conflict=ahead relay=.1\n"
        "0    load .100 declined - 9999\n"
        "0    loaded\n"
        "1    h REQUEST ciaddr=.100 giaddr=.7 unicast\n"
        "     -> NOTICE untrusted-relay\n"
        "     = untrusted-relay\n"
        "1    h REQUEST ciaddr=.100 giaddr=.1 unicast\n"
        "     -> COMMIT granted .100 h\n"
        "     -> ACK .100\n");

TRANSCRIPT(test_over_a_restart, /* a row without a client and a hardware address */
        FAR("conflict=ahead") "0    load .100 declined - 9999\n"
                              "0    loaded\n"
                              "     ? far declined=1 claimed=1\n"
                              "1    n REQUEST ask=.100 " RELAY "\n"
                              "     -> PROBE .100 echo\n"
                              "     = probing\n"
                              "1    echo .100\n"
                              "     -> NAK\n"
                              "1    n REQUEST ciaddr=.100 unicast\n"
                              "     = no-record\n"
                              "2    h REQUEST ciaddr=.100 " RELAY "\n"
                              "     -> COMMIT granted .100 h\n"
                              "     -> ACK .100\n");

TRANSCRIPT(test_not_lenient, /* who has no record hears nothing */
        FAR("conflict=ahead") "lenient no\n"
                              "0    load .100 declined - 9999\n"
                              "0    loaded\n"
                              "2    h REQUEST ciaddr=.100 " RELAY "\n"
                              "     = no-record\n"
                              "2    h REQUEST ask=.100 " RELAY "\n"
                              "     = no-record\n");

TRANSCRIPT(test_reserved, /* is for its host alone, whoever answers */
        FAR("conflict=ahead") "host printer mac=p address=.50\n"
                              "0    p DISCOVER " RELAY "\n"
                              "     -> PROBE .50 echo\n"
                              "     -> PROBE .100 echo\n"
                              "     -> PROBE .101 echo\n"
                              "     -> PROBE .102 echo\n"
                              "     -> OFFER .50\n"
                              "0    echo .50\n"
                              "     -> COMMIT declined .50 -\n"
                              "     -> NOTICE conflict .50 echo\n"
                              "1    h REQUEST ciaddr=.50 " RELAY "\n"
                              "     -> NAK\n"
                              "1    p DISCOVER " RELAY "\n" /* its host gets another one */
                              "     -> PROBE .103 echo\n"
                              "     -> OFFER .100\n"
                              "2    p REQUEST ciaddr=.50 " RELAY "\n" /* or was it all along */
                              "     -> COMMIT granted .50 p reserved\n"
                              "     -> ACK .50\n");

TRANSCRIPT(test_last_client_is_remembered, /* who answers may well be it */
        "link up0 10.0.0.1/24\n"
        "pool far 192.168.1.0/24 .100-.102 conflict=ahead\n"
        "0    load .100 expired m -30\n"
        "0    load .101 released o -20\n"
        "0    load .102 expired q -10\n"
        "0    loaded\n"
        "1    n DISCOVER " RELAY "\n"
        "     -> PROBE .100 echo\n"
        "     -> PROBE .101 echo\n"
        "     -> PROBE .102 echo\n"
        "     -> OFFER .100\n"
        "1    echo .101\n"
        "     ? .101 released o\n"
        "2    n REQUEST server=10.0.0.1 ask=.100 " RELAY "\n"
        "     -> COMMIT granted .100 n\n"
        "     -> ACK .100\n"
        "3    r REQUEST ask=.101 " RELAY "\n"
        "     -> NAK\n"
        "3    r DISCOVER " RELAY "\n"
        "     -> OFFER .102\n"
        "3    o REQUEST ciaddr=.101 unicast\n"
        "     = no-record\n"
        "4    o REQUEST ask=.101 " RELAY "\n"
        "     -> COMMIT granted .101 o\n"
        "     -> ACK .101\n"
        "4    echo .101\n" /* as it should */
        "     ? .101 bound o\n");

TRANSCRIPT(test_strict, /* waits for the answer, and for its own alone */
        FAR("conflict=strict") "0    a DISCOVER " RELAY "\n"
                               "     -> PROBE .100 echo\n"
                               "     = probing\n"
                               "0.1  echo .100\n"
                               "     -> COMMIT declined .100 -\n"
                               "     -> NOTICE conflict .100 echo\n"
                               "     -> PROBE .101 echo\n"
                               "     = probing\n"
                               "0.6  tick\n"
                               "     -> OFFER .101\n");

TRANSCRIPT(test_off, /* asks nobody */
        FAR("conflict=off") "0    a DISCOVER " RELAY "\n"
                            "     -> OFFER .100\n"
                            "0    load .105 declined - 9999\n"
                            "0    loaded\n"
                            "1    b REQUEST ask=.105 " RELAY "\n"
                            "     -> NAK\n");

TRANSCRIPT(test_where_arp_gets, /* nobody is asked by echo */
        "link br0 192.168.1.2/24\n"
        "pool lan 192.168.1.0/24 .100-.119 conflict=ahead\n"
        "0    a DISCOVER giaddr=.7 unicast\n"
        "     -> OFFER .100\n"
        "0    echo .101\n"
        "     ? .101 none\n"
        "0    b DISCOVER\n"
        "     -> PROBE .101 on=2\n"
        "     -> PROBE .102 on=2\n"
        "     -> PROBE .103 on=2\n"
        "     -> PROBE .104 on=2\n"
        "     -> OFFER .101\n");

TRANSCRIPT(test_declined_by_its_client, /* stands where many do not answer echo */
        "link up0 10.0.0.1/24\n"
        "pool far 192.168.1.0/24 .100-.100 conflict=ahead\n"
        "0    load .100 declined c 9999\n"
        "0    loaded\n"
        "1    n DISCOVER " RELAY "\n"
        "     -> NOTICE exhausted far\n"
        "     = pool-exhausted\n"
        "1    c REQUEST ciaddr=.100 " RELAY "\n"
        "     -> NAK\n");

TRANSCRIPT(test_after_a_quarantine, /* the address has to be clear, in whatever mode */
        "link up0 10.0.0.1/24\n"
        "pool far 192.168.1.0/24 .100-.100 conflict=ahead\n"
        "0      n DISCOVER " RELAY "\n"
        "       -> PROBE .100 echo\n"
        "       -> OFFER .100\n"
        "0      echo .100\n"
        "       -> COMMIT declined .100 - until=600\n"
        "       -> NOTICE conflict .100 echo\n"
        "       -> PROBE $1 echo outside\n"
        "       -> PROBE $2 echo outside\n"
        "       -> PROBE $3 echo outside\n"
        "       -> PROBE $4 echo outside\n"
        "       -> PROBE $5 echo outside\n"
        "       -> PROBE $6 echo outside\n"
        "       -> PROBE $7 echo outside\n"
        "       -> PROBE $8 echo outside\n"
        "600    tick\n"
        "       -> COMMIT cleared .100 -\n"
        "601    n DISCOVER " RELAY "\n"
        "       -> PROBE .100 echo\n"
        "       = probing\n"
        "601    echo .100\n"
        "       -> COMMIT declined .100 - until=1801\n"
        "       -> NOTICE conflict .100 echo\n"
        "       -> PROBE $1 echo outside\n"
        "       -> PROBE $2 echo outside\n"
        "       -> PROBE $3 echo outside\n"
        "       -> PROBE $4 echo outside\n"
        "       -> PROBE $5 echo outside\n"
        "       -> PROBE $6 echo outside\n"
        "       -> PROBE $7 echo outside\n"
        "       -> PROBE $8 echo outside\n"
        "       -> NOTICE exhausted far\n"
        "       = pool-exhausted\n");

TRANSCRIPT(test_administrator, /* can tell who it is */
        HELD "1  grant .100 h 3600\n"
             "   -> COMMIT granted .100 h until=3600\n"
             "   ? far used=1 claimed=0\n");

/* ---- what answers for everything ------------------------------------------------------------- */

/* Three answers, and what answers in that subnet is put to the test. */
#define THREE_ANSWERS                                                                              \
        FAR("conflict=ahead")                                                                      \
        "0    echo .100\n"                                                                         \
        "     -> COMMIT declined .100 - until=600\n"                                               \
        "     -> NOTICE conflict .100 echo\n"                                                      \
        "0    echo .101\n"                                                                         \
        "     -> COMMIT declined .101 -\n"                                                         \
        "     -> NOTICE conflict .101 echo\n"                                                      \
        "0    echo .102\n"                                                                         \
        "     -> COMMIT declined .102 -\n"                                                         \
        "     -> NOTICE conflict .102 echo\n"                                                      \
        "     -> PROBE $1 echo source=0.0.0.0 outside\n"                                           \
        "     -> PROBE $2 echo outside\n"                                                          \
        "     -> PROBE $3 echo outside\n"                                                          \
        "     -> PROBE $4 echo outside\n"                                                          \
        "     -> PROBE $5 echo\n" /* half of them are in the range */                              \
        "     -> PROBE $6 echo\n"                                                                  \
        "     -> PROBE $7 echo\n"                                                                  \
        "     -> PROBE $8 echo\n"                                                                  \
        "     ? far claimed=3\n"

#define OUTSIDE_ANSWERS                                                                            \
        "0.1  echo $1\n"                                                                           \
        "0.1  echo $2\n"                                                                           \
        "0.1  echo $3\n"                                                                           \
        "0.1  echo $4\n"

#define INSIDE_ANSWERS                                                                             \
        "0.1  echo $5\n"                                                                           \
        "     -> COMMIT declined $5 -\n"                                                           \
        "     -> NOTICE conflict $5 echo\n"                                                        \
        "0.1  echo $6\n"                                                                           \
        "     -> COMMIT declined $6 -\n"                                                           \
        "     -> NOTICE conflict $6 echo\n"                                                        \
        "0.1  echo $7\n"                                                                           \
        "     -> COMMIT declined $7 -\n"                                                           \
        "     -> NOTICE conflict $7 echo\n"

#define PROVEN                                                                                     \
        THREE_ANSWERS OUTSIDE_ANSWERS INSIDE_ANSWERS "0.1  echo $8\n"                              \
                                                     "     -> NOTICE proxy far echo\n"             \
                                                     "     -> COMMIT cleared .100 -\n"             \
                                                     "     -> COMMIT cleared .101 -\n"             \
                                                     "     -> COMMIT cleared .102 -\n"             \
                                                     "     -> COMMIT cleared $5 -\n"               \
                                                     "     -> COMMIT cleared $6 -\n"               \
                                                     "     -> COMMIT cleared $7 -\n"               \
                                                     "     ? far declined=0 claimed=0 free=20\n"

TRANSCRIPT(test_answers_for_everything, /* is said once, and not believed for an hour */
        PROVEN "0.2    echo $8\n"       /* once more */
               "0.3    echo .103\n"
               "       ? .103 none\n"
               "1      a DISCOVER " RELAY "\n" /* as if nothing had been */
               "       -> PROBE .100 echo\n"
               "       -> PROBE .101 echo\n"
               "       -> PROBE .102 echo\n"
               "       -> PROBE .103 echo\n"
               "       -> OFFER .100\n"
               "1      echo .100\n"
               "1      echo .101\n"
               "1      a REQUEST server=10.0.0.1 ask=.100 " RELAY "\n"
               "       -> COMMIT granted .100 a\n"
               "       -> ACK .100\n"
               "3700   tick\n"
               "       -> COMMIT expired .100 a\n"
               "3700   echo .105\n"
               "       -> PROBE $1 echo outside\n"
               "       -> PROBE $2 echo outside\n"
               "       -> PROBE $3 echo outside\n"
               "       -> PROBE $4 echo outside\n"
               "       -> PROBE $5 echo\n"
               "       -> PROBE $6 echo\n"
               "       -> PROBE $7 echo\n"
               "       -> PROBE $8 echo\n"
               "       ? .105 none\n"
               "3702   echo .106\n" /* it has passed */
               "       -> COMMIT declined .106 -\n"
               "       -> NOTICE conflict .106 echo\n");

TRANSCRIPT(test_many_hosts, /* are believed: one address nobody has answers not */
        THREE_ANSWERS OUTSIDE_ANSWERS INSIDE_ANSWERS "9    echo .119\n"
                                                     "     -> COMMIT declined .119 -\n"
                                                     "     -> NOTICE conflict .119 echo\n"
                                                     "     ? far claimed=7\n");

TRANSCRIPT(test_subnets_are_tested_by_themselves,
        THREE_ANSWERS "pool other 192.168.2.0/24 192.168.2.100-192.168.2.119 conflict=ahead\n"
                      "pool far 192.168.1.0/24 .100-.119 conflict=ahead\n"
                      "0    echo 192.168.2.100\n"
                      "     -> COMMIT declined 192.168.2.100 -\n"
                      "     -> NOTICE conflict 192.168.2.100 echo\n"
                      "     ? far claimed=3\n"
                      "     ? other claimed=1\n");

TRANSCRIPT(test_half_of_a_pool, /* from there on each offer waits */
        "link up0 10.0.0.1/24\n"
        "pool far 192.168.1.0/24 .100-.103 conflict=ahead\n"
        "0    load .100 declined - 9999\n"
        "0    load .101 declined - 9999\n"
        "0    loaded\n"
        "     ? far claimed=2\n"
        "1    a DISCOVER " RELAY "\n"
        "     -> PROBE .102 echo\n"
        "     = probing\n"
        "1.1  echo .102\n"
        "     -> NOTICE half-claimed .102 echo\n"
        "     -> PROBE $1 echo outside\n"
        "     -> PROBE $2 echo outside\n"
        "     -> PROBE $3 echo outside\n"
        "     -> PROBE $4 echo outside\n"
        "     -> PROBE .103 echo\n"
        "     -> PROBE $5 echo outside\n"
        "     -> PROBE $6 echo outside\n"
        "     -> PROBE $7 echo outside\n"
        "     -> PROBE .103 echo\n"
        "     = probing\n"
        "     ? .102 none\n"
        "     ? far claimed=2 declined=2\n"
        "1.6  tick\n"
        "     -> OFFER .103\n"
        "2    h REQUEST ciaddr=.102 unicast\n"
        "     = no-record\n"
        "2    o REQUEST ask=.102 " RELAY "\n"
        "     -> NAK\n"
        "3    h REQUEST ciaddr=.102 " RELAY "\n"
        "     -> COMMIT granted .102 h\n"
        "     -> ACK .102\n");

TRANSCRIPT(test_half_of_a_pool_by_a_proxy, /* what it has answered for beyond that counts no more */
        "link up0 10.0.0.1/24\n"
        "pool far 192.168.1.0/24 .100-.103 conflict=ahead\n"
        "0    load .100 declined - 9999\n"
        "0    load .101 declined - 9999\n"
        "0    loaded\n"
        "1    a DISCOVER " RELAY "\n"
        "     -> PROBE .102 echo\n"
        "     = probing\n"
        "1.1  echo .102\n"
        "     -> NOTICE half-claimed .102 echo\n"
        "     -> PROBE $1 echo outside\n"
        "     -> PROBE $2 echo outside\n"
        "     -> PROBE $3 echo outside\n"
        "     -> PROBE $4 echo outside\n"
        "     -> PROBE .103 echo\n"
        "     -> PROBE $5 echo outside\n"
        "     -> PROBE $6 echo outside\n"
        "     -> PROBE $7 echo outside\n"
        "     -> PROBE .103 echo\n"
        "     = probing\n"
        "1.2  echo $1\n"
        "1.2  echo $2\n"
        "1.2  echo $3\n"
        "1.2  echo $4\n"
        "1.2  echo $5\n"
        "1.2  echo $6\n"
        "1.2  echo $7\n"
        "1.2  echo .103\n"
        "     -> NOTICE proxy far echo\n"
        "     -> COMMIT cleared .100 -\n"
        "     -> COMMIT cleared .101 -\n"
        "     ? far declined=0 claimed=0 offered=1 free=3\n"
        "1.6  tick\n"
        "     -> PROBE .100 echo\n"
        "     -> PROBE .101 echo\n"
        "     -> PROBE .102 echo\n"
        "     -> OFFER .103\n"
        "2    b DISCOVER ask=.102 " RELAY "\n"
        "     -> OFFER .102\n");

/* ---- how many are asked for ------------------------------------------------------------------ */

/* What is beyond that goes out unasked, as the first one of all does; with strict its client is to
 * ask again. */
START_TEST(test_rate)
{
        static const char *const modes[] = {"ahead", "strict"};

        for (size_t m = 0; m < ELEMENTSOF(modes); m++) {
                char text[32768];
                size_t n, next = 100, n_asked = 0;
                const bool strict = m == 1;

                n = (size_t) snprintf(text, sizeof(text),
                        "memory\nrate 0\nlink up0 10.0.0.1/24\n"
                        "pool far 192.168.1.0/24 .100-.240 conflict=%s\n",
                        modes[m]);
                for (unsigned i = 0; i < ECHOES_PER_SEC + 4; i++) {
                        const size_t last = strict ? 100 + i : 103 + i;

                        n += (size_t) snprintf(text + n, sizeof(text) - n,
                                "0.5 a DISCOVER id=ff:00:%02x giaddr=.1 unicast\n", i);
                        for (; next <= last && n_asked < ECHOES_PER_SEC; next++, n_asked++)
                                n += (size_t) snprintf(
                                        text + n, sizeof(text) - n, "-> PROBE .%zu echo\n", next);
                        if (strict)
                                n += (size_t) snprintf(text + n, sizeof(text) - n, "= probing\n");
                        else
                                n += (size_t) snprintf(
                                        text + n, sizeof(text) - n, "-> OFFER .%u\n", 100 + i);
                }
                n += (size_t) snprintf(text + n, sizeof(text) - n,
                        "1.5 b DISCOVER giaddr=.1 unicast\n-> PROBE .%zu echo\n",
                        (size_t) 100 + ECHOES_PER_SEC + 4);
                if (strict)
                        n += (size_t) snprintf(text + n, sizeof(text) - n, "= probing\n");
                else
                        n += (size_t) snprintf(text + n, sizeof(text) - n,
                                "-> PROBE .169 echo\n-> PROBE .170 echo\n-> PROBE .171 echo\n"
                                "-> OFFER .168\n");
                ck_assert_uint_lt(n, sizeof(text));
                transcript_run(text);
        }
}
END_TEST

TEST_MAIN("server-echo", test_newcomer, test_holder_rebinds, test_holder_renews,
        test_holder_reboots, test_holder_that_remembers, test_stranger_that_remembers,
        test_ciaddr_in_other_messages, test_relay_that_is_not_believed, test_over_a_restart,
        test_not_lenient, test_reserved, test_last_client_is_remembered, test_strict, test_off,
        test_where_arp_gets, test_declined_by_its_client, test_after_a_quarantine,
        test_administrator, test_answers_for_everything, test_many_hosts,
        test_subnets_are_tested_by_themselves, test_half_of_a_pool, test_half_of_a_pool_by_a_proxy,
        test_rate);

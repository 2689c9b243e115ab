/* SPDX-License-Identifier: MIT */

/* REQUEST, RFC 2131 4.3.2: every row of the table in core/request.c for every state of a client. */

#include <stdio.h>

#include "test.h"

#include "transcript.h"

/* Client a is bound to .100, b to .101, w to .51, which is in no range any more; .102 is reserved
 * for h, who has .104; .103 is reserved for x, who has .105, but in quarantine; .108 is reserved
 * for t, who has .107, but bound to z; .106 is free and was c's; .109 is offered to o; .110 was
 * declined by d, and .112 is set aside since m answers ARP for it; .50 is reserved for g outside of
 * the ranges. The others of .100 to .115 are free. Client n is new. */
#define NETWORK(keys, more)                                                                        \
        "link br0 192.168.1.1/24\n"                                                                \
        "pool lan 192.168.1.0/24 .100-.115 " keys "\n"                                             \
        "host printer mac=h address=.102\n"                                                        \
        "host quarantined mac=x address=.103\n"                                                    \
        "host taken mac=t address=.108\n"                                                          \
        "host far mac=g address=.50\n" more "0 load .51 bound w 9999\n"                            \
        "0 load .100 bound a 9999\n"                                                               \
        "0 load .101 bound b 9998\n"                                                               \
        "0 load .103 declined - 9997\n"                                                            \
        "0 load .104 bound h 9999\n"                                                               \
        "0 load .105 bound x 9999\n"                                                               \
        "0 load .106 expired c -50\n"                                                              \
        "0 load .107 bound t 9999\n"                                                               \
        "0 load .108 bound z 9999\n"                                                               \
        "0 load .110 declined d 9997\n"                                                            \
        "0 load .112 declined ~m 9997\n"                                                           \
        "0 loaded\n"                                                                               \
        "0 o DISCOVER ask=.109\n"                                                                  \
        "  -> OFFER .109\n"

/* The states of RFC 2131 4.3.2, and what the words of a REQUEST are in each of them. */
enum {
        SELECTING,
        INIT_REBOOT,
        RENEWING,
        REBINDING,
        RELAYED, /* RENEWING or REBINDING by a relay */
        N_STATES,
};
static const char *const states[N_STATES] = {
        [SELECTING] = "server=.1 ask=%s",
        [INIT_REBOOT] = "ask=%s",
        [RENEWING] = "ciaddr=%s from=%s unicast",
        [REBINDING] = "ciaddr=%s from=%s",
        [RELAYED] = "ciaddr=%s giaddr=.2 from=.2 unicast",
};

/* What a client asks for, and what it hears in each state: "renew", "grant", "nak", "rest" (an ACK
 * for no longer than the lease has still to run), or the verdict of a silence. */
typedef struct Case {
        const char *client;
        const char *address;
        const char *expected[N_STATES];
} Case;

#define ALWAYS(what)                                                                               \
        { what, what, what, what, what }
#define RENEW ALWAYS("renew")
#define GRANT ALWAYS("grant")
#define NAK ALWAYS("nak")
/* it is not on the link where it was heard */
#define HOLDER(elsewhere)                                                                          \
        { "grant", "grant", "grant", "grant", elsewhere }
#define MOVE                                                                                       \
        { "nak", "nak", "to-move", "to-move", "to-move" }

static void run_case(const char *network, const Case *c, unsigned state) {
        const char *expected = c->expected[state];
        char text[3000], words[128];
        int n;

        (void) snprintf(words, sizeof(words), "%s", states[state]);
        for (char *place; (place = strstr(words, "%s"));) {
                char rest[128];

                (void) snprintf(rest, sizeof(rest), "%s", place + 2);
                (void) snprintf(
                        place, sizeof(words) - (size_t) (place - words), "%s%s", c->address, rest);
        }
        n = snprintf(text, sizeof(text), "%s10 %s REQUEST %s\n", network, c->client, words);
        /* who has what is reserved for it is said once */
        const char *notice =
                strcmp(c->client, "t") == 0 ? "-> NOTICE reserved-taken .108 t z\n" : "";

        if (strcmp(expected, "nak") == 0)
                n += snprintf(text + n, sizeof(text) - (size_t) n, "-> NAK\n%s= naked\n", notice);
        else if (strcmp(expected, "renew") == 0 || strcmp(expected, "grant") == 0 ||
                 strcmp(expected, "rest") == 0)
                n += snprintf(text + n, sizeof(text) - (size_t) n,
                        "-> COMMIT %s %s %s until=%s\n-> ACK %s\n%s= acked\n? %s bound %s\n",
                        strcmp(expected, "grant") == 0 ? "granted" : "renewed", c->address,
                        c->client, strcmp(expected, "rest") == 0 ? "9999" : "3610", c->address,
                        notice, c->address, c->client);
        else
                n += snprintf(text + n, sizeof(text) - (size_t) n, "%s= %s\n", notice, expected);
        ck_assert_int_lt(n, (int) sizeof(text));
        transcript_run(text);
}

static void run_cases(const char *network, const Case *cases, size_t n) {
        for (size_t i = 0; i < n; i++)
                for (unsigned state = 0; state < N_STATES; state++)
                        run_case(network, &cases[i], state);
}

START_TEST(test_states)
{
        static const Case cases[] = {
                {"a", ".100", RENEW},
                {"n", ".111", GRANT},
                {"c", ".106", GRANT},
                {"n", ".106", GRANT}, /* another had it */
                {"n", ".109", GRANT}, /* offers are soft: the first REQUEST wins */
                {"o", ".109", GRANT},
                {"g", ".50", GRANT}, /* reserved for it */
                {"n", ".100", NAK},  /* bound to another */
                {"n", ".102", NAK},  /* reserved for another */
                {"n", ".103", NAK},  /* in quarantine */
                {"n", ".50", NAK},
                {"n", ".51", NAK},
                {"n", ".52", NAK}, /* outside of the pool */
                {"w", ".51", NAK}, /* its own, but no longer in the pool */
                {"n", "10.0.0.7", NAK},
                {"n", ".1", {"nak", "nak", "own-address", "own-address", "nak"}},
                {"n", ".110", NAK}, /* declined, by another */
                {"d", ".110", NAK}, /* by itself */
                {"n", ".112", NAK}, /* in use by somebody */
                {"m", ".112", HOLDER("nak")},
                {"o", ".111", GRANT}, /* nobody has to take what is offered */
                {"m", ".111", GRANT},
                {"d", ".111", GRANT},
                /* bound elsewhere: who selects an offer leaves the other one */
                {"a", ".101", NAK},
                {"a", ".102", NAK},
                {"a", ".103", NAK},
                {"a", ".50", NAK},
                {"a", ".52", NAK},
                {"a", ".110", NAK},
                {"a", ".112", NAK},
                {"a", "10.0.0.7", NAK},
                {"c", ".100", NAK},
                {"o", ".100", NAK},
                {"g", ".100", NAK},
                {"g", ".102", NAK},
                {"g", ".52", NAK},
                {"g", ".110", NAK},
                /* another address is kept for it, and can be had */
                {"h", ".104", {"nak", "nak", "rest", "to-move", "to-move"}},
                {"h", ".111", MOVE},
                {"h", ".106", MOVE},
                {"h", ".109", MOVE},
                {"g", ".111", MOVE},
                {"g", ".109", MOVE},
                /* but not while it is in quarantine, or another has it */
                {"x", ".105", RENEW},
                {"x", ".103", NAK},
                {"t", ".107", RENEW},
                {"t", ".108", NAK},
        };

        run_cases(NETWORK("", ""), cases, ELEMENTSOF(cases));
}
END_TEST

START_TEST(test_bound_elsewhere) /* who selects an offer leaves what it had */
{
        static const Case cases[] = {
                {"a", ".111", NAK}, {"a", ".106", NAK}, {"a", ".109", NAK}, {"x", ".111", NAK},
                {"t", ".111", NAK}, {"h", ".102", NAK}, /* what is reserved for it: it is to ask */
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                for (unsigned state = INIT_REBOOT; state < N_STATES; state++)
                        run_case(NETWORK("", ""), &cases[i], state);
}
END_TEST

#define TIMID "not-authoritative"
#define NO_RECORD "no-record"

START_TEST(test_not_authoritative) /* who selects us is ours to refuse all the same */
{
        static const Case cases[] = {
                {"a", ".100", RENEW},
                {"n", ".111", GRANT},
                {"n", ".52", {"nak", TIMID, TIMID, TIMID, TIMID}},
                {"w", ".51", {"nak", TIMID, TIMID, TIMID, TIMID}},
                {"n", "10.0.0.7", {"nak", TIMID, TIMID, TIMID, TIMID}},
                /* known to be another's, in a range or not */
                {"n", ".100", {"nak", "nak", "nak", TIMID, TIMID}},
                {"n", ".102", {"nak", "nak", "nak", TIMID, TIMID}},
                {"n", ".103", {"nak", "nak", "nak", TIMID, TIMID}},
                {"n", ".50", {"nak", "nak", "nak", TIMID, TIMID}},
                {"n", ".51", {"nak", "nak", "nak", TIMID, TIMID}},
                {"n", ".110", {"nak", "nak", "nak", TIMID, TIMID}},
                {"d", ".110", {"nak", "nak", "nak", TIMID, TIMID}},
                {"n", ".112", {"nak", "nak", "nak", TIMID, TIMID}},
                {"a", ".101", {"nak", "nak", "nak", TIMID, TIMID}},
                {"x", ".103", {"nak", "nak", "nak", TIMID, TIMID}},
                {"t", ".108", {"nak", "nak", "nak", TIMID, TIMID}},
                {"m", ".112", HOLDER(TIMID)},
                {"c", ".106", GRANT},
                {"n", ".106", GRANT},
                {"n", ".109", GRANT},
                {"o", ".109", GRANT},
                {"o", ".111", GRANT},
                {"g", ".50", GRANT},
                {"x", ".105", RENEW},
                {"t", ".107", RENEW},
                {"a", ".52", {"nak", TIMID, TIMID, TIMID, TIMID}},
                {"a", "10.0.0.7", {"nak", TIMID, TIMID, TIMID, TIMID}},
                {"h", ".104", {"nak", "nak", "rest", "to-move", "to-move"}},
                {"h", ".111", MOVE},
                {"h", ".106", MOVE},
                {"g", ".111", MOVE},
        };
        static const Case ours = {"n", ".1", NAK};

        run_cases(NETWORK("authoritative=no", ""), cases, ELEMENTSOF(cases));
        run_case(NETWORK("authoritative=no", ""), &ours, INIT_REBOOT);
}
END_TEST

START_TEST(test_not_lenient)
{
        static const Case cases[] = {
                {"a", ".100", RENEW},
                {"c", ".106", GRANT}, /* an expired lease is a record */
                {"c", ".100", NAK},
                {"b", ".52", NAK},
                {"h", ".100", NAK}, /* and so is a reservation */
                {"g", ".50", GRANT},
                /* RFC 2131 4.3.2: no record, so it "MUST remain silent", whatever the address is */
                {"n", ".111", {"grant", NO_RECORD, NO_RECORD, NO_RECORD, NO_RECORD}},
                {"n", ".106", {"grant", NO_RECORD, NO_RECORD, NO_RECORD, NO_RECORD}},
                {"n", ".100", {"nak", NO_RECORD, NO_RECORD, NO_RECORD, NO_RECORD}},
                {"n", ".102", {"nak", NO_RECORD, NO_RECORD, NO_RECORD, NO_RECORD}},
                {"n", ".103", {"nak", NO_RECORD, NO_RECORD, NO_RECORD, NO_RECORD}},
                {"n", ".52", {"nak", NO_RECORD, NO_RECORD, NO_RECORD, NO_RECORD}},
                {"n", ".109", {"grant", NO_RECORD, NO_RECORD, NO_RECORD, NO_RECORD}},
                {"n", ".50", {"nak", NO_RECORD, NO_RECORD, NO_RECORD, NO_RECORD}},
                {"n", ".51", {"nak", NO_RECORD, NO_RECORD, NO_RECORD, NO_RECORD}},
                {"n", ".110", {"nak", NO_RECORD, NO_RECORD, NO_RECORD, NO_RECORD}},
                {"n", ".112", {"nak", NO_RECORD, NO_RECORD, NO_RECORD, NO_RECORD}},
                {"n", "10.0.0.7", NAK}, /* unless the network is the wrong one */
                {"d", ".110", NAK},
                {"m", ".112", HOLDER(NO_RECORD)}, /* but that it is there is known */
                {"o", ".109", {"grant", NO_RECORD, NO_RECORD, NO_RECORD, NO_RECORD}},
                {"w", ".51", NAK},
                {"h", ".104", {"nak", "nak", "rest", "to-move", "to-move"}},
                {"h", ".111", MOVE},
                {"g", ".111", MOVE},
                {"x", ".105", RENEW},
                {"x", ".103", NAK},
                {"t", ".107", RENEW},
                {"t", ".108", NAK},
        };

        run_cases(NETWORK("", "lenient no\n"), cases, ELEMENTSOF(cases));
}
END_TEST

TRANSCRIPT(test_reservation_and_renewal, /* what it has runs out, and no renewal makes it longer */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.109\n"
        "0    a REQUEST server=.1 ask=.100\n"
        "     -> COMMIT granted .100 a until=3600\n"
        "     -> ACK .100 lease=3600\n"
        "pool lan 192.168.1.0/24 .100-.109\n"
        "host printer mac=a address=.50\n"
        "1800 a REQUEST ciaddr=.100 unicast\n"
        "     -> COMMIT renewed .100 a until=3600\n"
        "     -> ACK .100 lease=1800\n"
        "2700.3 a REQUEST ciaddr=.100 unicast lease=9999\n" /* nor shorter, should the ACK be lost
                                                             */
        "     -> COMMIT renewed .100 a until=3600\n"
        "     -> ACK .100 lease=899\n"
        "     ? next 3600\n"
        "3540 a REQUEST ciaddr=.100 unicast\n"
        "     -> COMMIT renewed .100 a until=3600\n"
        "     -> ACK .100 lease=60\n"
        "3541 a REQUEST ciaddr=.100 unicast\n"
        "     = to-move\n"
        "3560 a REQUEST ciaddr=.100 from=.100\n"
        "     = to-move\n"
        "3600 tick\n"
        "     -> COMMIT expired .100 a\n"
        "3601 a DISCOVER ask=.100\n"
        "     -> OFFER .50\n"
        "3601 a REQUEST server=.1 ask=.50\n"
        "     -> COMMIT granted .50 a reserved\n"
        "     -> ACK .50\n"
        "5000 a REQUEST ciaddr=.50 unicast\n"
        "     -> COMMIT renewed .50 a\n"
        "     -> ACK .50 lease=3600\n");

TRANSCRIPT(test_reservation_after_release, /* release-lease, delete-lease */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.109\n"
        "host printer mac=a address=.50\n"
        "0  load .100 bound a 9999\n"
        "0  loaded\n"
        "1  release .100\n"
        "   -> COMMIT released .100 a\n"
        "2  a REQUEST ciaddr=.100 unicast\n"
        "   = to-move\n"
        "3  delete .100\n"
        "   -> COMMIT deleted .100 -\n"
        "4  a REQUEST ciaddr=.100 from=.100\n"
        "   = to-move\n"
        "5  a REQUEST ask=.100\n"
        "   -> NAK\n"
        "6  a DISCOVER ask=.100\n"
        "   -> OFFER .50\n");

TRANSCRIPT(test_server_zero, /* some name 0.0.0.0 that have heard of no server */
        NETWORK("", "") "10 n REQUEST server=0.0.0.0 ask=.111\n"
                        "   -> COMMIT granted .111 n\n"
                        "   -> ACK .111 server=.1\n"
                        "10 a REQUEST server=0.0.0.0 ask=.100\n"
                        "   -> COMMIT renewed .100 a\n"
                        "   -> ACK .100\n"
                        "10 m REQUEST server=0.0.0.0 ask=.100\n"
                        "   = other-server\n" /* perhaps another server's */
                        "10 m REQUEST server=0.0.0.0 ask=.50\n"
                        "   = other-server\n"
                        "10 m REQUEST server=0.0.0.0 ask=10.0.0.7\n"
                        "   = other-server\n"
                        "11 m DISCOVER ask=.113\n"
                        "   -> OFFER .113\n"
                        "12 m REQUEST server=0.0.0.0 ask=.100\n"
                        "   -> NAK\n"
                        "13 m REQUEST server=0.0.0.0 ask=.113\n"
                        "   -> COMMIT granted .113 m\n"
                        "   -> ACK .113\n"
                        "14 b REQUEST server=0.0.0.0 ciaddr=.101 unicast\n"
                        "   -> COMMIT renewed .101 b\n"
                        "   -> ACK .101\n");

TRANSCRIPT(test_malformed, /* RFC 2131 table 5: neither state has less */
        NETWORK("", "") "10 a REQUEST\n"
                        "   = bad-option\n"
                        "10 a REQUEST server=.1\n"
                        "   = bad-option\n"
                        "10 a REQUEST option=54:01 ask=.100\n"
                        "   = bad-option\n"
                        "10 a REQUEST option=50:0102\n"
                        "   = bad-option\n"
                        "10 a REQUEST ask=0.0.0.0\n"
                        "   = bad-option\n");

TRANSCRIPT(test_server_identifier_while_renewing, /* some clients name the server all along */
        NETWORK("", "") "10 a REQUEST server=.1 ciaddr=.100 unicast from=.100\n"
                        "   -> COMMIT renewed .100 a\n"
                        "   -> ACK .100 to=udp:192.168.1.100:68\n");

TRANSCRIPT(test_first_request_wins, /* an offer to one client does not refuse another */
        NETWORK("", "") "10 n DISCOVER ask=.111\n"
                        "   -> OFFER .111\n"
                        "11 m REQUEST server=.1 ask=.111\n"
                        "   -> COMMIT granted .111 m\n"
                        "   -> ACK .111\n"
                        "12 n REQUEST server=.1 ask=.111\n"
                        "   -> NAK\n"
                        "13 n DISCOVER ask=.113\n"
                        "   -> OFFER .113\n");

TRANSCRIPT(test_nak, /* RFC 2131 table 3 and 4.3.2 */
        NETWORK("", "") "10 n REQUEST ask=.100 id=ff:07 want=1,3\n"
                        "   -> NAK to=broadcast flags=0 server=.1 source=.1 order=53,54,56,61\n"
                        "10 n REQUEST ciaddr=.100 from=.100 unicast\n"
                        "   -> NAK to=broadcast ciaddr=0.0.0.0\n"
                        "10 n REQUEST ask=.100 giaddr=.2 id=ff:07 relay=01:02:61:62\n"
                        "   -> NAK to=udp:192.168.1.2:67 flags=0x8000 giaddr=.2 "
                        "order=53,54,56,61,82 option=82:01:02:61:62\n");

TRANSCRIPT(test_orphan, /* the pool has shrunk: kept until it ends, not renewed */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.109\n"
        "0 load .100 bound a 9999\n"
        "0 load .101 bound b 9998\n"
        "0 load .103 declined - 9997\n"
        "0 loaded\n"
        "pool lan 192.168.1.0/24 .101-.109\n"
        "10 tick\n"
        "   ? .100 bound a\n"
        "   ? lan used=1\n"
        "10 a REQUEST ciaddr=.100 from=.100 unicast\n"
        "   -> NAK\n"
        "   ? .100 bound a\n"
        "9999 tick\n"
        "   -> COMMIT cleared .103 -\n"
        "   -> COMMIT expired .101 b\n"
        "   -> COMMIT expired .100 a\n");

TRANSCRIPT(
        test_expired_offer, /* RFC 2131 4.3.2: the offer is no longer held, the address is free */
        NETWORK("", "") "10 n DISCOVER ask=.111\n"
                        "   -> OFFER .111\n"
                        "50 tick\n"
                        "60 n REQUEST server=.1 ask=.111\n"
                        "   -> COMMIT granted .111 n\n"
                        "   -> ACK .111\n");

TEST_MAIN("server-request", test_states, test_bound_elsewhere, test_not_authoritative,
        test_not_lenient, test_reservation_and_renewal, test_reservation_after_release,
        test_server_zero, test_malformed, test_server_identifier_while_renewing,
        test_first_request_wins, test_nak, test_orphan, test_expired_offer);

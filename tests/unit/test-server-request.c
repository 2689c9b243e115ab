/* SPDX-License-Identifier: MIT */

/* REQUEST, RFC 2131 4.3.2: every row of the table in core/request.c for every state of a client. */

#include <stdio.h>

#include "test.h"

#include "transcript.h"

/* Client a is bound to .100, b to .101; .102 is reserved for h; .103 is in quarantine; .104 and
 * .105 are free; .106 is free and was c's. Client n is new. */
#define NETWORK(keys, more)                                                                        \
        "link br0 192.168.1.1/24\n"                                                                \
        "pool lan 192.168.1.0/24 .100-.109 " keys "\n"                                             \
        "host printer mac=h address=.102\n" more "0 load .100 bound a 9999\n"                      \
        "0 load .101 bound b 9998\n"                                                               \
        "0 load .103 declined x 9997\n"                                                            \
        "0 load .106 expired c -50\n"                                                              \
        "0 loaded\n"

typedef struct Case {
        const char *client;
        const char *address;
        const char *expected; /* "renew", "grant", "nak", or a verdict of silence */
} Case;

/* What the words of a REQUEST are in each state. */
static const char selecting[] = "server=.1 ask=%s";
static const char init_reboot[] = "ask=%s";
static const char renewing[] = "ciaddr=%s from=%s unicast";
static const char rebinding[] = "ciaddr=%s from=%s";
static const char relayed[] = "ciaddr=%s giaddr=.2 from=.2 unicast";

static void run_case(const char *network, const char *state, const Case *c) {
        char text[2048], words[128];
        int n;

        (void) snprintf(words, sizeof(words), "%s", state);
        for (char *place; (place = strstr(words, "%s"));) {
                char rest[128];

                (void) snprintf(rest, sizeof(rest), "%s", place + 2);
                (void) snprintf(
                        place, sizeof(words) - (size_t) (place - words), "%s%s", c->address, rest);
        }
        n = snprintf(text, sizeof(text), "%s10 %s REQUEST %s\n", network, c->client, words);
        if (strcmp(c->expected, "nak") == 0)
                n += snprintf(text + n, sizeof(text) - (size_t) n, "-> NAK\n= naked\n");
        else if (strcmp(c->expected, "renew") == 0 || strcmp(c->expected, "grant") == 0)
                n += snprintf(text + n, sizeof(text) - (size_t) n,
                        "-> COMMIT %s %s %s until=3610\n-> ACK %s\n= acked\n? %s bound %s\n",
                        strcmp(c->expected, "grant") == 0 ? "granted" : "renewed", c->address,
                        c->client, c->address, c->address, c->client);
        else
                n += snprintf(text + n, sizeof(text) - (size_t) n, "= %s\n", c->expected);
        ck_assert_int_lt(n, (int) sizeof(text));
        transcript_run(text);
}

static void run_cases(const char *network, const char *state, const Case *cases, size_t n) {
        for (size_t i = 0; i < n; i++)
                run_case(network, state, &cases[i]);
}

START_TEST(test_selecting)
{
        static const Case cases[] = {
                {"a", ".100", "renew"},
                {"n", ".104", "grant"}, /* offers are soft: without one as well */
                {"c", ".106", "grant"},
                {"n", ".106", "grant"},
                {"h", ".102", "grant"},
                {"n", ".100", "nak"}, /* bound to another */
                {"n", ".102", "nak"}, /* reserved for another */
                {"n", ".103", "nak"}, /* in quarantine */
                {"x", ".103", "nak"}, /* also for who declined it */
                {"n", ".50", "nak"},  /* outside the pool */
                {"n", ".1", "nak"},   /* ours */
                {"n", "10.0.0.7", "nak"},
        };
        static const char *const networks[] = {
                NETWORK("", ""),
                NETWORK("authoritative=no", ""), /* who selects us is ours to refuse */
                NETWORK("", "lenient no\n"),     /* who selects us needs no record */
        };

        for (size_t i = 0; i < ELEMENTSOF(networks); i++)
                run_cases(networks[i], selecting, cases, ELEMENTSOF(cases));
}
END_TEST

START_TEST(test_init_reboot)
{
        static const Case cases[] = {
                {"a", ".100", "renew"},
                {"n", ".104", "grant"},
                {"c", ".106", "grant"},
                {"h", ".102", "grant"},
                {"n", ".100", "nak"},
                {"n", ".102", "nak"},
                {"n", ".103", "nak"},
                {"a", ".104", "nak"}, /* bound elsewhere */
                {"n", ".50", "nak"},
                {"n", "10.0.0.7", "nak"},
        };

        run_cases(NETWORK("", ""), init_reboot, cases, ELEMENTSOF(cases));
}
END_TEST

START_TEST(test_renewing)
{
        static const Case cases[] = {
                {"a", ".100", "renew"},
                {"n", ".104", "grant"},
                {"n", ".100", "nak"},
                {"n", ".102", "nak"},
                {"n", ".103", "nak"},
                {"a", ".104", "nak"},
                {"n", ".50", "nak"},
                {"n", "10.0.0.7", "nak"},
        };

        run_cases(NETWORK("", ""), renewing, cases, ELEMENTSOF(cases));
}
END_TEST

START_TEST(test_rebinding)
{
        static const Case cases[] = {
                {"a", ".100", "renew"},
                {"n", ".104", "grant"},
                {"n", ".100", "nak"},
                {"n", ".102", "nak"},
                {"n", ".103", "nak"},
                {"a", ".104", "nak"},
                {"n", ".50", "nak"},
                {"n", "10.0.0.7", "nak"},
        };

        run_cases(NETWORK("", ""), rebinding, cases, ELEMENTSOF(cases));
        run_cases(NETWORK("", ""), relayed, cases, ELEMENTSOF(cases));
}
END_TEST

START_TEST(test_not_authoritative)
{
        static const Case outside[] = {
                {"a", ".100", "renew"},
                {"n", ".104", "grant"},
                {"n", ".50", "not-authoritative"},
                {"n", "10.0.0.7", "not-authoritative"},
        };
        static const Case refused[] = {
                {"n", ".100", "nak"},
                {"n", ".102", "nak"},
                {"n", ".103", "nak"},
                {"a", ".104", "nak"},
        };
        static const Case ignored[] = {
                {"n", ".100", "not-authoritative"},
                {"n", ".102", "not-authoritative"},
                {"n", ".103", "not-authoritative"},
                {"a", ".104", "not-authoritative"},
        };
        static const Case beyond[] = {
                /* in no range, but known to be somebody's */
                {"g", ".50", "grant"},
                {"n", ".50", "nak"},
                {"n", ".51", "nak"},
                {"z", ".51", "not-authoritative"}, /* its own, but no longer in the pool */
                {"n", ".52", "not-authoritative"},
        };
        static const Case ours[] = {{"n", ".1", "nak"}};
        static const char network[] = NETWORK("authoritative=no", "");
        static const char network_beyond[] = NETWORK(
                "authoritative=no", "host far mac=g address=.50\n0 load .51 bound z 9996\n");

        run_cases(network_beyond, init_reboot, beyond, ELEMENTSOF(beyond));
        run_cases(network_beyond, renewing, beyond, ELEMENTSOF(beyond));
        run_cases(network, init_reboot, ours, ELEMENTSOF(ours));
        run_cases(network, init_reboot, outside, ELEMENTSOF(outside));
        run_cases(network, renewing, outside, ELEMENTSOF(outside));
        run_cases(network, rebinding, outside, ELEMENTSOF(outside));
        run_cases(network, init_reboot, refused, ELEMENTSOF(refused));
        run_cases(network, renewing, refused, ELEMENTSOF(refused));
        run_cases(network, rebinding, ignored, ELEMENTSOF(ignored));
        run_cases(network, relayed, ignored, ELEMENTSOF(ignored));
}
END_TEST

START_TEST(test_not_lenient)
{
        static const Case cases[] = {
                {"a", ".100", "renew"},
                {"n", ".104", "no-record"}, /* RFC 2131 4.3.2: MUST remain silent */
                {"n", ".106", "no-record"},
                {"n", ".100", "no-record"}, /* whatever the address is */
                {"n", ".102", "no-record"}, {"n", ".103", "no-record"}, {"n", ".50", "no-record"},
                {"n", "10.0.0.7", "nak"}, /* on the wrong network */
                {"c", ".106", "grant"},   /* an expired lease is a record */
                {"c", ".100", "nak"}, {"a", ".104", "nak"}, {"b", ".50", "nak"},
                {"h", ".100", "nak"}, /* and so is a reservation */
        };
        static const char network[] = NETWORK("", "lenient no\n");

        run_cases(network, init_reboot, cases, ELEMENTSOF(cases));
        run_cases(network, renewing, cases, ELEMENTSOF(cases));
        run_cases(network, rebinding, cases, ELEMENTSOF(cases));
}
END_TEST

/* .102 is reserved for h, .101 for b who has another one, .103 for x but in quarantine. */
#define RESERVED(keys)                                                                             \
        "link br0 192.168.1.1/24\n"                                                                \
        "pool lan 192.168.1.0/24 .100-.109 " keys "\n"                                             \
        "host printer mac=h address=.102\n"                                                        \
        "host box mac=b address=.101\n"                                                            \
        "host quarantined mac=x address=.103\n"                                                    \
        "host taken mac=t address=.108\n"                                                          \
        "0 load .103 declined - 9997\n"                                                            \
        "0 load .104 bound h 9999\n"                                                               \
        "0 load .105 bound x 9999\n"                                                               \
        "0 load .106 bound t 9999\n"                                                               \
        "0 load .107 released b -50\n"                                                             \
        "0 load .108 bound z 9999\n"                                                               \
        "0 loaded\n"

START_TEST(test_reservation)
{
        static const Case rebooting[] = {
                {"h", ".104", "nak"}, /* its own, and another is kept for it */
                {"h", ".109", "nak"}, {"b", ".107", "nak"},   /* with a record of it or without */
                {"b", ".109", "nak"}, {"x", ".105", "renew"}, /* not before the quarantine ends */
                {"t", ".106", "renew"},                       /* nor while another has it */
        };
        static const Case rebinding_cases[] = {
                {"h", ".104", "to-move"},
                {"h", ".109", "to-move"},
                {"b", ".107", "to-move"}, /* without a binding its renewal is never confirmed */
                {"b", ".109", "to-move"},
                {"x", ".105", "renew"},
                {"t", ".106", "renew"},
        };

        run_cases(RESERVED(""), selecting, rebooting, ELEMENTSOF(rebooting));
        run_cases(RESERVED(""), init_reboot, rebooting, ELEMENTSOF(rebooting));
        run_cases(RESERVED("authoritative=no"), init_reboot, rebooting, ELEMENTSOF(rebooting));
        run_cases(RESERVED(""), rebinding, rebinding_cases, ELEMENTSOF(rebinding_cases));
        run_cases(RESERVED(""), relayed, rebinding_cases, ELEMENTSOF(rebinding_cases));
        /* all but the first, which test_reservation_and_renewal is about */
        run_cases(RESERVED(""), renewing, rebinding_cases + 1, ELEMENTSOF(rebinding_cases) - 1);
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
        "2700 a REQUEST ciaddr=.100 unicast lease=9999\n"
        "     -> COMMIT renewed .100 a until=3600\n"
        "     -> ACK .100 lease=900\n"
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
        NETWORK("", "") "10 n REQUEST server=0.0.0.0 ask=.104\n"
                        "   -> COMMIT granted .104 n\n"
                        "   -> ACK .104 server=.1\n"
                        "10 a REQUEST server=0.0.0.0 ask=.100\n"
                        "   -> COMMIT renewed .100 a\n"
                        "   -> ACK .100\n"
                        "10 m REQUEST server=0.0.0.0 ask=.100\n"
                        "   = other-server\n" /* perhaps another server's */
                        "10 m REQUEST server=0.0.0.0 ask=.50\n"
                        "   = other-server\n"
                        "10 m REQUEST server=0.0.0.0 ask=10.0.0.7\n"
                        "   = other-server\n"
                        "11 m DISCOVER ask=.105\n"
                        "   -> OFFER .105\n"
                        "12 m REQUEST server=0.0.0.0 ask=.100\n"
                        "   -> NAK\n"
                        "13 m REQUEST server=0.0.0.0 ask=.105\n"
                        "   -> COMMIT granted .105 m\n"
                        "   -> ACK .105\n"
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
        NETWORK("", "") "10 n DISCOVER ask=.104\n"
                        "   -> OFFER .104\n"
                        "11 m REQUEST server=.1 ask=.104\n"
                        "   -> COMMIT granted .104 m\n"
                        "   -> ACK .104\n"
                        "12 n REQUEST server=.1 ask=.104\n"
                        "   -> NAK\n"
                        "13 n DISCOVER ask=.105\n"
                        "   -> OFFER .105\n");

TRANSCRIPT(test_nak, /* RFC 2131 table 3 and 4.3.2 */
        NETWORK("", "") "10 n REQUEST ask=.100 id=ff:07 want=1,3\n"
                        "   -> NAK to=broadcast flags=0 server=.1 source=.1 order=53,54,56,61\n"
                        "10 n REQUEST ciaddr=.100 from=.100 unicast\n"
                        "   -> NAK to=broadcast ciaddr=0.0.0.0\n"
                        "10 n REQUEST ask=.100 giaddr=.2 id=ff:07 relay=01:02:61:62\n"
                        "   -> NAK to=udp:192.168.1.2:67 flags=0x8000 giaddr=.2 "
                        "order=53,54,56,61,82 option=82:01:02:61:62\n");

TRANSCRIPT(test_orphan, /* the pool has shrunk: kept until it ends, not renewed */
        NETWORK("", "") "pool lan 192.168.1.0/24 .101-.109\n"
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
        NETWORK("", "") "10 n DISCOVER ask=.104\n"
                        "   -> OFFER .104\n"
                        "50 tick\n"
                        "60 n REQUEST server=.1 ask=.104\n"
                        "   -> COMMIT granted .104 n\n"
                        "   -> ACK .104\n");

TEST_MAIN("server-request", test_selecting, test_init_reboot, test_renewing, test_rebinding,
        test_not_authoritative, test_not_lenient, test_reservation, test_reservation_and_renewal,
        test_reservation_after_release, test_server_zero, test_malformed,
        test_server_identifier_while_renewing, test_first_request_wins, test_nak, test_orphan,
        test_expired_offer);

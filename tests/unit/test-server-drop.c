/* SPDX-License-Identifier: MIT */

/* What is dropped, and why: a verdict for each reason, a counter for each verdict. */

#include <string.h>

#include "test.h"

#include "core/rate-limit.h"
#include "core/server.h"
#include "transcript.h"

#define LAN                                                                                        \
        "link br0 192.168.1.1/24\n"                                                                \
        "pool lan 192.168.1.0/24 .100-.109\n"

TRANSCRIPT(test_not_for_servers, /* RFC 2131 2, 4.1; RFC 1542 4.1.1 */
        LAN "0  a DISCOVER op=2\n"
            "   = not-request\n"
            "0  a DISCOVER op=0\n"
            "   = not-request\n"
            "0  a OFFER\n"
            "   = server-message\n"
            "0  a ACK\n"
            "   = server-message\n"
            "0  a NAK\n"
            "   = server-message\n"
            "0  a DISCOVER hlen=0\n"
            "   = no-identity\n"
            "0  a DISCOVER hlen=0 htype=0 id=ff:00\n"
            "   -> OFFER .100 to=broadcast\n"
            "0  a DISCOVER hops=17\n"
            "   = too-many-hops\n"
            "0  a DISCOVER hops=16\n"
            "   -> OFFER .101\n"
            "0  b DISCOVER giaddr=255.255.255.255 relay=05:04:c0a80100\n" /* whose subnet is ours */
            "   = untrusted-relay\n"
            "0  b DISCOVER giaddr=127.0.0.1 relay=05:04:c0a80100\n"
            "   = untrusted-relay\n"
            "0  b DISCOVER giaddr=224.0.0.1 relay=05:04:c0a80100\n"
            "   = untrusted-relay\n"
            "0  b DISCOVER giaddr=223.0.0.1 from=223.0.0.1 relay=05:04:c0a80100\n"
            "   -> OFFER .102\n"
            "0  bytes 010106\n"
            "   = malformed\n"
            "0  bytes \n"
            "   = malformed\n");

TRANSCRIPT(test_rate_limit, /* a burst of two seconds' worth, then so many a second */
        LAN "rate 2\n"
            "0  a DISCOVER\n"
            "   -> OFFER .100\n"
            "0  a DISCOVER\n"
            "   -> OFFER .100\n"
            "0  a DISCOVER\n"
            "   -> OFFER .100\n"
            "0  a DISCOVER\n"
            "   -> OFFER .100\n"
            "0  a DISCOVER\n"
            "   = rate-limited\n"
            "0  b DISCOVER\n" /* each client has its own */
            "   -> OFFER .101\n"
            "0.5 a DISCOVER\n"
            "   -> OFFER .100\n"
            "0.6 a DISCOVER\n"
            "   = rate-limited\n"
            "9  a DISCOVER\n"
            "   -> OFFER .100\n");

TRANSCRIPT(test_no_rate_limit, /* RateLimit=0 */
        LAN "rate 0\n"
            "0  a DISCOVER\n"
            "   -> OFFER .100\n"
            "0  a DISCOVER\n"
            "   -> OFFER .100\n"
            "0  a DISCOVER\n"
            "   -> OFFER .100\n");

TRANSCRIPT(test_long_client_identifier, /* more than 255 bytes by RFC 3396 */
        LAN "0  a DISCOVER id=*255\n"
            "   -> OFFER .100 option=61:*255\n"
            "0  a DISCOVER id=*256\n"
            "   = bad-option\n");

/* Buckets that fall into the same place of the table, be they of one client or of several, are
 * apart while there is room. */
START_TEST(test_buckets)
{
        static RateLimiter limiter;

        for (uint64_t key = 1; key <= RATE_LIMITER_WAYS; key++) {
                uint64_t client = 5 + key / 2 * RATE_LIMITER_SETS;

                for (unsigned n = 0; n < 20; n++)
                        ck_assert(rate_limiter_take(&limiter, client, key, 10, USEC_PER_SEC));
                ck_assert(!rate_limiter_take(&limiter, client, key, 10, USEC_PER_SEC));
                ck_assert(!rate_limiter_has(&limiter, client, key, 10, USEC_PER_SEC));
        }
        for (uint64_t key = 1; key <= RATE_LIMITER_WAYS; key++)
                ck_assert(!rate_limiter_take(&limiter, 5, key, 10, USEC_PER_SEC));
        ck_assert(rate_limiter_take(&limiter, 5, 1, 10, USEC_PER_SEC + 100 * USEC_PER_MSEC));
        ck_assert(!rate_limiter_take(&limiter, 5, 1, 10, USEC_PER_SEC + 150 * USEC_PER_MSEC));
        ck_assert(rate_limiter_take(&limiter, 7, 7, 0, USEC_PER_SEC));
}
END_TEST

START_TEST(test_counters)
{
        static const uint8_t short_packet[3] = {1, 1, 6};
        const PacketMetadata metadata = {.ifindex = 2, .broadcast = true};
        _cleanup_(server_freep) Server *server = NULL;
        static Actions actions;
        uint8_t packet[300] = {1, 1, 6};

        memcpy(packet + 236, "\x63\x82\x53\x63\x35\x01\x01\xff", 8);
        ck_assert_int_eq(server_new(&server, (const uint8_t *) "0123456789abcdef"), 0);
        for (int i = 0; i < 3; i++) {
                actions_reset(&actions);
                ck_assert_int_eq(server_handle_packet(
                                         server, packet, sizeof(packet), &metadata, 1000, &actions),
                        0);
                ck_assert_int_eq(actions.verdict, VERDICT_NO_POOL); /* not configured yet */
        }
        ck_assert_int_eq(server_handle_packet(server, short_packet, sizeof(short_packet), &metadata,
                                 1000, &actions),
                0);
        ck_assert_int_eq(actions.verdict, VERDICT_MALFORMED);
        ck_assert_int_eq(actions.message_error, MESSAGE_TOO_SHORT);
        server_count(server, VERDICT_TOO_OLD);

        ck_assert_uint_eq(server_counter(server, VERDICT_NO_POOL), 3);
        ck_assert_uint_eq(server_counter(server, VERDICT_MALFORMED), 1);
        ck_assert_uint_eq(server_counter(server, VERDICT_TOO_OLD), 1);
        ck_assert_uint_eq(server_message_counter(server, DHCP_DISCOVER), 3);
        server_reset_counters(server);
        ck_assert_uint_eq(server_counter(server, VERDICT_NO_POOL), 0);
        ck_assert_uint_eq(server_message_counter(server, DHCP_DISCOVER), 0);
}
END_TEST

/* Names are the interface to people and scripts: each is there, no two are alike. */
START_TEST(test_names)
{
        for (Verdict v = 0; v < VERDICT_MAX; v++) {
                ck_assert_ptr_nonnull(verdict_to_string(v));
                ck_assert_str_ne(verdict_to_string(v), "unknown");
                for (Verdict w = 0; w < v; w++)
                        ck_assert_str_ne(verdict_to_string(v), verdict_to_string(w));
        }
        ck_assert_str_eq(verdict_to_string(VERDICT_MAX), "unknown");
        ck_assert_str_eq(verdict_to_string(VERDICT_INVALID), "unknown");
        for (LeaseState s = 0; s < LEASE_STATE_MAX; s++)
                ck_assert_int_eq(lease_state_from_string(lease_state_to_string(s)), s);
        ck_assert_int_eq(lease_state_from_string("free"), LEASE_STATE_INVALID);
        for (LeaseEvent e = 0; e < LEASE_EVENT_MAX; e++)
                ck_assert_str_ne(lease_event_to_string(e), "unknown");
        for (ConflictDetection c = 0; c < CONFLICT_DETECTION_MAX; c++)
                ck_assert_int_eq(
                        conflict_detection_from_string(conflict_detection_to_string(c)), c);
        ck_assert_int_eq(conflict_detection_from_string("on"), CONFLICT_DETECTION_INVALID);
}
END_TEST

TEST_MAIN("server-drop", test_not_for_servers, test_rate_limit, test_no_rate_limit,
        test_long_client_identifier, test_buckets, test_counters, test_names);

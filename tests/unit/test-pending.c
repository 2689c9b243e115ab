/* SPDX-License-Identifier: MIT */

/* The queue of what waits for the disk: order, copies, and what a failed commit takes with it. */

#include "daemon/pending.h"
#include "test.h"

static LeaseNews news_of(ipv4_t address) {
        static const uint8_t client_id[] = {1, 2, 0, 0, 0, 0, 7}, hardware[] = {2, 0, 0, 0, 0, 7};

        return (LeaseNews){
                .event = LEASE_EVENT_GRANTED,
                .pool = "lan",
                .xid = 0x1234,
                .record =
                        {
                                .address = address,
                                .state = LEASE_BOUND,
                                .client_id = client_id,
                                .client_id_size = sizeof(client_id),
                                .hardware = hardware,
                                .hardware_size = sizeof(hardware),
                                .hostname = "laptop",
                                .hostname_size = 6,
                        },
        };
}

static void add(Pending *pending, uint64_t commit) {
        uint8_t packet[300];
        LeaseNews news = news_of((ipv4_t) commit);
        Destination destination = {.mode = SEND_UDP, .address = (ipv4_t) commit, .port = 68};

        memset(packet, (int) commit, sizeof(packet));
        ck_assert_int_eq(pending_add_news(pending, commit, &news), 0);
        ck_assert_int_eq(
                pending_add_send(pending, commit, &destination, packet, 200 + commit % 100, commit),
                0);
        /* copies, not borrowed memory */
        memset(packet, 0xff, sizeof(packet));
}

static void expect(Pending *pending, uint64_t commit) {
        PendingEntry entry;

        ck_assert_int_eq(pending_first(pending, &entry), 1);
        ck_assert_int_eq(entry.type, PENDING_NEWS);
        ck_assert_uint_eq(entry.commit, commit);
        ck_assert_uint_eq(entry.news.record.address, commit);
        ck_assert_uint_eq(entry.news.xid, 0x1234);
        ck_assert_str_eq(entry.news.pool, "lan");
        ck_assert_mem_eq(entry.news.record.client_id, "\1\2\0\0\0\0\7", 7);
        ck_assert_mem_eq(entry.news.record.hardware, "\2\0\0\0\0\7", 6);
        ck_assert_mem_eq(entry.news.record.hostname, "laptop", 6);
        pending_drop_first(pending);

        ck_assert_int_eq(pending_first(pending, &entry), 1);
        ck_assert_int_eq(entry.type, PENDING_SEND);
        ck_assert_uint_eq(entry.commit, commit);
        ck_assert_uint_eq(entry.destination.address, commit);
        ck_assert_uint_eq(entry.asked, commit);
        ck_assert_uint_eq(entry.packet_size, 200 + commit % 100);
        for (size_t i = 0; i < entry.packet_size; i++)
                ck_assert_uint_eq(entry.packet[i], (uint8_t) commit);
        pending_drop_first(pending);
}

START_TEST(entries_leave_in_order)
{
        Pending pending = {0};
        PendingEntry entry;
        uint64_t in = 1, out = 1;

        /* a thousand entries, the queue growing, shrinking and moving in its memory meanwhile */
        while (out <= 1000) {
                for (uint64_t i = 0; i < 1 + in % 37 && in <= 1000; i++)
                        add(&pending, in++);
                for (uint64_t i = 0; i < 1 + in % 29 && out < in; i++)
                        expect(&pending, out++);
        }
        ck_assert_int_eq(pending_first(&pending, &entry), 0);
        pending_done(&pending);
}
END_TEST

START_TEST(failed_commit_takes_what_follows)
{
        static const struct {
                uint64_t from;
                uint64_t n_left;
        } cases[] = {{1, 0}, {2, 1}, {5, 4}, {10, 9}, {11, 10}, {100, 10}};

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                Pending pending = {0};
                PendingEntry entry;

                for (uint64_t commit = 1; commit <= 10; commit++)
                        add(&pending, commit);
                pending_drop_from(&pending, cases[i].from);
                ck_assert_uint_eq(pending.n_entries, 2 * cases[i].n_left);

                /* the queue goes on with newer commits */
                add(&pending, 20);
                for (uint64_t commit = 1; commit <= cases[i].n_left; commit++)
                        expect(&pending, commit);
                expect(&pending, 20);
                ck_assert_int_eq(pending_first(&pending, &entry), 0);
                pending_done(&pending);
        }
}
END_TEST

START_TEST(news_of_nobody)
{
        Pending pending = {0};
        LeaseNews news = {.event = LEASE_EVENT_DELETED, .pool = "", .record.address = 7};
        PendingEntry entry;

        ck_assert_int_eq(pending_add_news(&pending, 1, &news), 0);
        ck_assert_int_eq(pending_first(&pending, &entry), 1);
        ck_assert_uint_eq(entry.news.record.address, 7);
        ck_assert_str_eq(entry.news.pool, "");
        pending_done(&pending);
}
END_TEST

/* What has gathered behind a disk that hung goes when it has been dealt with, one way or the other;
 * what a slow disk needs stays. */
START_TEST(a_hung_disk_leaves_nothing)
{
        for (unsigned way = 0; way < 2; way++) {
                const uint64_t n = 20000;
                Pending pending = {0};

                for (uint64_t i = 1; i <= n; i++)
                        add(&pending, i);
                ck_assert_uint_gt(pending_size(&pending), n * 400);
                ck_assert_uint_gt(pending.capacity, 4 * 1024 * 1024);
                if (way == 0)
                        while (pending.n_entries > 0)
                                pending_drop_first(&pending);
                else
                        pending_drop_from(&pending, 1);
                ck_assert_uint_eq(pending_size(&pending), 0);
                ck_assert_uint_eq(pending.capacity, 0);

                for (uint64_t i = 1; i <= 500; i++)
                        add(&pending, i);
                for (uint64_t i = 1; i <= 500; i++)
                        expect(&pending, i);
                ck_assert_uint_eq(pending_size(&pending), 0);
                ck_assert_uint_gt(pending.capacity, 0);
                pending_done(&pending);
        }
}
END_TEST

TEST_MAIN("pending", entries_leave_in_order, failed_commit_takes_what_follows, news_of_nobody,
        a_hung_disk_leaves_nothing);

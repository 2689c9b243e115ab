/* SPDX-License-Identifier: MIT */
/* Probes on the event loop of a process that is held up: what came in time is heard in time. */

#include <dirent.h>
#include <errno.h>

#include <systemd/sd-event.h>

#include "daemon/probes.h"
#include "test-network.h"

#define FREE_ADDRESS UINT32_C(0x0a090063) /* 10.9.0.99, nobody's */

/* Longer than an address is listened for. */
#define HELD_UP_USEC (1200 * USEC_PER_MSEC)

typedef struct Ear {
        Network network;
        sd_event *event;
        Probes *probes;
        unsigned n_claims;
        unsigned n_answers;
        int ends[2];
} Ear;

static void claimed(uint32_t ifindex, ipv4_t sender, const uint8_t *hardware, void *userdata) {
        static const uint8_t client[ETHERNET_ADDRESS_SIZE] = {2, 0, 0, 0, 0, 2};
        Ear *ear = userdata;

        ck_assert_uint_eq(ifindex, ear->network.server_ifindex);
        ck_assert_uint_eq(sender, CLIENT_ADDRESS);
        ck_assert_mem_eq(hardware, client, sizeof(client));
        ear->n_claims++;
}

static void answered(ipv4_t address, void *userdata) {
        Ear *ear = userdata;

        ck_assert_uint_eq(address, CLIENT_ADDRESS);
        ear->n_answers++;
}

static int on_other(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        (void) source;
        (void) fd;
        (void) revents;
        (void) userdata;
        return 0;
}

/* A loop that has something else to do as well: what is ready at the same time is then handled in
 * no order of its own. */
static void setup(Ear *ear) {
        *ear = (Ear){.network = network_setup()};
        ck_assert_int_ge(sd_event_new(&ear->event), 0);
        ck_assert_int_eq(pipe(ear->ends), 0);
        ck_assert_int_eq(write(ear->ends[1], "x", 1), 1);
        ck_assert_int_ge(
                sd_event_add_io(ear->event, NULL, ear->ends[0], POLLIN, on_other, NULL), 0);
        ck_assert_int_eq(probes_new(&ear->probes, ear->event, claimed, answered, ear), 0);
}

static void done(Ear *ear) {
        (void) probes_free(ear->probes);
        (void) sd_event_unref(ear->event);
        (void) close(ear->ends[0]);
        (void) close(ear->ends[1]);
}

static void ask(Ear *ear, ipv4_t address) {
        const Link link = {
                .ifindex = ear->network.server_ifindex,
                .hardware = {2, 0, 0, 0, 0, 1},
        };
        uint64_t now;

        ck_assert_int_ge(sd_event_now(ear->event, CLOCK_BOOTTIME, &now), 0);
        probes_ask(ear->probes, &link, SERVER_ADDRESS, address, now);
}

/* The end of listening is noticed together with the answer, which came long before. */
START_TEST(test_held_up)
{
        Ear ear;

        setup(&ear);
        ask(&ear, CLIENT_ADDRESS);
        ck_assert_int_eq(usleep(HELD_UP_USEC), 0);
        for (unsigned i = 0; i < 8; i++)
                ck_assert_int_ge(sd_event_run(ear.event, 0), 0);
        ck_assert_uint_eq(ear.n_claims, 1);
        done(&ear);
}
END_TEST

/* Who decides by a timer of his own hears what is there first. */
START_TEST(test_heard_on_demand)
{
        Ear ear;

        setup(&ear);
        probes_hear(ear.probes); /* nothing was asked */
        ask(&ear, FREE_ADDRESS);
        ask(&ear, CLIENT_ADDRESS);
        for (unsigned waited = 0; ear.n_claims == 0 && waited < NETWORK_TIMEOUT; waited++) {
                probes_hear(ear.probes);
                (void) usleep(1000);
        }
        ck_assert_uint_eq(ear.n_claims, 1);
        probes_hear(ear.probes);
        ck_assert_uint_eq(ear.n_claims, 1);
        done(&ear);
}
END_TEST

static unsigned count_descriptors(void) {
        DIR *directory = opendir("/proc/self/fd");
        unsigned n = 0;

        ck_assert_ptr_nonnull(directory);
        while (readdir(directory))
                n++;
        (void) closedir(directory);
        return n;
}

/* The socket for echoes is there as long as an answer may come, and nothing wakes the loop after
 * that. */
START_TEST(test_echo)
{
        unsigned n_before, n_turns = 0;
        uint64_t now, until;
        Ear ear;

        setup(&ear);
        ck_assert_int_eq(read(ear.ends[0], &(char){0}, 1), 1);
        n_before = count_descriptors();
        ck_assert_int_ge(sd_event_now(ear.event, CLOCK_BOOTTIME, &now), 0);
        ck_assert_int_eq(probes_ask_by_echo(ear.probes, FREE_ADDRESS, now), 0);
        ck_assert_int_eq(probes_ask_by_echo(ear.probes, CLIENT_ADDRESS, now), 0);
        ck_assert_int_eq(probes_ask_by_echo(ear.probes, 0x0b000001, now), -ENETUNREACH);
        ck_assert_uint_eq(count_descriptors(), n_before + 1);

        until = now + HELD_UP_USEC;
        while (now < until) {
                ck_assert_int_ge(sd_event_run(ear.event, until - now), 0);
                ck_assert_int_ge(sd_event_now(ear.event, CLOCK_BOOTTIME, &now), 0);
        }
        ck_assert_uint_eq(ear.n_answers, 1);
        ck_assert_uint_eq(count_descriptors(), n_before);
        while (sd_event_run(ear.event, 100 * USEC_PER_MSEC) > 0)
                n_turns++;
        ck_assert_uint_eq(n_turns, 0);
        done(&ear);
}
END_TEST

/* As for ARP: the answer lies there when the time is over. */
START_TEST(test_echo_held_up)
{
        uint64_t now;
        Ear ear;

        setup(&ear);
        ck_assert_int_ge(sd_event_now(ear.event, CLOCK_BOOTTIME, &now), 0);
        ck_assert_int_eq(probes_ask_by_echo(ear.probes, CLIENT_ADDRESS, now), 0);
        ck_assert_int_eq(usleep(HELD_UP_USEC), 0);
        for (unsigned i = 0; i < 8; i++)
                ck_assert_int_ge(sd_event_run(ear.event, 0), 0);
        ck_assert_uint_eq(ear.n_answers, 1);

        ck_assert_int_ge(sd_event_now(ear.event, CLOCK_BOOTTIME, &now), 0);
        ck_assert_int_eq(probes_ask_by_echo(ear.probes, CLIENT_ADDRESS, now), 0);
        for (unsigned waited = 0; ear.n_answers == 1 && waited < NETWORK_TIMEOUT; waited++) {
                probes_hear(ear.probes);
                (void) usleep(1000);
        }
        ck_assert_uint_eq(ear.n_answers, 2);
        done(&ear);
}
END_TEST

NETWORK_TEST_MAIN("probes", test_held_up, test_heard_on_demand, test_echo, test_echo_held_up);

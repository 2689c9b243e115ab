/* SPDX-License-Identifier: MIT */

/* The daemon without memory: each allocation of its start, of a reload and of a turn of its loop
 * fails in turn, those of the C library and of sd-event included. A start fails as a whole and
 * leaves no descriptor behind, or the daemon has all that it is configured for; a reload leaves the
 * old configuration in force or the new one; a client's message is answered or comes again. */

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <syslog.h>

#include "core/server.h"
#include "daemon/manager-internal.h"
#include "failing-memory.h"
#include "invariants.h"
#include "test-network.h"
#include "wire/builder.h"

#define PORT 6767

typedef struct House {
        char directory[64];
        char configuration[96];
        char leases[96];
        Options options;
        Journal *journal;
        Network network;
} House;

static void write_file(const char *path, const char *text) {
        FILE *file = fopen(path, "we");

        ck_assert_ptr_nonnull(file);
        ck_assert_int_ge(fputs(text, file), 0);
        ck_assert_int_eq(fclose(file), 0);
}

/* @moved: with another pool and host */
static void write_configuration(const House *house, bool moved) {
        write_file(house->configuration,
                moved ? "[Pool other]\nSubnet=10.8.0.0/24\nRange=10.8.0.10-10.8.0.20\n"
                        "[Pool lan]\nSubnet=10.9.0.0/24\nConflictDetection=off\n"
                      : "[Server]\nRateLimit=0\n"
                        "[Pool lan]\nSubnet=10.9.0.0/24\nRange=10.9.0.100-10.9.0.200\n"
                        "DNS=9.9.9.9\nConflictDetection=off\n"
                        "[Host printer]\nMACAddress=02:00:00:00:aa:01\nAddress=10.9.0.50\n");
}

static void write_leases(const House *house) {
        write_file(house->leases,
                "address,client_id,hardware_address,hostname,state,expires_at,pool,updated_at\n"
                "10.9.0.101,01:02:00:00:00:00:07,02:00:00:00:00:07,laptop,bound,infinite,lan,"
                "2026-11-21T21:55:00Z\n"
                "10.9.0.102,01:02:00:00:00:00:08,02:00:00:00:00:08,phone,bound,infinite,lan,"
                "2026-11-21T21:55:00Z\n");
}

static void house_init(House *house) {
        sigset_t signals;

        *house = (House){.directory = "/tmp/daemon-memory-XXXXXX"};
        (void) sigemptyset(&signals);
        (void) sigaddset(&signals, SIGTERM);
        (void) sigaddset(&signals, SIGINT);
        (void) sigaddset(&signals, SIGHUP);
        ck_assert_int_eq(sigprocmask(SIG_BLOCK, &signals, NULL), 0);
        ck_assert_ptr_nonnull(mkdtemp(house->directory));
        (void) snprintf(house->configuration, sizeof(house->configuration), "%s/mini-dhcp.conf",
                house->directory);
        (void) snprintf(house->leases, sizeof(house->leases), "%s/leases.csv", house->directory);
        write_configuration(house, false);
        write_leases(house);
        house->options = (Options){
                .config = house->configuration,
                .state_directory = house->directory,
                .port = PORT,
                .no_bus = true,
        };
        house->network = network_setup();
        ck_assert_int_eq(journal_new(&house->journal, LOG_EMERG), 0);
}

static void house_done(House *house) {
        char command[128];

        (void) journal_free(house->journal);
        (void) snprintf(command, sizeof(command), "rm -r %s", house->directory);
        ck_assert_int_eq(system(command), 0);
}

static unsigned count_descriptors(void) {
        DIR *directory = opendir("/proc/self/fd");
        unsigned n = 0;

        ck_assert_ptr_nonnull(directory);
        while (readdir(directory))
                n++;
        (void) closedir(directory);
        return n;
}

/* What is missing can be a file that could not be read for now, or the links: it comes later. */
static void assert_complete(const Manager *manager, size_t n) {
        const Settings *settings = server_get_settings(manager->server);
        const char *sentence = invariants_broken(manager->server);

        ck_assert_msg(!sentence, "allocation %zu: %s", n, sentence);
        ck_assert_msg(settings || manager->misconfigured, "allocation %zu: no settings", n);
        if (settings) {
                ck_assert_uint_eq(settings->n_pools, 1);
                ck_assert_uint_eq(settings->n_hosts, 1);
        }
        if (strcmp(manager_state(manager), "running") == 0)
                ck_assert_msg(server_get_table(manager->server)->n_by_state[LEASE_BOUND] == 2,
                        "allocation %zu: leases are missing", n);
        ck_assert_msg(
                server_find_link(manager->server, if_nametoindex("srv0")) || manager->links_missed,
                "allocation %zu: the links are not known", n);
}

START_TEST(test_start)
{
        bool failed = true;
        unsigned n_descriptors;
        House house;

        house_init(&house);
        n_descriptors = count_descriptors();
        for (size_t n = 0; failed; n++) {
                Manager *manager = NULL;
                int r;

                r = MEMORY_TRY(n, failed, manager_new(&manager, &house.options, house.journal));
                if (r < 0) {
                        ck_assert_msg(failed && r == -ENOMEM, "allocation %zu: %d", n, r);
                        ck_assert_ptr_null(manager);
                } else
                        assert_complete(manager, n);
                (void) manager_free(manager);
                ck_assert_msg(count_descriptors() == n_descriptors,
                        "allocation %zu: a descriptor is left", n);
        }
        house_done(&house);
}
END_TEST

static bool has_pool(const Manager *manager, const char *name) {
        return server_find_pool(manager->server, name) != NULL;
}

START_TEST(test_reload)
{
        Manager *manager;
        bool failed = true, moved = false;
        House house;

        house_init(&house);
        ck_assert_int_eq(manager_new(&manager, &house.options, house.journal), 0);
        for (size_t n = 0; failed; n++) {
                const char *sentence;

                write_configuration(&house, !moved);
                MEMORY_TRY(n, failed, (manager_reload(manager, &(Actor){.type = ACTOR_USER}), 0));
                sentence = invariants_broken(manager->server);
                ck_assert_msg(!sentence, "allocation %zu: %s", n, sentence);
                ck_assert(has_pool(manager, "lan"));
                ck_assert_uint_eq(server_get_settings(manager->server)->n_hosts,
                        has_pool(manager, "other") ? 0 : 1);
                if (has_pool(manager, "other") != moved)
                        moved = !moved;
                else
                        ck_assert_msg(failed, "the last reload has failed");
                ck_assert(!manager->misconfigured);
                /* and back, by whatever was not allocated then */
                manager_reload(manager, &(Actor){.type = ACTOR_USER});
                moved = has_pool(manager, "other");
                ck_assert_str_eq(manager->last_reload, "success");
                ck_assert_uint_eq(server_get_table(manager->server)->n_by_state[LEASE_BOUND], 2);
        }
        (void) manager_free(manager);
        house_done(&house);
}
END_TEST

/* ---- turns of the loop
 * --------------------------------------------------------------------------------
 */

static int open_client(const House *house) {
        const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(68)};
        int fd, on = 1;

        network_enter_client(&house->network);
        fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)), 0);
        ck_assert_int_eq(bind(fd, (const struct sockaddr *) &address, sizeof(address)), 0);
        network_enter_server(&house->network);
        return fd;
}

/* A client that has lost its memory, not its address: one message, one lease, one answer. */
static void send_request(int fd, unsigned n) {
        const struct sockaddr_in server = {
                .sin_family = AF_INET,
                .sin_port = htons(PORT),
                .sin_addr.s_addr = htonl(SERVER_ADDRESS),
        };
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {2, 1, 0, 0, (uint8_t) (n >> 8), (uint8_t) n};
        const MessageHeader header = {
                .op = BOOTREQUEST,
                .htype = HARDWARE_ETHERNET,
                .hlen = 6,
                .chaddr = chaddr,
                .xid = n,
                .flags = DHCP_FLAG_BROADCAST,
        };
        MessageBuilder builder;
        uint8_t packet[576];
        size_t size;

        ck_assert_int_eq(
                message_builder_init(&builder, packet, sizeof(packet), sizeof(packet), &header), 0);
        (void) message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_REQUEST);
        (void) message_builder_add_u32(
                &builder, DHCP_OPTION_REQUESTED_ADDRESS, 0x0a090064 + 3 + n % 90);
        size = message_builder_finish(&builder);
        ck_assert_int_eq(
                sendto(fd, packet, size, 0, (const struct sockaddr *) &server, sizeof(server)),
                (ssize_t) size);
}

/* As sd_event_loop() does it, until nothing happens for a moment. */
static int turn(Manager *manager) {
        int r;

        while ((r = sd_event_run(manager->event, 20 * USEC_PER_MSEC)) > 0)
                ;
        return r;
}

START_TEST(test_turns)
{
        unsigned n_failures = 0;
        Manager *manager;
        bool failed = true;
        House house;
        int fd;

        house_init(&house);
        ck_assert_int_eq(manager_new(&manager, &house.options, house.journal), 0);
        fd = open_client(&house);
        ck_assert_int_ge(turn(manager), 0);
        for (size_t n = 0; failed && n < 200; n++) {
                const char *sentence;

                send_request(fd, (unsigned) n);
                /* the loop itself may say that it has no memory, and the daemon ends then */
                (void) MEMORY_TRY(n, failed, turn(manager));
                n_failures += failed;
                ck_assert_int_ge(turn(manager), 0);
                sentence = invariants_broken(manager->server);
                ck_assert_msg(!sentence, "allocation %zu: %s", n, sentence);
                ck_assert_uint_eq(manager->executor.pending.n_entries, 0);
                ck_assert_str_eq(manager_state(manager), "running");
        }
        ck_assert_uint_gt(server_get_table(manager->server)->n_by_state[LEASE_BOUND], 2);
        ck_assert_uint_gt(n_failures, 0);
        (void) close(fd);
        (void) manager_free(manager);
        house_done(&house);
}
END_TEST

NETWORK_TEST_MAIN("daemon-memory", test_start, test_reload, test_turns);

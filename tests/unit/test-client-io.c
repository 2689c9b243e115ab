/* SPDX-License-Identifier: MIT */
/* The client on a real link, without a server: errors, ends, and callbacks that drop their own
 * client. */

#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <net/if.h>

#include <systemd/sd-event.h>

#include "basic/time.h"
#include "client/minidhcp-client.h"
#include "test-network.h"
#include "test.h"

static mdc_config *new_config(const char *interface) {
        mdc_config *config;

        ck_assert_int_eq(mdc_config_new(&config), 0);
        ck_assert_int_eq(mdc_config_set_interface(config, interface), 0);
        return config;
}

static int on_other(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        (void) source;
        (void) fd;
        (void) revents;
        (void) userdata;
        return 0;
}

/* Drops the client at the nth event. */
typedef struct Dropper {
        mdc_io *io;
        unsigned n_left;
        unsigned n_after; /* events that came all the same */
} Dropper;

static void drop(mdc_io *io, const mdc_event *event, void *userdata) {
        Dropper *dropper = userdata;

        (void) event;
        if (!dropper->io) {
                dropper->n_after++;
        } else if (--dropper->n_left == 0) {
                ck_assert_ptr_eq(dropper->io, io);
                dropper->io = mdc_io_unref(dropper->io);
        }
}

/* State init, state selecting, DISCOVER sent: the client is gone after each of them once. */
START_TEST(test_drop_in_callback)
{
        (void) network_setup();
        for (unsigned n = 1; n <= 3; n++) {
                mdc_config *config = new_config("srv0");
                Dropper dropper = {.n_left = n};
                sd_event *event;

                ck_assert_int_ge(sd_event_new(&event), 0);
                ck_assert_int_eq(mdc_io_new(&dropper.io, event, config), 0);
                mdc_io_set_callback(dropper.io, drop, &dropper);
                ck_assert_int_eq(mdc_io_start(dropper.io), 0);
                ck_assert_ptr_null(dropper.io);
                ck_assert_uint_eq(dropper.n_after, 0);
                ck_assert_int_ge(sd_event_run(event, 10000), 0);
                (void) sd_event_unref(event);
                (void) mdc_config_unref(config);
        }
}
END_TEST

/* Two clients on one link and loop: each hears of its own doings alone. */
START_TEST(test_two_clients)
{
        Dropper droppers[2] = {{.n_left = 1000}, {.n_left = 1000}};
        static const uint8_t other[6] = {2, 0, 0, 0, 0, 9};
        mdc_config *config;
        sd_event *event;

        (void) network_setup();
        config = new_config("srv0");
        ck_assert_int_ge(sd_event_new(&event), 0);
        ck_assert_int_eq(mdc_io_new(&droppers[0].io, event, config), 0);
        ck_assert_int_eq(mdc_config_set_hardware(config, 1, other, sizeof(other)), 0);
        ck_assert_int_eq(mdc_io_new(&droppers[1].io, event, config), 0);
        for (unsigned i = 0; i < 2; i++)
                mdc_io_set_callback(droppers[i].io, drop, &droppers[i]);
        ck_assert_int_eq(mdc_io_start(droppers[0].io), 0);
        ck_assert_uint_eq(droppers[0].n_left, 997);
        ck_assert_uint_eq(droppers[1].n_left, 1000);
        ck_assert_int_eq(mdc_io_start(droppers[0].io), -EBUSY);
        ck_assert_int_eq(mdc_io_start(droppers[1].io), 0);
        ck_assert_uint_eq(droppers[1].n_left, 997);
        ck_assert_int_eq(mdc_io_renew(droppers[0].io), -ENODATA);
        (void) mdc_io_unref(droppers[0].io);
        ck_assert_int_eq(mdc_io_stop(droppers[1].io), 0);
        (void) mdc_io_unref(droppers[1].io);
        (void) sd_event_unref(event);
        (void) mdc_config_unref(config);
}
END_TEST

/* 10.9.0.host is offered by broadcast, by a server of the same number in the network beside. */
static void offer(int fd, const uint8_t xid[static 4], uint8_t host, uint8_t seconds) {
        const struct sockaddr_in everybody = {
                .sin_family = AF_INET,
                .sin_port = htons(68),
                .sin_addr.s_addr = INADDR_BROADCAST,
        };
        uint8_t message[300] = {2, 1, 6, [16] = 10, 9, 0, host, [28] = 2, 0, 0, 0, 0, 1};
        const uint8_t options[] = {0x63, 0x82, 0x53, 0x63, 53, 1, 2, 54, 4, 10, 9, 1, host, 51, 4,
                0, 0, 0, seconds, 255};

        memcpy(message + 4, xid, 4);
        memcpy(message + 236, options, sizeof(options));
        ck_assert_int_eq(sendto(fd, message, sizeof(message), 0,
                                 (const struct sockaddr *) &everybody, sizeof(everybody)),
                sizeof(message));
}

static int open_server(const Network *network) {
        int fd, on = 1;
        const struct sockaddr_in own = {
                .sin_family = AF_INET,
                .sin_port = htons(67),
                .sin_addr.s_addr = htonl(CLIENT_ADDRESS),
        };

        network_enter_client(network);
        fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)), 0);
        ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "cli0", 5), 0);
        ck_assert_int_eq(bind(fd, (const struct sockaddr *) &own, sizeof(own)), 0);
        network_enter_server(network);
        return fd;
}

/* What the client has sent by broadcast: from its Ethernet header on. */
static void hear(int tap, uint8_t frame[static 1500]) {
        do {
                network_wait(tap);
                ck_assert_int_gt(recv(tap, frame, 1500, 0), 300);
        } while (frame[ETHER_HDR_LEN + 20 + 3] != 67); /* to the server's port */
}

typedef struct Chooser {
        unsigned n_offers;
        uint32_t requested; /* the address of the offer that was taken, 0 = none yet */
} Chooser;

static void choose(mdc_io *io, const mdc_event *event, void *userdata) {
        Chooser *chooser = userdata;

        (void) io;
        chooser->n_offers += event->type == MDC_EVENT_OFFER;
        if (event->type == MDC_EVENT_SENT && event->message == MDC_MESSAGE_REQUEST)
                chooser->requested = ntohl(event->subject.s_addr);
}

/* A process that is held up while the second, better offer comes, and the time for choosing runs
 * out: both are noticed together, with something else that the loop has to do. */
START_TEST(test_held_up)
{
        const Network network = network_setup();
        mdc_config *config = new_config("srv0");
        Chooser chooser = {0};
        uint8_t frame[1500];
        int tap, server, ends[2];
        sd_event *event;
        mdc_io *io;

        network_enter_client(&network);
        tap = network_packet_socket(network.client_ifindex, ETHERTYPE_IP);
        network_enter_server(&network);
        server = open_server(&network);
        ck_assert_int_eq(pipe(ends), 0);
        ck_assert_int_eq(write(ends[1], "x", 1), 1);

        ck_assert_int_ge(sd_event_new(&event), 0);
        ck_assert_int_ge(sd_event_add_io(event, NULL, ends[0], POLLIN, on_other, NULL), 0);
        ck_assert_int_eq(mdc_config_set_offer_wait(config, 100 * USEC_PER_MSEC), 0);
        ck_assert_int_eq(mdc_io_new(&io, event, config), 0);
        mdc_io_set_callback(io, choose, &chooser);
        ck_assert_int_eq(mdc_io_start(io), 0);

        hear(tap, frame);
        offer(server, frame + ETHER_HDR_LEN + 28 + 4, 102, 100);
        while (chooser.n_offers == 0)
                ck_assert_int_gt(sd_event_run(event, NETWORK_TIMEOUT * USEC_PER_MSEC), 0);
        offer(server, frame + ETHER_HDR_LEN + 28 + 4, 103, 200);
        (void) usleep(200 * USEC_PER_MSEC);
        while (chooser.requested == 0)
                ck_assert_int_gt(sd_event_run(event, NETWORK_TIMEOUT * USEC_PER_MSEC), 0);
        ck_assert_uint_eq(chooser.n_offers, 2);
        ck_assert_uint_eq(chooser.requested, UINT32_C(0x0a090067));

        (void) mdc_io_unref(io);
        (void) sd_event_unref(event);
        (void) mdc_config_unref(config);
        (void) close(ends[0]);
        (void) close(ends[1]);
        (void) close(server);
        (void) close(tap);
}
END_TEST

START_TEST(test_blocking)
{
        mdc_lease *lease = NULL;
        mdc_config *config;
        int ends[2];

        (void) network_setup();
        config = new_config("srv0");
        ck_assert_int_eq(mdc_get_dhcp_config(config, 10 * USEC_PER_MSEC, -1, &lease), -ETIMEDOUT);
        ck_assert_int_eq(pipe(ends), 0);
        ck_assert_int_eq(write(ends[1], "x", 1), 1);
        ck_assert_int_eq(mdc_get_dhcp_config(config, MDC_INFINITY, ends[0], &lease), -ECANCELED);
        ck_assert_ptr_null(lease);

        network_ip("link set srv0 down\n");
        ck_assert_int_eq(mdc_get_dhcp_config(config, MDC_INFINITY, -1, &lease), -ENETDOWN);
        ck_assert_int_eq(mdc_config_set_interface(config, "nowhere"), -ENODEV);
        ck_assert_int_eq(mdc_config_set_ifindex(config, 4711), 0);
        ck_assert_int_eq(mdc_get_dhcp_config(config, MDC_INFINITY, -1, &lease), -ENODEV);
        (void) close(ends[0]);
        (void) close(ends[1]);
        (void) mdc_config_unref(config);

        ck_assert_int_eq(mdc_config_new(&config), 0);
        ck_assert_int_eq(mdc_get_dhcp_config(config, MDC_INFINITY, -1, &lease), -EINVAL);
        (void) mdc_config_unref(config);
}
END_TEST

/* ---- the link ---------------------------------------------------------------------------------
 */

typedef struct Watcher {
        unsigned n_events[MDC_EVENT_ADDRESS_REMOVED + 1];
        unsigned n_discovers;
} Watcher;

static void watch(mdc_io *io, const mdc_event *event, void *userdata) {
        Watcher *watcher = userdata;

        (void) io;
        ck_assert_uint_lt(event->type, ELEMENTSOF(watcher->n_events));
        watcher->n_events[event->type]++;
        watcher->n_discovers +=
                event->type == MDC_EVENT_SENT && event->message == MDC_MESSAGE_DISCOVER;
}

static void run_until(sd_event *event, const unsigned *count, unsigned wanted) {
        while (*count < wanted)
                ck_assert_int_gt(sd_event_run(event, NETWORK_TIMEOUT * USEC_PER_MSEC), 0);
        ck_assert_uint_eq(*count, wanted);
}

static void hear_from(int tap, uint8_t last_byte) {
        uint8_t frame[1500];

        do
                hear(tap, frame);
        while (frame[ETHER_HDR_LEN + 28 + 33] != last_byte);
        ck_assert_uint_eq(frame[ETHER_ADDR_LEN + 5], last_byte);
}

/* The cable, from the other end; the hardware address; the end. */
START_TEST(test_link)
{
        const Network network = network_setup();
        mdc_config *config = new_config("srv0");
        Watcher watcher = {0};
        sd_event *event;
        mdc_io *io;
        int tap;

        ck_assert_int_ge(sd_event_new(&event), 0);
        network_enter_client(&network);
        network_ip("link set cli0 down\n");
        network_enter_server(&network);
        ck_assert_int_eq(mdc_io_new(&io, event, config), 0);
        mdc_io_set_callback(io, watch, &watcher);
        ck_assert_int_eq(mdc_io_start(io), 0);
        ck_assert_uint_eq(watcher.n_events[MDC_EVENT_LINK_DOWN], 1);
        ck_assert_uint_eq(watcher.n_discovers, 0);

        network_enter_client(&network);
        network_ip("link set cli0 up\n");
        tap = network_packet_socket(network.client_ifindex, ETHERTYPE_IP);
        network_enter_server(&network);
        run_until(event, &watcher.n_events[MDC_EVENT_LINK_UP], 1);
        run_until(event, &watcher.n_discovers, 1);

        /* another link */
        network_ip("link add other type veth peer name beyond\n"
                   "link set other up\n"
                   "link set other address 02:00:00:00:00:0c\n"
                   "link del other\n");
        ck_assert_int_ge(sd_event_run(event, 100 * USEC_PER_MSEC), 0);
        ck_assert_uint_eq(watcher.n_discovers, 1);

        network_ip("link set srv0 address 02:00:00:00:00:09\n");
        run_until(event, &watcher.n_discovers, 2);
        hear_from(tap, 9);
        ck_assert_uint_eq(watcher.n_events[MDC_EVENT_LINK_DOWN], 1);

        network_ip("link del srv0\n");
        run_until(event, &watcher.n_events[MDC_EVENT_LINK_GONE], 1);
        ck_assert_int_eq(mdc_io_stop(io), 0);
        ck_assert_int_eq(mdc_io_start(io), 0);
        ck_assert_uint_eq(watcher.n_discovers, 2);
        (void) mdc_io_unref(io);
        ck_assert_int_eq(mdc_io_new(&io, event, config), -ENODEV);
        (void) sd_event_unref(event);
        (void) mdc_config_unref(config);
        (void) close(tap);
}
END_TEST

/* Down and up again before anybody looks: it was away all the same. */
START_TEST(test_link_flaps)
{
        const Network network = network_setup();
        mdc_config *config = new_config("srv0");
        Watcher watcher = {0};
        sd_event *event;
        mdc_io *io;

        ck_assert_int_ge(sd_event_new(&event), 0);
        ck_assert_int_eq(mdc_io_new(&io, event, config), 0);
        mdc_io_set_callback(io, watch, &watcher);
        ck_assert_int_eq(mdc_io_start(io), 0);
        ck_assert_uint_eq(watcher.n_discovers, 1);
        for (unsigned i = 1; i <= 3; i++) {
                network_enter_client(&network);
                network_ip("link set cli0 down\nlink set cli0 up\n");
                network_enter_server(&network);
                while (watcher.n_events[MDC_EVENT_LINK_UP] < i)
                        ck_assert_int_gt(sd_event_run(event, NETWORK_TIMEOUT * USEC_PER_MSEC), 0);
                ck_assert_uint_ge(watcher.n_discovers, i + 1);
        }
        (void) mdc_io_unref(io);
        (void) sd_event_unref(event);
        (void) mdc_config_unref(config);
}
END_TEST

/* ---- what is refused --------------------------------------------------------------------------
 */

static int do_nothing(mdc_client *client, uint64_t now, void *userdata) {
        unsigned *n_calls = userdata;

        (void) client;
        (void) now;
        ++*n_calls;
        return 0;
}

/* A child has its parent's sockets, and the parent would know nothing of what it sends. */
START_TEST(test_forked)
{
        const Network network = network_setup();
        mdc_config *config = new_config("srv0");
        unsigned n_calls = 0;
        uint8_t frame[1500];
        sd_event *event;
        int status, tap;
        mdc_io *io;
        pid_t pid;

        network_enter_client(&network);
        tap = network_packet_socket(network.client_ifindex, ETHERTYPE_IP);
        network_enter_server(&network);
        ck_assert_int_ge(sd_event_new(&event), 0);
        ck_assert_int_eq(mdc_io_new(&io, event, config), 0);
        pid = fork();
        if (pid == 0) {
                bool refused = mdc_io_start(io) == -ECHILD && mdc_io_stop(io) == -ECHILD &&
                               mdc_io_renew(io) == -ECHILD && mdc_io_release(io) == -ECHILD &&
                               mdc_io_confirm(io) == -ECHILD &&
                               mdc_io_call(io, do_nothing, &n_calls) == -ECHILD && n_calls == 0;

                (void) mdc_io_unref(io);
                (void) sd_event_unref(event);
                _exit(refused ? 0 : 1);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
        ck_assert_int_lt(recv(tap, frame, sizeof(frame), MSG_DONTWAIT), 0);

        /* and the parent goes on */
        ck_assert_int_eq(mdc_io_call(io, do_nothing, &n_calls), 0);
        ck_assert_uint_eq(n_calls, 1);
        ck_assert_int_eq(mdc_io_start(io), 0);
        hear(tap, frame);
        (void) mdc_io_unref(io);
        (void) sd_event_unref(event);
        (void) mdc_config_unref(config);
        (void) close(tap);
}
END_TEST

START_TEST(test_null)
{
        mdc_lease *lease = NULL;
        mdc_config *config;
        sd_event *event;
        mdc_io *io;

        (void) network_setup();
        config = new_config("srv0");
        ck_assert_int_ge(sd_event_new(&event), 0);
        ck_assert_int_eq(mdc_io_new(NULL, event, config), -EINVAL);
        ck_assert_int_eq(mdc_io_new(&io, NULL, config), -EINVAL);
        ck_assert_int_eq(mdc_io_new(&io, event, NULL), -EINVAL);
        ck_assert_int_eq(mdc_io_start(NULL), -EINVAL);
        ck_assert_int_eq(mdc_io_stop(NULL), -EINVAL);
        ck_assert_int_eq(mdc_io_renew(NULL), -EINVAL);
        ck_assert_int_eq(mdc_io_release(NULL), -EINVAL);
        ck_assert_int_eq(mdc_io_confirm(NULL), -EINVAL);
        ck_assert_ptr_null(mdc_io_get_client(NULL));
        mdc_io_set_callback(NULL, watch, NULL);
        ck_assert_int_eq(mdc_io_new(&io, event, config), 0);
        ck_assert_int_eq(mdc_io_call(io, NULL, NULL), -EINVAL);
        (void) mdc_io_unref(io);
        ck_assert_int_eq(mdc_config_set_interface(config, NULL), -EINVAL);
        ck_assert_int_eq(mdc_config_set_interface(NULL, "srv0"), -EINVAL);
        ck_assert_int_eq(mdc_config_set_client_id_machine(NULL), -EINVAL);
        ck_assert_int_eq(mdc_get_dhcp_config(NULL, 1, -1, &lease), -EINVAL);
        ck_assert_int_eq(mdc_get_dhcp_config(config, 1, -1, NULL), -EINVAL);

        /* nobody could select, or accept */
        ck_assert_int_eq(mdc_config_set_manual_select(config, true), 0);
        ck_assert_int_eq(mdc_get_dhcp_config(config, MDC_INFINITY, -1, &lease), -EINVAL);
        ck_assert_int_eq(mdc_config_set_manual_select(config, false), 0);
        ck_assert_int_eq(mdc_config_set_manual_accept(config, true), 0);
        ck_assert_int_eq(mdc_get_dhcp_config(config, MDC_INFINITY, -1, &lease), -EINVAL);
        ck_assert_ptr_null(lease);
        (void) sd_event_unref(event);
        (void) mdc_config_unref(config);
}
END_TEST

NETWORK_TEST_MAIN("client-io", test_drop_in_callback, test_two_clients, test_held_up, test_blocking,
        test_link, test_link_flaps, test_forked, test_null);

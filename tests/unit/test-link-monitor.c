/* SPDX-License-Identifier: MIT */
/* The link monitor follows what ip(8) does. */

#include <errno.h>
#include <net/if_arp.h>

#include "basic/bytes.h"
#include "io/link-monitor.h"
#include "test-network.h"

static const Link *find_link(const LinkMonitor *monitor, const char *name) {
        const Link *links;
        size_t n;

        links = link_monitor_get_links(monitor, &n);
        for (size_t i = 0; i < n; i++) {
                if (i > 0)
                        ck_assert_uint_lt(links[i - 1].ifindex, links[i].ifindex);
                if (strcmp(links[i].name, name) == 0)
                        return &links[i];
        }
        return NULL;
}

/* What `ip` did must be told by the descriptor, and change something. */
static void expect_change(LinkMonitor *monitor) {
        int r = 0;

        while (r == 0) {
                network_wait(link_monitor_fd(monitor));
                r = link_monitor_process(monitor);
        }
        ck_assert_int_eq(r, 1);
}

/* Takes in what is left, so that the next event is the next command's. */
static void settle(LinkMonitor *monitor) {
        struct pollfd entry = {.fd = link_monitor_fd(monitor), .events = POLLIN};

        while (poll(&entry, 1, 0) == 1)
                ck_assert_int_ge(link_monitor_process(monitor), 0);
}

static void assert_addresses(const Link *link, const char *expected) {
        char text[LINK_ADDRESSES_MAX * (IPV4_PREFIX_STRING_MAX + 1)] = "";

        ck_assert_ptr_nonnull(link);
        for (size_t i = 0; i < link->n_addresses; i++) {
                char prefix[IPV4_PREFIX_STRING_MAX];

                strcat(text, i > 0 ? " " : "");
                strcat(text, ipv4_prefix_format(link->addresses[i], prefix));
        }
        ck_assert_str_eq(text, expected);
}

static void assert_hardware(const Link *link, const char *expected) {
        char text[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)];

        ck_assert_str_eq(bytes_format(link->hardware, ETHERNET_ADDRESS_SIZE, text), expected);
}

START_TEST(test_first_reading)
{
        _cleanup_(link_monitor_freep) LinkMonitor *monitor = NULL;
        Network network = network_setup();
        const Link *link;

        network_ip("link add idle0 type veth peer name idle1\n");
        ck_assert_int_eq(link_monitor_new(&monitor), 0);

        link = find_link(monitor, "srv0");
        assert_addresses(link, "10.9.0.1/24");
        assert_hardware(link, SERVER_MAC);
        ck_assert_uint_eq(link->ifindex, network.server_ifindex);
        ck_assert_uint_eq(link->hardware_type, ARPHRD_ETHER);
        ck_assert_uint_eq(link->mtu, 1500);
        ck_assert(link->up);
        ck_assert(!link->loopback);

        link = find_link(monitor, "lo");
        assert_addresses(link, "127.0.0.1/8");
        ck_assert_uint_eq(link->hardware_type, ARPHRD_LOOPBACK);
        ck_assert(link->loopback);
        ck_assert(link->up);

        link = find_link(monitor, "idle0");
        assert_addresses(link, "");
        ck_assert(!link->up);

        ck_assert_ptr_null(find_link(monitor, "cli0"));
}
END_TEST

/* One command after the other, and what srv0 or its new name has after it. */
START_TEST(test_changes)
{
        static const struct {
                const char *command;
                const char *name;
                bool up;
                const char *hardware;
                const char *addresses;
        } cases[] = {
                {"address add 10.9.0.7/24 dev srv0", "srv0", true, SERVER_MAC,
                        "10.9.0.1/24 10.9.0.7/24"},
                {"address add 10.20.0.1/16 dev srv0", "srv0", true, SERVER_MAC,
                        "10.9.0.1/24 10.20.0.1/16 10.9.0.7/24"},
                {"address add 10.30.0.1 peer 10.30.0.2/32 dev srv0", "srv0", true, SERVER_MAC,
                        "10.9.0.1/24 10.20.0.1/16 10.30.0.1/32 10.9.0.7/24"},
                {"address add 10.40.0.1 peer 10.50.0.1/24 dev srv0", "srv0", true, SERVER_MAC,
                        "10.9.0.1/24 10.20.0.1/16 10.30.0.1/32 10.40.0.1/32 10.9.0.7/24"},
                {"address add 10.60.0.1 peer 10.60.0.2/30 dev srv0", "srv0", true, SERVER_MAC,
                        "10.9.0.1/24 10.20.0.1/16 10.30.0.1/32 10.40.0.1/32 10.60.0.1/30 "
                        "10.9.0.7/24"},
                {"address del 10.20.0.1/16 dev srv0", "srv0", true, SERVER_MAC,
                        "10.9.0.1/24 10.30.0.1/32 10.40.0.1/32 10.60.0.1/30 10.9.0.7/24"},
                {"address flush dev srv0", "srv0", true, SERVER_MAC, ""},
                {"address add 10.1.0.1/24 dev srv0", "srv0", true, SERVER_MAC, "10.1.0.1/24"},
                {"link set srv0 address 02:00:00:00:00:aa", "srv0", true, "02:00:00:00:00:aa",
                        "10.1.0.1/24"},
                {"link set srv0 name a-name-of-15-ch", "a-name-of-15-ch", true, "02:00:00:00:00:aa",
                        "10.1.0.1/24"},
                {"link set a-name-of-15-ch down", "a-name-of-15-ch", false, "02:00:00:00:00:aa",
                        "10.1.0.1/24"},
                {"link set a-name-of-15-ch up", "a-name-of-15-ch", true, "02:00:00:00:00:aa",
                        "10.1.0.1/24"},
        };
        _cleanup_(link_monitor_freep) LinkMonitor *monitor = NULL;
        Network network = network_setup();

        ck_assert_int_eq(link_monitor_new(&monitor), 0);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const Link *link;

                settle(monitor);
                network_ip("%s\n", cases[i].command);
                expect_change(monitor);
                settle(monitor);

                link = find_link(monitor, cases[i].name);
                assert_addresses(link, cases[i].addresses);
                assert_hardware(link, cases[i].hardware);
                ck_assert_uint_eq(link->ifindex, network.server_ifindex);
                ck_assert(link->up == cases[i].up);
        }
        ck_assert_ptr_null(find_link(monitor, "srv0"));

        network_ip("link set a-name-of-15-ch mtu 1280\n");
        expect_change(monitor);
        ck_assert_uint_eq(find_link(monitor, "a-name-of-15-ch")->mtu, 1280);
}
END_TEST

START_TEST(test_links_come_and_go)
{
        _cleanup_(link_monitor_freep) LinkMonitor *monitor = NULL;
        const Link *link;
        size_t n_before, n;

        (void) network_setup();
        ck_assert_int_eq(link_monitor_new(&monitor), 0);
        settle(monitor);
        (void) link_monitor_get_links(monitor, &n_before);

        network_ip("link add new0 type veth peer name new1\n");
        expect_change(monitor);
        settle(monitor);
        (void) link_monitor_get_links(monitor, &n);
        ck_assert_uint_eq(n, n_before + 2);
        ck_assert_ptr_nonnull(find_link(monitor, "new0"));
        ck_assert_ptr_nonnull(find_link(monitor, "new1"));

        network_ip("link set new0 up\naddress add 10.3.0.1/24 dev new0\n");
        expect_change(monitor);
        settle(monitor);
        link = find_link(monitor, "new0");
        assert_addresses(link, "10.3.0.1/24");

        network_ip("link del new0\n");
        expect_change(monitor);
        settle(monitor);
        (void) link_monitor_get_links(monitor, &n);
        ck_assert_uint_eq(n, n_before);
        ck_assert_ptr_null(find_link(monitor, "new0"));
        assert_addresses(find_link(monitor, "srv0"), "10.9.0.1/24");
}
END_TEST

/* A notification that changes nothing we keep is no change. */
START_TEST(test_irrelevant_change)
{
        _cleanup_(link_monitor_freep) LinkMonitor *monitor = NULL;
        struct pollfd entry = {.events = POLLIN};

        (void) network_setup();
        ck_assert_int_eq(link_monitor_new(&monitor), 0);
        settle(monitor);
        ck_assert_int_eq(link_monitor_process(monitor), 0);

        network_ip("link set srv0 alias uplink\n");
        network_wait(link_monitor_fd(monitor));
        ck_assert_int_eq(link_monitor_process(monitor), 0);
        entry.fd = link_monitor_fd(monitor);
        ck_assert_int_eq(poll(&entry, 1, 0), 0);
}
END_TEST

START_TEST(test_more_addresses_than_room)
{
        _cleanup_(link_monitor_freep) LinkMonitor *monitor = NULL;
        const Link *link;

        (void) network_setup();
        for (unsigned int i = 2; i < LINK_ADDRESSES_MAX + 20; i++)
                network_ip("address add 10.9.0.%u/24 dev srv0\n", i);
        network_ip("address add 10.20.0.1/24 dev srv0\n");
        ck_assert_int_eq(link_monitor_new(&monitor), 0);

        /* primary addresses first, however late they were added */
        link = find_link(monitor, "srv0");
        ck_assert_uint_eq(link->n_addresses, LINK_ADDRESSES_MAX);
        ck_assert_uint_eq(link->n_more_addresses, 20);
        ck_assert_uint_eq(link->addresses[0].address, 0x0a090001);
        ck_assert_uint_eq(link->addresses[1].address, 0x0a140001);
        ck_assert_uint_eq(link->addresses[2].address, 0x0a090002);
        ck_assert_uint_eq(link->addresses[LINK_ADDRESSES_MAX - 1].address,
                0x0a090000 + LINK_ADDRESSES_MAX - 1);

        /* one less is a change, although all that are known stay */
        settle(monitor);
        network_ip("address del 10.9.0.%u/24 dev srv0\n", LINK_ADDRESSES_MAX + 19);
        expect_change(monitor);
        ck_assert_uint_eq(find_link(monitor, "srv0")->n_more_addresses, 19);
}
END_TEST

/* More notifications than the socket holds: the kernel drops some and says so. */
START_TEST(test_overrun)
{
        _cleanup_(link_monitor_freep) LinkMonitor *monitor = NULL;
        struct pollfd entry = {.events = POLLIN};
        int smallest = 1;

        (void) network_setup();
        ck_assert_int_eq(link_monitor_new(&monitor), 0);
        settle(monitor);
        entry.fd = link_monitor_fd(monitor);
        ck_assert_int_eq(
                setsockopt(entry.fd, SOL_SOCKET, SO_RCVBUF, &smallest, sizeof(smallest)), 0);

        for (int i = 0; i < 3; i++)
                network_ip("address add 10.5.0.%d/24 dev srv0\n"
                           "address add 10.6.0.%d/24 dev srv0\n"
                           "address add 10.7.0.%d/24 dev srv0\n"
                           "address add 10.8.0.%d/24 dev srv0\n",
                        i + 1, i + 1, i + 1, i + 1);
        ck_assert_int_eq(poll(&entry, 1, 0), 1);
        ck_assert_int_ne(entry.revents & POLLERR, 0);

        ck_assert_int_eq(link_monitor_process(monitor), 1);
        assert_addresses(find_link(monitor, "srv0"),
                "10.9.0.1/24 10.5.0.1/24 10.6.0.1/24 10.7.0.1/24 10.8.0.1/24 "
                "10.5.0.2/24 10.6.0.2/24 10.7.0.2/24 10.8.0.2/24 "
                "10.5.0.3/24 10.6.0.3/24 10.7.0.3/24 10.8.0.3/24");
        ck_assert_int_eq(link_monitor_process(monitor), 0);
}
END_TEST

/* More links than one piece of a dump holds. */
START_TEST(test_many_links)
{
        _cleanup_(link_monitor_freep) LinkMonitor *monitor = NULL;
        enum { N = 150 };

        (void) network_setup();
        for (int i = 0; i < N; i += 10) {
                char commands[2048] = "";

                for (int j = i; j < i + 10; j++) {
                        char line[128];

                        (void) snprintf(line, sizeof(line),
                                "link add m%d type veth peer name p%d\n"
                                "address add 10.100.%d.1/24 dev m%d\n",
                                j, j, j, j);
                        strcat(commands, line);
                }
                network_ip("%s", commands);
        }
        ck_assert_int_eq(link_monitor_new(&monitor), 0);

        for (int i = 0; i < N; i++) {
                char name[LINK_NAME_MAX], address[IPV4_PREFIX_STRING_MAX];

                (void) snprintf(name, sizeof(name), "m%d", i);
                (void) snprintf(address, sizeof(address), "10.100.%d.1/24", i);
                assert_addresses(find_link(monitor, name), address);
                name[0] = 'p';
                assert_addresses(find_link(monitor, name), "");
        }
}
END_TEST

NETWORK_TEST_MAIN("link-monitor", test_first_reading, test_changes, test_links_come_and_go,
        test_irrelevant_change, test_more_addresses_than_room, test_overrun, test_many_links);

/* SPDX-License-Identifier: MIT */
/* Files of other servers, and files that only look like them. */

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "basic/bytes.h"
#include "ctl/import-kind.h"
#include "ctl/import-list.h"
#include "test.h"

typedef int (*Reader)(ImportList *list, int fd, const char *path, Problems *problems);

#define NOW (UINT64_C(1795298100) * USEC_PER_SEC)
#define KEA_HEADER                                                                                 \
        "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,"     \
        "state,user_context,pool_id\n"
#define KEA_REST ",,0\n"

static int text_file(const char *text, size_t size) {
        int fd = memfd_create("leases", MFD_CLOEXEC);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, text, size), (ssize_t) size);
        ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
        return fd;
}

/* "ADDRESS HARDWARE CLIENT-ID HOSTNAME SECONDS-LEFT", and "N: …" for problems, by line. */
static void describe(const ImportList *list, const Problems *problems, char *text, size_t size) {
        size_t n = 0;

        text[0] = '\0';
        for (size_t i = 0; i < list->n_items; i++) {
                const ImportedLease *lease = &list->items[i];
                char address[IPV4_STRING_MAX], hardware[64], client_id[1024], left[32] = "ever";

                if (lease->expires != USEC_INFINITY)
                        (void) snprintf(left, sizeof(left), "%llu",
                                (unsigned long long) ((lease->expires - NOW) / USEC_PER_SEC));
                n += (size_t) snprintf(text + n, size - n, "%u: %s %s %s '%s' %s\n", lease->line,
                        ipv4_format(lease->address, address),
                        bytes_format(lease->hardware, lease->hardware_size, hardware),
                        bytes_format(lease->client_id, lease->client_id_size, client_id),
                        lease->hostname, left);
        }
        for (size_t i = 0; i < problems->n_items; i++)
                n += (size_t) snprintf(text + n, size - n, "%u! %s\n", problems->items[i].line,
                        problems->items[i].text);
}

static void check_case(Reader read_leases, const char *text, const char *expected) {
        _cleanup_close_ int fd = text_file(text, strlen(text));
        _cleanup_(problems_done) Problems problems = {0};
        _cleanup_(import_list_done) ImportList list = {0};
        char found[4096];

        ck_assert_int_eq(read_leases(&list, fd, "file", &problems), 0);
        (void) import_list_settle(&list, NOW);
        describe(&list, &problems, found, sizeof(found));
        ck_assert_str_eq(found, expected);
}

START_TEST(test_dnsmasq)
{
        static const char *const cases[][2] = {
                {"", ""},
                {"\n\n", ""},
                {"1795298160 02:00:00:00:00:07 192.168.1.101 laptop 01:02:00:00:00:00:07\n",
                        "1: 192.168.1.101 02:00:00:00:00:07 01:02:00:00:00:00:07 'laptop' 60\n"},
                {"0 02:00:00:00:00:07 192.168.1.101 * *",
                        "1: 192.168.1.101 02:00:00:00:00:07  '' ever\n"},
                {"1795298099 02:00:00:00:00:07 192.168.1.101 * *\n", ""},
                /* a client on InfiniBand has no Ethernet address */
                {"0 20-80:00:02:08 192.168.1.101 * ff:01\n", "1: 192.168.1.101  ff:01 '' ever\n"},
                {"0 02:00:00:00:00:07 192.168.1.101 evil\033 *\n",
                        "1: 192.168.1.101 02:00:00:00:00:07  'evil\\x1b' ever\n"},
                {"duid 00:01\n1 2 fd00::1 x 00\n", ""},
                {"x 02:00:00:00:00:07 192.168.1.101 * *\n",
                        "1! the time is not a number of seconds\n"},
                {"0 02:00 192.168.1 * *\n", "1! the third field is not an IPv4 address\n"},
                {"0 zz 192.168.1.1 * *\n", "1! the second field is not a hardware address\n"},
                {"0 * 192.168.1.1 * zz\n", "1! the fifth field is not a client identifier\n"},
                {"one\n0 * 192.168.1.1 * 01:02\n",
                        "2: 192.168.1.1  01:02 '' ever\n"
                        "1! 1 field instead of 5: time, hardware address, address, hostname, "
                        "client identifier\n"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                check_case(import_read_dnsmasq, cases[i][0], cases[i][1]);
}
END_TEST

START_TEST(test_dhcpd)
{
        static const char *const cases[][2] = {
                {"", ""},
                {"# nothing but a comment {", ""},
                {"lease 192.168.1.101 {\n  starts 6 2026/11/21 21:54:00;\n"
                 "  ends 6 2026/11/21 21:56:00;\n  tstp 6 2026/11/21 21:56:00;\n"
                 "  binding state active;\n  next binding state free;\n"
                 "  hardware ethernet 02:00:00:00:00:07;\n"
                 "  uid \"\\001\\002\\000\\\"\\\\a\";\n  client-hostname \"laptop\";\n}\n",
                        "1: 192.168.1.101 02:00:00:00:00:07 01:02:00:22:5c:61 'laptop' 60\n"},
                {"lease 10.0.0.1 { binding state active; ends never; uid 01:02:03; }",
                        "1: 10.0.0.1  01:02:03 '' ever\n"},
                {"lease 10.0.0.1 { binding state active; ends epoch 1795298160; # Sat\n }",
                        "1: 10.0.0.1   '' 60\n"},
                /* the last block of an address counts */
                {"lease 10.0.0.1 { binding state active; ends never; }\n"
                 "lease 10.0.0.1 { binding state free; ends never; }\n",
                        ""},
                {"lease 10.0.0.1 { binding state abandoned; ends never; }", ""},
                /* what is passed over */
                {"server-duid \"\\000};\";\nauthoring-byte-order little-endian;\n"
                 "failover peer \"x\" state { my state normal at 1 2026/11/21 21:56:00; }\n"
                 "host h { dynamic; hardware ethernet 02:00:00:00:00:01; }\n"
                 "lease 10.0.0.1 { binding state active; ends never;\n"
                 "  on expiry { set x = \"}\"; { } } set vendor-class-identifier = \"a;b}\"; }\n",
                        "5: 10.0.0.1   '' ever\n"},
                {"lease nonsense { ends never; }\n"
                 "lease 10.0.0.1 { ends 6 tomorrow noon; }\n"
                 "lease 10.0.0.2 { hardware ethernet zz; }\n"
                 "lease 10.0.0.3 { uid zz; }\n"
                 "lease 10.0.0.4 { binding state active; ends ne",
                        "1! 'lease' is not followed by an IPv4 address\n"
                        "2! the time after 'ends' is none\n"
                        "3! 'hardware ethernet' is not followed by a hardware address\n"
                        "4! 'uid' is not followed by a client identifier\n"
                        "5! the lease has no end, as a crash leaves it\n"},
                {"}}} ;;; { { { \"", ""},
                {"lease", ""},
                {"lease 10.0.0.1", ""},
                {"lease 10.0.0.1 {", "1! the lease has no end, as a crash leaves it\n"},
                {"lease 10.0.0.1 { ends; uid; binding; hardware ethernet; client-hostname; }", ""},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                check_case(import_read_dhcpd, cases[i][0], cases[i][1]);
}
END_TEST

START_TEST(test_kea)
{
        static const char *const cases[][2] = {
                {"", ""},
                {KEA_HEADER, ""},
                {KEA_HEADER "10.0.0.1,02:00:00:00:00:07,01:02:03,3600,1795298160,1,0,0,a&#x2cb.,"
                            "0" KEA_REST,
                        "2: 10.0.0.1 02:00:00:00:00:07 01:02:03 'a,b' 60\n"},
                {KEA_HEADER "10.0.0.1,,01:02:03,4294967295,0,1,0,0,,0" KEA_REST,
                        "2: 10.0.0.1  01:02:03 '' ever\n"},
                {KEA_HEADER "10.0.0.1,,01:02:03,4294967295,0,1,0,0,,0" KEA_REST
                            "10.0.0.1,,01:02:03,0,0,1,0,0,,0" KEA_REST,
                        ""},
                {KEA_HEADER "10.0.0.1,,01:02:03,4294967295,0,1,0,0,,1" KEA_REST, ""},
                {"hostname,state,address,expire,valid_lifetime,client_id,hwaddr\n"
                 "h,0,10.0.0.1,1795298160,60,,02:00:00:00:00:07\n",
                        "2: 10.0.0.1 02:00:00:00:00:07  'h' 60\n"},
                {"address,hwaddr\n10.0.0.1,02:00:00:00:00:07\n",
                        "1! the first line does not name the columns address, hwaddr, client_id, "
                        "valid_lifetime, expire, hostname and state\n"},
                {KEA_HEADER "10.0.0,,,1,1,1,0,0,,0" KEA_REST "10.0.0.1,zz,,1,1,1,0,0,,0" KEA_REST
                            "10.0.0.1,,zz,1,1,1,0,0,,0" KEA_REST "10.0.0.1,,,x,1,1,0,0,,0" KEA_REST
                            "10.0.0.1,,,1,x,1,0,0,,0" KEA_REST "10.0.0.1,,,1,1,1,0,0,,x" KEA_REST
                            "10.0.0.1,\n\"\n",
                        "2! address is not an IPv4 address\n"
                        "3! hwaddr is not a hardware address\n"
                        "4! client_id is not a client identifier\n"
                        "5! valid_lifetime is not a number of seconds\n"
                        "6! expire is not a number of seconds\n"
                        "7! state is not a number\n"
                        "8! too few cells\n"
                        "9! a quote is not closed by the end of the line\n"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                check_case(import_read_kea, cases[i][0], cases[i][1]);
}
END_TEST

/* Bytes that come from anywhere: nothing is to be found, and nothing breaks. */
START_TEST(test_noise)
{
        static const Reader readers[] = {import_read_dnsmasq, import_read_dhcpd, import_read_kea};
        static const char pieces[][24] = {"lease ", "10.0.0.1 ", "{", "}", "\"", ";", "\\", "ends ",
                "never", "\n", "address,hwaddr,", "0 ", "* ", "uid ", "#", ","};
        uint32_t state = 1;

        for (unsigned round = 0; round < 300; round++) {
                char text[2048];
                size_t n = 0;

                while (n < sizeof(text) - 32) {
                        state = state * 1664525 + 1013904223;
                        if (state >> 30 == 0)
                                text[n++] = (char) (state >> 16);
                        else
                                n = (size_t) (stpcpy(text + n,
                                                      pieces[(state >> 20) % ELEMENTSOF(pieces)]) -
                                              text);
                }
                for (size_t i = 0; i < ELEMENTSOF(readers); i++) {
                        _cleanup_close_ int fd = text_file(text, n);
                        _cleanup_(problems_done) Problems problems = {0};
                        _cleanup_(import_list_done) ImportList list = {0};

                        ck_assert_int_eq(readers[i](&list, fd, "file", &problems), 0);
                        (void) import_list_settle(&list, NOW);
                        for (size_t k = 0; k < list.n_items; k++)
                                ck_assert_uint_gt(list.items[k].expires, NOW);
                }
        }
}
END_TEST

START_TEST(test_configurations)
{
        static const struct {
                const char *text;
                const char *server; /* NULL = no configuration */
        } cases[] = {
                {"", NULL},
                {"# a comment\ninterface=eth0\ndhcp-range=192.168.1.50,192.168.1.150,12h\n",
                        "dnsmasq"},
                {"domain-needed\nbogus-priv\n", "dnsmasq"},
                {"1795298100 02:00:00:00:00:07 192.168.1.7 laptop *\n", NULL},
                {"duid 00:01\n", NULL},
                {"default-lease-time 600;\nsubnet 10.0.0.0 netmask 255.255.255.0 {\n  range "
                 "10.0.0.5 10.0.0.9;\n}\n",
                        "dhcpd"},
                {"  option domain-name \"example.org\";\n", "dhcpd"},
                {"# The format of this file is documented in dhcpd.leases(5)\n"
                 "authoring-byte-order little-endian;\nserver-duid \"x\";\n",
                        NULL},
                {"host laptop {\n  dynamic;\n  option host-name \"x\";\n}\nlease 10.0.0.5 {\n  "
                 "option agent.circuit-id \"x\";\n}\n",
                        NULL},
                {"{\n  \"Dhcp4\": {\n    \"subnet4\": []\n  }\n}\n", "kea"},
                {"// of Kea\n{ \"Dhcp4\": {} }", "kea"},
                {KEA_HEADER, NULL},
                {"# mini-dhcp.conf\n[Pool lan]\nSubnet=10.0.0.0/24\n", "mini-dhcp"},
                {"address,client_id,hardware_address\n10.0.0.5,01:02,02:00:00:00:00:07\n", NULL},
                {"\xff\xfe{{{}\n}}}", NULL},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                ck_assert_pstr_eq(import_find_configuration(cases[i].text, strlen(cases[i].text)),
                        cases[i].server);
}
END_TEST

TEST_MAIN("ctl-import", test_configurations, test_dnsmasq, test_dhcpd, test_kea, test_noise);

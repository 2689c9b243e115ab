/* SPDX-License-Identifier: MIT */
/* The section [DNSUpdate]: what is taken, what is refused and how, and where the key comes from. */

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "basic/text.h"
#include "dns-update/config.h"
#include "test.h"

/* Reads a section. Return: what is wrong, a line each, for free(). */
static char *read_section(DnsConfig *config, const char *text, const char *credentials) {
        IniReader reader = INI_READER_INIT(text, strlen(text));
        _cleanup_(buffer_done) Buffer lines = BUFFER_INIT;
        Problems problems = {0};
        char *ret = NULL;
        IniItem item;

        dns_config_init(config);
        while (ini_reader_next(&reader, &item) > 0) {
                ck_assert_int_eq(item.type, INI_ASSIGNMENT);
                (void) dns_config_assign(config, &item, "names.conf", &problems);
        }
        ini_reader_done(&reader);
        (void) dns_config_finish(config, "names.conf", 9, credentials, true, &problems);
        for (size_t i = 0; i < problems.n_items; i++) {
                _cleanup_free_ char *line = NULL;

                ck_assert_int_eq(problem_format(&problems.items[i], &line), 0);
                (void) buffer_printf(&lines, "%s\n", line);
        }
        problems_done(&problems);
        ck_assert_int_eq(buffer_take_string(&lines, &ret), 0);
        return ret;
}

START_TEST(test_good)
{
        char server[DNS_SERVER_STRING_MAX];
        DnsConfig config;
        char *problems = read_section(&config,
                "Server=10.1.0.1#5353\nZone=LAN.example. 1.10.in-addr.arpa\nZone=b\n"
                "Transport=tcp\nTTLMinSec=5min\nTTLMaxSec=1d\n",
                NULL);

        ck_assert_str_eq(problems, "");
        ck_assert_str_eq(dns_config_server(&config, server), "10.1.0.1#5353");
        ck_assert_uint_eq(strv_length(config.zones), 3);
        ck_assert_str_eq(config.zones[0], "lan.example");
        ck_assert_str_eq(config.zones[2], "b");
        ck_assert(config.tcp);
        ck_assert_uint_eq(config.ttl_min, 5 * USEC_PER_MINUTE);
        ck_assert_uint_eq(config.ttl_max, USEC_PER_DAY);
        ck_assert_ptr_null(config.key);
        free(problems);
        dns_config_done(&config);

        problems = read_section(&config,
                "Server=10.1.0.1\nServer=2001:db8::1\nZone=a\nZone=\nZone=b\nTransport=tcp\n"
                "Transport=\nTTLMinSec=2s\nTTLMinSec=\nTTLMaxSec=9s\nTTLMaxSec=\nKey=a\nKey=\n"
                "KeyFile=/nowhere\nKeyFile=\n",
                NULL);
        ck_assert_str_eq(problems, "");
        ck_assert_str_eq(dns_config_server(&config, server), "2001:db8::1#53");
        ck_assert_uint_eq(strv_length(config.zones), 1);
        ck_assert(!config.tcp);
        ck_assert_uint_eq(config.ttl_min, USEC_PER_MINUTE);
        ck_assert_uint_eq(config.ttl_max, USEC_PER_HOUR);
        free(problems);
        dns_config_done(&config);
}
END_TEST

START_TEST(test_bad)
{
        static const char *const cases[][2] = {
                {"", "names.conf:9: [DNSUpdate] has no Server=, the address of the server that has "
                     "the "
                     "zones\nnames.conf:9: [DNSUpdate] has no Zone=, the zones that names are put "
                     "into\n"},
                {"Server=ns.example\nServer=10.1.0.1\nZone=a\n",
                        "names.conf:1: Server=ns.example: not an IP address with or without #PORT; "
                        "a "
                        "name would have to be asked of the server itself\n"},
                {"Server=10.1.0.1#99999\nServer=10.1.0.1\nZone=a\n",
                        "names.conf:1: Server=10.1.0.1#99999: '99999' is no number from 1 to "
                        "65535\n"},
                {"Server=10.1.0.1\nZone=a b..c\nZone=a\n",
                        "names.conf:2: Zone=a b..c: 'b..c' is not the name of a zone, such as "
                        "lan.example.org or 1.168.192.in-addr.arpa\n"},
                {"Server=10.1.0.1\nZone=a\nTransport=quic\n",
                        "names.conf:3: Transport=quic: allowed are udp and tcp\n"},
                {"Server=10.1.0.1\nZone=a\nTTLMinSec=2h\n",
                        "names.conf:9: TTLMinSec= is more than TTLMaxSec=\n"},
                {"Server=10.1.0.1\nZone=a\nTTLMaxSec=infinity\n",
                        "names.conf:3: TTLMaxSec=infinity: a TTL is 68 years at most\n"},
                {"Server=10.1.0.1\nZone=a\nKeyFile=dns.key\n",
                        "names.conf:3: KeyFile=dns.key: not an absolute path\n"},
                {"Server=10.1.0.1\nZone=a\nKeyFile=/nowhere/dns.key\n",
                        "/nowhere/dns.key: the key cannot be read: No such file or directory\n"},
                {"Server=10.1.0.1\nZone=a\nKey=dhcp\n",
                        "names.conf:9: Key=dhcp has no secret: give KeyFile=, or the service the "
                        "credential dns.key (LoadCredential=dns.key:PATH)\n"},
                {"Server=10.1.0.1\nZone=a\nKey=hmac-sha256:dhcp:c2VjcmV0\n",
                        "names.conf:3: Key=hmac-sha256:dhcp:c2VjcmV0: not the name of a key; its "
                        "secret "
                        "is in a file of its own, see KeyFile=\n"},
                {"Server=10.1.0.1\nZone=a\nZones=b\n",
                        "names.conf:3: unknown key 'Zones' in [DNSUpdate]; did you mean Zone=?\n"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                DnsConfig config;
                _cleanup_free_ char *problems = read_section(&config, cases[i][0], NULL);

                ck_assert_str_eq(problems, cases[i][1]);
                dns_config_done(&config);
        }
}
END_TEST

/* A credential is found by itself; a section that needs none may be without. */
START_TEST(test_credential)
{
        char directory[] = "/tmp/test-dns-config-XXXXXX", path[64];
        _cleanup_free_ char *problems = NULL, *none = NULL;
        DnsConfig config;
        FILE *file;

        ck_assert_ptr_nonnull(mkdtemp(directory));
        none = read_section(&config, "Server=127.0.0.1\nZone=a\n", directory);
        ck_assert_str_eq(none, "");
        ck_assert_ptr_null(config.key);
        dns_config_done(&config);

        (void) snprintf(path, sizeof(path), "%s/dns.key", directory);
        file = fopen(path, "we");
        ck_assert_ptr_nonnull(file);
        (void) fputs("key dhcp { algorithm hmac-sha512; secret aGVsbG8=; };\n", file);
        (void) fclose(file);
        problems = read_section(&config, "Server=10.1.0.1\nZone=a\nKey=DHCP\n", directory);
        ck_assert_str_eq(problems, "");
        ck_assert_ptr_nonnull(config.key);
        ck_assert_str_eq(config.key->name, "dhcp");
        dns_config_done(&config);
        (void) unlink(path);
        (void) rmdir(directory);
}
END_TEST

TEST_MAIN("dns-config", test_good, test_bad, test_credential);

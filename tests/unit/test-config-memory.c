/* SPDX-License-Identifier: MIT */

/* The configuration without memory: each allocation of a load fails in turn. The load fails with
 * -ENOMEM, and never succeeds with other settings; what is wrong stays wrong, though not all that
 * is wrong may be said. */

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config-test.h"
#include "failing-memory.h"

#define MAIN                                                                                       \
        "[Server]\nLenient=no\nRateLimit=3\nLeaseFile=/tmp/x.csv\n"                                \
        "[Pool lan]\nSubnet=192.168.1.0/24\nInterface=br0 br1\n"                                   \
        "Range=192.168.1.100-192.168.1.150\nRange=192.168.1.160-192.168.1.170\n"                   \
        "Exclude=192.168.1.105\nRouter=192.168.1.1 192.168.1.2\nDNS=9.9.9.9\n"                     \
        "Domain=lan.example\nSearchDomains=lan.example example\n"                                  \
        "Route=10.0.0.0/8 192.168.1.3\nRoute=0.0.0.0/0 "                                           \
        "192.168.1.1\nBootServerAddress=192.168.1.4\nBootServerName=boot\n"                        \
        "BootFilename=pxelinux.0\nBootFilename=7 grub.efi\n"                                       \
        "SendOption=150:ipv4address:192.168.1.5\nSendOption=224:string:hello\n"                    \
        "[Host tv]\nMACAddress=02:00:00:00:00:01\nAddress=192.168.1.20\nHostname=telly\n"          \
        "DNS=1.1.1.1\n[Host radio]\nCircuitId=string:eth0/1\nPool=lan\nDeny=yes\n"
#define DROP_IN                                                                                    \
        "[Pool far]\nSubnet=10.1.0.0/16\nRange=10.1.0.10-10.1.0.20\n[Pool lan]\nDNS=8.8.8.8\n"
#define WRONG                                                                                      \
        "[Pool lan]\nColour=red\nRange=nowhere\n[Pool other]\nSubnet=192.168.1.0/24\n"             \
        "Range=192.168.1.110-192.168.1.120\n[Host tv]\nAddress=10.9.9.9\n"

static char root[] = "/tmp/config-memory-XXXXXX";

static char *path_of(const char *name) {
        static char path[128];

        (void) snprintf(path, sizeof(path), "%s%s", root, name);
        return path;
}

static void write_file(const char *name, const char *text) {
        FILE *f = fopen(path_of(name), "we");

        ck_assert_ptr_nonnull(f);
        ck_assert_int_ge(fputs(text, f), 0);
        ck_assert_int_eq(fclose(f), 0);
}

/* What a load says: its result, settings and problems, for free(). */
static char *load(size_t n, bool *ret_failed, int *ret) {
        Problems problems = {0};
        Settings *settings = NULL;
        char *text, *said, *served = NULL;

        *ret = MEMORY_TRY(n, *ret_failed, config_load(root, NULL, &settings, &problems));
        if (*ret < 0)
                ck_assert_ptr_null(settings);
        else
                served = dump_settings(settings);
        said = dump_problems(&problems);
        ck_assert_int_ge(asprintf(&text, "%d\n%s%s", *ret, served ? served : "", said), 0);
        free(said);
        free(served);
        settings_free(settings);
        problems_done(&problems);
        return text;
}

static void expect_each_failure(int expected) {
        bool failed;
        int r;
        char *whole = load(SIZE_MAX, &failed, &r);
        size_t n_failures = 0;

        ck_assert_msg(r == expected, "%s", whole);
        for (size_t n = 0; n == 0 || failed; n++) {
                char *text = load(n, &failed, &r);

                if (r == -ENOMEM)
                        ck_assert(failed);
                else
                        ck_assert_int_eq(r, expected);
                if (r == 0)
                        ck_assert_msg(strcmp(text, whole) == 0, "allocation %zu: %s\nnot: %s", n,
                                text, whole);
                n_failures += r == -ENOMEM;
                free(text);
        }
        ck_assert_uint_gt(n_failures, 50);
        free(whole);
}

START_TEST(test_each_allocation_fails)
{
        static const char *const directories[] = {
                "/etc", "/etc/mini-dhcp", "/etc/mini-dhcp/mini-dhcp.conf.d"};

        ck_assert_ptr_nonnull(mkdtemp(root));
        for (size_t i = 0; i < ELEMENTSOF(directories); i++)
                ck_assert_int_eq(mkdir(path_of(directories[i]), 0755), 0);
        write_file("/etc/mini-dhcp/mini-dhcp.conf", MAIN);
        write_file("/etc/mini-dhcp/mini-dhcp.conf.d/far.conf", DROP_IN);
        expect_each_failure(0);

        write_file("/etc/mini-dhcp/mini-dhcp.conf.d/wrong.conf", WRONG);
        expect_each_failure(-EINVAL);

        (void) unlink(path_of("/etc/mini-dhcp/mini-dhcp.conf"));
        (void) unlink(path_of("/etc/mini-dhcp/mini-dhcp.conf.d/far.conf"));
        (void) unlink(path_of("/etc/mini-dhcp/mini-dhcp.conf.d/wrong.conf"));
        for (size_t i = ELEMENTSOF(directories); i-- > 0;)
                ck_assert_int_eq(rmdir(path_of(directories[i])), 0);
        ck_assert_int_eq(rmdir(root), 0);
}
END_TEST

TEST_MAIN("config-memory", test_each_allocation_fails);

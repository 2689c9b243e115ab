/* SPDX-License-Identifier: MIT */
/* Which files are read, in which order, and what masks what; and the example that is installed. */

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>

#include "config-test.h"
#include "config/files.h"
#include "setting/key.h"

#define LAN "[Pool lan]\nSubnet=10.0.0.0/24\nRange=10.0.0.10-10.0.0.19\n"
#define MAIN "etc/mini-dhcp/mini-dhcp.conf"
#define DROP_INS MAIN ".d/"

static char root[PATH_MAX];

static int remove_one(const char *path, const struct stat *st _unused_, int type _unused_,
        struct FTW *ftw _unused_) {
        return remove(path);
}

static void make_root(void) {
        const char *directory = getenv("TMPDIR");

        ck_assert_int_lt(
                snprintf(root, sizeof(root), "%s/config-XXXXXX", directory ? directory : "/tmp"),
                (int) sizeof(root));
        ck_assert_ptr_nonnull(mkdtemp(root));
}

static void remove_root(void) {
        ck_assert_int_eq(nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static const char *in_root(const char *name) {
        static char path[2 * PATH_MAX];

        ck_assert_int_lt(snprintf(path, sizeof(path), "%s/%s", root, name), (int) sizeof(path));
        return path;
}

static void make_parents(const char *name) {
        char parent[PATH_MAX];

        for (const char *slash = name; (slash = strchr(slash, '/')); slash++) {
                ck_assert_int_lt(
                        snprintf(parent, sizeof(parent), "%.*s", (int) (slash - name), name),
                        (int) sizeof(parent));
                ck_assert(mkdir(in_root(parent), 0755) == 0 || errno == EEXIST);
        }
}

static void put(const char *name, const char *text) {
        FILE *file;

        make_parents(name);
        file = fopen(in_root(name), "w");
        ck_assert_ptr_nonnull(file);
        ck_assert_int_ge(fputs(text, file), 0);
        ck_assert_int_eq(fclose(file), 0);
}

/* Loads what is below the root; file names in problems lose it. */
static int load(char **ret_settings, char **ret_problems) {
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        size_t size = strlen(root);
        int r;

        r = config_load(root, NULL, &settings, &problems);
        for (size_t i = 0; i < problems.n_items; i++) {
                char *file = problems.items[i].file;

                ck_assert_int_eq(strncmp(file, root, size), 0);
                memmove(file, file + size, strlen(file + size) + 1);
        }
        *ret_settings = r < 0 ? NULL : dump_settings(settings);
        *ret_problems = dump_problems(&problems);
        return r;
}

typedef struct File {
        const char *name;
        const char *text; /* NULL = a link to /dev/null */
} File;

/* Trees of files, and the settings they make. */
static const struct {
        File files[6];
        const char *settings;
} trees[] = {
        /* Nothing. */
        {{{0}}, "pool default 192.168.1.0/24 192.168.1.100-192.168.1.200 timid strict default=1h "
                "3=c0:a8:01:45\n"},
        /* The main file of the first directory that has one. */
        {{{"usr/lib/mini-dhcp/mini-dhcp.conf", LAN "Bootp=yes\n"}},
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 bootp default=1h\n"},
        {{{"usr/lib/mini-dhcp/mini-dhcp.conf", LAN "Bootp=yes\n"},
                 {"run/mini-dhcp/mini-dhcp.conf", LAN "RapidCommit=yes\n"}},
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 rapid default=1h\n"},
        {{{"run/mini-dhcp/mini-dhcp.conf", LAN "RapidCommit=yes\n"}, {MAIN, LAN}},
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 default=1h\n"},
        /* Masked by an empty file, or by a link to /dev/null. */
        {{{"run/mini-dhcp/mini-dhcp.conf", LAN}, {MAIN, ""}, {DROP_INS "a.conf", "[Server]\n"}},
                "pool default 192.168.1.0/24 192.168.1.100-192.168.1.200 timid strict default=1h "
                "3=c0:a8:01:45\n"},
        {{{"run/mini-dhcp/mini-dhcp.conf", LAN}, {MAIN, NULL}},
                "pool default 192.168.1.0/24 192.168.1.100-192.168.1.200 timid strict default=1h "
                "3=c0:a8:01:45\n"},
        /* Drop-ins extend and override, sorted by name over all directories. */
        {{{MAIN, LAN "DNS=10.0.0.1\n"},
                 {DROP_INS "20-b.conf", "[Pool lan]\nDNS=10.0.0.2\nDefaultLeaseTimeSec=2h\n"},
                 {"run/mini-dhcp/mini-dhcp.conf.d/10-a.conf",
                         "[Pool lan]\nDNS=10.0.0.3\nDefaultLeaseTimeSec=3h\n"},
                 {"usr/lib/mini-dhcp/mini-dhcp.conf.d/30-c.conf",
                         "[Pool lan]\nDNS=10.0.0.4\nDefaultLeaseTimeSec=4h\n"}},
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 default=4h "
                "6=0a:00:00:01:0a:00:00:03:0a:00:00:02:0a:00:00:04\n"},
        {{{MAIN, LAN "DNS=10.0.0.1\n"},
                 {DROP_INS "a.conf", "[Pool lan]\nRange=\nRange=10.0.0.5\nDNS=\n[Host h]\n"
                                     "MACAddress=02:00:00:00:aa:01\n"},
                 {DROP_INS "b.conf", "[Host h]\nDeny=yes\n[Pool wan]\nSubnet=10.1.0.0/16\n"
                                     "Range=10.1.0.1\n"}},
                "pool lan 10.0.0.0/24 10.0.0.5-10.0.0.5 default=1h\n"
                "pool wan 10.1.0.0/16 10.1.0.1-10.1.0.1 default=1h\n"
                "host h mac=02:00:00:00:aa:01 deny\n"},
        /* Drop-ins without a main file. */
        {{{DROP_INS "a.conf", LAN}}, "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 default=1h\n"},
        /* A namesake in an earlier directory takes the place of the later one, or hides it. */
        {{{MAIN, LAN}, {"usr/lib/mini-dhcp/mini-dhcp.conf.d/a.conf", "[Pool lan]\nBootp=yes\n"},
                 {"run/mini-dhcp/mini-dhcp.conf.d/a.conf", "[Pool lan]\nRapidCommit=yes\n"}},
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 rapid default=1h\n"},
        {{{MAIN, LAN}, {"usr/lib/mini-dhcp/mini-dhcp.conf.d/a.conf", "[Pool lan]\nBootp=yes\n"},
                 {DROP_INS "a.conf", NULL},
                 {"run/mini-dhcp/mini-dhcp.conf.d/b.conf", "[Pool lan]\nRapidCommit=yes\n"},
                 {DROP_INS "b.conf", ""}},
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 default=1h\n"},
        /* Other files there are not ours. */
        {{{MAIN, LAN}, {DROP_INS "a.conf~", "x\n"}, {DROP_INS ".b.conf", "x\n"},
                 {DROP_INS "README", "x\n"}, {DROP_INS ".conf", "x\n"}},
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 default=1h\n"},
};

START_TEST(file_trees)
{
        _cleanup_free_ char *settings = NULL, *problems = NULL;

        for (const File *file = trees[_i].files; file->name; file++) {
                make_parents(file->name);
                if (file->text)
                        put(file->name, file->text);
                else
                        ck_assert_int_eq(symlink("/dev/null", in_root(file->name)), 0);
        }
        ck_assert_int_eq(load(&settings, &problems), 0);
        ck_assert_str_eq(problems, "");
        ck_assert_str_eq(settings, trees[_i].settings);
}
END_TEST

START_TEST(problems_name_the_file)
{
        _cleanup_free_ char *settings = NULL, *problems = NULL;

        put(MAIN, "[Pool lan]\nSubnet=10.0.0.0/24\nRage=x\n");
        put(DROP_INS "a.conf", "\n[Pool lan]\nRange=10.0.1.5\n");
        put(DROP_INS "b.conf", "[Pool lan]\nMaxLeaseTimeSec=soon\n");
        ck_assert_int_eq(load(&settings, &problems), -EINVAL);
        ck_assert_str_eq(problems,
                "/" MAIN ":3: unknown key 'Rage' in [Pool]; did you mean Range=?\n"
                "/" DROP_INS "b.conf:2: MaxLeaseTimeSec=soon: not a time span such as 1h, 1h "
                "30min, or 3600 for seconds\n"
                "/" DROP_INS "a.conf:3: Range=10.0.1.5-10.0.1.5: not inside Subnet=10.0.0.0/24, "
                "whose hosts have 10.0.0.1 to 10.0.0.254\n");
}
END_TEST

/* The place of a value is where it was set last, the pool's that of its first section. */
START_TEST(overridden_values)
{
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        _cleanup_free_ char *text = NULL, *more = NULL;

        put(MAIN, LAN "MaxLeaseTimeSec=2h\nDefaultLeaseTimeSec=3h\n");
        ck_assert_int_eq(load(&text, &more), -EINVAL);
        ck_assert_str_eq(
                more, "/" MAIN ":5: DefaultLeaseTimeSec=3h: longer than MaxLeaseTimeSec=2h\n");
        put(DROP_INS "a.conf", "[Pool lan]\nMaxLeaseTimeSec=\n");
        ck_assert_int_eq(config_load(root, NULL, &settings, &problems), 0);
        ck_assert_uint_eq(settings->n_pools, 1);
        ck_assert_str_eq(settings->pools[0]->origin, in_root(MAIN ":1"));
}
END_TEST

START_TEST(unreadable_files)
{
        _cleanup_free_ char *settings = NULL, *problems = NULL;

        put(MAIN, LAN "Rage=x\n");
        make_parents(DROP_INS);
        ck_assert_int_eq(symlink("/nowhere", in_root(DROP_INS "a.conf")), 0);
        ck_assert_int_eq(mkdir(in_root(DROP_INS "b.conf"), 0755), 0);
        ck_assert_int_eq(mkfifo(in_root(DROP_INS "c.conf"), 0644), 0);
        put(DROP_INS "d.conf", "[Pool lan]\nBotp=yes\n");
        ck_assert_int_eq(load(&settings, &problems), -ENOENT);
        ck_assert_str_eq(problems,
                "/" MAIN ":4: unknown key 'Rage' in [Pool]; did you mean Range=?\n"
                "/" DROP_INS "a.conf: cannot be read: No such file or directory\n"
                "/" DROP_INS "b.conf: cannot be read: Is a directory\n"
                "/" DROP_INS "c.conf: cannot be read: neither a regular file nor /dev/null\n"
                "/" DROP_INS "d.conf:2: unknown key 'Botp' in [Pool]; did you mean Bootp=?\n");
}
END_TEST

START_TEST(unreadable_directory)
{
        _cleanup_free_ char *settings = NULL, *problems = NULL;

        put(MAIN, LAN);
        ck_assert_int_eq(symlink("mini-dhcp.conf.d", in_root("etc/mini-dhcp/mini-dhcp.conf.d")), 0);
        ck_assert_int_eq(load(&settings, &problems), -ELOOP);
        ck_assert_str_eq(problems,
                "/etc/mini-dhcp/mini-dhcp.conf.d: cannot be read: Too many levels of symbolic "
                "links\n");
}
END_TEST

START_TEST(one_file)
{
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        _cleanup_free_ char *text = NULL;

        put(MAIN, "x\n");
        put("other", LAN);
        ck_assert_int_eq(config_load(root, in_root("other"), &settings, &problems), 0);
        text = dump_settings(settings);
        ck_assert_str_eq(text, "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 default=1h\n");
        settings = settings_free(settings);

        ck_assert_int_eq(config_load(NULL, in_root("missing"), &settings, &problems), -ENOENT);
        ck_assert_uint_eq(problems.n_errors, 1);
        ck_assert_str_eq(problems.items[0].text, "cannot be read: No such file or directory");

        ck_assert_int_eq(config_load(NULL, "/dev/zero", &settings, &problems), -EFBIG);
        ck_assert_uint_eq(problems.n_errors, 2);
}
END_TEST

/* The example as it is installed, all lines comments, and again with the settings uncommented:
 * lines with no blank after the '#'. */
extern const char example[], example_end[];
__asm__(".pushsection .rodata\n"
        "example: .incbin \"config/mini-dhcp.conf\"\n"
        "example_end: .byte 0\n"
        ".popsection");

START_TEST(example_is_silent)
{
        _cleanup_free_ char *settings = NULL, *problems = NULL;

        parse_and_dump(example, (size_t) (example_end - example), &settings, &problems);
        ck_assert_str_eq(problems, "");
        ck_assert_pstr_eq(settings,
                "pool default 192.168.1.0/24 192.168.1.100-192.168.1.200 timid strict default=1h "
                "3=c0:a8:01:45\n");
}
END_TEST

START_TEST(example_is_legal)
{
        _cleanup_free_ char *settings = NULL, *problems = NULL, *text = strdup(example);
        char *to = text;

        ck_assert_ptr_nonnull(text);
        for (const char *p = example; *p; p++) {
                bool at_start = p == example || p[-1] == '\n';

                if (!at_start || *p != '#' || p[1] == ' ' || p[1] == '\n')
                        *to++ = *p;
        }
        *to = '\0';

        parse_and_dump(text, strlen(text), &settings, &problems);
        ck_assert_str_eq(problems, "");
        ck_assert_ptr_nonnull(strstr(settings, "pool lan 192.168.1.0/24"));
        ck_assert_ptr_nonnull(strstr(settings, "host unwelcome"));
}
END_TEST

/* It leaves no key out. */
START_TEST(example_is_complete)
{
        const SettingKey *key;

        for (SettingScope scope = 0; scope < SETTING_SCOPE_MAX; scope++)
                for (size_t i = 0; (key = setting_key_at(scope, i)); i++) {
                        char line[64];

                        ck_assert_int_lt(snprintf(line, sizeof(line), "\n#%s=", key->name),
                                (int) sizeof(line));
                        ck_assert_msg(strstr(example, line), "no %s=", key->name);
                }
}
END_TEST

TEST_SUITE("config-files", suite, NULL) {
        TCase *files = test_cases_new(suite, "files"), *shipped = test_cases_new(suite, "example");

        tcase_add_checked_fixture(files, make_root, remove_root);
        tcase_add_loop_test(files, file_trees, 0, ELEMENTSOF(trees));
        tcase_add_test(files, problems_name_the_file);
        tcase_add_test(files, overridden_values);
        tcase_add_test(files, unreadable_files);
        tcase_add_test(files, unreadable_directory);
        tcase_add_test(files, one_file);

        tcase_add_test(shipped, example_is_silent);
        tcase_add_test(shipped, example_is_legal);
        tcase_add_test(shipped, example_is_complete);
}

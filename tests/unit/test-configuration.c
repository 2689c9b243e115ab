/* SPDX-License-Identifier: MIT */

/* Files and what was kept over the bus, together: whatever was kept, and whether it can be read or
 * not, what the files say is served. */

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/buffer.h"
#include "config/configuration.h"
#include "test.h"

#define LAN "[Pool lan]\nSubnet=10.0.0.0/24\nRange=10.0.0.10-10.0.0.20\n"

typedef struct Kept {
        SettingScope scope;
        ConfigLayer layer;
        const char *name;
        const char *text;
} Kept;

typedef struct Case {
        const char *what;
        const char *file;
        Kept kept[3];
        const char *pools; /* in force, by name */
        const char *hosts;
        const char *problems;
        int r;
        bool harmless; /* for a reload, too */
} Case;

static const Case cases[] = {
        {
                .what = "a host keeps its address while the pool is another one",
                .file = LAN,
                .kept = {{SETTING_HOST, CONFIG_BUS, "tv",
                        "[Host tv]\nMACAddress=02:00:00:00:00:01\nAddress=192.168.1.100\n"}},
                .pools = "lan",
                .hosts = "tv",
                .problems = "warning: host tv:3: Address=192.168.1.100: not in the Subnet= of any "
                            "pool; host tv waits until it has a pool\n",
        },
        {
                .what = "a host whose Pool= has gone",
                .file = LAN,
                .kept = {{SETTING_HOST, CONFIG_RUNTIME, "tv",
                        "[Host tv]\nMACAddress=02:00:00:00:00:01\nPool=lab\n"}},
                .pools = "lan",
                .hosts = "tv",
                .problems = "warning: host tv:3: Pool=lab: there is no [Pool lab] (did you mean "
                            "Pool=lan?); host tv waits "
                            "until it has a pool\n",
        },
        {
                .what = "a host that its Pool= does not hold any more",
                .file = LAN,
                .kept = {{SETTING_HOST, CONFIG_BUS, "tv",
                        "[Host tv]\nMACAddress=02:00:00:00:00:01\nPool=lan\nAddress=10.1.0.1\n"}},
                .pools = "lan",
                .hosts = "tv",
                .problems = "warning: host tv:4: Address=10.1.0.1: not in Subnet=10.0.0.0/24 of "
                            "[Pool lan]; host tv waits until it has a pool\n",
        },
        {
                .what = "the file has given a host's address to another one",
                .file = LAN "[Host radio]\nMACAddress=02:00:00:00:00:02\nAddress=10.0.0.5\n",
                .kept = {{SETTING_HOST, CONFIG_BUS, "tv",
                        "[Host tv]\nMACAddress=02:00:00:00:00:01\nAddress=10.0.0.5\n"}},
                .pools = "lan",
                .hosts = "radio",
                .problems =
                        "warning: host tv:3: Address=10.0.0.5: [Host radio] has it already; all of "
                        "it is left out, `minidhcpctl remove-host tv` forgets what is kept here\n",
        },
        {
                .what = "the file has taken the addresses of a pool, and its host goes along",
                .file = LAN,
                .kept = {{SETTING_POOL, CONFIG_BUS, "old",
                                 "[Pool old]\nSubnet=10.0.0.0/24\nRange=10.0.0.15-10.0.0.30\n"},
                        {SETTING_HOST, CONFIG_BUS, "tv",
                                "[Host tv]\nMACAddress=02:00:00:00:00:01\nPool=old\n"}},
                .pools = "lan",
                .hosts = "tv",
                .problems = "warning: host tv:3: Pool=old: there is no [Pool old]; host tv waits "
                            "until it has a pool\nwarning: pool old:3: Range=10.0.0.15-10.0.0.30: "
                            "overlaps with Range=10.0.0.10-10.0.0.20 of [Pool lan]; ranges must "
                            "not share addresses; all of it is left out, `minidhcpctl remove-pool "
                            "old` forgets what is kept here\n",
        },
        {
                .what = "the file's pool that was changed has gone, and the built-in one serves",
                .file = "",
                .kept = {{SETTING_POOL, CONFIG_BUS, "lan", "[Pool lan]\nDomain=x.test\n"}},
                .pools = "default",
                .hosts = "",
                .problems = "warning: pool lan:1: [Pool lan] has no Subnet=; it needs one such as "
                            "Subnet=192.168.1.0/24; all of it is left out, `minidhcpctl "
                            "remove-pool lan` forgets what is kept here\n",
                .harmless = true,
        },
        {
                .what = "so has the file's host",
                .file = LAN,
                .kept = {{SETTING_HOST, CONFIG_BUS, "tv", "[Host tv]\nHostname=x\n"},
                        {SETTING_POOL, CONFIG_RUNTIME, "old", "[Pool old]\nEnabled=no\n"}},
                .pools = "lan",
                .hosts = "",
                .problems =
                        "warning: pool old:1: [Pool old] has no Subnet=; it needs one such as "
                        "Subnet=192.168.1.0/24; all of it is left out, `minidhcpctl remove-pool "
                        "old` forgets what is kept here\nwarning: host tv:1: [Host tv] has none of "
                        "MACAddress=, ClientId= and CircuitId=; it needs one to be known by; all "
                        "of it is left out, `minidhcpctl remove-host tv` forgets what is kept "
                        "here\n",
                .harmless = true,
        },
        {
                .what = "a change that the file's pool does not bear any more",
                .file = LAN,
                .kept = {{SETTING_POOL, CONFIG_BUS, "lan",
                        "[Pool lan]\nRange=10.1.0.1-10.1.0.9\n"}},
                .pools = "lan",
                .hosts = "",
                .problems =
                        "warning: pool lan:2: Range=10.1.0.1-10.1.0.9: not inside "
                        "Subnet=10.0.0.0/24, whose hosts have 10.0.0.1 to 10.0.0.254; all of it is "
                        "left out, `minidhcpctl revert-pool lan` forgets what is kept here\n",
        },
        {
                .what = "a change of one pool takes what the file has given to another one",
                .file = LAN "[Pool wan]\nSubnet=10.0.0.0/24\nRange=10.0.0.30-10.0.0.40\n",
                .kept = {{SETTING_POOL, CONFIG_BUS, "lan",
                        "[Pool lan]\nRange=10.0.0.25-10.0.0.35\n"}},
                .pools = "lanwan",
                .hosts = "",
                .problems = "warning: pool lan: file:6: Range=10.0.0.30-10.0.0.40: overlaps with "
                            "Range=10.0.0.25-10.0.0.35 of [Pool lan]; ranges must not share "
                            "addresses; all of it is left out, `minidhcpctl revert-pool lan` "
                            "forgets what is kept here\n",
        },
        {
                .what = "a mistake in the file is one, and all are told",
                .file = LAN "Rnage=x\n",
                .kept = {{SETTING_POOL, CONFIG_BUS, "wan", "[Pool wan]\n"}},
                .problems =
                        "file:4: unknown key 'Rnage' in [Pool]; did you mean Range=?\npool wan:1: "
                        "[Pool wan] has no Subnet=; it needs one such as Subnet=192.168.1.0/24\n",
                .r = -EINVAL,
        },
};

static void describe(const Problems *problems, Buffer *ret) {
        for (size_t i = 0; i < problems->n_items; i++) {
                _cleanup_free_ char *text = NULL;

                ck_assert_int_eq(problem_format(&problems->items[i], &text), 0);
                (void) buffer_printf(
                        ret, "%s%s\n", problems->items[i].warning ? "warning: " : "", text);
        }
}

static void names_of(const Settings *settings, Buffer *pools, Buffer *hosts) {
        for (size_t i = 0; settings && i < settings->n_pools; i++)
                (void) buffer_append_string(pools, settings->pools[i]->name);
        for (size_t i = 0; settings && i < settings->n_hosts; i++)
                (void) buffer_append_string(hosts, settings->hosts[i]->name);
}

static void expect_text(Buffer *buffer, const char *expected, const char *what) {
        char *text;

        ck_assert_int_eq(buffer_take_string(buffer, &text), 0);
        ck_assert_msg(strcmp(text, expected ? expected : "") == 0, "%s: \"%s\", not \"%s\"", what,
                text, expected);
        free(text);
}

/* Twice: what was found out the first time is found out anew. */
static void try(const Case *c, const ConfigTexts *files, Overrides *overrides) {
        for (int i = 0; i < 2; i++) {
                _cleanup_(settings_freep) Settings *settings = NULL;
                _cleanup_(problems_done) Problems problems = {0};
                Buffer pools = BUFFER_INIT, hosts = BUFFER_INIT, text = BUFFER_INIT;

                ck_assert_int_eq(configuration_make(
                                         files, overrides, 0, KEPT_LEAVE_OUT, &settings, &problems),
                        c->r);
                describe(&problems, &text);
                names_of(settings, &pools, &hosts);
                expect_text(&text, c->problems, c->what);
                expect_text(&pools, c->pools, c->what);
                expect_text(&hosts, c->hosts, c->what);
        }
}

/* A reload finds the same, and changes nothing. */
static void try_strictly(const Case *c, const ConfigTexts *files, Overrides *overrides) {
        const bool is_wrong = c->r < 0 || (strstr(c->problems, "left out") && !c->harmless);
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};

        ck_assert_int_eq(configuration_make(files, overrides, 0, KEPT_REFUSE, &settings, &problems),
                is_wrong ? -EINVAL : 0);
        ck_assert_int_eq(problems.n_errors > 0, is_wrong);
        ck_assert_int_eq(!settings, is_wrong);
}

START_TEST(kept_and_files)
{
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(config_texts_done) ConfigTexts files = CONFIG_TEXTS_INIT;
                _cleanup_(overrides_done) Overrides overrides = OVERRIDES_INIT;
                const Case *c = &cases[i];

                ck_assert_int_eq(
                        config_texts_add(&files, CONFIG_FILE, "file", c->file, strlen(c->file)), 0);
                for (const Kept *kept = c->kept; kept->name; kept++) {
                        char place[64];

                        (void) snprintf(place, sizeof(place), "%s %s",
                                kept->scope == SETTING_POOL ? "pool" : "host", kept->name);
                        ck_assert_int_eq(overrides_add(&overrides, kept->scope, kept->layer,
                                                 kept->name, place, kept->text, NULL),
                                0);
                }
                try(c, &files, &overrides);
                try_strictly(c, &files, &overrides);
        }
}
END_TEST

/* What is in the state directory, in a directory of the test's own. */
typedef struct Entry {
        const char *path;
        const char *text; /* NULL for a directory; a '@' becomes a NUL */
        mode_t mode;      /* 0 = 0755 */
} Entry;

typedef struct Outcome {
        int r;
        const char *pools;
        const char *problems;
} Outcome;

typedef struct ReadCase {
        const char *what;
        Entry entries[4];
        Outcome outcomes[3]; /* by KeptPolicy */
} ReadCase;

#define KEPT "kept/pools.d/"
#define HIDDEN                                                                                     \
        ": you may not read what is kept here of changes over the bus, and it is not checked; try" \
        " again as root\n"
#define OTHER "[Pool wan]\nSubnet=10.1.0.0/24\nRange=10.1.0.10-10.1.0.20\n"

static const ReadCase read_cases[] = {
        {
                .what = "nothing was ever kept",
                .outcomes = {{0, "lan", ""}, {0, "lan", ""}, {0, "lan", ""}},
        },
        {
                .what = "what is there beside what cannot be read",
                .entries = {{"kept/pools.d", NULL, 0}, {KEPT "lan.conf", NULL, 0},
                        {KEPT "wan.conf", OTHER, 0}},
                .outcomes =
                        {
                                {-EINVAL, "",
                                        KEPT "lan.conf: cannot be read: Is a directory; "
                                             "`minidhcpctl revert-pool lan` forgets what is kept "
                                             "here\n"},
                                {0, "lanwan",
                                        "warning: " KEPT
                                        "lan.conf: cannot be read: Is a directory; all of it is "
                                        "left out, `minidhcpctl revert-pool lan` forgets what is "
                                        "kept here\n"},
                                {-EINVAL, "",
                                        KEPT "lan.conf: cannot be read: Is a directory; "
                                             "`minidhcpctl revert-pool lan` forgets what is kept "
                                             "here\n"},
                        },
        },
        {
                .what = "a file that is no text",
                .entries = {{"kept/pools.d", NULL, 0}, {KEPT "wan.conf", OTHER "@", 0}},
                .outcomes =
                        {
                                {-EINVAL, "",
                                        KEPT "wan.conf: cannot be read: no text, it has a NUL; "
                                             "`minidhcpctl remove-pool wan` forgets what is kept "
                                             "here\n"},
                                {0, "lan",
                                        "warning: " KEPT
                                        "wan.conf: cannot be read: no text, it has a NUL; all of "
                                        "it is left out, `minidhcpctl remove-pool wan` forgets "
                                        "what is kept here\n"},
                                {-EINVAL, "",
                                        KEPT "wan.conf: cannot be read: no text, it has a NUL; "
                                             "`minidhcpctl remove-pool wan` forgets what is kept "
                                             "here\n"},
                        },
        },
        {
                .what = "a file that the reader has no right to",
                .entries = {{"kept/pools.d", NULL, 0}, {KEPT "wan.conf", OTHER, 0200}},
                .outcomes =
                        {
                                {-EINVAL, "",
                                        KEPT "wan.conf: cannot be read: Permission denied; "
                                             "`minidhcpctl remove-pool wan` forgets what is kept "
                                             "here\n"},
                                {0, "lan",
                                        "warning: " KEPT
                                        "wan.conf: cannot be read: Permission denied; all of it is "
                                        "left out, `minidhcpctl remove-pool wan` forgets what is "
                                        "kept here\n"},
                                {0, "lan", "warning: " KEPT "wan.conf" HIDDEN},
                        },
        },
        {
                .what = "what is no directory",
                .entries = {{"kept/pools.d", "", 0}},
                .outcomes =
                        {
                                {-ENOTDIR, "", "kept/pools.d: cannot be read: Not a directory\n"},
                                {0, "lan",
                                        "warning: kept/pools.d: cannot be read: Not a directory; "
                                        "all that is kept here is left out\n"},
                                {-ENOTDIR, "", "kept/pools.d: cannot be read: Not a directory\n"},
                        },
        },
        {
                .what = "the whole state directory is hidden, which is said once",
                .entries = {{"kept/pools.d", NULL, 0}, {KEPT "wan.conf", OTHER, 0},
                        {"kept", NULL, 0700}},
                .outcomes =
                        {
                                {-EACCES, "",
                                        "kept/pools.d: cannot be read: Permission denied\n"
                                        "kept/hosts.d: cannot be read: Permission denied\n"},
                                {0, "lan",
                                        "warning: kept/pools.d: cannot be read: Permission denied; "
                                        "all that is kept here is left out\n"
                                        "warning: kept/hosts.d: cannot be read: Permission denied; "
                                        "all that is kept here is left out\n"},
                                {0, "lan", "warning: kept" HIDDEN},
                        },
        },
};

static int remove_one(const char *path, const struct stat *st _unused_, int type _unused_,
        struct FTW *ftw _unused_) {
        return remove(path);
}

static void make_entry(const Entry *entry) {
        FILE *file;

        if (entry->text) {
                file = fopen(entry->path, "w");
                ck_assert_ptr_nonnull(file);
                for (const char *p = entry->text; *p; p++)
                        ck_assert_int_ne(fputc(*p == '@' ? '\0' : *p, file), EOF);
                ck_assert_int_eq(fclose(file), 0);
        } else
                ck_assert(mkdir(entry->path, 0755) == 0 || errno == EEXIST);
        ck_assert_int_eq(chmod(entry->path, entry->mode != 0 ? entry->mode : 0755), 0);
}

static void read_and_compare(const ReadCase *c, KeptPolicy policy) {
        _cleanup_(configuration_done) Configuration configuration = {0};
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        Buffer pools = BUFFER_INIT, hosts = BUFFER_INIT, text = BUFFER_INIT;
        const Outcome *expected = &c->outcomes[policy];

        ck_assert_msg(configuration_read("lan.conf", "kept", NULL, policy, &configuration,
                              &settings, &problems) == expected->r,
                "%s, policy %d", c->what, (int) policy);
        describe(&problems, &text);
        names_of(settings, &pools, &hosts);
        expect_text(&text, expected->problems, c->what);
        expect_text(&pools, expected->pools, c->what);
        buffer_done(&hosts);
}

/* Root may read everything. */
static void become(uid_t uid) {
        if (getuid() == 0 || uid == 0)
                ck_assert_int_eq(setresuid(uid, uid, 0), 0);
}

START_TEST(reading)
{
        const uid_t uid = getuid();
        const char *parent = getenv("TMPDIR");
        const Entry file = {"lan.conf", LAN, 0}, directory = {"kept", NULL, 0};
        char root[PATH_MAX];

        (void) snprintf(root, sizeof(root), "%s/kept-XXXXXX", parent ? parent : "/tmp");
        ck_assert_ptr_nonnull(mkdtemp(root));
        ck_assert_int_eq(chmod(root, 0755), 0);
        ck_assert_int_eq(chdir(root), 0);
        make_entry(&file);

        for (size_t i = 0; i < ELEMENTSOF(read_cases); i++) {
                const ReadCase *c = &read_cases[i];

                make_entry(&directory);
                for (const Entry *entry = c->entries; entry->path; entry++)
                        make_entry(entry);
                become(65534);
                for (KeptPolicy policy = KEPT_REFUSE; policy <= KEPT_LOOK_ON; policy++)
                        read_and_compare(c, policy);
                become(uid);
                ck_assert_int_eq(nftw("kept", remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
        }
        ck_assert_int_eq(nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}
END_TEST

TEST_MAIN("configuration", kept_and_files, reading);

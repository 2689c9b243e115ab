/* SPDX-License-Identifier: MIT */
/* hooks.conf: what it may say, and what is said of the rest. And the files of a directory. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "hooks/config.h"
#include "hooks/directory.h"
#include "test.h"

typedef struct ConfigCase {
        const char *text;
        bool old_at_start;
        usec_t timeout;
        const char *problem; /* the first one; NULL = there is none */
} ConfigCase;

START_TEST(test_config)
{
        static const ConfigCase cases[] = {
                {"", true, USEC_PER_MINUTE, NULL},
                {"# nothing\n[Hooks]\n", true, USEC_PER_MINUTE, NULL},
                {"[Hooks]\nOldAtStart=no\nTimeoutSec=5min\n", false, 5 * USEC_PER_MINUTE, NULL},
                {"[Hooks]\nTimeoutSec=infinity\n", true, USEC_INFINITY, NULL},
                {"[Hooks]\nOldAtStart=maybe\n", false, 0,
                        "hooks.conf:2: OldAtStart=maybe: must be yes or no"},
                {"[Hooks]\n\nTimeoutSec=0\n", false, 0,
                        "hooks.conf:3: TimeoutSec=0: must be a time span such as 30s or 5min, or "
                        "infinity"},
                {"[Hooks]\nTimeout=3\n", false, 0,
                        "hooks.conf:2: there is no Timeout=; there are OldAtStart= and "
                        "TimeoutSec=: did you mean TimeoutSec=?"},
                {"[Hooks]\nUser=root\n", false, 0,
                        "hooks.conf:2: there is no User=; there are OldAtStart= and TimeoutSec="},
                {"TimeoutSec=3\n", false, 0,
                        "hooks.conf:1: 'TimeoutSec=' stands before any section; [Hooks] comes "
                        "first"},
                {"[Hook]\nTimeoutSec=0\n", false, 0,
                        "hooks.conf:1: there is no section [Hook]; there is [Hooks] alone"},
                {"[Hooks]\nTimeoutSec\n", false, 0,
                        "hooks.conf:2: 'TimeoutSec': neither [SECTION] nor KEY=VALUE"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(problems_done) Problems problems = {0};
                HookConfig config = {.timeout = 7};
                _cleanup_free_ char *text = NULL;
                int r;

                r = hook_config_parse(
                        "hooks.conf", cases[i].text, strlen(cases[i].text), &config, &problems);
                if (cases[i].problem) {
                        ck_assert_int_eq(r, -EINVAL);
                        ck_assert_uint_eq(problems.n_items, 1);
                        ck_assert_int_ge(problem_format(&problems.items[0], &text), 0);
                        ck_assert_str_eq(text, cases[i].problem);
                        ck_assert_uint_eq(config.timeout, 7);
                        continue;
                }
                ck_assert_int_eq(r, 0);
                ck_assert_uint_eq(problems.n_items, 0);
                ck_assert_int_eq(config.old_at_start, cases[i].old_at_start);
                ck_assert_uint_eq(config.timeout, cases[i].timeout);
        }
}
END_TEST

START_TEST(test_missing_config)
{
        _cleanup_(problems_done) Problems problems = {0};
        HookConfig config;

        ck_assert_int_eq(hook_config_load("/nonexistent", false, &config, &problems), 0);
        ck_assert(config.old_at_start);
        ck_assert_int_eq(hook_config_load("/nonexistent", true, &config, &problems), -ENOENT);
        ck_assert_uint_eq(problems.n_errors, 1);
}
END_TEST

/* ---- the directory --------------------------------------------------------------------------- */

typedef struct FileCase {
        const char *name;
        mode_t mode;         /* 0 = a link */
        const char *problem; /* how it begins; NULL = it is run; "" = it is passed over */
} FileCase;

/* in the order of their names */
static const FileCase files[] = {
        {".hidden", 0755, ""},
        {"05-readme", 0644, "is not executable; try: chmod 755 "},
        {"10-first", 0755, NULL},
        {"10-first.dpkg-old", 0755, ""},
        {"10-first~", 0755, ""},
        {"20-open", 0777, "can be written to by everybody; try: chmod o-w "},
        {"30-dangling", 0, "is a link to a file that is not there"},
        {"9-last", 0700, NULL},
};

static void make_file(const char *directory, const FileCase *file) {
        char path[256];
        int fd;

        (void) snprintf(path, sizeof(path), "%s/%s", directory, file->name);
        if (file->mode == 0) {
                ck_assert_int_eq(symlink("nonexistent", path), 0);
                return;
        }
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(fchmod(fd, file->mode), 0);
        ck_assert_int_eq(close(fd), 0);
}

START_TEST(test_directory)
{
        _cleanup_(hook_directory_done) HookDirectory directory = {0};
        char path[] = "/tmp/mini-dhcp-test-XXXXXX";
        size_t n = 0;

        ck_assert_ptr_nonnull(mkdtemp(path));
        for (size_t i = ELEMENTSOF(files); i-- > 0;)
                make_file(path, &files[i]);
        ck_assert_int_eq(hook_directory_read(path, &directory), 0);
        ck_assert_ptr_null(directory.problem);
        ck_assert_uint_eq(directory.n_scripts, 2);
        for (size_t i = 0; i < ELEMENTSOF(files); i++) {
                const HookFile *file = &directory.files[n];
                const char *problem = files[i].problem;

                if (problem && !*problem)
                        continue;
                ck_assert_uint_lt(n, directory.n_files);
                ck_assert_str_eq(file->name, files[i].name);
                if (problem)
                        ck_assert_int_eq(strncmp(file->problem, problem, strlen(problem)), 0);
                else
                        ck_assert_ptr_null(file->problem);
                n++;
        }
        ck_assert_uint_eq(n, directory.n_files);

        hook_directory_done(&directory);
        ck_assert_int_eq(chmod(path, 0777), 0);
        ck_assert_int_eq(hook_directory_read(path, &directory), 0);
        ck_assert_ptr_nonnull(strstr(directory.problem, "everybody can write to"));
        ck_assert_uint_eq(directory.n_scripts, 0);
        for (size_t i = 0; i < ELEMENTSOF(files); i++) {
                char file[256];

                (void) snprintf(file, sizeof(file), "%s/%s", path, files[i].name);
                ck_assert_int_eq(unlink(file), 0);
        }
        hook_directory_done(&directory);
        ck_assert_int_eq(chmod(path, 0755), 0);
        ck_assert_int_eq(hook_directory_read(path, &directory), 0);
        ck_assert_ptr_nonnull(strstr(directory.problem, "there is no file in"));

        ck_assert_int_eq(rmdir(path), 0);
        hook_directory_done(&directory);
        ck_assert_int_eq(hook_directory_read(path, &directory), 0);
        ck_assert_ptr_nonnull(strstr(directory.problem, "there is no directory"));
}
END_TEST

TEST_MAIN("hooks-config", test_config, test_missing_config, test_directory);

/* SPDX-License-Identifier: MIT */

/* The main() of the test programs: PROGRAM [NAME…] runs the files of these names, or all that it
 * holds, and prints TAP; PROGRAM --list prints the names. Each test runs in a process of its own;
 * with CK_FORK=no in the environment, for a debugger, in this one. */

#include "test.h"

#include <stdbool.h>
#include <stdio.h>

static TestFile *files;
static TestFile **last_file = &files;

void test_file_add(TestFile *file) {
        *last_file = file;
        last_file = &file->next;
}

static const TestFile *find_file(const char *name) {
        const TestFile *file = files;

        while (file && strcmp(file->name, name) != 0)
                file = file->next;
        return file;
}

static bool is_chosen(const TestFile *file, char *const names[]) {
        bool chosen = !*names;

        for (; *names; names++)
                chosen |= strcmp(file->name, *names) == 0;
        return chosen;
}

/* Return: the number of files that can run; in @ret_obstacle why one cannot. */
static size_t add_suites(SRunner *runner, char *const names[], const char **ret_obstacle) {
        size_t n = 0;

        for (const TestFile *file = files; file; file = file->next) {
                const char *obstacle;
                Suite *suite;

                if (!is_chosen(file, names))
                        continue;
                obstacle = file->find_obstacle ? file->find_obstacle() : NULL;
                if (obstacle) {
                        printf("# %s %s\n", file->name, obstacle);
                        *ret_obstacle = obstacle;
                        continue;
                }
                suite = suite_create(file->name);
                file->fill(suite);
                srunner_add_suite(runner, suite);
                n++;
        }
        return n;
}

int main(int argc, char *argv[]) {
        const char *obstacle = NULL;
        SRunner *runner;
        int n_failed = 0;

        if (argc == 2 && strcmp(argv[1], "--list") == 0) {
                for (const TestFile *file = files; file; file = file->next)
                        puts(file->name);
                return EXIT_SUCCESS;
        }
        for (int i = 1; i < argc; i++)
                if (!find_file(argv[i])) {
                        fprintf(stderr, "%s holds no test of the name %s\n", argv[0], argv[i]);
                        return EXIT_FAILURE;
                }

        runner = srunner_create(NULL);
        srunner_set_tap(runner, "-");
        if (add_suites(runner, argv + 1, &obstacle) > 0) {
                (void) fflush(stdout);
                srunner_run_all(runner, CK_SILENT);
                n_failed = srunner_ntests_failed(runner);
        } else
                printf("1..0 # SKIP %s\n", obstacle);
        srunner_free(runner);
        return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */

/* Small files written for good: what is there after success, after a failure at each step, and at
 * each moment between. The calls that make a text durable are watched on their way to the kernel.
 */

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/file-writer.h"
#include "test.h"

typedef struct Fixture {
        sd_event *event;
        FileWriter *writer;
        char directory[64];
        unsigned n_done;
        int result;
} Fixture;

/* The thread's while it works, the test's before and after. */
static struct {
        char calls[512];
        unsigned n_calls;
        unsigned failing; /* this call fails, counted from 1; 0 = none */
        bool blocked;     /* the first sync waits for the gate */
        sem_t gate;
} disk;

static const char *base_name(const char *path) {
        const char *slash = strrchr(path, '/');

        return slash ? slash + 1 : path;
}

/* Notes a call. Return: whether it is to fail. */
static bool note(const char *call, const char *name) {
        const size_t n = strlen(disk.calls);

        (void) snprintf(disk.calls + n, sizeof(disk.calls) - n, "%s%s %s", n > 0 ? ", " : "", call,
                strncmp(name, "file-writer-", 12) == 0 ? "top" : name);
        if (++disk.n_calls != disk.failing)
                return false;
        errno = EIO;
        return true;
}

/* In the place of the C library's. */
int fsync(int fd) {
        char link[64], path[256];
        ssize_t n;

        (void) snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
        n = readlink(link, path, sizeof(path) - 1);
        ck_assert_int_gt(n, 0);
        path[n] = '\0';
        if (disk.blocked)
                ck_assert_int_eq(sem_wait(&disk.gate), 0);
        disk.blocked = false;
        return note("sync", base_name(path)) ? -1 : (int) syscall(SYS_fsync, fd);
}

int renameat(int old_fd, const char *old, int new_fd, const char *new) {
        return note("rename", old) ? -1 : (int) syscall(SYS_renameat2, old_fd, old, new_fd, new, 0);
}

int mkdir(const char *path, mode_t mode) {
        char copy[256];
        const size_t n = strlen(path);

        /* a slash may stand at its end */
        (void) snprintf(copy, sizeof(copy), "%.*s", (int) (n - (path[n - 1] == '/')), path);
        return note("make", base_name(copy)) ? -1 : (int) syscall(SYS_mkdir, path, mode);
}

/* A kernel may take less than it is given. */
ssize_t write(int fd, const void *data, size_t size) {
        return syscall(SYS_write, fd, data, size > 10000 ? size / 2 : size);
}

static void setup(Fixture *f) {
        *f = (Fixture){.directory = "/tmp/file-writer-XXXXXX"};
        disk.calls[0] = '\0';
        disk.n_calls = disk.failing = 0;
        disk.blocked = false;
        ck_assert_ptr_nonnull(mkdtemp(f->directory));
        ck_assert_int_ge(sd_event_new(&f->event), 0);
        ck_assert_int_eq(file_writer_new(&f->writer, f->event), 0);
}

static void teardown(Fixture *f) {
        char command[128];

        ck_assert_ptr_null(file_writer_free(f->writer));
        (void) sd_event_unref(f->event);
        (void) snprintf(command, sizeof(command), "rm -r %s", f->directory);
        ck_assert_int_eq(system(command), 0);
}

static const char *path_of(const Fixture *f, const char *name) {
        static char path[256];

        (void) snprintf(path, sizeof(path), "%s/%s", f->directory, name);
        return path;
}

static void on_done(int r, void *userdata) {
        Fixture *f = userdata;

        f->n_done++;
        f->result = r;
}

static void start(Fixture *f, const char *name, const char *text) {
        f->n_done = 0;
        ck_assert_int_eq(file_writer_start(f->writer, path_of(f, name), text, on_done, f), 0);
        /* the function is the loop's to call */
        ck_assert_uint_eq(f->n_done, 0);
}

/* Return: what the function was told. */
static int finish(Fixture *f) {
        while (f->n_done == 0)
                ck_assert_int_gt(sd_event_run(f->event, TEST_TIMEOUT * 1000000ULL), 0);
        ck_assert_int_eq(sd_event_run(f->event, 0), 0);
        ck_assert_uint_eq(f->n_done, 1);
        return f->result;
}

static int carry_out(Fixture *f, const char *name, const char *text) {
        start(f, name, text);
        return finish(f);
}

/* Puts a file there without the writer. */
static void put(const Fixture *f, const char *name, const char *text) {
        FILE *file = fopen(path_of(f, name), "we");

        ck_assert_ptr_nonnull(file);
        ck_assert_int_ge(fputs(text, file), 0);
        ck_assert_int_eq(fclose(file), 0);
}

/* @text: NULL when there must be no file */
static void expect(const Fixture *f, const char *name, const char *text) {
        char *contents = NULL;
        size_t size = 0;
        FILE *file = fopen(path_of(f, name), "re");

        if (!text) {
                ck_assert_msg(!file && errno == ENOENT, "%s is there", name);
                return;
        }
        ck_assert_msg(file, "%s is not there", name);
        ck_assert_int_ge(getdelim(&contents, &size, '\0', file), 0);
        ck_assert_str_eq(contents, text);
        free(contents);
        (void) fclose(file);
}

START_TEST(write_replace_remove)
{
        Fixture f;
        struct stat st;

        setup(&f);
        (void) umask(022);
        ck_assert_int_eq(carry_out(&f, "pools/lan.conf", "one\n"), 0);
        expect(&f, "pools/lan.conf", "one\n");
        ck_assert_int_eq(stat(path_of(&f, "pools/lan.conf"), &st), 0);
        ck_assert_uint_eq(st.st_mode, S_IFREG | 0644);
        ck_assert_int_eq(stat(path_of(&f, "pools"), &st), 0);
        ck_assert_uint_eq(st.st_mode, S_IFDIR | 0755);

        ck_assert_int_eq(carry_out(&f, "pools/lan.conf", "two\n"), 0);
        expect(&f, "pools/lan.conf", "two\n");
        expect(&f, "pools/.lan.conf.new", NULL);

        ck_assert_int_eq(carry_out(&f, "pools/lan.conf", NULL), 0);
        expect(&f, "pools/lan.conf", NULL);
        teardown(&f);
}
END_TEST

START_TEST(nothing_to_remove)
{
        Fixture f;

        setup(&f);
        ck_assert_int_eq(carry_out(&f, "lan.conf", NULL), 0);
        ck_assert_int_eq(carry_out(&f, "pools/lan.conf", NULL), 0);
        ck_assert_int_lt(access(path_of(&f, "pools"), F_OK), 0);
        teardown(&f);
}
END_TEST

START_TEST(large_text)
{
        static char text[3 << 20];
        Fixture f;

        setup(&f);
        for (size_t i = 0; i < sizeof(text) - 1; i++)
                text[i] = (char) ('a' + i % 23);
        ck_assert_int_eq(carry_out(&f, "lan.conf", text), 0);
        expect(&f, "lan.conf", text);
        teardown(&f);
}
END_TEST

/* What a crash has left is no obstacle, and nothing of it gets into the text. */
START_TEST(after_a_crash)
{
        Fixture f;

        setup(&f);
        put(&f, ".lan.conf.new", "half of another text, which is longer");
        ck_assert_int_eq(carry_out(&f, "lan.conf", "one\n"), 0);
        expect(&f, "lan.conf", "one\n");
        expect(&f, ".lan.conf.new", NULL);
        teardown(&f);
}
END_TEST

/* The text is durable before it gets the name, and then the name, and that of its directory. */
START_TEST(order)
{
        static const struct {
                const char *name;
                const char *text;
                const char *calls;
        } cases[] = {
                {"lan.conf", "one\n",
                        "make top, sync .lan.conf.new, rename .lan.conf.new, sync top"},
                {"lan.conf", NULL, "sync top"},
                {"pools/a.conf", "one\n",
                        "make pools, sync top, sync .a.conf.new, rename .a.conf.new, sync pools"},
                {"pools/b.conf", "one\n",
                        "make pools, sync .b.conf.new, rename .b.conf.new, sync pools"},
        };
        Fixture f;

        setup(&f);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                disk.calls[0] = '\0';
                ck_assert_int_eq(carry_out(&f, cases[i].name, cases[i].text), 0);
                ck_assert_str_eq(disk.calls, cases[i].calls);
        }
        teardown(&f);
}
END_TEST

/* Each call fails once: the old text is there, or the new one, and next time all is well. */
START_TEST(failing_disk)
{
        static const struct {
                const char *text;
                unsigned failing;
                const char *left;
        } cases[] = {
                {"new\n", 1, "old\n"}, /* the directory */
                {"new\n", 2, "old\n"}, /* the text's sync */
                {"new\n", 3, "old\n"}, /* rename */
                {"new\n", 4, "new\n"}, /* the directory's sync */
                {NULL, 1, NULL},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                Fixture f;

                setup(&f);
                put(&f, "lan.conf", "old\n");
                disk.failing = cases[i].failing;
                ck_assert_int_eq(carry_out(&f, "lan.conf", cases[i].text), -EIO);
                ck_assert_uint_eq(disk.n_calls, cases[i].failing);
                expect(&f, "lan.conf", cases[i].left);
                expect(&f, ".lan.conf.new", NULL);

                ck_assert_int_eq(carry_out(&f, "lan.conf", cases[i].text), 0);
                expect(&f, "lan.conf", cases[i].text);
                teardown(&f);
        }
}
END_TEST

/* What was to be durable in vain is not taken for durable the next time. */
START_TEST(failing_disk_under_a_new_directory)
{
        Fixture f;

        setup(&f);
        disk.failing = 2;
        ck_assert_int_eq(carry_out(&f, "pools/lan.conf", "one\n"), -EIO);
        expect(&f, "pools/lan.conf", NULL);
        disk.calls[0] = '\0';
        ck_assert_int_eq(carry_out(&f, "pools/lan.conf", "one\n"), 0);
        ck_assert_str_eq(disk.calls,
                "make pools, sync top, sync .lan.conf.new, rename .lan.conf.new, sync pools");
        expect(&f, "pools/lan.conf", "one\n");
        teardown(&f);
}
END_TEST

START_TEST(full_disk)
{
        const struct rlimit small = {.rlim_cur = 1000, .rlim_max = RLIM_INFINITY};
        struct rlimit before;
        char text[2000];
        Fixture f;

        setup(&f);
        put(&f, "lan.conf", "old\n");
        memset(text, 'x', sizeof(text) - 1);
        text[sizeof(text) - 1] = '\0';
        (void) signal(SIGXFSZ, SIG_IGN);
        ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
        /* half of it is taken first */
        ck_assert_int_eq(carry_out(&f, "lan.conf", text), -EFBIG);
        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
        expect(&f, "lan.conf", "old\n");
        expect(&f, ".lan.conf.new", NULL);

        ck_assert_int_eq(carry_out(&f, "lan.conf", text), 0);
        expect(&f, "lan.conf", text);
        teardown(&f);
}
END_TEST

START_TEST(places_where_no_file_can_be)
{
        static const struct {
                const char *name;
                const char *text;
                int r;
        } cases[] = {
                {"no/where/lan.conf", "one\n", -ENOENT}, {"file/lan.conf", "one\n", -ENOTDIR},
                {"file/lan.conf", NULL, -ENOTDIR}, {"pools", "one\n", -EISDIR},
                {"pools", NULL, -EISDIR},
                {"link.conf", "one\n", -ELOOP}, /* somebody has laid a trap where we write */
        };
        Fixture f;

        setup(&f);
        put(&f, "file", "theirs\n");
        ck_assert_int_eq(mkdir(path_of(&f, "pools"), 0755), 0);
        ck_assert_int_eq(symlink("file", path_of(&f, ".link.conf.new")), 0);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                ck_assert_msg(carry_out(&f, cases[i].name, cases[i].text) == cases[i].r,
                        "case %zu: %s", i, strerror(-f.result));
        expect(&f, "file", "theirs\n");
        expect(&f, ".pools.new", NULL);
        expect(&f, "link.conf", NULL);

        ck_assert_int_eq(carry_out(&f, "lan.conf", "one\n"), 0);
        teardown(&f);
}
END_TEST

/* The disk takes its time: the loop does not wait, and there is one piece of work at once. */
START_TEST(slow_disk)
{
        Fixture f;

        setup(&f);
        ck_assert_int_eq(sem_init(&disk.gate, 0, 0), 0);
        disk.blocked = true;
        start(&f, "lan.conf", "one\n");
        ck_assert_int_eq(
                file_writer_start(f.writer, path_of(&f, "lan.conf"), "two\n", on_done, &f), -EBUSY);
        ck_assert_int_eq(sd_event_run(f.event, 10000), 0);
        ck_assert_uint_eq(f.n_done, 0);
        expect(&f, "lan.conf", NULL);

        ck_assert_int_eq(sem_post(&disk.gate), 0);
        ck_assert_int_eq(finish(&f), 0);
        expect(&f, "lan.conf", "one\n");
        ck_assert_int_eq(carry_out(&f, "lan.conf", "two\n"), 0);
        expect(&f, "lan.conf", "two\n");
        teardown(&f);
}
END_TEST

START_TEST(arguments_are_copied)
{
        char path[256], text[] = "one\n";
        Fixture f;

        setup(&f);
        ck_assert_int_eq(sem_init(&disk.gate, 0, 0), 0);
        disk.blocked = true;
        (void) snprintf(path, sizeof(path), "%s", path_of(&f, "pools/lan.conf"));
        ck_assert_int_eq(file_writer_start(f.writer, path, text, on_done, &f), 0);
        memset(path, 'x', sizeof(path));
        memset(text, 'x', sizeof(text));
        ck_assert_int_eq(sem_post(&disk.gate), 0);
        ck_assert_int_eq(finish(&f), 0);
        expect(&f, "pools/lan.conf", "one\n");
        teardown(&f);
}
END_TEST

static void start_another(int r, void *userdata) {
        Fixture *f = userdata;

        ck_assert_int_eq(r, 0);
        ck_assert_int_eq(
                file_writer_start(f->writer, path_of(f, "second.conf"), "two\n", on_done, f), 0);
}

START_TEST(one_after_the_other)
{
        Fixture f;

        setup(&f);
        ck_assert_int_eq(
                file_writer_start(f.writer, path_of(&f, "first.conf"), "one\n", start_another, &f),
                0);
        ck_assert_int_eq(finish(&f), 0);
        expect(&f, "first.conf", "one\n");
        expect(&f, "second.conf", "two\n");
        teardown(&f);
}
END_TEST

static void free_writer(int r, void *userdata) {
        Fixture *f = userdata;

        f->writer = file_writer_free(f->writer);
        on_done(r, f);
}

START_TEST(freed_by_its_own_function)
{
        Fixture f;

        setup(&f);
        ck_assert_int_eq(
                file_writer_start(f.writer, path_of(&f, "lan.conf"), "one\n", free_writer, &f), 0);
        ck_assert_int_eq(finish(&f), 0);
        teardown(&f);
}
END_TEST

/* At the end of the daemon nothing is left half done, and nobody is told who has gone. */
START_TEST(freed_at_work)
{
        Fixture f;

        setup(&f);
        start(&f, "pools/lan.conf", "one\n");
        f.writer = file_writer_free(f.writer);
        expect(&f, "pools/lan.conf", "one\n");
        expect(&f, "pools/.lan.conf.new", NULL);
        ck_assert_int_eq(sd_event_run(f.event, 0), 0);
        ck_assert_uint_eq(f.n_done, 0);
        teardown(&f);
}
END_TEST

TEST_MAIN("file-writer", write_replace_remove, nothing_to_remove, large_text, after_a_crash, order,
        failing_disk, failing_disk_under_a_new_directory, full_disk, places_where_no_file_can_be,
        slow_disk, arguments_are_copied, one_after_the_other, freed_by_its_own_function,
        freed_at_work);

/* SPDX-License-Identifier: MIT */

/* Root works on a file in a directory that belongs to the server's user: what that user plants
 * there is not followed, waited for or given root's permissions. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/lease-place.h"
#include "ctl/lease-text.h"
#include "test.h"

enum {
        NOBODY = 65534,
};

static char directory[64];

static const char *in(const char *name) {
        static char paths[4][128];
        static unsigned next;
        char *path = paths[next++ % ELEMENTSOF(paths)];

        (void) snprintf(path, sizeof(paths[0]), "%s/%s", directory, name);
        return path;
}

static void write_file(const char *name, const char *text, mode_t mode) {
        int fd = open(in(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t) strlen(text));
        ck_assert_int_eq(fchmod(fd, mode), 0);
        (void) close(fd);
}

static void assert_text(const char *name, const char *text) {
        char found[128] = "";
        int fd = open(in(name), O_RDONLY | O_CLOEXEC);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_ge(read(fd, found, sizeof(found) - 1), 0);
        ck_assert_str_eq(found, text);
        (void) close(fd);
}

static void make_link(const char *target, const char *name, uid_t owner) {
        ck_assert_int_eq(symlink(target, in(name)), 0);
        ck_assert_int_eq(lchown(in(name), owner, (gid_t) -1), 0);
}

/* A directory "state" with a lease file, and "other" with a file that is none of the server's. */
static void set_up(void) {
        (void) snprintf(directory, sizeof(directory), "/tmp/place-XXXXXX");
        ck_assert_ptr_nonnull(mkdtemp(directory));
        ck_assert_int_eq(mkdir(in("state"), 0755), 0);
        ck_assert_int_eq(mkdir(in("other"), 0755), 0);
        write_file("state/leases.csv", "ours", 0640);
        write_file("other/leases.csv", "kept", 0640);
}

static void tear_down(void) {
        static const char *const names[] = {"state/leases.csv", "other/leases.csv",
                "moved/leases.csv", "link", "loop", "state", "other", "moved"};

        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                if (unlink(in(names[i])) < 0)
                        (void) rmdir(in(names[i]));
        ck_assert_int_eq(rmdir(directory), 0);
}

static int open_path(const char *path) {
        int fd, r;

        r = lease_place_open_path(path, &fd);
        if (r >= 0)
                (void) close(fd);
        return r;
}

/* Whether this test can make files of somebody else. */
static bool is_root(void) {
        return geteuid() == 0;
}

START_TEST(test_paths)
{
        set_up();
        ck_assert_int_eq(open_path(in("state/leases.csv")), 0);
        ck_assert_int_eq(open_path(in("state//../state/./leases.csv")), 0);
        ck_assert_int_eq(open_path(in("state/none.csv")), -ENOENT);
        ck_assert_int_eq(open_path(in("none/leases.csv")), -ENOENT);
        ck_assert_int_eq(open_path(in("state/leases.csv/leases.csv")), -ENOTDIR);
        ck_assert_int_eq(open_path(in("state")), -EISDIR);
        ck_assert_int_eq(open_path("/"), -EISDIR);
        ck_assert_int_eq(open_path(""), -EISDIR);
        ck_assert_int_eq(chdir(directory), 0);
        ck_assert_int_eq(open_path("state/leases.csv"), 0);
        ck_assert_int_eq(chdir("/"), 0);
        tear_down();
}
END_TEST

START_TEST(test_links)
{
        static const struct {
                const char *target;
                const char *path;
                int r;
        } cases[] = {
                {"state/leases.csv", "link", 0},
                {"state", "link/leases.csv", 0},
                {"./other/../state/", "link/leases.csv", 0},
                {"none", "link/leases.csv", -ENOENT},
                {"link", "link/leases.csv", -ELOOP},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                set_up();
                make_link(cases[i].target, "link", geteuid());
                ck_assert_int_eq(open_path(in(cases[i].path)), cases[i].r);
                ck_assert_int_eq(unlink(in("link")), 0);
                if (is_root()) {
                        make_link(cases[i].target, "link", NOBODY);
                        ck_assert_int_eq(open_path(in(cases[i].path)), -ELOOP);
                }
                tear_down();
        }

        set_up();
        make_link(in("state"), "link", geteuid()); /* by an absolute path */
        ck_assert_int_eq(open_path(in("link/leases.csv")), 0);
        tear_down();
}
END_TEST

/* Opening it for reading would wait for its writer. */
START_TEST(test_fifo)
{
        set_up();
        ck_assert_int_eq(unlink(in("state/leases.csv")), 0);
        ck_assert_int_eq(mkfifo(in("state/leases.csv"), 0666), 0);
        ck_assert_int_eq(open_path(in("state/leases.csv")), -EBADFD);
        tear_down();
}
END_TEST

/* While the editor is open: the directory's name leads elsewhere. */
START_TEST(test_directory_is_swapped)
{
        _cleanup_(lease_place_done) LeasePlace place = LEASE_PLACE_INIT;
        Buffer text = BUFFER_INIT;
        int fd;

        set_up();
        ck_assert_int_eq(lease_place_open(&place, in("state/leases.csv")), 0);
        ck_assert_int_eq(rename(in("state"), in("moved")), 0);
        make_link("other", "state", geteuid());

        ck_assert_int_eq(buffer_append(&text, "edited", 6), 0);
        ck_assert_int_eq(lease_text_replace(&place, &text, &fd), 0);
        (void) close(fd);
        assert_text("moved/leases.csv", "edited");
        assert_text("other/leases.csv", "kept");
        buffer_done(&text);
        tear_down();
}
END_TEST

/* Or there is a link now where the file was; whosever it is, the path was walked before. */
START_TEST(test_file_is_swapped)
{
        _cleanup_(lease_place_done) LeasePlace place = LEASE_PLACE_INIT;
        Buffer text = BUFFER_INIT;
        struct stat st;
        int fd;

        set_up();
        ck_assert_int_eq(lease_place_open(&place, in("state/leases.csv")), 0);
        ck_assert_int_eq(unlink(in("state/leases.csv")), 0);
        make_link("../other/leases.csv", "state/leases.csv", geteuid());

        ck_assert_int_eq(lease_place_open_file(&place, &fd, NULL), -ELOOP);
        ck_assert_int_eq(buffer_append(&text, "edited", 6), 0);
        ck_assert_int_eq(lease_text_replace(&place, &text, &fd), -ELOOP);
        assert_text("other/leases.csv", "kept");
        ck_assert_int_eq(lstat(in("state/leases.csv"), &st), 0);
        ck_assert(S_ISLNK(st.st_mode));
        buffer_done(&text);
        tear_down();
}
END_TEST

/* A file of root's that its owner's name has been put on must not come out as a program of root's.
 */
START_TEST(test_mode)
{
        static const struct {
                mode_t before;
                mode_t after;
        } cases[] = {{0640, 0640}, {0664, 0664}, {0600, 0600}, {04755, 0644}, {02771, 0660}};

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(lease_place_done) LeasePlace place = LEASE_PLACE_INIT;
                Buffer text = BUFFER_INIT;
                struct stat st;
                int fd;

                set_up();
                if (is_root())
                        ck_assert_int_eq(chown(in("state/leases.csv"), NOBODY, NOBODY), 0);
                ck_assert_int_eq(chmod(in("state/leases.csv"), cases[i].before), 0);
                ck_assert_int_eq(lease_place_open(&place, in("state/leases.csv")), 0);
                ck_assert_int_eq(buffer_append(&text, "edited", 6), 0);
                ck_assert_int_eq(lease_text_replace(&place, &text, &fd), 0);
                (void) close(fd);
                assert_text("state/leases.csv", "edited");
                ck_assert_int_eq(lstat(in("state/leases.csv"), &st), 0);
                ck_assert_uint_eq(st.st_mode & 07777, cases[i].after);
                ck_assert_uint_eq(st.st_uid, is_root() ? NOBODY : geteuid());
                buffer_done(&text);
                tear_down(); /* nothing else is left there */
        }
}
END_TEST

TEST_MAIN("ctl-place", test_paths, test_links, test_fifo, test_directory_is_swapped,
        test_file_is_swapped, test_mode);

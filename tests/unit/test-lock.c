/* SPDX-License-Identifier: MIT */

/* The lock of a directory, and what others can put in its way. Another process is a child here, and
 * somebody without privileges one who has the directory open. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/lock.h"
#include "test.h"

#define PUT_ASIDE LOCK_FILE_NAME "~"

static char directory[64];
static int directory_fd;

static void set_up(void) {
        (void) snprintf(directory, sizeof(directory), "/tmp/lock-XXXXXX");
        ck_assert_ptr_nonnull(mkdtemp(directory));
        directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        ck_assert_int_ge(directory_fd, 0);
}

static void tear_down(void) {
        static const char *const names[] = {
                LOCK_FILE_NAME "/inside", PUT_ASIDE "/inside", LOCK_FILE_NAME, PUT_ASIDE, "target"};

        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                if (unlinkat(directory_fd, names[i], 0) < 0)
                        (void) unlinkat(directory_fd, names[i], AT_REMOVEDIR);
        (void) close(directory_fd);
        ck_assert_int_eq(rmdir(directory), 0);
}

/* A descriptor of its own for each server: flock(2) locks belong to the open directory. */
static int open_again(void) {
        int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        ck_assert_int_ge(fd, 0);
        return fd;
}

static void write_file(const char *name, const char *text, mode_t mode) {
        int fd = openat(directory_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t) strlen(text));
        ck_assert_int_eq(fchmod(fd, mode), 0);
        (void) close(fd);
}

static void assert_text(const char *name, const char *text) {
        char found[256] = "";
        int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_ge(read(fd, found, sizeof(found) - 1), 0);
        ck_assert_str_eq(found, text);
        (void) close(fd);
}

/* That the lock is taken, by a file that is as it should be; drops it again. */
static void assert_taken(DirectoryLock *lock) {
        char text[64];
        struct stat st;

        ck_assert_int_ge(lock->fd, 0);
        ck_assert_int_eq(lock->error, 0);
        ck_assert_int_eq(fstatat(directory_fd, LOCK_FILE_NAME, &st, AT_SYMLINK_NOFOLLOW), 0);
        ck_assert(S_ISREG(st.st_mode));
        ck_assert_uint_eq(st.st_mode & 07777, 0600);
        ck_assert_uint_eq(st.st_nlink, 1);
        (void) snprintf(
                text, sizeof(text), "%ld %s\n", (long) getpid(), program_invocation_short_name);
        assert_text(LOCK_FILE_NAME, text);
        directory_lock_drop(lock);
        assert_text(LOCK_FILE_NAME, "");
}

/* A process that has taken the lock, until it is ended. */
typedef struct Other {
        pid_t pid;
        int fd;
} Other;

static Other start_other(void) {
        int pair[2];
        char byte;
        Other other;

        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
        other = (Other){.pid = fork(), .fd = pair[0]};
        ck_assert_int_ge(other.pid, 0);
        if (other.pid == 0) {
                DirectoryLock lock;

                (void) close(pair[0]);
                if (directory_lock_take(&lock, open_again()) < 0 || write(pair[1], "", 1) != 1)
                        _exit(1);
                (void) !read(pair[1], &byte, 1); /* the end of the other side */
                _exit(0);
        }
        (void) close(pair[1]);
        ck_assert_int_eq(read(other.fd, &byte, 1), 1);
        return other;
}

static void end_other(const Other *other) {
        (void) close(other->fd);
        ck_assert_int_eq(waitpid(other->pid, NULL, 0), other->pid);
}

START_TEST(test_second_is_refused)
{
        DirectoryLock lock, second;
        int fd;

        set_up();
        ck_assert_int_eq(directory_lock_take(&lock, directory_fd), 0);
        ck_assert(!lock.contested);
        fd = open_again();
        ck_assert_int_eq(directory_lock_take(&second, fd), -EWOULDBLOCK);
        directory_lock_drop(&second);
        assert_taken(&lock);
        (void) close(directory_fd);
        directory_fd = fd;
        ck_assert_int_eq(directory_lock_take(&second, fd), 0);
        assert_taken(&second);
        tear_down();
}
END_TEST

START_TEST(test_holder_is_named)
{
        DirectoryLock lock;
        LockHolder holder;
        Other other;

        set_up();
        directory_lock_find_holder(directory_fd, &holder);
        ck_assert_int_eq(holder.pid, 0);

        other = start_other();
        ck_assert_int_eq(directory_lock_take(&lock, directory_fd), -EWOULDBLOCK);
        directory_lock_find_holder(directory_fd, &holder);
        ck_assert_int_eq(holder.pid, other.pid);
        ck_assert(!holder.elsewhere);
        ck_assert_str_eq(holder.command, program_invocation_short_name);

        ck_assert_int_eq(kill(other.pid, SIGKILL), 0);
        end_other(&other);
        directory_lock_find_holder(directory_fd, &holder);
        ck_assert_int_eq(holder.pid, 0); /* whatever it has left in the file */
        ck_assert_int_eq(directory_lock_take(&lock, directory_fd), 0);
        assert_taken(&lock);
        tear_down();
}
END_TEST

START_TEST(test_directory_is_locked)
{
        static const int operations[] = {LOCK_EX, LOCK_SH};

        for (size_t i = 0; i < ELEMENTSOF(operations); i++) {
                DirectoryLock lock;
                int stranger;

                set_up();
                stranger = open_again();
                ck_assert_int_eq(flock(stranger, operations[i]), 0);
                ck_assert_int_eq(directory_lock_take(&lock, directory_fd), 0);
                ck_assert(lock.contested);
                assert_taken(&lock);
                (void) close(stranger);
                tear_down();
        }
}
END_TEST

/* So that an earlier version, which knows of no file, does not start beside us. */
START_TEST(test_directory_is_locked_too)
{
        DirectoryLock lock;
        int earlier;

        set_up();
        earlier = open_again();
        ck_assert_int_eq(directory_lock_take(&lock, directory_fd), 0);
        ck_assert_int_eq(flock(earlier, LOCK_EX | LOCK_NB), -1);
        ck_assert_int_eq(errno, EWOULDBLOCK);
        (void) close(earlier);
        directory_lock_drop(&lock);
        tear_down();
}
END_TEST

static void plant_directory(void) {
        ck_assert_int_eq(mkdirat(directory_fd, LOCK_FILE_NAME, 0755), 0);
}

static void plant_full_directory(void) {
        plant_directory();
        write_file(LOCK_FILE_NAME "/inside", "kept", 0600);
}

static void plant_fifo(void) {
        ck_assert_int_eq(mkfifoat(directory_fd, LOCK_FILE_NAME, 0666), 0);
}

static void plant_socket(void) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

        (void) snprintf(
                address.sun_path, sizeof(address.sun_path), "%s/%s", directory, LOCK_FILE_NAME);
        ck_assert_int_eq(bind(fd, (struct sockaddr *) &address, sizeof(address)), 0);
        (void) close(fd);
}

static void plant_link(void) {
        write_file("target", "kept", 0600);
        ck_assert_int_eq(symlinkat("target", directory_fd, LOCK_FILE_NAME), 0);
}

static void plant_dangling_link(void) {
        ck_assert_int_eq(symlinkat("target", directory_fd, LOCK_FILE_NAME), 0);
}

static void plant_hard_link(void) {
        write_file("target", "kept", 0600);
        ck_assert_int_eq(linkat(directory_fd, "target", directory_fd, LOCK_FILE_NAME, 0), 0);
}

static void plant_open_file(void) {
        write_file(LOCK_FILE_NAME, "", 0666);
}

/* Of another user than the directory: who has it could lock it, or be told what is written there.
 */
static void plant_foreign_file(void) {
        write_file(LOCK_FILE_NAME, "", 0600);
        if (geteuid() == 0)
                ck_assert_int_eq(fchownat(directory_fd, LOCK_FILE_NAME, 65534, 65534, 0), 0);
}

START_TEST(test_odd_things)
{
        static const struct {
                const char *what;
                void (*plant)(void);
                const char *kept; /* a file that must say "kept" afterwards */
        } cases[] = {
                {"a directory", plant_directory, NULL},
                {"a directory that is not empty", plant_full_directory, PUT_ASIDE "/inside"},
                {"a FIFO", plant_fifo, NULL},
                {"a socket", plant_socket, NULL},
                {"a link", plant_link, "target"},
                {"a link to nothing", plant_dangling_link, NULL},
                {"a hard link", plant_hard_link, "target"},
                {"a file that all may open", plant_open_file, NULL},
                {"a file of somebody else", plant_foreign_file, NULL},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                DirectoryLock lock;
                struct stat st;

                set_up();
                cases[i].plant();
                ck_assert_msg(directory_lock_take(&lock, directory_fd) == 0 && lock.fd >= 0, "%s",
                        cases[i].what);
                assert_taken(&lock);
                ck_assert_int_eq(fstatat(directory_fd, LOCK_FILE_NAME, &st, 0), 0);
                ck_assert_uint_eq(st.st_uid, geteuid());
                if (cases[i].kept)
                        assert_text(cases[i].kept, "kept");
                else
                        ck_assert_int_eq(faccessat(directory_fd, "target", F_OK, 0), -1);
                tear_down();
        }
}
END_TEST

/* Somebody has locked a file that was left open to all. */
START_TEST(test_stranger_has_open_file)
{
        static const int operations[] = {LOCK_EX, LOCK_SH};

        for (size_t i = 0; i < ELEMENTSOF(operations); i++) {
                DirectoryLock lock;
                int stranger;

                set_up();
                plant_open_file();
                stranger = openat(directory_fd, LOCK_FILE_NAME, O_RDONLY | O_CLOEXEC);
                ck_assert_int_eq(flock(stranger, operations[i]), 0);
                ck_assert_int_eq(directory_lock_take(&lock, directory_fd), 0);
                assert_taken(&lock);
                (void) close(stranger);
                tear_down();
        }
}
END_TEST

/* But a server that has it is one, whatever the mode has become. */
START_TEST(test_server_has_open_file)
{
        DirectoryLock lock;
        Other other;

        set_up();
        other = start_other();
        ck_assert_int_eq(fchmodat(directory_fd, LOCK_FILE_NAME, 0666, 0), 0);
        ck_assert_int_eq(directory_lock_take(&lock, directory_fd), -EWOULDBLOCK);
        end_other(&other);
        tear_down();
}
END_TEST

/* Nothing can be made there: a server serves all the same. */
START_TEST(test_no_room)
{
        DirectoryLock lock;

        set_up();
        plant_full_directory();
        ck_assert_int_eq(mkdirat(directory_fd, PUT_ASIDE, 0755), 0);
        ck_assert_int_eq(directory_lock_take(&lock, directory_fd), 0);
        ck_assert_int_eq(lock.fd, -1);
        ck_assert_int_eq(lock.error, -EEXIST);
        directory_lock_drop(&lock);
        assert_text(LOCK_FILE_NAME "/inside", "kept");
        tear_down();
}
END_TEST

TEST_MAIN("lock", test_second_is_refused, test_holder_is_named, test_directory_is_locked,
        test_directory_is_locked_too, test_odd_things, test_stranger_has_open_file,
        test_server_has_open_file, test_no_room);

/* SPDX-License-Identifier: MIT */
/* Starting, waiting for and ending one program.
 *
 * Invariant: its input lies in a memory file, so that a program that does not read cannot stop us;
 * and no descriptor of ours but the three standard ones is seen by it. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "basic/child.h"
#include "basic/macro.h"

extern char **environ;

static int open_input(const char *text) {
        _cleanup_close_ int fd = -1;

        if (!text) {
                fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
                return fd < 0 ? -errno : TAKE_FD(fd);
        }
        fd = memfd_create("input", MFD_CLOEXEC);
        if (fd < 0)
                return -errno;
        if (dprintf(fd, "%s", text) < 0 || lseek(fd, 0, SEEK_SET) < 0)
                return -errno;
        return TAKE_FD(fd);
}

/* Our signal mask is that of a process that reads its signals from a descriptor. */
static int spawn(const ChildCommand *command, int input, pid_t *ret) {
        char *const *variables = command->variables ? command->variables : environ;
        posix_spawn_file_actions_t actions;
        posix_spawnattr_t attributes;
        sigset_t none;
        int r;

        (void) sigemptyset(&none);
        (void) posix_spawn_file_actions_init(&actions);
        (void) posix_spawnattr_init(&attributes);
        (void) posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
        if (command->has_output) {
                (void) posix_spawn_file_actions_adddup2(&actions, command->output, STDOUT_FILENO);
                (void) posix_spawn_file_actions_adddup2(&actions, command->output, STDERR_FILENO);
        }
        if (command->quiet_output)
                (void) posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
        (void) posix_spawnattr_setsigmask(&attributes, &none);
        (void) posix_spawnattr_setpgroup(&attributes, 0);
        (void) posix_spawnattr_setflags(
                &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
        r = posix_spawnp(
                ret, command->arguments[0], &actions, &attributes, command->arguments, variables);
        (void) posix_spawnattr_destroy(&attributes);
        (void) posix_spawn_file_actions_destroy(&actions);
        return -r;
}

int child_start(const ChildCommand *command, Child *ret) {
        _cleanup_close_ int input = -1;
        Child child = CHILD_NONE;
        int r;

        input = open_input(command->input);
        if (input < 0)
                return input;
        r = spawn(command, input, &child.pid);
        if (r < 0)
                return r;
        child.fd = pidfd_open(child.pid, 0);
        if (child.fd < 0) {
                r = -errno;
                (void) child_end(&child);
                return r;
        }
        *ret = child;
        return 0;
}

static int limit_to_msec(usec_t limit) {
        return limit == USEC_INFINITY ? -1 : (int) MIN(limit / USEC_PER_MSEC, (usec_t) INT32_MAX);
}

bool child_await(const Child *child, usec_t limit) {
        struct pollfd end = {.fd = child->fd, .events = POLLIN};
        int n;

        do
                n = poll(&end, 1, limit_to_msec(limit));
        while (n < 0 && errno == EINTR);
        return n > 0;
}

/* A program that has ended and is not waited for yet keeps its number, and that of its group. */
int child_end(Child *child) {
        int status, r = 0;

        if (child->fd < 0 || !child_await(child, 0))
                (void) kill(-child->pid, SIGKILL);
        while (waitpid(child->pid, &status, 0) < 0)
                if (errno != EINTR) {
                        r = -errno;
                        break;
                }
        if (child->fd >= 0)
                (void) close(child->fd);
        *child = CHILD_NONE;
        if (r < 0)
                return r;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

int child_run(const ChildCommand *command, usec_t limit) {
        Child child = CHILD_NONE;
        bool ended;
        int r;

        r = child_start(command, &child);
        if (r < 0)
                return r;
        ended = child_await(&child, limit);
        r = child_end(&child);
        return ended ? r : -ETIMEDOUT;
}

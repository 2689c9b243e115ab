/* SPDX-License-Identifier: MIT */
/* The pager's process.
 *
 * Invariant: after pager_close() there is no child process, whatever the pager did; what the user
 * left unread is no error. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <systemd/sd-login.h>

#include "basic/text.h"
#include "ctl/pager.h"

static bool is_set(const char *text) {
        return text && *text;
}

/* The user's own choice of a pager, NULL for the usual ones. */
static const char *configured_pager(void) {
        const char *pager = getenv("SYSTEMD_PAGER");

        return pager ? pager : getenv("PAGER");
}

/* A pager lets its user start programs. Who calls us by sudo shall not get a root shell out of it:
 * then less is told to refuse, and no other pager is trusted, unless SYSTEMD_PAGERSECURE says so.
 */
static bool needs_secure_pager(bool *ret_trusted) {
        const char *text = secure_getenv("SYSTEMD_PAGERSECURE");
        int r = text ? parse_boolean(text) : -ENXIO;
        uid_t uid;

        *ret_trusted = r >= 0;
        if (r >= 0)
                return r;
        r = sd_pid_get_owner_uid(0, &uid);
        if (r >= 0)
                return uid != geteuid();
        return getuid() != geteuid() || secure_getenv("SUDO_UID");
}

static void set_from(const char *name, const char *source, const char *fallback) {
        const char *value = getenv(source);

        (void) setenv(name, value ? value : fallback, 1);
}

/* What is left when no pager can be started: the output as it is. */
static void copy_through(void) {
        char buffer[4096];
        ssize_t n;

        while ((n = read(STDIN_FILENO, buffer, sizeof(buffer))) > 0)
                for (ssize_t done = 0, k; done < n; done += k) {
                        k = write(STDOUT_FILENO, buffer + done, (size_t) (n - done));
                        if (k < 0)
                                return;
                }
}

static void exec_pager(const char *configured) {
        _cleanup_(strv_freep) char **words = NULL;
        bool trusted, secure = needs_secure_pager(&trusted);

        if (secure)
                (void) setenv("LESSSECURE", "1", 1);
        else
                (void) unsetenv("LESSSECURE");

        if (is_set(configured) && (!secure || trusted) && strv_split(configured, &words) >= 0 &&
                words[0])
                (void) execvp(words[0], words);
        if (!secure)
                (void) execlp("pager", "pager", (char *) NULL);
        (void) execlp("less", "less", (char *) NULL);
        if (!secure)
                (void) execlp("more", "more", (char *) NULL);
        copy_through();
        _exit(EXIT_SUCCESS);
}

static _Noreturn void run_child(const int pipe_fds[static 2], pid_t parent) {
        (void) signal(SIGINT, SIG_DFL);
        (void) signal(SIGPIPE, SIG_DFL);
        if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != parent ||
                dup2(pipe_fds[0], STDIN_FILENO) < 0)
                _exit(EXIT_FAILURE);

        set_from("LESS", "SYSTEMD_LESS", "FRSXMK");
        set_from("LESSCHARSET", "SYSTEMD_LESSCHARSET", "utf-8");
        exec_pager(configured_pager());
        _exit(EXIT_FAILURE);
}

void pager_open(Pager *pager, const Terminal *terminal, const Options *options) {
        const char *configured = configured_pager();
        pid_t parent = getpid();
        int pipe_fds[2];

        if (pager->pid > 0 || options->no_pager || !terminal->is_terminal || terminal->dumb)
                return;
        if (configured && (!*configured || strcmp(configured, "cat") == 0))
                return;
        if (pipe2(pipe_fds, O_CLOEXEC) < 0)
                return;

        (void) fflush(stdout);
        pager->pid = fork();
        if (pager->pid == 0)
                run_child(pipe_fds, parent);
        if (pager->pid > 0) {
                /* ^C is for the pager, and it may well leave before it has read everything. */
                (void) signal(SIGINT, SIG_IGN);
                (void) signal(SIGPIPE, SIG_IGN);
                (void) dup2(pipe_fds[1], STDOUT_FILENO);
                if (isatty(STDERR_FILENO)) {
                        pager->saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
                        (void) dup2(pipe_fds[1], STDERR_FILENO);
                }
        }
        (void) close(pipe_fds[0]);
        (void) close(pipe_fds[1]);
}

void pager_close(Pager *pager) {
        if (pager->pid <= 0)
                return;

        (void) fclose(stdout);
        if (pager->saved_stderr >= 0) {
                (void) fflush(stderr);
                (void) dup2(pager->saved_stderr, STDERR_FILENO);
                (void) close(pager->saved_stderr);
        }
        while (waitpid(pager->pid, NULL, 0) < 0 && errno == EINTR)
                ;
        *pager = PAGER_INIT;
}

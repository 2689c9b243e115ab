/* SPDX-License-Identifier: MIT */
/* The text agent's process. Knows neither the bus nor what is going to be asked: the agent speaks
 * with polkit, and with the user at the controlling terminal.
 *
 * Invariant: after polkit_agent_close() there is no child process, and without it none outlives us:
 * an agent without its command would take the user's next line for a password. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl/polkit-agent.h"

/* What an agent has to say is for the person at the terminal, not for who reads our answer. */
static int keep_out_of_answer(void) {
        int fd;

        if (isatty(STDOUT_FILENO) && isatty(STDERR_FILENO))
                return 0;
        fd = open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY);
        if (fd < 0)
                return -errno;
        if (!isatty(STDOUT_FILENO) && dup2(fd, STDOUT_FILENO) < 0)
                return -errno;
        if (!isatty(STDERR_FILENO) && dup2(fd, STDERR_FILENO) < 0)
                return -errno;
        return 0;
}

static _Noreturn void run_child(int notify_fd, pid_t parent) {
        char number[16];
        sigset_t none;

        (void) sigemptyset(&none);
        (void) sigprocmask(SIG_SETMASK, &none, NULL);
        /* Who called us may have had it ignored, and then we could not end the agent. */
        (void) signal(SIGTERM, SIG_DFL);
        if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != parent ||
                keep_out_of_answer() < 0 || fcntl(notify_fd, F_SETFD, 0) < 0)
                _exit(EXIT_FAILURE);

        (void) snprintf(number, sizeof(number), "%d", notify_fd);
        (void) execlp(
                "pkttyagent", "pkttyagent", "--notify-fd", number, "--fallback", (char *) NULL);
        _exit(EXIT_FAILURE);
}

/* The agent closes its end when polkit knows it, or by ending. */
static void wait_until_closed(int fd) {
        struct pollfd ready = {.fd = fd}; /* POLLHUP is always looked for */

        while (poll(&ready, 1, -1) < 0 && errno == EINTR)
                ;
}

void polkit_agent_open(PolkitAgent *agent) {
        pid_t parent = getpid();
        int pipe_fds[2];

        if (agent->pid > 0 || geteuid() == 0 || !isatty(STDIN_FILENO))
                return;
        if (pipe2(pipe_fds, O_CLOEXEC) < 0)
                return;

        (void) fflush(stdout);
        agent->pid = fork();
        if (agent->pid == 0)
                run_child(pipe_fds[1], parent);
        (void) close(pipe_fds[1]);
        if (agent->pid > 0)
                wait_until_closed(pipe_fds[0]);
        (void) close(pipe_fds[0]);
}

void polkit_agent_close(PolkitAgent *agent) {
        if (agent->pid <= 0)
                return;

        (void) kill(agent->pid, SIGTERM);
        (void) kill(agent->pid, SIGCONT);
        while (waitpid(agent->pid, NULL, 0) < 0 && errno == EINTR)
                ;
        agent->pid = 0;
}

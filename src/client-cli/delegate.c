/* SPDX-License-Identifier: MIT */
/* A lease has one owner; another process asks it. The state file is replaced by each
 * renewal, and removed with the lease, so that nothing but its inode has to be watched. */

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>

#include "client-cli/delegate.h"
#include "client-cli/print.h"
#include "client-cli/state-file.h"

#define LOOK_INTERVAL (20 * USEC_PER_MSEC)

/* Which file there is; zeros when there is none. */
typedef struct FileIdentity {
        dev_t device;
        ino_t inode;
        struct timespec changed;
} FileIdentity;

static FileIdentity identify(const char *path) {
        struct stat status;

        if (lstat(path, &status) < 0)
                return (FileIdentity){0};
        return (FileIdentity){status.st_dev, status.st_ino, status.st_mtim};
}

static bool is_same(const FileIdentity *a, const FileIdentity *b) {
        return a->device == b->device && a->inode == b->inode &&
               a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

static void pause_shortly(void) {
        const struct timespec pause = {.tv_nsec = LOOK_INTERVAL * 1000};

        (void) nanosleep(&pause, NULL);
}

/* Waits until there is another file than before, or, after a release, none. Return: 0, -ETIMEDOUT,
 * -ESRCH when the process has ended. */
static int await_change(
        const char *path, pid_t owner, const FileIdentity *before, bool release, usec_t timeout) {
        static const FileIdentity none = {0};
        usec_t end = usec_add(state_clock_now().now.boottime, timeout);

        for (;;) {
                FileIdentity now = identify(path);

                if (release ? is_same(&now, &none) : !is_same(&now, before))
                        return 0;
                if (kill(owner, 0) < 0 && errno == ESRCH)
                        return -ESRCH;
                if (state_clock_now().now.boottime >= end)
                        return -ETIMEDOUT;
                pause_shortly();
        }
}

static ExitStatus show_renewed(const Options *options) {
        State state = {0};
        const char *problem;
        int r;

        r = state_file_load(options->state_file, &state, &problem);
        if (r == -ENOENT)
                return report(STATUS_REFUSED, "The lease was not renewed, and is no more: see what "
                                              "the client has logged");
        if (r < 0)
                return report(
                        STATUS_FAILURE, "%s counts as no lease: %s", options->state_file, problem);
        print_lease(state.lease, "DHCP Configuration renewed", options->json);
        state_done(&state);
        return STATUS_OK;
}

static ExitStatus tell(const Options *options, pid_t owner, int signal) {
        FileIdentity before = identify(options->state_file);
        int r;

        if (kill(owner, signal) < 0)
                return report_errno(
                        -errno, "Cannot tell the client, which is process %d", (int) owner);
        r = await_change(options->state_file, owner, &before, signal == SIGUSR2,
                options->timeout > 0 ? options->timeout : ANSWER_TIMEOUT);
        if (r == -ESRCH)
                return report(
                        STATUS_FAILURE, "The client, which was process %d, has ended", (int) owner);
        if (r == -ETIMEDOUT && signal == SIGUSR2)
                return report(STATUS_TIMEOUT,
                        "The client, which is process %d, has not given the lease back: see what "
                        "it has logged",
                        (int) owner);
        if (r == -ETIMEDOUT)
                return report(STATUS_TIMEOUT,
                        "No DHCP server has renewed the lease on %s yet; the client, which is "
                        "process "
                        "%d, goes on asking",
                        options->interface, (int) owner);
        return STATUS_OK;
}

ExitStatus delegate_verb(const Options *options, pid_t owner) {
        ExitStatus status;

        if (owner <= 0)
                return report(STATUS_FAILURE,
                        "A client that cannot be seen from here keeps the lease in %s",
                        options->state_file);
        switch (options->verb) {
        case VERB_RENEW:
                status = tell(options, owner, SIGUSR1);
                return status == STATUS_OK ? show_renewed(options) : status;
        case VERB_RELEASE:
                if (access(options->state_file, F_OK) < 0)
                        return report(STATUS_FAILURE,
                                "The client, which is process %d, has no lease", (int) owner);
                return tell(options, owner, SIGUSR2);
        case VERB_ACQUIRE:
        case VERB_DECLINE:
        case VERB_INIT_REBOOT:
        case VERB_RUN:
                return report(STATUS_FAILURE,
                        "The client that is process %d keeps the lease in %s; renew or release it, "
                        "or use another --state-file=",
                        (int) owner, options->state_file);
        case VERB_DISCOVER:
        case VERB_INFORM:
        case VERB_SHOW:
        case VERB_WAIT_ONLINE:
        case VERB_RESOLVCONF:
        case VERB_INVALID:
                break;
        }
        return STATUS_USAGE;
}

/* SPDX-License-Identifier: MIT */
/* The editor is found as systemctl edit finds it. While it runs, the keys that would end us are its
 * own. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "basic/text.h"
#include "ctl/editor.h"
#include "ctl/lease-text.h"

enum {
        EXIT_NO_EDITOR = 127,
};

int editor_make_copy(const char *name, const Buffer *text, char **ret) {
        const char *directory = secure_getenv("TMPDIR");
        _cleanup_free_ char *folder = NULL, *path = NULL;
        _cleanup_close_ int fd = -1;
        int r;

        if (!directory || *directory != '/')
                directory = "/tmp";
        if (asprintf(&folder, "%s/minidhcpctl-XXXXXX", directory) < 0)
                return -ENOMEM;
        if (!mkdtemp(folder))
                return -errno;
        if (asprintf(&path, "%s/%s", folder, name) < 0) {
                (void) rmdir(folder);
                return -ENOMEM;
        }
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
        r = fd < 0 ? -errno : lease_text_write(fd, text);
        if (r < 0) {
                editor_remove_copy(path);
                return r;
        }
        *ret = TAKE_PTR(path);
        return 0;
}

void editor_remove_copy(const char *path) {
        _cleanup_free_ char *folder = strdup(path);

        (void) unlink(path);
        if (!folder)
                return;
        *strrchr(folder, '/') = '\0';
        /* stays where the editor has left something of its own there */
        (void) rmdir(folder);
}

/* Return: only if there is no such program. */
static void execute(const char *editor, const char *path) {
        _cleanup_(strv_freep) char **command = NULL;

        if (strv_split(editor, &command) < 0 || !command || strv_extend(&command, path) < 0)
                return;
        (void) execvp(command[0], command);
}

static void run_child(const char *path) {
        static const char *const variables[] = {"SYSTEMD_EDITOR", "EDITOR", "VISUAL"};
        static const char *const editors[] = {"editor", "nano", "vim", "vi"};

        for (size_t i = 0; i < ELEMENTSOF(variables); i++) {
                const char *editor = getenv(variables[i]);

                if (!editor || !*editor)
                        continue;
                execute(editor, path);
                _exit(EXIT_NO_EDITOR);
        }
        for (size_t i = 0; i < ELEMENTSOF(editors); i++)
                execute(editors[i], path);
        _exit(EXIT_NO_EDITOR);
}

static int run_and_wait(const char *path, int *ret_status) {
        const struct sigaction ignore = {.sa_handler = SIG_IGN};
        struct sigaction interrupt, quit;
        int r = 0;
        pid_t child;

        (void) fflush(NULL);
        child = fork();
        if (child < 0)
                return -errno;
        if (child == 0)
                run_child(path);
        (void) sigaction(SIGINT, &ignore, &interrupt);
        (void) sigaction(SIGQUIT, &ignore, &quit);
        while (waitpid(child, ret_status, 0) < 0)
                if (errno != EINTR) {
                        r = -errno;
                        break;
                }
        (void) sigaction(SIGINT, &interrupt, NULL);
        (void) sigaction(SIGQUIT, &quit, NULL);
        return r;
}

ExitStatus editor_run(const char *path) {
        int r, status;

        r = run_and_wait(path, &status);
        if (r < 0)
                return report_errno(r, "Cannot run an editor");
        if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_EDITOR)
                return report(STATUS_FAILURE,
                        "There is no editor; name one that is installed in the variable EDITOR");
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
                return report(STATUS_FAILURE, "The editor has failed, so nothing is changed");
        return STATUS_OK;
}

bool editor_is_wanted_again(void) {
        char answer[16];

        if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
                return false;
        (void) fputs("Back to the editor? [Y/n] ", stderr);
        return fgets(answer, sizeof(answer), stdin) && *answer != 'n' && *answer != 'N';
}

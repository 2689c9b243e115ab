/* SPDX-License-Identifier: MIT */
#pragma once

/* Lets a test read what the journal writes where there is no journal: a pipe in the place of
 * stderr. */

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* stderr becomes a pipe's end; the other end is returned, the old stderr in @ret_saved. */
static inline int redirect_stderr(int *ret_saved) {
        int fds[2];

        ck_assert_int_eq(unsetenv("JOURNAL_STREAM"), 0);
        ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
        *ret_saved = dup(STDERR_FILENO);
        ck_assert_int_ge(dup2(fds[1], STDERR_FILENO), 0);
        (void) close(fds[1]);
        return fds[0];
}

static inline void restore_stderr(int saved) {
        (void) dup2(saved, STDERR_FILENO);
        (void) close(saved);
}

/* SPDX-License-Identifier: MIT */

/* What durability costs on this disk: appends a lease's worth of bytes to a file and calls
 * fdatasync(), again and again, and prints the percentiles of one such call.
 *
 *   sync-cost DIRECTORY [SECONDS]
 *
 * The figures that the server is to reach are given in multiples of this. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "basic/text.h"
#include "clock.h"
#include "report.h"

enum {
        ROW_SIZE = 128,
        SECONDS_MAX = 600,
};

static int measure(int fd, uint64_t duration_nsec, Histogram *histogram) {
        uint64_t end = now_nsec() + duration_nsec, before, after = 0;
        char row[ROW_SIZE];

        memset(row, 'x', sizeof(row) - 1);
        row[sizeof(row) - 1] = '\n';
        while (after < end) {
                if (write(fd, row, sizeof(row)) != (ssize_t) sizeof(row))
                        return errno > 0 ? -errno : -EIO;
                before = now_nsec();
                if (fdatasync(fd) < 0)
                        return -errno;
                after = now_nsec();
                histogram_add(histogram, after - before);
        }
        return 0;
}

int main(int argc, char *argv[]) {
        static Histogram histogram;
        _cleanup_close_ int fd = -1;
        uint64_t seconds = 2;
        char path[PATH_MAX];
        int r;

        if (argc < 2 || argc > 3 || (argc == 3 && parse_u64(argv[2], SECONDS_MAX, &seconds) < 0)) {
                (void) fputs("Usage: sync-cost DIRECTORY [SECONDS]\n", stderr);
                return 2;
        }
        /* not O_TMPFILE: of a file without a name, a file system may sync less */
        (void) snprintf(path, sizeof(path), "%s/sync-cost.XXXXXX", argv[1]);
        fd = mkostemp(path, O_CLOEXEC | O_APPEND);
        if (fd < 0) {
                (void) fprintf(stderr, "sync-cost: %s: %s\n", path, strerror(errno));
                return 1;
        }
        r = measure(fd, seconds * NSEC_PER_SEC, &histogram);
        (void) unlink(path);
        if (r >= 0)
                r = report_print(report_delays(&histogram));
        if (r < 0) {
                (void) fprintf(stderr, "sync-cost: %s\n", strerror(-r));
                return 1;
        }
        return 0;
}

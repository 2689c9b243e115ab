/* SPDX-License-Identifier: MIT */

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/stream.h"

/* Some file systems say only to who closes a file that it does not fit. */
static int ask_file_system(FILE *stream) {
        int fd;

        fd = dup(fileno(stream));
        return fd >= 0 && close(fd) < 0 ? -errno : 0;
}

int stream_finish(FILE *stream) {
        bool lost = ferror(stream);

        /* What was lost took its reason along. Most likely it still holds, and one more byte does
         * no harm to something that is incomplete. */
        if (lost)
                (void) fputc('\n', stream);
        errno = 0;
        if (fflush(stream) != 0)
                return errno > 0 ? -errno : -EIO;
        return lost ? -EIO : ask_file_system(stream);
}

bool stream_is_journal(int fd) {
        const char *stream = getenv("JOURNAL_STREAM");
        unsigned long long device, inode;
        struct stat st;

        if (fstat(fd, &st) < 0)
                return true;
        if (!stream || sscanf(stream, "%llu:%llu", &device, &inode) != 2)
                return false;
        return st.st_dev == device && st.st_ino == inode;
}

/* SPDX-License-Identifier: MIT */

/* The default operations: libc's, with one directory descriptor where libc has two. */

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "store/file-operations.h"

static int open_at(int directory_fd, const char *name, int flags, mode_t mode) {
        return openat(directory_fd, name, flags, mode);
}

static int allocate(int fd, off_t offset, off_t size) {
        return fallocate(fd, FALLOC_FL_KEEP_SIZE, offset, size);
}

static int rename_at(int directory_fd, const char *from, const char *to, unsigned flags) {
        return renameat2(directory_fd, from, directory_fd, to, flags);
}

static int link_at(int directory_fd, const char *from, const char *to) {
        return linkat(directory_fd, from, directory_fd, to, 0);
}

static int unlink_at(int directory_fd, const char *name) {
        return unlinkat(directory_fd, name, 0);
}

const FileOperations file_operations_default = {
        .open_at = open_at,
        .allocate = allocate,
        .write = write,
        .fdatasync = fdatasync,
        .fsync = fsync,
        .ftruncate = ftruncate,
        .rename_at = rename_at,
        .link_at = link_at,
        .unlink_at = unlink_at,
};

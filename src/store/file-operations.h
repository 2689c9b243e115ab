/* SPDX-License-Identifier: MIT */
#pragma once

/* The system calls that can fail where it matters, as pointers, so that tests can make each of them
 * fail. All behave as their namesakes: -1 and errno. */

#include <sys/types.h>

typedef struct FileOperations {
        int (*open_at)(int directory_fd, const char *name, int flags, mode_t mode);
        /* reserves room behind the end, which stays where it is */
        int (*allocate)(int fd, off_t offset, off_t size);
        ssize_t (*write)(int fd, const void *data, size_t size);
        int (*fdatasync)(int fd);
        int (*fsync)(int fd);
        int (*ftruncate)(int fd, off_t size);
        int (*rename_at)(int directory_fd, const char *from, const char *to, unsigned flags);
        int (*link_at)(int directory_fd, const char *from, const char *to);
        int (*unlink_at)(int directory_fd, const char *name);
} FileOperations;

/* The system's. */
extern const FileOperations file_operations_default;

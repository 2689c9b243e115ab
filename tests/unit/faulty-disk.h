/* SPDX-License-Identifier: MIT */
#pragma once

/* A lease file's disk of which one system call fails, at a place that is chosen by its number. For
 * one desk (lease-desk.h) in each program. */

#include <pthread.h>
#include <stdatomic.h>

#include "lease-desk.h"

typedef enum Call {
        CALL_OPEN,
        CALL_ALLOCATE,
        CALL_WRITE,
        CALL_FDATASYNC,
        CALL_FSYNC,
        CALL_FTRUNCATE,
        CALL_RENAME,
        CALL_LINK,
        CALL_UNLINK,
        CALL_MAX,
} Call;

static Desk desk;
static DeskListing listing;

/* Written before the worker starts, counted by it. */
static struct {
        bool armed;
        Call call;
        size_t first; /* calls [first, first + n) fail */
        size_t n;
        int error; /* 0: a short write */
        atomic_size_t n_calls;
        atomic_size_t n_failed;
} fault;

/* Whether this call is to fail. */
static inline bool is_faulty(Call call) {
        size_t number;

        if (!fault.armed || call != fault.call)
                return false;
        number = atomic_fetch_add(&fault.n_calls, 1);
        if (number < fault.first || number >= fault.first + fault.n)
                return false;
        atomic_fetch_add(&fault.n_failed, 1);
        if (fault.error == 0)
                return true;
        errno = fault.error;
        return true;
}

static inline int faulty_open_at(int directory_fd, const char *name, int flags, mode_t mode) {
        return is_faulty(CALL_OPEN)
                       ? -1
                       : file_operations_default.open_at(directory_fd, name, flags, mode);
}

static inline int faulty_allocate(int fd, off_t offset, off_t size) {
        return is_faulty(CALL_ALLOCATE) ? -1 : file_operations_default.allocate(fd, offset, size);
}

/* A full disk takes what it can and then nothing. */
static inline ssize_t faulty_write(int fd, const void *data, size_t size) {
        if (!is_faulty(CALL_WRITE))
                return write(fd, data, size);
        if (fault.error == 0 && size > 1)
                return write(fd, data, size / 2);
        errno = fault.error != 0 ? fault.error : ENOSPC;
        return -1;
}

/* Nothing of this is about power cuts: without real syncs there is time for thousands of runs. */
static inline int faulty_fdatasync(int fd) {
        (void) fd;
        return is_faulty(CALL_FDATASYNC) ? -1 : 0;
}

static inline int faulty_fsync(int fd) {
        (void) fd;
        return is_faulty(CALL_FSYNC) ? -1 : 0;
}

static inline int faulty_ftruncate(int fd, off_t size) {
        return is_faulty(CALL_FTRUNCATE) ? -1 : ftruncate(fd, size);
}

static inline int faulty_rename_at(
        int directory_fd, const char *from, const char *to, unsigned flags) {
        return is_faulty(CALL_RENAME)
                       ? -1
                       : file_operations_default.rename_at(directory_fd, from, to, flags);
}

static inline int faulty_link_at(int directory_fd, const char *from, const char *to) {
        return is_faulty(CALL_LINK) ? -1 : file_operations_default.link_at(directory_fd, from, to);
}

static inline int faulty_unlink_at(int directory_fd, const char *name) {
        return is_faulty(CALL_UNLINK) ? -1 : file_operations_default.unlink_at(directory_fd, name);
}

static _unused_ const FileOperations faulty_operations = {
        .open_at = faulty_open_at,
        .allocate = faulty_allocate,
        .write = faulty_write,
        .fdatasync = faulty_fdatasync,
        .fsync = faulty_fsync,
        .ftruncate = faulty_ftruncate,
        .rename_at = faulty_rename_at,
        .link_at = faulty_link_at,
        .unlink_at = faulty_unlink_at,
};

static inline void arm(Call call, size_t first, size_t n, int error) {
        fault.armed = true;
        fault.call = call;
        fault.first = first;
        fault.n = n;
        fault.error = error;
        atomic_store(&fault.n_calls, 0);
        atomic_store(&fault.n_failed, 0);
}

static inline void open_faulty(void) {
        desk_init(&desk, true);
        desk.operations = &faulty_operations;
        desk_open(&desk);
        desk_load(&desk, &desk.clock, &listing, NULL);
}

/* Somebody else saves the file. */
static inline void save_foreign(void) {
        char *other;

        desk_write(&desk, "other", DESK_HEADER "10.0.9.9,01:02,,theirs,bound,infinite,lan,\n");
        other = strdup(desk_name(&desk, "other"));
        ck_assert_int_eq(rename(other, desk.path), 0);
        free(other);
}

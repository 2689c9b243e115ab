/* SPDX-License-Identifier: MIT */

/* Invariant: a file of hosts.d, once there, is there for good, and is empty when there is nothing
 * to say: a server that reads the directory notices a file that changes, not one that goes. */

#include "names/hosts-files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

#include "basic/buffer.h"

#define HEADER "# Names of the leases of mini-dhcp, written by minidhcp-names(8).\n"

enum {
        LARGE = 64 * 1024, /* what a buffer keeps */
};

struct HostsFiles {
        int directory;
        int buckets; /* hosts.d */
        uint64_t generation;
        uint64_t generations[ZONE_BUCKETS];
        bool is_written; /* both of the above are in force */
        bool is_bucket_written[ZONE_BUCKETS];
        Buffer buffer;
};

/* A name, for the file that is sorted by it. */
typedef struct NameLine {
        const char *name;
        const char *main; /* of the same address */
        ipv4_t address;
} NameLine;

/* ---- files ----------------------------------------------------------------------------------- */

static int write_all(int fd, const uint8_t *data, size_t size) {
        while (size > 0) {
                ssize_t n = write(fd, data, size);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                data += n;
                size -= (size_t) n;
        }
        return 0;
}

/* Under another name, which no reader of the directory looks at, and renamed. */
static int replace_file(int directory, const char *name, const Buffer *buffer) {
        _cleanup_close_ int fd = -1;
        char temporary[32];
        int r;

        if (buffer->error < 0)
                return buffer->error;
        (void) snprintf(temporary, sizeof(temporary), ".#%s", name);
        fd = openat(
                directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd < 0)
                return -errno;
        /* whatever the umask: everybody reads names */
        if (fchmod(fd, 0644) < 0)
                r = -errno;
        else
                r = write_all(fd, buffer->data, buffer->size);
        if (r >= 0 && renameat(directory, temporary, directory, name) < 0)
                r = -errno;
        if (r < 0)
                (void) unlinkat(directory, temporary, 0);
        return r;
}

/* Return: 1 when a file is this, 0 when it is another one or cannot be read. */
static int file_is(int directory, const char *name, const Buffer *buffer) {
        _cleanup_close_ int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        uint8_t chunk[4096];
        size_t at = 0;
        ssize_t n;

        if (fd < 0)
                return 0;
        while ((n = read(fd, chunk, sizeof(chunk))) > 0) {
                if ((size_t) n > buffer->size - at ||
                        memcmp(chunk, buffer->data + at, (size_t) n) != 0)
                        return 0;
                at += (size_t) n;
        }
        return n == 0 && at == buffer->size;
}

static bool is_there(int directory, const char *name) {
        struct stat st;

        return fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) >= 0;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void append_line(Buffer *buffer, ipv4_t address, const char *const *names, size_t n) {
        char text[IPV4_STRING_MAX];

        (void) buffer_append_string(buffer, ipv4_format(address, text));
        for (size_t i = 0; i < n; i++) {
                (void) buffer_append(buffer, " ", 1);
                (void) buffer_append_string(buffer, names[i]);
        }
        (void) buffer_append(buffer, "\n", 1);
}

static int compare_leases(const void *a, const void *b) {
        const ipv4_t x = zone_lease_address(*(const ZoneLease *const *) a);
        const ipv4_t y = zone_lease_address(*(const ZoneLease *const *) b);

        return x < y ? -1 : x > y;
}

static int compare_names(const void *a, const void *b) {
        return strcmp(((const NameLine *) a)->name, ((const NameLine *) b)->name);
}

static void append_leases(Buffer *buffer, const ZoneLease **leases, size_t n) {
        if (n > 1)
                qsort(leases, n, sizeof(const ZoneLease *), compare_leases);
        for (size_t i = 0; i < n; i++) {
                const char *names[ZONE_NAMES_MAX];
                const size_t n_names = zone_lease_names(leases[i], names);

                if (n_names > 0)
                        append_line(buffer, zone_lease_address(leases[i]), names, n_names);
        }
}

/* The leases of some buckets, for free(). Return: -ENOMEM. */
static int collect(
        const Zone *zone, unsigned first, unsigned end, const ZoneLease ***ret, size_t *ret_n) {
        const ZoneLease **leases = NULL;
        size_t n = 0, capacity = 0;

        for (unsigned bucket = first; bucket < end; bucket++)
                for (const ZoneLease *lease = NULL; (lease = zone_next(zone, bucket, lease));) {
                        if (n == capacity) {
                                const ZoneLease **grown;

                                capacity = MAX(2 * capacity, (size_t) 64);
                                grown = reallocarray(leases, capacity, sizeof(const ZoneLease *));
                                if (!grown) {
                                        free(leases);
                                        return -ENOMEM;
                                }
                                leases = grown;
                        }
                        leases[n++] = lease;
                }
        *ret = leases;
        *ret_n = n;
        return 0;
}

static int append_names(Buffer *buffer, const ZoneLease *const *leases, size_t n) {
        _cleanup_free_ NameLine *lines = NULL;
        size_t n_lines = 0;

        for (size_t i = 0; i < n; i++) {
                const char *names[ZONE_NAMES_MAX];

                n_lines += zone_lease_names(leases[i], names);
        }
        lines = calloc(MAX(n_lines, (size_t) 1), sizeof(*lines));
        if (!lines)
                return -ENOMEM;
        n_lines = 0;
        for (size_t i = 0; i < n; i++) {
                const char *names[ZONE_NAMES_MAX];
                const size_t n_names = zone_lease_names(leases[i], names);

                for (size_t j = 0; j < n_names; j++)
                        lines[n_lines++] =
                                (NameLine){names[j], names[0], zone_lease_address(leases[i])};
        }
        qsort(lines, n_lines, sizeof(*lines), compare_names);
        for (size_t i = 0; i < n_lines; i++) {
                char address[IPV4_STRING_MAX];

                (void) buffer_append_string(buffer, lines[i].name);
                (void) buffer_append(buffer, " ", 1);
                (void) buffer_append_string(buffer, ipv4_format(lines[i].address, address));
                (void) buffer_append(buffer, " ", 1);
                (void) buffer_append_string(buffer, lines[i].main);
                (void) buffer_append(buffer, "\n", 1);
        }
        return 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* By name first: whoever finds an address there finds the name of the address as well, or did a
 * moment ago. */
static int write_whole(HostsFiles *files, const Zone *zone) {
        _cleanup_free_ const ZoneLease **leases = NULL;
        size_t n;
        int r;

        if (files->is_written && files->generation == zone_generation(zone))
                return 0;
        r = collect(zone, 0, ZONE_BUCKETS, &leases, &n);
        if (r < 0)
                return r;
        buffer_clear(&files->buffer);
        r = append_names(&files->buffer, leases, n);
        if (r < 0)
                return r;
        r = replace_file(files->directory, "names", &files->buffer);
        if (r < 0)
                return r;
        buffer_clear(&files->buffer);
        (void) buffer_append_string(&files->buffer, HEADER);
        append_leases(&files->buffer, leases, n);
        r = replace_file(files->directory, "hosts", &files->buffer);
        if (r < 0)
                return r;
        files->generation = zone_generation(zone);
        files->is_written = true;
        return 0;
}

static int write_bucket(HostsFiles *files, const Zone *zone, unsigned bucket) {
        const uint64_t generation = zone_bucket_generation(zone, bucket);
        _cleanup_free_ const ZoneLease **leases = NULL;
        char name[8];
        size_t n;
        int r;

        if (files->is_bucket_written[bucket] && files->generations[bucket] == generation)
                return 0;
        r = collect(zone, bucket, bucket + 1, &leases, &n);
        if (r < 0)
                return r;
        (void) snprintf(name, sizeof(name), "%02x", bucket);
        buffer_clear(&files->buffer);
        append_leases(&files->buffer, leases, n);
        /* what is as it was, or is not there and need not be, is not touched */
        if (files->buffer.error >= 0 &&
                (file_is(files->buckets, name, &files->buffer) ||
                        (files->buffer.size == 0 && !is_there(files->buckets, name))))
                r = 0;
        else
                r = replace_file(files->buckets, name, &files->buffer);
        if (r < 0)
                return r;
        files->generations[bucket] = generation;
        files->is_bucket_written[bucket] = true;
        return 0;
}

bool hosts_files_are_due(const HostsFiles *files, const Zone *zone) {
        if (!files->is_written || files->generation != zone_generation(zone))
                return true;
        for (unsigned bucket = 0; bucket < ZONE_BUCKETS; bucket++)
                if (!files->is_bucket_written[bucket])
                        return true;
        return false;
}

int hosts_files_write(HostsFiles *files, const Zone *zone) {
        int r, failure;

        failure = write_whole(files, zone);
        for (unsigned bucket = 0; bucket < ZONE_BUCKETS; bucket++) {
                r = write_bucket(files, zone, bucket);
                if (r < 0 && failure >= 0)
                        failure = r;
        }
        /* what has gone wrong with one file is tried again with all that differ */
        if (failure < 0)
                files->is_written = false;
        buffer_clear_to(&files->buffer, LARGE);
        return failure;
}

/* ---- beginning and end ----------------------------------------------------------------------- */

int hosts_files_new(HostsFiles **ret, const char *directory) {
        _cleanup_(hosts_files_freep) HostsFiles *files = calloc(1, sizeof(*files));

        if (!files)
                return -ENOMEM;
        files->directory = files->buckets = -1;
        files->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (files->directory < 0)
                return -errno;
        if (mkdirat(files->directory, "hosts.d", 0755) < 0 && errno != EEXIST)
                return -errno;
        files->buckets = openat(
                files->directory, "hosts.d", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (files->buckets < 0)
                return -errno;
        *ret = TAKE_PTR(files);
        return 0;
}

HostsFiles *hosts_files_free(HostsFiles *files) {
        if (!files)
                return NULL;
        closep(&files->directory);
        closep(&files->buckets);
        buffer_done(&files->buffer);
        free(files);
        return NULL;
}

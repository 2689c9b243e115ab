/* SPDX-License-Identifier: MIT */
/* Search paths, masking and drop-ins, see systemd.unit(5) and systemd-system.conf(5): the main file
 * is the first of the three, a drop-in hides its namesakes in later directories, and an empty file
 * or a link to /dev/null hides and says nothing. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/text.h"
#include "config/files.h"

#define MAIN_FILE "mini-dhcp/mini-dhcp.conf"
#define SUFFIX ".conf"

/* The administrator's, the running system's, the distribution's. */
static const char *const directories[] = {"/etc", "/run", "/usr/lib"};

static const char *base_name(const char *path) {
        return strrchr(path, '/') + 1;
}

static bool path_is_masked(const char *path) {
        struct stat st;

        if (stat(path, &st) < 0)
                return false;
        return S_ISREG(st.st_mode) ? st.st_size == 0 : S_ISCHR(st.st_mode);
}

static int find_main_file(const char *root, char ***paths) {
        for (size_t i = 0; i < ELEMENTSOF(directories); i++) {
                _cleanup_free_ char *path = NULL;
                struct stat st;

                if (asprintf(&path, "%s%s/" MAIN_FILE, root, directories[i]) < 0) {
                        path = NULL;
                        return -ENOMEM;
                }
                if (lstat(path, &st) < 0 && (errno == ENOENT || errno == ENOTDIR))
                        continue;
                return path_is_masked(path) ? 0 : strv_extend(paths, path);
        }
        return 0;
}

static bool name_is_drop_in(const char *name) {
        const size_t size = strlen(name), suffix = strlen(SUFFIX);

        return name[0] != '.' && size > suffix && strcmp(name + size - suffix, SUFFIX) == 0;
}

static bool has_namesake(char *const *paths, const char *name) {
        for (; paths && *paths; paths++)
                if (strcmp(base_name(*paths), name) == 0)
                        return true;
        return false;
}

/* Adds those drop-ins of one directory that no earlier directory has. */
static int list_drop_ins(const char *directory, char ***paths) {
        int r = 0;
        DIR *dir;

        dir = opendir(directory);
        if (!dir)
                return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;

        for (;;) {
                _cleanup_free_ char *path = NULL;
                const struct dirent *entry;

                errno = 0;
                entry = readdir(dir);
                if (!entry) {
                        r = -errno;
                        break;
                }
                if (!name_is_drop_in(entry->d_name) || has_namesake(*paths, entry->d_name))
                        continue;
                if (asprintf(&path, "%s/%s", directory, entry->d_name) < 0) {
                        path = NULL;
                        r = -ENOMEM;
                        break;
                }
                r = strv_extend(paths, path);
                if (r < 0)
                        break;
        }
        (void) closedir(dir);
        return r;
}

static int compare_base_names(const void *a, const void *b) {
        return strcmp(base_name(*(char *const *) a), base_name(*(char *const *) b));
}

int config_files_find(const char *root, char ***ret, Problems *problems) {
        _cleanup_(strv_freep) char **paths = NULL, **drop_ins = NULL;
        int r, failure = 0;

        r = find_main_file(root, &paths);
        if (r < 0)
                return r;

        for (size_t i = 0; i < ELEMENTSOF(directories); i++) {
                _cleanup_free_ char *directory = NULL;

                if (asprintf(&directory, "%s%s/" MAIN_FILE ".d", root, directories[i]) < 0) {
                        directory = NULL;
                        return -ENOMEM;
                }
                r = list_drop_ins(directory, &drop_ins);
                if (r == -ENOMEM)
                        return r;
                if (r < 0) {
                        (void) problems_add(
                                problems, false, directory, 0, "cannot be read: %s", strerror(-r));
                        failure = failure < 0 ? failure : r;
                }
        }

        if (drop_ins)
                qsort(drop_ins, strv_length(drop_ins), sizeof(*drop_ins), compare_base_names);
        for (char **path = drop_ins; path && *path; path++) {
                if (path_is_masked(*path))
                        continue;
                r = strv_extend(&paths, *path);
                if (r < 0)
                        return r;
        }
        *ret = TAKE_PTR(paths);
        return failure;
}

int config_file_read(const char *path, char **ret, size_t *ret_size) {
        _cleanup_close_ int fd = -1;
        _cleanup_free_ char *text = NULL;
        struct stat st;
        size_t size = 0;

        /* A pipe without a writer would hold us for ever. */
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (fd < 0 || fstat(fd, &st) < 0)
                return -errno;
        if (S_ISDIR(st.st_mode))
                return -EISDIR;
        if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
                return -EBADFD;

        text = malloc(CONFIG_FILE_MAX + 2);
        if (!text)
                return -ENOMEM;
        while (size <= CONFIG_FILE_MAX) {
                ssize_t n = read(fd, text + size, CONFIG_FILE_MAX + 1 - size);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                if (n == 0)
                        break;
                size += (size_t) n;
        }
        if (size > CONFIG_FILE_MAX)
                return -EFBIG;
        text[size] = '\0';
        *ret = TAKE_PTR(text);
        *ret_size = size;
        return 0;
}

const char *config_failure_to_string(int failure) {
        if (failure == -EFBIG)
                return "larger than 1 MiB, the most allowed";
        if (failure == -EBADFD)
                return "neither a regular file nor /dev/null";
        if (failure == -EBADMSG)
                return "no text, it has a NUL";
        return strerror(-failure);
}

/* SPDX-License-Identifier: MIT */

#include "hooks/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void hook_directory_done(HookDirectory *directory) {
        for (size_t i = 0; i < directory->n_files; i++) {
                free(directory->files[i].name);
                free(directory->files[i].path);
                free(directory->files[i].problem);
        }
        free(directory->files);
        free(directory->problem);
        *directory = (HookDirectory){0};
}

/* Return: 0, -ENOMEM. */
static int complain(char **ret, const char *format, ...) _printf_(2, 3);

static int complain(char **ret, const char *format, ...) {
        va_list arguments;
        int r;

        va_start(arguments, format);
        r = vasprintf(ret, format, arguments);
        va_end(arguments);
        if (r < 0)
                *ret = NULL;
        return r < 0 ? -ENOMEM : 0;
}

static bool ends_with(const char *name, const char *end) {
        const size_t size = strlen(name), size_end = strlen(end);

        return size >= size_end && strcmp(name + size - size_end, end) == 0;
}

/* Hidden files, and copies that were made beside a file. */
static bool is_passed_over(const char *name) {
        static const char *const ends[] = {"~", ".bak", ".orig", ".rej", ".swp", ".dpkg-old",
                ".dpkg-dist", ".dpkg-new", ".dpkg-tmp", ".rpmsave", ".rpmorig", ".rpmnew"};

        if (name[0] == '.')
                return true;
        for (size_t i = 0; i < ELEMENTSOF(ends); i++)
                if (ends_with(name, ends[i]))
                        return true;
        return false;
}

static int judge_file(HookFile *file) {
        struct stat st;

        if (stat(file->path, &st) < 0)
                return errno == ENOENT
                               ? complain(&file->problem, "is a link to a file that is not there")
                               : complain(&file->problem, "cannot be looked at: %s",
                                         strerror(errno));
        if (!S_ISREG(st.st_mode))
                return complain(&file->problem, "is not a file");
        if (st.st_mode & S_IWOTH)
                return complain(&file->problem, "can be written to by everybody; try: chmod o-w %s",
                        file->path);
        if (!(st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
                return complain(&file->problem, "is not executable; try: chmod 755 %s", file->path);
        if (faccessat(AT_FDCWD, file->path, X_OK, AT_EACCESS) < 0)
                return complain(&file->problem,
                        "is not executable for the user that the service runs as: %s",
                        strerror(errno));
        return 0;
}

static int add_file(HookDirectory *directory, const char *path, const char *name) {
        HookFile *files, *file;
        int r;

        files = reallocarray(directory->files, directory->n_files + 1, sizeof(*directory->files));
        if (!files)
                return -ENOMEM;
        directory->files = files;
        file = &files[directory->n_files++];
        *file = (HookFile){.name = strdup(name)};
        r = complain(&file->path, "%s/%s", path, name);
        if (!file->name || r < 0)
                return -ENOMEM;
        r = judge_file(file);
        directory->n_scripts += r >= 0 && !file->problem;
        return r;
}

static int compare_files(const void *a, const void *b) {
        return strcmp(((const HookFile *) a)->name, ((const HookFile *) b)->name);
}

static void closedirp(DIR **directory) {
        if (*directory)
                (void) closedir(*directory);
}

static int read_files(HookDirectory *directory, const char *path) {
        _cleanup_(closedirp) DIR *stream = opendir(path);
        const struct dirent *entry;
        struct stat st;
        int r;

        if (!stream && errno == ENOENT)
                return complain(&directory->problem, "there is no directory %s", path);
        if (!stream || fstat(dirfd(stream), &st) < 0)
                return complain(
                        &directory->problem, "%s cannot be read: %s", path, strerror(errno));
        if (st.st_mode & S_IWOTH)
                return complain(&directory->problem, "everybody can write to %s; try: chmod o-w %s",
                        path, path);
        while ((errno = 0, entry = readdir(stream))) {
                r = is_passed_over(entry->d_name) ? 0 : add_file(directory, path, entry->d_name);
                if (r < 0)
                        return r;
        }
        if (errno > 0)
                return complain(
                        &directory->problem, "%s cannot be read: %s", path, strerror(errno));
        if (directory->n_files == 0)
                return complain(&directory->problem, "there is no file in %s", path);
        qsort(directory->files, directory->n_files, sizeof(*directory->files), compare_files);
        return 0;
}

int hook_directory_read(const char *path, HookDirectory *ret) {
        HookDirectory directory = {0};
        int r;

        r = read_files(&directory, path);
        if (r < 0) {
                hook_directory_done(&directory);
                return r;
        }
        if (directory.problem)
                directory.n_scripts = 0;
        *ret = directory;
        return 0;
}

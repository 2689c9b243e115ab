/* SPDX-License-Identifier: MIT */

/* Looks at the lease file as somebody else has left it. Runs in the worker's thread, in turn with
 * appends, so that what is ours and what is not is one answer. Changes no file. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store/save.h"

LeaseSave *save_new(const char *path) {
        LeaseSave *save = calloc(1, sizeof(*save));

        if (!save)
                return NULL;
        unknown_cells_init(&save->unknown, 0);
        loader_init(&save->loader, path, &save->problems, &save->unknown);
        return save;
}

LeaseSave *save_free(LeaseSave *save) {
        if (!save)
                return NULL;
        loader_done(&save->loader);
        unknown_cells_done(&save->unknown);
        problems_done(&save->problems);
        free(save);
        return NULL;
}

bool save_is_whole(const LeaseSave *save) {
        return save->error == 0 && save->closed && save->loader.has_header &&
               save->loader.n_rejected == 0 && save->loader.ends_whole;
}

/* Whoever writes into the file between our look at it and our append gets our rows behind his text.
 * If nobody has written since, and they are there, the text ends before them: they would hide what
 * it says of their addresses, and show that he has seen what came before them.
 *
 * Return: the size of the text, UINT64_MAX when it is that of the file. */
static uint64_t find_end_of_text(const Disk *disk, int fd, const FileIdentity *identity) {
        const Buffer *rows = &disk->last_rows;
        _cleanup_free_ char *end = NULL;

        if (rows->size == 0 || rows->size > identity->size || identity->device != disk->device ||
                identity->inode != disk->inode || !disk_has_written_last(disk, &identity->modified))
                return UINT64_MAX;
        end = malloc(rows->size);
        if (!end ||
                pread(fd, end, rows->size, (off_t) (identity->size - rows->size)) !=
                        (ssize_t) rows->size ||
                memcmp(end, rows->data, rows->size) != 0)
                return UINT64_MAX;
        return identity->size - rows->size;
}

/* Return: 0, negative errno. */
static int read_file(int fd, LeaseSave *save) {
        struct stat st;
        FileIdentity after;
        int r;

        r = loader_read(&save->loader, fd);
        if (fstat(fd, &st) < 0)
                return -errno;
        after = file_identity_get(&st);
        save->changing = !file_identity_equal(&save->identity, &after);
        return r;
}

static int look(const Disk *disk, LeaseSave *save) {
        _cleanup_close_ int fd = -1;
        struct stat st;
        int r;

        save->foreign = true;
        if (fstatat(disk->directory_fd, disk->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return -errno;
        save->identity = file_identity_get(&st);
        save->foreign = !disk_is_ours(disk, &st);
        /* the time of modification is too coarse for who writes in the moment after us */
        save->looks_untouched = disk_is_untouched(disk, &st);
        save->untouched = !save->written && save->looks_untouched;
        if (save->untouched)
                return 0;
        if (!S_ISREG(st.st_mode))
                return -EINVAL;

        fd = disk->operations->open_at(disk->directory_fd, disk->name,
                O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
        if (fd < 0)
                return -errno;
        if (fstat(fd, &st) < 0)
                return -errno;
        save->identity = file_identity_get(&st);
        save->loader.size_max = find_end_of_text(disk, fd, &save->identity);
        r = read_file(fd, save);
        /* as long as ours, but our rows do not fit there */
        if (save->loader.has_header && !loader_has_our_form(&save->loader))
                save->foreign = true;
        return r;
}

void disk_look(Disk *disk, LeaseSave *save) {
        save->error = look(disk, save);
        if (save->foreign && disk->failure.error == 0)
                (void) failure_set(&disk->failure, -ESTALE, "stat");
        /* it has been looked at, and rows may be appended to it */
        if (!save->foreign && !save->changing && save->error == 0) {
                if (save->loader.size_max == UINT64_MAX)
                        buffer_clear(&disk->last_rows); /* he has seen them */
                disk->modified = save->identity.modified;
        }
}

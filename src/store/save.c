/* SPDX-License-Identifier: MIT */

/* Looks at the lease file as somebody else has left it. Runs in the worker's thread, in turn with
 * appends, so that what is ours and what is not is one answer. Changes no file. */

#include <errno.h>
#include <fcntl.h>

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

        save->foreign = true;
        if (fstatat(disk->directory_fd, disk->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return -errno;
        save->identity = file_identity_get(&st);
        save->foreign = !disk_is_ours(disk, &st);
        /* the time of modification is too coarse for who writes in the moment after us */
        save->untouched = !save->written && disk_is_untouched(disk, &st);
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
        return read_file(fd, save);
}

void disk_look(Disk *disk, LeaseSave *save) {
        save->error = look(disk, save);
        if (save->foreign && disk->failure.error == 0)
                (void) failure_set(&disk->failure, -ESTALE, "stat");
        /* it has been looked at, and rows may be appended to it */
        if (!save->foreign && !save->changing && save->error == 0)
                disk->modified = save->identity.modified;
}

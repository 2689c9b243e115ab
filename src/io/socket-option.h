/* SPDX-License-Identifier: MIT */
#pragma once

/* Integer socket options with an errno for a result. Knows no option by name; holds no state. */

#include <errno.h>
#include <sys/socket.h>

/**
 * socket_set_int() - setsockopt() of an int. Return: 0, negative errno of setsockopt().
 */
static inline int socket_set_int(int fd, int level, int option, int value) {
        return setsockopt(fd, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

/**
 * socket_get_int() - getsockopt() of an int.
 *
 * @ret: untouched on failure
 * Return: 0, negative errno of getsockopt(), -EINVAL when the option is no int.
 */
static inline int socket_get_int(int fd, int level, int option, int *ret) {
        socklen_t size = sizeof(int);
        int value;

        if (getsockopt(fd, level, option, &value, &size) < 0)
                return -errno;
        if (size != sizeof(int))
                return -EINVAL;

        *ret = value;
        return 0;
}

/* SPDX-License-Identifier: MIT */

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <systemd/sd-daemon.h>

#include "daemon/listen.h"

static int sort_fd(int fd, ListenFds *fds, const char **ret_reason) {
        if (sd_is_socket(fd, AF_INET, SOCK_DGRAM, -1) > 0) {
                if (fds->dhcp >= 0) {
                        *ret_reason = "more than one UDP socket was handed over; one serves all "
                                      "interfaces, see mini-dhcp.socket(8)";
                        return -EINVAL;
                }
                fds->dhcp = fd;
                return 0;
        }
        if (sd_is_socket(fd, AF_UNIX, SOCK_STREAM, 1) > 0) {
                if (fds->wake >= 0) {
                        *ret_reason = "more than one wake socket was handed over";
                        return -EINVAL;
                }
                fds->wake = fd;
                return 0;
        }
        *ret_reason =
                "a descriptor that is neither an IPv4 UDP socket nor a listening local stream "
                "socket was handed over";
        return -EINVAL;
}

int listen_fds_take(ListenFds *ret, const char **ret_reason) {
        ListenFds fds = {.dhcp = -1, .wake = -1};
        int n, r;

        n = sd_listen_fds(1);
        if (n < 0) {
                *ret_reason = "the environment of socket activation is damaged";
                return n;
        }
        for (int i = 0; i < n; i++) {
                r = sort_fd(SD_LISTEN_FDS_START + i, &fds, ret_reason);
                if (r < 0)
                        return r;
        }
        if (fds.wake >= 0) {
                r = fcntl(fds.wake, F_GETFL);
                if (r < 0 || fcntl(fds.wake, F_SETFL, r | O_NONBLOCK) < 0) {
                        *ret_reason = "the wake socket cannot be made non-blocking";
                        return -errno;
                }
        }
        *ret = fds;
        return 0;
}

void wake_accept(int fd) {
        for (int i = 0; i < 64; i++) {
                _cleanup_close_ int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

                if (connection < 0)
                        return;
        }
}

/* SPDX-License-Identifier: MIT */
/* What the kernel says of an interface and of its own addresses. */

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "client/io.h"

int io_link_find(int ifindex, IoLink *ret) {
        _cleanup_close_ int fd = -1;
        IoLink link = {.ifindex = ifindex};
        struct ifreq request = {0};

        fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
                return -errno;
        if (!if_indextoname((unsigned) ifindex, request.ifr_name))
                return errno == ENXIO ? -ENODEV : -errno;
        if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
                return -errno;
        if (!(request.ifr_flags & IFF_UP))
                return -ENETDOWN;
        if (ioctl(fd, SIOCGIFHWADDR, &request) < 0)
                return -errno;

        link.hardware_type = request.ifr_hwaddr.sa_family;
        memcpy(link.hardware, request.ifr_hwaddr.sa_data, sizeof(link.hardware));
        *ret = link;
        return 0;
}

/* Port 0: only the address is asked about. */
bool io_link_has_address(ipv4_t address) {
        const struct sockaddr_in name = {
                .sin_family = AF_INET,
                .sin_addr.s_addr = htonl(address),
        };
        _cleanup_close_ int fd = -1;

        fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        return fd >= 0 && address != 0 &&
               bind(fd, (const struct sockaddr *) &name, sizeof(name)) >= 0;
}

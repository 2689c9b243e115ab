/* SPDX-License-Identifier: MIT */
/* Waking the server. Whoever connects to the wake socket makes PID 1 start the service; the socket
 * carries no data. Nothing is polled: the bus tells when the name gets an owner.
 *
 * Invariant: the match on NameOwnerChanged is in force before the name is asked for, so that an
 * owner cannot slip in between. */

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "basic/macro.h"
#include "ctl/bus-api.h"
#include "ctl/wake.h"

#define WAKE_PATH "/run/mini-dhcp/wake"
#define WAKE_TIMEOUT (5 * USEC_PER_SEC)

#define DRIVER_NAME "org.freedesktop.DBus"
#define DRIVER_PATH "/org/freedesktop/DBus"

static usec_t now_monotonic(void) {
        struct timespec now;

        (void) clock_gettime(CLOCK_MONOTONIC, &now);
        return (usec_t) now.tv_sec * USEC_PER_SEC + (usec_t) now.tv_nsec / 1000;
}

int server_is_present(sd_bus *bus) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        int present, r;

        r = sd_bus_call_method(bus, DRIVER_NAME, DRIVER_PATH, DRIVER_NAME, "NameHasOwner", NULL,
                &reply, "s", BUS_API_NAME);
        if (r < 0)
                return r;
        r = sd_bus_message_read(reply, "b", &present);
        return r < 0 ? r : present;
}

/* Return: a descriptor to be kept until the server is there, negative errno. */
static int connect_wake(void) {
        const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = WAKE_PATH};
        _cleanup_close_ int fd = -1;

        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
                return -errno;
        /* EAGAIN means that the queue is full of others who want the same. */
        if (connect(fd, (const struct sockaddr *) &address, sizeof(address)) < 0 && errno != EAGAIN)
                return -errno;
        return TAKE_FD(fd);
}

static int on_owner_changed(sd_bus_message *message, void *userdata, _unused_ sd_bus_error *error) {
        const char *name, *old_owner, *new_owner;
        bool *present = userdata;
        int r;

        r = sd_bus_message_read(message, "sss", &name, &old_owner, &new_owner);
        if (r < 0)
                return r;
        *present = *new_owner != '\0';
        return 0;
}

/* Return: 0 when the server is there, -ETIMEDOUT, negative errno of the bus. */
static int wait_for_owner(sd_bus *bus, const bool *present, usec_t deadline) {
        int r;

        while (!*present) {
                usec_t now;

                r = sd_bus_process(bus, NULL);
                if (r < 0)
                        return r;
                if (r > 0)
                        continue;
                now = now_monotonic();
                if (now >= deadline)
                        return -ETIMEDOUT;
                r = sd_bus_wait(bus, deadline - now);
                if (r < 0 && r != -EINTR)
                        return r;
        }
        return 0;
}

int server_wake_quietly(sd_bus *bus, usec_t timeout) {
        _cleanup_(sd_bus_slot_unrefp) sd_bus_slot *slot = NULL;
        _cleanup_close_ int fd = -1;
        bool present = false;
        usec_t wait;
        int r;

        wait = timeout > 0 ? MIN(timeout, WAKE_TIMEOUT) : WAKE_TIMEOUT;
        r = sd_bus_add_match(bus, &slot,
                "type='signal',sender='" DRIVER_NAME "',path='" DRIVER_PATH
                "',interface='" DRIVER_NAME "',member='NameOwnerChanged',arg0='" BUS_API_NAME "'",
                on_owner_changed, &present);
        if (r >= 0)
                r = server_is_present(bus);
        if (r != 0)
                return MIN(r, 0);

        fd = connect_wake();
        if (fd == -ECONNREFUSED)
                return -ENOENT;
        if (fd < 0)
                return fd;
        return wait_for_owner(bus, &present, usec_add(now_monotonic(), wait));
}

ExitStatus server_wake(sd_bus *bus, usec_t timeout) {
        int r = server_wake_quietly(bus, timeout);

        if (r == -ENOENT)
                return report(STATUS_NO_SERVER,
                        "mini-dhcp is not running and its socket is not either; start it with: "
                        "systemctl start mini-dhcp.socket");
        if (r == -ETIMEDOUT)
                return report(STATUS_NO_SERVER,
                        "mini-dhcp was started but is not on the bus yet; see: systemctl status "
                        "mini-dhcp.service, journalctl -u mini-dhcp");
        if (r < 0)
                return report_errno(
                        r, "mini-dhcp is not running and cannot be started by way of " WAKE_PATH);
        return STATUS_OK;
}

/* SPDX-License-Identifier: MIT */

/* A systemd-resolved that writes down what it is told: a line for each call, "DNS INDEX ADDRESS…"
 * or "Domains INDEX NAME…". */

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <systemd/sd-bus.h>

static int set_dns(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        int index, family, r;

        (void) userdata;
        (void) error;
        r = sd_bus_message_read(call, "i", &index);
        if (r < 0)
                return r;
        printf("DNS %d", index);
        r = sd_bus_message_enter_container(call, 'a', "(iay)");
        while (r >= 0 && (r = sd_bus_message_enter_container(call, 'r', "iay")) > 0) {
                char text[INET6_ADDRSTRLEN];
                const void *bytes;
                size_t size;

                r = sd_bus_message_read(call, "i", &family);
                if (r >= 0)
                        r = sd_bus_message_read_array(call, 'y', &bytes, &size);
                if (r < 0 || size != 4 || !inet_ntop(family, bytes, text, sizeof(text)))
                        return -EBADMSG;
                printf(" %s", text);
                r = sd_bus_message_exit_container(call);
        }
        printf("\n");
        return r < 0 ? r : sd_bus_reply_method_return(call, NULL);
}

static int set_domains(sd_bus_message *call, void *userdata, sd_bus_error *error) {
        int index, route_only, r;
        const char *name;

        (void) userdata;
        (void) error;
        r = sd_bus_message_read(call, "i", &index);
        if (r < 0)
                return r;
        printf("Domains %d", index);
        r = sd_bus_message_enter_container(call, 'a', "(sb)");
        while (r >= 0 && (r = sd_bus_message_read(call, "(sb)", &name, &route_only)) > 0)
                printf(" %s%s", route_only ? "~" : "", name);
        printf("\n");
        return r < 0 ? r : sd_bus_reply_method_return(call, NULL);
}

static const sd_bus_vtable vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("SetLinkDNS", "ia(iay)", NULL, set_dns, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("SetLinkDomains", "ia(sb)", NULL, set_domains, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

int main(void) {
        sd_bus *bus;
        int r;

        setvbuf(stdout, NULL, _IOLBF, 0);
        r = sd_bus_open_system(&bus);
        if (r >= 0)
                r = sd_bus_add_object_vtable(bus, NULL, "/org/freedesktop/resolve1",
                        "org.freedesktop.resolve1.Manager", vtable, NULL);
        if (r >= 0)
                r = sd_bus_request_name(bus, "org.freedesktop.resolve1", 0);
        while (r >= 0) {
                r = sd_bus_process(bus, NULL);
                if (r == 0)
                        r = sd_bus_wait(bus, UINT64_MAX);
        }
        fprintf(stderr, "mock-resolved: %s\n", strerror(-r));
        return 1;
}

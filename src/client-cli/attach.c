/* SPDX-License-Identifier: MIT */
/* What verbs and service begin with, and what is said when it fails. */

#include <errno.h>

#include "client-cli/attach.h"

ExitStatus attach_client(
        const Options *options, const Holding *holding, sd_event *event, mdc_io **ret) {
        int r;

        if (options->apply) {
                r = applied_link_up(holding->applied);
                if (r < 0)
                        return report_errno(r, "Cannot set %s up", options->interface);
        }
        r = mdc_config_set_ifindex(options->config, holding->ifindex);
        if (r >= 0)
                r = mdc_io_new(ret, event, options->config);
        if (r == -ENETDOWN)
                return report(STATUS_FAILURE, "%s is down; set it up by ip link set %s up",
                        options->interface, options->interface);
        if (r == -EAFNOSUPPORT)
                return report(STATUS_FAILURE,
                        "%s is not like Ethernet; only Ethernet, Wi-Fi, bridges, VLANs and the "
                        "like are served",
                        options->interface);
        return r < 0 ? report_errno(r, "Cannot use %s", options->interface) : STATUS_OK;
}

ExitStatus attach_start(mdc_io *io) {
        int r = mdc_io_start(io);

        return r < 0 ? report_errno(r, "Cannot begin") : STATUS_OK;
}

static int do_init_reboot(mdc_client *client, uint64_t now, void *userdata) {
        const struct in_addr *address = userdata;

        return mdc_client_init_reboot(client, now, *address);
}

ExitStatus attach_reboot(mdc_io *io, struct in_addr address) {
        int r = mdc_io_call(io, do_init_reboot, &address);

        return r < 0 ? report_errno(r, "Cannot begin") : STATUS_OK;
}

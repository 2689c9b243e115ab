/* SPDX-License-Identifier: MIT */
#pragma once

/* A client of the library on an interface, as the options want it. */

#include <netinet/in.h>

#include <systemd/sd-event.h>

#include "client-cli/holding.h"
#include "client-cli/options.h"
#include "client/minidhcp-client.h"

/**
 * attach_client() - sets the interface up where that is wanted, and opens a client on it.
 *
 * @holding: says which interface
 * @ret: receives a reference for mdc_io_unref()
 * Return: STATUS_OK, or what went wrong, which was said.
 */
ExitStatus attach_client(
        const Options *options, const Holding *holding, sd_event *event, mdc_io **ret);

/**
 * attach_start() - begins to look for a lease.
 * Return: as attach_client().
 */
ExitStatus attach_start(mdc_io *io);

/**
 * attach_reboot() - begins with an address of former times.
 * Return: as attach_client().
 */
ExitStatus attach_reboot(mdc_io *io, struct in_addr address);

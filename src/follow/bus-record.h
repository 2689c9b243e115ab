/* SPDX-License-Identifier: MIT */
#pragma once

/* Leases and hosts as the bus lists them, read into records. */

#include <systemd/sd-bus.h>

#include "follow/record.h"

/**
 * bus_record_read_lease() - the next lease of an array of ListLeases or ListChanges.
 * Return: 1, 0 when there is no more, -EBADMSG and others of sd_bus_message_read().
 */
int bus_record_read_lease(sd_bus_message *message, FollowBuilder *ret);

/**
 * bus_record_read_host() - the next host of an array of ListHostSettings. Return: likewise.
 */
int bus_record_read_host(sd_bus_message *message, FollowBuilder *ret);

/* SPDX-License-Identifier: MIT */
#pragma once

/* The arguments of AddLease: read from a message, completed with what follows from the pool. */

#include <systemd/sd-bus.h>

#include "bus/bus.h"
#include "core/lease.h"
#include "core/settings.h"
#include "wire/client-id.h"

#define NEW_LEASE_HOSTNAME_SIZE 256

typedef struct NewLease {
        ipv4_t address;   /* 0 = any of the pool */
        const char *pool; /* NULL = the address' own; borrowed from the message */
        ClientId client_id;
        uint8_t hardware_type;
        uint8_t hardware_size;
        uint8_t hardware[HARDWARE_ADDRESS_MAX];
        char hostname[NEW_LEASE_HOSTNAME_SIZE];
        size_t hostname_size;
        usec_t expires; /* wall clock; 0 = as the pool has it */
} NewLease;

/**
 * new_lease_read() - reads s address, a{sv} from a message.
 *
 * Return: 0, negative errno with @error set: InvalidArgs for the address, InvalidSetting for
 * anything else.
 */
int new_lease_read(NewLease *ret, sd_bus_message *message, sd_bus_error *error);

/**
 * new_lease_complete() - makes the values of the lease, at this moment.
 *
 * @ret: borrows from @lease
 * Return: 0, negative errno with @error set: NoSuchPool, AddressNotInPool, PoolExhausted,
 * InvalidSetting when it would have ended already.
 */
int new_lease_complete(NewLease *lease, const Bus *bus, LeaseRecord *ret, sd_bus_error *error);

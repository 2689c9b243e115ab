/* SPDX-License-Identifier: MIT */
#pragma once

/* What an administrator is told of a message. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "core/actions.h"
#include "core/pool.h"
#include "wire/frame.h"

typedef struct Request Request;

/**
 * request_notice() - appends a notice about the message, unless this is a dry run.
 *
 * @pool: or NULL
 * @address: or 0
 * Return: whether there was room for it.
 */
bool request_notice(Request *request, Notice notice, Pool *pool, ipv4_t address);

/**
 * request_notice_hardware() - the same about a lease that has gone over to other hardware.
 *
 * @hardware: where it is now
 * @other: where it was
 */
bool request_notice_hardware(Request *request, Notice notice, Pool *pool, ipv4_t address,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE],
        const uint8_t other[static ETHERNET_ADDRESS_SIZE]);

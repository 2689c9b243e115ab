/* SPDX-License-Identifier: MIT */
#pragma once

/* Addresses for which nobody should answer. */

#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "core/pool.h"
#include "wire/frame.h"

typedef struct Server Server;

/**
 * server_draw_test() - addresses of a pool's subnet that nobody has, as far as we know: outside of
 * all ranges, else never used or not for longest. O(1) looks, each O(log n).
 *
 * @hardware: of the device that is to be put to the test, or what stands for it
 * @ret: room for @n addresses
 * Return: how many there are, up to @n.
 */
size_t server_draw_test(const Server *server, const Pool *pool,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], usec_t now, ipv4_t *ret, size_t n);

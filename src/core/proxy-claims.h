/* SPDX-License-Identifier: MIT */
#pragma once

/* What was set aside by the word of a hardware address, or of what answers in a subnet, that has
 * turned out to answer for everything: it is free again, step by step. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/time.h"
#include "core/actions.h"
#include "core/lease.h"
#include "core/pool.h"
#include "wire/frame.h"

typedef struct Server Server;

/**
 * lease_is_claimed_on() - whether it is for an answer on a link that the address of a lease is set
 * aside. After a restart it is not known of which link the answer was.
 */
bool lease_is_claimed_on(const Lease *lease, uint32_t ifindex);

/**
 * pool_is_of() - whether a hardware address stands for what answers ICMP echo in the subnet of a
 * pool (proxy-arp.h).
 */
bool pool_is_of(const Pool *pool, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]);

/**
 * server_free_unfinished() - goes on to end quarantines by the word of proxies, as many as there is
 * room for. Return: 0, -ENOMEM, -ENOBUFS.
 */
int server_free_unfinished(Server *server, usec_t now, Actions *actions);

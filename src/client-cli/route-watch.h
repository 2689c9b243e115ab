/* SPDX-License-Identifier: MIT */
#pragma once

/* The kernel's news of routes that go: what somebody has removed, or replaced by another. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/ipv4.h"

typedef struct RouteLoss {
        bool all;      /* news were lost: any route may be gone */
        bool replaced; /* by another to the same place: only `destination`, `metric` and `table` say
                          which one it was */
        Ipv4Prefix destination;
        ipv4_t gateway;
        int ifindex;
        uint32_t metric;
        uint32_t table;
} RouteLoss;

/**
 * route_watch_open() - a socket that hears of routes of this metric. On a machine with a million
 * routes that come and go, what does not concern us does not wake us up.
 *
 * Return: the descriptor, negative errno.
 */
int route_watch_open(uint32_t metric);

/**
 * route_watch_receive() - takes one piece of news. Never blocks.
 *
 * Return: 1, 0 when it is about something else, -EAGAIN when there is nothing, other negative
 * errno.
 */
int route_watch_receive(int fd, RouteLoss *ret);

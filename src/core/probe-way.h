/* SPDX-License-Identifier: MIT */
#pragma once

/* How it can be found out whether somebody has an address. */

#include "core/actions.h"
#include "core/pool.h"

typedef struct Request Request;

/**
 * request_probe_way() - how addresses of a pool are asked for where the client is: by ARP on its
 * link, by ICMP echo behind its relay. PROBE_NO_WAY when they are not to be asked for, or cannot.
 */
ProbeWay request_probe_way(const Request *request, const Pool *pool);

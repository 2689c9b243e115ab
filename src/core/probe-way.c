/* SPDX-License-Identifier: MIT */

#include "core/probe-way.h"

#include "core/link-state.h"
#include "core/request-state.h"
#include "core/server-state.h"
#include "core/settings.h"
#include "wire/protocol.h"

/* ARP reaches only the link that the client is on. */
static bool request_is_on_link(const Request *request, const Pool *pool) {
        const Link *link = &request->link->link;

        if (request->role != SENDER_ON_LINK || link->hardware_type != HARDWARE_ETHERNET)
                return false;
        return link_is_in_subnet(link, pool->settings->subnet);
}

ProbeWay request_probe_way(const Request *request, const Pool *pool) {
        if (pool->settings->conflict_detection == CONFLICT_DETECTION_OFF)
                return PROBE_NO_WAY;
        if (request_is_on_link(request, pool))
                return PROBE_BY_ARP;
        /* RFC 2131 3.1 step 2; a subnet on a link of ours is asked for its own clients' sake */
        return request->role == SENDER_RELAYED && pool->n_links == 0 ? PROBE_BY_ECHO : PROBE_NO_WAY;
}

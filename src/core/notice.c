/* SPDX-License-Identifier: MIT */

/* What an administrator is told of a message. How often is for those to remember who tell it. */

#include "core/notice.h"

#include <string.h>

#include "core/request-state.h"

bool request_notice_hardware(Request *request, Notice notice, Pool *pool, ipv4_t address,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE],
        const uint8_t other[static ETHERNET_ADDRESS_SIZE]) {
        Action *action;

        if (!request_notice(request, notice, pool, address))
                return false;
        action = &request->actions->actions[request->actions->n_actions - 1];
        memcpy(action->notice.hardware, hardware, ETHERNET_ADDRESS_SIZE);
        memcpy(action->notice.other_hardware, other, ETHERNET_ADDRESS_SIZE);
        return true;
}

bool request_notice(Request *request, Notice notice, Pool *pool, ipv4_t address) {
        Action *action;

        if (request->trace)
                return false;
        action = actions_add(request->actions, ACTION_NOTICE);
        if (!action)
                return false;
        action->notice.notice = notice;
        action->notice.pool = pool;
        action->notice.ifindex = request->metadata->ifindex;
        action->notice.address = address;
        return true;
}

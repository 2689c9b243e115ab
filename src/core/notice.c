/* SPDX-License-Identifier: MIT */

/* What an administrator is told of a message. How often is for those to remember who tell it. */

#include "core/server-internal.h"

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

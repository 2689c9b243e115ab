/* SPDX-License-Identifier: MIT */
#pragma once

/* What every service that follows the server has: a loop, signals, systemd's notifications and
 * watchdog, and a connection to the system bus that is made again when it went away. A service
 * runs on without bus and without server, and says so. */

#include <stdbool.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "basic/buffer.h"
#include "basic/macro.h"
#include "follow/follower.h"

typedef struct FollowService FollowService;

/* All but changed may be NULL. */
typedef struct FollowServiceHandlers {
        /* each change, see FollowFunction; what is refused is told again a second later or more */
        FollowFunction changed;
        /* after every event of whatever kind, before the loop sleeps */
        void (*turn)(void *userdata);
        /* SIGHUP */
        void (*reload)(void *userdata);
        /* SIGTERM, SIGINT. Return: whether the service may end at once; if not,
         * follow_service_end() is to follow */
        bool (*stop)(void *userdata);
        /* appends what the status line is to tell, whole sentences; asked once a second at most */
        void (*describe)(void *userdata, Buffer *text);
        /* a connection to the bus, for more calls; NULL before it goes away, and no slot of it may
         * be left then */
        void (*connected)(sd_bus *bus, void *userdata);
} FollowServiceHandlers;

/**
 * follow_service_new() - a service that has not begun. Blocks SIGTERM, SIGINT and SIGHUP; children
 * are to be started without that.
 *
 * @state_path: of the follower, see bus_follower_new(); NULL = all is told at each start
 * @handlers: borrowed; none is called before follow_service_run()
 * Return: 0, -ENOMEM, negative errno of sd-event or the state file.
 */
int follow_service_new(FollowService **ret, const char *state_path,
        const FollowServiceHandlers *handlers, void *userdata);

/**
 * follow_service_free() - Return: NULL.
 */
FollowService *follow_service_free(FollowService *service);

/**
 * follow_service_run() - tells systemd that it is ready, and runs until it is stopped.
 * Return: 0, negative errno of the loop.
 */
int follow_service_run(FollowService *service);

/**
 * follow_service_end() - has follow_service_run() return.
 */
void follow_service_end(FollowService *service);

/**
 * follow_service_get_event() - the loop; borrowed.
 */
sd_event *follow_service_get_event(const FollowService *service);

/**
 * follow_service_get_follower() - the mirror, to look at; borrowed.
 */
Follower *follow_service_get_follower(const FollowService *service);

/**
 * follow_service_pause() - asks the server for nothing, or goes on. Not to be called by changed.
 */
void follow_service_pause(FollowService *service, bool paused);

DEFINE_POINTER_CLEANUP(FollowService, follow_service_free);

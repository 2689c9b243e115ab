/* SPDX-License-Identifier: MIT */
#pragma once

/* Seeing files as the server sees them: root may read everything, the user that the service runs as
 * may not. */

#include <stdbool.h>
#include <sys/types.h>

#define SERVICE_USER "mini-dhcp"

typedef struct ServiceUser {
        bool entered;
        gid_t *groups; /* ours, to come back to */
        int n_groups;
        gid_t gid;
} ServiceUser;

/**
 * service_user_enter() - becomes the service's user for reading, where we are root and there is
 * such a user; otherwise nothing happens.
 */
void service_user_enter(ServiceUser *ret);

/**
 * service_user_leave() - becomes ourselves again.
 */
void service_user_leave(ServiceUser *user);

/* SPDX-License-Identifier: MIT */
/* Effective user and groups alone are changed, and put back: what is read in between is read with
 * the rights that the server will have. */

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "basic/macro.h"
#include "ctl/service-user.h"

static int remember_groups(ServiceUser *user) {
        user->gid = getegid();
        user->n_groups = getgroups(0, NULL);
        if (user->n_groups < 0)
                return -1;
        user->groups = calloc((size_t) user->n_groups + 1, sizeof(gid_t));
        if (!user->groups)
                return -1;
        return getgroups(user->n_groups, user->groups);
}

static void restore(const ServiceUser *user) {
        (void) !setegid(user->gid);
        (void) !setgroups((size_t) user->n_groups, user->groups);
}

void service_user_enter(ServiceUser *ret) {
        const struct passwd *entry;

        *ret = (ServiceUser){0};
        if (geteuid() != 0)
                return;
        entry = getpwnam(SERVICE_USER);
        if (!entry || remember_groups(ret) < 0)
                return;
        if (initgroups(entry->pw_name, entry->pw_gid) < 0)
                return;
        if (setegid(entry->pw_gid) < 0 || seteuid(entry->pw_uid) < 0) {
                restore(ret);
                return;
        }
        ret->entered = true;
}

void service_user_leave(ServiceUser *user) {
        if (user->entered) {
                (void) !seteuid(0);
                restore(user);
        }
        free(user->groups);
        *user = (ServiceUser){0};
}

/* SPDX-License-Identifier: MIT */
/* Between a client that may not change the system's resolv.conf and resolvconf, which is root's.
 * The file is written by a user that is not trusted: nothing of it is believed but addresses and
 * domain names. */

#include <errno.h>
#include <sys/stat.h>

#include "client-cli/record.h"
#include "client-cli/resolvconf.h"
#include "client-cli/state-file.h"

enum {
        READINGS_MAX = 16,
};

/* Whether the client has found that it is resolvconf that is to be told. */
static bool wants(const State *state) {
        _cleanup_(record_done) Record record = {0};

        return state->lease && state->applied && record_from_json(state->applied, &record) >= 0 &&
               record.resolver == RESOLVER_RESOLVCONF &&
               !lease_is_over(state->lease, state_clock_now().now.boottime);
}

static ExitStatus tell(const Options *options) {
        _cleanup_(state_done) State state = {0};
        const char *problem;
        int r;

        r = state_file_load(options->state_file, &state, &problem);
        if (r < 0 && r != -ENOENT)
                (void) report(
                        STATUS_FAILURE, "%s counts as no lease: %s", options->state_file, problem);
        r = resolver_run_resolvconf(options->interface, wants(&state) ? state.lease : NULL);
        if (r == -ENOENT)
                return report(STATUS_FAILURE, "resolvconf is not installed");
        return r < 0 ? STATUS_FAILURE : STATUS_OK; /* which was said */
}

static struct stat look_at(const char *path) {
        struct stat status = {0};

        (void) lstat(path, &status);
        return status;
}

ExitStatus resolvconf_follow(const Options *options) {
        ExitStatus status = STATUS_OK;
        struct stat before, now;

        now = look_at(options->state_file);
        for (unsigned i = 0; i < READINGS_MAX; i++) {
                before = now;
                status = tell(options);
                now = look_at(options->state_file);
                if (now.st_ino == before.st_ino && now.st_dev == before.st_dev &&
                        now.st_mtim.tv_sec == before.st_mtim.tv_sec &&
                        now.st_mtim.tv_nsec == before.st_mtim.tv_nsec)
                        break;
        }
        return status;
}

/* SPDX-License-Identifier: MIT */

/* Follows leases and hosts as any program would that is built on src/follow, and writes each change
 * as a line. SIGUSR1: the mirror is written to a file, sorted by address, as soon as it is settled.
 *
 *   follow [STATE-FILE [MIRROR-FILE]]
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/signalfd.h>

#include "follow/bus-follower.h"

typedef struct Program {
        BusFollower *follower;
        const char *mirror_path;
        bool wanted;
        unsigned long n_changes;
        usec_t started; /* until the mirror is right for the first time */
        bool quiet;
} Program;

static const char *const type_names[] = {
        [FOLLOW_ADDED] = "added",
        [FOLLOW_CHANGED] = "changed",
        [FOLLOW_REMOVED] = "removed",
};

static void print_key(FILE *out, FollowKind kind, FollowRecord record) {
        const uint8_t *key;
        size_t size = follow_record_get(record, FOLLOW_KEY, &key);
        char text[IPV4_STRING_MAX];
        ipv4_t address;

        if (kind == FOLLOW_HOST) {
                (void) fprintf(out, "%.*s", (int) size, (const char *) key);
                return;
        }
        memcpy(&address, key, sizeof(address));
        (void) fprintf(out, "%s", ipv4_format(address, text));
}

static void print_text(FILE *out, FollowRecord record, FollowTag tag) {
        const uint8_t *value;
        size_t size = follow_record_get(record, tag, &value);

        (void) fprintf(out, " %.*s", (int) size, size > 0 ? (const char *) value : "");
        if (size == 0)
                (void) fprintf(out, "-");
}

static int on_change(const FollowChange *change, void *userdata) {
        Program *program = userdata;
        const FollowRecord any = change->new.data ? change->new : change->old;

        program->n_changes++;
        if (program->quiet)
                return 0;
        (void) printf(
                "%s %s ", change->kind == FOLLOW_HOST ? "host" : "lease", type_names[change->type]);
        print_key(stdout, change->kind, any);
        print_text(stdout, change->old, FOLLOW_HOSTNAME);
        print_text(stdout, change->new, FOLLOW_HOSTNAME);
        (void) printf(" %#x\n", change->differs);
        return fflush(stdout) < 0 ? -errno : 0;
}

static void on_trouble(int r, const char *what, void *userdata) {
        (void) userdata;
        (void) fprintf(stderr, "%s: %s\n", what, strerror(-r));
}

static int print_lease(FollowRecord record, void *userdata) {
        FILE *out = userdata;
        const uint8_t *hardware;
        size_t size = follow_record_get(record, FOLLOW_HARDWARE, &hardware);

        print_key(out, FOLLOW_LEASE, record);
        (void) fprintf(out, " %s ",
                follow_record_get_number(record, FOLLOW_STATE) == FOLLOW_STATE_BOUND ? "bound"
                                                                                     : "declined");
        for (size_t i = 0; i < size; i++)
                (void) fprintf(out, "%s%02x", i > 0 ? ":" : "", hardware[i]);
        print_text(out, record, FOLLOW_HOSTNAME);
        (void) fprintf(out, "\n");
        return 0;
}

/* Return: 0, negative errno. */
static int write_mirror(Program *program) {
        Follower *follower = bus_follower_get(program->follower);
        char path[4096];
        FILE *out;

        (void) snprintf(path, sizeof(path), "%s.new", program->mirror_path);
        out = fopen(path, "we");
        if (!out)
                return -errno;
        (void) follower_each(follower, FOLLOW_LEASE, print_lease, out);
        if (fclose(out) != 0 || rename(path, program->mirror_path) < 0)
                return -errno;
        program->wanted = false;
        return 0;
}

static usec_t read_clock(void) {
        struct timespec ts;

        (void) clock_gettime(CLOCK_MONOTONIC, &ts);
        return (usec_t) ts.tv_sec * USEC_PER_SEC + (usec_t) ts.tv_nsec / 1000;
}

static int on_turn_ended(sd_event_source *source, void *userdata) {
        Program *program = userdata;

        (void) source;
        if (program->started > 0 && follower_is_settled(bus_follower_get(program->follower))) {
                (void) fprintf(stderr, "%zu leases after %u ms\n",
                        follower_count(bus_follower_get(program->follower), FOLLOW_LEASE),
                        (unsigned) ((read_clock() - program->started) / USEC_PER_MSEC));
                program->started = 0;
        }
        if (program->wanted && program->mirror_path &&
                follower_is_settled(bus_follower_get(program->follower)))
                return write_mirror(program);
        return 0;
}

static int on_user_signal(
        sd_event_source *source, const struct signalfd_siginfo *info, void *userdata) {
        Program *program = userdata;

        (void) source;
        (void) info;
        /* what came before the signal is asked for */
        follower_leases_signalled(bus_follower_get(program->follower));
        bus_follower_settle(program->follower);
        program->wanted = true;
        return 0;
}

static int run(Program *program, const char *state_path) {
        _cleanup_(sd_event_unrefp) sd_event *event = NULL;
        _cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
        _cleanup_(sd_event_source_disable_unrefp) sd_event_source *turn = NULL;
        sigset_t signals;
        int r;

        (void) sigemptyset(&signals);
        (void) sigaddset(&signals, SIGTERM);
        (void) sigaddset(&signals, SIGUSR1);
        (void) sigprocmask(SIG_BLOCK, &signals, NULL);
        if ((r = sd_event_new(&event)) < 0 ||
                (r = sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL)) < 0 ||
                (r = sd_event_add_signal(event, NULL, SIGUSR1, on_user_signal, program)) < 0 ||
                (r = sd_bus_open_system(&bus)) < 0 ||
                (r = sd_bus_attach_event(bus, event, SD_EVENT_PRIORITY_NORMAL)) < 0 ||
                (r = bus_follower_new(&program->follower, bus, event, state_path, on_change,
                         on_trouble, program)) < 0 ||
                (r = sd_event_add_post(event, &turn, on_turn_ended, program)) < 0)
                return r;
        r = sd_event_loop(event);
        (void) bus_follower_free(program->follower);
        (void) fprintf(stderr, "%lu changes\n", program->n_changes);
        return r;
}

int main(int argc, char *argv[]) {
        Program program = {.started = read_clock(),
                .mirror_path = argc > 2 ? argv[2] : NULL,
                .quiet = getenv("FOLLOW_QUIET") != NULL};
        int r = run(&program, argc > 1 ? argv[1] : NULL);

        if (r < 0) {
                (void) fprintf(stderr, "follow: %s\n", strerror(-r));
                return EXIT_FAILURE;
        }
        return EXIT_SUCCESS;
}

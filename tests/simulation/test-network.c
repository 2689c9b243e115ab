/* SPDX-License-Identifier: MIT */

/* Networks in virtual time, each from a seed: the real server, lease file and clients, and all that
 * goes wrong between them.
 *
 *   test-network [--seed=N] [--seconds=N] [--aloud]
 *
 * Without arguments some fixed seeds, the same on every machine; with TESTS_LONG twenty minutes of
 * others follow, with --seconds as many as there is time for. For a night of them: --seconds=30000.
 */

#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "story.h"

enum {
        FIXED_SEEDS = 100,
        SECONDS_LONG = 20 * 60,
};

static const char *const sight_names[SIGHT_MAX] = {
        [SIGHT_ACQUIRED] = "a client gets a lease",
        [SIGHT_RENEWED] = "a lease is renewed",
        [SIGHT_REBOOTED] = "a client reboots into its address",
        [SIGHT_REBOUND] = "a lease is saved by rebinding",
        [SIGHT_RELAYED] = "a client behind the relay gets a lease",
        [SIGHT_NAK] = "a client is refused",
        [SIGHT_CONFLICT] = "a client finds its address in use",
        [SIGHT_EXPIRED] = "a client loses its lease by time",
        [SIGHT_POOL_DRY] = "a pool runs dry",
        [SIGHT_QUARANTINE] = "the server finds an address in use",
        [SIGHT_COMMIT_FAILED] = "the disk fails",
        [SIGHT_FAILED_SETTLING] = "the disk fails while somebody may be saving the file",
        [SIGHT_FAILED_LOOKING] = "the disk fails while a save is read",
        [SIGHT_FAILED_MERGING] = "the disk fails while a save is merged",
        [SIGHT_FAILED_BACKING_UP] = "the disk fails while the file before an edit is kept",
        [SIGHT_FAILED_WRITING] = "the disk fails while the lease file is written anew",
        [SIGHT_RECOVERED] = "the lease file recovers",
        [SIGHT_REWRITTEN] = "the lease file is written anew",
        [SIGHT_CRASH_IN_JOB] = "the server dies in the middle of a write",
        [SIGHT_KEPT_BY_CRASH] = "a promise outlives the server",
        [SIGHT_CLOCK_STEP] = "the wall clock is set",
        [SIGHT_FORGED] = "a message is forged",
        [SIGHT_FORGED_ELSEWHERE] = "a message is forged by somebody elsewhere",
        [SIGHT_STORMED] = "a client is answered in a storm of messages in its name",
        [SIGHT_OLDEST_FIRST] = "a newcomer gets the oldest address",
        [SIGHT_MERGED] = "an edit of the lease file is merged",
        [SIGHT_BACKED_UP] = "the file before an edit is kept",
        [SIGHT_EDIT_OUTDATED] = "a row has changed since its editor read it",
        [SIGHT_EDITED_IN_REWRITE] = "the lease file is saved while it is written anew",
        [SIGHT_EDITED_IN_MERGE] = "the lease file is saved while another save is merged",
        [SIGHT_EDITED_WHILE_DOWN] = "the lease file is saved while the server is down",
};

static uint64_t sights[SIGHT_MAX];
static uint64_t n_cases;

/* A crash of the program itself: whose story it was is all that can be said. */
static void on_death(int signal_number) {
        static bool died;
        const World *world = story_of();

        if (world && !died) {
                died = true;
                printf("# died of signal %d with --seed=%" PRIu64 "; what happened before:\n",
                        signal_number, world->seed);
                diary_print(&world->diary, stdout);
                (void) fflush(stdout);
        }
        (void) signal(signal_number, SIG_DFL);
        (void) raise(signal_number);
}

static void check(bool condition, const char *what) {
        printf("%sok %" PRIu64 " - %s\n", condition ? "" : "not ", ++n_cases, what);
}

static void play_fixed(void) {
        for (uint64_t seed = 1; seed <= FIXED_SEEDS; seed++) {
                const StoryEnd end = story_play(seed, false, sights);

                printf("ok %" PRIu64 " - seed %" PRIu64 ", %" PRIu64 " events\n", ++n_cases, seed,
                        end.n_events);
        }
        check(story_play(1, false, sights).digest == story_play(1, false, sights).digest,
                "a seed tells the same story again");
        for (size_t i = 0; i < SIGHT_MAX; i++)
                check(sights[i] > 0, sight_names[i]);
}

/* How many there was time for is told, but is one case: the sum of a test run is not to vary. */
static void play_until(time_t end) {
        const uint64_t first = (uint64_t) time(NULL) * 1000000;
        uint64_t n = 0;

        do
                (void) story_play(first + n++, false, sights);
        while (time(NULL) < end);
        printf("ok %" PRIu64 " - %" PRIu64 " seeds from %" PRIu64 " on\n", ++n_cases, n, first);
}

int main(int argc, char *argv[]) {
        static const struct option options[] = {
                {"seed", required_argument, NULL, 's'},
                {"seconds", required_argument, NULL, 't'},
                {"aloud", no_argument, NULL, 'a'},
                {0},
        };
        const char *is_long = getenv("TESTS_LONG");
        unsigned seconds = is_long && *is_long ? SECONDS_LONG : 0;
        bool has_seed = false, aloud = false;
        uint64_t seed = 0;
        int option;

        while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0)
                switch (option) {
                case 's':
                        seed = strtoull(optarg, NULL, 10);
                        has_seed = true;
                        break;
                case 't':
                        seconds = (unsigned) strtoul(optarg, NULL, 10);
                        break;
                case 'a':
                        aloud = true;
                        break;
                default:
                        return EXIT_FAILURE;
                }

        (void) signal(SIGABRT, on_death);
        (void) signal(SIGSEGV, on_death);
        if (has_seed) {
                printf("# %" PRIu64 " events\n", story_play(seed, aloud, sights).n_events);
                return EXIT_SUCCESS;
        }
        play_fixed();
        if (seconds > 0)
                play_until(time(NULL) + seconds);
        printf("1..%" PRIu64 "\n", n_cases);
        return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: MIT */

/* mini-dhcpd: command line, signals, journal; then the manager. */

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "basic/stream.h"
#include "config/configuration.h"
#include "daemon/manager.h"

/* Return: the exit status of what has been said to whoever asked for it. */
static int finish(FILE *stream) {
        int r = stream_finish(stream);

        if (r < 0 && stream != stderr)
                (void) fprintf(stderr, "mini-dhcpd: cannot write the answer: %s\n", strerror(-r));
        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int check_configuration(const Options *options) {
        _cleanup_(configuration_done) Configuration configuration = {0};
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        int r;

        r = configuration_read(options->config, options->state_directory, NULL, KEPT_REFUSE,
                &configuration, &settings, &problems);
        for (size_t i = 0; i < problems.n_items; i++) {
                _cleanup_free_ char *text = NULL;

                if (problem_format(&problems.items[i], &text) >= 0)
                        (void) fprintf(stderr, "%s\n", text);
        }
        return r < 0 ? EXIT_FAILURE : finish(stderr);
}

/* Who starts us with one of these closed must not find lines meant for people in what happens to
 * get its number: a socket, or the lease file. */
static void open_standard_descriptors(void) {
        int fd;

        do
                fd = open("/dev/null", O_RDWR);
        while (fd >= 0 && fd <= STDERR_FILENO);
        if (fd > STDERR_FILENO)
                (void) close(fd);
}

/* Before any thread exists, so that none of them takes a signal that is for the loop. */
static void block_signals(void) {
        sigset_t mask;

        (void) sigemptyset(&mask);
        (void) sigaddset(&mask, SIGTERM);
        (void) sigaddset(&mask, SIGINT);
        (void) sigaddset(&mask, SIGHUP);
        (void) sigprocmask(SIG_BLOCK, &mask, NULL);
        (void) signal(SIGPIPE, SIG_IGN);
}

/* malloc() begins with this threshold and raises it to the size of whatever is freed. Then large
 * blocks would come from its heap, where they leave holes: blocks of leases after a flood, the
 * queue behind a disk that hung. As it is they go back to the kernel when they are freed. */
static void set_up_memory(void) {
        (void) mallopt(M_MMAP_THRESHOLD, 128 * 1024);
}

static int run(const Options *options) {
        _cleanup_(journal_freep) Journal *journal = NULL;
        _cleanup_(manager_freep) Manager *manager = NULL;

        block_signals();
        set_up_memory();
        if (journal_new(&journal, options->log_level) < 0) {
                (void) fputs("mini-dhcpd: out of memory\n", stderr);
                return EXIT_FAILURE;
        }
        if (manager_new(&manager, options, journal) < 0)
                return EXIT_FAILURE;
        return manager_run(manager) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char *argv[]) {
        _cleanup_(options_done) Options options = {0};
        int r;

        open_standard_descriptors();
        r = options_parse(argc, argv, &options);
        if (r == 0)
                return finish(stdout);
        if (r < 0)
                return r == -EINVAL ? 2 : EXIT_FAILURE;
        return options.check ? check_configuration(&options) : run(&options);
}

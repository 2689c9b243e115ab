/* SPDX-License-Identifier: MIT */
/* The scripts of a client that runs on: a script that hangs holds up the next script, and nothing
 * else.
 *
 * Invariant: at most one script runs, and it is that of the first event that waits. */

#include <errno.h>

#include <systemd/sd-event.h>

#include "basic/child.h"
#include "basic/list.h"
#include "client-cli/report.h"
#include "client-cli/script-queue.h"
#include "client-cli/state-file.h"

enum {
        WAITING_MAX = 64,
};

/* For what waits when the client ends, and for the last of it: together less than what a service
 * manager, or a person, waits. */
#define FINISH_PATIENCE (3 * USEC_PER_SEC)
#define LAST_PATIENCE (2 * USEC_PER_SEC)

typedef struct Waiting {
        ListNode node;
        ScriptEvent event;
        mdc_lease *lease;
} Waiting;

struct ScriptQueue {
        const ScriptSettings *settings;
        List waiting; /* the first is what runs, when something does */
        size_t n_waiting;
        bool told; /* that something was forgotten */
        Child child;
        sd_event *event;
        sd_event_source *end;   /* of the script that runs */
        sd_event_source *limit; /* of its time */
};

static Waiting *waiting_free(ScriptQueue *queue, Waiting *waiting) {
        list_remove(&waiting->node);
        queue->n_waiting--;
        (void) mdc_lease_unref(waiting->lease);
        free(waiting);
        return NULL;
}

static Waiting *first_waiting(const ScriptQueue *queue) {
        return list_is_empty(&queue->waiting) ? NULL
                                              : CONTAINER_OF(queue->waiting.next, Waiting, node);
}

static bool runs(const ScriptQueue *queue) {
        return queue->child.fd >= 0;
}

static void forget_sources(ScriptQueue *queue) {
        queue->end = sd_event_source_disable_unref(queue->end);
        queue->limit = sd_event_source_disable_unref(queue->limit);
}

/* Takes the end of what runs; what has not ended is killed. */
static int end_first(ScriptQueue *queue, bool late) {
        Waiting *first = first_waiting(queue);
        int r;

        forget_sources(queue);
        r = child_end(&queue->child);
        r = script_judge(queue->settings, first->event, late ? -ETIMEDOUT : r);
        (void) waiting_free(queue, first);
        return r;
}

static void start_next(ScriptQueue *queue);

static int on_end(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        ScriptQueue *queue = userdata;

        (void) source;
        (void) fd;
        (void) revents;
        (void) end_first(queue, false);
        start_next(queue);
        return 0;
}

static int on_limit(sd_event_source *source, uint64_t usec, void *userdata) {
        ScriptQueue *queue = userdata;

        (void) source;
        (void) usec;
        (void) end_first(queue, true);
        start_next(queue);
        return 0;
}

static int watch(ScriptQueue *queue) {
        int r;

        r = sd_event_add_io(queue->event, &queue->end, queue->child.fd, EPOLLIN, on_end, queue);
        if (r < 0 || queue->settings->limit == USEC_INFINITY)
                return r;
        return sd_event_add_time_relative(queue->event, &queue->limit, CLOCK_BOOTTIME,
                queue->settings->limit, USEC_PER_MSEC, on_limit, queue);
}

/* What cannot be started, or not be watched, is said, and the next has its turn. */
static void start_next(ScriptQueue *queue) {
        const Waiting *first;
        int r;

        while (!runs(queue) && (first = first_waiting(queue))) {
                r = script_start(queue->settings, first->event, first->lease, &queue->child);
                if (r >= 0)
                        r = watch(queue);
                if (r >= 0)
                        return;
                forget_sources(queue);
                if (runs(queue))
                        (void) child_end(&queue->child);
                (void) script_judge(queue->settings, first->event, r);
                (void) waiting_free(queue, first_waiting(queue));
        }
}

int script_queue_new(ScriptQueue **ret, struct sd_event *event, const ScriptSettings *settings) {
        ScriptQueue *queue;

        queue = calloc(1, sizeof(*queue));
        if (!queue)
                return -ENOMEM;
        list_init(&queue->waiting);
        queue->settings = settings;
        queue->child = CHILD_NONE;
        queue->event = sd_event_ref(event);
        *ret = queue;
        return 0;
}

ScriptQueue *script_queue_free(ScriptQueue *queue) {
        if (!queue)
                return NULL;
        forget_sources(queue);
        if (runs(queue))
                (void) child_end(&queue->child);
        while (first_waiting(queue))
                (void) waiting_free(queue, first_waiting(queue));
        (void) sd_event_unref(queue->event);
        free(queue);
        return NULL;
}

/* What runs is not forgotten: it is the first. */
static void forget_oldest(ScriptQueue *queue) {
        Waiting *first = first_waiting(queue);

        if (runs(queue))
                first = CONTAINER_OF(first->node.next, Waiting, node);
        if (!queue->told)
                (void) report(STATUS_FAILURE,
                        "%s is too slow: it is not told of all that happens; see --script-timeout=",
                        queue->settings->path);
        queue->told = true;
        (void) waiting_free(queue, first);
}

int script_queue_add(ScriptQueue *queue, ScriptEvent event, mdc_lease *lease) {
        Waiting *waiting;

        waiting = calloc(1, sizeof(*waiting));
        if (!waiting)
                return -ENOMEM;
        waiting->event = event;
        waiting->lease = mdc_lease_ref(lease);
        if (queue->n_waiting >= WAITING_MAX)
                forget_oldest(queue);
        list_append(&queue->waiting, &waiting->node);
        queue->n_waiting++;
        start_next(queue);
        return 0;
}

static usec_t time_until(usec_t end) {
        usec_t now = state_clock_now().now.boottime;

        return now < end ? end - now : 0;
}

/* The loop does not run any more; the last of what waits may be what the script tidies up by. */
int script_queue_finish(ScriptQueue *queue) {
        usec_t end = usec_add(state_clock_now().now.boottime, FINISH_PATIENCE);
        int r = 0;

        for (Waiting *first; (first = first_waiting(queue)); start_next(queue)) {
                bool last = queue->n_waiting == 1;
                usec_t patience = last ? MAX(time_until(end), LAST_PATIENCE) : time_until(end);

                patience = MIN(patience, queue->settings->limit);
                if (runs(queue))
                        r = end_first(queue, !child_await(&queue->child, patience));
                else
                        (void) waiting_free(queue, first);
                while (time_until(end) == 0 && queue->n_waiting > 1)
                        (void) waiting_free(queue, first_waiting(queue));
        }
        return r;
}

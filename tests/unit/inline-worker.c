/* SPDX-License-Identifier: MIT */

/* Two queues. Invariant, as with the thread: jobs are done in the order in which they were given,
 * one at a time. */

#include "inline-worker.h"

#include <stdlib.h>

#include "basic/macro.h"

typedef struct JobQueue {
        Job *first;
        Job **end;
} JobQueue;

static struct InlineWorker {
        Worker worker;
        JobQueue due;
        JobQueue done;
        JobFunction run;
        void *userdata;
        bool killed;
} the_worker;

static void queue_push(JobQueue *queue, Job *job) {
        job->next = NULL;
        *queue->end = job;
        queue->end = &job->next;
}

static Job *queue_pop(JobQueue *queue) {
        Job *job = queue->first;

        if (!job)
                return NULL;
        queue->first = TAKE_PTR(job->next);
        if (!queue->first)
                queue->end = &queue->first;
        return job;
}

const Job *inline_worker_due(void) {
        return the_worker.due.first;
}

bool inline_worker_do(void) {
        Job *job = queue_pop(&the_worker.due);

        if (!job)
                return false;
        if (!the_worker.killed)
                the_worker.run(job, the_worker.userdata);
        queue_push(&the_worker.done, job);
        return true;
}

bool inline_worker_has_done(void) {
        return the_worker.done.first;
}

void inline_worker_kill(void) {
        the_worker.killed = true;
}

static int inline_create(Worker **ret, JobFunction run, void *userdata) {
        the_worker = (struct InlineWorker){
                .worker.operations = &inline_worker,
                .run = run,
                .userdata = userdata,
        };
        the_worker.due.end = &the_worker.due.first;
        the_worker.done.end = &the_worker.done.first;
        *ret = &the_worker.worker;
        return 0;
}

static void inline_stop(Worker *worker) {
        (void) worker;
        while (inline_worker_do())
                ;
}

static void inline_free(Worker *worker) {
        (void) worker;
}

static void inline_push(Worker *worker, Job *job) {
        (void) worker;
        queue_push(&the_worker.due, job);
}

static Job *inline_pop(Worker *worker) {
        (void) worker;
        return queue_pop(&the_worker.done);
}

static int inline_fd(const Worker *worker) {
        (void) worker;
        return -1;
}

const WorkerOperations inline_worker = {
        .create = inline_create,
        .stop = inline_stop,
        .free = inline_free,
        .push = inline_push,
        .pop = inline_pop,
        .fd = inline_fd,
};

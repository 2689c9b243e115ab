/* SPDX-License-Identifier: MIT */

/* Two queues. Invariant, as with the thread: jobs are done in the order in which they were given,
 * one at a time. */

#include "worker.h"

#include <stdlib.h>

typedef struct JobQueue {
        Job *first;
        Job **end;
} JobQueue;

struct Worker {
        JobQueue due;
        JobQueue done;
        JobFunction run;
        void *userdata;
        bool killed;
};

static Worker *the_worker;

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

const Job *worker_first_due(void) {
        return the_worker ? the_worker->due.first : NULL;
}

void worker_do_first(void) {
        Job *job = queue_pop(&the_worker->due);

        if (!the_worker->killed)
                the_worker->run(job, the_worker->userdata);
        queue_push(&the_worker->done, job);
}

void worker_kill(void) {
        if (the_worker)
                the_worker->killed = true;
}

int worker_new(Worker **ret, JobFunction run, void *userdata) {
        Worker *worker = calloc(1, sizeof(*worker));

        if (!worker)
                abort();
        worker->run = run;
        worker->userdata = userdata;
        worker->due.end = &worker->due.first;
        worker->done.end = &worker->done.first;
        *ret = the_worker = worker;
        return 0;
}

void worker_stop(Worker *worker) {
        (void) worker;
        while (worker_first_due())
                worker_do_first();
}

Worker *worker_free(Worker *worker) {
        free(worker);
        the_worker = NULL;
        return NULL;
}

void worker_push(Worker *worker, Job *job) {
        queue_push(&worker->due, job);
}

Job *worker_pop(Worker *worker) {
        return queue_pop(&worker->done);
}

int worker_fd(const Worker *worker) {
        (void) worker;
        return -1;
}

void worker_signal(Worker *worker) {
        (void) worker;
}

/* SPDX-License-Identifier: MIT */

/* The thread, its two queues under one lock, and an eventfd. Invariant: whenever `done` is not
 * empty, the eventfd is readable. */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "basic/macro.h"
#include "store/worker.h"

typedef struct JobQueue {
        Job *first;
        Job **end;
} JobQueue;

struct Worker {
        pthread_t thread;
        pthread_mutex_t lock;
        pthread_cond_t wake;
        JobQueue due;
        JobQueue done;
        bool stop;
        bool joined;
        int event_fd;
        JobFunction run;
        void *userdata;
};

static void queue_init(JobQueue *queue) {
        queue->first = NULL;
        queue->end = &queue->first;
}

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

/* Return: NULL when there is nothing left to do and the worker is to end. */
static Job *wait_for_job(Worker *worker) {
        Job *job;

        (void) pthread_mutex_lock(&worker->lock);
        while (!(job = queue_pop(&worker->due)) && !worker->stop)
                (void) pthread_cond_wait(&worker->wake, &worker->lock);
        (void) pthread_mutex_unlock(&worker->lock);
        return job;
}

void worker_signal(Worker *worker) {
        const uint64_t one = 1;

        (void) !write(worker->event_fd, &one, sizeof(one));
}

static void hand_back(Worker *worker, Job *job) {
        (void) pthread_mutex_lock(&worker->lock);
        queue_push(&worker->done, job);
        (void) pthread_mutex_unlock(&worker->lock);
        worker_signal(worker);
}

static void *work(void *userdata) {
        Worker *worker = userdata;
        Job *job;

        while ((job = wait_for_job(worker))) {
                worker->run(job, worker->userdata);
                hand_back(worker, job);
        }
        return NULL;
}

/* Signals are the loop's, which reads them from a descriptor. */
static int start_thread(Worker *worker) {
        sigset_t all, old;
        int r;

        (void) sigfillset(&all);
        r = pthread_sigmask(SIG_SETMASK, &all, &old);
        if (r != 0)
                return -r;
        r = pthread_create(&worker->thread, NULL, work, worker);
        (void) pthread_sigmask(SIG_SETMASK, &old, NULL);
        if (r != 0)
                return -r;
        (void) pthread_setname_np(worker->thread, "lease-file");
        return 0;
}

int worker_new(Worker **ret, JobFunction run, void *userdata) {
        _cleanup_free_ Worker *worker = NULL;
        _cleanup_close_ int fd = -1;
        int r;

        worker = calloc(1, sizeof(*worker));
        if (!worker)
                return -ENOMEM;
        fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (fd < 0)
                return -errno;

        worker->event_fd = fd;
        worker->run = run;
        worker->userdata = userdata;
        queue_init(&worker->due);
        queue_init(&worker->done);
        (void) pthread_mutex_init(&worker->lock, NULL);
        (void) pthread_cond_init(&worker->wake, NULL);

        r = start_thread(worker);
        if (r < 0) {
                (void) pthread_cond_destroy(&worker->wake);
                (void) pthread_mutex_destroy(&worker->lock);
                return r;
        }
        (void) TAKE_FD(fd);
        *ret = TAKE_PTR(worker);
        return 0;
}

void worker_stop(Worker *worker) {
        if (worker->joined)
                return;
        (void) pthread_mutex_lock(&worker->lock);
        worker->stop = true;
        (void) pthread_cond_signal(&worker->wake);
        (void) pthread_mutex_unlock(&worker->lock);

        (void) pthread_join(worker->thread, NULL);
        worker->joined = true;
}

Worker *worker_free(Worker *worker) {
        if (!worker)
                return NULL;

        worker_stop(worker);
        (void) pthread_cond_destroy(&worker->wake);
        (void) pthread_mutex_destroy(&worker->lock);
        (void) close(worker->event_fd);
        free(worker);
        return NULL;
}

void worker_push(Worker *worker, Job *job) {
        (void) pthread_mutex_lock(&worker->lock);
        queue_push(&worker->due, job);
        (void) pthread_mutex_unlock(&worker->lock);
        /* not under the lock, which the woken thread takes first of all */
        (void) pthread_cond_signal(&worker->wake);
}

Job *worker_pop(Worker *worker) {
        uint64_t n;
        Job *job;

        (void) pthread_mutex_lock(&worker->lock);
        job = queue_pop(&worker->done);
        if (!job)
                (void) !read(worker->event_fd, &n, sizeof(n));
        (void) pthread_mutex_unlock(&worker->lock);
        return job;
}

int worker_fd(const Worker *worker) {
        return worker->event_fd;
}

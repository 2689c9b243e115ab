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

typedef struct ThreadWorker {
        Worker worker;
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
} ThreadWorker;

static ThreadWorker *thread_of(const Worker *worker) {
        return (ThreadWorker *) worker;
}

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
static Job *wait_for_job(ThreadWorker *worker) {
        Job *job;

        (void) pthread_mutex_lock(&worker->lock);
        while (!(job = queue_pop(&worker->due)) && !worker->stop)
                (void) pthread_cond_wait(&worker->wake, &worker->lock);
        (void) pthread_mutex_unlock(&worker->lock);
        return job;
}

static void hand_back(ThreadWorker *worker, Job *job) {
        const uint64_t one = 1;

        (void) pthread_mutex_lock(&worker->lock);
        queue_push(&worker->done, job);
        (void) pthread_mutex_unlock(&worker->lock);
        (void) !write(worker->event_fd, &one, sizeof(one));
}

static void *work(void *userdata) {
        ThreadWorker *worker = userdata;
        Job *job;

        while ((job = wait_for_job(worker))) {
                worker->run(job, worker->userdata);
                hand_back(worker, job);
        }
        return NULL;
}

/* Signals are the loop's, which reads them from a descriptor. */
static int start_thread(ThreadWorker *worker) {
        sigset_t all, old;
        int r;

        (void) sigfillset(&all);
        r = pthread_sigmask(SIG_SETMASK, &all, &old);
        if (r != 0)
                return -r;
        r = pthread_create(&worker->thread, NULL, work, worker);
        (void) pthread_sigmask(SIG_SETMASK, &old, NULL);
        if (r != 0)
                return r == EAGAIN ? -ENOMEM
                                   : -r; /* no room for a stack, or for what goes with it */
        (void) pthread_setname_np(worker->thread, "lease-file");
        return 0;
}

static int thread_create(Worker **ret, JobFunction run, void *userdata) {
        _cleanup_free_ ThreadWorker *worker = NULL;
        _cleanup_close_ int fd = -1;
        int r;

        worker = calloc(1, sizeof(*worker));
        if (!worker)
                return -ENOMEM;
        fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (fd < 0)
                return -errno;

        worker->worker.operations = &worker_thread;
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
        *ret = &TAKE_PTR(worker)->worker;
        return 0;
}

static void thread_stop(Worker *base) {
        ThreadWorker *worker = thread_of(base);

        if (worker->joined)
                return;
        (void) pthread_mutex_lock(&worker->lock);
        worker->stop = true;
        (void) pthread_cond_signal(&worker->wake);
        (void) pthread_mutex_unlock(&worker->lock);

        (void) pthread_join(worker->thread, NULL);
        worker->joined = true;
}

static void thread_free(Worker *base) {
        ThreadWorker *worker = thread_of(base);

        thread_stop(base);
        (void) pthread_cond_destroy(&worker->wake);
        (void) pthread_mutex_destroy(&worker->lock);
        (void) close(worker->event_fd);
        free(worker);
}

static void thread_push(Worker *base, Job *job) {
        ThreadWorker *worker = thread_of(base);

        (void) pthread_mutex_lock(&worker->lock);
        queue_push(&worker->due, job);
        (void) pthread_mutex_unlock(&worker->lock);
        /* not under the lock, which the woken thread takes first of all */
        (void) pthread_cond_signal(&worker->wake);
}

static Job *thread_pop(Worker *base) {
        ThreadWorker *worker = thread_of(base);
        uint64_t n;
        Job *job;

        (void) pthread_mutex_lock(&worker->lock);
        job = queue_pop(&worker->done);
        if (!job)
                (void) !read(worker->event_fd, &n, sizeof(n));
        (void) pthread_mutex_unlock(&worker->lock);
        return job;
}

static int thread_fd(const Worker *base) {
        return thread_of(base)->event_fd;
}

const WorkerOperations worker_thread = {
        .create = thread_create,
        .stop = thread_stop,
        .free = thread_free,
        .push = thread_push,
        .pop = thread_pop,
        .fd = thread_fd,
};

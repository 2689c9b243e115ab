/* SPDX-License-Identifier: MIT */
#pragma once

/* Does jobs in the order in which they are given, one at a time, and hands them back. Does not look
 * at what a job is for. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "basic/buffer.h"

typedef struct Worker Worker;

typedef enum JobType {
        JOB_APPEND,
        JOB_REWRITE_BEGIN, /* data: the header row */
        JOB_REWRITE_CHUNK,
        JOB_REWRITE_END,
        JOB_LOOK,   /* read what somebody else has saved, if he has */
        JOB_REJECT, /* data: text for NAME.rejected */
} JobType;

typedef struct LeaseSave LeaseSave;

/* A version of a file. What a rename changes is no part of it. */
typedef struct FileIdentity {
        dev_t device;
        ino_t inode; /* 0 = none */
        uint64_t size;
        struct timespec modified;
} FileIdentity;

/* A question to the worker, and its answer. Belongs to the thread that has it. */
typedef struct Job {
        struct Job *next;
        JobType type;
        Buffer data; /* whole rows */
        size_t n_rows;
        uint64_t first_commit; /* JOB_APPEND */
        uint64_t last_commit;
        uint64_t last_version; /* newest tag in it */
        uint64_t rewrite;      /* which rewrite the job is of */
        bool recovery;         /* JOB_REWRITE_BEGIN: the loop knows that the file has failed */
        bool supersedes;       /* JOB_REWRITE_BEGIN: rows that follow fit into the new file alone */
        bool backup;           /* JOB_REWRITE_END: the new file becomes NAME~ */
        LeaseSave *save;       /* JOB_LOOK: to be filled */
        FileIdentity displaced; /* JOB_REWRITE_BEGIN: see Disk */
        bool keep_displaced;

        int result;            /* 0 or negative errno */
        const char *operation; /* what failed, static */
        bool put_aside;        /* JOB_REWRITE_END: somebody's version is now NAME~ */
        unsigned aside;        /* the digit behind that, 0 = none */
        bool suspect;          /* what has been written before is no longer to be trusted */
        size_t n_file_rows;    /* rows and size of the file after the job */
        uint64_t file_size;
} Job;

/* Does a job, in the worker's thread. */
typedef void (*JobFunction)(Job *job, void *userdata);

/* How jobs are done: by a thread (worker_thread), or when a test says so. All but free() are O(1).
 */
typedef struct WorkerOperations {
        /* Return: 0, -ENOMEM, other negative errno */
        int (*create)(Worker **ret, JobFunction run, void *userdata);
        /* does what has been given; jobs are still to be taken back */
        void (*stop)(Worker *worker);
        /* stop(), and frees the worker, but no jobs */
        void (*free)(Worker *worker);
        /* gives a job; never blocks longer than the worker needs to take one */
        void (*push)(Worker *worker, Job *job);
        /* takes back the next job that is done, or NULL; then the descriptor is not readable */
        Job *(*pop)(Worker *worker);
        /* readable while jobs are done; borrowed */
        int (*fd)(const Worker *worker);
} WorkerOperations;

struct Worker {
        const WorkerOperations *operations;
};

/* A thread with all signals blocked. */
extern const WorkerOperations worker_thread;

static inline void worker_push(Worker *worker, Job *job) {
        worker->operations->push(worker, job);
}

static inline Job *worker_pop(Worker *worker) {
        return worker->operations->pop(worker);
}

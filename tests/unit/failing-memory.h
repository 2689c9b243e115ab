/* SPDX-License-Identifier: MIT */
#pragma once

/* Memory that runs out when a test says so. failing-memory.c takes the place of malloc() and its
 * relatives in the whole program, libraries included, under a sanitizer too, so that
 * what a failure leaves behind is seen as a leak. */

#include <stdbool.h>
#include <stddef.h>

/**
 * memory_fail() - lets one allocation of the calling thread fail.
 *
 * @n: its allocations from now on that succeed before it
 */
void memory_fail(size_t n);

/**
 * memory_fail_elsewhere() - lets one allocation of the other threads fail.
 *
 * @n: their allocations from now on that succeed before it
 */
void memory_fail_elsewhere(size_t n);

/**
 * memory_recover() - all allocations succeed again.
 *
 * Return: whether one has failed since one of the former was called.
 */
bool memory_recover(void);

/**
 * memory_left() - how many more allocations would have succeeded when memory_recover() was called,
 * to go on with later. 0 once one has failed.
 */
size_t memory_left(void);

/* The result of a call during which allocation number @n fails, and in @failed whether there were
 * so many. */
#define MEMORY_TRY(n, failed, call)                                                                \
        __extension__({                                                                            \
                memory_fail(n);                                                                    \
                __auto_type memory_result_ = (call);                                               \
                (failed) = memory_recover();                                                       \
                memory_result_;                                                                    \
        })

/* The result of a call that first has each of its allocations fail in turn: each time it must say
 * -ENOMEM, and then @unchanged must hold. One that gets along without the memory is done. */
#define MEMORY_EXHAUST(call, unchanged)                                                            \
        __extension__({                                                                            \
                bool failed_ = true;                                                               \
                int r_ = 0;                                                                        \
                for (size_t n_ = 0; failed_; n_++) {                                               \
                        r_ = MEMORY_TRY(n_, failed_, call);                                        \
                        if (!failed_ || r_ >= 0)                                                   \
                                break;                                                             \
                        ck_assert_msg(r_ == -ENOMEM, "allocation %zu of %s: %d", n_, #call, r_);   \
                        ck_assert_msg(                                                             \
                                unchanged, "allocation %zu of %s changed something", n_, #call);   \
                }                                                                                  \
                r_;                                                                                \
        })

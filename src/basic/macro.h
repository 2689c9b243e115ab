/* SPDX-License-Identifier: MIT */
#pragma once

/* Language helpers shared by all layers: cleanup attributes, array sizes, ownership transfer.
 * Knows nothing but C; holds no state. */

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))
#define _const_ __attribute__((const))
#define _pure_ __attribute__((pure))
#define _printf_(string, first) __attribute__((format(printf, string, first)))
#define _unused_ __attribute__((unused))
#define _warn_unused_ __attribute__((warn_unused_result))

#define ELEMENTSOF(x) (sizeof(x) / sizeof((x)[0]))
#define MIN(a, b)                                                                                  \
        __extension__({                                                                            \
                const __auto_type min_a_ = (a);                                                    \
                const __auto_type min_b_ = (b);                                                    \
                min_a_ < min_b_ ? min_a_ : min_b_;                                                 \
        })
#define MAX(a, b)                                                                                  \
        __extension__({                                                                            \
                const __auto_type max_a_ = (a);                                                    \
                const __auto_type max_b_ = (b);                                                    \
                max_a_ > max_b_ ? max_a_ : max_b_;                                                 \
        })

/* The structure of type `type` whose member `member` is at `pointer`. */
#define CONTAINER_OF(pointer, type, member) ((type *) ((char *) (pointer) -offsetof(type, member)))

/* Hands over what a variable owns: yields the old value and leaves NULL (or -1) behind. */
#define TAKE_PTR(p)                                                                                \
        __extension__({                                                                            \
                __auto_type take_p_ = &(p);                                                        \
                __auto_type take_v_ = *take_p_;                                                    \
                *take_p_ = NULL;                                                                   \
                take_v_;                                                                           \
        })
#define TAKE_FD(fd)                                                                                \
        __extension__({                                                                            \
                int *take_f_ = &(fd);                                                              \
                int take_v_ = *take_f_;                                                            \
                *take_f_ = -1;                                                                     \
                take_v_;                                                                           \
        })

/* Defines `static inline void func##p(type **p)` for _cleanup_(func##p); `func` takes NULL. */
#define DEFINE_POINTER_CLEANUP(type, func)                                                         \
        static inline void func##p(type **p) {                                                     \
                if (*p)                                                                            \
                        (void) func(*p);                                                           \
        }                                                                                          \
        struct func##_needs_semicolon

static inline void freep(void *p) {
        free(*(void **) p);
}

static inline void closep(int *fd) {
        if (*fd >= 0)
                (void) close(*fd);
}

static inline void fclosep(FILE **f) {
        if (*f)
                (void) fclose(*f);
}

#define _cleanup_free_ _cleanup_(freep)
#define _cleanup_close_ _cleanup_(closep)
#define _cleanup_fclose_ _cleanup_(fclosep)

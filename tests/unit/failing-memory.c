/* SPDX-License-Identifier: MIT */

/* The program's own malloc(). It asks that of the C library, or of the sanitizer, which keeps its
 * own under another name for this purpose. */

#include "failing-memory.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(SANITIZED)
#define REAL(name) __interceptor_##name
#else
#define REAL(name) __libc_##name
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t n, size_t size);
void *REAL(realloc)(void *p, size_t size);
void *REAL(memalign)(size_t alignment, size_t size);

static atomic_bool armed;
static pthread_t thread; /* set while not armed */
static bool elsewhere;
static atomic_size_t countdown; /* allocations until the one that fails */
static atomic_bool has_failed;

static void arm(size_t n, bool in_others) {
        countdown = n;
        has_failed = false;
        thread = pthread_self();
        elsewhere = in_others;
        armed = true;
}

void memory_fail(size_t n) {
        arm(n, false);
}

void memory_fail_elsewhere(size_t n) {
        arm(n, true);
}

bool memory_recover(void) {
        armed = false;
        return has_failed;
}

size_t memory_left(void) {
        return has_failed ? 0 : countdown;
}

static bool must_fail(void) {
        if (!armed || (pthread_equal(pthread_self(), thread) != 0) == elsewhere)
                return false;
        if (atomic_fetch_sub(&countdown, 1) != 0)
                return false;
        armed = false;
        has_failed = true;
        errno = ENOMEM;
        return true;
}

void *malloc(size_t size) {
        return must_fail() ? NULL : REAL(malloc)(size);
}

void *calloc(size_t n, size_t size) {
        return must_fail() ? NULL : REAL(calloc)(n, size);
}

void *realloc(void *p, size_t size) {
        return must_fail() ? NULL : REAL(realloc)(p, size);
}

void *reallocarray(void *p, size_t n, size_t size) {
        size_t total;

        if (__builtin_mul_overflow(n, size, &total)) {
                errno = ENOMEM;
                return NULL;
        }
        return realloc(p, total);
}

int posix_memalign(void **ret, size_t alignment, size_t size) {
        void *p = must_fail() ? NULL : REAL(memalign)(alignment, size);

        if (!p)
                return ENOMEM;
        *ret = p;
        return 0;
}

/* The sanitizer's do not ask malloc(). */
char *strdup(const char *text) {
        size_t size = strlen(text) + 1;
        char *copy = malloc(size);

        return copy ? memcpy(copy, text, size) : NULL;
}

char *strndup(const char *text, size_t n) {
        size_t size = strnlen(text, n);
        char *copy = malloc(size + 1);

        if (!copy)
                return NULL;
        copy[size] = '\0';
        return memcpy(copy, text, size);
}

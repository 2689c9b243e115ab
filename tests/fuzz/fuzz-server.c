/* SPDX-License-Identifier: MIT */
/* Leads a server through whatever the bytes say: messages well-formed and broken, time, commits
 * that succeed and fail, administration, reloads. What must hold is in tests/unit/server-walk.c and
 * invariants.c.
 *
 * Build: clang -fsanitize=fuzzer,address,undefined, with these two files */

#include <stddef.h>
#include <stdint.h>

#include "../unit/server-walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        (void) server_walk(data, size);
        return 0;
}

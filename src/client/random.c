/* SPDX-License-Identifier: MIT */
/* The client's random numbers; knows no source of randomness but the seed it was given. */

#include "client/random.h"
#include "basic/hash.h"

uint64_t random_next(Random *random) {
        random->counter++;
        return hash_bytes(&random->counter, sizeof(random->counter), random->key);
}

usec_t random_between(Random *random, usec_t low, usec_t high) {
        if (high <= low)
                return low;
        return low + random_next(random) % (high - low + 1);
}

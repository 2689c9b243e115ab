/* SPDX-License-Identifier: MIT */
#pragma once

/* How often what others take away is put back: at once, and yet never in a loop with a program that
 * insists. Pure: time is an argument. */

#include <stdbool.h>

#include "basic/time.h"

/* At first all zero. */
typedef struct Pace {
        usec_t last;     /* when something was put back */
        usec_t debt_end; /* each time adds to it; a long one is a fight */
        bool told;
} Pace;

/**
 * pace_next() - when the next time may be.
 *
 * At once, but a second after the last time; after some twenty times in a short time, once in ten
 * seconds.
 */
usec_t pace_next(const Pace *pace, usec_t now);

/**
 * pace_spend() - something was put back.
 * Return: whether this has become a fight, of which nothing was said yet.
 */
bool pace_spend(Pace *pace, usec_t now);

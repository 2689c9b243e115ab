/* SPDX-License-Identifier: MIT */
#pragma once

/* What the lease file says, told to the executor and to the promises. */

#include "store/lease-store.h"

struct World;

/**
 * answers_take() - what follows from an event of the lease file.
 */
void answers_take(struct World *world, const LeaseStoreEvent *event);

/**
 * answers_check() - a lease file in good health that has nothing to do owes no answer.
 */
void answers_check(const struct World *world);

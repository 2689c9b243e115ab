/* SPDX-License-Identifier: MIT */
#pragma once

/* What the lease file says, told to the executor and to the promises. */

#include "store/lease-store.h"

struct World;

/**
 * answers_take() - what follows from an event of the lease file.
 */
void answers_take(struct World *world, const LeaseStoreEvent *event);

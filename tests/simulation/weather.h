/* SPDX-License-Identifier: MIT */
#pragma once

/* Trouble: what befalls wires, disk, clocks, machines and the configuration. */

#include "world.h"

/**
 * weather_strike() - one more thing happens.
 */
void weather_strike(World *world);

/**
 * weather_break_disk() - operations of the disk fail, until it is mended by chance.
 */
void weather_break_disk(World *world);

/**
 * weather_clear_up() - everything is mended, the server runs; machines stay as they are. The first
 * moment of calm.
 */
void weather_clear_up(World *world);

/* SPDX-License-Identifier: MIT */
#pragma once

/* Trouble: what befalls wires, disk, clocks, machines and the configuration. */

#include "world.h"

/**
 * weather_strike() - one more thing happens.
 */
void weather_strike(World *world);

/**
 * weather_strike_save() - something happens in the middle of what the server does with a save.
 */
void weather_strike_save(World *world);

/**
 * weather_clear_up() - everything is mended, the server runs; machines stay as they are. The first
 * moment of calm.
 */
void weather_clear_up(World *world);

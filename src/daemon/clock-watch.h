/* SPDX-License-Identifier: MIT */
#pragma once

/* Tells when the wall clock was set, by an administrator or by a program that keeps it right. Does
 * not know from what to what. */

#include <systemd/sd-event.h>

#include "basic/macro.h"

typedef struct ClockWatch ClockWatch;

typedef void (*ClockWatchFunction)(void *userdata);

/**
 * clock_watch_new() - has @function called from the event loop each time the clock was set.
 *
 * @event: borrowed for the watch's life
 * Return: 0, -ENOMEM, negative errno of timerfd or sd-event.
 */
int clock_watch_new(ClockWatch **ret, sd_event *event, ClockWatchFunction function, void *userdata);

/**
 * clock_watch_free() - watches no longer. Return: NULL.
 */
ClockWatch *clock_watch_free(ClockWatch *watch);

DEFINE_POINTER_CLEANUP(ClockWatch, clock_watch_free);

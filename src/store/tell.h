/* SPDX-License-Identifier: MIT */
#pragma once

/* Events of the lease file, for whoever drives it (lease-store.h). What they point at stays until
 * the next one of its kind. For the parts of the lease file alone. */

#include "store/lease-file-internal.h"

/**
 * tell_event() - appends an event. Return: it, to be filled.
 */
LeaseStoreEvent *tell_event(LeaseFile *file, LeaseStoreEventType type);

/**
 * tell_failure() - appends an event that has a reason.
 *
 * @error: negative errno, or 0
 * @operation: static, or NULL
 * Return: it, to be filled.
 */
LeaseStoreEvent *tell_failure(
        LeaseFile *file, LeaseStoreEventType type, int error, const char *operation);

/**
 * tell_notice() - a notice and its reason, as tell_failure().
 */
void tell_notice(LeaseFile *file, LeaseStoreNotice notice, int error, const char *operation);

/**
 * tell_put_aside() - somebody's version has been kept as `kept_as`.
 */
void tell_put_aside(LeaseFile *file);

/**
 * tell_promise() - a change of what may be promised, if there is one.
 */
void tell_promise(LeaseFile *file, int error, const char *operation);

/**
 * tell_compacted() - a rewrite is over. Whoever waits for one is told, unless another is to follow.
 */
void tell_compacted(LeaseFile *file, int error, const char *operation);

/**
 * tell_save_lost() - there is nothing in a save that could be merged. Its problems change hands.
 */
void tell_save_lost(LeaseFile *file, LeaseSave *save);

/**
 * tell_merged() - what came of `merge`, whose problems change hands.
 */
void tell_merged(LeaseFile *file);

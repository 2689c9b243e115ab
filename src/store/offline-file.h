/* SPDX-License-Identifier: MIT */
#pragma once

/* The lease file while no server runs: locked as a server locks it, changed through the core's own
 * rules, and written anew whole. Until offline_file_write() has succeeded the file on the disk is
 * as it was, for readers and after a power cut.
 *
 * Never reads a clock: all of it is one moment. */

#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/problem.h"
#include "basic/time.h"
#include "core/lease.h"
#include "core/settings.h"

typedef struct OfflineFile OfflineFile;

/**
 * offline_file_new() - a lease file that is not opened yet.
 *
 * @seed: as for server_new()
 * @clock: the moment of all that is done
 * Return: 0, -ENOMEM.
 */
int offline_file_new(OfflineFile **ret, const uint8_t seed[static 16], const ClockPair *clock);

/**
 * offline_file_free() - closes the file and drops its lock. Return: NULL.
 */
OfflineFile *offline_file_free(OfflineFile *file);

/**
 * offline_file_configure_take() - tells the pools and hosts by which leases are judged. Needed
 * before the file is opened.
 *
 * @settings: belong to the file on success
 * Return: 0, -ENOMEM.
 */
int offline_file_configure_take(OfflineFile *file, Settings *settings);

/**
 * offline_file_set_own() - tells the server's own addresses, which no client gets.
 * Return: 0, -ENOMEM.
 */
int offline_file_set_own(OfflineFile *file, const ipv4_t *addresses, size_t n);

/**
 * offline_file_open() - locks the directory and reads the file, which is made when it is missing.
 * To be called once.
 *
 * @problems: lines that are wrong, as warnings
 * Return: 0, -EWOULDBLOCK when a server has the directory (which one, says
 * lease_file_find_holder()), -ENOLCK when the directory cannot be locked, -EBADMSG when it is not a
 * lease file, other negative errno of opening and reading it.
 */
int offline_file_open(OfflineFile *file, const char *path, Problems *problems);

/**
 * offline_file_add() - binds an address to a client, as server_add_lease() does.
 *
 * @wanted: address, client identifier (none: the one that the hardware address makes), hardware
 * address and hostname are looked at
 * @expires_at: microseconds of the wall clock, later than the file's moment; USEC_INFINITY
 * Return: 0, -EINVAL when client identifier and hardware address are both missing or either has an
 * illegal size, -EADDRNOTAVAIL, -EADDRINUSE and -ENOMEM as server_add_lease().
 */
int offline_file_add(OfflineFile *file, const LeaseRecord *wanted, usec_t expires_at);

/**
 * offline_file_write() - writes all leases to a new file, makes it durable, and puts it in the old
 * one's place. Nothing is written when nothing was changed.
 *
 * @ret_operation: what failed, static
 * Return: 0, -ESTALE when somebody else has saved the file meanwhile, negative errno. The old file
 * is in its place then, unless it was the sync of the directory that failed.
 */
int offline_file_write(OfflineFile *file, const char **ret_operation);

DEFINE_POINTER_CLEANUP(OfflineFile, offline_file_free);

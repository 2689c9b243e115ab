/* SPDX-License-Identifier: MIT */
#pragma once

/* The error names of org.minidhcp1, each raised somewhere in this folder. What D-Bus itself has a
 * name for (InvalidArgs, AccessDenied, LimitsExceeded) goes by that name. */

#define BUS_ERROR_NO_SUCH_LEASE "org.minidhcp1.Error.NoSuchLease"
#define BUS_ERROR_NO_SUCH_POOL "org.minidhcp1.Error.NoSuchPool"
#define BUS_ERROR_INVALID_FILTER "org.minidhcp1.Error.InvalidFilter"

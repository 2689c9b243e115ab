/* SPDX-License-Identifier: MIT */
#pragma once

/* The error names of org.minidhcp1, each raised somewhere in this folder. What D-Bus itself has a
 * name for (InvalidArgs, AccessDenied, LimitsExceeded, NotSupported, IOError) goes by that name. */

#define BUS_ERROR_NO_SUCH_LEASE "org.minidhcp1.Error.NoSuchLease"
#define BUS_ERROR_NO_SUCH_POOL "org.minidhcp1.Error.NoSuchPool"
#define BUS_ERROR_NO_SUCH_HOST "org.minidhcp1.Error.NoSuchHost"
#define BUS_ERROR_ADDRESS_NOT_IN_POOL "org.minidhcp1.Error.AddressNotInPool"
#define BUS_ERROR_ADDRESS_IN_USE "org.minidhcp1.Error.AddressInUse"
#define BUS_ERROR_POOL_EXHAUSTED "org.minidhcp1.Error.PoolExhausted"
#define BUS_ERROR_INVALID_FILTER "org.minidhcp1.Error.InvalidFilter"
#define BUS_ERROR_INVALID_SETTING "org.minidhcp1.Error.InvalidSetting"
#define BUS_ERROR_UNCHANGED "org.minidhcp1.Error.Unchanged"
#define BUS_ERROR_LEASE_FILE "org.minidhcp1.Error.LeaseFile"

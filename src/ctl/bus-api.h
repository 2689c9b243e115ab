/* SPDX-License-Identifier: MIT */
#pragma once

/* The names of the bus API that a client needs, and nothing else: the contract is the XML in dbus/.
 */

#define BUS_API_NAME "org.minidhcp1"
#define BUS_API_MANAGER_PATH "/org/minidhcp1"
#define BUS_API_LEASE_PREFIX "/org/minidhcp1/lease"
#define BUS_API_POOL_PREFIX "/org/minidhcp1/pool"
#define BUS_API_HOST_PREFIX "/org/minidhcp1/host"
#define BUS_API_INTERFACE_PREFIX "/org/minidhcp1/interface"
#define BUS_API_MANAGER "org.minidhcp1.Manager"
#define BUS_API_LEASE "org.minidhcp1.Lease"
#define BUS_API_POOL "org.minidhcp1.Pool"
#define BUS_API_HOST "org.minidhcp1.Host"
#define BUS_API_INTERFACE "org.minidhcp1.Interface"
#define BUS_API_ERROR(name) "org.minidhcp1.Error." name

/* Flags of changes. */
enum {
        BUS_FLAG_RUNTIME = 1 << 0,
};

/* Flags of a lease. */
enum {
        BUS_LEASE_RESERVED = 1 << 0,
        BUS_LEASE_RELAYED = 1 << 1,
};

/* A page of ListLeases: what is asked for, and its signature. */
enum {
        BUS_LEASE_PAGE = 500,
};
#define BUS_LEASE_SIGNATURE "sayaysssstttua{sv}"

/* SPDX-License-Identifier: MIT */
#pragma once

/* A random walk of a server: bytes choose what happens next, among messages of a few clients, time,
 * commits that succeed or fail, administration, ARP, reloads. After each step everything is counted
 * again, and a ledger of what was acknowledged is compared with what the server does. */

#include <stddef.h>
#include <stdint.h>

/**
 * server_walk() - walks for as long as there are bytes; aborts the process with a sentence on
 * stderr at the first thing that must not be.
 *
 * Return: the number of messages that were answered.
 */
size_t server_walk(const uint8_t *data, size_t size);

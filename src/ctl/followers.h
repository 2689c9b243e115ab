/* SPDX-License-Identifier: MIT */
#pragma once

/* The programs that follow the server, as the service manager knows them: which of them run, and
 * what ails them. One that is off is not there. */

#include "ctl/connection.h"
#include "ctl/details.h"

typedef struct Followers Followers;

/**
 * followers_fetch() - asks systemd. Where it does not answer there are none.
 *
 * @ret: receives what followers_free() frees
 * Return: 0, -ENOMEM.
 */
int followers_fetch(Connection *connection, Followers **ret);

/**
 * followers_free() - Return: NULL.
 */
Followers *followers_free(Followers *followers);

/**
 * followers_describe() - adds a line for each of them.
 * Return: 0, -ENOMEM.
 */
int followers_describe(const Followers *followers, Details *details);

/**
 * followers_to_json() - an array of objects, one for each of them.
 * Return: NULL without memory.
 */
json_object *followers_to_json(const Followers *followers);

DEFINE_POINTER_CLEANUP(Followers, followers_free);

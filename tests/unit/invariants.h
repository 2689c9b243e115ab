/* SPDX-License-Identifier: MIT */
#pragma once

/* What must hold of a server at any moment, whatever happened to it. */

#include "core/server.h"

/**
 * invariants_broken() - recounts everything that the server keeps count of, and looks every lease
 * up by each of its indices.
 *
 * Return: NULL when all is well, else a sentence in static memory.
 */
const char *invariants_broken(const Server *server);

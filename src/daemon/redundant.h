/* SPDX-License-Identifier: MIT */
#pragma once

/* What is said over the bus though the files say it already. It would be kept for nothing, and
 * hide later what somebody writes there. */

#include "daemon/change.h"

/**
 * change_drop_redundant() - takes out of a change what makes no difference. An override of which
 * nothing is left goes, with its file. To be called when the change has been found right.
 *
 * Return: 0; 1 when something was taken out, and the settings have to be made again; -ENOMEM.
 */
int change_drop_redundant(Change *change, const Manager *manager);

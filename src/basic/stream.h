/* SPDX-License-Identifier: MIT */
#pragma once

/* The end of what a program writes: whether it has got to where it was meant for. */

#include <stdio.h>

/**
 * stream_finish() - hands over what is buffered, and asks whether everything has been taken. A
 * stream to which nothing was written may have no open descriptor.
 *
 * Return: 0; negative errno: what failed, perhaps long before; -EIO when the system does not tell.
 */
int stream_finish(FILE *stream);

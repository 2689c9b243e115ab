/* SPDX-License-Identifier: MIT */
#pragma once

/* What a program writes: where it goes, and whether it has got there. */

#include <stdbool.h>
#include <stdio.h>

/**
 * stream_finish() - hands over what is buffered, and asks whether everything has been taken. A
 * stream to which nothing was written may have no open descriptor.
 *
 * Return: 0; negative errno: what failed, perhaps long before; -EIO when the system does not tell.
 */
int stream_finish(FILE *stream);

/**
 * stream_is_journal() - whether a descriptor is the stream that systemd has connected to the
 * journal (JOURNAL_STREAM, systemd.exec(5)); a closed one counts as it, since there is nothing
 * else.
 */
bool stream_is_journal(int fd);

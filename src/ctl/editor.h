/* SPDX-License-Identifier: MIT */
#pragma once

/* The user's editor, on a copy of a file in a directory that is the user's alone. Knows not what is
 * in the file. */

#include <stdbool.h>

#include "basic/buffer.h"
#include "ctl/report.h"

/**
 * editor_make_copy() - writes a text to a file in a new private directory.
 *
 * @name: of the file, which tells the editor what it is
 * @ret: receives the path, a string for free()
 * Return: 0, -ENOMEM, negative errno of writing.
 */
int editor_make_copy(const char *name, const Buffer *text, char **ret);

/**
 * editor_remove_copy() - removes a copy and its directory.
 */
void editor_remove_copy(const char *path);

/**
 * editor_run() - lets the user edit a file: with $SYSTEMD_EDITOR, $EDITOR, $VISUAL, or the first of
 * editor, nano, vim and vi that is there.
 *
 * Return: STATUS_OK, STATUS_FAILURE having reported.
 */
ExitStatus editor_run(const char *path);

/**
 * editor_is_wanted_again() - asks whether to edit once more; no where nobody can answer.
 */
bool editor_is_wanted_again(void);

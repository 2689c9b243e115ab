/* SPDX-License-Identifier: MIT */
#pragma once

/* What is wrong with a file, as lines and as JSON. */

#include "basic/problem.h"
#include "ctl/json.h"
#include "ctl/terminal.h"

/**
 * problems_print() - writes the problems to standard output, FILE:LINE: TEXT each.
 */
void problems_print(const Problems *problems, const Terminal *terminal);

/**
 * problems_to_json() - an object with Valid, and Problems: File, Line, Severity and Text of each.
 * Return: 0, -ENOMEM.
 */
int problems_to_json(const Problems *problems, bool valid, json_object **ret);

/* SPDX-License-Identifier: MIT */
#pragma once

/* The levels of syslog(3) by name. */

/**
 * log_level_from_string() - "debug" … "emerg" in any case, or "0" to "7".
 * Return: a syslog level, -EINVAL.
 */
int log_level_from_string(const char *text);

/**
 * log_level_to_string() - Return: the name of a syslog level, in lower case; static.
 *
 * @level: what is less than LOG_EMERG counts as that, what is more than LOG_DEBUG as that
 */
const char *log_level_to_string(int level);

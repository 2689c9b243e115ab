/* SPDX-License-Identifier: MIT */
#pragma once

/* The log of a follower in a file. */

#include "follow/follower.h"
#include "follow/log-file.h"

/* For log_file_open(), whose @userdata is a Follower then. */
extern const LogOwner follower_log_owner;

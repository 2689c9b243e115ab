/* SPDX-License-Identifier: MIT */
#pragma once

/* MESSAGE_ID of the entries that an administrator may search for, as daemon/messages.h has them. */

#define HOOK_MESSAGE_FAILED "42e7a0c3da4743d68c3de63251fd8b80"
#define HOOK_MESSAGE_TIMED_OUT "2fc9dbe22f974bbaa1c120f149656023"
#define HOOK_MESSAGE_NOT_RUN "6821f38ad7bf4140a7857439b6e32752"
#define HOOK_MESSAGE_CONFIGURATION_INVALID "eb39758c9b2f4549966a617f09312cf6"

/* SPDX-License-Identifier: MIT */
#pragma once

/* MESSAGE_ID of the entries that an administrator may search for, as daemon/messages.h has them. */

#define NAMES_MESSAGE_CLASH "72fb8a4a250c4372a566494acc82c528"
#define NAMES_MESSAGE_NOT_TAKEN "cc3632a0e3424a16b05d50ee63ce84a9"
#define NAMES_MESSAGE_CONFIGURATION_INVALID "0ce5ab7e34274a958622dae51bae7bee"
#define NAMES_MESSAGE_NOT_WRITTEN "63d6a40b2096419dafd2125d7bc9ec79"

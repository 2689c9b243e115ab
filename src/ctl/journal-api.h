/* SPDX-License-Identifier: MIT */
#pragma once

/* The server's journal entries about leases, as far as a reader needs to know them: the contract is
 * what the server writes; a unit test compares the numbers. */

#define JOURNAL_LEASE_GRANTED "930792ea2b8747c89aa10521ea021a0e"
#define JOURNAL_LEASE_RENEWED "9da9bb37ba90454e8916095e97c5a109"
#define JOURNAL_LEASE_RELEASED "25419dc630724beabf93f29ac7c9a7e2"
#define JOURNAL_LEASE_EXPIRED "b239b1cd56b549b5bb517265d62a6130"
#define JOURNAL_LEASE_DECLINED "2db67e16f5ce4723b2c245ea1ca5a869"
#define JOURNAL_LEASE_DELETED "181c5a996c754f46a50d1f0bf3276f36"
#define JOURNAL_ECHO_CONFLICT "490dca815efd4e55bddf9dabb827c42f"
#define JOURNAL_ADDRESS_CONFLICT "6acb209e0b884f0dbc65441f2695dba0"

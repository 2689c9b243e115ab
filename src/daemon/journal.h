/* SPDX-License-Identifier: MIT */
#pragma once

/* Log entries on their way to the journal, or to stderr as readable lines where there is no
 * journal. A thread of its own writes them behind a bounded queue, so that a journald which has
 * stopped reading (it blocks sd_journal_send() for good) never stops DHCP. What does not fit is
 * counted, and the count is logged later. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"

enum {
        /* of an entry: sd_journal_sendv() makes two pieces of each, and writev() takes 1024 */
        JOURNAL_FIELDS_MAX = 500,
};

typedef struct Journal Journal;

/* One more field of an entry. Borrowed for the call. */
typedef struct JournalField {
        const char *name;  /* as in the journal: "DHCP_ADDRESS" */
        const char *value; /* NULL or "" leaves the field out */
} JournalField;

/**
 * journal_new() - starts the writing thread. Signals must be blocked as the process wants them
 * before.
 *
 * Entries go to the journal when stderr is connected to it (JOURNAL_STREAM) or is closed, else to
 * stderr.
 * @max_level: entries with a higher syslog level are dropped at once
 * Return: 0, -ENOMEM, negative errno of pthread_create().
 */
int journal_new(Journal **ret, int max_level);

/**
 * journal_free() - gives the thread a second to write what is queued, then frees. With a stopped
 * journald the thread and its memory are left to the end of the process. Return: NULL.
 */
Journal *journal_free(Journal *journal);

/**
 * journal_set_max_level() - changes the level from now on.
 */
void journal_set_max_level(Journal *journal, int max_level);

/**
 * journal_get_max_level() - the level in force.
 */
int journal_get_max_level(const Journal *journal);

/**
 * journal_get_target() - "journal", or "console" for stderr.
 */
const char *journal_get_target(const Journal *journal);

/**
 * journal_cork() - while corked, entries are queued but their writer is not woken for them.
 */
void journal_cork(Journal *journal, bool corked);

/**
 * journal_wants() - whether an entry of this syslog level would be written; ask before costly
 * preparations.
 */
bool journal_wants(const Journal *journal, int level);

/**
 * journal_write() - queues one entry. Never blocks.
 *
 * @level: LOG_ERR, LOG_WARNING …
 * @message_id: 32 hexadecimal digits from messages.h, or NULL
 * @fields: @n_fields more fields
 * @format: the text that people read
 */
void journal_write(Journal *journal, int level, const char *message_id, const JournalField *fields,
        size_t n_fields, const char *format, ...) _printf_(6, 7);

/**
 * journal_begin() - starts an entry that is put together field by field; nobody else may write
 * until journal_end().
 *
 * Return: whether it will be written at all; if not, journal_add() and journal_end() must not
 * follow.
 */
bool journal_begin(Journal *journal, int level, const char *message_id);

/**
 * journal_add() - adds a field; names may repeat. A field that the entry has no room for is left
 * out.
 *
 * @value: NULL or "" leaves the field out
 */
void journal_add(Journal *journal, const char *name, const char *value);

/**
 * journal_add_bytes() - journal_add() of a value without NUL.
 */
void journal_add_bytes(Journal *journal, const char *name, const char *value, size_t size);

/**
 * journal_end() - gives the entry its text and queues it. Never blocks.
 */
void journal_end(Journal *journal, const char *format, ...) _printf_(2, 3);

/* An entry without fields. */
#define journal_say(journal, level, message_id, ...)                                               \
        journal_write(journal, level, message_id, NULL, 0, __VA_ARGS__)

/**
 * journal_n_lost() - entries dropped because the queue was full.
 */
uint64_t journal_n_lost(Journal *journal);

DEFINE_POINTER_CLEANUP(Journal, journal_free);

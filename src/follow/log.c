/* SPDX-License-Identifier: MIT */

/* One entry at a time, without a queue: whoever follows may wait, the server does not wait for it.
 */

#include "follow/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "basic/stream.h"

enum {
        TEXT_MAX = 1024, /* of the text; what is longer is cut */
        FIELDS_MAX = 16,
};

typedef struct Entry {
        char *texts[FIELDS_MAX + 3];
        int n;
} Entry;

static void entry_done(Entry *entry) {
        while (entry->n > 0)
                free(entry->texts[--entry->n]);
}

/* Without memory there is no field. */
static void entry_add(Entry *entry, const char *name, const char *value) {
        if (!value || !*value || (size_t) entry->n == ELEMENTSOF(entry->texts))
                return;
        if (asprintf(&entry->texts[entry->n], "%s=%s", name, value) >= 0)
                entry->n++;
}

static void write_entry(int level, const char *message_id, const FollowLogField *fields,
        size_t n_fields, const char *text) {
        const char priority[] = {(char) ('0' + level), '\0'};
        _cleanup_(entry_done) Entry entry = {0};
        struct iovec vector[ELEMENTSOF(entry.texts)];

        entry_add(&entry, "MESSAGE", text);
        entry_add(&entry, "PRIORITY", priority);
        entry_add(&entry, "MESSAGE_ID", message_id);
        for (size_t i = 0; i < n_fields; i++)
                entry_add(&entry, fields[i].name, fields[i].value);
        for (int i = 0; i < entry.n; i++)
                vector[i] = (struct iovec){entry.texts[i], strlen(entry.texts[i])};
        (void) sd_journal_sendv(vector, entry.n);
}

void follow_log(int level, const char *message_id, const FollowLogField *fields, size_t n_fields,
        const char *format, ...) {
        char text[TEXT_MAX];
        va_list arguments;

        va_start(arguments, format);
        (void) vsnprintf(text, sizeof(text), format, arguments);
        va_end(arguments);
        if (stream_is_journal(STDERR_FILENO))
                write_entry(level, message_id, fields, n_fields, text);
        else
                (void) fprintf(stderr, "%s: %s\n", program_invocation_short_name, text);
}

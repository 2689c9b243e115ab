/* SPDX-License-Identifier: MIT */

/* The journal's queue: a ring of bytes between the loop and one thread. An entry in the ring is a
 * size and then fields, each a size and "NAME=value". Knows nothing of DHCP.
 *
 * Invariant: the loop's side only ever takes the mutex for a memcpy; nothing that can block happens
 * under it. */

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <sys/uio.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "basic/buffer.h"
#include "basic/stream.h"
#include "basic/time.h"
#include "daemon/journal.h"
#include "daemon/messages.h"

enum {
        /* some 10,000 entries: minutes of a lively network, bounded memory with a stopped journald;
         * what is never filled at a time is never resident, see ring_get() */
        JOURNAL_RING_SIZE = 4 * 1024 * 1024,
        JOURNAL_TEXT_MAX = 1024,
        JOURNAL_NAME_MAX = 32,
        JOURNAL_ENTRY_MAX = 64 * 1024,
        /* MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, MESSAGE_ID */
        JOURNAL_OWN_FIELDS = 4,
        JOURNAL_OWN_SIZE = JOURNAL_OWN_FIELDS * (JOURNAL_NAME_MAX + JOURNAL_TEXT_MAX),
};

struct Journal {
        pthread_t thread;
        pthread_mutex_t mutex;
        pthread_cond_t changed; /* CLOCK_MONOTONIC */
        int max_level;
        bool to_journal;
        bool stopping;
        bool stopped;
        uint64_t n_lost;          /* all in all */
        uint64_t n_lost_reported; /* of these, said in an entry */
        size_t head;              /* next byte to read */
        size_t used;
        bool corked;     /* the loop's, as what follows */
        bool unheard;    /* something was queued while corked */
        Buffer entry;    /* the entry being put together */
        size_t n_fields; /* of these, without our own */
        struct iovec fields[JOURNAL_FIELDS_MAX + JOURNAL_OWN_FIELDS]; /* the thread's */
        uint8_t bytes[JOURNAL_ENTRY_MAX];                             /* the thread's */
        char lines[JOURNAL_ENTRY_MAX];                                /* the thread's */
        size_t lines_size;
        uint8_t ring[JOURNAL_RING_SIZE];
};

static void ring_put(Journal *journal, const void *bytes, size_t size) {
        size_t tail = (journal->head + journal->used) % JOURNAL_RING_SIZE;
        size_t first = MIN(size, JOURNAL_RING_SIZE - tail);

        memcpy(journal->ring + tail, bytes, first);
        memcpy(journal->ring, (const uint8_t *) bytes + first, size - first);
        journal->used += size;
}

static void ring_get(Journal *journal, void *bytes, size_t size) {
        size_t first = MIN(size, JOURNAL_RING_SIZE - journal->head);

        memcpy(bytes, journal->ring + journal->head, first);
        memcpy((uint8_t *) bytes + first, journal->ring, size - first);
        journal->used -= size;
        /* An empty ring begins at its front again: otherwise each page of it would come into use in
           the long run, however little is in it at a time. */
        journal->head = journal->used > 0 ? (journal->head + size) % JOURNAL_RING_SIZE : 0;
}

/* A field of an entry, as both sides of the ring agree on it. */
static void entry_add_bytes(Buffer *entry, const char *name, const char *value, size_t value_size) {
        const size_t name_size = strnlen(name, JOURNAL_NAME_MAX - sizeof(uint16_t) - 1);
        uint16_t size;
        uint8_t *p;

        value_size = MIN(value_size, (size_t) JOURNAL_TEXT_MAX);
        size = (uint16_t) (name_size + 1 + value_size);
        if (buffer_reserve(entry, sizeof(size) + size) < 0)
                return;
        p = mempcpy(entry->data + entry->size, &size, sizeof(size));
        p = mempcpy(p, name, name_size);
        *p++ = '=';
        p = mempcpy(p, value, value_size);
        entry->size = (size_t) (p - entry->data);
}

static void entry_add(Buffer *entry, const char *name, const char *value) {
        entry_add_bytes(entry, name, value, strlen(value));
}

static size_t entry_parse(const uint8_t *entry, size_t size, struct iovec *ret_fields) {
        size_t n = 0;

        for (size_t i = 0; i < size && n < JOURNAL_FIELDS_MAX + JOURNAL_OWN_FIELDS;) {
                uint16_t field_size;

                memcpy(&field_size, entry + i, sizeof(field_size));
                i += sizeof(field_size);
                ret_fields[n++] = (struct iovec){
                        .iov_base = (void *) (uintptr_t) (entry + i),
                        .iov_len = field_size,
                };
                i += field_size;
        }
        return n;
}

/* A field's value as a line of its own. Return: whether it is that field. */
static bool add_line(Journal *journal, const struct iovec *field, const char *name) {
        size_t size = strlen(name), value_size;

        if (field->iov_len <= size || memcmp(field->iov_base, name, size) != 0)
                return false;
        value_size = field->iov_len - size;
        if (value_size >= sizeof(journal->lines) - journal->lines_size)
                return false;
        memcpy(journal->lines + journal->lines_size, (const char *) field->iov_base + size,
                value_size);
        journal->lines_size += value_size;
        journal->lines[journal->lines_size++] = '\n';
        return true;
}

/* For people: the text, and of a collective entry each of its leases. In one call, since there may
 * be a hundred thousand lines a second. */
static void write_lines(Journal *journal, const struct iovec *fields, size_t n_fields) {
        size_t written = 0;

        journal->lines_size = 0;
        for (size_t i = 0; i < n_fields; i++)
                if (add_line(journal, &fields[i], "MESSAGE="))
                        break;
        for (size_t i = 0; i < n_fields; i++)
                (void) add_line(journal, &fields[i], "DHCP_LEASE=");

        while (written < journal->lines_size) {
                ssize_t n = write(
                        STDERR_FILENO, journal->lines + written, journal->lines_size - written);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return; /* there is nobody to be told */
                written += (size_t) n;
        }
}

static void write_entry(Journal *journal, size_t size) {
        size_t n = entry_parse(journal->bytes, size, journal->fields);

        if (!journal->to_journal || sd_journal_sendv(journal->fields, (int) n) < 0)
                write_lines(journal, journal->fields, n);
}

static void *journal_thread(void *userdata) {
        Journal *journal = userdata;

        (void) pthread_mutex_lock(&journal->mutex);
        for (;;) {
                uint32_t size;

                while (journal->used == 0 && !journal->stopping)
                        (void) pthread_cond_wait(&journal->changed, &journal->mutex);
                if (journal->used == 0)
                        break;

                ring_get(journal, &size, sizeof(size));
                ring_get(journal, journal->bytes, size);
                (void) pthread_mutex_unlock(&journal->mutex);
                write_entry(journal, size);
                (void) pthread_mutex_lock(&journal->mutex);
        }
        journal->stopped = true;
        (void) pthread_cond_broadcast(&journal->changed);
        (void) pthread_mutex_unlock(&journal->mutex);
        return NULL;
}

int journal_new(Journal **ret, int max_level) {
        Journal *journal;
        pthread_condattr_t attributes;
        int r;

        journal = calloc(1, sizeof(*journal));
        if (!journal)
                return -ENOMEM;

        journal->max_level = max_level;
        journal->to_journal = stream_is_journal(STDERR_FILENO);
        (void) pthread_mutex_init(&journal->mutex, NULL);
        (void) pthread_condattr_init(&attributes);
        (void) pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        (void) pthread_cond_init(&journal->changed, &attributes);
        (void) pthread_condattr_destroy(&attributes);

        r = pthread_create(&journal->thread, NULL, journal_thread, journal);
        if (r != 0) {
                free(journal);
                return -r;
        }
        *ret = journal;
        return 0;
}

Journal *journal_free(Journal *journal) {
        struct timespec deadline;
        bool stopped;

        if (!journal)
                return NULL;

        (void) clock_gettime(CLOCK_MONOTONIC, &deadline);
        deadline.tv_sec++;

        (void) pthread_mutex_lock(&journal->mutex);
        journal->stopping = true;
        (void) pthread_cond_broadcast(&journal->changed);
        while (!journal->stopped &&
                pthread_cond_timedwait(&journal->changed, &journal->mutex, &deadline) != ETIMEDOUT)
                ;
        stopped = journal->stopped;
        (void) pthread_mutex_unlock(&journal->mutex);

        buffer_done(&journal->entry);
        if (!stopped) {
                (void) pthread_detach(journal->thread);
                return NULL;
        }
        (void) pthread_join(journal->thread, NULL);
        (void) pthread_cond_destroy(&journal->changed);
        (void) pthread_mutex_destroy(&journal->mutex);
        free(journal);
        return NULL;
}

void journal_set_max_level(Journal *journal, int max_level) {
        journal->max_level = max_level;
}

int journal_get_max_level(const Journal *journal) {
        return journal->max_level;
}

const char *journal_get_target(const Journal *journal) {
        return journal->to_journal ? "journal" : "console";
}

bool journal_wants(const Journal *journal, int level) {
        return level <= journal->max_level;
}

/* Not under the mutex, which the woken thread takes first of all. */
static void wake_writer(Journal *journal) {
        journal->unheard = false;
        (void) pthread_cond_signal(&journal->changed);
}

/* Queues journal->entry, or counts it as lost. */
static bool journal_queue(Journal *journal) {
        uint32_t size = (uint32_t) journal->entry.size;
        bool taken;

        if (journal->entry.error < 0)
                return false;

        (void) pthread_mutex_lock(&journal->mutex);
        taken = sizeof(size) + size <= JOURNAL_RING_SIZE - journal->used;
        if (taken) {
                ring_put(journal, &size, sizeof(size));
                ring_put(journal, journal->entry.data, size);
        } else
                journal->n_lost++;
        (void) pthread_mutex_unlock(&journal->mutex);

        journal->unheard = true;
        if (!journal->corked)
                wake_writer(journal);
        return taken;
}

void journal_cork(Journal *journal, bool corked) {
        journal->corked = corked;
        if (!corked && journal->unheard)
                wake_writer(journal);
}

static void entry_begin(Journal *journal, int level, const char *message_id) {
        const char priority[] = {(char) ('0' + level), 0};

        buffer_clear(&journal->entry);
        journal->n_fields = 0;
        entry_add(&journal->entry, "PRIORITY", priority);
        entry_add(&journal->entry, "SYSLOG_IDENTIFIER", "mini-dhcpd");
        if (message_id)
                entry_add(&journal->entry, "MESSAGE_ID", message_id);
}

/* Once there is room again for a while, what is missing above is said first. */
static void report_lost(Journal *journal) {
        uint64_t n_unreported;
        char text[JOURNAL_TEXT_MAX];

        (void) pthread_mutex_lock(&journal->mutex);
        n_unreported = journal->used < JOURNAL_RING_SIZE / 2
                               ? journal->n_lost - journal->n_lost_reported
                               : 0;
        journal->n_lost_reported += n_unreported;
        (void) pthread_mutex_unlock(&journal->mutex);
        if (n_unreported == 0)
                return;

        (void) snprintf(text, sizeof(text),
                "%llu log entries are missing here: the journal did not take them in time.",
                (unsigned long long) n_unreported);
        entry_begin(journal, LOG_WARNING, MESSAGE_ENTRIES_LOST);
        entry_add(&journal->entry, "MESSAGE", text);
        (void) journal_queue(journal);
}

bool journal_begin(Journal *journal, int level, const char *message_id) {
        if (!journal_wants(journal, level))
                return false;
        report_lost(journal);
        entry_begin(journal, level, message_id);
        return true;
}

void journal_add_bytes(Journal *journal, const char *name, const char *value, size_t size) {
        const size_t size_max =
                JOURNAL_ENTRY_MAX - JOURNAL_OWN_SIZE - JOURNAL_NAME_MAX - JOURNAL_TEXT_MAX;

        if (size == 0 || journal->n_fields == JOURNAL_FIELDS_MAX || journal->entry.size > size_max)
                return;
        entry_add_bytes(&journal->entry, name, value, size);
        journal->n_fields++;
}

void journal_add(Journal *journal, const char *name, const char *value) {
        if (value)
                journal_add_bytes(journal, name, value, strlen(value));
}

static void entry_end(Journal *journal, const char *format, va_list arguments) {
        char text[JOURNAL_TEXT_MAX];

        (void) vsnprintf(text, sizeof(text), format, arguments);
        entry_add(&journal->entry, "MESSAGE", text);
        (void) journal_queue(journal);
}

void journal_end(Journal *journal, const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        entry_end(journal, format, arguments);
        va_end(arguments);
}

void journal_write(Journal *journal, int level, const char *message_id, const JournalField *fields,
        size_t n_fields, const char *format, ...) {
        va_list arguments;

        if (!journal_begin(journal, level, message_id))
                return;
        for (size_t i = 0; i < n_fields; i++)
                journal_add(journal, fields[i].name, fields[i].value);
        va_start(arguments, format);
        entry_end(journal, format, arguments);
        va_end(arguments);
}

uint64_t journal_n_lost(Journal *journal) {
        uint64_t n;

        (void) pthread_mutex_lock(&journal->mutex);
        n = journal->n_lost;
        (void) pthread_mutex_unlock(&journal->mutex);
        return n;
}

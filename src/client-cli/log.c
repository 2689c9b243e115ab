/* SPDX-License-Identifier: MIT */
/* One entry at a time. Nothing is kept back, and nothing is lost but by the journal itself. */

#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "basic/bytes.h"
#include "basic/ipv4.h"
#include "basic/stream.h"
#include "client-cli/log.h"
#include "wire/frame.h"

enum {
        TEXT_MAX = 1024, /* of a line; what is longer is cut */
        FIELDS_MAX = 8,
        FIELD_MAX = 96,
};

static const char *log_interface;

void log_set_interface(const char *interface) {
        log_interface = interface;
}

/* Decided once: what standard error is does not change. */
static bool goes_to_journal(void) {
        static int decided = -1;

        if (decided < 0)
                decided = stream_is_journal(STDERR_FILENO);
        return decided > 0;
}

typedef struct Entry {
        char texts[FIELDS_MAX][FIELD_MAX];
        struct iovec fields[FIELDS_MAX + 1]; /* and MESSAGE */
        int n_fields;
} Entry;

static void entry_add(Entry *entry, const char *name, const char *value) {
        char *text = entry->texts[entry->n_fields];

        if (!value || entry->n_fields == FIELDS_MAX)
                return;
        (void) snprintf(text, FIELD_MAX, "%s=%s", name, value);
        entry->fields[entry->n_fields++] = (struct iovec){text, strlen(text)};
}

static void entry_add_address(Entry *entry, const char *name, struct in_addr address) {
        char text[IPV4_STRING_MAX];

        if (address.s_addr != 0)
                entry_add(entry, name, ipv4_format(ntohl(address.s_addr), text));
}

static void entry_add_fields(Entry *entry, const LogFields *fields) {
        char text[BYTES_STRING_MAX(ETHERNET_ADDRESS_SIZE)];

        entry_add(entry, "MESSAGE_ID", fields->id);
        entry_add_address(entry, "DHCP_ADDRESS", fields->address);
        entry_add_address(entry, "DHCP_SERVER", fields->server);
        if (fields->hardware)
                entry_add(entry, "DHCP_HWADDR",
                        bytes_format(fields->hardware, ETHERNET_ADDRESS_SIZE, text));
        entry_add(entry, "DHCP_DROP", fields->drop);
}

static void write_entry(int priority, const LogFields *fields, char *message) {
        char digit[2] = {(char) ('0' + priority), '\0'};
        Entry entry = {0};

        entry_add(&entry, "PRIORITY", digit);
        entry_add(&entry, "INTERFACE", log_interface);
        if (fields)
                entry_add_fields(&entry, fields);
        entry.fields[entry.n_fields++] = (struct iovec){message, strlen(message)};
        (void) sd_journal_sendv(entry.fields, entry.n_fields);
}

static void write_line(int priority, const LogFields *fields, const char *name, const char *format,
        va_list arguments) _printf_(4, 0);

static void write_line(int priority, const LogFields *fields, const char *name, const char *format,
        va_list arguments) {
        char text[TEXT_MAX] = "MESSAGE=";
        const size_t begin = strlen(text);

        (void) vsnprintf(text + begin, sizeof(text) - begin, format, arguments);
        if (goes_to_journal())
                write_entry(priority, fields, text);
        else
                (void) fprintf(stderr, "%s%s\n", name, text + begin);
}

void log_write(int priority, const LogFields *fields, const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        write_line(priority, fields, "", format, arguments);
        va_end(arguments);
}

void log_write_named(int priority, const char *format, va_list arguments) {
        write_line(priority, NULL, "minidhcp-client: ", format, arguments);
}

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
        END_MAX = 256,
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

/* What is put together from a format, with room for the name of its field. */
typedef struct Text {
        char text[TEXT_MAX];
} Text;

static void write_text(
        int priority, const LogFields *fields, const char *name, Text *text, const char *end) {
        static const char field[] = "MESSAGE=";
        char message[sizeof(field) + sizeof(text->text) + END_MAX];

        (void) snprintf(message, sizeof(message), "%s%s%s", field, text->text, end);
        if (goes_to_journal())
                write_entry(priority, fields, message);
        else
                (void) fprintf(stderr, "%s%s\n", name, message + strlen(field));
}

void log_write(int priority, const LogFields *fields, const char *format, ...) {
        va_list arguments;
        Text text;

        va_start(arguments, format);
        (void) vsnprintf(text.text, sizeof(text.text), format, arguments);
        va_end(arguments);
        write_text(priority, fields, "", &text, "");
}

void log_write_named(int priority, const char *end, const char *format, va_list arguments) {
        Text text;

        (void) vsnprintf(text.text, sizeof(text.text), format, arguments);
        write_text(priority, NULL, "minidhcp-client: ", &text, end);
}

/* SPDX-License-Identifier: MIT */
/* From the journal to events. Knows the fields of the server's entries. */

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-journal.h>

#include "basic/text.h"
#include "ctl/history-journal.h"
#include "ctl/journal-api.h"

enum {
        FIELD_SIZE = 1024, /* of an identifier of 255 bytes in hexadecimal */
};

typedef struct EventKind {
        const char *message_id;
        TenureEventType type;
} EventKind;

static const EventKind kinds[] = {
        {JOURNAL_LEASE_GRANTED, TENURE_GRANTED},
        {JOURNAL_LEASE_RENEWED, TENURE_RENEWED},
        {JOURNAL_LEASE_RELEASED, TENURE_RELEASED},
        {JOURNAL_LEASE_EXPIRED, TENURE_EXPIRED},
        {JOURNAL_LEASE_DELETED, TENURE_DELETED},
        {JOURNAL_LEASE_DECLINED, TENURE_DECLINED},
        {JOURNAL_ADDRESS_CONFLICT, TENURE_CONFLICT},
        {JOURNAL_ECHO_CONFLICT, TENURE_CONFLICT},
};

/* A field of the entry, made safe; "" when there is none. */
static const char *get_field(
        sd_journal *journal, const char *name, char buffer[static FIELD_SIZE]) {
        size_t size, n_name = strlen(name) + 1;
        const void *data;

        buffer[0] = '\0';
        if (sd_journal_get_data(journal, name, &data, &size) >= 0 && size > n_name)
                (void) text_sanitize(
                        (const uint8_t *) data + n_name, size - n_name, buffer, FIELD_SIZE);
        return buffer;
}

static bool is_trusted(sd_journal *journal) {
        char field[FIELD_SIZE];

        return strcmp(get_field(journal, "_SYSTEMD_UNIT", field), "mini-dhcp.service") == 0 ||
               strcmp(get_field(journal, "_UID", field), "0") == 0;
}

static const EventKind *find_kind(const char *message_id) {
        for (size_t i = 0; i < ELEMENTSOF(kinds); i++)
                if (strcmp(kinds[i].message_id, message_id) == 0)
                        return &kinds[i];
        return NULL;
}

/* Who did it. A user may be one that /etc/passwd of the server's did not have. */
static const char *read_actor(sd_journal *journal, char buffer[static FIELD_SIZE]) {
        const struct passwd *user;
        uint64_t uid;

        if (strcmp(get_field(journal, "DHCP_ACTOR", buffer), "user") != 0)
                return buffer;
        if (*get_field(journal, "DHCP_ACTOR_NAME", buffer) ||
                parse_u64(get_field(journal, "DHCP_ACTOR_UID", buffer), UINT32_MAX, &uid) < 0)
                return buffer;
        user = getpwuid((uid_t) uid);
        if (user)
                (void) text_sanitize(
                        (const uint8_t *) user->pw_name, strlen(user->pw_name), buffer, FIELD_SIZE);
        return buffer;
}

/* Cuts the next word off a line; "" for the dash that stands for nothing. */
static const char *take_word(char **line) {
        char *word = *line;

        *line += strcspn(word, " ");
        if (**line == ' ')
                *(*line)++ = '\0';
        return strcmp(word, "-") == 0 ? "" : word;
}

/* An entry that tells of many leases has a field for each, "ADDRESS HWADDR HOSTNAME".
 * @event: what they have in common
 * Return: how many, negative errno. */
static int take_leases(sd_journal *journal, TenureBook *book, TenureEvent *event) {
        static const char prefix[] = "DHCP_LEASE=";
        char buffer[FIELD_SIZE];
        const void *data;
        size_t size;
        int r, n = 0;

        SD_JOURNAL_FOREACH_DATA(journal, data, size) {
                char *line = buffer;

                if (size < strlen(prefix) || memcmp(data, prefix, strlen(prefix)) != 0)
                        continue;
                n++;
                (void) text_sanitize((const uint8_t *) data + strlen(prefix), size - strlen(prefix),
                        buffer, sizeof(buffer));
                if (ipv4_parse(take_word(&line), &event->address) < 0)
                        continue;
                event->hardware = take_word(&line);
                event->hostname = line;
                r = tenure_book_add(book, event);
                if (r < 0)
                        return r;
        }
        return n;
}

static int take_entry(sd_journal *journal, TenureBook *book) {
        char id[FIELD_SIZE], address[FIELD_SIZE], hardware[FIELD_SIZE], client_id[FIELD_SIZE],
                hostname[FIELD_SIZE], pool[FIELD_SIZE], interface[FIELD_SIZE], by[FIELD_SIZE];
        const EventKind *kind = find_kind(get_field(journal, "MESSAGE_ID", id));
        TenureEvent event;
        int r;

        if (!kind || !is_trusted(journal))
                return 0;
        event = (TenureEvent){
                .type = kind->type,
                .hardware = "",
                .client_id = "",
                .hostname = "",
                .pool = "",
                .interface = "",
                .by = read_actor(journal, by),
        };
        r = sd_journal_get_realtime_usec(journal, &event.time);
        if (r >= 0)
                r = take_leases(journal, book, &event);
        if (r != 0)
                return MIN(r, 0);
        event.hardware = get_field(journal, "DHCP_HWADDR", hardware);
        event.client_id = get_field(journal, "DHCP_CLIENT_ID", client_id);
        event.hostname = get_field(journal, "DHCP_HOSTNAME", hostname);
        event.pool = get_field(journal, "DHCP_POOL", pool);
        event.interface = get_field(journal, "INTERFACE", interface);
        if (ipv4_parse(get_field(journal, "DHCP_ADDRESS", address), &event.address) < 0)
                return 0;
        return tenure_book_add(book, &event);
}

static int add_matches(sd_journal *journal, const Pattern *pattern) {
        char match[64], address[IPV4_STRING_MAX];
        int r;

        for (size_t i = 0; i < ELEMENTSOF(kinds); i++) {
                (void) snprintf(match, sizeof(match), "MESSAGE_ID=%s", kinds[i].message_id);
                r = sd_journal_add_match(journal, match, 0);
                if (r < 0)
                        return r;
        }
        /* A client is looked for among all events: the next client ends its tenure. */
        if (!pattern || !pattern_is_address(pattern))
                return 0;
        (void) snprintf(match, sizeof(match), "DHCP_ADDRESS=%s",
                ipv4_format(pattern->subnet.address, address));
        return sd_journal_add_match(journal, match, 0);
}

static int read_entries(sd_journal *journal, TenureBook *book, const Pattern *pattern) {
        int r;

        r = add_matches(journal, pattern);
        if (r < 0)
                return r;
        r = sd_journal_seek_head(journal);
        while (r >= 0 && (r = sd_journal_next(journal)) > 0) {
                r = take_entry(journal, book);
                /* An entry that is damaged says nothing about the others. */
                if (r == -EBADMSG || r == -EADDRNOTAVAIL)
                        r = 0;
        }
        return r;
}

static ExitStatus report_no_journal(void) {
        if (geteuid() == 0)
                return report(STATUS_FAILURE,
                        "This machine keeps no journal; see: systemctl status systemd-journald");
        return report(STATUS_DENIED,
                "You may not read the system's journal; become a member of the group "
                "systemd-journal, or try again as root");
}

ExitStatus history_read_journal(TenureBook *book, const Pattern *pattern) {
        sd_journal *journal;
        bool is_there;
        int r;

        r = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
        if (r < 0)
                return report_errno(r, "Cannot open the journal");
        is_there = sd_journal_has_persistent_files(journal) > 0 ||
                   sd_journal_has_runtime_files(journal) > 0;
        (void) sd_journal_get_cutoff_realtime_usec(journal, &book->journal_begin, NULL);
        r = is_there ? read_entries(journal, book, pattern) : 0;
        sd_journal_close(journal);
        if (!is_there)
                return report_no_journal();
        return r < 0 ? report_errno(r, "Cannot read the journal") : STATUS_OK;
}

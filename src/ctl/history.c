/* SPDX-License-Identifier: MIT */
/* history: who had an address when. The past is the journal's, the present the server's; without a
 * server the present is left open. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "basic/bytes.h"
#include "ctl/history-journal.h"
#include "ctl/lease-pick.h"
#include "ctl/properties.h"
#include "ctl/table.h"
#include "ctl/terminal.h"
#include "ctl/verbs.h"
#include "ctl/wrap.h"

typedef enum HistoryField {
        HISTORY_FROM,
        HISTORY_UNTIL,
        HISTORY_ADDRESS,
        HISTORY_HARDWARE,
        HISTORY_HOSTNAME,
        HISTORY_END,
        HISTORY_DURATION,
        HISTORY_CLIENT_ID,
        HISTORY_POOL,
        HISTORY_INTERFACE,
        HISTORY_BY,
        HISTORY_FIELD_MAX,
} HistoryField;

static const Column columns[HISTORY_FIELD_MAX] = {
        [HISTORY_FROM] = {"from", "FROM", 0},
        [HISTORY_UNTIL] = {"until", "UNTIL", COLUMN_SPARE},
        [HISTORY_ADDRESS] = {"address", "ADDRESS", 0},
        [HISTORY_HARDWARE] = {"hardware", "HARDWARE", 0},
        [HISTORY_HOSTNAME] = {"hostname", "NAME", COLUMN_ELASTIC},
        [HISTORY_END] = {"end", "END", COLUMN_STIFF},
        [HISTORY_DURATION] = {"duration", "DURATION", 0},
        [HISTORY_CLIENT_ID] = {"client-id", "CLIENT-ID", COLUMN_STIFF},
        [HISTORY_POOL] = {"pool", "POOL", COLUMN_ELASTIC},
        [HISTORY_INTERFACE] = {"interface", "INTERFACE", COLUMN_ELASTIC},
        [HISTORY_BY] = {"by", "BY", COLUMN_ELASTIC},
};

static const unsigned default_columns[] = {
        HISTORY_FROM,
        HISTORY_UNTIL,
        HISTORY_ADDRESS,
        HISTORY_HARDWARE,
        HISTORY_HOSTNAME,
        HISTORY_END,
};

/* As journalctl writes it, "Nov 21 21:55:00", with the year if it is another one. */
static const char *short_time(usec_t moment, usec_t now, char buffer[static FORMAT_TIME_MAX]) {
        static const char *const months[] = {
                "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        time_t seconds = (time_t) (moment / USEC_PER_SEC);
        time_t now_seconds = (time_t) (now / USEC_PER_SEC);
        struct tm tm, today;
        int n;

        if (!localtime_r(&seconds, &tm) || !localtime_r(&now_seconds, &today))
                return format_timestamp(moment, TIMESTAMP_STYLE_UNIX, buffer);
        n = snprintf(buffer, FORMAT_TIME_MAX, "%s %02d ", months[tm.tm_mon % 12], tm.tm_mday);
        if (tm.tm_year != today.tm_year)
                n += snprintf(buffer + n, FORMAT_TIME_MAX - (size_t) n, "%d ", tm.tm_year + 1900);
        (void) snprintf(buffer + n, FORMAT_TIME_MAX - (size_t) n, "%02d:%02d:%02d", tm.tm_hour,
                tm.tm_min, tm.tm_sec);
        return buffer;
}

static const char *time_text(
        usec_t moment, const Options *options, usec_t now, char buffer[static FORMAT_TIME_MAX]) {
        if (moment == 0)
                return "";
        if (moment == USEC_INFINITY)
                return "now";
        if (!options_has(options, USE_TIMESTAMP))
                return short_time(moment, now, buffer);
        if (options->timestamp == TIMESTAMP_STYLE_RELATIVE)
                return format_relative(moment, now, buffer);
        return format_timestamp(moment, options->timestamp, buffer);
}

static const char *duration_text(
        const Tenure *tenure, usec_t now, char buffer[static TIMESPAN_STRING_MAX]) {
        if (tenure->from == 0 || tenure->until == 0)
                return "";
        return timespan_format(usec_sub(MIN(tenure->until, now), tenure->from), buffer);
}

static const char *field_text(const Tenure *tenure, HistoryField field, const Options *options,
        usec_t now, char buffer[static FORMAT_TIME_MAX]) {
        switch (field) {
        case HISTORY_FROM:
                return time_text(tenure->from, options, now, buffer);
        case HISTORY_UNTIL:
                return time_text(tenure->until, options, now, buffer);
        case HISTORY_ADDRESS:
                return ipv4_format(tenure->address, buffer);
        case HISTORY_HARDWARE:
                return tenure->hardware;
        case HISTORY_HOSTNAME:
                return tenure->hostname;
        case HISTORY_END:
                return tenure_end_to_string(tenure->end);
        case HISTORY_DURATION:
                return duration_text(tenure, now, buffer);
        case HISTORY_CLIENT_ID:
                return tenure->client_id;
        case HISTORY_POOL:
                return tenure->pool;
        case HISTORY_INTERFACE:
                return tenure->interface;
        case HISTORY_BY:
                return tenure_by(tenure);
        case HISTORY_FIELD_MAX:
                break;
        }
        return "";
}

static Color end_color(const Tenure *tenure) {
        if (tenure->end == TENURE_END_CONFLICT)
                return COLOR_BAD;
        return state_color(tenure_end_to_string(tenure->end));
}

static int settle_entry(TenureBook *book, const LeaseEntry *entry) {
        char hardware[BYTES_STRING_MAX(PATTERN_BYTES_MAX)];
        char client_id[BYTES_STRING_MAX(PATTERN_BYTES_MAX)];
        const size_t most = PATTERN_BYTES_MAX;
        const TenureEvent present = {
                .time = entry->started,
                .address = entry->address,
                .hardware =
                        bytes_format(entry->hardware, MIN(entry->hardware_size, most), hardware),
                .client_id =
                        bytes_format(entry->client_id, MIN(entry->client_id_size, most), client_id),
                .hostname = entry->hostname,
                .pool = entry->pool,
                .interface = entry->interface,
                .by = "",
        };

        return tenure_book_settle(book, &present, entry->state, entry->expires);
}

/* What the server says now. A server that is not there says nothing. */
static ExitStatus settle(
        TenureBook *book, const Options *options, Connection *connection, const Pattern *pattern) {
        LeaseFilter filter = {.include_expired = true};
        _cleanup_(lease_list_done) LeaseList list = {0};
        int r = -ENOTCONN;

        if (pattern && pattern_is_address(pattern))
                filter.pattern = pattern;
        if (connection->bus)
                r = lease_list_fetch(&list, connection, &filter);
        if (r < 0) {
                if (!options->quiet)
                        (void) report(STATUS_OK, "The server does not answer, so this is what "
                                                 "the journal knows; leases may go on");
                return STATUS_OK;
        }
        lease_list_finish(&list);
        for (size_t i = 0; i < list.n_entries; i++)
                if (settle_entry(book, &list.entries[i]) < 0)
                        return report_no_memory();
        return STATUS_OK;
}

/* Who is meant. A host that has the name goes before clients that call themselves so. */
typedef struct Subject {
        const Pattern *pattern; /* NULL = everybody */
        NamedHosts hosts;
} Subject;

static void subject_done(Subject *subject) {
        named_hosts_done(&subject->hosts);
}

static bool is_meant(const Tenure *tenure, const Subject *subject, const Options *options) {
        for (size_t i = 0; i < subject->hosts.n_items; i++) {
                const NamedHost *host = &subject->hosts.items[i];

                for (size_t k = 0; k < host->n_identities; k++)
                        if (tenure_matches(
                                    tenure, &host->identities[k], options->since, options->until))
                                return true;
        }
        return (subject->hosts.n_items == 0 || options->all) &&
               tenure_matches(tenure, subject->pattern, options->since, options->until);
}

/* Without a server the files tell; without either the name is all there is. */
static void find_hosts(Subject *subject, Connection *connection, const char *name) {
        int r;

        r = connection->bus ? named_hosts_fetch(&subject->hosts, connection, name)
                            : named_hosts_load(&subject->hosts, name);
        for (size_t i = 0; r >= 0 && i < subject->hosts.n_items; i++)
                if (subject->hosts.items[i].n_identities == 0)
                        r = -ENOENT;
        if (r < 0)
                named_hosts_done(&subject->hosts);
}

/* Leaves those that are asked for in the book: the last ones of those that match. Return: how many
 * there are of clients that only have the name of a host. */
static size_t select_tenures(const TenureBook *book, const Options *options, const Subject *subject,
        bool *ret_selected) {
        size_t n_claims = 0;
        uint64_t n = 0;

        for (size_t i = book->n_items; i-- > 0;) {
                const bool meant = is_meant(book->items[i], subject, options);

                ret_selected[i] = meant && (options->n_lines == 0 || n < options->n_lines);
                n += ret_selected[i];
                n_claims += !meant && subject->hosts.n_items > 0 &&
                            tenure_matches(book->items[i], subject->pattern, options->since,
                                    options->until);
        }
        return n_claims;
}

static int print_json(const TenureBook *book, const bool *selected, JsonMode mode) {
        JsonArray array;
        int r;

        json_array_begin(&array, mode);
        for (size_t i = 0; i < book->n_items; i++) {
                _cleanup_json_ json_object *object = NULL;

                if (!selected[i])
                        continue;
                r = tenure_to_json(book->items[i], &object);
                if (r < 0)
                        return r;
                json_array_add(&array, object);
        }
        json_array_end(&array);
        return 0;
}

static void print_none_found(const TenureBook *book, const Context *context) {
        char begin[FORMAT_TIME_MAX], text[128];

        if (book->journal_begin > 0)
                (void) snprintf(text, sizeof(text),
                        "No such lease was found in the journal, which begins on %s.",
                        format_timestamp(book->journal_begin, context->options.timestamp, begin));
        else
                (void) snprintf(text, sizeof(text), "No such lease was found in the journal.");
        wrap_print(stdout, text, 0, 2, terminal_width(STDOUT_FILENO));
        putchar('\n');
}

static int print_table(const Context *context, const TenureBook *book, const bool *selected,
        const ColumnChoice *choice) {
        _cleanup_(table_freep) Table *table = NULL;
        char buffer[FORMAT_TIME_MAX];
        usec_t now = context_now();
        size_t n = 0;
        int r;

        r = table_new(&table, columns, choice, context);
        for (size_t i = 0; i < book->n_items && r >= 0; i++) {
                const Tenure *tenure = book->items[i];

                if (!selected[i])
                        continue;
                n++;
                r = table_add_row(table);
                for (size_t k = 0; k < choice->n_items && r >= 0; k++)
                        r = table_set(table, k,
                                field_text(
                                        tenure, choice->items[k], &context->options, now, buffer),
                                choice->items[k] == HISTORY_END ? end_color(tenure) : COLOR_NONE);
        }
        if (r < 0)
                return r;
        if (n > 0)
                return table_print(table);
        if (!context_wants_legend(context))
                return 0;
        print_none_found(book, context);
        return 0;
}

static ExitStatus print_history(Context *context, const TenureBook *book, const Subject *subject,
        const ColumnChoice *choice) {
        _cleanup_free_ bool *selected = NULL;
        size_t n_claims;
        int r;

        selected = calloc(book->n_items + 1, sizeof(*selected));
        if (!selected)
                return report_no_memory();
        n_claims = select_tenures(book, &context->options, subject, selected);
        context_open_pager(context);
        r = context_wants_json(context) ? print_json(book, selected, context->options.json)
                                        : print_table(context, book, selected, choice);
        if (r < 0)
                return report_no_memory();
        if (n_claims > 0)
                lease_pick_note_claims(
                        &context->options, n_claims, subject->pattern->hostname, "history --all");
        return STATUS_OK;
}

ExitStatus verb_history(Context *context, char *const *arguments, size_t n_arguments) {
        _cleanup_(column_choice_done) ColumnChoice choice = {0};
        _cleanup_(tenure_book_done) TenureBook book;
        _cleanup_(connection_done) Connection connection = {0};
        _cleanup_(subject_done) Subject subject = {0};
        _cleanup_free_ Pattern *patterns = NULL;
        ExitStatus status;

        tenure_book_init(&book);
        if ((status = table_choose(columns, HISTORY_FIELD_MAX, default_columns,
                     ELEMENTSOF(default_columns), context->options.columns, &choice)) !=
                        STATUS_OK ||
                (status = patterns_parse(arguments, n_arguments, &patterns)) != STATUS_OK)
                return status;
        subject.pattern = n_arguments > 0 ? patterns : NULL;
        if ((status = history_read_journal(&book, subject.pattern)) != STATUS_OK)
                return status;
        if (connection_open_quietly(&context->options, &connection) < 0)
                connection_done(&connection);
        if (subject.pattern && pattern_is_name(subject.pattern))
                find_hosts(&subject, &connection, arguments[0]);
        status = settle(&book, &context->options, &connection, subject.pattern);
        if (status != STATUS_OK)
                return status;
        return print_history(context, &book, &subject, &choice);
}

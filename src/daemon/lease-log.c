/* SPDX-License-Identifier: MIT */

/* Texts and fields of journal entries about leases, singly or collected. Client strings in a
 * LeaseNews are printable already (text_sanitize() on receipt).
 *
 * Invariant: while anything is collected, the timer is armed. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "basic/buffer.h"
#include "basic/bytes.h"
#include "daemon/lease-log.h"
#include "daemon/messages.h"

/* The strings of one lease, ready to print. */
typedef struct LeaseText {
        char address[IPV4_STRING_MAX];
        char hardware[BYTES_STRING_MAX(HARDWARE_ADDRESS_MAX)];
        char client_id[BYTES_STRING_MAX(CLIENT_ID_SIZE_MAX)];
        char hostname[UINT8_MAX + 1];
        char xid[16];
        char client[UINT8_MAX + BYTES_STRING_MAX(CLIENT_ID_SIZE_MAX) + 4]; /* for people */
} LeaseText;

/* Of lines; their fields take little more than twice as much, and an entry has 60 kB. */
#define COLLECT_BYTES_MAX (24U * 1024)

/* Leases of one kind that wait for their entry: a line for each, "ADDRESS HWADDR HOSTNAME", with a
 * dash for a hardware address that nobody knows, and without the hostname where there is none. */
typedef struct Collection {
        Buffer lines;
        size_t n_leases;
        Actor actor; /* whose doing all of them are */
} Collection;

struct LeaseLog {
        Journal *journal;
        const Server *server;
        sd_event_source *timer;
        bool timer_armed;
        usec_t second;   /* CLOCK_BOOTTIME; when counting began */
        size_t n_single; /* entries of their own since then */
        Collection collections[LEASE_EVENT_MAX];
        Collection administered[LEASE_EVENT_MAX]; /* by users, or in the lease file */
};

static const struct {
        int level;
        const char *message_id;
        const char *what;     /* "Lease granted" */
        const char *relation; /* of address and client */
        const char *many;     /* "leases granted" */
        bool lasts;           /* tell for how long */
        const char *remark;
} kinds[LEASE_EVENT_MAX] = {
        [LEASE_EVENT_GRANTED] = {LOG_INFO, MESSAGE_LEASE_GRANTED, "Lease granted", "to",
                "leases granted", true, ""},
        [LEASE_EVENT_RENEWED] = {LOG_DEBUG, MESSAGE_LEASE_RENEWED, "Lease renewed", "for",
                "leases renewed", true, ""},
        [LEASE_EVENT_RELEASED] = {LOG_INFO, MESSAGE_LEASE_RELEASED, "Lease released", "by",
                "leases released", false, ""},
        [LEASE_EVENT_EXPIRED] = {LOG_INFO, MESSAGE_LEASE_EXPIRED, "Lease expired", "of",
                "leases expired", false, ""},
        [LEASE_EVENT_DECLINED] = {LOG_WARNING, MESSAGE_LEASE_DECLINED, "Address set aside", "of",
                "addresses set aside", true, ": another host uses it"},
        [LEASE_EVENT_CLEARED] = {LOG_INFO, MESSAGE_LEASE_CHANGED, "Quarantine over", "of",
                "quarantines over", false, ": it may be given out again"},
        [LEASE_EVENT_DELETED] = {LOG_INFO, MESSAGE_LEASE_DELETED, "Lease deleted", "of",
                "leases deleted", false, ""},
        [LEASE_EVENT_CHANGED] = {LOG_INFO, MESSAGE_LEASE_CHANGED, "Lease changed", "of",
                "leases changed", true, ""},
};

static void lease_text(const LeaseNews *news, LeaseText *ret) {
        const LeaseRecord *record = &news->record;
        const char *identity;

        (void) ipv4_format(record->address, ret->address);
        (void) bytes_format(record->hardware, record->hardware_size, ret->hardware);
        (void) bytes_format(record->client_id, record->client_id_size, ret->client_id);
        (void) snprintf(ret->hostname, sizeof(ret->hostname), "%.*s", record->hostname_size,
                record->hostname_size > 0 ? record->hostname : "");
        ret->xid[0] = 0;
        if (news->xid != 0)
                (void) snprintf(ret->xid, sizeof(ret->xid), "0x%08x", news->xid);

        identity = record->hardware_size > 0 ? ret->hardware : ret->client_id;
        if (record->hostname_size > 0)
                (void) snprintf(
                        ret->client, sizeof(ret->client), "%s (%s)", ret->hostname, identity);
        else
                (void) snprintf(ret->client, sizeof(ret->client), "%s", identity);
}

/* ", for 1h" */
static void duration_text(const LeaseNews *news, usec_t now, char *ret, size_t size) {
        char span[TIMESPAN_STRING_MAX];

        if (!kinds[news->event].lasts)
                ret[0] = 0;
        else if (news->record.expires == USEC_INFINITY)
                (void) snprintf(ret, size, ", without end");
        else
                (void) snprintf(ret, size, ", for %s",
                        timespan_format(
                                usec_sub(news->record.expires, now) + USEC_PER_SEC / 2, span));
}

/* What a user releases is no doing of the client's. */
static const char *relation_of(const LeaseNews *news) {
        const bool own = news->actor.type == ACTOR_CLIENT || news->actor.type == ACTOR_SERVER;

        return news->event == LEASE_EVENT_RELEASED && !own ? "of" : kinds[news->event].relation;
}

static void write_single(LeaseLog *log, const LeaseNews *news, usec_t now) {
        const Link *link = server_find_link(log->server, news->record.ifindex);
        char duration[TIMESPAN_STRING_MAX + 16];
        JournalField actor_of[ACTOR_FIELDS_MAX];
        ActorText actor;
        LeaseText text;

        lease_text(news, &text);
        actor_describe(&news->actor, &actor);
        actor_fields(&actor, actor_of);
        duration_text(news, now, duration, sizeof(duration));

        const JournalField fields[] = {
                {"DHCP_ADDRESS", text.address},
                {"DHCP_HWADDR", text.hardware},
                {"DHCP_CLIENT_ID", text.client_id},
                {"DHCP_HOSTNAME", text.hostname},
                {"DHCP_POOL", news->pool},
                {"DHCP_XID", text.xid},
                {"INTERFACE", link ? link->name : NULL},
                actor_of[0],
                actor_of[1],
                actor_of[2],
        };
        journal_write(log->journal, kinds[news->event].level, kinds[news->event].message_id, fields,
                ELEMENTSOF(fields), "%s: %s%s%s%s%s%s%s%s%s%s.", kinds[news->event].what,
                text.address, text.client[0] != 0 ? " " : "",
                text.client[0] != 0 ? relation_of(news) : "", text.client[0] != 0 ? " " : "",
                text.client, news->pool[0] != 0 ? ", pool " : "", news->pool, duration,
                actor.people, kinds[news->event].remark);
}

/* The fields of one line. Return: the next one. */
static const char *write_line(Journal *journal, const char *line) {
        const char *end = strchr(line, '\n'), *hardware = strchr(line, ' ') + 1;
        const size_t size = strcspn(hardware, " \n");

        journal_add_bytes(journal, "DHCP_ADDRESS", line, (size_t) (hardware - 1 - line));
        if (hardware[0] != '-')
                journal_add_bytes(journal, "DHCP_HWADDR", hardware, size);
        journal_add_bytes(journal, "DHCP_LEASE", line, (size_t) (end - line));
        return end + 1;
}

static void write_collection(LeaseLog *log, Collection *collection, LeaseEvent event) {
        const char *line = (const char *) collection->lines.data;
        JournalField fields[ACTOR_FIELDS_MAX];
        size_t n = collection->n_leases;
        ActorText actor;

        if (n == 0 || collection->lines.error < 0 ||
                !journal_begin(log->journal, kinds[event].level, kinds[event].message_id))
                goto done;

        actor_describe(&collection->actor, &actor);
        actor_fields(&actor, fields);
        for (size_t i = 0; i < ELEMENTSOF(fields); i++)
                journal_add(log->journal, fields[i].name, fields[i].value);
        for (size_t i = 0; i < n; i++)
                line = write_line(log->journal, line);
        journal_end(log->journal, "%zu %s%s; each is a DHCP_LEASE field of this entry.", n,
                kinds[event].many, actor.people);
done:
        buffer_clear(&collection->lines);
        collection->n_leases = 0;
}

void lease_log_flush(LeaseLog *log) {
        for (LeaseEvent event = 0; event < LEASE_EVENT_MAX; event++) {
                write_collection(log, &log->collections[event], event);
                write_collection(log, &log->administered[event], event);
        }
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata) {
        LeaseLog *log = userdata;

        (void) source;
        (void) usec;
        log->timer_armed = false;
        lease_log_flush(log);
        return 0;
}

static void arm_timer(LeaseLog *log) {
        if (log->timer_armed)
                return;
        log->timer_armed = sd_event_source_set_time_relative(
                                   log->timer, LEASE_LOG_DELAY_MSEC * USEC_PER_MSEC) >= 0 &&
                           sd_event_source_set_enabled(log->timer, SD_EVENT_ONESHOT) >= 0;
}

/* Thousands of times a second, so without formatted printing. What memory has no room for is
 * missing with its whole collection. */
static void add_line(Buffer *lines, const LeaseRecord *record) {
        char *p;

        if (buffer_reserve(lines, IPV4_STRING_MAX + BYTES_STRING_MAX(HARDWARE_ADDRESS_MAX) +
                                          record->hostname_size + strlen("  \n")) < 0)
                return;
        p = ipv4_put((char *) lines->data + lines->size, record->address);
        *p++ = ' ';
        if (record->hardware_size > 0)
                p = bytes_put(p, record->hardware, record->hardware_size);
        else
                *p++ = '-';
        if (record->hostname_size > 0) {
                *p++ = ' ';
                p = mempcpy(p, record->hostname, record->hostname_size);
        }
        *p++ = '\n';
        lines->size = (size_t) (p - (char *) lines->data);
}

static void collect(LeaseLog *log, const LeaseNews *news) {
        const bool administered =
                news->actor.type == ACTOR_USER || news->actor.type == ACTOR_LEASE_FILE;
        Collection *collection =
                administered ? &log->administered[news->event] : &log->collections[news->event];

        if (news->actor.type != collection->actor.type || news->actor.uid != collection->actor.uid)
                write_collection(log, collection, news->event);
        collection->actor = news->actor;
        add_line(&collection->lines, &news->record);
        if (++collection->n_leases >= LEASE_LOG_COLLECT_MAX ||
                collection->lines.size >= COLLECT_BYTES_MAX)
                write_collection(log, collection, news->event);
        else
                arm_timer(log);
}

/* A lease that goes over to other hardware under the same client identifier begins with a renewal.
 * For whoever asks later who had the address, it was granted. */
static bool news_is_handover(const LeaseNews *news) {
        return news->event == LEASE_EVENT_RENEWED && news->record.started == news->record.last_seen;
}

void lease_log_add(LeaseLog *log, const LeaseNews *news, usec_t now) {
        LeaseNews handover;

        if (news_is_handover(news)) {
                handover = *news;
                handover.event = LEASE_EVENT_GRANTED;
                news = &handover;
        }
        if (!journal_wants(log->journal, kinds[news->event].level))
                return;

        if (usec_sub(now, log->second) >= USEC_PER_SEC) {
                log->second = now;
                log->n_single = 0;
        }
        if (log->n_single < LEASE_LOG_SINGLE_MAX) {
                log->n_single++;
                write_single(log, news, now);
        } else
                collect(log, news);
}

int lease_log_new(LeaseLog **ret, sd_event *event, Journal *journal, const Server *server) {
        _cleanup_(lease_log_freep) LeaseLog *log = NULL;
        int r;

        log = calloc(1, sizeof(*log));
        if (!log)
                return -ENOMEM;
        log->journal = journal;
        log->server = server;
        r = sd_event_add_time_relative(
                event, &log->timer, CLOCK_BOOTTIME, 0, USEC_PER_SEC / 20, on_timer, log);
        if (r < 0)
                return r;
        r = sd_event_source_set_enabled(log->timer, SD_EVENT_OFF);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(log);
        return 0;
}

LeaseLog *lease_log_free(LeaseLog *log) {
        if (!log)
                return NULL;
        lease_log_flush(log);
        (void) sd_event_source_disable_unref(log->timer);
        for (LeaseEvent event = 0; event < LEASE_EVENT_MAX; event++) {
                buffer_done(&log->collections[event].lines);
                buffer_done(&log->administered[event].lines);
        }
        free(log);
        return NULL;
}

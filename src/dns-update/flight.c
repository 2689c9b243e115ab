/* SPDX-License-Identifier: MIT */
/* Requests: which one is next, what is repeated, what an answer means, and what is done when none
 * comes.
 *
 * Only what is signed with our key, for this request and now, is believed. Everything else explains
 * at most why nothing better came. */

#include <errno.h>

#include "dns-update/engine-internal.h"

enum {
        TRIES_MAX = 3, /* of a request by UDP */
        BACK_OFF_MAX_SHIFT = 8,
};

/* until a request by UDP is repeated, doubling: 1.5 s, 3 s, 6 s; of one by TCP, that all may take
 */
#define PATIENCE (3 * USEC_PER_SEC / 2)
#define PATIENCE_TCP (10 * USEC_PER_SEC)
/* for a right answer after a wrong one */
#define PATIENCE_HINT (2 * USEC_PER_SEC)
/* how long a datagram may be on its way */
#define QUIET (3 * USEC_PER_SEC)
/* until it is looked again whether an address has another name's request in flight */
#define TURN (USEC_PER_SEC / 10)
#define BACK_OFF_MAX (5 * USEC_PER_MINUTE)

/* From the half of 2^(n-1) seconds to all of it, at most five minutes. */
static usec_t random_back_off(DnsEngine *engine, unsigned n) {
        const unsigned shift = MIN(n, (unsigned) BACK_OFF_MAX_SHIFT + 1) - 1;
        const usec_t full = MIN(USEC_PER_SEC << shift, BACK_OFF_MAX);

        return full / 2 + dns_engine_random(engine) % (full / 2 + 1);
}

static void tell_settled(DnsEngine *engine) {
        if (engine->n_busy > 0 || !engine->was_busy)
                return;
        engine->was_busy = false;
        dns_engine_tell(engine, (DnsEvent){.type = DNS_EVENT_SETTLED});
}

void dns_engine_keep_quiet(DnsEngine *engine, DnsEntry *entry, const ClockPair *now) {
        const usec_t until = usec_add(now->boottime, QUIET);

        entry->quiet_until = until;
        if (!(entry->placed.flags & PLACED_PTR_0))
                return;
        engine->quiet[engine->next_quiet] = (DnsQuiet){entry->placed.addresses[0], until};
        engine->next_quiet = (engine->next_quiet + 1) % DNS_QUIET_MAX;
}

/* Until when another name's PTR of the same address may be on its way; 0 = there is none. */
static usec_t ptr_is_on_its_way(
        const DnsEngine *engine, const DnsEntry *entry, const ClockPair *now) {
        const ipv4_t address = entry->step.addresses[0];
        usec_t until = 0;

        if (entry->step.type != DNS_STEP_SET_PTR)
                return 0;
        for (size_t i = 0; i < DNS_QUIET_MAX; i++)
                if (engine->quiet[i].address == address)
                        until = MAX(until, engine->quiet[i].until);
        for (size_t i = 0; i < DNS_FLIGHTS_MAX; i++) {
                const DnsEntry *other = engine->flights[i].entry;

                if (other && other != entry && other->step.type == DNS_STEP_SET_PTR &&
                        other->step.addresses[0] == address)
                        until = MAX(until, usec_add(now->boottime, TURN));
        }
        return until;
}

/* Ends a flight, whatever came of it. Return: its entry, which is in no queue. */
static DnsEntry *land(
        DnsEngine *engine, DnsFlight *flight, const ClockPair *now, bool is_answered) {
        DnsEntry *entry = flight->entry;

        flight->entry = NULL;
        flight->zone->n_flights--;
        engine->n_flights--;
        entry->state = DNS_ENTRY_QUEUED; /* in no queue yet, see dns_engine_settle() */
        if (!flight->tcp && flight->n_sent > (is_answered ? 1 : 0))
                dns_engine_keep_quiet(engine, entry, now);
        return entry;
}

/* A request was not answered in time: fewer at once, or a slow server does nothing but answer what
 * was repeated meanwhile. Those that were in flight at the same time count once. */
static void narrow(DnsEngine *engine, const DnsFlight *flight, const ClockPair *now) {
        if (engine->narrowed_at > 0 && flight->began_at <= engine->narrowed_at)
                return;
        engine->window = MAX(engine->window / 2, 1U);
        engine->n_in_window = 0;
        engine->narrowed_at = now->boottime;
}

/* As many answers as may be in flight: one more. */
static void widen(DnsEngine *engine) {
        if (++engine->n_in_window < engine->window)
                return;
        engine->window = MIN(engine->window + 1, (size_t) DNS_FLIGHTS_MAX);
        engine->n_in_window = 0;
}

/* Whether a trouble may be that of one name. */
static bool is_of_name(DnsTrouble trouble) {
        return trouble == DNS_TROUBLE_SERVFAIL || trouble == DNS_TROUBLE_REFUSED ||
               trouble == DNS_TROUBLE_NOTAUTH || trouble == DNS_TROUBLE_RCODE ||
               trouble == DNS_TROUBLE_SIZE;
}

/* Others that were in flight at the same time do not make it worse. */
static void back_off(
        DnsEngine *engine, DnsZone *zone, const DnsFlight *flight, const ClockPair *now) {
        if (zone->n_failures > 0 && flight->began_at <= zone->failed_at)
                return;
        if (zone->n_failures < UINT8_MAX)
                zone->n_failures++;
        zone->failed_at = now->boottime;
        zone->retry_at = usec_add(now->boottime, random_back_off(engine, zone->n_failures));
}

/* Ends a flight that has failed: the zone backs off. */
static void fail(DnsEngine *engine, DnsFlight *flight, const ClockPair *now, DnsEvent event) {
        DnsZone *zone = flight->zone;
        DnsEntry *entry = land(engine, flight, now, false);
        const uint32_t bit = 1U << event.trouble;

        engine->n_failures++;
        back_off(engine, zone, flight, now);
        if (is_of_name(event.trouble)) {
                if (entry->n_failures < UINT8_MAX)
                        entry->n_failures++;
                entry->retry_at =
                        usec_add(now->boottime, random_back_off(engine, entry->n_failures));
        }
        /* one that is lost is nothing to be told */
        if (event.trouble == DNS_TROUBLE_SILENCE && zone->n_failures < 2) {
                dns_engine_settle(engine, entry, now);
                return;
        }
        if (!(zone->told & bit) && !entry->told) {
                event.type = DNS_EVENT_TROUBLE;
                event.zone = zone->name;
                event.name = entry->name;
                event.address = entry->step.addresses[0];
                dns_engine_tell(engine, event);
        }
        if (is_of_name(event.trouble))
                entry->told = true;
        zone->told |= bit;
        dns_engine_settle(engine, entry, now);
}

static void zone_works(DnsEngine *engine, DnsZone *zone) {
        zone->n_failures = 0;
        if (!zone->told)
                return;
        zone->told = 0;
        dns_engine_tell(engine, (DnsEvent){.type = DNS_EVENT_RECOVERED, .zone = zone->name});
}

/* ---- sending -----------------------------------------------------------------------------------
 */

static DnsFlight *find_flight(DnsEngine *engine, uint16_t id) {
        for (size_t i = 0; i < DNS_FLIGHTS_MAX; i++)
                if (engine->flights[i].entry && engine->flights[i].id == id)
                        return &engine->flights[i];
        return NULL;
}

static DnsFlight *free_flight(DnsEngine *engine) {
        for (size_t i = 0; i < DNS_FLIGHTS_MAX; i++)
                if (!engine->flights[i].entry)
                        return &engine->flights[i];
        return NULL;
}

static uint16_t new_id(DnsEngine *engine) {
        uint16_t id;

        do
                id = (uint16_t) dns_engine_random(engine);
        while (find_flight(engine, id));
        return id;
}

static int compose(DnsEngine *engine, DnsFlight *flight, const ClockPair *now) {
        const DnsKey *key = engine->config->key;
        int r;

        r = dns_message_build(&flight->entry->step, flight->id, flight->data, sizeof(flight->data),
                &flight->size);
        if (r >= 0 && key)
                r = tsig_sign(key, flight->data, &flight->size, sizeof(flight->data),
                        now->realtime / USEC_PER_SEC, &flight->mac);
        flight->tcp = engine->config->tcp || flight->size > DNS_UDP_MAX;
        return r;
}

/* Has the first of a zone's queue fly, or wait. */
static void launch(DnsEngine *engine, DnsZone *zone, const ClockPair *now) {
        DnsEntry *entry = CONTAINER_OF(list_first(&zone->queue), DnsEntry, queued);
        DnsFlight *flight = free_flight(engine);
        usec_t until;

        list_remove(&entry->queued);
        until = ptr_is_on_its_way(engine, entry, now);
        if (until > now->boottime) {
                entry->quiet_until = MAX(entry->quiet_until, until);
                dns_engine_settle(engine, entry, now);
                return;
        }
        entry->state = DNS_ENTRY_FLYING;
        flight->entry = NULL;
        flight->id = new_id(engine);
        flight->entry = entry;
        flight->zone = zone;
        flight->n_sent = 0;
        flight->is_due = true;
        flight->is_written = false;
        flight->began_at = now->boottime;
        flight->hint = DNS_TROUBLE_NONE;
        flight->mac.size = 0;
        zone->n_flights++;
        engine->n_flights++;
        if (compose(engine, flight, now) < 0) {
                fail(engine, flight, now, (DnsEvent){.trouble = DNS_TROUBLE_SIZE});
                return;
        }
        dns_entry_begin(entry);
        dns_engine_note(engine, entry);
}

/* A zone that has failed is tried with one request when it is time. */
static bool can_launch(const DnsZone *zone, usec_t now) {
        if (list_is_empty(&zone->queue))
                return false;
        return zone->n_failures == 0 ||
               (zone->n_flights == 0 && usec_has_passed(zone->retry_at, now));
}

static void launch_all(DnsEngine *engine, const ClockPair *now) {
        size_t n_idle = 0;

        if (engine->n_log_failures > 0 && !usec_has_passed(engine->log_retry_at, now->boottime))
                return;
        while (engine->n_flights < engine->window && n_idle < engine->n_zones) {
                DnsZone *zone = &engine->zones[engine->next_zone];

                engine->next_zone = (engine->next_zone + 1) % engine->n_zones;
                if (can_launch(zone, now->boottime)) {
                        launch(engine, zone, now);
                        n_idle = 0;
                } else {
                        n_idle++;
                }
        }
}

/* Those that have waited long enough. */
static void wake(DnsEngine *engine, const ClockPair *now) {
        while (usec_has_passed(heap_deadline(&engine->waiting), now->boottime))
                dns_engine_settle(
                        engine, CONTAINER_OF(heap_first(&engine->waiting), DnsEntry, timer), now);
}

static DnsEvent explain(const DnsFlight *flight) {
        return (DnsEvent){
                .trouble = flight->hint != DNS_TROUBLE_NONE ? flight->hint : DNS_TROUBLE_SILENCE,
                .rcode = flight->hint_rcode,
                .clock_ahead = flight->hint_clock_ahead,
        };
}

/* Repeats what has not been answered, or gives it up. */
static void give_up(DnsEngine *engine, const ClockPair *now) {
        for (size_t i = 0; i < DNS_FLIGHTS_MAX; i++) {
                DnsFlight *flight = &engine->flights[i];

                if (!flight->entry || flight->is_due ||
                        !usec_has_passed(flight->deadline, now->boottime))
                        continue;
                if (!flight->tcp && flight->hint == DNS_TROUBLE_NONE)
                        narrow(engine, flight, now);
                if (!flight->tcp && flight->n_sent < TRIES_MAX && flight->hint == DNS_TROUBLE_NONE)
                        flight->is_due = true;
                else
                        fail(engine, flight, now, explain(flight));
        }
}

static void send_flight(
        DnsEngine *engine, DnsFlight *flight, const ClockPair *now, DnsRequest *ret) {
        flight->is_due = false;
        flight->deadline =
                usec_add(now->boottime, flight->tcp ? PATIENCE_TCP : PATIENCE << flight->n_sent);
        flight->n_sent++;
        engine->n_sent++;
        *ret = (DnsRequest){flight->data, flight->size, flight->tcp};
}

bool dns_engine_next(DnsEngine *engine, const ClockPair *now, DnsRequest *ret) {
        wake(engine, now);
        give_up(engine, now);
        launch_all(engine, now);
        for (size_t i = 0; i < DNS_FLIGHTS_MAX; i++) {
                if (!engine->flights[i].entry || !engine->flights[i].is_due)
                        continue;
                send_flight(engine, &engine->flights[i], now, ret);
                return true;
        }
        tell_settled(engine);
        return false;
}

/* When a zone has something to send, as far as it is up to the zone. */
static usec_t zone_deadline(const DnsZone *zone) {
        if (list_is_empty(&zone->queue))
                return USEC_INFINITY;
        if (zone->n_failures == 0)
                return 0;
        return zone->n_flights == 0 ? zone->retry_at : USEC_INFINITY;
}

usec_t dns_engine_deadline(const DnsEngine *engine) {
        usec_t deadline = heap_deadline(&engine->waiting), queues = USEC_INFINITY;

        for (size_t i = 0; i < DNS_FLIGHTS_MAX; i++)
                if (engine->flights[i].entry)
                        deadline = MIN(deadline, engine->flights[i].deadline);
        if (engine->n_flights >= engine->window)
                return deadline;
        for (size_t i = 0; i < engine->n_zones; i++)
                queues = MIN(queues, zone_deadline(&engine->zones[i]));
        if (queues != USEC_INFINITY && engine->n_log_failures > 0)
                queues = MAX(queues, engine->log_retry_at);
        return MIN(deadline, queues);
}

/* ---- answers -----------------------------------------------------------------------------------
 */

static int64_t difference(uint64_t time, const ClockPair *now) {
        return (int64_t) (time - now->realtime / USEC_PER_SEC);
}

static DnsTrouble trouble_of_tsig(uint16_t error) {
        switch (error) {
        case TSIG_ERROR_BADSIG:
                return DNS_TROUBLE_BADSIG;
        case TSIG_ERROR_BADKEY:
                return DNS_TROUBLE_BADKEY;
        case TSIG_ERROR_BADTIME:
                return DNS_TROUBLE_BADTIME;
        default:
                return DNS_TROUBLE_UNSIGNED;
        }
}

/* Remembers what an answer says that is not believed. The right one has a while to come. */
static void take_hint(DnsFlight *flight, const ClockPair *now, DnsTrouble trouble, unsigned rcode) {
        if (flight->hint != DNS_TROUBLE_NONE)
                return;
        flight->hint = trouble;
        flight->hint_rcode = rcode;
        flight->deadline = MIN(flight->deadline, usec_add(now->boottime, PATIENCE_HINT));
}

static DnsTrouble trouble_of_rcode(uint8_t rcode) {
        switch (rcode) {
        case DNS_SERVFAIL:
                return DNS_TROUBLE_SERVFAIL;
        case DNS_REFUSED:
                return DNS_TROUBLE_REFUSED;
        case DNS_NOTAUTH:
                return DNS_TROUBLE_NOTAUTH;
        default:
                return DNS_TROUBLE_RCODE;
        }
}

/* Whether an answer is to be believed, and what became of it if not. */
static DnsAnswerVerdict judge(const DnsEngine *engine, DnsFlight *flight, const ClockPair *now,
        const uint8_t *data, size_t size, uint8_t rcode, TsigInfo *ret) {
        if (!engine->config->key)
                return DNS_ANSWER_TAKEN;
        switch (tsig_verify(
                engine->config->key, data, size, &flight->mac, now->realtime / USEC_PER_SEC, ret)) {
        case TSIG_GOOD:
                return DNS_ANSWER_TAKEN;
        case TSIG_MISSING:
                take_hint(flight, now, DNS_TROUBLE_UNSIGNED, rcode);
                return DNS_ANSWER_UNSIGNED;
        case TSIG_UNSIGNED:
                take_hint(flight, now, trouble_of_tsig(ret->error), rcode);
                return DNS_ANSWER_UNSIGNED;
        case TSIG_BAD_TIME:
                flight->hint_clock_ahead = difference(ret->time, now);
                take_hint(flight, now, DNS_TROUBLE_OLD_ANSWER, rcode);
                return DNS_ANSWER_OLD;
        case TSIG_OTHER_KEY:
        case TSIG_BAD_MAC:
                take_hint(flight, now, DNS_TROUBLE_FORGED, rcode);
                return DNS_ANSWER_FORGED;
        case TSIG_MALFORMED:
        case TSIG_VERDICT_MAX:
                break;
        }
        return DNS_ANSWER_MALFORMED;
}

/* Takes an answer that is believed. */
static void take_answer(
        DnsEngine *engine, DnsFlight *flight, const ClockPair *now, const DnsAnswer *answer) {
        DnsEntry *entry = flight->entry;
        DnsOutcome outcome = dns_entry_end(entry, answer->rcode);

        if (outcome == DNS_OUTCOME_FAILED) {
                fail(engine, flight, now,
                        (DnsEvent){.trouble = trouble_of_rcode(answer->rcode),
                                .rcode = answer->rcode});
                return;
        }
        zone_works(engine, flight->zone);
        /* that something else is to be tried first is no success yet */
        if (answer->rcode == DNS_NOERROR) {
                entry->n_failures = 0;
                entry->told = false;
        }
        if (outcome == DNS_OUTCOME_CONFLICT && entry->wanted.present)
                dns_engine_tell(engine, (DnsEvent){.type = DNS_EVENT_CONFLICT,
                                                .name = entry->name,
                                                .address = flight->entry->step.addresses[0]});
        dns_engine_settle(engine, land(engine, flight, now, true), now);
}

DnsAnswerVerdict dns_engine_answer(
        DnsEngine *engine, const ClockPair *now, const uint8_t *data, size_t size) {
        DnsAnswerVerdict verdict;
        DnsAnswer answer;
        DnsFlight *flight;
        TsigInfo info = {0};

        if (dns_answer_parse(data, size, &answer) < 0)
                return DNS_ANSWER_MALFORMED;
        flight = find_flight(engine, answer.id);
        if (!flight)
                return DNS_ANSWER_LATE;
        if (answer.truncated && !flight->tcp) {
                flight->tcp = flight->is_due = true;
                return DNS_ANSWER_TRUNCATED;
        }
        verdict = judge(engine, flight, now, data, size, answer.rcode, &info);
        if (verdict != DNS_ANSWER_TAKEN)
                return verdict;

        engine->n_answers++;
        widen(engine);
        if (info.error != 0)
                fail(engine, flight, now,
                        (DnsEvent){.trouble = trouble_of_tsig(info.error),
                                .rcode = info.error,
                                .clock_ahead = difference(info.server_time, now)});
        else
                take_answer(engine, flight, now, &answer);
        return DNS_ANSWER_TAKEN;
}

void dns_engine_unreachable(DnsEngine *engine, const ClockPair *now, bool tcp, int error) {
        for (size_t i = 0; i < DNS_FLIGHTS_MAX; i++) {
                DnsFlight *flight = &engine->flights[i];

                if (flight->entry && flight->tcp == tcp && !flight->is_due)
                        fail(engine, flight, now,
                                (DnsEvent){.trouble = DNS_TROUBLE_UNREACHABLE, .error = error});
        }
}

/* What was to be written before it is sent goes back to its queue. */
static void hold(DnsEngine *engine, const ClockPair *now, int error) {
        for (size_t i = 0; i < DNS_FLIGHTS_MAX; i++)
                if (engine->flights[i].entry && !engine->flights[i].is_written)
                        dns_engine_settle(
                                engine, land(engine, &engine->flights[i], now, true), now);
        if (engine->n_log_failures == 0)
                dns_engine_tell(engine, (DnsEvent){.type = DNS_EVENT_LOG, .error = error});
        if (engine->n_log_failures < UINT8_MAX)
                engine->n_log_failures++;
        engine->log_retry_at =
                usec_add(now->boottime, random_back_off(engine, engine->n_log_failures));
}

void dns_engine_logged(DnsEngine *engine, const ClockPair *now, int r) {
        if (r < 0) {
                hold(engine, now, r);
                return;
        }
        engine->n_log_failures = 0;
        for (size_t i = 0; i < DNS_FLIGHTS_MAX; i++)
                engine->flights[i].is_written = true;
}

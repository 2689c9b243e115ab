/* SPDX-License-Identifier: MIT */

#include "dns-desk.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NETWORK ((ipv4_t) 0x0a010000)

static char forward_zone[] = "lan.example", reverse_zone[] = "1.10.in-addr.arpa";

uint32_t desk_roll(DnsDesk *desk, uint32_t n) {
        desk->dice = desk->dice * 1664525 + 1013904223;
        return (uint32_t) ((uint64_t) (desk->dice >> 8) * n >> 24);
}

static bool chance(DnsDesk *desk, unsigned per_cent) {
        return per_cent > 0 && desk_roll(desk, 100) < per_cent;
}

static const char *trouble_name(DnsTrouble trouble) {
        static const char *const names[DNS_TROUBLE_MAX] = {"none", "silence", "unreachable",
                "servfail", "refused", "notauth", "badkey", "badsig", "badtime", "unsigned",
                "forged", "old-answer", "rcode", "size"};

        return names[trouble];
}

static void on_event(const DnsEvent *event, void *userdata) {
        DnsDesk *desk = userdata;
        char *text = NULL;

        require(dns_event_format(event, &text) == 0);
        ck_assert_uint_gt(strlen(text), 10);
        free(text);
        switch (event->type) {
        case DNS_EVENT_CONFLICT:
                (void) buffer_printf(&desk->events, "conflict %.*s .%u\n",
                        (int) strcspn(event->name, "."), event->name, event->address & 0xffff);
                break;
        case DNS_EVENT_TROUBLE:
                (void) buffer_printf(&desk->events, "trouble %s %s\n", event->zone,
                        trouble_name(event->trouble));
                break;
        case DNS_EVENT_RECOVERED:
                (void) buffer_printf(&desk->events, "recovered %s\n", event->zone);
                break;
        case DNS_EVENT_SETTLED:
                break;
        case DNS_EVENT_LOG:
                (void) buffer_append_string(&desk->events, "log\n");
                break;
        }
}

static void start_engine(DnsDesk *desk) {
        uint8_t seed[16] = {0};

        memcpy(seed, &desk->dice, sizeof(desk->dice));
        require(dns_engine_new(&desk->engine, &desk->config, seed, on_event, desk) == 0);
}

void desk_open(DnsDesk *desk, uint32_t seed) {
        *desk = (DnsDesk){
                .key = {.name = "dhcp", .secret = "secret", .secret_size = 6},
                .dice = seed,
                .now = {1700000000 * USEC_PER_SEC, 1000 * USEC_PER_SEC},
        };
        desk->server_key = desk->key;
        desk->zones[0] = forward_zone;
        desk->zones[1] = reverse_zone;
        dns_config_init(&desk->config);
        desk->config.zones = desk->zones;
        desk->config.key = &desk->key;
        desk->config.server.ipv4.sin_family = AF_INET;
        dns_model_init(&desk->server, &desk->server_key);
        start_engine(desk);
        require(dns_engine_write_log(desk->engine, &desk->log) == 0);
}

void desk_close(DnsDesk *desk) {
        (void) dns_engine_free(desk->engine);
        dns_model_done(&desk->server);
        buffer_done(&desk->log);
        buffer_done(&desk->events);
        buffer_done(&desk->last);
        for (size_t i = 0; i < ELEMENTSOF(desk->delayed); i++)
                buffer_done(&desk->delayed[i].data);
}

static void make_name(const char *host, char name[static DNS_NAME_MAX]) {
        (void) snprintf(name, DNS_NAME_MAX, "%s%s", host, strchr(host, '.') ? "" : ".lan.example");
}

void desk_set_for(DnsDesk *desk, const char *host, unsigned address, unsigned client,
        usec_t lifetime, bool reverse) {
        const uint8_t client_id[] = {0, (uint8_t) (client >> 8), (uint8_t) client};
        char name[DNS_NAME_MAX];
        const DnsBinding binding = {
                .name = name,
                .address = NETWORK + address,
                .identity = {.client_id = client_id, .client_id_size = sizeof(client_id)},
                .lifetime = lifetime,
                .reverse = reverse,
        };

        make_name(host, name);
        require(dns_engine_set(desk->engine, &binding, &desk->now) == 0);
}

void desk_set(DnsDesk *desk, const char *host, unsigned address, unsigned client) {
        desk_set_for(desk, host, address, client, USEC_PER_HOUR, true);
}

void desk_remove(DnsDesk *desk, const char *host, unsigned address) {
        char name[DNS_NAME_MAX];

        make_name(host, name);
        dns_engine_remove(desk->engine, name, NETWORK + address, &desk->now);
}

void desk_end_sync(DnsDesk *desk) {
        dns_engine_end_sync(desk->engine, &desk->now);
}

void desk_restart(DnsDesk *desk) {
        (void) dns_engine_free(desk->engine);
        desk->dice++;
        start_engine(desk);
        require(dns_engine_restore(desk->engine, desk->log.data, desk->log.size, &desk->now) ==
                (int64_t) desk->log.size);
}

static void give(DnsDesk *desk, const Buffer *answer) {
        DnsAnswerVerdict verdict =
                dns_engine_answer(desk->engine, &desk->now, answer->data, answer->size);

        desk->n_verdicts[verdict]++;
}

static void carry_later(
        DnsDesk *desk, bool is_request, const uint8_t *data, size_t size, uint32_t msec) {
        for (size_t i = 0; i < ELEMENTSOF(desk->delayed); i++) {
                struct Delayed *delayed = &desk->delayed[i];

                if (delayed->at != 0)
                        continue;
                delayed->at = desk->now.boottime + desk_roll(desk, msec) * USEC_PER_MSEC;
                delayed->is_request = is_request;
                buffer_clear(&delayed->data);
                require(buffer_append(&delayed->data, data, size) == 0);
                return;
        }
}

/* A request arrives at the server. */
static void arrive(DnsDesk *desk, const uint8_t *data, size_t size, bool tcp) {
        buffer_clear(&desk->last);
        dns_model_handle(
                &desk->server, data, size, tcp, desk->now.realtime / USEC_PER_SEC, &desk->last);
        if (chance(desk, desk->lose))
                return;
        if (chance(desk, desk->delay)) {
                carry_later(desk, false, desk->last.data, desk->last.size, 20000);
                return;
        }
        give(desk, &desk->last);
        if (chance(desk, desk->repeat))
                give(desk, &desk->last);
}

static void carry(DnsDesk *desk, const DnsRequest *request) {
        if (desk->is_away || chance(desk, desk->lose))
                return;
        if (chance(desk, desk->dawdle))
                carry_later(desk, true, request->data, request->size, 2000);
        else
                arrive(desk, request->data, request->size, request->tcp);
}

static void carry_delayed(DnsDesk *desk) {
        for (size_t i = 0; i < ELEMENTSOF(desk->delayed); i++) {
                struct Delayed *delayed = &desk->delayed[i];

                if (delayed->at == 0 || delayed->at > desk->now.boottime)
                        continue;
                delayed->at = 0;
                if (delayed->is_request)
                        arrive(desk, delayed->data.data, delayed->data.size, false);
                else
                        give(desk, &delayed->data);
        }
}

/* Requests are copied: the engine hears of answers before all of them are carried. */
bool desk_turn(DnsDesk *desk) {
        struct Copy {
                uint8_t data[2048];
                DnsRequest request;
        } *copies = malloc(DNS_FLIGHTS_MAX * sizeof(*copies));
        Buffer *log = dns_engine_get_log(desk->engine);
        size_t n = 0;

        require(copies);
        carry_delayed(desk);
        while (n < DNS_FLIGHTS_MAX &&
                dns_engine_next(desk->engine, &desk->now, &copies[n].request)) {
                require(copies[n].request.size <= sizeof(copies[n].data));
                memcpy(copies[n].data, copies[n].request.data, copies[n].request.size);
                copies[n].request.data = copies[n].data;
                n++;
        }
        if (desk->log_fails) {
                dns_engine_logged(desk->engine, &desk->now, -ENOSPC);
                free(copies);
                return false;
        }
        if (log->error < 0) {
                buffer_clear(&desk->log);
                require(dns_engine_write_log(desk->engine, &desk->log) == 0);
        } else if (log->size > 0) {
                require(buffer_append(&desk->log, log->data, log->size) == 0);
        }
        buffer_clear(log);
        dns_engine_logged(desk->engine, &desk->now, 0);
        for (size_t i = 0; i < n; i++) {
                if (copies[i].request.tcp && desk->tcp_fails)
                        dns_engine_unreachable(desk->engine, &desk->now, true, -ECONNREFUSED);
                else
                        carry(desk, &copies[i].request);
        }
        free(copies);
        return n > 0;
}

static usec_t next_time(const DnsDesk *desk) {
        usec_t time = dns_engine_deadline(desk->engine);

        for (size_t i = 0; i < ELEMENTSOF(desk->delayed); i++)
                if (desk->delayed[i].at != 0)
                        time = MIN(time, desk->delayed[i].at);
        return time;
}

void desk_run(DnsDesk *desk, usec_t span) {
        const usec_t end = desk->now.boottime + span;

        for (;;) {
                usec_t next;

                while (desk_turn(desk))
                        ;
                next = next_time(desk);
                if (next == USEC_INFINITY || next > end)
                        break;
                /* 1 ms, as where a loop sleeps: what is due now was just tried */
                next = MAX(next, desk->now.boottime + USEC_PER_MSEC);
                desk->now.realtime += next - desk->now.boottime;
                desk->now.boottime = next;
        }
        if (next_time(desk) == USEC_INFINITY)
                return;
        desk->now.realtime += end - MIN(end, desk->now.boottime);
        desk->now.boottime = MAX(end, desk->now.boottime);
}

void desk_expect(const DnsDesk *desk, const char *text) {
        char *found = dns_model_text(&desk->server);

        ck_assert_str_eq(found, text);
        free(found);
}

void desk_expect_events(DnsDesk *desk, const char *text) {
        char *found = NULL;

        require(buffer_take_string(&desk->events, &found) == 0);
        ck_assert_str_eq(found, text);
        free(found);
}

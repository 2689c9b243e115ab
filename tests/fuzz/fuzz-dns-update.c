/* SPDX-License-Identifier: MIT */
/* What comes to the updates of DNS zones from elsewhere. The first byte chooses: answers of a
 * server, with and without a key, to what an engine sends; a key file; or the log of an earlier
 * start. Beyond "no crash" it checks that an unsigned answer changes nothing, that numbers add up,
 * and that a log which was taken is the same when it is written and read again.
 *
 * Build: clang -fsanitize=fuzzer,address,undefined */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "basic/macro.h"
#include "dns-update/engine.h"
#include "dns-update/tsig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
        COMMANDS_MAX = 200,
        ANSWER_MAX = 600,
        HEADER_SIZE = 12,
};

static char forward_zone[] = "lan.example", reverse_zone[] = "1.10.in-addr.arpa";
static char *zones[] = {forward_zone, reverse_zone, NULL};
static const uint8_t seed[16] = "fuzz";

typedef struct Walk {
        const uint8_t *data;
        size_t size;
        DnsConfig config;
        DnsEngine *engine;
        ClockPair now;
        uint16_t ids[DNS_FLIGHTS_MAX]; /* of the last requests */
        size_t n_requests;
} Walk;

/* Not assert(): these checks must stay in every build. */
static void expect(bool condition) {
        if (!condition)
                abort();
}

static uint8_t take_byte(Walk *walk) {
        if (walk->size == 0)
                return 0;
        walk->size--;
        return *walk->data++;
}

static void name_of(uint8_t i, char ret[static 16]) {
        memcpy(ret, "h?.lan.example", 15);
        ret[1] = (char) ('a' + i % 16);
}

static void set(Walk *walk) {
        const uint8_t client_id[] = {0, take_byte(walk) & 1};
        char name[16];
        const DnsBinding binding = {
                .name = name,
                .address = 0x0a010000 + take_byte(walk) % 32,
                .identity = {.client_id = client_id, .client_id_size = sizeof(client_id)},
                .lifetime = USEC_PER_HOUR,
                .reverse = true,
        };

        name_of(take_byte(walk), name);
        expect(dns_engine_set(walk->engine, &binding, &walk->now) == 0);
}

static void remove_name(Walk *walk) {
        char name[16];

        name_of(take_byte(walk), name);
        dns_engine_remove(walk->engine, name, 0x0a010000 + take_byte(walk) % 32, &walk->now);
}

static void send_all(Walk *walk, int r) {
        DnsRequest request;

        for (size_t i = 0; i < 2 * DNS_FLIGHTS_MAX; i++) {
                if (!dns_engine_next(walk->engine, &walk->now, &request))
                        break;
                expect(request.size > HEADER_SIZE);
                walk->ids[walk->n_requests++ % DNS_FLIGHTS_MAX] =
                        (uint16_t) (request.data[0] << 8 | request.data[1]);
        }
        dns_engine_logged(walk->engine, &walk->now, r);
}

static void answer(Walk *walk) {
        uint8_t bytes[ANSWER_MAX] = {0};
        const uint8_t help = take_byte(walk);
        const uint16_t id = walk->ids[take_byte(walk) % DNS_FLIGHTS_MAX];
        size_t n = MIN((size_t) take_byte(walk) * 2, walk->size);
        DnsAnswerVerdict verdict;

        memcpy(bytes, walk->data, n);
        walk->data += n;
        walk->size -= n;
        if (help & 1) {
                /* a header that gets far */
                n = MAX(n, (size_t) HEADER_SIZE);
                bytes[0] = (uint8_t) (id >> 8);
                bytes[1] = (uint8_t) id;
                bytes[2] = 0x80 | 5 << 3;
                bytes[3] = help >> 4;
        }
        verdict = dns_engine_answer(walk->engine, &walk->now, bytes, n);
        /* nobody can guess the secret */
        expect(!walk->config.key || verdict != DNS_ANSWER_TAKEN);
}

static void pass_time(Walk *walk) {
        const usec_t span = USEC_PER_MSEC << (take_byte(walk) % 24);

        walk->now.boottime += span;
        walk->now.realtime += span;
}

static void step(Walk *walk) {
        switch (take_byte(walk) % 8) {
        case 0:
                set(walk);
                break;
        case 1:
                remove_name(walk);
                break;
        case 2:
                send_all(walk, 0);
                break;
        case 3:
                send_all(walk, -1);
                break;
        case 4:
        case 5:
                answer(walk);
                break;
        case 6:
                pass_time(walk);
                break;
        case 7:
                dns_engine_unreachable(walk->engine, &walk->now, take_byte(walk) & 1, -1);
                break;
        }
}

static void check_status(const Walk *walk) {
        const DnsStatus status = dns_engine_status(walk->engine);

        expect(status.n_flights <= DNS_FLIGHTS_MAX && status.n_flights <= status.n_pending);
        expect(status.n_placed + status.n_conflicts <= status.n_wanted);
}

/* What a log says is what is written of it, and again. */
static void check_log(const Walk *walk) {
        _cleanup_(dns_engine_freep) DnsEngine *other = NULL;
        _cleanup_(buffer_done) Buffer first = BUFFER_INIT, second = BUFFER_INIT;

        expect(dns_engine_write_log(walk->engine, &first) == 0);
        expect(dns_engine_new(&other, &walk->config, seed, NULL, NULL) == 0);
        expect(dns_engine_restore(other, first.data, first.size, &walk->now) ==
                (int64_t) first.size);
        expect(dns_engine_write_log(other, &second) == 0);
        expect(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
}

static void parse_key(const Walk *walk) {
        _cleanup_(dns_key_freep) DnsKey *key = NULL;
        Problems problems = {0};
        int r = dns_key_parse("fuzz", (const char *) walk->data, walk->size, NULL, &problems, &key);

        expect((r == 0) == (key != NULL) && (r == 0) == (problems.n_errors == 0));
        if (key)
                expect(key->secret_size > 0 && key->secret_size <= sizeof(key->secret));
        problems_done(&problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        DnsKey key = {.name = "dhcp", .secret = "unguessable", .secret_size = 11};
        Walk walk = {.data = data,
                .size = size,
                .now = {UINT64_C(1700000000000000), 1000 * USEC_PER_SEC}};
        const uint8_t mode = take_byte(&walk);

        if (mode % 4 == 3) {
                parse_key(&walk);
                return 0;
        }
        dns_config_init(&walk.config);
        walk.config.zones = zones;
        walk.config.key = mode & 4 ? &key : NULL;
        walk.config.tcp = mode & 8;
        expect(dns_engine_new(&walk.engine, &walk.config, seed, NULL, NULL) == 0);
        if (mode % 4 == 2) {
                (void) dns_engine_restore(walk.engine, walk.data, walk.size, &walk.now);
                dns_engine_end_sync(walk.engine, &walk.now);
                send_all(&walk, 0);
                walk.size = 0;
        }
        for (unsigned i = 0; i < COMMANDS_MAX && walk.size > 0; i++)
                step(&walk);
        check_status(&walk);
        check_log(&walk);
        (void) dns_engine_free(walk.engine);
        return 0;
}

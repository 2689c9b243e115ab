/* SPDX-License-Identifier: MIT */
/* The state file of the client as anybody may have left it. The first byte chooses the clock, and
 * whether the rest is read as it is or as the hexadecimal message of a sound file. Beyond "no
 * crash" it checks that what was taken is a lease, and that it is the same when it is written and
 * read again.
 *
 * Build: clang -fsanitize=fuzzer,address,undefined */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/bytes.h"
#include "basic/macro.h"
#include "client-cli/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const StateClock clocks[] = {
        {{UINT64_C(1700000000000000), 1000 * USEC_PER_SEC}, {.bytes = {1}}},
        {{UINT64_C(1700000000000000), 1000 * USEC_PER_SEC}, {.bytes = {0}}},
        {{0, 0}, {.bytes = {2}}},
        {{UINT64_MAX / 2, UINT64_MAX / 2}, {.bytes = {1}}},
};

/* Not assert(): these checks must stay in every build. */
static void expect(bool condition) {
        if (!condition)
                abort();
}

static void check_state(const State *state, const StateClock *clock) {
        _cleanup_free_ char *text = NULL;
        const uint8_t *a, *b;
        uint64_t lifetime = 0;
        const char *problem;
        size_t n_a, n_b;
        State again;

        expect(state->lease);
        expect(mdc_lease_get_lifetime(state->lease, &lifetime) >= 0 && lifetime > 0);
        (void) lease_is_over(state->lease, clock->now.boottime);
        expect(state_format(state, clock, &text) >= 0);
        if (state_parse(text, strlen(text), clock, &again, &problem) < 0)
                return; /* of a time that the wall clock has no number for */
        expect(mdc_lease_get_message(state->lease, &a, &n_a) >= 0);
        expect(mdc_lease_get_message(again.lease, &b, &n_b) >= 0);
        expect(n_a == n_b && memcmp(a, b, n_a) == 0);
        state_done(&again);
}

static void parse(const char *text, size_t size, const StateClock *clock) {
        const char *problem = NULL;
        State state;
        int r;

        r = state_parse(text, size, clock, &state, &problem);
        expect((r == -EBADMSG) == (problem != NULL));
        if (r < 0)
                return;
        check_state(&state, clock);
        state_done(&state);
}

static void parse_message(const uint8_t *data, size_t size, const StateClock *clock) {
        _cleanup_free_ char *hex = malloc(BYTES_STRING_MAX(size));
        _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;

        expect(hex);
        (void) buffer_printf(&buffer,
                "{\"ObtainedUSec\":1700000000000000,\"LifetimeUSec\":60000000,\"Message\":\"%s\"}",
                bytes_format(data, size, hex));
        expect(buffer.error == 0);
        parse((const char *) buffer.data, buffer.size, clock);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        const StateClock *clock;

        if (size == 0)
                return 0;
        clock = &clocks[data[0] % ELEMENTSOF(clocks)];
        if (data[0] & 0x80)
                parse_message(data + 1, size - 1, clock);
        else
                parse((const char *) data + 1, size - 1, clock);
        return 0;
}

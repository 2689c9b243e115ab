/* SPDX-License-Identifier: MIT */

/* What is kept of a lease between two runs, as text and back: how old it is by which clock, in
 * which boot, and everything that a damaged text may be. */

#include <string.h>

#include "basic/buffer.h"
#include "client-cli/state.h"
#include "client-desk.h"

#define NOON (UINT64_C(1700000000) * SECOND)

static const sd_id128_t this_boot = {.bytes = {1}};

/* A lease of an hour that began half an hour ago, 1000 s after this boot. */
static const StateClock half_past = {
        .now = {.realtime = NOON + 1800 * SECOND, .boottime = 2800 * SECOND},
        .boot = {.bytes = {1}},
};

static mdc_lease *desk_lease(usec_t begin, uint32_t seconds, bool timed) {
        Desk desk = {.now = 0};
        uint8_t packet[600];
        mdc_lease *lease = NULL;
        size_t size;

        size = desk_build(&desk,
                &(Reply){.type = DHCP_ACK, .seconds = seconds, .xid = 1, .no_lease_time = !timed},
                packet);
        ck_assert_int_eq(
                mdc_lease_new_with_lifetime(&lease, begin, seconds * SECOND, packet, size), 0);
        return lease;
}

static char *format(mdc_lease *lease, json_object *applied, const StateClock *clock) {
        const State state = {
                .lease = lease,
                .applied = applied,
                .settings = {.metric = 77, .table = 254, .routes.no_default = true, .dns = true},
        };
        char *text = NULL;

        ck_assert_int_eq(state_format(&state, clock, &text), 0);
        return text;
}

static int parse(const char *text, const StateClock *clock, State *ret) {
        const char *problem = NULL;
        int r;

        r = state_parse(text, strlen(text), clock, ret, &problem);
        ck_assert((r == -EBADMSG) == (problem != NULL));
        return r;
}

/* Replaces the value of a key; NULL takes the key away. */
static char *edit(const char *text, const char *key, const char *value) {
        json_object *object = json_tokener_parse(text);
        char *result;

        ck_assert_ptr_nonnull(object);
        json_object_object_del(object, key);
        if (value)
                ck_assert_int_eq(json_object_object_add(object, key, json_tokener_parse(value)), 0);
        result = strdup(json_object_to_json_string(object));
        (void) json_object_put(object);
        return result;
}

START_TEST(test_round_trip)
{
        mdc_lease *lease = desk_lease(1000 * SECOND, 3600, true);
        json_object *applied = json_tokener_parse("{\"Something\":[1,2]}");
        char *text = format(lease, applied, &half_past);
        uint64_t begin = 0, lifetime = 0;
        const uint8_t *a, *b;
        size_t n_a, n_b;
        State state;

        ck_assert_ptr_nonnull(strstr(text, "\"ObtainedUSec\":1700000000000000"));
        ck_assert_int_eq(parse(text, &half_past, &state), 0);
        ck_assert_int_eq(mdc_lease_get_begin(state.lease, &begin), 0);
        ck_assert_uint_eq(begin, 1000 * SECOND);
        ck_assert_int_eq(mdc_lease_get_lifetime(state.lease, &lifetime), 0);
        ck_assert_uint_eq(lifetime, 3600 * SECOND);
        ck_assert_int_eq(mdc_lease_get_message(lease, &a, &n_a), 0);
        ck_assert_int_eq(mdc_lease_get_message(state.lease, &b, &n_b), 0);
        ck_assert_uint_eq(n_a, n_b);
        ck_assert_mem_eq(a, b, n_a);
        ck_assert(json_object_equal(state.applied, applied));
        ck_assert_uint_eq(state.settings.metric, 77);
        ck_assert_uint_eq(state.settings.table, 254);
        ck_assert(state.settings.routes.no_default && state.settings.dns);
        ck_assert(!state.settings.routes.none && !state.settings.mtu);
        state_done(&state);

        free(text);
        text = format(lease, NULL, &half_past);
        ck_assert_int_eq(parse(text, &half_past, &state), 0);
        ck_assert_ptr_null(state.applied);
        state_done(&state);
        free(text);
        (void) json_object_put(applied);
        (void) mdc_lease_unref(lease);
}
END_TEST

/* How old the lease is when the same text is read under other clocks, and whether what was
 * configured may still be there. */
START_TEST(test_clocks)
{
        static const struct {
                const char *what;
                StateClock clock;
                usec_t age;
                bool over, configured;
        } cases[] = {
                {"a minute later", {{NOON + 1860 * SECOND, 2860 * SECOND}, {.bytes = {1}}},
                        1860 * SECOND, false, true},
                {"the wall clock was set back by a day",
                        {{NOON - 84600 * SECOND, 2860 * SECOND}, {.bytes = {1}}}, 1860 * SECOND,
                        false, true},
                {"the wall clock was set forward by a year",
                        {{NOON + UINT64_C(31536000) * SECOND, 2860 * SECOND}, {.bytes = {1}}},
                        1860 * SECOND, false, true},
                {"slept for two hours", {{NOON + 1860 * SECOND, 10000 * SECOND}, {.bytes = {1}}},
                        9000 * SECOND, true, true},
                {"another boot, ten minutes later",
                        {{NOON + 2400 * SECOND, 20 * SECOND}, {.bytes = {2}}}, 2400 * SECOND, false,
                        false},
                {"another boot, a day later",
                        {{NOON + 86400 * SECOND, 20 * SECOND}, {.bytes = {2}}}, 86400 * SECOND,
                        true, false},
                {"another boot, by a clock that stands in 1970",
                        {{20 * SECOND, 20 * SECOND}, {.bytes = {2}}}, 0, false, false},
                {"a boot that has no name", {{NOON + 2400 * SECOND, 9000 * SECOND}, {.bytes = {0}}},
                        2400 * SECOND, false, false},
        };
        mdc_lease *lease = desk_lease(1000 * SECOND, 3600, true);
        json_object *applied = json_object_new_object();
        char *text = format(lease, applied, &half_past);

        ck_assert(sd_id128_equal(half_past.boot, this_boot));
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const StateClock *clock = &cases[i].clock;
                uint64_t begin = 0;
                State state;

                ck_assert_int_eq(parse(text, clock, &state), 0);
                ck_assert_int_eq(mdc_lease_get_begin(state.lease, &begin), 0);
                ck_assert_msg(clock->now.boottime - begin == cases[i].age, "%s: %lld s",
                        cases[i].what,
                        (long long) ((int64_t) (clock->now.boottime - begin) / 1000000));
                ck_assert_msg(lease_is_over(state.lease, clock->now.boottime) == cases[i].over,
                        "%s", cases[i].what);
                ck_assert_msg((state.applied != NULL) == cases[i].configured, "%s", cases[i].what);
                state_done(&state);
        }
        free(text);
        (void) json_object_put(applied);
        (void) mdc_lease_unref(lease);
}
END_TEST

/* By hand: the beginning that the text names counts, in this boot too. */
START_TEST(test_edited)
{
        mdc_lease *lease = desk_lease(1000 * SECOND, 3600, true);
        char *text = format(lease, NULL, &half_past), *edited;
        State state;

        edited = edit(text, "ObtainedUSec", "1000000");
        ck_assert_int_eq(parse(edited, &half_past, &state), 0);
        ck_assert(lease_is_over(state.lease, half_past.now.boottime));
        state_done(&state);
        free(edited);

        /* as an older release has written it */
        edited = edit(text, "BootID", NULL);
        ck_assert_int_eq(parse(edited, &half_past, &state), 0);
        ck_assert(!lease_is_over(state.lease, half_past.now.boottime));
        ck_assert(lease_is_over(state.lease, half_past.now.boottime + 1800 * SECOND));
        state_done(&state);
        free(edited);
        free(text);
        (void) mdc_lease_unref(lease);
}
END_TEST

START_TEST(test_over)
{
        static const struct {
                usec_t begin, now;
                uint32_t seconds;
                bool over;
        } cases[] = {
                {1000 * SECOND, 1000 * SECOND, 60, false},
                {1000 * SECOND, 1059 * SECOND, 60, false}, {1000 * SECOND, 1060 * SECOND, 60, true},
                {1000 * SECOND, 10 * SECOND, 60, false},            /* not begun yet */
                {(usec_t) 0 - 30 * SECOND, 10 * SECOND, 60, false}, /* before the boot */
                {(usec_t) 0 - 30 * SECOND, 40 * SECOND, 60, true},
                {1000 * SECOND, 1000000 * SECOND, UINT32_MAX, false}, /* for ever */
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                mdc_lease *lease = desk_lease(cases[i].begin, cases[i].seconds, true);

                ck_assert_msg(lease_is_over(lease, cases[i].now) == cases[i].over, "case %zu", i);
                (void) mdc_lease_unref(lease);
        }
}
END_TEST

/* A server that gives no time: the text has the one that was assumed. */
START_TEST(test_no_lease_time)
{
        mdc_lease *lease = desk_lease(1000 * SECOND, 600, false);
        char *text = format(lease, NULL, &half_past), *edited;
        uint64_t lifetime = 0;
        State state;

        ck_assert_int_eq(parse(text, &half_past, &state), 0);
        ck_assert_int_eq(mdc_lease_get_lifetime(state.lease, &lifetime), 0);
        ck_assert_uint_eq(lifetime, 600 * SECOND);
        state_done(&state);

        edited = edit(text, "LifetimeUSec", "\"long\"");
        ck_assert_int_eq(parse(edited, &half_past, &state), -EBADMSG);
        free(edited);
        edited = edit(text, "LifetimeUSec", NULL);
        ck_assert_int_eq(parse(edited, &half_past, &state), -EBADMSG);
        free(edited);
        free(text);
        (void) mdc_lease_unref(lease);
}
END_TEST

START_TEST(test_damaged)
{
        static const char *const texts[] = {"", " ", "\n", "null", "17", "\"lease\"", "[]", "{}",
                "{\"Message\":null,\"ObtainedUSec\":1}", "{\"ObtainedUSec\":1}",
                "{\"Message\":\"02\"}", "{\"Message\":\"02\",\"ObtainedUSec\":1}", "{",
                "{\"Message", "\xff\xfe", "{\"\\u0000\":1}"};
        static const struct {
                const char *key, *value;
        } edits[] = {
                {"Message", "17"},
                {"Message", "{}"},
                {"Message", "[]"},
                {"Message", "true"},
                {"Message", "\"\""},
                {"Message", "\"zz\""},
                {"Message", "\"02:01\""},
                {"Message", "\"02\\u000001\""},
                {"ObtainedUSec", "\"now\""},
                {"ObtainedUSec", "-1"},
                {"ObtainedUSec", "1.5"},
                {"ObtainedUSec", "null"},
                {"ObtainedUSec", "99999999999999999999"},
                {"BootID", "7"},
                {"BootID", "\"this\""},
                {"BootID", "null"},
                {"BootedUSec", "\"then\""},
                {"BootedUSec", NULL},
                {"ApplySettings", "3"},
                {"ApplySettings", "{}"},
                {"ApplySettings", NULL},
        };
        mdc_lease *lease = desk_lease(1000 * SECOND, 3600, true);
        json_object *applied = json_object_new_object();
        char *text = format(lease, applied, &half_past);
        State state = {0};

        for (size_t i = 0; i < ELEMENTSOF(texts); i++)
                ck_assert_msg(
                        parse(texts[i], &half_past, &state) == -EBADMSG, "taken: %s", texts[i]);
        for (size_t i = 0; i < ELEMENTSOF(edits); i++) {
                char *edited = edit(text, edits[i].key, edits[i].value);

                ck_assert_msg(parse(edited, &half_past, &state) == -EBADMSG, "taken: %s", edited);
                free(edited);
        }
        ck_assert_ptr_null(state.lease);
        free(text);
        (void) json_object_put(applied);
        (void) mdc_lease_unref(lease);
}
END_TEST

/* Cut off anywhere, with a byte changed anywhere, followed by anything: never a crash, and of what
 * ends early nothing is believed. */
START_TEST(test_cut_and_changed)
{
        mdc_lease *lease = desk_lease(1000 * SECOND, 3600, true);
        json_object *applied = json_object_new_object();
        char *text = format(lease, applied, &half_past);
        size_t size = strlen(text);
        const char *problem;
        State state = {0};

        for (size_t n = 0; n < size; n++)
                ck_assert_int_eq(state_parse(text, n, &half_past, &state, &problem), -EBADMSG);
        for (size_t i = 0; i < size; i++) {
                static const char values[] = {0, ' ', '"', '{', '9', '\\', '\xff'};

                for (size_t k = 0; k < ELEMENTSOF(values); k++) {
                        char before = text[i];

                        text[i] = values[k];
                        if (state_parse(text, size, &half_past, &state, &problem) >= 0)
                                state_done(&state);
                        text[i] = before;
                }
        }
        ck_assert_int_eq(state_parse(text, size, &half_past, &state, &problem), 0);
        state_done(&state);
        text[size] = '}'; /* in the place of the NUL */
        ck_assert_int_eq(state_parse(text, size + 1, &half_past, &state, &problem), -EBADMSG);
        text[size] = 0;
        ck_assert_int_eq(state_parse(text, size + 1, &half_past, &state, &problem), -EBADMSG);
        free(text);
        (void) json_object_put(applied);
        (void) mdc_lease_unref(lease);
}
END_TEST

START_TEST(test_nested)
{
        static const char *const pieces[] = {"[", "{\"a\":", "{\"Message\":["};

        for (size_t i = 0; i < ELEMENTSOF(pieces); i++) {
                _cleanup_(buffer_done) Buffer buffer = BUFFER_INIT;
                const char *problem;
                State state;

                for (unsigned k = 0; k < 100000; k++)
                        ck_assert_int_ge(buffer_append_string(&buffer, pieces[i]), 0);
                ck_assert_int_eq(state_parse((const char *) buffer.data, buffer.size, &half_past,
                                         &state, &problem),
                        -EBADMSG);
        }
}
END_TEST

/* Who has sent the lease: what a unicast to a server behind a relay goes by. */
START_TEST(test_sender)
{
        static const struct {
                const char *key, *value;
                bool known, hardware;
        } cases[] = {
                {"Nothing", NULL, true, true},
                {"SenderHardwareAddress", NULL, true, false},
                {"SenderHardwareAddress", "\"02:00\"", true, false},
                {"SenderHardwareAddress", "7", true, false},
                {"SenderHardwareAddress", "\"02:00:00:00:00:0b:0c\"", true, false},
                {"Sender", NULL, false, false},
                {"Sender", "\"here\"", false, false},
                {"Sender", "null", false, false},
        };
        const mdc_metadata metadata = {
                .source = desk_address("192.168.1.3"), .link_source = {2, 0, 0, 0, 0, 0xb}};
        static const uint8_t none[6] = {0};
        _cleanup_(mdc_lease_unrefp) mdc_lease *plain = desk_lease(1000 * SECOND, 3600, true),
                                              *lease = NULL;
        _cleanup_free_ char *text = NULL;
        const uint8_t *message;
        size_t size;

        ck_assert_int_eq(mdc_lease_get_message(plain, &message, &size), 0);
        ck_assert_int_eq(
                mdc_lease_new_received(&lease, 1000 * SECOND, 0, &metadata, message, size), 0);
        text = format(lease, NULL, &half_past);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(state_done) State state = {0};
                _cleanup_free_ char *edited = edit(text, cases[i].key, cases[i].value);
                uint8_t hardware[6] = {0};
                struct in_addr sender = {0};

                ck_assert_int_eq(parse(edited, &half_past, &state), 0);
                ck_assert_int_eq(mdc_lease_get_sender(state.lease, &sender, hardware),
                        cases[i].known ? 0 : -ENODATA);
                ck_assert_mem_eq(hardware, cases[i].hardware ? metadata.link_source : none, 6);
                if (cases[i].known)
                        ck_assert_uint_eq(sender.s_addr, metadata.source.s_addr);
        }
}
END_TEST

TEST_MAIN("client-state", test_round_trip, test_sender, test_clocks, test_edited, test_over,
        test_no_lease_time, test_damaged, test_cut_and_changed, test_nested);

/* SPDX-License-Identifier: MIT */
/* Which call of the scripts comes next, as stories of one line an event:
 *
 *   lease 101 07 pc        the lease of 192.168.1.101 is that of 02:00:00:00:00:07, name pc ("-":
 * none) lease 101 07 pc 0a     by client identifier gone 101, declined 101 known all leases are
 * known: calls begin call add 101 07 pc     the next call is this one; then "was NAME", and
 * "missing" where data is none                   nothing is to be called now done its scripts have
 * ended waiting 2              so many addresses wait start, hangup          "old" for all, at the
 * start and later killed                 the service is killed and started again
 */

#include <stdio.h>

#include "basic/text.h"
#include "hooks/queue.h"
#include "test.h"

enum {
        LINE_MAX_SIZE = 128,
        WORDS_MAX = 8,
};

#define NETWORK UINT32_C(0xc0a80100) /* 192.168.1.0 */

typedef struct Play {
        Follower *now;
        Follower *told;
        HookQueue *queue;
        const HookCall *call;
} Play;

static const uint8_t secret[16] = {7};

static int on_change(const FollowChange *change, void *userdata) {
        const FollowRecord any = change->new.data ? change->new : change->old;

        return hook_queue_note(((Play *) userdata)->queue, hook_lease_address(any), change->new);
}

static int take_told(_unused_ const FollowChange *change, _unused_ void *userdata) {
        return 0;
}

static void open_play(Play *play) {
        ck_assert_int_eq(follower_new(&play->now, secret, on_change, play), 0);
        ck_assert_int_eq(follower_new(&play->told, secret, take_told, NULL), 0);
        ck_assert_int_eq(hook_queue_new(&play->queue, play->now, play->told, secret), 0);
}

static void close_play(Play *play) {
        (void) hook_queue_free(play->queue);
        (void) follower_free(play->now);
        (void) follower_free(play->told);
        *play = (Play){0};
}

static int note_again(FollowRecord record, void *userdata) {
        return follower_take_lease(((Play *) userdata)->now, record);
}

/* What was told is what the file says; the server lists its leases again. */
static void kill_play(Play *play) {
        _cleanup_(buffer_done) Buffer told = BUFFER_INIT;
        Play old = *play;

        ck_assert_int_eq(follower_write_log(play->told, &told), 0);
        *play = (Play){0};
        open_play(play);
        ck_assert_int_eq(follower_restore(play->told, told.data, told.size), (int64_t) told.size);
        ck_assert_int_eq(follower_each(old.now, FOLLOW_LEASE, note_again, play), 0);
        close_play(&old);
}

static unsigned number(const char *text, int base) {
        return (unsigned) strtoul(text, NULL, base);
}

static void take_lease(Play *play, char **words, FollowState state) {
        const ipv4_t address = NETWORK + number(words[1], 10);
        const uint8_t hardware[] = {2, 0, 0, 0, 0, (uint8_t) (words[2] ? number(words[2], 16) : 0)};
        FollowBuilder builder;

        follow_builder_init(&builder, &address, sizeof(address));
        follow_builder_add(&builder, FOLLOW_HARDWARE, hardware, sizeof(hardware));
        if (words[2] && words[3] && words[4])
                follow_builder_add_u8(&builder, FOLLOW_CLIENT_ID, (uint8_t) number(words[4], 16));
        if (words[2] && strcmp(words[3], "-") != 0)
                follow_builder_add_text(&builder, FOLLOW_HOSTNAME, words[3]);
        follow_builder_add_u8(&builder, FOLLOW_STATE, (uint8_t) state);
        ck_assert_int_eq(follower_take_lease(play->now, follow_builder_get(&builder)), 0);
}

/* The call as a line of a story. */
static void print_call(const HookCall *call, char *text) {
        _cleanup_(strv_freep) char **arguments = NULL, **variables = NULL;
        char *const inherited[] = {NULL};

        ck_assert_int_eq(hook_call_get_arguments(call, &arguments), 0);
        ck_assert_int_eq(hook_call_get_environment(call, inherited, 0, &variables), 0);
        ck_assert_int_eq(strncmp(arguments[2], "192.168.1.", 10), 0);
        ck_assert_int_eq(strncmp(arguments[1], "02:00:00:00:00:", 15), 0);
        text += sprintf(text, "call %s %s %s%s%s", arguments[0], arguments[2] + 10,
                arguments[1] + 15, arguments[3] ? " " : "", arguments[3] ? arguments[3] : "");
        for (char **variable = variables; *variable; variable++)
                if (strncmp(*variable, "DNSMASQ_OLD_HOSTNAME=", 21) == 0)
                        text += sprintf(text, " was %s", *variable + 21);
        if (call->data_missing)
                (void) sprintf(text, " missing");
}

static void expect_call(Play *play, const char *line) {
        char text[LINE_MAX_SIZE];

        play->call = hook_queue_next(play->queue);
        ck_assert_msg(play->call, "nothing is called: %s", line);
        print_call(play->call, text);
        ck_assert_str_eq(text, line);
}

static void play_line(Play *play, const char *line) {
        char text[LINE_MAX_SIZE], *words[WORDS_MAX] = {0}, *rest = text;
        size_t n = 0;
        ipv4_t address;

        (void) snprintf(text, sizeof(text), "%s", line);
        while (n < WORDS_MAX - 1 && (words[n] = strsep(&rest, " ")))
                n++;
        if (strcmp(words[0], "lease") == 0)
                take_lease(play, words, FOLLOW_STATE_BOUND);
        else if (strcmp(words[0], "declined") == 0)
                take_lease(play, words, FOLLOW_STATE_DECLINED);
        else if (strcmp(words[0], "gone") == 0) {
                address = NETWORK + number(words[1], 10);
                ck_assert_int_eq(follower_take_removed(play->now, address), 0);
        } else if (strcmp(words[0], "known") == 0)
                ck_assert_int_eq(hook_queue_release(play->queue), 0);
        else if (strcmp(words[0], "call") == 0)
                expect_call(play, line);
        else if (strcmp(words[0], "none") == 0)
                ck_assert_ptr_null(hook_queue_next(play->queue));
        else if (strcmp(words[0], "done") == 0)
                ck_assert_int_eq(hook_queue_done(play->queue), 0);
        else if (strcmp(words[0], "waiting") == 0)
                ck_assert_uint_eq(hook_queue_length(play->queue), number(words[1], 10));
        else if (strcmp(words[0], "start") == 0)
                ck_assert_int_eq(hook_queue_begin_round(play->queue, true), 0);
        else if (strcmp(words[0], "hangup") == 0)
                ck_assert_int_eq(hook_queue_begin_round(play->queue, false), 0);
        else if (strcmp(words[0], "killed") == 0)
                kill_play(play);
        else
                ck_abort_msg("no event: %s", line);
}

typedef struct Story {
        const char *name;
        const char *lines[32];
} Story;

static const Story stories[] = {
        {"a lease comes, and goes",
                {"known", "none", "lease 101 07 pc", "waiting 1", "call add 101 07 pc", "waiting 0",
                        "none", "done", "none", "gone 101", "call del 101 07 pc", "done", "none"}},
        {"nothing is called before all leases are known",
                {"lease 101 07 pc", "none", "known", "call add 101 07 pc", "done", "none"}},
        {"what came and went before anybody was told is no call",
                {"known", "lease 101 07 pc", "gone 101", "waiting 0", "none"}},
        {"nor is what went and came back",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "done", "gone 101",
                        "lease 101 07 pc", "waiting 0", "none"}},
        {"of many changes the last one counts",
                {"known", "lease 101 07 pc", "lease 101 07 laptop", "lease 101 07 phone",
                        "waiting 1", "call add 101 07 phone", "done", "none"}},
        {"a new owner is del and add",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "done", "lease 101 08 laptop",
                        "call del 101 07 pc", "done", "call add 101 08 laptop", "done", "none"}},
        {"of several new owners only the last one is told",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "done", "lease 101 08 laptop",
                        "call del 101 07 pc", "lease 101 09 phone", "done", "call add 101 09 phone",
                        "done", "none"}},
        {"a name that is there now",
                {"known", "lease 101 07 -", "call add 101 07", "done", "lease 101 07 pc",
                        "call old 101 07 pc", "done", "none"}},
        {"a name that is there no more",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "done", "lease 101 07 -",
                        "call old 101 07 was pc", "done", "none"}},
        {"another name is two calls", {"known", "lease 101 07 pc", "call add 101 07 pc", "done",
                                              "lease 101 07 laptop", "call old 101 07 was pc",
                                              "done", "call old 101 07 laptop", "done", "none"}},
        {"another network card of one client identifier",
                {"known", "lease 101 07 pc 0a", "call add 101 07 pc", "done", "lease 101 08 pc 0a",
                        "call old 101 08 pc", "done", "none"}},
        {"another client identifier of one network card is another owner",
                {"known", "lease 101 07 pc 0a", "call add 101 07 pc", "done", "lease 101 07 pc 0b",
                        "call del 101 07 pc", "done", "call add 101 07 pc", "done", "none"}},
        {"a name in other letters is the same, and one that is none is no name",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "done", "lease 101 07 PC",
                        "none", "lease 101 07 -x", "call old 101 07 was PC", "done", "none"}},
        {"an address that is declined is no lease",
                {"known", "declined 101", "none", "lease 101 07 pc", "call add 101 07 pc", "done",
                        "declined 101", "call del 101 07 pc", "done", "none"}},
        {"what ends is told first",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "done", "lease 102 08 -",
                        "call add 102 08", "done", "lease 103 07 pc", "lease 102 08 laptop",
                        "gone 101", "waiting 3", "call del 101 07 pc", "done",
                        "call old 102 08 laptop", "done", "call add 103 07 pc", "done", "none"}},
        {"a name that goes from one to the other leaves first",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "done", "lease 102 08 -",
                        "call add 102 08", "done", "lease 102 08 pc", "lease 101 07 -",
                        "call old 101 07 was pc", "done", "call old 102 08 pc", "done", "none"}},
        {"one at a time, in the order of changes",
                {"known", "lease 103 09 -", "lease 101 07 -", "lease 102 08 -", "call add 103 09",
                        "none", "done", "call add 101 07", "none", "done", "call add 102 08",
                        "done", "none"}},
        {"what changes while its call runs is told afterwards",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "gone 101", "waiting 1", "none",
                        "done", "call del 101 07 pc", "done", "none"}},
        {"unless it is as the call has it in the end",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "gone 101", "lease 101 07 pc",
                        "waiting 0", "done", "none"}},
        {"a call that was killed is made again",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "killed", "none", "known",
                        "call add 101 07 pc", "done", "killed", "known", "none"}},
        {"the second half of a change that was killed, too",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "done", "lease 101 08 laptop",
                        "call del 101 07 pc", "done", "call add 101 08 laptop", "killed", "known",
                        "call add 101 08 laptop", "done", "none"}},
        {"what went while nobody looked is told first",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "done", "gone 101",
                        "lease 102 07 pc", "killed", "waiting 1", "known", "waiting 2",
                        "call del 101 07 pc", "done", "call add 102 07 pc", "done", "none"}},
        {"at the start all that scripts know is old, what is new is added",
                {"known", "lease 102 08 laptop", "call add 102 08 laptop", "done",
                        "lease 101 07 pc", "call add 101 07 pc", "done", "lease 103 09 -", "killed",
                        "start", "known", "call add 103 09", "done", "call old 101 07 pc missing",
                        "done", "call old 102 08 laptop missing", "done", "none"}},
        {"what is told during a round is not told twice",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "done", "lease 102 08 -",
                        "call add 102 08", "done", "hangup", "call old 101 07 pc",
                        "lease 102 08 laptop", "done", "call old 102 08 laptop", "done", "none"}},
        {"nor is what has gone",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "done", "lease 102 08 -",
                        "call add 102 08", "done", "hangup", "call old 101 07 pc", "gone 102",
                        "done", "call del 102 08", "done", "none"}},
        {"a lease that goes while it is told again",
                {"known", "lease 101 07 pc", "call add 101 07 pc", "done", "hangup",
                        "call old 101 07 pc", "gone 101", "done", "call del 101 07 pc", "done",
                        "none"}},
        {"a second round begins again",
                {"known", "lease 101 07 -", "call add 101 07", "done", "lease 102 08 -",
                        "call add 102 08", "done", "hangup", "call old 101 07", "done", "hangup",
                        "call old 101 07", "done", "call old 102 08", "done", "none"}},
};

START_TEST(test_stories)
{
        for (size_t i = 0; i < ELEMENTSOF(stories); i++) {
                Play play = {0};

                open_play(&play);
                for (const char *const *line = stories[i].lines; *line; line++)
                        play_line(&play, *line);
                close_play(&play);
        }
}
END_TEST

/* A call that comes late has the newest times. */
START_TEST(test_renewal)
{
        const ipv4_t address = NETWORK + 101;
        static const uint32_t expires[] = {1000000, 2000000};
        static const uint8_t hardware[] = {2, 0, 0, 0, 0, 7};
        char *const inherited[] = {NULL};
        Play play = {0};

        open_play(&play);
        play_line(&play, "known");
        for (size_t i = 0; i < ELEMENTSOF(expires); i++) {
                FollowBuilder builder;

                follow_builder_init(&builder, &address, sizeof(address));
                follow_builder_add(&builder, FOLLOW_HARDWARE, hardware, sizeof(hardware));
                follow_builder_add_u8(&builder, FOLLOW_STATE, FOLLOW_STATE_BOUND);
                follow_builder_add_u32(&builder, FOLLOW_EXPIRES, expires[i]);
                ck_assert_int_eq(follower_take_lease(play.now, follow_builder_get(&builder)), 0);
                if (i == 0) {
                        play_line(&play, "call add 101 07");
                        play_line(&play, "done");
                }
                play_line(&play, "none");
        }
        play_line(&play, "gone 101");
        {
                _cleanup_(strv_freep) char **variables = NULL;
                bool found = false;

                play.call = hook_queue_next(play.queue);
                ck_assert_ptr_nonnull(play.call);
                ck_assert_int_eq(hook_call_get_environment(play.call, inherited, 0, &variables), 0);
                for (char **variable = variables; *variable; variable++)
                        found |= strcmp(*variable, "DNSMASQ_LEASE_EXPIRES=2000000") == 0;
                ck_assert(found);
        }
        close_play(&play);
}
END_TEST

TEST_MAIN("hooks-queue", test_stories, test_renewal);

/* SPDX-License-Identifier: MIT */
#pragma once

/* What the files of the transcript runner share. */

#include <errno.h>

#include "test.h"

#include "core/server.h"
#include "failing-memory.h"
#include "server-digest.h"
#include "wire/builder.h"
#include "wire/message.h"

#define WORDS_MAX 40

/* Second 0 of a transcript: late enough for times before it. */
#define TRANSCRIPT_EPOCH (1000 * USEC_PER_SEC)

typedef struct Line {
        unsigned number;
        char text[1024];
        char *words[WORDS_MAX];
        size_t n_words;
} Line;

typedef struct Transcript {
        Server *server;
        Settings *settings; /* not in force yet */
        Link links[8];
        size_t n_links;
        bool links_changed;
        usec_t now;
        Actions actions;
        size_t n_expected;      /* actions that a line has expected */
        uint64_t last_commit;   /* of the input under way, 0 = none */
        uint64_t newest_commit; /* of the transcript */
        uint32_t last_xid;
        ipv4_t named[9]; /* addresses drawn by chance: $1, $2 … */
        bool is_message; /* the input under way, not something that time has brought */
        bool has_memory; /* no allocation fails */
        Line line;
} Transcript;

/* The line under way, for messages. */
#define line_assert(t, condition, ...)                                                             \
        do {                                                                                       \
                if (!(condition)) {                                                                \
                        fprintf(stderr, "line %u: ", (t)->line.number);                            \
                        fprintf(stderr, __VA_ARGS__);                                              \
                        fprintf(stderr, "\n  in: %s\n", (t)->line.text);                           \
                        ck_abort_msg("transcript, line %u", (t)->line.number);                     \
                }                                                                                  \
        } while (0)

/* Whether the server is as @digest says, sound, and nothing has come out since @n_actions. */
bool transcript_is_unchanged(const Transcript *t, uint64_t digest, size_t n_actions);

/* Whether the server is sound. */
bool transcript_is_sound(const Transcript *t);

/* The result of a call into the server. Before it succeeds each of its allocations has failed, and
 * changed nothing; the lines that follow see whether something is left of that. */
#define transcript_call(t, call)                                                                   \
        __extension__({                                                                            \
                const uint64_t digest_ = server_digest((t)->server);                               \
                const size_t n_actions_ = (t)->actions.n_actions;                                  \
                (t)->has_memory                                                                    \
                        ? (call)                                                                   \
                        : MEMORY_EXHAUST(call, transcript_is_unchanged(t, digest_, n_actions_));   \
        })

/* The same for a call that does several things, each of which is done or not. */
#define transcript_call_stepwise(t, call)                                                          \
        ((t)->has_memory ? (call) : MEMORY_EXHAUST(call, transcript_is_sound(t)))

/* transcript-values.c: the words of a line */
ipv4_t parse_address(Transcript *t, const char *word);
void name_address(Transcript *t, const char *word, ipv4_t address);
uint64_t parse_number(Transcript *t, const char *word);
void parse_client(Transcript *t, const char *word, uint8_t ret[static 6]);
size_t parse_hex(Transcript *t, const char *word, uint8_t *ret, size_t capacity);
/* The value of "key=value" when the word has this key, else NULL. */
const char *word_value(const char *word, const char *key);

/* transcript-setup.c: links, pools, hosts. Return: whether the line was one of these. */
bool transcript_setup(Transcript *t);

/* transcript-input.c: messages and what an administrator does */
void transcript_input(Transcript *t);

/* transcript-expect.c: "->", "=" and "?" */
void transcript_expect_action(Transcript *t);
void transcript_expect_verdict(Transcript *t);
void transcript_expect_state(Transcript *t);

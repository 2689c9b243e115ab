/* SPDX-License-Identifier: MIT */

/* Runs a transcript line by line. */

#include "transcript.h"

#include <ctype.h>
#include <stdio.h>

#include "invariants.h"
#include "transcript-internal.h"

static const uint8_t seed[16] = "0123456789abcde";

bool transcript_is_sound(const Transcript *t) {
        const char *sentence = invariants_broken(t->server);

        line_assert(t, !sentence, "without memory: %s", sentence);
        return true;
}

bool transcript_is_unchanged(const Transcript *t, uint64_t digest, size_t n_actions) {
        (void) transcript_is_sound(t);
        line_assert(t, t->actions.n_actions == n_actions, "without memory %zu actions came out",
                t->actions.n_actions - n_actions);
        line_assert(t, server_digest(t->server) == digest, "without memory something has changed");
        return true;
}

static void transcript_configure(Transcript *t) {
        if (t->settings) {
                ck_assert_int_ge(
                        transcript_call(t, server_configure_take(t->server, t->settings, NULL)), 0);
                t->settings = NULL;
        }
        if (t->links_changed) {
                ck_assert_int_ge(
                        transcript_call(t, server_set_links(t->server, t->links, t->n_links)), 0);
                t->links_changed = false;
        }
}

static void transcript_line(Transcript *t) {
        const char *first = t->line.words[0];

        if (strcmp(first, "->") == 0)
                transcript_expect_action(t);
        else if (strcmp(first, "=") == 0)
                transcript_expect_verdict(t);
        else if (strcmp(first, "?") == 0) {
                transcript_configure(t);
                transcript_expect_state(t);
        } else {
                const char *sentence;

                line_assert(t, t->n_expected == t->actions.n_actions,
                        "before this line %zu actions came out that nobody expects",
                        t->actions.n_actions - t->n_expected);
                if (transcript_setup(t))
                        return;
                transcript_configure(t);
                transcript_input(t);
                sentence = invariants_broken(t->server);
                line_assert(t, !sentence, "%s", sentence);
        }
}

void transcript_run(const char *text) {
        static Transcript t;
        const char *p = text;

        t = (Transcript){0};
        ck_assert_int_ge(server_new(&t.server, seed), 0);
        actions_reset(&t.actions);

        while (*p) {
                size_t n = strcspn(p, "\n");
                char copy[1024], *rest = copy;

                ck_assert_uint_lt(n, sizeof(copy));
                (void) snprintf(copy, sizeof(copy), "%.*s", (int) n, p);
                (void) snprintf(t.line.text, sizeof(t.line.text), "%s", copy);
                t.line.number++;
                t.line.n_words = 0;
                copy[strcspn(copy, "#")] = '\0';
                for (char *word = strsep(&rest, " "); word; word = strsep(&rest, " "))
                        if (*word) {
                                ck_assert_uint_lt(t.line.n_words, WORDS_MAX);
                                t.line.words[t.line.n_words++] = word;
                        }
                if (t.line.n_words > 0)
                        transcript_line(&t);
                p += n + (p[n] == '\n');
        }
        line_assert(&t, t.n_expected == t.actions.n_actions,
                "at the end %zu actions came out that nobody expects",
                t.actions.n_actions - t.n_expected);
        settings_free(t.settings);
        server_free(t.server);
}

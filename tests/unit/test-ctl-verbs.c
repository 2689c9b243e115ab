/* SPDX-License-Identifier: MIT */
/* Command lines of minidhcpctl: options, verbs, and what does not go together. */

#include "basic/text.h"
#include "ctl/verbs.h"
#include "test.h"

/* Parses a command line that is written as one text, and finds its verb. */
static ExitStatus parse(
        const char *text, bool is_terminal, Options *options, const Verb **verb, char ***words) {
        ExitStatus status;

        *verb = NULL;
        ck_assert_int_eq(strv_split(text, words), 0);
        status = options_parse((int) strv_length(*words), *words, is_terminal, 0, options);
        if (status == STATUS_OK && options->request == REQUEST_VERB)
                status = verb_check(options, verb);
        return status;
}

START_TEST(test_verbs)
{
        static const struct {
                const char *text;
                ExitStatus status;
                const char *verb;
        } cases[] = {
                {"minidhcpctl", STATUS_OK, "status"},
                {"minidhcpctl -j", STATUS_OK, "status"},
                {"minidhcpctl status", STATUS_OK, "status"},
                {"minidhcpctl list-leases", STATUS_OK, "list-leases"},
                {"minidhcpctl list-leases a b c", STATUS_OK, "list-leases"},
                {"minidhcpctl -a list-leases --full a", STATUS_OK, "list-leases"},
                {"minidhcpctl list-leases -- -a", STATUS_OK, "list-leases"},
                {"minidhcpctl check-config", STATUS_OK, "check-config"},
                {"minidhcpctl check-config a", STATUS_OK, "check-config"},
                {"minidhcpctl call / a.b C s x", STATUS_OK, "call"},

                {"minidhcpctl history", STATUS_OK, "history"},
                {"minidhcpctl history --since=-1h -U now -n 5 a", STATUS_OK, "history"},
                {"minidhcpctl export csv --offline --pool=lan", STATUS_OK, "export"},
                {"minidhcpctl check-leases", STATUS_OK, "check-leases"},
                {"minidhcpctl edit-leases", STATUS_OK, "edit-leases"},
                {"minidhcpctl edit-leases leases.csv", STATUS_USAGE, NULL},
                {"minidhcpctl explain 02:00:00:00:00:07 Relay=10.0.0.1", STATUS_OK, "explain"},
                {"minidhcpctl import kea a", STATUS_OK, "import"},
                {"minidhcpctl reserve-lease a b --runtime", STATUS_OK, "reserve-lease"},
                {"minidhcpctl release-lease --all a", STATUS_OK, "release-lease"},
                {"minidhcpctl delete-lease a -a", STATUS_OK, "delete-lease"},
                {"minidhcpctl history --all a", STATUS_OK, "history"},
                {"minidhcpctl reserve-lease --all a", STATUS_USAGE, NULL},
                {"minidhcpctl --no-ask-password reload", STATUS_OK, "reload"},
                {"minidhcpctl add-pool a Subnet=b", STATUS_OK, "add-pool"},
                {"minidhcpctl log-level debug", STATUS_OK, "log-level"},

                {"minidhcpctl history a b", STATUS_USAGE, NULL},
                {"minidhcpctl history -H host", STATUS_USAGE, NULL},
                {"minidhcpctl history --offline", STATUS_USAGE, NULL},
                {"minidhcpctl export", STATUS_USAGE, NULL},
                {"minidhcpctl check-leases -H host", STATUS_USAGE, NULL},
                {"minidhcpctl explain", STATUS_USAGE, NULL},
                {"minidhcpctl import kea", STATUS_USAGE, NULL},
                {"minidhcpctl reserve-lease a b c", STATUS_USAGE, NULL},
                {"minidhcpctl release-lease a --runtime", STATUS_USAGE, NULL},
                {"minidhcpctl list-leases --runtime", STATUS_USAGE, NULL},
                {"minidhcpctl list-leases --since=now", STATUS_USAGE, NULL},
                {"minidhcpctl list-leases --no-ask-password", STATUS_USAGE, NULL},
                {"minidhcpctl add-pool a", STATUS_USAGE, NULL},
                {"minidhcpctl revert-pool a --runtime", STATUS_USAGE, NULL},
                {"minidhcpctl remove-host", STATUS_USAGE, NULL},

                {"minidhcpctl status now", STATUS_USAGE, NULL},
                {"minidhcpctl show-lease", STATUS_USAGE, NULL},
                {"minidhcpctl check-config a b", STATUS_USAGE, NULL},
                {"minidhcpctl introspect a b c", STATUS_USAGE, NULL},
                {"minidhcpctl call / a.b", STATUS_USAGE, NULL},
                {"minidhcpctl list-lease", STATUS_USAGE, NULL},
                {"minidhcpctl List-leases", STATUS_USAGE, NULL},

                {"minidhcpctl --columns=address list-leases", STATUS_OK, "list-leases"},
                {"minidhcpctl --columns=address status", STATUS_USAGE, NULL},
                {"minidhcpctl --pool=lan monitor", STATUS_USAGE, NULL},
                {"minidhcpctl --sort=a list-pools", STATUS_OK, "list-pools"},
                {"minidhcpctl -H host check-config", STATUS_USAGE, NULL},
                {"minidhcpctl --timestamp=utc statistics", STATUS_USAGE, NULL},
                {"minidhcpctl -a list-pools", STATUS_USAGE, NULL},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(strv_freep) char **words = NULL;
                _cleanup_(options_done) Options options;
                const Verb *verb;

                ck_assert_msg(
                        parse(cases[i].text, false, &options, &verb, &words) == cases[i].status,
                        "%s", cases[i].text);
                ck_assert_pstr_eq(verb ? verb->name : NULL, cases[i].verb);
        }
}
END_TEST

START_TEST(test_refused_options)
{
        static const char *const cases[] = {
                "minidhcpctl --json=long",
                "minidhcpctl --json",
                "minidhcpctl --timeout=soon",
                "minidhcpctl --timeout=0",
                "minidhcpctl --timeout=",
                "minidhcpctl --timestamp=now",
                "minidhcpctl --state=lost list-leases",
                "minidhcpctl --state=bound,,expired list-leases",
                "minidhcpctl --state=bound, list-leases",
                "minidhcpctl --state= list-leases",
                "minidhcpctl history --since=soon",
                "minidhcpctl history --until=",
                "minidhcpctl history -n 0",
                "minidhcpctl history -n -1",
                "minidhcpctl history --lines=4294967296",
                "minidhcpctl -H a -M b",
                "minidhcpctl -H a --address=unix:path=/a",
                "minidhcpctl --colour",
                "minidhcpctl -x",
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(strv_freep) char **words = NULL;
                _cleanup_(options_done) Options options;
                const Verb *verb;

                ck_assert_msg(parse(cases[i], false, &options, &verb, &words) == STATUS_USAGE, "%s",
                        cases[i]);
        }
}
END_TEST

START_TEST(test_values)
{
        _cleanup_(strv_freep) char **words = NULL;
        _cleanup_(options_done) Options options;
        const Verb *verb;

        ck_assert_int_eq(
                parse("minidhcpctl -alq --no-pager --no-legend --json=short --timeout=1min "
                      "--pool=lan --interface=br0 --state=bound,expired --state=offered "
                      "--columns=+flags --sort=pool --timestamp=us+utc -H root@gateway "
                      "list-leases laptop printer",
                        true, &options, &verb, &words),
                STATUS_OK);
        ck_assert(options.all && options.full && options.quiet);
        ck_assert(options.no_pager && options.no_legend);
        ck_assert_int_eq(options.json, JSON_SHORT);
        ck_assert_uint_eq(options.timeout, USEC_PER_MINUTE);
        ck_assert_str_eq(options.pool, "lan");
        ck_assert_str_eq(options.interface, "br0");
        ck_assert_uint_eq(strv_length(options.states), 3);
        ck_assert_str_eq(options.states[1], "expired");
        ck_assert_str_eq(options.states[2], "offered");
        ck_assert_str_eq(options.columns, "+flags");
        ck_assert_str_eq(options.sort, "pool");
        ck_assert_int_eq(options.timestamp, TIMESTAMP_STYLE_US_UTC);
        ck_assert_int_eq(options.transport, TRANSPORT_REMOTE);
        ck_assert_str_eq(options.destination, "root@gateway");
        ck_assert_uint_eq(options.n_arguments, 3);
        ck_assert_str_eq(options.arguments[2], "printer");
}
END_TEST

START_TEST(test_json_modes)
{
        static const struct {
                const char *text;
                bool is_terminal;
                JsonMode mode;
        } cases[] = {
                {"minidhcpctl", true, JSON_OFF},
                {"minidhcpctl -j", true, JSON_PRETTY},
                {"minidhcpctl -j", false, JSON_SHORT},
                {"minidhcpctl --json=pretty", false, JSON_PRETTY},
                {"minidhcpctl --json=short", true, JSON_SHORT},
                {"minidhcpctl -j --json=off", true, JSON_OFF},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(strv_freep) char **words = NULL;
                _cleanup_(options_done) Options options;
                const Verb *verb;

                ck_assert_int_eq(
                        parse(cases[i].text, cases[i].is_terminal, &options, &verb, &words),
                        STATUS_OK);
                ck_assert_int_eq(options.json, cases[i].mode);
        }
}
END_TEST

START_TEST(test_requests)
{
        _cleanup_(strv_freep) char **help = NULL, **version = NULL;
        _cleanup_(options_done) Options options, other;
        const Verb *verb;

        /* Help is given whatever else stands there. */
        ck_assert_int_eq(
                parse("minidhcpctl nonsense -h", false, &options, &verb, &help), STATUS_OK);
        ck_assert_int_eq(options.request, REQUEST_HELP);
        ck_assert_int_eq(parse("minidhcpctl --version", false, &other, &verb, &version), STATUS_OK);
        ck_assert_int_eq(other.request, REQUEST_VERSION);
}
END_TEST

START_TEST(test_suggestions)
{
        static const char *const cases[][2] = {
                {"list-lease", "list-leases"},
                {"lsit-leases", "list-leases"},
                {"list-pool", "list-pools"},
                {"show-leases", "show-lease"},
                {"stats", "status"},
                {"monitr", "monitor"},
                {"checkconfig", "check-config"},
                {"release", "release-lease"},
                {"relase-lease", "release-lease"},
                {"show-hosts", "show-host"},
                {"x", NULL},
                {"", NULL},
                {"something-else", NULL},
                {"a-word-that-is-longer-than-any-verb-can-ever-be", NULL},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                ck_assert_pstr_eq(verb_suggest(cases[i][0]), cases[i][1]);
}
END_TEST

TEST_MAIN("ctl-verbs", test_verbs, test_refused_options, test_values, test_json_modes,
        test_requests, test_suggestions);

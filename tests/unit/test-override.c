/* SPDX-License-Identifier: MIT */

/* Settings made over the bus: their texts, and what becomes of them beside those of files. */

#include <errno.h>
#include <string.h>

#include "config-test.h"
#include "config/load.h"
#include "config/override.h"
#include "test.h"

#define FILE_TEXT                                                                                  \
        "[Pool lan]\nSubnet=10.0.0.0/24\nRange=10.0.0.10-10.0.0.20\nDNS=10.0.0.1\nDomain=a.test\n"

typedef struct Case {
        const char *key;
        const char *values[3];
        bool unset; /* no values at all, not even an empty list */
        const char *expected;
        int r;
} Case;

/* Each case goes on from what the one before has left. */
static const Case cases[] = {
        {"DNS", {"10.0.0.2", "10.0.0.3"}, false, "DNS=\nDNS=10.0.0.2\nDNS=10.0.0.3\n", 0},
        {"Domain", {"b.test"}, false, "DNS=\nDNS=10.0.0.2\nDNS=10.0.0.3\nDomain=b.test\n", 0},
        {"DNS", {NULL}, false, "Domain=b.test\nDNS=\n", 0},
        {"Domain", {""}, false, "DNS=\nDomain=\n", 0},
        {"DNS", {NULL}, true, "Domain=\n", 0},
        {"Domain", {"c.test"}, false, "Domain=c.test\n", 0},
        {"Domain", {"a", "b"}, false, "Domain=c.test\n", -EINVAL},
        {"Domain", {NULL}, false, "Domain=c.test\n", -EINVAL},
        {"Domain", {"x\nEnabled=no"}, false, "Domain=c.test\n", -EINVAL},
        {"Domain", {"x\\"}, false, "Domain=c.test\n", -EINVAL},
        {"Domain", {" x"}, false, "Domain=c.test\n", -EINVAL},
        {"Domain", {"x\xff"}, false, "Domain=c.test\n", -EINVAL},
        {"Domian", {"x"}, false, "Domain=c.test\n", -ENOENT},
        {"LeaseFile", {"/x"}, false, "Domain=c.test\n", -ENOENT},
};

START_TEST(texts)
{
        _cleanup_(overrides_done) Overrides overrides = OVERRIDES_INIT;
        Override *override;

        ck_assert_int_eq(
                overrides_add(&overrides, SETTING_POOL, CONFIG_BUS, "lan", "p", NULL, &override),
                0);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(problems_done) Problems problems = {0};
                const Case *c = &cases[i];
                const char *body;

                ck_assert_int_eq(override_set(override, c->key,
                                         c->unset ? NULL : (char *const *) c->values, &problems),
                        c->r);
                ck_assert_uint_eq(problems.n_errors, c->r < 0);
                body = strstr(override->text, "[Pool lan]\n");
                ck_assert_ptr_nonnull(body);
                ck_assert_str_eq(body + strlen("[Pool lan]\n"), c->expected);
        }
}
END_TEST

/* Who writes into our file by hand keeps what he wrote. */
START_TEST(strangers)
{
        static const char *const strange[] = {
                "[Pool wan]\nDomain=x.test\n",
                "Domain=x.test\n[Pool lan]\n",
                "[Pool lan]\nDomain=x.test\n[Server]\nLenient=no\n",
                "[Pool lan]\nnonsense\n",
                "[Host lan]\n",
        };
        char *values[] = {(char *) "y.test", NULL};

        for (size_t i = 0; i < ELEMENTSOF(strange); i++) {
                _cleanup_(overrides_done) Overrides overrides = OVERRIDES_INIT;
                _cleanup_(problems_done) Problems problems = {0};
                Override *override;

                ck_assert_int_eq(overrides_add(&overrides, SETTING_POOL, CONFIG_BUS, "lan",
                                         "/lan.conf", strange[i], &override),
                        0);
                ck_assert_int_eq(override_set(override, "Domain", values, &problems), -EINVAL);
                ck_assert_str_eq(override->text, strange[i]);
                ck_assert_str_eq(problems.items[0].file, "/lan.conf");
        }
}
END_TEST

/* Nor is that lost which cannot be read at all. */
START_TEST(unreadable)
{
        _cleanup_(overrides_done) Overrides overrides = OVERRIDES_INIT, copy = OVERRIDES_INIT;
        _cleanup_(config_texts_done) ConfigTexts others = CONFIG_TEXTS_INIT;
        _cleanup_(problems_done) Problems problems = {0};
        char *values[] = {(char *) "y.test", NULL};
        Override *override;

        ck_assert_int_eq(overrides_add(&overrides, SETTING_POOL, CONFIG_BUS, "lan", "/lan.conf",
                                 NULL, &override),
                0);
        override->failure = -EIO;
        ck_assert_int_eq(overrides_copy(&overrides, CONFIG_BUS, &copy), 0);
        ck_assert_int_eq(override_set(&copy.items[0], "Domain", values, &problems), -EINVAL);
        ck_assert_str_eq(problems.items[0].text,
                "what is kept of it cannot be read (Input/output error), and is not written over; "
                "`minidhcpctl revert-pool lan` forgets it");
        ck_assert_int_eq(overrides_to_texts(&copy, &others), 0);
        ck_assert_int_eq(others.items[0].failure, -EIO);
}
END_TEST

static Settings *make(const char *file, const Overrides *overrides) {
        _cleanup_(config_texts_done) ConfigTexts files = CONFIG_TEXTS_INIT;
        _cleanup_(config_texts_done) ConfigTexts others = CONFIG_TEXTS_INIT;
        _cleanup_(problems_done) Problems problems = {0};
        Settings *settings = NULL;
        int r;

        ck_assert_int_eq(config_texts_add(&files, CONFIG_FILE, "/file", file, strlen(file)), 0);
        ck_assert_int_eq(overrides_to_texts(overrides, &others), 0);
        r = config_make(&files, &others, 0, &settings, &problems);
        if (r < 0)
                ck_assert_uint_gt(problems.n_errors, 0);
        return settings;
}

static Override *add(Overrides *overrides, ConfigLayer layer, const char *name) {
        Override *override;

        ck_assert_int_eq(
                overrides_add(overrides, SETTING_POOL, layer, name, "bus", NULL, &override), 0);
        return override;
}

static void set(Override *override, const char *key, const char *value) {
        _cleanup_(problems_done) Problems problems = {0};
        char *values[] = {(char *) value, NULL};

        ck_assert_int_eq(override_set(override, key, values, &problems), 0);
}

static const OptionValue *dns_of(const Settings *settings) {
        return option_set_get(&settings->pools[0]->reply.options, 6);
}

START_TEST(layers)
{
        _cleanup_(overrides_done) Overrides overrides = OVERRIDES_INIT;
        Settings *settings;

        /* the runtime layer wins whatever the order in the list */
        set(add(&overrides, CONFIG_RUNTIME, "lan"), "DNS", "10.0.0.4");
        set(add(&overrides, CONFIG_BUS, "lan"), "DNS", "10.0.0.3");
        settings = make(FILE_TEXT, &overrides);
        ck_assert_ptr_nonnull(settings);
        ck_assert_uint_eq(dns_of(settings)->size, 4);
        ck_assert_uint_eq(dns_of(settings)->data[3], 4);
        ck_assert_str_eq(settings->pools[0]->origin, "/file:1, bus, runtime");
        (void) settings_free(settings);

        overrides_remove(
                &overrides, overrides_find(&overrides, SETTING_POOL, CONFIG_RUNTIME, "lan"));
        settings = make(FILE_TEXT, &overrides);
        ck_assert_uint_eq(dns_of(settings)->data[3], 3);
        ck_assert_str_eq(settings->pools[0]->origin, "/file:1, bus");
        (void) settings_free(settings);
}
END_TEST

START_TEST(pools_of_the_bus)
{
        _cleanup_(overrides_done) Overrides overrides = OVERRIDES_INIT;
        Override *wan = add(&overrides, CONFIG_RUNTIME, "wan");
        Settings *settings;

        ck_assert_ptr_null(make(FILE_TEXT, &overrides)); /* without a subnet */
        set(wan, "Subnet", "10.1.0.0/24");
        settings = make(FILE_TEXT, &overrides);
        ck_assert_ptr_nonnull(settings);
        ck_assert_uint_eq(settings->n_pools, 2);
        ck_assert_str_eq(settings->pools[1]->origin, "bus, runtime");
        (void) settings_free(settings);

        wan->layer = CONFIG_BUS;
        settings = make("", &overrides);
        ck_assert_uint_eq(settings->n_pools, 1);
        ck_assert_str_eq(settings->pools[0]->origin, "bus");
        (void) settings_free(settings);
}
END_TEST

/* The built-in pool as an override has it, and what the reader makes of that. */
START_TEST(builtin_pool)
{
        _cleanup_(overrides_done) Overrides overrides = OVERRIDES_INIT;
        _cleanup_(settings_freep) Settings *builtin = NULL, *written = NULL;
        _cleanup_free_ char *text = NULL, *before = NULL, *after = NULL;

        ck_assert_int_eq(settings_new_builtin(&builtin), 0);
        ck_assert_int_eq(override_text_of_pool(builtin->pools[0], &text), 0);
        ck_assert_str_eq(strstr(text, "[Pool"),
                "[Pool default]\nSubnet=192.168.1.0/24\nRange=192.168.1.100-192.168.1.200\n"
                "Authoritative=no\nConflictDetection=strict\nDefaultLeaseTimeSec=1h\n"
                "Router=192.168.1.69\n");
        ck_assert_int_eq(
                overrides_add(&overrides, SETTING_POOL, CONFIG_BUS, "default", "p", text, NULL), 0);
        written = make("", &overrides);
        ck_assert_ptr_nonnull(written);
        before = dump_settings(builtin);
        after = dump_settings(written);
        ck_assert_str_eq(after, before);
}
END_TEST

TEST_MAIN("override", texts, strangers, unreadable, layers, pools_of_the_bus, builtin_pool);

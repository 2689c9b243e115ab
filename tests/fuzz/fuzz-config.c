/* SPDX-License-Identifier: MIT */
/* Throws texts at the configuration's reader. Beyond "no crash" it checks what the headers promise:
 * settings or errors, never both; every problem has its place and may be shown on a terminal;
 * settings that were taken keep the limits that the core relies on, and come to the same when they
 * are written down and read again.
 *
 * Build: clang -fsanitize=fuzzer,address,undefined */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text.h"
#include "config/load.h"
#include "config/validate.h"
#include "setting/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not assert(): these checks must stay in every build. */
static void expect(bool condition) {
        if (!condition)
                abort();
}

static void check_problems(const Problems *problems, const uint8_t *data, size_t size) {
        size_t n_errors = 0;
        unsigned n_lines = 1;

        for (size_t i = 0; i < size; i++)
                n_lines += data[i] == '\n';
        for (size_t i = 0; i < problems->n_items; i++) {
                const Problem *problem = &problems->items[i];

                expect(problem->line <= n_lines);
                expect(problem->line > 0 || strcmp(problem->file, "built-in") == 0 ||
                        size > 1024 * 1024);
                expect(text_is_clean((const uint8_t *) problem->text, strlen(problem->text)));
                n_errors += !problem->warning;
        }
        expect(n_errors == problems->n_errors);
}

static void check_reply(const ReplySettings *reply) {
        for (size_t i = 0; i < reply->options.n_values; i++) {
                expect(reply->options.values[i].size > 0);
                expect(reply->options.values[i].size <= 1024);
        }
        expect(!reply->no_router || !option_set_get(&reply->options, 3) ||
                reply->sent_options[0] & 1U << 3);
        expect(reply->min_lease == 0 || reply->max_lease == 0 ||
                reply->min_lease <= reply->max_lease);
        for (size_t i = 0; i < reply->n_boot_files; i++) {
                const BootFile *file = &reply->boot_files[i];

                expect(*file->name && file->n_architectures <= BOOT_ARCHITECTURES_MAX);
                expect(file->n_architectures > 0 || file->vendor_class || file->user_class ||
                        i + 1 == reply->n_boot_files);
        }
}

static void check_pool(const PoolSettings *pool) {
        expect(pool->subnet.length >= 8 && pool->subnet.length <= 32);
        expect(pool->subnet.address == ipv4_prefix_network(pool->subnet));
        expect(setting_name_is_valid(pool->name) && *pool->origin);
        for (size_t i = 0; i < pool->n_ranges; i++) {
                expect(pool->ranges[i].first <= pool->ranges[i].last);
                expect(ipv4_prefix_usable(pool->subnet, pool->ranges[i].first));
                expect(ipv4_prefix_usable(pool->subnet, pool->ranges[i].last));
        }
        expect(pool->reply.default_lease > 0);
        check_reply(&pool->reply);
}

static void check_host(const HostSettings *host) {
        expect(setting_name_is_valid(host->name) && *host->origin);
        expect(host->hardware_size > 0 || host->client_id.size > 0 || host->circuit_id_size > 0);
        expect(domain_name_is_valid(host->hostname ? host->hostname : host->name));
        check_reply(&host->reply);
}

/* parse(format(x)) = x: what the keys say of a pool or host makes it, key by key. */
static void check_comes_back(SettingScope scope, const void *target, void *copy) {
        _cleanup_(problems_done) Problems problems = {0};
        const Place place = {"f", 1};
        const SettingKey *key;

        for (size_t i = 0; (key = setting_key_at(scope, i)); i++) {
                _cleanup_(strv_freep) char **values = NULL;

                expect(setting_key_format(key, scope, target, &values) == 0);
                for (char **value = values; value && *value; value++)
                        expect(setting_key_assign(key, scope, copy, *value, &place, &problems) ==
                                0);
        }
        expect(settings_say_same(scope, target, copy) == 1);
}

static bool options_are_same(const OptionSet *a, const OptionSet *b) {
        if (a->n_values != b->n_values)
                return false;
        for (size_t i = 0; i < a->n_values; i++)
                if (a->values[i].code != b->values[i].code ||
                        a->values[i].size != b->values[i].size ||
                        memcmp(a->values[i].data, b->values[i].data, a->values[i].size) != 0)
                        return false;
        return true;
}

static void check_all_come_back(const Settings *settings) {
        for (size_t i = 0; i < settings->n_pools; i++) {
                _cleanup_(pool_settings_freep) PoolSettings *copy = NULL;

                expect(pool_settings_new(&copy, "copy") == 0);
                check_comes_back(SETTING_POOL, settings->pools[i], copy);
                expect(options_are_same(&settings->pools[i]->reply.options, &copy->reply.options));
        }
        for (size_t i = 0; i < settings->n_hosts; i++) {
                _cleanup_(host_settings_freep) HostSettings *copy = NULL;

                expect(host_settings_new(&copy, "copy") == 0);
                check_comes_back(SETTING_HOST, settings->hosts[i], copy);
                expect(options_are_same(&settings->hosts[i]->reply.options, &copy->reply.options));
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0}, more = {0};
        int r;

        r = config_parse("f", (const char *) data, size, &settings, &problems);
        check_problems(&problems, data, size);
        expect((r == 0) == (settings != NULL));
        expect((r == 0) == (problems.n_errors == 0));
        if (r < 0) {
                expect(r == -EINVAL);
                return 0;
        }

        expect(settings->n_pools > 0);
        for (size_t i = 0; i < settings->n_pools; i++)
                check_pool(settings->pools[i]);
        for (size_t i = 0; i < settings->n_hosts; i++)
                check_host(settings->hosts[i]);
        check_all_come_back(settings);
        /* What was found right stays right when nobody knows any more where it was set. */
        expect(settings_finish(settings, NULL, &more) == 0);
        return 0;
}

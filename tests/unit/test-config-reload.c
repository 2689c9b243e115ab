/* SPDX-License-Identifier: MIT */

/* The memory of a configuration with thousands of hosts, which is read while the one before is
 * still in force: when that is gone, its pages are, too. */

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "basic/buffer.h"
#include "config/load.h"
#include "test.h"

enum {
        N_HOSTS = 10000,
};

/* AddressSanitizer brings an allocator of its own, which gives back what it likes. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

/* Kilobytes of memory that are the process' own. */
static unsigned long resident(void) {
        FILE *f = fopen("/proc/self/status", "re");
        unsigned long size = 0;
        char line[256];

        ck_assert_ptr_nonnull(f);
        while (fgets(line, sizeof(line), f) && sscanf(line, "RssAnon: %lu", &size) != 1)
                ;
        (void) fclose(f);
        ck_assert_uint_gt(size, 0);
        return size;
}

static Settings *read_settings(const Buffer *text) {
        Problems problems = {0};
        Settings *settings = NULL;

        ck_assert_int_eq(config_parse("a-path-that-is-as-long-as-they-are-in-earnest.conf",
                                 (const char *) text->data, text->size, &settings, &problems),
                0);
        ck_assert_uint_eq(settings->n_hosts, N_HOSTS);
        problems_done(&problems);
        return settings;
}

START_TEST(test_pages_go_with_the_settings)
{
        _cleanup_(buffer_done) Buffer text = BUFFER_INIT;
        _cleanup_(settings_freep) Settings *first = NULL, *second = NULL;
        unsigned long before, with_one, with_other;

        (void) mallopt(M_MMAP_THRESHOLD, 128 * 1024); /* as the daemon */
        (void) buffer_append_string(
                &text, "[Pool lan]\nSubnet=10.0.0.0/8\nRange=10.9.0.1-10.9.0.9\n");
        for (unsigned i = 0; i < N_HOSTS; i++)
                (void) buffer_printf(&text,
                        "[Host h%u]\nMACAddress=02:00:00:00:%02x:%02x\nAddress=10.1.%u.%u\n", i,
                        i / 256, i % 256, i / 250, i % 250 + 1);
        ck_assert_int_eq(text.error, 0);

        before = resident();
        first = read_settings(&text);
        (void) malloc_trim(0);
        with_one = resident();
        second = read_settings(&text);
        first = settings_free(first);
        (void) malloc_trim(0);
        with_other = resident();

        if (__sanitizer_get_current_allocated_bytes)
                return;
        ck_assert_uint_gt(with_one - before, 4096);
        ck_assert_uint_lt(with_other, with_one + (with_one - before) / 4);
}
END_TEST

TEST_MAIN("config-reload", test_pages_go_with_the_settings);

/* SPDX-License-Identifier: MIT */

#include "names/state-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/buffer.h"
#include "config/files.h"

#define MAGIC "mini-dhcp-names 1\n"

static int take_line(char *line, Zone *zone, Domains *domains) {
        char *save = NULL;
        const char *word = strtok_r(line, " ", &save);
        const char *first = strtok_r(NULL, " ", &save);
        const char *second = strtok_r(NULL, " ", &save);
        ipv4_t address;

        if (!word || !first || !second)
                return 0;
        if (strcmp(word, "domain") == 0)
                return domains_add(domains, first, second);
        if (strcmp(word, "holder") == 0 && ipv4_parse(second, &address) >= 0)
                return zone_restore_holder(zone, first, address);
        return 0;
}

int state_file_read(const char *path, Zone *zone, Domains *domains) {
        _cleanup_free_ char *text = NULL;
        char *save = NULL;
        size_t size;
        int r;

        r = config_file_read(path, &text, &size);
        if (r == -ENOENT)
                return 0;
        if (r < 0)
                return r;
        if (strncmp(text, MAGIC, strlen(MAGIC)) != 0)
                return 0;
        for (char *line = strtok_r(text + strlen(MAGIC), "\n", &save); line;
                line = strtok_r(NULL, "\n", &save)) {
                r = take_line(line, zone, domains);
                if (r < 0)
                        return r;
        }
        domains_sort(domains);
        return 1;
}

static int append_holder(const char *name, ipv4_t holder, void *userdata) {
        char address[IPV4_STRING_MAX];

        return buffer_printf(userdata, "holder %s %s\n", name, ipv4_format(holder, address));
}

static int write_file(const char *path, const Buffer *text) {
        _cleanup_free_ char *temporary = NULL;
        FILE *file;
        int r = 0;

        if (asprintf(&temporary, "%s.new", path) < 0) {
                temporary = NULL;
                return -ENOMEM;
        }
        file = fopen(temporary, "we");
        if (!file)
                return -errno;
        if (fwrite(text->data, 1, text->size, file) != text->size)
                r = -EIO;
        if (fclose(file) != 0)
                r = -errno;
        if (r >= 0 && rename(temporary, path) < 0)
                r = -errno;
        return r;
}

int state_file_write(const char *path, const Zone *zone, const Domains *domains) {
        _cleanup_(buffer_done) Buffer text = BUFFER_INIT;
        int r;

        (void) buffer_append_string(&text, MAGIC);
        for (size_t i = 0; i < domains->n_items; i++)
                (void) buffer_printf(
                        &text, "domain %s %s\n", domains->items[i].pool, domains->items[i].name);
        r = zone_each_contested(zone, append_holder, &text);
        if (r >= 0)
                r = text.error;
        return r < 0 ? r : write_file(path, &text);
}

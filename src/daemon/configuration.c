/* SPDX-License-Identifier: MIT */

/* Reads the configuration from all of its places. Decides nothing: what is wrong is in the
 * problems, under the name of the file that a person would mend. */

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "basic/text.h"
#include "config/files.h"
#include "daemon/configuration.h"

#define SUFFIX ".conf"

static const char *directory_of(SettingScope scope) {
        return scope == SETTING_HOST ? "hosts.d" : "pools.d";
}

void configuration_done(Configuration *configuration) {
        config_texts_done(&configuration->files);
        overrides_done(&configuration->overrides);
}

int configuration_path(
        const char *state_directory, SettingScope scope, const char *name, char **ret) {
        if (asprintf(ret, "%s/%s/%s" SUFFIX, state_directory, directory_of(scope), name) < 0) {
                *ret = NULL;
                return -ENOMEM;
        }
        return 0;
}

static int read_override(const char *state_directory, SettingScope scope, const char *name,
        Overrides *ret, Problems *problems) {
        _cleanup_free_ char *path = NULL, *text = NULL;
        size_t size;
        int r;

        r = configuration_path(state_directory, scope, name, &path);
        if (r < 0)
                return r;
        r = config_file_read(path, &text, &size);
        if (r == -ENOMEM)
                return r;
        if (r >= 0 && strlen(text) != size)
                r = -EBADMSG;
        if (r < 0) {
                (void) problems_add(problems, false, path, 0, "cannot be read: %s", strerror(-r));
                return r;
        }
        return overrides_add(ret, scope, CONFIG_BUS, name, path, text, NULL);
}

static int is_override(const struct dirent *entry) {
        const size_t size = strlen(entry->d_name), suffix = strlen(SUFFIX);

        return entry->d_name[0] != '.' && size > suffix &&
               strcmp(entry->d_name + size - suffix, SUFFIX) == 0;
}

/* Return: 0, -ENOMEM, or the errno of the first thing that cannot be read. */
static int read_overrides(
        const char *state_directory, SettingScope scope, Overrides *ret, Problems *problems) {
        _cleanup_free_ char *directory = NULL;
        struct dirent **entries = NULL;
        int n, r, failure = 0;

        if (asprintf(&directory, "%s/%s", state_directory, directory_of(scope)) < 0) {
                directory = NULL;
                return -ENOMEM;
        }
        n = scandir(directory, &entries, is_override, alphasort);
        if (n < 0 && errno == ENOENT)
                return 0;
        if (n < 0) {
                r = -errno;
                (void) problems_add(
                        problems, false, directory, 0, "cannot be read: %s", strerror(-r));
                return r;
        }

        for (int i = 0; i < n; i++) {
                entries[i]->d_name[strlen(entries[i]->d_name) - strlen(SUFFIX)] = '\0';
                r = read_override(state_directory, scope, entries[i]->d_name, ret, problems);
                if (r < 0 && failure != -ENOMEM)
                        failure = r == -ENOMEM || failure == 0 ? r : failure;
                free(entries[i]);
        }
        free(entries);
        return failure;
}

int configuration_make(const ConfigTexts *files, const Overrides *overrides, int failure,
        Settings **ret, Problems *problems) {
        _cleanup_(config_texts_done) ConfigTexts others = CONFIG_TEXTS_INIT;
        int r;

        r = overrides_to_texts(overrides, &others);
        if (r < 0)
                return r;
        return config_make(files, &others, failure, ret, problems);
}

int configuration_read(const char *file, const char *state_directory, const Overrides *runtime,
        Configuration *ret, Settings **ret_settings, Problems *problems) {
        static const SettingScope scopes[] = {SETTING_POOL, SETTING_HOST};
        int r, failure;

        failure = config_texts_read(&ret->files, NULL, file, problems);
        for (size_t i = 0; i < ELEMENTSOF(scopes) && failure != -ENOMEM; i++) {
                r = read_overrides(state_directory, scopes[i], &ret->overrides, problems);
                if (r < 0)
                        failure = r == -ENOMEM || failure == 0 ? r : failure;
        }
        if (failure == -ENOMEM)
                return failure;
        if (runtime) {
                r = overrides_copy(runtime, CONFIG_RUNTIME, &ret->overrides);
                if (r < 0)
                        return r;
        }
        return configuration_make(&ret->files, &ret->overrides, failure, ret_settings, problems);
}

/* SPDX-License-Identifier: MIT */

/* Reads the configuration from all of its places. Decides nothing: what is wrong is in the
 * problems, under the name of the file that a person would mend. */

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "basic/text.h"
#include "config/configuration.h"
#include "config/files.h"

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

/* Somebody who only looks on is told what he does not see. Return: whether that is all there is to
 * say. */
static bool is_hidden(const char *path, int failure, KeptPolicy policy, Problems *problems) {
        if (policy != KEPT_LOOK_ON || failure != -EACCES)
                return false;
        (void) problems_add(problems, true, path, 0,
                "you may not read what is kept here of changes over the bus, and it is not "
                "checked; try again as root");
        return true;
}

static int read_override(const char *state_directory, SettingScope scope, const char *name,
        KeptPolicy policy, Overrides *ret, Problems *problems) {
        _cleanup_free_ char *path = NULL, *text = NULL;
        Override *override;
        size_t size;
        int r, failure;

        r = configuration_path(state_directory, scope, name, &path);
        if (r < 0)
                return r;
        failure = config_file_read(path, &text, &size);
        if (failure == -ENOMEM)
                return failure;
        if (is_hidden(path, failure, policy, problems))
                return 0;
        if (failure >= 0 && strlen(text) != size)
                failure = -EBADMSG;
        /* which is a mistake like others, that configuration_make() finds */
        r = overrides_add(ret, scope, CONFIG_BUS, name, path, failure < 0 ? NULL : text, &override);
        if (r >= 0)
                override->failure = failure;
        return r;
}

static int is_override(const struct dirent *entry) {
        const size_t size = strlen(entry->d_name), suffix = strlen(SUFFIX);

        return entry->d_name[0] != '.' && size > suffix &&
               strcmp(entry->d_name + size - suffix, SUFFIX) == 0;
}

/* Return: 0 when it is no more than a warning, else the failure. */
static int report_directory(
        const char *directory, int failure, KeptPolicy policy, Problems *problems) {
        const bool lenient = policy == KEPT_LEAVE_OUT;

        if (is_hidden(directory, failure, policy, problems))
                return 0;
        (void) problems_add(problems, lenient, directory, 0, "cannot be read: %s%s",
                strerror(-failure), lenient ? "; all that is kept here is left out" : "");
        return lenient ? 0 : failure;
}

/* Return: 0, -ENOMEM, or the negative errno of the directory. */
static int read_overrides(const char *state_directory, SettingScope scope, KeptPolicy policy,
        Overrides *ret, Problems *problems) {
        _cleanup_free_ char *directory = NULL;
        struct dirent **entries = NULL;
        int n, r = 0;

        if (asprintf(&directory, "%s/%s", state_directory, directory_of(scope)) < 0) {
                directory = NULL;
                return -ENOMEM;
        }
        n = scandir(directory, &entries, is_override, alphasort);
        if (n < 0 && (errno == ENOENT || errno == ENOMEM))
                return errno == ENOENT ? 0 : -ENOMEM;
        if (n < 0)
                return report_directory(directory, -errno, policy, problems);

        for (int i = 0; i < n; i++) {
                entries[i]->d_name[strlen(entries[i]->d_name) - strlen(SUFFIX)] = '\0';
                if (r >= 0)
                        r = read_override(
                                state_directory, scope, entries[i]->d_name, policy, ret, problems);
                free(entries[i]);
        }
        free(entries);
        return r;
}

/* Return: 0, -ENOMEM, or the negative errno of the first directory that cannot be read. */
static int read_kept(
        const char *state_directory, KeptPolicy policy, Overrides *ret, Problems *problems) {
        static const SettingScope scopes[] = {SETTING_POOL, SETTING_HOST};
        int r, failure = 0;

        /* said once, not of each directory in there */
        if (access(state_directory, X_OK) < 0 &&
                is_hidden(state_directory, -errno, policy, problems))
                return 0;
        for (size_t i = 0; i < ELEMENTSOF(scopes); i++) {
                r = read_overrides(state_directory, scopes[i], policy, ret, problems);
                if (r == -ENOMEM)
                        return r;
                failure = failure < 0 ? failure : r;
        }
        return failure;
}

static int make_once(const ConfigTexts *files, const Overrides *overrides, int failure,
        Settings **ret, Problems *problems) {
        _cleanup_(config_texts_done) ConfigTexts others = CONFIG_TEXTS_INIT;
        int r;

        r = overrides_to_texts(overrides, &others);
        if (r < 0)
                return r;
        return config_make(files, &others, failure, ret, problems);
}

static Override *find_by_place(const Overrides *overrides, const char *place) {
        for (size_t i = 0; i < overrides->n_items; i++)
                if (string_equal(overrides->items[i].place, place))
                        return &overrides->items[i];
        return NULL;
}

/* Marks the overrides that have a mistake, and moves their problems. Return: how many, -ENOMEM. */
static int leave_out(const Overrides *overrides, const Problems *found, Problems *ret) {
        int n = 0;

        for (size_t i = 0; i < found->n_items; i++) {
                const Problem *problem = &found->items[i];
                Override *override =
                        problem->warning ? NULL : find_by_place(overrides, problem->file);

                if (!override)
                        continue;
                (void) problems_add(ret, false, problem->file, problem->line, "%s", problem->text);
                if (override->mistake)
                        continue;
                override->mistake = strdup(problem->text);
                if (!override->mistake)
                        return -ENOMEM;
                n++;
        }
        return n;
}

/* A mistake may show in a file though it is none without the overrides: a change of one pool takes
 * what another has. Then it is not known which override it is, and all of a kind go: pools first.
 * Return: how many, 0 when the files are wrong by themselves, -ENOMEM. */
static int leave_out_all(const ConfigTexts *files, const Overrides *overrides,
        const Problems *found, Problems *ret) {
        static const SettingScope scopes[] = {SETTING_POOL, SETTING_HOST};
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        _cleanup_free_ char *text = NULL;
        int n = 0, r;

        r = config_make(files, NULL, 0, &settings, &problems);
        if (r < 0)
                return r == -ENOMEM ? r : 0;
        for (size_t i = 0; i < found->n_items && !text; i++)
                if (!found->items[i].warning && problem_format(&found->items[i], &text) < 0)
                        return -ENOMEM;
        for (size_t k = 0; text && n == 0 && k < ELEMENTSOF(scopes); k++)
                for (size_t i = 0; i < overrides->n_items; i++) {
                        Override *override = &overrides->items[i];

                        if (override->scope != scopes[k] || override->mistake)
                                continue;
                        (void) problems_add(ret, false, override->place, 0, "%s", text);
                        override->mistake = strdup(text);
                        if (!override->mistake)
                                return -ENOMEM;
                        n++;
                }
        return n;
}

static bool is_in_force(const Settings *settings, const Override *override) {
        for (size_t i = 0; override->scope == SETTING_POOL && i < settings->n_pools; i++)
                if (string_equal(settings->pools[i]->name, override->name))
                        return true;
        for (size_t i = 0; override->scope == SETTING_HOST && i < settings->n_hosts; i++)
                if (string_equal(settings->hosts[i]->name, override->name))
                        return true;
        return false;
}

/* What is kept of something that has left the files: it has nothing to be about, and harms nobody.
 */
static bool is_left_over(const Settings *settings, const Override *override) {
        return override->failure >= 0 && !is_in_force(settings, override) &&
               !override_stands_alone(override);
}

/* With the way out. Return: whether the rest can be in force without it. */
static bool add_mistake(const Overrides *overrides, const Settings *settings, KeptPolicy policy,
        const Problem *problem, Problems *problems) {
        const Override *override = find_by_place(overrides, problem->file);
        const char *kind = override->scope == SETTING_HOST ? "host" : "pool";
        const bool lenient = policy == KEPT_LEAVE_OUT || is_left_over(settings, override);

        (void) problems_add(problems, lenient, problem->file, problem->line,
                "%s; %s`minidhcpctl %s-%s %s` forgets what is kept here", problem->text,
                lenient ? "all of it is left out, " : "",
                is_in_force(settings, override) ? "revert" : "remove", kind, override->name);
        return lenient;
}

static void add_problems(const Problems *from, Problems *ret) {
        for (size_t i = 0; i < from->n_items; i++)
                (void) problems_add(ret, from->items[i].warning, from->items[i].file,
                        from->items[i].line, "%s", from->items[i].text);
}

int configuration_make(const ConfigTexts *files, Overrides *overrides, int failure,
        KeptPolicy policy, Settings **ret, Problems *problems) {
        _cleanup_(problems_done) Problems left_out = {0};
        bool refused = false;
        int r;

        for (size_t i = 0; i < overrides->n_items; i++)
                free(TAKE_PTR(overrides->items[i].mistake));

        /* Each round leaves out one override at least. */
        for (;;) {
                _cleanup_(problems_done) Problems found = {0};
                int n = 0;

                r = make_once(files, overrides, failure, ret, &found);
                if (r < 0 && r != -ENOMEM)
                        n = leave_out(overrides, &found, &left_out);
                if (r == -EINVAL && n == 0)
                        n = leave_out_all(files, overrides, &found, &left_out);
                if (n < 0)
                        return n;
                if (n > 0)
                        continue;
                add_problems(&found, problems);
                break;
        }
        if (r < 0) {
                add_problems(&left_out, problems);
                return r;
        }
        for (size_t i = 0; i < left_out.n_items; i++)
                refused |= !add_mistake(overrides, *ret, policy, &left_out.items[i], problems);
        if (refused) {
                *ret = settings_free(*ret);
                return -EINVAL;
        }
        return 0;
}

int configuration_read(const char *file, const char *state_directory, const Overrides *runtime,
        KeptPolicy policy, Configuration *ret, Settings **ret_settings, Problems *problems) {
        int r, failure;

        failure = config_texts_read(&ret->files, NULL, file, problems);
        if (failure == -ENOMEM)
                return failure;
        r = read_kept(state_directory, policy, &ret->overrides, problems);
        if (r == -ENOMEM)
                return r;
        failure = failure < 0 ? failure : r;
        if (runtime) {
                r = overrides_copy(runtime, CONFIG_RUNTIME, &ret->overrides);
                if (r < 0)
                        return r;
        }
        return configuration_make(
                &ret->files, &ret->overrides, failure, policy, ret_settings, problems);
}

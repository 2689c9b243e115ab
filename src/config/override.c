/* SPDX-License-Identifier: MIT */

/* Settings to text. Lines are copied from the old text to the new one, but for those of the key
 * that is set; comments of ours alone are kept. */

#include <errno.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/text.h"
#include "config/files.h"
#include "config/ini.h"
#include "config/override.h"

#define HEADER                                                                                     \
        "# Made over the bus, and written anew when it is changed there. `minidhcpctl\n"           \
        "# revert-pool` or a removed file puts back what mini-dhcp.conf says.\n"

void overrides_done(Overrides *overrides) {
        while (overrides->n_items > 0)
                overrides_remove(overrides, &overrides->items[overrides->n_items - 1]);
        free(overrides->items);
        *overrides = OVERRIDES_INIT;
}

int overrides_copy(const Overrides *overrides, ConfigLayer layer, Overrides *ret) {
        for (size_t i = 0; i < overrides->n_items; i++) {
                const Override *from = &overrides->items[i];
                Override *to;
                int r;

                if (layer != CONFIG_LAYER_INVALID && from->layer != layer)
                        continue;
                r = overrides_add(
                        ret, from->scope, from->layer, from->name, from->place, from->text, &to);
                if (r < 0)
                        return r;
                to->failure = from->failure;
        }
        return 0;
}

Override *overrides_find(
        const Overrides *overrides, SettingScope scope, ConfigLayer layer, const char *name) {
        for (size_t i = 0; i < overrides->n_items; i++) {
                Override *override = &overrides->items[i];

                if (override->scope == scope && override->layer == layer &&
                        string_equal(override->name, name))
                        return override;
        }
        return NULL;
}

int overrides_add(Overrides *overrides, SettingScope scope, ConfigLayer layer, const char *name,
        const char *place, const char *text, Override **ret) {
        Override override = {.scope = scope, .layer = layer};
        Override *items;

        items = reallocarray(overrides->items, overrides->n_items + 1, sizeof(*items));
        if (!items)
                return -ENOMEM;
        overrides->items = items;

        override.name = strdup(name);
        override.place = strdup(place);
        if (text)
                override.text = strdup(text);
        else if (asprintf(&override.text, HEADER "[%s %s]\n", setting_scope_to_string(scope),
                         name) < 0)
                override.text = NULL;
        items[overrides->n_items++] = override;
        if (!override.name || !override.place || !override.text) {
                overrides_remove(overrides, &items[overrides->n_items - 1]);
                return -ENOMEM;
        }
        if (ret)
                *ret = &items[overrides->n_items - 1];
        return 0;
}

void overrides_remove(Overrides *overrides, Override *override) {
        size_t i = (size_t) (override - overrides->items);

        free(override->name);
        free(override->place);
        free(override->text);
        free(override->mistake);
        overrides->n_items--;
        memmove(override, override + 1, (overrides->n_items - i) * sizeof(*override));
}

int overrides_to_texts(const Overrides *overrides, ConfigTexts *ret) {
        static const ConfigLayer layers[] = {CONFIG_BUS, CONFIG_RUNTIME};
        int r;

        for (size_t k = 0; k < ELEMENTSOF(layers); k++)
                for (size_t i = 0; i < overrides->n_items; i++) {
                        const Override *override = &overrides->items[i];

                        if (override->layer != layers[k] || override->mistake)
                                continue;
                        r = config_texts_add(ret, override->layer, override->place, override->text,
                                strlen(override->text));
                        if (r < 0)
                                return r;
                        ret->items[ret->n_items - 1].failure = override->failure;
                }
        return 0;
}

/* Whether a text can be the value of a line, and is read as it was written. */
static bool value_fits_line(const char *value) {
        size_t size = strlen(value);

        if (size == 0)
                return true;
        return text_is_clean((const uint8_t *) value, size) && value[0] != ' ' &&
               value[size - 1] != ' ' && value[size - 1] != '\\';
}

static int check_values(
        const Override *override, const SettingKey *key, char *const *values, Problems *problems) {
        size_t n = strv_length(values);

        if (!key->is_list && n != 1) {
                (void) problems_add(
                        problems, false, override->place, 0, "%s= takes one value", key->name);
                return -EINVAL;
        }
        for (size_t i = 0; i < n; i++)
                if (!value_fits_line(values[i])) {
                        (void) problems_add(problems, false, override->place, 0,
                                "%s=: a value is printable UTF-8 on one line, without blanks at "
                                "either end and without a backslash at its end",
                                key->name);
                        return -EINVAL;
                }
        return 0;
}

/* What the override says of other keys. */
static int copy_others(const Override *override, const char *key, Buffer *ret, Problems *problems) {
        IniReader reader = INI_READER_INIT(override->text, strlen(override->text));
        bool has_section = false;
        IniItem item;
        int r;

        for (;;) {
                r = ini_reader_next(&reader, &item);
                if (r <= 0)
                        break;
                if (item.type == INI_SECTION && !has_section &&
                        string_equal(item.name, setting_scope_to_string(override->scope)) &&
                        string_equal(item.value, override->name)) {
                        has_section = true;
                        (void) buffer_printf(ret, HEADER "[%s %s]\n", item.name, item.value);
                        continue;
                }
                if (item.type != INI_ASSIGNMENT || !has_section) {
                        (void) problems_add(problems, false, override->place, item.line,
                                "somebody else has written here; only what is one plain [%s %s] "
                                "section can be changed over the bus",
                                setting_scope_to_string(override->scope), override->name);
                        r = -EINVAL;
                        break;
                }
                if (!string_equal(item.name, key))
                        (void) buffer_printf(ret, "%s=%s\n", item.name, item.value);
        }
        ini_reader_done(&reader);
        return r < 0 ? r : ret->error;
}

int override_set(Override *override, const char *name, char *const *values, Problems *problems) {
        const Place place = {.file = override->place};
        _cleanup_(buffer_done) Buffer text = BUFFER_INIT;
        const SettingKey *key;
        char *whole;
        int r;

        if (override->failure < 0) {
                (void) problems_add(problems, false, override->place, 0,
                        "what is kept of it cannot be read (%s), and is not written over; "
                        "`minidhcpctl revert-%s %s` forgets it",
                        config_failure_to_string(override->failure),
                        override->scope == SETTING_HOST ? "host" : "pool", override->name);
                return -EINVAL;
        }
        key = setting_key_find(override->scope, name);
        if (!key)
                return setting_key_refuse_unknown(override->scope, name, NULL, &place, problems);
        if (values) {
                r = check_values(override, key, values, problems);
                if (r < 0)
                        return r;
        }

        r = copy_others(override, key->name, &text, problems);
        if (r < 0)
                return r;
        if (values && key->is_list)
                (void) buffer_printf(&text, "%s=\n", key->name);
        for (; values && *values; values++)
                if (**values || !key->is_list)
                        (void) buffer_printf(&text, "%s=%s\n", key->name, *values);
        r = buffer_take_string(&text, &whole);
        if (r < 0)
                return r;
        free(override->text);
        override->text = whole;
        return 0;
}

/* Whether there is an assignment of a key, NULL for any; an empty value is none. */
static bool override_says(const Override *override, const char *key) {
        IniReader reader = INI_READER_INIT(override->text, strlen(override->text));
        bool says = false;
        IniItem item;

        while (!says && ini_reader_next(&reader, &item) > 0)
                says = item.type == INI_ASSIGNMENT &&
                       (!key || (string_equal(item.name, key) && *item.value));
        ini_reader_done(&reader);
        return says;
}

bool override_says_nothing(const Override *override) {
        return override->failure >= 0 && !override_says(override, NULL);
}

bool override_stands_alone(const Override *override) {
        const SettingKey *key;

        for (size_t i = 0; (key = setting_key_at(override->scope, i)); i++)
                if (key->is_identity && override_says(override, key->name))
                        return true;
        return false;
}

static int compare_lines(const void *a, const void *b) {
        return strcmp(*(char *const *) a, *(char *const *) b);
}

/* The lines of a text, those of a list in their order. Return: for strv_free(), NULL without
 * memory. */
static char **sorted_lines(const char *text) {
        _cleanup_(strv_freep) char **lines = NULL;
        static const char hardware[] = "MACAddress=";

        while (*text) {
                const size_t n = strcspn(text, "\n");
                _cleanup_free_ char *line = strndup(text, n);

                if (!line || strv_extend(&lines, line) < 0)
                        return NULL;
                text += n + (text[n] == '\n');
        }
        for (char **line = lines; line && *line; line++)
                for (char *p = *line; strncmp(*line, hardware, strlen(hardware)) == 0 && *p; p++)
                        if (p >= *line + strlen(hardware) && *p >= 'A' && *p <= 'Z')
                                *p = (char) (*p | 0x20);
        if (lines)
                qsort(lines, strv_length(lines), sizeof(*lines), compare_lines);
        return TAKE_PTR(lines);
}

bool override_says_same(const Override *a, const Override *b) {
        _cleanup_(strv_freep) char **x = sorted_lines(a->text), **y = sorted_lines(b->text);
        size_t n = strv_length(x);

        if (!x || !y || strv_length(y) != n)
                return false;
        for (size_t i = 0; i < n; i++)
                if (strcmp(x[i], y[i]) != 0)
                        return false;
        return true;
}

bool override_is_origin(const char *origin) {
        return string_equal(origin, "bus") || string_equal(origin, "bus, runtime");
}

/* Appends what the pool says of a key and another one does not. Return: 0, -ENOMEM. */
static int append_difference(
        Buffer *text, const SettingKey *key, const PoolSettings *pool, const PoolSettings *other) {
        _cleanup_(strv_freep) char **values = NULL, **others = NULL;
        int r;

        r = setting_key_format(key, SETTING_POOL, pool, &values);
        if (r >= 0)
                r = setting_key_format(key, SETTING_POOL, other, &others);
        if (r < 0)
                return r;
        if (strv_equal(values, others))
                return 0;
        for (char **value = values; value && *value; value++)
                (void) buffer_printf(text, "%s=%s\n", key->name, *value);
        return text->error;
}

int override_text_of_pool(const PoolSettings *pool, char **ret) {
        _cleanup_(pool_settings_freep) PoolSettings *plain = NULL;
        _cleanup_(buffer_done) Buffer text = BUFFER_INIT;
        const SettingKey *key;
        int r;

        r = pool_settings_new(&plain, pool->name);
        if (r < 0)
                return r;
        plain->reply.default_lease = 0; /* it follows from other values, or is said */
        (void) buffer_printf(&text, HEADER "[Pool %s]\n", pool->name);
        for (size_t i = 0; (key = setting_key_at(SETTING_POOL, i)); i++) {
                r = append_difference(&text, key, pool, plain);
                if (r < 0)
                        return r;
        }
        return buffer_take_string(&text, ret);
}

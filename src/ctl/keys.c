/* SPDX-License-Identifier: MIT */
/* list-keys: what can be written as KEY=VALUE, by the rows of setting/rows.c. Completions ask for
 * it. */

#include <errno.h>

#include "basic/text.h"
#include "ctl/objects.h"
#include "ctl/verbs.h"
#include "setting/key.h"

static const Column columns[] = {
        {"key", "KEY", COLUMN_STIFF},
        {"value", "VALUE", COLUMN_ELASTIC},
        {"description", "DESCRIPTION", COLUMN_ELASTIC | COLUMN_SPARE},
        {"property", "PROPERTY", 0},
};

static const char *const properties[ELEMENTSOF(columns)] = {
        "Key", "Value", "Description", "Property"};

static const unsigned default_columns[] = {0, 1, 2};

static const ObjectKind key_kind = {
        .noun = "key",
        .nouns = "keys",
        .columns = columns,
        .properties = properties,
        .n_columns = ELEMENTSOF(columns),
        .default_columns = default_columns,
        .n_default_columns = ELEMENTSOF(default_columns),
};

static int describe(const SettingKey *key, json_object *object) {
        const char *const values[] = {
                key->name, key->type, key->description, setting_key_property(key)};
        int r = 0;

        for (size_t i = 0; i < ELEMENTSOF(values) && r >= 0; i++)
                if (values[i])
                        r = json_add_take(object, properties[i], json_new_string(values[i]));
        return r;
}

static int list_keys(SettingScope scope, ObjectList *list) {
        const SettingKey *key;
        int r;

        for (size_t i = 0; (key = setting_key_at(scope, i)); i++) {
                _cleanup_json_ json_object *object = json_object_new_object();

                if (!object)
                        return -ENOMEM;
                r = describe(key, object);
                if (r >= 0)
                        r = object_list_add_take(list, TAKE_PTR(object));
                if (r < 0)
                        return r;
        }
        return 0;
}

ExitStatus verb_list_keys(Context *context, char *const *arguments, _unused_ size_t n_arguments) {
        static const struct {
                const char *word;
                SettingScope scope;
        } words[] = {{"server", SETTING_SERVER}, {"pool", SETTING_POOL}, {"host", SETTING_HOST}};
        _cleanup_(object_list_done) ObjectList list = {0};
        SettingScope scope = SETTING_SCOPE_INVALID;

        for (size_t i = 0; i < ELEMENTSOF(words); i++)
                if (string_equal(arguments[0], words[i].word))
                        scope = words[i].scope;
        if (scope == SETTING_SCOPE_INVALID)
                return report(STATUS_USAGE,
                        "'%s' is not what keys are of, which is server, pool or host",
                        arguments[0]);
        if (list_keys(scope, &list) < 0)
                return report_no_memory();
        return object_verb_list_of(context, &key_kind, &list);
}

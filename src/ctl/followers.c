/* SPDX-License-Identifier: MIT */

#include "ctl/followers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text.h"
#include "ctl/format.h"
#include "ctl/properties.h"
#include "ctl/unit.h"

typedef struct FollowerUnit {
        const char *label;
        const char *unit;
} FollowerUnit;

/* In the order in which they are shown. */
static const FollowerUnit units[] = {
        {"Hooks", "mini-dhcp-hooks.service"},
        {"Names", "mini-dhcp-names.service"},
        {"Metrics", "mini-dhcp-metrics.socket"},
};

struct Followers {
        UnitState states[ELEMENTSOF(units)]; /* active is NULL where there is no such unit */
};

int followers_fetch(Connection *connection, Followers **ret) {
        _cleanup_(followers_freep) Followers *followers = calloc(1, sizeof(*followers));

        if (!followers)
                return -ENOMEM;
        for (size_t i = 0; i < ELEMENTSOF(units); i++) {
                int r = unit_state_get(connection, units[i].unit, &followers->states[i]);

                if (r < 0)
                        return r;
        }
        *ret = TAKE_PTR(followers);
        return 0;
}

Followers *followers_free(Followers *followers) {
        for (size_t i = 0; followers && i < ELEMENTSOF(units); i++)
                unit_state_done(&followers->states[i]);
        free(followers);
        return NULL;
}

static bool is_shown(const UnitState *state) {
        return state->active && strcmp(state->active, "inactive") != 0;
}

/* "mini-dhcp-hooks.service, active (running): 2 scripts, 7 leases told." */
static int describe_one(const FollowerUnit *unit, const UnitState *state, Details *details) {
        const bool failed = string_equal(state->active, "failed");
        _cleanup_free_ char *safe = format_safe(state->status_text), *text = NULL;

        if (!safe || asprintf(&text, "%s, %s (%s)%s%s%s%s", unit->unit, state->active,
                             failed ? state->result : state->sub, *safe ? ": " : "", safe,
                             failed ? "; see: journalctl -u " : "", failed ? unit->unit : "") < 0)
                return -ENOMEM;
        return details_add(details, unit->label, text, state_color(state->active));
}

int followers_describe(const Followers *followers, Details *details) {
        for (size_t i = 0; i < ELEMENTSOF(units); i++) {
                int r = is_shown(&followers->states[i])
                                ? describe_one(&units[i], &followers->states[i], details)
                                : 0;

                if (r < 0)
                        return r;
        }
        return 0;
}

static json_object *one_to_json(const FollowerUnit *unit, const UnitState *state) {
        json_object *object = json_object_new_object();

        if (object && json_add_take(object, "Unit", json_object_new_string(unit->unit)) >= 0 &&
                json_add_take(object, "ActiveState", json_object_new_string(state->active)) >= 0 &&
                json_add_take(object, "SubState", json_object_new_string(state->sub)) >= 0 &&
                json_add_take(object, "Result", json_object_new_string(state->result)) >= 0 &&
                json_add_take(object, "StatusText", json_object_new_string(state->status_text)) >=
                        0)
                return object;
        (void) json_object_put(object);
        return NULL;
}

json_object *followers_to_json(const Followers *followers) {
        json_object *array = json_object_new_array();

        for (size_t i = 0; array && i < ELEMENTSOF(units); i++) {
                json_object *object;

                if (!is_shown(&followers->states[i]))
                        continue;
                object = one_to_json(&units[i], &followers->states[i]);
                if (object && json_object_array_add(array, object) >= 0)
                        continue;
                (void) json_object_put(object);
                (void) json_object_put(array);
                array = NULL;
        }
        return array;
}

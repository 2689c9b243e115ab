/* SPDX-License-Identifier: MIT */

/* One table: whether there was a lease and is one, whose, and under which name. */

#include "hooks/plan.h"

static void copy_without_name(FollowRecord lease, FollowBuilder *ret) {
        const uint8_t *value;
        size_t size;

        size = follow_record_get(lease, FOLLOW_KEY, &value);
        follow_builder_init(ret, value, size);
        for (FollowTag tag = FOLLOW_KEY + 1; tag < FOLLOW_TAG_MAX; tag++) {
                size = tag == FOLLOW_HOSTNAME ? 0 : follow_record_get(lease, tag, &value);
                if (size > 0)
                        follow_builder_add(ret, tag, value, size);
        }
}

static HookAction unname(FollowRecord told, FollowRecord now, HookStep *ret) {
        copy_without_name(now, &ret->builder);
        ret->lease = told;
        ret->outcome = follow_builder_get(&ret->builder);
        return HOOK_UNNAME;
}

static HookAction decide(FollowRecord told, FollowRecord now, HookStep *ret) {
        HookName name_told, name_now;

        ret->lease = ret->outcome = now;
        if (!told.data)
                return now.data ? HOOK_ADD : HOOK_NOTHING;
        if (!now.data || !hook_lease_same_owner(told, now)) {
                ret->lease = told;
                ret->outcome = (FollowRecord){0};
                return HOOK_DEL;
        }
        hook_name_get(told, FOLLOW_HOSTNAME, &name_told);
        hook_name_get(now, FOLLOW_HOSTNAME, &name_now);
        if (!hook_name_equal(&name_told, &name_now))
                return *name_told.host ? unname(told, now, ret) : HOOK_OLD;
        return hook_lease_same_hardware(told, now) ? HOOK_NOTHING : HOOK_OLD;
}

HookAction hook_plan(FollowRecord told, FollowRecord now, HookStep *ret) {
        if (!hook_lease_is_bound(now))
                now = (FollowRecord){0};
        ret->action = decide(told, now, ret);
        return ret->action;
}

const char *hook_action_to_string(HookAction action) {
        switch (action) {
        case HOOK_DEL:
                return "del";
        case HOOK_UNNAME:
        case HOOK_OLD:
                return "old";
        case HOOK_ADD:
                return "add";
        case HOOK_ACTION_MAX:
        case HOOK_NOTHING:
                break;
        }
        return "";
}

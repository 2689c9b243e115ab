/* SPDX-License-Identifier: MIT */

/* The queue of actions: appends, never removes but all at once. Knows nothing of what the actions
 * mean. */

#include "core/actions.h"

void actions_reset(Actions *actions) {
        actions->verdict = VERDICT_INVALID;
        actions->message_error = MESSAGE_OK;
        actions->other_server = 0;
        actions->omitted = (CodeSet){0};
        actions->n_actions = 0;
        actions->packets_used = 0;
}

Action *actions_add(Actions *actions, ActionType type) {
        if (actions->n_actions >= ACTIONS_MAX)
                return NULL;

        Action *action = &actions->actions[actions->n_actions++];
        *action = (Action){.type = type};
        return action;
}

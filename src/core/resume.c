/* SPDX-License-Identifier: MIT */

/* Messages whose waiting is over: a packet is handled again, as if it came in now. */

#include "core/resume.h"

#include "core/dispatch.h"
#include "core/probing.h"
#include "core/server-state.h"

int server_resume(Server *server, usec_t now, Actions *actions) {
        WaitingMessage *message = &server->resumed;
        int r;

        r = server_handle_again(
                server, message->packet, message->size, &message->metadata, now, actions);
        if (r < 0) {
                message->until = now;
                prober_put_back(&server->prober, message);
        }
        return r;
}

static bool actions_have_commit(const Actions *actions) {
        for (size_t i = 0; i < actions->n_actions; i++)
                if (actions->actions[i].type == ACTION_COMMIT)
                        return true;
        return false;
}

int server_resume_due(Server *server, usec_t now, Actions *actions) {
        int r;

        for (size_t i = 0; i < WAITING_MAX; i++) {
                if (actions->n_actions > ACTIONS_MAX / 2 ||
                        actions->packets_used > sizeof(actions->packets) / 2)
                        break;
                /* A commit's lease must stay as it is until the caller has seen it. */
                if (actions_have_commit(actions))
                        break;
                if (!prober_take_due(&server->prober, now, &server->resumed))
                        break;
                r = server_resume(server, now, actions);
                if (r < 0)
                        return r;
        }
        return 0;
}

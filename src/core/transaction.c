/* SPDX-License-Identifier: MIT */

#include "core/transaction.h"

#include "core/commit.h"
#include "core/probing.h"
#include "core/server-state.h"

Transaction transaction_begin(Server *server, Actions *actions) {
        return (Transaction){
                .server = server,
                .actions = actions,
                .last_id = server->commits.last_id,
                .n_actions = actions->n_actions,
                .packets_used = actions->packets_used,
        };
}

void transaction_keep(const Transaction *transaction) {
        Server *server = transaction->server;

        commit_log_drop_notes(&server->commits, &server->table);
}

void transaction_take_back(const Transaction *transaction) {
        Server *server = transaction->server;
        Actions *actions = transaction->actions;

        /* what is not asked will not be answered */
        for (size_t i = transaction->n_actions; i < actions->n_actions; i++) {
                const Action *action = &actions->actions[i];

                if (action->type != ACTION_PROBE)
                        continue;
                prober_forget(&server->prober, action->probe.address);
                if (action->probe.way == PROBE_BY_ECHO)
                        prober_give_echo_back(&server->prober);
        }
        commit_log_rewind(&server->commits, &server->table, server->plan, transaction->last_id);
        actions->n_actions = transaction->n_actions;
        actions->packets_used = transaction->packets_used;
}

int transaction_end(const Transaction *transaction, int r) {
        if (r >= 0)
                transaction_keep(transaction);
        else
                transaction_take_back(transaction);
        return r;
}

int server_commit(Server *server, const LeaseRecord *record, LeaseEvent event, Actions *actions) {
        return commit_apply(&server->commits, &server->table, server->plan, record, event, actions);
}

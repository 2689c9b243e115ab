/* SPDX-License-Identifier: MIT */
#pragma once

/* What one call changes together: either all of it is kept, or it is taken back and neither leases
 * nor actions show that it was tried. Of what has been handed to the caller a transaction knows
 * nothing any more: that is taken back by server_commit_undo(). */

#include <stddef.h>
#include <stdint.h>

#include "core/actions.h"
#include "core/lease.h"

typedef struct Server Server;

/* As everything was when it began. */
typedef struct Transaction {
        Server *server;
        Actions *actions;
        uint64_t last_id;
        size_t n_actions;
        size_t packets_used;
} Transaction;

/**
 * transaction_begin() - from here on changes can be taken back together.
 *
 * @actions: where they are going to be appended
 */
Transaction transaction_begin(Server *server, Actions *actions);

/**
 * transaction_keep() - what has been done stays.
 */
void transaction_keep(const Transaction *transaction);

/**
 * transaction_take_back() - leases and actions are as they were, commit ids are given again, and
 * what was to be probed has not been asked for. Cannot fail.
 */
void transaction_take_back(const Transaction *transaction);

/**
 * transaction_end() - keeps what has been done, or takes it back if @r is negative. Return: @r.
 */
int transaction_end(const Transaction *transaction, int r);

/**
 * server_commit() - commit_apply() with the server's own table, log and plan.
 */
int server_commit(Server *server, const LeaseRecord *record, LeaseEvent event, Actions *actions);

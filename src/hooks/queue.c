/* SPDX-License-Identifier: MIT */

/* Invariant: an address is in a list when, and only when, there is a step from what scripts will
 * have been told of it, once the call that has begun is done, to what there is; the list is that of
 * the step's action. */

#include "hooks/queue.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/hash.h"
#include "basic/list.h"

typedef struct Waiting {
        ListNode node; /* in the list of its action */
        HashNode by_address;
        ipv4_t address;
        HookAction action;
} Waiting;

struct HookQueue {
        const Follower *now;
        Follower *told;
        uint8_t hash_key[16];
        HashTable by_address;
        List lists[HOOK_ACTION_MAX]; /* oldest first */
        bool held;

        bool has_begun; /* the call, and what scripts have been told when it is done */
        HookCall call;
        uint8_t outcome[FOLLOW_RECORD_MAX];
        size_t outcome_size; /* 0 = nothing */

        ipv4_t *round; /* sorted; what has been told meanwhile is not in it any more */
        size_t n_round;
        size_t round_at;
        bool round_data_missing;
};

static uint64_t hash_waiting(const HashNode *node, const void *userdata) {
        const HookQueue *queue = userdata;

        return hash_u32(CONTAINER_OF(node, const Waiting, by_address)->address, queue->hash_key);
}

int hook_queue_new(
        HookQueue **ret, const Follower *now, Follower *told, const uint8_t secret[static 16]) {
        HookQueue *queue = calloc(1, sizeof(*queue));

        if (!queue)
                return -ENOMEM;
        queue->now = now;
        queue->told = told;
        queue->held = true;
        memcpy(queue->hash_key, secret, sizeof(queue->hash_key));
        hash_table_init(&queue->by_address, hash_waiting, queue);
        for (size_t i = 0; i < HOOK_ACTION_MAX; i++)
                list_init(&queue->lists[i]);
        *ret = queue;
        return 0;
}

static Waiting *first_waiting(const HookQueue *queue) {
        for (size_t i = 0; i < HOOK_ACTION_MAX; i++) {
                ListNode *node = list_first(&queue->lists[i]);

                if (node)
                        return CONTAINER_OF(node, Waiting, node);
        }
        return NULL;
}

static void stop_waiting(HookQueue *queue, Waiting *waiting) {
        hash_table_remove(&queue->by_address, &waiting->by_address,
                hash_u32(waiting->address, queue->hash_key));
        list_remove(&waiting->node);
        free(waiting);
}

HookQueue *hook_queue_free(HookQueue *queue) {
        Waiting *waiting;

        if (!queue)
                return NULL;
        while ((waiting = first_waiting(queue)))
                stop_waiting(queue, waiting);
        hash_table_done(&queue->by_address);
        free(queue->round);
        free(queue);
        return NULL;
}

static Waiting *find_waiting(const HookQueue *queue, ipv4_t address) {
        const uint64_t hash = hash_u32(address, queue->hash_key);

        for (HashNode *node = hash_table_first(&queue->by_address, hash); node;
                node = hash_table_next(&queue->by_address, node, hash)) {
                Waiting *waiting = CONTAINER_OF(node, Waiting, by_address);

                if (waiting->address == address)
                        return waiting;
        }
        return NULL;
}

static bool is_being_told(const HookQueue *queue, ipv4_t address) {
        return queue->has_begun && hook_lease_address(hook_call_lease(&queue->call)) == address;
}

/* What scripts will have been told once the call that has begun is done. */
static FollowRecord told_of(const HookQueue *queue, ipv4_t address) {
        if (!is_being_told(queue, address))
                return follower_find(queue->told, FOLLOW_LEASE, &address, sizeof(address));
        return queue->outcome_size > 0 ? (FollowRecord){queue->outcome, queue->outcome_size}
                                       : (FollowRecord){0};
}

static FollowRecord now_of(const HookQueue *queue, ipv4_t address) {
        return follower_find(queue->now, FOLLOW_LEASE, &address, sizeof(address));
}

/* Whoever waits for the same as before keeps its place. */
static int wait_for(HookQueue *queue, ipv4_t address, HookAction action) {
        Waiting *waiting = find_waiting(queue, address);

        if (waiting && waiting->action == action)
                return 0;
        if (!waiting) {
                waiting = calloc(1, sizeof(*waiting));
                if (!waiting)
                        return -ENOMEM;
                waiting->address = address;
                if (hash_table_insert(&queue->by_address, &waiting->by_address,
                            hash_u32(address, queue->hash_key)) < 0) {
                        free(waiting);
                        return -ENOMEM;
                }
        }
        list_remove(&waiting->node);
        waiting->action = action;
        list_append(&queue->lists[action], &waiting->node);
        return 0;
}

int hook_queue_note(HookQueue *queue, ipv4_t address, FollowRecord now) {
        const HookAction action = hook_plan(told_of(queue, address), now, &(HookStep){0});
        Waiting *waiting;

        if (action != HOOK_NOTHING)
                return wait_for(queue, address, action);
        waiting = find_waiting(queue, address);
        if (waiting)
                stop_waiting(queue, waiting);
        /* times and the like, so that a later call has the newest */
        if (is_being_told(queue, address) || !hook_lease_is_bound(now))
                return 0;
        return follower_take_lease(queue->told, now);
}

static int note_gone(FollowRecord record, void *userdata) {
        HookQueue *queue = userdata;
        const ipv4_t address = hook_lease_address(record);

        return hook_lease_is_bound(now_of(queue, address))
                       ? 0
                       : hook_queue_note(queue, address, (FollowRecord){0});
}

int hook_queue_release(HookQueue *queue) {
        queue->held = false;
        return follower_each(queue->told, FOLLOW_LEASE, note_gone, queue);
}

bool hook_queue_is_held(const HookQueue *queue) {
        return queue->held;
}

/* ---- rounds ---------------------------------------------------------------------------------- */

static int collect_address(FollowRecord record, void *userdata) {
        HookQueue *queue = userdata;

        queue->round[queue->n_round++] = hook_lease_address(record);
        return 0;
}

static int compare_addresses(const void *a, const void *b) {
        const ipv4_t address_a = *(const ipv4_t *) a, address_b = *(const ipv4_t *) b;

        return address_a < address_b ? -1 : address_a > address_b;
}

int hook_queue_begin_round(HookQueue *queue, bool data_missing) {
        const size_t n = follower_count(queue->told, FOLLOW_LEASE);
        ipv4_t *round = calloc(MAX(n, (size_t) 1), sizeof(*round));

        if (!round)
                return -ENOMEM;
        free(queue->round);
        queue->round = round;
        queue->n_round = queue->round_at = 0;
        queue->round_data_missing = data_missing;
        (void) follower_each(queue->told, FOLLOW_LEASE, collect_address, queue);
        qsort(queue->round, queue->n_round, sizeof(*queue->round), compare_addresses);
        return 0;
}

/* Whoever is told of now need not be told once more. */
static void leave_round(HookQueue *queue, ipv4_t address) {
        ipv4_t *found = NULL;

        if (queue->round_at < queue->n_round)
                found = bsearch(&address, queue->round + queue->round_at,
                        queue->n_round - queue->round_at, sizeof(address), compare_addresses);
        if (!found)
                return;
        memmove(found, found + 1,
                (size_t) (queue->round + queue->n_round - found - 1) * sizeof(*found));
        queue->n_round--;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static const HookCall *begin(HookQueue *queue, const HookStep *step, bool data_missing) {
        queue->has_begun = true;
        hook_call_init(&queue->call, step->action, step->lease, data_missing);
        queue->outcome_size = step->outcome.size;
        if (step->outcome.size > 0)
                memcpy(queue->outcome, step->outcome.data, step->outcome.size);
        leave_round(queue, hook_lease_address(step->lease));
        return &queue->call;
}

/* Where one step is not all, the address waits on. Return: NULL when nothing waits. */
static const HookCall *begin_change(HookQueue *queue) {
        Waiting *waiting = first_waiting(queue);
        HookStep step;
        ipv4_t address;

        if (!waiting)
                return NULL;
        address = waiting->address;
        (void) hook_plan(told_of(queue, address), now_of(queue, address), &step);
        assert(step.action == waiting->action);
        (void) begin(queue, &step, false);
        if (hook_plan(told_of(queue, address), now_of(queue, address), &step) == HOOK_NOTHING)
                stop_waiting(queue, waiting);
        else
                (void) wait_for(queue, address, step.action); /* which is another one: no memory */
        return &queue->call;
}

/* Return: NULL when no round is left. */
static const HookCall *begin_old(HookQueue *queue) {
        while (queue->round_at < queue->n_round) {
                const ipv4_t address = queue->round[queue->round_at++];
                const FollowRecord lease = told_of(queue, address);

                if (lease.data)
                        return begin(queue,
                                &(HookStep){.action = HOOK_OLD, .lease = lease, .outcome = lease},
                                queue->round_data_missing);
        }
        return NULL;
}

const HookCall *hook_queue_next(HookQueue *queue) {
        const HookCall *call;

        if (queue->held || queue->has_begun)
                return NULL;
        call = begin_change(queue);
        return call ? call : begin_old(queue);
}

int hook_queue_done(HookQueue *queue) {
        const ipv4_t address = hook_lease_address(hook_call_lease(&queue->call));
        int r;

        assert(queue->has_begun);
        if (queue->outcome_size > 0)
                r = follower_take_lease(
                        queue->told, (FollowRecord){queue->outcome, queue->outcome_size});
        else
                r = follower_take_removed(queue->told, address);
        if (r >= 0)
                queue->has_begun = false;
        return r;
}

size_t hook_queue_length(const HookQueue *queue) {
        return queue->by_address.n_nodes;
}

size_t hook_queue_round_length(const HookQueue *queue) {
        return queue->n_round - queue->round_at;
}

/* SPDX-License-Identifier: MIT */
#pragma once

/* An intrusive doubly linked list with a head node. A node that is in no list has NULL links. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/macro.h"

typedef struct ListNode {
        struct ListNode *previous;
        struct ListNode *next;
} ListNode;

/* The head: head.next is the first, head.previous the last element. */
typedef ListNode List;

static inline void list_init(List *list) {
        list->previous = list->next = list;
}

static inline bool list_is_empty(const List *list) {
        return list->next == list;
}

static inline bool list_is_linked(const ListNode *node) {
        return node->next != NULL;
}

static inline void list_insert_after(ListNode *place, ListNode *node) {
        node->previous = place;
        node->next = place->next;
        place->next->previous = node;
        place->next = node;
}

static inline void list_append(List *list, ListNode *node) {
        list_insert_after(list->previous, node);
}

/* Unlinks a node; nothing happens when it is in no list. */
static inline void list_remove(ListNode *node) {
        if (!list_is_linked(node))
                return;
        node->previous->next = node->next;
        node->next->previous = node->previous;
        node->previous = node->next = NULL;
}

/* Puts a node into the place of another one, which is in no list then; nothing happens when that
 * is in none. */
static inline void list_replace(ListNode *old, ListNode *node) {
        if (!list_is_linked(old))
                return;
        list_insert_after(old, node);
        list_remove(old);
}

static inline ListNode *list_first(const List *list) {
        return list_is_empty(list) ? NULL : list->next;
}

#define LIST_FOREACH(node, list)                                                                   \
        for (ListNode *node = (list)->next; node != (list); node = node->next)
#define LIST_FOREACH_SAFE(node, following, list)                                                   \
        for (ListNode *node = (list)->next, *following = node->next; node != (list);               \
                node = following, following = node->next)

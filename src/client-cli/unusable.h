/* SPDX-License-Identifier: MIT */
#pragma once

/* Answers that were of no use: a server that answers wrongly is not one that is silent, and whoever
 * looks for the mistake has to hear which server it was, and what was wrong. */

#include <stdbool.h>

#include "client/minidhcp-client.h"

#define UNUSABLE_TEXT_MAX 192

/* The last one; all of it zero where there was none. */
typedef struct Unusable {
        struct in_addr server;
        mdc_drop drop;
} Unusable;

/**
 * unusable_note() - remembers an answer that could not be used; takes every event.
 *
 * An answer that was used ends it. Replies to others, and those that are merely late, do not count.
 * Return: whether it differs from the one remembered, and so should be told.
 */
bool unusable_note(Unusable *unusable, const mdc_event *event);

/**
 * unusable_describe() - "192.168.1.1 has answered, but without a lease time (option 51)".
 * Return: whether there was one; @ret is filled in then.
 */
bool unusable_describe(const Unusable *unusable, char ret[static UNUSABLE_TEXT_MAX]);

/**
 * drop_describe() - what is wrong with a reply, as the end of such a sentence.
 */
const char *drop_describe(mdc_drop drop);

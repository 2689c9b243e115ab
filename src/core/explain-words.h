/* SPDX-License-Identifier: MIT */
#pragma once

/* The part of a dry run that says what there is to say when all has been decided. */

#include "core/explain-place.h"
#include "core/explain.h"

typedef struct Request Request;

/**
 * explain_say_more() - what follows from what has been decided: a remedy, a reservation out of
 * reach, options without room.
 *
 * @request: as the server has left it
 */
void explain_say_more(const Request *request, const ExplainQuery *query,
        const ExplainMemory *memory, const ExplainPlace *place, const Explanation *explanation);

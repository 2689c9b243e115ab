/* SPDX-License-Identifier: MIT */
#pragma once

/* The sentences of an explanation, put down where things are decided. A request without a trace,
 * which is every real one, pays a comparison. */

#include "basic/ipv4.h"
#include "basic/macro.h"

typedef struct Trace {
        char **steps;
        int error;   /* -ENOMEM once a sentence got lost */
        ipv4_t held; /* by another client, as has been said; 0 = none */
} Trace;

/**
 * trace_say() - adds a sentence.
 */
void trace_say(Trace *trace, const char *format, ...) _printf_(2, 3);

#define request_say(request, ...)                                                                  \
        do {                                                                                       \
                if ((request)->trace)                                                              \
                        trace_say((request)->trace, __VA_ARGS__);                                  \
        } while (0)

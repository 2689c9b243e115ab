/* SPDX-License-Identifier: MIT */
#pragma once

/* The verbs that hand over to busctl with our names filled in. They return only if they fail. */

#include "ctl/context.h"

/**
 * verb_tree() - tree: all objects of the server.
 */
ExitStatus verb_tree(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_introspect() - introspect [PATH [INTERFACE]]: interfaces, methods, properties and signals.
 */
ExitStatus verb_introspect(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_get_property() - get-property PATH INTERFACE PROPERTY….
 */
ExitStatus verb_get_property(Context *context, char *const *arguments, size_t n_arguments);

/**
 * verb_call() - call PATH INTERFACE METHOD [SIGNATURE [ARGUMENT…]].
 */
ExitStatus verb_call(Context *context, char *const *arguments, size_t n_arguments);

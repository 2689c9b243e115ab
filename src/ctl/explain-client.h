/* SPDX-License-Identifier: MIT */
#pragma once

/* Which client a person means: by hardware address or client identifier, by the address or hostname
 * of its lease, or as a host of the configuration. */

#include "ctl/lease-pick.h"
#include "ctl/pattern.h"

/* One of both has bytes at least. */
typedef struct ExplainClient {
        uint8_t hardware[PATTERN_BYTES_MAX];
        size_t hardware_size;
        uint8_t client_id[PATTERN_BYTES_MAX];
        size_t client_id_size;
} ExplainClient;

/**
 * explain_client_find() - asks the server who is meant. Who is named by a hardware address or a
 * client identifier need not be known to it.
 *
 * @text: that the pattern was read from
 * Return: STATUS_OK; having reported STATUS_NOT_FOUND, STATUS_FAILURE when several clients are
 * meant, or what came of asking.
 */
ExitStatus explain_client_find(const Context *context, LeaseSource *source, const Pattern *pattern,
        const char *text, ExplainClient *ret);

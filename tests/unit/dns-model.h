/* SPDX-License-Identifier: MIT */
#pragma once

/* A DNS server for tests: records by name, updates as RFC 2136 3 has them, requests and answers
 * signed. It reads messages by libldns, and has a clock of its own. */

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/buffer.h"
#include "basic/hash.h"
#include "basic/list.h"
#include "dns-update/key.h"
#include "dns-update/tsig.h"

/* As ck_assert(), which writes to a file each time, even where it holds. */
#define require(condition)                                                                         \
        do {                                                                                       \
                if (!(condition))                                                                  \
                        ck_abort_msg("%s", #condition);                                            \
        } while (0)

typedef struct DnsModel {
        const DnsKey *key;     /* NULL = nothing is signed */
        const char *zones[4];  /* canonical */
        int64_t clock_ahead;   /* seconds that its clock is ahead of ours */
        int64_t answers_ahead; /* seconds that its signatures are */
        uint8_t rcode;         /* of every answer; 0 = what comes of the update */
        const char *refused;   /* the name for which that is REFUSED, or NULL */
        bool is_unsigned;      /* its answers are */
        bool forgets_request;  /* its signatures do not cover the request */
        bool truncates;        /* what came by UDP */
        HashTable by_name;     /* of its records */
        List all;
        unsigned n_requests;
        unsigned n_changes; /* requests that changed something */
} DnsModel;

/**
 * dns_model_init() - a server without records.
 */
void dns_model_init(DnsModel *model, const DnsKey *key);

/**
 * dns_model_done() - frees the records.
 */
void dns_model_done(DnsModel *model);

/**
 * dns_model_add() - an administrator's record. @data: as zone files write it
 */
void dns_model_add(DnsModel *model, const char *name, const char *type, const char *data);

/**
 * dns_model_handle() - takes a request, appends the answer to @ret.
 *
 * @now: seconds since the epoch
 */
void dns_model_handle(
        DnsModel *model, const uint8_t *data, size_t size, bool tcp, uint64_t now, Buffer *ret);

/**
 * dns_model_text() - the records, sorted: "NAME TTL TYPE DATA", a line each. Of DHCID the data is
 * left out. Return: a string for free().
 */
char *dns_model_text(const DnsModel *model);

/* SPDX-License-Identifier: MIT */
#pragma once

/* What a client has configured on an interface: exactly what it may replace or remove. It outlives
 * the process in the state file. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "client-cli/resolver.h"
#include "client-cli/routes.h"

typedef struct Record {
        int ifindex;
        bool has_address;   /* false: somebody else has configured it, or nobody */
        Ipv4Prefix address; /* of the lease, ours or not; its address is the routes' source */
        uint32_t metric;
        uint32_t table;
        Route *routes;
        size_t n_routes;
        uint32_t mtu; /* that was set; 0 = none */
        uint32_t mtu_before;
        ResolverKind resolver; /* that was told */
} Record;

/**
 * record_done() - frees what it owns; the record is empty.
 */
void record_done(Record *record);

/**
 * record_is_empty() - whether nothing is ours.
 */
bool record_is_empty(const Record *record);

/**
 * record_has_route() - whether this route is ours.
 */
bool record_has_route(const Record *record, const Route *route);

/**
 * record_take_routes() - these are ours from now on, and the former no more.
 *
 * @routes: @n, taken
 */
void record_take_routes(Record *record, Route *routes, size_t n);

/**
 * record_to_json() - as an object.
 * @ret: receives a reference for json_object_put()
 * Return: 0, -ENOMEM.
 */
int record_to_json(const Record *record, json_object **ret);

/**
 * record_from_json() - reads one. Nothing of it is believed when a part is damaged.
 *
 * @object: may be NULL or of any kind
 * @ret: receives what record_done() frees
 * Return: 0, -EBADMSG, -ENOMEM.
 */
int record_from_json(const json_object *object, Record *ret);

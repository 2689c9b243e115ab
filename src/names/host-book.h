/* SPDX-License-Identifier: MIT */
#pragma once

/* The configured hosts, to be found by what a lease says of its client. */

#include <stddef.h>
#include <stdint.h>

#include "basic/hash.h"
#include "basic/list.h"
#include "basic/macro.h"
#include "follow/record.h"

typedef struct HostBook {
        List hosts;
        HashTable keys;
        uint8_t hash_key[16];
} HostBook;

/**
 * host_book_init() - an index without hosts. It stays where it is.
 *
 * @hash_key: secret of the hash function
 */
void host_book_init(HostBook *index, const uint8_t hash_key[static 16]);

/**
 * host_book_done() - frees all hosts.
 */
void host_book_done(HostBook *index);

/**
 * host_book_put() - adds a host, or takes the place of the one of the same name.
 *
 * @host: copied
 * Return: 0, -ENOMEM with the index unchanged.
 */
int host_book_put(HostBook *index, FollowRecord host);

/**
 * host_book_remove() - removes the host of a name; nothing happens when there is none.
 */
void host_book_remove(HostBook *index, const uint8_t *name, size_t size);

/**
 * host_book_find() - the host that the client of a lease is: by client identifier, else by
 * hardware address, else by circuit. One of another pool is not, unless the server has given the
 * lease its name.
 *
 * Return: the host's record, borrowed; no data when it is none.
 */
FollowRecord host_book_find(const HostBook *index, FollowRecord lease);

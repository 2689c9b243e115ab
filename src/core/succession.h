/* SPDX-License-Identifier: MIT */
#pragma once

/* A reserved address that goes from one machine to another: the device on a relay's port was
 * replaced. The newcomer gets it at once; the one that was put out does not
 * take it back while the other one lives, or the two would do so for ever. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "core/lease.h"

#define SUCCESSIONS_MAX 64
#define TAKEN_MAX 32

typedef struct Request Request;

/* Of fixed size: what is forgotten costs a move more. */
typedef struct SuccessionTable {
        struct {
                ipv4_t address;   /* 0 = empty */
                uint64_t put_out; /* hash of the client that had it */
                usec_t until;     /* its lease would have ended by then */
                bool told;        /* that both are alive */
        } items[SUCCESSIONS_MAX];
        size_t next; /* to be overwritten */
        struct {
                ipv4_t address; /* whose holder has been named */
                usec_t until;
        } taken[TAKEN_MAX];
        size_t next_taken;
} SuccessionTable;

/**
 * request_may_succeed() - whether the client gets a reserved address that is bound to another one.
 *
 * It does where the address is reserved for whatever is on a circuit; where ARP reaches the other
 * one, once that one has been asked for and does not answer; and not within the lease of a client
 * that it has put out itself, until the present holder misses its T1.
 */
bool request_may_succeed(const Request *request, const Lease *lease);

/**
 * request_find_predecessor() - who is put out when the client is bound to an address.
 *
 * @lease: of the address, or NULL
 * Return: the hash of the client that has it, on another machine; 0 when there is none.
 */
uint64_t request_find_predecessor(const Request *request, const Lease *lease);

/**
 * succession_note() - remembers that a client has been put out of an address.
 *
 * @until: its lease would have ended then
 */
void succession_note(SuccessionTable *table, ipv4_t address, uint64_t put_out, usec_t until);

/**
 * request_tell_holder() - says who has the address that is reserved for the client, where another
 * machine does: once an hour, or once that the one that was put out is alive, too.
 */
void request_tell_holder(Request *request);

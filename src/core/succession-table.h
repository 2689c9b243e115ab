/* SPDX-License-Identifier: MIT */
#pragma once

/* Who was put out of a reserved address by whom, and whom an administrator was told of. Of fixed
 * size: what is forgotten costs a move more. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "wire/frame.h"

#define SUCCESSIONS_MAX 64
#define TAKEN_MAX 32

typedef struct Succession {
        ipv4_t address;   /* 0 = empty */
        uint64_t put_out; /* hash of the client that had it */
        usec_t until;     /* its lease would have ended by then */
        uint8_t hardware[ETHERNET_ADDRESS_SIZE];
        bool is_known; /* its hardware address */
        bool told;     /* that both are alive */
} Succession;

typedef struct SuccessionTable {
        Succession items[SUCCESSIONS_MAX];
        size_t next;  /* to be overwritten */
        usec_t until; /* none of the items counts any more */
        struct {
                ipv4_t address; /* whose holder has been named */
                usec_t until;
        } taken[TAKEN_MAX];
        size_t next_taken;
} SuccessionTable;

/**
 * succession_table_has() - whether a client was put out of an address not long ago: within what was
 * left of its lease. O(entries).
 *
 * @put_out: its hash
 */
bool succession_table_has(
        const SuccessionTable *table, ipv4_t address, uint64_t put_out, usec_t now);

/**
 * succession_table_add() - remembers that a client was put out. O(1).
 */
void succession_table_add(SuccessionTable *table, const Succession *succession);

/**
 * succession_table_may_tell() - whether an administrator has not been told within an hour who has
 * an address. O(entries).
 */
bool succession_table_may_tell(const SuccessionTable *table, ipv4_t address, usec_t now);

/**
 * succession_table_note_told() - he has been told now. O(1).
 */
void succession_table_note_told(SuccessionTable *table, ipv4_t address, usec_t now);

/* SPDX-License-Identifier: MIT */
#pragma once

/* Hardware addresses whose ARP answers have been put to the test. A device that answers for every
 * address (proxy ARP) answers for one that nobody has as well; a machine with many addresses of its
 * own (ipvlan, a hypervisor) does not.
 *
 * Who answers an ICMP echo behind a relay cannot be told. There all that answers in a subnet is put
 * to the test together: a router or a translator of addresses that answers for a whole subnet
 * answers for all the addresses of a test, other hosts have a few of them at most.
 *
 * Knows no leases and no pools: which addresses nobody has is proxy-test.c, what follows from a
 * test is claim.c. The table has a fixed size: who invents hardware addresses costs no memory and
 * pushes out only what was tested longest ago. Time alone ends a test; nothing has to happen for
 * it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/time.h"
#include "wire/frame.h"

#define PROXY_SUSPECTS_MAX 32
#define PROXY_TEST_ADDRESSES 2

/* Instead of these two: hosts that were configured by hand may have several of the addresses. */
#define PROXY_ECHO_TEST_ADDRESSES 8

/* As long as answers are listened for. Linux delays what it answers as a proxy by up to 0.8 s. */
#define PROXY_TEST_USEC USEC_PER_SEC

/* Who has passed a test is tested again when it answers for more after this time: it may begin
 * later, or an answer may have been lost. Each time it is twice as long: who has many addresses may
 * have those, too, that are thought to be nobody's. */
#define PROXY_TEST_AGAIN_USEC (10 * USEC_PER_SEC)
#define PROXY_TEST_AGAIN_MAX_USEC (10 * USEC_PER_MINUTE)

#define PROXY_DISTRUST_USEC USEC_PER_HOUR

typedef enum ProxyTrust {
        PROXY_TRUSTED,    /* its word counts */
        PROXY_DOUBTED,    /* it was a proxy an hour ago and has not passed a test since */
        PROXY_DISTRUSTED, /* it is a proxy; its word does not count */
} ProxyTrust;

typedef enum ProxyAnswer {
        PROXY_ANSWER_UNASKED, /* the address is not part of a test of this hardware address */
        PROXY_ANSWER_COUNTED, /* it is; another answer is missing */
        PROXY_ANSWER_PROOF,   /* with it, the hardware address has answered for all of them */
} ProxyAnswer;

/* The link of those who answer ICMP echo. */
#define PROXY_ECHO_LINK UINT32_MAX

typedef struct ProxySuspect {
        uint32_t ifindex; /* 0 = the place is free */
        uint8_t hardware[ETHERNET_ADDRESS_SIZE];
        ipv4_t tests[PROXY_ECHO_TEST_ADDRESSES]; /* that it was asked for last */
        bool answered[PROXY_ECHO_TEST_ADDRESSES];
        uint8_t n_tests;
        uint8_t n_passed;        /* tests in a row that have shown nothing */
        bool told;               /* an administrator has been told that it is a proxy */
        bool unfinished;         /* addresses may still be set aside by its word alone */
        usec_t tested;           /* when the last test began */
        usec_t distrusted_until; /* 0 = it is no proxy as far as is known */
} ProxySuspect;

typedef struct ProxyTable {
        ProxySuspect suspects[PROXY_SUSPECTS_MAX]; /* in no order */
        bool unfinished;                           /* one of them is */
} ProxyTable;

/**
 * proxy_echo_hardware() - what stands for a hardware address on PROXY_ECHO_LINK: the subnet that
 * the answers come from.
 */
void proxy_echo_hardware(Ipv4Prefix subnet, uint8_t ret[static ETHERNET_ADDRESS_SIZE]);

/**
 * proxy_echo_subnet() - the inverse.
 */
Ipv4Prefix proxy_echo_subnet(const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]);

/**
 * proxy_table_find_test() - who on a link is being put to the test with an address, or NULL;
 * borrowed as that of proxy_table_find(). O(suspects).
 */
ProxySuspect *proxy_table_find_test(
        ProxyTable *table, uint32_t ifindex, ipv4_t address, usec_t now);

/**
 * proxy_table_find() - what is known of a hardware address on a link, or NULL; borrowed until the
 * next test begins. O(suspects).
 */
ProxySuspect *proxy_table_find(
        ProxyTable *table, uint32_t ifindex, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]);

/**
 * proxy_suspect_judge() - whether its word counts. A suspect that was a proxy and has passed a test
 * since is none any more.
 *
 * @suspect: NULL = nothing is known, which is trusted
 */
ProxyTrust proxy_suspect_judge(ProxySuspect *suspect, usec_t now);

/**
 * proxy_suspect_is_tested() - whether a test is under way.
 *
 * @suspect: may be NULL
 */
bool proxy_suspect_is_tested(const ProxySuspect *suspect, usec_t now);

/**
 * proxy_suspect_is_due() - whether it is time for a test, the first one or another.
 *
 * @suspect: may be NULL
 */
bool proxy_suspect_is_due(const ProxySuspect *suspect, usec_t now);

/**
 * proxy_table_begin() - a test begins: these addresses are being asked for. O(suspects).
 *
 * @tests: @n_tests addresses, at most PROXY_ECHO_TEST_ADDRESSES
 */
void proxy_table_begin(ProxyTable *table, uint32_t ifindex,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], const ipv4_t *tests, size_t n_tests,
        usec_t now);

/**
 * proxy_table_reopen() - addresses may be set aside again by the word of any proxy.
 */
void proxy_table_reopen(ProxyTable *table);

/**
 * proxy_suspect_answer() - it has answered for an address. With PROXY_ANSWER_PROOF it is distrusted
 * from now on.
 *
 * @suspect: may be NULL
 */
ProxyAnswer proxy_suspect_answer(ProxySuspect *suspect, ipv4_t address, usec_t now);

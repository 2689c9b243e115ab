/* SPDX-License-Identifier: MIT */
#pragma once

/* Tests of the server as transcripts: what comes in at which second, what must come out. A
 * transcript is text, one thing a line; after each line all invariants are checked.
 *
 *   link br0 192.168.1.1/24 mtu=700   an interface; the first is number 2, the next 3 …
 *   pool lan 192.168.1.0/24 .100-.102 ranges, then keys, see below
 *   host printer mac=p address=.50    a reservation
 *   lenient no / rate 10              of the server
 *   memory                            is always there, see below
 *
 *   0    a DISCOVER name=laptop       client a (02:00:00:00:00:0a), at second 0
 *        -> OFFER .100 lease=3600     must come out: every action, in order
 *        = offered                    the verdict
 *        = other-server .9 lan        and the foreign server that the message gives away, and the
 *                                     pool; without these there must be none
 *   1    a REQUEST server=.1 ask=.100
 *        -> COMMIT granted .100 a
 *        -> ACK .100
 *   2    tick                         server_advance()
 *        ? .100 bound a until=3601    a lease as it is now; "none" when there is none
 *        ? lan used=1 free=2          a pool's counters
 *
 * Addresses that begin with a dot are in 192.168.1.0/24. Actions that no line expects fail the
 * test, as does an expected one that does not come. An ACK must wait for the last COMMIT,
 * everything else for none.
 *
 * Before an input is handled, it fails for want of memory at each place where it needs some, and
 * must have changed nothing. Where it counts in which portions something is done, "memory" is
 * there. */

/**
 * transcript_run() - runs a transcript; fails the test at the first line that does not hold.
 */
void transcript_run(const char *text);

/* A test that is one transcript. */
#define TRANSCRIPT(name, text)                                                                     \
        START_TEST(name)                                                                           \
        { transcript_run(text); }                                                                  \
        END_TEST                                                                                   \
        struct name##_needs_semicolon

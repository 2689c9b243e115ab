/* SPDX-License-Identifier: MIT */
#pragma once

/* Asks by ICMP echo whether somebody has an address that routing leads to, and hears the answers.
 *
 * An answer counts that comes from the address that was asked, with the identifier, the sequence
 * number and the random bytes of the question, once: nobody can forge one without having seen the
 * question. Errors (host unreachable and the like) are no answers. All other ICMP stays in the
 * kernel. */

#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "basic/time.h"

enum {
        ECHO_SOCKET_BATCH = 16,
        ECHO_SOCKET_WATCH_MAX = 128, /* questions whose answers are listened for at a time */
};

typedef struct EchoSocket EchoSocket;

/**
 * echo_socket_new() - opens a raw ICMP socket (needs CAP_NET_RAW).
 *
 * Return: 0, -EPERM without the capability, -EAFNOSUPPORT where a sandbox allows no such socket,
 * -ENOMEM, other negative errno.
 */
int echo_socket_new(EchoSocket **ret);

/**
 * echo_socket_free() - closes the socket. Return: NULL.
 */
EchoSocket *echo_socket_free(EchoSocket *socket);

/**
 * echo_socket_fd() - for polling. Borrowed.
 */
int echo_socket_fd(const EchoSocket *socket);

/**
 * echo_socket_ask() - sends an echo request as routing says, from the address that routing chooses,
 * and listens for its answer until the given time. An address that is listened for already is asked
 * again by the same question. With ECHO_SOCKET_WATCH_MAX questions the one that would end first is
 * given up.
 *
 * @target: the address in question, not 0
 * @until: when listening ends, see echo_socket_expire(); a later one of two calls wins
 * Return: 0, -EINVAL when @target is 0, -ENETUNREACH and -EHOSTUNREACH when no way leads there,
 * -EACCES for a broadcast address, other negative errno.
 */
int echo_socket_ask(EchoSocket *socket, ipv4_t target, usec_t until);

/**
 * echo_socket_expire() - stops listening for answers whose time is over.
 *
 * @now: on the clock that the `until` times are of
 */
void echo_socket_expire(EchoSocket *socket, usec_t now);

/**
 * echo_socket_n_watched() - how many answers are listened for.
 */
size_t echo_socket_n_watched(const EchoSocket *socket);

/**
 * echo_socket_receive() - takes up to ECHO_SOCKET_BATCH packets with one system call. Never blocks.
 *
 * @ret: receives a borrowed array of the addresses that have answered, valid until the next call
 * Return: how many have; 0 when there is no packet, or none that counts; negative errno.
 */
int echo_socket_receive(EchoSocket *socket, const ipv4_t **ret);

DEFINE_POINTER_CLEANUP(EchoSocket, echo_socket_free);

/* SPDX-License-Identifier: MIT */
#pragma once

/* Follows the leases and hosts of a server: keeps a mirror of them, and tells each difference once,
 * with what was there before. Without I/O and clock: it is told what the bus says and what time it
 * is, and says what to ask next; see bus-follower.h for the binding.
 *
 * How: ListChanges from the number known last; where that is not complete, all leases page by page,
 * then ListChanges from where the listing began, and only then what has been seen in neither is
 * gone. Hosts are listed whole whenever a signal says that they are others.
 *
 * What has been told is written to a log, which outlives this program: after a restart the mirror
 * is what was told, and what differs from it is told. A mirror costs about 90 bytes a lease,
 * however many changes there are.
 *
 * Times are microseconds on any clock that never goes back. */

#include <stdbool.h>
#include <stdint.h>

#include "basic/buffer.h"
#include "basic/macro.h"
#include "basic/time.h"
#include "follow/record.h"

typedef struct Follower Follower;

enum {
        FOLLOW_PAGE = 500, /* what is asked for in one call; the server gives no more */
};

typedef enum FollowChangeType {
        FOLLOW_ADDED,
        FOLLOW_CHANGED,
        FOLLOW_REMOVED,
} FollowChangeType;

typedef struct FollowChange {
        FollowKind kind;
        FollowChangeType type;
        FollowRecord old; /* nothing when it was added; borrowed for the call, like new */
        FollowRecord new; /* nothing when it was removed */
        uint32_t differs; /* when it was changed, in what: see follow_record_differ() */
} FollowChange;

/* Told of each change, in order. Return: 0; negative errno when it could not be taken: it is told
 * again, later. */
typedef int (*FollowFunction)(const FollowChange *change, void *userdata);

/* What to ask the server. */
typedef enum FollowCall {
        FOLLOW_CALL_INSTANCE, /* the property of the manager */
        FOLLOW_CALL_CHANGES,  /* ListChanges(instance, number, FOLLOW_PAGE) */
        FOLLOW_CALL_LEASES,   /* ListLeases({}, number, FOLLOW_PAGE) */
        FOLLOW_CALL_HOSTS,    /* ListHostSettings({}, number, FOLLOW_PAGE) */
} FollowCall;

typedef struct FollowRequest {
        FollowCall call;
        const char *instance; /* borrowed */
        uint64_t number;
} FollowRequest;

/**
 * follower_new() - a follower that knows nothing, of a server that is not there.
 *
 * @secret: of hash functions
 * @function: may be called by every function below that says so
 * Return: 0, -ENOMEM.
 */
int follower_new(
        Follower **ret, const uint8_t secret[static 16], FollowFunction function, void *userdata);

/**
 * follower_free() - Return: NULL.
 */
Follower *follower_free(Follower *follower);

/**
 * follower_set_present() - a server has got the name on the bus, another one than before, or it has
 * gone. What was asked is not answered any more. Of a server that goes nothing is told: its leases
 * are still there.
 */
void follower_set_present(Follower *follower, bool present, usec_t now);

/**
 * follower_pause() - asks for nothing while its owner cannot take more changes.
 */
void follower_pause(Follower *follower, bool paused);

/**
 * follower_leases_signalled() - the server says that leases have changed.
 */
void follower_leases_signalled(Follower *follower);

/**
 * follower_hosts_signalled() - the server says that hosts have changed.
 */
void follower_hosts_signalled(Follower *follower);

/**
 * follower_next() - what to ask now, if anything. It counts as asked: either the take and end
 * functions of this call or follower_failed() follow before the next.
 *
 * Return: whether there is something.
 */
bool follower_next(Follower *follower, usec_t now, FollowRequest *ret);

/**
 * follower_deadline() - when to call follower_next() again if nothing happens before;
 * USEC_INFINITY for never.
 */
usec_t follower_deadline(const Follower *follower);

/**
 * follower_failed() - there is no answer to what was asked, an error, or what was told could not be
 * taken: it is asked again, after a second that doubles up to half a minute.
 */
void follower_failed(Follower *follower, usec_t now);

/**
 * follower_take_instance() - the answer to FOLLOW_CALL_INSTANCE.
 */
void follower_take_instance(Follower *follower, const char *instance);

/**
 * follower_take_lease() - a lease of a page, of ListChanges or ListLeases; calls the function when
 * it is new or has changed.
 * Return: 0, -ENOMEM, what the function has returned; follower_failed() is to follow an error.
 */
int follower_take_lease(Follower *follower, FollowRecord lease);

/**
 * follower_take_removed() - a removed address of ListChanges. Return: as follower_take_lease().
 */
int follower_take_removed(Follower *follower, ipv4_t address);

/**
 * follower_end_changes() - the end of a page of ListChanges, after all its leases; may call the
 * function for what is gone after a listing. O(1), or O(leases) then.
 * Return: as follower_take_lease().
 */
int follower_end_changes(Follower *follower, uint64_t next, bool complete, usec_t now);

/**
 * follower_end_leases() - the end of a page of ListLeases.
 */
void follower_end_leases(Follower *follower, uint64_t next);

/**
 * follower_take_host() - a host of a page of ListHostSettings. Return: as follower_take_lease().
 */
int follower_take_host(Follower *follower, FollowRecord host);

/**
 * follower_end_hosts() - the end of such a page. Return: as follower_end_changes().
 */
int follower_end_hosts(Follower *follower, uint64_t next, uint64_t generation, usec_t now);

/**
 * follower_is_settled() - whether the mirror is the server's leases and hosts as far as signals
 * tell.
 */
bool follower_is_settled(const Follower *follower);

/**
 * follower_is_present() - whether there is a server.
 */
bool follower_is_present(const Follower *follower);

/**
 * follower_count() - how many leases or hosts there are.
 */
size_t follower_count(const Follower *follower, FollowKind kind);

/**
 * follower_find() - what was told last of a key; no data when nothing is there. Borrowed until the
 * next change.
 */
FollowRecord follower_find(const Follower *follower, FollowKind kind, const void *key, size_t size);

/**
 * follower_each() - calls a function with every record of a kind, in no particular order.
 * Return: 0, or what the function returns when that is negative.
 */
int follower_each(const Follower *follower, FollowKind kind,
        int (*function)(FollowRecord record, void *userdata), void *userdata);

/**
 * follower_restore() - takes what a log says, before anything else.
 *
 * @data: @size bytes of a log; an end that is torn is left out
 * Return: how many bytes of it are whole; -EBADMSG when it is no log, -ENOMEM.
 */
int64_t follower_restore(Follower *follower, const uint8_t *data, size_t size);

/**
 * follower_get_log() - what was told since the log was emptied last, to be appended to what was
 * kept and emptied (buffer_clear()). Without memory buffer->error is set: then all of it is to be
 * written again, by follower_write_log().
 */
Buffer *follower_get_log(Follower *follower);

/**
 * follower_write_log() - a log of its own of all that is known. O(leases + hosts).
 * Return: 0, -ENOMEM.
 */
int follower_write_log(const Follower *follower, Buffer *ret);

DEFINE_POINTER_CLEANUP(Follower, follower_free);

/* SPDX-License-Identifier: MIT */

/* A server without sockets, and a lease file without a loop: the worker's answers are waited for.
 *
 * Invariant: a row that was changed gets a tag of its own, so that nobody who has the file open in
 * an editor seems to have seen it. */

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>

#include "core/grant.h"
#include "store/lease-file-internal.h"
#include "store/life.h"
#include "store/offline-file.h"
#include "wire/client-id.h"
#include "wire/protocol.h"

enum {
        SLICE_SLOTS = 1024,
        CLIENT_ID_SIZE_MIN = 2, /* RFC 2132 9.14 */
};

struct OfflineFile {
        Server *server;
        LeaseFile *file;
        ClockPair clock;
        Actions actions;
        bool changed;
        /* of the rewrite */
        bool ended;
        int result;
        const char *operation; /* that failed */
};

int offline_file_new(OfflineFile **ret, const uint8_t seed[static 16], const ClockPair *clock) {
        _cleanup_(offline_file_freep) OfflineFile *file = NULL;
        int r;

        file = calloc(1, sizeof(*file));
        if (!file)
                return -ENOMEM;
        file->clock = *clock;
        r = server_new(&file->server, seed);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(file);
        return 0;
}

OfflineFile *offline_file_free(OfflineFile *file) {
        if (!file)
                return NULL;
        (void) lease_file_free(file->file);
        (void) server_free(file->server);
        free(file);
        return NULL;
}

int offline_file_configure_take(OfflineFile *file, Settings *settings) {
        return server_configure_take(file->server, settings, NULL);
}

int offline_file_set_own(OfflineFile *file, const ipv4_t *addresses, size_t n) {
        _cleanup_free_ Link *links = calloc(n + 1, sizeof(*links));

        if (!links)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++)
                links[i] = (Link){
                        .ifindex = (uint32_t) i + 1,
                        .n_addresses = 1,
                        .addresses = {{.address = addresses[i], .length = 32}},
                };
        return server_set_links(file->server, links, n);
}

static int load_row(const LeaseRecord *record, _unused_ const char *pool, void *userdata) {
        const OfflineFile *file = userdata;

        return server_load_lease(file->server, record, file->clock.boottime);
}

int offline_file_open(OfflineFile *file, const char *path, Problems *problems) {
        const LeaseFileOptions options = {.path = path, .server = file->server};
        int r;

        r = lease_file_new(&file->file, &options);
        if (r < 0)
                return r;
        file->file->clock = file->clock;
        r = lease_file_open_disk(file->file);
        life_opened(file->file, r);
        if (r < 0)
                return r;
        /* unlike a server, which clients wait for, we need not go on without */
        if (lease_file_get_lock(file->file)->error < 0)
                return -ENOLCK;
        r = lease_file_load(file->file, &file->clock, load_row, file, problems);
        life_loaded(file->file, r);
        return r < 0 ? r : server_load_done(file->server);
}

static int complete(const OfflineFile *file, const LeaseRecord *wanted, usec_t expires_at,
        LeaseRecord *ret, ClientId *client_id) {
        *ret = *wanted;
        ret->hardware_type = HARDWARE_ETHERNET;
        ret->expires = clock_to_boot(&file->clock, expires_at);
        if (ret->client_id_size == 0) {
                if (ret->hardware_size == 0)
                        return -EINVAL;
                client_id_from_hardware(
                        ret->hardware_type, ret->hardware, ret->hardware_size, client_id);
                ret->client_id = client_id->data;
                ret->client_id_size = client_id->size;
        }
        return ret->client_id_size < CLIENT_ID_SIZE_MIN ? -EINVAL : 0;
}

int offline_file_add(OfflineFile *file, const LeaseRecord *wanted, usec_t expires_at) {
        LeaseRecord record;
        ClientId client_id;
        int r;

        r = complete(file, wanted, expires_at, &record, &client_id);
        if (r < 0)
                return r;
        actions_reset(&file->actions);
        r = server_add_lease(file->server, &record, file->clock.boottime, &file->actions);
        if (r < 0)
                return r;
        for (size_t i = 0; i < file->actions.n_actions; i++)
                if (file->actions.actions[i].type == ACTION_COMMIT)
                        server_set_lease_version(
                                file->server, file->actions.actions[i].commit.lease, 0);
        server_commit_done(file->server, server_last_commit(file->server));
        file->changed = true;
        return 0;
}

static void take_event(OfflineFile *file, const LeaseStoreEvent *event) {
        switch (event->type) {
        case LEASE_STORE_COMPACTED:
                file->ended = true;
                /* fall through */
        case LEASE_STORE_FAILED:
                /* a file that could not be written to when it was opened is why it is replaced */
                file->result = event->error;
                file->operation = event->operation;
                break;
        case LEASE_STORE_LOADED:
        case LEASE_STORE_DURABLE:
        case LEASE_STORE_REFUSED:
        case LEASE_STORE_STATE:
        case LEASE_STORE_MERGED:
        case LEASE_STORE_NOTICE:
        case LEASE_STORE_EVENT_MAX:
                break;
        }
}

/* Waits for an answer of the worker, if there is none. */
static void take_answers(OfflineFile *file) {
        struct pollfd fd = {
                .fd = lease_store_fd(lease_file_store(file->file)),
                .events = POLLIN,
        };
        LeaseStoreEvent event;

        (void) poll(&fd, 1, -1);
        while (lease_file_hear(file->file, &event) > 0)
                take_event(file, &event);
        if (file->ended || file->file->state == LIFE_WRITING)
                return;
        /* somebody else has saved it, which nobody is there to merge */
        file->result = -ESTALE;
        file->operation = "rename";
        file->ended = true;
}

/* Tags rise by a microsecond where there is one moment for all; so does the clock, or the ends of
 * leases would be off by as much, which is a second as the file rounds. */
static int hand_over(OfflineFile *file) {
        const LeaseTable *table = server_get_table(file->server);
        ClockPair clock = file->clock;
        int r;

        for (size_t i = 0; i < lease_table_n_slots(table) && !file->ended; i++) {
                const Lease *lease = lease_table_at(table, i);
                LeaseRecord record;
                uint64_t version;

                if (!lease)
                        continue;
                lease_get_record(lease, &record);
                r = lease_file_rewrite_row(file->file, &record,
                        lease->pool ? lease->pool->settings->name : "", &clock, &version);
                if (r < 0)
                        return r;
                clock.realtime++;
                clock.boottime++;
                if (i % SLICE_SLOTS == SLICE_SLOTS - 1 && lease_file_rewrite_flush(file->file) > 0)
                        take_answers(file);
        }
        return 0;
}

int offline_file_write(OfflineFile *file, const char **ret_operation) {
        int r;

        *ret_operation = "write";
        if (!file->changed)
                return 0;
        file->ended = false;
        r = life_begin(file->file);
        if (r >= 0)
                r = hand_over(file);
        if (r < 0)
                return r;
        lease_file_rewrite_end(file->file);
        while (!file->ended)
                take_answers(file);
        *ret_operation = file->operation;
        file->changed = file->result < 0;
        return file->result;
}

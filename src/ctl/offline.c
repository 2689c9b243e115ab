/* SPDX-License-Identifier: MIT */
/* The lease file without its server. Reads with the server's own reader, so that what it says is
 * what the server will say; changes nothing. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/configuration.h"
#include "ctl/lease-place.h"
#include "ctl/offline.h"
#include "ctl/problems.h"
#include "ctl/verbs.h"
#include "store/loader.h"

#define LEASE_FILE_DEFAULT STATE_DIRECTORY_DEFAULT "/leases.csv"

const char *offline_path(const Settings *settings) {
        return settings->lease_file ? settings->lease_file : LEASE_FILE_DEFAULT;
}

ExitStatus offline_find_file(char **ret) {
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        char *path;
        int r;

        r = config_load(NULL, NULL, &settings, &problems);
        if (r < 0)
                return report_errno(r,
                        "The configuration, which may name the lease file, is not valid; see: "
                        "minidhcpctl check-config");
        path = strdup(offline_path(settings));
        if (!path)
                return report_no_memory();
        *ret = path;
        return STATUS_OK;
}

/* What loader_emit() hands on to take_record(). */
typedef struct Intake {
        LeaseList *list;
        const LeaseFilter *filter;
} Intake;

static char *put_bytes(char *p, const void *bytes, size_t size) {
        if (size > 0)
                memcpy(p, bytes, size);
        p[size] = '\0';
        return p + size + 1;
}

/* The strings of a row, one behind the other: address, identifiers, hostname, pool. */
static int keep_strings(LeaseEntry *entry, const LeaseRecord *record, const char *pool) {
        size_t size = IPV4_STRING_MAX + strlen(pool) + 4;
        char *p;

        size += record->hardware_size;
        size += record->client_id_size;
        size += record->hostname_size;
        entry->storage = p = malloc(size);
        if (!p)
                return -ENOMEM;
        entry->address_text = ipv4_format(record->address, p);
        p += IPV4_STRING_MAX;
        entry->hardware = (const uint8_t *) p;
        p = put_bytes(p, record->hardware, record->hardware_size);
        entry->client_id = (const uint8_t *) p;
        p = put_bytes(p, record->client_id, record->client_id_size);
        entry->hostname = p;
        p = put_bytes(p, record->hostname, record->hostname_size);
        entry->pool = p;
        (void) put_bytes(p, pool, strlen(pool));
        return 0;
}

static bool state_passes(const LeaseFilter *filter, const char *state) {
        if (!filter->states)
                return filter->include_expired || strcmp(state, "bound") == 0 ||
                       strcmp(state, "declined") == 0;
        for (char *const *wanted = filter->states; *wanted; wanted++)
                if (strcmp(*wanted, state) == 0)
                        return true;
        return false;
}

static bool filter_passes(const LeaseFilter *filter, const LeaseEntry *entry) {
        const PatternSubject subject = {
                .address = entry->address,
                .hardware = entry->hardware,
                .hardware_size = entry->hardware_size,
                .client_id = entry->client_id,
                .client_id_size = entry->client_id_size,
                .hostname = entry->hostname,
        };

        return (!filter->pool || strcmp(filter->pool, entry->pool) == 0) &&
               state_passes(filter, entry->state) &&
               (!filter->pattern || pattern_matches(filter->pattern, &subject));
}

static int take_record(const LeaseRecord *record, const char *pool, void *userdata) {
        const Intake *intake = userdata;
        LeaseEntry entry = {
                .address = record->address,
                .hardware_size = record->hardware_size,
                .client_id_size = record->client_id_size,
                .interface = "",
                .state = lease_state_to_string(record->state),
                .started = record->started,
                .expires = record->expires,
                .last_seen = record->last_seen,
        };
        int r;

        r = keep_strings(&entry, record, pool);
        if (r < 0)
                return r;
        r = filter_passes(intake->filter, &entry) ? lease_list_add(intake->list, &entry) : 1;
        if (r != 0)
                free(entry.storage);
        return MIN(r, 0);
}

/* loader_done() leaves the cells of unknown columns alone, which exist once there is a header. */
static void file_done(Loader *loader, UnknownCells *unknown) {
        if (loader->has_header)
                unknown_cells_done(unknown);
        loader_done(loader);
}

int offline_load(LeaseList *list, int fd, const char *path, const LeaseFilter *filter,
        Problems *problems, usec_t now) {
        /* With both clocks alike the times come out as the file has them. */
        const ClockPair clock = {.realtime = now, .boottime = now};
        Intake intake = {.list = list, .filter = filter};
        UnknownCells unknown;
        Loader loader;
        int r;

        loader_init(&loader, path, problems, &unknown);
        r = loader_read(&loader, fd);
        if (r >= 0)
                r = loader_emit(&loader, &clock, take_record, &intake);
        file_done(&loader, &unknown);
        return r;
}

static int print_json(const LeaseList *list, const Problems *problems, JsonMode mode) {
        _cleanup_json_ json_object *object = NULL;
        int r;

        r = problems_to_json(problems, problems->n_items == 0, &object);
        if (r >= 0)
                r = json_add_take(object, "Leases", json_object_new_uint64(list->n_entries));
        if (r < 0)
                return r;
        json_print(object, mode);
        return 0;
}

static int print_result(
        const Context *context, const LeaseList *list, const Problems *problems, const char *path) {
        if (context_wants_json(context))
                return print_json(list, problems, context->options.json);
        problems_print(problems, &context->terminal);
        if (problems->n_items == 0 && !context->options.quiet)
                printf("%s is valid: %zu %s\n", path, list->n_entries,
                        list->n_entries == 1 ? "lease" : "leases");
        return 0;
}

/* A file that the user names may be anything that can be read, a pipe too; the server's may not. */
static int open_file(const char *path, bool named, int *ret_fd) {
        if (!named)
                return lease_place_open_path(path, ret_fd);
        *ret_fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        return *ret_fd < 0 ? -errno : 0;
}

ExitStatus verb_check_leases(Context *context, char *const *arguments, size_t n_arguments) {
        const LeaseFilter everything = {.include_expired = true};
        _cleanup_(lease_list_done) LeaseList list = {0};
        _cleanup_(problems_done) Problems problems = {0};
        _cleanup_free_ char *path = NULL;
        _cleanup_close_ int fd = -1;
        ExitStatus status;
        int error;

        if (n_arguments > 0)
                path = strdup(arguments[0]);
        else if ((status = offline_find_file(&path)) != STATUS_OK)
                return status;
        if (!path)
                return report_no_memory();

        error = open_file(path, n_arguments > 0, &fd);
        if (error >= 0)
                error = offline_load(&list, fd, path, &everything, &problems, context_now());
        if (error == -ENOENT)
                return report(STATUS_NOT_FOUND, "There is no file %s", path);
        if (error < 0 && error != -EBADMSG)
                return lease_place_report(error, "Cannot read", path);

        if (print_result(context, &list, &problems, path) < 0)
                return report_no_memory();
        return problems.n_items == 0 ? STATUS_OK : STATUS_FAILURE;
}

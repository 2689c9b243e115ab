/* SPDX-License-Identifier: MIT */
/* The server or its file, so that verbs need not know which. */

#include <errno.h>
#include <stdlib.h>

#include "ctl/context.h"
#include "ctl/lease-place.h"
#include "ctl/lease-source.h"
#include "ctl/offline.h"

ExitStatus patterns_parse(char *const *texts, size_t n, Pattern **ret) {
        _cleanup_free_ Pattern *patterns = NULL;

        patterns = calloc(n + 1, sizeof(*patterns));
        if (!patterns)
                return report_no_memory();
        for (size_t i = 0; i < n; i++)
                if (pattern_parse(texts[i], &patterns[i]) < 0)
                        return report(STATUS_USAGE,
                                "'%s' is not an address, a prefix such as 192.168.1.0/24, a "
                                "hardware address, a client identifier or a hostname",
                                texts[i]);
        *ret = TAKE_PTR(patterns);
        return STATUS_OK;
}

ExitStatus lease_source_open(const Options *options, LeaseSource *ret) {
        *ret = (LeaseSource){.offline = options->offline};
        if (!options->offline)
                return connection_open(options, &ret->connection);
        if (options->transport != TRANSPORT_SYSTEM)
                return report(STATUS_USAGE, "--offline reads a file of this machine; without it "
                                            "another machine's server can be asked");
        if (options->interface)
                return report(STATUS_USAGE, "--interface= needs the server: the lease file does "
                                            "not say where clients were heard");
        return offline_find_file(&ret->path);
}

void lease_source_done(LeaseSource *source) {
        if (!source->offline)
                connection_done(&source->connection);
        free(source->path);
        *source = (LeaseSource){0};
}

static ExitStatus fetch_offline(LeaseSource *source, const LeaseFilter *filter, LeaseList *list) {
        _cleanup_(problems_done) Problems problems = {0};
        _cleanup_close_ int fd = -1;
        int r;

        r = lease_place_open_path(source->path, &fd);
        if (r >= 0)
                r = offline_load(list, fd, source->path, filter, &problems, context_now());
        if (r == -EBADMSG)
                return report(STATUS_FAILURE,
                        "%s is not a lease file; see: minidhcpctl check-leases", source->path);
        if (r == -EACCES)
                return report_errno(
                        r, "Cannot read the lease file %s; try again as root", source->path);
        if (r < 0)
                return lease_place_report(r, "Cannot read the lease file", source->path);
        if (problems.n_items > 0 && source->n_problems == 0)
                (void) report(STATUS_OK,
                        "Some lines of %s cannot be read; see: minidhcpctl check-leases",
                        source->path);
        source->n_problems = problems.n_items;
        return STATUS_OK;
}

ExitStatus lease_source_fetch(LeaseSource *source, const LeaseFilter *filter, LeaseList *list) {
        int r;

        if (source->offline)
                return fetch_offline(source, filter, list);
        r = lease_list_fetch(list, &source->connection, filter);
        return r < 0 ? connection_report(&source->connection, r, "Cannot list leases") : STATUS_OK;
}

ExitStatus lease_source_fetch_any(LeaseSource *source, LeaseFilter filter, const Pattern *patterns,
        size_t n_patterns, LeaseList *list) {
        size_t i = 0;

        do {
                ExitStatus status;

                filter.pattern = n_patterns > 0 ? &patterns[i] : NULL;
                status = lease_source_fetch(source, &filter, list);
                if (status != STATUS_OK)
                        return status;
        } while (++i < n_patterns);
        lease_list_finish(list);
        return STATUS_OK;
}

static ExitStatus each_offline(
        LeaseSource *source, const LeaseFilter *filter, LeaseFunction function, void *userdata) {
        _cleanup_(lease_list_done) LeaseList list = {0};
        ExitStatus status;

        status = fetch_offline(source, filter, &list);
        for (size_t i = 0; i < list.n_entries && status == STATUS_OK; i++)
                if (function(&list.entries[i], userdata) < 0)
                        status = report_no_memory();
        return status;
}

ExitStatus lease_source_each(LeaseSource *source, LeaseFilter filter, const Pattern *patterns,
        size_t n_patterns, bool with_extras, LeaseFunction function, void *userdata) {
        size_t i = 0;
        int r;

        do {
                ExitStatus status = STATUS_OK;

                filter.pattern = n_patterns > 0 ? &patterns[i] : NULL;
                if (source->offline)
                        status = each_offline(source, &filter, function, userdata);
                else {
                        r = lease_list_each(
                                &source->connection, &filter, with_extras, function, userdata);
                        if (r < 0)
                                status = connection_report(
                                        &source->connection, r, "Cannot list leases");
                }
                if (status != STATUS_OK)
                        return status;
        } while (++i < n_patterns);
        return STATUS_OK;
}

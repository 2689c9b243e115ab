/* SPDX-License-Identifier: MIT */

/* What the lease file tells whoever drives it: each event is filled in here. Decides nothing. */

#include <errno.h>
#include <string.h>

#include "store/tell.h"

LeaseStoreEvent *tell_event(LeaseFile *file, LeaseStoreEventType type) {
        LeaseStoreEvent *event;

        if (file->next_event == file->n_events)
                file->next_event = file->n_events = 0;
        event = &file->events[file->n_events++];
        *event = (LeaseStoreEvent){.type = type};
        return event;
}

LeaseStoreEvent *tell_failure(
        LeaseFile *file, LeaseStoreEventType type, int error, const char *operation) {
        LeaseStoreEvent *event = tell_event(file, type);

        event->error = error;
        event->operation = operation;
        return event;
}

void tell_notice(LeaseFile *file, LeaseStoreNotice notice, int error, const char *operation) {
        tell_failure(file, LEASE_STORE_NOTICE, error, operation)->notice = notice;
}

void tell_put_aside(LeaseFile *file) {
        LeaseStoreEvent *event = tell_event(file, LEASE_STORE_NOTICE);

        event->notice = LEASE_NOTICE_PUT_ASIDE;
        event->kept_as = file->kept_as;
}

/* Problems change hands: an event shows them. */
static const Problems *take_problems(LeaseFile *file, Problems *problems) {
        problems_done(&file->problems);
        file->problems = *problems;
        *problems = (Problems){0};
        return &file->problems;
}

void tell_promise(LeaseFile *file, int error, const char *operation) {
        const LeasePromise promise = file->store.operations->promise(&file->store);

        if (promise == file->told)
                return;
        file->told = promise;
        tell_failure(file, LEASE_STORE_STATE, error, operation)->promise = promise;
}

void tell_compacted(LeaseFile *file, int error, const char *operation) {
        if (!file->wanted)
                (void) tell_failure(file, LEASE_STORE_COMPACTED, error, operation);
}

void tell_save_lost(LeaseFile *file, LeaseSave *save) {
        LeaseStoreEvent *event = tell_failure(file, LEASE_STORE_NOTICE, save->error, "read");

        event->notice = save->error == -ENOENT ? LEASE_NOTICE_DELETED : LEASE_NOTICE_UNREADABLE;
        event->problems = take_problems(file, &save->problems);
}

void tell_merged(LeaseFile *file) {
        LeaseStoreEvent *event = tell_event(file, LEASE_STORE_MERGED);

        file->counts = file->merge->counts;
        event->counts = &file->counts;
        event->problems = take_problems(file, &file->merge->problems);
        event->kept_as = file->backed_up ? file->kept_as : NULL;
}

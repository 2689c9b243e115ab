/* SPDX-License-Identifier: MIT */
/* The order is: configure, then write what is configured, then tell. A process that dies in between
 * leaves an address behind that ends with its lease. */

#include <errno.h>

#include "client-cli/holding.h"
#include "client-cli/state-file.h"

static void json_object_putp(json_object **object) {
        (void) json_object_put(*object);
}

static void take_state(Holding *holding, State *state) {
        if (state->applied) {
                holding->settings = state->settings;
                holding->settings.quiet = holding->options->quiet;
        }
        holding->lease = mdc_lease_ref(state->lease);
}

/* The service does what its options say; a verb goes on with what another has begun. */
static bool goes_on(const Holding *holding) {
        return holding->options->verb != VERB_RUN;
}

static int open_applied(Holding *holding, const json_object *record) {
        const Options *options = holding->options;
        int r;

        if (options->apply)
                holding->settings = options->apply_settings;
        r = applied_new(
                &holding->applied, holding->ifindex, options->interface, &holding->settings);
        if (r < 0)
                return r;
        r = applied_from_json(holding->applied, record);
        if (r < 0)
                return r;
        holding->configures = options->apply || (r > 0 && goes_on(holding));
        return 0;
}

int holding_init(Holding *holding, const Options *options, int ifindex) {
        _cleanup_(state_done) State state = {0};
        const char *problem;
        int r;

        *holding = (Holding){
                .options = options,
                .ifindex = ifindex,
                .settings = options->apply_settings,
                .script = {options->script, options->interface, options->script_limit},
        };
        if (options->state_file) {
                r = state_file_load(options->state_file, &state, &problem);
                if (r < 0 && r != -ENOENT)
                        (void) report(STATUS_FAILURE, "%s counts as no lease: %s",
                                options->state_file, problem);
        }
        if (state.lease)
                take_state(holding, &state);
        return open_applied(holding, state.applied);
}

void holding_done(Holding *holding) {
        holding->scripts = script_queue_free(holding->scripts);
        holding->applied = applied_free(holding->applied);
        holding->lease = mdc_lease_unref(holding->lease);
}

int holding_run_on(Holding *holding, struct sd_event *event) {
        return holding->options->script
                       ? script_queue_new(&holding->scripts, event, &holding->script)
                       : 0;
}

/* What it said of itself stands in the log. */
static ExitStatus script_status(int r) {
        return r == 0 ? STATUS_OK : r == -ETIMEDOUT ? STATUS_TIMEOUT : STATUS_FAILURE;
}

ExitStatus holding_tell(Holding *holding, ScriptEvent event, mdc_lease *lease) {
        if (!holding->script.path)
                return STATUS_OK;
        return script_status(holding->scripts ? script_queue_add(holding->scripts, event, lease)
                                              : script_run(&holding->script, event, lease));
}

/* Writes what is held now. */
static ExitStatus save(const Holding *holding) {
        const char *path = holding->options->state_file;
        State state = {.lease = holding->lease, .settings = holding->settings};
        int r;

        if (!path || !holding->lease)
                return STATUS_OK;
        r = applied_to_json(holding->applied, &state.applied);
        if (r >= 0)
                r = state_file_save(path, &state);
        (void) json_object_put(state.applied);
        return r < 0 ? report_errno(r, "Cannot write %s", path) : STATUS_OK;
}

static ExitStatus configure(Holding *holding) {
        int r;

        if (!holding->configures)
                return STATUS_OK;
        r = applied_lease(holding->applied, holding->lease, state_clock_now().now.boottime);
        if (r < 0)
                return report_errno(
                        r, "Cannot configure the lease on %s", holding->options->interface);
        return STATUS_OK;
}

static void take_back(Holding *holding) {
        int r = applied_remove(holding->applied);

        if (r < 0)
                (void) report_errno(
                        r, "Cannot take the lease from %s", holding->options->interface);
}

ExitStatus holding_take(Holding *holding, ScriptEvent event, mdc_lease *lease) {
        ExitStatus statuses[3];
        mdc_lease *previous = holding->lease;

        holding->lease = mdc_lease_ref(lease);
        (void) mdc_lease_unref(previous);
        statuses[0] = configure(holding);
        statuses[1] = save(holding);
        statuses[2] = holding_tell(holding, event, lease);
        for (size_t i = 0; i < ELEMENTSOF(statuses); i++)
                if (statuses[i] != STATUS_OK)
                        return statuses[i];
        return STATUS_OK;
}

ExitStatus holding_drop(Holding *holding, ScriptEvent event, mdc_lease *lease) {
        ExitStatus status;

        take_back(holding);
        if (holding->options->state_file)
                state_file_remove(holding->options->state_file);
        status = holding_tell(holding, event, lease);
        holding->lease = mdc_lease_unref(holding->lease);
        return status;
}

ExitStatus holding_leave(Holding *holding, ScriptEvent event) {
        ExitStatus status;

        take_back(holding);
        (void) save(holding);
        status = holding_tell(holding, event, holding->lease);
        return holding->scripts ? script_status(script_queue_finish(holding->scripts)) : status;
}

void holding_follow(Holding *holding, int ifindex) {
        holding->ifindex = ifindex;
        applied_follow(holding->applied, ifindex);
        (void) save(holding);
}

/* The file is written anew only when what is configured has changed. In its last two seconds the
 * kernel may have taken the address away itself, a little before us. */
bool holding_refresh(Holding *holding) {
        _cleanup_(json_object_putp) json_object *before = NULL, *after = NULL;
        usec_t now = state_clock_now().now.boottime, soon = usec_add(now, 2 * USEC_PER_SEC);
        int r;

        if (!holding->configures || !holding->lease || lease_is_over(holding->lease, soon))
                return false;
        (void) applied_to_json(holding->applied, &before);
        r = applied_refresh(holding->applied, now);
        if (r < 0)
                (void) report_errno(
                        r, "Cannot put the lease back on %s", holding->options->interface);
        (void) applied_to_json(holding->applied, &after);
        if (!json_object_equal(before, after))
                (void) save(holding);
        return r > 0;
}

bool holding_has_ended(const Holding *holding) {
        return holding->lease && lease_is_over(holding->lease, state_clock_now().now.boottime);
}

/* ---- events -----------------------------------------------------------------------------------
 */

/* What is lost may be an address that was granted, and is not in use yet, while another is. */
static bool is_held(const Holding *holding, const mdc_lease *lease) {
        struct in_addr held = {0}, lost = {0};

        if (!holding->lease || !lease)
                return true;
        (void) mdc_lease_get_address(holding->lease, &held);
        (void) mdc_lease_get_address(lease, &lost);
        return held.s_addr == lost.s_addr;
}

static bool lose(Holding *holding, ScriptEvent name, const mdc_event *event) {
        bool held = is_held(holding, event->lease);

        (void) (held ? holding_drop(holding, name, event->lease)
                     : holding_tell(holding, name, event->lease));
        return held;
}

bool holding_take_event(Holding *holding, const mdc_event *event) {
        switch (event->type) {
        case MDC_EVENT_ACQUIRED:
                (void) holding_take(holding, "acquired", event->lease);
                return true;
        case MDC_EVENT_RENEWED:
                (void) holding_take(holding, "renewed", event->lease);
                return true;
        case MDC_EVENT_REFUSED:
                return lose(holding, "refused", event);
        case MDC_EVENT_CONFLICT:
                return lose(holding, "conflict", event);
        case MDC_EVENT_EXPIRED:
                return lose(holding, "expired", event);
        case MDC_EVENT_RELEASED:
                return lose(holding, "released", event);
        case MDC_EVENT_LINK_GONE:
                (void) holding_tell(holding, "gone", event->lease);
                return false;
        case MDC_EVENT_STATE:
        case MDC_EVENT_SENT:
        case MDC_EVENT_RECEIVED:
        case MDC_EVENT_OFFER:
        case MDC_EVENT_GRANTED:
        case MDC_EVENT_INFORMED:
        case MDC_EVENT_LINK_DOWN:
        case MDC_EVENT_LINK_UP:
        case MDC_EVENT_ADDRESS_REMOVED:
        case MDC_EVENT_IPV6_ONLY:
        case MDC_EVENT_FORCE_RENEW:
        case MDC_EVENT_DROPPED:
        case MDC_EVENT_NOT_SENT:
                return false;
        }
        return false;
}

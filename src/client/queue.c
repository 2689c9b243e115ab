/* SPDX-License-Identifier: MIT */
/* Two rings of fixed size: queueing cannot fail, and a caller that takes nothing costs no memory.
 *
 * Invariant: every queued event holds a reference of its lease. */

#include <errno.h>

#include "client/client.h"

static void event_done(mdc_event *event) {
        event->lease = mdc_lease_unref(event->lease);
}

static mdc_event pop_event(mdc_client *client) {
        mdc_event event = client->events[client->first_event];

        client->first_event = (client->first_event + 1) % CLIENT_EVENTS_MAX;
        client->n_events--;
        return event;
}

void client_push_event(mdc_client *client, const mdc_event *event) {
        mdc_event *place;

        if (client->n_events == CLIENT_EVENTS_MAX) {
                mdc_event lost = pop_event(client);

                event_done(&lost);
        }
        place = &client->events[(client->first_event + client->n_events) % CLIENT_EVENTS_MAX];
        client->n_events++;
        *place = *event;
        place->lease = mdc_lease_ref(event->lease);
}

void client_push_news(mdc_client *client, const mdc_event *event) {
        if (client->n_events < CLIENT_EVENTS_MAX)
                client_push_event(client, event);
}

void client_cancel_event(mdc_client *client) {
        client->n_events--;
        event_done(&client->events[(client->first_event + client->n_events) % CLIENT_EVENTS_MAX]);
}

int mdc_client_next_event(mdc_client *client, const mdc_event **ret) {
        if (!client || !ret)
                return -EINVAL;
        if (client->n_events == 0)
                return 0;
        event_done(&client->current);
        client->current = pop_event(client);
        *ret = &client->current;
        return 1;
}

QueuedOutput *client_push_output(mdc_client *client) {
        QueuedOutput *place;

        if (client->n_outputs == CLIENT_OUTPUTS_MAX) {
                client->first_output = (client->first_output + 1) % CLIENT_OUTPUTS_MAX;
                client->n_outputs--;
        }
        place = &client->outputs[(client->first_output + client->n_outputs) % CLIENT_OUTPUTS_MAX];
        client->n_outputs++;
        place->output = (mdc_output){.data = place->data};
        return place;
}

void client_cancel_output(mdc_client *client) {
        client->n_outputs--;
}

int mdc_client_next_output(mdc_client *client, const mdc_output **ret) {
        if (!client || !ret)
                return -EINVAL;
        if (client->n_outputs == 0)
                return 0;
        *ret = &client->outputs[client->first_output].output;
        client->first_output = (client->first_output + 1) % CLIENT_OUTPUTS_MAX;
        client->n_outputs--;
        return 1;
}

void client_clear_queues(mdc_client *client) {
        while (client->n_events > 0) {
                mdc_event event = pop_event(client);

                event_done(&event);
        }
        event_done(&client->current);
        client->n_outputs = 0;
}

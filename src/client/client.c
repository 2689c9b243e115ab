/* SPDX-License-Identifier: MIT */
/* The object, and what callers ask of it. Each verb checks that the state allows it and leaves the
 * rest to enter.c. */

#include <errno.h>
#include <string.h>

#include "client/client.h"

int mdc_client_new(mdc_client **ret, const mdc_config *config) {
        if (!ret || !config)
                return -EINVAL;
        _cleanup_(mdc_client_unrefp) mdc_client *client = NULL;
        int r;

        client = calloc(1, sizeof(*client));
        if (!client)
                return -ENOMEM;
        client->n_references = 1;
        r = config_copy(&client->config, config);
        if (r < 0)
                return r;

        memcpy(client->random.key, client->config.seed, sizeof(client->random.key));
        memcpy(client->acd.hardware, client->config.hardware, ETHERNET_ADDRESS_SIZE);
        acd_stop(&client->acd);
        client->link_message_size = CLIENT_MESSAGE_MAX;
        client->begin_at = client->resend_at = client->choose_at = USEC_INFINITY;
        client->t1_at = client->t2_at = USEC_INFINITY;
        client->expires_at = client->grant_expires_at = USEC_INFINITY;
        *ret = TAKE_PTR(client);
        return 0;
}

mdc_client *mdc_client_ref(mdc_client *client) {
        if (client)
                client->n_references++;
        return client;
}

mdc_client *mdc_client_unref(mdc_client *client) {
        if (!client || --client->n_references > 0)
                return NULL;
        client_clear_queues(client);
        (void) mdc_lease_unref(client->offer);
        (void) mdc_lease_unref(client->granted);
        (void) mdc_lease_unref(client->lease);
        config_done(&client->config);
        free(client);
        return NULL;
}

/* RFC 2131 4.4.1: "The client SHOULD wait a random time between one and ten seconds to
 * desynchronize the use of DHCP at startup." How long is the caller's to say. */
static void begin(mdc_client *client, usec_t now) {
        usec_t longest = client->config.start_delay;

        client->n_failures = client->n_conflicts = 0;
        client_enter_init(client, now, random_between(&client->random, longest / 10, longest));
        client_on_timer(client, now);
}

int mdc_client_start(mdc_client *client, uint64_t now) {
        if (!client)
                return -EINVAL;
        if (client->state != MDC_STATE_STOPPED)
                return -EBUSY;
        begin(client, now);
        return 0;
}

int mdc_client_init_reboot(mdc_client *client, uint64_t now, struct in_addr address) {
        if (!client)
                return -EINVAL;
        if (client->state != MDC_STATE_STOPPED)
                return -EBUSY;
        if (!ipv4_is_unicast(ntohl(address.s_addr)))
                return -EINVAL;
        client->address = ntohl(address.s_addr);
        begin(client, now);
        return 0;
}

static int adopt(mdc_client *client, usec_t now, mdc_lease *lease) {
        if (!ipv4_is_unicast(lease->address) || lease->server_id == 0 || lease->lifetime == 0)
                return -ENODATA;
        if (now >= lease_at(lease, lease->lifetime))
                return -ETIMEDOUT;
        client_enter_bound(client, now, lease, MDC_EVENT_ACQUIRED);
        /* One that seems to begin later, since a wall clock was set back, is new at most. */
        client->t1_at = MIN(client->t1_at, usec_add(now, lease->t1));
        client->t2_at = MIN(client->t2_at, usec_add(now, lease->t2));
        client->expires_at = MIN(client->expires_at, usec_add(now, lease->lifetime));
        if (client->no_carrier)
                client_on_change(client, now);
        return 0;
}

/* A lease whose server gave it no time is made from its message, which has none. */
int mdc_client_adopt(mdc_client *client, uint64_t now, mdc_lease *lease) {
        _cleanup_(mdc_lease_unrefp) mdc_lease *timed = NULL;
        int r;

        if (!client || !lease)
                return -EINVAL;
        if (client->state != MDC_STATE_STOPPED)
                return -EBUSY;
        if (lease->lifetime != 0)
                return adopt(client, now, lease);
        r = lease_new(&timed, lease->begin, lease->address, client->config.fallback_lifetime,
                lease->message, lease->message_size);
        return r < 0 ? r : adopt(client, now, timed);
}

int mdc_client_stop(mdc_client *client, uint64_t now) {
        if (!client)
                return -EINVAL;
        (void) now; /* every verb gets the time, so that all can be called alike */
        client_enter_stopped(client);
        return 0;
}

int mdc_client_select(mdc_client *client, uint64_t now, mdc_lease *offer) {
        if (!client || !offer)
                return -EINVAL;
        if (client->state != MDC_STATE_SELECTING)
                return -EBUSY;
        if (!ipv4_is_unicast(offer->address) || offer->server_id == 0)
                return -ENODATA;
        client_enter_requesting(client, now, offer);
        return 0;
}

int mdc_client_accept(mdc_client *client, uint64_t now) {
        if (!client)
                return -EINVAL;
        if (client->state != MDC_STATE_GRANTED)
                return -ENODATA;
        client_enter_bound(client, now, client->granted, MDC_EVENT_ACQUIRED);
        return 0;
}

int mdc_client_decline(mdc_client *client, uint64_t now, const char *message) {
        if (!client)
                return -EINVAL;
        if (!client_subject(client))
                return -ENODATA;
        client_on_conflict(client, now, NULL, message);
        return 0;
}

static int check_renewal(const mdc_client *client) {
        if (!client)
                return -EINVAL;
        if (!client->lease)
                return -ENODATA;
        if (client->no_carrier)
                return -ENETDOWN;
        return client_has_address(client) ? 0 : -EBUSY;
}

int mdc_client_renew(mdc_client *client, uint64_t now) {
        int r = check_renewal(client);

        if (r < 0)
                return r;
        client_enter_renewing(client, now);
        return 0;
}

int mdc_client_rebind(mdc_client *client, uint64_t now) {
        int r = check_renewal(client);

        if (r < 0)
                return r;
        client_enter_rebinding(client, now);
        return 0;
}

int mdc_client_confirm(mdc_client *client, uint64_t now) {
        if (!client)
                return -EINVAL;
        if (!client->lease)
                return -ENODATA;
        if (client->no_carrier)
                return -ENETDOWN;
        client_on_change(client, now);
        return 0;
}

/* RFC 2131 3.1 (6), 4.4.6: the RELEASE is sent once; "the correct operation of DHCP does not depend
 * on the transmission of DHCPRELEASE messages". */
int mdc_client_release(mdc_client *client, uint64_t now, const char *message) {
        if (!client)
                return -EINVAL;
        if (!client_subject(client))
                return -ENODATA;
        if (client->no_carrier)
                return -ENETDOWN;
        client_give_back(client, now, message);
        client_enter_stopped(client);
        return 0;
}

int mdc_client_inform(mdc_client *client, uint64_t now, struct in_addr address) {
        if (!client)
                return -EINVAL;
        if (client->state != MDC_STATE_STOPPED)
                return -EBUSY;
        if (!ipv4_is_unicast(ntohl(address.s_addr)))
                return -EINVAL;
        client->address = ntohl(address.s_addr);
        client_enter_informing(client, now);
        return 0;
}

int mdc_client_link_up(mdc_client *client, uint64_t now) {
        if (!client)
                return -EINVAL;
        client_on_link_up(client, now);
        return 0;
}

int mdc_client_link_down(mdc_client *client, uint64_t now) {
        if (!client)
                return -EINVAL;
        client_on_link_down(client, now, MDC_EVENT_LINK_DOWN);
        return 0;
}

int mdc_client_link_gone(mdc_client *client, uint64_t now) {
        if (!client)
                return -EINVAL;
        client_on_link_down(client, now, MDC_EVENT_LINK_GONE);
        return 0;
}

int mdc_client_set_hardware(
        mdc_client *client, uint64_t now, uint8_t type, const uint8_t *address, size_t size) {
        int r;

        if (!client || !address)
                return -EINVAL;
        r = config_change_hardware(&client->config, type, address, size);
        if (r <= 0)
                return r;
        memcpy(client->acd.hardware, client->config.hardware, ETHERNET_ADDRESS_SIZE);
        client_on_change(client, now);
        return 0;
}

int mdc_client_address_removed(mdc_client *client, uint64_t now, struct in_addr address) {
        if (!client)
                return -EINVAL;
        (void) now;
        if (client->lease && client->lease->address == ntohl(address.s_addr))
                client_push_event(client, &(mdc_event){
                                                  .type = MDC_EVENT_ADDRESS_REMOVED,
                                                  .address = address,
                                                  .lease = client->lease,
                                          });
        return 0;
}

int mdc_client_tick(mdc_client *client, uint64_t now) {
        if (!client)
                return -EINVAL;
        if (now >= mdc_client_deadline(client))
                client_on_timer(client, now);
        return 0;
}

static usec_t earliest_deadline(const mdc_client *client) {
        const usec_t deadlines[] = {
                client->begin_at,
                client->resend_at,
                client->choose_at,
                client->t1_at,
                client->t2_at,
                client->expires_at,
                client->grant_expires_at,
                client->acd.deadline,
        };
        usec_t earliest = USEC_INFINITY;

        for (size_t i = 0; i < ELEMENTSOF(deadlines); i++)
                earliest = MIN(earliest, deadlines[i]);
        return earliest;
}

uint64_t mdc_client_deadline(const mdc_client *client) {
        return client ? earliest_deadline(client) : MDC_INFINITY;
}

mdc_state mdc_client_get_state(const mdc_client *client) {
        return client ? client->state : MDC_STATE_STOPPED;
}

int mdc_client_get_lease(const mdc_client *client, mdc_lease **ret) {
        if (!client || !ret)
                return -EINVAL;
        if (!client->lease)
                return -ENODATA;
        *ret = client->lease;
        return 0;
}

int mdc_client_set_max_message_size(mdc_client *client, uint16_t size) {
        if (!client)
                return -EINVAL;
        if (!config_message_size_is_valid(size))
                return -ERANGE;
        client->link_message_size = size;
        return 0;
}

mdc_drop mdc_client_drop_reason(const mdc_client *client) {
        return client ? client->drop : MDC_DROP_NONE;
}

uint64_t mdc_client_get_n_dropped(const mdc_client *client, mdc_drop reason) {
        return client && (unsigned) reason < CLIENT_DROPS_MAX ? client->n_dropped[reason] : 0;
}

/* SPDX-License-Identifier: MIT */
#pragma once

/* An engine on sockets and sd-event: what programs that have names use. After a start all names are
 * set, then dns_updater_end_sync() has those of earlier starts removed that were not. */

#include <systemd/sd-event.h>

#include "basic/macro.h"
#include "dns-update/engine.h"

typedef struct DnsUpdater DnsUpdater;

/**
 * dns_updater_new() - an updater of one section [DNSUpdate].
 *
 * @event: borrowed
 * @config: finished (dns_config_finish()); borrowed until the updater is freed
 * @state_path: file that tells a later start what is in the DNS; copied. One for each updater; it
 *              tells nothing of value without the DNS
 * @function: told of events, from the loop alone; may be NULL, and may not free the updater
 * Return: 0, -ENOMEM, negative errno of the file or of sd-event.
 */
int dns_updater_new(DnsUpdater **ret, sd_event *event, const DnsConfig *config,
        const char *state_path, DnsEventFunction function, void *userdata);

/**
 * dns_updater_free() - stops where it is: what was not done is done after the next start. Names
 * stay in the DNS. Return: NULL.
 */
DnsUpdater *dns_updater_free(DnsUpdater *updater);

/**
 * dns_updater_set() - see dns_engine_set(). Nothing is sent before the loop goes on.
 */
int dns_updater_set(DnsUpdater *updater, const DnsBinding *binding);

/**
 * dns_updater_remove() - see dns_engine_remove().
 */
void dns_updater_remove(DnsUpdater *updater, const char *name, ipv4_t address);

/**
 * dns_updater_end_sync() - see dns_engine_end_sync().
 */
void dns_updater_end_sync(DnsUpdater *updater);

/**
 * dns_updater_status() - see dns_engine_status().
 */
DnsStatus dns_updater_status(const DnsUpdater *updater);

DEFINE_POINTER_CLEANUP(DnsUpdater, dns_updater_free);

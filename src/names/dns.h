/* SPDX-License-Identifier: MIT */
#pragma once

/* The sections [DNSUpdate] of names.conf, and what they do: names of the zone are put into the
 * zones of DNS servers. Without libldns there is no-dns.c in its place, which refuses the section.
 */

#include <systemd/sd-event.h>

#include "basic/buffer.h"
#include "basic/macro.h"
#include "basic/problem.h"
#include "config/ini.h"
#include "names/zone.h"

typedef struct NamesDns NamesDns; /* NULL: no such section */

/**
 * names_dns_open() - one more section.
 *
 * @dns: receives the object with the first of them
 * @line: of the section
 * Return: 0, -ENOMEM, -EOPNOTSUPP when this program was built without libldns.
 */
int names_dns_open(NamesDns **dns, unsigned line);

/**
 * names_dns_assign() - a line of the section that was opened last.
 * Return: 0, also with a problem added; -ENOMEM.
 */
int names_dns_assign(NamesDns *dns, const IniItem *item, const char *file, Problems *problems);

/**
 * names_dns_finish() - looks whether all sections are whole, and reads their keys; the credential
 * dns.key is in $CREDENTIALS_DIRECTORY.
 *
 * @is_service: else the credential cannot be seen, and is not missed
 * Return: 0, also with a problem added; -ENOMEM.
 */
int names_dns_finish(NamesDns *dns, const char *file, bool is_service, Problems *problems);

/**
 * names_dns_free() - stops where it is; names stay in the DNS. Return: NULL.
 */
NamesDns *names_dns_free(NamesDns *dns);

/**
 * names_dns_start() - begins; all names that there are have to be told, and
 * names_dns_end_sync() is to follow.
 *
 * @event: borrowed
 * @state_directory: has a file for each server, which tells a later start what is in the DNS
 * Return: 0, -ENOMEM, negative errno of the files or of sd-event.
 */
int names_dns_start(NamesDns *dns, sd_event *event, const char *state_directory);

/**
 * names_dns_tell() - a change of the zone. Without memory the name is not updated, which is said.
 */
void names_dns_tell(NamesDns *dns, ZoneEventType type, const ZoneName *name);

/**
 * names_dns_end_sync() - all names have been told: others that were ours are removed.
 */
void names_dns_end_sync(NamesDns *dns);

/**
 * names_dns_describe() - appends how far it is and what ails it, whole sentences.
 */
void names_dns_describe(const NamesDns *dns, Buffer *text);

DEFINE_POINTER_CLEANUP(NamesDns, names_dns_free);

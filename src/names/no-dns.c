/* SPDX-License-Identifier: MIT */

/* In the place of dns.c in a build without libldns: there is never a section, so that nothing but
 * names_dns_open() is called with one. */

#include <errno.h>

#include "names/dns.h"

int names_dns_open(_unused_ NamesDns **dns, _unused_ unsigned line) {
        return -EOPNOTSUPP;
}

int names_dns_assign(_unused_ NamesDns *dns, _unused_ const IniItem *item,
        _unused_ const char *file, _unused_ Problems *problems) {
        return 0;
}

int names_dns_finish(_unused_ NamesDns *dns, _unused_ const char *file, _unused_ bool is_service,
        _unused_ Problems *problems) {
        return 0;
}

NamesDns *names_dns_free(_unused_ NamesDns *dns) {
        return NULL;
}

int names_dns_start(
        _unused_ NamesDns *dns, _unused_ sd_event *event, _unused_ const char *state_directory) {
        return 0;
}

void names_dns_tell(
        _unused_ NamesDns *dns, _unused_ ZoneEventType type, _unused_ const ZoneName *name) {
}

void names_dns_end_sync(_unused_ NamesDns *dns) {
}

void names_dns_describe(_unused_ const NamesDns *dns, _unused_ Buffer *text) {
}

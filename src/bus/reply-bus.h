/* SPDX-License-Identifier: MIT */
#pragma once

/* What pools and hosts send to their clients, as properties of both kinds of object. */

#include <stddef.h>

#include <systemd/sd-bus.h>

#include "core/settings.h"

/**
 * reply_property_get() - getter of the properties below.
 *
 * @userdata: where a `const ReplySettings *` is found; which value of it, tells @property
 */
int reply_property_get(sd_bus *connection, const char *path, const char *interface,
        const char *property, sd_bus_message *reply, void *userdata, sd_bus_error *error);

#define REPLY_PROPERTY(type, name, signature)                                                      \
        SD_BUS_PROPERTY(name, signature, reply_property_get, offsetof(type, reply),                \
                SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)

/* The first of these. */
#define REPLY_PROPERTIES_FIRST "DefaultLeaseTimeUSec"

/* Vtable entries over a type with a member `const ReplySettings *reply`. Names are those of the
 * configuration, with the suffixes of D-Bus for time spans and plurals for lists. */
#define REPLY_PROPERTIES(type)                                                                     \
        REPLY_PROPERTY(type, "DefaultLeaseTimeUSec", "t"),                                         \
                REPLY_PROPERTY(type, "MinLeaseTimeUSec", "t"),                                     \
                REPLY_PROPERTY(type, "MaxLeaseTimeUSec", "t"),                                     \
                REPLY_PROPERTY(type, "EmitRouter", "b"), REPLY_PROPERTY(type, "Router", "as"),     \
                REPLY_PROPERTY(type, "DNS", "as"), REPLY_PROPERTY(type, "NTP", "as"),              \
                REPLY_PROPERTY(type, "Domain", "s"), REPLY_PROPERTY(type, "SearchDomains", "as"),  \
                REPLY_PROPERTY(type, "BroadcastAddress", "s"),                                     \
                REPLY_PROPERTY(type, "MTUBytes", "u"), REPLY_PROPERTY(type, "Routes", "a(ss)"),    \
                REPLY_PROPERTY(type, "Timezone", "s"), REPLY_PROPERTY(type, "CaptivePortal", "s"), \
                REPLY_PROPERTY(type, "IPv6OnlyPreferredUSec", "t"),                                \
                REPLY_PROPERTY(type, "BootServerAddress", "s"),                                    \
                REPLY_PROPERTY(type, "BootServerName", "s"),                                       \
                REPLY_PROPERTY(type, "BootFilename", "as"),                                        \
                REPLY_PROPERTY(type, "SendOptions", "a(yay)")

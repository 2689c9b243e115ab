/* SPDX-License-Identifier: MIT */
#pragma once

/* Shared by the validators of pools and hosts: how they say at which line something is wrong. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/ipv4.h"
#include "config/place.h"
#include "core/settings.h"
#include "setting/key.h"

enum {
        VALIDATION_ERRORS_MAX = 200, /* that are told; finding a line takes a search */
};

typedef struct Validation {
        const Settings *settings;
        const Places *places; /* may be NULL */
        Problems *problems;
        size_t first_error; /* of problems, that is of this validation */
} Validation;

/* A pool or host as the subject of a problem. */
typedef struct Subject {
        SettingScope scope;
        const void *owner;
        const char *origin;
} Subject;

static inline Subject pool_subject(const PoolSettings *pool) {
        return (Subject){SETTING_POOL, pool, pool->origin};
}

static inline Subject host_subject(const HostSettings *host) {
        return (Subject){SETTING_HOST, host, host->origin};
}

/**
 * validation_report() - adds a problem at the line where a key was set, or at the section; nothing
 * after VALIDATION_ERRORS_MAX errors.
 *
 * @key: the key's name, NULL for the section
 * @index: which of a list's values, from 0
 */
void validation_report(const Validation *validation, bool warning, Subject subject, const char *key,
        size_t index, const char *format, ...) _printf_(6, 7);

/**
 * validation_has_failed() - whether a value of the key was refused, here (or anywhere: owner NULL).
 */
bool validation_has_failed(const Validation *validation, Subject subject, const char *key);

/**
 * validate_reply() - checks lease times, routes and routers.
 *
 * @inherited: the settings of the host's pool, NULL when there are none
 */
void validate_reply(const Validation *validation, Subject subject, const ReplySettings *reply,
        const ReplySettings *inherited);

/**
 * validate_pools() - checks each pool, and pools against each other.
 * Return: 0 or -ENOMEM.
 */
int validate_pools(const Validation *validation);

/**
 * validate_hosts() - checks each host against its pool, and hosts against each other.
 * Return: 0 or -ENOMEM.
 */
int validate_hosts(const Validation *validation);

/**
 * subnet_describe() - "192.168.1.1 to 192.168.1.254": the addresses that hosts may have.
 * Return: @buffer
 */
const char *subnet_describe(Ipv4Prefix subnet, char buffer[static 2 * IPV4_STRING_MAX + 4]);

/**
 * option_has_address() - whether an option that is a list of addresses holds this one.
 */
bool option_has_address(const OptionSet *options, uint8_t code, ipv4_t address);

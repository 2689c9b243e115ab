/* SPDX-License-Identifier: MIT */
#pragma once

/* What the server is told to do, validated, as plain data: the configuration layer and the bus fill
 * it in, the core reads it. Knows nothing of files' syntax. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/ipv4.h"
#include "basic/macro.h"
#include "basic/text.h"
#include "basic/time.h"
#include "wire/client-id.h"
#include "wire/options.h"

#define POOL_NAME_MAX 63
#define HARDWARE_ADDRESS_MAX 16
#define BOOT_ARCHITECTURES_MAX 2

typedef enum ConflictDetection {
        CONFLICT_DETECTION_AHEAD,
        CONFLICT_DETECTION_STRICT,
        CONFLICT_DETECTION_OFF,
        CONFLICT_DETECTION_MAX,
        CONFLICT_DETECTION_INVALID = -1,
} ConflictDetection;

/* BootFilename= with conditions: the first entry all of whose conditions hold gives the file. */
typedef struct BootFile {
        uint16_t architectures[BOOT_ARCHITECTURES_MAX]; /* option 93 has one of these */
        size_t n_architectures;                         /* 0 = any */
        const char *architecture_name; /* static; that stands for them, or NULL: a number did */
        char *vendor_class;            /* prefix of option 60, or NULL for any */
        char *user_class;              /* option 77, or NULL for any */
        char *name;
} BootFile;

/* What pools and hosts have in common: what a client is sent. 0, NULL and empty mean "not set
 * here"; a host's settings go before its pool's. */
typedef struct ReplySettings {
        OptionSet options; /* every option by code, encoded; Router=, DNS=, SendOption= … */
        uint8_t sent_options[32]; /* a bit for each code that SendOption= set; not the core's */
        bool no_router;           /* Router= was set to nothing: don't default to our own address */
        usec_t default_lease;     /* 0 = not set; USEC_INFINITY is legal for all three */
        usec_t min_lease;
        usec_t max_lease;
        ipv4_t next_server; /* siaddr, BootServerAddress= */
        char *server_name;  /* sname, BootServerName= */
        BootFile *boot_files;
        size_t n_boot_files;
} ReplySettings;

typedef struct PoolSettings {
        char *name;
        char *origin; /* "FILE:LINE", "built-in", "bus" … for people */
        bool enabled;
        char **interfaces;  /* names or globs; NULL = where an interface has an address in subnet */
        Ipv4Prefix *relays; /* giaddr of those that are believed, and of no others; none = as the
                               message makes it likely */
        size_t n_relays;
        bool trust_option_82; /* also where no relay has sent the message */
        Ipv4Prefix subnet;
        Ipv4Range *ranges; /* inside subnet; none = only reservations */
        size_t n_ranges;
        Ipv4Range *exclusions;
        size_t n_exclusions;
        Ipv4Range *other_ranges; /* of the subnet, given out by another server */
        size_t n_other_ranges;
        ipv4_t server_address; /* of ours, for clients of this pool; 0 = the main one of the link */
        bool ignore_client_id; /* clients are known by their hardware address */
        bool authoritative;
        ConflictDetection conflict_detection;
        bool deny_unknown; /* UnknownClients=deny */
        bool rapid_commit;
        bool bootp;
        ReplySettings reply;
} PoolSettings;

typedef struct HostSettings {
        char *name;
        char *origin;
        uint8_t hardware_size; /* 0 = not identified by hardware address */
        uint8_t hardware[HARDWARE_ADDRESS_MAX];
        ClientId client_id; /* size 0 = not identified by client identifier */
        uint8_t *circuit_id;
        size_t circuit_id_size; /* 0 = not identified by circuit */
        ipv4_t address;         /* 0 = any address of the pool */
        char *hostname;         /* NULL = name */
        char **aliases;         /* more names, for those that publish names; NULL = none */
        char *pool;             /* NULL = the pool whose subnet holds address */
        bool deny;
        ReplySettings reply;
} HostSettings;

typedef struct Settings {
        bool lenient;
        char *lease_file;    /* NULL = leases.csv in the state directory */
        unsigned rate_limit; /* messages a second for each client, 0 = unlimited */
        PoolSettings **pools;
        size_t n_pools;
        HostSettings **hosts;
        size_t n_hosts;
} Settings;

/**
 * settings_new() - settings with defaults and no pool.
 * Return: 0 or -ENOMEM.
 */
int settings_new(Settings **ret);

/**
 * settings_free() - frees settings, pools and hosts. Return: NULL.
 */
Settings *settings_free(Settings *settings);

/**
 * settings_new_builtin() - what is served without any configuration: pool "default",
 * 192.168.1.0/24, .100-.200, router 192.168.1.69, one hour, not authoritative, strict conflict
 * detection. Return: 0 or -ENOMEM.
 */
int settings_new_builtin(Settings **ret);

/**
 * pool_settings_new() - a pool with the defaults of written pools: enabled, authoritative, conflict
 * detection ahead, default lease 1 h.
 * Return: 0 or -ENOMEM.
 */
int pool_settings_new(PoolSettings **ret, const char *name);

/**
 * pool_settings_free() - frees a pool's settings. Return: NULL.
 */
PoolSettings *pool_settings_free(PoolSettings *pool);

/**
 * host_settings_new() - a host that is identified by nothing yet.
 * Return: 0 or -ENOMEM.
 */
int host_settings_new(HostSettings **ret, const char *name);

/**
 * host_settings_free() - frees a host's settings. Return: NULL.
 */
HostSettings *host_settings_free(HostSettings *host);

/**
 * settings_add_pool_take() - appends a pool; it belongs to the settings on success.
 * Return: 0, -ENOMEM, -EEXIST when the name is taken.
 */
int settings_add_pool_take(Settings *settings, PoolSettings *pool);

/**
 * settings_add_host_take() - as settings_add_pool_take().
 */
int settings_add_host_take(Settings *settings, HostSettings *host);

/**
 * conflict_detection_to_string() - "ahead", "strict", "off".
 */
const char *conflict_detection_to_string(ConflictDetection value);

/**
 * conflict_detection_from_string() - the inverse, CONFLICT_DETECTION_INVALID when unknown.
 */
ConflictDetection conflict_detection_from_string(const char *text);

DEFINE_POINTER_CLEANUP(Settings, settings_free);
DEFINE_POINTER_CLEANUP(PoolSettings, pool_settings_free);
DEFINE_POINTER_CLEANUP(HostSettings, host_settings_free);

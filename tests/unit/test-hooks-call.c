/* SPDX-License-Identifier: MIT */
/* What a script is given: arguments and environment, as dnsmasq(8) has them. */

#include <stdio.h>

#include "basic/text.h"
#include "hooks/call.h"
#include "test.h"

#define NOW (UINT64_C(1700000000) * USEC_PER_SEC)

/* A lease by its fields; "" leaves them out. Bytes are hexadecimal. */
typedef struct Lease {
        const char *hardware;
        unsigned hardware_type;
        const char *client_id;
        const char *hostname;
        const char *client_hostname;
        unsigned flags;
        uint32_t expires;
        uint32_t started;
        const char *interface;
        const char *relay;
        const char *circuit_id;
        const char *remote_id;
        const char *relay_agent;
        const char *vendor_class;
        const char *user_classes; /* each ends with a '|' */
        const char *pool;
} Lease;

static void add_bytes(FollowBuilder *builder, FollowTag tag, const char *hex) {
        uint8_t bytes[600];

        if (hex)
                follow_builder_add(builder, tag, bytes, test_bytes(hex, bytes, sizeof(bytes)));
}

static void add_text(FollowBuilder *builder, FollowTag tag, const char *text) {
        if (text)
                follow_builder_add_text(builder, tag, text);
}

static void add_classes(FollowBuilder *builder, const char *classes) {
        char text[256];

        if (!classes)
                return;
        ck_assert_uint_lt(strlen(classes), sizeof(text));
        for (size_t i = 0; i < strlen(classes); i++)
                text[i] = classes[i] == '|' ? '\0' : classes[i];
        follow_builder_add(builder, FOLLOW_USER_CLASSES, text, strlen(classes));
}

static FollowRecord build(const Lease *lease, FollowBuilder *builder) {
        const ipv4_t address = 0xc0a80165;

        follow_builder_init(builder, &address, sizeof(address));
        add_bytes(builder, FOLLOW_HARDWARE, lease->hardware);
        add_bytes(builder, FOLLOW_CLIENT_ID, lease->client_id);
        add_text(builder, FOLLOW_HOSTNAME, lease->hostname);
        add_text(builder, FOLLOW_POOL, lease->pool);
        add_bytes(builder, FOLLOW_CIRCUIT_ID, lease->circuit_id);
        follow_builder_add_u8(builder, FOLLOW_STATE, FOLLOW_STATE_BOUND);
        follow_builder_add_u8(builder, FOLLOW_FLAGS, (uint8_t) lease->flags);
        follow_builder_add_u8(builder, FOLLOW_HARDWARE_TYPE, (uint8_t) lease->hardware_type);
        follow_builder_add_u32(builder, FOLLOW_STARTED, lease->started);
        follow_builder_add_u32(builder, FOLLOW_EXPIRES, lease->expires);
        add_text(builder, FOLLOW_INTERFACE, lease->interface);
        add_text(builder, FOLLOW_RELAY, lease->relay);
        add_bytes(builder, FOLLOW_RELAY_AGENT, lease->relay_agent);
        add_bytes(builder, FOLLOW_REMOTE_ID, lease->remote_id);
        add_text(builder, FOLLOW_VENDOR_CLASS, lease->vendor_class);
        add_classes(builder, lease->user_classes);
        add_text(builder, FOLLOW_CLIENT_HOSTNAME, lease->client_hostname);
        return follow_builder_get(builder);
}

/* Strings of an array, a line each. */
static void join(char *const *strings, char *ret, size_t size) {
        size_t n = 0;

        *ret = '\0';
        for (; *strings; strings++)
                n += (size_t) snprintf(ret + n, size - n, "%s\n", *strings);
        ck_assert_uint_lt(n, size);
}

typedef struct ArgumentCase {
        HookAction action;
        Lease lease;
        const char *expected;
} ArgumentCase;

START_TEST(test_arguments)
{
        static const ArgumentCase cases[] = {
                {HOOK_ADD, {.hardware = "02 00 00 00 AA 07", .hostname = "pc"},
                        "add\n02:00:00:00:aa:07\n192.168.1.101\npc\n"},
                {HOOK_DEL, {.hardware = "02 00 00 00 aa 07", .hostname = "pc"},
                        "del\n02:00:00:00:aa:07\n192.168.1.101\npc\n"},
                {HOOK_OLD, {.hardware = "02 00 00 00 aa 07"},
                        "old\n02:00:00:00:aa:07\n192.168.1.101\n"},
                {HOOK_UNNAME, {.hardware = "02 00 00 00 aa 07", .hostname = "pc"},
                        "old\n02:00:00:00:aa:07\n192.168.1.101\n"},
                {HOOK_ADD, {.hardware = "02 00", .hardware_type = 6},
                        "add\n06-02:00\n192.168.1.101\n"},
                {HOOK_ADD, {.hardware = "02 00", .hardware_type = 32},
                        "add\n20-02:00\n192.168.1.101\n"},
                {HOOK_ADD, {.hardware_type = 32}, "add\n20-\n192.168.1.101\n"},
                /* never qualified */
                {HOOK_ADD, {.hardware = "02", .hostname = "pc.example.org."},
                        "add\n02\n192.168.1.101\npc\n"},
                /* what is no name is none */
                {HOOK_ADD, {.hardware = "02", .hostname = "-rf"}, "add\n02\n192.168.1.101\n"},
                {HOOK_ADD, {.hardware = "02", .hostname = "a b"}, "add\n02\n192.168.1.101\n"},
                {HOOK_ADD, {.hardware = "02", .hostname = "a\nadd"}, "add\n02\n192.168.1.101\n"},
                {HOOK_ADD, {.hardware = "02", .hostname = "a;b"}, "add\n02\n192.168.1.101\n"},
                {HOOK_ADD, {.hardware = "02", .hostname = "m\xc3\xbcller"},
                        "add\n02\n192.168.1.101\n"},
                {HOOK_ADD, {.hardware = "02", .hostname = "a..b"}, "add\n02\n192.168.1.101\n"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(strv_freep) char **arguments = NULL;
                FollowBuilder builder;
                HookCall call;
                char text[512];

                hook_call_init(&call, cases[i].action, build(&cases[i].lease, &builder), false);
                ck_assert_int_eq(hook_call_get_arguments(&call, &arguments), 0);
                join(arguments, text, sizeof(text));
                ck_assert_str_eq(text, cases[i].expected);
        }
}
END_TEST

typedef struct VariableCase {
        HookAction action;
        bool data_missing;
        Lease lease;
        const char *expected;
} VariableCase;

START_TEST(test_variables)
{
        static const VariableCase cases[] = {
                {HOOK_ADD, false, {.hardware = "02", .expires = 1700003600},
                        "DNSMASQ_LEASE_EXPIRES=1700003600\nDNSMASQ_TIME_REMAINING=3600\n"
                        "MINIDHCP_EXPIRES=2023-11-14T23:13:20Z\n"},
                /* forever is 0, as dnsmasq has it */
                {HOOK_ADD, false, {.hardware = "02", .expires = UINT32_MAX},
                        "DNSMASQ_LEASE_EXPIRES=0\nMINIDHCP_EXPIRES=infinite\n"},
                /* nothing remains of what ends */
                {HOOK_DEL, false, {.hardware = "02", .expires = 1700003600},
                        "DNSMASQ_LEASE_EXPIRES=1700003600\nMINIDHCP_EXPIRES=2023-11-14T23:13:"
                        "20Z\n"},
                {HOOK_OLD, false, {.hardware = "02", .expires = 1600000000},
                        "DNSMASQ_LEASE_EXPIRES=1600000000\nMINIDHCP_EXPIRES=2020-09-13T12:26:"
                        "40Z\n"},
                {HOOK_ADD, false,
                        {.hardware = "02",
                                .client_id = "01 02 ff",
                                .hostname = "pc.example.org",
                                .expires = UINT32_MAX,
                                .started = 1700000000,
                                .interface = "br0",
                                .relay = "10.0.0.1",
                                .circuit_id = "65 74 68 30",
                                .remote_id = "0a 0d",
                                .relay_agent = "01 04 65 74 68 30 06 02 6d 65 02 02 0a 0d",
                                .vendor_class = "MSFT 5.0",
                                .user_classes = "iPXE|two words|",
                                .pool = "lan",
                                .flags = 2},
                        "DNSMASQ_DOMAIN=example.org\nDNSMASQ_CLIENT_ID=01:02:ff\n"
                        "DNSMASQ_INTERFACE=br0\nDNSMASQ_SUPPLIED_HOSTNAME=pc\n"
                        "DNSMASQ_VENDOR_CLASS=MSFT 5.0\nDNSMASQ_USER_CLASS0=iPXE\n"
                        "DNSMASQ_USER_CLASS1=two words\nDNSMASQ_RELAY_ADDRESS=10.0.0.1\n"
                        "DNSMASQ_CIRCUIT_ID=eth0\nDNSMASQ_REMOTE_ID=0a:0d\n"
                        "DNSMASQ_SUBSCRIBER_ID=me\n"
                        "DNSMASQ_LEASE_EXPIRES=0\nMINIDHCP_EXPIRES=infinite\n"
                        "MINIDHCP_STARTED=2023-11-14T22:13:20Z\nMINIDHCP_POOL=lan\n"
                        "MINIDHCP_HOSTNAME=pc.example.org\nMINIDHCP_CIRCUIT_ID=65:74:68:30\n"
                        "MINIDHCP_REMOTE_ID=0a:0d\n"
                        "MINIDHCP_RELAY_AGENT=01:04:65:74:68:30:06:02:6d:65:02:02:0a:0d\n"
                        "MINIDHCP_RELAYED=1\n"},
                /* what dnsmasq has in memory alone is missing */
                {HOOK_OLD, true,
                        {.hardware = "02",
                                .client_id = "01 02",
                                .hostname = "pc.lan",
                                .expires = UINT32_MAX,
                                .interface = "br0",
                                .relay = "10.0.0.1",
                                .circuit_id = "65",
                                .remote_id = "0a",
                                .vendor_class = "MSFT 5.0",
                                .user_classes = "iPXE|",
                                .pool = "lan"},
                        "DNSMASQ_DOMAIN=lan\nDNSMASQ_CLIENT_ID=01:02\nDNSMASQ_DATA_MISSING=1\n"
                        "DNSMASQ_LEASE_EXPIRES=0\nMINIDHCP_EXPIRES=infinite\nMINIDHCP_POOL=lan\n"
                        "MINIDHCP_HOSTNAME=pc.lan\nMINIDHCP_CIRCUIT_ID=65\nMINIDHCP_REMOTE_ID="
                        "0a\n"},
                {HOOK_UNNAME, false,
                        {.hardware = "02", .hostname = "pc", .expires = UINT32_MAX, .flags = 1},
                        "DNSMASQ_OLD_HOSTNAME=pc\nDNSMASQ_LEASE_EXPIRES=0\n"
                        "MINIDHCP_EXPIRES=infinite\nMINIDHCP_HOSTNAME=pc\nMINIDHCP_RESERVED=1\n"},
                /* the name of a reserved lease is the host's */
                {HOOK_ADD, false,
                        {.hardware = "02",
                                .hostname = "printer",
                                .client_hostname = "HP-1234",
                                .expires = UINT32_MAX,
                                .flags = 1},
                        "DNSMASQ_SUPPLIED_HOSTNAME=HP-1234\nDNSMASQ_LEASE_EXPIRES=0\n"
                        "MINIDHCP_EXPIRES=infinite\nMINIDHCP_HOSTNAME=printer\n"
                        "MINIDHCP_CLIENT_HOSTNAME=HP-1234\nMINIDHCP_RESERVED=1\n"},
                /* nothing that a shell, a terminal or a reader of lines might act on */
                {HOOK_ADD, false,
                        {.hardware = "02",
                                .hostname = "a\nb",
                                .expires = UINT32_MAX,
                                .vendor_class = "a\nPATH=/tmp",
                                .user_classes = "\x1b[2J|\xff|",
                                .pool = "la\tn"},
                        "DNSMASQ_VENDOR_CLASS=a\\x0aPATH=/tmp\nDNSMASQ_USER_CLASS0=\\x1b[2J\n"
                        "DNSMASQ_USER_CLASS1=\\xff\nDNSMASQ_LEASE_EXPIRES=0\n"
                        "MINIDHCP_EXPIRES=infinite\nMINIDHCP_POOL=la\\x09n\n"
                        "MINIDHCP_HOSTNAME=a\\x0ab\n"},
        };
        char *const inherited[] = {NULL};

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(strv_freep) char **variables = NULL;
                FollowBuilder builder;
                HookCall call;
                char text[2048];

                hook_call_init(&call, cases[i].action, build(&cases[i].lease, &builder),
                        cases[i].data_missing);
                ck_assert_int_eq(hook_call_get_environment(&call, inherited, NOW, &variables), 0);
                join(variables, text, sizeof(text));
                ck_assert_str_eq(text, cases[i].expected);
        }
}
END_TEST

/* What scripts have of the service's own environment. */
START_TEST(test_inherited)
{
        static char path[] = "PATH=/usr/bin", notify[] = "NOTIFY_SOCKET=/run/systemd/notify",
                    stream[] = "JOURNAL_STREAM=8:1", theirs[] = "DNSMASQ_TAGS=x",
                    ours[] = "MINIDHCP_POOL=x", state[] = "STATE_DIRECTORY=/var/lib/x";
        char *const inherited[] = {path, notify, stream, theirs, ours, state, NULL};
        const Lease lease = {.hardware = "02", .expires = UINT32_MAX};
        _cleanup_(strv_freep) char **variables = NULL;
        FollowBuilder builder;
        HookCall call;
        char text[512];

        hook_call_init(&call, HOOK_ADD, build(&lease, &builder), false);
        ck_assert_int_eq(hook_call_get_environment(&call, inherited, NOW, &variables), 0);
        join(variables, text, sizeof(text));
        ck_assert_str_eq(text,
                "PATH=/usr/bin\nSTATE_DIRECTORY=/var/lib/x\nDNSMASQ_LEASE_EXPIRES=0\n"
                "MINIDHCP_EXPIRES=infinite\n");
}
END_TEST

TEST_MAIN("hooks-call", test_arguments, test_variables, test_inherited);

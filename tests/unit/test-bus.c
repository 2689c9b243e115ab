/* SPDX-License-Identifier: MIT */
/* The objects on the bus: properties, object managers, statistics, who may change what. */

#include <json-c/json.h>

#include "basic/buffer.h"
#include "basic/bytes.h"
#include "basic/text.h"
#include "bus-fixture.h"
#include "bus/setting-value.h"
#include "core/grant.h"
#include "full-pool.h"
#include "wire/options.h"

#define MANAGER BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"

#define LEASE_1_PATH BUS_LEASE_PATH "/_310_2e1_2e0_2e1"

static void assert_all_properties(
        Fixture *f, const char *path, const char *interface, const char *expected) {
        ck_assert_ptr_nonnull(fixture_call(f, path, PROPERTIES, "GetAll", "s", interface));
        fixture_assert_json(f, expected);
}

static bool is_unset(json_object *value) {
        if (json_object_is_type(value, json_type_string))
                return json_object_get_string_len(value) == 0;
        if (json_object_is_type(value, json_type_array))
                return json_object_array_length(value) == 0;
        return json_object_get_int64(value) == 0;
}

/* Of an object with settings: every property that is expected, and of settings that are younger
 * than this test, nothing. */
static void assert_settings(
        Fixture *f, const char *path, const char *interface, const char *expected) {
        _cleanup_free_ char *text = NULL;
        json_object *wanted = json_tokener_parse(expected), *shown, *other;

        ck_assert_ptr_nonnull(wanted);
        ck_assert_ptr_nonnull(fixture_call(f, path, PROPERTIES, "GetAll", "s", interface));
        text = fixture_to_json(f->reply);
        shown = json_tokener_parse(text);
        json_object_object_foreach(wanted, name, value) {
                ck_assert_msg(json_object_object_get_ex(shown, name, &other), "no %s", name);
                ck_assert_msg(json_object_equal(value, other), "%s: %s", name,
                        json_object_to_json_string(other));
                json_object_object_del(shown, name);
        }
        json_object_object_foreach(shown, extra, rest)
                ck_assert_msg(is_unset(rest), "%s is not expected", extra);
        (void) json_object_put(shown);
        (void) json_object_put(wanted);
}

START_TEST(test_manager_properties)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        fixture_add_lease(&f, 1, LEASE_BOUND);
        fixture_add_lease(&f, 2, LEASE_RELEASED);
        assert_all_properties(&f, MANAGER,
                "{\"Version\":\"" PROJECT_VERSION "\",\"Instance\":\"" FIXTURE_INSTANCE
                "\",\"State\":\"running\","
                "\"LeaseFile\":\"/var/lib/mini-dhcp/leases-\\\\xff.csv\",\"ActiveLeases\":1,"
                "\"LocalHardwareLeases\":1,\"LeasesToMove\":0,"
                "\"Generation\":" FIXTURE_GENERATION
                ",\"LastReloadResult\":\"success\",\"Warnings\":[\"a.conf:7: "
                "odd\",\"b-\\\\xff.conf:8: "
                "odder\"],\"BoundInterface\":\"\",\"ProxyArp\":[],\"EchoProxies\":[]}");
        fixture_done(&f);
}

/* Answers of one device for three free addresses, and for what nobody has. */
static void find_proxy(Fixture *f) {
        static const uint8_t hardware[ETHERNET_ADDRESS_SIZE] = {2, 0, 0, 0, 0, 0x63};
        static Actions actions, answers;
        const usec_t now = f->clock.boottime;

        for (ipv4_t i = 0; i < 3; i++) {
                actions_reset(&actions);
                ck_assert_int_eq(
                        server_handle_arp(f->server, 3, 0x0a010010 + i, hardware, now, &actions),
                        0);
        }
        for (size_t i = 0; i < actions.n_actions; i++) {
                if (actions.actions[i].type != ACTION_PROBE)
                        continue;
                actions_reset(&answers);
                ck_assert_int_eq(server_handle_arp(f->server, 3, actions.actions[i].probe.address,
                                         hardware, now, &answers),
                        0);
        }
}

START_TEST(test_proxy_arp)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        find_proxy(&f);
        ck_assert_ptr_nonnull(fixture_call(
                &f, BUS_MANAGER_PATH, PROPERTIES, "Get", "ss", BUS_MANAGER_INTERFACE, "ProxyArp"));
        fixture_assert_json(&f, "[[\"lan0\",\"02:00:00:00:00:63\",1700003600000000]]");

        f.clock.boottime += USEC_PER_HOUR;
        f.clock.realtime += USEC_PER_HOUR;
        ck_assert_ptr_nonnull(fixture_call(
                &f, BUS_MANAGER_PATH, PROPERTIES, "Get", "ss", BUS_MANAGER_INTERFACE, "ProxyArp"));
        fixture_assert_json(&f, "[]");
        fixture_done(&f);
}
END_TEST

/* A subnet behind a relay answers for everything. */
START_TEST(test_echo_proxies)
{
        static Actions actions, answers;
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        ck_assert_int_eq(server_set_links(f.server, NULL, 0), 0);
        for (ipv4_t i = 0; i < 3; i++) {
                actions_reset(&actions);
                ck_assert_int_eq(
                        server_handle_echo(f.server, 0x0a010010 + i, f.clock.boottime, &actions),
                        0);
        }
        for (size_t i = 0; i < actions.n_actions; i++) {
                if (actions.actions[i].type != ACTION_PROBE)
                        continue;
                actions_reset(&answers);
                ck_assert_int_eq(server_handle_echo(f.server, actions.actions[i].probe.address,
                                         f.clock.boottime, &answers),
                        0);
        }
        ck_assert_ptr_nonnull(fixture_call(&f, BUS_MANAGER_PATH, PROPERTIES, "Get", "ss",
                BUS_MANAGER_INTERFACE, "EchoProxies"));
        fixture_assert_json(&f, "[[\"10.0.0.0/8\",1700003600000000]]");
        ck_assert_ptr_nonnull(fixture_call(
                &f, BUS_MANAGER_PATH, PROPERTIES, "Get", "ss", BUS_MANAGER_INTERFACE, "ProxyArp"));
        fixture_assert_json(&f, "[]");
        fixture_done(&f);
}
END_TEST

START_TEST(test_lease_properties)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        fixture_add_lease(&f, 1, LEASE_DECLINED);
        assert_all_properties(&f, LEASE_1_PATH, BUS_LEASE_INTERFACE,
                "{\"Address\":\"10.1.0.1\",\"HardwareAddress\":\"02:00:00:00:00:01\","
                "\"ClientId\":\"01:02:00:00:00:00:01\",\"Hostname\":\"host-1\",\"Pool\":\"lan\","
                "\"Interface\":\"lan0\",\"State\":\"declined\",\"StartedUSec\":1699999900000000,"
                "\"ExpiresUSec\":1700003500000000,\"LastSeenUSec\":1699999950000000,\"Flags\":0,"
                "\"Reserved\":false,\"Relayed\":false,\"Extras\":{}}");

        /* a step of the wall clock moves what is shown, and ends no lease */
        f.clock.realtime += USEC_PER_DAY;
        ck_assert_ptr_nonnull(fixture_call(
                &f, LEASE_1_PATH, PROPERTIES, "Get", "ss", BUS_LEASE_INTERFACE, "ExpiresUSec"));
        fixture_assert_json(&f, "1700089900000000");
        fixture_done(&f);
}

START_TEST(test_no_such_object)
{
        static const char *const paths[] = {
                BUS_LEASE_PATH,
                BUS_LEASE_PATH "/_310_2e1_2e0_2e2",
                BUS_LEASE_PATH "/lan",
                BUS_LEASE_PATH "/_310_2e1_2e0_2e1/x",
                BUS_POOL_PATH "/wan",
                BUS_HOST_PATH "/printer",
                BUS_INTERFACE_PATH "/eth0",
                "/org/minidhcp1/other",
        };
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        fixture_add_lease(&f, 1, LEASE_BOUND);
        for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
                ck_assert_ptr_null(fixture_call(
                        &f, paths[i], PROPERTIES, "Get", "ss", BUS_LEASE_INTERFACE, "State"));
                ck_assert_ptr_null(
                        fixture_call(&f, paths[i], BUS_MANAGER_INTERFACE, "ListPools", ""));
        }
        fixture_done(&f);
}

/* What the properties of a pool with these settings say, from "DefaultLeaseTimeUSec" on. */
#define FULL_REPLY                                                                                 \
        "\"DefaultLeaseTimeUSec\":3600000000,\"MinLeaseTimeUSec\":60000000,"                       \
        "\"MaxLeaseTimeUSec\":18446744073709551615,\"EmitRouter\":false,\"Router\":[],"            \
        "\"DNS\":[\"192.168.1.1\",\"9.9.9.9\"],\"NTP\":[\"192.168.1.1\"],"                         \
        "\"Domain\":\"home.arpa\",\"SearchDomains\":[\"home.arpa\",\"lab.home.arpa\"],"            \
        "\"BroadcastAddress\":\"192.168.1.1\",\"MTUBytes\":1500,"                                  \
        "\"Routes\":[[\"10.0.0.0/8\",\"192.168.1.2\"],[\"0.0.0.0/0\",\"192.168.1.1\"]],"           \
        "\"Timezone\":\"CET-1\",\"CaptivePortal\":\"https://p\","                                  \
        "\"IPv6OnlyPreferredUSec\":1800000000,\"BootServerAddress\":\"192.168.1.9\","              \
        "\"BootServerName\":\"boot\",\"BootFilename\":[\"Architecture=uefi-x64 "                   \
        "VendorClass=PXEClient "                                                                   \
        "UserClass=\\\"i PXE\\\" efi=1\",\"pxelinux.0\"],"                                         \
        "\"SendOptions\":[[3,\"61:62:63\"],[224,\"\"]]"

START_TEST(test_pool_properties)
{
        Settings *settings;
        Fixture f;

        fixture_init(&f);
        ck_assert_int_eq(settings_new(&settings), 0);
        ck_assert_int_eq(settings_add_pool_take(settings, new_full_pool()), 0);
        ck_assert_int_eq(server_configure_take(f.server, settings, NULL), 0);

        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "ListPools", ""));
        ck_assert_str_eq(sd_bus_message_get_signature(f.reply, true), "a(so)");
        fixture_assert_json(&f, "[[\"caf\xc3\xa9 1\",\"/org/minidhcp1/pool/caf_c3_a9_201\"]]");
        assert_settings(&f, BUS_POOL_PATH "/caf_c3_a9_201", BUS_POOL_INTERFACE,
                "{\"Name\":\"caf\xc3\xa9 1\",\"Origin\":\"/etc/\\\\xff.conf:7\","
                "\"Interfaces\":[\"br*\"],"
                "\"Relays\":[\"192.168.1.2\",\"10.0.0.0/8\"],\"TrustOption82\":true,"
                "\"Subnet\":\"192.168.1.0/24\",\"Ranges\":[\"192.168.1.100-192.168.1.109\","
                "\"192.168.1.200-192.168.1.200\"],"
                "\"Exclusions\":[\"192.168.1.101-192.168.1.102\"],"
                "\"OtherRanges\":[\"192.168.1.210-192.168.1.220\"],"
                "\"ServerAddress\":\"192.168.1.3\","
                "\"Authoritative\":true,\"ConflictDetection\":\"strict\","
                "\"ClientIdentifier\":\"ignore\",\"UnknownClients\":\"deny\",\"RapidCommit\":true,"
                "\"Bootp\":true," FULL_REPLY
                ",\"Enabled\":false,\"ServedInterfaces\":[],\"UnheardInterfaces\":[],\"Size\":9,"
                "\"Used\":0,\"Free\":9,\"Offered\":0,\"Declined\":0,\"Reserved\":0,"
                "\"ReservedOutside\":0,\"UsedOutside\":0}");
        fixture_done(&f);
}

/* The defaults: everything that is not set shows as nothing. */
START_TEST(test_plain_pool_and_counts)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        fixture_add_lease(&f, 1, LEASE_BOUND);
        fixture_add_lease(&f, 2, LEASE_BOUND);
        fixture_add_lease(&f, 3, LEASE_DECLINED);
        fixture_add_lease(&f, 4, LEASE_EXPIRED);
        assert_settings(&f, BUS_POOL_PATH "/lan", BUS_POOL_INTERFACE,
                "{\"Name\":\"lan\",\"Origin\":\"\",\"Interfaces\":[],"
                "\"Relays\":[],\"TrustOption82\":false,\"Subnet\":\"10.0.0.0/8\","
                "\"Ranges\":[\"10.1.0.0-10.3.255.255\"],\"Exclusions\":[],\"OtherRanges\":[],"
                "\"ServerAddress\":\"\",\"Authoritative\":true,\"ConflictDetection\":\"ahead\","
                "\"ClientIdentifier\":\"use\",\"UnknownClients\":\"allow\",\"RapidCommit\":false,"
                "\"Bootp\":false,"
                "\"DefaultLeaseTimeUSec\":3600000000,\"MinLeaseTimeUSec\":0,"
                "\"MaxLeaseTimeUSec\":0,\"EmitRouter\":true,\"Router\":[],\"DNS\":[],\"NTP\":[],"
                "\"Domain\":\"\",\"SearchDomains\":[],\"BroadcastAddress\":\"\",\"MTUBytes\":0,"
                "\"Routes\":[],\"Timezone\":\"\",\"CaptivePortal\":\"\","
                "\"IPv6OnlyPreferredUSec\":0,\"BootServerAddress\":\"\",\"BootServerName\":\"\","
                "\"BootFilename\":[],\"SendOptions\":[],\"Enabled\":true,"
                "\"ServedInterfaces\":[\"lan0\"],\"UnheardInterfaces\":[],\"Size\":196608,\"Used\":"
                "2,"
                "\"Free\":196605,\"Offered\":0,\"Declined\":1,\"Reserved\":0,\"ReservedOutside\":0,"
                "\"UsedOutside\":0}");
        fixture_done(&f);
}

/* Sets one key of a pool. */
static void set_key(PoolSettings *pool, const char *name, const char *value) {
        _cleanup_(problems_done) Problems problems = {0};
        const Place place = {.file = "test"};

        ck_assert_msg(
                pool_settings_set(pool, name, value, &place, &problems) == 0, "%s=%s", name, value);
}

static PoolSettings *new_settled_pool(void) {
        static const char *const settings[][2] = {
                {"Interface", "br* eth0"},
                {"Relay", "10.0.0.1 10.1.0.0/16"},
                {"TrustOption82", "yes"},
                {"Subnet", "192.168.1.0/24"},
                {"Range", "192.168.1.100-192.168.1.109"},
                {"Exclude", "192.168.1.101"},
                {"OtherRange", "192.168.1.210-192.168.1.220"},
                {"ServerAddress", "192.168.1.3"},
                {"Enabled", "no"},
                {"Authoritative", "no"},
                {"ConflictDetection", "off"},
                {"ClientIdentifier", "ignore"},
                {"UnknownClients", "deny"},
                {"RapidCommit", "yes"},
                {"Bootp", "yes"},
                {"DefaultLeaseTimeSec", "1d 1h 1s"},
                {"MinLeaseTimeSec", "1min"},
                {"MaxLeaseTimeSec", "infinity"},
                {"Router", "192.168.1.1 192.168.1.2"},
                {"DNS", "9.9.9.9"},
                {"NTP", "192.168.1.1"},
                {"Domain", "home.arpa"},
                {"SearchDomains", "home.arpa lab.home.arpa"},
                {"BroadcastAddress", "255.255.255.255"},
                {"MTUBytes", "1400"},
                {"Route", "10.0.0.0/8 192.168.1.2"},
                {"Timezone", "CET-1CEST,M3.5.0,M10.5.0/3"},
                {"CaptivePortal", "https://portal.example/"},
                {"IPv6OnlyPreferredSec", "infinity"},
                {"BootServerAddress", "192.168.1.9"},
                {"BootServerName", "boot"},
                {"BootFilename", "UserClass=\"i PXE\" http://boot/menu"},
                {"BootFilename", "undionly.kpxe"},
                {"SendOption", "43:hex:01:02"},
                {"SendOption", "6:hex:01"},
        };
        PoolSettings *pool;

        ck_assert_int_eq(pool_settings_new(&pool, "lan"), 0);
        for (size_t i = 0; i < ELEMENTSOF(settings); i++)
                set_key(pool, settings[i][0], settings[i][1]);
        return pool;
}

/* What the bus shows of each row can be given to Configure, and makes the same setting. */
START_TEST(test_settings_come_back)
{
        _cleanup_(pool_settings_freep) PoolSettings *copy = NULL;
        const PoolSettings *pool;
        const SettingKey *key;
        Settings *settings;
        Fixture f;

        fixture_init(&f);
        ck_assert_int_eq(settings_new(&settings), 0);
        ck_assert_int_eq(settings_add_pool_take(settings, new_settled_pool()), 0);
        ck_assert_int_eq(server_configure_take(f.server, settings, NULL), 0);
        pool = settings->pools[0];
        ck_assert_int_eq(pool_settings_new(&copy, "lan"), 0);
        copy->reply.default_lease = 0;

        for (size_t i = 0; (key = setting_key_at(SETTING_POOL, i)); i++) {
                _cleanup_(strv_freep) char **values = NULL;
                const char *property = setting_key_property(key);

                ck_assert_ptr_nonnull(fixture_call(&f, BUS_POOL_PATH "/lan", PROPERTIES, "Get",
                        "ss", BUS_POOL_INTERFACE, property));
                ck_assert_int_gt(sd_bus_message_enter_container(f.reply, 'v', key->signature), 0);
                ck_assert_int_ge(setting_value_read(f.reply, key->signature, key,
                                         strcmp(property, key->name) != 0, &values),
                        0);
                for (char **value = values; value && *value; value++)
                        if (**value)
                                set_key(copy, key->name, *value);
        }
        ck_assert_int_eq(settings_say_same(SETTING_POOL, pool, copy), 1);
        fixture_done(&f);
}
END_TEST

/* Reads a page. Return: the names on it, joined, for free(). */
static char *read_page_of_hosts(Fixture *f, uint64_t *ret_next, uint64_t *ret_generation) {
        Buffer names = BUFFER_INIT;
        const char *path, *key;
        char *text;

        ck_assert_int_gt(sd_bus_message_enter_container(f->reply, 'a', "(oa{sv})"), 0);
        while (sd_bus_message_enter_container(f->reply, 'r', "oa{sv}") > 0) {
                size_t n = 0;

                ck_assert_int_gt(sd_bus_message_read(f->reply, "o", &path), 0);
                (void) buffer_printf(&names, "%s ", path + strlen(BUS_HOST_PATH));
                ck_assert_int_gt(sd_bus_message_enter_container(f->reply, 'a', "{sv}"), 0);
                while (sd_bus_message_enter_container(f->reply, 'e', "sv") > 0) {
                        ck_assert_int_gt(sd_bus_message_read(f->reply, "s", &key), 0);
                        ck_assert_int_ge(sd_bus_message_skip(f->reply, "v"), 0);
                        ck_assert_int_ge(sd_bus_message_exit_container(f->reply), 0);
                        n++;
                }
                /* what it is and what comes of it; none of those that pools have, too, is set */
                ck_assert_uint_eq(n, 15);
                ck_assert_str_eq(key, "MovesAtUSec");
                ck_assert_int_ge(sd_bus_message_exit_container(f->reply), 0);
                ck_assert_int_ge(sd_bus_message_exit_container(f->reply), 0);
        }
        ck_assert_int_ge(sd_bus_message_exit_container(f->reply), 0);
        ck_assert_int_gt(sd_bus_message_read(f->reply, "tt", ret_next, ret_generation), 0);
        ck_assert_int_eq(buffer_take_string(&names, &text), 0);
        return text;
}

static void assert_pages_of_hosts(Fixture *f) {
        static const char *const pages[] = {"/printer ", "/port_2d9 "};
        uint64_t next = 0, generation = 0, first = 0;

        for (size_t i = 0; i < ELEMENTSOF(pages); i++) {
                _cleanup_free_ char *names = NULL;

                ck_assert_ptr_nonnull(
                        fixture_call(f, MANAGER, "ListHostSettings", "a{sv}tu", 0, next, 1));
                names = read_page_of_hosts(f, &next, &generation);
                ck_assert_str_eq(names, pages[i]);
                ck_assert(i == 0 || generation == first);
                first = generation;
        }
        ck_assert_uint_eq(next, 0);

        _cleanup_free_ char *all = NULL, *beyond = NULL;
        ck_assert_ptr_nonnull(fixture_call(
                f, MANAGER, "ListHostSettings", "a{sv}tu", 1, "Pool", "s", "lan", UINT64_C(0), 0));
        all = read_page_of_hosts(f, &next, &generation);
        ck_assert_str_eq(all, "/port_2d9 ");
        ck_assert_uint_eq(next, 0);
        ck_assert_ptr_nonnull(
                fixture_call(f, MANAGER, "ListHostSettings", "a{sv}tu", 0, UINT64_MAX, UINT32_MAX));
        beyond = read_page_of_hosts(f, &next, &generation);
        ck_assert_str_eq(beyond, "");
        ck_assert_uint_eq(next, 0);
        ck_assert_ptr_null(fixture_call(
                f, MANAGER, "ListHostSettings", "a{sv}tu", 1, "Pol", "s", "lan", UINT64_C(0), 0));
}

START_TEST(test_hosts)
{
        static const uint8_t circuit[] = {0, 4, 9};
        Settings *settings;
        static const struct {
                const char *name;
                const char *hosts;
        } found[] = {
                {"printer", "[[\"printer\",\"/org/minidhcp1/host/printer\"]]"},
                {"PRINTER", "[[\"printer\",\"/org/minidhcp1/host/printer\"]]"},
                {"Guest", "[[\"port-9\",\"/org/minidhcp1/host/port_2d9\"]]"},
                {"port-9", "[[\"port-9\",\"/org/minidhcp1/host/port_2d9\"]]"},
                {"print", "[]"},
                {"*", "[]"},
                {"", "[]"},
        };
        HostSettings *host;
        Fixture f;

        fixture_init(&f);
        ck_assert_int_eq(settings_new(&settings), 0);
        ck_assert_int_eq(host_settings_new(&host, "printer"), 0);
        ck_assert_int_eq(bytes_parse("02:00:00:00:aa:01", host->hardware, 16, &(size_t){0}), 0);
        host->hardware_size = 6;
        host->address = 0xc0a80132;
        ck_assert_int_eq(settings_add_host_take(settings, host), 0);
        ck_assert_int_eq(host_settings_new(&host, "port-9"), 0);
        host->circuit_id = malloc(sizeof(circuit));
        ck_assert_ptr_nonnull(host->circuit_id);
        memcpy(host->circuit_id, circuit, sizeof(circuit));
        host->circuit_id_size = sizeof(circuit);
        host->deny = true;
        host->pool = strdup("lan");
        host->hostname = strdup("guest");
        host->origin = strdup("bus");
        ck_assert_int_eq(settings_add_host_take(settings, host), 0);
        ck_assert_int_eq(server_configure_take(f.server, settings, NULL), 0);

        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "ListHosts", ""));
        fixture_assert_json(&f, "[[\"printer\",\"/org/minidhcp1/host/printer\"],"
                                "[\"port-9\",\"/org/minidhcp1/host/port_2d9\"]]");
        assert_pages_of_hosts(&f);
        for (size_t i = 0; i < ELEMENTSOF(found); i++) {
                ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "FindHosts", "s", found[i].name));
                fixture_assert_json(&f, found[i].hosts);
        }
        ck_assert_ptr_nonnull(fixture_call(
                &f, BUS_HOST_PATH "/printer", PROPERTIES, "GetAll", "s", BUS_HOST_INTERFACE));
        ck_assert_ptr_nonnull(fixture_call(&f, BUS_HOST_PATH "/printer", PROPERTIES, "Get", "ss",
                BUS_HOST_INTERFACE, "Address"));
        fixture_assert_json(&f, "\"192.168.1.50\"");
        ck_assert_ptr_nonnull(fixture_call(&f, BUS_HOST_PATH "/printer", PROPERTIES, "Get", "ss",
                BUS_HOST_INTERFACE, "MACAddress"));
        fixture_assert_json(&f, "\"02:00:00:00:aa:01\"");
        assert_settings(&f, BUS_HOST_PATH "/port_2d9", BUS_HOST_INTERFACE,
                "{\"Name\":\"port-9\",\"Origin\":\"bus\",\"MACAddress\":\"\",\"ClientId\":\"\","
                "\"CircuitId\":\"00:04:09\",\"Address\":\"\",\"Pool\":\"lan\",\"Deny\":true,"
                "\"DefaultLeaseTimeUSec\":0,"
                "\"MinLeaseTimeUSec\":0,\"MaxLeaseTimeUSec\":0,\"EmitRouter\":true,\"Router\":[],"
                "\"DNS\":[],\"NTP\":[],\"Domain\":\"\",\"SearchDomains\":[],"
                "\"BroadcastAddress\":\"\",\"MTUBytes\":0,\"Routes\":[],\"Timezone\":\"\","
                "\"CaptivePortal\":\"\",\"IPv6OnlyPreferredUSec\":0,\"BootServerAddress\":\"\","
                "\"BootServerName\":\"\",\"BootFilename\":[],\"SendOptions\":[],"
                "\"Hostname\":\"guest\",\"ServedPool\":\"\",\"Outlook\":\"none\",\"Holder\":{},"
                "\"CurrentAddress\":\"\",\"MovesAtUSec\":0}");
        fixture_done(&f);
}

/* Of the settings that pools have, too, a page has those that the host sets. */
START_TEST(test_page_has_what_is_set)
{
        static const ipv4_t server = 0x01010101;
        _cleanup_free_ char *names = NULL;
        Buffer listed = BUFFER_INIT;
        Settings *settings;
        HostSettings *host;
        const char *name;
        Fixture f;

        fixture_init(&f);
        ck_assert_int_eq(settings_new(&settings), 0);
        ck_assert_int_eq(host_settings_new(&host, "printer"), 0);
        host->reply.default_lease = USEC_PER_HOUR;
        host->reply.no_router = true;
        ck_assert_int_eq(
                option_set_put_ipv4s(&host->reply.options, DHCP_OPTION_DNS, &server, 1), 0);
        ck_assert_int_eq(settings_add_host_take(settings, host), 0);
        ck_assert_int_eq(server_configure_take(f.server, settings, NULL), 0);

        ck_assert_ptr_nonnull(
                fixture_call(&f, MANAGER, "ListHostSettings", "a{sv}tu", 0, UINT64_C(0), 0));
        ck_assert_int_gt(sd_bus_message_enter_container(f.reply, 'a', "(oa{sv})"), 0);
        ck_assert_int_gt(sd_bus_message_enter_container(f.reply, 'r', "oa{sv}"), 0);
        ck_assert_int_gt(sd_bus_message_skip(f.reply, "o"), 0);
        ck_assert_int_gt(sd_bus_message_enter_container(f.reply, 'a', "{sv}"), 0);
        while (sd_bus_message_enter_container(f.reply, 'e', "sv") > 0) {
                ck_assert_int_gt(sd_bus_message_read(f.reply, "s", &name), 0);
                (void) buffer_printf(&listed, "%s ", name);
                ck_assert_int_ge(sd_bus_message_skip(f.reply, "v"), 0);
                ck_assert_int_ge(sd_bus_message_exit_container(f.reply), 0);
        }
        ck_assert_int_eq(buffer_take_string(&listed, &names), 0);
        ck_assert_str_eq(names,
                "Name Origin MACAddress ClientId CircuitId Address Aliases Pool Deny "
                "DefaultLeaseTimeUSec EmitRouter Router DNS "
                "Hostname ServedPool Outlook Holder CurrentAddress MovesAtUSec ");
        fixture_done(&f);
}
END_TEST

/* A host whose address another client has, while it has another itself. */
START_TEST(test_outlook)
{
        Settings *settings;
        PoolSettings *pool;
        HostSettings *host;
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        ck_assert_int_eq(settings_new(&settings), 0);
        ck_assert_int_eq(pool_settings_new(&pool, "lan"), 0);
        pool->subnet = (Ipv4Prefix){.address = 0x0a000000, .length = 8};
        ck_assert_int_eq(settings_add_pool_take(settings, pool), 0);
        ck_assert_int_eq(host_settings_new(&host, "nas"), 0);
        ck_assert_int_eq(bytes_parse("02:00:00:00:00:02", host->hardware, 16, &(size_t){0}), 0);
        host->hardware_size = 6;
        host->address = 0x0a010001;
        ck_assert_int_eq(settings_add_host_take(settings, host), 0);
        ck_assert_int_eq(server_configure_take(f.server, settings, NULL), 0);
        fixture_add_lease(&f, 1, LEASE_BOUND);
        fixture_add_lease(&f, 2, LEASE_BOUND);

        ck_assert_ptr_nonnull(fixture_call(
                &f, BUS_HOST_PATH "/nas", PROPERTIES, "Get", "ss", BUS_HOST_INTERFACE, "Outlook"));
        fixture_assert_json(&f, "\"asks\"");
        ck_assert_ptr_nonnull(fixture_call(
                &f, BUS_HOST_PATH "/nas", PROPERTIES, "Get", "ss", BUS_HOST_INTERFACE, "Holder"));
        fixture_assert_json(&f,
                "{\"HardwareAddress\":\"02:00:00:00:00:01\",\"ClientId\":\"01:02:00:00:00:00:01\","
                "\"Hostname\":\"host-1\",\"State\":\"bound\","
                "\"ExpiresUSec\":1700003500000000}");
        ck_assert_ptr_nonnull(fixture_call(&f, BUS_HOST_PATH "/nas", PROPERTIES, "Get", "ss",
                BUS_HOST_INTERFACE, "CurrentAddress"));
        fixture_assert_json(&f, "\"10.1.0.2\"");
        ck_assert_ptr_nonnull(fixture_call(&f, BUS_HOST_PATH "/nas", PROPERTIES, "Get", "ss",
                BUS_HOST_INTERFACE, "MovesAtUSec"));
        fixture_assert_json(&f, "1700003500000000");
        ck_assert_ptr_nonnull(fixture_call(&f, BUS_MANAGER_PATH, PROPERTIES, "Get", "ss",
                BUS_MANAGER_INTERFACE, "LeasesToMove"));
        fixture_assert_json(&f, "1");
        fixture_done(&f);
}

/* A client behind a relay, at 10.1.0.0 + n on circuit aa, that was heard n seconds after others. */
static void add_port_lease(Fixture *f, uint32_t n) {
        static const uint8_t relay_agent[] = {1, 1, 0xaa};
        const uint8_t id[] = {255, (uint8_t) n};
        const LeaseRecord record = {
                .address = 0x0a010000 + n,
                .state = LEASE_BOUND,
                .client_id = id,
                .client_id_size = sizeof(id),
                .relay_agent = relay_agent,
                .relay_agent_size = sizeof(relay_agent),
                .flags = LEASE_RELAYED,
                .started = 900 * USEC_PER_SEC,
                .expires = 4500 * USEC_PER_SEC,
                .last_seen = (900 + n) * USEC_PER_SEC,
        };

        ck_assert_int_eq(server_load_lease(f->server, &record, f->clock.boottime), 0);
}

static void assert_current(Fixture *f, const char *expected) {
        ck_assert_ptr_nonnull(fixture_call(f, BUS_HOST_PATH "/port", PROPERTIES, "Get", "ss",
                BUS_HOST_INTERFACE, "CurrentAddress"));
        fixture_assert_json(f, expected);
}

/* Where the client of a circuit is takes a look at every lease, which is not taken all the time. */
START_TEST(test_port_clients)
{
        static Actions actions;
        Settings *settings;
        PoolSettings *pool;
        HostSettings *host;
        Fixture f;

        fixture_init(&f);
        ck_assert_int_eq(settings_new(&settings), 0);
        ck_assert_int_eq(pool_settings_new(&pool, "lan"), 0);
        pool->subnet = (Ipv4Prefix){.address = 0x0a000000, .length = 8};
        ck_assert_int_eq(settings_add_pool_take(settings, pool), 0);
        ck_assert_int_eq(host_settings_new(&host, "port"), 0);
        host->circuit_id = malloc(1);
        ck_assert_ptr_nonnull(host->circuit_id);
        host->circuit_id[0] = 0xaa;
        host->circuit_id_size = 1;
        host->address = 0x0a020001;
        ck_assert_int_eq(settings_add_host_take(settings, host), 0);
        ck_assert_int_eq(server_configure_take(f.server, settings, NULL), 0);

        assert_current(&f, "\"\"");
        add_port_lease(&f, 1);
        assert_current(&f, "\"10.1.0.1\"");
        add_port_lease(&f, 2);
        assert_current(&f, "\"10.1.0.2\"");

        /* a look takes a second from now on, and may be had in twenty */
        f.clock_step = USEC_PER_SEC;
        add_port_lease(&f, 3);
        assert_current(&f, "\"10.1.0.3\"");
        add_port_lease(&f, 4);
        assert_current(&f, "\"10.1.0.3\"");
        actions_reset(&actions);
        ck_assert_int_eq(server_delete_lease(f.server, 0x0a010003, f.clock.boottime, &actions), 0);
        assert_current(&f, "\"10.1.0.2\""); /* what is old is not believed */
        f.clock.boottime += 20 * USEC_PER_SEC;
        assert_current(&f, "\"10.1.0.4\"");
        fixture_done(&f);
}
END_TEST

START_TEST(test_interfaces)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "ListInterfaces", ""));
        ck_assert_str_eq(sd_bus_message_get_signature(f.reply, true), "a(iso)");
        fixture_assert_json(&f, "[[3,\"lan0\",\"/org/minidhcp1/interface/lan0\"]]");
        assert_all_properties(&f, BUS_INTERFACE_PATH "/lan0", BUS_INTERFACE_INTERFACE,
                "{\"Index\":3,\"Name\":\"lan0\",\"HardwareAddress\":\"02:00:00:00:00:01\","
                "\"Addresses\":[\"10.0.0.1/8\"],\"Up\":true,\"Served\":true}");
        fixture_done(&f);
}

/* Not configured, or misconfigured from the start. */
START_TEST(test_nothing_there)
{
        static const char *const lists[] = {"ListPools", "ListHosts", "ListInterfaces"};
        Fixture f;

        fixture_init(&f);
        f.state = "misconfigured";
        for (size_t i = 0; i < ELEMENTSOF(lists); i++) {
                ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, lists[i], ""));
                fixture_assert_json(&f, "[]");
        }
        ck_assert_ptr_nonnull(
                fixture_call(&f, MANAGER, "ListLeases", "a{sv}tu", 0, UINT64_C(0), 0));
        fixture_assert_json(&f, "[] 0 " FIXTURE_GENERATION);
        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "Describe", ""));
        fixture_done(&f);
}

static size_t count_managed(Fixture *f, const char *path) {
        size_t n = 0;

        ck_assert_ptr_nonnull(fixture_call(f, path, OBJECT_MANAGER, "GetManagedObjects", ""));
        ck_assert_int_gt(sd_bus_message_enter_container(f->reply, 'a', "{oa{sa{sv}}}"), 0);
        while (sd_bus_message_at_end(f->reply, false) == 0) {
                ck_assert_int_ge(sd_bus_message_skip(f->reply, "{oa{sa{sv}}}"), 0);
                n++;
        }
        return n;
}

static size_t count_nodes(Fixture *f, const char *path) {
        const char *xml;
        size_t n = 0;

        ck_assert_ptr_nonnull(
                fixture_call(f, path, "org.freedesktop.DBus.Introspectable", "Introspect", ""));
        ck_assert_int_gt(sd_bus_message_read_basic(f->reply, 's', &xml), 0);
        for (const char *p = xml; (p = strstr(p, "<node name=")); p++)
                n++;
        return n;
}

START_TEST(test_object_managers)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i < BUS_OBJECTS_MAX - 1; i++)
                fixture_add_lease(&f, i, LEASE_BOUND);
        fixture_add_lease(&f, BUS_OBJECTS_MAX, LEASE_DECLINED);
        fixture_add_lease(&f, BUS_OBJECTS_MAX + 1, LEASE_RELEASED);

        ck_assert_uint_eq(count_managed(&f, BUS_POOL_PATH), 1);
        ck_assert_uint_eq(count_managed(&f, BUS_HOST_PATH), 0);
        ck_assert_uint_eq(count_managed(&f, BUS_INTERFACE_PATH), 1);
        ck_assert_uint_eq(count_managed(&f, BUS_LEASE_PATH), BUS_OBJECTS_MAX);
        ck_assert_uint_eq(count_nodes(&f, BUS_LEASE_PATH), BUS_OBJECTS_MAX);
        ck_assert_uint_eq(count_nodes(&f, BUS_MANAGER_PATH), 4);
        ck_assert_uint_eq(count_nodes(&f, LEASE_1_PATH), 0);

        /* one too many */
        fixture_add_lease(&f, BUS_OBJECTS_MAX + 2, LEASE_BOUND);
        ck_assert_ptr_null(
                fixture_call(&f, BUS_LEASE_PATH, OBJECT_MANAGER, "GetManagedObjects", ""));
        fixture_assert_error(&f, SD_BUS_ERROR_LIMITS_EXCEEDED);
        ck_assert_ptr_nonnull(strstr(sd_bus_message_get_error(f.reply)->message, "ListLeases"));
        ck_assert_uint_eq(count_nodes(&f, BUS_LEASE_PATH), 0);
        ck_assert_uint_eq(count_nodes(&f, LEASE_1_PATH), 0);
        ck_assert_ptr_nonnull(fixture_call(
                &f, LEASE_1_PATH, PROPERTIES, "Get", "ss", BUS_LEASE_INTERFACE, "State"));
        fixture_done(&f);
}

/* Few leases among so many that have ended that finding them takes too long. */
START_TEST(test_object_manager_among_the_dead)
{
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        for (uint32_t i = 0; i < 17 * BUS_OBJECTS_MAX; i++)
                fixture_add_lease(&f, i, LEASE_RELEASED);
        ck_assert_ptr_null(
                fixture_call(&f, BUS_LEASE_PATH, OBJECT_MANAGER, "GetManagedObjects", ""));
        fixture_assert_error(&f, SD_BUS_ERROR_LIMITS_EXCEEDED);
        fixture_done(&f);
}

START_TEST(test_statistics)
{
        char *json;
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        fixture_add_lease(&f, 1, LEASE_BOUND);
        server_count(f.server, VERDICT_TOO_OLD);

        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "GetStatistics", ""));
        json = fixture_to_json(f.reply);
        ck_assert_ptr_nonnull(strstr(json, "\"received-discover\":0,"));
        ck_assert_ptr_nonnull(strstr(json, "\"verdict-too-old\":1,"));
        ck_assert_ptr_nonnull(strstr(json, "\"leases-bound\":1,"));
        ck_assert_ptr_nonnull(strstr(json, "\"socket-overflows\":17}"));
        free(json);

        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "GetDelays", ""));
        fixture_assert_json(&f, "{\"reply\":[[[100,3],[1000,3],[18446744073709551615,5]],12345]}");
        fixture_done(&f);
}

START_TEST(test_describe)
{
        json_object *all, *leases, *value;
        const char *text;
        Fixture f;

        fixture_init(&f);
        fixture_configure(&f);
        fixture_add_lease(&f, 1, LEASE_BOUND);

        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "Describe", ""));
        ck_assert_int_gt(sd_bus_message_read_basic(f.reply, 's', &text), 0);
        all = json_tokener_parse(text);
        ck_assert_ptr_nonnull(all);
        ck_assert(json_object_object_get_ex(all, "State", &value));
        ck_assert_str_eq(json_object_get_string(value), "running");
        ck_assert(json_object_object_get_ex(all, "Leases", &leases));
        ck_assert_uint_eq(json_object_array_length(leases), 1);
        ck_assert(json_object_object_get_ex(
                json_object_array_get_idx(leases, 0), "HardwareAddress", &value));
        ck_assert_str_eq(json_object_get_string(value), "02:00:00:00:00:01");
        json_object_put(all);

        for (uint32_t i = 0; i <= BUS_OBJECTS_MAX; i++)
                fixture_add_lease(&f, i, LEASE_BOUND);
        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "Describe", ""));
        ck_assert_int_gt(sd_bus_message_read_basic(f.reply, 's', &text), 0);
        ck_assert_ptr_null(strstr(text, "\"Leases\""));
        ck_assert_ptr_nonnull(strstr(text, "\"Pools\""));
        fixture_done(&f);
}

START_TEST(test_who_may_reset)
{
        static const struct {
                uint32_t uid;
                bool gone;
                bool may;
        } cases[] = {{0, false, true}, {4711, false, true}, {4712, false, false}, {0, true, false},
                {UINT32_MAX, false, false}};
        sd_bus_message *m;
        Fixture f;

        fixture_init(&f);
        f.bus->own_uid = 4711;
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                server_count(f.server, VERDICT_ACKED);
                f.n_resets = 0;
                f.uid_of_alice = cases[i].uid;
                f.alice_is_gone = cases[i].gone;

                if (cases[i].may)
                        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "ResetStatistics", ""));
                else {
                        ck_assert_ptr_null(fixture_call(&f, MANAGER, "ResetStatistics", ""));
                        fixture_assert_error(&f, SD_BUS_ERROR_ACCESS_DENIED);
                }
                ck_assert_uint_eq(f.n_resets, cases[i].may);
                ck_assert_uint_eq(server_counter(f.server, VERDICT_ACKED) == 0, cases[i].may);
        }

        /* a message that does not say who sent it */
        ck_assert_int_ge(
                sd_bus_message_new_method_call(f.driver, &m, NULL, MANAGER, "ResetStatistics"), 0);
        ck_assert_ptr_null(fixture_call_take(&f, m));
        fixture_assert_error(&f, SD_BUS_ERROR_ACCESS_DENIED);
        ck_assert_uint_eq(f.bus->n_authorizations, 0);
        fixture_done(&f);
}

/* The driver does not answer: other calls go on, the number of those that wait is bounded, and
 * nothing is left of them when the connection ends. */
START_TEST(test_authorization_takes_its_time)
{
        Fixture f;

        fixture_init(&f);
        f.answers = false;
        for (unsigned i = 0; i < BUS_AUTHORIZATIONS_MAX; i++)
                fixture_post_take(&f, fixture_new_call(&f, MANAGER, "ResetStatistics"));
        fixture_pump(&f);
        ck_assert_uint_eq(f.bus->n_authorizations, BUS_AUTHORIZATIONS_MAX);
        ck_assert_ptr_null(f.reply);

        ck_assert_ptr_null(fixture_call(&f, MANAGER, "ResetStatistics", ""));
        fixture_assert_error(&f, SD_BUS_ERROR_LIMITS_EXCEEDED);
        ck_assert_ptr_nonnull(fixture_call(&f, MANAGER, "ListPools", ""));

        f.reply = sd_bus_message_unref(f.reply);
        fixture_answer(&f);
        fixture_pump(&f);
        ck_assert_ptr_nonnull(f.reply);
        ck_assert_uint_eq(f.n_resets, 1);
        ck_assert_uint_eq(f.bus->n_authorizations, BUS_AUTHORIZATIONS_MAX - 1);

        bus_drop_connection(f.bus);
        ck_assert_uint_eq(f.bus->n_authorizations, 0);
        ck_assert(!bus_is_connected(f.bus));
        fixture_done(&f);
}

TEST_MAIN("bus", test_manager_properties, test_proxy_arp, test_echo_proxies, test_lease_properties,
        test_no_such_object, test_pool_properties, test_plain_pool_and_counts,
        test_settings_come_back, test_hosts, test_page_has_what_is_set, test_outlook,
        test_port_clients, test_interfaces, test_nothing_there, test_object_managers,
        test_object_manager_among_the_dead, test_statistics, test_describe, test_who_may_reset,
        test_authorization_takes_its_time);

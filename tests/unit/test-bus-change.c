/* SPDX-License-Identifier: MIT */

/* Methods that change something: when they reply, with what, and to whom; and the texts that values
 * become. */

#include <string.h>
#include <syslog.h>

#include "bus-fixture.h"
#include "bus/authorize.h"
#include "bus/errors.h"
#include "bus/pending-call.h"
#include "core/grant.h"

#define LEASE_PATH "/org/minidhcp1/lease/_310_2e1_2e0_2e1"
#define LAN_PATH BUS_POOL_PATH "/lan"
#define ADDRESS 0x0a010001

static void prepare(Fixture *f) {
        fixture_init(f);
        fixture_configure(f);
        fixture_add_lease(f, 1, LEASE_BOUND);
}

/* A call that does not get its reply at once. */
static void post(Fixture *f, sd_bus_message *m) {
        f->reply = sd_bus_message_unref(f->reply);
        fixture_post_take(f, m);
        fixture_pump(f);
}

static void post_release(Fixture *f) {
        post(f, fixture_new_call(f, LEASE_PATH, BUS_LEASE_INTERFACE, "Release"));
}

START_TEST(reply_is_a_promise)
{
        Fixture f;

        prepare(&f);
        post_release(&f);
        ck_assert_uint_eq(f.n_executions, 1);
        ck_assert_uint_eq(f.actions.n_actions, 1);
        ck_assert_int_eq(
                lease_table_find(server_get_table(f.server), ADDRESS)->state, LEASE_RELEASED);
        ck_assert_ptr_null(f.reply);

        bus_commit_durable(f.bus, server_last_commit(f.server) - 1);
        fixture_pump(&f);
        ck_assert_ptr_null(f.reply);
        bus_commit_durable(f.bus, server_last_commit(f.server));
        fixture_pump(&f);
        ck_assert_ptr_nonnull(f.reply);
        ck_assert_int_eq(sd_bus_message_is_method_error(f.reply, NULL), 0);
        ck_assert_uint_eq(f.bus->n_calls, 0);
        fixture_done(&f);
}
END_TEST

START_TEST(disk_fails)
{
        Fixture f;

        prepare(&f);
        post_release(&f);
        server_commit_undo(f.server, server_last_commit(f.server));
        bus_commit_failed(f.bus, server_last_commit(f.server));
        fixture_pump(&f);
        fixture_assert_error(&f, BUS_ERROR_LEASE_FILE);
        ck_assert_int_eq(lease_table_find(server_get_table(f.server), ADDRESS)->state, LEASE_BOUND);

        f.lease_file_fails = true;
        post_release(&f);
        fixture_assert_error(&f, BUS_ERROR_LEASE_FILE);
        f.last_uid = UINT32_MAX;
        post(&f, fixture_new_call(&f, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "Flush"));
        fixture_assert_error(&f, BUS_ERROR_LEASE_FILE);
        ck_assert_uint_eq(f.bus->n_calls, 0);
        fixture_done(&f);
}
END_TEST

START_TEST(caller_of_a_lost_connection)
{
        Fixture f;

        prepare(&f);
        post_release(&f);
        post(&f, fixture_new_call(&f, LAN_PATH, BUS_POOL_INTERFACE, "Revert"));
        ck_assert_uint_eq(f.bus->n_calls, 2);
        bus_drop_connection(f.bus);
        ck_assert_uint_eq(f.bus->n_calls, 1); /* the daemon knows of that one */
        bus_commit_durable(f.bus, server_last_commit(f.server));
        f.change_function(0, NULL, f.change_userdata);
        ck_assert_uint_eq(f.bus->n_calls, 0);
        fixture_done(&f);
}
END_TEST

START_TEST(daemon_ends_before_a_change)
{
        Fixture f;

        prepare(&f);
        post(&f, fixture_new_call(&f, LAN_PATH, BUS_POOL_INTERFACE, "Revert"));
        ck_assert_uint_eq(f.bus->n_calls, 1);
        fixture_done(&f); /* the sanitizer knows whether anything is left */
}
END_TEST

/* What the daemon says of a change, and what the caller is told. */
static const struct {
        int r;
        const char *reason;
        const char *error;
        const char *text;
} outcomes[] = {
        {0, NULL, NULL, NULL},
        {-ENOENT, NULL, BUS_ERROR_NO_SUCH_POOL, "There is no pool lan."},
        {-EEXIST, NULL, BUS_ERROR_INVALID_SETTING,
                "There is a pool lan already; Configure changes it, and so does minidhcpctl "
                "set-pool."},
        {-EINVAL, "DNS=x: not an address", BUS_ERROR_INVALID_SETTING, "DNS=x: not an address"},
        {-EINVAL, "/f\xff:1: bad", BUS_ERROR_INVALID_SETTING, "/f\\xff:1: bad"},
        {-EOPNOTSUPP, "no", SD_BUS_ERROR_NOT_SUPPORTED, "no"},
        {-EBUSY, NULL, SD_BUS_ERROR_LIMITS_EXCEEDED, "Too many changes wait."},
        {-ENOMEM, NULL, SD_BUS_ERROR_NO_MEMORY, "Out of memory."},
        {-EROFS, "/x cannot be written", SD_BUS_ERROR_IO_ERROR, "/x cannot be written"},
        {-EROFS, NULL, SD_BUS_ERROR_IO_ERROR, "Read-only file system"},
};

START_TEST(outcomes_of_changes)
{
        Fixture f;

        prepare(&f);
        post(&f, fixture_new_call(&f, LAN_PATH, BUS_POOL_INTERFACE, "Revert"));
        ck_assert_int_eq(f.change->type, BUS_CHANGE_REVERT);
        ck_assert_str_eq(f.change->name, "lan");
        ck_assert_ptr_null(f.reply);
        f.change_function(outcomes[_i].r, outcomes[_i].reason, f.change_userdata);
        fixture_pump(&f);
        ck_assert_ptr_nonnull(f.reply);
        if (outcomes[_i].error) {
                fixture_assert_error(&f, outcomes[_i].error);
                ck_assert_str_eq(sd_bus_message_get_error(f.reply)->message, outcomes[_i].text);
        } else
                ck_assert_int_eq(sd_bus_message_is_method_error(f.reply, NULL), 0);
        fixture_done(&f);
}
END_TEST

static sd_bus_message *new_configure(Fixture *f, const char *key, const char *type, ...) {
        sd_bus_message *m = fixture_new_call(f, LAN_PATH, BUS_POOL_INTERFACE, "Configure");
        va_list arguments;

        ck_assert_int_ge(sd_bus_message_open_container(m, 'a', "{sv}"), 0);
        ck_assert_int_ge(sd_bus_message_open_container(m, 'e', "sv"), 0);
        ck_assert_int_ge(sd_bus_message_append(m, "s", key), 0);
        ck_assert_int_ge(sd_bus_message_open_container(m, 'v', type), 0);
        va_start(arguments, type);
        ck_assert_int_ge(sd_bus_message_appendv(m, type, arguments), 0);
        va_end(arguments);
        for (int i = 0; i < 3; i++)
                ck_assert_int_ge(sd_bus_message_close_container(m), 0);
        ck_assert_int_ge(sd_bus_message_append(m, "t", UINT64_C(1)), 0);
        return m;
}

/* @values: joined by '|'; NULL when the setting is taken back */
static void assert_setting(Fixture *f, sd_bus_message *m, const char *key, const char *values) {
        char text[256] = "";

        post(f, m);
        ck_assert_ptr_null(f->reply);
        ck_assert_int_eq(f->change->type, BUS_CHANGE_CONFIGURE);
        ck_assert(f->change->runtime);
        ck_assert_uint_eq(f->change->n_settings, 1);
        ck_assert_str_eq(f->change->settings[0].key, key);
        if (!values) {
                ck_assert_ptr_null(f->change->settings[0].values);
        } else {
                ck_assert_ptr_nonnull(f->change->settings[0].values);
                for (char **value = f->change->settings[0].values; *value; value++) {
                        if (value != f->change->settings[0].values)
                                strcat(text, "|");
                        strcat(text, *value);
                }
                ck_assert_str_eq(text, values);
        }
        f->change_function(0, NULL, f->change_userdata);
        fixture_pump(f);
}

/* The daemon is told who asked, and the bus what has become of it. */
START_TEST(callers_are_named)
{
        _cleanup_free_ char *text = NULL;
        Fixture f;

        prepare(&f);
        f.last_uid = 77;
        f.uid_of_alice = 0;
        post_release(&f);
        ck_assert_uint_eq(f.last_uid, 0);

        f.uid_of_alice = 4711;
        f.bus->own_uid = 4711;
        post(&f, fixture_new_call(&f, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "Reload"));
        ck_assert_uint_eq(f.n_reloads, 1);
        ck_assert_uint_eq(f.last_uid, 4711);

        post(&f, new_configure(&f, "DNS", "as", 2, "9.9.9.9", "8.8.8.8"));
        ck_assert_uint_eq(f.change->uid, 4711);
        text = bus_setting_to_text(&f.change->settings[0]);
        ck_assert_pstr_eq(text, "DNS=9.9.9.9 8.8.8.8");
        fixture_forget_signals(&f);
        bus_change_made(f.bus, f.change);
        fixture_pump(&f);
        ck_assert_uint_eq(fixture_count_signals(&f, "SettingsChanged"), 1);
        f.change_function(-EALREADY, NULL, f.change_userdata);
        fixture_pump(&f);
        ck_assert_str_eq(sd_bus_message_get_error(f.reply)->name, BUS_ERROR_UNCHANGED);
        fixture_done(&f);
}
END_TEST

START_TEST(values)
{
        Fixture f;

        prepare(&f);
        assert_setting(&f, new_configure(&f, "Domain", "s", "x.test"), "Domain", "x.test");
        assert_setting(&f, new_configure(&f, "Domain", "s", ""), "Domain", "");
        assert_setting(&f, new_configure(&f, "Bootp", "b", 1), "Bootp", "yes");
        assert_setting(&f, new_configure(&f, "DNS", "as", 2, "1.1.1.1", "2.2.2.2"), "DNS",
                "1.1.1.1|2.2.2.2");
        assert_setting(&f, new_configure(&f, "DNS", "as", 0), "DNS", "");
        assert_setting(&f, new_configure(&f, "Ranges", "as", 1, "a-b"), "Range", "a-b");
        assert_setting(&f, new_configure(&f, "Exclusions", "as", 1, "a-b"), "Exclude", "a-b");
        assert_setting(&f, new_configure(&f, "Interfaces", "as", 1, "br0"), "Interface", "br0");
        assert_setting(&f, new_configure(&f, "MTUBytes", "u", 1400), "MTUBytes", "1400");
        assert_setting(&f, new_configure(&f, "MTUBytes", "u", 0), "MTUBytes", "");
        assert_setting(&f, new_configure(&f, "DefaultLeaseTimeUSec", "t", UINT64_C(60000000)),
                "DefaultLeaseTimeSec", "60000000us");
        assert_setting(&f, new_configure(&f, "MaxLeaseTimeUSec", "t", UINT64_MAX),
                "MaxLeaseTimeSec", "infinity");
        assert_setting(
                &f, new_configure(&f, "MinLeaseTimeUSec", "t", UINT64_C(0)), "MinLeaseTimeSec", "");
        assert_setting(&f, new_configure(&f, "DefaultLeaseTimeSec", "t", UINT64_C(60)),
                "DefaultLeaseTimeSec", "60");
        assert_setting(
                &f, new_configure(&f, "MACAddress", "ay", 3, 2, 0, 171), "MACAddress", "02:00:ab");
        assert_setting(&f, new_configure(&f, "Routes", "a(ss)", 1, "10.0.0.0/8", "10.1.0.1"),
                "Route", "10.0.0.0/8 10.1.0.1");
        assert_setting(&f, new_configure(&f, "SendOptions", "a(yay)", 1, 200, 2, 1, 255),
                "SendOption", "200:hex:01:ff");
        assert_setting(&f, new_configure(&f, "EmitRouter", "b", 0), "Router", "");
        assert_setting(&f, new_configure(&f, "EmitRouter", "b", 1), "Router", NULL);

        post(&f, new_configure(&f, "Domain", "d", 1.0));
        fixture_assert_error(&f, BUS_ERROR_INVALID_SETTING);
        post(&f, new_configure(&f, "EmitRouter", "s", "no"));
        fixture_assert_error(&f, BUS_ERROR_INVALID_SETTING);
        fixture_done(&f);
}
END_TEST

START_TEST(router_and_emit_router)
{
        Fixture f;

        prepare(&f);
        ck_assert_ptr_null(fixture_call(&f, LAN_PATH, BUS_POOL_INTERFACE, "Configure", "a{sv}t", 2,
                "EmitRouter", "b", 0, "Router", "as", 1, "10.0.0.1", UINT64_C(0)));
        fixture_assert_error(&f, BUS_ERROR_INVALID_SETTING);

        f.reply = sd_bus_message_unref(f.reply);
        sd_bus_message *m = fixture_new_call(&f, LAN_PATH, BUS_POOL_INTERFACE, "Configure");
        ck_assert_int_ge(sd_bus_message_append(m, "a{sv}t", 2, "EmitRouter", "b", 1, "Router", "as",
                                 1, "10.0.0.1", UINT64_C(1)),
                0);
        assert_setting(&f, m, "Router", "10.0.0.1");
        fixture_done(&f);
}
END_TEST

START_TEST(flags)
{
        Fixture f;

        prepare(&f);
        ck_assert_ptr_null(fixture_call(&f, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "RemovePool",
                "st", "lan", UINT64_C(2)));
        fixture_assert_error(&f, SD_BUS_ERROR_INVALID_ARGS);
        ck_assert_ptr_null(f.change);
        ck_assert_ptr_null(fixture_call(&f, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "ReleaseLease",
                "st", "10.1.0.1", UINT64_C(1)));
        fixture_assert_error(&f, SD_BUS_ERROR_INVALID_ARGS);
        fixture_done(&f);
}
END_TEST

START_TEST(reload_and_flush)
{
        Problems problems = {0};
        Fixture f;

        prepare(&f);
        post(&f, fixture_new_call(&f, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "Reload"));
        ck_assert_uint_eq(f.n_reloads, 1);
        ck_assert_ptr_null(f.reply);
        ck_assert_int_eq(problems_add(&problems, true, "/a", 3, "odd"), 0);
        bus_reloaded(f.bus, 0, &problems);
        fixture_pump(&f);
        fixture_assert_json(&f, "[\"/a:3: odd\"]");

        post(&f, fixture_new_call(&f, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "Reload"));
        ck_assert_int_eq(problems_add(&problems, false, "/b", 4, "wrong"), 0);
        ck_assert_int_eq(problems_add(&problems, false, "/b", 5, "wrong"), 0);
        bus_reloaded(f.bus, -EINVAL, &problems);
        fixture_pump(&f);
        fixture_assert_error(&f, BUS_ERROR_INVALID_SETTING);
        ck_assert_str_eq(sd_bus_message_get_error(f.reply)->message,
                "/b:4: wrong (and more, see the journal)");
        problems_done(&problems);

        post(&f, fixture_new_call(&f, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "Flush"));
        ck_assert_uint_eq(f.n_flushes, 1);
        ck_assert_uint_eq(f.last_uid, getuid());
        ck_assert_ptr_null(f.reply);
        bus_flushed(f.bus, -EIO);
        fixture_pump(&f);
        fixture_assert_error(&f, BUS_ERROR_LEASE_FILE);
        fixture_done(&f);
}
END_TEST

static void polkit_says(Fixture *f, int yes, int challenge) {
        ck_assert_int_ge(
                sd_bus_reply_method_return(f->polkit_question, "(bba{ss})", yes, challenge, 0), 0);
        fixture_pump(f);
}

START_TEST(polkit)
{
        const char *kind, *key, *name, *action;
        Fixture f;

        prepare(&f);
        f.has_polkit = true;
        f.uid_of_alice = 1000;
        post_release(&f);
        ck_assert_uint_eq(f.n_polkit_questions, 1);
        ck_assert_uint_eq(f.n_executions, 0);
        ck_assert_int_ge(sd_bus_message_read(f.polkit_question, "(sa{sv})s", &kind, 1, &key, "s",
                                 &name, &action),
                0);
        ck_assert_str_eq(kind, "system-bus-name");
        ck_assert_str_eq(name, ALICE);
        ck_assert_str_eq(action, BUS_ACTION_MANAGE_LEASES);
        ck_assert_uint_eq(f.bus->n_questions, 1);
        ck_assert_uint_eq(f.bus->n_authorizations, 0);
        polkit_says(&f, 1, 0);
        ck_assert_uint_eq(f.n_executions, 1);
        ck_assert_uint_eq(f.bus->n_questions, 0);

        post_release(&f);
        polkit_says(&f, 0, 0);
        fixture_assert_error(&f, SD_BUS_ERROR_ACCESS_DENIED);
        post_release(&f);
        polkit_says(&f, 0, 1);
        fixture_assert_error(&f, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED);
        ck_assert_uint_eq(f.n_executions, 1);
        fixture_done(&f);
}
END_TEST

START_TEST(without_polkit)
{
        Fixture f;

        prepare(&f);
        f.uid_of_alice = 1000;
        post_release(&f);
        fixture_assert_error(&f, SD_BUS_ERROR_ACCESS_DENIED);
        ck_assert_ptr_nonnull(
                strstr(sd_bus_message_get_error(f.reply)->message, BUS_ACTION_MANAGE_LEASES));
        ck_assert_uint_eq(f.n_executions, 0);
        ck_assert_uint_eq(f.bus->n_questions, 0);
        fixture_done(&f);
}
END_TEST

/* The world has moved on between question and answer. */
START_TEST(polkit_takes_its_time)
{
        Fixture f;

        prepare(&f);
        f.has_polkit = true;
        f.uid_of_alice = 1000;
        post_release(&f);
        actions_reset(&f.actions);
        ck_assert_int_eq(server_delete_lease(f.server, ADDRESS, f.clock.boottime, &f.actions), 0);
        polkit_says(&f, 1, 0);
        fixture_assert_error(&f, BUS_ERROR_NO_SUCH_LEASE);
        ck_assert_uint_eq(f.n_executions, 0);
        fixture_done(&f);
}
END_TEST

static void leave(Fixture *f, const char *name, const char *new_owner) {
        sd_bus_message *m;

        ck_assert_int_ge(sd_bus_message_new_signal(f->driver, &m, "/org/freedesktop/DBus",
                                 "org.freedesktop.DBus", "NameOwnerChanged"),
                0);
        ck_assert_int_ge(sd_bus_message_append(m, "sss", name, name, new_owner), 0);
        ck_assert_int_ge(sd_bus_message_set_sender(m, "org.freedesktop.DBus"), 0);
        ck_assert_int_ge(sd_bus_send(f->driver, m, NULL), 0);
        sd_bus_message_unref(m);
        fixture_pump(f);
}

START_TEST(caller_leaves)
{
        Fixture f;

        prepare(&f);
        f.has_polkit = true;
        f.uid_of_alice = 1000;
        for (unsigned i = 0; i < 30; i++)
                post_release(&f);
        ck_assert_uint_eq(f.bus->n_questions, 30);
        leave(&f, ":1.8", "");
        ck_assert_uint_eq(f.bus->n_questions, 30);
        leave(&f, ALICE, "");
        /* polkit sees that itself */
        ck_assert_uint_eq(f.n_polkit_cancels, 0);
        ck_assert_uint_eq(f.bus->n_questions, 30);
        polkit_says(&f, 1, 0);
        ck_assert_uint_eq(f.bus->n_questions, 29);
        ck_assert_uint_eq(f.n_executions, 0);
        ck_assert_ptr_null(f.reply);
        fixture_done(&f);
}
END_TEST

START_TEST(questions_of_a_user_are_bounded)
{
        Fixture f;

        prepare(&f);
        f.has_polkit = true;
        f.uid_of_alice = 1000;
        for (unsigned i = 0; i < BUS_USER_QUESTIONS_MAX; i++)
                post_release(&f);
        ck_assert_ptr_null(f.reply);
        post_release(&f);
        fixture_assert_error(&f, SD_BUS_ERROR_LIMITS_EXCEEDED);
        ck_assert_str_eq(sd_bus_message_get_error(f.reply)->message,
                "40 questions about user 1000 wait for polkit's answer already; answer or cancel "
                "some, and try again.");
        f.reply = sd_bus_message_unref(f.reply);

        f.uid_of_alice = 1001;
        post_release(&f);
        ck_assert_ptr_null(f.reply);
        ck_assert_uint_eq(f.bus->n_questions, BUS_USER_QUESTIONS_MAX + 1);
        /* an answer makes room, for the one whom it is about */
        polkit_says(&f, 0, 0);
        f.reply = sd_bus_message_unref(f.reply);
        for (unsigned i = 0; i < BUS_USER_QUESTIONS_MAX; i++)
                post_release(&f);
        ck_assert_ptr_null(f.reply);
        f.uid_of_alice = 1000;
        post_release(&f);
        fixture_assert_error(&f, SD_BUS_ERROR_LIMITS_EXCEEDED);
        fixture_done(&f);
}
END_TEST

START_TEST(questions_are_bounded)
{
        Fixture f;

        prepare(&f);
        f.has_polkit = true;
        for (unsigned i = 0; i < BUS_QUESTIONS_MAX; i++) {
                f.uid_of_alice = 1000 + i / BUS_USER_QUESTIONS_MAX;
                post_release(&f);
        }
        ck_assert_ptr_null(f.reply);
        f.uid_of_alice = 2000;
        post_release(&f);
        fixture_assert_error(&f, SD_BUS_ERROR_LIMITS_EXCEEDED);
        /* that holds up neither root nor the end */
        f.uid_of_alice = 0;
        post_release(&f);
        ck_assert_uint_eq(f.n_executions, 1);
        fixture_done(&f);
}
END_TEST

/* A call is kept until polkit has answered, and the bus lets 32 MB through. */
START_TEST(calls_are_bounded)
{
        static char text[BUS_CALL_SIZE_MAX + 1];
        Fixture f;

        prepare(&f);
        f.has_polkit = true;
        f.uid_of_alice = 1000;
        memset(text, 'x', sizeof(text) - 1);
        post(&f, new_configure(&f, "Domain", "s", text));
        fixture_assert_error(&f, SD_BUS_ERROR_LIMITS_EXCEEDED);
        post(&f, new_configure(&f, text, "s", "x"));
        fixture_assert_error(&f, SD_BUS_ERROR_LIMITS_EXCEEDED);
        post(&f, new_configure(&f, "DNS", "as", 3, text, text, text));
        fixture_assert_error(&f, SD_BUS_ERROR_LIMITS_EXCEEDED);
        ck_assert_uint_eq(f.n_polkit_questions, 0);
        ck_assert_uint_eq(f.bus->n_authorizations, 0);
        text[BUS_CALL_SIZE_MAX - 256] = '\0';
        post(&f, new_configure(&f, "Domain", "s", text));
        ck_assert_uint_eq(f.n_polkit_questions, 1);
        fixture_done(&f);
}
END_TEST

START_TEST(new_leases)
{
        Fixture f;

        prepare(&f);
        f.reply = sd_bus_message_unref(f.reply);
        sd_bus_message *m =
                fixture_new_call(&f, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "AddLease");
        ck_assert_int_ge(sd_bus_message_append(m, "sa{sv}", "10.1.0.9", 3, "HardwareAddress", "ay",
                                 6, 2, 0, 0, 0, 0, 9, "Hostname", "s", "a\tb", "ExpiresUSec", "t",
                                 f.clock.realtime + 5 * USEC_PER_SEC),
                0);
        post(&f, m);
        bus_commit_durable(f.bus, server_last_commit(f.server));
        fixture_pump(&f);
        fixture_assert_json(&f, "\"/org/minidhcp1/lease/_310_2e1_2e0_2e9\"");
        const Lease *lease = lease_table_find(server_get_table(f.server), 0x0a010009);
        LeaseRecord record;

        lease_get_record(lease, &record);
        ck_assert_uint_eq(record.expires, f.clock.boottime + 5 * USEC_PER_SEC);
        test_assert_bytes(record.client_id, record.client_id_size, "01 02 00 00 00 00 09");
        ck_assert_uint_eq(record.hostname_size, 6); /* a\x09b */

        /* the address of client 1 */
        m = fixture_new_call(&f, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "AddLease");
        ck_assert_int_ge(sd_bus_message_append(m, "sa{sv}", "10.1.0.1", 1, "HardwareAddress", "ay",
                                 6, 2, 0, 0, 0, 0, 9),
                0);
        post(&f, m);
        fixture_assert_error(&f, BUS_ERROR_ADDRESS_IN_USE);
        m = fixture_new_call(&f, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "AddLease");
        ck_assert_int_ge(sd_bus_message_append(m, "sa{sv}", "", 2, "HardwareAddress", "ay", 6, 2, 0,
                                 0, 0, 0, 9, "Pool", "s", "lan"),
                0);
        post(&f, m);
        ck_assert_int_eq(lease->state, LEASE_RELEASED);
        ck_assert_uint_eq(f.actions.n_actions, 2);
        /* it has moved as a whole, and not at all when that cannot be written */
        server_commit_undo(f.server, server_last_commit(f.server) - 1);
        bus_commit_failed(f.bus, server_last_commit(f.server) - 1);
        fixture_pump(&f);
        fixture_assert_error(&f, BUS_ERROR_LEASE_FILE);
        ck_assert_int_eq(lease->state, LEASE_BOUND);
        ck_assert_ptr_null(lease_table_find(server_get_table(f.server), 0x0a010000));
        m = fixture_new_call(&f, BUS_MANAGER_PATH, BUS_MANAGER_INTERFACE, "AddLease");
        ck_assert_int_ge(sd_bus_message_append(m, "sa{sv}", "10.1.0.7", 2, "ClientId", "ay", 2, 0,
                                 1, "ExpiresUSec", "t", f.clock.realtime),
                0);
        post(&f, m);
        fixture_assert_error(&f, BUS_ERROR_INVALID_SETTING);
        fixture_done(&f);
}
END_TEST

START_TEST(log_control)
{
        static const char path[] = "/org/freedesktop/LogControl1";
        static const char interface[] = "org.freedesktop.DBus.Properties";
        Fixture f;

        prepare(&f);
        f.log_level = LOG_INFO;
        ck_assert_ptr_nonnull(fixture_call(
                &f, path, interface, "Get", "ss", "org.freedesktop.LogControl1", "LogLevel"));
        fixture_assert_json(&f, "\"info\"");
        ck_assert_ptr_nonnull(fixture_call(&f, path, interface, "Set", "ssv",
                "org.freedesktop.LogControl1", "LogLevel", "s", "debug"));
        ck_assert_int_eq(f.log_level, LOG_DEBUG);
        ck_assert_ptr_null(fixture_call(&f, path, interface, "Set", "ssv",
                "org.freedesktop.LogControl1", "LogLevel", "s", "loud"));
        fixture_assert_error(&f, SD_BUS_ERROR_INVALID_ARGS);
        ck_assert_ptr_null(fixture_call(&f, path, interface, "Set", "ssv",
                "org.freedesktop.LogControl1", "LogLevel", "u", 7));
        fixture_assert_error(&f, SD_BUS_ERROR_INVALID_ARGS);
        ck_assert_ptr_null(fixture_call(&f, path, interface, "Set", "ssv",
                "org.freedesktop.LogControl1", "SyslogIdentifier", "s", "x"));
        f.uid_of_alice = 1000;
        post(&f, fixture_new_call(&f, path, interface, "Set"));
        ck_assert_int_eq(f.log_level, LOG_DEBUG);
        fixture_done(&f);
}
END_TEST

TEST_SUITE("bus-change", suite, NULL) {
        TCase *tcase = test_cases_new(suite, "bus-change");

        tcase_add_test(tcase, reply_is_a_promise);
        tcase_add_test(tcase, callers_are_named);
        tcase_add_test(tcase, disk_fails);
        tcase_add_test(tcase, caller_of_a_lost_connection);
        tcase_add_test(tcase, daemon_ends_before_a_change);
        tcase_add_loop_test(tcase, outcomes_of_changes, 0, ELEMENTSOF(outcomes));
        tcase_add_test(tcase, values);
        tcase_add_test(tcase, router_and_emit_router);
        tcase_add_test(tcase, flags);
        tcase_add_test(tcase, reload_and_flush);
        tcase_add_test(tcase, polkit);
        tcase_add_test(tcase, without_polkit);
        tcase_add_test(tcase, polkit_takes_its_time);
        tcase_add_test(tcase, caller_leaves);
        tcase_add_test(tcase, questions_of_a_user_are_bounded);
        tcase_add_test(tcase, questions_are_bounded);
        tcase_add_test(tcase, calls_are_bounded);
        tcase_add_test(tcase, new_leases);
        tcase_add_test(tcase, log_control);
}

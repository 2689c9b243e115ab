/* SPDX-License-Identifier: MIT */
/* A service that follows the server, as systemd sees it: its status lines, one after the other, and
 * what happens next. The test is the bus, the server on it, and the service manager. */

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

#include "follow/service.h"
#include "test.h"

#define DRIVER "org.freedesktop.DBus"
#define SERVER ":1.9"

enum {
        LINES_MAX = 16,
};

typedef struct Stage {
        FollowService *service;
        int bus_fd;    /* listens, or -1 */
        int notify_fd; /* what the service tells systemd */
        sd_event_source *bus_source;
        sd_bus *client; /* the service, as the bus sees it */
        bool has_server;
        bool was_asked; /* for the owner of the name: it is to be told of others */
        bool refuses;   /* the server does */
        const struct Step *step;
        char lines[LINES_MAX][256]; /* but for status lines */
        unsigned n_lines;
        unsigned n_told;
        unsigned n_turns_after_stop;
        bool reloaded;
        bool stopping;
} Stage;

/* A status line, and what is done when it has come. */
typedef struct Step {
        const char *status;
        void (*next)(Stage *stage);
} Step;

/* ---- the bus --------------------------------------------------------------------------------- */

static socklen_t fill_address(struct sockaddr_un *address, const char *what) {
        *address = (struct sockaddr_un){.sun_family = AF_UNIX};
        return (socklen_t) (offsetof(struct sockaddr_un, sun_path) + 1 +
                            (size_t) snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1,
                                    "mini-dhcp-test-%ld-%s", (long) getpid(), what));
}

static int open_socket(int type, const char *what) {
        struct sockaddr_un address;
        const socklen_t size = fill_address(&address, what);
        int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(bind(fd, (const struct sockaddr *) &address, size), 0);
        return fd;
}

static int answer_leases(sd_bus_message *call) {
        static const uint8_t hardware[] = {2, 0, 0, 0, 0, 7};
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;

        ck_assert_int_ge(sd_bus_message_new_method_return(call, &reply), 0);
        ck_assert_int_ge(sd_bus_message_open_container(reply, 'a', "(sayaysssstttua{sv})"), 0);
        ck_assert_int_ge(sd_bus_message_open_container(reply, 'r', "sayaysssstttua{sv}"), 0);
        ck_assert_int_ge(sd_bus_message_append(reply, "s", "192.168.1.101"), 0);
        ck_assert_int_ge(sd_bus_message_append_array(reply, 'y', hardware, sizeof(hardware)), 0);
        ck_assert_int_ge(sd_bus_message_append_array(reply, 'y', NULL, 0), 0);
        ck_assert_int_ge(sd_bus_message_append(reply, "ssssttt", "laptop", "lan", "br0", "bound",
                                 UINT64_C(1), UINT64_C(2000000), UINT64_C(1)),
                0);
        ck_assert_int_ge(sd_bus_message_append(reply, "ua{sv}", 0U, 0), 0);
        ck_assert_int_ge(sd_bus_message_close_container(reply), 0);
        ck_assert_int_ge(sd_bus_message_close_container(reply), 0);
        ck_assert_int_ge(sd_bus_message_append(reply, "tt", UINT64_C(0), UINT64_C(1)), 0);
        return sd_bus_send(NULL, reply, NULL);
}

static int on_call(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error) {
        Stage *stage = userdata;
        const char *member = sd_bus_message_get_member(m);

        if (!sd_bus_message_is_method_call(m, NULL, NULL))
                return 0;
        if (strcmp(member, "Hello") == 0)
                return sd_bus_reply_method_return(m, "s", ":1.42");
        if (strcmp(member, "AddMatch") == 0 || strcmp(member, "RemoveMatch") == 0)
                return sd_bus_reply_method_return(m, "");
        if (strcmp(member, "GetNameOwner") == 0) {
                stage->was_asked = true;
                return stage->has_server ? sd_bus_reply_method_return(m, "s", SERVER)
                                         : sd_bus_reply_method_errorf(
                                                   m, SD_BUS_ERROR_NAME_HAS_NO_OWNER, "nobody");
        }
        ck_assert_str_eq(sd_bus_message_get_destination(m), SERVER);
        if (stage->refuses)
                return sd_bus_reply_method_errorf(m, SD_BUS_ERROR_ACCESS_DENIED, "not now");
        if (strcmp(member, "Get") == 0)
                return sd_bus_reply_method_return(m, "v", "s", "0123");
        if (strcmp(member, "ListChanges") == 0)
                return sd_bus_reply_method_return(m, "a(sayaysssstttua{sv})astb", 0, 0, UINT64_C(7),
                        stage->n_told > 0 || stage->reloaded);
        if (strcmp(member, "ListLeases") == 0)
                return answer_leases(m);
        ck_assert_str_eq(member, "ListHostSettings");
        return sd_bus_reply_method_return(m, "a(oa{sv})tt", 0, UINT64_C(0), UINT64_C(1));
}

static int on_client(_unused_ sd_event_source *source, int listening, _unused_ uint32_t revents,
        void *userdata) {
        static const sd_id128_t id = {.bytes = {1}};
        Stage *stage = userdata;
        const int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        ck_assert_int_ge(fd, 0);
        ck_assert_ptr_null(stage->client);
        ck_assert_int_ge(sd_bus_new(&stage->client), 0);
        ck_assert_int_ge(sd_bus_set_fd(stage->client, fd, fd), 0);
        ck_assert_int_ge(sd_bus_set_server(stage->client, true, id), 0);
        ck_assert_int_ge(sd_bus_set_anonymous(stage->client, true), 0);
        ck_assert_int_ge(sd_bus_add_filter(stage->client, NULL, on_call, stage), 0);
        ck_assert_int_ge(sd_bus_start(stage->client), 0);
        return sd_bus_attach_event(stage->client, follow_service_get_event(stage->service), 0);
}

static void open_bus(Stage *stage) {
        stage->bus_fd = open_socket(SOCK_STREAM, "bus");
        ck_assert_int_eq(listen(stage->bus_fd, 8), 0);
        ck_assert_int_ge(sd_event_add_io(follow_service_get_event(stage->service),
                                 &stage->bus_source, stage->bus_fd, EPOLLIN, on_client, stage),
                0);
}

static void close_bus(Stage *stage) {
        stage->bus_source = sd_event_source_disable_unref(stage->bus_source);
        ck_assert_int_eq(close(stage->bus_fd), 0);
        stage->bus_fd = -1;
        stage->client = sd_bus_close_unref(stage->client);
        stage->has_server = stage->was_asked = false;
}

static void start_server(Stage *stage) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *signal = NULL;

        stage->has_server = true;
        if (!stage->was_asked)
                return;
        ck_assert_int_ge(sd_bus_message_new_signal(stage->client, &signal, "/org/freedesktop/DBus",
                                 DRIVER, "NameOwnerChanged"),
                0);
        ck_assert_int_ge(sd_bus_message_set_sender(signal, DRIVER), 0);
        ck_assert_int_ge(sd_bus_message_append(signal, "sss", "org.minidhcp1", "", SERVER), 0);
        ck_assert_int_ge(sd_bus_send(stage->client, signal, NULL), 0);
}

/* ---- the service ----------------------------------------------------------------------------- */

static int on_change(const FollowChange *change, void *userdata) {
        ck_assert_int_eq(change->type, FOLLOW_ADDED);
        ((Stage *) userdata)->n_told++;
        return 0;
}

static void on_turn(void *userdata) {
        Stage *stage = userdata;

        if (stage->stopping && ++stage->n_turns_after_stop == 1)
                follow_service_end(stage->service);
}

static void on_reload(void *userdata) {
        ((Stage *) userdata)->reloaded = true;
}

static bool on_stop(void *userdata) {
        ((Stage *) userdata)->stopping = true;
        return false;
}

static void describe(void *userdata, Buffer *text) {
        const Stage *stage = userdata;

        if (stage->n_told > 0)
                (void) buffer_printf(
                        text, "%u told%s.", stage->n_told, stage->reloaded ? ", reloaded" : "");
}

/* ---- the story ------------------------------------------------------------------------------- */

/* A server that refuses what it is asked is there when the bus is. */
static void open_bus_of_refusal(Stage *stage) {
        stage->has_server = stage->refuses = true;
        open_bus(stage);
}

static void stop_server(Stage *stage) {
        stage->has_server = stage->refuses = false;
        close_bus(stage);
}

static void hang_up(Stage *stage) {
        (void) stage;
        ck_assert_int_eq(raise(SIGHUP), 0);
}

static void terminate(Stage *stage) {
        (void) stage;
        ck_assert_int_eq(raise(SIGTERM), 0);
}

static const Step story[] = {
        {"Waiting for the system bus.", open_bus},
        {"Waiting for mini-dhcpd.", start_server},
        {"1 told.", close_bus},
        {"Waiting for the system bus. 1 told.", open_bus},
        {"Waiting for mini-dhcpd. 1 told.", start_server},
        {"1 told.", stop_server},
        {"Waiting for the system bus. 1 told.", open_bus_of_refusal},
        {"The server cannot be followed: not now: Permission denied. 1 told.", hang_up},
        {"The server cannot be followed: not now: Permission denied. 1 told, reloaded.", terminate},
        {NULL, NULL},
};

/* Between two lines there may be one of a moment: what is waited for on the way. */
static bool is_passing(const Step *step, const char *status) {
        return strncmp(status, "Waiting for mini-dhcpd.", strlen("Waiting for mini-dhcpd.")) == 0 &&
               strncmp(step->status, "The server", strlen("The server")) == 0;
}

static int on_notification(
        _unused_ sd_event_source *source, int fd, _unused_ uint32_t revents, void *userdata) {
        Stage *stage = userdata;
        char text[256];
        const ssize_t size = recv(fd, text, sizeof(text) - 1, 0);
        const Step *step = stage->step;

        ck_assert_int_gt(size, 0);
        text[size] = '\0';
        if (strncmp(text, "STATUS=", strlen("STATUS=")) != 0) {
                ck_assert_uint_lt(stage->n_lines, LINES_MAX);
                (void) snprintf(
                        stage->lines[stage->n_lines++], sizeof(stage->lines[0]), "%s", text);
                return 0;
        }
        ck_assert_ptr_nonnull(step->status);
        if (is_passing(step, text + strlen("STATUS=")))
                return 0;
        ck_assert_str_eq(text + strlen("STATUS="), step->status);
        stage->step++;
        step->next(stage);
        return 0;
}

START_TEST(test_life)
{
        static const FollowServiceHandlers handlers = {
                .changed = on_change,
                .turn = on_turn,
                .reload = on_reload,
                .stop = on_stop,
                .describe = describe,
        };
        Stage stage = {.bus_fd = -1, .step = story};
        struct sockaddr_un address;
        char text[160];

        (void) fill_address(&address, "bus");
        (void) snprintf(text, sizeof(text), "unix:abstract=%s", address.sun_path + 1);
        ck_assert_int_eq(setenv("DBUS_SYSTEM_BUS_ADDRESS", text, true), 0);
        (void) fill_address(&address, "notify");
        (void) snprintf(text, sizeof(text), "@%s", address.sun_path + 1);
        ck_assert_int_eq(setenv("NOTIFY_SOCKET", text, true), 0);
        ck_assert_int_eq(unsetenv("WATCHDOG_USEC"), 0);
        stage.notify_fd = open_socket(SOCK_DGRAM, "notify");

        ck_assert_int_eq(follow_service_new(&stage.service, NULL, &handlers, &stage), 0);
        ck_assert_int_ge(sd_event_add_io(follow_service_get_event(stage.service), NULL,
                                 stage.notify_fd, EPOLLIN, on_notification, &stage),
                0);
        ck_assert_int_eq(follow_service_run(stage.service), 0);

        ck_assert_ptr_null(stage.step->status);
        ck_assert_uint_eq(stage.n_told, 1);
        ck_assert_str_eq(stage.lines[0], "READY=1");
        close_bus(&stage);
        (void) follow_service_free(stage.service);
        ck_assert_int_eq(close(stage.notify_fd), 0);
}
END_TEST

TEST_MAIN("follow-service", test_life);

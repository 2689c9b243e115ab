/* SPDX-License-Identifier: MIT */
/* import: files are read in this process, which has nothing to lose, and the server is asked to add
 * lease by lease. Many calls are under way at a time, so that they share the server's writes. What
 * --offline is instead, is told in import-offline.c. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/bus-api.h"
#include "ctl/connection.h"
#include "ctl/import-kind.h"
#include "ctl/import-list.h"
#include "ctl/import-offline.h"
#include "ctl/offline.h"
#include "ctl/problems.h"
#include "ctl/verbs.h"

enum {
        BEGINNING_SIZE = 65536, /* of a file, in which a configuration shows */
        CALLS_MAX = 32, /* under way at a time; the server has 40 of a user wait for polkit */
};

typedef struct Import {
        Connection connection;
        const char *path;
        ImportList leases;
        Problems problems;
        size_t n_taken;
        size_t n_ended; /* of the file, before now */
        size_t n_waiting;
        int failure; /* of the whole undertaking */
} Import;

/* What an answer belongs to. */
typedef struct ImportCall {
        Import *import;
        const ImportedLease *lease;
} ImportCall;

static void import_done(Import *import) {
        connection_done(&import->connection);
        import_list_done(&import->leases);
        problems_done(&import->problems);
}

static int read_own(Import *import, int fd, usec_t now) {
        const LeaseFilter filter = {0};
        _cleanup_(lease_list_done) LeaseList list = {0};
        int r;

        r = offline_load(&list, fd, import->path, &filter, &import->problems, now);
        for (size_t i = 0; i < list.n_entries && r >= 0; i++) {
                const LeaseEntry *entry = &list.entries[i];
                ImportedLease lease = {
                        .address = entry->address,
                        .expires = strcmp(entry->state, "bound") == 0 ? entry->expires : 0,
                        .hardware_size = MIN(entry->hardware_size, (size_t) IMPORT_HARDWARE_MAX),
                        .client_id_size = MIN(entry->client_id_size, (size_t) IMPORT_CLIENT_ID_MAX),
                };

                memcpy(lease.hardware, entry->hardware, lease.hardware_size);
                memcpy(lease.client_id, entry->client_id, lease.client_id_size);
                (void) snprintf(lease.hostname, sizeof(lease.hostname), "%s", entry->hostname);
                r = import_list_add(&import->leases, &lease);
        }
        return r == -EBADMSG ? 0 : r;
}

static int read_file(Import *import, const char *format, usec_t now) {
        _cleanup_close_ int fd = -1;

        fd = open(import->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (fd < 0)
                return -errno;
        if (strcmp(format, "mini-dhcp") == 0)
                return read_own(import, fd, now);
        if (strcmp(format, "dnsmasq") == 0)
                return import_read_dnsmasq(&import->leases, fd, import->path, &import->problems);
        if (strcmp(format, "dhcpd") == 0)
                return import_read_dhcpd(&import->leases, fd, import->path, &import->problems);
        return import_read_kea(&import->leases, fd, import->path, &import->problems);
}

/* Return: STATUS_OK; STATUS_FAILURE having reported that the file is a configuration. Of what
 * cannot be read, read_file() tells. */
static ExitStatus refuse_configuration(const char *path, const char *format) {
        _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        char text[BEGINNING_SIZE];
        const char *server;
        struct stat st;
        ssize_t n;

        if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
                return STATUS_OK;
        n = pread(fd, text, sizeof(text), 0);
        server = n > 0 ? import_find_configuration(text, (size_t) n) : NULL;
        if (!server)
                return STATUS_OK;
        return report(STATUS_FAILURE,
                "%s is a configuration of %s, not its leases; import takes over leases, which %s "
                "usually keeps in %s. Pools and hosts are written anew, see mini-dhcp.conf(5)",
                path, server, format, import_usual_file(format));
}

static int append_bytes(sd_bus_message *call, const char *key, const uint8_t *bytes, size_t size) {
        int r;

        if (size == 0)
                return 0;
        if ((r = sd_bus_message_open_container(call, 'e', "sv")) < 0 ||
                (r = sd_bus_message_append(call, "s", key)) < 0 ||
                (r = sd_bus_message_open_container(call, 'v', "ay")) < 0 ||
                (r = sd_bus_message_append_array(call, 'y', bytes, size)) < 0 ||
                (r = sd_bus_message_close_container(call)) < 0)
                return r;
        return sd_bus_message_close_container(call);
}

static int new_call(Import *import, const ImportedLease *lease, sd_bus_message **ret) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
        char address[IPV4_STRING_MAX];
        int r;

        if ((r = connection_new_change(&import->connection, BUS_API_MANAGER_PATH, BUS_API_MANAGER,
                     "AddLease", &call)) < 0 ||
                (r = sd_bus_message_append(call, "s", ipv4_format(lease->address, address))) < 0 ||
                (r = sd_bus_message_open_container(call, 'a', "{sv}")) < 0 ||
                (r = append_bytes(call, "HardwareAddress", lease->hardware, lease->hardware_size)) <
                        0 ||
                (r = append_bytes(call, "ClientId", lease->client_id, lease->client_id_size)) < 0 ||
                (r = sd_bus_message_append(call, "{sv}{sv}", "Hostname", "s", lease->hostname,
                         "ExpiresUSec", "t", lease->expires)) < 0 ||
                (r = sd_bus_message_close_container(call)) < 0)
                return r;
        *ret = TAKE_PTR(call);
        return 0;
}

/* What is wrong with one lease is its own; what is wrong with the caller or the server ends it. */
static int take_error(Import *import, const ImportedLease *lease, const sd_bus_error *error) {
        static const char prefix[] = BUS_API_ERROR("");
        char address[IPV4_STRING_MAX];

        if (strncmp(error->name, prefix, strlen(prefix)) != 0 ||
                sd_bus_error_has_name(error, BUS_API_ERROR("LeaseFile"))) {
                if (import->failure >= 0) {
                        sd_bus_error_free(&import->connection.error);
                        (void) sd_bus_error_copy(&import->connection.error, error);
                        import->failure = -sd_bus_error_get_errno(error);
                }
                return 0;
        }
        return problems_add(&import->problems, false, import->path, lease->line, "%s: %s",
                ipv4_format(lease->address, address), error->message ? error->message : "");
}

static int on_answer(sd_bus_message *answer, void *userdata, _unused_ sd_bus_error *error) {
        _cleanup_free_ ImportCall *call = userdata;
        Import *import = call->import;

        import->n_waiting--;
        if (!sd_bus_message_is_method_error(answer, NULL)) {
                import->n_taken++;
                return 0;
        }
        return take_error(import, call->lease, sd_bus_message_get_error(answer));
}

static int send_lease(Import *import, const ImportedLease *lease) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
        _cleanup_free_ ImportCall *call = NULL;
        int r;

        call = malloc(sizeof(*call));
        if (!call)
                return -ENOMEM;
        *call = (ImportCall){.import = import, .lease = lease};
        r = new_call(import, lease, &message);
        if (r < 0)
                return r;
        r = sd_bus_call_async(import->connection.bus, NULL, message, on_answer, call,
                connection_patience(&import->connection));
        if (r < 0)
                return r;
        TAKE_PTR(call);
        import->n_waiting++;
        return 0;
}

/* Until at most @n answers are missing. */
static int wait_for_answers(Import *import, size_t n) {
        int r;

        while (import->n_waiting > n) {
                r = sd_bus_process(import->connection.bus, NULL);
                if (r < 0)
                        return r;
                if (r == 0)
                        r = sd_bus_wait(import->connection.bus, UINT64_MAX);
                if (r < 0 && r != -EINTR)
                        return r;
        }
        return 0;
}

/* Until the first success one answer after the other is waited for, so that a password is asked for
 * once: an agent asks one question at a time, and refuses others meanwhile. */
static int send_leases(Import *import) {
        int r = 0;

        for (size_t i = 0; i < import->leases.n_items && r >= 0 && import->failure >= 0; i++) {
                r = send_lease(import, &import->leases.items[i]);
                if (r >= 0)
                        r = wait_for_answers(import, import->n_taken == 0 ? 0 : CALLS_MAX - 1);
        }
        if (r >= 0)
                r = wait_for_answers(import, 0);
        return r < 0 ? r : import->failure;
}

static int print_result(const Context *context, const Import *import) {
        _cleanup_json_ json_object *object = NULL;
        size_t n = import->n_taken;
        int r;

        if (context_wants_json(context)) {
                r = problems_to_json(&import->problems, import->problems.n_items == 0, &object);
                if (r >= 0)
                        r = json_add_take(object, "Taken", json_object_new_uint64(n));
                if (r >= 0)
                        json_print(object, context->options.json);
                return r;
        }
        problems_print(&import->problems, &context->terminal);
        if (context->options.quiet)
                return 0;
        printf("%zu %s taken over.\n", n, n == 1 ? "lease" : "leases");
        if (import->n_ended > 0)
                printf("%zu %s, and %s left out.\n", import->n_ended,
                        import->n_ended == 1 ? "lease has ended" : "leases have ended",
                        import->n_ended == 1 ? "is" : "are");
        return 0;
}

static ExitStatus finish(const Context *context, const Import *import) {
        if (print_result(context, import) < 0)
                return report_no_memory();
        return import->problems.n_items == 0 ? STATUS_OK : STATUS_FAILURE;
}

static ExitStatus take_online(const Context *context, Import *import) {
        ExitStatus status;
        int r;

        status = connection_open(&context->options, &import->connection);
        if (status != STATUS_OK)
                return status;
        r = send_leases(import);
        status = finish(context, import);
        if (r < 0)
                return connection_report(&import->connection, r,
                        "Not all leases of %s are taken over", import->path);
        return status;
}

static ExitStatus take_offline(const Context *context, Import *import) {
        ExitStatus status = import_offline(&import->leases, import->path, &context->options,
                &import->problems, &import->n_taken);

        return status == STATUS_OK ? finish(context, import) : status;
}

static bool format_is_known(const char *format) {
        static const char *const formats[] = {"mini-dhcp", "dnsmasq", "dhcpd", "kea"};

        for (size_t i = 0; i < ELEMENTSOF(formats); i++)
                if (strcmp(formats[i], format) == 0)
                        return true;
        return false;
}

ExitStatus verb_import(Context *context, char *const *arguments, _unused_ size_t n_arguments) {
        _cleanup_(import_done) Import import = {.path = arguments[1]};
        usec_t now = context_now();
        ExitStatus status;
        int r;

        if (!format_is_known(arguments[0]))
                return report(STATUS_USAGE,
                        "Cannot import from '%s'; it is one of mini-dhcp, dnsmasq, dhcpd and kea",
                        arguments[0]);
        status = refuse_configuration(import.path, arguments[0]);
        if (status != STATUS_OK)
                return status;
        r = read_file(&import, arguments[0], now);
        if (r == -ENOENT)
                return report(STATUS_NOT_FOUND, "There is no file %s", import.path);
        if (r < 0)
                return report_errno(r, "Cannot read %s", import.path);
        import.n_ended = import_list_settle(&import.leases, now);

        return context->options.offline ? take_offline(context, &import)
                                        : take_online(context, &import);
}

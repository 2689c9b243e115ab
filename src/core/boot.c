/* SPDX-License-Identifier: MIT */

/* Network boot: which file a client's firmware gets, and from which server. */

#include <string.h>

#include "core/pool.h"
#include "core/reply.h"
#include "core/request-state.h"
#include "core/settings.h"

static bool boot_file_is_for(const BootFile *file, uint16_t architecture) {
        for (size_t i = 0; i < file->n_architectures; i++)
                if (file->architectures[i] == architecture)
                        return true;
        return false;
}

/* RFC 4578 2.1: option 93 lists the architectures that the client can run. */
static bool request_can_run(const Request *request, const BootFile *file) {
        const uint8_t *data;
        size_t size;

        if (message_get(request->message, DHCP_OPTION_ARCHITECTURE, &data, &size) < 0)
                return false;
        for (size_t i = 0; i + 2 <= size; i += 2)
                if (boot_file_is_for(file, wire_get_u16(data + i)))
                        return true;
        return false;
}

static bool bytes_are(const uint8_t *data, size_t size, const char *text) {
        return size == strlen(text) && memcmp(data, text, size) == 0;
}

bool request_has_vendor_class(const Request *request, const char *prefix) {
        const uint8_t *data;
        size_t size;

        return message_get(request->message, DHCP_OPTION_VENDOR_CLASS, &data, &size) >= 0 &&
               size >= strlen(prefix) && memcmp(data, prefix, strlen(prefix)) == 0;
}

/* RFC 3004 4 has option 77 be a list of counted classes; iPXE and others send the bare text. */
static bool request_has_user_class(const Request *request, const char *class) {
        const uint8_t *data;
        size_t size;

        if (message_get(request->message, DHCP_OPTION_USER_CLASS, &data, &size) < 0)
                return false;
        if (bytes_are(data, size, class))
                return true;
        for (size_t i = 0; i < size && data[i] < size - i; i += 1U + data[i])
                if (bytes_are(data + i + 1, data[i], class))
                        return true;
        return false;
}

static const char *find_boot_file(const Request *request, const ReplySettings *reply) {
        for (size_t i = 0; i < reply->n_boot_files; i++) {
                const BootFile *file = &reply->boot_files[i];

                if (file->n_architectures > 0 && !request_can_run(request, file))
                        continue;
                if (file->vendor_class && !request_has_vendor_class(request, file->vendor_class))
                        continue;
                if (file->user_class && !request_has_user_class(request, file->user_class))
                        continue;
                return file->name;
        }
        return NULL;
}

const char *request_get_boot_file(const Request *request, const Pool *pool) {
        const char *name = NULL;

        if (request->host)
                name = find_boot_file(request, &request->host->settings->reply);
        return name ? name : find_boot_file(request, &pool->settings->reply);
}

ipv4_t request_get_next_server(const Request *request, const Pool *pool) {
        if (request->host && request->host->settings->reply.next_server != 0)
                return request->host->settings->reply.next_server;
        return pool->settings->reply.next_server;
}

const char *request_get_server_name(const Request *request, const Pool *pool) {
        if (request->host && request->host->settings->reply.server_name)
                return request->host->settings->reply.server_name;
        return pool->settings->reply.server_name;
}

/* SPDX-License-Identifier: MIT */
/* The state file. The message is the lease: everything else is there for who reads it.
 *
 * Invariant: a file that is there is whole (temporary file, fsync, rename). */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <json-c/json.h>

#include "basic/bytes.h"
#include "basic/macro.h"
#include "basic/time.h"
#include "client-cli/state-file.h"
#include "wire/protocol.h"

#define KEY_MESSAGE "Message"
#define KEY_BEGIN "ObtainedUSec"

static void json_object_putp(json_object **object) {
        (void) json_object_put(*object);
}

static usec_t clock_now(clockid_t id) {
        struct timespec now;

        (void) clock_gettime(id, &now);
        return (usec_t) now.tv_sec * USEC_PER_SEC + (usec_t) now.tv_nsec / 1000;
}

static ClockPair clocks_now(void) {
        return (ClockPair){clock_now(CLOCK_REALTIME), clock_now(CLOCK_BOOTTIME)};
}

static json_object *state_to_json(const mdc_lease *lease) {
        _cleanup_free_ char *text = NULL, *hex = NULL;
        const ClockPair clock = clocks_now();
        const uint8_t *message;
        json_object *object;
        uint64_t begin;
        size_t size;

        (void) mdc_lease_get_message(lease, &message, &size);
        (void) mdc_lease_get_begin(lease, &begin);
        hex = malloc(BYTES_STRING_MAX(size));
        if (!hex || mdc_lease_to_json(lease, &text) < 0)
                return NULL;
        object = json_tokener_parse(text);
        if (!object)
                return NULL;
        (void) json_object_object_add(
                object, KEY_BEGIN, json_object_new_uint64(clock_to_wall(&clock, begin)));
        (void) json_object_object_add(
                object, KEY_MESSAGE, json_object_new_string(bytes_format(message, size, hex)));
        return object;
}

static void make_parent(const char *path) {
        _cleanup_free_ char *parent = strdup(path);
        char *slash = parent ? strrchr(parent, '/') : NULL;

        if (!slash || slash == parent)
                return;
        *slash = 0;
        (void) mkdir(parent, 0755); /* what is wrong with it shows when the file is opened */
}

static int write_whole(const char *path, const char *text) {
        _cleanup_fclose_ FILE *file = NULL;

        file = fopen(path, "we");
        if (!file)
                return -errno;
        if (fprintf(file, "%s\n", text) < 0 || fflush(file) != 0 || fsync(fileno(file)) < 0)
                return -EIO;
        return 0;
}

int state_file_save(const char *path, const mdc_lease *lease) {
        _cleanup_(json_object_putp) json_object *object = state_to_json(lease);
        _cleanup_free_ char *temporary = NULL;
        int r;

        if (!object || asprintf(&temporary, "%s~", path) < 0)
                return -ENOMEM;
        make_parent(path);
        r = write_whole(
                temporary, json_object_to_json_string_ext(object,
                                   JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
        if (r >= 0 && rename(temporary, path) < 0)
                r = -errno;
        if (r < 0)
                (void) unlink(temporary);
        return r;
}

int state_file_load(const char *path, mdc_lease **ret) {
        _cleanup_(json_object_putp) json_object *object = NULL;
        const ClockPair clock = clocks_now();
        uint8_t message[DHCP_MAX_MESSAGE_SIZE];
        json_object *hex, *begin;
        size_t size;

        if (access(path, R_OK) < 0)
                return -errno;
        object = json_object_from_file(path);
        if (!object || !json_object_object_get_ex(object, KEY_MESSAGE, &hex) ||
                !json_object_object_get_ex(object, KEY_BEGIN, &begin))
                return -EBADMSG;
        if (bytes_parse(json_object_get_string(hex), message, sizeof(message), &size) < 0)
                return -EBADMSG;
        return mdc_lease_new(
                ret, clock_to_boot(&clock, json_object_get_uint64(begin)), message, size);
}

void state_file_remove(const char *path) {
        (void) unlink(path);
}

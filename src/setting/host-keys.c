/* SPDX-License-Identifier: MIT */
/* Values of [Host] that are not about replies: who it is, and what is kept for it. */

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "basic/bytes.h"
#include "basic/text.h"
#include "setting/assignment.h"
#include "setting/parsers.h"

enum {
        ETHERNET_SIZE = 6, /* EUI-48 */
        EUI64_SIZE = 8,
        CLIENT_ID_SIZE_MIN = 2, /* RFC 2132 9.14 */
        CIRCUIT_ID_SIZE_MAX = 255,
        ALIASES_MAX = 16,
};

static_assert(CLIENT_ID_SIZE_MAX <= CIRCUIT_ID_SIZE_MAX, "format_bytes() has room for both");

static bool bytes_are(const uint8_t *bytes, size_t size, uint8_t value) {
        for (size_t i = 0; i < size; i++)
                if (bytes[i] != value)
                        return false;
        return true;
}

static int format_bytes(const uint8_t *bytes, size_t size, char ***ret) {
        char text[BYTES_STRING_MAX(CIRCUIT_ID_SIZE_MAX)];

        return size == 0 ? 0 : strv_extend(ret, bytes_format(bytes, size, text));
}

int setting_parse_mac_address(const Assignment *assignment, void *target) {
        uint8_t address[HARDWARE_ADDRESS_MAX];
        HostSettings *host = target;
        size_t size;

        if (bytes_parse(assignment->value, address, sizeof(address), &size) < 0 ||
                (size != ETHERNET_SIZE && size != EUI64_SIZE))
                return assignment_refuse(assignment,
                        "not six bytes such as 02:00:00:00:aa:01, and not eight either");
        /* The group bit (the first byte is odd) says that no card is to have this address; some
         * have, and are served. */
        if (bytes_are(address, size, 0) || bytes_are(address, size, UINT8_MAX))
                return assignment_refuse(assignment,
                        "no single host has this address; it is neither zero nor all ones");
        memcpy(host->hardware, address, size);
        host->hardware_size = (uint8_t) size;
        return 0;
}

void setting_reset_mac_address(const SettingKey *key _unused_, void *target) {
        HostSettings *host = target;

        host->hardware_size = 0;
}

int setting_format_mac_address(const SettingKey *key _unused_, const void *target, char ***ret) {
        const HostSettings *host = target;

        return format_bytes(host->hardware, host->hardware_size, ret);
}

int setting_parse_client_id(const Assignment *assignment, void *target) {
        HostSettings *host = target;
        ClientId id = {0};
        size_t size;
        int r;

        r = assignment_parse_bytes(
                assignment, id.data, CLIENT_ID_SIZE_MIN, CLIENT_ID_SIZE_MAX, &size);
        if (r < 0)
                return r;
        id.size = (uint8_t) size;
        host->client_id = id;
        return 0;
}

void setting_reset_client_id(const SettingKey *key _unused_, void *target) {
        HostSettings *host = target;

        host->client_id.size = 0;
}

int setting_format_client_id(const SettingKey *key _unused_, const void *target, char ***ret) {
        const HostSettings *host = target;

        return format_bytes(host->client_id.data, host->client_id.size, ret);
}

int setting_parse_circuit_id(const Assignment *assignment, void *target) {
        uint8_t id[CIRCUIT_ID_SIZE_MAX], *copy;
        HostSettings *host = target;
        size_t size;
        int r;

        r = assignment_parse_bytes(assignment, id, 1, sizeof(id), &size);
        if (r < 0)
                return r;
        copy = malloc(size);
        if (!copy)
                return -ENOMEM;
        free(host->circuit_id);
        host->circuit_id = memcpy(copy, id, size);
        host->circuit_id_size = size;
        return 0;
}

void setting_reset_circuit_id(const SettingKey *key _unused_, void *target) {
        HostSettings *host = target;

        free(host->circuit_id);
        host->circuit_id = NULL;
        host->circuit_id_size = 0;
}

int setting_format_circuit_id(const SettingKey *key _unused_, const void *target, char ***ret) {
        const HostSettings *host = target;

        return format_bytes(host->circuit_id, host->circuit_id_size, ret);
}

int setting_parse_hostname(const Assignment *assignment, void *target) {
        if (!domain_name_is_valid(assignment->value))
                return assignment_refuse(assignment,
                        "not a host name: labels of 1 to 63 letters, digits and hyphens, joined "
                        "by dots, 253 bytes in all");
        return setting_put_text(assignment, target);
}

int setting_parse_aliases(const Assignment *assignment, void *target) {
        _cleanup_(strv_freep) char **words = NULL;
        HostSettings *host = target;
        char shown[QUOTE_MAX];
        int r;

        r = strv_split(assignment->value, &words);
        if (r < 0)
                return r;
        for (char **word = words; word && *word; word++)
                if (!domain_name_is_valid(*word))
                        return assignment_refuse(assignment,
                                "'%s' is not a host name: labels of 1 to 63 letters, digits and "
                                "hyphens, joined by dots",
                                quote(*word, shown));
        if (strv_length(host->aliases) + strv_length(words) > ALIASES_MAX)
                return assignment_refuse(assignment, "more than %d names", ALIASES_MAX);
        return strv_move(&host->aliases, &words);
}

void setting_reset_aliases(const SettingKey *key _unused_, void *target) {
        HostSettings *host = target;

        host->aliases = strv_free(host->aliases);
}

int setting_format_aliases(const SettingKey *key _unused_, const void *target, char ***ret) {
        const HostSettings *host = target;

        return strv_append(ret, host->aliases);
}

int setting_parse_pool_name(const Assignment *assignment, void *target) {
        if (!setting_name_is_valid(assignment->value))
                return assignment_refuse(assignment,
                        "not the name of a pool: letters, digits, '-', '_' and '.', a letter or "
                        "digit first, %d bytes in all",
                        POOL_NAME_MAX);
        return setting_put_text(assignment, target);
}

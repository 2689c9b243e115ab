/* SPDX-License-Identifier: MIT */
/* Domain names as text. Names with other bytes exist in the DNS, but no host is called so. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dns-update/name.h"

#define LABEL_MAX 63

/* Return: the character in lower case, 0 when no label has it. */
static char label_character(char c) {
        if (c >= 'A' && c <= 'Z')
                return (char) (c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')
                return c;
        return 0;
}

int dns_name_parse(const char *text, char ret[static DNS_NAME_MAX]) {
        char name[DNS_NAME_MAX];
        size_t size = strlen(text), label = 0;

        if (size > 0 && text[size - 1] == '.')
                size--;
        if (size == 0 || size >= DNS_NAME_MAX)
                return -EINVAL;
        for (size_t i = 0; i < size; i++) {
                if (text[i] == '.') {
                        if (label == 0)
                                return -EINVAL;
                        label = 0;
                        name[i] = '.';
                        continue;
                }
                name[i] = label_character(text[i]);
                if (!name[i] || ++label > LABEL_MAX)
                        return -EINVAL;
        }
        if (label == 0)
                return -EINVAL;
        name[size] = '\0';
        memcpy(ret, name, size + 1);
        return 0;
}

size_t dns_name_to_wire(const char *name, uint8_t ret[static DNS_WIRE_NAME_MAX]) {
        size_t size = 0;

        while (*name) {
                const size_t label = strcspn(name, ".");

                ret[size++] = (uint8_t) label;
                memcpy(ret + size, name, label);
                size += label;
                name += label;
                if (*name == '.')
                        name++;
        }
        ret[size++] = 0;
        return size;
}

bool dns_name_is_within(const char *name, const char *zone) {
        const size_t n_name = strlen(name), n_zone = strlen(zone);

        if (n_name < n_zone || strcmp(name + n_name - n_zone, zone) != 0)
                return false;
        return n_name == n_zone || name[n_name - n_zone - 1] == '.';
}

const char *dns_name_reverse(ipv4_t address, char buffer[static DNS_REVERSE_MAX]) {
        (void) snprintf(buffer, DNS_REVERSE_MAX, "%u.%u.%u.%u.in-addr.arpa", address & 0xff,
                address >> 8 & 0xff, address >> 16 & 0xff, address >> 24);
        return buffer;
}

/* SPDX-License-Identifier: MIT */

#include "dns-update/dhcid.h"

#include <ldns/ldns.h>
#include <string.h>

#include "dns-update/name.h"

enum {
        /* RFC 4701 3.3 */
        IDENTIFIER_HARDWARE = 0,
        IDENTIFIER_CLIENT_ID = 1,
        IDENTIFIER_DUID = 2,
        DIGEST_SHA256 = 1, /* RFC 4701 3.4 */
        /* RFC 4361 6.1: type 255, IAID, DUID */
        CLIENT_ID_RFC4361 = 255,
        DUID_OFFSET = 5,
};

void dhcid_make(const DnsIdentity *identity, const char *name, Dhcid *ret) {
        uint8_t wire[DNS_WIRE_NAME_MAX];
        const size_t size = dns_name_to_wire(name, wire);
        uint8_t type = IDENTIFIER_HARDWARE;
        ldns_sha256_CTX context;

        ldns_sha256_init(&context);
        if (identity->client_id_size > DUID_OFFSET && identity->client_id[0] == CLIENT_ID_RFC4361) {
                type = IDENTIFIER_DUID;
                ldns_sha256_update(&context, identity->client_id + DUID_OFFSET,
                        identity->client_id_size - DUID_OFFSET);
        } else if (identity->client_id_size > 0) {
                type = IDENTIFIER_CLIENT_ID;
                ldns_sha256_update(&context, identity->client_id, identity->client_id_size);
        } else {
                ldns_sha256_update(&context, &identity->hardware_type, 1);
                if (identity->hardware_size > 0)
                        ldns_sha256_update(&context, identity->hardware, identity->hardware_size);
        }
        ldns_sha256_update(&context, wire, size);
        ret->data[0] = 0;
        ret->data[1] = type;
        ret->data[2] = DIGEST_SHA256;
        ldns_sha256_final(ret->data + 3, &context);
}

bool dhcid_equal(const Dhcid *a, const Dhcid *b) {
        return memcmp(a->data, b->data, sizeof(a->data)) == 0;
}

bool dhcid_is_set(const Dhcid *dhcid) {
        return dhcid->data[2] != 0;
}

/* SPDX-License-Identifier: MIT */

#include "dns-update/message.h"

#include <errno.h>
#include <ldns/ldns.h>
#include <string.h>

#include "dns-update/name.h"

enum {
        HEADER_SIZE = 12,
        FLAG_QR = 0x80,
        FLAG_TC = 0x02,
        OPCODE_MASK = 0x78,
        OPCODE_UPDATE = 5 << 3,
        RCODE_MASK = 0x0f,
};

/* the sections of an update (RFC 2136 2) */
#define ZONE LDNS_SECTION_QUESTION
#define PREREQUISITE LDNS_SECTION_ANSWER
#define UPDATE LDNS_SECTION_AUTHORITY

/* A message in the making: what fails is seen once, at its end. */
typedef struct Builder {
        ldns_pkt *packet;
        bool failed;
} Builder;

static void cleanup_packet(ldns_pkt **packet) {
        if (*packet)
                ldns_pkt_free(*packet);
}

/* @data: consumed; NULL for a record without data */
static void add(Builder *builder, ldns_pkt_section section, const char *owner, ldns_rr_class class,
        ldns_rr_type type, uint32_t ttl, ldns_rdf *data) {
        ldns_rdf *name = ldns_dname_new_frm_str(owner);
        ldns_rr *rr = ldns_rr_new();

        if (!name || !rr || builder->failed) {
                ldns_rdf_deep_free(name);
                ldns_rdf_deep_free(data);
                ldns_rr_free(rr);
                builder->failed = true;
                return;
        }
        ldns_rr_set_owner(rr, name);
        ldns_rr_set_class(rr, class);
        ldns_rr_set_type(rr, type);
        ldns_rr_set_ttl(rr, ttl);
        ldns_rr_set_question(rr, section == ZONE);
        if (data && !ldns_rr_push_rdf(rr, data)) {
                ldns_rdf_deep_free(data);
                builder->failed = true;
        }
        if (builder->failed || !ldns_pkt_push_rr(builder->packet, section, rr)) {
                ldns_rr_free(rr);
                builder->failed = true;
        }
}

static ldns_rdf *new_data(Builder *builder, ldns_rdf_type type, size_t size, const void *bytes) {
        ldns_rdf *data = ldns_rdf_new_frm_data(type, size, bytes);

        if (!data)
                builder->failed = true;
        return data;
}

static ldns_rdf *address_data(Builder *builder, ipv4_t address) {
        const uint8_t bytes[] = {(uint8_t) (address >> 24), (uint8_t) (address >> 16),
                (uint8_t) (address >> 8), (uint8_t) address};

        return new_data(builder, LDNS_RDF_TYPE_A, sizeof(bytes), bytes);
}

static ldns_rdf *dhcid_data(Builder *builder, const Dhcid *dhcid) {
        return new_data(builder, LDNS_RDF_TYPE_UNKNOWN, sizeof(dhcid->data), dhcid->data);
}

static ldns_rdf *name_data(Builder *builder, const char *name) {
        ldns_rdf *data = ldns_dname_new_frm_str(name);

        if (!data)
                builder->failed = true;
        return data;
}

/* The DHCID is ours (RFC 2136 2.4.2). */
static void require_dhcid(Builder *builder, const DnsStep *step) {
        add(builder, PREREQUISITE, step->name, LDNS_RR_CLASS_IN, LDNS_RR_TYPE_DHCID, 0,
                dhcid_data(builder, step->dhcid));
}

/* There is none of a type (RFC 2136 2.4.3), or nothing at all of that name (2.4.5). */
static void require_none(Builder *builder, const DnsStep *step, ldns_rr_type type) {
        add(builder, PREREQUISITE, step->name, LDNS_RR_CLASS_NONE, type, 0, NULL);
}

static void add_address(Builder *builder, const DnsStep *step) {
        add(builder, UPDATE, step->name, LDNS_RR_CLASS_IN, LDNS_RR_TYPE_A, step->ttl,
                address_data(builder, step->addresses[0]));
}

static void fill(Builder *builder, const DnsStep *step) {
        char reverse[DNS_REVERSE_MAX];

        (void) dns_name_reverse(step->addresses[0], reverse);
        add(builder, ZONE, step->zone, LDNS_RR_CLASS_IN, LDNS_RR_TYPE_SOA, 0, NULL);
        switch (step->type) {
        case DNS_STEP_NONE:
                builder->failed = true;
                break;
        case DNS_STEP_ADD: /* RFC 4703 5.3.1 */
                require_none(builder, step, LDNS_RR_TYPE_ANY);
                add_address(builder, step);
                add(builder, UPDATE, step->name, LDNS_RR_CLASS_IN, LDNS_RR_TYPE_DHCID, step->ttl,
                        dhcid_data(builder, step->dhcid));
                break;
        case DNS_STEP_REPLACE: /* RFC 4703 5.3.2 */
                add(builder, PREREQUISITE, step->name, LDNS_RR_CLASS_ANY, LDNS_RR_TYPE_ANY, 0,
                        NULL);
                require_dhcid(builder, step);
                add(builder, UPDATE, step->name, LDNS_RR_CLASS_ANY, LDNS_RR_TYPE_A, 0, NULL);
                add_address(builder, step);
                break;
        case DNS_STEP_SET_PTR: /* RFC 4703 5.4 */
                add(builder, UPDATE, reverse, LDNS_RR_CLASS_ANY, LDNS_RR_TYPE_PTR, 0, NULL);
                add(builder, UPDATE, reverse, LDNS_RR_CLASS_IN, LDNS_RR_TYPE_PTR, step->ttl,
                        name_data(builder, step->name));
                break;
        case DNS_STEP_REMOVE_PTR:
                add(builder, UPDATE, reverse, LDNS_RR_CLASS_NONE, LDNS_RR_TYPE_PTR, 0,
                        name_data(builder, step->name));
                break;
        case DNS_STEP_REMOVE_A: /* RFC 4703 5.5 */
                require_dhcid(builder, step);
                for (size_t i = 0; i < ELEMENTSOF(step->addresses); i++)
                        if (step->addresses[i] != 0)
                                add(builder, UPDATE, step->name, LDNS_RR_CLASS_NONE, LDNS_RR_TYPE_A,
                                        0, address_data(builder, step->addresses[i]));
                break;
        case DNS_STEP_REMOVE_DHCID: /* likewise */
                require_dhcid(builder, step);
                require_none(builder, step, LDNS_RR_TYPE_A);
                require_none(builder, step, LDNS_RR_TYPE_AAAA);
                add(builder, UPDATE, step->name, LDNS_RR_CLASS_NONE, LDNS_RR_TYPE_DHCID, 0,
                        dhcid_data(builder, step->dhcid));
                break;
        }
}

int dns_message_build(
        const DnsStep *step, uint16_t id, uint8_t *ret, size_t capacity, size_t *ret_size) {
        _cleanup_(cleanup_packet) ldns_pkt *packet = ldns_pkt_new();
        Builder builder = {packet, !packet};
        uint8_t *wire = NULL;
        size_t size = 0;
        int r = 0;

        if (!packet)
                return -ENOMEM;
        ldns_pkt_set_id(packet, id);
        ldns_pkt_set_opcode(packet, LDNS_PACKET_UPDATE);
        fill(&builder, step);
        if (builder.failed || ldns_pkt2wire(&wire, packet, &size) != LDNS_STATUS_OK)
                return -ENOMEM;
        if (size > capacity) {
                r = -EMSGSIZE;
        } else {
                memcpy(ret, wire, size);
                *ret_size = size;
        }
        LDNS_FREE(wire);
        return r;
}

int dns_answer_parse(const uint8_t *data, size_t size, DnsAnswer *ret) {
        if (size < HEADER_SIZE || !(data[2] & FLAG_QR) || (data[2] & OPCODE_MASK) != OPCODE_UPDATE)
                return -EBADMSG;
        *ret = (DnsAnswer){
                .id = (uint16_t) (data[0] << 8 | data[1]),
                .rcode = data[3] & RCODE_MASK,
                .truncated = data[2] & FLAG_TC,
        };
        return 0;
}

const char *dns_rcode_to_string(unsigned rcode) {
        static const char *const names[] = {
                [DNS_NOERROR] = "NOERROR",
                [DNS_FORMERR] = "FORMERR",
                [DNS_SERVFAIL] = "SERVFAIL",
                [DNS_NXDOMAIN] = "NXDOMAIN",
                [DNS_NOTIMP] = "NOTIMP",
                [DNS_REFUSED] = "REFUSED",
                [DNS_YXDOMAIN] = "YXDOMAIN",
                [DNS_YXRRSET] = "YXRRSET",
                [DNS_NXRRSET] = "NXRRSET",
                [DNS_NOTAUTH] = "NOTAUTH",
                [DNS_NOTZONE] = "NOTZONE",
        };

        return rcode < ELEMENTSOF(names) ? names[rcode] : "?";
}

/* SPDX-License-Identifier: MIT */
/* Messages are written here, not by libldns: without memory that ends the program. The tests read
 * them by it. */

#include "dns-update/message.h"

#include <errno.h>
#include <string.h>

#include "dns-update/name.h"

enum {
        HEADER_SIZE = 12,
        FLAG_QR = 0x80,
        FLAG_TC = 0x02,
        OPCODE_MASK = 0x78,
        OPCODE_UPDATE = 5 << 3,
        RCODE_MASK = 0x0f,
        POINTER = 0xc000, /* to a name that is in the message already (RFC 1035 4.1.4) */
        TYPE_A = 1,
        TYPE_SOA = 6,
        TYPE_PTR = 12,
        TYPE_AAAA = 28,
        TYPE_DHCID = 49,
        TYPE_ANY = 255,
        CLASS_IN = 1,
        CLASS_NONE = 254,
        CLASS_ANY = 255,
};

/* The sections of an update (RFC 2136 2), by the place of their counts. */
typedef enum Section {
        SECTION_ZONE,
        SECTION_PREREQUISITE,
        SECTION_UPDATE,
        SECTION_MAX,
} Section;

/* A message in the making: that it does not fit is seen once, at its end. */
typedef struct Writer {
        uint8_t *data;
        size_t size;
        size_t capacity;
        bool is_full;
        const char *owner; /* the last one that was written in full, at owner_offset */
        size_t owner_offset;
        uint16_t counts[SECTION_MAX];
} Writer;

/* Data of a record; nothing at all in many of them. */
typedef struct Data {
        const void *bytes;
        size_t size;
} Data;

static const Data no_data;

static void put(Writer *writer, const void *data, size_t size) {
        if (writer->capacity - writer->size < size)
                writer->is_full = true;
        if (writer->is_full || size == 0)
                return;
        memcpy(writer->data + writer->size, data, size);
        writer->size += size;
}

static void put_number(Writer *writer, uint32_t value, size_t size) {
        const uint8_t bytes[] = {(uint8_t) (value >> 24), (uint8_t) (value >> 16),
                (uint8_t) (value >> 8), (uint8_t) value};

        put(writer, bytes + sizeof(bytes) - size, size);
}

static void put_owner(Writer *writer, const char *name) {
        uint8_t wire[DNS_WIRE_NAME_MAX];

        if (writer->owner && strcmp(writer->owner, name) == 0) {
                put_number(writer, POINTER | (uint32_t) writer->owner_offset, 2);
                return;
        }
        writer->owner = name;
        writer->owner_offset = writer->size;
        put(writer, wire, dns_name_to_wire(name, wire));
}

static void put_record(Writer *writer, Section section, const char *owner, uint16_t class,
        uint16_t type, uint32_t ttl, Data data) {
        put_owner(writer, owner);
        put_number(writer, type, 2);
        put_number(writer, class, 2);
        writer->counts[section]++;
        if (section == SECTION_ZONE)
                return;
        put_number(writer, ttl, 4);
        put_number(writer, (uint32_t) data.size, 2);
        put(writer, data.bytes, data.size);
}

static void put_address(
        Writer *writer, const DnsStep *step, uint16_t class, uint32_t ttl, size_t i) {
        const ipv4_t address = step->addresses[i];
        const uint8_t bytes[] = {(uint8_t) (address >> 24), (uint8_t) (address >> 16),
                (uint8_t) (address >> 8), (uint8_t) address};

        put_record(writer, SECTION_UPDATE, step->name, class, TYPE_A, ttl,
                (Data){bytes, sizeof(bytes)});
}

static void put_dhcid(
        Writer *writer, Section section, const DnsStep *step, uint16_t class, uint32_t ttl) {
        put_record(writer, section, step->name, class, TYPE_DHCID, ttl,
                (Data){step->dhcid->data, sizeof(step->dhcid->data)});
}

/* The DHCID is ours (RFC 2136 2.4.2). */
static void require_dhcid(Writer *writer, const DnsStep *step) {
        put_dhcid(writer, SECTION_PREREQUISITE, step, CLASS_IN, 0);
}

/* There is none of a type (RFC 2136 2.4.3), or nothing at all of that name (2.4.5). */
static void require_none(Writer *writer, const DnsStep *step, uint16_t type) {
        put_record(writer, SECTION_PREREQUISITE, step->name, CLASS_NONE, type, 0, no_data);
}

static void put_ptr(Writer *writer, const DnsStep *step) {
        const bool set = step->type == DNS_STEP_SET_PTR;
        uint8_t wire[DNS_WIRE_NAME_MAX];
        char reverse[DNS_REVERSE_MAX];

        (void) dns_name_reverse(step->addresses[0], reverse);
        if (set) /* RFC 4703 5.4 */
                put_record(writer, SECTION_UPDATE, reverse, CLASS_ANY, TYPE_PTR, 0, no_data);
        put_record(writer, SECTION_UPDATE, reverse, set ? CLASS_IN : CLASS_NONE, TYPE_PTR,
                set ? step->ttl : 0, (Data){wire, dns_name_to_wire(step->name, wire)});
        writer->owner = NULL;
}

static void put_step(Writer *writer, const DnsStep *step) {
        put_record(writer, SECTION_ZONE, step->zone, CLASS_IN, TYPE_SOA, 0, no_data);
        switch (step->type) {
        case DNS_STEP_NONE:
                break;
        case DNS_STEP_ADD: /* RFC 4703 5.3.1 */
                require_none(writer, step, TYPE_ANY);
                put_address(writer, step, CLASS_IN, step->ttl, 0);
                put_dhcid(writer, SECTION_UPDATE, step, CLASS_IN, step->ttl);
                break;
        case DNS_STEP_REPLACE: /* RFC 4703 5.3.2 */
                put_record(
                        writer, SECTION_PREREQUISITE, step->name, CLASS_ANY, TYPE_ANY, 0, no_data);
                require_dhcid(writer, step);
                put_record(writer, SECTION_UPDATE, step->name, CLASS_ANY, TYPE_A, 0, no_data);
                put_address(writer, step, CLASS_IN, step->ttl, 0);
                break;
        case DNS_STEP_SET_PTR:
        case DNS_STEP_REMOVE_PTR:
                put_ptr(writer, step);
                break;
        case DNS_STEP_REMOVE_A: /* RFC 4703 5.5 */
                require_dhcid(writer, step);
                for (size_t i = 0; i < ELEMENTSOF(step->addresses); i++)
                        if (step->addresses[i] != 0)
                                put_address(writer, step, CLASS_NONE, 0, i);
                break;
        case DNS_STEP_REMOVE_DHCID: /* likewise */
                require_dhcid(writer, step);
                require_none(writer, step, TYPE_A);
                require_none(writer, step, TYPE_AAAA);
                put_dhcid(writer, SECTION_UPDATE, step, CLASS_NONE, 0);
                break;
        }
}

int dns_message_build(
        const DnsStep *step, uint16_t id, uint8_t *ret, size_t capacity, size_t *ret_size) {
        uint8_t header[HEADER_SIZE] = {(uint8_t) (id >> 8), (uint8_t) id, OPCODE_UPDATE};
        Writer writer = {.data = ret, .capacity = capacity};

        put(&writer, header, sizeof(header));
        put_step(&writer, step);
        if (writer.is_full)
                return -EMSGSIZE;
        /* there are a handful of each */
        for (size_t i = 0; i < SECTION_MAX; i++)
                ret[5 + 2 * i] = (uint8_t) writer.counts[i];
        *ret_size = writer.size;
        return 0;
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

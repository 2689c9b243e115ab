/* SPDX-License-Identifier: MIT */

#include "dns-update/tsig.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum {
        HEADER_SIZE = 12,
        HEADER_ARCOUNT = 10,
        TYPE_TSIG = 250,
        CLASS_ANY = 255,
        RR_FIXED = 10, /* type, class, TTL, size of the data */
        TIME_SIZE = 6,
        QUESTION_FIXED = 4,
        POINTER_MASK = 0xc0,
};

/* What is signed besides the message (RFC 8945 4.3.3). */
typedef struct Variables {
        uint8_t data[2 * DNS_WIRE_NAME_MAX + 32];
        size_t size;
} Variables;

/* A TSIG record that has been read; its bytes are those of the message. */
typedef struct Record {
        const uint8_t *start;
        const uint8_t *owner;
        const uint8_t *algorithm;
        size_t owner_size;
        size_t algorithm_size;
        uint64_t time;
        uint16_t fudge;
        const uint8_t *mac;
        uint16_t mac_size;
        uint16_t original_id;
        uint16_t error;
        const uint8_t *other;
        uint16_t other_size;
} Record;

typedef struct Cursor {
        const uint8_t *position;
        const uint8_t *end;
        bool bad;
} Cursor;

static uint8_t *put_number(uint8_t *p, uint64_t value, size_t size) {
        for (size_t i = size; i-- > 0;)
                *p++ = (uint8_t) (value >> (8 * i));
        return p;
}

static uint8_t *put_bytes(uint8_t *p, const void *data, size_t size) {
        if (size > 0)
                memcpy(p, data, size);
        return p + size;
}

static const uint8_t *take_bytes(Cursor *cursor, size_t size) {
        const uint8_t *data = cursor->position;

        if (cursor->bad || (size_t) (cursor->end - cursor->position) < size) {
                cursor->bad = true;
                return NULL;
        }
        cursor->position += size;
        return data;
}

static uint64_t take_number(Cursor *cursor, size_t size) {
        const uint8_t *data = take_bytes(cursor, size);
        uint64_t value = 0;

        for (size_t i = 0; data && i < size; i++)
                value = value << 8 | data[i];
        return value;
}

/* Passes over a name, compressed or not. */
static void skip_name(Cursor *cursor) {
        for (;;) {
                const size_t label = (size_t) take_number(cursor, 1);

                if (cursor->bad || label == 0)
                        return;
                if ((label & POINTER_MASK) == POINTER_MASK) {
                        (void) take_bytes(cursor, 1);
                        return;
                }
                if (label & POINTER_MASK)
                        cursor->bad = true;
                (void) take_bytes(cursor, label);
        }
}

static void skip_record(Cursor *cursor) {
        skip_name(cursor);
        (void) take_bytes(cursor, RR_FIXED - 2);
        (void) take_bytes(cursor, (size_t) take_number(cursor, 2));
}

/* Reads the last record of a message as a TSIG. Return: 1, 0 when it is none, -EBADMSG. */
static int read_record(const uint8_t *message, size_t size, Record *ret) {
        Cursor cursor = {message, message + size, size < HEADER_SIZE};
        unsigned counts[4] = {0};
        Record record;
        uint16_t type;

        (void) take_bytes(&cursor, 4);
        for (size_t i = 0; i < ELEMENTSOF(counts); i++)
                counts[i] = (unsigned) take_number(&cursor, 2);
        for (unsigned i = 0; i < counts[0] && !cursor.bad; i++) {
                skip_name(&cursor);
                (void) take_bytes(&cursor, QUESTION_FIXED);
        }
        if (counts[3] == 0)
                return cursor.bad ? -EBADMSG : 0;
        for (unsigned i = 0; i < counts[1] + counts[2] + counts[3] - 1 && !cursor.bad; i++)
                skip_record(&cursor);

        record = (Record){.start = cursor.position, .owner = cursor.position};
        skip_name(&cursor);
        record.owner_size = (size_t) (cursor.position - record.owner);
        type = (uint16_t) take_number(&cursor, 2);
        if (!cursor.bad && type != TYPE_TSIG)
                return 0;
        /* RFC 8945 4.2: class ANY, TTL 0; they are signed as such */
        if (take_number(&cursor, 2) != CLASS_ANY || take_number(&cursor, 4) != 0)
                cursor.bad = true;
        if (take_number(&cursor, 2) != (size_t) (cursor.end - cursor.position))
                cursor.bad = true;
        record.algorithm = cursor.position;
        skip_name(&cursor);
        record.algorithm_size = (size_t) (cursor.position - record.algorithm);
        record.time = take_number(&cursor, TIME_SIZE);
        record.fudge = (uint16_t) take_number(&cursor, 2);
        record.mac_size = (uint16_t) take_number(&cursor, 2);
        record.mac = take_bytes(&cursor, record.mac_size);
        record.original_id = (uint16_t) take_number(&cursor, 2);
        record.error = (uint16_t) take_number(&cursor, 2);
        record.other_size = (uint16_t) take_number(&cursor, 2);
        record.other = take_bytes(&cursor, record.other_size);
        if (cursor.bad || cursor.position != cursor.end)
                return -EBADMSG;
        *ret = record;
        return 1;
}

/* Names of keys and algorithms are text; in a signature they are in lower case. */
static void make_variables(
        const DnsKey *key, const Record *record, size_t *ret_owner_size, Variables *ret) {
        uint8_t *p = ret->data;

        p += dns_name_to_wire(key->name, p);
        if (ret_owner_size)
                *ret_owner_size = (size_t) (p - ret->data);
        p = put_number(p, CLASS_ANY, 2);
        p = put_number(p, 0, 4);
        p += dns_name_to_wire(dns_key_algorithm_to_string(key->algorithm), p);
        p = put_number(p, record->time, TIME_SIZE);
        p = put_number(p, record->fudge, 2);
        p = put_number(p, record->error, 2);
        p = put_number(p, record->other_size, 2);
        ret->size = (size_t) (p - ret->data);
}

int tsig_sign(const DnsKey *key, uint8_t *message, size_t *size, size_t capacity, uint64_t now,
        TsigMac *ret_mac) {
        const Record record = {.time = now, .fudge = TSIG_FUDGE};
        const uint16_t n = (uint16_t) (message[HEADER_ARCOUNT] << 8 | message[HEADER_ARCOUNT + 1]);
        Variables variables;
        uint8_t *p = message + *size, *data;
        size_t owner_size;

        if (capacity - *size < TSIG_MAX)
                return -ENOBUFS;
        make_variables(key, &record, &owner_size, &variables);
        ret_mac->size = dns_key_mac(key,
                (const DnsPiece[]){{message, *size}, {variables.data, variables.size}}, 2,
                ret_mac->data);

        /* RFC 8945 4.2 */
        p = put_bytes(p, variables.data, owner_size);
        p = put_number(p, TYPE_TSIG, 2);
        p = put_number(p, CLASS_ANY, 2);
        p = put_number(p, 0, 4);
        data = p + 2;
        p = data + dns_name_to_wire(dns_key_algorithm_to_string(key->algorithm), data);
        p = put_number(p, now, TIME_SIZE);
        p = put_number(p, TSIG_FUDGE, 2);
        p = put_number(p, ret_mac->size, 2);
        p = put_bytes(p, ret_mac->data, ret_mac->size);
        p = put_bytes(p, message, 2); /* the original id */
        p = put_number(p, 0, 4);      /* no error, no other data */
        (void) put_number(data - 2, (uint64_t) (p - data), 2);
        (void) put_number(message + HEADER_ARCOUNT, n + 1U, 2);
        *size = (size_t) (p - message);
        return 0;
}

/* Whether a name on the wire, which RFC 8945 4.2 wants uncompressed, is this one in any case. */
static bool is_name(const uint8_t *wire, size_t size, const char *name) {
        uint8_t expected[DNS_WIRE_NAME_MAX];

        if (dns_name_to_wire(name, expected) != size)
                return false;
        for (size_t i = 0; i < size; i++) {
                const uint8_t c = wire[i];

                if ((c >= 'A' && c <= 'Z' ? (uint8_t) (c | 0x20) : c) != expected[i])
                        return false;
        }
        return true;
}

/* In a time that does not depend on where they differ. */
static bool is_same_mac(const uint8_t *a, const uint8_t *b, size_t size) {
        uint8_t difference = 0;

        for (size_t i = 0; i < size; i++)
                difference |= a[i] ^ b[i];
        return difference == 0;
}

static bool is_mac_good(
        const DnsKey *key, const uint8_t *message, const Record *record, const TsigMac *request) {
        uint8_t header[HEADER_SIZE], prefix[2], mac[DNS_MAC_MAX];
        const unsigned n = (unsigned) (message[HEADER_ARCOUNT] << 8 | message[HEADER_ARCOUNT + 1]);
        Variables variables;
        size_t size;

        /* RFC 8945 4.3.2: the message as it was before it was signed */
        memcpy(header, message, sizeof(header));
        (void) put_number(header, record->original_id, 2);
        (void) put_number(header + HEADER_ARCOUNT, n - 1, 2);
        (void) put_number(prefix, request->size, 2);
        make_variables(key, record, NULL, &variables);
        size = dns_key_mac(key,
                (const DnsPiece[]){
                        {prefix, request->size > 0 ? 2 : 0},
                        {request->data, request->size},
                        {header, sizeof(header)},
                        {message + HEADER_SIZE, (size_t) (record->start - message) - HEADER_SIZE},
                        {variables.data, variables.size},
                        {record->other, record->other_size},
                },
                6, mac);
        /* Shorter ones (RFC 8945 5.2.2.1) are not taken: nobody was asked to cut them off. */
        return record->mac_size == size && is_same_mac(mac, record->mac, size);
}

TsigVerdict tsig_verify(const DnsKey *key, const uint8_t *message, size_t size,
        const TsigMac *request, uint64_t now, TsigInfo *ret) {
        Record record;
        int r;

        *ret = (TsigInfo){0};
        r = read_record(message, size, &record);
        if (r < 0)
                return TSIG_MALFORMED;
        if (r == 0)
                return TSIG_MISSING;

        *ret = (TsigInfo){.time = record.time, .error = record.error};
        if (record.mac_size == 0)
                return TSIG_UNSIGNED;
        /* the order of RFC 8945 5.2 */
        if (!is_name(record.owner, record.owner_size, key->name) ||
                !is_name(record.algorithm, record.algorithm_size,
                        dns_key_algorithm_to_string(key->algorithm)))
                return TSIG_OTHER_KEY;
        if (!is_mac_good(key, message, &record, request))
                return TSIG_BAD_MAC;
        if (record.error == TSIG_ERROR_BADTIME && record.other_size == TIME_SIZE) {
                Cursor cursor = {record.other, record.other + record.other_size, false};

                ret->server_time = take_number(&cursor, TIME_SIZE);
        }
        /* A long time that the other side allows itself is none that we allow. */
        if ((record.time > now ? record.time - now : now - record.time) > TSIG_FUDGE)
                return TSIG_BAD_TIME;
        return TSIG_GOOD;
}

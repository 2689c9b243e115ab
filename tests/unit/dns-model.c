/* SPDX-License-Identifier: MIT */

#include "dns-model.h"

#include <check.h>
#include <ldns/ldns.h>
#include <string.h>

#include "dns-update/message.h"

enum {
        RECORD_DATA_MAX = 255,
        LINES_MAX = 40000,
};

typedef struct Record {
        HashNode by_name;
        ListNode all;
        char name[DNS_NAME_MAX];
        ldns_rr_type type;
        uint32_t ttl;
        char data[RECORD_DATA_MAX]; /* as text */
} Record;

static const uint8_t hash_key[16] = {7};

static uint64_t hash_record(const HashNode *node, _unused_ const void *userdata) {
        const Record *record = CONTAINER_OF(node, Record, by_name);

        return hash_bytes(record->name, strlen(record->name), hash_key);
}

void dns_model_init(DnsModel *model, const DnsKey *key) {
        *model = (DnsModel){.key = key, .zones = {"lan.example", "1.10.in-addr.arpa"}};
        hash_table_init(&model->by_name, hash_record, NULL);
        list_init(&model->all);
}

static void remove_record(DnsModel *model, Record *record) {
        hash_table_remove(&model->by_name, &record->by_name, hash_record(&record->by_name, NULL));
        list_remove(&record->all);
        free(record);
}

void dns_model_done(DnsModel *model) {
        LIST_FOREACH_SAFE (node, following, &model->all)
                remove_record(model, CONTAINER_OF(node, Record, all));
        hash_table_done(&model->by_name);
}

static bool matches(const Record *record, const char *name, ldns_rr_type type, const char *data) {
        return strcmp(record->name, name) == 0 &&
               (type == LDNS_RR_TYPE_ANY || record->type == type) &&
               (!data || strcmp(record->data, data) == 0);
}

/* The record after @from (NULL: the first) that matches; any type, any data. */
static Record *find(const DnsModel *model, const Record *from, const char *name, ldns_rr_type type,
        const char *data) {
        const uint64_t hash = hash_bytes(name, strlen(name), hash_key);
        HashNode *node = from ? hash_table_next(&model->by_name, &from->by_name, hash)
                              : hash_table_first(&model->by_name, hash);

        for (; node; node = hash_table_next(&model->by_name, node, hash))
                if (matches(CONTAINER_OF(node, Record, by_name), name, type, data))
                        return CONTAINER_OF(node, Record, by_name);
        return NULL;
}

/* Return: whether something was changed. */
static bool put(
        DnsModel *model, const char *name, ldns_rr_type type, uint32_t ttl, const char *data) {
        Record *record = find(model, NULL, name, type, data);

        if (record) {
                record->ttl = ttl;
                return false;
        }
        record = calloc(1, sizeof(*record));
        require(record);
        strcpy(record->name, name);
        require(strlen(data) < sizeof(record->data));
        strcpy(record->data, data);
        record->type = type;
        record->ttl = ttl;
        require(hash_table_insert(&model->by_name, &record->by_name,
                        hash_record(&record->by_name, NULL)) == 0);
        list_append(&model->all, &record->all);
        return true;
}

void dns_model_add(DnsModel *model, const char *name, const char *type, const char *data) {
        (void) put(model, name, ldns_get_rr_type_by_name(type), 300, data);
}

/* ---- messages ----------------------------------------------------------------------------------
 */

static void get_name(const ldns_rdf *rdf, char ret[static DNS_NAME_MAX]) {
        char *text = ldns_rdf2str(rdf);

        require(text);
        require(dns_name_parse(text, ret) == 0);
        free(text);
}

/* The data of a record as text, NULL when it has none. */
static char *get_data(const ldns_rr *rr) {
        return ldns_rr_rd_count(rr) > 0 ? ldns_rdf2str(ldns_rr_rdf(rr, 0)) : NULL;
}

static bool is_in_zone(const char *name, const char *zone) {
        return dns_name_is_within(name, zone);
}

/* RFC 2136 3.2. Return: the code that an unmet one leads to, 0. */
static uint8_t check_prerequisite(const DnsModel *model, const ldns_rr *rr, const char *zone) {
        const ldns_rr_type type = ldns_rr_get_type(rr);
        _cleanup_free_ char *data = get_data(rr);
        char name[DNS_NAME_MAX];
        bool found;

        get_name(ldns_rr_owner(rr), name);
        if (!is_in_zone(name, zone))
                return DNS_NOTZONE;
        if (ldns_rr_ttl(rr) != 0)
                return DNS_FORMERR;
        found = find(model, NULL, name, type, data);
        switch ((unsigned) ldns_rr_get_class(rr)) {
        case LDNS_RR_CLASS_ANY:
                if (data)
                        return DNS_FORMERR;
                if (!found)
                        return type == LDNS_RR_TYPE_ANY ? DNS_NXDOMAIN : DNS_NXRRSET;
                return 0;
        case LDNS_RR_CLASS_NONE:
                if (data)
                        return DNS_FORMERR;
                if (found)
                        return type == LDNS_RR_TYPE_ANY ? DNS_YXDOMAIN : DNS_YXRRSET;
                return 0;
        default:
                return found ? 0 : DNS_NXRRSET;
        }
}

/* RFC 2136 3.4.2. Return: whether something was changed. */
static bool perform(DnsModel *model, const ldns_rr *rr) {
        const ldns_rr_type type = ldns_rr_get_type(rr);
        _cleanup_free_ char *data = get_data(rr);
        char name[DNS_NAME_MAX];
        bool changed = false;
        Record *record;

        get_name(ldns_rr_owner(rr), name);
        if (ldns_rr_get_class(rr) == LDNS_RR_CLASS_IN) {
                require(data);
                return put(model, name, type, ldns_rr_ttl(rr), data);
        }
        while ((record = find(model, NULL, name, type, data))) {
                remove_record(model, record);
                changed = true;
        }
        return changed;
}

static uint8_t update(DnsModel *model, const ldns_pkt *packet) {
        const ldns_rr_list *prerequisites = ldns_pkt_answer(packet);
        const ldns_rr_list *updates = ldns_pkt_authority(packet);
        const char *zone = NULL;
        char name[DNS_NAME_MAX];
        bool changed = false;

        get_name(ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_question(packet), 0)), name);
        for (size_t i = 0; i < ELEMENTSOF(model->zones) && model->zones[i]; i++)
                if (strcmp(model->zones[i], name) == 0)
                        zone = model->zones[i];
        if (!zone)
                return DNS_NOTAUTH;
        for (size_t i = 0; i < ldns_rr_list_rr_count(prerequisites); i++) {
                uint8_t rcode = check_prerequisite(model, ldns_rr_list_rr(prerequisites, i), zone);

                if (rcode != 0)
                        return rcode;
        }
        for (size_t i = 0; i < ldns_rr_list_rr_count(updates); i++) {
                get_name(ldns_rr_owner(ldns_rr_list_rr(updates, i)), name);
                if (!is_in_zone(name, zone))
                        return DNS_NOTZONE;
                if (model->refused && strcmp(model->refused, name) == 0)
                        return DNS_REFUSED;
        }
        for (size_t i = 0; i < ldns_rr_list_rr_count(updates); i++)
                changed |= perform(model, ldns_rr_list_rr(updates, i));
        model->n_changes += changed;
        return DNS_NOERROR;
}

static void put_number(Buffer *buffer, uint64_t value, size_t size) {
        for (size_t i = size; i-- > 0;)
                require(buffer_append(buffer, &(uint8_t){(uint8_t) (value >> (8 * i))}, 1) == 0);
}

/* RFC 8945 5.3: signs an answer of which @ret has everything else from @start on. */
static void sign(const DnsModel *model, const TsigMac *request, uint64_t time, uint16_t error,
        uint64_t server_time, size_t start, Buffer *ret) {
        uint8_t name[DNS_WIRE_NAME_MAX], algorithm[DNS_WIRE_NAME_MAX], mac[DNS_MAC_MAX];
        const size_t n_name = dns_name_to_wire(model->key->name, name);
        const size_t n_algorithm =
                dns_name_to_wire(dns_key_algorithm_to_string(model->key->algorithm), algorithm);
        _cleanup_(buffer_done) Buffer timers = BUFFER_INIT, rest = BUFFER_INIT;
        const uint8_t prefix[] = {0, (uint8_t) request->size};
        const bool is_signed = error != TSIG_ERROR_BADKEY && error != TSIG_ERROR_BADSIG;
        size_t size = 0;

        put_number(&timers, time, 6);
        put_number(&timers, TSIG_FUDGE, 2);
        put_number(&rest, error, 2);
        put_number(&rest, server_time > 0 ? 6 : 0, 2);
        if (server_time > 0)
                put_number(&rest, server_time, 6);
        if (is_signed)
                size = dns_key_mac(model->key,
                        (const DnsPiece[]){
                                {prefix, model->forgets_request ? 0 : sizeof(prefix)},
                                {request->data, model->forgets_request ? 0 : request->size},
                                {ret->data + start, ret->size - start},
                                {name, n_name},
                                {"\0\xff\0\0\0\0", 6},
                                {algorithm, n_algorithm},
                                {timers.data, timers.size},
                                {rest.data, rest.size},
                        },
                        8, mac);
        ret->data[start + 11]++; /* ARCOUNT */
        (void) buffer_append(ret, name, n_name);
        put_number(ret, 250, 2);
        put_number(ret, 255, 2);
        put_number(ret, 0, 4);
        put_number(ret, n_algorithm + timers.size + 4 + size + rest.size, 2);
        (void) buffer_append(ret, algorithm, n_algorithm);
        (void) buffer_append(ret, timers.data, timers.size);
        put_number(ret, size, 2);
        (void) buffer_append(ret, mac, size);
        (void) buffer_append(ret, ret->data + start, 2);
        (void) buffer_append(ret, rest.data, rest.size);
        require(ret->error == 0);
}

static TsigMac get_mac(const ldns_pkt *packet) {
        const ldns_rr *rr = ldns_pkt_tsig(packet);
        TsigMac mac = {.size = 0};

        if (rr) {
                const ldns_rdf *rdf = ldns_rr_rdf(rr, 3);

                mac.size = ldns_rdf_size(rdf) - 2;
                require(mac.size <= sizeof(mac.data));
                memcpy(mac.data, ldns_rdf_data(rdf) + 2, mac.size);
        }
        return mac;
}

static uint16_t tsig_error(TsigVerdict verdict) {
        switch (verdict) {
        case TSIG_GOOD:
                return 0;
        case TSIG_OTHER_KEY:
                return TSIG_ERROR_BADKEY;
        case TSIG_BAD_MAC:
                return TSIG_ERROR_BADSIG;
        case TSIG_BAD_TIME:
                return TSIG_ERROR_BADTIME;
        case TSIG_MISSING:
        case TSIG_UNSIGNED:
        case TSIG_MALFORMED:
        case TSIG_VERDICT_MAX:
                break;
        }
        ck_abort_msg("a request that is not signed");
        return 0;
}

void dns_model_handle(
        DnsModel *model, const uint8_t *data, size_t size, bool tcp, uint64_t now, Buffer *ret) {
        const uint64_t clock = now + (uint64_t) model->clock_ahead;
        const bool truncated = model->truncates && !tcp;
        uint8_t header[] = {data[0], data[1], 0x80 | 5 << 3, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        const size_t start = ret->size;
        uint8_t rcode = model->rcode;
        uint16_t error = 0;
        ldns_pkt *packet = NULL;
        TsigInfo info = {0};
        TsigMac mac;

        model->n_requests++;
        require(ldns_wire2pkt(&packet, data, size) == LDNS_STATUS_OK);
        require(ldns_pkt_get_opcode(packet) == LDNS_PACKET_UPDATE);
        mac = get_mac(packet);
        if (model->key)
                error = tsig_error(tsig_verify(
                        model->key, data, size, &(const TsigMac){.size = 0}, clock, &info));
        if (error != 0)
                rcode = DNS_NOTAUTH;
        else if (rcode == 0 && !truncated)
                rcode = update(model, packet);
        ldns_pkt_free(packet);

        header[2] |= truncated ? 2 : 0;
        header[3] = rcode;
        require(buffer_append(ret, header, sizeof(header)) == 0);
        /* of BADTIME the request's time is signed, and our own beside it (RFC 8945 5.2.3) */
        if (model->key && !model->is_unsigned)
                sign(model, &mac,
                        error == TSIG_ERROR_BADTIME ? info.time
                                                    : clock + (uint64_t) model->answers_ahead,
                        error, error == TSIG_ERROR_BADTIME ? clock : 0, start, ret);
}

static int compare_lines(const void *a, const void *b) {
        return strcmp(*(char *const *) a, *(char *const *) b);
}

char *dns_model_text(const DnsModel *model) {
        _cleanup_(buffer_done) Buffer text = BUFFER_INIT;
        char **lines = calloc(LINES_MAX, sizeof(*lines)), *ret = NULL;
        size_t n = 0;

        require(lines);
        LIST_FOREACH (node, &model->all) {
                const Record *record = CONTAINER_OF(node, Record, all);
                char *type = ldns_rr_type2str(record->type);

                require(n < LINES_MAX);
                require(asprintf(&lines[n++], "%s %u %s%s%s\n", record->name, record->ttl, type,
                                record->type == LDNS_RR_TYPE_DHCID ? "" : " ",
                                record->type == LDNS_RR_TYPE_DHCID ? "" : record->data) > 0);
                free(type);
        }
        qsort(lines, n, sizeof(*lines), compare_lines);
        for (size_t i = 0; i < n; i++) {
                (void) buffer_append_string(&text, lines[i]);
                free(lines[i]);
        }
        free(lines);
        require(buffer_take_string(&text, &ret) == 0);
        return ret;
}

/* SPDX-License-Identifier: MIT */
/* Names, DHCID records, and the messages of each step, as libldns reads them. */

#include <errno.h>
#include <ldns/ldns.h>

#include "dns-update/message.h"
#include "dns-update/name.h"
#include "test.h"

START_TEST(test_names)
{
        static const char *const good[][2] = {
                {"laptop.lan.example", "laptop.lan.example"},
                {"LapTop.LAN.", "laptop.lan"},
                {"a", "a"},
                {"_dhcp.x-1", "_dhcp.x-1"},
        };
        static const char *const bad[] = {"", ".", "a..b", ".a", "a b", "ä", "a..", "a/b",
                "a1234567890123456789012345678901234567890123456789012345678901234"};
        char name[DNS_NAME_MAX], buffer[DNS_REVERSE_MAX], longest[300];
        uint8_t wire[DNS_WIRE_NAME_MAX];

        for (size_t i = 0; i < ELEMENTSOF(good); i++) {
                ck_assert_int_eq(dns_name_parse(good[i][0], name), 0);
                ck_assert_str_eq(name, good[i][1]);
        }
        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ck_assert_msg(dns_name_parse(bad[i], name) == -EINVAL, "%s", bad[i]);

        test_assert_bytes(wire, dns_name_to_wire("ab.c", wire), "02 6162 01 63 00");
        ck_assert_str_eq(dns_name_reverse(0x0a01feff, buffer), "255.254.1.10.in-addr.arpa");

        /* 253 characters, of which the wire has 255 bytes */
        memset(longest, 'a', sizeof(longest));
        for (size_t i = 49; i < 253; i += 50)
                longest[i] = '.';
        longest[253] = '\0';
        ck_assert_int_eq(dns_name_parse(longest, name), 0);
        ck_assert_uint_eq(dns_name_to_wire(name, wire), DNS_WIRE_NAME_MAX);
        memcpy(longest + 253, "a", 2);
        ck_assert_int_eq(dns_name_parse(longest, name), -EINVAL);

        ck_assert(dns_name_is_within("a.lan", "lan"));
        ck_assert(dns_name_is_within("lan", "lan"));
        ck_assert(!dns_name_is_within("alan", "lan"));
        ck_assert(!dns_name_is_within("lan", "a.lan"));
}
END_TEST

/* The examples of RFC 4701 3.6, the first one's DUID in a client identifier of RFC 4361. */
START_TEST(test_dhcid)
{
        static const struct {
                const char *client_id, *hardware, *name, *dhcid;
        } cases[] = {
                {"ff 00000007 00010006412df16601020304 0506", "", "chi6.example.com",
                        "AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA="},
                {"01 07 08 09 0a 0b 0c", "010203040506", "chi.example.com",
                        "AAEBOSD+XR3Os/0LozeXVqcNc7FwCfQdWL3b/NaiUDlW2No="},
                {"", "010203040506", "client.example.com",
                        "AAABxLmlskllE0MVjd57zHcWmEH3pCQ6VytcKD//7es/deY="},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint8_t client_id[64], hardware[16];
                const DnsIdentity identity = {
                        .client_id = client_id,
                        .client_id_size = test_bytes(cases[i].client_id, client_id, 64),
                        .hardware_type = 1,
                        .hardware = hardware,
                        .hardware_size = test_bytes(cases[i].hardware, hardware, 16),
                };
                ldns_rdf *rdf;
                char *text;
                Dhcid dhcid;

                dhcid_make(&identity, cases[i].name, &dhcid);
                ck_assert(dhcid_is_set(&dhcid));
                rdf = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_B64, sizeof(dhcid.data), dhcid.data);
                text = ldns_rdf2str(rdf);
                ck_assert_str_eq(text, cases[i].dhcid);
                free(text);
                ldns_rdf_deep_free(rdf);
        }
}
END_TEST

static void append(char *text, size_t capacity, const ldns_rr_list *list) {
        for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
                const ldns_rr *rr = ldns_rr_list_rr(list, i);
                char *name = ldns_rdf2str(ldns_rr_owner(rr));
                char *class = ldns_rr_class2str(ldns_rr_get_class(rr));
                char *type = ldns_rr_type2str(ldns_rr_get_type(rr));
                char *data = ldns_rr_rd_count(rr) > 0 ? ldns_rdf2str(ldns_rr_rdf(rr, 0)) : NULL;
                const bool shown = data && ldns_rr_get_type(rr) != LDNS_RR_TYPE_DHCID;
                const size_t size = strlen(text);

                (void) snprintf(text + size, capacity - size, "%s %s %s %u%s%s\n", name, class,
                        type, ldns_rr_is_question(rr) ? 0 : ldns_rr_ttl(rr), shown ? " " : "",
                        shown  ? data
                        : data ? " …"
                               : "");
                free(name);
                free(class);
                free(type);
                free(data);
        }
}

/* Each message as: the prerequisites, "--", what is changed. */
START_TEST(test_steps)
{
        static const struct {
                DnsStepType type;
                const char *zone, *text;
        } cases[] = {
                {DNS_STEP_ADD, "lan",
                        "a.lan. NONE ANY 0\n--\na.lan. IN A 60 10.1.0.2\na.lan. IN DHCID 60 …\n"},
                {DNS_STEP_REPLACE, "lan",
                        "a.lan. ANY ANY 0\na.lan. IN DHCID 0 …\n--\n"
                        "a.lan. ANY A 0\na.lan. IN A 60 10.1.0.2\n"},
                {DNS_STEP_SET_PTR, "10.in-addr.arpa",
                        "--\n2.0.1.10.in-addr.arpa. ANY PTR 0\n"
                        "2.0.1.10.in-addr.arpa. IN PTR 60 a.lan.\n"},
                {DNS_STEP_REMOVE_PTR, "10.in-addr.arpa",
                        "--\n2.0.1.10.in-addr.arpa. NONE PTR 0 a.lan.\n"},
                {DNS_STEP_REMOVE_A, "lan",
                        "a.lan. IN DHCID 0 …\n--\na.lan. NONE A 0 10.1.0.2\n"
                        "a.lan. NONE A 0 10.1.0.3\n"},
                {DNS_STEP_REMOVE_DHCID, "lan",
                        "a.lan. IN DHCID 0 …\na.lan. NONE A 0\na.lan. NONE AAAA 0\n--\n"
                        "a.lan. NONE DHCID 0 …\n"},
        };
        const Dhcid dhcid = {{0, 1, 1, 2}};

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const DnsStep step = {
                        .type = cases[i].type,
                        .zone = cases[i].zone,
                        .name = "a.lan",
                        .dhcid = &dhcid,
                        .addresses = {0x0a010002, 0x0a010003},
                        .ttl = 60,
                };
                uint8_t data[DNS_MESSAGE_MAX];
                char text[1024] = "", zone[64];
                ldns_pkt *packet = NULL;
                size_t size;

                ck_assert_int_eq(dns_message_build(&step, 0x1234, data, sizeof(data), &size), 0);
                ck_assert_int_eq(ldns_wire2pkt(&packet, data, size), LDNS_STATUS_OK);
                ck_assert_int_eq(ldns_pkt_get_opcode(packet), LDNS_PACKET_UPDATE);
                ck_assert_uint_eq(ldns_pkt_id(packet), 0x1234);
                append(text, sizeof(text), ldns_pkt_question(packet));
                (void) snprintf(zone, sizeof(zone), "%s. IN SOA 0\n", cases[i].zone);
                ck_assert_str_eq(text, zone);
                *text = '\0';
                append(text, sizeof(text), ldns_pkt_answer(packet));
                strcat(text, "--\n");
                append(text, sizeof(text), ldns_pkt_authority(packet));
                ck_assert_str_eq(text, cases[i].text);
                ldns_pkt_free(packet);
                ck_assert_int_eq(dns_message_build(&step, 1, data, 40, &size), -EMSGSIZE);
        }
}
END_TEST

START_TEST(test_answers)
{
        static const struct {
                const char *bytes;
                int r;
                DnsAnswer answer;
        } cases[] = {
                {"1234 a806 0000 0000 0000 0000", 0, {0x1234, DNS_YXDOMAIN, false}},
                {"1234 aa00 0000 0000 0000 0000", 0, {0x1234, DNS_NOERROR, true}},
                {"1234 2800 0000 0000 0000 0000", -EBADMSG, {0}}, /* a request */
                {"1234 8000 0000 0000 0000 0000", -EBADMSG, {0}}, /* a query's */
                {"1234 a806 0000 0000 0000 00", -EBADMSG, {0}},
                {"", -EBADMSG, {0}},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint8_t data[64];
                const size_t size = test_bytes(cases[i].bytes, data, sizeof(data));
                DnsAnswer answer = {0};

                ck_assert_int_eq(dns_answer_parse(data, size, &answer), cases[i].r);
                ck_assert_uint_eq(answer.id, cases[i].answer.id);
                ck_assert_uint_eq(answer.rcode, cases[i].answer.rcode);
                ck_assert_int_eq(answer.truncated, cases[i].answer.truncated);
        }
        ck_assert_str_eq(dns_rcode_to_string(DNS_NOTZONE), "NOTZONE");
        ck_assert_str_eq(dns_rcode_to_string(99), "?");
}
END_TEST

TEST_MAIN("dns-message", test_names, test_dhcid, test_steps, test_answers);

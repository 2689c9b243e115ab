/* SPDX-License-Identifier: MIT */
/* Keys and their files, HMAC, and signatures of messages; libldns signs and checks as well. */

#include <errno.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <time.h>

#include "dns-update/tsig.h"
#include "test.h"

/* ---- the file ----------------------------------------------------------------------------------
 */

static int parse(const char *text, const char *wanted, char **ret_problem, DnsKey **ret) {
        Problems problems = {0};
        int r = dns_key_parse("/run/dns.key", text, strlen(text), wanted, &problems, ret);

        *ret_problem = NULL;
        if (problems.n_items > 0)
                ck_assert_int_eq(problem_format(&problems.items[0], ret_problem), 0);
        problems_done(&problems);
        return r;
}

START_TEST(test_files)
{
        static const struct {
                const char *text, *wanted, *name;
                DnsKeyAlgorithm algorithm;
        } cases[] = {
                /* tsig-keygen dhcp */
                {"key \"dhcp\" {\n\talgorithm hmac-sha256;\n\tsecret \"aGVsbG8=\";\n};\n", NULL,
                        "dhcp", DNS_HMAC_SHA256},
                /* keymgr -t dhcp hmac-sha512 */
                {"# hmac-sha512:dhcp:aGVsbG8=\nkey:\n  - id: dhcp\n", "-", NULL, DNS_HMAC_SHA512},
                {"key DHCP.Example. { secret aGVsbG8=; algorithm \"HMAC-SHA512\"; };", NULL,
                        "dhcp.example", DNS_HMAC_SHA512},
                {"// one\nkey a{algorithm hmac-sha256;secret \"aGVsbG8=\";};/* two\n */\n"
                 "key b{algorithm hmac-sha256;secret \"aGVsbG8=\";};",
                        "b", "b", DNS_HMAC_SHA256},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(dns_key_freep) DnsKey *key = NULL;
                _cleanup_free_ char *problem = NULL;
                int r = parse(
                        cases[i].text, cases[i].name ? cases[i].wanted : NULL, &problem, &key);

                if (!cases[i].name) {
                        ck_assert_int_eq(r, -EINVAL);
                        continue;
                }
                ck_assert_msg(r == 0, "%s", problem);
                ck_assert_str_eq(key->name, cases[i].name);
                ck_assert_int_eq(key->algorithm, cases[i].algorithm);
                test_assert_bytes(key->secret, key->secret_size, "68656c6c6f");
        }
}
END_TEST

START_TEST(test_bad_files)
{
        static const struct {
                const char *text, *wanted, *problem;
        } cases[] = {
                {"", NULL, "/run/dns.key: there is no key in it"},
                {"key a { algorithm hmac-sha256; secret \"aGVsbG8=\"; };", "b",
                        "/run/dns.key: there is no key b in it"},
                {"zone \"a\" {\n", NULL,
                        "/run/dns.key:1: key \"NAME\" { … }; is expected here, and nothing else"},
                {"key \"a b\" {", NULL,
                        "/run/dns.key:1: the name of the key is expected here, such as key "
                        "\"dhcp\""},
                {"key a\nsecret x;", NULL,
                        "/run/dns.key:2: '{' is expected after the name of the key"},
                {"key a {\n algorithm hmac-md5;\n", NULL,
                        "/run/dns.key:2: the algorithm is not known; write hmac-sha256 or "
                        "hmac-sha512, for which tsig-keygen and keymgr make keys"},
                {"key a {\n\n secret \"a$VsbG8=\";\n", NULL,
                        "/run/dns.key:3: the secret is not base64 of 1 to 128 bytes"},
                {"key a { secret \"aGVsbG8\"; };", NULL,
                        "/run/dns.key:1: the secret is not base64 of 1 to 128 bytes"},
                {"key a { secret \"aGVsbG8=\n\"; };", NULL,
                        "/run/dns.key:1: the secret is not base64 of 1 to 128 bytes"},
                {"key a { secret \"aGVsbG8=\" }", NULL,
                        "/run/dns.key:1: ';' is expected after the value"},
                {"key a { secret \"aGVsbG8=\"; };", NULL,
                        "/run/dns.key:1: the key has no algorithm"},
                {"key a { algorithm hmac-sha256; };", NULL,
                        "/run/dns.key:1: the key has no secret"},
                {"key a { algorithm hmac-sha256; secret \"aGVsbG8=\"; }", NULL,
                        "/run/dns.key:1: ';' is expected after '}'"},
                {"key a { algorithm hmac-sha256; secret aGVsbG8=; };\n"
                 "key b { algorithm hmac-sha256; secret aGVsbG8=; };",
                        NULL, "/run/dns.key:2: there are several keys; Key= says which"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(dns_key_freep) DnsKey *key = NULL;
                _cleanup_free_ char *problem = NULL;

                ck_assert_int_eq(parse(cases[i].text, cases[i].wanted, &problem, &key), -EINVAL);
                ck_assert_ptr_null(key);
                ck_assert_str_eq(problem, cases[i].problem);
        }
}
END_TEST

/* ---- HMAC --------------------------------------------------------------------------------------
 */

/* RFC 4231 4.2, 4.3 and 4.7, of which the last one's secret is longer than one block of SHA-256. */
START_TEST(test_hmac)
{
        static const struct {
                const char *secret;
                uint8_t filler;
                size_t size;
                const char *data, *sha256, *sha512;
        } cases[] = {
                {NULL, 0x0b, 20, "Hi There",
                        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
                        "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                        "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
                {"Jefe", 0, 4, "what do ya want for nothing?",
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                        "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                DnsKey key = {.secret_size = cases[i].size};
                const size_t half = strlen(cases[i].data) / 2;
                const DnsPiece pieces[] = {{cases[i].data, half}, {NULL, 0},
                        {cases[i].data + half, strlen(cases[i].data) - half}};
                uint8_t mac[DNS_MAC_MAX];
                size_t size;

                memset(key.secret, cases[i].filler, key.secret_size);
                if (cases[i].secret)
                        memcpy(key.secret, cases[i].secret, key.secret_size);
                key.algorithm = DNS_HMAC_SHA256;
                size = dns_key_mac(&key, pieces, ELEMENTSOF(pieces), mac);
                test_assert_bytes(mac, size, cases[i].sha256);
                key.algorithm = DNS_HMAC_SHA512;
                size = dns_key_mac(&key, pieces, ELEMENTSOF(pieces), mac);
                test_assert_bytes(mac, size, cases[i].sha512);
        }
}
END_TEST

/* ---- signatures --------------------------------------------------------------------------------
 */

/* The header of an update of "lan." */
#define UPDATE "1234 2800 0001 0000 0000 0000  03 6c616e 00 0006 0001"

static const DnsKey keys[] = {
        {.name = "dhcp", .algorithm = DNS_HMAC_SHA256, .secret = "hello", .secret_size = 5},
        {.name = "dhcp.example", .algorithm = DNS_HMAC_SHA512, .secret = "hello", .secret_size = 5},
};
/* a secret longer than a block is hashed first (RFC 2104 2) */
static const DnsKey long_key = {.name = "dhcp",
        .algorithm = DNS_HMAC_SHA256,
        .secret = "0123456789012345678901234567890123456789012345678901234567890123456789",
        .secret_size = 70};
#define LONG_SECRET                                                                                \
        "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1"                                         \
        "Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OQ=="

static size_t make_request(
        const DnsKey *key, uint8_t message[static 1024], uint64_t now, TsigMac *ret_mac) {
        size_t size = test_bytes(UPDATE, message, 1024);

        ck_assert_int_eq(tsig_sign(key, message, &size, 1024, now, ret_mac), 0);
        return size;
}

static ldns_status check_by_ldns(
        const DnsKey *key, const char *secret, const uint8_t *message, size_t size) {
        char algorithm[32];
        ldns_pkt *packet = NULL;
        ldns_status status = LDNS_STATUS_ERR;

        (void) snprintf(
                algorithm, sizeof(algorithm), "%s.", dns_key_algorithm_to_string(key->algorithm));
        ck_assert_int_eq(ldns_wire2pkt(&packet, message, size), LDNS_STATUS_OK);
        if (ldns_pkt_tsig_verify(packet, message, size, key->name, secret, NULL))
                status = LDNS_STATUS_OK;
        ldns_pkt_free(packet);
        return status;
}

START_TEST(test_request_by_ldns)
{
        uint8_t message[1024];
        TsigMac mac;
        size_t size;

        for (size_t i = 0; i < ELEMENTSOF(keys); i++) {
                size = make_request(&keys[i], message, 1700000000, &mac);
                ck_assert_int_eq(
                        check_by_ldns(&keys[i], "aGVsbG8=", message, size), LDNS_STATUS_OK);
                message[13] ^= 0x20;
                ck_assert_int_ne(
                        check_by_ldns(&keys[i], "aGVsbG8=", message, size), LDNS_STATUS_OK);
        }
        size = make_request(&long_key, message, 1700000000, &mac);
        ck_assert_int_eq(check_by_ldns(&long_key, LONG_SECRET, message, size), LDNS_STATUS_OK);
}
END_TEST

/* Signs an answer by libldns, which reads the clock itself. Return: about what it has shown. */
static uint64_t answer_by_ldns(
        const DnsKey *key, const TsigMac *request, uint8_t **ret, size_t *ret_size) {
        char algorithm[32];
        uint8_t mac[2 + DNS_MAC_MAX];
        ldns_pkt *packet = ldns_pkt_new();
        ldns_rdf *rdf;
        const uint64_t now = (uint64_t) time(NULL);

        ck_assert_ptr_nonnull(packet);
        ldns_pkt_set_id(packet, 0x1234);
        ldns_pkt_set_qr(packet, true);
        ldns_pkt_set_opcode(packet, LDNS_PACKET_UPDATE);
        (void) snprintf(
                algorithm, sizeof(algorithm), "%s.", dns_key_algorithm_to_string(key->algorithm));
        mac[0] = 0;
        mac[1] = (uint8_t) request->size;
        memcpy(mac + 2, request->data, request->size);
        rdf = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_INT16_DATA, request->size + 2, mac);
        ck_assert_int_eq(ldns_pkt_tsig_sign(packet, key->name, "aGVsbG8=", 300, algorithm, rdf),
                LDNS_STATUS_OK);
        ck_assert_int_eq(ldns_pkt2wire(ret, packet, ret_size), LDNS_STATUS_OK);
        ldns_rdf_deep_free(rdf);
        ldns_pkt_free(packet);
        return now;
}

START_TEST(test_answer_by_ldns)
{
        for (size_t i = 0; i < ELEMENTSOF(keys); i++) {
                const DnsKey *key = &keys[i];
                DnsKey other = *key;
                uint8_t message[1024], *answer = NULL;
                TsigMac mac, other_mac;
                TsigInfo info;
                uint64_t now;
                size_t size;

                (void) make_request(key, message, 1700000000, &mac);
                now = answer_by_ldns(key, &mac, &answer, &size);
                ck_assert_int_eq(tsig_verify(key, answer, size, &mac, now, &info), TSIG_GOOD);
                ck_assert_uint_eq(info.error, 0);

                /* RFC 8945 5.2.3: at another time; libldns itself would take it */
                ck_assert_int_eq(tsig_verify(key, answer, size, &mac, now - 290, &info), TSIG_GOOD);
                ck_assert_int_eq(tsig_verify(key, answer, size, &mac, now + 290, &info), TSIG_GOOD);
                ck_assert_int_eq(tsig_verify(key, answer, size, &mac, now + 27 * 3600, &info),
                        TSIG_BAD_TIME);
                ck_assert_int_eq(
                        tsig_verify(key, answer, size, &mac, now - 400, &info), TSIG_BAD_TIME);

                /* to another request */
                other_mac = mac;
                other_mac.data[3] ^= 1;
                ck_assert_int_eq(
                        tsig_verify(key, answer, size, &other_mac, now, &info), TSIG_BAD_MAC);
                ck_assert_int_eq(
                        tsig_verify(key, answer, size, &(const TsigMac){.size = 0}, now, &info),
                        TSIG_BAD_MAC);

                /* of another key */
                other.secret[0] ^= 1;
                ck_assert_int_eq(tsig_verify(&other, answer, size, &mac, now, &info), TSIG_BAD_MAC);
                other = *key;
                other.name[0] = 'x';
                ck_assert_int_eq(
                        tsig_verify(&other, answer, size, &mac, now, &info), TSIG_OTHER_KEY);
                other = *key;
                other.algorithm = (DnsKeyAlgorithm) (1 - (int) key->algorithm);
                ck_assert_int_eq(
                        tsig_verify(&other, answer, size, &mac, now, &info), TSIG_OTHER_KEY);

                /* with any bit another, it is not good, and where it is cut off neither */
                for (size_t bit = 0; bit < 8 * size; bit++) {
                        answer[bit / 8] ^= (uint8_t) (1U << bit % 8);
                        /* but for the id, which is signed as the original one, and the case of
                         * names */
                        if (bit >= 16 &&
                                tsig_verify(key, answer, size, &mac, now, &info) == TSIG_GOOD)
                                ck_assert_uint_eq(bit % 8, 5);
                        answer[bit / 8] ^= (uint8_t) (1U << bit % 8);
                }
                for (size_t cut = 0; cut < size; cut++)
                        ck_assert_int_ne(
                                tsig_verify(key, answer, cut, &mac, now, &info), TSIG_GOOD);
                LDNS_FREE(answer);
        }
}
END_TEST

START_TEST(test_no_room)
{
        uint8_t message[1024];
        size_t size = test_bytes(UPDATE, message, sizeof(message));
        TsigMac mac;

        ck_assert_int_eq(tsig_sign(&keys[0], message, &size, size + 100, 1, &mac), -ENOBUFS);
}
END_TEST

TEST_MAIN("dns-key", test_files, test_bad_files, test_hmac, test_request_by_ldns,
        test_answer_by_ldns, test_no_room);

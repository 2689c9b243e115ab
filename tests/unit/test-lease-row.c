/* SPDX-License-Identifier: MIT */
/* Rows of the lease file: headers, legal rows as they come back, illegal ones with their reasons.
 */

#include <errno.h>
#include <string.h>

#include "basic/time.h"
#include "store/reader.h"
#include "test.h"

#define OURS "address,client_id,hardware_address,hostname,state,expires_at,pool,updated_at"
#define PREDECESSORS "ip,client_id,leased,expires_at,network,probation"

#define MAC "02:00:00:00:00:07"
#define ID "01:" MAC
#define UNTIL "2026-11-21T22:55:00Z"
#define TAG "2026-11-21T21:55:00.123456Z"

/* Wall and boot clock are the same, so that times pass through unchanged. */
static const ClockPair no_offset;

/* Cells of a text without quotes, which is what most of these need. */
typedef struct Cells {
        char text[8192];
        char *items[LEASE_COLUMNS_MAX + 8];
        size_t n;
} Cells;

static void split(Cells *cells, const char *line) {
        char *p = cells->text, *comma;

        ck_assert_uint_lt(strlen(line), sizeof(cells->text));
        strcpy(cells->text, line);
        for (cells->n = 0; p; p = comma ? comma + 1 : NULL) {
                comma = strchr(p, ',');
                if (comma)
                        *comma = '\0';
                ck_assert_uint_lt(cells->n, ELEMENTSOF(cells->items));
                cells->items[cells->n++] = p;
        }
}

static void parse_header(LeaseHeader *header, const char *line) {
        const char *reason = "";
        Cells cells;

        split(&cells, line);
        ck_assert_msg(lease_header_parse(cells.items, cells.n, header, &reason) == 0, "%s: %s",
                line, reason);
}

/* The row in our own form, as a string for free(). */
static char *format_row(const LeaseHeader *header, LeaseRow *row) {
        Buffer buffer = BUFFER_INIT;
        char *text;

        row->record.expires = row->expires_at;
        ck_assert_int_eq(
                lease_row_format(&buffer, &row->record, row->pool, &no_offset, row->updated_at,
                        header->has_relay_agent, row->unknown, header->n_unknown),
                0);
        ck_assert_int_eq(buffer_take_string(&buffer, &text), 0);
        return text;
}

START_TEST(test_headers)
{
        static const struct {
                const char *line;
                int r;
                const char *reason; /* or, when it is legal, the header that is written */
                bool ours;
        } cases[] = {
                {OURS, 0, OURS "\n", true},
                {"Address,CLIENT_ID,hardware_address,hostname,state,expires_at,pool,updated_at", 0,
                        OURS "\n", true},
                {OURS ",notes,owner", 0, OURS ",notes,owner\n", true},
                {"notes," OURS, 0, OURS ",notes\n", false},
                {"address,hardware_address,expires_at", 0, OURS "\n", false},
                {"expires_at,client_id,address", 0, OURS "\n", false},
                {OURS ",", 0, OURS ",\n", true},
                {OURS ",relay_agent", 0, OURS ",relay_agent\n", true},
                {OURS ",Relay_Agent,notes", 0, OURS ",relay_agent,notes\n", true},
                {OURS ",notes,relay_agent", 0, OURS ",relay_agent,notes\n", false},
                {"relay_agent," OURS, 0, OURS ",relay_agent\n", false},
                {OURS ",relay_agent,relay_agent", -EINVAL, "a column is there twice", false},
                {OURS ", odd", 0, OURS ",\" odd\"\n", true},
                {PREDECESSORS, 0, OURS "\n", false},
                {PREDECESSORS ",notes", 0, OURS ",notes\n", false},
                /* words that only the predecessor knows are somebody's columns in our file */
                {OURS ",leased,network", 0, OURS ",leased,network\n", true},
                {"", -EINVAL, "there is no column address", false},
                {"client_id,expires_at", -EINVAL, "there is no column address", false},
                {"address,expires_at", -EINVAL,
                        "there is neither a column client_id nor a column hardware_address", false},
                {"address,client_id", -EINVAL, "there is no column expires_at", false},
                {OURS ",address", -EINVAL, "a column is there twice", false},
                {PREDECESSORS ",IP", -EINVAL, "a column is there twice", false},
                {PREDECESSORS ",address", -EINVAL, "a column is there twice", false},
                {PREDECESSORS ",hostname", 0, OURS "\n", false},
                {"192.168.1.5," ID ",,,,,,", -EINVAL, "there is no column address", false},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                LeaseHeader header = {0};
                Buffer buffer = BUFFER_INIT;
                const char *reason = NULL;
                Cells cells;
                char *text;

                split(&cells, cases[i].line);
                ck_assert_int_eq(
                        lease_header_parse(cells.items, cells.n, &header, &reason), cases[i].r);
                if (cases[i].r < 0) {
                        ck_assert_str_eq(reason, cases[i].reason);
                        continue;
                }
                ck_assert_msg(lease_header_is_ours(&header) == cases[i].ours, "%s", cases[i].line);
                ck_assert_int_eq(lease_row_format_header(&buffer, &header), 0);
                ck_assert_int_eq(buffer_take_string(&buffer, &text), 0);
                ck_assert_str_eq(text, cases[i].reason);
                free(text);
                lease_header_done(&header);
        }
}
END_TEST

/* As many columns of somebody's own as fit beside ours, wherever ours stand. */
START_TEST(test_most_columns)
{
        static const char *const minimum = "address,client_id,expires_at";

        for (size_t more = 0; more < 2; more++) {
                char line[1024], long_name[LEASE_UNKNOWN_SIZE_MAX + 2];
                const char *reason;
                LeaseHeader header;
                Cells cells;

                strcpy(line, minimum);
                for (size_t n = 0; n < LEASE_UNKNOWN_MAX + more; n++)
                        strcat(line, ",x");
                split(&cells, line);
                ck_assert_int_eq(lease_header_parse(cells.items, cells.n, &header, &reason),
                        more > 0 ? -E2BIG : 0);
                if (more == 0) {
                        ck_assert_uint_eq(header.n_unknown, LEASE_UNKNOWN_MAX);
                        lease_header_done(&header);
                }

                memset(long_name, 'x', LEASE_UNKNOWN_SIZE_MAX + more);
                long_name[LEASE_UNKNOWN_SIZE_MAX + more] = '\0';
                split(&cells, minimum);
                cells.items[cells.n++] = long_name;
                ck_assert_int_eq(lease_header_parse(cells.items, cells.n, &header, &reason),
                        more > 0 ? -E2BIG : 0);
                if (more == 0)
                        lease_header_done(&header);
        }
}
END_TEST

START_TEST(test_legal_rows)
{
        static const struct {
                const char *line;
                const char *written; /* NULL: as it was */
        } cases[] = {
                {"192.168.1.101," ID "," MAC ",laptop,bound," UNTIL ",lan," TAG, NULL},
                {"192.168.1.101," ID "," MAC ",,released," UNTIL ",," TAG, NULL},
                {"192.168.1.101," ID "," MAC ",,expired," UNTIL ",lan," TAG, NULL},
                {"192.168.1.101,,,,declined," UNTIL ",lan," TAG, NULL},
                {"192.168.1.101,,,,declined,infinite,lan," TAG, NULL},
                {"10.0.0.1,ff:00,,,bound,infinite,," TAG, NULL},
                {"10.0.0.1,00,00:11,,bound,infinite,," TAG, NULL},
                {"223.255.255.255,00,,,bound,infinite,," TAG, NULL},
                /* other ways to write the same */
                {"10.0.0.1,01-02-00,,,bound,INFINITY,,1795298100",
                        "10.0.0.1,01:02:00,,,bound,infinite,,2026-11-21T21:55:00.000000Z"},
                {"10.0.0.1,01020000000007,02-00-00-00-00-07,a,bound,1795301700,lan," TAG,
                        "10.0.0.1," ID "," MAC ",a,bound," UNTIL ",lan," TAG},
                {"10.0.0.1," ID ",,,,2026-11-21T23:55:00+01:00,,",
                        "10.0.0.1," ID ",,,bound," UNTIL ",,1970-01-01T00:00:00.000000Z"},
                /* a lease is never written as ending early */
                {"10.0.0.1," ID ",,,bound,2026-11-21T22:54:59.000001Z,," TAG,
                        "10.0.0.1," ID ",,,bound," UNTIL ",," TAG},
                /* the client identifier that the hardware address makes */
                {"10.0.0.1,," MAC ",,bound," UNTIL ",," TAG,
                        "10.0.0.1," ID "," MAC ",,bound," UNTIL ",," TAG},
                {"10.0.0.1,," MAC ",,declined," UNTIL ",," TAG, NULL},
                /* free and nobody's: erased */
                {"10.0.0.1,,,,expired,,," TAG, "10.0.0.1,,,,released,1970-01-01T00:00:00Z,," TAG},
                {"10.0.0.1,," MAC ",,released," UNTIL ",," TAG, NULL},
                /* empty cells beyond the header */
                {"10.0.0.1," ID ",,,bound," UNTIL ",lan," TAG ",,",
                        "10.0.0.1," ID ",,,bound," UNTIL ",lan," TAG},
                /* strangers' names */
                {"10.0.0.1," ID ",,a\xff\x01,bound," UNTIL ",," TAG,
                        "10.0.0.1," ID ",,a\\xff\\x01,bound," UNTIL ",," TAG},
                {"10.0.0.1," ID ",,say \"hi\",bound," UNTIL ",," TAG,
                        "10.0.0.1," ID ",,\"say \"\"hi\"\"\",bound," UNTIL ",," TAG},
                {"10.0.0.1," ID ",, left,bound," UNTIL ",," TAG,
                        "10.0.0.1," ID ",,\" left\",bound," UNTIL ",," TAG},
                {"10.0.0.1," ID ",,caf\xc3\xa9,bound," UNTIL ",," TAG, NULL},
                /* both ends of the calendar */
                {"10.0.0.1," ID ",,,bound,9999-12-31T23:59:59Z,,8999-12-31T23:59:59.999999Z", NULL},
                {"10.0.0.1," ID ",,,released,1970-01-01T00:00:00Z,,1970-01-01T00:00:00.000000Z",
                        NULL},
        };
        LeaseHeader header;

        parse_header(&header, OURS);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                char reason[256] = "", expected[512];
                LeaseRow row;
                Cells cells;
                char *text;

                split(&cells, cases[i].line);
                ck_assert_msg(lease_row_parse(&header, cells.items, cells.n, &row, reason,
                                      sizeof(reason)) == 0,
                        "%s: %s", cases[i].line, reason);
                (void) snprintf(expected, sizeof(expected), "%s\n",
                        cases[i].written ? cases[i].written : cases[i].line);
                text = format_row(&header, &row);
                ck_assert_str_eq(text, expected);
                free(text);
        }
}
END_TEST

START_TEST(test_predecessor_rows)
{
        static const struct {
                const char *line;
                const char *written;
        } cases[] = {
                {"192.168.1.100,02:00:00:00:00:07,true,1795301700,0,false",
                        "192.168.1.100," ID "," MAC ",,bound," UNTIL ",,"},
                {"192.168.1.100,020000000007,1,1795301700,lan,0",
                        "192.168.1.100," ID "," MAC ",,bound," UNTIL ",lan,"},
                {"192.168.1.100," ID ",true," UNTIL ",0,false",
                        "192.168.1.100," ID "," MAC ",,bound," UNTIL ",,"},
                {"192.168.1.100,ff:00:01:02,True,1795301700,0,False",
                        "192.168.1.100,ff:00:01:02,,,bound," UNTIL ",,"},
                {"192.168.1.100,02:00:00:00:00:07,false,1795301700,0,false",
                        "192.168.1.100," ID "," MAC ",,released," UNTIL ",,"},
                {"192.168.1.100,02:00:00:00:00:07,true,1795301700,0,true",
                        "192.168.1.100," ID "," MAC ",,declined," UNTIL ",,"},
                {"192.168.1.100,,false,0,0,true",
                        "192.168.1.100,,,,declined,1970-01-01T00:00:00Z,,"},
                {"192.168.1.100,,false,0,0,false",
                        "192.168.1.100,,,,released,1970-01-01T00:00:00Z,,"},
        };
        LeaseHeader header;

        parse_header(&header, PREDECESSORS);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                char reason[256] = "", expected[512];
                LeaseRow row;
                Cells cells;
                char *text;

                split(&cells, cases[i].line);
                ck_assert_msg(lease_row_parse(&header, cells.items, cells.n, &row, reason,
                                      sizeof(reason)) == 0,
                        "%s: %s", cases[i].line, reason);
                (void) snprintf(expected, sizeof(expected), "%s1970-01-01T00:00:00.000000Z\n",
                        cases[i].written);
                text = format_row(&header, &row);
                ck_assert_str_eq(text, expected);
                free(text);
        }
}
END_TEST

START_TEST(test_illegal_rows)
{
        static const struct {
                const char *header;
                const char *line;
                const char *reason; /* a part of it */
        } cases[] = {
                {OURS, "10.0.0.1," ID "," MAC ",,bound," UNTIL ",lan",
                        "7 cells, but the header names 8"},
                {OURS, "10.0.0.1," ID "," MAC ",a,b,bound," UNTIL ",lan," TAG,
                        "9 cells, but the header names 8"},
                {OURS, "", "1 cells, but the header names 8"},
                {OURS, "10.0.0," ID ",,,bound," UNTIL ",," TAG,
                        "address: \"10.0.0\" is not the IPv4 address of a host"},
                {OURS, "," ID ",,,bound," UNTIL ",," TAG, "address: \"\" is not"},
                {OURS, "0.0.0.1," ID ",,,bound," UNTIL ",," TAG, "address: \"0.0.0.1\""},
                {OURS, "224.0.0.1," ID ",,,bound," UNTIL ",," TAG, "address: \"224.0.0.1\""},
                {OURS, "255.255.255.255," ID ",,,bound," UNTIL ",," TAG, "address: "},
                {OURS, "10.0.0.1,laptop,,,bound," UNTIL ",," TAG,
                        "client_id: \"laptop\" is not up to 255 hexadecimal bytes"},
                {OURS, "10.0.0.1," ID ",x,,bound," UNTIL ",," TAG,
                        "hardware_address: \"x\" is not up to 16 hexadecimal bytes"},
                {OURS, "10.0.0.1," ID ",0000000000000000000000000000000000,,bound," UNTIL ",," TAG,
                        "hardware_address: "},
                {OURS, "10.0.0.1," ID ",,,offered," UNTIL ",," TAG,
                        "state: \"offered\" is not one of bound, released, expired, declined"},
                {OURS, "10.0.0.1," ID ",,,Bound," UNTIL ",," TAG, "state: \"Bound\""},
                {OURS, "10.0.0.1," ID ",,,bound,tomorrow,," TAG,
                        "expires_at: \"tomorrow\" is not a time such as"},
                {OURS, "10.0.0.1," ID ",,,bound,2026-02-30T00:00:00Z,," TAG, "expires_at: "},
                {OURS, "10.0.0.1," ID ",,,bound,253402300800,," TAG, "expires_at: "},
                {OURS, "10.0.0.1," ID ",,,bound,,," TAG,
                        "expires_at: a lease that is bound needs a time, or infinite"},
                {OURS, "10.0.0.1,,,,declined,,," TAG,
                        "expires_at: a lease that is declined needs a time"},
                {OURS, "10.0.0.1," ID ",,,bound," UNTIL ",," TAG "x", "updated_at: \"" TAG "x\""},
                {OURS, "10.0.0.1," ID ",,,bound," UNTIL ",,infinite", "updated_at: \"infinite\""},
                {OURS, "10.0.0.1," ID ",,,bound," UNTIL ",,9000-01-01T00:00:00Z", "updated_at: "},
                {OURS, "10.0.0.1," ID ",,,bound," UNTIL ",a\x1b[2J," TAG,
                        "pool: \"a\\x1b[2J\" is not the name of a pool"},
                {OURS, "10.0.0.1,,,,bound," UNTIL ",," TAG,
                        "a bound lease needs a client_id or a hardware_address"},
                {PREDECESSORS, "10.0.0.1,02:00:00:00:00:07,maybe,1795301700,0,false",
                        "leased: \"maybe\" is not true or false"},
                {PREDECESSORS, "10.0.0.1,02:00:00:00:00:07,true,1795301700,0,2",
                        "probation: \"2\" is not true or false"},
                {PREDECESSORS, "x,02:00:00:00:00:07,true,1795301700,0,false", "ip: \"x\" is not"},
                {PREDECESSORS, "10.0.0.1,,true,1795301700,0,false", "a bound lease needs"},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                char reason[256] = "";
                LeaseHeader header;
                LeaseRow row;
                Cells cells;

                parse_header(&header, cases[i].header);
                split(&cells, cases[i].line);
                ck_assert_msg(lease_row_parse(&header, cells.items, cells.n, &row, reason,
                                      sizeof(reason)) == -EINVAL,
                        "taken: %s", cases[i].line);
                ck_assert_msg(strstr(reason, cases[i].reason), "%s: %s", cases[i].line, reason);
        }
}
END_TEST

/* Sizes at their limits, and one byte more. */
START_TEST(test_sizes)
{
        static const struct {
                size_t column;
                size_t most; /* characters */
        } cases[] = {
                {LEASE_COLUMN_CLIENT_ID, 2 * CLIENT_ID_SIZE_MAX},
                {LEASE_COLUMN_HARDWARE_ADDRESS, 2 * HARDWARE_ADDRESS_MAX},
                {LEASE_COLUMN_HOSTNAME, 255},
                {LEASE_COLUMN_POOL, POOL_NAME_MAX},
        };
        LeaseHeader header;

        parse_header(&header, OURS);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                for (size_t more = 0; more < 2; more++) {
                        char text[1024], reason[256];
                        LeaseRow row;
                        Cells cells;
                        int r;

                        split(&cells, "10.0.0.1," ID ",,,bound," UNTIL ",," TAG);
                        memset(text, 'a', cases[i].most + 2 * more);
                        text[cases[i].most + 2 * more] = '\0';
                        cells.items[cases[i].column] = text;
                        r = lease_row_parse(
                                &header, cells.items, cells.n, &row, reason, sizeof(reason));
                        ck_assert_int_eq(r, more > 0 ? -EINVAL : 0);
                        /* the value in the reason is cut, the reason is not */
                        ck_assert(more == 0 || strstr(reason, "\" is not "));
                        ck_assert(more == 0 || cases[i].most < 64 || strstr(reason, "aaa…\""));
                }
}
END_TEST

START_TEST(test_largest_row_fits)
{
        static uint8_t client_id[CLIENT_ID_SIZE_MAX], hardware[HARDWARE_ADDRESS_MAX];
        char hostname[255], pool[POOL_NAME_MAX + 1], unknown[4000];
        char *cells[2] = {unknown, unknown};
        LeaseRecord record = {
                .address = 0xdfffffff,
                .state = LEASE_RELEASED,
                .client_id = client_id,
                .client_id_size = sizeof(client_id),
                .hardware = hardware,
                .hardware_size = sizeof(hardware),
                .hostname = hostname,
                .hostname_size = sizeof(hostname),
                .relay_agent = client_id,
                .relay_agent_size = UINT8_MAX,
                .expires = UINT64_MAX - 1,
        };
        const size_t expected = strlen("223.255.255.255,,,,,released,,,,") + 3 * 255 - 1 + 3 * 16 -
                                1 + 2 * 255 + 2 + strlen("9999-12-31T23:59:59Z") +
                                2 * POOL_NAME_MAX + 2 + strlen(TAG) + 3 * 255 + 2 * (2 * 3999 + 2) +
                                1;
        Buffer buffer = BUFFER_INIT;

        memset(hostname, '"', sizeof(hostname));
        memset(pool, '"', sizeof(pool));
        pool[POOL_NAME_MAX] = '\0';
        memset(unknown, '"', sizeof(unknown));
        unknown[sizeof(unknown) - 1] = '\0';
        ck_assert_int_eq(lease_row_format(&buffer, &record, pool, &no_offset, 2000 * USEC_PER_DAY,
                                 true, cells, ELEMENTSOF(cells)),
                0);
        ck_assert_uint_eq(buffer.size, expected);
        ck_assert_int_eq(buffer.data[buffer.size - 1], '\n');
        buffer_done(&buffer);
}
END_TEST

/* The date that is remembered from row to row is the right one: against the plain formatter. */
START_TEST(test_times)
{
        static const usec_t bases[] = {
                0, 951782400 * USEC_PER_SEC, /* 2000-02-29 */
                1795298100 * USEC_PER_SEC,   /* 2026-11-21 */
                4107542400 * USEC_PER_SEC,   /* 2100-03-01 */
        };
        uint8_t id = 0;
        LeaseRecord record = {.address = 1, .client_id = &id, .client_id_size = 1};

        for (size_t i = 0; i < ELEMENTSOF(bases); i++)
                for (usec_t step = 0; step < 400; step++) {
                        char expires[TIMESTAMP_STRING_MAX], tag[TIMESTAMP_STRING_MAX];
                        char expected[256];
                        const usec_t time = bases[i] + step * 7919 * USEC_PER_SEC + step;
                        Buffer buffer = BUFFER_INIT;
                        char *text;

                        record.state = LEASE_BOUND;
                        record.expires = time + 86400 * USEC_PER_SEC * (step % 3);
                        ck_assert_int_eq(lease_row_format(&buffer, &record, "", &no_offset, time,
                                                 false, NULL, 0),
                                0);
                        ck_assert_int_eq(buffer_take_string(&buffer, &text), 0);
                        (void) snprintf(expected, sizeof(expected), "0.0.0.1,00,,,bound,%s,,%s\n",
                                timestamp_format(record.expires, false, expires),
                                timestamp_format(time, true, tag));
                        ck_assert_str_eq(text, expected);
                        free(text);
                }
}
END_TEST

START_TEST(test_unknown_cells)
{
        char reason[256];
        LeaseHeader header;
        LeaseRow row;
        Cells cells;
        char *text;

        parse_header(&header, "room," OURS ",owner");
        split(&cells, "cellar,10.0.0.1," ID ",,,bound," UNTIL ",," TAG ",\"Q\"");
        ck_assert_int_eq(
                lease_row_parse(&header, cells.items, cells.n, &row, reason, sizeof(reason)), 0);
        text = format_row(&header, &row);
        ck_assert_str_eq(text, "10.0.0.1," ID ",,,bound," UNTIL ",," TAG ",cellar,\"\"\"Q\"\"\"\n");
        free(text);
        lease_header_done(&header);
}
END_TEST

/* Cells that we could write but not read again are not taken. */
START_TEST(test_largest_unknown_cells)
{
        LeaseHeader header;

        parse_header(&header, OURS ",a,b");
        for (size_t more = 0; more < 2; more++) {
                char text[LEASE_UNKNOWN_SIZE_MAX + 1], reason[256];
                LeaseRow row;
                Cells cells;

                memset(text, '"', LEASE_UNKNOWN_SIZE_MAX - 1 + more);
                text[LEASE_UNKNOWN_SIZE_MAX - 1 + more] = '\0';
                split(&cells, "10.0.0.1," ID ",,,bound," UNTIL ",," TAG ",x,");
                cells.items[9] = text;
                ck_assert_int_eq(lease_row_parse(&header, cells.items, cells.n, &row, reason,
                                         sizeof(reason)),
                        more > 0 ? -EINVAL : 0);
        }
        ck_assert_int_lt(2 * LEASE_UNKNOWN_SIZE_MAX + 4096, READER_LINE_MAX);
        lease_header_done(&header);
}
END_TEST

/* The hardware's type has no column: it is what the client identifier begins with, else Ethernet.
 */
START_TEST(test_hardware_type)
{
        static const struct {
                const char *ids;
                uint8_t type;
        } cases[] = {
                {ID "," MAC, 1},
                {"06:" MAC "," MAC, 6},
                {"06:00," MAC, 1},
                {"00:" MAC "," MAC, 1},
                {ID ",", 0},
        };
        LeaseHeader header;

        parse_header(&header, OURS);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                char line[256], reason[256];
                LeaseRow row;
                Cells cells;

                (void) snprintf(
                        line, sizeof(line), "10.0.0.1,%s,,bound," UNTIL ",," TAG, cases[i].ids);
                split(&cells, line);
                ck_assert_int_eq(lease_row_parse(&header, cells.items, cells.n, &row, reason,
                                         sizeof(reason)),
                        0);
                ck_assert_uint_eq(row.record.hardware_type, cases[i].type);
        }
}
END_TEST

TEST_MAIN("lease-row", test_headers, test_most_columns, test_legal_rows, test_predecessor_rows,
        test_illegal_rows, test_sizes, test_largest_row_fits, test_times, test_unknown_cells,
        test_largest_unknown_cells, test_hardware_type);

/* SPDX-License-Identifier: MIT */

/* What must come out, and how things must stand afterwards.
 *
 * -> OFFER|ACK|NAK|BOOTP ADDRESS with keys: to=link|broadcast|udp:ADDRESS:PORT, source=ADDRESS,
 *    by=NUMBER (of the interface, 0 = as routing says), ciaddr=, siaddr=, giaddr=, flags=, server=
 * (54), lease= (51), option=CODE:HEX, has=CODE, no=CODE,CODE, order=CODE,CODE …, file=, sname=,
 * size=BYTES, t1=LOW-HIGH (58), t2=LOW-HIGH (59), seconds
 * -> COMMIT EVENT ADDRESS|* [CLIENT] with keys: host=NAME|none (server_find_host_of()),
 * until=SECOND, started=SECOND, seen=SECOND, on=NUMBER (of the interface), state=, name=, id=HEX,
 * relay=HEX (82), said=HEX (of the client itself), version=, reserved, relayed
 * -> NOTICE exhausted|nearly-full|no-pool|no-address|conflict|proxy|half-claimed [POOL|ADDRESS]
 * [CLIENT|echo]
 * -> PROBE ADDRESS [echo] [source=ADDRESS] [on=NUMBER] [outside]: by ICMP echo, else by ARP; in no
 * range; an ADDRESS $1 to $9 is one drawn by chance, which has this name from then on */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "core/grant.h"
#include "core/outlook.h"
#include "transcript-internal.h"

static const char *const action_names[ACTION_TYPE_MAX] = {
        [ACTION_COMMIT] = "COMMIT",
        [ACTION_SEND] = "SEND",
        [ACTION_PROBE] = "PROBE",
        [ACTION_NOTICE] = "NOTICE",
};

static const char *const notice_names[NOTICE_MAX] = {
        [NOTICE_POOL_EXHAUSTED] = "exhausted",
        [NOTICE_POOL_NEARLY_FULL] = "nearly-full",
        [NOTICE_NO_POOL] = "no-pool",
        [NOTICE_OTHER_LINK] = "other-link",
        [NOTICE_UNTRUSTED_RELAY] = "untrusted-relay",
        [NOTICE_NO_SERVER_ADDRESS] = "no-address",
        [NOTICE_CONFLICT] = "conflict",
        [NOTICE_PROXY_ARP] = "proxy",
        [NOTICE_POOL_HALF_CLAIMED] = "half-claimed",
        [NOTICE_OTHER_HARDWARE] = "other-hardware",
        [NOTICE_CLONE] = "clone",
        [NOTICE_RIVALS] = "rivals",
        [NOTICE_RESERVED_TAKEN] = "reserved-taken",
        [NOTICE_SUCCEEDED] = "succeeded",
        [NOTICE_SERVER_ADDRESS] = "server-address",
};

static void expect_address(Transcript *t, const char *what, ipv4_t address, const char *expected) {
        char text[IPV4_STRING_MAX];

        line_assert(t, address == parse_address(t, expected), "%s is %s, not %s", what,
                ipv4_format(address, text), expected);
}

static void expect_number(Transcript *t, const char *what, uint64_t number, const char *expected) {
        line_assert(t, number == parse_number(t, expected), "%s is %llu, not %s", what,
                (unsigned long long) number, expected);
}

static void expect_destination(
        Transcript *t, const Destination *to, const MessageView *view, const char *expected) {
        char text[64], address[IPV4_STRING_MAX];

        switch (to->mode) {
        case SEND_UDP:
                (void) snprintf(text, sizeof(text), "udp:%s:%u", ipv4_format(to->address, address),
                        to->port);
                break;
        case SEND_LINK_BROADCAST:
                (void) snprintf(text, sizeof(text), "broadcast");
                ck_assert_uint_eq(to->address, IPV4_BROADCAST);
                ck_assert_uint_eq(to->port, DHCP_CLIENT_PORT);
                break;
        case SEND_LINK_UNICAST:
                (void) snprintf(text, sizeof(text), "link");
                ck_assert_mem_eq(to->hardware, view->chaddr, sizeof(to->hardware));
                ck_assert_uint_eq(to->port, DHCP_CLIENT_PORT);
                break;
        }
        line_assert(t, strcmp(text, expected) == 0, "goes to %s, not to %s", text, expected);
}

static void expect_option(Transcript *t, const MessageView *view, const char *value) {
        uint8_t expected[1300];
        const uint8_t *data;
        size_t n, size;
        char copy[1024], *colon;

        (void) snprintf(copy, sizeof(copy), "%s", value);
        colon = strchr(copy, ':');
        line_assert(t, colon, "an option is CODE:HEX");
        *colon = '\0';
        n = parse_hex(t, colon + 1, expected, sizeof(expected));
        line_assert(t, message_get(view, (uint8_t) parse_number(t, copy), &data, &size) >= 0,
                "option %s is absent", copy);
        line_assert(t, n == size && memcmp(data, expected, n) == 0,
                "option %s has %zu other bytes: %02x %02x …", copy, size, size > 0 ? data[0] : 0,
                size > 1 ? data[1] : 0);
}

/* The options that had no room, "230,231"; nothing for none. */
static void expect_omitted(Transcript *t, const char *value) {
        char text[CODE_SET_STRING_MAX], *to = text;

        (void) code_set_format(&t->actions.omitted, text);
        for (const char *from = text; *from; from++)
                if (*from != ' ')
                        *to++ = *from;
        *to = '\0';
        line_assert(t, strcmp(text, value) == 0, "options %s are omitted", text);
}

static void expect_none(Transcript *t, const MessageView *view, const char *value) {
        char copy[256], *p = copy;

        (void) snprintf(copy, sizeof(copy), "%s", value);
        for (char *part = strsep(&p, ","); part; part = strsep(&p, ","))
                line_assert(t, !message_has(view, (uint8_t) parse_number(t, part)),
                        "option %s is there", part);
}

/* The codes in the options field, in order, without pads and end. */
static void expect_order(Transcript *t, const MessageView *view, const char *value) {
        char text[512] = "";
        size_t n = 0;

        for (const uint8_t *p = view->packet + DHCP_OPTIONS_OFFSET; *p != DHCP_OPTION_END;
                p += 2 + p[1])
                n += (size_t) snprintf(text + n, sizeof(text) - n, "%s%u", n > 0 ? "," : "", *p);
        line_assert(t, strcmp(text, value) == 0, "the order is %s", text);
}

static void expect_between(
        Transcript *t, const MessageView *view, uint8_t code, const char *value) {
        unsigned low, high;
        uint32_t number;

        ck_assert_int_eq(sscanf(value, "%u-%u", &low, &high), 2);
        ck_assert_int_ge(message_get_u32(view, code, &number), 0);
        line_assert(t, number >= low && number <= high, "option %u is %u", code, number);
}

static bool expect_header(Transcript *t, const MessageView *view, const char *word) {
        const char *value;

        if ((value = word_value(word, "ciaddr")))
                expect_address(t, "ciaddr", view->ciaddr, value);
        else if ((value = word_value(word, "siaddr")))
                expect_address(t, "siaddr", view->siaddr, value);
        else if ((value = word_value(word, "giaddr")))
                expect_address(t, "giaddr", view->giaddr, value);
        else if ((value = word_value(word, "flags")))
                expect_number(t, "flags", view->flags, value);
        else if ((value = word_value(word, "file")))
                ck_assert_str_eq((const char *) view->packet + DHCP_FILE_OFFSET, value);
        else if ((value = word_value(word, "sname")))
                ck_assert_str_eq((const char *) view->packet + DHCP_SNAME_OFFSET, value);
        else if ((value = word_value(word, "size")))
                expect_number(t, "size", view->packet_size, value);
        else
                return false;
        return true;
}

static void expect_reply_key(
        Transcript *t, const Action *action, const MessageView *view, const char *word) {
        const char *value;
        uint32_t number;
        ipv4_t address;

        if (expect_header(t, view, word))
                return;
        if ((value = word_value(word, "to")))
                expect_destination(t, &action->send.destination, view, value);
        else if ((value = word_value(word, "by")))
                expect_number(t, "interface", action->send.destination.ifindex, value);
        else if ((value = word_value(word, "source")))
                expect_address(t, "source", action->send.destination.source, value);
        else if ((value = word_value(word, "server"))) {
                ck_assert_int_ge(message_get_ipv4(view, DHCP_OPTION_SERVER_ID, &address), 0);
                expect_address(t, "server identifier", address, value);
        } else if ((value = word_value(word, "lease"))) {
                ck_assert_int_ge(message_get_u32(view, DHCP_OPTION_LEASE_TIME, &number), 0);
                expect_number(t, "lease time", number, value);
        } else if ((value = word_value(word, "t1")))
                expect_between(t, view, DHCP_OPTION_RENEWAL_TIME, value);
        else if ((value = word_value(word, "t2")))
                expect_between(t, view, DHCP_OPTION_REBINDING_TIME, value);
        else if ((value = word_value(word, "option")))
                expect_option(t, view, value);
        else if ((value = word_value(word, "has")))
                line_assert(t, message_has(view, (uint8_t) parse_number(t, value)),
                        "option %s is absent", value);
        else if ((value = word_value(word, "omitted")))
                expect_omitted(t, value);
        else if ((value = word_value(word, "no")))
                expect_none(t, view, value);
        else if ((value = word_value(word, "order")))
                expect_order(t, view, value);
        else
                line_assert(t, false, "what is %s?", word);
}

/* RFC 2131 table 3: what holds of every reply. */
static void expect_table_3(Transcript *t, const MessageView *view) {
        line_assert(t, view->op == BOOTREPLY, "op is %u", view->op);
        line_assert(t, view->hops == 0, "hops is %u", view->hops);
        line_assert(t, view->secs == 0, "secs is %u", view->secs);
        line_assert(t, !t->is_message || view->xid == t->last_xid, "xid is not the request's");
        line_assert(t, view->packet_size >= DHCP_MIN_MESSAGE_SIZE, "shorter than BOOTP's 300");
        expect_none(t, view, "50,55,57");
        switch (view->type) {
        case DHCP_OFFER:
                line_assert(t, view->ciaddr == 0, "ciaddr in an OFFER");
                line_assert(t,
                        message_has(view, DHCP_OPTION_LEASE_TIME) &&
                                message_has(view, DHCP_OPTION_SERVER_ID),
                        "an OFFER without lease time or server identifier");
                break;
        case DHCP_ACK:
                line_assert(t, message_has(view, DHCP_OPTION_SERVER_ID), "no server identifier");
                line_assert(t, (view->yiaddr != 0) == message_has(view, DHCP_OPTION_LEASE_TIME),
                        "lease time without lease, or the other way round");
                break;
        case DHCP_NAK:
                line_assert(t, view->ciaddr == 0 && view->yiaddr == 0 && view->siaddr == 0,
                        "an address in a NAK");
                line_assert(t, message_has(view, DHCP_OPTION_SERVER_ID), "no server identifier");
                expect_none(t, view, "1,3,6,12,15,51,58,59");
                break;
        case DHCP_BOOTP:
                expect_none(t, view, "51,52,53,54,58,59");
                break;
        case DHCP_DISCOVER:
        case DHCP_REQUEST:
        case DHCP_DECLINE:
        case DHCP_RELEASE:
        case DHCP_INFORM:
        case DHCP_MESSAGE_TYPE_MAX:
                line_assert(t, false, "a server does not send this");
        }
}

static void expect_send(Transcript *t, const Action *action) {
        const Line *line = &t->line;
        static MessageView view;
        bool waits;

        line_assert(t, action->type == ACTION_SEND, "%s instead", action_names[action->type]);
        line_assert(t,
                message_view_init(&view, action->send.packet, action->send.size) == MESSAGE_OK,
                "the reply is malformed");
        line_assert(t, strcmp(message_type_to_string(view.type), line->words[1]) == 0, "%s instead",
                message_type_to_string(view.type));
        ck_assert_int_eq(action->send.message_type, view.type);
        expect_table_3(t, &view);
        waits = view.type == DHCP_ACK || view.type == DHCP_BOOTP;
        line_assert(t, action->send.after_commit == (waits ? t->last_commit : 0),
                "waits for commit %llu", (unsigned long long) action->send.after_commit);

        for (size_t i = 2; i < line->n_words; i++)
                if (i == 2 && !strchr(line->words[i], '='))
                        expect_address(t, "yiaddr", view.yiaddr, line->words[i]);
                else
                        expect_reply_key(t, action, &view, line->words[i]);
}

static void expect_client(Transcript *t, const Lease *lease, const char *word) {
        uint8_t hardware[6];

        if (strcmp(word, "-") == 0) {
                line_assert(t, !lease->identity, "the lease is somebody's");
                return;
        }
        parse_client(t, word, hardware);
        line_assert(t, lease_has_hardware(lease, hardware, sizeof(hardware)),
                "the lease is another's, not %s's", word);
}

static void expect_lease_key(Transcript *t, const Lease *lease, const char *word) {
        const char *value;
        uint8_t id[255];
        LeaseRecord record;
        size_t n;

        lease_get_record(lease, &record);
        if ((value = word_value(word, "until"))) {
                bool infinite = strcmp(value, "infinity") == 0;

                line_assert(t,
                        infinite ? record.expires == USEC_INFINITY
                                 : record.expires ==
                                           TRANSCRIPT_EPOCH + parse_number(t, value) * USEC_PER_SEC,
                        "ends at second %lld",
                        (long long) ((int64_t) (record.expires - TRANSCRIPT_EPOCH) /
                                     (int64_t) USEC_PER_SEC));
        } else if ((value = word_value(word, "started")))
                ck_assert_uint_eq(
                        record.started, TRANSCRIPT_EPOCH + parse_number(t, value) * USEC_PER_SEC);
        else if ((value = word_value(word, "seen")))
                ck_assert_uint_eq(
                        record.last_seen, TRANSCRIPT_EPOCH + parse_number(t, value) * USEC_PER_SEC);
        else if ((value = word_value(word, "on")))
                expect_number(t, "interface", record.ifindex, value);
        else if ((value = word_value(word, "state")))
                ck_assert_str_eq(lease_state_to_string(record.state), value);
        else if ((value = word_value(word, "version")))
                expect_number(t, "version", record.version, value);
        else if ((value = word_value(word, "name")))
                line_assert(t,
                        record.hostname_size == strlen(value) &&
                                memcmp(record.hostname, value, strlen(value)) == 0,
                        "the name is %.*s", record.hostname_size, record.hostname);
        else if ((value = word_value(word, "id"))) {
                n = parse_hex(t, value, id, sizeof(id));
                line_assert(t, lease_belongs_to(lease, id, n), "another client identifier");
        } else if ((value = word_value(word, "relay"))) {
                n = parse_hex(t, value, id, sizeof(id));
                line_assert(t,
                        record.relay_agent_size == n && memcmp(record.relay_agent, id, n) == 0,
                        "the relay has said something else");
        } else if ((value = word_value(word, "said"))) {
                n = parse_hex(t, value, id, sizeof(id));
                line_assert(t, record.said_size == n && (n == 0 || memcmp(record.said, id, n) == 0),
                        "the client has said something else");
        } else if ((value = word_value(word, "host"))) {
                const HostSettings *host = server_find_host_of(t->server, lease);

                line_assert(t, strcmp(host ? host->name : "none", value) == 0, "it is host %s",
                        host ? host->name : "none");
        } else if (strcmp(word, "reserved") == 0)
                line_assert(t, record.flags & LEASE_RESERVED, "not reserved");
        else if (strcmp(word, "relayed") == 0)
                line_assert(t, record.flags & LEASE_RELAYED, "not relayed");
        else
                expect_client(t, lease, word);
}

static void expect_commit(Transcript *t, const Action *action) {
        const Line *line = &t->line;

        line_assert(t, line->n_words >= 4, "COMMIT EVENT ADDRESS");
        line_assert(t, strcmp(lease_event_to_string(action->commit.event), line->words[2]) == 0,
                "%s instead", lease_event_to_string(action->commit.event));
        if (strcmp(line->words[3], "*") != 0)
                expect_address(t, "address", action->commit.lease->address, line->words[3]);
        line_assert(t, action->commit.id == ++t->newest_commit, "the commit's number is %llu",
                (unsigned long long) action->commit.id);
        for (size_t i = 4; i < line->n_words; i++)
                expect_lease_key(t, action->commit.lease, line->words[i]);
        t->last_commit = action->commit.id;
}

static void expect_notice(Transcript *t, const Action *action) {
        const Line *line = &t->line;
        uint8_t hardware[6];

        ck_assert_uint_ge(line->n_words, 3);
        line_assert(t, strcmp(notice_names[action->notice.notice], line->words[2]) == 0,
                "%s instead", notice_names[action->notice.notice]);
        if (line->n_words < 4)
                return;
        if (isdigit((unsigned char) line->words[3][0]) || strchr(".$", line->words[3][0]))
                expect_address(t, "address", action->notice.address, line->words[3]);
        else
                ck_assert_str_eq(action->notice.pool->settings->name, line->words[3]);
        if (line->n_words < 5)
                return;
        if (strcmp(line->words[4], "echo") == 0) {
                ck_assert_int_eq(action->notice.way, PROBE_BY_ECHO);
                return;
        }
        ck_assert_int_eq(action->notice.way, PROBE_BY_ARP);
        parse_client(t, line->words[4], hardware);
        ck_assert_mem_eq(action->notice.hardware, hardware, sizeof(hardware));
        if (line->n_words < 6)
                return;
        parse_client(t, line->words[5], hardware);
        ck_assert_mem_eq(action->notice.other_hardware, hardware, sizeof(hardware));
}

static void expect_outside(Transcript *t, ipv4_t address) {
        char text[IPV4_STRING_MAX];
        size_t n;
        Pool *const *pools = server_get_pools(t->server, &n);

        for (size_t i = 0; i < n; i++)
                line_assert(t, !pool_gives_out(pools[i], address), "%s is in a range",
                        ipv4_format(address, text));
}

static void expect_probe(Transcript *t, const Action *action) {
        const Line *line = &t->line;
        bool by_echo;

        ck_assert_uint_ge(line->n_words, 3);
        if (line->words[2][0] == '$')
                name_address(t, line->words[2], action->probe.address);
        else
                expect_address(t, "address", action->probe.address, line->words[2]);
        by_echo = line->n_words > 3 && strcmp(line->words[3], "echo") == 0;
        line_assert(t, action->probe.way == (by_echo ? PROBE_BY_ECHO : PROBE_BY_ARP),
                "by the other way");
        ck_assert(by_echo == (action->probe.ifindex == 0));
        for (size_t i = by_echo ? 4 : 3; i < line->n_words; i++) {
                const char *word = line->words[i], *value;

                if ((value = word_value(word, "source")))
                        expect_address(t, "source", action->probe.source, value);
                else if ((value = word_value(word, "on")))
                        expect_number(t, "interface", action->probe.ifindex, value);
                else if (strcmp(word, "outside") == 0)
                        expect_outside(t, action->probe.address);
                else
                        line_assert(t, false, "what is %s?", word);
        }
}

void transcript_expect_action(Transcript *t) {
        const Line *line = &t->line;
        const Action *action;

        line_assert(t, line->n_words >= 2, "-> what?");
        line_assert(t, t->n_expected < t->actions.n_actions, "nothing came out (%s)",
                verdict_to_string(t->actions.verdict));
        action = &t->actions.actions[t->n_expected++];
        if (strcmp(line->words[1], "COMMIT") != 0 && strcmp(line->words[1], "NOTICE") != 0 &&
                strcmp(line->words[1], "PROBE") != 0) {
                expect_send(t, action);
                return;
        }
        line_assert(t, strcmp(action_names[action->type], line->words[1]) == 0, "%s instead",
                action_names[action->type]);
        switch (action->type) {
        case ACTION_COMMIT:
                expect_commit(t, action);
                break;
        case ACTION_NOTICE:
                expect_notice(t, action);
                break;
        case ACTION_PROBE:
                expect_probe(t, action);
                break;
        case ACTION_SEND:
        case ACTION_TYPE_MAX:
                break;
        }
}

void transcript_expect_verdict(Transcript *t) {
        const char *verdict = verdict_to_string(t->actions.verdict);

        line_assert(t, t->line.n_words >= 2 && strcmp(verdict, t->line.words[1]) == 0,
                "the verdict is %s", verdict);
        expect_address(t, "the other server", t->actions.other_server,
                t->line.n_words > 2 ? t->line.words[2] : "0.0.0.0");
        if (t->line.n_words > 3)
                ck_assert_str_eq(t->actions.other_server_pool->settings->name, t->line.words[3]);
}

/* What an administrator gets who names no address. */
static void expect_next(Transcript *t, const Pool *pool, const char *expected) {
        ipv4_t address;
        int r = server_find_free_address(t->server, pool, &address);

        if (strcmp(expected, "none") == 0) {
                line_assert(t, r == -ENOENT, "there is a free address");
                return;
        }
        line_assert(t, r == 0, "there is no free address");
        expect_address(t, "the next free address", address, expected);
}

static void expect_pool(Transcript *t, const char *name) {
        const Pool *pool = server_find_pool(t->server, name);

        line_assert(t, pool, "no pool %s", name);
        const PoolUse use = pool_get_use(pool);

        for (size_t i = 2; i < t->line.n_words; i++) {
                const char *word = t->line.words[i], *value;

                if ((value = word_value(word, "used")))
                        expect_number(t, "used", use.used, value);
                else if ((value = word_value(word, "offered")))
                        expect_number(t, "offered", use.offered, value);
                else if ((value = word_value(word, "declined")))
                        expect_number(t, "declined", use.declined, value);
                else if ((value = word_value(word, "kept")))
                        expect_number(t, "kept", use.kept, value);
                else if ((value = word_value(word, "used-outside")))
                        expect_number(t, "used-outside", pool->n_outside[LEASE_BOUND], value);
                else if ((value = word_value(word, "reserved-outside")))
                        expect_number(t, "reserved-outside", pool->n_reserved_outside, value);
                else if ((value = word_value(word, "claimed")))
                        expect_number(t, "claimed", pool->n_claimed, value);
                else if ((value = word_value(word, "free")))
                        expect_number(t, "free", pool_n_free(pool), value);
                else if ((value = word_value(word, "size")))
                        expect_number(t, "size", pool->size, value);
                else if ((value = word_value(word, "exhausted")))
                        expect_number(t, "exhausted", pool->n_exhausted, value);
                else if ((value = word_value(word, "next")))
                        expect_next(t, pool, value);
                else
                        line_assert(t, false, "what is %s?", word);
        }
}

static void expect_until(Transcript *t, usec_t time, const char *value) {
        const usec_t expected = strcmp(value, "never") == 0
                                        ? USEC_INFINITY
                                        : TRANSCRIPT_EPOCH + parse_number(t, value) * USEC_PER_SEC;

        line_assert(t, time == expected, "it is another time");
}

static void expect_holder(Transcript *t, const Lease *holder, const char *client) {
        uint8_t hardware[6];

        parse_client(t, client, hardware);
        line_assert(t, holder && lease_has_hardware(holder, hardware, sizeof(hardware)),
                "the holder is another");
}

/* What the reservation of a host comes to; what is not named must not be. */
static void expect_outlook(Transcript *t) {
        const Line *line = &t->line;
        const Settings *settings = server_get_settings(t->server);
        const HostSettings *host = NULL;
        bool has_holder = false, has_current = false, has_until = false;
        PortClients ports = {0};
        HostOutlook outlook;

        line_assert(t, line->n_words >= 4, "? host NAME OUTLOOK");
        for (size_t i = 0; i < settings->n_hosts; i++)
                if (strcmp(settings->hosts[i]->name, line->words[2]) == 0)
                        host = settings->hosts[i];
        line_assert(t, host, "no host %s", line->words[2]);
        line_assert(t, server_find_port_clients(t->server, &ports) >= 0, "no memory");
        server_foresee(t->server, host, &ports, &outlook);
        port_clients_done(&ports);
        line_assert(t, strcmp(outlook_to_string(outlook.outlook), line->words[3]) == 0, "it is %s",
                outlook_to_string(outlook.outlook));
        for (size_t i = 4; i < line->n_words; i++) {
                const char *word = line->words[i], *value;

                if ((value = word_value(word, "holder"))) {
                        expect_holder(t, outlook.holder, value);
                        has_holder = true;
                } else if ((value = word_value(word, "current"))) {
                        line_assert(t, outlook.current, "its client is nowhere else");
                        expect_address(t, "its address", outlook.current->address, value);
                        has_current = true;
                } else if ((value = word_value(word, "until"))) {
                        expect_until(t, outlook.moves_at, value);
                        has_until = true;
                } else
                        line_assert(t, false, "what is %s?", word);
        }
        line_assert(t, has_holder == (outlook.holder != NULL), "there is a holder");
        line_assert(t, has_current == (outlook.current != NULL), "it has another address");
        line_assert(t, has_until == (outlook.moves_at != 0), "it has to wait");
}

/* ? ADDRESS STATE|none …, ? POOL …, ? next SECOND|never, ? host NAME OUTLOOK [holder=CLIENT]
 * [current=ADDRESS] [until=SECOND|never], ? to-move NUMBER */
void transcript_expect_state(Transcript *t) {
        const Line *line = &t->line;
        const Lease *lease;

        line_assert(t, line->n_words >= 3, "? ADDRESS STATE, or ? POOL KEY=NUMBER");
        if (strcmp(line->words[1], "next") == 0) {
                usec_t deadline = server_next_deadline(t->server);

                line_assert(t,
                        strcmp(line->words[2], "never") == 0
                                ? deadline == USEC_INFINITY
                                : deadline == TRANSCRIPT_EPOCH + parse_number(t, line->words[2]) *
                                                                         USEC_PER_SEC,
                        "the next deadline is another");
                return;
        }
        if (strcmp(line->words[1], "host") == 0) {
                expect_outlook(t);
                return;
        }
        if (strcmp(line->words[1], "to-move") == 0) {
                expect_number(t, "to move", server_count_to_move(t->server), line->words[2]);
                return;
        }
        if (!isdigit((unsigned char) line->words[1][0]) && line->words[1][0] != '.') {
                expect_pool(t, line->words[1]);
                return;
        }

        lease = lease_table_find(server_get_table(t->server), parse_address(t, line->words[1]));
        if (strcmp(line->words[2], "none") == 0) {
                line_assert(t, !lease, "there is a lease");
                return;
        }
        line_assert(t, lease, "there is no lease");
        line_assert(t,
                strcmp(lease_state_to_string((LeaseState) lease->state), line->words[2]) == 0,
                "it is %s", lease_state_to_string((LeaseState) lease->state));
        for (size_t i = 3; i < line->n_words; i++)
                expect_lease_key(t, lease, line->words[i]);
}

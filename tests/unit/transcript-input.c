/* SPDX-License-Identifier: MIT */

/* What comes in: messages of clients, ARP, and the verbs of an administrator and of the daemon.
 *
 * Keys of messages: ask=ADDRESS (50), server=ADDRESS (54), ciaddr=, giaddr=, id=HEX (61),
 * name=TEXT (12), lease=SECONDS (51), want=1,3,6 (55), max= (57), option=CODE:HEX, relay=HEX (82),
 * flags=, hops=, htype=, hlen=, op=, secs=; on=LINK, from=ADDRESS (source), to=ADDRESS; unicast,
 * which comes from ciaddr unless from= says otherwise.
 *
 * arp ADDRESS CLIENT [on=LINK]: the hardware address of CLIENT answers for ADDRESS.
 * echo ADDRESS: somebody behind a relay answers an ICMP echo to ADDRESS.
 *
 * A verb whose last word is fails=ERRNO must fail with it. */

#include <ctype.h>
#include <stdio.h>

#include "core/grant.h"
#include "core/quarantine.h"
#include "transcript-internal.h"

static DhcpMessageType parse_type(Transcript *t, const char *word) {
        for (DhcpMessageType type = DHCP_BOOTP; type < DHCP_MESSAGE_TYPE_MAX; type++)
                if (strcmp(word, message_type_to_string(type)) == 0)
                        return type;
        line_assert(t, false, "not a message: %s", word);
        return DHCP_BOOTP;
}

static uint32_t parse_link(Transcript *t, const char *word) {
        for (size_t i = 0; i < t->n_links; i++)
                if (strcmp(t->links[i].name, word) == 0)
                        return t->links[i].ifindex;
        return (uint32_t) parse_number(t, word);
}

static bool input_header(Transcript *t, const char *word, MessageHeader *header) {
        const char *value;

        if ((value = word_value(word, "ciaddr")))
                header->ciaddr = parse_address(t, value);
        else if ((value = word_value(word, "giaddr")))
                header->giaddr = parse_address(t, value);
        else if ((value = word_value(word, "flags")))
                header->flags = (uint16_t) parse_number(t, value);
        else if ((value = word_value(word, "hops")))
                header->hops = (uint8_t) parse_number(t, value);
        else if ((value = word_value(word, "htype")))
                header->htype = (uint8_t) parse_number(t, value);
        else if ((value = word_value(word, "hlen")))
                header->hlen = (uint8_t) parse_number(t, value);
        else if ((value = word_value(word, "op")))
                header->op = (uint8_t) parse_number(t, value);
        else if ((value = word_value(word, "secs")))
                header->secs = (uint16_t) parse_number(t, value);
        else
                return false;
        return true;
}

static bool input_metadata(Transcript *t, const char *word, PacketMetadata *metadata) {
        const char *value;

        if ((value = word_value(word, "on")))
                metadata->ifindex = parse_link(t, value);
        else if ((value = word_value(word, "from")))
                metadata->source = parse_address(t, value);
        else if ((value = word_value(word, "to")))
                metadata->destination = parse_address(t, value);
        else if (strcmp(word, "unicast") == 0)
                metadata->broadcast = false;
        else
                return false;
        return true;
}

static void add_hex(Transcript *t, MessageBuilder *builder, uint8_t code, const char *value) {
        uint8_t bytes[1300];
        size_t n = parse_hex(t, value, bytes, sizeof(bytes));

        ck_assert_int_ge(message_builder_add(builder, code, bytes, n), 0);
}

static void add_codes(Transcript *t, MessageBuilder *builder, const char *value) {
        char copy[256], *p = copy;
        uint8_t codes[64];
        size_t n = 0;

        (void) snprintf(copy, sizeof(copy), "%s", value);
        for (char *part = strsep(&p, ","); part; part = strsep(&p, ",")) {
                ck_assert_uint_lt(n, sizeof(codes));
                codes[n++] = (uint8_t) parse_number(t, part);
        }
        ck_assert_int_ge(message_builder_add(builder, DHCP_OPTION_PARAMETER_LIST, codes, n), 0);
}

static void input_option(Transcript *t, const char *word, MessageBuilder *builder) {
        char *colon;
        const char *value;
        int r = 0;

        if ((value = word_value(word, "ask")))
                r = message_builder_add_u32(
                        builder, DHCP_OPTION_REQUESTED_ADDRESS, parse_address(t, value));
        else if ((value = word_value(word, "server")))
                r = message_builder_add_u32(
                        builder, DHCP_OPTION_SERVER_ID, parse_address(t, value));
        else if ((value = word_value(word, "lease")))
                r = message_builder_add_u32(
                        builder, DHCP_OPTION_LEASE_TIME, (uint32_t) parse_number(t, value));
        else if ((value = word_value(word, "name")))
                r = message_builder_add(builder, DHCP_OPTION_HOST_NAME, value, strlen(value));
        else if ((value = word_value(word, "max"))) {
                uint8_t size[2];

                wire_put_u16(size, (uint16_t) parse_number(t, value));
                r = message_builder_add(builder, DHCP_OPTION_MAX_MESSAGE_SIZE, size, 2);
        } else if ((value = word_value(word, "id")))
                add_hex(t, builder, DHCP_OPTION_CLIENT_ID, value);
        else if ((value = word_value(word, "relay")))
                add_hex(t, builder, DHCP_OPTION_RELAY_AGENT, value);
        else if ((value = word_value(word, "want")))
                add_codes(t, builder, value);
        else if ((value = word_value(word, "option")) && (colon = strchr(value, ':'))) {
                *colon = '\0';
                add_hex(t, builder, (uint8_t) parse_number(t, value), colon + 1);
                *colon = ':';
        } else
                line_assert(t, false, "what is %s?", word);
        line_assert(t, r >= 0, "%s does not fit", word);
}

static void input_message(Transcript *t, char **words, size_t n_words) {
        const DhcpMessageType type = parse_type(t, words[1]);
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {0}, packet[1500];
        MessageHeader header = {
                .op = BOOTREQUEST,
                .htype = HARDWARE_ETHERNET,
                .hlen = 6,
                .xid = ++t->last_xid,
                .chaddr = chaddr,
        };
        PacketMetadata metadata = {
                .ifindex = 2,
                .source_port = DHCP_CLIENT_PORT,
                .destination = IPV4_BROADCAST,
                .broadcast = true,
        };
        MessageBuilder builder;
        bool has_source = false;
        uint8_t *copy;
        size_t size;

        parse_client(t, words[0], chaddr);
        for (size_t i = 2; i < n_words; i++) {
                if (!input_header(t, words[i], &header))
                        (void) input_metadata(t, words[i], &metadata);
                has_source = has_source || word_value(words[i], "from");
        }
        if (!metadata.broadcast && header.giaddr == 0 && !has_source)
                metadata.source = header.ciaddr;
        ck_assert_int_ge(
                message_builder_init(&builder, packet, sizeof(packet), sizeof(packet), &header), 0);
        if (type != DHCP_BOOTP)
                ck_assert_int_ge(
                        message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, (uint8_t) type),
                        0);
        for (size_t i = 2; i < n_words; i++)
                if (!input_header(t, words[i], &header) && !input_metadata(t, words[i], &metadata))
                        input_option(t, words[i], &builder);
        size = message_builder_finish(&builder);

        /* Exactly as large as the message, so that a read past its end is seen. */
        copy = malloc(size);
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, packet, size);
        ck_assert_int_ge(transcript_call(t, server_handle_packet(t->server, copy, size, &metadata,
                                                    t->now, &t->actions)),
                0);
        free(copy);
}

static void input_bytes(Transcript *t, const char *hex) {
        const PacketMetadata metadata = {.ifindex = 2, .broadcast = true};
        uint8_t bytes[1500];
        size_t n = parse_hex(t, hex, bytes, sizeof(bytes));

        ck_assert_int_ge(transcript_call(t, server_handle_packet(t->server, bytes, n, &metadata,
                                                    t->now, &t->actions)),
                0);
}

static usec_t parse_time(Transcript *t, const char *word) {
        if (strcmp(word, "infinity") == 0)
                return USEC_INFINITY;
        /* Seconds of the transcript, also before it began. */
        if (*word == '-')
                return TRANSCRIPT_EPOCH - parse_number(t, word + 1) * USEC_PER_SEC;
        return TRANSCRIPT_EPOCH + parse_number(t, word) * USEC_PER_SEC;
}

/* The identity of a client without option 61. */
static void set_client(
        Transcript *t, const char *word, LeaseRecord *record, uint8_t client_id[static 7]) {
        client_id[0] = HARDWARE_ETHERNET;
        parse_client(t, word, client_id + 1);
        record->client_id = client_id;
        record->client_id_size = 7;
        record->hardware = client_id + 1;
        record->hardware_type = HARDWARE_ETHERNET;
        record->hardware_size = 6;
}

/* load ADDRESS STATE CLIENT UNTIL|never [id=HEX]: a row of the lease file; client "-" is nobody,
 * "~x" somebody with the hardware address of x who is no client. */
static void input_load(Transcript *t, char **words, size_t n_words) {
        uint8_t client_id[7], other_id[64];
        LeaseRecord record;

        line_assert(t, n_words == 5 || n_words == 6, "load ADDRESS STATE CLIENT UNTIL [id=HEX]");
        record = (LeaseRecord){
                .address = parse_address(t, words[1]),
                .state = lease_state_from_string(words[2]),
                .started = parse_time(t, "0"),
                .last_seen = parse_time(t, "0"),
                .expires = strcmp(words[4], "never") == 0 ? USEC_INFINITY : parse_time(t, words[4]),
                .version = 7,
        };
        if (strcmp(words[3], "-") != 0)
                set_client(t, words[3] + (words[3][0] == '~'), &record, client_id);
        if (words[3][0] == '~')
                record.client_id_size = 0;
        if (n_words == 6) {
                const char *id = word_value(words[5], "id");

                line_assert(t, id, "load ADDRESS STATE CLIENT UNTIL [id=HEX]");
                record.client_id = other_id;
                record.client_id_size = (uint8_t) parse_hex(t, id, other_id, sizeof(other_id));
        }
        ck_assert_int_ge(transcript_call(t, server_load_lease(t->server, &record, t->now)), 0);
}

/* grant ADDRESS CLIENT UNTIL [name=TEXT] */
static int input_grant(Transcript *t, char **words, size_t n_words) {
        uint8_t client_id[7];
        LeaseRecord record;

        line_assert(t, n_words >= 4, "grant ADDRESS CLIENT UNTIL");
        record = (LeaseRecord){
                .address = parse_address(t, words[1]),
                .expires = parse_time(t, words[3]),
        };
        set_client(t, words[2], &record, client_id);
        if (n_words > 4) {
                record.hostname = word_value(words[4], "name");
                line_assert(t, record.hostname && n_words == 5, "what is %s?", words[4]);
                record.hostname_size = (uint8_t) strlen(record.hostname);
        }
        return transcript_call(t, server_add_lease(t->server, &record, t->now, &t->actions));
}

/* A message that waited for the address and could not be answered is due at once; what comes of it
 * is put behind the rest. */
static int input_rest_of_answer(Transcript *t, int r) {
        static Actions later;

        if (r < 0 || t->has_memory || server_next_deadline(t->server) > t->now)
                return r;
        actions_reset(&later);
        r = transcript_call_stepwise(t, server_advance(t->server, t->now, &later));
        for (size_t i = 0; i < later.n_actions; i++)
                *actions_add(&t->actions, later.actions[i].type) = later.actions[i];
        t->actions.verdict = later.verdict;
        return r;
}

static int input_arp(
        Transcript *t, uint32_t ifindex, ipv4_t address, const uint8_t hardware[static 6]) {
        int r = transcript_call_stepwise(
                t, server_handle_arp(t->server, ifindex, address, hardware, t->now, &t->actions));

        return input_rest_of_answer(t, r);
}

static int input_echo(Transcript *t, ipv4_t address) {
        int r = transcript_call_stepwise(
                t, server_handle_echo(t->server, address, t->now, &t->actions));

        return input_rest_of_answer(t, r);
}

static int input_clear(Transcript *t, const char *pool) {
        size_t cursor = 0;
        int r;

        do
                r = transcript_call_stepwise(
                        t, server_clear_next(t->server, server_find_pool(t->server, pool), &cursor,
                                   t->now, &t->actions));
        while (r >= 0 && cursor != 0);
        return r;
}

static int input_verb(Transcript *t, char **words, size_t n_words) {
        const char *verb = words[0], *word = n_words > 1 ? words[1] : "";
        uint8_t hardware[6];
        int r = 0;

        if (strcmp(verb, "tick") == 0)
                r = transcript_call_stepwise(t, server_advance(t->server, t->now, &t->actions));
        else if (strcmp(verb, "release") == 0)
                r = transcript_call(t, server_release_lease(t->server, parse_address(t, word),
                                               t->now, &t->actions));
        else if (strcmp(verb, "delete") == 0)
                r = transcript_call(t, server_delete_lease(t->server, parse_address(t, word),
                                               t->now, &t->actions));
        else if (strcmp(verb, "clear") == 0)
                r = input_clear(t, word);
        else if (strcmp(verb, "grant") == 0)
                r = input_grant(t, words, n_words);
        else if (strcmp(verb, "extend") == 0 && n_words == 3)
                r = transcript_call(t, server_extend_lease(t->server, parse_address(t, word),
                                               parse_time(t, words[2]), t->now, &t->actions));
        else if (strcmp(verb, "undo") == 0)
                server_commit_undo(t->server, parse_number(t, word));
        else if (strcmp(verb, "done") == 0)
                server_commit_done(t->server, parse_number(t, word));
        else if (strcmp(verb, "enable") == 0)
                server_find_pool(t->server, word)->enabled = true;
        else if (strcmp(verb, "disable") == 0)
                server_find_pool(t->server, word)->enabled = false;
        else if (strcmp(verb, "load") == 0)
                input_load(t, words, n_words);
        else if (strcmp(verb, "loaded") == 0)
                r = transcript_call(t, server_load_done(t->server));
        else if (strcmp(verb, "bytes") == 0)
                input_bytes(t, word);
        else if (strcmp(verb, "arp") == 0 && (n_words == 3 || n_words == 4)) {
                parse_client(t, words[2], hardware);
                r = input_arp(t, n_words == 4 ? parse_link(t, word_value(words[3], "on")) : 2,
                        parse_address(t, word), hardware);
        } else if (strcmp(verb, "echo") == 0 && n_words == 2)
                r = input_echo(t, parse_address(t, word));
        else
                line_assert(t, false, "what is %s?", verb);
        return r;
}

/* What fails has changed nothing. */
static void input_administrator(Transcript *t, char **words, size_t n_words) {
        const uint64_t last_commit = server_last_commit(t->server);
        const char *failure = word_value(words[n_words - 1], "fails");
        int r;

        r = input_verb(t, words, failure ? n_words - 1 : n_words);
        if (!failure) {
                line_assert(t, r >= 0, "%s: %s", words[0], strerror(-r));
                return;
        }
        line_assert(t, r < 0 && strcmp(strerrorname_np(-r), failure) == 0, "it is %s, not %s",
                r < 0 ? strerrorname_np(-r) : "no failure", failure);
        ck_assert_uint_eq(server_last_commit(t->server), last_commit);
}

/* TIME CLIENT MESSAGE … or TIME VERB … */
void transcript_input(Transcript *t) {
        char **words = t->line.words + 1, *end;
        size_t n_words = t->line.n_words - 1;

        t->now = TRANSCRIPT_EPOCH +
                 (usec_t) (strtod(t->line.words[0], &end) * (double) USEC_PER_SEC);
        line_assert(t, !*end && n_words > 0, "TIME, then what happens");
        actions_reset(&t->actions);
        t->n_expected = 0;
        t->last_commit = 0;

        t->is_message = !words[0][1] && islower((unsigned char) words[0][0]);
        if (t->is_message)
                input_message(t, words, n_words);
        else
                input_administrator(t, words, n_words);
}

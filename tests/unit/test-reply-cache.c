/* SPDX-License-Identifier: MIT */

/* What is remembered of replies changes none: two servers hear the same messages, one of them
 * forgets before each. */

#include <stdlib.h>
#include <string.h>

#include "core/reply.h"
#include "core/server-state.h"
#include "core/server.h"
#include "test.h"
#include "wire/builder.h"

#define NETWORK UINT32_C(0x0a000000) /* 10.0.0.0/8, a pool in each 10.N.0.0/16 */

enum {
        N_POOLS = 4,
        N_CLIENTS = 40,
        N_MESSAGES = 20000,
};

static uint64_t random_state;

static unsigned pick(unsigned n) {
        random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        return (unsigned) (random_state >> 33) % n;
}

static ipv4_t subnet_of(unsigned pool) {
        return NETWORK + (pool << 16);
}

static void set_option(ReplySettings *reply, uint8_t code, const char *value) {
        ck_assert_int_eq(option_set_put(&reply->options, code, value, strlen(value)), 0);
}

/* Together they need file and sname, or more than there is. */
static void set_long_options(ReplySettings *reply) {
        static const uint8_t value[240];

        ck_assert_int_eq(option_set_put(&reply->options, 224, value, 200), 0);
        ck_assert_int_eq(option_set_put(&reply->options, 225, value, 110), 0);
}

/* Pool 0 has long options, pool 1 its own T1; pool 2 a server name, routes and infinite leases;
 * pool 3 boots clients. */
static void furnish(PoolSettings *pool, unsigned number) {
        ReplySettings *reply = &pool->reply;

        set_option(reply, DHCP_OPTION_DNS, "\10\10\10\10");
        set_option(reply, DHCP_OPTION_DOMAIN_NAME, "example");
        switch (number) {
        case 0:
                set_long_options(reply);
                break;
        case 1:
                set_option(reply, DHCP_OPTION_RENEWAL_TIME, "\1\1\1\1");
                set_option(reply, DHCP_OPTION_MESSAGE_TYPE, "\7");
                break;
        case 2:
                set_option(reply, DHCP_OPTION_CLASSLESS_ROUTE, "\10\12\12\0\0\1");
                reply->server_name = strdup("boot");
                reply->next_server = NETWORK + 9;
                reply->max_lease = USEC_INFINITY;
                break;
        case 3:
                reply->boot_files = calloc(1, sizeof(*reply->boot_files));
                ck_assert_ptr_nonnull(reply->boot_files);
                reply->boot_files[0] = (BootFile){
                        .architectures = {7}, .n_architectures = 1, .name = strdup("boot.efi")};
                reply->n_boot_files = 1;
                break;
        default:
                break;
        }
}

static void add_pool(Settings *settings, unsigned number, const char *name) {
        PoolSettings *pool;

        ck_assert_int_eq(pool_settings_new(&pool, name), 0);
        pool->subnet = (Ipv4Prefix){subnet_of(number), 16};
        pool->conflict_detection = CONFLICT_DETECTION_OFF;
        pool->bootp = true;
        pool->ranges = malloc(sizeof(*pool->ranges));
        ck_assert_ptr_nonnull(pool->ranges);
        pool->ranges[0] = (Ipv4Range){subnet_of(number) + 16, subnet_of(number) + 200};
        pool->n_ranges = 1;
        furnish(pool, number);
        ck_assert_int_eq(settings_add_pool_take(settings, pool), 0);
}

static void add_host(Settings *settings) {
        HostSettings *host;

        ck_assert_int_eq(host_settings_new(&host, "printer"), 0);
        memcpy(host->hardware, "\2\0\0\0\0\1", 6);
        host->hardware_size = 6;
        set_option(&host->reply, DHCP_OPTION_DNS, "\1\1\1\1");
        ck_assert_int_eq(settings_add_host_take(settings, host), 0);
}

static void configure(Server *server, const char *domain) {
        static const char *const names[N_POOLS] = {"a", "b", "c", "d"};
        Settings *settings;

        ck_assert_int_eq(settings_new(&settings), 0);
        settings->rate_limit = 0;
        for (unsigned i = 0; i < N_POOLS; i++)
                add_pool(settings, i, names[i]);
        set_option(&settings->pools[0]->reply, DHCP_OPTION_DOMAIN_NAME, domain);
        add_host(settings);
        ck_assert_int_eq(server_configure_take(server, settings, NULL), 0);
}

/* On the first link our address is in no pool: what stands for the router is none. */
static Server *start(void) {
        static const uint8_t seed[16] = "the same in both";
        const Link links[] = {
                {.ifindex = 2,
                        .name = "eth0",
                        .hardware_type = HARDWARE_ETHERNET,
                        .up = true,
                        .n_addresses = 1,
                        .addresses = {{0xac1e0001, 30}}},
                {.ifindex = 3,
                        .name = "eth1",
                        .hardware_type = HARDWARE_ETHERNET,
                        .up = true,
                        .n_addresses = 2,
                        .addresses = {{NETWORK + 1, 16}, {NETWORK + 0x10002, 16}}},
        };
        Server *server;

        ck_assert_int_eq(server_new(&server, seed), 0);
        configure(server, "first");
        ck_assert_int_eq(server_set_links(server, links, ELEMENTSOF(links)), 0);
        return server;
}

/* Lists that most clients send, and some of few codes in any order, many of which meet in one place
 * of the memory. */
static void add_list(MessageBuilder *builder) {
        static const char *const lists[] = {
                "\1\3\6\17\63\66\72\73",
                "\1\3\6\17\63\66\72\73\167\171",
                "\3\1\6\14\74\102\103\121\141\226", /* what is derived */
                "\65\62\64\67\70\71\75\122\166",    /* what is the protocol's */
                "\341\340\3", /* more than there is room for, unless there is much */
                "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24\25\26\27\30"
                "\31\32\33\34\35\36\37\40\41\42\43\44\45\46\47\50\51\52\53\54\55\56",
        };
        static const char few[] = {3, 15, 58, 121, (char) 224, (char) 225};
        char list[64] = "";
        size_t n;

        if (pick(8) == 0)
                return;
        if (pick(2) == 0)
                (void) strcpy(list, lists[pick(ELEMENTSOF(lists))]);
        else
                for (unsigned i = pick(4); i-- > 0;)
                        list[i] = few[pick(sizeof(few))];
        n = strlen(list);
        ck_assert_int_eq(message_builder_add(builder, DHCP_OPTION_PARAMETER_LIST, list, n), 0);
}

/* Whatever a client may say that its reply could depend on. */
static void add_more(MessageBuilder *builder) {
        static const uint8_t fqdn[] = {0, 0, 0, 'h', 'i'};
        static const uint16_t sizes[] = {300, 576, 600, 1500};
        static const uint32_t lifetimes[] = {60, 3600, UINT32_MAX};

        if (pick(3) == 0)
                (void) message_builder_add_u32(
                        builder, DHCP_OPTION_LEASE_TIME, lifetimes[pick(ELEMENTSOF(lifetimes))]);
        if (pick(3) == 0) {
                uint8_t size[2];

                wire_put_u16(size, sizes[pick(ELEMENTSOF(sizes))]);
                (void) message_builder_add(
                        builder, DHCP_OPTION_MAX_MESSAGE_SIZE, size, sizeof(size));
        }
        if (pick(4) == 0) /* with NUL or without */
                (void) message_builder_add(builder, DHCP_OPTION_HOST_NAME, "laptop", 6 + pick(2));
        if (pick(8) == 0)
                (void) message_builder_add(builder, DHCP_OPTION_FQDN, fqdn, sizeof(fqdn));
        if (pick(4) == 0)
                (void) message_builder_add(builder, DHCP_OPTION_ARCHITECTURE, "\0\7", 2);
        if (pick(8) == 0)
                (void) message_builder_add(builder, DHCP_OPTION_VENDOR_CLASS, "HTTPClient", 10);
        if (pick(8) == 0)
                (void) message_builder_add(builder, DHCP_OPTION_UUID, "\0abcdefghijklmnop", 17);
        if (pick(8) == 0) {
                uint8_t circuit[200] = {1, sizeof(circuit) - 2};

                (void) message_builder_add(
                        builder, DHCP_OPTION_RELAY_AGENT, circuit, sizeof(circuit));
        }
}

typedef struct Message {
        PacketMetadata metadata;
        size_t size;
        uint8_t packet[1400];
} Message;

static void write_message(Message *message, bool bootp) {
        static const DhcpMessageType types[] = {
                DHCP_DISCOVER, DHCP_DISCOVER, DHCP_REQUEST, DHCP_INFORM};
        const DhcpMessageType type = types[pick(ELEMENTSOF(types))];
        const uint8_t hardware[16] = {2, 0, 0, 0, 0, (uint8_t) pick(N_CLIENTS)};
        const ipv4_t subnet = subnet_of(pick(N_POOLS));
        const ipv4_t address = subnet + 16 + hardware[5];
        const MessageHeader header = {
                .op = BOOTREQUEST,
                .htype = HARDWARE_ETHERNET,
                .hlen = 6,
                .xid = pick(1000),
                .flags = pick(2) ? DHCP_FLAG_BROADCAST : 0,
                .ciaddr = type == DHCP_INFORM ? address : 0,
                .giaddr = pick(4) > 0 ? subnet + 3 : 0,
                .chaddr = hardware,
        };
        MessageBuilder builder;

        message->metadata = (PacketMetadata){
                .ifindex = 2 + pick(2),
                .source = header.giaddr,
                .source_port = header.giaddr ? 67 : 68,
                .destination = header.giaddr ? 0xac1e0001 : IPV4_BROADCAST,
                .broadcast = header.giaddr == 0,
        };
        ck_assert_int_eq(message_builder_init(&builder, message->packet, sizeof(message->packet),
                                 sizeof(message->packet), &header),
                0);
        if (!bootp) {
                ck_assert_int_eq(
                        message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, (uint8_t) type),
                        0);
                if (type == DHCP_REQUEST)
                        ck_assert_int_eq(message_builder_add_u32(
                                                 &builder, DHCP_OPTION_REQUESTED_ADDRESS, address),
                                0);
                add_list(&builder);
                add_more(&builder);
        }
        message->size = message_builder_finish(&builder);
}

static void hear(Server *server, const Message *message, usec_t now, Actions *actions) {
        actions_reset(actions);
        ck_assert_int_eq(server_handle_packet(server, message->packet, message->size,
                                 &message->metadata, now, actions),
                0);
        server_commit_done(server, server_last_commit(server));
}

static void check_same(const Actions *a, const Actions *b) {
        ck_assert_int_eq(a->verdict, b->verdict);
        ck_assert_uint_eq(a->n_actions, b->n_actions);
        ck_assert_uint_eq(a->packets_used, b->packets_used);
        ck_assert_mem_eq(a->packets, b->packets, a->packets_used);
}

static unsigned count_kept(const Server *server) {
        unsigned n = 0;

        for (size_t i = 0; i < REPLY_CACHE_ENTRIES; i++)
                n += server->reply_cache.entries[i].key.pool != NULL;
        return n;
}

START_TEST(test_replies_are_the_same)
{
        static Actions with, without;
        Server *remembering = start(), *forgetful = start();
        usec_t now = USEC_PER_HOUR;
        unsigned n_replies = 0;

        random_state = 1;
        for (unsigned i = 0; i < N_MESSAGES; i++) {
                Message message;

                write_message(&message, pick(20) == 0);
                now += pick(2000000);
                reply_cache_clear(&forgetful->reply_cache);
                hear(remembering, &message, now, &with);
                hear(forgetful, &message, now, &without);
                check_same(&with, &without);
                n_replies += with.packets_used > 0;
        }
        ck_assert_uint_gt(n_replies, N_MESSAGES / 2);
        ck_assert_uint_gt(count_kept(remembering), 20);
        server_free(remembering);
        server_free(forgetful);
}
END_TEST

static void write_discover(Message *message, unsigned client) {
        static const uint8_t list[] = {1, 3, 6, 15, 51, 54, 58, 59};
        const uint8_t hardware[16] = {2, 0, 0, 0, 1, (uint8_t) client};
        const MessageHeader header = {
                .op = BOOTREQUEST,
                .htype = HARDWARE_ETHERNET,
                .hlen = 6,
                .giaddr = subnet_of(0) + 3,
                .chaddr = hardware,
        };
        MessageBuilder builder;

        message->metadata =
                (PacketMetadata){.ifindex = 3, .source = header.giaddr, .source_port = 67};
        ck_assert_int_eq(message_builder_init(&builder, message->packet, sizeof(message->packet),
                                 sizeof(message->packet), &header),
                0);
        ck_assert_int_eq(
                message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_DISCOVER), 0);
        ck_assert_int_eq(
                message_builder_add(&builder, DHCP_OPTION_PARAMETER_LIST, list, sizeof(list)), 0);
        message->size = message_builder_finish(&builder);
}

static bool reply_contains(const Actions *actions, const char *text) {
        return memmem(actions->packets, actions->packets_used, text, strlen(text)) != NULL;
}

/* The second client's reply is made of the first one's: it shows what was written over there. */
START_TEST(test_next_client_is_served_from_memory)
{
        static Actions actions;
        Server *server = start();
        Message message;

        write_discover(&message, 1);
        hear(server, &message, USEC_PER_HOUR, &actions);
        ck_assert(reply_contains(&actions, "first"));
        ck_assert_uint_eq(count_kept(server), 1);
        for (size_t i = 0; i < REPLY_CACHE_ENTRIES; i++) {
                ReplyCacheEntry *entry = &server->reply_cache.entries[i];
                uint8_t *word = memmem(entry->options, entry->size, "first", 5);

                if (entry->key.pool) {
                        ck_assert_ptr_nonnull(word);
                        memcpy(word, "FIRST", 5);
                }
        }
        write_discover(&message, 2);
        hear(server, &message, USEC_PER_HOUR, &actions);
        ck_assert(reply_contains(&actions, "FIRST"));
        server_free(server);
}
END_TEST

START_TEST(test_new_settings_are_in_force)
{
        static Actions actions;
        Server *server = start();
        Message message;

        write_discover(&message, 1);
        hear(server, &message, USEC_PER_HOUR, &actions);
        configure(server, "second");
        ck_assert_uint_eq(count_kept(server), 0);
        write_discover(&message, 2);
        hear(server, &message, USEC_PER_HOUR, &actions);
        ck_assert(reply_contains(&actions, "second"));
        ck_assert(!reply_contains(&actions, "first"));
        server_free(server);
}
END_TEST

TEST_MAIN("reply-cache", test_replies_are_the_same, test_next_client_is_served_from_memory,
        test_new_settings_are_in_force);

/* SPDX-License-Identifier: MIT */

/* The walk. The ledger knows only what came out of the server: who was acknowledged which address
 * and until when, undone as commits are undone. Against it stands the one promise that matters: no
 * address is acknowledged to two clients at once, unless it is reserved for the second. */

#include "server-walk.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/hash.h"
#include "core/grant.h"
#include "core/look-ahead.h"
#include "core/quarantine.h"
#include "core/server.h"
#include "invariants.h"
#include "wire/builder.h"

#define N_CLIENTS 24
#define NET UINT32_C(0xc0a80100) /* 192.168.1.0 */
#define FAR UINT32_C(0xac100500) /* 172.16.5.0 */
#define LEDGER_SIZE 512
#define HISTORY_SIZE 4096

/* Who holds an address, as far as clients were told. */
typedef struct Holder {
        uint64_t client; /* a digest of its identifier, 0 = nobody */
        uint64_t hardware;
        usec_t until;
} Holder;

typedef struct Change {
        uint64_t commit;
        ipv4_t address;
        Holder before;
        bool follows; /* from the commit before: its client has another address now */
} Change;

typedef struct Walk {
        const uint8_t *data;
        size_t size;
        Server *server;
        Actions actions;
        usec_t now;
        uint32_t xid;
        bool in_message;
        Holder ledger[LEDGER_SIZE]; /* .0 to .255 of NET, then of FAR */
        Change history[HISTORY_SIZE];
        size_t n_history;
        uint64_t durable; /* the newest commit that is */
        size_t n_answered;
} Walk;

static void fail(const char *sentence) {
        fprintf(stderr, "%s\n", sentence);
        abort();
}

static uint8_t draw(Walk *walk) {
        if (walk->size == 0)
                return 0;
        walk->size--;
        return *walk->data++;
}

static Holder *ledger_at(Walk *walk, ipv4_t address) {
        if ((address & 0xffffff00) == NET)
                return &walk->ledger[address & 0xff];
        if ((address & 0xffffff00) == FAR)
                return &walk->ledger[256 + (address & 0xff)];
        return NULL;
}

/* Two configurations; the second has other ranges, another host, and is stricter. */
static void walk_configure(Walk *walk, bool second) {
        static const Ipv4Range ranges[2][3] = {
                {{NET + 100, NET + 107}, {NET + 120, NET + 121}, {FAR + 10, FAR + 13}},
                {{NET + 104, NET + 110}, {NET + 130, NET + 131}, {FAR + 12, FAR + 15}},
        };
        static const char *const names[3] = {"one", "two", "far"};
        Settings *settings;
        HostSettings *host;

        if (settings_new(&settings) < 0)
                fail("out of memory");
        settings->lenient = !second;
        settings->rate_limit = 0;
        for (size_t i = 0; i < 3; i++) {
                PoolSettings *pool;

                if (pool_settings_new(&pool, names[i]) < 0 ||
                        !(pool->ranges = malloc(sizeof(*pool->ranges))))
                        fail("out of memory");
                pool->subnet = (Ipv4Prefix){i == 2 ? FAR : NET, 24};
                pool->ranges[0] = ranges[second][i];
                pool->n_ranges = 1;
                pool->authoritative = i != 1;
                pool->rapid_commit = i != 2;
                pool->bootp = second;
                pool->conflict_detection = second   ? CONFLICT_DETECTION_STRICT
                                           : i == 0 ? CONFLICT_DETECTION_OFF
                                                    : CONFLICT_DETECTION_AHEAD;
                pool->reply.default_lease = (usec_t) (60 + 60 * i) * USEC_PER_SEC;
                pool->reply.max_lease = second ? USEC_INFINITY : 600 * USEC_PER_SEC;
                if (settings_add_pool_take(settings, pool) < 0)
                        fail("out of memory");
        }
        for (uint8_t i = 0; i < 3; i++) {
                char name[8];

                (void) snprintf(name, sizeof(name), "host%u", i);
                if (host_settings_new(&host, name) < 0)
                        fail("out of memory");
                memcpy(host->hardware, (const uint8_t[]){2, 0, 0, 0, 0, (uint8_t) (i + 1)}, 6);
                host->hardware_size = 6;
                if (i < 2)
                        host->address = NET + (second ? 106U : 105U) + 50U * i;
                host->deny = i == 2 && second;
                if (settings_add_host_take(settings, host) < 0)
                        fail("out of memory");
        }
        if (server_configure_take(walk->server, settings, NULL) < 0)
                fail("out of memory");
}

static void walk_set_links(Walk *walk) {
        static const Link links[] = {
                {
                        .ifindex = 2,
                        .name = "br0",
                        .hardware_type = HARDWARE_ETHERNET,
                        .n_addresses = 1,
                        .addresses = {{NET + 1, 24}},
                },
                {
                        .ifindex = 3,
                        .name = "br1",
                        .hardware_type = HARDWARE_ETHERNET,
                        .n_addresses = 2,
                        .addresses = {{NET + 2, 24}, {0x0a000001, 8}},
                },
        };

        if (server_set_links(walk->server, links, 2) < 0)
                fail("out of memory");
}

/* Clients 1 to N_CLIENTS; the upper third share the hardware of the lower ones under another
 * identifier. */
static uint8_t client_hardware(uint8_t client) {
        return client <= 16 ? client : (uint8_t) (client - 16);
}

static Holder holder_of(const Lease *lease) {
        static const uint8_t key[16] = {0};
        LeaseRecord record;

        lease_get_record(lease, &record);
        return (Holder){
                .client = hash_bytes(record.client_id, record.client_id_size, key),
                .hardware = hash_bytes(record.hardware, record.hardware_size, key),
                .until = lease->expires,
        };
}

static void ledger_set(
        Walk *walk, const Action *action, ipv4_t address, Holder holder, bool follows) {
        Holder *place = ledger_at(walk, address);

        if (!place)
                return;
        if (walk->n_history == HISTORY_SIZE)
                fail("the walk keeps too many commits open");
        walk->history[walk->n_history++] = (Change){action->commit.id, address, *place, follows};
        *place = holder;
}

static void walk_commit(Walk *walk, const Action *action, bool follows) {
        const Lease *lease = action->commit.lease;
        Holder holder = {0};
        const Holder *before = ledger_at(walk, lease->address);

        switch (action->commit.event) {
        case LEASE_EVENT_GRANTED:
        case LEASE_EVENT_RENEWED:
        case LEASE_EVENT_CHANGED:
                holder = holder_of(lease);
                if (lease->state != LEASE_BOUND)
                        fail("a grant that is not bound");
                /* but the one that it is reserved for may put the other one out, DEVIATIONS 5 */
                if (before && before->client != 0 && before->client != holder.client &&
                        before->hardware != holder.hardware && before->until > walk->now &&
                        !(lease->flags & LEASE_RESERVED))
                        fail("an address has two owners");
                if (action->commit.event == LEASE_EVENT_RENEWED &&
                        (!before || before->client != holder.client))
                        fail("a renewal of what the client did not have");
                break;
        case LEASE_EVENT_EXPIRED:
                if (before && before->until > walk->now)
                        fail("a lease that expires before its time");
                break;
        case LEASE_EVENT_RELEASED:
        case LEASE_EVENT_DECLINED:
        case LEASE_EVENT_CLEARED:
        case LEASE_EVENT_DELETED:
                if (lease->state == LEASE_BOUND)
                        fail("an end that is still bound");
                break;
        case LEASE_EVENT_MAX:
                fail("no event");
        }
        ledger_set(walk, action, lease->address, holder, follows);
}

static void walk_send(Walk *walk, const Action *action, uint64_t last_commit) {
        static MessageView view;
        const Holder *holder;

        if (message_view_init(&view, action->send.packet, action->send.size) != MESSAGE_OK)
                fail("a reply that is no message");
        if (view.op != BOOTREPLY || view.packet_size > 1472)
                fail("a reply with a wrong header");
        /* What comes out later answers an earlier message. */
        if (walk->in_message && view.xid != walk->xid)
                fail("a reply to another message");
        /* Only to relays, and past them, routing knows the way. */
        if (action->send.destination.source == 0 ||
                (action->send.destination.ifindex == 0 &&
                        (action->send.destination.mode != SEND_UDP ||
                                action->send.destination.address == IPV4_BROADCAST)))
                fail("a reply from nowhere");
        if (action->send.after_commit != 0 && action->send.after_commit != last_commit)
                fail("a reply that waits for another commit");
        walk->n_answered++;
        if ((view.type != DHCP_ACK && view.type != DHCP_BOOTP) || view.yiaddr == 0)
                return;

        if (action->send.after_commit == 0)
                fail("an acknowledgement that waits for nothing");
        holder = ledger_at(walk, view.yiaddr);
        if (!holder || holder->client == 0)
                fail("an acknowledgement without a commit");
}

static void walk_actions(Walk *walk) {
        const char *sentence;
        uint64_t last_commit = 0;
        bool binds = false, follows;

        for (size_t i = 0; i < walk->actions.n_actions; i++) {
                const Action *action = &walk->actions.actions[i];

                switch (action->type) {
                case ACTION_COMMIT:
                        last_commit = action->commit.id;
                        follows = binds && action->commit.event == LEASE_EVENT_RELEASED;
                        binds = follows || action->commit.event == LEASE_EVENT_GRANTED ||
                                action->commit.event == LEASE_EVENT_RENEWED;
                        walk_commit(walk, action, follows);
                        break;
                case ACTION_SEND:
                        walk_send(walk, action, last_commit);
                        break;
                case ACTION_PROBE:
                        if (action->probe.address == 0 ||
                                (action->probe.way == PROBE_BY_ARP) != (action->probe.ifindex != 0))
                                fail("a probe for nothing");
                        break;
                case ACTION_NOTICE:
                        break;
                case ACTION_TYPE_MAX:
                        fail("no action");
                }
        }
        sentence = invariants_broken(walk->server);
        if (sentence)
                fail(sentence);
}

static ipv4_t draw_address(Walk *walk) {
        uint8_t which = draw(walk);

        if (which < 200)
                return NET + 100 + which % 32;
        if (which < 230)
                return FAR + 8 + which % 8;
        return which < 240 ? NET + which % 4 : (ipv4_t) which << 24;
}

static void walk_message(Walk *walk, uint8_t choice) {
        static const DhcpMessageType types[] = {DHCP_DISCOVER, DHCP_REQUEST, DHCP_REQUEST,
                DHCP_REQUEST, DHCP_RELEASE, DHCP_DECLINE, DHCP_INFORM, DHCP_BOOTP};
        const DhcpMessageType type = types[choice % 8];
        uint8_t client = (uint8_t) (draw(walk) % N_CLIENTS + 1), bits = draw(walk), packet[1024];
        const uint8_t id[2] = {0xff, client};
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {2, 0, 0, 0, 0, client_hardware(client)};
        MessageHeader header = {
                .op = BOOTREQUEST,
                .htype = HARDWARE_ETHERNET,
                .hlen = 6,
                .xid = ++walk->xid,
                .flags = bits & 1 ? DHCP_FLAG_BROADCAST : 0,
                .ciaddr = bits & 2 ? draw_address(walk) : 0,
                .giaddr = (bits & 12) == 12 ? FAR + 1 : 0,
                .chaddr = chaddr,
        };
        const PacketMetadata metadata = {
                .ifindex = 2 + (bits >> 4 & 1),
                .source = header.ciaddr,
                .broadcast = bits >> 5 & 1,
                .destination = NET + 1,
        };
        MessageBuilder builder;
        size_t size;

        if (message_builder_init(&builder, packet, sizeof(packet), sizeof(packet), &header) < 0)
                fail("no room for a message");
        if (type != DHCP_BOOTP)
                (void) message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, (uint8_t) type);
        (void) message_builder_add(&builder, DHCP_OPTION_CLIENT_ID, id, sizeof(id));
        if (draw(walk) & 1)
                (void) message_builder_add_u32(
                        &builder, DHCP_OPTION_REQUESTED_ADDRESS, draw_address(walk));
        if (bits & 64)
                (void) message_builder_add_u32(&builder, DHCP_OPTION_SERVER_ID, NET + 1);
        if (bits & 128)
                (void) message_builder_add(&builder, DHCP_OPTION_RAPID_COMMIT, NULL, 0);
        for (uint8_t n = draw(walk) % 3; n > 0; n--) {
                uint8_t code = draw(walk), data[8];

                for (size_t i = 0; i < sizeof(data); i++)
                        data[i] = draw(walk);
                (void) message_builder_add(&builder, code, data, draw(walk) % 9U);
        }
        size = message_builder_finish(&builder);

        uint8_t *copy = malloc(size);
        if (!copy)
                fail("out of memory");
        memcpy(copy, packet, size);
        for (uint8_t n = choice >= 192 ? draw(walk) % 8 : 0; n > 0; n--)
                copy[(size_t) (draw(walk) << 8 | draw(walk)) % size] = draw(walk);
        walk->xid = wire_get_u32(copy + 4);
        server_look_ahead(walk->server, &(LookAheadPacket){copy, size}, 1);
        if (server_handle_packet(walk->server, copy, size, &metadata, walk->now, &walk->actions) <
                0)
                fail("a message that fails");
        free(copy);
}

static void walk_arp(Walk *walk) {
        uint8_t hardware[6] = {2, 0, 0, 0, 0, (uint8_t) (draw(walk) % 20)};

        if (server_handle_arp(
                    walk->server, 2, draw_address(walk), hardware, walk->now, &walk->actions) < 0)
                fail("ARP that fails");
}

static void walk_echo(Walk *walk) {
        if (server_handle_echo(walk->server, draw_address(walk), walk->now, &walk->actions) < 0)
                fail("an echo that fails");
}

/* A client's new binding and the ends that follow from it are in one batch of the lease file. */
static bool walk_parts_group(const Walk *walk, uint64_t id) {
        for (size_t i = 0; i < walk->n_history; i++)
                if (walk->history[i].commit == id)
                        return walk->history[i].follows;
        return false;
}

static void walk_undo(Walk *walk) {
        uint64_t last = server_last_commit(walk->server);
        uint64_t id;

        if (last == walk->durable)
                return;
        id = walk->durable + 1 + draw(walk) % (last - walk->durable);
        while (walk_parts_group(walk, id))
                id--;
        server_commit_undo(walk->server, id);
        while (walk->n_history > 0 && walk->history[walk->n_history - 1].commit >= id) {
                const Change *change = &walk->history[--walk->n_history];

                *ledger_at(walk, change->address) = change->before;
        }
}

static void walk_done(Walk *walk) {
        uint64_t last = server_last_commit(walk->server);
        size_t n = 0;

        if (last == walk->durable)
                return;
        walk->durable += 1 + draw(walk) % (last - walk->durable);
        while (walk_parts_group(walk, walk->durable + 1))
                walk->durable++;
        server_commit_done(walk->server, walk->durable);
        while (n < walk->n_history && walk->history[n].commit <= walk->durable)
                n++;
        walk->n_history -= n;
        memmove(walk->history, walk->history + n, walk->n_history * sizeof(Change));
}

static void walk_advance(Walk *walk) {
        uint8_t seconds = draw(walk);

        walk->now += (usec_t) seconds * seconds * 10 * USEC_PER_MSEC;
        while (server_next_deadline(walk->server) <= walk->now) {
                if (server_advance(walk->server, walk->now, &walk->actions) < 0)
                        fail("time that fails");
                walk_actions(walk);
                actions_reset(&walk->actions);
        }
}

static void walk_administer(Walk *walk) {
        ipv4_t address = draw_address(walk);

        switch (draw(walk) % 4) {
        case 0:
                (void) server_release_lease(walk->server, address, walk->now, &walk->actions);
                break;
        case 1:
                (void) server_delete_lease(walk->server, address, walk->now, &walk->actions);
                break;
        case 2:
                (void) server_clear_next(
                        walk->server, NULL, &(size_t){0}, walk->now, &walk->actions);
                break;
        case 3:
                walk_configure(walk, address & 1);
                break;
        }
}

static void walk_step(Walk *walk) {
        uint8_t choice = draw(walk);

        actions_reset(&walk->actions);
        if (choice < 16)
                walk_advance(walk);
        else if (choice < 24)
                walk_undo(walk);
        else if (choice < 40)
                walk_done(walk);
        else if (choice < 44)
                walk_administer(walk);
        else if (choice < 50)
                walk_arp(walk);
        else if (choice < 54)
                walk_echo(walk);
        else {
                walk->in_message = true;
                walk_message(walk, choice);
        }
        walk_actions(walk);
        walk->in_message = false;

        /* The lease file keeps up, more or less. */
        if (walk->n_history > HISTORY_SIZE / 2)
                walk_done(walk);
}

size_t server_walk(const uint8_t *data, size_t size) {
        static Walk walk;

        walk = (Walk){
                .data = data,
                .size = size,
                .now = 1000 * USEC_PER_SEC,
        };
        if (server_new(&walk.server, (const uint8_t *) "0123456789abcdef") < 0)
                fail("out of memory");
        walk_configure(&walk, draw(&walk) & 1);
        walk_set_links(&walk);
        while (walk.size > 0)
                walk_step(&walk);
        server_free(walk.server);
        return walk.n_answered;
}

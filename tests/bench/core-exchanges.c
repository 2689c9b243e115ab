/* SPDX-License-Identifier: MIT */

/* Nothing but the core at work: four-way exchanges of fresh clients behind a relay agent, in
 * virtual time, every lease committed at once. For the script "instructions", which counts what the
 * core executes.
 *
 *   core-exchanges N
 */

#include <errno.h>
#include <string.h>

#include "basic/text.h"
#include "core/server.h"
#include "messages.h"

enum {
        IFINDEX = 2,
        N_MAX = 1000000,
        USEC_PER_PACKET = 5,
};

static const ipv4_t server_address = 0xac1e0001, relay_address = 0x0a000002;

typedef struct Stage {
        Server *server;
        Requests requests;
        usec_t now;
        Actions actions;
} Stage;

static int add_pool(Settings *settings) {
        _cleanup_(pool_settings_freep) PoolSettings *pool = NULL;
        int r;

        r = pool_settings_new(&pool, "bench");
        if (r < 0)
                return r;
        pool->subnet = (Ipv4Prefix){0x0a000000, 8};
        pool->ranges = malloc(sizeof(*pool->ranges));
        if (!pool->ranges)
                return -ENOMEM;
        pool->ranges[0] = (Ipv4Range){0x0a010000, 0x0a010000 + N_MAX};
        pool->n_ranges = 1;
        r = settings_add_pool_take(settings, pool);
        if (r < 0)
                return r;
        TAKE_PTR(pool);
        return 0;
}

static int stage_init(Stage *stage) {
        static const uint8_t seed[16] = "the same always";
        _cleanup_(settings_freep) Settings *settings = NULL;
        const Link link = {
                .ifindex = IFINDEX,
                .name = "eth0",
                .hardware_type = HARDWARE_ETHERNET,
                .up = true,
                .n_addresses = 1,
                .addresses = {{server_address, 30}},
        };
        int r;

        stage->now = USEC_PER_SEC;
        r = requests_init(&stage->requests, relay_address, false);
        if (r < 0)
                return r;
        r = server_new(&stage->server, seed);
        if (r < 0)
                return r;
        r = settings_new(&settings);
        if (r < 0)
                return r;
        r = add_pool(settings);
        if (r < 0)
                return r;
        r = server_configure_take(stage->server, settings, NULL);
        if (r < 0)
                return r;
        TAKE_PTR(settings);
        return server_set_links(stage->server, &link, 1);
}

/* Hands a request to the core. Return: 0 when the reply is of the type, -EPROTO. */
static int stage_ask(Stage *stage, RequestKind kind, const RequestValues *values,
        DhcpMessageType type, Reply *ret) {
        const PacketMetadata metadata = {
                .ifindex = IFINDEX,
                .source = relay_address,
                .source_port = DHCP_SERVER_PORT,
                .destination = server_address,
        };
        uint8_t packet[REQUEST_SIZE_MAX];
        size_t size;
        int r;

        size = requests_write(&stage->requests, kind, values, packet);
        stage->now += USEC_PER_PACKET;
        actions_reset(&stage->actions);
        r = server_handle_packet(
                stage->server, packet, size, &metadata, stage->now, &stage->actions);
        if (r < 0)
                return r;
        server_commit_done(stage->server, server_last_commit(stage->server));

        for (size_t i = 0; i < stage->actions.n_actions; i++) {
                const Action *action = &stage->actions.actions[i];

                if (action->type == ACTION_SEND &&
                        reply_parse(action->send.packet, action->send.size, ret) >= 0 &&
                        ret->type == type)
                        return 0;
        }
        return -EPROTO;
}

static int run(Stage *stage, uint32_t n) {
        RequestValues values;
        Reply reply;
        int r;

        for (uint32_t i = 0; i < n; i++) {
                values = (RequestValues){.client = i, .xid = i};
                r = stage_ask(stage, REQUEST_DISCOVER, &values, DHCP_OFFER, &reply);
                if (r < 0)
                        return r;
                values.address = reply.yiaddr;
                values.server_id = reply.server_id;
                r = stage_ask(stage, REQUEST_SELECT, &values, DHCP_ACK, &reply);
                if (r < 0)
                        return r;
        }
        return 0;
}

int main(int argc, char *argv[]) {
        static Stage stage;
        uint64_t n;
        int r;

        if (argc != 2 || parse_u64(argv[1], N_MAX, &n) < 0) {
                (void) fputs("Usage: core-exchanges N\n", stderr);
                return 2;
        }
        r = stage_init(&stage);
        if (r >= 0)
                r = run(&stage, (uint32_t) n);
        server_free(stage.server);
        if (r < 0) {
                (void) fprintf(stderr, "core-exchanges: %s\n", strerror(-r));
                return 1;
        }
        return 0;
}

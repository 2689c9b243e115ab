/* SPDX-License-Identifier: MIT */

/* Whatever is done to the state machine inside, settle() follows: what it wants sent leaves, what
 * has happened is told, and what it believes is compared with what the server has promised. */

#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manners.h"
#include "world.h"

void host_init(World *world, Host *host, size_t number) {
        Dice *dice = &world->dice;

        *host = (Host){
                .number = number,
                .wire = (WireName) dice_below(dice, WIRES_MAX),
                .hardware = {2, 0, 0, 0, 0, (uint8_t) number},
                .acd = (mdc_acd) dice_below(dice, 3),
                .broadcast = dice_one_in(dice, 4),
                .rapid_commit = dice_one_in(dice, 4),
                .offer_wait = dice_one_in(dice, 4) ? 500 * USEC_PER_MSEC : 0,
                .without = USEC_INFINITY,
                .renewing = USEC_INFINITY,
        };
        (void) snprintf(host->name, sizeof(host->name), "h%02u", (unsigned) number & 0xff);
        if (dice_one_in(dice, 4))
                host->lifetime =
                        world->site.pools[host->wire].lease == USEC_INFINITY
                                ? USEC_PER_HOUR
                                : world->site.pools[host->wire].lease / dice_between(dice, 1, 2);
        else if (dice_one_in(dice, 8))
                host->lifetime = USEC_INFINITY;
        host_move(world, host, host->wire, false);
}

void host_done(Host *host) {
        host->client = mdc_client_unref(host->client);
        host->memory = mdc_lease_unref(host->memory);
}

void host_move(World *world, Host *host, WireName wire, bool other_system) {
        host->wire = wire;
        if (other_system) {
                host->system = !host->system;
                host->memory = mdc_lease_unref(host->memory);
        }
        if (host->system == 0)
                client_id_from_hardware(
                        HARDWARE_ETHERNET, host->hardware, sizeof(host->hardware), &host->id);
        else
                host->id = (ClientId){.size = 5, .data = {0xff, 0, 0, 1, (uint8_t) host->number}};
        host->digest = promises_digest(host->id.data, host->id.size);
        say(world, host->name, "is on %s with system %u", wires[wire].name, host->system);
}

/* ---- what it sends -------------------------------------------------------------------------- */

static void send_output(World *world, Host *host, const mdc_output *output) {
        static MessageView message;
        char address[IPV4_STRING_MAX] = "";
        ipv4_t wanted = 0;

        if (output->kind != MDC_OUTPUT_ARP) {
                if (message_view_init(&message, output->data, output->size) != MESSAGE_OK)
                        world_fail(world, "%s sends what is no message", host->name);
                (void) message_get_ipv4(&message, DHCP_OPTION_REQUESTED_ADDRESS, &wanted);
                if (wanted == 0)
                        wanted = message.ciaddr;
                say(world, host->name, "sends %s %08x %s", message_type_to_string(message.type),
                        message.xid, wanted ? ipv4_format(wanted, address) : "");
                manners_check(world, host, &message, output);
        }
        net_from_host(world, host, output);
}

/* ---- what it believes ----------------------------------------------------------------------- */

/* RFC 2131 4.4.1 has the client count from when it sent the REQUEST, so that its lease never
 * outlives the server's. */
static void compare_lease(World *world, Host *host, const mdc_lease *lease) {
        struct in_addr address;
        uint64_t begin, lifetime;
        usec_t promised;

        (void) mdc_lease_get_address(lease, &address);
        (void) mdc_lease_get_begin(lease, &begin);
        (void) mdc_lease_get_lifetime(lease, &lifetime);
        promised = promises_expiry(world, ntohl(address.s_addr), host->digest);
        if (promised >= usec_add(begin, lifetime)) {
                if (promises_is_sure(world, ntohl(address.s_addr), host->digest))
                        host->confused = false;
                return;
        }
        if (!host->confused)
                world_fail(world, "%s believes that its lease lasts until %llu, the server %llu",
                        host->name, (unsigned long long) (usec_add(begin, lifetime) / USEC_PER_SEC),
                        (unsigned long long) (promised / USEC_PER_SEC));
}

static void tell_event(World *world, Host *host, const mdc_event *event) {
        switch (event->type) {
        case MDC_EVENT_ACQUIRED:
                world_see(world, SIGHT_ACQUIRED);
                if (host->seen == MDC_STATE_REBOOTING)
                        world_see(world, SIGHT_REBOOTED);
                if (host->wire == WIRE_FAR)
                        world_see(world, SIGHT_RELAYED);
                compare_lease(world, host, event->lease);
                break;
        case MDC_EVENT_RENEWED:
                world_see(world, host->seen == MDC_STATE_REBINDING ? SIGHT_REBOUND : SIGHT_RENEWED);
                compare_lease(world, host, event->lease);
                break;
        case MDC_EVENT_REFUSED:
                world_see(world, SIGHT_NAK);
                break;
        case MDC_EVENT_CONFLICT:
                world_see(world, SIGHT_CONFLICT);
                break;
        case MDC_EVENT_EXPIRED:
                world_see(world, SIGHT_EXPIRED);
                break;
        case MDC_EVENT_STATE:
                say(world, host->name, "is now %s", mdc_state_to_string(event->state));
                break;
        case MDC_EVENT_DROPPED:
        case MDC_EVENT_NOT_SENT:
        case MDC_EVENT_SENT:
        case MDC_EVENT_RECEIVED:
        case MDC_EVENT_OFFER:
        case MDC_EVENT_GRANTED:
        case MDC_EVENT_RELEASED:
        case MDC_EVENT_INFORMED:
        case MDC_EVENT_IPV6_ONLY:
        case MDC_EVENT_FORCE_RENEW:
        case MDC_EVENT_LINK_DOWN:
        case MDC_EVENT_LINK_UP:
        case MDC_EVENT_LINK_GONE:
        case MDC_EVENT_ADDRESS_REMOVED:
                break;
        }
}

static void look_at_state(World *world, Host *host) {
        const mdc_state state =
                host->client ? mdc_client_get_state(host->client) : MDC_STATE_STOPPED;
        const bool waits = state == MDC_STATE_RENEWING || state == MDC_STATE_REBINDING;
        struct in_addr address;
        mdc_lease *lease;

        host->held = 0;
        if (host->client && mdc_client_get_lease(host->client, &lease) >= 0 &&
                mdc_lease_get_address(lease, &address) >= 0)
                host->held = ntohl(address.s_addr);
        if (host->held != 0 || host->state != HOST_ON)
                host->without = USEC_INFINITY;
        else if (host->without == USEC_INFINITY)
                host->without = world->now;
        if (!waits || host->state != HOST_ON)
                host->renewing = USEC_INFINITY;
        else if (host->renewing == USEC_INFINITY)
                host->renewing = world->now;
        host->seen = state;
}

static void settle(World *world, Host *host) {
        const mdc_output *output;
        const mdc_event *event;

        while (host->client && mdc_client_next_event(host->client, &event) > 0)
                tell_event(world, host, event);
        while (host->client && mdc_client_next_output(host->client, &output) > 0)
                send_output(world, host, output);
        look_at_state(world, host);
}

/* ---- what is done to it --------------------------------------------------------------------- */

/* Perhaps another's, reserved, outside of the range, or the server's own. */
static struct in_addr any_address(World *world, const Host *host) {
        return (struct in_addr){.s_addr = htonl(wires[host->wire].network +
                                                (ipv4_t) dice_between(&world->dice, 8, 70))};
}

static void make_client(World *world, Host *host) {
        uint8_t seed[16];
        mdc_config *config;
        int r;

        dice_bytes(&world->dice, seed, sizeof(seed));
        if (mdc_config_new(&config) < 0)
                abort();
        r = mdc_config_set_hardware(
                config, HARDWARE_ETHERNET, host->hardware, sizeof(host->hardware));
        if (r >= 0 && host->system != 0)
                r = mdc_config_set_client_id_raw(config, host->id.data, host->id.size);
        else if (r >= 0 && host->number % 3 == 0)
                r = mdc_config_set_client_id_raw(config, NULL, 0);
        if (r >= 0)
                r = mdc_config_set_random_seed(config, seed);
        if (r >= 0)
                r = mdc_config_set_acd(config, host->acd);
        if (r >= 0)
                r = mdc_config_set_broadcast(config, host->broadcast);
        if (r >= 0)
                r = mdc_config_set_rapid_commit(config, host->rapid_commit);
        if (r >= 0)
                r = mdc_config_set_offer_wait(config, host->offer_wait);
        if (r >= 0)
                r = mdc_config_set_lease_time(config, host->lifetime);
        if (r >= 0 && dice_one_in(&world->dice, 4))
                r = mdc_config_set_requested_address(config, any_address(world, host));
        if (r >= 0)
                r = mdc_config_set_hostname(config, host->name);
        if (r >= 0)
                r = mdc_client_new(&host->client, config);
        if (r < 0)
                abort();
        (void) mdc_config_unref(config);
}

/* RFC 2131 3.2 and 3.7: with the address of before it asks first. To go on without asking is for
 * who was away for a moment and has the lease itself. */
void host_switch_on(World *world, Host *host) {
        _cleanup_(mdc_lease_unrefp) mdc_lease *memory = TAKE_PTR(host->memory);
        struct in_addr address = {0};

        if (host->state != HOST_OFF)
                return;
        make_client(world, host);
        host->state = HOST_ON;
        manners_begin(world, host);
        if (memory)
                (void) mdc_lease_get_address(memory, &address);

        if (memory && site_find_wire(ntohl(address.s_addr)) == host->wire &&
                dice_one_in(&world->dice, 2) &&
                mdc_client_adopt(host->client, world->now, memory) >= 0) {
                say(world, host->name, "goes on with its lease");
        } else if (memory && dice_one_in(&world->dice, 2)) {
                host->confused = false;
                say(world, host->name, "boots, and remembers its address");
                (void) mdc_client_init_reboot(host->client, world->now, address);
        } else if (dice_one_in(&world->dice, 8)) {
                host->confused = false;
                say(world, host->name, "boots, and means to remember an address");
                (void) mdc_client_init_reboot(host->client, world->now, any_address(world, host));
        } else {
                host->confused = false;
                say(world, host->name, "boots");
                (void) mdc_client_start(host->client, world->now);
        }
        settle(world, host);
}

void host_switch_off(World *world, Host *host, bool remembers) {
        mdc_lease *lease;

        if (host->state == HOST_OFF)
                return;
        say(world, host->name, remembers ? "is switched off" : "is destroyed");
        if (remembers && mdc_client_get_lease(host->client, &lease) >= 0)
                host->memory = mdc_lease_ref(lease);
        host->client = mdc_client_unref(host->client);
        host->state = HOST_OFF;
        settle(world, host);
}

void host_shut_down(World *world, Host *host) {
        if (host->state != HOST_ON)
                return;
        (void) mdc_client_release(host->client, world->now, NULL);
        settle(world, host);
        host_switch_off(world, host, false);
}

void host_suspend(World *world, Host *host) {
        if (host->state != HOST_ON)
                return;
        say(world, host->name, "falls asleep");
        host->state = HOST_ASLEEP;
        settle(world, host);
}

void host_resume(World *world, Host *host) {
        if (host->state != HOST_ASLEEP)
                return;
        say(world, host->name, "wakes up");
        host->state = HOST_ON;
        host_tick(world, host);
}

void host_renew(World *world, Host *host) {
        if (host->state != HOST_ON || mdc_client_renew(host->client, world->now) < 0)
                return;
        manners_forget(host);
        settle(world, host);
}

usec_t host_deadline(const Host *host) {
        return host->state == HOST_ON ? mdc_client_deadline(host->client) : USEC_INFINITY;
}

void host_tick(World *world, Host *host) {
        if (host->state != HOST_ON)
                return;
        (void) mdc_client_tick(host->client, world->now);
        settle(world, host);
}

void host_receive(World *world, Host *host, ipv4_t source, const uint8_t *packet, size_t size) {
        const mdc_metadata metadata = {
                .source.s_addr = htonl(source),
                .source_port = DHCP_SERVER_PORT,
        };
        static MessageView message;
        uint32_t seconds;

        if (host->state != HOST_ON ||
                mdc_client_input(host->client, world->now, &metadata, packet, size) <= 0)
                return;
        if (message_view_init(&message, packet, size) == MESSAGE_OK && message.type == DHCP_ACK &&
                message_get_u32(&message, DHCP_OPTION_LEASE_TIME, &seconds) >= 0)
                host->held_until = seconds == UINT32_MAX
                                           ? USEC_INFINITY
                                           : usec_add(world->now, seconds * USEC_PER_SEC);
        manners_forget(host);
        say(world, host->name, "takes %s", message_type_to_string(message.type));
        settle(world, host);
}

void host_receive_arp(World *world, Host *host, const uint8_t *packet, size_t size) {
        if (host->state != HOST_ON)
                return;
        (void) mdc_client_input_arp(host->client, world->now, packet, size);
        settle(world, host);
}

/* ---- what is known of it from outside ------------------------------------------------------- */

Host *host_find(World *world, const uint8_t *hardware) {
        const size_t number = hardware[5];

        return number < world->n_hosts ? &world->hosts[number] : NULL;
}

static bool is_overtaken(const Host *host, const MessageView *message) {
        ipv4_t address = message->ciaddr;

        if (message->type == DHCP_DISCOVER)
                return message_has(message, DHCP_OPTION_RAPID_COMMIT) &&
                       (message->xid != host->xid || host->seen != MDC_STATE_SELECTING);
        if (message->xid == host->xid)
                return false;
        if (message->type == DHCP_REQUEST && address == 0)
                (void) message_get_ipv4(message, DHCP_OPTION_REQUESTED_ADDRESS, &address);
        return message->type != DHCP_REQUEST || address != host->held;
}

void host_heard(World *world, const MessageView *message) {
        Host *host = host_find(world, message->chaddr);

        if (!host)
                return;
        host->n_sent++;
        if (is_overtaken(host, message))
                host->confused = true;
}

/* RFC 2131 4.3: a server answers; it never speaks first. */
void host_replied(World *world, const MessageView *reply) {
        Host *host = host_find(world, reply->chaddr);

        if (!host)
                return;
        if (++host->n_replies > host->n_sent)
                world_fail(world, "%s gets more replies than it has sent messages", host->name);
}

/* RFC 2131 4.4.5: a client whose lease has run out "MUST immediately stop any other network
 * processing". */
void host_check(World *world, Host *host) {
        char address[IPV4_STRING_MAX];

        if (host->state != HOST_ON || host->held == 0)
                return;
        if (world->now > host->held_until)
                world_fail(world, "%s uses %s, and its lease has run out", host->name,
                        ipv4_format(host->held, address));
        if (!host->confused && promises_expiry(world, host->held, host->digest) < world->now)
                world_fail(world, "%s uses %s, which the server has not promised to it", host->name,
                        ipv4_format(host->held, address));
}

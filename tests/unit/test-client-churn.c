/* SPDX-License-Identifier: MIT */

/* An hour of coming and going, in virtual time: two clients that configure what they get, a VPN and
 * an administrator's routes, cables that are pulled and moved, interfaces that go and come, servers
 * that fall silent, refuse and change their minds, and others who flush and replace routes. The
 * client's core, what holds its leases and what configures them are the real ones; the kernel is a
 * model, and so are servers and loop.
 *
 * Invariant, after every step: the routing table is the sum of what each owns. What a client owns
 * is told by the server's last word to it, not by the client. */

#include <linux/rtnetlink.h>

#include "churn.h"
#include "client-cli/report.h"
#include "client-cli/state-file.h"

/* ---- what is not real -------------------------------------------------------------------------
 */

StateClock state_clock_now(void) {
        return (StateClock){.now = {.boottime = kernel.now}};
}

int state_file_load(const char *path, State *ret, const char **ret_problem) {
        (void) path;
        (void) ret;
        (void) ret_problem;
        return -ENOENT;
}

int state_file_save(const char *path, const State *state) {
        (void) path;
        (void) state;
        return 0;
}

void state_file_remove(const char *path) {
        (void) path;
}

int script_run(const ScriptSettings *settings, ScriptEvent event, const mdc_lease *lease) {
        (void) settings;
        (void) event;
        (void) lease;
        return 0;
}

int script_queue_new(ScriptQueue **ret, struct sd_event *event, const ScriptSettings *settings) {
        (void) ret;
        (void) event;
        (void) settings;
        return 0;
}

ScriptQueue *script_queue_free(ScriptQueue *queue) {
        (void) queue;
        return NULL;
}

int script_queue_add(ScriptQueue *queue, ScriptEvent event, mdc_lease *lease) {
        (void) queue;
        (void) event;
        (void) lease;
        return 0;
}

int script_queue_finish(ScriptQueue *queue) {
        (void) queue;
        return 0;
}

/* ---- the servers ------------------------------------------------------------------------------
 */

static void add_variant(const Station *station, MessageBuilder *builder) {
        const Grant grant = {.net = station->net, .variant = station->variant};
        uint8_t data[64], *end = data;
        Route routes[3];
        size_t n = churn_routes_of(&grant, routes);

        if (n == 1) {
                (void) message_builder_add_u32(builder, DHCP_OPTION_ROUTER, routes[0].gateway);
                return;
        }
        for (size_t i = 0; i < n; i++) {
                uint8_t bytes[sizeof(ipv4_t)];
                size_t size = (routes[i].destination.length + 7U) / 8U;

                *end++ = routes[i].destination.length;
                wire_put_u32(bytes, routes[i].destination.address);
                memcpy(end, bytes, size);
                wire_put_u32(end + size, routes[i].gateway);
                end += size + sizeof(ipv4_t);
        }
        (void) message_builder_add(
                builder, DHCP_OPTION_CLASSLESS_ROUTE, data, (size_t) (end - data));
}

static void answer(Station *station, DhcpMessageType type) {
        uint8_t chaddr[DHCP_CHADDR_SIZE] = {0}, packet[600];
        const MessageHeader header = {
                .op = BOOTREPLY,
                .htype = HARDWARE_ETHERNET,
                .hlen = ETHERNET_ADDRESS_SIZE,
                .xid = station->sent.xid,
                .yiaddr = type == DHCP_NAK ? 0 : churn_address(station->net, 77),
                .chaddr = chaddr,
        };
        const mdc_metadata metadata = {.source.s_addr = htonl(churn_address(station->net, 1)),
                .source_port = DHCP_SERVER_PORT};
        MessageBuilder builder;
        size_t size;

        memcpy(chaddr, station->sent.chaddr, ETHERNET_ADDRESS_SIZE);
        (void) message_builder_init(&builder, packet, sizeof(packet), sizeof(packet), &header);
        (void) message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, (uint8_t) type);
        (void) message_builder_add_u32(
                &builder, DHCP_OPTION_SERVER_ID, churn_address(station->net, 1));
        if (type != DHCP_NAK) {
                (void) message_builder_add_u32(&builder, DHCP_OPTION_LEASE_TIME, station->seconds);
                (void) message_builder_add_u32(&builder, DHCP_OPTION_SUBNET_MASK, 0xffffff00);
                add_variant(station, &builder);
        }
        size = message_builder_finish(&builder);
        (void) mdc_client_input(station->client, kernel.now, &metadata, packet, size);
        if (type == DHCP_NAK)
                station->grant.valid = false;
        if (type == DHCP_ACK)
                station->grant = (Grant){true, station->net, station->variant,
                        kernel.now + station->seconds * SECOND};
}

/* RFC 2131 4.3.2, as far as it matters here. */
static void serve(Station *station) {
        const MessageView *sent = &station->sent;
        ipv4_t wanted = sent->ciaddr, server = 0;

        if (sent->type == DHCP_RELEASE) {
                station->grant.valid = false;
                return;
        }
        if (!station->server_on)
                return;
        if (sent->type == DHCP_DISCOVER) {
                answer(station, DHCP_OFFER);
                return;
        }
        (void) message_get_ipv4(sent, DHCP_OPTION_REQUESTED_ADDRESS, &wanted);
        (void) message_get_ipv4(sent, DHCP_OPTION_SERVER_ID, &server);
        if (wanted == churn_address(station->net, 77))
                answer(station, DHCP_ACK);
        else if (!station->server_forgets)
                answer(station, DHCP_NAK);
}

/* ---- the loop ---------------------------------------------------------------------------------
 */

/* As the service does it. */
static void schedule(Station *station, bool for_link) {
        const usec_t soon = kernel.now + 50 * USEC_PER_MSEC;

        if (!for_link && station->refresh_at != USEC_INFINITY)
                return;
        station->refresh_for_link |= for_link;
        station->refresh_at = for_link ? kernel.now : pace_next(&station->pace, soon);
}

static void refresh(Station *station) {
        const bool by_link = station->refresh_for_link;

        station->refresh_at = USEC_INFINITY;
        station->refresh_for_link = false;
        if (holding_refresh(&station->holding) && !by_link)
                (void) pace_spend(&station->pace, kernel.now);
}

static void take_event(Station *station, const mdc_event *event) {
        mdc_lease *lease = mdc_lease_ref(event->lease);
        const mdc_event copy = *event;

        (void) holding_take_event(&station->holding, &copy);
        if (copy.type == MDC_EVENT_LINK_UP)
                schedule(station, true);
        else if (copy.type == MDC_EVENT_ADDRESS_REMOVED)
                schedule(station, false);
        (void) mdc_lease_unref(lease);
}

static void pump(Station *station) {
        const mdc_output *output;
        const mdc_event *event;

        while (station->client) {
                while (mdc_client_next_output(station->client, &output) > 0) {
                        static uint8_t copy[1500];

                        if (output->kind == MDC_OUTPUT_ARP || !station->carrier || !station->up)
                                continue;
                        memcpy(copy, output->data, output->size);
                        ck_assert_int_eq(
                                message_view_init(&station->sent, copy, output->size), MESSAGE_OK);
                        serve(station);
                }
                if (mdc_client_next_event(station->client, &event) <= 0)
                        return;
                take_event(station, event);
        }
}

static void take_news(Churn *churn) {
        for (size_t i = 0; i < kernel.n_news; i++) {
                const KernelNews *news = &kernel.news[i];

                for (size_t k = 0; k < CLIENTS; k++) {
                        Station *station = &churn->stations[k];

                        if (!station->client)
                                continue;
                        if (news->address == 0) {
                                if (applied_notice(station->holding.applied, &news->loss))
                                        schedule(station, false);
                        } else if (news->ifindex == station->ifindex) {
                                (void) mdc_client_address_removed(station->client, kernel.now,
                                        (struct in_addr){htonl(news->address)});
                        }
                }
        }
        kernel.n_news = 0;
        for (size_t k = 0; k < CLIENTS; k++)
                pump(&churn->stations[k]);
}

static usec_t next_moment(const Churn *churn, usec_t until) {
        usec_t next = MIN(until, kernel_deadline());

        for (size_t i = 0; i < CLIENTS; i++) {
                const Station *station = &churn->stations[i];

                next = MIN(next, station->refresh_at);
                if (station->client)
                        next = MIN(next, mdc_client_deadline(station->client));
        }
        return MAX(next, kernel.now);
}

static void pass(Churn *churn, usec_t span) {
        const usec_t until = kernel.now + span;
        unsigned n = 0;

        take_news(churn);
        churn_check_no_harm(churn);
        do {
                ck_assert_uint_lt(n++, 10000);
                kernel_pass(next_moment(churn, until));
                for (size_t i = 0; i < CLIENTS; i++) {
                        Station *station = &churn->stations[i];

                        if (station->client)
                                (void) mdc_client_tick(station->client, kernel.now);
                        pump(station);
                        if (station->refresh_at <= kernel.now)
                                refresh(station);
                }
                take_news(churn);
                churn_check_no_harm(churn);
        } while (kernel.now < until);
}

/* ---- deeds ------------------------------------------------------------------------------------
 */

static void open_client(Station *station) {
        uint8_t hardware[ETHERNET_ADDRESS_SIZE] = {2, 0, 0, 0, 1, (uint8_t) station->number};
        uint8_t seed[16] = {(uint8_t) station->ifindex, (uint8_t) station->number};

        ck_assert_int_eq(mdc_config_new(&station->config), 0);
        (void) mdc_config_set_hardware(
                station->config, HARDWARE_ETHERNET, hardware, sizeof(hardware));
        (void) mdc_config_set_random_seed(station->config, seed);
        (void) mdc_config_set_acd(station->config, MDC_ACD_OFF);
        ck_assert_int_eq(mdc_client_new(&station->client, station->config), 0);
        if (!station->carrier || !station->up)
                (void) mdc_client_link_down(station->client, kernel.now);
        (void) mdc_client_start(station->client, kernel.now);
}

static void close_client(Station *station) {
        station->client = mdc_client_unref(station->client);
        station->config = mdc_config_unref(station->config);
}

static void start(Station *station) {
        station->options = (Options){
                .verb = VERB_RUN,
                .interface = station->number == 0 ? "c0" : "c1",
                .apply = true,
                .quiet = true,
                .apply_settings = {.metric = METRIC, .table = RT_TABLE_MAIN, .quiet = true},
        };
        ck_assert_int_eq(holding_init(&station->holding, &station->options, station->ifindex), 0);
        station->refresh_at = USEC_INFINITY;
        station->pace = (Pace){0};
        station->grant.valid = false;
        station->runs = true;
        open_client(station);
}

static void stop(Station *station) {
        (void) holding_leave(&station->holding, "stopped");
        close_client(station);
        holding_done(&station->holding);
        station->refresh_at = USEC_INFINITY;
        station->runs = false;
}

static void toggle_client(Churn *churn, Station *station) {
        (void) churn;
        if (station->runs)
                stop(station);
        else if (station->ifindex != 0)
                start(station);
}

static void tell_link(Station *station, bool was_there) {
        const bool there = station->up && station->carrier;

        if (!station->client || there == was_there)
                return;
        if (there)
                (void) mdc_client_link_up(station->client, kernel.now);
        else
                (void) mdc_client_link_down(station->client, kernel.now);
}

static void set_link(Station *station, bool up, bool carrier) {
        const bool was_there = station->up && station->carrier;

        if (station->ifindex == 0)
                return;
        if (up != station->up)
                kernel_set_up(station->ifindex, up);
        station->replaced &= up;
        station->up = up;
        station->carrier = carrier;
        tell_link(station, was_there);
}

static void toggle_carrier(Churn *churn, Station *station) {
        (void) churn;
        set_link(station, station->up, !station->carrier);
}

static void toggle_up(Churn *churn, Station *station) {
        (void) churn;
        set_link(station, !station->up, station->carrier);
}

/* Down and up before anybody looks. */
static void blink(Churn *churn, Station *station) {
        (void) churn;
        if (!station->up)
                return;
        set_link(station, false, station->carrier);
        set_link(station, true, station->carrier);
}

/* The cable is put in elsewhere. */
static void roam(Churn *churn, Station *station) {
        if (station->replaced)
                return;
        set_link(station, station->up, false);
        pass(churn, dice_between(&churn->dice, 1, 4) * SECOND);
        station->net = 50 + station->number + 10 * (unsigned) dice_below(&churn->dice, 3);
        set_link(station, station->up, true);
}

static void toggle_interface(Churn *churn, Station *station) {
        if (station->ifindex != 0) {
                kernel_remove_link(station->ifindex);
                station->ifindex = 0;
                station->up = station->replaced = station->grant.valid = false;
                if (!station->runs)
                        return;
                (void) mdc_client_link_gone(station->client, kernel.now);
                pump(station);
                close_client(station);
                holding_follow(&station->holding, 0);
                return;
        }
        station->ifindex = ++churn->last_ifindex;
        kernel_add_link(station->ifindex);
        set_link(station, true, true);
        if (!station->runs)
                return;
        holding_follow(&station->holding, station->ifindex);
        open_client(station);
}

static void release(Churn *churn, Station *station) {
        (void) churn;
        if (!station->client || mdc_client_release(station->client, kernel.now, NULL) < 0)
                return;
        station->grant.valid = false; /* also where the cable has swallowed it */
        pump(station);
        (void) mdc_client_start(station->client, kernel.now);
}

static void renew(Churn *churn, Station *station) {
        (void) churn;
        if (station->client)
                (void) mdc_client_renew(station->client, kernel.now);
}

static void toggle_server(Churn *churn, Station *station) {
        (void) churn;
        station->server_on = !station->server_on;
}

static void change_server(Churn *churn, Station *station) {
        station->variant = (unsigned) dice_below(&churn->dice, VARIANTS);
        station->seconds = (uint32_t) dice_between(&churn->dice, 30, 600);
        station->server_forgets = dice_one_in(&churn->dice, 2);
}

static void flush_own_routes(Churn *churn, Station *station) {
        (void) churn;
        if (station->up)
                kernel_flush_routes(station->ifindex, true);
}

static void flush_routes(Churn *churn, Station *station) {
        (void) churn;
        if (!station->up)
                return;
        kernel_flush_routes(station->ifindex, false);
        station->replaced = false;
}

static void flush_addresses(Churn *churn, Station *station) {
        (void) churn;
        if (station->ifindex != 0)
                kernel_flush_addresses(station->ifindex);
}

/* Which takes a client's place only where nobody's else is first. */
static void toggle_replacing(Churn *churn, Station *station) {
        if (station->replaced) {
                kernel_remove_static(station->ifindex, churn_replacing_route(station), METRIC);
                station->replaced = false;
        } else if (station->up && churn_holds(station) && station->grant.net == station->net &&
                   !churn->stations[1 - station->number].replaced) {
                station->replaced =
                        kernel_replace(station->ifindex, churn_replacing_route(station), METRIC);
        }
}

static void toggle_foreign(Churn *churn, Station *station) {
        bool *const flags[] = {&churn->vpn, &churn->fixed, &churn->other};
        const Route *const routes[] = {churn_vpn_routes, &churn_fixed_route, &churn_other_route};
        const size_t counts[] = {ELEMENTSOF(churn_vpn_routes), 1, 1};
        const size_t which = (size_t) dice_below(&churn->dice, ELEMENTSOF(flags));

        (void) station;
        for (size_t i = 0; i < counts[which]; i++)
                (*flags[which] ? kernel_remove_static : kernel_add_static)(
                        FOREIGN_LINK, routes[which][i], which == 2 ? METRIC : 0);
        *flags[which] = !*flags[which];
}

static const struct {
        const char *name;
        void (*run)(Churn *churn, Station *station);
} deeds[] = {
        {"client", toggle_client},
        {"carrier", toggle_carrier},
        {"carrier", toggle_carrier},
        {"up", toggle_up},
        {"blink", blink},
        {"roam", roam},
        {"interface", toggle_interface},
        {"release", release},
        {"renew", renew},
        {"renew", renew},
        {"server", toggle_server},
        {"variant", change_server},
        {"variant", change_server},
        {"flush own routes", flush_own_routes},
        {"flush routes", flush_routes},
        {"flush addresses", flush_addresses},
        {"replace", toggle_replacing},
        {"foreign", toggle_foreign},
        {"foreign", toggle_foreign},
        {"nothing", NULL},
};

/* Things are put right by and by, or most of the hour nothing would be configured. */
static void mend(Churn *churn, Station *station) {
        if (!dice_one_in(&churn->dice, 3))
                return;
        if (station->ifindex == 0)
                toggle_interface(churn, station);
        if (!station->up || !station->carrier)
                set_link(station, true, true);
        if (!station->runs)
                start(station);
        station->server_on = true;
}

static void step(Churn *churn) {
        Station *station = &churn->stations[dice_below(&churn->dice, CLIENTS)];
        size_t which = (size_t) dice_below(&churn->dice, ELEMENTSOF(deeds));
        char line[64];

        if (strlen(churn->history) > TEXT_SIZE - 200)
                memmove(churn->history, churn->history + TEXT_SIZE / 2, TEXT_SIZE / 2);
        (void) snprintf(line, sizeof(line), "%s %u; ", deeds[which].name, station->number);
        churn_append(churn->history, line);
        if (deeds[which].run)
                deeds[which].run(churn, station);
        pass(churn, PATIENCE + dice_below(&churn->dice, 3 * SECOND));
        churn_check_sum(churn);
        mend(churn, station);
        pass(churn, dice_one_in(&churn->dice, 30) ? dice_below(&churn->dice, 300 * SECOND) : 0);
}

static void churn_open(Churn *churn, uint64_t seed) {
        const NetlinkAddress foreign = {
                .prefix = {UINT32_C(0x0a080002), 24}, .seconds = UINT32_MAX};

        *churn = (Churn){.dice = {seed}, .last_ifindex = 10};
        kernel = (Kernel){.now = 1000 * SECOND};
        kernel_add_link(FOREIGN_LINK);
        kernel_set_up(FOREIGN_LINK, true);
        (void) netlink_put_address(FOREIGN_LINK, &foreign);
        for (unsigned i = 0; i < CLIENTS; i++) {
                Station *station = &churn->stations[i];

                *station = (Station){
                        .number = i,
                        .server_on = true,
                        .net = 50 + i,
                        .variant = i,
                        .seconds = 120,
                        .refresh_at = USEC_INFINITY,
                };
                toggle_interface(churn, station);
                start(station);
        }
}

START_TEST(test_hour)
{
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
                static Churn churn;
                unsigned n_steps = 0, n_full = 0;

                churn_open(&churn, seed);
                while (kernel.now < 1000 * SECOND + HOUR || n_steps < 1000) {
                        step(&churn);
                        n_steps++;
                        n_full +=
                                churn_holds(&churn.stations[0]) && churn_holds(&churn.stations[1]);
                }
                /* most of the time there is something to be wrong */
                ck_assert_uint_gt(n_full, n_steps / 4);
                ck_assert_uint_lt(churn.n_fights, n_steps / 20);
                ck_assert_uint_gt(kernel.n_added, n_steps / 2);
                for (size_t i = 0; i < CLIENTS; i++)
                        if (churn.stations[i].runs)
                                stop(&churn.stations[i]);
                churn_check_no_harm(&churn);
                churn_check_sum(&churn);
        }
}
END_TEST

/* Somebody who takes everything away as soon as it is there is not fought without end, and the
 * routes are back when he has gone. */
START_TEST(test_fight)
{
        static Churn churn;
        size_t before;

        churn_open(&churn, 1);
        churn.stations[0].seconds = churn.stations[1].seconds = 7200;
        pass(&churn, 5 * SECOND);
        churn_check_sum(&churn);
        before = kernel.n_added;
        for (unsigned i = 0; i < 6000; i++) {
                flush_own_routes(&churn, &churn.stations[0]);
                pass(&churn, 100 * USEC_PER_MSEC);
        }
        ck_assert_uint_ge(kernel.n_added - before, 70);
        ck_assert_uint_le(kernel.n_added - before, 90);
        pass(&churn, 11 * SECOND);
        churn_check_sum(&churn);
        ck_assert_uint_eq(churn.n_fights, 0);
        for (size_t i = 0; i < CLIENTS; i++)
                stop(&churn.stations[i]);
        churn_check_sum(&churn);
}
END_TEST

TEST_MAIN("client-churn", test_hour, test_fight);

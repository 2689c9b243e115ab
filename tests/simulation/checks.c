/* SPDX-License-Identifier: MIT */

/* Judges from outside: looks at the server's table and pools, never at how it came to its choice.
 */

#include "checks.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "answers.h"
#include "store/loader.h"
#include "unit/invariants.h"

/* The longest that a client may need on a network in order: what is left of a back-off (64 s, RFC
 * 2131 4.1), a repetition for an address of before that nobody answers for (9 s, 3.2), a NAK or
 * silence after others (64 s), and an address in conflict for each squatter (10 s, 3.1.5, and the
 * probes of RFC 5227 before). */
#define PATIENCE (8 * USEC_PER_MINUTE)

/* A REQUEST, its answer, and a disk in order. */
#define RENEWAL_TAKES (5 * USEC_PER_SEC)

static const Pool *find_pool(const World *world, WireName wire) {
        return server_find_pool(world->box.server, wires[wire].name);
}

static bool is_given_out(const World *world, WireName wire, ipv4_t address) {
        return ipv4_range_contains(world->site.pools[wire].range, address) &&
               !site_find_reservation(&world->site, address) && address != wires[wire].server;
}

/* ---- RFC 2131 4.3.1: which address ---------------------------------------------------------- */

static void allow_unused(const World *world, WireName wire, Expectation *expected) {
        const LeaseTable *table = server_get_table(world->box.server);

        for (size_t i = 0; i < 256; i++) {
                const ipv4_t address = wires[wire].network + (ipv4_t) i;

                expected->allowed[i] =
                        is_given_out(world, wire, address) && !lease_table_find(table, address);
        }
}

/* What ends while the disk fails is freed when it works again, and perhaps once more, in whatever
 * order, until a start reads them in the right one. */
static bool is_of_failure(const World *world, usec_t freed) {
        return world->box.failed_at > 0 &&
               (int64_t) (freed + world->box.booted - world->box.failed_at) >= 0;
}

/* RFC 2131 2.2: "the server can reuse ... the address that has been unassigned for longest". Times
 * of before the boot wrap. */
static void allow_oldest(const World *world, WireName wire, Expectation *expected) {
        const LeaseTable *table = server_get_table(world->box.server);
        usec_t oldest = 0;
        bool found = false;

        for (unsigned pass = 0; pass < 2; pass++)
                for (size_t i = 0; i < 256; i++) {
                        const Lease *lease =
                                lease_table_find(table, wires[wire].network + (ipv4_t) i);

                        if (!lease || !lease_is_free(lease) ||
                                !is_given_out(world, wire, lease->address))
                                continue;
                        if (pass == 1)
                                expected->allowed[i] =
                                        lease->expires == oldest ||
                                        (is_of_failure(world, oldest) &&
                                                is_of_failure(world, lease->expires));
                        else if (!found || (int64_t) (lease->expires - oldest) < 0)
                                oldest = lease->expires;
                        found = true;
                }
}

static bool is_newcomer(const World *world, const MessageView *message, const ClientId *client) {
        const LeaseTable *table = server_get_table(world->box.server);

        if (message->type != DHCP_DISCOVER || message_has(message, DHCP_OPTION_REQUESTED_ADDRESS) ||
                lease_table_first_of_client(table, client->data, client->size))
                return false;
        return !site_find_reservation_for(&world->site, message->chaddr);
}

Expectation checks_expect(
        const World *world, const MessageView *message, const ClientId *client, uint32_t ifindex) {
        Expectation expected = {.any = true};
        const Pool *pool;
        WireName wire;

        if (!is_newcomer(world, message, client))
                return expected;
        wire = message->giaddr != 0                 ? WIRE_FAR
               : ifindex == wires[WIRE_LAN].ifindex ? WIRE_LAN
                                                    : WIRE_DMZ;
        pool = find_pool(world, wire);
        expected.any = false;
        if (pool->n_unused > 0)
                allow_unused(world, wire, &expected);
        else if (pool->n_free_leases > 0)
                allow_oldest(world, wire, &expected);
        else
                expected.any = true;
        return expected;
}

void checks_offered(World *world, const Expectation *expected, const Actions *actions) {
        static MessageView view;
        char address[IPV4_STRING_MAX];

        if (expected->any)
                return;
        for (size_t i = 0; i < actions->n_actions; i++) {
                const Action *action = &actions->actions[i];

                if (action->type != ACTION_SEND || message_view_init(&view, action->send.packet,
                                                           action->send.size) != MESSAGE_OK)
                        continue;
                if (!expected->allowed[view.yiaddr & 0xff])
                        world_fail(world, "%s is offered, but others were not used for longer",
                                ipv4_format(view.yiaddr, address));
                world_see(world, SIGHT_OLDEST_FIRST);
        }
}

/* ---- the file ------------------------------------------------------------------------------- */

static int check_row(const LeaseRecord *record, const char *pool, void *userdata) {
        const World *world = userdata;
        const WireName wire = site_find_wire(record->address);
        char address[IPV4_STRING_MAX];

        if (record->address == EDITOR_NOWHERE)
                return 0;
        if (wire < WIRES_MAX && (*pool == '\0' || strcmp(pool, wires[wire].name) == 0) &&
                (ipv4_range_contains(world->site.pools[wire].widest, record->address) ||
                        world->site.ever_reserved[wire][record->address & 0xff]))
                return 0;
        world_fail(world, "%s stands in the file under pool \"%s\", which never gave it out",
                ipv4_format(record->address, address), pool);
}

void checks_file(World *world) {
        _cleanup_(loader_done) Loader loader;
        _cleanup_(problems_done) Problems problems = {0};
        _cleanup_close_ int fd = open(world->drive.path, O_RDONLY | O_CLOEXEC);
        const ClockPair clock = box_clock(world);
        UnknownCells unknown;

        unknown_cells_init(&unknown, 0);
        loader_init(&loader, world->drive.path, &problems, &unknown);
        if (fd >= 0 && loader_read(&loader, fd) >= 0)
                (void) loader_emit(&loader, &clock, check_row, world);
        unknown_cells_done(&unknown);
}

/* ---- each event ----------------------------------------------------------------------------- */

/* RFC 2131 2.2: no address is in use by more than one client at a time. Who is confused (host.h) is
 * not counted. */
static void check_users(const World *world) {
        char address[IPV4_STRING_MAX];

        for (size_t i = 0; i < world->n_hosts; i++)
                for (size_t k = 0; k < i; k++) {
                        const Host *a = &world->hosts[i], *b = &world->hosts[k];

                        if (a->held != 0 && a->held == b->held && a->wire == b->wire &&
                                a->state == HOST_ON && b->state == HOST_ON && !a->confused &&
                                !b->confused)
                                world_fail(world, "%s and %s both use %s", b->name, a->name,
                                        ipv4_format(a->held, address));
                }
}

static void check_progress(const World *world, const Host *host) {
        usec_t since = MAX(world->calm_since, world->box.healthy_since);

        if (host->state != HOST_ON || since == USEC_INFINITY)
                return;
        since = MAX(since, world->dry_until[host->wire]);
        if (host->without != USEC_INFINITY && world->now > MAX(since, host->without) + PATIENCE)
                world_fail(world, "%s has been without an address for %llu s, and there are some",
                        host->name,
                        (unsigned long long) ((world->now - MAX(since, host->without)) /
                                              USEC_PER_SEC));
}

/* DEVIATIONS 4: what it has is not made longer, another address is reserved for it. */
static bool has_to_move(const World *world, const Host *host) {
        const Reservation *reservation = site_find_reservation_for(&world->site, host->hardware);

        return reservation && reservation->address != host->held;
}

/* RFC 2131 4.4.5. Whose address is none that the server speaks for waits for the end of its lease
 * (Authoritative=no), and who shares it with a squatter may hear nothing. */
static void check_renewal(const World *world, const Host *host) {
        if (host->renewing == USEC_INFINITY || host->confused ||
                host->renewing < world->calm_since || world->calm_since == USEC_INFINITY ||
                !world->site.pools[host->wire].authoritative ||
                net_is_squatted(&world->net, host->held) || has_to_move(world, host))
                return;
        if (world->now > host->renewing + RENEWAL_TAKES)
                world_fail(world, "%s asks for a renewal, and nobody answers", host->name);
}

/* DESIGN 5: "On a step of the wall clock ... rows are rewritten with new wall times." */
static void check_clock(const World *world) {
        if (box_is_stepped(world) && world->calm_since != USEC_INFINITY &&
                world->now > world->calm_since + PATIENCE)
                world_fail(world, "the file still tells the time of the clock before it was set");
}

static void note_dry_pools(World *world) {
        for (WireName wire = 0; wire < WIRES_MAX; wire++)
                if (!world->box.up || pool_n_free(find_pool(world, wire)) == 0)
                        world->dry_until[wire] = world->now;
}

void checks_after_event(World *world) {
        const char *sentence = world->box.up ? invariants_broken(world->box.server) : NULL;

        if (sentence)
                world_fail(world, "%s", sentence);
        note_dry_pools(world);
        check_users(world);
        check_clock(world);
        answers_check(world);
        for (size_t i = 0; i < world->n_hosts; i++) {
                host_check(world, &world->hosts[i]);
                check_progress(world, &world->hosts[i]);
                check_renewal(world, &world->hosts[i]);
        }
        if (world->n_events % 4 != 0 || !box_is_quiet(world))
                return;
        promises_compare(world);
        editor_check(world);
        if (world->calm_since != USEC_INFINITY)
                promises_check_ends(world);
}

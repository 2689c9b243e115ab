/* SPDX-License-Identifier: MIT */
/* What to do about a name. Its zones may be any, or none: a name whose zone is not ours has its PTR
 * alone, and an address whose reverse zone is not ours none. */

#include "dns-update/entry.h"

#include <errno.h>
#include <string.h>

enum {
        TURNS_MAX = 4, /* then somebody puts the name there and takes it away; later */
};

static void set_flags(DnsEntry *entry, uint32_t flags) {
        if ((entry->placed.flags & flags) == flags)
                return;
        entry->placed.flags |= flags;
        entry->changed = true;
}

static void clear_flags(DnsEntry *entry, uint32_t flags) {
        if (!(entry->placed.flags & flags))
                return;
        entry->placed.flags &= ~flags;
        entry->changed = true;
}

static uint32_t ptr_flag(size_t i) {
        return i == 0 ? PLACED_PTR_0 : PLACED_PTR_1;
}

const char *dns_zone_of(char *const *zones, const char *name) {
        const char *found = NULL;

        for (; zones && *zones; zones++)
                if (dns_name_is_within(name, *zones) && (!found || strlen(*zones) > strlen(found)))
                        found = *zones;
        return found;
}

static const char *reverse_zone_of(char *const *zones, ipv4_t address) {
        char name[DNS_REVERSE_MAX];

        return address ? dns_zone_of(zones, dns_name_reverse(address, name)) : NULL;
}

static bool make_step(DnsEntry *entry, DnsStepType type, const char *zone, ipv4_t address) {
        entry->step = (DnsStep){
                .type = type,
                .zone = zone,
                .name = entry->name,
                .dhcid = &entry->placed.dhcid,
                .addresses = {address},
                .ttl = entry->placed.ttl,
        };
        return true;
}

/* Takes the PTR of an address away. Return: whether that is a step. */
static bool plan_remove_ptr(DnsEntry *entry, char *const *zones, size_t i) {
        const char *zone = reverse_zone_of(zones, entry->placed.addresses[i]);

        if (!(entry->placed.flags & ptr_flag(i)) || !zone)
                return false;
        return make_step(entry, DNS_STEP_REMOVE_PTR, zone, entry->placed.addresses[i]);
}

static void forget_old_address(DnsEntry *entry) {
        entry->placed.addresses[1] = 0;
        entry->placed.flags &= ~(uint32_t) PLACED_PTR_1;
        entry->changed = true;
}

/* Puts the wanted address first. Return: whether another step must come before, as two old ones
 * are all that is kept. */
static bool plan_move(DnsEntry *entry, char *const *zones) {
        DnsPlaced *placed = &entry->placed;
        const ipv4_t address = entry->wanted.address;
        const char *zone = dns_zone_of(zones, entry->name);
        uint32_t ptr = 0;

        if (placed->addresses[0] == address)
                return false;
        if (placed->addresses[1] != 0 && placed->addresses[1] != address) {
                if (plan_remove_ptr(entry, zones, 1))
                        return true;
                if (zone && placed->flags & PLACED_A)
                        return make_step(entry, DNS_STEP_REMOVE_A, zone, placed->addresses[1]);
                forget_old_address(entry);
        }
        if (placed->addresses[1] == address && placed->flags & PLACED_PTR_1)
                ptr |= PLACED_PTR_0;
        if (placed->flags & PLACED_PTR_0)
                ptr |= PLACED_PTR_1;
        placed->addresses[1] = placed->addresses[0];
        placed->addresses[0] = address;
        placed->flags = (placed->flags & (PLACED_A | PLACED_DHCID)) | ptr;
        entry->changed = true;
        return false;
}

/* Return: whether there is a step. */
static bool plan_presence(DnsEntry *entry, char *const *zones) {
        DnsPlaced *placed = &entry->placed;
        const DnsWanted *wanted = &entry->wanted;
        const char *zone;

        if (!dhcid_is_set(&placed->dhcid))
                *placed = (DnsPlaced){
                        .dhcid = wanted->dhcid,
                        .addresses = {wanted->address},
                        .ttl = wanted->ttl,
                };
        if (plan_move(entry, zones))
                return true;
        if (placed->ttl != wanted->ttl) {
                placed->ttl = wanted->ttl;
                clear_flags(entry, PLACED_FORWARD | PLACED_REVERSE);
        }

        zone = dns_zone_of(zones, entry->name);
        if (zone && !(placed->flags & PLACED_FORWARD)) {
                const bool known = placed->flags & (PLACED_A | PLACED_DHCID) && !entry->add_first;

                return make_step(entry,
                        known || entry->replace_only ? DNS_STEP_REPLACE : DNS_STEP_ADD, zone,
                        wanted->address);
        }
        zone = reverse_zone_of(zones, wanted->address);
        if (wanted->reverse && zone && !(placed->flags & PLACED_REVERSE))
                return make_step(entry, DNS_STEP_SET_PTR, zone, wanted->address);
        if (!wanted->reverse && plan_remove_ptr(entry, zones, 0))
                return true;
        if (placed->addresses[1] == 0)
                return false;
        if (plan_remove_ptr(entry, zones, 1))
                return true;
        forget_old_address(entry);
        return false;
}

/* Return: whether there is a step. */
static bool plan_absence(DnsEntry *entry, char *const *zones) {
        DnsPlaced *placed = &entry->placed;
        const char *zone = dns_zone_of(zones, entry->name);

        for (size_t i = 0; i < ELEMENTSOF(placed->addresses); i++)
                if (plan_remove_ptr(entry, zones, i))
                        return true;
        if (zone && placed->flags & PLACED_A) {
                (void) make_step(entry, DNS_STEP_REMOVE_A, zone, placed->addresses[0]);
                entry->step.addresses[1] = placed->addresses[1];
                return true;
        }
        if (zone && placed->flags & PLACED_DHCID)
                return make_step(entry, DNS_STEP_REMOVE_DHCID, zone, placed->addresses[0]);
        return false;
}

static void forget_placed(DnsEntry *entry) {
        if (dhcid_is_set(&entry->placed.dhcid))
                entry->changed = true;
        entry->placed = (DnsPlaced){0};
        entry->add_first = entry->replace_only = false;
}

void dns_entry_plan(DnsEntry *entry, char *const *zones) {
        const bool wanted = entry->wanted.present && !entry->conflict;

        entry->step = (DnsStep){.type = DNS_STEP_NONE};
        if (entry->is_silent)
                return;
        if (!wanted || (dhcid_is_set(&entry->placed.dhcid) &&
                               !dhcid_equal(&entry->placed.dhcid, &entry->wanted.dhcid))) {
                if (plan_absence(entry, zones))
                        return;
                /* What is in a zone that is not ours any more is kept in mind: it may be ours again
                 * after the next start. */
                if (!wanted && entry->placed.flags & PLACED_REMAINS)
                        return;
                forget_placed(entry);
        }
        if (wanted)
                (void) plan_presence(entry, zones);
}

void dns_entry_begin(DnsEntry *entry) {
        if (entry->step.type == DNS_STEP_ADD || entry->step.type == DNS_STEP_REPLACE)
                set_flags(entry, PLACED_A | PLACED_DHCID);
        else if (entry->step.type == DNS_STEP_SET_PTR)
                set_flags(entry, PLACED_PTR_0);
        if (entry->step.addresses[0] != entry->placed.addresses[0])
                return;
        /* From now on it may be gone: whoever wants it again has to put it there again. */
        if (entry->step.type == DNS_STEP_REMOVE_A)
                clear_flags(entry, PLACED_FORWARD);
        else if (entry->step.type == DNS_STEP_REMOVE_PTR)
                clear_flags(entry, PLACED_REVERSE);
}

/* ADD or REPLACE has found that the other one is it. */
static DnsOutcome take_turn(DnsEntry *entry, bool replace) {
        entry->replace_only = replace;
        entry->add_first = !replace;
        if (++entry->n_turns < TURNS_MAX)
                return DNS_OUTCOME_DONE;
        entry->n_turns = 0;
        return DNS_OUTCOME_FAILED;
}

static DnsOutcome end_forward(DnsEntry *entry, uint8_t rcode) {
        const bool add = entry->step.type == DNS_STEP_ADD;

        if (rcode == DNS_NOERROR) {
                entry->n_turns = 0;
                entry->add_first = entry->replace_only = false;
                /* what was asked for, not what is wanted by now */
                if (entry->step.addresses[0] == entry->placed.addresses[0])
                        set_flags(entry, PLACED_FORWARD);
                return DNS_OUTCOME_DONE;
        }
        if (add && rcode == DNS_YXDOMAIN)
                return take_turn(entry, true);
        if (!add && rcode == DNS_NXDOMAIN)
                return take_turn(entry, false);
        if (!add && rcode == DNS_NXRRSET) {
                entry->n_turns = 0;
                entry->add_first = entry->replace_only = false;
                entry->conflict = true;
                clear_flags(entry, PLACED_A | PLACED_DHCID | PLACED_FORWARD);
                return DNS_OUTCOME_CONFLICT;
        }
        return DNS_OUTCOME_FAILED;
}

static DnsOutcome end_remove_address(DnsEntry *entry, uint8_t rcode) {
        const bool is_old_one = entry->step.addresses[0] != entry->placed.addresses[0];

        switch (rcode) {
        case DNS_NOERROR:
                if (is_old_one)
                        forget_old_address(entry);
                else
                        clear_flags(entry, PLACED_A | PLACED_FORWARD);
                return DNS_OUTCOME_DONE;
        case DNS_NXDOMAIN:
        case DNS_NXRRSET: /* it is somebody else's now, or nobody's */
                if (is_old_one)
                        forget_old_address(entry);
                else
                        clear_flags(entry, PLACED_A | PLACED_DHCID | PLACED_FORWARD);
                return DNS_OUTCOME_DONE;
        default:
                return DNS_OUTCOME_FAILED;
        }
}

DnsOutcome dns_entry_end(DnsEntry *entry, uint8_t rcode) {
        switch (entry->step.type) {
        case DNS_STEP_NONE:
                break;
        case DNS_STEP_ADD:
        case DNS_STEP_REPLACE:
                return end_forward(entry, rcode);
        case DNS_STEP_SET_PTR:
                if (rcode != DNS_NOERROR)
                        return DNS_OUTCOME_FAILED;
                set_flags(entry, PLACED_REVERSE);
                break;
        case DNS_STEP_REMOVE_PTR:
                if (rcode != DNS_NOERROR)
                        return DNS_OUTCOME_FAILED;
                if (entry->step.addresses[0] == entry->placed.addresses[0])
                        clear_flags(entry, PLACED_PTR_0 | PLACED_REVERSE);
                else
                        clear_flags(entry, PLACED_PTR_1);
                break;
        case DNS_STEP_REMOVE_A:
                return end_remove_address(entry, rcode);
        case DNS_STEP_REMOVE_DHCID:
                if (rcode != DNS_NOERROR && rcode != DNS_YXRRSET && rcode != DNS_NXRRSET &&
                        rcode != DNS_NXDOMAIN)
                        return DNS_OUTCOME_FAILED;
                clear_flags(entry, PLACED_DHCID);
                break;
        }
        return DNS_OUTCOME_DONE;
}

bool dns_entry_is_in_doubt(const DnsEntry *entry) {
        const uint32_t flags = entry->placed.flags;

        return (flags & (PLACED_A | PLACED_DHCID) && !(flags & PLACED_FORWARD)) ||
               (flags & PLACED_PTR_0 && !(flags & PLACED_REVERSE)) || flags & PLACED_PTR_1;
}

bool dns_entry_is_over(const DnsEntry *entry) {
        return !entry->wanted.present && !(entry->placed.flags & PLACED_REMAINS);
}

/* SPDX-License-Identifier: MIT */

#include "daemon/former-addresses.h"

static bool links_have(const Link *links, size_t n, ipv4_t address) {
        for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < links[i].n_addresses; j++)
                        if (links[i].addresses[j].address == address)
                                return true;
        return false;
}

static void remember(FormerAddresses *former, ipv4_t address, usec_t now) {
        size_t place = 0;

        for (size_t i = 0; i < FORMER_ADDRESSES_MAX; i++) {
                if (former->items[i].address == address) {
                        place = i;
                        break;
                }
                if (former->items[i].until < former->items[place].until)
                        place = i;
        }
        former->items[place].address = address;
        former->items[place].until = usec_add(now, USEC_PER_HOUR);
}

void former_addresses_note(
        FormerAddresses *former, const Link *old, const Link *links, size_t n, usec_t now) {
        for (size_t i = 0; i < old->n_addresses; i++)
                if (!links_have(links, n, old->addresses[i].address))
                        remember(former, old->addresses[i].address, now);
}

bool former_addresses_has(const FormerAddresses *former, ipv4_t address, usec_t now) {
        for (size_t i = 0; i < FORMER_ADDRESSES_MAX; i++)
                if (former->items[i].address == address && former->items[i].until > now)
                        return true;
        return false;
}

/* SPDX-License-Identifier: MIT */

/* Knows addresses and numbers, no leases. */

#include "core/decline-history.h"

void decline_history_put(DeclineHistory *history, ipv4_t address, uint8_t n_declined) {
        if (n_declined == 0)
                return;
        (void) decline_history_take(history, address);
        if (history->entries[history->next].address == 0)
                history->n_entries++;
        history->entries[history->next].address = address;
        history->entries[history->next].n_declined = n_declined;
        history->next = (history->next + 1) % DECLINE_HISTORY_SIZE;
}

uint8_t decline_history_get(const DeclineHistory *history, ipv4_t address) {
        if (history->n_entries == 0)
                return 0;
        for (size_t i = 0; i < DECLINE_HISTORY_SIZE; i++)
                if (history->entries[i].address == address)
                        return history->entries[i].n_declined;
        return 0;
}

uint8_t decline_history_take(DeclineHistory *history, ipv4_t address) {
        if (history->n_entries == 0)
                return 0;
        for (size_t i = 0; i < DECLINE_HISTORY_SIZE; i++)
                if (history->entries[i].address == address) {
                        history->entries[i].address = 0;
                        history->n_entries--;
                        return history->entries[i].n_declined;
                }
        return 0;
}

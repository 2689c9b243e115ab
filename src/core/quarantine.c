/* SPDX-License-Identifier: MIT */

/* Quarantine times and the memory of declines. Knows no leases. */

#include "core/quarantine.h"

#define QUARANTINE_FIRST_USEC (10 * USEC_PER_MINUTE)
#define QUARANTINE_MAX_USEC USEC_PER_DAY

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

usec_t quarantine_usec(uint8_t n_declined) {
        usec_t span = QUARANTINE_FIRST_USEC;

        for (; n_declined > 1 && span < QUARANTINE_MAX_USEC; n_declined--)
                span *= 2;
        return MIN(span, QUARANTINE_MAX_USEC);
}

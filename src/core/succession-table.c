/* SPDX-License-Identifier: MIT */

#include "core/succession-table.h"

#include "basic/macro.h"

bool succession_table_has(
        const SuccessionTable *table, ipv4_t address, uint64_t put_out, usec_t now) {
        for (size_t i = 0; i < SUCCESSIONS_MAX; i++)
                if (table->items[i].address == address && table->items[i].put_out == put_out &&
                        now < table->items[i].until)
                        return true;
        return false;
}

void succession_table_add(SuccessionTable *table, const Succession *succession) {
        table->items[table->next] = *succession;
        table->next = (table->next + 1) % SUCCESSIONS_MAX;
        table->until = MAX(table->until, succession->until);
}

bool succession_table_may_tell(const SuccessionTable *table, ipv4_t address, usec_t now) {
        for (size_t i = 0; i < TAKEN_MAX; i++)
                if (table->taken[i].address == address && now < table->taken[i].until)
                        return false;
        return true;
}

void succession_table_note_told(SuccessionTable *table, ipv4_t address, usec_t now) {
        table->taken[table->next_taken].address = address;
        table->taken[table->next_taken].until = usec_add(now, USEC_PER_HOUR);
        table->next_taken = (table->next_taken + 1) % TAKEN_MAX;
}

/* SPDX-License-Identifier: MIT */

/* A binary heap. Invariant: no item comes before its parent. */

#include "agenda.h"

#include <stdbool.h>
#include <stdlib.h>

static bool comes_before(const AgendaItem *a, const AgendaItem *b) {
        return a->when != b->when ? a->when < b->when : a->number < b->number;
}

static void exchange(AgendaItem *a, AgendaItem *b) {
        const AgendaItem item = *a;

        *a = *b;
        *b = item;
}

void agenda_add(Agenda *agenda, usec_t when, Happening happen, void *data) {
        size_t i = agenda->n_items;

        if (agenda->n_items == agenda->capacity) {
                agenda->capacity = agenda->capacity > 0 ? 2 * agenda->capacity : 64;
                agenda->items = realloc(agenda->items, agenda->capacity * sizeof(AgendaItem));
                if (!agenda->items)
                        abort();
        }
        agenda->items[agenda->n_items++] = (AgendaItem){
                .when = when,
                .number = agenda->n_added++,
                .happen = happen,
                .data = data,
        };
        for (; i > 0 && comes_before(&agenda->items[i], &agenda->items[(i - 1) / 2]);
                i = (i - 1) / 2)
                exchange(&agenda->items[i], &agenda->items[(i - 1) / 2]);
}

usec_t agenda_next(const Agenda *agenda) {
        return agenda->n_items > 0 ? agenda->items[0].when : USEC_INFINITY;
}

AgendaItem agenda_take(Agenda *agenda) {
        const AgendaItem first = agenda->items[0];
        size_t i = 0, child;

        agenda->items[0] = agenda->items[--agenda->n_items];
        while ((child = 2 * i + 1) < agenda->n_items) {
                if (child + 1 < agenda->n_items &&
                        comes_before(&agenda->items[child + 1], &agenda->items[child]))
                        child++;
                if (!comes_before(&agenda->items[child], &agenda->items[i]))
                        break;
                exchange(&agenda->items[child], &agenda->items[i]);
                i = child;
        }
        return first;
}

void agenda_done(Agenda *agenda) {
        for (size_t i = 0; i < agenda->n_items; i++)
                free(agenda->items[i].data);
        free(agenda->items);
        *agenda = (Agenda){0};
}

/* SPDX-License-Identifier: MIT */

/* Columns that are not ours: whoever saves the file may have others than we have. */

#include <string.h>

#include "store/lease-file-internal.h"

/* The columns of the save take the place of ours; leases that it does not name keep what their
 * cells said in columns of the same name. */
int lease_file_take_columns(LeaseFile *file, LeaseSave *save) {
        LeaseHeader *from = &file->header, *to = &save->loader.header;
        size_t columns[LEASE_COLUMNS_MAX];
        UnknownCells cells;
        int r;

        for (size_t i = 0; i < to->n_unknown; i++) {
                columns[i] = SIZE_MAX;
                for (size_t j = 0; j < from->n_unknown; j++)
                        if (strcmp(to->unknown[i], from->unknown[j]) == 0)
                                columns[i] = j;
        }
        r = unknown_cells_fill(&save->unknown, &file->unknown, columns);
        if (r < 0)
                return r;

        unknown_cells_init(&cells, to->n_unknown);
        for (size_t i = 0; i < to->n_unknown; i++)
                columns[i] = i;
        r = unknown_cells_fill(&cells, &save->unknown, columns);
        if (r < 0) {
                unknown_cells_done(&cells);
                return r;
        }

        unknown_cells_move(&file->unknown, &cells);
        lease_header_done(from);
        memcpy(from->unknown, to->unknown, sizeof(to->unknown));
        from->n_unknown = to->n_unknown;
        from->has_relay_agent = from->has_relay_agent || to->has_relay_agent;
        to->n_unknown = 0;
        save->columns_taken = true;
        return 0;
}

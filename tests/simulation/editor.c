/* SPDX-License-Identifier: MIT */

/* One edit at a time. Invariant: while a save is not known to be in force or refused, `touched` has
 * each address that it may change. */

#include "editor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/lease-file-internal.h"
#include "weather.h"
#include "world.h"

enum {
        CELL_HOSTNAME = 3,
        CELL_STATE = 4,
        PHANTOMS = 200, /* clients that are known to the file alone */
};

static const char *const kind_names[EDIT_KIND_MAX] = {
        [EDIT_HOSTNAME] = "another name",
        [EDIT_RELEASE] = "an end",
        [EDIT_DELETE] = "no row",
        [EDIT_ADD] = "a new row",
        [EDIT_ILLEGAL] = "a row of nowhere",
        [EDIT_GARBAGE] = "garbage",
};

static const Lease *find_lease(const World *world, ipv4_t address) {
        if (!world->box.up)
                return NULL;
        return lease_table_find(server_get_table(world->box.server), address);
}

/* ---- a text ---------------------------------------------------------------------------------- */

static char *read_text(const World *world) {
        FILE *f = fopen(world->drive.path, "re");
        char *text = NULL;
        size_t size = 0;

        if (!f)
                return NULL;
        if (getdelim(&text, &size, '\0', f) < 0) {
                free(text);
                text = NULL;
        }
        (void) fclose(f);
        return text;
}

/* The last row of an address, which is the one that counts; or NULL. */
static char *find_row(char *text, ipv4_t address) {
        char wanted[IPV4_STRING_MAX + 2], name[IPV4_STRING_MAX];
        char *found = NULL;

        (void) snprintf(wanted, sizeof(wanted), "\n%s,", ipv4_format(address, name));
        for (char *p = strstr(text, wanted); p; p = strstr(p + 1, wanted))
                found = p + 1;
        return found;
}

/* Puts a value in the place of @size bytes. */
static void replace(char **text, size_t offset, size_t size, const char *value) {
        char *edited;

        if (asprintf(&edited, "%.*s%s%s", (int) offset, *text, value, *text + offset + size) < 0)
                abort();
        free(*text);
        *text = edited;
}

/* Return: false when the row has no such cell. */
static bool set_cell(char **text, const char *row, size_t cell, const char *value) {
        for (; cell > 0; cell--) {
                row += strcspn(row, ",\n");
                if (*row++ != ',')
                        return false;
        }
        replace(text, (size_t) (row - *text), strcspn(row, ",\n"), value);
        return true;
}

static void delete_rows(char **text, ipv4_t address) {
        char *row;

        while ((row = find_row(*text, address)))
                replace(text, (size_t) (row - *text),
                        strcspn(row, "\n") + (strchr(row, '\n') != NULL), "");
}

/* A torn last line becomes one that is whole, and wrong. */
static void append_line(char **text, const char *line) {
        const size_t size = strlen(*text);

        if (size > 0 && (*text)[size - 1] != '\n')
                replace(text, size, 0, "\n");
        replace(text, strlen(*text), 0, line);
}

/* ---- an edit --------------------------------------------------------------------------------- */

/* What a machine uses, or remembers, or is about to get: nobody takes it away. */
static bool is_held(const World *world, ipv4_t address) {
        for (size_t i = 0; i < world->n_hosts; i++) {
                const Host *host = &world->hosts[i];
                struct in_addr remembered;

                if (host->held == address ||
                        (host->state != HOST_OFF &&
                                promises_is_sure(world, address, host->digest)) ||
                        (host->memory && mdc_lease_get_address(host->memory, &remembered) >= 0 &&
                                ntohl(remembered.s_addr) == address))
                        return true;
        }
        return false;
}

static ipv4_t any_address(World *world) {
        const WireName wire = (WireName) dice_below(&world->dice, WIRES_MAX);
        const Ipv4Range range = world->site.pools[wire].range;

        return (ipv4_t) dice_between(&world->dice, range.first, range.last);
}

static bool is_bound(const char *row) {
        for (size_t cell = 0; cell < CELL_STATE; cell++) {
                row += strcspn(row, ",\n");
                if (*row++ != ',')
                        return false; /* torn off */
        }
        return strncmp(row, "bound,", 6) == 0;
}

static bool add_row(World *world, char **text, const Edit *edit) {
        const usec_t end = box_clock(world).realtime + 2 * USEC_PER_HOUR;
        char line[128], address[IPV4_STRING_MAX];

        if (find_row(*text, edit->address) || find_lease(world, edit->address) ||
                site_find_reservation(&world->site, edit->address) || site_is_own(edit->address))
                return false;
        (void) snprintf(line, sizeof(line), "%s,,02:ed:00:00:00:%02x,%s,bound,%llu,,\n",
                ipv4_format(edit->address, address), (unsigned) dice_below(&world->dice, PHANTOMS),
                edit->hostname, (unsigned long long) (end / USEC_PER_SEC));
        append_line(text, line);
        return true;
}

/* A name of the very length of the one before leaves the file as long as it was. */
static void choose_name(World *world, const char *row, Edit *edit) {
        const unsigned long long n = ++world->editor.n_names;
        size_t size = 0;

        (void) snprintf(edit->hostname, sizeof(edit->hostname), "edit-%llu", n);
        for (size_t cell = 0; row && cell < CELL_HOSTNAME; cell++) {
                row += strcspn(row, ",\n");
                row = *row == ',' ? row + 1 : NULL; /* torn off */
        }
        if (row)
                size = strcspn(row, ",\n");
        if (size > 2 && size < sizeof(edit->hostname) && dice_one_in(&world->dice, 2))
                (void) snprintf(edit->hostname, sizeof(edit->hostname), "%c%0*llu",
                        (char) ('A' + n % 26), (int) size - 1, n % 100);
}

static bool make_edit(World *world, char **text, Edit *edit) {
        char *row;

        /* another name alone may leave the file as long as it was, which can then be appended to */
        *edit = (Edit){
                .kind = dice_one_in(&world->dice, 3)
                                ? EDIT_HOSTNAME
                                : (EditKind) dice_below(&world->dice, EDIT_KIND_MAX),
                .address = any_address(world),
        };
        /* most addresses have no row */
        for (size_t i = 0; i < 50 && !find_row(*text, edit->address); i++)
                if (edit->kind != EDIT_ADD)
                        edit->address = any_address(world);
        row = find_row(*text, edit->address);
        choose_name(world, edit->kind == EDIT_HOSTNAME ? row : NULL, edit);

        switch (edit->kind) {
        case EDIT_HOSTNAME:
                return row && is_bound(row) && set_cell(text, row, CELL_HOSTNAME, edit->hostname);
        case EDIT_RELEASE:
                return row && !is_held(world, edit->address) &&
                       set_cell(text, row, CELL_STATE, "released");
        case EDIT_DELETE:
                if (!row || is_held(world, edit->address))
                        return false;
                delete_rows(text, edit->address);
                return true;
        case EDIT_ADD:
                return add_row(world, text, edit);
        case EDIT_ILLEGAL:
                append_line(text, EDITOR_NOWHERE_ROW);
                return true;
        case EDIT_GARBAGE:
                append_line(text, "nowhere,01:02,,,bound,infinite,,\n");
                return true;
        case EDIT_KIND_MAX:
                break;
        }
        return false;
}

/* ---- a save ---------------------------------------------------------------------------------- */

static void notice(World *world, void *data) {
        const bool *closed = data;

        world->editor.n_notices--;
        box_notice_save(world, *closed);
}

static void plan_notice(World *world, usec_t after, bool closed) {
        bool *data = malloc(sizeof(*data));

        if (!data)
                abort();
        *data = closed;
        world->editor.n_notices++;
        agenda_add(&world->agenda, world->now + after, notice, data);
}

/* Whoever writes in place may take a while to close the file. */
static void plan_notices(World *world, usec_t after) {
        if (dice_one_in(&world->dice, 3)) {
                plan_notice(world, after, false);
                after += dice_below(&world->dice, 3 * USEC_PER_SEC);
        }
        plan_notice(world, after, true);
}

/* Rows that a failed append has left, of leases that were taken back: who reads them and saves them
 * adds them. */
static void touch_failed(World *world) {
        const Promises *promises = &world->promises;

        for (size_t i = 0; i < promises->n_open; i++) {
                const ipv4_t address = promises->open[i].address;

                if (promises->open[i].failed)
                        world->editor.touched[site_find_wire(address)][address & 0xff] = true;
        }
}

static void save(World *world) {
        Editor *editor = &world->editor;
        const bool renamed = dice_one_in(&world->dice, 2);
        const usec_t delay = dice_one_in(&world->dice, 3)
                                     ? dice_below(&world->dice, 10 * USEC_PER_SEC)
                                     : dice_below(&world->dice, 20 * USEC_PER_MSEC);
        char address[IPV4_STRING_MAX];

        /* the client may have come since it was edited */
        if (is_held(world, editor->edit.address) && editor->edit.kind != EDIT_HOSTNAME)
                return;
        say(world, "editor", "saves %s for %s%s%s", kind_names[editor->edit.kind],
                ipv4_format(editor->edit.address, address), renamed ? "" : ", in place",
                editor->is_stale ? ", in an old text" : "");
        drive_save(&world->drive, editor->text, renamed);
        editor->saved = editor->edit;
        editor->is_open = true;
        editor->is_reported = false;
        editor->n_saves++;
        if (editor->edit.kind < EDIT_ILLEGAL)
                editor->touched[site_find_wire(editor->edit.address)][editor->edit.address & 0xff] =
                        true;
        touch_failed(world);
        if (!world->box.up)
                world_see(world, SIGHT_EDITED_WHILE_DOWN);
        else if (world->box.file->state == LIFE_WRITING)
                world_see(world, SIGHT_EDITED_IN_REWRITE);

        if (renamed)
                plan_notice(world, delay, true);
        else
                plan_notices(world, delay);
}

void editor_strike(World *world) {
        Editor *editor = &world->editor;

        /* before anybody knows what has become of a save there is no other */
        if (editor->is_open)
                return;
        if (editor->text) {
                editor->is_stale = true;
                /* an old text takes from a server that only starts what it has granted since */
                if (box_has_loaded(world))
                        save(world);
        } else {
                editor->text = read_text(world);
                if (!editor->text || !make_edit(world, &editor->text, &editor->edit)) {
                        editor_done(editor);
                        return;
                }
                if (dice_one_in(&world->dice, 3))
                        return;
                editor->is_stale = false;
                save(world);
        }
        editor_done(editor);
}

void editor_touch(World *world) {
        say(world, "editor", "opens the file, and closes it as it was");
        world->editor.n_saves++;
        plan_notices(world, dice_below(&world->dice, 100 * USEC_PER_MSEC));
}

static void save_again(World *world) {
        _cleanup_free_ char *text = read_text(world);

        if (!text)
                return;
        say(world, "editor", "saves it once more");
        world_see(world, SIGHT_EDITED_IN_MERGE);
        drive_save(&world->drive, text, dice_one_in(&world->dice, 2));
        plan_notice(world, dice_below(&world->dice, 20 * USEC_PER_MSEC), true);
}

void editor_meanwhile(World *world) {
        switch (world->box.file->state) {
        case LIFE_CLOSED:
        case LIFE_LOADING:
        case LIFE_IDLE:
        case LIFE_WRITING:
                return; /* nobody's save is under way */
        case LIFE_SETTLING:
        case LIFE_LOOKING:
        case LIFE_MERGING:
        case LIFE_BACKING_UP:
                break;
        }
        if (world->stormy && dice_one_in(&world->dice, 2))
                weather_strike_save(world);
        else if (world->box.file->state == LIFE_BACKING_UP && dice_one_in(&world->dice, 4))
                save_again(world);
}

void editor_clock_set(World *world) {
        world->editor.is_stale = true;
}

/* ---- what becomes of it ---------------------------------------------------------------------- */

bool editor_has_touched(const World *world, ipv4_t address) {
        const WireName wire = site_find_wire(address);

        return wire < WIRES_MAX && world->editor.touched[wire][address & 0xff];
}

void editor_committed(World *world, ipv4_t address) {
        /* what the lease is now is that commit's doing */
        if (world->editor.is_open && world->editor.saved.address == address)
                world->editor.is_reported = true;
}

void editor_heard(World *world, const LeaseStoreEvent *event) {
        Editor *editor = &world->editor;

        if (event->type == LEASE_STORE_MERGED) {
                const MergeCounts *counts = event->counts;

                say(world, "server",
                        "merges: %zu applied, %zu deleted, %zu kept, %zu outdated, %zu "
                        "rejected",
                        counts->n_applied, counts->n_deleted, counts->n_kept, counts->n_outdated,
                        counts->n_rejected);
                world_see(world, SIGHT_MERGED);
                if (event->kept_as) {
                        if (access(event->kept_as, F_OK) < 0)
                                world_fail(world, "a backup is claimed that was not made");
                        world_see(world, SIGHT_BACKED_UP);
                }
                if (counts->n_outdated > 0)
                        world_see(world, SIGHT_EDIT_OUTDATED);
                editor->is_reported = editor->is_reported ||
                                      counts->n_kept + counts->n_outdated + counts->n_rejected > 0;
        } else
                editor->is_reported = true;
}

static void forget_save(Editor *editor) {
        editor->is_open = editor->is_stale = false;
        memset(editor->touched, 0, sizeof(editor->touched));
}

void editor_loaded(World *world) {
        forget_save(&world->editor);
}

static bool has_become(const World *world, const Edit *edit) {
        const Lease *lease = find_lease(world, edit->address);
        LeaseRecord record = {0};

        if (lease)
                lease_get_record(lease, &record);
        switch (edit->kind) {
        case EDIT_HOSTNAME:
        case EDIT_ADD:
                return record.hostname_size == strlen(edit->hostname) &&
                       memcmp(record.hostname, edit->hostname, record.hostname_size) == 0;
        case EDIT_RELEASE:
                return !lease || lease->state != LEASE_BOUND;
        case EDIT_DELETE:
                return !lease;
        case EDIT_ILLEGAL:
                return find_lease(world, EDITOR_NOWHERE); /* kept by a start */
        case EDIT_GARBAGE:
        case EDIT_KIND_MAX:
                break;
        }
        return false;
}

void editor_check(World *world) {
        Editor *editor = &world->editor;
        char address[IPV4_STRING_MAX];

        if (!editor->is_open || editor->n_notices > 0)
                return;
        if (!editor->is_reported && !has_become(world, &editor->saved))
                world_fail(world, "an edit is ignored in silence: %s for %s",
                        kind_names[editor->saved.kind],
                        ipv4_format(editor->saved.address, address));
        forget_save(editor);
}

void editor_done(Editor *editor) {
        free(editor->text);
        editor->text = NULL;
}

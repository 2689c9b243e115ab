/* SPDX-License-Identifier: MIT */

/* Users are looked up in /etc/passwd alone: the loop waits for nobody, and a name service may be a
 * network away. Whoever reads the journal has the number and can ask for the name. */

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "basic/text.h"
#include "daemon/actor.h"

static void find_name(uint32_t uid, char ret[static ACTOR_NAME_MAX]) {
        FILE *file = fopen("/etc/passwd", "re");
        struct passwd entry, *found;
        char line[4096];

        ret[0] = '\0';
        if (!file)
                return;
        /* a line that is too long says nothing about the others */
        while (fgetpwent_r(file, &entry, line, sizeof(line), &found) == 0)
                if (found->pw_uid == uid) {
                        (void) text_sanitize((const uint8_t *) found->pw_name,
                                strlen(found->pw_name), ret, ACTOR_NAME_MAX);
                        break;
                }
        (void) fclose(file);
}

void actor_describe(const Actor *actor, ActorText *ret) {
        static const char *const types[ACTOR_TYPE_MAX] = {
                [ACTOR_SERVER] = "server",
                [ACTOR_CLIENT] = "client",
                [ACTOR_USER] = "user",
                [ACTOR_LEASE_FILE] = "lease-file",
        };

        *ret = (ActorText){.type = types[actor->type]};
        if (actor->type == ACTOR_LEASE_FILE)
                (void) snprintf(ret->people, sizeof(ret->people), ", by an edit of the lease file");
        if (actor->type != ACTOR_USER)
                return;
        (void) snprintf(ret->uid, sizeof(ret->uid), "%" PRIu32, actor->uid);
        find_name(actor->uid, ret->name);
        (void) snprintf(ret->people, sizeof(ret->people), ", by user %s",
                ret->name[0] != '\0' ? ret->name : ret->uid);
}

void actor_fields(const ActorText *text, JournalField ret[static ACTOR_FIELDS_MAX]) {
        ret[0] = (JournalField){"DHCP_ACTOR", text->type};
        ret[1] = (JournalField){"DHCP_ACTOR_UID", text->uid};
        ret[2] = (JournalField){"DHCP_ACTOR_NAME", text->name};
}

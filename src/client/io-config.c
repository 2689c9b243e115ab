/* SPDX-License-Identifier: MIT */
/* What a configuration can be told by the system: interfaces by name, the machine's identity. */

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include <systemd/sd-id128.h>

#include "basic/hash.h"
#include "client/minidhcp-client.h"
#include "wire/message.h"

enum {
        DUID_TYPE_EN = 2,
        DUID_EN_SIZE = 14,
        DUID_ENTERPRISE = 43793, /* systemd's, whose machine ID this is made from */
};

/* What tells this use of the machine ID from others, so that it cannot be found out. */
#define DUID_APPLICATION                                                                           \
        SD_ID128_MAKE(6d, 10, 1c, 33, 0d, 7b, 4c, 2a, 9d, 0a, 5b, 52, 8f, 3e, 77, c1)

int mdc_config_set_interface(mdc_config *config, const char *name) {
        unsigned ifindex;

        if (!config || !name)
                return -EINVAL;
        ifindex = if_nametoindex(name);
        if (ifindex == 0)
                return errno == ENXIO ? -ENODEV : -errno;
        return mdc_config_set_ifindex(config, (int) ifindex);
}

/* RFC 8415 11.3: type 2, the enterprise number, and what identifies the machine there. */
int mdc_config_set_client_id_machine(mdc_config *config) {
        static const uint8_t key[16] = "IAID of a name";
        char name[IF_NAMESIZE];
        uint32_t iaid;
        uint8_t duid[DUID_EN_SIZE];
        sd_id128_t id;
        int r;

        if (mdc_config_get_ifindex(config) == 0)
                return -EINVAL;
        r = sd_id128_get_machine_app_specific(DUID_APPLICATION, &id);
        if (r < 0)
                return r;

        /* RFC 4361 6.1: the IAID "must persist"; the index is another one when a driver is loaded
         * again, or after a boot. */
        if (!if_indextoname((unsigned) mdc_config_get_ifindex(config), name))
                return -errno;
        iaid = (uint32_t) hash_bytes(name, strlen(name), key);

        wire_put_u16(duid, DUID_TYPE_EN);
        wire_put_u32(duid + 2, DUID_ENTERPRISE);
        memcpy(duid + 6, id.bytes, sizeof(duid) - 6);
        return mdc_config_set_client_id_duid(config, iaid, duid, sizeof(duid));
}

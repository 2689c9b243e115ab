/* SPDX-License-Identifier: MIT */

/* Reads what a lease is to be like. Whether its client may have the address is the core's to say.
 */

#include <errno.h>
#include <string.h>

#include "basic/macro.h"
#include "basic/text.h"
#include "bus/bus-internal.h"
#include "bus/dictionary.h"
#include "bus/errors.h"
#include "bus/new-lease.h"
#include "core/grant.h"
#include "wire/protocol.h"

enum {
        CLIENT_ID_SIZE_MIN = 2, /* RFC 2132 9.14 */
};

static int refuse(const char *key, const char *reason, sd_bus_error *error) {
        return sd_bus_error_setf(error, BUS_ERROR_INVALID_SETTING, "%s: %s.", key, reason);
}

static int read_client_id(void *target, sd_bus_message *m, sd_bus_error *error) {
        ClientId *id = &((NewLease *) target)->client_id;
        int r;

        r = dictionary_read_bytes(m, CLIENT_ID_SIZE_MIN, sizeof(id->data), id->data, &id->size);
        return r == -EMSGSIZE ? refuse("ClientId", "has 2 to 255 bytes", error) : r;
}

static int read_hardware(void *target, sd_bus_message *m, sd_bus_error *error) {
        NewLease *lease = target;
        int r;

        r = dictionary_read_bytes(
                m, 1, sizeof(lease->hardware), lease->hardware, &lease->hardware_size);
        return r == -EMSGSIZE ? refuse("HardwareAddress", "has 1 to 16 bytes", error) : r;
}

static int read_hostname(void *target, sd_bus_message *m, _unused_ sd_bus_error *error) {
        NewLease *lease = target;
        const char *text;
        int r;

        r = sd_bus_message_read_basic(m, 's', &text);
        if (r < 0)
                return r;
        lease->hostname_size = text_sanitize(
                (const uint8_t *) text, strlen(text), lease->hostname, sizeof(lease->hostname));
        return 0;
}

static int read_expires(void *target, sd_bus_message *m, _unused_ sd_bus_error *error) {
        NewLease *lease = target;

        return sd_bus_message_read_basic(m, 't', &lease->expires);
}

static int read_pool(void *target, sd_bus_message *m, _unused_ sd_bus_error *error) {
        NewLease *lease = target;

        return sd_bus_message_read_basic(m, 's', &lease->pool);
}

static const DictionaryKey keys[] = {
        {"ClientId", "ay", read_client_id},
        {"HardwareAddress", "ay", read_hardware},
        {"Hostname", "s", read_hostname},
        {"ExpiresUSec", "t", read_expires},
        {"Pool", "s", read_pool},
};

static int read_address(NewLease *lease, sd_bus_message *m, sd_bus_error *error) {
        const char *text;
        int r;

        r = sd_bus_message_read_basic(m, 's', &text);
        if (r < 0)
                return r;
        if (*text && ipv4_parse(text, &lease->address) < 0)
                return sd_bus_error_setf(
                        error, SD_BUS_ERROR_INVALID_ARGS, "'%s' is no IPv4 address.", text);
        return 0;
}

int new_lease_read(NewLease *ret, sd_bus_message *m, sd_bus_error *error) {
        int r;

        *ret = (NewLease){.hardware_type = HARDWARE_ETHERNET};
        r = read_address(ret, m, error);
        if (r < 0)
                return r;
        r = dictionary_read(m, keys, ELEMENTSOF(keys), ret, BUS_ERROR_INVALID_SETTING, error);
        if (r < 0)
                return r;

        if (ret->client_id.size == 0 && ret->hardware_size == 0)
                return refuse("ClientId", "needed, or HardwareAddress", error);
        if (ret->address == 0 && !ret->pool)
                return refuse("Pool", "needed where no address is given", error);
        if (ret->client_id.size == 0)
                client_id_from_hardware(
                        ret->hardware_type, ret->hardware, ret->hardware_size, &ret->client_id);
        return 0;
}

static int find_pool(const NewLease *lease, const Bus *bus, const Pool **ret, sd_bus_error *error) {
        Pool *const *pools;
        size_t n;

        if (lease->pool) {
                *ret = server_find_pool(bus->server, lease->pool);
                if (*ret)
                        return 0;
                return sd_bus_error_setf(
                        error, BUS_ERROR_NO_SUCH_POOL, "There is no pool %s.", lease->pool);
        }
        pools = server_get_pools(bus->server, &n);
        for (size_t i = 0; i < n; i++)
                if (pool_contains(pools[i], lease->address)) {
                        *ret = pools[i];
                        return 0;
                }
        return sd_bus_error_set(
                error, BUS_ERROR_ADDRESS_NOT_IN_POOL, "The address is in the subnet of no pool.");
}

int new_lease_complete(NewLease *lease, const Bus *bus, LeaseRecord *ret, sd_bus_error *error) {
        ClockPair clock = bus_get_clock(bus);
        const Pool *pool;
        int r;

        r = find_pool(lease, bus, &pool, error);
        if (r < 0)
                return r;
        if (lease->address == 0 && server_find_free_address(bus->server, pool, &lease->address) < 0)
                return sd_bus_error_setf(error, BUS_ERROR_POOL_EXHAUSTED,
                        "Pool %s has no address left.", pool->settings->name);
        if (lease->pool && !pool_contains(pool, lease->address))
                return sd_bus_error_setf(error, BUS_ERROR_ADDRESS_NOT_IN_POOL,
                        "The address is not in the subnet of pool %s.", lease->pool);

        *ret = (LeaseRecord){
                .address = lease->address,
                .client_id = lease->client_id.data,
                .client_id_size = lease->client_id.size,
                .hardware = lease->hardware,
                .hardware_type = lease->hardware_type,
                .hardware_size = lease->hardware_size,
                .hostname = lease->hostname,
                .hostname_size = (uint8_t) lease->hostname_size,
        };
        if (lease->expires == 0)
                ret->expires = usec_add(clock.boottime, pool->settings->reply.default_lease);
        else if (lease->expires == USEC_INFINITY)
                ret->expires = USEC_INFINITY;
        else if (lease->expires <= clock.realtime)
                return refuse("ExpiresUSec", "is over", error);
        else
                ret->expires = usec_add(clock.boottime, lease->expires - clock.realtime);
        return 0;
}

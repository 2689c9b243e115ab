/* SPDX-License-Identifier: MIT */
/* The configuration's setters: what they accept needs no further check.
 *
 * Invariant: an option that the protocol or a setter looks after is never in `options` by
 * mdc_config_send_option(). */

#include <errno.h>
#include <string.h>

#include "client/config.h"
#include "wire/frame.h"
#include "wire/message.h"

enum {
        MESSAGE_SIZE_LEAST = 576, /* RFC 2132 9.10 */
        DUID_SIZE_MIN = 3,
        DUID_SIZE_MAX = 130, /* RFC 8415 11.1 */
        CLIENT_ID_TYPE_DUID = 255,
        FQDN_FLAG_SERVER_UPDATES = 1 << 0, /* RFC 4702 2.1: S */
        FQDN_FLAG_WIRE_ENCODING = 1 << 2,  /* E */
        FQDN_HEADER_SIZE = 3,
        OPTION_SIZE_MAX = 255,
};

/* RFC 3442: who asks for 121 asks for 3 as well, and 121 comes before 3 and 33. Option 249 is what
 * Microsoft's servers call it. */
static const uint8_t default_requested[] = {
        DHCP_OPTION_SUBNET_MASK,
        DHCP_OPTION_CLASSLESS_ROUTE,
        DHCP_OPTION_MICROSOFT_ROUTE,
        DHCP_OPTION_ROUTER,
        DHCP_OPTION_STATIC_ROUTE,
        DHCP_OPTION_DNS,
        DHCP_OPTION_HOST_NAME,
        DHCP_OPTION_DOMAIN_NAME,
        DHCP_OPTION_INTERFACE_MTU,
        DHCP_OPTION_BROADCAST_ADDRESS,
        DHCP_OPTION_NTP,
        DHCP_OPTION_RENEWAL_TIME,
        DHCP_OPTION_REBINDING_TIME,
        DHCP_OPTION_DOMAIN_SEARCH,
};

int mdc_config_new(mdc_config **ret) {
        mdc_config *config;

        if (!ret)
                return -EINVAL;
        config = calloc(1, sizeof(*config));
        if (!config)
                return -ENOMEM;
        config->n_references = 1;
        config->acd = MDC_ACD_FULL;
        config->n_requested = sizeof(default_requested);
        memcpy(config->requested, default_requested, sizeof(default_requested));
        *ret = config;
        return 0;
}

int mdc_config_copy(const mdc_config *config, mdc_config **ret) {
        mdc_config *copy;
        int r;

        if (!config || !ret)
                return -EINVAL;
        copy = malloc(sizeof(*copy));
        if (!copy)
                return -ENOMEM;
        *copy = *config;
        copy->n_references = 1;
        copy->options = (OptionSet){0};
        r = option_set_copy(&copy->options, &config->options);
        if (r < 0) {
                (void) mdc_config_unref(copy);
                return r;
        }
        *ret = copy;
        return 0;
}

mdc_config *mdc_config_ref(mdc_config *config) {
        if (config)
                config->n_references++;
        return config;
}

mdc_config *mdc_config_unref(mdc_config *config) {
        if (!config || --config->n_references > 0)
                return NULL;
        config_done(config);
        free(config);
        return NULL;
}

void config_done(mdc_config *copy) {
        option_set_done(&copy->options);
}

static bool config_has_hardware(const mdc_config *config) {
        return config->hardware_size > 0;
}

static void resolve_client_id(mdc_config *copy) {
        if (copy->client_id_is_mac)
                client_id_from_hardware(
                        copy->hardware_type, copy->hardware, copy->hardware_size, &copy->client_id);
}

int config_copy(mdc_config *copy, const mdc_config *config) {
        int r;

        if (!config_has_hardware(config) || !config->seeded)
                return -EINVAL;

        *copy = *config;
        copy->options = (OptionSet){0};
        r = option_set_copy(&copy->options, &config->options);
        if (r < 0)
                return r;

        copy->client_id_is_mac = copy->client_id_kind == CLIENT_ID_MAC;
        if (copy->client_id_is_mac)
                copy->client_id_kind = CLIENT_ID_BYTES;
        resolve_client_id(copy);
        return 0;
}

int config_change_hardware(mdc_config *copy, uint8_t type, const uint8_t *address, size_t size) {
        int r;

        if (copy->hardware_type == type && copy->hardware_size == size &&
                memcmp(copy->hardware, address, size) == 0)
                return 0;
        r = mdc_config_set_hardware(copy, type, address, size);
        if (r < 0)
                return r;
        resolve_client_id(copy);
        return 1;
}

int mdc_config_set_ifindex(mdc_config *config, int ifindex) {
        if (!config)
                return -EINVAL;
        if (ifindex <= 0)
                return -EINVAL;
        config->ifindex = ifindex;
        return 0;
}

int mdc_config_get_ifindex(const mdc_config *config) {
        return config ? config->ifindex : 0;
}

int mdc_config_set_hardware(mdc_config *config, uint8_t type, const uint8_t *address, size_t size) {
        if (!config || !address)
                return -EINVAL;
        if (size == 0 || size > DHCP_CHADDR_SIZE)
                return -EINVAL;
        if (type == HARDWARE_ETHERNET && size != ETHERNET_ADDRESS_SIZE)
                return -EINVAL;
        config->hardware_type = type;
        config->hardware_size = (uint8_t) size;
        memcpy(config->hardware, address, size);
        return 0;
}

int mdc_config_get_hardware(const mdc_config *config, uint8_t *ret_type, uint8_t ret_address[16]) {
        if (!config || !ret_type || !ret_address)
                return -EINVAL;
        if (config_has_hardware(config)) {
                *ret_type = config->hardware_type;
                memcpy(ret_address, config->hardware, config->hardware_size);
        }
        return config->hardware_size;
}

int mdc_config_set_client_id_mac(mdc_config *config) {
        if (!config)
                return -EINVAL;
        config->client_id_kind = CLIENT_ID_MAC;
        return 0;
}

int mdc_config_set_client_id_duid(
        mdc_config *config, uint32_t iaid, const uint8_t *duid, size_t size) {
        ClientId *id = &config->client_id;

        if (!config || !duid)
                return -EINVAL;
        if (size < DUID_SIZE_MIN || size > DUID_SIZE_MAX)
                return -EINVAL;

        /* RFC 4361 6.1: type 255, the IAID, the DUID */
        config->client_id_kind = CLIENT_ID_BYTES;
        id->size = (uint8_t) (1 + sizeof(iaid) + size);
        id->data[0] = CLIENT_ID_TYPE_DUID;
        wire_put_u32(id->data + 1, iaid);
        memcpy(id->data + 1 + sizeof(iaid), duid, size);
        return 0;
}

int mdc_config_set_client_id_raw(mdc_config *config, const uint8_t *data, size_t size) {
        if (!config || (!data && size > 0))
                return -EINVAL;
        if (size == 1 || size > CLIENT_ID_SIZE_MAX)
                return -EINVAL;

        config->client_id_kind = size > 0 ? CLIENT_ID_BYTES : CLIENT_ID_NONE;
        config->client_id.size = (uint8_t) size;
        if (size > 0)
                memcpy(config->client_id.data, data, size);
        return 0;
}

int mdc_config_set_hostname(mdc_config *config, const char *hostname) {
        if (!config)
                return -EINVAL;
        if (!hostname) {
                option_set_remove(&config->options, DHCP_OPTION_HOST_NAME);
                return 0;
        }
        if (!domain_name_is_valid(hostname))
                return -EINVAL;
        return option_set_put(&config->options, DHCP_OPTION_HOST_NAME, hostname, strlen(hostname));
}

int mdc_config_set_fqdn(mdc_config *config, const char *fqdn) {
        static const uint8_t header[FQDN_HEADER_SIZE] = {
                FQDN_FLAG_SERVER_UPDATES | FQDN_FLAG_WIRE_ENCODING};
        _cleanup_(buffer_done) Buffer name = BUFFER_INIT, value = BUFFER_INIT;
        int r;

        if (!config)
                return -EINVAL;
        if (!fqdn) {
                option_set_remove(&config->options, DHCP_OPTION_FQDN);
                return 0;
        }

        /* A search list of one domain is that domain in wire encoding. */
        r = option_encode_search(&name, fqdn);
        if (r < 0)
                return r;
        (void) buffer_append(&value, header, sizeof(header));
        (void) buffer_append(&value, name.data, name.size);
        if (value.error < 0)
                return value.error;
        if (value.size > OPTION_SIZE_MAX)
                return -EINVAL;
        return option_set_put(&config->options, DHCP_OPTION_FQDN, value.data, value.size);
}

int mdc_config_set_vendor_class(mdc_config *config, const char *vendor_class) {
        size_t size;

        if (!config)
                return -EINVAL;
        if (!vendor_class) {
                option_set_remove(&config->options, DHCP_OPTION_VENDOR_CLASS);
                return 0;
        }
        size = strlen(vendor_class);
        if (size == 0 || size > OPTION_SIZE_MAX)
                return -EINVAL;
        return option_set_put(&config->options, DHCP_OPTION_VENDOR_CLASS, vendor_class, size);
}

int mdc_config_set_requested_address(mdc_config *config, struct in_addr address) {
        if (!config)
                return -EINVAL;
        config->requested_address = ntohl(address.s_addr);
        return 0;
}

/* RFC 2131 3.3: 0xffffffff is infinity. */
static int span_to_seconds(usec_t span, uint32_t *ret) {
        usec_t seconds = span / USEC_PER_SEC;

        if (span == USEC_INFINITY)
                seconds = UINT32_MAX;
        else if (seconds >= UINT32_MAX || (span > 0 && seconds == 0))
                return -ERANGE;
        *ret = (uint32_t) seconds;
        return 0;
}

int mdc_config_set_lease_time(mdc_config *config, uint64_t lifetime_usec) {
        if (!config)
                return -EINVAL;
        return span_to_seconds(lifetime_usec, &config->lease_seconds);
}

int mdc_config_set_fallback_lease_time(mdc_config *config, uint64_t lifetime_usec) {
        uint32_t seconds;
        int r;

        if (!config)
                return -EINVAL;
        r = span_to_seconds(lifetime_usec, &seconds);
        if (r < 0)
                return r;
        config->fallback_lifetime =
                lifetime_usec == MDC_INFINITY ? USEC_INFINITY : seconds * USEC_PER_SEC;
        return 0;
}

bool config_message_size_is_valid(uint16_t size) {
        return size >= MESSAGE_SIZE_LEAST && size <= DHCP_MAX_MESSAGE_SIZE;
}

int mdc_config_set_max_message_size(mdc_config *config, uint16_t size) {
        if (!config)
                return -EINVAL;
        if (size != 0 && !config_message_size_is_valid(size))
                return -ERANGE;
        config->message_size = size;
        return 0;
}

/* RFC 8925 3.2: a host that needs IPv4 MUST NOT ask for the option, and MUST ignore it. */
int mdc_config_set_ipv6_only(mdc_config *config, bool ipv6_only) {
        if (!config)
                return -EINVAL;
        config->ipv6_only = ipv6_only;
        if (ipv6_only)
                return mdc_config_request_option(config, DHCP_OPTION_IPV6_ONLY);
        mdc_config_omit_option(config, DHCP_OPTION_IPV6_ONLY);
        return 0;
}

int mdc_config_set_server(mdc_config *config, struct in_addr server) {
        if (!config)
                return -EINVAL;
        config->server = ntohl(server.s_addr);
        return 0;
}

int mdc_config_set_destination(mdc_config *config, struct in_addr address) {
        const ipv4_t destination = ntohl(address.s_addr);

        if (!config || (destination != 0 && !ipv4_is_unicast(destination)))
                return -EINVAL;
        config->destination = destination;
        return 0;
}

int mdc_config_set_broadcast(mdc_config *config, bool broadcast) {
        if (!config)
                return -EINVAL;
        config->broadcast = broadcast;
        return 0;
}

int mdc_config_set_rapid_commit(mdc_config *config, bool rapid_commit) {
        if (!config)
                return -EINVAL;
        config->rapid_commit = rapid_commit;
        return 0;
}

int mdc_config_set_acd(mdc_config *config, mdc_acd acd) {
        if (!config)
                return -EINVAL;
        switch (acd) {
        case MDC_ACD_OFF:
        case MDC_ACD_FAST:
        case MDC_ACD_FULL:
                config->acd = acd;
                return 0;
        }
        return -EINVAL;
}

int mdc_config_set_start_delay(mdc_config *config, uint64_t max_usec) {
        if (!config)
                return -EINVAL;
        if (max_usec > USEC_PER_HOUR)
                return -ERANGE;
        config->start_delay = max_usec;
        return 0;
}

int mdc_config_set_offer_wait(mdc_config *config, uint64_t wait_usec) {
        if (!config)
                return -EINVAL;
        if (wait_usec > USEC_PER_HOUR)
                return -ERANGE;
        config->offer_wait = wait_usec;
        return 0;
}

int mdc_config_set_manual_select(mdc_config *config, bool manual) {
        if (!config)
                return -EINVAL;
        config->manual_select = manual;
        return 0;
}

int mdc_config_set_manual_accept(mdc_config *config, bool manual) {
        if (!config)
                return -EINVAL;
        config->manual_accept = manual;
        return 0;
}

bool mdc_config_is_manual(const mdc_config *config) {
        return config && (config->manual_select || config->manual_accept);
}

int mdc_config_request_option(mdc_config *config, uint8_t code) {
        if (!config)
                return -EINVAL;
        if (code == DHCP_OPTION_PAD || code == DHCP_OPTION_END)
                return -EINVAL;
        if (memchr(config->requested, code, config->n_requested))
                return 0;
        config->requested[config->n_requested++] = code;
        return 0;
}

void mdc_config_omit_option(mdc_config *config, uint8_t code) {
        size_t n = 0;

        if (!config)
                return;
        for (size_t i = 0; i < config->n_requested; i++)
                if (config->requested[i] != code)
                        config->requested[n++] = config->requested[i];
        config->n_requested = n;
}

void mdc_config_clear_requested_options(mdc_config *config) {
        if (!config)
                return;
        config->n_requested = 0;
}

static bool option_is_ours(uint8_t code) {
        switch (code) {
        case DHCP_OPTION_PAD:
        case DHCP_OPTION_HOST_NAME:
        case DHCP_OPTION_REQUESTED_ADDRESS:
        case DHCP_OPTION_LEASE_TIME:
        case DHCP_OPTION_OVERLOAD:
        case DHCP_OPTION_MESSAGE_TYPE:
        case DHCP_OPTION_SERVER_ID:
        case DHCP_OPTION_PARAMETER_LIST:
        case DHCP_OPTION_MAX_MESSAGE_SIZE:
        case DHCP_OPTION_VENDOR_CLASS:
        case DHCP_OPTION_CLIENT_ID:
        case DHCP_OPTION_RAPID_COMMIT:
        case DHCP_OPTION_FQDN:
        case DHCP_OPTION_END:
                return true;
        default:
                return false;
        }
}

int mdc_config_send_option(mdc_config *config, uint8_t code, const void *data, size_t size) {
        if (!config || (!data && size > 0))
                return -EINVAL;
        if (option_is_ours(code))
                return -EINVAL;
        if (size > OPTION_SIZE_MAX)
                return -E2BIG;
        return option_set_put(&config->options, code, data, size);
}

int mdc_config_set_random_seed(mdc_config *config, const uint8_t seed[16]) {
        if (!config || !seed)
                return -EINVAL;
        memcpy(config->seed, seed, CONFIG_SEED_SIZE);
        config->seeded = true;
        return 0;
}

bool mdc_config_has_random_seed(const mdc_config *config) {
        return config && config->seeded;
}

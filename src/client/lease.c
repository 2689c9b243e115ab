/* SPDX-License-Identifier: MIT */
/* Makes a lease from a message: every option is decoded here and nowhere else. What a server has
 * written wrongly counts as absent, since the rest of its answer is good; only an answer without
 * address is refused.
 *
 * Invariant: 0 < t1 < t2 < lifetime, or all three infinite, or all three 0 (INFORM). */

#include <errno.h>
#include <string.h>

#include "basic/text.h"
#include "client/lease.h"
#include "wire/builder.h"
#include "wire/options.h"

enum {
        TEXT_MAX = 1024, /* 255 bytes, each as \xNN */
};

static usec_t span_from_seconds(uint32_t seconds) {
        /* RFC 2131 3.3: 0xffffffff is infinity. */
        return seconds == UINT32_MAX ? USEC_INFINITY : seconds * USEC_PER_SEC;
}

static int get_first(const MessageView *view, uint8_t code, size_t size, const uint8_t **ret_data) {
        size_t joined;
        int r;

        r = message_get(view, code, ret_data, &joined);
        if (r < 0)
                return r;
        return joined > 0 && joined % size == 0 ? 0 : -EBADMSG;
}

int reply_get_u32(const MessageView *view, uint8_t code, uint32_t *ret) {
        const uint8_t *data;
        int r = get_first(view, code, sizeof(*ret), &data);

        if (r >= 0)
                *ret = wire_get_u32(data);
        return r;
}

int reply_get_u16(const MessageView *view, uint8_t code, uint16_t *ret) {
        const uint8_t *data;
        int r = get_first(view, code, sizeof(*ret), &data);

        if (r >= 0)
                *ret = wire_get_u16(data);
        return r;
}

static usec_t get_span(const MessageView *view, uint8_t code) {
        uint32_t seconds;

        if (reply_get_u32(view, code, &seconds) < 0)
                return 0;
        return span_from_seconds(seconds);
}

/* RFC 2131 4.4.5: T1 defaults to 0.5 of the lifetime, T2 to 0.875; T1 MUST be earlier than T2, and
 * T2 earlier than the end. What contradicts that is replaced by the defaults. */
static void decode_times(mdc_lease *lease, usec_t fallback) {
        usec_t t1 = get_span(&lease->view, DHCP_OPTION_RENEWAL_TIME),
               t2 = get_span(&lease->view, DHCP_OPTION_REBINDING_TIME);

        lease->lifetime = get_span(&lease->view, DHCP_OPTION_LEASE_TIME);
        if (lease->lifetime == 0)
                lease->lifetime = fallback;
        if (lease->lifetime == USEC_INFINITY) {
                lease->t1 = lease->t2 = USEC_INFINITY;
                return;
        }
        if (t2 == 0 || t2 >= lease->lifetime)
                t2 = lease->lifetime / 8 * 7;
        if (t1 == 0 || t1 >= t2)
                t1 = lease->lifetime / 2;
        if (t1 >= t2)
                t2 = lease->lifetime / 8 * 7;
        lease->t1 = t1;
        lease->t2 = t2;
}

/* RFC 2131 4.4.1 knows no reply without a mask; where there is none, or one with holes, the class
 * of the address is the only thing to go by. */
static uint8_t decode_prefix_length(const mdc_lease *lease) {
        ipv4_t mask;

        if (reply_get_u32(&lease->view, DHCP_OPTION_SUBNET_MASK, &mask) >= 0)
                for (uint8_t length = 1; length <= 32; length++)
                        if (ipv4_netmask(length) == mask)
                                return length;
        if (lease->address < UINT32_C(128) << 24)
                return 8;
        if (lease->address < UINT32_C(192) << 24)
                return 16;
        return 24;
}

static int decode_addresses(const MessageView *view, uint8_t code, AddressList *ret) {
        _cleanup_free_ struct in_addr *list = NULL;
        const uint8_t *data;
        size_t size, n;

        if (message_get(view, code, &data, &size) < 0 || size == 0 || size % sizeof(ipv4_t) != 0)
                return 0;
        n = size / sizeof(ipv4_t);
        list = calloc(n, sizeof(*list));
        if (!list)
                return -ENOMEM;
        memcpy(list, data, size); /* both are in network byte order */
        *ret = (AddressList){TAKE_PTR(list), n};
        return 0;
}

static int copy_text(const uint8_t *text, size_t size, char **ret) {
        char clean[TEXT_MAX];

        if (text_sanitize(text, size, clean, sizeof(clean)) == 0)
                return 0;
        *ret = strdup(clean);
        return *ret ? 0 : -ENOMEM;
}

static int decode_text(const MessageView *view, uint8_t code, char **ret) {
        const char *text;
        size_t size;

        if (message_get_text(view, code, &text, &size, NULL) < 0)
                return 0;
        return copy_text((const uint8_t *) text, size, ret);
}

static int decode_boot_file(mdc_lease *lease) {
        const uint8_t *field = lease->message + DHCP_FILE_OFFSET;
        int r;

        r = decode_text(&lease->view, DHCP_OPTION_BOOTFILE_NAME, &lease->boot_file);
        if (r < 0 || lease->boot_file || lease->view.overload & OVERLOAD_FILE)
                return r;
        return copy_text(field, strnlen((const char *) field, DHCP_FILE_SIZE), &lease->boot_file);
}

static int decode_search(mdc_lease *lease) {
        const uint8_t *data;
        size_t size;
        int r;

        if (message_get(&lease->view, DHCP_OPTION_DOMAIN_SEARCH, &data, &size) < 0)
                return 0;
        r = option_decode_search(data, size, &lease->search);
        return r == -EBADMSG ? 0 : r;
}

static int decode_all(mdc_lease *lease, usec_t fallback) {
        const MessageView *view = &lease->view;
        int r;

        (void) reply_get_u32(view, DHCP_OPTION_SERVER_ID, &lease->server_id);
        decode_times(lease, fallback);
        lease->prefix_length = decode_prefix_length(lease);

        r = decode_addresses(view, DHCP_OPTION_ROUTER, &lease->routers);
        if (r < 0)
                return r;
        r = decode_addresses(view, DHCP_OPTION_DNS, &lease->dns);
        if (r < 0)
                return r;
        r = decode_addresses(view, DHCP_OPTION_NTP, &lease->ntp);
        if (r < 0)
                return r;
        r = decode_text(view, DHCP_OPTION_DOMAIN_NAME, &lease->domain);
        if (r < 0)
                return r;
        r = decode_text(view, DHCP_OPTION_HOST_NAME, &lease->hostname);
        if (r < 0)
                return r;
        r = decode_boot_file(lease);
        if (r < 0)
                return r;
        r = decode_search(lease);
        if (r < 0)
                return r;
        return lease_decode_routes(lease);
}

int lease_new(mdc_lease **ret, usec_t begin, ipv4_t address, usec_t lifetime, const void *message,
        size_t size) {
        _cleanup_(mdc_lease_unrefp) mdc_lease *lease = NULL;
        int r;

        if (size > DHCP_MAX_MESSAGE_SIZE)
                return -EBADMSG;
        lease = calloc(1, sizeof(*lease) + size);
        if (!lease)
                return -ENOMEM;
        lease->n_references = 1;
        lease->begin = begin;
        lease->message_size = size;
        if (size > 0)
                memcpy(lease->message, message, size);

        if (message_view_init(&lease->view, lease->message, size) != MESSAGE_OK)
                return -EBADMSG;
        if (lease->view.op != BOOTREPLY)
                return -EBADMSG;
        if (lease->view.type != DHCP_OFFER && lease->view.type != DHCP_ACK)
                return -EBADMSG;
        lease->address = lease->view.yiaddr ? lease->view.yiaddr : address;
        if (lease->address == 0)
                return -EBADMSG;

        r = decode_all(lease, lifetime);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(lease);
        return 0;
}

void lease_set_sender(mdc_lease *lease, const mdc_metadata *metadata) {
        if (!metadata)
                return;
        lease->sender = metadata->source;
        memcpy(lease->sender_hardware, metadata->link_source, sizeof(lease->sender_hardware));
}

int mdc_lease_new(mdc_lease **ret, uint64_t begin_usec, const void *message, size_t size) {
        if (!ret || (!message && size > 0))
                return -EINVAL;
        return lease_new(ret, begin_usec, 0, 0, message, size);
}

int mdc_lease_new_with_lifetime(mdc_lease **ret, uint64_t begin_usec, uint64_t lifetime_usec,
        const void *message, size_t size) {
        if (!ret || (!message && size > 0))
                return -EINVAL;
        return lease_new(ret, begin_usec, 0, lifetime_usec, message, size);
}

int mdc_lease_new_received(mdc_lease **ret, uint64_t begin_usec, uint64_t lifetime_usec,
        const mdc_metadata *metadata, const void *message, size_t size) {
        int r = mdc_lease_new_with_lifetime(ret, begin_usec, lifetime_usec, message, size);

        if (r >= 0)
                lease_set_sender(*ret, metadata);
        return r;
}

int mdc_lease_new_bare(mdc_lease **ret, struct in_addr address, struct in_addr server) {
        const MessageHeader header = {.op = BOOTREPLY, .yiaddr = ntohl(address.s_addr)};
        uint8_t message[DHCP_MIN_MESSAGE_SIZE];
        MessageBuilder builder;
        int r;

        if (!ret || !ipv4_is_unicast(ntohl(address.s_addr)) ||
                !ipv4_is_unicast(ntohl(server.s_addr)))
                return -EINVAL;
        r = message_builder_init(&builder, message, sizeof(message), sizeof(message), &header);
        if (r >= 0)
                r = message_builder_add_u8(&builder, DHCP_OPTION_MESSAGE_TYPE, DHCP_ACK);
        if (r >= 0)
                r = message_builder_add_u32(&builder, DHCP_OPTION_SERVER_ID, ntohl(server.s_addr));
        if (r >= 0)
                r = message_builder_add_u32(&builder, DHCP_OPTION_LEASE_TIME, UINT32_MAX);
        if (r < 0)
                return r;
        return lease_new(ret, 0, 0, 0, message, message_builder_finish(&builder));
}

mdc_lease *mdc_lease_ref(mdc_lease *lease) {
        if (lease)
                lease->n_references++;
        return lease;
}

mdc_lease *mdc_lease_unref(mdc_lease *lease) {
        if (!lease || --lease->n_references > 0)
                return NULL;
        free(lease->routers.addresses);
        free(lease->dns.addresses);
        free(lease->ntp.addresses);
        free(lease->routes);
        strv_free(lease->search);
        free(lease->domain);
        free(lease->hostname);
        free(lease->boot_file);
        free(lease);
        return NULL;
}

usec_t lease_at(const mdc_lease *lease, usec_t span) {
        usec_t until;

        if (span == USEC_INFINITY)
                return USEC_INFINITY;
        /* A beginning that lies before the boot has wrapped, and its end may be after it. */
        until = lease->begin + span;
        if ((int64_t) lease->begin >= 0 && until < lease->begin)
                return USEC_INFINITY;
        if ((int64_t) lease->begin < 0 && (int64_t) until < 0)
                return 0; /* ended before the boot */
        return until;
}

/* SPDX-License-Identifier: MIT */

/* The options of a reply: their values, their order, and which go when there is no room. Options
 * that make the message what it is (53, 54, 51) and those that come last (61, 82 …) are reply.c's.
 *
 * Invariant: an option that does not fit is left out; it never costs the reply. */

#include <string.h>

#include "core/fqdn.h"
#include "core/plan.h"
#include "core/pool.h"
#include "core/reply-cache.h"
#include "core/reply.h"
#include "core/request-state.h"
#include "core/server-state.h"
#include "core/times.h"
#include "wire/options.h"

/* The value of an option: the host's, the pool's, or what follows from the lease. Small ones live
 * in the scratch space. */
typedef struct ReplyValue {
        const uint8_t *data;
        size_t size;
        uint8_t scratch[260];
} ReplyValue;

static bool value_set_u32(ReplyValue *value, uint32_t number) {
        wire_put_u32(value->scratch, number);
        value->data = value->scratch;
        value->size = sizeof(number);
        return true;
}

static bool value_set_text(ReplyValue *value, const char *text) {
        if (!text)
                return false;
        value->data = (const uint8_t *) text;
        value->size = strlen(text);
        return true;
}

/* Configured for the host or the pool; the host's goes before. */
static bool reply_get_configured(const Reply *reply, uint8_t code, ReplyValue *ret) {
        const Host *host = reply->request->host;
        const OptionValue *option = NULL;

        if (host) {
                option = option_set_get(&host->settings->reply.options, code);
                if (code == DHCP_OPTION_ROUTER && host->settings->reply.no_router)
                        return false;
        }
        if (!option)
                option = option_set_get(&reply->pool->settings->reply.options, code);
        if (!option)
                return false;
        ret->data = option->data;
        ret->size = option->size;
        return true;
}

/* Router= defaults to our own address in the subnet. It does not to giaddr: a renewal goes past the
 * relay, and its answer must not take away what an earlier one gave. */
static bool reply_get_router(const Reply *reply, ReplyValue *ret) {
        const Host *host = reply->request->host;
        const ipv4_t router = reply->server_address;

        if (reply->pool->settings->reply.no_router || (host && host->settings->reply.no_router))
                return false;
        return pool_contains(reply->pool, router) && value_set_u32(ret, router);
}

/* RFC 2131 leaves the client's name to the client; only a host's is known better here. */
static bool reply_get_host_name(const Reply *reply, ReplyValue *ret) {
        const Host *host = reply->request->host;

        if (!host)
                return false;
        return value_set_text(
                ret, host->settings->hostname ? host->settings->hostname : host->settings->name);
}

static bool reply_get_renewal_time(const Reply *reply, uint8_t code, ReplyValue *ret) {
        uint32_t t1, t2;

        if (reply->lifetime == 0 || reply->lifetime == USEC_INFINITY)
                return false;
        /* RFC 2132 9.11: without them the client takes its own, RFC 2131 4.4.5. */
        if (!request_renewal_times(reply->request, reply->lifetime, &t1, &t2))
                return false;
        return value_set_u32(ret, code == DHCP_OPTION_RENEWAL_TIME ? t1 : t2);
}

static bool reply_get_tftp_server_name(const Reply *reply, ReplyValue *ret) {
        ipv4_t next_server = request_get_next_server(reply->request, reply->pool);

        if (value_set_text(ret, request_get_server_name(reply->request, reply->pool)))
                return true;
        if (next_server == 0)
                return false;
        return value_set_text(ret, ipv4_format(next_server, (char *) ret->scratch));
}

/* UEFI's HTTP boot takes only replies of a server that says it knows it (UEFI 2.10 24.7.3.1). */
static bool reply_get_vendor_class(const Reply *reply, ReplyValue *ret) {
        static const char http_client[] = "HTTPClient";

        return reply->boot_file && request_has_vendor_class(reply->request, http_client) &&
               value_set_text(ret, http_client);
}

/* RFC 4578 2.3: "MUST be present in all DHCP and PXE packets sent by PXE-compliant clients and
 * servers"; a server of boot files sends back the client's. */
static bool reply_get_machine_id(const Reply *reply, ReplyValue *ret) {
        return reply->boot_file &&
               message_get(reply->request->message, DHCP_OPTION_UUID, &ret->data, &ret->size) >= 0;
}

/* RFC 4702 4: answered when the client sent one, whether it asks for it or not. */
static bool reply_get_fqdn(const Reply *reply, ReplyValue *ret) {
        const Request *request = reply->request;
        uint8_t name[FQDN_NAME_MAX];
        const char *text = (const char *) name;
        const uint8_t *data;
        ReplyValue host_name, domain = {0};
        size_t size, n;

        if (message_get(request->message, DHCP_OPTION_FQDN, &data, &size) < 0)
                return false;
        n = fqdn_get_name(data, size, name);
        if (reply_get_host_name(reply, &host_name)) {
                text = (const char *) host_name.data;
                n = host_name.size;
        }
        (void) reply_get_configured(reply, DHCP_OPTION_DOMAIN_NAME, &domain);
        ret->size = fqdn_answer(data, size, text, n, domain.data, domain.size, ret->scratch);
        ret->data = ret->scratch;
        return ret->size > 0;
}

/* The codes that reply_get_derived() knows. */
static const CodeSet derived_codes = {
        .words =
                {
                        CODE_SET_BIT(DHCP_OPTION_SUBNET_MASK) | CODE_SET_BIT(DHCP_OPTION_ROUTER) |
                                CODE_SET_BIT(DHCP_OPTION_BROADCAST_ADDRESS) |
                                CODE_SET_BIT(DHCP_OPTION_HOST_NAME) |
                                CODE_SET_BIT(DHCP_OPTION_RENEWAL_TIME) |
                                CODE_SET_BIT(DHCP_OPTION_REBINDING_TIME) |
                                CODE_SET_BIT(DHCP_OPTION_VENDOR_CLASS),
                        CODE_SET_BIT(DHCP_OPTION_TFTP_SERVER_NAME) |
                                CODE_SET_BIT(DHCP_OPTION_BOOTFILE_NAME) |
                                CODE_SET_BIT(DHCP_OPTION_FQDN) | CODE_SET_BIT(DHCP_OPTION_UUID),
                        CODE_SET_BIT(DHCP_OPTION_TFTP_SERVER_ADDRESS),
                },
};

/* Those whose value only the protocol decides, configured or not. */
static const CodeSet protocol_codes = {
        .words =
                {
                        CODE_SET_BIT(DHCP_OPTION_REQUESTED_ADDRESS) |
                                CODE_SET_BIT(DHCP_OPTION_LEASE_TIME) |
                                CODE_SET_BIT(DHCP_OPTION_OVERLOAD) |
                                CODE_SET_BIT(DHCP_OPTION_MESSAGE_TYPE) |
                                CODE_SET_BIT(DHCP_OPTION_SERVER_ID) |
                                CODE_SET_BIT(DHCP_OPTION_PARAMETER_LIST) |
                                CODE_SET_BIT(DHCP_OPTION_MESSAGE) |
                                CODE_SET_BIT(DHCP_OPTION_MAX_MESSAGE_SIZE) |
                                CODE_SET_BIT(DHCP_OPTION_CLIENT_ID),
                        CODE_SET_BIT(DHCP_OPTION_RAPID_COMMIT) |
                                CODE_SET_BIT(DHCP_OPTION_RELAY_AGENT) |
                                CODE_SET_BIT(DHCP_OPTION_SUBNET_SELECTION),
                },
};

static bool reply_get_derived(const Reply *reply, uint8_t code, ReplyValue *ret) {
        const Ipv4Prefix subnet = reply->pool->settings->subnet;
        ipv4_t next_server;

        switch (code) {
        case DHCP_OPTION_SUBNET_MASK:
                return value_set_u32(ret, ipv4_netmask(subnet.length));
        case DHCP_OPTION_ROUTER:
                return reply_get_router(reply, ret);
        case DHCP_OPTION_BROADCAST_ADDRESS:
                return subnet.length <= 30 && value_set_u32(ret, ipv4_prefix_broadcast(subnet));
        case DHCP_OPTION_HOST_NAME:
                return reply_get_host_name(reply, ret);
        case DHCP_OPTION_RENEWAL_TIME:
        case DHCP_OPTION_REBINDING_TIME:
                return reply_get_renewal_time(reply, code, ret);
        case DHCP_OPTION_VENDOR_CLASS:
                return reply_get_vendor_class(reply, ret);
        case DHCP_OPTION_TFTP_SERVER_NAME:
                return reply_get_tftp_server_name(reply, ret);
        case DHCP_OPTION_BOOTFILE_NAME:
                return value_set_text(ret, reply->boot_file);
        case DHCP_OPTION_FQDN:
                return reply_get_fqdn(reply, ret);
        case DHCP_OPTION_UUID:
                return reply_get_machine_id(reply, ret);
        case DHCP_OPTION_TFTP_SERVER_ADDRESS:
                next_server = request_get_next_server(reply->request, reply->pool);
                return next_server != 0 && value_set_u32(ret, next_server);
        default:
                return false;
        }
}

/* Text options of RFC 2132. */
static bool code_is_text(uint8_t code) {
        switch (code) {
        case DHCP_OPTION_HOST_NAME:
        case 14: /* merit dump file */
        case DHCP_OPTION_DOMAIN_NAME:
        case 17: /* root path */
        case 18: /* extensions path */
        case 40: /* NIS domain */
        case 64: /* NIS+ domain */
        case DHCP_OPTION_TFTP_SERVER_NAME:
        case DHCP_OPTION_BOOTFILE_NAME:
                return true;
        default:
                return false;
        }
}

/* A NUL that made two pieces of the option (RFC 3396) would be all that some clients see of it. */
static void value_terminate(ReplyValue *value) {
        if (value->size >= UINT8_MAX || (value->size > 0 && value->data[value->size - 1] == '\0'))
                return;
        if (value->data != value->scratch)
                memcpy(value->scratch, value->data, value->size);
        value->scratch[value->size++] = '\0';
        value->data = value->scratch;
}

static bool reply_get_value(const Reply *reply, uint8_t code, ReplyValue *ret) {
        if (!reply_get_configured(reply, code, ret) && !reply_get_derived(reply, code, ret))
                return false;
        if (reply->terminates_text && code_is_text(code))
                value_terminate(ret);
        /* Old ROMs read on until a NUL, into the next option. RFC 2132 2 has receivers cope with
         * one. */
        if (code == DHCP_OPTION_BOOTFILE_NAME &&
                request_has_vendor_class(reply->request, "PXEClient"))
                value_terminate(ret);
        return true;
}

/* Most of what clients ask for nobody has configured: that must cost nothing. */
static void reply_open_codes(Reply *reply) {
        const Host *host = reply->request->host;

        reply->open = derived_codes;
        code_set_join(&reply->open, &reply->pool->settings->reply.options.codes);
        if (host)
                code_set_join(&reply->open, &host->settings->reply.options.codes);
        code_set_subtract(&reply->open, &protocol_codes);
        /* RFC 2131 table 3 has no lease times in the answer to an INFORM. */
        if (reply->lifetime == 0) {
                code_set_remove(&reply->open, DHCP_OPTION_RENEWAL_TIME);
                code_set_remove(&reply->open, DHCP_OPTION_REBINDING_TIME);
        }
}

static void reply_add(Reply *reply, uint8_t code) {
        ReplyValue value;

        if (!code_set_has(&reply->open, code) || !reply_get_value(reply, code, &value))
                return;
        if (message_builder_add(&reply->builder, code, value.data, value.size) >= 0)
                code_set_remove(&reply->open, code);
        else {
                code_set_add(&reply->request->actions->omitted, code);
                reply->lacks_options = true;
        }
}

/* RFC 3442: who takes classless routes ignores routers and static routes; the default route is
 * among the former if there is one. */
static void reply_suppress_routes(Reply *reply, const uint8_t *codes, size_t n) {
        ReplyValue routes;

        if (!memchr(codes, DHCP_OPTION_CLASSLESS_ROUTE, n) ||
                !reply_get_value(reply, DHCP_OPTION_CLASSLESS_ROUTE, &routes))
                return;
        code_set_remove(&reply->open, DHCP_OPTION_ROUTER);
        code_set_remove(&reply->open, DHCP_OPTION_STATIC_ROUTE);
}

static void reply_add_requested(Reply *reply, const uint8_t *codes, size_t n) {
        reply_suppress_routes(reply, codes, n);

        /* Never asked for by some, needed by all. */
        if (!memchr(codes, DHCP_OPTION_SUBNET_MASK, n))
                reply_add(reply, DHCP_OPTION_SUBNET_MASK);
        for (size_t i = 0; i < n; i++) {
                /* RFC 2132 3.3: the subnet mask must come first. */
                if (codes[i] == DHCP_OPTION_ROUTER)
                        reply_add(reply, DHCP_OPTION_SUBNET_MASK);
                reply_add(reply, codes[i]);
        }
}

static void reply_add_configured(Reply *reply, const OptionSet *options) {
        for (size_t i = 0; i < options->n_values; i++)
                /* RFC 8925 3.2: only to clients that ask for it. */
                if (options->values[i].code != DHCP_OPTION_IPV6_ONLY)
                        reply_add(reply, options->values[i].code);
}

/* For a client that does not say what it wants; a dry run does not know what the client does. */
static void reply_add_all_configured(Reply *reply) {
        const Host *host = reply->request->host;

        if (host)
                reply_add_configured(reply, &host->settings->reply.options);
        reply_add_configured(reply, &reply->pool->settings->reply.options);
}

/* The client did not say what it wants. */
static void reply_add_common(Reply *reply) {
        static const uint8_t common[] = {
                DHCP_OPTION_SUBNET_MASK,
                DHCP_OPTION_ROUTER,
                DHCP_OPTION_DNS,
                DHCP_OPTION_HOST_NAME,
                DHCP_OPTION_DOMAIN_NAME,
                DHCP_OPTION_BROADCAST_ADDRESS,
                DHCP_OPTION_RENEWAL_TIME,
                DHCP_OPTION_REBINDING_TIME,
        };

        for (size_t i = 0; i < ELEMENTSOF(common); i++)
                reply_add(reply, common[i]);
        reply_add_all_configured(reply);
}

/* @codes: what the client asks for. RFC 2132 9.8 has no empty list: it says as little as none. */
static void reply_add_options_of(Reply *reply, const uint8_t *codes, size_t n) {
        reply_open_codes(reply);
        if (n > 0)
                reply_add_requested(reply, codes, n);
        else
                reply_add_common(reply);
        reply_add(reply, DHCP_OPTION_RENEWAL_TIME);
        reply_add(reply, DHCP_OPTION_REBINDING_TIME);
        reply_add(reply, DHCP_OPTION_FQDN);
        reply_add(reply, DHCP_OPTION_VENDOR_CLASS);
        reply_add(reply, DHCP_OPTION_UUID);
        /* The file field is too small for some URLs. */
        if (reply->boot_file && !reply->builder.file_taken)
                reply_add(reply, DHCP_OPTION_BOOTFILE_NAME);
        if (reply->request->trace)
                reply_add_all_configured(reply);
}

static ReplyTerm reply_get_term(const Reply *reply) {
        if (reply->lifetime == 0)
                return REPLY_TERM_NONE;
        return reply->lifetime == USEC_INFINITY ? REPLY_TERM_INFINITE : REPLY_TERM_FINITE;
}

/* Whether nothing but what is in the key says what the client gets. A dry run is to show the long
 * way, and changes nothing. */
static bool reply_is_ordinary(const Reply *reply, size_t n_codes) {
        const Request *request = reply->request;

        return !request->host && !request->trace && !reply->boot_file &&
               !message_has(request->message, DHCP_OPTION_FQDN) && n_codes <= REPLY_CACHE_CODES_MAX;
}

/* Return: whether the options stood in an earlier reply, and fit. If not, nothing has been added.
 */
static bool reply_add_known_options(Reply *reply, const ReplyCacheKey *key) {
        const ReplyCacheEntry *entry = reply_cache_find(&reply->request->server->reply_cache, key);
        uint8_t *options;
        uint32_t t1, t2;

        if (!entry)
                return false;
        options = message_builder_add_encoded(&reply->builder, entry->options, entry->size);
        if (!options)
                return false;
        if (key->term != REPLY_TERM_FINITE)
                return true;
        request_renewal_times(reply->request, reply->lifetime, &t1, &t2);
        if (entry->t1_at > 0)
                wire_put_u32(options + entry->t1_at, t1);
        if (entry->t2_at > 0)
                wire_put_u32(options + entry->t2_at, t2);
        return true;
}

void reply_add_options(Reply *reply) {
        const MessageBuilder *builder = &reply->builder;
        const size_t start = builder->used;
        ReplyCacheKey key = {
                .pool = reply->pool,
                .router = reply->server_address,
                .terminates_text = reply->terminates_text,
                .term = reply_get_term(reply),
        };
        bool is_ordinary;

        (void) message_get(
                reply->request->message, DHCP_OPTION_PARAMETER_LIST, &key.codes, &key.n_codes);
        is_ordinary = reply_is_ordinary(reply, key.n_codes);
        if (is_ordinary && reply_add_known_options(reply, &key))
                return;
        reply_add_options_of(reply, key.codes, key.n_codes);
        if (is_ordinary && !reply->lacks_options && builder->overload_at == 0)
                reply_cache_put(&reply->request->server->reply_cache, &key, builder->packet + start,
                        builder->used - start);
}

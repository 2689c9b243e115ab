/* SPDX-License-Identifier: MIT */
#ifndef MINIDHCP_CLIENT_CORE_H
#define MINIDHCP_CLIENT_CORE_H

/* libminidhcp-client-core: a DHCPv4 client (RFC 2131) as a state machine. It has no socket, no
 * clock and no randomness of its own: packets and times go in, packets and events come out. It
 * needs the C library alone. minidhcp-client.h has the same on a real interface.
 *
 * Addresses are struct in_addr, in network byte order as everywhere in sockets; ports and numbers
 * are in host byte order. Times are microseconds on CLOCK_BOOTTIME, spans are microseconds, and
 * UINT64_MAX is infinity. Functions return 0 or more, or a negative errno, and leave their out
 * parameters alone when they fail; a pointer that may not be NULL is -EINVAL when it is. Nothing
 * here exits, aborts, prints, or keeps global state; an object may be used by one thread at a time.
 */

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mdc_config mdc_config;
typedef struct mdc_client mdc_client;
typedef struct mdc_lease mdc_lease;

#define MDC_INFINITY UINT64_MAX

/* RFC 2131 figure 5, and what lies between its states. */
typedef enum mdc_state {
        MDC_STATE_STOPPED,
        MDC_STATE_INIT,       /* waits until it may begin */
        MDC_STATE_SELECTING,  /* DISCOVER sent, collects offers */
        MDC_STATE_REQUESTING, /* REQUEST for an offer sent */
        MDC_STATE_REBOOTING,  /* REQUEST for an address of former times sent (INIT-REBOOT) */
        MDC_STATE_PROBING,    /* ACK received, asks by ARP whether the address is free */
        MDC_STATE_GRANTED,    /* ACK received, mdc_client_accept() or _decline() is to come */
        MDC_STATE_BOUND,
        MDC_STATE_RENEWING,  /* since T1: asks its own server */
        MDC_STATE_REBINDING, /* since T2: asks every server */
        MDC_STATE_INFORMING, /* INFORM sent */
} mdc_state;

typedef enum mdc_message {
        MDC_MESSAGE_DISCOVER = 1,
        MDC_MESSAGE_OFFER = 2,
        MDC_MESSAGE_REQUEST = 3,
        MDC_MESSAGE_DECLINE = 4,
        MDC_MESSAGE_ACK = 5,
        MDC_MESSAGE_NAK = 6,
        MDC_MESSAGE_RELEASE = 7,
        MDC_MESSAGE_INFORM = 8,
} mdc_message;

/* Whether an address is checked by ARP before it is used (RFC 5227), and for how long. */
typedef enum mdc_acd {
        MDC_ACD_OFF,
        MDC_ACD_FAST, /* three probes, over within 200 ms: for links without delay */
        MDC_ACD_FULL, /* the times of RFC 5227: four to seven seconds */
} mdc_acd;

/* Why mdc_client_input() has not taken a packet; names by mdc_drop_to_string(). */
typedef enum mdc_drop {
        MDC_DROP_NONE,
        MDC_DROP_MALFORMED,          /* no DHCP message */
        MDC_DROP_NOT_A_REPLY,        /* op is not BOOTREPLY, or no type that servers send */
        MDC_DROP_WRONG_XID,          /* no answer to our question */
        MDC_DROP_WRONG_HARDWARE,     /* chaddr is not ours */
        MDC_DROP_WRONG_CLIENT_ID,    /* echoes another's client identifier (RFC 6842) */
        MDC_DROP_WRONG_STATE,        /* nothing of this kind is waited for */
        MDC_DROP_WRONG_SERVER,       /* not the server that was asked, or that is wanted */
        MDC_DROP_WRONG_ADDRESS,      /* not the address that was asked for, or none */
        MDC_DROP_MISSING_SERVER_ID,  /* no option 54 */
        MDC_DROP_MISSING_LEASE_TIME, /* no option 51, or zero */
        MDC_DROP_NO_RAPID_COMMIT,    /* an ACK to a DISCOVER, without option 80 */
        MDC_DROP_LEASE_ENDED,        /* an ACK so late that its lease has run out */
        MDC_DROP_FORCE_RENEW,        /* a FORCERENEW (RFC 3203), which anybody can forge */
} mdc_drop;

typedef enum mdc_event_type {
        MDC_EVENT_STATE,    /* `state` has been entered, from `previous_state` */
        MDC_EVENT_SENT,     /* `message` was queued for `address`, port `port` */
        MDC_EVENT_RECEIVED, /* `message` came from `address`, port `port`, and was taken */
        MDC_EVENT_OFFER,    /* `lease` is on offer */
        MDC_EVENT_GRANTED,  /* `lease` is ours after mdc_client_accept() */
        MDC_EVENT_ACQUIRED, /* `lease` is ours from now on, in place of any before */
        MDC_EVENT_RENEWED,  /* `lease` takes the place of the one before; its options may differ */
        MDC_EVENT_REFUSED,  /* NAK from `address`; `lease`, where there was one, is lost */
        MDC_EVENT_CONFLICT, /* `hardware` uses `address`; `lease` is lost and has been declined */
        MDC_EVENT_EXPIRED,  /* `lease` has ended */
        MDC_EVENT_RELEASED, /* `lease` has been given back */
        MDC_EVENT_INFORMED, /* `lease` holds the answer to an INFORM */

        /* `lease` was offered or granted and is not taken: the network is for IPv6 (RFC 8925). The
         * client begins again after the time that the server has named, five minutes at least. */
        MDC_EVENT_IPV6_ONLY,
        MDC_EVENT_FORCE_RENEW, /* a FORCERENEW came from `address`, and was ignored */
        /* What happens to the link; `lease`, where there is one, stays in force. */
        MDC_EVENT_LINK_DOWN, /* no carrier: nothing is sent */
        MDC_EVENT_LINK_UP,   /* the carrier is back; the kernel may have dropped routes */
        MDC_EVENT_LINK_GONE, /* there is no such link any more, nor what was configured on it */
        MDC_EVENT_ADDRESS_REMOVED, /* the kernel no longer has `address`, which is the lease's */
        MDC_EVENT_DROPPED,  /* a reply of `address`, port `port`, was dropped: `drop` says why */
        MDC_EVENT_NOT_SENT, /* by mdc_io, in place of SENT: the kernel has refused it, see `error`
                             */
} mdc_event_type;

/* What has happened. Made by the library, which may add members at the end. Which members say
 * something depends on the type; the others are zero. */
typedef struct mdc_event {
        mdc_event_type type;
        mdc_state state;
        mdc_state previous_state;
        mdc_message message;
        struct in_addr address;
        uint16_t port;
        uint8_t hardware[6];
        mdc_lease *lease;       /* borrowed; mdc_lease_ref() to keep it */
        struct in_addr subject; /* SENT: the address that the message is about, if any */
        uint32_t serial;        /* SENT: that of the output */
        mdc_drop drop;          /* DROPPED; `message` is 0 where it cannot be read */
        bool for_us; /* DROPPED: it has the transaction identifier and hardware address of ours */
        int error;   /* NOT_SENT: negative errno */
} mdc_event;

typedef enum mdc_output_kind {
        MDC_OUTPUT_BROADCAST, /* UDP in a frame to everybody; `source` may be 0.0.0.0 */
        MDC_OUTPUT_UNICAST,   /* UDP by routing, from `source`, which is ours */
        MDC_OUTPUT_ARP,       /* an ARP packet to the link's broadcast address */
} mdc_output_kind;

/* What is to be sent. Made by the library, which may add members at the end. */
typedef struct mdc_output {
        mdc_output_kind kind;
        struct in_addr source;
        struct in_addr destination;
        uint16_t source_port;
        uint16_t destination_port;
        const uint8_t *data; /* the DHCP message, or the ARP packet; no headers */
        size_t size;
        uint8_t link_destination[6]; /* of a unicast: who has sent us the lease's frame, and so
                                        leads to the server; zero where unknown */
        uint32_t serial;             /* of a DHCP message: that of its MDC_EVENT_SENT; 0 for ARP */
} mdc_output;

/* How a packet came. Made by the caller; all of it zero where unknown. */
typedef struct mdc_metadata {
        struct in_addr source;
        uint16_t source_port;
        uint8_t link_source[6]; /* who has sent the frame: the server, or a relay or router */
        uint16_t reserved[2];   /* zero */
} mdc_metadata;

typedef struct mdc_route {
        struct in_addr destination;
        uint8_t prefix_length;
        uint8_t option;         /* that it came in: 121, 249, 33, or 3 for the first router */
        struct in_addr gateway; /* 0.0.0.0: directly on the link */
        uint32_t reserved[2];   /* zero */
} mdc_route;

/* ---- configuration ----------------------------------------------------------------------------
 */

/**
 * mdc_config_new() - a configuration with defaults: client identifier from the hardware address,
 * the usual options asked for, every server taken, MDC_ACD_FULL.
 *
 * A client copies what it needs, so that one configuration can serve several clients.
 *
 * @ret: receives a reference for mdc_config_unref()
 * Return: 0, -ENOMEM.
 */
int mdc_config_new(mdc_config **ret);

/**
 * mdc_config_ref() - takes a reference. Return: @config, which may be NULL.
 */
mdc_config *mdc_config_ref(mdc_config *config);

/**
 * mdc_config_unref() - drops a reference; NULL is taken. Return: NULL.
 */
mdc_config *mdc_config_unref(mdc_config *config);

/**
 * mdc_config_copy() - another configuration that says the same.
 *
 * @ret: receives a reference for mdc_config_unref()
 * Return: 0, -ENOMEM.
 */
int mdc_config_copy(const mdc_config *config, mdc_config **ret);

/**
 * mdc_config_set_ifindex() - the interface. Needed by mdc_io and mdc_get_dhcp_config() alone.
 * Return: 0, -EINVAL when @ifindex is not positive.
 */
int mdc_config_set_ifindex(mdc_config *config, int ifindex);

/**
 * mdc_config_get_ifindex() - the interface.
 * Return: a positive index, 0 when none is set or @config is NULL.
 */
int mdc_config_get_ifindex(const mdc_config *config);

/**
 * mdc_config_set_hardware() - the hardware address that servers are told. mdc_io takes the link's
 * own when none is set. With another than the link's own it receives broadcasts, and unicasts by
 * making the link promiscuous; a bridge beyond has to learn the address, which happens with the
 * first frame where the link lets frames with a foreign source pass (Wi-Fi does not).
 *
 * @type: ARPHRD_*, 1 for Ethernet
 * @address: @size bytes, 1 to 16; 6 for Ethernet
 * Return: 0, -EINVAL.
 */
int mdc_config_set_hardware(mdc_config *config, uint8_t type, const uint8_t *address, size_t size);

/**
 * mdc_config_get_hardware() - what mdc_config_set_hardware() was given.
 *
 * @ret_address: receives up to 16 bytes
 * Return: the size of the address, 0 when none is set, -EINVAL.
 */
int mdc_config_get_hardware(const mdc_config *config, uint8_t *ret_type, uint8_t ret_address[16]);

/**
 * mdc_config_set_client_id_mac() - option 61 is hardware type and address. This is the default.
 * Return: 0.
 */
int mdc_config_set_client_id_mac(mdc_config *config);

/**
 * mdc_config_set_client_id_duid() - option 61 is an IAID and a DUID (RFC 4361 6.1).
 *
 * @duid: @size bytes, 3 to 130, with the type first
 * Return: 0, -EINVAL.
 */
int mdc_config_set_client_id_duid(
        mdc_config *config, uint32_t iaid, const uint8_t *duid, size_t size);

/**
 * mdc_config_set_client_id_raw() - option 61 is these bytes.
 *
 * @data: @size bytes; 0 for no option 61, else 2 to 255
 * Return: 0, -EINVAL.
 */
int mdc_config_set_client_id_raw(mdc_config *config, const uint8_t *data, size_t size);

/**
 * mdc_config_set_hostname() - option 12.
 *
 * @hostname: a domain name of one label or more, or NULL for none
 * Return: 0, -EINVAL when it is no domain name, -ENOMEM.
 */
int mdc_config_set_hostname(mdc_config *config, const char *hostname);

/**
 * mdc_config_set_fqdn() - option 81 (RFC 4702), in wire encoding, the server being asked to do the
 * DNS updates; takes the place of option 12.
 *
 * @fqdn: a domain name, or NULL for none
 * Return: 0, -EINVAL when it is no domain name, -ENOMEM.
 */
int mdc_config_set_fqdn(mdc_config *config, const char *fqdn);

/**
 * mdc_config_set_vendor_class() - option 60.
 *
 * @vendor_class: 1 to 255 bytes of text, or NULL for none
 * Return: 0, -EINVAL, -ENOMEM.
 */
int mdc_config_set_vendor_class(mdc_config *config, const char *vendor_class);

/**
 * mdc_config_set_requested_address() - option 50 of a DISCOVER; 0.0.0.0 for none.
 * Return: 0.
 */
int mdc_config_set_requested_address(mdc_config *config, struct in_addr address);

/**
 * mdc_config_set_lease_time() - option 51: how long a lease is wanted for.
 *
 * @lifetime_usec: whole seconds, below 2^32-1, are sent; MDC_INFINITY for an infinite lease; 0 for
 * what the server thinks
 * Return: 0, -ERANGE when it is less than a second or does not fit.
 */
int mdc_config_set_lease_time(mdc_config *config, uint64_t lifetime_usec);

/**
 * mdc_config_set_fallback_lease_time() - how long a lease lasts that a server has given no time
 * for, against RFC 2131 table 3.
 *
 * @lifetime_usec: whole seconds are taken; MDC_INFINITY for an infinite lease; 0, the default:
 * answers without a time are dropped (MDC_DROP_MISSING_LEASE_TIME)
 * Return: 0, -ERANGE as mdc_config_set_lease_time().
 */
int mdc_config_set_fallback_lease_time(mdc_config *config, uint64_t lifetime_usec);

/**
 * mdc_config_set_max_message_size() - option 57: the longest message that servers may send.
 *
 * @size: 576 to 4096; 0, the default: what the link takes in one packet, see
 * mdc_client_set_max_message_size()
 * Return: 0, -ERANGE.
 */
int mdc_config_set_max_message_size(mdc_config *config, uint16_t size);

/**
 * mdc_config_set_ipv6_only() - this host can do without IPv4: option 108 (RFC 8925) is asked for,
 * and where a server sends it, no lease is taken. Off by default.
 * Return: 0.
 */
int mdc_config_set_ipv6_only(mdc_config *config, bool ipv6_only);

/**
 * mdc_config_set_server() - take offers of this server identifier alone; 0.0.0.0 for any.
 * Return: 0.
 */
int mdc_config_set_server(mdc_config *config, struct in_addr server);

/**
 * mdc_config_set_destination() - where DISCOVER, REQUEST and INFORM go that would be broadcast: to
 * one server, for tests of it. On the link the frames still go to everybody. Most servers hear
 * what comes from an address alone: mdc_io sends from one that the interface has already.
 *
 * @address: 0.0.0.0, the default, for 255.255.255.255
 * Return: 0, -EINVAL for another address that no host can have.
 */
int mdc_config_set_destination(mdc_config *config, struct in_addr address);

/**
 * mdc_config_set_broadcast() - ask servers to broadcast their replies (RFC 2131 4.1), for links
 * that cannot take a unicast before there is an address. Off by default.
 * Return: 0.
 */
int mdc_config_set_broadcast(mdc_config *config, bool broadcast);

/**
 * mdc_config_set_rapid_commit() - offer to take an ACK at once (RFC 4039). Off by default, and
 * without effect together with mdc_config_set_manual_select().
 * Return: 0.
 */
int mdc_config_set_rapid_commit(mdc_config *config, bool rapid_commit);

/**
 * mdc_config_set_acd() - how addresses are checked for conflicts. MDC_ACD_FULL by default.
 * Return: 0, -EINVAL.
 */
int mdc_config_set_acd(mdc_config *config, mdc_acd acd);

/**
 * mdc_config_set_start_delay() - RFC 2131 4.4.1 has a client wait for a random time, one to ten
 * seconds, before its first message, so that a building does not start as one. 0 by default.
 *
 * @max_usec: the upper end of the random time; the lower is a tenth of it
 * Return: 0, -ERANGE when it is more than an hour.
 */
int mdc_config_set_start_delay(mdc_config *config, uint64_t max_usec);

/**
 * mdc_config_set_offer_wait() - how long more offers are collected after the first before the best
 * is taken: that of the requested address, else the longest, else the first. 0, the default, takes
 * the first that comes.
 * Return: 0, -ERANGE when it is more than an hour.
 */
int mdc_config_set_offer_wait(mdc_config *config, uint64_t wait_usec);

/**
 * mdc_config_set_manual_select() - leave the choice to the caller: offers are told by
 * MDC_EVENT_OFFER, and none is taken but by mdc_client_select().
 * Return: 0.
 */
int mdc_config_set_manual_select(mdc_config *config, bool manual);

/**
 * mdc_config_set_manual_accept() - let the caller check an address: MDC_EVENT_GRANTED is told
 * instead of ARP probes being sent, and mdc_client_accept() or mdc_client_decline() go on.
 * Return: 0.
 */
int mdc_config_set_manual_accept(mdc_config *config, bool manual);

/**
 * mdc_config_is_manual() - whether one of these two was set: a client that waits for its caller.
 */
bool mdc_config_is_manual(const mdc_config *config);

/**
 * mdc_config_request_option() - appends to the list of options that are asked for (option 55).
 * Return: 0, -EINVAL for codes 0 and 255.
 */
int mdc_config_request_option(mdc_config *config, uint8_t code);

/**
 * mdc_config_omit_option() - does not ask for an option, also where it is one of the defaults. What
 * a server sends unasked is in the lease all the same.
 */
void mdc_config_omit_option(mdc_config *config, uint8_t code);

/**
 * mdc_config_clear_requested_options() - asks for nothing; the defaults are gone too.
 */
void mdc_config_clear_requested_options(mdc_config *config);

/**
 * mdc_config_send_option() - sends an option in DISCOVER, REQUEST and INFORM.
 *
 * @data: @size bytes, copied, at most 255
 * Return: 0, -EINVAL for codes that the protocol or a setter above looks after, -E2BIG, -ENOMEM.
 */
int mdc_config_send_option(mdc_config *config, uint8_t code, const void *data, size_t size);

/**
 * mdc_config_set_random_seed() - the secret that transaction identifiers and times are made from.
 * mdc_io asks the kernel for one when none is set; a bare client needs one.
 * Return: 0.
 */
int mdc_config_set_random_seed(mdc_config *config, const uint8_t seed[16]);

/**
 * mdc_config_has_random_seed() - whether one was set.
 */
bool mdc_config_has_random_seed(const mdc_config *config);

/* ---- leases -----------------------------------------------------------------------------------
 */

/**
 * mdc_lease_new() - a lease from the bytes of an OFFER or ACK, as mdc_lease_get_message() gives
 * them: to go on with a lease of former times.
 *
 * @begin_usec: when it began, on CLOCK_BOOTTIME; may lie before the boot, modulo 2^64
 * @message: @size bytes, copied
 * @ret: receives a reference for mdc_lease_unref()
 * Return: 0, -EBADMSG when it is neither OFFER nor ACK, or lacks an address, -ENOMEM.
 */
int mdc_lease_new(mdc_lease **ret, uint64_t begin_usec, const void *message, size_t size);

/**
 * mdc_lease_new_with_lifetime() - mdc_lease_new() for a lease that a server has given no time, see
 * mdc_config_set_fallback_lease_time().
 *
 * @lifetime_usec: used where the message has no lease time; as mdc_lease_get_lifetime() gave it; 0
 * for none
 * Return: as mdc_lease_new().
 */
int mdc_lease_new_with_lifetime(mdc_lease **ret, uint64_t begin_usec, uint64_t lifetime_usec,
        const void *message, size_t size);

/**
 * mdc_lease_new_received() - mdc_lease_new_with_lifetime(), and where the message came from, as
 * mdc_lease_get_sender() gives it: what leads to a server behind a relay.
 *
 * @metadata: may be NULL
 * Return: as mdc_lease_new().
 */
int mdc_lease_new_received(mdc_lease **ret, uint64_t begin_usec, uint64_t lifetime_usec,
        const mdc_metadata *metadata, const void *message, size_t size);

/**
 * mdc_lease_new_bare() - a lease of which no more is known than address and server: to renew it
 * (mdc_client_adopt(), mdc_client_renew()) or to give it back. It does not end by itself; the
 * answer to a renewal has the true times.
 *
 * @ret: receives a reference for mdc_lease_unref()
 * Return: 0, -EINVAL for an address that no host can have, -ENOMEM.
 */
int mdc_lease_new_bare(mdc_lease **ret, struct in_addr address, struct in_addr server);

/**
 * mdc_lease_ref() - takes a reference. Leases do not change. Return: @lease, which may be NULL.
 */
mdc_lease *mdc_lease_ref(mdc_lease *lease);

/**
 * mdc_lease_unref() - drops a reference; NULL is taken. Return: NULL.
 */
mdc_lease *mdc_lease_unref(mdc_lease *lease);

/**
 * mdc_lease_get_address() - our address; in the answer to an INFORM that names none, the one that
 * was asked for.
 * Return: 0.
 */
int mdc_lease_get_address(const mdc_lease *lease, struct in_addr *ret);

/**
 * mdc_lease_get_sender() - who has sent the message: a server that copies another's identifier
 * shows by it. Behind a relay it is the relay.
 *
 * @ret_hardware: receives who has sent the frame, zero where unknown; may be NULL
 * Return: 0, -ENODATA when unknown.
 */
int mdc_lease_get_sender(const mdc_lease *lease, struct in_addr *ret, uint8_t ret_hardware[6]);

/**
 * mdc_lease_get_server_id() - option 54.
 * Return: 0, -ENODATA when absent.
 */
int mdc_lease_get_server_id(const mdc_lease *lease, struct in_addr *ret);

/**
 * mdc_lease_get_next_server() - siaddr: where the boot file is.
 * Return: 0, -ENODATA when it is 0.0.0.0.
 */
int mdc_lease_get_next_server(const mdc_lease *lease, struct in_addr *ret);

/**
 * mdc_lease_get_netmask() - option 1; when it is absent or no mask, that of the address' class
 * (RFC 2131 4.4.1 leaves it to the client).
 * Return: 0.
 */
int mdc_lease_get_netmask(const mdc_lease *lease, struct in_addr *ret);

/**
 * mdc_lease_get_prefix_length() - the netmask as a number of bits, 1 to 32.
 * Return: 0.
 */
int mdc_lease_get_prefix_length(const mdc_lease *lease, uint8_t *ret);

/**
 * mdc_lease_get_broadcast() - option 28, else the last address of the network.
 * Return: 0, -ENODATA for networks without one (/31, /32).
 */
int mdc_lease_get_broadcast(const mdc_lease *lease, struct in_addr *ret);

/**
 * mdc_lease_get_begin() - when the request that it answers was sent: its spans count from here.
 * Return: 0.
 */
int mdc_lease_get_begin(const mdc_lease *lease, uint64_t *ret_usec);

/**
 * mdc_lease_get_lifetime() - option 51, a span; MDC_INFINITY for an infinite lease.
 * Return: 0, -ENODATA when absent (INFORM).
 */
int mdc_lease_get_lifetime(const mdc_lease *lease, uint64_t *ret_usec);

/**
 * mdc_lease_get_t1() - when renewal begins, a span; option 58 where it makes sense, else half of
 * the lifetime (RFC 2131 4.4.5).
 * Return: 0, -ENODATA as mdc_lease_get_lifetime().
 */
int mdc_lease_get_t1(const mdc_lease *lease, uint64_t *ret_usec);

/**
 * mdc_lease_get_t2() - when rebinding begins, a span; option 59 where it makes sense, else 7/8 of
 * the lifetime.
 * Return: 0, -ENODATA as mdc_lease_get_lifetime().
 */
int mdc_lease_get_t2(const mdc_lease *lease, uint64_t *ret_usec);

/**
 * mdc_lease_get_mtu() - option 26.
 * Return: 0, -ENODATA when absent, -EBADMSG when malformed or below 68 (RFC 2132 5.1).
 */
int mdc_lease_get_mtu(const mdc_lease *lease, uint16_t *ret);

/**
 * mdc_lease_get_routers() - option 3. RFC 3442: not to be used when there is option 121;
 * mdc_lease_get_routes() knows that.
 *
 * @ret, @ret_n: an array that lives as long as the lease
 * Return: 0, -ENODATA when absent or malformed.
 */
int mdc_lease_get_routers(const mdc_lease *lease, const struct in_addr **ret, size_t *ret_n);

/**
 * mdc_lease_get_dns() - option 6, as mdc_lease_get_routers().
 */
int mdc_lease_get_dns(const mdc_lease *lease, const struct in_addr **ret, size_t *ret_n);

/**
 * mdc_lease_get_ntp() - option 42, as mdc_lease_get_routers().
 */
int mdc_lease_get_ntp(const mdc_lease *lease, const struct in_addr **ret, size_t *ret_n);

/**
 * mdc_lease_get_domain() - option 15, made printable.
 * Return: 0, -ENODATA when absent or malformed.
 */
int mdc_lease_get_domain(const mdc_lease *lease, const char **ret);

/**
 * mdc_lease_get_hostname() - option 12, made printable.
 * Return: 0, -ENODATA when absent or malformed.
 */
int mdc_lease_get_hostname(const mdc_lease *lease, const char **ret);

/**
 * mdc_lease_get_boot_file() - option 67, else the file field, made printable.
 * Return: 0, -ENODATA when absent or malformed.
 */
int mdc_lease_get_boot_file(const mdc_lease *lease, const char **ret);

/**
 * mdc_lease_get_search() - option 119, made printable.
 *
 * @ret: a NULL-terminated array that lives as long as the lease
 * Return: 0, -ENODATA when absent or malformed.
 */
int mdc_lease_get_search(const mdc_lease *lease, char *const **ret);

/**
 * mdc_lease_get_routes() - all routes, the default route among them: those of option 121, else
 * those of option 249 (the same from Microsoft's servers), else those of option 33 and the first
 * router that is an address of a host (RFC 3442).
 *
 * @ret, @ret_n: an array that lives as long as the lease
 * Return: 0, -ENODATA when there is none.
 */
int mdc_lease_get_routes(const mdc_lease *lease, const mdc_route **ret, size_t *ret_n);

/**
 * mdc_lease_get_option() - the bytes of any option, long ones joined (RFC 3396).
 *
 * @ret, @ret_size: may be NULL; the bytes live as long as the lease
 * Return: 0, -ENODATA when absent.
 */
int mdc_lease_get_option(
        const mdc_lease *lease, uint8_t code, const uint8_t **ret, size_t *ret_size);

/**
 * mdc_lease_get_message() - the message that the lease was made from.
 *
 * @ret, @ret_size: the bytes live as long as the lease
 * Return: 0.
 */
int mdc_lease_get_message(const mdc_lease *lease, const uint8_t **ret, size_t *ret_size);

/* ---- the state machine ------------------------------------------------------------------------
 */

/**
 * mdc_client_new() - a client that does nothing yet. After every call that gets a time, take what
 * is to be sent by mdc_client_next_output() and what has happened by mdc_client_next_event(), and
 * call mdc_client_tick() at mdc_client_deadline() at the latest.
 *
 * @config: copied
 * @ret: receives a reference for mdc_client_unref()
 * Return: 0, -EINVAL without hardware address or random seed, -ENOMEM.
 */
int mdc_client_new(mdc_client **ret, const mdc_config *config);

/**
 * mdc_client_ref() - takes a reference. Return: @client, which may be NULL.
 */
mdc_client *mdc_client_ref(mdc_client *client);

/**
 * mdc_client_unref() - drops a reference; nothing is sent. NULL is taken. Return: NULL.
 */
mdc_client *mdc_client_unref(mdc_client *client);

/**
 * mdc_client_start() - begins to acquire a lease, after the start delay.
 * Return: 0, -EBUSY unless stopped.
 */
int mdc_client_start(mdc_client *client, uint64_t now);

/**
 * mdc_client_init_reboot() - begins with the address of former times (RFC 2131 3.2). When no server
 * answers within nine seconds, or one refuses, the client goes on as after mdc_client_start(). An
 * address whose lease is over is not one to ask for so (RFC 2131 4.4.5): that is the caller's to
 * see.
 * Return: 0, -EBUSY unless stopped, -EINVAL for an address that no host can have.
 */
int mdc_client_init_reboot(mdc_client *client, uint64_t now, struct in_addr address);

/**
 * mdc_client_adopt() - goes on with a lease as if it had just been granted, at its age; one that
 * begins after @now (since the wall clock that its beginning was kept by was set back) is taken for
 * new.
 * Return: 0, -EBUSY unless stopped, -ENODATA when it has no address, server or lifetime,
 * -ETIMEDOUT when it has ended.
 */
int mdc_client_adopt(mdc_client *client, uint64_t now, mdc_lease *lease);

/**
 * mdc_client_stop() - forgets everything, without a message to anybody.
 * Return: 0.
 */
int mdc_client_stop(mdc_client *client, uint64_t now);

/**
 * mdc_client_input() - takes in a packet.
 *
 * @metadata: how it came; may be NULL
 * @bytes: @n bytes, the DHCP message without IP and UDP headers; borrowed for the call
 * Return: 1 when it was taken, 0 when it was dropped, see mdc_client_drop_reason(), -ENOMEM.
 */
int mdc_client_input(mdc_client *client, uint64_t now, const mdc_metadata *metadata,
        const void *bytes, size_t n);

/**
 * mdc_client_input_arp() - takes in an ARP packet. Not needed with MDC_ACD_OFF.
 *
 * @bytes: @n bytes, without link header; borrowed for the call
 * Return: 1 when it told of a conflict, else 0.
 */
int mdc_client_input_arp(mdc_client *client, uint64_t now, const void *bytes, size_t n);

/**
 * mdc_client_link_down() - the link has no carrier. Nothing is sent and no time-out runs until it
 * returns; a lease stays in force until it ends. A client begins with a link that is up.
 * Return: 0.
 */
int mdc_client_link_down(mdc_client *client, uint64_t now);

/**
 * mdc_client_link_up() - the link has its carrier back. The network may be another one: a lease is
 * asked for by INIT-REBOOT at once, and when that is not answered within nine seconds another one
 * by DISCOVER. It stays in force until a server refuses it (MDC_EVENT_REFUSED), confirms it
 * (MDC_EVENT_RENEWED) or grants another address (MDC_EVENT_ACQUIRED), or until it ends
 * (MDC_EVENT_EXPIRED).
 * Return: 0.
 */
int mdc_client_link_up(mdc_client *client, uint64_t now);

/**
 * mdc_client_link_gone() - there is no link any more, and nothing that was configured on it. As
 * mdc_client_link_down(), but told by MDC_EVENT_LINK_GONE, each time.
 * Return: 0.
 */
int mdc_client_link_gone(mdc_client *client, uint64_t now);

/**
 * mdc_client_set_hardware() - the link has another hardware address. When it differs, servers are
 * asked again under the new one, as after mdc_client_link_up(); a client identifier that is made
 * from the hardware address changes with it.
 *
 * @type, @address, @size: as mdc_config_set_hardware()
 * Return: 0, -EINVAL.
 */
int mdc_client_set_hardware(
        mdc_client *client, uint64_t now, uint8_t type, const uint8_t *address, size_t size);

/**
 * mdc_client_address_removed() - the link has lost one of its addresses. When it is the lease's,
 * this is told by MDC_EVENT_ADDRESS_REMOVED, for callers that configure it again.
 * Return: 0.
 */
int mdc_client_address_removed(mdc_client *client, uint64_t now, struct in_addr address);

/**
 * mdc_client_tick() - does what is due. Calls that come early do nothing.
 * Return: 0.
 */
int mdc_client_tick(mdc_client *client, uint64_t now);

/**
 * mdc_client_deadline() - when mdc_client_tick() has something to do; MDC_INFINITY for never.
 */
uint64_t mdc_client_deadline(const mdc_client *client);

/**
 * mdc_client_next_output() - what is to be sent next. Up to 16 are kept, then the oldest are lost.
 *
 * @ret: receives what lives until the next call that gets this client
 * Return: 1, 0 when there is none.
 */
int mdc_client_next_output(mdc_client *client, const mdc_output **ret);

/**
 * mdc_client_next_event() - what has happened next. Up to 64 are kept, then the oldest are lost.
 *
 * @ret: receives what lives until the next call that gets this client
 * Return: 1, 0 when there is none.
 */
int mdc_client_next_event(mdc_client *client, const mdc_event **ret);

/**
 * mdc_client_get_state() - where it is.
 */
mdc_state mdc_client_get_state(const mdc_client *client);

/**
 * mdc_client_get_lease() - the lease that is in force: in BOUND, RENEWING and REBINDING, and, after
 * the link was away, while it is looked for again.
 *
 * @ret: borrowed; mdc_lease_ref() to keep it
 * Return: 0, -ENODATA when it holds none.
 */
int mdc_client_get_lease(const mdc_client *client, mdc_lease **ret);

/**
 * mdc_client_select() - requests an offer (mdc_config_set_manual_select()).
 * Return: 0, -EBUSY when it is not selecting, -ENODATA when @offer has no address or server.
 */
int mdc_client_select(mdc_client *client, uint64_t now, mdc_lease *offer);

/**
 * mdc_client_accept() - uses a lease that was granted (mdc_config_set_manual_accept()).
 * Return: 0, -ENODATA when none is waiting.
 */
int mdc_client_accept(mdc_client *client, uint64_t now);

/**
 * mdc_client_decline() - tells the server that somebody else uses the address, and begins anew
 * after ten seconds at least (RFC 2131 3.1.5).
 *
 * @message: for the server's log (option 56), at most 255 bytes, or NULL
 * Return: 0, -ENODATA when there is no lease.
 */
int mdc_client_decline(mdc_client *client, uint64_t now, const char *message);

/**
 * mdc_client_renew() - asks its server for more time now. After T2 all servers are asked again when
 * it has not answered for a minute.
 * Return: 0, -ENODATA when there is no lease, -ENETDOWN without carrier, -EBUSY while the lease is
 * looked for again after the link was away.
 */
int mdc_client_renew(mdc_client *client, uint64_t now);

/**
 * mdc_client_rebind() - asks all servers for more time now.
 * Return: as mdc_client_renew().
 */
int mdc_client_rebind(mdc_client *client, uint64_t now);

/**
 * mdc_client_confirm() - asks all servers whether the lease is still good, as after the link was
 * away: for callers who know that the network may be another one, although the link does not show.
 * Return: 0, -ENODATA when there is no lease, -ENETDOWN without carrier.
 */
int mdc_client_confirm(mdc_client *client, uint64_t now);

/**
 * mdc_client_release() - gives the lease back and stops. RELEASE is not answered.
 *
 * @message: for the server's log (option 56), at most 255 bytes, or NULL
 * Return: 0, -ENODATA when there is no lease, -ENETDOWN without carrier: the lease stays.
 */
int mdc_client_release(mdc_client *client, uint64_t now, const char *message);

/**
 * mdc_client_inform() - asks for options alone, for an address that was got elsewhere (RFC 2131
 * 3.4).
 * Return: 0, -EBUSY unless stopped, -EINVAL for an address that no host can have.
 */
int mdc_client_inform(mdc_client *client, uint64_t now, struct in_addr address);

/**
 * mdc_client_set_max_message_size() - option 57 of the messages from now on, unless the
 * configuration has one: what the link takes in one packet. mdc_io does this by itself; a bare
 * client begins with 1472.
 * Return: 0, -ERANGE when it is not 576 to 4096.
 */
int mdc_client_set_max_message_size(mdc_client *client, uint16_t size);

/**
 * mdc_client_drop_reason() - why the last mdc_client_input() has dropped its packet.
 */
mdc_drop mdc_client_drop_reason(const mdc_client *client);

/**
 * mdc_client_get_n_dropped() - how many packets were dropped for a reason since the client was
 * made. Return: the number; 0 for NULL, MDC_DROP_NONE and reasons that there are not.
 */
uint64_t mdc_client_get_n_dropped(const mdc_client *client, mdc_drop reason);

/**
 * mdc_state_to_string() - "init", "selecting" …; "?" when out of range.
 */
const char *mdc_state_to_string(mdc_state state);

/**
 * mdc_message_to_string() - "DISCOVER", "OFFER" …; "?" when out of range.
 */
const char *mdc_message_to_string(mdc_message message);

/**
 * mdc_drop_to_string() - "wrong-xid" …; "?" when out of range.
 */
const char *mdc_drop_to_string(mdc_drop drop);

#ifdef __cplusplus
}
#endif

#endif

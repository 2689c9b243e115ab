/* SPDX-License-Identifier: MIT */
/* A client on an interface, driven by sd-event: sockets, clock and link outside, the core inside.
 * What the kernel refuses to send is a packet lost, which the core repeats.
 *
 * Everything is heard by packets. With an address it leaves by UDP, which knows the routes.
 *
 * Invariant: a callback may drop the last reference; every function that calls it holds one of its
 * own and looks at `closed` afterwards. */

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include <systemd/sd-event.h>

#include "client/io.h"
#include "wire/protocol.h"

enum {
        PACKETS_PER_WAKEUP = 16,
        CHANGES_PER_WAKEUP = 256,
        TIMER_ACCURACY_USEC = 1000,
        HARDWARE_SIZE_MAX = 16,
        SEED_SIZE = 16,
        UNSENT_MAX = 16, /* as many as the core queues outputs */
};

/* A message that the kernel has not taken; the core thinks that it has been sent. */
typedef struct Unsent {
        uint32_t serial; /* 0 = the place is free */
        int error;
} Unsent;

typedef struct IoSocket {
        int fd; /* -1 = closed */
        sd_event_source *source;
} IoSocket;

struct mdc_io {
        unsigned n_references;
        unsigned n_holds; /* those of n_references that are our own calls', see io_hold() */
        bool closed;      /* only our own calls still hold it */
        pid_t process; /* that has made it: a child would send what its parent knows nothing of */
        sd_event *event;
        sd_event_source *timer;
        mdc_client *client;
        IoLink link;
        bool foreign; /* the client shows a hardware address of its own, not the link's */
        bool promiscuous;
        uint8_t hardware[ETHERNET_ADDRESS_SIZE]; /* that the client shows */

        IoSocket monitor;
        IoSocket packet;
        int udp;                    /* -1 = closed; nothing is heard by it */
        struct in_addr udp_address; /* that it is bound to */
        IoSocket arp;
        Unsent unsent[UNSENT_MAX];
        size_t next_unsent; /* the place of the oldest */

        mdc_io_callback callback;
        void *userdata;
};

static int on_packet(sd_event_source *source, int fd, uint32_t revents, void *userdata);
static int on_arp(sd_event_source *source, int fd, uint32_t revents, void *userdata);

/* For the time in which a callback may drop what a function is working with. */
static mdc_io *io_hold(mdc_io *io) {
        io->n_holds++;
        return mdc_io_ref(io);
}

static mdc_io *io_release(mdc_io *io) {
        io->n_holds--;
        return mdc_io_unref(io);
}

DEFINE_POINTER_CLEANUP(mdc_io, io_release);
DEFINE_POINTER_CLEANUP(mdc_config, mdc_config_unref);
DEFINE_POINTER_CLEANUP(mdc_lease, mdc_lease_unref);

static usec_t now_boottime(void) {
        struct timespec now;

        (void) clock_gettime(CLOCK_BOOTTIME, &now);
        return (usec_t) now.tv_sec * USEC_PER_SEC + (usec_t) now.tv_nsec / 1000;
}

/* ---- sockets ----------------------------------------------------------------------------------
 */

static void io_socket_close(IoSocket *socket) {
        socket->source = sd_event_source_disable_unref(socket->source);
        if (socket->fd >= 0)
                (void) close(socket->fd);
        socket->fd = -1;
}

/* Takes the descriptor, or the errno of a failed open. */
static int io_socket_watch(mdc_io *io, IoSocket *socket, int fd, sd_event_io_handler_t handler) {
        int r;

        if (fd < 0)
                return fd;
        socket->fd = fd;
        r = sd_event_add_io(io->event, &socket->source, fd, EPOLLIN, handler, io);
        if (r < 0)
                io_socket_close(socket);
        return r;
}

static int ensure_packet(mdc_io *io) {
        if (io->packet.fd >= 0)
                return 0;
        return io_socket_watch(
                io, &io->packet, io_packet_open(io->link.ifindex, io->promiscuous), on_packet);
}

static int ensure_arp(mdc_io *io) {
        if (io->arp.fd >= 0)
                return 0;
        return io_socket_watch(
                io, &io->arp, io_arp_open(io->link.ifindex, io->promiscuous), on_arp);
}

static void close_udp(mdc_io *io) {
        if (io->udp >= 0)
                (void) close(io->udp);
        io->udp = -1;
}

static int ensure_udp(mdc_io *io, struct in_addr address) {
        if (io->udp >= 0 && io->udp_address.s_addr == address.s_addr)
                return 0;
        close_udp(io);
        io->udp_address = address;
        io->udp = io_udp_open(io->link.ifindex, address);
        return io->udp < 0 ? io->udp : 0;
}

/* Return: 1, 0 when it is to leave as a packet, -EPERM when a firewall keeps it here. */
static int send_udp(mdc_io *io, const mdc_output *output) {
        int r;

        if (io->promiscuous ||
                !io_link_has_address(io->link.ifindex, ntohl(output->source.s_addr))) {
                close_udp(io);
                return 0;
        }
        if (ensure_udp(io, output->source) < 0)
                return 0;
        r = io_udp_send(io->udp, &io->link, output);
        if (r >= 0)
                return 1;
        return r == -EPERM ? r : 0;
}

static int send_message(mdc_io *io, const mdc_output *output) {
        static const uint8_t unknown[ETHERNET_ADDRESS_SIZE] = {0};
        const uint8_t *hardware = NULL;

        int opened = ensure_packet(io), r;

        r = send_udp(io, output);
        if (r != 0)
                return r;
        if (opened < 0)
                return opened;
        /* No router forwards what came to it in a frame for everybody (RFC 1812 5.3.4). */
        if (memcmp(output->link_destination, unknown, sizeof(unknown)) != 0)
                hardware = output->link_destination;
        return io_packet_send(io->packet.fd, &io->link, output, hardware);
}

static void send_output(mdc_io *io, const mdc_output *output) {
        mdc_output message;
        int r;

        if (output->kind == MDC_OUTPUT_ARP) {
                if (ensure_arp(io) >= 0)
                        (void) io_arp_send(io->arp.fd, &io->link, output->data, output->size, NULL);
                return;
        }
        message = *output;
        /* The kernel of one host drops what comes from 0.0.0.0 and is not for all (RFC 1122
         * 3.2.1.3). */
        if (output->source.s_addr == 0 && output->destination.s_addr != INADDR_BROADCAST)
                message.source = io_link_first_address(io->link.ifindex);
        r = send_message(io, &message);
        if (r >= 0)
                return;
        io->unsent[io->next_unsent] = (Unsent){output->serial, r};
        io->next_unsent = (io->next_unsent + 1) % UNSENT_MAX;
}

/* Outputs go before the events that tell of them. */
static void correct_sent(mdc_io *io, mdc_event *event) {
        for (size_t i = 0; event->type == MDC_EVENT_SENT && i < UNSENT_MAX; i++) {
                Unsent *unsent = &io->unsent[i];

                if (unsent->serial != event->serial)
                        continue;
                event->type = MDC_EVENT_NOT_SENT;
                event->error = unsent->error;
                *unsent = (Unsent){0};
        }
}

/* Option 57 says what the link takes now: its MTU may have changed. */
static void follow_mtu(mdc_io *io) {
        (void) mdc_client_set_max_message_size(
                io->client, io_packet_message_size(io->link.ifindex));
}

/* ---- the core ---------------------------------------------------------------------------------
 */

static void tell(mdc_io *io, const mdc_event *event) {
        _cleanup_(mdc_lease_unrefp) mdc_lease *lease = mdc_lease_ref(event->lease);
        mdc_event copy = *event;

        correct_sent(io, &copy);
        if (io->callback)
                io->callback(io, &copy, io->userdata);
}

static int set_timer(mdc_io *io) {
        uint64_t deadline = mdc_client_deadline(io->client);
        int r;

        if (deadline == MDC_INFINITY)
                return sd_event_source_set_enabled(io->timer, SD_EVENT_OFF);
        r = sd_event_source_set_time(io->timer, deadline);
        if (r < 0)
                return r;
        return sd_event_source_set_enabled(io->timer, SD_EVENT_ONESHOT);
}

/* Sends and tells until there is nothing more; a callback may cause more of both. */
static void pump(mdc_io *io) {
        _cleanup_(io_releasep) _unused_ mdc_io *held = io_hold(io);
        const mdc_output *output;
        const mdc_event *event;

        for (;;) {
                while (!io->closed && mdc_client_next_output(io->client, &output) > 0)
                        send_output(io, output);
                if (io->closed || mdc_client_next_event(io->client, &event) <= 0)
                        break;
                tell(io, event);
        }
        if (!io->closed)
                (void) set_timer(io);
}

static void take_datagram(mdc_io *io, const IoDatagram *datagram) {
        (void) mdc_client_input(
                io->client, now_boottime(), &datagram->metadata, datagram->data, datagram->size);
        pump(io);
}

static void take_datagrams(mdc_io *io) {
        _cleanup_(io_releasep) _unused_ mdc_io *held = io_hold(io);
        uint8_t buffer[IO_PACKET_MAX];
        IoDatagram datagram;
        int r;

        for (unsigned i = 0; i < PACKETS_PER_WAKEUP && !io->closed && io->packet.fd >= 0; i++) {
                r = io_packet_receive(io->packet.fd, buffer, &datagram);
                if (r > 0)
                        take_datagram(io, &datagram);
                else if (r < 0)
                        return; /* nothing more, or an error of the link that reading has cleared */
        }
}

static int on_packet(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        (void) source;
        (void) fd;
        (void) revents;
        take_datagrams(userdata);
        return 0;
}

/* Somebody asks for the address that we hold and the kernel does not: the server, mostly, that
 * wants to answer a renewal. */
static void answer_arp(mdc_io *io, const ArpPacket *question) {
        struct in_addr address;
        ArpPacket answer = {.operation = ARP_OP_REPLY, .target = question->sender};
        uint8_t bytes[ARP_PACKET_SIZE];
        mdc_lease *lease;

        if (question->operation != ARP_OP_REQUEST || mdc_client_get_lease(io->client, &lease) < 0 ||
                mdc_lease_get_address(lease, &address) < 0 ||
                question->target != ntohl(address.s_addr) || question->sender == question->target ||
                io_link_has_address(io->link.ifindex, question->target))
                return;

        answer.sender = question->target;
        memcpy(answer.sender_hardware, io->hardware, ETHERNET_ADDRESS_SIZE);
        memcpy(answer.target_hardware, question->sender_hardware, ETHERNET_ADDRESS_SIZE);
        arp_build(bytes, &answer);
        (void) io_arp_send(io->arp.fd, &io->link, bytes, sizeof(bytes), question->sender_hardware);
}

static void take_arp(mdc_io *io) {
        _cleanup_(io_releasep) _unused_ mdc_io *held = io_hold(io);
        uint8_t buffer[ARP_PACKET_SIZE];
        ArpPacket packet;
        int r;

        for (unsigned i = 0; i < PACKETS_PER_WAKEUP && !io->closed && io->arp.fd >= 0; i++) {
                r = io_arp_receive(io->arp.fd, buffer);
                if (r < 0)
                        break;
                if (r == 0 || arp_parse(buffer, sizeof(buffer), &packet) < 0)
                        continue;
                if (mdc_client_input_arp(io->client, now_boottime(), buffer, sizeof(buffer)) > 0)
                        pump(io);
                else
                        answer_arp(io, &packet);
        }
}

static int on_arp(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        (void) source;
        (void) fd;
        (void) revents;
        take_arp(userdata);
        return 0;
}

/* ---- the link ---------------------------------------------------------------------------------
 */

static void show_hardware(mdc_io *io) {
        if (!io->foreign)
                memcpy(io->hardware, io->link.hardware, ETHERNET_ADDRESS_SIZE);
        io->promiscuous = memcmp(io->hardware, io->link.hardware, ETHERNET_ADDRESS_SIZE) != 0;
}

/* With another hardware address the sockets may have to be promiscuous, or no longer. */
static void take_hardware(mdc_io *io) {
        bool promiscuous = io->promiscuous;

        show_hardware(io);
        if (io->promiscuous != promiscuous) {
                io_socket_close(&io->packet);
                io_socket_close(&io->arp);
        }
        (void) ensure_packet(io);
        (void) ensure_arp(io);
        if (!io->foreign)
                (void) mdc_client_set_hardware(io->client, now_boottime(),
                        (uint8_t) io->link.hardware_type, io->hardware, ETHERNET_ADDRESS_SIZE);
}

/* A carrier that went and came between two messages has been away all the same: the cable may be in
 * another socket now. */
static bool was_away(const IoLink *before, const IoLink *now) {
        return !now->carrier || (int32_t) (now->carrier_changes - before->carrier_changes) > 0;
}

static void take_link(mdc_io *io, const IoLink *link) {
        bool moved = memcmp(link->hardware, io->link.hardware, ETHERNET_ADDRESS_SIZE) != 0,
             away = io->link.carrier && was_away(&io->link, link);

        io->link = *link;
        if (away)
                (void) mdc_client_link_down(io->client, now_boottime());
        if (moved)
                take_hardware(io);
        if (!link->carrier)
                return;
        (void) ensure_packet(io);
        (void) ensure_arp(io);
        (void) mdc_client_link_up(io->client, now_boottime());
}

/* One that is moved to another namespace and back is the same again. */
static void take_end(mdc_io *io) {
        io_socket_close(&io->packet);
        close_udp(io);
        io_socket_close(&io->arp);
        io->link.up = io->link.carrier = false;
        (void) mdc_client_link_gone(io->client, now_boottime());
}

static void read_again(mdc_io *io) {
        struct in_addr address;
        mdc_lease *lease;
        IoLink link;
        int r;

        r = io_link_read(io->link.ifindex, &link);
        if (r == -ENODEV)
                take_end(io);
        if (r < 0)
                return;
        take_link(io, &link);
        if (mdc_client_get_lease(io->client, &lease) >= 0 &&
                mdc_lease_get_address(lease, &address) >= 0 &&
                !io_link_has_address(io->link.ifindex, ntohl(address.s_addr)))
                (void) mdc_client_address_removed(io->client, now_boottime(), address);
}

static void take_change(mdc_io *io, const IoChange *change) {
        switch (change->kind) {
        case IO_CHANGE_LINK:
                take_link(io, &change->link);
                break;
        case IO_CHANGE_GONE:
                take_end(io);
                break;
        case IO_CHANGE_ADDRESS_REMOVED:
                (void) mdc_client_address_removed(io->client, now_boottime(), change->address);
                break;
        case IO_CHANGE_LOST:
                read_again(io);
                break;
        }
        pump(io);
}

static void take_changes(mdc_io *io) {
        _cleanup_(io_releasep) _unused_ mdc_io *held = io_hold(io);
        IoChange change;
        int r;

        for (unsigned i = 0; i < CHANGES_PER_WAKEUP && !io->closed; i++) {
                r = io_monitor_receive(io->monitor.fd, io->link.ifindex, &change);
                if (r < 0)
                        return;
                if (r > 0)
                        take_change(io, &change);
        }
}

static int on_change(sd_event_source *source, int fd, uint32_t revents, void *userdata) {
        (void) source;
        (void) fd;
        (void) revents;
        take_changes(userdata);
        return 0;
}

/* What has come before the time ran out counts, however late this process is: the loop does not say
 * which of the two was first. */
static int on_timer(sd_event_source *source, uint64_t usec, void *userdata) {
        mdc_io *io = userdata;
        _cleanup_(io_releasep) _unused_ mdc_io *held = io_hold(io);

        (void) source;
        (void) usec;
        take_datagrams(io);
        take_arp(io);
        take_changes(io);
        if (io->closed)
                return 0;
        follow_mtu(io);
        (void) mdc_client_tick(io->client, now_boottime());
        pump(io);
        return 0;
}

/* ---- the object -------------------------------------------------------------------------------
 */

/* A client with another hardware address than the link's own cannot take unicasts before it is
 * promiscuous, and even then a bridge may not know where it is: broadcasts are asked for. */
static int complete_config(mdc_io *io, mdc_config *config) {
        uint8_t address[HARDWARE_SIZE_MAX], seed[SEED_SIZE], type;
        int r;

        r = mdc_config_get_hardware(config, &type, address);
        if (r < 0)
                return r;
        io->foreign = r > 0;
        if (io->foreign)
                memcpy(io->hardware, address, ETHERNET_ADDRESS_SIZE);
        else {
                r = mdc_config_set_hardware(config, (uint8_t) io->link.hardware_type,
                        io->link.hardware, ETHERNET_ADDRESS_SIZE);
                if (r < 0)
                        return r;
        }
        show_hardware(io);
        if (io->promiscuous)
                (void) mdc_config_set_broadcast(config, true);
        if (mdc_config_has_random_seed(config))
                return 0;
        if (getrandom(seed, sizeof(seed), 0) != (ssize_t) sizeof(seed))
                return -EIO;
        return mdc_config_set_random_seed(config, seed);
}

static int make_client(mdc_io *io, const mdc_config *config) {
        _cleanup_(mdc_config_unrefp) mdc_config *complete = NULL;
        int r;

        r = mdc_config_copy(config, &complete);
        if (r < 0)
                return r;
        r = complete_config(io, complete);
        if (r < 0)
                return r;
        return mdc_client_new(&io->client, complete);
}

int mdc_io_new(mdc_io **ret, struct sd_event *event, const mdc_config *config) {
        _cleanup_(mdc_io_unrefp) mdc_io *io = NULL;
        int r;

        const int ifindex = mdc_config_get_ifindex(config);

        if (!ret || !event || ifindex == 0)
                return -EINVAL;
        io = calloc(1, sizeof(*io));
        if (!io)
                return -ENOMEM;
        io->n_references = 1;
        io->process = getpid();
        io->monitor.fd = io->packet.fd = io->udp = io->arp.fd = -1;
        io->event = sd_event_ref(event);

        /* watched first, read then: what changes in between is told */
        r = io_socket_watch(io, &io->monitor, io_monitor_open(), on_change);
        if (r < 0)
                return r;
        r = io_link_read(ifindex, &io->link);
        if (r < 0)
                return r;
        /* ARP, hardware addresses and our frames are those of Ethernet. */
        if (io->link.hardware_type != HARDWARE_ETHERNET)
                return -EAFNOSUPPORT;
        if (!io->link.up)
                return -ENETDOWN;
        r = make_client(io, config);
        if (r < 0)
                return r;
        r = sd_event_add_time(io->event, &io->timer, CLOCK_BOOTTIME, MDC_INFINITY,
                TIMER_ACCURACY_USEC, on_timer, io);
        if (r < 0)
                return r;
        r = ensure_packet(io);
        if (r < 0)
                return r;
        r = ensure_arp(io);
        if (r < 0)
                return r;
        if (!io->link.carrier)
                (void) mdc_client_link_down(io->client, now_boottime());
        *ret = TAKE_PTR(io);
        return 0;
}

mdc_io *mdc_io_ref(mdc_io *io) {
        if (io)
                io->n_references++;
        return io;
}

static void io_close(mdc_io *io) {
        io->closed = true;
        io_socket_close(&io->monitor);
        io_socket_close(&io->packet);
        close_udp(io);
        io_socket_close(&io->arp);
        io->timer = sd_event_source_disable_unref(io->timer);
}

mdc_io *mdc_io_unref(mdc_io *io) {
        if (!io || --io->n_references > io->n_holds)
                return NULL;
        io_close(io);
        if (io->n_references > 0)
                return NULL;
        (void) mdc_client_unref(io->client);
        io->event = sd_event_unref(io->event);
        free(io);
        return NULL;
}

void mdc_io_set_callback(mdc_io *io, mdc_io_callback callback, void *userdata) {
        if (!io)
                return;
        io->callback = callback;
        io->userdata = userdata;
}

mdc_client *mdc_io_get_client(mdc_io *io) {
        return io ? io->client : NULL;
}

int mdc_io_call(mdc_io *io, mdc_io_operation operation, void *userdata) {
        int r;

        if (!io || !operation)
                return -EINVAL;
        if (io->process != getpid())
                return -ECHILD;
        follow_mtu(io);
        r = operation(io->client, now_boottime(), userdata);
        pump(io);
        return r;
}

static int do_start(mdc_client *client, uint64_t now, void *userdata) {
        (void) userdata;
        return mdc_client_start(client, now);
}

static int do_stop(mdc_client *client, uint64_t now, void *userdata) {
        (void) userdata;
        return mdc_client_stop(client, now);
}

static int do_renew(mdc_client *client, uint64_t now, void *userdata) {
        (void) userdata;
        return mdc_client_renew(client, now);
}

static int do_release(mdc_client *client, uint64_t now, void *userdata) {
        (void) userdata;
        return mdc_client_release(client, now, NULL);
}

int mdc_io_start(mdc_io *io) {
        return mdc_io_call(io, do_start, NULL);
}

int mdc_io_stop(mdc_io *io) {
        return mdc_io_call(io, do_stop, NULL);
}

int mdc_io_renew(mdc_io *io) {
        return mdc_io_call(io, do_renew, NULL);
}

int mdc_io_release(mdc_io *io) {
        return mdc_io_call(io, do_release, NULL);
}

static int do_confirm(mdc_client *client, uint64_t now, void *userdata) {
        (void) userdata;
        return mdc_client_confirm(client, now);
}

int mdc_io_confirm(mdc_io *io) {
        return mdc_io_call(io, do_confirm, NULL);
}

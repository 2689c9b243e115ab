/* SPDX-License-Identifier: MIT */
/* Builds messages.
 *
 * Room is kept back in the options field for what must still come: the end option, the options that
 * were announced by message_builder_reserve(), and, as long as a field is free for overloading, the
 * three bytes of option 52. That option is written when the first field is overloaded, so that the
 * last option stays last. An option that needs those three bytes to fit anywhere gets them; then
 * there is no overloading.
 *
 * Invariant: used + reserved + 1 <= limit. */

#include <errno.h>
#include <string.h>

#include "wire/builder.h"
#include "wire/message.h"

#define OPTION_HEADER_SIZE 2
#define OPTION_DATA_MAX 255
#define END_SIZE 1
#define OVERLOAD_OPTION_SIZE (OPTION_HEADER_SIZE + 1)

/* One of the two fields that can be overloaded, with its fill level in the builder. */
typedef struct SpareField {
        uint8_t bit; /* OVERLOAD_* */
        uint8_t *data;
        size_t size;
        size_t *used;
        bool taken;
} SpareField;

static SpareField builder_file(MessageBuilder *builder) {
        return (SpareField){
                .bit = OVERLOAD_FILE,
                .data = builder->packet + DHCP_FILE_OFFSET,
                .size = DHCP_FILE_SIZE,
                .used = &builder->file_used,
                .taken = builder->file_taken,
        };
}

static SpareField builder_sname(MessageBuilder *builder) {
        return (SpareField){
                .bit = OVERLOAD_SNAME,
                .data = builder->packet + DHCP_SNAME_OFFSET,
                .size = DHCP_SNAME_SIZE,
                .used = &builder->sname_used,
                .taken = builder->sname_taken,
        };
}

int message_builder_init(MessageBuilder *builder, uint8_t *packet, size_t capacity, size_t limit,
        const MessageHeader *header) {
        limit = MIN(limit, capacity);
        if (limit < DHCP_OPTIONS_OFFSET + OVERLOAD_OPTION_SIZE + END_SIZE)
                return -ENOBUFS;

        memset(packet, 0, DHCP_HEADER_SIZE);
        packet[0] = header->op;
        packet[1] = header->htype;
        packet[2] = header->hlen;
        packet[3] = header->hops;
        wire_put_u32(packet + 4, header->xid);
        wire_put_u16(packet + 8, header->secs);
        wire_put_u16(packet + 10, header->flags);
        wire_put_u32(packet + 12, header->ciaddr);
        wire_put_u32(packet + 16, header->yiaddr);
        wire_put_u32(packet + 20, header->siaddr);
        wire_put_u32(packet + 24, header->giaddr);
        if (header->chaddr)
                memcpy(packet + 28, header->chaddr, DHCP_CHADDR_SIZE);
        wire_put_u32(packet + DHCP_HEADER_SIZE, DHCP_MAGIC_COOKIE);

        *builder = (MessageBuilder){
                .packet = packet,
                .limit = limit,
                .used = DHCP_OPTIONS_OFFSET,
        };
        return 0;
}

static int set_name(SpareField field, bool *taken, const char *name) {
        size_t length = strlen(name);

        if (*field.used > 0)
                return -EBUSY;
        if (length >= field.size)
                return -ENOBUFS;

        memset(field.data, 0, field.size);
        memcpy(field.data, name, length);
        *taken = length > 0;
        return 0;
}

int message_builder_set_file(MessageBuilder *builder, const char *name) {
        return set_name(builder_file(builder), &builder->file_taken, name);
}

int message_builder_set_sname(MessageBuilder *builder, const char *name) {
        return set_name(builder_sname(builder), &builder->sname_taken, name);
}

size_t message_option_size(size_t size) {
        size_t n_pieces = size == 0 ? 1 : (size + OPTION_DATA_MAX - 1) / OPTION_DATA_MAX;

        return size + n_pieces * OPTION_HEADER_SIZE;
}

/* The most data that an option may have to take no more than @room bytes with its headers. */
static size_t data_for_room(size_t room) {
        const size_t piece = OPTION_HEADER_SIZE + OPTION_DATA_MAX;
        size_t rest = room % piece;

        return room / piece * OPTION_DATA_MAX +
               (rest > OPTION_HEADER_SIZE ? rest - OPTION_HEADER_SIZE : 0);
}

/* Writes an option, cut into pieces as RFC 3396 5 says. Return: the place after it. */
static uint8_t *put_option(uint8_t *p, uint8_t code, const uint8_t *data, size_t size) {
        do {
                size_t n = MIN(size, (size_t) OPTION_DATA_MAX);

                *p++ = code;
                *p++ = (uint8_t) n;
                if (n > 0) {
                        memcpy(p, data, n);
                        p += n;
                        data += n;
                }
                size -= n;
        } while (size > 0);
        return p;
}

static size_t options_room(const MessageBuilder *builder) {
        return builder->limit - builder->used - builder->reserved - END_SIZE;
}

/* Whether options may go to file or sname: option 52 is there, or there is room for it. */
static bool may_overload(const MessageBuilder *builder) {
        return builder->overload_at > 0 || ((!builder->file_taken || !builder->sname_taken) &&
                                                   options_room(builder) >= OVERLOAD_OPTION_SIZE);
}

/* Room in the options field that leaves overloading possible. */
static size_t options_room_before_overload(const MessageBuilder *builder) {
        size_t room = options_room(builder);

        if (builder->overload_at > 0 || !may_overload(builder))
                return room;
        return room - OVERLOAD_OPTION_SIZE;
}

static size_t spare_room(const MessageBuilder *builder, const SpareField *field) {
        if (field->taken || !may_overload(builder))
                return 0;
        return field->size - *field->used - END_SIZE;
}

static void options_put(MessageBuilder *builder, uint8_t code, const uint8_t *data, size_t size) {
        uint8_t *p = put_option(builder->packet + builder->used, code, data, size);

        builder->used = (size_t) (p - builder->packet);
}

static void spare_put(MessageBuilder *builder, const SpareField *field, uint8_t code,
        const uint8_t *data, size_t size) {
        uint8_t *p;

        if (builder->overload_at == 0) {
                const uint8_t none = 0;

                options_put(builder, DHCP_OPTION_OVERLOAD, &none, sizeof(none));
                builder->overload_at = builder->used - 1;
        }
        builder->packet[builder->overload_at] |= field->bit;

        p = put_option(field->data + *field->used, code, data, size);
        *field->used = (size_t) (p - field->data);
}

/* An option that has to be cut anyway may be cut at the borders of the fields as well: RFC 3396 has
 * its pieces joined in the order options, file, sname. */
static int spread(MessageBuilder *builder, uint8_t code, const uint8_t *data, size_t size) {
        const SpareField fields[] = {builder_file(builder), builder_sname(builder)};
        size_t n = data_for_room(options_room_before_overload(builder)), total = n;

        for (size_t i = 0; i < ELEMENTSOF(fields); i++)
                total += data_for_room(spare_room(builder, &fields[i]));
        if (total < size)
                return -ENOBUFS;

        if (n > 0) {
                options_put(builder, code, data, n);
                data += n;
                size -= n;
        }
        for (size_t i = 0; i < ELEMENTSOF(fields) && size > 0; i++) {
                n = MIN(size, data_for_room(spare_room(builder, &fields[i])));
                if (n == 0)
                        continue;
                spare_put(builder, &fields[i], code, data, n);
                data += n;
                size -= n;
        }
        return 0;
}

static bool code_is_ours(uint8_t code) {
        return code == DHCP_OPTION_PAD || code == DHCP_OPTION_END || code == DHCP_OPTION_OVERLOAD;
}

int message_builder_add(MessageBuilder *builder, uint8_t code, const void *data, size_t size) {
        const size_t needed = message_option_size(size);

        if (code_is_ours(code))
                return -EINVAL;

        /* The first option, 53, belongs where every receiver looks, however small the message. */
        if (needed <= options_room_before_overload(builder) ||
                (builder->used == DHCP_OPTIONS_OFFSET && needed <= options_room(builder))) {
                options_put(builder, code, data, size);
                return 0;
        }

        const SpareField fields[] = {builder_file(builder), builder_sname(builder)};

        for (size_t i = 0; i < ELEMENTSOF(fields); i++)
                if (needed <= spare_room(builder, &fields[i])) {
                        spare_put(builder, &fields[i], code, data, size);
                        return 0;
                }
        if (needed <= options_room(builder)) {
                options_put(builder, code, data, size);
                return 0;
        }
        if (size > OPTION_DATA_MAX)
                return spread(builder, code, data, size);
        return -ENOBUFS;
}

int message_builder_add_u8(MessageBuilder *builder, uint8_t code, uint8_t value) {
        return message_builder_add(builder, code, &value, sizeof(value));
}

int message_builder_add_u32(MessageBuilder *builder, uint8_t code, uint32_t value) {
        uint8_t data[sizeof(value)];

        wire_put_u32(data, value);
        return message_builder_add(builder, code, data, sizeof(data));
}

uint8_t *message_builder_add_encoded(MessageBuilder *builder, const uint8_t *options, size_t size) {
        uint8_t *p = builder->packet + builder->used;

        if (size > options_room_before_overload(builder))
                return NULL;
        memcpy(p, options, size);
        builder->used += size;
        return p;
}

int message_builder_reserve(MessageBuilder *builder, size_t size) {
        if (size > options_room(builder))
                return -ENOBUFS;
        builder->reserved += size;
        return 0;
}

int message_builder_add_last(MessageBuilder *builder, uint8_t code, const void *data, size_t size) {
        const size_t needed = message_option_size(size);

        if (code_is_ours(code))
                return -EINVAL;
        if (needed > options_room(builder) + builder->reserved)
                return -ENOBUFS;
        builder->reserved -= MIN(builder->reserved, needed);
        options_put(builder, code, data, size);
        return 0;
}

size_t message_builder_finish(MessageBuilder *builder) {
        const SpareField fields[] = {builder_file(builder), builder_sname(builder)};
        size_t minimum = MIN(builder->limit, (size_t) DHCP_MIN_MESSAGE_SIZE);

        for (size_t i = 0; i < ELEMENTSOF(fields); i++)
                if (*fields[i].used > 0)
                        fields[i].data[*fields[i].used] = DHCP_OPTION_END;

        builder->packet[builder->used++] = DHCP_OPTION_END;
        if (builder->used < minimum) {
                memset(builder->packet + builder->used, DHCP_OPTION_PAD, minimum - builder->used);
                builder->used = minimum;
        }
        return builder->used;
}

/* SPDX-License-Identifier: MIT */

/* Records of fields: tag, length (one byte, or two from 128 on), value. */

#include "follow/record.h"

#include <assert.h>
#include <string.h>

enum {
        RESERVED = 1, /* of the flags */
        LONG = 128,   /* lengths from here on take two bytes */
};

/* No change by themselves. */
static const uint32_t accompanying = 1U << FOLLOW_STARTED | 1U << FOLLOW_INTERFACE |
                                     1U << FOLLOW_RELAY | 1U << FOLLOW_VENDOR_CLASS |
                                     1U << FOLLOW_USER_CLASSES | 1U << FOLLOW_CLIENT_HOSTNAME;

static_assert(FOLLOW_TAG_MAX <= 32, "a tag is a bit");

typedef struct Field {
        FollowTag tag;
        const uint8_t *value;
        size_t size;
} Field;

/* Return: 1 with a field, 0 at the end, -1 when the bytes are no field. */
static int next_field(FollowRecord *rest, Field *ret) {
        size_t head = 2, size;

        if (rest->size == 0)
                return 0;
        if (rest->size < head || rest->data[0] >= FOLLOW_TAG_MAX)
                return -1;
        size = rest->data[1];
        if (size >= LONG) {
                if (rest->size < ++head)
                        return -1;
                size = (size & (LONG - 1)) << 8 | rest->data[2];
        }
        if (rest->size - head < size)
                return -1;
        *ret = (Field){(FollowTag) rest->data[0], rest->data + head, size};
        rest->data += head + size;
        rest->size -= head + size;
        return 1;
}

static void put_field(FollowBuilder *builder, FollowTag tag, const void *value, size_t size) {
        const size_t head = size < LONG ? 2 : 3;
        uint8_t *p = builder->data + builder->size;

        if (size >= (size_t) LONG << 8 || sizeof(builder->data) - builder->size < head + size)
                return;
        *p++ = (uint8_t) tag;
        if (size >= LONG)
                *p++ = (uint8_t) (LONG | size >> 8);
        *p++ = (uint8_t) size;
        if (size > 0)
                memcpy(p, value, size);
        builder->size += head + size;
        builder->last = tag;
}

void follow_builder_init(FollowBuilder *builder, const void *key, size_t size) {
        builder->size = 0;
        put_field(builder, FOLLOW_KEY, key, size);
}

void follow_builder_add(FollowBuilder *builder, FollowTag tag, const void *value, size_t size) {
        assert(tag > builder->last);
        if (size > 0)
                put_field(builder, tag, value, size);
}

void follow_builder_add_text(FollowBuilder *builder, FollowTag tag, const char *text) {
        follow_builder_add(builder, tag, text, strlen(text));
}

void follow_builder_add_u8(FollowBuilder *builder, FollowTag tag, uint8_t number) {
        follow_builder_add(builder, tag, &number, number != 0);
}

void follow_builder_add_u32(FollowBuilder *builder, FollowTag tag, uint32_t number) {
        follow_builder_add(builder, tag, &number, number != 0 ? sizeof(number) : 0);
}

bool follow_record_is_valid(FollowRecord record) {
        int last = -1, r;
        Field field;

        while ((r = next_field(&record, &field)) > 0) {
                if ((int) field.tag <= last || (last < 0 && field.tag != FOLLOW_KEY))
                        return false;
                last = (int) field.tag;
        }
        return r == 0 && last >= 0;
}

size_t follow_record_get(FollowRecord record, FollowTag tag, const uint8_t **ret) {
        Field field;

        while (next_field(&record, &field) > 0 && field.tag <= tag)
                if (field.tag == tag) {
                        *ret = field.value;
                        return field.size;
                }
        *ret = NULL;
        return 0;
}

static uint32_t read_number(const uint8_t *value, size_t size) {
        uint32_t number = 0;

        if (size == 1)
                return value[0];
        if (size == sizeof(number))
                memcpy(&number, value, sizeof(number));
        return number;
}

uint32_t follow_record_get_number(FollowRecord record, FollowTag tag) {
        const uint8_t *value;
        const size_t size = follow_record_get(record, tag, &value);

        return read_number(value, size);
}

/* A field that is not there is a number that is 0. */
static bool numbers_are_same(FollowTag tag, uint32_t x, uint32_t y, uint32_t tolerance) {
        if (tag == FOLLOW_FLAGS)
                return (x & RESERVED) == (y & RESERVED);
        /* never is far from every time */
        return x != UINT32_MAX && y != UINT32_MAX && (x > y ? x - y : y - x) <= tolerance;
}

static bool values_are_same(const Field *a, const Field *b, uint32_t tolerance) {
        if (a->size == b->size && (a->size == 0 || memcmp(a->value, b->value, a->size) == 0))
                return true;
        return (a->tag == FOLLOW_FLAGS || a->tag == FOLLOW_EXPIRES) &&
               numbers_are_same(a->tag, read_number(a->value, a->size),
                       read_number(b->value, b->size), tolerance);
}

uint32_t follow_record_differ(FollowRecord a, FollowRecord b, uint32_t tolerance) {
        uint32_t differs = 0;
        bool has_a, has_b;
        Field x, y;

        has_a = next_field(&a, &x) > 0;
        has_b = next_field(&b, &y) > 0;
        while (has_a || has_b) {
                const bool takes_a = has_a && (!has_b || x.tag <= y.tag);
                const bool takes_b = has_b && (!has_a || y.tag <= x.tag);

                const Field absent = {.tag = takes_a ? x.tag : y.tag};

                if (!values_are_same(takes_a ? &x : &absent, takes_b ? &y : &absent, tolerance))
                        differs |= 1U << (takes_a ? x.tag : y.tag);
                if (takes_a)
                        has_a = next_field(&a, &x) > 0;
                if (takes_b)
                        has_b = next_field(&b, &y) > 0;
        }
        return differs & ~accompanying;
}

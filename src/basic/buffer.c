/* SPDX-License-Identifier: MIT */
/* The growing byte buffer. Knows nothing of what the bytes mean; keeps size <= capacity, and error
 * set from the first failure until buffer_clear() or buffer_done(). */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/buffer.h"

#define BUFFER_MINIMUM 64

void buffer_done(Buffer *buffer) {
        free(buffer->data);
        *buffer = BUFFER_INIT;
}

void buffer_clear(Buffer *buffer) {
        buffer->size = 0;
        buffer->error = 0;
}

void buffer_clear_to(Buffer *buffer, size_t kept) {
        if (buffer->capacity > kept)
                buffer_done(buffer);
        else
                buffer_clear(buffer);
}

int buffer_reserve(Buffer *buffer, size_t size) {
        size_t capacity = MAX(buffer->capacity, (size_t) BUFFER_MINIMUM);
        uint8_t *data;

        if (buffer->error < 0)
                return buffer->error;
        if (size <= buffer->capacity - buffer->size)
                return 0;
        if (size > SIZE_MAX / 2 - buffer->size)
                return buffer->error = -ENOMEM;

        while (capacity < buffer->size + size)
                capacity *= 2;
        data = realloc(buffer->data, capacity);
        if (!data)
                return buffer->error = -ENOMEM;

        buffer->data = data;
        buffer->capacity = capacity;
        return 0;
}

int buffer_append(Buffer *buffer, const void *bytes, size_t size) {
        int r;

        r = buffer_reserve(buffer, size);
        if (r < 0)
                return r;

        if (size > 0)
                memcpy(buffer->data + buffer->size, bytes, size);
        buffer->size += size;
        return 0;
}

int buffer_append_string(Buffer *buffer, const char *string) {
        return buffer_append(buffer, string, strlen(string));
}

int buffer_printf(Buffer *buffer, const char *format, ...) {
        va_list arguments;
        int r;

        va_start(arguments, format);
        r = buffer_vprintf(buffer, format, arguments);
        va_end(arguments);
        return r;
}

int buffer_vprintf(Buffer *buffer, const char *format, va_list arguments) {
        va_list again;
        size_t size;
        int n, r;

        r = buffer_reserve(buffer, BUFFER_MINIMUM);
        if (r < 0)
                return r;

        va_copy(again, arguments);
        n = vsnprintf((char *) buffer->data + buffer->size, buffer->capacity - buffer->size, format,
                again);
        va_end(again);
        if (n < 0)
                return buffer->error = -ENOMEM;

        size = (size_t) n;
        if (size >= buffer->capacity - buffer->size) {
                r = buffer_reserve(buffer, size + 1);
                if (r < 0)
                        return r;
                (void) vsnprintf((char *) buffer->data + buffer->size,
                        buffer->capacity - buffer->size, format, arguments);
        }
        buffer->size += size;
        return 0;
}

int buffer_take_string(Buffer *buffer, char **ret) {
        int r;

        r = buffer_reserve(buffer, 1);
        if (r < 0)
                return r;

        buffer->data[buffer->size] = '\0';
        *ret = (char *) TAKE_PTR(buffer->data);
        *buffer = BUFFER_INIT;
        return 0;
}

/* SPDX-License-Identifier: MIT */
#pragma once

/* A byte buffer that grows. Once an append failed it stays failed and says so, so that a run of
 * appends needs one check at its end. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/macro.h"

typedef struct Buffer {
        uint8_t *data;
        size_t size;
        size_t capacity;
        int error; /* 0, or the -ENOMEM of the append that failed */
} Buffer;

#define BUFFER_INIT                                                                                \
        (Buffer) {                                                                                 \
                0                                                                                  \
        }

/**
 * buffer_done() - frees the contents; the buffer is as new.
 */
void buffer_done(Buffer *buffer);

/**
 * buffer_clear() - forgets contents and error, keeps the memory.
 */
void buffer_clear(Buffer *buffer);

/**
 * buffer_clear_to() - the same, but gives the memory back when it is more than @kept bytes.
 */
void buffer_clear_to(Buffer *buffer, size_t kept);

/**
 * buffer_reserve() - makes room for @size more bytes.
 * Return: 0 or -ENOMEM.
 */
int buffer_reserve(Buffer *buffer, size_t size);

/**
 * buffer_append() - appends bytes. Amortised O(@size).
 * Return: 0 or -ENOMEM.
 */
int buffer_append(Buffer *buffer, const void *bytes, size_t size);

/**
 * buffer_append_string() - appends a string without its NUL.
 * Return: 0 or -ENOMEM.
 */
int buffer_append_string(Buffer *buffer, const char *string);

/**
 * buffer_printf() - appends formatted text without the NUL.
 * Return: 0 or -ENOMEM.
 */
int buffer_printf(Buffer *buffer, const char *format, ...) _printf_(2, 3);

/**
 * buffer_vprintf() - buffer_printf() with a va_list.
 * Return: 0 or -ENOMEM.
 */
int buffer_vprintf(Buffer *buffer, const char *format, va_list arguments) _printf_(2, 0);

/**
 * buffer_take_string() - hands the contents over as a NUL-terminated string for free(); the buffer
 * is as new. Return: 0, or the error an earlier append met.
 */
int buffer_take_string(Buffer *buffer, char **ret);

/* SPDX-License-Identifier: MIT */
#pragma once

/* Names as the DNS has them, made of what clients and administrators write. Canonical: lower case,
 * labels of letters, digits and '-' joined by dots, no dot at the end. */

#include <stdbool.h>
#include <stddef.h>

#include "basic/ipv4.h"
#include "basic/macro.h"

enum {
        LABEL_SIZE = 64, /* 63 bytes (RFC 1035 2.3.4) and NUL */
        NAME_SIZE = 254, /* 253 bytes and NUL */
};

/* Why a client's name is not taken. */
typedef enum LabelVerdict {
        LABEL_GOOD,
        LABEL_EMPTY,     /* nothing of it is a letter or a digit */
        LABEL_LONG,      /* more than 63 bytes */
        LABEL_NUMBER,    /* programs take it for an address */
        LABEL_RESERVED,  /* see label_is_reserved() */
        LABEL_GENERATED, /* the generated name of some address */
        LABEL_VERDICT_MAX,
} LabelVerdict;

/**
 * label_verdict_to_string() - half a sentence for people: "it is longer than 63 bytes".
 */
const char *label_verdict_to_string(LabelVerdict verdict);

/**
 * label_make() - makes a valid label (RFC 1123 2.1) of a client's name: what stands before the
 * first dot, in lower case. Blanks, '_' and characters beyond ASCII become '-', other characters
 * are left out, and '-' does not repeat for that and stands at neither end.
 *
 * @text: @size bytes of clean text
 * Return: LABEL_GOOD, LABEL_EMPTY, LABEL_LONG or LABEL_NUMBER.
 */
LabelVerdict label_make(const char *text, size_t size, char ret[static LABEL_SIZE]);

/**
 * label_is_reserved() - whether programs take a name for something else than a client of the
 * network: the machine itself, or a service that they trust.
 *
 * @others: NULL-terminated array of more such names, or NULL
 */
bool label_is_reserved(const char *label, char *const *others);

/**
 * label_generate() - "dhcp-192-168-1-101".
 */
void label_generate(ipv4_t address, char ret[static LABEL_SIZE]);

/**
 * label_is_generated() - whether label_generate() makes this of some address.
 */
bool label_is_generated(const char *label);

/**
 * name_make() - what an administrator calls a host: the same name in canonical form; '_' is kept.
 *
 * @text: @size bytes
 * Return: whether it is a domain name.
 */
bool name_make(const char *text, size_t size, char ret[static NAME_SIZE]);

/**
 * name_join() - "label.domain"; the label alone without a domain.
 *
 * @domain: canonical, NULL or "" for none
 * Return: whether it is no longer than a name may be.
 */
bool name_join(const char *label, const char *domain, char ret[static NAME_SIZE]);

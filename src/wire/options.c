/* SPDX-License-Identifier: MIT */
/* Sets of encoded options. Knows nothing of what an option means.
 *
 * Invariant: values are sorted by code, each code once and in the set of codes, and every value
 * owns its data (never NULL, also when it is empty). */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/message.h"
#include "wire/options.h"

void option_set_done(OptionSet *set) {
        for (size_t i = 0; i < set->n_values; i++)
                free(set->values[i].data);
        free(set->values);
        *set = (OptionSet){0};
}

/* The index of a code, or of the place where it belongs. */
static size_t set_find(const OptionSet *set, uint8_t code) {
        size_t low = 0, high = set->n_values;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (set->values[middle].code < code)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

/* Sets an option to two pieces of data joined; both are copied before the old value goes. */
static int set_put_joined(OptionSet *set, uint8_t code, const void *head, size_t head_size,
        const void *tail, size_t tail_size) {
        const size_t index = set_find(set, code), size = head_size + tail_size;
        _cleanup_free_ uint8_t *data = NULL;
        OptionValue *values;

        if (code == DHCP_OPTION_PAD || code == DHCP_OPTION_END)
                return -EINVAL;
        if (tail_size > UINT16_MAX || size > UINT16_MAX)
                return -E2BIG;

        data = malloc(MAX(size, (size_t) 1));
        if (!data)
                return -ENOMEM;
        if (head_size > 0)
                memcpy(data, head, head_size);
        if (tail_size > 0)
                memcpy(data + head_size, tail, tail_size);

        if (!code_set_has(&set->codes, code)) {
                values = reallocarray(set->values, set->n_values + 1, sizeof(*values));
                if (!values)
                        return -ENOMEM;
                memmove(values + index + 1, values + index,
                        (set->n_values - index) * sizeof(*values));
                set->values = values;
                set->n_values++;
                code_set_add(&set->codes, code);
        } else
                free(set->values[index].data);

        set->values[index] = (OptionValue){code, (uint16_t) size, TAKE_PTR(data)};
        return 0;
}

int option_set_put(OptionSet *set, uint8_t code, const void *data, size_t size) {
        return set_put_joined(set, code, NULL, 0, data, size);
}

int option_set_append(OptionSet *set, uint8_t code, const void *data, size_t size) {
        const OptionValue *value = option_set_get(set, code);

        if (!value)
                return option_set_put(set, code, data, size);
        return set_put_joined(set, code, value->data, value->size, data, size);
}

void option_set_remove(OptionSet *set, uint8_t code) {
        size_t index = set_find(set, code);

        if (!code_set_has(&set->codes, code))
                return;
        free(set->values[index].data);
        set->n_values--;
        code_set_remove(&set->codes, code);
        memmove(set->values + index, set->values + index + 1,
                (set->n_values - index) * sizeof(*set->values));
}

const OptionValue *option_set_get(const OptionSet *set, uint8_t code) {
        return code_set_has(&set->codes, code) ? &set->values[set_find(set, code)] : NULL;
}

int option_set_copy(OptionSet *set, const OptionSet *source) {
        OptionSet copy = {0};
        int r;

        for (size_t i = 0; i < source->n_values; i++) {
                const OptionValue *value = &source->values[i];

                r = option_set_put(&copy, value->code, value->data, value->size);
                if (r < 0) {
                        option_set_done(&copy);
                        return r;
                }
        }
        *set = copy;
        return 0;
}

int option_set_put_ipv4s(OptionSet *set, uint8_t code, const ipv4_t *addresses, size_t n) {
        _cleanup_free_ uint8_t *data = NULL;

        if (n > UINT16_MAX / sizeof(ipv4_t))
                return -E2BIG;
        data = malloc(MAX(n * sizeof(ipv4_t), (size_t) 1));
        if (!data)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++)
                wire_put_u32(data + i * sizeof(ipv4_t), addresses[i]);
        return option_set_put(set, code, data, n * sizeof(ipv4_t));
}

/* SPDX-License-Identifier: MIT */

#include "wire/code-set.h"

#include <stdio.h>

const char *code_set_format(const CodeSet *set, char buffer[static CODE_SET_STRING_MAX]) {
        size_t n = 0;

        buffer[0] = '\0';
        for (unsigned code = 0; code <= UINT8_MAX; code++)
                if (code_set_has(set, (uint8_t) code))
                        n += (size_t) snprintf(buffer + n, CODE_SET_STRING_MAX - n, "%s%u",
                                n > 0 ? ", " : "", code);
        return buffer;
}

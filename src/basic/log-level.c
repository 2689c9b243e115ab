/* SPDX-License-Identifier: MIT */

#include <errno.h>
#include <stddef.h>
#include <strings.h>
#include <syslog.h>

#include "basic/log-level.h"
#include "basic/macro.h"

static const char *const names[] = {
        [LOG_EMERG] = "emerg",
        [LOG_ALERT] = "alert",
        [LOG_CRIT] = "crit",
        [LOG_ERR] = "err",
        [LOG_WARNING] = "warning",
        [LOG_NOTICE] = "notice",
        [LOG_INFO] = "info",
        [LOG_DEBUG] = "debug",
};

int log_level_from_string(const char *text) {
        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                if (strcasecmp(text, names[i]) == 0 || (text[0] == '0' + (int) i && text[1] == 0))
                        return (int) i;
        return -EINVAL;
}

const char *log_level_to_string(int level) {
        return names[MIN(MAX(level, LOG_EMERG), LOG_DEBUG)];
}

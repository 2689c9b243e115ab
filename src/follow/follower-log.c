/* SPDX-License-Identifier: MIT */

#include "follow/follower-log.h"

static int64_t restore(void *userdata, const uint8_t *data, size_t size) {
        return follower_restore(userdata, data, size);
}

static Buffer *get(void *userdata) {
        return follower_get_log(userdata);
}

static int write_all(void *userdata, Buffer *ret) {
        return follower_write_log(userdata, ret);
}

const LogOwner follower_log_owner = {restore, get, write_all};

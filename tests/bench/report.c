/* SPDX-License-Identifier: MIT */

/* JSON of what every tool of the bench prints. A member that cannot be allocated makes the whole
 * object fail, rather than one without it. */

#include <errno.h>
#include <stdio.h>

#include "basic/macro.h"
#include "report.h"

static const struct {
        const char *name;
        double percent;
} percentiles[] = {
        {"p50", 50},
        {"p90", 90},
        {"p99", 99},
        {"p99.9", 99.9},
};

int report_add_take(struct json_object *object, const char *name, struct json_object *member) {
        if (!member)
                return -ENOMEM;
        if (json_object_object_add(object, name, member) < 0) {
                (void) json_object_put(member);
                return -ENOMEM;
        }
        return 0;
}

int report_add_number(struct json_object *object, const char *name, uint64_t number) {
        return report_add_take(object, name, json_object_new_uint64(number));
}

struct json_object *report_delays(const Histogram *histogram) {
        struct json_object *object = json_object_new_object();
        int r;

        if (!object)
                return NULL;
        r = report_add_number(object, "n", histogram->n);
        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(percentiles); i++)
                r = report_add_number(object, percentiles[i].name,
                        histogram_percentile(histogram, percentiles[i].percent));
        if (r >= 0)
                r = report_add_number(object, "max", histogram->max);
        if (r >= 0)
                return object;
        (void) json_object_put(object);
        return NULL;
}

int report_print(struct json_object *object) {
        const char *text;
        int r = 0;

        if (!object)
                return -ENOMEM;
        text = json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN);
        if (!text)
                r = -ENOMEM;
        else if (puts(text) < 0 || fflush(stdout) != 0)
                r = -EIO;
        (void) json_object_put(object);
        return r;
}

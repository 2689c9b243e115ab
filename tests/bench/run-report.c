/* SPDX-License-Identifier: MIT */

/* The load generator's results. Numbers come as they were measured: nanoseconds, exchanges a
 * second. */

#include <errno.h>
#include <stdio.h>

#include "basic/macro.h"
#include "clock.h"
#include "report.h"
#include "run-report.h"

static struct json_object *report_faults(const Statistics *statistics) {
        struct json_object *object = json_object_new_object();

        if (!object)
                return NULL;
        for (Fault fault = 0; fault < FAULT_MAX; fault++)
                if (report_add_number(object, fault_to_string(fault), statistics->n_faults[fault]) <
                        0) {
                        (void) json_object_put(object);
                        return NULL;
                }
        return object;
}

static int report_counters(
        struct json_object *object, const Statistics *statistics, uint64_t n_refused) {
        const struct {
                const char *name;
                uint64_t value;
        } counters[] = {
                {"exchanges", statistics->n_exchanges},
                {"elapsed_nsec", statistics->elapsed_nsec},
                {"sent", statistics->n_sent},
                {"refused", n_refused},
                {"received", statistics->n_received},
                {"retransmitted", statistics->n_retransmitted},
                {"late", statistics->n_late},
                {"foreign", statistics->n_foreign},
                {"unfinished", statistics->n_unfinished},
        };
        int r = 0;

        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(counters); i++)
                r = report_add_number(object, counters[i].name, counters[i].value);
        return r;
}

static struct json_object *report_object(
        const LoadOptions *options, const Statistics *statistics, uint64_t n_refused) {
        struct json_object *object = json_object_new_object();
        uint64_t n_faults = statistics_n_faults(statistics, options->expect_restarts);

        if (!object)
                return NULL;
        if (report_add_take(object, "mode",
                    json_object_new_string(load_mode_to_string(options->mode))) < 0 ||
                report_add_number(object, "clients", options->n_clients) < 0 ||
                report_add_number(object, "in_flight", options->n_in_flight) < 0 ||
                report_add_take(
                        object, "rate", json_object_new_double(statistics_rate(statistics))) < 0 ||
                report_counters(object, statistics, n_refused) < 0 ||
                report_add_number(object, "n_faults", n_faults) < 0 ||
                report_add_take(object, "faults", report_faults(statistics)) < 0 ||
                report_add_take(object, "offer_nsec", report_delays(&statistics->offer)) < 0 ||
                report_add_take(object, "ack_nsec", report_delays(&statistics->ack)) < 0 ||
                report_add_take(object, "exchange_nsec", report_delays(&statistics->exchange)) <
                        0) {
                (void) json_object_put(object);
                return NULL;
        }
        return object;
}

static void print_faults(const Statistics *statistics) {
        for (Fault fault = 0; fault < FAULT_MAX; fault++)
                if (statistics->n_faults[fault] > 0)
                        (void) fprintf(stderr, ", %llu %s",
                                (unsigned long long) statistics->n_faults[fault],
                                fault_to_string(fault));
}

int report_run(const LoadOptions *options, const Statistics *statistics, uint64_t n_refused) {
        const Histogram *delay = &statistics->exchange;

        (void) fprintf(stderr,
                "%s, %u in flight: %.0f/s, p50 %.1f us, p99 %.1f us, max %.1f us; %llu "
                "exchanges, %llu retransmissions, %llu unfinished",
                load_mode_to_string(options->mode), options->n_in_flight,
                statistics_rate(statistics),
                (double) histogram_percentile(delay, 50) / (double) NSEC_PER_USEC,
                (double) histogram_percentile(delay, 99) / (double) NSEC_PER_USEC,
                (double) delay->max / (double) NSEC_PER_USEC,
                (unsigned long long) statistics->n_exchanges,
                (unsigned long long) statistics->n_retransmitted,
                (unsigned long long) statistics->n_unfinished);
        print_faults(statistics);
        (void) fputc('\n', stderr);
        return report_print(report_object(options, statistics, n_refused));
}
